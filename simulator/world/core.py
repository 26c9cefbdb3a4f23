"""The pretended district: towns, latent quality, firms, people. Clean facts only; dirt comes later.

Every kind of thing has its own random stream, so adding one kind never moves another.
"""

from __future__ import annotations

import copy
import csv
import zlib
from dataclasses import dataclass, field

import numpy as np

from simulator import codes
from simulator.world import cases, firms, hazards, incidents, people, places, residents, response, teams, weather
from simulator.world.shared import FACTS, shared

MOST = 20.0
ASPECTS = ("staff", "hazard", "device", "response", "enforcement")


def quarter_start(period: str, shift: int = 0) -> np.datetime64:
    """Return the first day of ``period`` (``2026Q3``) moved by ``shift`` quarters."""
    index = int(period[:4]) * 4 + int(period[5]) - 1 + shift
    return np.datetime64(f"{index // 4:04d}-{index % 4 * 3 + 1:02d}-01", "D")


def quarter_name(period: str, shift: int) -> str:
    """Return the period ``shift`` quarters from ``period``."""
    index = int(period[:4]) * 4 + int(period[5]) - 1 + shift
    return f"{index // 4:04d}Q{index % 4 + 1}"


@dataclass
class World:
    """Seed, period and scale, and everything that follows from them.

    ``scale`` (0.05 to 1000) multiplies firms, cameras, hazards, cases and incidents up to 20, readings without an end;
    towns, villages, grids and teams stay.
    ``span``: how many quarters up to ``period`` are lived through. ``scenario``: ``in-fa`` for the typhoon of 2021Q3.
    """

    seed: int = 330603
    period: str = "2026Q3"
    scale: float = 1.0
    span: int = 4
    scenario: str = ""
    streams: dict[str, np.random.Generator] = field(default_factory=dict)
    root: World | None = None

    def rng(self, kind: str) -> np.random.Generator:
        """Return the random stream of ``kind``, the same object each time."""
        if kind not in self.streams:
            parts = [self.seed, zlib.crc32(kind.encode()), int(self.period[:4]) * 4 + int(self.period[5])]
            self.streams[kind] = np.random.Generator(np.random.PCG64(np.random.SeedSequence(parts)))
        return self.streams[kind]

    def fresh(self, kind: str) -> np.random.Generator:
        """Return a new random stream of ``kind`` at its beginning."""
        return World(self.seed, self.period).rng(kind)

    def view(self) -> World:
        """Return the same world with fresh streams, so that no department moves another's draws."""
        twin = copy.copy(self)
        twin.streams, twin.root = {}, self.root or self
        return twin

    def n(self, count: int) -> int:
        """Scale a number of things, at least one; above ``MOST`` only readings grow, which are streamed."""
        return max(1, round(count * min(self.scale, MOST)))

    @shared
    def start(self) -> np.datetime64:
        """First day of the period."""
        return quarter_start(self.period)

    @shared
    def end(self) -> np.datetime64:
        """First day after the period."""
        return quarter_start(self.period, 1)

    @shared
    def before(self) -> np.datetime64:
        """First day of the quarter before the period."""
        return quarter_start(self.period, -1)

    @shared
    def quarters(self) -> list[tuple[str, np.datetime64, np.datetime64]]:
        """The quarters up to the period, oldest first: name, first day, day after the last."""
        return [
            (quarter_name(self.period, s), quarter_start(self.period, s), quarter_start(self.period, s + 1))
            for s in range(1 - self.span, 1)
        ]

    @shared
    def towns(self) -> dict[str, np.ndarray]:
        """The 16 towns as columns."""
        with open(FACTS / "towns.csv", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        out = {c: np.array([r[c] for r in rows], dtype=object) for c in rows[0]}
        for column in ("lon", "lat", "area_km2", "population"):
            out[column] = out[column].astype(float)
        out["nbs9"] = np.array([c[:9] for c in out["code12"]], dtype=object)
        return out

    @shared
    def villages(self) -> dict[str, np.ndarray]:
        """The 341 villages as columns ``code12``, ``name``, ``town`` (index), ``lon``, ``lat``."""
        position = {c: i for i, c in enumerate(self.towns["code12"])}
        with open(FACTS / "divisions.csv", encoding="utf-8-sig") as handle:
            rows = [r for r in csv.DictReader(handle) if r["level"] == "village"]
        town = np.array([position[r["parent"]] for r in rows])
        lon, lat = places.village_points(self, town)
        return {
            "code12": np.array([r["code12"] for r in rows], dtype=object),
            "name": np.array([r["name"] for r in rows], dtype=object),
            "town": town,
            "lon": lon,
            "lat": lat,
        }

    @shared
    def quality(self) -> dict[str, np.ndarray]:
        """Latent quality per aspect: array (town 16, quarter of ``quarters``) in 0-1. It moves slowly, and two towns move much.

        Nothing publishes it; the rates of hazards, devices, staff and arrivals follow from it.
        """
        rng = self.rng("quality")
        base = np.linspace(0.33, 0.99, 16)[rng.permutation(16)]
        riser, faller = rng.choice(16, 2, replace=False, p=_edges(base))
        out = {}
        for aspect in ASPECTS:
            level = base + rng.normal(0, 0.11, 16)
            drift = rng.normal(0.012 * 4 / max(self.span, 4), 0.055, (16, self.span))
            drift[riser, -1] += 0.34
            drift[faller, -1] -= 0.30
            out[aspect] = np.clip(level[:, None] + np.cumsum(drift, axis=1), 0.02, 1.0)
        return out

    def scatter(
        self, rng: np.random.Generator, town: np.ndarray, spread: float = 0.30
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return WGS-84 points around the seats of ``town``; ``spread`` is a share of the town's radius.

        All lie in the district.
        """
        radius = np.sqrt(self.towns["area_km2"][town] / np.pi) * spread
        offset = np.clip(rng.normal(0, 1, (2, len(town))), -2, 2) * radius
        lon = self.towns["lon"][town] + offset[0] / 96.4
        lat = self.towns["lat"][town] + offset[1] / 110.9
        return places.keep_inside(self, lon, lat, town)

    # what several departments know of; see the modules of the same name

    @shared
    def firms(self) -> dict[str, np.ndarray]:
        """All firms as columns; ``town`` is an index, ``quality`` the firm's own latent quality."""
        return firms.make(self)

    @shared
    def inspections(self) -> list[dict[str, np.ndarray]]:
        """Inspection plans and visits, one entry per quarter."""
        return hazards.inspections(self)

    @shared
    def hazards(self) -> dict[str, np.ndarray]:
        """Every hazard of all quarters, whoever reports it."""
        return hazards.life(self)

    @shared
    def stations(self) -> people.Stations:
        """The people of the 16 stations and their certificates."""
        return people.stations(self)

    @shared
    def firm_people(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Safety officers and special operators of firms."""
        return people.firm_people(self)

    @shared
    def cases(self) -> dict[str, np.ndarray]:
        """Administrative cases of all quarters."""
        return cases.make(self)

    @shared
    def transfers(self) -> dict[str, np.ndarray]:
        """Cases that went to the police."""
        return cases.transfers(self)

    @shared
    def incidents(self) -> dict[str, np.ndarray]:
        """Incidents of all quarters."""
        return incidents.make(self)

    @shared
    def grids(self) -> dict[str, np.ndarray]:
        """The 1,500 grids and their workers."""
        return places.grids(self)

    @shared
    def risk_points(self) -> dict[str, np.ndarray]:
        """Risk points with their colour; geological ones have ``kind`` 地质灾害."""
        return places.risk_points(self)

    @shared
    def shelters(self) -> dict[str, np.ndarray]:
        """Shelters of district, towns and villages."""
        return places.shelters(self)

    @shared
    def venue_cameras(self) -> dict[str, np.ndarray]:
        """Cameras of crowded places that the police see; their firms know some of them too."""
        return places.venue_cameras(self)

    @shared
    def stores(self) -> dict[str, np.ndarray]:
        """Stores of the four departments that have some."""
        return places.stores(self)

    @shared
    def stock(self) -> dict[str, np.ndarray]:
        """What lies in the stores."""
        return places.stock(self)

    @shared
    def teams(self) -> dict[str, np.ndarray]:
        """About 490 rescue teams."""
        return teams.make(self)

    @shared
    def team_members(self) -> dict[str, np.ndarray]:
        """Who is in which team."""
        return teams.members(self)

    @shared
    def vulnerable(self) -> dict[str, np.ndarray]:
        """Vulnerable people and their helpers."""
        return residents.vulnerable(self)

    @shared
    def village_heads(self) -> dict[str, np.ndarray]:
        """The duty holder of each village."""
        return residents.heads(self)

    @shared
    def rain(self) -> np.ndarray:
        """The district's mean rain of the period, mm per ten minutes."""
        return weather.rain(self)

    @shared
    def town_rain(self) -> np.ndarray:
        """Each town's factor on the district's mean rain."""
        return weather.town_rain(self)

    @shared
    def warnings(self) -> dict[str, np.ndarray]:
        """Weather warning signals of all quarters."""
        return weather.warnings(self)

    @shared
    def responses(self) -> dict[str, np.ndarray]:
        """Emergency responses to floods and typhoons."""
        return response.levels(self)

    @shared
    def evacuations(self) -> dict[str, np.ndarray]:
        """What villages were told to move."""
        return response.evacuations(self)

    @shared
    def duty_log(self) -> dict[str, np.ndarray]:
        """What the duty officers wrote down about weather, responses and evacuations."""
        return response.duty_log(self)

    def pool(
        self, kind: str, n: int, median_age: float, spread: float, birth: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """Return ``n`` people of ``kind``: the same ones for every department that asks for the same ``kind`` and ``n``."""
        return residents.pool(self, kind, n, median_age, spread, birth)

    def sightings(self, silo: str) -> dict[str, np.ndarray]:
        """Return what ``silo`` saw of the world's hazards at its own time, place and in its own words."""
        return hazards.sightings(self, silo)

    def people(self, kind: str, n: int, median_age: float, spread: float) -> dict[str, np.ndarray]:
        """Return ``n`` people: ``name``, ``id``, ``phone``, ``birth``; ages at the period end, 20 to 66 years."""
        rng = self.rng(f"people {kind}")
        age = np.clip(rng.normal(median_age, spread, n), 20, 66)
        birth = (
            self.end
            - (age * 365.25).astype(int).astype("timedelta64[D]")
            - rng.integers(0, 364, n).astype("timedelta64[D]")
        )
        return {
            "name": codes.names(rng, n),
            "id": codes.id_numbers(rng, birth, residents.ID_PREFIXES, residents.ID_SHARES),
            "phone": codes.phones(rng, n),
            "birth": birth,
        }

    def moments(
        self, rng: np.random.Generator, n: int, first: np.datetime64, last: np.datetime64, working: bool = True
    ) -> np.ndarray:
        """Return ``n`` times (datetime64[s], Beijing) in [first, last); in office hours on working days if asked."""
        days = int((last - first).astype(int))
        day = rng.integers(0, days, n)
        if not working:
            return (first + day.astype("timedelta64[D]")).astype("datetime64[s]") + rng.integers(0, 86400, n).astype(
                "timedelta64[s]"
            )
        weekday = ((first.astype(int) + day) + 3) % 7
        day = np.where((weekday >= 5) & (rng.random(n) < 0.85), np.maximum(day - (weekday - 4), 0), day)
        second = rng.integers(8 * 60 + 30, 17 * 60 + 15, n) * 60
        return (first + day.astype("timedelta64[D]")).astype("datetime64[s]") + second.astype("timedelta64[s]")


def _edges(base: np.ndarray) -> np.ndarray:
    """Weights that pick towns of the middle, where a move shows in the ranking."""
    weight = np.exp(-((base - 0.55) ** 2) / 0.03)
    return weight / weight.sum()
