"""Judged slices waiting for the end of their delivery: in memory while they are few, on the disk when they are many.

What is known only at the end (totals, keys, duplicates) decides about rows read long before. Holding them here keeps
memory flat whatever the size of a delivery, and spares writing Parquet twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

HELD_BYTES = 64 * 1024 * 1024


class Spool:
    """Tables in the order they were added; ``schema`` has every column that any of them may have."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema = path, schema
        self._held: list[pa.Table] = []
        self._bytes = 0
        self._writer: Any = None
        self._file: Any = None

    def add(self, rows: pa.Table) -> None:
        """Put a slice behind the others."""
        if self._writer is None:
            self._held.append(rows)
            self._bytes += rows.nbytes
            if self._bytes <= HELD_BYTES:
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = pa.OSFile(str(self.path), "wb")
            options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False, unify_dictionaries=False)
            self._writer = pa.ipc.new_stream(self._file, self.schema, options=options)
            waiting, self._held, self._bytes = self._held, [], 0
        else:
            waiting = [rows]
        while waiting:
            self._writer.write_table(self._whole(waiting.pop(0)))

    def _whole(self, rows: pa.Table) -> pa.Table:
        """Return ``rows`` as one batch with all columns of the schema."""
        n = rows.num_rows
        columns = [
            rows.column(f.name).cast(f.type) if f.name in rows.column_names else pa.nulls(n, f.type)
            for f in self.schema
        ]
        return pa.table(columns, schema=self.schema).combine_chunks()

    def __iter__(self) -> Iterator[pa.Table]:
        """Give the slices back in their order, each once; what was in memory is let go of."""
        if self._writer is None:
            while self._held:
                yield self._held.pop(0)
            return
        self._writer.close()
        self._file.close()
        with pa.OSFile(str(self.path), "rb") as source, pa.ipc.open_stream(source) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch])

    def close(self) -> None:
        """Remove what lies on the disk."""
        self._held = []
        if self._file is not None:
            if not self._file.closed:
                self._file.close()
            self.path.unlink(missing_ok=True)
