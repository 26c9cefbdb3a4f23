"""The rescue circle: how long the first able team takes to every place, over the directed road graph.

Arrays in, arrays out. Time runs from the alarm: turnout of the team, its way to the road, the road (team to place, along the
direction of every edge), the way from the road to the place. What a road permits in a scenario, which team is able for what
and how long it takes to turn out are rows of the method, given here as numbers; so is the limit of the circle. What would
make times wrong is found before anything is computed (:func:`faults`). Shapes are in ``circle_shape``, sites in ``circle_sites``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from pipelines.analysis.roads import Graph
from pipelines.errors import AnlanError

# rows of a matrix of teams x nodes held at a time
_TEAMS_AT_ONCE = 64
# what is quoted of a list of faulty rows
_QUOTED = 5


@dataclass(frozen=True)
class Nearest:
    """Who comes first. ``seconds``: from the alarm, infinite where nobody comes; ``team``: position of the team, -1 for nobody."""

    seconds: np.ndarray
    team: np.ndarray


def in_scenario(graph: Graph, speed_kmh: Any, is_open: Any) -> Graph:
    """Return the graph as a scenario has it: each edge at its speed, edges that are shut or for nobody's vehicle left out.

    ``speed_kmh`` and ``is_open``: one number and one truth per directed edge of ``graph``. An open edge of 0 metres takes 0 s.

    Raises:
        AnlanError: an open edge has no speed above 0, or no length of 0 or more; all such edges are counted, some named.

    """
    speed, opened = np.asarray(speed_kmh, float), np.asarray(is_open, bool)
    with np.errstate(invalid="ignore"):
        for what, bad, do in (
            ("have no speed above 0", opened & ~(np.isfinite(speed) & (speed > 0)), "give their class of road a speed in the scenario, or shut them"),
            ("have no length of 0 m or more", opened & ~(np.isfinite(graph.length) & (graph.length >= 0)), "give them their length in metres"),
        ):  # fmt: skip
            if bad.any():
                raise AnlanError("roads of the rescue circle", what, quoted(graph.edge_id[bad], "edge"), do)
    keep = np.flatnonzero(opened)
    seconds = graph.length[keep] / speed[keep] * 3.6
    return replace(
        graph, edge_id=graph.edge_id[keep], tail=graph.tail[keep], head=graph.head[keep], length=graph.length[keep], seconds=seconds,
    )  # fmt: skip


def nearest(roads: csr_matrix, node: Any, delay: Any, limit: float = np.inf) -> Nearest:
    """Return who comes first to every node, and when; one search for all teams.

    ``roads``: seconds between nodes (:meth:`Graph.matrix`); ``node``: where each team joins the roads, -1 for nowhere; ``delay``: seconds from the alarm until
    it is there (turnout and access). ``limit``: seconds after which nobody is looked for. Of teams that start at one node the
    one with the least delay counts, of equals the first.
    """
    at, late = np.asarray(node, int), np.asarray(delay, float)
    count = roads.shape[0]
    usable = np.flatnonzero((at >= 0) & np.isfinite(late))
    if not len(usable):
        return Nearest(np.full(count, np.inf), np.full(count, -1))
    order = usable[np.lexsort((usable, late[usable], at[usable]))]
    first = order[np.r_[True, at[order][1:] != at[order][:-1]]]
    # one more node, from which every team's node is as far as the team is late: one search from it is the search of them all
    wide = csr_matrix(
        (np.r_[roads.data, late[first]], np.r_[roads.indices, at[first]], np.r_[roads.indptr, len(roads.data) + len(first)]),
        shape=(count + 1, count + 1),
    )  # fmt: skip
    seconds, before = dijkstra(wide, indices=count, return_predecessors=True, limit=limit)
    team = np.full(count + 1, -1)
    team[at[first]] = np.where(before[at[first]] == count, first, -1)
    # whoever came to the node before comes to this one: follow the chain by doubling it
    parent = np.where((before < 0) | (before == count), np.arange(count + 1), before)
    while True:
        further = parent[parent]
        if (further == parent).all():
            break
        parent = further
    return Nearest(seconds[:count], team[parent][:count])


def every(roads: csr_matrix, node: Any, delay: Any, at: Any, limit: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield ``(teams, seconds)`` for some teams at a time: seconds (teams, places) from the alarm until each team is at each place.

    ``at``: the node of each place, -1 for nowhere. Beyond ``limit`` seconds from the alarm it is infinite.
    """
    start, late, place = np.asarray(node, int), np.asarray(delay, float), np.asarray(at, int)
    for begin in range(0, len(start), _TEAMS_AT_ONCE):
        teams = np.arange(begin, min(begin + _TEAMS_AT_ONCE, len(start)))
        seconds = np.full((len(teams), len(place)), np.inf)
        able = np.flatnonzero((start[teams] >= 0) & (late[teams] <= limit))
        if len(able):
            from_here = dijkstra(roads, indices=start[teams[able]], limit=limit - late[teams[able]].min())
            seconds[able] = np.where(place >= 0, from_here[:, place] + late[teams[able], None], np.inf)
        yield teams, np.where(seconds <= limit, seconds, np.inf)


def faults(graph: Graph, least_share: float = 0.9) -> list[dict[str, str]]:
    """Return what makes travel times of the graph worthless, one ``{what, seen, do}`` each; empty for a graph that will do.

    Without nodes or edges there are no times. A graph is cut in two, and times would be those of one part, where less than
    ``least_share`` of the nodes hang together by roads of any direction; where a second part, of several nodes that all reach
    each other, holds more than the rest of that share; or where fewer than half of all nodes can reach each other. Ends of
    one-way streets are no part of their own.
    """
    count = len(graph.node_id)
    if not count or not len(graph.tail):
        return [
            {
                "what": "holds no roads",
                "seen": f"{count} nodes, {len(graph.tail)} edges",
                "do": "send the road segments",
            }
        ]
    pieces, parts = np.bincount(graph.piece), np.bincount(graph.component)
    second = parts[1] if len(parts) > 1 and parts[1] > 1 else 0
    if pieces[0] < least_share * count:
        sizes, other = pieces, int(np.argmax(graph.piece == 1))
    elif second > (1 - least_share) * count or parts[0] * 2 < count:
        sizes, other = parts, int(np.argmax(graph.component == 1))
    else:
        return []
    return [
        {
            "what": "is cut in two",
            "seen": f"{len(sizes)} parts; the largest holds {sizes[0]} of {count} nodes, the second {sizes[1]}, such as node {graph.node_id[other]}",
            "do": f"join the parts, or leave out what is not asked about; {least_share:.0%} of the nodes must hang together, and there and back",
        }
    ]  # fmt: skip


def refuse(found: Sequence[dict[str, str]], where: str = "road graph") -> None:
    """Raise all faults as one :class:`AnlanError`; none is no error."""
    if found:
        raise AnlanError(
            where,
            "; ".join(f["what"] for f in found),
            "; ".join(f["seen"] for f in found),
            "; ".join(f["do"] for f in found),
        )


def quoted(names: Sequence[Any], kind: str) -> str:
    """Return how many rows are meant and the first of them by name."""
    some = ", ".join(sorted(str(n) for n in names)[:_QUOTED])
    return f"{len(names)} {kind}(s): {some}{' …' if len(names) > _QUOTED else ''}"
