"""Freezing a quarter: marts, inputs, checks and changes into the next revision, by one rename."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipelines import periods, release_changes
from pipelines.analysis.linkage import step
from pipelines.disk import sync
from pipelines.errors import AnlanError, BusyError, UsageError
from pipelines.release.contents import CLOCK_COLUMNS, MARTS, OPTIONAL, REFERENCES
from pipelines.release.files import MANIFEST, POINTER, ROW_GROUP, SEAL, digest_of, seal_of, write
from pipelines.release.opening import Release, memory, names, revision_of
from pipelines.release.verifying import verify_folder
from pipelines.settings import ROOT, Settings

FORMAT = 1
_SOURCES = {
    "pipelines": {".py", ".yaml"},
    "dbt_project": {".sql", ".yml", ".yaml", ".csv", ".py"},
    "expectations": {".json"},
}
_NOT_SOURCES = {"__pycache__", "target", "logs", "dbt_packages"}


@dataclass(frozen=True)
class ReleaseResult:
    """What ``freeze`` did. ``is_new`` is False when the newest revision already says the same."""

    release: str
    path: Path
    is_new: bool
    tables: int
    rows: int
    bytes: int
    content_sha256: str
    checks: tuple[Any, ...] = ()
    note_zh: str = ""
    note_en: str = ""
    changes: dict[str, Any] | None = None


def code_version(root: Path | None = None) -> str:
    """Return package version and a hash of the sources that make the numbers; git plays no part.

    Covers ``pipelines/``, ``dbt_project/`` and ``expectations/``: relative path and bytes of each source file.
    """
    root = root or ROOT
    digest = hashlib.sha256()
    for folder, endings in _SOURCES.items():
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if path.suffix not in endings or _NOT_SOURCES.intersection(inside.parts) or not path.is_file():
                continue
            content = path.read_bytes()
            digest.update(f"{inside.as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    try:
        version = metadata.version("anlan")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"{version}+{digest.hexdigest()[:16]}"


def freeze(
    settings: Settings,
    period: str,
    connection: duckdb.DuckDBPyConnection | None = None,
    warehouse_file: Path | None = None,
) -> ReleaseResult:
    """Freeze ``period`` (and the quarter before it) into the next revision, or say that nothing changed.

    Reads the warehouse through ``connection`` if given, else opens its file read-only. The release door
    judges the files that would go out; a failed critical rule releases nothing. The release exists from
    one rename on: whoever is killed before it leaves only a temporary folder, which the next run removes.

    Raises:
        UsageError: the period is malformed or not in the warehouse.
        BusyError: another freeze holds the releases.
        AnlanError: a mart is missing, the door refused, or the disk did not take the files.

    """
    wanted = periods.parse(period)
    folder = settings.releases
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        for left in (p for p in folder.iterdir() if p.name.startswith(".tmp-")):
            shutil.rmtree(left, ignore_errors=True)
        temp = folder / f".tmp-{wanted.code}-{os.getpid()}"
        try:
            return _freeze(settings, wanted, temp, connection, warehouse_file or settings.warehouse_file)
        except OSError as e:
            raise AnlanError(
                f"release {wanted.code}", "could not be written", seen=f"{e.strerror or e} ({e.filename or folder})",
                do="make room or mend the rights of the releases folder, then freeze again; nothing was released",
            ) from e  # fmt: skip
        finally:
            shutil.rmtree(temp, ignore_errors=True)


def _freeze(
    settings: Settings,
    period: periods.Period,
    temp: Path,
    connection: duckdb.DuckDBPyConnection | None,
    warehouse_file: Path,
) -> ReleaseResult:
    from pipelines import release_door

    kept = (period.code, period.previous().code)
    (temp / "tables").mkdir(parents=True)
    (temp / "inputs").mkdir()
    with _reading(connection, warehouse_file) as con:
        where = _locate(con, warehouse_file)
        _require_period(con, where["town_quarter_scores"], period.code)
        method = con.execute(
            f"select distinct method_version from {where['town_quarter_scores']} where period = ?", [period.code]
        ).fetchall()
        if len(method) != 1 or not method[0][0]:
            raise AnlanError(
                f"release {period.code}", "the quarter was not scored by exactly one method",
                seen=f"method versions {sorted(str(m[0]) for m in method)}", do="build the quarter again: anlan run",
            )  # fmt: skip
        files = [_table(con, where[name], name, kept, temp) for name in sorted(where)]
    files.append(_batches(settings.landing / "_index" / "batches.parquet", temp))
    content = digest_of([[f["path"], f["sha256"]] for f in files])

    newest = _newest(settings, period.code)
    damaged = ""
    if newest is not None:
        if not (report := verify_folder(newest)).ok:
            damaged = f"{newest.name} is damaged ({', '.join(f['path'] for f in report.faults)})"
        elif Release(newest).manifest.get("content_sha256") == content:
            _point(settings)
            kept_files = Release(newest).manifest["files"]
            return ReleaseResult(
                newest.name, newest, False, len(kept_files), sum(f["rows"] for f in kept_files),
                sum(f["bytes"] for f in kept_files), content,
                note_zh=f"内容与 {newest.name} 完全一致，未生成新修订版",
                note_en=f"nothing changed since {newest.name}: no new revision",
            )  # fmt: skip

    checks = release_door.check_folder(temp, period.code, kept[1])
    release_door.raise_if_refused(checks, period.code)
    files.append(write(release_door.as_table(checks), temp / "inputs" / "release_checks.parquet", temp))
    changes: dict[str, Any] | None = None
    if newest is not None and not damaged:
        moved = release_changes.compare(newest, temp, period.code)
        changes = release_changes.summary(newest.name, moved)
        files.append(write(moved, temp / "inputs" / "changes.parquet", temp))

    revision = 1 + (revision_of(newest.name)[1] if newest else 0)
    name = f"{period.code}-r{revision}"
    batches = next(f for f in files if f["path"] == "inputs/batches.parquet")
    manifest = {
        "format": FORMAT,
        "release": name,
        "period": period.code,
        "previous_period": kept[1],
        "revision": revision,
        "district_code": settings.district_code,
        "method_version": method[0][0],
        "code_version": code_version(),
        "content_sha256": content,
        "changes": changes,
        "linkage": step.versions(settings),
        "input_batches": batches["rows"],
        "input_batches_sha256": batches["sha256"],
        "checks": {
            "rules": len(checks),
            "failed_critical": sum(c.is_failed and c.severity == "critical" for c in checks),
            "failed_other": sum(c.is_failed and c.severity != "critical" for c in checks),
        },
        "files": sorted(files, key=lambda f: f["path"]),
    }
    text = (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    (temp / MANIFEST).write_bytes(text)
    (temp / SEAL).write_bytes(seal_of(text))
    for path in sorted(p for p in temp.rglob("*") if p.is_file()):
        path.chmod(0o444)
        sync(path)
    for path in (temp / "tables", temp / "inputs", temp):
        sync(path)
    target = settings.releases / name
    os.rename(temp, target)  # the release exists from here on
    sync(settings.releases)
    _point(settings)
    size = sum(f["bytes"] for f in files)
    return ReleaseResult(
        name, target, True, len(files), sum(f["rows"] for f in files), size, content, tuple(checks),
        note_zh=f"已冻结 {name}" + (f"；注意 {newest.name} 已损坏" if damaged and newest else ""),
        note_en=f"froze {name}" + (f"; mind that {damaged}" if damaged else ""), changes=changes,
    )  # fmt: skip


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as e:
        raise BusyError(
            "releases", "another run is freezing a release", seen=f"{folder.name}/.lock is held",
            do="wait until it ends, then run again; nothing was changed",
        ) from e  # fmt: skip
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _reading(connection: duckdb.DuckDBPyConnection | None, warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if connection is not None:
        with closing(connection.cursor()) as cursor:
            yield cursor
        return
    if not warehouse_file.is_file():
        raise AnlanError(
            "warehouse", "has not been built", seen=f"no file {warehouse_file.name}", do="build it first: anlan run"
        )
    try:
        con = duckdb.connect(str(warehouse_file), read_only=True)
    except (duckdb.IOException, duckdb.ConnectionException) as e:
        raise BusyError(
            "warehouse", "is open elsewhere and cannot be read", seen=str(e).splitlines()[0],
            do="wait until the other run ends, then freeze again",
        ) from e  # fmt: skip
    with closing(con):
        yield con


def _locate(con: duckdb.DuckDBPyConnection, warehouse_file: Path) -> dict[str, str]:
    """Return the quoted address of every table to freeze; all that are missing are named at once."""
    held: dict[str, list[str]] = {}
    for catalog, schema, table in con.execute(
        "select table_catalog, table_schema, table_name from information_schema.tables"
        " where table_catalog = current_database() order by all"
    ).fetchall():
        held.setdefault(table, []).append(f'"{catalog}"."{schema}"."{table}"')
    methods = {t for t in held if t.startswith("method_")}
    wanted = {*MARTS, *REFERENCES, *methods, *(t for t in OPTIONAL if t in held)}
    missing = sorted(wanted - held.keys())
    twice = sorted(t for t in wanted if len(held.get(t, ())) > 1)
    if missing or twice:
        seen = [f"missing: {', '.join(missing)}"] if missing else []
        seen += [f"in more than one schema: {', '.join(twice)}"] if twice else []
        raise AnlanError(
            f"warehouse {warehouse_file.name}", "does not hold what a release needs", seen="; ".join(seen),
            do="build the warehouse again: anlan run",
        )  # fmt: skip
    return {t: held[t][0] for t in wanted}


def _require_period(con: duckdb.DuckDBPyConnection, address: str, period: str) -> None:
    held = [r[0] for r in con.execute(f"select distinct period from {address} order by 1").fetchall()]
    if period not in held:
        raise UsageError(
            f"period {period}", "is not in the warehouse", seen=f"periods: {', '.join(held) or 'none'}",
            do=f"score it first with 'anlan run --period {period}', or name one of these",
        )  # fmt: skip


def _table(
    con: duckdb.DuckDBPyConnection, address: str, name: str, kept: tuple[str, str], temp: Path
) -> dict[str, Any]:
    held = [c[0] for c in con.execute(f"select * from {address} limit 0").description]
    columns = [c for c in held if c not in CLOCK_COLUMNS]
    grain = MARTS.get(name, ())
    if absent := [c for c in grain if c not in columns]:
        raise AnlanError(
            f"mart {name}", "lacks columns of its grain", seen=", ".join(absent), do="mend the model, then run again"
        )
    order = [*grain, *(c for c in columns if c not in grain)]
    sql = f"select {', '.join(map(_quote, columns))} from {address}"
    parameters: list[str] = []
    if "period" in columns:
        sql += " where period in (?, ?)"
        parameters = list(kept)
    sql += " order by " + ", ".join(f"{_quote(c)} asc nulls last" for c in order)
    reader = con.sql(sql, params=parameters).to_arrow_reader(ROW_GROUP)
    return write(reader, temp / "tables" / f"{name}.parquet", temp)


def _batches(index: Path, temp: Path) -> dict[str, Any]:
    if not index.is_file():
        raise AnlanError(
            "landing", "has no index of batches", seen=f"no {index.parent.name}/{index.name}",
            do="pull and build first: anlan run",
        )  # fmt: skip
    with closing(memory()) as con:
        source = con.read_parquet(str(index))
        columns = [c for c in source.columns if c not in CLOCK_COLUMNS]
        first = [c for c in ("district_code", "silo", "table_name", "sequence", "batch") if c in columns]
        order = ", ".join(_quote(c) for c in [*first, *(c for c in columns if c not in first)])
        sql = f"select {', '.join(map(_quote, columns))} from source order by {order}"
        return write(con.sql(sql).to_arrow_reader(ROW_GROUP), temp / "inputs" / "batches.parquet", temp)


def _quote(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _newest(settings: Settings, period: str) -> Path | None:
    found = [n for n in names(settings) if n.startswith(f"{period}-r")]
    return settings.releases / found[-1] if found else None


def _point(settings: Settings) -> None:
    """Let ``current.json`` name the newest revision of the newest quarter, in one replace."""
    text = json.dumps({"release": names(settings)[-1]}) + "\n"
    pointer = settings.releases / POINTER
    if pointer.is_file() and pointer.read_text(encoding="utf-8") == text:
        return
    temp = settings.releases / ".tmp-current.json"
    temp.write_text(text, encoding="utf-8")
    sync(temp)
    os.replace(temp, pointer)
    sync(settings.releases)
