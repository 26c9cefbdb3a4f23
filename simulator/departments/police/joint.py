"""What the police do with others: cases received from the brigade, police in the villages' squads."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text
from simulator.world import World


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return receipts and village police."""
    return [_receipts(world, rates, truth), _village_police(world, rates, truth)]


def _receipts(world: World, rates: DirtRates, truth: Truth) -> Table:
    x, c, f = world.transfers, world.cases, world.firms
    firm, n = c["firm"][x["case"]], len(x["no"])
    updated = np.fmax(np.fmax(x["received"], x["reviewed"]), x["objected"])
    table = Table(
        "police",
        "transfer_receipt",
        ("receipt_no",),
        {
            "receipt_no": x["receipt"].copy(),
            "case_no": c["no"][x["case"]],
            "firm_name": f["name"][firm],
            "uscc": f["uscc"][firm],
            "received_at": time_text(x["received"]),
            "document_count": x["papers"].sum(axis=1),
            "reviewed_at": time_text(x["reviewed"]),
            "result_word": x["result"].copy(),
            "police_case_no": x["police_case"].copy(),
            "objection_at": time_text(x["objected"]),
            "updated_at": time_text(updated),
        },
        known=updated,
    ).freeze_keys()
    truth.link(table, np.arange(n), "case", c["no"][x["case"]])
    truth.link(table, np.arange(n), "firm", f["no"][firm])
    s = Spoiler(table, truth, world.rng("dirt receipts"))
    s.firm_names("firm_name", rates)
    s.credit_codes("uscc", rates, list(f["uscc"]), required=False)
    return table


def _village_police(world: World, rates: DirtRates, truth: Truth) -> Table:
    """Return the members of village squads who come from public order: the same people as in the teams."""
    rng, m, t, v, towns = world.rng("village police"), world.team_members, world.teams, world.villages, world.towns
    rows = np.flatnonzero((m["origin"] == "治安") & (t["kind"][m["team"]] == "village"))
    n, village = len(rows), t["village"][m["team"][rows]]
    town = v["town"][village]
    tasks = np.array(["先期处置", "自救互救", "疏散转移", "医疗急救"], dtype=object)
    table = Table(
        "police",
        "village_police",
        ("record_no",),
        {
            "record_no": np.array([f"SQ{i:05d}" for i in range(1, n + 1)], dtype=object),
            "village_code": v["code12"][village],
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "person_name": m["name"][rows],
            "id_number": m["id"][rows],
            "phone": m["phone"][rows],
            "role_word": rng.choice(np.array(["社区民警", "辅警", "治安巡防"], dtype=object), n, p=[0.3, 0.4, 0.3]),
            "task_word": tasks[rng.choice(4, n, p=[0.4, 0.15, 0.35, 0.1])],
            "assigned_on": date_text(m["joined"][rows]),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "person", m["id"][rows])
    s = Spoiler(table, truth, world.rng("dirt village police"))
    s.names("person_name", rates)
    s.ids("id_number", rates, required=False)
    s.phones("phone", rates)
    s.empty("phone", rates)
    s.empty("task_word", rates)
    s.dates("assigned_on", rates)
    s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
    return table
