"""The bytes of a release: Parquet that depends on its rows alone, hashes, the seal, and what the disk has taken."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.release.contents import ALIKE, RISING

ROW_GROUP = 122_880
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
POINTER = "current.json"


def write(source: pa.Table | pa.RecordBatchReader, path: Path, temp: Path) -> dict[str, Any]:
    """Write Parquet whose bytes depend on the rows alone; return its line of the manifest.

    Row groups are cut here, every ROW_GROUP rows, because the sizes of a reader's batches are not promised.
    """
    schema = source.schema.remove_metadata()
    rows = 0
    encoded = {n: "DELTA_BINARY_PACKED" for n in schema.names if n in RISING}
    encoded |= {n: "DELTA_BYTE_ARRAY" for n in schema.names if n in ALIKE}
    with pq.ParquetWriter(
        path, schema, version="2.6", compression="zstd", compression_level=3, store_schema=False,
        use_dictionary=[n for n in schema.names if n not in encoded] if encoded else True, write_statistics=True, data_page_version="1.0",
        column_encoding=encoded or None,
    ) as writer:  # fmt: skip
        waiting: list[pa.RecordBatch] = []
        held = 0
        for batch in source.to_batches() if isinstance(source, pa.Table) else source:
            waiting.append(batch)
            held += batch.num_rows
            while held >= ROW_GROUP:
                table = pa.Table.from_batches(waiting).replace_schema_metadata(None)
                writer.write_table(table.slice(0, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)
                rest = table.slice(ROW_GROUP)
                waiting, held = rest.to_batches(), rest.num_rows
                rows += ROW_GROUP
        if held or not rows:
            table = pa.Table.from_batches(waiting, schema=source.schema).replace_schema_metadata(None)
            writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)
            rows += held
    sha256, size = hash_of(path)
    return {"path": path.relative_to(temp).as_posix(), "sha256": sha256, "bytes": size, "rows": rows}


def hash_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file and its size."""
    with path.open("rb") as f:
        digest = hashlib.file_digest(f, "sha256")
        return digest.hexdigest(), f.tell()


def digest_of(what: Any) -> str:
    """Return the SHA-256 of plain data as canonical JSON."""
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(manifest: bytes) -> bytes:
    """Return the seal: a line ``sha256sum -c`` reads, and a line that proves the first one."""
    line = f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"
    return f"{line}# {hashlib.sha256(line.encode()).hexdigest()}\n".encode()
