"""Data conservation: what each department sent, what came in, what was refused and why, what is late."""

from __future__ import annotations

import streamlit as st

from dashboards import i18n, parts, queries, shell
from dashboards.queries import of_data

ctx = shell.enter("data", ("silo_conservation",))
t, esc, lang = ctx.t, parts.esc, ctx.lang
tables = of_data.conservation(ctx.release)
failing = of_data.failing_checks(ctx.release) if queries.has(ctx.release, "door_checks") else []
silos = list(dict.fromkeys(r["silo"] for r in tables))
KINDS = ("accepted", "rejected", "duplicate")
FIRST_RULES = 12
FEW = 5  # so many departments are shown unfolded


def silo_words(silo: str) -> str:
    """Return the department's name."""
    return ctx.known("silo", silo)


def table_words(row: dict) -> str:
    """Return the table's name in words when the release carries them, else its code."""
    return row.get(f"table_name_{lang}") or (row.get("table_name_zh") if lang == "zh" else None) or row["table_name"]


def total(rows: list[dict], name: str) -> int:
    """Return the sum of one column."""
    return sum(int(r[name] or 0) for r in rows)


def stack(row: dict) -> str:
    """Return landed as a bar cut into accepted, rejected and duplicate."""
    landed = int(row["landed"] or 0)
    if not landed:
        return '<div class="stack"></div>'
    cut = "".join(
        f'<i class="{kind[:3]}" style="width:{100 * int(row[kind] or 0) / landed:.3f}%" title="{esc(t(kind))} {int(row[kind] or 0):,}"></i>'
        for kind in KINDS
        if row[kind]
    )
    return f'<div class="stack">{cut}</div>'


def silo_rows() -> str:
    """Return every table with its bar and the sum that must hold."""
    heads = (
        (t("data_table"), ""),
        (t("landed"), "num"),
        ("", ""),
        (t("accepted"), "num"),
        (t("rejected"), "num"),
        (t("duplicate"), "num"),
        (t("adds_up"), ""),
        (t("newest"), ""),
        (t("due"), ""),
    )
    blocks = []
    for silo in silos:
        lines = []
        mine = [r for r in tables if r["silo"] == silo]
        landed, accepted = total(mine, "landed"), total(mine, "accepted")
        said = t(
            "silo_sum",
            landed=f"{landed:,}",
            accepted=f"{accepted:,}",
            rejected=f"{total(mine, 'rejected'):,}",
            duplicate=f"{total(mine, 'duplicate'):,}",
        )
        late_tables = sum(bool(r["is_late"]) for r in mine)
        warn = f' <span class="bad">{esc(t("late_tables_n", n=late_tables))}</span>' if late_tables else ""
        for r in mine:
            late = f'<span class="bad">{esc(t("late"))}</span>' if r["is_late"] else esc(t("on_time"))
            unreadable = (
                f'<span class="sub bad">{esc(t("unreadable_files", n=r["unreadable_files"]))}</span>'
                if r["unreadable_files"]
                else ""
            )
            holds = esc(t("holds")) if r["is_conserved"] else f'<span class="bad">{esc(t("holds_not"))}</span>'
            refused = esc(i18n.whole(r["rejected"]))
            if r["rejected"]:
                refused = parts.link(
                    ctx.here(silo=r["silo"], table=r["table_name"], sev="critical", rule=None, p=None),
                    refused,
                    extra=' data-to="quarantine"',
                )
            lines.append(
                "<tr>"
                + parts.cell(f'{esc(table_words(r))}<span class="sub">{esc(r["table_name"])}</span>', css="head")
                + parts.cell(esc(i18n.whole(r["landed"])), t("landed"), "num")
                + parts.cell(f'<div style="padding-top:4px;min-width:150px">{stack(r)}</div>', css="full")
                + parts.cell(f"{esc(i18n.whole(r['accepted']))}", t("accepted"), "num")
                + parts.cell(refused, t("rejected"), "num")
                + parts.cell(esc(i18n.whole(r["duplicate"])), t("duplicate"), "num")
                + parts.cell(holds + unreadable, t("adds_up"))
                + parts.cell(esc(i18n.date(lang, r["newest_period_date"])), t("newest"), "nowrap calm")
                + parts.cell(
                    f'{esc(i18n.date(lang, r["due_date"]))}<span class="sub">{late}</span>', t("due"), "nowrap half"
                )
                + "</tr>"
            )
        shown = " open" if silo == ctx.arg("silo") or len(silos) <= FEW else ""
        blocks.append(
            f'<details class="more silo"{shown}><summary><b>{esc(silo_words(silo))}</b> <span class="mute">{esc(said)}</span>{warn}</summary>'
            f"{parts.table(heads, lines, 'cards ind')}</details>"
        )
    return "".join(blocks)


def revision() -> str:
    """Return what this revision changed against the one before it, in one sentence; nothing for a first revision."""
    changes = ctx.release.manifest.get("changes")
    return f'<div class="an-say calm">{esc(changes[f"note_{lang}"])}</div>' if changes else ""


def sharing() -> str:
    """Return per department: tables shared, share accepted, tables late, rules failing."""
    lines = []
    for silo in silos:
        mine = [r for r in tables if r["silo"] == silo]
        landed = total(mine, "landed")
        share = total(mine, "accepted") / landed if landed else None
        late = sum(bool(r["is_late"]) for r in mine)
        lines.append(
            "<tr>"
            + parts.cell(f"<b>{esc(silo_words(silo))}</b>")
            + parts.cell(esc(len(mine)), css="num")
            + parts.cell(esc(i18n.whole(landed)), css="num")
            + parts.cell(esc(i18n.percent(share, 2)), css="num")
            + parts.cell(f'<span class="{"bad" if late else ""}">{late}</span>', css="num")
            + parts.cell(esc(sum(c["silo"] == silo for c in failing)), css="num hide-s")
            + "</tr>"
        )
    heads = (
        (t("department"), ""),
        (t("tables"), "num"),
        (t("landed"), "num"),
        (t("accepted_share"), "num"),
        (t("late_tables"), "num"),
        (t("failing_rules"), "num hide-s"),
    )
    return parts.table(heads, lines, "plain")


def door() -> str:
    """Return the door rules that refused something."""
    found = failing
    ran = of_data.check_count(ctx.release)
    top = f'<h2>{esc(t("door_title"))}</h2><p class="note">{esc(t("door_note", failed=len(found), ran=ran))}</p>'
    if not found:
        return top
    lines = [
        "<tr>"
        + parts.cell(
            parts.link(
                ctx.here(silo=c["silo"], table=c["table_name"], rule=c["rule"], sev=None, p=None),
                f'<span style="overflow-wrap:anywhere">{esc(c["rule"])}</span>',
                extra=' data-to="quarantine"',
            )
            + (f'<span class="sub">{esc(ctx.pick(c, "reason"))}</span>' if c["reason_zh"] else ""),
            css="head",
        )
        + parts.cell(f'{esc(silo_words(c["silo"]))} <span class="mute">{esc(c["table_name"])}</span>', t("data_table"))
        + parts.cell(esc(ctx.known("scope", c["scope"])), t("scope"))
        + parts.cell(esc(ctx.known("severity", c["severity"])), t("severity"))
        + parts.cell(esc(i18n.whole(c["checked"])), t("checked"), "num")
        + parts.cell(f'<span class="bad">{esc(i18n.whole(c["failed"]))}</span>', t("failed"), "num")
        + "</tr>"
        for c in found
    ]
    heads = (
        (t("door_rule"), ""),
        (t("data_table"), ""),
        (t("scope"), ""),
        (t("severity"), ""),
        (t("checked"), "num"),
        (t("failed"), "num"),
    )
    rest = (
        f'<details class="more"><summary>{esc(t("more_rules", n=len(lines) - FIRST_RULES))}</summary>'
        f"{parts.table(heads, lines[FIRST_RULES:])}</details>"
        if len(lines) > FIRST_RULES
        else ""
    )
    return top + parts.table(heads, lines[:FIRST_RULES]) + rest


def overlaps() -> str:
    """Return, per department, the hazards of the quarter that others reported too; nothing where none were reported."""
    found = of_data.hazard_reports(ctx.release, ctx.release.manifest["period"])
    if not found:
        return ""
    columns = {
        "report_count": t("overlap_report_count"),
        "hazard_count": t("overlap_hazard_count"),
        "shared_count": t("overlap_shared_count"),
        "first_count": t("overlap_first_count"),
        "counted_count": t("overlap_counted_count"),
    }
    lines = [
        "<tr>"
        + parts.cell(esc(silo_words(r["silo"])), css="head")
        + "".join(parts.cell(esc(i18n.whole(r[c])), said, "num") for c, said in columns.items())
        + "</tr>"
        for r in found
    ]
    heads = ((t("department"), ""), *((said, "num") for said in columns.values()))
    return f'<h2 id="overlaps">{esc(t("overlap_title"))}</h2><p class="note">{esc(t("overlap_note"))}</p>{parts.table(heads, lines)}'


def words() -> str:
    """Return the lists that cannot read all words of a department, then how many read everything."""
    found = of_data.words_read(ctx.release)
    short = [r for r in found if r["unknown_word_count"]]
    note = t("words_note", lists=len(found), full=len(found) - len(short))
    top = f'<h2 id="words">{esc(t("words_title"))}</h2><p class="note">{esc(note)}</p>'
    lines = [
        "<tr>"
        + parts.cell(
            esc(ctx.pick(r, "list_name")) + (f'<span class="sub">{esc(r["standard"])}</span>' if r["standard"] else ""),
            css="head",
        )
        + parts.cell(esc(silo_words(r["silo"])), t("department"))
        + parts.cell(esc(i18n.whole(r["row_count"])), t("words_rows"), "num")
        + parts.cell(esc(i18n.percent(r["coverage_share"], 2)), t("words_share"), "num")
        + parts.cell(esc(r["unknown_words"] or ""), t("words_unknown"))
        + "</tr>"
        for r in short
    ]
    heads = (
        (t("words_list"), ""),
        (t("department"), ""),
        (t("words_rows"), "num"),
        (t("words_share"), "num"),
        (t("words_unknown"), ""),
    )
    return top + (parts.table(heads, lines) if lines else "")


def systems() -> str:
    """Return per table with points the reference system declared, the one read and what anchors prove; nothing where none has points."""
    found = of_data.feed_systems(ctx.release, ctx.release.manifest["period"])
    if not found:
        return ""
    proven = sum(r["verdict"] == "proven" for r in found)
    calm = [r["verdict"] in ("proven", "declared_only") or not r["given_count"] for r in found]
    note = t("crs_note", feeds=len(found), proven=proven, wrong=calm.count(False))
    lines = []
    for r, fine in zip(found, calm, strict=True):
        anchors = (
            f'<span class="sub">{esc(t("crs_anchors", near=r["near_count"], all=r["anchor_count"]))}</span>'
            if r["anchor_count"]
            else ""
        )
        apart = (
            f"{i18n.number(r['sent_offset_m'], 1)} → {i18n.number(r['landed_offset_m'], 1)}"
            if r["anchor_count"]
            else i18n.DASH
        )
        lines.append(
            "<tr>"
            + parts.cell(
                f'{esc(table_words(r))}<span class="sub">{esc(silo_words(r["silo"]))} · {esc(ctx.known("point", r["point_name"]))}</span>',
                css="head",
            )
            + parts.cell(esc(r["declared_crs"]), t("crs_declared"), "nowrap")
            + parts.cell(esc(r["detected_crs"] or i18n.DASH), t("crs_detected"), "nowrap")
            + parts.cell(f'<span class="{"" if fine else "bad"}">{esc(ctx.known("crs_verdict", r["verdict"]))}</span>{anchors}', t("crs_verdict"))
            + parts.cell(esc(apart), t("crs_apart"), "num nowrap")
            + parts.cell(
                f'{esc(i18n.percent(r["read_share"], 2))}<span class="sub">{esc(i18n.whole(r["given_count"]))}</span>', t("crs_read"), "num"
            )
            + parts.cell(esc(i18n.percent(r["converted_share"], 1)), t("crs_converted"), "num")
            + "</tr>"
        )  # fmt: skip
    heads = (
        (t("data_table"), ""),
        (t("crs_declared"), ""),
        (t("crs_detected"), ""),
        (t("crs_verdict"), ""),
        (t("crs_apart"), "num"),
        (t("crs_read"), "num"),
        (t("crs_converted"), "num"),
    )
    return f'<h2 id="systems">{esc(t("crs_title"))}</h2><p class="note">{esc(note)}</p>{parts.table(heads, lines)}'


def places() -> str:
    """Return what people must look at about places: by table and reason, with one row as it came; nothing where all is well."""
    found = of_data.place_findings(ctx.release)
    if not found:
        return ""
    lines = [
        "<tr>"
        + parts.cell(f'{esc(ctx.pick(r, "reason"))}<span class="sub">{esc(silo_words(r["silo"]))} · {esc(r["table_name"])}</span>', css="head")
        + parts.cell(esc(i18n.whole(r["row_count"])), t("places_rows"), "num")
        + parts.cell(f'{esc(r["said_text"] or i18n.DASH)}<span class="sub">{esc((r["candidate_text"] or "").replace("|", "、"))}</span>', t("places_said"))
        + parts.cell(esc(ctx.pick(r, "advice")), t("advice"))
        + parts.cell(parts.source_line(lang, r["landing_ref"]) if r["landing_ref"] else i18n.DASH, t("came_from"), "ref")
        + "</tr>"
        for r in found
    ]  # fmt: skip
    heads = (
        (t("reason"), ""),
        (t("places_rows"), "num"),
        (t("places_said"), ""),
        (t("advice"), ""),
        (t("came_from"), ""),
    )
    rest = (
        f'<details class="more"><summary>{esc(t("more_rules", n=len(lines) - FIRST_RULES))}</summary>{parts.table(heads, lines[FIRST_RULES:])}</details>'
        if len(lines) > FIRST_RULES
        else ""
    )
    note = t("places_note", n=i18n.whole(sum(r["row_count"] for r in found)))
    return f'<h2 id="places">{esc(t("places_title"))}</h2><p class="note">{esc(note)}</p>{parts.table(heads, lines[:FIRST_RULES])}{rest}'


def quarantine(silo: str, table: str, rule: str, severity: str) -> str:
    """Return the refused rows: what was sent, why it was refused, what the owner should do."""
    page = ctx.page_number()
    found, count = of_data.quarantine(ctx.release, silo, table, rule, severity, page)
    if not count:
        return f"<p>{esc(t('quarantine_none'))}</p>"
    lines = [
        "<tr>"
        + parts.cell(
            f"<code>{esc(q['raw_value'] if q['raw_value'] not in (None, '') else t('blank'))}</code>"
            f'<span class="sub">{esc(q["column_name"] or "")}</span>',
            css="head",
        )
        + parts.cell(f'{esc(ctx.pick(q, "reason"))}<span class="sub">{esc(q["rule"])}</span>', t("reason"))
        + parts.cell(
            f'<span class="{"bad" if q["severity"] == "critical" else "mute"}">{esc(ctx.known("severity", q["severity"]))}</span>',
            t("severity"),
            "nowrap",
        )
        + parts.cell(esc(ctx.pick(q, "advice")), t("advice"))
        + parts.cell(f'{esc(silo_words(q["silo"]))} <span class="mute">{esc(q["table_name"])}</span>', t("data_table"))
        + parts.cell(parts.source_line(lang, q["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for q in found
    ]
    heads = (
        (t("raw_value"), ""),
        (t("reason"), ""),
        (t("severity"), ""),
        (t("advice"), ""),
        (t("data_table"), ""),
        (t("came_from"), ""),
    )
    return parts.table(heads, lines) + parts.pager(
        lang, count, of_data.QUARANTINE_PAGE, page, lambda p: ctx.here(p=p if p > 1 else None)
    )


landed = total(tables, "landed")
parts.draw(
    f'<h1>{esc(t("data_title"))}</h1><p class="lead">'
    + esc(
        t(
            "data_lead",
            landed=f"{landed:,}",
            accepted=f"{total(tables, 'accepted'):,}",
            rejected=f"{total(tables, 'rejected'):,}",
            duplicate=f"{total(tables, 'duplicate'):,}",
        )
    )
    + "</p>"
    + revision()
    + f'<h2>{esc(t("sharing_title"))}</h2><p class="note">{esc(t("sharing_note"))}</p>{sharing()}'
    + f'<h2>{esc(t("conserved_title"))}</h2><p class="note">{esc(t("conserved_note"))}</p>'
    + f'<div class="an-key"><span><i style="background:#8fb7c7"></i>{esc(t("accepted"))}</span>'
    f'<span><i style="background:var(--gD)"></i>{esc(t("rejected"))}</span>'
    f'<span><i style="background:#e6b65f"></i>{esc(t("duplicate"))}</span></div>' + silo_rows()
)
if queries.has(ctx.release, "door_checks"):
    parts.draw(door())
if queries.has(ctx.release, "silo_hazard_reports"):
    parts.draw(overlaps())
if queries.has(ctx.release, "crosswalk_coverage"):
    parts.draw(words())
if queries.has(ctx.release, "feed_reference_systems"):
    parts.draw(systems())
if queries.has(ctx.release, "place_findings"):
    parts.draw(places())
if queries.has(ctx.release, "review_cases"):
    waiting = of_data.waiting_pairs(ctx.release)
    parts.draw(
        f'<h2>{esc(t("review_title"))}</h2><p class="note">{esc(t("review_lead"))} '
        + parts.link(ctx.href("review"), esc(t("review_to", n=f"{waiting:,}")))
        + "</p>"
    )
if queries.has(ctx.release, "quarantine_rows"):
    parts.draw(f'<h2 id="quarantine">{esc(t("quarantine_title"))}</h2><p class="note">{esc(t("quarantine_note"))}</p>')
    with st.container(key="filters_data"):
        boxes = st.columns(4)
    with boxes[0]:
        silo = shell.choose(
            ctx,
            "silo",
            t("department"),
            {"": t("all"), **{s: silo_words(s) for s in silos}},
            clear=("table", "rule", "p"),
        )
    mine = {r["table_name"]: table_words(r) for r in tables if not silo or r["silo"] == silo}
    with boxes[1]:
        table = shell.choose(ctx, "table", t("data_table"), {"": t("all"), **mine}, clear=("rule", "p"))
    rule_names = sorted(
        {c["rule"] for c in failing if (not silo or c["silo"] == silo) and (not table or c["table_name"] == table)}
    )
    with boxes[2]:
        rule = shell.choose(ctx, "rule", t("door_rule"), {"": t("all"), **{r: r for r in rule_names}}, clear=("p",))
    with boxes[3]:
        severity = shell.choose(
            ctx,
            "sev",
            t("severity"),
            {"": t("all"), **{s: ctx.known("severity", s) for s in ("critical", "warning")}},
            clear=("p",),
        )
    parts.draw(quarantine(silo, table, rule, severity))
shell.footer(ctx)
