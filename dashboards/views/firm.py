"""One firm: grade, every item with the sentence for the points it lost, vetoes, and the rows behind an item."""

from __future__ import annotations

import streamlit as st

from dashboards import evidence, i18n, parts, queries, shell, steps, trial
from dashboards.queries import of_firms

ctx = shell.enter("firm", ("enterprise_quarter_ratings", "enterprise_item_scores", "indicator_evidence"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
firm = of_firms.firm(ctx.release, ctx.period, ctx.arg("firm"))
parts.draw(f'<p class="crumb">{parts.link(ctx.href("firms"), esc(t("back_to_firms")))}</p>')
if firm is None:
    parts.draw(f"<h1>{esc(t('firm_unknown'))}</h1><p>{esc(t('firm_unknown_do'))}</p>")
    shell.footer(ctx)
    st.stop()
rated = firm["rating_status"] == "rated"
vetoes = [c.strip() for c in (firm["veto_codes"] or "").split(",") if c.strip()]
bonuses = [c for c in (firm.get("bonus_codes") or "").split(",") if c]
items = of_firms.firm_items(ctx.release, ctx.period, firm["enterprise_id"])


def head() -> str:
    """Return name, facts, score, grade and coverage."""
    facts = [firm["uscc"], ctx.pick(firm, "town_name"), ctx.pick(firm, "industry")]
    if firm["staff_count"] is not None:
        facts.append(t("staff", n=i18n.whole(firm["staff_count"])))
    flag = f' <span class="tag">{esc(t("key_firm"))}</span>' if firm["is_key"] else ""
    before = ""
    if firm.get("previous_score") is not None or firm.get("previous_grade"):
        before = (
            f'<div><div class="k">{esc(t("last_quarter"))}</div><div class="w">{esc(i18n.number(firm["previous_score"]))} '
            f"<small>{esc(firm['previous_grade'] or t('grade.none'))}</small></div></div>"
        )
    if rated and firm["bonus_points"]:
        before += f'<div><div class="k">{esc(t("bonus_points"))}</div><div class="w">+{esc(i18n.short(firm["bonus_points"]))}</div></div>'
    return (
        f'<h1>{esc(firm["firm_name"])}</h1><p class="lead">{esc((" · " if lang == "zh" else ", ").join(facts))}{flag}</p><div class="an-score">'
        f'<div><div class="k">{esc(t("final_score"))}</div><div class="v">{esc(i18n.number(firm["final_score"]) if rated else i18n.DASH)}</div></div>'
        f'<div><div class="k">{esc(t("grade"))}</div>{parts.chip(lang, firm["grade"] if rated else None, "big")}</div>{before}'
        f'<div><div class="k">{esc(t("coverage"))}</div><div class="w">{esc(i18n.percent(firm["coverage_share"]))}</div></div></div>'
    )


def said_of(code: str, words: str, css: str = "") -> str:
    """Return a remark on a veto or bonus with a link to the rows that show it; too little data has no rows."""
    rows = parts.link(ctx.here(item=code, ep=None), esc(t("see_rows")), extra=' data-to="evidence"')
    return f'<div class="an-say {css}"><b>{esc(code)}</b> {esc(words)} {rows if code != "EV10" else ""}</div>'


def remarks() -> str:
    """Say which veto capped or withheld the grade, what earned a bonus, and that a rating is a suggestion."""
    said = [said_of(code, ctx.known("veto", code)) for code in vetoes]
    said += [said_of(code, ctx.known("bonus", code), "calm") for code in bonuses]
    if not rated and not vetoes:
        said.append(f'<div class="an-say calm">{esc(t("firm_not_rated"))}</div>')
    return "".join(said) + f'<p class="note">{esc(t("suggestion"))}</p>'


def item_table(chosen: str) -> str:
    """Return the items by element; each links to its evidence."""
    heads = ((t("item"), ""), (t("earned"), "num"), (t("lost_points"), "num"), (t("sentence"), ""), (t("state"), ""))
    lines, group = [], None
    for r in items:
        element = ctx.pick(r, "element").lstrip("12345678 ")
        if element != group:
            group = element
            lines.append(f'<tr class="group"><td colspan="5">{esc(element)}</td></tr>')
        judged = r["item_status"] not in ("not_applicable", "not_due")
        earned = f"{i18n.short(r['earned_points'])} / {i18n.short(r['max_points'])}" if judged else i18n.DASH
        lost = i18n.short(r["lost_points"]) if judged and r["lost_points"] else i18n.DASH
        sentence = (r.get(f"reason_{lang}") or r.get("reason_zh") or "") if r["lost_points"] else ""
        pilot = parts.not_law(t, r["rule_status"])
        name = parts.link(ctx.here(item=r["item_code"], ep=None), esc(ctx.pick(r, "name")), extra=' data-to="evidence"')
        tone = "bad" if r["item_status"] in ("not_reported", "unreadable") else ""
        lines.append(
            f'<tr class="{"on" if r["item_code"] == chosen else ""}">'
            + parts.cell(f'{name}{pilot}<span class="sub">{esc(r["item_code"])}</span>', css="head")
            + parts.cell(f"{esc(earned)}", t("earned"), "num")
            + parts.cell(
                f'<span class="{"bad" if lost != i18n.DASH else ""}">{esc(lost)}</span>', t("lost_points"), "num"
            )
            + parts.cell(esc(sentence) or i18n.DASH, t("sentence"), "full" if sentence else "calm")
            + parts.cell(
                f'<span class="{tone}">{esc(ctx.known("status", r["item_status"]))}</span>',
                t("state"),
                "calm" if r["item_status"] == "observed" else "last",
            )
            + "</tr>"
        )
    return parts.table(heads, lines, "cards ind")


def evidence_panel(code: str) -> str:
    """Return the rows an item, a veto or a bonus is made of."""
    item = next((r for r in items if r["item_code"] == code), None)
    name = ctx.pick(item, "name") if item else ctx.known("veto" if code in vetoes else "bonus", code)
    top = f'<h2 id="evidence">{esc(t("evidence_title", code=code, name=name))}</h2>'
    return evidence.panel(ctx, top, firm["enterprise_id"], code, item["item_status"] if item else "observed")


chosen = ctx.arg("item", {r["item_code"] for r in items} | {*vetoes, *bonuses} - {"EV10"})
certified = parts.link(
    ctx.href("certificates", scope="enterprise", unit=firm["enterprise_id"]), esc(t("firm_certificates"))
)
parts.draw(
    head()
    + remarks()
    + (f'<p class="note">{certified}</p>' if queries.has(ctx.release, "certification_gaps") else "")
    + f'<h2>{esc(t("items_title"))}</h2><p class="note">{esc(t("items_note"))}</p>'
    + item_table(chosen)
)
found = trial.firm_plan(ctx.release, ctx.period, firm["enterprise_id"])
if found:
    labels = {r["item_code"]: ctx.pick(r, "name") for r in items}
    parts.draw(
        f'<h2>{esc(t("steps_firm"))}</h2><p class="note">{esc(t("steps_note"))}</p>'
        f"{steps.sentence(ctx, found)}{steps.table(ctx, found, labels)}"
    )
if chosen:
    parts.draw(evidence_panel(chosen))
shell.footer(ctx)
