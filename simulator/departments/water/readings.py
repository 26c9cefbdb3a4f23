"""What the stations measured: rain, river and reservoir levels. No row means no rain."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, decimals, time_text, to_text
from simulator.world import World, infa

DAY_TOTAL = "#8 day total below the sum of its parts"


def rain(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, town: np.ndarray) -> tuple[Table, np.ndarray]:
    """Return rain in ten-minute rows where it rained, and the district's mean rain per hour, mm.

    In the typhoon's fortnight every gauge of ``code`` speaks every ten minutes, rain or not; outside it only the first
    60, the bureau's own.
    """
    rng, mean = world.rng("rain of stations"), world.rain
    slots, days, own = len(mean), len(mean) // 144, 60
    station, slot = np.nonzero(rng.random((own, slots)) < np.clip(mean * 3, 0, 0.93)[None, :])
    factor = rng.uniform(0.7, 1.35, own)
    drop = np.maximum(1, np.round(mean[slot] * factor[station] * rng.gamma(2.0, 0.5, len(slot)) * 10)) / 10
    drop = np.minimum(drop, 25.0)
    if world.scenario == "in-fa":
        station, slot, drop = _storm(world, rng, station, slot, drop, town)
    at = world.start.astype("datetime64[s]") + (np.arange(slots) * 600).astype("timedelta64[s]")
    rainday = (slot - 48 - 1) // 144
    daily = np.zeros((len(code), days + 2))
    np.add.at(daily, (station, rainday + 1), drop)
    morning = (slot % 144) == 48
    dyp = np.full(len(slot), None, dtype=object)
    dyp[morning] = to_text(np.minimum(daily[station[morning], rainday[morning] + 1], 9999.9), ".1f")
    weather = np.where(drop > 5, "8", "7").astype(object)
    table = Table(
        "water",
        "st_pptn_r",
        ("stcd", "tm"),
        {
            "stcd": code[station],
            "tm": time_text(at)[slot],
            "drp": decimals(drop, 1),
            "intv": np.full(len(slot), "0.10", dtype=object),
            "pdr": np.full(len(slot), "0.10", dtype=object),
            "dyp": dyp,
            "wth": weather,
        },
        known=at[slot],
    )
    s = Spoiler(table, truth, world.rng("dirt rain"))
    s.cells("drp", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.0" if r.random() < 0.6 else "999.9", "repaired")
    _resend(s, "drp", rates.resent_row, 0.1, 1)
    s.repeat_rows(rates.duplicate_row / 2)
    _day_totals(s)
    hourly = np.concatenate([mean, np.zeros((-len(mean)) % 6)]).reshape(-1, 6).sum(axis=1)
    return by_time(table), hourly


def _storm(
    world: World, rng: np.random.Generator, station: np.ndarray, slot: np.ndarray, drop: np.ndarray, town: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the readings with the typhoon's fortnight put in: all gauges, all slots, the mean of each slot the world's."""
    first, last = (int((d - world.start).astype(int)) * 144 for d in (infa.FIRST, infa.LAST))
    n, mean = len(town), world.rain[first:last]
    local = world.town_rain[town] * rng.uniform(0.75, 1.3, n)
    fell = mean[None, :] * local[:, None] * rng.gamma(4.0, 0.25, (n, last - first))
    fell *= (mean / np.maximum(fell.mean(axis=0), 1e-9))[None, :]
    outside = (slot < first) | (slot >= last)
    return (
        np.concatenate([station[outside], np.repeat(np.arange(n), last - first)]),
        np.concatenate([slot[outside], np.tile(np.arange(first, last), n)]),
        np.concatenate([drop[outside], np.minimum(np.round(fell, 1).ravel(), 25.0)]),
    )


def _day_totals(s: Spoiler) -> None:
    """Note the day totals (08:00 to 08:00) that ten-minute rows, as they were sent last, add up to more than (#8)."""
    c, newest = s.table.columns, {}
    for row, (code, at) in enumerate(zip(c["stcd"], c["tm"], strict=True)):
        newest[(code, at)] = row
    tenths: dict[tuple[str, np.datetime64], int] = {}
    for (code, at), row in newest.items():
        if c["drp"][row] not in ("-9999.0", "999.9"):
            day = (np.datetime64(at.replace(" ", "T")) - np.timedelta64(8 * 3600 + 1, "s")).astype("datetime64[D]")
            tenths[(code, day)] = tenths.get((code, day), 0) + round(10 * float(c["drp"][row]))
    for (code, at), row in newest.items():
        day = (np.datetime64(at[:10]) - np.timedelta64(1, "D")).astype("datetime64[D]")
        if c["dyp"][row] is not None and tenths.get((code, day), 0) > round(10 * float(c["dyp"][row])):
            s.note(row, "dyp", DAY_TOTAL, None, c["dyp"][row])


def river(
    world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray, name: np.ndarray
) -> tuple[Table, np.ndarray]:
    """Return hourly river levels and the usual level of each station; ``name``: the river each station is at."""
    rng = world.rng("river")
    hours = len(wet)
    base = np.round(rng.uniform(3.2, 5.6, len(code)), 2)
    swell = np.convolve(wet, np.exp(-np.arange(72) / 22.0))[:hours] * 0.010
    z = (
        base[:, None]
        + swell[None, :] * rng.uniform(0.6, 1.5, len(code))[:, None]
        + rng.normal(0, 0.012, (len(code), hours))
    )
    stuck = {
        int(i): int(rng.integers(0, hours - 60)) for i in np.flatnonzero(rng.random(len(code)) < rates.stuck_station)
    }
    for i, at in stuck.items():
        z[i, at : at + 30] = z[i, at]
    still = _still_river(world, z, wet, name, stuck)
    q = np.maximum(0, (z - base[:, None] + 0.5)) * rng.uniform(4, 18, len(code))[:, None]
    table = series("st_river_r", world, code, {"z": z, "q": q}, "wptn", z)
    s = Spoiler(table, truth, world.rng("dirt river"))
    _note_constant(s, "z", hours, stuck, still)
    s.cells("z", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.000", "repaired")
    _resend(s, "z", rates.resent_row, 0.05, 3)
    return by_time(table), base


def reservoir(
    world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray
) -> tuple[Table, np.ndarray]:
    """Return hourly reservoir levels and the flood-season limit of each."""
    rng = world.rng("reservoir")
    hours = len(wet)
    base = np.round(rng.uniform(40, 160, len(code)), 2)
    swell = np.convolve(wet, np.exp(-np.arange(240) / 90.0))[:hours] * 0.016
    rz = (
        base[:, None]
        + swell[None, :] * rng.uniform(0.5, 1.4, len(code))[:, None]
        + rng.normal(0, 0.004, (len(code), hours))
    )
    size = rng.uniform(0.4, 6.0, len(code))[:, None]
    inq = wet[None, :] * size * 0.6 + rng.uniform(0.02, 0.12, (len(code), hours))
    otq = np.maximum(0.02, (rz - base[:, None] - 0.6) * size * 2)
    stuck, still = _held_reservoirs(world, rates, rz, inq, otq, size, wet)
    w = size * (1 + (rz - base[:, None]) * 0.06)
    table = series("st_rsvr_r", world, code, {"rz": rz, "inq": inq, "w": w, "otq": otq}, "rwptn", rz)
    s = Spoiler(table, truth, world.rng("dirt reservoir"))
    _note_constant(s, "rz", hours, stuck, still)
    s.volumes("w", rates)
    s.cells("rz", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.000", "repaired")
    _resend(s, "rz", rates.resent_row, 0.05, 3)
    return by_time(table), base + 1.5


def _calmest(wet: np.ndarray, span: int) -> int:
    """Return the hour at which the driest ``span`` hours begin that also follow dry ones."""
    rain = np.convolve(wet, np.ones(span + 48), "valid")
    return int(np.argmin(rain)) + 48 if len(rain) else 0


def _still_river(
    world: World, z: np.ndarray, wet: np.ndarray, name: np.ndarray, stuck: dict[int, int]
) -> dict[int, tuple[int, int]]:
    """Let the water of one whole river really stand still for 20 hours; return (first hour, hours) by station."""
    at, rng = _calmest(wet, 20), world.rng("still river")
    free = [r for r in np.unique(name.astype(str)) if (name == r).sum() > 1 and not any(name[i] == r for i in stuck)]
    mine = np.flatnonzero(name == rng.choice(np.array(free))) if free else np.empty(0, int)
    for i in mine:
        z[i, at : at + 20] = z[i, at]
    return {int(i): (at, 20) for i in mine}


def _held_reservoirs(
    world: World, rates: DirtRates, rz: np.ndarray, inq: np.ndarray, otq: np.ndarray, size: np.ndarray, wet: np.ndarray
) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """Let some gauges of reservoirs stick while water runs in or out, and one reservoir really rest.

    Return the first hour by stuck reservoir (30 hours each), and (first hour, hours) of the one at rest. A gauge that
    sticks in water at rest shows in no figure: such hours are not chosen.
    """
    rng, n = world.rng("held reservoirs"), len(rz)
    # what ran in less what ran out since the first hour, as a share of the storage
    total = np.cumsum(np.concatenate([np.zeros((n, 1)), inq - otq], axis=1), axis=1) * 3600 / (size * 1e6)
    stuck: dict[int, int] = {}
    for i in np.flatnonzero(rng.random(n) < rates.stuck_station * 2):
        share = np.abs(total[i, 30:] - total[i, :-30])
        hours = np.flatnonzero(share > 0.05)
        if len(hours):
            stuck[int(i)] = int(hours[rng.integers(0, len(hours))])
    for i, at in stuck.items():
        rz[i, at : at + 30] = rz[i, at]
    rest = next((i for i in range(n) if i not in stuck), None)
    if rest is None:
        return stuck, {}
    at = _calmest(wet, 40)
    rz[rest, at : at + 40] = rz[rest, at]
    inq[rest, at : at + 40] = otq[rest, at : at + 40] = 0.03
    return stuck, {rest: (at, 40)}


def _note_constant(
    s: Spoiler, column: str, hours: int, stuck: dict[int, int], still: dict[int, tuple[int, int]]
) -> None:
    """Note the rows that repeat a stuck reading (#8), and those of water that really stood still."""
    values = s.table.columns[column]
    used = s.touched.setdefault(column, np.zeros(len(values), bool))
    for i, at in stuck.items():
        first, last = i * hours + at, i * hours + at + 29
        # what happens to equal the stuck reading beside the run is part of it
        while first > i * hours and values[first - 1] == values[first]:
            first -= 1
        while last < (i + 1) * hours - 1 and values[last + 1] == values[last]:
            last += 1
        for row in range(first + 1, last + 1):
            s.note(row, column, "#8 stuck value", None, values[row])
        used[first : last + 1] = True
    for i, (at, span) in still.items():
        rows = range(i * hours + at, i * hours + at + span)
        for row in rows:
            s.note(row, column, "#8 level that really stood still", values[row], values[row], "kept")
        used[list(rows)] = True


def series(
    name: str, world: World, code: np.ndarray, values: dict[str, np.ndarray], tendency: str, level: np.ndarray
) -> Table:
    """Return one row per station and hour; ``tendency`` is the column that says falling, rising, steady of ``level``."""
    hours = level.shape[1]
    time = time_text(world.start.astype("datetime64[s]") + (np.arange(hours) * 3600).astype("timedelta64[s]"))
    change = np.diff(level, axis=1, prepend=level[:, :1])
    word = np.array(["4", "6", "5"], dtype=object)[
        (np.sign(np.where(np.abs(change) < 0.02, 0, change)) + 1).astype(int)
    ]
    columns: dict[str, np.ndarray] = {"stcd": np.repeat(code, hours), "tm": np.tile(time, len(code))}
    for column, grid in values.items():
        columns[column] = decimals(grid.ravel(), 3)
    columns[tendency] = word.ravel()
    at = world.start.astype("datetime64[s]") + (np.arange(hours) * 3600).astype("timedelta64[s]")
    return Table("water", name, ("stcd", "tm"), columns, known=np.tile(at, len(code)))


def _resend(s: Spoiler, column: str, rate: float, step: float, places: int) -> None:
    """Send some rows again with a second value (#8)."""
    table = s.table
    rows = np.flatnonzero(s.rng.random(len(table)) < rate)
    rows = rows[~s.touched[column][rows]] if column in s.touched else rows
    first = len(table)
    table.append_copies(rows)
    s.touched = {c: np.concatenate([m, np.ones(len(rows), bool)]) for c, m in s.touched.items()}
    for i, row in enumerate(rows):
        clean = table.columns[column][row]
        second = format(float(clean) + step * int(s.rng.integers(1, 6)), f".{places}f")
        table.columns[column][first + i] = second
        s.truth.add(table, int(row), column, "#8 re-sent row with a second value", clean, second, "flagged")


def by_time(table: Table) -> Table:
    """Order as a department's table grows: by time; a re-sent row comes after the first."""
    return table.take(np.argsort(table.known, kind="stable"))
