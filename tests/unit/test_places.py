"""Points in the district: the SQL of outline and distance against shapely, and one set of limits for door and warehouse."""

from __future__ import annotations

import csv

import duckdb
import numpy as np
import pytest
import shapely

from pipelines.reading import points
from pipelines.reading.register import Rendered
from pipelines.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


OUTLINE = [(float(r["lon"]), float(r["lat"])) for r in seed("ref_district_outline")]


def test_the_outline_is_a_plain_polygon_of_the_district_s_size():
    shape = shapely.Polygon([(x * 96.486, y * 110.862) for x, y in OUTLINE])
    assert shape.is_valid
    # the census says 1,066.02 km2; the source measured 1,063.9
    assert shape.area == pytest.approx(1066.02, rel=0.005)
    for town in seed("ref_towns"):
        assert shape.contains(shapely.Point(float(town["seat_lon"]) * 96.486, float(town["seat_lat"]) * 110.862)), town


def test_the_pretended_district_has_the_same_outline():
    """The two never read each other's files; apart, a point of the one could be outside in the other."""
    with (ROOT / "simulator" / "facts" / "outline.csv").open(encoding="utf-8", newline="") as f:
        assert [(float(r["lon"]), float(r["lat"])) for r in csv.DictReader(f)] == OUTLINE


def test_inside_and_distance_to_the_outline_are_those_of_shapely():
    rng = np.random.default_rng(5)
    lon, lat = 120.2 + rng.random(400) * 0.65, 29.65 + rng.random(400) * 0.7
    sql, _ = Rendered().sql(
        "select i, sum({{ crosses_edge('p.lon', 'p.lat', 'e') }}) as crossings, sqrt(min({{ edge_square('p.lon', 'p.lat', 'e') }})) as edge_m "
        "from p cross join e group by i order by i"
    )
    with duckdb.connect() as db:
        db.execute("create table p (i integer, lon decimal(10, 6), lat decimal(10, 6))").fetchall()
        db.execute(
            "create table e (lon decimal(10, 6), lat decimal(10, 6), to_lon decimal(10, 6), to_lat decimal(10, 6))"
        ).fetchall()
        db.executemany("insert into p values (?, ?, ?)", [(i, round(x, 6), round(y, 6)) for i, (x, y) in enumerate(zip(lon, lat, strict=True))])  # fmt: skip
        db.executemany("insert into e values (?, ?, ?, ?)", [(*a, *b) for a, b in zip(OUTLINE, OUTLINE[1:] + OUTLINE[:1], strict=True)])  # fmt: skip
        found = db.execute(sql).fetchall()
    scale = np.array([96_486, 110_862])
    shape = shapely.Polygon(np.array(OUTLINE) * scale)
    spots = shapely.points(np.column_stack([np.round(lon, 6), np.round(lat, 6)]) * scale)
    inside = [bool(n % 2) for _, n, _ in found]
    assert inside == shapely.contains(shape, spots).tolist()
    assert 60 < sum(inside) < 340
    assert [m for _, _, m in found] == pytest.approx(shapely.distance(shape.exterior, spots).tolist(), abs=0.5)


def test_the_warehouse_counts_anchors_by_the_limits_of_the_door():
    numbers = {r["parameter_code"]: float(r["value"]) for r in seed("method_parameters")}
    assert numbers["anchor_minimum_count"] == points.ENOUGH
    assert numbers["anchor_near_m"] == points.NEAR
    # 0.02 stands in points.locate
    assert "others > 0.02 *" in (ROOT / "pipelines" / "reading" / "points.py").read_text(encoding="utf-8")
    assert numbers["anchor_mixed_share"] == 0.02
