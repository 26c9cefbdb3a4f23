"""The truth beside the data: what was spoiled, and which real thing a row is. Only tests read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.tables import Table

# what is so in a world without any dirt too: facts that nobody wrote wrongly, and that rules must see all the same
SO_IN_ANY_WORLD = (
    "#3 ", "#7 ", "#8 level that really stood still", "#13 branch", "#13 cancelled", "#13 customer", "#13 sole trader", "#13 tenant",
    "#14 one person", "#17 ", "#19 closed by the finder", "#23 expired", "#26 moved or died", "#26 not verified",
)  # fmt: skip


@dataclass
class Truth:
    """One entry per spoiled cell or row in ``rows``, one per row and real thing in ``links``."""

    rows: list[tuple] = field(default_factory=list)
    links: list[tuple[Table, np.ndarray, str, np.ndarray]] = field(default_factory=list)
    COLUMNS = ("silo", "table", "key", "column", "kind", "clean_value", "dirty_value", "expected")
    LINKS = ("silo", "table", "key", "entity_type", "entity_id")
    cheats: list[tuple[str, str, str, str]] = field(default_factory=list)
    CHEATS = ("silo", "table", "key", "kind")

    def add(self, table: Table, row: int, column: str, kind: str, clean: object, dirty: object, expected: str) -> None:
        """Note one spoiled cell; ``column`` is empty for a whole row."""
        self.rows.append(
            (table.silo, table.name, table.key_of(row), column, kind, _text(clean), _text(dirty), expected)
        )

    def link(self, table: Table, row: int | np.ndarray, entity_type: str, entity_id: object) -> None:
        """Note that ``row`` (one number or an array) of ``table`` is the real thing ``entity_id`` (one or an array).

        Call it after ``freeze_keys`` and before rows are reordered; a None or empty id is not noted.
        """
        rows = np.atleast_1d(np.asarray(row))
        ids = np.broadcast_to(np.atleast_1d(np.asarray(entity_id, dtype=object)), rows.shape)
        self.links.append((table, rows, entity_type, ids))

    def cheat(self, table: Table, rows: np.ndarray, kind: str) -> None:
        """Note that somebody made these rows look better than things were: no defect of a cell, every value can be read."""
        self.cheats += [(table.silo, table.name, table.key_of(int(row)), kind) for row in rows]

    def write(self, folder: Path, silo: str) -> None:
        """Keep the defects in ``folder/silo.parquet``, the links in ``folder/links`` and the cheats in ``folder/cheats``."""
        told = list(zip(*self.cheats, strict=True)) or [[] for _ in self.CHEATS]
        _write(folder / "cheats" / f"{silo}.parquet", dict(zip(self.CHEATS, map(list, told), strict=True)))
        columns = list(zip(*self.rows, strict=True)) or [[] for _ in self.COLUMNS]
        _write(folder / f"{silo}.parquet", dict(zip(self.COLUMNS, map(list, columns), strict=True)))
        links: list[list] = [[] for _ in self.LINKS]
        for table, rows, kind, ids in self.links:
            for row, entity in zip(rows.tolist(), ids.tolist(), strict=True):
                if entity not in (None, ""):
                    for into, value in zip(
                        links, (table.silo, table.name, table.key_of(row), kind, str(entity)), strict=True
                    ):
                        into.append(value)
        _write(folder / "links" / f"{silo}.parquet", dict(zip(self.LINKS, links, strict=True)))


def _write(path: Path, columns: dict[str, list]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(c, pa.string()) for c in columns])
    pq.write_table(pa.table(columns, schema), path, compression="zstd")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
