"""Real parts for the tests: pretended departments on their own ports and one evaluated home, made once.

The departments run at a small scale in a temporary home; nothing here touches ``data/`` of the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.settings import ROOT, Settings

os.environ.setdefault("DO_NOT_TRACK", "1")
SCALE = "0.4"


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker, and all that use the evaluated home on one: it is made once.

    Those come first, because they are the longest row of tests that cannot be divided.
    """
    for item in items:
        one = "evaluated" if "evaluated" in item.fixturenames else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(one))
    items.sort(key=lambda item: "evaluated" not in item.fixturenames)


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
