"""What the sixteen towns report themselves: a workbook per town and month, another per quarter, plans in Word files.

Beijing time, WGS-84, town codes as each town writes them. The towns of low quality write more carelessly, some still
save as .xls, and one leaves a month out. This module puts the tables into files; what they hold is in ``monthly``,
``quarterly`` and ``plans``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator import files, papers
from simulator.departments.towns import monthly, plans, quarterly
from simulator.departments.towns.reports import FORMS, Reports
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "folder"}
PROSE = (
    "为进一步细化预案分工、落实责任到人，现将有关内容列表如下，请各村社、各岗位对照执行。",
    "联系电话每季度核验一次，人员变动后三日内更正。",
)


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every town's monthly tables of the period, quarterly ones of two quarters, and plans."""
    reports = Reports(world, rates, truth)
    monthly.fill(reports)
    quarterly.fill(reports)
    plans.fill(reports)
    silent = int(np.argmin(world.quality["staff"][:, -1]))
    left_out = f"{world.towns['name'][silent]}_{reports.months[1][0]}"
    return [t for t in reports.tables if t.version != left_out]


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write each town's workbooks and Word files."""
    old = set(world.towns["name"][np.argsort(world.quality["staff"][:, -1])[:4]])
    books: dict[tuple[str, str], dict[str, Table]] = {}
    for table in tables:
        town, when = table.version.split("_")
        if table.name in FORMS:
            books.setdefault((town, when), {})[table.name] = table
        else:
            caption = plans.CAPTIONS[table.name]
            path = out / "预案" / f"{caption}_{town}_{when}.docx"
            path.parent.mkdir(parents=True, exist_ok=True)
            papers.word_file(path, f"{town}{caption}", PROSE, [papers.Sheet(table, caption, ("镇街",))])
    for (town, when), found in books.items():
        kind = "月报" if "Q" not in when else "季报"
        sheets = [(found[name], form) for name, form in FORMS.items() if name in found]
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        if town in old:
            papers.old_book_of(folder / f"{town}应急管理{kind}_{when}.xls", sheets)
        else:
            files.book_of(folder / f"{town}应急管理{kind}_{when}.xlsx", sheets)
