"""People in need, volunteers and what they did, teams of villages."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments.governance.house import House
from simulator.world.residents import still_listed

ROLES = ("人大代表", "楼长", "学校代表", "企事业代表", "党员", "居民")


def write(h: House) -> None:
    """Write the tables of this part."""
    _people(h)
    _teams(h)


def _people(h: House) -> None:
    rng, w, v = h.rng("people"), h.world, h.world.vulnerable
    row = np.flatnonzero(v["in_governance"])
    n = len(row)
    x = {c: v[c][row] for c in v}
    good = h.good("response", x["town"])
    number = numbered("CR", n, 6)
    fresh = rng.random(n) < 0.68 + 0.30 * good
    s = h.desk.add(
        "GetCuiRuoRenQun",
        {
            "person_no": number,
            "person_kind_word": x["kind"].copy(),
            "person_name": x["name"].copy(),
            "id_number": x["id"].copy(),
            "phone": x["phone"].copy(),
            "home_address": x["address"].copy(),
            **h.town(x["town"]),
            "grid_code": h.grids[x["grid"]],
            "guardian_name": x["guardian_name"].copy(),
            "helper_name": keep(x["helper_name"], rng.random(n) < 0.75 + 0.24 * good),
            "helper_phone": x["helper_phone"].copy(),
            "has_consent": x["consent"],
            "verified_date": w.end - np.where(fresh, days(rng, n, 3, 180), days(rng, n, 190, 500)),
        },
        ids="id_number", phones="phone helper_phone", people="person_name", dates="verified_date",
        empty="phone guardian_name has_consent", towns=True, names={"phone": "lxdh"},
    )  # fmt: skip
    s.stale("hcrq", h.rates, str(w.end))
    s.several_helpers("bfr", h.rates, [str(p) for p in x["helper_name"][:50]])
    for at in np.flatnonzero(~np.isnat(x["gone"])):
        key = s.table.key[0]
        kind = still_listed(x["told_civil"][at] or x["told_health"][at])
        s.note(int(at), key, kind, x["gone_why"][at], s.table.columns[key][at])
    h.truth.link(s.table, np.arange(n), "person", x["id"])
    good = h.good("response", np.arange(16))
    per = np.maximum(3, w.towns["population"] / 10_000 * (6 + 44 * good)).astype(int)
    town = np.repeat(np.arange(16), per)
    m = len(town)
    p = w.pool("volunteers", m, 38, 12)
    registered = w.end - days(rng, m, 30, 1800)
    active = rng.random(m) < 0.75
    last = np.where(active, w.end - days(rng, m, 1, 350), w.end - days(rng, m, 380, 900))
    volunteer = numbered("ZY", m, 6)
    s = h.desk.add(
        "GetZhiYuanZhe",
        {
            "volunteer_no": volunteer,
            "person_name": p["name"],
            "id_number": p["id"],
            "phone": p["phone"],
            **h.town(town),
            "village_code": w.villages["code12"][w.grids["village"][h.grid_in(rng, town)]],
            "role_word": pick(rng, ROLES, m, (0.3, 2, 1, 1.5, 3, 6)),
            "skill_word": pick(rng, ("急救", "消防", "水上救援", "心理疏导", "宣传", None), m, (2, 1.5, 0.3, 0.5, 3, 4)),
            "registered_date": registered,
            "last_active_date": np.maximum(last, registered),
            "hours_count": np.array([f"{t:.1f}" for t in rng.gamma(1.5, 20, m)], dtype=object),
            "is_first_aid_certified": rng.random(m) < 0.18,
        },
        ids="id_number", phones="phone", people="person_name", dates="registered_date! last_active_date", towns=True,
    )  # fmt: skip
    h.truth.link(s.table, np.arange(m), "person", p["id"])
    k = 2 * m
    who = rng.integers(0, m, k)
    task = pick(rng, ("隐患排查", "科普宣传", "治安巡逻", "脆弱群体帮扶"), k)
    own = [number[x["town"] == t] for t in range(16)]
    draw = rng.integers(0, 10**6, k)
    helped = np.array(
        [own[t][d % len(own[t])] if len(own[t]) else None for t, d in zip(town[who], draw, strict=True)], dtype=object
    )
    h.desk.add(
        "GetZhiYuanFuWu",
        {
            "task_no": numbered("FW", k, 7),
            "volunteer_no": volunteer[who],
            "task_word": task,
            "person_no": keep(helped, task == "脆弱群体帮扶"),
            "served_date": w.end - days(rng, k, 1, 360),
            "hours_count": np.array([f"{t:.1f}" for t in rng.uniform(0.5, 6, k)], dtype=object),
        },
        dates="served_date!",
    )


def _teams(h: House) -> None:
    rng, w, t = h.rng("teams"), h.world, h.world.teams
    row = np.flatnonzero((t["village"] >= 0) & np.isin(t["kind"], ["volunteer", "village"]))
    n = len(row)
    kind = np.where(t["kind"][row] == "volunteer", "义务消防队", "综合应急队").astype(object)
    number = numbered("CD", n, 5)
    good = h.good("response", t["town"][row])
    drilled = rng.random(n) < 0.5 + 0.45 * good
    s = h.desk.add(
        "GetCunSheDuiWu",
        {
            "team_no": number,
            "team_name": t["name"][row],
            "team_kind_word": kind,
            "village_code": w.villages["code12"][t["village"][row]],
            **h.town(t["town"][row]),
            "member_count": t["members"][row],
            "has_kit": rng.random(n) < 0.55 + 0.43 * good,
            "drilled_date": keep(w.end - days(rng, n, 3, 190), drilled),
            "formed_date": np.minimum(t["founded"][row], w.end - np.timedelta64(200, "D")),
        },
        dates="drilled_date formed_date", text="team_name", towns=True,
    )  # fmt: skip
    h.truth.link(s.table, np.arange(n), "team", t["id"][row])
    m = w.team_members
    place = {int(r): i for i, r in enumerate(row)}
    who = np.flatnonzero(np.isin(m["team"], row))
    k = len(who)
    s = h.desk.add(
        "GetDuiYuan",
        {
            "member_no": numbered("CY", k, 6),
            "team_no": number[[place[int(x)] for x in m["team"][who]]],
            "person_name": m["name"][who],
            "phone": m["phone"][who],
            "origin_word": m["origin"][who],
            "joined_date": m["joined"][who],
        },
        phones="phone",
        people="person_name",
        dates="joined_date",
        empty="phone",
    )
    h.truth.link(s.table, np.arange(k), "person", m["id"][who])
