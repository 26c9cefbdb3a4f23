"""Message feeds (MQTT 3.1.1): alarms and readings that a department says once, as they happen.

A pull drains the session the broker keeps for our client id (QoS 1) into the spool and reads from there, so one
drain serves all tables of a silo. A segment of the spool is one delivery.

``source:`` is a topic filter (``fire/alarms``, ``weather/+/rain``), or a mapping:

* ``topic``: the filter;
* ``rows``: path of the list inside the payload (``data.items``); else the payload is one object or a list of objects;
* ``time``: the field with a message's own time; else the source of the contract's watermark or valid column.

A column's ``source`` is a field (``a.b`` reaches into objects), ``@topic`` (the whole topic), ``@topic/2`` (its second
level), ``@payload``, ``@received_at``. Rows of a delivery are ordered by their own time, whatever order the messages
took. A payload that cannot be read is a row with a fault, never a lost message.

Connection: ``host``, ``port`` (1883), ``client_id`` (names the session: one per silo, never shared), ``username``,
``password``, ``tls``, ``ca_file``, ``topics`` (what to subscribe to, where that is not the tables' own filters),
``idle_seconds`` (0.6).

A feed cannot be asked again for what it said. A back-fill reads the spool's archive and says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from paho.mqtt.client import topic_matches_sub

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Sample, Since, Slice
from pipelines.connectors.mqtt.broker import drain, peek
from pipelines.connectors.mqtt.spool import Message, Segment, Spool
from pipelines.contract import Contract, Table
from pipelines.errors import SourceError

MAX_PAYLOAD = 4 << 20  # bytes of one message that is taken apart
_RAW = 300  # characters of a broken payload that its refusal shows
_SKEW_SECONDS = 300


def deliveries(contract: Contract, table: Table, connection: dict[str, Any], since: Since) -> Iterator[Delivery]:
    """Yield one delivery per segment of the spool that has messages of ``table`` and has not landed.

    Raises:
        SourceError: the broker cannot be reached or refuses us; what is in the spool is delivered first. In a
            back-fill: the archive holds nothing of that time.

    """
    job = _Job.of(contract, table)
    spool = _spool(table, connection)
    if since.window:
        yield _archive(job, spool, since.window)
        return
    fault: SourceError | None = None
    try:
        drain(table.id, connection, spool, _topics(contract, connection))
    except SourceError as e:
        fault = e
    for segment in spool.segments():
        if segment.sha256 not in since.seen and any(job.means(t) for t in segment.about["topics"]):
            yield _delivery(job, segment)
    if fault:
        raise fault


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Return the fields and first rows of what waits at the broker; nothing is acknowledged, so nothing is lost."""
    job = _Job.of(contract, table)
    spool = _spool(table, connection)
    found = peek(table.id, connection, _topics(contract, connection), 200, float(connection.get("sample_seconds", 2)))
    now = datetime.now(UTC)
    messages = [Message(n, m.topic, m.payload, now, m.retain) for n, m in enumerate(found, 1)]
    notes = [f"{len(messages)} message(s) seen and left at the broker"]
    if not any(job.means(m.topic) for m in messages):
        segments = [s for s in spool.segments() if any(job.means(t) for t in s.about["topics"])]
        messages = list(segments[-1].messages()) if segments else messages
        if segments:
            notes.append("the newest messages of the spool are shown")
        elif messages:
            others = sorted({m.topic for m in messages})[:5]
            notes.append(f"none of topic {job.topic}; there are {', '.join(others)}")
    records = [r for m in messages if job.means(m.topic) for r in job.records(m)]
    rows = [r.value for r in records if r.value is not None]
    notes += [f"broken payload: {r.fault}" for r in records if r.fault][:3]
    columns = list(dict.fromkeys(k for r in rows for k in r))
    shown = [{c: _text(r.get(c)) for c in columns} for r in rows[:SAMPLE_ROWS]]
    return Sample(columns, None, shown, None, notes)


def _spool(table: Table, connection: dict[str, Any]) -> Spool:
    if not connection.get("spool"):
        raise SourceError(
            table.id, "the connection does not say spool", do="name a folder for the messages on their way"
        )
    lines = connection.get("vault_keys")
    if lines is None:
        raise SourceError(table.id, "there is no vault key to seal messages with", do="see docs/operations.md, Vault")
    return Spool(Path(connection["spool"]) / "mqtt", table.silo, lines if callable(lines) else lambda: list(lines))


def _topics(contract: Contract, connection: dict[str, Any]) -> list[str]:
    if connection.get("topics"):
        return sorted(connection["topics"])
    return sorted({_topic(t.source) for t in contract.tables.values() if t.protocol == "mqtt"})


def _topic(source: Any) -> str:
    return str(source["topic"] if isinstance(source, dict) else source)


@dataclass(frozen=True)
class _Record:
    """One row to be: its value, or why there is none."""

    message: Message
    value: dict[str, Any] | None
    fault: str | None = None


@dataclass(frozen=True)
class _Job:
    """What is the same for all segments of one table."""

    contract: Contract
    table: Table
    topic: str
    rows: tuple[str, ...]
    time: str | None
    zone: ZoneInfo
    hides: bool
    known: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, contract: Contract, table: Table) -> _Job:
        source = table.source if isinstance(table.source, dict) else {}
        own = table.columns.get(table.watermark or table.valid_column or table.period_column or "")
        zone = own.time_zone if own is not None and own.time_zone else contract.time_zone
        return cls(
            contract, table, _topic(table.source), tuple(filter(None, str(source.get("rows", "")).split("."))),
            source.get("time") or (own.source if own is not None else None), ZoneInfo(zone),
            any(c.is_personal for c in table.columns.values()),
            frozenset(c.source.split(".")[0] for c in table.columns.values()),
        )  # fmt: skip

    def means(self, topic: str) -> bool:
        """Say whether a message of ``topic`` belongs to the table."""
        return topic_matches_sub(self.topic, topic)

    def records(self, message: Message) -> list[_Record]:
        """Take a message apart; what cannot be read is one record with a fault."""
        if len(message.payload) > MAX_PAYLOAD:
            return [self._broken(message, f"the payload has {len(message.payload):,} bytes, limit {MAX_PAYLOAD:,}")]
        try:
            value = json.loads(message.payload, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            return [self._broken(message, "the payload is no JSON")]
        for step in self.rows:
            value = value.get(step) if isinstance(value, dict) else None
        values = value if isinstance(value, list) else [value]
        return [
            _Record(message, v) if isinstance(v, dict) else self._broken(message, "the payload holds no object")
            for v in values
        ]

    def _broken(self, message: Message, what: str) -> _Record:
        if self.hides:  # a payload of this table may hold people
            return _Record(message, None, f"{what} ({len(message.payload):,} bytes, kept in the spool)")
        return _Record(message, None, f"{what}: {message.payload[: _RAW * 4].decode('utf-8', 'replace')[:_RAW]}")

    def own_time(self, record: _Record) -> datetime | None:
        """Return a record's own time; None where it has none that can be told."""
        text = _text(_reach(record.value or {}, self.time)) if self.time else None
        if not text:
            return None
        try:
            if re.fullmatch(r"[0-9]{10}([0-9]{3})?", text):
                return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
            found = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            return None
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def cell(self, record: _Record, source: str) -> str | None:
        """Return one column's text."""
        if not source.startswith("@"):
            return _text(_reach(record.value, source)) if record.value is not None else None
        message = record.message
        if source.startswith("@topic/"):
            levels = message.topic.split("/")
            n = int(source[len("@topic/") :])
            return levels[n - 1] if 0 < n <= len(levels) else None
        if source == "@payload":
            return message.payload.decode("utf-8", "replace")
        return {"@topic": message.topic, "@received_at": message.received_at.isoformat()}.get(source)


def _reach(value: dict[str, Any], path: str | None) -> Any:
    if path is None or path in value:
        return value.get(path or "")
    found: Any = value
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _numbered(job: _Job, segment: Segment) -> list[tuple[int, _Record]]:
    """Return the table's records with their place among all records of the segment, in the order of their own time."""
    found: list[tuple[int, _Record]] = []
    number = 0
    for message in segment.messages():
        if not job.means(message.topic):
            number += 1
            continue
        for record in job.records(message):
            number += 1
            found.append((number, record))
    return found


def _slice(job: _Job, segment: Segment, records: list[tuple[int, _Record]]) -> Slice:
    columns = {
        c.name: pa.array([job.cell(r, c.source) for _, r in records], pa.string()) for c in job.table.columns.values()
    }
    faults = [r.fault for _, r in records]
    return Slice(
        segment.name, "", pa.array([n for n, _ in records], pa.int64()), pa.table(columns),
        pa.array(faults, pa.string()) if any(faults) else None,
    )  # fmt: skip


def _delivery(job: _Job, segment: Segment) -> Delivery:
    records = _numbered(job, segment)
    times = [job.own_time(r) for _, r in records]
    keys = [t or r.message.received_at for t, (_, r) in zip(times, records, strict=True)]
    order = sorted(range(len(records)), key=keys.__getitem__)
    moved = sum(a > b for a, b in pairwise(keys))
    detail = {
        "topic": job.topic, "messages": segment.about["messages"], "first": segment.about["first"],
        "last": segment.about["last"], "out_of_order": moved, "broken": sum(r.fault is not None for _, r in records),
    }  # fmt: skip
    return Delivery(
        "messages", f"messages {segment.name}", iter([_slice(job, segment, [records[i] for i in order])]), detail,
        segment.sha256, len(records), checks=_checks(job, segment, records, times),
    )  # fmt: skip


def _checks(
    job: _Job, segment: Segment, records: list[tuple[int, _Record]], times: Iterable[datetime | None]
) -> list[dict[str, Any]]:
    head = f"{job.table.silo}.{job.table.name}"
    extra = sorted({k for _, r in records for k in (r.value or {})} - job.known)
    ahead = max(
        ((t - r.message.received_at).total_seconds() for t, (_, r) in zip(times, records, strict=True) if t),
        default=0.0,
    )
    skewed = ahead > _SKEW_SECONDS
    lost = segment.about.get("lost_since")
    frame = {"scope": "batch", "severity": "warning", "checked": 1}
    return [
        frame | {
            "rule": f"{head}.no_unknown_columns", "failed": int(bool(extra)), "seen": ", ".join(extra)[:500],
            "reason_zh": "来源多出契约之外的列", "reason_en": "the source sends columns the contract does not name",
        },
        frame | {
            "rule": f"{head}.clock_agrees", "failed": int(skewed),
            "seen": f"a message is dated {ahead:,.0f} seconds after it came" if skewed else "",
            "reason_zh": "来源服务器的时钟与我方相差五分钟以上", "reason_en": "the source's clock is more than five minutes from ours",
        },
        frame | {
            "rule": f"{head}.session_kept", "failed": int(bool(lost)),
            "seen": f"nothing is known of the time from {lost} to {segment.about['first']}" if lost else "",
            "reason_zh": "消息服务器已忘记我方会话，其间的消息可能丢失",
            "reason_en": "the broker had forgotten our session; messages in between may be lost",
        },
    ]  # fmt: skip


def _archive(job: _Job, spool: Spool, window: tuple[datetime, datetime]) -> Delivery:
    """Return what the spool holds of a time; a feed cannot be asked again."""
    segments = [s for s in spool.segments() if any(job.means(t) for t in s.about["topics"])]

    def inside(segment: Segment) -> list[tuple[int, _Record]]:
        found = []
        for number, record in _numbered(job, segment):
            at = job.own_time(record) or record.message.received_at
            if window[0] <= at < window[1]:
                found.append((number, record))
        return sorted(found, key=lambda f: job.own_time(f[1]) or f[1].message.received_at)

    span = f"{window[0]:%Y-%m-%d} to {window[1]:%Y-%m-%d}"
    first = next((s for s in segments if inside(s)), None)
    if first is None:
        held = f"from {segments[0].about['first'][:10]} to {segments[-1].about['last'][:10]}" if segments else "nothing"
        raise SourceError(
            job.table.id, f"a message feed cannot be read again, and our archive holds nothing of {span}",
            seen=f"the archive holds what was received {held}" if segments else "the archive is empty",
            do="ask the owner for the data of that time as a file, and land it by a contract of its own",
        )  # fmt: skip
    slices = (_slice(job, s, found) for s in segments if (found := inside(s)))
    detail = {
        "topic": job.topic,
        "note": "a feed cannot be read again: this comes from the archive of what we received",
    }
    return Delivery("messages", f"archive {span}", slices, detail)
