"""What the measurings of linkage share: several districts one after the other, bars, intervals, the section they write.

Each seed is a district of its own, also with dirt at twice its rate. The rules were made on one seed; the others only
report.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from benchmarks import linked, sections
from pipelines.settings import ROOT

PAGE = ROOT / "docs" / "quality.md"
TUNED = 330603


class Measured(Protocol):
    """What was found in one district."""

    @property
    def seed(self) -> int:
        """Which district."""

    @property
    def factor(self) -> float:
        """How dirty: 2 is twice the usual."""


Row = TypeVar("Row", bound=Measured)


def said(found: linked.Found, what: str, places: int = 4) -> str:
    """Return ``precision`` or ``recall`` with its 95 % interval."""
    low, high = found.interval(what)
    return f"{getattr(found, what):.{places}f} ({low:.{places}f}–{min(1.0, high):.{places}f})"


def below(label: str, found: linked.Found, bars: tuple[float, float], places: int = 4) -> list[str]:
    """Return what is below its bar (precision, recall), in words that begin with ``label``."""
    return [
        f"{label}: {what} {getattr(found, what):.{places}f} below {bar}"
        for what, bar in zip(("precision", "recall"), bars, strict=True)
        if getattr(found, what) < bar
    ]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return the rows by dirt, the district on which the rules were made before the others."""
    return sorted(rows, key=lambda r: (r.factor, r.seed != TUNED, r.seed))


def main(
    about: str,
    scale: float,
    others: Iterable[int],
    measure: Callable[[Path, int, float, float], list[Row]],
    line: Callable[[Row], str],
    missed: Callable[[list[Row]], list[str]],
    section: Callable[[list[Row], float], str],
) -> None:
    """Measure every district and print a ``line`` for each row and what ``missed`` its bar; ``--write`` keeps the ``section``.

    ``measure(home, seed, scale, factor)`` makes a district below ``home``, which is removed again unless ``--keep`` names
    a folder for it.
    """
    ask = argparse.ArgumentParser(description=about.splitlines()[0])
    ask.add_argument("--scale", type=float, default=scale)
    ask.add_argument("--seeds", type=int, nargs="*", default=[TUNED, *others])
    ask.add_argument("--factors", type=float, nargs="*", default=[1.0, 2.0])
    ask.add_argument("--keep", type=Path, help="keep the districts below this folder")
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    base = asked.keep or Path(tempfile.mkdtemp(prefix="anlan-quality-"))
    rows: list[Row] = []
    try:
        for factor in asked.factors:
            for seed in asked.seeds:
                home = base / f"{seed}-{factor:g}"
                shutil.rmtree(home, ignore_errors=True)
                for r in measure(home, seed, asked.scale, factor):
                    rows.append(r)
                    print(line(r), flush=True)
                if not asked.keep:
                    shutil.rmtree(home, ignore_errors=True)
    finally:
        if not asked.keep:
            shutil.rmtree(base, ignore_errors=True)
    print(*missed(rows), sep="\n")
    if asked.write:
        PAGE.write_text(
            sections.replaced(PAGE.read_text(encoding="utf-8"), section(rows, asked.scale)), encoding="utf-8"
        )
