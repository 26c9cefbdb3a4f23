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


def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


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
        codes = "、".join(f"[{m['indicator_code']}]({m['system']}/{m['indicator_code']}.md)" for m in mine)
        why = "；".join(dict.fromkeys(basis(m["basis"]) for m in mine))
        start = min((m["effective_from"] for m in mine), default="")
        lines.append(
            f"| {number} | {f['name_zh']} · {f['name_en']} | {codes or '没有指标 · no indicator'} | {why} | {'、'.join(topics[number])} | {start} |"
        )
    return "\n".join(lines) + "\n"
