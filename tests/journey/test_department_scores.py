"""Department scores worked by hand: from landed Parquet and the method tables, without dbt and without SQL.

Takes ``small_home`` (tests/conftest.py). Values are those of METHOD 1 (few cases lean on the district's rate), compared to
1e-4; points, grade and rank follow from the published values.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from pipelines.settings import Settings
from tests.journey.test_town_scores import HOURS, SEEDS, Home, goalposts, half_up, shrunk

CAPS = {"DV1": "D", "DV2": "C", "DV4": "C"}
RANKS = {"主要负责人": 3, "分管负责人": 2, "联络员": 1}


class Departments(Home):
    """The landed rows, with the cells and scores of departments in place of those of towns."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
            self.cells = con.sql("select * from marts.department_indicator_scores").df()
            self.scores = con.sql("select * from marts.department_quarter_scores").df()
        rules = pd.read_csv(SEEDS / "method_department_indicators.csv", dtype=str)
        self.rules = rules[(rules["kind"] == "indicator") & (rules["is_due"] == "true")].set_index("indicator_code")
        scope = pd.read_csv(SEEDS / "method_department_scope.csv", dtype=str)
        self.scope = set(zip(scope["indicator_code"], scope["department"], strict=True))

    def shares(self, rows: pd.DataFrame, met: pd.Series, at: pd.Series, period: str) -> dict[str, float]:
        """Return department → published value of rows that fall in a period, of which some are met."""
        here = self.within(at, period) & rows["dept_code"].notna()
        groups = met[here].groupby(rows.loc[here, "dept_code"])
        rate = met[here].sum() / max(here.sum(), 1)
        return {d: shrunk(float(g.sum()), len(g), rate) for d, g in groups}


@pytest.fixture(scope="module")
def home(small_home: Settings) -> Departments:
    return Departments(small_home)


def minutes(rows: pd.DataFrame, first: str, then: str) -> pd.Series:
    return (pd.to_datetime(rows[then]) - pd.to_datetime(rows[first])).dt.total_seconds() / 60


def test_response_and_watch_follow_from_the_landed_rows(home: Departments) -> None:
    orders = home.rows("emergency", "dispatch_orders", "order_no")
    tickets = home.rows("emergency", "collaboration_tickets", "ticket_no").assign(dept_code=lambda t: t["to_dept_code"])
    checks = home.rows("emergency", "duty_checks", "check_no")
    meetings = home.rows("emergency", "meetings", "meeting_no").set_index("meeting_no")
    came = home.rows("emergency", "meeting_attendances", "attendance_no")
    rank = came["attended_rank_word"].map(RANKS).fillna(0)
    expected = {
        "DB02": (orders, minutes(orders, "issued_at", "signed_at").between(0, 10), orders["issued_at"]),
        "DB03": (tickets, tickets["done_at"] <= tickets["due_at"], tickets["due_at"]),
        "DB04": (
            came,
            came["is_attended"].fillna(False).astype(bool)
            & (rank > 0)
            & (rank >= came["invited_rank_word"].map(RANKS).fillna(0)),
            pd.to_datetime(came["meeting_no"].map(meetings["held_at"])),
        ),
        "DC01": (checks, checks["is_answered"].fillna(False).astype(bool), checks["checked_at"]),
    }
    for code, (rows, met, at) in expected.items():
        for period in home.periods["period"]:
            cells = home.cells[(home.cells["indicator_code"] == code) & (home.cells["period"] == period)]
            shown = {
                d: float(v)
                for d, v, s in zip(cells["department"], cells["value"], cells["cell_status"], strict=True)
                if s == "observed"
            }
            worked = {d: v for d, v in home.shares(rows, met, at, period).items() if (code, d) in home.scope}
            assert shown == pytest.approx(worked, abs=1e-4), (code, period)


def test_nobody_is_judged_on_a_task_that_is_not_theirs(home: Departments) -> None:
    cells = home.cells[home.cells["l1_code"] != "DA"]
    judged = cells[~cells["cell_status"].isin(["not_applicable", "not_due"])]
    assert set(zip(judged["indicator_code"], judged["department"], strict=True)) <= home.scope
    suppliers = set(home.scores.loc[~home.scores["is_government"], "department"])
    assert suppliers
    assert not suppliers & set(judged["department"])


def test_points_add_up_and_grades_and_ranks_follow(home: Departments) -> None:
    for (department, period), cells in home.cells.groupby(["department", "period"]):
        due = cells[cells["cell_status"] != "not_due"].set_index("indicator_code")
        assert set(due.index) == set(home.rules.index)
        active = home.rules.loc[due[due["cell_status"] != "not_applicable"].index]
        level_1 = active.groupby("l1_code")["weight_l1"].first().astype(float)
        total = 0.0
        for code, rule in active.iterrows():
            brothers = active.loc[active["l1_code"] == rule["l1_code"], "weight_l3"].astype(float)
            weight = level_1[rule["l1_code"]] / level_1.sum() * float(rule["weight_l3"]) / brothers.sum()
            score = goalposts(rule, float(due.loc[code, "value"])) if due.loc[code, "cell_status"] == "observed" else 0
            assert float(due.loc[code, "weight_share"]) == pytest.approx(weight, abs=1e-8), (department, code)
            assert float(due.loc[code, "score"]) == pytest.approx(score, abs=2e-4), (department, code)
            total += weight * score
        row = home.scores[(home.scores["department"] == department) & (home.scores["period"] == period)].iloc[0]
        assert float(row["base_score"]) == pytest.approx(total, abs=0.0051)
        assert half_up(100 - sum(cells["points_lost"].astype(float))) == half_up(row["base_score"])
    for (_period, _group), rows in home.scores.groupby(["period", "group_code"]):
        rated = rows[rows["score_status"] == "rated"]
        for _, row in rated.iterrows():
            score = float(row["final_score"])
            grade = next(g for g, lower in (("A", 90), ("B", 80), ("C", 60), ("D", 0)) if score >= lower)
            assert row["grade"] == max([grade, *(CAPS[v] for v in row["veto_codes"].split(",") if v)])
            assert row["rank_in_group"] == 1 + sum(float(x) > score for x in rated["final_score"])


def test_vetoes_and_bonuses_are_the_landed_words(home: Departments) -> None:
    audits = home.rows("emergency", "audit_findings", "finding_no")
    reports = home.rows("emergency", "incident_reports", "report_no")
    entries = home.rows("emergency", "data_catalogue", "catalogue_no")
    words = home.rows("emergency", "class_crosswalks", "crosswalk_no")
    ahead = entries["is_new_source"].fillna(False).astype(bool) & ~entries["is_required"].fillna(False).astype(bool)
    for _, row in home.scores.iterrows():
        mine = {
            "DV1": (reports, reports["finding_word"].isin(["瞒报", "谎报"]), reports["due_at"]),
            "DV2": (audits, audits["finding_word"] == "造假", pd.to_datetime(audits["found_date"]) - HOURS),
            "DP1": (entries, ahead, pd.to_datetime(entries["accepted_date"]) - HOURS),
            "DP2": (words, words["their_word"].notna(), pd.to_datetime(words["contributed_date"]) - HOURS),
        }
        seen = {
            code: int((said & home.within(at, row["period"]) & (rows["dept_code"] == row["department"])).sum())
            for code, (rows, said, at) in mine.items()
        }
        for veto in ("DV1", "DV2"):
            assert (veto in row["veto_codes"]) == (seen[veto] > 0), (row["department"], veto)
        assert float(row["bonus_points"]) == min(2, seen["DP1"]) + min(1, 0.5 * seen["DP2"])
