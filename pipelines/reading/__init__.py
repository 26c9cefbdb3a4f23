"""How landed text is read: one reading per contract type, raw text always kept beside (personal text: in the vault).

Reading never guesses: what has two meanings, or none, becomes NULL, and ``<column>_read_how`` says why in a short
word (:mod:`pipelines.reading.flags`). Most readings are SQL expressions that run in DuckDB over one batch; values
that can be read as they stand go the short way, the careful forms run on the few others only (:func:`prepare`).
Words and personal values are read once per distinct value in Python.

By meaning: ``dates``, ``numbers``, ``codes``, ``texts`` (words, firms, villages), ``persons``, ``points``, ``free``
(numbers of people in free text); what two columns say together (a point, a town) is in ``groups``. Sources of the rules: DOMAIN §2 and §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import plain
from pipelines.contract import Column, Contract
from pipelines.reading import codes, dates, numbers, persons, texts
from pipelines.reading.codes import id_number
from pipelines.reading.groups import group_fields, groups
from pipelines.reading.persons import keyed_hash, mask, phone
from pipelines.reading.sql import (
    FULL_MARKS,
    HALF_MARKS,
    HIDDEN,
    NULL_TOKENS,
    cleaned,
    ident,
    in_place,
    matches,
    placed,
    quoted,
    tidied,
    tokens,
)
from pipelines.reading.texts import fold

__all__ = [
    "HIDDEN", "NULL_TOKENS", "Prepared", "cleaned", "empty_fields", "expressions", "fold", "group_fields", "groups",
    "id_number", "ident", "in_place", "keyed_hash", "mask", "phone", "placed", "prepare", "quoted", "short", "tokens",
]  # fmt: skip

_PLAIN_TEXT = {"text", "code"}


def _is_number(kind: str) -> bool:
    return kind == "integer" or kind.startswith(("decimal", "money", "area"))


def _as_plain(column: Column) -> Column:
    """Return the column as :mod:`pipelines.plain` knows it: money and areas are decimals to it."""
    return replace(column, type="decimal(28,10)") if column.type.startswith(("money", "area")) else column


def short(column: Column, contract: Contract) -> str | None:
    """Return the expression for values that can be read as they stand, or None where a type has none.

    It runs on the raw text under the column's own name; :mod:`pipelines.plain` says for which values.
    """
    text, kind = ident(column.name), column.type
    if kind in _PLAIN_TEXT:
        return None if column.options.get("upper") else text
    if kind == "integer":
        return f"try_cast({text} as bigint)"
    if kind.startswith("decimal"):
        return f"try_cast({text} as {kind})"
    if kind.startswith(("money", "area")):
        return f"try_cast({text} as decimal(28,{numbers.places(column)}))"
    if kind == "epoch_ms":
        return f"make_timestamp(try_cast({text} as bigint) * 1000)"
    if kind == "date" and not column.formats:
        return f"try_cast({text} as date)"
    if kind == "duration_h_min":
        hours, part = f"try_cast({text}[:-4] as integer)", f"try_cast(right({text}, 2) as integer)"
        return f"cast({hours} * 60 + {part} as integer)"
    if kind == "datetime" and not column.formats:
        return dates.to_utc(f"try_cast({text} as timestamp)", dates.zone_of(column, contract))
    return None


_NOTHING = "cast(null as varchar)"


def expressions(column: Column, contract: Contract) -> list[tuple[str, str]]:
    """Return ``(sql, landed column)`` pairs: the careful reading of one column, tidied text under its own name.

    The last pair is how it was read; ``_raw`` and ``_tidy`` are the text before empty words were taken out.
    """
    name, text, kind = column.name, ident(column.name), column.type
    more: list[tuple[str, str]] = []
    read, unread = _NOTHING, "'unread'"
    if kind in _PLAIN_TEXT:
        # codes of capitals: small letters are the same code
        value = f"upper({text})" if column.options.get("upper") else text
        read = f"case when {value} <> {text} then 'code_form' end" if column.options.get("upper") else _NOTHING
    elif kind == "integer":
        whole = numbers.number(text, "decimal(38,6)")
        value = f"case when {whole} = floor({whole}) then try_cast({whole} as bigint) end"
        read = numbers.how_number(text)
    elif kind.startswith("decimal"):
        value, read = numbers.number(text, kind), numbers.how_number(text)
    elif kind.startswith(("money", "area")):
        value, read = numbers.measured(column, text)
    elif kind in {"date", "rain_day"}:
        value, (read, unread) = dates.day(column, text), dates.how(column, text)
        if kind == "rain_day":
            start = (
                f"cast({value} as timestamp) + to_minutes({int(60 * float(column.options.get('day_from_hours', 8)))})"
            )
            more.append((dates.to_utc(start, dates.zone_of(column, contract)), f"{name}_from_at"))
    elif kind == "datetime":
        value, (read, unread) = dates.instant(column, text, contract), dates.how(column, text)
    elif kind == "epoch_ms":
        value = f"case when {matches(text, '[0-9]{12,14}')} then make_timestamp(cast({text} as bigint) * 1000) end"
    elif kind == "boolean":
        value = _boolean(text)
    elif kind == "gb28181":
        value, (read, unread) = codes.gb28181(text), codes.how_gb28181(text)
    elif kind == "uscc":
        value, (read, unread) = codes.uscc(text), codes.how_uscc(text)
    elif kind == "headcount":
        value, read = numbers.headcount(text)
    elif kind == "quantity":
        value, word, read = numbers.quantity(text)
        more.append((word, f"{name}_unit_word"))
    elif kind == "duration_h_min":
        value, unread = numbers.minutes(text), "'not_hours_minutes'"
    elif kind == "day_fraction_seconds":
        days = numbers.number(text, "decimal(38,18)")
        value = f"cast(round(cast({days} as double) * 86400, 6) as decimal(18,6))"
    else:
        raise ValueError(f"no reading for type {kind}")
    empty = "'null_word'"
    if _is_number(kind):
        empty = f"case when {matches('_tidy', numbers.PLAIN)} then 'sentinel' else 'null_word' end"
    marks = f"translate(_raw, {quoted(FULL_MARKS)}, {quoted(HALF_MARKS)})"
    how = (
        f"case when {text} is null then case when _tidy <> '' then {empty} end "
        f"when ({value}) is null then {unread} "
        f"else coalesce({read}, case when _tidy <> {marks} then 'cleaned' end) end"
    )
    return [(value, name), *more, (how, f"{name}_read_how")]


def _boolean(text: str) -> str:
    return (
        f"case when lower({text}) in ('是', 'y', 'yes', 'true', 't', '1', '有', '√') then true "
        f"when lower({text}) in ('否', 'n', 'no', 'false', 'f', '0', '无', '×') then false end"
    )


@dataclass
class Prepared:
    """One column of a batch, split into what reads as it stands and what was read with care.

    ``arrays``: landed columns that are ready as Arrow arrays. ``sql``: landed columns that one SQL pass over
    the batch still has to read. ``added``: Arrow columns that pass needs. ``given``: an expression, true where
    the raw text says anything at all.
    """

    arrays: dict[str, pa.Array] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)
    added: dict[str, pa.Array] = field(default_factory=dict)
    given: str = "true"


def prepare(
    db: Any, columns: list[Column], contract: Contract, texts: dict[str, pa.StringArray], key: bytes
) -> dict[str, Prepared]:
    """Read the columns of a batch as far as they can be read before the one pass over all of them.

    What needs care in columns that are read alike is read together: a statement costs more than the few values in it.
    """
    made: dict[str, Prepared] = {}
    careful: dict[Any, list[tuple[Column, np.ndarray]]] = {}
    for column in columns:
        name, values = column.name, texts[column.name]
        made[name] = Prepared(given=f"({ident(name)} is not null)")
        if column.is_personal or column.type in _BY_VALUE:
            _by_value(column, values, key, made[name])
            continue
        if short(column, contract):
            need = plain.careful(_as_plain(column), values, tokens(column))
        else:
            need = pc.is_valid(values).to_numpy(zero_copy_only=False)
        if need.any():
            alike = (
                column.type,
                tokens(column),
                column.formats,
                column.time_zone,
                repr(sorted(column.options.items())),
            )
            careful.setdefault(alike, []).append((column, need))
        else:
            _as_it_stands(column, contract, values, made[name])
    for together in careful.values():
        few = [texts[c.name].filter(pa.array(need)) for c, need in together]
        read = _read_with_care(db, together[0][0], contract, pa.concat_arrays(few))
        at = 0
        for (column, need), mine in zip(together, few, strict=True):
            part = read.slice(at, len(mine)).rename_columns(
                [column.name + n.removeprefix(together[0][0].name) for n in read.column_names]
            )
            at += len(mine)
            _laid_over(column, contract, texts[column.name], need, part, made[column.name])
    return made


def _as_it_stands(column: Column, contract: Contract, values: pa.StringArray, made: Prepared) -> None:
    """Put into ``made`` what a column gives of which no value needs care."""
    name, quick = column.name, short(column, contract)
    made.arrays |= {f.name: pa.nulls(len(values), f.type) for f in empty_fields(column)[2:]}
    if quick == ident(name):
        made.arrays[name] = values
    elif quick:
        made.sql[name] = quick
    else:
        made.arrays[name] = pa.nulls(len(values), empty_fields(column)[1].type)


def _laid_over(
    column: Column, contract: Contract, values: pa.StringArray, need: np.ndarray, read: pa.Table, made: Prepared
) -> None:
    """Put into ``made`` a column some of whose values (``need``) were read with care."""
    name, quick = column.name, short(column, contract)
    place = np.full(len(values), -1, np.int64)
    place[need] = np.arange(read.num_rows)
    at = pa.array(place, mask=place < 0)
    scattered = {n: read.column(n).combine_chunks().take(at) for n in read.column_names}
    made.added[f"{name}__given"] = scattered.pop(f"{name}__given")
    fields = {f.name: f.type for f in empty_fields(column)}
    if not quick:
        made.arrays |= {n: a.cast(fields[n]) for n, a in scattered.items()}
        made.given = f"coalesce({ident(name + '__given')}, false)"
        return
    made.arrays |= {n: a.cast(fields[n]) for n, a in scattered.items() if n != name}
    as_is = pc.if_else(pa.array(need), pa.scalar(None, pa.string()), values)
    if quick == ident(name):
        made.arrays[name] = pc.coalesce(as_is, scattered[name])
    else:
        made.added |= {f"{name}__careful": scattered[name], f"{name}__plain": as_is}
        first = quick.replace(ident(name), ident(f"{name}__plain"))
        made.sql[name] = f"coalesce({first}, {ident(name + '__careful')})"
    # a careful row says something only where its cleaned text is no empty word
    made.given = f"coalesce({ident(name + '__given')}, {ident(name)} is not null)"


def _read_with_care(db: Any, column: Column, contract: Contract, few: pa.Array) -> pa.Table:
    name = column.name
    odd = plain.untidy(few)
    db.register("few", placed(pa.table({name: few, "_odd": pa.array(odd)})))
    tidy = f"case when _odd then {tidied(ident(name))} else {ident(name)} end" if odd.any() else ident(name)
    # tidied once, in a step of its own: the expressions name their text many times
    listed = ", ".join(quoted(t) for t in dict.fromkeys(tokens(column)))
    asked = ", ".join(f"{sql} as {ident(n)}" for sql, n in expressions(column, contract))
    # into a table, not straight to Arrow: that would bind the long statement twice
    db.execute(
        "create or replace temp table careful as with tidy as materialized ("
        f"select _place, {ident(name)} as _raw, {tidy} as _tidy from few), clean as materialized ("
        f"select _place, _raw, _tidy, case when _tidy in ({listed}) then null else _tidy end as {ident(name)} from tidy) "
        f"select {asked}, {ident(name)} is not null as {ident(name + '__given')}, _place from clean"
    )
    db.unregister("few")
    read = in_place(db.sql("from careful").to_arrow_table())
    return _with_candidates(column, read, few) if column.type == "uscc" else read


def _with_candidates(column: Column, read: pa.Table, few: pa.Array) -> pa.Table:
    """Say where exactly one look-alike sign would make a wrong credit code good: a proposal, never a value."""
    name = f"{column.name}_read_how"
    how = read.column(name).to_pylist()
    wrong = [i for i, h in enumerate(how) if h == "wrong_check"]
    found: list[str | None] = [None] * len(how)
    for i in wrong:
        found[i] = codes.uscc_candidate(fold(few[i].as_py()))
        if found[i]:
            how[i] = "code_candidate"
    at = read.column_names.index(name)
    read = read.set_column(at, name, pa.array(how, pa.string()))
    return read.add_column(at, f"{column.name}_candidate", pa.array(found, pa.string()))


# types read once per distinct value in Python: what each lands beside the value
_BY_VALUE: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "word": (("code", pa.string()),),
    "village": (("code", pa.string()),),
    "firm_name": (("key", pa.string()),),
    "birth_date": (("age_low", pa.int32()), ("age_high", pa.int32())),
}
_PERSONAL: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "id_number": (
        ("mask", pa.string()),
        ("birth_date", pa.date32()),
        ("stated_birth_date", pa.date32()),
        *((f, pa.string()) for f in persons.FORMS["id_number"]),
    ),
    "cert_no": (("mask", pa.string()), ("identity", pa.string())),
    "person_name": (("mask", pa.string()), *((f, pa.string()) for f in persons.FORMS["person_name"])),
}


def _by_value(column: Column, values: pa.StringArray, key: bytes, made: Prepared) -> None:
    """Read a column into ``made`` by its distinct values."""
    name, coded = column.name, values.dictionary_encode()
    known = set(tokens(column))
    spoken: dict[str, list[Any]] = {f.name: [] for f in empty_fields(column) if f.name != f"{name}_text"}
    given = []
    one = _person if column.is_personal else _word
    for raw in coded.dictionary.to_pylist():
        says = raw is not None and fold(raw) not in known
        given.append(says)
        read = one(column, raw, key) if says else {"read_how": "null_word" if raw is not None and fold(raw) else None}
        for landed in spoken:
            spoken[landed].append(read.get("" if landed == name else landed[len(name) + 1 :]))
    types = {f.name: f.type for f in empty_fields(column)}
    made.arrays |= {n: pa.array(v, types[n]).take(coded.indices) for n, v in spoken.items()}
    made.added[f"{name}__given"] = pc.fill_null(pa.array(given, pa.bool_()).take(coded.indices), False)
    made.given = ident(f"{name}__given")
    if column.is_personal:
        seen = [None if v is None else keyed_hash(v, key) for v in coded.dictionary.to_pylist()]
        made.added[f"{name}__seen"] = pa.array(seen, pa.string()).take(coded.indices)


def _person(column: Column, raw: str, key: bytes) -> dict[str, Any]:
    read = persons.read(raw, column.type)
    return {
        "": keyed_hash(read.value, key) if read.value else None,
        "mask": read.mask,
        "birth_date": read.born,
        "stated_birth_date": read.stated_birth,
        "identity": keyed_hash(read.identity, key) if read.identity else None,
        "read_how": read.how,
        **{form: persons.form_hash(form, value, key) for form, value in read.forms.items()},
    }


def _word(column: Column, raw: str, key: bytes) -> dict[str, Any]:
    text = _tidy(raw)
    changed = "cleaned" if text != raw.translate(_MARKS) else None
    if column.type == "word":
        meaning, how = texts.word(text, str(column.options.get("list", column.name)))
        return {"": text, "code": meaning, "read_how": how or changed}
    if column.type == "village":
        code, how = texts.village(text)
        # a column that names villages among other things
        how = None if column.options.get("open") and how == "unknown_village" else how
        return {"": text, "code": code, "read_how": how or changed}
    if column.type == "firm_name":
        normal = texts.firm_key(text)
        is_other = normal != re.sub(r"\s", "", text).upper() or re.search(r"\s", text)
        return {"": text, "key": normal, "read_how": "firm_form" if is_other else changed}
    return _birth(column, text, changed)


def _birth(column: Column, text: str, changed: str | None) -> dict[str, Any]:
    """Read a birth date, or keep the band of ages that was given in its place."""
    band = persons.age_band(text)
    if band:
        return {"age_low": band[0], "age_high": band[1], "read_how": "age_band"}
    born, how = dates.one_day(text)
    return {"": born, "read_how": how or changed}


_MARKS = str.maketrans(FULL_MARKS, HALF_MARKS)
_FOLDED = str.maketrans({c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20})
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


def _tidy(text: str) -> str:
    """Return what :func:`tidied` returns in SQL."""
    return _UNSEEN.sub("", text).translate(_FOLDED).strip(" ")


_TYPES: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "date": pa.date32(),
    "rain_day": pa.date32(),
    "birth_date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "epoch_ms": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "headcount": pa.int32(),
    "quantity": pa.decimal128(18, 3),
    "duration_h_min": pa.int32(),
    "day_fraction_seconds": pa.decimal128(18, 6),
}
_MORE: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "rain_day": (("from_at", pa.timestamp("us")),),
    "quantity": (("unit_word", pa.string()),),
    "uscc": (("candidate", pa.string()),),
    **_BY_VALUE,
    **_PERSONAL,
}


def empty_fields(column: Column) -> list[pa.Field]:
    """Return the landed fields of one column as Arrow fields: raw text, value, what is read with it, how it was read.

    The raw text of a personal column has a field too, so that the same code handles all columns; it is never
    written to landing (:attr:`Column.is_personal`).
    """
    kind = column.type
    value = _TYPES.get(kind, pa.string())
    if kind.startswith("decimal"):
        value = pa.decimal128(*(int(x) for x in re.findall(r"\d+", kind)))
    elif kind.startswith(("money", "area")):
        value = pa.decimal128(28, numbers.places(column))
    more = _MORE.get(kind, (("mask", pa.string()),) if column.is_personal else ())
    return [
        pa.field(f"{column.name}_text", pa.string()),
        pa.field(column.name, value),
        *(pa.field(f"{column.name}_{n}", t) for n, t in more),
        pa.field(f"{column.name}_read_how", pa.string()),
    ]
