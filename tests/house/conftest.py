"""What the house tests look at: dbt's manifest, parsed once, and the tracked files. Nothing is built here."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pipelines import warehouse
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"


class Project:
    """dbt's manifest by the words of the house: rooms, models, what reads what."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.nodes: dict[str, dict[str, Any]] = manifest["nodes"]
        self.sources: dict[str, dict[str, Any]] = manifest["sources"]
        self.unit_tests: list[dict[str, Any]] = list(manifest["unit_tests"].values())

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        return {v["name"]: v for v in self.nodes.values() if v["resource_type"] == "model"}

    @cached_property
    def seeds(self) -> dict[str, dict[str, Any]]:
        return {v["name"]: v for v in self.nodes.values() if v["resource_type"] == "seed"}

    @cached_property
    def tests(self) -> list[dict[str, Any]]:
        return [v for v in self.nodes.values() if v["resource_type"] == "test"]

    @cached_property
    def unit_tested(self) -> set[str]:
        return {t["model"] for t in self.unit_tests}

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name, model in self.models.items():
            for parent in model["depends_on"]["nodes"]:
                found[parent].add(name)
        return found

    def room(self, name: str) -> str:
        return self.models[name]["fqn"][1]

    def in_room(self, room: str) -> dict[str, dict[str, Any]]:
        return {n: m for n, m in self.models.items() if m["fqn"][1] == room}

    def reads(self, name: str) -> set[str]:
        """Return the names a model reads, sources as ``source:<group>``."""
        found = set()
        for parent in self.models[name]["depends_on"]["nodes"]:
            kind, _, *rest = parent.split(".")
            found.add(f"source:{rest[0]}" if kind == "source" else rest[0])
        return found


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The dbt project as it stands; parsed in this process where nobody has parsed it before."""
    return Project(warehouse.manifest(Settings(tmp_path_factory.mktemp("house"))))


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the repository, as git lists them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
