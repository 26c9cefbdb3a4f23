"""Every feature the assessment was asked for lands somewhere, in each department that owns it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines import docs_features
from pipelines.contract import all_contracts

CONTRACTS = all_contracts()


def test_the_features_are_122():
    numbers = [r["feature_no"] for r in docs_features.features()]
    assert numbers == [f"F{i:03d}" for i in range(1, 123)]


def test_no_feature_is_orphaned():
    assert docs_features.orphans(CONTRACTS) == []


def test_no_contract_names_an_unknown_feature():
    assert docs_features.unknown(CONTRACTS) == []


def test_every_demo_table_says_which_feature_it_lands():
    assert [t.id for c in CONTRACTS if c.profile == "demo" for t in c.tables.values() if not t.features] == []


def test_outputs_are_the_known_letters():
    found = {x for r in docs_features.features() for x in r["outputs"].split(",")}
    assert found - set(docs_features.OUTPUTS) == set()


def without(feature: str, department: str) -> list:
    """Return the contracts as they would be if ``department`` landed nothing for ``feature``."""
    return [
        c
        if c.department != department
        else replace(
            c,
            tables={n: replace(t, features=tuple(f for f in t.features if f != feature)) for n, t in c.tables.items()},
        )
        for c in CONTRACTS
    ]


@pytest.mark.parametrize(("feature", "department"), [("F015", "ZR"), ("F118", "RW"), ("F109", "ZJ"), ("F077", "RD")])
def test_an_orphaned_feature_is_seen(feature, department):
    missing = docs_features.orphans(without(feature, department))
    assert [m for m in missing if m.startswith(feature) and department in m]


def test_a_feature_of_all_needs_three_departments():
    asked = [r for r in docs_features.features() if r["feature_no"] == "F017"]
    assert docs_features.orphans([c for c in CONTRACTS if c.department in {"ZJ", "RD"}], asked)
    assert not docs_features.orphans([c for c in CONTRACTS if c.department in {"ZJ", "RD", "RW"}], asked)


def test_an_unknown_feature_is_seen():
    asked = [r for r in docs_features.features() if r["feature_no"] != "F015"]
    assert "resources/geo_hazard_points: F015" in docs_features.unknown(CONTRACTS, asked)
