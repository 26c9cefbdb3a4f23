"""The lists of the method's rules and its front page, from the seeds. A page per rule: :mod:`pipelines.docs_rules`.

Called by :mod:`pipelines.docs`; nothing here scores.
"""

from __future__ import annotations

from pathlib import Path

from pipelines import docs_rules
from pipelines import docs_words as words
from pipelines.docs_examples import examples_of, table_lines
from pipelines.docs_rules import MADE, PAGES, SYSTEMS, System, is_due, seed_rows, why_not_due

_INDICATOR_HEADS = (
    "代码 code,名称 name,公式 formula,起评→目标 floor → target,权重 weight,缺数 missing,启用 due,性质 standing"
)
_OTHER_HEADS = "代码 code,种类 kind,名称 name,后果 effect,启用 due,性质 standing"
_NOT_LAW = (
    "“职责法定”只指所依据的职责；起评值、目标值、权重、否决的限级都由本项目选定，为试行，不是法定标准。",
    "“Statutory duty” is said of the duty a rule rests on. Floors, targets, weights and what a veto caps are this project's choice: pilot, not law.",
)


def _link(system: System, row: dict[str, str]) -> str:
    return f"[{row[system.code]}]({system.key}/{row[system.code]}.md)"


def _due_words(system: System, row: dict[str, str]) -> str:
    return "是 · yes" if is_due(row) else f"未启用 · not due：{why_not_due(system, row)}"


def _indicator(system: System, row: dict[str, str]) -> list[str]:
    return [
        _link(system, row),
        f"{row['name_zh']} · {row['name_en']}",
        f"`{row['formula']}`",
        docs_rules.goalposts(row),
        row["weight_global"],
        row["missing_rule"],
        _due_words(system, row),
        # the numbers beside it are in no law
        words.status(row["rule_status"]).replace("法定 · statutory", "职责法定 · statutory duty"),
    ]


def _other(system: System, row: dict[str, str], effect: str) -> list[str]:
    return [
        _link(system, row),
        words.KINDS[row["kind"]],
        f"{row['name_zh']} · {row['name_en']}",
        effect,
        _due_words(system, row),
        # the numbers beside it are in no law
        words.status(row["rule_status"]).replace("法定 · statutory", "职责法定 · statutory duty"),
    ]


def _indicators(system: System, said: list[str], others: str, effect_of) -> str:
    """Return the list of a system's indicators, and below it of what adds, takes off and caps."""
    rows = seed_rows(system.seed)
    missing = docs_rules.missing_rules(system)
    used = sorted({r["missing_rule"] for r in rows if r["missing_rule"]})
    return "\n".join(
        [
            f"# {system.zh} · {system.en}", "", MADE, "",
            *said, "", *_NOT_LAW, "",
            *table_lines(_INDICATOR_HEADS.split(","), [_indicator(system, r) for r in rows if r["kind"] == "indicator"]),
            "", "缺数规则 missing rules:", "",
            *(f"* **{m}**：{' · '.join(missing[m])}" for m in used),
            "", f"## {others}", "",
            *table_lines(_OTHER_HEADS.split(","), [_other(system, r, effect_of(r)) for r in rows if r["kind"] != "indicator"]),
        ]
    ) + "\n"  # fmt: skip


def _town_index() -> str:
    indicators = [r for r in seed_rows("method_town_indicators") if r["kind"] == "indicator"]
    due = sum(map(is_due, indicators))
    said = [
        f"共 {len(indicators)} 个指标，其中 {due} 个已启用。权重在已启用的指标内逐级重新分配（[ADR 7](../adr/0007-weights-renew-by-level.md)）。",
        "",
        f"{len(indicators)} indicators, {due} of them due. Inside what is due the weights renew level by level "
        "([ADR 7](../adr/0007-weights-renew-by-level.md)).",
    ]
    return _indicators(
        SYSTEMS[0],
        said,
        "否决、加分、扣分 · Vetoes, bonuses, deductions",
        lambda r: f"{r['effect_zh']} · {r['effect_en']}",
    )


def _department_index() -> str:
    said = [
        "政府部门按数据共享、响应协同、值守报送、行业监管评价；非政府的数据提供方只评价数据共享，权重为 1。谁承担哪项职责见各指标页，均为试行。",
        "",
        "Government departments are judged on data sharing, joint response, duty and reporting, and sector supervision. A supplier that is "
        "no government body is judged on data sharing alone, at a weight of 1. Who has which task is on the page of the indicator, all of it "
        "pilot.",
    ]
    return _indicators(SYSTEMS[3], said, "否决、加分 · Vetoes, bonuses", docs_rules.department_effect)


def _certification_index() -> str:
    system = SYSTEMS[1]
    rows = [
        [
            _link(system, r),
            f"{r['requirement_zh']} · {r['requirement_en']}",
            words.APPLIES[r["applies_when"]],
            f"`{r['required_qty']}`",
            _due_words(system, r),
            words.basis(r["basis"]),
            words.status(r["rule_status"]),
        ]
        for r in seed_rows(system.seed)
    ]
    heads = "代码 code,要求 requirement,对象 of,应有 required,启用 due,依据 basis,性质 standing".split(",")
    return "\n".join([f"# {system.zh} · {system.en}", "", MADE, "", *table_lines(heads, rows)]) + "\n"


def _enterprise_index() -> str:
    """Return the list of items, and the dated numbers all of them share: multipliers, brackets, levels."""
    system = SYSTEMS[2]
    items = [
        [
            _link(system, r),
            words.KINDS.get(r["kind"], "评分项目 · item"),
            f"{r['name_zh']} · {r['name_en']}",
            r["max_points"],
            words.APPLIES[r["applies_to"]],
            words.basis(r["basis"]),
            words.status(r["rule_status"]),
        ]
        for r in seed_rows(system.seed)
    ]
    elements = [f"e{n}" for n in range(1, 9)]
    industries = [
        [
            f"{r['industry_zh']} · {r['industry_en']}",
            *(r[e] for e in elements),
            r["effective_from"],
            words.status(r["rule_status"]),
        ]
        for r in seed_rows("method_enterprise_industries")
    ]
    brackets = [
        [r["zh"], r["basis"], f"{r['bracket_from_wan']}–{r['bracket_to_wan']}", r["rate_pct"], r["effective_from"],
         r["effective_to"], words.status(r["rule_status"] if r["is_statutory"] == "true" else "pilot")]
        for r in seed_rows("method_safety_fund_rates")
    ]  # fmt: skip
    lines = [
        f"# {system.zh} · {system.en}",
        "",
        MADE,
        "",
        "“有依据”指所列义务；分值、扣分和限级由方法确定，不是法定。评级在有人签字前只是建议。",
        "“Sourced” is said of the duty named. Points, deductions and caps are the method's own and not law. A rating is a suggestion until a "
        "person signs it.",
        "",
        *table_lines(
            "代码 code,种类 kind,名称 name,分值 points,适用 applies to,依据 basis,性质 standing".split(","), items
        ),
        "",
        "## 行业系数 · Industry multipliers",
        "",
        "要素 E1 至 E8 的得分和满分都乘以此数。 The points of elements E1 to E8, earned and possible, times this.",
        "",
        *table_lines(["行业 industry", *(e.upper() for e in elements), "自 from", "性质 standing"], industries),
        "",
        "## 安全费用分档 · Brackets of the safety fund",
        "",
        "应提 = Σ 各档内的收入 × 该档费率，按该年末有效的费率。内部基准不是法定标准。",
        "Due = Σ revenue inside a bracket × its rate, by the rates in force at the end of that year. An internal benchmark is not law.",
        "",
        *table_lines(
            "类别 sector,基数 base,分档（万元） bracket in 10 000 yuan,费率 % rate,自 from,至 to,性质 standing".split(
                ","
            ),
            brackets,
        ),
    ]
    return "\n".join(lines) + "\n"


def _counts() -> list[str]:
    """Return how many rules each system has, and how many of them are due."""
    rows = []
    for system in SYSTEMS:
        all_rows = seed_rows(system.seed)
        main = [r for r in all_rows if r.get("kind", "rule") in ("indicator", "item", "rule")]
        others = [r for r in all_rows if r not in main]
        rows.append(
            [
                f"[{system.zh} · {system.en}]({system.key}.md)",
                len(main),
                sum(map(is_due, main)),
                len(others) or "–",
                sum(map(is_due, others)) if others else "–",
            ]
        )
    heads = ["规则 rules", "共 in all", "启用 due", "否决、加分、扣分 vetoes, bonuses, deductions", "启用 due"]
    return table_lines(heads, rows)


def _overview() -> str:
    parameters = [
        [f"`{r['parameter_code']}`", r["value"].rstrip("0").rstrip(".") if "." in r["value"] else r["value"],
         f"{r['name_zh']} · {r['name_en']}", words.status(r["rule_status"])]
        for r in seed_rows("method_parameters")
    ]  # fmt: skip
    grades = [
        [
            words.SYSTEMS[r["system"]],
            r["grade"],
            r["lower_score"],
            f"{r['name_zh']} · {r['name_en']}",
            words.status(r["rule_status"]),
        ]
        for r in seed_rows("method_grades")
    ]
    return f"""# 得分怎样算出 · How a score is made

{MADE}

方法版本 m2026a。方法以表格形式存放在 `dbt_project/seeds/`，每个发布版本都带着它所用的方法。

1. **原始记录。** 每个指标是一个 SQL 文件，产生原始记录（分子、分母、来源行）。指标值由这些记录得出：比率、中位数、合计或率。分母小于
   10 的比率向全区比率收缩：(k + 5·p0)/(n + 5)。
2. **标准化。** 起评值得 0 分，目标值得 100 分，中间按比例，两端封顶。起评值和目标值固定，不随当季数据变动。
3. **权重。** 固定（一级由[层次分析法](ahp.md)得出）；只在已启用的指标内逐级分配，每级合计为 1。
4. **缺数是一种状态。** 已核实、不适用、准予豁免、未报送、无法读取、未启用。缺数从不加分。数据覆盖率低于 0.70 的镇街为“未评”，不排名次。
5. **汇总。** 加权平均，三级到二级、一级、总分。失分 = 权重 ×（100 − 得分），合计恰为 100 − 基础分。
6. **调整。** 加分至多 5，扣分至多 5，均有记录；否决只限制等级，不改得分和名次。
7. **公布。** 十进制、四舍五入到两位；名次和等级按公布的数字确定，并列同名次。
8. **不确定。** 名次旁公布经演算的名次区间（[名次有多可靠](ranks.md)）。
9. **真实性。** 九项检验请人去看，不改得分（[真实性检验](integrity.md)）。

Method version m2026a. The method lies as tables in `dbt_project/seeds/`; every release carries the method it used.

1. **Evidence.** An indicator is one SQL file that emits evidence rows (numerator, denominator, the row they came from). Its value
   follows from them: a ratio, a median, a sum or a rate. Ratios with fewer than 10 cases are drawn to the district's:
   (k + 5·p0)/(n + 5).
2. **Normalise.** The floor scores 0, the target 100, in proportion between them, capped at both ends. Both are fixed and do not
   move with a quarter's data.
3. **Weights** are fixed (level 1 by [AHP](ahp.md)); they renew level by level inside what is due and sum to 1 at each level.
4. **Missing data is a status**: observed, not applicable, excused, not reported, unreadable, not due. It never pays. A town
   with a coverage below 0.70 is not rated and takes no rank.
5. **Aggregate** by weighted mean, level 3 to 2 to 1 to total. Points lost = weight × (100 − score); they add up exactly to
   100 − base score.
6. **Adjust**: bonus at most 5, deduction at most 5, each a record; a veto caps the grade and leaves score and rank.
7. **Publish** decimals, half up, two places; ranks and grades come from the published number, ties share a rank.
8. **Uncertainty** stands beside a rank: the interval that draws give it ([how far a rank can be trusted](ranks.md)).
9. **Integrity**: nine tests ask somebody to look and change no score ([integrity tests](integrity.md)).

企业：100 × Σ(得分 × 行业系数) ÷ Σ(满分 × 行业系数)，只计适用项目；超过 40% 的权重无数据时为“未评”，不是 D。评级在有人签字前只是建议。

Firms: 100 × Σ earned × multiplier / Σ possible × multiplier over the items that apply, the multiplier being the industry's;
more than 40 % of the weight without data is 未评 (not rated), never D. A rating is a suggestion until a person signs it.

{chr(10).join(_counts())}

其他各页 · the other pages:

* [从记录到得分 · From evidence to score](score.md)：指标值、状态、汇总、调整、公布的算例 · examples of value, status, aggregation, adjustment
* [层次分析法定权 · Weights by AHP](ahp.md)：判断矩阵、权重、一致性 · judgements, weights, consistency
* [隐患闭环 · Hazard loop](hazards.md)：时限、升级、延期、中止、行刑衔接 · clocks, escalations, extensions, pauses, cases to the police
* [15分钟应急救援圈 · Rescue circle](circle.md)：到场时间、等时圈、候选站点 · arrivals, isochrones, sites
* [能力纵深 · Capability depth](depth.md)：镇街差距、物资、预案演练、社会力量 · gaps between towns, supplies, plans and drills, social forces
* [人大建议与指标 · Recommendations](recommendations.md)：哪些指标衡量哪条建议 · which indicators measure which recommendation
* [名次有多可靠 · Ranks](ranks.md)：名次区间、取决于什么、与谁难分高下 · how far a rank can be trusted
* [试算 · What if](whatif.md)：改动一处后的得分，到上一等级最省的做法 · a score with something changed, the cheapest way to the next grade
* [效度 · Validity](validity.md)：得分是否预示后来的结果 · whether the score tells what comes
* [真实性检验 · Integrity tests](integrity.md)：哪些记录该有人去看 · which records somebody should look at
* [跨行信号 · Signals](signals.md)：几行合在一起才看得出的问题 · what no single row shows
* [一物一号 · Identity](identity.md)：哪些记录是同一件事 · which records are one thing
* [地点 · Places](places.md)：区划沿革、坐标、路网 · divisions, coordinates, roads
* [用词对照 · Crosswalks](crosswalks.md)：部门用词怎样读 · how departments' words are read
* [公开指数与定义 · References](references.md)：引擎按公开说明重算 · the engine on public indices and definitions

## 性质 · Standing

{chr(10).join(words.legend())}

## 等级 · Grades

{chr(10).join(table_lines(["对象 of", "等级 grade", "不低于 from", "名称 name", "性质 standing"], grades))}

## 参数 · Parameters

{chr(10).join(table_lines(["参数 parameter", "数值 value", "含义 meaning", "性质 standing"], parameters))}
"""


_SCORE = """\
# 从记录到得分 · From evidence to score

{made}

各指标页的算例到原始记录为止。本页是其后各步：指标值和小样本修正（`int_town_values`）、状态和得分（`int_town_cells`）、加分扣分和否决
（`int_town_quarters`）、公布（`town_quarter_scores`）；部门、企业的各步同理。

The examples of an indicator's page end at its evidence. Here are the steps after it: the value and the small-number rule (`int_town_values`), status
and score (`int_town_cells`), bonuses, deductions and vetoes (`int_town_quarters`), what is published (`town_quarter_scores`); and the same of
departments and firms.
"""
_STEPS = (
    "int_town_values", "int_town_cells", "int_town_falsified", "int_town_quarters", "town_quarter_scores",
    "int_department_values", "int_department_cells", "int_department_quarters", "department_quarter_scores",
    "enterprise_item_results", "enterprise_rating_grades",
)  # fmt: skip


def _score() -> str:
    return "\n".join([_SCORE.format(made=MADE), *examples_of(*_STEPS)]).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Return the method pages as path → text."""
    return {
        PAGES / "README.md": _overview(),
        PAGES / "score.md": _score(),
        PAGES / "town.md": _town_index(),
        PAGES / "certification.md": _certification_index(),
        PAGES / "enterprise.md": _enterprise_index(),
        PAGES / "department.md": _department_index(),
    } | docs_rules.pages()
