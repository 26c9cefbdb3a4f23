"""Files on an SFTP server, read as those of a drop folder (see ``files``).

Connection: ``host``, ``port`` (22), ``username``, ``password`` or ``key_file`` (with ``passphrase``), ``host_key``
(one line or a list, as ``ssh-keyscan`` prints it without the host: the server is let in by this key only),
``folder`` (``/``), ``timeout`` seconds (20).
"""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.connectors.base import Delivery, Refusal, Sample, Since, Waiting
from pipelines.connectors.files import from_place, sample_of
from pipelines.connectors.files.places import Entry, Lost
from pipelines.connectors.files.remote import Remote, need
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError

_DEPTH = 8  # of folders below the root
_CHUNK = 1 << 18


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal | Waiting]:
    """Yield one delivery or refusal per file that is new by name, size and time.

    Raises:
        SourceError: refused connection, unknown host key, refused login, missing folder, or half a file.

    """
    yield from from_place(Sftp(table.id, connection), contract, table, since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Return what the newest file of ``table`` holds."""
    return sample_of(Sftp(table.id, connection), contract, table)


class Sftp(Remote):
    """One connection. asyncssh runs in a thread of its own, because we may be called inside another loop."""

    def __init__(self, where: str, connection: dict[str, Any]) -> None:
        need(connection, where, "host", "username", "host_key")
        self.at = f"{connection['host']}:{connection.get('port', 22)}"
        self.timeout = float(connection.get("timeout", 20))
        self.root = str(connection.get("folder", "/")).rstrip("/")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._line: Any = None
        self._sftp: Any = None
        super().__init__(where, connection)
        try:
            self._do(self._connect())
        except BaseException:
            self.close()
            raise

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run ``work``; what goes wrong is said in the owner's words."""
        import asyncssh

        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except AnlanError:
            raise
        except asyncssh.HostKeyNotVerifiable as e:
            raise self._stranger(e) from e
        except asyncssh.PermissionDenied as e:
            raise self._error(
                "the server refuses the login", f"user {self.connection['username']} at {self.at}: {e.reason}"[:200],
                "ask the owner whether the password or key has expired; then correct the connection",
            ) from e  # fmt: skip
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as e:
            raise self._error(
                "the folder or file is not on the server", f"{self.root or '/'} at {self.at}: {e.reason}",
                "ask the owner whether the folder was renamed; then correct the connection",
            ) from e  # fmt: skip
        except asyncssh.SFTPPermissionDenied as e:
            raise self._error(
                "the server does not let us read", f"{self.at}: {e.reason}", "ask the owner for the right to read"
            ) from e
        except (asyncssh.Error, OSError, TimeoutError, EOFError) as e:
            seen = getattr(e, "reason", None) or getattr(e, "strerror", None) or str(e) or type(e).__name__
            raise self._error(
                "the server does not answer or broke the connection", f"{self.at}: {seen}"[:200],
                "run again later; if it stays, ask the owner whether the server runs",
            ) from e  # fmt: skip

    def _error(self, what: str, seen: str, do: str) -> SourceError:
        return SourceError(self.where, f"SFTP: {what}", seen=seen, do=do)

    def _stranger(self, error: Exception) -> SourceError:
        import asyncssh

        try:
            work = asyncssh.get_server_host_key(self.connection["host"], int(self.connection.get("port", 22)))
            key = asyncio.run_coroutine_threadsafe(work, self._loop).result(self.timeout)
            shown = key.get_fingerprint() if key else "none"
        except (asyncssh.Error, OSError, TimeoutError):
            shown = "unknown"
        known = ", ".join(k.get_fingerprint() for k in self._known())
        return self._error(
            "the server shows another host key than the one we know", f"{self.at} shows {shown}, we know {known}",
            "do not connect; ask the owner by telephone whether the server was changed, then put its new key into the connection",
        )  # fmt: skip

    def _known(self) -> list[Any]:
        import asyncssh

        given = self.connection["host_key"]
        try:
            return [asyncssh.import_public_key(line) for line in ([given] if isinstance(given, str) else given)]
        except asyncssh.KeyImportError as e:
            raise self._error("the host key of the connection is no key", str(e), "write it as ssh-keyscan does") from e

    async def _connect(self) -> None:
        import asyncssh

        c = self.connection
        keys: Any = None
        if c.get("key_file"):
            try:
                keys = [asyncssh.read_private_key(str(Path(c["key_file"])), c.get("passphrase"))]
            except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as e:
                raise self._error(
                    "our own key cannot be read", f"{type(e).__name__}", "restore the key file of the connection"
                ) from e
        self._line = await asyncio.wait_for(
            asyncssh.connect(
                c["host"], int(c.get("port", 22)), username=str(c["username"]), password=c.get("password"),
                client_keys=keys, known_hosts=(self._known(), [], []), config=None, agent_path=None,
                keepalive_interval=15, preferred_auth="publickey" if keys else "password,keyboard-interactive",
            ),
            self.timeout,
        )  # fmt: skip
        self._sftp = await self._line.start_sftp_client()

    def listing(self) -> Iterator[Entry]:
        """Yield every file below the folder; links are not followed."""
        found = self._do(self._walk(self.root or "/", 0))
        self.see_clock(found)
        yield from found

    async def _walk(self, folder: str, depth: int) -> list[Entry]:
        found = []
        async for name in self._sftp.scandir(folder):
            if name.filename in {".", ".."}:
                continue
            path = f"{folder.rstrip('/')}/{name.filename}"
            mode = name.attrs.permissions or 0
            if stat.S_ISDIR(mode):
                found += await self._walk(path, depth + 1) if depth < _DEPTH else []
            elif stat.S_ISREG(mode) or not stat.S_IFMT(mode):
                found.append(self._entry(path, name.attrs))
        return found

    def _entry(self, path: str, attrs: Any) -> Entry:
        return Entry(path[len(self.root) + 1 :], attrs.size or 0, str(attrs.mtime or ""))

    def one(self, name: str) -> Entry | None:
        """Return one file as it is now."""
        import asyncssh

        async def look() -> Entry | None:
            try:
                return self._entry(f"{self.root}/{name}", await self._sftp.lstat(f"{self.root}/{name}"))
            except asyncssh.SFTPNoSuchFile:
                return None

        return self._do(look())

    def copy(self, name: str, target: BinaryIO) -> None:
        """Copy one file's bytes."""

        async def fetch() -> None:
            async with self._sftp.open(f"{self.root}/{name}", "rb") as f:
                while data := await f.read(_CHUNK):
                    target.write(data)

        try:
            self._do(fetch())
        except SourceError as e:
            raise Lost(f"{self.where} {name}", e.what, e.seen, e.do) from e

    def close(self) -> None:
        """Close the connection and empty the spool."""

        async def end() -> None:
            if self._line is not None:
                self._line.close()
                await asyncio.wait_for(self._line.wait_closed(), 3)

        try:
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        except (OSError, TimeoutError, asyncio.CancelledError):
            self._line = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()
        if hasattr(self, "_spool"):
            super().close()
