"""The rescue teams of the district, about 490 in four classes, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator import codes

if TYPE_CHECKING:
    from simulator.world.core import World

# class, how many, members median, vehicles, chain of command, duty
CLASSES = (
    ("professional", 6, 32, 6, "区消防救援大队", "24小时值守"),
    ("town_full", 16, 14, 2, "区消防救援大队（业务）/镇街", "24小时值守"),
    ("volunteer", 210, 11, 0, "村社/企业", "应召"),
    ("station", 16, 14, 1, "镇街应急管理站", "24小时值守"),
    ("civil", 25, 24, 1, "社会组织", "应召"),
    ("village", 217, 10, 0, "村社", "应召"),
)
CLASS_WORDS = {
    "professional": "专业消防队",
    "town_full": "镇街专职消防队",
    "volunteer": "义务消防队",
    "station": "应急管理站队伍",
    "civil": "民间救援队",
    "village": "村社综合应急队",
}
# the four classes of F018; professional and town full-time brigades are one of them, village squads are volunteers
FOUR = {
    "professional": "专业消防队",
    "town_full": "专业消防队",
    "volunteer": "义务消防队",
    "station": "应急管理站",
    "civil": "民间救援队",
    "village": "义务消防队",
}
# the nine forces that are pooled (F029)
ORIGINS = ("治安", "消防", "城管", "安监", "民兵", "医务", "物业保安", "志愿者", "民间救援队")
_ORIGIN_SHARES = {
    "professional": [0, 1, 0, 0, 0, 0, 0, 0, 0],
    "town_full": [0, 0.9, 0, 0, 0.1, 0, 0, 0, 0],
    "volunteer": [0.05, 0.05, 0, 0.05, 0.15, 0.02, 0.28, 0.40, 0],
    "station": [0, 0.05, 0.1, 0.8, 0.05, 0, 0, 0, 0],
    "civil": [0, 0, 0, 0, 0.02, 0.05, 0, 0.03, 0.9],
    "village": [0.12, 0.03, 0.03, 0.05, 0.27, 0.10, 0.15, 0.25, 0],
}


def make(world: World) -> dict[str, np.ndarray]:
    """Return the teams.

    ``id``, ``name``, ``kind`` (a key of ``CLASS_WORDS``), ``four`` (one of the four classes), ``level``
    (district, town, village), ``town``, ``village`` (-1), ``firm`` (-1), ``lon``, ``lat``, ``members``,
    ``vehicles``, ``chain``, ``duty``, ``founded``, ``leader_name``, ``leader_phone``, ``leader_id``, ``uscc``
    (civil teams that are registered), ``grade`` (1-3, civil teams that were graded, else 0), ``insured``.
    """
    rng, v, f = world.fresh("teams"), world.villages, world.firms
    kind = np.repeat(np.arange(len(CLASSES)), [c[1] for c in CLASSES])
    n = len(kind)
    word = np.array([c[0] for c in CLASSES], dtype=object)[kind]
    town = np.empty(n, int)
    village, firm = np.full(n, -1), np.full(n, -1)
    population = world.towns["population"] / world.towns["population"].sum()
    town[word == "professional"] = [0, 2, 6, 8, 11, 4]
    town[word == "town_full"] = town[word == "station"] = np.arange(16)
    town[word == "civil"] = rng.choice(16, 25, p=population)
    village[word == "village"] = np.sort(rng.choice(len(v["town"]), 217, replace=False))
    hosted = np.flatnonzero(word == "volunteer")
    key = np.flatnonzero(f["key"])
    of_firm = hosted[: min(90, len(key))]
    firm[of_firm] = rng.choice(key, len(of_firm), replace=False)
    of_village = hosted[len(of_firm) :]
    village[of_village] = rng.choice(len(v["town"]), len(of_village), replace=False)
    town[village >= 0] = v["town"][village[village >= 0]]
    town[firm >= 0] = f["town"][firm[firm >= 0]]
    lon, lat = world.scatter(rng, town, 0.2)
    lon[village >= 0], lat[village >= 0] = v["lon"][village[village >= 0]], v["lat"][village[village >= 0]]
    lon[firm >= 0], lat[firm >= 0] = f["lon"][firm[firm >= 0]], f["lat"][firm[firm >= 0]]
    names = []
    for i in range(n):
        if firm[i] >= 0:
            names.append(f["name"][firm[i]].replace("有限公司", "") + "义务消防队")
        elif village[i] >= 0:
            names.append(v["name"][village[i]] + CLASS_WORDS[word[i]])
        elif word[i] == "professional":
            names.append(f"柯桥区消防救援大队{world.towns['name'][town[i]][:2]}消防救援站")
        elif word[i] == "civil":
            names.append(
                f"柯桥区{('蓝天', '民安', '飞狐', '雄鹰', '曙光', '金盾', '越剑', '鉴湖')[i % 8]}{i % 3 + 1}号救援队"
            )
        else:
            names.append(world.towns["name"][town[i]] + CLASS_WORDS[word[i]])
    people = world.pool("team leaders", n, 44, 8)
    civil = word == "civil"
    registered = civil & (rng.random(n) < 0.72)
    made = codes.uscc(
        rng, n, ["330603", "330600"], [0.9, 0.1], np.zeros(n, bool), np.where(rng.random(n) < 0.4, 1, 2), 5
    )
    size = np.array([c[2] for c in CLASSES])[kind]
    return {
        "id": np.array([f"DW{i:04d}" for i in range(1, n + 1)], dtype=object),
        "name": np.array(names, dtype=object),
        "kind": word,
        "four": np.array([FOUR[w] for w in word], dtype=object),
        "level": np.where(
            np.isin(word, ["professional", "civil"]), "district", np.where(village >= 0, "village", "town")
        ).astype(object),
        "town": town,
        "village": village,
        "firm": firm,
        "lon": lon,
        "lat": lat,
        "members": np.maximum(5, size * np.exp(rng.normal(0, 0.25, n))).astype(int),
        "vehicles": np.array([c[3] for c in CLASSES])[kind],
        "chain": np.array([c[4] for c in CLASSES], dtype=object)[kind],
        "duty": np.array([c[5] for c in CLASSES], dtype=object)[kind],
        "founded": world.start - rng.integers(200, 4500, n).astype("timedelta64[D]"),
        "leader_name": people["name"],
        "leader_phone": people["phone"],
        "leader_id": people["id"],
        "uscc": np.where(registered, made, None).astype(object),
        "grade": np.where(registered & (rng.random(n) < 0.5), rng.integers(1, 4, n), 0),
        "insured": np.where(civil, rng.random(n) < 0.6, rng.random(n) < 0.93),
    }


def members(world: World) -> dict[str, np.ndarray]:
    """Return who is in which team.

    ``team``, ``origin`` (one of the nine forces), ``role`` (队长, 队员), ``name``, ``id``, ``phone``, ``birth``,
    ``joined``. A station's squad is the station's own staff, the same people.
    """
    rng, t = world.fresh("team members"), world.teams
    roster = [p for p in world.stations.roster if p["left"] is None]
    by_town = [[p for p in roster if p["town"] == k] for k in range(16)]
    count = np.where(t["kind"] == "station", [len(by_town[k]) for k in t["town"]], t["members"])
    team = np.repeat(np.arange(len(count)), count)
    n = len(team)
    people = world.pool("team members", n, 38, 9)
    first = np.concatenate([[True], team[1:] != team[:-1]])
    origin = np.empty(n, dtype=object)
    for kind, shares in _ORIGIN_SHARES.items():
        mine = t["kind"][team] == kind
        origin[mine] = np.array(ORIGINS, dtype=object)[rng.choice(9, int(mine.sum()), p=np.array(shares) / sum(shares))]
    joined = np.maximum(world.end - rng.integers(30, 3000, n).astype("timedelta64[D]"), t["founded"][team])
    for k in np.flatnonzero(t["kind"] == "station"):
        rows = np.flatnonzero(team == k)
        for row, person in zip(rows, by_town[t["town"][k]], strict=True):
            for column in ("name", "id", "phone", "birth"):
                people[column][row] = person[column]
            joined[row] = person["hired"]
    lead = first & (t["kind"][team] != "station")
    people["name"][lead] = t["leader_name"][team[lead]]
    people["phone"][lead] = t["leader_phone"][team[lead]]
    return {
        "team": team,
        "origin": origin,
        "role": np.where(first, "队长", "队员").astype(object),
        **people,
        "joined": joined,
    }
