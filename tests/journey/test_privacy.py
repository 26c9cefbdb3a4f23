"""No identity number, phone, full name, home or word of health leaves landing: real ones are looked for everywhere.

They are taken from what every pretended department serves. The search must find them in the vault, opened with a
reason, and nowhere else. (Landing without servers, and a column that lost its mark: test_quality.py.)
"""

from __future__ import annotations

import re
import zipfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import contract as contracts
from pipelines import vault
from pipelines.exports import workbook
from pipelines.settings import Settings
from tests import people
from tests.people import leaks


@pytest.fixture(scope="module")
def held(departments) -> dict[str, people.Planted]:
    """What each department holds about people."""
    served = departments / "simulator" / "served"
    tables = {
        folder.name: [pq.read_table(p, partitioning=None) for p in sorted(folder.glob("*.parquet"))]
        for folder in sorted(served.iterdir())
    }
    return people.planted([contracts.load(s) for s in tables], tables)


@pytest.fixture(scope="module")
def planted(held) -> people.Planted:
    """The same, all departments together."""
    every = people.together(held)
    assert all(len(every[k]) >= people.EACH for k in ("identity number", "phone", "full name"))
    return every


def test_the_search_finds_everybody_in_the_vault(evaluated: Settings, held):
    """The same search must find the same people where they are allowed to be: otherwise it proves nothing."""
    missing = []
    for silo, mine in held.items():
        found = people.in_vault(evaluated, silo) if any(mine.values()) else {}
        missing += [f"{silo}: {k}" for k, v in mine.items() if v and len(v & found.get(k, set())) < 0.5 * len(v)]
    assert missing == []
    assert {x["who"] for x in vault.log_lines(evaluated)} == {"测试"}


def test_no_person_in_any_file_but_in_the_vault(evaluated: Settings, planted):
    """Landing, index, quarantine, manifests, releases, exports, Dagster's storage, logs: every file of the home.

    The warehouse file is searched by its tables below; the sealed files themselves are searched as bytes.
    """
    found = [
        x
        for folder in sorted(
            p for p in evaluated.home.iterdir() if p.is_dir() and p.name not in {"warehouse", "secrets"}
        )
        for x in people.leaks_below(folder, planted)
    ]
    assert found == []
    assert len(list(evaluated.landing.rglob("rows.parquet"))) > 50


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
