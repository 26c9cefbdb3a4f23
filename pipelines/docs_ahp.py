"""The page of the weights by AHP, made from the seed ``method_ahp_judgements``; nothing here judges."""

from __future__ import annotations

import numpy as np

from pipelines.analysis import ahp
from pipelines.docs_examples import table_lines
from pipelines.docs_rules import MADE, PAGES, seed_rows
from pipelines.docs_words import status

PAGE = PAGES / "ahp.md"
_HEAD = """\
# 层次分析法定权 · Weights by AHP

{made}

九个一级维度的权重由两两比较得出：矩阵中的数是“行的重要性是列的几倍”。{standing}。一位评判者的试行矩阵暂代方法第 3 条所要求的群体判断；
区里组织评判后，每位评判者一个 `judge_code`，写入 `method_ahp_judgements`。

The weights of the nine level-1 dimensions follow from comparing them in pairs: a cell says how many times as important the row is as the
column. {standing}. One pilot matrix stands in for the group that METHOD 3 asks for; when the district has asked its judges, each is a
`judge_code` in `method_ahp_judgements`.
"""
_RULES = """\
## 规则 · Rules

* **权重**：矩阵主特征向量，合计为 1。所用权重（`method_town_indicators.weight_l1`）取四位小数。
* **一致性**：CI = (λmax − n) / (n − 1)，CR = CI / RI；RI 为 Saaty（1980）的随机指标，至 15 个。CR 不小于 0.1 的矩阵拒收，并指出最不一致的三个判断。
* **群体**：各评判者的判断逐格取几何平均，由平均后的矩阵的 CR 决定；某位评判者自己的 CR 不小于 0.1 时只提示。
* **最不一致的三元组**：a_ij · a_jk 与 a_ik 之比离 1 最远的三个。
* **拒收**：文字、零、负数，判断与反向判断之积不为 1（允许四位小数的舍入），代码不明、缺少或重复，超过 15 个；指出行和成对的代码。

* **Weights**: the principal eigenvector, summing to 1. The weights in use (`method_town_indicators.weight_l1`) are rounded to four places.
* **Consistency**: CI = (λmax − n) / (n − 1), CR = CI / RI, RI being Saaty's random index (1980), up to 15 codes. A matrix of CR 0.1 or more is
  refused with the three judgements that fit together worst.
* **A group**: cell by cell the geometric mean of the judges, and the CR of that mean decides. A judge whose own CR is 0.1 or more is named as a warning.
* **The worst triad**: the three codes whose a_ij · a_jk is farthest from a_ik, as a ratio.
* **Refused**: text, zero, a negative; a judgement and its opposite that do not multiply to 1 (four places are enough); codes unknown, missing or doubled; more than 15
  codes. The row and the pair are named.

## 自己的矩阵 · A matrix of your own

```
anlan ahp --matrix judge1.csv [--matrix judge2.csv …] [--out results/]
```

每个文件一位评判者：第一行、第一列为代码，数值或分数（1/3）。写出 `weights.csv`（code, weight，不舍入）和 `summary.json`（λmax、CI、RI、CR、最不一致的三元组、
各评判者的 CR）。拒收时退出码为 1，不写文件。

One file per judge: codes in the first line and column, numbers or fractions (1/3). It leaves `weights.csv` (code, weight, unrounded) and `summary.json` (λmax,
CI, RI, CR, worst triad, each judge's CR). What is refused exits with 1 and nothing is written.
"""


def judgements() -> tuple[list[str], list[np.ndarray]]:
    """Return the codes and the matrix of every judge, as the newest rows of the seed have them."""
    every = seed_rows("method_ahp_judgements")
    newest = max(r["effective_from"] for r in every)
    rows = [r for r in every if r["effective_from"] == newest]
    codes = sorted({r["row_code"] for r in rows})
    made = []
    for judge in sorted({r["judge_code"] for r in rows}):
        cell = {(r["row_code"], r["column_code"]): float(r["judgement"]) for r in rows if r["judge_code"] == judge}
        made.append(np.array([[cell[a, b] for b in codes] for a in codes]))
    return codes, made


def page() -> str:
    """Return docs/method/ahp.md."""
    codes, matrices = judgements()
    made = ahp.group(matrices, codes)
    rows = seed_rows("method_town_indicators")
    used = {r["l1_code"]: r for r in rows if r["weight_l1"]}
    weights = [
        [c, f"{used[c]['l1_name_zh']} · {used[c]['l1_name_en']}", f"{w:.6f}", used[c]["weight_l1"]]
        for c, w in zip(codes, made.weights.tolist(), strict=True)
    ]
    lines = [_HEAD.format(made=MADE, standing=status(seed_rows("method_ahp_judgements")[0]["rule_status"]))]
    for number, matrix in enumerate(matrices, 1):
        cells = [[f"**{c}**", *(f"{v:g}" for v in row)] for c, row in zip(codes, matrix.tolist(), strict=True)]
        lines += [f"## 判断 · Judgements {number}", "", *table_lines(["", *codes], cells), ""]
    lines += [
        "## 权重 · Weights", "",
        *table_lines(["代码 code", "维度 dimension", "算出 worked out", "所用 in use"], weights), "",
        f"λmax = {made.lambda_max:.4f}, CI = {made.consistency_index:.4f}, RI({len(codes)}) = {made.random_index:g}, "
        f"**CR = {made.consistency_ratio:.4f}** < {ahp.LIMIT:g}. 最不一致的三元组 worst triad: {', '.join(made.triad or ())}.", "",
    ]  # fmt: skip
    return "\n".join([*lines, _RULES])
