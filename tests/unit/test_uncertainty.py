"""Runs under other weights, goalposts and means, and the Sobol indices, against closed forms and worked numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipelines.analysis import scoring
from pipelines.analysis.scoring import moved, sobol, uncertainty
from pipelines.errors import AnlanError

TREE = [
    {"code": "I"},
    {"code": "A", "parent": "I", "weight": 0.6},
    {"code": "B", "parent": "I", "weight": 0.4},
    {
        "code": "a1",
        "parent": "A",
        "weight": 3,
        "direction": "+",
        "floor": 0,
        "target": 100,
        "missing": "not_applicable",
    },
    {"code": "a2", "parent": "A", "weight": 1, "direction": "-", "floor": 50, "target": 10},
    {
        "code": "b1",
        "parent": "B",
        "direction": "band",
        "floor": [0.2, 8],
        "target": [1, 4],
        "missing": "not_applicable",
    },
]
VALUES = np.array([[80.0, 20, 2], [40, 45, 0.6], [90, 30, 6], [np.nan, 20, 2], [70, np.nan, np.nan], [np.nan, 30, 5]])
MIDDLE = np.full(3 + 3 + 2 * 3 + 1, 0.5)


def made() -> tuple[scoring.Scores, moved.Movable]:
    found = scoring.score(VALUES, scoring.parse({"tree": TREE, "min_coverage": 0}))
    return found, uncertainty.movable(found, VALUES)


def at(**given: float) -> np.ndarray:
    """Return one run: everything in the middle but what is given, by code (weight), code_low, code_high, mean."""
    names = ["I", "A", "B", "a1", "a2", "b1", "a1_low", "a2_low", "b1_low", "a1_high", "a2_high", "b1_high", "mean"]
    run = MIDDLE.copy()
    for name, value in given.items():
        run[names.index(name)] = value
    return run[None]


def test_each_draw_has_the_stream_of_its_own_number():
    """Wherever a chunk begins: the numbers of a generator made for this draw alone."""
    found = uncertainty.streams(7, range(5, 9), 11)
    for row, number in zip(found, range(5, 9), strict=True):
        assert row.tolist() == np.random.Generator(np.random.Philox(key=[7, number])).random(11).tolist()


def test_a_run_that_moves_nothing_is_the_score_with_whatever_is_missing():
    found, model = made()
    # 0.5 is the middle of every weight and goalpost, and not below a half: arithmetic
    assert model.scores(at())[0] == pytest.approx(found.base, rel=1e-12)


def test_a_run_moves_one_weight_one_goalpost_or_the_mean():
    _, model = made()
    # A at 1.25 of its weight: (0.75 x 78.75 + 0.4 x 100) / 1.15; a1 0.75, a2 0.25 of A
    assert model.scores(at(A=1))[0, 0] == pytest.approx((0.75 * 78.75 + 0.4 * 100) / 1.15)
    # a1's floor at 10: (80 − 10) / 90
    assert model.scores(at(a1_low=1))[0, 0] == pytest.approx(0.6 * (0.75 * 7000 / 90 + 0.25 * 75) + 40)
    # less is better: a2's target 10 + 4, its width being 40
    assert model.scores(at(a2_high=1))[0, 0] == pytest.approx(0.6 * (60 + 0.25 * 100 * 30 / 36) + 40)
    # the band of b1 falls from 4 to 8: its shoulders 0.4 to the right
    assert model.scores(at(b1_low=1, b1_high=1))[0, 2] == pytest.approx(0.6 * (0.75 * 90 + 12.5) + 0.4 * 100 * 2.4 / 4)
    # geometric: a2 of the fifth unit is 0 and counts as 1
    assert model.scores(at(mean=0))[0, 0] == pytest.approx((80**0.75 * 75**0.25) ** 0.6 * 100**0.4)
    assert model.scores(at(mean=0))[0, 4] == pytest.approx(70**0.75)


def test_what_a_run_gives_does_not_depend_on_its_company(monkeypatch):
    _, model = made()
    runs = np.random.default_rng(5).random((50, model.width))
    whole = model.scores(runs)
    monkeypatch.setattr(moved, "CELLS", 1)
    assert (model.scores(runs) == whole).all()


def test_fewer_than_one_draw_is_refused():
    with pytest.raises(AnlanError, match="fewer than one"):
        uncertainty.drawn(made()[1], 0, 1)


@pytest.mark.parametrize(
    "nodes", [{"default": "copeland"}, {"nodes": {"I": "copeland"}}, {"nodes": {"A": "copeland", "B": "copeland"}}]
)
def test_copeland_is_drawn_within_each_period_and_unmoved_is_the_score(nodes: dict, monkeypatch: pytest.MonkeyPatch):
    values, when = np.vstack([VALUES, VALUES[::-1] * 0.9]), np.repeat(["q", "r"], len(VALUES))
    unit = np.array([*"abcdef"] * 2)
    found = scoring.score(values, scoring.parse({"tree": TREE, "aggregate": nodes, "min_coverage": 0}), unit, when)
    model = uncertainty.movable(found, values)
    # no kind of mean moves pairs won: the score is the engine's in every bit, by a geometric run too
    for mean in (0, 0.5):
        scores = model.scores(at(mean=mean))
        if nodes != {"nodes": {"I": "copeland"}} or mean:
            assert scores[0] == pytest.approx(found.base, rel=1e-12)
        for q in "qr":
            if mean:
                assert (
                    moved.ranks_of(uncertainty.adjusted(found, scores)[:, when == q])[0] == found.ranks[when == q, 0]
                ).all()
    whole = scoring.rank_intervals(found, values, 40, 1)
    monkeypatch.setattr(moved, "CELLS", 1)
    monkeypatch.setattr(scoring.aggregate, "PAIRS", 7)
    assert scoring.rank_intervals(found, values, 40, 1).equals(whole)
    assert scoring.rank_drivers(found, values, 2).num_rows == 12 * 5


def test_means_that_are_alike_tie_under_copeland_whichever_way_their_last_bits_fall():
    rng = np.random.default_rng(1)
    tree = [{"code": "I"}, *({"code": g, "parent": "I", "weight": w} for g, w in zip("ABC", (1, 3, 2), strict=True))]
    tree += [
        {"code": f"{g}{k}", "parent": g, "weight": 1 + k, "floor": 0, "target": 7} for g in "ABC" for k in range(3)
    ]
    spec = scoring.parse({"tree": tree, "aggregate": {"nodes": {"I": "copeland"}}, "min_coverage": 0})
    for _ in range(10):
        values = rng.integers(0, 8, (20, 9)).astype(float)
        found = scoring.score(values, spec)
        model = uncertainty.movable(found, values)
        assert (model.scores(np.full((1, model.width), 0.5))[0] == found.base).all()


def test_scores_without_a_range_are_never_multiplied():
    tree = [{"code": "I"}, {"code": "x", "parent": "I"}, {"code": "y", "parent": "I"}]
    values = np.array([[1.0, 2], [3, 9], [7, 4]])
    run = np.array([[*[0.5] * 7, 0]])
    for method in ("zscore", "rank", "borda"):
        found = scoring.score(values, scoring.parse({"tree": tree, "normalise": method}))
        assert uncertainty.movable(found, values).scores(run)[0] == pytest.approx(found.base)
    shares = scoring.score(values, scoring.parse({"tree": tree, "normalise": "fraction_of_max"}))
    # 1/7 and 2/9, not both at the floor of a range from 0 to 100
    assert uncertainty.movable(shares, values).scores(run)[0, 0] == pytest.approx(math.sqrt(1 / 7 * 2 / 9))


def test_a_design_is_a_then_each_group_out_of_b_then_b():
    runs = sobol.design(4, 3, [(0, 2), (1,)]).reshape(4, 4, 3)
    a, b = runs[:, 0], runs[:, 3]
    assert (runs[:, 1] == np.column_stack([b[:, 0], a[:, 1], b[:, 2]])).all()
    assert (runs[:, 2] == np.column_stack([a[:, 0], b[:, 1], a[:, 2]])).all()
    # the Sobol sequence of dimension 6 by Joe and Kuo, as SALib has it
    assert np.hstack([a, b])[1:3].tolist() == [[0.5] * 6, [0.75, 0.25, 0.25, 0.25, 0.75, 0.75]]
    with pytest.raises(AnlanError, match="power of 2"):
        sobol.design(100, 2, [(0,)])


def ishigami(runs: np.ndarray) -> np.ndarray:
    x = math.pi * (2 * runs - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_are_those_of_ishigami():
    # V1, V2, V13 of Ishigami and Homma 1990 with a = 7, b = 0.1
    v1, v2, v13 = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 49 / 8, 8 * 0.01 * math.pi**8 / 225
    v = v1 + v2 + v13
    runs = sobol.design(8192, 3, [(0,), (1,), (2,)])
    first, total = sobol.indices(ishigami(runs)[:, None], 3)
    assert first[:, 0] == pytest.approx([v1 / v, v2 / v, 0], abs=0.005)
    assert total[:, 0] == pytest.approx([(v1 + v13) / v, v2 / v, v13 / v], abs=0.005)


def test_indices_are_those_of_the_g_function_alone_and_in_groups():
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])

    def g(runs: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * runs - 2) + a) / (1 + a), axis=1)[:, None]

    part = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + part) - 1
    first, total = sobol.indices(g(sobol.design(8192, 8, [(i,) for i in range(8)])), 8)
    assert first[:, 0] == pytest.approx(part / whole, abs=0.01)
    assert total[:, 0] == pytest.approx(part * (1 + whole) / (1 + part) / whole, abs=0.01)
    # two groups: what the first explains alone is the variance of its own product
    first, total = sobol.indices(g(sobol.design(8192, 8, [(0, 1), tuple(range(2, 8))])), 2)
    alone = np.array([np.prod(1 + part[:2]) - 1, np.prod(1 + part[2:]) - 1])
    assert first[:, 0] == pytest.approx(alone / whole, abs=0.01)
    assert total[:, 0] == pytest.approx(1 - alone[::-1] / whole, abs=0.01)


def test_an_output_that_never_varies_hangs_on_nothing():
    first, total = sobol.indices(np.ones((4 * 5, 1)), 3)
    assert (first == 0).all()
    assert (total == 0).all()


def test_factors_are_the_weights_and_goalposts_below_each_child_of_the_root_and_the_mean():
    found = sobol.factors(made()[0].spec)
    assert [(f.kind, f.code, f.columns) for f in found] == [
        ("weights", "A", (1, 3, 4)), ("weights", "B", (2, 5)), ("goalposts", "A", (6, 7, 9, 10)), ("goalposts", "B", (8, 11)), ("mean", "", (12,)),
    ]  # fmt: skip
    assert {i for f in found for i in f.columns} == set(range(1, 13)), "all but the root's own weight"


def test_a_rank_that_only_one_weight_can_turn_hangs_on_that_weight():
    # two units that differ by two leaves of A alone: the heavier leaf decides; B has no weight
    tree = [{"code": "I"}, {"code": "A", "parent": "I"}, {"code": "B", "parent": "I", "weight": 0}]
    tree += [{"code": f"{g}1", "parent": g, "direction": "+", "floor": -1e9, "target": 1e9} for g in "AB"]
    tree.append({"code": "A2", "parent": "A", "direction": "+", "floor": 0, "target": 1})
    tree.append({"code": "A3", "parent": "A", "direction": "+", "floor": 0, "target": 1})
    values = np.array([[0, 1, 0, 0], [0, 0, 1.0, 0]])
    spec = scoring.parse({"tree": tree, "aggregate": {"default": {"power": 1}}})
    drivers = scoring.rank_drivers(scoring.score(values, spec), values, base=64).to_pylist()
    mine = {(r["kind"], r["code"]): r["total"] for r in drivers if r["unit_id"] == "0"}
    assert mine["weights", "A"] > 0.9
    assert mine["weights", "B"] == mine["goalposts", "B"] == mine["mean", ""] == 0
    assert [r["total"] for r in drivers[:5]] == sorted(mine.values(), reverse=True)
    assert scoring.rank_drivers(scoring.score(values, spec), values, base=64).to_pylist() == drivers
