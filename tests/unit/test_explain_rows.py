"""From a core row to every landed row that made it and back, in a release; and what became of a landed row."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipelines import explain, release, release_door
from pipelines.errors import UsageError
from pipelines.explain import identity, screen
from pipelines.explain import rows as rows_of
from pipelines.settings import Settings
from tests.unit.make_warehouse import build
from tests.unit.warehouse_world import BATCH

FILE = f"enforcement/hazards/{BATCH}#隐患清单_2026Q3.csv!1"
REFUSED, TWICE, OLD, PLAIN, GONE, NOTICE = (f"{FILE}:{n}" for n in (9000, 9002, 9003, 9004, 9005, 9006))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(build(tmp_path_factory.mktemp("rows")).home)
    rows = next((made.landing / "enforcement" / "hazards").glob("*/*/rows.parquet"))
    _add(
        rows,
        [
            (7, "accepted", None, "K7"), (9000, "rejected", None, "K0"), (9002, "duplicate", f"{FILE}:7", "K7"), (9003, "accepted", None, "K3"),
            (9004, "accepted", None, "K3"), (9005, "accepted", None, "K5"), (9006, "withdrawn", None, "K5"), (9007, "accepted", None, "K7"),
        ],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as m:
        m.setattr(release_door, "check_folder", lambda *a, **k: [])
        release.freeze(made, "2026Q3")
    return made


def _add(rows: Path, more: list[tuple[int, str, str | None, str]]) -> None:
    held = pq.read_table(rows)
    head = [
        {
            **held.slice(0, 1).to_pylist()[0],
            "_file": "隐患清单_2026Q3.csv",
            "_row": n,
            "_verdict": v,
            "_duplicate_of": of,
            "hazard_no": key,
        }
        for n, v, of, key in more
    ]
    schema = pa.schema([f.with_type(pa.string()) if f.name in ("_duplicate_of", "_op") else f for f in held.schema])
    pq.write_table(pa.concat_tables([held.cast(schema), pa.Table.from_pylist(head, schema=schema)]), rows)


@pytest.fixture(scope="module")
def opened(settings: Settings) -> release.Release:
    return release.open_release(settings)


def told(settings: Settings, opened: release.Release, ref: str) -> explain.Row:
    return explain.explain(settings, opened, ["row", ref])


def test_both_directions_agree_for_every_core_row_and_every_landed_row(settings, opened):
    pairs = {(r["core_model"], r["core_id"]) for r in opened.rows("select * from landed_row_uses")}
    refs = {}
    for model, core_id in pairs:
        found = rows_of.landed_rows(opened, model, core_id, limit=-1)
        assert found["total"] == len(found["landed"]) >= 1
        refs[model, core_id] = [r["landing_ref"] for r in found["landed"]]
    places = explain.open_landing(settings, opened, sorted({r for rs in refs.values() for r in rs}))
    assert {p["state"] for p in places.values()} == {"found"}
    some = sorted({r for rs in refs.values() for r in rs})[::9]
    for ref in some:
        back = {(c["core_model"], c["core_id"]) for c in told(settings, opened, ref)["core"]}
        assert back == {pair for pair, mine in refs.items() if ref in mine}


def test_a_person_on_two_rosters_opens_to_both_rows(settings, opened):
    person = opened.rows(
        "select core_id from landed_row_uses where core_model = 'dim_persons' group by 1 having count(*) = 2 order by 1"
    )[0]["core_id"]
    found = explain.explain(settings, opened, ["person", person.lower()])
    assert (found["core_model"], found["total"], len(found["landed"])) == ("dim_persons", 2, 2)
    against = [(c["attribute_code"], c["winner_silo"], c["loser_silo"], c["charged_silo"]) for c in found["conflicts"]]
    assert against == [("phone", "enforcement", "police", None)]
    for r in found["landed"]:
        row = told(settings, opened, r["landing_ref"])
        assert [(c["core_model"], c["core_id"], c["landed_row_count"]) for c in row["core"]] == [
            ("dim_persons", person, 2)
        ]
        assert row["fate"] == "used"
        # the person's certificate counts in one cell of each quarter; in one of them this row is the evidence itself
        assert sorted(c["how"] for c in row["cells"]) == ["entity", "row"]
        said = " ".join(str(v["sent"]) for v in row["landing"]["values"])
        assert "王小芳" not in said


def test_a_firm_lists_its_landed_rows(settings, opened):
    found = explain.explain(settings, opened, ["enterprise", "91330603MA2BK00011"])
    assert [r["landing_ref"] for r in found["rows"]["landed"]] == [f"{FILE}:7"]
    assert found["rows"]["landed"][0]["also"] == ["fct_inspections"]


@pytest.mark.parametrize(
    ("ref", "fate", "rules"),
    [
        (REFUSED, "rejected", 1), (TWICE, "duplicate", 0), (PLAIN, "unused", 0), (f"{FILE}:9001", "gone", 1), (OLD, "superseded", 0),
        (GONE, "withdrawn", 0), (NOTICE, "withdrawal", 0),
    ],
)  # fmt: skip
def test_a_row_that_made_nothing_says_why(settings, opened, ref, fate, rules):
    found = told(settings, opened, ref)
    assert (found["fate"], len(found["quarantine"]), found["core"]) == (fate, rules, [])
    assert found["landing"].get("duplicate_of") == (f"{FILE}:7" if fate == "duplicate" else None)


def test_a_row_that_no_longer_stands_names_the_one_that_does(settings, opened):
    assert told(settings, opened, OLD)["standing"] == {"landing_ref": PLAIN, "is_gone": False}
    assert told(settings, opened, GONE)["standing"] == {"landing_ref": NOTICE, "is_gone": True}
    assert told(settings, opened, PLAIN)["standing"] is None
    used = told(settings, opened, f"{FILE}:7")
    assert (used["fate"], used["standing"]["landing_ref"]) == ("used", f"{FILE}:9007"), (
        "what it made may keep its first row"
    )


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["row", "nonsense"], "no landing reference"), (["row"], "no landing reference"), (["row", f"{FILE}:123456"], "neither in landing nor in release"),
        (["row", "police/cameras/000009-aa#x.csv!:3"], "neither in landing nor in release"), (["person", "P-nobody"], "no id like it"),
        (["hazard", "C301-2026Q3-00"], "C301-2026Q3-0000"), (["station", "S-0123456789ab"], "no id like it"), (["站所", "S330603001000"], "no id like it"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_a_wrong_call_that_says_so(settings, opened, words, seen):
    with pytest.raises(UsageError, match=seen) as caught:
        explain.explain(settings, opened, words)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_printed_in_both_languages_and_as_json(settings, opened, lang):
    console = Console(width=200, record=True, highlight=False, file=None, quiet=False)
    for words in (
        ["row", f"{FILE}:7"],
        ["row", REFUSED],
        ["row", TWICE],
        ["row", OLD],
        ["row", GONE],
        ["row", NOTICE],
        ["enterprise", "91330603MA2BK00011"],
        ["hazard", "C301-2026Q3-0000"],
        [
            "person",
            opened.rows("select entity_id from attribute_conflicts where entity_type = 'person' order by 1")[0][
                "entity_id"
            ],
        ],
    ):
        found = explain.explain(settings, opened, words)
        screen.render(found, lang, console)
        json.loads(explain.as_json(found))
    shown = console.export_text()
    for word in (
        (
            "形成的核心数据",
            "参与的指标格",
            "重复，以另一行为准",
            "入口拒绝",
            "以新行为准",
            "后被来源撤销",
            "撤销或删除的记录",
            "同键的新行",
            "取值冲突",
            "138****4105 #fdb596 (公安)",
            "以最近一次登记为准",
        )
        if lang == "zh"
        else (
            "Core rows it made",
            "Indicator cells",
            "a duplicate",
            "refused at the door",
            "superseded by a newer row",
            "withdrawn or deleted by its source",
            "the row says that its key",
            "a newer row of its key stands: ",
            "Conflicts",
            "138****4105 #fdb596 (Police)",
            "whoever heard it last",
        )
    ):
        assert word in shown
    assert {ref for ref in (f"{FILE}:7", PLAIN, NOTICE, f"{FILE}:9007") if ref not in shown} == set()


def test_a_release_without_the_index_says_so(opened, monkeypatch):
    monkeypatch.setitem(opened.__dict__, "tables", ["enterprises"])
    with pytest.raises(UsageError, match="frozen before"):
        rows_of.thing(opened, "person", "P1")


def test_a_firm_is_found_in_a_release_from_before_linkage(opened, monkeypatch):
    monkeypatch.setitem(opened.__dict__, "tables", ["enterprise_quarter_ratings"])
    for words in ("91330603MA2BK00011", "E91330603MA2BK00011", "恒越"):
        assert identity.find(opened, words) == "E91330603MA2BK00011"
    with pytest.raises(UsageError, match="means 3 firms"):
        identity.find(opened, "绍兴")
