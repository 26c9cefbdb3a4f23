from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from pipelines import serve
from pipelines.errors import AnlanError


def test_a_server_that_lives_is_waited_for_on_a_busy_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, minutes = iter([False, False, False, True]), count(step=60.0)
    monkeypatch.setattr(serve, "_answers", lambda url: next(answers))
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(minutes))
    monkeypatch.setattr(serve.time, "sleep", lambda seconds: None)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        serve._wait("http://127.0.0.1:1", child, "Dagster", tmp_path / "x.log")
    finally:
        child.communicate(b"\n")
    assert next(answers, None) is None, "it was asked until it answered"


def test_a_server_that_ended_is_told_with_what_it_said_last(tmp_path: Path) -> None:
    log = tmp_path / "dagster-webserver.log"
    child = subprocess.Popen([sys.executable, "-c", "print('no port left')"], stdout=log.open("wb"))
    child.wait()
    with pytest.raises(AnlanError, match="no port left"):
        serve._wait("http://127.0.0.1:1", child, "Dagster", log)
