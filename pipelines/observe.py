"""Tells Dagster what a run did, after it was done.

``anlan run`` calls the rooms directly because that is several times faster than a Dagster run (ADR 0008);
the same materialisations and checks are then reported, so that Dagster shows every run however it was made.
Reporting some thousand events takes seconds, so a process of its own does it: the run leaves a note in
``dagster/inbox`` and the process empties the inbox. A note stays there until it has been told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipelines import door_batch, periods, release, store
from pipelines.contract import all_contracts
from pipelines.release import judged
from pipelines.run import Outcome
from pipelines.settings import ROOT, Settings

_CONFIG = "telemetry: {enabled: false}\nconcurrency: {pools: {default_limit: 1}}\n"


def dagster_home(settings: Settings) -> Path:
    """Return the folder of the Dagster instance, made with telemetry off at first use."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.is_file():
        config.write_text(_CONFIG, encoding="utf-8")
    return home


def note(outcome: Outcome) -> dict[str, Any] | None:
    """Return what Dagster should be told of ``outcome``, or None where nothing changed."""
    kept = ("batch", "landed", "accepted", "rejected", "duplicate", "checks")
    pulls = [
        {"silo": r.silo, "table": r.table, "batches": [{k: b[k] for k in kept} for b in r.batches]}
        for r in outcome.pulls
        if r.batches
    ]
    done = outcome.build if outcome.build and not outcome.build.skipped else None
    built = done.results if done else []
    linked = {d.entity_type: d.as_metadata() for d in done.linkage} if done else {}
    r = outcome.release
    told = {k: getattr(r, k) for k in ("release", "tables", "rows", "content_sha256")} if r and r.is_new else None
    if not (pulls or built or told):
        return None
    judgement: list[dict[str, Any]] = []
    if told:
        with release.open_release(outcome.settings, told["release"]) as opened:
            judgement = judged.checks(opened)
    fresh = _freshness(outcome.settings, outcome.period) if outcome.period else []
    return {
        "period": outcome.period, "pulls": pulls, "build": built, "linkage": linked, "release": told, "fresh": fresh, "judged": judgement,
    }  # fmt: skip


def _freshness(settings: Settings, period: str) -> list[dict[str, Any]]:
    """Return for every landing table whether it was fresh on the last day of the period."""
    day = periods.parse(period).end
    return [
        {"silo": t.silo, "table": t.name, **door_batch.verdict(c, t, store.known(settings, t), day)}
        for c in all_contracts(settings.profile)
        for t in c.tables.values()
    ]


def events(said: dict[str, Any]) -> Iterator[Any]:
    """Yield one materialisation per asset that changed and one evaluation per check that ran."""
    import dagster as dg

    from pipelines import assets
    from pipelines.contract import load

    period = said["period"]
    for r in said["pulls"]:
        table = load(r["silo"]).table(r["table"])
        key = assets.landing_key(table)
        # a batch may span days; only tables kept by quarter name the quarter that was asked for
        partition = None if table.partition == "day" else period
        yield dg.AssetMaterialization(key, metadata=assets.landed_metadata(r["batches"]), partition=partition)
        known = _known_rules(table)
        for rule, passed, word, more in assets.landing_checks(table, r["batches"]):
            if rule in known:
                yield dg.AssetCheckEvaluation(
                    asset_key=key, check_name=rule, passed=passed, severity=assets.severity(word), metadata=more
                )
    for r in said.get("fresh", ()):
        yield dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(["landing", r["silo"], r["table"]]), check_name=r["rule"], passed=r["passed"],
            severity=assets.severity(r["severity"]), metadata=r["seen"],
        )  # fmt: skip
    found = assets.manifest() if said["build"] else {"nodes": {}}
    for r in said["build"]:
        node = found["nodes"].get(r["unique_id"])
        if node is None:
            continue
        if r["kind"] != "test":
            key = assets.Translator().get_asset_key(node)
            yield dg.AssetMaterialization(key, metadata={"seconds": r["seconds"]}, partition=period)
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
    for entity_type, more in said["linkage"].items():
        yield dg.AssetMaterialization(assets.linkage_key(entity_type), metadata=more, partition=period)
    if said["release"]:
        yield dg.AssetMaterialization(assets.RELEASE, metadata=said["release"], partition=period)
    for rule, passed, word, seen in assets.release_checks(said.get("judged", [])):
        yield dg.AssetCheckEvaluation(
            asset_key=assets.RELEASE, check_name=rule, passed=passed, severity=assets.severity(word), metadata=seen
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


@contextmanager
def _kept_open(log: Any) -> Iterator[None]:
    """Let Dagster's event log keep its SQLite files open: it opens them four times for each of some thousand events."""
    from sqlalchemy import create_engine

    opened: dict[str, Any] = {}
    first = getattr(log, "_connect", None)
    if first is None:  # another store than SQLite
        yield
        return

    @contextmanager
    def connect(shard: str) -> Iterator[Any]:
        if shard not in opened:
            with first(shard):  # makes the file and its tables
                opened[shard] = create_engine(log.conn_string_for_shard(shard), connect_args={"timeout": 60})
        with opened[shard].begin() as connection:
            yield connection

    log._connect = connect
    try:
        yield
    finally:
        del log._connect
        for engine in opened.values():
            engine.dispose()


def report(settings: Settings, said: dict[str, Any]) -> int:
    """Tell the Dagster instance of ``settings`` what a note says; return the number of events."""
    import dagster as dg

    told = 0
    with (
        _quick_commits(),
        dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance,
        _kept_open(instance.event_log_storage),
    ):
        for e in events(said):
            instance.report_runless_asset_event(e)
            told += 1
    return told


def report_later(settings: Settings, outcome: Outcome) -> Path | None:
    """Leave a note of ``outcome`` and start the process that tells Dagster; the run does not wait for it."""
    said = note(outcome)
    if said is None:
        return None
    inbox = dagster_home(settings) / "inbox"
    inbox.mkdir(exist_ok=True)
    path = inbox / f"{len(list(inbox.iterdir())):04d}-{os.getpid()}.json"
    path.write_text(json.dumps(said, default=str), encoding="utf-8")
    with (dagster_home(settings) / "observe.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "pipelines.observe"],
            cwd=ROOT,
            env=os.environ | {"ANLAN_HOME": str(settings.home), "DO_NOT_TRACK": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return path


def empty_inbox(settings: Settings) -> int:
    """Tell Dagster every note left, oldest first; a note is removed once told. Another process at it is enough."""
    inbox, told = dagster_home(settings) / "inbox", 0
    if not inbox.is_dir():
        return 0
    try:
        with FileLock(dagster_home(settings) / ".inbox.lock", timeout=0):
            for path in sorted(inbox.glob("*.json")):
                told += report(settings, json.loads(path.read_text(encoding="utf-8")))
                path.unlink()
    except Timeout:
        return 0
    return told


if __name__ == "__main__":
    empty_inbox(Settings.load())
