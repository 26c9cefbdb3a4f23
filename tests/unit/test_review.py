"""The queue of pairs: what the log makes of a case, progress and agreement, the workbook both ways, who may decide."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.analysis.linkage import hazards, levels
from pipelines.errors import UsageError
from pipelines.review import book, cases, decisions, reviewers
from pipelines.review import words as catalogue
from pipelines.settings import Settings


def row(n: int, p: float = 0.8, kind: str = "enterprise", **shown: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "entity_type": kind, "probability": p, "match_weight": 2, "rule": "name",
        "why": json.dumps([{"column": "address", "level": "different", "weight": -1.5}, {"column": "firm_name", "level": "similar", "weight": 4}]),
    }  # fmt: skip
    for side, silo in (("left", "enforcement"), ("right", "firms")):
        made |= {
            f"{side}_id": f"{silo}:t:{n}", f"{side}_silo": silo, f"{side}_table": "t", f"{side}_label": f"企业{n}",
            f"{side}_landing_ref": f"{silo}/t/b#f!:{n}", f"{side}_entity_id": "E1",
            f"{side}_shown": json.dumps({"firm_name": f"{silo}{n}", "town_name": "平水镇"} | shown),
        }  # fmt: skip
    return made


def say(n: int, verdict: str, who: str, kind: str = "enterprise") -> decisions.Decision:
    return decisions.make(kind, f"firms:t:{n}", f"enforcement:t:{n}", verdict, who=who, why="看过", source="desk")


def test_a_case_has_its_fields_beside_each_other_and_its_reasons_dearest_first() -> None:
    case = cases.of([row(1)], [])[0]
    assert case.lines() == [("firm_name", "enforcement1", "firms1", False), ("town_name", "平水镇", "平水镇", True)]
    assert [r[0] for r in case.reasons] == ["firm_name", "address"]
    assert case.state == "open"


def test_the_hardest_case_comes_first() -> None:
    assert [str(c.probability) for c in cases.of([row(1, 0.9), row(2, 0.76), row(3, 0.8)], [])] == [
        "0.76",
        "0.8",
        "0.9",
    ]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([], "open"), ([("same", "甲")], "same"), ([("same", "甲"), ("same", "乙")], "same"), ([("unsure", "甲")], "unsure"),
        ([("same", "甲"), ("different", "乙")], "disputed"), ([("same", "甲"), ("undo", "甲")], "open"),
    ],
)  # fmt: skip
def test_the_log_makes_the_state_of_a_case(said: list[tuple[str, str]], state: str) -> None:
    assert cases.of([row(1)], [say(1, v, w) for v, w in said])[0].state == state


@pytest.mark.parametrize(
    ("verdict", "known_as", "other", "refused"),
    [
        ("same", "same", "E2", True),
        ("same", "same", "E1", False),
        ("same", None, "E2", False),
        ("different", "same", "E2", False),
    ],
)
def test_a_verdict_that_the_run_could_not_follow_is_marked(
    verdict: str, known_as: str | None, other: str, refused: bool
) -> None:
    told = row(1) | {"decision": known_as, "right_entity_id": other}
    assert cases.of([told], [say(1, verdict, "甲")])[0].refused is refused


def test_progress_counts_people_disputes_and_agreement() -> None:
    said = [say(1, "same", "甲"), say(1, "same", "乙"), say(2, "different", "甲"), say(2, "different", "乙"), say(3, "same", "甲"), say(3, "different", "乙")]  # fmt: skip
    done = cases.progress(cases.of([row(n) for n in range(1, 6)], said))
    assert (done.total, done.settled, done.disputed) == (5, 2, 1)
    assert done.by_person == {"甲": 3, "乙": 3} or done.by_person == {"乙": 3, "甲": 3}
    assert (done.agreed, done.both) == (2, 3)
    # of six verdicts three are "same": chance agrees in half of all meetings
    assert done.kappa == pytest.approx((2 / 3 - 0.5) / 0.5)
    assert cases.progress(cases.of([row(1)], [])).kappa is None


def conflict(n: int, **more: Any) -> dict[str, Any]:
    """A row of the mart: the town of one firm, where the brigade's stands and the firms' file says another."""
    made: dict[str, Any] = {"entity_type": "enterprise", "entity_id": f"E{n}", "attribute_code": "town", "is_adjudicated": False, "is_decided": False}  # fmt: skip
    for side, silo, value in (("winner", "firms", "安昌街道"), ("loser", "enforcement", "柯桥街道")):
        made |= {
            f"{side}_silo": silo, f"{side}_value": value, f"{side}_ref": f"{silo}/t/b#f!:{n}",
            f"{side}_claim": f"town|{silo}:t:{n}|0badf00d",
        }  # fmt: skip
    return made | more


def judge(n: int, verdict: str, who: str = "甲") -> decisions.Decision:
    one, other = f"town|firms:t:{n}|0badf00d", f"town|enforcement:t:{n}|0badf00d"
    return decisions.make("conflict", one, other, verdict, who=who, why="看过", source="desk")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([], "open"), ([("left", "甲")], "right"), ([("both", "甲"), ("both", "乙")], "both"), ([("unsure", "甲")], "unsure"),
        ([("left", "甲"), ("right", "乙")], "disputed"), ([("left", "甲"), ("undo", "甲")], "open"),
    ],
)  # fmt: skip
def test_conflicting_values_are_cases_too_sides_in_the_order_of_the_log(
    said: list[tuple[str, str]], state: str
) -> None:
    case = cases.of_conflicts([conflict(1)], [judge(1, v, w) for v, w in said])[0]
    assert (case.entity_type, case.state, case.left.silo, case.right.silo) == (
        "conflict",
        state,
        "enforcement",
        "firms",
    )
    assert case.lines() == [("entity_id", "E1", "E1", True), ("town", "柯桥街道", "安昌街道", False)]
    assert case.choices == ("left", "right", "both", "unsure")


def test_what_a_ruling_settles_does_not_wait_until_a_person_says_otherwise() -> None:
    ruled = conflict(1, is_adjudicated=True)
    assert cases.of_conflicts([ruled], [])[0].state == "ruled"
    assert cases.of_conflicts([ruled], [judge(1, "both")])[0].state == "both"
    assert cases.of_conflicts([conflict(2, is_adjudicated=True, is_decided=True)], [])[0].state == "open", (
        "undone since"
    )
    assert cases.progress(cases.of_conflicts([ruled, conflict(2)], [])).settled == 1


def test_claims_are_grouped_by_attribute_and_silos_with_whom_people_found_right() -> None:
    swapped = conflict(
        4,
        winner_silo="enforcement",
        loser_silo="firms",
        winner_claim="town|enforcement:t:4|0badf00d",
        loser_claim="town|firms:t:4|0badf00d",
    )
    rows = [
        conflict(1),
        conflict(2),
        conflict(3),
        swapped,
        conflict(5, is_adjudicated=True),
        conflict(6, attribute_code="point"),
    ]
    said = [judge(1, "left"), judge(2, "right"), judge(3, "both"), judge(4, "left")]  # left is the firms' side
    town, point = sorted(cases.groups(cases.of_conflicts(rows, said)), key=lambda g: g.attribute, reverse=True)
    assert (town.key, town.silos, town.total, town.waiting, town.ruled) == (
        "town|enforcement|firms",
        ("enforcement", "firms"),
        5,
        0,
        1,
    )
    assert (town.right, town.both) == ({"firms": 2, "enforcement": 1}, 1)
    assert (point.attribute, point.waiting, point.right) == ("point", 1, {})
    assert cases.groups(cases.of([row(1)], [])) == [], "pairs of records have no groups"


def test_claims_that_differ_most_come_first() -> None:
    rows = [
        conflict(n, attribute_code="point", difference=Decimal(d), difference_unit="metres")
        for n, d in ((1, "61.0"), (2, "940.5"), (3, "88.0"))
    ]
    assert [(str(c.difference), c.unit) for c in cases.of_conflicts(rows, [])] == [
        ("940.5", "metres"),
        ("88.0", "metres"),
        ("61.0", "metres"),
    ]


def test_a_release_without_claims_has_no_such_cases() -> None:
    assert cases.of_conflicts([conflict(1, winner_claim=None)], []) == []


def test_a_workbook_of_claims_takes_their_verdicts_only(tmp_path: Path) -> None:
    found = cases.of_conflicts([conflict(1)], [])
    book.write(tmp_path / "q.xlsx", found, {"conflict": "取值分歧 Values"}, "待复核")
    by_key = {c.key: c for c in found}
    answers = book.read(filled(tmp_path / "q.xlsx", {2: ("右侧正确", "登记证为准")}), by_key)
    assert [(a.verdict, a.why) for a in answers] == [("right", "登记证为准")]
    with pytest.raises(UsageError, match="verdict '同一' is none of 左侧正确, 右侧正确, 两者皆可, 说不准"):
        book.read(filled(tmp_path / "q.xlsx", {2: ("同一", "x")}), by_key)


def filled(
    path: Path,
    rows: dict[int, tuple[str, str]],
    keys: dict[int, str] | None = None,
    called: dict[str, str] | None = None,
    head: str = "",
) -> Path:
    """Write the exported workbook again with verdicts in it, as a person would with a spreadsheet program.

    ``called``: sheets under another name, or new ones; ``head``: what the first heading was changed to.
    """
    called = called or {}
    import fastexcel
    import xlsxwriter

    made = path.with_name("back.xlsx")
    read = fastexcel.read_excel(str(path))
    with xlsxwriter.Workbook(str(made)) as out:
        for name in read.sheet_names:
            page = out.add_worksheet(called.get(name, name))
            frame = read.load_sheet(name, header_row=None, dtypes="string").to_arrow()
            for j, column in enumerate(frame.columns):
                for i, text in enumerate(column.to_pylist()):
                    page.write_string(i, j, text or "")
            if name != "anlan":
                for i, (verdict, why) in rows.items():
                    page.write_string(i, 7, verdict)
                    page.write_string(i, 8, why)
                for i, key in {**({1: head} if head else {}), **(keys or {})}.items():
                    page.write_string(i, 0, key)
        for name in called.keys() - set(read.sheet_names):
            out.add_worksheet(called[name])
    return made


@pytest.fixture
def known(tmp_path: Path) -> tuple[Path, dict[str, cases.Case]]:
    found = cases.of([row(1), row(2)], [])
    assert book.write(tmp_path / "q.xlsx", found, {"enterprise": "企业 Firms"}, "待复核") == 2
    return tmp_path / "q.xlsx", {c.key: c for c in found}


def test_a_workbook_comes_back_with_verdicts(known: tuple[Path, dict[str, cases.Case]]) -> None:
    path, by_key = known
    first = next(iter(by_key))
    answers = book.read(filled(path, {2: ("同一", "执照相同")}), by_key)
    assert [(a.key, a.verdict, a.why) for a in answers] == [(first, "same", "执照相同")]
    assert book.read(filled(path, {}), by_key) == []


@pytest.mark.parametrize(
    ("rows", "keys", "says"),
    [
        ({2: ("也许", "x")}, {}, "企业 Firms row 3: verdict '也许' is none of"), ({2: ("不同", "")}, {}, "row 3: a verdict without a reason"),
        ({2: ("同一", "x")}, {2: "enterprise|a|b"}, "row 3: no case 'enterprise|a|b'"),
        ({2: ("同一", "x"), 3: ("不同", "y")}, {}, "row 4: the case has a verdict already, at 企业 Firms row 3"),
    ],
)  # fmt: skip
def test_a_workbook_edited_wrongly_is_named_row_by_row(
    known: tuple[Path, dict[str, cases.Case]], rows: dict, keys: dict, says: str
) -> None:
    path, by_key = known
    with pytest.raises(UsageError) as caught:
        book.read(filled(path, rows, keys), by_key)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("edited", "says"),
    [
        ({"called": {"企业 Firms": "企业"}}, "sheet '企业 Firms' of the export is gone; sheet '企业' is none of the export's"),
        ({"called": {"": "备注"}}, "sheet '备注' is none of the export's"),
        ({"head": "Case"}, "企业 Firms row 2: the headings are not those of the export"),
    ],
)  # fmt: skip
def test_a_workbook_whose_sheets_are_not_those_of_the_export_loses_no_verdict_silently(
    known: tuple[Path, dict[str, cases.Case]], edited: dict, says: str
) -> None:
    path, by_key = known
    with pytest.raises(UsageError) as caught:
        book.read(filled(path, {2: ("同一", "执照相同")}, **edited), by_key)
    assert says in str(caught.value)


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    with pytest.raises(UsageError, match="is no workbook of 'anlan review export'"):
        book.read(tmp_path / "x.xlsx", {})


def test_reviewers_prove_who_they_are_and_the_file_holds_no_passphrase(tmp_path: Path) -> None:
    settings = Settings.load(home=tmp_path)
    reviewers.add(settings, "陈明", "correct horse battery")
    assert reviewers.sign_in(settings, "陈明", "correct horse battery").roles == ("data_steward",)  # type: ignore[union-attr]
    assert reviewers.sign_in(settings, "陈明", "wrong") is None
    assert reviewers.sign_in(settings, "nobody", "correct horse battery") is None
    file = settings.review / "reviewers.json"
    assert "horse" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    reviewers.remove(settings, "陈明")
    assert reviewers.sign_in(settings, "陈明", "correct horse battery") is None
    for name, words in (("", "long enough words"), ("乙", "short")):
        with pytest.raises(UsageError):
            reviewers.add(settings, name, words)


def test_every_level_and_every_field_that_a_reviewer_is_shown_has_words_in_both_languages() -> None:
    weighed = {w for kind in levels.LEVELS for w in levels.words(kind)} | {
        w for of in hazards.LEVELS.values() for w in of
    }
    models = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "core"
    listed = [re.findall(r"fields_shown\(\[(.+?)\]\)", p.read_text(encoding="utf-8")) for p in models.rglob("*.sql")]
    shown = {f.strip(" '") for found in listed for one in found for f in one.split(",")} | set(hazards.LEVELS)
    assert len(shown) > 30
    assert [w for w in sorted(weighed) if not catalogue.has("level", w)] == []
    assert [f for f in sorted(shown) if not catalogue.has("field", f)] == []
    for key, entry in catalogue.catalogue().items():
        assert all(entry[lang] for lang in ("zh", "en")), key
        assert not re.search(r"[\u4e00-\u9fff]", entry["en"]), key


def test_a_workbook_speaks_both_languages(tmp_path: Path) -> None:
    import fastexcel

    told = row(1, kind="hazard", silo="enforcement") | {
        "left_silo": "emergency", "left_table": "hazards",
        "why": json.dumps([{"column": "what", "level": "clause_same", "weight": 4.2}]),
    }  # fmt: skip
    book.write(tmp_path / "q.xlsx", cases.of([told], []), {"hazard": "隐患 Hazards"}, "待复核")
    frame = fastexcel.read_excel(str(tmp_path / "q.xlsx")).load_sheet(0, header_row=None, dtypes="string").to_arrow()
    said = "\n".join(text or "" for column in frame.columns for text in column.to_pylist())
    for part in (
        "隐患内容 What the hazard is: 条款相同 same clause (+4.2)",
        "报送部门 Sent by: 执法 Enforcement",
        "应急 · ",
    ):
        assert part in said
    assert [raw for raw in ("clause_same", "emergency/", "firm_name", "town_name") if raw in said] == []
