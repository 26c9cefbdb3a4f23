"""Landing with proof against a bare pull of the same source that writes the same Parquet, by CPU time.

*Bare*: the protocol's own library reads the bytes and writes Parquet as typed as it comes. *Same Parquet*: the same
pull, then one DuckDB statement that reads the values, keeps raw text where it differs, hashes each row and writes the
same columns; without door, keys, quarantine, counts, manifest, sync. The second says what proof costs; its bound is
1.5. All run in one process in turns, best of three.
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

from pipelines import landed, pulling, reading
from pipelines.contract import Contract, Table, load
from pipelines.reading import ident
from pipelines.settings import Settings

CASES = (
    ("CSV", "enforcement", "hazard_events"),
    ("PostgreSQL", "water", "st_river_r"),
    ("HTTP API", "towers", "heartbeats"),
)
BIGGEST = CASES[-1]
FAULTS_BORNE = 20  # of one page in a row


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of this process and what ``work`` returned."""
    gc.collect()
    started = time.process_time()
    done = work()
    return time.process_time() - started, done


def _ours(settings: Settings, silo: str, table: str) -> int:
    contract = load(silo)
    spec = contract.table(table)
    found = pulling.pull_table(settings, contract, spec, settings.connection(silo, spec.protocol))
    if found.error:
        raise found.error
    return found.total("landed")


def _read(settings: Settings, silo: str, table: str, as_text: bool) -> Iterator[pa.Table]:
    """Read the bytes with the bare library: typed as it comes, or all as text, by the source's column names."""
    spec = load(silo).table(table)
    connection = settings.connection(silo, spec.protocol)
    names = [c.source for c in spec.columns.values()]
    if silo == "enforcement":
        for path in sorted(Path(connection["path"]).glob(str(spec.source["pattern"]))):
            types = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())) if as_text else None
            yield csv.read_csv(path, convert_options=types)
    elif silo == "water":
        columns = ", ".join(f"cast({n} as text) as {n}" if as_text else n for n in names)
        with postgres.connect(connection["url"]) as con, con.cursor() as cursor:
            cursor.execute(f"select {columns} from {spec.source}")
            found = cursor.fetch_arrow_table()
            # ADBC hands numeric over as opaque text; plain text is the cheapest thing it can be
            yield pa.table(
                [c.combine_chunks().storage if isinstance(c.type, pa.BaseExtensionType) else c for c in found.columns],
                names=found.column_names,
            )
    else:
        yield from _pages(connection, load(silo), spec)


def _pages(connection: dict[str, Any], contract: Contract, table: Table) -> Iterator[pa.Table]:
    """Ask a paged API with a login for every page, as large as the contract says.

    Raises:
        RuntimeError: it says the same fault time and again.

    """
    path = str(table.source["path"] if isinstance(table.source, dict) else table.source)
    size = int(table.raw.get("page_size", contract.page_size))
    with httpx.Client(base_url=connection["url"], timeout=60) as client:
        login = {
            "grant_type": "client_credentials",
            "client_id": connection["client_id"],
            "client_secret": connection["client_secret"],
        }
        token = client.post("/oauth/token", data=login).json()["access_token"]
        page, faults = 1, 0
        while True:
            answer = client.get(path, params={"page": page, "size": size}, headers={"Authorization": f"Bearer {token}"})
            if answer.status_code == 429:
                time.sleep(float(answer.headers.get("retry-after", 1)))
                continue
            body = answer.json()
            if body["code"]:
                if (faults := faults + 1) > FAULTS_BORNE:
                    raise RuntimeError(f"{path} page {page}: {body}")
                continue
            if not body["data"]:
                return
            yield pa.Table.from_pylist(body["data"])
            page, faults = page + 1, 0


def _bare(settings: Settings, silo: str, table: str, folder: Path) -> int:
    rows = 0
    for n, part in enumerate(_read(settings, silo, table, as_text=False)):
        pq.write_table(part, folder / f"{n}.parquet", compression="zstd", compression_level=1)
        rows += part.num_rows
    return rows


def statement(contract: Contract, table: Table) -> str:
    """Return one select over a relation of raw texts by landed name that yields the landed columns, without proof."""
    asked, texts = [], []
    for c in table.columns.values():
        careful = next((sql for sql, name in reading.expressions(c, contract) if name == c.name), ident(c.name))
        quick = reading.short(c, contract)
        is_text = quick == ident(c.name)
        value = quick if is_text else f"coalesce({quick}, {careful})" if quick else careful
        asked.append(f"{value} as {ident('_v_' + c.name)}, {ident(c.name)} as {ident('_r_' + c.name)}")
        usual = landed.usual_text(c, contract, ident("_v_" + c.name))
        raw = ident("_r_" + c.name)
        texts.append(f"{ident('_v_' + c.name)} as {ident(c.name)}")
        texts.append(f"case when {usual} is distinct from {raw} then {raw} end as {ident(c.name + '_text')}")
    hashed = ", ".join(ident("_r_" + c) for c in table.columns)
    place = (
        "'source' as _file, '1' as _part, row_number() over () as _row, 'accepted' as _verdict, now() as _recorded_at"
    )
    return f"select {place}, hash({hashed}) as _row_hash, {', '.join(texts)} from (select {', '.join(asked)} from part)"


def _same(settings: Settings, silo: str, table: str, folder: Path) -> int:
    rows, contract = 0, load(silo)
    spec = contract.table(table)
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute("set TimeZone = 'UTC'")
        for n, part in enumerate(_read(settings, silo, table, as_text=True)):
            named = {c.source: c.name for c in spec.columns.values()}
            kept = [c for c in part.column_names if c in named]
            db.register("part", part.select(kept).rename_columns([named[c] for c in kept]).cast(
                pa.schema([(named[c], pa.string()) for c in kept])))  # fmt: skip
            target = folder / f"s{n}.parquet"
            db.execute(
                f"copy ({statement(contract, spec)}) to '{target}' (format parquet, compression zstd, compression_level 1)"
            )
            rows += part.num_rows
    return rows


def measure(home: Path, cases: tuple[tuple[str, str, str], ...] = CASES, times: int = 3) -> Iterator[
    tuple[str, float, float, float, int]
]:  # fmt: skip
    """Yield per protocol: name, our CPU seconds, bare, same Parquet, rows; best of ``times``, in turns."""
    connections = home / "connections.yaml"
    for name, silo, table in cases:
        best = [float("inf")] * 3
        rows = 0
        for _ in range(times):
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
