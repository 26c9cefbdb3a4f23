"""Isochrones and candidate sites: valid land, partial roads, and gains against trying every node."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given

from pipelines.analysis import circle, circle_shape, circle_sites, roads
from tests.unit.test_circle import networks, some
from tests.unit.test_roads import both, graph, monaco, monaco_there, real  # noqa: F401


def land(g: roads.Graph, start: int, limit: float, reach: float = 100.0) -> shapely.MultiPolygon:
    seconds = circle.nearest(g.matrix(), [start], [0.0]).seconds
    return circle_shape.isochrone(g, seconds, limit, reach)


def test_a_road_is_reached_as_far_as_the_time_lasts():
    g = graph("abc", *both("1", "a", "b", 100.0), ("2", "b", "c", 100.0))
    seconds = circle.nearest(g.matrix(), [0], [0.0]).seconds
    lines = circle_shape.reached(g, seconds, 15.0)
    # a-b in full, half of the way back, half of b-c, and the two nodes
    assert len(lines) == 5
    onward = lines[2]
    assert onward[0].tolist() == [g.lon[1], g.lat[1]]
    assert onward[1][0] == pytest.approx((g.lon[1] + g.lon[2]) / 2)


def test_the_land_is_valid_grows_with_time_and_has_the_size_of_its_roads():
    g = graph(
        "abcde",
        *both("1", "a", "b", 100.0),
        *both("2", "b", "c", 100.0),
        *both("3", "c", "d", 100.0),
        *both("4", "d", "e", 100.0),
    )
    small, large = land(g, 0, 10.0), land(g, 0, 30.0)
    assert small.is_valid
    assert large.is_valid
    # within the cell that it is drawn by (25 m)
    assert large.buffer(25 / 96_000).contains(small)
    metre = np.cos(np.radians(30.0)) * np.radians(1) * roads.EARTH * np.radians(1) * roads.EARTH
    # 300 m of road, 100 m on either side and half a disc at each end
    assert large.area * metre == pytest.approx(300 * 200 + np.pi * 100**2, rel=0.2)


def test_nobody_reaches_no_land_and_a_lone_node_is_a_disc():
    g = graph("ab", *both("1", "a", "b", 100.0))
    nobody = circle_shape.isochrone(g, [np.inf, np.inf], 900.0, 100.0)
    assert (nobody.is_empty, nobody.geom_type) == (True, "MultiPolygon")
    assert len(land(g, 0, 0.0).geoms) == 1


def test_geojson_has_closed_rings_anticlockwise_in_degrees():
    g = graph("ab", *both("1", "a", "b", 100.0))
    made = json.loads(json.dumps(circle_shape.feature_collection([({"minutes": 15}, land(g, 0, 900.0))])))
    ring = made["features"][0]["geometry"]["coordinates"][0][0]
    assert made["features"][0]["properties"] == {"minutes": 15}
    assert ring[0] == ring[-1]
    assert shapely.is_ccw(shapely.LinearRing(ring))
    assert all(119 < x < 122 and 29 < y < 31 for x, y in ring)


@monaco_there
def test_monaco_in_fifteen_minutes_is_valid_land_that_holds_every_reached_place(monaco):  # noqa: F811
    stations, places = real("monaco_fire_stations"), real("truth_dijkstra_monaco_places")
    start, _ = roads.join(monaco, [s["lon"] for s in stations], [s["lat"] for s in stations])
    seconds = circle.nearest(monaco.matrix(), start, np.zeros(len(start))).seconds
    shapes = [circle_shape.isochrone(monaco, seconds, limit, 150.0) for limit in (60.0, 300.0, 900.0)]
    assert all(s.is_valid and not s.is_empty for s in shapes)
    for p in places:
        if float(p["time_s"]) <= 900:
            i = int(np.flatnonzero(monaco.node_id == p["snap_node"])[0])
            assert shapes[2].contains(shapely.Point(monaco.lon[i], monaco.lat[i]))


# ---- sites


def demand(g: roads.Graph, people: list[int]) -> circle_sites.Demand:
    n = len(g.node_id)
    return circle_sites.Demand(np.arange(n), np.zeros(n), np.array((people * n)[:n], float))


@some
@given(networks())
def test_gains_are_those_of_trying_every_node(net):
    g, _, teams = net
    need = demand(g, [3, 5, 0, 7])
    late, limit = float(teams[0][1]), 500.05
    gain = circle_sites.gains(g.matrix(), need, late, limit)
    for node in range(len(g.node_id)):
        seconds = circle.nearest(g.matrix(), [node], [late]).seconds
        assert gain[node] == need.people[seconds <= limit].sum()


@some
@given(networks())
def test_each_site_is_the_best_after_those_before_it(net):
    g, _, _ = net
    need = demand(g, [3, 5, 0, 7])
    left = np.ones(len(need.node), bool)
    for site in circle_sites.rank(g.matrix(), need, 60.0, 300.05, 9):
        tried = [
            need.people[left & circle_sites.covered(g.matrix(), need, n, 60.0, 300.05)].sum() for n in range(len(left))
        ]
        assert site.further == max(tried) == tried[site.node] > 0
        assert site.alone >= site.further
        left &= ~circle_sites.covered(g.matrix(), need, site.node, 60.0, 300.05)
    assert (
        max(need.people[left & circle_sites.covered(g.matrix(), need, n, 60.0, 300.05)].sum() for n in range(len(left)))
        == 0
    )


def test_sites_may_be_confined():
    g = graph("abc", *both("1", "a", "b", 100.0), *both("2", "b", "c", 100.0))
    need = demand(g, [1, 1, 5])
    assert [s.node for s in circle_sites.rank(g.matrix(), need, 0.0, 10.5, 5)] == [1]
    assert [s.node for s in circle_sites.rank(g.matrix(), need, 0.0, 10.5, 5, allowed=[True, False, True])] == [2, 0]
    assert circle_sites.rank(g.matrix(), need, 0.0, 10.5, 5, allowed=[False] * 3) == []


def test_a_station_moves_to_where_it_keeps_its_people_and_wins_others():
    g = graph("abcd", *both("1", "a", "b", 100.0), *both("2", "b", "c", 100.0), *both("3", "c", "d", 100.0))
    need = demand(g, [10, 1, 1, 20])
    # it stands at a and alone reaches a and b; c and d are nobody's
    only = np.array([True, True, False, False])
    uncovered = circle_sites.gains(g.matrix(), need.of(~only), 0.0, 20.5)
    best = circle_sites.move(g.matrix(), uncovered, need, only, 0.0, 20.5)
    # at b all of them are in reach
    assert (best.node, best.alone, best.further) == (1, 21.0, 11.0)
    confined = circle_sites.move(g.matrix(), uncovered, need, only, 0.0, 20.5, allowed=[True, False, False, True])
    assert (confined.node, confined.alone) == (3, 21.0 + 1.0 - 11.0)
