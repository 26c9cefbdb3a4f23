"""Sealed files: frames of bytes under a data key of their own, which a vault key wraps (AES-256-GCM both).

A file is a header without any secret text, then frames. It is bound to what its header says: moved, cut or changed,
it does not open. A new vault key re-wraps the data key, not the text. The vault seals batches with it, the spool of
messages what is on its way.

Here belong bytes, keys and frames. What is sealed and who may open it is said by :mod:`pipelines.vault`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
import struct
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipelines.disk import sync
from pipelines.errors import AnlanError

MAGIC = b"ANLANVAULT1\n"
_NONCE = 12
_FRAME = struct.Struct(">IB")  # length of the sealed frame, 1 where it is the last
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Key:
    """One vault key; ``id`` follows from the key and gives nothing of it away."""

    id: str
    secret: bytes


def key_id(secret: bytes) -> str:
    """Return the name of a key: eight hex places of its SHA-256."""
    return hashlib.sha256(b"anlan key " + secret).hexdigest()[:8]


def keys(where: str, lines: Callable[[], list[str]]) -> dict[str, Key]:
    """Return the keys that ``lines`` gives by id, the newest last: it seals, the others only open.

    Raises:
        AnlanError: when they cannot be read or are something else than keys of 32 bytes in hex.

    """
    try:
        given = lines()
    except OSError as e:
        raise AnlanError(where, "cannot be read", seen=str(e), do="restore the key file") from e
    found: dict[str, Key] = {}
    for number, line in enumerate(given, 1):
        try:
            secret = bytes.fromhex(line)
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise AnlanError(where, f"line {number} is no key of 64 hex places", do="restore the key file")
        found[key_id(secret)] = Key(key_id(secret), secret)
    if not found:
        raise AnlanError(where, "holds no key", do="restore the key file")
    return found


class Body:
    """Seals frames into an open file, one after the other. The counter is the nonce: a data key seals one file only."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.secret, self.count = file, AESGCM.generate_key(256), 0
        self._cipher = AESGCM(self.secret)

    def write(self, plain: bytes, last: bool = False) -> None:
        """Seal one frame; the last one closes the text."""
        sealed = self._cipher.encrypt(self.count.to_bytes(_NONCE, "big"), plain, b"last" if last else b"more")
        self.file.write(_FRAME.pack(len(sealed), int(last)) + sealed)
        self.count += 1


def create(path: Path) -> BinaryIO:
    """Return a new file that only its owner may read; one that is there already is not touched."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _bound(head: dict[str, Any]) -> bytes:
    """Return what the wrapped key is bound to: a file moved to another batch does not open."""
    return "/".join(str(head[k]) for k in ("silo", "table", "batch", "rows")).encode()


def wrap(key: Key, secret: bytes, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the header of a file: ``facts`` (silo, table, batch and rows are bound) and its wrapped data key."""
    nonce = secrets.token_bytes(_NONCE)
    wrapped = AESGCM(key.secret).encrypt(nonce, secret, _bound(facts))
    return facts | {"key_id": key.id, "wrapped": base64.b64encode(nonce + wrapped).decode("ascii")}


def packed(head: dict[str, Any]) -> bytes:
    """Return a header as it stands before the frames."""
    text = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    return MAGIC + _LENGTH.pack(len(text)) + text


def place(source: Path, final: Path, head: dict[str, Any], skip: int) -> None:
    """Write ``head`` and the frames of ``source`` to ``final``: synced, then one rename."""
    tmp = final.parent / f".{uuid.uuid4().hex}.tmp"
    with source.open("rb") as old, create(tmp) as new:
        new.write(packed(head))
        old.seek(skip)
        shutil.copyfileobj(old, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())
    tmp.rename(final)
    sync(final.parent)


def write(path: Path, key: Key, facts: dict[str, Any], pieces: Iterator[bytes]) -> None:
    """Seal ``pieces`` into a file that is there whole or not at all."""
    tmp = path.parent / f".{uuid.uuid4().hex}.tmp"
    with create(tmp) as file:
        body = Body(file)
        file.write(packed(wrap(key, body.secret, facts)))
        for piece in pieces:
            body.write(piece)
        body.write(b"", last=True)
        file.flush()
        os.fsync(file.fileno())
    tmp.rename(path)
    sync(path.parent)


def broken(path: Path, what: str) -> AnlanError:
    """Return the fault of a file that is not as it was sealed."""
    return AnlanError(
        f"sealed file {path.parent.parent.name}/{path.name}", what, do="restore the file from the backup of the vault"
    )


class Cut(AnlanError):
    """A file that ends before its first frame: nothing was sealed in it yet."""

    def __init__(self, fault: AnlanError) -> None:
        super().__init__(fault.where, fault.what, fault.seen, fault.do)


def header(path: Path) -> tuple[dict[str, Any], int]:
    """Return the header of a sealed file and where its frames begin. No key is needed, no person is in it."""
    with path.open("rb") as f:
        if f.read(len(MAGIC)) != MAGIC:
            raise broken(path, "is no sealed file")
        prefix = f.read(_LENGTH.size)
        size = _LENGTH.unpack(prefix)[0] if len(prefix) == _LENGTH.size else 1
        text = f.read(size)
        if len(text) < size:
            raise Cut(broken(path, "is damaged: it ends inside its header"))
        try:
            return json.loads(text), len(MAGIC) + _LENGTH.size + size
        except ValueError as e:
            raise broken(path, "is damaged: its header cannot be read") from e


def unwrap(path: Path, head: dict[str, Any], known: dict[str, Key]) -> bytes:
    """Return the data key of a file.

    Raises:
        AnlanError: when the vault key it needs is not among ``known``, or the header was changed.

    """
    key = known.get(str(head.get("key_id")))
    if key is None:
        raise AnlanError(
            f"sealed file {path.name}", "was sealed with a key that is not here",
            seen=f"key {head.get('key_id')}, held: {', '.join(known)}", do="add the old key as a line of the key file",
        )  # fmt: skip
    blob = base64.b64decode(head["wrapped"])
    try:
        return AESGCM(key.secret).decrypt(blob[:_NONCE], blob[_NONCE:], _bound(head))
    except InvalidTag as e:
        raise broken(path, "was changed after it was sealed") from e


def frames(path: Path, known: dict[str, Key], torn: bool = False) -> Iterator[bytes]:
    """Yield the frames of a file in their order.

    ``torn``: the file may end anywhere, as a killed writer leaves it; what was written whole is given.

    Raises:
        AnlanError: when the file is cut off (unless ``torn``), was changed, or its key is missing.

    """
    try:
        head, start = header(path)
    except Cut:
        if torn:
            return
        raise
    body, number = AESGCM(unwrap(path, head, known)), 0
    with path.open("rb") as f:
        f.seek(start)
        while True:
            prefix = f.read(_FRAME.size)
            size, last = _FRAME.unpack(prefix) if len(prefix) == _FRAME.size else (0, 0)
            sealed = f.read(size)
            if not size or len(sealed) < size:
                if torn:
                    return
                raise broken(path, "is cut off")
            try:
                plain = body.decrypt(number.to_bytes(_NONCE, "big"), sealed, b"last" if last else b"more")
            except InvalidTag as e:
                raise broken(path, "was changed after it was sealed") from e
            number += 1
            if last:
                return
            yield plain
