"""The district at a glance: headline figures, schematic map, ranking, what changed."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, i18n, parts, queries, shell, trust
from dashboards.queries import of_data, of_ranks, of_towns

ctx = shell.enter("overview", ("district_overview", "town_indicator_scores"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
towns = of_towns.towns(ctx.release, ctx.period)
trusted = of_ranks.rank_intervals(ctx.release, ctx.period)
moves = of_towns.moves(ctx.release, ctx.period)
names = {row["town_id"]: ctx.pick(row, "town_name") for row in towns}


def plain(name: str) -> str:
    """Return the town's name without 街道 or 镇: the tile is small."""
    return name.removesuffix("街道").removesuffix("镇") if lang == "zh" else name


def against(change: object, unit: str = "", places: int = 2) -> str:
    """Say how a figure moved since the last quarter."""
    return "" if change is None else t("since_last", change=i18n.signed(change, places) + unit)


def difference(now: object, before: object) -> object:
    """Return now − before, or None when either is unknown."""
    return None if now is None or before is None else now - before


def headlines(row: dict) -> str:
    """Return the six headline figures."""
    closed, was = row.get("hazards_closed_on_time_share"), row.get("previous_hazards_closed_on_time_share")
    shift = difference(closed, was)
    good = (row.get("grade_a") or 0) + (row.get("grade_b") or 0)
    rated = row.get("enterprises_rated") or 0
    stations = len(towns)
    return (
        '<div class="an-figs">'
        + "".join(
            (
                parts.figure(
                    t("fig_mean"),
                    i18n.number(row.get("mean_score")),
                    t("points"),
                    against(difference(row.get("mean_score"), row.get("previous_mean_score")))
                    or t("fig_rated", rated=row.get("towns_rated"), total=stations),
                ),
                parts.figure(
                    t("fig_short"),
                    i18n.whole(row.get("stations_short_law_cert")),
                    t("of_n", n=stations),
                    against(
                        difference(row.get("stations_short_law_cert"), row.get("previous_stations_short_law_cert")),
                        "",
                        0,
                    ),
                ),
                parts.figure(
                    t("fig_hazards"),
                    i18n.percent(closed),
                    "",
                    against(None if shift is None else shift * 100, t("pct_points"), 1)
                    or t("fig_found", found=i18n.whole(row.get("hazards_found"))),
                ),
                parts.figure(
                    t("fig_major"),
                    i18n.whole(row.get("major_hazards_open")),
                    t("items"),
                    against(difference(row.get("major_hazards_open"), row.get("previous_major_hazards_open")), "", 0)
                    or t("fig_found", found=i18n.whole(row.get("hazards_found"))),
                ),
                parts.figure(
                    t("fig_arrival"),
                    i18n.number(row.get("median_arrival_minutes"), 1),
                    t("minutes"),
                    against(
                        difference(row.get("median_arrival_minutes"), row.get("previous_median_arrival_minutes")), "", 1
                    )
                    or t("fig_incidents", n=i18n.whole(row.get("incidents"))),
                ),
                parts.figure(
                    t("fig_firms"),
                    i18n.percent(good / rated if rated else None),
                    "",
                    t("fig_firms_sub", rated=i18n.whole(rated), none=i18n.whole(row.get("grade_none"))),
                ),
            )
        )
        + "</div>"
    )


def tiles() -> str:
    """Return the schematic map: one tile per town, placed as in reality, coloured by grade."""
    drawn = []
    for row in towns:
        spot = parts.TILES.get(row["town_id"])
        style = f' style="grid-column:{spot[0]}/span 2;grid-row:{spot[1]}"' if spot else ' style="grid-column:span 2"'
        rated = row["score_status"] == "rated"
        grade = row["grade"] if rated else None
        words = (
            f'<span class="t">{esc(plain(names[row["town_id"]]))}</span><span class="s"><b>{esc(grade or "")}</b>'
            f"<span>{esc(i18n.number(row['final_score'], 1) if rated else t('grade.none'))}</span></span>"
        )
        drawn.append(parts.link(ctx.href("town", town=row["town_id"]), words, grade or "none", style))
    return f'<div class="an-map {lang}">{"".join(drawn)}</div>'


def ranking() -> str:
    """Return the ranking table."""
    lines = []
    for row in towns:
        rated = row["score_status"] == "rated"
        change = row["score_change"]
        moved = (
            ""
            if row.get("previous_rank") is None or row["rank_overall"] is None
            else t("rank_same")
            if row["previous_rank"] == row["rank_overall"]
            else t("rank_from", rank=row["previous_rank"])
        )
        lines.append(
            "<tr>"
            + parts.cell(
                f'{esc(row["rank_overall"] if rated else i18n.DASH)}<span class="sub">{esc(trust.interval(trusted.get(row["town_id"])))}</span>',
                css="num",
            )
            + parts.cell(
                parts.link(ctx.href("town", town=row["town_id"]), esc(names[row["town_id"]]))
                + f'<span class="sub">{esc(ctx.pick(row, "cohort_name"))}</span>'
            )
            + parts.cell(
                f'<div style="padding-top:6px">{parts.bar(row["final_score"] / 100 if rated else None, row["grade"] or "none")}</div>',
                css="wide",
            )
            + parts.cell(esc(i18n.number(row["final_score"]) if rated else i18n.DASH), css="num")
            + parts.cell(parts.chip(lang, row["grade"] if rated else None))
            + parts.cell(f'{esc(i18n.signed(change))}<span class="sub">{esc(moved)}</span>', css="num")
            + parts.cell(esc(i18n.percent(row["coverage_share"], 0)), css="num hide-s")
            + "</tr>"
        )
    heads = (
        (t("rank"), "num"),
        (t("town"), ""),
        ("", ""),
        (t("score"), "num"),
        (t("grade"), ""),
        (t("change"), "num"),
        (t("coverage"), "num hide-s"),
    )
    return parts.table(heads, lines, "rank")


def trust_note() -> str:
    """Say what the small figures below a rank are, and which towns cannot be told apart."""
    if not trusted:
        return ""
    alike = trust.groups(ctx, list(trusted.values()), names, "town_id")
    return f" {esc(t('trust_note'))}" + (f"<br>{esc(alike)}" if alike else "")


def strips() -> str:
    """Return each cohort as a line of 0 to 100 with a dot per rated town."""
    cohorts: dict[str, list[dict]] = {}
    for row in towns:
        cohorts.setdefault(row["cohort_code"], []).append(row)
    lines = []
    for rows in cohorts.values():
        dots = "".join(
            parts.link(
                ctx.href("town", town=r["town_id"]),
                "",
                r["grade"] or "",
                f' style="left:{float(r["final_score"]):.2f}%" '
                f'title="{esc(names[r["town_id"]])} {esc(i18n.number(r["final_score"]))}" '
                f'aria-label="{esc(names[r["town_id"]])}"',
            )
            for r in rows
            if r["score_status"] == "rated"
        )
        lines.append(
            f'<div class="strip"><span>{esc(ctx.pick(rows[0], "cohort_name"))}</span><div class="line">{dots}</div></div>'
        )
    ends = '<div class="strip"><span></span><div class="axis"><span>0</span><span>50</span><span>100</span></div></div>'
    return "".join(lines) + ends


def why(row: dict) -> str:
    """Say which indicators moved a town's score, the two largest that went the same way."""
    same = [m for m in moves.get(row["town_id"], []) if (m["effect"] > 0) == (row["score_change"] > 0)][:2]
    return t("joiner").join(
        f'{esc(ctx.pick(m, "name"))} <span class="nowrap">{esc(i18n.signed(m["effect"]))}</span>' for m in same
    )


def changes(rows: list[dict]) -> str:
    """Return a list of towns with their change and its main reasons."""
    if not rows:
        return f'<p class="note">{esc(t("moves_none"))}</p>'
    lines = [
        "<tr>"
        + parts.cell(parts.link(ctx.href("town", town=r["town_id"]), esc(names[r["town_id"]])))
        + parts.cell(f"<b>{esc(i18n.signed(r['score_change']))}</b>", css="num")
        + parts.cell(f'<span class="mute">{why(r)}</span>')
        + "</tr>"
        for r in rows
    ]
    # gains and falls are two tables that read as one
    columns = '<colgroup><col style="width:7.5em"><col style="width:4.5em"><col></colgroup>'
    return f"<table>{columns}<tbody>{''.join(lines)}</tbody></table>"


def late_note() -> str:
    """Say which departments' tables are late: their indicators count 0 until they come."""
    if not queries.has(ctx.release, "silo_conservation"):
        return ""
    late = [r for r in of_data.conservation(ctx.release) if r["is_late"]]
    if not late:
        return ""
    who = t("list_joiner").join(dict.fromkeys(ctx.known("silo", r["silo"]) for r in late))
    return (
        f'<div class="an-say">{esc(t("late_note", n=len(late), who=who))} '
        f"{parts.link(ctx.href('data'), esc(t('late_link')))}</div>"
    )


rated_towns = [r for r in towns if r["score_status"] == "rated"]
head = of_towns.overview(ctx.release, ctx.period) or {}
lead = t("overview_lead", rated=len(rated_towns), total=len(towns))
if rated_towns:
    best, last = rated_towns[0], rated_towns[-1]
    lead += t(
        "overview_range",
        best=names[best["town_id"]],
        top=i18n.number(best["final_score"]),
        last=names[last["town_id"]],
        low=i18n.number(last["final_score"]),
    )
parts.draw(
    f'<h1>{esc(t("overview_title", period=i18n.period(lang, ctx.period)))}</h1><p class="lead">{esc(lead)}</p>'
    + (late_note() if ctx.period == ctx.release.manifest.get("period") else "")
    + headlines(head)
)
moved_towns = sorted(
    (r for r in towns if r["score_change"] is not None and r["score_change"] != 0), key=lambda r: -r["score_change"]
)
paired = [r for r in towns if r["score_status"] == "rated" and r["previous_score"] is not None]
parts.draw(
    f'<div class="an-two"><div><h2>{esc(t("map_title"))}</h2><p class="note">{esc(t("map_note"))}</p>{tiles()}'
    f'{parts.grade_key(lang)}<h2>{esc(t("cohorts_title"))}</h2><p class="note">{esc(t("cohorts_note"))}</p>{strips()}</div>'
    f'<div><h2>{esc(t("ranking_title"))}</h2><p class="note">{esc(t("ranking_note"))}{trust_note()}</p>{ranking()}</div></div>'
)
if moved_towns:
    left, right = st.columns(2, gap="large")
    up = [r for r in moved_towns if r["score_change"] > 0][:4]
    down = [r for r in reversed(moved_towns) if r["score_change"] < 0][:4]
    with left:
        parts.draw(
            f'<h2>{esc(t("moves_title"))}</h2><p class="note">{esc(t("moves_note"))}</p>'
            f"<h3>{esc(t('moves_up'))}</h3>{changes(up)}<h3>{esc(t('moves_down'))}</h3>{changes(down)}"
        )
    with right:
        if paired:
            parts.draw(f'<h2>{esc(t("slopes_title"))}</h2><p class="note">{esc(t("slopes_note"))}</p>')
            charts.draw(
                charts.slopes(
                    [
                        {
                            "label": plain(names[r["town_id"]]),
                            "before": float(r["previous_score"]),
                            "now": float(r["final_score"]),
                            "tip": f"{names[r['town_id']]}  {i18n.number(r['previous_score'])} → {i18n.number(r['final_score'])}",
                        }
                        for r in paired
                    ]
                ),
                t("slopes_title"),
            )
shell.offer_exports(ctx)
shell.footer(ctx)
