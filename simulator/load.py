"""Readings by the million: ten-minute rain of as many gauges as asked for, made in chunks of bounded memory.

Equal seeds give equal rows. The columns are those of ``st_pptn_r``, as text, the way a database sends them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from simulator.tables import time_text
from simulator.world import World

CHUNK = 1_000_000
FORMS = ("parquet", "csv")
# extra gauges that one more unit of scale brings: as many rows as the whole bureau has at scale 1
GAUGES_PER_SCALE = 20
_TENTHS = pa.array([f"{i / 10:.1f}" for i in range(251)] + ["-9999.0", "999.9"])
_SHORT = pa.array(["0.10"])
_WEATHER = pa.array(["8", "7"])


def codes(first: int, count: int) -> np.ndarray:
    """Return the station codes of extra gauges, from number ``first``."""
    return np.array([f"637{i:05d}" for i in range(first, first + count)], dtype=object)


def gauges(world: World) -> int:
    """Return how many extra gauges a world above scale 1 has."""
    return round((world.scale - 1) * GAUGES_PER_SCALE) if world.scale > 1 else 0


def readings(world: World, rows: int, sentinel: float = 0.0) -> Iterator[pa.Table]:
    """Yield ``rows`` readings, gauge by gauge in blocks, every gauge through all ten minutes of the period.

    ``sentinel``: share of readings that are a number meaning "not measured". A chunk holds at most ``CHUNK`` rows.
    """
    slots = len(world.rain)
    texts = pa.array(time_text(world.start.astype("datetime64[s]") + (np.arange(slots) * 600).astype("timedelta64[s]")))
    block = max(1, CHUNK // slots)
    made, gauge = 0, 0
    while made < rows:
        rng = world.fresh(f"load {gauge}")
        local = rng.uniform(0.6, 1.4, block)
        wet = rng.random((block, slots), dtype=np.float32) < np.clip(world.rain * 3, 0, 0.95)[None, :]
        shape = rng.random((block, slots), dtype=np.float32) * 1.6 + 0.2
        tenths = np.minimum(np.rint(world.rain[None, :] * local[:, None] * shape * 10), 250) * wet
        tenths = tenths.astype(np.int16).ravel()
        if sentinel:
            bad = np.flatnonzero(rng.random(len(tenths), dtype=np.float32) < sentinel)
            tenths[bad] = 251 + (rng.random(len(bad)) < 0.4)
        n = min(block * slots, rows - made)
        tenths = tenths[:n]
        station = np.repeat(np.arange(block, dtype=np.int32), slots)[:n]
        slot = np.tile(np.arange(slots, dtype=np.int32), block)[:n]
        zeros = np.zeros(n, np.int8)
        yield pa.table(
            {
                "stcd": pc.take(pa.array(codes(gauge + 1, block)), pa.array(station)),
                "tm": pc.take(texts, pa.array(slot)),
                "drp": pc.take(_TENTHS, pa.array(tenths)),
                "intv": pc.take(_SHORT, pa.array(zeros)),
                "pdr": pc.take(_SHORT, pa.array(zeros)),
                "dyp": pa.nulls(n, pa.string()),
                "wth": pc.take(_WEATHER, pa.array((tenths <= 50).astype(np.int8))),
            }
        )
        made, gauge = made + n, gauge + block


def write(out: Path, rows: int, form: str, world: World, sentinel: float = 0.0) -> dict:
    """Write ``rows`` readings into ``out`` and return what was written: rows, files, bytes, seconds."""
    out.mkdir(parents=True, exist_ok=True)
    begun, made, size, names = time.perf_counter(), 0, 0, []
    for i, chunk in enumerate(readings(world, rows, sentinel), 1):
        path = out / f"st_pptn_r_{i:05d}.{form}"
        if form == "parquet":
            pq.write_table(chunk, path, compression="zstd", compression_level=1)
        else:
            pacsv.write_csv(chunk, path, pacsv.WriteOptions(quoting_style="needed"))
        made, size = made + chunk.num_rows, size + path.stat().st_size
        names.append(path.name)
    told = {"rows": made, "files": len(names), "bytes": size, "seconds": round(time.perf_counter() - begun, 2)}
    (out / "readings.json").write_text(
        json.dumps({**told, "seed": world.seed, "period": world.period}), encoding="utf-8"
    )
    return told
