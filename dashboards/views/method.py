"""How a score is made, in short: dimensions, indicators, goalposts, gaps, grades, and what is not official."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, i18n, parts, queries, shell, validity
from dashboards.queries import of_certificates, of_ranks, of_towns

ctx = shell.enter("method", ("town_indicator_scores",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
towns = of_towns.towns(ctx.release, ctx.period)
cells = of_towns.indicators(ctx.release, ctx.period, towns[0]["town_id"]) if towns else []
seeds = {r["indicator_code"]: r for r in queries.method(ctx.release, "method_town_indicators", "indicator_code")}
used_rules = (
    of_certificates.rule_ids(ctx.release, ctx.period) if queries.has(ctx.release, "certification_gaps") else set()
)
dims = of_towns.dimensions(ctx.release, ctx.period, towns[0]["town_id"], towns[0]["cohort_code"]) if towns else []


def tag(status: str | None) -> str:
    """Return how firm a rule stands: in law, from the survey report, or a pilot value."""
    firm = "on" if status in ("statutory", "sourced") else ""
    return f'<span class="tag {firm}">{esc(ctx.known("rule_status", status or "pilot"))}</span>'


def indicator_rows() -> str:
    """Return every indicator with goalposts, weight, missing rule and status."""
    heads = (
        (t("indicator"), ""),
        (t("unit"), ""),
        (t("floor_target"), ""),
        (t("weight"), "num"),
        (t("missing_rule"), ""),
        (t("state"), ""),
        (t("standing"), ""),
    )
    lines, group = [], None
    titles = {d["node_code"]: ctx.pick(d, "node_name") for d in dims}
    for r in cells:
        if r["l1_code"] != group:
            group = r["l1_code"]
            lines.append(f'<tr class="group"><td colspan="7">{esc(group)} {esc(titles.get(group, ""))}</td></tr>')
        weight = seeds.get(r["indicator_code"], {}).get("weight_global")
        due = r["cell_status"] != "not_due"
        lines.append(
            "<tr>"
            + parts.cell(f"{esc(r['indicator_code'])} {esc(ctx.pick(r, 'name'))}", css="head")
            + parts.cell(esc(ctx.known("unit", r["unit"], r["unit"] or "")), t("unit"), "calm")
            + parts.cell(f"{esc(r['floor_text'])} → {esc(r['target_text'])}", t("floor_target"), "nowrap")
            + parts.cell(esc(i18n.percent(weight, 2)), t("weight"), "num")
            + parts.cell(
                f'{esc(r["missing_rule"])} <span class="mute">{esc(ctx.known("missing", r["missing_rule"], ""))}</span>',
                t("missing_rule"),
                "calm",
            )
            + parts.cell(esc(t("in_use") if due else ctx.known("status", "not_due")), t("state"))
            + parts.cell(tag(r["rule_status"]), t("standing"), "full")
            + "</tr>"
        )
    return parts.table(heads, lines, "cards ind")


def grades() -> str:
    """Return the bounds of the grades, from the method tables when the release has them."""
    found = queries.method(ctx.release, "method_grades", "system")
    if not found:
        return f"<p>{esc(t('grade_bounds'))}</p>"
    by_system: dict[str, list] = {}
    for r in found:
        by_system.setdefault(r["system"], []).append((r["grade"], r["lower_score"]))
    lines = []
    for system, bounds in sorted(by_system.items(), reverse=True):
        shown = " ".join(
            f'<span class="nowrap" style="margin-right:18px">{parts.chip(lang, g)} {esc(f"≥ {i18n.short(b)}" if b else t("grade_else"))}</span>'
            for g, b in sorted(bounds, key=lambda x: x[0] or "")
            if b is not None
        )
        lines.append("<tr>" + parts.cell(esc(ctx.known("entity", system))) + parts.cell(shown) + "</tr>")
    return parts.table(((t("applies_to"), "nowrap"), (t("grade"), "")), lines, "plain")


def draws() -> str:
    """Say how ranks were tested: draws, seed and the version of the code."""
    tested = next((r for r in of_ranks.rank_intervals(ctx.release, ctx.period).values() if r["draw_count"]), None)
    if tested is None:
        return ""
    said = t(
        "method_draws_said",
        draws=i18n.whole(tested["draw_count"]),
        seed=tested["draw_seed"],
        code=str(ctx.release.manifest.get("code_version", ""))[:12],
    )
    return f"<h2>{esc(t('method_draws'))}</h2><p>{esc(said)}</p>"


def opinions() -> str:
    """Return the second opinions: what each does, how far it agrees with the official ranks, whom it moves most."""
    found = of_ranks.second_opinions(ctx.release, ctx.period)
    if not found:
        return ""
    names = {r["town_id"]: ctx.pick(r, "town_name") for r in towns}
    heads = ((t("opinion_head"), ""), (t("opinion_tau"), "num"), (t("opinion_same"), "num"), (t("opinion_most"), ""))
    lines = [
        "<tr>"
        + parts.cell(esc(ctx.known("opinion", r["opinion_code"])), css="head")
        + parts.cell(esc(i18n.number(r["kendall_tau"])), t("opinion_tau"), "num")
        + parts.cell(f"{r['same_rank_count']}/{r['town_count']}", t("opinion_same"), "num")
        + parts.cell(
            esc(
                t("opinion_moved", town=names.get(r["town_id"], ""), rank=r["rank_overall"], to=r["opinion_rank"])
                if r["most_places"]
                else t("opinion_moved_none")
            ),
            t("opinion_most"),
        )
        + "</tr>"
        for r in found
    ]
    return f'<h2>{esc(t("opinion_title"))}</h2><p class="note">{esc(t("opinion_note"))}</p>{parts.table(heads, lines)}'


def seed_rows(table: str, code: str, columns: tuple[tuple[str, str], ...], only) -> str:
    """Return the rows of a method table under words for heads."""
    found = [r for r in queries.method(ctx.release, table, code) if only(r)]
    lines = []
    for r in found:
        cells_ = "".join(
            parts.cell(esc(ctx.pick(r, c) if f"{c}_zh" in r else r.get(c) or ""), words) for c, words in columns
        )
        lines.append(
            "<tr>"
            + parts.cell(esc(r.get(code)), css="head nowrap")
            + cells_
            + parts.cell(tag(r["rule_status"]), t("standing"))
            + "</tr>"
        )
    heads = ((t("code"), ""), *((words, "") for _, words in columns), (t("standing"), ""))
    return parts.table(heads, lines)


parts.draw(
    f'<h1>{esc(t("method_title"))}</h1><p class="lead">{esc(t("method_lead"))}</p>'
    f'<div class="an-say calm">{esc(t("pilot_note"))}</div>'
    + f"<h2>{esc(t('method_how'))}</h2><ol>"
    + "".join(f"<li>{esc(t(f'method_step{n}'))}</li>" for n in range(1, 7))
    + "</ol>"
    + f'<h2>{esc(t("method_grades"))}</h2>{grades()}<p class="note">{esc(t("method_not_rated"))}</p>{draws()}{opinions()}'
)
parts.draw(f'<h2>{esc(t("method_weights"))}</h2><p class="note">{esc(t("method_weights_note"))}</p>')
weights = [
    {
        "label": f"{d['node_code']}  {ctx.pick(d, 'node_name')}",
        "value": float(d["weight_share"]),
        "shown": i18n.percent(d["weight_share"]),
        "tip": ctx.pick(d, "node_name"),
    }
    for d in dims
    if d["weight_share"]
]
if weights:
    with st.columns([3, 2])[0]:
        charts.draw(charts.bars(weights, max(w["value"] for w in weights)), t("method_weights"))
parts.draw(
    f'<h2>{esc(t("method_indicators", n=len(cells)))}</h2><p class="note">{esc(t("method_indicators_note"))}</p>{indicator_rows()}'
)
names = {r["indicator_code"]: ctx.pick(r, "name") for r in cells} | {
    d["node_code"]: ctx.pick(d, "node_name") for d in dims
}
validity.draw(ctx, names)
if queries.has(ctx.release, "method_cert_rules"):
    parts.draw(
        f"<h2>{esc(t('method_rules'))}</h2>"
        + seed_rows(
            "method_cert_rules",
            "rule_id",
            (("requirement", t("requirement")), ("reason_code", t("reason_code"))),
            lambda r: r["rule_id"] in used_rules,
        )
    )
if queries.has(ctx.release, "method_enterprise_items"):
    parts.draw(
        f"<h2>{esc(t('method_items'))}</h2>"
        + seed_rows(
            "method_enterprise_items",
            "item_code",
            (("name", t("item")), ("max_points", t("max_points")), ("reason_code", t("reason_code"))),
            lambda r: r["kind"] == "item" and r["is_due"],
        )
    )
shell.offer_exports(ctx)
shell.footer(ctx)
