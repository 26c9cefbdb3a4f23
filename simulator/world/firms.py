"""The firms of the district: 6,000 at scale 1, 1,100 of them key firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator import codes

if TYPE_CHECKING:
    from simulator.world.core import World

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


def make(world: World) -> dict[str, np.ndarray]:
    """All firms as columns; ``town`` is an index, ``quality`` the firm's own latent quality."""
    rng = world.rng("firms")
    parts: dict[str, list] = {k: [] for k in ("industry", "word", "town", "key", "staff")}
    for industry, (words, count, keys, median, weights) in INDUSTRIES.items():
        n, k = world.n(count), min(world.n(count), world.n(keys) if keys else 0)
        weight = np.array(
            [
                weights.get(name, weights.get(terrain, 0.0))
                for name, terrain in zip(world.towns["name"], world.towns["terrain"], strict=True)
            ]
        )
        weight = weight * (0.6 + np.sqrt(world.towns["population"]) / 400 if industry in ("catering", "crowded") else 1)
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
    f["name"] = _names(world, rng, f, old)
    f["lon"], f["lat"] = world.scatter(rng, f["town"])
    f["revenue"] = np.round(f["staff"] * np.exp(rng.normal(4.2, 0.6, n)), 2)
    own = rng.beta(2.2, 1.8, n)
    f["quality"] = np.clip(0.5 * world.quality["hazard"][f["town"], -1] + 0.5 * own, 0, 1)
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
    f["status"] = rng.choice(np.array(["在营", "存续", "停产", "注销"], dtype=object), n, p=[0.86, 0.10, 0.025, 0.015])
    return f


def _names(world: World, rng: np.random.Generator, f: dict[str, np.ndarray], old: np.ndarray) -> np.ndarray:
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
    short = np.array([name[:-2] if name.endswith("街道") else name[:-1] for name in world.towns["name"]], dtype=object)
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
