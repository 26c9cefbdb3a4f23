"""What the page of capability depth reads: gaps between towns, what the congress asked for, supplies, plans, forces."""

from __future__ import annotations

from dashboards.queries import Release, rows, select


def gaps(release: Release, period: str) -> list[dict]:
    """Return the whole score first, then the indicators, widest gap first; those without a gap last."""
    return select(
        release,
        "indicator_gaps",
        "indicator_code <> 'TOTAL', score_gap desc nulls last, gap_change desc nulls last, indicator_code",
        period=period,
    )


def recommendations(release: Release, period: str) -> list[dict]:
    """Return the recommendations of the survey: those with overdue items first, then the least progress."""
    return select(
        release,
        "congress_recommendations",
        "overdue_count > 0 desc, longest_overdue_days desc nulls last, progress_score nulls last, feature_no",
        period=period,
    )


def measures(release: Release, period: str, feature: str) -> list[dict]:
    """Return the indicators that measure a recommendation."""
    return select(release, "recommendation_measures", "system desc, indicator_code", period=period, feature_no=feature)


def items(release: Release, period: str, feature: str) -> list[dict]:
    """Return the items of the congress that go back to a recommendation, the longest overdue first."""
    return rows(
        release,
        "select * from recommendation_items where period = ? and list_contains(string_split(feature_nos, ','), ?) "
        "order by item_status <> 'overdue', overdue_days desc, due_date, recommendation_no",
        period,
        feature,
    )


def supplies(release: Release, period: str) -> list[dict]:
    """Return one row per town: articles of the norm, by how they stand and within which band the norm is reached; worst first."""
    return rows(
        release,
        """
        select town_id, town_name_zh, town_name_en, cohort_name_zh, cohort_name_en, count(*) as asked,
            count(*) filter (where cover_status = 'met') as met, count(*) filter (where cover_status = 'not_reported') as untold,
            count(*) filter (where expired_quantity > 0) as expired, count(*) filter (where expiring_quantity > 0) as expiring,
            count(*) filter (where reach_status = 'near') as near,
            count(*) filter (where reach_status in ('near', 'middle')) as middle,
            count(*) filter (where reach_status in ('near', 'middle', 'far')) as far,
            count(*) filter (where reach_status = 'not_worked_out') as no_times,
            list({'code': class_code, 'met': cover_status = 'met'}) as articles
        from town_supply_cover where period = ? group by all order by met, town_id
        """,
        period,
    )


def classes(release: Release, period: str) -> list[dict]:
    """Return the classes of the articles that are asked for."""
    return rows(
        release,
        "select distinct class_code, class_name_zh, class_name_en from town_supply_cover where period = ? order by class_code",
        period,
    )


def articles(release: Release, period: str, town: str) -> list[dict]:
    """Return the articles of a town that are not at the norm, or of which something is expired or near it; the worst held first."""
    return rows(
        release,
        "select * from town_supply_cover where period = ? and town_id = ? "
        "and (cover_status <> 'met' or expired_quantity > 0 or expiring_quantity > 0) "
        "order by cover_status = 'met', held_quantity / nullif(norm_quantity, 0) nulls first, article_code",
        period,
        town,
    )


def plans(release: Release, period: str) -> list[dict]:
    """Return divisions by kinds of event: the district first, then the towns."""
    return select(release, "plan_cover", "level_code, division_id, event_type_code", period=period)


def village_plans(release: Release, period: str) -> dict[str, dict]:
    """Return what is known of the plans of villages, by town."""
    return {r["town_id"]: r for r in select(release, "village_plan_covers", period=period)}


def drills(release: Release, period: str) -> list[dict]:
    """Return what became of the drills, by kind of event; those of plans that name none last."""
    return rows(
        release,
        "select * from drill_outcomes where period = ? and planned_count > 0 "
        "order by event_type_code = 'none', planned_count desc, event_type_code",
        period,
    )


def forces(release: Release, period: str) -> list[dict]:
    """Return social forces and the training of the station, town by town; who has fewest civil teams in order first."""
    return rows(
        release,
        "select f.*, s.* exclude (district_code, town_id, period, town_name_zh, town_name_en) from social_forces f "
        "left join station_trainings s using (period, town_id) where period = ? order by in_order_count, volunteers_per_10000, town_id",
        period,
    )


def team_kinds(release: Release, period: str) -> list[dict]:
    """Return the civil teams of the district by speciality, the commonest first."""
    return rows(
        release,
        """
        select specialty_word, sum(team_count) as team_count, sum(in_order_count) as in_order_count, sum(graded_count) as graded_count,
            sum(grade_1_count) as grade_1_count, sum(grade_2_count) as grade_2_count, sum(grade_3_count) as grade_3_count,
            count(distinct town_id) as towns
        from civil_team_kinds where period = ? group by all order by team_count desc, specialty_word
        """,
        period,
    )
