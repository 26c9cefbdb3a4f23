"""What the parts of the brigade share: the desk, the names of fields, its teams by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.departments._book import numbered
from simulator.departments._desk import Desk
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.world import World

BEAT = ("updated_at", "sent_at")
KINDS = {
    "professional": "国家综合性消防救援队", "town_full": "政府专职队", "volunteer": "村义务消防队",
}  # fmt: skip


class Brigade:
    """The desk, the world and the numbers tables refer to each other by."""

    def __init__(self, world: World, rates: DirtRates, truth: Truth) -> None:
        self.world, self.rates, self.truth = world, rates, truth
        self.desk = _FireDesk("fire", world, rates, truth, iso=BEAT, mixed_points=True)
        self.rows = np.flatnonzero(np.isin(world.teams["kind"], list(KINDS)))
        self.teams = numbered("XD", len(self.rows), 6)
        self.end = world.end.astype("datetime64[s]")

    def rng(self, kind: str) -> np.random.Generator:
        """Return the brigade's own stream of ``kind``."""
        return self.desk.rng(kind)

    def town(self, town: np.ndarray) -> dict[str, np.ndarray]:
        """Return the two columns that name a town."""
        towns = self.world.towns
        return {"town_code": towns["nbs9"][town], "town_name": towns["name"][town]}

    def good(self, aspect: str, town: np.ndarray, quarter: np.ndarray | int = -1) -> np.ndarray:
        """Return the latent quality of each row's town."""
        return self.world.quality[aspect][town, quarter]

    def full_time(self) -> np.ndarray:
        """Return positions of the professional and town brigades among ``teams``."""
        return np.flatnonzero(np.isin(self.world.teams["kind"][self.rows], ["professional", "town_full"]))


class _FireDesk(Desk):
    """A desk whose columns are named as the API names its fields."""

    def add(
        self, name: str, columns: Mapping[str, np.ndarray], *, names: Mapping[str, str] | None = None, **how: Any
    ) -> Spoiler:
        """Write a table as :meth:`Desk.add` does, its columns named as the API names its fields."""
        fields = {c: _camel(c) for c in columns}
        return super().add(name, columns, names={**fields, **(names or {})}, **how)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(w.title() for w in rest)
