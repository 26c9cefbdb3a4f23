"""One frozen release, read-only, through DuckDB in memory: everything the pages show comes through here.

Belongs here: finding a release, opening its Parquet tables, selecting and ordering rows; what the pages of one subject
select is in the module of that subject (``of_towns``, ``of_firms``, …).
Does not belong here: a join, rule, weight or score the release does not already hold.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import streamlit as st

ROOT = Path(__file__).resolve().parents[2]


class ReleaseFault(Exception):
    """A release that cannot be shown: ``kind`` is none, unknown, broken or empty; ``detail`` says what was seen."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Release:
    """One release folder. ``stamp`` changes when its manifest does, so caches follow the files."""

    path: str
    name: str
    stamp: int
    manifest: dict
    tables: tuple[str, ...]

    def __hash__(self) -> int:
        return hash((self.path, self.stamp))

    @property
    def key(self) -> tuple[str, int]:
        """What a cache needs to tell this release from every other."""
        return (self.path, self.stamp)


def releases_folder() -> Path:
    """Return the folder of releases: ``$ANLAN_HOME/releases``, by default ``data/releases``."""
    return Path(os.environ.get("ANLAN_HOME") or ROOT / "data") / "releases"


def release_names() -> list[str]:
    """Return the names of all release folders, newest period and revision first."""

    def order(name: str) -> tuple:
        period, _, revision = name.partition("-r")
        return (period, int(revision) if revision.isdigit() else 0)

    folder = releases_folder()
    found = [p.parent.name for p in folder.glob("*/manifest.json")] if folder.is_dir() else []
    return sorted(found, key=order, reverse=True)


def open_release(name: str | None = None) -> Release:
    """Open release ``name``, by default the one ``current.json`` points at.

    Raises ReleaseFault: ``none`` when nothing was released, ``unknown`` when the named release does not exist,
    ``broken`` when files are missing or unreadable.
    """
    folder = releases_folder()
    if name is not None and name not in release_names():
        raise ReleaseFault("unknown", name)
    if name is None:
        pointer = folder / "current.json"
        if not pointer.is_file():
            raise ReleaseFault("none", _shown(pointer))
        try:
            name = str(json.loads(pointer.read_text(encoding="utf-8"))["release"])
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseFault("broken", f"{_shown(pointer)}: {type(error).__name__}") from error
    path = folder / name
    manifest_file = path / "manifest.json"
    try:
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        stamp = manifest_file.stat().st_mtime_ns
    except (OSError, ValueError) as error:
        raise ReleaseFault("broken", f"{_shown(manifest_file)}: {type(error).__name__}") from error
    tables = tuple(sorted(p.stem for p in (path / "tables").glob("*.parquet")))
    return Release(str(path), name, stamp, manifest, tables)


def _shown(path: Path) -> str:
    """Return the path from the data folder on: a reader needs no machine path."""
    return str(path.relative_to(releases_folder().parent))


@st.cache_resource(max_entries=4, show_spinner=False)
def connection(path: str, stamp: int) -> duckdb.DuckDBPyConnection:
    """Return the in-memory connection on which a release's tables are views."""
    opened = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    for file in sorted((Path(path) / "tables").glob("*.parquet")):
        source = str(file).replace("'", "''")
        opened.execute(f"create view \"{file.stem}\" as select * from read_parquet('{source}')")
    return opened


@st.cache_data(max_entries=400, show_spinner=False)
def _rows(path: str, stamp: int, sql: str, parameters: tuple) -> list[dict]:
    cursor = connection(path, stamp).cursor()
    cursor.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows(release: Release, sql: str, *parameters: object) -> list[dict]:
    """Return the rows of ``sql`` as dicts. Raises ReleaseFault (broken) when a table cannot be read."""
    try:
        return _rows(release.path, release.stamp, sql, tuple(parameters))
    except duckdb.Error as error:
        raise ReleaseFault("broken", str(error).splitlines()[0].replace(str(releases_folder()), "releases")) from error


def select(release: Release, table: str, order: str = "", **values: object) -> list[dict]:
    """Return the rows of ``table`` whose columns have ``values``, in ``order``. Table, columns and order are our own words, never a reader's."""
    where = " and ".join(f"{column} = ?" for column in values)
    return rows(
        release, f"select * from {table} where {where}{f' order by {order}' if order else ''}", *values.values()
    )


def one(release: Release, table: str, **values: object) -> dict | None:
    """Return the row of ``table`` whose columns have ``values``, or None where there is none."""
    return next(iter(select(release, table, **values)), None)


def has(release: Release, table: str, column: str | None = None) -> bool:
    """Tell whether the release holds ``table`` (and ``column`` in it)."""
    if table not in release.tables:
        return False
    return column is None or column in columns(release, table)


def columns(release: Release, table: str) -> list[str]:
    """Return the column names of ``table``."""
    return [r["column_name"] for r in rows(release, f'describe "{table}"')]


def require(release: Release, tables: tuple[str, ...]) -> None:
    """Raise ReleaseFault unless every table is there, readable and not empty."""
    missing = [t for t in tables if t not in release.tables]
    if missing:
        raise ReleaseFault("broken", ", ".join(f"tables/{t}.parquet" for t in missing))
    for table in tables:
        if not rows(release, f'select 1 as one from "{table}" limit 1'):
            raise ReleaseFault("empty", table)


def periods(release: Release) -> list[str]:
    """Return the periods of the release, newest first."""
    return [r["period"] for r in rows(release, "select distinct period from town_quarter_scores order by period desc")]


def method(release: Release, table: str, order: str) -> list[dict]:
    """Return the rows of a method table that hold at the end of the release's period, or none without the table.

    A rule has a row per span of validity; rows of other spans are history.
    """
    if not has(release, table):
        return []
    end = rows(release, "select max(end_date) as day from dim_periods where period = ?", release.manifest["period"])
    return rows(
        release,
        f'select * from "{table}" where ? between effective_from and effective_to order by {order}',
        end[0]["day"],
    )


def export_files(release: Release) -> list[Path]:
    """Return the workbooks made from this release: in its own folder, or in ``exports/`` beside the releases."""
    beside = releases_folder().parent / "exports"
    found = [
        *(Path(release.path) / "exports").glob("*.xlsx"),
        *(beside / release.name).glob("*.xlsx"),
        *beside.glob(f"*{release.name}*.xlsx"),
    ]
    return sorted(found)
