"""Everything the pages read: one frozen release, read-only, through DuckDB in memory.

Belongs here: finding a release, opening its Parquet tables, selecting and ordering rows.
Does not belong here: a join, rule, weight or score the release does not already hold.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE_PAGE = 25
QUARANTINE_PAGE = 20
FIRM_PAGE = 50


class ReleaseFault(Exception):
    """A release that cannot be shown: ``kind`` is none, unknown, broken or empty; ``detail`` says what was seen."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Release:
    """One release folder. ``stamp`` changes when its manifest does, so caches follow the files."""

    path: str
    name: str
    stamp: int
    manifest: dict
    tables: tuple[str, ...]

    def __hash__(self) -> int:
        return hash((self.path, self.stamp))

    @property
    def key(self) -> tuple[str, int]:
        """What a cache needs to tell this release from every other."""
        return (self.path, self.stamp)


def releases_folder() -> Path:
    """Return the folder of releases: ``$ANLAN_HOME/releases``, by default ``data/releases``."""
    return Path(os.environ.get("ANLAN_HOME") or ROOT / "data") / "releases"


def release_names() -> list[str]:
    """Return the names of all release folders, newest period and revision first."""

    def order(name: str) -> tuple:
        period, _, revision = name.partition("-r")
        return (period, int(revision) if revision.isdigit() else 0)

    folder = releases_folder()
    found = [p.parent.name for p in folder.glob("*/manifest.json")] if folder.is_dir() else []
    return sorted(found, key=order, reverse=True)


def open_release(name: str | None = None) -> Release:
    """Open release ``name``, by default the one ``current.json`` points at.

    Raises ReleaseFault: ``none`` when nothing was released, ``unknown`` when the named release does not exist,
    ``broken`` when files are missing or unreadable.
    """
    folder = releases_folder()
    if name is not None and name not in release_names():
        raise ReleaseFault("unknown", name)
    if name is None:
        pointer = folder / "current.json"
        if not pointer.is_file():
            raise ReleaseFault("none", _shown(pointer))
        try:
            name = str(json.loads(pointer.read_text(encoding="utf-8"))["release"])
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseFault("broken", f"{_shown(pointer)}: {type(error).__name__}") from error
    path = folder / name
    manifest_file = path / "manifest.json"
    try:
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        stamp = manifest_file.stat().st_mtime_ns
    except (OSError, ValueError) as error:
        raise ReleaseFault("broken", f"{_shown(manifest_file)}: {type(error).__name__}") from error
    tables = tuple(sorted(p.stem for p in (path / "tables").glob("*.parquet")))
    return Release(str(path), name, stamp, manifest, tables)


def _shown(path: Path) -> str:
    """Return the path from the data folder on: a reader needs no machine path."""
    return str(path.relative_to(releases_folder().parent))


@st.cache_resource(max_entries=4, show_spinner=False)
def connection(path: str, stamp: int) -> duckdb.DuckDBPyConnection:
    """Return the in-memory connection on which a release's tables are views."""
    opened = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    for file in sorted((Path(path) / "tables").glob("*.parquet")):
        source = str(file).replace("'", "''")
        opened.execute(f"create view \"{file.stem}\" as select * from read_parquet('{source}')")
    return opened


@st.cache_data(max_entries=400, show_spinner=False)
def _rows(path: str, stamp: int, sql: str, parameters: tuple) -> list[dict]:
    cursor = connection(path, stamp).cursor()
    cursor.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows(release: Release, sql: str, *parameters: object) -> list[dict]:
    """Return the rows of ``sql`` as dicts. Raises ReleaseFault (broken) when a table cannot be read."""
    try:
        return _rows(release.path, release.stamp, sql, tuple(parameters))
    except duckdb.Error as error:
        raise ReleaseFault("broken", str(error).splitlines()[0].replace(str(releases_folder()), "releases")) from error


def has(release: Release, table: str, column: str | None = None) -> bool:
    """Tell whether the release holds ``table`` (and ``column`` in it)."""
    if table not in release.tables:
        return False
    return column is None or column in columns(release, table)


def columns(release: Release, table: str) -> list[str]:
    """Return the column names of ``table``."""
    return [r["column_name"] for r in rows(release, f'describe "{table}"')]


def require(release: Release, tables: tuple[str, ...]) -> None:
    """Raise ReleaseFault unless every table is there, readable and not empty."""
    missing = [t for t in tables if t not in release.tables]
    if missing:
        raise ReleaseFault("broken", ", ".join(f"tables/{t}.parquet" for t in missing))
    for table in tables:
        if not rows(release, f'select 1 as one from "{table}" limit 1'):
            raise ReleaseFault("empty", table)


def periods(release: Release) -> list[str]:
    """Return the periods of the release, newest first."""
    return [r["period"] for r in rows(release, "select distinct period from town_quarter_scores order by period desc")]


# ---------------------------------------------------------------- towns


def towns(release: Release, period: str) -> list[dict]:
    """Return one row per town of ``period``: ranked towns first, in rank order."""
    return rows(
        release,
        "select * from town_quarter_scores where period = ? "
        "order by rank_overall nulls last, final_score desc nulls last, town_id",
        period,
    )


def rank_intervals(release: Release, period: str, system: str = "town") -> dict[str, dict]:
    """Return by unit how far its rank can be trusted, in rank order; nothing where a release does not say."""
    if not has(release, f"{system}_rank_intervals"):
        return {}
    unit, rank = ("town_id", "rank_overall") if system == "town" else ("department", "rank_in_group")
    found = rows(
        release, f"select * from {system}_rank_intervals where period = ? order by {rank} nulls last, {unit}", period
    )
    return {r[unit]: r for r in found}


def rank_drivers(release: Release, period: str, town_id: str, most: int = 6) -> list[dict]:
    """Return what the rank of a town hangs on most; nothing where a release does not say."""
    if not has(release, "town_rank_drivers"):
        return []
    return rows(
        release,
        "select * from town_rank_drivers where period = ? and town_id = ? and driver_rank <= ? and total_share > 0 order by driver_rank",
        period,
        town_id,
        most,
    )


def second_opinions(release: Release, period: str) -> list[dict]:
    """Return the second opinions with their agreement and the town each moves most; nothing where a release has none."""
    if not has(release, "second_opinions"):
        return []
    return rows(
        release,
        """
        select s.*, max_by(t.town_id, abs(t.places_gained) * 1000 - t.rank_overall) as town_id,
               max_by(t.rank_overall, abs(t.places_gained) * 1000 - t.rank_overall) as rank_overall,
               max_by(t.opinion_rank, abs(t.places_gained) * 1000 - t.rank_overall) as opinion_rank
        from second_opinions s
        join town_second_opinions t using (district_code, opinion_code, period)
        where s.period = ? group by all order by s.kendall_tau desc nulls last, s.opinion_code""",
        period,
    )


def overview(release: Release, period: str) -> dict | None:
    """Return the headline figures of the district for ``period``."""
    found = rows(release, "select * from district_overview where period = ?", period)
    return found[0] if found else None


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
    return rows(
        release,
        "select * from town_indicator_scores where period = ? and town_id = ? order by indicator_code",
        period,
        town_id,
    )


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


def sites_to_try(release: Release, period: str) -> list[dict]:
    """Return the candidate sites whose gains the release holds by place, best first."""
    if not (has(release, "candidate_sites", "place_ids") and has(release, "method_circle_cases")):
        return []
    return rows(
        release,
        "select distinct event_code, site_rank, near_place_name, alone_count from candidate_sites "
        "inner join method_circle_cases using (scenario_code, event_code) where period = ? and place_ids <> '' "
        "order by event_code, site_rank",
        period,
    )


# ---------------------------------------------------------------- certification


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


def gap_rule_ids(release: Release, period: str) -> set[str]:
    """Return the rules that were judged."""
    return {
        r["rule_id"] for r in rows(release, "select distinct rule_id from certification_gaps where period = ?", period)
    }


def gap_scopes(release: Release, period: str) -> list[dict]:
    """Return the kinds of units that rules judge, with how many units there are and how many are short of something."""
    return rows(
        release,
        f"""
        select scope, count(distinct unit_id) as units, count(distinct unit_id) filter (where gap_status = 'short') as short
        from {_GAPS} where period = ? group by scope
        order by case scope when 'station' then 0 when 'fire_team' then 1 when 'enterprise' then 2 when 'social' then 3 else 4 end""",
        period,
    )


def gap_rules(release: Release, period: str, scope: str) -> list[dict]:
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


def gap_units(release: Release, period: str, scope: str, rule_id: str, text: str, most: int) -> list[dict]:
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


def gap_people(release: Release, period: str, unit_id: str, rule_id: str | None) -> list[dict]:
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


# ---------------------------------------------------------------- enterprises


def firms(
    release: Release,
    period: str,
    *,
    town: str = "",
    industry: str = "",
    grade: str = "",
    key: str = "",
    text: str = "",
    page: int = 1,
) -> tuple[list[dict], int]:
    """Return one page of firms that pass the filters, worst score first, and how many pass.

    ``grade`` is A to D or ``none``; ``key`` is ``1`` for key firms; ``text`` is looked for in name and code.
    """
    where, parameters = ["period = ?"], [period]
    for column, value in (("town_id", town), ("industry_code", industry)):
        if value:
            where.append(f"{column} = ?")
            parameters.append(value)
    if grade:
        where.append("grade is null" if grade == "none" else "grade = ?")
        parameters += [] if grade == "none" else [grade]
    if key:
        where.append("is_key")
    if text:
        where.append("(contains(lower(firm_name), lower(?)) or contains(lower(uscc), lower(?)))")
        parameters += [text, text]
    clause = " and ".join(where)
    total = rows(release, f"select count(*) as n from enterprise_quarter_ratings where {clause}", *parameters)[0]["n"]
    found = rows(
        release,
        f"select * from enterprise_quarter_ratings where {clause} order by grade desc nulls last, "
        f"final_score nulls last, enterprise_id limit {FIRM_PAGE} "
        f"offset {FIRM_PAGE * max(page - 1, 0)}",
        *parameters,
    )
    return found, total


def grade_counts(release: Release, period: str) -> list[dict]:
    """Return the number of firms per industry and grade (``none`` = not rated)."""
    return rows(
        release,
        """
        select industry_code, any_value(industry_zh) as industry_zh, any_value(industry_en) as industry_en,
               coalesce(grade, 'none') as grade, count(*) as firms
        from enterprise_quarter_ratings where period = ? group by industry_code, coalesce(grade, 'none')
        order by industry_code, grade""",
        period,
    )


def firm(release: Release, period: str, enterprise_id: str) -> dict | None:
    """Return the rating of one firm, or None when the release does not hold it."""
    found = rows(
        release,
        "select * from enterprise_quarter_ratings where period = ? and enterprise_id = ?",
        period,
        enterprise_id,
    )
    return found[0] if found else None


def firm_items(release: Release, period: str, enterprise_id: str) -> list[dict]:
    """Return the items of one firm in item order."""
    return rows(
        release,
        "select * from enterprise_item_scores where period = ? and enterprise_id = ? order by item_code",
        period,
        enterprise_id,
    )


# ---------------------------------------------------------------- data


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
    return rows(release, "select * from silo_hazard_reports where period = ? order by report_count desc, silo", period)


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


# ---------------------------------------------------------------- method


def method(release: Release, table: str, order: str) -> list[dict]:
    """Return the rows of a method table that hold at the end of the release's period, or none without the table.

    A rule has a row per span of validity; rows of other spans are history.
    """
    if not has(release, table):
        return []
    end = rows(release, "select max(end_date) as day from dim_periods where period = ?", release.manifest["period"])
    return rows(
        release,
        f'select * from "{table}" where ? between effective_from and effective_to order by {order}',
        end[0]["day"],
    )


def export_files(release: Release) -> list[Path]:
    """Return the workbooks made from this release: in its own folder, or in ``exports/`` beside the releases."""
    beside = releases_folder().parent / "exports"
    found = [
        *(Path(release.path) / "exports").glob("*.xlsx"),
        *(beside / release.name).glob("*.xlsx"),
        *beside.glob(f"*{release.name}*.xlsx"),
    ]
    return sorted(found)


# ---------------------------------------------------------------- how departments share


def barriers(release: Release, period: str) -> list[dict]:
    """Return the data-barrier index of every department, best first."""
    return rows(
        release,
        "select * from department_data_barriers where period = ? order by rank_overall nulls last, index_score desc, department",
        period,
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
    found = rows(
        release, "select * from department_quarter_scores where period = ? and department = ?", period, department
    )
    return found[0] if found else None


def freshness(release: Release, period: str, silo: str) -> list[dict]:
    """Return the tables of a silo as they stood on the last day of the period, the longest late first."""
    if not has(release, "silo_freshness"):
        return []
    return rows(
        release,
        "select * from silo_freshness where period = ? and silo = ? order by late_days desc, freshness_status = 'never_came' desc, table_name",
        period,
        silo,
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


def waiting_pairs(release: Release) -> int:
    """Return how many pairs waited for a person when the release was made."""
    return rows(release, "select count(*) as pairs from review_cases where decision is null")[0]["pairs"]


def circle_cases(release: Release, period: str) -> list[dict]:
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


def circle_towns(release: Release, period: str, scenario: str, event: str) -> list[dict]:
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


def circle_rows(release: Release, table: str, period: str, scenario: str, event: str, order: str) -> list[dict]:
    """Return the rows of a mart of the rescue circle in one case. ``table`` and ``order`` are the page's own words."""
    return rows(
        release,
        f"select * from {table} where period = ? and scenario_code = ? and event_code = ? order by {order}",
        period,
        scenario,
        event,
    )


_CLOCKS = (
    "cast(sum(due_count) as bigint) as due_count, cast(sum(met_count) as bigint) as met_count, cast(sum(late_count) as bigint) as late_count,"
    " cast(sum(open_count) as bigint) as open_count, cast(sum(not_told_count) as bigint) as not_told_count"
)


def town_names(release: Release, lang: str) -> dict[str, str]:
    """Return the towns by id with their name in a language."""
    column = "town_name_en" if lang == "en" else "town_name_zh"
    return {r["town_id"]: r["name"] for r in rows(release, f"select town_id, {column} as name from dim_towns order by town_id")}  # fmt: skip


def loop_stages(release: Release, period: str, town: str) -> list[dict]:
    """Return the clocks that ended in a quarter by stage, of one town or of all ('')."""
    return rows(
        release,
        f"select stage_code, any_value(stage_name_zh) as stage_name_zh, any_value(stage_name_en) as stage_name_en, {_CLOCKS}"
        " from hazard_stage_quarters where period = ? and ? in ('', town_id) group by stage_code order by any_value(stage_number)",
        period,
        town,
    )


def loop_towns(release: Release, period: str) -> list[dict]:
    """Return the clocks that ended in a quarter by town, least kept first."""
    return rows(
        release,
        f"select town_id, {_CLOCKS} from hazard_stage_quarters where period = ? group by town_id"
        " order by sum(met_count) / nullif(sum(due_count) - sum(not_told_count), 0), town_id",
        period,
    )


def loop_figures(release: Release, town: str) -> dict:
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


def loop_overdue(release: Release, town: str, limit: int) -> list[dict]:
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


def loop_hazard(release: Release, hazard: str) -> tuple[list[dict], list[dict]]:
    """Return the clocks of a hazard in the order of the loop, and its escalations in the order of time."""
    return (
        rows(release, "select * from hazard_clocks where hazard_id = ? order by stage_number, round_number", hazard),
        rows(release, "select * from hazard_escalations where hazard_id = ? order by escalated_at, escalation_code", hazard),
    )  # fmt: skip


def loop_lists(release: Release, town: str) -> list[dict]:
    """Return how many hazard numbers stand on each of the three lists, are missing, early or not due."""
    return _statuses(
        release, "hazard_list_checks", "list_name", "list_status", "written missing early not_due", town, "list_code"
    )


def loop_cases(release: Release, town: str) -> list[dict]:
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


def loop_earlies(release: Release, town: str) -> list[dict]:
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


def loop_refused(release: Release, town: str, limit: int) -> list[dict]:
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


def _statuses(release: Release, table: str, name: str, status: str, words: str, town: str, order: str) -> list[dict]:
    said = ", ".join(f"count(*) filter (where {status} = '{w}') as {w}" for w in words.split())
    code = name.removesuffix("_name") + "_code"
    return rows(
        release,
        f"select any_value({name}_zh) as name_zh, any_value({name}_en) as name_en, {said} from {table}"
        f" where ? in ('', town_id) group by {code} order by {order}",
        town,
    )
