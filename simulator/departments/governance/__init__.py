"""What the four platforms hold: grids, events and how they went, patrols, hazards, people in need, volunteers, surveys.

Played over SOAP: element names are the initials of the Chinese words, times of the beat carry their offset, the rest is
Beijing wall clock. Town codes of twelve digits. Points come from phones: where another list can tell, a
fifth are GCJ-02 under the name of WGS-84.
"""

from __future__ import annotations

from pathlib import Path

from simulator import publish as usual
from simulator.departments._desk import ordered
from simulator.departments.governance import events, places, residents, villages
from simulator.departments.governance.house import House
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "soap"}
SINCE = {
    "GetShiJian": "gxsj", "GetShiJianHuanJie": "lzsj", "GetXunCha": "scsj", "GetYinHuan": "gxsj", "GetYinHuanHuanJie": "lrsj",
}  # fmt: skip
API = {"auth": "header", "encoding": "GBK", "page": 2000, "resources": {t: {"since": c} for t, c in SINCE.items()}}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every table of the exchange service, spoiled by ``rates``."""
    house = House(world, rates, truth)
    for part in (places, events, residents, villages):
        part.write(house)
    return house.desk.finished()


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the rows in the order of their beat, by which the service cuts them."""
    out.mkdir(parents=True, exist_ok=True)
    usual.rows(out, ordered(tables, SINCE), API)
