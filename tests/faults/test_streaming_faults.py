"""A large delivery on its way through the spool: killed, or met by a full disk, it leaves nothing; a re-run heals."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import index, landing, spool, store
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import load
from pipelines.errors import AnlanError, SourceError
from pipelines.settings import ROOT, Settings

ROWS = 120_000
CHILD = """
import sys
from tests.faults import test_streaming_faults as t
t.land(t.Settings.load(home=sys.argv[1]))
"""


def readings(rows: int = ROWS, step: int = 5_000) -> Iterator[Slice]:
    """River readings, one row in ten sent twice, so that keys must be remembered to the end."""
    for first in range(0, rows, step):
        n = [i - 1 if i % 10 == 9 else i for i in range(first, min(first + step, rows))]
        cells = {
            "stcd": [f"633{i % 500:05d}" for i in n],
            "tm": [f"20{i // 6000 + 10}-{i // 500 % 12 + 1:02d}-01 08:00:00" for i in n],
            "z": [f"{i % 9}.125" for i in n],
            "q": ["1.500"] * len(n),
            "wptn": ["6"] * len(n),
        }
        rows_ = pa.table({k: pa.array(v, pa.string()) for k, v in cells.items()})
        yield Slice("made up", "query", pa.array(range(first + 1, first + 1 + len(n)), pa.int64()), rows_)


def land(settings: Settings, slices: Iterator[Slice] | None = None) -> dict | None:
    landing.SLICE_ROWS, spool.HELD_BYTES = 2_000, 0
    contract = load("water")
    table = contract.table("st_river_r")
    landing.clean(settings)
    landing.genesis(settings, contract, table)
    return landing.land(
        settings, contract, table, Delivery("postgres", "made up", slices or readings(), source_rows=ROWS)
    )


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # restored afterwards: ``land`` makes them small for this process too
    monkeypatch.setattr(landing, "SLICE_ROWS", landing.SLICE_ROWS)
    monkeypatch.setattr(spool, "HELD_BYTES", spool.HELD_BYTES)
    return Settings.load(home=tmp_path)


def batches(settings: Settings) -> list[dict]:
    store._KNOWN.clear()
    return store.landed_batches(settings, load("water").table("st_river_r"))


def spooled(settings: Settings) -> bool:
    """Tell whether a delivery is on its way through the spool."""
    return any(p.stat().st_size for p in (settings.landing / "_tmp").glob("*.arrow"))


def is_whole(settings: Settings) -> bool:
    found = batches(settings)
    proof = index.reconcile(settings, [load("water")])
    sums = [(m["landed"], m["accepted"], m["duplicate"]) for m in found]
    return proof.ok and sums == [(ROWS, ROWS - ROWS // 10, ROWS // 10)]


def test_killed_in_the_middle_of_a_stream_nothing_is_half_landed(settings: Settings) -> None:
    pick, killed = random.Random(3), 0
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(settings.home)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # under way means that the spool has begun to fill; how far it comes differs from try to try
        until = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < until and not spooled(settings):
            time.sleep(0.01)
        time.sleep(pick.uniform(0.0, 0.6))
        killed += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert is_whole(settings) or not batches(settings)
        landing.clean(settings)
        if batches(settings):
            break
    assert killed
    if not batches(settings):
        land(settings)
    assert is_whole(settings)
    landing.clean(settings)
    assert not (settings.landing / "_tmp").exists()
    assert land(settings) is None


def test_a_disk_that_fills_up_in_the_middle_of_a_stream_keeps_nothing(settings: Settings) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    try:
        with pytest.raises(AnlanError, match="could not be written"):
            land(settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not batches(settings)
    assert not list((settings.landing / "_tmp").glob("*.arrow"))
    land(settings)
    assert is_whole(settings)


def test_a_source_that_breaks_off_far_inside_lands_nothing(settings: Settings) -> None:
    def broken() -> Iterator[Slice]:
        for n, s in enumerate(readings()):
            if n == 20:
                raise SourceError("water.st_river_r", "the stream broke", "100000 of 120000 rows", "run again")
            yield s

    with pytest.raises(SourceError, match="broke"):
        land(settings, broken())
    assert not batches(settings)
    land(settings)
    assert is_whole(settings)


def test_a_source_that_counts_otherwise_lands_nothing(settings: Settings) -> None:
    with pytest.raises(SourceError, match="counts other rows"):
        land(settings, readings(ROWS - 5_000))
    assert not batches(settings)
