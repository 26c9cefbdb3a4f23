"""Numbers of people inside free text: a phone in a remark is masked at the door, whoever forgot to mark the column.

What a contract marks as personal never lands in clear (:mod:`pipelines.reading.persons`). People also type numbers
where nobody expects them: ``联系人电话13…`` in a remark. Such a text lands with the number masked; the text as it was
sent goes to the vault, and the door says how many rows of which column it met.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.reading import codes, persons

# what people write freely, of the types of a contract
TYPES = {"text", "firm_name"}
# a mobile number, or an identity number of 18 places with a date in it, in half or full width; nothing of a longer code
_D = "[0-9\uff10-\uff19]"
_NO_MORE = "0-9A-Za-z\uff10-\uff19"
_NUMBER = re.compile(
    rf"(?<![{_NO_MORE}])(?:(?P<id>{_D}{{6}}(?:19|20|\uff11\uff19|\uff12\uff10){_D}{{9}}[0-9Xx\uff10-\uff19\uff38\uff58])"
    rf"|(?:\+?86[ -]?)?(?P<phone>[1\uff11][3-9\uff13-\uff19]{_D}[ -]?{_D}{{4}}[ -]?{_D}{{4}}))(?![{_NO_MORE}])"
)
_MAY = f"{_D}[0-9\uff10-\uff19 -]{{9,}}{_D}"
_SHORTEST = 11
_LOOKS = 1000  # runs looked at one by one; where there are more, the texts are read
_ZERO, _BETWEEN = 0x30, (0x20, 0x2D)
_FULL_WIDTH = (0xEF, 0xBC, 0x90)  # the first bytes of ０, then its last


def _has_run(texts: pa.Array) -> bool:
    """Tell whether ``texts`` may hold a number: eleven digits with only blanks and hyphens between, or one of full width."""
    data = texts.buffers()[2]
    if data is None or not len(texts):
        return False
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    b = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    high, low, last = _FULL_WIDTH
    wide = np.flatnonzero(b[:-2] == high)
    if bool(((b[wide + 1] == low) & ((b[wide + 2] - np.uint8(last)) < 10)).any()):
        return True
    odd = (b - np.uint8(_ZERO)) >= 10
    other = np.flatnonzero(odd & (b != _BETWEEN[0]) & (b != _BETWEEN[1]))
    edges = np.concatenate([[-1], other, [len(b)]])
    runs = np.flatnonzero(np.diff(edges) > _SHORTEST)
    return (
        any(int(np.count_nonzero(~odd[edges[i] + 1 : edges[i + 1]])) >= _SHORTEST for i in runs[:_LOOKS])
        or len(runs) > _LOOKS
    )


def masked(text: str) -> str:
    """Return ``text`` with every phone and every identity number (GB 11643, check place right) in it masked."""

    def one(m: re.Match[str]) -> str:
        number = m["id"] or m["phone"]
        if m["id"] and codes.id_number(number) is None:
            return m.group()
        kind = "id_number" if m["id"] else "phone"
        return m.group().replace(number, str(persons.mask(re.sub("[ -]", "", number), kind)))

    return _NUMBER.sub(one, text)


def hide(texts: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """Return the texts with numbers of people masked, and the texts as sent where that changed something, else null.

    ``texts``: strings. None where there is nothing to hide. Only distinct values that may hold a number are read in
    Python; a column without eleven digits in a row is not read at all.
    """
    if not _has_run(texts):
        return None
    may = pc.fill_null(pc.match_substring_regex(texts, _MAY), False)
    if not pc.any(may).as_py():
        return None
    said = pc.if_else(may, texts, pa.scalar(None, pa.string())).dictionary_encode()
    plain = said.dictionary.to_pylist()
    shown = [masked(t) for t in plain]
    hit = np.array([a != b for a, b in zip(plain, shown, strict=True)], bool)
    if not hit.any():
        return None
    is_hit = pc.fill_null(pc.take(pa.array(hit), said.indices), False)
    new = pc.take(pa.array(shown, pa.string()), said.indices)
    return pc.if_else(is_hit, new, texts), pc.if_else(is_hit, texts, pa.scalar(None, pa.string()))
