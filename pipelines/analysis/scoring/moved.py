"""The same values scored under other weights, goalposts and means, many runs at once (METHOD 8).

A run is a row of numbers between 0 and 1: one per node for its weight, two per leaf for its goalposts, one for the kind of mean. How
runs are chosen is said in ``uncertainty`` (by chance) and ``sobol`` (by design). What a run gives depends on its own row
alone, to the last bit: sums are taken child by child, never over the runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipelines.analysis.scoring import aggregate, normalise
from pipelines.analysis.scoring.spec import Spec

CELLS = 2_000_000  # scores of leaves worked on at once: bounds memory, changes nothing


@dataclass(frozen=True)
class Spread:
    """How far a run may go: weights times 1 ± ``weights``, goalposts ± ``goalposts`` of their distance, evenly.

    ``geometric``: the share of runs in which every arithmetic mean is a geometric one. There a score counts as no less than
    ``least`` of the range: a nought must not hide the rest, as the OECD handbook shifts scores before it multiplies them.
    """

    weights: float = 0.25
    goalposts: float = 0.10
    geometric: float = 0.5
    least: float = 0.01


@dataclass(frozen=True)
class Movable:
    """Values and scores of a spec's leaves, both units x leaves, ready to be scored many times.

    ``values``: NaN where goalposts have no say; there ``fixed`` is the score, in the spec's range. NaN in ``fixed`` too: the leaf
    does not count for the unit, and its weight goes to its siblings. ``cohort``: who is compared with whom under copeland; all with
    all if not given.
    """

    spec: Spec
    values: np.ndarray
    fixed: np.ndarray
    spread: Spread = Spread()
    cohort: np.ndarray | None = None

    @property
    def width(self) -> int:
        """How many numbers make a run: nodes + 2 x leaves + 1."""
        return len(self.spec.nodes) + 2 * len(self.spec.leaves) + 1

    @property
    def at_once(self) -> int:
        """How many runs fit into memory at once."""
        return max(1, CELLS // max(1, self.values.size))

    @cached_property
    def parts(self) -> list[tuple[int, list[int]]]:
        """Parents and their children, from the leaves upwards, by numbers of nodes."""
        children = self.spec.children
        return [(i, children[x.code]) for i, x in reversed(list(enumerate(self.spec.nodes))) if x.code in children]

    @cached_property
    def where(self) -> dict[int, np.ndarray]:
        """Per node the units for which it counts: it has a score and weight."""
        here = {
            i: ~(np.isnan(self.values[:, j]) & np.isnan(self.fixed[:, j])) & (self.spec.nodes[i].weight > 0)
            for j, i in enumerate(self.spec.leaves)
        }
        for parent, kids in self.parts:
            here[parent] = np.logical_or.reduce([here[k] for k in kids]) & (self.spec.nodes[parent].weight > 0)
        return here

    def is_geometric(self, runs: np.ndarray) -> np.ndarray:
        """Tell of each run whether its means are geometric."""
        return runs[:, -1] < self.spread.geometric

    def scores(self, runs: np.ndarray) -> np.ndarray:
        """Return the root's score of ``runs`` (runs x ``width``), runs x units, NaN where nothing counts."""
        out = np.empty((len(runs), len(self.values)))
        for first in range(0, len(runs), self.at_once):
            out[first : first + self.at_once] = self._some(runs[first : first + self.at_once])
        return out

    def _some(self, runs: np.ndarray) -> np.ndarray:
        spec, m, k = self.spec, len(self.spec.nodes), len(self.spec.leaves)
        weights = np.array([x.weight for x in spec.nodes]) * (1 + self.spread.weights * (2 * runs[:, :m] - 1))
        shift = 2 * runs[:, m : m + 2 * k] - 1
        geometric = self.is_geometric(runs)
        # leaves are made when their parent asks and forgotten after: memory holds one family at a time
        place = {i: j for j, i in enumerate(spec.leaves)}
        made: dict[int, np.ndarray] = {}
        for parent, kids in self.parts:
            x = [self._leaf(place[i], shift) if i in place else made.pop(i) for i in kids]
            made[parent] = self._mean(parent, kids, x, weights, geometric)
        return made[0]

    def _leaf(self, j: int, shift: np.ndarray) -> np.ndarray:
        """Return runs x units: a leaf's scores under moved goalposts, the fixed score where there is none to move."""
        spec, node, x = self.spec, self.spec.nodes[self.spec.leaves[j]], self.values[:, j]
        low, high = shift[:, j, None], shift[:, len(spec.leaves) + j, None]
        part = self.spread.goalposts
        if len(node.bounds) == 2:
            width = abs(node.bounds[1] - node.bounds[0]) * part
            floor, target = node.bounds[0] + width * low, node.bounds[1] + width * high
            # one multiplication and one addition a cell: x·a + b, then cut
            a = (spec.high - spec.low) / (target - floor)
            found = x * a
            found += spec.low - floor * a
            np.clip(found, spec.low, spec.high, out=found)
        elif node.bounds:
            a, b, c, d = node.bounds
            rise, fall = (b - a) * part, (d - c) * part
            moved = normalise.band(x[None], a + rise * low, b + rise * high, c + fall * high, d + fall * low)
            found = spec.low + (spec.high - spec.low) * moved
        else:
            return np.broadcast_to(self.fixed[:, j], (len(shift), len(x)))
        gap = np.isnan(x)
        found[:, gap] = self.fixed[gap, j]
        return found

    def _mean(
        self, parent: int, kids: list[int], x: list[np.ndarray], weights: np.ndarray, geometric: np.ndarray
    ) -> np.ndarray:
        method, power = self.spec.rule(self.spec.nodes[parent].code)
        if method == "copeland":
            return self._pairs(np.stack(x, axis=-1), weights[:, kids])
        if method != "arithmetic":
            return aggregate.combine(
                np.stack(x, axis=-1), weights[:, None, kids], method, power, self.spec.nodes[parent].code
            )
        whole = all(self.where[k].all() for k in kids)
        total = np.zeros((len(weights), 1) if whole else x[0].shape)
        for k in kids:
            total = total + (weights[:, [k]] if whole else weights[:, [k]] * self.where[k])
        total = np.where(total > 0, total, 1.0)
        share = [weights[:, [k]] / total for k in kids]
        # pairs won, z-scores and ranks are no shares of a range: there is nothing to multiply
        has_range = self.spec.span and not any(self.spec.nodes[k].code in self.spec.paired for k in kids)
        low, high = self.spec.span if has_range else (0.0, 0.0)
        some = bool(has_range) and geometric.any()
        least = low + self.spread.least * (high - low)
        found = np.zeros(x[0].shape)
        logs = np.zeros((int(geometric.sum()), found.shape[1]))
        for k, w, y in zip(kids, share, x, strict=True):
            counted = y if self.where[k].all() else np.where(self.where[k], y, 0.0)
            found += counted * w
            if some:
                part = np.log(np.maximum(y[geometric], least)) * w[geometric]
                logs += part if self.where[k].all() else np.where(self.where[k], part, 0.0)
        if some:
            found[geometric] = np.exp(logs)
        if not whole:
            found[:, ~self.where[parent]] = np.nan
        return found

    def _pairs(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        found = np.empty(x.shape[:-1])
        cohort = np.zeros(x.shape[1]) if self.cohort is None else self.cohort
        for c in np.unique(cohort):
            found[:, cohort == c] = aggregate.copeland(x[:, cohort == c], weights)
        return found


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """Return ranks per run (runs x N), best 1, ties 1, 1, 3; NaN scores come last."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-filled, axis=1, kind="stable")
    ordered = np.take_along_axis(filled, order, 1)
    new = np.ones(ordered.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.where(new, np.arange(1, filled.shape[1] + 1), 0)
    ranks = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=1), 1)
    return ranks


def shown(scores: np.ndarray, places: int) -> np.ndarray:
    """Return scores as they would be published: judged on nine decimals, half up (METHOD 7)."""
    step = 10.0**places
    return np.floor(np.round(np.round(scores, 9) * step, 6) + 0.5) / step
