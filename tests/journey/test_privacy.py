"""No identity number, phone, full name, home or word of health leaves landing: real ones are looked for everywhere.

They are taken from what every pretended department serves, all of them. The search must find them in the vault, opened
with a reason, and nowhere else: no file, table, page, log, export or release. That the search itself can see a leak in
each of these places and in each usual form is proven in tests/unit/test_people.py; landing without servers, and a
column that lost its mark, in test_quality.py.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboards import shell
from pipelines import cli, vault
from pipelines import contract as contracts
from pipelines import release as releases
from pipelines.exports import quality_page, workbook
from pipelines.quarantine import actions
from pipelines.settings import ROOT, Settings
from tests import people

DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def held(departments) -> dict[str, people.Planted]:
    """What each department holds about people."""
    served = departments / "simulator" / "served"
    tables = {
        folder.name: [pq.read_table(p, partitioning=None) for p in sorted(folder.glob("*.parquet"))]
        for folder in sorted(served.iterdir())
    }
    return people.planted([contracts.load(s) for s in tables], tables)


@pytest.fixture(scope="module")
def planted(held) -> people.Planted:
    """The same, all departments together."""
    every = people.together(held)
    assert all(len(every[k]) > 1000 for k in ("identity number", "phone", "full name"))
    assert every["home"]
    assert every["health"]
    return every


@pytest.fixture(scope="module")
def waiting(evaluated: Settings) -> list[str]:
    """The silos with refused rows."""
    found = actions.issues(evaluated, contracts.all_contracts("demo"))
    return sorted({i.silo for i in found if i.state_on(DAY) == "open"})


def test_the_search_finds_everybody_in_the_vault(evaluated: Settings, held):
    """The same search must find the same people where they are allowed to be: otherwise it proves nothing."""
    missing = []
    for silo, mine in held.items():
        found = people.in_vault(evaluated, silo) if mine else {}
        missing += [f"{silo}: {k}" for k, v in mine.items() if v and len(v & found.get(k, set())) < 0.5 * len(v)]
    assert missing == []
    assert {x["who"] for x in vault.log_lines(evaluated)} == {"测试"}


def test_no_person_in_any_file_but_in_the_vault(evaluated: Settings, planted):
    """Landing, index, quarantine, manifests, spool, releases, exports, compiled SQL, storage and logs of dbt and Dagster.

    The sealed files themselves are searched as bytes, and so is the warehouse file beside its tables.
    """
    assert people.leaks_below(evaluated.home, planted, beside={"secrets"}) == []
    assert len(list(evaluated.landing.rglob("rows.parquet"))) > 50
    assert list(evaluated.warehouse.rglob("*.log"))


def test_no_person_in_the_warehouse(evaluated: Settings, planted):
    """Tables and views of every room: staging looks into landing and must not carry the raw text out."""
    found, looked = people.leaks_in_database(evaluated.warehouse_file, planted)
    assert looked > 400
    assert found == []


def test_no_person_in_what_is_made_from_a_release(evaluated: Settings, planted, tmp_path: Path):
    """The workbook of the release and the quality page of every department, in both languages."""
    made = workbook.export(evaluated, None, "both")
    paths = list(made) if isinstance(made, list | tuple) else [made]
    pages = quality_page.export(evaluated, None, [])
    assert len(pages) == 2 * len(contracts.all_contracts("demo"))
    assert [x for p in [*paths, *pages] for x in people.leaks_in_bytes(p.name, p.read_bytes(), planted)] == []


def test_no_person_in_an_owners_workbook_unless_the_vault_was_opened_for_it(
    evaluated: Settings, planted, waiting: list[str], tmp_path: Path
):
    before, found, shown = len(vault.log_lines(evaluated)), [], set()
    for silo in waiting:
        path, rows = actions.export(evaluated, silo, DAY, out=tmp_path / f"{silo}.xlsx")
        assert rows
        found += people.leaks_in_bytes(path.name, path.read_bytes(), planted)
    assert found == []
    assert len(vault.log_lines(evaluated)) == before
    for silo in waiting:
        path, _ = actions.export(evaluated, silo, DAY, "测试", "退回更正", tmp_path / f"{silo}.raw.xlsx")
        shown |= {x.split(" x ")[1] for x in people.leaks_in_bytes(path.name, path.read_bytes(), planted)}
    assert {"identity number", "phone", "full name"} <= shown, "the same search sees them where they are asked for"
    assert len(vault.log_lines(evaluated)) > before


def test_no_person_on_the_terminal(evaluated: Settings, planted, waiting: list[str], monkeypatch):
    """What the commands print about refused rows, sealed batches, scores and tables."""
    monkeypatch.setenv("ANLAN_HOME", str(evaluated.home))
    monkeypatch.setenv("ANLAN_CONNECTIONS", str(evaluated.connections_file))
    issues = actions.issues(evaluated, contracts.all_contracts("demo"))
    tables = sorted(
        {
            f"{i.silo}/{i.table}"
            for i in issues
            if any(c.is_personal for c in contracts.load(i.silo).table(i.table).columns.values())
        }
    )
    calls = [["quarantine", "show", t, "--limit", "40"] for t in tables]
    calls += [
        ["quarantine", "list"],
        ["vault", "list"],
        ["vault", "log"],
        ["reconcile"],
        ["explain", "马鞍街道", "C301"],
    ]
    found = []
    for call in calls:
        done = CliRunner().invoke(cli.app, call)
        assert done.exit_code == 0, (call, done.output)
        found += people.leaks_in_text(" ".join(call), done.output, planted)
    assert waiting
    assert found == []


def page_texts(view: str, **parameters: str) -> str:
    """Return all that a page sends to the browser, tags and hidden titles too."""
    test = AppTest.from_file(str(ROOT / "dashboards" / view), default_timeout=60)
    for name, value in parameters.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, (view, parameters)
    sent = [getattr(node, "proto", None) for node in test._tree]
    return "\n".join(
        p.SerializeToString().decode("utf-8", errors="replace") for p in sent if hasattr(p, "SerializeToString")
    )


def test_no_person_on_any_page(evaluated: Settings, planted, monkeypatch):
    """Every page in both languages; town, certificates, data and sharing pages for every unit, some firms."""
    monkeypatch.setenv("ANLAN_HOME", str(evaluated.home))
    with releases.open_release(evaluated) as release:
        towns = [r["town_id"] for r in release.rows("select distinct town_id from town_quarter_scores order by 1")]
        firms = [
            r["enterprise_id"] for r in release.rows("select enterprise_id from enterprise_quarter_ratings limit 8")
        ]
        bodies = release.rows("select distinct department, silo from department_data_barriers order by 1")
    views = [(p.view, {"lang": lang}) for p in shell.PAGES for lang in ("zh", "en")]
    views += [(f"views/{v}.py", {"town": t}) for v in ("town", "certificates") for t in towns]
    views += [("views/firm.py", {"firm": f}) for f in firms]
    views += [("views/data.py", {"silo": b["silo"]}) for b in bodies]
    views += [("views/sharing.py", {"dept": b["department"]}) for b in bodies]
    found, sizes = [], []
    for view, parameters in views:
        said = page_texts(view, **parameters)
        sizes.append(len(said))
        found += people.leaks_in_text(f"{view} {parameters}", said, planted)
    assert found == []
    assert min(sizes) > 1000
