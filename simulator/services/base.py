"""What every service can do, and the tools to start and watch a process of our own.

Servers run in the background and outlive the command that started them. ``state.json`` keeps pids with
their start times (a number used again by another process is not ours), ports and passwords.
"""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psutil

ROOT = Path(__file__).resolve().parents[2]
_WRITING = threading.RLock()
_TAKEN: set[int] = set()


class ServerError(Exception):
    """A server did not start or answer; the message says which, what was seen and what to do."""


def free_port(wanted: int | None = None) -> int:
    """Return ``wanted`` if it is free, else any free port of this machine; none is given twice in one run."""
    for port in (wanted, *[0] * 20):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = probe.getsockname()[1]
        with _WRITING:
            if found not in _TAKEN or found == wanted:
                _TAKEN.add(found)
                return found
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
    """What runs for one home. Threads of one command may write at the same time."""

    path: Path

    def read(self) -> dict:
        """Return the saved state, empty when there is none."""
        with _WRITING:
            return json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def update(self, **values: object) -> dict:
        """Save some values and return the whole."""
        with _WRITING:
            state = {**self.read(), **values}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self.path.with_suffix(".tmp")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
            draft.replace(self.path)
            return state

    def secret(self, name: str, size: int = 18) -> str:
        """Return the password of that name, drawn once per home."""
        with _WRITING:
            known = self.read().get(name)
            return known or self.update(**{name: secrets.token_urlsafe(size)})[name]


class Service(ABC):
    """One server, or one kind of files, that plays departments.

    ``folder`` is ``HOME/simulator/<service>``: below it lies one folder per silo with what is to be served;
    what the server itself needs goes into ``folder/_server``. ``protocol`` is the connector's name for it.
    ``faults``: what ``fault`` can switch on for a silo; the base keeps the word in ``folder/<silo>/fault``.
    """

    protocol: ClassVar[str] = ""
    faults: ClassVar[tuple[str, ...]] = ()

    def __init__(self, folder: Path, state: State, logs: Path) -> None:
        self.folder, self.state, self.logs = folder, state, logs

    @property
    def name(self) -> str:
        """The service's name, also its folder's."""
        return self.folder.name

    @property
    def own(self) -> Path:
        """Where the server keeps what is its own."""
        return self.folder / "_server"

    @abstractmethod
    def running(self) -> bool:
        """Return whether the server runs and answers."""

    @abstractmethod
    def start(self) -> None:
        """Start the server if it does not run and wait until it answers; nothing need be published yet."""

    @abstractmethod
    def load(self, silos: list[str]) -> None:
        """Take in what was published anew for ``silos``; the server runs."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server if it is ours and runs."""

    @abstractmethod
    def connection(self, silo: str) -> dict:
        """Return what a connector needs to reach ``silo``; ``Path`` values are written relative to the file."""

    def fault(self, silo: str, name: str | None) -> None:
        """Switch a fault of one silo on, or off with None; it works from the next request on."""
        path = self.folder / silo / "fault"
        if name is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name, encoding="utf-8")

    def where(self) -> str:
        """Say in a few words where it is to be found."""
        port = self.state.read().get(f"{self.name}_port")
        return f"127.0.0.1:{port}" if port else str(self.folder)


class ProcessService(Service):
    """A service in one Python process of its own: ``python -m <module> FOLDER PORT``."""

    module: ClassVar[str] = ""

    def answers(self, port: int) -> bool:
        """Return whether the server on ``port`` answers; a TCP connection is enough unless a subclass wants more."""
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def words(self, port: int) -> list[str]:
        """Return the command that starts the process."""
        return [sys.executable, "-m", self.module, str(self.folder), str(port)]

    def prepare(self) -> None:
        """Make what the process needs before it starts."""

    def running(self) -> bool:
        """Return whether our process runs and answers."""
        state = self.state.read()
        mine = alive(state.get(f"{self.name}_pid"), state.get(f"{self.name}_started"))
        return mine and self.answers(state[f"{self.name}_port"])

    def start(self) -> None:
        """Start the process and wait until it answers."""
        if self.running():
            return
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.own.mkdir(exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        self.prepare()
        port = free_port(self.state.read().get(f"{self.name}_port"))
        log = self.logs / f"{self.name}.log"
        with open(log, "ab") as handle:
            process = subprocess.Popen(
                self.words(port),
                stdout=handle,
                stderr=handle,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                start_new_session=True,
            )
        started = psutil.Process(process.pid).create_time()
        self.state.update(
            **{f"{self.name}_port": port, f"{self.name}_pid": process.pid, f"{self.name}_started": started}
        )
        wait(lambda: self.answers(port), lambda: alive(process.pid, started), self.name, port, log)

    def stop(self) -> None:
        """Stop the process if it is ours and runs."""
        state = self.state.read()
        pid = state.get(f"{self.name}_pid")
        if alive(pid, state.get(f"{self.name}_started")):
            end(pid)
        if pid:
            self.state.update(**{f"{self.name}_pid": None})


def wait(
    answers: Callable[[], bool], runs: Callable[[], bool], name: str, port: int, log: Path, seconds: float = 30
) -> None:
    """Wait until ``answers``; give up when it no longer ``runs``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answers():
            return
        if not runs():
            break
        time.sleep(0.05)
    raise ServerError(f"{name} on port {port}: no answer; read {log}, then run: python -m simulator up")


def end(pid: int, patience: float = 5) -> None:
    """End a process of ours, politely first."""
    process = psutil.Process(pid)
    process.terminate()
    try:
        process.wait(patience)
    except psutil.TimeoutExpired:
        process.kill()
