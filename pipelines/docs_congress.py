"""The page that shows recommendation → indicators: what the congress asked for and by what it is measured.

The recommendations are the part 3 of the seed ``ref_features``; what measures them, and which topic of the congress goes back to
them, are dated seeds. Nothing is decided here.
"""

from __future__ import annotations

import csv
from collections import defaultdict

from pipelines.docs_rules import PAGES
from pipelines.docs_words import basis
from pipelines.settings import ROOT

PAGE = PAGES / "recommendations.md"
_SEEDS = ROOT / "dbt_project" / "seeds"
PART = "3"
_DISTRICT = """\
没有指标可衡量的建议，由全区一个数衡量，均为**试行，非法定**；得分为该数占目标的百分比，最高 100。名单没有报来即“未报送”，不算进展。

Where no indicator speaks of a recommendation, one number of the whole district measures it; all of them are **pilot, not law**. Its score is the number in
percent of its target, 100 at most. A list that did not come is not reported, and no progress."""


def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def _target(measure: dict[str, str]) -> str:
    """Return where the page of a measure lies: those of the whole district stand on this page."""
    if measure["system"] == "district":
        return "#全区度量--measures-of-the-whole-district"
    return f"{measure['system']}/{measure['indicator_code']}.md"


def page() -> str:
    """Return ``docs/method/recommendations.md``."""
    measures, topics = defaultdict(list), defaultdict(list)
    for r in _seed("method_recommendation_indicators"):
        measures[r["feature_no"]].append(r)
    for r in _seed("method_recommendation_topics"):
        topics[r["feature_no"]].append(r["topic_word"])
    lines = [
        "# 人大建议与指标 · Recommendations and what measures them",
        "",
        "<!-- made by `anlan docs` from the method seeds; do not edit -->",
        "",
        "哪些指标衡量哪条建议、哪个主题归到哪条建议，均为**试行对应，非法定**，按日期生效。怎样计算见[能力纵深](depth.md)。",
        "",
        "Which indicators measure which recommendation, and which topic of the congress goes back to it, is **pilot, not law**, in dated rows. How it",
        "is worked out: [capability depth](depth.md).",
        "",
        "| 编号 no. | 建议 recommendation | 指标 indicators | 为何 why | 主题 topics | 自 from |",
        "|---|---|---|---|---|---|",
    ]
    for f in _seed("ref_features"):
        number = f["feature_no"]
        if f["seed_part"] != PART and number not in topics:
            continue
        mine = measures[number]
        codes = "、".join(f"[{m['indicator_code']}]({_target(m)})" for m in mine)
        why = "；".join(dict.fromkeys(basis(m["basis"]) for m in mine))
        start = min((m["effective_from"] for m in mine), default="")
        lines.append(
            f"| {number} | {f['name_zh']} · {f['name_en']} | {codes or '没有指标 · no indicator'} | {why} | {'、'.join(topics[number])} | {start} |"
        )
    lines += ["", "## 全区度量 · Measures of the whole district", "", _DISTRICT, ""]
    lines += [
        "| 度量 measure | 名称 name | 怎样算 how it is counted | 目标 target | 依据 basis |",
        "|---|---|---|---:|---|",
    ]
    lines += [
        f"| {m['measure_code']} | {m['name_zh']} · {m['name_en']} | {m['rule_zh']} · {m['rule_en']} | {m['target_value']} | {basis(m['basis'])} |"
        for m in _seed("method_congress_measures")
    ]
    return "\n".join(lines) + "\n"
