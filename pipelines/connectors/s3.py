"""Files in an S3-compatible bucket, read as those of a drop folder (see ``files``).

Connection: ``endpoint`` (``http://host:port``), ``bucket``, ``access_key``, ``secret_key``, ``prefix`` (a folder in
the bucket), ``region`` (``us-east-1``), ``timeout`` seconds (20).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeVar

from pipelines.connectors.base import Delivery, Refusal, Sample, Since, Waiting
from pipelines.connectors.files import from_place, sample_of
from pipelines.connectors.files.places import Entry, Lost
from pipelines.connectors.files.remote import Remote, need
from pipelines.contract import Contract, Table
from pipelines.errors import SourceError

_CHUNK = 1 << 20
T = TypeVar("T")


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal | Waiting]:
    """Yield one delivery or refusal per object that is new by name, size and time.

    Raises:
        SourceError: refused connection, refused keys, missing bucket, clocks apart, or half an object.

    """
    yield from from_place(Bucket(table.id, connection), contract, table, since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Return what the newest object of ``table`` holds."""
    return sample_of(Bucket(table.id, connection), contract, table)


# what the store's words mean for the owner: pattern, what, do
_FAULTS = (
    (r"RequestTimeTooSkewed|REQUEST_TIME_TOO_SKEWED", "the clocks of the store and of this machine differ too much",
     "set both clocks by a time server"),
    (r"INVALID_ACCESS_KEY|InvalidAccessKeyId|SIGNATURE_DOES_NOT_MATCH|SignatureDoesNotMatch|ExpiredToken|INVALID_CLIENT_TOKEN",
     "the store refuses our keys", "ask the owner whether the keys have expired; then correct the connection"),
    (r"ACCESS_DENIED|AccessDenied|HTTP status 403", "the store does not let us read",
     "ask the owner for the right to list and read the bucket, or for new keys"),
    (r"NO_SUCH_BUCKET|NoSuchBucket|HTTP status 404|does not exist|Path does not exist", "the bucket or folder is not in the store",
     "ask the owner whether it was renamed; then correct the connection"),
    (r"NETWORK_CONNECTION|curlCode|REQUEST_TIMEOUT|timed? ?out|Couldn't connect|refused", "the store does not answer",
     "run again later; if it stays, ask the owner whether the store runs"),
)  # fmt: skip


class Bucket(Remote):
    """One bucket, or a folder in it. An object appears whole, so a second look is enough to see it replaced."""

    def __init__(self, where: str, connection: dict[str, Any]) -> None:
        from pyarrow import fs

        need(connection, where, "endpoint", "bucket", "access_key", "secret_key")
        scheme, _, host = str(connection["endpoint"]).rpartition("://")
        self.at = host.rstrip("/")
        prefix = str(connection.get("prefix", "")).strip("/")
        self.root = f"{connection['bucket']}/{prefix}".rstrip("/")
        timeout = float(connection.get("timeout", 20))
        self._store = fs.S3FileSystem(
            access_key=str(connection["access_key"]), secret_key=str(connection["secret_key"]),
            endpoint_override=self.at, scheme=scheme or "https", region=str(connection.get("region", "us-east-1")),
            connect_timeout=min(timeout, 10), request_timeout=timeout, retry_strategy=fs.AwsStandardS3RetryStrategy(2),
        )  # fmt: skip
        super().__init__(where, {"settle_seconds": 0, **connection})

    def _said(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except OSError as e:
            text = str(e)
            what, do = next(((w, d) for p, w, d in _FAULTS if re.search(p, text, re.IGNORECASE)),
                            ("the store gives an error", "run again; if it stays, ask the owner"))  # fmt: skip
            code = re.search(r"AWS Error ([A-Z_]+)|(?:code|Code)[:=]\s*(\w+)", text)
            seen = next((g for g in code.groups() if g), "") if code else text.splitlines()[0][:120]
            raise SourceError(
                self.where, f"S3: {what}", seen=f"{self.at}, bucket {self.connection['bucket']}: {seen}", do=do
            ) from e

    def _entry(self, info: Any) -> Entry:
        seconds = info.mtime.timestamp() if info.mtime else None
        return Entry(info.path[len(self.root) + 1 :], info.size or 0, "" if seconds is None else f"{seconds:.3f}")

    def listing(self) -> Iterator[Entry]:
        """Yield every object below the prefix."""
        from pyarrow import fs

        infos = self._said(lambda: self._store.get_file_info(fs.FileSelector(self.root, recursive=True)))
        found = [self._entry(i) for i in infos if i.type == fs.FileType.File]
        self.see_clock(found)
        yield from found

    def one(self, name: str) -> Entry | None:
        """Return one object as it is now."""
        from pyarrow import fs

        info = self._said(lambda: self._store.get_file_info(f"{self.root}/{name}"))
        return self._entry(info) if info.type == fs.FileType.File else None

    def copy(self, name: str, target: BinaryIO) -> None:
        """Copy one object's bytes as they lie; nothing is unpacked on the way."""

        def fetch() -> None:
            with self._store.open_input_stream(f"{self.root}/{name}", compression=None) as stream:
                while data := stream.read(_CHUNK):
                    target.write(data)

        try:
            self._said(fetch)
        except SourceError as e:
            raise Lost(f"{self.where} {name}", e.what, e.seen, e.do) from e
