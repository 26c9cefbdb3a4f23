"""Enterprise ratings: how the grades spread, and a list to filter and search."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, i18n, parts, shell
from dashboards.queries import of_firms, of_towns

ctx = shell.enter("firms", ("enterprise_quarter_ratings",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
GRADES = ("A", "B", "C", "D", "none")
counts = of_firms.grade_counts(ctx.release, ctx.period)
totals = {g: sum(c["firms"] for c in counts if c["grade"] == g) for g in GRADES}
everyone = sum(totals.values())


def grade_words(grade: str) -> str:
    """Return the letter, or the words for not rated."""
    return t("grade.none") if grade == "none" else grade


def figures() -> str:
    """Return how many firms hold each grade; each figure opens the list of them."""
    made = []
    for g in GRADES:
        share = i18n.percent(totals[g] / everyone) if everyone else i18n.DASH
        label = parts.chip(lang, None if g == "none" else g)
        made.append(
            f'<div class="an-fig"><div class="l">{label}</div><div class="v">'
            f"{parts.link(ctx.here(grade=g, p=None), esc(i18n.whole(totals[g])))}</div>"
            f'<div class="c">{esc(share)}</div></div>'
        )
    return f'<div class="an-figs five">{"".join(made)}</div>'


def spread() -> list[dict]:
    """Return the rows of the chart: all firms first, then industries by size."""
    size = {}
    for c in counts:
        size[c["industry_code"]] = size.get(c["industry_code"], 0) + c["firms"]
    words = {c["industry_code"]: ctx.pick(c, "industry") for c in counts}
    drawn = []
    for code in sorted(size, key=lambda k: -size[k]):
        for c in counts:
            if c["industry_code"] == code:
                drawn.append(
                    {
                        "group": code,
                        "label": f"{words[code]}  {size[code]:,}",
                        "grade": c["grade"],
                        "firms": c["firms"],
                        "order": GRADES.index(c["grade"]),
                        "tip": f"{words[code]}  {grade_words(c['grade'])}: {c['firms']:,} "
                        f"({i18n.percent(c['firms'] / size[code])})",
                    }
                )
    return drawn


def listing(found: list[dict]) -> str:
    """Return the firms of this page."""
    lines = []
    for f in found:
        rated = f["rating_status"] == "rated"
        change = difference(f)
        flag = f' <span class="tag">{esc(t("key_firm"))}</span>' if f["is_key"] else ""
        reason = f["points_lost_top_reason"] or ""
        veto = "".join(
            f' <span class="tag bad">{esc(code)}</span>' for code in filter(None, (f["veto_codes"] or "").split(","))
        )
        lines.append(
            "<tr>"
            + parts.cell(
                parts.link(ctx.href("firm", firm=f["enterprise_id"]), esc(f["firm_name"]), "firm")
                + flag
                + f'<span class="sub">{esc(f["uscc"])}</span>',
                css="head",
            )
            + parts.cell(parts.chip(lang, f["grade"] if rated else None) + veto, t("grade"))
            + parts.cell(esc(i18n.number(f["final_score"]) if rated else i18n.DASH), t("score"), "num")
            + parts.cell(esc(change), t("last_grade"))
            + parts.cell(esc(ctx.pick(f, "town_name")), t("town"), "nowrap")
            + parts.cell(esc(ctx.pick(f, "industry")), t("industry"))
            + parts.cell(esc(ctx.known("reason", reason, reason or i18n.DASH)), t("top_reason"))
            + "</tr>"
        )
    heads = (
        (t("firm"), ""),
        (t("grade"), ""),
        (t("score"), "num"),
        (t("last_grade"), ""),
        (t("town"), ""),
        (t("industry"), ""),
        (t("top_reason"), ""),
    )
    return parts.table(heads, lines)


def difference(f: dict) -> str:
    """Return last quarter's grade and score of a firm."""
    if f.get("previous_grade") is None and f.get("previous_score") is None:
        return i18n.DASH
    return f"{f['previous_grade'] or t('grade.none')} {i18n.number(f['previous_score']) if f['previous_score'] is not None else ''}"


towns = {
    r["town_id"]: ctx.pick(r, "town_name")
    for r in sorted(of_towns.towns(ctx.release, ctx.period), key=lambda r: r["town_id"])
}
industries = {c["industry_code"]: ctx.pick(c, "industry") for c in counts}
parts.draw(
    f'<h1>{esc(t("firms_title"))}</h1><p class="lead">{esc(t("firms_lead", total=i18n.whole(everyone), none=i18n.whole(totals["none"])))}</p>'
    + figures()
    + f'<h2>{esc(t("spread_title"))}</h2><p class="note">{esc(t("spread_note"))}</p>{parts.grade_key(lang, t("firm_bounds"))}'
)
if counts:
    charts.draw(charts.grade_shares(spread()), t("spread_title"))
parts.draw(f"<h2>{esc(t('list_title'))}</h2>")
with st.container(key="filters_firms"):
    boxes = st.columns(5)
with boxes[0]:
    town = shell.choose(ctx, "town", t("town"), {"": t("all"), **towns}, clear=("p",))
with boxes[1]:
    industry = shell.choose(ctx, "industry", t("industry"), {"": t("all"), **industries}, clear=("p",))
with boxes[2]:
    grade = shell.choose(ctx, "grade", t("grade"), {"": t("all"), **{g: grade_words(g) for g in GRADES}}, clear=("p",))
with boxes[3]:
    key = shell.choose(ctx, "key", t("key_firm"), {"": t("all"), "1": t("key_only")}, clear=("p",))
with boxes[4]:
    typed = shell.search(ctx, "q", t("search_firm"), clear=("p",))
page = ctx.page_number()
found, total = of_firms.firms(
    ctx.release, ctx.period, town=town, industry=industry, grade=grade, key=key, text=typed, page=page
)
if total:
    parts.draw(
        listing(found) + parts.pager(lang, total, of_firms.FIRM_PAGE, page, lambda p: ctx.here(p=p if p > 1 else None))
    )
else:
    nothing = parts.link(ctx.href("firms"), esc(t("clear_filters")))
    parts.draw(f"<p>{esc(t('firms_none'))} {nothing}</p>")
shell.footer(ctx)
