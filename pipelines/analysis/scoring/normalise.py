"""From values to scores of the leaves. Definitions are COINr's (``n_minmax`` …) and METHOD 2's goalposts."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from pipelines.analysis.scoring.spec import Node, Spec


def goalposts(x: np.ndarray, floor: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return 0 to 1: clip((x − floor) / (target − floor), 0, 1); arrays broadcast. Floor above target: smaller is better."""
    return np.clip((x - floor) / (target - floor), 0.0, 1.0)


def band(x: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return 0 to 1 of a trapezoid: 0 up to a, rising to b, 1 to c, falling to d. Equal ends make a step that pays."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(x >= b, 1.0, np.where(x <= a, 0.0, (x - a) / (b - a)))
        down = np.where(x <= c, 1.0, np.where(x >= d, 0.0, (d - x) / (d - c)))
    return np.where(np.isnan(x), np.nan, np.minimum(up, down))


def normalise(values: np.ndarray, spec: Spec, unit: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Return scores of the leaves, rows x leaves, NaN where the value is missing.

    goalposts and minmax lie in the spec's range (0 to 100 if it names none). percentile_rank, distance_to_* and
    fraction_of_max are 0 to 1, or in the range where the spec names one. zscore, rank and borda have scales of their
    own; distances are not cut, so beyond the target lies above 1. Where all units of the scope are alike, minmax and its kin give the low end, zscore 0.
    """
    out = np.full(values.shape, np.nan)
    scopes = [np.arange(len(values))]
    if spec.scope == "period":
        scopes = [np.flatnonzero(period == p) for p in np.unique(period)]
    for j, i in enumerate(spec.leaves):
        node = spec.nodes[i]
        if spec.method == "goalposts":
            out[:, j] = fixed(values[:, j], node)
            continue
        for rows in scopes:
            seen = rows[~np.isnan(values[rows, j])]
            if len(seen):
                out[seen, j] = _relative(values[seen, j], spec, node, unit[seen])
    if spec.method in {"goalposts", "minmax"} or (spec.has_range and spec.method not in {"zscore", "rank", "borda"}):
        out = spec.low + (spec.high - spec.low) * out
    return out


def fixed(x: np.ndarray, node: Node) -> np.ndarray:
    """Return a leaf's goalpost scores, 0 to 1."""
    bounds = [np.asarray(b) for b in node.bounds]
    return band(x, *bounds) if node.direction == "band" else goalposts(x, *bounds)


def _relative(x: np.ndarray, spec: Spec, node: Node, unit: np.ndarray) -> np.ndarray:
    """Return one indicator's scores in one scope; ``x`` has no gaps."""
    sign = -1.0 if node.direction == "-" else 1.0
    y, n, method = sign * x, len(x), spec.method
    with np.errstate(divide="ignore", invalid="ignore"):
        if method in {"minmax", "distance_to_max"}:
            found = (y - y.min()) / (y.max() - y.min())
        elif method == "zscore":
            found = (y - y.mean()) / y.std(ddof=1) if n > 1 else np.zeros(n)
        elif method == "rank":
            found = rankdata(y, "min").astype(float)
        elif method == "borda":
            found = rankdata(y, "min") - 1.0
        elif method == "percentile_rank":
            found = (rankdata(y, "min") - 1) / (n - 1)
        elif method == "distance_to_target":
            worst, target = y.min(), sign * node.bounds[0]
            found = 1 - (target - y) / (target - worst)
        elif method == "fraction_of_max":
            # where less is better: the share that is spared of the maximum
            found = x / x.max() if sign > 0 else 1 - x / x.max()
        else:  # distance_to_unit
            there = np.flatnonzero(unit == spec.unit)
            reference = y[there[0]] if len(there) else np.nan
            found = 1 - (reference - y) / (reference - y.min())
    return np.where(np.isfinite(found), found, 0.0)


def lowest(scores: np.ndarray, spec: Spec) -> np.ndarray:
    """Return, per leaf, the score of a value that was not given under ``missing: zero``.

    The low end of the range, 0 where a method has its own scale, and for zscore the lowest score observed: hiding a
    value never gains.
    """
    if spec.method == "zscore":
        return np.array([np.nanmin(c) if (~np.isnan(c)).any() else 0.0 for c in scores.T])
    ranged = spec.method in {"goalposts", "minmax"} or (spec.has_range and spec.method not in {"rank", "borda"})
    return np.full(scores.shape[1], spec.low if ranged else 0.0)
