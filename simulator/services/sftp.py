"""The departments' SFTP server: one login per silo, each sees only its own folder and may only read.

``python -m simulator.services.sftp FOLDER PORT`` serves; :class:`Server` starts and stops that. Faults, from the
next request on: ``growing`` every look at a file shows it larger; ``expired`` the login is refused; ``cut`` reading
ends at half; ``gone`` the connection is dropped when a file is opened.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

from simulator.services.base import ProcessService


class Server(ProcessService):
    """The SFTP server in a process of its own."""

    protocol: ClassVar[str] = "sftp"
    module: ClassVar[str] = "simulator.services.sftp"
    faults: ClassVar[tuple[str, ...]] = ("growing", "expired", "cut", "gone")

    def answers(self, port: int) -> bool:
        """Return whether the server greets as SSH servers do."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
                line.settimeout(2)
                return line.recv(4) == b"SSH-"
        except OSError:
            return False

    def prepare(self) -> None:
        """Make the host key once; it stays."""
        import asyncssh

        key = self.own / "host_key"
        if not key.exists():
            made = asyncssh.generate_private_key("ssh-ed25519")
            key.touch(mode=0o600)
            key.write_bytes(made.export_private_key())
        self.state.update(sftp_host_key=asyncssh.read_private_key(str(key)).export_public_key().decode().strip())

    def load(self, silos: list[str]) -> None:
        """Give every silo its login; its files are served as they lie."""
        logins = {silo: self._login(silo) for silo in silos}
        for silo in silos:
            (self.folder / silo).mkdir(parents=True, exist_ok=True)
        path = self.own / "logins.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        path.touch(mode=0o600)
        path.write_text(json.dumps(known | logins, indent=1), encoding="utf-8")

    def connection(self, silo: str) -> dict[str, Any]:
        """Return what a connections file says of a silo's drop."""
        now = self.state.read()
        at = {"host": "127.0.0.1", "port": now["sftp_port"], "host_key": now["sftp_host_key"], "folder": "/"}
        return at | self._login(silo)

    def fault(self, silo: str, name: str | None) -> None:
        """Switch a fault on or off; the word lies outside the drop, where no reader sees it."""
        path = self.own / f"{silo}.fault"
        if name is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(name, encoding="utf-8")

    def _login(self, silo: str) -> dict[str, str]:
        return {"username": f"{silo}_reader", "password": self.state.secret(f"sftp_secret_{silo}", 12)}


def serve(folder: Path, port: int) -> None:
    """Serve until stopped."""
    import asyncssh

    own = folder / "_server"

    def fault(silo: str) -> str:
        path = own / f"{silo}.fault"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    class Door(asyncssh.SSHServer):
        """Knows the logins of ``logins.json``; a public key stands there as ``key``."""

        def _login(self, username: str) -> tuple[str, dict[str, str]]:
            path = own / "logins.json"
            logins = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            found = ((silo, login) for silo, login in logins.items() if login["username"] == username)
            return next(found, ("", {}))

        def password_auth_supported(self) -> bool:
            return True

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            silo, login = self._login(username)
            return bool(login) and fault(silo) != "expired" and secrets.compare_digest(login["password"], password)

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            silo, login = self._login(username)
            known = login.get("key")
            return bool(known) and fault(silo) != "expired" and asyncssh.import_public_key(known) == key

    class Files(asyncssh.SFTPServer):
        """One silo's folder, read only."""

        def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
            self.silo = Door()._login(channel.get_extra_info("username"))[0]
            super().__init__(channel, chroot=str(folder / self.silo).encode())

        def _seen(self, attrs: Any) -> Any:
            if fault(self.silo) == "growing":
                found = asyncssh.SFTPAttrs.from_local(attrs) if not isinstance(attrs, asyncssh.SFTPAttrs) else attrs
                if found.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
                    found.size = (found.size or 0) + int(time.time() * 1000) % 1_000_000
                return found
            return attrs

        def stat(self, path: bytes) -> Any:
            return self._seen(super().stat(path))

        def lstat(self, path: bytes) -> Any:
            return self._seen(super().lstat(path))

        async def scandir(self, path: bytes) -> Any:
            async for name in super().scandir(path):
                name.attrs = self._seen(name.attrs)
                yield name

        def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
            if pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC):
                raise asyncssh.SFTPPermissionDenied("this drop is read only")
            if fault(self.silo) == "gone":
                self.channel.get_connection().abort()
                raise asyncssh.SFTPConnectionLost("gone")
            return super().open(path, pflags, attrs)

        async def read(self, file: Any, offset: int, size: int) -> bytes:
            if fault(self.silo) == "cut":
                size = min(size, max(0, Path(file.name.decode()).stat().st_size // 2 - offset))
            return super().read(file, offset, size)

        def _refuse(self, *_: Any, **__: Any) -> None:
            raise asyncssh.SFTPPermissionDenied("this drop is read only")

        remove = rename = posix_rename = mkdir = rmdir = symlink = link = setstat = _refuse

    async def run() -> None:
        await asyncssh.listen(
            "127.0.0.1", port, server_factory=Door, server_host_keys=[str(own / "host_key")], sftp_factory=Files,
            allow_scp=False, encoding=None,
        )  # fmt: skip
        await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
