"""The drop folder: files as they lie on a disk that we can reach."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.connectors.files.places import Entry, Found, choose, globs
from pipelines.contract import Table
from pipelines.errors import SourceError


class Folder:
    """A folder of this machine. A link may not lead out of it."""

    def __init__(self, where: str, root: str | Path) -> None:
        self.root = Path(root)
        self.notes: list[str] = []
        self.checks: list[dict[str, Any]] = []
        if not self.root.is_dir():
            raise SourceError(
                where, "the drop folder does not exist", seen=str(root), do="check the connection or mount the folder"
            )

    def entries(self, source: dict[str, Any]) -> Iterator[Entry]:
        """Yield what the patterns of ``source`` may ask for."""
        inside = self.root.resolve()
        seen = set()
        # a name that still bears a working ending is listed too, to say that it waits
        for asked in (*globs(source["pattern"]), *(f"{g}.*" for g in globs(source["pattern"]))):
            for path in self.root.glob(asked):
                if path in seen or not path.is_file() or not path.resolve().is_relative_to(inside):
                    continue
                seen.add(path)
                if entry := self._entry(path.relative_to(self.root).as_posix()):
                    yield entry

    def siblings(self, entry: Entry) -> list[Entry]:
        """Return the files of the same name with another ending."""
        path = self.root / entry.name
        names = [p.relative_to(self.root).as_posix() for p in path.parent.glob(f"{glob.escape(path.stem)}.*")]
        return [e for n in sorted(names) if n != entry.name and (e := self._entry(n))]

    def look(self, entry: Entry) -> Entry | None:
        """Return the file as it is now."""
        return self._entry(entry.name)

    def bring(self, entry: Entry) -> Path:
        """Return its path: it is here already."""
        return self.root / entry.name

    def _entry(self, name: str) -> Entry | None:
        try:
            s = os.stat(self.root / name)
        except OSError:
            return None
        return Entry(name, s.st_size, str(s.st_mtime_ns))

    def close(self) -> None:
        """Nothing is held."""


def find(table: Table, folder: str | Path, source: dict[str, Any]) -> list[Found]:
    """Return the files of ``table`` in the order of their names; unfinished and hidden ones are left out.

    Raises:
        SourceError: the folder does not exist or is no folder.

    """
    place = Folder(table.id, folder)
    chosen = choose(place.entries(source), source)[0]
    return [Found(e, table.id, place.bring, place.look, path=place.bring(e)) for e in chosen]
