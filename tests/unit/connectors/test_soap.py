"""An old exchange service gives every row, in its own code page, or one clear error and nothing."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from pipelines.connectors import soap
from pipelines.connectors.base import Since
from pipelines.errors import AnlanError, SourceError
from simulator import publish
from simulator.services.base import State
from simulator.services.soap import Server
from simulator.tables import Table

COLUMNS = {"event_no": "sjbh code required", "reported_at": "sbsj datetime required", "place": "dz text"}
FIRST = 1_782_864_000_000  # 2026-07-01T00:00:00Z, eight in the morning in Beijing
HEADER = {"auth": {"kind": "header"}, "page_size": 10}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The process that plays all SOAP services, with one silo of 35 events, one an hour."""
    home = tmp_path_factory.mktemp("soaps")
    server = Server(home / "soap", State(home / "state.json"), home / "logs")
    server.start()
    n = 35
    at = FIRST + 3_600_000 * np.arange(n)
    wall = np.array(
        [datetime.fromtimestamp(t / 1000 + 8 * 3600, UTC).strftime("%Y-%m-%d %H:%M:%S") for t in at], object
    )
    places = np.array([None, "马鞍街道 <甲&乙> 镕記"] * n, dtype=object)[:n]
    numbers = np.array([f"E{i:03d}" for i in range(n)], dtype=object)
    table = Table("grid", "GetShiJian", ("sjbh",), {"sjbh": numbers, "ms": at, "sbsj": wall, "dz": places})
    folder = server.folder / "grid"
    folder.mkdir(parents=True)
    publish.rows(folder, [table], {"auth": "header", "resources": {"GetShiJian": {"since": "ms"}}})
    server.load(["grid"])
    yield server
    server.stop()


@pytest.fixture
def pull(service: Server, agree: Any) -> Iterator[Any]:
    """A pull of the one operation; faults are switched off afterwards."""

    def run(past: Since | None = None, fault: str | None = None, connection: Any = None, **source: Any) -> Any:
        service.fault("grid", fault)
        agreed, table = agree(
            "grid", "events", COLUMNS, source={"operation": "GetShiJian", "ignore": ["ms"], **HEADER, **source},
            load="incremental", watermark="reported_at", key=["event_no"],
        )  # fmt: skip
        words = {**service.connection("grid"), "attempts": 2, "wait_s": 0.001, "timeout_s": 2, **(connection or {})}
        [delivery] = soap.deliveries(agreed, table, words, past or Since())
        return delivery, [row for part in delivery.slices for row in part.rows.to_pylist()]

    yield run
    service.fault("grid", None)


@pytest.mark.parametrize("tree_bytes", [soap.TREE_BYTES, 0])
def test_every_row_comes_in_order_and_in_its_own_characters(
    pull: Any, tree_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "TREE_BYTES", tree_bytes)
    delivery, rows = pull()
    assert delivery.source_rows == 35
    assert [row["event_no"] for row in rows] == [f"E{i:03d}" for i in range(35)]
    assert rows[0] == {"event_no": "E000", "reported_at": "2026-07-01 08:00:00", "place": None}
    assert rows[1]["place"] == "马鞍街道 <甲&乙> 镕記"
    assert (delivery.detail["pages"], [c["failed"] for c in delivery.checks]) == (4, [0, 0, 0])


def test_only_what_came_since_the_watermark_is_asked_for_in_wall_time(pull: Any) -> None:
    delivery, rows = pull(Since(datetime(2026, 7, 2, 9, tzinfo=UTC)))
    assert delivery.detail["params"]["beginTime"] == "2026-07-02 17:00:00"
    assert [row["event_no"] for row in rows] == ["E033", "E034"]


def test_a_back_fill_brings_exactly_its_window(pull: Any) -> None:
    window = datetime(2026, 7, 1, 5, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC)
    _, rows = pull(Since(window=window))
    assert [row["event_no"] for row in rows] == ["E005", "E006", "E007"]


def test_nothing_new_is_an_empty_delivery(pull: Any) -> None:
    delivery, rows = pull(Since(datetime(2026, 8, 1, tzinfo=UTC)))
    assert (delivery.source_rows, rows, delivery.checks) == (0, [], [])


FAULTS = [
    ("half_page", "rows do not add up"),
    ("page_missing", "page missing"),
    ("page_twice", "a page came twice"),
    ("total_wrong", "total 42"),
    ("server_fault", "数据库连接池已满"),
    ("error_code", "系统忙"),
    ("bad_login", "access refused"),
    ("entity_bomb", "document type"),
    ("outside_entity", "document type"),
    ("renamed_column", "lost or renamed fields: dz"),
    ("cut_off", "cut off or broken"),
    ("wrong_encoding", "not in the encoding"),
    ("no_answer", "the answer is empty"),
    ("not_xml", "HTML came instead"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_service_that_misbehaves_gives_one_clear_error_and_no_row_and_heals(
    pull: Any, fault: str, words: str
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError) as caught:
        pull(fault=fault)
    assert words in f"{caught.value.what} {caught.value.seen}"
    assert all(caught.value.as_dict().values())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"
    assert len(pull()[1]) == 35


def test_a_wrong_password_is_named_and_never_shown(pull: Any) -> None:
    with pytest.raises(SourceError) as caught:
        pull(connection={"password": "not-the-word"})
    assert "access refused" in caught.value.what
    assert "connections file" in caught.value.do
    assert "not-the-word" not in str(caught.value)


def test_an_extra_element_is_a_warning_by_its_name(pull: Any) -> None:
    delivery, _ = pull(fault="extra_column")
    assert next(c for c in delivery.checks if "unknown" in c["rule"])["seen"] == "bz2"


def test_a_servers_clock_that_is_wrong_is_told(pull: Any) -> None:
    delivery, _ = pull(fault="clock_skew")
    assert next(c for c in delivery.checks if "clock" in c["rule"])["failed"] == 1


def test_an_operation_nobody_knows_and_a_server_that_is_down(pull: Any) -> None:
    with pytest.raises(SourceError, match="没有操作 GetGone"):
        pull(operation="GetGone")
    with pytest.raises(SourceError, match="cannot be reached"):
        pull(connection={"url": "http://127.0.0.1:9"})
    with pytest.raises(SourceError, match="no HTTP address"):
        pull(connection={"url": ""})
    with pytest.raises(AnlanError, match="no name of an element"):
        pull(operation="a b")


def test_a_sample_shows_elements_rows_and_the_total(service: Server, agree: Any) -> None:
    agreed, table = agree("grid", "events", COLUMNS, source={"operation": "GetShiJian", **HEADER})
    sample = soap.check(agreed, table, service.connection("grid"))
    assert sample.columns == ["sjbh", "ms", "sbsj", "dz"]
    assert (sample.row_count, len(sample.rows)) == (35, 10)
    assert sample.rows[0]["dz"] is None


class _Canned(BaseHTTPRequestHandler):
    """Answers with one body; ``written`` counts what could be sent."""

    body: Any = b""
    written = 0

    def log_message(self, *_: Any) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        try:
            for piece in self.body if not isinstance(self.body, bytes) else (self.body,):
                self.wfile.write(piece)
                type(self).written += len(piece)
        except OSError:
            return


def canned(agree: Any, body: Any, columns: dict[str, str] = COLUMNS, **words: Any) -> Any:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Canned)
    _Canned.body = body
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        agreed, table = agree("grid", "events", columns, source={"operation": "Get", "page_size": 10, **words})
        connection = {"url": f"http://127.0.0.1:{server.server_port}", "max_body_mb": 8, "attempts": 1}
        [delivery] = soap.deliveries(agreed, table, connection, Since())
        return delivery, [
            (row, fault)
            for part in delivery.slices
            for row, fault in zip(
                part.rows.to_pylist(), part.faults.to_pylist() if part.faults else [None] * len(part.rows), strict=True
            )
        ]
    finally:
        server.shutdown()
        server.server_close()


def test_a_line_without_end_is_refused_without_being_read(agree: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError, match="larger than an answer may be"):
        canned(agree, (b"x" * (1 << 20) for _ in range(200)))
    assert _Canned.written < 60 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"


@pytest.mark.parametrize("tree_bytes", [soap.TREE_BYTES, 0])
def test_rows_inside_a_text_with_namespaces_attributes_and_nested_elements(
    agree: Any, tree_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "TREE_BYTES", tree_bytes)
    inner = (
        '<?xml version="1.0" encoding="GB2312"?><d:data xmlns:d="urn:d"><d:code>200</d:code><d:total>2</d:total><d:list>'
        '<d:e id="7"><d:no>1</d:no><d:where><d:town>马鞍</d:town></d:where><d:photo>a</d:photo><d:photo>b</d:photo></d:e>'
        "<d:e/></d:list></d:data>"
    )
    body = f'<E xmlns="{soap.ENVELOPE}"><Body><R xmlns="urn:x"><out><![CDATA[{inner}]]></out></R></Body></E>'.encode()
    columns = {"id": "@id text", "no": "no text required", "town": "where.town text", "photos": "photo text"}
    _, rows = canned(agree, body, columns, answer={"inside": "out", "rows": "list", "ok": ["200"]})
    assert rows == [
        ({"id": "7", "no": "1", "town": "马鞍", "photos": "a;b"}, None),
        ({"id": None, "no": None, "town": None, "photos": None}, "not an object but an empty element"),
    ]


def test_a_document_type_inside_the_text_is_refused_too(agree: Any) -> None:
    inner = '<!DOCTYPE x [<!ENTITY a "b">]><data><code>0</code><total>0</total><rows/></data>'
    body = f"<Envelope><Body><R><out><![CDATA[{inner}]]></out></R></Body></Envelope>".encode()
    with pytest.raises(SourceError, match="document type"):
        canned(agree, body, answer={"inside": "out"})


def test_another_order_of_elements_changes_nothing_and_another_shape_is_a_lost_field(agree: Any) -> None:
    def page(row: str) -> bytes:
        return f"<E><Body><R><code>0</code><total>1</total><rows><row>{row}</row></rows></R></Body></E>".encode()

    _, rows = canned(agree, page("<dz>c</dz><sbsj>b</sbsj><sjbh>a</sjbh>"))
    assert rows == [({"event_no": "a", "reported_at": "b", "place": "c"}, None)]
    with pytest.raises(SourceError, match="lost or renamed fields: dz"):
        canned(agree, page("<sjbh>a</sjbh><sbsj>b</sbsj><dz><town>c</town></dz>"))


@pytest.mark.parametrize("tree_bytes", [soap.TREE_BYTES, 0])
def test_elements_nested_without_end_are_broken_xml(
    agree: Any, tree_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "TREE_BYTES", tree_bytes)
    deep = "<a>" * 20_000 + "</a>" * 20_000
    told = "<code>0</code><total>1</total>"
    with pytest.raises(SourceError, match="cut off or broken"):
        canned(agree, f"<Envelope><Body><R>{told}<rows><row>{deep}</row></rows></R></Body></Envelope>".encode())


def test_a_missing_list_is_no_answer(agree: Any) -> None:
    with pytest.raises(SourceError, match="its rows or their total are missing"):
        canned(agree, b"<Envelope><Body><R><code>0</code><total>0</total></R></Body></Envelope>")
    delivery, rows = canned(agree, b"<Envelope><Body><R><code>0</code><total>0</total><rows/></R></Body></Envelope>")
    assert (delivery.source_rows, rows) == (0, [])
