"""What the pages read of the data itself: what came, what was refused and why, what a person must look at."""

from __future__ import annotations

from dashboards.queries import Release, has, rows, select

QUARANTINE_PAGE = 20


def conservation(release: Release) -> list[dict]:
    """Return landed, accepted, rejected and duplicate per silo and table."""
    return rows(release, "select * from silo_conservation order by silo, table_name")


def words_read(release: Release) -> list[dict]:
    """Return per silo and list of words how much of what was written the list can read, the least first."""
    return rows(release, "select * from crosswalk_coverage order by coverage_share, silo, list_code")


def stopped(release: Release) -> list[dict]:
    """Return the clusters that grew too large and were not merged, the largest first, with the names most of their records bear."""
    return rows(
        release,
        """
        with names as (select entity_type, cluster_id, label, count(*) as n from stopped_records group by all),
        named as (select entity_type, cluster_id, list(label order by n desc, label)[1:5] as labels from names group by all)
        select entity_type, cluster_id, any_value(labels) as labels, max(member_count) as member_count,
               string_agg(distinct silo, ',' order by silo) as silos, min(landing_ref) as landing_ref
        from stopped_records join named using (entity_type, cluster_id)
        group by entity_type, cluster_id order by member_count desc, entity_type, cluster_id""",
    )


def feed_systems(release: Release, period: str) -> list[dict]:
    """Return per table and point the reference system declared and the one read in ``period``, what needs a word first."""
    return rows(
        release,
        """
        select * from feed_reference_systems where period = ?
        order by verdict in ('proven', 'declared_only'), verdict <> 'proven', silo, table_name, point_name""",
        period,
    )


def place_findings(release: Release) -> list[dict]:
    """Return what people must look at about places, by silo, table and reason: rows, and one of them."""
    return rows(
        release,
        """
        select silo, table_name, finding_code, any_value(reason_zh) as reason_zh, any_value(reason_en) as reason_en,
               any_value(advice_zh) as advice_zh, any_value(advice_en) as advice_en, count(*) as row_count,
               min_by(said_text, finding_id) as said_text, min_by(candidate_text, finding_id) as candidate_text,
               min_by(landing_ref, finding_id) as landing_ref
        from place_findings group by silo, table_name, finding_code order by row_count desc, silo, table_name, finding_code""",
    )


def hazard_reports(release: Release, period: str) -> list[dict]:
    """Return per department the hazards it reported in ``period`` and how many of them others reported too."""
    return select(release, "silo_hazard_reports", "report_count desc, silo", period=period)


def failing_checks(release: Release) -> list[dict]:
    """Return the door rules that failed, those that refuse rows first, each with its words when a row carries them."""
    said = (
        "(select silo, table_name, rule, min(reason_zh) as reason_zh, min(reason_en) as reason_en "
        "from quarantine_rows group by all)"
        if has(release, "quarantine_rows")
        else "(select null as silo, null as table_name, null as rule, null as reason_zh, null as reason_en)"
    )
    return rows(
        release,
        f"""
        select c.silo, c.table_name, c.rule, c.scope, c.severity, sum(c.checked)::bigint as checked,
               sum(c.failed)::bigint as failed, min(s.reason_zh) as reason_zh, min(s.reason_en) as reason_en
        from door_checks c
        left join {said} s on s.silo = c.silo and s.table_name = c.table_name and s.rule = c.rule
        group by c.silo, c.table_name, c.rule, c.scope, c.severity having sum(c.failed) > 0
        order by (c.severity = 'critical') desc, failed desc, c.silo, c.table_name, c.rule""",
    )


def check_count(release: Release) -> int:
    """Return how many door rules ran, each rule of a table counted once."""
    return rows(release, "select count(distinct (silo, table_name, rule)) as n from door_checks")[0]["n"]


def quarantine(release: Release, silo: str, table: str, rule: str, severity: str, page: int) -> tuple[list[dict], int]:
    """Return one page of refused rows and how many there are; empty text means no filter."""
    where = (
        "from quarantine_rows where (? = '' or silo = ?) and (? = '' or table_name = ?) "
        "and (? = '' or rule = ?) and (? = '' or severity = ?)"
    )
    parameters = (silo, silo, table, table, rule, rule, severity, severity)
    total = rows(release, f"select count(*) as n {where}", *parameters)[0]["n"]
    found = rows(
        release,
        f"select * {where} order by severity, silo, table_name, landing_ref, rule "
        f"limit {QUARANTINE_PAGE} offset {QUARANTINE_PAGE * max(page - 1, 0)}",
        *parameters,
    )
    return found, total


def waiting_pairs(release: Release) -> int:
    """Return how many pairs waited for a person when the release was made."""
    return rows(release, "select count(*) as pairs from review_cases where decision is null")[0]["pairs"]
