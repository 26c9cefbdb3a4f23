"""The pretended district: towns, latent quality, firms, people. Clean facts only; dirt comes later.

Every kind of thing has its own random stream, so adding one kind never moves another.
"""

from __future__ import annotations

import copy
import csv
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from simulator import codes

FACTS = Path(__file__).parent / "facts"
ID_PREFIXES = ["330621", "330602", "330624", "330682", "340122", "360426", "411422", "522401"]
ID_SHARES = [0.40, 0.24, 0.06, 0.06, 0.08, 0.06, 0.05, 0.05]

# words, how many at scale 1, key firms among them, staff median, town weights by terrain or by town name
INDUSTRIES = {
    "dyeing": (
        ["印染", "染整"],
        110,
        110,
        240,
        {"马鞍街道": 30.0, "钱清街道": 1.0, "安昌街道": 1.5, "齐贤街道": 1.0, "柯岩街道": 0.5},
    ),
    "weaving": (
        ["织造", "纺织", "经编", "绣花"],
        2400,
        190,
        38,
        {"urban": 2.0, "plain": 3.0, "coast": 2.0, "hill": 1.2, "mountain": 0.7},
    ),
    "chemfibre": (
        ["化纤"],
        60,
        60,
        130,
        {"钱清街道": 12.0, "马鞍街道": 5.0, "杨汛桥街道": 2.0, "安昌街道": 1.0, "齐贤街道": 1.0},
    ),
    "chemical": (
        ["化工"],
        45,
        45,
        90,
        {"马鞍街道": 20.0, "钱清街道": 2.0, "湖塘街道": 0.5, "平水镇": 0.5, "漓渚镇": 0.4},
    ),
    "machinery": (
        ["机械", "纺机"],
        500,
        55,
        45,
        {"urban": 0.5, "plain": 2.0, "coast": 1.5, "兰亭街道": 7.0, "漓渚镇": 6.0, "hill": 2.0, "mountain": 1.0},
    ),
    "metal_smelt": (["金属冶炼"], 15, 15, 80, {"杨汛桥街道": 3.0, "漓渚镇": 3.0, "平水镇": 2.0, "兰亭街道": 1.0}),
    "construction": (
        ["建筑施工"],
        200,
        80,
        60,
        {"杨汛桥街道": 8.0, "urban": 3.0, "plain": 1.5, "coast": 1.0, "hill": 1.0, "mountain": 0.6},
    ),
    "transport": (
        ["运输"],
        150,
        45,
        30,
        {"钱清街道": 4.0, "马鞍街道": 4.0, "plain": 1.0, "urban": 1.0, "hill": 0.5, "mountain": 0.3},
    ),
    "warehouse": (
        ["仓储", "仓储物流"],
        300,
        140,
        25,
        {"钱清街道": 6.0, "柯桥街道": 4.0, "马鞍街道": 2.0, "plain": 1.5, "urban": 2.0, "hill": 0.4, "mountain": 0.2},
    ),
    "crowded": (
        ["商场", "影院", "宾馆", "游乐场", "市场"],
        350,
        330,
        40,
        {
            "柯桥街道": 12.0,
            "柯岩街道": 5.0,
            "华舍街道": 4.0,
            "安昌街道": 2.5,
            "兰亭街道": 1.5,
            "plain": 1.5,
            "coast": 1.0,
            "hill": 1.0,
            "mountain": 1.0,
        },
    ),
    "catering": (
        ["餐饮"],
        600,
        0,
        12,
        {"柯桥街道": 10.0, "urban": 4.0, "plain": 2.0, "coast": 1.5, "hill": 0.8, "mountain": 0.5},
    ),
    "brewing": (["黄酒", "黄酒酿造"], 25, 12, 70, {"湖塘街道": 8.0, "柯岩街道": 3.0, "安昌街道": 1.0, "平水镇": 1.0}),
    "other": (["其他"], 1245, 18, 18, {"urban": 3.0, "plain": 2.0, "coast": 1.5, "hill": 1.0, "mountain": 0.8}),
}
# first-arrival median in minutes by terrain, before the town's own quality
ARRIVAL = {"urban": 7.5, "plain": 9.0, "coast": 11.5, "hill": 13.5, "mountain": 18.5}
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

    ``scale`` multiplies firms, cameras, hazards, cases and incidents; towns, stations and villages stay.
    ``span``: how many quarters up to ``period`` are lived through.
    """

    seed: int = 330603
    period: str = "2026Q3"
    scale: float = 1.0
    span: int = 4
    streams: dict[str, np.random.Generator] = field(default_factory=dict)

    def rng(self, kind: str) -> np.random.Generator:
        """Return the random stream of ``kind``, the same object each time."""
        if kind not in self.streams:
            parts = [self.seed, zlib.crc32(kind.encode()), int(self.period[:4]) * 4 + int(self.period[5])]
            self.streams[kind] = np.random.Generator(np.random.PCG64(np.random.SeedSequence(parts)))
        return self.streams[kind]

    def view(self) -> World:
        """Return the same world with fresh streams, so that no department moves another's draws."""
        twin = copy.copy(self)
        twin.streams = {}
        return twin

    def n(self, count: int) -> int:
        """Scale a number of things, at least one."""
        return max(1, round(count * self.scale))

    @cached_property
    def start(self) -> np.datetime64:
        """First day of the period."""
        return quarter_start(self.period)

    @cached_property
    def end(self) -> np.datetime64:
        """First day after the period."""
        return quarter_start(self.period, 1)

    @cached_property
    def before(self) -> np.datetime64:
        """First day of the quarter before the period."""
        return quarter_start(self.period, -1)

    @cached_property
    def quarters(self) -> list[tuple[str, np.datetime64, np.datetime64]]:
        """The quarters up to the period, oldest first: name, first day, day after the last."""
        return [
            (quarter_name(self.period, s), quarter_start(self.period, s), quarter_start(self.period, s + 1))
            for s in range(1 - self.span, 1)
        ]

    @cached_property
    def towns(self) -> dict[str, np.ndarray]:
        """The 16 towns as columns."""
        with open(FACTS / "towns.csv", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        out = {c: np.array([r[c] for r in rows], dtype=object) for c in rows[0]}
        for column in ("lon", "lat", "area_km2", "population"):
            out[column] = out[column].astype(float)
        out["nbs9"] = np.array([c[:9] for c in out["code12"]], dtype=object)
        return out

    @cached_property
    def villages(self) -> dict[str, np.ndarray]:
        """The 341 villages as columns ``code12``, ``name``, ``town`` (index)."""
        position = {c: i for i, c in enumerate(self.towns["code12"])}
        with open(FACTS / "divisions.csv", encoding="utf-8-sig") as handle:
            rows = [r for r in csv.DictReader(handle) if r["level"] == "village"]
        return {
            "code12": np.array([r["code12"] for r in rows], dtype=object),
            "name": np.array([r["name"] for r in rows], dtype=object),
            "town": np.array([position[r["parent"]] for r in rows]),
        }

    @cached_property
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
        """Return WGS-84 points around the seats of ``town``; ``spread`` is a share of the town's radius."""
        radius = np.sqrt(self.towns["area_km2"][town] / np.pi) * spread
        offset = np.clip(rng.normal(0, 1, (2, len(town))), -2, 2) * radius
        lon = self.towns["lon"][town] + offset[0] / 96.4
        lat = self.towns["lat"][town] + offset[1] / 110.9
        return lon, lat

    @cached_property
    def firms(self) -> dict[str, np.ndarray]:
        """All firms as columns; ``town`` is an index, ``quality`` the firm's own latent quality."""
        rng = self.rng("firms")
        parts: dict[str, list] = {k: [] for k in ("industry", "word", "town", "key", "staff")}
        for industry, (words, count, keys, median, weights) in INDUSTRIES.items():
            n, k = self.n(count), min(self.n(count), self.n(keys) if keys else 0)
            weight = np.array(
                [
                    weights.get(name, weights.get(terrain, 0.0))
                    for name, terrain in zip(self.towns["name"], self.towns["terrain"], strict=True)
                ]
            )
            weight = weight * (
                0.6 + np.sqrt(self.towns["population"]) / 400 if industry in ("catering", "crowded") else 1
            )
            parts["industry"].append(np.full(n, industry, dtype=object))
            parts["word"].append(np.array(words, dtype=object)[rng.integers(0, len(words), n)])
            parts["town"].append(rng.choice(16, n, p=weight / weight.sum()))
            staff = np.maximum(2, np.exp(rng.normal(np.log(median), 0.75, n))).astype(int)
            key = np.zeros(n, bool)
            key[np.argsort(-staff, kind="stable")[:k]] = True
            parts["key"].append(key)
            parts["staff"].append(staff)
        f = {k: np.concatenate(v) for k, v in parts.items()}
        n = len(f["town"])
        order = rng.permutation(n)
        f = {k: v[order] for k, v in f.items()}
        f["no"] = np.array([f"ZF{i:06d}" for i in range(1, n + 1)], dtype=object)
        old = rng.random(n) < 0.45
        sole = (f["staff"] < 12) & (rng.random(n) < 0.35)
        f["uscc"] = codes.uscc(
            rng, n, ["330621", "330603", "330600", "330602"], [0.40, 0.45, 0.10, 0.05], old, np.where(sole, 2, 1)
        )
        f["name"] = self._firm_names(rng, f, old)
        f["lon"], f["lat"] = self.scatter(rng, f["town"])
        f["revenue"] = np.round(f["staff"] * np.exp(rng.normal(4.2, 0.6, n)), 2)
        own = rng.beta(2.2, 1.8, n)
        f["quality"] = np.clip(0.5 * self.quality["hazard"][f["town"], -1] + 0.5 * own, 0, 1)
        f["major_source"] = (f["industry"] == "chemical") & (rng.random(n) < 0.35)
        share = {
            "dyeing": 0.05,
            "chemfibre": 0.05,
            "chemical": 0.12,
            "machinery": 0.08,
            "metal_smelt": 0.1,
            "construction": 0.15,
            "transport": 0.0,
            "brewing": 0.03,
            "weaving": 0.012,
            "warehouse": 0.02,
            "crowded": 0.02,
        }
        rate = np.array([share.get(i, 0.0) for i in f["industry"]])
        f["operators"] = np.minimum(rng.binomial(np.minimum(f["staff"], 600), rate), 40)
        f["status"] = rng.choice(
            np.array(["在营", "存续", "停产", "注销"], dtype=object), n, p=[0.86, 0.10, 0.025, 0.015]
        )
        return f

    def _firm_names(self, rng: np.random.Generator, f: dict[str, np.ndarray], old: np.ndarray) -> np.ndarray:
        first = list("恒盛永兴华瑞金天宏德泰富新东锦凯嘉隆万利佳美康裕鼎和")
        second = list("达源丰顺发通祥润辉茂昌泰宇业鑫安明龙成信杰联创")
        trade = {
            "dyeing": "印染",
            "weaving": "纺织",
            "chemfibre": "化纤",
            "chemical": "化工",
            "machinery": "机械",
            "metal_smelt": "金属制品",
            "construction": "建设",
            "transport": "运输",
            "warehouse": "物流",
            "crowded": "商业管理",
            "catering": "餐饮",
            "brewing": "酒业",
            "other": "实业",
        }
        n = len(old)
        a, b, c = rng.integers(0, len(first), n), rng.integers(0, len(second), n), rng.integers(0, len(first), n)
        county = old & (rng.random(n) < 0.5)
        short = np.array(
            [name[:-2] if name.endswith("街道") else name[:-1] for name in self.towns["name"]], dtype=object
        )
        used: dict[str, int] = {}
        out = np.empty(n, dtype=object)
        for i in range(n):
            area = "绍兴县" if county[i] else "绍兴柯桥" if i % 3 else f"绍兴{short[f['town'][i]]}"
            name = f"{area}{first[a[i]]}{second[b[i]]}{trade[f['industry'][i]]}有限公司"
            if name in used:
                name = f"{area}{first[a[i]]}{second[b[i]]}{first[c[i]]}{trade[f['industry'][i]]}有限公司"
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:
                name = (
                    name.replace("有限公司", f"（{short[f['town'][i]]}）有限公司")
                    if used[name] == 2
                    else f"{name[:-4]}{used[name]}厂"
                )
            out[i] = name
        return out

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
            "id": codes.id_numbers(rng, birth, ID_PREFIXES, ID_SHARES),
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
