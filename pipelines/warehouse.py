"""Hands dbt to whoever runs the pipeline: one process, one writer, one warehouse file.

dbt decides; this module only calls it, reports what it did, and says whether anything needs doing at all. dbt runs
twice: first what linkage reads (tag ``linkage_input``), then, when linkage has left its tables, everything else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import duckdb

from pipelines import dbt_steps, grains, identity, parsed, rules
from pipelines.analysis.linkage import step
from pipelines.errors import AnlanError
from pipelines.periods import DEFAULT, Period, with_previous
from pipelines.review import decisions, verdicts
from pipelines.settings import Settings

METHOD_VERSION = "m2026a"
_STATE = "state.json"
LINKAGE_INPUT = "linkage_input"
_BROKEN = {"error", "fail", "runtime error"}
_QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "DBT_VERSION_CHECK": "false",
    "DBT_USE_COLORS": "false",
}


@dataclass
class Build:
    """What a build did. ``results``: one entry per node of dbt (unique_id, name, kind, status, seconds, failures).

    ``linkage``: one entry per entity type that is linked across silos.
    """

    skipped: bool = False
    seconds: float = 0.0
    results: list[dict[str, Any]] = field(default_factory=list)
    linkage: list[step.Done] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Return how many nodes of ``kind`` (seed, model, test) ran."""
        return sum(r["kind"] == kind for r in self.results)


def variables(settings: Settings, periods: list[Period]) -> dict[str, Any]:
    """Return the variables by which dbt knows place, time and method."""
    return {
        "landing_dir": str(settings.landing),
        "linkage_dir": str(settings.linkage),
        "district_code": settings.district_code,
        "method_version": METHOD_VERSION,
        "periods": [p.as_var() for p in periods],
        # what hashes of an old identity key are now; nothing where the key never changed
        **(
            {"identity_hashes": str(identity.hashes_file(settings)), "identity_key": identity.newest_id(settings)}
            if identity.has_old_hashes(settings)
            else {}
        ),
        **({"as_known_on": settings.known_on.isoformat(sep=" ")} if settings.known_on else {}),
    }


def fingerprint(
    settings: Settings, periods: list[Period], folders: tuple[str, ...] = ("models", "seeds", "macros", "tests")
) -> str:
    """Return a hash of all that a build depends on: batches, project files, period and method."""
    digest = hashlib.sha256(json.dumps(variables(settings, periods), sort_keys=True).encode())
    parsed.add_files(digest, folders)
    for path in sorted(settings.landing.glob("*/*/*/batch=*/manifest.json")):
        digest.update(f"{path.relative_to(settings.landing)}:{path.stat().st_size}".encode())
    for path in sorted(Path(step.__file__).parents[1].glob("**/*.py")):
        digest.update(path.read_bytes())
    digest.update(f"{step.code()}:{decisions.digest(decisions.read(settings))}".encode())
    return digest.hexdigest()


def invoke(settings: Settings, arguments: list[str], on_event: Callable[[Any], None] | None = None) -> Any:
    """Call dbt in this process and return its result; the warehouse file is closed again afterwards.

    Raises:
        AnlanError: when dbt could not start or its project does not parse.

    """
    given = json.loads(arguments[arguments.index("--vars") + 1]) if "--vars" in arguments else {}
    try:
        project = parsed.Parsed(given, _parse(settings)).project()
    except OSError:  # the folder of the project may not be written: dbt parses below the home
        project = None
    return _dbt(settings, arguments, settings.warehouse / "target", on_event, project)


def _dbt(
    settings: Settings,
    arguments: list[str],
    target: Path,
    on_event: Callable[[Any], None] | None = None,
    project: Any = None,
) -> Any:
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    os.environ.update(_QUIET)
    os.environ["ANLAN_WAREHOUSE"] = str(settings.warehouse_file)
    from dbt.cli.main import dbtRunner

    place = [
        "--project-dir", str(parsed.PROJECT), "--profiles-dir", str(parsed.PROJECT), "--target-path", str(target),
        "--log-path", str(settings.warehouse / "logs"), "--log-level", "none", "--log-level-file", "none",
    ]  # fmt: skip
    with _log(settings) as told, nullcontext() if project is None else dbt_steps.made_cheap():
        try:
            result = dbtRunner(project, callbacks=[told, *([on_event] if on_event else [])]).invoke(
                [*arguments, *place]
            )
        finally:
            _close()
    if result.exception is not None:
        raise AnlanError(
            "dbt", "could not build the warehouse", seen=str(result.exception).strip()[:600],
            do="mend what it names; the log is in warehouse/logs/dbt.log",
        ) from result.exception  # fmt: skip
    return result


@contextmanager
def _log(settings: Settings) -> Iterator[Callable[[Any], None]]:
    """Write what dbt says, but its details, to ``logs/dbt.log``: dbt's own log makes a line of each detail to throw it away."""
    path = settings.warehouse / "logs" / "dbt.log"
    path.parent.mkdir(exist_ok=True)
    kept = RotatingFileHandler(path, maxBytes=10 << 20, backupCount=5, encoding="utf-8")

    def told(event: Any) -> None:
        said = event.info
        if said.level != "debug":
            line = f"{said.ts.ToJsonString()} [{said.level}] {said.msg}"
            kept.handle(logging.makeLogRecord({"msg": line}))

    try:
        yield told
    finally:
        kept.close()


def _close() -> None:
    """Close the warehouse file that dbt's adapter keeps open in this process, so that readers see the new data."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def build(
    settings: Settings,
    periods: list[Period],
    progress: Callable[[dict[str, Any]], None] | None = None,
    force: bool = False,
) -> Build:
    """Bring the warehouse up to date: seeds, models and data tests, or nothing where nothing changed.

    Raises:
        AnlanError: naming every model that failed and every test that found rows, or the dated rows of the method that
            contradict each other; nothing is released then.
        UsageError: the method has no rules for the quarter.

    """
    started = time.perf_counter()
    mark, seeds = (
        fingerprint(settings, periods),
        fingerprint_of_seeds() + rules.check(parsed.PROJECT / "seeds", periods),
    )
    path = settings.warehouse / _STATE
    state = json.loads(path.read_text()) if path.is_file() and settings.warehouse_file.is_file() else {}
    if not force and state.get("built") == mark:
        return Build(skipped=True)
    path.unlink(missing_ok=True)

    done = 0

    def told(event: Any) -> None:
        nonlocal done
        if progress and event.info.name in {"LogModelResult", "LogSeedResult", "LogTestResult"}:
            done += 1
            progress({"stage": "build", "done": done, "node": event.data.node_info.node_name})

    unchanged = ["seed"] if not force and state.get("seeds") == seeds else []
    found = Build()

    def dbt(*chosen: str) -> None:
        """Build what is chosen, with the tests whose models are all there; stop where anything failed."""
        left_out = [a for kind in ("unit_test", *unchanged) for a in ("--exclude-resource-type", kind)]
        told_by = json.dumps(variables(settings, periods))
        result = invoke(
            settings,
            ["build", "--vars", told_by, "--indirect-selection", "cautious", "--no-write-json", *left_out, *chosen],
            told,
        )
        rows = [_as_row(r) | _grain_found(settings, r) for r in result.result or []]
        found.results += [
            r for r in rows if r["kind"] != "operation" or r["status"] in _BROKEN
        ]  # what goes before is no step
        _stop_if_broken(found, result.success)

    dbt("--select", f"+tag:{LINKAGE_INPUT}")
    found.linkage = step.run(settings, periods[-1].end, force=force)
    verdicts.write(settings)
    dbt("--exclude", f"+tag:{LINKAGE_INPUT}")
    found.seconds = time.perf_counter() - started
    path.write_text(json.dumps({"built": mark, "seeds": seeds}))
    return found


def _as_row(r: Any) -> dict[str, Any]:
    return {
        "unique_id": r.node.unique_id, "name": r.node.name, "kind": str(r.node.resource_type), "status": str(r.status),
        "seconds": r.execution_time, "failures": r.failures, "message": r.message,
        "severity": str(getattr(getattr(r.node, "config", None), "severity", "error") or "error").lower(),
        "model": getattr(r.node, "attached_node", None),
    }  # fmt: skip


def _grain_found(settings: Settings, r: Any) -> dict[str, Any]:
    """Return as message what a failed grain found, for its name alone tells neither the column nor the key."""
    said = getattr(r.node, "test_metadata", None)
    if str(r.status) != "fail" or said is None or said.name != "grain" or not r.node.compiled_code:
        return {}
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        return {"message": grains.told(connection, r.node.compiled_code)}


def _stop_if_broken(found: Build, success: bool) -> None:
    broken = [r for r in found.results if r["status"] in _BROKEN]
    if broken or not success:
        raise AnlanError(
            "warehouse", f"{len(broken)} of {len(found.results)} steps failed, nothing is released",
            seen="; ".join(f"{r['name']}: {(r['message'] or '').strip().splitlines()[0] if r['message'] else r['status']}" for r in broken[:8])[:900],
            do="mend the first one named and run again; the log is in warehouse/logs/dbt.log",
        )  # fmt: skip


def _parse(settings: Settings) -> Callable[[dict[str, Any], Path], None]:
    """Return what parses the project into a folder, with the logs of this home."""
    return lambda asked, folder: _dbt(settings, ["parse", "--vars", json.dumps(asked)], folder)


def manifest(settings: Settings) -> dict[str, Any]:
    """Return dbt's manifest of the project as it stands; the folders of its sources are stand-ins."""
    return json.loads(
        parsed.Parsed(variables(settings, with_previous(DEFAULT)), _parse(settings)).read("manifest.json")
    )


def fingerprint_of_seeds() -> str:
    """Return a hash of the seeds and how they are loaded."""
    digest = hashlib.sha256()
    parsed.add_files(digest, ("seeds",))
    return digest.hexdigest()
