"""The back-test on releases: scores and outcomes of towns by quarter, and how the newest quarters' indicators measure.

Outcomes are read from the evidence that releases hold: accidents of the quarter per ten thousand residents, major hazards that were due
and not closed in time, and the share of calls reached late. Each is also an indicator of the score, of its own quarter: that is why a
score has to tell more of what comes than the outcome's own last value does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from pipelines.analysis.validity import Foresight, Measure, foresight, measure

YEAR, QUARTER = 4, 1
OUTCOMES = {
    "accidents": """
        select unit_id as town_id, 10000.0 * count(*) / any_value(towns.population) as value
        from indicator_evidence as seen
        inner join dim_periods as periods on seen.period = periods.period and seen.district_code = periods.district_code
        inner join dim_towns as towns on seen.unit_id = towns.town_id
        where seen.system = 'town' and seen.indicator_code = 'C401' and seen.entity_type = 'accident' and seen.period = $period
            and seen.occurred_at >= periods.start_at and seen.occurred_at < periods.end_before_at
        group by unit_id""",
    "overdue_major_hazards": """
        select unit_id as town_id, cast(count(*) as double) as value
        from indicator_evidence where system = 'town' and indicator_code = 'C302' and numerator = 0 and period = $period group by unit_id""",
    "late_arrivals": """
        select unit_id as town_id, avg(case when numerator = 0 then 1.0 else 0.0 end) as value
        from indicator_evidence where system = 'town' and indicator_code = 'E104' and denominator > 0 and period = $period group by unit_id""",
}
# nothing seen of these is nought; a share of no calls is unknown
_COUNTS = frozenset({"accidents", "overdue_major_hazards"})


@dataclass(frozen=True)
class Report:
    """What a back-test says. ``quarters`` read, ``year`` and ``quarter``: foresight at four quarters and at one; ``measure`` of the newest."""

    quarters: tuple[str, ...]
    year: tuple[Foresight, ...]
    quarter: tuple[Foresight, ...]
    measure: Measure

    @property
    def has_evidence(self) -> bool:
        """Whether last year's score was shown to tell any outcome of this one."""
        return any(f.verdict == "predicts" for f in self.year)


def backtest(releases: Mapping[str, duckdb.DuckDBPyConnection], seed: int = 0) -> Report:
    """Return the back-test of quarter -> connection on which the tables of the release that holds it can be asked by name."""
    quarters = sorted(releases)
    towns = sorted(
        {
            t
            for q in quarters
            for (t,) in _ask(releases[q], "select distinct town_id from town_quarter_scores where period = $period", q)
        }
    )
    # quarters that nobody released stand as gaps, so that a lead is a lead
    span = _span(quarters)
    score, outcomes = (
        np.full((len(towns), len(span)), np.nan),
        {n: np.full((len(towns), len(span)), np.nan) for n in OUTCOMES},
    )
    row = {t: i for i, t in enumerate(towns)}
    for q in quarters:
        at = span.index(q)
        for town, value in _ask(
            releases[q],
            "select town_id, final_score from town_quarter_scores where period = $period and score_status = 'rated'",
            q,
        ):
            score[row[town], at] = float(value)
        for name, sql in OUTCOMES.items():
            if name in _COUNTS:
                outcomes[name][:, at] = 0.0
            for town, value in _ask(releases[q], sql, q):
                if town in row and value is not None:
                    outcomes[name][row[town], at] = float(value)
    return Report(
        tuple(quarters), tuple(foresight(score, outcomes, YEAR, seed)), tuple(foresight(score, outcomes, QUARTER, seed)), _measure(releases[quarters[-1]])
    )  # fmt: skip


def _span(quarters: list[str]) -> list[str]:
    def number(q: str) -> int:
        return 4 * int(q[:4]) + int(q[5]) - 1

    return [f"{n // 4}Q{n % 4 + 1}" for n in range(number(quarters[0]), number(quarters[-1]) + 1)]


def _measure(release: duckdb.DuckDBPyConnection) -> Measure:
    """Return how the indicators of a release measure, over towns and all its quarters."""
    rows = _ask(
        release,
        "select c.town_id || c.period, c.indicator_code, c.l1_code, c.score, c.weight_share, s.base_score from town_indicator_scores as c "
        "inner join town_quarter_scores as s using (town_id, period) where c.cell_status <> 'not_due' order by 1, 2",
        "",
    )
    units, codes = sorted({r[0] for r in rows}), sorted({r[1] for r in rows})
    at_unit, at_code, groups = (
        {u: i for i, u in enumerate(units)},
        {c: j for j, c in enumerate(codes)},
        {r[1]: r[2] for r in rows},
    )
    scores, total, weights = (
        np.full((len(units), len(codes)), np.nan),
        np.full(len(units), np.nan),
        np.zeros(len(codes)),
    )
    for unit, code, _, score, share, base in rows:
        if score is not None:
            scores[at_unit[unit], at_code[code]] = float(score)
        weights[at_code[code]] += float(share)
        total[at_unit[unit]] = np.nan if base is None else float(base)
    return measure(codes, [groups[c] for c in codes], scores, weights, total)


def _ask(release: duckdb.DuckDBPyConnection, sql: str, period: str) -> list[tuple]:
    with release.cursor() as cursor:
        return cursor.execute(sql, {"period": period} if "$period" in sql else None).fetchall()
