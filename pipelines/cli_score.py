"""``anlan score``: the scoring engine on anybody's index. Thin, as ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def score(
    spec: Annotated[Path, typer.Option(help="the index: tree, goalposts, weights, missing rules (YAML)")],
    data: Annotated[
        Path, typer.Option(help="values.csv: unit_id, optional period and group, one column per indicator")
    ],
    out: Annotated[Path, typer.Option(help="folder for the results")],
    adjustments: Annotated[Path | None, typer.Option(help="CSV of bonuses, deductions and vetoes")] = None,
    draws: Annotated[int, typer.Option(help="draws of the rank intervals; 0 makes none")] = 0,
    seed: Annotated[int, typer.Option(help="seed of the draws")] = 0,
    drivers: Annotated[
        int, typer.Option(help="base sample of the Sobol indices, a power of 2 such as 256; 0 makes none")
    ] = 0,
    opinions: Annotated[
        bool, typer.Option(help="also second opinions: other weights and aggregations, never the score")
    ] = False,
) -> None:
    """Score any index: scores, ranks, coverage and points lost of every node, from a spec and a table of values."""
    from pipelines.analysis import scoring
    from pipelines.analysis.scoring import adjust, files

    read = scoring.parse(spec)
    given = files.read_values(data, read)
    signed = adjust.read(adjustments) if adjustments else None
    made = scoring.score(given.values, read, given.unit, given.period, given.group, signed)
    more = {}
    if draws:
        more["rank_intervals.csv"] = scoring.rank_intervals(made, given.values, draws, seed)
    if drivers:
        more["rank_drivers.csv"] = scoring.rank_drivers(made, given.values, drivers)
    if opinions:
        more["second_opinions.csv"] = scoring.second_opinions(made)
    about: dict[str, object] = {"spec": spec.name, "data": data.name, "unused_columns": given.unused}
    if drivers:
        about |= {"drivers": drivers}
    if draws:
        about |= {"draws": draws, "seed": seed}
    files.write(out, made, more, about)
    rated = sum(v is not None for v in made.published[:, 0].tolist())
    typer.echo(f"{len(made.unit)} rows, {len(read.leaves)} indicators, {rated} rated → {out}")
    if given.unused:
        typer.echo(f"not in the tree, left out: {', '.join(given.unused)}")
    for record in made.expired:
        typer.echo(f"adjustments, {record}: not counted")
