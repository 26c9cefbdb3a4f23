"""What-ifs: unchanged they are the quarter to the digit; changed they are what the changed records would have been scored."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal as D

import numpy as np
import pytest

from pipelines.analysis import whatif, whatif_steps
from pipelines.analysis.whatif_changes import parse
from pipelines.analysis.whatif_cheapest import Choice, cheapest
from pipelines.errors import AnlanError, UsageError
from tests import quarter

NOW = quarter.PERIODS[1]


@pytest.fixture(scope="module")
def given() -> quarter.Quarter:
    return quarter.believable()


@pytest.fixture(scope="module")
def trial(given) -> whatif.Trial:
    return whatif.open_trial(quarter.as_release(given.scored()), NOW)


def released(con) -> list[dict]:
    found = con.execute(f"select {whatif.SCORES} from town_quarter_scores where period = ? order by town_id", [NOW])
    return [dict(zip([c[0] for c in found.description], r, strict=True)) for r in found.fetchall()]


def test_nothing_changed_is_the_quarter_to_the_digit(trial, given):
    assert trial.differences() == []
    assert list(trial.run([]).scores.values()) == released(given.scored())
    # a change that changes nothing goes the whole way and comes back the same
    assert trial.run([parse("C301.numerator=+0", "town1")]).scores == trial.base.scores


def test_a_quarter_made_by_other_rules_cannot_be_tried(given):
    con = quarter.as_release(given.scored())
    con.execute(
        "update town_quarter_scores set final_score = final_score + 0.01 where town_id = 'town1' and period = ?", [NOW]
    )
    with pytest.raises(AnlanError, match="made by other rules"):
        whatif.open_trial(con, NOW)


def test_changed_records_are_scored_as_the_what_if_said(trial, given):
    """The same change made in the evidence and scored from there, for counts, one row, a row taken out, and a new one."""
    said = ["C301.row.C301-town1=1", "E103.row.E103-town1-0=none", "B402.row.new=3/4", "B201.row.B201-new=1/1"]
    rows = [r for r in given.evidence if not (r[3] == "E103-town1-0" and r[2] == NOW)]
    rows = [(*r[:4], 1, r[5]) if r[3] == "C301-town1" and r[2] == NOW else r for r in rows]
    rows += [("B402", "town1", NOW, "new", 3, 4), ("B201", "town1", NOW, "B201-new", 1, 1)]
    made = trial.run([parse(s, "town1") for s in said])
    assert list(made.scores.values()) == released(replace(given, evidence=rows).scored())
    assert made.scores["town1"] != trial.base.scores["town1"]


@pytest.mark.parametrize(
    ("said", "sql"),
    [
        ("weight.C=0.4", "update method_town_indicators set weight_l1 = 0.4 where l1_code = 'C'"),
        ("weight.C2=0.4", "update method_town_indicators set weight_l2 = 0.4 where l2_code = 'C2'"),
        ("weight.C301=0.6", "update method_town_indicators set weight_l3 = 0.6 where indicator_code = 'C301'"),
        (
            "goalpost.C301.target=90",
            "update method_town_indicators set target_value = 90 where indicator_code = 'C301'",
        ),
        ("goalpost.C303.floor=40", "update method_town_indicators set floor_value = 40 where indicator_code = 'C303'"),
        (
            "parameter.small_number_n=30",
            "update method_parameters set value = 30 where parameter_code = 'small_number_n'",
        ),
        (
            "parameter.coverage_minimum=0.98",
            "update method_parameters set value = 0.98 where parameter_code = 'coverage_minimum'",
        ),
        (
            "grade.C=50",
            "update method_grades set lower_score = 50 where system = 'town' and grade = 'C';"
            "update method_grades set upper_score = 50 where system = 'town' and grade = 'D'",
        ),
    ],
)
def test_a_changed_rule_is_the_rule_changed_in_the_method(trial, given, said, sql):
    made = trial.run([parse(said)])
    # the quarter before is scored by the changed rule as well: what a what-if shows is the quarter alone
    assert list(made.scores.values()) == released(replace(given, rules=lambda con: con.execute(sql)).scored())
    assert made.scores != trial.base.scores


def test_a_rule_and_a_record_changed_together_reach_every_indicator(trial):
    record = parse("C301.numerator=+0", "town1")
    for rule in (parse("parameter.small_number_n=30"), parse("goalpost.E103.floor=1")):
        both, alone = trial.run([rule, record]).cells, trial.run([rule]).cells
        assert [k for k in alone if k[1] != "C301" and both[k] != alone[k]] == []
        assert alone != trial.base.cells


def test_a_rule_and_a_record_of_the_same_indicator_are_scored_together(trial, given):
    """The record moves its quarter alone, the goalpost every quarter: a rate, and a median that may never be reached."""
    sql = "update method_town_indicators set target_value = 90 where indicator_code = 'C301'; update method_town_indicators set floor_value = 40 where indicator_code = 'C303'"
    said = ["goalpost.C301.target=90", "goalpost.C303.floor=40", "C301.row.C301-town1=1", "C303.row.C303-town1-0=none"]
    rows = [r for r in given.evidence if not (r[3] == "C303-town1-0" and r[2] == NOW)]
    assert len(rows) == len(given.evidence) - 1
    rows = [(*r[:4], 1, r[5]) if r[3] == "C301-town1" and r[2] == NOW else r for r in rows]
    made = trial.run([parse(s, "town1") for s in said])
    assert list(made.scores.values()) == released(
        replace(given, evidence=rows, rules=lambda con: con.execute(sql)).scored()
    )
    assert made.scores["town1"] != trial.base.scores["town1"]


def test_a_value_that_is_known_counts_as_observed(trial):
    assert trial.base.cells["town1", "F101"]["cell_status"] == "not_reported"
    made = trial.run([parse("F101=100", "town1")])
    assert made.cells["town1", "F101"]["score"] == 100
    assert made.scores["town1"]["coverage_share"] > trial.base.scores["town1"]["coverage_share"]
    assert trial.run([parse("C301.status=not_reported", "town1")]).cells["town1", "C301"]["score"] == 0
    assert trial.run([]).cells == trial.base.cells, "a trial leaves nothing behind"


def test_a_certificate_lifts_the_veto_on_too_few_of_them(given):
    con = quarter.as_release(given.scored())
    con.execute(
        f"create table certification_gap_people as select 'town0' as town_id, '{quarter.DISTRICT}' as district_code, '{NOW}' as period, "
        "'ST-02' as rule_id, 'P1' as person_id, 'expired' as cert_status, 'B204/B204-town0' as landing_ref"
    )
    trial = whatif.open_trial(con, NOW)
    assert trial.base.scores["town0"]["veto_codes"] == "V05"
    made = trial.run([parse("cert.P1=valid", "town0")])
    assert made.scores["town0"]["veto_codes"] == ""
    assert made.cells["town0", "B201"]["value"] == trial.base.cells["town0", "B201"]["value"] + 1
    assert trial.run([parse("cert.P1=void", "town0")]).scores["town0"]["veto_codes"] == "V05"
    with pytest.raises(UsageError, match="names nobody"):
        trial.run([parse("cert.P2=valid", "town0")])


def test_a_closing_day_moves_what_the_hazard_is_counted_in(given):
    con = quarter.as_release(given.scored())
    for code, n, d, at in (("C301", 0, 1, "2026-09-10 16:00:00"), ("C303", 60, 0, "2026-08-01 16:00:00")):
        con.execute(
            "insert into town_indicator_evidence values (?, ?, 'town1', ?, 'hazard', 'H1', ?, ?, ?, 'x')",
            [quarter.DISTRICT, code, NOW, n, d, at],
        )
    for model in quarter.PATH:
        sql = quarter.MethodSql({"method_version": quarter.METHOD, "local_offset_hours": 8}, quarter.NAMES).model(model)
        con.execute(f"create or replace table {model} as {sql}")
    trial = whatif.open_trial(con, NOW)
    before = trial.base.cells["town1", "C301"]["numerator"]
    # the deadline is the end of 10 September by the district's clock
    assert trial.run([parse("close.H1=2026-09-10")]).cells["town1", "C301"]["numerator"] == before + 1
    late = trial.run([parse("close.H1=2026-09-11")])
    assert late.cells["town1", "C301"]["numerator"] == before
    assert late.cells["town1", "C303"]["denominator"] == trial.base.cells["town1", "C303"]["denominator"] + 1
    watched = late.cells["town1", "C303"]["numerator"] - trial.base.cells["town1", "C303"]["numerator"] + 60
    assert watched == pytest.approx(D("40.999988"), abs=D("0.00001"))
    with pytest.raises(UsageError, match="before it was found"):
        trial.run([parse("close.H1=2026-08-01")])


@pytest.mark.parametrize(
    "said", ["C301", "C301=", "C301=x", "C301=NaN", "C301.status=fine", "weight.C=-1", "weight.Z9=1", "goalpost.C301.floor=98", "goalpost.C204.full_low=9", "goalpost.C301.top=3", "goalpost.Z9.floor=3",
             "parameter.x=1", "grade.E=1", "Z999=1", "C301.row.none=1", "cert.P1=perhaps", "close.H=yesterday", "close.H9=2026-09-01", "site.rescue-1=open"],
)  # fmt: skip
def test_what_cannot_be_changed_is_refused_with_what_to_do(trial, said):
    with pytest.raises(UsageError) as refused:
        trial.run([parse(said, "town1")])
    assert refused.value.do


def test_a_station_at_a_candidate_site_covers_what_it_would_reach(given):
    con = quarter.as_release(given.scored())
    con.execute(
        f"create table candidate_sites as select '{NOW}' as period, 'usual' as scenario_code, 'rescue' as event_code, 1 as site_rank, "
        "'E101-town0,E101-town1' as place_ids"
    )
    con.execute(
        "create table method_circle_cases as select 'E101' as indicator_code, 'usual' as scenario_code, 'rescue' as event_code"
    )
    trial = whatif.open_trial(con, NOW)
    made = trial.run([parse("site.rescue-1=open")])
    for town in ("town0", "town1"):
        assert made.cells[town, "E101"]["numerator"] == made.cells[town, "E101"]["denominator"]
    assert made.cells["town2", "E101"]["numerator"] == trial.base.cells["town2", "E101"]["numerator"]
    with pytest.raises(UsageError, match="names no candidate site"):
        trial.run([parse("site.fire-1=open")])


def test_an_unknown_town_is_refused(trial):
    with pytest.raises(UsageError, match="is not in the release"):
        trial.run([parse("C301=90", "nowhere")])


def test_changes_are_said_as_they_are_written():
    for said in (
        "C301=95",
        "C301.numerator=+3",
        "C301.row.x=1/1",
        "C301.row.x=none",
        "weight.C=0.4",
        "cert.P1=valid",
        "site.rescue-1=open",
        "C301.status=unreadable",
    ):
        assert parse(said, "t").said == said
    assert parse(parse("goalpost.C301.floor=3").said) == parse("goalpost.C301.floor=3")


def test_the_cheapest_set_is_what_trying_all_finds():
    rng = np.random.default_rng(1)
    for _ in range(150):
        choices = [
            Choice(
                str(i), float(rng.integers(1, 20)) / 2, float(rng.uniform(0.2, 3)), float(rng.uniform(0.5, 6)), int(rng.integers(1, 5)),
                float(rng.choice([0, -rng.uniform(0, 3)])), float(rng.choice([0, 0.1])), int(rng.choice([0, 0, 0, 1])),
            )
            for i in range(rng.integers(1, 5))
        ]  # fmt: skip
        points, cover = float(rng.uniform(-1, 8)), float(rng.choice([0, 0, 0.1, 0.2]))
        enough = [
            sum(c.cost * n for c, n in zip(choices, times, strict=True))
            for times in itertools.product(*[range(c.least, c.most + 1) for c in choices])
            if sum(c.points(n) for c, n in zip(choices, times, strict=True)) >= points
            and sum(c.cover for c, n in zip(choices, times, strict=True) if n) >= cover - 1e-12
        ]
        found = cheapest(choices, points, cover)
        assert (found is None) == (not enough)
        if found:
            assert found.cost == pytest.approx(min(enough), abs=1e-9)
            assert found.is_proven


def test_the_plan_reaches_the_grade_and_nothing_cheaper_does(trial):
    """The plan is scored again by the method's SQL; on a town near its grade, everything cheaper is tried by hand."""
    for town, now in trial.base.scores.items():
        plan = whatif_steps.next_grade(trial, town)
        assert plan.status == "reached", town
        made = whatif_steps.scored_again(trial, town, plan).scores[town]
        assert made["grade"] == plan.grade < now["grade"]
        assert made["final_score"] == plan.score
        assert plan.cost == sum(s.cost for s in plan.steps)


def test_a_plan_is_the_cheapest_of_all_sets_of_steps(given):
    """Few actions are priced, the next grade is near: every combination is scored by the method's SQL."""
    con = quarter.as_release(given.scored())
    con.execute(
        "update method_improvement_costs set cost_thousand = null where indicator_code not in ('E201', 'D201', 'C302', 'B204') and system = 'town'"
    )
    trial = whatif.open_trial(con, NOW)
    town = "town1"
    lowest = trial.base.scores[town]["final_score"] + D("1.4")
    con.execute("update method_grades set lower_score = ? where system = 'town' and grade = 'C'", [lowest])
    con.execute("update method_grades set upper_score = ? where system = 'town' and grade = 'D'", [lowest])
    for model in quarter.PATH[2:4]:
        con.execute(
            f"create or replace table {model} as {quarter.MethodSql({'method_version': quarter.METHOD}, quarter.NAMES).model(model)}"
        )
    trial = whatif.open_trial(con, NOW)
    plan = whatif_steps.next_grade(trial, town)
    actions = whatif_steps.actions(trial, town)
    raising = [a for a in actions if a.kind == "raise"]
    costs = []
    for times in itertools.product(*[range(a.choice.most + 1) for a in raising]):
        cost = sum((a.row["cost_thousand"] * n for a, n in zip(raising, times, strict=True)), D(0))
        if cost <= plan.cost:
            changes = [
                c for a, n in zip(raising, times, strict=True) if n for c in whatif_steps.changes(trial, town, a, n)
            ]
            if trial.run(changes).scores[town]["final_score"] >= lowest:
                costs.append(cost)
    assert plan.is_proven
    assert min(costs) == plan.cost


def test_a_veto_that_nothing_lifts_is_named_as_what_stands_in_the_way(given):
    rows = [*given.evidence, ("V01", "town4", NOW, "accident", 1, 0)]
    trial = whatif.open_trial(quarter.as_release(replace(given, evidence=rows).scored()), NOW)
    plan = whatif_steps.next_grade(trial, "town4")
    assert (plan.status, plan.grade, plan.in_the_way) == ("capped", "B", ("V01",))
    assert whatif_steps.scored_again(trial, "town4", plan).scores["town4"]["grade"] == "C", (
        "the plan alone does not lift it"
    )


def test_a_veto_on_certificates_is_lifted_by_obtaining_them(trial):
    assert trial.base.scores["town3"]["veto_codes"] == "V05"
    plan = whatif_steps.next_grade(trial, "town3", "A")
    lifting = [s for s in plan.steps if s.lifts == "V05"]
    assert plan.status == "out_of_reach" or lifting
    assert [s.code for s in whatif_steps.next_grade(trial, "town3").steps if s.code == "B201"] == ["B201"]


def test_a_town_that_is_not_rated_first_reports(given):
    statuses = {(c, NOW): "missing" for c in {r[0] for r in given.evidence} if c[0] in "CDE"}
    few = replace(given, evidence=[r for r in given.evidence if (r[0], r[2]) not in statuses], statuses=statuses)
    trial = whatif.open_trial(quarter.as_release(few.scored()), NOW)
    assert trial.base.scores["town4"]["score_status"] == "not_rated"
    plan = whatif_steps.next_grade(trial, "town4")
    assert {s.kind for s in plan.steps} == {"report"}
    assert whatif_steps.scored_again(trial, "town4", plan).scores["town4"]["score_status"] == "rated"


def test_the_best_grade_has_no_next(given):
    def rules(con):
        con.execute("delete from method_grades where system = 'town' and grade <> 'A'")
        con.execute("update method_grades set lower_score = 0 where system = 'town'")

    trial = whatif.open_trial(quarter.as_release(replace(given, rules=rules).scored()), NOW)
    assert whatif_steps.next_grade(trial, "town4").status == "best"
