"""Contracts: what each silo promises, read from ``pipelines/silos/<silo>/contract.yaml``.

A fact about a silo lives in its contract and nowhere else. This module only reads and checks the file;
landing, door, docs page, Dagster assets and reconciliation are made from what it returns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import AnlanError, UsageError

SILOS = Path(__file__).parent / "silos"

PLAIN_TYPES = {
    "text",
    "code",
    "integer",
    "date",
    "datetime",
    "epoch_ms",
    "boolean",
    "gb28181",
    "uscc",
    "id_number",
    "phone",
    "person_name",
    "headcount",
    "day_fraction_seconds",
    "quantity",
    "duration_h_min",
    "rain_day",
    "birth_date",
    "word",
    "village",
    "firm_name",
    "cert_no",
    "home_address",
    "health",
    "account",
}
PERSONAL_TYPES = {"id_number", "phone", "person_name", "cert_no", "home_address", "health", "account"}
_DECIMAL = re.compile(r"^decimal\((\d+),(\d+)\)$")
_MEASURE = re.compile(r"^(money\((元|万元|亿元)\)|area\((㎡|亩|公顷|km²)\))$")
_REQUIRED_KEYS = (
    "silo profile contract_version department name owner protocol cadence grace_days time_zone crs licence tables"
).split()
# the list of firms whose positions anchor the points of others
FIRMS = "enforcement/enterprises"
LOADS = ("snapshot", "incremental", "changes")
# machine-written sources repeat a row to the byte; hand-made files repeat it in other clothes
_BY_MACHINE = {"postgres", "mariadb", "http_json", "soap", "mqtt", "dump"}
# days from one delivery to the next, the longest the calendar allows; None: no day is due
CADENCE_DAYS: dict[str, int | None] = {
    "hourly": 1, "daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366, "once": None,
    "as_it_happens": None,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column as sent (``source``) and as landed (``name``); ``type`` is a word of ``reading.py``."""

    name: str
    source: str
    type: str
    required: bool = False
    zh: str = ""
    en: str = ""
    null_tokens: tuple[str, ...] | None = None
    formats: tuple[str, ...] = ()
    hash: bool = True
    time_zone: str | None = None
    options: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_personal(self) -> bool:
        """True where a value is about a person: landed as keyed hash and mask, the raw text lies in the vault only."""
        return self.type in PERSONAL_TYPES


@dataclass(frozen=True)
class Changes:
    """How a change-event table says what happened: the column of the operation and its words."""

    op: str
    insert: tuple[str, ...] = ("I",)
    update: tuple[str, ...] = ("U",)
    delete: tuple[str, ...] = ("D",)


@dataclass(frozen=True)
class Volume:
    """How many times the median of the last eight deliveries a delivery may hold before the door speaks."""

    low: float = 0.25
    high: float = 4.0
    severity: str = "warning"


@dataclass(frozen=True)
class Table:
    """One table of a silo. ``key`` empty means the whole row is the key.

    ``load``: ``snapshot`` (what is now), ``incremental`` (what came since the watermark) or ``changes`` (events
    of insert, update, delete). ``complete``: one delivery is the whole table, so a key that is missing has been
    withdrawn; with ``complete_by`` it is whole for the values of these columns that it contains.
    ``valid_column``: when a row became true in the world. ``cadence``: how often rows come, where it is not the silo's.
    """

    silo: str
    name: str
    source: Any
    load: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    zh: str = ""
    en: str = ""
    watermark: str | None = None
    period_column: str | None = None
    partition: str = "quarter"
    protocol: str = ""
    features: tuple[str, ...] = ()
    complete: bool = False
    complete_by: tuple[str, ...] = ()
    changes: Changes | None = None
    valid_column: str | None = None
    volume: Volume = field(default_factory=lambda: Volume())
    cadence: str = ""
    points: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)
    towns: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> str:
        """``<silo>/<table>``."""
        return f"{self.silo}/{self.name}"


@dataclass(frozen=True)
class Contract:
    """One silo's contract."""

    silo: str
    profile: str
    contract_version: int
    department: str
    zh: str
    en: str
    protocol: str
    cadence: str
    grace_days: int
    time_zone: str
    crs: str
    tables: dict[str, Table]
    raw: dict[str, Any] = field(compare=False, repr=False)
    overlap_minutes: int = 0
    hash_on: str | None = None
    page_size: int = 5000
    code_scheme: str | None = None

    def hashes_raw(self, table: Table) -> bool:
        """Return whether two rows are the same where their raw text is, and not where their values are."""
        return (self.hash_on or ("raw" if table.protocol in _BY_MACHINE else "read")) == "raw"

    def table(self, name: str) -> Table:
        """Return one table, or say which exist."""
        if name not in self.tables:
            raise UsageError(
                f"silo {self.silo}", f"has no table {name!r}", seen=", ".join(self.tables), do="name one of them"
            )
        return self.tables[name]


# a height without its datum cannot be compared with anything; station: the datum that the station's own row names
DATUMS = ("station", "1985", "wusong", "huanghai", "assumed", "unknown")
_HEIGHT = re.compile("水位(?!变)|潮位(?!变)|高程|海拔")


def needs_datum(kind: str, zh: str) -> bool:
    """Tell whether a column of type ``kind`` that is called ``zh`` holds heights, whose datum must be declared."""
    return kind.startswith("decimal") and bool(_HEIGHT.search(zh))


def _column(where: str, name: str, spec: dict[str, Any], faults: list[str]) -> Column:
    kind = str(spec.get("type", ""))
    if kind not in PLAIN_TYPES and not _DECIMAL.match(kind) and not _MEASURE.match(kind):
        faults.append(f"{where}.{name}: unknown type {kind!r}")
    for key in ("source", "zh", "en"):
        if spec.get(key) is None:
            faults.append(f"{where}.{name}: {key} is missing")
    datum = spec.get("datum")
    if datum is not None and datum not in DATUMS:
        faults.append(f"{where}.{name}: datum {datum!r} is none of {', '.join(DATUMS)}")
    if datum is None and needs_datum(kind, str(spec.get("zh", ""))):
        faults.append(f"{where}.{name}: a height must say its datum: one of {', '.join(DATUMS)}")
    known = {"source", "type", "required", "zh", "en", "null_tokens", "formats", "hash", "time_zone"}
    tokens = spec.get("null_tokens")
    return Column(
        name=name,
        source=str(spec.get("source", name)),
        type=kind,
        required=bool(spec.get("required", False)),
        zh=str(spec.get("zh", "")),
        en=str(spec.get("en", "")),
        null_tokens=tuple(str(t) for t in tokens) if tokens is not None else None,
        formats=tuple(spec.get("formats", ())),
        hash=bool(spec.get("hash", True)),
        time_zone=spec.get("time_zone"),
        options={k: v for k, v in spec.items() if k not in known},
    )


def _changes(where: str, spec: dict[str, Any], columns: dict[str, Column], faults: list[str]) -> Changes | None:
    said = spec.get("changes")
    if spec.get("load") != "changes":
        if said is not None:
            faults.append(f"{where}: changes are named, but load is {spec.get('load')!r}")
        return None
    if not isinstance(said, dict) or said.get("op") not in columns or not said.get("delete"):
        faults.append(f"{where}: load is changes, so changes must name op (a column) and the words of delete")
        return None
    return Changes(
        str(said["op"]),
        **{k: tuple(str(w) for w in said[k]) for k in ("insert", "update", "delete") if k in said},
    )


def _volume(where: str, spec: dict[str, Any], faults: list[str]) -> Volume:
    said = spec.get("volume") or {}
    found = Volume(float(said.get("low", 0.25)), float(said.get("high", 4.0)), str(said.get("severity", "warning")))
    if not 0 <= found.low < found.high or found.severity not in {"warning", "critical"}:
        faults.append(f"{where}: volume needs low < high (times the median) and severity warning or critical")
    return found


def _points(
    where: str, spec: dict[str, Any], columns: dict[str, Column], is_demo: bool, faults: list[str]
) -> dict[str, dict[str, Any]]:
    """Return which columns are a point: as the contract says, else ``lon`` and ``lat`` where both are numbers."""
    if "points" in spec:
        found = spec["points"] or {}
    else:
        pair = next((p for p in (("lon", "lat"), ("lgtd", "lttd")) if all(c in columns for c in p)), None)
        numbers = pair and all(columns[c].type.startswith("decimal") for c in pair)
        found = {"point": {"lon": pair[0], "lat": pair[1]}} if pair and numbers else {}
        if found and "uscc" in columns and is_demo:
            # what is at a firm lies where the brigade's register has the firm
            found["point"]["anchor"] = {"table": FIRMS, "key": "uscc", "by": "uscc"}
    for name, said in found.items():
        named = [said.get("lon"), said.get("lat"), *([said["anchor"].get("by")] if said.get("anchor") else [])]
        faults += [f"{where}: point {name} names {c!r}, which is not a column" for c in named if c not in columns]
    return found


def _towns(
    where: str, spec: dict[str, Any], columns: dict[str, Column], scheme: str | None, faults: list[str]
) -> dict[str, dict[str, Any]]:
    """Return which columns name a town: as the contract says, else ``town_name`` (and ``town_code``) of a silo with a scheme."""
    if "towns" in spec:
        found = spec["towns"] or {}
    elif scheme and "town_name" in columns:
        found = {"town": {"name": "town_name"} | ({"code": "town_code"} if "town_code" in columns else {})}
    else:
        found = {}
    for name, said in found.items():
        named = filter(None, (said.get("code"), said.get("name", "?")))
        faults += [f"{where}: town {name} names {c!r}, which is not a column" for c in named if c not in columns]
    return found


def parse(raw: dict[str, Any], where: str) -> Contract:
    """Return the contract in ``raw``.

    Raises:
        AnlanError: with every fault of the file at once.

    """
    faults = [f"{key} is missing" for key in _REQUIRED_KEYS if key not in raw]
    if raw.get("cadence") not in CADENCE_DAYS:
        faults.append(f"cadence {raw.get('cadence')!r} is none of {', '.join(sorted(CADENCE_DAYS))}")
    tables: dict[str, Table] = {}
    silo = str(raw.get("silo", ""))
    for name, spec in (raw.get("tables") or {}).items():
        columns = {c: _column(name, c, s, faults) for c, s in (spec.get("columns") or {}).items()}
        key = tuple(spec.get("key", ()))
        complete_by = tuple(spec.get("complete_by", ()))
        named = filter(None, (spec.get(k) for k in ("watermark", "period_column", "valid_column")))
        for c in (*key, *complete_by, *named):
            if c not in columns:
                faults.append(f"{name}: key, watermark, period, valid or complete_by column {c!r} is not a column")
        if spec.get("cadence", raw.get("cadence")) not in CADENCE_DAYS:
            faults.append(f"{name}: cadence {spec.get('cadence')!r} is none of {', '.join(sorted(CADENCE_DAYS))}")
        if spec.get("load") not in LOADS:
            faults.append(f"{name}: load is {spec.get('load')!r}, must be one of {', '.join(LOADS)}")
        if (spec.get("complete") or complete_by) and not (spec.get("load") == "snapshot" and key):
            faults.append(f"{name}: only a snapshot with a key can be complete")
        for f in spec.get("features", ()):
            if not re.fullmatch(r"F[0-9]{3}", str(f)):
                faults.append(f"{name}: feature {f!r} is not a number such as F041")
        for c in columns:
            if c.endswith("_text") and c[: -len("_text")] in columns:
                faults.append(f"{name}: {c} is the name under which the raw text of {c[: -len('_text')]} is landed")
        if not columns:
            faults.append(f"{name}: no columns")
        tables[name] = Table(
            silo=silo,
            name=name,
            source=spec.get("source"),
            load=str(spec.get("load")),
            key=key,
            columns=columns,
            zh=str((spec.get("name") or {}).get("zh", name)),
            en=str((spec.get("name") or {}).get("en", name)),
            watermark=spec.get("watermark"),
            period_column=spec.get("period_column"),
            partition=str(spec.get("partition", "quarter")),
            protocol=str(spec.get("protocol") or raw.get("protocol", "")),
            features=tuple(str(f) for f in spec.get("features", ())),
            complete=bool(spec.get("complete", False)) or bool(complete_by),
            complete_by=complete_by,
            changes=_changes(name, spec, columns, faults),
            valid_column=spec.get("valid_column"),
            volume=_volume(name, spec, faults),
            cadence=str(spec.get("cadence") or raw.get("cadence", "")),
            points=_points(name, spec, columns, raw.get("profile") == "demo" and f"{silo}/{name}" != FIRMS, faults),
            towns=_towns(name, spec, columns, raw.get("code_scheme"), faults),
            raw=spec,
        )
    if faults:
        raise AnlanError(where, "the contract is not complete", seen="; ".join(faults), do="mend the file")
    protocol = str(raw["protocol"])
    return Contract(
        silo=silo,
        profile=str(raw["profile"]),
        contract_version=int(raw["contract_version"]),
        department=str(raw["department"]),
        zh=str(raw["name"]["zh"]),
        en=str(raw["name"]["en"]),
        protocol=protocol,
        cadence=str(raw["cadence"]),
        grace_days=int(raw["grace_days"]),
        time_zone=str(raw["time_zone"]),
        crs=str(raw["crs"]),
        tables=tables,
        raw=raw,
        overlap_minutes=int(raw.get("overlap_minutes", 0)),
        hash_on=raw.get("hash_on"),
        page_size=int(raw.get("page_size", 5000)),
        code_scheme=raw.get("code_scheme"),
    )


@cache
def load(silo: str) -> Contract:
    """Return the contract of ``silo``; a silo without one is a wrong call."""
    path = SILOS / silo / "contract.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in SILOS.glob("*/contract.yaml")))
        raise UsageError(f"silo {silo!r}", "is not known", seen=f"known silos: {known}", do="name one of them")
    with path.open(encoding="utf-8") as f:
        raw = yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return parse(raw, f"pipelines/silos/{silo}/contract.yaml")


def all_contracts(profile: str | None = None) -> list[Contract]:
    """Return all contracts, of one profile if named, in the order of their silos' names."""
    found = [load(p.parent.name) for p in sorted(SILOS.glob("*/contract.yaml"))]
    return [c for c in found if profile is None or c.profile == profile]
