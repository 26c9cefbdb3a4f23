"""What files from afar have in common: a spool on the local disk that is gone afterwards, and the second look.

A remote file is fetched into the spool, counted against the size its place shows, hashed there and read there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pipelines.connectors.base import FETCHED
from pipelines.connectors.files.places import Entry, Lost
from pipelines.errors import SourceError

SETTLE_SECONDS = 0.5  # between the first and the second look at a file that was written lately
YOUNG_SECONDS = 300
SKEW_SECONDS = 300


class Remote(ABC):
    """A place whose files are fetched. A subclass lists (``listing``), looks (``one``) and copies (``copy``)."""

    def __init__(self, where: str, connection: dict[str, Any]) -> None:
        self.where, self.connection = where, connection
        spool = connection.get("spool")
        if spool:
            Path(spool).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._spool = Path(tempfile.mkdtemp(prefix=f"{FETCHED}{os.getpid()}-", dir=spool))
        self._listed: dict[str, Entry] = {}
        self._looked = time.monotonic()
        self.notes: list[str] = []
        self.checks: list[dict[str, Any]] = []

    @abstractmethod
    def listing(self) -> Iterator[Entry]:
        """Yield every file below the root."""

    @abstractmethod
    def one(self, name: str) -> Entry | None:
        """Return one file as it is now."""

    @abstractmethod
    def copy(self, name: str, target: BinaryIO) -> None:
        """Copy one file's bytes."""

    def entries(self, source: dict[str, Any]) -> Iterator[Entry]:
        """Yield what there is, by one listing."""
        self._looked = time.monotonic()
        self._listed = {e.name: e for e in self.listing()}
        yield from self._listed.values()

    def siblings(self, entry: Entry) -> list[Entry]:
        """Return the files of the same name with another ending."""
        stem = entry.name[: entry.name.rfind(".")]
        return [e for n, e in sorted(self._listed.items()) if n != entry.name and n[: n.rfind(".")] == stem]

    def look(self, entry: Entry) -> Entry | None:
        """Return the file as it is now; a file written lately is given a moment before the second look."""
        age = _age(entry.mark)
        if age is not None and age < YOUNG_SECONDS:
            settle = float(self.connection.get("settle_seconds", SETTLE_SECONDS))
            time.sleep(max(0.0, settle - (time.monotonic() - self._looked)))
        return self.one(entry.name)

    def bring(self, entry: Entry) -> Path:
        """Fetch a file into the spool; the one before is let go.

        Raises:
            Lost: fewer bytes came than the place shows.

        """
        target = self._spool / PurePosixPath(entry.name).name
        for old in self._spool.iterdir():
            if old.stem != target.stem:
                old.unlink()
        with target.open("wb") as f:
            self.copy(entry.name, f)
        got = target.stat().st_size
        if got < entry.size and self.one(entry.name) == entry:  # one that changed meanwhile waits
            raise Lost(
                f"{self.where} {entry.name}", "only a part of the file came", seen=f"{got:,} of {entry.size:,} bytes",
                do="run again; if it stays, ask the owner whether the server cuts connections",
            )  # fmt: skip
        return target

    def close(self) -> None:
        """Empty the spool."""
        shutil.rmtree(self._spool, ignore_errors=True)

    def see_clock(self, entries: list[Entry]) -> None:
        """Check that no file comes from the future: then the server's clock, or ours, is wrong."""
        ages = [a for e in entries if (a := _age(e.mark)) is not None]
        ahead = -min(ages, default=0.0)
        wrong = ahead > SKEW_SECONDS
        if wrong:
            self.notes.append(f"the server's clock is {ahead:,.0f} seconds ahead of ours")
        self.checks = [
            {
                "rule": "clock_agrees", "scope": "batch", "severity": "warning", "checked": 1, "failed": int(wrong),
                "seen": self.notes[-1] if wrong else "", "reason_zh": "来源服务器的时钟与我方相差五分钟以上",
                "reason_en": "the source's clock is more than five minutes from ours",
            }
        ]  # fmt: skip


def _age(mark: str) -> float | None:
    try:
        return time.time() - float(mark)
    except ValueError:
        return None


def need(connection: dict[str, Any], where: str, *names: str) -> None:
    """Refuse a connection that lacks an entry.

    Raises:
        SourceError: naming what is missing.

    """
    missing = [n for n in names if not connection.get(n)]
    if missing:
        raise SourceError(
            where, f"the connection does not say {', '.join(missing)}", seen=f"it says {', '.join(sorted(connection))}",
            do="complete the silo's entry in the connections file",
        )  # fmt: skip
