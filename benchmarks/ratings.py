"""Firms scored by the warehouse's own SQL: 50,000 firms × 34 items × 12 quarters, from one evidence row a cell to grades.

The models that turn evidence into ratings are compiled by dbt as for a build and run on made tables in a warehouse file of their
own, under its memory limit, one quarter after the other as quarters are evaluated. Making the evidence is not counted, writing the item
rows and ratings is; those of all quarters are kept. The method's tables are the real ones.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.landing_cpu import cpu
from pipelines import periods, warehouse
from pipelines.settings import Settings

MODELS = ("int_enterprise_item_terms", "enterprise_item_results", "enterprise_rating_grades")
SEEDS = "enterprise_items enterprise_industries grades parameters item_tables safety_fund_sectors".split()
FIRMS = """
create schema core; create schema indicators;
create table core.dim_enterprises as
    select '330603' as district_code, 'E91330603' || lpad(n::varchar, 9, '0') as enterprise_id, '330603001000' as town_id,
        (select list(industry_code order by industry_code) from method.method_enterprise_industries)[1 + n % 13] as industry_code,
        n % 5 = 0 as is_key, n % 15 = 0 as is_high_risk, n % 3 as special_operator_count, true as is_rated_unit, '' as landing_ref
    from range({firms}) as t(n);
create table core.fct_special_operators as select enterprise_id from core.dim_enterprises limit 0;
create table core.fct_silo_deliveries as
    select '330603' as district_code, '' as silo, '' as table_name, '' as period, '' as delivery_status, false as is_quiet limit 0;
create table indicators.int_enterprise_reporters as select enterprise_id from core.dim_enterprises;
"""
QUARTER = """
create or replace table core.dim_periods as
    select '330603' as district_code, year(d) || 'Q' || quarter(d) as period, d as start_date, last_day(d + interval 2 month) as end_date,
        cast(d as timestamp) - interval 8 hour as start_at, cast(d + interval 3 month as timestamp) - interval 8 hour as end_before_at
    from (select date '{start}' as d);
create or replace table indicators.enterprise_item_evidence as
    select firms.district_code, items.item_code as indicator_code, firms.enterprise_id as unit_id, periods.period,
        cast(hash(enterprise_id, item_code, period) % 4 = 0 as integer)::decimal(18, 6) as numerator, 1::decimal(18, 6) as denominator,
        null::timestamp as occurred_at
    from core.dim_enterprises as firms cross join core.dim_periods as periods
        cross join (select item_code from method.method_enterprise_items where kind = 'item') as items;
create or replace table indicators.enterprise_vetoes as
    select district_code, enterprise_id, period, 'EV05' as veto_code from core.dim_enterprises inner join core.dim_periods using (district_code)
    where hash(enterprise_id) % 30 = 0;
create or replace table indicators.enterprise_rating_bonuses as
    select district_code, enterprise_id, period, 'EP01' as bonus_code, 2::decimal(6, 2) as bonus_points
    from core.dim_enterprises inner join core.dim_periods using (district_code) where hash(enterprise_id) % 100 = 0;
"""


def compiled(settings: Settings) -> dict[str, str]:
    """Return the SQL of the models as dbt compiles it for this home."""
    told = json.dumps(warehouse.variables(settings, periods.with_previous(periods.DEFAULT)))
    result = warehouse.invoke(settings, ["compile", "--vars", told, "--no-write-json", "--select", *MODELS])
    return {r.node.name: r.node.compiled_code for r in result.result}


def measure(settings: Settings, firms: int = 50_000, quarters: int = 12) -> tuple[str, float, float, str, str]:
    """Return ``(what, seconds, bound, unit, more)`` for the table of ``make bench``."""
    code = compiled(settings)
    waited = taken = 0.0
    cells = rated = 0
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "anlan.duckdb")) as db:
        db.execute(
            "set memory_limit = '1500MB'; set threads = 2; set preserve_insertion_order = false; create schema method"
        )
        db.execute(f"attach '{settings.warehouse_file}' as made (read_only)")
        for seed in SEEDS:
            db.execute(f"create table method.method_{seed} as select * from made.method.method_{seed}")
        db.execute(FIRMS.format(firms=firms))

        def score() -> float:
            started = time.perf_counter()
            for model in MODELS:
                db.execute(f"create table indicators.{model} as {code[model]}")
            return time.perf_counter() - started

        def count(told: str) -> int:
            return int(db.execute(f"select count(*) from indicators.{told}").fetchall()[0][0])

        for n in range(quarters):
            db.execute(QUARTER.format(start=f"{2026 + n // 4}-{1 + n % 4 * 3:02}-01"))
            used, wall = cpu(score)
            taken, waited = taken + used, waited + wall
            cells += count("enterprise_item_results")
            rated += count("enterprise_rating_grades where grade is not null")
            for model in MODELS:
                db.execute(f"alter table indicators.{model} rename to {model}_{n}")
    if not rated or cells % (quarters * firms):
        raise SystemExit("the made firms were not scored")
    return (
        f"{firms:,} firms × {cells // (quarters * firms)} items × {quarters} quarters scored", waited, 20, "s",
        f"{taken:.1f} s CPU on 2 threads, {rated:,} ratings",
    )  # fmt: skip


if __name__ == "__main__":
    print(*measure(Settings.load()), sep="  |  ")
