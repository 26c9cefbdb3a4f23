"""How far a rank can be trusted: the same values scored many times with other weights, goalposts and means (METHOD 8).

Each draw has its own stream of random numbers from (seed, number of the draw), so that results do not depend on how
many draws are done at once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipelines.analysis.scoring import aggregate, engine, normalise
from pipelines.analysis.scoring.engine import Scores
from pipelines.analysis.scoring.spec import Spec
from pipelines.errors import AnlanError

WEIGHTS = 0.25  # each weight times 1 ± this, evenly
GOALPOSTS = 0.10  # each goalpost moved by ± this of their distance, evenly
CHUNK = 64  # draws at once: bounds memory, changes nothing
TOP = (1, 3, 5)
TINY = 1e-6  # a geometric mean takes scores no lower than this part of the range: a zero must not hide the rest


def draw_scores(made: Scores, values: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return the root's score per draw, draws x N.

    In half of the draws every arithmetic mean is a geometric one. Values that are missing stay what their missing rule
    makes of them. Methods without goalposts keep their scores; only weights and means are moved.
    """
    spec = made.spec
    if draws < 1:
        raise AnlanError("draws", "are fewer than one", str(draws), "give 1000, the method's number")
    if any(spec.rule(c)[0] == "copeland" for c in spec.children):
        raise AnlanError("draws", "are not made for copeland nodes", "", "leave out --draws, or aggregate by a mean")
    at, n = spec.leaves, len(values)
    out = np.empty((draws, n))
    parts = plan(spec)
    fixed = made.scores[:, at]
    gap = np.isnan(values) if spec.impute == "none" else np.zeros(values.shape, bool)
    gone = np.isnan(made.scores[:, at]) | (gap & np.array([spec.nodes[i].missing == "not_applicable" for i in at]))
    for first in range(0, draws, CHUNK):
        count = min(CHUNK, draws - first)
        noise = np.stack([_stream(seed, first + d, len(spec.nodes), len(at)) for d in range(count)])
        k, m = len(at), len(spec.nodes)
        weights = np.array([x.weight for x in spec.nodes]) * (1 + WEIGHTS * (2 * noise[:, :m] - 1))
        geometric = noise[:, m + 2 * k] < 0.5
        if spec.method == "goalposts":
            leaves = _moved(values, spec, noise[:, m : m + k], noise[:, m + k : m + 2 * k])
            leaves = np.where(gap, fixed, leaves)
        else:
            leaves = np.broadcast_to(fixed, (count, n, k))
        leaves = np.where(gone, np.nan, leaves)
        out[first : first + count] = _up(leaves, weights, geometric, spec, parts)
    return out


def plan(spec: Spec) -> list[tuple[int, np.ndarray]]:
    """Return (parent, children) from the leaves upwards, by numbers of nodes."""
    return [
        (i, np.array(spec.children[x.code]))
        for i, x in reversed(list(enumerate(spec.nodes)))
        if x.code in spec.children
    ]


def _stream(seed: int, draw: int, nodes: int, leaves: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(key=[seed, draw])).random(nodes + 2 * leaves + 1)


def _moved(values: np.ndarray, spec: Spec, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return draws x N x leaves in the spec's range: scores under moved goalposts."""
    found = np.empty((len(low), *values.shape))
    simple = [j for j, i in enumerate(spec.leaves) if len(spec.nodes[i].bounds) == 2]
    if simple:
        bounds = np.array([spec.nodes[spec.leaves[j]].bounds for j in simple])
        width = np.abs(bounds[:, 1] - bounds[:, 0]) * GOALPOSTS
        floor = bounds[:, 0] + width * (2 * low[:, simple] - 1)
        target = bounds[:, 1] + width * (2 * high[:, simple] - 1)
        # one multiplication and one addition a cell: x·a + b, then cut
        a = (spec.high - spec.low) / (target - floor)
        b = spec.low - floor * a
        part = values[:, simple][None] * a[:, None, :]
        part += b[:, None, :]
        np.clip(part, spec.low, spec.high, out=part)
        if len(simple) == len(spec.leaves):
            return part
        found[:, :, simple] = part
    for j in sorted(set(range(len(spec.leaves))) - set(simple)):
        a, b, c, d = spec.nodes[spec.leaves[j]].bounds
        rise, fall = (b - a) * GOALPOSTS, (d - c) * GOALPOSTS
        shift = [rise * (2 * low[:, j] - 1), rise * (2 * high[:, j] - 1)]
        drop = [fall * (2 * high[:, j] - 1), fall * (2 * low[:, j] - 1)]
        moved = normalise.band(
            values[None, :, j], *(x[:, None] for x in (a + shift[0], b + shift[1], c + drop[0], d + drop[1]))
        )
        found[:, :, j] = spec.low + (spec.high - spec.low) * moved
    return found


def _up(
    leaves: np.ndarray, weights: np.ndarray, geometric: np.ndarray, spec: Spec, parts: list[tuple[int, np.ndarray]]
) -> np.ndarray:
    """Return the root of draws x N from leaves (draws x N x leaves) and weights (draws x nodes)."""
    place = {i: j for j, i in enumerate(spec.leaves)}
    found: dict[int, np.ndarray] = {}
    whole = not np.isnan(leaves).any()
    tiny = TINY * (spec.high - spec.low)
    for parent, kids in parts:
        if all(k in place for k in kids):
            columns = [place[k] for k in kids]
            ordered = columns == list(range(columns[0], columns[0] + len(columns)))
            x = leaves[..., columns[0] : columns[0] + len(columns)] if ordered else leaves[..., columns]
        else:
            x = np.stack([leaves[..., place[k]] if k in place else found[k] for k in kids], axis=-1)
        w = weights[:, kids]
        method, power = spec.rule(spec.nodes[parent].code)
        if method == "arithmetic" and whole:
            share = w / w.sum(axis=1, keepdims=True)
            mean = np.einsum("dnk,dk->dn", x, share)
            if geometric.any():
                logs = np.log(np.maximum(x[geometric], tiny))
                mean[geometric] = np.exp(np.einsum("dnk,dk->dn", logs, share[geometric]))
        elif method == "arithmetic":
            mean = aggregate.combine(x, w[:, None, :], "arithmetic")
            if geometric.any():
                mean[geometric] = aggregate.combine(np.maximum(x[geometric], tiny), w[geometric][:, None], "geometric")
        else:
            mean = aggregate.combine(x, w[:, None, :], method, power, spec.nodes[parent].code)
        found[parent] = mean
    return found[0]


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """Return ranks per draw (draws x N), best 1, ties 1, 1, 3; NaN scores come last."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-filled, axis=1, kind="stable")
    ordered = np.take_along_axis(filled, order, 1)
    new = np.ones(ordered.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.where(new, np.arange(1, filled.shape[1] + 1), 0)
    ranks = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=1), 1)
    return ranks


def rank_intervals(made: Scores, values: np.ndarray, draws: int = 1000, seed: int = 0) -> pa.Table:
    """Return one row per rated unit x period: rank, its 5 to 95 % interval, P(top k), P(grade) and group.

    A group holds the units that cannot be told apart: intervals that touch, chained from the best; 1 is the best.
    Units that are not rated take no part in any draw. Adjustments are added to every draw.
    """
    spec = made.spec
    shift = np.nan_to_num(made.scores[:, 0] - made.base)
    rows: dict[str, list] = {}
    scores = np.clip(draw_scores(made, values, draws, seed) + shift, spec.low, spec.high) if spec.method in {
        "goalposts", "minmax"} else draw_scores(made, values, draws, seed) + shift  # fmt: skip
    for p in dict.fromkeys(made.period.tolist()):
        at = np.flatnonzero((made.period == p) & (made.ranks[:, 0] > 0))
        if not len(at):
            continue
        mine = np.round(scores[:, at], engine.JUDGED)
        # published numbers decide: two units that print alike share a rank
        step = 10.0**spec.places
        shown = np.floor(np.round(mine * step, 6) + 0.5) / step
        ranks = ranks_of(shown)
        low, mid, high = np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf")
        block = {
            "unit_id": made.unit[at].tolist(), "period": [p] * len(at), "rank": made.ranks[at, 0].tolist(),
            "rank_p05": low.astype(int).tolist(), "rank_p50": mid.astype(int).tolist(),
            "rank_p95": high.astype(int).tolist(), "rank_mean": ranks.mean(axis=0).tolist(),
            "score_p05": np.percentile(shown, 5, axis=0).tolist(), "score_p95": np.percentile(shown, 95, axis=0).tolist(),
        }  # fmt: skip
        for k in TOP:
            block[f"p_top{k}"] = (ranks <= k).mean(axis=0).tolist()
        above = np.zeros(shown.shape, dtype=bool)
        for g, lowest in spec.grades:
            here = (shown >= lowest) & ~above
            block[f"p_grade_{g}"] = here.mean(axis=0).tolist()
            above |= here
        block["group"] = groups(low, high, made.ranks[at, 0])
        for name, column in block.items():
            rows.setdefault(name, []).extend(column)
    return pa.table(rows)


def groups(low: np.ndarray, high: np.ndarray, rank: np.ndarray) -> list[int]:
    """Return the group of each unit: going down the ranks, a new group begins where no interval reaches the next unit."""
    found = np.zeros(len(rank), dtype=int)
    group, reach = 0, -1.0
    for i in np.lexsort((high, low, rank)):
        if low[i] > reach:
            group += 1
        found[i], reach = group, max(reach, high[i])
    return found.tolist()
