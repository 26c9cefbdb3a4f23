"""A quarter is built again as it was known on a date: what was recorded later changes nothing in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa

from pipelines import landing, run, store
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import load
from pipelines.settings import Settings


def test_a_correction_that_landed_later_does_not_change_the_quarter_as_it_was_known(
    evaluated: Settings, tmp_path: Path
) -> None:
    settings = Settings.load(home=tmp_path, connections=evaluated.connections_file)
    shutil.copytree(evaluated.landing, settings.landing)
    first = json.loads((evaluated.releases / "2026Q3-r1" / "manifest.json").read_text(encoding="utf-8"))
    tables = [(c, t) for c in run.all_contracts("demo") for t in c.tables.values()]
    moment = max(store.recorded(m) for _, t in tables for m in store.landed_batches(settings, t))

    contract = load("police")
    table = contract.table("incidents")
    late = {c: "2026-08-01 08:00:00" if s.type == "datetime" else "迟报" for c, s in table.columns.items()}
    rows = pa.table({c: pa.array([v], pa.string()) for c, v in late.items()})
    piece = Slice("police.incidents", "query", pa.array([1], pa.int64()), rows)
    assert landing.land(settings, contract, table, Delivery("postgres", "police.incidents", iter([piece])))

    outcome = run.evaluate(settings, "2026Q3", known_on=moment)
    assert not outcome.pulls
    made = json.loads((outcome.release.path / "manifest.json").read_text(encoding="utf-8"))
    assert made["content_sha256"] == first["content_sha256"]
    assert {f["path"]: f["sha256"] for f in made["files"]} == {f["path"]: f["sha256"] for f in first["files"]}
    assert not settings.releases.exists(), "the current releases stay as they are"
    # the index that everything else reads knows the late row again
    assert len(store.known(settings, table)) == 1 + len(store.known(settings.as_known_on(moment), table))
