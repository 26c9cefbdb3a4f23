"""Town scores worked by hand: the same numbers from landed Parquet and the method tables, without dbt and without SQL.

Takes ``small_home`` (tests/conftest.py): the Settings of a small home that was pulled and built. Every rule is written
again here, in plain Python and pandas, from METHOD and the domain tables. Rounding to the published places is compared
exactly, values to 1e-6 (a score from a value of six places: 2e-4).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipelines.settings import ROOT, Settings

SEEDS = ROOT / "dbt_project" / "seeds"
HOURS = pd.Timedelta(hours=8)
LEGAL = {
    ("", "确认"): "确认",
    ("", "发现"): "发现",
    ("发现", "确认"): "确认",
    ("确认", "管控"): "管控",
    ("确认", "移交"): "移交",
    ("管控", "移交"): "移交",
    ("移交", "管控"): "管控",
    ("管控", "整改"): "整改",
    ("整改", "复查"): "复查",
    ("整改", "返工"): "管控",
    ("复查", "返工"): "管控",
    ("复查", "核销"): "核销",
}


CAPS = {"V01": "C", "V02": "C", "V03": "C", "V04": "C", "V05": "B", "V06": "D", "V07": "B"}


def half_up(value: float | Decimal) -> Decimal:
    """Round to two places, half up, as a reader would."""
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def shrunk(k: float, n: float, rate: float) -> float:
    """Return the percentage METHOD 1 publishes for k of n when the district has ``rate`` (0-1)."""
    return 100 * ((k + 5 * rate) / (n + 5) if n < 10 else k / n)


class Home:
    """Landed rows and built marts of one home. Opened once, read-only."""

    def __init__(self, settings: Settings) -> None:
        self.landing: Path = settings.landing
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
            self.cells = con.sql("select * from marts.town_indicator_scores").df()
            self.scores = con.sql("select * from marts.town_quarter_scores").df()
            self.evidence = con.sql(
                "select indicator_code, period, unit_id from marts.indicator_evidence"
                " where system = 'town' and indicator_code[1] in ('P', 'N')"
            ).df()
            self.periods = con.sql("select * from core.dim_periods order by period_number").df()
        towns = pd.read_csv(SEEDS / "ref_towns.csv", dtype=str)
        self.town_ids = dict(zip(towns["town_name_zh"], towns["town_id"], strict=True))
        self.cohorts = dict(zip(towns["town_id"], towns["cohort_code"], strict=True))
        rules = pd.read_csv(SEEDS / "method_town_indicators.csv", dtype=str)
        self.adjusting = rules[rules["kind"].isin(["bonus", "penalty"]) & (rules["is_due"] == "true")].set_index(
            "indicator_code"
        )
        self.rules = rules[(rules["kind"] == "indicator") & (rules["is_due"] == "true")].set_index("indicator_code")

    def rows(self, silo: str, table: str, key: str) -> pd.DataFrame:
        """Return the accepted rows of a landing table, the newest batch of each key."""
        parts = []
        for path in sorted(self.landing.glob(f"{silo}/{table}/*/batch=*/rows.parquet")):
            part = pd.read_parquet(path)
            part["_batch"] = path.parent.name
            parts.append(part[part["_verdict"] == "accepted"])
        rows = pd.concat([p for p in parts if len(p)], ignore_index=True)
        rows = rows.sort_values(["_batch", "_row"]).drop_duplicates(key, keep="last")
        if "town_name" in rows:
            names = rows["town_name"].fillna("").map(lambda s: re.sub(r"^(柯桥区|绍兴县)|应急管理站$|\s", "", s))
            rows["town"] = names.map(self.town_ids)
            rows = rows[rows["town"].notna()] if names.ne("").all() else rows
        return rows

    def within(self, at: pd.Series, period: str) -> pd.Series:
        """Return which instants (UTC) lie in ``period`` as Beijing counts days."""
        row = self.periods.set_index("period").loc[period]
        local = at + HOURS
        return (local >= pd.Timestamp(row["start_date"])) & (
            local < pd.Timestamp(row["end_date"]) + pd.Timedelta(days=1)
        )

    def mart(self, code: str, period: str, column: str = "value") -> dict[str, float]:
        """Return town -> published column of an indicator, observed cells only."""
        cells = self.cells[(self.cells["indicator_code"] == code) & (self.cells["period"] == period)]
        cells = cells[cells["cell_status"] == "observed"]
        return {t: float(v) for t, v in zip(cells["town_id"], cells[column], strict=True)}


@pytest.fixture(scope="module")
def home(small_home: Settings) -> Home:
    return Home(small_home)


def test_arrival_minutes_are_the_median_of_usable_calls(home: Home) -> None:
    calls = home.rows("police", "incidents", "incident_no")
    calls = calls[calls["incident_type"].isin(["火灾", "抢险救援", "社会救助"])]
    calls["minutes"] = (calls["arrive_at"] - calls["alarm_at"]).dt.total_seconds() / 60
    usable = calls[calls["minutes"] >= 0]
    for period in home.periods["period"]:
        mine = usable[home.within(usable["alarm_at"], period)]
        assert home.mart("E103", period) == pytest.approx(mine.groupby("town")["minutes"].median().to_dict(), abs=1e-6)
        hits = (mine["minutes"] <= 15).groupby(mine["town"]).agg(["sum", "count"])
        rate = hits["sum"].sum() / hits["count"].sum()
        expected = {t: shrunk(r["sum"], r["count"], rate) for t, r in hits.iterrows()}
        assert home.mart("E104", period) == pytest.approx(expected, abs=1e-6)


def test_general_hazards_on_time_follow_the_event_log(home: Home) -> None:
    hazards = home.rows("enforcement", "hazards", "hazard_no").set_index("hazard_no")
    words = pd.read_csv(SEEDS / "ref_words.csv", dtype=str)
    grade = dict(words[words["list_code"] == "hazard_grade"][["word", "meaning_code"]].to_numpy())
    clauses = pd.read_csv(SEEDS / "ref_hazard_clauses.csv", dtype=str)
    major = set(clauses[clauses["is_major_possible"] == "true"]["clause_code"])
    events = home.rows("enforcement", "hazard_events", "event_no").sort_values(["occurred_at", "event_no"])
    state: dict[str, str] = defaultdict(str)
    closed: dict[str, pd.Timestamp] = {}
    for number, word, at in zip(events["hazard_no"], events["state_word"], events["occurred_at"], strict=True):
        following = LEGAL.get((state[number], word))
        if following:
            state[number] = following
            if following == "核销":
                closed[number] = at
    meaning = hazards["grade_word"].map(grade)
    hazards = hazards[(meaning != "serious") & ~((meaning == "major") & hazards["clause_code"].isin(major))]
    end = pd.to_datetime(hazards["deadline_date"]) + pd.Timedelta(days=1) - HOURS
    end = end.fillna(hazards["found_at"] + pd.Timedelta(hours=360))
    on_time = pd.to_datetime(hazards.index.to_series().map(closed)) < end
    tally = {}
    for period in home.periods["period"]:
        due = home.within(end - pd.Timedelta(seconds=1), period)
        sums = on_time[due].groupby(hazards.loc[due, "town"]).agg(["sum", "count"])
        tally[period] = {t: (int(r["sum"]), int(r["count"])) for t, r in sums.iterrows()}
    for period, towns in tally.items():
        rate = sum(k for k, _ in towns.values()) / sum(n for _, n in towns.values())
        expected = {t: shrunk(k, n, rate) for t, (k, n) in towns.items()}
        assert home.mart("C301", period) == pytest.approx(expected, abs=1e-6)
        assert home.mart("C301", period, "sample_count") == {t: n for t, (_, n) in towns.items()}


def test_heartbeats_without_data_do_not_count(home: Home) -> None:
    beats = home.rows("towers", "heartbeats", ["device_id", "day_at"])
    devices = home.rows("towers", "devices", "device_id").set_index("device_id")["town"]
    beats["town"] = beats["device_id"].map(devices)
    beats["good"] = beats[["received_count", "due_count"]].min(axis=1).where(beats["data_count"].fillna(0) > 0, 0)
    for period in home.periods["period"]:
        sums = beats[home.within(beats["day_at"], period)].groupby("town")[["good", "due_count"]].sum()
        expected = {t: 100 * r["good"] / r["due_count"] for t, r in sums.iterrows()}
        assert home.mart("D102", period) == pytest.approx(expected, abs=1e-6)


def goalposts(rule: pd.Series, value: float) -> float:
    """Score 0-100 of ``value`` by the rule's goalposts."""
    if rule["direction"] == "band":
        a, b, c, d = (float(rule[x]) for x in ("band_zero_low", "band_full_low", "band_full_high", "band_zero_high"))
        return 100 * max(0.0, min(1.0, (value - a) / (b - a), (d - value) / (d - c)))
    floor, target = float(rule["floor_value"]), float(rule["target_value"])
    return 100 * max(0.0, min(1.0, (value - floor) / (target - floor)))


def test_scores_weights_and_points_from_the_published_values(home: Home) -> None:
    for (town, period), cells in home.cells.groupby(["town_id", "period"]):
        due = cells[cells["cell_status"] != "not_due"].set_index("indicator_code")
        assert set(due.index) == set(home.rules.index)
        active = home.rules.loc[due[due["cell_status"] != "not_applicable"].index]
        level_1 = active.groupby("l1_code")["weight_l1"].first().astype(float)
        level_2 = active.groupby(["l1_code", "l2_code"])["weight_l2"].first().astype(float)
        total = 0.0
        for code, rule in active.iterrows():
            brothers = active[active["l2_code"] == rule["l2_code"]]["weight_l3"].astype(float)
            weight = (
                level_1[rule["l1_code"]]
                / level_1.sum()
                * level_2[rule["l1_code"], rule["l2_code"]]
                / level_2[rule["l1_code"]].sum()
                * float(rule["weight_l3"])
                / brothers.sum()
            )
            cell = due.loc[code]
            score = goalposts(rule, float(cell["value"])) if cell["cell_status"] == "observed" else 0.0
            assert float(cell["weight_share"]) == pytest.approx(weight, abs=1e-8), (town, code)
            assert float(cell["score"]) == pytest.approx(score, abs=2e-4), (town, code)
            total += weight * score
        row = home.scores[(home.scores["town_id"] == town) & (home.scores["period"] == period)].iloc[0]
        assert float(row["base_score"]) == pytest.approx(total, abs=0.0051)
        assert half_up(100 - sum(Decimal(str(x)) for x in cells["points_lost"])) == half_up(row["base_score"])


def events_of_vetoes(home: Home) -> tuple[dict[str, set[tuple[str, str]]], dict[str, set[tuple[str, str]]]]:
    """Return veto → (town, period) with an event, and with a grave one, for the vetoes that landed rows say by a word."""
    accidents = home.rows("emergency", "accidents", "accident_no")
    accidents = accidents[accidents["is_responsible"].fillna(False)]
    reports = home.rows("emergency", "incident_reports", "report_no")
    reports = reports[reports["reporter_type_word"] == "镇街"]
    audits = home.rows("emergency", "audit_findings", "finding_no")
    audits = audits[audits["unit_type_word"] == "镇街"]
    found = pd.to_datetime(audits["found_date"]) - HOURS
    words = {
        "V01": (accidents, accidents["grade_word"], accidents["occurred_at"], {"较大"}, {"重大", "特别重大"}),
        "V02": (reports, reports["finding_word"], reports["due_at"], {"迟报"}, {"瞒报", "谎报"}),
        "V04": (audits, audits["finding_word"], found, {"造假"}, set()),
    }
    events: dict[str, set[tuple[str, str]]] = {}
    graves: dict[str, set[tuple[str, str]]] = {}
    for veto, (rows, word, at, light, grave) in words.items():
        for said, kept in ((light | grave, events), (grave, graves)):
            kept[veto] = {
                (t, p)
                for p in home.periods["period"]
                for t in rows.loc[word.isin(said) & home.within(at, p), "town"].dropna()
            }
    return events, graves


def test_events_of_vetoes_are_those_of_the_landed_words(home: Home) -> None:
    for veto, towns in events_of_vetoes(home)[0].items():
        shown = home.scores[home.scores["veto_codes"].str.contains(veto)]
        assert set(zip(shown["town_id"], shown["period"], strict=True)) == towns, veto


def test_bonuses_and_deductions_are_the_landed_events_under_their_ceilings(home: Home) -> None:
    contests = home.rows("emergency", "contest_results", "result_no")
    contests = contests[contests["level_word"].isin(["省级", "国家级"]) & contests["award_word"].notna()]
    items = home.rows("emergency", "supervision_items", "item_no")
    items = items[items["unit_type_word"] == "镇街"]
    told = home.rows("congress", "supervised_items", "item_no")
    told = told[told["unit_word"] == "镇街"]
    told["town"] = told["responsible_org_name"].map(home.town_ids)
    done = items["done_date"].notna() | items["done_date_text"].notna()
    late = pd.to_datetime(items["done_date"]) > pd.to_datetime(items["due_date"])
    open_still = told["done_date"].isna() & ~told["status_word"].isin(["已办结", "办结", "完成", "已完成", "已闭环"])
    told_late = pd.to_datetime(told["done_date"]) > pd.to_datetime(told["due_date"])
    again, told_again = items["is_repeated"].fillna(False).astype(bool), told["is_repeat"].fillna(False).astype(bool)
    events = {
        "P01": [(contests["town"], contests["held_date"])],
        "N01": [(items["town"][again], items["issued_date"]), (told["town"][told_again], told["assigned_date"])],
        "N02": [
            (items["town"][late | ~done], items["due_date"]),
            (told["town"][told_late | open_still], told["due_date"]),
        ],
    }
    seen = home.evidence.groupby(["indicator_code", "period", "unit_id"]).size()
    for code, parts in events.items():
        for period in home.periods["period"]:
            found = [towns[home.within(pd.to_datetime(days.loc[towns.index]) - HOURS, period)] for towns, days in parts]
            counts = pd.concat(found).value_counts().to_dict()
            assert (seen.loc[code, period].to_dict() if (code, period) in seen.index else {}) == counts, (code, period)
    rules = home.adjusting
    for _, row in home.scores.iterrows():
        mine = {c: seen.get((c, row["period"], row["town_id"]), 0) for c in rules.index}
        points = {
            c: min(n * abs(float(rules.loc[c, "points_each"])), float(rules.loc[c, "points_max"]))
            for c, n in mine.items()
        }
        assert float(row["bonus_points"]) == min(5, sum(v for c, v in points.items() if c[0] == "P"))
        assert float(row["deduction_points"]) == min(5, sum(v for c, v in points.items() if c[0] == "N"))


def test_grades_and_ranks_come_from_the_published_score(home: Home) -> None:
    graves = events_of_vetoes(home)[1]
    for _period, rows in home.scores.groupby("period"):
        rated = rows[rows["score_status"] == "rated"]
        assert len(rows) == 16
        for _, row in rated.iterrows():
            score = float(row["final_score"])
            grade = next(g for g, lower in (("A", 90), ("B", 80), ("C", 60), ("D", 0)) if score >= lower)
            caps = [CAPS[v] for v in row["veto_codes"].split(",") if v]
            caps += ["D" for v in ("V01", "V02") if (row["town_id"], row["period"]) in graves[v]]
            assert row["grade"] == max([grade, *caps])
            assert row["rank_overall"] == 1 + sum(float(x) > score for x in rated["final_score"])
            peers = rated[rated["town_id"].map(home.cohorts) == home.cohorts[row["town_id"]]]
            assert row["rank_cohort"] == 1 + sum(float(x) > score for x in peers["final_score"])


def test_a_what_if_with_nothing_changed_is_the_release_to_the_digit(small_home: Settings) -> None:
    from pipelines import release
    from pipelines.analysis import whatif, whatif_steps
    from pipelines.analysis.whatif_changes import parse

    with release.open_release(small_home) as opened:
        trials = {p: whatif.open_trial(opened.connection, p) for p in ("2026Q2", "2026Q3")}
    for trial in trials.values():
        assert len(trial.base.scores) == 16
        assert trial.differences() == [], "every score, rank, grade and cell of every town"
    with release.open_release(small_home) as opened:
        released = opened.rows("select town_id, rank_best, rank_worst from town_rank_intervals where period = '2026Q3'")
    trial = trials["2026Q3"]
    assert trial.base.ranges == {r["town_id"]: (r["rank_best"], r["rank_worst"]) for r in released if r["rank_best"]}
    for town in list(trial.base.scores)[:4]:
        plan = whatif_steps.next_grade(trial, town)
        made = whatif_steps.scored_again(trial, town, plan).scores[town]
        assert plan.is_proven
        assert plan.status == "capped" or made["grade"] == plan.grade
    # the rescue circle, built again from the roads of the release, is the one of the run; a station that moves to where it stands moves nothing
    (team,) = trial.ask(
        "select * from team_rescue_circles where lon is not null order by only_resident_count desc, facility_id limit 1"
    )
    here = parse(f"move.{team['facility_id']}={team['lon']},{team['lat']}", team["town_id"] or "")
    assert trial.run([here]).cells == trial.base.cells


def test_a_draw_is_the_index_under_moved_weights_goalposts_and_means(home: Home, small_home: Settings) -> None:
    """Two draws by hand, from the numbers of their stream: one with arithmetic means, one with geometric ones."""
    with duckdb.connect(str(small_home.warehouse_file), read_only=True) as con:
        drawn = con.sql("select * from indicators.int_rank_draws where system = 'town' and period = '2026Q3'").df()
    cells = home.cells[(home.cells["period"] == "2026Q3") & home.cells["score"].notna()]
    rules = home.rules.loc[sorted(set(cells["indicator_code"]))]
    tops, groups, leaves = (sorted(set(rules["l1_code"])), sorted(set(rules["l2_code"])), list(rules.index))
    weight = rules.astype({f"weight_l{n}": float for n in (1, 2, 3)})
    for geometric in (False, True):
        number = int(drawn[drawn["is_geometric"] == geometric]["draw_number"].min())
        row = np.random.Generator(np.random.Philox(key=[330603, number - 1])).random(
            1 + len(tops) + len(groups) + 3 * len(leaves) + 1
        )
        nodes = ["", *tops, *groups, *leaves]
        by = dict(zip(nodes, 1 + 0.25 * (2 * row - 1), strict=False))
        shift = 0.1 * (2 * row[len(nodes) : -1] - 1)
        low, high = dict(zip(leaves, shift, strict=False)), dict(zip(leaves, shift[len(leaves) :], strict=True))
        assert (row[-1] < 0.5) == geometric
        for town, mine in cells.groupby("town_id"):
            score, share = {}, {}
            for c in mine.itertuples():
                r, code = weight.loc[c.indicator_code], c.indicator_code
                score[code] = float(c.score)
                if c.cell_status == "observed" and r["direction"] != "band":
                    floor, target = float(r["floor_value"]), float(r["target_value"])
                    width = abs(target - floor)
                    floor, target = floor + width * low[code], target + width * high[code]
                    score[code] = 100 * min(max((float(c.value) - floor) / (target - floor), 0), 1)
                elif c.cell_status == "observed":
                    a, b, e, f = (
                        float(r[n]) for n in ("band_zero_low", "band_full_low", "band_full_high", "band_zero_high")
                    )
                    a, b = a + (b - a) * low[code], b + (b - a) * high[code]
                    e, f = e + (f - e) * high[code], f + (f - e) * low[code]
                    x = float(c.value)
                    score[code] = 100 * max(0, min(1, (x - a) / (b - a), (f - x) / (f - e)))
            for level, parent in (("l3", "l2_code"), ("l2", "l1_code"), ("l1", None)):
                kids = sorted({weight.loc[c, f"{level}_code"] if level != "l3" else c for c in mine["indicator_code"]})
                of = {k: k if level == "l3" else leaves[list(rules[f"{level}_code"]).index(k)] for k in kids}
                for k in kids:
                    share[k] = by[k] * weight.loc[of[k], f"weight_{level}"]
                for up in {weight.loc[of[k], parent] if parent else "" for k in kids}:
                    mine_kids = [k for k in kids if not parent or weight.loc[of[k], parent] == up]
                    total = sum(share[k] for k in mine_kids)
                    score[up] = (
                        math.prod(max(score[k], 1) ** (share[k] / total) for k in mine_kids)
                        if geometric
                        else sum(score[k] * share[k] / total for k in mine_kids)
                    )
            found = drawn[(drawn["draw_number"] == number) & (drawn["unit_id"] == town)]["base"].item()
            assert float(found) == pytest.approx(score[""], abs=1e-5)


def test_intervals_are_the_ranks_of_the_draws(home: Home, small_home: Settings) -> None:
    with duckdb.connect(str(small_home.warehouse_file), read_only=True) as con:
        drawn = con.sql("select * from indicators.int_rank_draws where system = 'town'").df()
        marts = con.sql("select * from marts.town_rank_intervals where rank_overall is not null").df()
    scores = home.scores[home.scores["score_status"] == "rated"].set_index(["town_id", "period"])
    moved = (scores["bonus_points"] - scores["deduction_points"]).map(Decimal)
    assert len(marts) == len(scores)
    for period, mine in drawn.groupby("period"):
        final = [
            half_up(min(max(Decimal(str(b)) + moved[u, period], Decimal(0)), Decimal(100)))
            for u, b in zip(mine["unit_id"], mine["base"], strict=True)
        ]
        mine = mine.assign(
            place=pd.Series(map(float, final), mine.index).groupby(mine["draw_number"]).rank("min", ascending=False)
        )
        for row in marts[marts["period"] == period].itertuples():
            places = np.sort(mine[mine["unit_id"] == row.town_id]["place"])
            assert (row.rank_best, row.rank_middle, row.rank_worst) == (places[49], places[499], places[949])
            assert float(row.top_3_share) == pytest.approx((places <= 3).mean(), abs=1e-4)
            assert row.decided_zh.startswith(f"第{row.rank_overall}名")
