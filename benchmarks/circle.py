"""The rescue circle on a made road network of a district's size: CPU seconds for 100,000 nodes and 500 teams.

Nodes lie at random on 33 x 33 km and are joined by the shortest tree and the shortest other links of their triangulation; each
road is of one of four speeds, open both ways. *First on scene*: who comes first to every node, and when. *Each team*: every
team's own times to 7,500 places within 15 minutes. *Isochrone*: the land of the first 40 teams. *Sites*: the ten best of all nodes.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from benchmarks.landing_cpu import cpu
from pipelines.analysis import circle, circle_shape, circle_sites, roads

NODES, TEAMS, PLACES, LINKS, SIDE = 100_000, 500, 7_500, 130_000, 32_700.0
TURNOUT, LIMIT, REACH, BASES = 60.0, 900.0, 250.0, 40


def network(nodes: int = NODES, links: int = LINKS, seed: int = 330603) -> roads.Graph:
    """Return the made network; the same seed gives the same one."""
    rng = np.random.default_rng(seed)
    place = rng.random((nodes, 2)) * SIDE
    sides = Delaunay(place).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    metres = np.hypot(*(place[pairs[:, 0]] - place[pairs[:, 1]]).T)
    tree = minimum_spanning_tree(coo_matrix((metres, pairs.T), shape=(nodes, nodes))).tocoo()
    chosen = np.vstack([np.column_stack([tree.row, tree.col]), pairs[np.argsort(metres)[:links]]])
    ends = np.unique(np.sort(chosen, axis=1), axis=0)
    length = np.hypot(*(place[ends[:, 0]] - place[ends[:, 1]]).T)
    seconds = length / rng.choice([30, 40, 50, 80], len(ends)) * 3.6
    name = np.arange(len(ends)).astype(object)
    return roads.Graph(
        np.arange(nodes).astype(object), 120.3 + place[:, 0] / 96_400, 29.8 + place[:, 1] / 110_900, np.tile(name, 2),
        np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]]), np.tile(length, 2), np.tile(seconds, 2),
    )  # fmt: skip


def measure(
    nodes: int = NODES, teams: int = TEAMS, places: int = PLACES, links: int = LINKS
) -> list[tuple[str, float, float, str, str]]:
    """Return ``(what, CPU seconds, bound, unit, more)`` for the table of ``make bench``."""
    rng = np.random.default_rng(1)
    g = network(nodes, links)
    start, place = rng.integers(0, nodes, teams), rng.integers(0, nodes, places)
    late = np.full(teams, TURNOUT)
    took, ways = cpu(g.matrix)
    searched, first = cpu(lambda: circle.nearest(ways, start, late))
    alone, _ = cpu(lambda: [s for _, s in circle.every(ways, start, late, place, LIMIT)])
    few = circle.nearest(ways, start[:BASES], late[:BASES]).seconds
    drawn, land = cpu(lambda: circle_shape.isochrone(g, few, LIMIT, REACH))
    if not (np.isfinite(first.seconds).all() and land.is_valid):
        raise SystemExit("the made network is not whole")
    outside = few[place] > LIMIT
    need = circle_sites.Demand(place, np.zeros(places), np.full(places, 700.0)).of(outside)
    sited, _ = cpu(lambda: circle_sites.rank(ways, need, TURNOUT, LIMIT, 10))
    made = f"{nodes:,} nodes"
    return [
        (f"rescue circle, {made}, first of {teams} teams everywhere", took + searched, 5, "s CPU", f"{searched:.3f} of it the search"),
        (f"rescue circle, {made}, {teams} teams one by one", alone, 5, "s CPU", f"to {places:,} places within {LIMIT / 60:.0f} minutes"),
        (f"isochrone of {BASES} teams, {made}", drawn, 5, "s CPU", f"{len(land.geoms)} polygons"),
        (f"ten best sites of {made}", sited, 20, "s CPU", f"{int(outside.sum()):,} places out of reach"),
    ]  # fmt: skip


if __name__ == "__main__":
    for found in measure():
        print(*found, sep="  |  ")
