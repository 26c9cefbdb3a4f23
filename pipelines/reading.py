"""How landed text is read: one SQL expression per contract type, raw text always kept beside.

Reading never guesses: what has two meanings, or none, becomes NULL and the door says so. The expressions
run in DuckDB over one batch. A short look at the batch first (:func:`look`) says which columns need the
slow forms at all, because most columns of most batches are clean.

Sources of the rules: dates, null tokens, full-width and hidden characters, money, head-counts: DOMAIN §5
rows 5, 6, 15, 16; identity numbers GB 11643, credit codes GB 32100, device codes GB/T 28181: DOMAIN §2.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from pipelines.contract import Column, Contract

_FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
_HALF = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  "
_HIDDEN = "[\\x00-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]"
_NEEDS_CLEANING = "^\\s|\\s$|[\\x00-\\x1f\\x7f\u00a0\u3000\uff01-\uff5e\u200b-\u200f\u2060\ufeff]"

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


@dataclass(frozen=True)
class Look:
    """What one look at a column of a batch showed."""

    unclean: bool = True
    iso: bool = False


def tokens(column: Column) -> tuple[str, ...]:
    """Return the texts that mean "nothing" in this column; a contract may replace the list."""
    if column.null_tokens is not None:
        return ("", *column.null_tokens)
    if column.type in {"date", "datetime"}:
        return DATE_NULL_TOKENS
    return BOOLEAN_NULL_TOKENS if column.type == "boolean" else NULL_TOKENS


def look_sql(columns: list[Column], relation: str) -> str:
    """Return one query that looks at every text column of ``relation``: two booleans per column."""
    parts = []
    for c in columns:
        name = ident(c.name)
        parts.append(f"coalesce(bool_or(regexp_matches({name}, {quoted(_NEEDS_CLEANING)})), false)")
        if c.type == "datetime":
            form = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
        elif c.type == "date":
            form = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
        elif c.type == "integer" or c.type.startswith("decimal"):
            form = "-?[0-9]+([.][0-9]+)?"
        else:
            form = ""
        parts.append(f"coalesce(bool_and(regexp_full_match({name}, {quoted(form)})), true)" if form else "false")
    return f"select {', '.join(parts)} from {relation}"


def cleaned(column: Column, seen: Look, source: str | None = None) -> str:
    """Return the text without hidden characters and blanks at its ends, full-width forms folded, or NULL.

    ``source`` is the name the raw text has in the relation, where it is not the column's own.
    """
    text = ident(source or column.name)
    if seen.unclean:
        tidy = f"trim(translate(regexp_replace({text}, {quoted(_HIDDEN)}, '', 'g'), {quoted(_FULL)}, {quoted(_HALF)}))"
        text = f"(case when regexp_matches({text}, {quoted(_NEEDS_CLEANING)}) then {tidy} else {text} end)"
    listed = ", ".join(quoted(t) for t in dict.fromkeys(tokens(column)))
    return f"case when {text} in ({listed}) then null else {text} end"


def _number(text: str, kind: str) -> str:
    plain = f"replace(replace({text}, ',', ''), ' ', '')"
    signed = f"regexp_replace({plain}, '^[(]([0-9.]+)[)]$', '-\\1')"
    return (
        f"case when regexp_full_match({signed}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?') "
        f"then try_cast({signed} as {kind}) end"
    )


def _plausible(stamp: str) -> str:
    return f"(case when year({stamp}) between 1900 and 2100 then {stamp} end)"


def _strptime(text: str, forms: tuple[str, ...]) -> str:
    return f"try_strptime({text}, [{', '.join(quoted(f) for f in forms)}])"


_SERIAL = "regexp_full_match({t}, '[1-9][0-9]{{4}}([.][0-9]+)?')"


def _serial_stamp(text: str) -> str:
    # Excel's day 60 never existed; serials below 61 are not used by anyone here and stay unread by the guard
    return (
        f"case when {_SERIAL.format(t=text)} then timestamp '1899-12-30 00:00:00' "
        f"+ to_microseconds(cast(round(cast({text} as double) * 86400) as bigint) * 1000000) end"
    )


def _day(column: Column, text: str, seen: Look) -> str:
    if seen.iso and not column.formats:
        return f"try_cast({text} as date)"
    stamp = f"coalesce({_strptime(text, column.formats or (*_DATE_FORMS, *_TIME_FORMS))}, {_serial_stamp(text)})"
    return f"cast({_plausible(stamp)} as date)"


def _instant(column: Column, text: str, contract: Contract, seen: Look) -> str:
    zone = column.time_zone or contract.time_zone
    if seen.iso and not column.formats:
        local = f"try_cast({text} as timestamp)"
    else:
        forms = column.formats or (*_TIME_FORMS, *_DATE_FORMS)
        local = _plausible(
            f"coalesce({_strptime(text, forms)}, try_strptime({text}, '%Y-%m-%d %H:%M:%S.%f'), {_serial_stamp(text)})"
        )
    if zone == "UTC":
        wall = local
    else:
        wall = f"timezone('UTC', timezone({quoted(zone)}, {local}))"
    if seen.iso:
        return wall
    offset = "'(Z|[+-][0-9]{2}:?[0-9]{2})$'"
    return (
        f"case when regexp_matches({text}, {offset}) and length({text}) > 12 "
        f"then timezone('UTC', try_cast({text} as timestamptz)) else {wall} end"
    )


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


def expressions(column: Column, contract: Contract, seen: Look) -> list[tuple[str, str]]:
    """Return ``(sql, landed column)`` pairs that read one column.

    The relation they run on has the raw text under the column's own name, and for personal columns the
    parts made by :func:`personal` under ``<name>__hash``, ``__mask`` and ``__birth``.
    """
    name, text = column.name, cleaned(column, seen)
    kind = column.type
    if kind in {"text", "code"}:
        return [(text, name)]
    if kind == "integer":
        whole = _number(text, "decimal(38,6)") if not seen.iso else f"try_cast({text} as decimal(38,6))"
        return [(f"case when {whole} = floor({whole}) then try_cast({whole} as bigint) end", name)]
    if kind.startswith("decimal"):
        return [(f"try_cast({text} as {kind})" if seen.iso else _number(text, kind), name)]
    if kind == "date":
        return [(_day(column, text, seen), name)]
    if kind == "datetime":
        return [(_instant(column, text, contract, seen), name)]
    if kind == "epoch_ms":
        return [
            (
                f"case when regexp_full_match({text}, '[0-9]{{12,14}}') then make_timestamp(cast({text} as bigint) * 1000) end",
                name,
            )
        ]
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
        return [(f"cast(round(cast({_number(text, 'decimal(38,18)')} as double) * 86400, 6) as decimal(18,6))", name)]
    if kind == "id_number":
        return [
            (ident(f"{name}__hash"), name),
            (ident(f"{name}__mask"), f"{name}_mask"),
            (f"cast({ident(f'{name}__birth')} as date)", f"{name}_birth_date"),
        ]
    if kind == "phone":
        return [(ident(f"{name}__hash"), name), (ident(f"{name}__mask"), f"{name}_mask")]
    if kind == "person_name":
        return [(text, name), (ident(f"{name}__mask"), f"{name}_mask")]
    raise ValueError(f"no reading for type {kind}")


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


def personal(column: Column, values: pa.ChunkedArray, key: bytes) -> dict[str, pa.Array]:
    """Return the parts of a personal column, one array each: ``__hash``, ``__mask`` and for ids ``__birth``.

    Works on the distinct values only.
    """
    coded = (
        values.combine_chunks().dictionary_encode()
        if isinstance(values, pa.ChunkedArray)
        else values.dictionary_encode()
    )
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    known = set(tokens(column))
    distinct = [None if v is None or fold(v) in known else v for v in coded.dictionary.to_pylist()]
    read = {"id_number": id_number, "phone": phone}.get(column.type)
    plain = [read(v) if read and v is not None else None for v in distinct]
    parts: dict[str, list[object]] = {
        "__mask": [mask(p or v, column.type) for p, v in zip(plain, distinct, strict=True)],
    }
    if read:
        parts["__hash"] = [keyed_hash(p, key) if p else None for p in plain]
    if column.type == "id_number":
        parts["__birth"] = [f"{p[6:10]}-{p[10:12]}-{p[12:14]}" if p else None for p in plain]
    return {f"{column.name}{suffix}": pa.array(made, pa.string()).take(coded.indices) for suffix, made in parts.items()}
