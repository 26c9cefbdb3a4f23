"""What the enforcement brigade hands over: firms, plans, inspections, hazards, cases, people and papers.

Beijing time, WGS-84, local town codes (old code beside the new street name). This module makes tables;
``simulator.files`` writes them into the drop folder by ``FORMS``.
"""

from __future__ import annotations

from pathlib import Path

from simulator import files
from simulator.departments.enforcement import hazards, joint, kit, people, register, visits
from simulator.dirt import DirtRates
from simulator.files import Form
from simulator.tables import Table
from simulator.truth import Truth
from simulator.world import World

SERVICES = {"*": "folder"}
FORMS = {
    "enterprises": Form(
        "企业名录",
        groups=(("企业信息", 7), ("经营信息", 3), ("地址信息", 5)),
        summed=("从业人数",),
        total=True,
        hidden=("经度", "纬度"),
        numbers=("从业人数", "上年营业收入（万元）", "特种作业人数", "经度", "纬度"),
    ),
    "inspection_plan": Form(
        "检查计划",
        groups=(("计划对象", 4), ("计划安排", 2)),
        summed=("计划次数",),
        total=True,
        numbers=("计划次数",),
        dates=("计划检查日期",),
    ),
    "inspections": Form("执法检查", "gbk"),
    "hazards": Form("隐患清单", "utf-8-sig"),
    "hazard_events": Form("隐患流转", "utf-8-sig"),
    "cases": Form(
        "处罚案件",
        sheet="案件",
        groups=(("案件信息", 5), ("处罚信息", 4)),
        summed=("罚款（万元）",),
        total=True,
        numbers=("罚款（万元）",),
        dates=("立案日期", "决定日期", "移送公安日期"),
    ),
    "officer_certificates": Form(
        "站员证件",
        sheet="证件",
        groups=(("人员信息", 3), ("证件信息", 7)),
        dates=("发证日期", "有效期至", "最近复审", "注销日期"),
    ),
    "station_rosters": Form(
        "站所花名册",
        sheet="花名册",
        groups=(("站所", 3), ("人员信息", 3), ("任职信息", 5)),
        total=True,
        numbers=("序号",),
        dates=("入职日期", "离职日期"),
    ),
    "safety_officers": Form("安全管理人员", "gbk"),
    "special_operators": Form("特种作业人员", "gbk"),
    "transfer_cases": Form(
        "行刑衔接",
        sheet="移送",
        groups=(("案件", 3), ("移送", 2), ("材料", 5), ("公安", 3)),
        dates=("批准日期", "移送日期", "结果日期"),
    ),
    "joint_inspections": Form("联合执法", "gbk"),
    "blacklist": Form(
        "失信名单",
        sheet="名单",
        groups=(("企业", 4), ("列入", 2), ("期限", 3)),
        dates=("列入日期", "惩戒期至", "公示日期"),
    ),
    "equipment": Form(
        "执法装备",
        sheet="装备",
        groups=(("装备", 4), ("数量状况", 3), ("管理", 3)),
        numbers=("数量",),
        dates=("购置日期", "检定日期"),
    ),
    "equipment_dispatches": Form("装备调用", "utf-8-sig"),
    "violations": Form("违规操作", "gbk"),
}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every file of every table of the contract, oldest first."""
    return [
        *register.enterprises(world, rates, truth),
        *visits.plans(world, rates, truth),
        *visits.inspections(world, rates, truth, world.stations.officers),
        *hazards.tables(world, rates, truth),
        *visits.cases(world, rates, truth),
        *people.stations(world, rates, truth),
        *people.firm_people(world, rates, truth),
        *joint.tables(world, rates, truth),
        *kit.tables(world, rates, truth),
    ]


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the drop folder: workbooks and CSV files."""
    files.write(out, tables, FORMS)
