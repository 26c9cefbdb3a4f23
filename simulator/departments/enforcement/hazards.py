"""Hazard lists and event logs by quarter, from the world's life of each hazard."""

from __future__ import annotations

import numpy as np

from simulator.departments.enforcement import cheats
from simulator.departments.enforcement.common import note_local_codes, town_columns
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, date_text, time_text, to_text
from simulator.truth import Truth
from simulator.world import World
from simulator.world.hazards import STEPS


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the hazard lists, then the event logs."""
    h = world.hazards
    times = {step: h[step].copy() for step in STEPS}
    odd = _spoil_times(world, rates, times, world.quality["hazard"][h["town"], h["quarter"]], truth)
    lists = _lists(world, rates, truth, h, times)
    return lists + _logs(world, rates, truth, times, odd)


def _spoil_times(
    world: World, rates: DirtRates, times: dict[str, np.ndarray], good: np.ndarray, truth: Truth
) -> dict[str, np.ndarray]:
    """Close hazards before they were found, and many at 23:59 of the quarter's last day (#19); return which, by kind."""
    rng = world.rng("dirt hazard times")
    closed = times["核销"]
    batch, before = np.zeros(len(closed), bool), np.zeros(len(closed), bool)
    for _period, _first, last in world.quarters:
        stroke = last.astype("datetime64[s]") - np.timedelta64(60, "s")
        near = (
            (closed < stroke)
            & (closed > stroke - np.timedelta64(5, "D"))
            & (rng.random(len(closed)) < rates.batch_close * 10 * (1.1 - good))
        )
        closed[near] = stroke
        batch |= near
    for row in np.flatnonzero(~np.isnat(closed) & ~batch & (rng.random(len(closed)) < rates.close_before_discover)):
        early = times["发现"][row] - np.timedelta64(int(rng.integers(1, 48)) * 3600, "s")
        closed[row], before[row] = early, True
    quick = cheats.close_quickly(world, rates, times, ~batch & ~before)
    rushed, towns = cheats.rush(world, rates, times, ~batch & ~before & ~quick)
    for t, q in towns:
        key = f"{world.towns['nbs9'][t]}000:{world.quarters[q][0]}"
        truth.cheats.append(("enforcement", "hazard_events", key, "quarter_rush"))
    return {
        "#19 batch close at 23:59": batch,
        "#19 close before discover": before,
        "quick_close": quick,
        "rushed_close": rushed,
    }


def _status(
    times: dict[str, np.ndarray], moment: np.datetime64, words: dict[str, list[str]], rng: np.random.Generator
) -> np.ndarray:
    n = len(times["发现"])
    state = np.full(n, "discovered", dtype=object)
    for step, name in (
        ("确认", "confirmed"),
        ("管控", "rectifying"),
        ("整改", "rectified"),
        ("核销", "closed"),
        ("移交", "transferred"),
    ):
        state[times[step] <= moment] = name
    pick = rng.integers(0, 10**6, n)
    plain = rng.random(n) >= 0.10
    return np.array(
        [words[s][0 if p else k % len(words[s])] for s, p, k in zip(state, plain, pick, strict=True)], dtype=object
    )


STATUS_WORDS = {
    "discovered": ["待确认"],
    "confirmed": ["已确认"],
    "rectifying": ["整改中", "待整改"],
    "rectified": ["已整改", "整改完毕", "待复查"],
    "closed": ["已销号", "核销", "办结", "完成", "已闭环"],
    "transferred": ["已移交"],
}
GRADE_WORDS = {
    "general": ["一般", "一般隐患", "普通", "Ⅳ级", "四级", "蓝"],
    "serious": ["较大", "较大隐患", "Ⅲ级"],
    "major": ["重大", "重大隐患", "Ⅰ级"],
}


def _lists(
    world: World, rates: DirtRates, truth: Truth, h: dict[str, np.ndarray], times: dict[str, np.ndarray]
) -> list[Table]:
    f, towns = world.firms, world.towns
    n = len(h["firm"])
    text, twins = _copied_texts(world, rates, h)
    far, lon, lat = _far_points(world, rates, h)
    code, name = town_columns(world, rates, h["town"], "hazards")
    word = np.array([GRADE_WORDS[g][0] for g in h["grade"]], dtype=object)
    common = {
        "隐患编号": h["no"].copy(),
        "检查编号": h["inspection"].copy(),
        "企业编号": f["no"][h["firm"]],
        "镇街代码": code,
        "镇街": name,
        "来源": h["source"].copy(),
        "条款代码": h["clause"].copy(),
        "隐患描述": text,
        "隐患等级": word,
        "发现时间": time_text(h["at"]),
        "整改期限": date_text(h["deadline"]),
        "治理方案日期": date_text(h["plan"]),
        "经度": to_text(lon, ".6f"),
        "纬度": to_text(lat, ".6f"),
    }
    table = Table(
        "enforcement", "hazards", ("隐患编号",), {**common, "状态": np.full(n, "", dtype=object)}
    ).freeze_keys()
    truth.link(table, np.arange(n), "hazard", h["no"])
    s = Spoiler(table, truth, world.rng("dirt hazards"))
    note_local_codes(s, world, "镇街代码", h["town"])
    truth.cheat(table, far, "far_point")
    for column in ("经度", "纬度"):
        s.hold(column, far)
    for column in ("隐患描述", "发现时间"):
        s.hold(column, twins)
    s.cells("隐患等级", rates.status_word, "#18 grade word", lambda v, r: _word(GRADE_WORDS, v, r), "repaired")
    s.dates("发现时间", rates, required=True)
    s.dates("整改期限", rates)
    s.text("隐患描述", rates)
    s.text("镇街", rates)
    s.empty("整改期限", rates, 0.2)
    s.empty("隐患描述", rates, 0.5)
    s.points("经度", "纬度", rates)
    s.towns("镇街代码", "镇街", rates, list(towns["name"]), list(towns["nbs9"]))
    out = []
    previous: np.ndarray | None = None
    for q, (period, _first, last) in enumerate(world.quarters):
        status = _status(times, last.astype("datetime64[s]"), STATUS_WORDS, world.rng(f"status words {q}"))
        mine = h["quarter"] == q
        if previous is not None:
            # hazards of the quarter before come again when their state changed
            mine |= (h["quarter"] == q - 1) & (previous != status) & ~np.isin(previous, STATUS_WORDS["closed"])
        rows = np.flatnonzero(mine)
        part = table.take(rows)
        part.columns["状态"] = status[rows]
        spoil = Spoiler(part, truth, world.rng(f"dirt hazards {period}"))
        _move_deadlines(spoil, world, rates, h, rows, q, ~s.touched["整改期限"][rows])
        plain = {word: words[0] for words in STATUS_WORDS.values() for word in words}
        for row in np.flatnonzero([plain[w] != w for w in part.columns["状态"]]):
            said = part.columns["状态"][row]
            spoil.note(int(row), "状态", "#18 status word", plain[said], said, "repaired")
        spoil.repeat_rows(rates.duplicate_row)
        out.append(part.of(period))
        previous = status
    return out


def _copied_texts(world: World, rates: DirtRates, h: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the words of each hazard, and the rows of visits whose findings were copied or copied from."""
    text, rows = h["text"] + h["tail"], []
    of_visit = {no: np.flatnonzero(h["inspection"] == no) for v, q in _pairs(world, rates) for no in (world.inspections[q]["no"][x] for x in v)}  # fmt: skip
    for number, ((first, second), q) in enumerate(_pairs(world, rates)):
        source, target = (of_visit[world.inspections[q]["no"][x]] for x in (first, second))
        # every other copy sets its marks anew
        text[target] = [x.replace("，", "；") + "。" for x in text[source]] if number % 2 else text[source]
        rows += [*source, *target]
    return text, np.array(rows, int)


def _pairs(world: World, rates: DirtRates) -> list[tuple[tuple[int, int], int]]:
    return [(pair, q) for q in range(len(world.quarters)) for pair in cheats.copied(world, rates, q)]


def _far_points(world: World, rates: DirtRates, h: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the hazards that were written down 700 to 2,500 m from their firm, and all points."""
    rng, n = world.fresh("far points"), len(h["firm"])
    far = np.flatnonzero(rng.random(n) < rates.far_point)
    angle, metres = rng.uniform(0, 2 * np.pi, n)[far], rng.uniform(700, 2500, n)[far]
    lon, lat = h["lon"].copy(), h["lat"].copy()
    lon[far] += metres * np.cos(angle) / 96400
    lat[far] += metres * np.sin(angle) / 110900
    return far, lon, lat


def _note_odd(
    s: Spoiler, hazard: np.ndarray, step: np.ndarray, odd: dict[str, np.ndarray], same: dict[str, np.ndarray]
) -> None:
    """Note what only several events of one hazard show, on the event that shows it; nothing else spoils those cells."""
    columns = s.table.columns
    for kind, chosen in odd.items():
        rows = np.flatnonzero((step == 7) & chosen[hazard])
        s.hold("发生时间", np.flatnonzero(np.isin(step, (0, 7)) & chosen[hazard]))
        if not kind.startswith("#"):
            s.truth.cheat(s.table, rows, kind)
            continue
        s.note_many(rows, "发生时间", kind, [None] * len(rows), columns["发生时间"][rows])
    pairs = (
        ("same photo", "照片指纹", 0, 5, "#19 same photo before and after"),
        ("same reviewer", "经办人工号", 5, 6, "#19 reviewer is the rectifier"),
        ("same actor", "经办人工号", 0, 7, "#19 closed by the finder"),
    )
    for what, column, first, second, kind in pairs:
        both = np.flatnonzero(np.isin(step, (first, second)) & same[what][hazard])
        # an event whose time cannot be read is refused, and takes the evidence with it
        s.hold(column, both)
        s.hold("发生时间", both)
        rows = np.flatnonzero((step == second) & same[what][hazard])
        s.note_many(rows, column, kind, [None] * len(rows), columns[column][rows])


def _move_deadlines(
    s: Spoiler, world: World, rates: DirtRates, h: dict[str, np.ndarray], rows: np.ndarray, q: int, free: np.ndarray
) -> None:
    """Move deadlines that had passed when the list of the quarter before was written (#19), where a hazard comes again."""
    rng, first = world.rng(f"deadlines moved {q}"), world.quarters[q][1]
    limit = h["deadline"][rows].astype("datetime64[D]")
    # well before: the list of the quarter before was written in its last days
    moved = free & (h["quarter"][rows] < q) & (limit < first - 7) & (rng.random(len(rows)) < rates.deadline_moved * 30)
    for row in np.flatnonzero(moved):
        clean = s.table.columns["整改期限"][row]
        dirty = str(first + np.timedelta64(int(rng.integers(5, 30)), "D"))
        s.note(int(row), "整改期限", "#19 deadline moved after it passed", clean, dirty)
        s.hold("整改期限", [row])
        s.table.columns["整改期限"][row] = dirty


def _word(words: dict[str, list[str]], value: object, rng: np.random.Generator) -> str:
    options = next(w for w in words.values() if w[0] == value)
    return options[1 + int(rng.integers(len(options) - 1))]


def _logs(
    world: World, rates: DirtRates, truth: Truth, times: dict[str, np.ndarray], odd: dict[str, np.ndarray]
) -> list[Table]:
    rng, number, town = world.rng("hazard events"), world.hazards["no"], world.hazards["town"]
    n, end = len(number), world.end.astype("datetime64[s]")
    hazard = np.concatenate([np.arange(n)] * len(STEPS))
    step = np.repeat(np.arange(len(STEPS)), n)
    at = np.concatenate([times[k] for k in STEPS])
    actor_no = rng.integers(1, 7, len(hazard))
    finder = actor_no[:n]
    same_actor = rng.random(n) < 0.03
    closer = step == 7
    actor_no[closer] = np.where(same_actor, finder, actor_no[closer] + 6)
    # another one reviews than saw to the mending, but for a few (#19)
    mender, reviewer = actor_no[step == 5], actor_no[step == 6]
    own = world.rng("same reviewer").random(n) < rates.same_person
    actor_no[step == 6] = np.where(own, mender, np.where(reviewer == mender, reviewer % 6 + 1, reviewer))
    photo = rng.integers(0, 2**63 - 1, len(hazard))
    has_photo = np.isin(step, (0, 5))
    same = rng.random(n) < rates.same_photo
    photo[step == 5] = np.where(same, photo[:n], photo[step == 5])
    keep = ~np.isnat(at) & (at < end)
    hazard, step, at, actor_no, photo, has_photo = (x[keep] for x in (hazard, step, at, actor_no, photo, has_photo))
    order = np.lexsort((step, hazard, at))
    hazard, step, at, actor_no, photo, has_photo = (x[order] for x in (hazard, step, at, actor_no, photo, has_photo))
    words = np.array([w.removesuffix("一") for w in STEPS], dtype=object)[step]
    recorded = at + rng.integers(10, 4000, len(at)).astype("timedelta64[s]")
    back = rng.random(len(at)) < 0.01
    recorded = np.where(back, at + rng.integers(86400, 86400 * 5, len(at)).astype("timedelta64[s]"), recorded)
    # an event before the first quarter (a close before the find) goes with the first file
    bounds = np.array([q[2] for q in world.quarters], dtype="datetime64[s]")
    quarter = np.minimum(np.searchsorted(bounds, at, side="right"), world.span - 1)
    actor = np.array([f"ZY{t + 1:02d}{a:03d}" for t, a in zip(town[hazard], actor_no, strict=True)], dtype=object)
    table = Table(
        "enforcement",
        "hazard_events",
        ("流水号",),
        {
            "流水号": np.array([f"LZ{i:07d}" for i in range(1, len(at) + 1)], dtype=object),
            "隐患编号": number[hazard],
            "环节": words,
            "经办人工号": actor,
            "发生时间": time_text(at),
            "录入时间": time_text(recorded),
            "照片指纹": np.array(
                [f"{p:016x}" if h else None for p, h in zip(photo, has_photo, strict=True)], dtype=object
            ),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt hazard events"))
    _note_odd(s, hazard, step, odd, {"same photo": same, "same reviewer": own, "same actor": same_actor})
    light = DirtRates(
        **{
            **rates.__dict__,
            "date_form": rates.date_form / 2,
            "excel_serial": rates.excel_serial / 3,
            "impossible_date": rates.impossible_date / 3,
        }
    )
    s.dates("发生时间", light, required=True)
    s.dates("录入时间", light)
    s.empty("照片指纹", rates, 0.3)
    s.empty("经办人工号", rates, 0.2)
    out = []
    for q, (period, _first, _last) in enumerate(world.quarters):
        part = table.take(np.flatnonzero(quarter == q))
        Spoiler(part, truth, world.rng(f"dirt hazard events {period}")).repeat_rows(rates.duplicate_row / 2)
        out.append(part.of(period))
    return out
