"""The departments' message broker: Debian's mosquitto, one login per silo, sessions that outlive a connection.

A feed cannot be asked for what it said yesterday, so ``load`` first opens the session the reader will come back
to (``client_id``), then lets the department say ``messages.jsonl`` line by line: ``{"topic", "payload", "at"}``,
with ``"retain": true`` where the broker should keep the last word.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from simulator.services.base import ProcessService, ServerError

_INFLIGHT = 1000


class Server(ProcessService):
    """The broker in a process of its own."""

    protocol: ClassVar[str] = "mqtt"

    def words(self, port: int) -> list[str]:
        """Return the command of the broker after writing what it reads at its start."""
        conf = self.own / "mosquitto.conf"
        conf.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {self.own / 'passwords'}\n"
            f"acl_file {self.own / 'rights'}\npersistence true\npersistence_location {self.own}/\n"
            f"autosave_interval 60\nmax_queued_messages 0\nmax_inflight_messages {_INFLIGHT}\n"
            "user root\nset_tcp_nodelay true\nlog_dest stderr\nlog_type error\nlog_type warning\n",
            encoding="utf-8",
        )
        return [_program("mosquitto"), "-c", str(conf)]

    def prepare(self) -> None:
        """Write the logins of all silos that are published: the broker reads them when it starts."""
        self._write_logins({p.parent.name: _topics(p) for p in sorted(self.folder.glob("*/messages.jsonl"))})

    def load(self, silos: list[str]) -> None:
        """Open every silo's session and say its messages."""
        known = self.state.read().get("mqtt_topics", {})
        if any(known.get(silo) != _topics(self.folder / silo / "messages.jsonl") for silo in silos):
            self.stop()
            self.start()
        for silo in silos:
            path = self.folder / silo / "messages.jsonl"
            heard = self.state.read().get("mqtt_heard", {})
            count, mark = heard.get(silo, [0, ""])
            if not count or _mark(path, count) != mark:
                # another past: the reader begins anew
                self.forget(silo)
                self.register(silo)
                count = 0
            self.say(islice(_messages(path), count, None))
            total = sum(1 for _ in _messages(path))
            self.state.update(mqtt_heard={**heard, silo: [total, _mark(path, total)]})

    def register(self, silo: str) -> None:
        """Open the reader's session, so that the broker keeps what is said while nobody listens."""
        with self._line(silo, clean=False) as line:
            line.subscribe(self.state.read()["mqtt_topics"][silo])

    def forget(self, silo: str) -> None:
        """Let the broker forget the reader's session and all it kept for it."""
        with self._line(silo, clean=True):
            pass

    def say(self, messages: Iterable[dict[str, Any]]) -> int:
        """Publish messages in their order with QoS 1 and return how many."""
        said = 0
        with self._line("", clean=True) as line:
            for message in messages:
                payload = message["payload"]
                if not isinstance(payload, str | bytes):
                    payload = json.dumps(payload, ensure_ascii=False)
                line.publish(message["topic"], payload, bool(message.get("retain")))
                said += 1
        return said

    def connection(self, silo: str) -> dict[str, Any]:
        """Return what a connections file says of a silo's feed."""
        now = self.state.read()
        at = {"host": "127.0.0.1", "port": now["mqtt_port"], "client_id": f"anlan-{silo}"}
        return at | self._login(silo) | {"topics": now["mqtt_topics"][silo]}

    def _line(self, silo: str, clean: bool) -> _Line:
        client_id = f"anlan-{silo}" if silo else "department"
        return _Line(self.state.read()["mqtt_port"], self._login(silo), client_id, clean)

    def _login(self, silo: str) -> dict[str, str]:
        secret = self.state.secret(f"mqtt_secret_{silo or 'owner'}", 12)
        return {"username": f"{silo}_reader" if silo else "owner", "password": secret}

    def _write_logins(self, topics: dict[str, list[str]]) -> None:
        logins = {silo: self._login(silo) for silo in ("", *topics)}
        _private(self.own / "passwords", "".join(f"{k['username']}:{k['password']}\n" for k in logins.values()))
        done = subprocess.run(
            [_program("mosquitto_passwd"), "-U", str(self.own / "passwords")],
            capture_output=True, check=False, text=True,
        )  # fmt: skip
        if done.returncode:
            raise ServerError(f"mqtt: the passwords cannot be written: {done.stderr.strip()}")
        lines = []
        for silo, login in logins.items():
            rights = [f"topic read {t}" for t in topics[silo]] if silo else ["topic readwrite #"]
            lines += [f"user {login['username']}", *rights]
        _private(self.own / "rights", "\n".join(lines) + "\n")
        self.state.update(mqtt_topics=topics)


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


class _Line:
    """A short connection to the broker; leaving it waits until everything was received."""

    def __init__(self, port: int | None, login: dict[str, Any], client_id: str, clean: bool) -> None:
        import paho.mqtt.client as paho

        self.waits: list[Any] = []
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id, clean_session=clean)
        self.client.username_pw_set(login["username"], login["password"])
        self.client.max_inflight_messages_set(_INFLIGHT)
        self.client.max_queued_messages_set(0)
        self.port, self.known, self.answer = port, set(), None

    def __enter__(self) -> _Line:
        up = threading.Event()
        self.client.on_connect = lambda _c, _u, _f, reason, _p: (setattr(self, "answer", reason), up.set())
        self.client.on_subscribe = lambda _c, _u, mid, _r, _p: self.known.add(mid)
        self.client.connect("127.0.0.1", int(self.port or 0))
        self.client.loop_start()
        if not up.wait(10) or getattr(self.answer, "is_failure", True):
            raise ServerError(f"mqtt: the broker does not let {self.client.username} in: {self.answer}")
        return self

    def subscribe(self, topics: list[str]) -> None:
        """Subscribe with QoS 1 and wait for the broker's word."""
        _, mid = self.client.subscribe([(t, 1) for t in topics])
        until = time.monotonic() + 10
        while mid not in self.known and time.monotonic() < until:
            time.sleep(0.01)

    def publish(self, topic: str, payload: str | bytes, retain: bool) -> None:
        """Say one message; every so often wait until the broker has it."""
        self.waits.append(self.client.publish(topic, payload, qos=1, retain=retain))
        if len(self.waits) >= 5000:
            self.waits[-1].wait_for_publish(60)
            self.waits.clear()

    def __exit__(self, *_: object) -> None:
        for wait in self.waits[-1:]:
            wait.wait_for_publish(60)
        self.client.disconnect()
        self.client.loop_stop()


def _messages(path: Path) -> Iterable[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as f:
            yield from (json.loads(line) for line in f if line.strip())


def _mark(path: Path, count: int) -> str:
    """Return a hash of the first ``count`` messages: what was said before, when only more follows."""
    digest = hashlib.sha256()
    if path.exists():
        with path.open("rb") as f:
            for line in islice(f, count):
                digest.update(line)
    return digest.hexdigest()


def _topics(path: Path) -> list[str]:
    """Return one wildcard per first level of what the department says."""
    return sorted({f"{m['topic'].split('/')[0]}/#" for m in _messages(path)})


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerError(f"mqtt: the Debian package mosquitto is not installed ({name}); run make system")
    return found
