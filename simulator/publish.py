"""The usual ways a department's tables become what its service serves; a department may do it its own way.

Each way writes below ``HOME/simulator/<service>/<silo>/``. ``served`` keeps the same tables as Parquet for tests.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from simulator.tables import Table


def default(service: str, out: Path, tables: list[Table], module: ModuleType) -> None:
    """Write ``tables`` as ``service`` wants them."""
    out.mkdir(parents=True, exist_ok=True)
    if service in ("postgres", "mariadb"):
        database(out, tables, module.DDL, getattr(module, "DATABASE", ""))
    elif service in ("api", "soap"):
        rows(out, tables, getattr(module, "API", {}))
    elif service == "mqtt":
        messages(out, tables, getattr(module, "TOPICS", {}))
    else:
        # files have no one form: each department writes its own
        raise TypeError(f"{module.__name__}: {service} has no usual way; write publish(out, tables, world)")


def database(out: Path, tables: list[Table], ddl: str, name: str = "") -> None:
    """Write ``schema.sql``, one CSV per table (no header, an empty unquoted cell is null) and ``database.json``."""
    (out / "schema.sql").write_text(ddl, encoding="utf-8")
    columns: dict[str, list[str]] = {}
    for path in out.glob("*.csv"):
        path.unlink()
    for table in tables:
        arrow = table.arrow()
        columns[table.name] = arrow.column_names
        with open(out / f"{table.name}.csv", "ab") as handle:
            pacsv.write_csv(arrow, handle, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    body = {"name": name or out.name, "columns": columns}
    (out / "database.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def append(out: Path, name: str, chunk: pa.Table) -> None:
    """Add a chunk of rows to a table that ``database`` has written."""
    with open(out / f"{name}.csv", "ab") as handle:
        pacsv.write_csv(chunk, handle, pacsv.WriteOptions(include_header=False, quoting_style="needed"))


def until(chunk: pa.Table, as_of: str) -> pa.Table:
    """Return the rows of a chunk whose ``tm`` is before ``as_of``, all when there is none."""
    return chunk.filter(pc.less(chunk["tm"], as_of)) if as_of else chunk


def rows(out: Path, tables: list[Table], api: dict) -> None:
    """Write rows as JSON objects joined by commas, with offsets, so that a page is one slice of a file.

    ``api`` (the department's ``API``) is kept as ``api.json``; its ``resources`` may name for each table the
    column ``since`` compares with, by which the rows are expected to be ordered; ``numbers`` names text columns
    sent as JSON numbers.
    """
    (out / "api.json").write_text(json.dumps(api, ensure_ascii=False, indent=1), encoding="utf-8")
    for table in tables:
        since = api.get("resources", {}).get(table.name, {}).get("since")
        parts: list = []
        for i, (name, values) in enumerate(table.columns.items()):
            parts.append(f'{"{" if i == 0 else ","}"{name}":')
            parts.append(_json_cells(values, name in api.get("numbers", ())))
        joined = pc.binary_join_element_wise(*parts, "},", "")
        size = np.concatenate([[0], np.cumsum(pc.binary_length(joined).to_numpy(zero_copy_only=False))])
        size = size.astype(np.int64)
        chunk = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
        data = chunk.buffers()[2]
        (out / f"{table.name}.json").write_bytes(memoryview(data)[: int(size[-1])] if data is not None else b"")
        np.save(out / f"{table.name}.offsets.npy", size)
        np.save(out / f"{table.name}.since.npy", _since(table, since))


def messages(out: Path, tables: list[Table], topics: dict[str, dict]) -> None:
    """Write ``messages.jsonl``, one ``{"topic", "payload", "at"}`` per row, ordered by ``at``.

    ``topics``: for each table ``{"topic": "rain/{stationId}", "at": column}``; the topic may name columns.
    """
    made: list[tuple[str, str, str]] = []
    for table in tables:
        rule = topics[table.name]
        columns = [v.tolist() for v in table.columns.values()]
        for values in zip(*columns, strict=True):
            row = dict(zip(table.columns, values, strict=True))
            made.append(
                (str(row[rule["at"]]), rule["topic"].format(**row), orjson.dumps(row).decode()),
            )
    made.sort(key=lambda m: m[0])
    with open(out / "messages.jsonl", "wb") as handle:
        for at, topic, payload in made:
            handle.write(orjson.dumps({"topic": topic, "payload": payload, "at": at}) + b"\n")


def served(folder: Path, table: Table) -> None:
    """Keep a table as the department holds it."""
    path = folder / "served" / table.silo / f"{table.name}{'_' + table.version if table.version else ''}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.arrow(), path, compression="zstd", compression_level=1)


def _since(table: Table, column: str | None) -> np.ndarray:
    """Return what ``since`` compares with, as UTC milliseconds; texts are Beijing time unless they end in Z."""
    if not column:
        return np.zeros(len(table), np.int64)
    values = table.columns[column]
    if values.dtype != object or (len(values) and isinstance(values[0], int)):
        return values.astype(np.int64)
    texts = [str(v).strip().replace("T", " ") for v in values]
    utc = np.array([v.endswith("Z") for v in texts], bool)
    bare = [v.removesuffix("Z").removesuffix("+08:00") for v in texts]
    return np.array(bare, "datetime64[ms]").astype(np.int64) - np.where(utc, 0, 8 * 3_600_000)


def _json_cells(values: np.ndarray, number: bool) -> pa.Array:
    if values.dtype == bool:
        return pc.if_else(pa.array(values), "true", "false")
    if values.dtype != object:
        return pc.cast(pa.array(values), pa.string())
    if number or any(isinstance(v, int | float) for v in values[:50]):
        return pa.array(["null" if v is None else str(v) for v in values], pa.string())
    unique = {v: "null" if v is None else json.dumps(v, ensure_ascii=False) for v in set(values)}
    return pa.array([unique[v] for v in values], pa.string())
