"""Villages, grids, their workers, service points and the users of the platform."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes
from simulator.departments.governance.house import House


def write(h: House) -> None:
    """Write the tables of this part."""
    _places(h)


def _places(h: House) -> None:
    w, g, rng = h.world, h.world.grids, h.rng("places")
    v, heads = w.villages, w.village_heads
    n = len(v["town"])
    per = np.bincount(g["village"], g["population"], n).astype(int)
    s = h.desk.add(
        "GetCunShe",
        {
            "village_code": v["code12"],
            "village_name": v["name"].copy(),
            **h.town(v["town"]),
            "station_name": np.array([f"{t}应急管理站" for t in w.towns["name"][v["town"]]], dtype=object),
            "duty_holder_name": heads["name"],
            "duty_holder_phone": heads["phone"],
            "household_count": np.maximum(1, per // 3),
            "resident_count": per,
            "party_service_count": rng.integers(0, 4, n),
        },
        phones="duty_holder_phone", people="duty_holder_name", empty="station_name", towns=True,
    )  # fmt: skip
    s.villages("csmc", h.rates)
    h.truth.link(s.table, np.arange(n), "village", v["code12"])
    h.truth.link(s.table, np.arange(n), "person", heads["id"])
    n = len(g["code"])
    firms = np.bincount(np.concatenate([h.of_town[t] for t in range(16)]), minlength=n) * rng.integers(0, 8, n)
    s = h.desk.add(
        "GetWangGe",
        {
            "grid_code": h.grids,
            "grid_name": g["name"].copy(),
            "village_code": v["code12"][g["village"]],
            **h.town(g["town"]),
            "grid_kind_word": pick(rng, ("普通网格", "专属网格"), n, (9, 1)),
            "household_count": g["households"],
            "resident_count": g["population"],
            "firm_count": firms,
            "worker_no": keep(h.workers, rng.random(n) < 0.93 + 0.07 * h.good("staff", g["town"])),
            "lon": g["lon"],
            "lat": g["lat"],
            "created_date": w.start - days(rng, n, 200, 2000),
        },
        dates="created_date", text="grid_name", points=True, towns=True,
    )  # fmt: skip
    h.truth.link(s.table, np.arange(n), "grid", g["code"])
    s = h.desk.add(
        "GetWangGeYuan",
        {
            "worker_no": h.workers,
            "person_name": g["worker_name"].copy(),
            "id_number": g["worker_id"].copy(),
            "phone": g["worker_phone"].copy(),
            "worker_kind_word": pick(rng, ("专职", "兼职", "网格长"), n, (5, 4, 1)),
            **h.town(g["town"]),
            "hired_date": w.start - days(rng, n, 100, 3000),
            "left_date": np.full(n, NAT, "datetime64[D]"),
            "is_disaster_reporter": rng.random(n) < 0.4,
        },
        ids="id_number", phones="phone", people="person_name", dates="hired_date", empty="phone", towns=True,
    )  # fmt: skip
    h.truth.link(s.table, np.arange(n), "person", g["worker_id"])
    # service points lie in the hall that is also the village's shelter
    some = np.unique(w.shelters["village"][w.shelters["village"] >= 0])
    n = len(some)
    s = h.desk.add(
        "GetFuWuDian",
        {
            "point_no": numbered("FD", n, 5),
            "point_name": np.array([f"{x}便民服务站" for x in v["name"][some]], dtype=object),
            "village_code": v["code12"][some],
            **h.town(v["town"][some]),
            "services_text": pick(rng, ("代办、咨询、救助", "代办、应急避险宣传", "养老服务、救助"), n),
            "lon": v["lon"][some],
            "lat": v["lat"][some],
            "opened_date": w.start - days(rng, n, 100, 2500),
        },
        dates="opened_date", text="point_name", empty="services_text", points=True,
        anchored=np.ones(n, bool),
        towns=True,
    )  # fmt: skip
    n = 16 * 6 + len(v["town"]) + 10
    town = np.concatenate([np.full(10, -1), np.repeat(np.arange(16), 6), v["town"]])
    code = np.concatenate([np.full(10 + 96, None), v["code12"]])
    level = np.concatenate([np.full(10, "区"), np.full(96, "镇街"), np.full(len(v["town"]), "村社")]).astype(object)
    active = rng.random(n) < 0.9
    h.desk.add(
        "GetYongHu",
        {
            "user_no": numbered("YH", n, 6),
            "user_level_word": level,
            **h.town(town),
            "village_code": code,
            "is_single_sign_on": rng.random(n) < np.where(town >= 0, 0.2 + 0.7 * h.good("response", np.maximum(town, 0)), 0.9),
            "issued_date": w.start - days(rng, n, 50, 1800),
            "last_login_at": keep(h.end - minutes(rng, n, 10, 60000), active),
        },
        dates="issued_date!", towns=True,
    )  # fmt: skip
