"""Finding a release and reading it: its tables are views, nothing of it is ever changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import duckdb

from pipelines.errors import AnlanError, UsageError
from pipelines.release.files import MANIFEST
from pipelines.settings import Settings

_NAME = re.compile(r"^(\d{4}Q[1-4])-r([1-9]\d*)$")


@dataclass
class Release:
    """One frozen release, opened read-only; its tables are views of an in-memory DuckDB."""

    path: Path
    settings: Settings | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The release's name, e.g. ``2026Q3-r1``."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest as frozen."""
        try:
            return json.loads((self.path / MANIFEST).read_bytes())
        except (OSError, ValueError) as e:
            raise AnlanError(
                f"release {self.name}", "its manifest cannot be read", seen=type(e).__name__,
                do=f"run 'anlan verify {self.name}', then freeze the period again",
            ) from e  # fmt: skip

    @property
    def period(self) -> str:
        """The assessed quarter."""
        return self.manifest["period"]

    @cached_property
    def tables(self) -> list[str]:
        """Names of the frozen tables, inputs included as ``input_<name>``."""
        return sorted(table_name(f["path"]) for f in self.manifest["files"])

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The in-memory connection on which the frozen tables are views."""
        con = memory()
        for f in self.manifest["files"]:
            path = str(self.path / f["path"]).replace("'", "''")
            con.execute(f"create view {table_name(f['path'])} as from read_parquet('{path}')")
        return con

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of ``sql`` over the frozen tables, as dicts; decimals stay decimals."""
        try:
            found = self.connection.execute(sql, list(parameters))
        except duckdb.IOException as e:
            raise AnlanError(
                f"release {self.name}", "a frozen table cannot be read", seen=str(e).splitlines()[0],
                do=f"run 'anlan verify {self.name}'",
            ) from e  # fmt: skip
        names = [c[0] for c in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Let the in-memory connection go."""
        if "connection" in self.__dict__:
            self.__dict__.pop("connection").close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def table_name(path: str) -> str:
    """Return the name under which a frozen file is asked: inputs as ``input_<name>``."""
    stem = Path(path).stem
    return f"input_{stem}" if path.startswith("inputs/") else stem


def memory() -> duckdb.DuckDBPyConnection:
    """Return a connection of its own that fetches nothing from anywhere."""
    return duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )


def names(settings: Settings) -> list[str]:
    """Return the releases that exist, oldest period first, revisions rising."""
    if not settings.releases.is_dir():
        return []
    found = [p.name for p in settings.releases.iterdir() if p.is_dir() and _NAME.match(p.name)]
    return sorted(found, key=revision_of)


def revision_of(name: str) -> tuple[str, int]:
    """Return quarter and revision of a release's name: what releases are ordered by."""
    m = _NAME.match(name)
    return (m[1], int(m[2])) if m else (name, 0)


def find(settings: Settings, name: str | None = None) -> Path:
    """Return the folder of release ``name``; None or ``current`` is the newest revision of the newest quarter.

    A bare period names its newest revision.

    Raises:
        UsageError: the release does not exist; lists those that do.

    """
    known = names(settings)
    wanted = name
    if name in (None, "", "current"):
        wanted = known[-1] if known else None
    elif name and name not in known:
        revisions = [k for k in known if k.startswith(f"{name}-r")]
        wanted = revisions[-1] if revisions else None
    if wanted is None:
        raise UsageError(
            f"release {name}" if name else "releases",
            "does not exist" if name else "none has been frozen",
            seen=f"releases: {', '.join(known)}" if known else "no release yet",
            do="name one of these" if known else "freeze one with 'anlan release 2026Q3'",
        )
    return settings.releases / wanted


def open_release(settings: Settings, name: str | None = None) -> Release:
    """Return release ``name`` opened read-only. Raises UsageError as ``find`` does."""
    return Release(find(settings, name), settings)
