"""Second opinions against the formulas of their authors, written a second way, and against worked numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.analysis import scoring
from pipelines.analysis.scoring import opinions

ROOT = Path(__file__).resolve().parents[2]
# scores of 6 units on 5 indicators: the fourth tells nobody apart, the first has a nought
SCORES = np.array(
    [
        [0.0, 80, 55, 50, 20], [30, 75, 60, 50, 90], [60, 20, 65, 50, 40],
        [90, 10, 70, 50, 35], [45, 55, 20, 50, 100], [75, 90, 95, 50, 10],
    ]
)  # fmt: skip
OFFICIAL = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
LIVE = [0, 1, 2, 4]


def by_definition(x: np.ndarray, official: np.ndarray, opinion: str) -> np.ndarray:
    """Return the weights of indicators that all vary, or what is preferred under ``official`` weights, by the formulas of the authors."""
    lifted = np.maximum(x, 1)
    n, m = x.shape
    spread = np.ptp(x, axis=0)
    part = (x - x.min(axis=0)) / np.where(spread > 0, spread, 1)
    regret = official * (1 - part)
    if opinion == "topsis":  # Hwang and Yoon 1981: how far from the worst, against how far from worst and best
        far, near = (np.sqrt(((official * d) ** 2).sum(axis=1)) for d in (part, 1 - part))
        return far / (far + near)
    if opinion == "vikor":  # Opricovic 1998: regret in the sum and at the worst, half each
        s, r = regret.sum(axis=1), regret.max(axis=1)
        return 1 - (s - s.min()) / np.ptp(s) / 2 - (r - r.min()) / np.ptp(r) / 2
    if opinion == "geometric":
        return np.prod(lifted**official, axis=1)
    if opinion == "copeland":
        return np.array([sum(np.sign(sum(official * np.sign(a - b))) for b in x) for a in x])
    if opinion == "entropy":  # Shannon: one less the entropy of the shares
        p = lifted / lifted.sum(axis=0)
        found = 1 + (p * np.log(p)).sum(axis=0) / np.log(n)
    elif opinion == "critic":  # Diakoulaki 1995: contrast times conflict
        found = part.std(axis=0) * (1 - np.corrcoef(part, rowvar=False)).sum(axis=0)
    elif opinion == "merec":  # Keshavarz-Ghorabaee 2021: what is lost when one indicator goes
        logs = np.abs(np.log(lifted.min(axis=0) / lifted))
        whole = np.log(1 + logs.mean(axis=1))
        found = np.array([np.abs(np.log(1 + (logs.sum(axis=1) - logs[:, j]) / m) - whole).sum() for j in range(m)])
    elif opinion == "gini":  # mean difference over twice the mean
        found = np.abs(lifted[:, None] - lifted[None]).mean(axis=(0, 1)) / (2 * lifted.mean(axis=0))
    else:  # components with an eigenvalue of at least 1, squared loadings by eigenvalue
        _, value, vector = np.linalg.svd(np.corrcoef(x, rowvar=False))
        found = sum(v * w**2 for v, w in zip(value, vector, strict=True) if v >= 1)
    return found / found.sum()


@pytest.mark.parametrize("opinion", opinions.WEIGHTS)
def test_weights_are_the_definitions(opinion: str) -> None:
    preferred, found = opinions.said(SCORES, OFFICIAL, opinion)
    assert found[3] == 0, "what tells nobody apart has no weight"
    assert found[LIVE] == pytest.approx(by_definition(SCORES[:, LIVE], OFFICIAL[LIVE], opinion), rel=1e-12)
    assert found.tolist() == opinions.weights(SCORES, opinion).tolist()
    assert preferred == pytest.approx(SCORES @ found)


@pytest.mark.parametrize("opinion", opinions.AGGREGATIONS)
def test_aggregations_are_the_definitions(opinion: str) -> None:
    preferred, by = opinions.said(SCORES, OFFICIAL, opinion)
    assert by is OFFICIAL
    if opinion in {"topsis", "vikor"}:  # they know only what tells units apart
        expected = by_definition(SCORES[:, LIVE], OFFICIAL[LIVE] / OFFICIAL[LIVE].sum(), opinion)
    else:
        expected = by_definition(SCORES, OFFICIAL, opinion)
    assert preferred == pytest.approx(expected, rel=1e-12)


def test_where_nothing_can_be_weighed_by_all_weigh_alike() -> None:
    below_the_least = np.array([[0, 1], [1, 0.5], [0.5, 0]])
    for opinion in ("entropy", "merec", "gini"):
        assert opinions.weights(below_the_least, opinion).tolist() == [0.5, 0.5], opinion
    # a difference in the sixth place has no digits left in an entropy, which goes by its square
    hardly = 50 + below_the_least * [1e-6, 2e-6]
    assert opinions.weights(hardly, "entropy").tolist() == [0.5, 0.5]
    for opinion in ("merec", "gini"):
        assert opinions.weights(hardly, opinion) == pytest.approx([1 / 3, 2 / 3], rel=1e-6), opinion
    two_that_agree = np.array([[10.0, 20, 50], [30, 60, 50]])
    assert opinions.weights(two_that_agree, "critic").tolist() == [0.5, 0.5, 0]


def test_nobody_regrets_where_all_are_alike() -> None:
    third = np.full(3, 1 / 3)
    # each is last in something; in the sum the second regrets most
    worst_alike = np.array([[0.0, 100, 100], [100, 0, 50], [100, 100, 0]])
    assert opinions.said(worst_alike, third, "vikor")[0] == pytest.approx([1, 0.5, 1])
    both_alike = np.array([[0.0, 100], [100, 0]])
    assert opinions.said(both_alike, np.full(2, 0.5), "vikor")[0].tolist() == [1, 1]


def test_only_who_asks_for_an_opinion_imports_the_library_and_nobody_what_draws() -> None:
    told = (
        "import sys; from pipelines.analysis import rank_step, scoring; before = 'pymcdm' in sys.modules;"
        "scoring.opinions.library().methods.TOPSIS;"
        "print(before, *(m in sys.modules for m in ('pymcdm', 'pymcdm.visuals', 'matplotlib')))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "True", "False", "False"]


def test_what_does_not_apply_stands_at_the_units_own_mean() -> None:
    scores = np.array([[80.0, np.nan, 50], [20, 30, 40]])
    assert opinions.filled(scores, np.array([0.5, 0.3, 0.2]))[0].tolist() == [80, pytest.approx(50 / 0.7), 50]


@pytest.mark.parametrize("opinion", opinions.OPINIONS)
def test_few_units_and_units_alike_have_opinions_too(opinion: str) -> None:
    for scores in (np.array([[40.0, 60, 50, 50, 50]]), np.full((3, 5), 50.0), SCORES[:2]):
        found = opinions.said(scores, OFFICIAL, opinion)[0]
        assert np.isfinite(found).all()


def test_opinions_of_an_index_say_how_far_they_agree() -> None:
    tree = [
        {"code": "I"},
        *({"code": f"x{j}", "parent": "I", "weight": w, "floor": 0, "target": 100} for j, w in enumerate(OFFICIAL)),
    ]
    rows = scoring.second_opinions(scoring.score(SCORES, scoring.parse({"tree": tree}))).to_pylist()
    assert len(rows) == 6 * len(opinions.OPINIONS)
    for opinion in opinions.OPINIONS:
        mine = [r for r in rows if r["opinion"] == opinion]
        pairs = [
            np.sign(a["rank"] - b["rank"]) * np.sign(a["opinion_rank"] - b["opinion_rank"]) for a in mine for b in mine if a["unit_id"] < b["unit_id"]
        ]  # fmt: skip
        if all(pairs):
            assert mine[0]["kendall_tau"] == pytest.approx(np.mean(pairs))
        assert max(mine, key=lambda r: r["preference"])["opinion_rank"] == 1
