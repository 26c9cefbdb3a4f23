"""What every connector hands to landing: deliveries made of slices, or a refusal.

One delivery becomes one batch. A connector moves bytes and names rows; it types nothing and judges
nothing. All columns of a slice are strings (null where the source had none), named as the contract's
landing columns, in the contract's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from pipelines.errors import AnlanError


@dataclass(frozen=True)
class Slice:
    """Some rows of one place.

    ``rows``: Arrow table, string columns only, one per contract column. ``numbers``: int64 array of the
    same length, the row's own number in ``file``/``part`` as its owner would count it (line, sheet row,
    position in the page or the query, from 1). ``faults``: string array of the same length or None;
    a text marks a row whose shape could not be matched to the columns (it is landed, then refused).
    """

    file: str
    part: str
    numbers: pa.Array
    rows: pa.Table
    faults: pa.Array | None = None


@dataclass
class Delivery:
    """One unit of delivery: a query's answer, a run of API pages, or a file.

    ``slices`` is consumed once, in order. ``source_rows`` is the number of data rows by the source's own
    count (a ``count(*)`` in the same snapshot, the API's total, the file's own total) and may be set
    while slices are consumed; None where a source cannot count. ``non_data_rows`` lists what was read
    but is not data: title, header, total, footnote rows, each with its number and text.
    ``checks`` lists claims only the connector can test, e.g. a total row that must equal the sum:
    ``{"rule", "scope": "batch", "severity", "checked", "failed", "seen"}``; they may be added while slices
    are consumed. ``lenient`` names row rules that a decision of people waives for this delivery: they are remarks.

    ``detail["stamp"]`` of a file is what its place says of it without reading it (name, size, time or etag):
    a file whose stamp a manifest knows is not fetched again. ``after_commit`` is called once the batch is safe on
    the disk, or once it is known that nothing new came: only then may a source forget what it sent (acknowledge a
    message, move a file away).
    """

    kind: str
    name: str
    slices: Iterator[Slice]
    detail: dict[str, Any] = field(default_factory=dict)
    sha256: str | None = None
    source_rows: int | None = None
    non_data_rows: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    after_commit: Callable[[], None] | None = None
    lenient: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sample:
    """What a connection shows when it is tried, before anything is landed: ``anlan silo check``.

    ``columns``: the source's own column names in its order. ``types``: its own word for each column's
    type, None where the source has no types. ``rows``: up to 20 rows as the source writes them, by its
    own names. ``row_count``: by the source's own count, None where counting is dear or impossible.
    ``notes``: short remarks, such as a server clock that is wrong.
    """

    columns: list[str]
    types: dict[str, str] | None = None
    rows: list[dict[str, str | None]] = field(default_factory=list)
    row_count: int | None = None
    notes: list[str] = field(default_factory=list)


SAMPLE_ROWS = 20
# what a folder of fetched files is called, before the number of the process that reads them
FETCHED = "fetch-"
SKEW_SECONDS = 300.0


@dataclass(frozen=True)
class Refusal:
    """A file that cannot be read as promised: refused by name, the rest goes on."""

    name: str
    sha256: str | None
    error: AnlanError


@dataclass(frozen=True)
class Waiting:
    """A file that is not ready: still being uploaded. No error; the next run takes it."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Since:
    """Where the last committed batch ended, as read from manifests, never stored apart.

    ``watermark``: greatest value of the contract's watermark column (UTC), or None on the first pull.
    ``seen``: SHA-256 of the source files already landed or refused (an unchanged file is not read again).
    ``stamps``: what their places said of the landed ones without reading them (``detail["stamp"]``).
    ``window``: of a back-fill, from (included) to (excluded), aware; then exactly the rows whose watermark
    lies in it are pulled, whatever the other two say.
    """

    watermark: datetime | None = None
    seen: frozenset[str] = frozenset()
    stamps: frozenset[str] = frozenset()
    window: tuple[datetime, datetime] | None = None

    def instant(self, overlap_minutes: float, now: datetime | None = None) -> datetime | None:
        """Return the aware UTC instant after which rows are new: the watermark less the overlap.

        With ``now`` a watermark that lies ahead of it is brought back: a row stamped by a clock that runs
        ahead must not hide the rows that come until then.
        """
        if self.watermark is None:
            return None
        aware = self.watermark.replace(tzinfo=UTC) if self.watermark.tzinfo is None else self.watermark
        if now is not None:
            aware = min(aware, now)
        return aware.astimezone(UTC) - timedelta(minutes=overlap_minutes)


def clock_check(head: str, skew: float | None) -> dict[str, Any] | None:
    """Return the check that the source's clock agrees with ours, None when it told no time.

    A clock that is wrong stamps rows with times that have not come; ``Since.instant`` keeps those from
    hiding later rows, and this tells the owner.
    """
    if skew is None:
        return None
    wrong = abs(skew) > SKEW_SECONDS
    return {
        "rule": f"{head}.clock_agrees",
        "scope": "batch",
        "severity": "warning",
        "checked": 1,
        "failed": int(wrong),
        "seen": f"the source's clock is {skew:+.0f} s from ours" if wrong else "",
    }
