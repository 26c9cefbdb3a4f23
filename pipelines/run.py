"""One evaluation from the silos to a release, called by the command line, by Dagster's jobs and by tests.

Order: lock, pull, index, warehouse, release. A silo that fails stops only itself; what it sent before is
still there. Nothing here prints: progress goes to a callback, the outcome is returned.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pipelines import index, landing, periods, pulling, store, warehouse
from pipelines.contract import Contract, all_contracts, load
from pipelines.errors import AnlanError, UsageError
from pipelines.settings import Settings


@dataclass
class Outcome:
    """What a run did: pulls per table, the proof, the build, the release; faults by silo."""

    settings: Settings
    period: str
    pulls: list[pulling.TableResult] = field(default_factory=list)
    proof: index.Reconciliation | None = None
    build: warehouse.Build | None = None
    release: Any = None
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def errors(self) -> list[AnlanError]:
        """One error per silo and cause, however many tables met it."""
        seen: dict[tuple[str, str, str], AnlanError] = {}
        for r in self.pulls:
            if r.error is not None:
                seen.setdefault((r.silo, r.error.what, r.error.seen), r.error)
        return list(seen.values())

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """The files that could not be read in this run."""
        return [x for r in self.pulls for x in r.refusals]


def chosen(profile: str, silos: list[str] | None) -> list[Contract]:
    """Return the contracts of ``silos``, or all of the profile; an unknown silo is a wrong call."""
    if not silos:
        return all_contracts(profile)
    found = [load(s) for s in silos]
    for c in found:
        if c.profile != profile:
            raise UsageError(f"silo {c.silo!r}", f"belongs to profile {c.profile}", do=f"add --profile {c.profile}")
    return found


def extent(settings: Settings, contracts: list[Contract]) -> tuple[date, date] | None:
    """Return the first and last day that landed rows speak of, or None before anything landed."""
    firsts, lasts = [], []
    for c in contracts:
        for t in c.tables.values():
            for m in store.known(settings, t):
                if m["period_first"]:
                    firsts.append(date.fromisoformat(m["period_first"]))
                    lasts.append(date.fromisoformat(m["period_last"]))
    return (min(firsts), max(lasts)) if firsts else None


def require_period(settings: Settings, contracts: list[Contract], period: str) -> None:
    """Refuse a period that no landed row speaks of: scoring it would only print zeros."""
    wanted, found = periods.parse(period), extent(settings, contracts)
    if found is None:
        return
    if wanted.end < found[0] or wanted.start > found[1]:
        raise UsageError(
            f"period {period}", "is not in the data",
            seen=f"rows run from {found[0]} to {found[1]} ({periods.containing(found[0]).code} to {periods.containing(found[1]).code})",
            do="name a quarter inside",
        )  # fmt: skip


def evaluate(
    settings: Settings,
    period: str = periods.DEFAULT,
    silos: list[str] | None = None,
    progress: Callable[[dict[str, Any]], None] | None = None,
    pull: bool = True,
    known_on: datetime | None = None,
) -> Outcome:
    """Pull, check, build, score and freeze ``period``; for the real-files profile pull, check and count.

    ``known_on`` (UTC): nothing is pulled; the quarter is built and frozen from what had been recorded by then, in a
    warehouse and releases of their own, so that the current ones stay.

    Raises:
        UsageError: unknown silo or period, before anything is touched.
        BusyError: another run is at work.
        AnlanError: the warehouse or the release could not be made.

    """
    wanted = periods.parse(period)
    contracts = chosen(settings.profile, silos)
    tell = progress or (lambda _: None)
    if known_on is not None:
        settings, pull = settings.as_known_on(known_on), False
    outcome = Outcome(settings, wanted.code)
    held = landing.lock(settings)

    def stage(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        tell({"stage": name, "state": "start"})
        done = work()
        outcome.seconds[name] = time.perf_counter() - started
        tell({"stage": name, "state": "end", "seconds": outcome.seconds[name], "done": done})
        return done

    try:
        if settings.profile != "real":  # real files are counted, not scored: any period will do
            require_period(settings, contracts, wanted.code)
        if pull:
            outcome.pulls = stage("pull", lambda: pulling.pull(settings, contracts, progress))
        everything = all_contracts(settings.profile)
        stage("index", lambda: index.rebuild(settings, everything))
        outcome.proof = stage("reconcile", lambda: index.reconcile(settings, everything))
        if settings.profile == "real":
            from pipelines import figures

            outcome.figures = stage(
                "figures", lambda: {c.silo: figures.figures(c, settings.landing) for c in contracts}
            )
            return outcome
        require_period(settings, everything, wanted.code)
        if extent(settings, everything) is None:
            raise (
                outcome.errors[0]
                if outcome.errors
                else AnlanError("landing", "nothing has landed yet", do="start the departments and run again")
            )
        two = periods.with_previous(wanted.code)
        outcome.build = stage("build", lambda: warehouse.build(settings, two, progress))
        from pipelines import release

        outcome.release = stage("release", lambda: release.freeze(settings, wanted.code))
    finally:
        if known_on is not None:
            index.rebuild(replace(settings, known_on=None), all_contracts(settings.profile))
        held.release()
    return outcome
