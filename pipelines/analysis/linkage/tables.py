"""The tables linkage leaves for dbt: their columns, their order, and how they are put on disk.

A folder per entity type, ``linkage/<entity>/``: ``links.parquet`` (one row per record), ``pairs.parquet`` (one row per
pair at or above the lower threshold, or decided), ``stopped.parquet`` (one row per record of a cluster that grew too
large), ``codes.parquet`` (one row per record with a good number of its own, of which one cluster holds one: a credit code, the
keyed hash of an identity number; not dbt's, it says which verdicts cannot stand) and ``model.json``. The files are there even where they hold no row, so that dbt can always read them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_PROBABILITY, _WEIGHT = pa.decimal128(9, 6), pa.decimal128(12, 6)
LINKS = pa.schema(
    [
        ("district_code", pa.string()), ("entity_type", pa.string()), ("record_id", pa.string()),
        ("cluster_id", pa.string()), ("how", pa.string()), ("probability", _PROBABILITY), ("reason", pa.string()),
        ("model_version", pa.string()),
    ]
)  # fmt: skip
PAIRS = pa.schema(
    [
        ("district_code", pa.string()), ("entity_type", pa.string()), ("left_id", pa.string()), ("right_id", pa.string()),
        ("probability", _PROBABILITY), ("match_weight", _WEIGHT), ("band", pa.string()), ("rule", pa.string()),
        ("why", pa.string()), ("decision", pa.string()), ("model_version", pa.string()),
    ]
)  # fmt: skip
STOPPED = pa.schema(
    [
        ("district_code", pa.string()), ("entity_type", pa.string()), ("record_id", pa.string()),
        ("cluster_id", pa.string()), ("member_count", pa.int32()), ("reason", pa.string()), ("model_version", pa.string()),
    ]
)  # fmt: skip
CODES = pa.schema(
    [("district_code", pa.string()), ("entity_type", pa.string()), ("record_id", pa.string()), ("code", pa.string())]
)
TABLES = {"links": LINKS, "pairs": PAIRS, "stopped": STOPPED, "codes": CODES}
ORDER = {
    "links": ("record_id",), "pairs": ("left_id", "right_id"), "stopped": ("cluster_id", "record_id"), "codes": ("record_id",),
}  # fmt: skip


def shaped(name: str, table: pa.Table, district_code: str, entity_type: str) -> pa.Table:
    """Return ``table`` in the fixed columns, types and order of table ``name``; district and entity are filled in.

    Raises:
        KeyError: a column is missing.

    """
    n = table.num_rows
    known = {"district_code": pa.repeat(district_code, n), "entity_type": pa.repeat(entity_type, n)}
    columns = [known[f.name] if f.name in known else _cast(table.column(f.name), f.type) for f in TABLES[name]]
    made = pa.table(columns, schema=TABLES[name])
    return made.sort_by([(c, "ascending") for c in ORDER[name]])


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal(wanted) and pa.types.is_floating(column.type):
        column = pc.round(column, wanted.scale)
    return column.cast(wanted)


def write(folder: Path, made: dict[str, pa.Table], model: dict[str, Any]) -> None:
    """Put tables and model into ``folder``, each file by one rename. The bytes depend on the content only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in made.items():
        tmp = folder / f".{name}.tmp"
        pq.write_table(table, tmp, compression="zstd")
        tmp.rename(folder / f"{name}.parquet")
    tmp = folder / ".model.tmp"
    tmp.write_text(json.dumps(model, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    tmp.rename(folder / "model.json")


def read(folder: Path) -> tuple[dict[str, pa.Table], dict[str, Any]] | None:
    """Return the tables and the model of an earlier run, or None where there is none."""
    try:
        made = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
        return made, json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
