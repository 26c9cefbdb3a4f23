"""What a record says of a firm: its mention, the code that is its own, and what codes are known by.

Nothing is joined here. :mod:`enterprises` makes the keys of the engine from it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipelines.analysis.linkage.firm_names import HEAD, Names
from pipelines.reading.codes import is_uscc

_SAME = (
    "firm_name_key", "uscc", "uscc_text", "parent_uscc", "landlord_uscc", "landlord_number", "silo_number", "town_id",
    "address", "phone_hash",
)  # fmt: skip


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


def collect(records: pa.Table) -> tuple[list[Mention], Names]:
    """Return the mentions, by id, and the splitter of their names."""
    wanted = [*_SAME, "record_id", "silo", "record_kind", "lon", "lat", "seen_date", "valid_to_date"]
    rows = records.select(wanted).sort_by("record_id").to_pylist()
    names = Names(t for t in records.column("town_name").unique().to_pylist() if t)
    found: dict[tuple, Mention] = {}
    for r in rows:
        key = (*(r[c] for c in _SAME), r["seen_date"] is None)
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
        m.seen = min(m.seen, r["seen_date"]) if m.seen else None
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


def old_number(m: Mention, known: Known, names: Names) -> str | None:
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


def full_name(m: Mention, known: Known, names: Names) -> str | None:
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
