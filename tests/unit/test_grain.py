from __future__ import annotations

import re
from typing import Any

import duckdb
import jinja2
import pytest

from pipelines import grains
from pipelines.parsed import PROJECT

TEXT = (PROJECT / "tests" / "generic" / "grain.sql").read_text(encoding="utf-8")


def compiled(rows: str, columns: list[str], filled: list[str], known: dict[str, list[str]] | None = None) -> str:
    """The test's SQL for a model of ``rows`` of (town, day, name)."""
    body = re.sub(r"{% test .*? %}|{% endtest %}", "", TEXT)
    model = f"(values {rows}) as m(town, day, name)"
    return (
        jinja2.Environment(extensions=["jinja2.ext.do"])
        .from_string(body)
        .render(model=model, columns=columns, filled=filled, known=known or {})
    )


def failures(
    rows: str, columns: list[str], filled: list[str], known: dict[str, list[str]] | None = None
) -> list[dict[str, Any]]:
    """The rows the test would show."""
    return duckdb.sql(compiled(rows, columns, filled, known)).df().to_dict("records")


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("('A', 1, 'x'), ('A', 2, 'x'), ('B', 1, 'y')", []),
        ("('A', 1, 'x'), ('A', 1, 'y')", [{"town": "A", "day": 1, "name_missing": 0, "row_count": 2}]),
        ("('A', 1, 'x'), ('B', 1, null)", [{"town": "B", "day": 1, "name_missing": 1, "row_count": 1}]),
        ("('A', 1, 'x'), (null, 2, 'y')", [{"town": None, "day": 2, "name_missing": 0, "row_count": 1}]),
        ("('A', 1, null), ('A', 1, 'y')", [{"town": "A", "day": 1, "name_missing": 1, "row_count": 2}]),
    ],
    ids=["fine", "two rows of one key", "an empty column", "an empty key", "both"],
)
def test_a_key_is_unique_and_filled_and_so_is_what_must_be_there(rows: str, shown: list[dict[str, Any]]) -> None:
    found = failures(rows, ["town", "day"], ["name"])
    assert [{k: None if v != v else v for k, v in row.items()} for row in found] == shown


def test_a_grain_without_more_asks_only_for_its_key() -> None:
    assert failures("('A', 1, null)", ["town", "day"], []) == []
    assert len(failures("('A', 1, null), ('A', 2, null)", ["town"], [])) == 1


def test_a_column_of_known_words_holds_one_of_them_or_nothing() -> None:
    rows = "('A', 1, 'x'), ('A', 2, null), ('B', 1, 'y'), ('B', 1, 'z')"
    assert (
        failures(rows, ["town", "day", "name"], [], {"name": ["x", "y", "z"]})[0]["name_unknown"] == 0
    )  # null in the key
    assert failures("('A', 1, 'x'), ('A', 2, null)", ["town", "day"], [], {"name": ["x"]}) == []
    shown = failures("('A', 1, 'x'), ('B', 1, 'y')", ["town", "day"], [], {"name": ["x", "it"], "town": ["A", "B"]})
    assert shown == [{"town": "B", "day": 1, "name_unknown": 1, "town_unknown": 0, "row_count": 1}]


def test_a_word_of_its_own_is_told_by_column_even_of_the_key() -> None:
    asked = compiled("('A', 1, 'x'), ('B', 1, 'y'), ('B', 2, 'y')", ["town", "day"], [], {"name": ["x"], "town": ["A"]})
    assert (
        grains.told(duckdb.connect(), asked)
        == "2 rows with a word of its own in name, 2 rows with a word of its own in town"
    )


def test_what_failed_is_told_by_column_and_without_values() -> None:
    rows = "('A', 1, 'x'), ('A', 1, null), (null, 2, 'y'), ('B', 3, null), ('C', 4, 'z')"
    told = grains.told(duckdb.connect(), compiled(rows, ["town", "day"], ["name"]))
    assert told == "2 rows of a key that stands more than once, 1 rows without town, 2 rows without name"
    assert grains.told(duckdb.connect(), compiled("('A', 1, 'x')", ["town", "day"], ["name"])) == ""
