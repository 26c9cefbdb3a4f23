"""Firms, training, fund, health, civil affairs and utilities without dirt pass their own doors.

The tables go straight to the door, without servers and files. A rule that stops a clean row is a wrong rule, and a
department that breaks a rule without dirt is a wrong department.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import landing
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Table, load
from pipelines.settings import Settings
from simulator import departments
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table as Held
from simulator.truth import SO_IN_ANY_WORLD
from simulator.world import World

SILOS = (
    "civil",
    "firms",
    "fund",
    "health",
    "training",
    "utilities",
)
SCALE = 0.03


@pytest.fixture(scope="module")
def world() -> World:
    return World(330603, "2026Q3", SCALE, 4)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch) -> Settings:
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    return Settings.load(home=tmp_path)


def delivery(table: Table, files: list[Held]) -> Delivery:
    """Hand over what the department holds under the contract's own names, as its connector would."""
    slices = []
    for held in files:
        arrow = held.arrow()
        columns = table.columns.values()
        content = pa.table({c.name: arrow.column(c.source).cast(pa.string()).combine_chunks() for c in columns})
        numbers = pa.array(range(1, len(content) + 1), pa.int64())
        slices.append(Slice(held.name, held.version, numbers, content, None))
    return Delivery("table", table.name, iter(slices), sha256="0")


def named(source: object) -> str:
    """Return the department's own name of a contract table."""
    return str(source).rsplit("/", 1)[-1]


def landed(silo: str, world: World, settings: Settings, rates: DirtRates, truth: Truth) -> list[tuple[str, int, dict]]:
    """Land everything a department holds; return table, rows and manifest of every batch.

    A file of a snapshot is a delivery of its own; what only grows is handed over at once, to be quick.
    """
    contract = load(silo)
    made: dict[str, list[Held]] = {}
    for held in departments.load(silo).build(world.view(), rates, truth):
        made.setdefault(held.name, []).append(held)
    tables = {(t.name if t.name in made else named(t.source)): t for t in contract.tables.values()}
    assert set(tables) == set(made), "the department holds other tables than the contract names"
    found = []
    for name, table in tables.items():
        assert set(made[name][0].columns) == {c.source for c in table.columns.values()}, f"{name}: other columns"
        for files in [made[name]] if table.load == "incremental" else [[held] for held in made[name]]:
            rows = sum(map(len, files))
            manifest = landing.land(settings, contract, table, delivery(table, files)) if rows else None
            if manifest is not None:
                found.append((table.id, rows, manifest))
    return found


@pytest.mark.parametrize("silo", SILOS)
def test_a_clean_department_has_no_refused_row_and_no_finding(silo: str, world: World, settings: Settings):
    truth = Truth()
    found = {}
    for table, rows, manifest in landed(silo, world, settings, DirtRates.clean(), truth):
        # who has no papers has no end date either: the door asks for it, and that is no dirt
        failed = {
            c["rule"]: c["failed"] for c in manifest["checks"] if c["failed"] and not c["rule"].endswith(".given")
        }
        if failed or manifest["accepted"] + manifest["duplicate"] != rows:
            found[table] = (manifest["rejected"], failed)
    assert found == {}
    assert [r for r in truth.rows if not r[4].startswith(SO_IN_ANY_WORLD)] == [], "a clean world knows of no defect"


@pytest.mark.parametrize("silo", SILOS)
def test_the_usual_dirt_is_found_and_leaves_most_rows(silo: str, world: World, settings: Settings):
    """The test above can fail: the same door stops rows of the usual department, and not too many of them."""
    batches = landed(silo, world, settings, DirtRates(), Truth())
    rows = sum(n for _, n, _ in batches)
    refused = sum(m["rejected"] for *_, m in batches)
    warned = sum(c["failed"] for *_, m in batches for c in m["checks"] if c["severity"] == "warning")
    assert refused + warned > 0
    assert refused < 0.06 * rows
