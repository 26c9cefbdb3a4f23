"""Clusters from scored pairs, and the tables that say so: pairs, links, what was stopped, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import clusters, explain
from pipelines.analysis.linkage.normalise import text
from pipelines.analysis.linkage.records import kept_apart
from pipelines.analysis.linkage.spec import Spec


@dataclass
class Linked:
    """What was found. Tables have the columns of ``linkage.tables``; ``model`` is plain values with ``model_version``.

    ``together`` says of each row of ``pairs`` whether it lies in one cluster. ``refused``: pairs people called the same that a
    constraint keeps apart. ``state``: what the next run needs to look at new records only.
    """

    pairs: pa.Table
    links: pa.Table
    model: dict[str, Any]
    stopped: pa.Table
    together: pa.ChunkedArray
    refused: list[tuple[str, str]] = field(default_factory=list)
    state: Any = None


def gather(
    con: duckdb.DuckDBPyConnection, spec: Spec, rules: list[str], described: dict[str, Any], plain: bool
) -> Linked:
    """Cluster the table ``scored`` with ``keyed`` and ``said``, and write down what came of it."""
    version = described["model_version"]
    con.execute(
        "create or replace temp table rank as select rid, id, cast(row_number() over (order by id) - 1 as integer) as k from rec"
    )
    (rows,) = con.execute("select count(*) from rank").fetchone()
    found = _cluster(con, spec, rows)
    con.register(
        "labels", pa.table({"k": pa.array(np.arange(rows), pa.int32()), "label": pa.array(found.label, pa.int32())})
    )
    con.execute("create or replace temp table label as select rid, k, id, label from labels join rank using (k)")
    con.unregister("labels")
    listed = _pairs(con, spec, rules, version, plain)
    links = _links(con, spec, version)
    ids = links["record_id"]
    return Linked(
        pairs=listed.drop_columns(["together"]), links=links, stopped=_stopped(found, spec, ids, version),
        model=described, together=listed["together"],
        refused=[(ids[a].as_py(), ids[b].as_py()) for a, b in found.refused],
    )  # fmt: skip


def _ranked(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, np.ndarray]:
    """Return pairs (l, r, …) with records by their place in the order of ids, the lower one left, in order."""
    return con.execute(
        f"select least(x.k, y.k) as l, greatest(x.k, y.k) as r, p.* exclude (l, r) from ({sql}) p "
        "join rank x on x.rid = p.l join rank y on y.rid = p.r order by all"
    ).fetchnumpy()


def _cluster(con: duckdb.DuckDBPyConnection, spec: Spec, rows: int) -> clusters.Clusters:
    edges = _ranked(
        con,
        "select l, r, max(weight) as weight from ("
        f"select l, r, weight from scored where probability >= {spec.threshold} "
        f"union all select l, r, {clusters.KEY + len(spec.keys)} - key from keyed "
        f"union all select l, r, {clusters.SAID} from said where verdict = 'same') "
        "anti join (select l, r from said where verdict = 'different') using (l, r) group by l, r",
    )
    unlike = _ranked(con, "select l, r from said where verdict = 'different'")
    doubts = _ranked(con, f"select l, r, weight from scored where probability < {spec.threshold}")
    codes = []
    for c in kept_apart(spec).values():
        got = con.execute(f"select {c} as v from rec join rank using (rid) order by k").fetchnumpy()["v"]
        there = ~np.ma.getmaskarray(got)
        value = np.full(rows, -1, np.int64)
        value[there] = np.unique(np.ma.getdata(got)[there], return_inverse=True)[1]
        codes.append(value)
    return clusters.build(
        rows,
        clusters.Edges(edges["l"], edges["r"], edges["weight"].astype(float)),
        codes,
        np.stack([unlike["l"], unlike["r"]], axis=1),
        spec.max_cluster,
        clusters.Edges(doubts["l"], doubts["r"], doubts["weight"].astype(float)),
    )


def _pairs(con: duckdb.DuckDBPyConnection, spec: Spec, rules: list[str], version: str, plain: bool) -> pa.Table:
    rule_words = "[" + ", ".join(text(r) for r in rules) + "]"
    key_words = "cast([" + ", ".join(text("key " + ", ".join(k)) for k in spec.keys) + "] as varchar[])"
    by_key = key_words
    if not plain:
        by_key = "cast([" + ", ".join(text(explain.keyed(k)) for k in spec.keys) + "] as varchar[])"
    why = explain.sentence(spec) if plain else explain.waterfall(spec)
    for i in range(len(spec.columns)):
        con.execute(f"create or replace temp macro level{i}(pat) as cast((pat >> {3 * i}) & 7 as integer) - 1")
    said, weights = text(" equal" if plain else ""), ", ".join(f"w{i}" for i in range(len(spec.columns)))
    return con.sql(
        f"""
        with chosen as (
            select l, r, rule, pat, probability, weight, {weights}, key, verdict, x.id as x_id, y.id as y_id, x.k as x_k, y.k as y_k, x.label = y.label as together,
                case when key is not null then 1.0 else probability end as sure
            from scored s
            full join keyed using (l, r) left join said using (l, r)
            join label x on x.rid = l join label y on y.rid = r
            where probability >= {spec.review} or key is not null or verdict is not null
        )
        select least(x_id, y_id) as left_id, greatest(x_id, y_id) as right_id, sure as probability, weight as match_weight,
            case when sure >= {spec.threshold} then 'match' when sure >= {spec.review} then 'review' else 'apart' end as band,
            case when key is not null then {key_words}[key + 1] when verdict is not null or rule < 0 then 'decision' else {rule_words}[rule + 1] end as rule,
            case when key is not null then {by_key}[key + 1] || {said} else {why} end as why,
            case when verdict in ('same', 'different', 'disputed') then verdict end as decision,
            {text(version)} as model_version,
            together
        from chosen
        order by least(x_k, y_k), greatest(x_k, y_k)
        """
    ).to_arrow_table()


def _links(con: duckdb.DuckDBPyConnection, spec: Spec, version: str) -> pa.Table:
    """Return one row per record: its cluster, and the surest way in which it is tied to it."""
    key_words = "cast([" + ", ".join(text("key " + ", ".join(k)) for k in spec.keys) + "] as varchar[])"
    # the surest way is the least number: its kind, then what it lacks to certainty in millionths, then the other record
    return con.sql(
        f"""
        with ways as (
            select l, r, 1 as place, 0 as lacks, key, cast(null as double) as weight from keyed
            union all select l, r, 2, 0, null, null from said where verdict = 'same'
            union all select l, r, 3, cast(round((1 - probability) * 1000000) as integer), null, weight from scored
                where probability >= {spec.threshold}
        ), inside as (
            select x.k as x, y.k as y, cast(place * 2000000 + lacks as bigint) << 31 as rank, key, weight
            from ways join label x on x.rid = l join label y on y.rid = r where x.label = y.label
        ), best as (
            select k, min(rank + other) as way, arg_min(key, rank + other) as key, arg_min(weight, rank + other) as weight
            from (select x as k, y as other, rank, key, weight from inside union all select y, x, rank, key, weight from inside)
            group by k
        ), told as (select *, (way >> 31) // 2000000 as place, (way >> 31) % 2000000 as lacks, way & 2147483647 as other from best)
        select me.id as record_id, head.id as cluster_id, coalesce(['key', 'review', 'probability'][place], 'alone') as how,
            coalesce(round(1 - lacks / 1000000, 6), 1.0) as probability,
            case when place is null then 'no other record is like it'
                else 'with ' || other.id || ': ' || case place when 1 then {key_words}[key + 1] || ' equal'
                    when 2 then 'decision same' else 'weight ' || printf('%+.1f', weight) end end as reason,
            {text(version)} as model_version
        from label me join label head on head.k = me.label
        left join told on told.k = me.k
        left join label other on other.k = told.other
        order by me.k
        """
    ).to_arrow_table()


def _stopped(found: clusters.Clusters, spec: Spec, ids: pa.ChunkedArray, version: str) -> pa.Table:
    halted = sorted(found.stopped.items())
    return pa.table(
        {
            "record_id": ids.take(pa.array([i for i, _ in halted], pa.int64())),
            "cluster_id": ids.take(pa.array([c for _, (c, _) in halted], pa.int64())),
            "member_count": pa.array([n for _, (_, n) in halted], pa.int32()),
            "reason": pa.array([f"over {spec.max_cluster} members" for _ in halted], pa.string()),
            "model_version": pa.array([version for _ in halted], pa.string()),
        }
    )
