"""What the water bureau holds: SL 323-2011 tables, cameras, stores, responses. Beijing time, no row = no rain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from simulator import load
from simulator.departments.water import readings, responses, stations, stores, works
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, decimals, to_text
from simulator.world import World

SERVICES = {"*": "postgres"}
DATABASE = "hydrology"
# how far the 吴淞 zero lies below the 1985 datum here, a pilot value
WUSONG_M = 1.81
DDL = """
create table st_stbprp_b (stcd text, stnm text, rvnm text, lgtd numeric(10,6), lttd numeric(10,6), stlc text,
    addvcd text, town_code text, dtmnm text, sttp text, frgrd text, usfl text);
create table st_pptn_r (stcd text, tm timestamp, drp numeric(5,1), intv numeric(5,2), pdr numeric(5,2),
    dyp numeric(5,1), wth text);
create table st_river_r (stcd text, tm timestamp, z numeric(7,3), q numeric(9,3), wptn text);
create table st_rsvr_r (stcd text, tm timestamp, rz numeric(7,3), inq numeric(9,3), w numeric(9,3),
    otq numeric(9,3), rwptn text);
create table st_rvfcch_b (stcd text, wrz numeric(7,3), grz numeric(7,3), obhtz numeric(7,3));
create table st_rsvrfsr_b (stcd text, bgmd text, edmd text, fsltdz numeric(7,3), fstp text);
create table hy_camera (camera_code text, stcd text, camera_name text, status text, last_seen_at timestamp);
create table st_was_r (stcd text, tm timestamp, upz numeric(7,3), dwz numeric(7,3), tgtq numeric(9,3), supwptn text,
    gate_count integer, gate_height_m numeric(5,2));
create table st_pump_r (stcd text, tm timestamp, ppupz numeric(7,3), ppdwz numeric(7,3), omcn integer, ompwr integer,
    pmpq numeric(9,3));
create table st_tide_r (stcd text, tm timestamp, tdz numeric(7,3), airp integer, tdptn text);
create table st_rsvrfcch_b (stcd text, damel numeric(7,3), ckflz numeric(7,3), dsflz numeric(7,3), normz numeric(7,3),
    ddz numeric(7,3), ttcp_mcm numeric(9,3));
create table sl_warehouse (warehouse_no text, warehouse_name text, town_code text, town_name text, area_m2 text,
    lon numeric(10,6), lat numeric(10,6), keeper_name text, keeper_phone text);
create table sl_stock (stock_no text, warehouse_no text, supply_code text, article_name text, quantity text,
    measure_word text, produced_on text, expires_on text);
create table sl_stock_txn (txn_no text, stock_no text, direction_word text, quantity text, measure_word text,
    ordered_at timestamp, moved_at timestamp);
create table sl_stocktake (stocktake_no text, stock_no text, counted_on text, book_quantity text, counted_quantity text,
    usable_quantity text);
create table sl_situation_report (report_no text, period_name text, domain_word text, conclusion_text text,
    issued_on text);
create table sl_response (response_no text, level_word text, scenario_name text, started_at timestamp,
    ended_at timestamp, areal_rain_mm numeric(6,1), dispatch_text text);
"""


def stream(world: World, rates: DirtRates) -> Iterator[tuple[str, pa.Table]]:
    """Yield the readings of the extra gauges of a world above scale 1, a chunk at a time."""
    for chunk in load.readings(world, load.gauges(world) * len(world.rain), rates.sentinel):
        yield "st_pptn_r", chunk


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return all tables, spoiled by ``rates``."""
    made, kind, town = stations.make(world)
    code = made.columns["stcd"].copy()
    gauges = np.isin(kind, [0, 6])
    rain, wet = readings.rain(world, rates, truth, code[gauges], town[gauges])
    river, level = readings.river(world, rates, truth, code[kind == 1], wet, made.columns["rvnm"][kind == 1])
    reservoir, limit = readings.reservoir(world, rates, truth, code[kind == 2], wet)
    marks = Table(
        "water",
        "st_rvfcch_b",
        ("stcd",),
        {
            "stcd": code[kind == 1],
            "wrz": to_text(level + 1.2, ".3f"),
            "grz": to_text(level + 1.9, ".3f"),
            "obhtz": to_text(level + 2.6, ".3f"),
        },
    ).freeze_keys()
    n = int((kind == 2).sum())
    limits = Table(
        "water",
        "st_rsvrfsr_b",
        ("stcd", "bgmd"),
        {
            "stcd": np.repeat(code[kind == 2], 2),
            "bgmd": np.array(["0415", "0716"] * n, dtype=object),
            "edmd": np.array(["0715", "1015"] * n, dtype=object),
            "fsltdz": to_text(np.column_stack([limit, limit - 0.8]).ravel(), ".3f"),
            "fstp": np.array(["梅汛期", "台汛期"] * n, dtype=object),
        },
    ).freeze_keys()
    _wusong(world, rates, truth, made, river, marks)
    s = Spoiler(made, truth, world.rng("dirt stations"))
    s.text("stnm", rates)
    s.text("stlc", rates)
    s.empty("rvnm", rates)
    return [
        made,
        rain,
        river,
        reservoir,
        marks,
        limits,
        stations.cameras(world, rates, truth, code, kind),
        *works.tables(world, rates, truth, code, kind, wet, limit),
        *stores.tables(world, rates, truth),
        *responses.tables(world, rates, truth),
    ]


def _wusong(world: World, rates: DirtRates, truth: Truth, made: Table, river: Table, marks: Table) -> None:
    """Let one river's stations send heights above the 吴淞 zero and say so as their datum (#9): levels and marks alike."""
    rng, c = world.rng("wusong"), made.columns
    levels = np.isin(c["sttp"], ["ZZ", "ZQ"])
    if rng.random() >= rates.wusong_basin * 5:
        return
    basin = str(rng.choice(np.unique(c["rvnm"][levels].astype(str))))
    rows = np.flatnonzero(levels & (c["rvnm"] == basin))
    for row in rows:
        truth.add(made, int(row), "dtmnm", "#9 heights above the Wusong zero", c["dtmnm"][row], "吴淞高程", "flagged")
        c["dtmnm"][row] = "吴淞高程"
    for table, columns in ((river, ("z",)), (marks, ("wrz", "grz", "obhtz"))):
        mine = np.flatnonzero(np.isin(table.columns["stcd"], c["stcd"][rows]))
        for column in columns:
            values = table.columns[column]
            good = mine[[not str(values[r]).startswith("-9999") for r in mine]]
            clean = values[good]
            values[good] = decimals(clean.astype(float) + WUSONG_M, 3)
            if table is marks:
                for row, was in zip(good, clean, strict=True):
                    truth.add(
                        marks, int(row), column, "#9 flood mark above the Wusong zero", was, values[row], "flagged"
                    )
    _raise(truth, set(c["stcd"][rows]))


def _raise(truth: Truth, raised: set[str]) -> None:
    """Let what the truth says of levels of these stations speak of the same datum as the table."""
    for i, (silo, table, key, column, kind, clean, dirty, expected) in enumerate(truth.rows):
        if table == "st_river_r" and not kind.startswith("#8 sentinel") and key.split("|")[0] in raised:
            up = [None if v is None else f"{float(v) + WUSONG_M:.3f}" for v in (clean, dirty)]
            truth.rows[i] = (silo, table, key, column, kind, *up, expected)
