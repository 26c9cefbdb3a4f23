"""A small quarter scored by the project's own SQL, without dbt: seeds as they stand, evidence as a test likes it.

Four to sixteen towns, two quarters, every indicator that is due, or a few of a test's own. What is scored is what the method's
SQL makes of it; nothing here works out a number. Used for what-ifs, for the properties of the method and for pages.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import yaml

from pipelines.analysis.method_sql import PROJECT, MethodSql

DISTRICT, METHOD, PERIODS = "330603", "m2026a", ("2026Q2", "2026Q3")
SEEDS = "method_town_indicators method_parameters method_grades method_adjustments method_excuses method_improvement_costs".split()
PATH = "int_town_values int_town_cells int_town_quarters town_quarter_scores town_indicator_scores town_dimension_scores".split()
NAMES = {
    "method_indicator_tables": "tables_needed",
    "fct_silo_deliveries": "deliveries",
    "int_town_falsified": "falsified",
}
Row = tuple[str, str, str, str, float, float]  # indicator, town, period, entity, numerator, denominator


@cache
def column_types() -> dict[str, dict[str, str]]:
    """Return seed -> column -> type, as the seeds' YAML says."""
    found = {}
    for path in (PROJECT / "seeds").glob("*.yml"):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]:
            found[seed["name"]] = seed.get("config", {}).get("column_types", {})
    return found


def load_seed(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table of a seed's CSV, as dbt does."""
    columns = ", ".join(f"cast(nullif({c}, '') as {t}) as {c}" for c, t in column_types()[name].items())
    con.execute(
        f"create table {name} as select {columns} from read_csv('{PROJECT / 'seeds' / f'{name}.csv'}', all_varchar = true, header = true)"
    )


@dataclass
class Quarter:
    """What a quarter is made of. ``statuses``: (indicator, period) -> how its table came; delivered where nothing is said."""

    towns: list[str]
    evidence: list[Row]
    statuses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rules: Callable[[duckdb.DuckDBPyConnection], None] | None = None
    edit: Callable[[str], str] | None = None
    cohorts: int = 2

    def scored(self) -> duckdb.DuckDBPyConnection:
        """Return a connection on which the inputs and the models of :data:`PATH` are tables."""
        con = duckdb.connect(":memory:")
        for seed in SEEDS:
            load_seed(con, seed)
        if self.rules:
            self.rules(con)
        self._core(con)
        sql = MethodSql({"method_version": METHOD, "local_offset_hours": 8}, NAMES, edit=self.edit)
        for model in PATH:
            con.execute(f"create table {model} as {sql.model(model)}")
        return con

    def _core(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(
            "create table dim_towns (district_code varchar, town_id varchar, cohort_code varchar, town_name_zh varchar, town_name_en varchar, "
            "cohort_name_zh varchar, cohort_name_en varchar, seat_lon decimal(10, 6), seat_lat decimal(10, 6), population integer)"
        )
        for i, town in enumerate(self.towns):
            cohort = f"c{i % self.cohorts}"
            con.execute(
                "insert into dim_towns values (?, ?, ?, ?, ?, ?, ?, null, null, 20000)",
                [DISTRICT, town, cohort, town, town, cohort, cohort],
            )
        con.execute(
            "create table dim_periods (district_code varchar, period varchar, period_number integer, previous_period varchar, start_date date, "
            "end_date date, start_at timestamp, end_before_at timestamp, method_version varchar)"
        )
        for n, (period, first, last) in enumerate(
            zip(
                PERIODS,
                (dt.date(2026, 4, 1), dt.date(2026, 7, 1)),
                (dt.date(2026, 6, 30), dt.date(2026, 9, 30)),
                strict=True,
            )
        ):
            start = dt.datetime.combine(first, dt.time()) - dt.timedelta(hours=8)
            end = dt.datetime.combine(last, dt.time()) + dt.timedelta(hours=16)
            con.execute(
                "insert into dim_periods values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [DISTRICT, period, n + 1, PERIODS[n - 1] if n else None, first, last, start, end, METHOD],
            )
        con.execute(
            "create table town_indicator_evidence (district_code varchar, indicator_code varchar, unit_id varchar, period varchar, entity_type varchar, "
            "entity_id varchar, numerator decimal(18, 6), denominator decimal(18, 6), occurred_at timestamp, landing_ref varchar)"
        )
        con.execute(
            "create table tables_needed as select distinct method_version, indicator_code, 's' as silo, indicator_code as table_name from method_town_indicators"
        )
        con.execute(
            "create table falsified (district_code varchar, town_id varchar, period varchar, indicator_code varchar, finding_count bigint)"
        )
        con.execute(
            "create table deliveries (district_code varchar, silo varchar, table_name varchar, period varchar, delivery_status varchar, is_quiet boolean)"
        )
        codes = [
            c
            for (c,) in con.execute(
                "select indicator_code from method_town_indicators where kind = 'indicator'"
            ).fetchall()
        ]
        given = [(DISTRICT, "s", c, p, self.statuses.get((c, p), "delivered"), False) for c in codes for p in PERIODS]
        con.executemany("insert into deliveries values (?, ?, ?, ?, ?, ?)", given)
        add_evidence(con, self.evidence)


def add_evidence(con: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    """Add rows to the evidence."""
    written = [
        f"('{DISTRICT}', '{code}', '{town}', '{period}', 'thing', '{entity}', {n:.6f}, {d:.6f}, null, '{code}/{entity}')"
        for code, town, period, entity, n, d in rows
    ]
    if written:
        con.execute(f"insert into town_indicator_evidence values {', '.join(written)}")


def believable(seed: int = 1, towns: int = 5, certificates: tuple[int, ...] = (1, 2, 3)) -> Quarter:
    """Return a quarter with evidence for every indicator: small and large samples, good towns and bad, two things missing."""
    rng = random.Random(seed)
    names = [f"town{i}" for i in range(towns)]
    con = duckdb.connect(":memory:")
    load_seed(con, "method_town_indicators")
    rules = con.execute(
        "select indicator_code, aggregation, floor_value, target_value, direction, value_scale from method_town_indicators where kind = 'indicator' and is_due order by 1"
    ).fetchall()
    rows: list[Row] = []
    for period in PERIODS:
        for i, town in enumerate(names):
            skill = 0.25 + 0.6 * i / max(1, towns - 1)
            for code, aggregation, floor, target, direction, scale in rules:
                share = min(1.0, max(0.0, rng.gauss(skill, 0.2)))
                value = 2.0 * share if direction == "band" else float(floor) + share * (float(target) - float(floor))
                if aggregation == "ratio":
                    n = rng.choice([3, 7, 12, 40])
                    rows.append((code, town, period, f"{code}-{town}", round(value * n / float(scale)), n))
                elif aggregation == "sum":
                    rows += [(code, town, period, f"{code}-{town}-{k}", 1, 1) for k in range(round(value))]
                else:
                    rows += [(code, town, period, f"{code}-{town}-{k}", max(0.1, value + k - 2), 1) for k in range(5)]
            rows += [("V05", town, period, f"V05-{town}-{k}", 1, 1) for k in range(certificates[i % len(certificates)])]
    missing = {("F101", PERIODS[1]): "missing", ("G103", PERIODS[1]): "unreadable"}
    kept = [r for r in rows if (r[0], r[2]) not in missing and not (r[0] == "C302" and r[1] == names[0])]
    return Quarter(names, kept, missing)


def as_release(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Give a scored quarter the names a release has; the same connection comes back."""
    con.execute(
        "create view indicator_evidence as select *, 'town' as unit_type, 'town' as system from town_indicator_evidence"
    )
    return con


def freeze_into(con: duckdb.DuckDBPyConnection, tables: Path) -> None:
    """Write the tables of a scored quarter, named as in a release, into the folder of a pretended one."""
    for name in ("indicator_evidence", *PATH[3:], "dim_towns", "dim_periods", *SEEDS):
        con.execute(f"copy (from {name}) to '{tables / f'{name}.parquet'}' (format parquet)")


def score_of(con: duckdb.DuckDBPyConnection, town: str, code: str, period: str = PERIODS[1]) -> Decimal | None:
    """Return a cell's score."""
    return con.execute(
        "select score from int_town_cells where town_id = ? and indicator_code = ? and period = ?", [town, code, period]
    ).fetchone()[0]
