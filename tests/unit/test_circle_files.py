"""`anlan circle`: CSV in, CSV and GeoJSON out, and every bad row named before anything is computed."""

from __future__ import annotations

import csv
import json

import pytest
import shapely

from pipelines.analysis import circle_files
from pipelines.errors import AnlanError
from tests.unit.test_roads import REAL, monaco_there, real

NODES = "node_id,lon,lat\na,120.50,30.0\nb,120.51,30.0\nc,120.52,30.0\n"
EDGES = "edge_id,from_node,to_node,length_m,road_class\n1,a,b,1000,national\n2,b,a,1000,national\n3,b,c,1000,urban\n4,c,b,1000,urban\n"
SPEEDS = "road_class,speed_kmh,is_for_vehicles\nnational,36,true\nurban,18,true\nfootway,,false\n"
STATIONS = "station_id,lon,lat\ns,120.50,30.0\n"
PLACES = "place_id,lon,lat,people\nnear,120.50,30.0,10\nfar,120.52,30.0,20\noff,120.52,30.2,5\n"


@pytest.fixture
def run(tmp_path):
    def made(wishes: circle_files.Wishes | None = None, **texts: str):
        texts = {"nodes": NODES, "edges": EDGES, "stations": STATIONS, "places": PLACES, "speeds": SPEEDS} | texts
        paths = {n: tmp_path / f"{n}.csv" for n, t in texts.items() if t}
        for n, path in paths.items():
            path.write_text(texts[n], encoding="utf-8")
        out = tmp_path / "out"
        summary = circle_files.run(
            *(paths[n] for n in ("nodes", "edges", "stations", "places")),
            out,
            wishes or circle_files.Wishes(),
            paths.get("speeds"),
        )
        with (out / "arrivals.csv").open(encoding="utf-8", newline="") as f:
            return summary, {r["place_id"]: r for r in csv.DictReader(f)}, out

    return made


def test_times_by_the_speeds_of_classes(run):
    summary, rows, out = run(circle_files.Wishes(limit=300, turnout=60))
    assert [(r["arrival_status"], r["station_id"], r["seconds"]) for r in rows.values()] == [
        ("in_time", "s", "60.000000"), ("late", "s", "360.000000"), ("off_road", "", ""),
    ]  # fmt: skip
    assert (summary["places_inside"], summary["people_inside"], summary["people"]) == (1, 10, 35)
    assert (out / "sites.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[4:] == ["20", "20"]
    features = json.loads((out / "isochrones.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["minutes"] for f in features] == [5.0, 3.33, 1.67]
    assert all(shapely.from_geojson(json.dumps(f["geometry"])).is_valid for f in features)


def test_a_closed_road_and_a_way_on_foot_carry_nobody(run):
    _, rows, _ = run(circle_files.Wishes(closed=frozenset("3")))
    # it stays a place of the road that is closed
    assert (rows["far"]["arrival_status"], rows["far"]["node_id"], rows["near"]["arrival_status"]) == (
        "cut_off",
        "c",
        "in_time",
    )
    on_foot = EDGES.replace("3,b,c,1000,urban", "3,b,c,1000,footway")
    # nobody drives to where only people walk
    assert run(edges=on_foot)[1]["far"]["node_id"] == "b"


def test_edges_may_say_their_seconds_or_their_speed(run):
    seconds = "from_node,to_node,travel_s\na,b,10\nb,a,10\nb,c,5.5\nc,b,5.5\n"
    assert run(edges=seconds, speeds="")[1]["far"]["seconds"] == "15.500000"
    speed = "from_node,to_node,length_m,speed_kph\na,b,100,36\nb,a,100,36\nb,c,0,36\nc,b,0,36\n"
    assert run(edges=speed, speeds="")[1]["far"]["seconds"] == "10.000000"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"nodes": NODES + "d,,30.0\n"}, r"nodes.csv: 1 row\(s\) have no degrees in lon, row 5"),
        ({"nodes": NODES + "a,120.5,30.0\n"}, r"nodes.csv: 1 row\(s\) have a node_id that stands before, row 5"),
        ({"edges": EDGES + "5,a,z,10,urban\n"}, r"edges.csv: 1 row\(s\) name in to_node a node that is not in nodes.csv, row 6"),
        ({"edges": EDGES + "5,a,b,10,lane\n"}, r"edges.csv: 1 row\(s\) have a road_class that is not in speeds.csv, row 6"),
        ({"edges": EDGES + "5,a,b,-1,urban\n"}, r"edges.csv: 1 row\(s\) have no metres of 0 or more in length_m, row 6"),
        ({"edges": EDGES + "5,a,b\n"}, r"edges.csv: 1 row\(s\) have another number of cells than the head, row 6"),
        ({"speeds": SPEEDS.replace("18", "0")}, r"speeds.csv: 1 row\(s\) have no speed above 0 in speed_kmh, row 3"),
        ({"stations": STATIONS + "t,120.50,30.5\n"}, r"stations.csv: 1 row\(s\) lie farther than 1000 m from any road, row 3"),
        ({"places": "place_id,lon\nx,1\n"}, r"places.csv: has no column lat; it has place_id, lon"),
        ({"places": PLACES + "x,nan,30,1\n"}, r"places.csv: 1 row\(s\) have no degrees in lon, row 5"),
        ({"stations": "station_id,lon,lat\n"}, r"stations.csv: names no station.*mend these rows"),
        ({"nodes": NODES + "d,120.6,30\ne,120.61,30\nf,120.62,30\ng,120.63,30\n"}, r"edges.csv: is cut in two.*3 of 7 nodes.*Do: join the parts"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_by_name(run, texts, said):
    with pytest.raises(AnlanError, match=said):
        run(**texts)


def test_two_equal_halves_are_refused_and_nothing_is_written(run, tmp_path):
    nodes = NODES + "d,120.60,30.0\ne,120.61,30.0\nf,120.62,30.0\n"
    edges = EDGES + "5,d,e,1000,urban\n6,e,d,1000,urban\n7,e,f,1000,urban\n8,f,e,1000,urban\n"
    with pytest.raises(AnlanError, match=r"cut in two.*3 of 6 nodes, the second 3, such as node d"):
        run(nodes=nodes, edges=edges)
    assert not (tmp_path / "out").exists()


def test_all_faults_come_at_once(run):
    with pytest.raises(AnlanError, match=r"2 fault\(s\).*nodes.csv.*places.csv.*mend these rows"):
        run(nodes=NODES + "d,,30.0\n", places=PLACES + "x,1,91,1\n")


def test_an_edge_to_close_that_is_not_there_is_refused(run):
    with pytest.raises(AnlanError, match="has no edge 9, which is to be closed"):
        run(circle_files.Wishes(closed=frozenset("9")))


@monaco_there
def test_monaco_by_its_own_files(tmp_path):
    files = [REAL / f"monaco_{n}.csv" for n in ("nodes", "edges", "fire_stations", "places")]
    circle_files.run(*files, tmp_path, circle_files.Wishes())
    with (tmp_path / "arrivals.csv").open(encoding="utf-8", newline="") as f:
        rows = {r["place_id"]: r for r in csv.DictReader(f)}
    for p in real("truth_dijkstra_monaco_places"):
        assert rows[p["osm_id"]]["station_id"] == p["nearest_station"]
        assert abs(float(rows[p["osm_id"]]["seconds"]) - float(p["time_s"])) <= 0.05 + 1e-6
