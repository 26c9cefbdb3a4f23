"""How far a rank can be trusted, in words: its interval, whom it cannot be told from, what its grade and its gaps are worth."""

from __future__ import annotations

from dashboards import i18n, parts


def interval(row: dict | None) -> str:
    """Return ``4–8``, ``4`` where both ends are alike, nothing where there is no interval."""
    if row is None or row["rank_best"] is None:
        return ""
    ends = (row["rank_best"], row["rank_worst"])
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def said(ctx, row: dict | None, names: dict[str, str], rank: str, grade: str | None) -> str:
    """Return what a unit reads of its rank: the sentence of the release, who is like it, its grade, its unverified cells."""
    if row is None or row["rank_best"] is None:
        return ""
    t, esc = ctx.t, parts.esc
    lines = [f"<b>{esc(ctx.pick(row, 'decided'))}</b>"]
    like = [names.get(u, u) for u in row["alike_ids"].split(",") if u]
    if like:
        lines.append(esc(t("trust_alike", names=t("list_joiner").join(like))))
    if grade:
        share, plain = (i18n.percent(row[c], 0) for c in ("grade_kept_share", "grade_kept_arithmetic_share"))
        lines.append(esc(t("trust_grade", grade=grade, share=share, plain=plain)))
    if not row["rank_missing_zero"] == row["rank_missing_full"] == row[rank]:
        lines.append(esc(t("trust_missing", zero=row["rank_missing_zero"], full=row["rank_missing_full"])))
    return f'<div class="an-say calm">{"<br>".join(lines)}</div>'


def groups(ctx, rows: list[dict], names: dict[str, str], unit: str) -> str:
    """Return in words which units cannot be told apart, group by group; ``rows`` stand in the order of their ranks."""
    found: dict[int, list[dict]] = {}
    for r in rows:
        if r["alike_group"] is not None and r["alike_group_size"] > 1:
            found.setdefault(r["alike_group"], []).append(r)
    words = [
        ctx.t(
            "trust_group",
            names=ctx.t("list_joiner").join(names[r[unit]] for r in like),
            best=min(r["rank_best"] for r in like),
            worst=max(r["rank_worst"] for r in like),
        )
        for like in found.values()
    ]
    return ctx.t("trust_groups", groups=ctx.t("joiner").join(words)) if words else ""


def drivers(ctx, rows: list[dict]) -> list[dict]:
    """Return what the chart of a rank's drivers draws, the largest total effect first."""
    return [
        {
            "label": ctx.t(f"driver.{r['factor_kind']}", name=ctx.pick(r, "node_name") or ""),
            "value": float(r["total_share"]),
            "shown": i18n.percent(r["total_share"], 0),
            "tip": ctx.t(
                "driver_tip", total=i18n.percent(r["total_share"], 0), first=i18n.percent(r["first_share"], 0), runs=i18n.whole(r["run_count"])
            ),
        }
        for r in rows
    ]  # fmt: skip
