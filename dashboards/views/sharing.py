"""Data barriers: how each department shares its data, indicator by indicator, and what was withheld for lack of it."""

from __future__ import annotations

from dashboards import i18n, parts, shell, trust
from dashboards.queries import of_departments, of_ranks

ctx = shell.enter("sharing", ("department_data_barriers", "department_indicator_scores"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
barriers = of_departments.barriers(ctx.release, ctx.period)
cells = of_departments.department_cells(ctx.release, ctx.period)
codes = list(dict.fromkeys(c["indicator_code"] for c in cells))
by_place = {(c["department"], c["indicator_code"]): c for c in cells}
chosen = ctx.arg("dept", {b["department"] for b in barriers}) or (barriers[-1]["department"] if barriers else "")


def band(score: object) -> str:
    """Return the colour class of a score: the bands of the enterprise grades, as a colour only."""
    value = float(str(score))
    return "A" if value >= 90 else "B" if value >= 75 else "C" if value >= 60 else "D"


def figures() -> str:
    """Return the headline figures of all departments together."""
    rated = [b for b in barriers if b["index_status"] == "rated"]
    mean = sum(b["index_score"] for b in rated) / len(rated) if rated else None
    came, all_tables = (sum(int(b[k]) for b in barriers) for k in ("delivered_count", "table_count"))
    waiting = sum(int(b["open_count"]) for b in barriers)
    mended = sum(int(b["mended_count"]) for b in barriers)
    withheld = sum(b["withheld_town_points"] for b in barriers)
    firms = sum(b["withheld_firm_points"] for b in barriers)
    return (
        '<div class="an-figs">'
        + parts.figure(t("mean_index"), i18n.number(mean), "", t("departments_rated", n=len(rated), all=len(barriers)))
        + parts.figure(t("tables_came"), i18n.whole(came), "", t("of_tables", n=all_tables))
        + parts.figure(t("rows_to_mend"), i18n.whole(waiting), "", t("rows_mended", n=f"{mended:,}"))
        + parts.figure(
            t("points_withheld"), i18n.number(withheld), "", t("points_withheld_firms", n=i18n.number(firms))
        )
        + "</div>"
    )


def matrix() -> str:
    """Return departments by indicators: each cell its score, coloured; what does not apply is a dash."""
    heads = "".join(
        f'<th title="{esc(ctx.pick(c, "name"))}">{esc(code)}</th>'
        for code in codes
        for c in [next(x for x in cells if x["indicator_code"] == code)]
    )
    lines = []
    for b in barriers:
        row = []
        for code in codes:
            c = by_place.get((b["department"], code))
            if c is None or c["score"] is None:
                word = ctx.known("status", c["cell_status"]) if c else i18n.DASH
                row.append(f'<td title="{esc(word)}"><span class="cell faint">{i18n.DASH}</span></td>')
            else:
                row.append(
                    f'<td title="{esc(ctx.pick(c, "name"))}"><span class="cell heat {band(c["score"])}">'
                    f"{i18n.whole(c['score'])}</span></td>"
                )
        name = parts.link(
            ctx.here(dept=b["department"]), esc(ctx.pick(b, "department_name")), extra=' data-stay data-to="department"'
        )
        index = i18n.number(b["index_score"]) if b["index_status"] == "rated" else t("grade.none")
        picked = ' class="on"' if b["department"] == chosen else ""
        lines.append(
            f'<tr{picked}><td>{name}</td><td class="num"><b>{esc(index)}</b></td>'
            f'<td class="num">{b["delivered_count"]}/{b["table_count"]}</td>{"".join(row)}</tr>'
        )
    top = (
        f"<th>{esc(t('department'))}</th><th class='num'>{esc(t('index'))}</th><th class='num'>{esc(t('tables'))}</th>"
    )
    legend = "".join(f"<span><b>{esc(code)}</b> {esc(ctx.pick(by_code(code), 'name'))}</span>" for code in codes)
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr>{top}{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
        f'<div class="an-key">{legend}</div>'
    )


def by_code(code: str) -> dict:
    """Return any row of an indicator, for its names."""
    return next(c for c in cells if c["indicator_code"] == code)


def department() -> str:
    """Return the chosen department, indicator by indicator, with what was withheld for lack of its tables."""
    b = next(x for x in barriers if x["department"] == chosen)
    rated = b["index_status"] == "rated"
    lines = []
    tasks = of_departments.department_tasks(ctx.release, ctx.period, chosen)
    for c in [*(x for x in cells if x["department"] == chosen), *tasks]:
        scored = c["score"] is not None
        # a count needs no unit where the page has no word for it
        unit = c["unit"] if c["unit"] == "%" or lang == "zh" else ""
        lines.append(
            "<tr>"
            + parts.cell(
                f"{esc(c['indicator_code'])} {esc(ctx.pick(c, 'name'))}{parts.not_law(t, c['rule_status'])}", css="head"
            )
            + parts.cell(
                f"{esc(i18n.number(c['value'], 2))} {esc(unit)} <span class='sub'>{esc(i18n.whole(c['numerator']))} / {esc(i18n.whole(c['denominator']))}{esc(t('shrunk')) if c.get('is_shrunk') else ''}</span>"
                if c["value"] is not None
                else f'<span class="mute">{esc(ctx.known("status", c["cell_status"]))}</span>',
                t("value"),
                "num",
            )
            + parts.cell(
                parts.bullet(
                    float(c["score"]) / 100 if scored else None,
                    f"{i18n.number(c['floor_value'], 1)} {unit}".strip(),
                    f"{i18n.number(c['target_value'], 1)} {unit}".strip(),
                ),
                css="full",
            )
            + parts.cell(esc(i18n.number(c["score"])) if scored else i18n.DASH, t("score"), "num")
            + parts.cell(esc(i18n.number(c["points_lost"])) if scored else i18n.DASH, t("lost"), "num")
            + "</tr>"
        )
    heads = ((t("indicator"), ""), (t("value"), "num"), ("", ""), (t("score"), "num"), (t("lost"), "num"))
    ranked = sum(x["index_status"] == "rated" for x in barriers)
    said = (
        t("index_of", index=i18n.number(b["index_score"]), rank=b["rank_overall"], all=ranked)
        if rated
        else t("index_not_rated", share=i18n.percent(b["coverage_share"]))
    )
    top = (
        f'<h2 id="department">{esc(ctx.pick(b, "department_name"))} <span class="mute" style="font-weight:400">{esc(ctx.pick(b, "body_name"))}</span></h2>'
        f'<p class="note">{esc(said)} '
        + parts.link(ctx.href("data", silo=b["silo"]), esc(t("to_tables")))
        + f" · <code>anlan quality {esc(b['silo'])}</code></p>"
    )
    return top + score() + parts.table(heads, lines, "cards ind") + freshness(b["silo"]) + withheld(b["silo"])


def score() -> str:
    """Say what the department's whole score is, its rank among its like, and what caps its grade."""
    s = of_departments.department_score(ctx.release, ctx.period, chosen)
    if s is None:
        return ""
    if s["score_status"] != "rated":
        return f"<p>{esc(t('department_not_rated', share=i18n.percent(s['coverage_share'])))}</p>"
    said = t(
        "department_score_said",
        score=i18n.number(s["final_score"]),
        rank=s["rank_in_group"],
        all=s["group_size"],
        bonus=i18n.number(s["bonus_points"]),
    )
    kind = ctx.known("department_group", s["group_code"])
    trusted = of_ranks.rank_intervals(ctx.release, ctx.period, "department").get(chosen)
    doubt = trust.said(
        ctx, trusted, {b["department"]: ctx.pick(b, "department_name") for b in barriers}, "rank_in_group", s["grade"]
    )
    caps = "".join(
        f'<div class="an-say"><b>{esc(code)}</b> {esc(ctx.known("veto", code))}</div>'
        for code in filter(None, (s["veto_codes"] or "").split(","))
    )
    return f'<p>{parts.chip(lang, s["grade"])} {esc(said)} <span class="mute">{esc(kind)}</span></p>{doubt}{caps}'


def freshness(silo: str) -> str:
    """Return how many tables of ``silo`` had come within cadence and grace on the period's last day, and those that had not."""
    found = of_departments.freshness(ctx.release, ctx.period, silo)
    if not found:
        return ""
    count = {s: sum(r["freshness_status"] == s for r in found) for s in ("fresh", "late", "never_came", "not_due")}
    said = t("freshness_said", day=i18n.date(lang, found[0]["as_of_date"]), **count)
    top = f'<h3>{esc(t("freshness_title"))}</h3><p class="note">{esc(t("freshness_note"))}</p><p>{esc(said)}</p>'
    lines = [
        "<tr>"
        + parts.cell(f'{esc(ctx.pick(r, "table_name"))}<span class="sub">{esc(r["rule"])}</span>', css="head")
        + parts.cell(esc(ctx.known("cadence", r["cadence"])), t("cadence"))
        + parts.cell(esc(i18n.date(lang, r["last_fact_date"])), t("newest"), "nowrap")
        + parts.cell(esc(i18n.date(lang, r["due_date"])), t("due"), "nowrap")
        + parts.cell(
            f'<span class="bad">{esc(ctx.known("freshness", r["freshness_status"]))}</span>'
            + (f'<span class="sub">{esc(t("days_late", n=r["late_days"]))}</span>' if r["late_days"] else ""),
            t("freshness_title"),
        )
        + "</tr>"
        for r in found
        if r["freshness_status"] in ("late", "never_came")
    ]
    heads = ((t("data_table"), ""), (t("cadence"), ""), (t("newest"), ""), (t("due"), ""), (t("freshness_title"), ""))
    return top + (parts.table(heads, lines) if lines else "")


def withheld(silo: str) -> str:
    """Return the tables of ``silo`` that did not come, and the points that waited for them."""
    found = of_departments.withheld(ctx.release, ctx.period, silo)
    top = f"<h3>{esc(t('withheld_title'))}</h3>"
    if not found:
        return top + f'<p class="mute">{esc(t("withheld_none"))}</p>'
    lines = [
        "<tr>"
        + parts.cell(
            f'{esc(ctx.pick(r, "table_name"))}<span class="sub">{esc(r["table_name"])} · {esc(ctx.known("delivery", r["delivery_status"]))}</span>',
            css="head",
        )
        + parts.cell(esc(r["indicator_code"]), t("indicator"))
        + parts.cell(esc(ctx.known("unit_type", r["unit_type"])), t("unit_kind"))
        + parts.cell(esc(i18n.whole(r["units"])), t("units"), "num")
        + parts.cell(esc(i18n.number(r["points"])), t("points_withheld"), "num")
        + "</tr>"
        for r in found
    ]
    heads = (
        (t("data_table"), ""),
        (t("indicator"), ""),
        (t("unit_kind"), ""),
        (t("units"), "num"),
        (t("points_withheld"), "num"),
    )
    return top + f'<p class="note">{esc(t("withheld_note"))}</p>' + parts.table(heads, lines)


parts.draw(f'<h1>{esc(t("sharing_page_title"))}</h1><p class="lead">{esc(t("sharing_page_lead"))}</p>' + figures())
if barriers:
    parts.draw(
        f'<h2>{esc(t("barrier_matrix"))}</h2><p class="note">{esc(t("barrier_matrix_note"))}</p>{matrix()}'
        + department()
    )
shell.footer(ctx)
