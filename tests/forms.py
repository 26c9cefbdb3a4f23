"""Texts that fit a regular expression, so that a test needs no list of examples beside the rules.

Knows what door rules use: literals, classes, groups, alternatives (the first one), counted repeats.
"""

from __future__ import annotations

import re
from re import _constants as c
from re import _parser as parser
from typing import Any

_CLASSES = {c.CATEGORY_DIGIT: "0123456789", c.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyz", c.CATEGORY_SPACE: " "}


def _choices(item: tuple[Any, Any]) -> str:
    """Return the characters a class allows; of a long range its first hundred."""
    kind, value = item
    if kind is c.LITERAL:
        return chr(value)
    if kind is c.RANGE:
        return "".join(map(chr, range(value[0], min(value[1], value[0] + 99) + 1)))
    if kind is c.CATEGORY:
        return _CLASSES[value]
    raise AssertionError(f"no example for {kind}")


def _places(pattern: Any) -> list[str]:
    """Return, place by place, the characters that may stand there."""
    found: list[str] = []
    for kind, value in pattern:
        if kind is c.AT:
            continue
        if kind is c.IN and value[0][0] is c.NEGATE:
            barred = "".join(map(_choices, value[1:]))
            found.append("".join(ch for ch in "0123456789abc" if ch not in barred))
        elif kind is c.IN:
            found.append("".join(map(_choices, value)))
        elif kind is c.ANY:
            found.append("0123456789")
        elif kind is c.SUBPATTERN:
            found += _places(value[3])
        elif kind is c.BRANCH:
            found += _places(value[1][0])
        elif kind is c.MAX_REPEAT:
            low, high, inner = value
            # an open end gets some places, so that there are texts enough to tell apart
            times = low if high is not c.MAXREPEAT else max(low, 4)
            found += _places(inner) * times
        else:
            found.append(_choices((kind, value)))
    return found


def text_of(pattern: str, n: int) -> str:
    """Return the ``n``-th text that fits ``pattern``, counted up from its last place; it begins anew when all are used."""
    made = []
    for choices in reversed(_places(parser.parse(pattern))):
        made.append(choices[n % len(choices)])
        n //= len(choices)
    text = "".join(reversed(made))
    assert re.search(pattern, text), f"{text!r} does not fit {pattern}"
    return text
