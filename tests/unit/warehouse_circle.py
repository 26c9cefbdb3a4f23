"""The rescue circle of the small warehouse: one case of one town, one team, one site, one line of equal time."""

from __future__ import annotations

from decimal import Decimal as D

from tests.unit.warehouse_world import DISTRICT, Rows


def circle(t: Rows) -> None:
    """Add the marts of the rescue circle."""
    case = {"district_code": DISTRICT, "period": "2026Q3", "scenario_code": "usual", "event_code": "rescue"}
    t["town_rescue_circles"].append({
        **case, "town_id": "330603011000", "town_name_zh": "马鞍街道", "town_name_en": "Ma'an", "scenario_name_zh": "平常", "scenario_name_en": "Usual",
        "event_name_zh": "抢险救援", "event_name_en": "Rescue", "resident_count": 1000, "covered_count": 900, "late_count": 80, "untold_count": 20,
        "key_firm_count": 5, "covered_firm_count": 4, "covered_share": D("0.9"), "covered_firm_share": D("0.8"), "median_seconds": D("300"),
        "is_judged_for_people": True, "is_judged_for_firms": False})  # fmt: skip
    t["team_rescue_circles"].append({
        **case, "facility_id": "XF-1", "town_id": "330603011000", "facility_name": "马鞍专职消防队", "move_place_name": "二网格", "class_name_zh": "专业消防队",
        "class_name_en": "Professional brigade", "snap_status": "joined", "landing_ref": None, "turnout_seconds": 60, "resident_count": 900,
        "only_resident_count": 700, "key_firm_count": 4, "move_gain_count": 50, "move_lon": D("120.6"), "move_lat": D("30.1"), "snap_m": D("12"),
        "lon": D("120.61"), "lat": D("30.11")})  # fmt: skip
    t["candidate_sites"].append({
        **case, "site_rank": 1, "town_id": "330603011000", "town_name_zh": "马鞍街道", "town_name_en": "Ma'an", "near_place_name": "一网格",
        "place_ids": "", "landing_ref": None, "alone_count": 80, "further_count": 80, "lon": D("120.62"), "lat": D("30.12")})  # fmt: skip
    t["rescue_roads"].append({
        "district_code": DISTRICT, "period": "2026Q3", "scenario_code": "usual", "segment_no": "S1", "start_lon": D("120.6"), "start_lat": D("30.1"),
        "end_lon": D("120.62"), "end_lat": D("30.12"), "length_m": D("3000"), "speed_kmh": D("40"), "is_one_way": False, "is_usable": True})  # fmt: skip
    t["rescue_places"].append({
        "district_code": DISTRICT, "place_id": "G1", "place_kind": "grid", "town_id": "330603011000", "resident_count": 900,
        "lon": D("120.61"), "lat": D("30.11")})  # fmt: skip
    t["rescue_isochrones"].append({
        **case, "minutes": 15, "area_km2": D("12.5"),
        "geojson": '{"type":"MultiPolygon","coordinates":[[[[120.6,30.1],[120.62,30.1],[120.62,30.12],[120.6,30.1]]]]}'})  # fmt: skip
