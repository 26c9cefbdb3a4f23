"""The step between the two runs of dbt: record models in, linkage tables out.

It opens the warehouse read-only while dbt has it closed, runs each linker of the registry, and writes what it found
below ``linkage/<entity>``. A linker is skipped where its records, thresholds, decisions and code are what they were:
the same inputs give the same tables. Nothing here decides which value of an attribute stands; that is dbt's.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.analysis.linkage import registry, tables
from pipelines.errors import AnlanError
from pipelines.review import decisions as review
from pipelines.settings import Settings

_STATE = "state.json"
_CODE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Done:
    """What the step did for one entity type. ``skipped``: nothing had changed. Times in seconds."""

    entity_type: str
    skipped: bool
    seconds: float
    counts: dict[str, int]
    model_version: str

    def as_metadata(self) -> dict[str, Any]:
        """Return what Dagster shows of it."""
        return {**self.counts, "skipped": self.skipped, "seconds": self.seconds, "model_version": self.model_version}


def run(
    settings: Settings, as_of: date, linkers: Iterable[registry.Linker] | None = None, force: bool = False
) -> list[Done]:
    """Link every registered entity type and leave its tables below ``settings.linkage``.

    ``as_of``: the day whose thresholds are in force. Decisions are those made by ``settings.known_on`` where it is set.

    Raises:
        AnlanError: a record model is missing, holds a record twice, or a linker gave tables of another form.

    """
    analyses = registry.ANALYSES if linkers is None else ()
    linkers = registry.LINKERS if linkers is None else tuple(linkers)
    if not (linkers or analyses):
        return []
    said = review.read(settings)
    version = code()
    done = []
    with closing(duckdb.connect(str(settings.warehouse_file), read_only=True)) as con:
        held = {r[0] for r in con.execute("select table_name from information_schema.tables where table_schema = 'core'").fetchall()}  # fmt: skip
        for linker in linkers:
            if linker.records not in held:
                raise AnlanError(
                    f"linkage of {linker.entity_type}", "has no record model", seen=f"core has no {linker.records}",
                    do="give the model the tag linkage_input",
                )  # fmt: skip
            done.append(_one(settings, con, linker, as_of, said, version, force))
        done += [_analysed(settings, con, analysis, force) for analysis in analyses]
    return done


def _analysed(settings: Settings, con: duckdb.DuckDBPyConnection, analysis: registry.Analysis, force: bool) -> Done:
    """Work an analysis out, or leave it where its models, numbers and code are what they were."""
    started = time.perf_counter()
    folder = settings.linkage / analysis.name
    work = analysis.load()
    numbers = dict(con.execute("select parameter_code, value from method.method_parameters").fetchall())
    code = [p for name in (analysis.name, *analysis.rests_on) for p in sorted(_CODE.parent.glob(f"{name}*.py"))]
    mark = {
        "code": hashlib.sha256(b"".join(p.read_bytes() for p in code)).hexdigest(),
        "parameters": hashlib.sha256(repr(sorted((k, str(v)) for k, v in numbers.items())).encode()).hexdigest(),
        **{model: _fingerprint(con, model) for model in analysis.reads},
    }
    state = _state(folder)
    if not force and state.get("inputs") == mark and all((folder / f"{n}.parquet").is_file() for n in analysis.tables):
        return Done(analysis.name, True, time.perf_counter() - started, state["counts"], state["model_version"])
    (folder / _STATE).unlink(missing_ok=True)
    made = work({m: con.sql(f"select * from core.{m}").to_arrow_table() for m in analysis.reads}, numbers)
    version = mark["code"][:12]
    tables.write(folder, {name: made[name] for name in analysis.tables}, {"model_version": version})
    counts = {name: made[name].num_rows for name in analysis.tables}
    tmp = folder / ".state.tmp"
    tmp.write_text(json.dumps({"inputs": mark, "counts": counts, "model_version": version}, sort_keys=True), "utf-8")
    tmp.rename(folder / _STATE)
    return Done(analysis.name, False, time.perf_counter() - started, counts, version)


def _one(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    linker: registry.Linker,
    as_of: date,
    said: list[review.Decision],
    code: str,
    force: bool,
) -> Done:
    started = time.perf_counter()
    folder = settings.linkage / linker.entity_type
    decided = {k: v.verdict for k, v in review.effective(said, linker.entity_type).items() if v.binds or v.disputed}
    limits = thresholds(con, linker.entity_type, as_of)
    mark = {
        "code": code,
        "decisions": review.digest(said, linker.entity_type),
        "records": _fingerprint(con, linker.records),
        "thresholds": hashlib.sha256(repr(sorted((k, str(v)) for k, v in limits.items())).encode()).hexdigest(),
    }
    state = _state(folder)
    if not force and state.get("inputs") == mark and all((folder / f"{n}.parquet").is_file() for n in tables.TABLES):
        return Done(linker.entity_type, True, time.perf_counter() - started, state["counts"], state["model_version"])
    previous = tables.read(folder)
    (folder / _STATE).unlink(missing_ok=True)
    records = con.sql(f"select * from core.{linker.records} order by record_id").to_arrow_table()
    _check(linker, records)
    earlier = registry.Linked(model=previous[1], **previous[0]) if previous else None
    found = linker.load()(records, decided, limits, earlier)
    made = _shaped(settings, linker, found)
    tables.write(folder, made, found.model)
    counts = {"records": records.num_rows, **{name: t.num_rows for name, t in made.items()}}
    counts["clusters"] = len(made["links"].column("cluster_id").unique())
    version = str(found.model["model_version"])
    tmp = folder / ".state.tmp"
    tmp.write_text(json.dumps({"inputs": mark, "counts": counts, "model_version": version}, sort_keys=True), "utf-8")
    tmp.rename(folder / _STATE)
    return Done(linker.entity_type, False, time.perf_counter() - started, counts, version)


def thresholds(con: duckdb.DuckDBPyConnection, entity_type: str, as_of: date) -> registry.Thresholds:
    """Return the numbers of the method for ``entity_type`` on a day; a line for ``any`` holds where it has none."""
    rows = con.execute(
        "select parameter_code, value from method.method_link_thresholds"
        " where entity_type in (?, 'any') and ? between effective_from and effective_to"
        " order by entity_type = 'any' desc",
        [entity_type, as_of],
    ).fetchall()
    return dict(rows)


def versions(settings: Settings) -> dict[str, dict[str, str]]:
    """Return, per entity type, the model and the hashes of records, thresholds and decisions its tables were made by."""
    found = {}
    for path in sorted(settings.linkage.glob(f"*/{_STATE}")):
        state = _state(path.parent)
        found[path.parent.name] = {"model_version": state["model_version"], **state["inputs"]}
    return found


def _state(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _fingerprint(con: duckdb.DuckDBPyConnection, model: str) -> str:
    """Return a hash of a table's rows, whatever their order."""
    total, mixed, rows = con.execute(
        f"select sum(hash(r)), bit_xor(hash(r)), count(*) from core.{model} as r"
    ).fetchall()[0]
    return hashlib.sha256(f"{duckdb.__version__}:{total}:{mixed}:{rows}".encode()).hexdigest()


def code() -> str:
    """Return a hash of the code that links."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.rglob("*.py")):
        digest.update(f"{path.relative_to(_CODE)}:".encode() + path.read_bytes())
    return digest.hexdigest()


def _check(linker: registry.Linker, records: pa.Table) -> None:
    lacking = [c for c in registry.COMMON if c not in records.column_names]
    if lacking:
        raise AnlanError(
            f"linkage of {linker.entity_type}", f"{linker.records} lacks columns", seen=", ".join(lacking),
            do="give every record model the columns registry.COMMON",
        )  # fmt: skip
    ids = records.column("record_id")
    if ids.null_count or len(ids.unique()) < len(ids):
        raise AnlanError(
            f"linkage of {linker.entity_type}", f"{linker.records} holds a record twice or one without an id",
            seen=f"{len(ids)} rows, {len(ids.unique())} ids", do="make record_id the key of the model",
        )  # fmt: skip


def _shaped(settings: Settings, linker: registry.Linker, found: Any) -> dict[str, pa.Table]:
    made = {}
    for name, schema in tables.TABLES.items():
        given = getattr(found, name, None)
        try:
            given = schema.empty_table() if given is None else given
            made[name] = tables.shaped(name, given, settings.district_code, linker.entity_type)
        except (KeyError, pa.ArrowException) as e:
            raise AnlanError(
                f"linkage of {linker.entity_type}", f"its {name} have another form", seen=str(e)[:300],
                do=f"return the columns {', '.join(schema.names)}",
            ) from e  # fmt: skip
    return made
