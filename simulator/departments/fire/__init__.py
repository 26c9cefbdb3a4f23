"""What the fire brigade holds: teams and engines, calls, inspections and hazards, drills, stores, sensors and their alarms.

An API with cursors behind client credentials; alarms come as messages. NBS town codes of nine digits; of the points
at firms a fifth are GCJ-02 under the name of WGS-84. Calls, teams, stores and half of the hazards are the world's.
"""

from __future__ import annotations

from pathlib import Path

from simulator import publish as usual
from simulator.departments._desk import ordered
from simulator.departments.fire import calls, sensors, teams
from simulator.departments.fire.brigade import Brigade
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"iot_alarms": "mqtt", "*": "api"}
SINCE = dict.fromkeys(("calls", "call_teams", "inspections", "fire_hazards"), "updatedAt")
API = {
    "dialect": "usual", "auth": "oauth", "paging": "cursor", "page": 5000, "per_second": 200,
    "resources": {name: {"since": column} for name, column in SINCE.items()},
}  # fmt: skip
TOPICS = {"iot_alarms": {"topic": "fire/alarms", "at": "sentAt"}}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every table, spoiled by ``rates``."""
    brigade = Brigade(world, rates, truth)
    for part in (teams, calls, sensors):
        part.write(brigade)
    return brigade.desk.finished()


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write rows in the order of their change, and alarms as messages; storms and re-sent ones as they come."""
    out.mkdir(parents=True, exist_ok=True)
    if tables and tables[0].name in TOPICS:
        usual.messages(out, tables, TOPICS)
    else:
        usual.rows(out, ordered(tables, SINCE), API)
