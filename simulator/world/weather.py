"""Rain and warning signals: what the weather did and what was said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.world import infa

if TYPE_CHECKING:
    from simulator.world.core import World

KINDS = (
    "台风",
    "暴雨",
    "暴雪",
    "寒潮",
    "大风",
    "沙尘暴",
    "高温",
    "干旱",
    "雷电",
    "冰雹",
    "霜冻",
    "大雾",
    "霾",
    "道路结冰",
)
COLOURS = ("蓝", "黄", "橙", "红")
# kind, months in which it comes, how many a quarter of such months, shares of the four colours, hours it lasts (median)
HABITS = (
    ("暴雨", (4, 5, 6, 7, 8, 9, 10), 7, (0.40, 0.42, 0.15, 0.03), 7),
    ("雷电", (4, 5, 6, 7, 8, 9), 9, (0.0, 0.88, 0.12, 0.0), 4),
    ("大风", tuple(range(1, 13)), 4, (0.55, 0.38, 0.07, 0.0), 14),
    ("高温", (6, 7, 8, 9), 10, (0.0, 0.45, 0.50, 0.05), 9),
    ("台风", (7, 8, 9, 10), 2, (0.45, 0.35, 0.18, 0.02), 30),
    ("大雾", (11, 12, 1, 2, 3, 4), 8, (0.0, 0.62, 0.35, 0.03), 5),
    ("霾", (11, 12, 1, 2), 4, (0.0, 0.80, 0.20, 0.0), 20),
    ("寒潮", (11, 12, 1, 2, 3), 3, (0.60, 0.30, 0.10, 0.0), 36),
    ("道路结冰", (12, 1, 2), 4, (0.0, 0.75, 0.25, 0.0), 12),
    ("暴雪", (12, 1, 2), 1, (0.40, 0.40, 0.20, 0.0), 10),
    ("霜冻", (11, 12, 3), 2, (0.80, 0.20, 0.0, 0.0), 10),
    ("冰雹", (3, 4, 5), 1, (0.0, 0.0, 0.90, 0.10), 2),
    ("沙尘暴", (3, 4), 0.4, (0.0, 1.0, 0.0, 0.0), 12),
    ("干旱", (8, 9, 10), 0.4, (0.0, 0.0, 1.0, 0.0), 400),
)
TERRAIN_RAIN = {"urban": 0.92, "plain": 0.94, "coast": 0.88, "hill": 1.08, "mountain": 1.28}


def rain(world: World) -> np.ndarray:
    """Return the district's mean rain of the period, mm per ten minutes (144 slots a day, the first begins at 00:00)."""
    rng = world.rng("rain")
    days = int((world.end - world.start).astype(int))
    slots = days * 144
    mean = np.zeros(slots)
    month = np.arange(days) // 30
    for day in range(days):
        # plum rain first, thunderstorms later
        if rng.random() < (0.62 if month[day] == 0 else 0.36 if month[day] == 1 else 0.30):
            at, length = day * 144 + int(rng.integers(0, 144)), int(rng.integers(12, 80 if month[day] == 0 else 40))
            shape = np.sin(np.linspace(0.1, np.pi - 0.1, length)) * rng.gamma(1.6, 0.38)
            mean[at : at + length] += shape[: max(0, slots - at)]
    for day in (int(days * 0.28), int(days * 0.62)):
        at = day * 144
        storm = np.sin(np.linspace(0, np.pi, 290)) ** 2 * 2.6 * rng.uniform(0.7, 1.3)
        if not world.scenario:
            mean[at : at + 290] += storm[: max(0, slots - at)]
    if world.scenario == "in-fa":
        first, last = (int((d - world.start).astype(int)) * 144 for d in (infa.FIRST, infa.LAST))
        mean[first:last] = infa.rain(world.start, slots, rng)[first:last]
    return mean


def town_rain(world: World) -> np.ndarray:
    """Return each town's factor on the district's mean; weighted by area the factors have mean 1."""
    factor = np.array([TERRAIN_RAIN[t] for t in world.towns["terrain"]])
    return factor / np.average(factor, weights=world.towns["area_km2"])


def warnings(world: World) -> dict[str, np.ndarray]:
    """Return warning signals of all quarters, ordered by the time they were issued.

    Columns: ``no``, ``kind`` (one of 14), ``colour``, ``issued``, ``lifted`` (NaT: still up), ``towns`` (tuples of town
    positions; all 16 for the whole district), ``before`` (position of the signal this one replaces, -1: none).
    """
    rng = world.fresh("warnings")
    made: list[tuple] = []
    for _period, first, last in world.quarters:
        for kind, months, count, shares, hours in HABITS:
            if not (world.scenario and kind in ("台风", "暴雨")):
                made += _habit(rng, first, last, kind, months, count, shares, hours)
    if world.scenario == "in-fa":
        terrain = world.towns["terrain"]
        for kind, colour, issued, lifted, where in infa.SIGNALS:
            towns = tuple(np.flatnonzero(np.isin(terrain, where)).tolist()) if where else tuple(range(16))
            made.append((kind, colour, np.datetime64(issued, "s"), np.datetime64(lifted, "s"), towns))
    made.sort(key=lambda m: (m[2], m[0]))
    n = len(made)
    ends = {(m[0], m[3]): i for i, m in enumerate(made)}
    before = [ends.get((m[0], m[2]), -1) for m in made]
    issued, lifted = (np.array([m[k] for m in made], "datetime64[s]") for k in (2, 3))
    areas = np.empty(n, dtype=object)
    areas[:] = [m[4] for m in made]
    return {
        "no": np.array([f"QX{str(at)[:10].replace('-', '')}{i:04d}" for i, at in enumerate(issued, 1)], dtype=object),
        "kind": np.array([m[0] for m in made], dtype=object),
        "colour": np.array([m[1] for m in made], dtype=object),
        "issued": issued,
        "lifted": np.where(lifted < world.end, lifted, np.datetime64("NaT")),
        "towns": areas,
        "before": np.array(before, int),
    }


def _habit(
    rng: np.random.Generator,
    first: np.datetime64,
    last: np.datetime64,
    kind: str,
    months: tuple[int, ...],
    count: float,
    shares: tuple[float, ...],
    hours: float,
) -> list[tuple]:
    """Return the signals of one kind in one quarter; a high colour is often reached in steps."""
    made: list[tuple] = []
    for _ in range(int(rng.poisson(count))):
        day = first + np.timedelta64(int(rng.integers(0, int((last - first).astype(int)))), "D")
        second, top = int(rng.integers(0, 86400)), int(rng.choice(4, p=np.array(shares) / sum(shares)))
        wide, few = rng.random() < 0.7, rng.choice(16, int(rng.integers(2, 8)), replace=False)
        stepped, spread = rng.random() < 0.5, rng.normal(0, 0.4, 4)
        if int(str(day)[5:7]) not in months:
            continue
        towns = tuple(range(16)) if wide else tuple(sorted(int(t) for t in few))
        low = next(i for i, s in enumerate(shares) if s > 0)
        at = day.astype("datetime64[s]") + np.timedelta64(second, "s")
        for colour in range(low if stepped else top, top + 1):
            hold = hours * np.exp(spread[colour]) / (1 if colour == top else 2.5)
            until = at + np.timedelta64(max(1800, int(hold * 3600)), "s")
            made.append((kind, COLOURS[colour], at, until, towns))
            at = until
    return made
