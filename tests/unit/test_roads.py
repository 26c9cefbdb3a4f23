"""Road graphs: what is found in them, where facilities join, and the real graph of Monaco to the second."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse.csgraph import dijkstra

from pipelines.analysis import roads
from pipelines.errors import AnlanError
from pipelines.settings import ROOT

REAL = Path(os.environ.get("ANLAN_REAL") or ROOT.parent / "shared" / "real") / "roads_monaco"
monaco_there = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is not there (ANLAN_REAL)")


def graph(nodes: str, *edges: tuple[str, str, str, float]) -> roads.Graph:
    """Return a graph of nodes in a row, a hundred metres apart; edges are name, from, to, length in metres."""
    n = pa.table(
        {"node_id": list(nodes), "lon": [120.5 + i * 0.00104 for i in range(len(nodes))], "lat": [30.0] * len(nodes)}
    )
    names, tails, heads, lengths = zip(*edges, strict=True)
    e = pa.table(
        {
            "edge_id": names,
            "from_node": tails,
            "to_node": heads,
            "length_m": lengths,
            "seconds": [m / 10 for m in lengths],
        }
    )
    return roads.load(n, e)


def both(name: str, a: str, b: str, m: float = 110.0) -> list[tuple[str, str, str, float]]:
    return [(name, a, b, m), (name, b, a, m)]


def codes(g: roads.Graph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for r in roads.findings(g).to_pylist():
        found.setdefault(r["finding_code"], set()).add(r["edge_id"] or r["node_id"])
    return found


def test_a_sound_graph_has_no_findings():
    g = graph("abc", *both("1", "a", "b"), *both("2", "b", "c"))
    assert g.connected.all()
    assert codes(g) == {}


def test_direction_decides_who_is_connected():
    g = graph(
        "abcdefg",
        *both("1", "a", "b"),
        *both("2", "b", "c"),
        ("in", "b", "d", 300.0),
        ("out", "e", "b", 400.0),
        *both("far", "f", "g"),
    )
    assert g.node_id[g.connected].tolist() == ["a", "b", "c"]
    found = codes(g)
    assert found["no_way_out"] == {"d"}
    assert found["no_way_in"] == {"e"}
    assert found["island"] == {"f", "g"}


def test_a_node_between_two_dead_ends_leads_nowhere():
    g = graph("abcd", *both("1", "a", "b"), ("in", "b", "c", 120.0), ("on", "d", "c", 120.0))
    assert codes(g) == {"no_way_out": {"c"}, "no_way_through": {"d"}}


def test_zero_loops_twins_and_lengths_are_named():
    g = graph(
        "abc", *both("1", "a", "b"), *both("twin", "a", "b", 150.0), *both("zero", "b", "c", 0.0), ("loop", "a", "a", 50.0),
        *both("short", "a", "c", 20.0), *both("long", "b", "c", 900.0),
    )  # fmt: skip
    found = codes(g)
    assert found["zero_length"] == {"zero"}
    assert found["loop"] == {"loop"}
    assert found["length_too_short"] == {"short"}
    assert found["length_too_long"] == {"long"}
    # the quickest of the twins counts, the others are named
    assert found["parallel"] == {"twin", "long"}
    rows = {r["edge_id"]: r for r in roads.findings(g).to_pylist() if r["finding_code"] == "parallel"}
    assert rows["twin"]["other_id"] == "1"


def test_the_matrix_takes_the_quickest_twin_and_keeps_edges_without_length():
    g = graph(
        "abc",
        *both("1", "a", "b", 200.0),
        *both("twin", "a", "b", 100.0),
        *both("zero", "b", "c", 0.0),
        ("loop", "a", "a", 5.0),
    )
    times = dijkstra(g.matrix(), indices=0)
    assert times[1] == pytest.approx(10.0)
    assert times[2] == pytest.approx(10.0, abs=1e-5)
    assert g.matrix().diagonal().tolist() == [0, 0, 0]


def test_the_largest_component_is_the_same_whatever_the_order():
    edges = [*both("1", "a", "b"), *both("2", "c", "d"), ("x", "b", "c", 100.0)]
    one, other = graph("abcd", *edges), graph("abcd", *edges[::-1])
    assert one.node_id[one.connected].tolist() == other.node_id[other.connected].tolist() == ["a", "b"]


def test_facilities_join_the_largest_component_and_show_how_far():
    g = graph("abcd", *both("1", "a", "b"), *both("2", "b", "c"), ("in", "c", "d", 120.0))
    at = roads.snap(g, ["near_d", "far", "nowhere"], [g.lon[3], 120.6, np.nan], [30.0, 30.0, np.nan]).to_pylist()
    assert [r["node_id"] for r in at] == ["c", "c", None]
    assert float(at[0]["snap_m"]) == pytest.approx(100, abs=1)
    assert float(at[1]["snap_m"]) == pytest.approx(9_430, rel=0.01)
    assert at[2]["snap_m"] is None


def segments(*rows: tuple) -> pa.Table:
    names = ("segment_no", "start_lon", "start_lat", "end_lon", "end_lat", "length_m", "speed_kmh", "is_one_way")
    return pa.table({n: list(v) for n, v in zip(names, zip(*rows, strict=True), strict=True)})


ROWS = (
    ("s1", 120.50, 30.0, 120.51, 30.0, 1000.0, 60.0, False),
    ("s2", 120.510001, 30.000001, 120.52, 30.0, 1000.0, 60.0, False),  # begins 15 cm from where s1 ends
    ("s3", 120.52, 30.0, 120.53, 30.0, 1000.0, None, True),
    ("s4", None, 30.0, 120.53, 30.0, 1000.0, 60.0, False),
    ("s5", 120.52, 30.0, 120.52, 30.0, 0.0, 60.0, False),
)


def test_segments_become_a_graph_by_their_ends():
    g, found = roads.from_segments(segments(*ROWS))
    assert len(g.node_id) == 4
    assert g.connected.sum() == 3
    assert {(r["finding_code"], r["edge_id"]) for r in found.to_pylist()} == {("no_ends", "s4"), ("no_speed", "s3")}
    assert codes(g) == {"loop": {"s5"}, "no_way_out": {"N000004"}}
    assert g.seconds[0] == pytest.approx(60.0)


def test_the_order_of_segments_does_not_matter():
    one, other = (roads.from_segments(segments(*r))[0] for r in (ROWS, ROWS[::-1]))
    assert roads.nodes_of(one) == roads.nodes_of(other)
    assert roads.edges_of(one) == roads.edges_of(other)


def test_no_roads_is_an_empty_graph():
    g, found = roads.from_segments(segments(ROWS[0]).slice(0, 0))
    assert (len(g.node_id), found.num_rows, roads.findings(g).num_rows) == (0, 0, 0)
    assert roads.snap(g, ["x"], [120.5], [30.0]).to_pylist()[0]["node_id"] is None


def test_an_edge_that_names_no_node_is_an_error_that_says_so():
    with pytest.raises(AnlanError, match="nodes that are not in the list"):
        graph("ab", ("1", "a", "z", 100.0))


# ---- the real graph


def real(name: str) -> list[dict[str, str]]:
    with (REAL / f"{name}.csv").open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


@pytest.fixture(scope="module")
def monaco() -> roads.Graph:
    nodes, edges = real("monaco_nodes"), real("monaco_edges")
    return roads.load(
        pa.table({"node_id": [n["osm_node_id"] for n in nodes], "lon": [n["lon"] for n in nodes], "lat": [n["lat"] for n in nodes]}),
        pa.table(
            {
                "edge_id": [f"{i}" for i in range(len(edges))], "from_node": [e["from_node"] for e in edges],
                "to_node": [e["to_node"] for e in edges], "length_m": [e["length_m"] for e in edges], "seconds": [e["travel_s"] for e in edges],
            }
        ),
    )  # fmt: skip


@monaco_there
def test_monaco_has_its_size_its_twins_and_its_edges_without_length(monaco):
    assert (len(monaco.node_id), len(monaco.tail)) == (2264, 4315)
    assert int(monaco.connected.sum()) == 2074
    assert int((monaco.piece == 0).sum()) == 2171
    found = codes(monaco)
    assert len(found["loop"]) == 21
    assert len(found["zero_length"]) + sum(monaco.length[int(i)] == 0 for i in found["loop"]) == 2
    # 40 pairs of twins, those of loops left out
    pairs = {(a, b) for a, b in zip(monaco.tail, monaco.head, strict=True) if a != b}
    assert len(found["parallel"]) == int((monaco.tail != monaco.head).sum()) - len(pairs)
    assert (
        len(found["island"]) + len(found["no_way_out"]) + len(found["no_way_in"]) + len(found.get("no_way_through", ()))
        == 2264 - 2074
    )


@monaco_there
def test_monaco_places_join_where_they_should(monaco):
    places = real("truth_dijkstra_monaco_places")
    at = roads.snap(
        monaco, [p["osm_id"] for p in places], [p["lon"] for p in places], [p["lat"] for p in places]
    ).to_pylist()
    assert [r["node_id"] for r in at] == [p["snap_node"] for p in places]
    assert max(abs(float(r["snap_m"]) - float(p["snap_dist_m"])) for r, p in zip(at, places, strict=True)) < 0.5


@monaco_there
def test_monaco_travel_times_from_the_stations_are_those_of_the_truth(monaco):
    """The way that issue 6 goes: station to place, along the direction of the roads."""
    stations = real("monaco_fire_stations")
    at = roads.snap(
        monaco, [s["osm_id"] for s in stations], [s["lon"] for s in stations], [s["lat"] for s in stations]
    ).to_pylist()
    position = {n: i for i, n in enumerate(monaco.node_id)}
    times = dijkstra(monaco.matrix(), indices=[position[r["node_id"]] for r in at])
    best = times.min(axis=0)
    truth = {r["osm_node_id"]: r for r in real("truth_dijkstra_monaco_nodes")}
    for node, r in truth.items():
        if r["time_s"] and np.isfinite(float(r["time_s"])):
            assert best[position[node]] == pytest.approx(float(r["time_s"]), abs=0.06), node
    against = dijkstra(monaco.matrix().T, indices=[position[r["node_id"]] for r in at]).min(axis=0)
    known = np.isfinite(best) & np.isfinite(against)
    assert np.abs(best[known] - against[known]).max() > 60, "direction matters"


def test_the_step_leaves_its_tables_and_does_nothing_twice(tmp_path):
    """Between the two runs of dbt: the same models give the same files, and unchanged ones are not worked out again."""
    import duckdb

    from pipelines.analysis.linkage import registry, step
    from pipelines.settings import Settings

    settings = Settings.load(home=tmp_path)
    settings.warehouse.mkdir(parents=True)
    numbers = {
        "road_join_m": 5,
        "road_short_share": 0.95,
        "road_long_factor": 3,
        "road_long_least_m": 50,
        "road_divide_m": 250,
    }
    places = pa.table({"facility_id": ["b", "a"], "lon": [120.5, None], "lat": [30.0, None]})
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("create schema core; create schema method").fetchall()
        con.register("s", segments(*ROWS))
        con.register("f", places)
        con.execute("create table core.fct_road_segments as from s").fetchall()
        con.execute("create table core.dim_facilities as from f").fetchall()
        con.execute("create table method.method_parameters (parameter_code varchar, value decimal(18, 6))").fetchall()
        con.executemany("insert into method.method_parameters values (?, ?)", list(numbers.items()))
    roads_only = next(a for a in registry.ANALYSES if a.name == "roads")
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        first = step._analysed(settings, con, roads_only, force=False)
        again = step._analysed(settings, con, roads_only, force=False)
        assert (first.skipped, again.skipped) == (False, True)
        assert first.counts == again.counts == {"nodes": 4, "edges": 7, "findings": 4, "snaps": 2}
        bytes_then = {p.name: p.read_bytes() for p in (settings.linkage / "roads").glob("*.parquet")}
        step._analysed(settings, con, roads_only, force=True)
    assert {p.name: p.read_bytes() for p in (settings.linkage / "roads").glob("*.parquet")} == bytes_then
    assert sorted(bytes_then) == ["edges.parquet", "findings.parquet", "nodes.parquet", "snaps.parquet"]
    assert step.versions(settings)["roads"]["model_version"] == first.model_version
