"""How dirt is seen and mended in other pretended districts, and where there is twice as much of it.

    python -m benchmarks.quality_districts [--scale 0.1] [--districts 330603:2 7:1 11:1 13:1] [--write]

Rules and word lists were made on seed 330603 at the usual rates (the tables above on the page). Here are districts
they were not made on, and the same one with every rate doubled. Counted by kind over all silos; what only several
rows show counts where its signal stands. ``--write`` puts the section into docs/quality.md.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks import quality, sections
from benchmarks import quality_signals as signals
from simulator import departments

DISTRICTS = ("330603:2", "7:1", "11:1", "13:1")


@dataclass
class Counted:
    """One kind of dirt in one district, over all silos."""

    planted: int = 0
    seen: int = 0
    mended: int = 0
    right: int = 0
    guessed: int = 0

    @property
    def is_low(self) -> bool:
        """True below a bar: seen 0.99, right 0.995, nothing guessed."""
        return bool(self.seen < 0.99 * self.planted or self.right < 0.995 * self.mended or self.guessed)


def by_kind(made: quality.Measured) -> dict[int, Counted]:
    """Return the counts of each of the 26 kinds that was planted and can be judged at the door or across rows."""
    found: dict[int, Counted] = defaultdict(Counted)
    for r in made.rows:
        across = signals.seen_of(made.figures, r.silo, r.kind)
        number = re.match(r"#(\d+)", r.kind)
        if number is None or (quality.later(r.silo, r.kind) and not across):
            continue
        one = found[int(number[1])]
        one.planted += across.planted if across else r.planted
        one.seen += across.seen if across else r.seen
        one.mended += r.mended
        one.right += r.right
        one.guessed += r.guessed
    return dict(found)


def section(found: dict[str, dict[int, Counted]], scale: float) -> str:
    """Return the section: a line for each kind, a column for each district."""
    heads = [f"种子 seed {d.split(':')[0]} ×{d.split(':')[1]}" for d in found]
    lines = [
        "## 其他种子与两倍脏率 · Other districts, and twice the dirt",
        "",
        f"规则与词表只在种子 330603、常用脏率上制定（见上表）；下表为未用于制定规则的模拟区，以及脏率加倍的同一区。规模 scale {scale}。",
        "Rules and word lists were made on seed 330603 at the usual rates (tables above); here are districts they were not made on, and",
        "the same one with every rate doubled. Each cell: seen of planted, right of mended, guessed if any. Below a bar: **bold**.",
        "",
        f"| # | {' | '.join(heads)} |",
        f"|---:|{'---|' * len(heads)}",
    ]
    for kind in sorted({k for counts in found.values() for k in counts}):
        cells = [_cell(counts.get(kind)) for counts in found.values()]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return sections.marked("other districts", "quality_districts", [*lines, ""])


def _cell(c: Counted | None) -> str:
    if c is None or not c.planted:
        return "–"
    text = f"{c.seen}/{c.planted}" + (f" · {c.right}/{c.mended}" if c.mended else "")
    text += f" · {c.guessed} 猜测 guessed" if c.guessed else ""
    return f"**{text}**" if c.is_low else text


def missed(found: dict[str, dict[int, Counted]]) -> list[str]:
    """Return a line for every kind below a bar."""
    return [
        f"{district} #{kind}: {c.seen} of {c.planted} seen, {c.right} of {c.mended} right, {c.guessed} guessed"
        for district, counts in found.items()
        for kind, c in sorted(counts.items())
        if c.is_low
    ]


def main() -> None:
    """Measure and print; with ``--write`` keep the section."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--scale", type=float, default=0.1)
    ask.add_argument("--districts", nargs="*", default=list(DISTRICTS), help="seed:factor")
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    found: dict[str, dict[int, Counted]] = {}
    for district in asked.districts:
        seed, factor = district.split(":")
        with tempfile.TemporaryDirectory(prefix="anlan-quality-") as home:
            made = quality.measure(departments.names(), asked.scale, float(factor), Path(home), int(seed))
        found[district] = by_kind(made)
        print(district, *quality.missed(made.rows, made.signs), *signals.missed(made.figures), sep="\n  ", flush=True)
        print(*made.faults, sep="\n", flush=True)
    print(*missed(found), sep="\n")
    if asked.write:
        page = quality.PAGE.read_text(encoding="utf-8")
        quality.PAGE.write_text(sections.replaced(page, section(found, asked.scale)), encoding="utf-8")


if __name__ == "__main__":
    main()
