"""From values to scores of the leaves. Definitions are COINr's (``n_minmax`` …) and METHOD 2's goalposts."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from pipelines.analysis.scoring.spec import Node, Spec
from pipelines.errors import AnlanError


def goalposts(x: np.ndarray, floor: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return 0 to 1: clip((x − floor) / (target − floor), 0, 1); arrays broadcast. Floor above target: smaller is better."""
    return np.clip((x - floor) / (target - floor), 0.0, 1.0)


def band(x: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return 0 to 1 of a trapezoid: 0 up to a, rising to b, 1 to c, falling to d. Equal ends make a step that pays."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(x >= b, 1.0, np.where(x <= a, 0.0, (x - a) / (b - a)))
        down = np.where(x <= c, 1.0, np.where(x >= d, 0.0, (d - x) / (d - c)))
    return np.where(np.isnan(x), np.nan, np.minimum(up, down))


def scopes(spec: Spec, period: np.ndarray) -> list[np.ndarray]:
    """Return the rows that are compared with each other."""
    if spec.scope == "period":
        return [np.flatnonzero(period == p) for p in np.unique(period)]
    return [np.arange(len(period))]


def check(values: np.ndarray, spec: Spec, unit: np.ndarray, period: np.ndarray) -> None:
    """Refuse values that a method has nothing to measure by: no reference, or one from which no way leads up.

    Raises:
        AnlanError: every fault at once, with its unit, period and indicator.

    """
    faults: list[str] = []
    compared = spec.method in {"distance_to_unit", "distance_to_target", "fraction_of_max"}
    for rows in scopes(spec, period) if compared else []:
        within = f" in {period[rows[0]]}" if spec.scope == "period" and str(period[rows[0]]) else ""
        there = rows[unit[rows].astype(str) == spec.unit]
        if spec.method == "distance_to_unit" and len(there) != 1:
            faults.append(
                f"unit {spec.unit} stands in {len(there)} rows{within}"
                + (", compare by scope: period" if len(there) else ", name one of the values as normalise.unit")
            )
            continue
        for j, i in enumerate(spec.leaves):
            x, node = values[rows, j], spec.nodes[i]
            if not np.isnan(x).all() or spec.method == "distance_to_unit":
                reference = values[there[0], j] if len(there) else np.nan
                if fault := _unmeasured(x[~np.isnan(x)], spec, node, reference):
                    faults.append(f"{node.code}{within}: {fault}")
    if faults:
        shown = "; ".join(faults[:20])
        raise AnlanError(
            "values", f"{len(faults)} fault(s) under {spec.method}: {shown}", "",
            "correct them, or choose another method; nothing was computed",
        )  # fmt: skip


def _unmeasured(x: np.ndarray, spec: Spec, node: Node, reference: float) -> str:
    """Return why one indicator cannot be measured in one scope, "" where it can; ``x`` has no gaps."""
    less = node.direction == "-"
    worst, end = ("greatest", x.max(initial=-np.inf)) if less else ("least", x.min(initial=np.inf))
    if spec.method == "fraction_of_max":
        return f"its greatest value is {x.max():g}; a fraction needs one above 0" if x.max() <= 0 else ""
    if spec.method == "distance_to_target":
        target = node.bounds[0]
        beyond = target >= end if less else target <= end
        return (
            f"the target {target:g} is no better than the {worst} value {end:g}, which would turn the order round"
            if beyond
            else ""
        )
    if np.isnan(reference):
        return f"unit {spec.unit} has no value; give it, or name another unit"
    return (
        f"unit {spec.unit} has the {worst} value {end:g}; name a better unit to measure by" if reference == end else ""
    )


def normalise(values: np.ndarray, spec: Spec, unit: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Return scores of the leaves, rows x leaves, NaN where the value is missing.

    goalposts and minmax lie in the spec's range (0 to 100 if it names none). percentile_rank, distance_to_* and
    fraction_of_max are 0 to 1, or in the range where the spec names one. zscore, rank and borda have scales of their
    own; distances are not cut, so beyond the target lies above 1. Where all units of the scope are alike, minmax and its kin give the low end, zscore 0.
    """
    out = np.full(values.shape, np.nan)
    for j, i in enumerate(spec.leaves):
        node = spec.nodes[i]
        if spec.method == "goalposts":
            out[:, j] = fixed(values[:, j], node)
            continue
        for rows in scopes(spec, period):
            seen = rows[~np.isnan(values[rows, j])]
            if len(seen):
                out[seen, j] = _relative(values[seen, j], spec, node, unit[seen].astype(str))
    if spec.span is not None:
        out = spec.span[0] + (spec.span[1] - spec.span[0]) * out
    return out


def fixed(x: np.ndarray, node: Node) -> np.ndarray:
    """Return a leaf's goalpost scores, 0 to 1."""
    bounds = [np.asarray(b) for b in node.bounds]
    return band(x, *bounds) if node.direction == "band" else goalposts(x, *bounds)


def _relative(x: np.ndarray, spec: Spec, node: Node, unit: np.ndarray) -> np.ndarray:
    """Return one indicator's scores in one scope; ``x`` has no gaps."""
    sign = -1.0 if node.direction == "-" else 1.0
    y, n, method = sign * x, len(x), spec.method
    target = node.bounds[0] if method == "distance_to_target" else 0.0
    if method not in {"rank", "borda", "percentile_rank"}:
        # halved or doubled until the greatest is near 1: exact, and no square leaves what a float can hold
        power = -int(np.frexp(max(np.abs(y).max(), abs(target)))[1])
        x, y, target = np.ldexp(x, power), np.ldexp(y, power), np.ldexp(target, power)
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
            found = 1 - (sign * target - y) / (sign * target - y.min())
        elif method == "fraction_of_max":
            # where less is better the share that is spared of the maximum; COINr's x / min would pay the worst most
            found = x / x.max() if sign > 0 else 1 - x / x.max()
        else:  # distance_to_unit
            reference = y[unit == spec.unit][0]
            found = 1 - (reference - y) / (reference - y.min())
    return np.where(np.isfinite(found), found, 0.0)


def lowest(scores: np.ndarray, spec: Spec) -> np.ndarray:
    """Return, per leaf, the score of a value that was not given under ``missing: zero``.

    The low end of the range, 0 where a method has its own scale, and for zscore the lowest score observed: hiding a
    value never gains.
    """
    if spec.method == "zscore":
        return np.array([np.nanmin(c) if (~np.isnan(c)).any() else 0.0 for c in scores.T])
    return np.full(scores.shape[1], spec.span[0] if spec.span else 0.0)
