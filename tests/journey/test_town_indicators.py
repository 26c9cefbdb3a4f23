"""A sample of town indicators of each shape, worked again from landed Parquet: without dbt, without SQL.

Takes ``small_home`` (tests/conftest.py) and the helpers of :mod:`tests.journey.test_town_scores`. One test per shape: items
against a fixed number, records of two tables, a state on the last day, the first of several lists, months, sums, years,
norms, the newest of several versions, the weakest of four.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest

from pipelines.settings import Settings
from tests.journey.test_town_scores import Home, shrunk


@pytest.fixture(scope="module")
def home(small_home: Settings) -> Home:
    return Home(small_home)


def of_stations(home: Home, table: str, key: str) -> pd.DataFrame:
    """Return the rows of a table of the emergency bureau that names stations by number, with their town."""
    stations = home.rows("emergency", "stations", "station_no").set_index("station_no")["town"]
    rows = home.rows("emergency", table, key)
    rows["town"] = rows["station_no"].map(stations)
    return rows


def shares(tally: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return town → percentage as published, from hits and cases per town (METHOD 1)."""
    rate = sum(k for k, _ in tally.values()) / sum(n for _, n in tally.values())
    return {t: shrunk(k, n, rate) for t, (k, n) in tally.items()}


def per_town(rows: pd.DataFrame, hit: pd.Series) -> dict[str, tuple[float, float]]:
    """Return town → (hits, rows)."""
    sums = hit.groupby(rows["town"]).agg(["sum", "count"])
    return {t: (float(r["sum"]), float(r["count"])) for t, r in sums.iterrows()}


def each_period(home: Home, code: str, worked: Callable[[str, pd.Timestamp], dict[str, float]]) -> None:
    """Hold the published values of ``code`` against ``worked(period, last day)``, town by town."""
    for _, row in home.periods.iterrows():
        expected = worked(row["period"], pd.Timestamp(row["end_date"]))
        assert home.mart(code, row["period"]) == pytest.approx(expected, abs=1e-6), row["period"]


def test_items_of_the_standard_against_a_fixed_number(home: Home) -> None:
    items = of_stations(home, "station_standard_items", "item_no")
    for code, groups, needed in (("A101", {"六个有"}, 6), ("A102", {"四室", "四库", "四中心"}, 12)):
        mine = items[items["item_group_word"].isin(groups) & items["is_accepted"]]

        def worked(_: str, end: pd.Timestamp, mine: pd.DataFrame = mine, needed: int = needed) -> dict[str, float]:
            there = mine[pd.to_datetime(mine["accepted_date"]) <= end].groupby("town").size()
            return shares({t: (float(there.get(t, 0)), needed) for t in home.town_ids.values()})

        each_period(home, code, worked)


def test_roll_calls_and_standby_shifts_in_one_share(home: Home) -> None:
    calls = of_stations(home, "roll_calls", "roll_call_no")
    shifts = of_stations(home, "duty_rosters", "roster_no")
    shifts = shifts[shifts["shift_type_word"] == "备勤"]
    both = pd.concat(
        [
            pd.DataFrame({"town": calls["town"], "at": calls["planned_at"], "met": calls["called_at"].notna()}),
            pd.DataFrame(
                {
                    "town": shifts["town"],
                    "at": shifts["shift_start_at"],
                    "met": shifts["present_count"].fillna(-1) >= shifts["planned_count"],
                }
            ),
        ],
        ignore_index=True,
    )

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = both[home.within(both["at"], period)]
        return shares(per_town(mine, mine["met"]))

    each_period(home, "A104", worked)


def test_quota_posts_held_by_the_quota_on_the_last_day(home: Home) -> None:
    posts = of_stations(home, "posts", "post_no")
    posts = posts[posts["is_quota_post"]]
    spells = home.rows("emergency", "post_assignments", "assignment_no")
    spells = spells[spells["is_quota_staff"]]
    begun, over = pd.to_datetime(spells["valid_from_date"]), pd.to_datetime(spells["valid_to_date"])
    created, gone = pd.to_datetime(posts["created_date"]), pd.to_datetime(posts["abolished_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        held = set(spells.loc[(begun <= end) & (over.isna() | (over > end)), "post_no"])
        there = posts[(created.isna() | (created <= end)) & (gone.isna() | (gone > end))]
        return shares(per_town(there, there["post_no"].isin(held)))

    each_period(home, "A103", worked)


def test_people_in_need_are_those_of_the_first_list(home: Home) -> None:
    people = home.rows("civil", "vulnerable_people", "person_no")
    people = people[~people["status_word"].isin(["迁出", "死亡", "注销"]) & people["town"].notna()]
    checked = pd.to_datetime(people["verified_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        helped = people["helper_name_mask"].notna() & (checked > end - pd.DateOffset(months=6))
        return shares(per_town(people, helped))

    each_period(home, "C103", worked)


def test_accidents_of_a_year_against_the_three_before(home: Home) -> None:
    accidents = home.rows("emergency", "accidents", "accident_no")
    at = accidents["occurred_at"] + pd.Timedelta(hours=8)

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        until = end + pd.Timedelta(days=1)
        year, before = until - pd.DateOffset(months=12), until - pd.DateOffset(months=48)
        recent = accidents[(at >= year) & (at < until)].groupby("town").size()
        earlier = accidents[(at >= before) & (at < year)].groupby("town").size()
        tally = {
            t: (float(recent.get(t, 0)), round(max(1.0, earlier.get(t, 0) / 3), 6)) for t in home.town_ids.values()
        }
        return {t: value / 100 for t, value in shares(tally).items()}

    each_period(home, "C401", worked)


def test_accounts_used_month_by_month(home: Home) -> None:
    accounts = home.rows("emergency", "platform_accounts", "account_no")
    accounts = accounts[accounts["town"].notna()]
    logins = home.rows("emergency", "login_logs", "log_no")
    used = set(
        zip(logins["account_no"], (logins["logged_in_at"] + pd.Timedelta(hours=8)).dt.to_period("M"), strict=True)
    )
    logged = {month for _, month in used}
    issued, closed = pd.to_datetime(accounts["issued_date"]), pd.to_datetime(accounts["closed_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        parts = []
        for month in [m for m in pd.period_range(end=end, periods=3, freq="M") if m in logged]:
            whole = (issued.isna() | (issued <= month.start_time)) & (
                closed.isna() | (closed > month.end_time.normalize())
            )
            mine = accounts[whole]
            parts.append(pd.DataFrame({"town": mine["town"], "used": [(a, month) in used for a in mine["account_no"]]}))
        if not parts:
            return {}
        months = pd.concat(parts, ignore_index=True)
        return shares(per_town(months, months["used"]))

    each_period(home, "D301", worked)


def test_households_told_never_more_than_were_to_be_told(home: Home) -> None:
    sent = home.rows("weather", "warning_deliveries", "delivery_no")
    sent = sent[(sent["recipient_kind_word"] == "村社") & (sent["target_count"].fillna(0) > 0) & sent["town"].notna()]
    told = sent[["delivered_count", "target_count"]].fillna({"delivered_count": 0}).min(axis=1)

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = home.within(sent["sent_at"], period)
        sums = (
            pd.DataFrame({"town": sent["town"], "told": told, "all": sent["target_count"]})[mine].groupby("town").sum()
        )
        return shares({t: (float(r["told"]), float(r["all"])) for t, r in sums.iterrows()})

    each_period(home, "D202", worked)


def test_hours_on_emergency_work_of_all_hours(home: Home) -> None:
    sheets = home.rows("towns", "timesheets", ["staff_no", "work_word", "report_month"])
    month = pd.PeriodIndex(sheets["report_month"], freq="M")
    own = sheets["work_hours"].astype(float)
    emergency = own.where(~sheets["is_diverted"].fillna(True).astype(bool), 0)

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        mine = (month > end.to_period("M") - 3) & (month <= end.to_period("M"))
        sums = pd.DataFrame({"town": sheets["town"], "good": emergency, "all": own})[mine].groupby("town").sum()
        return shares({t: (r["good"], r["all"]) for t, r in sums.iterrows()}) if len(sums) else {}

    each_period(home, "B103", worked)


def test_courses_finished_by_the_day_they_were_due(home: Home) -> None:
    learners = home.rows("training", "learners", "learner_id").set_index("learner_id")
    courses = home.rows("training", "enrolments", "enrolment_id")
    courses["town"] = courses["learner_id"].map(learners[learners["unit_kind_word"] == "应急管理站"]["town"])
    courses = courses[courses["town"].notna()]

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = courses[home.within(courses["due_at"], period)]
        return shares(per_town(mine, mine["completed_at"] <= mine["due_at"]))

    each_period(home, "B302", worked)


def test_desks_that_answered_within_a_minute(home: Home) -> None:
    checks = home.rows("emergency", "duty_checks", "check_no")
    checks = checks[(checks["checked_type_word"] == "镇街") & checks["town"].notna()]
    seconds = (checks["answered_at"] - checks["checked_at"]).dt.total_seconds()

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = home.within(checks["checked_at"], period)
        return shares(per_town(checks[mine], (checks["is_answered"] & seconds.between(0, 60))[mine]))

    each_period(home, "E201", worked)


def test_incidents_to_which_both_forces_were_sent(home: Home) -> None:
    incidents = home.rows("emergency", "incidents", "incident_no").set_index("incident_no")["town"]
    teams = home.rows("emergency", "teams", "team_no").set_index("team_no")["team_class_word"]
    sent = home.rows("emergency", "turnouts", "turnout_no")
    force = {"专业消防队": "fire", "义务消防队": "fire", "应急管理站": "station"}
    sent = sent.assign(town=sent["incident_no"].map(incidents), force=sent["team_no"].map(teams).map(force))
    sent = sent[sent["town"].notna() & sent["force"].notna()]
    calls = (
        sent.groupby(["town", "incident_no"]).agg(at=("called_at", "min"), forces=("force", "nunique")).reset_index()
    )

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = calls[home.within(calls["at"], period)]
        return shares(per_town(mine, mine["forces"] == 2))

    each_period(home, "E301", worked)


def test_kit_of_stations_against_its_norm(home: Home) -> None:
    kit = of_stations(home, "equipment", "equipment_no")
    kit = kit[kit["town"].notna() & (kit["norm_quantity"].fillna(0) > 0)]
    enough = kit[["usable_quantity", "quantity"]].fillna(0).min(axis=1) >= kit["norm_quantity"]
    expires = pd.to_datetime(kit["expires_date"])
    each_period(home, "F201", lambda _, end: shares(per_town(kit, enough & ~(expires < end))))


def test_plans_revised_within_three_years(home: Home) -> None:
    plans = home.rows("emergency", "plans", "plan_no")
    plans = plans[plans["plan_level_word"].isin(["镇街", "村社"]) & plans["town"].notna()]
    versions = home.rows("emergency", "plan_versions", "version_no")
    versions["revised"] = pd.to_datetime(versions["revised_date"])
    approved, due = pd.to_datetime(plans["approved_date"]), pd.to_datetime(plans["review_due_date"])
    first = plans["plan_no"].map(versions.groupby("plan_no")["revised"].min())
    begun = pd.concat([first, approved], axis=1).min(axis=1)
    ended = pd.to_datetime(plans["abolished_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        last = plans["plan_no"].map(versions[versions["revised"] <= end].groupby("plan_no")["revised"].max())
        known = approved.where(approved <= end, begun)
        since = end - pd.DateOffset(months=36)
        current = ((last > known) & (last > since)) | (~(last > known) & (known > since) & ~(due <= end))
        there = (begun <= end) & ~(ended <= end)
        return shares(per_town(plans[there], current[there]))

    each_period(home, "G103", worked)


def test_drills_of_a_year_held_by_its_end(home: Home) -> None:
    drills = home.rows("emergency", "drills", "drill_no")
    drills = drills[drills["level_word"].isin(["镇街", "村社"]) & drills["town"].notna()]
    planned, held = pd.to_datetime(drills["planned_date"]), pd.to_datetime(drills["held_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        mine = (planned > end - pd.DateOffset(months=12)) & (planned <= end)
        return shares(per_town(drills[mine], (held <= end)[mine]))

    each_period(home, "G201", worked)


def test_publicity_counts_at_the_weakest_of_four_venues(home: Home) -> None:
    events = home.rows("emergency", "publicity_events", "event_no")
    events = events[events["town"].notna()]
    planned, held = pd.to_datetime(events["planned_date"]), pd.to_datetime(events["held_date"])
    venues = ["进工厂", "进农村", "进学校", "进社区"]

    def worked(period: str, end: pd.Timestamp) -> dict[str, float]:
        mine = home.within(planned - pd.Timedelta(hours=8), period)
        tally = {}
        for town in home.town_ids.values():
            here = mine & (events["town"] == town)
            parts = [(held[here & (events["venue_word"] == v)] <= end) for v in venues]
            weakest = min(parts, key=lambda x: x.mean() if len(x) else -1.0)
            tally[town] = (float(weakest.sum()), float(len(weakest))) if len(weakest) else (0.0, 1.0)
        return shares(tally)

    each_period(home, "I201", worked)


def test_the_newest_surveys_of_the_year_by_people_asked(home: Home) -> None:
    key = {"congress": ["town_name", "wave_no"], "governance": ["survey_no"]}
    surveys = pd.concat(
        [home.rows(silo, "satisfaction_surveys", k).assign(silo=silo) for silo, k in key.items()], ignore_index=True
    )
    surveys["day"], surveys["asked"] = pd.to_datetime(surveys["surveyed_date"]), surveys["sample_count"].astype(float)
    surveys["aware"] = surveys["asked"] * surveys["awareness_pct"].astype(float) / 100
    surveys = surveys[surveys["town"].notna() & (surveys["asked"] > 0)].sort_values("day")

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        year = surveys[(surveys["day"] <= end) & (surveys["day"] > end - pd.DateOffset(months=12))]
        newest = year.drop_duplicates(["silo", "town"], keep="last")
        sums = newest.groupby("town")[["aware", "asked"]].sum()
        return shares({t: (r["aware"], r["asked"]) for t, r in sums.iterrows()})

    each_period(home, "I202", worked)


def mart(settings: Settings, sql: str, *parameters: object) -> list[tuple]:
    """Return rows of the built marts."""
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        return con.execute(sql, list(parameters)).fetchall()


def test_the_gap_between_towns_is_that_of_the_landed_items(home: Home, small_home: Settings) -> None:
    items = of_stations(home, "station_standard_items", "item_no")
    items = items[items["item_group_word"].isin({"六个有"}) & items["is_accepted"]]
    for _, row in home.periods.iterrows():
        there = items[pd.to_datetime(items["accepted_date"]) <= pd.Timestamp(row["end_date"])].groupby("town").size()
        values = shares({t: (float(there.get(t, 0)), 6) for t in home.town_ids.values()})
        # half of the items is the floor, all of them the target
        scores = {t: round(min(max((v - 50) / 50, 0), 1) * 100, 2) for t, v in values.items()}
        (found,) = mart(
            small_home,
            "select score_gap, best_town_id, worst_town_id from marts.indicator_gaps where indicator_code = 'A101' and period = ?",
            row["period"],
        )
        assert float(found[0]) == pytest.approx(max(scores.values()) - min(scores.values()), abs=0.011)
        if found[0]:
            assert scores[found[1]] == max(scores.values())
            assert scores[found[2]] == min(scores.values())


def test_overdue_recommendations_are_those_of_the_landed_list(home: Home, small_home: Settings) -> None:
    told = home.rows("congress", "recommendations", "recommendation_no")
    issued = home.rows("congress", "supervision_reports", "report_no").set_index("report_no")["issued_date"]
    out, due, done = (pd.to_datetime(x) for x in (told["report_no"].map(issued), told["due_date"], told["done_date"]))
    finished = told["status_word"].isin(["已办结", "办结", "完成", "已完成", "已闭环"])
    for _, row in home.periods.iterrows():
        end = pd.Timestamp(row["end_date"])
        there = out.isna() | (out <= end)
        late = there & (due < end) & ((done > end) | (done.isna() & ~finished))
        expected = dict(zip(told["recommendation_no"][late], (end - due[late]).dt.days, strict=True))
        found = mart(
            small_home,
            "select recommendation_no, overdue_days from marts.recommendation_items where item_status = 'overdue' and period = ?",
            row["period"],
        )
        assert dict(found) == expected


def test_measures_of_the_district_are_those_of_the_landed_lists(home: Home, small_home: Settings) -> None:
    """Contests and drills by town, and grants by what their first check said: where no indicator measures a recommendation."""
    contests = home.rows("emergency", "contest_results", "result_no")
    drills = home.rows("emergency", "drills", "drill_no")
    drills = drills[drills["is_with_national_team"].fillna(False).astype(bool)]
    grants = home.rows("fund", "grants", "grant_no")
    grants = grants[grants["recipient_kind_word"] == "队伍"]
    checks = home.rows("fund", "grant_outcomes", "outcome_no").sort_values(["checked_date", "outcome_no"])
    first = checks.drop_duplicates("grant_no").set_index("grant_no")
    grants = grants.join(first[["checked_date", "before_value", "after_value"]], on="grant_no")
    approved, checked = pd.to_datetime(grants["approved_date"]), pd.to_datetime(grants["checked_date"])
    for _, row in home.periods.iterrows():
        end = pd.Timestamp(row["end_date"])
        start = end + pd.Timedelta(days=1) - pd.DateOffset(years=1)

        def share(rows: pd.DataFrame, day: str, start: pd.Timestamp = start, end: pd.Timestamp = end) -> float:
            return 100 * rows["town"][pd.to_datetime(rows[day]).between(start, end)].nunique() / len(home.town_ids)

        age = (end - approved).dt.days
        more = (grants["after_value"].astype(float) > grants["before_value"].astype(float)) & (checked <= end)
        expected = {"R111": share(contests, "held_date"), "R120": share(drills, "held_date")}
        if age.between(90, 454).any():
            expected["R117"] = 100 * more[age.between(90, 454)].mean()
        found = mart(
            small_home,
            "select indicator_code, district_value from marts.recommendation_measures"
            " where indicator_code in ('R111', 'R117', 'R120') and measure_status = 'measured' and period = ?",
            row["period"],
        )
        assert {c: float(v) for c, v in found} == pytest.approx(expected, abs=1e-6)
    asked = mart(small_home, "select measure_status, count(*) from marts.congress_recommendations group by all")
    assert "no_indicator" not in dict(asked), "a recommendation is measured, or its measures say why not"
