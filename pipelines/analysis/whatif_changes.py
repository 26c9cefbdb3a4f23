"""What may be changed in a what-if, as people write it: ``C301=95``, ``weight.B2=0.4``, ``cert.P12=valid``. Words in, changes out.

Nothing here knows numbers of a release; whether a town, an indicator or a person exists is for :mod:`whatif` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from pipelines.errors import UsageError

GOALPOSTS = {
    "floor": "floor_value",
    "target": "target_value",
    "zero_low": "band_zero_low",
    "full_low": "band_full_low",
    "full_high": "band_full_high",
    "zero_high": "band_zero_high",
}
STATUSES = ("observed", "not_reported", "unreadable", "not_applicable")
SHAPES = (
    "CODE=value, CODE.numerator=+3, CODE.denominator=12, CODE.row.ENTITY=1 (or 1/1, or none), CODE.status=not_reported, weight.CODE=0.3, "
    "goalpost.CODE.floor=60, parameter.CODE=5, grade.A=88, cert.PERSON=valid, close.HAZARD=2026-09-20, site.rescue-1=open (or =120.48,30.08), "
    "move.STATION=120.48,30.08"
)
#: kinds of changes that say where stations are
STATIONS = ("site", "move")
_LAWS = frozenset({"weight", "goalpost", "parameter", "grade"})


@dataclass(frozen=True)
class Change:
    """One change. ``kind`` says what ``code`` and ``part`` name; ``town`` is empty where the rule changes for all.

    ``number`` is the new number, or what is added where ``is_added``; ``word`` the new word or day.
    """

    kind: str
    code: str
    part: str = ""
    town: str = ""
    number: Decimal | None = None
    is_added: bool = False
    word: str = ""

    @property
    def is_of_a_station(self) -> bool:
        """Whether it says where a station is."""
        return self.kind in STATIONS

    @property
    def said(self) -> str:
        """The change as it would be written."""
        to = self.word or f"{'+' if self.is_added and self.number >= 0 else ''}{self.number}"
        middle = f".{self.part}" if self.part else ""
        if self.kind == "row":
            return f"{self.code}.row.{self.part}={to}"
        if self.kind in ("numerator", "denominator", "status"):
            return f"{self.code}.{self.kind}={to}"
        return f"{self.code}={to}" if self.kind == "value" else f"{self.kind}.{self.code}{middle}={to}"


def parse(text: str, town: str = "") -> Change:
    """Return the change that ``text`` says; ``town`` is where a cell, a person or a hazard belongs.

    Raises:
        UsageError: it is written in no known way, or its number, word or day cannot be read.

    """
    left, sign, right = (p.strip() for p in text.partition("="))
    path = left.split(".")
    if not sign or not right or not all(path):
        raise _refused(text, "is no change")
    if path[0] in _LAWS:
        return _rule(text, path, right)
    if path[0] in ("cert", "close", *STATIONS) and len(path) >= 2:
        return _thing(text, path[0], ".".join(path[1:]), right, town)
    code = path[0]
    if len(path) == 1:
        return Change("value", code, town=town, number=_number(text, right))
    if path[1] == "status" and len(path) == 2:
        if right not in STATUSES:
            raise _refused(text, f"names no status; there are {', '.join(STATUSES)}")
        return Change("status", code, town=town, word=right)
    if path[1] in ("numerator", "denominator") and len(path) == 2:
        return Change(path[1], code, town=town, number=_number(text, right), is_added=right[0] in "+-")
    if path[1] == "row" and len(path) > 2:
        numerator, both, denominator = right.partition("/")
        if both:
            _number(text, denominator)
        return Change(
            "row", code, ".".join(path[2:]), town, None if right == "none" else _number(text, numerator), word=right
        )
    raise _refused(text, "is no change")


def _rule(text: str, path: list[str], right: str) -> Change:
    kind = path[0]
    if len(path) != (3 if kind == "goalpost" else 2):
        raise _refused(text, "is no change")
    if kind == "goalpost" and path[2] not in GOALPOSTS:
        raise _refused(text, f"names no goalpost; there are {', '.join(GOALPOSTS)}")
    number = _number(text, right)
    if kind == "weight" and number < 0:
        raise _refused(text, "gives a weight below nought")
    return Change(kind, path[1], path[2] if kind == "goalpost" else "", number=number)


def _thing(text: str, kind: str, code: str, right: str, town: str) -> Change:
    if kind == "close":
        try:
            datetime.fromisoformat(right) if "T" in right else date.fromisoformat(right)
        except ValueError as e:
            raise _refused(text, "has a day that cannot be read") from e
    elif kind == "cert":
        if right not in ("valid", "void"):
            raise _refused(text, "says neither valid nor void")
    elif kind == "move" or right != "open":
        right = right.replace(" ", "")
        _place(text, right)
    return Change(kind, code, town=town, word=right)


def place_of(change: Change) -> tuple[float, float]:
    """Return longitude and latitude of where a station is moved or opened."""
    return _place(change.said, change.word)


def _place(text: str, said: str) -> tuple[float, float]:
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,9})?,-?\d{1,3}(\.\d{1,9})?", said):
        raise _refused(text, "has no place that can be read, longitude and latitude in degrees")
    lon, lat = (float(n) for n in said.split(","))
    if abs(lon) > 180 or abs(lat) > 90:
        raise _refused(text, "lies nowhere on earth; the longitude comes first")
    return lon, lat


def _number(text: str, said: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,9})?", said):
        raise _refused(text, "has a number that cannot be read")
    try:
        return Decimal(said)
    except InvalidOperation as e:
        raise _refused(text, "has a number that cannot be read") from e


def _refused(text: str, what: str) -> UsageError:
    return UsageError(f"--set {text}", what, do=f"write it as one of: {SHAPES}")
