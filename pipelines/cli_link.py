"""``anlan link``: which records of CSV files are the same thing. Thin, as ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def link(
    data: Annotated[
        list[Path], typer.Option(metavar="FILE", help="CSV file in UTF-8 with a header; may be given again")
    ],
    spec: Annotated[Path, typer.Option(metavar="FILE", help="YAML: id, columns with their kinds, keys, threshold")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="where pairs.csv and clusters.csv go")],
) -> None:
    """Find which records are the same thing, without training labels; writes pairs.csv and clusters.csv."""
    from pipelines.analysis.linkage import tool

    done = tool.run(data, spec, out)
    typer.echo(
        f"{done.records:,} records: {done.pairs:,} pairs joined, {done.clusters:,} clusters, "
        f"{done.review:,} pairs left for a person (review.csv)"
        + (f", {done.stopped:,} records of clusters that grew too large (stopped.csv)" if done.stopped else "")
    )
    typer.echo(f"written to {out}")
