"""What a connection shows against what its contract promises, in words the owner understands.

Reads a sample through the protocol's own connector, lands nothing, quotes no person.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import asdict, dataclass
from importlib import import_module
from statistics import median
from typing import Any

from pipelines import landing
from pipelines.connectors.base import Sample
from pipelines.connectors.files.columns import folded
from pipelines.contract import Column, Contract, Table
from pipelines.errors import AnlanError
from pipelines.settings import Settings
from pipelines.silo_tools import guess

CLOSE = 0.5  # likeness from which a name is taken for a renamed one
MANY = 0.2  # share of a sample from which a fault is the column's and not a cell's
_TYPES_ZH = {
    "integer": "整数", "date": "日期", "datetime": "日期时间", "epoch_ms": "毫秒时间戳", "boolean": "是/否",
    "uscc": "统一社会信用代码", "id_number": "身份证号", "phone": "电话号码", "headcount": "人数", "gb28181": "20 位设备编码",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that differs. ``severity`` is ``error`` (the data would be refused) or ``note``."""

    table: str
    claim: str
    severity: str
    zh: str
    en: str
    column: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for ``--json``."""
        return asdict(self)


def sample_of(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Return what the table's connection shows.

    Raises:
        AnlanError: as its connector says, or a protocol that cannot be tried.

    """
    module = import_module(f"pipelines.connectors.{table.protocol}") if table.protocol != "extract" else None
    if module is None or not hasattr(module, "check"):
        raise AnlanError(table.id, f"protocol {table.protocol} cannot be tried", do="pull the silo instead")
    return module.check(contract, table, connection)


def check(settings: Settings, contract: Contract) -> tuple[list[Finding], dict[str, Sample]]:
    """Try every table of a silo and return what differs, and the samples by table."""
    findings: list[Finding] = []
    samples: dict[str, Sample] = {}
    for table in contract.tables.values():
        try:
            sample = sample_of(contract, table, settings.connection(contract.silo, table.protocol))
        except AnlanError as e:
            findings.append(
                Finding(table.name, "reachable", "error", zh=f"取不到样例：{e.what}（{e.seen}）。请：{e.do}",
                        en=f"no sample: {e.what} ({e.seen}). Do: {e.do}")
            )  # fmt: skip
            continue
        samples[table.name] = sample
        done = [m for m in landing.manifests(settings, table) if m["status"] == "landed" and m["landed"]]
        findings += compare(contract, table, sample, [int(m["landed"]) for m in done[-8:]])
    return findings, samples


def compare(contract: Contract, table: Table, sample: Sample, before: list[int]) -> list[Finding]:
    """Return what differs between a sample and the contract; ``before``: rows of the last deliveries."""
    if not sample.columns and not sample.rows:
        return [
            Finding(table.name, "not_empty", "note", zh=f"连接正常，但目前没有可看的数据（{'；'.join(sample.notes)}）",
                    en=f"the connection works, but there is nothing to look at now ({'; '.join(sample.notes)})")
        ]  # fmt: skip
    places = {c.name: _place(c, sample) for c in table.columns.values() if not _is_given(c)}
    found = _columns(table, sample, places)
    found += _types(contract, table, sample, places)
    found += _key(table, sample, places)
    found += _volume(table, sample, before)
    found += _reference(contract, table, sample)
    return found


def _is_given(column: Column) -> bool:
    return column.source.startswith(("@", "="))


def _place(column: Column, sample: Sample) -> str | None:
    """Return the sample's own name of a column: exactly, folded, by its lowest header, or the top of a path."""
    for name in sample.columns:
        if name == column.source:
            return name
    for name in sample.columns:
        if folded(name) in {folded(column.source)} or folded(name.rsplit("/", 1)[-1]) == folded(column.source):
            return name
    top = column.source.split(".")[0]
    return top if "." in column.source and top in sample.columns else None


def _columns(table: Table, sample: Sample, places: dict[str, str | None]) -> list[Finding]:
    used = {p for p in places.values() if p}
    extra = [c for c in sample.columns if c not in used]
    found = []
    for name, place in places.items():
        column = table.columns[name]
        if place is not None or column.options.get("optional"):
            continue
        close = _closest(column.source, extra)
        zh = f"缺少列“{column.source}”（{column.zh}）" + (f"，是否改名为“{close}”？" if close else "")
        en = f"column “{column.source}” ({column.en}) is missing" + (f"; was it renamed to “{close}”?" if close else "")
        found.append(Finding(table.name, "column_missing", "error", zh, en, name))
    for name in extra:
        zh = f"多出契约之外的列“{name}”"
        found.append(Finding(table.name, "column_extra", "note", zh, f"column “{name}” is not in the contract", name))
    return found


def _closest(source: str, extra: list[str]) -> str | None:
    def likeness(name: str) -> float:
        a, b = folded(source), folded(name)
        return max(difflib.SequenceMatcher(None, a, b).ratio(), 0.9 if a and b and (a in b or b in a) else 0.0)

    best = max(extra, key=likeness, default=None)
    return best if best is not None and likeness(best) >= CLOSE else None


def _masked(text: str, column: Column) -> str:
    """Return an example: of people nothing but its shape, of others the beginning with long numbers hidden."""
    if column.is_personal:
        return re.sub(r"\w", "*", text)[:20]
    return re.sub(r"\d{7,}", lambda m: m[0][:3] + "*" * (len(m[0]) - 3), text)[:40]


def _types(contract: Contract, table: Table, sample: Sample, places: dict[str, str | None]) -> list[Finding]:
    found = []
    for name, place in places.items():
        column = table.columns[name]
        if place is None or "match" in column.options or "." in column.source:
            continue
        values = [row.get(place) for row in sample.rows]
        bad = [v for v, is_bad in zip(values, guess.unread(contract, column, values), strict=True) if is_bad and v]
        if bad:
            examples = "、".join(dict.fromkeys(_masked(v, column) for v in bad[:3]))
            kind = _TYPES_ZH.get(column.type, column.type)
            zh = f"列“{column.source}”有 {len(bad)}/{len(values)} 个样例读不成{kind}，例如 {examples}"
            en = f"{len(bad)} of {len(values)} samples of “{column.source}” do not read as {column.type}, such as {examples}"
            # a few bad cells are the door's business; many mean that the column is not what was agreed
            many = len(bad) >= MANY * sum(v is not None and bool(v.strip()) for v in values)
            found.append(Finding(table.name, "type_reads", "error" if many else "note", zh, en, name))
        empty = sum(v is None or not v.strip() for v in values)
        if column.required and empty:
            zh = f"必填列“{column.source}”有 {empty}/{len(values)} 个样例为空"
            en = f"mandatory column “{column.source}” is empty in {empty} of {len(values)} samples"
            severity = "error" if empty >= MANY * len(values) else "note"
            found.append(Finding(table.name, "required", severity, zh, en, name))
    return found


def _key(table: Table, sample: Sample, places: dict[str, str | None]) -> list[Finding]:
    at = [places.get(k) for k in table.key]
    if not at or None in at or not sample.rows or table.raw.get("repeated_key") == "newest":
        return []
    different = {
        tuple(row.get(c) for c in sample.columns): row for row in sample.rows
    }  # a copy of a row is no conflict
    keys = Counter(tuple(row.get(str(p)) for p in at) for row in different.values())
    twice = sum(1 for n in keys.values() if n > 1)
    if not twice:
        return []
    names = "、".join(table.columns[k].source for k in table.key)
    return [
        Finding(table.name, "key_unique", "error", zh=f"主键（{names}）在样例中有 {twice} 个重复",
                en=f"the key ({names}) repeats for {twice} value(s) of the sample", column=table.key[0])
    ]  # fmt: skip


def _volume(table: Table, sample: Sample, before: list[int]) -> list[Finding]:
    rows = sample.row_count
    if rows is None or not before:
        return []
    usual = median(before)
    if table.volume.low * usual <= rows <= table.volume.high * usual:
        return []
    return [
        Finding(table.name, "volume", "note", zh=f"现有 {rows:,} 行，以往约 {usual:,.0f} 行，请核对是否缺报或重报",
                en=f"{rows:,} rows now, about {usual:,.0f} before: is something missing or sent twice?")
    ]  # fmt: skip


_CRS = {"WGS-84": {"EPSG:4326", "OGC:CRS84"}, "CGCS2000": {"EPSG:4490", "EPSG:4549", "EPSG:4528"}}


def _reference(contract: Contract, table: Table, sample: Sample) -> list[Finding]:
    said = next((n.removeprefix("crs: ") for n in sample.notes if n.startswith("crs: ")), None)
    promised = str((table.source.get("crs") if isinstance(table.source, dict) else None) or contract.crs)
    if said is None or said == "None":
        return []
    code = re.sub(r"urn:ogc:def:crs:(\w+):[^:]*:", r"\1:", said)
    if code == promised or code in _CRS.get(promised, set()):
        return []
    return [
        Finding(table.name, "crs", "error", zh=f"坐标系为 {said[:60]}，契约写的是 {promised}",
                en=f"the layer is in {said[:60]}, the contract says {promised}")
    ]  # fmt: skip
