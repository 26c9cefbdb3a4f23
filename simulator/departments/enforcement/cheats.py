"""What inspectors and towns do to look better: which records, chosen once for all tables that show it.

Nothing here is a defect of a cell: every value can be read, and only several of them together show it.
"""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates
from simulator.world import World

MINUTE = np.timedelta64(60, "s")


def close_quickly(world: World, rates: DirtRates, times: dict[str, np.ndarray], free: np.ndarray) -> np.ndarray:
    """Enter the whole life of some closed hazards within four minutes of the finding; return which."""
    n = len(times["发现"])
    chosen = free & ~np.isnat(times["核销"]) & (world.fresh("closed quickly").random(n) < rates.quick_close)
    for step, seconds in (("确认", 30), ("管控", 60), ("整改", 120), ("复查", 180), ("核销", 240)):
        times[step][chosen] = times["发现"][chosen] + np.timedelta64(seconds, "s")
    for step in ("整改一", "返工"):
        times[step][chosen] = np.datetime64("NaT")
    return chosen


def rush(
    world: World, rates: DirtRates, times: dict[str, np.ndarray], free: np.ndarray
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Hold back two closings of three of some towns to the last two days of a quarter; return which, and the towns with the quarter."""
    rng, town, closed = world.fresh("rush of closings"), world.hazards["town"], times["核销"]
    chosen, towns = np.zeros(len(closed), bool), []
    for q, (_period, first, last) in enumerate(world.quarters):
        begin, end = first.astype("datetime64[s]"), last.astype("datetime64[s]")
        late, draw = rng.random(len(closed)), rng.random(len(closed))
        for t in np.flatnonzero(rng.random(16) < rates.quarter_rush):
            mine = free & (town == t) & (closed >= begin) & (closed < end - np.timedelta64(2, "D")) & (draw < 0.66)
            closed[mine] = end - np.timedelta64(600, "s") - (late[mine] * 160_000).astype(int).astype("timedelta64[s]")
            chosen |= mine
            towns.append((int(t), q))
    return chosen, towns


def copied(world: World, rates: DirtRates, q: int) -> list[tuple[int, int]]:
    """Return pairs of visits of quarter ``q``: the findings of the second are those of the first, by the same officer."""
    visits, rng = world.inspections[q], world.fresh(f"copied findings {q}")
    rich = np.flatnonzero((visits["hazards"] >= 3) & (visits["hazards"] <= 5))
    pairs, used = [], set()
    for second in rich[rng.random(len(rich)) < rates.copied_findings]:
        near = [
            int(v) for v in rich
            if v < second and visits["hazards"][v] == visits["hazards"][second] and visits["firm"][v] != visits["firm"][second] and int(v) not in used
            and visits["at"][second] - visits["at"][v] > np.timedelta64(1, "D")
        ]  # fmt: skip
        if near and int(second) not in used:
            pairs.append((near[-1], int(second)))
            used |= {near[-1], int(second)}
    return pairs


def officers(world: World, rates: DirtRates, q: int, own: list[list[str]], brigade: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return the two officers of each visit of a quarter and the visits for which the first was elsewhere at the time.

    Nobody is in two towns within 90 minutes, but for those few.
    """
    visits, towns = world.inspections[q], world.firms["town"]
    n = len(visits["firm"])
    one, two = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    busy: dict[str, tuple[np.datetime64, int]] = {}
    twins = {b: a for a, b in copied(world, rates, q)}
    lies = world.fresh(f"two places {q}").random(n) < rates.two_places
    elsewhere = np.zeros(n, bool)

    def free(officer: str, at: np.datetime64, town: int) -> bool:
        seen = busy.get(officer)
        return seen is None or seen[1] == town or at - seen[0] >= 90 * MINUTE

    for v in range(n):
        at, town = visits["at"][v], int(towns[visits["firm"][v]])
        a, b = int(visits["pick"][0][v]), int(visits["pick"][1][v])
        choices = [_officer(own[town], brigade, a), *(brigade[(a + k) % len(brigade)] for k in range(len(brigade)))]
        one[v] = next((o for o in choices if free(o, at, town)), choices[0])
        if v in twins and free(one[twins[v]], at, town):
            one[v] = one[twins[v]]
        if lies[v]:
            there = [o for o, (when, where) in busy.items() if where != town and at - when < 25 * MINUTE]
            if there:
                one[v], elsewhere[v] = there[0], True
        seconds = [brigade[(b + k) % len(brigade)] for k in range(len(brigade))]
        two[v] = next((o for o in seconds if o != one[v] and free(o, at, town)), None)
        busy[one[v]] = (at, town)
        if visits["alone"][v]:
            two[v] = None
        if two[v]:
            busy[two[v]] = (at, town)
    return one, two, elsewhere


def _officer(own: list[str], brigade: list[str], pick: int) -> str:
    return own[pick % len(own)] if own and pick % 3 else brigade[pick % len(brigade)]
