"""What firms report about themselves each month: register, duties, people, place, risks, response.

The platform numbers firms its own way (QY…), keeps former names, branches and tenants, and knows hazards under
numbers and words of its own. Beijing time, WGS-84, NBS town codes.
"""

from __future__ import annotations

from simulator.departments._ledger import Ledger
from simulator.departments.firms import conduct, crew, duties, register, response, risks, site
from simulator.departments.firms.roll import roll
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "api"}
CHANGES = "training_files work_permits self_inspections hazards drills accidents monthly_reports".split()
API = {
    "auth": "api_key",
    "paging": "offset",
    "page": 2000,
    "gzip": True,
    "per_second": 40,
    "resources": {name: {"since": "updatedAt"} for name in CHANGES} | {"hazard_events": {"since": "recordedAt"}},
    "numbers": ["lng", "lat"],
}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every table of the platform."""
    book = Ledger("firms", world, rates, truth)
    who = roll(world)
    for part in (register, duties, crew, site, risks, response, conduct):
        part.write(book, who)
    return book.tables
