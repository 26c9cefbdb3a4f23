"""Landing with proof against a bare read of the same bytes to Parquet, by CPU time.

Two baselines per protocol. *Bare*: the protocol's own library reads the bytes and writes Parquet as typed as
it comes. *Same columns bare*: the same bytes, written with raw text beside the values, one reference and one
hash per row, but without door, duplicates, quarantine, manifest, sync. The second says what proof costs.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as postgres
import duckdb
import httpx
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from pipelines import landing
from pipelines.contract import load
from pipelines.settings import Settings

CASES = (
    ("CSV", "enforcement", "hazard_events"),
    ("PostgreSQL", "water", "st_river_r"),
    ("HTTP API", "towers", "heartbeats"),
)


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of this process and what ``work`` returned."""
    gc.collect()
    started = time.process_time()
    done = work()
    return time.process_time() - started, done


def _ours(settings: Settings, silo: str, table: str) -> int:
    contract = load(silo)
    found = landing.pull_table(settings, contract, contract.table(table), settings.connection(silo))
    if found.error:
        raise found.error
    return found.total("landed")


def _read(settings: Settings, silo: str, table: str) -> Iterator[pa.Table]:
    """Read the bytes with the bare library."""
    connection = settings.connection(silo)
    if silo == "enforcement":
        for path in sorted(Path(connection["path"]).glob(str(load(silo).table(table).source["pattern"]))):
            yield csv.read_csv(path)
    elif silo == "water":
        columns = ", ".join(c.source for c in load(silo).table(table).columns.values())
        with postgres.connect(connection["url"]) as con, con.cursor() as cursor:
            cursor.execute(f"select {columns} from {load(silo).table(table).source}")
            found = cursor.fetch_arrow_table()
            # ADBC hands numeric over as opaque text; plain text is the cheapest thing it can be
            yield pa.table(
                [c.combine_chunks().storage if isinstance(c.type, pa.BaseExtensionType) else c for c in found.columns],
                names=found.column_names,
            )
    else:
        yield from _pages(connection, load(silo).table(table).source)


def _pages(connection: dict[str, Any], path: str) -> Iterator[pa.Table]:
    with httpx.Client(base_url=connection["url"], timeout=60) as client:
        login = {
            "grant_type": "client_credentials",
            "client_id": connection["client_id"],
            "client_secret": connection["client_secret"],
        }
        token = client.post("/oauth/token", data=login).json()["access_token"]
        page = 1
        while True:
            answer = client.get(
                path, params={"page": page, "size": 20000}, headers={"Authorization": f"Bearer {token}"}
            )
            if answer.status_code == 429:
                time.sleep(float(answer.headers.get("retry-after", 1)))
                continue
            body = answer.json()
            if body["code"]:
                continue
            if not body["data"]:
                return
            yield pa.Table.from_pylist(body["data"])
            page += 1


def _bare(settings: Settings, silo: str, table: str, folder: Path) -> int:
    rows = 0
    for n, part in enumerate(_read(settings, silo, table)):
        pq.write_table(part, folder / f"{n}.parquet", compression="zstd", compression_level=1)
        rows += part.num_rows
    return rows


def _same(settings: Settings, silo: str, table: str, folder: Path) -> int:
    rows = 0
    with duckdb.connect() as db:
        for n, part in enumerate(_read(settings, silo, table)):
            db.register("part", part)
            names = [f'"{c}"' for c in part.column_names]
            texts = ", ".join(f'cast({c} as varchar) as "{c[1:-1]}_text"' for c in names)
            joined = ", ".join(f"coalesce(cast({c} as varchar), '')" for c in names)
            db.execute(
                f"copy (select concat('{silo}/{table}/1#', row_number() over ()) as landing_ref, md5(concat_ws('|', {joined})) as row_hash, "
                f"{', '.join(names)}, {texts} from part) to '{folder / f's{n}.parquet'}' (format parquet, compression zstd)"
            )
            rows += part.num_rows
    return rows


def measure(home: Path) -> Iterator[tuple[str, float, float, float, int]]:
    """Yield per protocol: name, our CPU seconds, bare, same columns bare, rows; best of three, in turns."""
    connections = home / "connections.yaml"
    for name, silo, table in CASES:
        best = [float("inf")] * 3
        rows = 0
        for _ in range(3):
            folder = Path(tempfile.mkdtemp(prefix="anlan-bench-landing-"))
            try:
                settings = Settings.load(home=folder, connections=connections)
                settings.identity_key()
                for i, work in enumerate(
                    (
                        partial(_ours, settings, silo, table),
                        partial(_bare, settings, silo, table, folder),
                        partial(_same, settings, silo, table, folder),
                    )
                ):
                    taken, rows = cpu(work)
                    best[i] = min(best[i], taken)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        yield name, best[0], best[1], best[2], rows
