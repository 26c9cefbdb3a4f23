"""Flood-control stores of the water bureau: what lies there, what moved, what was counted."""

from __future__ import annotations

import numpy as np

from simulator.departments import _supplies
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World
from simulator.world.places import items


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return stores, stock, movements and stocktakes of the bureau."""
    held, stock = world.stores, world.stock
    mine = np.flatnonzero(held["owner"] == "SL")
    rows = np.flatnonzero(np.isin(stock["store"], mine))
    return [
        _stores(world, rates, truth, mine),
        _stock(world, rates, truth, rows),
        _moves(world, rates, truth, rows),
        _counts(world, rates, truth, rows),
    ]


def _stores(world: World, rates: DirtRates, truth: Truth, mine: np.ndarray) -> Table:
    held, towns = world.stores, world.towns
    town = held["town"][mine]
    table = Table(
        "water",
        "sl_warehouse",
        ("warehouse_no",),
        {
            "warehouse_no": held["id"][mine],
            "warehouse_name": held["name"][mine],
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "area_m2": to_text(held["area"][mine], ".2f"),
            "lon": to_text(held["lon"][mine], ".6f"),
            "lat": to_text(held["lat"][mine], ".6f"),
            "keeper_name": held["keeper_name"][mine],
            "keeper_phone": held["keeper_phone"][mine],
        },
    ).freeze_keys()
    truth.link(table, np.arange(len(mine)), "store", held["id"][mine])
    truth.link(table, np.arange(len(mine)), "person", held["keeper_id"][mine])
    s = Spoiler(table, truth, world.rng("dirt stores"))
    s.names("keeper_name", rates)
    s.phones("keeper_phone", rates)
    return table


def _stock_rows(world: World, rates: DirtRates, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the bureau's stock and what it counts of another's (#23): number, store and row of the world's stock."""
    held, stock = world.stores, world.stock
    extra, place = _supplies.shared(world, rates, "SL")
    number = np.concatenate([stock["id"][rows], [f"WZ9{r:04d}" for r in extra]]).astype(object)
    return number, np.concatenate([held["id"][stock["store"][rows]], held["id"][place]]), np.concatenate([rows, extra])


def _stock(world: World, rates: DirtRates, truth: Truth, rows: np.ndarray) -> Table:
    stock, known, own = world.stock, items(), len(rows)
    number, store, rows = _stock_rows(world, rates, rows)
    item = stock["item"][rows]
    table = Table(
        "water",
        "sl_stock",
        ("stock_no",),
        {
            "stock_no": number,
            "warehouse_no": store,
            "supply_code": np.array([known[k]["code"] for k in item], dtype=object),
            "article_name": np.array([known[k]["name"] for k in item], dtype=object),
            "quantity": stock["quantity"][rows].astype(str).astype(object),
            "measure_word": np.array([known[k]["unit"] for k in item], dtype=object),
            "produced_on": date_text(stock["bought"][rows]),
            "expires_on": date_text(stock["expires"][rows]),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt stock"))
    both = np.arange(own, len(rows))
    s.hold("quantity", both)
    s.hold("produced_on", both)
    s.note_many(both, "quantity", _supplies.SHARED, [None] * len(both), table.columns["quantity"][both])
    names = {x["name"]: [x["other"]] for x in known}
    s.stock("quantity", rates, "measure_word", "article_name", _supplies.packs(), names)
    s.expired_stock("expires_on", rates, str(world.end))
    s.dates("produced_on", rates)
    s.empty("produced_on", rates)
    return table


def _moves(world: World, rates: DirtRates, truth: Truth, rows: np.ndarray) -> Table:
    """Return movements of the quarters; most go out when a response holds."""
    rng, stock, r = world.rng("stock movements"), world.stock, world.responses
    n = max(20, world.n(260))
    row = rows[rng.integers(0, len(rows), n)]
    at = world.moments(rng, n, world.quarters[0][1], world.end)
    urgent = np.flatnonzero(rng.random(n) < 0.5) if len(r["no"]) else np.empty(0, int)
    level = rng.integers(0, max(1, len(r["no"])), len(urgent))
    if len(urgent):
        span = (r["ended"][level] - r["started"][level]).astype(int)
        at[urgent] = r["started"][level] + (span * rng.random(len(urgent))).astype(int).astype("timedelta64[s]")
    at = np.minimum(at, world.end.astype("datetime64[s]") - np.timedelta64(600, "s"))
    out = np.zeros(n, bool)
    out[urgent] = True
    quiet = rng.choice(np.array(["入库", "出库", "调拨", "报废"], dtype=object), n, p=[0.5, 0.25, 0.2, 0.05])
    order = np.argsort(at, kind="stable")
    row, at, out, quiet = row[order], at[order], out[order], quiet[order]
    known, item = items(), stock["item"][row]
    share = np.maximum(1, stock["quantity"][row] * rng.uniform(0.02, 0.3, n)).astype(int)
    table = Table(
        "water",
        "sl_stock_txn",
        ("txn_no",),
        {
            "txn_no": np.array([f"CR{i:06d}" for i in range(1, n + 1)], dtype=object),
            "stock_no": stock["id"][row],
            "direction_word": np.where(out, "出库", quiet).astype(object),
            "quantity": share.astype(str).astype(object),
            "measure_word": np.array([known[k]["unit"] for k in item], dtype=object),
            "ordered_at": time_text(at - rng.integers(600, 14000, n).astype("timedelta64[s]")),
            "moved_at": time_text(at),
        },
        known=at,
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt stock movements"))
    s.repeat_rows(rates.duplicate_row)
    return table


def _counts(world: World, rates: DirtRates, truth: Truth, rows: np.ndarray) -> Table:
    rng, stock = world.rng("stocktakes"), world.stock
    counted = stock["counted"][rows]
    usable = np.floor(counted * rng.uniform(0.86, 1.0, len(rows))).astype(int)
    table = Table(
        "water",
        "sl_stocktake",
        ("stocktake_no",),
        {
            "stocktake_no": np.array([f"PD{i:06d}" for i in range(1, len(rows) + 1)], dtype=object),
            "stock_no": stock["id"][rows],
            "counted_on": date_text(stock["counted_on"][rows]),
            "book_quantity": stock["quantity"][rows].astype(str).astype(object),
            "counted_quantity": counted.astype(str).astype(object),
            "usable_quantity": usable.astype(str).astype(object),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt stocktakes"))
    s.dates("counted_on", rates, required=True)
    return table
