"""The register of firms, one file at the end of the quarter before and one of the period."""

from __future__ import annotations

import numpy as np

from simulator import dirt
from simulator.departments.enforcement.common import note_local_codes, town_columns
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, to_text
from simulator.truth import Truth
from simulator.world import World, quarter_name


def enterprises(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the register at the end of the quarter before and of the period."""
    f, rng = world.firms, world.rng("register")
    n = len(f["no"])
    code, name = town_columns(world, rates, f["town"], "register")
    yes = rng.random(n) < 0.1
    key = np.where(f["key"], np.where(yes, "Y", "是"), np.where(yes, "N", "否")).astype(object)
    staff = f["staff"].astype(int).astype(str).astype(object)
    villages = world.villages
    of_town = [villages["name"][villages["town"] == t] for t in range(16)]
    pick, house, county = rng.integers(0, 10**6, n), rng.integers(1, 900, n), rng.random(n) < 0.12
    address = np.array(
        [
            f"{'绍兴县' if c else '绍兴市柯桥区'}{world.towns['name'][t]}{of_town[t][p % len(of_town[t])]}{h}号"
            for c, t, p, h in zip(county, f["town"], pick, house, strict=True)
        ],
        dtype=object,
    )
    columns = {
        "企业编号": f["no"].copy(),
        "企业名称": f["name"].copy(),
        "统一社会信用代码": f["uscc"].copy(),
        "行业": f["word"].copy(),
        "从业人数": staff,
        "上年营业收入（万元）": to_text(f["revenue"], ".2f"),
        "重点企业": key,
        "重大危险源": np.where(f["major_source"], "是", "否").astype(object),
        "特种作业人数": f["operators"].astype(str).astype(object),
        "状态": f["status"].copy(),
        "镇街代码": code,
        "镇街": name,
        "地址": address,
        "经度": to_text(f["lon"], ".6f"),
        "纬度": to_text(f["lat"], ".6f"),
    }
    order = (
        "企业编号",
        "企业名称",
        "统一社会信用代码",
        "行业",
        "重点企业",
        "重大危险源",
        "状态",
        "从业人数",
        "上年营业收入（万元）",
        "特种作业人数",
        "镇街代码",
        "镇街",
        "地址",
        "经度",
        "纬度",
    )
    table = Table("enforcement", "enterprises", ("企业编号",), {c: columns[c] for c in order}).freeze_keys()
    truth.link(table, np.arange(n), "firm", f["no"])
    s = Spoiler(table, truth, world.rng("dirt register"))
    for row in np.flatnonzero([u[2:8] == "330621" for u in f["uscc"]]):
        s.note(
            int(row),
            "统一社会信用代码",
            "#3 former county in a code (legitimate)",
            f["uscc"][row],
            f["uscc"][row],
            "kept",
        )
    note_local_codes(s, world, "镇街代码", f["town"])
    s.cells("统一社会信用代码", rates.uscc_wrong, "#12 USCC with a wrong character", dirt.uscc_wrong, "rejected")
    s.cells("统一社会信用代码", rates.uscc_form, "#12 USCC in another form", dirt.uscc_form, "repaired")
    s.text("企业名称", rates)
    s.text("地址", rates)
    s.text("行业", rates)
    s.cells("从业人数", rates.headcount_word, "#16 head-count in words", dirt.headcount_word, "repaired")
    s.empty("从业人数", rates, 0.3)
    s.cells(
        "上年营业收入（万元）",
        rates.thousands_comma,
        "#16 thousands comma",
        lambda v, r: f"{float(v):,.2f}",
        "repaired",
    )
    s.empty("上年营业收入（万元）", rates)
    s.empty("地址", rates, 0.5)
    s.points("经度", "纬度", rates)
    s.towns("镇街代码", "镇街", rates, list(world.towns["name"]), list(world.towns["nbs9"]))
    # the older file: some firms are not in it yet, some had other figures
    older = np.flatnonzero(rng.random(n) >= 0.006)
    before = table.take(older)
    before.columns = {c: v.copy() for c, v in before.columns.items()}
    changed = np.flatnonzero(rng.random(len(older)) < 0.05)
    for row in changed:
        before.columns["从业人数"][row] = str(max(2, int(f["staff"][older[row]] * 0.93)))
    s.repeat_rows(rates.duplicate_row)
    return [before.of(quarter_name(world.period, -1)), table.of(world.period)]
