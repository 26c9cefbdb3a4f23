"""What if: change a value, a weight, a goalpost, a certificate, a closing day or where a station stands, and see the town's score move."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import streamlit as st

from dashboards import i18n, parts, queries, shell, steps, trial
from dashboards.queries import of_certificates, of_circle, of_towns

ctx = shell.enter("whatif", ("town_indicator_scores", "indicator_evidence"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
towns = of_towns.towns(ctx.release, ctx.period)
names = {r["town_id"]: ctx.pick(r, "town_name") for r in sorted(towns, key=lambda r: r["town_id"])}
KINDS = ("value", "weight", "goalpost", "cert", "close", "site", "move")
DETAIL = ("what", "part", "at")


def said() -> list[str]:
    """Return the changes the address names."""
    return [c for c in ctx.arg("set").split(";") if c][: trial.MOST]


def put(change: str) -> None:
    """Add a change to the address in the place of one of the same thing."""
    left = change.partition("=")[0]
    kept = [c for c in said() if c.partition("=")[0] != left]
    st.query_params["set"] = ";".join([*kept, change])


def slider(label: str, key: str, left: str, low: float, high: float, value: float, step: float) -> None:
    """Draw a slider whose place is a change in the address."""
    there = next((c.partition("=")[2] for c in said() if c.partition("=")[0] == left), None)
    now = min(high, max(low, float(there) if there else value))
    state = f"try_{key}"
    st.session_state[state] = now
    st.slider(
        label,
        low,
        high,
        key=state,
        step=step,
        on_change=lambda: put(f"{left}={Decimal(str(round(st.session_state[state], 4))).normalize():f}"),
    )


def reach(row: dict, rule: dict) -> tuple[float, float]:
    """Return from where to where a value can be tried: a little beyond both goalposts and the value itself."""
    ends = [
        float(rule[c])
        for c in ("floor_value", "target_value", "band_zero_low", "band_zero_high")
        if rule.get(c) is not None
    ]
    ends += [float(row["value"])] if row["value"] is not None else []
    low, high = min(ends), max(ends)
    if row["unit"] == "%":
        return min(0.0, low), max(100.0, high)
    return min(0.0, low), high + (high - low) * 0.25


def value_inputs(cells: dict, rules: dict) -> None:
    """Draw what tries an indicator's value."""
    options = {c: f"{c} {ctx.pick(r, 'name')}" for c, r in cells.items()}
    code = shell.choose(ctx, "what", t("indicator"), options, default=next(iter(options)))
    low, high = reach(cells[code], rules[code])
    start = float(cells[code]["value"]) if cells[code]["value"] is not None else low
    slider(t("value"), f"value_{code}", code, low, high, start, 0.1 if high - low < 30 else 0.5)


def weight_inputs(rules: dict) -> None:
    """Draw what tries the weight of a dimension, a group or an indicator among its brothers."""
    options, weights = {}, {}
    for level, column in (("l1", "weight_l1"), ("l2", "weight_l2")):
        for r in rules.values():
            options[r[f"{level}_code"]] = f"{r[f'{level}_code']} {ctx.pick(r, f'{level}_name')}"
            weights[r[f"{level}_code"]] = r[column]
    for c, r in rules.items():
        options[c], weights[c] = f"{c} {ctx.pick(r, 'name')}", r["weight_l3"]
    options = {c: options[c] for c in sorted(options)}
    code = shell.choose(ctx, "what", t("try_node"), options, default=next(iter(options)))
    slider(t("weight"), f"weight_{code}", f"weight.{code}", 0.0, 1.0, float(weights[code]), 0.01)


def goalpost_inputs(cells: dict, rules: dict) -> None:
    """Draw what tries the floor or the target of an indicator."""
    options = {c: f"{c} {ctx.pick(r, 'name')}" for c, r in cells.items() if rules[c]["direction"] != "band"}
    code = shell.choose(ctx, "what", t("indicator"), options, default=next(iter(options)))
    part = shell.choose(
        ctx, "part", t("floor_target"), {"floor": t("try_floor"), "target": t("try_target")}, default="target"
    )
    low, high = reach(cells[code], rules[code])
    slider(
        t(f"try_{part}"),
        f"goalpost_{code}_{part}",
        f"goalpost.{code}.{part}",
        low,
        high,
        float(rules[code][f"{part}_value"]),
        0.5 if high - low > 30 else 0.1,
    )


def cert_inputs(town: str) -> None:
    """Draw what tries somebody's enforcement certificate."""
    people = (
        of_certificates.people(ctx.release, ctx.period, town, "ST-02")
        if queries.has(ctx.release, "certification_gap_people")
        else []
    )
    options = {p["person_id"]: f"{p['person_name_mask']} {ctx.known('cert', p['cert_status'])}" for p in people}
    if not options:
        parts.draw(f'<p class="mute">{esc(t("try_nobody"))}</p>')
        return
    who = shell.choose(ctx, "what", t("try_person"), options, default=next(iter(options)))
    row = next(p for p in people if p["person_id"] == who)
    word = "void" if row["counts"] else "valid"
    st.button(t(f"try_{word}"), key="try_cert", on_click=lambda: put(f"cert.{who}={word}"))


def close_inputs(town: str) -> None:
    """Draw what tries the day a hazard is closed."""
    hazards = of_towns.hazards_not_in_time(ctx.release, ctx.period, town)
    options = {
        h[
            "entity_id"
        ]: f"{h['entity_id']} · {t('try_due', day=i18n.date(lang, (h['occurred_at'] + dt.timedelta(hours=8)).date()))}"
        for h in hazards
    }
    if not options:
        parts.draw(f'<p class="mute">{esc(t("try_no_hazards"))}</p>')
        return
    number = shell.choose(ctx, "what", t("try_hazard"), options, default=next(iter(options)))
    due = next(h["occurred_at"] for h in hazards if h["entity_id"] == number)
    day = st.date_input(
        t("try_day"), value=(due + dt.timedelta(hours=8)).date() - dt.timedelta(days=1), key=f"try_day_{number}"
    )
    st.button(t("try_close"), key="try_close", on_click=lambda: put(f"close.{number}={day}"))


def site_inputs() -> None:
    """Draw what tries a new station at a candidate site."""
    sites = of_circle.sites_to_try(ctx.release, ctx.period)
    options = {
        f"{s['event_code']}-{s['site_rank']}": f"{ctx.known('try_event', s['event_code'])} {s['site_rank']}. "
        f"{s['near_place_name']} +{i18n.whole(s['alone_count'])}"
        for s in sites
    }
    if not options:
        parts.draw(f'<p class="mute">{esc(t("try_no_sites"))}</p>')
        return
    rank = shell.choose(ctx, "what", t("try_site"), options, default=next(iter(options)))
    st.button(t("try_open"), key="try_site", on_click=lambda: put(f"site.{rank}=open"))


def move_inputs(town: str) -> None:
    """Draw what tries a station elsewhere: where it gains most, at a candidate site, or at a place of one's own."""
    rows = of_circle.stations_to_move(ctx.release, ctx.period)
    rows.sort(key=lambda r: (r["town_id"] != town, r["facility_id"]))
    options = {r["facility_id"]: f"{r['facility_name']} · {names.get(r['town_id'], i18n.DASH)}" for r in rows}
    if not options:
        parts.draw(f'<p class="mute">{esc(t("try_no_roads"))}</p>')
        return
    who = shell.choose(ctx, "what", t("try_station"), options, default=next(iter(options)), clear=("part", "at"))
    mine = [r for r in rows if r["facility_id"] == who]
    places = {}
    for r in sorted(mine, key=lambda r: -r["move_gain_count"]):
        if r["move_gain_count"]:
            words = t(
                "try_better",
                event=ctx.known("try_event", r["event_code"]),
                place=r["move_place_name"],
                n=i18n.whole(r["move_gain_count"]),
            )
            places.setdefault(f"{r['move_lon']},{r['move_lat']}", words)
    for s in of_circle.sites_to_try(ctx.release, ctx.period):
        if s["event_code"] in {r["event_code"] for r in mine}:
            words = t(
                "try_at_site",
                event=ctx.known("try_event", s["event_code"]),
                n=s["site_rank"],
                place=s["near_place_name"],
            )
            places.setdefault(f"{s['lon']},{s['lat']}", words)
    places["own"] = t("try_own_place")
    where = shell.choose(ctx, "part", t("try_where"), places, default=next(iter(places)))
    if where == "own":
        where = shell.search(ctx, "at", t("try_coordinates")).replace("，", ",").replace(" ", "")
        stands = next((f"{r['lon']},{r['lat']}" for r in mine if r["lon"] is not None), i18n.DASH)
        parts.draw(f'<p class="note">{esc(t("try_stands", at=stands))}</p>')
    st.button(t("try_move"), key="try_move", disabled=not where, on_click=lambda: put(f"move.{who}={where}"))


def circle_figures(base: trial.Outcome, made: trial.Outcome) -> str:
    """Return how many people and key firms of the district somebody reaches in time, now and tried."""

    def total(of: trial.Outcome, code: str) -> int:
        return int(sum(r["numerator"] or 0 for (_, c), r in of.cells.items() if c == code))

    said = []
    for code in ("E101", "E102"):
        now, then = total(base, code), total(made, code)
        note = "" if now == then else f"{then - now:+,}"
        said.append(pair(t(f"try_reached.{code}"), i18n.whole(now), i18n.whole(then), note))
    return f'<div class="an-figs tried wide">{"".join(said)}</div>'


def change_list(changes: list[trial.Change], wrong: list[str]) -> str:
    """Return the changes that are tried, each with a link that takes it back, and what could not be read."""
    lines = []
    for change in changes:
        left = ";".join(c for c in said() if c != change.said)
        back = parts.link(ctx.here(set=left or None), esc(t("try_back")), extra=" data-stay")
        lines.append(f'<div class="an-tried"><code>{esc(change.said)}</code> {back}</div>')
    bad = "".join(f'<p class="bad">{esc(w)}</p>' for w in wrong)
    return f"{''.join(lines)}{bad}" or f'<p class="mute">{esc(t("try_nothing"))}</p>'


def pair(label: str, before: str, after: str, note: str = "") -> str:
    """Return one figure, now and tried."""
    shown = before if before == after else f"{before} → {after}"
    return parts.figure(label, shown, "", note)


def figures(base: dict, made: dict, gaps: tuple, ranges: tuple) -> str:
    """Return score, grade, rank, interval and gap, now and tried."""

    def grade(row: dict) -> str:
        return row["grade"] or t("grade.none")

    def gap(found: tuple | None) -> str:
        return i18n.DASH if found is None else i18n.number(found[1])

    def span(found: tuple | None) -> str:
        return i18n.DASH if found is None else f"{found[0]}–{found[1]}"

    capped = made["veto_codes"] or ""
    said_cap = t("try_capped", codes=capped.replace(",", ", ")) if capped else ""
    moved = made["final_score"] - base["final_score"]
    return (
        '<div class="an-figs tried">'
        + pair(t("final_score"), i18n.number(base["final_score"]), i18n.number(made["final_score"]), i18n.signed(moved))
        + pair(t("grade"), grade(base), grade(made), said_cap)
        + pair(t("rank_district"), str(base["rank_overall"] or i18n.DASH), str(made["rank_overall"] or i18n.DASH))
        + pair(t("try_range"), span(ranges[0]), span(ranges[1]), t("try_range_note"))
        + pair(t("try_gap"), gap(gaps[0]), gap(gaps[1]), t("try_gap_to", grade=gaps[1][0]) if gaps[1] else "")
        + pair(t("coverage"), i18n.percent(base["coverage_share"]), i18n.percent(made["coverage_share"]))
        + "</div>"
    )


def moved_cells(base: trial.Outcome, made: trial.Outcome, town: str, cells: dict) -> str:
    """Return the indicators whose points moved, the largest first."""
    rows = []
    for (unit, code), now in base.cells.items():
        then = made.cells[unit, code]
        if unit == town and (now["points_lost"], now["value"], now["weight_share"]) != (
            then["points_lost"],
            then["value"],
            then["weight_share"],
        ):
            rows.append((now["points_lost"] - then["points_lost"], code, now, then))
    rows.sort(key=lambda r: (-abs(r[0]), r[1]))
    if not rows:
        return ""
    heads = (
        (t("indicator"), ""),
        (t("value"), "num"),
        (t("score"), "num"),
        (t("weight"), "num"),
        (t("try_points"), "num"),
    )

    def both(one: object, other: object, write) -> str:
        return write(one) if one == other else f"{write(one)} → {write(other)}"

    lines = [
        "<tr>"
        + parts.cell(f'{esc(ctx.pick(cells[code], "name"))}<span class="sub">{esc(code)}</span>', css="head")
        + parts.cell(esc(both(now["value"], then["value"], i18n.short)), t("value"), "num")
        + parts.cell(esc(both(now["score"], then["score"], i18n.number)), t("score"), "num")
        + parts.cell(
            esc(both(now["weight_share"], then["weight_share"], lambda w: i18n.percent(w, 2))), t("weight"), "num"
        )
        + parts.cell(esc(i18n.signed(points)), t("try_points"), "num")
        + "</tr>"
        for points, code, now, then in rows[:12]
    ]
    more = f'<p class="note">{esc(t("try_more_cells", n=len(rows) - 12))}</p>' if len(rows) > 12 else ""
    return f"<h2>{esc(t('try_moved'))}</h2>{parts.table(heads, lines, 'cards')}{more}"


def ranking(base: trial.Outcome, made: trial.Outcome, town: str) -> str:
    """Return the ranks of all towns as they would be, with where each came from."""
    rows = sorted(
        (r for r in made.scores.values() if r["rank_overall"]), key=lambda r: (r["rank_overall"], r["town_id"])
    )
    lines = []
    for r in rows:
        was = base.scores[r["town_id"]]
        step = (was["rank_overall"] or r["rank_overall"]) - r["rank_overall"]
        lines.append(
            f'<tr class="{"on" if r["town_id"] == town else ""}">'
            + parts.cell(esc(r["rank_overall"]), css="num")
            + parts.cell(esc(names[r["town_id"]]), css="nowrap")
            + parts.cell(esc(i18n.number(r["final_score"])), css="num")
            + parts.cell(parts.chip(lang, r["grade"]))
            + parts.cell(esc("" if not step else f"{'↑' if step > 0 else '↓'}{abs(step)}"), css="num")
            + "</tr>"
        )
    return f"<h2>{esc(t('try_ranks'))}</h2><table><tbody>{''.join(lines)}</tbody></table>"


def page(ready: trial.Trial) -> None:
    """Draw inputs, what is tried, and what comes of it."""
    cells = {
        r["indicator_code"]: r
        for r in of_towns.indicators(ctx.release, ctx.period, town_id)
        if r["cell_status"] != "not_due"
    }
    rules = {
        r["indicator_code"]: r
        for r in queries.method(ctx.release, "method_town_indicators", "indicator_code")
        if r["indicator_code"] in cells
    }
    kind = shell.choose(
        ctx, "kind", t("try_kind"), {k: t(f"try_kind.{k}") for k in KINDS}, default="value", clear=DETAIL
    )
    {
        "value": lambda: value_inputs(cells, rules),
        "weight": lambda: weight_inputs(rules),
        "goalpost": lambda: goalpost_inputs(cells, rules),
        "cert": lambda: cert_inputs(town_id),
        "close": lambda: close_inputs(town_id),
        "site": site_inputs,
        "move": lambda: move_inputs(town_id),
    }[kind]()
    changes, wrong = trial.read(said(), town_id)
    made = trial.run(ready, changes)
    if isinstance(made, str):
        wrong, made, changes = [*wrong, made], ready.base, changes
    parts.draw(f"<h3>{esc(t('try_list'))}</h3>{change_list(changes, wrong)}")
    with right:
        parts.draw(
            figures(
                ready.base.scores[town_id],
                made.scores[town_id],
                (ready.base.gap(town_id), made.gap(town_id)),
                (ready.base.ranges.get(town_id), made.ranges.get(town_id)),
            )
            + (circle_figures(ready.base, made) if any(c.is_of_a_station for c in changes) else "")
            + moved_cells(ready.base, made, town_id, cells)
        )
        parts.draw(ranking(ready.base, made, town_id))
    found = trial.plan(ctx.release, ctx.period, town_id)
    if found:
        labels = {c: ctx.pick(r, "name") for c, r in cells.items()}
        with below:
            parts.draw(
                f'<h2>{esc(t("steps_title"))}</h2><p class="note">{esc(t("steps_note"))}</p>{steps.sentence(ctx, found)}{steps.table(ctx, found, labels)}'
            )


parts.draw(f'<h1>{esc(t("try_title"))}</h1><p class="lead">{esc(t("try_lead"))}</p>')
left, right = st.columns([2, 3], gap="large")
below = st.container()
with left:
    town_id = shell.choose(ctx, "town", t("choose_town"), names, default=towns[0]["town_id"], clear=("set", *DETAIL))
    ready = trial.open_trial(ctx.release, ctx.period)
    if isinstance(ready, str):
        parts.draw(f'<div class="an-say">{esc(t("try_not", why=ready))}</div>')
    else:
        page(ready)
shell.footer(ctx)
