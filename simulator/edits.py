"""What an owner does to data that were sent before: corrects, withdraws, sends again. Applied after dirt, before publishing.

An edit is a mapping: ``silo``, ``table``, ``do`` (``correct``, ``withdraw``, ``resend``), and optionally ``version`` (one file of
several), ``rows`` (how many, all without it), ``where`` (a column and how its text begins: only such rows), ``set`` (column
to new value, for ``correct``), ``touch`` (column to a time: when the owner changed it, so that incremental pulls see it).
Which rows are taken follows from the edit itself, so the same edits give the same data.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.tables import Table

WORDS = {"silo", "table", "do", "version", "rows", "where", "set", "touch"}
DEEDS = ("correct", "withdraw", "resend")


class EditError(ValueError):
    """An edit that cannot be done; the message says which and what is there."""


def check(edit: Mapping[str, Any]) -> None:
    """Refuse an edit that nobody could carry out."""
    unknown = sorted(set(edit) - WORDS)
    if unknown or edit.get("do") not in DEEDS or not edit.get("silo") or not edit.get("table"):
        raise EditError(
            f"edit {dict(edit)}: needs silo, table, do ({', '.join(DEEDS)}); unknown: {unknown or 'nothing'}"
        )
    if edit["do"] == "correct" and not edit.get("set"):
        raise EditError(f"edit {dict(edit)}: correct needs set (column to value)")


def apply(tables: list[Table], edits: list[Mapping[str, Any]]) -> list[Table]:
    """Return the tables after all ``edits`` in their order."""
    for edit in edits:
        check(edit)
        mine = [t for t in tables if t.name == edit["table"] and edit.get("version", t.version) == t.version]
        if not mine:
            there = ", ".join(sorted({f"{t.name} {t.version}".strip() for t in tables}))
            raise EditError(f"edit {dict(edit)}: no such table or version; there are {there}")
        for table in mine:
            at = next(i for i, t in enumerate(tables) if t is table)
            tables = [*tables[:at], *_one(table, edit), *tables[at + 1 :]]
    return tables


def _rows(table: Table, edit: Mapping[str, Any]) -> np.ndarray:
    rows = np.arange(len(table))
    for column, begins in (edit.get("where") or {}).items():
        texts = np.array([str(v) for v in table.columns[column]], dtype=object)
        rows = rows[[texts[r].startswith(str(begins)) for r in rows]]
    if edit.get("rows"):
        seed = zlib.crc32(json.dumps(dict(edit), sort_keys=True, ensure_ascii=False).encode())
        rows = np.sort(np.random.default_rng(seed).permutation(rows)[: int(edit["rows"])])
    return rows


def _one(table: Table, edit: Mapping[str, Any]) -> list[Table]:
    rows = _rows(table, edit)
    if edit["do"] == "withdraw":
        return [table.take(np.setdiff1d(np.arange(len(table)), rows))]
    if edit["do"] == "resend" and table.version:
        again = table.take(rows)
        return [table, again.of(f"{table.version}_重报")]
    whole = table.take(np.arange(len(table)))
    if edit["do"] == "resend":
        whole.append_copies(rows)
        rows = np.arange(len(table), len(whole))
    for column, value in {**(edit.get("set") or {}), **(edit.get("touch") or {})}.items():
        if column not in whole.columns:
            raise EditError(f"edit {dict(edit)}: no column {column}; there are {', '.join(whole.columns)}")
        whole.columns[column] = whole.columns[column].copy()
        whole.columns[column][rows] = value
    return [whole]
