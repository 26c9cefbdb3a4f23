"""Second opinions: the same scores under weights and aggregations that METHOD forbids for the official score. Never the score.

Definitions are those of the authors as pymcdm and scikit-criteria have them. All begin at scores of indicators that are better the higher,
so no direction is left to turn.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.stats import kendalltau

from pipelines.analysis.scoring import aggregate
from pipelines.analysis.scoring.engine import JUDGED, Scores
from pipelines.analysis.scoring.moved import ranks_of

# what each puts in the place of the official weights, or of the official mean under them
WEIGHTS = ("entropy", "critic", "merec", "gini", "pca")
AGGREGATIONS = ("topsis", "vikor", "geometric", "copeland")
OPINIONS = (*WEIGHTS, *AGGREGATIONS)
LEAST = 1.0  # of 100: entropy, MEREC and a geometric mean have no meaning at 0


def weights(scores: np.ndarray, method: str) -> np.ndarray:
    """Return the weights (they sum to 1) that ``method`` reads out of ``scores``, units x indicators between 0 and 100.

    An indicator that tells no unit from another gets none. Sources: ``entropy`` Shannon 1948 (one less the entropy of the shares);
    ``critic`` Diakoulaki 1995 (contrast times conflict); ``merec`` Keshavarz-Ghorabaee 2021 (what is lost when the indicator goes); ``gini``
    the mean difference over twice the mean; ``pca`` squared loadings of the components of the correlations with an eigenvalue of at
    least 1, by their eigenvalues.
    """
    varies = np.ptp(scores, axis=0) > 0
    if not varies.any():
        return np.full(scores.shape[1], 1 / scores.shape[1])
    plain = scores[:, varies]
    x = np.maximum(plain, LEAST)
    if method == "entropy":
        share = x / x.sum(axis=0)
        part = 1 + (share * np.log(share)).sum(axis=0) / np.log(len(x))
    elif method == "gini":
        part = np.abs(x[:, None] - x[None]).mean(axis=(0, 1)) / (2 * x.mean(axis=0))
    elif method == "merec":
        logs = np.log(x / x.min(axis=0))
        whole = logs.sum(axis=1, keepdims=True)
        part = np.abs(np.log1p((whole - logs) / x.shape[1]) - np.log1p(whole / x.shape[1])).sum(axis=0)
    else:
        alike = np.atleast_2d(np.corrcoef(plain, rowvar=False))
        if method == "critic":
            part = ((plain - plain.min(axis=0)) / np.ptp(plain, axis=0)).std(axis=0) * (1 - alike).sum(axis=0)
        else:
            value, vector = np.linalg.eigh(alike)
            kept = value >= min(1.0, value.max())
            part = (vector[:, kept] ** 2) @ value[kept]
    found = np.zeros(scores.shape[1])
    # of two units alone all indicators agree, and nothing is left to weigh by
    found[varies] = part / part.sum() if part.sum() > aggregate.TIE else 1 / len(part)
    return found


def preferences(scores: np.ndarray, official: np.ndarray, method: str) -> np.ndarray:
    """Return how much ``method`` prefers each unit, higher is better, on a scale of its own.

    ``scores``: units x indicators between 0 and 100; ``official``: their weights in the whole. ``vikor``: 1 − Q.
    """
    if method in WEIGHTS:
        return scores @ weights(scores, method)
    if method == "geometric":
        return np.exp(np.log(np.maximum(scores, LEAST)) @ official)
    if method == "copeland":
        return aggregate.copeland(scores, official)
    varies = (np.ptp(scores, axis=0) > 0) & (official > 0)
    if len(scores) < 2 or not varies.any():
        return np.ones(len(scores))
    share = official[varies] / official[varies].sum()
    x = scores[:, varies]
    part = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    if method == "topsis":  # Hwang and Yoon 1981: how far from the worst, against how far from worst and best
        far, near = (np.sqrt(((share * d) ** 2).sum(axis=1)) for d in (part, 1 - part))
        return far / (far + near)
    # Opricovic 1998: regret in the sum and at the worst, half each
    regret = share * (1 - part)
    return 1 - (_upwards(regret.sum(axis=1)) + _upwards(regret.max(axis=1))) / 2


def _upwards(x: np.ndarray) -> np.ndarray:
    """Return ``x`` from 0 at its least to 1 at its most; 0 where all are alike."""
    return (x - x.min()) / np.ptp(x) if np.ptp(x) > 0 else np.zeros(len(x))


def filled(scores: np.ndarray, official: np.ndarray) -> np.ndarray:
    """Return ``scores`` where what does not apply stands at the unit's own weighted mean: it speaks neither for nor against it."""
    here = ~np.isnan(scores)
    w = np.where(here, official, 0.0)
    mean = (np.where(here, scores, 0.0) * w).sum(axis=1) / np.where(w.sum(axis=1) > 0, w.sum(axis=1), 1.0)
    return np.where(here, scores, mean[:, None])


def second_opinions(made: Scores) -> pa.Table:
    """Return one row per opinion x rated unit x period: preference, rank, the official rank, and Kendall's τ-b of the two rankings."""
    spec = made.spec
    official = spec.global_weights[spec.leaves]
    rows: list[dict[str, object]] = []
    for p in dict.fromkeys(made.period.tolist()):
        at = np.flatnonzero((made.period == p) & (made.ranks[:, 0] > 0))
        if not len(at):
            continue
        share = (made.scores[np.ix_(at, spec.leaves)] - spec.low) / (spec.high - spec.low)
        scores = filled(100 * share, official)
        for opinion in OPINIONS:
            found = np.round(preferences(scores, official, opinion), JUDGED)
            ranks = ranks_of(found[None])[0]
            tau = float(kendalltau(ranks, made.ranks[at, 0]).statistic)
            rows += [
                {
                    "opinion": opinion, "period": p, "unit_id": str(made.unit[i]), "preference": float(v), "opinion_rank": int(r),
                    "rank": int(made.ranks[i, 0]), "kendall_tau": None if np.isnan(tau) else tau,
                }
                for i, v, r in zip(at, found, ranks, strict=True)
            ]  # fmt: skip
    return pa.Table.from_pylist(rows)
