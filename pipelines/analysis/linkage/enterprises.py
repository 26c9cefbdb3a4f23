"""Which records name the same enterprise: by code, number and name where these are sure, by likeness for the rest.

Records that say the same of a firm are compared once (a *mention*). Of each mention is worked out which code is its own:

* a code that is the landlord's by the row's own words is no code of the tenant;
* a code whose other records bear quite another name, is contested: the record stands alone and people are asked;
* a code with one wrong sign is mended where exactly one known code is one sign away and bears this very name.

Then the engine joins: by code, mended code, old registration number and name, a silo's own number, tenancy and name, a
full name that only one firm bears; and by likeness of name, town, address, place and phone where none of these speaks.
Two good codes never meet in one cluster, and a branch never meets its head office.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from pipelines.analysis.linkage import tables
from pipelines.analysis.linkage.firm_names import HEAD, Names
from pipelines.analysis.linkage.registry import Decisions, Linked, Thresholds
from pipelines.reading.codes import is_uscc

ENTITY = "enterprise"
KEYS = {
    "uscc": "信用代码一致 · same credit code",
    "uscc_mended": "代码一处笔误，名称一致 · a code with one wrong sign, the name agrees",
    "old_number": "原注册号一致 · same registration number of before 2015",
    "silo_number": "同一部门的同一编号 · the same number in one silo",
    "tenancy": "同一出租方的同名承租单位 · same tenant of the same landlord",
    "full_name": "全称唯一 · a full name that only one firm bears",
}
_COLUMNS = {
    "name": "free", "region": "code", "town": "hash", "address": "address", "place": "point", "phone": "hash",
    "own_code": "hash", "branch": "hash",
}  # fmt: skip
_SAME = (
    "firm_name_key", "uscc", "uscc_text", "parent_uscc", "landlord_uscc", "landlord_number", "silo_number", "town_id",
    "address", "phone_hash",
)  # fmt: skip
CONTESTED = "code of another firm"


@dataclass
class Mention:
    """Records that say the same of a firm; ``id`` is the smallest of their ids. Texts are None where nothing was said."""

    id: str
    records: list[str]
    silos: set[str]
    kinds: set[str]
    name: str | None
    uscc: str | None
    text: str | None
    landlord: str | None
    landlord_number: str | None
    number: str | None
    town: str | None
    address: str | None
    phone: str | None
    place: str | None
    seen: date | None = None
    until: date | None = None
    code: str | None = None
    status: str = ""
    against: list[str] = field(default_factory=list)


def run(records: pa.Table, decisions: Decisions, thresholds: Thresholds, previous: Any = None) -> Linked:
    """Link the records of ``fct_enterprise_records``; see :mod:`registry` for the form of arguments and result."""
    if records.num_rows == 0:
        return Linked(tables.LINKS.empty_table(), tables.PAIRS.empty_table(), {"model_version": "none"})
    mentions, names = collect(records)
    known = own_codes(mentions, names)
    keyed = _keys(mentions, names, known)
    return _link(mentions, names, keyed, known, decisions, thresholds)


def collect(records: pa.Table) -> tuple[list[Mention], Names]:
    """Return the mentions, by id, and the splitter of their names."""
    wanted = [*_SAME, "record_id", "silo", "record_kind", "lon", "lat", "seen_date", "valid_to_date"]
    rows = records.select(wanted).sort_by("record_id").to_pylist()
    names = Names(t for t in records.column("town_name").unique().to_pylist() if t)
    found: dict[tuple, Mention] = {}
    for r in rows:
        key = tuple(r[c] for c in _SAME)
        place = f"{r['lon']} {r['lat']}" if r["lon"] is not None and r["lat"] is not None else None
        m = found.get(key)
        if m is None:
            found[key] = Mention(
                r["record_id"], [r["record_id"]], {r["silo"]}, {r["record_kind"]}, r["firm_name_key"], r["uscc"], r["uscc_text"],
                r["landlord_uscc"], r["landlord_number"], r["silo_number"], r["town_id"], r["address"], r["phone_hash"], place,
                r["seen_date"], r["valid_to_date"],
            )  # fmt: skip
            continue
        m.records.append(r["record_id"])
        m.silos.add(r["silo"])
        m.kinds.add(r["record_kind"])
        m.place = m.place or place
        m.seen = min(m.seen, r["seen_date"]) if m.seen and r["seen_date"] else None
    return sorted(found.values(), key=lambda m: m.id), names


@dataclass
class Known:
    """What the codes are known by: names of each code, codes of each name, towns of each code.

    ``short``: codes by short name; ``county``: codes by name with the former county's name in today's form; ``former``:
    the last day of a name that its code has no longer; ``numbers``: the code a registration number became.
    """

    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    short: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    county: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    towns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    former: dict[tuple[str, str], date] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def add(self, m: Mention, names: Names, code: str) -> None:
        """Note what mention ``m`` says of ``code``."""
        if m.town:
            self.towns[code].add(m.town)
        if m.name:
            self.names[code].add(m.name)
            self.codes[m.name].add(code)
            self.short[names.split(m.name).short].add(code)
            self.county[_today(m.name)].add(code)


def _today(name: str) -> str:
    """Return a name with the county of before 2013 under the name of the district it became."""
    return re.sub("^绍兴县", "绍兴柯桥", name)


def own_codes(mentions: list[Mention], names: Names) -> Known:
    """Set ``code`` and ``status`` of each mention, in the order of the rules, and return what the codes are known by."""
    by_code: dict[str, list[Mention]] = defaultdict(list)
    stated: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for m in mentions:
        if m.uscc and m.uscc == m.landlord:
            m.status = "borrowed"
        elif m.uscc:
            m.code = m.uscc
            by_code[m.uscc].append(m)
            if m.name:
                stated[m.name][m.uscc] |= m.silos
    for code, those in by_code.items():
        _contest(code, those, stated, names)
    known = Known()
    by_number: dict[str, str] = {}
    for m in mentions:
        if m.code:
            known.add(m, names, m.code)
            if m.number and "register" in m.kinds:
                by_number[m.number] = m.code
    for m in mentions:
        # a former name belongs to the code of the register's line it hangs on; where that line did not land, to its own
        if not m.code and not m.status and m.number in by_number and m.name:
            code = by_number[m.number]
            if m.until and m.name not in known.names[code]:
                known.former[m.name, code] = m.until
            known.add(m, names, code)
            if _digits(m):
                known.numbers[_digits(m)] = code
        elif "former_name" in m.kinds and not m.code and m.text in known.names and is_uscc(m.text):
            m.code = m.text if any(names.agree(m.name or "", n) for n in known.names[m.text]) else None
    for m in mentions:
        if not m.code and not m.uscc and m.text and m.name:
            mended = _mended(m, known, names)
            if mended:
                m.code, m.status = mended, "mended"
    return known


def _contest(code: str, those: list[Mention], stated: dict[str, dict[str, set[str]]], names: Names) -> None:
    """Take ``code`` from the mentions whose name is quite another than that which most silos know it by."""
    support: dict[str, set[str]] = defaultdict(set)
    registers: dict[str, int] = defaultdict(int)
    for m in those:
        if m.name:
            support[m.name] |= m.silos
            registers[m.name] += "register" in m.kinds

    def standing(name: str) -> tuple[int, int, str]:
        near = [n for n in support if names.agree(n, name)]
        silos = set().union(*(support[n] for n in near))
        return (-len(silos), -sum(registers[n] for n in near), name)

    if not support:
        return
    best = min(support, key=standing)
    for m in those:
        if not m.name:
            continue
        others = {c: s for c, s in stated[m.name].items() if c != code}
        alone = standing(best)[0] == -1 and names.agree(m.name, best)
        # one silo alone says it, and more silos know this very name under another code
        weak = alone and any(len(s) > len(support[m.name]) for s in others.values())
        if not names.agree(m.name, best) or weak:
            m.code, m.status, m.against = None, "contested", sorted({code, *others})


def _mended(m: Mention, known: Known, names: Names) -> str | None:
    """Return the one code that is one sign away from what stands there and bears this very name, or None."""
    text = re.sub(r"[^0-9A-Z]", "", (m.text or "").upper())
    if len(text) != 18:
        return None
    name = names.split(m.name or "")
    near = known.codes[m.name or ""] | known.short[name.short]
    found = {c for c in near if sum(a != b for a, b in zip(c, text, strict=True)) == 1}
    return found.pop() if len(found) == 1 else None


def _old_number(m: Mention, known: Known, names: Names) -> str | None:
    """Return the registration number of before 2015 where a name history ties it to a code and the name, if any, agrees."""
    number = _digits(m)
    code = known.numbers.get(number)
    if code is None:
        return None
    agrees = not m.name or any(names.agree(m.name, n) for n in known.names[code])
    return f"{number}|{code}" if agrees else None


def _digits(m: Mention) -> str:
    digits = re.sub(r"\s", "", m.text or "")
    return digits if not m.uscc and re.fullmatch("[0-9]{15}", digits) else ""


def _full_name(m: Mention, known: Known, names: Names) -> str | None:
    """Return what a name stands for where it is sure: the one code that bears it, or the name where no code does.

    A short name, or the former county's form of one, needs the town to agree; with any name, a town that the code is not
    known in makes it unsure.
    """
    if not m.name:
        return None
    name = names.split(m.name)
    codes, is_full = set(known.codes.get(m.name, ())), name.is_full or name.branch != HEAD
    if len(codes) > 1 and m.seen:
        # who bore the name before that day and no longer is not meant
        codes -= {c for c in codes if known.former.get((m.name, c), m.seen) < m.seen}
    by_other_form = not codes
    if by_other_form:
        codes = known.county.get(_today(m.name), set()) if is_full else known.short.get(name.short, set())
    if len(codes) > 1 or (not codes and not is_full):
        return None
    if not codes:
        return f"{m.name}|{m.town}" if m.town else None
    code = next(iter(codes))
    towns = known.towns.get(code, set())
    if m.town and towns and m.town not in towns:
        return None
    return code if m.town or not by_other_form else None


def _keys(mentions: list[Mention], names: Names, known: Known) -> list[dict[str, str | None]]:
    """Return, per mention, the columns that the engine compares."""
    code_of = {m.number: m.code for m in mentions if m.number and m.code and "register" in m.kinds}
    marks: dict[str, str] = {
        code: max(sorted({names.split(n).branch for n in those}), key=lambda b: sum(names.split(n).branch == b for n in those))
        for code, those in known.names.items()
    }  # fmt: skip
    rows = []
    for m in mentions:
        name = names.split(m.name) if m.name else None
        landlord = m.landlord or code_of.get(m.landlord_number or "")
        # whoever has a number of a silo's register is known by it; a former name hangs on such a number
        by_number = code_of.get(m.number or "")
        branch = marks.get(m.code) if m.code else None
        rows.append(
            {
                "id": m.id,
                "uscc": m.code if m.status != "mended" else None,
                "uscc_mended": m.code,
                "old_number": _old_number(m, known, names),
                "silo_number": m.number,
                "tenancy": f"{landlord}|{m.name}" if landlord and m.name else None,
                "full_name": m.code or by_number or _full_name(m, known, names),
                "name": name.core if name else None,
                "region": name.region or None if name else None,
                "town": m.town,
                "address": m.address,
                "place": m.place,
                "phone": m.phone,
                "own_code": m.code,
                "branch": branch or (name.branch if name else None),
            }
        )
    return rows


def _spec(thresholds: Thresholds) -> Any:
    from pipelines.analysis.linkage import Spec

    keys = (("uscc",), ("uscc_mended",), ("old_number",), ("silo_number",), ("tenancy",), ("full_name",))
    return Spec(
        id="id", columns=_COLUMNS, keys=keys, exclusive=("own_code", "branch"), needed=("name",), entity_type=ENTITY,
        threshold=float(thresholds["match"]), review=float(thresholds["review"]), max_cluster=int(thresholds["max_cluster"]),
    )  # fmt: skip


def _link(
    mentions: list[Mention],
    names: Names,
    rows: list[dict[str, str | None]],
    known: Known,
    decisions: Decisions,
    thresholds: Thresholds,
) -> Linked:
    from pipelines.analysis.linkage import link

    spec = _spec(thresholds)
    first = {r: m.id for m in mentions for r in m.records}
    said = {tuple(sorted((first[a], first[b]))): v for (a, b), v in decisions.items() if a in first and b in first and first[a] != first[b]}  # fmt: skip
    inside = [r for m, r in zip(mentions, rows, strict=True) if m.status != "contested"]
    kinds = {c: [r[c] for r in inside] for c in rows[0]}
    found = link(pa.table({c: pa.array(v, pa.string()) for c, v in kinds.items()}), spec, said)
    version = found.model["model_version"]
    links = {r["record_id"]: r for r in found.links.to_pylist()}
    ids = _enterprise_ids(mentions, links)
    out: dict[str, list] = {c: [] for c in ("record_id", "cluster_id", "how", "probability", "reason", "model_version")}
    for m in mentions:
        own = links.get(m.id)
        how, probability, reason = _how(m, own)
        for r in m.records:
            for c, v in zip(out, (r, ids[m.id], how, probability, reason, version), strict=True):
                out[c].append(v)
    pairs = pa.concat_tables([_pairs(found.pairs), _contested_pairs(mentions, said, version)])
    stopped = found.stopped.set_column(
        found.stopped.column_names.index("cluster_id"), "cluster_id",
        pa.array([ids[c] for c in found.stopped.column("cluster_id").to_pylist()], pa.string()),
    )  # fmt: skip
    return Linked(pa.table(out), pairs, found.model | {"keys": KEYS}, stopped)


def _how(m: Mention, own: dict[str, Any] | None) -> tuple[str, float, str]:
    """Return how a mention got its enterprise, how sure that is, and why in words."""
    if own is None:
        return "review", 1.0, f"代码另属他名 · {CONTESTED}: {', '.join(m.against)}"
    reason = own["reason"]
    for key, words in KEYS.items():
        reason = reason.replace(f"key {key} equal", words)
    if own["how"] == "alone" and m.code:
        return "key", 1.0, "只有本条使用此代码 · the only record with its code"
    return own["how"], float(own["probability"]), reason


def _enterprise_ids(mentions: list[Mention], links: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the enterprise of each mention: ``E`` and the code of its cluster, else ``E-`` and a hash of its smallest record.

    Where a cluster was stopped, several hold one code: the one with most records keeps it.
    """
    clusters: dict[str, list[Mention]] = defaultdict(list)
    for m in mentions:
        clusters[links[m.id]["cluster_id"] if m.id in links else f"alone {m.id}"].append(m)
    held: dict[str, tuple[int, str]] = {}
    code_of: dict[str, str] = {}
    for cluster, those in sorted(clusters.items()):
        code = next((m.code for m in those if m.code), None)
        if code:
            code_of[cluster] = code
            held[code] = min(held.get(code, (0, "")), (-sum(len(m.records) for m in those), cluster))
    found = {}
    for cluster, those in clusters.items():
        code = code_of.get(cluster)
        smallest = min(m.records[0] for m in those)
        plain = f"E-{hashlib.md5(smallest.encode(), usedforsecurity=False).hexdigest()[:12]}"
        for m in those:
            found[m.id] = f"E{code}" if code and held[code][1] == cluster else plain
    return found


_PAIR = [f.name for f in tables.PAIRS if f.name not in {"district_code", "entity_type"}]


def _pairs(found: pa.Table) -> pa.Table:
    """Return the pairs that keys did not settle, or that people spoke about, in the house's types and words."""
    keep = [not str(r).startswith("key ") or d is not None for r, d in zip(found.column("rule").to_pylist(), found.column("decision").to_pylist(), strict=True)]  # fmt: skip
    shaped = tables.shaped("pairs", found.filter(pa.array(keep, pa.bool_())), "", ENTITY)
    return shaped.select(_PAIR)


def _contested_pairs(mentions: list[Mention], said: Decisions, version: str) -> pa.Table:
    """Return, for people to look at, each contested record beside the record that best stands for each of its codes."""
    best: dict[str, Mention] = {}
    for m in mentions:
        if m.code and (m.code not in best or ("register" in m.kinds) > ("register" in best[m.code].kinds)):
            best[m.code] = m
    rows = []
    for m in mentions:
        if m.status != "contested":
            continue
        for code in m.against:
            other = best.get(code)
            if other is None:
                continue
            left, right = sorted((m.id, other.id))
            why = [
                {"column": "uscc", "level": "equal" if code == m.uscc else "different", "weight": None, "left_same": code == m.uscc},
                {"column": "name", "level": "different" if code == m.uscc else "equal", "weight": None, "left_same": code != m.uscc},
            ]  # fmt: skip
            rows.append(
                {
                    "left_id": left, "right_id": right, "probability": None, "match_weight": None, "band": "review",
                    "rule": CONTESTED, "why": json.dumps(why, ensure_ascii=False), "decision": said.get((left, right)),
                    "model_version": version,
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, pa.schema([tables.PAIRS.field(c) for c in _PAIR]))
