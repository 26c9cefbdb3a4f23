"""What the pages read of the hazard loop and of the integrity tests: clocks, escalations, lists, cases."""

from __future__ import annotations

from dashboards.queries import Release, rows, select

_CLOCKS = (
    "cast(sum(due_count) as bigint) as due_count, cast(sum(met_count) as bigint) as met_count, cast(sum(late_count) as bigint) as late_count,"
    " cast(sum(open_count) as bigint) as open_count, cast(sum(not_told_count) as bigint) as not_told_count"
)


def stages(release: Release, period: str, town: str) -> list[dict]:
    """Return the clocks that ended in a quarter by stage, of one town or of all ('')."""
    return rows(
        release,
        f"select stage_code, any_value(stage_name_zh) as stage_name_zh, any_value(stage_name_en) as stage_name_en, {_CLOCKS}"
        " from hazard_stage_quarters where period = ? and ? in ('', town_id) group by stage_code order by any_value(stage_number)",
        period,
        town,
    )


def towns(release: Release, period: str) -> list[dict]:
    """Return the clocks that ended in a quarter by town, least kept first."""
    return rows(
        release,
        f"select town_id, {_CLOCKS} from hazard_stage_quarters where period = ? group by town_id"
        " order by sum(met_count) / nullif(sum(due_count) - sum(not_told_count), 0), town_id",
        period,
    )


def figures(release: Release, town: str) -> dict:
    """Return how many hazards there are, how many are open, overdue, paused, escalated, repeated, and how many steps were refused."""
    return rows(
        release,
        """
        select count(*) as hazards, count(*) filter (where state_code not in ('CLOSED', 'REJECTED', 'MERGED')) as open,
               count(*) filter (where hazard_id in (select hazard_id from hazard_clocks where clock_status = 'overdue')) as overdue,
               count(*) filter (where is_paused) as paused, cast(sum(escalation_count) as bigint) as escalated,
               count(repeats_hazard_id) as repeated, (select count(*) from hazard_refused_events where ? in ('', town_id)) as refused
        from hazard_loops where ? in ('', town_id)""",
        town,
        town,
    )[0]


def overdue(release: Release, town: str, limit: int) -> list[dict]:
    """Return hazards that are overdue, gravest grade first, oldest first, with the newest escalation."""
    return rows(
        release,
        """
        with first as (
            select * from hazard_clocks where clock_status = 'overdue'
            qualify row_number() over (partition by hazard_id order by due_at, stage_code) = 1),
        last as (
            select * from hazard_escalations
            qualify row_number() over (partition by hazard_id order by escalated_at desc, escalation_code) = 1)
        select h.hazard_id, h.grade_code, h.town_id, h.hazard_text, h.landing_ref, first.stage_name_zh, first.stage_name_en, first.due_at,
               last.action_zh, last.action_en, last.to_whom_zh, last.to_whom_en
        from hazard_loops h join first using (hazard_id) left join last using (hazard_id)
        where ? in ('', h.town_id) order by h.grade_code desc, first.due_at, h.hazard_id limit ?""",
        town,
        limit,
    )


def hazard(release: Release, hazard: str) -> tuple[list[dict], list[dict]]:
    """Return the clocks of a hazard in the order of the loop, and its escalations in the order of time."""
    return (
        select(release, "hazard_clocks", "stage_number, round_number", hazard_id=hazard),
        select(release, "hazard_escalations", "escalated_at, escalation_code", hazard_id=hazard),
    )  # fmt: skip


def lists(release: Release, town: str) -> list[dict]:
    """Return how many hazard numbers stand on each of the three lists, are missing, early or not due."""
    return _statuses(
        release, "hazard_list_checks", "list_name", "list_status", "written missing early not_due", town, "list_code"
    )


def cases(release: Release, town: str) -> list[dict]:
    """Return how the clocks of cases stand, by step of the chain to the police."""
    return _statuses(
        release,
        "case_clocks",
        "stage_name",
        "clock_status",
        "met late overdue running start_not_told",
        town,
        "min(rule_number)",
    )


def earlies(release: Release, town: str) -> list[dict]:
    """Return how many major hazards were reported and published in time, late or not yet."""
    said = ", ".join(f"count(*) filter (where status = '{s}') as {s}" for s in ("met", "late", "overdue", "running"))
    return rows(
        release,
        f"""
        select name_zh, name_en, {said} from (
            select 1 as n, '早报告' as name_zh, 'Reported early' as name_en, report_status as status, town_id from major_hazard_earlies
            union all
            select 2, '早公开', 'Published early', publish_status, town_id from major_hazard_earlies)
        where ? in ('', town_id) group by n, name_zh, name_en order by n""",
        town,
    )


def _statuses(release: Release, table: str, name: str, status: str, words: str, town: str, order: str) -> list[dict]:
    said = ", ".join(f"count(*) filter (where {status} = '{w}') as {w}" for w in words.split())
    code = name.removesuffix("_name") + "_code"
    return rows(
        release,
        f"select any_value({name}_zh) as name_zh, any_value({name}_en) as name_en, {said} from {table}"
        f" where ? in ('', town_id) group by {code} order by {order}",
        town,
    )


def refused(release: Release, town: str, limit: int) -> list[dict]:
    """Return the newest steps that prove nothing."""
    return rows(
        release,
        "select * from hazard_refused_events where ? in ('', town_id) order by occurred_at desc, hazard_event_id limit ?",
        town,
        limit,
    )


def audit_tests(release: Release, period: str, town: str) -> list[dict]:
    """Return the integrity tests with how many cases they opened in a quarter, and in how many towns."""
    return rows(
        release,
        "select test_code, any_value(test_name_zh) as test_name_zh, any_value(test_name_en) as test_name_en,"
        " cast(sum(case_count) as bigint) as case_count, count(*) filter (where case_count > 0) as town_count"
        " from audit_test_quarters where period = ? and ? in ('', town_id) group by test_code order by test_code",
        period,
        town,
    )


def audit_cases(release: Release, period: str, town: str, limit: int) -> list[dict]:
    """Return cases that the integrity tests opened in a quarter: the newest of each test in turn, rare tests first."""
    return rows(
        release,
        """
        select *, row_number() over (partition by test_code order by occurred_at desc, case_id) as turn, count(*) over (partition by test_code) as size
        from audit_cases where period = ? and ? in ('', town_id) order by turn, size, test_code, case_id limit ?""",
        period,
        town,
        limit,
    )
