"""Incidents as they happened: the police, the emergency bureau and the fire brigade all speak of the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator import codes
from simulator.world import infa

if TYPE_CHECKING:
    from simulator.world.core import World

KINDS = ("火灾", "抢险救援", "社会救助", "交通事故", "其他")
FIRST_TEAMS = ("应急管理站", "专职消防队", "义务消防队", "派出所", "民间救援队")
# first-arrival median in minutes by terrain, before the town's own quality
ARRIVAL = {"urban": 7.5, "plain": 9.0, "coast": 11.5, "hill": 13.5, "mountain": 18.5}


def make(world: World) -> dict[str, np.ndarray]:
    """Return the incidents of all quarters.

    ``no`` (the police's number), ``kind``, ``town``, ``village``, ``house``, ``lon``, ``lat``, ``alarm``,
    ``dispatch``, ``arrive`` (NaT: nobody came), ``close``, ``team`` (who came first, a position in
    ``FIRST_TEAMS``), ``caller_phone``, ``quarter``, ``updated``.
    """
    rng, towns = world.rng("incidents"), world.towns
    parts: dict[str, list] = {}
    weight = towns["population"] ** 0.75
    for q, (name, first, last) in enumerate(world.quarters):
        n = world.n(1500 if q > world.span - 3 else 1300)
        storm = world.n(infa.EXTRA_INCIDENTS) if world.scenario and q == world.span - 1 else 0
        n += storm
        town = rng.choice(16, n, p=weight / weight.sum())
        # even a small town has some calls in a quarter
        town[: 16 * min(12, n // 32)] = np.tile(np.arange(16), min(12, n // 32))
        alarm = world.moments(rng, n - storm, first, last, working=False)
        if storm:
            day = np.repeat(np.arange(world.start, world.end), 144)
            heavy = np.where((day >= infa.FIRST) & (day < infa.LAST), world.rain, 0) ** 1.5
            slot = world.fresh("storm incidents").choice(len(heavy), storm, p=heavy / heavy.sum())
            alarm = np.concatenate([alarm, first.astype("datetime64[s]") + (slot * 600 + 300).astype("timedelta64[s]")])
        order = np.argsort(alarm, kind="stable")
        alarm, wet = alarm[order], order >= n - storm
        median = np.array([ARRIVAL[t] for t in towns["terrain"]])[town]
        median = median * (1.30 - 0.60 * world.quality["response"][town, q])
        travel = np.exp(rng.normal(np.log(median), 0.42)) * 60
        dispatch = alarm + rng.integers(20, 150, n).astype("timedelta64[s]")
        arrive = np.maximum(alarm + travel.astype(int).astype("timedelta64[s]"), dispatch + np.timedelta64(60, "s"))
        close = arrive + (np.exp(rng.normal(3.7, 0.7, n)) * 60).astype(int).astype("timedelta64[s]")
        never = rng.random(n) < 0.025
        lon, lat = world.scatter(rng, town)
        kind = rng.choice(5, n, p=[0.22, 0.18, 0.25, 0.25, 0.10])
        kind[wet] = 1
        columns = {
            "no": np.array([f"JQ{name}{i:05d}" for i in range(1, n + 1)], dtype=object),
            "kind": np.array(KINDS, dtype=object)[kind],
            "town": town,
            "lon": lon,
            "lat": lat,
            "alarm": alarm,
            "dispatch": dispatch,
            "arrive": np.where(never, np.datetime64("NaT"), arrive),
            "close": close,
            "team": rng.choice(5, n, p=[0.35, 0.30, 0.12, 0.18, 0.05]),
            "quarter": np.full(n, q),
        }
        for column, values in columns.items():
            parts.setdefault(column, []).append(values)
    c = {k: np.concatenate(v) for k, v in parts.items()}
    n, town = len(c["town"]), c["town"]
    villages = [np.flatnonzero(world.villages["town"] == t) for t in range(16)]
    pick, house = rng.integers(0, 10**6, n), rng.integers(1, 400, n)
    c["village"] = np.array([villages[t][p % len(villages[t])] for t, p in zip(town, pick, strict=True)])
    c["house"] = house
    c["old_county"] = rng.random(n) < 0.1
    c["caller_phone"] = codes.phones(rng, n)
    c["updated"] = c["close"] + rng.integers(300, 86400, n).astype("timedelta64[s]")
    return c
