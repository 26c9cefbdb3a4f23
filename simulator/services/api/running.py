"""What every pretended API holds while it runs: its rows, the client it knows, tokens, the bucket of calls, its fault."""

from __future__ import annotations

import json
import mmap
import secrets
import time
from pathlib import Path

import numpy as np
import orjson
from starlette.responses import Response


class Resource:
    """Rows of one resource as JSON text joined by commas, ordered by the time they became known."""

    def __init__(self, folder: Path, name: str) -> None:
        self.offsets = np.load(folder / f"{name}.offsets.npy")
        self.since = np.load(folder / f"{name}.since.npy")
        path = folder / f"{name}.json"
        with open(path, "rb") as handle:
            self.bytes = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

    def page(self, since_ms: int, page: int, size: int, until_ms: int = 0) -> tuple[int, bytes]:
        """Return how many rows are newer than ``since_ms`` and before ``until_ms``, and those of ``page`` (from 1)."""
        first = int(np.searchsorted(self.since, since_ms, side="right")) if since_ms else 0
        end = int(np.searchsorted(self.since, until_ms, side="left")) if until_ms else len(self.since)
        total = max(0, end - first)
        low = min(first + (page - 1) * size, first + total)
        high = min(low + size, first + total)
        return total, bytes(self.bytes[self.offsets[low] : self.offsets[high]]).rstrip(b",")


class Running:
    """The state of one silo's API: tokens by the moment they end, and the bucket of calls, ``rate`` per second."""

    def __init__(self, folder: Path, rate: float, token_seconds: float) -> None:
        self.folder, self.rate, self.token_seconds = folder, rate, token_seconds
        self.client = json.loads((folder / "client.json").read_text(encoding="utf-8"))
        self.tokens: dict[str, float] = {}
        self.level, self.at = rate, time.monotonic()

    def fault(self) -> str:
        """Return the fault that is switched on, or nothing."""
        path = self.folder / "fault"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    def take(self) -> bool:
        """Take one call from the bucket; False when it is empty."""
        now = time.monotonic()
        self.level, self.at = min(self.rate, self.level + (now - self.at) * self.rate), now
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def new_token(self) -> str:
        """Return a token that is good from now on for as long as tokens are."""
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.token_seconds
        return token


def answer(body: dict, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return ``body`` as JSON."""
    return Response(orjson.dumps(body), status, headers, "application/json")
