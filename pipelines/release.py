"""Freezes marts into releases, opens them read-only, and proves that no byte of one has changed.

A release is a folder ``<period>-r<N>`` below ``releases/``: ``tables/*.parquet``, ``inputs/*.parquet``,
``manifest.json`` and ``manifest.sha256``. It comes into being by one rename and never changes afterwards;
a correction is a new revision. Nothing here scores, formats or reads the clock: the same inputs give the
same bytes, on any day and in any process.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from pipelines import periods, release_changes
from pipelines.analysis.linkage import step
from pipelines.errors import AnlanError, BusyError, UsageError
from pipelines.settings import Settings

# What people read, by name and grain. ORDER BY the grain, then every other column, fixes the bytes.
MARTS: dict[str, tuple[str, ...]] = {
    "town_quarter_scores": ("district_code", "period", "town_id"),
    "town_dimension_scores": ("district_code", "period", "town_id", "node_code"),
    "town_indicator_scores": ("district_code", "period", "town_id", "indicator_code"),
    "indicator_evidence": ("district_code", "period", "system", "indicator_code", "unit_id", "entity_id"),
    "certification_gaps": ("district_code", "period", "town_id", "rule_id"),
    "certification_gap_people": ("district_code", "period", "town_id", "rule_id", "person_id"),
    "enterprise_quarter_ratings": ("district_code", "period", "enterprise_id"),
    "enterprise_item_scores": ("district_code", "period", "enterprise_id", "item_code"),
    "silo_conservation": ("district_code", "silo", "table_name"),
    "quarantine_rows": ("district_code", "silo", "table_name", "batch", "landing_ref", "rule", "column_name"),
    "door_checks": ("district_code", "silo", "table_name", "batch", "rule"),
    "silo_freshness": ("district_code", "silo", "table_name", "period"),
    "silo_row_signals": ("district_code", "silo", "table_name", "signal_code", "seen_quarter"),
    "district_overview": ("district_code", "period"),
    "department_indicator_scores": ("district_code", "period", "department", "indicator_code"),
    "department_data_barriers": ("district_code", "period", "department"),
    "silo_hazard_reports": ("district_code", "period", "silo"),
    "crosswalk_coverage": ("district_code", "silo", "list_code"),
    "feed_reference_systems": ("district_code", "silo", "table_name", "point_name", "period"),
    "review_cases": ("district_code", "entity_type", "left_id", "right_id"),
    "enterprises": ("district_code", "enterprise_id"),
    "enterprise_records": ("district_code", "record_id"),
    "enterprise_names": ("district_code", "enterprise_id", "firm_name_key"),
    "attribute_conflicts": ("district_code", "entity_type", "entity_id", "attribute_code", "loser_silo"),
    "landed_row_uses": ("district_code", "core_model", "landed_part", "row_number", "core_id"),
    "withheld_points": ("district_code", "period", "unit_type", "unit_id", "indicator_code", "silo", "table_name"),
}
# The rules a release was made by travel with it: in ten years the reader needs no repository.
REFERENCES = (
    "method_town_indicators",
    "method_cert_rules",
    "method_enterprise_items",
    "method_enterprise_industries",
    "method_hazard_sla",
    "method_grades",
    "method_department_indicators",
    "dim_departments",
    "dim_towns",
    "dim_periods",
)
# Taken along where the warehouse has them.
OPTIONAL = ("ref_towns",)
# Hours of the machine, not facts of the quarter: they would make the bytes differ from run to run.
CLOCK_COLUMNS = frozenset({"pulled_at", "last_pulled_at", "loaded_at", "dbt_updated_at"})

# Numbers that rise row by row: kept as steps, a fifth of a byte each, where a dictionary would hold every number.
RISING = frozenset({"row_number"})

FORMAT = 1
ROW_GROUP = 122_880
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
POINTER = "current.json"
_NAME = re.compile(r"^(\d{4}Q[1-4])-r([1-9]\d*)$")
_SOURCES = {
    "pipelines": {".py", ".yaml"},
    "dbt_project": {".sql", ".yml", ".yaml", ".csv", ".py"},
    "expectations": {".json"},
}
_NOT_SOURCES = {"__pycache__", "target", "logs", "dbt_packages"}
_ROOT = Path(__file__).resolve().parent.parent


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


@dataclass(frozen=True)
class VerifyReport:
    """What ``verify`` saw. ``faults``: one dict per bad file with path, fault, expected, seen, zh, en."""

    release: str
    path: Path
    files: int
    bytes: int
    manifest_sha256: str
    faults: tuple[dict[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """True when every byte is the one that was frozen."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        return {
            "release": self.release,
            "ok": self.ok,
            "files": self.files,
            "bytes": self.bytes,
            "manifest_sha256": self.manifest_sha256,
            "faults": list(self.faults),
        }


# ------------------------------------------------------------------------------------------ opening


@dataclass
class Release:
    """One frozen release, opened read-only; its tables are views of an in-memory DuckDB."""

    path: Path
    settings: Settings | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The release's name, e.g. ``2026Q3-r1``."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest as frozen."""
        try:
            return json.loads((self.path / MANIFEST).read_bytes())
        except (OSError, ValueError) as e:
            raise AnlanError(
                f"release {self.name}", "its manifest cannot be read", seen=type(e).__name__,
                do=f"run 'anlan verify {self.name}', then freeze the period again",
            ) from e  # fmt: skip

    @property
    def period(self) -> str:
        """The assessed quarter."""
        return self.manifest["period"]

    @cached_property
    def tables(self) -> list[str]:
        """Names of the frozen tables, inputs included as ``input_<name>``."""
        return sorted(_table_name(f["path"]) for f in self.manifest["files"])

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        con = _memory()
        for f in self.manifest["files"]:
            path = str(self.path / f["path"]).replace("'", "''")
            con.execute(f"create view {_table_name(f['path'])} as from read_parquet('{path}')")
        return con

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of ``sql`` over the frozen tables, as dicts; decimals stay decimals."""
        try:
            found = self._connection.execute(sql, list(parameters))
        except duckdb.IOException as e:
            raise AnlanError(
                f"release {self.name}", "a frozen table cannot be read", seen=str(e).splitlines()[0],
                do=f"run 'anlan verify {self.name}'",
            ) from e  # fmt: skip
        names = [c[0] for c in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Let the in-memory connection go."""
        if "_connection" in self.__dict__:
            self.__dict__.pop("_connection").close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _table_name(path: str) -> str:
    stem = Path(path).stem
    return f"input_{stem}" if path.startswith("inputs/") else stem


def _memory() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )


def names(settings: Settings) -> list[str]:
    """Return the releases that exist, oldest period first, revisions rising."""
    if not settings.releases.is_dir():
        return []
    found = [p.name for p in settings.releases.iterdir() if p.is_dir() and _NAME.match(p.name)]
    return sorted(found, key=_sort_key)


def _sort_key(name: str) -> tuple[str, int]:
    m = _NAME.match(name)
    return (m[1], int(m[2])) if m else (name, 0)


def find(settings: Settings, name: str | None = None) -> Path:
    """Return the folder of release ``name``; None or ``current`` is the newest revision of the newest quarter.

    A bare period names its newest revision.

    Raises:
        UsageError: the release does not exist; lists those that do.

    """
    known = names(settings)
    wanted = name
    if name in (None, "", "current"):
        wanted = known[-1] if known else None
    elif name and name not in known:
        revisions = [k for k in known if k.startswith(f"{name}-r")]
        wanted = revisions[-1] if revisions else None
    if wanted is None:
        raise UsageError(
            f"release {name}" if name else "releases",
            "does not exist" if name else "none has been frozen",
            seen=f"releases: {', '.join(known)}" if known else "no release yet",
            do="name one of these" if known else "freeze one with 'anlan release 2026Q3'",
        )
    return settings.releases / wanted


def open_release(settings: Settings, name: str | None = None) -> Release:
    """Return release ``name`` opened read-only. Raises UsageError as ``find`` does."""
    return Release(find(settings, name), settings)


# ----------------------------------------------------------------------------------------- freezing


def code_version(root: Path | None = None) -> str:
    """Return package version and a hash of the sources that make the numbers; git plays no part.

    Covers ``pipelines/``, ``dbt_project/`` and ``expectations/``: relative path and bytes of each source file.
    """
    root = root or _ROOT
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
    content = _digest([[f["path"], f["sha256"]] for f in files])

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
    files.append(_write(release_door.as_table(checks), temp / "inputs" / "release_checks.parquet", temp))
    changes: dict[str, Any] | None = None
    if newest is not None and not damaged:
        moved = release_changes.compare(newest, temp, period.code)
        changes = release_changes.summary(newest.name, moved)
        files.append(_write(moved, temp / "inputs" / "changes.parquet", temp))

    revision = 1 + (_sort_key(newest.name)[1] if newest else 0)
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
    (temp / SEAL).write_bytes(_seal(text))
    for path in sorted(p for p in temp.rglob("*") if p.is_file()):
        path.chmod(0o444)
        _sync(path)
    for path in (temp / "tables", temp / "inputs", temp):
        _sync(path)
    target = settings.releases / name
    os.rename(temp, target)  # the release exists from here on
    _sync(settings.releases)
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
    return _write(reader, temp / "tables" / f"{name}.parquet", temp)


def _batches(index: Path, temp: Path) -> dict[str, Any]:
    if not index.is_file():
        raise AnlanError(
            "landing", "has no index of batches", seen=f"no {index.parent.name}/{index.name}",
            do="pull and build first: anlan run",
        )  # fmt: skip
    with closing(_memory()) as con:
        source = con.read_parquet(str(index))
        columns = [c for c in source.columns if c not in CLOCK_COLUMNS]
        first = [c for c in ("district_code", "silo", "table_name", "sequence", "batch") if c in columns]
        order = ", ".join(_quote(c) for c in [*first, *(c for c in columns if c not in first)])
        sql = f"select {', '.join(map(_quote, columns))} from source order by {order}"
        return _write(con.sql(sql).to_arrow_reader(ROW_GROUP), temp / "inputs" / "batches.parquet", temp)


def _quote(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _write(source: pa.Table | pa.RecordBatchReader, path: Path, temp: Path) -> dict[str, Any]:
    """Write Parquet whose bytes depend on the rows alone; return its line of the manifest.

    Row groups are cut here, every ROW_GROUP rows, because the sizes of a reader's batches are not promised.
    """
    schema = source.schema.remove_metadata()
    rows = 0
    rising = RISING & set(schema.names)
    with pq.ParquetWriter(
        path, schema, version="2.6", compression="zstd", compression_level=3, store_schema=False,
        use_dictionary=[n for n in schema.names if n not in rising] if rising else True, write_statistics=True, data_page_version="1.0",
        column_encoding=dict.fromkeys(sorted(rising), "DELTA_BINARY_PACKED") or None,
    ) as writer:  # fmt: skip
        waiting: list[pa.RecordBatch] = []
        held = 0
        for batch in source.to_batches() if isinstance(source, pa.Table) else source:
            waiting.append(batch)
            held += batch.num_rows
            while held >= ROW_GROUP:
                table = pa.Table.from_batches(waiting).replace_schema_metadata(None)
                writer.write_table(table.slice(0, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)
                rest = table.slice(ROW_GROUP)
                waiting, held = rest.to_batches(), rest.num_rows
                rows += ROW_GROUP
        if held or not rows:
            table = pa.Table.from_batches(waiting, schema=source.schema).replace_schema_metadata(None)
            writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)
            rows += held
    sha256, size = _hash(path)
    return {"path": path.relative_to(temp).as_posix(), "sha256": sha256, "bytes": size, "rows": rows}


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as f:
        digest = hashlib.file_digest(f, "sha256")
        return digest.hexdigest(), f.tell()


def _digest(what: Any) -> str:
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _seal(manifest: bytes) -> bytes:
    """Return the seal: a line ``sha256sum -c`` reads, and a line that proves the first one."""
    line = f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"
    return f"{line}# {hashlib.sha256(line.encode()).hexdigest()}\n".encode()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
    _sync(temp)
    os.replace(temp, pointer)
    _sync(settings.releases)


# ---------------------------------------------------------------------------------------- verifying


def verify(settings: Settings, name: str | None = None) -> VerifyReport:
    """Hash every file of release ``name`` again and compare with what was frozen.

    Raises:
        UsageError: no such release (exit code 2), with those that exist.

    """
    return verify_folder(find(settings, name))


def verify_folder(folder: Path) -> VerifyReport:
    """Return every file of ``folder`` that is flipped, missing, renamed or strange, by name."""
    faults: list[dict[str, str]] = []

    def fault(path: str, kind: str, expected: str, seen: str, zh: str, en: str) -> None:
        faults.append({"path": path, "fault": kind, "expected": expected, "seen": seen, "zh": zh, "en": en})

    held = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() or p.is_symlink()}
    text = (folder / MANIFEST).read_bytes() if MANIFEST in held else b""
    digest = hashlib.sha256(text).hexdigest()
    size = len(text)
    if MANIFEST not in held:
        fault(MANIFEST, "missing", "present", "absent", "文件缺失", "the file is missing")
    if SEAL not in held:
        fault(SEAL, "missing", "present", "absent", "文件缺失", "the file is missing")
    elif (seal := (folder / SEAL).read_bytes()) != _seal(text) or MANIFEST not in held:
        size += len(seal)
        first, _, second = seal.partition(b"\n")
        proof = ("# " + hashlib.sha256(first + b"\n").hexdigest() + "\n").encode()
        if second != proof:
            fault(SEAL, "changed", "a seal that proves itself", "one that does not",
                  "封条文件内容已被改动", "its bytes have changed")  # fmt: skip
            if first != _seal(text).partition(b"\n")[0] and not _is_canonical(text):
                fault(MANIFEST, "changed", "canonical JSON", "other bytes", "内容已被改动", "its bytes have changed")
        elif MANIFEST in held:
            fault(MANIFEST, "changed", first[:64].decode("ascii", "replace"), digest,
                  "内容已被改动", "its bytes have changed")  # fmt: skip
    else:
        size += len(seal)

    listed: dict[str, dict[str, Any]] = {}
    try:
        listed = {f["path"]: f for f in json.loads(text)["files"]} if text else {}
    except (ValueError, KeyError, TypeError):
        if not any(f["path"] == MANIFEST for f in faults):
            fault(MANIFEST, "changed", "a manifest", "unreadable JSON", "清单无法读取", "it cannot be read")
    if text and (stated := _stated(text)) and stated != folder.name:
        fault(MANIFEST, "renamed", stated, folder.name, f"文件夹改名：清单写的是 {stated}",
              f"the folder was renamed: the manifest says {stated}")  # fmt: skip

    missing: dict[str, str] = {}
    known: dict[str, str] = {}
    for path, line in listed.items():
        if path not in held:
            missing[path] = str(line.get("sha256"))
            continue
        sha256, length = _hash(folder / path)
        size += length
        known[path] = sha256
        if sha256 != line.get("sha256") or length != line.get("bytes"):
            fault(path, "changed", f"{line.get('sha256')} ({line.get('bytes')} bytes)", f"{sha256} ({length} bytes)",
                  "内容与冻结时不一致", "its bytes have changed")  # fmt: skip
    # without a readable manifest nothing can be called strange
    strange = {p: _hash(folder / p)[0] for p in sorted(held - listed.keys() - {MANIFEST, SEAL})} if listed else {}
    for path, sha256 in missing.items():
        twin = next((p for p, s in strange.items() if s == sha256), None)
        if twin is None:
            fault(path, "missing", sha256, "absent", "文件缺失", "the file is missing")
        else:
            strange.pop(twin)
            fault(path, "renamed", path, twin, f"文件被改名为 {twin}", f"the file was renamed to {twin}")
    for path, sha256 in strange.items():
        fault(path, "extra", "absent", sha256, "多出的文件，不属于该发布版", "this file does not belong to the release")
    faults.sort(key=lambda f: f["path"])
    return VerifyReport(
        folder.name, folder, len(known) + (MANIFEST in held) + (SEAL in held), size, digest, tuple(faults)
    )


def _is_canonical(text: bytes) -> bool:
    try:
        return (json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode() == text
    except ValueError:
        return False


def _stated(text: bytes) -> str | None:
    try:
        return json.loads(text).get("release")
    except (ValueError, AttributeError):
        return None
