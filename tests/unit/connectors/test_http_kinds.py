"""Every kind of login and paging an API may have, and every way it may misbehave: one clear error, and then it heals."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.connectors import http_json
from pipelines.connectors.base import Since
from pipelines.errors import AnlanError, SourceError
from simulator import publish
from simulator.services.api import Server
from simulator.services.base import State
from simulator.tables import Table

COLUMNS = {"call_id": "callId code required", "at": "atMs epoch_ms required", "town": "townName text"}
HOUR = 3_600_000
# some hours ago: an API that is paged by time is asked up to now
FIRST = int(time.time() * 1000) // HOUR * HOUR - 36 * HOUR


def hour(number: float) -> datetime:
    """Return the time of the call of that number."""
    return datetime.fromtimestamp(FIRST / 1000, UTC) + timedelta(hours=number)


TIMES = {"since": {"name": "since_ms"}, "until": {"name": "until_ms"}}
CURSOR = {
    "paging": {"kind": "cursor"}, "answer": {"total": None, "more": "has_more"}, "page_size": 10, "path": "/api/v1/calls",
    **TIMES,
}  # fmt: skip
OFFSET = {"paging": {"kind": "offset"}, "page_size": 10, "path": "/api/v1/calls", **TIMES}
PAGE = {"paging": {"kind": "page"}, "page_size": 10, "path": "/api/v1/calls", **TIMES}
TIME = {
    "paging": {"kind": "time", "page": "page", "size": "size", "step_hours": 10, "start": hour(0).isoformat()},
    "page_size": 7, "path": "/api/v1/calls", "since": {"name": "from_ms"}, "until": {"name": "to_ms"},
}  # fmt: skip
KINDS = {"cursor": CURSOR, "offset": OFFSET, "page": PAGE, "time": TIME}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The process that plays all APIs."""
    home = tmp_path_factory.mktemp("apis")
    server = Server(home / "api", State(home / "state.json"), home / "logs")
    server.start()
    yield server
    server.stop()


class Silo:
    """One department's API with 35 calls, one an hour; ``pull`` asks it as a contract would."""

    def __init__(self, service: Server, name: str, agree: Any, **api: Any) -> None:
        self.service, self.name, self.agree = service, name, agree
        n = 35
        at = FIRST + HOUR * np.arange(n)
        ids = np.array([f"C{i:03d}" for i in range(n)], dtype=object)
        towns = np.array(["马鞍"] * n, dtype=object)
        table = Table(name, "calls", ("callId",), {"callId": ids, "atMs": at, "townName": towns})
        folder = service.folder / name
        folder.mkdir(parents=True)
        publish.rows(folder, [table], {"resources": {"calls": {"since": "atMs"}}, **api})
        service.load([name])

    def pull(self, past: Since | None = None, load: str = "incremental", **source: Any) -> tuple[Any, list[str]]:
        connection = {**self.service.connection(self.name), "attempts": 2, "wait_s": 0.001, "wait_max_s": 1.1}
        connection |= source.pop("connection", {})
        agreed, table = self.agree(
            self.name, "calls", COLUMNS, source=source, load=load, watermark="at", key=["call_id"]
        )
        [delivery] = list(http_json.deliveries(agreed, table, connection, past or Since()))
        return delivery, [v for part in delivery.slices for v in part.rows["call_id"].to_pylist()]

    def check(self, **source: Any) -> Any:
        agreed, table = self.agree(self.name, "calls", COLUMNS, source=source, load="incremental", watermark="at")
        return http_json.check(agreed, table, self.service.connection(self.name))


@pytest.fixture
def silo(service: Server, agree: Any, request: pytest.FixtureRequest) -> Any:
    """The maker of a department of this test's own."""
    made: list[str] = []

    def make(**api: Any) -> Silo:
        name = f"s{abs(hash(request.node.name)) % 10**9}x{len(made)}"
        made.append(name)
        return Silo(service, name, agree, **api)

    return make


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_paging_brings_every_row_once(silo: Any, kind: str) -> None:
    delivery, ids = silo(paging=kind).pull(auth={"kind": "none"}, **KINDS[kind])
    assert ids == [f"C{i:03d}" for i in range(35)]
    assert delivery.source_rows == (None if kind == "cursor" else 35)
    assert delivery.detail["pages"] > 3


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_back_fill_brings_exactly_its_window(silo: Any, kind: str) -> None:
    window = hour(5), hour(20)
    since = Since(watermark=hour(30), window=window)
    words = KINDS[kind]
    if kind != "time":  # this API leaves the first moment out
        words = words | {"since": {"name": "since_ms", "excluded": True}}
    delivery, ids = silo(paging=kind).pull(since, auth={"kind": "none"}, **words)
    assert ids == [f"C{i:03d}" for i in range(5, 20)]
    assert delivery.detail["window"] == [edge.isoformat() for edge in window]


def test_by_time_only_the_steps_since_the_watermark_are_asked_for(silo: Any) -> None:
    since = Since(watermark=hour(33))
    delivery, ids = silo(paging="time").pull(since, auth={"kind": "none"}, **TIME)
    assert ids == ["C033", "C034"]
    assert delivery.source_rows == 2


@pytest.mark.parametrize(
    ("served", "agreed"),
    [
        ("oauth", {"kind": "oauth"}),
        ("oauth", {"kind": "oauth", "style": "basic"}),
        ("token", {"kind": "token"}),
        ("api_key", {"kind": "api_key"}),
        ("api_key", {"kind": "api_key", "query": "key"}),
        ("basic", {"kind": "basic"}),
    ],
)
def test_every_kind_of_login_opens_and_a_wrong_word_is_named_and_never_shown(
    silo: Any, served: str, agreed: dict[str, str]
) -> None:
    department = silo(auth=served)
    assert len(department.pull(auth=agreed, **PAGE)[1]) == 35
    wrong = {"client_secret": "wr0ng", "token": "wr0ng", "api_key": "wr0ng", "password": "wr0ng"}
    with pytest.raises(SourceError) as caught:
        department.pull(auth=agreed, connection=wrong, **PAGE)
    assert "refused" in caught.value.what
    assert "connections file" in caught.value.do
    assert "wr0ng" not in str(caught.value)


def test_a_login_that_is_not_in_the_connection_is_asked_for_before_anything_is_sent(silo: Any) -> None:
    with pytest.raises(SourceError, match="lacks api_key"):
        silo(auth="none").pull(auth={"kind": "api_key"}, **PAGE)


def test_a_token_that_dies_in_the_middle_is_renewed(silo: Any) -> None:
    department = silo(auth="oauth", token_seconds=0.4, per_second=100)
    delivery, ids = department.pull(auth={"kind": "oauth"}, per_second=6, **PAGE)
    assert len(ids) == 35
    assert delivery.detail["requests"] > 5


def test_gzip_is_asked_for_and_unpacked(silo: Any) -> None:
    assert len(silo(gzip=True).pull(auth={"kind": "none"}, **PAGE)[1]) == 35


def test_our_own_pace_stays_below_the_owners_limit(silo: Any) -> None:
    department = silo(per_second=5)
    words = PAGE | {"page_size": 3}
    paced, ids = department.pull(auth={"kind": "none"}, per_second=4, **words)
    assert len(ids) == 35
    assert paced.detail["requests"] == paced.detail["pages"], "no request was refused"
    with ThreadPoolExecutor(2) as both:  # silos are pulled side by side, and one host may serve two of them
        pulls = [both.submit(department.pull, auth={"kind": "none"}, per_second=4, **words) for _ in range(2)]
    for delivery, ids in (p.result() for p in pulls):
        assert len(ids) == 35
        assert delivery.detail["requests"] == delivery.detail["pages"], "no request was refused"
    with pytest.raises(SourceError, match="slow down"):
        department.pull(auth={"kind": "none"}, connection={"attempts": 1}, **words)


FAULTS = [
    ("page", "page_missing", "page missing"),
    ("page", "half_page", "page missing"),
    ("cursor", "half_page", "half a page came"),
    ("page", "page_twice", "a page came twice"),
    ("offset", "page_twice", "a page came twice"),
    ("cursor", "page_twice", "a page came twice"),
    ("cursor", "cursor_stuck", "the cursor never advances"),
    ("page", "total_wrong", "total 42"),
    ("time", "total_wrong", "page missing"),
    ("page", "renamed_column", "lost or renamed fields: townName"),
    ("cursor", "no_answer", "the answer is empty"),
    ("page", "not_json", "html came"),
    ("page", "error_forever", "50001"),
    ("page", "gzip_bomb", "larger than an answer may be"),
    ("page", "too_fast", "slow down"),
    ("offset", "bad_token", "access refused"),
]


@pytest.mark.parametrize(("kind", "fault", "words"), FAULTS)
def test_an_api_that_misbehaves_gives_one_clear_error_and_no_row_and_heals(
    silo: Any, service: Server, kind: str, fault: str, words: str
) -> None:
    department = silo(paging=kind)
    service.fault(department.name, fault)
    with pytest.raises(SourceError) as caught:
        department.pull(auth={"kind": "none"}, **KINDS[kind])
    assert words in f"{caught.value.what} {caught.value.seen}".lower().replace("townname", "townName")
    assert all(caught.value.as_dict().values())
    service.fault(department.name, None)
    assert len(department.pull(auth={"kind": "none"}, **KINDS[kind])[1]) == 35


def test_half_pages_by_offset_lose_nothing_because_the_next_one_begins_where_the_last_ended(
    silo: Any, service: Server
) -> None:
    department = silo(paging="offset")
    service.fault(department.name, "half_page")
    assert len(department.pull(auth={"kind": "none"}, **OFFSET)[1]) == 35


def test_short_pages_may_be_agreed_on(silo: Any, service: Server) -> None:
    department = silo(paging="cursor", resources={"calls": {"since": "atMs", "page": 7}})
    with pytest.raises(SourceError, match="40001"):
        department.pull(auth={"kind": "none"}, **CURSOR)
    service.fault(department.name, "half_page")
    _, ids = department.pull(auth={"kind": "none"}, short_pages=True, **CURSOR | {"page_size": 7})
    assert len(ids) < 35, "which is why it must be agreed on"


def test_an_extra_field_is_a_warning_by_its_name_unless_the_contract_ignores_it(silo: Any, service: Server) -> None:
    department = silo()
    service.fault(department.name, "extra_column")
    delivery, ids = department.pull(auth={"kind": "none"}, **PAGE)
    assert len(ids) == 35
    assert next(c for c in delivery.checks if "unknown" in c["rule"])["seen"] == "extraField"
    delivery, _ = department.pull(auth={"kind": "none"}, ignore=["extraField"], **PAGE)
    assert next(c for c in delivery.checks if "unknown" in c["rule"])["failed"] == 0


def test_a_field_that_became_an_object_is_landed_as_it_was_written(silo: Any, service: Server, agree: Any) -> None:
    department = silo()
    service.fault(department.name, "retyped_column")
    agreed, table = agree(department.name, "calls", COLUMNS, source={"auth": {"kind": "none"}, **PAGE})
    [delivery] = http_json.deliveries(agreed, table, service.connection(department.name), Since())
    assert next(delivery.slices).rows["town"][0].as_py() == '{"value": "马鞍"}'
    inside = COLUMNS | {"town": "townName.value text"}
    agreed, table = agree(department.name, "calls", inside, source={"auth": {"kind": "none"}, **PAGE})
    [delivery] = http_json.deliveries(agreed, table, service.connection(department.name), Since())
    assert next(delivery.slices).rows["town"][0].as_py() == "马鞍"


def test_a_servers_clock_that_is_wrong_is_told(silo: Any, service: Server) -> None:
    department = silo()
    service.fault(department.name, "clock_skew")
    delivery, _ = department.pull(auth={"kind": "none"}, **PAGE)
    [check] = [c for c in delivery.checks if c["rule"].endswith("clock_agrees")]
    assert check["failed"] == 1
    assert "+7200 s" in check["seen"] or "+7199 s" in check["seen"]
    assert "+7" in department.check(auth={"kind": "none"}, **PAGE).notes[0]


def test_a_watermark_ahead_of_time_hides_nothing(silo: Any) -> None:
    ahead = Since(watermark=datetime(2999, 1, 1, tzinfo=UTC))
    delivery, _ = silo().pull(ahead, auth={"kind": "none"}, **PAGE)
    assert int(delivery.detail["params"]["since_ms"]) < 4_000_000_000_000


def test_no_rows_and_no_answer_are_not_the_same(silo: Any, service: Server) -> None:
    department = silo(paging="cursor")
    delivery, ids = department.pull(Since(hour(35.5)), auth={"kind": "none"}, **CURSOR)
    assert (ids, delivery.checks) == ([], [])
    service.fault(department.name, "no_answer")
    with pytest.raises(SourceError, match="the answer is empty"):
        department.pull(auth={"kind": "none"}, **CURSOR)


def test_a_sample_shows_fields_rows_and_the_total(silo: Any) -> None:
    department = silo()
    sample = department.check(auth={"kind": "none"}, **PAGE)
    assert sample.columns == ["callId", "atMs", "townName"]
    assert sample.rows[0] == {"callId": "C000", "atMs": str(FIRST), "townName": "马鞍"}
    assert sample.row_count == 35
    assert len(sample.rows) == 10


def test_an_agreement_with_unknown_words_is_refused_with_all_of_them(agree: Any) -> None:
    agreed, table = agree(
        "x",
        "calls",
        COLUMNS,
        source={"path": "calls", "auth": {"kind": "magic"}, "paging": {"kind": "page", "zise": 1}},
    )
    with pytest.raises(AnlanError) as caught:
        list(http_json.deliveries(agreed, table, {"url": "http://127.0.0.1:9"}, Since()))
    for word in ("path must begin with /", "magic", "zise"):
        assert word in caught.value.seen


class _Endless(BaseHTTPRequestHandler):
    """Writes one line without end, a piece at a time."""

    written = 0

    def log_message(self, *_: Any) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        piece = b"x" * (1 << 20)
        try:
            self.wfile.write(b'{"code":0,"data":["')
            for _ in range(200):
                self.wfile.write(piece)
                type(self).written += len(piece)
        except OSError:
            return


def test_a_line_without_end_is_refused_without_being_read(agree: Any, tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endless)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    agreed, table = agree("x", "calls", COLUMNS, source={"auth": {"kind": "none"}, **PAGE})
    connection = {"url": f"http://127.0.0.1:{server.server_port}", "max_body_mb": 8}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError, match="larger than an answer may be"):
        list(http_json.deliveries(agreed, table, connection, Since()))
    server.shutdown()
    server.server_close()
    assert _Endless.written < 60 << 20, "the rest was never read"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"
