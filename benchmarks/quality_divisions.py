"""How well divisions are told: what every landed row says of where it belongs, against the departments' truth.

    python -m benchmarks.quality_divisions [--scale 0.1] [--factor 1] [--seed 330603]

Makes the departments' tables, lands them through reading and door, asks dbt's own rules (by the register) what each row's
codes, names and addresses mean, and compares with the clean values. *Wrong* must be 0: what cannot be told is for review.
Nothing here is used by the pipelines.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from benchmarks import quality
from pipelines import contract as contracts
from pipelines.contract import Contract, Table
from pipelines.reading.register import register
from pipelines.settings import ROOT, Settings
from simulator import departments
from simulator.dirt import DirtRates
from simulator.tables import Table as Served
from simulator.truth import Truth
from simulator.world import World

SAID = ("town_code", "town_name", "village_code", "village_name", "address")
DAY = date(2026, 9, 30)


@dataclass
class Row:
    """Counts of one silo: rows that name a division, by what became of them."""

    silo: str
    said: str
    mentions: int = 0
    right: int = 0
    review: int = 0
    needless: int = 0
    wrong: int = 0


@cache
def _names() -> dict[str, str]:
    """Return the names of towns and villages of today to their codes."""
    with (ROOT / "dbt_project" / "seeds" / "ref_divisions.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    return {r["name_zh"]: r["division_code"] for r in rows if r["level_code"] in {"town", "village"}}


def _columns(table: Table) -> dict[str, str]:
    """Return which of the columns that name divisions the table lands, with their source."""
    return {n: table.columns[n].source for n in SAID if n in table.columns and not table.columns[n].is_personal}


def _landed(rows: pa.Table, name: str) -> list[str | None]:
    return rows.sort_by("_row").column(name).to_pylist() if name in rows.column_names else [None] * rows.num_rows


def asks(contract: Contract, table: Table, served: Served, rows: pa.Table, truth: dict[tuple, object]) -> list[dict]:
    """Return one ask per landed row that names a division, and one per address, each with what is true."""
    named = _columns(table)
    values = {n: _landed(rows, n) for n in named}
    verdicts = _landed(rows, "_verdict")
    scheme = str((table.towns.get("town") or {}).get("scheme", contract.code_scheme))
    found = []
    for i in range(len(served)):
        said = {n: v[i] for n, v in values.items()}
        if verdicts[i] != "accepted" or not any(said.values()):
            continue
        key = served.key_of(i)
        clean = {n: truth.get((served.name, key, s), said[n]) for n, s in named.items()}
        is_dirty = any((served.name, key, s) in truth for n, s in named.items() if n != "address")
        head = {"scheme_code": scheme, "true_town": _names().get(str(clean.get("town_name"))), "is_dirty": is_dirty}
        columns = {n: v for n, v in said.items() if n != "address" and v}
        if columns:
            name = clean.get("village_name")
            village = clean.get("village_code") or (_names().get(str(name)) if name else None)
            found.append({**head, **columns, "said": "columns", "true_village": village})
        if said.get("address"):
            found.append({**head, "said": "address", "text": said["address"], "true_text": clean["address"]})
    return found


def answer(asked: list[dict]) -> list[dict]:
    """Return the register's answers to the asks, in their order."""
    ids = [str(i) for i in range(len(asked))]
    texts = pa.table(
        {
            "ask_id": [i for i, a in zip(ids, asked, strict=True) if "text" in a],
            "text": [a["text"] for a in asked if "text" in a],
            "on_date": [DAY for a in asked if "text" in a],
        },
        pa.schema([("ask_id", pa.string()), ("text", pa.string()), ("on_date", pa.date32())]),
    )
    parts = register().query("with {{ division_parts() }} from parts", texts=texts).to_pylist()
    said = {int(p["ask_id"]): p for p in parts}
    rows = [{**a, **said.get(i, {}), "ask_id": str(i)} for i, a in enumerate(asked)]
    names = ("ask_id", "scheme_code", "town_code", "town_name", "village_code", "village_name", "district_name")
    table = pa.table(
        {n: pa.array([r.get(n) for r in rows], pa.string()) for n in names}
        | {
            "is_ambiguous": pa.array([bool(r.get("is_ambiguous")) for r in rows]),
            "on_date": pa.array([DAY] * len(rows)),
        }
    )
    sql = "with asked as (select * from asks), {{ division_answers() }} from answered"
    found = register().query(sql, asks=table).to_pylist()
    return sorted(found, key=lambda r: int(r["ask_id"]))


def judge(row: Row, ask: dict, got: dict) -> str | None:
    """Count one answer; return what was wrong with it, or None."""
    row.mentions += 1
    if ask["said"] == "address":
        # the address itself says what is right: the answer's names must stand in it, one behind the other
        text = str(ask["true_text"]).replace(" ", "")
        names = {c: n for n, c in _names().items()}
        town, village = names.get(got["certain_town_id"] or ""), names.get(got["village_id"] or "")
        wrong = (town and town not in text) or (village and f"{town}{village}" not in text)
    else:
        wrong = (
            (got["certain_town_id"] and ask["true_town"] and got["certain_town_id"] != ask["true_town"])
            or (got["village_id"] and got["verdict"] == "resolved" and got["village_id"] != ask["true_village"])
        )  # fmt: skip
    if wrong:
        row.wrong += 1
        return f"{ask} -> {got['certain_town_id']} {got['village_id']}"
    if got["verdict"] == "resolved" and got["why_code"] is None:
        row.right += 1
    else:
        row.review += 1
        row.needless += not ask["is_dirty"] and ask["said"] == "columns"
    return None


def measure(
    silos: list[str], scale: float, factor: float, home: Path, seed: int = 330603
) -> tuple[list[Row], list[str]]:
    """Return the counts per silo and way of saying it, and the first wrong answers in words."""
    settings, found, wrongs = Settings(home), [], []
    world = World(seed=seed, scale=scale)
    for silo in sorted(silos, key=lambda s: (s != "enforcement", s)):
        contract, told = contracts.load(silo), Truth()
        served = departments.load(silo).build(world.view(), DirtRates().scaled(factor), told)
        truth = {(tab, key, column): clean for _, tab, key, column, _, clean, _, _ in told.rows}
        asked: list[dict] = []
        for version, part in enumerate(served):
            table = quality.landing_table(contract, part)
            if table is None or not _columns(table):
                continue
            rows = quality.land(settings, contract, table, part, version)
            if rows is not None:
                asked += asks(contract, table, part, rows, truth)
        counts = {s: Row(silo, s) for s in ("columns", "address")}
        for ask, got in zip(asked, answer(asked), strict=True):
            wrong = judge(counts[ask["said"]], ask, got)
            if wrong and len(wrongs) < 20:
                wrongs.append(f"{silo}: {wrong}")
        found += [r for r in counts.values() if r.mentions]
    return found, wrongs


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--scale", type=float, default=0.1)
    ask.add_argument("--factor", type=float, default=1.0)
    ask.add_argument("--seed", type=int, default=330603)
    ask.add_argument("--silo", nargs="*", default=[])
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="anlan-divisions-") as home:
        rows, wrongs = measure(asked.silo or departments.names(), asked.scale, asked.factor, Path(home), asked.seed)
    for r in rows:
        print(
            f"{r.silo:12} {r.said:8} mentions {r.mentions:7} right {r.right:7} review {r.review:5} needless {r.needless:4} wrong {r.wrong}"
        )
    total = [sum(getattr(r, c) for r in rows) for c in ("mentions", "right", "review", "needless", "wrong")]
    print("total", *total, sep=" ")
    print(*wrongs, sep="\n")


if __name__ == "__main__":
    main()
