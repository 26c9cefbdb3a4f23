"""Looking for people: what the departments hold about them, and where it turns up. Values are never quoted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import vault
from pipelines.contract import Contract
from pipelines.settings import Settings

# Overlapping, so that a number inside a longer run of digits is found as well.
INSIDE_ID = re.compile(r"(?=([1-9][0-9]{16}[0-9Xx]))")
INSIDE_PHONE = re.compile(r"(?<![a-f])(?=(1[3-9][0-9]{9})(?![0-9a-f]))")
ID = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
PHONE = re.compile(r"1[3-9][0-9]{9}")
NAME = re.compile("[\u4e00-\u9fff]{3,4}")
KINDS = {
    "id_number": "identity number",
    "phone": "phone",
    "person_name": "full name",
    "home_address": "home",
    "health": "health",
}
EACH = 50
Planted = dict[str, set[str]]


def planted(contracts: list[Contract], tables: dict[str, list[pa.Table]]) -> dict[str, Planted]:
    """Return by silo what its department holds about people: kind to some of the texts.

    ``tables``: what each silo serves, by ``silo/column source`` names as they are. A name, home or word of health
    counts only where no column that is not personal holds the same text: 王小村 may be a village too.
    """
    found: dict[str, Planted] = {}
    plain: set[str] = set()
    for contract in contracts:
        personal = {c.source: c.type for t in contract.tables.values() for c in t.columns.values() if c.is_personal}
        # a department may use one name for a person's home and for a shelter's address: then it counts as plain
        open_ = {c.source for t in contract.tables.values() for c in t.columns.values() if not c.is_personal}
        personal = {source: kind for source, kind in personal.items() if source not in open_}
        mine: Planted = defaultdict(set)
        for table in tables.get(contract.silo, []):
            for name in table.column_names:
                values = {v for v in table.column(name).to_pylist() if isinstance(v, str) and v.strip()}
                kind = personal.get(name)
                if kind is None:
                    plain |= values
                    continue
                if kind in {"id_number", "cert_no"}:
                    mine["identity number"] |= {m.upper() for v in values for m in ID.findall(v)}
                elif kind == "phone":
                    mine["phone"] |= {v for v in values if PHONE.fullmatch(v)}
                elif kind == "person_name":
                    mine["full name"] |= {v for v in values if NAME.fullmatch(v)}
                elif kind in {"home_address", "health"}:
                    mine[KINDS[kind]] |= {v for v in values if len(v) > 1}
        found[contract.silo] = mine
    return {
        silo: {k: set(sorted(v - plain if k in {"full name", "home", "health"} else v)[:EACH]) for k, v in mine.items()}
        for silo, mine in found.items()
    }


def together(found: dict[str, Planted]) -> Planted:
    """Return what all silos hold, by kind."""
    every: Planted = defaultdict(set)
    for mine in found.values():
        for kind, values in mine.items():
            every[kind] |= values
    return every


def texts(table: pa.Table) -> Iterator[tuple[str, set[str]]]:
    """Yield each text column with its distinct values."""
    for field in table.schema:
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            yield field.name, set(table.column(field.name).combine_chunks().unique().to_pylist()) - {None}


def leaks(place: str, table: pa.Table, people: Planted) -> list[str]:
    """Return the columns of ``table`` that hold a planted number, name, home or word of health; never the value."""
    found = []
    for name, values in texts(table):
        joined = "\n".join(values)
        hit = {
            "identity number": {i.upper() for i in INSIDE_ID.findall(joined)} & people.get("identity number", set()),
            "phone": set(INSIDE_PHONE.findall(joined)) & people.get("phone", set()),
            **{k: values & people.get(k, set()) for k in ("full name", "home", "health")},
        }
        found += [f"{place}.{name}: {len(v)} x {kind}" for kind, v in hit.items() if v]
    return found


def leaks_in_bytes(place: str, content: bytes, people: Planted) -> list[str]:
    """Return which kinds of a planted text stand in a file's bytes: numbers anywhere, homes and health as UTF-8."""
    text = content.decode("utf-8", errors="replace")
    hit = {
        "identity number": {i.upper() for i in INSIDE_ID.findall(text)} & people.get("identity number", set()),
        "phone": set(INSIDE_PHONE.findall(text)) & people.get("phone", set()),
        "home": {v for v in people.get("home", set()) if len(v) > 5 and v in text},
    }
    return [f"{place}: {len(v)} x {kind}" for kind, v in hit.items() if v]


def leaks_below(folder: Path, people: Planted) -> list[str]:
    """Search every file below ``folder``: parquet by columns, all else as bytes."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        place = str(path.relative_to(folder))
        if path.suffix == ".parquet":
            found += leaks(place, pq.read_table(path, partitioning=None), people)
        else:
            found += leaks_in_bytes(place, path.read_bytes(), people)
    return found


def in_vault(settings: Settings, silo: str) -> Planted:
    """Return what a silo's sealed batches hold, opened with a reason: kind to texts."""
    from pipelines.contract import load

    found: Planted = defaultdict(set)
    for head in vault.batches(settings, silo):
        rows = vault.open_rows(settings, silo, head["table"], head["batch"], who="测试", reason="查找植入的个人信息")
        types = load(silo).tables[head["table"]].columns
        for name in rows.column_names[1:]:
            values = set(rows.column(name).to_pylist()) - {None}
            if types[name].type in {"id_number", "cert_no"}:
                found["identity number"] |= {m.upper() for v in values for m in ID.findall(v)}
            else:
                found[KINDS.get(types[name].type, types[name].type)] |= values
    return found
