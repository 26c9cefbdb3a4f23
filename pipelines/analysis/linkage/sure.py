"""Pairs that need no weighing: what keys join and what people spoke of."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec


def keyed(con: duckdb.DuckDBPyConnection, spec: Spec, among: str, target: str) -> None:
    """Make ``target`` (l, r, key): pairs of ``among`` equal in all columns of a key.

    A group over the largest cluster is joined as a star around the record that comes first in the order by chance.
    """
    short = names(spec)
    con.execute("create or replace temp table hits (l integer, r integer, key smallint)")
    for i, key in enumerate(spec.keys):
        full = " and ".join(f"{short[c]} is not null" for c in key)
        codes = ", ".join(short[c] for c in key)
        source = "rec" if among == "rec" else f"rec semi join (select {codes} from {among}) using ({codes})"
        con.execute(f"create or replace temp table block as select rid, o, {codes} from {source} where {full}")
        con.execute(
            f"insert into hits select a.rid, b.rid, {i} from block a join block b using ({codes}) "
            f"join (select {codes}, count(*) as many, min(o) as first from block group by {codes} having count(*) > 1) using ({codes}) "
            f"where a.o < b.o and (many <= {spec.max_cluster} or a.o = first)"
        )
    inside = "" if among == "rec" else f"where l in (select rid from {among}) and r in (select rid from {among}) "
    con.execute(
        f"create or replace temp table {target} as select l, r, cast(min(key) as smallint) as key from hits {inside}group by l, r"
    )
    con.execute("drop table hits; drop table if exists block")


def said(con: duckdb.DuckDBPyConnection, decisions: dict[tuple[str, str], str], target: str) -> None:
    """Make ``target`` (l, r, verdict) of decisions about known records."""
    rows = [(*sorted(pair), verdict) for pair, verdict in sorted(decisions.items())]
    listed = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(("x", "y", "verdict"))})
    con.register("listed", listed)
    con.execute(
        f"create or replace temp table {target} as select case when a.o < b.o then a.rid else b.rid end as l, "
        "case when a.o < b.o then b.rid else a.rid end as r, verdict "
        "from listed join rec a on a.id = x join rec b on b.id = y"
    )
    con.unregister("listed")
