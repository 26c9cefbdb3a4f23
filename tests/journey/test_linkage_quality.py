"""Firms and persons of a small district against its truth, as the departments served them with their dirt. Without servers.

The rules were made on another district; what is found goes into docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from benchmarks import linked, quality_firms, quality_persons, tested
from pipelines.analysis.linkage import registry, step
from pipelines.settings import Settings

SEED, SCALE = 11, 0.1


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> Settings:
    people = next(x for x in registry.LINKERS if x.entity_type == "person")
    home = tmp_path_factory.mktemp("linked")
    settings = linked.make(home, [quality_firms.LINKER.records, people.records], seed=SEED, scale=SCALE)
    step.run(settings, date(2026, 9, 30), [quality_firms.LINKER, people])
    return settings


def test_firms_are_one_across_silos_and_never_two(district: Settings, record_property: Callable) -> None:
    found = quality_firms.compare(district, district.home / "truth.parquet", SEED, 1.0, 0.0)
    assert found.all_pairs.right > 10_000
    assert quality_firms.missed([found]) == []
    bars = f"≥ {quality_firms.PRECISION} / ≥ {quality_firms.RECALL}"
    data = f"种子 seed {SEED}, ×{SCALE}"
    record_property(tested.NAME, tested.line("企业 firms", data, found.records, found.all_pairs, bars, found.review, 5))


def test_persons_are_one_across_silos(district: Settings, record_property: Callable) -> None:
    found = quality_persons.compare(district, "person", SEED, 1.0)
    assert found.between.right > 1_000, "pairs of two silos, which no number of one silo decides"
    assert quality_persons.missed([found]) == []
    bars = " / ".join(f"≥ {b}" for b in quality_persons.BARS["person"])
    data = f"种子 seed {SEED}, ×{SCALE}"
    record_property(tested.NAME, tested.line("人员 persons", data, found.records, found.all_pairs, bars, found.review))
