"""Each page with, without and with an empty release, in both languages, without a browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import i18n, shell
from tests.app.make_release.facts import TOWNS

ROOT = Path(__file__).resolve().parents[2]
VIEWS = [Path(p.view).stem for p in shell.PAGES]
TOWN = "330603005000"
HAN = re.compile(r"[\u4e00-\u9fff]")


def words(test: AppTest) -> str:
    """Everything the page wrote as HTML, without tags and styles."""
    blocks = [e.proto.body for e in test.get("html")]
    return re.sub(r"<[^>]+>", " ", " ".join(b for b in blocks if "--accent" not in b))


@pytest.fixture
def page(homes, monkeypatch):
    def run(view: str, home: str = "good", **parameters: str) -> AppTest:
        monkeypatch.setenv("ANLAN_HOME", str(homes[home]))
        test = AppTest.from_file(str(ROOT / "dashboards" / "views" / f"{view}.py"), default_timeout=30)
        if view == "review":  # who may decide is tried in test_review_desk.py
            test.session_state["reviewer"], test.session_state["roles"] = "陈明", ("data_steward",)
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return run


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_page_shows_the_release_it_read(page, view, lang):
    said = words(page(view, lang=lang))
    assert i18n.text(lang, "src_release", release="2026Q3-r1") in said
    assert i18n.period(lang, "2026Q3") in said
    assert i18n.text(lang, "pilot_note").replace("'", "&#x27;") in said or i18n.text(lang, "pilot_note") in said


@pytest.mark.parametrize(("home", "lang"), [("none", "zh"), ("none", "en"), ("empty", "zh"), ("broken", "en")])
@pytest.mark.parametrize("view", VIEWS)
def test_page_without_data_says_what_to_type(page, view, home, lang):
    said = words(page(view, home, lang=lang))
    kind = home if home in ("none", "empty") else "broken"
    assert i18n.text(lang, f"notice.{kind}.title") in said
    assert "anlan run" in said


def test_unknown_period_offers_those_there_are(page):
    said = words(page("town", period="2031Q1"))
    assert i18n.text("zh", "notice.period.title") in said
    assert "2026年第二季度" in said


@pytest.mark.parametrize("home", ["dangling", "garbled"])
def test_pointer_to_nothing_is_a_broken_release(page, home):
    assert i18n.text("zh", "notice.broken.title") in words(page("overview", home))


def test_release_named_in_the_url_cannot_leave_the_folder(page):
    for name in ("../../etc", "2031Q1-r1", "."):
        said = words(page("overview", release=name))
        assert i18n.text("zh", "notice.unknown.title") in said
        assert "2026Q3-r1" in said


@pytest.mark.parametrize("view", VIEWS)
def test_nonsense_in_the_url_is_ignored(page, view):
    page(
        view, town="<script>", ind="Z9", rule="x", firm="'", grade="Q", industry="%", key="7", p="-3", ep="x", lang="fr"
    )


def test_english_pages_hold_no_untranslated_words(page):
    for view in ("overview", "town"):
        left = HAN.findall(words(page(view, lang="en", town=TOWN)).replace("中文", "").replace("街道", ""))
        assert not left, left


def test_lost_points_shown_add_up_to_100_minus_base(page):
    said = words(page("town", town=TOWN, lang="en"))
    total, again, base = re.search(r"add up to ([\d.]+); 100 − ([\d.]+) = base score ([\d.]+)\.", said).groups()
    assert total == again
    assert round(float(total) + float(base), 2) == 100


def test_a_town_reads_what_was_added_and_taken_and_by_which_rules(page):
    shown = words(page("town", lang="en", town="330603011000"))
    assert "bonus 0.50, deduction 0.50" in shown
    assert "P02 Cross-town or national-team support: 1" in shown
    assert "N02 Supervised item overdue: 1" in shown


def test_a_rank_stands_beside_its_interval_and_what_decides_it(page):
    said = words(page("town", town=TOWN, lang="en"))
    rank = int(re.search(r"Rank (\d+), between", said)[1])
    assert i18n.text("en", "rank_interval") in said
    assert f"{max(1, rank - 1)}–{rank + 1}" in said
    assert "Cannot be told apart from " in said
    assert "stands in 90% of the draws with arithmetic means, in 50% of all" in said
    assert f"With its unverified data at 0 it would rank {rank + 2}, at 100 {rank}" in said
    assert i18n.text("en", "drivers_title") in said
    overview = words(page("overview", lang="zh"))
    assert i18n.text("zh", "trust_note") in overview
    assert "难分高下的各组：" in overview
    method = words(page("method"))
    assert "种子 330603" in method
    assert "熵权法" in method
    assert re.search("第3名变为第4名", method)
    assert "九成演算" in words(page("sharing", dept="SL"))


def test_evidence_rows_name_file_and_line(page):
    said = words(page("town", town=TOWN, ind="C301", lang="en"))
    assert "Evidence: C301" in said
    assert re.search(r"隐患清单_2026Q3\.xlsx, 隐患清单, row \d+", said)


def test_evidence_is_paged(page):
    first = words(page("town", town=TOWN, ind="C301", lang="en"))
    total = int(re.search(r"Rows 1–(\d+) of (\d+)", first).group(2))
    last = words(page("town", town=TOWN, ind="C301", lang="en", ep=str(-(-total // 25))))
    assert f"–{total} of {total}" in last


def test_conservation_page_adds_up(page):
    said = words(page("data", lang="en"))
    found = re.search(r"([\d,]+) rows landed = ([\d,]+) accepted \+ ([\d,]+) rejected \+ ([\d,]+) duplicate", said)
    landed, *rest = (int(x.replace(",", "")) for x in found.groups())
    assert landed == sum(rest)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_data_page_states_the_reference_system_of_every_feed(page, lang):
    said = words(page("data", lang=lang))
    assert i18n.text(lang, "crs_note", feeds=4, proven=1, wrong=2) in said
    for verdict in ("proven", "contradicted", "declared_only", "no_points"):
        assert i18n.text(lang, f"crs_verdict.{verdict}") in said
    assert re.search(r"WGS-84\s+GCJ-02\s+" + re.escape(i18n.text(lang, "crs_verdict.contradicted")), said)
    assert "498.8 → 0.1" in said


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_data_page_lists_places_to_look_into(page, lang):
    said = words(page("data", lang=lang))
    assert i18n.text(lang, "places_note", n="3") in said
    reason = "代码与名称所指不同" if lang == "zh" else "Code and name mean different places"
    assert re.search(rf"{reason}.*?3\s+杨汛桥街道\s+330603010000 杨汛桥街道", said)


def test_the_page_of_barriers_names_the_tables_that_are_late(page):
    said = words(page("sharing", dept="TT", lang="en"))
    assert "On 30 Sep 2026: 1 in time, 1 late, 0 never came, 0 without a due day." in said
    assert "towers.devices.fresh" in said
    assert "14 days late" in said
    assert "towers.devices.fresh" not in words(page("sharing", dept="TT", period="2026Q2"))


def test_a_department_shows_its_whole_score_and_what_caps_it(page):
    said = words(page("sharing", dept="SL", lang="en"))
    assert "Department score 91.50 (bonus 0.50 included), rank 1 of 4 departments of its kind." in said
    assert i18n.text("en", "veto.DV4") in said
    assert re.search(r"DC03 Late or missing reports.*?1\.00 \s*1 / 4" + re.escape(i18n.text("en", "shrunk")), said)
    assert i18n.text("en", "department_group.data_only") in words(page("sharing", dept="TT", lang="en"))
    assert i18n.text("zh", "department_not_rated", share=i18n.percent(0)) in words(
        page("sharing", dept="RD", lang="zh")
    )


def test_filter_moves_into_the_url_as_a_code(page):
    test = page("firms")
    test.selectbox(key="choose_firms_grade").select("D").run()
    assert test.query_params["grade"] in ("D", ["D"])
    assert not test.exception


def test_search_keeps_only_matching_firms(page):
    said = words(page("firms", q="MA000007", lang="en"))
    assert "Rows 1–1 of 1" in said
    assert i18n.text("en", "firms_none") in words(page("firms", q="没有这家", lang="en"))


def test_unknown_firm_says_so(page):
    assert i18n.text("en", "firm_unknown") in words(page("firm", firm="E0", lang="en"))


def test_a_firm_shows_what_capped_it_what_earned_a_bonus_and_the_rows(page):
    firm = "E91330603MA000007X"
    said = words(page("firm", firm=firm, lang="en"))
    assert i18n.text("en", "bonus.EP02") in said
    assert re.search(r"Bonus\s+\+1\b", said)
    rows = words(page("firm", firm=firm, item="EP02", lang="zh"))
    assert i18n.text("zh", "evidence_title", code="EP02", name=i18n.text("zh", "bonus.EP02")) in rows
    assert "HZ00007" in rows
    assert "EV04" not in words(page("firm", firm=firm, item="EV04", lang="en")), (
        "a veto that is not in force has no rows here"
    )


def test_workbook_of_the_release_is_offered(page, homes):
    assert not page("overview").get("download_button")
    folder = homes["good"] / "exports"
    folder.mkdir()
    try:
        (folder / "anlan-2026Q3-r1.xlsx").write_bytes(b"PK")
        (folder / "anlan-2026Q2-r1.xlsx").write_bytes(b"PK")
        labels = [b.proto.label for b in page("overview").get("download_button")]
    finally:
        shutil.rmtree(folder)
    assert labels == [i18n.text("zh", "download", file="anlan-2026Q3-r1.xlsx")]


def test_page_asserts_the_role(page, monkeypatch):
    monkeypatch.setattr(shell, "roles_of_reader", frozenset)
    assert i18n.text("zh", "notice.forbidden.title") in words(page("overview"))


def test_every_view_file_is_a_page_and_asks_for_its_role():
    files = {p.stem for p in (ROOT / "dashboards" / "views").glob("*.py")}
    assert files == set(VIEWS)
    for name in files:
        source = (ROOT / "dashboards" / "views" / f"{name}.py").read_text(encoding="utf-8")
        assert re.search(rf'shell\.enter\(\s*"{name}"', source)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_rescue_circle_shows_coverage_sites_and_teams(page, lang):
    said = words(page("circle", lang=lang))
    # sixteen towns of ten thousand, five hundred more out of reach in each
    assert "62.5%" in said
    assert re.search(r"Jidong|稽东", said)
    listed = said[said.index(i18n.text(lang, "circle_towns_title")) :]
    first, last = ("夏履镇", "柯桥街道") if lang == "zh" else ("Xialü", "Keqiao")
    assert listed.index(first) < listed.index(last), "least covered first"
    assert re.search(r"1\s+第1网格.*?5,000.*?5,999", said)
    assert i18n.text(lang, "circle_off_road") in said
    assert re.search(r"\+700\s+第1号网格", said)


def test_the_rescue_circle_shows_what_a_flood_takes_from_each_town(page):
    said = words(page("circle", lang="en"))
    listed = said[said.index(i18n.text("en", "circle_scenarios_title")) :]
    # the pretended flood takes 300 of 10,000 people of every town
    assert re.search(r"Usual\s+Flood|Flood\s+Usual", listed)
    assert re.search(r"(97\.0%\s+100\.0%|100\.0%\s+97\.0%)\s+300", listed)


def test_the_rescue_circle_has_a_case_without_a_map_and_one_without_sites(page):
    assert i18n.text("en", "circle_no_map") in words(page("circle", lang="en", event="traffic"))
    said = words(page("circle", lang="en", scenario="flood"))
    assert i18n.text("en", "circle_no_sites") in said
    assert "59.5%" in said


def test_the_map_of_the_circle_names_seats_and_marks_sites(page):
    blocks = " ".join(e.proto.body for e in page("circle", lang="en").get("html"))
    assert blocks.count('class="seat"') == 16
    assert blocks.count('class="site"') == 2 + 1  # two on the map, one in its legend
    assert "data:image/svg+xml;base64," in blocks


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_hazard_loop_shows_clocks_escalations_and_refused_steps(page, lang):
    said = words(page("loop", lang=lang))
    assert re.search(r"Confirmation|确认", said)
    assert "HYH2026Q3000002" in said, "the major one is overdue"
    assert re.search("停产停业审查|stop-work review", said)
    assert re.search("当前状态没有这一步|No such step", said)
    assert i18n.known(lang, "loop_count", "start_not_told") in said
    assert "A-0123456789ab" in said, "the audit case stands on the page"


def test_the_hazard_loop_opens_one_hazard_and_one_town(page):
    opened = words(page("loop", lang="en", hazard="HYH2026Q3000003"))
    assert "Paused" in opened
    assert "anlan explain hazard HYH2026Q3000003" in opened
    town = words(page("loop", lang="en", town=TOWNS[0][0]))
    assert "HYH2026Q3000002" not in town
    assert i18n.text("en", "loop_all_towns") in town


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_what_if_shows_score_grade_and_gap_move_and_takes_changes_back(page, lang):
    test = page("whatif", "trial", lang=lang, town="town2", set="C301=100;B402=100;nonsense")
    said = words(test)
    score = re.search(rf"{i18n.text(lang, 'final_score')} \s*([\d.]+) → ([\d.]+)", said)
    assert float(score[2]) > float(score[1])
    assert re.search(rf"{i18n.text(lang, 'try_gap')} \s*[\d.]+ → [\d.]+", said)
    assert re.search(rf"{i18n.text(lang, 'try_range')} \s*\d+–\d+", said)
    assert "nonsense: is no change" in said
    assert i18n.text(lang, "steps_proven") in said
    blocks = " ".join(e.proto.body for e in test.get("html"))
    assert "set=B402%3D100%3Bnonsense" in blocks, "each change has a link that takes it back"


@pytest.mark.parametrize("kind", ["value", "weight", "goalpost", "cert", "close", "site", "move"])
def test_what_if_offers_every_kind_of_change(page, kind):
    test = page("whatif", "trial", lang="en", town="town2", kind=kind)
    assert i18n.text("en", "try_nothing") in words(test)
    if kind in ("value", "weight", "goalpost"):
        slider = test.slider[0]
        slider.set_value(slider.min + 0.9 * (slider.max - slider.min)).run()
        assert not test.exception
        assert "→" in words(test)
        assert test.query_params["set"]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_what_if_moves_a_station_and_says_who_is_reached(page, lang):
    test = page("whatif", "trial", lang=lang, town="town2", kind="move", what="XF-1")
    assert i18n.text(lang, "try_reached.E101") not in words(test)
    test.button(key="try_move").click().run()
    assert test.query_params["set"] == "move.XF-1=120.6,30.0"
    said = words(test)
    assert re.search(rf"{i18n.text(lang, 'try_reached.E101')} \s*150 → 550", said)
    assert re.search(rf"{i18n.text(lang, 'final_score')} \s*([\d.]+) → ([\d.]+)", said)
    refused = words(
        page("whatif", "trial", lang=lang, town="town2", kind="move", set="move.XF-1=121.9,30.0;move.XF-9=120.55,30")
    )
    assert "is a place off every road of the district" in refused
    own = page("whatif", "trial", lang=lang, town="town2", kind="move", what="ZJ-2", part="own", at="120.55, 30")
    own.button(key="try_move").click().run()
    assert own.query_params["set"] == "move.ZJ-2=120.55,30"


def test_a_release_that_cannot_be_tried_says_why(page):
    assert "cannot be tried: the release lacks what it was scored by" in words(page("whatif", lang="en"))


def test_a_town_shows_its_cheapest_next_steps(page):
    said = words(page("town", "trial", lang="en", town="town2"))
    assert i18n.text("en", "steps_title") in said
    assert re.search(r"points to grade [ABC]; these steps cost about [\d.]+ thousand yuan", said)
    assert i18n.text("en", "steps_title") not in words(page("town", lang="en"))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_depth_shows_the_gaps_between_towns_widest_first(page, lang):
    said = words(page("depth", lang=lang))
    listed = said[said.index(i18n.text(lang, "depth_gaps_title")) :]
    assert listed.index(i18n.text(lang, "depth_best")) < listed.index("总分" if lang == "zh" else "Whole score")
    assert i18n.text(lang, "depth_status.not_due") in listed
    assert ("90.0 天" in listed, "90.0 days" in listed) == (lang == "zh", lang == "en"), (
        "the unit is in the page's language"
    )
    assert re.search(r"Ma&#x27;an|马鞍", listed)


def test_depth_shows_what_became_of_what_the_congress_asked_for(page):
    said = words(page("depth", lang="en", asked="F091"))
    listed = said[said.index(i18n.text("en", "depth_asked_title")) :]
    assert listed.index("F091") < listed.index("F099"), "overdue first"
    assert re.search(r"61\.50.*?\+3\.25", listed)
    assert i18n.text("en", "depth_overdue", n=1, days=112) in listed
    assert i18n.known("en", "depth_status", "no_indicator") in listed
    opened = listed[listed.index("RDJY2026-001") :]
    assert re.search(r"112.*RDJY2026-002", opened)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_depth_shows_supplies_against_the_norm_and_what_is_in_reach(page, lang):
    said = words(page("depth", lang=lang, store=TOWN))
    listed = said[said.index(i18n.text(lang, "depth_supply_title")) :]
    assert i18n.known(lang, "depth_status", "not_reported") in listed, "the town that sent no list"
    assert re.search("Life rings|救生圈", listed)
    assert re.search(r"72\s*/\s*90", listed)
    assert i18n.text(lang, "depth_within", n=30) in listed


def test_depth_of_a_quarter_without_stock_and_plans_says_so(page):
    said = words(page("depth", lang="en", period="2026Q2"))
    assert said.count(i18n.text("en", "depth_nothing")) == 3
    assert i18n.text("en", "depth_gaps_title") in said


def test_depth_shows_social_forces_and_training(page):
    said = words(page("depth", lang="en"))
    listed = said[said.index(i18n.text("en", "depth_force_title")) :]
    assert re.search(r"0 / 3|1 / 3", listed)
    assert i18n.known("en", "depth_status", "not_reported") in listed, "the station whose hours nobody sent"
    assert re.search(r"0 / 16", listed)
    assert "水上" in listed[listed.index(i18n.text("en", "depth_kinds_title")) :]


def test_depth_shows_plans_by_kind_of_event_and_what_drills_found(page):
    said = words(page("depth", lang="en"))
    listed = said[said.index(i18n.text("en", "depth_plan_title")) :]
    assert re.search(r"2\s+演练发现|\d+\s+演练发现", listed)
    assert re.search(r"16\s*/20|1[3-6]/20", listed)
    drilled = listed[listed.index(i18n.text("en", "depth_drill_title")) :]
    assert drilled.index("城乡火灾") < drilled.index(i18n.text("en", "depth_no_kind"))
    assert re.search(r"5 / 6.*8 / 10", drilled)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_method_says_plainly_that_there_is_no_evidence_yet(page, lang):
    said = words(page("method", "trial", lang=lang))
    assert i18n.text(lang, "valid_none").replace("'", "&#x27;") in said
    assert i18n.text(lang, "foresight.none_yet") in said
    assert i18n.text(lang, "valid.flat").replace("'", "&#x27;") in said
