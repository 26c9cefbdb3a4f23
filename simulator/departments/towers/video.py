"""High-point cameras and the smoke they see: forest fires, straw burning."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, to_text
from simulator.world import World

BEIJING = 8 * 3600 * 1000


def tables(
    world: World, rates: DirtRates, truth: Truth, sites: Table, town: np.ndarray, device: np.ndarray
) -> list[Table]:
    """Return cameras and events; ``town`` of each site, ``device``: the camera's number as a sensing device."""
    cameras = _cameras(world, rates, truth, sites, device)
    return [cameras, _events(world, rates, truth, cameras, town)]


def _epoch(at: np.ndarray) -> np.ndarray:
    return at.astype("datetime64[ms]").astype(np.int64) - BEIJING


def _cameras(world: World, rates: DirtRates, truth: Truth, sites: Table, device: np.ndarray) -> Table:
    rng, n = world.rng("high cameras"), len(sites.frozen_keys or [])
    good = world.quality["device"].mean(axis=0)[-1]
    online = rng.random(n) < 0.78 + 0.2 * good
    table = Table(
        "towers",
        "cameras",
        ("cameraCode",),
        {
            "cameraCode": codes.gb28181(np.arange(n), kind="132", division="33060340"),
            "siteId": np.array(sites.frozen_keys, dtype=object),
            "deviceId": device,
            "heightM": sites.columns["heightM"][:n].copy(),
            "viewRadiusKm": sites.columns["viewRadiusKm"][:n].copy(),
            "azimuthDeg": rng.integers(0, 360, n),
            "hasThermal": rng.random(n) < 0.35,
            "status": np.where(online, "在线", np.where(rng.random(n) < 0.3, "维修", "离线")).astype(object),
            "installedMs": _epoch(world.start - rng.integers(60, 2400, n).astype("timedelta64[D]")),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "device", device)
    s = Spoiler(table, truth, world.rng("dirt high cameras"))
    s.ruined_codes("cameraCode", rates)
    return table


def _events(world: World, rates: DirtRates, truth: Truth, cameras: Table, town: np.ndarray) -> Table:
    """Return what was seen in all quarters: forest smoke in dry months, straw after the two harvests."""
    rng, towns = world.rng("video events"), world.towns
    n = world.n(260) * world.span
    camera = rng.integers(0, len(cameras), n)
    at = world.moments(rng, n, world.quarters[0][1], world.end, working=False)
    month = at.astype("datetime64[M]").astype(int) % 12 + 1
    hilly = np.isin(towns["terrain"][town[camera]], ["hill", "mountain"])
    draw = rng.random(n)
    straw = np.isin(month, [5, 6, 10, 11]) & ~hilly
    kind = np.where(straw & (draw < 0.7), "秸秆焚烧", np.where(hilly & (draw < 0.75), "森林烟火", "其他烟火"))
    order = np.argsort(at, kind="stable")
    camera, at, kind = camera[order], at[order], kind[order]
    degrees = world.scatter(rng, town[camera], 0.5)
    lon, lat = codes.to_gcj02(*degrees)
    pushed = at + rng.integers(5, 240, n).astype("timedelta64[s]")
    confirmed = pushed + rng.integers(120, 5400, n).astype("timedelta64[s]")
    open_ = rng.random(n) < 0.08
    confirmed_ms, true = _epoch(confirmed).astype(object), (rng.random(n) < 0.55).astype(object)
    confirmed_ms[open_], true[open_] = None, None
    updated = np.where(open_, pushed, confirmed)
    table = Table(
        "towers",
        "videoEvents",
        ("eventId",),
        {
            "eventId": np.array([f"SP{i:07d}" for i in range(1, n + 1)], dtype=object),
            "cameraCode": np.array(cameras.frozen_keys, dtype=object)[camera],
            "siteId": cameras.columns["siteId"][camera],
            "eventKind": kind.astype(object),
            "townCode": towns["mca_code9"][town[camera]],
            "townName": towns["name"][town[camera]],
            "lng": to_text(lon, ".6f"),
            "lat": to_text(lat, ".6f"),
            "seenMs": _epoch(at),
            "pushedMs": _epoch(pushed),
            "confirmedMs": confirmed_ms,
            "isTrue": np.array([None if x is None else ("true" if x else "false") for x in true], dtype=object),
            "updatedMs": _epoch(updated),
        },
        known=updated,
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt video events"))
    own, sent = towns["nbs9"][town[camera]], towns["mca_code9"][town[camera]]
    other = np.flatnonzero(own != sent)
    s.note_many(other, "townCode", "#1 town code of the Ministry of Civil Affairs", own[other], sent[other])
    s.other_system("lng", "lat", *degrees)
    s.repeat_rows(rates.duplicate_row)
    return table.take(np.argsort(table.columns["updatedMs"], kind="stable"))
