"""Finding files in a drop folder and getting at their bytes: what is ready, what is new, what is too big.

Nothing here looks inside a table.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.contract import Table
from pipelines.errors import SourceError

MAX_BYTES = 1 << 30  # of one file unpacked; a drop folder holds papers of an office, not a data set
MAX_RATIO = 400  # unpacked to packed; honest zip and gz stay far below
RATIO_FROM = 64 << 20  # small files may pack as tightly as they like
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")


@dataclass
class Found:
    """One file of a drop folder. ``name`` is its path below the folder with ``/``."""

    path: Path
    name: str
    table: str
    size: int = 0
    sha256: str | None = None
    data: bytes = field(default=b"", repr=False)
    _seen: tuple[int, int] | None = None

    def _stat(self) -> tuple[int, int]:
        s = os.stat(self.path)
        return s.st_size, s.st_mtime_ns

    def digest(self) -> str | None:
        """Read the file and return its SHA-256; None if it grew or vanished while we read."""
        try:
            self._seen = self._stat()
            self.size = self._seen[0]
            if self.size > MAX_BYTES:
                raise SourceError(
                    f"{self.table} {self.name}", "the file is larger than a drop folder may hold",
                    seen=f"{self.size:,} bytes, limit {MAX_BYTES:,}", do="ask the owner to send it in parts",
                )  # fmt: skip
            self.data = self.path.read_bytes()
            if self.has_changed():
                return None
        except FileNotFoundError:
            return None
        except OSError as e:
            raise SourceError(
                f"{self.table} {self.name}", "the file cannot be opened", seen=e.strerror or str(e),
                do="give the pipeline's account the right to read it",
            ) from e  # fmt: skip
        self.sha256 = hashlib.sha256(self.data).hexdigest()
        return self.sha256

    def has_changed(self) -> bool:
        """Say whether the file is not the one we began to read: it is left for the next run."""
        try:
            return self._stat() != self._seen
        except OSError:
            return True


def _globs(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def find(table: Table, folder: str | Path, source: dict[str, Any]) -> list[Found]:
    """Return the files of ``table`` in the order of their names; unfinished and hidden ones are left out.

    Raises:
        SourceError: the folder does not exist or is no folder.

    """
    root = Path(folder)
    if not root.is_dir():
        raise SourceError(
            table.id,
            "the drop folder does not exist",
            seen=str(folder),
            do="check the connection or mount the folder",
        )
    inside = root.resolve()
    names = {
        p.relative_to(root).as_posix(): p
        for glob in _globs(source["pattern"])
        for p in root.glob(glob)
        if p.is_file() and p.resolve().is_relative_to(inside)  # a link may not lead out of the folder
    }
    out = _globs(source.get("exclude"))
    return [
        Found(path, name, table.id)
        for name, path in sorted(names.items())
        if not any(fnmatchcase(name, glob) for glob in out)
        and not path.name.startswith(("~$", "."))
        and not path.name.lower().endswith(UNFINISHED)
    ]


def digest_of(named: Iterable[tuple[str, str]]) -> str:
    """Return one SHA-256 for many named files."""
    return hashlib.sha256("\n".join(f"{n} {d}" for n, d in sorted(named)).encode()).hexdigest()


def _too_big(where: str, seen: str) -> SourceError:
    return SourceError(
        where,
        "unpacks to more than is safe to read",
        seen=seen,
        do="ask the owner what this file is; do not unpack it by hand",
    )


def unpacked(found: Found) -> tuple[bytes, str | None]:
    """Return the bytes of a plain or gzip file and the name of its packing.

    Raises:
        SourceError: the gzip stream is broken or too large.

    """
    if not found.data.startswith(b"\x1f\x8b"):
        return found.data, None
    where = f"{found.table} {found.name}"
    limit = min(MAX_BYTES, max(RATIO_FROM, found.size * MAX_RATIO))
    out, left, size = [], found.data, 0
    try:
        while left.strip(b"\0"):  # a gzip file may hold several streams, and zeros after the last
            stream = zlib.decompressobj(wbits=31)
            out.append(stream.decompress(left, limit + 1 - size))
            size += len(out[-1])
            if size > limit:
                raise _too_big(where, f"{found.size:,} bytes packed, more than {limit:,} unpacked")
            if not stream.eof:
                raise EOFError("the stream ends before its end mark")
            left = stream.unused_data
    except (EOFError, zlib.error) as e:
        raise SourceError(
            where,
            "the gzip file is broken or cut off",
            seen=str(e),
            do="ask the owner to send it again",
        ) from e
    data = b"".join(out)
    return data, "gzip"


def members(found: Found, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the members of a zip that fit ``pattern``, by name. Nothing is written to disk.

    Raises:
        SourceError: the archive is broken, encrypted, too large, or names a path outside itself.

    """
    where = f"{found.table} {found.name}"
    try:
        with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            check_zip(where, infos, found.size)
            for info in sorted(infos, key=lambda i: i.filename):
                if fnmatchcase(info.filename, pattern):
                    yield info.filename, archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as e:
        locked = isinstance(e, RuntimeError) and "password" in str(e)
        raise SourceError(
            where,
            "the archive is protected by a password" if locked else "the archive is broken or cut off",
            seen=str(e)[:200],
            do="ask the owner for a copy without password" if locked else "ask the owner to send it again",
        ) from e


def check_zip(where: str, infos: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive (or a workbook, which is one) that unpacks too far or points outside itself."""
    total = sum(i.file_size for i in infos)
    if total > min(MAX_BYTES, max(RATIO_FROM, size * MAX_RATIO)):
        raise _too_big(where, f"{size:,} bytes packed, {total:,} unpacked in {len(infos)} members")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise SourceError(
                where, "a member's name points outside the archive", seen=info.filename[:120],
                do="do not unpack it; ask the owner how it was made",
            )  # fmt: skip
