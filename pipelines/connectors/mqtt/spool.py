"""The spool: every message a broker gave us, sealed on our disk before the broker is told that we have it.

A drain writes ``<n>.part``; flushed and synced messages may be acknowledged. Closed, it becomes a segment
``<n>-<sha256>.sealed`` that never changes, with ``<n>.json`` beside it: how many messages of which topics, and
whether the broker had forgotten us before. Segments are the archive that a back-fill reads. What a killed drain
left in a ``.part`` is closed by the next one; a torn last message was never acknowledged and comes again.

Both are sealed with the vault key (:mod:`pipelines.sealed`), one frame per message in a part, so nothing of a payload
lies on the disk as it came. The digest in a segment's name is of its messages, not of its bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import sealed
from pipelines.disk import sync

MAX_MESSAGES = 50_000  # of one segment; a longer drain fills several
MAX_BYTES = 64 << 20  # of their payloads
_SESSION = "session.json"
_PIECE = 1 << 20  # bytes of a frame of a segment
_PACKED = ".jsonl.gz"  # what an older version left: the same lines in clear

Keys = Callable[[], dict[str, sealed.Key]]


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
    keys: Keys

    @property
    def name(self) -> str:
        """What a row's file is called."""
        return f"{self.number:06d}"

    def messages(self) -> Iterator[Message]:
        """Yield the messages in the order they came."""
        lines = gzip.decompress(b"".join(sealed.frames(self.path, self.keys())))
        for line in lines.splitlines():
            m = json.loads(line)
            payload = m["text"].encode() if "text" in m else base64.b64decode(m["bytes"])
            yield Message(m["n"], m["topic"], payload, datetime.fromisoformat(m["at"]), bool(m.get("retain", False)))


class Spool:
    """The folder of one subscription, readable by its owner only; ``lines`` gives the vault keys."""

    def __init__(self, folder: Path, silo: str, lines: Callable[[], list[str]]) -> None:
        self.folder, self.silo = folder, silo
        self.keys: Keys = lambda: sealed.keys(f"vault key of the spool of {silo}", lines)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: Any = None
        self._body: Any = None
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
        """Close what a killed drain left behind, and seal what an older version left in clear."""
        for part in sorted(self.folder.glob("*.part")):
            self._close(part, self._whole(part))
        for path in sorted(self.folder.glob(f"*{_PACKED}")):
            self._seal(path.name.removesuffix(_PACKED), gzip.decompress(path.read_bytes()))
            path.unlink()
        for draft in (*self.folder.glob("*.draft"), *self.folder.glob(".*.tmp")):
            draft.unlink()

    def _whole(self, part: Path) -> bytes:
        """Return the whole messages of a part, one a line."""
        with part.open("rb") as f:
            if f.read(len(sealed.MAGIC)) == sealed.MAGIC:
                return b"".join(sealed.frames(part, self.keys(), torn=True))
            f.seek(0)
            data = f.read()
        # in clear, from an older version; nothing at all where the kill came before the header
        return b"" if sealed.MAGIC.startswith(data) else data[: data.rfind(b"\n") + 1]

    def _facts(self, batch: str, rows: int) -> dict[str, Any]:
        return {"silo": self.silo, "table": self.folder.name, "batch": batch, "rows": rows}

    def _key(self) -> sealed.Key:
        return list(self.keys().values())[-1]

    def _numbers(self) -> Iterator[int]:
        return (int(p.name[:6]) for p in self.folder.glob("[0-9]*-*") if p.suffix in {".sealed", ".gz"})

    def add(self, topic: str, payload: bytes, retain: bool) -> None:
        """Write one message; it is safe only after ``flush``."""
        if self._file is None:
            # never appended to: a torn message of a killed drain must stay the last
            self._part = self.folder / f"{1 + max(self._numbers(), default=0):06d}.part"
            self._file = sealed.create(self._part)
            self._body = sealed.Body(self._file)
            self._file.write(
                sealed.packed(sealed.wrap(self._key(), self._body.secret, self._facts(self._part.name, 0)))
            )
        self._count += 1
        self._bytes += len(payload)
        line: dict[str, Any] = {"n": self._count, "topic": topic, "at": datetime.now(UTC).isoformat()}
        try:
            line["text"] = payload.decode("utf-8")
        except UnicodeDecodeError:
            line["bytes"] = base64.b64encode(payload).decode("ascii")
        if retain:
            line["retain"] = True
        self._body.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")

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
        self._close(self._part, self._whole(self._part))
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
            self._seal(f"{number}-{hashlib.sha256(data).hexdigest()}", data)
            if lost:
                self.remember(lost_since=None)
        part.unlink()

    def _seal(self, name: str, data: bytes) -> None:
        """Make a segment real: its messages packed, sealed, synced, one rename."""
        packed = memoryview(gzip.compress(data, 1, mtime=0))
        pieces = (bytes(packed[i : i + _PIECE]) for i in range(0, len(packed), _PIECE))
        sealed.write(self.folder / f"{name}.sealed", self._key(), self._facts(name, data.count(b"\n")), pieces)

    def segments(self) -> list[Segment]:
        """Return the closed segments, oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.sealed")):
            number, digest = path.stem.split("-")
            about = json.loads((self.folder / f"{number}.json").read_text(encoding="utf-8"))
            found.append(Segment(path, int(number), digest, about, self.keys))
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
    sync(path.parent)
