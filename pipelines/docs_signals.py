"""The page of what only several rows show, made from the seed ``ref_signals``; nothing here judges."""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.docs_words import status
from pipelines.settings import ROOT

PAGE = ROOT / "docs" / "method" / "signals.md"
_SEED = ROOT / "dbt_project" / "seeds" / "ref_signals.csv"
_HEAD = """\
# 跨行信号 · Signals across rows

<!-- made by `anlan docs` from dbt_project/seeds/ref_signals.csv; do not edit -->

单看一行没有错，几行放在一起才看得出的问题。每个信号只作标记（`fct_row_signals`：一行落地数据 × 一个信号），数值不改；
各部门数据质量单按表、按季列出行数和一行示例。看见率与准确率见 [../quality.md](../quality.md)。

What no single row shows. A signal marks landed rows (`fct_row_signals`: one landed row x one signal) and never changes a
value; the quality page of a department lists them by table and quarter with one row to open. How well they see is measured
in [../quality.md](../quality.md).

| 信号 signal | 脏数据类 kind | 名称 name | 规则 rule | 依据 basis | 性质 standing |
|---|---:|---|---|---|---|
"""


def page(seed: Path = _SEED) -> str:
    """Return docs/method/signals.md."""
    with seed.open(encoding="utf-8", newline="") as f:
        rows = sorted(csv.DictReader(f), key=lambda r: (int(r["dirt_number"]), r["signal_code"]))
    lines = [
        f"| `{r['signal_code']}` | {r['dirt_number']} | {r['name_zh']} · {r['name_en']} | {r['rule_zh']} · {r['rule_en']} "
        f"| {r['basis']} | {status(r['rule_status'])} |"
        for r in rows
    ]
    return _HEAD + "\n".join(lines) + "\n"
