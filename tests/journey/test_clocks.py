"""A feed whose clock is eight hours off is seen by the acts of people on duty, and a right clock is not.

Each department's tables are made and landed in this process; then dbt looks for clocks, as in a run.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from benchmarks import quality, quality_signals
from pipelines import contract as contracts
from pipelines.settings import Settings
from simulator.departments import towers, training

SILOS = ["fire", "towers", "training"]


def shifted(home: Path, silos: list[str] = SILOS) -> dict[tuple[str, str], int]:
    """Land the feeds, three times as dirty as usual so that alarms are tested often; return the marked rows by table."""
    made = quality.measure(silos, 0.1, 3.0, home)
    assert made.faults == []
    found: dict[tuple[str, str], int] = {}
    for signal, silo, ref in quality_signals.marks(Settings(home)):
        if signal == "clock_shifted":
            table = ref.split("/")[1]
            found[(silo, table)] = found.get((silo, table), 0) + 1
    return found


def test_right_clocks_stay_unmarked(tmp_path: Path) -> None:
    assert shifted(tmp_path) == {}


def test_feeds_that_send_beijing_time_as_utc_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(towers, "BEIJING", 0)
    monkeypatch.setattr(training, "BEIJING", np.timedelta64(0, "h"))
    found = shifted(tmp_path)
    assert set(found) == {("towers", "alarms"), ("training", "enrolments"), ("training", "skill_tests")}
    assert min(found.values()) >= 10


def test_a_contract_with_the_wrong_time_zone_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = contracts.load

    def wrong(silo: str) -> contracts.Contract:
        raw = copy.deepcopy(right(silo).raw)
        return contracts.parse(raw | {"time_zone": "UTC"}, silo) if silo == "fire" else right(silo)

    monkeypatch.setattr(contracts, "load", wrong)
    assert set(shifted(tmp_path, ["fire"])) == {("fire", "iot_alarms")}
