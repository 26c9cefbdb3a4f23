"""A sample of town indicators of each shape, worked again from landed Parquet: without dbt, without SQL.

Takes ``small_home`` (tests/conftest.py) and the helpers of :mod:`tests.journey.test_town_scores`. One test per shape: items
against a fixed number, records of two tables, a state on the last day.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from pipelines.settings import Settings
from tests.journey.test_town_scores import Home, shrunk


@pytest.fixture(scope="module")
def home(small_home: Settings) -> Home:
    return Home(small_home)


def of_stations(home: Home, table: str, key: str) -> pd.DataFrame:
    """Return the rows of a table of the emergency bureau that names stations by number, with their town."""
    stations = home.rows("emergency", "stations", "station_no").set_index("station_no")["town"]
    rows = home.rows("emergency", table, key)
    rows["town"] = rows["station_no"].map(stations)
    return rows


def shares(tally: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return town → percentage as published, from hits and cases per town (METHOD 1)."""
    rate = sum(k for k, _ in tally.values()) / sum(n for _, n in tally.values())
    return {t: shrunk(k, n, rate) for t, (k, n) in tally.items()}


def per_town(rows: pd.DataFrame, hit: pd.Series) -> dict[str, tuple[float, float]]:
    """Return town → (hits, rows)."""
    sums = hit.groupby(rows["town"]).agg(["sum", "count"])
    return {t: (float(r["sum"]), float(r["count"])) for t, r in sums.iterrows()}


def each_period(home: Home, code: str, worked: Callable[[str, pd.Timestamp], dict[str, float]]) -> None:
    """Hold the published values of ``code`` against ``worked(period, last day)``, town by town."""
    for _, row in home.periods.iterrows():
        expected = worked(row["period"], pd.Timestamp(row["end_date"]))
        assert home.mart(code, row["period"]) == pytest.approx(expected, abs=1e-6), row["period"]


def test_items_of_the_standard_against_a_fixed_number(home: Home) -> None:
    items = of_stations(home, "station_standard_items", "item_no")
    for code, groups, needed in (("A101", {"六个有"}, 6), ("A102", {"四室", "四库", "四中心"}, 12)):
        mine = items[items["item_group_word"].isin(groups) & items["is_accepted"]]

        def worked(_: str, end: pd.Timestamp, mine: pd.DataFrame = mine, needed: int = needed) -> dict[str, float]:
            there = mine[pd.to_datetime(mine["accepted_date"]) <= end].groupby("town").size()
            return shares({t: (float(there.get(t, 0)), needed) for t in home.town_ids.values()})

        each_period(home, code, worked)


def test_roll_calls_and_standby_shifts_in_one_share(home: Home) -> None:
    calls = of_stations(home, "roll_calls", "roll_call_no")
    shifts = of_stations(home, "duty_rosters", "roster_no")
    shifts = shifts[shifts["shift_type_word"] == "备勤"]
    both = pd.concat(
        [
            pd.DataFrame({"town": calls["town"], "at": calls["planned_at"], "met": calls["called_at"].notna()}),
            pd.DataFrame(
                {
                    "town": shifts["town"],
                    "at": shifts["shift_start_at"],
                    "met": shifts["present_count"].fillna(-1) >= shifts["planned_count"],
                }
            ),
        ],
        ignore_index=True,
    )

    def worked(period: str, _: pd.Timestamp) -> dict[str, float]:
        mine = both[home.within(both["at"], period)]
        return shares(per_town(mine, mine["met"]))

    each_period(home, "A104", worked)


def test_quota_posts_held_by_the_quota_on_the_last_day(home: Home) -> None:
    posts = of_stations(home, "posts", "post_no")
    posts = posts[posts["is_quota_post"]]
    spells = home.rows("emergency", "post_assignments", "assignment_no")
    spells = spells[spells["is_quota_staff"]]
    begun, over = pd.to_datetime(spells["valid_from_date"]), pd.to_datetime(spells["valid_to_date"])
    created, gone = pd.to_datetime(posts["created_date"]), pd.to_datetime(posts["abolished_date"])

    def worked(_: str, end: pd.Timestamp) -> dict[str, float]:
        held = set(spells.loc[(begun <= end) & (over.isna() | (over > end)), "post_no"])
        there = posts[(created.isna() | (created <= end)) & (gone.isna() | (gone > end))]
        return shares(per_town(there, there["post_no"].isin(held)))

    each_period(home, "A103", worked)
