"""``anlan ahp``: weights from judgements of one judge or a group. Thin, as ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def ahp(
    matrix: Annotated[
        list[Path],
        typer.Option(
            help="CSV of one judge: codes in the first line and column, numbers or fractions; repeat for a group"
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="folder for weights.csv and summary.json; without it they are printed only")
    ] = None,
) -> None:
    """Weigh what people compared in pairs (AHP), and refuse judgements that contradict each other (CR 0.1 or more)."""
    from pipelines.analysis import ahp_files
    from pipelines.analysis.ahp import LIMIT

    made = ahp_files.run(matrix, out)
    w = made.joined
    for code, weight in zip(w.codes, w.weights.tolist(), strict=True):
        typer.echo(f"{code}\t{weight:.6f}")
    typer.echo(
        f"{len(made.judges)} judge(s), {len(w.codes)} codes, λmax {w.lambda_max:.4f}, CI {w.consistency_index:.4f}, "
        f"RI {w.random_index:.2f}, CR {w.consistency_ratio:.4f}" + (f" → {out}" if out else "")
    )
    for name, one in made.judges:
        if one.consistency_ratio >= LIMIT:
            triad = ", ".join(one.triad or ())
            typer.echo(
                f"warning: {name} alone has CR {one.consistency_ratio:.4f}, not below {LIMIT:g}; worst triad {triad}"
            )
