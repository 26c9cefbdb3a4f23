"""The road graph between the two runs of dbt: segments and facilities in, nodes, edges, findings and snaps out."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from pipelines.analysis import roads


def run(given: dict[str, pa.Table], numbers: dict[str, Decimal]) -> dict[str, pa.Table]:
    """Return the tables of the road graph.

    ``given``: the core models ``fct_road_segments`` and ``dim_facilities``. ``numbers``: the method's parameters.
    """
    graph, unread = roads.from_segments(given["fct_road_segments"], float(numbers["road_join_m"]))
    found = roads.findings(
        graph,
        float(numbers["road_short_share"]),
        float(numbers["road_long_factor"]),
        float(numbers["road_long_least_m"]),
    )
    facilities = given["dim_facilities"].sort_by("facility_id")
    lon, lat = (
        np.array([np.nan if v is None else float(v) for v in facilities.column(c).to_pylist()]) for c in ("lon", "lat")
    )
    order = [("finding_code", "ascending"), ("edge_id", "ascending"), ("node_id", "ascending")]
    return {
        "nodes": roads.nodes_of(graph),
        "edges": roads.edges_of(graph),
        "findings": pa.concat_tables([unread, found]).sort_by(order),
        # along a segment too: the road is where it is near, not where it ends
        "snaps": roads.snap(
            roads.divided(graph, float(numbers["road_divide_m"])),
            facilities.column("facility_id").to_pylist(),
            lon,
            lat,
        ),
    }
