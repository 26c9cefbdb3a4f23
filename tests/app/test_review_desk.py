"""The review desk: who may enter, a verdict by a key, undo, second looks, and nothing of it in a release."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboards import desk as desk_door
from dashboards import i18n
from pipelines import cli_review
from pipelines.review import decisions, reviewers
from pipelines.review import words as catalogue
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WORDS = "qingshan lvshui"


@pytest.fixture
def home(homes, tmp_path, monkeypatch) -> Path:
    shutil.copytree(homes["good"], tmp_path / "home")
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    for name in ("陈明", "李华"):
        reviewers.add(Settings.load(), name, WORDS)
    return tmp_path / "home"


def desk(name: str = "", **parameters: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dashboards" / "views" / "review.py"), default_timeout=30)
    for key, value in parameters.items():
        test.query_params[key] = value
    test.run()
    if name:
        test.text_input(key="door_name").set_value(name)
        test.text_input(key="door_words").set_value(WORDS)
        test.button[0].click().run()
    assert not test.exception, test.exception
    return test


def words(test: AppTest) -> str:
    blocks = [e.proto.body for e in test.get("html")]
    return re.sub(r"<[^>]+>", " ", " ".join(b for b in blocks if "--accent" not in b))


def test_nobody_sees_a_case_without_signing_in(home):
    said = words(desk())
    assert i18n.text("zh", "review_door") in said
    assert "兴达印染" not in said


def test_a_wrong_passphrase_stays_outside(home):
    test = desk()
    test.text_input(key="door_name").set_value("陈明")
    test.text_input(key="door_words").set_value("guess guess guess")
    test.button[0].click().run()
    assert i18n.text("zh", "review_wrong") in words(test)
    assert "兴达印染" not in words(test)


def test_where_nobody_may_decide_the_page_says_how_to_begin(homes, monkeypatch):
    monkeypatch.setenv("ANLAN_HOME", str(homes["good"]))
    assert "anlan review reviewer NAME" in words(desk())


def test_a_verdict_is_written_leaves_the_queue_and_can_be_undone(home):
    test = desk("陈明", kind="enterprise")
    assert i18n.text("zh", "review_case", n=1, all=2) in words(test)
    test.text_input(key="why").set_value("营业执照已核")
    test.button(key="different").click().run()
    made = decisions.read(Settings.load())
    assert [(d.who, d.verdict, d.why, d.source) for d in made] == [("陈明", "different", "营业执照已核", "desk")]
    assert i18n.text("zh", "review_case", n=1, all=1) in words(test)
    test.button(key="undo").click().run()
    assert i18n.text("zh", "review_case", n=1, all=2) in words(test)
    assert decisions.effective(decisions.read(Settings.load()), "enterprise") == {}


def test_a_verdict_without_words_says_what_weighed_most(home):
    test = desk("陈明", kind="person")
    test.button(key="same").click().run()
    assert decisions.read(Settings.load())[0].why.startswith("按所示：")


def test_a_second_look_is_blind_and_a_quarrel_is_shown(home):
    first = desk("陈明", kind="hazard")
    first.text_input(key="why").set_value("同一配电箱")
    first.button(key="same").click().run()
    second = desk("李华", kind="hazard", queue="second")
    assert "同一配电箱" not in words(second)
    second.button(key="different").click().run()
    quarrel = desk("李华", kind="hazard", queue="disputed")
    assert "同一配电箱" in words(quarrel)
    assert decisions.effective(decisions.read(Settings.load()), "hazard").popitem()[1].disputed


def test_conflicting_values_are_asked_for_by_name_and_decided_like_the_rest(home):
    everything = desk("陈明", queue="all")
    assert "王坛镇" not in words(everything), "they would bury the pairs"
    test = desk("陈明", kind="conflict")
    said = words(test)
    assert i18n.text("zh", "review_case", n=1, all=3) in said
    test.selectbox(key="choose_review_group").select("town|enforcement|firms").run()
    said = words(test)
    assert i18n.text("zh", "review_case", n=1, all=2) in said
    assert {w for w in ("平水镇", "王坛镇", i18n.text("zh", "review_after_conflict")) if w not in said} == set()
    test.text_input(key="why").set_value("登记证为准")
    test.button(key="right").click().run()
    made = decisions.read(Settings.load())
    assert [(d.entity_type, d.verdict, d.right_id) for d in made] == [
        ("conflict", "right", "town|firms:enterprises:1|0badf00d")
    ]
    assert i18n.text("zh", "review_case", n=1, all=1) in words(test)
    test.button(key="undo").click().run()
    assert decisions.effective(decisions.read(Settings.load()), "conflict") == {}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_conflicts_come_in_groups_that_show_who_was_found_right(home, lang):
    test = desk("陈明", kind="conflict", lang=lang)
    said = words(test)
    point = f"{catalogue.word(lang, 'field', 'point')} · {catalogue.word(lang, 'silo', 'enforcement')} ↔ {catalogue.word(lang, 'silo', 'police')}"
    assert point in said
    assert i18n.text(lang, "review_apart", n="74.5", unit=i18n.text(lang, "unit.metres")) in said, (
        "the one that differs most comes first"
    )
    test.selectbox(key="choose_review_group").select("town|enforcement|firms").run()
    assert "74.5" not in words(test)
    test.button(key="right").click().run()
    assert re.search(rf"{catalogue.word(lang, 'silo', 'firms')}\s+1\b", words(test)), (
        "the firms' side was found right once"
    )
    assert test.query_params["group"] in ("town|enforcement|firms", ["town|enforcement|firms"])


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_cluster_that_grew_too_large_is_shown(home, lang):
    said = words(desk("陈明", lang=lang))
    shown = said[said.index(i18n.text(lang, "review_stopped")) :]
    assert re.search(r"某公司、某公司（绍兴）.*?61", shown, flags=re.S)
    assert catalogue.word(lang, "silo", "training") in shown


def test_the_command_lists_and_exports_one_group_of_conflicts(home, tmp_path):
    def run(*words: str):
        return CliRunner().invoke(cli_review.app, [*words])

    said = run("list", "--entity", "conflict", "--group", "town|enforcement|firms").output
    assert re.search(r"point\|enforcement\|police\s+1\s+1\b", said)
    assert "2 wait" in said
    assert "120.4" not in said
    done = run("export", str(tmp_path / "q.xlsx"), "--entity", "conflict", "--group", "point|enforcement|police")
    assert done.output.startswith("1 cases → ")
    assert "town|enforcement|firms" in str(run("list", "--entity", "conflict", "--group", "town").exception)
    assert "61 records of enterprise that would be one (training:learners:1): not merged" in run("list").output
    assert "no cases of kind 'firms'" in str(run("list", "--entity", "firms").exception)


def test_a_verdict_that_was_not_followed_is_shown_with_the_quarrels(home):
    path = home / "releases" / "2026Q3-r1" / "tables" / "review_cases.parquet"
    held = pq.read_table(path).to_pylist()
    case = next(r for r in held if r["entity_type"] == "enterprise")
    case |= {"decision": "same", "left_entity_id": "E-1", "right_entity_id": "E-2"}
    pq.write_table(pa.Table.from_pylist(held), path)
    said = decisions.make(
        "enterprise", case["left_id"], case["right_id"], "same", who="李华", why="同一厂", source="cli"
    )
    decisions.append(Settings.load(), [said])
    assert i18n.text("zh", "review_refused") in words(desk("陈明", kind="enterprise", queue="disputed"))
    assert "called the same and not joined" in CliRunner().invoke(cli_review.app, ["list"]).output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_verdict_that_earlier_ones_speak_against_is_refused_in_the_language_of_the_page(home, lang):
    test = desk("陈明", kind="enterprise", lang=lang)
    one, other = "enforcement:enterprises:2", "firms:enterprises:2"  # the pair the queue opens with
    for end in (one, other):
        said = decisions.make("enterprise", end, "firms:elsewhere:1", "same", who="李华", why="同一厂", source="cli")
        decisions.append(Settings.load(), [said])
    test.button(key="different").click().run()
    ways = (f"{one} = firms:elsewhere:1 = {other}", f"{other} = firms:elsewhere:1 = {one}")
    assert any(i18n.text(lang, "review_contradicts", ways=way) in words(test) for way in ways)
    assert len(decisions.read(Settings.load())) == 2, "nothing was written"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_log_that_was_edited_is_told_by_the_desk_and_nothing_is_written(home, lang, monkeypatch):
    monkeypatch.setattr(desk_door, "who", lambda: "陈明")
    case = SimpleNamespace(entity_type="enterprise", pair=("a:b:1", "a:b:2"))
    log = decisions.path(Settings.load())
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("edited\n", "utf-8")
    told = desk_door.say(lang, case, "same", "同一厂")
    assert told.startswith(i18n.text(lang, "review_not_written", fault=""))
    assert "is not a decision" in told
    assert log.read_text("utf-8") == "edited\n"


def test_signing_out_closes_the_desk(home):
    test = desk("陈明")
    test.button(key="leave").click().run()
    assert i18n.text("zh", "review_door") in words(test)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_both_languages_name_fields_and_reasons(home, lang):
    said = words(desk("陈明", lang=lang, kind="enterprise"))
    for key in ("review_why", "review_row"):
        assert i18n.text(lang, key) in said
    for family, code in (("field", "firm_name"), ("field", "address"), ("level", "equal")):
        assert catalogue.word(lang, family, code) in said
    assert i18n.text(lang, "entity.enterprise") in said
