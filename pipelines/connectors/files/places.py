"""Files as a place shows them, wherever it is: what is wanted, what is ready, what was seen before.

A place (drop folder, SFTP server, bucket) lists names with size and time and can bring one file to the local
disk. Nothing here looks inside a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.connectors.base import Waiting
from pipelines.errors import SourceError

UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")


class Lost(SourceError):
    """A file could not be brought whole although its place shows it; nothing is wrong with the file itself."""


@dataclass(frozen=True)
class Entry:
    """One file as its place lists it: name below the root with ``/``, size, time or etag as the place writes it."""

    name: str
    size: int
    mark: str

    @property
    def stamp(self) -> str:
        """What is remembered of a landed file, so that it need not be fetched to know that it is the same."""
        return f"{self.name}|{self.size}|{self.mark}"


@dataclass
class Found:
    """One file on its way in. ``bring`` returns the local path of its bytes, or a word why it must wait.

    ``look`` returns the entry as the place shows it now, None if the file is gone. ``beside``: files that belong
    to it (the parts of a shapefile); ``paths``: these by their ending, once they are here.
    """

    entry: Entry
    table: str
    bring: Callable[[Entry], Path] = field(repr=False)
    look: Callable[[Entry], Entry | None] = field(repr=False)
    beside: tuple[Entry, ...] = ()
    paths: dict[str, Path] = field(default_factory=dict, repr=False)
    path: Path = field(default=Path(), repr=False)
    sha256: str | None = None

    @property
    def name(self) -> str:
        """Its name below the root."""
        return self.entry.name

    @property
    def size(self) -> int:
        """Its bytes, as the place counts them."""
        return self.entry.size

    @property
    def stamp(self) -> str:
        """What its place says of it and of what belongs to it."""
        return "&".join(e.stamp for e in (self.entry, *self.beside))

    @property
    def where(self) -> str:
        """Table and name, for an error."""
        return f"{self.table} {self.name}"

    @property
    def data(self) -> bytes:
        """All its bytes; for small formats."""
        return self.path.read_bytes()

    def digest(self) -> str | None:
        """Bring the file and return its SHA-256; None if it grew or vanished meanwhile."""
        try:
            self.path = self.bring(self.entry)
            found = _sha256(self.path)
            if self.beside:
                self.paths = {PurePosixPath(e.name).suffix.lower(): self.bring(e) for e in (self.entry, *self.beside)}
                found = digest_of((ending, _sha256(path)) for ending, path in self.paths.items())
        except FileNotFoundError:
            return None
        except OSError as e:
            raise SourceError(
                self.where, "the file cannot be opened", seen=e.strerror or str(e),
                do="give the pipeline's account the right to read it",
            ) from e  # fmt: skip
        if self.has_changed():
            return None
        self.sha256 = found
        return found

    def has_changed(self) -> bool:
        """Say whether the file is no longer the one that was listed: it is left for the next run."""
        return any(self.look(e) != e for e in (self.entry, *self.beside))

    def waits(self) -> Waiting:
        """Return the note for a file that is still being written."""
        return Waiting(
            self.name,
            zh="文件仍在写入（大小或时间在两次查看之间变了），下次再取",
            en="the file is still being written (size or time changed between two looks); the next run takes it",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def globs(given: Any) -> list[str]:
    """Return one pattern or a list of them as a list."""
    return [given] if isinstance(given, str) else list(given or ())


def fits(name: str, pattern: str) -> bool:
    """Say whether ``name`` fits a glob; ``**/`` stands for any folders, ``*`` stays inside one."""
    return PurePosixPath(name).match(pattern) if "/" not in pattern and "/" not in name else _deep(name, pattern)


def _deep(name: str, pattern: str) -> bool:
    parts = []
    for piece in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", pattern):
        words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        parts.append(words.get(piece) or (piece if piece.startswith("[") else re.escape(piece)))
    return re.fullmatch("".join(parts), name) is not None


def choose(entries: Iterable[Entry], source: dict[str, Any]) -> tuple[list[Entry], list[Waiting]]:
    """Return the files that a table's ``pattern`` asks for, by name, and notes on those that still bear a working name."""
    asked, out = globs(source["pattern"]), globs(source.get("exclude"))
    taken: list[Entry] = []
    waiting: list[Waiting] = []
    for e in sorted(entries, key=lambda e: e.name):
        base = PurePosixPath(e.name).name
        if base.startswith(("~$", ".")) or any(fnmatchcase(e.name, glob) for glob in out):
            continue
        ending = next((u for u in UNFINISHED if e.name.lower().endswith(u)), None)
        if ending:
            if any(fits(e.name[: -len(ending)], glob) or fits(e.name, glob) for glob in asked):
                waiting.append(
                    Waiting(
                        e.name, zh=f"文件名仍是上传中的 {ending}，改名后再取",
                        en=f"the name still ends in {ending}: it is taken once it is renamed",
                    )
                )  # fmt: skip
        elif any(fits(e.name, glob) for glob in asked):
            taken.append(e)
    return taken, waiting


def digest_of(named: Iterable[tuple[str, str]]) -> str:
    """Return one SHA-256 for many named files."""
    return hashlib.sha256("\n".join(f"{n} {d}" for n, d in sorted(named)).encode()).hexdigest()


_PERIODS = (
    (r"(20[0-9]{2})\s*年?\s*(?:Q|第?)([1-4一二三四])(?:季度?)?(?![0-9])", "quarter"),
    (r"(20[0-9]{2})[-_.年/]([01]?[0-9])[-_.月/]([0-3]?[0-9])(?![0-9])", "day"),
    (r"(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])", "day"),
    (r"(20[0-9]{2})[-_.年/]?([01][0-9]|[1-9](?=月))(?![0-9])", "month"),
    (r"(?<![0-9])(20[0-9]{2})(?![0-9])", "year"),
)


def period_in(name: str) -> tuple[date, date] | None:
    """Return the first day and the day after the last of the period a file's name speaks of, None where it names none.

    Understood: ``2026Q3``, ``2026年第三季度``, ``2026-07-15``, ``20260715``, ``2026-07``, ``202607``, ``2026年7月``, ``2026``.
    """
    for pattern, kind in _PERIODS:
        for m in re.finditer(pattern, name, re.IGNORECASE):
            try:
                return _span(kind, [int({"一": 1, "二": 2, "三": 3, "四": 4}.get(g, g)) for g in m.groups()])
            except ValueError:
                continue
    return None


def _span(kind: str, n: list[int]) -> tuple[date, date]:
    if kind == "day":
        first = date(*n)
        return first, first + timedelta(1)
    months = {"quarter": 3, "month": 1, "year": 12}[kind]
    month = {"quarter": lambda: 3 * n[1] - 2, "month": lambda: n[1], "year": lambda: 1}[kind]()
    first = date(n[0], month, 1)
    after = month - 1 + months
    return first, date(n[0] + after // 12, after % 12 + 1, 1)


def in_window(name: str, window: tuple[datetime, datetime]) -> bool | None:
    """Say whether the period in ``name`` touches the window; None where the name tells no period."""
    span = period_in(name)
    if span is None:
        return None
    return span[0] < _day_after(window[1]) and span[1] > window[0].date()


def _day_after(end: datetime) -> date:
    """Return the first day that lies wholly behind ``end`` (which is excluded)."""
    midnight = end.hour == end.minute == end.second == end.microsecond == 0
    return end.date() if midnight else end.date() + timedelta(1)
