"""No identity number, phone or full name leaves landing: real ones are looked for in everything that is built."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.exports import workbook
from pipelines.settings import Settings

# Overlapping, so that a number inside a longer run of digits is found as well.
INSIDE_ID = re.compile(r"(?=([1-9][0-9]{16}[0-9Xx]))")
INSIDE_PHONE = re.compile(r"(?<![a-f])(?=(1[3-9][0-9]{9})(?![0-9a-f]))")
ID = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
PEOPLE = ("站所花名册", "站员证件", "安全管理人员", "特种作业人员")
EACH = 50


def lines(path: Path) -> Iterator[list[str]]:
    """Yield the cells of a dropped file, row by row."""
    if path.suffix == ".xlsx":
        for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True):
            for row in sheet.iter_rows(values_only=True):
                yield ["" if v is None else str(v) for v in row]
        return
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gbk", errors="replace")
    yield from csv.reader(io.StringIO(text))


@pytest.fixture(scope="module")
def planted(departments: Path) -> dict[str, set[str]]:
    """Identity numbers, phones, and (name, number) pairs as the brigade sent them, some of each file."""
    found: dict[str, set[str]] = {"ids": set(), "phones": set(), "people": set()}
    for word in PEOPLE:
        files = sorted((departments / "simulator" / "folder" / "enforcement").glob(f"{word}_*"))
        assert files, f"no file of {word}"
        ids, phones, people = set(), set(), set()
        name_at = None
        for cells in lines(files[-1]):
            if name_at is None:
                name_at = next((i for i, c in enumerate(cells) if c.strip() in {"姓名", "持证人", "人员姓名"}), None)
                continue
            ids |= {i.upper() for i in ID.findall(" ".join(cells))}
            phones |= set(PHONE.findall(" ".join(c for c in cells if len(c.strip()) == 11)))
            name = cells[name_at].strip() if name_at < len(cells) else ""
            if re.fullmatch("[\u4e00-\u9fff]{3,4}", name):
                people.add(name)
        found["ids"] |= set(sorted(ids)[:EACH])
        found["phones"] |= set(sorted(phones)[:EACH])
        found["people"] |= set(sorted(people)[:EACH])
    assert len(found["ids"]) >= EACH
    assert len(found["phones"]) >= EACH // 2
    assert len(found["people"]) >= EACH
    return found


def texts(table: pa.Table) -> Iterator[tuple[str, set[str]]]:
    """Yield each text column with its distinct values."""
    for field in table.schema:
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = table.column(field.name).combine_chunks()
            yield field.name, set(column.unique().to_pylist()) - {None}


def leaks(place: str, table: pa.Table, planted: dict[str, set[str]]) -> list[str]:
    """Return the columns of ``table`` that hold a planted number or name, whole or inside a longer text.

    Values are never quoted: the message itself must not carry them out.
    """
    found = []
    for name, values in texts(table):
        joined = "\n".join(values)
        hit = {
            "identity number": {i.upper() for i in INSIDE_ID.findall(joined)} & planted["ids"],
            "phone": set(INSIDE_PHONE.findall(joined)) & planted["phones"],
            "full name": values & planted["people"],
        }
        found += [f"{place}.{name}: {len(v)} x {kind}" for kind, v in hit.items() if v]
    return found


def test_the_search_finds_what_lies_in_landing(evaluated: Settings, planted):
    """The same search must find the same people where they are allowed to be: otherwise it proves nothing."""
    found = []
    for path in sorted((evaluated.landing / "enforcement").glob("*/*/batch=*/rows.parquet")):
        found += leaks("landing", pq.read_table(path, partitioning=None), planted)
    kinds = {f.split(" x ")[1] for f in found}
    assert {"identity number", "phone", "full name"} <= kinds


def test_no_person_in_the_release(evaluated: Settings, planted):
    files = sorted(evaluated.releases.rglob("*.parquet"))
    assert len(files) > 15
    assert [x for p in files for x in leaks(p.stem, pq.read_table(p, partitioning=None), planted)] == []


def test_no_person_in_the_index_of_landing(evaluated: Settings, planted):
    files = sorted((evaluated.landing / "_index").glob("*.parquet"))
    assert len(files) == 3
    assert [x for p in files for x in leaks(p.stem, pq.read_table(p), planted)] == []


def test_no_person_in_quarantine_and_manifests(evaluated: Settings, planted):
    found = []
    for path in sorted(evaluated.landing.glob("*/*/*/batch=*/quarantine.parquet")):
        found += leaks(path.parent.name, pq.read_table(path, partitioning=None), planted)
    for path in sorted(evaluated.landing.glob("*/*/*/batch=*/manifest.json")):
        found += leaks(path.parent.name, pa.table({"manifest": [path.read_text(encoding="utf-8")]}), planted)
    assert found == []


def test_no_person_in_the_warehouse(evaluated: Settings, planted):
    """Tables and views of every room: staging looks into landing and must not carry the raw text out."""
    found, looked = [], 0
    with duckdb.connect(str(evaluated.warehouse_file), read_only=True) as db:
        named = db.execute(
            "select table_schema, table_name from information_schema.tables where table_schema <> 'information_schema'"
        ).fetchall()
        for schema, name in named:
            found += leaks(f"{schema}.{name}", db.sql(f'from "{schema}"."{name}"').to_arrow_table(), planted)
            looked += 1
    assert looked > 100
    assert found == []


def test_no_person_in_the_workbook(evaluated: Settings, planted):
    path = workbook.export(evaluated, None, "both")
    paths = path if isinstance(path, list | tuple) else [path]
    found = []
    for p in paths:
        with zipfile.ZipFile(p) as z:
            content = {n: [z.read(n).decode("utf-8", "replace")] for n in z.namelist() if n.endswith(".xml")}
        assert content
        strings = [t for (x,) in content.values() for t in re.findall(r"<t[^>]*>([^<]*)</t>", x)]
        found += leaks(p.name, pa.table({"xml": [x for (x,) in content.values()]}), planted)
        found += leaks(p.name, pa.table({"cells": strings}), planted)
    assert found == []
