"""Where things lie: data folders, connections, the identity key. No rule, no silo.

Everything hangs below one home, ``ANLAN_HOME`` or ``data/`` in the checkout. A profile other than the
demo has its own folders, so that real files never mix with the pretended district.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import AnlanError, UsageError

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ("demo", "real")


@lru_cache(maxsize=8)
def _parsed(path: Path, changed: int, size: int) -> dict[str, Any]:
    """Return the connections file as it was at a moment: a run asks for it once per table. Callers change nothing in it."""
    with path.open(encoding="utf-8") as f:
        return yaml.safe_load(f) or {}


@dataclass(frozen=True)
class Settings:
    """Folders of one profile and how its silos are reached."""

    home: Path
    profile: str = "demo"
    district_code: str = "330603"
    connections_path: Path | None = None
    from_folder: Path | None = None
    known_on: datetime | None = None

    @classmethod
    def load(
        cls,
        profile: str = "demo",
        home: str | Path | None = None,
        connections: str | Path | None = None,
        from_folder: str | Path | None = None,
    ) -> Settings:
        """Return the settings of ``profile``; ``ANLAN_HOME`` and ``ANLAN_CONNECTIONS`` may move them."""
        if profile not in PROFILES:
            raise UsageError(f"profile {profile!r}", "is not known", do=f"name one of {', '.join(PROFILES)}")
        where = Path(home or os.environ.get("ANLAN_HOME") or ROOT / "data").resolve()
        given = connections or os.environ.get("ANLAN_CONNECTIONS")
        folder = Path(from_folder).resolve() if from_folder else None
        if folder is not None and not folder.is_dir():
            raise UsageError(f"--from {from_folder}", "is not a folder", do="name the folder that holds the files")
        return cls(where, profile, connections_path=Path(given).resolve() if given else None, from_folder=folder)

    @property
    def base(self) -> Path:
        """The folder of the profile."""
        return self.home if self.profile == "demo" else self.home / "profiles" / self.profile

    @property
    def landing(self) -> Path:
        """Immutable batches."""
        return self.base / "landing"

    def as_known_on(self, moment: datetime) -> Settings:
        """Return the settings of a rebuild from what had been recorded by ``moment`` (UTC): a warehouse and releases apart."""
        return replace(self, known_on=moment)

    @property
    def _built(self) -> Path:
        """Where warehouse and releases lie: below the profile, or apart for a rebuild as known on a date."""
        return self.base / "as_known_on" / f"{self.known_on:%Y%m%dT%H%M%S}" if self.known_on else self.base

    @property
    def warehouse(self) -> Path:
        """The DuckDB file's folder."""
        return self._built / "warehouse"

    @property
    def warehouse_file(self) -> Path:
        """The one file that only the pipeline opens."""
        return self.warehouse / "anlan.duckdb"

    @property
    def releases(self) -> Path:
        """Frozen releases."""
        return self._built / "releases"

    @property
    def linkage(self) -> Path:
        """What linkage found, per entity type: tables that dbt reads."""
        return self._built / "linkage"

    @property
    def review(self) -> Path:
        """What people decided about pairs of records; never below a rebuild, a decision is made once."""
        return self.base / "review"

    @property
    def spool(self) -> Path:
        """Where connectors keep what is on its way: fetched files, messages not yet landed and their archive."""
        return self.base / "spool"

    @property
    def exports(self) -> Path:
        """Workbooks and papers made from releases."""
        return self.base / "exports"

    @property
    def connections_file(self) -> Path:
        """The file that says how each silo is reached; never in the repository."""
        return self.connections_path or self.home / "connections.yaml"

    def _connections(self) -> dict[str, Any]:
        path = self.connections_file
        if not path.is_file():
            raise AnlanError(
                f"connections file {path.name}",
                "does not exist",
                do="start the pretended departments with 'make departments', or write the file (docs/operations.md)",
            )
        stat = path.stat()
        return _parsed(path, stat.st_mtime_ns, stat.st_size)

    def connection(self, silo: str, protocol: str = "") -> dict[str, Any]:
        """Return how ``silo`` is reached, by ``protocol`` where it has several. Paths in the file are relative to it.

        A silo's entry is one flat mapping, or one mapping per protocol. ``spool`` and ``vault_keys`` are ours: where
        what is on its way waits, and what it is sealed with.
        """
        ours = {"spool": str(self.spool / silo), "vault_keys": self.vault_key_lines}
        if self.from_folder is not None:
            return {"path": str(self.from_folder / silo), **ours}
        silos = self._connections().get("silos") or {}
        if silo not in silos:
            raise AnlanError(
                f"silo {silo}", "has no connection", seen=f"connections for {', '.join(silos) or 'nobody'}",
                do=f"add silos.{silo} to {self.connections_file.name}",
            )  # fmt: skip
        found = dict(silos[silo] or {})
        if found and all(isinstance(v, dict) for v in found.values()):
            if protocol not in found:
                raise AnlanError(
                    f"silo {silo}", f"has no connection by {protocol or 'any protocol'}", seen=f"connections by {', '.join(found)}",
                    do=f"add silos.{silo}.{protocol} to {self.connections_file.name}",
                )  # fmt: skip
            found = dict(found[protocol])
        for name in ("path", "key_file"):
            if name in found:
                found[name] = str((self.connections_file.parent / found[name]).resolve())
        return {**ours, **found}

    @property
    def vault(self) -> Path:
        """Sealed personal raw text, apart from landing; ``ANLAN_VAULT`` may move it to another disk."""
        given = os.environ.get("ANLAN_VAULT")
        return Path(given).resolve() / self.profile if given else self.base / "vault"

    def _key_file(self, variable: str, entry: str, name: str) -> Path:
        """Return a key's file: from the environment, the connections file, or ``secrets/`` (made at first use)."""
        given = os.environ.get(variable)
        path = Path(given) if given else None
        if path is None and self.from_folder is None and self.connections_file.is_file():
            named = self._connections().get(entry)
            path = self.connections_file.parent / named if named else None
        if path is None:
            path = self.home / "secrets" / name
            if not path.exists():
                self._make_key(path)
        return path

    @staticmethod
    def _make_key(path: Path) -> None:
        """Write a new key; of two that make one at the same time the first wins, and nobody sees half a key."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        tmp = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(tmp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as f:
            f.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(tmp, path)
        tmp.unlink()

    def identity_key_file(self) -> Path:
        """Return the file of the identity keys, one a line, the newest last."""
        return self._key_file("ANLAN_IDENTITY_KEY_FILE", "identity_key_file", "identity.key")

    def identity_keys(self) -> list[bytes]:
        """Return all identity keys, the newest last: it hashes what lands, older ones explain older batches."""
        try:
            found = self.identity_key_file().read_bytes().split()
        except OSError as e:
            raise AnlanError("identity key", "cannot be read", seen=str(e), do="restore the key file") from e
        if not found:
            raise AnlanError("identity key", "is empty", do="restore the key file")
        return found

    def identity_key(self) -> bytes:
        """Return the key that turns identity numbers and phones into hashes; made at first use.

        From ``ANLAN_IDENTITY_KEY_FILE``, else ``identity_key_file`` of the connections file, else
        ``secrets/identity.key`` below the home (created, readable by its owner only).
        """
        return self.identity_keys()[-1]

    def vault_key_file(self) -> Path:
        """Return the file of the vault keys, one a line, the newest last."""
        return self._key_file("ANLAN_VAULT_KEY_FILE", "vault_key_file", "vault.key")

    def vault_key_lines(self) -> list[str]:
        """Return the vault keys as text; ``ANLAN_VAULT_KEY`` (keys joined by commas) goes before the file."""
        given = os.environ.get("ANLAN_VAULT_KEY")
        return given.split(",") if given else self.vault_key_file().read_text(encoding="ascii").split()

    def add_vault_key(self, line: str) -> None:
        """Put a new vault key behind the others."""
        self.write_vault_keys([*self.vault_key_lines(), line])

    def write_vault_keys(self, lines: list[str]) -> None:
        """Replace the vault key file, readable by its owner only."""
        if os.environ.get("ANLAN_VAULT_KEY"):
            raise UsageError(
                "vault keys", "come from ANLAN_VAULT_KEY and cannot be changed here",
                do="keep them in a file (ANLAN_VAULT_KEY_FILE), or change the variable yourself",
            )  # fmt: skip
        self._write_keys(self.vault_key_file(), lines)

    def add_identity_key(self, line: str) -> None:
        """Put a new identity key behind the others."""
        self._write_keys(self.identity_key_file(), [*(k.decode("ascii") for k in self.identity_keys()), line])

    @staticmethod
    def _write_keys(path: Path, lines: list[str]) -> None:
        tmp = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(tmp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            os.write(handle, ("\n".join(lines) + "\n").encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
        tmp.rename(path)
