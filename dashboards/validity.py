"""What the score has been shown to tell, and how its indicators measure: a section of the method's page."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, i18n, parts, shell, trial

SHOWN = 8


def draw(ctx: shell.Context, names: dict[str, str]) -> None:
    """Draw the section; ``names``: code of an indicator or dimension -> its words. Nothing where the releases cannot be read."""
    report = trial.backtest(ctx.release)
    if report is None:
        return
    t, esc = ctx.t, parts.esc
    said = t("valid_some") if report.has_evidence else t("valid_none")
    quarters = ", ".join(i18n.period(ctx.lang, q) for q in report.quarters)
    css = "an-say calm" if report.has_evidence else "an-say"
    parts.draw(
        f'<h2>{esc(t("valid_title"))}</h2><p class="note">{esc(t("valid_note", quarters=quarters))}</p><div class="{css}">{esc(said)}</div>'
        + foresight(ctx, report)
    )
    for found in (*report.year, *report.quarter):
        if found.verdict == "predicts":
            deciles(ctx, found)
            break
    parts.draw(f"<h3>{esc(t('valid_measure'))}</h3>{measures(ctx, report, names)}")


def foresight(ctx: shell.Context, report: trial.Report) -> str:
    """Return one line per outcome and lead."""
    t, esc = ctx.t, parts.esc
    heads = (
        (t("valid_outcome"), ""),
        (t("valid_lead"), ""),
        (t("valid_verdict"), ""),
        ("Spearman", "num"),
        ("AUC", "num"),
        (t("valid_gain"), "num"),
    )
    lines = []
    for lead, found in ((t("valid_year"), report.year), (t("valid_quarter"), report.quarter)):
        for f in found:
            lines.append(
                "<tr>"
                + parts.cell(esc(ctx.known("outcome", f.outcome)), css="head")
                + parts.cell(esc(lead), t("valid_lead"), "nowrap")
                + parts.cell(esc(ctx.known("foresight", f.verdict)), t("valid_verdict"))
                + parts.cell(esc(with_interval(f.correlation, f.correlation_interval)), "Spearman", "num")
                + parts.cell(esc(with_interval(f.auc, f.auc_interval)), "AUC", "num")
                + parts.cell(esc(with_interval(f.gain, f.gain_interval)), t("valid_gain"), "num")
                + "</tr>"
            )
    return parts.table(heads, lines)


def with_interval(value: float | None, interval: tuple[float, float] | None) -> str:
    """Write a figure with its interval, or a dash."""
    return i18n.DASH if value is None else f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"


def deciles(ctx: shell.Context, found: trial.Foresight) -> None:
    """Draw the mean outcome from the lowest scores to the highest."""
    title = ctx.t("valid_deciles", outcome=ctx.known("outcome", found.outcome))
    rows = [
        {"label": f"{n}", "value": v, "shown": i18n.number(v), "tip": i18n.number(v)}
        for n, v in enumerate(found.deciles, 1)
    ]
    parts.draw(f"<h3>{parts.esc(title)}</h3>")
    with st.columns([3, 2])[0]:
        charts.draw(charts.bars(rows, max(found.deciles)), title)


def measures(ctx: shell.Context, report: trial.Report, names: dict[str, str]) -> str:
    """Return what repeats another, what tells nobody apart, how dimensions hang together, and influence far from the weight."""
    t, m = ctx.t, report.measure

    def named(code: str) -> str:
        return f"{code} {names.get(code, '')}".strip()

    twins = [f"{named(a)} – {named(b)} ({r:.2f})" for a, b, r in m.twins[:SHOWN]]
    off = [
        t(
            "valid_off_line",
            name=named(c),
            weight=i18n.percent(m.influence[c][0]),
            influence=i18n.percent(m.influence[c][1]),
        )
        for c in m.off_weight[:SHOWN]
    ]
    alpha = [f"{named(g)} {i18n.DASH if a is None else f'{a:.2f}'}" for g, a in m.alpha.items()]
    lines = (
        ("valid_twins", twins),
        ("valid_flat", [named(c) for c in m.flat]),
        ("valid_alpha", alpha),
        ("valid_off", off),
    )
    stop = "；" if ctx.lang == "zh" else "; "
    rows = [
        "<tr>"
        + parts.cell(parts.esc(ctx.known("valid", key.partition("_")[2])), css="head")
        + parts.cell(parts.esc(stop.join(found) or t("valid_nothing")))
        + "</tr>"
        for key, found in lines
    ]
    return f'<table class="plain"><tbody>{"".join(rows)}</tbody></table>'
