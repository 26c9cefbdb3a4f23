"""The log of decisions about pairs: who said what of which two records, or of which two claims, why and when.

Of two records of one kind people say ``same`` or ``different``; of two claims (``conflict``: what two records say of one
attribute of one thing) which is right, ``left``, ``right`` or ``both``. Either way they may be ``unsure``.

``review/decisions.jsonl``, one decision per line, append-only: a verdict is taken back by an ``undo``, never by a change.
What holds for a pair is worked out from the log each time (:func:`effective`): the latest verdict of each person that was
not undone; where all agree it holds, where one verdict stands against another the pair is disputed and nothing changes.
``unsure`` is no verdict: the pair stays in the queue. What a verdict does to clusters is linkage's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from pipelines.errors import AnlanError, UsageError
from pipelines.review import known as linked
from pipelines.settings import Settings

SOURCES = ("desk", "workbook", "cli")
CONFLICT = "conflict"
BINDING = ("same", "different", "left", "right", "both")
_OTHER_SIDE = {"left": "right", "right": "left"}


@dataclass(frozen=True)
class Decision:
    """One line of the log. ``left_id`` < ``right_id`` are ids of records or of claims; ``at`` is an instant of UTC as ISO text."""

    entity_type: str
    left_id: str
    right_id: str
    verdict: str
    who: str
    why: str
    at: str
    source: str


class Contradiction(UsageError):
    """Verdicts that make one thing of two that are called different. ``ways``: each from one to the other, record by record."""

    def __init__(self, faults: list[str], of: int, ways: list[list[str]]) -> None:
        super().__init__(*_refusal(faults, of))
        self.ways = ways


@dataclass(frozen=True)
class Effective:
    """What holds for a pair: a verdict, ``unsure`` or ``disputed``, and each person's standing verdict."""

    verdict: str
    by: dict[str, Decision] = field(default_factory=dict)

    @property
    def binds(self) -> bool:
        """True where something follows from the verdict."""
        return self.verdict in BINDING

    @property
    def disputed(self) -> bool:
        """True where people disagree."""
        return self.verdict == "disputed"


def path(settings: Settings) -> Path:
    """Return the file of the log."""
    return settings.review / "decisions.jsonl"


def verdicts(entity_type: str) -> tuple[str, ...]:
    """Return the verdicts that may be given on a pair of ``entity_type``."""
    return BINDING[2:] if entity_type == CONFLICT else BINDING[:2]


def make(
    entity_type: str, one: str, other: str, verdict: str, *, who: str, why: str, source: str, at: datetime | None = None
) -> Decision:
    """Return a decision about two ids in either order; ``at`` is now unless told. ``left`` is the side of ``one``.

    Raises:
        UsageError: a verdict or source that does not exist, a record beside itself, or no name or reason.

    """
    faults = []
    if verdict not in (known := (*verdicts(entity_type), "unsure", "undo")):
        faults.append(f"verdict {verdict!r} is none of {', '.join(known)}")
    if source not in SOURCES:
        faults.append(f"source {source!r} is none of {', '.join(SOURCES)}")
    if not one or not other or one == other:
        faults.append("a pair needs two different records")
    faults += [f"{name} is empty" for name, text in (("who", who), ("why", why)) if not (text or "").strip()]
    if faults:
        raise UsageError("review", "the decision is not complete", seen="; ".join(faults), do="mend it and try again")
    left, right = sorted((one, other))
    if left != one:
        verdict = _OTHER_SIDE.get(verdict, verdict)
    moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    return Decision(entity_type, left, right, verdict, who.strip(), why.strip(), moment, source)


def append(settings: Settings, made: Iterable[Decision], known: dict[str, set[str]] | None = None) -> int:
    """Put decisions behind the others, all or none, and return how many.

    ``known``: record ids per entity type; a decision about any other is refused. An ``undo`` needs a verdict of the same
    person to take back. A verdict that other verdicts gainsay (A is B, B is C, A is not C) is refused, and one that would make one
    thing of records with two different good numbers of their own (credit codes, identity numbers).

    Raises:
        UsageError: naming every decision that cannot stand, a :class:`Contradiction` where verdicts gainsay each other; nothing was
            written then.

    """
    wanted = list(made)
    file = path(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        earlier = _lines(file)
        before = [_parse(file, n, text) for n, text in enumerate(earlier, 1)]
        ways = _ways(before, wanted)
        faults = _faults(before, wanted, known)
        faults += [
            f"{way[0]} and {way[-1]} are called different, and one thing by way of {' = '.join(way)}: undo one of these"
            for way in ways
        ]
        for kind in sorted({d.entity_type for d in wanted if d.verdict == "same"}):
            faults += contradicting_codes(before, wanted, kind, linked.codes(settings, kind))
        if ways:
            raise Contradiction(faults, len(wanted), ways)
        if faults:
            raise UsageError(*_refusal(faults, len(wanted)))
        if not wanted:
            return 0
        text = "".join(json.dumps(asdict(d), ensure_ascii=False, sort_keys=True) + "\n" for d in wanted)
        # a line a kill left half written was never acknowledged: it goes before the next one comes
        whole = sum(len(line.encode()) + 1 for line in earlier)
        with file.open("ab") as f:
            f.truncate(whole)
            f.write(text.encode())
            f.flush()
            os.fsync(f.fileno())
    return len(wanted)


def _faults(earlier: list[Decision], wanted: list[Decision], known: dict[str, set[str]] | None) -> list[str]:
    standing = _standing(earlier)
    faults = []
    for n, d in enumerate(wanted, 1):
        of = (d.entity_type, d.left_id, d.right_id)
        if known is not None:
            ids = known.get(d.entity_type, set())
            faults += [f"decision {n}: no {d.entity_type} record {i}" for i in (d.left_id, d.right_id) if i not in ids]
        mine = standing.setdefault(of, {}).setdefault(d.who, [])
        if d.verdict != "undo":
            mine.append(d)
        elif mine:
            mine.pop()
        else:
            faults.append(f"decision {n}: {d.who} has no verdict on {d.left_id} and {d.right_id} to undo")
    return faults


def _refusal(faults: list[str], of: int) -> tuple[str, str, str, str]:
    return (
        "review", f"{len(faults)} faults in {of} decisions, nothing was written",
        "; ".join(faults[:8])[:900], "mend the ones named and send all again",
    )  # fmt: skip


def _ways(earlier: list[Decision], wanted: list[Decision]) -> list[list[str]]:
    """Return the ways by which ``wanted`` makes one thing of two that are called different, or calls so what is one."""
    found = []
    for kind in sorted({d.entity_type for d in wanted if d.verdict in ("same", "different")}):
        before, after = contradictions(earlier, kind), contradictions([*earlier, *wanted], kind)
        found += [way for pair, way in after.items() if pair not in before]
    return found


def contradictions(said: Iterable[Decision], entity_type: str) -> dict[tuple[str, str], list[str]]:
    """Return the pairs that people call different although other verdicts make them one thing, each with the way from one to the other."""
    held = effective(said, entity_type)
    near: dict[str, list[str]] = {}
    for (left, right), one in held.items():
        if one.verdict == "same":
            near.setdefault(left, []).append(right)
            near.setdefault(right, []).append(left)
    found = {}
    for (left, right), one in held.items():
        way = _way(near, left, right) if one.verdict == "different" and left in near and right in near else []
        if way:
            found[left, right] = way
    return found


def contradicting_codes(
    earlier: list[Decision], wanted: list[Decision], entity_type: str, codes: dict[str, str]
) -> list[str]:
    """Return a fault for each verdict ``same`` of ``wanted`` by which records with two different good numbers would be one thing.

    ``codes``: record to the good number of its own. Of people the numbers are not told, only that there are two.
    """
    if not codes:
        return []
    near: dict[str, list[str]] = {}
    asked = [(n, d) for n, d in enumerate(wanted, 1) if d.entity_type == entity_type and d.verdict == "same"]
    held = effective([*earlier, *wanted], entity_type)
    for left, right in [
        *(pair for pair, one in held.items() if one.verdict == "same"),
        *((d.left_id, d.right_id) for _, d in asked),
    ]:
        near.setdefault(left, []).append(right)
        near.setdefault(right, []).append(left)
    faults = []
    for n, d in asked:
        one = _first_with_code(near, d.left_id, codes)
        other = _first_with_code(near, d.right_id, codes, but=codes.get(one, ""))
        if one and other:
            told = [f"{r} ({codes[r]})" if entity_type in linked.SHOWN else r for r in (one, other)]
            faults.append(
                f"decision {n}: contradicting keys: {told[0]} and {told[1]} have two different good {linked.CODES.get(entity_type, 'numbers')}"
                " and cannot be one thing; have the wrong one corrected at its source, or call them different"
            )
    return faults


def _first_with_code(near: dict[str, list[str]], start: str, codes: dict[str, str], but: str = "") -> str:
    """Return the record nearest to ``start``, itself first, that has a number other than ``but``, or nothing."""
    seen, edge = {start}, [start]
    while edge:
        found = next((r for r in edge if r in codes and codes[r] != but), "")
        if found:
            return found
        edge = list(dict.fromkeys(there for here in edge for there in near.get(here, ()) if there not in seen))
        seen.update(edge)
    return ""


def _way(near: dict[str, list[str]], start: str, end: str) -> list[str]:
    """Return the shortest way from ``start`` to ``end``, or nothing."""
    came: dict[str, str] = {start: start}
    edge = [start]
    while edge and end not in came:
        reached = [(there, here) for here in edge for there in near[here] if there not in came]
        came.update(reached)
        edge = list(dict.fromkeys(there for there, _ in reached))
    if end not in came:
        return []
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def _lines(file: Path) -> list[str]:
    """Return the whole lines of the log; what follows the last line's end is not one."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return text.split("\n")[:-1]


def _parse(file: Path, number: int, text: str) -> Decision:
    try:
        return Decision(**json.loads(text))
    except (ValueError, TypeError) as e:
        raise AnlanError(
            f"{file.name} line {number}", "is not a decision", seen=text[:120], do="restore the log; it is never edited"
        ) from e


def read(settings: Settings) -> list[Decision]:
    """Return all decisions, oldest first; those made by ``settings.known_on`` where it is set.

    Raises:
        AnlanError: a line was edited and cannot be read.

    """
    file = path(settings)
    found = [_parse(file, n, text) for n, text in enumerate(_lines(file), 1)]
    if settings.known_on is None:
        return found
    return [d for d in found if datetime.fromisoformat(d.at).replace(tzinfo=None) <= settings.known_on]


def _standing(said: Iterable[Decision]) -> dict[tuple[str, str, str], dict[str, list[Decision]]]:
    """Return per pair and person the verdicts not undone, oldest first."""
    found: dict[tuple[str, str, str], dict[str, list[Decision]]] = {}
    for d in said:
        mine = found.setdefault((d.entity_type, d.left_id, d.right_id), {}).setdefault(d.who, [])
        if d.verdict != "undo":
            mine.append(d)
        elif mine:
            mine.pop()
    return found


def effective(said: Iterable[Decision], entity_type: str) -> dict[tuple[str, str], Effective]:
    """Return what holds for each decided pair of ``entity_type``; a pair whose verdicts were all undone is not in it."""
    found = {}
    for (kind, left, right), people in sorted(_standing(said).items()):
        by = {who: mine[-1] for who, mine in people.items() if mine}
        if kind != entity_type or not by:
            continue
        sure = {d.verdict for d in by.values()} & set(BINDING)
        found[left, right] = Effective("disputed" if len(sure) > 1 else next(iter(sure), "unsure"), by)
    return found


def digest(said: Iterable[Decision], entity_type: str = "") -> str:
    """Return a hash of the decisions in the order of the log, all or those about ``entity_type``."""
    about = (d for d in said if entity_type in ("", d.entity_type))
    lines = [json.dumps(asdict(d), ensure_ascii=False, sort_keys=True) for d in about]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
