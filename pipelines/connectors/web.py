"""One conversation with an HTTP server: bounded answers, patience, pace, and no secret in any message.

What JSON and XML services have in common belongs here; what a body means belongs to their connectors.
A body is unpacked here and not by the library, so that no answer, packed or plain, is ever held beyond
its limit.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina

from pipelines.errors import SourceError

ATTEMPTS = 5
WAIT_SECONDS = 0.5
WAIT_MAX_SECONDS = 30.0
TIMEOUT_SECONDS = 30.0
MAX_BODY_MB = 64.0
_PIECE = 1 << 20
_SECRETS = ("client_secret", "token", "api_key", "password")

Thing = TypeVar("Thing")
# when a server may be asked next: its owner's pace counts for all tables and silos together
_NEXT: dict[str, float] = {}
_NEXT_LOCK = Lock()


class Try(Exception):
    """Something that may pass by itself; ``after`` seconds if the server said so."""

    def __init__(self, what: str, seen: str, do: str, after: float | None = None) -> None:
        super().__init__(what)
        self.what, self.seen, self.do, self.after = what, seen, do, after


@dataclass(frozen=True)
class Answer:
    """One answer, unpacked and whole."""

    status: int
    headers: httpx.Headers
    content: bytes

    def start(self) -> str:
        """Return how the body begins, on one line, for a message."""
        return " ".join(self.content[:200].decode("utf-8", "replace").split())[:80]


def address(connection: dict[str, Any], where: str, needs: str) -> tuple[str, str]:
    """Return the base address, and the same without user and password for messages.

    Raises:
        SourceError: the connection has no HTTP address; ``needs`` names what to write.

    """
    url = str(connection.get("url") or "").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError(
            where,
            "the connection has no HTTP address",
            "the url is not http or https" if url else "no url",
            f"write {needs} into the connections file",
        )
    return url, parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class Session:
    """A client that waits when told to, keeps its own pace, retries what may pass, and counts requests.

    ``connection``: ``url`` and optionally ``attempts`` (per request), ``wait_s``, ``wait_max_s``,
    ``timeout_s``, ``max_body_mb``, ``ca_file`` (of an authority of the house). ``per_second`` is the pace the owner asked for; None is none.
    ``skew`` is the server's clock less ours in seconds, None until it said its time.
    """

    def __init__(self, connection: dict[str, Any], where: str, per_second: float | None = None) -> None:
        self.connection, self.where = connection, where
        self.base = str(connection["url"]).rstrip("/")
        self.attempts = int(connection.get("attempts", ATTEMPTS))
        self.wait = float(connection.get("wait_s", WAIT_SECONDS))
        self.wait_max = float(connection.get("wait_max_s", WAIT_MAX_SECONDS))
        self.limit = int(float(connection.get("max_body_mb", MAX_BODY_MB)) * (1 << 20))
        self.gap = 1.0 / float(per_second) if per_second else 0.0
        self.requests = 0
        self.skew: float | None = None
        self.secrets = {str(connection[name]) for name in _SECRETS if connection.get(name)}
        parts = urlsplit(self.base)
        self.client = httpx.Client(
            timeout=float(connection.get("timeout_s", TIMEOUT_SECONDS)),
            # loading the authorities' certificates takes longer than a small pull
            verify=self._trusted() if parts.scheme == "https" else False,
            # a proxy of the house must not stand between us and our own machine
            trust_env=parts.hostname not in ("127.0.0.1", "localhost", "::1"),
            headers={"User-Agent": "anlan", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def _trusted(self) -> ssl.SSLContext:
        """Return whose certificates count: the authority of ``ca_file``, else those this machine knows."""
        try:
            return ssl.create_default_context(cafile=self.connection.get("ca_file"))
        except (OSError, ssl.SSLError) as error:
            raise SourceError(
                self.where,
                "the file of the certificate authority cannot be used",
                f"ca_file {self.connection.get('ca_file')}: {error}",
                "ask the owner for the certificate of their authority in PEM form",
            ) from None

    def send(self, method: str, path: str, **words: Any) -> Answer:
        """Send one request and return the whole answer; what the network or a busy server may heal is ``Try``.

        Answers of 400, 401, 403 and 500 come back to the caller, who knows what their body may say.
        """
        self._pace()
        self.requests += 1
        try:
            with self.client.stream(method, self.base + path, **words) as reply:
                answer = Answer(reply.status_code, reply.headers, self._body(reply))
        except httpx.TimeoutException as error:
            raise Try(
                "the server did not answer in time",
                f"{type(error).__name__} after {self.client.timeout.read:g} s",
                "try at a quieter hour, or raise timeout_s in the connections file",
            ) from None
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise SourceError(
                    self.where,
                    "the server's certificate is not one we can trust",
                    self.quote(error),
                    "ask the owner for their authority's certificate and name it as ca_file in the connections file;"
                    " if it has expired, they must renew it",
                ) from None
            raise Try(
                "the server cannot be reached",
                self.quote(error),
                "check that it runs and the network path is open",
            ) from None
        except httpx.TransportError as error:
            raise Try("the answer broke off", self.quote(error), "run `anlan pull` again; nothing was landed") from None
        self._look_at_clock(answer)
        if answer.status == 429:
            raise Try(
                "the server asks us to slow down",
                "HTTP 429",
                "pull at a quieter hour, or ask for a higher limit",
                after=_retry_after(answer),
            )
        if answer.status > 500:
            raise self.fault(answer)
        if answer.status >= 300 and answer.status not in (400, 401, 403, 500):
            raise SourceError(
                self.where,
                "the server does not know this path",
                f"HTTP {answer.status}: {self.quote(answer.start())}",
                "ask the owner whether the path moved; it is in the silo's contract",
            )
        return answer

    def fault(self, answer: Answer) -> Try:
        """Return what an answer of 500 and above means when its body says nothing better."""
        return Try(
            "the server has a fault",
            f"HTTP {answer.status}: {self.quote(answer.start())}",
            "run `anlan pull` later; if it repeats, send this to the owner",
            after=_retry_after(answer),
        )

    def _pace(self) -> None:
        """Wait until the owner's pace allows the next request."""
        if not self.gap:
            return
        with _NEXT_LOCK:  # take a place in the row, then wait for it
            now = time.monotonic()
            mine = max(now, _NEXT.get(self.base, 0.0))
            _NEXT[self.base] = mine + self.gap
        if now < mine:
            time.sleep(mine - now)

    def _body(self, reply: httpx.Response) -> bytes:
        """Read and unpack the body up to the limit."""
        declared = reply.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > self.limit:
            raise self._too_large(f"the server announces {int(declared):,} bytes")
        packing = reply.headers.get("Content-Encoding", "identity").strip().lower()
        if packing in ("", "identity"):
            return self._plain(reply)
        if packing not in ("gzip", "x-gzip", "deflate"):
            raise SourceError(
                self.where,
                "the answer is packed in a way nobody asked for",
                f"Content-Encoding {packing!r}, asked for gzip",
                "ask the owner to send gzip or nothing",
            )
        return self._unpacked(reply)

    def _plain(self, reply: httpx.Response) -> bytes:
        parts, size = [], 0
        for piece in reply.iter_raw():
            size += len(piece)
            if size > self.limit:
                raise self._too_large(f"more than {size:,} bytes came")
            parts.append(piece)
        return b"".join(parts)

    def _unpacked(self, reply: httpx.Response) -> bytes:
        """Unpack piece by piece, so that a bomb is noticed at the limit and not at its full size."""
        stream, parts, size, packed = zlib.decompressobj(wbits=47), [], 0, 0
        try:
            for piece in reply.iter_raw():
                packed += len(piece)
                while piece and not stream.eof:
                    part = stream.decompress(piece, _PIECE)
                    size += len(part)
                    if size > self.limit:
                        raise self._too_large(f"{packed:,} packed bytes unpack to more than {size:,}")
                    parts.append(part)
                    piece = stream.unconsumed_tail
            parts.append(stream.flush())
        except zlib.error as error:
            raise Try("the packed answer is broken", str(error), "run `anlan pull` again; nothing was landed") from None
        if not stream.eof:
            raise Try(
                "the answer broke off", "the gzip stream has no end", "run `anlan pull` again; nothing was landed"
            )
        return b"".join(parts)

    def _too_large(self, seen: str) -> SourceError:
        return SourceError(
            self.where,
            "an answer is larger than an answer may be",
            f"{seen}; the limit is {self.limit:,} bytes",
            "ask the owner what it holds; a smaller page_size in the contract, or max_body_mb in the connections file",
        )

    def _look_at_clock(self, answer: Answer) -> None:
        try:
            told = parsedate_to_datetime(answer.headers["Date"])
            self.skew = (told - datetime.now(UTC)).total_seconds()
        except (KeyError, TypeError, ValueError):
            return

    def patiently(self, ask: Callable[[], Thing], what: str) -> Thing:
        """Run ``ask`` again with growing, jittered pauses, or as long as the server said, then give up."""

        def again(error: Exception) -> bool | float:
            if not isinstance(error, Try):
                return False
            # 0 would read as "do not retry"
            return True if error.after is None else min(max(error.after, 0.001), self.wait_max)

        tries = 0
        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=self.attempts,
                timeout=None,
                wait_initial=self.wait,
                wait_max=self.wait_max,
                wait_jitter=self.wait,
            ):
                with attempt:
                    tries += 1
                    return ask()
        except Try as fault:
            seen = fault.seen if what in fault.seen else f"{fault.seen} on {what}"
            raise SourceError(self.where, fault.what, f"{seen}; {tries} tries", fault.do) from None
        raise AssertionError("a retry loop either returns or raises")

    def quote(self, thing: Any) -> str:
        """Return what the server said, short, without our secrets."""
        text = " ".join(str(thing).split())[:300]
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds of a Retry-After header (seconds or an HTTP date), None when it says nothing."""
    text = answer.headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        # the server's own Date is the clock the header was written by
        now = parsedate_to_datetime(answer.headers["Date"]) if "Date" in answer.headers else datetime.now(UTC)
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return None
