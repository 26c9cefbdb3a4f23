"""Files without an agreed shape: every row of every sheet, every record of every text, as a list of cells.

The contract's columns are taken by name: ``@file``, ``@sheet``, ``@state``, ``@row``, ``@cells`` (a JSON list
of texts, null where a cell is empty), ``@count`` (cells in the row) and ``@width`` (of the sheet or header).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipelines.connectors.base import Slice
from pipelines.connectors.files import delimited, workbook
from pipelines.connectors.files.blocks import decoded
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.containers import Box
from pipelines.errors import SourceError


def _table(wanted: list[Wanted], size: int, given: dict[str, Any]) -> pa.Table:
    made = {}
    for c in wanted:
        value = given[c.source]
        made[c.name] = (
            pa.array(value, pa.string()) if isinstance(value, list) else pa.repeat(pa.scalar(value, pa.string()), size)
        )
    return pa.table(made)


def sheets(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield every row of every sheet, hidden ones too; blank rows between are rows, as the sheet counts them.

    Raises:
        SourceError: the workbook or one of its sheets cannot be read.

    """
    data = box.data()
    book = workbook.open_book(data, where)
    reading = Reading(detail={"sheets": []})
    for name in book.sheet_names:
        g = workbook.grid(book, name, f"{where}!{name}")
        workbook.layout(data, name, g)
        reading.detail["sheets"].append(
            {
                "name": name,
                "state": g.state,
                "rows": g.height,
                "columns": len(g.columns),
                "merged": len(g.merged),
                "hidden_columns": len(g.hidden_columns),
            }
        )
        rows = list(zip(*(c.to_pylist() for c in g.columns), strict=True))
        numbers = list(range(1, len(rows) + 1))
        table = _table(
            wanted, len(rows),
            {
                "@file": file, "@sheet": name, "@state": g.state, "@row": [str(n) for n in numbers],
                "@cells": [json.dumps(r, ensure_ascii=False) for r in rows],
                "@count": [str(sum(v is not None for v in r)) for r in rows], "@width": str(len(g.columns)),
            },
        )  # fmt: skip
        reading.slices.append(Slice(file, name, pa.array(numbers, pa.int64()), table))
    yield reading


def records(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield every record, the first (mostly a header) included; one of another width than the first has a fault.

    ``ragged: true`` in the source says that widths may differ.

    Raises:
        SourceError: wrong encoding, or a cell without end.

    """
    encoding = str(source.get("encoding", "utf-8"))
    text = decoded(box.data(), encoding, where)
    numbers, rows, faults = [], [], []
    try:
        for line, cells, fault in delimited.records(
            text, str(source.get("delimiter", ",")), str(source.get("quote", '"')), source.get("comment")
        ):
            if not fault and rows and len(cells) != len(rows[0]) and not source.get("ragged"):
                fault = f"the record has {len(cells)} cells, the first has {len(rows[0])}"
            numbers.append(line)
            rows.append(cells)
            faults.append(fault or None)
    except csv.Error as e:
        raise SourceError(
            where, "the text cannot be split into cells", seen=str(e), do="ask the owner for the file again"
        ) from e
    table = _table(
        wanted, len(rows),
        {
            "@file": file, "@sheet": "", "@state": "", "@row": [str(n) for n in range(1, len(rows) + 1)],
            "@cells": [json.dumps(r, ensure_ascii=False) for r in rows], "@count": [str(len(r)) for r in rows],
            "@width": str(len(rows[0]) if rows else 0),
        },
    )  # fmt: skip
    bad = pa.array(faults, pa.string()) if any(faults) else None
    reading = Reading([Slice(file, "", pa.array(numbers, pa.int64()), table, bad)])
    reading.detail = {"encoding": encoding}
    yield reading
