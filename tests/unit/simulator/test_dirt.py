"""A spoiled cell is noted with its clean value, and a rate of nothing spoils nothing."""

import numpy as np

from simulator import codes, dirt
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table
from simulator.truth import Truth


def table(values):
    return Table(
        "s",
        "t",
        ("k",),
        {"k": np.array([str(i) for i in range(len(values))], dtype=object), "v": np.array(values, dtype=object)},
    ).freeze_keys()


def test_a_cell_is_spoiled_once_and_its_clean_value_kept():
    clean = ["2026-07-05"] * 500
    t, truth = table(clean), Truth()
    s = Spoiler(t, truth, np.random.default_rng(1))
    s.dates("v", DirtRates(date_form=0.4, excel_serial=0.4, impossible_date=0.4))
    changed = [i for i, v in enumerate(t.columns["v"]) if v != "2026-07-05"]
    assert sorted(int(r[2]) for r in truth.rows) == changed
    assert {r[5] for r in truth.rows} == {"2026-07-05"}


def test_excel_serial_counts_from_the_end_of_1899():
    rng = np.random.default_rng(1)
    assert dirt.excel_serial("2021-07-05", rng) == "44382"
    assert dirt.excel_serial("2021-07-05 12:00:00", rng) == "44382.500000000"


def test_a_range_of_people_has_the_true_number_in_its_middle():
    rng = np.random.default_rng(3)
    for n in ("8", "200", "37"):
        for _ in range(20):
            word = dirt.headcount_word(n, rng)
            if "-" in word:
                low, high = map(int, word.split("-"))
                assert (low + high) / 2 == int(n)


def test_repeated_rows_are_noted_as_duplicates():
    t, truth = table(list("abcdefghij")), Truth()
    n = Spoiler(t, truth, np.random.default_rng(2)).repeat_rows(0.5)
    assert len(t) == 10 + n
    assert [r[7] for r in truth.rows] == ["duplicate"] * n


def test_no_rate_no_dirt():
    t, truth = table(["2026-07-05"] * 50), Truth()
    s, off = Spoiler(t, truth, np.random.default_rng(2)), DirtRates.clean()
    s.dates("v", off)
    s.empty("v", off)
    s.text("v", off)
    assert truth.rows == []


def test_rates_can_be_doubled_and_never_pass_one():
    twice = DirtRates().scaled(2)
    assert twice.spike == DirtRates().spike * 2
    assert twice.local_code == 1.0
    assert DirtRates().scaled(0) == DirtRates.clean()


def everything(rates):
    """One table with a column for every kind, spoiled by ``rates``; its truth."""
    n = 400
    rng = np.random.default_rng(5)

    def text(*options):
        return np.array([options[i % len(options)] for i in range(n)], dtype=object)

    days = np.array([str(np.datetime64("2026-07-01") + np.timedelta64(i % 80, "D")) for i in range(n)], dtype=object)
    columns = {
        "k": np.array([str(i) for i in range(n)], dtype=object),
        "village": text("柯东社区居委会", "沈家村委会"), "camera": text("33060300001320100123"),
        "uscc": text("91110000600037341L", "91330603100000001A"), "firm": text("绍兴恒达（柯桥）有限公司"),
        "id": text("36042619910101007X", "360426199101010071"), "phone": text("13812345678"), "person": text("王芳"),
        "status": text("已整改", "未整改"), "birth": days.copy(), "number": text("6"), "day": days.copy(),
        "drop": text("1.5"), "level": text("4.210"), "height": text("5.100"), "datum": text("1985"),
        "volume": text("12.300"), "staff": text("20"), "money": text("1200.00", "-5000.00", "88.00"), "area": text("667.0"),
        "pieces": text("200"), "unit": text("件"), "thing": text("冲锋舟"), "stocked": text("40"),
        "lon": text("120.495000"), "lat": text("30.085000"), "town_code": text("330603011", "330603001"),
        "town": text("马鞍街道", "柯桥街道"), "address": text("绍兴市柯桥区柯桥街道1号"),
        "found": np.array([f"{d} 09:00:00" for d in days], dtype=object),
        "closed": np.array([f"{d} 15:00:00" for d in days], dtype=object),
        "before": text("aa"), "after": text("bb"), "mender": text("甲"), "reviewer": text("乙"),
        "deadline": days.copy(), "changed": text("2026-06-01 10:00:00"), "valid_to": text("2030-01-01", "2025-01-01"),
        "cert": text("T360426199101010071", "T36042619910101007X"), "cert_state": text("过期"),
        "points": text("24"), "expires": text("2027-01-01"), "body": text("51330603100000001A"),
        "code": text("52330603100000001A"), "verified": text("2026-08-01"), "helper": text("甲某"), "at": text("1751299200000"),
    }  # fmt: skip
    t, truth = Table("s", "t", ("k",), columns).freeze_keys(), Truth()
    s = Spoiler(t, truth, rng)
    station = np.arange(n) // 50
    s.villages("village", rates)
    s.ruined_codes("camera", rates)
    s.credit_codes("uscc", rates, ["91110000600037341L", "91330603100000001A"])
    s.firm_names("firm", rates)
    s.ids("id", rates)
    s.phones("phone", rates)
    s.names("person", rates)
    s.words("status", rates, {"已整改": ("整改完毕", "已闭环"), "未整改": ("整改中",)})
    s.age_bands("birth", rates)
    s.number_as_text("number", rates)
    s.dates("day", rates)
    s.empty("after", rates, 0.1)
    s.text("address", rates)
    s.sentinels("drop", rates)
    s.spikes("drop", rates)
    s.tenths("drop", rates, station)
    s.stuck("level", rates, station)
    s.wusong(["height"], "datum", station == 0 if rates.wusong_basin else np.zeros(n, bool))
    s.volumes("volume", rates)
    s.headcounts("staff", rates)
    s.money("money", rates)
    s.areas("area", rates)
    s.stock("pieces", rates, "unit", "thing", {"件": ("箱", 20)}, {"冲锋舟": ("橡皮艇",)})
    s.stock("stocked", rates)
    s.points("lon", "lat", rates, anchored=np.ones(n, bool))
    s.old_town_codes("town_code", rates, {"330603011": "330603104"})
    s.towns("town_code", "town", rates, ["马鞍街道", "柯桥街道"], ["330603011", "330603001"])
    s.former_county("address", rates)
    s.closed_before_found("found", "closed", rates)
    s.closed_at_midnight("closed", rates, ["2026-09-30"])
    s.same_photos("before", "after", rates)
    s.same_people("mender", "reviewer", rates)
    s.deadlines_moved("deadline", "changed", rates)
    s.certificates("valid_to", rates, "cert", "cert_state", "2026-09-30")
    s.silent_devices("points", np.arange(n) // 8, rates)
    s.expired_stock("expires", rates, "2026-09-30")
    s.categories("body", rates, ["91110000600037341L"])
    s.names_only("code", rates)
    s.stale("verified", rates, "2026-09-30")
    s.several_helpers("helper", rates, ["甲某", "乙某"])
    if rates.local_code:
        s.utc_feed("at", np.full(n, np.datetime64("2026-07-01T03:00:00")))
    s.repeat_rows(rates.duplicate_row)
    return t, truth


def test_every_kind_that_lies_in_rows_has_a_spoiler():
    """17, 21, 22 partly and 24 are made by the departments themselves: files, twins and rosters."""
    _, truth = everything(DirtRates().scaled(8))
    kinds = {r[4].split()[0] for r in truth.rows}
    assert kinds >= {
        f"#{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 22, 23, 25, 26)
    }
    assert {r[7] for r in truth.rows} <= {"repaired", "rejected", "flagged", "duplicate", "kept"}


def test_the_truth_holds_what_stands_in_the_table():
    """A dirty value in the truth is the cell's value; a cell nobody noted is clean."""
    t, truth = everything(DirtRates().scaled(8))
    clean, _ = everything(DirtRates.clean())
    noted: dict[tuple[str, str], set[str]] = {}
    for r in truth.rows:
        noted.setdefault((r[2], r[3]), set()).add(r[6])
    beside = {"unit", "datum", "lat"}
    for column, values in t.columns.items():
        for row in range(400):
            now, was = values[row], clean.columns[column][row]
            told = noted.get((str(row), column))
            if now != was and column not in beside:
                assert told, (column, row)
            if told and column not in {"lon", "pieces", "at", "code", "valid_to"} and column in clean.columns:
                assert str(now) in told, (column, row)


def test_all_rates_at_nothing_spoil_nothing():
    _, truth = everything(DirtRates.clean())
    assert truth.rows == []


def test_other_systems_lie_where_they_were_measured():
    lon, lat = np.array([120.495]), np.array([30.085])

    def metres(a, b):
        return float(np.hypot((a - lon) * 96_400, (b - lat) * 110_900)[0])

    gcj = codes.to_gcj02(lon, lat)
    assert 480 < metres(gcj[0], gcj[1]) < 510
    bd = codes.to_bd09(lon, lat)
    assert 1050 < metres(bd[0], bd[1]) < 1150
