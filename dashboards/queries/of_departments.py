"""What the pages read of departments: how they share data, their tasks and scores, and what waited for them."""

from __future__ import annotations

from dashboards.queries import Release, has, one, rows, select


def barriers(release: Release, period: str) -> list[dict]:
    """Return the data-barrier index of every department, best first."""
    return select(
        release, "department_data_barriers", "rank_overall nulls last, index_score desc, department", period=period
    )


def department_cells(release: Release, period: str) -> list[dict]:
    """Return the data-sharing indicators of every department."""
    return rows(
        release,
        "select * from department_indicator_scores where period = ? and l1_code = 'DA' order by department, indicator_code",
        period,
    )


def department_tasks(release: Release, period: str, department: str) -> list[dict]:
    """Return the indicators of response, watch and supervision that apply to a department."""
    return rows(
        release,
        "select * from department_indicator_scores where period = ? and department = ? and l1_code <> 'DA' "
        "and cell_status not in ('not_applicable', 'not_due') order by indicator_code",
        period,
        department,
    )


def department_score(release: Release, period: str, department: str) -> dict | None:
    """Return the score of a department; nothing where the release was made before there was one."""
    if not has(release, "department_quarter_scores"):
        return None
    return one(release, "department_quarter_scores", period=period, department=department)


def freshness(release: Release, period: str, silo: str) -> list[dict]:
    """Return the tables of a silo as they stood on the last day of the period, the longest late first."""
    if not has(release, "silo_freshness"):
        return []
    return select(
        release,
        "silo_freshness",
        "late_days desc, freshness_status = 'never_came' desc, table_name",
        period=period,
        silo=silo,
    )


def withheld(release: Release, period: str, silo: str) -> list[dict]:
    """Return the missing tables of a silo with the units and points that waited for each, dearest first."""
    if not has(release, "withheld_points"):
        return []
    return rows(
        release,
        """
        select w.table_name, max(k.table_name_zh) as table_name_zh, max(k.table_name_en) as table_name_en, w.unit_type,
               w.indicator_code, w.delivery_status, count(distinct w.unit_id) as units, sum(w.withheld_points) as points
        from withheld_points w
        left join silo_conservation k on k.silo = w.silo and k.table_name = w.table_name
        where w.period = ? and w.silo = ? group by all order by points desc, w.table_name, w.indicator_code""",
        period,
        silo,
    )
