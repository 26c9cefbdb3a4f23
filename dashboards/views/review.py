"""The review desk: two records side by side, a verdict by one key, how far the queue is and how well people agree."""

from __future__ import annotations

import streamlit as st

from dashboards import desk, i18n, parts, queries, shell
from dashboards.queries import of_data

QUEUES = ("open", "second", "disputed", "mine", "all")
KEYS = {"same": "s", "different": "d", "left": "1", "right": "2", "both": "b", "unsure": "u"}


def door(lang: str) -> None:
    """Ask who is there."""

    def t(key: str, **values: object) -> str:
        return i18n.text(lang, key, **values)

    parts.draw(
        f'<h1 class="an-door">{parts.esc(t("review_title"))}</h1><p class="lead">{parts.esc(t("review_door"))}</p>'
    )
    if not desk.anybody():
        parts.draw(f"<p>{parts.esc(t('review_nobody'))} <code>anlan review reviewer NAME</code></p>")
        return
    with st.form("door", border=False, width=420):
        name = st.text_input(t("review_name"), key="door_name", autocomplete="username")
        words = st.text_input(t("review_words"), type="password", key="door_words", autocomplete="current-password")
        if st.form_submit_button(t("review_enter"), type="primary"):
            if desk.sign_in(name, words):
                st.rerun()
            parts.draw(f'<p class="bad">{parts.esc(t("review_wrong"))}</p>')


ctx = shell.enter("review", door=door)
t, esc, lang = ctx.t, parts.esc, ctx.lang
if not queries.has(ctx.release, "review_cases"):
    parts.draw(f"<h1>{esc(t('review_title'))}</h1><p>{esc(t('review_no_table'))}</p>")
    shell.footer(ctx)
    st.stop()
every = desk.cases(ctx.release)
me = desk.who()
kinds = {"": t("review_all_kinds")} | {c.entity_type: ctx.known("entity", c.entity_type) for c in every}


def in_queue(case: object, name: str) -> bool:
    """Tell whether a case waits in a queue for the person who looks."""
    others = [w for w in case.by if w != me]
    if name == "open":
        return case.state == "open" or (case.state == "unsure" and me not in case.by)
    if name == "second":
        return case.state in case.choices and case.state != "unsure" and len(others) == 1 and me not in case.by
    if name == "disputed":
        return case.state == "disputed" or case.refused
    return name == "all" or me in case.by


def figures(mine: list) -> str:
    """Return how far the queue is."""
    done = desk.queue.progress(mine)
    share = done.settled / done.total if done.total else None
    agree = f"{done.agreed} / {done.both}" if done.both else i18n.DASH
    kappa = t("review_kappa", kappa=i18n.number(done.kappa)) if done.kappa is not None else t("review_no_kappa")
    own = done.by_person.get(me, 0)
    return (
        '<div class="an-figs">'
        + parts.figure(t("review_waiting"), i18n.whole(sum(in_queue(c, "open") for c in mine)), "", t("review_of", n=f"{done.total:,}"))
        + parts.figure(t("review_settled"), i18n.percent(share) if share is not None else i18n.DASH, "", t("review_own", n=own, who=me))
        + parts.figure(t("review_disputed"), i18n.whole(done.disputed), "", t("review_disputed_note"))
        + parts.figure(t("review_agree"), agree, "", kappa)
        + "</div>"
    )  # fmt: skip


def group_words(key: str) -> str:
    """Return a group of conflicts in words: attribute, and the two departments."""
    attribute, one, other = key.split("|")
    return f"{desk.word(lang, 'field', attribute)} · {desk.word(lang, 'silo', one)} ↔ {desk.word(lang, 'silo', other)}"


def groups() -> str:
    """Return the groups of conflicts: what waits, and whom people found right so far."""
    lines = []
    for g in found_groups:
        said = [f"{desk.word(lang, 'silo', s)} {g.right[s]}" for s in g.silos if s in g.right]
        if g.both:
            said.append(f"{t('verdict.both')} {g.both}")
        picked = ' class="on"' if g.key == group else ""
        lines.append(
            f"<tr{picked}>"
            + parts.cell(esc(group_words(g.key)), css="head")
            + parts.cell(esc(i18n.whole(g.waiting)), t("review_waiting"), "num")
            + parts.cell(esc(i18n.whole(g.total)), t("review_all"), "num")
            + parts.cell(esc(" · ".join(said) or i18n.DASH), t("review_found_right"))
            + parts.cell(esc(i18n.whole(g.ruled)), t("review_ruled"), "num")
            + "</tr>"
        )
    heads = (
        (t("review_group"), ""),
        (t("review_waiting"), "num"),
        (t("review_all"), "num"),
        (t("review_found_right"), ""),
        (t("review_ruled"), "num"),
    )
    # beside a case of one group the others would only push it down
    is_open = "" if group else " open"
    return (
        f'<details class="more"{is_open}><summary>{esc(t("review_groups"))}</summary><p class="note">{esc(t("review_groups_note"))}</p>'
        f"{parts.table(heads, lines)}</details>"
    )


def apart(case: object) -> str:
    """Return by how much two claims differ, where that can be said."""
    if case.difference is None:
        return ""
    said = t("review_apart", n=i18n.short(case.difference), unit=ctx.known("unit", case.unit))
    return f' <span class="mute" style="font-weight:400">{esc(said)}</span>'


def sides(case: object) -> str:
    """Return the two records, field beside field, differences marked."""
    lines = []
    for name, one, other, alike in case.lines():
        css = "" if alike else ' class="differs"' if one and other else ' class="lacks"'
        mark = "=" if alike else "≠" if one and other else ""
        here, there = parts.marked(desk.value(lang, name, one), desk.value(lang, name, other))
        lines.append(
            f"<tr{css}><th>{esc(desk.word(lang, 'field', name))}</th><td>{here or i18n.DASH}</td>"
            f'<td class="mark">{mark}</td><td>{there or i18n.DASH}</td></tr>'
        )
    heads = "".join(
        f"<th>{esc(s.label or s.record_id)}<span class='sub'>{esc(desk.word(lang, 'silo', s.silo))} · {esc(desk.table(lang, s))}</span></th>{gap}"
        for s, gap in ((case.left, "<th></th>"), (case.right, ""))
    )
    refs = "".join(
        f'<td class="small">{parts.source_line(lang, s.landing_ref)}</td>{gap}'
        for s, gap in ((case.left, "<td></td>"), (case.right, ""))
    )
    return (
        f'<div class="scroll"><table class="sides"><colgroup><col class="c0"><col><col class="c2"><col></colgroup><thead><tr><th></th>{heads}</tr></thead><tbody>{"".join(lines)}'
        f"<tr><th>{esc(t('review_row'))}</th>{refs}</tr></tbody></table></div>"
    )


def waterfall(case: object) -> str:
    """Return what speaks for and against, as bars around the middle."""
    if not case.reasons:
        return ""
    widest = max((abs(w) for _, _, w in case.reasons), default=1.0) or 1.0
    lines = []
    for column, level, weight in case.reasons:
        width = abs(weight) / widest * 50
        start = 50 if weight >= 0 else 50 - width
        lines.append(
            f"<tr><th>{esc(desk.word(lang, 'field', column))}</th><td>{esc(desk.word(lang, 'level', level))}</td>"
            f'<td class="wf"><i class="{"for" if weight >= 0 else "against"}" style="left:{start:.1f}%;width:{width:.1f}%"></i></td>'
            f'<td class="num">{weight:+.1f}</td></tr>'
        )
    return f'<h3>{esc(t("review_why"))}</h3><p class="note">{esc(t("review_why_note"))}</p><table class="waterfall">{"".join(lines)}</table>'


def sure(case: object) -> str:
    """Return how likely two records are one thing; of two claims nobody can say."""
    if case.probability is None:
        return ""
    return f' <span class="mute" style="font-weight:400">{esc(t("review_sure", share=i18n.percent(case.probability, 1)))}</span>'


def automatic(case: object) -> str:
    """Return the reason that stands in the log where nobody typed one: what weighed most."""
    said = t("review_between").join(
        f"{desk.word(lang, 'field', c)} {desk.word(lang, 'level', level)}" for c, level, _ in case.reasons[:3]
    ) or t("review_as_shown")
    return t("review_auto", said=said)


def verdicts(case: object) -> str:
    """Return who said what, once the person who looks has said something themselves (a second look is a blind one)."""
    if not case.by or (me not in case.by and case.state != "disputed"):
        return ""
    lines = "".join(
        f"<tr><td>{esc(w)}</td><td>{esc(t(f'verdict.{d.verdict}'))}</td><td>{esc(d.why)}</td><td class='nowrap mute'>{esc(d.at[:16].replace('T', ' '))}</td></tr>"
        for w, d in sorted(case.by.items())
    )
    return f'<h3>{esc(t("review_said"))}</h3><table class="plain">{lines}</table>'


def stopped() -> str:
    """Return the clusters that grew too large to be one thing: stopped, taken apart, and shown; nothing where there are none."""
    found = of_data.stopped(ctx.release) if queries.has(ctx.release, "stopped_records") else []
    if not found:
        return ""
    lines = [
        "<tr>"
        + parts.cell(f"{esc('、'.join(c['labels']) or i18n.DASH)}<span class='sub'>{esc(ctx.known('entity', c['entity_type']))}</span>", css="head")
        + parts.cell(esc(i18n.whole(c["member_count"])), t("review_members"), "num")
        + parts.cell(esc(" · ".join(desk.word(lang, "silo", s) for s in c["silos"].split(","))), t("department"))
        + parts.cell(parts.source_line(lang, c["landing_ref"]), t("review_row"), "ref")
        + "</tr>"
        for c in found
    ]  # fmt: skip
    heads = ((t("review_names"), ""), (t("review_members"), "num"), (t("department"), ""), (t("review_row"), ""))
    return (
        f'<h2 id="stopped">{esc(t("review_stopped"))}</h2><p class="note">{esc(t("review_stopped_note"))}</p>'
        + parts.table(heads, lines)
    )


left, right = st.columns([3, 1], vertical_alignment="bottom")
with left:
    parts.draw(f'<h1>{esc(t("review_title"))}</h1><p class="lead">{esc(t("review_lead"))}</p>')
with right, st.container(horizontal=True, horizontal_alignment="right"):
    st.button(t("review_leave", who=me), on_click=desk.sign_out, key="leave")
one, two = st.columns(2)
with one:
    kind = shell.choose(ctx, "kind", t("review_kind"), kinds, clear=("n", "group"))
with two:
    which = shell.choose(
        ctx, "queue", t("review_queue"), {q: t(f"queue.{q}") for q in QUEUES}, default="open", clear=("n",)
    )
# values that conflict are many and another question: they are asked for by name
mine = [c for c in every if kind == c.entity_type or (not kind and c.probability is not None)]
found_groups = desk.queue.groups(mine)
group = ""
if found_groups:
    choices = {"": t("review_all_groups")} | {g.key: f"{group_words(g.key)}  {g.waiting:,}" for g in found_groups}
    group = shell.choose(ctx, "group", t("review_group"), choices, clear=("n",))
    parts.draw(groups())
    mine = [c for c in mine if group in ("", c.group)]
parts.draw(figures(mine))
waiting = [c for c in mine if in_queue(c, which)]
position = min(int(ctx.arg("n")) if ctx.arg("n").isdecimal() else 0, max(len(waiting) - 1, 0))


def go(step: int) -> None:
    """Move in the queue."""
    st.query_params["n"] = str(max(0, min(position + step, len(waiting) - 1)))


def say(case: object, verdict: str) -> None:
    """Write a verdict and remember it for undo."""
    fault = desk.say(lang, case, verdict, st.session_state.get("why", "").strip() or automatic(case))
    st.session_state["fault"] = fault
    st.session_state["why"] = ""
    if fault:
        return
    if verdict == "undo":
        st.session_state.get("done", []).remove(case.key)
    else:
        st.session_state.setdefault("done", []).append(case.key)


def undo() -> None:
    """Take the session's last verdict back."""
    by_key = {c.key: c for c in every}
    last = next((k for k in reversed(st.session_state.get("done", [])) if k in by_key), None)
    if last:
        say(by_key[last], "undo")


if st.session_state.get("fault"):
    parts.draw(f'<p class="bad">{esc(st.session_state["fault"])}</p>')
if not waiting:
    parts.draw(f'<div class="an-notice"><h2>{esc(t("review_empty"))}</h2><p>{esc(t("review_empty_note"))}</p></div>')
else:
    case = waiting[position]
    parts.draw(
        f"<h2>{esc(t('review_case', n=position + 1, all=len(waiting)))} · {esc(ctx.known('entity', case.entity_type))}{sure(case)}{apart(case)}</h2>"
        + sides(case)
    )
    if case.refused:
        parts.draw(f'<p class="bad">{esc(t("review_refused"))}</p>')
    st.text_input(t("review_reason"), key="why", placeholder=automatic(case))
    with st.container(horizontal=True, key="verdicts"):
        for choice in case.choices:
            # of two sides neither is suggested
            look = "primary" if choice == "same" else "secondary"
            st.button(
                t(f"verdict.{choice}"), type=look, shortcut=KEYS[choice], on_click=say, args=(case, choice), key=choice
            )
        st.button(
            t("review_back"),
            type="tertiary",
            shortcut="left",
            on_click=go,
            args=(-1,),
            key="back",
            disabled=position == 0,
        )
        st.button(
            t("review_next"), type="tertiary", shortcut="right", on_click=go, args=(1,), key="next", disabled=position >= len(waiting) - 1
        )  # fmt: skip
        st.button(
            t("review_undo"),
            type="tertiary",
            shortcut="z",
            on_click=undo,
            key="undo",
            disabled=not st.session_state.get("done"),
        )
    parts.draw(
        waterfall(case)
        + verdicts(case)
        + f'<p class="note">{esc(t("review_after") if case.probability is not None else t("review_after_conflict"))}</p>'
    )
parts.draw(stopped())
shell.footer(ctx)
