"""The part of docs/quality.md that a test run writes: a line of its kind gives way to the new one, all else stays."""

from __future__ import annotations

from benchmarks import tested
from benchmarks.linked import Found

PAGE = "# Page\n\n<!-- other: made by benchmarks/other.py -->\nkept\n<!-- end of other -->\n"
FIRMS = tested.line("企业 firms", "seed 1", 10, Found(90, 1, 9), "≥ 0.9", 3)
PERSONS = tested.line("人员 persons", "seed 1", 20, Found(8, 0, 2), "≥ 0.8")


def test_a_line_has_share_and_interval_and_a_dash_where_nobody_was_asked() -> None:
    assert FIRMS.startswith("| 企业 firms | seed 1 | 10 | 0.9890 (0.94")
    assert FIRMS.endswith(" | ≥ 0.9 | 3 |")
    assert PERSONS.endswith(" | ≥ 0.8 | – |")


def test_a_run_of_some_tests_changes_their_lines_only() -> None:
    both = tested.page(PAGE, [PERSONS, FIRMS])
    assert both.startswith(PAGE)
    assert both.index(FIRMS) < both.index(PERSONS), "always in one order"
    assert tested.page(both, [FIRMS]) == both
    worse = tested.line("企业 firms", "seed 1", 10, Found(90, 2, 8), "≥ 0.9", 4)
    after = tested.page(both, [worse])
    assert worse in after
    assert PERSONS in after
    assert FIRMS not in after
