"""How landed text is read: one SQL expression per contract type, raw text always kept beside.

Reading never guesses: what has two meanings, or none, becomes NULL and the door says so. The expressions
run in DuckDB over one batch. Values that can be read as they stand go the short way; the careful forms run
on the few others only (:func:`prepare`), because most columns of most batches are clean.

Sources of the rules: dates, null tokens, full-width and hidden characters, money, head-counts: DOMAIN §5
rows 5, 6, 15, 16; identity numbers GB 11643, credit codes GB 32100, device codes GB/T 28181: DOMAIN §2.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import plain
from pipelines.contract import Column, Contract
from pipelines.errors import AnlanError

_FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
_HALF = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  "
_HIDDEN = "[\\x00-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]"

NULL_TOKENS = ("", "/", "—", "-", "--", "N/A", "n/a", "null", "NULL", "None", "无", "暂无", "待补充", "不详", "同上")
DATE_NULL_TOKENS = (*NULL_TOKENS, "1900-01-01", "1900-01-00", "1900/1/0", "0")
BOOLEAN_NULL_TOKENS = tuple(t for t in NULL_TOKENS if t != "无")

_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIME_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日%H时%M分",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def ident(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def tokens(column: Column) -> tuple[str, ...]:
    """Return the texts that mean "nothing" in this column; a contract may replace the list."""
    if column.null_tokens is not None:
        return ("", *column.null_tokens)
    if column.type in {"date", "datetime"}:
        return DATE_NULL_TOKENS
    return BOOLEAN_NULL_TOKENS if column.type == "boolean" else NULL_TOKENS


def cleaned(column: Column) -> str:
    """Return the text without hidden characters and blanks at its ends, full-width forms folded, or NULL."""
    text = ident(column.name)
    tidy = f"trim(translate(regexp_replace({text}, {quoted(_HIDDEN)}, '', 'g'), {quoted(_FULL)}, {quoted(_HALF)}))"
    listed = ", ".join(quoted(t) for t in dict.fromkeys(tokens(column)))
    return f"case when {tidy} in ({listed}) then null else {tidy} end"


def _number(text: str, kind: str) -> str:
    bare = f"replace(replace({text}, ',', ''), ' ', '')"
    signed = f"regexp_replace({bare}, '^[(]([0-9.]+)[)]$', '-\\1')"
    return (
        f"case when regexp_full_match({signed}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?') "
        f"then try_cast({signed} as {kind}) end"
    )


def _plausible(stamp: str) -> str:
    return f"(case when year({stamp}) between 1900 and 2100 then {stamp} end)"


def _strptime(text: str, forms: tuple[str, ...]) -> str:
    """Return the stamp that one of ``forms`` reads; only those with the text's own separator are tried."""
    marks = ("年", ".", "/", "-")
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault(next((m for m in marks if m in form), ""), []).append(quoted(form))
    tried = {m: f"try_strptime({text}, [{', '.join(g)}])" for m, g in groups.items()}
    rest = tried.pop("", "cast(null as timestamp)")
    cases = "".join(f"when contains({text}, {quoted(m)}) then {tried[m]} " for m in marks if m in tried)
    return f"(case {cases}else {rest} end)" if cases else rest


_SERIAL = "regexp_full_match({t}, '[1-9][0-9]{{4}}([.][0-9]+)?')"


def _serial_stamp(text: str) -> str:
    # Excel's day 60 never existed; serials below 61 are not used by anyone here and stay unread by the guard
    return (
        f"case when {_SERIAL.format(t=text)} then timestamp '1899-12-30 00:00:00' "
        f"+ to_microseconds(cast(round(cast({text} as double) * 86400) as bigint) * 1000000) end"
    )


def _day(column: Column, text: str) -> str:
    stamp = f"coalesce({_strptime(text, column.formats or (*_DATE_FORMS, *_TIME_FORMS))}, {_serial_stamp(text)})"
    return f"cast({_plausible(stamp)} as date)"


@cache
def _fixed_hours(zone: str) -> int | None:
    """Return the whole hours a zone has been ahead of UTC ever since 1992, or None where it moves its clocks."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise AnlanError(f"time zone {zone}", "is not known", do="write an IANA name in the contract") from e
    offsets = {datetime(y, m, 15, tzinfo=place).utcoffset() for y in range(1992, 2038) for m in range(1, 13)}
    seconds = offsets.pop().total_seconds() if len(offsets) == 1 else 1  # type: ignore[union-attr]
    return int(seconds // 3600) if seconds % 3600 == 0 else None


def _to_utc(local: str, zone: str) -> str:
    if zone == "UTC":
        return local
    moved = f"timezone('UTC', timezone({quoted(zone)}, {local}))"
    hours = _fixed_hours(zone)
    if hours is None:
        return moved
    return f"case when {local} >= timestamp '1992-01-01 00:00:00' then {local} - interval {hours} hour else {moved} end"


def _instant(column: Column, text: str, contract: Contract) -> str:
    zone = column.time_zone or contract.time_zone
    forms = column.formats or (*_TIME_FORMS, *_DATE_FORMS)
    local = _plausible(
        f"coalesce({_strptime(text, forms)}, try_strptime({text}, '%Y-%m-%d %H:%M:%S.%f'), {_serial_stamp(text)})"
    )
    offset = "'(Z|[+-][0-9]{2}:?[0-9]{2})$'"
    with_offset = (
        f"case when length({text}) > 19 and regexp_matches({text}, {offset}) "
        f"then timezone('UTC', try_cast({text} as timestamptz)) end"
    )
    return f"coalesce({with_offset}, {_to_utc(local, zone)})"


def _uscc(text: str) -> str:
    code = f"upper(replace({text}, ' ', ''))"
    total = " + ".join(f"{w} * (strpos('{_USCC}', substr({code}, {i}, 1)) - 1)" for i, w in enumerate(_USCC_WEIGHTS, 1))
    return (
        f"case when regexp_full_match({code}, '[0-9A-HJ-NPQRTUWXY]{{18}}') and "
        f"substr('{_USCC}', cast((31 - ({total}) % 31) % 31 as integer) + 1, 1) = substr({code}, 18, 1) "
        f"then {code} end"
    )


def _boolean(text: str) -> str:
    return (
        f"case when lower({text}) in ('是', 'y', 'yes', 'true', 't', '1', '有', '√') then true "
        f"when lower({text}) in ('否', 'n', 'no', 'false', 'f', '0', '无', '×') then false end"
    )


def _headcount(text: str) -> tuple[str, str]:
    plain = f"regexp_replace(replace({text}, ',', ''), '[人名]$', '')"
    exact = f"regexp_full_match({plain}, '[0-9]{{1,7}}')"
    about = f"regexp_full_match({plain}, '(约|大约|近|~)[0-9]{{1,7}}')"
    between = f"regexp_full_match({plain}, '[0-9]{{1,7}}[-~至][0-9]{{1,7}}')"
    digits = f"try_cast(regexp_extract({plain}, '[0-9]+') as integer)"
    upper = f"try_cast(regexp_extract({plain}, '[0-9]+$') as integer)"
    return (
        f"case when {exact} or {about} then {digits} when {between} then cast(({digits} + {upper}) // 2 as integer) end",
        f"case when {exact} then 'exact' when {about} then 'approximate' when {between} then 'range_midpoint' end",
    )


def short(column: Column, contract: Contract) -> str | None:
    """Return the expression for values that can be read as they stand, or None where a type has none.

    It runs on the raw text under the column's own name; :mod:`pipelines.plain` says for which values.
    """
    text, kind = ident(column.name), column.type
    if kind in {"text", "code", "person_name"}:
        return text
    if kind == "integer":
        return f"try_cast({text} as bigint)"
    if kind.startswith("decimal"):
        return f"try_cast({text} as {kind})"
    if kind == "epoch_ms":
        return f"make_timestamp(try_cast({text} as bigint) * 1000)"
    if kind == "date" and not column.formats:
        return f"try_cast({text} as date)"
    if kind == "datetime" and not column.formats:
        return _to_utc(f"try_cast({text} as timestamp)", column.time_zone or contract.time_zone)
    return None


def expressions(column: Column, contract: Contract) -> list[tuple[str, str]]:
    """Return ``(sql, landed column)`` pairs: the careful reading of one column, cleaned text under its own name."""
    name, text, kind = column.name, ident(column.name), column.type
    if kind in {"text", "code", "person_name"}:
        return [(text, name)]
    if kind == "integer":
        whole = _number(text, "decimal(38,6)")
        return [(f"case when {whole} = floor({whole}) then try_cast({whole} as bigint) end", name)]
    if kind.startswith("decimal"):
        return [(_number(text, kind), name)]
    if kind == "date":
        return [(_day(column, text), name)]
    if kind == "datetime":
        return [(_instant(column, text, contract), name)]
    if kind == "epoch_ms":
        digits = f"regexp_full_match({text}, '[0-9]{{12,14}}')"
        return [(f"case when {digits} then make_timestamp(cast({text} as bigint) * 1000) end", name)]
    if kind == "boolean":
        return [(_boolean(text), name)]
    if kind == "gb28181":
        return [(f"case when regexp_full_match({text}, '[0-9]{{20}}') then {text} end", name)]
    if kind == "uscc":
        return [(_uscc(text), name)]
    if kind == "headcount":
        number, how = _headcount(text)
        return [(number, name), (how, f"{name}_read_how")]
    if kind == "day_fraction_seconds":
        days = _number(text, "decimal(38,18)")
        return [(f"cast(round(cast({days} as double) * 86400, 6) as decimal(18,6))", name)]
    raise ValueError(f"no reading for type {kind}")


@dataclass
class Prepared:
    """One column of a batch, split into what reads as it stands and what was read with care.

    ``arrays``: landed columns that are ready as Arrow arrays. ``sql``: landed columns that one SQL pass over
    the batch still has to read. ``added``: Arrow columns that pass needs. ``given``: an expression, true where
    the raw text says anything at all.
    """

    arrays: dict[str, pa.Array]
    sql: dict[str, str]
    added: dict[str, pa.Array]
    given: str


def prepare(db: Any, column: Column, contract: Contract, values: pa.StringArray, key: bytes) -> Prepared:
    """Read one column of a batch as far as it can be read before the one pass over all columns."""
    name = column.name
    made = Prepared({}, {}, {}, f"({ident(name)} is not null)")
    if column.is_personal:
        personal(column, values, key, made)
        if column.type != "person_name":
            return made
    quick = short(column, contract)
    is_text = quick == ident(name)
    if quick:
        need = plain.careful(column, values, tokens(column))
    else:
        need = pc.is_valid(values).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(need)
    if not len(rows):
        if is_text:
            made.arrays[name] = values
        elif quick:
            made.sql[name] = quick
        else:
            made.arrays |= {f.name: pa.nulls(len(values), f.type) for f in empty_fields(column)[1:]}
        return made
    read = _read_with_care(db, column, contract, values.take(pa.array(rows)))
    place = np.full(len(values), -1, np.int64)
    place[rows] = np.arange(len(rows))
    at = pa.array(place, mask=place < 0)
    scattered = {n: read.column(n).combine_chunks().take(at) for n in read.column_names}
    made.added[f"{name}__given"] = scattered.pop(f"{name}__given")
    if not quick:
        fields = {f.name: f.type for f in empty_fields(column)}
        made.arrays |= {n: a.cast(fields[n]) for n, a in scattered.items()}
        made.given = f"coalesce({ident(name + '__given')}, false)"
        return made
    as_is = pc.if_else(pa.array(need), pa.scalar(None, pa.string()), values)
    if is_text:
        made.arrays[name] = pc.coalesce(as_is, scattered[name])
    else:
        made.added |= {f"{name}__careful": scattered[name], f"{name}__plain": as_is}
        first = quick.replace(ident(name), ident(f"{name}__plain"))
        made.sql[name] = f"coalesce({first}, {ident(name + '__careful')})"
    # a careful row says something only where its cleaned text is no empty word
    made.given = f"coalesce({ident(name + '__given')}, {ident(name)} is not null)"
    return made


def _read_with_care(db: Any, column: Column, contract: Contract, few: pa.Array) -> pa.Table:
    name = column.name
    db.register("few", pa.table({name: few}))
    # cleaned once, in a step of its own: the expressions name their text many times
    db.execute(f"create or replace temp table few_clean as select {cleaned(column)} as {ident(name)} from few")
    db.unregister("few")
    asked = ", ".join(f"{sql} as {ident(n)}" for sql, n in expressions(column, contract))
    return db.sql(
        f"select {asked}, {ident(name)} is not null as {ident(name + '__given')} from few_clean"
    ).to_arrow_table()


def empty_fields(column: Column) -> list[pa.Field]:
    """Return the landed fields of one column, read columns then raw text, as Arrow fields."""
    kind = column.type
    types: dict[str, pa.DataType] = {
        "integer": pa.int64(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us"),
        "epoch_ms": pa.timestamp("us"),
        "boolean": pa.bool_(),
        "headcount": pa.int32(),
        "day_fraction_seconds": pa.decimal128(18, 6),
    }
    if kind.startswith("decimal"):
        p, s = (int(x) for x in re.findall(r"\d+", kind))
        types[kind] = pa.decimal128(p, s)
    fields = [pa.field(f"{column.name}_text", pa.string()), pa.field(column.name, types.get(kind, pa.string()))]
    if kind == "id_number":
        fields += [pa.field(f"{column.name}_mask", pa.string()), pa.field(f"{column.name}_birth_date", pa.date32())]
    elif kind in {"phone", "person_name"}:
        fields.append(pa.field(f"{column.name}_mask", pa.string()))
    elif kind == "headcount":
        fields.append(pa.field(f"{column.name}_read_how", pa.string()))
    return fields


def fold(text: str) -> str:
    """Return ``text`` in NFKC, without hidden characters and blanks at its ends."""
    return re.sub("[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", text)).strip()


def id_number(text: str | None) -> str | None:
    """Return the 18-place identity number in ``text`` if its date and check place hold (GB 11643), else None.

    A 15-place number of before 1999 is upgraded: 19 goes before the year and the check place is added.
    """
    code = fold(text or "").replace(" ", "").upper()
    if re.fullmatch(r"\d{15}", code):
        code = code[:6] + "19" + code[6:]
        code += "10X98765432"[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, code, strict=False)) % 11]
    if not re.fullmatch(r"\d{17}[\dX]", code):
        return None
    if "10X98765432"[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, code, strict=False)) % 11] != code[17]:
        return None
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None
    return code if 1900 <= born.year <= 2100 else None


def phone(text: str | None) -> str | None:
    """Return the first number in ``text`` without country code and separators, else None."""
    first = re.split(r"[/;、,]", fold(text or ""))[0]
    digits = re.sub(r"^(\+?0{0,2}86)(?=1\d{10}$)", "", re.sub(r"[^\d+]", "", first))
    return digits if re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}", digits) else None


def keyed_hash(value: str, key: bytes) -> str:
    """Return the keyed hash by which a personal value is known outside staging (HMAC-SHA-256, 32 hex places)."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]


def mask(text: str | None, kind: str) -> str | None:
    """Return ``text`` as it may be shown: a surname, or the ends of a number."""
    value = fold(text or "")
    if not value:
        return None
    if kind == "person_name":
        plain = value.replace(" ", "")
        return plain[0] + "*" * max(1, len(plain) - 1)
    if kind == "id_number":
        return value[:6] + "*" * max(0, len(value) - 10) + value[-4:] if len(value) >= 12 else "*" * len(value)
    return value[:3] + "****" + value[-4:] if len(value) >= 9 else "*" * len(value)


def personal(column: Column, values: pa.StringArray, key: bytes, made: Prepared) -> None:
    """Read a personal column into ``made``: hash, mask and birth date as landed, and whether anything is said.

    Works on the distinct values only.
    """
    name, coded = column.name, values.dictionary_encode()
    known = set(tokens(column))
    distinct = [None if v is None or fold(v) in known else v for v in coded.dictionary.to_pylist()]
    read = {"id_number": id_number, "phone": phone}.get(column.type)
    clean = [read(v) if read and v is not None else None for v in distinct]

    def spread(content: list[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(content, kind).take(coded.indices)

    masks = [mask(c or v, column.type) for c, v in zip(clean, distinct, strict=True)]
    made.arrays[f"{name}_mask"] = spread(masks, pa.string())
    if read:
        made.arrays[name] = spread([keyed_hash(c, key) if c else None for c in clean], pa.string())
        made.added[f"{name}__given"] = pc.fill_null(spread([v is not None for v in distinct], pa.bool_()), False)
        made.given = ident(f"{name}__given")
    if column.type == "id_number":
        born = [date(int(c[6:10]), int(c[10:12]), int(c[12:14])) if c else None for c in clean]
        made.arrays[f"{name}_birth_date"] = spread(born, pa.date32())
