"""Writes Oracle-style dumps: a comment with the view's row count, then one INSERT per row, as SQL Developer exports it."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.tables import Table

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


def write_dump(path: Path, views: list[tuple[str, Table]]) -> None:
    """Write the rows of every view into ``path``; empty cells are NULL, quotes are doubled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("-- 民政业务库视图导出\nSET DEFINE OFF;\n")
        for view, table in views:
            out.write(f"\n-- {view}: {len(table)} rows\n")
            head = f"INSERT INTO MZ.{view} ({', '.join(table.columns)}) VALUES ("
            for row in zip(*table.columns.values(), strict=True):
                cells = (_literal(name, value) for name, value in zip(table.columns, row, strict=True))
                out.write(f"{head}{', '.join(cells)});\n")
        out.write("\nCOMMIT;\n")


def _literal(name: str, value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    if name == "UPDATED_AT" and _MOMENT.fullmatch(text):
        return f"TO_DATE('{text}', 'YYYY-MM-DD HH24:MI:SS')"
    return "'" + text.replace("'", "''") + "'"
