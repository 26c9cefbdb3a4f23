"""A word is read by one list: what the door reads by a list, the warehouse reads by the same one, and every list is named."""

from __future__ import annotations

import csv
import re
from itertools import pairwise

import jinja2

from pipelines.contract import all_contracts, load
from tests.house.conftest import PROJECT


def _returned(macro: str) -> list[list]:
    found: list[list] = []
    text = (PROJECT / "macros" / "crosswalks.sql").read_text(encoding="utf-8")
    jinja2.Environment().from_string(text, {"return": found.extend}).module.__dict__[macro]()
    return found


def _landed(silo: str, staged: str) -> str:
    """Return the landing table that a staging model reads."""
    text = (PROJECT / "models" / "staging" / silo / f"stg_{silo}__{staged}.sql").read_text(encoding="utf-8")
    return re.search(rf"newest_accepted\('{silo}__(\w+)'", text).group(1)


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def test_every_column_the_door_reads_by_a_list_is_a_crosswalk_column():
    mine = {
        (listed, silo, _landed(silo, table), column)
        for listed, silo, table, column, _ in _returned("crosswalk_columns")
    }
    theirs = {
        (c.options["list"], contract.silo, table.name, c.name)
        for contract in all_contracts()
        for table in contract.tables.values()
        for c in table.columns.values()
        if c.type == "word" and "list" in c.options
    }
    assert theirs - mine == set()


def test_a_column_stands_once_and_under_the_list_of_the_door():
    rows = _returned("crosswalk_columns")
    assert len({tuple(r[:4]) for r in rows}) == len(rows)
    for listed, silo, table, name, _day in rows:
        column = load(silo).tables[_landed(silo, table)].columns.get(name)
        # staging may rename a column of plain text; what the door reads by a list keeps its name
        if column is not None and column.type == "word":
            assert column.options.get("list") == listed, (silo, table, name)


def test_every_list_has_a_name_and_words():
    named = {r["list_code"] for r in _seed("ref_word_lists")}
    assert {r[0] for r in _returned("crosswalk_columns")} | {"unit_of_article"} <= named
    assert {r["list_code"] for r in _seed("ref_words")} - named <= {
        # lists of rules, not of departments' words
        "incident_type", "incident_counts_for_arrival", "device_type", "device_status", "alarm_cause", "camera_status",
    }  # fmt: skip


def test_words_of_one_list_do_not_overlap_in_time():
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for r in _seed("ref_words"):
        spans.setdefault((r["list_code"], r["word"]), []).append((r["effective_from"], r["effective_to"]))
    for key, found in spans.items():
        found.sort()
        assert all(a[1] < b[0] for a, b in pairwise(found)), key
        assert all(a <= b for a, b in found), key


def test_industry_codes_lie_in_the_ranges_of_the_method():
    """A range is 34xx, 339x, 47-50 (two digits from and to), 62 or one code; where two fit, the closer one holds."""
    ranges: list[tuple[int, str, str]] = []
    for row in _seed("method_enterprise_industries"):
        for part in row["gbt4754"].split(","):
            low, _, high = part.strip().partition("-")
            for n in range(int(low), int(high) + 1) if high else (low.replace("x", ""),):
                ranges.append((len(low) if "x" not in low else len(low) - 1, str(n), row["industry_code"]))
    for row in _seed("ref_industry_words"):
        if row["scheme_code"] != "word":
            fits = [
                (depth, code)
                for depth, head, code in ranges
                if head.isdigit() and row["industry_word"].startswith(head)
            ]
            assert row["industry_code"] == (max(fits)[1] if fits else "other"), row["industry_word"]


def test_every_industry_code_that_firms_write_is_known_with_its_industry():
    from simulator.departments.firms.register import INDUSTRY_CODES

    listed = {row["industry_word"]: row["industry_code"] for row in _seed("ref_industry_words")}
    written = {code: industry for industry, codes in INDUSTRY_CODES.items() for code in codes}
    assert {code: listed.get(code) for code in written} == written
