"""The table of docs/quality.md that a test run writes: what its own small districts and public files gave.

The tests that judge linkage hand their lines over with ``record_property(tested.NAME, tested.line(…))``; ``tests/conftest.py``
prints them at the end of the run and puts them into the page. A line of a kind that was not judged stays as it was.
"""

from __future__ import annotations

import re

from benchmarks import sections
from benchmarks.districts import PAGE, said
from benchmarks.linked import Found

NAME = "linkage_quality"
ORDER = ("企业 firms", "人员 persons", "隐患 hazards", "行政区划 divisions", "Febrl 1")
_HEAD = [
    "## 测试运行所见 · As a test run sees it",
    "",
    "由 `make test` 写入：测试自建的小辖区与公开文件，逐对与真值比较，括号内为 95% Wilson 区间。达不到要求时测试不通过。",
    "Written by `make test`: small districts that the tests make, and a public file; pairs against the truth, 95 % Wilson",
    "intervals. Below a bar, the tests fail.",
    "",
    "| 对象 kind | 数据 data | 记录 records | 准确 precision | 召回 recall | 要求 bars | 待复核 review |",
    "|---|---|---:|---|---|---|---:|",
]


def line(
    kind: str, data: str, records: int, found: Found, bars: str, review: int | None = None, places: int = 4
) -> str:
    """Return the line of ``kind``, one of :data:`ORDER`, judged on ``data``; ``bars`` in words."""
    cells = [kind, data, records, said(found, "precision", places), said(found, "recall", places), bars, "–" if review is None else review]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def page(text: str, lines: list[str]) -> str:
    """Return the page ``text`` with ``lines`` in its section, each in the place of the one of its kind."""
    old = re.search(r"<!-- a test run: .*?<!-- end of a test run -->", text, re.S)
    known = {x.split(" | ")[0][2:]: x for x in (old.group().splitlines() if old else []) if x.startswith("| ")}
    known |= {x.split(" | ")[0][2:]: x for x in lines}
    rows = [known[kind] for kind in ORDER if kind in known]
    return sections.replaced(text, sections.marked("a test run", "tested", [*_HEAD, *rows]))


def write(lines: list[str]) -> None:
    """Put ``lines`` into docs/quality.md; where nothing is new, the file is not touched."""
    before = PAGE.read_text(encoding="utf-8")
    after = page(before, lines)
    if after != before:
        PAGE.write_text(after, encoding="utf-8")
