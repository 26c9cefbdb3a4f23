"""What is the same in every department's stores: one article under two names, boxes beside pieces (#23)."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler
from simulator.world import World
from simulator.world.places import items


def spoil(s: Spoiler, rates: DirtRates, quantity: str, unit: str, name: str) -> None:
    """Let stock be counted in the article's own packs, go below nothing and be called otherwise."""
    names = {t["name"]: (t["other"],) for t in items() if t["other"]}
    s.stock(quantity, rates, unit, name, packs(), names)


def packs() -> dict[str, tuple[str, int]]:
    """Return per article the unit of its pack and how many are in one."""
    return {t["name"]: (t["pack"], int(t["factor"])) for t in items() if t["pack"] and int(t["factor"] or 0) > 1}


def rename(s: Spoiler, rates: DirtRates, name: str) -> None:
    """Call some articles by their other name."""
    other = {t["name"]: t["other"] for t in items() if t["other"]}
    s.cells(name, rates.stock_name, "#23 other name of a thing", lambda v, r: other.get(str(v), v), "repaired")


def shared(world: World, rates: DirtRates, owner: str) -> tuple[np.ndarray, np.ndarray]:
    """Return goods of the emergency bureau's stores that ``owner`` counts too, in its own store of that town (#23).

    Two arrays of equal length: rows of ``world.stock`` and stores of ``owner``. For ``YJ`` the rows that anybody else
    counts, in the bureau's own stores.
    """
    held, k, things = world.stores, world.stock, items()
    chosen = world.fresh("shared stock").random(len(k["id"])) < rates.stock_shared
    rows, places = [], []
    for row in np.flatnonzero(chosen & (held["owner"][k["store"]] == "YJ")):
        whose = things[k["item"][row]]["owners"].split("|")
        town = held["town"][k["store"][row]]
        there = {o: np.flatnonzero((held["owner"] == o) & (held["town"] == town)) for o in ("MZ", "SL") if o in whose}
        there = {o: x[0] for o, x in there.items() if len(x)}
        place = k["store"][row] if owner == "YJ" and there else there.get(owner)
        if place is not None:
            rows.append(int(row))
            places.append(int(place))
    return np.array(rows, int), np.array(places, int)


SHARED = "#23 the same goods in several stores"
