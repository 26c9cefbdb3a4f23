"""Draining a session: what the broker kept for us goes into the spool, and only then is it acknowledged.

The broker keeps a session by our client id while we are away and sends again what we did not acknowledge, so a
kill at any moment loses nothing; what comes twice is a duplicate at the door.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from pipelines.connectors.mqtt.spool import Spool
from pipelines.errors import SourceError

IDLE_SECONDS = 0.6  # without a message: then the session is drained
MAX_SECONDS = 300.0  # of one pull; a feed that never pauses is taken up again by the next
_AT_ONCE = 500  # messages synced together
_QUIET = 0.005  # seconds without a packet: the broker waits for our acknowledgements


class Feed:
    """One connection to the broker with acknowledgement by hand."""

    def __init__(self, where: str, connection: dict[str, Any], take: Callable[[Any], None]) -> None:
        missing = [n for n in ("host", "client_id") if not connection.get(n)]
        if missing:
            raise SourceError(
                where, f"the connection does not say {', '.join(missing)}", seen=f"it says {', '.join(sorted(connection))}",
                do="complete the silo's entry in the connections file",
            )  # fmt: skip
        self.where, self.connection = where, connection
        self.at = f"{connection['host']}:{connection.get('port', 1883)}"
        self.reason: Any = None
        self.has_session = False
        self.granted: list[Any] | None = None
        self.is_up = False
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, str(connection["client_id"]), clean_session=False, manual_ack=True,
            reconnect_on_failure=False,
        )  # fmt: skip
        self.client.connect_timeout = float(connection.get("timeout", 20))
        if connection.get("username"):
            self.client.username_pw_set(str(connection["username"]), str(connection.get("password", "")))
        if connection.get("tls"):
            self.client.tls_set(connection.get("ca_file"))
        self.client.on_connect = self._connected
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: setattr(self, "granted", codes)
        self.client.on_disconnect = lambda *_: setattr(self, "is_up", False)
        self.client.on_message = lambda _c, _u, message: take(message)

    def _connected(self, _client: Any, _user: Any, flags: Any, reason: Any, _properties: Any) -> None:
        self.reason, self.has_session, self.is_up = reason, flags.session_present, not reason.is_failure

    def open(self) -> None:
        """Connect.

        Raises:
            SourceError: no answer, or the broker does not let us in.

        """
        try:
            self.client.connect(str(self.connection["host"]), int(self.connection.get("port", 1883)), keepalive=60)
        except (OSError, ValueError) as e:
            raise self.error(
                "the broker does not answer", str(e), "run again later; if it stays, ask the owner whether it runs"
            ) from e
        until = time.monotonic() + float(self.connection.get("timeout", 20))
        while self.reason is None and time.monotonic() < until:
            if self.client.loop(0.1) != paho.MQTT_ERR_SUCCESS:
                break
        if not self.is_up:
            said = str(self.reason) if self.reason is not None else "nothing"
            refused = "authori" in said.lower() or "password" in said.lower()
            raise self.error(
                "the broker refuses the login" if refused else "the broker does not let us in", f"it said: {said}",
                "ask the owner whether the password has expired; then correct the connection" if refused
                else "run again later; if it stays, ask the owner",
            )  # fmt: skip

    def subscribe(self, topics: list[str]) -> None:
        """Subscribe with QoS 1.

        Raises:
            SourceError: the broker grants one of the topics not.

        """
        self.granted = None
        self.client.subscribe([(t, 1) for t in topics])
        until = time.monotonic() + 10
        while self.granted is None and time.monotonic() < until and self.step(0.1):
            pass
        bad = [t for t, code in zip(topics, self.granted or [None] * len(topics), strict=True)
               if code is None or code.is_failure]  # fmt: skip
        if bad:
            raise self.error(
                "the broker does not give us the topic", ", ".join(bad), "ask the owner for the right to read it"
            )

    def step(self, seconds: float) -> bool:
        """Handle what comes within ``seconds``; False once the connection is gone."""
        return self.client.loop(seconds) == paho.MQTT_ERR_SUCCESS and self.is_up

    def close(self) -> None:
        """Say goodbye; the session stays at the broker."""
        self.client.on_message = None
        with suppress(OSError, ValueError):
            self.client.disconnect()
            self.client.loop(0.05)

    def error(self, what: str, seen: str, do: str) -> SourceError:
        """Return a fault of this feed."""
        return SourceError(self.where, f"MQTT: {what}", seen=f"{self.at}: {seen}"[:200], do=do)


def drain(where: str, connection: dict[str, Any], spool: Spool, topics: list[str]) -> int:
    """Bring what the broker kept for us into the spool and return how many messages came.

    Raises:
        SourceError: the broker cannot be reached, refuses us, or broke off; what came before is kept.

    """
    pending: list[tuple[int, int]] = []
    count = 0

    def take(message: Any) -> None:
        nonlocal count
        spool.add(message.topic, message.payload, message.retain)
        pending.append((message.mid, message.qos))
        count += 1

    spool.recover()
    feed = Feed(where, connection, take)
    feed.open()
    idle = float(connection.get("idle_seconds", IDLE_SECONDS))

    def settle() -> None:
        spool.flush()
        for mid, qos in pending:
            feed.client.ack(mid, qos)
        pending.clear()

    try:
        _greet(feed, spool, topics)
        started = last = time.monotonic()
        while True:
            before = count
            alive = feed.step(_QUIET if pending else 0.1)
            if count > before:
                last = time.monotonic()
            if not alive:
                spool.flush()  # not acknowledged: these come again
                raise feed.error(
                    "the broker broke the connection", f"after {count} message(s)",
                    "run again: what was not acknowledged comes again",
                )  # fmt: skip
            if pending and (count == before or len(pending) >= _AT_ONCE):
                settle()
                if spool.is_full:
                    spool.close()
            if time.monotonic() - last > idle or time.monotonic() - started > MAX_SECONDS:
                settle()
                break
        spool.remember(drained_at=_now())
    finally:
        feed.close()
        spool.close()
    return count


def _greet(feed: Feed, spool: Spool, topics: list[str]) -> None:
    """Subscribe where the broker does not know our subscription; note where it should have known it."""
    known = spool.session()
    if known.get("drained_at") and not feed.has_session:
        spool.remember(lost_since=known.get("lost_since") or known["drained_at"])
    if not feed.has_session or known.get("topics") != topics:
        # a session that is known sends no retained messages again
        feed.subscribe(topics)
        spool.remember(topics=topics, client_id=feed.connection["client_id"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def peek(where: str, connection: dict[str, Any], topics: list[str], count: int, seconds: float) -> list[Any]:
    """Return some messages without acknowledging any: the broker sends them again at the next drain.

    Raises:
        SourceError: as for ``drain``.

    """
    found: list[Any] = []
    feed = Feed(where, connection, found.append)
    feed.open()
    try:
        if not feed.has_session:
            feed.subscribe(topics)
        until = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < until and feed.step(0.1):
            pass
    finally:
        feed.close()
    return found[:count]
