"""Tells Dagster what a run did, after it was done.

``anlan run`` calls the rooms directly because that is several times faster than a Dagster run (ADR 0008);
the same materialisations and checks are then reported, so that Dagster shows every run however it was made.
A fault here is said on stderr and never fails the run it reports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.run import Outcome
from pipelines.settings import Settings

_CONFIG = "telemetry: {enabled: false}\nconcurrency: {pools: {default_limit: 1}}\n"


def dagster_home(settings: Settings) -> Path:
    """Return the folder of the Dagster instance, made with telemetry off at first use."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.is_file():
        config.write_text(_CONFIG, encoding="utf-8")
    return home


def events(outcome: Outcome) -> Iterator[Any]:
    """Yield one materialisation per asset that changed and one evaluation per check that ran."""
    import dagster as dg

    from pipelines import assets
    from pipelines.contract import load

    for r in (r for r in outcome.pulls if r.batches):
        table = load(r.silo).table(r.table)
        key = assets.landing_key(table)
        # a batch may span partitions; its rows are reported under the quarter that was asked for
        partition = None if table.partition == "day" else outcome.period
        yield dg.AssetMaterialization(key, metadata=assets.landed_metadata(r.batches), partition=partition)
        for rule, passed, word, more in assets.landing_checks(table, r.batches):
            if rule in _known_rules(table):
                yield dg.AssetCheckEvaluation(
                    asset_key=key, check_name=rule, passed=passed, severity=assets.severity(word), metadata=more
                )
    if outcome.build and not outcome.build.skipped:
        found = assets.manifest()
        for r in outcome.build.results:
            node = found["nodes"].get(r["unique_id"])
            if node is None:
                continue
            if r["kind"] != "test":
                key = assets.Translator().get_asset_key(node)
                yield dg.AssetMaterialization(key, metadata={"seconds": r["seconds"]}, partition=outcome.period)
                continue
            tested = assets.tested_key(node, found)
            if tested:
                yield dg.AssetCheckEvaluation(
                    asset_key=tested,
                    check_name=r["name"],
                    passed=r["status"] == "pass",
                    severity=assets.severity(r["severity"]),
                    metadata={"failures": r["failures"] or 0},
                )
    if outcome.release and outcome.release.is_new:
        yield dg.AssetMaterialization(
            assets.RELEASE, metadata=assets.release_metadata(outcome.release), partition=outcome.period
        )


def _known_rules(table: Any) -> set[str]:
    from pipelines import door
    from pipelines.contract import load

    return {r.name for r in door.rules(load(table.silo), table)}


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Let SQLite answer before the disk does: these events repeat what manifests already hold for good."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def hurry(connection: Any, _: Any) -> None:
        connection.execute("pragma synchronous = off")

    event.listen(Engine, "connect", hurry)
    try:
        yield
    finally:
        event.remove(Engine, "connect", hurry)


def report_run(settings: Settings, outcome: Outcome) -> int:
    """Report ``outcome`` to the Dagster instance of ``settings`` and return the number of events."""
    changed = any(r.batches for r in outcome.pulls)
    built = outcome.build is not None and not outcome.build.skipped
    if not (changed or built or (outcome.release and outcome.release.is_new)):
        return 0
    try:
        import dagster as dg

        told = 0
        with _quick_commits(), dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
            for e in events(outcome):
                instance.report_runless_asset_event(e)
                told += 1
        return told
    except Exception as e:
        sys.stderr.write(f"Dagster was not told of this run ({type(e).__name__}: {e}); the run itself is complete\n")
        return 0
