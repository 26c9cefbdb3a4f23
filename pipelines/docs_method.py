"""Docs pages of the method: made from the seeds, the rule files and their dbt unit tests.

What a page says is what the score uses: the same seed rows, and examples that dbt itself has checked.
Called by :mod:`pipelines.docs`; nothing here scores.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.settings import ROOT

PAGES = ROOT / "docs" / "method"
_PROJECT = ROOT / "dbt_project"
MADE = "<!-- made by `anlan docs` from the method seeds and dbt unit tests; do not edit -->"
STATUS = {
    "statutory": "法定 · statutory",
    "sourced": "有依据 · sourced",
    "sourced-analogue": "有类似依据 · sourced by analogy",
    "seed": "调研报告，非法定 · survey report, not law",
    "pilot": "**试行，非法定 · pilot, not law**",
    "unverified": "**待核实 · unverified**",
}
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


@dataclass(frozen=True)
class System:
    """One system of rules: where its seed, models and pages are, and how it is called."""

    key: str
    seed: str
    code: str
    zh: str
    en: str


SYSTEMS = (
    System("town", "method_town_indicators", "indicator_code", "镇街指标", "Town indicators"),
    System("certification", "method_cert_rules", "rule_id", "持证规则", "Certification rules"),
    System("enterprise", "method_enterprise_items", "item_code", "企业评分项目", "Enterprise items"),
    System("department", "method_department_indicators", "indicator_code", "部门指标", "Department indicators"),
)


def _cell(value: Any) -> str:
    if value is None:
        return "*null*"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def table_lines(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return a Markdown table as lines."""
    heads = list(heads)
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return lines + [f"| {' | '.join(_cell(v) for v in row)} |" for row in rows]


@cache
def seed_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a seed as they are written."""
    with (_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return tuple(csv.DictReader(f))


@cache
def _examples() -> dict[str, list[dict[str, Any]]]:
    """Return the dbt unit tests by model, as written in the YAML files."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((_PROJECT / "models").rglob("*.yml")):
        for test in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("unit_tests") or []:
            found.setdefault(test["model"], []).append(test)
    return found


@cache
def _descriptions() -> dict[str, str]:
    """Return what each model says its rows are."""
    found: dict[str, str] = {}
    for path in sorted((_PROJECT / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []:
            found[model["name"]] = model.get("description", "")
    return found


def _model(system: System, code: str) -> Path | None:
    stem = code.lower().replace("-", "_")
    return next(iter(sorted((_PROJECT / "models" / "indicators" / system.key).glob(f"{stem}_*.sql"))), None)


def _status(word: str) -> str:
    """Return a rule's standing in both languages; a word of several parts keeps all of them."""
    parts = [p.strip() for p in re.split(r"[+;]", word)]
    return "；".join(STATUS.get(p, p) for p in parts if p)


def _anchor(code: str, name: str) -> str:
    return f"[{code}]({name})"


def _given(source: dict[str, Any]) -> list[str]:
    name = re.sub(r"^ref\('(.*)'\)$", r"\1", str(source["input"]))
    rows = source.get("rows")
    lines = ["", f"`{name}`", ""]
    if isinstance(rows, str):
        if re.fullmatch(r"select \* from method\.\w+", rows.strip()):
            return [*lines, "方法表原样 · the method table as it stands"]
        return [*lines, "```sql", rows.rstrip(), "```"]
    if not rows:
        return [*lines, "无行 · no rows"]
    heads = list(dict.fromkeys(k for row in rows for k in row))
    return [*lines, *table_lines([f"`{h}`" for h in heads], [[row.get(h, "") for h in heads] for row in rows])]


def _example(test: dict[str, Any]) -> list[str]:
    lines = [f"### `{test['name']}`", ""]
    if test.get("description"):
        lines += [str(test["description"]), ""]
    lines += ["**给定 · given**"]
    for source in test.get("given") or []:
        lines += _given(source)
    lines += ["", "**得出 · expected**"]
    lines += _given({"input": test["model"], "rows": test["expect"].get("rows")})
    return [*lines, ""]


def examples_of(model: str) -> list[str]:
    """Return the dbt unit tests of a model as sections of a page."""
    return [line for t in _examples().get(model, []) for line in _example(t)]


def _worked(model: Path | None) -> list[str]:
    lines = ["## 算例 · Worked examples", ""]
    lines += ["每个算例都由 dbt 核对过 · dbt checks each of these.", ""]
    return lines + (examples_of(model.stem) if model else [])


def _facts(rows: list[tuple[str, str]]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {k} | {_cell(v)} |" for k, v in rows if v not in ("", None)), ""]


def _rule_file(model: Path | None) -> tuple[str, str]:
    if model is None:
        return "原始记录与规则文件 evidence and rule", ""
    place = model.relative_to(ROOT)
    return "原始记录与规则文件 evidence and rule", f"{_descriptions()[model.stem]} [`{model.name}`](../../../{place})"


def _goalposts(row: dict[str, str]) -> str:
    return f"{row['floor_text']} → {row['target_text']} {row['unit']}".strip()


def _tables_of(code: str, seed: str = "method_indicator_tables", column: str = "indicator_code") -> str:
    rows = [r for r in seed_rows(seed) if r[column] == code]
    return "、".join(f"[`{r['silo']}/{r['table_name']}`](../../silos/{r['silo']}.md)" for r in rows)


def town_page(row: dict[str, str]) -> str:
    """Return the page of one due town indicator or veto."""
    code, system = row["indicator_code"], SYSTEMS[0]
    model = _model(system, code)
    missing = _MISSING.get(row["missing_rule"], ("", ""))
    facts = [
        ("一级 level 1", f"{row['l1_code']} {row['l1_name_zh']} · {row['l1_name_en']}" if row["l1_code"] else ""),
        ("二级 level 2", f"{row['l2_code']} {row['l2_name_zh']} · {row['l2_name_en']}" if row["l2_code"] else ""),
        ("公式 formula", f"`{row['formula']}`" if row["formula"] else ""),
        ("合并方式 aggregation", row["aggregation"]),
        ("起评值 → 目标值 floor → target", _goalposts(row) if row["floor_text"] else ""),
        ("标准值依据 basis of the goalposts", row["goalpost_basis"]),
        ("权重 weight (1 × 2 × 3)", " × ".join(w for w in (row["weight_l1"], row["weight_l2"], row["weight_l3"]) if w)),
        ("小样本修正 small-number rule", "是 · yes" if row["has_small_number_rule"] == "true" else ""),
        ("缺数规则 missing rule", f"{row['missing_rule']}：{missing[0]} · {missing[1]}" if missing[0] else ""),
        ("后果 effect", f"{row['effect_zh']} · {row['effect_en']}" if row["effect_zh"] else ""),
        ("来源表 source tables", _tables_of(code)),
        ("地位 standing", _status(row["rule_status"])),
        _rule_file(model),
    ]
    head = [f"# {code} {row['name_zh']} · {row['name_en']}", "", MADE, ""]
    return "\n".join([*head, *_facts(facts), *_worked(model)]).rstrip() + "\n"


def certification_page(row: dict[str, str]) -> str:
    """Return the page of one due certification rule."""
    model = _model(SYSTEMS[1], row["rule_id"])
    facts = [
        ("对象 of", f"{_SCOPES[row['scope']]}（`{row['applies_when']}`）"),
        ("岗位 post", f"{row['post_zh']} · {row['post_en']}"),
        ("要求 requirement", f"{row['requirement_zh']} · {row['requirement_en']}"),
        ("证件 certificate", f"{row['cert_type']} · {row['cert_type_en']}" if row["cert_type"] else ""),
        (
            "公式 formula",
            f"缺口 gap = max(应有 required − 有效 valid, 未满足的附加条件 conditions not met, 0)；应有 required = `{row['required_qty']}`",
        ),
        ("计数 counted", f"{row['counted_zh']} · {row['counted_en']}"),
        ("来源表 source tables", _tables_of(row["rule_id"], "method_cert_rule_tables", "rule_id")),
        ("缺数规则 missing rule", f"{row['missing_zh']} · {row['missing_en']}"),
        ("有效期（月） validity, months", row["validity_months"]),
        ("复审周期（月） review, months", row["review_months"]),
        ("预警（天） warning, days", row["warn_days"]),
        ("级别 severity", row["severity"]),
        ("原因代码 reason code", f"`{row['reason_code']}`"),
        ("依据 basis", row["basis"]),
        ("地位 standing", _status(row["rule_status"])),
        _rule_file(model),
    ]
    head = [f"# {row['rule_id']} {row['requirement_zh']} · {row['requirement_en']}", "", MADE, ""]
    return "\n".join([*head, *_facts(facts), *_worked(model)]).rstrip() + "\n"


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


def _duration(row: dict[str, str]) -> str:
    """Return for how long a veto lasts."""
    if row["duration_kind"] == "months":
        return f"{row['duration_months']} 个月 · {row['duration_months']} months"
    zh, en = _DURATIONS.get(row["duration_kind"], ("", ""))
    return f"{zh} · {en}" if zh else ""


def _bonus(row: dict[str, str]) -> str:
    return f"每次 {row['points_each']} 分，至多 {row['max_points']} 分 · {row['points_each']} each, at most {row['max_points']}"


def _benchmark(row: dict[str, str]) -> str:
    if not row["benchmark_name_zh"]:
        return ""
    return f"{row['benchmark_sentence_zh']} · {row['benchmark_sentence_en']}（{STATUS['pilot']}）"


def enterprise_page(row: dict[str, str]) -> str:
    """Return the page of one due enterprise item, veto or bonus."""
    code, kind = row["item_code"], row["kind"]
    model = _model(SYSTEMS[2], code)
    without = _WITHOUT_DATA.get(row["no_evidence_status"], ("", ""))
    window = f"{row['window_months']} 个月 · months" if row["window_months"] else ""
    days = f"{row['window_days']} 天 · days" if row["window_days"] else ""
    facts = [
        ("要素 element", f"{row['element_zh']} · {row['element_en']}"),
        ("满分 max points", row["max_points"] if kind == "item" else ""),
        ("加分 points", _bonus(row) if kind == "bonus" else ""),
        ("扣分 rule" if kind == "item" else "规则 rule", f"`{row['rule']}`" if row["rule"] else ""),
        ("后果 effect", row["grade_effect"] if kind == "veto" else ""),
        ("持续 lasts", _duration(row)),
        ("适用 applies to", row["applies_to"]),
        ("查看期 window", "；".join(w for w in (window, days) if w)),
        ("低于此比例全扣 all lost below", row["full_loss_below"]),
        ("缺数规则 missing rule", f"{without[0]} · {without[1]}" if without[0] else ""),
        ("无数据 no data", f"{row['no_data_zh']} · {row['no_data_en']}" if row["no_data_zh"] else ""),
        ("告知企业 sentence", f"{row['sentence_zh']} · {row['sentence_en']}" if row["sentence_zh"] else ""),
        ("无法定提取比例时 without a statutory rate", _benchmark(row)),
        ("原因代码 reason code", f"`{row['reason_code']}`"),
        ("来源表 source tables", _tables_of(code, "method_item_tables", "item_code")),
        ("依据 basis", row["basis"]),
        ("地位 standing", _status(row["rule_status"])),
        _rule_file(model),
    ]
    head = [f"# {row['item_code']} {row['name_zh']} · {row['name_en']}", "", MADE, ""]
    return "\n".join([*head, *_facts(facts), *_worked(model)]).rstrip() + "\n"


def _department_goalposts(row: dict[str, str]) -> str:
    return f"{row['floor_value']} → {row['target_value']} {row['unit']}" if row["floor_value"] else ""


def _department_effect(row: dict[str, str]) -> str:
    cap, each, most = row["cap_grade"], row["points_each"], row["points_max"]
    if cap:
        return f"等级不高于 {cap} · grade not above {cap}（`{row['effect']}`）"
    return f"每项 {each} 分，至多 {most} 分 · {each} each, at most {most}" if each else ""


def _judged(code: str) -> str:
    scope = [r for r in seed_rows("method_department_scope") if r["indicator_code"] == code]
    if not scope:
        return ""
    return f"{'、'.join(r['department'] for r in scope)}（{_status('pilot')}：{scope[0]['basis']}）"


def department_page(row: dict[str, str]) -> str:
    """Return the page of one due department indicator, veto or bonus."""
    code = row["indicator_code"]
    model = _model(SYSTEMS[3], code)
    missing = (_MISSING | _MISSING_OF_DEPARTMENTS).get(row["missing_rule"], ("", ""))
    facts = [
        ("一级 level 1", f"{row['l1_code']} {row['l1_name_zh']} · {row['l1_name_en']}" if row["l1_code"] else ""),
        ("公式 formula", f"`{row['formula']}`" if row["formula"] else ""),
        ("合并方式 aggregation", row["aggregation"]),
        ("起评值 → 目标值 floor → target", _department_goalposts(row)),
        ("依据 basis", row["goalpost_basis"]),
        ("权重 weight (1 × 3)", " × ".join(w for w in (row["weight_l1"], row["weight_l3"]) if w)),
        ("小样本修正 small-number rule", "是 · yes" if row["has_small_number_rule"] == "true" else ""),
        ("缺数规则 missing rule", f"{row['missing_rule']}：{missing[0]} · {missing[1]}" if missing[0] else ""),
        ("适用 applies to", row["applies_to"]),
        ("评价的部门 departments judged", _judged(code)),
        ("后果 effect", _department_effect(row)),
        ("来源表 source tables", _tables_of(code)),
        ("地位 standing", _status(row["rule_status"])),
        _rule_file(model),
    ]
    head = [f"# {code} {row['name_zh']} · {row['name_en']}", "", MADE, ""]
    return "\n".join([*head, *_facts(facts), *_worked(model)]).rstrip() + "\n"


def _due(row: dict[str, str]) -> bool:
    return row["is_due"] == "true"


def _town_index() -> str:
    rows = []
    for r in seed_rows("method_town_indicators"):
        if r["kind"] != "indicator":
            continue
        code = r["indicator_code"]
        rows.append(
            [
                _anchor(code, f"town/{code}.md") if _due(r) else code,
                f"{r['name_zh']} · {r['name_en']}",
                f"`{r['formula']}`",
                _goalposts(r),
                r["weight_global"],
                r["missing_rule"],
                "是 · yes" if _due(r) else "未启用 · not due",
                _status(r["rule_status"]),
            ]
        )
    others = [
        [
            _anchor(r["indicator_code"], f"town/{r['indicator_code']}.md")
            if _due(r) and _model(SYSTEMS[0], r["indicator_code"])
            else r["indicator_code"],
            r["kind"],
            f"{r['name_zh']} · {r['name_en']}",
            f"{r['effect_zh']} · {r['effect_en']}",
            "是 · yes" if _due(r) else "未启用 · not due",
            _status(r["rule_status"]),
        ]
        for r in seed_rows("method_town_indicators")
        if r["kind"] != "indicator"
    ]
    due = sum(_due(r) for r in seed_rows("method_town_indicators") if r["kind"] == "indicator")
    lines = [
        "# 镇街指标 · Town indicators",
        "",
        MADE,
        "",
        f"共 {len(rows)} 个指标，其中 {due} 个已启用。标“试行”的数值由本项目选定，不是法定标准。权重在已启用的指标内逐级重新分配"
        "（[ADR 7](../adr/0007-weights-renew-by-level.md)）。",
        "",
        f"{len(rows)} indicators, {due} of them due. Values marked pilot were chosen by this project and are not law. Inside what "
        "is due the weights renew level by level ([ADR 7](../adr/0007-weights-renew-by-level.md)).",
        "",
        *table_lines(
            "代码 code,名称 name,公式 formula,起评→目标 floor → target,权重 weight,缺数 missing,启用 due,地位 standing".split(
                ","
            ),
            rows,
        ),
        "",
        "## 否决、加分、扣分 · Vetoes, bonuses, deductions",
        "",
        *table_lines("代码 code,种类 kind,名称 name,后果 effect,启用 due,地位 standing".split(","), others),
    ]
    return "\n".join(lines) + "\n"


def _department_index() -> str:
    rows = seed_rows("method_department_indicators")
    named = {
        r["indicator_code"]: _anchor(r["indicator_code"], f"department/{r['indicator_code']}.md")
        for r in rows
        if _due(r)
    }
    indicators = [
        [
            named.get(r["indicator_code"], r["indicator_code"]),
            f"{r['name_zh']} · {r['name_en']}",
            f"`{r['formula']}`",
            _department_goalposts(r),
            r["weight_global"],
            r["missing_rule"],
            "是 · yes" if _due(r) else "未启用 · not due",
            _status(r["rule_status"]),
        ]
        for r in rows
        if r["kind"] == "indicator"
    ]
    others = [
        [
            named.get(r["indicator_code"], r["indicator_code"]),
            r["kind"],
            f"{r['name_zh']} · {r['name_en']}",
            _department_effect(r),
            "是 · yes" if _due(r) else f"未启用 · not due：{r['goalpost_basis']}",
            _status(r["rule_status"]),
        ]
        for r in rows
        if r["kind"] != "indicator"
    ]
    heads = "代码 code,名称 name,公式 formula,起评→目标 floor → target,权重 weight,缺数 missing,启用 due,地位 standing"
    lines = [
        "# 部门指标 · Department indicators",
        "",
        MADE,
        "",
        "政府部门按数据共享、响应协同、值守报送、行业监管评价；非政府的数据提供方只评价数据共享，权重为 1。谁承担哪项职责见各指标页，均为"
        "试行。标“试行”的数值由本项目选定，不是法定标准。",
        "",
        "Government departments are judged on data sharing, response together, watch and reports, and sector supervision. A supplier that is "
        "no government body is judged on data sharing alone, at a weight of 1. Who has which task is on the page of the indicator, all of it "
        "pilot. Values marked pilot were chosen by this project and are not law.",
        "",
        *table_lines(heads.split(","), indicators),
        "",
        "## 否决、加分 · Vetoes, bonuses",
        "",
        *table_lines("代码 code,种类 kind,名称 name,后果 effect,启用 due,地位 standing".split(","), others),
    ]
    return "\n".join(lines) + "\n"


def _other_index(system: System, name: str, extra: str) -> str:
    rows = [
        [
            _anchor(r[system.code], f"{system.key}/{r[system.code]}.md")
            if _due(r) and _model(system, r[system.code])
            else r[system.code],
            f"{r[name + '_zh']} · {r[name + '_en']}",
            r[extra],
            "是 · yes" if _due(r) else f"未启用 · not due：{r['not_due_reason_zh']} · {r['not_due_reason_en']}",
            _status(r["rule_status"]),
            r["basis"],
        ]
        for r in seed_rows(system.seed)
    ]
    heads = f"代码 code,内容 what,{extra},启用 due,地位 standing,依据 basis".split(",")
    return "\n".join([f"# {system.zh} · {system.en}", "", MADE, "", *table_lines(heads, rows)]) + "\n"


def _enterprise_index() -> str:
    """Return the list of items, and the dated numbers all of them share: multipliers, brackets, levels."""
    elements = [f"e{n}" for n in range(1, 9)]
    industries = [
        [
            f"{r['industry_zh']} · {r['industry_en']}",
            *(r[e] for e in elements),
            r["effective_from"],
            _status(r["rule_status"]),
        ]
        for r in seed_rows("method_enterprise_industries")
    ]
    brackets = [
        [r["zh"], r["basis"], f"{r['bracket_from_wan']}–{r['bracket_to_wan']}", r["rate_pct"], r["effective_from"],
         r["effective_to"], r["rule_status"] if r["is_statutory"] == "true" else STATUS["pilot"]]
        for r in seed_rows("method_safety_fund_rates")
    ]  # fmt: skip
    lines = [
        "",
        "## 行业系数 · Industry multipliers",
        "",
        "要素 E1 至 E8 的得分和满分都乘以此数。 The points of elements E1 to E8, earned and possible, times this.",
        "",
        *table_lines(["行业 industry", *(e.upper() for e in elements), "自 from", "地位 standing"], industries),
        "",
        "## 安全费用分档 · Brackets of the safety fund",
        "",
        "应提 = Σ 各档内的收入 × 该档费率，按该年末有效的费率。内部基准不是法定标准。",
        "Due = Σ revenue inside a bracket × its rate, by the rates in force at the end of that year. An internal benchmark is not law.",
        "",
        *table_lines("类别 sector,基数 basis,档 万元 bracket,% rate,自 from,至 to,地位 standing".split(","), brackets),
    ]
    return _other_index(SYSTEMS[2], "name", "max_points") + "\n".join(lines) + "\n"


def _overview() -> str:
    parameters = [
        [f"`{r['parameter_code']}`", r["value"].rstrip("0").rstrip(".") if "." in r["value"] else r["value"],
         f"{r['name_zh']} · {r['name_en']}", _status(r["rule_status"])]
        for r in seed_rows("method_parameters")
    ]  # fmt: skip
    grades = [
        [r["system"], r["grade"], r["lower_score"], f"{r['name_zh']} · {r['name_en']}", _status(r["rule_status"])]
        for r in seed_rows("method_grades")
    ]
    due = {s.key: sum(_due(r) for r in seed_rows(s.seed)) for s in SYSTEMS}
    return f"""# 得分怎样算出 · How a score is made

{MADE}

方法版本 m2026a。方法以表格形式存放在 `dbt_project/seeds/`，每个发布版本都带着它所用的方法。

1. **原始记录。** 每个指标是一个 SQL 文件，产生原始记录（分子、分母、来源行）。指标值由这些记录得出：比率、中位数、合计或率。分母小于
   10 的比率向全区比率收缩：(k + 5·p0)/(n + 5)。
2. **标准化。** 起评值得 0 分，目标值得 100 分，中间按比例，两端封顶。起评值和目标值固定，不随当季数据变动。
3. **权重。** 固定；只在已启用的指标内逐级分配，每级合计为 1。
4. **缺数是一种状态。** 已核实、不适用、准予豁免、未报送、无法读取、未启用。缺数从不加分。数据覆盖率低于 0.70 的镇街不评级。
5. **汇总。** 加权平均，三级到二级、一级、总分。失分 = 权重 ×（100 − 得分），合计恰为 100 − 基础分。
6. **调整。** 加分至多 5，扣分至多 5，均有记录；否决只限制等级，不改得分和名次。
7. **公布。** 十进制、四舍五入到两位；名次和等级按公布的数字确定，并列同名次。

Method version m2026a. The method lies as tables in `dbt_project/seeds/`; every release carries the method it used.

1. **Evidence.** An indicator is one SQL file that emits evidence rows (numerator, denominator, the row they came from). Its value
   follows from them: a ratio, a median, a sum or a rate. Ratios with fewer than 10 cases are drawn to the district's:
   (k + 5·p0)/(n + 5).
2. **Normalise.** The floor scores 0, the target 100, in proportion between them, capped at both ends. Both are fixed and do not
   move with a quarter's data.
3. **Weights** are fixed; they renew level by level inside what is due and sum to 1 at each level.
4. **Missing data is a status**: observed, not applicable, excused, not reported, unreadable, not due. It never pays. A town
   with a coverage below 0.70 is not rated.
5. **Aggregate** by weighted mean, level 3 to 2 to 1 to total. Points lost = weight × (100 − score); they add up exactly to
   100 − base score.
6. **Adjust**: bonus at most 5, deduction at most 5, each a record; a veto caps the grade and leaves score and rank.
7. **Publish** decimals, half up, two places; ranks and grades come from the published number, ties share a rank.

Firms: 100 × Σ earned × multiplier / Σ possible × multiplier over the items that apply, the multiplier being the industry's;
more than 40 % of the weight without data is 未评 (not rated), never D. A rating is a suggestion until a person signs it.
企业：100 × Σ(得分 × 行业系数) ÷ Σ(满分 × 行业系数)，只计适用项目；超过 40% 的权重无数据时为“未评”，不是 D。评级在有人签字前只是建议。

| | | 启用 due |
|---|---|---|
| [镇街指标 · Town indicators](town.md) | 70 | {due["town"]}（含否决 · with vetoes） |
| [持证规则 · Certification rules](certification.md) | {len(seed_rows("method_cert_rules"))} | {due["certification"]} |
| [企业评分项目 · Enterprise items](enterprise.md) | {len(seed_rows("method_enterprise_items"))} | {due["enterprise"]}（含否决 · with vetoes） |
| [部门指标 · Department indicators](department.md) | 24 | {due["department"]}（含否决、加分 · with vetoes and bonuses） |

[用词对照 · Crosswalks](crosswalks.md)：部门用词怎样读 · how departments' words are read.
[隐患闭环 · Hazard loop](hazards.md)：时限、升级、延期、中止、行刑衔接 · clocks, escalations, extensions, pauses, cases to the police.
[真实性检验 · Integrity tests](integrity.md)：哪些记录该有人去看 · which records somebody should look at.
[一物一号 · Identity](identity.md)：哪些记录是同一件事 · which records are one thing.
[名次有多可靠 · Ranks](ranks.md)：名次区间、取决于什么、与谁难分高下 · how far a rank can be trusted.

## 等级 · Grades

{chr(10).join(table_lines(["对象 of", "等级 grade", "不低于 from", "名称 name", "地位 standing"], grades))}

## 参数 · Parameters

{chr(10).join(table_lines(["参数 parameter", "数值 value", "含义 meaning", "地位 standing"], parameters))}

{STATUS["pilot"]}：由本项目选定的数值 · a value this project chose. {STATUS["unverified"]}：凭记忆，未核对原文 · recalled, not
checked against the text.
"""


def pages() -> dict[Path, str]:
    """Return the method pages as path → text."""
    made = {
        PAGES / "README.md": _overview(),
        PAGES / "town.md": _town_index(),
        PAGES / "certification.md": _other_index(SYSTEMS[1], "requirement", "required_qty"),
        PAGES / "enterprise.md": _enterprise_index(),
        PAGES / "department.md": _department_index(),
    }
    writers = {
        "town": town_page, "certification": certification_page, "enterprise": enterprise_page, "department": department_page,
    }  # fmt: skip
    for system in SYSTEMS:
        for row in seed_rows(system.seed):
            if _due(row) and _model(system, row[system.code]):
                made[PAGES / system.key / f"{row[system.code]}.md"] = writers[system.key](row)
    return made
