"""Build a small, believable release folder with the mart columns the pages read.

Seeded: the same seed gives the same rows. It pretends; nothing here is a result of the method.

    python -m tests.app.make_release DIR           # writes DIR/2026Q3-r1 and DIR/current.json
    python -m tests.app.make_release DIR --empty    # the same tables without rows
"""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.app.make_release.circle import circle_tables
from tests.app.make_release.depth import MARTS as DEPTH
from tests.app.make_release.depth import depth_tables
from tests.app.make_release.doors import department_tables, door_tables
from tests.app.make_release.facts import DISTRICT, METHOD, PERIODS, SPAN, TOWNS, q
from tests.app.make_release.firms import enterprise_tables
from tests.app.make_release.review import review_tables
from tests.app.make_release.stations import certification_tables
from tests.app.make_release.towns import overview, town_tables
from tests.app.make_release.trust import trust_tables
from tests.unit.make_loop import loop_tables


def tables(seed: int = 1, firms: int = 320) -> dict[str, list[dict]]:
    """Return every table of the pretended release as lists of rows."""
    rng = random.Random(seed)
    names = (
        "town_quarter_scores town_rank_intervals town_rank_drivers department_rank_intervals department_rank_drivers town_second_opinions second_opinions town_dimension_scores town_indicator_scores indicator_evidence certification_gaps "
        "certification_gap_people enterprise_quarter_ratings enterprise_item_scores silo_conservation "
        "quarantine_rows door_checks district_overview department_indicator_scores department_quarter_scores department_data_barriers "
        "silo_hazard_reports crosswalk_coverage feed_reference_systems place_findings "
        "hazard_loops hazard_clocks hazard_stage_quarters hazard_escalations hazard_refused_events hazard_list_checks major_hazard_earlies case_clocks audit_cases audit_test_quarters "
        "town_rescue_circles team_rescue_circles candidate_sites rescue_isochrones silo_freshness withheld_points review_cases stopped_records attribute_conflicts method_town_indicators method_cert_rules "
        "method_enterprise_items method_grades dim_towns dim_periods _quarter"
    ).split()
    t: dict[str, list] = {name: [] for name in (*names, *DEPTH)}
    town_tables(rng, t)
    certification_tables(rng, t)
    enterprise_tables(rng, t, firms)
    door_tables(rng, t)
    department_tables(rng, t)
    trust_tables(t)
    review_tables(rng, t)
    circle_tables(t)
    loop_tables(t, DISTRICT, PERIODS[-1], [x[0] for x in TOWNS])
    depth_tables(t)
    overview(t)
    del t["_quarter"]
    for system, bounds in (("town", (90, 80, 60, 0)), ("enterprise", (90, 75, 60, 0))):
        t["method_grades"] += [
            {**SPAN, "system": system, "grade": g, "lower_score": q(b)} for g, b in zip("ABCD", bounds, strict=True)
        ]
    t["dim_periods"] += [
        {"period": "2026Q2", "start_date": dt.date(2026, 4, 1), "end_date": dt.date(2026, 6, 30)},
        {"period": "2026Q3", "start_date": dt.date(2026, 7, 1), "end_date": dt.date(2026, 9, 30)},
    ]
    return t


def build(target: Path, *, seed: int = 1, firms: int = 320, empty: bool = False, name: str = "2026Q3-r1") -> Path:
    """Write the release ``name`` below ``target`` with ``current.json`` and return its folder."""
    folder = Path(target) / name
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    files = []
    for table, rows in sorted(tables(seed, firms).items()):
        made = pa.Table.from_pylist(rows)
        if empty:
            made = made.slice(0, 0)
        pq.write_table(made, folder / "tables" / f"{table}.parquet", compression="zstd")
        files.append({"path": f"tables/{table}.parquet", "rows": made.num_rows})
    manifest = {
        "release": name,
        "period": "2026Q3",
        "method_version": METHOD,
        "code_version": "fixture",
        "district_code": DISTRICT,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    (Path(target) / "current.json").write_text(json.dumps({"release": name}), encoding="utf-8")
    return folder
