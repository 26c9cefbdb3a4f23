"""The way from values to scores, ranks and points lost, on arrays. Files are read and written elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from scipy.stats import rankdata

from pipelines.analysis.scoring import aggregate, normalise, prepare
from pipelines.analysis.scoring.adjust import Adjustments
from pipelines.analysis.scoring.spec import Spec
from pipelines.errors import AnlanError

# scores are judged on this many decimals, so that 59.995 is not lost to binary digits
JUDGED = 9
GREATEST = 1e300  # beyond, a difference or a sum of two values can leave what a float can hold


@dataclass
class Scores:
    """What a spec makes of values. N rows (unit x period) in the order given, M nodes in the order of ``spec.nodes``.

    ``scores`` N x M unrounded, NaN where a node has no score; ``coverage`` N x M, the share of weight observed, NaN where
    nothing applies; ``published`` N x M decimals or None (not rated); ``ranks`` N x M, 0 where not rated, best is 1,
    ties 1, 1, 3, within a period; ``weights`` N x M, the weight in the whole that each node really had (where
    something did not apply, it moved); ``points_lost`` N x leaves; ``grades`` and ``official`` N, of the root;
    ``base`` N, the root before adjustments; ``adjustment`` N, what they add to it before it is kept in the range; ``expired`` the
    adjustments that count no more, by line; ``treated`` what was done to outliers.
    """

    spec: Spec
    unit: np.ndarray
    period: np.ndarray
    observed: np.ndarray
    scores: np.ndarray
    coverage: np.ndarray
    weights: np.ndarray
    published: np.ndarray
    ranks: np.ndarray
    grades: np.ndarray
    official: np.ndarray
    base: np.ndarray
    adjustment: np.ndarray
    expired: list[str]
    points_lost: np.ndarray
    is_additive: bool
    treated: dict[str, dict[str, float]]


def score(
    values: np.ndarray,
    spec: Spec,
    unit: np.ndarray | None = None,
    period: np.ndarray | None = None,
    group: np.ndarray | None = None,
    adjustments: Adjustments | None = None,
) -> Scores:
    """Score ``values`` (N x leaves of ``spec`` in the order of ``spec.leaves``; NaN missing), METHOD 2 to 7.

    ``unit`` names the rows (numbers if left out), ``period`` parts them for ranks, ``group`` serves group_mean only.

    Raises:
        AnlanError: infinite values, a row or an indicator without any value, a unit twice in a period, a mean or a method of
            normalising that has no meaning.

    """
    values = np.asarray(values, dtype=float)
    unit = np.arange(len(values)).astype(str) if unit is None else np.asarray(unit)
    period = np.full(len(values), "") if period is None else np.asarray(period)
    _check(values, spec, unit, period, group)
    observed = ~np.isnan(values)
    ready, treated = prepare.treat(prepare.impute(values, spec, unit, period, group), spec)
    normalise.check(ready, spec, unit, period)
    leaves = normalise.normalise(ready, spec, unit, period)
    scores, applies, coverage = up_the_tree(leaves, observed, spec, period)
    weights = real_weights(applies, spec)
    base = scores[:, 0].copy()
    found = (adjustments or Adjustments([])).apply(unit, period, base, spec)
    scores[:, 0] = found.final
    rated = (np.nan_to_num(coverage, nan=0.0) >= spec.min_coverage - aggregate.TIE) & ~np.isnan(scores)
    published = publish(scores, rated, spec.places)
    grades = found.cap(grade(published[:, 0], spec), spec)
    skipped = np.array([spec.nodes[i].missing == "skip" for i in spec.leaves])
    lost, additive = points_lost(scores, base, leaves, weights, applies, spec, period, observed)
    return Scores(
        spec, unit, period, observed, scores, coverage, weights, published, rank(published, period), grades,
        ~((np.isnan(ready) & skipped).any(axis=1)), base,
        found.bonus - found.deduction, found.expired, lost, additive, treated,
    )  # fmt: skip


def _check(values: np.ndarray, spec: Spec, unit: np.ndarray, period: np.ndarray, group: np.ndarray | None) -> None:
    codes = [spec.nodes[i].code for i in spec.leaves]
    if values.ndim != 2 or values.shape[1] != len(codes):
        raise AnlanError(
            "values", "do not have one column per indicator", f"shape {values.shape}", f"give {len(codes)} columns"
        )
    for name, column in (("unit", unit), ("period", period), ("group", group)):
        if column is not None and column.shape != values.shape[:1]:
            raise AnlanError(name, "does not have one entry per row", f"shape {column.shape}", f"give {len(values)}")
    first: dict[tuple[str, str], int] = {}
    for i, (u, p) in enumerate(zip(unit.astype(str), period.astype(str), strict=True)):
        if first.setdefault((u, p), i) != i:
            raise AnlanError(
                f"values, unit {u}{f' in {p}' if p else ''}", "stands twice", f"rows {first[u, p]} and {i}", "keep one of them"
            )  # fmt: skip
    if (huge := np.abs(values) > GREATEST).any():
        row, column = np.argwhere(huge)[0]
        raise AnlanError(
            f"values, unit {unit[row]}, {codes[column]}", "is infinite" if np.isinf(values[row, column]) else f"is beyond {GREATEST:g}",
            f"{values[row, column]:g}", "correct it, choose a larger unit, or leave it blank",
        )  # fmt: skip
    if not len(values):
        raise AnlanError("values", "have no rows", "", "give one row per unit")
    if (empty := np.isnan(values).all(axis=1)).any():
        names = [str(u) for u in unit[empty][:5]]
        raise AnlanError(
            f"values, unit {', '.join(names)}", "has no value at all", f"{int(empty.sum())} such row(s)",
            "take the row out, or give what is known: nothing can be said of a unit without values",
        )  # fmt: skip
    if (empty := np.isnan(values).all(axis=0)).any():
        names = [c for c, e in zip(codes, empty, strict=True) if e]
        raise AnlanError(
            f"values, column {', '.join(names[:5])}", "has no value for any unit", f"{len(names)} such column(s)",
            "take the indicator out of the tree, or give its values",
        )  # fmt: skip


def up_the_tree(
    leaves: np.ndarray, observed: np.ndarray, spec: Spec, period: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scores, whether each node applies, and coverage; all N x nodes.

    A leaf's gap is closed by its missing rule: ``zero`` scores the low end; ``skip`` gives its weight to its siblings
    and stays uncovered; ``not_applicable`` gives its weight away and is no part of coverage. A parent none of whose
    children applies does not apply.
    """
    n, m = len(leaves), len(spec.nodes)
    scores, coverage = np.full((n, m), np.nan), np.full((n, m), np.nan)
    applies = np.ones((n, m), dtype=bool)
    low = normalise.lowest(leaves, spec)
    for j, i in enumerate(spec.leaves):
        rule, gap = spec.nodes[i].missing, np.isnan(leaves[:, j])
        scores[:, i] = np.where(gap & (rule == "zero"), low[j], leaves[:, j])
        applies[:, i] = ~(gap & (rule == "not_applicable"))
        coverage[:, i] = np.where(applies[:, i], observed[:, j], np.nan)
    for i in range(m - 1, -1, -1):
        kids = spec.children.get(spec.nodes[i].code)
        if not kids:
            continue
        shares = np.array([spec.nodes[k].weight for k in kids])
        applies[:, i] = applies[:, kids].any(axis=1)
        method, power = spec.rule(spec.nodes[i].code)
        here = np.where(applies[:, kids], scores[:, kids], np.nan)
        if method == "copeland":
            for p in np.unique(period):
                rows = period == p
                scores[rows, i] = aggregate.copeland(here[rows], shares)
        else:
            scores[:, i] = aggregate.combine(here, shares, method, power, spec.nodes[i].code)
        known = np.where(applies[:, kids], np.nan_to_num(coverage[:, kids], nan=0.0), 0.0) * shares
        with np.errstate(divide="ignore", invalid="ignore"):
            coverage[:, i] = known.sum(axis=1) / np.where(applies[:, kids], shares, 0.0).sum(axis=1)
    return scores, applies, coverage


def real_weights(applies: np.ndarray, spec: Spec) -> np.ndarray:
    """Return each node's weight in the whole, N x nodes, after what does not apply has given its weight to siblings."""
    found = np.zeros(applies.shape)
    found[:, 0] = 1.0
    for i, node in enumerate(spec.nodes):
        if kids := spec.children.get(node.code):
            shares = np.where(applies[:, kids], np.array([spec.nodes[k].weight for k in kids]), 0.0)
            total = shares.sum(axis=1, keepdims=True)
            found[:, kids] = found[:, [i]] * shares / np.where(total > 0, total, 1.0)
    return found


def points_lost(
    scores: np.ndarray, base: np.ndarray, leaves: np.ndarray, weights: np.ndarray, applies: np.ndarray, spec: Spec,
    period: np.ndarray, observed: np.ndarray,
) -> tuple[np.ndarray, bool]:  # fmt: skip
    """Return points lost, N x leaves, and whether they add up to the high end − base (METHOD 5).

    They add up where every mean is arithmetic and no weight was given away unofficially. Elsewhere a leaf's figure is
    what the base would gain were this leaf alone at the high end.
    """
    at = spec.leaves
    arithmetic = all(spec.rule(c)[0] == "arithmetic" for c in spec.children) and spec.method in {"goalposts", "minmax"}
    if arithmetic:
        # a skipped leaf's weight is with its siblings: what counts is where the score was built from
        used = real_weights(applies & ~np.isnan(scores), spec)[:, at]
        return np.where(used > 0, used * (spec.high - np.nan_to_num(scores[:, at], nan=spec.high)), 0.0), True
    high = np.full(len(at), spec.span[1]) if spec.span else np.nanmax(leaves, axis=0)
    found = np.zeros(leaves.shape)
    for j in range(len(at)):
        raised = leaves.copy()
        raised[:, j] = np.where(np.isnan(leaves[:, j]) & (spec.nodes[at[j]].missing != "zero"), np.nan, high[j])
        found[:, j] = up_the_tree(raised, observed, spec, period)[0][:, 0] - base
    return np.nan_to_num(found), False


def publish(scores: np.ndarray, rated: np.ndarray, places: int) -> np.ndarray:
    """Return decimals rounded half up, None where not rated. Judged on nine decimals: 59.995 is 60.00 (METHOD 7)."""
    step = Decimal(1).scaleb(-places)
    flat = [
        Decimal(f"{x:.{JUDGED}f}").quantize(step, ROUND_HALF_UP) + Decimal(0) if ok else None
        for x, ok in zip(scores.ravel().tolist(), rated.ravel().tolist(), strict=True)
    ]
    return np.array(flat, dtype=object).reshape(scores.shape)


def rank(published: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Return ranks per column within each period: the highest is 1, ties 1, 1, 3; 0 where nothing is published."""
    found = np.zeros(published.shape, dtype=int)
    x = np.array([[np.nan if v is None else float(v) for v in row] for row in published.tolist()]).reshape(
        published.shape
    )
    for p in np.unique(period):
        rows = np.flatnonzero(period == p)
        for j in range(published.shape[1]):
            rated = rows[~np.isnan(x[rows, j])]
            if len(rated):
                found[rated, j] = rankdata(-x[rated, j], "min").astype(int)
    return found


def grade(published: np.ndarray, spec: Spec) -> np.ndarray:
    """Return the grade of each published number: the highest whose lowest score it reaches; "" where there is none."""
    return np.array(
        [
            "" if v is None else next((g for g, low in spec.grades if v >= Decimal(str(low))), "")
            for v in published.tolist()
        ],
        dtype=object,
    )
