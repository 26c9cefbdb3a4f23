"""The pretended rescue circle: every town in two scenarios, two kinds of event, three teams, two sites, three isochrones."""

from __future__ import annotations

import json
from decimal import Decimal as D

from tests.app.make_release.facts import DISTRICT, PERIODS, TOWNS, q

WORDS = {
    "usual": ("平常", "Usual"),
    "flood": ("内涝", "Flood"),
    "rescue": ("抢险救援", "Rescue"),
    "traffic": ("交通事故", "Traffic accident"),
}


def seat(i: int) -> tuple[D, D]:
    """Return where the town's office stands: a grid of four by four."""
    return D("120.30") + D("0.08") * (i % 4), D("29.80") + D("0.08") * (i // 4)


def circle_tables(t: dict) -> None:
    """Add the four marts of the rescue circle; only rescues are judged, so only they have a map and, in the usual case, sites."""
    for period in PERIODS:
        for scenario in ("usual", "flood"):
            for event in ("rescue", "traffic"):
                case = {"district_code": DISTRICT, "period": period, "scenario_code": scenario, "event_code": event}
                for i, (town_id, zh, en, _) in enumerate(TOWNS):
                    covered = 10_000 - 500 * i - (300 if scenario == "flood" else 0)
                    t["town_rescue_circles"].append(
                        {
                            **case,
                            "town_id": town_id,
                            "town_name_zh": zh,
                            "town_name_en": en,
                            "scenario_name_zh": WORDS[scenario][0],
                            "scenario_name_en": WORDS[scenario][1],
                            "event_name_zh": WORDS[event][0],
                            "event_name_en": WORDS[event][1],
                            "resident_count": 10_000,
                            "covered_count": covered,
                            "late_count": 9_990 - covered if covered < 9_990 else 0,
                            "untold_count": min(10, 10_000 - covered),
                            "key_firm_count": 8 if i else 0,
                            "covered_firm_count": 6 if i else 0,
                            "covered_share": q(covered / 10_000, 6),
                            "covered_firm_share": q(0.75, 6) if i else None,
                            "median_seconds": q(300 + 20 * i, 6) if i < 15 else None,
                            "is_judged_for_people": (scenario, event) == ("usual", "rescue"),
                            "is_judged_for_firms": False,
                        }
                    )
                if event == "rescue" and period == PERIODS[-1]:
                    _depth(t, case, scenario)


def _depth(t: dict, case: dict, scenario: str) -> None:
    for minutes, half in ((5, 0.02), (10, 0.05), (15, 0.09)):
        x, y = 120.42, 29.92
        ring = [
            [x - half, y - half],
            [x + half, y - half],
            [x + half, y + half],
            [x - half, y + half],
            [x - half, y - half],
        ]
        shape = {"type": "MultiPolygon", "coordinates": [[ring]]}
        t["rescue_isochrones"].append(
            {
                **case,
                "minutes": minutes,
                "geojson": json.dumps(shape, separators=(",", ":")),
                "area_km2": q(minutes * 10, 3),
            }
        )
    if scenario != "usual":
        return
    for i, only in enumerate((4_000, 120, 0)):
        lon, lat = seat(i)
        t["team_rescue_circles"].append(
            {
                **case,
                "facility_id": f"XF-{i}",
                "town_id": TOWNS[i][0],
                "facility_name": f"{TOWNS[i][1]}专职消防队",
                "move_place_name": None if i == 0 else f"第{i}号网格",
                "class_name_zh": "专业消防队",
                "class_name_en": "Professional brigade",
                "snap_status": "far" if i == 2 else "joined",
                "landing_ref": None,
                "turnout_seconds": 60,
                "resident_count": 9_000 if i < 2 else 0,
                "only_resident_count": only,
                "key_firm_count": 5 if i < 2 else 0,
                "move_gain_count": 0 if i == 0 else 700,
                "move_lon": None if i == 0 else lon,
                "move_lat": None if i == 0 else lat,
                "snap_m": D("1200.0") if i == 2 else D("12.0"),
                "lon": lon,
                "lat": lat,
            }
        )
    for rank, town in ((1, 12), (2, 13)):
        lon, lat = seat(town)
        t["candidate_sites"].append(
            {
                **case,
                "site_rank": rank,
                "town_id": TOWNS[town][0],
                "town_name_zh": TOWNS[town][1],
                "town_name_en": TOWNS[town][2],
                "near_place_name": f"第{rank}网格",
                "place_ids": "",
                "landing_ref": None,
                "alone_count": 6_000 - rank,
                "further_count": 6_000 - 1_000 * rank,
                "lon": lon,
                "lat": lat,
            }
        )
