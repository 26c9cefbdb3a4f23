"""What a revision changes against the one before it: new batches, and every published figure that moved.

A silo that lands late, a row that was mended, a correction: all of them come out as a new revision. The list of changes
is frozen with it (``inputs/changes.parquet``, one row per figure) and summed up in two sentences in the manifest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("subject", pa.string()), ("unit_id", pa.string()), ("unit_name_zh", pa.string()), ("unit_name_en", pa.string()),
        ("item_code", pa.string()), ("before_text", pa.string()), ("after_text", pa.string()), ("landed", pa.int64()),
    ]
)  # fmt: skip

# subject: table, key of the unit, names, item, and the figure as published
_FIGURES = {
    "town_score": ("town_quarter_scores", "town_id", "town_name_zh", "town_name_en", "''", "coalesce(cast(final_score as varchar), score_status)"),
    "town_rank": ("town_quarter_scores", "town_id", "town_name_zh", "town_name_en", "''", "cast(rank_overall as varchar)"),
    "town_grade": ("town_quarter_scores", "town_id", "town_name_zh", "town_name_en", "''", "grade"),
    "town_indicator": ("town_indicator_scores", "town_id", "name_zh", "name_en", "indicator_code", "coalesce(cast(published_score as varchar), cell_status)"),
    "firm_grade": ("enterprise_quarter_ratings", "enterprise_id", "firm_name", "firm_name", "''", "coalesce(grade, rating_status)"),
    "firm_score": ("enterprise_quarter_ratings", "enterprise_id", "firm_name", "firm_name", "''", "cast(final_score as varchar)"),
    "station_gap": ("certification_gaps", "unit_id", "requirement_zh", "requirement_en", "rule_id", "cast(gap_count as varchar)"),
    "department_score": ("department_quarter_scores", "department", "department_name_zh", "department_name_en", "''", "coalesce(cast(final_score as varchar), score_status)"),
    "department_grade": ("department_quarter_scores", "department", "department_name_zh", "department_name_en", "''", "grade"),
    "data_barrier": ("department_data_barriers", "department", "department_name_zh", "department_name_en", "''", "cast(index_score as varchar)"),
}  # fmt: skip
_WORDS = {
    "town_score": ("个镇街总分", "town scores"), "town_rank": ("个镇街名次", "town ranks"), "town_grade": ("个镇街等级", "town grades"),
    "town_indicator": ("个镇街指标得分", "town indicator scores"), "firm_grade": ("家企业评级", "firm grades"),
    "firm_score": ("家企业得分", "firm scores"), "station_gap": ("项持证缺口", "certification gaps"),
    "department_score": ("个部门总分", "department scores"), "department_grade": ("个部门等级", "department grades"),
    "data_barrier": ("个部门数据壁垒指数", "data-barrier indices"),
}  # fmt: skip


def _file(folder: Path, name: str) -> str | None:
    path = folder / "tables" / f"{name}.parquet"
    return "read_parquet('" + str(path).replace("'", "''") + "')" if path.is_file() else None


def _has(db: duckdb.DuckDBPyConnection, file: str, column: str) -> bool:
    return column in db.sql(f"select * from {file} limit 0").columns


def compare(before: Path, after: Path, period: str) -> pa.Table:
    """Return every figure of ``period`` that differs between two release folders, and every batch that is new."""
    parts = []
    with duckdb.connect(":memory:") as db:
        for subject, (table, unit, zh, en, item, figure) in _FIGURES.items():
            old, new = _file(before, table), _file(after, table)
            if old is None or new is None or not all(_has(db, f, unit) for f in (old, new)):
                continue  # a release of an older shape has no such figure to compare
            asked = f"select {unit} as unit_id, {item} as item_code, any_value({zh}) as zh, any_value({en}) as en, min({figure}) as figure"
            parts.append(
                db.sql(
                    f"with b as ({asked} from {old} where period = $1 group by 1, 2), a as ({asked} from {new} where period = $1 group by 1, 2) "
                    f"select '{subject}' as subject, coalesce(a.unit_id, b.unit_id) as unit_id, coalesce(a.zh, b.zh) as unit_name_zh, "
                    "coalesce(a.en, b.en) as unit_name_en, coalesce(a.item_code, b.item_code) as item_code, b.figure as before_text, "
                    "a.figure as after_text, cast(null as bigint) as landed from b full join a on b.unit_id = a.unit_id and b.item_code = a.item_code "
                    "where b.figure is distinct from a.figure order by 2, 5",
                    params=[period],
                ).to_arrow_table()
            )
        old, new = (str(f / "inputs" / "batches.parquet").replace("'", "''") for f in (before, after))
        parts.append(
            db.sql(
                f"select 'batch' as subject, a.silo || '/' || a.table_name as unit_id, cast(null as varchar) as unit_name_zh, cast(null as varchar) as unit_name_en, "
                f"a.batch as item_code, cast(null as varchar) as before_text, 'landed' as after_text, a.landed from read_parquet('{new}') a "
                f"anti join read_parquet('{old}') b on a.silo = b.silo and a.table_name = b.table_name and a.batch = b.batch order by 2, 5"
            ).to_arrow_table()
        )
    return pa.concat_tables([p.cast(SCHEMA) for p in parts])


def summary(since: str, changes: pa.Table) -> dict[str, Any]:
    """Return what the manifest says: counts by subject, tables with new batches, and one sentence per language."""
    counts: dict[str, int] = {}
    for subject in changes.column("subject").to_pylist():
        counts[subject] = counts.get(subject, 0) + 1
    rows = changes.to_pylist()
    tables = sorted({r["unit_id"] for r in rows if r["subject"] == "batch"})
    landed = sum(r["landed"] or 0 for r in rows if r["subject"] == "batch")
    moved = [(s, counts[s]) for s in _FIGURES if s in counts]
    shown = ", ".join(tables[:6]) + (" …" if len(tables) > 6 else "")
    first = [r for r in rows if r["subject"] == "town_score"][:3]
    named_zh = "；".join(f"{r['unit_name_zh']} {r['before_text']}→{r['after_text']}" for r in first)
    named_en = "; ".join(f"{r['unit_name_en']} {r['before_text']}→{r['after_text']}" for r in first)
    came_zh = f"新到 {counts.get('batch', 0)} 批 {landed} 行（{shown}）" if tables else "没有新到的批次"
    came_en = f"{counts.get('batch', 0)} new batches, {landed} rows ({shown})" if tables else "no new batch"
    what_zh = "、".join(f"{n} {_WORDS[s][0]}" for s, n in moved) + "有变" if moved else "公布的数字没有变化"
    what_en = (
        "changed: " + ", ".join(f"{n} {_WORDS[s][1]}" for s, n in moved) if moved else "no published figure changed"
    )
    return {
        "since": since, "counts": counts, "tables": tables,
        "note_zh": f"相对 {since}：{came_zh}；{what_zh}" + (f"（{named_zh}）" if named_zh else "") + "。",
        "note_en": f"Against {since}: {came_en}; {what_en}" + (f" ({named_en})" if named_en else "") + ".",
    }  # fmt: skip
