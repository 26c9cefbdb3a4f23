"""Proof that no byte of a release has changed since it was frozen, and by name what has."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.release.files import MANIFEST, SEAL, hash_of, seal_of
from pipelines.release.opening import find
from pipelines.settings import Settings


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
    elif (seal := (folder / SEAL).read_bytes()) != seal_of(text) or MANIFEST not in held:
        size += len(seal)
        first, _, second = seal.partition(b"\n")
        proof = ("# " + hashlib.sha256(first + b"\n").hexdigest() + "\n").encode()
        if second != proof:
            fault(SEAL, "changed", "a seal that proves itself", "one that does not",
                  "封条文件内容已被改动", "its bytes have changed")  # fmt: skip
            if first != seal_of(text).partition(b"\n")[0] and not _is_canonical(text):
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
        sha256, length = hash_of(folder / path)
        size += length
        known[path] = sha256
        if sha256 != line.get("sha256") or length != line.get("bytes"):
            fault(path, "changed", f"{line.get('sha256')} ({line.get('bytes')} bytes)", f"{sha256} ({length} bytes)",
                  "内容与冻结时不一致", "its bytes have changed")  # fmt: skip
    # without a readable manifest nothing can be called strange
    strange = {p: hash_of(folder / p)[0] for p in sorted(held - listed.keys() - {MANIFEST, SEAL})} if listed else {}
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
