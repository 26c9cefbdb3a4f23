"""Certification gaps: which station is short of what, who is behind it, and the cheapest way to mend it."""

from __future__ import annotations

import streamlit as st

from dashboards import i18n, parts, queries, shell
from dashboards.queries import of_certificates, of_towns

ctx = shell.enter("certificates", ("certification_gaps",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
#: of thousands of firms the page shows those most short
MOST = 40
#: the rule the seed report is about: two officers are the legal minimum
LAW = "ST-02"
scopes = {r["scope"]: r for r in of_certificates.scopes(ctx.release, ctx.period)}
scope = ctx.arg("scope", scopes, "station" if "station" in scopes or not scopes else next(iter(scopes)))
# links from other pages open a station by its town
unit_arg = "town" if scope == "station" else "unit"
rules = {r["rule_id"]: r for r in of_certificates.rules(ctx.release, ctx.period, scope)}
rule_id = ctx.arg("rule", rules)
kinds = {r["rule_id"]: r for r in queries.method(ctx.release, "method_cert_rules", "rule_id")}
asked = ctx.arg("q")[:60] if scope == "enterprise" else ""
units = of_certificates.units(ctx.release, ctx.period, scope, rule_id, asked, MOST)
names = {u["unit_id"]: ctx.pick(u, "unit_name") for u in units}
if scope == "station":
    # the towns of the quarter give the names, also to releases whose gaps carry none
    names |= {
        r["town_id"]: ctx.pick(r, "town_name") for r in of_towns.towns(ctx.release, ctx.period) if r["town_id"] in names
    }
unit_id = ctx.arg(unit_arg, names) if scope != "enterprise" else ctx.arg(unit_arg)
gaps = of_certificates.gaps(ctx.release, ctx.period, [*names, *([unit_id] if unit_id and unit_id not in names else [])])
by_cell = {(g["unit_id"], g["rule_id"]): g for g in gaps}
for g in gaps:
    names.setdefault(g["unit_id"], ctx.pick(g, "unit_name"))
unit_id = unit_id if unit_id in names else ""


def state_words(gap: dict) -> str:
    """Return what a cell of the matrix says: enough, short by n, or why there is no number."""
    if gap["gap_status"] == "short":
        return f"−{gap['gap_count']}"
    return {"met": t("cell_met"), "not_reported": t("cell_not_reported")}.get(gap["gap_status"], "·")


def prefix(rule: str) -> str:
    """Return the letters of a rule; a phone shows them only where they differ from those of the first."""
    return f'<span class="{"hide-s" if rule[:2] == next(iter(rules))[:2] else ""}">{esc(rule[:-2])}</span>'


def matrix() -> str:
    """Return units by rules; a cell opens the unit and the rule."""
    # of firms no rule binds all: columns of rules that bind none of those shown would be empty
    shown = [rule for rule in rules if any((u, rule) in by_cell for u in names)]
    heads = f"<th>{esc(t('scope.' + scope))}</th>" + "".join(
        f'<th title="{esc(ctx.pick(rules[rule], "requirement"))}">{prefix(rule)}{esc(rule[-2:])}</th>' for rule in shown
    )
    lines = []
    for s in names:
        cells = []
        for rule in shown:
            gap = by_cell.get((s, rule))
            if gap is None or gap["gap_status"] == "not_applicable":
                cells.append('<td class="na"><span class="cell faint">·</span></td>')
                continue
            words = parts.link(
                ctx.here(**{unit_arg: s, "rule": rule}), esc(state_words(gap)), extra=' data-to="station"'
            )
            picked = "sel" if (s, rule) == (unit_id, rule_id) else ""
            cells.append(f'<td class="{esc(gap["gap_status"])} {esc(gap["severity"] or "")} {picked}">{words}</td>')
        name = parts.link(ctx.here(**{unit_arg: s, "rule": None}), esc(names.get(s, s)), extra=' data-to="station"')
        lines.append(f"<tr><td>{name}</td>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table class="matrix{" firms" if scope != "station" else ""}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def rule_list() -> str:
    """Return what each rule asks, with the number of units short of it."""
    lines = []
    for rule, r in rules.items():
        judged = r["short"] + r["met"] + r["not_reported"]
        pilot = parts.not_law(t, r["rule_status"])
        post = f'<span class="sub">{esc(r["post_zh"])}</span>' if lang == "zh" else ""
        lines.append(
            "<tr>"
            + parts.cell(parts.link(ctx.here(rule=rule), esc(rule), extra=" data-stay=1"), css="nowrap")
            + parts.cell(f"{esc(ctx.pick(r, 'requirement'))}{pilot}{post}")
            + parts.cell(f"{i18n.whole(r['short'])} / {i18n.whole(judged)}", css="num nowrap")
            + "</tr>"
        )
    return parts.table(((t("rule"), ""), (t("requirement"), ""), (t("short_of"), "num")), lines, "plain")


def counted(gap: dict, column: str) -> str:
    """Return a number of a gap, with what it counts where that is not people."""
    words = ctx.pick(gap, "counted")
    number = i18n.whole(gap[column])
    return number if words in (None, "", "人", "people") else f"{number} {words}"


def unit_panel() -> str:
    """Return one unit: its rules, then the people behind them."""
    shown = [g for g in gaps if g["unit_id"] == unit_id and (not rule_id or g["rule_id"] == rule_id)]
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
            + parts.cell(esc(counted(g, "required_count")), t("required"), "num")
            + parts.cell(esc(counted(g, "valid_count")), t("valid"), "num")
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
        f'<h2 id="station">{esc(names.get(unit_id, unit_id))}{" " + esc(rule_id) if rule_id else ""}</h2>'
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


def state_of(person: dict) -> str:
    """Return what is held, in words: a rule that asks for no certificate must not say that there is none."""
    kind = kinds.get(person["rule_id"], {}).get("calc_kind") or ""
    if person["cert_status"] == "none" and kind in ("hours", "course", "cover"):
        return ctx.known("gap", "short")
    if not person["cert_type"] or (person["cert_status"] == "none" and kind.endswith("headcount")):
        return i18n.DASH
    return ctx.known("cert", person["cert_status"])


def people() -> str:
    """Return the people behind the gaps, masked, those who do not count first; without a rule, those something is to be done about."""
    if not queries.has(ctx.release, "certification_gap_people"):
        return ""
    found = of_certificates.people(ctx.release, ctx.period, unit_id, rule_id or None)
    if not rule_id:
        found = [p for p in found if not p["counts"] or p["fix_code"] not in (None, "none")]
    if not found:
        return f'<h3>{esc(t("people_title"))}</h3><p class="note">{esc(t("people_none"))}</p>'
    lines = []
    for p in found:
        tone = "" if p["counts"] else "bad"
        state = state_of(p)
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
    return (
        f'<h3>{esc(t("people_title"))}</h3><p class="note">{esc(t("people_note") if rule_id else t("people_note_all"))}</p>'
        + parts.table(heads, lines)
    )


def switch() -> str:
    """Return the kinds of units as links, with how many of them are short of something."""
    made = []
    for name, r in scopes.items():
        label = f'{esc(t("scope." + name))} <span class="mute">{esc(i18n.whole(r["short"]))} / {esc(i18n.whole(r["units"]))}</span>'
        picked = ' class="sel"' if name == scope else ""
        made.append(
            f"<li{picked}>{parts.link(ctx.here(scope=name, town=None, unit=None, rule=None, q=None), label)}</li>"
        )
    return f'<ul class="an-switch">{"".join(made)}</ul><p class="note">{esc(t("scopes_note"))}</p>'


law = rules.get(LAW)
if law:
    lead = t("cert_lead", short=law["short"], total=law["short"] + law["met"] + law["not_reported"])
else:
    here = scopes.get(scope, {"short": 0, "units": 0})
    lead = t(
        "cert_lead_any", scope=t("scope." + scope), short=i18n.whole(here["short"]), total=i18n.whole(here["units"])
    )
parts.draw(f'<h1>{esc(t("cert_title"))}</h1>{switch()}<p class="lead">{esc(lead)}</p>')
if scope == "enterprise":
    with st.columns([1, 2])[0]:
        shell.search(ctx, "q", t("search_firm"), clear=("unit",))
note = t("matrix_note_firms", n=MOST) if scope == "enterprise" else t("matrix_note")
# many rules make a wide matrix: it has the page to itself
parts.draw(
    f'<div class="{"an-half" if len(rules) < 8 else ""}"><div><h2>{esc(t("matrix_title"))}</h2><p class="note">{esc(note)}</p>{matrix()}</div>'
    f'<div><h2>{esc(t("rules_title"))}</h2><p class="note">{esc(t("rules_note"))}</p>{rule_list()}</div></div>'
)
if scope != "enterprise":
    with st.columns([1, 2])[0]:
        shell.choose(ctx, unit_arg, t("choose_unit"), {"": t("choose_none"), **names}, clear=("rule",))
if unit_id:
    parts.draw(unit_panel())
shell.footer(ctx)
