"""Capability depth: what lies behind the scores. Gaps between towns, what the congress asked for, supplies, plans, forces."""

from __future__ import annotations

from collections import Counter

from dashboards import i18n, parts, shell
from dashboards.queries import of_depth

# what else the page shows may be empty where a silo told of nothing; these have rows in every release
ctx = shell.enter("depth", ("indicator_gaps", "congress_recommendations", "recommendation_measures"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
FIRST_GAPS, FIRST_ASKED = 12, 12
gaps = of_depth.gaps(ctx.release, ctx.period)
whole = next((g for g in gaps if g["indicator_code"] == "TOTAL"), None)
indicators = [g for g in gaps if g["indicator_code"] != "TOTAL"]
asked = of_depth.recommendations(ctx.release, ctx.period)
stocks = of_depth.supplies(ctx.release, ctx.period)
store = ctx.arg("store", {r["town_id"] for r in stocks}, "")
chosen = ctx.arg("asked", {r["feature_no"] for r in asked}, "")


def section(title: str, note: str, body: str) -> str:
    """Return a part of the page with its title and note, or a line that there is nothing to show."""
    body = body or f'<p class="mute">{esc(t("depth_nothing"))}</p>'
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
        + parts.figure(
            t("depth_ahead"),
            i18n.whole(sum(r["trend_code"] == "ahead" for r in asked)),
            "",
            t("depth_of_asked", n=sum(r["trend_code"] != "unknown" for r in asked), all=len(asked)),
        )
        + parts.figure(
            t("depth_overdue_asked"),
            i18n.whole(sum(r["overdue_count"] > 0 for r in asked)),
            "",
            t("depth_longest", n=max((r["longest_overdue_days"] or 0 for r in asked), default=0)),
        )
        + "</div>"
    )


def town(g: dict, end: str) -> str:
    """Return a town at one end of a gap with its score and value, or a dash."""
    if g[f"{end}_town_id"] is None:
        return i18n.DASH
    unit = g["unit"] if lang == "zh" else g["unit_en"]
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
        drawn = parts.span(g["worst_score"], g["median_score"], g["best_score"]) if has_gap else why
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


def trend(r: dict) -> str:
    """Return a change with the way it goes below it."""
    css = "bad" if r["trend_code"] == "back" else ""
    return (
        f"{signed(r['progress_change'])}<span class='sub {css}'>{esc(ctx.known('depth_trend', r['trend_code']))}</span>"
    )


def asked_table() -> str:
    """Return the recommendations: progress, change, who must act and how the items stand."""
    lines = []
    for r in asked:
        overdue = (
            f'<span class="bad">{esc(t("depth_overdue", n=r["overdue_count"], days=r["longest_overdue_days"]))}</span>'
            if r["overdue_count"]
            else ""
        )
        standing = (
            esc(t("depth_standing", done=r["done_count"], open=r["open_count"])) if r["item_count"] else i18n.DASH
        )
        name = parts.link(ctx.here(asked=r["feature_no"]), esc(ctx.pick(r, "name")), extra=' data-stay data-to="asked"')
        status = (
            ""
            if r["progress_score"] is not None
            else f'<span class="mute">{esc(ctx.known("depth_status", r["measure_status"]))}</span>'
        )
        share = None if r["progress_score"] is None else float(r["progress_score"]) / 100
        lines.append(
            f'<tr{" class=on" if r["feature_no"] == chosen else ""}>'
            + parts.cell(f'{esc(r["feature_no"])} {name}', css="head")
            + parts.cell(status or parts.bar(share), css="full")
            + parts.cell(f"<b>{points(r['progress_score'])}</b><span class='sub'>{esc(t('depth_measured', n=r['measured_count'], all=r['indicator_count']))}</span>", t("depth_progress"), "num")
            + parts.cell(trend(r), t("depth_change"), "num")
            + parts.cell(f"{standing}<span class='sub'>{overdue}</span>", t("depth_items"))
            + parts.cell(esc(r["responsible_org_names"] or i18n.DASH), t("depth_who"))
            + "</tr>"
        )  # fmt: skip
    heads = (
        (t("depth_asked"), ""), ("", ""), (t("depth_progress"), "num"), (t("depth_change"), "num"), (t("depth_items"), ""), (t("depth_who"), ""),
    )  # fmt: skip
    return folded(heads, lines, FIRST_ASKED)


def one_asked() -> str:
    """Return the chosen recommendation: its indicators, and the items of the congress."""
    if not chosen:
        return ""
    r = next(x for x in asked if x["feature_no"] == chosen)
    measured = [
        "<tr>"
        + parts.cell(f'{esc(m["indicator_code"])} {esc(ctx.pick(m, "name"))}{parts.not_law(t, m["rule_status"])}', css="head")
        + parts.cell(parts.bar(float(m["progress_score"]) / 100) if m["progress_score"] is not None else f'<span class="mute">{esc(ctx.known("depth_status", m["measure_status"]))}</span>', css="full")
        + parts.cell(points(m["progress_score"]), t("depth_progress"), "num")
        + parts.cell(signed(m["progress_change"]), t("depth_change"), "num")
        + parts.cell(f'{m["at_target_count"]} / {m["judged_count"]}', t("depth_at_target"), "num")
        + "</tr>"
        for m in of_depth.measures(ctx.release, ctx.period, chosen)
    ]  # fmt: skip
    told = [
        "<tr>"
        + parts.cell(f'{esc(i["recommendation_no"])} {esc(i["recommendation_text"])}<span class="sub">{esc(i["report_title"] or i["report_no"])}</span>', css="head")
        + parts.cell(esc(i["responsible_org_name"]), t("depth_who"))
        + parts.cell(esc(i18n.date(lang, i["due_date"])), t("due"), "nowrap")
        + parts.cell(
            f'<span class="{"bad" if i["item_status"] == "overdue" else ""}">{esc(ctx.known("depth_status", i["item_status"]))}</span>'
            + (f'<span class="sub">{esc(t("days_late", n=i["overdue_days"]))}</span>' if i["overdue_days"] else ""),
            t("depth_state"),
        )
        + parts.cell(parts.source_line(lang, i["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for i in of_depth.items(ctx.release, ctx.period, chosen)
    ]  # fmt: skip
    heads = (
        (t("indicator"), ""), ("", ""), (t("depth_progress"), "num"), (t("depth_change"), "num"), (t("depth_at_target"), "num"),
    )  # fmt: skip
    item_heads = (
        (t("depth_item"), ""), (t("depth_who"), ""), (t("due"), ""), (t("depth_state"), ""), (t("came_from"), ""),
    )  # fmt: skip
    return (
        f'<h3 id="asked">{esc(chosen)} {esc(ctx.pick(r, "name"))}</h3>'
        + (parts.table(heads, measured) if measured else f'<p class="mute">{esc(ctx.known("depth_status", "no_indicator"))}</p>')
        + (parts.table(item_heads, told) if told else f'<p class="mute">{esc(t("depth_no_items"))}</p>')
    )  # fmt: skip


def heat(met: int, asked: int) -> str:
    """Return a cell coloured by the share met; the bands are those of the grades of towns, as a colour only."""
    share = met / asked if asked else None
    if share is None:
        return f'<td><span class="cell faint">{i18n.DASH}</span></td>'
    band = "A" if share >= 0.9 else "B" if share >= 0.8 else "C" if share >= 0.6 else "D"
    return f'<td><span class="cell heat {band}">{met}/{asked}</span></td>'


def supply_table() -> str:
    """Return the towns by class of supplies, and what is within reach."""
    if not stocks:
        return ""
    groups = of_depth.classes(ctx.release, ctx.period)
    lines = []
    for r in stocks:
        if r["untold"]:
            cells = (
                f'<td colspan="{len(groups) + 5}" class="mute">{esc(ctx.known("depth_status", "not_reported"))}</td>'
            )
        else:
            by_class = [[a["met"] for a in r["articles"] if a["code"] == g["class_code"]] for g in groups]
            reach = [None if r["no_times"] else r[band] for band in ("near", "middle", "far")]
            cells = (
                "".join(heat(sum(met), len(met)) for met in by_class)
                + "".join(f"<td>{i18n.DASH if n is None else i18n.percent(n / r['asked'], 0)}</td>" for n in reach)
                + f'<td>{r["expiring"]}</td><td class="{"bad" if r["expired"] else ""}">{r["expired"]}</td>'
            )
        name = parts.link(
            ctx.here(store=r["town_id"]), esc(ctx.pick(r, "town_name")), extra=' data-stay data-to="store"'
        )
        lines.append(
            f'<tr{" class=on" if r["town_id"] == store else ""}><td>{name} <span class="faint">{esc(ctx.pick(r, "cohort_name"))}</span></td>{cells}</tr>'
        )
    heads = [
        t("town"),
        *(ctx.pick(g, "class_name") for g in groups),
        *(t("depth_within", n=n) for n in (15, 30, 60)),
        t("depth_expiring"),
        t("depth_expired"),
    ]
    top = "".join(f"<th>{esc(h)}</th>" for h in heads)
    return f'<div class="scroll"><table class="matrix"><thead><tr>{top}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def one_store() -> str:
    """Return what the chosen town's store lacks, or what is expired in it."""
    if not store:
        return ""
    r = next(x for x in stocks if x["town_id"] == store)
    listed = of_depth.articles(ctx.release, ctx.period, store)
    top = f'<h3 id="store">{esc(t("depth_store_of", town=ctx.pick(r, "town_name")))}</h3>'
    if not listed:
        return top + f'<p class="mute">{esc(t("depth_store_full"))}</p>'

    def amount(value: object) -> str:
        return i18n.DASH if value is None else i18n.short(value, 1)

    lines = [
        "<tr>"
        + parts.cell(f'{esc(ctx.pick(a, "article_name"))}<span class="sub">{esc(a["article_code"])} · {esc(ctx.pick(a, "class_name"))}</span>', css="head")
        + parts.cell(esc(ctx.known("depth_status", a["cover_status"])), t("depth_state"))
        + parts.cell(f'{amount(a["held_quantity"])} / {amount(a["norm_quantity"])} {esc(a["base_unit_word"]) if lang == "zh" else ""}', t("depth_held"), "num")
        + "".join(parts.cell(amount(a[f"{band}_quantity"]), t("depth_within", n=n), "num") for band, n in (("near", 15), ("middle", 30), ("far", 60)))
        + parts.cell(amount(a["expiring_quantity"]), t("depth_expiring"), "num")
        + parts.cell(amount(a["expired_quantity"]), t("depth_expired"), "num")
        + "</tr>"
        for a in listed
    ]  # fmt: skip
    heads = (
        (t("depth_article"), ""), (t("depth_state"), ""), (t("depth_held"), "num"), *((t("depth_within", n=n), "num") for n in (15, 30, 60)),
        (t("depth_expiring"), "num"), (t("depth_expired"), "num"),
    )  # fmt: skip
    return top + parts.table(heads, lines, "cards ind")


PLAN_BANDS = {"in_force": "B", "outdated": "C", "missing": "D"}


def plan_table() -> str:
    """Return divisions by kinds of event: a letter says how the plan stands, a ring that it is linked; then the plans of villages."""
    found = of_depth.plans(ctx.release, ctx.period)
    if not found:
        return ""
    villages = of_depth.village_plans(ctx.release, ctx.period)
    kinds = {p["event_type_code"]: p["event_type_name"] for p in found}
    by_place = {(p["division_id"], p["event_type_code"]): p for p in found}
    lines = []
    for division, name in {p["division_id"]: ctx.pick(p, "division_name") for p in found}.items():
        row = []
        for code in kinds:
            p = by_place[division, code]
            said = " · ".join(
                filter(
                    None,
                    (
                        ctx.known("depth_status", p["plan_status"]),
                        ctx.known("depth_status", p["link_status"]),
                        p["plan_no"],
                        p["trigger_word"],
                    ),
                )
            )
            sign = {"linked": "✓", "not_linked": "✗", "unchecked": "?"}.get(p["link_status"], "–")
            row.append(
                f'<td title="{esc(said)}"><span class="cell {"heat " + PLAN_BANDS[p["plan_status"]] if p["plan_status"] in PLAN_BANDS else "faint"}">{sign}</span></td>'
            )
        v = villages.get(division)
        told = v is not None and v["plan_count"] is not None
        row += [
            f"<td>{v[k]}/{v['village_count']}</td>" if told else f"<td>{i18n.DASH}</td>"
            for k in ("complete_count", "one_page_count")
        ]
        lines.append(f"<tr><td>{esc(name)}</td>{''.join(row)}</tr>")
    heads = "".join(f'<th title="{esc(name)}">{esc(code)}</th>' for code, name in kinds.items())
    top = f"<th>{esc(t('depth_division'))}</th>{heads}<th>{esc(t('depth_village_complete'))}</th><th>{esc(t('depth_village_page'))}</th>"
    colours = {"in_force": "--gB", "outdated": "--gC", "missing": "--gD"}
    legend = "".join(
        f'<span><i style="background:var({c})"></i>{esc(ctx.known("depth_status", s))}</span>'
        for s, c in colours.items()
    )
    signs = "".join(
        f"<span><b>{x}</b> {esc(ctx.known('depth_status', s))}</span>"
        for x, s in (("✓", "linked"), ("✗", "not_linked"), ("?", "unchecked"), ("–", "no_plan"))
    )
    names = "".join(f"<span><b>{esc(code)}</b> {esc(name)}</span>" for code, name in kinds.items())
    reasons = Counter(p["trigger_word"] for p in found if p["trigger_word"])
    said = "".join(f"<span><b>{n}</b> {esc(word)}</span>" for word, n in reasons.most_common())
    return (
        f'<div class="an-key">{legend}{signs}</div>'
        f'<div class="scroll"><table class="matrix"><thead><tr>{top}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
        f'<div class="an-key">{names}</div><div class="an-key"><span>{esc(t("depth_revised_for"))}</span>{said}</div>'
    )


def drill_table() -> str:
    """Return drills by kind of event: held, found, mended."""
    lines = [
        "<tr>"
        + parts.cell(esc(d["event_type_name"] or t("depth_no_kind")), css="head")
        + parts.cell(parts.bar(d["held_count"] / d["planned_count"]), css="full")
        + parts.cell(f'{d["held_count"]} / {d["planned_count"]}', t("depth_held_drills"), "num")
        + parts.cell(i18n.whole(d["cross_department_count"]), t("depth_cross"), "num")
        + parts.cell(f'{d["fixed_count"]} / {d["finding_count"]}', t("depth_fixed"), "num")
        + parts.cell(f'<span class="{"bad" if d["overdue_count"] else ""}">{d["overdue_count"]}</span>', ctx.known("depth_status", "overdue"), "num")
        + "</tr>"
        for d in of_depth.drills(ctx.release, ctx.period)
    ]  # fmt: skip
    heads = (
        (t("depth_kind"), ""), ("", ""), (t("depth_held_drills"), "num"), (t("depth_cross"), "num"), (t("depth_fixed"), "num"),
        (ctx.known("depth_status", "overdue"), "num"),
    )  # fmt: skip
    return parts.table(heads, lines, "cards ind") if lines else ""


def kind_table() -> str:
    """Return the civil teams by speciality and grade."""
    found = of_depth.team_kinds(ctx.release, ctx.period)
    if not found:
        return f'<p class="mute">{esc(t("depth_no_teams"))}</p>'
    lines = [
        "<tr>"
        + parts.cell(esc(t("depth_no_speciality") if k["specialty_word"] == "none" else k["specialty_word"]), css="head")
        + parts.cell(parts.bar(k["in_order_count"] / k["team_count"]), css="full")
        + parts.cell(f'{k["in_order_count"]} / {k["team_count"]}', t("depth_in_order"), "num")
        + "".join(parts.cell(str(k[f"grade_{n}_count"]), t("depth_grade", n=n), "num") for n in (1, 2, 3))
        + parts.cell(str(k["towns"]), t("depth_towns"), "num")
        + "</tr>"
        for k in found
    ]  # fmt: skip
    heads = (
        (t("depth_speciality"), ""), ("", ""), (t("depth_in_order"), "num"), *((t("depth_grade", n=n), "num") for n in (1, 2, 3)),
        (t("depth_towns"), "num"),
    )  # fmt: skip
    return parts.table(heads, lines, "cards ind")


def force_table() -> str:
    """Return towns: civil teams, volunteers, turnouts, and the training of the station."""

    def told(status: str | None, shown: str) -> str:
        return (
            shown
            if status in ("counted", "observed")
            else f'<span class="mute">{esc(ctx.known("depth_status", status or "not_reported"))}</span>'
        )

    lines = []
    for r in of_depth.forces(ctx.release, ctx.period):
        joined = i18n.percent(r["joined_share"]) if r["joined_share"] is not None else i18n.DASH
        rotation = (
            f"{r['rotation_trained_count']} / {r['rotation_target_count']}"
            if r["rotation_plan_count"]
            else esc(ctx.known("depth_status", "no_rotation"))
        )
        lines.append(
            "<tr>"
            + parts.cell(parts.link(ctx.href("town", town=r["town_id"]), esc(ctx.pick(r, "town_name"))), css="head")
            + parts.cell(f'{r["in_order_count"]} / {r["team_count"]}', t("depth_in_order"), "num")
            + parts.cell(told(r["volunteer_status"], i18n.number(r["volunteers_per_10000"], 1)), t("depth_volunteers"), "num")
            + parts.cell(told(r["dispatch_status"], f'{r["dispatch_count"]}<span class="sub">{esc(t("depth_ordered", n=r["ordered_count"]))}</span>'), t("depth_turnouts"), "num")
            + parts.cell(told(r["dispatch_status"], f'{joined}<span class="sub">{r["joined_count"]} / {r["incident_count"]}</span>'), t("depth_joined"), "num")
            + parts.cell(told(r["hours_status"], i18n.number(r["year_hours_per_head"], 1)), t("depth_hours"), "num")
            + parts.cell(told(r["course_status"], f'{r["course_in_time_count"]} / {r["course_count"]}'), t("depth_courses"), "num")
            + parts.cell(f'<span class="{"bad" if r["rotation_status"] == "none" else ""}">{rotation}</span>', t("depth_rotation"), "num")
            + "</tr>"
        )  # fmt: skip
    heads = (
        (t("town"), ""), (t("depth_in_order"), "num"), (t("depth_volunteers"), "num"), (t("depth_turnouts"), "num"),
        (t("depth_joined"), "num"), (t("depth_hours"), "num"), (t("depth_courses"), "num"), (t("depth_rotation"), "num"),
    )  # fmt: skip
    return parts.table(heads, lines, "cards ind")


parts.draw(f'<h1>{esc(t("depth_title"))}</h1><p class="lead">{esc(t("depth_lead"))}</p>' + figures())
parts.draw(section(t("depth_gaps_title"), t("depth_gaps_note"), gap_table()))
parts.draw(section(t("depth_asked_title"), t("depth_asked_note"), asked_table() + one_asked()))
parts.draw(section(t("depth_supply_title"), t("depth_supply_note"), supply_table() + one_store()))
parts.draw(section(t("depth_plan_title"), t("depth_plan_note"), plan_table()))
parts.draw(section(t("depth_drill_title"), t("depth_drill_note"), drill_table()))
parts.draw(section(t("depth_force_title"), t("depth_force_note"), force_table()))
parts.draw(section(t("depth_kinds_title"), t("depth_kinds_note"), kind_table()))
shell.footer(ctx)
