"""Landing in flat memory, and the door over ten million rows: each measured in a process of its own.

The source is made up as it is read, slice by slice, so that memory is landing's own. ``--long`` in ``make bench`` adds
a hundred million rows.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines import door, judge, landing
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Contract, load
from pipelines.settings import ROOT, Settings

SILO, TABLE = "water", "st_river_r"
STEP = 200_000


def made_up(rows: int) -> Iterator[Slice]:
    """Yield river readings: a station and a five-minute time per row, one in a hundred sent twice."""
    start = np.datetime64("2020-01-01T00:00:00")
    for first in range(0, rows, STEP):
        n = np.arange(first, min(first + STEP, rows))
        n = np.where(n % 100 == 99, n - 1, n)
        text = pa.array((start + (n // 500) * np.timedelta64(300, "s")).astype("datetime64[s]").astype(str))
        cells = {
            "stcd": pa.array(np.char.add("633", np.char.zfill((n % 500).astype(str), 5))),
            "tm": pa.compute.replace_substring(text, "T", " "),
            "z": pa.array(np.char.add((n % 9).astype(str), ".125")),
            "q": pa.array(np.char.add((n % 300).astype(str), ".500")),
            "wptn": pa.array(np.full(len(n), "6")),
        }
        numbers = pa.array(np.arange(first + 1, first + 1 + len(n)))
        yield Slice("made up", "query", numbers, pa.table({k: v.cast(pa.string()) for k, v in cells.items()}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def land(rows: int) -> dict[str, float]:
    """Land ``rows`` rows and return seconds of CPU and peak memory in GB."""
    folder = Path(tempfile.mkdtemp(prefix="anlan-bench-size-"))
    try:
        settings, contract = Settings.load(home=folder), load(SILO)
        table = contract.table(TABLE)
        landing.genesis(settings, contract, table)
        started = time.process_time()
        batch = landing.land(
            settings, contract, table, Delivery("postgres", "made up", made_up(rows), source_rows=rows)
        )
        assert batch is not None
        assert batch["landed"] == rows
        assert batch["duplicate"] == rows // 100
        return {"cpu": time.process_time() - started, "peak": _peak()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _values(rows: int) -> str:
    """Return SQL of ``rows`` read and raw rows, as the door sees them."""
    return (
        "select concat('633', lpad(cast(i % 500 as varchar), 5, '0')) as stcd, timestamp '2020-01-01' + to_minutes(5 * (i // 500)) as tm, "
        "cast((i % 9) + 0.125 as decimal(7,3)) as z, cast(case when i % 1000 = 7 then 99999 else i % 300 end as decimal(9,3)) as q, "
        f"'6' as wptn, true as _given_stcd, true as _given_tm, true as _given_z, true as _given_q, true as _given_wptn, "
        f"cast(null as varchar) as _fault from range({rows}) t(i)"
    )


def pass_over(rows: int) -> dict[str, float]:
    """Judge ``rows`` rows by all row rules in one SQL pass, against the same rules written by hand."""
    contract: Contract = load(SILO)
    table = contract.table(TABLE)
    rules = [r for r in door.rules(contract, table) if r.scope == "row"]
    folder = Path(tempfile.mkdtemp(prefix="anlan-bench-door-"))
    try:
        with duckdb.connect(config={"threads": 2, "memory_limit": "1200MB", "temp_directory": str(folder)}) as db:
            path = folder / "values.parquet"
            db.execute(f"copy ({_values(rows)}) to '{path}' (format parquet)")
            ours = (
                f"select {', '.join(f'count(*) filter (where (_bad_{i // 62} & {1 << i % 62}) <> 0)' for i in range(len(rules)))} "
                f"from (select {', '.join(judge.words(rules))} from read_parquet('{path}'))"
            )
            by_hand = " , ".join(f"count(*) filter (where {door.broken(r)})" for r in rules)
            best, found = [float("inf")] * 2, [(), ()]
            for _ in range(3):
                for i, sql in enumerate((ours, f"select {by_hand} from read_parquet('{path}')")):
                    started = time.process_time()
                    found[i] = db.execute(sql).fetchall()[0]
                    best[i] = min(best[i], time.process_time() - started)
        assert found[0] == found[1]
        return {"ours": best[0], "by_hand": best[1], "peak": _peak(), "rules": len(rules), "broken": sum(found[0])}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def apart(what: str, rows: int) -> dict[str, Any]:
    """Run ``land`` or ``pass_over`` in a process of its own and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.landing_size", what, str(rows)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{what} of {rows} rows failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"land": land, "door": pass_over}[sys.argv[1]](int(sys.argv[2]))) + "\n")
