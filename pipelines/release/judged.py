"""What was said of a release when it went out: every rule of the release door, and the data-barrier index of all departments."""

from __future__ import annotations

from typing import Any

from pipelines.release.opening import Release

# passes where every department has an index; its seen text is the index of all of them
INDEX = "department_data_barriers.index.rated"


def checks(release: Release) -> list[dict[str, Any]]:
    """Return one line per check: ``rule``, ``passed``, ``severity`` and what was ``seen`` (plain values, ``…_md`` Markdown)."""
    found = [
        {
            "rule": c["rule"], "passed": not c["is_failed"], "severity": c["severity"],
            "seen": {"checked": c["checked"], "failed": c["failed"], "seen": c["seen"] or ""},
        }
        for c in release.rows("select * from input_release_checks order by rule")
    ]  # fmt: skip
    return [*found, *_barriers(release)]


def _barriers(release: Release) -> list[dict[str, Any]]:
    """Return the data-barrier index of the quarter as one check, or nothing where the release has no departments."""
    if "department_data_barriers" not in release.tables:
        return []
    rows = release.rows(
        "select * from department_data_barriers where period = ? order by index_status = 'rated' desc, index_score desc, department", [release.period]
    )  # fmt: skip
    if not rows:
        return []
    rated = [r for r in rows if r["index_status"] == "rated"]
    lines = [
        f"| {r['department']} {r['department_name_zh']} {r['department_name_en']} | {r['index_score'] if r in rated else '–'} | "
        f"{r['delivered_count']}/{r['table_count']} | {r['open_count']} | {r['withheld_town_points']:f} | {r['withheld_firm_points']:f} |"
        for r in rows
    ]
    head = "| 部门 department | 指数 index | 到表 tables | 待整改 open | 镇街失分 town points | 企业失分 firm points |\n|---|---:|---:|---:|---:|---:|\n"
    mean = sum(r["index_score"] for r in rated) / len(rated) if rated else None
    return [
        {
            "rule": INDEX, "passed": len(rated) == len(rows), "severity": "warning",
            "seen": {
                "rated": f"{len(rated)} of {len(rows)}", "mean_index": f"{mean:.2f}" if mean is not None else "–",
                "departments_md": head + "\n".join(lines),
            },
        }
    ]  # fmt: skip
