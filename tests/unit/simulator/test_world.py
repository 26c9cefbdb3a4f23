"""The district is one world: what departments share is the same for all, whoever asks first."""

import numpy as np
import pytest
from stdnum.cn import uscc

from simulator.world import World

SILOS = ("governance", "fire", "emergency", "firms")
METRES = np.array([96400.0, 110900.0])


@pytest.fixture(scope="module")
def world():
    return World(scale=0.2)


def test_a_department_that_asks_first_changes_nothing_for_the_others(world):
    other = World(scale=0.2).view()
    other.rng("hazards").random(7)
    other.rng("incidents").random(7)
    for name in ("hazards", "incidents", "firms", "teams"):
        theirs, ours = getattr(other, name), getattr(world, name)
        assert all(np.array_equal(theirs[c], ours[c], equal_nan=ours[c].dtype.kind == "f") for c in ("town", "lon"))


def test_about_eighteen_of_a_hundred_hazards_are_known_to_a_second_department(world):
    seen = np.column_stack([world.hazards[f"seen_by_{s}"] for s in SILOS])
    assert 0.14 < seen.any(axis=1).mean() < 0.23


@pytest.mark.parametrize("silo", SILOS)
def test_a_sighting_is_near_its_hazard_and_within_three_days(world, silo):
    seen, h = world.sightings(silo), world.hazards
    assert len(seen["hazard"]) > 20
    assert set(seen["hazard"]) == set(np.flatnonzero(h[f"seen_by_{silo}"]))
    off = np.column_stack([seen[c] - h[c][seen["hazard"]] for c in ("lon", "lat")]) * METRES
    assert np.hypot(*off.T).max() <= 60
    assert np.abs((seen["at"] - h["at"][seen["hazard"]]).astype(int)).max() <= 3 * 86400
    assert all(np.array_equal(a, b) for a, b in zip(seen.values(), world.sightings(silo).values(), strict=True))


def test_there_are_nearly_500_teams_of_four_classes_and_their_stations_people_are_the_rosters(world):
    t, m = world.teams, world.team_members
    assert 470 <= len(t["id"]) < 500
    assert len(set(t["four"])) == 4
    assert sorted(t["town"][t["kind"] == "station"]) == list(range(16))
    roster = {p["id"] for p in world.stations.roster}
    squads = np.isin(m["team"], np.flatnonzero(t["kind"] == "station"))
    assert squads.sum() > 160
    assert set(m["id"][squads]) <= roster
    assert all(uscc.is_valid(c) for c in t["uscc"] if c)


def test_every_village_has_a_grid_and_every_grid_a_worker(world):
    assert len(world.grids["code"]) == len(set(world.grids["code"])) == 1500
    assert set(world.grids["village"]) == set(range(len(world.villages["code12"])))
    assert all(world.grids["worker_name"])


def test_risk_points_wear_the_four_colours_in_the_agreed_shares():
    colour = World(scale=1).risk_points["colour"]
    shares = {c: (colour == c).mean() for c in "红橙黄蓝"}
    assert len(colour) == 1200
    assert all(abs(shares[c] - s) < 0.04 for c, s in (("红", 0.02), ("橙", 0.08), ("黄", 0.35), ("蓝", 0.55)))


def test_more_quarters_make_a_longer_life():
    short, long = World(scale=0.05, span=1), World(scale=0.05, span=7)
    assert long.quarters[0][0] == "2025Q1"
    assert set(long.hazards["quarter"]) == set(range(7))
    assert set(short.hazards["quarter"]) == {0}
    assert long.incidents["alarm"].min() < np.datetime64("2025-04-01")


@pytest.mark.parametrize("span", [1, 6])
def test_every_department_can_be_played_for_few_and_for_many_quarters(span):
    from simulator import departments
    from simulator.dirt import DirtRates
    from simulator.truth import Truth

    district = World(scale=0.02, span=span)
    for silo in departments.names():
        tables = departments.load(silo).build(district.view(), DirtRates(), Truth())
        assert sum(len(t) for t in tables) > 0, silo
