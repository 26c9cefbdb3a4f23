"""Rosters and certificates of the stations, safety officers and special operators of firms."""

from __future__ import annotations

import numpy as np

from simulator import dirt
from simulator.departments.enforcement.common import note_local_codes, town_columns
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, date_text
from simulator.truth import Truth
from simulator.world import World, quarter_name


def _days(values: list) -> np.ndarray:
    return date_text(np.array([np.datetime64("NaT") if v is None else v for v in values], dtype="datetime64[D]"))


def stations(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the certificates, then the rosters of the quarter before and of the period."""
    roster, certificates = list(world.stations.roster), world.stations.certificates
    rng, towns = world.rng("roster tables"), world.towns
    # head-counts that differ (#21): a part-timer listed a second time as auxiliary, one who left without a date
    stations = [int(t) for t in np.flatnonzero(rng.random(16) < rates.headcount_difference * 2)][:4]
    notes = []
    for t in stations:
        twin = next(p for p in roster if p["town"] == t and p["employment"] == "兼职")
        roster.append({**twin, "employment": "辅助", "post": "内勤"})
        notes.append((len(roster) - 1, "用工性质", "#21 part-time counted also full-time", "兼职", "辅助"))
    roster_at = sorted(range(len(roster)), key=lambda i: (roster[i]["town"], i))
    people = [roster[i] for i in roster_at]
    n = len(people)
    town = np.array([p["town"] for p in people])
    newest = np.full(n, str((world.end - 1).astype("datetime64[M]")).replace("-", ""), dtype=object)
    gone = np.flatnonzero([p["employment"] == "兼职" and p["left"] is None for p in people])
    gone = gone[rng.random(len(gone)) < rates.headcount_difference / 6]
    for row in gone:
        newest[row] = str((world.start - 120).astype("datetime64[M]")).replace("-", "")
    code, _ = town_columns(world, rates, town, "rosters")
    table = Table(
        "enforcement",
        "station_rosters",
        ("序号",),
        {
            "序号": np.array([str(i) for i in range(1, n + 1)], dtype=object),
            "应急管理站": towns["name"][town].copy(),
            "镇街代码": code,
            "姓名": np.array([p["name"] for p in people], dtype=object),
            "身份证号": np.array([p["id"] for p in people], dtype=object),
            "手机": np.array([p["phone"] for p in people], dtype=object),
            "岗位": np.array([p["post"] for p in people], dtype=object),
            "用工性质": np.array([p["employment"] for p in people], dtype=object),
            "入职日期": _days([p["hired"] for p in people]),
            "离职日期": _days([p["left"] for p in people]),
            "最近社保月": newest,
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "person", [p["id"] for p in people])
    s = Spoiler(table, truth, world.rng("dirt rosters"))
    note_local_codes(s, world, "镇街代码", town)
    position = {i: row for row, i in enumerate(roster_at)}
    for i, column, kind, clean, dirty in notes:
        s.note(position[i], column, kind, clean, dirty)
    s.hold("用工性质", [position[i] for i, *_ in notes])
    for row in gone:
        s.note(int(row), "最近社保月", "#21 moved out but still listed", None, newest[row])
    s.cells("身份证号", rates.id_form, "#14 identity number form", dirt.id_form, "repaired")
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + " " + v[1:], "repaired")
    s.phones("手机", rates)
    s.empty("手机", rates)
    s.dates("入职日期", rates)
    s.text("应急管理站", rates)
    # the older roster: those hired in the period are not there yet, nobody has left in the period yet
    hired = np.array([p["hired"] for p in people], dtype="datetime64[D]")
    older = np.flatnonzero(hired < world.start)
    before = table.take(older)
    before.columns = {c: v.copy() for c, v in before.columns.items()}
    left = np.array(
        [np.datetime64("NaT") if people[i]["left"] is None else people[i]["left"] for i in older], dtype="datetime64[D]"
    )
    before.columns["离职日期"][left >= world.start] = None
    papers = _certificate_table(world, rates, truth, certificates)
    return [papers.of(world.period), before.of(quarter_name(world.period, -1)), table.of(world.period)]


def _certificate_table(world: World, rates: DirtRates, truth: Truth, certificates: list[dict]) -> Table:
    towns = world.towns
    rows = sorted(certificates, key=lambda c: (c["town"], c["no"]))
    table = Table(
        "enforcement",
        "officer_certificates",
        ("证件类型", "证件编号"),
        {
            "应急管理站": np.array([towns["name"][c["town"]] for c in rows], dtype=object),
            "姓名": np.array([c["name"] for c in rows], dtype=object),
            "身份证号": np.array([c["id"] for c in rows], dtype=object),
            "证件类型": np.array([c["kind"] for c in rows], dtype=object),
            "证件编号": np.array([c["no"] for c in rows], dtype=object),
            "等级": np.array([c["level"] for c in rows], dtype=object),
            "发证日期": _days([c["issued"] for c in rows]),
            "有效期至": _days([c["to"] for c in rows]),
            "最近复审": _days([c["reviewed"] for c in rows]),
            "注销日期": _days([c["revoked"] for c in rows]),
        },
    ).freeze_keys()
    truth.link(table, np.arange(len(rows)), "person", [c["id"] for c in rows])
    s = Spoiler(table, truth, world.rng("dirt certificates"))
    c = table.columns
    minor = ~np.isin(c["证件类型"], ["行政执法证"])
    kinds = world.rng("dirt certificate gaps").random(len(rows))
    for row in np.flatnonzero(kinds < rates.certificate_gap):
        if kinds[row] < rates.certificate_gap * 0.6 and c["有效期至"][row] is not None:
            s.note(int(row), "有效期至", "#20 certificate without valid_to", c["有效期至"][row], None, "flagged")
            c["有效期至"][row] = None
        elif kinds[row] < rates.certificate_gap * 0.8 and minor[row]:
            s.note(int(row), "发证日期", "#20 certificate without any date", c["发证日期"][row], None, "flagged")
            c["发证日期"][row], c["有效期至"][row], c["最近复审"][row] = None, None, None
        elif minor[row]:
            other = c["身份证号"][(row + 7) % len(rows)]
            s.note(
                int(row),
                "身份证号",
                "#20 certificate with another person's number",
                c["身份证号"][row],
                other,
                "flagged",
            )
            c["身份证号"][row] = other
            s.hold("身份证号", [row])
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + " " + v[1:], "repaired")
    s.cells("身份证号", rates.id_form, "#14 identity number form", dirt.id_form, "repaired")
    s.cells(
        "证件编号",
        rates.hidden_character / 4,
        "#15 null token in a key",
        lambda v, r: "待补充",
        "rejected",
        where=minor,
    )
    s.dates("发证日期", rates)
    s.dates("有效期至", rates)
    s.empty("有效期至", rates, 0.5)
    s.text("应急管理站", rates)
    return table


def firm_people(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return safety officers and special operators of firms."""
    people, works = world.firm_people
    firms = world.firms["no"]
    officers = Table(
        "enforcement",
        "safety_officers",
        ("记录号",),
        {
            "记录号": people["no"].copy(),
            "企业编号": firms[people["firm"]],
            "姓名": people["name"].copy(),
            "身份证号": people["id"].copy(),
            "职务": people["role"].copy(),
            "证件编号": people["cert"].copy(),
            "任命日期": date_text(people["appointed"]),
            "发证日期": date_text(people["issued"]),
            "有效期至": date_text(people["to"]),
        },
    ).freeze_keys()
    operators = Table(
        "enforcement",
        "special_operators",
        ("记录号",),
        {
            "记录号": works["no"].copy(),
            "企业编号": firms[works["firm"]],
            "姓名": works["name"].copy(),
            "身份证号": works["id"].copy(),
            "作业类别": works["work"].copy(),
            "证件编号": works["cert"].copy(),
            "发证日期": date_text(works["issued"]),
            "有效期至": date_text(works["to"]),
            "最近复审": date_text(works["reviewed"]),
        },
    ).freeze_keys()
    truth.link(officers, np.arange(len(officers)), "person", people["id"])
    truth.link(operators, np.arange(len(operators)), "person", works["id"])
    _spoil_people(world, rates, truth, officers, ("任命日期", "发证日期", "有效期至"))
    _spoil_people(world, rates, truth, operators, ("发证日期", "有效期至", "最近复审"))
    return [officers.of(world.period), operators.of(world.period)]


def _spoil_people(world: World, rates: DirtRates, truth: Truth, table: Table, dates: tuple[str, ...]) -> None:
    s = Spoiler(table, truth, world.rng(f"dirt {table.name}"))
    county = np.array([str(v)[:6] == "330621" for v in table.columns["身份证号"]])
    for row in np.flatnonzero(county):
        s.note(
            int(row),
            "身份证号",
            "#3 former county in an identity number (legitimate)",
            table.columns["身份证号"][row],
            table.columns["身份证号"][row],
            "kept",
        )
    if table.name == "special_operators":
        c = table.columns
        for row in np.flatnonzero(s.rng.random(len(table)) < rates.certificate_gap / 12):
            if c["证件编号"][row] is None:
                continue
            other = "T" + str(c["身份证号"][(row + 11) % len(table)])
            s.note(int(row), "证件编号", "#20 certificate number of another person", c["证件编号"][row], other)
            c["证件编号"][row] = other
    for row in np.flatnonzero(s.rng.random(len(table)) < rates.certificate_gap / 4):
        if table.columns["有效期至"][row] is not None:
            s.note(int(row), "有效期至", "#20 certificate without valid_to", table.columns["有效期至"][row], None)
            table.columns["有效期至"][row] = None
    s.ids("身份证号", rates)
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + "\u3000" + v[1:], "repaired")
    for column in dates:
        s.dates(column, rates)
    s.repeat_rows(rates.duplicate_row)
