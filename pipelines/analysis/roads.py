"""The road graph of the rescue circle: what is sound in it, what is not, and where facilities join it.

A graph is made from directed edges; what would spoil travel times is found and named (:data:`FINDINGS`); the largest
strongly connected component is where everybody can reach everybody, and facilities are snapped to it with the distance
shown. Travel times follow from :meth:`Graph.matrix` by ``scipy.sparse.csgraph``. Coordinates are WGS-84 degrees, lengths
metres, times seconds. Nothing here decides whether a finding counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pipelines.errors import AnlanError

EARTH = 6_371_008.8
FINDINGS = pa.schema(
    [("finding_code", pa.string()), ("edge_id", pa.string()), ("node_id", pa.string()), ("other_id", pa.string()),
     ("measured", pa.decimal128(14, 3)), ("stated", pa.decimal128(14, 3)), ("lon", pa.decimal128(10, 6)), ("lat", pa.decimal128(10, 6))]
)  # fmt: skip
NODES = pa.schema(
    [("node_id", pa.string()), ("lon", pa.decimal128(10, 6)), ("lat", pa.decimal128(10, 6)), ("component", pa.int32()),
     ("is_connected", pa.bool_())]
)  # fmt: skip
EDGES = pa.schema(
    [("edge_id", pa.string()), ("from_node", pa.string()), ("to_node", pa.string()), ("length_m", pa.decimal128(12, 1)),
     ("seconds", pa.decimal128(12, 3)), ("is_connected", pa.bool_())]
)  # fmt: skip
SNAPS = pa.schema(
    [("facility_id", pa.string()), ("node_id", pa.string()), ("snap_m", pa.decimal128(12, 1)), ("lon", pa.decimal128(10, 6)),
     ("lat", pa.decimal128(10, 6))]
)  # fmt: skip


def metres(lon: Any, lat: Any, other_lon: Any, other_lat: Any) -> np.ndarray:
    """Return great-circle distances in metres between points in degrees."""
    x, y, u, v = (np.radians(np.asarray(a, float)) for a in (lon, lat, other_lon, other_lat))
    h = np.sin((v - y) / 2) ** 2 + np.cos(y) * np.cos(v) * np.sin((u - x) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(np.minimum(h, 1)))


@dataclass(frozen=True)
class Graph:
    """Nodes and directed edges. ``tail``/``head``: positions of the nodes an edge leads from and to.

    ``edge_id`` repeats where a road is open both ways. ``length``: metres; ``seconds``: travel time, NaN where unknown.
    """

    node_id: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    edge_id: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    length: np.ndarray
    seconds: np.ndarray

    @cached_property
    def component(self) -> np.ndarray:
        """Number of the strongly connected component of every node; 0 is the largest (of equals: the first node's)."""
        return _by_size(self._parts("strong"))

    @cached_property
    def piece(self) -> np.ndarray:
        """Number of the piece every node hangs together with when direction does not matter; 0 is the largest."""
        return _by_size(self._parts("weak"))

    @cached_property
    def connected(self) -> np.ndarray:
        """Whether a node lies in the largest strongly connected component."""
        return self.component == 0

    def _parts(self, connection: str) -> np.ndarray:
        if not len(self.node_id):
            return np.empty(0, int)
        ones = np.ones(len(self.tail))
        joined = coo_matrix((ones, (self.tail, self.head)), shape=(len(self.node_id),) * 2)
        return connected_components(joined, directed=True, connection=connection)[1]

    def matrix(self, weight: str = "seconds") -> csr_matrix:
        """Return the weights between nodes for ``scipy.sparse.csgraph``: of twins the quickest, loops left out.

        An edge of no length costs nothing and stays an edge; one whose weight is unknown is left out.
        """
        cost = getattr(self, weight)
        keep = np.isfinite(cost) & (self.tail != self.head)
        tail, head, cost = self.tail[keep], self.head[keep], cost[keep]
        order = np.lexsort((cost, head, tail))
        tail, head, cost = tail[order], head[order], cost[order]
        first = np.ones(len(tail), bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return csr_matrix((cost[first], (tail[first], head[first])), shape=(len(self.node_id),) * 2)


def _by_size(labels: np.ndarray) -> np.ndarray:
    if not len(labels):
        return labels
    first = np.full(labels.max() + 1, len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    rank = np.lexsort((first, -np.bincount(labels)))
    place = np.empty(len(rank), int)
    place[rank] = np.arange(len(rank))
    return place[labels]


def load(nodes: pa.Table, edges: pa.Table) -> Graph:
    """Return the graph of ``nodes`` (node_id, lon, lat) and directed ``edges`` (edge_id, from_node, to_node, length_m, seconds).

    Raises:
        AnlanError: a node stands twice or has no place on earth, or an edge names a node that is not there.

    """
    ids = np.asarray([str(i) for i in nodes.column("node_id").to_pylist()], object)
    at = {n: i for i, n in enumerate(ids)}
    if len(at) < len(ids):
        raise AnlanError("road nodes", "hold a node twice", f"{len(ids)} rows, {len(at)} ids", "give each node one row")
    ends = [[at.get(str(n), -1) for n in edges.column(c).to_pylist()] for c in ("from_node", "to_node")]
    tail, head = (np.asarray(e, int) for e in ends)
    lost = np.flatnonzero((tail < 0) | (head < 0))
    if len(lost):
        raise AnlanError(
            "road edges", "name nodes that are not in the list", f"{len(lost)} of {len(tail)} edges, the first is {edges.column('edge_id')[int(lost[0])]}",
            "give every end a node",
        )  # fmt: skip
    numbers = [_floats(edges, c) for c in ("length_m", "seconds")]
    lon, lat = (_floats(nodes, c) for c in ("lon", "lat"))
    nowhere = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))
    if len(nowhere):
        raise AnlanError(
            "road nodes", "have no place on earth", f"{len(nowhere)} of {len(ids)} nodes, the first is {ids[nowhere[0]]} (row {nowhere[0] + 1})",
            "give every node lon and lat in degrees, WGS-84",
        )  # fmt: skip
    return Graph(ids, lon, lat, np.asarray(edges.column("edge_id").to_pylist(), object), tail, head, *numbers)


def from_segments(segments: pa.Table, tolerance_m: float = 5.0) -> tuple[Graph, pa.Table]:
    """Return the graph of road segments that know their ends by coordinates, and the findings about unreadable ones.

    ``segments``: segment_no, start_lon, start_lat, end_lon, end_lat, length_m, speed_kmh, is_one_way. Ends within
    ``tolerance_m`` of each other are one node. A segment that is open both ways gives two edges; one whose ends or speed
    cannot be read gives none (``no_ends``) or edges without a time (``no_speed``).
    """
    rows = segments.sort_by("segment_no")
    number = np.asarray(rows.column("segment_no").to_pylist(), object)
    ends = {c: _floats(rows, c) for c in ("start_lon", "start_lat", "end_lon", "end_lat")}
    length, speed = _floats(rows, "length_m"), _floats(rows, "speed_kmh")
    one_way = np.array([bool(v) for v in rows.column("is_one_way").to_pylist()], bool)
    there = np.all([np.isfinite(v) for v in ends.values()], axis=0)
    found = [_finding("no_ends", edge=n) for n in number[~there]]
    lon = np.concatenate([ends["start_lon"][there], ends["end_lon"][there]])
    lat = np.concatenate([ends["start_lat"][there], ends["end_lat"][there]])
    place, at = _merged(lon, lat, tolerance_m)
    n = int(there.sum())
    tail, head = at[:n], at[n:]
    known = number[there]
    straight = metres(lon[:n], lat[:n], lon[n:], lat[n:])
    metres_long = np.where(np.isfinite(length[there]), length[there], straight)
    seconds = np.where(speed[there] > 0, metres_long / np.where(speed[there] > 0, speed[there], 1) * 3.6, np.nan)
    found += [_finding("no_speed", edge=i) for i in known[~np.isfinite(seconds)]]
    back = ~one_way[there]
    graph = Graph(
        np.array([f"N{i:06d}" for i in range(1, len(place[0]) + 1)], object), *place,
        np.concatenate([known, known[back]]), np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]]),
        np.concatenate([metres_long, metres_long[back]]), np.concatenate([seconds, seconds[back]]),
    )  # fmt: skip
    return graph, table(found, FINDINGS)


def _floats(rows: pa.Table, name: str) -> np.ndarray:
    return np.array([np.nan if v is None else float(v) for v in rows.column(name).to_pylist()])


def _plane(lon: np.ndarray, lat: np.ndarray, middle: float) -> np.ndarray:
    return np.column_stack([np.radians(lon) * np.cos(np.radians(middle)), np.radians(lat)]) * EARTH


def _merged(lon: np.ndarray, lat: np.ndarray, tolerance_m: float) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Return the nodes (mean of the ends merged) in the order of their places, and the node of every end."""
    if not len(lon):
        return (lon, lat), np.empty(0, int)
    near = cKDTree(_plane(lon, lat, float(lat.mean()))).query_pairs(tolerance_m, output_type="ndarray")
    joined = coo_matrix((np.ones(len(near)), near.T), shape=(len(lon),) * 2)
    label = connected_components(joined, directed=False)[1]
    count = np.bincount(label)
    x, y = (np.bincount(label, v) / count for v in (lon, lat))
    # numbered by place, so that the order of the segments does not matter
    order = np.lexsort((np.round(y, 6), np.round(x, 6)))
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    return (x[order], y[order]), place[label]


def _finding(code: str, edge: Any = None, node: Any = None, other: Any = None, measured: float | None = None,
             stated: float | None = None, lon: float | None = None, lat: float | None = None) -> dict[str, Any]:  # fmt: skip
    return {"finding_code": code, "edge_id": edge, "node_id": node, "other_id": other, "measured": measured,
            "stated": stated, "lon": lon, "lat": lat}  # fmt: skip


def table(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table of ``schema``; decimals are rounded half to even at their scale, unknown numbers are null."""
    columns = []
    for f in schema:
        values = [r.get(f.name) for r in rows]
        if pa.types.is_decimal(f.type):
            plain = [None if v is None or not np.isfinite(v) else round(float(v), f.type.scale) for v in values]
            columns.append(pa.array(plain, pa.float64()).cast(f.type, safe=False))
        else:
            columns.append(pa.array(values, f.type))
    return pa.table(columns, schema=schema)


def findings(graph: Graph, too_short: float = 0.95, too_long: float = 3.0, least_m: float = 50.0) -> pa.Table:
    """Return what would spoil travel times, one row per edge or node and finding, in a fixed order.

    ``zero_length`` (an edge without length between two nodes), ``loop`` (from a node to itself), ``parallel`` (another edge
    joins the same nodes the same way; ``other_id`` is the quickest, which counts), ``length_too_short`` (shorter than
    ``too_short`` of the straight line), ``length_too_long`` (``too_long`` times it and longer than ``least_m``), and of nodes
    outside the largest component: ``island`` (joined to it by nothing), ``no_way_out`` (can be entered, not left),
    ``no_way_in`` (can be left, not entered), ``no_way_through`` (neither).
    """
    found: list[dict[str, Any]] = []
    straight = metres(graph.lon[graph.tail], graph.lat[graph.tail], graph.lon[graph.head], graph.lat[graph.head])
    seen: set[tuple[str, str]] = set()

    def about(code: str, edge: int, **more: Any) -> None:
        key = (code, graph.edge_id[edge])
        if key not in seen:
            seen.add(key)
            a = graph.tail[edge]
            found.append(
                _finding(code, graph.edge_id[edge], graph.node_id[a], lon=graph.lon[a], lat=graph.lat[a], **more)
            )

    for i in np.flatnonzero(graph.tail == graph.head):
        about("loop", i, measured=straight[i], stated=graph.length[i])
    for i in np.flatnonzero((graph.length <= 0) & (graph.tail != graph.head)):
        about("zero_length", i, measured=straight[i], stated=graph.length[i])
    apart = graph.tail != graph.head
    for i in np.flatnonzero(apart & (graph.length > 0) & (graph.length < too_short * straight) & (straight > 1)):
        about("length_too_short", i, measured=straight[i], stated=graph.length[i])
    for i in np.flatnonzero(apart & (graph.length > np.maximum(too_long * straight, least_m))):
        about("length_too_long", i, measured=straight[i], stated=graph.length[i])
    for edge, best in _twins(graph):
        about("parallel", edge, other=graph.edge_id[best], measured=graph.length[best], stated=graph.length[edge])
    found += _stranded(graph)
    order = sorted(found, key=lambda r: (r["finding_code"], str(r["edge_id"] or ""), str(r["node_id"] or "")))
    return table(order, FINDINGS)


def _twins(graph: Graph) -> list[tuple[int, int]]:
    """Return the edges that join the same nodes the same way as a quicker one, each with that one."""
    cost = np.where(np.isfinite(graph.seconds), graph.seconds, np.inf)
    names = np.unique(graph.edge_id.astype(str), return_inverse=True)[1]
    order = np.lexsort((names, graph.length, cost, graph.head, graph.tail))
    found, best = [], -1
    for i in order.tolist():
        if graph.tail[i] == graph.head[i]:
            continue
        if best >= 0 and graph.tail[i] == graph.tail[best] and graph.head[i] == graph.head[best]:
            found.append((i, best))
        else:
            best = i
    return found


def _stranded(graph: Graph) -> list[dict[str, Any]]:
    """Return the nodes outside the largest component, by how they hang together with it."""
    if graph.connected.all():
        return []
    n = len(graph.node_id)
    ways = csr_matrix((np.ones(len(graph.tail)), (graph.tail, graph.head)), shape=(n, n))
    reached, reaches = (_from(graph.connected, w) for w in (ways, ways.T.tocsr()))
    main = graph.piece[np.argmax(graph.connected)]
    found = []
    for i in np.flatnonzero(~graph.connected):
        if graph.piece[i] != main:
            code = "island"
        elif reached[i]:
            code = "no_way_out"
        else:
            code = "no_way_in" if reaches[i] else "no_way_through"
        found.append(_finding(code, node=graph.node_id[i], lon=graph.lon[i], lat=graph.lat[i]))
    return found


def _from(start: np.ndarray, ways: csr_matrix) -> np.ndarray:
    """Return which nodes can be reached from the nodes of ``start``."""
    reached = start.copy()
    edge = start.copy()
    while edge.any():
        edge = (ways.T @ edge.astype(float) > 0) & ~reached
        reached |= edge
    return reached


def part(graph: Graph, keep: np.ndarray) -> Graph:
    """Return the graph of some of its edges (a mask) and of the nodes that stand at an edge of these or of none at all."""
    left = np.zeros(len(graph.node_id), bool)
    left[graph.tail[~keep]] = left[graph.head[~keep]] = True
    left[graph.tail[keep]] = left[graph.head[keep]] = False
    place = np.cumsum(~left) - 1
    return Graph(
        graph.node_id[~left], graph.lon[~left], graph.lat[~left], graph.edge_id[keep], place[graph.tail[keep]], place[graph.head[keep]],
        graph.length[keep], graph.seconds[keep],
    )  # fmt: skip


def divided(graph: Graph, step_m: float) -> Graph:
    """Return the graph with more nodes along its roads, no farther apart than ``step_m`` metres, so that points join a road where it is near.

    Roads are straight between their nodes. Length and time of an edge are shared out evenly; times between the nodes that were there
    stay what they were. Edges of one name between the same nodes share the new nodes, which are called ``name/1``, ``name/2``, ….
    """
    straight = metres(graph.lon[graph.tail], graph.lat[graph.tail], graph.lon[graph.head], graph.lat[graph.head])
    parts = np.maximum(1, np.ceil(straight / step_m)).astype(int)
    low, high = np.minimum(graph.tail, graph.head), np.maximum(graph.tail, graph.head)
    name = np.unique(graph.edge_id.astype(str), return_inverse=True)[1]
    first, road = np.unique(np.column_stack([name, low, high]), axis=0, return_index=True, return_inverse=True)[1:]
    road = road.ravel()
    inner = parts[first] - 1
    begins = len(graph.node_id) + np.cumsum(inner) - inner
    of, place = np.repeat(np.arange(len(first)), inner), _counted(inner) + 1
    share = place / parts[first][of]
    a, b = low[first][of], high[first][of]
    lon, lat = (np.concatenate([v, v[a] + (v[b] - v[a]) * share]) for v in (graph.lon, graph.lat))
    new = np.array([f"{e}/{i}" for e, i in zip(graph.edge_id[first][of], place, strict=True)], object)
    edge, step = np.repeat(np.arange(len(parts)), parts), _counted(parts)
    forward = graph.tail[edge] == low[edge]

    def node(at: np.ndarray) -> np.ndarray:
        """Return the node after ``at`` parts of the way from the tail."""
        count = parts[edge]
        along = np.where(forward, at, count - at)
        return np.where(along == 0, low[edge], np.where(along == count, high[edge], begins[road[edge]] + along - 1))

    return Graph(
        np.concatenate([graph.node_id, new]), lon, lat, graph.edge_id[edge], node(step), node(step + 1),
        graph.length[edge] / parts[edge], graph.seconds[edge] / parts[edge],
    )  # fmt: skip


def _counted(sizes: np.ndarray) -> np.ndarray:
    """Return 0, 1, … within each of groups of ``sizes``."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def snap(graph: Graph, facility_id: Sequence[str], lon: Any, lat: Any) -> pa.Table:
    """Return the nearest node of the largest component for each point, with the distance in metres (:data:`SNAPS`).

    A point without coordinates gets no node.
    """
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    node, gap = join(graph, x, y)
    return table(
        [{"facility_id": name, "node_id": graph.node_id[node[i]] if node[i] >= 0 else None, "snap_m": gap[i], "lon": x[i], "lat": y[i]}
         for i, name in enumerate(facility_id)], SNAPS,
    )  # fmt: skip


def join(graph: Graph, lon: Any, lat: Any, within_m: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
    """Return for each point (degrees) the position of the nearest node of the largest component, and the metres to it.

    Nearest by great circle; of equals the first node. A point without coordinates, or farther than ``within_m`` from every such
    node, joins nowhere: -1 and NaN.
    """
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    node, gap = np.full(len(x), -1), np.full(len(x), np.nan)
    inside = np.flatnonzero(graph.connected)
    there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(inside) and len(there):
        tree = cKDTree(_sphere(graph.lon[inside], graph.lat[inside]))
        found = inside[tree.query(_sphere(x[there], y[there]))[1]]
        far = metres(x[there], y[there], graph.lon[found], graph.lat[found])
        near = far <= within_m
        node[there[near]], gap[there[near]] = found[near], far[near]
    return node, gap


def _sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def nodes_of(graph: Graph) -> pa.Table:
    """Return the nodes as :data:`NODES`."""
    return table(
        [{"node_id": n, "lon": x, "lat": y, "component": int(c), "is_connected": bool(c == 0)}
         for n, x, y, c in zip(graph.node_id, graph.lon, graph.lat, graph.component, strict=True)], NODES,
    )  # fmt: skip


def edges_of(graph: Graph) -> pa.Table:
    """Return the directed edges as :data:`EDGES`, ordered by edge and its nodes."""
    inside = graph.connected[graph.tail] & graph.connected[graph.head]
    rows = [
        {"edge_id": e, "from_node": graph.node_id[a], "to_node": graph.node_id[b], "length_m": m, "seconds": s, "is_connected": bool(c)}
        for e, a, b, m, s, c in zip(graph.edge_id, graph.tail, graph.head, graph.length, graph.seconds, inside, strict=True)
    ]  # fmt: skip
    return table(sorted(rows, key=lambda r: (r["edge_id"], r["from_node"], r["to_node"])), EDGES)
