"""One MariaDB for all departments that have one; each silo has a database and a read-only login of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

import psutil

from simulator.services.base import ServerError, Service, alive, end, free_port, wait

SYSTEM_USERS = ("mysql", "nobody")


class Server(Service):
    """Debian's ``mariadbd`` with a data folder of its own, reachable on 127.0.0.1 with passwords only."""

    protocol: ClassVar[str] = "mariadb"

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.own / "data"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.own / "log"

    def _program(self, *names: str) -> str:
        for name in names:
            found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
            if found:
                return found
        raise ServerError(f"MariaDB: {names[0]} is not installed; run make system, or install mariadb-server")

    def _user(self) -> str | None:
        """Return whom the server runs as: it refuses to run as root."""
        if os.geteuid() != 0:
            return None
        import pwd

        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(user for user in SYSTEM_USERS if user in known)

    def running(self) -> bool:
        """Return whether our server runs and takes connections."""
        state = self.state.read()
        return alive(state.get("mariadb_pid"), state.get("mariadb_started")) and self._ready(state["mariadb_port"])

    def _ready(self, port: int) -> bool:
        import pymysql

        try:
            pymysql.connect(
                host="127.0.0.1", port=port, user="root", password=self._root(), connect_timeout=3, read_timeout=3
            ).close()
        except pymysql.err.MySQLError:
            return False
        return True

    def _root(self) -> str:
        return self.state.secret("mariadb_password")

    def _reachable(self) -> str | None:
        """Give the server's own user its folder and the way to it; return that user."""
        user = self._user()
        if user:
            for path in (self.own, *self.own.rglob("*")):
                shutil.chown(path, user)
            for path in self.own.resolve().parents:
                if not path.stat().st_mode & 0o001:
                    path.chmod(path.stat().st_mode | 0o011)
        return user

    def _init(self) -> None:
        """Make an empty server whose only user is root with a password."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.own.mkdir(parents=True, exist_ok=True)
        user = self._reachable()
        words = [
            self._program("mariadb-install-db", "mysql_install_db"),
            "--no-defaults",
            f"--datadir={self.data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *([f"--user={user}"] if user else []),
        ]
        done = subprocess.run(words, capture_output=True, check=False, cwd=self.own, start_new_session=True)
        if done.returncode:
            raise ServerError(
                f"MariaDB: no empty server: {(done.stderr or done.stdout).decode(errors='replace')[-600:]}"
            )
        start = self.own / "start.sql"
        start.touch(mode=0o600)
        start.write_text(
            f"delete from mysql.global_priv where not (user = 'root' and host = 'localhost');\n"
            f"flush privileges;\nalter user root@localhost identified by '{self._root()}';\n",
            encoding="utf-8",
        )
        self.state.update(mariadb_made=True, loaded={**self.state.read().get("loaded", {}), "mariadb": {}})

    def start(self) -> None:
        """Make an empty server if there is none, start it and wait until it answers."""
        if self.running():
            return
        self.stop()
        if not self.data.exists() or not self.state.read().get("mariadb_made"):
            self._init()
        user = self._reachable()
        port = free_port(self.state.read().get("mariadb_port"))
        start = self.own / "start.sql"
        words = [
            self._program("mariadbd", "mysqld"),
            "--no-defaults",
            f"--datadir={self.data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            "--socket=",
            f"--pid-file={self.own / 'pid'}",
            f"--log-error={self.log}",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-buffer-pool-size=64M",
            "--performance-schema=0",
            "--default-time-zone=+08:00",
            "--sql-mode=",
            *([f"--init-file={start}"] if start.exists() else []),
            *([f"--user={user}"] if user else []),
        ]
        self.logs.mkdir(parents=True, exist_ok=True)
        with open(self.logs / "mariadb.log", "ab") as log:
            process = subprocess.Popen(
                words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.own, start_new_session=True
            )
        started = psutil.Process(process.pid).create_time()
        self.state.update(mariadb_port=port, mariadb_pid=process.pid, mariadb_started=started)
        wait(lambda: self._ready(port), lambda: alive(process.pid, started), "MariaDB", port, self.log)
        start.unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop the server if it is ours and runs."""
        state = self.state.read()
        if alive(state.get("mariadb_pid"), state.get("mariadb_started")):
            end(state["mariadb_pid"], 20)
        if state:
            self.state.update(mariadb_pid=None)

    def owner(self, sql: str, database: str = "", **words: object) -> list[tuple]:
        """Run statements as root, return the rows of the last one."""
        import pymysql
        from pymysql.constants import CLIENT

        connection = pymysql.connect(
            host="127.0.0.1",
            port=self.state.read()["mariadb_port"],
            user="root",
            password=self._root(),
            database=database or None,
            charset="utf8mb4",
            autocommit=True,
            client_flag=CLIENT.MULTI_STATEMENTS,
            **words,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            rows = list(cursor.fetchall())
            while cursor.nextset():
                rows = list(cursor.fetchall())
            return rows

    def load(self, silos: list[str]) -> None:
        """Fill the databases of ``silos`` anew from what was published and make the read-only logins."""
        for silo in silos:
            folder = self.folder / silo
            told = json.loads((folder / "database.json").read_text(encoding="utf-8"))
            name, role = told["name"], f"{silo}_reader"
            self.owner(
                f"drop database if exists `{name}`; create database `{name}` character set utf8mb4;"
                f"create or replace user {role}@'127.0.0.1' identified by '{self._password(silo)}';"
                f"grant select, show view on `{name}`.* to {role}@'127.0.0.1'"
            )
            self.owner((folder / "schema.sql").read_text(encoding="utf-8"), name)
            for table, columns in sorted(told["columns"].items()):
                self._fill(name, table, columns, folder / f"{table}.csv")

    def _fill(self, database: str, table: str, columns: list[str], path: Path) -> None:
        """Load one CSV; an empty cell without quotes is null."""
        names = ", ".join(f"@c{i}" for i in range(len(columns)))
        values = ", ".join(f"`{c}` = nullif(@c{i}, '')" for i, c in enumerate(columns))
        quoted = str(path).replace("'", "''")
        self.owner(
            f"set session foreign_key_checks = 0; set session unique_checks = 0; set session sql_mode = '';"
            f"load data local infile '{quoted}' into table `{table}` character set utf8mb4"
            " fields terminated by ',' optionally enclosed by '\"' escaped by '' lines terminated by '\\n'"
            f" ({names}) set {values}",
            database,
            local_infile=True,
        )

    def connection(self, silo: str) -> dict:
        """Return the address of a silo's database with its reader's password."""
        told = json.loads((self.folder / silo / "database.json").read_text(encoding="utf-8"))
        port = self.state.read()["mariadb_port"]
        return {"url": f"mysql://{silo}_reader:{self._password(silo)}@127.0.0.1:{port}/{told['name']}"}

    def _password(self, silo: str) -> str:
        return self.state.secret(f"mariadb_password_{silo}", 12)
