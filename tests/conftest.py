"""Real parts for the tests: pretended departments on their own ports and one evaluated home, made once.

The departments run at a small scale in a temporary home; nothing here touches ``data/`` of the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from benchmarks import tested
from pipelines.settings import ROOT, Settings

os.environ.setdefault("DO_NOT_TRACK", "1")
SCALE = "0.4"


@cache
def _home_of(file: str) -> str:
    """Return what the tests of ``file`` must share a worker for: the evaluated home, which is made once, else the file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return "evaluated" if "evaluated: Settings" in text or "small_home" in text else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests on the evaluated home first: they are the longest row that cannot be divided among workers."""
    items.sort(key=lambda item: _home_of(item.nodeid.partition("::")[0]) != "evaluated")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Divide the tests by :func:`_home_of`; the marks of ``--dist loadgroup`` are not seen by pytest 9.2."""

    class ByHome(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _home_of(nodeid.partition("::")[0])

    return ByHome(config, log)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how well linkage did in the tests that judge it, and put it into docs/quality.md."""
    passed = terminalreporter.getreports("passed")
    lines = [str(v) for r in passed if r.when == "call" for name, v in r.user_properties if name == tested.NAME]
    if lines:
        tested.write(lines)
        terminalreporter.write_sep("-", "linkage, in docs/quality.md")
        terminalreporter.write_line("\n".join(lines))


def simulator(home: Path, *arguments: str) -> str:
    """Run the simulator's command in ``home`` and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments, "--home", str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def departments(tmp_path_factory) -> Iterator[Path]:
    """A home with the four pretended departments running; the folder that holds ``connections.yaml``."""
    home = tmp_path_factory.mktemp("departments")
    home.chmod(0o755)
    simulator(home, "up", "--scale", SCALE)
    yield home
    simulator(home, "down")


@pytest.fixture(scope="session")
def evaluated(departments: Path, tmp_path_factory) -> Settings:
    """The settings of a home in which 2026Q3 has been run from the silos to a release."""
    from pipelines import run

    settings = Settings.load(home=tmp_path_factory.mktemp("evaluated"), connections=departments / "connections.yaml")
    outcome = run.evaluate(settings, "2026Q3")
    assert not outcome.errors, [str(e) for e in outcome.errors]
    return settings


@pytest.fixture(scope="session")
def small_home(evaluated: Settings) -> Settings:
    """The same home, for tests that only read its warehouse."""
    return evaluated
