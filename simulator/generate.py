"""Makes everything the departments hold, once per seed, period, scale and version, and keeps it on disk.

``HOME/simulator/``: ``served/`` tables as Parquet, ``towers/`` API rows ready to send, ``drop/enforcement/``
files, ``truth/`` what was spoiled, ``generated.json`` what was made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulator import VERSION, enforcement, files, police, towers, water
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

TRUTH_SCHEMA = pa.schema([(c, pa.string()) for c in Truth.COLUMNS])
SINCE = {"heartbeats": "receivedMs", "alarms": "updatedMs"}


def code_hash() -> str:
    """Return a hash of this package's code and data, so that changed code makes new data."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), *here.glob("data/*.csv")]):
        if path.name not in ("servers.py", "cli.py", "api.py", "__main__.py"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def identity(seed: int, period: str, scale: float, rates: DirtRates) -> dict:
    """Return what decides the data; equal identities have equal bytes."""
    return {
        "version": VERSION,
        "code": code_hash(),
        "seed": seed,
        "period": period,
        "scale": scale,
        "rates": asdict(rates),
    }


def generate(
    folder: Path,
    seed: int = 330603,
    period: str = "2026Q3",
    scale: float = 1.0,
    rates: DirtRates | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> dict:
    """Make all data below ``folder`` unless the same is there already; return the row counts and times."""
    rates = rates or DirtRates()
    wanted = identity(seed, period, scale, rates)
    mark = folder / "generated.json"
    if mark.exists():
        made = json.loads(mark.read_text(encoding="utf-8"))
        if made["identity"] == wanted:
            return {**made, "fresh": False}
    for part in ("served", "towers", "drop", "truth", "generated.json"):
        path = folder / part
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    world, counts, seconds = World(seed, period, scale), {}, {}

    def finish(silo: str, truth: Truth, started: float) -> None:
        write_truth(folder / "truth" / f"{silo}.parquet", truth)
        seconds[silo] = round(time.perf_counter() - started, 2)
        say(f"{silo}: {sum(counts[silo].values()):,} rows, {len(truth.rows):,} known defects, {seconds[silo]:.1f} s")

    for silo, module in (("police", police), ("water", water), ("towers", towers)):
        started, truth = time.perf_counter(), Truth()
        tables = module.build(world, rates, truth)
        counts[silo] = {t.name: len(t) for t in tables}
        for table in tables:
            write_served(folder, table)
            if silo == "towers":
                write_api_rows(folder / "towers", table)
        finish(silo, truth, started)
    started, truth = time.perf_counter(), Truth()
    made = enforcement.build(world, rates, truth)
    counts["enforcement"] = {name: sum(len(t) for _, t in versions) for name, versions in made.items()}
    files.write(folder / "drop" / "enforcement", made)
    for versions in made.values():
        for version, table in versions:
            write_served(folder, table, version)
    finish("enforcement", truth, started)
    state = {"identity": wanted, "rows": counts, "seconds": {**seconds, "all": round(time.perf_counter() - begun, 2)}}
    mark.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
    return {**state, "fresh": True}


def write_served(folder: Path, table: Table, version: str = "") -> None:
    """Keep a table as the department holds it."""
    path = folder / "served" / table.silo / f"{table.name}{'_' + version if version else ''}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.arrow(), path, compression="zstd", compression_level=1)


def write_truth(path: Path, truth: Truth) -> None:
    """Keep what was spoiled, one row per cell or row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(zip(*truth.rows, strict=True)) or [[] for _ in Truth.COLUMNS]
    pq.write_table(
        pa.table(dict(zip(Truth.COLUMNS, map(list, columns), strict=True)), TRUTH_SCHEMA), path, compression="zstd"
    )


def write_api_rows(folder: Path, table: Table) -> None:
    """Write rows as JSON objects joined by commas, with offsets, so that a page is one slice of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: list = []
    for i, (name, values) in enumerate(table.columns.items()):
        parts.append(f'{"{" if i == 0 else ","}"{name}":')
        parts.append(_json_cells(name, values))
    rows = pc.binary_join_element_wise(*parts, "},", "")
    size = np.concatenate([[0], np.cumsum(pc.binary_length(rows).to_numpy(zero_copy_only=False))]).astype(np.int64)
    chunk = rows.combine_chunks() if isinstance(rows, pa.ChunkedArray) else rows
    data = chunk.buffers()[2]
    (folder / f"{table.name}.json").write_bytes(memoryview(data)[: int(size[-1])] if data is not None else b"")
    np.save(folder / f"{table.name}.offsets.npy", size)
    since = SINCE.get(table.name)
    np.save(
        folder / f"{table.name}.since.npy",
        table.columns[since].astype(np.int64) if since else np.zeros(len(table), np.int64),
    )


NUMBER_COLUMNS = {"lng", "lat", "heightM", "viewRadiusKm"}


def _json_cells(name: str, values: np.ndarray) -> pa.Array:
    if values.dtype != object:
        return pc.cast(pa.array(values), pa.string())
    if name in NUMBER_COLUMNS or any(isinstance(v, int) for v in values[:50]):
        return pa.array(["null" if v is None else str(v) for v in values], pa.string())
    unique = {v: "null" if v is None else json.dumps(v, ensure_ascii=False) for v in set(values)}
    return pa.array([unique[v] for v in values], pa.string())
