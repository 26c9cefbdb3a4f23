"""The hazard loop: clocks kept and missed by stage and town, hazards overdue with their escalations, refused steps, lists, cases."""

from __future__ import annotations

from dashboards import i18n, parts, shell
from dashboards.queries import of_loop, of_towns

ctx = shell.enter("loop", ("hazard_loops", "hazard_clocks", "hazard_stage_quarters", "hazard_escalations", "hazard_refused_events"))  # fmt: skip
t, esc, lang = ctx.t, parts.esc, ctx.lang
names = of_towns.town_names(ctx.release, lang)
town = ctx.arg("town", names)
stages = of_loop.stages(ctx.release, ctx.period, town)
SHOWN, SHOWN_REFUSED = 25, 10


def count(value: object) -> str:
    """Return a count; none is 0."""
    return esc(i18n.whole(value or 0))


def kept(row: dict) -> str:
    """Return the share of clocks that were kept, of those that anybody told of."""
    told = row["due_count"] - row["not_told_count"]
    return i18n.percent(row["met_count"] / told) if told else i18n.DASH


def clock_cells(row: dict) -> str:
    """Return the cells of a row of clocks: a bar, the share kept, late, not done, not told."""
    told = row["due_count"] - row["not_told_count"]
    return (
        parts.cell(parts.bar(row["met_count"] / told if told else None), css="full")
        + parts.cell(f'{esc(kept(row))}<span class="sub">{count(row["met_count"])} / {count(told)}</span>', t("loop_kept"), "num")
        + parts.cell(count(row["late_count"]), t("loop_late"), "num")
        + parts.cell(count(row["open_count"]), t("loop_open"), "num")
        + parts.cell(count(row["not_told_count"]), t("loop_not_told"), "num")
    )  # fmt: skip


def clock_heads(first: str) -> tuple[tuple[str, str], ...]:
    """Return the heads of a table of clocks."""
    return (
        (first, ""), ("", ""), (t("loop_kept"), "num"), (t("loop_late"), "num"), (t("loop_open"), "num"), (t("loop_not_told"), "num"),
    )  # fmt: skip


def figures() -> str:
    """Return the headline figures of the district or the town."""
    now = of_loop.figures(ctx.release, town)
    due = {k: sum(r[k] for r in stages) for k in ("due_count", "met_count", "not_told_count")}
    return (
        '<div class="an-figs">'
        + parts.figure(t("loop_kept"), kept(due), "", t("loop_of_clocks", n=i18n.whole(due["due_count"] - due["not_told_count"])))
        + parts.figure(t("loop_hazards_open"), i18n.whole(now["open"]), "", t("loop_of_hazards", n=i18n.whole(now["hazards"])))
        + parts.figure(t("loop_overdue"), i18n.whole(now["overdue"]), "", t("loop_paused", n=i18n.whole(now["paused"])))
        + parts.figure(t("loop_escalated"), i18n.whole(now["escalated"]), "", t("loop_repeats", n=i18n.whole(now["repeated"])))
        + parts.figure(t("loop_refused"), i18n.whole(now["refused"]), "", t("loop_refused_note"))
        + "</div>"
    )  # fmt: skip


def stage_table() -> str:
    """Return the clocks of the quarter by stage, in the order of the loop."""
    lines = [f"<tr>{parts.cell(esc(ctx.pick(r, 'stage_name')), css='head')}{clock_cells(r)}</tr>" for r in stages]
    return parts.table(clock_heads(t("loop_stage")), lines)


def town_table() -> str:
    """Return the clocks of the quarter by town, least kept first; each leads to the town alone."""
    lines = [
        f"<tr>{parts.cell(parts.link(ctx.here(town=r['town_id']), esc(names.get(r['town_id'], t('loop_no_town')))), css='head')}{clock_cells(r)}</tr>"
        for r in of_loop.towns(ctx.release, ctx.period)
    ]
    return parts.table(clock_heads(t("town")), lines)


def overdue_table() -> str:
    """Return the hazards whose clock ran out first, gravest grade and oldest first; each opens its clocks."""
    found = of_loop.overdue(ctx.release, town, SHOWN)
    if not found:
        return f'<p class="mute">{esc(t("loop_none_overdue"))}</p>'
    lines = [
        "<tr>"
        + parts.cell(
            f'{parts.link(ctx.here(hazard=r["hazard_id"]), esc(r["hazard_id"]))}<span class="sub">{esc(r["hazard_text"])}</span>', css="head"
        )
        + parts.cell(esc(r["grade_code"]), t("loop_grade"))
        + parts.cell(esc(names.get(r["town_id"], t("loop_no_town"))), t("town"))
        + parts.cell(esc(ctx.pick(r, "stage_name")), t("loop_stage"))
        + parts.cell(esc(i18n.moment(lang, r["due_at"])), t("loop_due"), "nowrap")
        + parts.cell(f'{esc(ctx.pick(r, "action"))}<span class="sub">{esc(ctx.pick(r, "to_whom"))}</span>', t("loop_last_escalation"))
        + parts.cell(parts.source_line(lang, r["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for r in found
    ]  # fmt: skip
    heads = (
        (t("loop_hazard"), ""), (t("loop_grade"), ""), (t("town"), ""), (t("loop_stage"), ""), (t("loop_due"), ""), (t("loop_last_escalation"), ""),
        (t("came_from"), ""),
    )  # fmt: skip
    return parts.table(heads, lines)


def one_hazard(hazard: str) -> str:
    """Return the clocks and escalations of one hazard, or a line that it is not known."""
    clocks, raised = of_loop.hazard(ctx.release, hazard)
    if not clocks:
        return f'<p class="mute">{esc(t("loop_no_clocks", hazard=hazard))}</p>'
    lines = [
        "<tr>"
        + parts.cell(f"{esc(ctx.pick(c, 'stage_name'))} {c['round_number'] if c['round_number'] > 1 else ''}", css="head")
        + parts.cell(esc(ctx.pick(c, "status_name")), t("loop_status"))
        + parts.cell(
            f"{esc(i18n.short(c['limit_hours']))} {esc(t('loop_working')) if c['clock_kind'] == 'working' else ''}", t("loop_limit"), "num"
        )
        + "".join(parts.cell(esc(i18n.moment(lang, c[k])), t(word), "nowrap") for k, word in (("started_at", "loop_from"), ("due_at", "loop_due"), ("done_at", "loop_done")))
        + "</tr>"
        for c in clocks
    ]  # fmt: skip
    heads = (
        (t("loop_stage"), ""), (t("loop_status"), ""), (t("loop_limit"), "num"), (t("loop_from"), ""), (t("loop_due"), ""), (t("loop_done"), ""),
    )  # fmt: skip
    told = "".join(
        f"<li>{esc(i18n.moment(lang, e['escalated_at']))} · {esc(ctx.pick(e, 'to_whom'))} · {esc(ctx.pick(e, 'action'))}</li>"
        for e in raised
    )
    return (
        f"<h2>{esc(t('loop_one', hazard=hazard))}</h2>{parts.table(heads, lines)}"
        + (f"<ul>{told}</ul>" if told else "")
        + f'<p class="note">{parts.link(ctx.here(hazard=None), esc(t("loop_back")))} · <code>anlan explain hazard {esc(hazard)}</code></p>'
    )


def counts(title: str, note: str, found: list[dict], heads: tuple[str, ...]) -> str:
    """Return a small table of counts: a first word, then one column per key of ``heads``."""
    lines = [
        "<tr>"
        + parts.cell(esc(ctx.pick(r, "name")), css="head")
        + "".join(parts.cell(count(r[h]), ctx.known("loop_count", h), "num") for h in heads)
        + "</tr>"
        for r in found
    ]
    table = parts.table((("", ""), *((ctx.known("loop_count", h), "num") for h in heads)), lines)
    return f'<div><h2>{esc(title)}</h2><p class="note">{esc(note)}</p>{table}</div>'


def audit_tables() -> str:
    """Return the integrity tests with the cases they opened in the quarter, then the newest cases."""
    tests = of_loop.audit_tests(ctx.release, ctx.period, town)
    lines = [
        "<tr>"
        + parts.cell(f"{r['test_code']} {esc(ctx.pick(r, 'test_name'))}", css="head")
        + parts.cell(count(r["case_count"]), t("audit_cases"), "num")
        + parts.cell(count(r["town_count"]), t("audit_towns"), "num")
        + "</tr>"
        for r in tests
    ]
    cases = [
        "<tr>"
        + parts.cell(f'{esc(ctx.pick(r, "test_name"))}<span class="sub">{esc(r["case_id"])} · {esc(r["entity_id"])}</span>', css="head")
        + parts.cell(esc(names.get(r["town_id"], t("loop_no_town"))), t("town"))
        + parts.cell(f'{esc(ctx.pick(r, "rule"))}<span class="sub">{esc(i18n.short(r["seen_value"]))} / {esc(i18n.short(r["limit_value"]))} · {esc(r["detail_text"])}</span>', t("audit_seen"))
        + parts.cell(parts.source_line(lang, r["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for r in of_loop.audit_cases(ctx.release, ctx.period, town, SHOWN_REFUSED)
    ]  # fmt: skip
    heads = ((t("audit_test"), ""), (t("audit_cases"), "num"), (t("audit_towns"), "num"))
    listed = ((t("audit_test"), ""), (t("town"), ""), (t("audit_seen"), ""), (t("came_from"), ""))
    return parts.table(heads, lines) + (parts.table(listed, cases) if cases else "")


def refused_table() -> str:
    """Return the newest steps that prove nothing, with why."""
    lines = [
        "<tr>"
        + parts.cell(f'{esc(r["state_word"])}<span class="sub">{esc(r["hazard_id"])}</span>', css="head")
        + parts.cell(esc(ctx.pick(r, "state_name")), t("loop_was"))
        + parts.cell(esc(ctx.pick(r, "reason")), t("loop_why"))
        + parts.cell(esc(i18n.moment(lang, r["occurred_at"])), t("loop_when"), "nowrap")
        + parts.cell(parts.source_line(lang, r["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for r in of_loop.refused(ctx.release, town, SHOWN_REFUSED)
    ]  # fmt: skip
    heads = ((t("loop_step"), ""), (t("loop_was"), ""), (t("loop_why"), ""), (t("loop_when"), ""), (t("came_from"), ""))
    return parts.table(heads, lines) if lines else f'<p class="mute">{esc(t("loop_none_refused"))}</p>'


parts.draw(f'<h1>{esc(t("loop_title"))}</h1><p class="lead">{esc(t("loop_lead"))}</p>')
if ctx.arg("hazard"):
    parts.draw(one_hazard(ctx.arg("hazard")))
if town:
    parts.draw(
        f'<p class="note">{esc(t("loop_only", town=names[town]))} · {parts.link(ctx.here(town=None), esc(t("loop_all_towns")))}</p>'
    )
parts.draw(
    figures() + f'<h2>{esc(t("loop_stages_title"))}</h2><p class="note">{esc(t("loop_stages_note"))}</p>{stage_table()}'
)
if not town:
    parts.draw(f'<h2>{esc(t("loop_towns_title"))}</h2><p class="note">{esc(t("loop_towns_note"))}</p>{town_table()}')
parts.draw(f'<h2>{esc(t("loop_overdue_title"))}</h2><p class="note">{esc(t("loop_overdue_note"))}</p>{overdue_table()}')
parts.draw(
    '<div class="an-half">'
    + counts(t("loop_lists_title"), t("loop_lists_note"), of_loop.lists(ctx.release, town), ("written", "missing", "early", "not_due"))
    + counts(t("loop_cases_title"), t("loop_cases_note"), of_loop.cases(ctx.release, town), ("met", "late", "overdue", "running", "start_not_told"))
    + "</div>"
    + counts(t("loop_earlies_title"), t("loop_earlies_note"), of_loop.earlies(ctx.release, town), ("met", "late", "overdue", "running"))
)  # fmt: skip
parts.draw(
    f'<h2>{esc(t("loop_refused_title"))}</h2><p class="note">{esc(t("loop_refused_title_note"))}</p>{refused_table()}'
)
if "audit_cases" in ctx.release.tables:
    parts.draw(f'<h2>{esc(t("audit_title"))}</h2><p class="note">{esc(t("audit_note"))}</p>{audit_tables()}')
shell.footer(ctx)
