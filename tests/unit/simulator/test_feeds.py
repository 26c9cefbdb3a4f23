"""Weather and traffic hold what their contracts promise, and speak of the same storm and firms as all others."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from simulator.departments import traffic, weather
from simulator.dirt import DirtRates
from simulator.truth import Truth
from simulator.world import World

CONTRACTS = Path(__file__).resolve().parents[3] / "pipelines" / "silos"


@pytest.fixture(scope="module")
def world():
    return World(scale=0.1)


def columns_of(silo):
    tables = yaml.safe_load((CONTRACTS / silo / "contract.yaml").read_text(encoding="utf-8"))["tables"]
    return {n: {c["source"] for c in t["columns"].values()} for n, t in tables.items()}


def clean(module, world):
    made = module.build(world.view(), DirtRates.clean(), Truth())
    return {t.name: t for t in made}, made


def test_every_contract_column_of_the_weather_office_is_served(world):
    tables, _ = clean(weather, world)
    assert {n: set(t.columns) for n, t in tables.items()} == columns_of("weather")


def test_every_contract_column_of_the_bucket_is_served(world):
    tables, _ = clean(traffic, world)
    wanted = columns_of("traffic")
    wanted["road_closures"] = (wanted["road_closures"] - {"@wkt"}) | {"geometry"}
    assert {n: set(t.columns) for n, t in tables.items()} == wanted


def test_rows_come_in_the_order_in_which_the_api_is_asked(world):
    tables, _ = clean(weather, world)
    for name, rule in weather.API["resources"].items():
        if "since" in rule:
            at = tables[name].columns[rule["since"]].astype(str)
            assert (np.sort(at) == at).all(), name


def test_villages_are_told_of_orange_and_red_only_and_an_answer_follows_its_message(world):
    t = clean(weather, world)[0]["warning_deliveries"].columns
    colour = dict(zip(world.warnings["no"], world.warnings["colour"], strict=True))
    told = {colour[n] for n, k in zip(t["signalNo"], t["recipientKindWord"], strict=True) if k == "村社"}
    assert told <= {"橙", "红"}
    answered = [(s, a) for s, a in zip(t["sentAt"], t["ackedAt"], strict=True) if a]
    assert len(answered) > 100
    assert all(a >= s for s, a in answered)


def test_the_rain_day_of_the_weather_office_ends_at_20_and_adds_up(world):
    t = clean(weather, world)[0]["daily_rain"].columns
    assert {x[11:] for x in t["endsAt"]} == {"20:00:00"}
    assert all(e[:10] == d for e, d in zip(t["endsAt"], t["rainDate"], strict=True))
    feed = clean(weather, world)[0]["rain_10min"].columns
    station, day = t["stationNo"][-1], t["rainDate"][-1]
    begins, ends = t["beginsAt"][-1], t["endsAt"][-1]
    inside = [
        float(r)
        for s, at, r in zip(feed["stationNo"], feed["observedAt"], feed["rainMm"], strict=True)
        if s == station and begins < at <= ends
    ]
    assert sum(inside) == pytest.approx(float(t["rainMm"][-1]), abs=0.06), day


def test_closures_are_lines_of_a_layer_and_equal_tables_are_equal_bytes(world, tmp_path):
    made = clean(traffic, world)[1]
    for out in ("a", "b"):
        (tmp_path / out).mkdir()
        traffic.publish(tmp_path / out, made, world)
    names = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert all((tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names)
    layer = json.loads((tmp_path / "a" / "closures" / "封道_2026Q3.geojson").read_text(encoding="utf-8"))
    assert {f["geometry"]["type"] for f in layer["features"]} == {"LineString"}
    roads = gzip.decompress((tmp_path / "a" / "segments" / "路段_2026Q3.csv.gz").read_bytes()).decode()
    assert roads.splitlines()[0].startswith("路段编号,")


def test_roads_are_slower_in_the_rain(world):
    speeds = [t for t in clean(traffic, world)[1] if t.name == "segment_speeds"]
    hourly = world.rain.reshape(-1, 6).sum(axis=1)
    at = np.concatenate([t.columns["时段开始"] for t in speeds]).astype("datetime64[s]")
    hour = (at - world.start.astype("datetime64[s]")).astype(int) // 3600
    speed = np.concatenate([t.columns["平均车速"] for t in speeds]).astype(float)
    noon = hour % 24 == 12
    wet, dry = noon & (hourly[hour] > 4), noon & (hourly[hour] == 0)
    assert wet.sum() > 20
    assert speed[wet].mean() < speed[dry].mean() * 0.95


def test_links_name_the_real_thing_behind_a_row(district):
    links = pq.read_table(district / "truth" / "links" / "traffic.parquet").to_pylist()
    assert {r["entity_type"] for r in links} == {"firm", "road_finding"}
    firms = set(World(scale=0.03).firms["no"].tolist())
    assert {r["entity_id"] for r in links if r["entity_type"] == "firm"} <= firms


def test_roads_join_every_seat_and_village_and_hold_what_real_tables_hold(district):
    from collections import Counter

    links = pq.read_table(district / "truth" / "links" / "traffic.parquet").to_pylist()
    planted = Counter(r["entity_id"] for r in links if r["entity_type"] == "road_finding")
    assert planted == {"zero_length": 2, "parallel": 6, "island": 3, "dead_end": 4, "length_too_short": 3}
