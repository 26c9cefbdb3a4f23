"""The comparison with dlt compares the same rows: every protocol it measures is read whole by both."""

from __future__ import annotations

import pytest

from benchmarks import landing_cpu, peers
from pipelines.contract import load
from pipelines.settings import Settings

FEW = (
    ("files", "enforcement", "equipment_dispatches"),
    ("postgres", "water", "st_stbprp_b"),
    ("http_json", "towers", "sites"),
)


def test_both_land_every_row_of_every_protocol(evaluated: Settings):
    assert {load(silo).protocol for _, silo, _ in landing_cpu.CASES} == {protocol for protocol, _, _ in FEW}
    found = list(peers.measure(evaluated.connections_file.parent, FEW))
    assert [f[0] for f in found] == [protocol for protocol, _, _ in FEW]
    assert all(rows > 0 for *_, rows in found)


def test_times_of_different_rows_are_no_comparison(evaluated: Settings, monkeypatch):
    monkeypatch.setattr(peers, "_dlt", lambda *_: 0)
    with pytest.raises(RuntimeError, match="0 by dlt"):
        list(peers.measure(evaluated.connections_file.parent, FEW[1:2]))


def test_a_page_that_is_refused_for_ever_is_not_asked_for_ever(evaluated: Settings, monkeypatch):
    table = load("towers").table("sites")
    monkeypatch.setitem(table.raw, "page_size", 10**9)
    with pytest.raises(RuntimeError, match="/api/v1/sites page 1"):
        list(landing_cpu._pages(evaluated.connection("towers"), load("towers"), table))
