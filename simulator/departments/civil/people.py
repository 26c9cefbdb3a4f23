"""Volunteers and what they do, and people in need with their guardians and helpers."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import DAY, NAT, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes
from simulator.dirt import Spoiler
from simulator.world.residents import still_listed

TASKS = ("隐患排查", "科普宣传", "治安巡逻", "脆弱群体帮扶")


def write(book: Ledger) -> None:
    """Write volunteers, their tasks, and people in need."""
    listed = _needy(book)
    volunteers = _volunteers(book)
    _tasks(book, volunteers, listed)


def _needy(book: Ledger) -> np.ndarray:
    """Write who is in need; return their numbers."""
    world, rng, v = book.world, book.rng("needy"), book.world.vulnerable
    row = np.flatnonzero(v["in_civil"])
    n = len(row)
    gone = ~np.isnat(v["gone"][row])
    told = v["told_civil"][row]
    status = np.where(told, v["gone_why"][row], "在册").astype(object)
    helped = rng.random(n) < 0.60 + 0.38 * world.quality["response"][v["town"][row], -1]
    number = np.array([f"MZRY{r + 1:06d}" for r in row], dtype=object)
    names = list(v["helper_name"][row[:200]])

    def first(s: Spoiler) -> None:
        silent = np.flatnonzero(gone & ~told)
        for at in silent:
            s.note(int(at), "STATUS", still_listed(v["told_health"][row[at]]), v["gone_why"][row[at]], status[at])
        s.stale("VERIFIED", book.rates, str(world.end))
        s.several_helpers("HELPER", book.rates, names)

    book.add(
        "vulnerable_people",
        {
            "PERSON_NO": number,
            "PERSON_NAME": v["name"][row],
            "ID_NUMBER": v["id"][row],
            "CATEGORY": v["kind"][row],
            "TOWN_NAME": world.towns["name"][v["town"][row]],
            "VILLAGE_CODE": world.villages["code12"][v["village"][row]],
            "ADDRESS": v["address"][row],
            "GUARDIAN": v["guardian_name"][row],
            "GUARDIAN_PHONE": v["guardian_phone"][row],
            "HELPER": keep(v["helper_name"][row], helped),
            "HELPER_PHONE": keep(v["helper_phone"][row], helped),
            "CONSENTED": v["consent"][row],
            "VERIFIED": np.minimum(v["verified"][row], world.end - DAY),
            "STATUS": status,
        },
        first=first,
        ids="ID_NUMBER!",
        phones="GUARDIAN_PHONE HELPER_PHONE",
        people="PERSON_NAME",
        dates="VERIFIED",
        text="CATEGORY",
        empty="VILLAGE_CODE ADDRESS",
        towns=(None, "TOWN_NAME"),
        links={"vulnerable": v["no"][row], "person": v["id"][row]},
    )
    return number


def _volunteers(book: Ledger) -> dict[str, np.ndarray]:
    """Write the volunteers; return number and whether active of each."""
    world, rng, v = book.world, book.rng("volunteers"), book.world.villages
    n = world.n(4200)
    weight = world.towns["population"][v["town"]] * (0.4 + world.quality["response"][v["town"], -1])
    village = rng.choice(len(v["town"]), n, p=weight / weight.sum())
    people = world.pool("volunteers", n, 41, 13)
    active = rng.random(n) < 0.35 + 0.45 * world.quality["response"][v["town"][village], -1]
    hours = np.where(active, rng.gamma(2.0, 14, n), 0.0)
    registered = world.end - days(rng, n, 30, 2500)
    last = np.where(active, np.maximum(registered, world.end - days(rng, n, 2, 360)), NAT)
    number = numbered("ZYZ", n, 6)
    book.add(
        "volunteers",
        {
            "VOLUNTEER_NO": number,
            "PERSON_NAME": people["name"],
            "ID_NUMBER": people["id"],
            "PHONE": people["phone"],
            "ROLE": pick(rng, ("人大代表", "楼长", "学校代表", "企事业代表", "居民"), n, (1, 5, 2, 3, 9)),
            "SKILL": pick(rng, ("急救", "消防", "心理", "通信", "驾驶", "无"), n, (3, 2, 1, 1, 3, 6)),
            "TOWN_NAME": world.towns["name"][v["town"][village]],
            "VILLAGE_CODE": v["code12"][village],
            "REG_DATE": registered,
            "HOURS_12M": np.array([f"{h:.1f}" for h in np.minimum(hours, 900)], dtype=object),
            "LAST_ACTIVE": last,
            "ACTIVE": active,
        },
        ids="ID_NUMBER!",
        phones="PHONE",
        people="PERSON_NAME",
        dates="REG_DATE! LAST_ACTIVE",
        text="ROLE",
        empty="ROLE VILLAGE_CODE",
        towns=(None, "TOWN_NAME"),
        links={"person": people["id"]},
    )
    return {"no": number[active], "id": people["id"][active], "since": registered[active]}


def _tasks(book: Ledger, volunteers: dict[str, np.ndarray], listed: np.ndarray) -> None:
    world, rng = book.world, book.rng("tasks")
    n = world.n(6000)
    row = rng.integers(0, len(volunteers["no"]), n)
    kind = pick(rng, TASKS, n, (3, 4, 3, 3))
    day = world.before + days(rng, n, 0, int((world.end - world.before).astype(int)))
    book.add(
        "volunteer_tasks",
        {
            "TASK_NO": numbered("FW", n, 6),
            "VOLUNTEER_NO": volunteers["no"][row],
            "KIND": kind,
            "TASK_DATE": day,
            "HOURS": np.array([f"{h:.1f}" for h in rng.uniform(0.5, 8, n)], dtype=object),
            "PERSON_NO": keep(listed[rng.integers(0, len(listed), n)], kind == "脆弱群体帮扶"),
            "UPDATED_AT": day.astype("datetime64[s]") + minutes(rng, n, 18 * 60, 40 * 60),
        },
        dates="TASK_DATE!",
        text="KIND",
        empty="PERSON_NO",
        links={"person": volunteers["id"][row]},
    )
