"""Words of the method's pages, Chinese and English: what a seed says in one short word and a reader wants in a sentence.

Words only: which rows a page shows is decided in :mod:`pipelines.docs_method`. A word that is not here fails the page, so
that nothing reaches a reader in one language.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

STATUS = {
    "statutory": "法定 · statutory",
    "sourced": "有依据 · sourced",
    "sourced-analogue": "有类似依据，非法定 · sourced by analogy, not law",
    "seed": "调研报告，非法定 · survey report, not law",
    "pilot": "**试行，非法定 · pilot, not law**",
    "unverified": "**待核实，非法定 · unverified, not law**",
    "rates unverified": "费率**待核实** · **rates unverified**",
    "validity unverified": "有效期**待核实** · **validity unverified**",
    "statutory for G4": "两名以上执法人员复查为法定，时限**试行，非法定** · two officers at the review are statutory, the time limit is **pilot, not law**",
    "statutory duty, SLA pilot": "职责法定，时限**试行** · statutory duty, time limit **pilot**",
    "end-points sourced for 2012": "**待核实，非法定 · unverified, not law**；2012 年首末档有依据 · first and last bracket of 2012 sourced",
}
_LEGEND = (
    ("statutory", "条文写明；只指所依据的职责 · the law says so; of the duty it rests on"),
    ("sourced", "引用的文本写明 · a cited text says so"),
    ("sourced-analogue", "他处的同类规定 · a like rule of another place"),
    ("seed", "区人大调研报告提出，不是法律 · asked for by the district's survey report, which is no law"),
    ("pilot", "由本项目选定的数值 · a value this project chose"),
    ("unverified", "凭记忆，未核对原文 · recalled, not checked against the text"),
)
APPLIES = {
    "all": "全部 · all",
    "online silos": "有在线接口的数据来源 · silos with an online interface",
    "silos with geometry": "报送坐标的数据来源 · silos that send points",
    "enforcing depts": "有执法职责的部门 · departments with inspectors",
    "sector regulators": "监管一个行业的部门 · departments that supervise a sector",
    "GA,XF,WJ,SL,GW,ZF,JT": "公安、消防、卫健、水利、供电供水、执法、交通 · police, fire, health, water, power and water supply, enforcement, traffic",
    "高危": "高危企业 · high-risk firms",
    "special operations": "有特种作业的企业 · firms with special operations",
    "hazardous work": "有危险作业的企业 · firms with dangerous work",
    "印染、化工、污水处理": "印染、化工、污水处理 · dyeing, chemicals, sewage treatment",
    "印染、化工": "印染、化工 · dyeing, chemicals",
    "key": "重点企业 · key firms",
    "by process": "有相应工艺或设备的企业 · firms with such a process or equipment",
    "if any": "有此类事项的企业 · firms that had one",
    "危化": "危险化学品企业 · firms with hazardous chemicals",
    "工贸": "工贸企业 · industry and trade",
    "every station": "每个站 · every station",
    "auxiliary staff": "辅助人员 · auxiliary staff",
    "exam passed, not yet issued": "考试合格尚未领证者 · who passed and holds no certificate yet",
    "certified officers": "持证执法人员 · certified officers",
    "all staff": "全体人员 · all staff",
    "hired within 12 months": "十二个月内新录人员 · hired within 12 months",
    "field rescue posts": "救援岗 · field rescue posts",
    "every village": "每个村社 · every village",
    "squad vehicles>0": "有队用车辆的站 · stations with vehicles",
    "drones>0": "有无人机的站 · stations with a drone",
    "all rescue staff": "全体救援人员 · all rescue staff",
    "age structure": "年龄结构 · age structure",
    "diversion": "专职人员工时 · hours of full-time staff",
    "一级乡镇专职消防队": "一级乡镇专职消防队 · town fire teams of level 1",
    "二级乡镇专职消防队": "二级乡镇专职消防队 · town fire teams of level 2",
    "乡镇志愿消防队": "乡镇志愿消防队 · volunteer fire teams of towns",
    "fire control room present": "有消防控制室的企业 · firms with a fire control room",
    "危险物品生产/经营/储存/装卸、矿山、金属冶炼、建筑施工、运输": "危险物品生产、经营、储存、装卸，矿山、金属冶炼、建筑施工、运输 · "
    "making, trading, storing or loading hazardous goods, mines, metal smelting, construction, transport",
    "高危(含重大危险源使用单位) & staff>=300": "高危（含重大危险源使用单位），从业人员 300 人以上 · high-risk, users of major hazard sources "
    "included, staff 300 or more",
    "高危 & 100<=staff<300": "高危，从业人员 100 至 299 人 · high-risk, staff 100 to 299",
    "高危 & 50<=staff<100": "高危，从业人员 50 至 99 人 · high-risk, staff 50 to 99",
    "高危 & staff<50": "高危，从业人员不足 50 人 · high-risk, staff below 50",
    "其他 & staff>=300": "其他企业，从业人员 300 人以上 · other firms, staff 300 or more",
    "其他 & 100<=staff<300": "其他企业，从业人员 100 至 299 人 · other firms, staff 100 to 299",
    "其他 & staff<100": "其他企业，从业人员不足 100 人 · other firms, staff below 100",
    "危险化学品企业": "危险化学品企业 · firms with hazardous chemicals",
    "危险物品生产/储存/装卸、矿山、金属冶炼": "危险物品生产、储存、装卸，矿山、金属冶炼 · making, storing or loading hazardous goods, mines, "
    "metal smelting",
    "general": "一般企业 · firms that are not high-risk",
    "离岗6个月以上或换岗": "离岗 6 个月以上或换岗的人员 · who was away for six months or changed post",
    "special operations present": "有特种作业的企业 · firms with special operations",
    "boilers, lifts, forklifts": "有锅炉、电梯、叉车等特种设备的企业 · firms with boilers, lifts or forklifts",
    "confined space": "有有限空间作业的企业 · firms with work in confined spaces",
    "人员密集/高危": "人员密集场所和高危企业 · crowded places and high-risk firms",
    "civil rescue team": "民间救援队 · civil rescue teams",
    "members on call": "可出动的队员 · members on call",
    "district expert pool": "区专家库 · the district's pool of experts",
    "": "",
}  # fmt: skip
CLOCKS = {
    "": "",
    "now": "即时 · at once",
    "calendar": "自然时 · by the calendar",
    "working hours x8": "工作时，每日 8 小时 · office hours, eight a day",
    "calendar, one extension <=50% with approval": "自然时；延期只限 G2 · by the calendar; extension for G2 only",
    "calendar from filing": "自立案起，自然时 · by the calendar, from the filing",
    "SLA restarts at 50% of the original": "按原时限的一半重新计时 · starts again at half the limit",
    "before the deadline only": "只在到期前 · before the deadline only",
    "within 180 d same firm + clause + place": "180 天内同一企业、同一条款 · within 180 days, same firm and clause",
    "by day 15 after the quarter; by 31 Jan for the year": "季后 15 日前，全年的次年 1 月 31 日前 · by day 15 after the quarter, for the "
    "year by 31 January",
    "inspect monthly; monitor in real time": "每月检查，实时监测 · inspected monthly, monitored in real time",
    "inspect each quarter": "每季检查 · inspected each quarter",
    "inspect half-yearly": "每半年检查 · inspected every half year",
    "inspect yearly": "每年检查 · inspected yearly",
}  # fmt: skip
STEP_BASIS = {
    "hazard_sla.csv": "流转规则行 · a row of the transitions",
    "hazard_sla.csv: a duty assigned is noted and changes no state": "流转规则行；责任落实只记录，不改状态 · a row of the transitions; a duty "
    "assigned is noted and changes no state",
    "the hazard list itself proves the finding": "隐患清单本身证明已发现 · the hazard list itself proves the finding",
    "control first, then refer; our choice": "先管控、后移交，本项目选定 · control first, then refer; chosen by this project",
}  # fmt: skip
SEVERITY = {"critical": "严重 · critical", "major": "较重 · major", "minor": "一般 · minor"}
KINDS = {"veto": "否决 · veto", "bonus": "加分 · bonus", "penalty": "扣分 · deduction"}
SYSTEMS = {"town": "镇街 · towns", "enterprise": "企业 · firms", "department": "部门 · departments"}
_BASIS = {
    "pilot": "本项目选定 · chosen by this project",
    "generator": "本项目选定 · chosen by this project",
    "seed": "调研报告 · survey report",
    "METHOD 9": "方法第 9 条 · METHOD 9",
    "domain note 3e": "领域说明 3e · domain note 3e",
}
GRADES = {"any": "各级 · any", "all": "各级 · all"}
_FREQUENCY = {"M": "每月 · monthly", "Q": "每季 · quarterly", "Y": "每年 · yearly"}
_MEANS = {
    "sum": "Σ分子 · sum of the numerators",
    "median": "分子的中位数 · median of the numerators",
    "km_median": "Kaplan–Meier 中位数，季末未了结的按截尾计 · Kaplan–Meier median, what is open at quarter end is censored",
}


def status(word: str) -> str:
    """Return a rule's standing in both languages; a word of several parts keeps all of them, a note in brackets stays."""
    if word in STATUS:
        return STATUS[word]
    said = []
    for part in (p.strip() for p in re.split(r"[+;](?![^(]*\))", word)):
        note = re.fullmatch(r"(.+?)\s*\((.*)\)|(sourced) (\S+)", part)
        key, more = (note[1] or note[3], note[2] or note[4]) if note else (part, "")
        said.append(STATUS[key] + (f"（{more}）" if more and more != "136号; recalled" else ""))
    return "；".join(said)


def duty(word: str, what_zh: str, what_en: str) -> str:
    """Return the standing of a rule whose numbers are this project's own, whatever its duty rests on.

    Floor, target, weight and cap are in no law: no reader may take them for one because the duty is in it.
    """
    if word != "statutory":
        return status(word)
    return f"所依据的职责法定；**试行，非法定**：{what_zh} · the duty it rests on is statutory; **pilot, not law**: {what_en}"


def legend() -> list[str]:
    """Return what the words of standing mean, as a list."""
    return [f"* {STATUS[w]}：{meaning}" for w, meaning in _LEGEND]


def mean_of(row: dict[str, str]) -> str:
    """Return how evidence rows of an indicator become its value."""
    if row["aggregation"] != "ratio":
        return _MEANS[row["aggregation"]] if row["aggregation"] else ""
    # departments have shares only
    scale = row.get("value_scale", "100")
    times = "" if scale == "1" else f"{scale} × "
    capped = ("，至多 100", ", at most 100") if row.get("value_cap") else ("", "")
    return f"{times}Σ分子 ÷ Σ分母{capped[0]} · {times}Σ numerator ÷ Σ denominator{capped[1]}"


@cache
def basis_words() -> dict[str, str]:
    """Return what the seeds say in English of what a rule rests on, with its Chinese."""
    with Path(__file__).with_name("docs_basis.csv").open(encoding="utf-8", newline="") as f:
        return {r["basis_en"]: r["basis_zh"] for r in csv.DictReader(f)}


def basis(text: str) -> str:
    """Return what a rule rests on, in both languages; a law's name needs no other."""
    if text in _BASIS:
        return _BASIS[text]
    if text in basis_words():
        said = re.sub(r"\bseed\b", "survey report", text)
        return f"{basis_words()[text]} · {said}"
    if re.search(r"[a-z]{4}", re.sub(r"\([^)]*\.[^)]*\)", "", text)):
        raise KeyError(f"docs_basis.csv has no Chinese for: {text}")
    return re.sub(r"(?<=[一-鿿]) ?(?:2024 )?art (\d[\d, -]*\d|\d)(?:\((\d)\))?", _article, text)


def _article(found: re.Match[str]) -> str:
    """Return a place in a law as Chinese readers and others look it up."""
    of, numbers, part = found[0].split("art")[0].strip(), found[1], found[2]
    zh = f"第{numbers.replace(', ', '、').replace('-', '至')}条" + (f"第{part}项" if part else "")
    return f"{of}{zh} art {numbers}" + (f"({part})" if part else "")


def pair(number: str, zh: str, en: str) -> str:
    """Return a number with its unit in both languages."""
    return f"{number} {zh} · {number} {en}" if number else ""


def frequency(word: str) -> str:
    """Return how often an indicator is told."""
    return _FREQUENCY[word] if word else ""
