"""The name of a landed row: ``<silo>/<table>/<batch>#<file>!<part>:<row>``, taken apart and put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.errors import UsageError


@dataclass(frozen=True)
class Ref:
    """Where one landed row lies."""

    silo: str
    table: str
    batch: str
    file: str
    part: str
    row: int

    def __str__(self) -> str:
        return f"{self.silo}/{self.table}/{self.batch}#{self.file}!{self.part}:{self.row}"


def parse(text: str) -> Ref:
    """Return the parts of a landing reference.

    Raises:
        UsageError: when ``text`` is no reference.

    """
    head, mark, place = text.partition("#")
    place, colon, row = place.rpartition(":")
    # a file name may hold anything, a part no exclamation mark
    file, bang, part = place.rpartition("!")
    names = head.split("/")
    if not (mark and colon and bang and len(names) == 3 and row.isdigit()):
        raise UsageError(
            f"reference {text[:120]!r}", "is no landing reference",
            do="copy it from 'anlan quarantine list' or from the workbook's first column",
        )  # fmt: skip
    return Ref(names[0], names[1], names[2], file, part, int(row))


def by_table(refs: Iterable[str]) -> dict[tuple[str, str], list[Ref]]:
    """Return the references by silo and table, in their order."""
    found: dict[tuple[str, str], list[Ref]] = {}
    for text in refs:
        ref = parse(text)
        found.setdefault((ref.silo, ref.table), []).append(ref)
    return found
