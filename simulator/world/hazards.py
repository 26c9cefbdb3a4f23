"""Inspections and hazards as they happened, once for all departments that hear of them.

``inspections`` and ``life`` are the world's; ``sightings`` is what one department saw of it: another time, place
and wording for the same hazard (defect #17).
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from simulator.world.shared import FACTS

if TYPE_CHECKING:
    from simulator.world.core import World

# which clause groups an industry meets, beside those that everybody meets
EXTRA_GROUPS = {
    "dyeing": ("CS", "HC", "SP"),
    "chemical": ("CS", "HC", "SP"),
    "chemfibre": ("HC", "SP"),
    "brewing": ("CS", "SP"),
    "machinery": ("SP",),
    "metal_smelt": ("SP", "CS"),
    "weaving": ("SP",),
    "construction": ("SP",),
}
COMMON_GROUPS = ("EX", "EL", "FI", "MG")
# hazards that an inspection of a town finds on average, by position of the town
RATES = [2.6, 1.4, 1.9, 1.7, 0.95, 2.2, 2.0, 1.2, 2.9, 1.6, 3.4, 0.55, 0.28, 0.9, 1.8, 5.6]
# shares of all hazards that another department hears of as well; together about 18 % of them
ALSO_SEEN = {"governance": 0.08, "fire": 0.05, "emergency": 0.05, "firms": 0.04}
TAILS = ("", "，要求限期整改", "，现场拍照取证", "，已告知负责人", "，车间东侧", "，仓库内")
STEPS = ("发现", "确认", "管控", "整改一", "返工", "整改", "复查", "核销", "移交")


def by_age(counts: tuple[int, ...], span: int, q: int) -> int:
    """Return the count of quarter ``q``: the last of ``counts`` is the period's, the first is for all that are older."""
    return counts[max(0, len(counts) - span + q)]


def clauses() -> dict[str, str]:
    """Return the clause codes and what they say."""
    with open(FACTS / "clauses.csv", encoding="utf-8") as handle:
        return {row["code"]: row["zh"] for row in csv.DictReader(handle)}


def inspections(world: World) -> list[dict[str, np.ndarray]]:
    """Return plans and visits, one entry per quarter.

    Each has ``period``; of the plan ``planned`` (firm), ``count``, ``when``, ``plan_no``; of the visits ``firm``, ``at``,
    ``number`` (of the plan or None), ``no``, ``hazards`` (how many were found), ``pick`` (two draws that name the
    officers), ``alone`` (no second officer), ``result``.
    """
    rng, f = world.rng("inspections"), world.firms
    key = np.flatnonzero(f["key"])
    # a share of the key firms of each town is reached within twelve months
    share = np.clip(0.62 + 0.38 * world.quality["enforcement"][f["town"], -1], 0, 1)
    reached = rng.random(len(f["no"])) < share
    out = []
    for q, (period, first, last) in enumerate(world.quarters):
        planned = np.sort(key[rng.random(len(key)) < np.where(reached[key], 0.80, 0.10)])
        count = np.where(np.isin(f["industry"][planned], ["dyeing", "chemical", "metal_smelt"]), 2, 1)
        when = world.moments(rng, len(planned), first, last)
        plan_no = np.array([f"JH{period}{i:05d}" for i in range(1, len(planned) + 1)], dtype=object)
        done_share = np.clip(0.66 + 0.36 * world.quality["enforcement"][f["town"][planned], q], 0, 1)
        visits = np.repeat(np.arange(len(planned)), count)
        done = visits[(rng.random(len(visits)) < done_share[visits]) & reached[planned][visits]]
        at = when[done] + rng.integers(-6, 7, len(done)).astype("timedelta64[D]")
        # visits without a plan: other firms of the town, more where the town works well
        m = world.n(by_age((1000, 1050, 1300, 1350), world.span, q))
        weight = (1.3 - f["quality"]) * np.where(f["key"], np.where(reached, 1.2, 0.0), 1.0)
        extra = rng.choice(len(f["no"]), m, p=weight / weight.sum())
        firm = np.concatenate([planned[done], extra])
        at = np.concatenate([at, world.moments(rng, m, first, last)])
        low = first.astype("datetime64[s]") + np.timedelta64(9, "h")
        at = np.clip(at, low, last.astype("datetime64[s]") - np.timedelta64(8, "h"))
        number = np.concatenate([plan_no[done], np.full(m, None, dtype=object)])
        order = np.argsort(at, kind="stable")
        firm, at, number = firm[order], at[order], number[order]
        n = len(firm)
        rate = np.clip(np.array(RATES)[f["town"][firm]] * (0.7 + 0.7 * (1 - f["quality"][firm])), 0.05, 12)
        hazards = rng.poisson(rate)
        pick = rng.integers(0, 10**6, (2, n))
        alone = rng.random(n) < 0.04
        result = np.where(hazards == 0, "未发现隐患", np.where(rng.random(n) < 0.15, "当场整改", "发现隐患"))
        out.append(
            {
                "period": period,
                "planned": planned,
                "count": count,
                "when": when,
                "plan_no": plan_no,
                "firm": firm,
                "at": at,
                "number": number,
                "no": np.array([f"JC{period}{i:05d}" for i in range(1, n + 1)], dtype=object),
                "hazards": hazards,
                "pick": pick,
                "alone": alone,
                "result": result.astype(object),
            }
        )
    return out


def life(world: World) -> dict[str, np.ndarray]:
    """Return every hazard of all quarters as columns, ordered by the time it was found.

    ``no`` (YH…), ``firm``, ``town``, ``lon``, ``lat``, ``at``, ``quarter``, ``inspection``, ``source``, ``clause``, ``text``, ``tail``,
    ``grade`` (general, serious, major), ``deadline``, ``plan`` (day of the plan of a major one), ``on_time``, one
    column per step of ``STEPS`` (NaT where it never came) and ``seen_by_<silo>`` for those who hear of it as well.
    """
    rng, f = world.rng("hazards"), world.firms
    known = clauses()
    firm, at, quarter, inspection, source = _finds(world, rng)
    n, town = len(firm), f["town"][firm]
    good = world.quality["hazard"][town, quarter]
    clause = _clause_column(world, rng, firm, at, good, list(known))
    grade = np.full(n, "general", dtype=object)
    draw = rng.random(n)
    risky = np.isin(f["industry"][firm], ["dyeing", "chemical", "chemfibre", "metal_smelt", "warehouse", "crowded"])
    grade[draw < 0.055] = "serious"
    grade[draw < np.where(risky, 0.013, 0.004)] = "major"
    quick = (grade == "general") & (rng.random(n) < 0.22)
    limit = np.where(
        grade == "major", rng.integers(25, 61, n), np.where(grade == "serious", 30, np.where(quick, 3, 15))
    )
    deadline = at.astype("datetime64[D]") + limit.astype("timedelta64[D]")
    p = np.where(grade == "major", 0.74 + 0.26 * good, 0.785 + 0.185 * (0.75 * good + 0.25 * f["quality"][firm]))
    on_time = rng.random(n) < p
    pace = np.clip(rng.beta(2.2 + 3.2 * (1 - good), 2.4) * 0.9 + 0.05, 0.04, 0.93)
    late = 1.10 + rng.gamma(1.4, 0.45, n)
    seconds = limit * 86400.0
    rectified = at + (np.where(on_time, pace, late) * seconds).astype(int).astype("timedelta64[s]")
    closed = rectified + (rng.uniform(0.02, 0.05, n) * seconds).astype(int).astype("timedelta64[s]")
    # late ones are rectified after the deadline's day is over, the very late ones never
    closed = np.where(on_time, closed, np.maximum(closed, rectified + np.timedelta64(3600, "s")))
    never = ~on_time & (rng.random(n) < 0.12)
    moved = rng.random(n) < 0.006
    times = _event_times(rng, n, at, rectified, closed)
    times["移交"] = np.where(moved, times["管控"] + np.timedelta64(7200, "s"), np.datetime64("NaT"))
    never |= moved
    rework = (rng.random(n) < 0.07 + 0.06 * (1 - good)) & ~quick
    halfway = times["确认"] + (times["整改"] - times["确认"]) // 2
    times["整改一"] = np.where(rework, halfway, np.datetime64("NaT"))
    times["返工"] = np.where(rework, halfway + (times["整改"] - halfway) // 3, np.datetime64("NaT"))
    for step in ("整改", "复查", "核销", "返工", "整改一"):
        times[step] = np.where(never, np.datetime64("NaT"), times[step])
    number = [f"YH{world.quarters[q][0]}{i:06d}" for q, i in zip(quarter, count_within(quarter), strict=True)]
    plan = np.where(
        (grade == "major") & (rng.random(n) < 0.78 + 0.2 * good),
        at.astype("datetime64[D]") + rng.integers(1, 7, n).astype("timedelta64[D]"),
        np.datetime64("NaT"),
    )
    tail = rng.integers(0, len(TAILS), n)
    near = rng.normal(0, 0.0004, (2, n))
    return {
        "no": np.array(number, dtype=object),
        "firm": firm,
        "town": town,
        "lon": f["lon"][firm] + near[0],
        "lat": f["lat"][firm] + near[1],
        "at": at,
        "quarter": quarter,
        "inspection": inspection,
        "source": source,
        "clause": clause,
        "text": np.array([known[c] for c in clause], dtype=object),
        "tail": np.array(TAILS, dtype=object)[tail],
        "grade": grade,
        "deadline": deadline,
        "plan": plan,
        "on_time": on_time,
        **{step: times[step] for step in STEPS},
        **{f"seen_by_{silo}": seen for silo, seen in _also_seen(world, source, clause, grade).items()},
    }


def sightings(world: World, silo: str) -> dict[str, np.ndarray]:
    """Return what ``silo`` saw of the world's hazards: ``hazard`` (row in ``world.hazards``), ``at``, ``lon``, ``lat``, ``text``.

    Times differ by up to three days, points by up to 60 m; the words are the department's own. The order is that
    of ``at``. Grades and codes are the department's business.
    """
    h, f = world.hazards, world.firms
    rng = world.fresh(f"sightings {silo}")
    rows = np.flatnonzero(h[f"seen_by_{silo}"])
    n = len(rows)
    at = h["at"][rows] + rng.integers(-2 * 86400, 3 * 86400, n).astype("timedelta64[s]")
    at = np.clip(at, world.quarters[0][1].astype("datetime64[s]"), world.end.astype("datetime64[s]") - 60)
    angle, distance = rng.uniform(0, 2 * np.pi, n), 58 * np.sqrt(rng.random(n))
    heads = ("巡查发现：{name}{text}", "{name}存在{text}问题", "{text}（{name}）", "{name}，{text}，请尽快处理")
    said = {"未": "没有", "缺": "缺少", "堵塞": "堵住了", "占用": "占了", "损坏": "坏了", "失效": "用不了"}
    form, swap = rng.integers(0, len(heads), n), rng.random(n) < 0.5
    text = []
    for row, k, other in zip(rows, form, swap, strict=True):
        words = h["text"][row]
        if other:
            for a, b in said.items():
                words = words.replace(a, b)
        short = f["name"][h["firm"][row]].replace("有限公司", "").replace("绍兴柯桥", "")
        text.append(heads[k].format(name=short, text=words))
    order = np.argsort(at, kind="stable")
    return {
        "hazard": rows[order],
        "at": at[order],
        "lon": (h["lon"][rows] + distance * np.cos(angle) / 96400)[order],
        "lat": (h["lat"][rows] + distance * np.sin(angle) / 110900)[order],
        "text": np.array(text, dtype=object)[order],
    }


def _also_seen(world: World, source: np.ndarray, clause: np.ndarray, grade: np.ndarray) -> dict[str, np.ndarray]:
    """Choose who else hears of a hazard: the grid of what it patrols, the fire brigade of exits, wiring and fire."""
    rng = world.fresh("hazards also seen")
    n = len(source)
    group = np.array([c[:2] for c in clause])
    fit = {
        "governance": np.where(source == "网格巡查", 3.0, 0.6),
        "fire": np.where(np.isin(group, ["EX", "EL", "FI"]), 2.0, 0.3),
        "emergency": np.where(grade == "major", 12.0, 1.0),
        "firms": np.where(source == "企业自查", 4.0, 0.5),
    }
    return {
        silo: rng.random(n) < np.clip(ALSO_SEEN[silo] * weight / weight.mean(), 0, 1) for silo, weight in fit.items()
    }


def _finds(world: World, rng: np.random.Generator) -> tuple:
    """Who was found with a hazard, when and by whom: inspections first, then grid, firm and machines."""
    f = world.firms
    parts: list[tuple] = []
    for q, ((_period, first, last), seen) in enumerate(zip(world.quarters, world.inspections, strict=True)):
        each = np.repeat(np.arange(len(seen["firm"])), seen["hazards"])
        minutes = rng.integers(2, 90, len(each)).astype("timedelta64[m]")
        whose = np.full(len(each), "执法检查", dtype=object)
        parts.append((seen["firm"][each], seen["at"][each] + minutes, np.full(len(each), q), seen["no"][each], whose))
        m = world.n(by_age((1500, 1700, 3000, 3000), world.span, q))
        weight = np.where(f["key"], 4.0, 1.0) * (1.35 - f["quality"])
        firm = rng.choice(len(f["no"]), m, p=weight / weight.sum())
        smart = 0.03 + 0.20 * world.quality["device"][f["town"][firm], q]
        draw = rng.random(m)
        source = np.where(draw < smart, "智巡", np.where(draw < 0.62, "网格巡查", "企业自查")).astype(object)
        parts.append((firm, world.moments(rng, m, first, last), np.full(m, q), np.full(m, None, dtype=object), source))
    firm, at, quarter, inspection, source = (np.concatenate(c) for c in zip(*parts, strict=True))
    order = np.lexsort((firm, at))
    return firm[order], at[order], quarter[order], inspection[order], source[order]


def count_within(groups: np.ndarray) -> np.ndarray:
    """Return each row's number within its group, from 1, in order."""
    order = np.argsort(groups, kind="stable")
    sizes = np.unique(groups[order], return_counts=True)[1]
    out = np.empty(len(groups), int)
    out[order] = np.arange(len(groups)) - np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes) + 1
    return out


def _clause_column(
    world: World, rng: np.random.Generator, firm: np.ndarray, at: np.ndarray, good: np.ndarray, codes_: list[str]
) -> np.ndarray:
    """Give each hazard a clause: a firm walks through its clauses, and now and then meets the last one again."""
    f = world.firms
    lists = {
        industry: np.array([c for c in codes_ if c[:2] in COMMON_GROUPS + EXTRA_GROUPS.get(industry, ())], dtype=object)
        for industry in set(f["industry"])
    }
    length = np.array([len(lists[i]) for i in f["industry"]])
    start = rng.integers(0, 10**6, len(length))
    again = rng.random(len(firm)) < 0.03 + 0.33 * (1 - good)
    order = np.lexsort((at, firm))
    position = np.empty(len(firm), int)
    step, last = 0, -1
    for row in order:
        if firm[row] != last:
            step, last = 0, firm[row]
        elif not again[row]:
            step += 1
        position[row] = step
    # 7 shares no factor with the list lengths 13 to 25 except 14 and 21, which are walked by 5
    stride = np.where(length % 7 == 0, 5, 7)
    index = (start[firm] + position * stride[firm]) % length[firm]
    return np.array([lists[f["industry"][x]][i] for x, i in zip(firm, index, strict=True)], dtype=object)


def _event_times(
    rng: np.random.Generator, n: int, at: np.ndarray, rectified: np.ndarray, closed: np.ndarray
) -> dict[str, np.ndarray]:
    room = (rectified - at).astype(int)
    confirm = at + (room * rng.uniform(0.02, 0.12, n)).astype(int).astype("timedelta64[s]")
    control = confirm + (room * rng.uniform(0.01, 0.10, n)).astype(int).astype("timedelta64[s]")
    between = ((closed - rectified).astype(int) * rng.uniform(0.3, 0.8, n)).astype(int).astype("timedelta64[s]")
    return {
        "发现": at.copy(),
        "确认": confirm,
        "管控": control,
        "整改": rectified.copy(),
        "复查": rectified + between,
        "核销": closed.copy(),
    }
