"""Clusters from scored pairs, and the tables that say so: pairs, links, what was stopped, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import clusters, explain, score
from pipelines.analysis.linkage.normalise import text
from pipelines.analysis.linkage.records import kept_apart
from pipelines.analysis.linkage.spec import Spec

# the numbers of the kinds of ways in which a record is tied to its cluster lie so far apart; no weight is beyond _MOST
_WAY, _MOST = 1_000_000_000, 400


@dataclass
class Linked:
    """What was found. Tables have the columns of ``linkage.tables``; ``model`` is plain values with ``model_version``.

    ``together`` says of each row of ``pairs`` whether it lies in one cluster. ``refused``: pairs people called the same that a
    constraint keeps apart. ``state``: what the next run needs to look at new records only. ``trained``: what was learnt, for a run over everything
    that holds to it. ``codes``: for whoever has several codes, which is a record's own.
    """

    pairs: pa.Table
    links: pa.Table
    model: dict[str, Any]
    stopped: pa.Table
    together: pa.ChunkedArray
    refused: list[tuple[str, str]] = field(default_factory=list)
    state: Any = None
    trained: Any = None
    codes: pa.Table | None = None


def cluster(con: duckdb.DuckDBPyConnection, spec: Spec, source: str) -> None:
    """Put the clusters of the records ``source`` into ``kept.label``; no edge leads out of them. Leaves ``rank`` of them."""
    con.execute(
        "create or replace temp table rank as select rid, id, cast(row_number() over (order by id) - 1 as integer) as k "
        f"from {source}"
    )
    rid = con.execute("select rid from rank order by k").fetchnumpy()["rid"]
    found = _cluster(con, spec, len(rid))
    stopped = np.fromiter(found.stopped, np.int64, len(found.stopped))
    first, many = np.full(len(rid), -1), np.zeros(len(rid), np.int64)
    first[stopped] = [x[0] for x in found.stopped.values()]
    many[stopped] = [x[1] for x in found.stopped.values()]
    none = many == 0
    labels = {
        "rid": rid, "comp": rid[found.component], "head": rid[found.label],
        "many": pa.array(many, pa.int32(), mask=none), "first": pa.array(rid[first], pa.int32(), mask=none),
    }  # fmt: skip
    con.register("labels", pa.table(labels))
    con.execute("insert into kept.label by name select * from labels")
    con.unregister("labels")
    for a, b in found.refused:
        con.execute("insert into kept.refused values (?, ?)", [int(rid[a]), int(rid[b])])


def gather(
    con: duckdb.DuckDBPyConnection,
    spec: Spec,
    rules: list[str],
    described: dict[str, Any],
    plain: bool,
    looked: str = "",
) -> Linked:
    """Write down what the kept tables hold: of all records, of which ``rank`` is there, or of those of the table ``looked``."""
    version = described["model_version"]
    if looked:
        con.execute(
            "create or replace temp table rank as select rid, id, cast(row_number() over (order by id) - 1 as integer) as k from kept.rec "
            f"semi join (select rid from {looked} union select l from kept.scored where r in (select rid from {looked}) "
            f"union select r from kept.scored where l in (select rid from {looked}) "
            f"union select l from kept.said where r in (select rid from {looked}) union select r from kept.said where l in (select rid from {looked})) using (rid)"
        )
    con.execute(
        "create or replace temp table label as select rid, k, id, head, many, first from rank join kept.label using (rid)"
    )
    listed = _pairs(con, spec, rules, version, plain, looked)
    among = f"where me.rid in (select rid from {looked})" if looked else ""
    halted = con.sql(
        "select me.id as record_id, f.id as cluster_id, me.many as member_count, "
        f"'over {spec.max_cluster} members' as reason, {text(version)} as model_version "
        f"from (select * from label me {among}) me join label f on f.rid = me.first order by me.k"
    ).to_arrow_table()
    refused = con.execute(
        "select x.id, y.id from kept.refused join label x on x.rid = l join label y on y.rid = r order by all"
    ).fetchall()
    return Linked(
        pairs=listed.drop_columns(["together"]), links=_links(con, spec, version, among), stopped=halted, model=described,
        together=listed["together"], refused=refused,
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
        f"select l, r, weight from kept.scored where probability >= {spec.threshold} "
        f"union all select l, r, {clusters.KEY + len(spec.keys)} - key from kept.keyed "
        f"union all select l, r, {clusters.SAID} from kept.said where verdict = 'same') "
        "anti join (select l, r from kept.said where verdict = 'different') using (l, r) group by l, r",
    )
    unlike = _ranked(con, "select l, r from kept.said where verdict = 'different'")
    doubts = _ranked(con, f"select l, r, weight from kept.scored where probability < {spec.threshold}")
    codes = []
    for c in kept_apart(spec).values():
        got = con.execute(f"select {c} as v from kept.rec join rank using (rid) order by k").fetchnumpy()["v"]
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


def _pairs(
    con: duckdb.DuckDBPyConnection, spec: Spec, rules: list[str], version: str, plain: bool, looked: str
) -> pa.Table:
    rule_words = "[" + ", ".join(text(r) for r in rules) + "]"
    key_words = "cast([" + ", ".join(text("key " + ", ".join(k)) for k in spec.keys) + "] as varchar[])"
    by_key = key_words
    if not plain:
        by_key = "cast([" + ", ".join(text(explain.keyed(k)) for k in spec.keys) + "] as varchar[])"
    why = explain.sentence(spec) if plain else explain.waterfall(spec)
    for i in range(len(spec.columns)):
        con.execute(f"create or replace temp macro level{i}(pat) as cast((pat >> {3 * i}) & 7 as integer) - 1")
    inside = f"(select rid from {looked})"
    among = f"where l in {inside} or r in {inside}" if looked else ""
    said, weights = text(" equal" if plain else ""), ", ".join(f"w{i}" for i in range(len(spec.columns)))
    return con.sql(
        f"""
        with chosen as (
            select l, r, rule, pat, probability, weight, {weights}, key, verdict, x.id as x_id, y.id as y_id, x.k as x_k, y.k as y_k, x.head = y.head as together,
                case when key is not null then 1.0 else probability end as sure
            from (select * from kept.scored {among}) full join (select * from kept.keyed {among}) using (l, r)
            left join kept.said using (l, r)
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


def _links(con: duckdb.DuckDBPyConnection, spec: Spec, version: str, among: str) -> pa.Table:
    """Return one row per record: its cluster, and the surest way in which it is tied to it."""
    key_words = "cast([" + ", ".join(text("key " + ", ".join(k)) for k in spec.keys) + "] as varchar[])"
    weight = f"({_MOST} - lacks / 1000000)"
    # the surest way is the least number: its kind, then which key, or what the weight lacks, then the other record
    return con.sql(
        f"""
        with ways as (
            select l, r, cast(key as bigint) as lacks from kept.keyed
            union all select l, r, {_WAY} from kept.said where verdict = 'same'
            union all select l, r, {2 * _WAY} + cast(round(({_MOST} - weight) * 1000000) as bigint)
                from kept.scored where probability >= {spec.threshold}
        ), inside as (
            select x.k as x, y.k as y, lacks << 31 as way
            from ways join label x on x.rid = l join label y on y.rid = r where x.head = y.head
        ), best as (
            select k, min(way) as way from (select x as k, way + y as way from inside union all select y, way + x from inside) group by k
        ), told as (
            select k, (way >> 31) // {_WAY} + 1 as place, (way >> 31) % {_WAY} as lacks, way & 2147483647 as other from best
        )
        select me.id as record_id, head.id as cluster_id, coalesce(['key', 'review', 'probability'][place], 'alone') as how,
            case when place = 3 then {score.probability(weight)} else 1.0 end as probability,
            case when place is null then 'no other record is like it'
                else 'with ' || other.id || ': ' || case place when 1 then {key_words}[lacks + 1] || ' equal'
                    when 2 then 'decision same' else 'weight ' || printf('%+.1f', {weight}) end end as reason,
            {text(version)} as model_version
        from label me join label head on head.rid = me.head
        left join told on told.k = me.k
        left join label other on other.k = told.other
        {among}
        order by me.k
        """
    ).to_arrow_table()
