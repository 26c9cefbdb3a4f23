"""Message feeds: nothing acknowledged before it is on our disk, nothing lost by a kill, doubles and disorder harmless."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from pipelines.connectors import mqtt
from pipelines.connectors.base import Since
from pipelines.connectors.mqtt import broker
from pipelines.connectors.mqtt.spool import Spool
from pipelines.contract import parse
from pipelines.errors import AnlanError, SourceError

_NUMBERS = itertools.count()
KEY = "5a" * 32
COLUMNS = {
    "alarm_no": {"source": "alarmNo", "type": "code"},
    "device_no": {"source": "@topic/3", "type": "code"},
    "raised_at": {"source": "raisedAt", "type": "datetime"},
    "level": {"source": "detail.level", "type": "integer"},
}


class Feed:
    """One silo's feed: ``say`` as the department, ``got`` as we do."""

    def __init__(self, server: Any, silo: str, spool: Path) -> None:
        self.server, self.silo = server, silo
        folder = server.folder / silo
        folder.mkdir(parents=True)
        first = {"topic": f"{silo}/alarm/d0", "payload": {"alarmNo": "first"}, "at": ""}
        (folder / "messages.jsonl").write_text(json.dumps(first) + "\n", encoding="utf-8")
        server.load([silo])
        self.connection = {
            **server.connection(silo), "spool": str(spool), "vault_keys": [KEY], "idle_seconds": 0.4, "timeout": 5,
        }  # fmt: skip
        contract, table = self.made()
        list(mqtt.deliveries(contract, table, self.connection, Since()))
        self.folder = spool / "mqtt"
        self.seen = frozenset(s.sha256 for s in self.spool().segments())

    def spool(self, key: str = KEY) -> Spool:
        return Spool(self.folder, self.silo, lambda: [key])

    def made(self, source: Any = None, **changed: Any) -> Any:
        columns = {c: {"zh": "x", "en": "x", **s} for c, s in COLUMNS.items()}
        columns |= {c: {"zh": "x", "en": "x", **s} for c, s in changed.items()}
        raw = {
            "silo": self.silo, "profile": "demo", "contract_version": 1, "department": "XF",
            "name": {"zh": "甲", "en": "A"}, "owner": {}, "protocol": "mqtt", "cadence": "daily", "grace_days": 1,
            "time_zone": "Asia/Shanghai", "crs": "WGS-84", "licence": {},
            "tables": {
                "t": {
                    "source": source or f"{self.silo}/alarm/+", "load": "incremental", "key": ["alarm_no"],
                    "watermark": "raised_at", "columns": columns,
                }
            },
        }  # fmt: skip
        contract = parse(raw, "test")
        return contract, contract.tables["t"]

    def say(self, *payloads: Any, topic: str = "alarm/d1", **more: Any) -> None:
        self.server.say([{"topic": f"{self.silo}/{topic}", "payload": p, **more} for p in payloads])

    def got(self, since: Since | None = None, source: Any = None, columns: Any = None, **changed: Any) -> list[Any]:
        contract, table = self.made(source, **(columns or {}))
        connection = {**self.connection, **changed}
        return list(mqtt.deliveries(contract, table, connection, since or Since(seen=self.seen)))


def rows(delivery: Any) -> list[dict[str, Any]]:
    out = []
    for s in delivery.slices:
        faults = s.faults.to_pylist() if s.faults is not None else [None] * len(s.rows)
        for n, row, fault in zip(s.numbers.to_pylist(), s.rows.to_pylist(), faults, strict=True):
            out.append({"_row": n, "_fault": fault, **row})
    return out


def alarm(n: int, hour: int = 8) -> dict[str, Any]:
    return {"alarmNo": f"A{n}", "raisedAt": f"2026-07-01 {hour:02d}:00:00", "detail": {"level": 3}}


def failed(delivery: Any, claim: str) -> str:
    (found,) = [c for c in delivery.checks if c["rule"].endswith(f".t.{claim}")]
    return found["seen"] if found["failed"] else ""


@pytest.fixture
def feed(services: Callable[[str], Any], tmp_path: Path) -> Feed:
    """A silo of its own on the one broker."""
    return Feed(services("mqtt"), f"fire{next(_NUMBERS)}", tmp_path / "spool")


def test_what_was_said_while_we_were_away_comes_in_one_delivery(feed: Feed) -> None:
    feed.say(alarm(1), [alarm(2), alarm(3)])
    (delivery,) = feed.got()
    assert [(r["alarm_no"], r["device_no"], r["level"]) for r in rows(delivery)] == [
        ("A1", "d1", "3"), ("A2", "d1", "3"), ("A3", "d1", "3"),
    ]  # fmt: skip
    assert delivery.source_rows == 3
    assert len(delivery.sha256) == 64
    assert feed.got(Since(seen=feed.seen | {delivery.sha256})) == [], "nothing new is nothing"


def test_a_segment_that_did_not_land_is_delivered_again(feed: Feed) -> None:
    feed.say(alarm(1))
    (first,) = feed.got()
    (again,) = feed.got()
    assert first.sha256 == again.sha256


def test_messages_out_of_order_are_ordered_by_their_own_time(feed: Feed) -> None:
    feed.say(alarm(3, 11), alarm(1, 9), alarm(2, 10))
    (delivery,) = feed.got()
    assert [(r["alarm_no"], r["_row"]) for r in rows(delivery)] == [("A1", 2), ("A2", 3), ("A3", 1)]
    assert delivery.detail["out_of_order"] == 1


def test_a_broken_payload_is_a_row_with_a_fault_and_its_raw_text(feed: Feed) -> None:
    feed.say(alarm(1), '{"alarmNo": "A2", "raised', b"\xff\xfe\x00", "17", alarm(3))
    (delivery,) = feed.got()
    found = rows(delivery)
    assert len(found) == delivery.source_rows == 5
    faults = [r["_fault"] for r in found if r["_fault"]]
    assert len(faults) == 3
    assert any('{"alarmNo": "A2", "raised' in f for f in faults)
    assert delivery.detail["broken"] == 3


def test_a_broken_payload_of_a_table_with_people_shows_no_text(feed: Feed) -> None:
    feed.say('{"phone": "13800138000"')
    (delivery,) = feed.got(columns={"phone": {"source": "phone", "type": "phone"}})
    (row,) = rows(delivery)
    assert "13800138000" not in row["_fault"]
    assert "no JSON" in row["_fault"]


def test_topics_choose_the_table_and_one_drain_serves_all(feed: Feed) -> None:
    feed.say(alarm(1))
    feed.say(alarm(2), topic="test/d1")
    assert [r["alarm_no"] for r in rows(feed.got()[0])] == ["A1"]
    other = feed.got(source=f"{feed.silo}/test/#")
    assert [r["alarm_no"] for d in other for r in rows(d)] == ["A2"]


def test_rows_deep_inside_and_the_topic_and_the_raw_text_can_be_columns(feed: Feed) -> None:
    feed.say({"data": {"items": [alarm(1), alarm(2)]}})
    columns = {
        "whole_topic": {"source": "@topic", "type": "text"}, "raw": {"source": "@payload", "type": "text"},
        "got_at": {"source": "@received_at", "type": "datetime"},
    }  # fmt: skip
    source = {"topic": f"{feed.silo}/alarm/+", "rows": "data.items"}
    found = rows(feed.got(source=source, columns=columns)[0])
    assert [r["alarm_no"] for r in found] == ["A1", "A2"]
    assert found[0]["whole_topic"] == f"{feed.silo}/alarm/d1"
    assert json.loads(found[0]["raw"])["data"]["items"][1]["alarmNo"] == "A2"
    assert datetime.fromisoformat(found[0]["got_at"]).year >= 2026


def test_a_retained_message_comes_once_and_not_with_every_pull(feed: Feed) -> None:
    feed.say(alarm(1), retain=True)
    (delivery,) = feed.got()
    assert len(rows(delivery)) == 1
    assert feed.got(Since(seen=feed.seen | {delivery.sha256})) == []


def test_unknown_fields_and_a_clock_that_runs_ahead_are_noted(feed: Feed) -> None:
    feed.say({**alarm(1), "extra": 1, "raisedAt": "2099-01-01T00:00:00+08:00"})
    (delivery,) = feed.got()
    assert failed(delivery, "no_unknown_columns") == "extra"
    assert "after it came" in failed(delivery, "clock_agrees")
    feed.say(alarm(2))
    delivery = feed.got(Since(seen=feed.seen | {delivery.sha256}))[0]
    assert failed(delivery, "no_unknown_columns") == failed(delivery, "clock_agrees") == ""


def test_a_session_the_broker_forgot_is_said(feed: Feed) -> None:
    feed.server.forget(feed.silo)
    feed.say(alarm(1))  # lost: nobody was listening
    assert feed.got() == []
    feed.say(alarm(2))
    (delivery,) = feed.got()
    assert [r["alarm_no"] for r in rows(delivery)] == ["A2"]
    assert "nothing is known of the time from" in failed(delivery, "session_kept")
    feed.say(alarm(3))
    (delivery,) = feed.got(Since(seen=feed.seen | {delivery.sha256}))
    assert failed(delivery, "session_kept") == ""


def test_a_redelivery_after_a_kill_before_the_acknowledgement_is_in_the_spool_twice_and_not_lost(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.say(*(alarm(n) for n in range(5)))
    with monkeypatch.context() as m:
        m.setattr(paho.Client, "ack", lambda *_: 0)
        (first,) = feed.got()
    second = feed.got(Since(seen=feed.seen | {first.sha256}))[0]
    assert [r["alarm_no"] for r in rows(first)] == [r["alarm_no"] for r in rows(second)] == [f"A{n}" for n in range(5)]


def test_nothing_is_acknowledged_before_it_is_synced(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    events = []
    sync, ack = os.fsync, paho.Client.ack
    monkeypatch.setattr(os, "fsync", lambda fd: (events.append("sync"), sync(fd))[1])
    monkeypatch.setattr(paho.Client, "ack", lambda self, mid, qos: (events.append("ack"), ack(self, mid, qos))[1])
    feed.say(*(alarm(n) for n in range(20)))
    feed.got()
    assert events.count("ack") == 20
    assert events[0] == "sync"


DRAIN = """
import json, sys, time
from pathlib import Path
from pipelines.connectors.mqtt.broker import drain
from pipelines.connectors.mqtt.spool import Spool
connection = json.loads(sys.argv[1])
add = Spool.add
def slow(self, *words):
    add(self, *words)
    time.sleep(0.002)
Spool.add = slow
spool = Spool(Path(connection["spool"]) / "mqtt", "s", lambda: connection["vault_keys"])
drain("s/t", connection, spool, connection["topics"])
"""


@pytest.mark.parametrize("after", [0.35, 0.6, 0.9])
def test_a_kill_in_the_middle_of_a_drain_loses_nothing(feed: Feed, after: float) -> None:
    feed.say(*(alarm(n) for n in range(400)))
    worker = subprocess.Popen(
        [sys.executable, "-c", DRAIN, json.dumps(feed.connection)], env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    spool = Path(feed.connection["spool"]) / "mqtt"
    until = time.monotonic() + 20
    while not list(spool.glob("*.part")) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    came = [r["alarm_no"] for d in feed.got() for r in rows(d)]
    assert set(came) == {f"A{n}" for n in range(400)}
    assert list(spool.glob("*.part")) == []


PERSON = {"alarmNo": "A1", "raisedAt": "2026-07-01 08:00:00", "note": "报警人王小村 13812345678 33062119850712101X"}


def in_clear(folder: Path) -> list[str]:
    """Return the files that show something of what was said, packed ones too."""
    found = []
    for path in folder.iterdir():
        data = path.read_bytes()
        for start in (i for i in range(len(data) - 2) if data[i : i + 2] == b"\x1f\x8b"):
            with contextlib.suppress(OSError, EOFError, zlib.error):
                data += gzip.decompress(data[start:])
        if any(w in data for w in (b"13812345678", b"33062119850712101X", "王小村".encode(), b"alarmNo")):
            found.append(path.name)
    return found


def test_nothing_of_a_payload_lies_on_the_disk_in_clear(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    close = Spool.close

    def looks(self: Spool) -> None:
        self.flush()
        seen.extend(p.name for p in self.folder.glob("*.part"))
        assert in_clear(self.folder) == [], "while it is being drained"
        close(self)

    monkeypatch.setattr(Spool, "close", looks)
    feed.say(PERSON, "13812345678 王小村")
    (delivery,) = feed.got()
    assert [r["alarm_no"] for r in rows(delivery)] == ["A1", None]
    assert seen
    assert in_clear(feed.folder) == []
    (feed.folder / "plain.jsonl.gz").write_bytes(b"x" + gzip.compress(b"13812345678"))
    assert in_clear(feed.folder) == ["plain.jsonl.gz"], "the search sees what lies there in clear, packed or not"


def test_what_an_older_version_left_in_clear_is_sealed_by_the_next_drain(feed: Feed) -> None:
    line = json.dumps({"n": 1, "topic": f"{feed.silo}/alarm/d1", "at": "2026-07-01T00:00:00+00:00",
                       "text": json.dumps(PERSON, ensure_ascii=False)}, ensure_ascii=False) + "\n"  # fmt: skip
    digest = hashlib.sha256(line.encode()).hexdigest()
    (feed.folder / f"000900-{digest}.jsonl.gz").write_bytes(gzip.compress(line.encode(), 1, mtime=0))
    about = {"messages": 1, "topics": {f"{feed.silo}/alarm/d1": 1}, "first": "", "last": "", "lost_since": None}
    (feed.folder / "000900.json").write_text(json.dumps(about), encoding="utf-8")
    (delivery,) = feed.got()
    assert delivery.sha256 == digest, "what has landed stays known"
    assert [r["alarm_no"] for r in rows(delivery)] == ["A1"]
    assert in_clear(feed.folder) == []
    feed.say(alarm(2))
    assert [d.name for d in feed.got(Since(seen=feed.seen | {digest}))] == ["messages 000901"]


def test_a_part_that_ends_anywhere_gives_its_whole_messages(feed: Feed, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "torn", feed.silo, lambda: [KEY])
    ends = [0]
    for n in range(3):
        spool.add("t", json.dumps(alarm(n)).encode(), False)
        spool.flush()
        ends.append((tmp_path / "torn" / "000001.part").stat().st_size)
    whole = (tmp_path / "torn" / "000001.part").read_bytes()
    for size in [*range(40), *range(ends[1] - 3, len(whole))]:
        (tmp_path / "torn" / "000001.part").write_bytes(whole[:size])
        again = Spool(tmp_path / "torn", feed.silo, lambda: [KEY])
        again.recover()
        segments = again.segments()
        assert sum(s.about["messages"] for s in segments) == sum(e <= size for e in ends[1:])
        assert sum(len(list(s.messages())) for s in segments) == sum(e <= size for e in ends[1:])
        for path in (tmp_path / "torn").iterdir():
            path.unlink()


def test_a_changed_segment_or_a_missing_key_is_said(feed: Feed) -> None:
    feed.say(alarm(1))
    (delivery,) = feed.got()
    (path,) = [p for p in feed.folder.glob("*.sealed") if delivery.sha256 in p.name]
    with pytest.raises(AnlanError, match="key that is not here"):
        list(next(s for s in feed.spool("6b" * 32).segments() if s.path == path).messages())
    whole = path.read_bytes()
    path.write_bytes(whole[:-60] + bytes([whole[-60] ^ 1]) + whole[-59:])
    with pytest.raises(AnlanError, match="changed after it was sealed"):
        feed.got()
    with pytest.raises(SourceError, match="no vault key"):
        feed.got(vault_keys=None)


def test_every_message_of_a_thousand_minutes_of_rain_comes_back_from_the_sealed_spool(tmp_path: Path) -> None:
    """Ten minutes of rain of 60 stations, a hundred times over."""
    spool = Spool(tmp_path / "mqtt", "weather", lambda: [KEY])
    for n in range(6000):
        spool.add("weather/s1/rain", json.dumps({"stcd": "63302100", "tm": n, "drp": "0.5"}).encode(), False)
    spool.close()
    (segment,) = spool.segments()
    assert [json.loads(m.payload)["tm"] for m in segment.messages()] == list(range(6000))


def test_a_torn_last_line_is_dropped_because_it_comes_again(feed: Feed) -> None:
    spool = feed.folder
    whole = json.dumps({"n": 1, "topic": f"{feed.silo}/alarm/d1", "at": "2026-07-01T00:00:00+00:00",
                        "text": json.dumps(alarm(1))})  # fmt: skip
    (spool / "000900.part").write_text(whole + "\n" + whole[:40], encoding="utf-8")
    (delivery,) = feed.got()
    assert [r["alarm_no"] for r in rows(delivery)] == ["A1"]


def test_a_broker_that_breaks_off_keeps_what_came_and_says_so(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.say(*(alarm(n) for n in range(10)))
    step = broker.Feed.step

    def breaks(self: Any, seconds: float) -> bool:
        alive = step(self, seconds)
        return alive and not list(Path(feed.connection["spool"]).glob("mqtt/*.part"))

    with monkeypatch.context() as m:
        m.setattr(broker.Feed, "step", breaks)
        contract, table = feed.made()
        found, told = [], None
        try:
            for d in mqtt.deliveries(contract, table, feed.connection, Since(seen=feed.seen)):
                found += rows(d)
        except SourceError as e:
            told = e
    assert told is not None
    assert "broke the connection" in told.what
    assert found, "what came before is delivered"
    healed = [r["alarm_no"] for d in feed.got() for r in rows(d)]
    assert set(healed) == {f"A{n}" for n in range(10)}


def test_a_broker_that_does_not_run_or_refuses_us_says_so(feed: Feed) -> None:
    with pytest.raises(SourceError) as e:
        feed.got(port=9)
    assert "does not answer" in e.value.what
    with pytest.raises(SourceError) as e:
        feed.got(password="wrong")
    assert "refuses the login" in e.value.what
    assert "wrong" not in str(e.value)
    with pytest.raises(SourceError) as e:
        feed.got(client_id="")
    assert "client_id" in e.value.what


def test_a_topic_the_broker_does_not_grant_is_named(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.reasoncodes import ReasonCode

    step = broker.Feed.step

    def denies(self: Any, seconds: float) -> bool:
        alive = step(self, seconds)
        if self.granted:
            self.granted = [ReasonCode(PacketTypes.SUBACK, identifier=0x80)]
        return alive

    monkeypatch.setattr(broker.Feed, "step", denies)
    with pytest.raises(SourceError) as e:
        feed.got(topics=["police/#"])
    assert "police/#" in e.value.seen


def test_a_back_fill_reads_the_archive_and_says_that_a_feed_cannot_be_read_again(feed: Feed) -> None:
    feed.say(alarm(1, 8), alarm(2, 12))
    (landed,) = feed.got()
    morning = (datetime(2026, 7, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, 5, tzinfo=UTC))
    (delivery,) = feed.got(Since(seen=feed.seen | {landed.sha256}, window=morning))
    assert [r["alarm_no"] for r in rows(delivery)] == ["A2"]
    assert "cannot be read again" in delivery.detail["note"]
    with pytest.raises(SourceError) as e:
        feed.got(Since(window=(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))))
    assert "cannot be read again" in e.value.what
    assert "as a file" in e.value.do


def test_a_sample_leaves_the_messages_at_the_broker(feed: Feed) -> None:
    feed.say(alarm(1), "{")
    contract, table = feed.made()
    sample = mqtt.check(contract, table, feed.connection)
    assert sample.columns == ["alarmNo", "raisedAt", "detail"]
    assert sample.rows[0]["alarmNo"] == "A1"
    assert any("broken" in n for n in sample.notes)
    (delivery,) = feed.got()
    assert len(rows(delivery)) == 2


def test_the_spool_is_for_its_owner_only(feed: Feed) -> None:
    spool = Path(feed.connection["spool"]) / "mqtt"
    assert spool.stat().st_mode & 0o077 == 0
    assert [p.name for p in spool.iterdir() if p.stat().st_mode & 0o077] == []
