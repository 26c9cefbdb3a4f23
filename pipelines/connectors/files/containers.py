"""Getting at the bytes inside gzip and zip without being harmed: limits, names, passwords, archives in archives.

A workbook, a docx and a zipped shapefile are zip archives too and pass the same gate. Nothing is unpacked to disk.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipelines.connectors.files.places import Found
from pipelines.errors import SourceError

MAX_WHOLE = 1 << 30  # of a file that must be read whole: workbook, document, layer
MAX_UNPACKED = 64 << 30  # of one archive or gzip read as a stream
MAX_RATIO = 400  # unpacked to packed; honest zip and gz stay far below
EAGER = 64 << 20  # up to here a file is judged whole before its first row is handed on
RATIO_FROM = 64 << 20  # small files may pack as tightly as they like
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OFFICE = {"[Content_Types].xml", "mimetype"}  # an office file holds one of these


@dataclass(frozen=True)
class Box:
    """The bytes of one file or member: read whole by ``data``, or as a stream by ``open``.

    ``size``: bytes as far as they are known before reading; a gzip file may hold more.
    ``beside``: the other parts of a shapefile by their ending.
    """

    where: str
    size: int
    open: Callable[[], BinaryIO]
    packed: str | None = None
    beside: dict[str, Path] = field(default_factory=dict)

    @property
    def is_large(self) -> bool:
        """Say whether it is read in slices that are handed on one by one."""
        return self.size * (16 if self.packed == "gzip" else 1) > EAGER

    def data(self) -> bytes:
        """Return all bytes.

        Raises:
            SourceError: more than may be read whole, or a broken archive.

        """
        if self.size > MAX_WHOLE:
            raise SourceError(
                self.where, "the file is larger than this format may be", seen=f"{self.size:,} bytes, limit {MAX_WHOLE:,}",
                do="ask the owner to send it in parts, or as csv",
            )  # fmt: skip
        with self.open() as stream:
            found = stream.read(MAX_WHOLE + 1)
        if len(found) > MAX_WHOLE:
            raise too_big(self.where, f"more than {MAX_WHOLE:,} bytes unpacked")
        return found


def too_big(where: str, seen: str) -> SourceError:
    """Return the refusal of what unpacks too far."""
    return SourceError(
        where,
        "unpacks to more than is safe to read",
        seen=seen,
        do="ask the owner what this file is; do not unpack it by hand",
    )


def limit_of(packed: int) -> int:
    """Return how far ``packed`` bytes may unpack."""
    return min(MAX_UNPACKED, max(RATIO_FROM, packed * MAX_RATIO))


class _Gunzip(io.RawIOBase):
    """A gzip stream that ends with a clear word when it is cut, damaged, or unpacks too far."""

    def __init__(self, raw: BinaryIO, packed: int, where: str) -> None:
        self._stream, self._raw, self._packed, self._where = gzip.GzipFile(fileobj=raw), raw, packed, where
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as e:
            raise SourceError(
                self._where, "the gzip file is broken or cut off", seen=str(e), do="ask the owner to send it again"
            ) from e
        self._given += len(data)
        if self._given > limit_of(self._packed):
            raise too_big(self._where, f"{self._packed:,} bytes packed, more than {limit_of(self._packed):,} unpacked")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._raw.close()
        super().close()


def box_of(found: Found) -> Box:
    """Return a plain or gzip file as a box."""
    with found.path.open("rb") as f:
        start = f.read(2)
    if start != GZIP:
        return Box(found.where, found.size, lambda: found.path.open("rb"), beside=found.paths)

    def stream() -> BinaryIO:
        return io.BufferedReader(_Gunzip(found.path.open("rb"), found.size, found.where), 1 << 20)

    return Box(found.where, found.size, stream, "gzip")


def unpacked(found: Found) -> tuple[bytes, str | None]:
    """Return the bytes of a plain or gzip file and the name of its packing."""
    box = box_of(found)
    return box.data(), box.packed


@contextmanager
def _said(where: str) -> Iterator[None]:
    """Turn what the zip library raises into words for the owner."""
    try:
        yield
    # zipfile says RuntimeError of a password, and a kind of it of a compression that it does not know
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as e:
        locked = isinstance(e, RuntimeError) and "password" in str(e)
        raise SourceError(
            where,
            "the archive is protected by a password" if locked else "the archive is broken or cut off",
            seen=str(e)[:200],
            do="ask the owner for a copy without password" if locked else "ask the owner to send it again",
        ) from e


def members(found: Found, pattern: str) -> list[tuple[str, Box]]:
    """Return name and box of the members of a zip that fit ``pattern``, by name.

    Raises:
        SourceError: the archive is broken, encrypted, too large, names a path outside itself, or holds an archive.

    """
    where = found.where
    with _said(where):
        archive = zipfile.ZipFile(found.path)
        infos = [i for i in archive.infolist() if not i.is_dir()]
        check_zip(where, infos, found.size)
        wanted = sorted((i for i in infos if fnmatchcase(member_name(i), pattern)), key=member_name)
        for info in wanted:
            with archive.open(info) as f:
                if f.read(4) == ZIP and not _is_office(archive, info):
                    raise SourceError(
                        where, "the archive holds another archive", seen=info.filename[:120],
                        do="ask the owner to pack the files once, not twice",
                    )  # fmt: skip
    return [(member_name(i), _member(archive, i, where)) for i in wanted]


def _is_office(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    with archive.open(info) as f, zipfile.ZipFile(io.BytesIO(f.read(MAX_WHOLE))) as inner:
        return bool(OFFICE & set(inner.namelist()))


class _Member(io.RawIOBase):
    """A member's stream, with the library's faults in the owner's words."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream, self._where = stream, where

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _said(self._where):
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Box:
    def stream() -> BinaryIO:
        with _said(where):
            return io.BufferedReader(_Member(archive.open(info), where), 1 << 20)

    return Box(f"{where}!{member_name(info)}", info.file_size, stream, "zip")


_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def check_office(where: str, data: bytes) -> None:
    """Refuse a workbook or document that unpacks too far, points outside itself, or defines XML entities.

    Entities can blow a kilobyte up to gigabytes or fetch a file; no office program writes them.

    Raises:
        SourceError: as said.
        zipfile.BadZipFile: the container is cut off or damaged.

    """
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        infos = z.infolist()
        check_zip(where, infos, len(data))
        for info in infos:
            if info.filename.lower().endswith((".xml", ".rels")):
                with z.open(info) as f:
                    start = f.read(64 << 10)
                # a definition stands before the first element, in whatever encoding
                if _DTD.search(start.replace(b"\0", b"")):
                    raise SourceError(
                        where, "the file defines XML entities, which no office program does", seen=info.filename[:120],
                        do="do not open it; ask the owner how it was made",
                    )  # fmt: skip


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; packers here often write it in GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return info.filename


def check_zip(where: str, infos: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive (or a workbook, which is one) that unpacks too far or points outside itself."""
    total = sum(i.file_size for i in infos)
    if total > limit_of(size):
        raise too_big(where, f"{size:,} bytes packed, {total:,} unpacked in {len(infos)} members")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise SourceError(
                where, "a member's name points outside the archive", seen=info.filename[:120],
                do="do not unpack it; ask the owner how it was made",
            )  # fmt: skip
        if info.flag_bits & 0x1:
            raise SourceError(
                where, "the archive is protected by a password", seen=info.filename[:120],
                do="ask the owner for a copy without password",
            )  # fmt: skip
