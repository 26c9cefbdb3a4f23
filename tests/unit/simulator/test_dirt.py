"""A spoiled cell is noted with its clean value, and a rate of nothing spoils nothing."""

import numpy as np

from simulator import dirt
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table
from simulator.truth import Truth


def table(values):
    return Table(
        "s",
        "t",
        ("k",),
        {"k": np.array([str(i) for i in range(len(values))], dtype=object), "v": np.array(values, dtype=object)},
    ).freeze_keys()


def test_a_cell_is_spoiled_once_and_its_clean_value_kept():
    clean = ["2026-07-05"] * 500
    t, truth = table(clean), Truth()
    s = Spoiler(t, truth, np.random.default_rng(1))
    s.dates("v", DirtRates(date_form=0.4, excel_serial=0.4, impossible_date=0.4))
    changed = [i for i, v in enumerate(t.columns["v"]) if v != "2026-07-05"]
    assert sorted(int(r[2]) for r in truth.rows) == changed
    assert {r[5] for r in truth.rows} == {"2026-07-05"}


def test_excel_serial_counts_from_the_end_of_1899():
    rng = np.random.default_rng(1)
    assert dirt.excel_serial("2021-07-05", rng) == "44382"
    assert dirt.excel_serial("2021-07-05 12:00:00", rng) == "44382.500000000"


def test_a_range_of_people_has_the_true_number_in_its_middle():
    rng = np.random.default_rng(3)
    for n in ("8", "200", "37"):
        for _ in range(20):
            word = dirt.headcount_word(n, rng)
            if "-" in word:
                low, high = map(int, word.split("-"))
                assert (low + high) / 2 == int(n)


def test_repeated_rows_are_noted_as_duplicates():
    t, truth = table(list("abcdefghij")), Truth()
    n = Spoiler(t, truth, np.random.default_rng(2)).repeat_rows(0.5)
    assert len(t) == 10 + n
    assert [r[7] for r in truth.rows] == ["duplicate"] * n


def test_no_rate_no_dirt():
    t, truth = table(["2026-07-05"] * 50), Truth()
    s, off = Spoiler(t, truth, np.random.default_rng(2)), DirtRates.clean()
    s.dates("v", off)
    s.empty("v", off)
    s.text("v", off)
    assert truth.rows == []
