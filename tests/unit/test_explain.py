"""Every published number follows from its evidence, and a number that does not is found."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal as D
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from pipelines import explain, release, release_door
from pipelines.errors import AnlanError, UsageError
from pipelines.explain import arithmetic, hazard, screen, sources
from pipelines.settings import Settings
from tests.unit.make_warehouse import build
from tests.unit.warehouse_shape import DDL
from tests.unit.warehouse_world import TOWNS

MAAN = "330603011000"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(build(tmp_path_factory.mktemp("explain")).home)
    with pytest.MonkeyPatch.context() as m:
        m.setattr(release_door, "check_folder", lambda *a, **k: [])
        release.freeze(made, "2026Q3")
    return made


@pytest.fixture(scope="module")
def opened(settings: Settings) -> release.Release:
    return release.open_release(settings)


@pytest.mark.parametrize(
    ("words", "target"),
    [
        (["马鞍街道"], ("town", MAAN, None)),
        (["马鞍"], ("town", MAAN, None)),
        (["Maan"], ("town", MAAN, None)),
        (["马鞍街道", "c301"], ("cell", MAAN, "C301")),
        (["C301@330603011000"], ("cell", MAAN, "C301")),
        (["station", "马鞍街道", "ST-02"], ("rule", MAAN, "ST-02")),
        (["马鞍街道", "ST-02"], ("rule", MAAN, "ST-02")),
        (["站所", "马鞍街道"], ("station", MAAN, None)),
        (["enterprise", "91330603MA2BK00011"], ("enterprise", "E91330603MA2BK00011", None)),
        (["E91330603MA2BK00011", "E503"], ("item", "E91330603MA2BK00011", "E503")),
        (["企业", "恒越", "E503"], ("item", "E91330603MA2BK00011", "E503")),
        (["企业", "恒越", "EN-17"], ("rule", "E91330603MA2BK00011", "EN-17")),
        (["E91330603MA2BK00011", "fd-04"], ("rule", "E91330603MA2BK00011", "FD-04")),
    ],
)
def test_a_target_is_named_as_people_name_it(
    opened: release.Release, words: list[str], target: tuple[str, ...]
) -> None:
    assert explain.resolve(opened, words) == explain.Target(*target)


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ([], "name a town"), (["孙端街道"], "马鞍街道"), (["enterprise", "绍兴"], "means 3 firms"),
        (["enterprise", "没有"], "no firm"), (["马鞍街道", "C999"], "C301"), (["station", "马鞍街道", "ST-99"], "ST-02"),
        (["enterprise", "恒越", "E999"], "E503"),
    ],
)  # fmt: skip
def test_an_unknown_target_is_a_wrong_call_that_lists_what_exists(
    settings: Settings, opened: release.Release, words: list[str], seen: str
) -> None:
    with pytest.raises(UsageError, match=seen) as caught:
        explain.explain(settings, opened, words)
    assert caught.value.exit_code == 2


def test_a_period_outside_the_release_is_a_wrong_call(settings: Settings, opened: release.Release) -> None:
    with pytest.raises(UsageError, match="2026Q2, 2026Q3"):
        explain.explain(settings, opened, ["马鞍街道"], period="2025Q1")


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3"])
def test_every_published_number_is_worked_out_again(settings: Settings, opened: release.Release, period: str) -> None:
    count = 0
    for town in TOWNS:
        words = [[town[0]], ["station", town[0]], ["station", town[0], "ST-01"], ["station", town[0], "ST-02"]]
        words += [[town[0], code] for code in ("C202", "C204", "C301", "E103", "F101")]
        for w in words:
            found = explain.explain(settings, opened, w, period)
            assert explain.disagreements(found) == [], (w, explain.disagreements(found))
            count += len(found["checks"])
    for uscc in ("91330603MA2BK00011", "91330603MA2BK0002X", "91330603MA2BK00038"):
        for w in (["enterprise", uscc], *(["enterprise", uscc, code] for code in ("E404", "E503", "E801"))):
            found = explain.explain(settings, opened, w, period)
            assert explain.disagreements(found) == [], w
            count += len(found["checks"])
    assert count > 200


def test_bonuses_are_told_by_the_events_behind_them(settings: Settings, opened: release.Release) -> None:
    found = explain.explain(settings, opened, ["马鞍街道"])
    told = [(a["code"], a["event_count"], a["points_each"], a["points_max"]) for a in found["adjustments"]]
    assert told == [("P03", 2, D("0.50"), D("1.00"))]
    assert explain.explain(settings, opened, ["平水镇"])["adjustments"] == []


def test_the_small_number_rule_is_worked_out_with_the_district(settings: Settings, opened: release.Release) -> None:
    found = explain.explain(settings, opened, ["平水镇", "C202"])
    small = next(c for c in found["checks"] if c["en"] == "small-number value")
    assert small["formula"] == "100·(5 + 5×77/90)/(6 + 5), n < 10"


def test_the_chain_ends_at_file_row_and_raw_values(settings: Settings, opened: release.Release) -> None:
    found = explain.explain(settings, opened, ["马鞍街道", "C301"], limit=3)
    first = found["evidence"][0]
    assert first["numerator"] < first["denominator"]  # what costs points comes first
    place = first["landing"]
    assert place["state"] == "found"
    assert (place["file"], place["part"]) == ("隐患清单_2026Q3.csv", "1")
    assert place["row"] > 0
    assert {v["zh"]: v["sent"] for v in place["values"]}["镇街"] == "马鞍街道"
    assert len(place["rows_sha256"]) == 64
    assert len(found["evidence"]) == 3
    assert found["evidence_total"] == 40


def test_people_are_never_shown(
    settings: Settings, opened: release.Release, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explain.explain(settings, opened, ["station", "马鞍街道", "ST-02"], limit=-1)
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    screen.render(found, "zh", console)
    shown = console.export_text() + explain.as_json(found)
    assert "王**" in shown
    assert "王小芳" not in shown
    assert sources._mask("officer_cert_no", "T330621199001011234", False)[0] == "T330****34"
    assert sources._mask("address", "联系 13812345678 转", False)[0] == "联系 138****78 转"
    assert sources._mask("note", "330621199001011234", False)[0] == "330****34"


def test_a_changed_or_missing_batch_is_said(settings: Settings, opened: release.Release, tmp_path: Path) -> None:
    elsewhere = Settings(tmp_path)
    found = explain.explain(elsewhere, opened, ["马鞍街道", "C301"], limit=1)
    assert found["evidence"][0]["landing"]["state"] == "batch_missing"
    shutil.copytree(settings.landing, elsewhere.landing)
    manifest = next((elsewhere.landing / "enforcement" / "hazards").glob("*/*/manifest.json"))
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"rows_sha256": "', '"rows_sha256": "0'), encoding="utf-8"
    )
    found = explain.explain(elsewhere, opened, ["马鞍街道", "C301"], limit=1)
    assert found["evidence"][0]["landing"]["state"] == "batch_changed"


def test_a_number_that_does_not_follow_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = build(tmp_path)
    with duckdb.connect(str(small.warehouse)) as con:
        con.execute(
            "update marts.town_indicator_scores set score = score + 1 where indicator_code = 'C301' and period = '2026Q3'"
        )
    monkeypatch.setattr(release_door, "check_folder", lambda *a, **k: [])
    release.freeze(Settings(tmp_path), "2026Q3")
    with pytest.raises(AnlanError, match=r"score: recomputed 62\.5, published 63\.5") as caught:
        explain.main(Settings(tmp_path), ["马鞍街道", "C301"], lang="en")
    assert caught.value.exit_code == 1
    assert "recomputed ≠ published ✗" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ["马鞍街道"],
        ["马鞍街道", "C301"],
        ["enterprise", "恒越"],
        ["enterprise", "恒越", "E503"],
        ["station", "马鞍街道"],
        ["马鞍街道", "ST-02"],
    ],
)
def test_every_chain_prints_in_both_languages(
    settings: Settings, capsys: pytest.CaptureFixture[str], words: list[str], lang: str
) -> None:
    explain.main(settings, words, lang=lang, limit=1)
    out = capsys.readouterr().out
    assert ("重算 = 公布 ✓" if lang == "zh" else "recomputed = published ✓") in out


def test_json_keeps_every_place(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    explain.main(settings, ["平水镇", "C202"], as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["agrees"] is True
    assert found["indicator"]["value"] == "84.343435"


@pytest.mark.parametrize(
    ("value", "floor", "target", "score"),
    [
        ("70", "70", "98", 0), ("98", "70", "98", 100), ("120", "70", "98", 100), ("84", "70", "98", 50),
        ("30", "30", "10", 0), ("5", "30", "10", 100), ("20", "30", "10", 50), ("0.2", "0.2..8", "1.0..4.0", 0),
        ("0.6", "0.2..8", "1.0..4.0", 50), ("2", "0.2..8", "1.0..4.0", 100), ("6", "0.2..8", "1.0..4.0", 50),
        ("9", "0.2..8", "1.0..4.0", 0),
    ],
)  # fmt: skip
def test_goalposts_clip_and_a_band_is_a_trapezoid(value: str, floor: str, target: str, score: int) -> None:
    assert arithmetic.goalpost_score(D(value), floor, target)[0] == score


def test_open_cases_do_not_look_quick() -> None:
    rows = [{"numerator": D(n), "denominator": D(d)} for n, d in ((1, 1), (2, 0), (3, 1), (4, 0))]
    assert arithmetic.indicator_value(rows, "km_median", D(1))[0] == 3
    never = [{"numerator": D(n), "denominator": D(0)} for n in (5, 50)]
    assert arithmetic.indicator_value(never, "km_median", D(1), floor=D(30))[0] == 50
    assert arithmetic.indicator_value(never[:1], "km_median", D(1), floor=D(30))[0] == 30


def test_rows_seen_but_not_counted_leave_the_median_alone() -> None:
    rows = [{"numerator": D(9), "denominator": D(1)}, {"numerator": None, "denominator": None}]
    assert arithmetic.indicator_value(rows, "median", D(1))[0] == 9


def test_a_capped_share_counts_no_more_than_the_need() -> None:
    rows = [{"numerator": D(5), "denominator": D(0)}, {"numerator": D(0), "denominator": D(4)}]
    assert arithmetic.indicator_value(rows, "ratio", D(100), is_capped=True)[0] == 100


def test_a_landing_reference_with_odd_file_names_is_read() -> None:
    place = sources.parse_ref("enforcement/cases/000002-ab#处罚#案件!2026.xlsx!案件:17")
    assert (place["batch"], place["file"], place["part"], place["row"]) == (
        "000002-ab",
        "处罚#案件!2026.xlsx",
        "案件",
        17,
    )
    with pytest.raises(AnlanError, match="cannot be read"):
        sources.parse_ref("nonsense")


def test_the_fixture_covers_every_mart() -> None:
    assert set(release.MARTS) | set(release.REFERENCES) <= set(DDL)


def test_an_enterprise_says_who_it_is(settings: Settings, opened: release.Release) -> None:
    found = explain.explain(settings, opened, ["enterprise", "恒越"])
    who = found["identity"]
    assert [n["name_kind"] for n in who["names"]] == ["standing"]
    assert {(s["how"], s["silo"], s["record_count"]) for s in who["sources"]} == {
        ("key", "fire", 1),
        ("probability", "fire", 1),
    }
    assert {"attribute": "firm_name", "value": "绍兴恒越印染有限公司", "silo": "emergency"}.items() <= who["stands"][
        0
    ].items()
    assert [(c["attribute_code"], c["loser_silo"], c["charged_silo"]) for c in who["conflicts"]] == [
        ("town", "firms", None)
    ]
    assert [p["decision"] for p in who["pairs"]] == [None]
    assert [b["enterprise_id"] for b in who["branches"]] == ["E-0123456789ab"]


def test_a_firm_on_no_register_is_found_by_a_former_name_and_has_no_rating(
    settings: Settings, opened: release.Release, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explain.explain(settings, opened, ["enterprise", "柯桥染坊旧号"])
    assert (found["rating"], found["unit_id"]) == (None, "E-0123456789ab")
    for lang, words in (("zh", "不在评级范围"), ("en", "no rated unit")):
        explain.main(settings, ["enterprise", "柯桥染坊旧号"], lang=lang)
        said = capsys.readouterr().out
        assert words in said
        assert "E91330603MA2BK00011" in said


@pytest.mark.parametrize(("lang", "said"), [("zh", ("逾期未办", "停产停业审查", "跳步")), ("en", ("Overdue, not done", "stop-work review", "No such step"))])  # fmt: skip
def test_a_hazard_is_told_with_its_clocks_escalations_and_refused_steps(
    opened: release.Release, lang: str, said: tuple[str, ...]
) -> None:
    life = hazard.life(opened, "HYH2026Q3000002")
    assert [c["stage_code"] for c in life["clocks"]] == ["confirm", "control", "assign", "rectify"]
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    hazard.render(life, lang, console)
    text = console.export_text()
    assert [word for word in said if word not in text] == []
    assert hazard.life(opened, "HYH9") is None
