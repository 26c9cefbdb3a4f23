"""People of villages whom several departments know: vulnerable people, their helpers, village heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator import codes

if TYPE_CHECKING:
    from simulator.world.core import World

ID_PREFIXES = ["330621", "330602", "330624", "330682", "340122", "360426", "411422", "522401"]
ID_SHARES = [0.40, 0.24, 0.06, 0.06, 0.08, 0.06, 0.05, 0.05]
VULNERABLE = 6000
# kind, share, age median, spread, shares of the civil affairs, governance and health departments that list the person
KINDS = (
    ("独居老人", 0.34, 78, 7, (0.90, 0.75, 0.35)),
    ("失能半失能", 0.16, 76, 10, (0.80, 0.60, 0.80)),
    ("残疾人", 0.20, 56, 15, (0.92, 0.60, 0.40)),
    ("重病患者", 0.12, 62, 13, (0.45, 0.45, 0.95)),
    ("低保低边", 0.08, 58, 14, (0.95, 0.55, 0.25)),
    ("留守儿童", 0.05, 9, 3, (0.85, 0.70, 0.10)),
    ("孕产妇", 0.05, 30, 4, (0.05, 0.35, 0.97)),
)


def vulnerable(world: World) -> dict[str, np.ndarray]:
    """Return vulnerable people.

    ``no``, ``kind``, ``name``, ``id``, ``phone``, ``birth``, ``grid``, ``village``, ``town``, ``address``,
    ``lon``, ``lat``, ``guardian_name``, ``guardian_phone``, ``guardian_id``, ``guardian_tie``, ``helper_name``,
    ``helper_phone``, ``helper_id``, ``consent``, ``verified`` (day), ``gone`` (day of a move or death, else NaT), ``gone_why``, and ``in_civil``,
    ``in_governance``, ``in_health``: who lists the person; ``told_civil``, ``told_health``: which list says that one who
    is gone is gone (the four platforms' list says it of nobody).
    """
    rng, g, v = world.fresh("vulnerable"), world.grids, world.villages
    n = world.n(VULNERABLE)
    kind = rng.choice(len(KINDS), n, p=[k[1] for k in KINDS])
    grid = rng.choice(len(g["town"]), n, p=g["population"] / g["population"].sum())
    age = np.clip(rng.normal([KINDS[k][2] for k in kind], [KINDS[k][3] for k in kind]), 3, 99)
    age = np.where(kind == 6, np.clip(age, 20, 45), age)
    birth = world.end - (age * 365.25).astype(int).astype("timedelta64[D]")
    people = world.pool("vulnerable", n, 60, 12, birth=birth)
    guardian = world.pool("guardians", n, 48, 11)
    house = rng.integers(1, 500, n)
    village = g["village"][grid]
    address = [
        f"柯桥区{world.towns['name'][v['town'][x]]}{v['name'][x]}{h}号" for x, h in zip(village, house, strict=True)
    ]
    listed = np.array([k[4] for k in KINDS])[kind]
    seen = rng.random((n, 3)) < listed
    seen[~seen.any(axis=1), 0] = True
    gone = rng.random(n) < 0.035
    told = world.fresh("vulnerable told").random((n, 2)) < (0.6, 0.67)
    by_worker = rng.random(n) < 0.6
    other = world.pool("helpers", n, 45, 10)
    return {
        "no": np.array([f"RQ{i:06d}" for i in range(1, n + 1)], dtype=object),
        "kind": np.array([k[0] for k in KINDS], dtype=object)[kind],
        **people,
        "grid": grid,
        "village": village,
        "town": v["town"][village],
        "address": np.array(address, dtype=object),
        "lon": g["lon"][grid] + rng.normal(0, 0.0015, n),
        "lat": g["lat"][grid] + rng.normal(0, 0.0015, n),
        "guardian_name": guardian["name"],
        "guardian_phone": guardian["phone"],
        "guardian_id": guardian["id"],
        "guardian_tie": rng.choice(np.array(["子女", "配偶", "父母", "兄弟姐妹", "其他亲属"], dtype=object), n),
        "helper_name": np.where(by_worker, g["worker_name"][grid], other["name"]).astype(object),
        "helper_phone": np.where(by_worker, g["worker_phone"][grid], other["phone"]).astype(object),
        "helper_id": np.where(by_worker, g["worker_id"][grid], other["id"]).astype(object),
        "consent": rng.random(n) < 0.93,
        "verified": world.end - rng.integers(2, 420, n).astype("timedelta64[D]"),
        "gone": np.where(gone, world.end - rng.integers(5, 300, n).astype("timedelta64[D]"), np.datetime64("NaT")),
        "gone_why": np.where(gone, np.where(rng.random(n) < 0.6, "迁出", "死亡"), None).astype(object),
        "in_civil": seen[:, 0],
        "in_governance": seen[:, 1],
        "in_health": seen[:, 2],
        "told_civil": seen[:, 0] & gone & told[:, 0],
        "told_health": seen[:, 2] & gone & told[:, 1],
    }


def still_listed(is_told: bool) -> str:
    """Return the kind (#26) of one who is gone and still listed: another list tells, or nobody can know."""
    return "#26 moved or died but still listed" if is_told else "#26 moved or died and no list says so"


def heads(world: World) -> dict[str, np.ndarray]:
    """Return the duty holder of each village: ``name``, ``id``, ``phone``, ``birth``."""
    return world.pool("village heads", len(world.villages["town"]), 47, 8)


def pool(
    world: World, kind: str, n: int, median_age: float, spread: float, birth: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return ``n`` people of ``kind``, the same ones whoever asks: ``name``, ``id``, ``phone``, ``birth``."""
    rng = world.fresh(f"pool {kind}")
    if birth is None:
        age = np.clip(rng.normal(median_age, spread, n), 20, 66)
        birth = world.end - (age * 365.25).astype(int).astype("timedelta64[D]")
        birth = birth - rng.integers(0, 364, n).astype("timedelta64[D]")
    return {
        "name": codes.names(rng, n),
        "id": codes.id_numbers(rng, birth, ID_PREFIXES, ID_SHARES),
        "phone": codes.phones(rng, n),
        "birth": birth,
    }
