"""One page for each indicator, rule and item of the method, from its seed row, its rule file and its dbt unit tests.

What a page says is what the score uses: the same seed rows, and examples that dbt itself has checked. A rule that is not
due has a page too, which says why. The lists of rules are made in :mod:`pipelines.docs_method`; nothing here scores.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines import docs_words as words
from pipelines.docs_examples import MODELS, cell, described, examples_of
from pipelines.settings import ROOT

PAGES = ROOT / "docs" / "method"
_PROJECT = ROOT / "dbt_project"
MADE = "<!-- made by `anlan docs` from the method seeds and dbt unit tests; do not edit -->"
_MISSING = {
    "M0": ("必报：未报或不可读记 0 分", "mandatory: nothing sent or readable scores 0"),
    "M1": (
        "经书面豁免时可取全区中位得分的 0.8；否则记 0 分",
        "0.8 of the district's median score when excused in writing; otherwise 0",
    ),
    "M2": (
        "已证明无可计对象时不适用，权重在同一二级内分摊；否则记 0 分。按年评价的少发事项：部门有其他报送而无此类记录，即为无可计对象",
        "not applicable where it is proven that there was nothing to count: the weight moves inside its level 2; otherwise 0. Of what is rare"
        " and judged by the year there was nothing when its silo came and told of none",
    ),
    "M3": (
        "十二个月内的调查有效；没有的，经书面豁免时沿用上次核实得分，每季减 10%，至多两季；否则记 0 分",
        "a survey of the twelve months holds; without one, when excused in writing, the last verified score less 10 % a quarter, at most two;"
        " otherwise 0",
    ),
    "M4": ("按次序取下一个来源；都没有则记 0 分", "the next source in order; 0 where none has it"),
}
_SCOPES = {
    "station": "应急管理站 · stations", "fire_team": "乡镇消防队 · town fire teams", "enterprise": "企业 · firms",
    "social": "民间救援队 · civil rescue teams", "expert": "专家库 · pool of experts",
}  # fmt: skip
# of a department it is others who tell, and there is no level 2
_MISSING_OF_DEPARTMENTS = {
    "M2": (
        "有关来源已报送或无事可报，而无可计对象时不适用，权重在同一一级内分摊；否则记 0 分",
        "not applicable where those who tell of it came, or had nothing to tell, and there was nothing to count: the weight moves inside its"
        " level 1; otherwise 0",
    ),
}


# what silence means where nothing is scored but something may have happened
_SILENCE = {
    "veto": (
        "没有记录即不触发；来源表没有送到也不触发",
        "without a record it does not apply; a table that did not come caps nothing",
    ),
    "bonus": ("没有记录即不加分", "without a record there are no points"),
    "penalty": ("没有记录即不扣分", "without a record nothing is taken off"),
    "V05": ("没有可计证件的，按没有人持证计", "who shows no certificate that counts has none"),
    "EV10": ("无数据正是本项所问", "missing data is what it looks at"),
}
_NOT_DUE = {
    "P04": (
        "数据目录只列部门，不列镇街，没有可计的对象",
        "the catalogue names departments, no towns: there is nothing to count a town by",
    ),
    "DV3": (
        "没有事故名单写明行业主管部门，无从认定",
        "no list of accidents names the department of the sector: nothing to judge a department by",
    ),
}
_UNITS = {"次": "times"}
_OWN_POINTS = "（指所列义务；分值和扣分由方法确定，不是法定 · of the duty named; points and deductions are the method's own and not law）"
# how many there must be is worked out once for all rules that ask for a number by load or by heads
_NEEDS = {
    **dict.fromkeys(("B101", "B102", "ST-03", "ST-04", "ST-05"), "fct_station_requirements"),
    **dict.fromkeys(("ST-12", "ST-13", "ST-18"), "int_station_rule_needs"),
}
# whatever is said of too little data is said by the grade itself
_ELSEWHERE = {"EV10": "enterprise_rating_grades"}


@dataclass(frozen=True)
class System:
    """One system of rules: where its seed, models and pages are, its columns of code and name, and how it is called."""

    key: str
    seed: str
    code: str
    name: str
    zh: str
    en: str


SYSTEMS = (
    System("town", "method_town_indicators", "indicator_code", "name", "镇街指标", "Town indicators"),
    System("certification", "method_cert_rules", "rule_id", "requirement", "持证规则", "Certification rules"),
    System("enterprise", "method_enterprise_items", "item_code", "name", "企业评分项目", "Enterprise items"),
    System("department", "method_department_indicators", "indicator_code", "name", "部门指标", "Department indicators"),
)


@cache
def seed_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a seed as they are written."""
    with (_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return tuple(csv.DictReader(f))


def model_of(system: System, code: str) -> Path | None:
    """Return the rule file of a code; none where it is not due."""
    stem = code.lower().replace("-", "_")
    if code in _ELSEWHERE:
        return MODELS / "indicators" / system.key / f"{_ELSEWHERE[code]}.sql"
    return next(iter(sorted((MODELS / "indicators" / system.key).glob(f"{stem}_*.sql"))), None)


def is_due(row: dict[str, str]) -> bool:
    """Return whether a rule is asked for."""
    return row["is_due"] == "true"


def missing_rules(system: System) -> dict[str, tuple[str, str]]:
    """Return what the missing rules mean in a system, in both languages."""
    return _MISSING | _MISSING_OF_DEPARTMENTS if system.key == "department" else _MISSING


def why_not_due(system: System, row: dict[str, str]) -> str:
    """Return why a rule is not asked for yet; nothing where it is."""
    if is_due(row):
        return ""
    if "not_due_reason_zh" in row:
        return f"{row['not_due_reason_zh']} · {row['not_due_reason_en']}"
    return " · ".join(_NOT_DUE[row[system.code]])


def _page(system: System, row: dict[str, str], title: str, facts: list[tuple[str, str]]) -> str:
    """Return a page: what the rule is, its numbers, what it rests on, where it is decided, and its examples."""
    code = row[system.code]
    path = model_of(system, code)
    zh, en = described(path.stem) if path else ("", "")
    models = [path.stem if path else "", _NEEDS.get(code, "")]
    place = f"[`{path.name}`](../../../{path.relative_to(ROOT)})" if path else ""
    said = [
        (
            "定义 definition",
            " · ".join(x for x in (zh, en) if x)
            if path
            else f"{row[system.name + '_zh']} · {row[system.name + '_en']}",
        ),
        ("启用 due", "" if is_due(row) else f"**未启用 · not due**：{why_not_due(system, row)}"),
        *facts,
        ("规则文件 rule file", place),
    ]
    lines = ["| | |", "|---|---|", *(f"| {k} | {cell(v)} |" for k, v in said if v), ""]
    return "\n".join([f"# {code} {title}", "", MADE, "", *lines, *examples_of(*models)]).rstrip() + "\n"


def goalposts(row: dict[str, str]) -> str:
    """Return floor and target with their unit, a band in words."""
    unit = (row["unit"], row.get("unit_en") or _UNITS.get(row["unit"], row["unit"]))
    if row.get("band_zero_low"):
        low, full, to, high = (row[f"band_{b}"] for b in ("zero_low", "full_low", "full_high", "zero_high"))
        return (
            f"{full} 至 {to} {unit[0]}得满分，{low} 以下和 {high} 以上得 0 分，其间按比例 · "
            f"100 from {full} to {to} {unit[1]}, 0 at {low} and below and at {high} and above, in proportion between"
        )
    floor, target = (row.get("floor_text") or row["floor_value"], row.get("target_text") or row["target_value"])
    if not floor:
        return ""
    both = f"{floor} → {target}"
    return f"{both} {unit[0]}" if unit[0] == unit[1] else f"{both} {unit[0]} · {both} {unit[1]}"


def _weights(row: dict[str, str], levels: str) -> str:
    found = [row[f"weight_l{n}"] for n in levels if row[f"weight_l{n}"]]
    return f"{' × '.join(found)} = {row['weight_global']}" if found else ""


def _level(row: dict[str, str], number: int) -> str:
    code = row[f"l{number}_code"]
    return f"{code} {row[f'l{number}_name_zh']} · {row[f'l{number}_name_en']}" if code else ""


def _small_numbers(row: dict[str, str]) -> str:
    if row["kind"] != "indicator" or not is_due(row):
        return ""
    if row["has_small_number_rule"] != "true":
        return "否 · no"
    return "是：分母小于 10 时为 (k + 5·p0)/(n + 5)，p0 为全区的率 · yes: below 10 cases (k + 5·p0)/(n + 5), p0 the district's rate"


def _missing_rule(system: System, row: dict[str, str]) -> str:
    if row["kind"] == "indicator":
        return f"{row['missing_rule']}：{' · '.join(missing_rules(system)[row['missing_rule']])}"
    return " · ".join(_SILENCE.get(row["indicator_code"], _SILENCE[row["kind"]]))


def _tables_of(code: str, seed: str = "method_indicator_tables", column: str = "indicator_code") -> str:
    rows = [r for r in seed_rows(seed) if r[column] == code]
    return "、".join(f"[`{r['silo']}/{r['table_name']}`](../../silos/{r['silo']}.md)" for r in rows)


def _read_by(path: Path | None) -> str:
    """Return the tables that a rule file reads: vetoes and bonuses of firms rest on no list of tables of a silo."""
    if path is None:
        return ""
    text = path.read_text(encoding="utf-8")
    read = re.findall(r"(?:ref|rows_of_\w+)\(\s*'((?:fct|int|enterprise)_\w+)'", text)
    by_macro = {"veto_by_accident": "fct_firm_accidents", "veto_while_listed": "fct_firm_dishonesty"}
    read += [table for macro, table in by_macro.items() if macro in text]
    return "、".join(f"`{m}`" for m in dict.fromkeys(read))


def town_page(row: dict[str, str]) -> str:
    """Return the page of one town indicator, veto, bonus or deduction."""
    system, code = SYSTEMS[0], row["indicator_code"]
    of_numbers = (
        ("起评值、目标值、权重", "floor, target and weight")
        if row["kind"] == "indicator"
        else ("限级", "that it caps the grade")
    )
    facts = [
        ("种类 kind", words.KINDS.get(row["kind"], "")),
        ("一级 level 1", _level(row, 1)),
        ("二级 level 2", _level(row, 2)),
        ("公式 formula", f"`{row['formula']}`"),
        ("合并方式 aggregation", words.mean_of(row)),
        ("起评值 → 目标值 floor → target", goalposts(row)),
        ("权重 weight (1 × 2 × 3)", _weights(row, "123")),
        ("小样本修正 small-number rule", _small_numbers(row)),
        ("缺数规则 missing rule", _missing_rule(system, row)),
        ("后果 effect", f"{row['effect_zh']} · {row['effect_en']}" if row["effect_zh"] else ""),
        ("频率 frequency", words.frequency(row["frequency"])),
        ("来源表 source tables", _tables_of(code)),
        ("依据 basis", words.basis(row["goalpost_basis"])),
        ("性质 standing", words.duty(row["rule_status"], *of_numbers)),
    ]
    return _page(system, row, f"{row['name_zh']} · {row['name_en']}", facts)


def certification_page(row: dict[str, str]) -> str:
    """Return the page of one certification rule."""
    wanted = f"缺口 gap = max(应有 required − 有效 valid, 未满足的附加条件 conditions not met, 0)；应有 required = `{row['required_qty']}`"
    facts = [
        ("要求 requirement", f"{row['requirement_zh']} · {row['requirement_en']}"),
        ("对象 of", f"{_SCOPES[row['scope']]}：{words.APPLIES[row['applies_when']]}"),
        ("岗位 post", f"{row['post_zh']} · {row['post_en']}"),
        ("证件 certificate", f"{row['cert_type']} · {row['cert_type_en']}" if row["cert_type"] else ""),
        ("公式 formula", wanted),
        ("计数 counted", f"{row['counted_zh']} · {row['counted_en']}" if row["counted_zh"] else ""),
        ("缺数规则 missing rule", f"{row['missing_zh']} · {row['missing_en']}" if row["missing_zh"] else ""),
        ("有效期 validity", words.pair(row["validity_months"], "个月", "months")),
        ("复审周期 review", words.pair(row["review_months"], "个月", "months")),
        ("提前预警 warned before", words.pair(row["warn_days"], "天", "days") if row["warn_days"] != "0" else ""),
        ("级别 severity", words.SEVERITY[row["severity"]]),
        ("原因代码 reason code", f"`{row['reason_code']}`"),
        ("来源表 source tables", _tables_of(row["rule_id"], "method_cert_rule_tables", "rule_id")),
        ("依据 basis", words.basis(row["basis"])),
        ("性质 standing", words.status(row["rule_status"])),
    ]
    return _page(SYSTEMS[1], row, f"{row['requirement_zh']} · {row['requirement_en']}", facts)


_WITHOUT_DATA = {
    "not_reported": (
        "没有数据即为未报送，得 0 分，并计入缺数",
        "without data the item is not reported: it earns nothing and counts as missing",
    ),
    "not_applicable": (
        "企业在自报平台报送而没有此类事项的，不适用；未报送或来源表未到的，得 0 分",
        "a firm that reports and has nothing of the kind: the item does not apply; a firm that does not report, or a table that did not"
        " come: it earns nothing",
    ),
}
_DURATIONS = {
    "while_open": ("至其销号", "until it is closed"),
    "while_listed": ("在名单期间", "while it is listed"),
    "at_end": ("以季末为准", "as things stand at quarter end"),
}
_DAYS = {
    "E104": "当年数据须在季末后此日数内更新 · data of the running year updated within so many days of quarter end",
    "E504": "发现后报治理方案 · for the plan, from the finding",
    "E505": "销号后再次发现即为复发 · found again within so many days of being closed",
    "E802": "月末后报送月报 · for the monthly report, from the end of the month",
    "E803": "收到后处理 · to handle it, from the day it was reported",
}


def _duration(row: dict[str, str]) -> str:
    """Return for how long a veto lasts."""
    if row["duration_kind"] == "months":
        return words.pair(row["duration_months"], "个月", "months")
    return " · ".join(_DURATIONS.get(row["duration_kind"], ()))


def _bonus(row: dict[str, str]) -> str:
    each, most = row["points_each"], row["max_points"]
    return f"每次 {each} 分，至多 {most} 分 · {each} each, at most {most}" if row["kind"] == "bonus" else ""


def _cap(row: dict[str, str]) -> str:
    """Return what a veto does to the grade."""
    if row["cap_grade"] == "none":
        return "“未评”，不给等级 · not rated, no grade"
    return f"等级不高于 {row['cap_grade']} · grade not above {row['cap_grade']}" if row["cap_grade"] else ""


def _benchmark(row: dict[str, str]) -> str:
    if not row["benchmark_name_zh"]:
        return ""
    return f"{row['benchmark_sentence_zh']} · {row['benchmark_sentence_en']}（{words.STATUS['pilot']}）"


def enterprise_page(row: dict[str, str]) -> str:
    """Return the page of one enterprise item, veto or bonus."""
    system, code, kind = SYSTEMS[2], row["item_code"], row["kind"]
    tables = _tables_of(code, "method_item_tables", "item_code")
    silence = _WITHOUT_DATA.get(row["no_evidence_status"]) or _SILENCE.get(code) or _SILENCE[kind]
    facts = [
        ("种类 kind", words.KINDS.get(kind, "")),
        ("要素 element", f"{row['element_zh']} · {row['element_en']}" if kind == "item" else ""),
        ("满分 max points", row["max_points"] if kind == "item" else ""),
        ("加分 points", _bonus(row)),
        ("公式（失去的分值） formula, points lost" if kind == "item" else "公式 formula", f"`{row['rule']}`"),
        ("后果 effect", _cap(row)),
        ("持续 lasts", _duration(row)),
        ("适用 applies to", words.APPLIES[row["applies_to"]]),
        ("查看期 window", words.pair(row["window_months"], "个月", "months")),
        ("日数 days", f"{words.pair(row['window_days'], '天', 'days')}：{_DAYS[code]}" if row["window_days"] else ""),
        ("低于此比例全扣 all lost below", row["full_loss_below"]),
        ("缺数规则 missing rule", " · ".join(silence)),
        ("无数据时告知 told without data", f"{row['no_data_zh']} · {row['no_data_en']}" if row["no_data_zh"] else ""),
        ("告知企业 sentence", f"{row['sentence_zh']} · {row['sentence_en']}" if row["sentence_zh"] else ""),
        ("无法定提取比例时 without a statutory rate", _benchmark(row)),
        ("原因代码 reason code", f"`{row['reason_code']}`"),
        ("来源表 source tables", tables or f"核心表 core tables：{_read_by(model_of(system, code))}"),
        ("依据 basis", words.basis(row["basis"])),
        (
            "性质 standing",
            f"{words.status(row['rule_status'])}{_OWN_POINTS if row['rule_status'].startswith('sourced') else ''}",
        ),
    ]
    return _page(system, row, f"{row['name_zh']} · {row['name_en']}", facts)


def department_effect(row: dict[str, str]) -> str:
    """Return what a veto or bonus of departments does."""
    cap, each, most = row["cap_grade"], row["points_each"], row["points_max"]
    if cap:
        taken = "，数据共享记 0 分" if row["effect"].startswith("DA") else ""
        taken_en = "; data sharing scores 0" if taken else ""
        return f"等级不高于 {cap}{taken} · grade not above {cap}{taken_en}"
    return f"每项 {each} 分，至多 {most} 分 · {each} each, at most {most}" if each else ""


def _judged(code: str) -> str:
    scope = [r for r in seed_rows("method_department_scope") if r["indicator_code"] == code]
    if not scope:
        return ""
    named = {r["department"]: r for r in seed_rows("ref_departments")}
    zh = "、".join(named[r["department"]]["department_name_zh"] for r in scope)
    en = ", ".join(named[r["department"]]["department_name_en"] for r in scope)
    return f"{zh} · {en}（{words.STATUS['pilot']}：{words.basis(scope[0]['basis'])}）"


def department_page(row: dict[str, str]) -> str:
    """Return the page of one department indicator, veto or bonus."""
    system, code = SYSTEMS[3], row["indicator_code"]
    tables = _tables_of(code)
    if not tables and code.startswith("DA"):
        tables = "本部门契约中的全部表 · every table in the department's contracts（[数据来源 silos](../../silos/README.md)）"
    facts = [
        ("种类 kind", words.KINDS.get(row["kind"], "")),
        ("一级 level 1", _level(row, 1)),
        ("公式 formula", f"`{row['formula']}`"),
        ("合并方式 aggregation", words.mean_of(row)),
        ("起评值 → 目标值 floor → target", goalposts(row)),
        ("权重 weight (1 × 3)", _weights(row, "13")),
        ("小样本修正 small-number rule", _small_numbers(row)),
        ("缺数规则 missing rule", _missing_rule(system, row)),
        ("适用 applies to", words.APPLIES[row["applies_to"]]),
        ("评价的部门 departments judged", _judged(code)),
        ("后果 effect", department_effect(row)),
        ("来源表 source tables", tables),
        ("依据 basis", words.basis(row["goalpost_basis"])),
        ("性质 standing", words.duty(row["rule_status"], "起评值、目标值、权重", "floor, target and weight")),
    ]
    return _page(system, row, f"{row['name_zh']} · {row['name_en']}", facts)


_WRITERS = {
    "town": town_page,
    "certification": certification_page,
    "enterprise": enterprise_page,
    "department": department_page,
}


def pages() -> dict[Path, str]:
    """Return the pages of all rules as path → text."""
    return {
        PAGES / system.key / f"{row[system.code]}.md": _WRITERS[system.key](row)
        for system in SYSTEMS
        for row in seed_rows(system.seed)
    }
