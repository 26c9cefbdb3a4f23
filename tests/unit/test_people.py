"""The search for people sees a leak in every kind of place and in every form people write: planted here on purpose."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests import people

IDENTITY, PHONE, NAME, HOME, ILL = (
    "33062119850712101X", "13812345678", "王小村", "柯桥区兰亭街道古筑村委会374号", "不能行走",
)  # fmt: skip
ALL = people.Planted(
    {"identity number": {IDENTITY}, "phone": {PHONE}, "full name": {NAME}, "home": {HOME}, "health": {ILL}}
)


def kinds(found: list[str]) -> set[str]:
    return {x.split(" x ")[1] for x in found}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (IDENTITY, "identity number"),
        (IDENTITY.lower(), "identity number"),
        ("330621 19850712 101X", "identity number"),
        ("330621-1985-0712-101X", "identity number"),
        ("3306 2119 8507 1210 1X", "identity number"),
        ("330621850712101", "identity number"),
        ("330621 850712 101", "identity number"),
        ("３３０６２１１９８５０７１２１０１Ｘ", "identity number"),
        (f"T{IDENTITY}", "identity number"),
        (PHONE, "phone"),
        ("138 1234 5678", "phone"),
        ("138-1234-5678", "phone"),
        ("+8613812345678", "phone"),
        ("+86 138 1234 5678", "phone"),
        ("0086-13812345678", "phone"),
        ("86 13812345678", "phone"),
        ("１３８１２３４５６７８", "phone"),
        (f"电话{PHONE}转王", "phone"),
        (NAME, "full name"),
        ("王 小村", "full name"),
        ("王　小　村", "full name"),
        (f"报警人{NAME}称", "full name"),
        (HOME, "home"),
        ("住址：柯桥区 兰亭街道 古筑村委会374号，独居", "home"),
        (ILL, "health"),
    ],
)
def test_every_form_is_seen(text: str, kind: str) -> None:
    assert kind in kinds(people.leaks("t", pa.table({"c": ["清白", text]}), ALL))


@pytest.mark.parametrize(
    "text",
    [
        "330621********101X", "138****5678", "王*", "王小明", "柯桥区兰亭街道***", "13812345679", "a13812345678f0",
        "2026-07-15 10:00:00", "1381234567800000", "91330621MA2D8K7X0Q", "120.4881381234567",
    ],
)  # fmt: skip
def test_what_is_no_leak_is_left_alone(text: str) -> None:
    assert people.leaks("t", pa.table({"c": [text]}), ALL) == []


def test_numbers_are_seen_in_columns_of_any_type() -> None:
    assert kinds(people.leaks("t", pa.table({"c": pa.array([int(PHONE)])}), ALL)) == {"phone"}
    assert kinds(people.leaks("t", pa.table({"c": pa.array([float(PHONE)])}), ALL)) == {"phone"}
    assert kinds(people.leaks("t", pa.table({"c": [["x", PHONE]]}), ALL)) == {"phone"}
    assert kinds(people.leaks("t", pa.table({"c": [{"a": {"b": PHONE}}]}), ALL)) == {"phone"}
    assert kinds(people.leaks("t", pa.table({"c": pa.array([PHONE.encode()])}), ALL)) == {"phone"}
    assert kinds(people.leaks("t", pa.table({"c": pa.array([PHONE]).dictionary_encode()}), ALL)) == {"phone"}
    assert people.leaks("t", pa.table({"c": pa.array([10**11 + int(PHONE)], pa.uint64())}), ALL) == []


def in_parquet(path: Path) -> None:
    pq.write_table(pa.table({"note": [f"联系 {PHONE}"]}), path)


def in_log(path: Path) -> None:
    path.write_text(f"12:00 [debug] insert into x values ('{PHONE}')\n", encoding="utf-8")


def in_json(path: Path) -> None:
    path.write_text(json.dumps({"who": NAME, "at": HOME}), encoding="ascii")


def in_address(path: Path) -> None:
    path.write_text(f"GET /persons?name={quote(NAME)} 200", encoding="ascii")


def in_page(path: Path) -> None:
    path.write_text("<td title='" + "".join(f"&#{ord(c)};" for c in NAME) + "'>-</td>", encoding="ascii")


def in_csv(path: Path) -> None:
    path.write_bytes(f"姓名,住址\r\n{NAME},{HOME}\r\n".encode("gb18030"))


def in_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps({"tel": PHONE}).encode()))


def in_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_string(5, 5, IDENTITY)


def in_zip(path: Path) -> None:
    inner = io.BytesIO()
    pq.write_table(pa.table({"c": [IDENTITY]}), inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("day/rows.parquet", inner.getvalue())


def in_storage(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("create table event_logs (body text)")
        db.execute("insert into event_logs values (?)", [f'{{"phone": "{PHONE}", "name": "{NAME}"}}'])


def in_warehouse_bytes(path: Path) -> None:
    with duckdb.connect(str(path)) as db:
        db.execute("create table t as select ? as c", [f"{PHONE} {NAME}"])


PLACES = {
    "rows.parquet": (in_parquet, {"phone"}),
    "dbt.log": (in_log, {"phone"}),
    "manifest.json": (in_json, {"full name", "home"}),
    "access.log": (in_address, {"full name"}),
    "page.html": (in_page, {"full name"}),
    "drop.csv": (in_csv, {"text as gb18030"}),
    "segment.jsonl.gz": (in_gzip, {"phone"}),
    "owner.xlsx": (in_workbook, {"identity number"}),
    "bundle.zip": (in_zip, {"identity number"}),
    "index.db": (in_storage, {"phone", "full name"}),
    "anlan.duckdb": (in_warehouse_bytes, {"phone", "full name"}),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_leak_in_any_file_is_found_and_not_quoted(tmp_path: Path, name: str) -> None:
    plant, expected = PLACES[name]
    (tmp_path / "deep").mkdir()
    (tmp_path / "clean.txt").write_text("无", encoding="utf-8")
    plant(tmp_path / "deep" / name)
    found = people.leaks_below(tmp_path, ALL)
    assert kinds(found) == expected
    assert all(x.startswith(f"deep/{name}") for x in found)
    assert not any(v in x for x in found for v in (IDENTITY, PHONE, NAME, HOME))
    assert people.leaks_below(tmp_path, ALL, beside={"deep"}) == []


def test_a_leak_in_a_table_or_view_of_the_warehouse_is_found(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as db:
        db.execute("create schema marts; create table marts.clean as select 1 as n")
        db.execute("create view marts.open as select '138 1234 5678' as contact")
    found, looked = people.leaks_in_database(tmp_path / "w.duckdb", ALL)
    assert looked == 2
    assert found == ["marts.open.contact: 1 x phone"]


def test_places_end_to_end_are_nobody_and_a_name_by_itself_is_somebody():
    known = people.Planted({"full name": {"白洋兰"}})
    assert known.names_in("大和村委会白洋兰亭村民委员会") == set()
    assert known.names_in("联系人白洋兰电话") == known.names_in("兰亭村 白洋兰") == {"白洋兰"}
