"""Departments close to towns and villages, from their files to landing: what is clean comes in whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines import contract, pulling
from pipelines.settings import Settings
from simulator.dirt import DirtRates
from simulator.generate import Asked, generate

SILOS = ("congress", "militia", "resources", "towns")


def pulled(folder: Path, silo: str, rates: DirtRates) -> list[pulling.TableResult]:
    """Let the simulator write the files of ``silo`` and pull them."""
    generate(folder, Asked(scale=0.05, rates=rates), [silo])
    settings = Settings.load(home=folder)
    c, results = contract.load(silo), []
    for table in c.tables.values():
        results.append(pulling.pull_table(settings, c, table, {"path": str(folder / "folder" / silo)}))
    return results


@pytest.mark.parametrize("silo", SILOS)
def test_a_clean_department_is_refused_nothing(silo, tmp_path):
    results = pulled(tmp_path, silo, DirtRates.clean())
    assert [r.error for r in results if r.error] == []
    assert [r.refusals for r in results if r.refusals] == []
    failed = {
        c["rule"]: c["seen"] if "seen" in c else c["failed"]
        for r in results
        for b in r.batches
        for c in b["checks"]
        if c["failed"] and not c["rule"].endswith("volume_as_usual")
    }
    assert failed == {}
    for r in results:
        served = [pq.read_metadata(p).num_rows for p in (tmp_path / "served" / silo).glob(f"{r.table}*.parquet")]
        # a list that did not change since the last quarter comes again whole: its rows are known by now
        assert r.total("landed") == sum(served) > 0, r.table
        assert r.total("landed") == r.total("accepted") + r.total("duplicate"), r.table


@pytest.mark.parametrize("silo", SILOS)
def test_a_careless_department_is_refused_only_what_is_known_to_be_wrong(silo, tmp_path):
    results = pulled(tmp_path, silo, DirtRates())
    assert [r.error for r in results if r.error] == []
    truth = pq.read_table(tmp_path / "truth" / f"{silo}.parquet").to_pylist()
    for r in results:
        wrong = {t["key"] for t in truth if t["table"] == r.table and t["expected"] == "rejected"}
        assert r.total("rejected") <= len(wrong) * 2, r.table  # a row may stand in a file twice


@pytest.mark.parametrize("silo", SILOS)
def test_the_same_seed_writes_the_same_bytes(silo, tmp_path):
    digests = []
    for name in ("a", "b"):
        generate(tmp_path / name, Asked(scale=0.05), [silo])
        files = sorted(p for p in (tmp_path / name / "folder" / silo).rglob("*") if p.is_file())
        digests.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files})
    assert digests[0] == digests[1]
    assert digests[0]
