"""The 15-minute rescue circle: the land reached, coverage of towns and teams, and where a new station would gain most."""

from __future__ import annotations

from dashboards import circle_map, i18n, parts, shell
from dashboards.queries import of_circle

ctx = shell.enter("circle", ("town_rescue_circles", "rescue_isochrones", "team_rescue_circles", "candidate_sites"))
t, esc, lang = ctx.t, parts.esc, ctx.lang
FIRST_TEAMS = 12
cases = of_circle.cases(ctx.release, ctx.period)
scenarios = {c["scenario_code"]: ctx.pick(c, "scenario_name") for c in cases}
events = {c["event_code"]: ctx.pick(c, "event_name") for c in cases}
judged = next((c for c in cases if c["is_judged_for_people"]), cases[0] if cases else None)
scenario = ctx.arg("scenario", scenarios, judged["scenario_code"] if judged else "")
event = ctx.arg("event", events, judged["event_code"] if judged else "")
towns = of_circle.towns(ctx.release, ctx.period, scenario, event)
shapes = of_circle.of_case(ctx.release, "rescue_isochrones", ctx.period, scenario, event, "minutes")
teams = of_circle.of_case(
    ctx.release,
    "team_rescue_circles",
    ctx.period,
    scenario,
    event,
    "only_resident_count desc, resident_count desc, facility_id",
)
sites = of_circle.of_case(ctx.release, "candidate_sites", ctx.period, scenario, event, "site_rank")


def choices() -> str:
    """Return the links to the scenarios and kinds of event; those whose land is drawn stand first."""

    def row(label: str, name: str, words: dict[str, str], chosen: str) -> str:
        links = "".join(
            f'<b aria-current="true">{esc(w)}</b>'
            if code == chosen
            else parts.link(ctx.here(**{name: code}), esc(w), extra=" data-stay")
            for code, w in words.items()
        )
        return f'<div class="an-choice"><span>{esc(label)}</span>{links}</div>'

    return row(t("circle_scenario"), "scenario", scenarios, scenario) + row(t("circle_event"), "event", events, event)


def share(part: int, whole: int) -> str:
    """Return a share in percent, or a dash where there is nothing to share."""
    return i18n.percent(part / whole) if whole else i18n.DASH


def figures() -> str:
    """Return the headline figures of the district."""
    total = {
        k: sum(int(r[k] or 0) for r in towns)
        for k in (
            "resident_count",
            "covered_count",
            "late_count",
            "untold_count",
            "key_firm_count",
            "covered_firm_count",
        )
    }
    area = next((r["area_km2"] for r in reversed(shapes)), None)
    return (
        '<div class="an-figs">'
        + parts.figure(
            t("circle_people"),
            share(total["covered_count"], total["resident_count"]),
            "",
            t("circle_of_people", n=i18n.whole(total["resident_count"])),
        )
        + parts.figure(
            t("circle_firms"),
            share(total["covered_firm_count"], total["key_firm_count"]),
            "",
            t("circle_of_firms", n=i18n.whole(total["key_firm_count"])),
        )
        + parts.figure(
            t("circle_late"),
            i18n.whole(total["late_count"]),
            "",
            t("circle_untold", n=i18n.whole(total["untold_count"])),
        )
        + parts.figure(
            t("circle_area"),
            i18n.number(area, 1) if area is not None else i18n.DASH,
            "km²",
            t("circle_teams_able", n=len(teams)) if teams else "",
        )
        + "</div>"
    )


def picture() -> str:
    """Return the map with its legend, or a line that says for which kinds of event one is drawn."""
    if not shapes:
        return f'<p class="mute">{esc(t("circle_no_map"))}</p>'
    drawn = circle_map.drawing(
        t("circle_map_title"),
        [(r["minutes"], r["geojson"]) for r in shapes],
        [
            (float(r["lon"]), float(r["lat"]), f"{r['facility_name']} · {ctx.pick(r, 'class_name')}")
            for r in teams
            if r["lon"] is not None
        ],
        [
            (
                r["site_rank"],
                float(r["lon"]),
                float(r["lat"]),
                f"{r['near_place_name']} +{i18n.whole(r['further_count'])}",
            )
            for r in sites
        ],
        [
            (float(r["seat_lon"]), float(r["seat_lat"]), short_name(ctx.pick(r, "town_name")))
            for r in towns
            if r["seat_lon"] is not None
        ],
    )
    keys = "".join(
        f'<span><i style="background:{fill}"></i>{esc(t("circle_minutes", n=r["minutes"]))}</span>'
        for fill, r in zip(circle_map.FILLS, shapes, strict=False)
    )
    dots = f'<span><i class="dot"></i>{esc(t("circle_team_key"))}</span>' if teams else ""
    marks = f'<span><i class="site"></i>{esc(t("circle_site_key"))}</span>' if sites else ""
    return f'<div class="an-key">{keys}{dots}{marks}</div>{drawn}'


def short_name(name: str) -> str:
    """Return the town's name without 街道 or 镇."""
    return name.removesuffix("街道").removesuffix("镇")


def town_table() -> str:
    """Return coverage per town, least covered first."""
    lines = [
        "<tr>"
        + parts.cell(parts.link(ctx.href("town", town=r["town_id"]), esc(ctx.pick(r, "town_name"))), css="head")
        + parts.cell(f"{parts.bar(r['covered_share'])}", css="full")
        + parts.cell(esc(i18n.percent(r["covered_share"]) if r["covered_share"] is not None else i18n.DASH), t("circle_people"), "num")
        + parts.cell(esc(i18n.whole(r["late_count"])), t("circle_late_short"), "num")
        + parts.cell(esc(i18n.whole(r["untold_count"])), t("circle_untold_short"), "num")
        + parts.cell(
            f'{esc(i18n.percent(r["covered_firm_share"]) if r["covered_firm_share"] is not None else i18n.DASH)}'
            f'<span class="sub">{r["covered_firm_count"]} / {r["key_firm_count"]}</span>',
            t("circle_firms"),
            "num",
        )
        + parts.cell(esc(minutes(r["median_seconds"])), t("circle_median"), "num")
        + "</tr>"
        for r in towns
    ]  # fmt: skip
    heads = (
        (t("town"), ""), ("", ""), (t("circle_people"), "num"), (t("circle_late_short"), "num"), (t("circle_untold_short"), "num"),
        (t("circle_firms"), "num"), (t("circle_median"), "num"),
    )  # fmt: skip
    return parts.table(heads, lines)


def scenario_table() -> str:
    """Return the coverage of towns in all scenarios side by side, and whom the worst takes out; those that lose most first."""
    of: dict[str, dict[str, dict]] = {}
    for r in of_circle.scenarios(ctx.release, ctx.period, event):
        of.setdefault(r["town_id"], {})[r["scenario_code"]] = r
    label = {r["town_id"]: ctx.pick(r, "town_name") for r in towns}

    def lost(town: str) -> int:
        covered = [int(r["covered_count"] or 0) for r in of[town].values()]
        return max(covered) - min(covered)

    lines = [
        "<tr>"
        + parts.cell(esc(label.get(town, town)), css="head")
        + "".join(
            parts.cell(
                esc(i18n.percent(of[town][s]["covered_share"]) if s in of[town] and of[town][s]["covered_share"] is not None else i18n.DASH),
                words,
                "num",
            )
            for s, words in scenarios.items()
        )
        + parts.cell(esc(i18n.whole(lost(town))), t("circle_lost"), "num")
        + "</tr>"
        for town in sorted(of, key=lambda town: (-lost(town), town))
    ]  # fmt: skip
    return parts.table(((t("town"), ""), *((w, "num") for w in scenarios.values()), (t("circle_lost"), "num")), lines)


def minutes(seconds: object) -> str:
    """Return seconds as minutes with one place."""
    return i18n.DASH if seconds is None else i18n.number(float(str(seconds)) / 60, 1)


def site_table() -> str:
    """Return the candidate sites, best first."""
    if not sites:
        return f'<p class="mute">{esc(t("circle_no_sites"))}</p>'
    lines = [
        "<tr>"
        + parts.cell(f'<b>{r["site_rank"]}</b> {esc(r["near_place_name"])}<span class="sub">{esc(ctx.pick(r, "town_name"))}</span>', css="head")
        + parts.cell(esc(i18n.whole(r["further_count"])), t("circle_further"), "num")
        + parts.cell(esc(i18n.whole(r["alone_count"])), t("circle_alone"), "num")
        + parts.cell(f"{r['lon']}, {r['lat']}", t("circle_place"), "nowrap")
        + "</tr>"
        for r in sites
    ]  # fmt: skip
    heads = ((t("circle_near"), ""), (t("circle_further"), "num"), (t("circle_alone"), "num"), (t("circle_place"), ""))
    return parts.table(heads, lines)


def team_table() -> str:
    """Return what each team reaches, those first without whom most people would be out of reach; the rest can be unfolded."""
    lines = [
        "<tr>"
        + parts.cell(f'{esc(r["facility_name"])}<span class="sub">{esc(ctx.pick(r, "class_name"))}{off_road(r)}</span>', css="head")
        + parts.cell(esc(i18n.whole(r["resident_count"])), t("circle_reached"), "num")
        + parts.cell(esc(i18n.whole(r["only_resident_count"])), t("circle_only"), "num")
        + parts.cell(esc(i18n.whole(r["key_firm_count"])), t("circle_key_firms"), "num")
        + parts.cell(better(r), t("circle_move"), "num")
        + parts.cell(parts.source_line(lang, r["landing_ref"]) if r["landing_ref"] else i18n.DASH, t("came_from"), "ref")
        + "</tr>"
        for r in teams
    ]  # fmt: skip
    heads = (
        (t("circle_team"), ""), (t("circle_reached"), "num"), (t("circle_only"), "num"), (t("circle_key_firms"), "num"), (t("circle_move"), "num"),
        (t("came_from"), ""),
    )  # fmt: skip
    rest = (
        f'<details class="more"><summary>{esc(t("circle_more_teams", n=len(lines) - FIRST_TEAMS))}</summary>{parts.table(heads, lines[FIRST_TEAMS:])}</details>'
        if len(lines) > FIRST_TEAMS
        else ""
    )
    return parts.table(heads, lines[:FIRST_TEAMS]) + rest


def better(r: dict) -> str:
    """Return what a team would gain elsewhere and the grid near that place, or a dash where it stands best."""
    if not r["move_gain_count"]:
        return i18n.DASH
    return f'+{i18n.whole(r["move_gain_count"])}<span class="sub">{esc(r["move_place_name"])}</span>'


def off_road(r: dict) -> str:
    """Return a word about a team that joins no road, or nothing."""
    return "" if r["snap_status"] == "joined" else f' · <span class="bad">{esc(t("circle_off_road"))}</span>'


parts.draw(f'<h1>{esc(t("circle_title"))}</h1><p class="lead">{esc(t("circle_lead"))}</p>')
if towns:
    parts.draw(
        choices()
        + figures()
        + f'<div class="an-two circle"><div><h2>{esc(t("circle_map_title"))}</h2><p class="note">{esc(t("circle_map_note"))}</p>{picture()}</div>'
        f'<div><h2>{esc(t("circle_sites_title"))}</h2><p class="note">{esc(t("circle_sites_note"))}</p>{site_table()}</div></div>'
        + f'<h2>{esc(t("circle_towns_title"))}</h2><p class="note">{esc(t("circle_towns_note"))}</p>{town_table()}'
        + f'<h2>{esc(t("circle_scenarios_title"))}</h2><p class="note">{esc(t("circle_scenarios_note"))}</p>{scenario_table()}'
    )
    if teams:
        parts.draw(
            f'<h2>{esc(t("circle_teams_title"))}</h2><p class="note">{esc(t("circle_teams_note"))}</p>{team_table()}'
        )
else:
    parts.draw(f'<p class="mute">{esc(t("circle_none"))}</p>')
shell.footer(ctx)
