"""Landing with proof against dlt on the same sources, by CPU time in the same process.

dlt is used the way its pages teach: dicts from an API, Arrow from a database, its own CSV reader for files; it writes
Parquet to a folder. It proves nothing about the rows (no reasons, no reconciliation), so the ratio flatters it. It stays a
peer in measurements and no dependency (docs/adr/0002).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import landing_cpu
from pipelines.contract import load
from pipelines.settings import Settings

os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}  # a peer sends nothing either


def _resource(settings: Settings, silo: str, table: str) -> Any:
    """Return the source as dlt's pages would write it."""
    import dlt

    connection = settings.connection(silo)
    contract = load(silo)
    if contract.protocol == "files":
        from dlt.sources.filesystem import filesystem, read_csv

        pattern = str(contract.table(table).source["pattern"])
        encoding = {"gbk": "gbk"}.get(str(contract.table(table).source.get("encoding")), "utf-8-sig")
        return (
            filesystem(bucket_url=Path(connection["path"]).as_uri(), file_glob=pattern) | read_csv(encoding=encoding)
        ).with_name(table)
    if contract.protocol == "postgres":

        def tables() -> Iterator[Any]:
            yield from landing_cpu._read(settings, silo, table, as_text=False)

        return dlt.resource(tables, name=table)

    def pages() -> Iterator[list[dict[str, Any]]]:
        for page in landing_cpu._pages(connection, contract, contract.table(table)):
            yield page.to_pylist()

    return dlt.resource(pages, name=table)


def _dlt(settings: Settings, silo: str, table: str, folder: Path) -> int:
    import dlt

    made = dlt.pipeline(
        pipeline_name=f"peer_{silo}_{table}", pipelines_dir=str(folder / "state"), dataset_name="peer",
        destination=dlt.destinations.filesystem(bucket_url=(folder / "out").as_uri()),
    )  # fmt: skip
    made.run(_resource(settings, silo, table), loader_file_format="parquet")
    return int(made.last_trace.last_normalize_info.row_counts.get(table, 0))


def measure(
    home: Path, cases: tuple[tuple[str, str, str], ...] = landing_cpu.CASES
) -> Iterator[tuple[str, float, float, int]]:
    """Yield per protocol: name, our CPU seconds, dlt's, rows; best of two, in turns.

    Raises:
        RuntimeError: the two did not land the same number of rows, so their times say nothing.

    """
    for name, silo, table in cases:
        best, rows = [float("inf")] * 2, [0, 0]
        for _ in range(2):
            folder = Path(tempfile.mkdtemp(prefix="anlan-bench-peers-"))
            try:
                settings = Settings.load(home=folder, connections=home / "connections.yaml")
                settings.identity_key()
                works: tuple[Callable[[], int], ...] = (
                    partial(landing_cpu._ours, settings, silo, table), partial(_dlt, settings, silo, table, folder),
                )  # fmt: skip
                for i, work in enumerate(works):
                    taken, rows[i] = landing_cpu.cpu(work)
                    best[i] = min(best[i], taken)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            if rows[0] != rows[1] or not rows[0]:
                raise RuntimeError(f"{silo}.{table}: {rows[0]:,} rows landed here, {rows[1]:,} by dlt")
        yield name, best[0], best[1], rows[0]
