"""Cameras of crowded venues, and how many cameras villages should have, have, and see with."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World

VENUES = ("游乐场", "商场", "电影院", "宾馆", "市场")
_WORDS = {"影院": "电影院"}


def tables(world: World, rates: DirtRates, truth: Truth, town_of_cameras: np.ndarray) -> list[Table]:
    """Return venue cameras and coverage; ``town_of_cameras``: the town of each police camera, for what was built."""
    return [_venues(world, rates, truth), _coverage(world, rates, truth, town_of_cameras)]


def _venues(world: World, rates: DirtRates, truth: Truth) -> Table:
    """Return one to five cameras of each crowded firm."""
    c, f, towns = world.venue_cameras, world.firms, world.towns
    firm = c["firm"]
    n, town = len(firm), f["town"][firm]
    table = Table(
        "police",
        "venue_camera",
        ("camera_code",),
        {
            "camera_code": c["code"].copy(),
            "camera_name": c["place"].copy(),
            "uscc": f["uscc"][firm],
            "venue_name": f["name"][firm],
            "venue_kind_word": np.array([_WORDS.get(w, w) for w in f["word"][firm]], dtype=object),
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "lon": to_text(c["lon"], ".6f"),
            "lat": to_text(c["lat"], ".6f"),
            "status": np.where(c["online"], "在线", np.where(c["mending"], "维修", "离线")).astype(object),
            "connected_on": date_text(world.start - c["connected"].astype("timedelta64[D]")),
            "last_seen_at": time_text(world.end.astype("datetime64[s]") - c["away"].astype("timedelta64[s]")),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "firm", f["no"][firm])
    truth.link(table, np.arange(n), "device", c["code"])
    s = Spoiler(table, truth, world.rng("dirt venue cameras"))
    s.ruined_codes("camera_code", rates)
    s.credit_codes("uscc", rates, list(f["uscc"]), required=True)
    s.firm_names("venue_name", rates)
    s.text("camera_name", rates)
    s.dates("connected_on", rates)
    s.points("lon", "lat", rates)
    s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
    return table


def _coverage(world: World, rates: DirtRates, truth: Truth, town_of_cameras: np.ndarray) -> Table:
    """Return one row per village: the town's cameras spread over its villages, against one per 160 people."""
    rng, v, towns = world.rng("camera coverage"), world.villages, world.towns
    n, town = len(v["town"]), v["town"]
    villages = np.bincount(town, minlength=16)
    share = (np.bincount(town_of_cameras, minlength=16) / villages)[town]
    need = np.maximum(3, (towns["population"] * min(world.scale, 1) / villages / 160)[town]).astype(int)
    built = np.minimum(rng.poisson(share), np.maximum(need * 2, 1))
    online = rng.binomial(built, np.clip(0.78 + 0.2 * world.quality["device"][town, -1], 0, 1))
    table = Table(
        "police",
        "camera_coverage",
        ("village_code",),
        {
            "village_code": v["code12"].copy(),
            "village_name": v["name"].copy(),
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "required_count": need,
            "built_count": built,
            "online_count": online,
            "counted_on": date_text(np.full(n, world.end - np.timedelta64(1, "D"))),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt camera coverage"))
    s.villages("village_name", rates)
    s.dates("counted_on", rates, required=True)
    return table
