"""``anlan circle``: the rescue circle on anybody's roads. Thin, as ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def circle(
    nodes: Annotated[Path, typer.Option(help="nodes.csv: node_id, lon, lat (WGS-84)")],
    edges: Annotated[
        Path,
        typer.Option(
            help="edges.csv, directed: from_node, to_node, and seconds, or length_m with speed_kmh or road_class"
        ),
    ],
    stations: Annotated[Path, typer.Option(help="stations.csv: station_id, lon, lat, optional turnout_seconds")],
    places: Annotated[Path, typer.Option(help="places.csv: place_id, lon, lat, optional people")],
    out: Annotated[Path, typer.Option(help="folder for the results")],
    speeds: Annotated[
        Path | None, typer.Option(help="speeds.csv: road_class, speed_kmh, optional is_for_vehicles")
    ] = None,
    minutes: Annotated[float, typer.Option(help="the circle, from the alarm")] = 15.0,
    turnout: Annotated[float, typer.Option(help="seconds until a team is under way, where its row says nothing")] = 0.0,
    access_kmh: Annotated[float, typer.Option(help="speed off the road; 0 counts no time for it")] = 0.0,
    far: Annotated[float, typer.Option(help="metres beyond which a point is off the road")] = 1000.0,
    close: Annotated[list[str] | None, typer.Option(help="edge_id that is closed; may be repeated")] = None,
    sites: Annotated[int, typer.Option(help="candidate sites to list")] = 10,
) -> None:
    """Say who comes first to every place and when, draw isochrones, and rank candidate sites, on any directed road graph."""
    from pipelines.analysis import circle_files

    wishes = circle_files.Wishes(
        limit=minutes * 60,
        turnout=turnout,
        far_m=far,
        access_kmh=access_kmh or None,
        sites=sites,
        closed=frozenset(close or ()),
    )
    made = circle_files.run(nodes, edges, stations, places, out, wishes, speeds)
    typer.echo(
        f"{made['nodes']} nodes ({made['nodes_connected']} connected), {made['stations']} stations, "
        f"{made['places_inside']} of {made['places']} places inside {minutes:g} min → {out}"
    )
