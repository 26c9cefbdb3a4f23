"""How far a rank can be trusted: runs by chance with other weights, goalposts and means (METHOD 8).

Each draw has its own stream of random numbers from (seed, number of the draw), so that results do not depend on how
many draws are done at once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipelines.analysis.scoring.adjust import within
from pipelines.analysis.scoring.engine import Scores
from pipelines.analysis.scoring.moved import Movable, Spread, ranks_of, shown
from pipelines.errors import AnlanError

TOP = (1, 3, 5)


def movable(made: Scores, values: np.ndarray, spread: Spread | None = None) -> Movable:
    """Return what a spec made of ``values``, ready for runs.

    Values that are missing stay what their missing rule makes of them. Methods without goalposts keep their scores; only weights
    and means are moved.
    """
    spec, at = made.spec, made.spec.leaves
    fixed = made.scores[:, at]
    gap = np.isnan(values) if spec.impute == "none" else np.zeros(values.shape, bool)
    gone = np.isnan(fixed) | (gap & np.array([spec.nodes[i].missing == "not_applicable" for i in at]))
    moves = ~gap & ~gone if spec.method == "goalposts" else np.zeros(values.shape, bool)
    return Movable(
        spec, np.where(moves, values, np.nan), np.where(gone, np.nan, fixed), Spread() if spread is None else spread, made.period
    )  # fmt: skip


def drawn(model: Movable, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the root's score per draw, draws x units, and which of the draws have geometric means."""
    if draws < 1:
        raise AnlanError("draws", "are fewer than one", str(draws), "give 1000, the method's number")
    out, geometric = np.empty((draws, len(model.values))), np.empty(draws, bool)
    for first in range(0, draws, model.at_once):
        numbers = range(first, min(first + model.at_once, draws))
        runs = streams(seed, numbers, model.width)
        out[first : first + len(runs)] = model.scores(runs)
        geometric[first : first + len(runs)] = model.is_geometric(runs)
    return out, geometric


def streams(seed: int, numbers: range, width: int) -> np.ndarray:
    """Return ``width`` random numbers of each draw's own stream (Philox keyed by seed and number), draws x ``width``.

    One generator is set to the start of each stream: the same numbers as a generator made for each, in a third of the time.
    """
    bits = np.random.Philox(key=[seed, 0])
    made, start = np.random.Generator(bits), bits.state
    key = start["state"]["key"]
    found = np.empty((len(numbers), width))
    for row, number in zip(found, numbers, strict=True):
        key[1] = number
        bits.state = start
        made.random(out=row)
    return found


def adjusted(made: Scores, scores: np.ndarray) -> np.ndarray:
    """Return the scores of runs with the adjustments of their units, as they would be published."""
    return shown(within(scores, made.adjustment, made.spec), made.spec.places)


def rank_intervals(made: Scores, values: np.ndarray, draws: int = 1000, seed: int = 0) -> pa.Table:
    """Return one row per rated unit x period: rank, its 5 to 95 % interval, P(top k), P(grade) and group.

    A group holds the units that cannot be told apart: intervals that touch, chained from the best; 1 is the best.
    Units that are not rated take no part in any draw. Adjustments are added to every draw.
    """
    spec = made.spec
    rows: dict[str, list] = {}
    scores = adjusted(made, drawn(movable(made, values), draws, seed)[0])
    for p in dict.fromkeys(made.period.tolist()):
        at = np.flatnonzero((made.period == p) & (made.ranks[:, 0] > 0))
        if not len(at):
            continue
        # published numbers decide: two units that print alike share a rank
        mine = scores[:, at]
        ranks = ranks_of(mine)
        low, mid, high = np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf")
        block = {
            "unit_id": made.unit[at].tolist(), "period": [p] * len(at), "rank": made.ranks[at, 0].tolist(),
            "rank_p05": low.astype(int).tolist(), "rank_p50": mid.astype(int).tolist(),
            "rank_p95": high.astype(int).tolist(), "rank_mean": ranks.mean(axis=0).tolist(),
            "score_p05": np.percentile(mine, 5, axis=0).tolist(), "score_p95": np.percentile(mine, 95, axis=0).tolist(),
        }  # fmt: skip
        for k in TOP:
            block[f"p_top{k}"] = (ranks <= k).mean(axis=0).tolist()
        above = np.zeros(mine.shape, dtype=bool)
        for g, lowest in spec.grades:
            here = (mine >= lowest) & ~above
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
