"""Who may decide about pairs: names, roles and how they prove who they are. ``review/reviewers.json``, mode 600.

A passphrase is kept as a scrypt hash. Where the pages stand behind a login of the house, that login takes its place; the
name in the log is the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from pipelines.errors import UsageError
from pipelines.settings import Settings

ROLE = "data_steward"
SHORTEST = 10  # characters of a passphrase
_COST = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True)
class Reviewer:
    """One person who may decide."""

    name: str
    roles: tuple[str, ...]


def _file(settings: Settings) -> Path:
    return settings.review / "reviewers.json"


def _read(settings: Settings) -> dict[str, dict[str, object]]:
    try:
        return json.loads(_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _hash(passphrase: str, salt: str) -> str:
    return hashlib.scrypt(passphrase.encode(), salt=bytes.fromhex(salt), **_COST).hex()


def add(settings: Settings, name: str, passphrase: str, roles: tuple[str, ...] = (ROLE,)) -> None:
    """Write a reviewer, or a new passphrase of one.

    Raises:
        UsageError: no name, or a passphrase that is too short.

    """
    if not name.strip():
        raise UsageError("reviewer", "has no name", do="give the name that shall stand in the log")
    if len(passphrase) < SHORTEST:
        raise UsageError("passphrase", "is too short", f"{len(passphrase)} characters", f"take at least {SHORTEST}")
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        people = _read(settings)
        salt = secrets.token_hex(16)
        people[name.strip()] = {"salt": salt, "hash": _hash(passphrase, salt), "roles": list(roles)}
        tmp = file.with_suffix(".tmp")
        with os.fdopen(os.open(tmp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(people, out, ensure_ascii=False, indent=1, sort_keys=True)
        tmp.rename(file)


def remove(settings: Settings, name: str) -> None:
    """Take a reviewer's right away; what they decided stays.

    Raises:
        UsageError: nobody of that name.

    """
    file = _file(settings)
    people = _read(settings)
    if name not in people:
        raise UsageError(f"reviewer {name!r}", "is not known", ", ".join(sorted(people)) or "nobody is")
    with FileLock(file.with_suffix(".lock")):
        people.pop(name)
        tmp = file.with_suffix(".tmp")
        with os.fdopen(os.open(tmp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(people, out, ensure_ascii=False, indent=1, sort_keys=True)
        tmp.rename(file)


def everyone(settings: Settings) -> list[Reviewer]:
    """Return all reviewers by name."""
    return [Reviewer(n, tuple(p["roles"])) for n, p in sorted(_read(settings).items())]  # type: ignore[arg-type]


def sign_in(settings: Settings, name: str, passphrase: str) -> Reviewer | None:
    """Return the reviewer whose passphrase this is, or None. An unknown name takes as long as a wrong passphrase."""
    found = _read(settings).get(name.strip(), {"salt": "00" * 16, "hash": "", "roles": []})
    given = _hash(passphrase, str(found["salt"]))
    if not hmac.compare_digest(given, str(found["hash"])):
        return None
    return Reviewer(name.strip(), tuple(found["roles"]))  # type: ignore[arg-type]
