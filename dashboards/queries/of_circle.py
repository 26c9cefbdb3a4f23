"""What the pages read of the rescue circle: its cases, towns, teams and candidate sites."""

from __future__ import annotations

from dashboards.queries import Release, has, rows, select


def cases(release: Release, period: str) -> list[dict]:
    """Return the scenarios and kinds of event of the rescue circle with their names; the judged ones and usual roads first."""
    return rows(
        release,
        """
        select scenario_code, event_code, any_value(scenario_name_zh) as scenario_name_zh, any_value(scenario_name_en) as scenario_name_en,
               any_value(event_name_zh) as event_name_zh, any_value(event_name_en) as event_name_en,
               bool_or(is_judged_for_people) as is_judged_for_people, bool_or(is_judged_for_firms) as is_judged_for_firms
        from town_rescue_circles where period = ?
        group by scenario_code, event_code
        order by bool_or(is_judged_for_people) desc, bool_or(is_judged_for_firms) desc, scenario_code, event_code""",
        period,
    )


def towns(release: Release, period: str, scenario: str, event: str) -> list[dict]:
    """Return the coverage of every town in one case, least covered first, with the point of its seat."""
    return rows(
        release,
        """
        select c.*, d.seat_lon, d.seat_lat
        from town_rescue_circles c left join dim_towns d on c.town_id = d.town_id
        where c.period = ? and c.scenario_code = ? and c.event_code = ?
        order by c.covered_share, c.town_id""",
        period,
        scenario,
        event,
    )


def scenarios(release: Release, period: str, event: str) -> list[dict]:
    """Return the coverage of every town in every scenario for one kind of event, by town and scenario."""
    return select(release, "town_rescue_circles", "town_id, scenario_code", period=period, event_code=event)


def of_case(release: Release, table: str, period: str, scenario: str, event: str, order: str) -> list[dict]:
    """Return the rows of a mart of the rescue circle in one case. ``table`` and ``order`` are the page's own words."""
    return select(release, table, order, period=period, scenario_code=scenario, event_code=event)


def sites_to_try(release: Release, period: str) -> list[dict]:
    """Return the candidate sites whose gains the release holds by place, best first."""
    if not (has(release, "candidate_sites", "place_ids") and has(release, "method_circle_cases")):
        return []
    return rows(
        release,
        "select distinct event_code, site_rank, near_place_name, alone_count, lon, lat from candidate_sites "
        "inner join method_circle_cases using (scenario_code, event_code) where period = ? and place_ids <> '' "
        "order by event_code, site_rank",
        period,
    )


def stations_to_move(release: Release, period: str) -> list[dict]:
    """Return the able stations of a release that holds its roads, one row for each kind of event that is judged, with where each gains most."""
    if not all(
        has(release, t) for t in ("rescue_roads", "rescue_places", "team_rescue_circles", "method_circle_cases")
    ):
        return []
    return rows(
        release,
        "select distinct event_code, facility_id, facility_name, town_id, lon, lat, move_place_name, move_gain_count, move_lon, move_lat "
        "from team_rescue_circles inner join method_circle_cases using (scenario_code, event_code) "
        "where period = ? and district_code in (select district_code from dim_towns) order by facility_id, event_code desc",
        period,
    )
