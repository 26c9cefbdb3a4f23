"""Second opinions against the formulas of their authors, written a second way, and against worked numbers."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.analysis import scoring
from pipelines.analysis.scoring import opinions

# scores of 6 units on 5 indicators: the fourth tells nobody apart, the first has a nought
SCORES = np.array(
    [
        [0.0, 80, 55, 50, 20], [30, 75, 60, 50, 90], [60, 20, 65, 50, 40],
        [90, 10, 70, 50, 35], [45, 55, 20, 50, 100], [75, 90, 95, 50, 10],
    ]
)  # fmt: skip
OFFICIAL = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
LIVE = [0, 1, 2, 4]


def by_definition(method: str) -> np.ndarray:
    """Return weights of the four indicators that vary, by the formulas of their authors."""
    x = SCORES[:, LIVE]
    lifted = np.maximum(x, 1)
    n, m = x.shape
    if method == "entropy":  # Shannon: one less the entropy of the shares
        p = lifted / lifted.sum(axis=0)
        found = 1 + (p * np.log(p)).sum(axis=0) / np.log(n)
    elif method == "critic":  # Diakoulaki 1995: contrast times conflict
        z = (x - x.min(axis=0)) / np.ptp(x, axis=0)
        found = z.std(axis=0) * (1 - np.corrcoef(z, rowvar=False)).sum(axis=0)
    elif method == "merec":  # Keshavarz-Ghorabaee 2021: what is lost when one indicator goes
        logs = np.abs(np.log(lifted.min(axis=0) / lifted))
        whole = np.log(1 + logs.mean(axis=1))
        found = np.array([np.abs(np.log(1 + (logs.sum(axis=1) - logs[:, j]) / m) - whole).sum() for j in range(m)])
    elif method == "gini":  # mean difference over twice the mean
        found = np.abs(lifted[:, None] - lifted[None]).mean(axis=(0, 1)) / (2 * lifted.mean(axis=0))
    else:  # components with an eigenvalue of at least 1, squared loadings by eigenvalue
        _, value, vector = np.linalg.svd(np.corrcoef(x, rowvar=False))
        found = sum(v * w**2 for v, w in zip(value, vector, strict=True) if v >= 1)
    return found / found.sum()


@pytest.mark.parametrize("method", opinions.WEIGHTS)
def test_weights_are_the_definitions(method: str) -> None:
    found = opinions.weights(SCORES, method)
    assert found[3] == 0, "what tells nobody apart has no weight"
    assert found[LIVE] == pytest.approx(by_definition(method), rel=1e-12)
    assert opinions.preferences(SCORES, OFFICIAL, method) == pytest.approx(SCORES @ found)


def test_aggregations_are_the_definitions() -> None:
    w = OFFICIAL[LIVE] / OFFICIAL[LIVE].sum()
    x = SCORES[:, LIVE]
    part = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    far = np.sqrt(((w * part) ** 2).sum(axis=1))
    near = np.sqrt(((w * (1 - part)) ** 2).sum(axis=1))
    assert opinions.preferences(SCORES, OFFICIAL, "topsis") == pytest.approx(far / (far + near), rel=1e-12)
    regret = w * (1 - part)
    s, r = regret.sum(axis=1), regret.max(axis=1)
    q = (s - s.min()) / np.ptp(s) / 2 + (r - r.min()) / np.ptp(r) / 2
    assert opinions.preferences(SCORES, OFFICIAL, "vikor") == pytest.approx(1 - q, rel=1e-12)
    lifted = np.maximum(SCORES, 1)
    assert opinions.preferences(SCORES, OFFICIAL, "geometric") == pytest.approx(np.prod(lifted**OFFICIAL, axis=1))
    wins = [sum(np.sign(sum(OFFICIAL * np.sign(a - b))) for b in SCORES) for a in SCORES]
    assert opinions.preferences(SCORES, OFFICIAL, "copeland").tolist() == wins


def test_what_does_not_apply_stands_at_the_units_own_mean() -> None:
    scores = np.array([[80.0, np.nan, 50], [20, 30, 40]])
    assert opinions.filled(scores, np.array([0.5, 0.3, 0.2]))[0].tolist() == [80, pytest.approx(50 / 0.7), 50]


@pytest.mark.parametrize("opinion", opinions.OPINIONS)
def test_few_units_and_units_alike_have_opinions_too(opinion: str) -> None:
    for scores in (np.array([[40.0, 60, 50, 50, 50]]), np.full((3, 5), 50.0), SCORES[:2]):
        found = opinions.preferences(scores, OFFICIAL, opinion)
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
