"""Who reports on the platform: firms of the world under the platform's own numbers, and who keeps up with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.world import World


@dataclass(frozen=True)
class Roll:
    """``no``: the platform's number of every firm of the world; ``live``: positions of firms that still trade.

    ``high``: firms of high risk; ``tidy``: how well a firm keeps its papers (0-1); ``reports``: whether it reports.
    """

    no: np.ndarray
    live: np.ndarray
    high: np.ndarray
    tidy: np.ndarray
    reports: np.ndarray
    quarters: list[str]

    def key(self, world: World) -> np.ndarray:
        """Return the live key firms."""
        return self.live[world.firms["key"][self.live]]

    def of(self, world: World, *industries: str) -> np.ndarray:
        """Return the live firms of some industries."""
        return self.live[np.isin(world.firms["industry"][self.live], industries)]


def roll(world: World) -> Roll:
    """Return the roll of the platform."""
    f, rng = world.firms, world.rng("firms roll")
    n = len(f["no"])
    number = rng.permutation(n) + 1
    tidy = np.clip(f["quality"] + rng.normal(0, 0.1, n), 0.02, 0.99)
    live = np.flatnonzero(f["status"] != "注销")
    reports = f["key"] | (rng.random(n) < 0.55 + 0.45 * tidy)
    return Roll(
        no=np.array([f"QY{x:06d}" for x in number], dtype=object),
        live=live[reports[live]],
        high=np.isin(f["industry"], ["chemical", "metal_smelt", "construction", "transport"]) | f["major_source"],
        tidy=tidy,
        reports=reports,
        quarters=[q[0] for q in world.quarters[-2:]],
    )
