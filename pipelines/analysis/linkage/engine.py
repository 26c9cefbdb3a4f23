"""Link records: normal forms, keys, candidate pairs, a trained model, scores, clusters. One call, nothing else to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import blocks, clusters, explain, levels, model, normalise, records
from pipelines.analysis.linkage.normalise import text
from pipelines.analysis.linkage.spec import Spec

_SAMPLE = 1_000_000


@dataclass
class Linked:
    """What was found. Tables have the columns of ``linkage.tables``; ``model`` is plain values with ``model_version``.

    ``sentences`` says of each row of ``pairs`` in one line why, ``together`` whether it lies in one cluster. ``refused`` are pairs people called the same that a
    constraint keeps apart.
    """

    pairs: pa.Table
    links: pa.Table
    model: dict[str, Any]
    stopped: pa.Table
    sentences: pa.ChunkedArray
    together: pa.ChunkedArray
    refused: list[tuple[str, str]] = field(default_factory=list)


def link(
    given: pa.Table | list,
    spec: Spec,
    decisions: Mapping[tuple[str, str], str] | None = None,
    previous: Any = None,
) -> Linked:
    """Return which of the records are the same thing.

    ``given`` has one row per record with the columns the spec names (values are read as text, null is missing).
    ``decisions``: ``{(left_id, right_id): "same" | "different" | "disputed"}``. ``previous``: the result of an earlier
    run. The result depends on the set of records only, neither on their order nor on ``previous``.

    Raises:
        AnlanError: no rows, a column is missing, an id is missing or repeated.

    """
    plain = records.checked(given, spec)
    con = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": "false"})
    try:
        con.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        return _run(con, plain, spec, dict(decisions or {}))
    finally:
        con.close()


def _run(con: duckdb.DuckDBPyConnection, plain: pa.Table, spec: Spec, said: dict[tuple[str, str], str]) -> Linked:
    rows = records.load(con, plain, spec)
    short = records.names(spec)
    _keys(con, spec, short, rows)
    foes = " or ".join(["a.grp = b.grp", *(f"coalesce(a.{short[c]} <> b.{short[c]}, false)" for c in spec.exclusive)])
    rules = blocks.candidates(con, spec, rows, foes)
    _decided(con, said)
    _compare(con, spec, short, "cand", "seen")
    _needed(con, spec)
    _random(con, spec, rows)
    _compare(con, spec, short, "drawn", "random")
    trained = model.train(spec, rows, _patterns(con, spec, "random"), _patterns(con, spec, "seen"))
    described = trained.as_dict()
    _score(con, spec, short, trained)
    return _result(con, spec, short, [r.word for r in rules], described, rows)


def _keys(con: duckdb.DuckDBPyConnection, spec: Spec, short: dict[str, str], rows: int) -> None:
    """Make ``keyed`` (l, r, key), pairs equal in all columns of a key, and give ``rec`` the group keys join (``grp``).

    A group over the largest cluster is joined as a star around its smallest record, not pair by pair.
    """
    con.execute("create table keyed (l integer, r integer, key smallint)")
    for i, key in enumerate(spec.keys):
        full = " and ".join(f"{short[c]} is not null" for c in key)
        codes = ", ".join(short[c] for c in key)
        con.execute(
            f"create or replace temp table block as select rid, {codes}, count(*) over w as many, min(rid) over w as first "
            f"from rec where {full} window w as (partition by {codes})"
        )
        con.execute(
            f"insert into keyed select a.rid, b.rid, {i} from block a join block b using ({codes}) "
            f"where a.rid < b.rid and (a.many <= {spec.max_cluster} or a.rid = a.first)"
        )
    con.execute(
        "create or replace table keyed as select l, r, cast(min(key) as smallint) as key from keyed group by l, r"
    )
    edges = con.execute("select l, r from keyed").fetchnumpy()
    label = clusters.components(rows, edges["l"], edges["r"])
    con.register(
        "grouped", pa.table({"rid": pa.array(np.arange(rows), pa.int32()), "grp": pa.array(label, pa.int32())})
    )
    con.execute("create or replace table rec as select rec.*, grp from rec join grouped using (rid) order by rid")
    con.unregister("grouped")


def _decided(con: duckdb.DuckDBPyConnection, said: dict[tuple[str, str], str]) -> None:
    """Make ``said`` (l, r, verdict) of decisions about known records and see that their pairs are compared."""
    rows = [(*sorted(pair), verdict) for pair, verdict in sorted(said.items())]
    given = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(("x", "y", "verdict"))})
    con.register("given", given)
    con.execute(
        "create table said as select least(a.rid, b.rid) as l, greatest(a.rid, b.rid) as r, verdict "
        "from given join rec a on a.id = x join rec b on b.id = y"
    )
    con.unregister("given")
    con.execute("insert into cand select l, r, -1 from said anti join cand using (l, r)")
    con.execute("insert into cand select l, r, -1 from keyed anti join cand using (l, r)")


def _compare(con: duckdb.DuckDBPyConnection, spec: Spec, short: dict[str, str], source: str, target: str) -> None:
    """Make ``target`` from the pairs of ``source``: l, r, rule and the level of likeness g<i> of each column."""
    used, cases = [], []
    people = [c for c, k in spec.columns.items() if k == "name"]
    for i, (column, kind) in enumerate(spec.columns.items()):
        c = short[column]
        others = [short[o] for o in people if o != column] if kind == "name" else []
        cases.append(f"{levels.case(kind, c, others)} as g{i}")
        used += [f"{c}_{f}" for f in normalise.FEATURES[kind]]
    sides = ", ".join(f"{t}.{u} as {u}_{t}" for t in ("l", "r") for u in used)
    con.execute(
        f"create table {target} as select l, r, rule, {', '.join(cases)} from ("
        f"select p.l, p.r, p.rule, {sides} from {source} p join rec l on l.rid = p.l join rec r on r.rid = p.r)"
    )


def _needed(con: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Take out of ``seen`` the candidates that are not alike in a column they must be alike in; keys and people stand."""
    for i, column in enumerate(spec.columns):
        if column in spec.needed:
            con.execute(f"delete from seen where g{i} <= 0 and rule >= 0")


def _random(con: duckdb.DuckDBPyConnection, spec: Spec, rows: int) -> None:
    """Make ``drawn``, pairs of records met by chance: all of a small file, else a sample fixed by ids and seed."""
    if rows * (rows - 1) // 2 <= _SAMPLE:
        con.execute(
            "create table drawn as select a.rid as l, b.rid as r, -1 as rule from rec a join rec b on a.rid < b.rid"
        )
        return
    steps = -(-_SAMPLE // rows)
    con.execute(
        f"create temp table mixed as select rid, row_number() over (order by hash(id || {text(f'#{spec.seed}')}), id) - 1 as at from rec"
    )
    con.execute(
        f"create table drawn as select least(a.rid, b.rid) as l, greatest(a.rid, b.rid) as r, -1 as rule "
        f"from (select rid, (mixed.at + step) % {rows} as met from mixed, range(1, {steps + 1}) s(step) where mixed.at < {_SAMPLE // steps}) a "
        f"join mixed b on b.at = a.met"
    )
    con.execute("drop table mixed")


def _patterns(con: duckdb.DuckDBPyConnection, spec: Spec, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the patterns of levels in a table of compared pairs and how often each occurs, in one order."""
    g = ", ".join(f"g{i}" for i in range(len(spec.columns)))
    found = con.execute(f"select {g}, count(*) as n from {table} group by {g} order by {g}").fetchnumpy()
    grid = np.stack([found[f"g{i}"] for i in range(len(spec.columns))], axis=1).astype(np.int16)
    return grid, found["n"].astype(float)


def _score(con: duckdb.DuckDBPyConnection, spec: Spec, short: dict[str, str], trained: model.Model) -> None:
    """Make ``scored``: the weight of each column w<i>, their sum with the prior, the probability."""
    parts, joins = [], []
    for i, (column, kind) in enumerate(spec.columns.items()):
        c, weights = short[column], trained.weights[i]
        top = len(weights) - 1
        listed = "[" + ", ".join(repr(round(float(w), 6)) for w in weights) + "]"
        plain = f"cast({listed}[g{i} + 1] as double)"
        if kind == "point":
            parts.append(f"case when g{i} >= 0 then {plain} end as w{i}")
            continue
        con.execute(
            f"create table tf_{c} as select {c} as code, "
            f"round(log2({float(trained.m[i][top])!r} * (select count({c}) from rec) / count(*)), 6) as weight "
            f"from rec where {c} is not null group by {c}"
        )
        joins.append(f"left join tf_{c} on g{i} = {top} and tf_{c}.code = a.{c}")
        parts.append(f"case when g{i} = {top} then tf_{c}.weight when g{i} >= 0 then {plain} end as w{i}")
    g = ", ".join(f"g{i}" for i in range(len(spec.columns)))
    total = " + ".join([repr(round(trained.prior, 6)), *(f"coalesce(w{i}, 0)" for i in range(len(spec.columns)))])
    con.execute(
        f"create table scored as select *, round(1 / (1 + pow(2, -greatest(least(weight, 80), -80))), 6) as probability "
        f"from (select *, round({total}, 6) as weight from "
        f"(select l, r, rule, {g}, {', '.join(parts)} from seen join rec a on a.rid = l {' '.join(joins)}))"
    )


def _result(
    con: duckdb.DuckDBPyConnection, spec: Spec, short: dict[str, str], rules: list[str], described: dict, rows: int
) -> Linked:
    """Cluster what was scored and write down pairs, links and what was stopped."""
    version = described["version"]
    edges = con.execute(
        "select l, r, max(weight) as weight from ("
        f"select l, r, weight from scored where probability >= {spec.threshold} "
        f"union all select l, r, {clusters.KEY + len(spec.keys)} - key from keyed "
        f"union all select l, r, {clusters.SAID} from said where verdict = 'same') "
        "anti join (select l, r from said where verdict = 'different') using (l, r) group by l, r order by l, r"
    ).fetchnumpy()
    joined = clusters.Edges(edges["l"], edges["r"], edges["weight"].astype(float))
    unlike = con.execute("select l, r from said where verdict = 'different' order by l, r").fetchnumpy()
    codes = [
        con.execute(f"select coalesce({short[c]}, -1) as v from rec order by rid").fetchnumpy()["v"].astype(np.int64)
        for c in spec.exclusive
    ]
    found = clusters.build(rows, joined, codes, np.stack([unlike["l"], unlike["r"]], axis=1), spec.max_cluster)
    con.register(
        "labels", pa.table({"rid": pa.array(np.arange(rows), pa.int32()), "label": pa.array(found.label, pa.int32())})
    )
    con.execute("create table label as select * from labels order by rid")
    con.unregister("labels")
    rule_words = "[" + ", ".join(text(r) for r in rules) + "]"
    key_words = "cast([" + ", ".join(text("key " + ", ".join(k)) for k in spec.keys) + "] as varchar[])"
    listed = con.sql(
        f"""
        with pairs as (
            select s.* exclude (probability), keyed.key, said.verdict, x.label = y.label as together,
                case when keyed.key is not null then 1.0 else s.probability end as probability
            from scored s
            left join keyed using (l, r) left join said using (l, r)
            join label x on x.rid = s.l join label y on y.rid = s.r
            where s.probability >= {spec.review} or keyed.key is not null or said.verdict is not null
        )
        select a.id as left_id, b.id as right_id, probability, weight as match_weight,
            case when probability >= {spec.threshold} then 'match' when probability >= {spec.review} then 'review'
                else 'apart' end as band,
            case when key is not null then {key_words}[key + 1] when rule >= 0 then {rule_words}[rule + 1] else 'decision' end as rule,
            {explain.waterfall(spec)} as why,
            case when verdict in ('same', 'different', 'disputed') then verdict end as decision,
            {text(version)} as model_version,
            case when key is not null then {key_words}[key + 1] || ' equal; ' else '' end || {explain.sentence(spec)} as sentence,
            together
        from pairs join rec a on a.rid = pairs.l join rec b on b.rid = pairs.r
        order by pairs.l, pairs.r
        """
    ).to_arrow_table()
    best = con.sql(
        f"""
        with ways as (
            select l, r, 'key' as how, 1.0 as probability, {key_words}[key + 1] || ' equal' as reason, 1 as place from keyed
            union all select l, r, 'review', 1.0, 'decision same', 2 from said where verdict = 'same'
            union all select l, r, 'probability', probability, {explain.sentence(spec)}, 3 from scored
                where probability >= {spec.threshold}
        ), inside as (
            select ways.* from ways join label x on x.rid = l join label y on y.rid = r where x.label = y.label
        ), sides as (select l as rid, r as other, * from inside union all select r as rid, l as other, * from inside),
        first as (select * from sides qualify row_number() over (partition by rid order by place, probability desc, other) = 1)
        select rec.id as record_id, c.id as cluster_id, coalesce(how, 'alone') as how, coalesce(probability, 1.0) as probability,
            coalesce('with ' || o.id || ': ' || reason, 'no other record is like it') as reason, {text(version)} as model_version
        from rec join label using (rid) join rec c on c.rid = label.label
        left join first on first.rid = rec.rid left join rec o on o.rid = first.other
        order by rec.rid
        """
    ).to_arrow_table()
    names = con.sql("select id from rec order by rid").to_arrow_table()["id"]
    stopped = sorted(found.stopped.items())
    halted = pa.table(
        {
            "record_id": names.take(pa.array([i for i, _ in stopped], pa.int64())),
            "cluster_id": names.take(pa.array([c for _, (c, _) in stopped], pa.int64())),
            "member_count": pa.array([n for _, (_, n) in stopped], pa.int32()),
            "reason": pa.array([f"over {spec.max_cluster} members" for _ in stopped], pa.string()),
            "model_version": pa.array([version for _ in stopped], pa.string()),
        }
    )
    return Linked(
        pairs=listed.drop_columns(["sentence", "together"]), links=best, stopped=halted,
        model={"model_version": version, **described}, sentences=listed["sentence"], together=listed["together"],
        refused=[(names[a].as_py(), names[b].as_py()) for a, b in found.refused],
    )  # fmt: skip
