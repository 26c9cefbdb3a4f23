"""Relief stores, what lies in them and moves, how it was counted, and shelters."""

from __future__ import annotations

import numpy as np

from simulator.departments import _supplies
from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes
from simulator.dirt import Spoiler
from simulator.world import places


def write(book: Ledger) -> None:
    """Write stores and shelters."""
    _warehouses(book)
    _stock(book)
    _shelters(book)


def _warehouses(book: Ledger) -> None:
    world, rng, s = book.world, book.rng("warehouses"), book.world.stores
    row = np.flatnonzero(s["owner"] == "MZ")
    n = len(row)
    book.add(
        "relief_warehouses",
        {
            "WAREHOUSE_NO": s["id"][row],
            "NAME": s["name"][row],
            "STORE_LEVEL": np.full(n, "镇级", dtype=object),
            "TOWN_NAME": world.towns["name"][s["town"][row]],
            "ADDRESS": np.array([f"绍兴市柯桥区{world.towns['name'][t]}{h}号" for t, h in zip(s["town"][row], rng.integers(1, 300, n), strict=True)], dtype=object),
            "LNG": s["lon"][row],
            "LAT": s["lat"][row],
            "AREA": s["area"][row],
            "KEEPER": s["keeper_name"][row],
            "KEEPER_PHONE": s["keeper_phone"][row],
        },
        areas="AREA",
        phones="KEEPER_PHONE",
        people="KEEPER",
        text="NAME",
        empty="ADDRESS",
        points=("LNG", "LAT"),
        towns=(None, "TOWN_NAME"),
        links={"store": s["id"][row], "person": s["keeper_id"][row]},
        repeat=False,
    )  # fmt: skip


def _stock(book: Ledger) -> None:
    world, rng, k = book.world, book.rng("stock"), book.world.stock
    things = places.items()
    own = np.flatnonzero(world.stores["owner"][k["store"]] == "MZ")
    n = len(own)
    # made before it was bought, and goods that never expire have no date
    produced, on_platform = k["bought"][own] - days(rng, n, 5, 60), rng.random(n) < 0.55
    extra, place = _supplies.shared(world, book.rates, "MZ")
    both, row = np.arange(n, n + len(extra)), np.concatenate([own, extra])
    item = k["item"][row]

    def of(word: str) -> np.ndarray:
        return np.array([things[i][word] for i in item], dtype=object)

    names = {x["name"]: (x["other"],) for x in things if x["other"]}

    def first(s: Spoiler) -> None:
        s.hold("QTY", both)
        s.hold("PRODUCED", both)
        s.note_many(both, "QTY", _supplies.SHARED, [None] * len(both), s.table.columns["QTY"][both])
        s.stock("QTY", book.rates, "UNIT", "ITEM_NAME", _supplies.packs(), names)
        s.expired_stock("EXPIRES", book.rates, str(world.end))

    book.add(
        "relief_stock_items",
        {
            "STOCK_NO": np.concatenate([k["id"][own], [f"WZ9{r:04d}" for r in extra]]).astype(object),
            "WAREHOUSE_NO": world.stores["id"][np.concatenate([k["store"][own], place])],
            "ITEM_NAME": of("name"),
            "ITEM_CODE": of("code"),
            "QTY": k["quantity"][row],
            "UNIT": of("unit"),
            "UNIT_VALUE": of("price").astype(float),
            "PRODUCED": np.concatenate([produced, k["bought"][extra]]),
            "EXPIRES": k["expires"][row],
            "ON_PLATFORM": np.concatenate([on_platform, np.zeros(len(extra), bool)]),
        },
        first=first,
        money={"UNIT_VALUE": "元"},
        dates="PRODUCED EXPIRES",
        text="ITEM_NAME",
        empty="ITEM_CODE",
        links={"stock": k["id"][row]},
    )
    row = own
    often = rng.integers(0, 6, n)
    which = np.repeat(np.arange(n), often)
    m = len(which)
    at = np.sort(world.moments(rng, m, world.before, world.end))
    held = k["quantity"][row][which]
    moved = np.maximum(1, (held * rng.uniform(0.02, 0.3, m)).astype(int))
    book.add(
        "relief_stock_moves",
        {
            "MOVE_NO": numbered("LS", m, 6),
            "STOCK_NO": k["id"][row][which],
            "MOVED_AT": at,
            "KIND": pick(rng, ("入库", "出库", "报废", "调拨"), m, (4, 4, 1, 1)),
            "QTY": moved,
            "BALANCE": held + moved,
            "UPDATED_AT": at + minutes(rng, m, 5, 600),
        },
        dates="MOVED_AT!",
        text="KIND",
        empty="BALANCE",
        links={"stock": k["id"][row][which]},
    )
    counted = np.minimum(k["counted"][row], 9_000_000)
    book.add(
        "relief_stocktakes",
        {
            "STOCKTAKE_NO": numbered("PD", n, 5),
            "STOCK_NO": k["id"][row],
            "COUNTED": k["counted_on"][row],
            "BOOK_QTY": k["quantity"][row],
            "COUNTED_QTY": counted,
            "UNUSABLE_QTY": rng.binomial(counted, 0.04),
        },
        dates="COUNTED!",
        empty="UNUSABLE_QTY",
        links={"stock": k["id"][row]},
        repeat=False,
    )


def _shelters(book: Ledger) -> None:
    world, rng, s = book.world, book.rng("shelters"), book.world.shelters
    n = len(s["id"])
    kind = np.where(s["level"] == "district", "体育馆", np.where(s["level"] == "town", "学校", "文化礼堂")).astype(
        object
    )
    usable = rng.binomial(s["capacity"], 0.8 + 0.19 * world.quality["response"][s["town"], -1])
    inside = s["village"] >= 0
    book.add(
        "shelters",
        {
            "SHELTER_NO": np.array([f"MZBZ{i:04d}" for i in range(1, n + 1)], dtype=object),
            "NAME": s["name"],
            "KIND": kind,
            "TOWN_NAME": world.towns["name"][s["town"]],
            "VILLAGE_CODE": keep(world.villages["code12"][s["village"]], inside),
            "ADDRESS": np.array([f"绍兴市柯桥区{world.towns['name'][t]}{x}" for t, x in zip(s["town"], s["name"], strict=True)], dtype=object),
            "LNG": s["lon"],
            "LAT": s["lat"],
            "AREA": s["area"],
            "CAPACITY": s["capacity"],
            "USABLE": usable,
            "CHECKED": world.end - days(rng, n, 5, 300),
            "STATUS": pick(rng, ("可用", "维修", "停用"), n, (94, 4, 2)),
        },
        areas="AREA",
        dates="CHECKED",
        text="NAME ADDRESS",
        empty="ADDRESS",
        points=("LNG", "LAT"),
        towns=(None, "TOWN_NAME"),
        links={"shelter": s["id"]},
        repeat=False,
    )  # fmt: skip
