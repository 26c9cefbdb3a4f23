"""Isochrones: the land that is reached within so many seconds, as valid polygons in WGS-84 (GeoJSON, RFC 7946).

An edge that is reached is reached as far as the time lasts, so a polygon ends on the road and not at the last crossing. Land
within ``reach_m`` of a reached road counts as reached. Roads are straight between their nodes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt

from pipelines.analysis.roads import EARTH, Graph

# cells that the reach is drawn by
_CELLS = 4


def reached(graph: Graph, seconds: Any, limit: float) -> np.ndarray:
    """Return the reached parts of edges as lines (lines, 2 ends, lon and lat), each once; ``seconds``: arrival at every node.

    A node that is reached stands as a line of no length, so that a place at the end of a road is there.
    """
    at = np.asarray(seconds, float)
    there = np.flatnonzero((at[graph.tail] <= limit) & np.isfinite(graph.seconds))
    tail, head, cost = graph.tail[there], graph.head[there], graph.seconds[there]
    share = np.minimum(1.0, (limit - at[tail]) / np.maximum(cost, 1e-9))
    place = np.column_stack([graph.lon, graph.lat])
    lines = np.stack([place[tail], place[tail] + (place[head] - place[tail]) * share[:, None]], axis=1)
    nodes = place[at <= limit]
    # a road that is open both ways and reached in full from both ends is one line
    whole = share >= 1
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    first = np.unique(np.column_stack([low[whole], high[whole]]), axis=0, return_index=True)[1]
    return np.concatenate([lines[whole][first], lines[~whole], np.stack([nodes, nodes], axis=1)])


def isochrone(graph: Graph, seconds: Any, limit: float, reach_m: float) -> shapely.MultiPolygon:
    """Return the land within ``reach_m`` metres of the roads reached in ``limit`` seconds, valid, in degrees; empty where none is.

    Drawn on cells of a quarter of ``reach_m``: the outline lies within one cell of the exact one, and its cost grows with the land
    and not with the roads (100,000 nodes: ``benchmarks/circle.py``).
    """
    lines = reached(graph, seconds, limit)
    if not len(lines):
        return shapely.MultiPolygon()
    scale = np.radians(1) * EARTH * np.array([np.cos(np.radians(float(np.mean(graph.lat)))), 1.0])
    cell = reach_m / _CELLS
    flat = _dotted(lines * scale, cell)
    corner = np.floor(flat.min(axis=0) / cell).astype(int) - _CELLS - 2
    at = np.floor(flat / cell).astype(int) - corner
    empty = np.ones(at.max(axis=0) + _CELLS + 3, bool)
    empty[at[:, 0], at[:, 1]] = False
    land = distance_transform_edt(empty) <= _CELLS
    outline = _outline(land).simplify(1.0)
    degrees = shapely.transform(outline, lambda xy: (xy + corner) * cell / scale)
    whole = shapely.make_valid(shapely.set_precision(degrees, 1e-6))
    polygons = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon" and p.area > 0]
    return shapely.orient_polygons(shapely.MultiPolygon(polygons))


def _dotted(lines: np.ndarray, step: float) -> np.ndarray:
    """Return points along lines (metres), no farther apart than ``step``."""
    count = np.ceil(np.hypot(*(lines[:, 1] - lines[:, 0]).T) / step).astype(int) + 1
    line = np.repeat(np.arange(len(lines)), count)
    place = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    share = place / np.maximum(count[line] - 1, 1)
    return lines[line, 0] + (lines[line, 1] - lines[line, 0]) * share[:, None]


def _outline(land: np.ndarray) -> Any:
    """Return the union of the cells that are land, made of one box per run of cells."""
    edge = np.diff(np.pad(land, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (column, low), (_, high) = np.nonzero(edge == 1), np.nonzero(edge == -1)
    return shapely.union_all(shapely.box(column, low, column + 1, high))


def feature_collection(shapes: Sequence[tuple[dict[str, Any], shapely.MultiPolygon]]) -> dict[str, Any]:
    """Return shapes with their properties as one GeoJSON FeatureCollection; degrees to the sixth place, exterior rings anticlockwise."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": about, "geometry": json.loads(shapely.to_geojson(shape))} for about, shape in shapes
        ],
    }  # fmt: skip
