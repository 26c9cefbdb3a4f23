"""Anchors prove a system, row by row and for a batch; without proof nothing is moved."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.reading import points

RNG = np.random.default_rng(7)
N = 200
LON, LAT = 120.30 + RNG.random(N) * 0.3, 29.85 + RNG.random(N) * 0.35


def moved(system: str) -> points.Pair:
    if system == "GCJ-02":
        return points.wgs_to_gcj(LON, LAT)
    if system == "BD-09":
        return points.gcj_to_bd(*points.wgs_to_gcj(LON, LAT))
    return LON.copy(), LAT.copy()


def off(found: points.Located) -> np.ndarray:
    return points.metres(found.lon, found.lat, LON, LAT)


@pytest.mark.parametrize(("system", "low", "high"), [("GCJ-02", 480, 510), ("BD-09", 1050, 1170)])
def test_offsets_are_those_measured_at_keqiao_and_go_back_to_a_centimetre(system, low, high):
    x, y = moved(system)
    distance = points.metres(x, y, LON, LAT)
    assert low < distance.min() < distance.max() < high
    back = points.to_wgs(x, y, system)
    assert points.metres(*back, LON, LAT).max() < 0.01


@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
def test_anchors_prove_another_system_of_a_whole_batch(system):
    found = points.locate(*moved(system), "WGS-84", LON, LAT)
    assert found.system == system
    assert off(found).max() < 1
    assert set(found.how) == {{"GCJ-02": "gcj02", "BD-09": "bd09"}[system]}


def test_without_anchors_the_contract_is_believed():
    found = points.locate(*moved("GCJ-02"), "GCJ-02")
    assert off(found).max() < 1
    assert set(found.how) == {None}
    assert points.locate(*moved("GCJ-02"), "WGS-84").system == "WGS-84"


def test_single_rows_of_another_system_are_found_and_their_neighbours_left_alone():
    x, y = moved("WGS-84")
    gx, gy = moved("GCJ-02")
    bx, by = moved("BD-09")
    x[:7], y[:7] = gx[:7], gy[:7]
    x[7:9], y[7:9] = bx[7:9], by[7:9]
    found = points.locate(x, y, "WGS-84", LON, LAT)
    assert list(found.how[:9]) == ["gcj02"] * 7 + ["bd09"] * 2
    assert set(found.how[9:]) == {None}
    assert off(found).max() < 1


def test_in_a_mixed_feed_a_row_without_an_anchor_is_not_read():
    x, y = moved("WGS-84")
    gx, gy = moved("GCJ-02")
    x[:40], y[:40] = gx[:40], gy[:40]
    ax, ay = LON.copy(), LAT.copy()
    ax[-5:] = np.nan
    found = points.locate(x, y, "WGS-84", ax, ay)
    assert set(found.how[-5:]) == {"system_unknown"}
    assert np.isnan(found.lon[-5:]).all()


def test_places_that_rows_do_not_lie_at_anchor_nothing():
    x, y = moved("WGS-84")
    found = points.locate(x, y, "WGS-84", LON + RNG.normal(0, 0.02, N), LAT + RNG.normal(0, 0.02, N))
    assert set(found.how) == {None}
    assert off(found).max() == 0


def test_swapped_pairs_are_put_right_and_what_is_no_place_is_not_read():
    x, y = moved("WGS-84")
    x[0], y[0] = y[0], x[0]
    x[1] = y[1] = 0.0
    x[2] += 2
    found = points.locate(x, y, "WGS-84")
    assert list(found.how[:3]) == ["swapped", "zero_point", "outside"]
    assert off(found)[0] == 0
    assert np.isnan(found.lon[1:3]).all()


def test_degrees_and_minutes_are_read_only_where_an_anchor_proves_them():
    x, y = moved("WGS-84")
    whole = np.floor(x[3]), np.floor(y[3])
    x[3], y[3] = whole[0] + (x[3] - whole[0]) * 0.6, whole[1] + (y[3] - whole[1]) * 0.6
    found = points.locate(x, y, "WGS-84", LON, LAT)
    assert found.how[3] == "degrees_minutes"
    assert off(found)[3] < 1
    assert points.locate(x, y, "WGS-84").how[3] in {None, "outside"}
