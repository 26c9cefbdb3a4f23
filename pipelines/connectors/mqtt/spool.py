"""The spool: every message a broker gave us, on our disk before the broker is told that we have it.

A drain writes ``<n>.part``; flushed and synced lines may be acknowledged. Closed, it becomes a segment
``<n>-<sha256>.jsonl.gz`` that never changes, with ``<n>.json`` beside it: how many messages of which topics, and
whether the broker had forgotten us before. Segments are the archive that a back-fill reads. What a killed drain
left in a ``.part`` is closed by the next one; a torn last line was never acknowledged and comes again.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MAX_MESSAGES = 50_000  # of one segment; a longer drain fills several
MAX_BYTES = 64 << 20  # of their payloads
_SESSION = "session.json"


@dataclass(frozen=True)
class Message:
    """One message as it came: its place in the segment from 1, and when we received it."""

    number: int
    topic: str
    payload: bytes
    received_at: datetime
    is_retained: bool


@dataclass(frozen=True)
class Segment:
    """One closed run of messages."""

    path: Path
    number: int
    sha256: str
    about: dict[str, Any]

    @property
    def name(self) -> str:
        """What a row's file is called."""
        return f"{self.number:06d}"

    def messages(self) -> Iterator[Message]:
        """Yield the messages in the order they came."""
        with gzip.open(self.path, "rt", encoding="utf-8") as f:
            for line in f:
                m = json.loads(line)
                payload = m["text"].encode() if "text" in m else base64.b64decode(m["bytes"])
                yield Message(
                    m["n"], m["topic"], payload, datetime.fromisoformat(m["at"]), bool(m.get("retain", False))
                )


class Spool:
    """The folder of one subscription, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: Any = None
        self._part = Path()
        self._reset()

    def _reset(self) -> None:
        self._count = self._bytes = 0

    def session(self) -> dict[str, Any]:
        """Return what is remembered of the session at the broker; empty before the first drain."""
        path = self.folder / _SESSION
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def remember(self, **values: Any) -> None:
        """Keep facts about the session."""
        _write(self.folder / _SESSION, json.dumps({**self.session(), **values}, ensure_ascii=False).encode())

    def recover(self) -> None:
        """Close what a killed drain left behind."""
        for part in sorted(self.folder.glob("*.part")):
            data = part.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            self._close(part, whole)
        for draft in self.folder.glob("*.draft"):
            draft.unlink()

    def add(self, topic: str, payload: bytes, retain: bool) -> None:
        """Write one message; it is safe only after ``flush``."""
        if self._file is None:
            # never appended to: a torn line of a killed drain must stay the last
            number = 1 + max((int(p.name[:6]) for p in self.folder.glob("*.jsonl.gz")), default=0)
            self._part = self.folder / f"{number:06d}.part"
            self._file = os.fdopen(os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self._count += 1
        self._bytes += len(payload)
        line: dict[str, Any] = {"n": self._count, "topic": topic, "at": datetime.now(UTC).isoformat()}
        try:
            line["text"] = payload.decode("utf-8")
        except UnicodeDecodeError:
            line["bytes"] = base64.b64encode(payload).decode("ascii")
        if retain:
            line["retain"] = True
        self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")

    def flush(self) -> None:
        """Bring everything written to the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    @property
    def is_full(self) -> bool:
        """Say whether the open segment has reached its size."""
        return self._count >= MAX_MESSAGES or self._bytes >= MAX_BYTES

    def close(self) -> None:
        """Turn what was written into a segment."""
        if self._file is None:
            return
        self.flush()
        self._file.close()
        self._file = None
        self._close(self._part, self._part.read_bytes())
        self._reset()

    def _close(self, part: Path, data: bytes) -> None:
        if data:
            topics: Counter[str] = Counter()
            first = last = ""
            for line in data.splitlines():
                m = json.loads(line)
                topics[m["topic"]] += 1
                first, last = first or m["at"], m["at"]
            lost = self.session().get("lost_since")
            about = {"messages": topics.total(), "topics": topics, "first": first, "last": last, "lost_since": lost}
            number = part.name.split(".")[0]
            _write(self.folder / f"{number}.json", json.dumps(about, ensure_ascii=False).encode())
            digest = hashlib.sha256(data).hexdigest()
            _write(self.folder / f"{number}-{digest}.jsonl.gz", gzip.compress(data, 1, mtime=0))
            if lost:
                self.remember(lost_since=None)
        part.unlink()

    def segments(self) -> list[Segment]:
        """Return the closed segments, oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.jsonl.gz")):
            number, digest = path.name.removesuffix(".jsonl.gz").split("-")
            about = json.loads((self.folder / f"{number}.json").read_text(encoding="utf-8"))
            found.append(Segment(path, int(number), digest, about))
        return found


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
