"""What is done to values before they are normalised: filling gaps and treating outliers. Off unless a spec asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from pipelines.analysis.scoring import words
from pipelines.analysis.scoring.spec import Spec


def in_order(periods: Iterable[str]) -> list[str]:
    """Return each period once, oldest first: by number where all are numbers, else text with the numbers in it by size (Q9, Q10)."""
    found = set(periods)
    if all(np.isfinite(words.number(p)) for p in found):
        return sorted(found, key=lambda p: (words.number(p), p))
    return sorted(found, key=lambda p: ([(text, int(n or -1)) for text, n in re.findall(r"([^0-9]*)([0-9]*)", p)], p))


def impute(
    values: np.ndarray, spec: Spec, unit: np.ndarray, period: np.ndarray, group: np.ndarray | None
) -> np.ndarray:
    """Return ``values`` (rows x leaves, NaN missing) with gaps filled; a column without any value stays missing.

    mean and median are of the same period; group_mean of the same period and group; carry_forward takes the unit's
    newest earlier value (periods in natural order). A filled value is not observed: coverage does not count it.
    """
    if spec.impute == "none":
        return values
    out = values.copy()
    if spec.impute == "carry_forward":
        place = {p: i for i, p in enumerate(in_order(period.astype(str)))}
        when = np.array([place[p] for p in period.astype(str)])
        for u in np.unique(unit):
            rows = np.flatnonzero(unit == u)
            rows = rows[np.argsort(when[rows], kind="stable")]
            for earlier, row in pairwise(rows):
                gap = np.isnan(out[row])
                out[row, gap] = out[earlier, gap]
        return out
    by = np.unique(period, return_inverse=True)[1]
    if spec.impute == "group_mean" and group is not None:
        of = np.unique(group, return_inverse=True)[1]
        by = by * (of.max() + 1) + of
    middle = np.nanmedian if spec.impute == "median" else np.nanmean
    for g in np.unique(by):
        rows = by == g
        with np.errstate(all="ignore"):
            some = ~np.isnan(values[rows]).all(axis=0)
            fill = np.full(values.shape[1], np.nan)
            fill[some] = middle(values[rows][:, some], axis=0)
        out[rows] = np.where(np.isnan(values[rows]), fill, values[rows])
    return out


def moments(x: np.ndarray) -> tuple[float, float]:
    """Return sample skewness G1 and sample excess kurtosis G2 (Joanes and Gill 1998, type 2) of values without gaps."""
    n = len(x)
    d = x - x.mean()
    # halved or doubled until the farthest is near 1: exact, and no fourth power leaves what a float can hold
    d = np.ldexp(d, -int(np.frexp(np.abs(d).max(initial=0))[1]))
    m2 = (d**2).mean()
    if n < 4 or m2 == 0:
        return 0.0, 0.0
    g1, g2 = (d**3).mean() / m2**1.5, (d**4).mean() / m2**2 - 3
    return (
        float(g1 * np.sqrt(n * (n - 1)) / (n - 2)),
        float(((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))),
    )


def treat(values: np.ndarray, spec: Spec) -> tuple[np.ndarray, dict[str, dict[str, float]]]:
    """Return treated values (rows x leaves) and, per touched indicator, what was done.

    winsorise: while |skewness| and kurtosis are both above their limits, the farthest value (all that share it) takes
    the next one, at most ``max`` points (JRC handbook; COINr's rule). log: ln(x − min + 0.01·(max − min)), COINr's
    ``log_CT``; of every indicator, or of those above the limits where a spec gives limits.
    """
    if spec.treat == "none":
        return values, {}
    out, done = values.copy(), {}
    skew_limit, kurtosis_limit = spec.treat_limits.get("skew", 2.0), spec.treat_limits.get("kurtosis", 3.5)
    for j, i in enumerate(spec.leaves):
        at = np.flatnonzero(~np.isnan(out[:, j]))
        x = out[at, j]
        if len(x) < 2 or x.min() == x.max():
            continue
        skew, kurtosis = moments(x)
        wild = abs(skew) > skew_limit and kurtosis > kurtosis_limit
        if spec.treat == "log":
            if wild or not spec.treat_limits:
                out[at, j] = np.log(x - x.min() + 0.01 * (x.max() - x.min()))
                done[spec.nodes[i].code] = {"points": float(len(x)), "skew": skew, "kurtosis": kurtosis}
            continue
        moved = 0
        touched: set[int] = set()
        while abs(skew) > skew_limit and kurtosis > kurtosis_limit:
            far = np.flatnonzero(x == (x.max() if skew > 0 else x.min()))
            if len(touched | set(far.tolist())) > spec.treat_limits["max"] or len(far) == len(x):
                break
            rest = np.delete(x, far)
            x[far] = rest.max() if skew > 0 else rest.min()
            touched |= set(far.tolist())
            moved = len(touched)
            skew, kurtosis = moments(x)
        if moved:
            out[at, j] = x
            done[spec.nodes[i].code] = {"points": float(moved), "skew": skew, "kurtosis": kurtosis}
    return out, done
