"""Fixture releases for the pages: a good one, one that can be tried on, an empty one, none, and a broken one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import circle_quarter, quarter
from tests.app import make_release as make


@pytest.fixture(scope="session")
def homes(tmp_path_factory) -> dict[str, Path]:
    """Folders to point ANLAN_HOME at: good, trial, empty, none, broken (a mart cut short), dangling, garbled."""
    base = tmp_path_factory.mktemp("homes")
    made = {name: base / name for name in ("good", "trial", "empty", "none", "broken", "dangling", "garbled")}
    make.build(made["good"] / "releases", firms=120)
    # the pretended scores follow from nothing; these towns are scored by the method's SQL, so that they can be tried on
    shutil.copytree(made["good"], made["trial"])
    con = circle_quarter.released(circle_quarter.counted(quarter.believable(towns=4)))
    circle_quarter.freeze_into(con, made["trial"] / "releases" / "2026Q3-r1" / "tables")
    make.build(made["empty"] / "releases", firms=5, empty=True)
    made["none"].mkdir()
    shutil.copytree(made["good"], made["broken"])
    for table in (made["broken"] / "releases" / "2026Q3-r1" / "tables").glob("*.parquet"):
        table.write_bytes(table.read_bytes()[:200])
    (made["dangling"] / "releases").mkdir(parents=True)
    (made["dangling"] / "releases" / "current.json").write_text('{"release": "2026Q3-r9"}')
    (made["garbled"] / "releases").mkdir(parents=True)
    (made["garbled"] / "releases" / "current.json").write_text("{")
    return made
