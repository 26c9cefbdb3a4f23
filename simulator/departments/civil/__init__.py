"""What the civil affairs bureau hands over: a dump of its Oracle views, once a month.

Social organisations and the civil rescue teams among them, volunteers, people in need, relief stores, shelters. Teams,
people, stores and shelters are those that other departments know under other numbers.
"""

from __future__ import annotations

from pathlib import Path

from simulator.departments._ledger import Ledger
from simulator.departments.civil import people, stores, teams
from simulator.departments.civil.dump import write_dump
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "folder"}
PROTOCOLS = {"folder": "dump"}
VIEWS = {
    "social_organisations": "V_SOCIAL_ORG",
    "rescue_teams": "V_RESCUE_TEAM",
    "rescue_team_members": "V_RESCUE_MEMBER",
    "team_grades": "V_TEAM_GRADE",
    "team_equipment": "V_TEAM_EQUIPMENT",
    "team_insurances": "V_TEAM_INSURANCE",
    "joint_activities": "V_JOINT_ACTIVITY",
    "team_dispatches": "V_TEAM_DISPATCH",
    "team_policies": "V_TEAM_POLICY",
    "volunteers": "V_VOLUNTEER",
    "volunteer_tasks": "V_VOLUNTEER_TASK",
    "vulnerable_people": "V_PEOPLE_IN_NEED",
    "relief_warehouses": "V_WAREHOUSE",
    "relief_stock_items": "V_STOCK_ITEM",
    "relief_stock_moves": "V_STOCK_MOVE",
    "relief_stocktakes": "V_STOCKTAKE",
    "shelters": "V_SHELTER",
}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every view of the month's dump."""
    book = Ledger("civil", world, rates, truth)
    teams.write(book)
    people.write(book)
    stores.write(book)
    version = str((world.end - 1).astype("datetime64[M]"))
    return [table.of(version) for table in book.tables]


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write one dump per version: all views, one after the other."""
    for version in sorted({t.version for t in tables}):
        write_dump(out / f"MZ_{version}.sql", [(VIEWS[t.name], t) for t in tables if t.version == version])
