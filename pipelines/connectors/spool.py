"""Pages of one pull waiting on disk until all of them are proved: shared by every paged protocol.

A page that went missing never becomes half a batch, because the first row is handed over only after the
last page was counted. Pages wait in a temporary file, not in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.connectors.base import Slice
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table


class Unproved(Exception):
    """The pages do not add up; worth one fresh pull."""

    def __init__(self, what: str, seen: str) -> None:
        super().__init__(what)
        self.what, self.seen = what, seen


@dataclass
class Pages:
    """The pages of one pull: ``places`` holds (page number, offset, bytes) of each page with rows.

    ``total`` is the source's own count, None where it has none. ``seen_fields`` are the names of all
    fields that came.
    """

    table: Table
    store: IO[bytes]
    total: int | None = None
    rows: int = 0
    places: list[tuple[int, int, int]] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    digests: dict[bytes, int] = field(default_factory=dict)
    seen_fields: dict[str, None] = field(default_factory=dict)

    def add(self, number: int, batch: pa.RecordBatch | None) -> None:
        """Keep page ``number``; None is a page without rows.

        Raises:
            Unproved: the same rows came before, which is a page repeated and another one lost.

        """
        size = batch.num_rows if batch else 0
        if batch:
            buffer = batch.serialize()
            digest = sha256(buffer).digest()
            if digest in self.digests:
                twin = self.digests[digest]
                raise Unproved("a page came twice", f"page {number} holds the same {size} rows as page {twin}")
            self.digests[digest] = number
            self.places.append((number, self.store.tell(), len(buffer)))
            self.store.write(buffer)
        self.sizes[number] = size
        self.rows += size

    def slices(self, file: str) -> Iterator[Slice]:
        """Read the pages back, one slice each; the spool ends with them."""
        names = schema(self.table)
        with self.store as store:
            for page, place, size in self.places:
                store.seek(place)
                batch = pa.ipc.read_record_batch(pa.py_buffer(store.read(size)), names)
                texts = batch.column(batch.num_columns - 1)
                yield Slice(
                    file=file,
                    part=str(page),
                    numbers=pa.array(range(1, len(batch) + 1), pa.int64()),
                    rows=pa.Table.from_arrays(batch.columns[:-1], names=list(self.table.columns)),
                    faults=texts if texts.null_count < len(texts) else None,
                )


def schema(table: Table) -> pa.Schema:
    """Return the form of a spooled page: contract columns as text, then a column of faults (null is none)."""
    return pa.schema([(name, pa.string()) for name in table.columns] + [("", pa.string())])


def proved(table: Table, pull: Callable[[Pages], Pages], where: str) -> Pages:
    """Pull; if the pages do not add up, pull everything once more; then give up.

    The caller closes ``Pages.store``, by consuming ``slices`` or by hand.
    """
    store = tempfile.TemporaryFile(prefix="anlan-pages-")  # noqa: SIM115  (closed when the slices end)
    try:
        try:
            return pull(Pages(table, store))
        except Unproved:
            store.seek(0)
            store.truncate()
        try:
            return pull(Pages(table, store))
        except Unproved as fault:
            raise SourceError(
                where,
                fault.what,
                f"{fault.seen}; the same after a fresh pull",
                "run `anlan pull` again when the source is quiet; if it repeats, send this to the owner",
            ) from None
    except BaseException:
        store.close()
        raise


def adds_up(rows: int, total: int, sizes: dict[int, int]) -> None:
    """Raise ``Unproved`` when the rows are not the total, naming the pages that look short."""
    if rows == total:
        return
    full = max(sizes.values(), default=0)
    short = [str(number) for number, size in sizes.items() if size < full] if full else ["1"]
    raise Unproved(
        "page missing: the rows do not add up to the API's total",
        f"total {total}, received {rows} on {len(sizes)} pages"
        + (f"; short or empty: page {', '.join(short[:5])}" if rows < total else ""),
    )


def whole_pages(sizes: dict[int, int], asked: int | None) -> None:
    """Raise ``Unproved`` when a page in the middle is shorter than was ``asked``: where no total is told, all we have."""
    filled = [n for n, size in sizes.items() if size]
    full = asked or max(sizes.values(), default=0)
    for number, size in sizes.items():
        if filled and number < filled[-1] and size < full:
            raise Unproved(
                "half a page came", f"page {number} holds {size} rows of the {full} asked for, and more pages follow it"
            )


def compare(contract: Contract, table: Table, pages: Pages, where: str) -> list[dict[str, Any]]:
    """Raise when a promised field is gone; return the checks on unknown and absent fields.

    A service may leave out fields that are null, so an absent optional field is only a warning, unless an
    unknown field stands beside it: that is a rename, and its values would be lost without a word.
    """
    if not pages.rows:
        return []
    expected: dict[str, bool] = {}
    for column in table.columns.values():
        # a dotted source is a field inside a field: the outer one is what can be seen to come
        name = column.source if column.source in pages.seen_fields else column.source.split(".")[0]
        expected[name] = expected.get(name, False) or column.required
    ignored = set(table.raw["source"].get("ignore", ())) if isinstance(table.raw.get("source"), dict) else set()
    missing = [name for name in expected if name not in pages.seen_fields]
    extra = sorted(set(pages.seen_fields) - expected.keys() - ignored)
    if [name for name in missing if expected[name]] or (missing and extra):
        raise SourceError(
            where,
            f"the answer has lost or renamed fields: {', '.join(missing)}",
            f"expected {', '.join(expected)}; seen {', '.join(sorted(pages.seen_fields))}",
            "ask the owner what changed, then change the contract and raise contract_version",
        )
    head = f"{contract.silo}.{table.name}"
    return [
        {
            "rule": f"{head}.no_unknown_columns",
            "scope": "batch",
            "severity": "warning",
            "checked": len(pages.seen_fields),
            "failed": len(extra),
            "seen": ", ".join(extra),
        },
        {
            "rule": f"{head}.all_columns_sent",
            "scope": "batch",
            "severity": "warning",
            "checked": len(expected),
            "failed": len(missing),
            "seen": ", ".join(missing),
        },
    ]
