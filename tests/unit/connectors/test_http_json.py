"""An API's pages arrive whole or not at all; what the body says counts, not the HTTP status."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest

from pipelines.connectors import http_json
from pipelines.connectors.base import Since
from pipelines.errors import SourceError

ALL = Since()
SECRET = "s3cret-绝密"
COLUMNS = {
    "device_id": "deviceId code required",
    "day_at": "dayMs epoch_ms required",
    "lon": "lng decimal(10,6)",
    "is_on": "on boolean",
    "tags": "tags text",
}
Answer = tuple[int, dict[str, str], bytes]


def row(number: int) -> str:
    """Return one row as the API writes it: a float with a trailing zero, an integer beyond 2^53."""
    return (
        f'{{"deviceId":"D{number:05d}","dayMs":{9007199254740993 + number},"lng":120.50,"on":true,'
        f'"tags":["烟","{number}"]}}'
    )


class Towers:
    """A tiny API. ``fault(page, call)`` may return an answer of its own instead of the right one."""

    def __init__(self) -> None:
        self.rows = [row(number) for number in range(1, 26)]
        self.fault: Callable[[int, int], Answer | None] = lambda _page, _call: None
        self.lifetime = 3600
        self.dead_tokens: set[str] = set()
        self.tokens = 0
        self.calls: list[dict[str, str]] = []
        self.agree: Any = None
        api = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Stay silent."""

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if form.get("client_secret") != [SECRET]:
                    return self.answer(401, {}, b'{"error":"invalid_client"}')
                api.tokens += 1
                token = {"access_token": f"token-{api.tokens}", "expires_in": api.lifetime}
                return self.answer(200, {}, json.dumps(token).encode())

            def do_GET(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                api.calls.append(asked | {"token": token})
                if token != f"token-{api.tokens}" or token in api.dead_tokens:
                    return self.answer(401, {}, b'{"code":401}')
                page, size = int(asked["page"]), int(asked["size"])
                own = api.fault(page, sum(call["page"] == str(page) for call in api.calls))
                return self.answer(*(own or (200, {}, api.page(page, size))))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        serve = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        serve.start()

    def page(self, page: int, size: int = 10, rows: list[str] | None = None, total: int | None = None) -> bytes:
        """Return the right body of a page, or one with other rows or another total."""
        data = self.rows[(page - 1) * size : page * size] if rows is None else rows
        total = len(self.rows) if total is None else total
        return f'{{"code":0,"message":"ok","total":{total},"page":{page},"data":[{",".join(data)}]}}'.encode()


@pytest.fixture
def towers(agree: Any) -> Iterator[Towers]:
    """A running API with 25 rows."""
    api = Towers()
    api.agree = agree
    yield api
    api.server.shutdown()
    api.server.server_close()


def pull(towers: Towers, since: Since = ALL, *, secret: str = SECRET, url: str | None = None, **changes: Any) -> Any:
    """Return (delivery, slices)."""
    connection = {
        "url": url or towers.url,
        "client_id": "anlan",
        "client_secret": secret,
        "attempts": 3,
        "wait_s": 0.001,
        "wait_max_s": 2.0,
        "timeout_s": 0.5,
    }
    agreed, table = towers.agree(
        "towers",
        "heartbeats",
        COLUMNS,
        page_size=10,
        source="/api/v1/heartbeats",
        key=["device_id"],
        **changes,
    )
    [delivery] = list(http_json.deliveries(agreed, table, connection, since))
    return delivery, list(delivery.slices)


def refused(towers: Towers, **changes: Any) -> SourceError:
    """Return the error of a pull that must fail; the secret is never in it."""
    with pytest.raises(SourceError) as caught:
        pull(towers, **changes)
    assert caught.value.where.startswith("towers.heartbeats at http://")
    assert all(caught.value.as_dict().values())
    assert SECRET not in str(caught.value)
    return caught.value


def body(**fields: Any) -> Answer:
    """Return an HTTP 200 with these fields."""
    return ok(json.dumps(fields, ensure_ascii=False).encode())


def ok(content: bytes) -> Answer:
    """Return an HTTP 200 with these bytes."""
    return 200, {}, content


def test_pages_arrive_in_order_and_values_keep_every_digit(towers: Towers) -> None:
    delivery, slices = pull(towers)
    assert delivery.source_rows == 25
    assert [(part.file, part.part, len(part.rows)) for part in slices] == [
        ("/api/v1/heartbeats", "1", 10),
        ("/api/v1/heartbeats", "2", 10),
        ("/api/v1/heartbeats", "3", 5),
    ]
    assert slices[2].numbers.to_pylist() == [1, 2, 3, 4, 5]
    assert slices[0].rows.schema == pa.schema([(name, pa.string()) for name in COLUMNS])
    assert slices[2].rows.to_pylist()[0] == {
        "device_id": "D00021",
        "day_at": "9007199254741014",
        "lon": "120.50",
        "is_on": "true",
        "tags": '["烟", "21"]',
    }
    assert all(part.faults is None for part in slices)
    assert towers.tokens == 1


def test_since_is_sent_in_epoch_milliseconds_less_the_overlap(towers: Towers) -> None:
    since = Since(datetime(2026, 7, 1, tzinfo=UTC))
    pull(towers, since, load="incremental", watermark="day_at")
    assert towers.calls[0]["since_ms"] == "1782864000000"
    pull(towers, since, load="incremental", watermark="day_at", overlap_minutes=10)
    assert towers.calls[-1]["since_ms"] == "1782863400000"
    pull(towers, since)
    assert "since_ms" not in towers.calls[-1], "a snapshot is always whole"


def test_nothing_new_is_an_empty_delivery(towers: Towers) -> None:
    towers.rows = []
    delivery, slices = pull(towers)
    assert (delivery.source_rows, slices, delivery.checks) == (0, [], [])


def test_a_full_last_page_needs_no_empty_one_after_it(towers: Towers) -> None:
    towers.rows = towers.rows[:20]
    assert pull(towers)[0].source_rows == 20
    assert [call["page"] for call in towers.calls] == ["1", "2"]


def test_a_row_that_is_no_object_is_landed_with_its_fault(towers: Towers) -> None:
    towers.rows[3] = '"lost"'
    _, slices = pull(towers)
    assert slices[0].faults.to_pylist() == [None] * 3 + ["not an object but lost"] + [None] * 6
    assert slices[0].rows["device_id"][3].as_py() is None


def test_an_error_inside_http_200_is_tried_again_and_then_quoted(towers: Towers) -> None:
    busy = body(code=50012, message="上游超时", total=0, data=[])
    towers.fault = lambda page, call: busy if page == 2 and call <= 2 else None
    assert pull(towers)[0].source_rows == 25
    towers.fault = lambda page, call: busy if page == 2 else None
    error = refused(towers)
    assert error.what == "the API reports an error inside HTTP 200"
    assert all(word in error.seen for word in ("50012", "上游超时", "page 2", "3 tries"))


def test_an_error_that_carries_part_of_the_rows_is_still_an_error(towers: Towers) -> None:
    part = b'{"code":500,"message":"partial","total":25,"page":3,"data":[' + row(1).encode() + b"]}"
    towers.fault = lambda page, call: ok(part) if page == 3 else None
    assert "500" in refused(towers).seen


def test_a_missing_page_heals_with_a_fresh_pull_or_stops_everything(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(2, rows=[])) if page == 2 and call == 1 else None
    assert pull(towers)[0].source_rows == 25
    towers.fault = lambda page, call: ok(towers.page(2, rows=[])) if page == 2 else None
    error = refused(towers)
    assert "page missing" in error.what
    assert "total 25, received 10" in error.seen
    assert "page 2" in error.seen


def test_half_a_page_is_found_by_the_total(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(2, rows=towers.rows[10:15])) if page == 2 else None
    error = refused(towers)
    assert "total 25, received 20" in error.seen
    assert "short or empty: page 2" in error.seen


def test_too_many_rows_are_no_better_than_too_few(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(3, rows=towers.rows[15:25])) if page == 3 else None
    assert "total 25, received 30" in refused(towers).seen


def test_a_page_that_comes_twice(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(2, rows=towers.rows[:10])) if page == 2 else None
    error = refused(towers)
    assert error.what == "a page came twice"
    assert "page 2 holds the same 10 rows as page 1" in error.seen


def test_another_page_than_asked_for(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(3, rows=towers.rows[10:20])) if page == 2 else None
    assert "asked 2, got 3" in refused(towers).seen


def test_a_total_that_moves_while_we_read(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(2, total=26)) if page == 2 and call == 1 else None
    assert pull(towers)[0].source_rows == 25
    towers.fault = lambda page, call: ok(towers.page(2, total=26)) if page == 2 else None
    assert "25 rows on page 1, 26 on page 2" in refused(towers).seen


def test_truncated_json(towers: Towers) -> None:
    towers.fault = lambda page, call: ok(towers.page(1)[:200]) if page == 1 else None
    assert refused(towers).what == "the JSON is cut off or broken"


def test_html_instead_of_json(towers: Towers) -> None:
    towers.fault = lambda page, call: (200, {}, b"<html><title>Login</title>")
    error = refused(towers)
    assert error.what == "HTML came instead of JSON"
    assert "Login" in error.seen


def test_an_answer_that_breaks_off(towers: Towers) -> None:
    towers.fault = lambda page, call: (200, {"Content-Length": "999999", "Connection": "close"}, b"{")
    assert refused(towers).what in ("the answer broke off", "the server did not answer in time")


def test_no_answer_in_time(towers: Towers) -> None:
    def sleep(page: int, call: int) -> None:
        time.sleep(0.8)

    towers.fault = sleep
    assert refused(towers).what == "the server did not answer in time"


def test_a_body_without_total_proves_nothing(towers: Towers) -> None:
    towers.fault = lambda page, call: body(code=0, data=[])
    assert "total or data is missing" in refused(towers).what


def test_retry_after_is_honoured(towers: Towers) -> None:
    towers.fault = lambda page, call: (429, {"Retry-After": "1"}, b"") if (page, call) == (2, 1) else None
    begun = time.monotonic()
    assert pull(towers)[0].source_rows == 25
    assert time.monotonic() - begun >= 1.0


def test_a_limit_that_never_lifts(towers: Towers) -> None:
    towers.fault = lambda page, call: (429, {"Retry-After": "0"}, b"")
    assert "slow down" in refused(towers).what


def test_a_server_fault_is_tried_again(towers: Towers) -> None:
    towers.fault = lambda page, call: (503, {}, b"maintenance") if call == 1 else None
    assert pull(towers)[0].source_rows == 25
    towers.fault = lambda page, call: (503, {}, b"maintenance")
    assert "503: maintenance" in refused(towers).seen


def test_an_expired_token_is_renewed_in_the_middle(towers: Towers) -> None:
    def die(page: int, call: int) -> Answer | None:
        if (page, call) == (2, 1):
            towers.dead_tokens.add("token-1")
            return 401, {}, b"{}"
        return None

    towers.fault = die
    assert pull(towers)[0].source_rows == 25
    assert towers.tokens == 2


def test_a_token_is_renewed_before_it_dies(towers: Towers) -> None:
    towers.lifetime = 1
    towers.fault = lambda page, call: time.sleep(0.45)  # type: ignore[func-returns-value]
    assert pull(towers)[0].source_rows == 25
    assert towers.tokens >= 2
    assert not towers.dead_tokens


def test_a_token_that_is_never_accepted(towers: Towers) -> None:
    towers.fault = lambda page, call: (401, {}, b'{"message":"no"}')
    assert "access refused" in refused(towers).what


def test_a_wrong_secret(towers: Towers) -> None:
    error = refused(towers, secret="other-secret")
    assert "refused client id or secret" in error.what
    assert "other-secret" not in str(error)


def test_the_server_is_down(towers: Towers) -> None:
    error = refused(towers, url="http://127.0.0.1:1")
    assert error.what == "the server cannot be reached"
    assert "3 tries" in error.seen


def test_a_path_that_is_gone(towers: Towers) -> None:
    towers.fault = lambda page, call: (404, {}, b"not here")
    assert "404: not here" in refused(towers).seen


def test_no_address_at_all(towers: Towers) -> None:
    with pytest.raises(SourceError, match="no HTTP address"):
        pull(towers, url="ftp://x")


def test_a_renamed_field_names_what_was_expected_and_what_came(towers: Towers) -> None:
    towers.rows = [text.replace('"lng"', '"longitude"') for text in towers.rows]
    error = refused(towers)
    assert "lng" in error.what
    assert "longitude" in error.seen


def test_a_lost_required_field(towers: Towers) -> None:
    towers.rows = ['{"dayMs":1,"lng":1,"on":true,"tags":null}' for _ in towers.rows[:3]]
    assert "deviceId" in refused(towers).what


def test_extra_and_absent_fields_are_warnings(towers: Towers) -> None:
    towers.rows[24] = towers.rows[24].replace("{", '{"newField":1,', 1)
    delivery, _ = pull(towers)
    assert [(check["rule"], check["failed"], check["seen"]) for check in delivery.checks] == [
        ("towers.heartbeats.no_unknown_columns", 1, "newField"),
        ("towers.heartbeats.all_columns_sent", 0, ""),
        ("towers.heartbeats.clock_agrees", 0, ""),
    ]
    towers.rows = [text.replace('"on":true,', "") for text in towers.rows[:24]]
    delivery, _ = pull(towers)
    assert [(check["severity"], check["failed"], check["seen"]) for check in delivery.checks] == [
        ("warning", 0, ""),
        ("warning", 1, "on"),
        ("warning", 0, ""),
    ]


def test_another_order_of_fields_changes_nothing(towers: Towers) -> None:
    before = pull(towers)[1][0].rows
    towers.rows = [
        json.dumps(dict(reversed(json.loads(text, parse_float=str, parse_int=str).items()))) for text in towers.rows
    ]
    after = pull(towers)[1][0].rows
    assert after.drop_columns(["is_on", "tags"]) == before.drop_columns(["is_on", "tags"])


def test_a_back_fill_asks_the_towers_for_its_window_only(towers: Towers) -> None:
    window = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    since = Since(watermark=datetime(2027, 1, 1, tzinfo=UTC), window=window)
    delivery, _ = pull(towers, since, load="incremental", watermark="day_at")
    # this API leaves out the moment it is given as the start
    assert towers.calls[0]["since_ms"] == "1782863999999"
    assert towers.calls[0]["until_ms"] == "1785542400000"
    assert delivery.detail["window"] == [edge.isoformat() for edge in window]
    delivery, _ = pull(towers, since)
    assert "since_ms" not in towers.calls[-1], "a snapshot is always whole"
    assert "window" not in delivery.detail
