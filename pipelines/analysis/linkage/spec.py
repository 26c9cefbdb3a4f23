"""What a linkage is asked: the id, the kind of each column, keys, thresholds. Read from YAML, checked here, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from pipelines.errors import AnlanError

KINDS = ("name", "date", "code", "address", "phone", "free", "hash", "point", "name_hashes", "id_hashes")
_WORDS = {
    "id", "columns", "keys", "threshold", "review", "exclusive", "needed", "max_cluster", "entity_type", "district_code", "seed",
}  # fmt: skip


class _Named(yaml.SafeLoader):
    """Reads what names columns: no, on, y and 1 are words here, as they are in a header."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, form) for tag, form in forms if tag in {"tag:yaml.org,2002:merge", "tag:yaml.org,2002:null"}]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Spec:
    """What is linked and how.

    ``id`` names the column that names a record; ``columns`` gives each compared column its kind (one of
    :data:`KINDS`); ``keys`` are lists of columns: records that are equal and not empty in all columns of one list
    are the same. ``exclusive`` names columns of kind code or hash, or columns that are not
    compared at all: two different good values never meet in one cluster. ``needed`` names compared columns in which a
    pair must be alike at some level: where they are different, or one says nothing, nothing else can make up for it.
    ``threshold`` and ``review`` are probabilities 0–1: pairs from ``threshold`` on are merged, pairs from
    ``review`` on are kept for a person. Clusters over ``max_cluster`` records are stopped. ``district_code`` and
    ``entity_type`` are copied into every row. ``seed`` fixes the sample from which rare agreements are counted.
    ``guarded``: codes with a right check place (credit codes, identity numbers) are exclusive in every column of kind code,
    named so or not. ``credit``, found by the engine: exclusive columns of such codes; one whose check place is wrong is no
    good value.
    """

    id: str
    columns: Mapping[str, str]
    keys: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    threshold: float = 0.92
    review: float = 0.75
    max_cluster: int = 50
    entity_type: str = "record"
    district_code: str = ""
    seed: int = 1
    guarded: bool = False
    credit: tuple[str, ...] = ()
    where: str = field(default="spec", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", dict(self.columns))
        object.__setattr__(self, "keys", tuple((k,) if isinstance(k, str) else tuple(k) for k in self.keys))
        object.__setattr__(self, "exclusive", tuple(self.exclusive))
        object.__setattr__(self, "needed", tuple(self.needed))
        self._check()

    def _fail(self, what: str, seen: str = "", do: str = "") -> None:
        raise AnlanError(self.where, what, seen, do)

    def _check(self) -> None:
        if not self.columns:
            self._fail("names no columns to compare", do="add columns, each with its kind, such as surname: name")
        for column, kind in self.columns.items():
            if kind not in KINDS:
                self._fail(
                    f"column {column!r} has a kind that does not exist", seen=repr(kind), do=f"use {', '.join(KINDS)}"
                )
        if self.id in self.columns:
            self._fail(f"the id column {self.id!r} is also compared", do="leave it out of columns")
        unknown = sorted(set(self.needed) - set(self.columns))
        if unknown:
            self._fail("needed names a column without a kind", seen=", ".join(unknown), do="add it to columns")
        if any(not k for k in self.keys):
            self._fail("keys holds an empty list", do="name the columns of the key or take it out")
        wrong = [c for c in self.exclusive if self.columns.get(c, "code") not in {"code", "hash"}]
        if wrong:
            self._fail("exclusive columns must be of kind code or hash", seen=", ".join(wrong), do="change the kind")
        for name, value in (("threshold", self.threshold), ("review", self.review)):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
                self._fail(f"{name} is no probability", seen=repr(value), do="give a number above 0 and at most 1")
        if self.review > self.threshold:
            object.__setattr__(self, "review", self.threshold)
        for name, value, least in (("max_cluster", self.max_cluster, 2), ("seed", self.seed, 0)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                self._fail(f"{name} is no whole number from {least} on", seen=repr(value), do="change it")

    def as_dict(self) -> dict[str, Any]:
        """Return the spec as plain values, for model.json."""
        plain = asdict(self)
        plain.pop("where")
        return json.loads(json.dumps(plain))

    @property
    def key_only(self) -> tuple[str, ...]:
        """Columns that only keys or ``exclusive`` name: compared for equality, never scored."""
        return tuple(sorted(({c for k in self.keys for c in k} | set(self.exclusive)) - set(self.columns)))

    @property
    def version(self) -> str:
        """Twelve hex places that change with everything the spec says."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_spec(path: str | Path) -> Spec:
    """Read a spec from a YAML file.

    Raises :class:`AnlanError` with file, fault and what to do where the file cannot be read, is no mapping, has
    unknown words, or says something a spec cannot say.
    """
    path = Path(path)
    where = f"spec {path.name}"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as e:
        raise AnlanError(where, "cannot be read", seen=e.strerror or str(e), do="name an existing file") from e
    except UnicodeDecodeError as e:
        raise AnlanError(where, "is not UTF-8", seen=f"byte {e.start}", do="save it as UTF-8") from e
    try:
        found = yaml.safe_load(text)
        named = yaml.load(text, _Named)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        seen = f"line {mark.line + 1}: {getattr(e, 'problem', '')}" if mark else str(e)
        raise AnlanError(where, "is not YAML", seen=seen, do="mend that line") from e
    if not isinstance(found, dict):
        raise AnlanError(where, "is not a list of settings", seen=type(found).__name__, do="write id: and columns:")
    unknown = sorted(str(k) for k in found if k not in _WORDS)
    if unknown:
        raise AnlanError(where, "has unknown settings", seen=", ".join(unknown), do=f"use {', '.join(sorted(_WORDS))}")
    found |= {name: named[name] for name in ("id", "columns", "keys", "exclusive", "needed") if name in named}
    if not isinstance(found.get("id"), str) or not found["id"].strip():
        raise AnlanError(where, "names no id column", seen=repr(found.get("id")), do="add id: <column>")
    columns = found.get("columns")
    if not isinstance(columns, dict):
        raise AnlanError(where, "columns is no list of column: kind", seen=type(columns).__name__, do="write columns:")
    found["columns"] = {str(k).strip(): v for k, v in columns.items()}
    found["id"] = found["id"].strip()
    for name in ("keys", "exclusive", "needed"):
        given = found.get(name) or []
        parts = given if isinstance(given, list) else [given]
        flat = [x for p in parts for x in (p if isinstance(p, list) and name == "keys" else [p])]
        if not all(isinstance(x, str) for x in flat):
            raise AnlanError(where, f"{name} is no list of columns", seen=repr(given), do=f"write {name}: [[column]]")
        found[name] = parts
    return Spec(**found, guarded=True, where=where)
