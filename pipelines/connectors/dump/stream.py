"""From a file to pieces of text: what is packed is unpacked with a bound, what is encoded is decoded strictly."""

from __future__ import annotations

import codecs
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, Any

from pipelines.connectors.files.folder import MAX_RATIO, RATIO_FROM, Found, check_zip
from pipelines.errors import SourceError

PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


@dataclass
class Opened:
    """A file that can be read more than once; nothing of it is kept in memory."""

    path: Path
    name: str
    size: int
    sha256: str
    packed: str
    stamp: tuple[int, int]

    def has_changed(self) -> bool:
        """Say whether it is not the file we began to read."""
        try:
            s = os.stat(self.path)
        except OSError:
            return True
        return (s.st_size, s.st_mtime_ns) != self.stamp


def opened(found: Found, source: dict[str, Any]) -> Opened | None:
    """Return the file with its digest; None when it grew or vanished while we read."""
    try:
        s = os.stat(found.path)
        with found.path.open("rb") as f:
            head = f.read(4)
            f.seek(0)
            found.sha256 = hashlib.file_digest(f, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except OSError as e:
        raise SourceError(
            f"{found.table} {found.name}", "the file cannot be opened", seen=e.strerror or str(e),
            do="give the pipeline's account the right to read it",
        ) from e  # fmt: skip
    packed = {b"\x1f\x8b": "gzip", b"PK": "zip"}.get(head[:2], "")
    file = Opened(found.path, found.name, s.st_size, found.sha256, packed, (s.st_size, s.st_mtime_ns))
    return None if file.has_changed() else file


def texts(file: Opened, source: dict[str, Any], where: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the name of each part and its text in pieces.

    Raises:
        SourceError: broken or oversized packing, or bytes that are not of the agreed encoding.

    """
    encoding = str(source.get("encoding", "utf-8"))
    view = str(source["view"])
    try:
        with file.path.open("rb") as raw:
            if file.packed == "zip":
                with zipfile.ZipFile(raw) as archive:
                    infos = [i for i in archive.infolist() if not i.is_dir()]
                    check_zip(where, infos, file.size)
                    for info in sorted(infos, key=lambda i: i.filename):
                        if fnmatchcase(info.filename, str(source.get("members", "*.sql"))):
                            with closing(archive.open(info)) as member:
                                yield info.filename, _decoded(_pieces(member), encoding, where)
            elif file.packed == "gzip":
                yield view, _decoded(_gzip(raw, file.size, where), encoding, where)
            else:
                yield view, _decoded(_pieces(raw), encoding, where)
    except _BROKEN as e:
        raise _broken(e, where) from e


def _broken(e: Exception, where: str) -> SourceError:
    locked = isinstance(e, RuntimeError) and "password" in str(e)
    return SourceError(
        where,
        "the archive is protected by a password" if locked else "the archive is broken or cut off",
        seen=str(e)[:200],
        do="ask the owner for a copy without password" if locked else "ask the owner to send it again",
    )


def _pieces(raw: IO[bytes]) -> Iterator[bytes]:
    while piece := raw.read(PIECE):
        yield piece


def _gzip(raw: IO[bytes], size: int, where: str) -> Iterator[bytes]:
    """Unpack piece by piece; more than a dump can honestly pack is a bomb."""
    limit, done = max(RATIO_FROM, size * MAX_RATIO), 0
    stream = zlib.decompressobj(wbits=31)
    while packed := raw.read(PIECE):
        while packed:
            if stream.eof:
                if not packed.strip(b"\0"):
                    break
                stream = zlib.decompressobj(wbits=31)
            piece = stream.decompress(packed, PIECE)
            done += len(piece)
            if done > limit:
                raise SourceError(
                    where,
                    "unpacks to more than is safe to read",
                    f"{size:,} bytes packed, more than {limit:,} unpacked",
                    "ask the owner what this file is; do not unpack it by hand",
                )
            if piece:
                yield piece
            packed = stream.unused_data if stream.eof else stream.unconsumed_tail
    if not stream.eof:
        raise EOFError("the gzip stream ends before its end mark")


def _decoded(pieces: Iterator[bytes], encoding: str, where: str) -> Iterator[str]:
    name = encoding.lower().replace("gbk", "gb18030").replace("gb2312", "gb18030")
    name = "utf-8-sig" if name in ("utf-8", "utf8") else name
    decoder = codecs.getincrementaldecoder(name)("strict")
    done = 0
    try:
        for piece in pieces:
            yield decoder.decode(piece)
            done += len(piece)
        yield decoder.decode(b"", final=True)
    except _BROKEN as e:
        raise _broken(e, where) from e
    except UnicodeDecodeError as e:
        raise SourceError(
            where,
            f"the file is not in {encoding}",
            f"the byte {e.object[e.start]:#04x} near byte {done + e.start:,} does not fit",
            "ask the owner in which encoding it was written; it stands in the contract's source.encoding",
        ) from None
