"""Raw files on their way lie below the spool, for their owner only, and are gone after the pull, even a killed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipelines import store
from pipelines.connectors.base import FETCHED
from pipelines.settings import Settings

SECRET = "330602193702305931"
FETCH = """
import os, signal, sys
from pipelines.connectors.files.places import Entry
from pipelines.connectors.files.remote import Remote
class Far(Remote):
    def listing(self): return iter(())
    def one(self, name): return None
    def copy(self, name, target): target.write(sys.argv[2].encode()); target.flush(); os.kill(os.getpid(), signal.SIGKILL)
Far("health/t", {"spool": sys.argv[1]}).bring(Entry("a.csv", 3, ""))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def holding(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


def test_what_a_killed_fetch_left_is_removed_by_the_next_run(settings: Settings) -> None:
    spool = settings.spool / "health"
    done = subprocess.run(
        [sys.executable, "-c", FETCH, str(spool), SECRET],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert holding(settings.spool) == ["a.csv"], "the kill left it there: otherwise this proves nothing"
    assert all(p.stat().st_mode & 0o077 == 0 for p in spool.iterdir())
    store.clean(settings)
    assert holding(settings.spool) == []


def test_what_another_process_is_reading_is_left_to_it(settings: Settings) -> None:
    other = settings.spool / "health" / f"{FETCHED}{os.getppid()}-abc"
    mine = settings.spool / "health" / f"{FETCHED}{os.getpid()}-abc"
    old = settings.spool / "health" / f"{FETCHED}x8s0_1"
    for folder in (other, mine, old):
        folder.mkdir(parents=True)
    store.clean(settings)
    assert (other.exists(), mine.exists(), old.exists()) == (True, False, False)


def test_temporary_files_of_a_pull_lie_below_the_spool_and_go_with_it(settings: Settings) -> None:
    before = tempfile.gettempdir()
    with store.staging(settings):
        handle, name = tempfile.mkstemp()
        os.write(handle, SECRET.encode())
        os.close(handle)
        assert Path(name).is_relative_to(settings.spool)
        assert (settings.spool / "_tmp").stat().st_mode & 0o077 == 0
    assert holding(settings.spool) == []
    assert tempfile.gettempdir() == before
    (settings.spool / "_tmp").mkdir()
    (settings.spool / "_tmp" / "left").write_text(SECRET, encoding="ascii")
    store.clean(settings)
    assert holding(settings.spool) == []
