"""Which reports of departments are one hazard: same firm or at most 60 m apart, three days, clause or words alike.

The method of record linkage by weights (Fellegi and Sunter) as everywhere in this package, but with comparisons of its own,
because a hazard has no name: what says most is firm and place together, the clause, and who is said to have found it.
Weights are base-2 logarithms of how much oftener a likeness is seen among reports of one hazard than among others that
come as near; they are parameters of the method (``method_link_thresholds``, entity type ``hazard``), not fitted at run time.

A department gives each hazard one number, so two numbers of one register are two hazards unless a person says otherwise,
and of several candidates in one register at most one is right: a pair's probability is shared with its rivals. Where two
rivals are as good as each other both go to people. Clusters, limits and decisions are those of the package.

Not here: recurrence. The same firm and clause found again after closing is another hazard (C305); it lies further than
three days off, or it has a number of its own in the same register.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import clusters, registry
from pipelines.errors import AnlanError

# the weights asked of the method, by comparison and level; what they mean stands beside them in the seed
LEVELS: dict[str, tuple[str, ...]] = {
    "place": (
        "firm_near",
        "firm_unplaced",
        "firm_apart",
        "firm_far",
        "unnamed_near",
        "unnamed_unplaced",
        "other_firm_near",
    ),
    "what": ("clause_same", "words_same", "words_like", "words_unlike", "nothing_said", "clause_differs"),
    "words": ("alike", "unlike"),
    "finder": ("grid_named", "grid_not_named", "firm_named", "firm_not_named"),
    "time": ("same_minute",),
    "deadline": ("kept", "changed"),
    "grade": ("same", "differs"),
}
LIMITS = ("match", "review", "rival", "max_cluster", "near_metres", "apart_metres", "window_days")
PRIOR = "weight_prior"
LIST = "enforcement:"


def link(
    records: pa.Table,
    decisions: Mapping[tuple[str, str], str],
    thresholds: Mapping[str, Decimal],
    previous: registry.Linked | None = None,
) -> registry.Linked:
    """Return which reports are one hazard.

    ``records``: ``fct_hazard_records``; times in UTC, degrees in WGS-84. ``decisions`` and ``thresholds`` as
    ``registry`` says. The result depends on the set of records only, not on their order nor on ``previous``.

    Raises:
        AnlanError: the method lacks a weight or limit.

    """
    wanted = [*LIMITS, PRIOR, *(f"weight_{c}_{level}" for c, levels in LEVELS.items() for level in levels)]
    lacking = [w for w in wanted if w not in thresholds]
    if lacking:
        raise AnlanError(
            "linkage of hazards", "the method lacks numbers", seen=", ".join(lacking[:6]),
            do="add them to method_link_thresholds for entity type hazard",
        )  # fmt: skip
    numbers = {w: float(thresholds[w]) for w in wanted}
    version = _version(numbers)
    con = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": "false"})
    try:
        con.execute("set TimeZone = 'UTC'")
        con.register("given", records)
        _load(con)
        _candidates(con, numbers, decisions)
        _weigh(con, numbers)
        pairs = con.sql("select * from weighed order by l, r").to_arrow_table()
        ids = con.execute("select record_id, register from report order by i").fetchnumpy()
    finally:
        con.close()
    return _result(ids["record_id"], ids["register"], pairs, dict(decisions), numbers, version)


def _version(numbers: dict[str, float]) -> str:
    text = json.dumps({"numbers": numbers, "levels": LEVELS}, sort_keys=True)
    return "hazards-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _load(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``report``: one row per record in the order of its id, with pairs of neighbouring characters of its words."""
    con.execute(
        """
        create table report as
        select
            row_number() over (order by record_id) - 1 as i,
            record_id, silo, silo || ':' || table_name as register, uscc, firm_stem, finder_silo,
            clause_code, group_code, grade_meaning, deadline_date, found_at, epoch(found_at) // 60 as minute,
            cast(lon as double) * 111320 * cos(radians(30.05)) as x, cast(lat as double) * 110900 as y,
            case when length(hazard_text) >= 4
                then list_distinct(list_transform(range(1, length(hazard_text)), lambda k: substr(hazard_text, k, 2))) end as grams
        from given
        """
    )


def _candidates(con: duckdb.DuckDBPyConnection, n: dict[str, float], decisions: Mapping[tuple[str, str], str]) -> None:
    """Make ``candidate`` (l, r, rule): reports of two registers of one firm or near each other, within the days; and decided pairs."""
    seconds, near = n["window_days"] * 86400, n["near_metres"]
    con.execute("create table candidate (l bigint, r bigint, rule varchar)")
    apart = f"a.register <> b.register and abs(epoch(a.found_at) - epoch(b.found_at)) <= {seconds}"
    for rule, same in (("credit code and days", "uscc"), ("firm name and days", "firm_stem")):
        con.execute(
            f"insert into candidate select a.i, b.i, '{rule}' from report a join report b using ({same}) where a.i < b.i and {apart}"
        )
    con.execute(
        f"""
        insert into candidate
        with cell as (select i, register, found_at, x, y, cast(floor(x / {near}) as bigint) as cx, cast(floor(y / {near}) as bigint) as cy from report where x is not null and y is not null),
        around as (select i, register, found_at, x, y, cx + dx as cx, cy + dy as cy from cell, range(-1, 2) as h(dx), range(-1, 2) as v(dy))
        select a.i, b.i, 'place and days' from cell a join around b using (cx, cy)
        where a.i < b.i and {apart} and sqrt(power(a.x - b.x, 2) + power(a.y - b.y, 2)) <= {near}
        """
    )
    # a report whose firm nobody can read is still known by its minute and clause
    con.execute(
        f"insert into candidate select a.i, b.i, 'minute and clause' from report a join report b using (clause_code, minute) "
        f"where a.i < b.i and {apart} "
        "and (a.uscc is null or b.uscc is null) and (a.firm_stem is null or b.firm_stem is null)"
    )
    said = sorted(tuple(sorted(pair)) for pair in decisions)
    given = pa.table(
        {"x": pa.array([p[0] for p in said], pa.string()), "y": pa.array([p[1] for p in said], pa.string())}
    )
    con.register("said", given)
    con.execute(
        "insert into candidate select least(a.i, b.i), greatest(a.i, b.i), 'decision' from said join report a on a.record_id = said.x "
        "join report b on b.record_id = said.y"
    )
    con.execute("create or replace table candidate as select l, r, min(rule) as rule from candidate group by l, r")


def _weigh(con: duckdb.DuckDBPyConnection, n: dict[str, float]) -> None:
    """Make ``weighed``: each candidate with the level and weight of every comparison, and their sum with the prior."""
    con.execute(
        f"""
        create table compared as
        with pair as (
            select
                l, r, rule, a.register as register_l, b.register as register_r,
                coalesce(a.uscc = b.uscc, false) or coalesce(a.firm_stem = b.firm_stem, false) as is_firm_same,
                (a.uscc is null or b.uscc is null) and (a.firm_stem is null or b.firm_stem is null) as is_firm_unknown,
                sqrt(power(a.x - b.x, 2) + power(a.y - b.y, 2)) as metres,
                len(list_intersect(a.grams, b.grams)) / nullif(least(len(a.grams), len(b.grams)), 0) as likeness,
                a.clause_code as clause_l, b.clause_code as clause_r,
                case when a.silo = 'enforcement' then a.finder_silo when b.silo = 'enforcement' then b.finder_silo end as finder,
                case when a.silo = 'enforcement' then b.silo when b.silo = 'enforcement' then a.silo end as other_silo,
                abs(epoch(a.found_at) - epoch(b.found_at)) as seconds,
                a.silo = 'firms' or b.silo = 'firms' as has_firm,
                a.deadline_date as deadline_l, b.deadline_date as deadline_r,
                a.grade_meaning as grade_l, b.grade_meaning as grade_r
            from candidate join report a on a.i = l join report b on b.i = r
        )
        select
            l, r, rule, register_l, register_r,
            case
                when is_firm_same and metres is null then 'firm_unplaced'
                when is_firm_same and metres <= {n["near_metres"]} then 'firm_near'
                when is_firm_same and metres <= {n["apart_metres"]} then 'firm_apart'
                when is_firm_same then 'firm_far'
                when is_firm_unknown and metres <= {n["near_metres"]} then 'unnamed_near'
                when is_firm_unknown and metres is null then 'unnamed_unplaced'
                when metres <= {n["near_metres"]} then 'other_firm_near'
                else 'firm_far'
            end as place,
            case
                when clause_l = clause_r then 'clause_same'
                when clause_l is not null and clause_r is not null then 'clause_differs'
                when likeness >= 0.6 then 'words_same'
                when likeness >= 0.3 then 'words_like'
                when likeness is not null then 'words_unlike'
                else 'nothing_said'
            end as what,
            case when clause_l = clause_r and likeness is not null then case when likeness >= 0.9 then 'alike' else 'unlike' end end as words,
            case
                when finder is null then null
                when other_silo = 'governance' then case when finder = 'governance' then 'grid_named' else 'grid_not_named' end
                when other_silo = 'firms' then case when finder = 'firms' then 'firm_named' else 'firm_not_named' end
            end as finder,
            case when seconds < 60 then 'same_minute' end as time,
            case when has_firm and other_silo is not null and deadline_l is not null and deadline_r is not null
                then case when deadline_l = deadline_r then 'kept' else 'changed' end end as deadline,
            case when grade_l is not null and grade_r is not null then case when grade_l = grade_r then 'same' else 'differs' end end as grade
        from pair
        """
    )
    cases = {
        c: f"case {c} " + " ".join(f"when '{v}' then {n[f'weight_{c}_{v}']!r}" for v in levels) + " else 0.0 end"
        for c, levels in LEVELS.items()
    }
    weights = ", ".join(f"cast({sql} as double) as w_{c}" for c, sql in cases.items())
    con.execute(
        f"create table weighed as select *, {n[PRIOR]!r} + {' + '.join(f'w_{c}' for c in LEVELS)} as weight "
        f"from (select *, {weights} from compared)"
    )


def share(
    left: np.ndarray,
    right: np.ndarray,
    register_l: np.ndarray,
    register_r: np.ndarray,
    weight: np.ndarray,
    match: float,
) -> np.ndarray:
    """Return each pair's probability when of several candidates in one register at most one is right.

    ``register_l``, ``register_r``: a number per pair, the register of its left and right record. Odds are shared among
    the rivals on either side and the smaller share counts. Pairs that reach ``match`` are taken as settled, their rivals
    fall away, and the rest is shared again.
    """
    odds = np.exp2(np.clip(weight, -60, 60))
    open_ = np.ones(len(odds), bool)
    settled = np.zeros(len(odds), bool)
    probability = np.zeros(len(odds))
    count = int(max(register_l.max(initial=0), register_r.max(initial=0))) + 1
    by_left, by_right = left * count + register_r, right * count + register_l
    while True:
        live = np.where(open_, odds, 0.0)
        total = np.minimum(live / (1 + _sums(by_left, live)), live / (1 + _sums(by_right, live)))
        probability = np.where(open_, total, 0.0)
        new = open_ & ~settled & (probability >= match)
        if not new.any():
            return probability
        settled |= new
        taken = np.isin(by_left, by_left[settled]) | np.isin(by_right, by_right[settled])
        open_ &= settled | ~taken


def _sums(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return, per row, the sum of ``values`` over its group."""
    _, place = np.unique(groups, return_inverse=True)
    return np.bincount(place, weights=values)[place] if len(values) else values


def _result(
    names: np.ndarray, registers: np.ndarray, pairs: pa.Table, decisions: dict, n: dict[str, float], version: str
) -> registry.Linked:
    """Cluster what was weighed and write down pairs, links and what was stopped."""
    left, right = (pairs.column(c).to_numpy() for c in ("l", "r"))
    weight = pairs.column("weight").to_numpy()
    codes = np.unique(registers, return_inverse=True)[1] if len(registers) else np.zeros(0, np.int64)
    said = np.array([decisions.get((names[a], names[b]), "") for a, b in zip(left, right, strict=True)], dtype=object)
    probability = np.round(
        share(left, right, codes[left], codes[right], np.where(said == "same", 60.0, weight), n["match"]), 6
    )
    alone = np.round(1 / (1 + np.exp2(-np.clip(weight, -60, 60))), 6)
    # a pair that would be merged but for rivals as good as itself waits for a person
    waits = (probability >= n["review"]) | ((alone >= n["match"]) & (probability >= n["rival"]))
    band = np.where(probability >= n["match"], "match", np.where(waits, "review", "apart"))
    joined = ((band == "match") | (said == "same")) & (said != "different")
    exclusive = []
    free = np.unique(np.concatenate([left[said == "same"], right[said == "same"]])) if len(left) else np.zeros(0, int)
    for code in np.unique(codes):
        mine = np.where(codes == code, np.arange(len(codes)), -1)
        # two numbers of one register that a person calls one hazard may meet
        mine[free] = -1
        exclusive.append(mine)
    foes = np.stack([left[said == "different"], right[said == "different"]], axis=1)
    # where pairs contradict each other those with the list stand first: it knows most of what it tells
    listed = np.char.startswith(registers.astype(str), LIST) if len(registers) else np.zeros(0, bool)
    sure = np.where(said == "same", clusters.SAID, weight + np.where(listed[left] | listed[right], 100.0, 0.0))
    edges = clusters.Edges(left[joined], right[joined], sure[joined])
    found = clusters.build(len(names), edges, exclusive, foes, int(n["max_cluster"]))
    kept = (band != "apart") | (said != "")
    why = _why(pairs)
    return registry.Linked(
        links=_links(names, found, left, right, joined, said, probability, band == "review", why, version),
        pairs=pa.table(
            {
                "left_id": pa.array(names[left[kept]], pa.string()), "right_id": pa.array(names[right[kept]], pa.string()),
                "probability": probability[kept], "match_weight": weight[kept], "band": pa.array(band[kept], pa.string()),
                "rule": pairs.column("rule").filter(pa.array(kept)), "why": pa.array(np.array(why, object)[kept], pa.string()),
                "decision": pa.array([s or None for s in said[kept]], pa.string()), "model_version": pa.array([version] * int(kept.sum()), pa.string()),
            }
        ),
        model={"model_version": version, "numbers": n, "levels": {c: list(v) for c, v in LEVELS.items()}},
        stopped=_stopped(names, found, version, int(n["max_cluster"])),
    )  # fmt: skip


def _why(pairs: pa.Table) -> list[str]:
    """Return, per pair, the JSON list of its comparisons with their weights, the strongest first."""
    rows = pairs.select([x for c in LEVELS for x in (c, f"w_{c}")]).to_pylist()
    out = []
    for row in rows:
        told = [(c, row[c], row[f"w_{c}"]) for c in LEVELS if row[c] is not None]
        told.sort(key=lambda x: (-abs(x[2]), x[0]))
        same = ("clause_same", "same", "same_minute", "kept")
        out.append(
            json.dumps(
                [{"column": c, "level": v, "weight": round(w, 3), "left_same": v in same} for c, v, w in told],
                ensure_ascii=False,
            )
        )
    return out


def _links(
    names: np.ndarray, found: clusters.Clusters, left: np.ndarray, right: np.ndarray, joined: np.ndarray, said: np.ndarray,
    probability: np.ndarray, waits: np.ndarray, why: list[str], version: str,
) -> pa.Table:  # fmt: skip
    """Return one row per record: its cluster, and by which of its pairs it came there."""
    count = len(names)
    how, sure = np.full(count, "alone", object), np.ones(count)
    reason = np.full(count, "no other report is like it", object)
    reason[np.concatenate([left[waits], right[waits]])] = "a likely pair waits for a person"
    inside = joined & (found.label[left] == found.label[right]) if len(left) else joined
    rows = np.flatnonzero(inside)
    # the weakest first, so that the surest pair is written last
    for at in rows[np.lexsort((right[rows], left[rows], probability[rows], said[rows] == "same"))]:
        for me, other in ((left[at], right[at]), (right[at], left[at])):
            how[me] = "review" if said[at] == "same" else "probability"
            sure[me] = 1.0 if said[at] == "same" else probability[at]
            steps = "; ".join(
                f"{s['column']} {s['level']} ({s['weight']:+.1f})" for s in json.loads(why[at]) if s["weight"]
            )
            reason[me] = f"with {names[other]}: " + ("decision same" if said[at] == "same" else steps)
    return pa.table(
        {
            "record_id": pa.array(names, pa.string()), "cluster_id": pa.array(names[found.label] if count else names, pa.string()),
            "how": pa.array(how, pa.string()), "probability": sure, "reason": pa.array(reason, pa.string()),
            "model_version": pa.array([version] * count, pa.string()),
        }
    )  # fmt: skip


def _stopped(names: np.ndarray, found: clusters.Clusters, version: str, largest: int) -> pa.Table:
    rows = sorted(found.stopped.items())
    return pa.table(
        {
            "record_id": pa.array([names[i] for i, _ in rows], pa.string()), "cluster_id": pa.array([names[c] for _, (c, _) in rows], pa.string()),
            "member_count": pa.array([m for _, (_, m) in rows], pa.int32()),
            "reason": pa.array([f"over {largest} members"] * len(rows), pa.string()), "model_version": pa.array([version] * len(rows), pa.string()),
        }
    )  # fmt: skip
