"""Certification gaps: which station is short of what, who is behind it, and the cheapest way to mend it."""

from __future__ import annotations

import streamlit as st

from dashboards import i18n, parts, queries, shell

ctx = shell.enter("certificates", ("certification_gaps",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
gaps = queries.gaps(ctx.release, ctx.period)
names = {
    r["town_id"]: ctx.pick(r, "town_name")
    for r in sorted(queries.towns(ctx.release, ctx.period), key=lambda r: r["town_id"])
}
by_cell = {(g["town_id"], g["rule_id"]): g for g in gaps}
rules = {g["rule_id"]: g for g in gaps}
kinds = {r["rule_id"]: r for r in queries.method(ctx.release, "method_cert_rules", "rule_id")}
stations = [s for s in names if any(key[0] == s for key in by_cell)] or sorted({g["town_id"] for g in gaps})
town_id = ctx.arg("town", stations)
rule_id = ctx.arg("rule", rules)
#: the rule the seed report is about: two officers are the legal minimum
LAW = "ST-02"


def state_words(gap: dict) -> str:
    """Return what a cell of the matrix says: enough, short by n, or why there is no number."""
    if gap["gap_status"] == "short":
        return f"−{gap['gap_count']}"
    return {"met": t("cell_met"), "not_reported": t("cell_not_reported")}.get(gap["gap_status"], "·")


def matrix() -> str:
    """Return stations by rules; a cell opens the station and the rule."""
    heads = f"<th>{esc(t('station'))}</th>" + "".join(
        f'<th title="{esc(ctx.pick(r, "requirement"))}"><span class="hide-s">{esc(rule[:-2])}</span>{esc(rule[-2:])}</th>'
        for rule, r in rules.items()
    )
    lines = []
    for s in stations:
        cells = []
        for rule in rules:
            gap = by_cell.get((s, rule))
            if gap is None or gap["gap_status"] == "not_applicable":
                cells.append('<td class="na"><span class="cell faint">·</span></td>')
                continue
            words = parts.link(ctx.here(town=s, rule=rule), esc(state_words(gap)), extra=' data-to="station"')
            picked = "sel" if (s, rule) == (town_id, rule_id) else ""
            cells.append(f'<td class="{esc(gap["gap_status"])} {esc(gap["severity"] or "")} {picked}">{words}</td>')
        name = parts.link(ctx.here(town=s, rule=None), esc(names.get(s, s)), extra=' data-to="station"')
        lines.append(f"<tr><td>{name}</td>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def rule_list() -> str:
    """Return what each rule asks, with the number of stations short of it."""
    lines = []
    for rule, r in rules.items():
        judged = [g for g in gaps if g["rule_id"] == rule and g["gap_status"] in ("short", "met", "not_reported")]
        short = sum(g["gap_status"] == "short" for g in judged)
        pilot = parts.not_law(t, r["rule_status"])
        post = f'<span class="sub">{esc(r["post_zh"])}</span>' if lang == "zh" else ""
        lines.append(
            "<tr>"
            + parts.cell(esc(rule), css="nowrap")
            + parts.cell(f"{esc(ctx.pick(r, 'requirement'))}{pilot}{post}")
            + parts.cell(f"{short} / {len(judged)}", css="num")
            + "</tr>"
        )
    return parts.table(((t("rule"), ""), (t("requirement"), ""), (t("short_of"), "num")), lines, "plain")


def station_panel() -> str:
    """Return one station: its rules, then the people behind them."""
    shown = [g for g in gaps if g["town_id"] == town_id and (not rule_id or g["rule_id"] == rule_id)]
    lines = []
    for g in shown:
        tone = "bad" if g["gap_status"] in ("short", "not_reported") else ""
        gap = i18n.whole(g["gap_count"]) if g["gap_status"] == "short" else i18n.DASH
        fix = "" if g["cheapest_fix_code"] in (None, "none") else esc(ctx.pick(g, "cheapest_fix"))
        lines.append(
            "<tr>"
            + parts.cell(
                f"{esc(g['rule_id'])} {esc(ctx.pick(g, 'requirement'))}"
                + (f'<span class="sub">{esc(g["reason_code"])}</span>' if g["reason_code"] else ""),
                css="head",
            )
            + parts.cell(f'<span class="{tone}">{esc(ctx.known("gap", g["gap_status"]))}</span>', t("state"))
            + parts.cell(esc(i18n.whole(g["required_count"])), t("required"), "num")
            + parts.cell(esc(i18n.whole(g["valid_count"])), t("valid"), "num")
            + parts.cell(esc(gap), t("gap"), "num")
            + parts.cell(esc(i18n.date(lang, g["next_date"])), t("next_date"), "nowrap")
            + parts.cell(fix or i18n.DASH, t("cheapest_fix"))
            + "</tr>"
        )
    heads = (
        (t("rule"), ""),
        (t("state"), ""),
        (t("required"), "num"),
        (t("valid"), "num"),
        (t("gap"), "num"),
        (t("next_date"), ""),
        (t("cheapest_fix"), ""),
    )
    whole = parts.link(ctx.here(rule=None), esc(t("all_rules")), extra=" data-stay=1") if rule_id else ""
    return (
        f'<h2 id="station">{esc(names.get(town_id, town_id))}{" " + esc(rule_id) if rule_id else ""}</h2>'
        + (f'<p class="note">{whole}</p>' if whole else "")
        + parts.table(heads, lines)
        + people()
    )


def cert_words(person: dict) -> str:
    """Return the kind of certificate, in English from the method table."""
    rule = kinds.get(person["rule_id"], {})
    if lang == "en":
        return rule.get("cert_type_en") or rule.get("post_en") or person["cert_type"] or i18n.DASH
    return person["cert_type"] or person["post_zh"] or i18n.DASH


def people() -> str:
    """Return the people behind the gaps, masked, those who do not count first."""
    if not queries.has(ctx.release, "certification_gap_people"):
        return ""
    found = queries.gap_people(ctx.release, ctx.period, town_id, rule_id or None)
    if not found:
        return f'<h3>{esc(t("people_title"))}</h3><p class="note">{esc(t("people_none"))}</p>'
    lines = []
    for p in found:
        tone = "" if p["counts"] else "bad"
        # a head-count rule asks for no certificate: "no certificate" would read as a fault
        state = ctx.known("cert", p["cert_status"]) if p["cert_type"] else i18n.DASH
        fix = i18n.DASH if p["fix_code"] in (None, "none") else esc(ctx.pick(p, "fix"))
        number = f'<span class="sub">{esc(p["cert_no_mask"])}</span>' if p["cert_no_mask"] else ""
        lines.append(
            "<tr>"
            + parts.cell(
                f'{esc(p["person_name_mask"])} <span class="mute">{esc(p["rule_id"])}</span>', css="head nowrap"
            )
            + parts.cell(f"{esc(cert_words(p))}{number}", t("certificate"))
            + parts.cell(f'<span class="{tone}">{esc(state)}</span>', t("state"))
            + parts.cell(esc(t("counts_yes") if p["counts"] else t("counts_no")), t("counts"))
            + parts.cell(esc(i18n.date(lang, p["valid_to_date"])), t("valid_to"), "nowrap")
            + parts.cell(esc(i18n.date(lang, p["next_date"])), t("next_date"), "nowrap")
            + parts.cell(fix, t("cheapest_fix"))
            + parts.cell(parts.source_line(lang, p["landing_ref"]), t("came_from"), "ref")
            + "</tr>"
        )
    heads = (
        (t("person"), ""),
        (t("certificate"), ""),
        (t("state"), ""),
        (t("counts"), ""),
        (t("valid_to"), ""),
        (t("next_date"), ""),
        (t("cheapest_fix"), ""),
        (t("came_from"), ""),
    )
    return f'<h3>{esc(t("people_title"))}</h3><p class="note">{esc(t("people_note"))}</p>' + parts.table(heads, lines)


law = [g for g in gaps if g["rule_id"] == LAW]
lead = (
    t("cert_lead", short=sum(g["gap_status"] == "short" for g in law), total=len(law))
    if law
    else t("cert_lead_any", short=len({g["town_id"] for g in gaps if g["gap_status"] == "short"}), total=len(stations))
)
parts.draw(f'<h1>{esc(t("cert_title"))}</h1><p class="lead">{esc(lead)}</p>')
parts.draw(
    f'<div class="an-half"><div><h2>{esc(t("matrix_title"))}</h2><p class="note">{esc(t("matrix_note"))}</p>{matrix()}</div>'
    f'<div><h2>{esc(t("rules_title"))}</h2><p class="note">{esc(t("rules_note"))}</p>{rule_list()}</div></div>'
)
with st.columns([1, 2])[0]:
    town_id = shell.choose(
        ctx,
        "town",
        t("choose_station"),
        {"": t("choose_none"), **{s: names.get(s, s) for s in stations}},
        clear=("rule",),
    )
if town_id:
    parts.draw(station_panel())
shell.footer(ctx)
