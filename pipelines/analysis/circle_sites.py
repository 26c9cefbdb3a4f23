"""What a new or a moved station would gain: candidate sites by the people they would newly bring into the circle.

Every node of the road graph may be a site. Exact, not sampled: the ways *to* each place that nobody reaches in time are followed
backwards, so that each node knows all it would cover. Memory does not grow with the number of places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

_PLACES_AT_ONCE = 64


@dataclass(frozen=True)
class Demand:
    """Places that need help. ``node``: where they join the roads, -1 for nowhere; ``access``: seconds from there; ``people``: how many."""

    node: np.ndarray
    access: np.ndarray
    people: np.ndarray

    def of(self, which: Any) -> Demand:
        """Return the places of a mask or of positions."""
        return Demand(self.node[which], self.access[which], self.people[which])


@dataclass(frozen=True)
class Site:
    """A candidate. ``alone``: people newly covered by it; ``further``: those that the sites before it in the list leave to it."""

    node: int
    alone: float
    further: float


def gains(roads: csr_matrix, demand: Demand, turnout: float, limit: float) -> np.ndarray:
    """Return for every node how many people of ``demand`` a station there would reach within ``limit`` seconds of the alarm.

    ``roads``: seconds between nodes; ``turnout``: seconds until the station's team is on the road.
    """
    gain = np.zeros(roads.shape[0])
    for _, people, within in _who_reaches(roads, demand, turnout, limit):
        gain += people @ within
    return gain


def rank(
    roads: csr_matrix, demand: Demand, turnout: float, limit: float, count: int, allowed: Any = None
) -> list[Site]:
    """Return up to ``count`` sites, best first: each is the one that adds most to those before it; of equals the first node.

    ``demand``: the places that nobody reaches in time now. ``allowed``: mask of the nodes that may be sites. Ends when no site adds any.
    """
    alone = gains(roads, demand, turnout, limit)
    open_ = np.ones(len(alone), bool) if allowed is None else np.asarray(allowed, bool)
    left, still = alone.copy(), np.ones(len(demand.node), bool)
    found: list[Site] = []
    while len(found) < count:
        best = int(np.argmax(np.where(open_, left, -1.0)))
        if not open_[best] or left[best] <= 0.5:
            break
        found.append(Site(best, float(alone[best]), float(left[best])))
        now = covered(roads, demand, best, turnout, limit) & still
        still &= ~now
        # each place is taken off once, so the whole list costs no more than the first look
        left = np.round(left - gains(roads, demand.of(now), turnout, limit), 6)
    return found


def covered(roads: csr_matrix, demand: Demand, node: int, turnout: float, limit: float) -> np.ndarray:
    """Return which places a station at ``node`` reaches within ``limit`` seconds of the alarm."""
    seconds = dijkstra(roads, indices=node, limit=max(0.0, limit - turnout))
    return (demand.node >= 0) & (seconds[demand.node] + demand.access + turnout <= limit)


def move(
    roads: csr_matrix,
    uncovered: np.ndarray,
    demand: Demand,
    only: np.ndarray,
    turnout: float,
    limit: float,
    allowed: Any = None,
) -> Site:
    """Return where a station would stand best: ``alone`` is the people it would cover there beyond what is covered today.

    ``uncovered``: :func:`gains` over the places that nobody reaches today; ``only``: mask of the places that this station alone
    reaches. Leaving them costs their people, so ``alone`` below 1 means that no node is better than where it stands; ``further`` is
    what it would take along of those it alone reaches.
    """  # fmt: skip
    mine = demand.of(only)
    kept = gains(roads, mine, turnout, limit)
    net = uncovered + kept - mine.people.sum()
    if allowed is not None:
        net = np.where(np.asarray(allowed, bool), net, -np.inf)
    best = int(np.argmax(net))
    return Site(best, float(net[best]), float(kept[best]))


def _who_reaches(
    roads: csr_matrix, demand: Demand, turnout: float, limit: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield ``(places, people, within)`` for some places at a time; ``within``: places x nodes, whether a station there is in time."""
    budget = limit - turnout - demand.access
    usable = np.flatnonzero((demand.node >= 0) & (budget >= 0) & (demand.people > 0))
    usable = usable[np.argsort(demand.node[usable], kind="stable")]
    back = roads.T.tocsr()
    for begin in range(0, len(usable), _PLACES_AT_ONCE):
        some = usable[begin : begin + _PLACES_AT_ONCE]
        nodes, which = np.unique(demand.node[some], return_inverse=True)
        seconds = dijkstra(back, indices=nodes, limit=budget[some].max())
        yield some, demand.people[some], seconds[which] <= budget[some][:, None]
