"""What was done about floods and typhoons: response levels, people moved, the duty officers' log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.world import infa

if TYPE_CHECKING:
    from simulator.world.core import World


def levels(world: World) -> dict[str, np.ndarray]:
    """Return emergency responses, ordered by their start.

    Columns: ``no``, ``level`` (Ⅰ the highest to Ⅳ), ``disaster`` (台风, 强降雨), ``scenario`` (a named typhoon or None),
    ``started``, ``ended``, ``warning`` (position in ``warnings`` that led to it, -1: none).
    """
    rng, w = world.fresh("responses"), world.warnings
    made: list[tuple] = []
    storm = world.scenario == "in-fa"
    if storm:
        for level, started, ended in infa.RESPONSES:
            made.append((level, "台风", infa.NAME, np.datetime64(started, "s"), np.datetime64(ended, "s"), -1))
    for i in np.flatnonzero(np.isin(w["kind"], ["台风", "暴雨"]) & np.isin(w["colour"], ["橙", "红", "黄"])):
        level = {"黄": "Ⅳ", "橙": "Ⅲ", "红": "Ⅱ"}[w["colour"][i]]
        lag, hold, skip = int(rng.integers(10, 60)), int(rng.integers(30, 300)), rng.random() < 0.5
        named = storm and infa.FIRST <= w["issued"][i] < infa.LAST
        if np.isnat(w["lifted"][i]) or named or (level == "Ⅳ" and skip):
            continue
        started, ended = w["issued"][i] + np.timedelta64(lag, "m"), w["lifted"][i] + np.timedelta64(hold, "m")
        made.append((level, "台风" if w["kind"][i] == "台风" else "强降雨", None, started, ended, int(i)))
    made.sort(key=lambda m: m[3])
    columns = list(zip(*made, strict=True)) or [()] * 6
    return {
        "no": np.array([f"XY{str(m[3])[:4]}{i:03d}" for i, m in enumerate(made, 1)], dtype=object),
        **{c: np.array(v, dtype=object) for c, v in zip(("level", "disaster", "scenario"), columns[:3], strict=True)},
        "started": np.array(columns[3], "datetime64[s]"),
        "ended": np.array(columns[4], "datetime64[s]"),
        "warning": np.array(columns[5], int),
    }


def evacuations(world: World) -> dict[str, np.ndarray]:
    """Return what villages were told to move, for levels Ⅰ and Ⅱ; for an unnamed Ⅲ the most exposed villages only.

    Columns: ``response``, ``village``, ``town``, ``shelter`` (positions), ``ordered``, ``deadline``, ``done`` (NaT: not all
    moved), ``asked``, ``moved``, ``in_time`` (people).
    """
    rng, r, v, s = world.fresh("evacuations"), world.responses, world.villages, world.shelters
    points = world.risk_points
    wet = np.isin(points["kind"], ["地质灾害", "低洼易涝", "山塘水库"])
    exposed = np.bincount(points["village"][wet], minlength=len(v["town"]))
    of_town = [np.flatnonzero(s["town"] == t) for t in range(16)]
    own = {int(x): i for i, x in enumerate(s["village"]) if x >= 0}
    named = np.isin(r["level"], ["Ⅰ", "Ⅱ"]) & (r["scenario"] == infa.NAME)
    rows: list[tuple] = []
    for i, level in enumerate(r["level"]):
        high = level in ("Ⅰ", "Ⅱ")
        if not high and (level != "Ⅲ" or r["scenario"][i]):
            continue
        chance = np.where(exposed > 0, 0.9, 0.25) if high else np.where(exposed > 1, 0.35, 0.0)
        chosen = np.flatnonzero(rng.random(len(v["town"])) < chance)
        people = np.maximum(3, rng.gamma(1.6, 8.0, len(chosen)) * (1 + exposed[chosen]))
        if named[i]:
            people *= infa.EVACUEES * min(world.scale, 1) / named.sum() / people.sum()
        for village, count in zip(chosen, np.maximum(1, people.round()).astype(int), strict=True):
            town = int(v["town"][village])
            ordered = r["started"][i] + np.timedelta64(int(rng.integers(5, 90)), "m")
            limit = int(rng.integers(4, 9)) * 3600
            on_time = rng.random() < 0.72 + 0.27 * world.quality["response"][town, -1]
            taken = int(limit * (rng.uniform(0.3, 0.97) if on_time else rng.uniform(1.05, 1.8)))
            moved = count if rng.random() < 0.93 else max(0, count - int(rng.integers(1, 3)))
            in_time = moved if on_time else int(moved * rng.uniform(0.5, 0.95))
            shelter = own.get(int(village), int(of_town[town][int(rng.integers(len(of_town[town])))]))
            done = ordered + np.timedelta64(taken, "s") if moved == count else np.datetime64("NaT", "s")
            deadline = ordered + np.timedelta64(limit, "s")
            rows.append((i, village, town, shelter, ordered, deadline, done, count, moved, in_time))
    names = ("response", "village", "town", "shelter", "ordered", "deadline", "done", "asked", "moved", "in_time")
    times = ("ordered", "deadline", "done")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        c: np.array(x, "datetime64[s]") if c in times else np.array(x, int) for c, x in zip(names, columns, strict=True)
    }


def duty_log(world: World) -> dict[str, np.ndarray]:
    """Return what the duty officers wrote down, ordered by time.

    Columns: ``at``, ``town`` (-1: the district), ``kind`` (值班, 预警, 响应, 转移), ``text``. One entry per signal, response
    level and village moved, and two roll-calls a day while a response holds.
    """
    w, r, e, v = world.warnings, world.responses, world.evacuations, world.villages
    rows: list[tuple] = []
    for i in range(len(w["no"])):
        rows.append((w["issued"][i], -1, "预警", f"区气象台发布{w['kind'][i]}{w['colour'][i]}色预警信号"))
        if not np.isnat(w["lifted"][i]):
            rows.append((w["lifted"][i], -1, "预警", f"区气象台解除{w['kind'][i]}{w['colour'][i]}色预警信号"))
    for i in range(len(r["no"])):
        what = r["scenario"][i] or r["disaster"][i]
        rows.append((r["started"][i], -1, "响应", f"启动防汛防台{r['level'][i]}级应急响应（{what}）"))
        rows.append((r["ended"][i], -1, "响应", f"结束防汛防台{r['level'][i]}级应急响应（{what}）"))
        at = r["started"][i] + np.timedelta64(6, "h")
        while at < r["ended"][i]:
            rows.append((at, -1, "值班", "视频点名，16 个镇街应急管理站在岗"))
            at += np.timedelta64(12, "h")
    for i in np.flatnonzero(~np.isnat(e["done"])):
        name = v["name"][e["village"][i]]
        rows.append((e["done"][i], int(e["town"][i]), "转移", f"{name}转移 {e['moved'][i]} 人，已全部安置"))
    rows.sort(key=lambda x: (x[0], x[1], x[3]))
    columns = list(zip(*rows, strict=True)) or [()] * 4
    return {
        "at": np.array(columns[0], "datetime64[s]"),
        "town": np.array(columns[1], int),
        "kind": np.array(columns[2], dtype=object),
        "text": np.array(columns[3], dtype=object),
    }
