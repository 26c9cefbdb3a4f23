"""What if: the quarter of a release scored again with something changed, by the method's own SQL, in memory.

``open_trial`` copies what a release holds (evidence rows, statuses, method tables) into a DuckDB of its own and first scores it
unchanged: where that is not what the release says, to the digit, nothing can be tried on it. ``Trial.run`` takes changes
(:mod:`whatif_changes`) and returns scores, ranks, grades and the gap to the next grade. A release is only ever read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.analysis import whatif_ranks, whatif_stations
from pipelines.analysis.method_sql import MethodSql
from pipelines.analysis.whatif_changes import GOALPOSTS, STATIONS, Change
from pipelines.analysis.whatif_evidence import apply as change_evidence
from pipelines.errors import AnlanError, UsageError

# what a trial copies of a release beside its method tables
_NEEDED = ("indicator_evidence", "town_quarter_scores", "town_indicator_scores", "dim_towns", "dim_periods")
_OPTIONAL = ("certification_gap_people", "candidate_sites", *whatif_stations.TABLES)
# the trial's own evidence whatever a run changed: ``main`` alone would name the run's copy where there is one
_ALL_EVIDENCE = "memory.main.town_indicator_evidence"
_WEIGHTS = ("weight_l1", "weight_l2", "weight_l3")
_LEVELS = {"weight_l1": "l1_code", "weight_l2": "l2_code", "weight_l3": "indicator_code"}
SCORES = (
    "town_id, score_status, grade, veto_codes, base_score, bonus_points, deduction_points, final_score, lower_score, upper_score, "
    "coverage_share, rank_overall, rank_cohort"
)
CELLS = "town_id, indicator_code, cell_status, is_shrunk, numerator, denominator, sample_count, raw_value, value, score, weight_share, points_lost"

# what came is told by the statuses of the release: a table that nobody lacks came, one that nobody could read did not
_STAND_INS = """
create table trial_tables as
    select distinct method_version, indicator_code, 'x' as silo, indicator_code as table_name
    from method_town_indicators where kind = 'indicator';
create table trial_deliveries as
    select district_code, 'x' as silo, indicator_code as table_name, period, false as is_quiet,
        case
            when bool_or(cell_status = 'unreadable') then 'unreadable'
            when bool_or(cell_status in ('observed', 'not_applicable')) then 'delivered'
            else 'missing'
        end as delivery_status
    from town_indicator_scores group by all;
create table trial_falsified as
    select cells.district_code, cells.town_id, cells.indicator_code, cells.period, 1 as finding_count
    from town_indicator_scores as cells
    where cells.cell_status = 'not_reported';
"""


@dataclass(frozen=True)
class Outcome:
    """What a trial gives. ``scores``: town -> its row of ``SCORES``; ``cells``: (town, indicator) -> its row of ``CELLS``.

    ``ranges``: town -> best and worst rank of its interval, where they were asked for.
    """

    scores: dict[str, dict[str, Any]]
    cells: dict[tuple[str, str], dict[str, Any]]
    grades: tuple[tuple[str, Decimal], ...]
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)

    def gap(self, town: str) -> tuple[str, Decimal] | None:
        """Return the next better grade by the score and the points that are missing to it; None at the best."""
        score = self.scores[town]["final_score"]
        better = [(g, low) for g, low in self.grades if low > score]
        return None if not better else (better[-1][0], better[-1][1] - score)


class Trial:
    """A quarter of a release, ready to be tried on. Made by :func:`open_trial`; safe to share between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, period: str, method_version: str) -> None:
        self.connection, self.period, self.method_version = connection, period, method_version
        names = {
            "method_indicator_tables": "trial_tables",
            "fct_silo_deliveries": "trial_deliveries",
            "int_town_falsified": "trial_falsified",
        }
        variables = {"method_version": method_version, "local_offset_hours": 8}
        self._sql = MethodSql(variables, names)
        after = MethodSql(
            variables, names | whatif_ranks.NAMES, {"town_statuses": "judged as (select * from trial_statuses)"}
        )
        self._values = self._sql.model("int_town_values")
        self._statuses = self._sql.text("with {{ town_statuses() }} select * from judged")
        self._cells = after.model("int_town_cells")
        self._scores = (
            f"with int_town_quarters as materialized ({after.model('int_town_quarters')}\n) "
            f"select * from ({after.model('town_quarter_scores')}\n)"
        )
        self._drawn = after.model("int_rank_cells")
        for name, text in (
            ("int_town_values", self._values),
            ("trial_statuses", self._statuses),
            ("int_town_cells", self._cells),
        ):
            connection.execute(f"create table {name} as {text}")
        self.base = self._read(connection, with_ranges=True)
        self._circles: dict[str, whatif_stations.Circle] = {}

    def ask(self, sql: str, numbers: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return rows of what the trial copied of the release and made of it, unchanged."""
        with self.connection.cursor() as cursor:
            return _dicts(cursor, sql, list(numbers))

    def parameter(self, code: str) -> Decimal:
        """Return a number that the method fixes."""
        where = "where parameter_code = ? and method_version = ?"
        return self.ask(f"select value from method_parameters {where}", [code, self.method_version])[0]["value"]

    def circle(self, district: str) -> whatif_stations.Circle:
        """Return the rescue circle of a district, built when it is first asked for.

        Raises:
            AnlanError: the release holds no roads, none that are sound, or others than it was made by.

        """
        if district not in self._circles:
            held = {r["table_name"] for r in self.ask("select table_name from information_schema.tables")}
            if missing := [t for t in whatif_stations.TABLES if t not in held]:
                raise AnlanError(
                    "what-if", "the release holds no roads to move a station on", ", ".join(missing),
                    "freeze the quarter again: anlan run",
                )  # fmt: skip

            def rows(sql: str, given: Sequence[Any] = ()) -> Any:
                with self.connection.cursor() as cursor:
                    return cursor.sql(sql, params=list(given)).to_arrow_table()

            numbers = {code: self.parameter(code) for code in whatif_stations.NUMBERS}
            self._circles[district] = whatif_stations.Circle(rows, district, self.period, numbers)
        return self._circles[district]

    def run(self, changes: Sequence[Change], with_ranges: bool = False) -> Outcome:
        """Return what the quarter would be with ``changes``; ``with_ranges``: with the interval of every rank (METHOD 8).

        Raises:
            UsageError: a change names something that the release does not hold, or an indicator that is not due.

        """
        if not changes:
            return self.base
        cursor = self.connection.cursor()  # tables of a run are temporary: nobody else sees them
        try:
            return self._run(cursor, list(changes), with_ranges)
        finally:
            cursor.close()

    def _run(self, cursor: duckdb.DuckDBPyConnection, changes: list[Change], with_ranges: bool) -> Outcome:
        for change in changes:
            self._check(cursor, change)
        rules = [c for c in changes if c.kind in ("weight", "goalpost", "parameter", "grade")]
        for change in rules:
            self._change_rule(cursor, change)
        evidence = [c for c in changes if c.kind in ("numerator", "denominator", "row", "cert", "close", *STATIONS)]
        copied = change_evidence(cursor, self.period, evidence, self.circle)
        # a median that was never reached falls back on the floor; a parameter may shrink any value
        ruled = {c.code for c in rules if c.kind == "goalpost"}
        if any(c.kind == "parameter" for c in rules):
            ruled = {r[0] for r in cursor.execute(f"select distinct indicator_code from {_ALL_EVIDENCE}").fetchall()}
        if copied or ruled:
            self._new_values(cursor, copied, ruled)
        # limits of grades move no cell
        if all(c.kind == "grade" for c in changes):
            return self._read(cursor, with_ranges)
        if copied or rules:
            cursor.execute(f"create temp table trial_statuses as {self._statuses}")
        else:
            cursor.execute("create temp table trial_statuses as from main.trial_statuses")
        for change in changes:
            if change.kind == "value":
                self._set(
                    cursor, change, "value = ?, raw_value = ?, cell_status = 'observed'", [change.number, change.number]
                )
            elif change.kind == "status":
                self._set(cursor, change, "cell_status = ?", [change.word])
        cursor.execute(
            f"create temp table int_town_cells as select * from ({self._cells}) where period = ?", [self.period]
        )
        return self._read(cursor, with_ranges)

    def _new_values(self, cursor: duckdb.DuckDBPyConnection, copied: set[str], ruled: set[str]) -> None:
        """Work out the values of the indicators touched.

        ``copied``: those whose evidence of the quarter is this run's own; no other quarter of theirs moved. ``ruled``: those that a rule
        moved, in every quarter.
        """
        codes = [sorted(copied), self.period, sorted(ruled)]
        mine = "(indicator_code in (select unnest(?)) and period = ?)"
        all_quarters = "indicator_code in (select unnest(?))"
        into = "insert into temp.town_indicator_evidence" if copied else "create temp table town_indicator_evidence as"
        cursor.execute(f"{into} select * from {_ALL_EVIDENCE} where not {mine} and {all_quarters}", codes)
        cursor.execute(
            f"create temp table int_town_values as ({self._values}) union all by name "
            f"(from main.int_town_values where not {mine} and not {all_quarters})",
            codes,
        )

    @staticmethod
    def _ensure(cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        """Make this run's own copy of a table, unless it has one."""
        cursor.execute(f"create temp table if not exists {table} as from main.{table}")

    def _set(self, cursor: duckdb.DuckDBPyConnection, change: Change, what: str, numbers: list[Any]) -> None:
        cursor.execute(
            f"update temp.trial_statuses set {what} where town_id = ? and indicator_code = ? and period = ?",
            [*numbers, change.town, change.code, self.period],
        )

    def _check(self, cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
        if change.town and change.town not in self.base.scores:
            raise UsageError(
                f"town {change.town}", "is not in the release", do=f"name one of {', '.join(sorted(self.base.scores))}"
            )
        if change.kind in ("value", "status", "numerator", "denominator", "row"):
            cell = self.base.cells.get((change.town, change.code))
            if cell is None and change.kind in ("value", "status"):
                raise UsageError(
                    change.said, "names no indicator of a town", do="name a town by --town and an indicator as C301"
                )
            if cell is not None and cell["cell_status"] == "not_due":
                raise UsageError(change.said, "is an indicator that is not due", do="change one that is judged")
        known = {
            "parameter": ("parameter_code", "method_parameters"),
            "goalpost": ("indicator_code", "method_town_indicators where kind = 'indicator'"),
            "grade": ("grade", "method_grades where system = 'town'"),
        }.get(change.kind)
        if known:
            codes = {r[0] for r in cursor.execute(f"select {known[0]} from {known[1]}").fetchall()}
            if change.code not in codes:
                raise UsageError(
                    change.said, "names nothing of the method", do=f"name one of {', '.join(sorted(codes))}"
                )

    def _change_rule(self, cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
        if change.kind == "parameter":
            self._ensure(cursor, "method_parameters")
            cursor.execute(
                "update temp.method_parameters set value = ? where parameter_code = ?", [change.number, change.code]
            )
        elif change.kind == "grade":
            self._ensure(cursor, "method_grades")
            cursor.execute(
                """update temp.method_grades as g set upper_score = ? from main.method_grades as b
                where g.system = 'town' and b.system = 'town' and b.grade = ? and g.grade_order = b.grade_order + 1""",
                [change.number, change.code],
            )
            cursor.execute(
                "update temp.method_grades set lower_score = ? where system = 'town' and grade = ?",
                [change.number, change.code],
            )
        else:
            self._ensure(cursor, "method_town_indicators")
            columns = [GOALPOSTS[change.part]] if change.kind == "goalpost" else list(_WEIGHTS)
            done = 0
            for column in columns:
                where = "indicator_code" if change.kind == "goalpost" else _LEVELS[column]
                done += cursor.execute(
                    f"update temp.method_town_indicators set {column} = ? where kind = 'indicator' and {where} = ?",
                    [change.number, change.code],
                ).fetchone()[0]
            flat = cursor.execute(
                "select indicator_code from temp.method_town_indicators where kind = 'indicator' and (floor_value = target_value "
                "or band_zero_low >= band_full_low or band_full_low > band_full_high or band_full_high >= band_zero_high)"
            ).fetchall()
            if flat:
                raise UsageError(
                    change.said, "leaves no way between floor and target", do="keep them apart, and a band in order"
                )
            if not done:
                raise UsageError(
                    change.said, "names no node of the index", do="name an indicator, a group as B2 or a dimension as B"
                )

    def _read(self, cursor: duckdb.DuckDBPyConnection, with_ranges: bool) -> Outcome:
        scores = _dicts(
            cursor,
            f"select district_code, {SCORES} from ({self._scores}) where period = ? order by town_id",
            [self.period],
        )
        cells = _dicts(
            cursor,
            f"select {CELLS} from int_town_cells where period = ? order by town_id, indicator_code",
            [self.period],
        )
        grades = cursor.execute(
            "select grade, lower_score from method_grades where system = 'town' and method_version = ? order by grade_order",
            [self.method_version],
        ).fetchall()
        ranges = (
            whatif_ranks.ranges(cursor, self._drawn, scores, self.period, self.method_version) if with_ranges else {}
        )
        by_town = {r["town_id"]: {k: v for k, v in r.items() if k != "district_code"} for r in scores}
        return Outcome(by_town, {(r["town_id"], r["indicator_code"]): r for r in cells}, tuple(grades), ranges)

    def differences(self) -> list[str]:
        """Return where the unchanged trial is not what the release says; empty where it is, to the digit."""
        found = []
        checks = (
            (SCORES, "town_quarter_scores", list(self.base.scores.values())),
            (CELLS.replace("is_shrunk, ", ""), "town_indicator_scores", list(self.base.cells.values())),
        )
        for columns, table, made in checks:
            released = _dicts(
                self.connection, f"select {columns} from {table} where period = ? order by all", [self.period]
            )
            ours = [{k: v for k, v in r.items() if k != "is_shrunk"} for r in made]
            if len(released) != len(ours):
                found.append(f"{table}: {len(ours)} rows, released {len(released)}")
                continue
            for mine, theirs in zip(ours, released, strict=True):
                found += [
                    f"{table} {mine['town_id']} {mine.get('indicator_code', '')} {k}: {v}, released {theirs[k]}"
                    for k, v in mine.items()
                    if v != theirs[k]
                ]
        return found


def open_trial(release: duckdb.DuckDBPyConnection, period: str) -> Trial:
    """Return the trial of a quarter of a release. ``release``: a connection on which its tables can be asked by name.

    Raises:
        AnlanError: the release lacks a table, or was made by other rules than these: then its numbers do not come out.

    """
    release = release.cursor()  # the connection may be shared between threads
    held = {r[0] for r in release.execute("select table_name from information_schema.tables").fetchall()}
    methods = {t for t in held if t.startswith("method_")}
    missing = [
        t
        for t in (
            *_NEEDED,
            "method_town_indicators",
            "method_parameters",
            "method_grades",
            "method_adjustments",
            "method_excuses",
        )
        if t not in held
    ]
    if missing:
        raise AnlanError(
            "what-if",
            "the release lacks what it was scored by",
            ", ".join(missing),
            "freeze the quarter again: anlan run",
        )
    own = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    # the quarter is small: the query as it is written takes less time than the search for a better one
    own.execute("set disabled_optimizers = 'join_order,projection_pullup,common_subplan,cte_inlining'")
    for table in sorted({*_NEEDED, *methods, *(t for t in _OPTIONAL if t in held)}):
        where = " where system = 'town'" if table == "indicator_evidence" else ""
        rows = release.sql(f"select * from {table}{where}").to_arrow_table()
        own.register("rows_of_release", rows)
        own.execute(
            f"create table {'town_indicator_evidence' if table == 'indicator_evidence' else table} as from rows_of_release"
        )
    own.unregister("rows_of_release")
    own.execute(_STAND_INS + whatif_ranks.STAND_INS)
    version = own.execute("select max(method_version) from town_quarter_scores where period = ?", [period]).fetchone()[
        0
    ]
    if version is None:
        raise UsageError(f"period {period}", "is not in the release", do="name a quarter that it holds")
    trial = Trial(own, period, version)
    if wrong := trial.differences():
        raise AnlanError(
            "what-if", f"scored again, the release does not come out: it was made by other rules ({len(wrong)} differences)",
            "; ".join(wrong[:3]), "freeze the quarter again: anlan run",
        )  # fmt: skip
    return trial


def _dicts(cursor: duckdb.DuckDBPyConnection, sql: str, numbers: list[Any] | None = None) -> list[dict[str, Any]]:
    found = cursor.execute(sql, numbers or [])
    names = [c[0] for c in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
