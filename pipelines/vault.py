"""The vault: personal raw text, encrypted, apart from everything else, read only with a reason that is written down.

What a department sent about people as plain text (identity numbers, phones, names, home addresses, health)
lies here and nowhere else: landing holds keyed hashes and masks. One sealed file per batch below
``vault/<silo>/<table>/``; each has a data key of its own, wrapped by the vault key (AES-256-GCM both), so a new
vault key re-wraps a few bytes per file (:func:`rotate`). The access log is written before anything is opened.

Here belong sealing, opening, keys of the vault and the log. What is personal is said by the contract; how a
value becomes a hash is said by ``reading``.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
from filelock import FileLock

from pipelines import sealed
from pipelines.errors import AnlanError, UsageError
from pipelines.sealed import Key, header
from pipelines.settings import Settings

LOG = "access.jsonl"
PLACE = ("_file", "_part", "_row")


def keys(settings: Settings) -> dict[str, Key]:
    """Return the vault keys by id, the newest last: it seals, the others only open.

    Raises:
        AnlanError: when the key file cannot be read or holds something else than keys of 32 bytes in hex.

    """
    return sealed.keys(f"vault key {settings.vault_key_file().name}", settings.vault_key_lines)


def folder(settings: Settings, silo: str, table: str) -> Path:
    """Return the folder of a table's sealed files."""
    return settings.vault / silo / table / f"district_code={settings.district_code}"


def sealed_path(settings: Settings, silo: str, table: str, batch: str) -> Path:
    """Return where the sealed file of a batch lies."""
    return folder(settings, silo, table) / f"{batch}.sealed"


def _private(path: Path, root: Path) -> None:
    """Make ``path`` and what lies between it and ``root``, readable by its owner only."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for p in (path, *path.parents):
        p.chmod(0o700)
        if p == root:
            return


class Sealer:
    """Seals one batch slice by slice in constant memory. Nothing is real before :meth:`commit`.

    Use it as a context manager: leaving without a commit removes what was written.
    """

    def __init__(self, settings: Settings, silo: str, table: str) -> None:
        self.settings, self.silo, self.table, self.rows = settings, silo, table, 0
        self.columns: list[str] = []
        _private(folder(settings, silo, table), settings.vault)
        self._path = folder(settings, silo, table) / f".{uuid.uuid4().hex}.tmp"
        self._file: BinaryIO | None = sealed.create(self._path)
        self._body = sealed.Body(self._file)

    def __enter__(self) -> Sealer:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def add(self, rows: pa.Table) -> None:
        """Seal a slice: columns ``_file``, ``_part``, ``_row`` and the raw text of the personal columns.

        Rows without any personal text are left out.
        """
        personal = [n for n in rows.column_names if n not in PLACE]  # may differ from slice to slice
        said = [pc.is_valid(rows.column(n)) for n in personal]
        keep = said[0]
        for one in said[1:]:
            keep = pc.or_(keep, one)
        kept = rows.select([*PLACE, *personal]).filter(keep)
        if kept.num_rows:
            self.columns += [c for c in personal if c not in self.columns]
            self.rows += kept.num_rows
            self._body.write(_packed(kept))

    def commit(self, batch: str) -> dict[str, Any] | None:
        """Make the sealed file of ``batch`` real and return what the manifest says of it; None where it has no row.

        Call it before the batch itself is committed: a sealed file without a batch is harmless and is
        overwritten when the batch comes again, a batch without its sealed file would have lost its raw text.
        """
        if not self.rows:
            self.discard()
            return None
        self._body.write(b"", last=True)
        assert self._file is not None
        self._file.close()
        self._file = None
        key = list(keys(self.settings).values())[-1]
        final = sealed_path(self.settings, self.silo, self.table, batch)
        head = sealed.wrap(key, self._body.secret, {
            "silo": self.silo, "table": self.table, "batch": batch, "rows": self.rows, "columns": self.columns,
        })  # fmt: skip
        sealed.place(self._path, final, head, skip=0)
        self._path.unlink()
        return {
            "file": str(final.relative_to(self.settings.vault)), "rows": self.rows,
            "columns": self.columns, "key_id": key.id,
        }  # fmt: skip

    def discard(self) -> None:
        """Remove what was written and not committed."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)


def seal(settings: Settings, silo: str, table: str, batch: str, rows: pa.Table) -> dict[str, Any] | None:
    """Seal the personal raw text of a whole batch at once; see :class:`Sealer`."""
    with Sealer(settings, silo, table) as sealer:
        sealer.add(rows)
        return sealer.commit(batch)


def _packed(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(rows)
    return sink.getvalue().to_pybytes()


def _rows(path: Path, known: dict[str, Key]) -> Iterator[pa.Table]:
    rows = 0
    for plain in sealed.frames(path, known):
        part = pa.ipc.open_stream(plain).read_all()
        rows += part.num_rows
        yield part
    counted = header(path)[0]["rows"]
    if rows != counted:
        raise sealed.broken(path, f"holds {rows} rows where its header counts {counted}")


def _messages(settings: Settings, pattern: str = "*.sealed") -> list[Path]:
    """Return the sealed messages of the feeds: what came and was not landed yet, and the archive of what was."""
    return sorted(settings.spool.glob(f"*/*/{pattern}"))


def batches(settings: Settings, silo: str | None = None, table: str | None = None) -> list[dict[str, Any]]:
    """Return the headers of the sealed files, without key material, by silo, table and batch."""
    pattern = f"{silo or '*'}/{table or '*'}/district_code={settings.district_code}/*.sealed"
    found = [header(p)[0] for p in sorted(settings.vault.glob(pattern))]
    return [{k: v for k, v in h.items() if k != "wrapped"} for h in found]


def open_rows(
    settings: Settings,
    silo: str,
    table: str,
    batch: str,
    *,
    reason: str,
    who: str,
    refs: Iterable[str] | None = None,
) -> pa.Table:
    """Return personal raw text of a batch: ``landing_ref`` and one text column per personal column.

    ``refs``: the landing references wanted; None means all rows of the batch. The access log is written
    first; without it nothing is opened.

    Raises:
        UsageError: without a reason or without a name.
        AnlanError: when the batch has no sealed file, or it is damaged, or its key is missing.

    """
    wanted = sorted(set(refs)) if refs is not None else None
    path = sealed_path(settings, silo, table, batch)
    if not path.is_file():
        raise AnlanError(
            f"vault {silo}/{table}", "holds nothing of this batch", seen=batch, do="see 'anlan vault list'"
        )
    log(settings, who=who, reason=reason, what="open", silo=silo, table=table, batch=batch, refs=wanted)
    parts = []
    for part in _rows(path, keys(settings)):
        ref = pc.binary_join_element_wise(
            pa.scalar(f"{silo}/{table}/{batch}#"),
            pc.fill_null(pc.cast(part.column("_file"), pa.string()), ""), pa.scalar("!"),
            pc.fill_null(pc.cast(part.column("_part"), pa.string()), ""),
            pa.scalar(":"), pc.cast(part.column("_row"), pa.string()), "",
        )  # fmt: skip
        named = part.drop_columns(list(PLACE)).add_column(0, "landing_ref", ref)
        if wanted is not None:
            named = named.filter(pc.is_in(named.column("landing_ref"), value_set=pa.array(wanted, pa.string())))
        parts.append(named)
    return pa.concat_tables(parts, promote_options="default")


def log(settings: Settings, *, who: str, reason: str, what: str, refs: list[str] | None = None, **facts: Any) -> None:
    """Append one line to the access log: who, when, why, which rows; never a value.

    Each line carries the hash of the line before it, so that a removed line shows (:func:`log_faults`).
    """
    if not who.strip() or not reason.strip():
        raise UsageError("the vault", "opens only for a named person with a reason", do="give --who and --reason")
    _private(settings.vault, settings.vault)
    path = settings.vault / LOG
    with FileLock(settings.vault / ".log.lock"):
        before = path.read_bytes().splitlines()[-1] if path.exists() and path.stat().st_size else b""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "who": who.strip(), "reason": reason.strip(),
            "what": what, **facts, "refs": refs if refs is not None else "all",
            "before": hashlib.sha256(before).hexdigest(),
        }  # fmt: skip
        handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)


def log_lines(settings: Settings) -> list[dict[str, Any]]:
    """Return the access log, oldest first."""
    path = settings.vault / LOG
    return [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def log_faults(settings: Settings) -> list[int]:
    """Return the numbers of the log's lines before which something was changed or taken out."""
    path = settings.vault / LOG
    found, before = [], b""
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        if json.loads(line)["before"] != hashlib.sha256(before).hexdigest():
            found.append(number)
        before = line
    return found


def rotate(settings: Settings, *, who: str, reason: str) -> dict[str, Any]:
    """Make a new vault key and wrap every data key with it; the text itself is not decrypted.

    Old keys stay in the key file until :func:`forget`, so that a backup of an older vault still opens. A run
    that was killed is healed by the next one: each file carries the id of the key it needs.
    """
    log(settings, who=who, reason=reason, what="rotate")
    settings.add_vault_key(secrets.token_hex(32))
    known = keys(settings)
    new, moved = list(known.values())[-1], 0
    for path in [*sorted(settings.vault.glob("*/*/*/*.sealed")), *_messages(settings)]:
        head, start = header(path)
        if head["key_id"] != new.id:
            facts = {k: v for k, v in head.items() if k not in {"key_id", "wrapped"}}
            sealed.place(path, path, sealed.wrap(new, sealed.unwrap(path, head, known), facts), skip=start)
            moved += 1
    return {"key_id": new.id, "files": moved}


def forget(settings: Settings, *, who: str, reason: str) -> list[str]:
    """Remove the old vault keys that no sealed file needs, and return their ids."""
    used = {h["key_id"] for h in batches(settings)}
    used |= {header(p)[0]["key_id"] for p in [*_messages(settings), *_messages(settings, "*.part")]}
    known = list(keys(settings).values())
    gone = [k for k in known[:-1] if k.id not in used]
    log(settings, who=who, reason=reason, what="forget", keys=[k.id for k in gone])
    settings.write_vault_keys([k.secret.hex() for k in known if k not in gone])
    return [k.id for k in gone]


def check(settings: Settings) -> list[AnlanError]:
    """Open every sealed file to its end without giving a value away; return what is wrong."""
    found: list[AnlanError] = []
    known = keys(settings)
    for path in sorted(settings.vault.glob("*/*/*/*.sealed")):
        try:
            for _ in _rows(path, known):
                pass
        except AnlanError as e:
            found.append(e)
    for path in _messages(settings):
        try:
            for _ in sealed.frames(path, known):
                pass
        except AnlanError as e:
            found.append(e)
    found += [
        AnlanError("vault access log", f"line {n} does not follow the line before it", do="compare with the backup")
        for n in log_faults(settings)
    ]
    return found
