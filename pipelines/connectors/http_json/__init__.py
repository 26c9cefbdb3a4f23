"""A paged JSON API to Arrow: login, pages, pace, and proof that every row arrived. No Python per silo.

The HTTP status is not believed: the body's own code and total decide. All pages are fetched and proved
before the first row is handed over, so a page that went missing never becomes half a batch; they wait in
a temporary file, not in memory. Values keep the digits they were written with.

A contract says ``source: /path`` and leaves the rest as the towers' API has it, or agrees on it under
``api:`` for the whole silo and ``source: {path: /path, …}`` for a table (a word of ``source`` replaces
the same word of ``api``):

* ``auth.kind``: ``none``; ``token`` (a fixed one; ``header`` Authorization, ``prefix`` Bearer);
  ``api_key`` (``header`` X-API-Key, or ``query: <parameter>``); ``basic``; ``oauth`` (client credentials;
  ``token_path`` /oauth/token, ``style`` form or basic, ``scope``, ``token_field``), renewed before it
  expires and once when it is refused. Default ``oauth``.
* ``paging.kind``: ``page`` (``page``, ``size``, ``first`` 1); ``offset`` (``offset``, ``size`` limit);
  ``cursor`` (``cursor``, ``next``: where the body tells the next one, ``size`` limit); ``time`` (the span
  from the watermark to now in steps of ``step_hours``; ``start`` where the first pull begins; ``page`` and
  ``size`` where a step has pages of its own); ``none``. The words name the API's parameters. Default ``page``.
* ``answer``: where the body tells what, as dotted paths: ``rows`` data (null: the body is the list),
  ``total`` total (null: the API counts nothing), ``page`` page, ``count`` (rows of this page by the API's own
  word), ``more`` (whether pages follow), ``code`` code, ``message`` message, ``ok`` the codes that mean success.
* ``since`` and ``until``: ``{name, form}`` of the parameters that bound time; ``form`` is ``epoch_ms``,
  ``epoch_s``, ``iso`` (with offset), ``utc`` (with Z), or a strftime form in the silo's time zone. A span
  has its first moment and not its last; say ``since: {excluded: true}`` or ``until: {included: true}`` where
  the API sees it the other way round. Without them a pull asks for everything.
* ``params``: fixed parameters; ``page_size``; ``per_second``: the pace the owner asked for; ``ignore``: fields
  that are known and not wanted; ``short_pages: true`` where the API may give short pages in the middle
  although it tells no total (otherwise such a page counts as half a page).

A column's ``source`` is the field's name; ``a.b`` looks into an object. The connections file gives ``url``,
``client_id`` and ``client_secret``, ``token``, ``api_key``, or ``user`` and ``password``, and optionally
``attempts`` (per request), ``wait_s``, ``wait_max_s``, ``timeout_s``, ``max_body_mb``, ``ca_file``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Refusal, Sample, Since, clock_check
from pipelines.connectors.http_json.agreed import Agreed, agreed
from pipelines.connectors.http_json.api import Api, Client
from pipelines.connectors.http_json.paging import pull, steps, text
from pipelines.connectors.spool import compare, proved
from pipelines.connectors.web import address

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

_NEEDS = {
    "none": "url",
    "token": "url and token",
    "api_key": "url and api_key",
    "basic": "url, user and password",
    "oauth": "url, client_id and client_secret",
}


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: every page, one slice per page.

    ``file`` is the path, ``part`` the page's number in this pull, ``numbers`` the position in the page
    from 1; ``source_rows`` the API's total, None where it has none. In a back-fill the API is asked for
    the window.

    Raises ``SourceError`` when the server, the login, a page, the total or a field fails.
    """
    how = agreed(contract, table)
    api = Api(how, connection, _where(contract, table, how, connection))
    yield delivered("http_json", how.path, contract, table, how, api, since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Ask for one page and return what it shows; nothing is counted or proved."""
    how = agreed(contract, table)
    return sampled(contract, table, how, Api(how, connection, _where(contract, table, how, connection)))


def delivered(
    kind: str, name: str, contract: Contract, table: Table, how: Agreed, client: Client, since: Since
) -> Delivery:
    """Return every page of a paged service as one delivery called ``name``; the conversation ends with the last page.

    Raises ``SourceError`` when the server, the login, a page, the total or a field fails.
    """
    with client:
        asked = _asked_for(contract, table, how, since)
        pages = proved(table, lambda fresh: pull(client, how, fresh, asked), client.where)
    try:
        checks = compare(contract, table, pages, client.where)
        clock = clock_check(f"{contract.silo}.{table.name}", client.session.skew)
        if clock and pages.rows:
            checks.append(clock)
    except BaseException:
        pages.store.close()
        raise
    return Delivery(
        kind=kind,
        name=name,
        slices=pages.slices(name),
        detail={
            "url": client.where.rpartition(" at ")[2],
            "params": {**how.params, **(asked[0] if asked else {}), "size": how.page_size},
            "load": table.load,
            "pages": len(pages.sizes),
            "requests": client.session.requests,
            **({"window": [edge.isoformat() for edge in since.window]} if _windowed(table, how, since) else {}),
        },
        source_rows=pages.total,
        checks=checks,
    )


def sampled(contract: Contract, table: Table, how: Agreed, client: Client) -> Sample:
    """Return what one page of a paged service shows; the conversation ends with it."""
    paging = how.paging
    with client:
        asked = _asked_for(contract, table, how, Since())
        # by time, the newest step is the one that has rows
        params = {**how.params, **(asked[-1] if asked else {})}
        if paging.get("size"):
            params[paging["size"]] = str(min(SAMPLE_ROWS, how.page_size))
        if paging.get("page"):
            params[paging["page"]] = str(paging["first"])
        body = client.page(params, "the first page")
    rows = [row for row in body.rows[:SAMPLE_ROWS] if isinstance(row, dict)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    clock = clock_check("", client.session.skew) or {}
    return Sample(
        columns=names,
        rows=[{name: None if row.get(name) is None else text(row[name]) for name in names} for row in rows],
        row_count=body.total if how.kind != "time" else None,
        notes=[clock["seen"]] if clock.get("failed") else [],
    )


def _where(contract: Contract, table: Table, how: Agreed, connection: dict[str, Any]) -> str:
    where = f"{contract.silo}.{table.name}"
    _, shown = address(connection, where, _NEEDS[how.auth["kind"]])
    return f"{where} at {shown}{how.path}"


def _windowed(table: Table, how: Agreed, since: Since) -> bool:
    """Say whether this pull is bounded by the window of a back-fill; a snapshot is always whole."""
    return bool(since.window and how.since and (table.load != "snapshot" or how.kind == "time"))


def _asked_for(contract: Contract, table: Table, how: Agreed, since: Since) -> list[dict[str, str]]:
    """Return the time parameters of each step: the window, or from the watermark less the overlap on."""
    now = datetime.now(UTC)
    if since.window and _windowed(table, how, since):
        return list(steps(how, *since.window, now))
    begin = None
    if table.load != "snapshot":
        begin = since.instant(table.raw.get("overlap_minutes", contract.overlap_minutes), now)
    return list(steps(how, begin, None, now))
