"""What the stations measured: rain, river and reservoir levels. No row means no rain."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, decimals, time_text, to_text
from simulator.world import World, infa


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


def river(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray) -> tuple[Table, np.ndarray]:
    """Return hourly river levels and the usual level of each station."""
    rng = world.rng("river")
    hours = len(wet)
    base = np.round(rng.uniform(3.2, 5.6, len(code)), 2)
    swell = np.convolve(wet, np.exp(-np.arange(72) / 22.0))[:hours] * 0.010
    z = (
        base[:, None]
        + swell[None, :] * rng.uniform(0.6, 1.5, len(code))[:, None]
        + rng.normal(0, 0.012, (len(code), hours))
    )
    for i in np.flatnonzero(rng.random(len(code)) < rates.stuck_station):
        at = int(rng.integers(0, hours - 60))
        z[i, at : at + 30] = z[i, at]
    q = np.maximum(0, (z - base[:, None] + 0.5)) * rng.uniform(4, 18, len(code))[:, None]
    table = series("st_river_r", world, code, {"z": z, "q": q}, "wptn", z)
    s = Spoiler(table, truth, world.rng("dirt river"))
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
    w = size * (1 + (rz - base[:, None]) * 0.06)
    inq = wet[None, :] * size * 0.6 + rng.uniform(0.02, 0.12, (len(code), hours))
    otq = np.maximum(0.02, (rz - base[:, None] - 0.6) * size * 2)
    table = series("st_rsvr_r", world, code, {"rz": rz, "inq": inq, "w": w, "otq": otq}, "rwptn", rz)
    s = Spoiler(table, truth, world.rng("dirt reservoir"))
    s.cells("rz", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.000", "repaired")
    _resend(s, "rz", rates.resent_row, 0.05, 3)
    return by_time(table), base + 1.5


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
