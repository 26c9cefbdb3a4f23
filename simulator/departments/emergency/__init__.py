"""What the emergency bureau holds: the database of its platform, which stations, towns and the command centre fill.

Beijing time, WGS-84, town codes mostly of before the change to a sub-district. People, teams, places, incidents and
hazards are the world's; numbers, words and gaps are the bureau's own. One module per part of the house.
"""

from __future__ import annotations

from pathlib import Path

from simulator import publish as usual
from simulator.departments.emergency import command, hazards, liaison, people, plans, platform, resources, warning
from simulator.departments.emergency.bureau import Bureau
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "mariadb"}
# what the connector asks by: kept as times, everything else as the bureau typed it
TIMES = ("updated_at", "logged_in_at", "recorded_at", "moved_at", "received_at", "probed_at", "submitted_at")
LONG = ("duty_text", "order_text", "action_text", "finding_text", "conclusion_text", "hazard_text", "measure_text")
WATERMARKS = {
    "yj_login_log": "logged_in_at", "yj_action_log": "recorded_at", "yj_hazard_event": "recorded_at",
    "yj_stock_txn": "moved_at", "yj_exchange_log": "received_at", "yj_probe_log": "probed_at",
    "yj_self_inspection": "submitted_at",
}  # fmt: skip


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every table of the platform, spoiled by ``rates``."""
    bureau = Bureau(world, rates, truth)
    for part in (people, platform, resources, command, warning, liaison, hazards, plans):
        part.write(bureau)
    return bureau.desk.finished()


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the schema after the tables, as the platform's maker left it: no keys, an index where it asks by time."""
    out.mkdir(parents=True, exist_ok=True)
    usual.database(out, tables, "\n".join(_ddl(t) for t in tables), "emergency")


def _ddl(table: Table) -> str:
    asked = WATERMARKS.get(table.name, "updated_at")
    asked = asked if asked in table.columns else ""
    columns = [f"`{c}` {'datetime' if c == asked else 'text' if c in LONG else 'varchar(255)'}" for c in table.columns]
    if asked:
        columns.append(f"key (`{asked}`)")
    return f"create table `{table.name}` ({', '.join(columns)}) default charset=utf8mb4;"
