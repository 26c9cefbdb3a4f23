"""The people of stations and firms: who they are and which papers they hold. Every department meets the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simulator.world.core import World


@dataclass(frozen=True)
class Stations:
    """The people of the 16 stations.

    ``roster``: one dict per person (town, name, id, phone, post, employment, hired, left, birth); ``certificates``: one
    per paper; ``officers``: valid law-enforcement certificates by town.
    """

    roster: list[dict]
    certificates: list[dict]
    officers: list[list[str]]


def stations(world: World) -> Stations:
    """Return the people of the 16 stations and their certificates. Few rows: plain loops."""
    rng = world.rng("rosters")
    order = np.argsort(world.quality["staff"][:, -1])
    full = np.empty(16, int)
    full[order] = [2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5]
    part = np.empty(16, int)
    part[order] = np.clip(np.sort(np.round(rng.normal(11, 1.9, 16)).astype(int)), 8, 15)
    part = np.clip(part + rng.integers(-1, 2, 16), 8, 15)
    valid = np.empty(16, int)
    valid[order] = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3]
    count = int((full + part).sum()) + 12
    people = world.people("stations", count, 46.5, 8.5)
    end, start = world.end, world.start
    roster: list[dict] = []
    certificates: list[dict] = []
    officers: list[list[str]] = [[] for _ in range(16)]
    serial, at = 0, 0

    def person(t: int, post: str, employment: str, hired: np.datetime64, left: np.datetime64 | None = None) -> dict:
        nonlocal at
        p = {
            "town": t,
            "name": people["name"][at],
            "id": people["id"][at],
            "phone": people["phone"][at],
            "post": post,
            "employment": employment,
            "hired": hired,
            "left": left,
            "birth": people["birth"][at],
        }
        at += 1
        roster.append(p)
        return p

    def certificate(
        p: dict,
        kind: str,
        issued: np.datetime64,
        months: int | None,
        level: str | None = None,
        reviewed: np.datetime64 | None = None,
        revoked: np.datetime64 | None = None,
    ) -> dict:
        nonlocal serial
        serial += 1
        prefix = {
            "行政执法证": "330603",
            "执法资格": "ZG",
            "辅助人员考试合格": "FK",
            "任职培训合格": "RZ",
            "应急救援员": "JY",
            "红十字救护员": "HS",
        }[kind]
        c = {
            "town": p["town"],
            "name": p["name"],
            "id": p["id"],
            "kind": kind,
            "no": f"{prefix}{10000 + serial}",
            "level": level,
            "issued": issued,
            "to": None if months is None else add_months(issued, months),
            "reviewed": reviewed,
            "revoked": revoked,
        }
        certificates.append(c)
        return c

    def days_before(least: int, most: int) -> np.datetime64:
        return end - np.timedelta64(int(rng.integers(least, most)), "D")

    for t in range(16):
        own = max(int(valid[t]), round(float(full[t]) * 0.4), 1 if rng.random() < 0.8 else 0)
        own = min(own, int(full[t]))
        staff = []
        for i in range(int(full[t])):
            quota = i < own
            # one station has nobody in the head's post
            headed = i == 0 and t != int(order[2])
            post = (
                "站长"
                if headed and (quota or rng.random() < 0.5)
                else ("执法岗" if quota else ("救援岗", "内勤", "救援岗")[i % 3])
            )
            hired = days_before(40, 340) if not quota and rng.random() < 0.3 else days_before(400, 3500)
            staff.append(person(t, post, "在编" if quota else "辅助", hired))
        if staff[0]["post"] == "站长" and rng.random() < 0.85:
            # appointment training holds for twelve months
            certificate(
                staff[0], "任职培训合格", days_before(20, 330) if rng.random() < 0.85 else days_before(370, 700), 12
            )
        for i in range(own):
            if i < valid[t]:
                c = certificate(staff[i], "行政执法证", days_before(120, 1500), 60)
                if rng.random() < 0.15:
                    c["issued"], c["to"] = days_before(1745, 1800), None
                    c["to"] = add_months(c["issued"], 60)
                officers[t].append(c["no"])
            else:
                draw = rng.random()
                if draw < 0.30:
                    certificate(staff[i], "行政执法证", days_before(1850, 2300), 60)
                elif draw < 0.42:
                    certificate(staff[i], "行政执法证", days_before(300, 1200), 60, revoked=days_before(20, 200))
                elif draw < 0.75:
                    certificate(
                        staff[i],
                        "执法资格",
                        days_before(30, 1500) if rng.random() < 0.7 else days_before(1690, 1790),
                        60,
                    )
        for p in staff[own:]:
            if rng.random() < 0.50 + 0.45 * world.quality["staff"][t, -1]:
                certificate(p, "辅助人员考试合格", days_before(30, 1400), 60 if rng.random() < 0.95 else 24)
            if rng.random() < 0.10:
                # an auxiliary never counts, whatever paper is shown
                certificate(p, "行政执法证", days_before(200, 1500), 60)
        for _ in range(int(part[t])):
            staff.append(person(t, "救援岗" if rng.random() < 0.75 else "内勤", "兼职", days_before(60, 2500)))
        for p in staff:
            if p["post"] == "救援岗" and rng.random() < 0.10 + 0.45 * world.quality["staff"][t, -1]:
                level = ("五级", "五级", "五级", "四级", "三级")[int(rng.integers(5))]
                c = certificate(p, "应急救援员", days_before(100, 1500), None, level)
                if rng.random() < 0.8:
                    c["reviewed"] = c["issued"] + np.timedelta64(int(rng.integers(200, 900)), "D")
                    if c["reviewed"] > end:
                        c["reviewed"] = None
            if rng.random() < 0.22 + 0.35 * world.quality["staff"][t, -1]:
                stale = rng.random() < 0.02 + 0.22 * (1 - world.quality["staff"][t, -1])
                certificate(p, "红十字救护员", days_before(1110, 1600) if stale else days_before(60, 1085), 36)
    # leavers of the period, and two changes that the two quarters show
    for t in rng.choice(16, 6, replace=False):
        person(int(t), "救援岗", "兼职" if rng.random() < 0.6 else "辅助", days_before(800, 2000), days_before(15, 170))
    rising, falling = int(order[13]), int(order[12])
    if officers[rising]:
        next(c for c in certificates if c["no"] == officers[rising][-1]).update(
            issued=start + np.timedelta64(38, "D"), to=start + np.timedelta64(38 + 1826, "D")
        )
    spare = next(
        (p for p in roster if p["town"] == falling and p["employment"] == "在编" and p["post"] != "站长"), None
    )
    if spare is not None:
        certificate(spare, "行政执法证", add_months(start + np.timedelta64(33, "D"), -60), 60)
    return Stations(roster, certificates, officers)


def add_months(day: np.datetime64, months: int) -> np.datetime64:
    """Return the same day ``months`` later, the 28th at most."""
    month = day.astype("datetime64[M]")
    offset = min(int((day - month.astype("datetime64[D]")).astype(int)), 27)
    return (month + np.timedelta64(months, "M")).astype("datetime64[D]") + np.timedelta64(offset, "D")


def firm_people(world: World) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return safety officers and special operators of firms, some missing, some with papers out of date.

    Both as columns ``no``, ``firm``, ``name``, ``id``, ``phone``, ``birth``, ``cert`` (None: none), ``issued``, ``to`` (NaT);
    officers also ``role`` and ``appointed``, operators ``work`` and ``reviewed``.
    """
    rng, f = world.rng("firm people"), world.firms
    own, staff = f["quality"], f["staff"]
    high = np.isin(f["industry"], ["chemical", "metal_smelt", "construction", "transport"]) | f["major_source"]
    need = np.where(
        high,
        np.where(staff >= 300, np.ceil(0.01 * staff), np.where(staff >= 100, 3, np.where(staff >= 50, 2, 1))),
        np.where(staff >= 300, 2, np.where(staff >= 100, 1, 0)),
    ).astype(int)
    need = np.where(f["industry"] == "chemical", np.maximum(need, np.ceil(0.02 * staff).astype(int)), need)
    listed = f["key"] | (rng.random(len(staff)) < 0.55)
    short = rng.random(len(staff)) < 0.30 - 0.26 * own
    full = np.where(short, np.maximum(need - 1, 0), need)
    part = np.where((need == 0) & ~short, 1, 0)
    firm = np.concatenate(
        [
            np.flatnonzero(listed),
            np.repeat(np.arange(len(staff)), np.where(listed, full, 0)),
            np.flatnonzero(listed & (part > 0)),
        ]
    )
    role = np.concatenate(
        [
            np.full(int(listed.sum()), "主要负责人", dtype=object),
            np.full(int(np.where(listed, full, 0).sum()), "专职安全员", dtype=object),
            np.full(int((listed & (part > 0)).sum()), "兼职安全员", dtype=object),
        ]
    )
    order = np.argsort(firm, kind="stable")
    firm, role = firm[order], role[order]
    n = len(firm)
    people = world.people("safety officers", n, 43, 9)
    issued = world.end - rng.integers(30, 1040, n).astype("timedelta64[D]")
    stale = rng.random(n) < 0.10 - 0.08 * own[firm]
    issued = np.where(stale, issued - np.timedelta64(1100, "D"), issued)
    none = (rng.random(n) < 0.12 - 0.09 * own[firm]) & ~high[firm]
    number = np.array([None if m else f"AQ{world.period[:4]}{i:06d}" for i, m in enumerate(none, 1)], dtype=object)
    nat = np.datetime64("NaT")
    officers = {
        "no": np.array([f"AG{i:06d}" for i in range(1, n + 1)], dtype=object),
        "firm": firm,
        "role": role,
        **people,
        "cert": number,
        "appointed": issued - rng.integers(0, 170, n).astype("timedelta64[D]"),
        "issued": np.where(none, nat, issued),
        "to": np.where(none, nat, issued + np.timedelta64(1095, "D")),
    }
    firm = np.repeat(np.arange(len(staff)), f["operators"])
    n = len(firm)
    people = world.people("special operators", n, 40, 9)
    works = np.array(["电工作业", "焊接与热切割", "高处作业", "制冷与空调", "危化品安全作业"], dtype=object)
    hazchem = np.isin(f["industry"][firm], ["chemical", "dyeing"])
    work = works[np.where(hazchem & (rng.random(n) < 0.4), 4, rng.choice(4, n, p=[0.5, 0.28, 0.14, 0.08]))]
    issued = world.end - rng.integers(40, 2150, n).astype("timedelta64[D]")
    # papers go out of date by firm, not by person: a careless firm has several
    careless = rng.random(len(staff)) < 0.34 - 0.30 * own
    bad = careless[firm] & (rng.random(n) < 0.30)
    how = rng.random(n)
    expired, missing, unreviewed = bad & (how < 0.5), bad & (how >= 0.5) & (how < 0.65), bad & (how >= 0.65)
    issued = np.where(expired, issued - np.timedelta64(2200, "D"), issued)
    age = (world.end - issued).astype(int)
    reviewed = np.where(age > 1095, issued + rng.integers(1000, 1090, n).astype("timedelta64[D]"), np.datetime64("NaT"))
    reviewed = np.where(unreviewed, np.datetime64("NaT"), reviewed)
    issued = np.where(
        unreviewed & (age < 1150), world.end - rng.integers(1150, 2000, n).astype("timedelta64[D]"), issued
    )
    cert = np.array(["T" + x for x in people["id"]], dtype=object)
    cert[missing] = None
    operators = {
        "no": np.array([f"TZ{i:06d}" for i in range(1, n + 1)], dtype=object),
        "firm": firm,
        "work": work,
        **people,
        "cert": cert,
        "issued": np.where(missing, nat, issued),
        "to": np.where(missing, nat, issued + np.timedelta64(2191, "D")),
        "reviewed": np.where(missing, nat, reviewed),
    }
    return officers, operators
