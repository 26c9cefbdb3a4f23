"""Build a small warehouse and landing whose numbers really follow from one another, by METHOD.

Four towns, two quarters, five indicators of which four are due, two certification rules, three firms with
three items. Every evidence row points at a landed row. Nothing here is a result; the sums are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.unit.make_loop import loop_tables
from tests.unit.warehouse_circle import circle
from tests.unit.warehouse_depth import depth_tables
from tests.unit.warehouse_identity import linkage, uses
from tests.unit.warehouse_scores import opinions, overview, town_scores
from tests.unit.warehouse_shape import DDL
from tests.unit.warehouse_silos import departments, silos
from tests.unit.warehouse_units import firms, stations
from tests.unit.warehouse_world import BATCH, DISTRICT, FIRMS, INDICATORS, ITEMS, PERIODS, TOWNS, Rows


@dataclass
class Small:
    """The small world: ``home`` of the data, its warehouse file, and the rows by table."""

    home: Path
    warehouse: Path
    rows: Rows


def tables(nudge: int = 0) -> tuple[Rows, list[list[Any]]]:
    """Return every table's rows and the landed rows. ``nudge`` closes that many late hazards in time."""
    t: Rows = {name: [] for name in DDL}
    landed: list[list[Any]] = []
    for p, period in enumerate(PERIODS):
        town_scores(t, landed, period, nudge)
        stations(t, landed, period)
        firms(t, landed, period, dt.datetime(2026, 4 + 3 * p, 3, 8, 30))
        rated = [r for r in t["town_quarter_scores"] if r["period"] == period]
        opinions(t, period, rated)
        overview(t, period, rated)
        t["dim_periods"].append({
            "district_code": DISTRICT, "period": period, "previous_period": PERIODS[0] if p else None,
            "start_date": dt.date(2026, 4 + 3 * p, 1), "end_date": dt.date(2026, 6 + 3 * p, 30)})  # fmt: skip
    _method(t)
    silos(t, sum(r[0] == ("enforcement", "hazards") for r in landed))
    loop_tables(t, DISTRICT, PERIODS[-1], ["330603011000", "330603011000"])
    circle(t)
    for period in PERIODS:
        departments(t, period)
    linkage(t)
    uses(t)
    depth_tables(t, {x[0]: x[1:3] for x in TOWNS})
    return t, landed


def _method(t: Rows) -> None:
    for ind in INDICATORS:
        t["method_town_indicators"].append({
            "kind": "indicator", "indicator_code": ind[0], "name_zh": ind[3], "name_en": ind[4], "direction": ind[6],
            "aggregation": ind[7], "value_scale": D(1) if ind[0] in ("C204", "E103") else D(100), "floor_text": ind[8],
            "target_text": ind[9], "rule_status": ind[12], "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_town_indicators"].append({
        "kind": "veto", "indicator_code": "V05", "name_zh": "全考核期有效执法证不足2人",
        "name_en": "Fewer than 2 valid certificates", "cap_grade": "B", "effect_zh": "不得评为 A",
        "effect_en": "cannot be A", "rule_status": "statutory", "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_town_indicators"].append({
        "kind": "bonus", "indicator_code": "P03", "name_zh": "群众举报重大隐患查实并奖励",
        "name_en": "Verified public report of a major hazard", "points_each": D("0.5"), "points_max": D(1),
        "rule_status": "seed", "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_cert_rules"] += [
        {"rule_id": r, "requirement_zh": "每站", "required_min": n, "rule_status": "sourced"}
        for r, n in (("ST-01", 1), ("ST-02", 2))
    ]
    t["method_enterprise_items"] += [
        {
            "kind": "item",
            "item_code": x[0],
            "name_zh": x[3],
            "name_en": x[4],
            "max_points": D(x[5]),
            "calc_kind": kind,
            "points_each": D(1),
            "rule_status": "sourced",
        }
        for x, kind in zip(ITEMS, ("any_fault", "share_met", "per_fault"), strict=True)
    ]
    t["method_enterprise_industries"] += [
        {"industry_code": f[2], "industry_zh": f[3], "industry_en": f[4]} for f in FIRMS
    ]
    t["method_hazard_sla"].append({"grade": "G1", "stage": "confirm", "sla_hours": 24})
    for system, bounds in (("town", (90, 80, 60, 0)), ("enterprise", (90, 75, 60, 0))):
        t["method_grades"] += [
            {"system": system, "grade": g, "lower_score": D(b)} for g, b in zip("ABCD", bounds, strict=True)
        ]
    t["dim_departments"].append({"district_code": DISTRICT, "department": "ZF", "silo": "enforcement"})
    t["dim_towns"] += [
        {"district_code": DISTRICT, "town_id": x[0], "town_name_zh": x[1], "town_name_en": x[2], "cohort_code": x[3]}
        for x in TOWNS
    ]


def write_warehouse(path: Path, rows: Rows, reverse: bool = False) -> Path:
    """Write ``rows`` as the typed tables of the warehouse; ``reverse`` stores them the other way round."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    con = duckdb.connect(str(path))
    for table, columns in DDL.items():
        schema = "method" if table.startswith("method_") else "core" if table.startswith("dim_") else "marts"
        con.execute(f"create schema if not exists {schema}")
        con.execute(f"create table {schema}.{table} ({columns})")
        names = [c.split()[0] for c in columns.replace("decimal(", "decimal|").split(", ")]
        names = [n for n in names if not n[0].isdigit()]
        content = rows[table][::-1] if reverse else rows[table]
        if content:
            made = pa.table({n: [r.get(n) for r in content] for n in names})
            con.register("made", made)
            con.execute(f"insert into {schema}.{table} from made")
            con.unregister("made")
    con.close()
    return path


def write_landing(folder: Path, landed: list[list[Any]]) -> None:
    """Write one batch per landed table, with manifests and the index, in the form of the batch protocol."""
    index = []
    for silo, table in sorted({r[0] for r in landed}):
        mine = [r for r in landed if r[0] == (silo, table)]
        batch = folder / silo / table / f"district_code={DISTRICT}" / f"batch={BATCH}"
        batch.mkdir(parents=True, exist_ok=True)
        made = pa.Table.from_pylist([
            {"_file": file, "_part": "1", "_row": number, "_row_hash": number,
             "_verdict": "accepted", "_duplicate_of": None, "_op": None, **{f"{k}_text": v for k, v in values.items()}, **values,
             **({"person_name_mask": "王**"} if "person_name" in values else {})}
            for _, _, file, number, values in mine
        ])  # fmt: skip
        pq.write_table(made, batch / "rows.parquet")
        sha256 = hashlib.sha256((batch / "rows.parquet").read_bytes()).hexdigest()
        source = {"kind": "file", "name": mine[0][2], "detail": {}}
        manifest = {
            "silo": silo, "table": table, "district_code": DISTRICT, "batch": BATCH, "sequence": 1,
            "contract_version": 1, "source": source, "rows_sha256": sha256, "source_sha256": "ab" * 32,
            "landed": len(mine), "accepted": len(mine), "rejected": 0, "duplicate": 0,
            "pulled_at": "2026-10-02T03:04:05Z",
        }  # fmt: skip
        (batch / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
        index.append({
            "silo": silo, "table_name": table, "district_code": DISTRICT, "batch": BATCH, "sequence": 1,
            "contract_version": 1, "source_kind": "file", "source_name": mine[0][2], "source_sha256": "ab" * 32,
            "rows_sha256": sha256, "landed": len(mine), "accepted": len(mine), "rejected": 0, "duplicate": 0,
            "unreadable_files": 0, "pulled_at": dt.datetime.now(), "status": "landed"})  # fmt: skip
    (folder / "_index").mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(index), folder / "_index" / "batches.parquet")


def build(home: Path, nudge: int = 0, reverse: bool = False) -> Small:
    """Make the small world below ``home``: ``warehouse/anlan.duckdb`` and ``landing/``."""
    rows, landed = tables(nudge)
    path = write_warehouse(home / "warehouse" / "anlan.duckdb", rows, reverse)
    write_landing(home / "landing", landed)
    return Small(home, path, rows)


if __name__ == "__main__":
    import sys

    print(build(Path(sys.argv[1])).warehouse)
