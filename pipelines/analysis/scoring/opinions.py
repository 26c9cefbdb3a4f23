"""Second opinions: the same scores under weights and aggregations that METHOD forbids for the official score. Never the score.

pymcdm computes them. PCA weights and Copeland, which neither it nor scikit-criteria has, and what to do where a formula has no answer, are
here. All begin at scores of indicators that are better the higher, so no direction is left to turn.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

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
ALIKE = 1e-6  # spreads of this part of the mean leave an entropy of shares no digits: it goes by their squares
_PICTURES = "pymcdm.visuals"


@cache
def library() -> ModuleType:
    """Return pymcdm, imported by whoever asks for an opinion and by nobody else, and without what it draws by (matplotlib).

    An empty module stands where its pictures would, for as long as the import takes; they can still be imported afterwards.
    """
    empty = ModuleType(_PICTURES)
    sys.modules.setdefault(_PICTURES, empty)
    try:
        import pymcdm
    finally:
        if sys.modules.get(_PICTURES) is empty:
            del sys.modules[_PICTURES]
    return pymcdm


def weights(scores: np.ndarray, method: str) -> np.ndarray:
    """Return the weights (they sum to 1) that ``method`` reads out of ``scores``, units x indicators between 0 and 100.

    An indicator that tells no unit from another gets none; where ``method`` has nothing to weigh by, those that do weigh alike.
    Sources: ``entropy`` Shannon 1948 (one less the entropy of the shares); ``critic`` Diakoulaki 1995 (contrast times conflict);
    ``merec`` Keshavarz-Ghorabaee 2021 (what is lost when the indicator goes); ``gini`` the mean difference over twice the mean; ``pca``
    squared loadings of the components of the correlations with an eigenvalue of at least 1, by their eigenvalues.
    """
    varies = np.ptp(scores, axis=0) > 0
    if not varies.any():
        return np.full(scores.shape[1], 1 / scores.shape[1])
    found = np.zeros(scores.shape[1])
    found[varies] = _weights(scores[:, varies], method)
    return found


def _weights(scores: np.ndarray, method: str) -> np.ndarray:
    """Return the weights of indicators that all tell units apart."""
    n = scores.shape[1]
    known, better = library().weights, np.ones(n)
    if method in {"critic", "pca"}:
        alike = np.atleast_2d(np.corrcoef(scores, rowvar=False))
        if method == "pca":
            value, vector = np.linalg.eigh(alike)
            kept = value >= min(1.0, value.max())
            part = (vector[:, kept] ** 2) @ value[kept]
            return part / part.sum()
        # of two units alone all indicators may agree: there is no conflict
        return known.critic_weights(scores) if (1 - alike).max() > aggregate.TIE else better / n
    x = np.maximum(scores, LEAST)
    least = ALIKE if method == "entropy" else aggregate.TIE
    if (np.ptp(x, axis=0) <= least * x.mean(axis=0)).all():  # they differ below the least that counts
        return better / n
    return {"entropy": known.entropy_weights, "merec": known.merec_weights, "gini": known.gini_weights}[method](
        x, better
    )


def said(scores: np.ndarray, official: np.ndarray, opinion: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how much ``opinion`` prefers each unit, higher is better, on a scale of its own, and by which weights.

    ``scores``: units x indicators between 0 and 100; ``official``: their weights in the whole. ``vikor``: 1 − Q.
    """
    if opinion in WEIGHTS:
        found = weights(scores, opinion)
        return scores @ found, found
    return _preferences(scores, official, opinion), official


def _preferences(scores: np.ndarray, official: np.ndarray, method: str) -> np.ndarray:
    if method == "copeland":
        return aggregate.copeland(scores, official)
    # its checks warn of a unit that is best or worst in everything, which is no fault here
    methods, normalizations = library().methods, library().normalizations
    if method == "geometric":
        better = np.ones(scores.shape[1])
        return methods.WPM(_as_it_is)(np.maximum(scores, LEAST), official, better, validation=False)
    varies = (np.ptp(scores, axis=0) > 0) & (official > 0)
    if len(scores) < 2 or not varies.any():
        return np.ones(len(scores))
    given = scores[:, varies], official[varies] / official[varies].sum(), np.ones(varies.sum())
    if method == "topsis":  # Hwang and Yoon 1981: how far from the worst, against how far from worst and best
        return methods.TOPSIS(normalizations.minmax_normalization)(*given, validation=False)
    # Opricovic 1998: regret in the sum and at the worst, half each
    with np.errstate(invalid="ignore"):
        *_, sums, worst, q = methods.VIKOR(v=0.5)(*given, validation=False, verbose=True).results
    if np.isfinite(q.data).all():
        return 1 - q.data
    # all alike in one of the two: nobody regrets anything there
    return sum(normalizations.minmax_normalization(t.data, cost=True) for t in (sums, worst)) / 2


def _as_it_is(x: np.ndarray, cost: bool = False) -> np.ndarray:
    """Return scores as they are: they stand on one scale already."""
    return x


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
        leaves = made.scores[np.ix_(at, spec.leaves)]
        # a method without a range is measured from its least to its greatest score
        low, high = spec.span or (np.nanmin(leaves), np.nanmax(leaves))
        scores = filled(100 * (leaves - low) / ((high - low) or 1.0), official)
        for opinion in OPINIONS:
            found = np.round(said(scores, official, opinion)[0], JUDGED)
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
