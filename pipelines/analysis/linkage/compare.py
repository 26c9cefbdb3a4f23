"""Compare pairs of records: a first look that costs little, then likeness of text where it can still matter."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import levels
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

_SIDE = re.compile(r"\b(c\d+(?:_[a-z0-9]+)?)_[lr]\b")
Hopeful = Callable[[np.ndarray, np.ndarray], np.ndarray]


def compare(
    con: duckdb.DuckDBPyConnection, spec: Spec, source: str, target: str, kept: str = "", among: str = "rec",
    hopeful: Hopeful | None = None, always: str = "", texts: str = "",
) -> None:  # fmt: skip
    """Make ``target`` from the pairs (l, r) of ``source``: more columns ``kept`` and ``pat``, the levels of all columns.

    ``pat`` holds the level of column i plus one in the bits from 3 i on. ``among`` is the table of records, or a part of it that
    holds all records of the pairs; it needs the columns of :func:`looked_at` only where ``texts`` names the table of records. ``hopeful`` is asked after each look which patterns with which open columns (as bits; the
    pattern has the highest level possible there) matter; pairs of others are left out but where ``always`` holds.
    """
    more = "".join(f", {k}" for k in kept.split(", ") if k)
    short = names(spec)
    looks = levels.looks(spec.columns, short)
    codes = ", ".join(f"cast({sql} as tinyint) as k{i}" for i, sql in enumerate(looks))
    pat = " | ".join(f"(cast(k{i} & 7 as bigint) << {3 * i})" for i in range(len(looks)))
    still = " | ".join(f"(cast(k{i} >> 3 as bigint) << {i})" for i in range(len(looks)))
    con.execute(
        f"create or replace temp table looked as select l, r{more}, {pat} as pat, {still} as still from "
        f"(select l, r{more}, {codes} from {_sides(source, among, looks)})"
    )
    _let_go(con, hopeful, always)
    later = levels.later(spec.columns, short)
    if texts:
        used = sorted({c for sql in later.values() for c in _SIDE.findall(sql)})
        con.execute(
            f"create or replace temp table worded as select {', '.join(['rid', *used])} from {texts} where rid in "
            "(select l from looked where still <> 0 union all select r from looked where still <> 0)"
        )
        among = "worded"
    for i, sql in later.items():
        is_open = f"still & {1 << i} <> 0"
        if con.execute(f"select 1 from looked where {is_open} limit 1").fetchone():
            con.execute(f"create or replace temp table open as select * from looked where {is_open}")
            con.execute(f"delete from looked where {is_open}")
            con.execute(
                f"insert into looked select l, r{more}, pat & ~({7 << 3 * i}) | (cast({sql} as bigint) << {3 * i}), "
                f"still & ~{1 << i} from {_sides('open', among, [sql])}"
            )
            con.execute("drop table open")
            _let_go(con, hopeful, always)
    con.execute(f"create or replace temp table {target} as select * exclude (still) from looked; drop table looked")


def _let_go(con: duckdb.DuckDBPyConnection, hopeful: Hopeful | None, always: str) -> None:
    """Take out of ``looked`` the pairs for which there is no hope."""
    if hopeful is None:
        return
    seen = con.execute("select distinct pat, still from looked order by all").fetchnumpy()
    worth = hopeful(seen["pat"], seen["still"])
    con.register("worthy", pa.table({n: seen[n][worth] for n in ("pat", "still")}))
    held = f" union all select * from looked anti join worthy using (pat, still) where {always}" if always else ""
    con.execute(
        f"create or replace temp table looked as select * from looked semi join worthy using (pat, still){held}"
    )
    con.unregister("worthy")


def looked_at(spec: Spec) -> str:
    """Return the columns of records that a first look and the weights read."""
    short = names(spec)
    used = {c for sql in levels.looks(spec.columns, short) for c in _SIDE.findall(sql)}
    return ", ".join(["rid", *sorted(used | {short[c] for c in spec.columns})])


def compared(spec: Spec) -> str:
    """Return the columns of records that a comparison to the end reads."""
    short = names(spec)
    worded = {c for sql in levels.later(spec.columns, short).values() for c in _SIDE.findall(sql)}
    return ", ".join(dict.fromkeys([*looked_at(spec).split(", "), *sorted(worded)]))


def _sides(source: str, among: str, read: list[str]) -> str:
    """Return the SQL of pairs with those columns of both records that the expressions ``read``."""
    used = sorted({c for sql in read for c in _SIDE.findall(sql)})
    sides = ", ".join(f"{t}.{u} as {u}_{t}" for t in ("l", "r") for u in used)
    return f"(select p.*, {sides} from {source} p join {among} l on l.rid = p.l join {among} r on r.rid = p.r)"
