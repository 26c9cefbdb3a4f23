"""From page to page: by number, offset, cursor or time, with proof that no page is missing, halved or repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines.connectors.http_json.agreed import Agreed
from pipelines.connectors.http_json.api import Body, Client, dig
from pipelines.connectors.spool import Pages, Unproved, adds_up, schema, whole_pages
from pipelines.contract import Table

EMPTY_PAGES = 3  # in a row, before a cursor counts as one that leads nowhere


def steps(agreed: Agreed, begin: datetime | None, end: datetime | None, now: datetime) -> Iterator[dict[str, str]]:
    """Yield the time parameters of one or many askings.

    ``begin`` None asks for all there is; ``end`` None is an open end, for paging by time ``now``.
    """
    if agreed.kind != "time":
        words = {}
        if begin is not None and agreed.since:
            words[agreed.since.name] = agreed.since.text(begin, agreed.zone, edge=end is not None)
        if end is not None and agreed.until:
            words[agreed.until.name] = agreed.until.text(end, agreed.zone, edge=True)
        yield words
        return
    assert agreed.since
    assert agreed.until
    begin = begin or _start(agreed)
    end = end or now
    step = timedelta(hours=float(agreed.paging["step_hours"]))
    while begin < end:
        stop = min(begin + step, end)
        yield {
            agreed.since.name: agreed.since.text(begin, agreed.zone, edge=True),
            agreed.until.name: agreed.until.text(stop, agreed.zone, edge=True),
        }
        begin = stop


def _start(agreed: Agreed) -> datetime:
    told = datetime.fromisoformat(str(agreed.paging["start"]))
    return (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(agreed.zone))).astimezone(UTC)


def pull(api: Client, agreed: Agreed, pages: Pages, asked: list[dict[str, str]]) -> Pages:
    """Fetch every page of every step and prove they are all of it, each once.

    Raises:
        Unproved: they are not.

    """
    for step in asked:
        _Step(api, agreed, pages, step).run()
    if agreed.answer["total"] and pages.total is None:
        pages.total = 0
    return pages


class _Step:
    """The pages of one asking."""

    def __init__(self, api: Client, agreed: Agreed, pages: Pages, words: dict[str, str]) -> None:
        self.api, self.agreed, self.pages, self.words = api, agreed, pages, words
        self.total: int | None = None
        self.got = 0
        self.sizes: dict[int, int] = {}
        self.cursors: set[str] = set()
        self.empty = 0
        paging = agreed.paging
        self.position: Any = {"offset": 0, "cursor": None}.get(agreed.kind, int(paging.get("first") or 0))

    def run(self) -> None:
        """Ask until the end; then count."""
        while True:
            number = len(self.pages.sizes) + 1
            body = self.api.page(self._params(), f"page {number}")
            self._believe(body, number)
            batch = record_batch(self.pages.table, body.rows, self.pages.seen_fields) if body.rows else None
            self.pages.add(number, batch)
            self.sizes[number] = len(body.rows)
            self.got += len(body.rows)
            if self._ends(body):
                break
        if self.total is not None:
            adds_up(self.got, self.total, self.sizes)
            self.pages.total = (self.pages.total or 0) + self.total
        elif not self.agreed.short_pages:
            whole_pages(self.sizes, self.agreed.page_size if self.agreed.paging.get("size") else None)

    def _params(self) -> dict[str, str]:
        paging, kind = self.agreed.paging, self.agreed.kind
        params = {**self.agreed.params, **self.words}
        if kind in ("page", "time") and paging["page"]:
            params[paging["page"]] = str(self.position)
        if kind == "offset":
            params[paging["offset"]] = str(self.position)
        if kind == "cursor" and self.position is not None:
            params[paging["cursor"]] = str(self.position)
        if paging.get("size"):
            params[paging["size"]] = str(self.agreed.page_size)
        return params

    def _believe(self, body: Body, number: int) -> None:
        """Compare what the page says of itself with what it holds and with the pages before."""
        if body.total is not None:
            if self.total is None:
                self.total = body.total
            elif body.total != self.total:
                raise Unproved(
                    "the total changed while pages were read",
                    f"{self.total} rows on page {min(self.sizes)}, {body.total} on page {number}",
                )
        if self.agreed.kind == "page" and body.page not in (None, self.position):
            raise Unproved("another page came than was asked for", f"asked {self.position}, got {body.page}")
        if self.agreed.kind == "cursor" and body.more is not False and body.next in self.cursors:
            raise Unproved("the cursor never advances", f"the cursor after page {number} was given before")
        if body.count is not None and body.count != len(body.rows):
            raise Unproved(
                "half a page came", f"page {number} says it holds {body.count} rows and holds {len(body.rows)}"
            )

    def _ends(self, body: Body) -> bool:
        """Say whether this was the last page; if not, move on."""
        kind = self.agreed.kind
        if kind == "cursor":
            return self._cursor_ends(body)
        if kind == "none" or (kind == "time" and not self.agreed.paging["page"]):
            return True
        if self.total is not None:
            if self.got >= self.total or not body.rows:
                return True
        elif body.more is False or (body.more is None and not body.rows):
            return True
        elif not body.rows:
            raise Unproved("an empty page came though more are said to follow", f"page {len(self.pages.sizes)}")
        self.position += len(body.rows) if kind == "offset" else 1
        return False

    def _cursor_ends(self, body: Body) -> bool:
        if body.more is False or body.next is None:
            return True
        self.empty = 0 if body.rows else self.empty + 1
        if self.empty >= EMPTY_PAGES:
            raise Unproved("the cursor leads nowhere", f"{self.empty} empty pages in a row, each with a next cursor")
        self.cursors.add(body.next)
        self.position = body.next
        return False


def record_batch(table: Table, data: list[Any], seen: dict[str, None]) -> pa.RecordBatch:
    """Return the rows of one page: contract columns as text, then a column of faults (null is none)."""
    rows = data
    faults = None
    if set(map(type, data)) != {dict}:
        faults = [None if type(row) is dict else f"not an object but {text(row)[:80]}" for row in data]
        rows = [row if type(row) is dict else {} for row in data]
    names = [column.source for column in table.columns.values()]
    every: set[str] = set().union(*rows)
    # where all rows have the same fields, the first one names them all
    for row in rows[:1] if sum(map(len, rows)) == len(every) * len(rows) else rows:
        seen.update(dict.fromkeys(row))
    columns = _at_once(rows, names) or [_column(rows, name) for name in names]
    columns.append(pa.array(faults or [None] * len(rows), pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=schema(table))


def _at_once(rows: list[dict[str, Any]], names: list[str]) -> list[pa.Array]:
    """Return the columns of rows whose values are all texts or nothing; an empty list where they are not."""
    if any("." in name for name in names) or len(set(names)) < len(names):
        return []
    try:
        made = pa.array(rows, pa.struct([(name, pa.string()) for name in names]))
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return []
    return made.flatten()


def _column(rows: list[dict[str, Any]], name: str) -> pa.Array:
    values = [dig(row, name) for row in rows] if "." in name else [row.get(name) for row in rows]
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([None if value is None else text(value) for value in values], pa.string())


def text(value: Any) -> str:
    """Return a JSON value as text; numbers are texts already, see ``Api._read``."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
