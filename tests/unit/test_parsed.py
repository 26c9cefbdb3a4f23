from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipelines import parsed, warehouse
from pipelines.settings import Settings

GIVEN = {"landing_dir": "/a/landing", "linkage_dir": "/a/linkage", "district_code": "330603"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one model."""
    for name in ("dbt_project.yml", "profiles.yml", "models/a.sql"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(parsed, "PROJECT", tmp_path)
    return tmp_path


class Parser:
    """Stands for dbt: writes what it was asked, and counts."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, variables: dict[str, Any], folder: Path) -> None:
        self.asked.append(variables)
        (folder / "manifest.json").write_text(str(len(self.asked)), encoding="utf-8")

    def read(self, **changed: str) -> bytes:
        return parsed.Parsed(GIVEN | changed, self).read("manifest.json")


def test_the_project_is_parsed_once_whatever_home_quarter_district_and_day_it_is_known_on(project: Path) -> None:
    dbt = Parser()
    assert dbt.read() == dbt.read(landing_dir="/b/landing", linkage_dir="/b/linkage", as_known_on="2026-07-01") == b"1"
    assert dbt.read(district_code="330604", periods="2025Q4", method_version="m2025b") == b"1"
    assert len(dbt.asked) == 1
    assert not any("/a/" in str(v) for v in dbt.asked[0].values()), "nothing of the first home is kept"


def test_it_is_parsed_again_after_a_change_and_for_other_variables(project: Path) -> None:
    dbt = Parser()
    dbt.read()
    (project / "models" / "a.sql").write_text("changed", encoding="utf-8")
    assert dbt.read() == b"2"
    (project / "models" / "b.sql").write_text("new", encoding="utf-8")
    assert dbt.read() == b"3"
    assert dbt.read(identity_key="k2") == b"4"
    assert dbt.read() == b"3"


def test_what_is_left_out_of_the_key_decides_neither_what_a_model_reads_nor_how_it_is_made() -> None:
    """A parsed project knows references and configs: a variable among these would be frozen at its first value."""
    left_out = "|".join(parsed.VALUES)
    looks = re.compile(rf"\bvar\(\s*['\"](?:{left_out})['\"]")
    read = {p: p.read_text(encoding="utf-8") for p in parsed.files(("models", "seeds", "macros", "tests"))}
    assert sum(bool(looks.search(text)) for text in read.values()) > 30
    assert not [p for p, text in read.items() if p.suffix in {".yml", ".py"} and looks.search(text)]
    branches = re.compile(rf"{{%-?\s*(?:if|elif|for)\b[^%]*?{looks.pattern}.*?{{%-?\s*(?:endif|endfor)", re.DOTALL)
    branched = [(p.name, b) for p, text in read.items() for b in branches.findall(text)]
    assert {name for name, _ in branched} == {"dim_periods.sql", "staging.sql"}
    assert not [name for name, text in branched if re.search(r"\b(?:ref|source|config)\(", text)]
    configs = [(p.name, c) for p, text in read.items() for c in re.findall(r"\bconfig\(.*?\)\s*}}", text, re.DOTALL)]
    assert configs
    assert not [name for name, text in configs if looks.search(text)]


def test_a_parse_that_failed_is_not_kept(project: Path) -> None:
    dbt = Parser()
    dbt.read()
    (project / "models" / "a.sql").write_text("broken", encoding="utf-8")

    def fails(variables: dict[str, Any], folder: Path) -> None:
        raise ValueError("does not parse")

    for _ in range(2):
        with pytest.raises(ValueError, match="does not parse"):
            parsed.Parsed(GIVEN, fails).read("manifest.json")
    assert dbt.read() == b"2"


def test_only_the_newest_sets_of_variables_stay(project: Path) -> None:
    dbt = Parser()
    for n in range(6):
        dbt.read(identity_key=str(n))
    assert len(list((project / "target").glob("parsed-*/"))) == 3
    assert dbt.read(identity_key="5") == b"6"


def test_a_stand_in_becomes_the_folder_that_was_given(project: Path) -> None:
    dbt = Parser()
    dbt.read()
    source = {"external_location": f"read_parquet('{dbt.asked[0]['landing_dir']}/water/*.parquet')", "load": "snapshot"}
    made = parsed.Parsed(GIVEN | {"landing_dir": "/b/landing"}, dbt).placed(source)
    assert made == {"external_location": "read_parquet('/b/landing/water/*.parquet')", "load": "snapshot"}


def test_where_the_project_may_not_be_written_dbt_parses_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def refused(self: parsed.Parsed, name: str) -> bytes:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(parsed.Parsed, "read", refused)
    monkeypatch.setattr(warehouse, "_dbt", lambda *given: seen.append(given[-1]))
    warehouse.invoke(Settings(tmp_path), ["build"])
    assert seen == [None]
