"""What the pages read of certification rules: who must have what, who is short of it, and the people behind it."""

from __future__ import annotations

from dashboards.queries import Release, rows

# a release of an older shape knows stations only
_NEW = "select '' as scope, '' as unit_id, '' as unit_name_zh, '' as unit_name_en, '' as counted_zh, '' as counted_en where false"
_GAPS = (
    "(select * replace (coalesce(scope, 'station') as scope, coalesce(unit_id, town_id) as unit_id) from "
    f"(select * from certification_gaps union all by name {_NEW})) as gaps"
)
_PEOPLE = (
    "(select * replace (coalesce(unit_id, town_id) as unit_id) from "
    f"(select * from certification_gap_people union all by name {_NEW})) as people"
)


def rule_ids(release: Release, period: str) -> set[str]:
    """Return the rules that were judged."""
    return {
        r["rule_id"] for r in rows(release, "select distinct rule_id from certification_gaps where period = ?", period)
    }


def scopes(release: Release, period: str) -> list[dict]:
    """Return the kinds of units that rules judge, with how many units there are and how many are short of something."""
    return rows(
        release,
        f"""
        select scope, count(distinct unit_id) as units, count(distinct unit_id) filter (where gap_status = 'short') as short
        from {_GAPS} where period = ? group by scope
        order by case scope when 'station' then 0 when 'fire_team' then 1 when 'enterprise' then 2 when 'social' then 3 else 4 end""",
        period,
    )


def rules(release: Release, period: str, scope: str) -> list[dict]:
    """Return one row per rule of a kind of units: its words, how many are short of it, met it, did not report."""
    return rows(
        release,
        f"""
        select rule_id, any_value(requirement_zh) as requirement_zh, any_value(requirement_en) as requirement_en,
            any_value(post_zh) as post_zh, any_value(severity) as severity, any_value(rule_status) as rule_status,
            count(*) filter (where gap_status = 'short') as short, count(*) filter (where gap_status = 'met') as met,
            count(*) filter (where gap_status = 'not_reported') as not_reported
        from {_GAPS} where period = ? and scope = ? group by rule_id order by rule_id""",
        period,
        scope,
    )


def units(release: Release, period: str, scope: str, rule_id: str, text: str, most: int) -> list[dict]:
    """Return the units of a kind, those short of critical rules first; of many only the first ``most``."""
    order = "unit_id" if scope == "station" else "critical desc, short desc, unit_id"
    return rows(
        release,
        f"""
        select unit_id, any_value(unit_name_zh) as unit_name_zh, any_value(unit_name_en) as unit_name_en,
            count(*) filter (where gap_status = 'short' and severity = 'critical') as critical,
            count(*) filter (where gap_status = 'short') as short,
            bool_or(gap_status in ('short', 'not_reported') and rule_id = ?) as of_rule
        from {_GAPS} where period = ? and scope = ? and (? = '' or unit_name_zh ilike '%' || ? || '%' or unit_id ilike '%' || ? || '%')
        group by unit_id having (? = '' or of_rule) order by {order} limit ?""",
        rule_id, period, scope, text, text, text, rule_id if scope == "enterprise" else "", most,
    )  # fmt: skip


def gaps(release: Release, period: str, units: list[str]) -> list[dict]:
    """Return one row per rule of each of these units."""
    return rows(
        release,
        f"select * from {_GAPS} where period = ? and list_contains(?, unit_id) order by unit_id, rule_id",
        period,
        units,
    )


def people(release: Release, period: str, unit_id: str, rule_id: str | None) -> list[dict]:
    """Return the people behind a unit's rules, masked as released; those who do not count first."""
    return rows(
        release,
        f"""
        select * from {_PEOPLE}
        where period = ? and unit_id = ? and (? is null or rule_id = ?)
        order by rule_id, counts, next_date nulls last, person_id""",
        period,
        unit_id,
        rule_id,
        rule_id,
    )
