"""Gates, pumping stations, tides, and the flood marks of reservoirs."""

from __future__ import annotations

import numpy as np

from simulator.departments.water.readings import by_time
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, decimals, time_text, to_text
from simulator.world import World


def tables(
    world: World, rates: DirtRates, truth: Truth, code: np.ndarray, kind: np.ndarray, wet: np.ndarray, limit: np.ndarray
) -> list[Table]:
    """Return gates, pumps, tides and reservoir marks; ``wet`` is the district's rain per hour, ``limit`` each reservoir's."""
    return [
        _gates(world, rates, truth, code[kind == 3], wet),
        _pumps(world, rates, truth, code[kind == 4], wet),
        _tides(world, rates, truth, code[kind == 5]),
        _marks(world, code[kind == 2], limit),
    ]


def _worked(wet: np.ndarray, n: int, threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (station, hour) of what is written down: 08:00 every day and every hour of work; and how hard it works (0-1)."""
    load = np.convolve(wet, np.exp(-np.arange(36) / 9.0))[: len(wet)]
    open_ = load > threshold
    hours = np.flatnonzero(open_ | (np.arange(len(wet)) % 24 == 8))
    hour, station = np.repeat(hours, n), np.tile(np.arange(n), len(hours))
    return station, hour, np.where(open_[hour], np.clip(load[hour] / (threshold * 4), 0.1, 1), 0.0)


def _gates(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray) -> Table:
    rng = world.rng("gates")
    station, hour, work = _worked(wet, len(code), 14.0)
    n = len(hour)
    base, holes = rng.uniform(3.6, 5.2, len(code)), rng.integers(1, 6, len(code))
    above = base[station] + work * 0.9 + rng.normal(0, 0.02, n)
    below = above - 0.15 - (1 - work) * 0.5 + rng.normal(0, 0.02, n)
    count = np.ceil(work * holes[station]).astype(int)
    height = np.where(count > 0, 0.4 + 2.6 * work, 0)
    at = world.start.astype("datetime64[s]") + (hour * 3600).astype("timedelta64[s]")
    table = Table(
        "water",
        "st_was_r",
        ("stcd", "tm"),
        {
            "stcd": code[station],
            "tm": time_text(at),
            "upz": decimals(above, 3),
            "dwz": decimals(below, 3),
            "tgtq": decimals(count * height * rng.uniform(4, 9, n), 3),
            "supwptn": np.where(work > 0.5, "5", np.where(work > 0, "4", "6")).astype(object),
            "gate_count": count,
            "gate_height_m": decimals(height, 2),
        },
        known=at,
    )
    s = Spoiler(table, truth, world.rng("dirt gates"))
    s.sentinels("upz", rates, ("-9999.000",))
    s.spikes("dwz", rates)
    s.repeat_rows(rates.duplicate_row / 2)
    return by_time(table)


def _pumps(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray) -> Table:
    rng = world.rng("pumps")
    station, hour, work = _worked(wet, len(code), 9.0)
    n = len(hour)
    machines, power = rng.integers(2, 9, len(code)), rng.choice([155, 220, 315, 500], len(code))
    running = np.ceil(work * machines[station]).astype(int)
    below = 3.4 + work * 0.8 + rng.normal(0, 0.02, n)
    at = world.start.astype("datetime64[s]") + (hour * 3600).astype("timedelta64[s]")
    table = Table(
        "water",
        "st_pump_r",
        ("stcd", "tm"),
        {
            "stcd": code[station],
            "tm": time_text(at),
            "ppupz": decimals(below + 0.9, 3),
            "ppdwz": decimals(below, 3),
            "omcn": running,
            "ompwr": running * power[station],
            "pmpq": decimals(running * power[station] / 95.0, 3),
        },
        known=at,
    )
    s = Spoiler(table, truth, world.rng("dirt pumps"))
    s.sentinels("ppdwz", rates, ("-9999.000",))
    s.repeat_rows(rates.duplicate_row / 2)
    return by_time(table)


def _tides(world: World, rates: DirtRates, truth: Truth, code: np.ndarray) -> Table:
    """Return hourly tides: the moon's two waves, and the storm's surge in the typhoon's fortnight."""
    rng, hours = world.rng("tides"), len(world.rain) // 6
    hour = np.arange(hours)
    level = 2.1 * np.sin(2 * np.pi * hour / 12.42) + 0.6 * np.sin(2 * np.pi * hour / 24.84) + 1.4
    level *= 1 + 0.25 * np.sin(2 * np.pi * hour / (14.77 * 24))
    if world.scenario:
        level += 1.3 * np.exp(-(((hour - 24 * 24 - 15) / 30.0) ** 2))
    z = level[None, :] + rng.normal(0, 0.03, (len(code), hours))
    rises = np.diff(z, axis=1, prepend=z[:, :1])
    at = world.start.astype("datetime64[s]") + (hour * 3600).astype("timedelta64[s]")
    table = Table(
        "water",
        "st_tide_r",
        ("stcd", "tm"),
        {
            "stcd": np.repeat(code, hours),
            "tm": np.tile(time_text(at), len(code)),
            "tdz": decimals(z.ravel(), 3),
            "airp": np.tile(np.round(1009 + 5 * np.sin(hour / 60.0)).astype(int), len(code)),
            "tdptn": np.where(np.abs(rises) < 0.05, "6", np.where(rises > 0, "5", "4")).astype(object).ravel(),
        },
        known=np.tile(at, len(code)),
    )
    s = Spoiler(table, truth, world.rng("dirt tides"))
    s.sentinels("tdz", rates, ("-9999.000",))
    return by_time(table)


def _marks(world: World, code: np.ndarray, limit: np.ndarray) -> Table:
    rng, n = world.rng("reservoir marks"), len(code)
    normal = limit + rng.uniform(0.2, 1.5, n)
    design = normal + rng.uniform(0.8, 2.0, n)
    check = design + rng.uniform(0.4, 1.2, n)
    return Table(
        "water",
        "st_rsvrfcch_b",
        ("stcd",),
        {
            "stcd": code,
            "damel": to_text(check + rng.uniform(0.6, 1.5, n), ".3f"),
            "ckflz": to_text(check, ".3f"),
            "dsflz": to_text(design, ".3f"),
            "normz": to_text(normal, ".3f"),
            "ddz": to_text(normal - rng.uniform(8, 20, n), ".3f"),
            "ttcp_mcm": to_text(np.exp(rng.normal(0.6, 0.8, n)), ".3f"),
        },
    ).freeze_keys()
