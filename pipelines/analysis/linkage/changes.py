"""What a run changes in a kept state: records that came and went, and the pairs they gain and lose.

Each function brings one kept table up to date and notes in ``dirty`` the records whose component is to be looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage import sure
from pipelines.analysis.linkage.records import hashed, load, names
from pipelines.analysis.linkage.spec import Spec


def diff(
    con: duckdb.DuckDBPyConnection, given: pa.Table, spec: Spec, day: bool, gone: Iterable[str]
) -> tuple[int, int]:
    """Make ``fresh``, the new and changed records, and ``gone``, the vanished and changed.

    Returns how many records there are now, and how many came or went.
    """
    con.register("given", given)
    con.register("named", pa.table({"id": pa.array(list(gone), pa.string())}))
    con.execute(
        f"create or replace temp table new as select * from (select *, {hashed(spec)} as h from given) anti join kept.rec using (h)"
    )
    (before,) = con.execute("select count(*) from kept.rec").fetchone()
    (new,) = con.execute("select count(*) from new").fetchone()
    if day:
        ids = f'select "{spec.id}" as id from new union all select id from named'
        con.execute(
            f"create or replace temp table gone as select rid from kept.rec semi join (select hash(id, {spec.seed}) as o from ({ids})) using (o)"
        )
    else:
        some = (
            f"kept.rec anti join (select {hashed(spec)} as h from given) using (h)"
            if before + new > given.num_rows
            else "kept.rec where false"
        )
        con.execute(f"create or replace temp table gone as select rid from {some}")
    (went,) = con.execute("select count(*) from gone").fetchone()
    (first,) = con.execute("select coalesce(max(rid) + 1, 0) from kept.rec").fetchone()
    load(con, "new", spec, first, "fresh")
    con.unregister("given")
    con.unregister("named")
    return before + new - went, new + went


def without(con: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    """Take pairs out of a kept table; their records are looked at anew."""
    con.execute(f"insert into dirty select unnest([l, r]) from {table} where {condition}")
    con.execute(f"delete from {table} where {condition}")


def _codes(spec: Spec) -> str:
    """Return the columns of ``rec`` that keys name."""
    short = names(spec)
    return ", ".join(dict.fromkeys(short[c] for key in spec.keys for c in key))


def regrouped(con: duckdb.DuckDBPyConnection, spec: Spec) -> bool:
    """Make ``regrouped`` of the kept records in a group of a key that a fresh or a gone record is in too."""
    codes, short = _codes(spec), names(spec)
    if not codes:
        return False
    con.execute(f"create or replace temp table moved as select {codes} from fresh union all select {codes} from kept.rec semi join gone using (rid)")  # fmt: skip
    con.execute("create or replace temp table regrouped (rid integer)")
    for key in spec.keys:
        codes = ", ".join(short[c] for c in key)
        con.execute(f"insert into regrouped select rid from kept.rec semi join moved using ({codes})")
    return True


def keyed_again(con: duckdb.DuckDBPyConnection, spec: Spec, any_key: bool) -> None:
    """Bring ``kept.keyed`` up to date in the groups that changed."""
    if not any_key:
        return
    codes = _codes(spec)
    con.execute(
        f"create or replace temp table members as select rid, {codes} from rec where rid in (select rid from regrouped union all select rid from fresh)"
    )
    sure.keyed(con, spec, "members", "keyed_now")
    con.execute(
        "create or replace temp table keyed_before as select * from kept.keyed where l in (select rid from regrouped) and r in (select rid from regrouped)"
    )
    con.execute(
        "create or replace temp table unkeyed as select * from keyed_before anti join keyed_now using (l, r, key)"
    )
    con.execute(
        "create or replace temp table newly as select * from keyed_now anti join keyed_before using (l, r, key)"
    )
    without(con, "kept.keyed", "(l, r) in (select (l, r) from unkeyed)")
    con.execute("insert into dirty select unnest([l, r]) from newly; insert into kept.keyed select * from newly")
    con.execute(
        "drop table members; drop table keyed_now; drop table keyed_before; drop table unkeyed; drop table newly"
    )


def said_again(con: duckdb.DuckDBPyConnection, said: dict[tuple[str, str], str]) -> None:
    """Bring ``kept.said`` up to date; a pair that people speak of no more is weighed as any other."""
    sure.said(con, said, "said_now")
    con.execute(
        "insert into dirty select unnest([l, r]) from (from kept.said anti join said_now using (l, r, verdict) "
        "union all from said_now anti join kept.said using (l, r, verdict))"
    )
    con.execute("create or replace temp table taken_back as select * from kept.said anti join said_now using (l, r)")
    if con.execute("select 1 from taken_back limit 1").fetchone():
        con.execute("delete from cand where (l, r) in (select (l, r) from taken_back)")
        con.execute(
            "insert into cand select l, r, rule, mask from kept.scored semi join taken_back using (l, r) where mask <> 0"
        )
        without(con, "kept.scored", "(l, r) in (select (l, r) from taken_back)")
    con.execute(
        "delete from kept.said; insert into kept.said select * from said_now; drop table said_now; drop table taken_back"
    )


def rules_again(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the rules of kept pairs up to date: those that blocks now bring (``cand``) or bring no more (``lost``)."""
    con.execute(
        "create or replace temp table other as select s.l, s.r, (s.mask & ~coalesce(lost.mask, 0)) | coalesce(cand.mask, 0) as mask "
        "from kept.scored s left join lost using (l, r) left join cand using (l, r) where lost.mask is not null or cand.mask is not null"
    )
    if con.execute("select 1 from other limit 1").fetchone():
        con.execute(
            "update kept.scored s set mask = o.mask, rule = case when o.mask = 0 then -1 else log2(o.mask & -o.mask) end "
            "from other o where s.l = o.l and s.r = o.r"
        )
        without(con, "kept.scored", "mask = 0 and (l, r) not in (select (l, r) from kept.said)")
    con.execute("drop table other; drop table lost")
