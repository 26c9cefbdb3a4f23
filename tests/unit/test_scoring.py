"""The scoring engine against definitions written out here, and the properties METHOD asks of every implementation."""

from __future__ import annotations

import csv
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analysis import scoring
from pipelines.analysis.scoring import adjust, aggregate, files, prepare
from pipelines.errors import AnlanError

LEAF = {"direction": "+", "floor": 0, "target": 100}
TREE = [
    {"code": "INDEX"},
    {"code": "A", "parent": "INDEX", "weight": 0.6},
    {"code": "B", "parent": "INDEX", "weight": 0.4},
    {"code": "a1", "parent": "A", "weight": 1, **LEAF},
    {"code": "a2", "parent": "A", "weight": 3, "direction": "-", "floor": 50, "target": 10},
    {"code": "b1", "parent": "B", "weight": 1, "direction": "band", "floor": [0.2, 8], "target": [1, 4]},
]
VALUES = np.array([[80, 20, 2.0], [40, 50, 0.6], [100, 5, 6.0], [0, 30, 9.0]])


def spec(tree: list[dict[str, Any]] | None = None, **sections: Any) -> scoring.Spec:
    base = {"tree": tree or TREE, "publish": {"places": 2, "grades": {"A": 90, "B": 80, "C": 60, "D": 0}}}
    return scoring.parse(base | sections)


def flat(*codes: str, **leaf: Any) -> list[dict[str, Any]]:
    return [{"code": "I"}, *({"code": c, "parent": "I", "weight": 1, **LEAF, **leaf} for c in codes)]


def relative(method: str, direction: str = "+", **more: Any) -> scoring.Spec:
    return spec(
        [{"code": "I"}, {"code": "x", "parent": "I", "direction": direction, **more}],
        normalise={"method": method} | ({"unit": "1"} if method == "distance_to_unit" else {}),
    )


def column(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def test_goalposts_weights_and_bands_are_worked_by_hand() -> None:
    made = scoring.score(VALUES, spec())
    codes = [n.code for n in made.spec.nodes]
    at = {c: made.scores[:, codes.index(c)].tolist() for c in codes}
    assert at["a1"] == [80, 40, 100, 0]
    assert at["a2"] == [75, 0, 100, 50]
    assert at["b1"] == pytest.approx([100, 50, 50, 0])
    assert at["A"] == pytest.approx([76.25, 10, 100, 37.5])
    assert at["INDEX"] == pytest.approx([85.75, 26, 80, 22.5])
    assert made.ranks[:, 0].tolist() == [1, 3, 2, 4]
    assert made.grades.tolist() == ["B", "D", "B", "D"]
    assert made.points_lost.sum(axis=1) == pytest.approx(100 - made.scores[:, 0])


@pytest.mark.parametrize(
    ("method", "direction", "expected"),
    [
        ("minmax", "+", [0, 25, 100, 25]), ("minmax", "-", [100, 75, 0, 75]),
        ("rank", "+", [1, 2, 4, 2]), ("borda", "+", [0, 1, 3, 1]), ("percentile_rank", "-", [1, 1 / 3, 0, 1 / 3]),
        ("distance_to_max", "+", [0, 0.25, 1, 0.25]), ("fraction_of_max", "+", [0.2, 0.4, 1, 0.4]), ("fraction_of_max", "-", [0.8, 0.6, 0, 0.6]),
        ("distance_to_unit", "+", [0, 1, 4, 1]),
    ],
)  # fmt: skip
def test_relative_methods_are_the_definitions(method: str, direction: str, expected: list[float]) -> None:
    made = scoring.score(column([2, 4, 10, 4]), relative(method, direction))
    assert made.scores[:, 1] == pytest.approx(expected, rel=1e-12)


def test_zscore_is_of_the_sample_and_turns_with_the_direction() -> None:
    x = np.array([2.0, 4, 10, 4])
    for direction, sign in (("+", 1), ("-", -1)):
        made = scoring.score(column(x), relative("zscore", direction))
        assert made.scores[:, 1] == pytest.approx(sign * (x - 5) / math.sqrt(36 / 3))


def test_distance_to_target_is_counted_beyond_the_target_too() -> None:
    made = scoring.score(column([2, 4, 6, 10]), relative("distance_to_target", target=6))
    assert made.scores[:, 1] == pytest.approx([0, 0.5, 1, 2])


@pytest.mark.parametrize(
    ("says", "method", "direction", "values", "more"),
    [
        ("unit 1 stands in 0 rows", "distance_to_unit", "+", [5], {}), 
        ("x: unit 1 has the least value 2", "distance_to_unit", "+", [4, 2, 3], {}), ("x: unit 1 has the greatest value 4", "distance_to_unit", "-", [3, 4, 2], {}),
        ("x: the target 1 is no better than the least value 2", "distance_to_target", "+", [2, 3], {"target": 1}),
        ("x: the target 9 is no better than the greatest value 3", "distance_to_target", "-", [2, 3], {"target": 9}),
        ("x: its greatest value is -1", "fraction_of_max", "+", [-1, -5], {}), ("x: its greatest value is 0", "fraction_of_max", "-", [0, -5], {}),
    ],
)  # fmt: skip
def test_what_a_method_cannot_measure_by_is_refused(
    says: str, method: str, direction: str, values: Any, more: Any
) -> None:
    with pytest.raises(AnlanError) as caught:
        scoring.score(column(values), relative(method, direction, **more))
    assert says in str(caught.value)


def test_a_reference_unit_stands_once_in_what_is_compared() -> None:
    tree = [{"code": "I"}, {"code": "x", "parent": "I"}]
    unit, when = np.array(["1", "2", "1", "2"]), np.array(["q", "q", "r", "r"])
    with pytest.raises(AnlanError, match="unit 1 stands in 2 rows, compare by scope: period"):
        scoring.score(column([4, 2, 8, 2]), spec(tree, normalise={"distance_to_unit": {"unit": 1}}), unit, when)
    each = spec(tree, normalise={"distance_to_unit": {"unit": 1, "scope": "period"}})
    assert scoring.score(column([4, 2, 8, 2]), each, unit, when).scores[:, 1].tolist() == [1, 0, 1, 0]
    two = spec([*tree, {"code": "y", "parent": "I"}], normalise={"distance_to_unit": {"unit": 1, "scope": "period"}})
    with pytest.raises(AnlanError, match="x in r: unit 1 has no value"):
        scoring.score(np.array([[4, 3], [2, 2], [np.nan, 3], [2, 2]]), two, unit, when)


@pytest.mark.parametrize("size", [1e299, 1e-200])
@pytest.mark.parametrize("method", ["zscore", "minmax", "distance_to_max", "fraction_of_max"])
def test_very_large_and_very_small_values_score_as_others_do(method: str, size: float) -> None:
    x = column([2, 4, 10, 4])
    assert scoring.score(x * size, relative(method)).scores == pytest.approx(scoring.score(x, relative(method)).scores)
    x = column([*range(1, 20), 1000])
    treated = prepare.treat(x * size, spec(flat("x"), treat="winsorise"))[0]
    assert treated / size == pytest.approx(prepare.treat(x, spec(flat("x"), treat="winsorise"))[0])
    with pytest.raises(AnlanError, match=r"unit 0, x: is beyond 1e\+300"):
        scoring.score(column([-1.1e300, 1]), relative(method))


def test_a_unit_twice_and_names_that_do_not_fit_are_refused_in_python_too() -> None:
    x, s = column([1, 2, 3]), spec(flat("x"))
    with pytest.raises(AnlanError, match=r"unit u in q: stands twice. Seen: rows 0 and 2"):
        scoring.score(x, s, np.array(["u", "v", "u"]), np.array(["q", "q", "q"]))
    scoring.score(x, s, np.array(["u", "v", "u"]), np.array(["q", "q", "r"]))
    with pytest.raises(AnlanError, match="period: does not have one entry per row"):
        scoring.score(x, s, period=np.array(["q"]))


def test_a_period_is_normalised_by_itself_where_the_scope_says_so() -> None:
    tree = [{"code": "I"}, {"code": "x", "parent": "I"}]
    when = np.array(["1", "1", "2", "2"])
    by_period = spec(tree, normalise={"method": "minmax", "scope": "period"})
    assert scoring.score(column([0, 10, 100, 200]), by_period, period=when).scores[:, 1].tolist() == [0, 100, 0, 100]
    over_all = spec(tree, normalise={"method": "minmax", "scope": "all"})
    assert scoring.score(column([0, 10, 100, 200]), over_all, period=when).scores[:, 1].tolist() == [0, 5, 50, 100]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("arithmetic", (20 * 1 + 80 * 3) / 4), ("geometric", 20**0.25 * 80**0.75),
        ("harmonic", 4 / (1 / 20 + 3 / 80)), ({"power": 2}, math.sqrt((400 + 3 * 6400) / 4)), ("median", 80),
        ({"power": 0}, 20**0.25 * 80**0.75),
    ],
)  # fmt: skip
def test_means_are_the_definitions(rule: Any, expected: float) -> None:
    tree = [
        {"code": "I"},
        {"code": "x", "parent": "I", "weight": 1, **LEAF},
        {"code": "y", "parent": "I", "weight": 3, **LEAF},
    ]
    made = scoring.score(np.array([[20.0, 80.0]]), spec(tree, aggregate={"default": rule}))
    assert made.scores[0, 0] == pytest.approx(expected, rel=1e-12)


def test_a_zero_makes_a_geometric_mean_zero_and_a_negative_score_is_refused() -> None:
    made = scoring.score(np.array([[0.0, 80.0]]), spec(flat("x", "y"), aggregate={"default": "geometric"}))
    assert made.scores[0, 0] == 0
    with pytest.raises(AnlanError, match="geometric mean of a negative"):
        aggregate.combine(np.array([-1.0, 2.0]), np.ones(2), "geometric", code="I")


def test_equal_weights_make_the_plain_median() -> None:
    x = np.array([[5.0, 1, 9, 3], [5, 1, 9, np.nan]])
    assert aggregate.combine(x, np.ones(4), "median").tolist() == [4, 5]


def test_copeland_counts_pairs_won() -> None:
    x = np.array([[3.0, 3, 1], [2, 2, 2], [1, 1, 3]])
    assert aggregate.copeland(x, np.ones(3) / 3).tolist() == [2, 0, -2]
    assert aggregate.copeland(x[:, :2] * 0, np.ones(2)).tolist() == [0, 0, 0]


def test_missing_rules_zero_skip_and_not_applicable() -> None:
    def index(rule: str) -> scoring.Scores:
        tree = flat("x", "y")
        tree[2]["missing"] = rule
        return scoring.score(np.array([[80.0, np.nan], [80, 60]]), spec(tree, min_coverage=0.5))

    zero, skip, gone = index("zero"), index("skip"), index("not_applicable")
    assert [m.scores[0, 0] for m in (zero, skip, gone)] == [40, 80, 80]
    assert [m.coverage[0, 0] for m in (zero, skip, gone)] == [0.5, 0.5, 1]
    assert [m.official[0] for m in (zero, skip, gone)] == [True, False, True]
    assert gone.weights[0].tolist() == [1, 1, 0]
    for made in (zero, skip, gone):
        assert made.points_lost.sum(axis=1) == pytest.approx(100 - made.scores[:, 0])


def test_too_little_coverage_is_not_rated_and_takes_no_rank() -> None:
    made = scoring.score(np.array([[99, np.nan, np.nan], [50, 50, 50]]), spec(flat("x", "y", "z"), min_coverage=0.7))
    assert made.published[0, 0] is None
    assert made.ranks[:, 0].tolist() == [0, 1]


def test_published_numbers_are_rounded_half_up_on_decimals() -> None:
    made = scoring.score(column([59.995, 59.994999, 2.675]), spec(flat("x")))
    assert made.published[:, 0].tolist() == [Decimal("60.00"), Decimal("59.99"), Decimal("2.68")]
    assert made.grades.tolist() == ["C", "D", "D"]


def test_ties_rank_1_1_3_by_the_published_number() -> None:
    made = scoring.score(column([70.001, 70.004, 10]), spec(flat("x")))
    assert made.ranks[:, 0].tolist() == [1, 1, 3]


def test_gaps_are_filled_only_where_asked_and_are_no_coverage() -> None:
    x = np.array([[10.0, 1], [np.nan, 1], [20, 1], [60, 1]])
    unit, when, kin = np.array(["a", "b", "c", "b"]), np.array(["1", "2", "2", "1"]), np.array(["g", "g", "g", "h"])

    def filled(method: str) -> float:
        return prepare.impute(x, spec(flat("x", "y"), impute={"method": method}), unit, when, kin)[1, 0]

    assert filled("mean") == 20
    assert filled("median") == 20
    assert filled("carry_forward") == 60
    assert filled("group_mean") == 20
    assert math.isnan(filled("none"))
    made = scoring.score(x, spec(flat("x", "y"), impute={"method": "mean"}), unit, when, kin)
    assert made.coverage[1, 0] == 0.5


def test_periods_are_in_order_of_their_numbers() -> None:
    assert prepare.in_order(["10", "9", "11", "8", "9"]) == ["8", "9", "10", "11"]
    assert prepare.in_order(["1.5", "1.25", "-2"]) == ["-2", "1.25", "1.5"]
    assert prepare.in_order(["2026Q1", "2025Q4", "2025Q3"]) == ["2025Q3", "2025Q4", "2026Q1"]
    assert prepare.in_order(["round 10", "round 9", ""]) == ["", "round 9", "round 10"]
    x = np.array([[5.0, 1], [6, 1], [np.nan, 1], [np.nan, 1]])
    made = prepare.impute(
        x, spec(flat("x", "y"), impute="carry_forward"), np.array(["u"] * 4), np.array(["8", "9", "10", "11"]), None
    )
    assert made[:, 0].tolist() == [5, 6, 6, 6]


def test_groups_are_kept_apart_whatever_they_are_called() -> None:
    x = np.array([[10.0, 1], [np.nan, 1], [90, 1], [np.nan, 1]])
    when, kin = np.array(["1", "1", "11", "11"]), np.array(["11", "11", "1", "1"])
    made = prepare.impute(x, spec(flat("x", "y"), impute="group_mean"), np.array(list("abcd")), when, kin)
    assert made[:, 0].tolist() == [10, 10, 90, 90]


def test_winsorising_takes_the_farthest_values_to_the_next() -> None:
    x = np.array([*range(1, 20), 1000.0])
    out, done = prepare.treat(column(x), spec(flat("x"), treat={"method": "winsorise"}))
    assert out[-1, 0] == 19
    assert done["x"]["points"] == 1
    calm, none = prepare.treat(column(np.arange(20.0)), spec(flat("x"), treat={"method": "winsorise"}))
    assert (calm[:, 0] == np.arange(20)).all()
    assert none == {}


def test_moments_are_those_of_the_handbook() -> None:
    # Excel's SKEW and KURT of 3, 4, 5, 2, 3, 4, 5, 6, 4, 7 as its own help prints them
    skew, kurtosis = prepare.moments(np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7]))
    assert skew == pytest.approx(0.359543071, abs=1e-9)
    assert kurtosis == pytest.approx(-0.151799637, abs=1e-9)


def test_log_is_the_coin_tools_log() -> None:
    tree = [{"code": "I"}, {"code": "x", "parent": "I"}]
    made = prepare.treat(column([1, 2, 11]), spec(tree, normalise="minmax", treat={"method": "log"}))[0]
    assert made[:, 0] == pytest.approx(np.log([0.1, 1.1, 10.1]))


def test_adjustments_are_capped_and_a_veto_caps_the_grade_only() -> None:
    rows = [
        {"unit_id": "u", "period": "", "rule_code": "P01", "kind": "bonus", "points": "7", "grade_cap": ""},
        {"unit_id": "v", "period": "", "rule_code": "V05", "kind": "veto", "points": "", "grade_cap": "B"},
    ]
    made = scoring.score(column([85, 95]), spec(flat("x")), np.array(["u", "v"]), adjustments=adjust.Adjustments(rows))
    assert made.published[:, 0].tolist() == [Decimal("90.00"), Decimal("95.00")]
    assert made.grades.tolist() == ["A", "B"]
    assert made.ranks[:, 0].tolist() == [2, 1]


def test_only_a_range_bounds_an_adjusted_score_and_nobody_else_moves() -> None:
    names = np.array(["x", "y", "z"])
    bonus = adjust.Adjustments([record("x", points="2")])
    plain = scoring.score(column([2, 4, 10]), relative("zscore"), names)
    made = scoring.score(column([2, 4, 10]), relative("zscore"), names, adjustments=bonus)
    assert (made.scores[:, 0] - plain.scores[:, 0]).tolist() == [2, 0, 0]
    beyond = relative("distance_to_target", target=4)
    made = scoring.score(column([2, 4, 800]), beyond, names, adjustments=bonus)
    assert made.scores[:, 0].tolist() == [2, 1, 399]
    for method, most in (("minmax", 100), ("percentile_rank", 1)):
        made = scoring.score(column([2, 4, 10]), relative(method, "-"), names, adjustments=bonus)
        assert made.scores[:, 0].tolist() == pytest.approx([most, plain_of(method), 0])


def plain_of(method: str) -> float:
    return scoring.score(column([2, 4, 10]), relative(method, "-")).scores[1, 0]


def record(unit: str, **given: str) -> dict[str, str]:
    return {"unit_id": unit, "period": "", "rule_code": "P01", "kind": "bonus", "points": "1", "grade_cap": ""} | given


def test_a_draw_adds_the_whole_bonus_and_then_keeps_to_the_range() -> None:
    made = scoring.score(
        column([98, 50]),
        spec(flat("x")),
        np.array(["u", "v"]),
        adjustments=adjust.Adjustments([record("u", points="5")]),
    )
    assert made.scores[0, 0] == 100
    assert scoring.uncertainty.adjusted(made, np.array([[90.0, 50], [97, 50]])).tolist() == [[95, 50], [100, 50]]


@pytest.mark.parametrize(
    ("period", "expires", "counts"),
    [
        ("2025Q4", "2020-01-01", False), ("2025Q4", "2025-12-30", False), ("2025Q4", "2025-12-31", True), ("2025", "2025-12-30", False), ("2025-02", "2025-02-28", True),
        ("2025H1", "2025-06-29", False), ("2025-02-03", "2025-02-03", True), ("round 7", "", True),
    ],
)  # fmt: skip
def test_a_record_counts_until_its_expiry_and_says_when_it_is_over(period: str, expires: str, counts: bool) -> None:
    signed = adjust.Adjustments([record("u", expires=expires)])
    made = scoring.score(
        column([50, 60]), spec(flat("x")), np.array(["u", "v"]), np.array([period] * 2), adjustments=signed
    )
    assert made.scores[0, 0] == (51 if counts else 50)
    assert made.expired == ([] if counts else [f"line 2: P01 of u expired {expires}, before the end of {period}"])


@pytest.mark.parametrize(
    ("says", "given"),
    [
        ("line 2: unit w is not among the values", {"unit_id": "w"}), ("line 2: unit u has no values in 2031Q1; its periods are 2025Q4", {"period": "2031Q1"}),
        ("line 2: expires 2026-01-01, but period '2025-13' is no year", {"unit_id": "v", "expires": "2026-01-01"}),
    ],
)  # fmt: skip
def test_a_record_that_applies_to_nothing_is_refused(says: str, given: dict[str, str]) -> None:
    signed = adjust.Adjustments([record("u") | given])
    with pytest.raises(AnlanError) as caught:
        scoring.score(
            column([50, 60]), spec(flat("x")), np.array(["u", "v"]), np.array(["2025Q4", "2025-13"]), adjustments=signed
        )
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("says", "row"),
    [
        ("line 3: points -3 is below 0", "u,,P01,bonus,-3,,doc 1,Li,"), ("line 3: points '٣' is no number", "u,,P01,bonus,٣,,doc 1,Li,"),
        ("line 3: who is blank", "u,,P01,bonus,3,,doc 1,,"), ("line 3: evidence is blank", "u,,P01,bonus,3,, ,Li,"), ("line 3: rule_code is blank", "u,,,bonus,3,,d,Li,"),
        ("expires '31.12.2026' is no day", "u,,P01,bonus,3,,d,Li,31.12.2026"), ("kind 'gift' is none of", "u,,P01,gift,3,,d,Li,"),
    ],
)  # fmt: skip
def test_a_faulty_record_is_refused_with_its_line(says: str, row: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{','.join(adjust.COLUMNS)}\n\n{row}\n", encoding="utf-8")
    with pytest.raises(AnlanError) as caught:
        adjust.read(tmp_path / "a.csv")
    assert says in str(caught.value)
    (tmp_path / "a.csv").write_text(
        f"{','.join(adjust.COLUMNS)}\n\nu,,P01,bonus,３,,d,Li,\nw,,P01,bonus,3,,d,Li,\n", encoding="utf-8"
    )
    with pytest.raises(AnlanError, match="line 4: unit w is not"):
        adjust.read(tmp_path / "a.csv").apply(np.array(["u"]), np.array([""]), np.array([50.0]), spec(flat("x")))


FAULTS: list[tuple[str, Any]] = [
    ("sum to 0", [{"code": "I"}, {"code": "x", "parent": "I", "weight": 0, **LEAF}]),
    ("below 0", [{"code": "I"}, {"code": "x", "parent": "I", "weight": -1, **LEAF}]),
    ("no number", [{"code": "I"}, {"code": "x", "parent": "I", "weight": "much", **LEAF}]),
    ("not finite", [{"code": "I"}, {"code": "x", "parent": "I", "weight": math.nan, **LEAF}]),
    ("cycle", [{"code": "I"}, {"code": "p", "parent": "q"}, {"code": "q", "parent": "p"}, {"code": "x", "parent": "I", **LEAF}]),
    ("orphan", [{"code": "I"}, {"code": "x", "parent": "J", **LEAF}]),
    ("needs one root", [{"code": "I"}, {"code": "J"}]),
    ("stands 2 times", [{"code": "I"}, {"code": "x", "parent": "I", **LEAF}, {"code": "x", "parent": "I", **LEAF}]),
    ("both 5", [{"code": "I"}, {"code": "x", "parent": "I", "floor": 5, "target": 5}]),
    ("too far apart", [{"code": "I"}, {"code": "x", "parent": "I", "floor": -1e308, "target": 1e308}]),
    ("needs floor and target", [{"code": "I"}, {"code": "x", "parent": "I"}]),
    ("must be above", [{"code": "I"}, {"code": "x", "parent": "I", "direction": "-", "floor": 0, "target": 9}]),
    ("a band needs", [{"code": "I"}, {"code": "x", "parent": "I", "direction": "band"}]),
    ("none of zero", [{"code": "I"}, {"code": "x", "parent": "I", "missing": "mean", **LEAF}]),
    ("belong to leaves", [{"code": "I", "floor": 1}, {"code": "x", "parent": "I", **LEAF}]),
    ("unknown colour", [{"code": "I"}, {"code": "x", "parent": "I", "colour": 1, **LEAF}]),
]  # fmt: skip


@pytest.mark.parametrize(("says", "tree"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_faulty_tree_is_refused(says: str, tree: list[dict[str, Any]]) -> None:
    with pytest.raises(AnlanError, match=says):
        spec(tree)


@pytest.mark.parametrize(
    ("says", "section"),
    [
        ("none of goalposts", {"normalise": {"method": "magic"}}), ("no such section", {"weights": {}}),
        ("not below", {"normalise": {"method": "minmax", "range": [1, 0]}}), ("needs unit", {"normalise": "distance_to_unit"}),
        ("needs its number", {"aggregate": {"default": "power"}}), ("no node with children", {"aggregate": {"nodes": {"x": "median"}}}),
        ("between 0 and 1", {"min_coverage": 70}), ("whole number", {"publish": {"places": 1.5}}),
        ("log with goalposts", {"treat": {"method": "log"}}), ("no whole number", {"treat": {"method": "winsorise", "max": -1}}),
        ("no whole number", {"treat": {"winsorise": {"max": 1.5}}}), ("skew: -1 is below 0", {"treat": {"winsorise": {"skew": -1}}}),
        ("treat.max: stands twice", {"treat": {"method": "winsorise", "max": 4, "winsorise": {"max": 5}}}),
        ("treat.method: stands twice", {"treat": {"winsorise": {}, "log": {}}}), ("no mapping of settings", {"treat": {"winsorise": 5}}),
        ("unknown far", {"treat": {"winsorise": {"far": 5}}}), ("no method with settings", {"treat": "winsorise {max 5"}),
        ("power belongs to", {"aggregate": {"nodes": {"I": {"method": "median", "power": 2}}}}), ("unknown power", {"aggregate": {"default": "median", "power": 2}}),
    ],
)  # fmt: skip
def test_a_faulty_section_is_refused(says: str, section: dict[str, Any]) -> None:
    with pytest.raises(AnlanError, match=says):
        spec(flat("x"), **section)


WINSORISE = {"max": 5, "skew": 2, "kurtosis": 3.5}


@pytest.mark.parametrize(
    "text",
    [
        "{method: winsorise, max: 5, skew: 2, kurtosis: 3.5}", "{winsorise: {max: 5, skew: 2, kurtosis: 3.5}}", "{method: winsorise}", "winsorise",
        "{method: {winsorise: {max: 5, skew: 2, kurtosis: 3.5}}}", "{method: winsorise, winsorise: {max: 5, skew: 2, kurtosis: 3.5}}",
        "{method: 'winsorise {max: 5, skew: 2, kurtosis: 3.5}'}", "'winsorise {max: 5, skew: 2, kurtosis: 3.5}'", "{winsorise: }",
    ],
)  # fmt: skip
def test_a_treatment_is_understood_in_every_form_that_yaml_allows(text: str) -> None:
    made = spec(flat("x"), treat=yaml.safe_load(text))
    assert (made.treat, made.treat_limits) == ("winsorise", WINSORISE)
    assert spec(flat("x"), treat=yaml.safe_load("{method: {none: }}")).treat == "none"


def test_other_sections_take_the_same_forms() -> None:
    made = spec(flat("x"), normalise={"minmax": {"range": [0, 10], "scope": "period"}}, impute={"mean": None})
    assert (made.method, made.high, made.scope, made.impute) == ("minmax", 10, "period", "mean")


@pytest.mark.parametrize(
    "text",
    [
        "{power: 2}", "{default: {power: 2}}", "{default: power, power: 2}", "{default: {method: power, power: 2}}", "{default: {method: {power: 2}}}",
        "{nodes: {I: {power: 2}}}", "{nodes: {I: '{power: 2}'}}", "{nodes: {I: {method: power, power: 2}}}",
    ],
)  # fmt: skip
def test_a_power_mean_is_understood_in_every_form(text: str) -> None:
    assert spec(flat("x"), aggregate=yaml.safe_load(text)).rule("I") == ("power", 2)
    assert spec(flat("x"), aggregate="geometric").rule("I") == ("geometric", 1)


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ('node 2, code: YAML reads ON as True; quote it: "ON"', "- {code: ON, parent: I, floor: 0, target: 1}"),
        ('node 2, code: YAML reads 010 as 8; quote it: "010"', "- {code: 010, parent: I, floor: 0, target: 1}"),
        ('node 2, parent: YAML reads NO as False; quote it: "NO"', "- {code: x, parent: NO, floor: 0, target: 1}"),
        ('node 2, target: YAML reads 010 as 8; quote it: "010"', "- {code: x, parent: I, floor: 0, target: 010}"),
        ("quote it", "- {code: x, parent: I, floor: 0, target: 1}\nnormalise: {unit: 007}"),
        ("quote it", "- {code: x, parent: I, floor: 0, target: 1}\npublish: {grades: {NO: 7}}"),
    ],
)
def test_codes_that_yaml_reads_as_something_else_are_refused(says: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(f"tree:\n- {{code: I}}\n{text}\n", encoding="utf-8")
    with pytest.raises(AnlanError) as caught:
        scoring.parse(tmp_path / "s.yaml")
    assert says in str(caught.value)


def test_quoted_codes_and_plain_whole_numbers_are_codes(tmp_path: Path) -> None:
    text = 'tree:\n- {code: I}\n- {code: "ON", parent: I, floor: 0, target: 1}\n- {code: 10, parent: I, floor: 0, target: 1e3}\n'
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert [n.code for n in scoring.parse(tmp_path / "s.yaml").nodes] == ["I", "ON", "10"]
    with pytest.raises(AnlanError, match="code True is no text; quote it"):
        spec([{"code": "I"}, {"code": True, "parent": "I", **LEAF}])


def test_full_width_numbers_are_read_and_other_digits_refused(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("unit_id,x,y\nu,０,－１２．５\n", encoding="utf-8")
    assert files.read_values(tmp_path / "v.csv", spec(flat("x", "y"))).values.tolist() == [[0, -12.5]]
    (tmp_path / "v.csv").write_text("unit_id,x,y\nu,٣,1\n", encoding="utf-8")
    with pytest.raises(AnlanError, match="line 2, x: '٣' is no finite number"):
        files.read_values(tmp_path / "v.csv", spec(flat("x", "y")))


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(AnlanError, match=r"2 fault\(s\).*min_coverage.*both 1"):
        spec([{"code": "I"}, {"code": "x", "parent": "I", "floor": 1, "target": 1}], min_coverage=2)


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ("line 3: unit u stands twice, first in line 2", "unit_id,x,y\nu,1,2\nu,3,4\n"),
        ("line 2, x: 'many'", "unit_id,x,y\nu,many,2\n"), ("line 2, y: 'inf'", "unit_id,x,y\nu,1,inf\n"),
        ("line 3, x: 'NaN'", "unit_id,x,y\nu,1,1\nv,NaN,1\n"), ("lacks y", "unit_id,x\nu,1\n"), ("no rows", "unit_id,x,y\n"),
        ("line 2: 2 cells", "unit_id,x,y\nu,1\n"), ("line 2: unit_id is blank", "unit_id,x,y\n,1,2\n"),
        ("a column twice", "unit_id,x,x,y\nu,1,1,1\n"), ("no header", ""), ("'1_000'", "unit_id,x,y\nu,1_000,1\n"),
    ],
)  # fmt: skip
def test_faulty_values_are_refused_with_their_line(says: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(text, encoding="utf-8")
    with pytest.raises(AnlanError) as caught:
        files.read_values(tmp_path / "v.csv", spec(flat("x", "y")))
    assert says in str(caught.value)


@pytest.mark.parametrize("values", [[[np.nan, np.nan], [1, 2]], [[np.nan, 1], [np.nan, 2]]])
def test_a_unit_or_an_indicator_without_any_value_is_refused(values: list[list[float]]) -> None:
    with pytest.raises(AnlanError, match="no value"):
        scoring.score(np.array(values), spec(flat("x", "y")))


def test_files_have_every_node_and_read_back_the_same(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipelines.cli import app

    (tmp_path / "s.yaml").write_text(yaml.safe_dump({"tree": TREE, "min_coverage": 0.5}), encoding="utf-8")
    (tmp_path / "v.csv").write_text(
        "unit_id,period,a1,a2,b1,note\nu,2026Q3,80,20,2,x\nv,2026Q3,40,,0.6,\n", encoding="utf-8"
    )
    call = [
        "score",
        "--spec",
        str(tmp_path / "s.yaml"),
        "--data",
        str(tmp_path / "v.csv"),
        "--draws",
        "50",
        "--seed",
        "7",
        "--drivers",
        "16",
        "--opinions",
    ]
    for out in ("one", "two"):
        done = CliRunner().invoke(app, [*call, "--out", str(tmp_path / out)], catch_exceptions=False)
        assert done.exit_code == 0
    rows = list(csv.DictReader((tmp_path / "one/scores.csv").open(encoding="utf-8")))
    assert [r["code"] for r in rows[:6]] == ["INDEX", "A", "B", "a1", "a2", "b1"]
    assert rows[0] | {"score": float(rows[0]["score"])} == {
        "unit_id": "u", "period": "2026Q3", "code": "INDEX", "score": pytest.approx(85.75), "published": "85.75", "rank": "1",
        "coverage": "1.0", "grade": "", "status": "rated",
    }  # fmt: skip
    for name in (
        "scores.csv",
        "scores.parquet",
        "points_lost.csv",
        "rank_intervals.csv",
        "rank_drivers.csv",
        "second_opinions.csv",
        "summary.json",
    ):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("says", "options"),
    [
        ("power of 2", ["--drivers", "100"]), ("power of 2", ["--drivers", "-4"]), ("fewer than one", ["--draws", "-4"]),
        ("is no folder", ["--out", "v.csv"]),
    ],
)  # fmt: skip
def test_nothing_is_written_where_anything_is_refused(
    says: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from pipelines.cli import app

    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(yaml.safe_dump({"tree": flat("x")}), encoding="utf-8")
    Path("v.csv").write_text("unit_id,x\nu,80\nv,40\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["score", "--spec", "s.yaml", "--data", "v.csv", "--out", "made", *options])
    assert done.exit_code
    assert says in str(done.exception)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.yaml", "v.csv"]


def test_draws_do_not_depend_on_how_many_are_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scoring.score(VALUES, spec())
    whole = scoring.rank_intervals(made, VALUES, 200, 3)
    monkeypatch.setattr("pipelines.analysis.scoring.moved.CELLS", 7 * VALUES.size)
    assert scoring.rank_intervals(made, VALUES, 200, 3).equals(whole)
    assert whole.column("rank_p05").to_pylist()[0] == 1
    assert not scoring.rank_intervals(made, VALUES, 200, 4).equals(whole)


NUMBERS = st.floats(0, 100, allow_nan=False).map(lambda x: round(x, 3))
TABLES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.integers(0, 2), st.floats(0, 50))
def test_a_better_value_never_lowers_the_own_score_and_moves_nobody_else(rows: Any, j: int, more: float) -> None:
    values = np.array(rows)
    better = values.copy()
    better[0, j] += more * (-1 if j == 1 else 1)
    tree = [*TREE[:-1], {"code": "b1", "parent": "B", **LEAF}]
    for rule in ("arithmetic", "geometric", "harmonic", "median"):
        s = spec(tree, aggregate={"default": rule})
        one, two = scoring.score(values, s).scores[:, 0], scoring.score(better, s).scores[:, 0]
        assert two[0] >= one[0] - 1e-9
        assert (two[1:] == one[1:]).all()


@settings(max_examples=60, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_company_do_not_matter_and_hiding_never_gains(rows: Any, random: Any) -> None:
    values = np.array(rows)
    s = spec(min_coverage=0)
    base = scoring.score(values, s).scores[:, 0]
    order = list(range(len(rows)))
    random.shuffle(order)
    assert (scoring.score(values[order], s).scores[:, 0] == base[order]).all()
    assert (scoring.score(values[1:], s).scores[:, 0] == base[1:]).all()
    hidden = values.copy()
    hidden[0, random.randrange(3)] = np.nan
    if not np.isnan(hidden).all(axis=0).any():
        assert scoring.score(hidden, s).scores[0, 0] <= base[0] + 1e-9
