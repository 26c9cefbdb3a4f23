"""What a sample lets one guess: names for columns, types of values, the key. A guess is a draft for a person.

Types are tried by the very expressions that read landed values, so that what is guessed is what will read.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import reading
from pipelines.connectors.base import Sample
from pipelines.connectors.files.columns import folded
from pipelines.contract import Column, Contract, all_contracts, needs_datum
from pipelines.reading import ident

ENOUGH = 0.9  # of the values must read for a type to be guessed
ENOUGH_NAMED = 0.6  # where the header names the type too: a sample is as dirty as what comes after it
ENOUGH_KEY = 0.8  # of the values of a column called a number must differ: what is sent twice is the door's to find
_CODE_HEADER = re.compile(r"编号|代码|编码|证号|号$|code$|no$|id$", re.IGNORECASE)
# words that only say what a value is when the header says it too
_BY_HEADER = (
    ("person_name", r"姓名|负责人|联系人|队长|组长|person.?name|contact"),
    ("phone", r"电话|手机|phone|mobile|tel"),
    ("id_number", r"身份证|id.?number|idcard"),
    ("home_address", r"住址|家庭地址|home.?address"),
    ("headcount", r"人数|staff|people|head.?count"),
    ("datetime", r"时间$|time$|_at$"),
    ("date", r"日期|date$"),
)
# amounts carry the unit their header states
_BY_UNIT = (
    ("area", r"面积|area", ("km²", "平方公里", "㎡", "平方米", "亩")),
    ("money", r"金额|费用|经费|资金|投入|余额|罚款|amount|cost", ("亿元", "万元", "元")),
)
_UNIT_WORDS = {"平方公里": "km²", "平方米": "㎡", "m2": "㎡", "km2": "km²"}
_STRICT = ("id_number", "uscc", "gb28181", "epoch_ms", "date", "datetime", "phone")
_FLAGS = {"是", "否", "true", "false", "yes", "no", "有", "√", "×"}
_NUMBER = re.compile(r"^-?(0|[1-9]\d*)(\.(\d+))?$")


def unread(contract: Contract, column: Column, values: list[str | None]) -> list[bool]:
    """Return, per value, whether it says something that cannot be read as the column's type."""
    if not values:
        return []
    raw = pa.array(values, pa.string())
    with duckdb.connect(":memory:") as db:
        db.execute("set TimeZone = 'UTC'; set autoinstall_known_extensions = false")
        made = reading.prepare(db, [column], contract, {column.name: raw}, b"sample")[column.name]
        # the column keeps its own name, what is read already stands beside it
        frame = {column.name: raw, **made.added, "_ord": pa.array(range(len(values)))}
        if column.name in made.arrays:
            frame["_read"] = made.arrays[column.name]
        db.register("sample", pa.table(frame))
        read = ident("_read") if column.name in made.arrays else made.sql[column.name]
        found = db.execute(f"select ({read}) is null and {made.given} from sample order by _ord").fetchall()
    return [bool(row[0]) for row in found]


def type_of(contract: Contract, header: str, values: list[str | None]) -> str:
    """Return the narrowest type that reads nearly all of ``values``."""
    said = [v for v in values if v is not None and v.strip()]
    for kind, pattern in _BY_HEADER:
        if re.search(pattern, header, re.IGNORECASE) and (
            kind in {"person_name", "home_address"} or _reads(contract, kind, said, ENOUGH_NAMED)
        ):
            return kind
    if not said:
        return "text"
    for kind, pattern, units in _BY_UNIT:
        unit = next((u for u in units if u in header), None)
        if unit and re.search(pattern, header, re.IGNORECASE):
            amount = f"{kind}({_UNIT_WORDS.get(unit, unit)})"
            if _reads(contract, amount, said, ENOUGH_NAMED):
                return amount
    if {v.strip().lower() for v in said} <= _FLAGS:
        return "boolean"
    for kind in _STRICT:
        if _looks(kind, said) and _reads(contract, kind, said):
            return kind
    numbers = [m for v in said if (m := _NUMBER.match(v.strip()))]
    if len(numbers) >= ENOUGH * len(said):
        scale = max(len(m[3] or "") for m in numbers)
        whole = max(len(m[0].split(".")[0].lstrip("-")) for m in numbers)
        if _CODE_HEADER.search(header):
            return "code"
        return f"decimal({min(38, whole + scale + 4)},{scale})" if scale else "integer"
    if all(re.fullmatch(r"[A-Za-z0-9._/-]{2,40}", v.strip()) for v in said):
        return "code"
    return "text"


def _looks(kind: str, said: list[str]) -> bool:
    """Keep numbers from being taken for days: an Excel serial reads as a date, but so does any five-digit count."""
    shapes = {
        "date": r".*\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}日?\s*$|^20\d{6}$", "datetime": r".*\d{1,2}[:时]\d{2}.*",
        "epoch_ms": r"^1[0-9]{12}$", "phone": r"^\+?[0-9() -]{7,20}$", "id_number": r"^\d{17}[\dXx]$",
        "uscc": r"^[0-9A-Z]{18}$", "gb28181": r"^\d{20}$",
    }  # fmt: skip
    return sum(bool(re.match(shapes[kind], v.strip())) for v in said) >= ENOUGH * len(said)


def _reads(contract: Contract, kind: str, said: list[str], enough: float = ENOUGH) -> bool:
    column = Column("c", "c", kind)
    return bool(said) and sum(unread(contract, column, list(said))) <= (1 - enough) * len(said)


@cache
def vocabulary() -> dict[str, tuple[str, str, str]]:
    """Return what the house calls a header already: folded header to (column name, zh, en), the most usual first."""
    found: dict[str, Counter[tuple[str, str, str]]] = {}
    for contract in all_contracts("demo"):
        for table in contract.tables.values():
            for c in table.columns.values():
                if c.source and c.source[0] not in "@=" and c.zh:
                    found.setdefault(folded(c.source), Counter())[(c.name, c.zh, c.en)] += 1
    return {header: said.most_common(1)[0][0] for header, said in found.items()}


@cache
def reserved() -> frozenset[str]:
    """Return the words that no landing column may bear: SQL's own, and those that landing adds to every row."""
    with duckdb.connect(":memory:") as db:
        words = db.execute(
            "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
        ).fetchall()
    return frozenset(w for (w,) in words) | {"district_code", "batch", "landing_ref"}


def name_of(header: str, taken: set[str]) -> tuple[str, str, str]:
    """Return a landing name, the Chinese and the English label for a header; the house's own word where it has one."""
    known = vocabulary().get(folded(header))
    if known and known[0] not in taken:
        return known
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)
    if re.search(r"[^\x00-\x7f]", plain):
        from pypinyin import lazy_pinyin

        plain = "_".join(lazy_pinyin(re.sub(r"[^\w]", "", plain)))
    name = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", plain.lower())).strip("_")[:40].strip("_") or "column"
    name = name if name[0].isalpha() else f"c_{name}"
    name = name.removesuffix("_text")
    name = f"{name}_value" if name in reserved() else name
    free = name
    for n in range(2, 1000):
        if free not in taken:
            break
        free = f"{name}_{n}"
    label = free.replace("_", " ").capitalize()
    return free, header, label


def columns_of(contract: Contract, sample: Sample) -> dict[str, dict[str, Any]]:
    """Return the contract's ``columns:`` for a sample."""
    made: dict[str, dict[str, Any]] = {}
    for header in sample.columns:
        values = [row.get(header) for row in sample.rows]
        name, zh, en = name_of(header, set(made))
        kind = type_of(contract, header, values)
        # nobody guesses a datum: the owner says it
        datum = {"datum": "unknown"} if needs_datum(kind, zh) else {}
        made[name] = {"source": header, "type": kind, **datum, "zh": zh, "en": en}
    return made


def key_of(columns: dict[str, dict[str, Any]], sample: Sample) -> list[str]:
    """Return the column that names a row, none where nothing is sure.

    A column called a number comes first, and may repeat a little; else the first whose values are all different.
    """

    def differ(spec: dict[str, Any]) -> float:
        values = [(row.get(spec["source"]) or "").strip() for row in sample.rows]
        return len(set(values) - {""}) / len(values) if len(values) > 1 else 0.0

    able = [(n, c) for n, c in columns.items() if c["type"] in {"code", "text", "integer", "uscc", "gb28181"}]
    for name, spec in able:
        if _CODE_HEADER.search(spec["source"]) and differ(spec) >= ENOUGH_KEY:
            return [name]
    for name, spec in sorted(able, key=lambda c: c[1]["type"] != "code"):
        if differ(spec) == 1.0:
            return [name]
    return []


def day_of(columns: dict[str, dict[str, Any]]) -> str | None:
    """Return the first column that tells a day: a draft of the period column."""
    return next((name for name, c in columns.items() if c["type"] in {"date", "datetime", "epoch_ms"}), None)
