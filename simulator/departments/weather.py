"""What the weather office holds: stations, signals and their delivery, forecasts, terminals, rain.

Beijing time, WGS-84, NBS town codes. The rain day of daily totals ends at 20:00. Ten-minute rain is pushed over MQTT
for the last fortnight (of the period, or of the typhoon): a feed tells nothing older.
"""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, date_text, time_text, to_text
from simulator.truth import Truth
from simulator.world import World, infa
from simulator.world.residents import pool

SERVICES = {"rain_10min": "mqtt", "*": "api"}
_BY_TIME = {"paging": "time", "since": "updatedAt"}
API = {
    "dialect": "usual",
    "auth": "token",
    "per_second": 200,
    "resources": {
        **{name: {"paging": "page"} for name in ("stations", "warning_recipients", "delivery_audits", "terminals")},
        **dict.fromkeys(
            ("warning_signals", "warning_areas", "warning_deliveries", "forecasts", "daily_rain", "typhoon_tracks"),
            _BY_TIME,
        ),
    },
    "numbers": ["lon", "lat", "altitudeM", "rainMm", "temperatureMaxC", "temperatureMinC", "windMs"],
}
TOPICS = {"rain_10min": {"topic": "weather/rain10", "at": "sentAt"}}
STATIONS, FORTNIGHT = 36, 14
DEPARTMENTS = ("YJ", "SL", "XF", "GA", "ZR", "JT", "WJ", "GW", "MZ", "ZL")
CHANNELS = ("短信", "电话", "浙政钉", "智能终端", "应急广播")
LIMITS = {"区级部门": 30, "镇街": 15, "村社": 30}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the eleven tables, ordered as the API serves them."""
    stations, town = _stations(world, rates, truth)
    recipients, facts = _recipients(world, rates, truth)
    deliveries = _deliveries(world, rates, truth, facts)
    return [
        stations,
        *_signals(world, rates, truth),
        recipients,
        deliveries,
        _audits(world),
        _terminals(world, rates, truth),
        _forecasts(world, rates, truth),
        *_rain(world, rates, truth, stations.frozen_keys, town),
        _tracks(world),
    ]


def _by_update(table: Table) -> Table:
    return table.take(np.argsort(table.columns["updatedAt"].astype(str), kind="stable"))


def _stations(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, np.ndarray]:
    rng, towns = world.rng("weather stations"), world.towns
    town = np.concatenate([np.arange(16), rng.choice(16, STATIONS - 16, p=towns["area_km2"] / towns["area_km2"].sum())])
    lon, lat = world.scatter(rng, town)
    high = np.array([{"mountain": 260, "hill": 90}.get(t, 8) for t in towns["terrain"]])[town]
    kind = np.where(np.arange(STATIONS) == 0, "国家站", np.where(high > 50, "山洪站", "区域站")).astype(object)
    table = Table(
        "weather",
        "stations",
        ("stationNo",),
        {
            "stationNo": np.array([f"K{8100 + i}" for i in range(STATIONS)], dtype=object),
            "stationName": np.array(
                [f"{towns['name'][t][:2]}{k}" for t, k in zip(town, kind, strict=True)], dtype=object
            ),
            "stationKindWord": kind,
            "townCode": towns["nbs9"][town],
            "townName": towns["name"][town],
            "lon": to_text(lon, ".6f"),
            "lat": to_text(lat, ".6f"),
            "altitudeM": to_text(high * rng.uniform(0.5, 1.6, STATIONS), ".1f"),
            "openedDate": date_text(world.start - rng.integers(300, 6000, STATIONS).astype("timedelta64[D]")),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt weather stations"))
    s.text("stationName", rates)
    s.dates("openedDate", rates)
    s.points("lon", "lat", rates)
    return table, town


def _signals(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return signals and the towns they are up for; a signal that was lifted is updated then."""
    w, towns = world.warnings, world.towns
    n = len(w["no"])
    whole = np.array([len(t) == 16 for t in w["towns"]])
    updated = np.where(np.isnat(w["lifted"]), w["issued"], w["lifted"])
    said = [
        f"区气象台{str(at)[:16].replace('T', ' ')}发布{k}{c}色预警信号，请有关单位做好防御工作。"
        for at, k, c in zip(w["issued"], w["kind"], w["colour"], strict=True)
    ]
    signals = Table(
        "weather",
        "warning_signals",
        ("signalNo",),
        {
            "signalNo": w["no"].copy(),
            "kindWord": w["kind"].copy(),
            "colourWord": w["colour"].copy(),
            "issuerName": np.full(n, "绍兴市柯桥区气象台", dtype=object),
            "areaWord": np.where(whole, "全区", "部分镇街").astype(object),
            "townCount": np.array([len(t) for t in w["towns"]], int),
            "replacesNo": np.where(w["before"] >= 0, w["no"][w["before"]], None).astype(object),
            "issuedAt": time_text(w["issued"]),
            "liftedAt": time_text(w["lifted"]),
            "contentText": np.array(said, dtype=object),
            "updatedAt": time_text(updated),
        },
        known=w["issued"],
    ).freeze_keys()
    truth.link(signals, np.arange(n), "warning", w["no"])
    row = np.repeat(np.arange(n), [len(t) for t in w["towns"]])
    town = np.array([t for area in w["towns"] for t in area], int)
    areas = Table(
        "weather",
        "warning_areas",
        ("areaNo",),
        {
            "areaNo": np.array([f"{w['no'][r]}-{t + 1:02d}" for r, t in zip(row, town, strict=True)], dtype=object),
            "signalNo": w["no"][row],
            "townCode": towns["nbs9"][town],
            "townName": towns["name"][town],
            "issuedAt": time_text(w["issued"][row]),
            "updatedAt": time_text(w["issued"][row]),
        },
        known=w["issued"][row],
    ).freeze_keys()
    s = Spoiler(signals, truth, world.rng("dirt warning signals"))
    s.text("contentText", rates)
    s.text("issuerName", rates)
    s.dates("issuedAt", rates, required=True)
    s.repeat_rows(rates.duplicate_row)
    s = Spoiler(areas, truth, world.rng("dirt warning areas"))
    s.towns("townCode", "townName", rates, list(towns["name"]), list(towns["nbs9"]))
    s.text("townName", rates)
    return [_by_update(signals), _by_update(areas)]


def _recipients(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, dict[str, np.ndarray]]:
    """Return who is told: ten departments, 16 towns, all villages; and the facts deliveries need."""
    rng, towns, v = world.rng("warning recipients"), world.towns, world.villages
    kind = np.array(["区级部门"] * len(DEPARTMENTS) + ["镇街"] * 16 + ["村社"] * len(v["town"]), dtype=object)
    town = np.concatenate([np.full(len(DEPARTMENTS), -1), np.arange(16), v["town"]])
    n = len(kind)
    officers = pool(world, "warning recipients", n, 42, 8)
    villages = slice(len(DEPARTMENTS) + 16, n)
    for column in ("name", "phone", "id"):
        officers[column][villages] = world.village_heads[column]
    dept = np.full(n, None, dtype=object)
    dept[: len(DEPARTMENTS)] = DEPARTMENTS
    village = np.full(n, None, dtype=object)
    village[villages] = v["code12"]
    inside = town >= 0
    channel = np.array(CHANNELS, dtype=object)[
        np.where(kind == "区级部门", 2, np.where(kind == "镇街", 1, rng.choice([0, 3, 4], n, p=[0.4, 0.4, 0.2])))
    ]
    name = np.concatenate([[f"{d}值班室" for d in DEPARTMENTS], [f"{t}应急管理站" for t in towns["name"]], v["name"]])
    table = Table(
        "weather",
        "warning_recipients",
        ("recipientNo",),
        {
            "recipientNo": np.array([f"YR{i:05d}" for i in range(1, n + 1)], dtype=object),
            "recipientKindWord": kind.copy(),
            "recipientName": name.astype(object),
            "deptCode": dept,
            "townCode": np.where(inside, towns["nbs9"][town], None).astype(object),
            "townName": np.where(inside, towns["name"][town], None).astype(object),
            "villageCode": village.copy(),
            "personName": officers["name"].copy(),
            "phone": officers["phone"].copy(),
            "channelWord": channel.copy(),
            "ackLimitMinutes": np.array([LIMITS[k] for k in kind], int),
            "validFromDate": date_text(world.quarters[0][1] - rng.integers(10, 400, n).astype("timedelta64[D]")),
        },
    ).freeze_keys()
    facts = {
        "no": table.columns["recipientNo"].copy(),
        "kind": kind,
        "town": town,
        "village": village,
        "channel": channel,
    }
    truth.link(table, np.arange(n), "person", officers["id"])
    s = Spoiler(table, truth, world.rng("dirt warning recipients"))
    s.villages("recipientName", rates, np.array([c is not None for c in village]))
    s.names("personName", rates)
    s.phones("phone", rates)
    s.empty("phone", rates, 0.5)
    s.dates("validFromDate", rates, required=True)
    return table, facts


def _deliveries(world: World, rates: DirtRates, truth: Truth, facts: dict[str, np.ndarray]) -> Table:
    """Return who was told of which signal and who answered: departments and towns of all, villages of orange and red."""
    rng, w, towns = world.rng("warning deliveries"), world.warnings, world.towns
    rows: list[np.ndarray] = []
    of_town = [np.flatnonzero(facts["town"] == t) for t in range(16)]
    for i, (area, colour) in enumerate(zip(w["towns"], w["colour"], strict=True)):
        told = np.concatenate([np.flatnonzero(facts["kind"] == "区级部门"), *(of_town[t] for t in area)])
        if colour not in ("橙", "红"):
            told = told[facts["kind"][told] != "村社"]
        rows.append(np.column_stack([np.full(len(told), i), told]))
    both = np.concatenate(rows) if rows else np.empty((0, 2), int)
    # all that the office sends at scale 1; a small district has fewer villages on its list
    if world.scale < 1:
        keep = (facts["kind"][both[:, 1]] != "村社") | (rng.random(len(both)) < world.scale)
        both = both[keep]
    signal, to = both[:, 0], both[:, 1]
    n, town = len(signal), facts["town"][to]
    good = np.where(town >= 0, world.quality["response"][town, -1], 0.8)
    sent = w["issued"][signal] + rng.integers(20, 170, n).astype("timedelta64[s]")
    limit = np.array([LIMITS[k] for k in facts["kind"][to]])
    in_time = rng.random(n) < 0.70 + 0.29 * good
    taken = np.where(in_time, rng.beta(1.6, 3.0, n) * limit, limit * rng.uniform(1.1, 5.0, n)) * 60
    never = rng.random(n) < 0.05 * (1.2 - good)
    acked = np.where(never, np.datetime64("NaT"), sent + taken.astype(int).astype("timedelta64[s]"))
    homes = np.where(facts["kind"][to] == "村社", rng.integers(150, 1400, n), 0)
    reached = np.where(never, 0, homes * np.clip(rng.normal(0.72 + 0.26 * good, 0.08, n), 0, 1)).astype(int)
    aimed, is_village, inside = homes > 0, facts["kind"][to] == "村社", town >= 0
    target, delivered = homes.astype(object), reached.astype(object)
    target[~aimed], delivered[~aimed] = None, None
    updated = np.where(np.isnat(acked), sent, acked)
    table = Table(
        "weather",
        "warning_deliveries",
        ("deliveryNo",),
        {
            "deliveryNo": np.array([f"FB{i:07d}" for i in range(1, n + 1)], dtype=object),
            "signalNo": w["no"][signal],
            "recipientNo": facts["no"][to],
            "recipientKindWord": facts["kind"][to],
            "townCode": np.where(inside, towns["nbs9"][town], None).astype(object),
            "townName": np.where(inside, towns["name"][town], None).astype(object),
            "villageCode": np.where(is_village, facts["village"][to], None).astype(object),
            "channelWord": facts["channel"][to],
            "sentAt": time_text(sent),
            "ackedAt": time_text(acked),
            "targetCount": target,
            "deliveredCount": delivered,
            "updatedAt": time_text(updated),
        },
        known=updated,
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt warning deliveries"))
    s.dates("ackedAt", rates)
    s.empty("channelWord", rates, 0.3)
    s.repeat_rows(rates.duplicate_row)
    return _by_update(table)


def _audits(world: World) -> Table:
    """Return one audit of a signal's delivery for every eighth signal."""
    rng, w = world.rng("delivery audits"), world.warnings
    chosen = np.arange(0, len(w["no"]), 8)
    n = len(chosen)
    sampled = rng.integers(10, 40, n)
    late = rng.binomial(sampled, 0.12)
    missed = rng.binomial(late, 0.25)
    return Table(
        "weather",
        "delivery_audits",
        ("auditNo",),
        {
            "auditNo": np.array([f"CC{i:05d}" for i in range(1, n + 1)], dtype=object),
            "signalNo": w["no"][chosen],
            "auditedDate": date_text(w["issued"][chosen] + rng.integers(2, 9, n).astype("timedelta64[D]")),
            "sampledCount": sampled,
            "lateCount": late,
            "missedCount": missed,
            "findingText": np.where(late > 3, "部分村社应答超时，已要求更新联系人", "应答情况正常").astype(object),
        },
    ).freeze_keys()


def _terminals(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng, towns, v = world.rng("warning terminals"), world.towns, world.villages
    have = np.flatnonzero(rng.random(len(v["town"])) < 0.5 + 0.48 * world.quality["device"][v["town"], -1])
    n, town = len(have), v["town"][have]
    online = rng.random(n) < 0.78 + 0.2 * world.quality["device"][town, -1]
    away = np.where(online, rng.integers(60, 1800, n), rng.integers(86400, 86400 * 60, n))
    table = Table(
        "weather",
        "terminals",
        ("terminalNo",),
        {
            "terminalNo": np.array([f"ZD{i:05d}" for i in range(1, n + 1)], dtype=object),
            "terminalKindWord": rng.choice(np.array(["显示屏", "大喇叭", "一键叫应"], dtype=object), n),
            "townCode": towns["nbs9"][town],
            "townName": towns["name"][town],
            "villageCode": v["code12"][have],
            "statusWord": np.where(online, "在线", np.where(rng.random(n) < 0.2, "维修", "离线")).astype(object),
            "installedDate": date_text(world.start - rng.integers(40, 2500, n).astype("timedelta64[D]")),
            "lastOnlineAt": time_text(world.end.astype("datetime64[s]") - away.astype("timedelta64[s]")),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt warning terminals"))
    s.towns("townCode", "townName", rates, list(towns["name"]), list(towns["nbs9"]))
    s.dates("installedDate", rates)
    s.empty("installedDate", rates)
    return table


def _forecasts(world: World, rates: DirtRates, truth: Truth) -> Table:
    """Return one forecast a day for each town of the period, made from the rain that came, with an error."""
    rng, towns = world.rng("forecasts"), world.towns
    days = np.arange(world.start, world.end)
    day, town = np.repeat(np.arange(len(days)), 16), np.tile(np.arange(16), len(days))
    n = len(day)
    rain = world.rain.reshape(-1, 144).sum(axis=1)[day] * world.town_rain[town]
    rain = np.maximum(
        0, rain * np.exp(rng.normal(0, 0.35, n)) + np.where(rng.random(n) < 0.15, rng.gamma(1.0, 4.0, n), 0)
    )
    word = np.array(["晴到多云", "小雨", "中雨", "大雨", "暴雨", "大暴雨"], dtype=object)
    season = np.cos((days.astype("datetime64[M]").astype(int) % 12 - 6) / 12 * 2 * np.pi)[day]
    low = 11 + 13 * season + rng.normal(0, 2, n)
    issued = (
        days[day].astype("datetime64[s]")
        - np.timedelta64(14400, "s")
        + rng.integers(0, 900, n).astype("timedelta64[s]")
    )
    first = days[day].astype("datetime64[s]")
    table = Table(
        "weather",
        "forecasts",
        ("forecastNo",),
        {
            "forecastNo": np.array([f"YB{i:07d}" for i in range(1, n + 1)], dtype=object),
            "townCode": towns["nbs9"][town],
            "townName": towns["name"][town],
            "issuedAt": time_text(issued),
            "validFromAt": time_text(first),
            "validToAt": time_text(first + np.timedelta64(86400, "s")),
            "weatherWord": word[np.searchsorted([0.1, 10, 25, 50, 100], rain, side="right")],
            "rainMm": to_text(rain, ".1f"),
            "temperatureMaxC": to_text(low + 8 + rng.normal(0, 1.5, n), ".1f"),
            "temperatureMinC": to_text(low, ".1f"),
            "windLevel": np.clip(rng.poisson(3, n), 0, 12),
            "updatedAt": time_text(issued),
        },
        known=issued,
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt forecasts"))
    s.towns("townCode", "townName", rates, list(towns["name"]), list(towns["nbs9"]))
    s.sentinels("rainMm", rates, ("-9999.0", "999.9"))
    s.repeat_rows(rates.duplicate_row)
    return _by_update(table)


def _rain(world: World, rates: DirtRates, truth: Truth, stations: list[str] | None, town: np.ndarray) -> list[Table]:
    """Return daily totals (20:00 to 20:00) of the period and the last fortnight's ten-minute rain."""
    rng, code = world.rng("weather rain"), np.array(stations, dtype=object)
    factor = world.town_rain[town] * rng.uniform(0.85, 1.2, len(code))
    shape = rng.gamma(3.0, 1 / 3.0, (len(code), len(world.rain)))
    fell = np.round(world.rain[None, :] * factor[:, None] * shape, 1)
    days = len(world.rain) // 144
    # slots that end after 20:00 belong to the next rain day
    whole = fell[:, 120 : 120 + (days - 1) * 144].reshape(len(code), days - 1, 144).sum(axis=2)
    station, day = np.nonzero(whole > 0)
    ends = (world.start + 1 + day).astype("datetime64[s]") + np.timedelta64(20, "h")
    made = ends + rng.integers(600, 3000, len(day)).astype("timedelta64[s]")
    daily = Table(
        "weather",
        "daily_rain",
        ("stationNo", "rainDate"),
        {
            "stationNo": code[station],
            "rainDate": date_text(ends),
            "beginsAt": time_text(ends - np.timedelta64(86400, "s")),
            "endsAt": time_text(ends),
            "rainMm": to_text(whole[station, day], ".1f"),
            "updatedAt": time_text(made),
        },
        known=made,
    ).freeze_keys()
    s = Spoiler(daily, truth, world.rng("dirt daily rain"))
    s.sentinels("rainMm", rates, ("-9999.0", "999.9"))
    last = infa.LAST if world.scenario == "in-fa" else world.end
    first = int((last - world.start).astype(int) - FORTNIGHT) * 144
    part = fell[:, first : first + FORTNIGHT * 144]
    slot, station = np.nonzero(part.T >= 0.1)
    at = (last - FORTNIGHT).astype("datetime64[s]") + ((slot + 1) * 600).astype("timedelta64[s]")
    since = np.cumsum(part, axis=1)
    evening = (slot + 24) // 144 * 144 - 24
    before = np.where(evening > 0, since[station, np.maximum(evening - 1, 0)], 0)
    sent = at + rng.integers(5, 90, len(at)).astype("timedelta64[s]")
    late = rng.random(len(at)) < 0.01
    sent = np.where(late, sent + rng.integers(3600, 86400, len(at)).astype("timedelta64[s]"), sent)
    feed = Table(
        "weather",
        "rain_10min",
        ("stationNo", "observedAt"),
        {
            "stationNo": code[station],
            "observedAt": time_text(at),
            "rainMm": to_text(part[station, slot], ".1f"),
            "rainSince20Mm": to_text(since[station, slot] - before, ".1f"),
            "sentAt": time_text(sent),
        },
        known=sent,
    ).freeze_keys()
    s = Spoiler(feed, truth, world.rng("dirt ten-minute rain"))
    s.tenths("rainMm", rates, code[station])
    s.sentinels("rainMm", rates, ("-9999.0", "999.9"))
    s.spikes("rainMm", rates)
    s.repeat_rows(rates.resent_row)
    _day_totals(daily, Spoiler(daily, truth, world.rng("day totals")), feed)
    order = np.argsort(feed.columns["sentAt"].astype(str), kind="stable")
    return [_by_update(daily), feed.take(order)]


def _day_totals(daily: Table, s: Spoiler, feed: Table) -> None:
    """Note the day totals (20:00 to 20:00) that ten-minute readings, as they were sent last, add up to more than (#8)."""
    c, parts, silent = feed.columns, {}, ("-9999.0", "999.9")
    for code, at, rain in zip(c["stationNo"], c["observedAt"], c["rainMm"], strict=True):
        parts[(code, at)] = 0 if rain in silent else round(10 * float(rain))
    sums: dict[tuple[str, str], int] = {}
    for (code, at), tenths in parts.items():
        moment = np.datetime64(at.replace(" ", "T")) + np.timedelta64(4 * 3600 - 1, "s")
        key = (code, str(moment.astype("datetime64[D]")))
        sums[key] = sums.get(key, 0) + tenths
    d = daily.columns
    for row, (code, end, rain) in enumerate(zip(d["stationNo"], d["endsAt"], d["rainMm"], strict=True)):
        if rain not in silent and sums.get((code, end[:10]), 0) > round(10 * float(rain)):
            s.note(row, "rainMm", "#8 day total below the sum of its parts", None, rain)


def _tracks(world: World) -> Table:
    """Return three-hourly points of the typhoons that signals were up for; 烟花 passes its two known landfalls."""
    rng, w = world.rng("typhoon tracks"), world.warnings
    rows: list[tuple] = []
    storms = np.flatnonzero((w["kind"] == "台风") & (w["before"] < 0))
    for k, i in enumerate(storms, 1):
        named = world.scenario == "in-fa"
        name = "烟花" if named else ("海葵", "梅花", "贝碧嘉", "竹节草", "杨柳", "米娜")[k % 6]
        number = "2106" if named else f"{str(w['issued'][i])[2:4]}{k:02d}"
        middle = infa.LANDFALLS[0][0] if named else w["issued"][i] + np.timedelta64(30, "h")
        bend = rng.normal(0, 0.15)
        for step in range(-20, 13):
            at = middle.astype("datetime64[s]") + np.timedelta64(step * 3, "h")
            lon, lat = 122.35 - 0.085 * step + (0.02 + bend / 60) * min(step, 0), 29.95 + 0.10 * step
            wind = (38 if named else 30) - 0.55 * abs(step)
            rows.append((number, name, at, lon, lat, wind, None))
        if named:
            rows = [r for r in rows if r[2] not in {at for at, _, _ in infa.LANDFALLS}]
            for (at, place, wind), (lon, lat) in zip(infa.LANDFALLS, ((122.35, 29.95), (121.05, 30.65)), strict=True):
                rows.append((number, name, at.astype("datetime64[s]"), lon, lat, wind, place))
    rows.sort(key=lambda r: (r[2], r[0]))
    columns = list(zip(*rows, strict=True)) or [()] * 7
    at, n = np.array(columns[2], "datetime64[s]"), len(rows)
    wind = np.array(columns[5], float)
    known = at + np.timedelta64(1800, "s")
    return Table(
        "weather",
        "typhoon_tracks",
        ("pointNo",),
        {
            "pointNo": np.array([f"TF{x}{i:05d}" for i, x in enumerate(columns[0], 1)], dtype=object),
            "typhoonNo": np.array(columns[0], dtype=object),
            "typhoonName": np.array(columns[1], dtype=object),
            "observedAt": time_text(at),
            "lon": to_text(np.array(columns[3], float), ".2f"),
            "lat": to_text(np.array(columns[4], float), ".2f"),
            "windMs": to_text(wind, ".1f"),
            "pressureHpa": (1010 - wind * 1.35).astype(int),
            "landfallPlaceName": np.array(columns[6] if n else [], dtype=object),
            "updatedAt": time_text(known),
        },
        known=known,
    ).freeze_keys()
