"""What the parts of the bureau share: its desk, its numbers for people, units, teams and incidents."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simulator.departments._book import NAT, numbered
from simulator.departments._desk import Desk
from simulator.dirt import DirtRates, Truth
from simulator.world import World

DEPARTMENTS = (
    "GA", "SL", "TT", "ZF", "YJ", "XF", "QX", "ZL", "WJ", "PX", "JJ", "QY", "ZR", "GW", "JT", "MZ", "RW", "ZJ", "RD",
)  # fmt: skip
# those that answer calls, sit in meetings and have plans of their own
RESPONDING = ("GA", "SL", "ZF", "XF", "QX", "WJ", "ZR", "GW", "JT", "MZ", "RW")
SECTORS = {
    "dyeing": "印染", "weaving": "纺织", "chemfibre": "化纤", "chemical": "化工", "machinery": "机械", "metal_smelt": "冶金",
    "construction": "建筑施工", "transport": "道路运输", "warehouse": "仓储物流", "crowded": "人员密集场所", "catering": "餐饮",
    "brewing": "黄酒酿造", "other": "其他",
}  # fmt: skip


class Bureau:
    """The bureau at work: ``desk`` writes tables, the rest is what tables refer to each other by."""

    def __init__(self, world: World, rates: DirtRates, truth: Truth) -> None:
        self.world, self.rates, self.truth = world, rates, truth
        old = world.rng("emergency local code").random(16) < rates.local_code
        self.codes = np.where(old, world.towns["local_code9"], world.towns["nbs9"]).astype(object)
        self.desk = Desk("emergency", world, rates, truth, codes=self.codes)
        self.posts: dict[str, np.ndarray] = {}
        self.chain: dict[str, np.ndarray] = {}

    def rng(self, kind: str) -> np.random.Generator:
        """Return the bureau's own stream of ``kind``."""
        return self.desk.rng(kind)

    def town(self, town: np.ndarray) -> dict[str, np.ndarray]:
        """Return the two columns that name a town; -1 means none."""
        town = np.asarray(town)
        some = town >= 0
        return {
            "town_code": np.where(some, self.codes[town], None),
            "town_name": np.where(some, self.world.towns["name"][town], None),
        }

    def good(self, aspect: str, town: np.ndarray, quarter: np.ndarray | int = -1) -> np.ndarray:
        """Return the latent quality of each row's town."""
        return self.world.quality[aspect][town, quarter]

    def village_of(self, rng: np.random.Generator, town: np.ndarray) -> np.ndarray:
        """Return a village (position) of each row's town."""
        of = [np.flatnonzero(self.world.villages["town"] == t) for t in range(16)]
        draw = rng.integers(0, 10**6, len(town))
        return np.array([of[t][d % len(of[t])] for t, d in zip(town, draw, strict=True)], dtype=int)

    def quarter(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Return a quarter (position) for each of ``n`` rows."""
        return rng.integers(0, len(self.world.quarters), n)

    @cached_property
    def end(self) -> np.datetime64:
        """The end of the period as a time."""
        return self.world.end.astype("datetime64[s]")

    @cached_property
    def year_ago(self) -> np.datetime64:
        """The day one year before the period's end."""
        return self.world.end - np.timedelta64(365, "D")

    @cached_property
    def stations(self) -> np.ndarray:
        """Station numbers by town."""
        return numbered("ZS", 16, 3)

    @cached_property
    def units(self) -> dict[str, np.ndarray]:
        """Unit numbers: the centre, stations and offices by town, departments in the order of ``DEPARTMENTS``."""
        all_ = numbered("DW", 1 + 16 + 16 + len(DEPARTMENTS), 5)
        return {"centre": all_[:1], "station": all_[1:17], "office": all_[17:33], "department": all_[33:]}

    @cached_property
    def staff(self) -> dict[str, np.ndarray]:
        """The people of the stations: ``no``, ``town``, ``post``, ``employment``, ``hired``, ``left`` and who they are."""
        roster = self.world.stations.roster
        out = {c: np.array([p[c] for p in roster], dtype=object) for c in ("name", "id", "phone", "post", "employment")}
        out["town"] = np.array([p["town"] for p in roster])
        out["hired"] = np.array([p["hired"] for p in roster], "datetime64[D]")
        out["left"] = np.array([NAT if p["left"] is None else p["left"] for p in roster], "datetime64[D]")
        out["no"] = numbered("RY", len(roster), 6)
        return out

    @cached_property
    def working(self) -> list[np.ndarray]:
        """The numbers of the people who work at each station now."""
        here = np.isnat(self.staff["left"])
        return [self.staff["no"][here & (self.staff["town"] == t)] for t in range(16)]

    def someone(self, rng: np.random.Generator, town: np.ndarray) -> np.ndarray:
        """Return the number of somebody at each row's station."""
        draw = rng.integers(0, 10**6, len(town))
        return np.array(
            [self.working[t][d % len(self.working[t])] for t, d in zip(town, draw, strict=True)], dtype=object
        )

    @cached_property
    def teams(self) -> np.ndarray:
        """The bureau's team numbers, in the order of the world's teams."""
        return numbered("DW", len(self.world.teams["id"]), 7)

    @cached_property
    def incidents(self) -> dict[str, np.ndarray]:
        """Fires and rescues of the world under the bureau's numbers: ``row`` in the world's incidents and ``no``."""
        row = np.flatnonzero(np.isin(self.world.incidents["kind"], ["火灾", "抢险救援"]))
        return {"row": row, "no": numbered("SJ", len(row), 9)}
