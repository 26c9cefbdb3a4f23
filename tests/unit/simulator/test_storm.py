"""Typhoon 烟花 is played with the figures that are known of it, and all departments hear of the same storm."""

import numpy as np
import pytest

from simulator.world import World, infa

DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def world():
    return World(period=infa.PERIOD, scale=0.2, span=1, scenario="in-fa")


def slots(world, first, last):
    return slice(*(int((np.datetime64(d) - world.start).astype(int)) * 144 for d in (first, last)))


def test_the_known_day_has_its_areal_mean(world):
    day = infa.AREAL_MEAN_DAY
    assert world.rain[slots(world, day, day + DAY)].sum() == pytest.approx(80.5, abs=0.05)
    assert np.average(world.town_rain, weights=world.towns["area_km2"]) == pytest.approx(1)


def test_red_rain_signals_are_up_on_the_25th_and_only_after_orange(world):
    w = world.warnings
    red = np.flatnonzero((w["kind"] == "暴雨") & (w["colour"] == "红"))
    assert len(red) == 2
    assert {str(t)[:10] for t in w["issued"][red]} == {"2021-07-25"}
    assert sorted({t for i in red for t in w["towns"][i]}) == list(range(16))
    first = red[0]
    assert w["colour"][w["before"][first]] == "橙"


def test_the_landfalls_lie_inside_the_highest_response(world):
    r = world.responses
    top = np.flatnonzero(r["level"] == "Ⅰ")
    assert len(top) == 1
    assert r["scenario"][top[0]] == "台风烟花"
    assert [str(at)[:16] for at, _, _ in infa.LANDFALLS] == ["2021-07-25T12:30", "2021-07-26T09:50"]
    assert all(r["started"][top[0]] < at < r["ended"][top[0]] for at, _, _ in infa.LANDFALLS)


def test_people_are_moved_under_a_response_and_the_log_knows_of_them(world):
    e, r = world.evacuations, world.responses
    assert (e["ordered"] > r["started"][e["response"]]).all()
    assert (e["in_time"] <= e["moved"]).all()
    assert (e["moved"] <= e["asked"]).all()
    assert set(r["level"][e["response"]]) <= {"Ⅰ", "Ⅱ"}
    moved = world.duty_log["kind"] == "转移"
    assert moved.sum() == (~np.isnat(e["done"])).sum() > 100


def test_rescues_come_when_it_rains(world):
    alarm = world.incidents["alarm"]
    storm = (alarm >= np.datetime64("2021-07-23")) & (alarm < np.datetime64("2021-07-28"))
    days = (world.end - world.start).astype(int)
    assert storm.sum() / 5 > 3 * (~storm).sum() / (days - 5)


def test_without_the_scenario_the_same_quarter_is_an_ordinary_one():
    plain = World(period=infa.PERIOD, scale=0.2, span=1)
    assert None in set(plain.responses["scenario"]) | {None}
    assert "台风烟花" not in set(plain.responses["scenario"])
    day = infa.AREAL_MEAN_DAY
    assert abs(plain.rain[slots(plain, day, day + DAY)].sum() - 80.5) > 5


def test_every_gauge_speaks_every_ten_minutes_of_the_fortnight_and_their_mean_is_the_known_one(world):
    from simulator.departments.water import readings, stations
    from simulator.dirt import DirtRates
    from simulator.truth import Truth

    made, kind, town = stations.make(world)
    gauges = np.isin(kind, [0, 6])
    assert gauges.sum() == 1190
    table, _ = readings.rain(world.view(), DirtRates.clean(), Truth(), made.columns["stcd"][gauges], town[gauges])
    inside = (table.known >= infa.FIRST) & (table.known < infa.LAST)
    assert inside.sum() == 1190 * 14 * 144 == 2_399_040
    day = (table.known >= infa.AREAL_MEAN_DAY) & (table.known < infa.AREAL_MEAN_DAY + DAY)
    assert table.columns["drp"][day].astype(float).sum() / 1190 == pytest.approx(80.5, abs=0.5)
