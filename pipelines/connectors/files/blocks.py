"""A text file as a run of UTF-8 blocks that end at line ends: strict decoding in constant memory.

A file of any size passes through one block's memory; a line without end is refused before it fills the machine.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from pipelines.connectors.files import codepages
from pipelines.errors import SourceError

BLOCK = 8 << 20  # bytes read at a time
MAX_LINE = 16 << 20  # bytes; longer means a file of another kind, or a quote that never closes
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
GUESSES = ("utf-8-sig", "gb18030", "utf-16", "big5", "cp1252")
_UTF8 = {"utf-8", "utf8", "utf-8-sig"}


def settled(start: bytes, encoding: str) -> str:
    """Return the encoding to read with: a byte-order mark decides between the Unicode forms."""
    bom = next((name for mark, name in BOMS if start.startswith(mark)), None)
    plain = encoding.lower().replace("_", "-")
    if bom and plain in {*_UTF8, "utf-16", "utf-16-le"}:
        return bom if bom != "utf-8-sig" or plain.startswith("utf") else encoding
    return encoding


def decoded(data: bytes, encoding: str, where: str, at: int = 0, line: int = 1) -> str:
    """Return ``data`` as text, strictly in ``encoding``; a byte-order mark is taken off.

    ``at`` and ``line`` say where in the file ``data`` begins.

    Raises:
        SourceError: with the first byte that does not fit, and the encodings that would.

    """
    try:
        return codepages.decode(data, settled(data, encoding) if at == 0 else encoding)
    except UnicodeDecodeError as e:
        raise _misfit(data, e.start, encoding, where, at, line) from e
    except LookupError as e:
        raise SourceError(
            where, f"the contract names an unknown encoding {encoding!r}", do="correct the contract"
        ) from e


def _misfit(data: bytes, start: int, encoding: str, where: str, at: int, line: int) -> SourceError:
    found = [g for g in GUESSES if decodes(data, g)]
    return SourceError(
        where, f"the file is not written in {encoding}, as the contract says",
        seen=f"byte {at + start} (line {line + data.count(bytes([10]), 0, start)}) is {data[start : start + 4].hex(' ')}; "
        + (f"it can be read as {', '.join(found)}" if found else "it fits none of " + ", ".join(GUESSES)),
        do="ask the owner to save it in the agreed encoding, or change the contract with a new version",
    )  # fmt: skip


def decodes(data: bytes, encoding: str) -> bool:
    """Say whether ``data`` can be read in ``encoding``."""
    if encoding == "utf-16" and not data.startswith(BOMS[1][0]) and not data.startswith(BOMS[2][0]):
        return False  # without its mark any even number of bytes would pass
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return "\x00" not in text


def blocks(stream: BinaryIO, encoding: str, where: str) -> Iterator[tuple[bytes, bool]]:
    """Yield UTF-8 bytes up to a line end, and whether they are the last. UTF-8 is passed on unchecked.

    Raises:
        SourceError: another encoding than promised, or a line longer than ``MAX_LINE``.

    """
    raw = stream.read(BLOCK)
    settles = settled(raw, encoding)
    is_utf8 = settles.lower().replace("_", "-") in _UTF8
    turn = None if is_utf8 else _turner(settles, where)
    held, first, at, line = b"", raw, 0, 1
    while True:
        after = stream.read(BLOCK)
        if turn is None:
            text = raw.removeprefix(BOMS[0][0]) if raw is first else raw
        else:
            text = turn(raw, not after, at, line)
            line += text.count(b"\n")
        at += len(raw)
        held += text
        if not after:
            _check_line(held, where)
            yield held, True
            return
        cut = held.rfind(b"\n") + 1 or held.rfind(b"\r", 0, len(held) - 1) + 1
        if cut:
            _check_line(held[:cut], where)
            yield held[:cut], False
            held = held[cut:]
        if len(held) > MAX_LINE:
            raise _long(where, len(held))
        raw = after


def _turner(encoding: str, where: str):
    errors = "strict"
    name = encoding
    if encoding.lower() == "windows-936":
        name, errors = "gb18030", codepages.ERRORS
    try:
        decoder = codecs.getincrementaldecoder(name)(errors)
    except LookupError as e:
        raise SourceError(
            where, f"the contract names an unknown encoding {encoding!r}", do="correct the contract"
        ) from e

    def turn(raw: bytes, is_last: bool, at: int, line: int) -> bytes:
        before = len(decoder.getstate()[0])
        try:
            return decoder.decode(raw, is_last).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as e:
            # the decoder counts from the bytes it still held
            raise _misfit(raw, max(0, e.start - before), encoding, where, at, line) from e

    return turn


def _check_line(block: bytes, where: str) -> None:
    if len(block) <= MAX_LINE:
        return
    start = 0
    while start + MAX_LINE < len(block):
        end = block.rfind(b"\n", start, start + MAX_LINE)
        if end < start:
            end = block.rfind(b"\r", start, start + MAX_LINE)
        if end < start:
            raise _long(where, len(block) - start)
        start = end + 1


def _long(where: str, seen: int) -> SourceError:
    return SourceError(
        where, "a line of the file does not end", seen=f"{seen:,} bytes without a line end, limit {MAX_LINE:,}",
        do="ask the owner for the table as text with one record a line",
    )  # fmt: skip
