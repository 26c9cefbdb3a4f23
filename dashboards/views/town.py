"""One town: score and grade, where points were lost, every indicator, its peers, and the rows behind a cell."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from dashboards import charts, evidence, i18n, parts, shell, steps, trial, trust
from dashboards.queries import of_ranks, of_towns

FIRST_STEPS = 5
ctx = shell.enter("town", ("town_indicator_scores", "town_dimension_scores", "indicator_evidence"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
towns = of_towns.towns(ctx.release, ctx.period)
trusted = of_ranks.rank_intervals(ctx.release, ctx.period)
names = {r["town_id"]: ctx.pick(r, "town_name") for r in sorted(towns, key=lambda r: r["town_id"])}


def unit(row: dict) -> str:
    """Return the unit's words with the space English wants."""
    words = ctx.known("unit", row["unit"], row["unit"] or "")
    return words if words in ("%", "") or lang == "zh" else f" {words}"


def value(row: dict) -> str:
    """Return the indicator's value with its unit."""
    return i18n.DASH if row["value"] is None else f"{i18n.short(row['value'])}{unit(row)}"


def headline(row: dict) -> str:
    """Return the score, grade, ranks and coverage of the town."""
    rated = row["score_status"] == "rated"
    blocks = [
        f'<div><div class="k">{esc(t("final_score"))}</div><div class="v">'
        f"{esc(i18n.number(row['final_score']) if rated else i18n.DASH)}</div></div>",
        f'<div><div class="k">{esc(t("grade"))}</div>{parts.chip(lang, row["grade"] if rated else None, "big")}</div>',
    ]

    def small(label: str, words: str, after: str = "") -> str:
        tail = f" <small>{esc(after)}</small>" if after else ""
        return f'<div><div class="k">{esc(label)}</div><div class="w">{esc(words)}{tail}</div></div>'

    if rated:
        blocks.append(
            small(t("rank_district"), str(row["rank_overall"]), f"/ {sum(r['score_status'] == 'rated' for r in towns)}")
        )
        if span := trust.interval(trusted.get(row["town_id"])):
            blocks.append(small(t("rank_interval"), span, t("rank_interval_of")))
        blocks.append(
            small(
                t("rank_cohort", cohort=ctx.pick(row, "cohort_name")),
                str(row["rank_cohort"]),
                f"/ {row['cohort_size']}",
            )
        )
        if row["score_change"] is not None:
            blocks.append(
                small(t("change"), i18n.signed(row["score_change"]), t("was", score=i18n.number(row["previous_score"])))
            )
    blocks.append(
        small(
            t("coverage"),
            i18n.percent(row["coverage_share"], 1),
            t("observed_of", observed=row["observed_count"], due=row["due_count"]),
        )
    )
    if row["lower_score"] is not None and row["lower_score"] != row["upper_score"]:
        blocks.append(small(t("bounds"), f"{i18n.number(row['lower_score'])}–{i18n.number(row['upper_score'])}"))
    return f'<div class="an-score">{"".join(blocks)}</div>'


def remarks(row: dict) -> str:
    """Say in plain words what caps the grade, what withholds it, and what was added or taken."""
    said = []
    if row["score_status"] != "rated":
        said.append(
            f'<div class="an-say calm">{esc(t("not_rated_why", share=i18n.percent(row["coverage_share"], 1)))}</div>'
        )
    grade = row["grade"] if row["score_status"] == "rated" else None
    said.append(trust.said(ctx, trusted.get(row["town_id"]), names, "rank_overall", grade))
    for code in filter(None, (row["veto_codes"] or "").split(",")):
        said.append(f'<div class="an-say"><b>{esc(code)}</b> {esc(ctx.known("veto", code.strip()))}</div>')
    if row["bonus_points"] or row["deduction_points"]:
        said.append(
            f'<p class="note">{esc(t("adjusted", base=i18n.number(row["base_score"]), bonus=i18n.number(row["bonus_points"]), deduction=i18n.number(row["deduction_points"])))}</p>'
        )
        for rule in of_towns.adjustments(ctx.release, row["period"], row["town_id"]):
            said.append(
                f'<p class="note">{esc(t("adjusted_by", code=rule["indicator_code"], name=ctx.pick(rule, "name"), n=i18n.whole(rule["event_count"])))}</p>'
            )
    return "".join(said)


def dimension_rows(found: list[dict]) -> list[dict]:
    """Return what the profile chart draws: only dimensions that have a score."""
    return [
        {
            "label": f"{d['node_code']}  {ctx.pick(d, 'node_name')}",
            "value": float(d["published_score"]),
            "other": None if d["cohort_score"] is None else float(d["cohort_score"]),
            "shown": i18n.number(d["published_score"]),
            "tip": t(
                "profile_tip",
                name=ctx.pick(d, "node_name"),
                score=i18n.number(d["published_score"]),
                cohort=i18n.number(d["cohort_score"]),
                weight=i18n.percent(d["weight_share"]),
            ),
        }
        for d in found
        if d["published_score"] is not None
    ]


def lost_rows(found: list[dict]) -> list[dict]:
    """Return what the chart of lost points draws, largest first."""
    lost = sorted((r for r in found if r["points_lost"]), key=lambda r: (-r["points_lost"], r["indicator_code"]))
    return [
        {
            "label": f"{r['indicator_code']}  {ctx.pick(r, 'name')}",
            "value": float(r["points_lost"]),
            "shown": i18n.number(r["points_lost"]),
            "tip": t(
                "lost_tip",
                name=ctx.pick(r, "name"),
                score=i18n.number(r["published_score"]),
                weight=i18n.percent(r["weight_share"]),
                lost=i18n.number(r["points_lost"]),
            ),
        }
        for r in lost
    ]


def indicator_table(found: list[dict], chosen: str, dims: list[dict]) -> str:
    """Return the indicators that are due, grouped by dimension; each links to its evidence."""
    heads = (
        (t("indicator"), ""),
        (t("value"), "num"),
        (t("floor_target"), ""),
        (t("score"), "num"),
        (t("lost"), "num"),
        (t("change"), "num"),
        (t("state"), ""),
    )
    titles = {d["node_code"]: ctx.pick(d, "node_name") for d in dims}
    lines, group = [], None
    for r in found:
        if r["l1_code"] != group:
            group = r["l1_code"]
            lines.append(f'<tr class="group"><td colspan="7">{esc(group)} {esc(titles.get(group, ""))}</td></tr>')
        change = None if r["score"] is None or r["previous_score"] is None else r["score"] - r["previous_score"]
        name = parts.link(
            ctx.here(ind=r["indicator_code"], ep=None), esc(ctx.pick(r, "name")), extra=' data-to="evidence"'
        )
        pilot = parts.not_law(t, r["rule_status"])
        sample = "" if r["sample_count"] is None else f"n = {i18n.whole(r['sample_count'])}"
        if r["is_shrunk"]:
            sample += t("shrunk")
        state = ctx.known("status", r["cell_status"])
        tone = "bad" if r["cell_status"] in ("not_reported", "unreadable") else ""
        share = None if r["score"] is None else r["score"] / 100
        lines.append(
            f'<tr class="cell {"on" if r["indicator_code"] == chosen else ""}">'
            + parts.cell(f'{name}{pilot}<span class="sub">{esc(r["indicator_code"])}</span>', css="head")
            + parts.cell(f'{esc(value(r))}<span class="sub">{esc(sample)}</span>', t("value"), "num")
            + parts.cell(parts.bullet(share, r["floor_text"] or "", r["target_text"] or ""), t("floor_target"), "full")
            + parts.cell(esc(i18n.number(r["published_score"])), t("score"), "num")
            + parts.cell(esc(i18n.number(r["points_lost"])) if r["score"] is not None else i18n.DASH, t("lost"), "num")
            + parts.cell(esc(i18n.signed(change)), t("change"), "num")
            + parts.cell(
                f'<span class="{tone}">{esc(state)}</span>',
                t("state"),
                "calm" if r["cell_status"] == "observed" else "last",
            )
            + "</tr>"
        )
    return parts.table(heads, lines, "cards ind")


def entity(e: dict) -> str:
    """Return the entity's id; a firm's id opens its page."""
    if e["entity_type"] == "enterprise":
        return parts.link(ctx.href("firm", firm=e["entity_id"]), esc(e["entity_id"]))
    return esc(e["entity_id"])


def evidence_panel(row: dict, cell: dict) -> str:
    """Return the rows a cell is made of: entity, numbers, date, and the file and line each came from."""
    title = t("evidence_title", code=cell["indicator_code"], name=ctx.pick(cell, "name"))
    note = t(
        "evidence_note",
        value=value(cell),
        numerator=i18n.short(cell["numerator"]),
        denominator=i18n.short(cell["denominator"]),
    )
    top = f'<h2 id="evidence">{esc(title)}</h2><p class="note">{esc(note)}</p>'
    return evidence.panel(ctx, top, row["town_id"], cell["indicator_code"], cell["cell_status"], entity)


def peers(row: dict, alone: bool) -> str:
    """Return the towns of the same cohort (all towns when it is alone there) as bars, this one marked."""
    lines = []
    for p in (p for p in towns if alone or p["cohort_code"] == row["cohort_code"]):
        rated = p["score_status"] == "rated"
        label = esc(names[p["town_id"]])
        name = f"<b>{label}</b>" if p is row else parts.link(ctx.here(town=p["town_id"], ind=None, ep=None), label)
        lines.append(
            f'<tr class="{"on" if p is row else ""}">'
            + parts.cell(esc(p["rank_overall" if alone else "rank_cohort"] if rated else i18n.DASH), css="num")
            + parts.cell(name, css="nowrap")
            + parts.cell(
                f'<div style="padding-top:6px">{parts.bar(p["final_score"] / 100 if rated else None, p["grade"] or "none")}</div>'
            )
            + parts.cell(esc(i18n.number(p["final_score"]) if rated else i18n.DASH), css="num")
            + parts.cell(parts.chip(lang, p["grade"] if rated else None))
            + "</tr>"
        )
    return f'<table><colgroup><col style="width:34px"><col style="width:30%"><col></colgroup><tbody>{"".join(lines)}</tbody></table>'


first = towns[0]["town_id"] if towns else ""
parts.draw(f"<h1>{esc(names.get(ctx.arg('town', names, first), ''))}</h1>")
with st.columns([1, 2])[0]:
    town_id = shell.choose(ctx, "town", t("choose_town"), names, default=first, clear=("ind", "ep"))
town = next(r for r in towns if r["town_id"] == town_id)
cells = of_towns.indicators(ctx.release, ctx.period, town_id)
due = [r for r in cells if r["cell_status"] != "not_due"]
waiting = [r for r in cells if r["cell_status"] == "not_due"]
#: a town alone in its cohort is set beside the whole district
alone = (town["cohort_size"] or 0) < 2
dims = of_towns.dimensions(ctx.release, ctx.period, town_id, None if alone else town["cohort_code"])
beside = t("district") if alone else ctx.pick(town, "cohort_name")
parts.draw(headline(town) + remarks(town))

left, right = st.columns(2, gap="large")
with left:
    parts.draw(f'<h2>{esc(t("profile_title"))}</h2><p class="note">{esc(t("profile_note", cohort=beside))}</p>')
    drawn = dimension_rows(dims)
    if drawn:
        charts.draw(charts.profile(drawn), t("profile_title"))
    parts.draw(
        f"<h2>{esc(t('peers_title', cohort=ctx.pick(town, 'cohort_name')))}</h2>"
        f'<p class="note">{esc(t("peers_alone") if alone else t("peers_note"))}</p>{peers(town, alone)}'
    )
    drawn = trust.drivers(ctx, of_ranks.rank_drivers(ctx.release, ctx.period, town_id))
    if drawn:
        parts.draw(f'<h2>{esc(t("drivers_title"))}</h2><p class="note">{esc(t("drivers_note"))}</p>')
        charts.draw(charts.bars(drawn, 1.0), t("drivers_title"))
with right:
    lost = lost_rows(due)
    total = sum((r["points_lost"] for r in due if r["points_lost"]), Decimal(0))
    base = town["base_score"]
    parts.draw(
        f'<h2>{esc(t("lost_title"))}</h2><p class="note">'
        + esc(t("lost_note", total=i18n.number(total), base=i18n.number(base)))
        + "</p>"
    )
    if lost:
        charts.draw(charts.bars(lost, lost[0]["value"]), t("lost_title"))
chosen = ctx.arg("ind", {r["indicator_code"] for r in due})
parts.draw(
    f'<h2>{esc(t("indicators_title", n=len(due)))}</h2><p class="note">{esc(t("indicators_note"))}</p>'
    + indicator_table(due, chosen, dims)
)
if waiting:
    listed = "".join(f"<div>{esc(r['indicator_code'])} {esc(ctx.pick(r, 'name'))}</div>" for r in waiting)
    parts.draw(
        f'<details class="more"><summary>{esc(t("not_due_title", n=len(waiting)))}</summary>'
        f'<div class="cols">{listed}</div></details>'
    )
found = trial.plan(ctx.release, ctx.period, town_id)
if found:
    more = parts.link(ctx.href("whatif", town=town_id), esc(t("steps_try")))
    labels = {r["indicator_code"]: ctx.pick(r, "name") for r in due}
    parts.draw(
        f'<h2>{esc(t("steps_title"))}</h2><p class="note">{esc(t("steps_note"))} {more}</p>'
        f"{steps.sentence(ctx, found)}{steps.table(ctx, found, labels, FIRST_STEPS)}"
    )
if chosen:
    parts.draw(evidence_panel(town, next(r for r in due if r["indicator_code"] == chosen)))
shell.footer(ctx)
