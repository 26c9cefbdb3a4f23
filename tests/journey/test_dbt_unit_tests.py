"""dbt's own unit tests: every branch of every rule, on rows written by hand beside the models."""

from __future__ import annotations

import json

import pytest

from pipelines import periods, warehouse
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def outcomes(evaluated: Settings) -> dict[str, tuple[str, str]]:
    """Run all unit tests once on the built warehouse; name → (status, message)."""
    variables = warehouse.variables(evaluated, periods.with_previous("2026Q3"))
    arguments = ["test", "--select", "test_type:unit", "--vars", json.dumps(variables)]
    result = warehouse.invoke(evaluated, arguments)
    return {
        r.node.name: (str(r.status), str(r.message or "")) for r in result.result if r.node.resource_type == "unit_test"
    }


def test_every_branch_of_every_rule(outcomes):
    assert len(outcomes) > 75, "unit tests were not found: nothing would be proven"
    broken = {name: message[:600] for name, (status, message) in outcomes.items() if status != "pass"}
    assert broken == {}
