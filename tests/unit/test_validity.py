"""The back-test finds what was planted and finds nothing where nothing was; the measures are their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.analysis import validity

UNITS, QUARTERS, LEAD = 40, 8, 4
SEEDS = 60


def panel(seed: int, effect: float, units: int = UNITS) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return scores and two outcomes; the first follows the score of ``LEAD`` quarters before by ``effect``, the second nothing.

    Units differ in both for good: whoever takes quarters of a unit for separate witnesses finds effects that are not there.
    """
    rng = np.random.default_rng(seed)
    score = 70 + 10 * rng.normal(size=(units, 1)) + 3 * rng.normal(size=(units, QUARTERS))
    trait = rng.normal(size=(units, 1))
    before = np.hstack([score[:, :1]] * LEAD + [score[:, :-LEAD]])
    rate = np.exp(0.3 * trait + effect * (70 - before) / 10)
    return score, {
        "planted": rng.poisson(rate).astype(float),
        "nothing": rng.poisson(np.exp(0.8 * trait + np.zeros((1, QUARTERS)))).astype(float),
    }


def test_planted_effects_are_found_and_nothing_else() -> None:
    found = [validity.foresight(*panel(s, 0.8), LEAD, seed=s) for s in range(SEEDS)]
    assert sum(f[0].verdict == "predicts" for f in found) >= 0.9 * SEEDS
    # one in twenty may be found by chance: of sixty, more than eight would be found once in a hundred times
    assert sum(f[1].verdict != "no_evidence" for f in found) <= 8


def test_nothing_is_found_where_nothing_is_planted() -> None:
    found = [f for s in range(SEEDS) for f in validity.foresight(*panel(1000 + s, 0.0), LEAD, seed=s)]
    assert sum(f.verdict in ("predicts", "wrong_way") for f in found) <= 8
    assert {f.verdict for f in found} <= {"no_evidence", "predicts", "wrong_way"}


def test_separate_witnesses_would_have_found_effects_that_are_not_there() -> None:
    """The same panels judged naively, each quarter of a unit by itself: this is what exchanging whole units guards against."""
    from scipy.stats import spearmanr

    false = 0
    for s in range(SEEDS):
        score, outcomes = panel(2000 + s, 0.0)
        false += spearmanr(-score[:, :-LEAD].ravel(), outcomes["nothing"][:, LEAD:].ravel()).pvalue < 0.05
    assert false > 8


def test_a_score_that_is_wrong_way_round_is_said_to_be() -> None:
    assert validity.foresight(*panel(3, -1.0), LEAD)[0].verdict == "wrong_way"


def test_intervals_hold_the_figure_and_the_deciles_fall() -> None:
    found = validity.foresight(*panel(5, 1.2, units=120), LEAD)[0]
    for value, (low, high) in (
        (found.correlation, found.correlation_interval),
        (found.auc, found.auc_interval),
        (found.gain, found.gain_interval),
    ):
        assert low <= value <= high
    assert found.auc > 0.6
    assert len(found.deciles) == 10
    assert np.mean(found.deciles[:3]) > 2 * np.mean(found.deciles[-3:])


def test_without_two_quarters_so_far_apart_there_is_no_evidence_yet() -> None:
    score, outcomes = panel(1, 1.0)
    assert validity.foresight(score[:, :1], {"x": outcomes["planted"][:, :1]}, 1)[0].verdict == "none_yet"
    assert validity.foresight(score[:, :LEAD], {"x": outcomes["planted"][:, :LEAD]}, LEAD)[0].verdict == "none_yet"
    few = validity.foresight(score[:5], {"x": outcomes["planted"][:5]}, LEAD)[0]
    assert (few.verdict, few.correlation) == ("too_few", None)
    assert validity.foresight(score, {"x": np.zeros(score.shape)}, LEAD)[0].verdict == "too_few"


def test_the_same_seed_gives_the_same_finding_and_order_of_units_does_not_matter() -> None:
    score, outcomes = panel(9, 0.6)
    first = validity.foresight(score, outcomes, LEAD, seed=1)
    assert first == validity.foresight(score, outcomes, LEAD, seed=1)
    turned = validity.foresight(score[::-1], {k: v[::-1] for k, v in outcomes.items()}, LEAD, seed=1)
    assert turned[0].correlation == pytest.approx(first[0].correlation)
    assert turned[0].auc == pytest.approx(first[0].auc)


def test_auc_counts_pairs_of_one_quarter_and_ties_half() -> None:
    risk = np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 2.0]])
    happened = np.array([[True, True], [False, False], [False, False]])
    known = np.ones((3, 2), bool)
    # first quarter: wins over both; second: a tie and a loss
    assert validity._auc(risk, happened, known, np.ones((1, 3)))[0] == pytest.approx((2 + 0.5 + 0) / 4)


def test_alpha_twins_flat_and_influence_are_the_definitions() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.uniform(0, 100, 200), rng.uniform(0, 100, 200)
    scores = np.column_stack(
        [a, 0.97 * a + 3 * rng.normal(size=200), b, np.full(200, 100.0), np.where(rng.random(200) < 0.95, 0, 50.0)]
    )
    weights = np.array([0.1, 0.1, 0.4, 0.2, 0.2])
    found = validity.measure(list("pqrst"), list("XXXYY"), scores, weights, scores @ weights)
    assert [t[:2] for t in found.twins] == [("p", "q")]
    assert found.flat == ("s", "t")
    items = scores[:, :3]
    by_hand = 3 / 2 * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))
    assert found.alpha["X"] == pytest.approx(by_hand)
    assert found.alpha["Y"] is None, "one of the two never differs"
    assert sum(i for _, i in found.influence.values()) == pytest.approx(1)
    assert found.influence["s"][1] == 0
    assert found.off_weight[0] == "s"


def test_measures_live_with_gaps() -> None:
    scores = np.array([[np.nan, 50.0], [20.0, np.nan], [np.nan, np.nan]])
    found = validity.measure(["a", "b"], ["X", "X"], scores, np.array([0.5, 0.5]), np.array([50.0, 20.0, np.nan]))
    assert found.twins == ()
    assert found.alpha == {"X": None}
