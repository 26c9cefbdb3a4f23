"""The rescue circle: who comes first and when, against plain Dijkstra over exact numbers, the world's rules, and Monaco."""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analysis import circle, roads
from pipelines.errors import AnlanError
from tests.unit.test_roads import both, graph, monaco, monaco_there, real  # noqa: F401

# all ways are tenths of a second: none ends here
LIMIT = 900.05
some = settings(max_examples=40, deadline=None)


def plain(edges: list[tuple[int, int, Fraction]], starts: dict[int, Fraction]) -> dict[int, Fraction]:
    """Return the exact seconds to every node that can be reached: a second way, without scipy and without rounding."""
    leads: dict[int, list[tuple[int, Fraction]]] = {}
    for a, b, cost in edges:
        leads.setdefault(a, []).append((b, cost))
    best: dict[int, Fraction] = {}
    queue = [(late, node) for node, late in starts.items()]
    heapq.heapify(queue)
    while queue:
        at, node = heapq.heappop(queue)
        if node not in best:
            best[node] = at
            for other, cost in leads.get(node, ()):
                heapq.heappush(queue, (at + cost, other))
    return best


# ---- who comes first


def test_the_first_on_scene_counts_turnout_and_way():
    g = graph("abcd", *both("1", "a", "b", 1000.0), *both("2", "b", "c", 1000.0), *both("3", "c", "d", 1000.0))
    # at a tenth of a metre a second of delay: the team at a is ready at once, the one at d after four minutes
    came = circle.nearest(g.matrix(), [0, 3], [60.0, 240.0])
    assert came.seconds.tolist() == [60.0, 160.0, 260.0, 240.0]
    assert came.team.tolist() == [0, 0, 0, 1]


def test_of_two_teams_at_one_node_the_quicker_counts_and_of_equals_the_first():
    g = graph("ab", *both("1", "a", "b", 100.0))
    assert circle.nearest(g.matrix(), [0, 0, 0], [30.0, 20.0, 20.0]).team.tolist() == [1, 1]


def test_a_team_whose_place_another_reaches_sooner_is_nobodys_first():
    g = graph("ab", *both("1", "a", "b", 100.0))
    came = circle.nearest(g.matrix(), [0, 1], [0.0, 600.0])
    assert (came.seconds.tolist(), came.team.tolist()) == ([0.0, 10.0], [0, 0])


def test_nobody_comes_where_no_road_leads_and_where_no_team_is():
    g = graph("abc", ("in", "a", "b", 100.0), *both("1", "b", "c", 100.0))
    came = circle.nearest(g.matrix(), [1, -1, 0], [0.0, 0.0, np.nan])
    assert came.seconds.tolist() == [np.inf, 0.0, 10.0]
    assert came.team.tolist() == [-1, 0, 0]
    nobody = circle.nearest(g.matrix(), [], [])
    assert (nobody.seconds.tolist(), nobody.team.tolist()) == ([np.inf] * 3, [-1] * 3)


def test_edges_without_length_take_no_time_and_stay_edges():
    g = graph("abc", *both("zero", "a", "b", 0.0), *both("1", "b", "c", 100.0))
    assert circle.nearest(g.matrix(), [0], [0.0]).seconds.tolist() == [0.0, 0.0, 10.0]


# ---- scenarios and what is refused


def test_a_scenario_shuts_edges_and_sets_speeds():
    g = graph("abc", *both("1", "a", "b", 1000.0), *both("2", "b", "c", 1000.0))
    wet = circle.in_scenario(g, [36.0, 36.0, 18.0, 18.0], [True, True, True, False])
    assert wet.seconds.tolist() == [100.0, 100.0, 200.0]
    assert circle.nearest(wet.matrix(), [2], [0.0]).seconds.tolist() == [np.inf, np.inf, 0.0]


@pytest.mark.parametrize("speed", [0.0, -5.0, np.nan, np.inf])
def test_an_open_road_without_speed_is_refused_by_name(speed):
    g = graph("abc", *both("first", "a", "b"), *both("second", "b", "c"))
    with pytest.raises(AnlanError, match=r"no speed above 0.*1 edge\(s\): second.*Do: give their class"):
        circle.in_scenario(g, [40.0, 40.0, speed, 40.0], [True] * 4)
    assert len(circle.in_scenario(g, [40.0, 40.0, speed, 40.0], [True, True, False, True]).tail) == 3


def test_a_road_of_negative_length_is_refused():
    with pytest.raises(AnlanError, match="no length of 0 m or more"):
        circle.in_scenario(graph("ab", ("x", "a", "b", -1.0)), [40.0], [True])


def test_a_graph_cut_in_two_is_a_fault_that_names_the_other_half():
    whole = graph("abcd", *both("1", "a", "b"), *both("2", "b", "c"), *both("3", "c", "d"))
    cut = graph("abcd", *both("1", "a", "b"), *both("3", "c", "d"))
    assert circle.faults(whole) == []
    with pytest.raises(AnlanError, match=r"cut in two.*2 of 4 nodes, the second 2, such as node c.*join the parts"):
        circle.refuse(circle.faults(cut))
    assert circle.faults(cut, 0.5) == []


def test_halves_that_one_street_joins_one_way_are_cut_in_two_and_a_dead_end_is_not():
    halves = [*both("1", "a", "b"), *both("2", "b", "c"), *both("3", "d", "e")]
    (fault,) = circle.faults(graph("abcde", *halves, ("bridge", "c", "d", 100.0)))
    assert "3 of 5 nodes, the second 2, such as node d" in fault["seen"]
    assert circle.faults(graph("abcd", *halves[:4], ("in", "c", "d", 100.0))) == []
    # one way through all of them: nobody comes back to anywhere
    (fault,) = circle.faults(graph("abc", ("1", "a", "b", 100.0), ("2", "b", "c", 100.0)))
    assert "the largest holds 1 of 3 nodes" in fault["seen"]


def test_scattered_pieces_count_together():
    few = [*(e for i in range(19) for e in both(str(i), f"n{i}", f"n{i + 1}"))]
    names = [f"n{i}" for i in range(20)]
    assert circle.faults(graph([*names, "x", "y"], *few)) == []
    (fault,) = circle.faults(graph([*names, "x", "y", "z"], *few))
    assert "20 of 23 nodes, the second 1, such as node x" in fault["seen"]


@monaco_there
def test_the_roads_of_monaco_are_one(monaco):  # noqa: F811
    assert circle.faults(monaco) == []


def test_no_roads_are_a_fault():
    empty = roads.from_segments(_no_segments())[0]
    with pytest.raises(AnlanError, match="holds no roads"):
        circle.refuse(circle.faults(empty))


def test_a_node_without_a_place_is_refused_with_its_row():
    import pyarrow as pa

    nodes = pa.table({"node_id": ["a", "b"], "lon": [120.5, None], "lat": [30.0, 30.0]})
    edges = pa.table({"edge_id": ["1"], "from_node": ["a"], "to_node": ["b"], "length_m": [1.0], "seconds": [1.0]})
    with pytest.raises(AnlanError, match=r"no place on earth.*the first is b \(row 2\)"):
        roads.load(nodes, edges)


def test_a_station_off_the_road_joins_nowhere():
    g = graph("ab", *both("1", "a", "b"))
    node, gap = roads.join(g, [120.5, 120.6, np.nan], [30.0001, 30.0, 30.0], within_m=500)
    assert node.tolist() == [0, -1, -1]
    assert gap[0] == pytest.approx(11.1, abs=0.1)
    assert np.isnan(gap[1:]).all()


def _no_segments():
    from tests.unit.test_roads import ROWS, segments

    return segments(ROWS[0]).slice(0, 0)


def test_a_divided_road_is_joined_where_it_is_near_and_takes_no_longer():
    g = graph("abc", *both("1", "a", "b", 130.0), ("2", "b", "c", 100.0))
    fine = roads.divided(g, 30.0)
    assert fine.node_id.tolist() == [*"abc", "1/1", "1/2", "1/3", "2/1", "2/2", "2/3"]
    assert circle.nearest(fine.matrix(), [0], [0.0]).seconds[:3] == pytest.approx([0.0, 13.0, 23.0])
    assert circle.nearest(fine.matrix(), [1], [0.0]).seconds == pytest.approx(
        [13.0, 0.0, 10.0, 9.75, 6.5, 3.25, 2.5, 5.0, 7.5]
    )
    node, gap = roads.join(fine, [(g.lon[0] + g.lon[1]) / 2], [30.0])
    assert (fine.node_id[node[0]], round(float(gap[0]), 3)) == ("1/2", 0.0)


# ---- what holds for every graph


@st.composite
def networks(draw):
    """Return a graph of up to nine nodes with whole lengths, its edges, and some teams with their delays."""
    n = draw(st.integers(2, 9))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node, st.integers(0, 4000)), min_size=1, max_size=30))
    names = "abcdefghi"[:n]
    g = graph(names, *((f"{i}", names[a], names[b], float(m)) for i, (a, b, m) in enumerate(pairs)))
    teams = draw(st.lists(st.tuples(node, st.integers(0, 300)), min_size=1, max_size=4))
    return g, pairs, teams


def times(g: roads.Graph, teams) -> circle.Nearest:
    return circle.nearest(g.matrix(), [t[0] for t in teams], [float(t[1]) for t in teams])


@some
@given(networks())
def test_times_are_those_of_plain_dijkstra_and_the_named_team_attains_them(net):
    g, pairs, teams = net
    came = times(g, teams)
    starts: dict[int, Fraction] = {}
    for node, late in teams:
        starts[node] = min(Fraction(late), starts.get(node, Fraction(late)))
    exact = plain([(a, b, Fraction(m, 10)) for a, b, m in pairs], starts)
    for node, seconds in enumerate(came.seconds):
        assert (node in exact) == np.isfinite(seconds)
        if node in exact:
            assert abs(Fraction(float(seconds)) - exact[node]) < Fraction(1, 10**6)
            alone = times(g, [teams[came.team[node]]]).seconds[node]
            assert alone == pytest.approx(seconds, abs=1e-9)


@some
@given(networks(), st.integers(5, 200))
def test_dividing_roads_moves_no_time(net, step):
    g, _, teams = net
    fine = times(roads.divided(g, float(step)), teams).seconds[: len(g.node_id)]
    assert np.allclose(fine, times(g, teams).seconds, rtol=1e-12)


@some
@given(networks(), st.data())
def test_closing_a_road_never_makes_anybody_faster(net, data):
    g, _, teams = net
    shut = data.draw(st.integers(0, len(g.tail) - 1))
    is_open = np.arange(len(g.tail)) != shut
    before = times(circle.in_scenario(g, np.full(len(g.tail), 36.0), is_open | True), teams).seconds
    after = times(circle.in_scenario(g, np.full(len(g.tail), 36.0), is_open), teams).seconds
    assert (after >= before).all()


@some
@given(networks(), st.integers(0, 8), st.integers(0, 300))
def test_one_more_team_never_loses_a_place(net, node, late):
    g, _, teams = net
    more = [*teams, (node % len(g.node_id), late)]
    assert (times(g, more).seconds <= times(g, teams).seconds).all()


@some
@given(networks())
def test_no_way_is_longer_than_by_a_third_place(net):
    g, _, _ = net
    n = len(g.node_id)
    between = np.array([times(g, [(i, 0)]).seconds for i in range(n)])
    for k in range(n):
        assert (between <= between[:, [k]] + between[[k], :] + 1e-9).all()


@some
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_edges_and_teams_does_not_matter(net, rnd):
    g, pairs, teams = net
    names = "".join(g.node_id)
    mixed = rnd.sample(list(enumerate(pairs)), len(pairs))
    other = graph(names, *((f"{i}", names[a], names[b], float(m)) for i, (a, b, m) in mixed))
    assert (times(other, rnd.sample(teams, len(teams))).seconds == times(g, teams).seconds).all()


@some
@given(networks())
def test_every_team_on_its_own_makes_up_the_first_on_scene(net):
    g, _, teams = net
    at = np.arange(len(g.node_id))
    node, late = [t[0] for t in teams], [float(t[1]) for t in teams]
    seconds = np.vstack([s for _, s in circle.every(g.matrix(), node, late, at, LIMIT)])
    first = times(g, teams).seconds
    # added up the other way round, so equal but for the last bit
    assert np.allclose(seconds.min(axis=0), np.where(first <= LIMIT, first, np.inf), rtol=1e-12)


# ---- the real graph


@monaco_there
def test_monaco_places_are_reached_at_the_second_of_the_truth(monaco):  # noqa: F811
    """The truth is printed to a tenth of a second, halves either way: what it was before is worked out here over whole milliseconds."""
    stations, places = real("monaco_fire_stations"), real("truth_dijkstra_monaco_places")
    start, _ = roads.join(monaco, [s["lon"] for s in stations], [s["lat"] for s in stations])
    place, gap = roads.join(monaco, [p["lon"] for p in places], [p["lat"] for p in places])
    came = circle.nearest(monaco.matrix(), start, np.zeros(len(start)))
    exact = plain(
        [(a, b, Fraction(round(s * 1000), 1000)) for a, b, s in zip(monaco.tail.tolist(), monaco.head.tolist(), monaco.seconds.tolist(), strict=True)],
        dict.fromkeys(start.tolist(), Fraction(0)),
    )  # fmt: skip
    for i, p in enumerate(places):
        assert monaco.node_id[place[i]] == p["snap_node"]
        assert gap[i] == pytest.approx(float(p["snap_dist_m"]), abs=0.5)
        assert stations[came.team[place[i]]]["osm_id"] == p["nearest_station"]
        assert abs(Fraction(float(came.seconds[place[i]])) - exact[int(place[i])]) < Fraction(1, 10**6)
        assert abs(exact[int(place[i])] - Fraction(p["time_s"])) <= Fraction(1, 20)


@monaco_there
def test_all_of_monaco_is_reached_by_the_station_and_at_the_second_of_the_truth(monaco):  # noqa: F811
    stations = real("monaco_fire_stations")
    start, _ = roads.join(monaco, [s["lon"] for s in stations], [s["lat"] for s in stations])
    came = circle.nearest(monaco.matrix(), start, np.zeros(len(start)))
    position = {n: i for i, n in enumerate(monaco.node_id)}
    for row in real("truth_dijkstra_monaco_nodes"):
        i = position[row["osm_node_id"]]
        assert np.isfinite(came.seconds[i]) == bool(row["time_s"])
        if row["time_s"]:
            assert abs(came.seconds[i] - float(row["time_s"])) <= 0.05 + 1e-6
            alone = circle.nearest(
                monaco.matrix(), start[[[s["osm_id"] for s in stations].index(row["nearest_station"])]], [0.0]
            )
            assert alone.seconds[i] == pytest.approx(came.seconds[i], abs=1e-6)
