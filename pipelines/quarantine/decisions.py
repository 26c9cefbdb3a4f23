"""What people decided about refused rows: an append-only log in landing, one folder per decision.

``landing/_decisions/district_code=<d>/<number>-<hash>/`` holds ``decision.json`` (action, who, why, until, when) and
``ties.parquet`` (one row per refused row: its reference, and the reference of the row that took its place, if any). It is
written aside and becomes real by one rename, like a batch, and is never changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import store
from pipelines.errors import UsageError
from pipelines.settings import Settings

ACTIONS = ("repair", "release", "waive")
TIES = pa.schema([("landing_ref", pa.string()), ("new_ref", pa.string())])


@dataclass(frozen=True)
class Decision:
    """One decision: who, why, until when, and which rows it is about. ``batch`` is what it landed, if anything."""

    name: str
    action: str
    who: str
    why: str
    until: date | None
    decided_at: datetime
    silo: str
    table: str
    batch: str | None
    rules: tuple[str, ...]
    ties: dict[str, str | None]

    def holds_on(self, day: date) -> bool:
        """Tell whether a waiver still holds on ``day``; the last day counts."""
        return self.until is None or day <= self.until


def folder(settings: Settings) -> Path:
    """Return where the district's decisions lie."""
    return settings.landing / "_decisions" / f"district_code={settings.district_code}"


def names(settings: Settings) -> list[str]:
    """Return the names of all decisions, oldest first, without opening them."""
    return sorted(p.parent.name for p in folder(settings).glob("*/decision.json"))


def load(settings: Settings) -> list[Decision]:
    """Return all decisions, oldest first."""
    return [_read(folder(settings) / name) for name in names(settings)]


def _read(path: Path) -> Decision:
    said = json.loads((path / "decision.json").read_text(encoding="utf-8"))
    ties = pq.read_table(path / "ties.parquet").to_pydict()
    return Decision(
        path.name, said["action"], said["who"], said["why"],
        date.fromisoformat(said["until"]) if said["until"] else None,
        datetime.fromisoformat(said["decided_at"]), said["silo"], said["table"], said["batch"], tuple(said["rules"]),
        dict(zip(ties["landing_ref"], ties["new_ref"], strict=True)),
    )  # fmt: skip


def require(who: str, why: str) -> None:
    """Refuse a decision without a name or a reason."""
    lacking = [name for name, text in (("--who", who), ("--why", why)) if not (text or "").strip()]
    if lacking:
        raise UsageError(
            "quarantine", f"{' and '.join(lacking)} must be given", seen="empty",
            do="say who decides and why; both stand beside the row for ever",
        )  # fmt: skip


def record(
    settings: Settings,
    action: str,
    silo: str,
    table: str,
    ties: dict[str, str | None],
    *,
    who: str,
    why: str,
    until: date | None = None,
    batch: str | None = None,
    rules: tuple[str, ...] = (),
) -> Decision:
    """Write one decision and return it. The same decision about the same rows a second time is the first one.

    Raises:
        UsageError: without who or why, or a waiver without until.

    """
    require(who, why)
    if action == "waive" and until is None:
        raise UsageError("quarantine waive", "--until must be given", do="name the last day, such as 2026-12-31")
    said: dict[str, Any] = {
        "action": action, "silo": silo, "table": table, "who": who.strip(), "why": why.strip(),
        "until": until.isoformat() if until else None, "batch": batch, "rules": sorted(rules),
    }  # fmt: skip
    body = json.dumps([said, sorted(ties)], ensure_ascii=False, sort_keys=True)
    mark = hashlib.sha256(body.encode()).hexdigest()[:8]
    done = names(settings)
    same = next((n for n in done if n.endswith(mark)), None)
    if same is not None:
        return _read(folder(settings) / same)
    name = f"{1 + len(done):06d}-{mark}"
    tmp = store.temporary(settings)
    try:
        pairs = sorted(ties.items())
        pq.write_table(
            pa.table({"landing_ref": [a for a, _ in pairs], "new_ref": [b for _, b in pairs]}, TIES),
            tmp / "ties.parquet",
        )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        (tmp / "decision.json").write_text(
            json.dumps(said | {"decided_at": now}, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
        )
        store.make_real(tmp, folder(settings) / name)
    finally:
        shutil.rmtree(tmp, ignore_errors=True)
    return _read(folder(settings) / name)
