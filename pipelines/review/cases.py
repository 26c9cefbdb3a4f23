"""The queue of pairs that linkage could not settle, and of values that conflict, with what people have said of them since.

A case is a row of the mart ``review_cases`` or ``attribute_conflicts`` of a release. What was decided after the release is read from the log, so that
a case leaves the queue at once; clusters and charges follow at the next run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.review.decisions import BINDING, CONFLICT, Decision, Effective, effective, verdicts

# what a ruling for all such cases settles does not wait for a person, who may still decide it
RULED = "ruled"
STATES = ("open", *BINDING, "unsure", "disputed", RULED)


@dataclass(frozen=True)
class Side:
    """One side of a case, a record or a claim: where it is from and its (masked) fields."""

    record_id: str
    silo: str
    table: str
    label: str
    landing_ref: str
    entity_id: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Case:
    """Two records that may be one thing, or two claims (``conflict``) of which one may be wrong.

    ``reasons``: (column, level, weight), dearest first; ``state`` one of STATES; ``probability`` None for claims, of which
    some say by how much they differ (``difference`` in ``unit``: metres, days, …). ``refused``: people called two records the same and
    the run did not join them, because two good codes or another verdict forbid it.
    """

    entity_type: str
    left: Side
    right: Side
    probability: Decimal | None
    weight: Decimal
    rule: str
    reasons: tuple[tuple[str, str, float], ...]
    state: str = "open"
    by: dict[str, Decision] = field(default_factory=dict)
    refused: bool = False
    difference: Decimal | None = None
    unit: str = ""

    @property
    def group(self) -> str:
        """Of claims the attribute and the two silos that conflict on it, in one text; of records nothing."""
        if self.entity_type != CONFLICT:
            return ""
        return "|".join((self.left.table, *sorted((self.left.silo, self.right.silo))))

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids, the smaller first: what a decision names."""
        return (self.left.record_id, self.right.record_id)

    @property
    def choices(self) -> tuple[str, ...]:
        """The verdicts a person may choose from."""
        return (*verdicts(self.entity_type), "unsure")

    @property
    def key(self) -> str:
        """One text that names the case in an address or a workbook."""
        return f"{self.entity_type}|{self.left.record_id}|{self.right.record_id}"

    def lines(self) -> list[tuple[str, str, str, bool]]:
        """Return (field, left, right, alike) for every field that either side has, in the order of the records."""
        names = dict.fromkeys([*self.left.fields, *self.right.fields])
        found = []
        for name in names:
            one, other = self.left.fields.get(name, ""), self.right.fields.get(name, "")
            if one or other:
                found.append((name, one, other, one == other and bool(one)))
        return found


def _fields(text: str | None) -> dict[str, str]:
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return {k: str(v) for k, v in read.items() if v not in (None, "")}


def _reasons(text: str | None) -> tuple[tuple[str, str, float], ...]:
    try:
        read = json.loads(text or "[]")
    except ValueError:
        return ()
    found = [(str(r.get("column", "")), str(r.get("level", "")), float(r.get("weight") or 0)) for r in read]
    return tuple(sorted(found, key=lambda r: -abs(r[2])))


def of(rows: Iterable[dict[str, Any]], said: list[Decision]) -> list[Case]:
    """Return the cases of ``rows`` (the mart's) with the state that the log gives them; hardest first: nearest to even."""
    standing: dict[str, dict[tuple[str, str], Effective]] = {}
    found = []
    for r in rows:
        kind = r["entity_type"]
        holds = standing.setdefault(kind, effective(said, kind)).get((r["left_id"], r["right_id"]))
        sides = [
            Side(
                r[f"{s}_id"], r[f"{s}_silo"], r[f"{s}_table"], r[f"{s}_label"] or "", r[f"{s}_landing_ref"],
                r[f"{s}_entity_id"] or "", _fields(r[f"{s}_shown"]),
            )
            for s in ("left", "right")
        ]  # fmt: skip
        found.append(
            Case(
                kind, sides[0], sides[1], Decimal(str(r["probability"] or 0)), Decimal(str(r["match_weight"] or 0)),
                r["rule"] or "", _reasons(r["why"]), holds.verdict if holds else "open", holds.by if holds else {}, _is_refused(r, holds),
            )
        )  # fmt: skip
    return sorted(found, key=lambda c: (abs((c.probability or 0) - Decimal("0.5")), c.entity_type, *c.pair))


def _is_refused(r: dict[str, Any], holds: Effective | None) -> bool:
    """Tell whether the run of the release knew the verdict ``same`` and could not follow it."""
    is_same = bool(holds) and holds.verdict == "same" and r.get("decision") == "same"
    return is_same and r["left_entity_id"] != r["right_entity_id"]


def of_conflicts(rows: Iterable[dict[str, Any]], said: list[Decision]) -> list[Case]:
    """Return the cases of ``rows`` (of the mart ``attribute_conflicts``) with the state that the log gives them.

    By attribute, those that differ most first. A release made before claims had names has none.
    """
    standing = effective(said, CONFLICT)
    found = []
    for r in rows:
        if not r.get("winner_claim") or not r.get("loser_claim"):
            continue
        sides = [
            Side(
                r[f"{s}_claim"], r[f"{s}_silo"], r["attribute_code"], r[f"{s}_value"] or "", r[f"{s}_ref"], r["entity_id"],
                {"entity_id": r["entity_id"], r["attribute_code"]: r[f"{s}_value"] or ""},
            )
            for s in ("winner", "loser")
        ]  # fmt: skip
        left, right = sorted(sides, key=lambda side: side.record_id)
        holds = standing.get((left.record_id, right.record_id))
        state = holds.verdict if holds else RULED if r["is_adjudicated"] and not r["is_decided"] else "open"
        found.append(
            Case(
                CONFLICT, left, right, None, Decimal(0), "", (), state, holds.by if holds else {},
                difference=r.get("difference"), unit=r.get("difference_unit") or "",
            )
        )  # fmt: skip
    return sorted(found, key=lambda c: (c.left.table, -(c.difference or 0), *c.pair))


@dataclass(frozen=True)
class Group:
    """The conflicts of two silos on one attribute: how many wait, and whom people found right in those they decided.

    ``right``: silo to cases; ``both``: cases in which either may be right; ``ruled``: settled by a ruling for all such cases.
    """

    key: str
    attribute: str
    silos: tuple[str, str]
    total: int
    waiting: int
    ruled: int
    right: dict[str, int]
    both: int


def groups(cases: Iterable[Case]) -> list[Group]:
    """Return the groups of conflicting claims, those with most waiting first."""
    held: dict[str, list[Case]] = {}
    for c in cases:
        if c.group:
            held.setdefault(c.group, []).append(c)
    found = []
    for key, mine in held.items():
        attribute, *silos = key.split("|")
        states = Counter(c.state for c in mine)
        right = Counter({"left": c.left, "right": c.right}[c.state].silo for c in mine if c.state in ("left", "right"))
        waiting = states["open"] + states["unsure"] + states["disputed"]
        found.append(
            Group(key, attribute, (silos[0], silos[1]), len(mine), waiting, states[RULED], dict(right), states["both"])
        )
    return sorted(found, key=lambda g: (-g.waiting, g.key))


@dataclass(frozen=True)
class Progress:
    """How far a queue is: cases, cases that are settled, verdicts by person, and how often two people agree."""

    total: int
    settled: int
    disputed: int
    by_person: dict[str, int]
    both: int
    agreed: int
    kappa: float | None


def progress(cases: list[Case]) -> Progress:
    """Return the progress of ``cases``; kappa is Cohen's over every pair of verdicts two people gave on one case.

    None where fewer than two verdicts meet, or where everyone says the same of everything (nothing to be above chance).
    """
    people: Counter[str] = Counter()
    meetings: list[tuple[str, str]] = []
    for c in cases:
        sure = sorted((w, d.verdict) for w, d in c.by.items() if d.verdict != "unsure")
        people.update(c.by.keys())
        meetings += [(a[1], b[1]) for i, a in enumerate(sure) for b in sure[i + 1 :]]
    agreed = sum(a == b for a, b in meetings)
    kappa = None
    if len(meetings) >= 2:
        # who came first does not matter: each meeting counts both ways round
        share = Counter(v for m in meetings for v in m)
        by_chance = sum((n / (2 * len(meetings))) ** 2 for n in share.values())
        kappa = (agreed / len(meetings) - by_chance) / (1 - by_chance) if by_chance < 1 else None
    return Progress(
        len(cases), sum(c.state in (*BINDING, RULED) for c in cases), sum(c.state == "disputed" for c in cases),
        dict(sorted(people.items())), len(meetings), agreed, kappa,
    )  # fmt: skip
