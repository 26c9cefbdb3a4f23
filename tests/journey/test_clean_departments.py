"""A department without dirt passes its own door: what the pretended world holds is what the contracts promise."""

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

SILOS = ("emergency", "governance", "fire")
SCALE = 0.03


@pytest.fixture(scope="module")
def world() -> World:
    return World(330603, "2026Q3", SCALE, 4)


def delivery(table: Table, held: Held) -> Delivery:
    """Hand over what the department holds under the contract's own names, as its connector would."""
    arrow = held.arrow()
    content = pa.table(
        {c.name: arrow.column(c.source).cast(pa.string()).combine_chunks() for c in table.columns.values()}
    )
    numbers = pa.array(range(1, len(content) + 1), pa.int64())
    return Delivery("table", held.name, iter([Slice(held.name, "", numbers, content, None)]), sha256="0")


def named(table: Table) -> str:
    """Return the department's own name of a contract table: of a topic the contract's."""
    return table.name if table.raw.get("protocol") == "mqtt" else str(table.source).rsplit("/", 1)[-1]


@pytest.mark.parametrize("silo", SILOS)
def test_a_clean_department_has_no_refused_row_and_no_finding(silo: str, world: World, tmp_path: Path, monkeypatch):
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    settings, contract = Settings.load(home=tmp_path), load(silo)
    truth = Truth()
    made = {t.name: t for t in departments.load(silo).build(world.view(), DirtRates.clean(), truth)}
    assert [r for r in truth.rows if not r[4].startswith(SO_IN_ANY_WORLD)] == [], "a clean world knows of no defect"
    sources = {named(t): t for t in contract.tables.values()}
    assert set(sources) == set(made), "the department holds other tables than the contract names"
    found = {}
    for name, table in sources.items():
        held = made[name]
        if not len(held):
            continue
        manifest = landing.land(settings, contract, table, delivery(table, held))
        # a paper that has no date to give is remarked (.given): that is no dirt
        failed = {
            c["rule"]: c["failed"] for c in manifest["checks"] if c["failed"] and not c["rule"].endswith(".given")
        }
        if manifest["rejected"] or manifest["accepted"] != len(held) or failed:
            found[table.id] = (manifest["rejected"], failed)
    assert found == {}
