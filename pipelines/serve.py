"""Opens the dashboards and the Dagster UI together, and stops both together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from pipelines.errors import AnlanError, UsageError
from pipelines.observe import dagster_home
from pipelines.settings import ROOT, Settings

PATIENCE = 600  # seconds until a server that lives but does not answer is given up


def _free(host: str, port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except OSError:
            return False
        return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _wait(url: str, child: subprocess.Popen[bytes], name: str, log: Path) -> None:
    """Wait while the child lives: on a busy machine the first start, which parses the project, may take minutes."""
    end = time.monotonic() + PATIENCE
    while not _answers(url):
        if child.poll() is not None or time.monotonic() > end:
            tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            raise AnlanError(
                name, "did not start", seen=" / ".join(tail)[:400], do=f"see {log.name} in the logs folder"
            )
        time.sleep(0.3)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8501, dagster_port: int = 3000) -> None:
    """Start Streamlit, the Dagster UI and its daemon; print both addresses; stop all on Ctrl-C.

    Raises:
        UsageError: a port is taken.
        AnlanError: one of them did not start; what it said last is shown.

    """
    for name, number in (("--port", port), ("--dagster-port", dagster_port)):
        if not _free(host, number):
            raise UsageError(
                f"{name} {number}", "is taken on this machine", do=f"name another: anlan serve {name} {number + 1}"
            )
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    env = os.environ | {
        "ANLAN_HOME": str(settings.home),
        "DAGSTER_HOME": str(dagster_home(settings)),
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }
    pages, ui = f"http://{host}:{port}", f"http://{host}:{dagster_port}"
    commands = {
        "dashboards": [
            "streamlit", "run", "dashboards/app.py", "--server.address", host, "--server.port", str(port),
            "--server.headless", "true", "--browser.gatherUsageStats", "false",
        ],
        "dagster-webserver": [
            "dagster_webserver", "-h", host, "-p", str(dagster_port), "-m", "pipelines.definitions", "--log-level", "warning",
        ],
        "dagster-daemon": ["dagster._daemon", "run", "-m", "pipelines.definitions", "--log-level", "warning"],
    }  # fmt: skip
    children: dict[str, subprocess.Popen[bytes]] = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # whoever was started in the background of a shell would not hear Ctrl-C or its like
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for name, words in commands.items():
            with (logs / f"{name}.log").open("wb") as log:
                children[name] = subprocess.Popen(
                    [sys.executable, "-m", *words], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
                )
        _wait(f"{pages}/_stcore/health", children["dashboards"], "dashboards", logs / "dashboards.log")
        _warm(pages)
        print(f"dashboards 看板   {pages}", flush=True)
        print("Dagster           正在启动 starting …", flush=True)
        _wait(f"{ui}/server_info", children["dagster-webserver"], "Dagster", logs / "dagster-webserver.log")
        print(f"Dagster           {ui}", flush=True)
        print("Ctrl-C stops both 停止", flush=True)
        while all(c.poll() is None for c in children.values()):
            time.sleep(1)
        ended = next(n for n, c in children.items() if c.poll() is not None)
        raise AnlanError(ended, "ended by itself", do=f"see {ended}.log in the logs folder")
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        _stop(children)


def _warm(url: str) -> None:
    """Open one session so that the first visitor does not wait for the imports."""
    # in a process of its own: the pipelines know the dashboards only as a program to start
    code = f"from dashboards.warm import warm; warm({url!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    for child in children.values():
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
