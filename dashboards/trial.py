"""What-ifs and back-tests on the pages: their one door to the method's SQL, the solver and the statistics (ADR 37).

Releases are read, nothing is written.

Belongs here: a release handed over, what was tried remembered for a while. Does not belong here: any rule or number.
"""

from __future__ import annotations

import duckdb
import streamlit as st

from dashboards import queries
from pipelines.analysis import validity, validity_panel, whatif, whatif_firms, whatif_steps
from pipelines.analysis.whatif_changes import Change, parse
from pipelines.errors import AnlanError

Trial, Outcome, Plan = whatif.Trial, whatif.Outcome, whatif_steps.Plan
Foresight, Report = validity.Foresight, validity_panel.Report
#: How many changes are tried at once.
MOST = 12


@st.cache_resource(max_entries=3, show_spinner=False)
def _open(path: str, stamp: int, period: str) -> whatif.Trial | str:
    try:
        return whatif.open_trial(queries.connection(path, stamp), period)
    except AnlanError as e:
        return f"{e.what}: {e.seen}" if e.seen else e.what


def open_trial(release: queries.Release, period: str) -> whatif.Trial | str:
    """Return what a quarter of a release can be tried on, or why it cannot."""
    return _open(*release.key, period)


def read(said: list[str], town: str) -> tuple[list[Change], list[str]]:
    """Return the changes that can be read, and what is wrong with the others."""
    good, wrong = [], []
    for text in said[:MOST]:
        try:
            good.append(parse(text, town))
        except AnlanError as e:
            wrong.append(f"{text}: {e.what}")
    return good, wrong


def run(trial: whatif.Trial, changes: list[Change]) -> whatif.Outcome | str:
    """Return the quarter with the changes, or what is wrong with them."""
    try:
        return trial.run(changes, with_ranges=True)
    except AnlanError as e:
        return f"{e.where}: {e.what}"


@st.cache_data(max_entries=200, show_spinner=False)
def _plan(path: str, stamp: int, period: str, town: str) -> whatif_steps.Plan | None:
    trial = _open(path, stamp, period)
    try:
        return None if isinstance(trial, str) else whatif_steps.next_grade(trial, town)
    except AnlanError:
        return None


def plan(release: queries.Release, period: str, town: str) -> whatif_steps.Plan | None:
    """Return a town's cheapest way to its next grade; None where the release cannot be tried or carries no costs."""
    return _plan(*release.key, period, town)


@st.cache_data(max_entries=400, show_spinner=False)
def _firm_plan(path: str, stamp: int, period: str, enterprise: str) -> whatif_steps.Plan | None:
    try:
        return whatif_firms.before_next_quarter(queries.connection(path, stamp), period, enterprise)
    except AnlanError:
        return None


def firm_plan(release: queries.Release, period: str, enterprise: str) -> whatif_steps.Plan | None:
    """Return what a firm should do before the next quarter; None where the release cannot say."""
    return _firm_plan(*release.key, period, enterprise)


@st.cache_data(max_entries=3, show_spinner=False)
def _backtest(opened: tuple[tuple[str, str, int], ...]) -> validity_panel.Report | None:
    try:
        return validity_panel.backtest({period: queries.connection(path, stamp) for period, path, stamp in opened})
    except (duckdb.Error, AnlanError):
        return None


def backtest(release: queries.Release) -> validity_panel.Report | None:
    """Return the back-test over the newest release of every quarter and the quarters of ``release``; None where they cannot be read."""
    opened = {}
    for name in queries.release_names():
        if (period := name.partition("-")[0]) not in opened:
            try:
                opened[period] = (period, *queries.open_release(name).key)
            except queries.ReleaseFault:
                continue
    for period in queries.periods(release):
        opened.setdefault(period, (period, *release.key))
    return _backtest(tuple(sorted(opened.values())))
