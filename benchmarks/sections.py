"""Sections of docs/quality.md that other measurings write: each stands between two comments and outlives the rest."""

from __future__ import annotations

import re

_SECTION = re.compile(
    r"^<!-- (?P<name>[^:>]+): made by benchmarks/\S+ -->\n.*?^<!-- end of (?P=name) -->\n", re.S | re.M
)


def marked(name: str, module: str, lines: list[str]) -> str:
    """Return ``lines`` as a section called ``name``, made by ``benchmarks/<module>.py``."""
    return "\n".join([f"<!-- {name}: made by benchmarks/{module}.py -->", *lines, f"<!-- end of {name} -->"]) + "\n"


def replaced(text: str, section: str) -> str:
    """Return the page ``text`` with ``section`` in the place of the one of its name, or at its end."""
    found = _SECTION.fullmatch(section)
    if found is None:
        raise ValueError("a section begins and ends with its comments")
    name = found["name"]
    for old in _SECTION.finditer(text):
        if old["name"] == name:
            return text[: old.start()] + section + text[old.end() :]
    return text.rstrip("\n") + "\n\n" + section


def kept(old: str, new: str) -> str:
    """Return the page ``new`` with the sections of ``old``, in their order, at its end."""
    for section in _SECTION.finditer(old):
        new = replaced(new, section.group())
    return new
