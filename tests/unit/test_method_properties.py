"""The properties that METHOD demands of every implementation, asked of the scoring path's own SQL on worlds that Hypothesis makes.

A world is a small district of towns with evidence for ten kinds of indicators, over two quarters. What is asked is asked of two worlds that
differ in one thing, scored in one run as two districts. Each property is then asked of SQL in which METHOD 4 (or what it rests on)
was broken on purpose, and must fail there: a check counts only when it was seen to fail.

Where few cases lean on the district's rate (METHOD 1, ADR 6) other towns do move a value, and by exactly what the rule says:
5·(p0' − p0)/(n + 5). Cells that are not shrunk, and totals without shrunk cells, move by nothing.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.analysis.method_sql import MethodSql
from pipelines.release.files import write
from tests import quarter

# ratio with few cases, capped, lower, band, per unit; sum; medians; missing rules M0 to M2; two dimensions of one group, one of two
CODES = ("B101", "B103", "B201", "B401", "C204", "C301", "C302", "C303", "C305", "E103", "I101")
TOWNS = ("a", "b", "c", "d")
LAST = quarter.PERIODS[1]
CASES = 10
_SQL = {"method_version": quarter.METHOD, "local_offset_hours": 8}
Cells = dict[tuple[str, str], tuple[tuple[int, int], ...]]  # (town, code) -> (numerator, denominator) of each row


@dataclass(frozen=True)
class World:
    """Towns of a district, what each period's evidence says, and tables that did not come in the last one."""

    towns: tuple[str, ...]
    cells: tuple[Cells, Cells]
    lacking: frozenset[str] = frozenset()


@cache
def rules() -> dict[str, dict]:
    """Return the rules of the indicators in use."""
    with duckdb.connect() as con:
        quarter.load_seed(con, "method_town_indicators")
        found = con.execute(
            "select * from method_town_indicators where indicator_code in (select unnest(?))", [list(CODES)]
        )
        names = [c[0] for c in found.description]
        return {r["indicator_code"]: r for r in (dict(zip(names, row, strict=True)) for row in found.fetchall())}


@cache
def _method(edit: Callable[[str], str] | None) -> tuple[duckdb.DuckDBPyConnection, dict[str, str]]:
    con = duckdb.connect()
    for seed in quarter.SEEDS:
        quarter.load_seed(con, seed)
    con.execute(
        "delete from method_town_indicators where indicator_code not in (select unnest(?))",
        [[*CODES, "V05", "P01", "N01"]],
    )
    con.execute(
        "create table tables_needed as select distinct method_version, indicator_code, 's' as silo, indicator_code as table_name from method_town_indicators"
    )
    con.execute(
        "create table falsified (district_code varchar, town_id varchar, period varchar, indicator_code varchar, finding_count bigint)"
    )
    sql = MethodSql(_SQL, quarter.NAMES, edit=edit)
    return con, {m: sql.model(m) for m in quarter.PATH[:4]}


def scored(
    worlds: Sequence[World], edit: Callable[[str], str] | None = None, shuffled: int = 0
) -> duckdb.DuckDBPyConnection:
    """Score each world as the district of its number, in one run of the SQL; ``shuffled`` is a seed for the order of rows."""
    con, models = _method(edit)
    towns, evidence, came, spans = [], [], [], []
    for n, world in enumerate(worlds):
        spans += [
            (str(n), p, i + 1, quarter.PERIODS[i - 1] if i else None, "2026-09-30", quarter.METHOD)
            for i, p in enumerate(quarter.PERIODS)
        ]
        towns += [(str(n), t, "x") for t in world.towns]
        came += [
            (str(n), "s", c, p, "missing" if p == LAST and c in world.lacking else "delivered", False)
            for c in CODES
            for p in quarter.PERIODS
        ]
        for period, cells in zip(quarter.PERIODS, world.cells, strict=True):
            evidence += [
                (str(n), code, town, period, "thing", f"{code}{town}{k}", a, b, None, f"{code}{town}{k}")
                for (town, code), rows in cells.items()
                if town in world.towns
                for k, (a, b) in enumerate(rows)
            ]
    if shuffled:
        for rows in (towns, evidence, came):
            random.Random(shuffled).shuffle(rows)
    _table(
        con,
        "dim_towns",
        "district_code, town_id, cohort_code",
        towns,
        "null as town_name_zh, null as town_name_en, null as cohort_name_zh, null as cohort_name_en",
    )
    _table(con, "dim_periods", "district_code, period, period_number, previous_period, end_date, method_version", spans)
    _table(con, "deliveries", "district_code, silo, table_name, period, delivery_status, is_quiet", came)
    columns = "district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref"
    _table(con, "town_indicator_evidence", columns, evidence)
    for name, text in models.items():
        con.execute(f"create or replace table {name} as {text}")
    return con


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple], more: str = "") -> None:
    types = {
        "numerator": "decimal(18, 6)",
        "denominator": "decimal(18, 6)",
        "occurred_at": "timestamp",
        "end_date": "date",
        "period_number": "integer",
        "is_quiet": "boolean",
    }
    names = columns.split(", ")
    picked = ", ".join(f"cast({c} as {types.get(c, 'varchar')}) as {c}" for c in names)
    written = rows or [(None,) * len(names)]
    values = ", ".join("(" + ", ".join("null" if v is None else repr(v) for v in row) + ")" for row in written)
    con.execute(
        f"create or replace table {name} as select {picked}{', ' + more if more else ''} from (values {values}) as x ({columns}){'' if rows else ' limit 0'}"
    )


def totals(con: duckdb.DuckDBPyConnection, world: int, period: str = LAST) -> dict[str, float]:
    """Return town -> base score, nought where nothing is weighed."""
    found = con.execute(
        "select town_id, coalesce(base_score, 0) from town_quarter_scores where district_code = ? and period = ?",
        [str(world), period],
    )
    return {t: float(s) for t, s in found.fetchall()}


def cells(con: duckdb.DuckDBPyConnection, world: int, period: str = LAST) -> dict[tuple[str, str], tuple]:
    """Return (town, code) -> status, value, score, whether it leans on the district's rate."""
    found = con.execute(
        "select town_id, indicator_code, cell_status, value, score, is_shrunk from int_town_cells where district_code = ? and period = ?",
        [str(world), period],
    )
    return {(t, c): tuple(rest) for t, c, *rest in found.fetchall()}


def rows_of(code: str, chance: random.Random) -> tuple[tuple[int, int], ...]:
    """Return rows of evidence such as the indicator has; sometimes none."""
    rule, count = rules()[code], chance.randint(0, 4)
    if rule["aggregation"] == "sum":
        return ((1, 1),) * count
    if rule["aggregation"] == "km_median":
        return tuple((chance.randint(1, 60), chance.randint(0, 1)) for _ in range(count))
    if rule["aggregation"] == "median":
        return tuple((chance.randint(1, 45), 1) for _ in range(count))
    pairs = [(chance.randint(0, 25), chance.randint(1, 25)) for _ in range(min(count, 2))]
    return tuple(pairs if code in ("C204", "I101") else [(min(p), max(p)) for p in pairs])


@st.composite
def worlds(draw) -> World:
    """Return any world; in one of two nothing leans on the district, for all cases are many."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    times = 10 if draw(st.booleans()) else 1
    both = []
    for _ in quarter.PERIODS:
        made = {(t, c): rows_of(c, chance) for t in TOWNS for c in CODES}
        both.append(
            {
                k: tuple((a * times, b * times) for a, b in rows) if rules()[k[1]]["has_small_number_rule"] else rows
                for k, rows in made.items()
            }
        )
    return World(TOWNS, (both[0], both[1]), frozenset(draw(st.sets(st.sampled_from(CODES), max_size=2))))


def better(code: str, rows: tuple[tuple[int, int], ...], k: int) -> tuple[tuple[int, int], ...]:
    """Return the rows with something made better, nothing worse."""
    rule = rules()[code]
    if rule["aggregation"] == "sum":
        return (*rows, (1, 1))
    if not rows:
        return rows
    a, b = rows[k % len(rows)]
    if rule["aggregation"] == "km_median":
        new = (max(1, a // 2), 1)
    elif rule["aggregation"] == "median" or rule["direction"] == "lower":
        new = (a // 2, b)
    elif rule["direction"] == "band":  # into the middle of the band, where all rows together are
        return ((2 * sum(d for _, d in rows), sum(d for _, d in rows)),)
    else:
        new = (min(a + 1 + k, b) if rule["unit"] == "%" else a + 1 + k, b)
    return tuple(new if i == k % len(rows) else r for i, r in enumerate(rows))


def with_cell(world: World, town: str, code: str, rows: tuple[tuple[int, int], ...]) -> World:
    return replace(world, cells=(world.cells[0], world.cells[1] | {(town, code): rows}))


Edit = Callable[[str], str] | None


def a_better_value_never_lowers_the_own_score(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    con = scored([world, with_cell(world, town, code, better(code, world.cells[1][town, code], k))], edit)
    assert cells(con, 1)[town, code][2] is None or cells(con, 1)[town, code][2] >= (cells(con, 0)[town, code][2] or 0)
    assert totals(con, 1)[town] >= totals(con, 0)[town] or cells(con, 0)[town, code][0] == "not_applicable"


def a_frozen_town_does_not_drift(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    frozen = {key: rows for key, rows in world.cells[0].items() if key[0] == town}
    con = scored([replace(world, cells=(world.cells[0], world.cells[1] | frozen), lacking=frozenset())], edit)
    same(con, (0, quarter.PERIODS[0]), (0, LAST), [town])


def removing_a_town_changes_nobody_else(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    left = tuple(t for t in world.towns if t != town)
    con = scored([world, replace(world, towns=left)], edit)
    same(con, (0, LAST), (1, LAST), left)


def same(con: duckdb.DuckDBPyConnection, one: tuple[int, str], other: tuple[int, str], towns: Sequence[str]) -> None:
    """Assert that towns score alike in two scored quarters, but for exactly what the small-number rule lends them."""
    rates, now, then = [district_rates(con, *o) for o in (one, other)], cells(con, *one), cells(con, *other)
    for town in towns:
        leaning = False
        for code in CODES:
            (status, value, score, shrunk), after = now[town, code], then[town, code]
            if not shrunk:
                assert after == (status, value, score, shrunk), (town, code)
                continue
            leaning = True
            n, moved = rates[0][town, code][0], rates[1][town, code][1] - rates[0][town, code][1]
            lent = float(rules()[code]["value_scale"]) * 5 * moved / (n + 5)
            assert after[0] == status
            assert status != "observed" or float(after[1] - value) == pytest.approx(lent, abs=1e-5), (town, code)
        assert leaning or totals(con, *one)[town] == totals(con, *other)[town]


def district_rates(
    con: duckdb.DuckDBPyConnection, world: int, period: str
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return (town, code) -> the town's cases and the district's rate, by hand from the evidence."""
    found = con.execute(
        "select unit_id, indicator_code, sum(numerator), sum(denominator) from town_indicator_evidence where district_code = ? and period = ? group by all",
        [str(world), period],
    ).fetchall()
    capped = {c: r["value_cap"] is not None for c, r in rules().items()}
    mine = {(t, c): (float(min(n, d) if capped[c] else n), float(d)) for t, c, n, d in found}
    whole = {
        c: (sum(n for (_, o), (n, _d) in mine.items() if o == c), sum(d for (_, o), (_n, d) in mine.items() if o == c))
        for c in CODES
    }
    return {
        (t, c): (mine.get((t, c), (0, 0))[1], whole[c][0] / whole[c][1] if whole[c][1] else 0.0)
        for t in TOWNS
        for c in CODES
    }


def order_does_not_matter(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    con = scored([world], edit)
    first = [cells(con, 0), totals(con, 0)]
    con = scored([world], edit, shuffled=k + 1)
    assert first == [cells(con, 0), totals(con, 0)]


def points_add_up(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    con = scored([world], edit)
    found = con.execute(
        "select c.town_id, sum(c.weight_share), sum(c.points_lost), sum(c.weight_share * coalesce(c.score, 0)), any_value(s.base_score) "
        "from int_town_cells as c join town_quarter_scores as s using (district_code, town_id, period) group by c.town_id, c.period"
    ).fetchall()
    for _, weight, lost, earned, base in found:
        assert (weight == 1) == (base is not None)
        if base is not None:
            # points stand at six places, the published base at two
            assert float(lost) == pytest.approx(100 - float(base), abs=0.00501)
            assert float(earned) == pytest.approx(float(base), abs=0.0051)


def hiding_never_gains(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    """A table that does not come never pays; nor do a cell's rows that are held back, but under M2 (below)."""
    hidden = [replace(world, lacking=world.lacking | {code})]
    if rules()[code]["missing_rule"] != "M2":
        hidden.append(with_cell(world, town, code, ()))
    con = scored([world, *hidden], edit)
    for n in range(1, 1 + len(hidden)):
        assert totals(con, n)[town] <= totals(con, 0)[town] + 1e-9


def a_run_repeated_is_the_same_bytes(world: World, town: str, code: str, k: int, edit: Edit = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for n in range(2):
            con = scored([world], edit, shuffled=n)
            path = Path(folder) / f"{n}.parquet"
            write(con.sql("select * from int_town_cells order by all").to_arrow_table(), path, Path(folder))
            made.append(path.read_bytes())
    assert made[0] == made[1]


PROPERTIES = (
    a_better_value_never_lowers_the_own_score, a_frozen_town_does_not_drift, removing_a_town_changes_nobody_else, order_does_not_matter,
    points_add_up, hiding_never_gains, a_run_repeated_is_the_same_bytes,
)  # fmt: skip


def put(old: str, new: str) -> Callable[[str], str]:
    """Return an edit of the SQL; the text it replaces must be there."""

    def edit(text: str) -> str:
        return text.replace(old, new)

    return edit


_GOALPOSTS = "100 * least(greatest({{ ratio('value - floor_value', 'target_value - floor_value', 9) }}, 0), 1)"
_OF_ALL = "over (partition by district_code, indicator_code, period)"
_MINMAX = f"100 * coalesce((value - min(value) {_OF_ALL}) / nullif(max(value) {_OF_ALL} - min(value) {_OF_ALL}, 0), 0)"
BROKEN = {
    # skip what is missing and renew the weights: what METHOD says pays a town fourteen points for hiding its worst
    "missing values give their weight away": (hiding_never_gains, put(
        "cell_status not in ('not_due', 'not_applicable') as is_weighed", "cell_status not in ('not_due', 'not_applicable', 'not_reported') as is_weighed")),
    "min-max by the quarter drifts": (a_frozen_town_does_not_drift, put(_GOALPOSTS, _MINMAX)),
    "min-max by the quarter hears of others": (removing_a_town_changes_nobody_else, put(_GOALPOSTS, _MINMAX)),
    "smaller is better the wrong way round": (a_better_value_never_lowers_the_own_score, put(
        "ratio('value - floor_value', 'target_value - floor_value', 9)", "ratio('value - floor_value', 'abs(target_value - floor_value)', 9)")),
    "a share of the weight is lost": (points_add_up, put("then 1 - sum(weight_share) over", "then 0.01 * sum(weight_share) over")),
    "one row stands for all": (order_does_not_matter, put("cast(sum(evidence.numerator) as decimal(18, 6)) as numerator", "cast(first(evidence.numerator) as decimal(18, 6)) as numerator")),
    "chance decides": (a_run_repeated_is_the_same_bytes, put("cast(sum(evidence.numerator) as decimal(18, 6)) as numerator", "cast(sum(evidence.numerator) + random() as decimal(18, 6)) as numerator")),
}  # fmt: skip
_ANY = {"world": worlds(), "town": st.sampled_from(TOWNS), "code": st.sampled_from(CODES), "k": st.integers(0, 5)}


@pytest.mark.parametrize("claim", PROPERTIES, ids=lambda c: c.__name__)
def test_the_method_has_the_property(claim) -> None:
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(**_ANY)
    def holds(world: World, town: str, code: str, k: int) -> None:
        claim(world, town, code, k)

    holds()


@pytest.mark.parametrize("name", BROKEN)
def test_the_property_fails_where_the_rule_is_broken_on_purpose(name) -> None:
    claim, edit = BROKEN[name]
    assert _method(edit)[1] != _method(None)[1], "the text to be broken is not there any more"

    @settings(max_examples=40, deadline=None, database=None, derandomize=True, phases=(Phase.generate,), report_multiple_bugs=False, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(**_ANY)
    def holds(world: World, town: str, code: str, k: int) -> None:
        claim(world, town, code, k, edit)

    with pytest.raises(AssertionError):
        holds()


def test_rows_held_back_under_m2_are_as_if_nothing_had_been_there() -> None:
    """The exception to 'hiding never gains', as exactly as it is: M2, the table came, and every row of the cell is held back."""
    base = {(t, c): ((39, 40),) for t in TOWNS for c in CODES if rules()[c]["aggregation"] == "ratio"}
    world = World(TOWNS, (base, base | {("a", "C302"): ((1, 40),)}))
    con = scored([world, with_cell(world, "a", "C302", ())])
    assert cells(con, 1)["a", "C302"][0] == "not_applicable"
    assert totals(con, 1)["a"] > totals(con, 0)["a"]
