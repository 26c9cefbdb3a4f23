"""Records as the comparison reads them: one row per record in the order of ids, one column per feature."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analysis.linkage import normalise
from pipelines.analysis.linkage.spec import Spec
from pipelines.errors import AnlanError


def names(spec: Spec) -> dict[str, str]:
    """Return column -> safe short name (c0, c1, …); columns that only keys name come last."""
    return {c: f"c{i}" for i, c in enumerate([*spec.columns, *spec.key_only])}


def kinds(spec: Spec) -> dict[str, str]:
    """Return column -> kind; what only keys name is compared as it is written."""
    return dict(spec.columns) | dict.fromkeys(spec.key_only, "code")


def checked(records: pa.Table | list, spec: Spec) -> pa.Table:
    """Return the id and the needed columns as text, or raise :class:`AnlanError` for what is missing or doubled."""
    table = records if isinstance(records, pa.Table) else pa.Table.from_pylist(list(records))
    where = f"records of {spec.entity_type}"
    if table.num_rows == 0:
        raise AnlanError(where, "are empty", seen="0 rows", do="give at least one record")
    missing = [c for c in (spec.id, *names(spec)) if c not in table.column_names]
    if missing:
        raise AnlanError(
            where, "lack columns the spec names", seen=f"missing {', '.join(missing)}; there are {', '.join(table.column_names)}",
            do="change the spec or the records",
        )  # fmt: skip
    plain = pa.table({c: as_text(table[c]) for c in (spec.id, *names(spec))})
    ids = plain[spec.id]
    empty = pc.sum(pc.or_kleene(pc.is_null(ids), pc.equal(ids, ""))).as_py() or 0
    if empty:
        raise AnlanError(where, "have rows without an id", seen=f"{empty} of {table.num_rows}", do=f"fill {spec.id}")
    if pc.count_distinct(ids).as_py() != table.num_rows:
        counts = pc.value_counts(ids.combine_chunks())
        twice = sorted(v["values"].as_py() for v in counts if v["counts"].as_py() > 1)
        raise AnlanError(
            where, "repeat an id", seen=f"{len(twice)} ids, such as {twice[0]!r}", do="give each record one"
        )
    return plain


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text; lists and structures are refused by Arrow's cast."""
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def load(con: duckdb.DuckDBPyConnection, plain: pa.Table, spec: Spec) -> int:
    """Make the table ``rec`` (rid, id, and per column its code and features) and return the number of records.

    ``rid`` counts ids in their sorted order and codes count normal forms in theirs, so the order of rows plays no part.
    """
    con.register("given", plain)
    con.execute(
        f'create table ids as select cast(row_number() over (order by "{_q(spec.id)}") - 1 as integer) as rid, * from given'
    )
    for column, c in names(spec).items():
        _values(con, column, c, kinds(spec)[column])
    parts = []
    for column, c in names(spec).items():
        parts.append(f"{c}.code as {c}")
        parts += [f"{c}.{f} as {c}_{f}" for f in normalise.FEATURES[kinds(spec)[column]]]
    joins = " ".join(
        f'left join raw_{c} r{c} on r{c}.raw = ids."{_q(column)}" left join val_{c} {c} on {c}.code = r{c}.code'
        for column, c in names(spec).items()
    )
    con.execute(
        f'create table rec as select rid, ids."{_q(spec.id)}" as id, {", ".join(parts)} from ids {joins} order by rid'
    )
    for c in names(spec).values():
        con.execute(f"drop table raw_{c}; drop table val_{c}")
    con.execute("drop table ids")
    con.unregister("given")
    return plain.num_rows


def _q(name: str) -> str:
    return name.replace('"', '""')


def _values(con: duckdb.DuckDBPyConnection, column: str, c: str, kind: str) -> None:
    """Make ``raw_c`` (raw -> code) and ``val_c`` (code -> features) of one column."""
    sql = f'select distinct "{_q(column)}" as raw, "{_q(column)}" as y from ids where "{_q(column)}" is not null'
    for step in normalise.steps(kind):
        sql = f"select raw, {step} as y from ({sql})"
    con.execute(f"create temp table norm as {sql}")
    con.execute(
        f"create table val_{c} as select cast(row_number() over (order by y) as integer) as code, y as v "
        "from (select distinct y from norm where y is not null)"
    )
    con.execute(f"create table raw_{c} as select raw, code from norm join val_{c} on y = v")
    con.execute("drop table norm")
    if kind == "name":
        values = con.sql(f"select code, v from val_{c} order by code").to_arrow_table()
        spelt = pa.table({"code": values["code"], "v": values["v"], "latin": normalise.latin(values["v"])})
        con.register("spelt", spelt)
        con.execute(f"create or replace table val_{c} as select * from spelt")
        con.unregister("spelt")
    made = ", ".join(f"{sql} as {f}" for f, sql in normalise.features(kind).items())
    con.execute(f"create or replace table val_{c} as select code, {made} from val_{c}")
