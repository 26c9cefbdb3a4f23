"""A paged JSON API to Arrow: token, pages, rate limit, and proof that every row of the total arrived.

The HTTP status is not believed: the body's own ``code`` and ``total`` decide. All pages are fetched and
proved before the first row is handed over, so a page that went missing never becomes half a batch; they
wait in a temporary file, not in memory. Values keep the digits they were written with.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx
import pyarrow as pa
import stamina

from pipelines.connectors.base import Delivery, Refusal, Since, Slice
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

ATTEMPTS = 5
WAIT_SECONDS = 0.5
WAIT_MAX_SECONDS = 30.0
TIMEOUT_SECONDS = 30.0
EMPTY = (b"", "", None)


class _Try(Exception):
    """Something that may pass by itself; ``after`` seconds if the server said so."""

    def __init__(self, what: str, seen: str, do: str, after: float | None = None) -> None:
        super().__init__(what)
        self.what, self.seen, self.do, self.after = what, seen, do, after


class _Unproved(Exception):
    """The pages do not add up to the total; worth one fresh pull."""

    def __init__(self, what: str, seen: str) -> None:
        super().__init__(what)
        self.what, self.seen = what, seen


@dataclass
class _Pages:
    """The proved pages of one pull, spooled: ``places`` holds (page number, offset, bytes) per page."""

    store: IO[bytes]
    total: int = 0
    rows: int = 0
    places: list[tuple[int, int, int]] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    digests: dict[bytes, int] = field(default_factory=dict)
    seen_fields: set[str] = field(default_factory=set)


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: every page of its path, one slice per page.

    ``connection``: ``url``, ``client_id``, ``client_secret`` and optionally ``attempts`` (per request),
    ``wait_s``, ``wait_max_s``, ``timeout_s``. Page size is the table's or the contract's ``page_size``;
    ``since_ms`` is the watermark less the contract's overlap. ``file`` is the path, ``part`` the page
    number, ``numbers`` the position in the page from 1; ``source_rows`` the API's total.

    Raises ``SourceError`` when the server, the token, a page, the total or a field fails.
    """
    where = f"{contract.silo}.{table.name} at {connection.get('url', '')}{table.source}"
    if urlsplit(connection.get("url") or "").scheme not in ("http", "https"):
        raise SourceError(
            where,
            "the connection has no HTTP address",
            "no url" if not connection.get("url") else "the url is not http or https",
            "write url, client_id and client_secret into the connections file",
        )
    params = _params(contract, table, since)
    store = tempfile.TemporaryFile(prefix="anlan-pages-")  # noqa: SIM115  (closed when the slices end)
    try:
        with _Api(connection, where) as api:
            pages = _proved(api, table, params, store, where)
            requests = api.requests
        checks = _compare(contract, table, pages, where)
    except BaseException:
        store.close()
        raise
    yield Delivery(
        kind="http_json",
        name=table.source,
        slices=_slices(table, pages),
        detail={
            "url": f"{connection['url']}{table.source}",
            "params": params,
            "load": table.load,
            "pages": len(pages.sizes),
            "requests": requests,
        },
        source_rows=pages.total,
        checks=checks,
    )


def _proved(api: _Api, table: Table, params: dict[str, int], store: IO[bytes], where: str) -> _Pages:
    """Pull; if the pages do not add up, pull everything once more; then give up."""
    try:
        return _pull(api, table, params, _Pages(store))
    except _Unproved:
        store.seek(0)
        store.truncate()
    try:
        return _pull(api, table, params, _Pages(store))
    except _Unproved as fault:
        raise SourceError(
            where,
            fault.what,
            f"{fault.seen}; the same after a fresh pull",
            "run `anlan pull` again when the source is quiet; if it repeats, send this to the owner",
        ) from None


def _params(contract: Contract, table: Table, since: Since) -> dict[str, int]:
    """Return page size and, for an incremental table with a past, ``since_ms`` in epoch milliseconds."""
    params = {"size": int(table.raw.get("page_size", contract.page_size))}
    instant = since.instant(table.raw.get("overlap_minutes", contract.overlap_minutes))
    if table.load == "incremental" and instant is not None:
        params["since_ms"] = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return params


def _pull(api: _Api, table: Table, params: dict[str, int], pages: _Pages) -> _Pages:
    """Fetch pages until the total is reached and prove they are all of it, each once."""
    page = 1
    while True:
        body = api.page(table.source, {"page": page, **params})
        total, data = body["total"], body["data"]
        if page == 1:
            pages.total = total
        elif total != pages.total:
            raise _Unproved(
                "the total changed while pages were read",
                f"{pages.total} rows on page 1, {total} on page {page}",
            )
        if body["page"] not in (None, page):
            raise _Unproved("another page came than was asked for", f"asked {page}, got {body['page']}")
        if data:
            buffer = _batch(table, data, pages.seen_fields).serialize()
            digest = sha256(buffer).digest()
            if digest in pages.digests:
                twin = pages.digests[digest]
                raise _Unproved("a page came twice", f"page {page} holds the same {len(data)} rows as page {twin}")
            pages.digests[digest] = page
            pages.places.append((page, pages.store.tell(), len(buffer)))
            pages.store.write(buffer)
        pages.sizes[page] = len(data)
        pages.rows += len(data)
        if pages.rows >= pages.total or not data:
            break
        page += 1
    if pages.rows != pages.total:
        full = max(pages.sizes.values())
        short = [str(number) for number, size in pages.sizes.items() if size < full] if full else ["1"]
        raise _Unproved(
            "page missing: the rows do not add up to the API's total",
            f"total {pages.total}, received {pages.rows} on {len(pages.sizes)} pages"
            + (f"; short or empty: page {', '.join(short[:5])}" if pages.rows < pages.total else ""),
        )
    return pages


def _batch(table: Table, data: list[Any], seen: set[str]) -> pa.RecordBatch:
    """Return the rows of one page: contract columns as text, then a column of faults (null is none)."""
    rows = data
    faults = None
    if not all(type(row) is dict for row in data):
        faults = [None if type(row) is dict else f"not an object but {_text(row)[:80]}" for row in data]
        rows = [row if type(row) is dict else {} for row in data]
    first = rows[0].keys()
    for row in rows:
        if row.keys() != first:
            seen.update(row)
    seen.update(first)
    columns = []
    for column in table.columns.values():
        name = column.source
        values = [row.get(name) for row in rows]
        try:
            columns.append(pa.array(values, pa.string()))
        except (pa.ArrowTypeError, pa.ArrowInvalid):
            texts = [None if value is None else _text(value) for value in values]
            columns.append(pa.array(texts, pa.string()))
    columns.append(pa.array(faults or [None] * len(rows), pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=_schema(table))


def _schema(table: Table) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in table.columns] + [("", pa.string())])


def _text(value: Any) -> str:
    """Return a JSON value as text; numbers are texts already, see ``_Api._read``."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _slices(table: Table, pages: _Pages) -> Iterator[Slice]:
    """Read the spooled pages back, one slice each; the spool ends with them."""
    schema = _schema(table)
    with pages.store as store:
        for page, place, size in pages.places:
            store.seek(place)
            batch = pa.ipc.read_record_batch(pa.py_buffer(store.read(size)), schema)
            texts = batch.column(batch.num_columns - 1)
            yield Slice(
                file=table.source,
                part=str(page),
                numbers=pa.array(range(1, len(batch) + 1), pa.int64()),
                rows=pa.Table.from_arrays(batch.columns[:-1], names=list(table.columns)),
                faults=texts if texts.null_count < len(texts) else None,
            )


def _compare(contract: Contract, table: Table, pages: _Pages, where: str) -> list[dict[str, Any]]:
    """Raise when a promised field is gone; return the checks on unknown and absent fields.

    An API may leave out fields that are null, so an absent optional field is only a warning, unless an
    unknown field stands beside it: that is a rename, and its values would be lost without a word.
    """
    if not pages.rows:
        return []
    expected = {column.source: column for column in table.columns.values()}
    missing = [name for name in expected if name not in pages.seen_fields]
    extra = sorted(pages.seen_fields - expected.keys())
    if [name for name in missing if expected[name].required] or (missing and extra):
        raise SourceError(
            where,
            f"the answer has lost or renamed fields: {', '.join(missing)}",
            f"expected {', '.join(expected)}; seen {', '.join(sorted(pages.seen_fields))}",
            "ask the owner what changed, then change the contract and raise contract_version",
        )
    return [
        {
            "rule": f"{contract.silo}.{table.name}.no_unknown_columns",
            "scope": "batch",
            "severity": "warning",
            "checked": len(pages.seen_fields),
            "failed": len(extra),
            "seen": ", ".join(extra),
        },
        {
            "rule": f"{contract.silo}.{table.name}.all_columns_sent",
            "scope": "batch",
            "severity": "warning",
            "checked": len(expected),
            "failed": len(missing),
            "seen": ", ".join(missing),
        },
    ]


class _Api:
    """One conversation with the server: holds the token, waits when told to, retries what may pass."""

    def __init__(self, connection: dict[str, Any], where: str) -> None:
        self.connection, self.where = connection, where
        self.base = connection["url"].rstrip("/")
        self.attempts = int(connection.get("attempts", ATTEMPTS))
        self.wait = float(connection.get("wait_s", WAIT_SECONDS))
        self.wait_max = float(connection.get("wait_max_s", WAIT_MAX_SECONDS))
        self.requests = 0
        self.token = ""
        self.renew_at = 0.0
        parts = urlsplit(self.base)
        self.client = httpx.Client(
            timeout=float(connection.get("timeout_s", TIMEOUT_SECONDS)),
            # loading the authorities' certificates takes longer than a small pull
            verify=parts.scheme == "https",
            # a proxy of the house must not stand between us and our own machine
            trust_env=parts.hostname not in ("127.0.0.1", "localhost", "::1"),
            headers={"Accept": "application/json", "User-Agent": "anlan"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def page(self, path: str, params: dict[str, int]) -> dict[str, Any]:
        """Return the body of one page, its ``total`` and ``page`` as integers, ``data`` as a list."""
        return self._patiently(lambda: self._page(path, params), f"page {params['page']}")

    def _page(self, path: str, params: dict[str, int]) -> dict[str, Any]:
        for fresh in (False, True):
            self._ensure_token(renew=fresh)
            answer = self._send("GET", path, params=params, headers={"Authorization": f"Bearer {self.token}"})
            if answer.status_code != 401:
                break
        if answer.status_code in (401, 403):
            raise SourceError(
                self.where,
                f"access refused for page {params['page']}",
                f"HTTP {answer.status_code}: {_start(answer)}",
                "ask the owner whether this client may read this table",
            )
        body = self._read(answer)
        code = body.get("code")
        if code not in ("0", *EMPTY):
            if str(code).startswith("401"):
                self.renew_at = 0.0
            raise _Try(
                "the API reports an error inside HTTP 200",
                f"code {code}, message {self._quote(body.get('message'))!r} on page {params['page']}",
                "run `anlan pull` later; if it repeats, send code and message to the owner",
            )
        if not isinstance(body.get("data"), list) or not str(body.get("total")).isdecimal():
            raise _Try(
                "the answer is not a page: total or data is missing",
                f"fields {', '.join(sorted(body)[:8]) or 'none'} on page {params['page']}",
                "ask the owner whether the API changed; without its total nobody can prove the pull complete",
            )
        page = body.get("page")
        return {
            "total": int(body["total"]),
            "page": int(page) if str(page).isdecimal() else None,
            "data": body["data"],
        }

    def _ensure_token(self, *, renew: bool = False) -> None:
        """Fetch a token when there is none, when it is about to expire, or when it was just refused."""
        if not renew and time.monotonic() < self.renew_at:
            return
        answer = self._send(
            "POST",
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": str(self.connection.get("client_id") or ""),
                "client_secret": str(self.connection.get("client_secret") or ""),
            },
        )
        if 400 <= answer.status_code < 500:
            raise SourceError(
                self.where,
                "the token service refused client id or secret",
                f"HTTP {answer.status_code}: {self._quote(_start(answer))}",
                "check client_id and client_secret in the connections file",
            )
        body = self._read(answer)
        self.token = body.get("access_token") or ""
        if not self.token:
            raise _Try(
                "the token service gave no token",
                f"fields {', '.join(sorted(body)[:8]) or 'none'}",
                "check client_id and client_secret in the connections file",
            )
        lifetime = float(body.get("expires_in") or 300)
        # renewed a little early, so that no page is asked for with a token about to die
        self.renew_at = time.monotonic() + lifetime - min(30.0, lifetime * 0.2)

    def _send(self, method: str, path: str, **words: Any) -> httpx.Response:
        """Send one request; what the network or a busy server may heal becomes ``_Try``."""
        self.requests += 1
        try:
            answer = self.client.request(method, self.base + path, **words)
        except httpx.TimeoutException as error:
            raise _Try(
                "the server did not answer in time",
                f"{type(error).__name__} after {self.client.timeout.read:g} s",
                "try at a quieter hour, or raise timeout_s in the connections file",
            ) from None
        except httpx.ConnectError as error:
            raise _Try(
                "the server cannot be reached",
                self._quote(error),
                "check that it runs and the network path is open",
            ) from None
        except httpx.TransportError as error:
            raise _Try(
                "the answer broke off", self._quote(error), "run `anlan pull` again; nothing was landed"
            ) from None
        if answer.status_code == 429:
            raise _Try(
                "the server asks us to slow down",
                "HTTP 429",
                "pull at a quieter hour, or ask for a higher limit",
                after=_retry_after(answer),
            )
        if answer.status_code >= 500:
            raise _Try(
                "the server has a fault",
                f"HTTP {answer.status_code}: {self._quote(_start(answer))}",
                "run `anlan pull` later; if it repeats, send this to the owner",
                after=_retry_after(answer),
            )
        if answer.status_code >= 300 and answer.status_code not in (400, 401, 403):
            raise SourceError(
                self.where,
                "the server does not know this path",
                f"HTTP {answer.status_code}: {self._quote(_start(answer))}",
                "ask the owner whether the path moved; it is in the silo's contract",
            )
        return answer

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        """Return the body; numbers stay the text they were written as, so no digit is lost."""
        content = answer.content
        try:
            body = json.loads(content, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            if content.lstrip()[:1] == b"<":
                raise _Try(
                    "HTML came instead of JSON",
                    f"HTTP {answer.status_code}, begins {_start(answer)!r}",
                    "check the address; a login or proxy page may stand in the way",
                ) from None
            raise _Try(
                "the JSON is cut off or broken",
                f"{len(content)} bytes, {self._quote(error)}",
                "run `anlan pull` again; if it repeats, send this to the owner",
            ) from None
        if not isinstance(body, dict):
            raise _Try(
                "the answer is not a JSON object",
                f"begins {_start(answer)!r}",
                "ask the owner whether the API changed",
            )
        if answer.status_code == 400:
            raise SourceError(
                self.where,
                "the server refused the request as malformed",
                f"HTTP 400: {self._quote(_start(answer))}",
                "ask the owner whether the API changed",
            )
        return body

    def _patiently(self, ask: Callable[[], dict[str, Any]], what: str) -> dict[str, Any]:
        """Run ``ask`` again with growing, jittered pauses, or as long as the server said, then give up."""

        def again(error: Exception) -> bool | float:
            if not isinstance(error, _Try):
                return False
            # 0 would read as "do not retry"
            return True if error.after is None else min(max(error.after, 0.001), self.wait_max)

        tries = 0
        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=self.attempts,
                timeout=None,
                wait_initial=self.wait,
                wait_max=self.wait_max,
                wait_jitter=self.wait,
            ):
                with attempt:
                    tries += 1
                    return ask()
        except _Try as fault:
            seen = fault.seen if what in fault.seen else f"{fault.seen} on {what}"
            raise SourceError(self.where, fault.what, f"{seen}; {tries} tries", fault.do) from None
        raise AssertionError("a retry loop either returns or raises")

    def _quote(self, thing: Any) -> str:
        """Return what the server said, short, without our secret or token."""
        text = " ".join(str(thing).split())[:300]
        for secret in filter(None, (str(self.connection.get("client_secret") or ""), self.token)):
            text = text.replace(secret, "***")
        return text


def _start(answer: httpx.Response) -> str:
    return " ".join(answer.content[:200].decode("utf-8", "replace").split())[:80]


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header (seconds or an HTTP date), None when it says nothing."""
    text = answer.headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        # the server's own Date is the clock the header was written by
        now = parsedate_to_datetime(answer.headers["Date"]) if "Date" in answer.headers else datetime.now(UTC)
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return None
