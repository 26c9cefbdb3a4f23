"""A new identity key: the hashes of earlier batches are made again from the vault, so that they stay joinable.

Landed batches are never changed. What a hash of an old key is under the newest key stands in
``landing/_index/identity_hashes.parquet``; staging puts the new one in its place (macro ``newest_accepted``).
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import store, vault
from pipelines.contract import Contract
from pipelines.errors import AnlanError
from pipelines.reading import persons
from pipelines.sealed import key_id
from pipelines.settings import Settings

SCHEMA = pa.schema([(n, pa.string()) for n in ("old_hash", "new_hash", "old_key", "new_key")])


def hashes_file(settings: Settings) -> Path:
    """Return the file that says what an old hash is now."""
    return settings.landing / "_index" / "identity_hashes.parquet"


def has_old_hashes(settings: Settings) -> bool:
    """Tell whether any landed hash is of an old key and has its new one."""
    path = hashes_file(settings)
    return path.is_file() and pq.read_metadata(path).num_rows > 0


def newest_id(settings: Settings) -> str:
    """Return the id of the key that hashes what lands now."""
    return key_id(settings.identity_key())


def new_key(settings: Settings, *, who: str, reason: str) -> str:
    """Put a new identity key behind the others and return its id; what lands from now on is hashed with it."""
    vault.log(settings, who=who, reason=reason, what="new identity key")
    settings.add_identity_key(secrets.token_hex(32))
    return newest_id(settings)


def rehash(settings: Settings, contracts: list[Contract], *, who: str, reason: str) -> dict[str, Any]:
    """Read every batch of an old identity key from the vault and keep its old and new hashes side by side.

    Raises:
        AnlanError: when a batch was hashed with a key that is not in the key file any more.

    """
    held = {key_id(k): k for k in settings.identity_keys()}
    newest = list(held)[-1]
    found: dict[str, tuple[str, str, str]] = {}
    batches = 0
    for contract in contracts:
        for table in contract.tables.values():
            personal = [c for c in table.columns.values() if c.is_personal]
            for m in store.manifests(settings, table) if personal else []:
                old = m.get("identity_key")
                if not m.get("vault") or not old or old == newest:
                    continue
                if old not in held:
                    raise AnlanError(
                        f"batch {table.id}/{m['batch']}", "was hashed with an identity key that is not here",
                        seen=f"key {old}, held: {', '.join(held)}", do="add the old key as a line of the key file",
                    )  # fmt: skip
                rows = vault.open_rows(settings, table.silo, table.name, m["batch"], who=who, reason=reason)
                batches += 1
                for column in personal:
                    for raw in rows.column(column.name).unique().to_pylist():
                        pair = [
                            persons.hashed(raw, column.type, held[k]) if raw is not None else [] for k in (old, newest)
                        ]
                        for was, now in zip(*pair, strict=True):
                            found[was] = (now, old, newest)
    path = hashes_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [(was, *rest) for was, rest in sorted(found.items())]
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in SCHEMA.names]
    tmp = path.with_suffix(".tmp")
    pq.write_table(pa.table([pa.array(c, pa.string()) for c in columns], schema=SCHEMA), tmp)
    tmp.rename(path)
    return {"key_id": newest, "batches": batches, "hashes": len(found)}
