"""What the pages read of towns: their scores, indicators and evidence."""

from __future__ import annotations

from dashboards.queries import Release, one, rows, select

EVIDENCE_PAGE = 25


def towns(release: Release, period: str) -> list[dict]:
    """Return one row per town of ``period``: ranked towns first, in rank order."""
    return select(
        release, "town_quarter_scores", "rank_overall nulls last, final_score desc nulls last, town_id", period=period
    )


def town_names(release: Release, lang: str) -> dict[str, str]:
    """Return the towns by id with their name in a language."""
    column = "town_name_en" if lang == "en" else "town_name_zh"
    return {r["town_id"]: r["name"] for r in rows(release, f"select town_id, {column} as name from dim_towns order by town_id")}  # fmt: skip


def overview(release: Release, period: str) -> dict | None:
    """Return the headline figures of the district for ``period``."""
    return one(release, "district_overview", period=period)


def moves(release: Release, period: str) -> dict[str, list[dict]]:
    """Return, per town, the indicators whose score moved, with the points each moved the total by."""
    found = rows(
        release,
        """
        select town_id, indicator_code, name_zh, name_en, published_score, previous_score, cell_status,
               weight_share * (score - previous_score) as effect
        from town_indicator_scores
        where period = ? and score is not null and previous_score is not null and score <> previous_score
        order by town_id, abs(weight_share * (score - previous_score)) desc, indicator_code""",
        period,
    )
    by_town: dict[str, list[dict]] = {}
    for row in found:
        by_town.setdefault(row["town_id"], []).append(row)
    return by_town


def dimensions(release: Release, period: str, town_id: str, cohort_code: str | None) -> list[dict]:
    """Return the level-1 dimensions of a town with the plain mean of its cohort (None: of all towns) beside each."""
    return rows(
        release,
        """
        select d.node_code, any_value(d.node_name_zh) as node_name_zh, any_value(d.node_name_en) as node_name_en,
               max(case when d.town_id = ? then d.published_score end) as published_score,
               max(case when d.town_id = ? then d.weight_share end) as weight_share,
               round(avg(d.published_score) filter (where coalesce(q.cohort_code = ?, true)), 2) as cohort_score
        from town_dimension_scores d
        join town_quarter_scores q on q.town_id = d.town_id and q.period = d.period
        where d.period = ? and d.node_level = 1
        group by d.node_code order by d.node_code""",
        town_id,
        town_id,
        cohort_code,
        period,
    )


def indicators(release: Release, period: str, town_id: str) -> list[dict]:
    """Return one row per indicator of the town, in code order."""
    return select(release, "town_indicator_scores", "indicator_code", period=period, town_id=town_id)


def adjustments(release: Release, period: str, town_id: str) -> list[dict]:
    """Return one row per bonus or deduction that records show of a town, with how many events it has."""
    return rows(
        release,
        """
        select rules.indicator_code, rules.kind, rules.name_zh, rules.name_en, count(*) as event_count
        from indicator_evidence as seen
        inner join method_town_indicators as rules on seen.indicator_code = rules.indicator_code
        where seen.period = ? and seen.unit_id = ? and rules.kind in ('bonus', 'penalty')
        group by all
        order by rules.kind, rules.indicator_code""",
        period,
        town_id,
    )


def evidence(release: Release, period: str, unit_id: str, code: str, page: int) -> tuple[list[dict], int]:
    """Return one page of evidence rows of a cell, newest first, and how many rows there are."""
    where = "from indicator_evidence where period = ? and unit_id = ? and indicator_code = ?"
    total = rows(release, f"select count(*) as n {where}", period, unit_id, code)[0]["n"]
    found = rows(
        release,
        f"select * {where} order by occurred_at desc nulls last, landing_ref, entity_id "
        f"limit {EVIDENCE_PAGE} offset {EVIDENCE_PAGE * max(page - 1, 0)}",
        period,
        unit_id,
        code,
    )
    return found, total


def hazards_not_in_time(release: Release, period: str, town_id: str) -> list[dict]:
    """Return the hazards of a town that were due in the quarter and not closed in time, the major ones first."""
    return rows(
        release,
        "select entity_id, indicator_code, occurred_at from indicator_evidence where period = ? and unit_id = ? and system = 'town' "
        "and indicator_code in ('C301', 'C302') and numerator = 0 and occurred_at is not null "
        "order by indicator_code desc, occurred_at, entity_id limit 200",
        period,
        town_id,
    )
