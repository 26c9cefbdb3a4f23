"""Capability depth: what lies behind the scores. Gaps between towns."""

from __future__ import annotations

from dashboards import depth, i18n, parts, shell

ctx = shell.enter("depth", ("indicator_gaps",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
FIRST_GAPS = 12
gaps = depth.gaps(ctx.release, ctx.period)
whole = next((g for g in gaps if g["indicator_code"] == "TOTAL"), None)
indicators = [g for g in gaps if g["indicator_code"] != "TOTAL"]


def section(title: str, note: str, body: str) -> str:
    """Return a part of the page with its title and note."""
    return f'<h2>{esc(title)}</h2><p class="note">{esc(note)}</p>{body}'


def folded(heads: tuple, lines: list[str], first: int, css: str = "cards") -> str:
    """Return a table; what comes after the ``first`` rows can be unfolded."""
    rest = lines[first:]
    more = f'<details class="more"><summary>{esc(t("depth_more", n=len(rest)))}</summary>{parts.table(heads, rest, css)}</details>'
    return parts.table(heads, lines[:first], css) + (more if rest else "")


def points(value: object) -> str:
    """Return a number of points, or a dash."""
    return i18n.DASH if value is None else i18n.number(value)


def signed(value: object) -> str:
    """Return a change with its sign, or a dash."""
    return i18n.DASH if value is None else i18n.signed(value)


def figures() -> str:
    """Return the headline figures."""
    trends = [g["trend_code"] for g in indicators]
    return (
        '<div class="an-figs">'
        + parts.figure(
            t("depth_gap_whole"),
            points(whole["score_gap"]) if whole else i18n.DASH,
            "",
            t("depth_gap_before", n=points(whole["previous_score_gap"])) if whole else "",
        )
        + parts.figure(
            ctx.known("depth_trend", "widening"),
            i18n.whole(trends.count("widening")),
            "",
            t("depth_of_indicators", n=sum(x != "unknown" for x in trends)),
        )
        + parts.figure(ctx.known("depth_trend", "closing"), i18n.whole(trends.count("closing")))
        + "</div>"
    )


def town(g: dict, end: str) -> str:
    """Return a town at one end of a gap with its score and value, or a dash."""
    if g[f"{end}_town_id"] is None:
        return i18n.DASH
    unit = ctx.pick(g, "unit") if lang == "zh" else g["unit_en"]
    name = parts.link(ctx.href("town", town=g[f"{end}_town_id"]), esc(ctx.pick(g, f"{end}_town_name")))
    return f'{name}<span class="sub">{points(g[f"{end}_score"])} · {esc(i18n.number(g[f"{end}_value"], 1))} {esc(unit)}</span>'


def gap_table() -> str:
    """Return the gaps, the whole score first; an indicator without a gap says why."""
    lines = []
    for g in gaps:
        has_gap = g["score_gap"] is not None
        code = "" if g["indicator_code"] == "TOTAL" else f"{esc(g['indicator_code'])} "
        unknown = (
            f'<span class="sub">{esc(t("depth_towns_unknown", n=g["unknown_count"]))}</span>'
            if g["unknown_count"]
            else ""
        )
        why = f'<span class="mute">{esc(ctx.known("depth_status", g["gap_status"]))}</span>'
        drawn = depth.span(g["worst_score"], g["median_score"], g["best_score"]) if has_gap else why
        trend = "bad" if g["trend_code"] == "widening" else ""
        lines.append(
            "<tr>"
            + parts.cell(f"{code}{esc(ctx.pick(g, 'name'))}{unknown}", css="head")
            + parts.cell(drawn, css="full")
            + parts.cell(town(g, "best"), t("depth_best"))
            + parts.cell(town(g, "worst"), t("depth_worst"))
            + parts.cell(f"<b>{points(g['score_gap'])}</b>", t("depth_gap"), "num")
            + parts.cell(f"{signed(g['gap_change'])}<span class='sub {trend}'>{esc(ctx.known('depth_trend', g['trend_code']))}</span>", t("depth_change"), "num")
            + "</tr>"
        )  # fmt: skip
    heads = (
        (t("indicator"), ""), (t("depth_span"), ""), (t("depth_best"), ""), (t("depth_worst"), ""), (t("depth_gap"), "num"), (t("depth_change"), "num"),
    )  # fmt: skip
    return folded(heads, lines, FIRST_GAPS + 1)


parts.draw(f'<h1>{esc(t("depth_title"))}</h1><p class="lead">{esc(t("depth_lead"))}</p>' + figures())
parts.draw(section(t("depth_gaps_title"), t("depth_gaps_note"), gap_table()))
shell.footer(ctx)
