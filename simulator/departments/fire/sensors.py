"""Sensors of firms and villages, what each place lacks, alarms and why they came."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.fire.brigade import Brigade

DEVICES = ("烟感", "电气火灾监测", "水压监测", "可燃气体")
ALARMS = {"烟感": "火警", "电气火灾监测": "电气异常", "水压监测": "水压异常", "可燃气体": "可燃气体"}


def write(b: Brigade) -> None:
    """Write the tables of this part."""
    _devices(b)


def _devices(b: Brigade) -> None:
    rng, w, f, v = b.rng("devices"), b.world, b.world.firms, b.world.villages
    key = np.flatnonzero(f["key"])
    # what each place should have, and what a town's quality made of it
    firm, kind_f = (x.ravel() for x in np.meshgrid(key, np.arange(3), indexing="ij"))
    village, kind_v = (x.ravel() for x in np.meshgrid(np.arange(len(v["town"])), np.arange(1), indexing="ij"))
    town = np.concatenate([f["town"][firm], v["town"][village]])
    kind = np.concatenate([kind_f, kind_v])
    crowded = np.concatenate([f["industry"][firm] == "crowded", np.zeros(len(village), bool)])
    n = len(town)
    place = np.where(np.arange(n) < len(firm), np.where(crowded, "人员密集场所", "重点企业"), "村社").astype(object)
    need = np.where(kind == 0, rng.integers(2, 6, n), rng.integers(1, 3, n))
    good = b.good("device", town)
    have = np.floor(need * np.clip(rng.normal(0.40 + 0.55 * good, 0.2), 0, 1.2)).astype(int)
    at = np.repeat(np.arange(n), have)
    m = len(at)
    online = rng.random(m) < 0.78 + 0.20 * good[at]
    installed = w.end - days(rng, m, 40, 2200)
    # a new device under the number of the old one (#22)
    replaced = rng.random(m) < b.rates.replaced_device
    firm_of = np.concatenate([firm, np.full(len(village), -1)])[at]
    village_of = np.concatenate([np.full(len(firm), -1), village])[at]
    base = np.where(firm_of >= 0, f["lon"][firm_of], v["lon"][village_of]), np.where(firm_of >= 0, f["lat"][firm_of], v["lat"][village_of])  # fmt: skip
    near = rng.normal(0, 0.0002, (2, m))
    word = np.array(DEVICES, dtype=object)[kind[at]]
    number = numbered("XF", m, 8)
    heard = np.where(online, b.end - minutes(rng, m, 1, 600), b.end - minutes(rng, m, 3000, 90000))
    s = b.desk.add(
        "iot_devices",
        {
            "device_no": number,
            "device_type_word": word,
            "place_type_word": place[at],
            "uscc": np.where(firm_of >= 0, f["uscc"][firm_of], None).astype(object),
            "village_code": np.where(village_of >= 0, v["code12"][village_of], None),
            **b.town(town[at]),
            "lon": base[0] + near[0],
            "lat": base[1] + near[1],
            "device_status_word": np.where(online, "在线", pick(rng, ("离线", "故障"), m, (4, 1))).astype(object),
            "installed_date": installed,
            "replaced_date": keep(np.minimum(installed + days(rng, m, 20, 900), w.end), replaced),
            "last_heard_at": heard,
        },
        codes="uscc", dates="installed_date! replaced_date", points=True,
        towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(m), "firm", np.where(firm_of >= 0, f["no"][firm_of], None))
    b.truth.link(s.table, np.arange(m), "device", number)
    for row in np.flatnonzero(replaced):
        s.note(int(row), "deviceNo", "#22 replaced device keeps its number", number[row], number[row])
    # online by its own word, and not heard of for weeks (#22)
    silent = np.flatnonzero(online & (rng.random(m) < b.rates.silent_device))
    for row in silent:
        clean = s.table.columns["lastHeardAt"][row]
        dirty = str(b.end - np.timedelta64(int(rng.integers(15, 60)), "D")).replace("T", " ")
        s.note(int(row), "lastHeardAt", "#22 online but silent device", clean, dirty)
        s.table.columns["lastHeardAt"][row] = dirty
    count = np.bincount(at, minlength=n)
    up = np.bincount(at[online], minlength=n)
    name = np.concatenate([f["name"][firm], v["name"][village]])
    b.desk.add(
        "device_coverage",
        {
            "place_no": numbered("XQ", n, 6),
            "place_name": name,
            "place_type_word": place,
            **b.town(town),
            "device_type_word": np.array(DEVICES, dtype=object)[kind],
            "required_count": need,
            "installed_count": count,
            "online_count": up,
            "counted_date": np.full(n, w.end - np.timedelta64(1, "D")),
        },
        text="place_name", towns=True,
    )  # fmt: skip
    _alarms(b, number, word, town[at])


def _alarms(b: Brigade, device: np.ndarray, word: np.ndarray, town: np.ndarray) -> None:
    rng, w = b.rng("alarms"), b.world
    n = w.n(2600) * min(2, len(w.quarters))
    which = rng.integers(0, len(device), n)
    q = rng.integers(max(0, len(w.quarters) - 2), len(w.quarters), n)
    at = when(w, rng, q, office=False)
    good = b.good("device", town[which], q)
    real = rng.random(n) < 0.06
    cause = np.where(real, "真实火情", pick(rng, ("误报", "设备故障", "烹饪油烟", "施工粉尘"), n, (6, 2, 3, 1))).astype(
        object
    )
    fast = rng.random(n) < 0.65 + 0.32 * good
    acked = at + np.where(fast, minutes(rng, n, 0.3, 4.5), minutes(rng, n, 5, 120))
    closed = acked + np.where(fast, minutes(rng, n, 5, 50), minutes(rng, n, 60, 2500))
    done = closed < b.end
    sent = at + minutes(rng, n, 0.05, 0.9)
    order = np.argsort(sent, kind="stable")
    at, acked, closed, done, sent, which, cause = (x[order] for x in (at, acked, closed, done, sent, which, cause))
    # a storm: one device tells the same again and again within ten minutes (#22)
    first = np.flatnonzero(rng.random(n) < b.rates.alarm_storm)
    copies = np.repeat(first, rng.integers(6, 20, len(first)))
    later = minutes(rng, len(copies), 0.2, 9.5)
    at, sent = np.concatenate([at, at[copies] + later]), np.concatenate([sent, sent[copies] + later])
    which, cause, done = (np.concatenate([x, x[copies]]) for x in (which, cause, done))
    acked, closed = (np.concatenate([x, np.maximum(x[copies], at[n:])]) for x in (acked, closed))
    storm = np.arange(len(at)) >= n
    order = np.argsort(sent, kind="stable")
    at, acked, closed, done, sent, which, cause, storm = (
        x[order] for x in (at, acked, closed, done, sent, which, cause, storm)
    )
    n = len(at)
    test = np.zeros(n, bool)
    s = b.desk.add(
        "iot_alarms",
        {
            "alarm_no": numbered("XA", n, 9),
            "device_no": device[which],
            "alarm_kind_word": np.array([ALARMS[x] for x in word[which]], dtype=object),
            "town_name": w.towns["name"][town[which]],
            "is_test": test,
            "raised_at": at,
            "acked_at": keep(acked, done),
            "closed_at": keep(closed, done),
            "cause_word": keep(cause, done),
            "sent_at": sent,
        },
        empty="cause_word",
        known=sent,
    )
    for row in np.flatnonzero(storm):
        s.note(int(row), "", "#22 alarm storm", None, None)
    # tests in office hours that nobody marked (#22)
    hour = (at - at.astype("datetime64[D]")).astype(int) // 3600
    s.cells("causeWord", b.rates.test_alarm, "#22 test alarm in office hours", lambda v, r: "测试", "flagged", where=(hour >= 9) & (hour < 17))  # fmt: skip
