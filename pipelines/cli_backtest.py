"""``anlan backtest``: whether last year's score told what came, and how the indicators measure. Thin, as ``cli``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import UsageError
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.analysis.validity import Foresight
    from pipelines.analysis.validity_panel import Report

_VERDICTS = {
    "none_yet": "no quarters so far apart have been released: no evidence yet",
    "too_few": "too few towns or events to judge",
    "no_evidence": "no evidence that the score tells it",
    "predicts": "a lower score went before more of it",
    "wrong_way": "a HIGHER score went before more of it",
}


def backtest(
    seed: Annotated[int, typer.Option(help="seed of intervals and exchanges")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Say whether last year's score told next year's outcomes, over all releases, and how the indicators measure."""
    from pipelines import periods, release
    from pipelines.analysis import validity_panel

    settings = Settings.load()
    newest = {name.partition("-")[0]: name for name in release.names(settings)}
    if not newest:
        raise UsageError("anlan backtest", "finds no release", do="freeze one with 'anlan run'")
    with ExitStack() as stack:
        opened = {p: stack.enter_context(release.open_release(settings, n)).connection for p, n in newest.items()}
        # a release holds the quarter before its own too
        for period in list(opened):
            opened.setdefault(periods.parse(period).previous().code, opened[period])
        held = {
            p: c
            for p, c in opened.items()
            if c.execute("select 1 from town_quarter_scores where period = ? limit 1", [p]).fetchone()
        }
        report = validity_panel.backtest(held, seed)
    typer.echo(json.dumps(asdict(report), ensure_ascii=False) if as_json else "\n".join(_lines(report)))


def _lines(report: Report) -> list[str]:
    lines = [f"quarters: {', '.join(report.quarters)}"]
    if not report.has_evidence:
        lines.append("There is no evidence yet that last year's score tells this year's outcomes.")
    for label, found in (("a year later", report.year), ("a quarter later", report.quarter)):
        lines += [f"{label}: {f.outcome}: {_VERDICTS[f.verdict]}{_figures(f)}" for f in found]
    m = report.measure
    lines.append(
        f"indicators that say the same (|r| > 0.9): {', '.join(f'{a}/{b} {r:.2f}' for a, b, r in m.twins) or 'none'}"
    )
    lines.append(f"indicators that tell nobody apart: {', '.join(m.flat) or 'none'}")
    lines.append(
        f"Cronbach's alpha: {', '.join(f'{g} ' + ('–' if a is None else f'{a:.2f}') for g, a in m.alpha.items())}"
    )
    off = ", ".join(
        f"{c} weight {100 * m.influence[c][0]:.1f} % influence {100 * m.influence[c][1]:.1f} %"
        for c in m.off_weight[:10]
    )
    lines.append(f"influence far from the weight: {off or 'none'}")
    return lines


def _figures(f: Foresight) -> str:
    if f.correlation is None:
        return f" ({f.pairs} pairs, {f.events} with events)"
    low, high = f.correlation_interval
    gain = f.gain_interval
    return (
        f"; Spearman {f.correlation:.2f} ({low:.2f} to {high:.2f}), AUC {f.auc:.2f} ({f.auc_interval[0]:.2f} to {f.auc_interval[1]:.2f}), p {f.p:.3f}; "
        f"its own last value {f.baseline:.2f}, better by {f.gain:.2f} ({gain[0]:.2f} to {gain[1]:.2f}); {f.pairs} pairs"
    )
