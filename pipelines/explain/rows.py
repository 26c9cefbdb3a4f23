"""What a landed row became, and which landed rows made a core row: one index of the release, read in both directions.

Reads one release (mart ``landed_row_uses``) and, for what a row said, landing. Decides nothing; people stay masked.
``row`` and ``thing`` give plain data, ``render_row`` and ``render_thing`` print it in Chinese or English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.errors import UsageError
from pipelines.explain import identity
from pipelines.release import Release

Row = dict[str, Any]
INDEX = "landed_row_uses"
SHAPE = re.compile(r"[^/]+/[^/]+/[^#]+#.*![^!]*:\d+")
# what people ask for by name, and the core models that hold it
KINDS = {
    "person": ("dim_persons",), "人员": ("dim_persons",), "hazard": ("fct_hazard_lives", "fct_hazards"), "隐患": ("fct_hazard_lives", "fct_hazards"),
    "device": ("dim_devices", "map_device_records"), "设备": ("dim_devices", "map_device_records"), "plan": ("dim_plans",), "预案": ("dim_plans",),
    "rescue_station": ("dim_rescue_stations",), "team": ("dim_teams", "map_team_records"), "队伍": ("dim_teams", "map_team_records"), "store": ("dim_stores",), "仓库": ("dim_stores",),
    "inspection": ("fct_inspections",), "检查": ("fct_inspections",), "incident": ("fct_incidents",), "警情": ("fct_incidents",),
}  # fmt: skip
# what conflicting values call the things of a core model
CONFLICTING = {
    "dim_persons": "person", "dim_devices": "device", "map_device_records": "device", "dim_rescue_stations": "station",
    "dim_teams": "team", "map_team_records": "team", "dim_stores": "store", "dim_plans": "plan",
}  # fmt: skip
# which core models hold the entities that evidence names
ENTITIES = {
    "enterprise": ("dim_enterprises",), "person": ("dim_persons",), "hazard": ("fct_hazards", "fct_hazard_lives"),
    "device": ("dim_devices",), "inspection": ("fct_inspections",), "inspection_plan": ("fct_inspection_plan",),
    "certificate": ("fct_certificates",), "incident": ("fct_incidents",), "alarm": ("fct_alarms",), "case": ("fct_cases",),
    "place": ("dim_places",), "facility": ("dim_facilities",), "geo_hazard_point": ("fct_geo_hazard_points",), "probe": ("fct_interface_probes",), "accident": ("fct_accidents",),
    "audit_finding": ("fct_audit_findings",), "duty_shift": ("fct_duty_shifts",), "enrolment": ("fct_enrolments",),
    "evacuation": ("fct_evacuations",), "event_match": ("fct_event_matches",), "hazard_number": ("fct_listed_hazards",),
    "incident_report": ("fct_incident_reports",), "post": ("fct_station_posts",), "risk_point": ("fct_risk_points",),
    "roll_call": ("fct_roll_calls",), "squad_member": ("fct_squad_members",), "staff_member": ("fct_work_hours",),
    "standard_item": ("fct_station_standard_items",), "duty_check": ("fct_duty_checks",), "event_type": ("dim_event_types",),
    "plan": ("fct_plans",), "stock_item": ("fct_town_stock",), "stock_norm": ("fct_stock_norms",), "stocktake": ("fct_stocktakes",),
    "kit_line": ("fct_station_kit",), "drill": ("fct_drills",), "drill_finding": ("fct_drill_findings",), "referral": ("fct_referrals",),
    "civil_team": ("fct_civil_teams",), "publicity_event": ("fct_publicity_events",), "task": ("fct_platform_tasks",),
    "warning_delivery": ("fct_warning_deliveries",), "dispatch_order": ("fct_dispatch_orders",), "ticket": ("fct_collaboration_tickets",),
    "attendance": ("fct_meeting_attendances",), "joint_inspection": ("fct_joint_inspections",), "turnout": ("fct_department_turnouts",),
    "sector_hazard": ("fct_sector_hazards",), "case_transfer": ("fct_case_transfers",), "catalogue_entry": ("fct_catalogue_entries",),
    "crosswalk": ("fct_code_crosswalks",), "vehicle": ("fct_station_vehicles",), "fire_team": ("fct_fire_teams",),
    "training_file": ("fct_training_files",), "permit": ("fct_confined_permits", "fct_firm_work_permits"), "time_sheets": ("fct_work_hours",),
    "new_workers": ("fct_worker_trainings",), "workers": ("fct_worker_trainings",), "returned_workers": ("fct_worker_trainings",),
    "principal_duties": ("fct_firm_principal_duties",), "post_report": ("fct_firm_posts",), "fund_year": ("fct_firm_safety_funds",),
    "policy": ("fct_firm_insurances",), "rule_review": ("fct_firm_rule_reviews",), "standard": ("fct_firm_standards",),
    "lease": ("fct_firm_leases",), "manager": ("fct_firm_managers",), "worker_training": ("fct_worker_trainings",),
    "equipment": ("fct_firm_equipment",),
    "firm_risk_point": ("fct_firm_risk_points",), "self_inspection": ("fct_firm_self_inspections",),
    "hazard_source": ("fct_firm_hazard_sources",), "firm_plan": ("fct_firm_plans",), "firm_drill": ("fct_firm_drills",),
    "supply": ("fct_firm_supplies",), "response_staff": ("fct_firm_rescue_staff",), "firm_duty_check": ("fct_firm_duty_checks",),
    "firm_accident": ("fct_firm_accidents",), "monthly_report": ("fct_firm_monthly_reports",),
    "employee_report": ("fct_firm_employee_reports",), "stock": ("fct_firm_chemicals",), "device_report": ("fct_firm_device_reports",),
    "listing": ("fct_firm_dishonesty",), "firm_transfer": ("fct_firm_case_transfers",), "firm_turnout": ("fct_firm_turnouts",),
}  # fmt: skip
CORE = {
    "dim_enterprises": ("企业", "enterprise"), "dim_persons": ("人员", "person"), "fct_hazard_lives": ("合并后的隐患", "merged hazard"),
    "dim_devices": ("设备", "device"), "dim_plans": ("预案", "plan"), "dim_rescue_stations": ("应急站所", "rescue station"),
    "dim_stores": ("仓库", "store"), "dim_teams": ("队伍", "team"), "map_device_records": ("设备（含未计分的）", "device, also uncounted ones"),
    "map_team_records": ("队伍（含未归队的提及）", "team, also mentions that wait"),
    "dim_event_types": ("事件分类", "kind of event"), "dim_facilities": ("救援圈设施", "facility"), "dim_places": ("地点", "place"),
    "dim_stations": ("水文站", "hydrology station"), "fct_alarms": ("告警", "alarm"), "fct_cases": ("案件", "case"),
    "fct_certificates": ("证件", "certificate"), "fct_daily_rain": ("日雨量", "daily rain"), "fct_device_days": ("设备在线日", "day of a device"),
    "fct_device_spans": ("设备离线时段", "span of a device"), "fct_exchange_logs": ("交换日志", "exchange log"),
    "fct_hazards": ("隐患清单", "listed hazard"), "fct_hazard_events": ("隐患流转", "hazard event"), "fct_incidents": ("警情事件", "incident"),
    "fct_inspection_plan": ("检查计划", "inspection plan"), "fct_inspections": ("检查", "inspection"),
    "fct_interface_probes": ("接口探测", "interface probe"), "fct_people_in_need": ("需关照人员", "person in need"),
    "fct_road_segments": ("路段", "road segment"), "fct_safety_officers": ("安全管理人员", "safety officer"),
    "fct_special_operators": ("特种作业人员", "special operator"), "fct_station_head_counts": ("站所人数", "head count of a station"),
    "fct_station_roster": ("站所名册", "roster of a station"), "fct_stock_items": ("物资", "stock item"),
    "fct_water_levels": ("水位", "water level"), "fct_water_readings": ("水雨情读数", "water reading"),
    "fct_accidents": ("生产安全事故", "work accident"), "fct_audit_findings": ("核查结论", "audit finding"), "fct_duty_shifts": ("值班备勤", "shift"),
    "fct_enrolments": ("培训报名", "enrolment"), "fct_evacuations": ("转移避险", "evacuation"), "fct_event_matches": ("平台事件关联", "matched event"),
    "fct_geo_hazard_points": ("地质灾害点", "geological hazard point"), "fct_grids": ("网格", "grid"), "fct_incident_reports": ("信息报告", "incident report"), "fct_learning_records": ("学习记录", "learning record"),
    "fct_listed_hazards": ("三张清单", "hazard on three lists"), "fct_meetings": ("会商会议", "meeting"), "fct_patrols": ("网格巡查", "patrol"),
    "fct_people_helpers": ("脆弱人群帮扶", "helper of a person in need"), "fct_platform_accounts": ("平台账号", "platform account"),
    "fct_platform_logins": ("平台登录", "platform login"), "fct_platform_tasks": ("平台任务", "platform task"),
    "fct_post_assignments": ("任职", "assignment to a post"), "fct_post_duties": ("岗位责任", "duty of a post"),
    "fct_risk_assessments": ("风险评估", "risk assessment"), "fct_risk_points": ("风险点", "risk point"), "fct_roll_calls": ("点名", "roll call"),
    "fct_squad_members": ("队员", "squad member"), "fct_staff_insurances": ("人员保险", "insurance of staff"),
    "fct_staff_pay_items": ("待遇", "pay item"), "fct_staff_profiles": ("人员信息", "staff profile"), "fct_station_posts": ("岗位", "post"),
    "fct_station_standard_items": ("标准化条目", "standard item"), "fct_warning_deliveries": ("预警叫应", "warning delivery"),
    "fct_work_hours": ("工时", "hours worked"), "fct_duty_checks": ("值班抽查", "check of a duty desk"), "fct_turnouts": ("出动记录", "turnout"),
    "fct_town_stock": ("镇街库存", "stock of a town"), "fct_stock_norms": ("储备标准", "norm of stores"), "fct_stocktakes": ("物资盘点", "stocktake"),
    "fct_station_kit": ("站所装备", "kit of a station"), "fct_plans": ("应急预案", "plan"), "fct_plan_revisions": ("预案版本", "version of a plan"),
    "fct_plan_links": ("预案衔接", "link of a plan"), "fct_village_plans": ("村级预案", "plan of a village"), "fct_drills": ("演练", "drill"),
    "fct_drill_findings": ("演练问题", "finding of a drill"), "fct_referrals": ("线索移交", "referral"),
    "fct_volunteer_service": ("志愿服务", "service of a volunteer"), "fct_civil_teams": ("民间救援队", "civil team"),
    "fct_village_squads": ("村社应急队", "team of a village"), "fct_publicity_events": ("宣教活动", "publicity event"),
    "fct_awareness_surveys": ("知晓率调查", "survey of the public"), "fct_contest_results": ("比武成绩", "result of a contest"),
    "fct_team_grants": ("基金资助队伍", "grant of the fund to a team"),
    "fct_public_reports": ("群众举报", "report of the public"),
    "fct_civil_dispatches": ("民间救援队出动", "turnout of a civil team"),
    "fct_training_plans": ("站所培训计划", "training plan of a station"),
    "fct_recommendations": ("人大建议", "recommendation of the congress"),
    "fct_supervised_items": ("督办件", "supervised item"),
    "map_station_towns": ("站所编号", "station number"), "fct_dispatch_orders": ("调度指令", "order of the bureau"),
    "fct_collaboration_tickets": ("协同工单", "ticket"), "fct_meeting_attendances": ("会商出席", "attendance of a meeting"),
    "fct_joint_inspections": ("联合执法", "joint inspection"), "fct_department_turnouts": ("部门队伍出动", "turnout of a department's team"),
    "fct_sector_hazards": ("行业重大隐患", "major hazard of a sector"), "fct_case_transfers": ("行刑衔接移送", "transfer of a case"),
    "fct_town_workloads": ("镇街工作量月报", "monthly report of a town's work"), "fct_police_receipts": ("公安回执", "receipt of the police"), "fct_catalogue_entries": ("共享目录", "catalogue entry"), "fct_code_crosswalks": ("用词对照贡献", "crosswalk contributed"),
    "fct_information_officers": ("灾害信息员", "information officer"),
    "fct_station_vehicles": ("站所车辆与无人机", "vehicle of a station"),
    "fct_team_members": ("队伍成员", "member of a team"),
    "fct_fire_teams": ("乡镇消防队", "town fire team"),
    "fct_control_room_staff": ("消防控制室值班人员", "watcher of a control room"),
    "fct_experts": ("应急专家", "expert"),
    "fct_member_certificates": ("队员与值班人员证件", "certificate of a member"),
    "fct_firm_managers": ("企业负责人与安全员（自报）", "manager a firm reports"),
    "fct_firm_organisations": ("企业安全管理机构", "safety department of a firm"),
    "fct_firm_rescue_staff": ("企业应急队伍", "rescue staff of a firm"),
    "fct_worker_trainings": ("从业人员培训", "training of workers"),
    "fct_training_files": ("培训档案", "training file"),
    "fct_confined_spaces": ("有限空间", "confined space"),
    "fct_confined_permits": ("有限空间作业票", "permit for a confined space"),
    "fct_firm_accidents": ("企业事故", "accident of a firm"), "fct_firm_case_transfers": ("企业涉嫌犯罪移送", "transfer of a firm's case"),
    "fct_firm_chemicals": ("危化品暂存", "hazardous stock"), "fct_firm_device_reports": ("感知设备填报", "device report"),
    "fct_firm_dishonesty": ("失信名单", "entry on the list of dishonesty"), "fct_firm_drills": ("企业演练", "drill of a firm"),
    "fct_firm_duty_checks": ("企业值班抽查", "check of a firm's duty desk"), "fct_firm_employee_reports": ("职工举报", "report of an employee"),
    "fct_firm_equipment": ("设备检验", "equipment check"), "fct_firm_hazard_sources": ("重大危险源", "major hazard source"),
    "fct_firm_insurances": ("安责险保单", "liability policy"), "fct_firm_leases": ("出租承包协议", "lease agreement"),
    "fct_firm_licences": ("许可证照", "licence"),
    "fct_firm_monthly_reports": ("企业月报", "monthly report"), "fct_firm_plans": ("企业预案", "plan of a firm"),
    "fct_firm_posts": ("岗位责任制填报", "posts of a firm"), "fct_firm_principal_duties": ("负责人履职", "duties of a principal"),
    "fct_firm_risk_points": ("企业风险点", "risk point of a firm"),
    "fct_firm_rule_reviews": ("制度评审", "review of rules"), "fct_firm_safety_funds": ("安全费用", "safety fund of a year"),
    "fct_firm_self_inspections": ("企业自查", "self-inspection"), "fct_firm_standards": ("标准化证书", "standardisation certificate"),
    "fct_firm_supplies": ("企业应急物资", "supply of a firm"),
    "fct_firm_turnouts": ("企业队伍出动", "turnout of a firm's team"), "fct_firm_work_permits": ("危险作业", "dangerous job"),
   
}  # fmt: skip
_WORDS = {
    "core": ("形成的核心数据", "Core rows it made"), "what": ("类别", "what"), "id": ("编号", "id"), "rows": ("落地行", "landed rows"),
    "cells": ("参与的指标格", "Indicator cells it took part in"), "period": ("季度", "quarter"), "code": ("指标", "indicator"), "unit": ("单位", "unit"),
    "by": ("如何参与", "how"), "row": ("该行即证据", "the row is evidence"), "entity": ("其核心数据是证据", "what it made is evidence"),
    "quarantine": ("入口问题", "What the door said"), "rule": ("规则", "rule"), "column": ("列", "column"), "severity": ("级别", "severity"),
    "reason": ("原因", "reason"), "fate": ("去向", "what became of it"), "none": ("无", "none"), "made": ("由这些落地行形成", "Made from these landed rows"),
    "ref": ("落地行", "landed row"), "also": ("同一行还形成", "the row made also"), "more": ("另有", "more"), "evidence": ("证据行", "evidence rows"),
    "newer": ("同键的新行", "a newer row of its key stands:"),
}  # fmt: skip
_FATES = {
    "used": ("已接收，用于核心数据", "accepted and used"),
    "superseded": ("已接收，后有同键的新行，以新行为准", "accepted, then superseded by a newer row of its key"),
    "withdrawn": ("已接收，后被来源撤销或删除", "accepted, then withdrawn or deleted by its source"),
    "withdrawal": ("该行是撤销或删除的记录，其键不再有效", "the row says that its key was withdrawn or deleted"),
    "unused": ("已接收且为同键最新，本发布版无核心数据出自此行：尚无核心数据读取该表或该行", "accepted and the newest of its key; no core row of this release is made of it or of its table"),
    "rejected": ("入口拒绝，见下", "refused at the door, see below"),
    "duplicate": ("重复，以另一行为准", "a duplicate: another row stands for it"),
    "gone": ("批次不在本机，只能说本发布版所知", "its batch is not on this machine: only what the release knows"),
}  # fmt: skip


def row(
    release: Release, ref: str, opened: Callable[[list[str]], dict[str, Row]], newest: Callable[[str], Row | None]
) -> Row:
    """Return what became of a landed row: core rows, indicator cells, what the door said, its fate, the row that stands.

    ``opened`` gives what landing holds of references, as ``sources.open_landing``, ``newest`` the row that stands for the
    key of one, as ``sources.newest_of_key``. ``fate``: used, superseded (``standing`` is the newer row of its key),
    withdrawn (``standing`` says so), withdrawal (it says so itself), unused, rejected, duplicate or gone.

    Raises:
        UsageError: no landing reference, or neither landing nor the release knows it.

    """
    if not SHAPE.fullmatch(ref):
        raise UsageError(
            f"landed row {ref!r}", "is no landing reference", do="write it as the pages show it: silo/table/batch#file!part:row"
        )  # fmt: skip
    _needs(release)
    landing = opened([ref])[ref]
    part, _, number = ref.rpartition(":")
    core = release.rows(
        f"select u.core_model, u.core_id, (select count(*) from {INDEX} o where o.core_model = u.core_model and o.core_id = u.core_id)"
        f" as landed_row_count from {INDEX} u where u.landed_part = ? and u.row_number = ? order by u.core_model, u.core_id",
        [part, int(number)],
    )
    said = release.rows("select * from quarantine_rows where landing_ref = ? order by severity, rule", [ref])
    cells = _cells(release, ref, core)
    missing = landing["state"] in ("batch_missing", "row_missing")
    if missing and not (core or said or cells):
        raise UsageError(
            f"landed row {ref}", "is not known", seen=f"neither in landing nor in release {release.name}",
            do="copy the reference from a page, from 'anlan explain' or from the quarantine",
        )  # fmt: skip
    found = {"ref": ref, "landing": landing, "core": core, "cells": cells, "quarantine": said, "standing": None}
    verdict = landing.get("verdict")
    if missing or verdict in ("rejected", "duplicate"):
        return found | {"fate": "gone" if missing else verdict}
    if verdict == "withdrawn" or landing.get("op") == "delete":
        return found | {"fate": "withdrawal"}
    standing = newest(ref)
    if standing is not None and standing["landing_ref"] != ref:
        found["standing"] = standing
    over = "unused" if not found["standing"] else "withdrawn" if found["standing"]["is_gone"] else "superseded"
    return found | {"fate": "used" if core else over}


def _needs(release: Release) -> None:
    if INDEX not in release.tables:
        raise UsageError(
            f"release {release.name}", "has no index of landed rows", seen="it was frozen before there was one",
            do="freeze the quarter again: anlan run",
        )  # fmt: skip


def _cells(release: Release, ref: str, core: list[Row]) -> list[Row]:
    """Return the cells of which the row, or a core row it made, is evidence; ``how`` is row or entity."""
    held = {(c["core_model"], c["core_id"]) for c in core}
    named = [(e, i) for e, models in ENTITIES.items() for m, i in held if m in models]
    asked = " or ".join(["landing_ref = ?", *["(entity_type = ? and entity_id = ?)"] * len(named)])
    return release.rows(
        "select period, system, indicator_code, unit_id, case when bool_or(landing_ref = ?) then 'row' else 'entity' end as how,"
        f" count(*) as evidence_count from indicator_evidence where {asked} group by all order by 1 desc, 2, 3, 4",
        [ref, ref, *(x for pair in named for x in pair)],
    )


def thing(release: Release, kind: str, asked: str, limit: int = 20) -> Row:
    """Return the landed rows that made a core row, and what silos say of it against what stands (``conflicts``).

    ``kind``: a word of :data:`KINDS`; ``limit`` below 0 is all of them.

    Raises:
        UsageError: no such core row; says which look like it.

    """
    _needs(release)
    models = KINDS[kind]
    marks = ", ".join("?" * len(models))
    found = release.rows(
        f"select core_model, core_id from {INDEX} where core_model in ({marks}) and upper(core_id) = upper(?) group by all", [*models, asked]
    )  # fmt: skip
    if not found:
        near = release.rows(
            f"select distinct core_id from {INDEX} where core_model in ({marks}) and contains(upper(core_id), upper(?)) order by 1 limit 8",
            [*models, asked],
        )
        raise UsageError(
            f"{kind} {asked!r}", "is not known", seen="; ".join(n["core_id"] for n in near) or "no id like it",
            do="give the id as the pages show it",
        )  # fmt: skip
    best = min(found, key=lambda f: models.index(f["core_model"]))
    model, core_id = best["core_model"], best["core_id"]
    said = identity.conflicts(release, CONFLICTING[model], core_id) if model in CONFLICTING else []
    return landed_rows(release, model, core_id, limit) | {"conflicts": said}


def landed_rows(release: Release, core_model: str, core_id: str, limit: int = 20) -> Row:
    """Return how many landed rows made a core row, per landed table, and the first ``limit`` of them."""
    if INDEX not in release.tables:
        return {"core_model": core_model, "core_id": core_id, "total": 0, "tables": [], "landed": []}
    mine = f"from {INDEX} where core_model = ? and core_id = ?"
    tables = release.rows(
        f"select split_part(landed_part, '/', 1) as silo, split_part(landed_part, '/', 2) as table_name, count(*) as row_count {mine}"
        " group by all order by 1, 2",
        [core_model, core_id],
    )
    first = "" if limit < 0 else f" limit {limit}"
    landed = release.rows(
        f"with mine as (select landed_part, row_number {mine} order by all{first})"
        " select landed_part || ':' || row_number as landing_ref,"
        " coalesce(list(distinct o.core_model order by o.core_model) filter (where o.core_model <> ?), []) as also"
        f" from mine join {INDEX} o using (landed_part, row_number) group by landed_part, row_number order by landed_part, row_number",
        [core_model, core_id, core_model],
    )
    return {
        "core_model": core_model, "core_id": core_id, "total": sum(t["row_count"] for t in tables), "tables": tables, "landed": landed,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------- printing


def _word(key: str, lang: str) -> str:
    return _WORDS[key][lang != "zh"]


def _named(core_model: str, lang: str) -> str:
    return CORE.get(core_model, (core_model, core_model))[lang != "zh"]


def _table(title: str, lang: str, *heads: str) -> Table:
    made = Table(
        box=None, pad_edge=False, title=_word(title, lang), title_justify="left", title_style="bold", header_style="dim"
    )
    for h in heads:
        made.add_column(_word(h, lang), overflow="fold")
    return made


def _put(out: Console, made: Table, lang: str) -> None:
    out.print()
    out.print(made if made.row_count else f"[bold]{made.title}[/bold]  {_word('none', lang)}")


def render_row(found: Row, lang: str, out: Console) -> None:
    """Print what became of a landed row, below what landing says of it."""
    standing = found["landing"].get("duplicate_of") or (found["standing"] or {}).get("landing_ref")
    out.print(
        f"\n[bold]{_word('fate', lang)}[/bold]  {_FATES[found['fate']][lang != 'zh']}"
        + (f"  {_word('newer', lang) + ' ' if found['fate'] == 'used' else ''}{escape(standing)}" if standing else "")
    )
    core = _table("core", lang, "what", "id", "rows")
    for c in found["core"]:
        core.add_row(
            f"{_named(c['core_model'], lang)} ({c['core_model']})", escape(c["core_id"]), str(c["landed_row_count"])
        )
    _put(out, core, lang)
    cells = _table("cells", lang, "period", "code", "unit", "by", "evidence")
    for c in found["cells"]:
        cells.add_row(
            c["period"],
            f"{c['indicator_code']} ({c['system']})",
            escape(c["unit_id"]),
            _word(c["how"], lang),
            str(c["evidence_count"]),
        )
    _put(out, cells, lang)
    said = _table("quarantine", lang, "rule", "column", "severity", "reason")
    for q in found["quarantine"]:
        said.add_row(
            q["rule"],
            q["column_name"] or "",
            q["severity"],
            escape(q["reason_zh" if lang == "zh" else "reason_en"] or ""),
        )
    _put(out, said, lang)


def render_thing(found: Row, lang: str, out: Console) -> None:
    """Print the landed rows that made a core row, and where silos contradict what stands of it."""
    tables = "  ".join(f"{t['silo']}/{t['table_name']} {t['row_count']}" for t in found["tables"])
    out.print(f"\n[bold]{_word('made', lang)}[/bold]  {found['total']}  [dim]{tables}[/dim]")
    made = _table("made", lang, "ref", "also")
    made.title = None
    for r in found["landed"]:
        made.add_row(escape(r["landing_ref"]), ", ".join(_named(m, lang) for m in r["also"]))
    if made.row_count:
        out.print(made)
    if found["total"] > len(found["landed"]):
        out.print(f"  … {_word('more', lang)} {found['total'] - len(found['landed'])}")
    if found.get("conflicts"):
        identity.render_conflicts(found["conflicts"], lang, out)
