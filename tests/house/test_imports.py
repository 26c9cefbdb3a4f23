"""One-way flow in Python: who may know whom, read from the sources themselves."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.house.conftest import ROOT

OURS = {"pipelines", "simulator", "dashboards", "benchmarks", "tests"}
HEAVY = {"great_expectations", "dbt", "pymcdm", "pypinyin"}
# What a reader of releases must not know of.
ROOMS_BEFORE_RELEASE = {
    f"pipelines.{m}" for m in "landing index warehouse reading door connectors silos contract run".split()
}


def sources(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def imported(path: Path, top_level_only: bool = False) -> set[str]:
    """Return the dotted names a file imports, wherever in the file, ``import_module("…")`` included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = list(path.relative_to(ROOT).parent.parts)
    found: set[str] = set()
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *filter(None, [node.module])])
            found |= {f"{start}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def below(name: str, roots: set[str]) -> bool:
    return any(name == r or name.startswith(r + ".") for r in roots)


def breaches(folders: list[str], forbidden: set[str], allowed: frozenset[tuple[str, str]] = frozenset()) -> list[str]:
    files = sources(*folders)
    assert files, f"no Python file below {folders}: the rule would pass for want of anything to judge"
    found = ((str(p.relative_to(ROOT)), name) for p in files for name in imported(p) if below(name, forbidden))
    return sorted(f"{file} imports {name}" for file, name in found if (file, name) not in allowed)


# `anlan serve` opens the first session of the pages it has just started; it reads nothing from them.
SERVES = frozenset({("pipelines/serve.py", "dashboards.warm"), ("pipelines/serve.py", "dashboards.warm.warm")})


def test_splink_is_a_peer_and_no_part_of_the_pipeline():
    assert breaches(["pipelines", "simulator", "dashboards"], {"splink"}) == []
    assert breaches(["benchmarks"], {"splink"}) != []


def test_pipelines_know_neither_the_departments_nor_the_pages():
    assert breaches(["pipelines"], {"simulator", "dashboards", "benchmarks", "tests"}, SERVES) == []


# The review desk writes verdicts to the log of decisions, by one module and nothing else (ADR 24).
DESK = frozenset(
    ("dashboards/desk.py", f"pipelines.{name}")
    for name in (
        "errors.AnlanError errors review review.cases review.decisions review.reviewers review.words settings settings.Settings"
    ).split()
)
# What-ifs run the method's SQL and the solver on what a release holds, in memory, by one module (ADR 37).
TRIAL = frozenset(
    ("dashboards/trial.py", f"pipelines.{name}")
    for name in (
        "analysis analysis.validity analysis.validity_panel analysis.whatif analysis.whatif_firms analysis.whatif_steps analysis.whatif_changes.Change "
        "analysis.whatif_changes.parse errors.AnlanError errors analysis.whatif_changes"
    ).split()
)


def test_dashboards_know_only_releases():
    assert breaches(["dashboards"], {"pipelines", "simulator", "benchmarks", "tests"}, DESK | TRIAL) == []


def test_dashboards_name_no_folder_before_the_release():
    wrong = re.compile(r"(^|[/\\])(landing|warehouse)([/\\]|$)|\.duckdb|rows\.parquet")
    found = []
    for path in sources("dashboards"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and wrong.search(node.value):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} names {node.value[:60]!r}")
    assert found == []


def test_exports_know_only_releases():
    assert breaches(["pipelines/exports"], ROOMS_BEFORE_RELEASE) == []


def test_the_pretended_departments_know_nothing_of_the_house():
    assert breaches(["simulator"], {"pipelines", "dashboards", "benchmarks", "tests"}) == []


def test_connectors_judge_nothing():
    """A protocol turns bytes into rows. It may know the contract, and seal what waits on the disk; all else is not its business."""
    known = {f"pipelines.{m}" for m in ("connectors", "contract", "disk", "errors", "sealed")}
    found = []
    for path in sources("pipelines/connectors", "pipelines/silos"):
        for name in imported(path):
            if below(name, OURS) and not below(name, known):
                found.append(f"{path.relative_to(ROOT)} imports {name}")
    assert found == []


def test_linkage_and_review_know_no_room_but_their_tables():
    """Linkage gets record models as tables and leaves tables; it knows neither landing, dbt nor releases.

    The words of tables and departments are facts of the contracts: one module of the review reads them, and nothing else there.
    """
    known = {f"pipelines.{m}" for m in ("analysis", "review", "errors", "settings", "reading")}
    found = []
    for path in sources("pipelines/analysis", "pipelines/review"):
        for name in imported(path):
            of_contracts = path.name == "words.py" and below(name, {"pipelines.contract"})
            if below(name, OURS) and not below(name, known) and not of_contracts:
                found.append(f"{path.relative_to(ROOT)} imports {name}")
    assert found == []


def test_unit_tests_import_no_framework():
    assert breaches(["tests/unit"], {"dagster", "dbt", "great_expectations", "dagster_dbt"}) == []


@pytest.mark.parametrize("folder", ["pipelines", "dashboards", "simulator"])
def test_slow_libraries_are_imported_inside_functions(folder):
    """Great Expectations and dbt take seconds, pymcdm brings what draws; a command that needs none must not pay for them."""
    found = [
        f"{p.relative_to(ROOT)} imports {name} at its top"
        for p in sources(folder)
        for name in imported(p, top_level_only=True)
        if below(name, HEAVY)
    ]
    assert found == []


def exists(name: str) -> bool:
    """Tell whether a dotted name of ours is a module, or a name inside an existing module."""
    parts = name.split(".")
    whole, parent = ROOT.joinpath(*parts), ROOT.joinpath(*parts[:-1])
    if whole.is_dir() or whole.with_suffix(".py").is_file():
        return True
    if parent.with_suffix(".py").is_file():
        return True
    opens = parent / "__init__.py"
    return opens.is_file() and re.search(rf"\b{parts[-1]}\b", opens.read_text(encoding="utf-8")) is not None


def test_every_import_of_ours_exists():
    """A module that is imported inside a function is missed only when somebody calls it."""
    found = [
        f"{path.relative_to(ROOT)} imports {name}, which does not exist"
        for path in sources("pipelines", "dashboards", "simulator")
        for name in imported(path)
        if name.split(".")[0] in OURS and not exists(name)
    ]
    assert found == []


def test_python_is_the_version_the_lock_was_made_for():
    assert sys.version_info[:2] == (3, 11)
