"""Records as the comparison reads them: one row per record, one column per feature, each a function of the record alone."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analysis.linkage import levels, normalise
from pipelines.analysis.linkage.spec import Spec
from pipelines.errors import AnlanError
from pipelines.reading import codes

# three bits hold a level of -1 to 6, so that a pattern of levels is one whole number
MOST_COLUMNS = 20
ENOUGH = 50_000  # about so many records show what a column holds


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
    plain = pa.table({c: _as_text(table[c]) for c in (spec.id, *names(spec))})
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


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def resolved(con: duckdb.DuckDBPyConnection, spec: Spec, source: str) -> Spec:
    """Return ``spec`` with free columns that hold dates, nearly all of them, taken as dates; and columns of credit codes.

    Where the spec is ``guarded``, columns of codes with a right check place become exclusive without being named so.
    """
    found, whole = {}, source
    (rows,) = con.execute(f"select count(*) from {source}").fetchone()
    if rows > 2 * ENOUGH:
        source = f"(select * from {source} where hash({_q(spec.id)}) % {rows // ENOUGH} = 0)"
    for column, kind in spec.columns.items():
        if kind == "free":
            sql = f"select distinct {_q(column)} as y from {source} where {_q(column)} is not null"
            for step in normalise.steps("date"):
                sql = f"select {step} as y from ({sql})"
            day = r"'^(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$'"
            share = con.execute(
                f"select avg(cast(regexp_matches(y, {day}) as integer)) from ({sql}) where y is not null"
            ).fetchone()[0]
            kind = "date" if share is not None and share >= 0.8 else "free"
        found[column] = kind
    credit = []
    for column in spec.exclusive:
        if kinds(spec)[column] == "code":
            y = f"trim({_q(column)})"
            share = con.execute(
                f"select avg(cast({codes.uscc(y)} is not null as integer)) from {source} where length({y}) > 0"
            ).fetchone()[0]
            credit += [column] if share is not None and share >= 0.8 else []
    more = []
    if spec.guarded:
        more = [
            c
            for c, k in kinds(spec).items()
            if k == "code" and c not in spec.exclusive and _checked_codes(con, c, whole)
        ]
    return replace(spec, columns=found, exclusive=(*spec.exclusive, *more), credit=(*credit, *more))


def _checked_codes(con: duckdb.DuckDBPyConnection, column: str, source: str) -> bool:
    """Tell whether a column holds two credit codes or identity numbers whose check place is right.

    Where it holds other numbers of 18 places, one in 31 is good by chance; that two of one thing differ and are both good by
    chance is a thousandth, and keeps a pair apart that a person can still join.
    """
    sql = f"select distinct {_q(column)} as y from {source} where length({_q(column)}) >= 18 order by hash(y) limit {ENOUGH}"
    for step in normalise.steps("code"):
        sql = f"select {step} as y from ({sql})"
    return con.execute(f"select count(distinct y) > 1 from ({sql}) where {codes.checked('y')}").fetchone()[0]


def kept_apart(spec: Spec) -> dict[str, str]:
    """Return exclusive column -> the column of ``rec`` with its good values: of credit codes those with a right check place."""
    short = names(spec)
    return {c: f"{short[c]}_good" if c in spec.credit else short[c] for c in spec.exclusive}


def load(
    con: duckdb.DuckDBPyConnection, source: str, spec: Spec, first: int, target: str, featured: bool = True
) -> None:
    """Make ``target`` from the raw records of ``source`` (with ``h``, the hash of their text).

    ``rid`` counts from ``first`` and says nothing; ``o`` is a number made of id and seed that puts records in an order by
    chance, the same in every run. The code of a value is a hash of what must be the same for two values to be equal. Without
    ``featured``, the normal forms stand alone.
    """
    short = names(spec)
    parts, joins = [], []
    for column, kind in kinds(spec).items():
        c = short[column]
        compared = column in spec.columns and featured
        _values(con, source, column, c, kind, compared)
        joins.append(f"left join val_{c} {c} on {c}.raw = s.{_q(column)}")
        if not featured:
            parts.append(f"{c}.v as {c}_v")
            continue
        same = levels.equal(kind)
        parts.append(f"case when {c}.{same} is not null then hash({c}.{same}) end as {c}")
        parts += [f"{c}.{f} as {c}_{f}" for f in normalise.FEATURES[kind] if compared]
        if column in spec.credit:
            parts.append(f"case when {codes.checked(f'{c}.v')} then hash({c}.v) end as {c}_good")
    con.execute(
        f"create or replace table {target} as select cast({first} - 1 + row_number() over () as integer) as rid, "
        f"{_q(spec.id)} as id, hash({_q(spec.id)}, {spec.seed}) as o, h, {', '.join(parts)} from {source} s {' '.join(joins)}"
    )
    for c in short.values():
        con.execute(f"drop table val_{c}")


def hashed(spec: Spec) -> str:
    """Return the SQL of a hash of all that a record says, its id too."""
    return "hash({})".format(", ".join('"' + c.replace('"', '""') + '"' for c in (spec.id, *names(spec))))


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _values(con: duckdb.DuckDBPyConnection, source: str, column: str, c: str, kind: str, whole: bool) -> None:
    """Make ``val_c``: each distinct raw value of one column with its normal form, and with its features where ``whole``."""
    con.execute(
        f"create or replace temp table raws as select distinct {_q(column)} as raw from {source} where {_q(column)} is not null"
    )
    easy = normalise.ready(kind)
    sql = f"select raw, raw as y from raws{f' where not ({easy[0]})' if easy else ''}"
    for step in normalise.steps(kind):
        sql = f"select raw, {step} as y from ({sql})"
    sql += f" union all select raw, {easy[1]} from raws where {easy[0]}" if easy else ""
    con.execute(
        f"create or replace temp table val_{c} as select raw, y as v from ({sql}) where y is not null; drop table raws"
    )
    if not whole:
        return
    if kind == "name":
        spelt = con.sql(f"select raw, v, {normalise.core('v')} as core from val_{c}").to_arrow_table()
        spelt = spelt.append_column("latin", normalise.latin(spelt["core"]))
        con.register("spelt", spelt)
        con.execute(f"create or replace temp table val_{c} as select raw, v, latin from spelt")
        con.unregister("spelt")
    made = ", ".join(f"{sql} as {f}" for f, sql in normalise.features(kind).items())
    con.execute(f"create or replace temp table val_{c} as select raw, {made} from val_{c}")
    if kind in normalise.BITS:
        lettered = con.sql(f"select * from val_{c}").to_arrow_table()
        text = pc.fill_null(lettered[normalise.BITS[kind]], "")
        letters, first = normalise.bits(text)
        con.register("lettered", lettered.append_column("x", letters).append_column("f", first))
        con.execute(f"create or replace temp table val_{c} as select * from lettered")
        con.unregister("lettered")
