"""Town codes as the enforcement brigade writes them: old code beside the new street name."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler
from simulator.world import World


def town_columns(world: World, rates: DirtRates, town: np.ndarray, stream: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the local code and the name of each town, some codes already the new ones."""
    rng = world.rng(f"local code {stream}")
    old = rng.random(len(town)) < rates.local_code
    return np.where(old, world.towns["local_code9"][town], world.towns["nbs9"][town]), world.towns["name"][town].copy()


def note_local_codes(s: Spoiler, world: World, column: str, town: np.ndarray) -> None:
    """Note every old town code beside the new street name."""
    values = s.table.columns[column]
    changed = np.flatnonzero(values != world.towns["nbs9"][town])
    for row in changed:
        s.note(
            int(row), column, "#2 old town code beside the new street name", world.towns["nbs9"][town[row]], values[row]
        )
