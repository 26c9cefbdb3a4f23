"""What is the same in every department's stores: one article under two names, boxes beside pieces (#23)."""

from __future__ import annotations

from simulator.dirt import DirtRates, Spoiler
from simulator.world.places import items


def spoil(s: Spoiler, rates: DirtRates, quantity: str, unit: str, name: str) -> None:
    """Let stock be counted in packs, go below nothing and be called otherwise; only units with one pack are changed."""
    packs: dict[str, set[tuple[str, int]]] = {}
    for thing in items():
        if thing["pack"] and int(thing["factor"] or 0) > 1:
            packs.setdefault(thing["unit"], set()).add((thing["pack"], int(thing["factor"])))
    units = {u: next(iter(p)) for u, p in packs.items() if len(p) == 1}
    names = {t["name"]: (t["other"],) for t in items() if t["other"]}
    s.stock(quantity, rates, unit, name, units, names)


def rename(s: Spoiler, rates: DirtRates, name: str) -> None:
    """Call some articles by their other name."""
    other = {t["name"]: t["other"] for t in items() if t["other"]}
    s.cells(name, rates.stock_name, "#23 other name of a thing", lambda v, r: other.get(str(v), v), "repaired")
