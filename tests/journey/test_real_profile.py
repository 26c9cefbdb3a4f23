"""Real files, published by others, land through their contracts and give the figures that others computed.

The files lie beside the checkout (``../shared/real``, or ``ANLAN_REAL``) and are never copied into it. Their
``expected.json`` was computed without this code; every count, sum, bound and histogram of it is compared.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import contract as contracts
from pipelines import figures, landing
from pipelines import run as work
from pipelines.settings import ROOT, Settings

REAL = Path(os.environ.get("ANLAN_REAL") or ROOT.parent / "shared" / "real")
pytestmark = pytest.mark.skipif(
    not (REAL / "expected.json").is_file(), reason=f"the folder of real files is not there: {REAL.name} (ANLAN_REAL)"
)


class Landed:
    """One run of the real profile: outcome, figures, manifests, and what was expected."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings.load("real", home=home, from_folder=REAL)
        self.outcome = work.evaluate(self.settings)
        self.expected: dict[str, Any] = json.loads((REAL / "expected.json").read_text(encoding="utf-8"))

    def figures(self, silo: str, table: str) -> dict[str, Any]:
        found = figures.figures(contracts.load(silo), self.settings.landing)
        return {k.removeprefix(f"{table}."): v for k, v in found.items() if k.startswith(f"{table}.")}

    def manifests(self, silo: str, table: str) -> list[dict[str, Any]]:
        return [
            m for m in landing.manifests(self.settings, contracts.load(silo).table(table)) if m["status"] != "genesis"
        ]

    def checks(self, silo: str, table: str, rule: str) -> list[dict[str, Any]]:
        return [c for m in self.manifests(silo, table) for c in m["checks"] if c["rule"] == rule]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    return Landed(tmp_path_factory.mktemp("real"))


def test_no_row_is_lost_and_no_silo_fails(landed: Landed) -> None:
    assert landed.outcome.errors == []
    assert landed.outcome.proof is not None
    assert landed.outcome.proof.ok
    seen = {r.silo for r in landed.outcome.pulls}
    assert seen == {
        "police_seattle", "water_yellow_river", "water_usgs", "towers_israel", "enforcement_osha", "workbooks", "csv",
    }  # fmt: skip


def test_police_seattle(landed: Landed) -> None:
    expected, got = landed.expected["police_seattle"], landed.figures("police_seattle", "incidents")
    compared = {
        "rows", "full_duplicates", "sum_code", "lat_min_max", "lon_min_max", "unparsable_time", "time_min", "time_max",
        "initial_group_NULL", "top_clearance_groups", "by_month", "median_per_day",
    }  # fmt: skip
    assert {k: got[k] for k in compared} == {k: expected[k] for k in compared}
    assert got["peak_day"] == [str(v) for v in expected["peak_day"]]
    columns = contracts.load("police_seattle").table("incidents").columns.values()
    assert [c.source for c in columns] == expected["columns"]
    assert set(expected) == compared | {"peak_day", "columns"}


def test_water_yellow_river(landed: Landed) -> None:
    expected = landed.expected["water_yellow_river"]
    got = landed.figures("water_yellow_river", "daily_reports")
    assert (got["files"], got["rows"], got["stations"]) == (expected["files"], expected["rows"], expected["stations"])
    assert got["rows_per_file"] == [expected["rows_per_file"]]
    assert got["missing_days"] == [expected["missing_day"]]
    for name in ("level", "flow", "sand"):
        for what, value in expected[name].items():
            if what == "storage_unit":
                column = contracts.load("water_yellow_river").table("daily_reports").columns["storage_1e8_m3"]
                assert value.replace(" m3", "") in column.en.replace(",", "")
            elif what == "storage_cells":
                assert got["storage_cells"] == value
            else:
                assert got[f"{name}_{what}"] == value, (name, what)
    assert got["storage_stations"] == 8
    (gap,) = landed.checks("water_yellow_river", "daily_reports", "water_yellow_river.daily_reports.no_day_missing")
    assert (gap["failed"], gap["seen"], gap["severity"]) == (1, expected["missing_day"], "warning")
    (one,) = landed.manifests("water_yellow_river", "daily_reports")
    assert (one["accepted"], one["rejected"]) == (expected["rows"], 0)


def test_water_usgs(landed: Landed) -> None:
    expected, got = landed.expected["water_usgs"], landed.figures("water_usgs", "readings")
    batches = {m["source"]["name"]: m for m in landed.manifests("water_usgs", "readings")}
    assert set(batches) == set(expected)
    for name, want in expected.items():
        one = batches[name]
        assert one["status"] == "landed"
        assert one["rejected"] == 0
        assert (one["landed"], one["source"]["detail"]["series"]) == (want["values"], want["series"])
        if not want["values"]:
            assert one["source"]["detail"]["is_empty"]
            assert name not in got["per_file"]
            # empty is an answer, not an error: every figure of it is nothing
            assert want == {
                "series": 0, "values": 0, "nodata": 0, "sum_valid": 0, "qualifiers": {}, "utc_min": None,
                "utc_max": None, "distinct_utc_instants": 0,
            }  # fmt: skip
            continue
        seen = got["per_file"][name]
        for what in ("values", "nodata", "sum_valid", "distinct_utc_instants"):
            assert seen[what] == want[what], (name, what)
        for what in ("utc_min", "utc_max"):
            assert seen[what] == want[what].removesuffix("+00:00"), (name, what)
        assert got["qualifiers_per_file"][name] == want["qualifiers"], name
        assert set(want) == {
            "series", "values", "nodata", "sum_valid", "qualifiers", "utc_min", "utc_max", "distinct_utc_instants",
        }  # fmt: skip


def test_rdb_tables_are_read_without_their_comments_and_formats(landed: Landed) -> None:
    for table, pattern in (("field_measurements", "field"), ("peaks", "peaks|parsing"), ("ratings", "rating")):
        lines = 0
        for path in (REAL / "water_usgs").glob("*.rdb.txt"):
            if re.match(pattern, path.name):
                text = path.read_text(encoding="utf-8").splitlines()
                lines += len([x for x in text if x.strip() and not x.startswith("#")]) - 2
        assert landed.figures("water_usgs", table)["rows"] == lines > 0


def test_towers_israel(landed: Landed) -> None:
    expected, got = landed.expected["towers_israel"], landed.figures("towers_israel", "sites")
    assert (got["landed"], got["rows"], got["duplicate"]) == (2 * expected["rows"], expected["rows"], expected["rows"])
    assert (set(got["rows_per_file"].values()) == {expected["rows"]}) is expected["xlsx_equals_csv_shape"]
    same = ("operators", "site_types", "radiation_permit", "distinct_site_no", "ITM_X_min_max", "ITM_Y_min_max",
            "sum_X", "sum_Y", "operation_before_construction", "never_checked", "duplicate_xy")  # fmt: skip
    assert {k: got[k] for k in same} == {k: expected[k] for k in same}
    # the published histogram of techniques names its six most frequent words
    assert dict(sorted(got["tech"].items(), key=lambda kv: -kv[1])[: len(expected["tech"])]) == expected["tech"]
    assert got["last_check_after_register_date"] == expected["last_check_after_file_date_2023-10-15"]
    assert got["check_older_than_365d_before_register"] == expected["check_older_than_365d_before_2023-10-15"]
    table = contracts.load("towers_israel").table("sites")
    by_source = {c.source: c.name for c in table.columns.values()}
    assert [s for s in by_source if not s.startswith("=")] == expected["columns"]
    blanks = {
        "address": "blank_address", "operation_permit_date": "blank_operation_permit_date",
        "last_check_date": "blank_last_check_date", "max_radiation_uw_cm2": "blank_max_radiation",
        "max_share_of_limit_percent": "blank_max_share", "max_point_note": "blank_max_point_note",
        "construction_file": "blank_construction_file", "operation_file": "blank_operation_file",
    }  # fmt: skip
    assert {by_source[k]: v for k, v in expected["blank"].items()} == {k: got[v] for k, v in blanks.items()}
    dates = {
        "construction_permit_date": "construction_dates", "operation_permit_date": "operation_dates",
        "last_check_date": "last_check_dates",
    }  # fmt: skip
    for source, want in expected["dates"].items():
        assert got[dates[by_source[source]]] == want, source
    # five checks dated after the register: a remark on each delivery, nothing refused
    for found in landed.checks("towers_israel", "sites", "towers_israel.last_check_date.not_after_register"):
        assert (found["severity"], found["failed"]) == ("warning", 5)
    assert contracts.load("towers_israel").crs == "EPSG:2039"


def test_itm_coordinates_fall_into_the_country_they_name(landed: Landed) -> None:
    """The folder holds no longitudes to compare with; the grid's transform must still put every site in Israel."""
    from pyproj import Transformer

    got = landed.figures("towers_israel", "sites")
    to_degrees = Transformer.from_crs(contracts.load("towers_israel").crs, "EPSG:4326", always_xy=True)
    for x in got["ITM_X_min_max"]:
        for y in got["ITM_Y_min_max"]:
            lon, lat = to_degrees.transform(x, y)
            assert 34 < lon < 36.5
            assert 29 < lat < 33.6


def test_enforcement_osha(landed: Landed) -> None:
    got = landed.figures("enforcement_osha", "inspections")
    snapshots = landed.expected["enforcement_osha"]["snapshots"]
    assert (got["landed"], got["accepted"], got["duplicate"]) == (706, 246, 460)
    batches = {m["source"]["name"]: m for m in landed.manifests("enforcement_osha", "inspections")}
    names = [s["file"] for s in snapshots]
    assert list(batches) == names, "snapshots land oldest first"
    for i, want in enumerate(snapshots):
        name = want["file"]
        assert got["rows_per_file"][name] == batches[name]["landed"] == want["rows"]
        assert got["distinct_per_file"][name] == want["distinct_inspections"]
        assert batches[name]["accepted"] == want.get("new", want["rows"])
        assert batches[name]["rejected"] == 0
        if i:
            assert got["gone_after_file"][names[i - 1]] == len(want["gone"])
            # an accepted row is either new or changed; here nothing changed
            assert batches[name]["accepted"] - want["new"] == len(want["changed"])


def test_workbooks(landed: Landed) -> None:
    expected = landed.expected["workbooks"]
    batches = {m["source"]["name"]: m for m in landed.manifests("workbooks", "sheet_rows")}
    got = landed.figures("workbooks", "sheet_rows")
    for name, want in expected.items():
        if name == "uk_fire1001":
            continue
        if str(want["calamine"]).startswith("ERROR PasswordError"):
            assert batches[name]["status"] == "refused"
            assert "password" in batches[name]["reason"]["what"]
            assert batches[name]["reason"]["do"]
            continue
        sheets = {s["name"]: [s["rows"], s["columns"]] for s in batches[name]["source"]["detail"]["sheets"]}
        assert sheets == want["calamine"], name
        # another reader's dimensions count cells that hold only a format; one of its readings ended in an error
        for sheet, dimension in (
            (want.get("openpyxl") or {}).items() if want.get("openpyxl") != "ERROR IndexError" else ()
        ):
            assert int(re.fullmatch(r"[A-Z]+[0-9]+:[A-Z]+([0-9]+)", dimension).group(1)) >= sheets[sheet][0]
        for sheet, (rows, width) in want["calamine"].items():
            assert got["sheets"].get(f"{name}!{sheet}", [0, 0]) == ([rows, width] if rows else [0, 0])
    assert [m["source"]["name"] for m in batches.values() if m["status"] == "refused"] == [
        "messytables/encrypted_no_password.xls"
    ]


def test_hidden_sheets_and_merged_cells_of_the_fire_workbook(landed: Landed) -> None:
    want = landed.expected["workbooks"]["uk_fire1001"]["sheets"]
    (one,) = [m for m in landed.manifests("workbooks", "sheet_rows") if "uk_fire1001" in m["source"]["name"]]
    sheets = {s["name"]: s for s in one["source"]["detail"]["sheets"]}
    assert list(sheets) == list(want)
    for name, sheet in sheets.items():
        assert (sheet["state"], sheet["merged"]) == (want[name]["state"], want[name]["merged"]), name
        # the stated dimension counts cells that hold only a format; what holds a value lies inside it
        last = int(re.search(r"(\d+)$", want[name]["dimensions"]).group(1))
        assert 0 < sheet["rows"] <= last
    hidden = {n.split("!")[1] for n in landed.figures("workbooks", "sheet_rows")["hidden"]}
    assert hidden == {n for n, s in want.items() if s["state"] == "hidden"}


def test_fire1001_annual(landed: Landed) -> None:
    want = landed.expected["workbooks"]["uk_fire1001"]["Data - annual"]
    got = landed.figures("workbooks", "fire1001_annual")
    columns = contracts.load("workbooks").table("fire1001_annual").columns.values()
    assert [c.source for c in columns] == want["columns"]
    compared = set(want) - {"columns", "note"}
    assert {k: got[k] for k in compared} == {k: want[k] for k in compared}


@pytest.mark.parametrize("name", ["dates-1900.xls", "dates-1904.xls"])
def test_both_date_systems_say_the_same_day(landed: Landed, name: str) -> None:
    cells = _cells(landed, "workbooks", "sheet_rows", f"readxl/{name}")
    assert json.loads(cells[0])[0] == "2000-01-01"


def _cells(landed: Landed, silo: str, table: str, file: str) -> list[str]:
    import duckdb

    folder = landed.settings.landing / silo / table
    return [
        r[0]
        for r in duckdb.execute(
            f"select coalesce(cells_json_text, cells_json) from read_parquet('{folder}/*/*/rows.parquet', union_by_name=true) "
            "where _file = ? order by _row",
            [file],
        ).fetchall()
    ]


def test_csv_spectrum_equals_its_own_truth(landed: Landed) -> None:
    folder = REAL / "csv" / "csv_spectrum"
    compared = 0
    for path in sorted((folder / "csvs").glob("*.csv")):
        truth = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        truth = truth if isinstance(truth, list) else [truth]
        header, *records = (json.loads(c) for c in _cells(landed, "csv", "csv_rows", f"csv_spectrum/csvs/{path.name}"))
        if path.stem == "location_coordinates":
            # its authors changed the telephone number in one of the two files; the rest must agree
            truth[0]["Contact Phone Number"] = records[0][header.index("Contact Phone Number")]
        assert [dict(zip(header, r, strict=True)) for r in records] == truth, path.name
        compared += 1
    assert compared == 12


def test_every_text_table_lands_or_is_refused_by_name(landed: Landed) -> None:
    got = landed.figures("csv", "csv_rows")
    (refused, one) = ([], None)
    for m in landed.manifests("csv", "csv_rows"):
        if m["status"] == "refused":
            refused.append(m)
        else:
            one = m
    there = [p for e in ("*.csv", "*.tsv", "*.csv.gz") for p in (REAL / "csv").rglob(e)]
    assert got["files"] + len(refused) == len(there)
    assert one["source"]["detail"]["files"] == got["files"]
    for m in refused:
        assert "not written in" in m["reason"]["what"], m["source"]["name"]
        assert re.search(r"byte \d+", m["reason"]["seen"])
    # only what is broken on purpose, and a Big5 table with cells of a private extension
    assert {Path(m["source"]["name"]).name for m in refused} == {
        "test_big5.csv", "nightmare.csv", "invalid_utf_cast.csv", "invalid_utf_less.csv", "invalid_utf_max_line.csv",
        "invalid_utf_more.csv", "invalid_utf_unquoted.csv",
    }  # fmt: skip
    assert got["ragged"] == one["rejected"] > 0


def test_chinese_encodings_are_read_to_the_character(landed: Landed) -> None:
    assert json.loads(_cells(landed, "csv", "csv_rows", "encodings/test_euc_cn.csv")[-1])
    gbk = "".join(json.loads(c)[0] for c in _cells(landed, "csv", "csv_rows", "encodings/test_zh_cn.gbk.csv"))
    windows = "".join(
        json.loads(c)[0] for c in _cells(landed, "csv", "csv_rows", "encodings/test_windows-936-2000.csv")
    )
    for character in "柯桥鉴湖镕":
        assert character in gbk
        assert character in windows
    assert "€" in windows


def test_nothing_in_these_contracts_is_a_second_home_of_a_figure() -> None:
    """The numbers live in expected.json; a contract only says how they are counted."""
    for contract in contracts.all_contracts("real"):
        text = yaml.safe_dump({n: t.raw.get("figures") for n, t in contract.tables.items()})
        assert not re.search(r"\b(91067|19345|8023|6537)\b", text)


def test_a_second_run_brings_nothing_new(landed: Landed) -> None:
    before = sorted(p.name for p in landed.settings.landing.glob("*/*/*/batch=*"))
    again = work.evaluate(landed.settings)
    assert again.errors == []
    assert again.proof is not None
    assert again.proof.ok
    assert sorted(p.name for p in landed.settings.landing.glob("*/*/*/batch=*")) == before
