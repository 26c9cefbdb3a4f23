"""From a file to pieces of text: what is packed is unpacked with a bound, what is encoded is decoded strictly."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from pipelines.connectors.files.containers import ZIP, Box, box_of, members
from pipelines.connectors.files.places import Found
from pipelines.errors import SourceError

PIECE = 1 << 20


def texts(found: Found, source: dict[str, Any]) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the name of each part and its text in pieces.

    Raises:
        SourceError: broken or oversized packing, or bytes that are not of the agreed encoding.

    """
    with found.path.open("rb") as f:
        is_zip = f.read(len(ZIP)) == ZIP
    boxes = members(found, str(source.get("members", "*.sql"))) if is_zip else [(str(source["view"]), box_of(found))]
    for part, box in boxes:
        yield part, _decoded(box, str(source.get("encoding", "utf-8")))


def _decoded(box: Box, encoding: str) -> Iterator[str]:
    name = encoding.lower().replace("gbk", "gb18030").replace("gb2312", "gb18030")
    name = "utf-8-sig" if name in ("utf-8", "utf8") else name
    decoder = codecs.getincrementaldecoder(name)("strict")
    done = 0
    try:
        with box.open() as stream:
            while piece := stream.read(PIECE):
                yield decoder.decode(piece)
                done += len(piece)
            yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as e:
        raise SourceError(
            box.where,
            f"the file is not in {encoding}",
            f"the byte {e.object[e.start]:#04x} near byte {done + e.start:,} does not fit",
            "ask the owner in which encoding it was written; it stands in the contract's source.encoding",
        ) from None
