"""Where batches lie and how one becomes real: folders, manifests, the lock, the one rename.

A batch is a folder ``landing/<silo>/<table>/district_code=<d>/batch=<n>-<hash>/`` with ``rows.parquet``,
``quarantine.parquet`` and ``manifest.json``. It is written below ``_tmp``, synced, and becomes real by one rename: a
killed run leaves no half batch. Nothing landed is ever changed. Watermarks are read from the manifests of
committed batches and stored nowhere else.

Here belongs what every room may ask of committed batches. How rows are judged is :mod:`pipelines.landing`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from pipelines import landed
from pipelines.connectors.base import FETCHED, Since
from pipelines.contract import Contract, Table
from pipelines.disk import sync
from pipelines.errors import AnlanError, BusyError
from pipelines.settings import Settings

MANIFEST = "manifest.json"
GENESIS = "000000-genesis"
CODEC = "zstd"

# manifests of committed batches never change, so a folder with the same names holds the same manifests
_KNOWN: dict[Path, tuple[frozenset[str], list[dict[str, Any]]]] = {}


def lock(settings: Settings) -> FileLock:
    """Return the lock of this profile's landing and warehouse; a second run at the same time is told so."""
    settings.base.mkdir(parents=True, exist_ok=True)
    held = FileLock(settings.base / ".lock", timeout=0)
    try:
        held.acquire()
    except Timeout as e:
        raise BusyError(
            f"profile {settings.profile}", "another run is at work on the same data",
            seen=f"the lock {settings.base.name}/.lock is held", do="wait until it ends, then run again",
        ) from e  # fmt: skip
    return held


def table_folder(settings: Settings, table: Table) -> Path:
    """Return the folder of a table's batches for the district."""
    return settings.landing / table.silo / table.name / f"district_code={settings.district_code}"


def batch_folder(settings: Settings, table: Table, batch: str) -> Path:
    """Return the folder of one batch."""
    return table_folder(settings, table) / f"batch={batch}"


def _batches(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as found:
            return frozenset(e.name for e in found if e.name.startswith("batch="))
    except FileNotFoundError:
        return frozenset()


def manifests(settings: Settings, table: Table) -> list[dict[str, Any]]:
    """Return the manifests of a table's committed batches and refusals, oldest first. Do not change them.

    Only manifests this process has not read yet are read; a copy per table below ``_index/manifests`` saves the
    next process from reading them one by one. The copy may be thrown away at any time.
    """
    folder = table_folder(settings, table)
    names = _batches(folder)
    known = _KNOWN.get(folder)
    if known is not None and known[0] == names:
        return known[1]
    copy = settings.landing / "_index" / "manifests" / table.silo / f"{table.name}.json"
    held = {f"batch={m['batch']}": m for m in (known[1] if known else _copied(copy))}
    found = []
    for name in names:
        manifest = held.get(name)
        if manifest is None:
            with (folder / name / MANIFEST).open(encoding="utf-8") as f:
                manifest = json.load(f)
        found.append(manifest)
    if any(m.get("format") != landed.FORMAT for m in found):
        raise AnlanError(
            f"landing of {table.id}", "holds batches of another form than this version writes",
            seen=f"form {sorted({str(m.get('format', 1)) for m in found})}, this version writes {landed.FORMAT}",
            do=f"keep the folder {settings.landing.name} under another name and run again: everything is pulled anew",
        )  # fmt: skip
    found.sort(key=lambda m: (m["sequence"], m["batch"]))
    _KNOWN[folder] = (names, found)
    return found


def _copied(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return []


def known(settings: Settings, table: Table) -> list[dict[str, Any]]:
    """Return the manifests recorded by the day of a rebuild (:attr:`Settings.known_on`); all where there is none."""
    found = manifests(settings, table)
    if settings.known_on is None:
        return found
    return [m for m in found if m["status"] == "genesis" or recorded(m) <= settings.known_on]


def recorded(manifest: dict[str, Any]) -> datetime:
    """Return when a batch was pulled, in UTC without a zone, as ``_recorded_at`` of its rows has it."""
    return datetime.fromisoformat(manifest["pulled_at"]).astimezone(UTC).replace(tzinfo=None)


def keep_copy(settings: Settings, table: Table) -> None:
    """Write the table's manifests into one file, where it does not hold them already."""
    path = settings.landing / "_index" / "manifests" / table.silo / f"{table.name}.json"
    found = manifests(settings, table)
    stamp = path.with_suffix(".names")
    names = hashlib.sha256("\n".join(m["batch"] for m in found).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == names and path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, text in ((path, json.dumps(found, ensure_ascii=False)), (stamp, names)):
        tmp = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        tmp.write_text(text, encoding="utf-8")
        tmp.rename(target)


def since(settings: Settings, table: Table, window: tuple[datetime, datetime] | None = None) -> Since:
    """Return where the committed batches of ``table`` end, from their manifests; ``window`` is a back-fill's."""
    done = manifests(settings, table)
    marks = [m["watermark_to"] for m in done if m.get("watermark_to")]
    landed = [m["source"] for m in done if m["status"] == "landed"]
    seen = {s["sha256"] for s in landed if s.get("sha256")}
    stamps = {str(s["detail"].get("stamp", "")) for s in landed} - {""}
    for s in landed:  # the files of a delivery of many
        seen.update(s["detail"].get("file_sha256", ()))
        stamps.update(s["detail"].get("file_stamps", ()))
    return Since(
        datetime.fromisoformat(max(marks)) if marks else None, frozenset(seen), frozenset(stamps), window=window
    )


def next_sequence(done: list[dict[str, Any]]) -> int:
    """Return the number of the next batch."""
    return 1 + max((m["sequence"] for m in done), default=0)


def clean(settings: Settings) -> None:
    """Remove what a killed run left: half batches, and raw files on their way. Call it under the lock."""
    shutil.rmtree(settings.landing / "_tmp", ignore_errors=True)
    shutil.rmtree(settings.spool / "_tmp", ignore_errors=True)
    for folder in settings.spool.glob(f"*/{FETCHED}*"):
        maker = folder.name.removeprefix(FETCHED).split("-")[0]
        # `anlan silo check` fetches without the lock; what it is reading now is not taken from it
        if not (maker.isdigit() and int(maker) != os.getpid() and psutil.pid_exists(int(maker))):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def staging(settings: Settings) -> Iterator[None]:
    """Let temporary files of connectors lie below the spool, readable by the owner only, and remove them at the end.

    A killed run leaves them where :func:`clean` finds them, not in the machine's common folder.
    """
    folder, before = settings.spool / "_tmp", tempfile.tempdir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def temporary(settings: Settings) -> Path:
    """Make a folder of one's own below ``_tmp``."""
    tmp = settings.landing / "_tmp" / uuid.uuid4().hex
    tmp.mkdir(parents=True)
    return tmp


def commit(tmp: Path, final: Path, manifest: dict[str, Any]) -> None:
    """Make the batch in ``tmp`` real: manifest, sync of files and folders, one rename."""
    (tmp / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    make_real(tmp, final)


def make_real(tmp: Path, final: Path) -> None:
    """Sync a folder and its files and give it its place by one rename."""
    for path in tmp.iterdir():
        path.chmod(0o600)
        sync(path)
    sync(tmp)
    final.parent.mkdir(parents=True, exist_ok=True)
    tmp.rename(final)
    sync(final.parent)


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def manifest(
    settings: Settings, contract: Contract, table: Table, batch: str, sequence: int, status: str, tmp: Path, **more: Any
) -> dict[str, Any]:
    """Return a manifest with the checksums of the files in ``tmp`` and ``more`` laid over the empty one."""
    files = {}
    for name in ("rows.parquet", "quarantine.parquet"):
        if (tmp / name).exists():
            files[name] = sha256_file(tmp / name)
    base = {
        "silo": table.silo, "table": table.name, "district_code": settings.district_code, "batch": batch,
        "sequence": sequence, "status": status, "contract_version": contract.contract_version,
        "department": contract.department, "source": {"kind": "none", "name": "", "sha256": None, "detail": {}},
        "files": files, "format": landed.FORMAT, "row_hash": landed.HASH_SCHEME, "content_sha256": None,
        "landed": 0, "accepted": 0, "rejected": 0, "duplicate": 0, "withdrawn": 0, "source_row_count": None,
        "first_key": None, "last_key": None, "watermark_from": None, "watermark_to": None, "period_first": None,
        "period_last": None, "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"), "non_data_rows": [],
        "checks": [], "reason": None, "vault": None, "identity_key": None,
    }  # fmt: skip
    return base | more


def genesis(settings: Settings, contract: Contract, table: Table) -> None:
    """Give a table a batch without rows for the schema its contract names now, so that whoever reads it finds it.

    A contract that gained a column gives one more: readers join the schemas of all batches.
    """
    schema = landed.schema(table)
    mark = hashlib.sha256(schema.to_string().encode()).hexdigest()[:8]
    batch = f"{GENESIS}-{mark}"
    final = batch_folder(settings, table, batch)
    if final.exists():
        return
    tmp = temporary(settings)
    pq.write_table(schema.empty_table(), tmp / "rows.parquet", compression=CODEC)
    pq.write_table(landed.QUARANTINE_SCHEMA.empty_table(), tmp / "quarantine.parquet", compression=CODEC)
    commit(tmp, final, manifest(settings, contract, table, batch, 0, "genesis", tmp=tmp))


def landed_batches(settings: Settings, table: Table) -> list[dict[str, Any]]:
    """Return the manifests of batches with rows, oldest first."""
    return [m for m in manifests(settings, table) if m["status"] == "landed"]


def paths(settings: Settings, table: Table, batches: list[dict[str, Any]]) -> list[str]:
    """Return the files of rows of ``batches``."""
    return [str(batch_folder(settings, table, m["batch"]) / "rows.parquet") for m in batches]
