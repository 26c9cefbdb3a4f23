"""Drop folders: bad workbooks and texts are refused by name, good ones give every row with its own number."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from pipelines import contract as contracts
from pipelines.connectors import files
from pipelines.connectors.base import Delivery, Refusal, Since, Waiting

FIRM = {
    "firm_no": {"source": "企业编号", "type": "code"},
    "firm_name": {"source": "企业名称", "type": "text"},
    "staff_count": {"source": "从业人数", "type": "headcount"},
}
SHEET = {
    "pattern": "企业名录_*.xlsx", "format": "xlsx", "sheet": "企业名录", "header_rows": 2, "skip_rows": 1,
    "total_label": "合计", "total_label_column": "firm_no", "total_columns": ["staff_count"],
}  # fmt: skip


def made(
    source: dict[str, Any], columns: dict[str, Any], load: str = "snapshot"
) -> tuple[contracts.Contract, contracts.Table]:
    for spec in columns.values():
        spec.setdefault("zh", "x")
        spec.setdefault("en", "x")
    raw = {
        "silo": "s", "profile": "real", "contract_version": 1, "department": "ZF", "name": {"zh": "甲", "en": "A"},
        "owner": {}, "purpose": {}, "protocol": "files", "cadence": "once", "grace_days": 1, "time_zone": "UTC",
        "crs": "WGS-84", "licence": {},
        "tables": {"t": {"source": source, "load": load, "key": [], "columns": columns}},
    }  # fmt: skip
    contract = contracts.parse(raw, "test")
    return contract, contract.tables["t"]


def got(
    folder: Path, source: dict[str, Any], columns: dict[str, Any], since: Since | None = None, load: str = "snapshot"
) -> list[Any]:
    contract, table = made(source, columns, load)
    return list(files.deliveries(contract, table, {"path": str(folder)}, since or Since()))


def rows(delivery: Delivery) -> list[dict[str, Any]]:
    out = []
    for s in delivery.slices:
        faults = s.faults.to_pylist() if s.faults is not None else [None] * len(s.rows)
        for n, row, fault in zip(s.numbers.to_pylist(), s.rows.to_pylist(), faults, strict=True):
            out.append({"_row": n, "_part": s.part, "_fault": fault, **row})
    return out


def check(delivery: Delivery, claim: str) -> dict[str, Any]:
    return next(c for c in delivery.checks if c["rule"] == f"s.t.{claim}")


def firms(path: Path, total: int | None = 350, header: str = "企业名称") -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("企业名录")
    sheet.merge_range(0, 0, 0, 2, "柯桥区企业名录")
    sheet.merge_range(1, 0, 1, 1, "企业")
    sheet.write(1, 2, "规模")
    for i, text in enumerate(("企业编号", header, "从业人数")):
        sheet.write(2, i, text)
    for r, row in enumerate([("F001", "甲厂", 200), ("F002", "乙厂", "约50人"), ("F003", None, "100-200")], 3):
        for c, v in enumerate(row):
            if v is not None:
                sheet.write(r, c, v)
    if total is not None:
        sheet.write(6, 0, "合 计")
        sheet.write(6, 2, total)
    sheet.write(8, 0, "注：从业人数含辅助人员")
    book.close()
    return path


class TestWorkbooks:
    def test_two_header_rows_total_and_footnote_leave_only_data(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_2026Q3.xlsx", 400)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        assert [(r["_row"], r["firm_no"], r["firm_name"], r["staff_count"]) for r in rows(delivery)] == [
            (4, "F001", "甲厂", "200"), (5, "F002", "乙厂", "约50人"), (6, "F003", None, "100-200"),
        ]  # fmt: skip
        assert [(n["row"], n["kind"]) for n in delivery.non_data_rows] == [
            (1, "title"), (2, "header"), (3, "header"), (7, "total"), (9, "footnote"),
        ]  # fmt: skip
        assert check(delivery, "total_row_equals_sum")["failed"] == 0
        assert delivery.sha256
        assert len(delivery.sha256) == 64

    def test_a_spreadsheet_sum_that_passes_over_texts_is_right_too(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 200)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        assert check(delivery, "total_row_equals_sum")["failed"] == 0

    def test_a_total_that_is_not_the_sum_fails(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 350)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        found = check(delivery, "total_row_equals_sum")
        assert found["failed"] == 1
        assert found["severity"] == "critical"
        assert "350" in found["seen"]
        assert "400" in found["seen"]

    def test_a_missing_total_fails_because_the_end_may_be_missing(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", None)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        assert check(delivery, "total_row_equals_sum")["failed"] == 1
        assert len(rows(delivery)) == 3

    def test_a_renamed_column_is_refused_with_expected_and_seen(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 400, header="单位名称")
        (refusal,) = got(tmp_path, SHEET, FIRM)
        assert isinstance(refusal, Refusal)
        assert refusal.name == "企业名录_1.xlsx"
        assert "企业名称" in refusal.error.what
        assert "单位名称" in refusal.error.seen
        assert refusal.error.do

    def test_a_missing_sheet_is_refused_with_the_sheets_seen(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 400)
        (refusal,) = got(tmp_path, {**SHEET, "sheet": "名录"}, FIRM)
        assert "名录" in refusal.error.what
        assert "企业名录" in refusal.error.seen

    def test_a_truncated_file_is_refused_and_the_rest_comes(self, tmp_path: Path) -> None:
        good = firms(tmp_path / "企业名录_2.xlsx", 400).read_bytes()
        (tmp_path / "企业名录_1.xlsx").write_bytes(good[: len(good) // 2])
        refusal, delivery = got(tmp_path, SHEET, FIRM)
        assert isinstance(refusal, Refusal)
        assert refusal.sha256
        assert "cut off" in refusal.error.what
        assert len(rows(delivery)) == 3

    def test_text_under_a_workbook_name_and_an_empty_file_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "企业名录_1.xlsx").write_text("企业编号,企业名称\n", encoding="gbk")
        (tmp_path / "企业名录_2.xlsx").write_bytes(b"")
        first, second = got(tmp_path, SHEET, FIRM)
        assert "no readable workbook" in first.error.what
        assert "empty" in second.error.what

    def test_a_workbook_with_a_password_says_so(self, tmp_path: Path) -> None:
        # what an encrypted xlsx is: an OLE container that holds one stream of this name
        locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
        (tmp_path / "企业名录_1.xlsx").write_bytes(locked)
        firms(tmp_path / "企业名录_2.xlsx", 400)
        refusal, delivery = got(tmp_path, SHEET, FIRM)
        assert "password" in refusal.error.what
        assert "without a password" in refusal.error.do
        assert len(rows(delivery)) == 3

    def test_a_file_that_grows_while_it_is_read_waits(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = firms(tmp_path / "企业名录_1.xlsx", 400)
        whole = hashlib.file_digest

        def growing(handle: Any, name: str) -> Any:
            found = whole(handle, name)
            with path.open("ab") as f:
                f.write(b"more")
            return found

        monkeypatch.setattr(hashlib, "file_digest", growing)
        (waiting,) = got(tmp_path, SHEET, FIRM)
        assert isinstance(waiting, Waiting)
        assert "still being written" in waiting.en
        monkeypatch.undo()
        firms(path, 400)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        assert len(rows(delivery)) == 3

    def test_unfinished_and_lock_files_wait(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 400)
        (tmp_path / "~$企业名录_1.xlsx").write_bytes(b"x")
        (tmp_path / "企业名录_2.xlsx.part").write_bytes(b"x")
        waiting, delivery = got(tmp_path, SHEET, FIRM)
        assert (waiting.name, isinstance(waiting, Waiting)) == ("企业名录_2.xlsx.part", True)
        assert delivery.name == "企业名录_1.xlsx"

    def test_a_file_seen_before_is_not_read_again(self, tmp_path: Path) -> None:
        firms(tmp_path / "企业名录_1.xlsx", 400)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        assert got(tmp_path, SHEET, FIRM, Since(seen=frozenset({delivery.sha256}))) == []

    def test_a_file_of_the_same_name_size_and_time_is_not_even_opened(self, tmp_path: Path) -> None:
        path = firms(tmp_path / "企业名录_1.xlsx", 400)
        (delivery,) = got(tmp_path, SHEET, FIRM)
        since = Since(stamps=frozenset({delivery.detail["stamp"]}))
        path.write_bytes(bytes(path.stat().st_size))
        assert isinstance(got(tmp_path, SHEET, FIRM, since)[0], Refusal)
        os.utime(path, ns=(0, int(delivery.detail["stamp"].rsplit("|", 1)[1])))
        assert got(tmp_path, SHEET, FIRM, since) == []

    def test_values_keep_what_was_written(self, tmp_path: Path) -> None:
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        sheet = book.add_worksheet()
        day, stamp, clock = (book.add_format({"num_format": f}) for f in ("yyyy/m/d", "yyyy-mm-dd hh:mm", "hh:mm"))
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_datetime(1, 0, datetime(2026, 7, 5), day)
        sheet.write_datetime(2, 0, datetime(2026, 7, 5, 12, 30), stamp)
        sheet.write(3, 0, 0.25, clock)
        sheet.write(4, 0, 200)
        sheet.write(5, 0, 0.00563227481)
        sheet.write(6, 0, 7.000000000000001)
        sheet.write_string(7, 0, "330621198001011234")
        sheet.write_string(8, 0, "0012.50")
        sheet.write_formula(9, 0, "=1/0", None, "#DIV/0!")
        sheet.write(10, 0, 44382)
        sheet.write_string(11, 0, " 留白 ")
        book.close()
        (delivery,) = got(tmp_path, {"pattern": "*.xlsx", "format": "xlsx"}, {"a": {"source": "a", "type": "text"}})
        assert [r["a"] for r in rows(delivery)] == [
            "2026-07-05", "2026-07-05 12:30:00", "06:00:00", "200", "0.00563227481", "7", "330621198001011234",
            "0012.50", "#DIV/0!", "44382", " 留白 ",
        ]  # fmt: skip
        assert check(delivery, "no_unknown_columns")["failed"] == 1
        assert delivery.detail["extra_columns"] == ["b"]

    def test_dates_of_the_1904_system_are_the_same_days(self, tmp_path: Path) -> None:
        for name, old in (("a.xlsx", True), ("b.xlsx", False)):
            book = xlsxwriter.Workbook(str(tmp_path / name), {"date_1904": old})
            sheet = book.add_worksheet()
            sheet.write(0, 0, "day")
            sheet.write_datetime(1, 0, datetime(2026, 7, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
            book.close()
        first, second = got(tmp_path, {"pattern": "*.xlsx", "format": "xlsx"}, {"d": {"source": "day", "type": "date"}})
        assert rows(first)[0]["d"] == rows(second)[0]["d"] == "2026-07-05"

    def test_a_merged_data_cell_speaks_for_all_its_rows(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["镇街", "编号"])
        for n in range(3):
            sheet.append(["柯桥街道" if n == 0 else None, f"A{n}"])
        sheet.merge_cells("A2:A3")
        sheet.column_dimensions["B"].hidden = True
        book.save(tmp_path / "a.xlsx")
        columns = {"town": {"source": "镇街", "type": "text"}, "no": {"source": "编号", "type": "code"}}
        (delivery,) = got(tmp_path, {"pattern": "*.xlsx", "format": "xlsx"}, columns)
        assert [r["town"] for r in rows(delivery)] == ["柯桥街道", "柯桥街道", None]
        assert delivery.detail["merged_cells_filled"] == 1
        assert delivery.detail["hidden_columns"] == ["编号"]

    def test_upper_headers_tell_columns_of_one_name_apart(self, tmp_path: Path) -> None:
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "编号")
        sheet.merge_range(0, 1, 0, 2, "一季度")
        sheet.merge_range(0, 3, 0, 4, "二季度")
        for c, text in enumerate(("发现", "整改", "发现", "整改"), 1):
            sheet.write(1, c, text)
        sheet.write_row(2, 0, ["A", 1, 2, 3, 4])
        book.close()
        columns = {
            "no": {"source": "编号", "type": "code"},
            "q2": {"source": "二季度/发现", "type": "integer"},
        }
        source = {"pattern": "*.xlsx", "format": "xlsx", "header_rows": 2}
        (delivery,) = got(tmp_path, source, columns)
        assert [(r["no"], r["q2"]) for r in rows(delivery)] == [("A", "3")]
        (refusal,) = got(tmp_path, source, {"found": {"source": "发现", "type": "integer"}})
        assert "several columns" in refusal.error.what

    def test_old_xls_and_its_blank_rows_keep_their_numbers(self, tmp_path: Path) -> None:
        book = xlwt.Workbook()
        sheet = book.add_sheet("一")
        style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        for r, (text, day) in {
            0: ("编号", "日期"),
            2: ("A", date(2026, 1, 2)),
            5: ("B", date(2026, 1, 3)),
        }.items():
            sheet.write(r, 0, text)
            sheet.write(r, 1, day, style)
        book.save(str(tmp_path / "a.xls"))
        columns = {"no": {"source": "编号", "type": "code"}, "d": {"source": "日期", "type": "date"}}
        (delivery,) = got(tmp_path, {"pattern": "*.xls", "format": "xlsx"}, columns)
        assert [(r["_row"], r["no"], r["d"]) for r in rows(delivery)] == [
            (3, "A", "2026-01-02"),
            (6, "B", "2026-01-03"),
        ]


TEXT = {"pattern": "*.csv", "format": "csv", "encoding": "utf-8-sig"}
AB = {"a": {"source": "a", "type": "text"}, "b": {"source": "b", "type": "text"}}


class TestDelimitedText:
    def test_a_byte_order_mark_is_no_part_of_the_first_name(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8-sig")
        (delivery,) = got(tmp_path, TEXT, AB)
        assert rows(delivery) == [{"_row": 2, "_part": "", "_fault": None, "a": "1", "b": "2"}]

    @pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-16", "utf-8"])
    def test_declared_encodings_are_read(self, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "x.csv").write_bytes("名,數\n柯橋,1\n".encode(encoding))
        columns = {"a": {"source": "名", "type": "text"}}
        (delivery,) = got(tmp_path, {**TEXT, "encoding": encoding}, columns)
        assert rows(delivery)[0]["a"] == "柯橋"

    def test_a_wrong_encoding_is_refused_with_the_byte_and_what_fits(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes("a,b\n1,柯桥\n".encode("gbk"))
        (refusal,) = got(tmp_path, TEXT, AB)
        assert "utf-8-sig" in refusal.error.what
        assert "byte 6 (line 2)" in refusal.error.seen
        assert "gb18030" in refusal.error.seen

    def test_the_windows_code_page_keeps_its_euro(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b"a,b\n\x80,\xbf\xc2\n")
        (delivery,) = got(tmp_path, {**TEXT, "encoding": "windows-936"}, AB)
        assert (rows(delivery)[0]["a"]) == "€"
        (tmp_path / "x.csv").write_bytes(b"a,b\n1,\x81\n")
        (refusal,) = got(tmp_path, {**TEXT, "encoding": "windows-936"}, AB)
        assert "byte 6" in refusal.error.seen

    def test_utf8_read_as_gbk_is_refused_with_the_hint(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes("企业编号,名称\n1,甲\n".encode())
        (refusal,) = got(tmp_path, {**TEXT, "encoding": "gbk"}, {"a": {"source": "企业编号", "type": "code"}})
        assert "utf-8" in refusal.error.seen

    def test_line_numbers_hold_with_line_ends_inside_quotes(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b'a,b\r\n1,"x\r\ny\r\nz"\r\n2,""\r\n3,"q""q"\r\n')
        (delivery,) = got(tmp_path, TEXT, AB)
        assert [(r["_row"], r["a"], r["b"]) for r in rows(delivery)] == [
            (2, "1", "x\r\ny\r\nz"), (5, "2", None), (6, "3", 'q"q'),
        ]  # fmt: skip

    def test_a_ragged_row_is_landed_with_its_fault(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b'a,b\n1,2\n3\n\n4,5,6\n7,8,\n"9,\n')
        (delivery,) = got(tmp_path, TEXT, AB)
        seen = [(r["_row"], r["a"], r["_fault"]) for r in rows(delivery)]
        assert seen[0] == (2, "1", None)
        assert seen[3] == (6, "7", None)
        assert seen[1][:2] == (3, "3")
        assert "1 cells, the header has 2" in seen[1][2]
        assert seen[2][:2] == (5, "4")
        assert "3 cells" in seen[2][2]
        assert "never closed" in seen[4][2]

    def test_an_open_quote_is_the_only_fault_of_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b'a,b\n1,2\n3,"4\n5,6\n')
        (delivery,) = got(tmp_path, TEXT, AB)
        assert [(r["_row"], r["a"], bool(r["_fault"])) for r in rows(delivery)] == [(2, "1", False), (3, "3", True)]

    def test_blank_lines_at_the_end_are_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b"a,b\r\n1,2\r\n\r\n\r\n")
        (delivery,) = got(tmp_path, TEXT, AB)
        assert [(r["_row"], r["a"]) for r in rows(delivery)] == [(2, "1")]

    def test_mixed_line_ends_are_all_line_ends(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b"a,b\r1,2\n3,4\r\n5,6")
        (delivery,) = got(tmp_path, TEXT, AB)
        assert [(r["_row"], r["b"]) for r in rows(delivery)] == [(2, "2"), (3, "4"), (4, "6")]

    def test_comments_and_a_format_row_are_no_data(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("# note\na\tb\n5s\t3n\n1\t2\n", encoding="utf-8")
        source = {**TEXT, "delimiter": "\t", "comment": "#", "rows_after_header": 1}
        (delivery,) = got(tmp_path, source, AB)
        assert [(r["_row"], r["a"]) for r in rows(delivery)] == [(4, "1")]

    def test_a_missing_column_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("a,c\n1,2\n", encoding="utf-8")
        (refusal,) = got(tmp_path, TEXT, AB)
        assert "missing: b" in refusal.error.what
        assert "a | c" in refusal.error.seen

    def test_an_empty_file_is_refused_and_a_header_alone_is_no_rows(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_bytes(b"")
        (tmp_path / "y.csv").write_bytes(b"a,b\n")
        refusal, delivery = got(tmp_path, TEXT, AB)
        assert "no header" in refusal.error.what
        assert rows(delivery) == []

    def test_parts_of_a_cell_go_to_their_columns_and_the_rest_is_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("a,b\n1,303\n2,(235)亿\n3,-\n4,约三百\n5,\n", encoding="utf-8")
        columns = {
            "raw": {"source": "b", "type": "text", "null_tokens": ["-"]},
            "flow": {"source": "b", "type": "decimal(9,2)", "match": "^(?P<part>[0-9.]+)$"},
            "storage": {"source": "b", "type": "decimal(9,2)", "match": "^[(](?P<part>[0-9.]+)[)]亿$"},
        }
        (delivery,) = got(tmp_path, TEXT, columns)
        read = rows(delivery)
        assert [(r["flow"], r["storage"]) for r in read] == [
            ("303", None),
            (None, "235"),
            *[(None, None)] * 3,
        ]
        assert [bool(r["_fault"]) for r in read] == [False, False, False, True, False]

    def test_delimiters_of_several_characters(self) -> None:
        text = '"1"aa"x aa y"\n2aa3\n'
        assert [r[1] for r in files.delimited.records(text, "aa")] == [["1", "x aa y"], ["2", "3"]]


class TestArchives:
    def test_members_are_parts_of_one_delivery_and_a_missing_day_is_named(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "y.zip", "w") as z:
            for day in ("2026-01-01", "2026-01-03"):
                z.writestr(f"{day}.csv", "a,b\n1,2\n")
        source = {**TEXT, "pattern": "*.zip", "archive": "zip", "members": "*.csv", "daily_from": "day"}
        (delivery,) = got(tmp_path, source, {**AB, "day": {"source": "@stem", "type": "date"}})
        assert [(r["_part"], r["_row"], r["day"]) for r in rows(delivery)] == [
            ("2026-01-01.csv", 2, "2026-01-01"), ("2026-01-03.csv", 2, "2026-01-03"),
        ]  # fmt: skip
        gap = check(delivery, "no_day_missing")
        assert (gap["checked"], gap["failed"], gap["seen"], gap["severity"]) == (
            3,
            1,
            "2026-01-02",
            "warning",
        )

    def test_a_bomb_a_path_outside_and_a_broken_archive_are_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "1.zip", "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("a.csv", b"a,b\n" * (20 << 20))
        with zipfile.ZipFile(tmp_path / "2.zip", "w") as z:
            z.writestr("../a.csv", "a,b\n")
        (tmp_path / "3.zip").write_bytes((tmp_path / "2.zip").read_bytes()[:40])
        source = {**TEXT, "pattern": "*.zip", "archive": "zip", "members": "*.csv"}
        bomb, outside, broken = got(tmp_path, source, AB)
        assert "unpacks to more" in bomb.error.what
        assert "outside the archive" in outside.error.what
        assert "broken" in broken.error.what

    @pytest.mark.parametrize("kind", ["csv", "shapefile"])
    def test_a_compression_that_nobody_reads_is_refused_by_name(self, tmp_path: Path, kind: str) -> None:
        with zipfile.ZipFile(tmp_path / "1.zip", "w") as z:
            for name in ("a.csv", "a.shp", "a.shx", "a.dbf"):
                z.writestr(name, "a,b\n1,2\n")
        data = (tmp_path / "1.zip").read_bytes()
        # the method stands 8 bytes into a local header, 10 into an entry of the list at the end; 250 is none
        for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            parts = data.split(mark)
            data = mark.join([parts[0], *(p[: at - 4] + b"\xfa\x00" + p[at - 2 :] for p in parts[1:])])
        (tmp_path / "1.zip").write_bytes(data)
        more = {"archive": "zip", "members": "*.csv"} if kind == "csv" else {"format": "shapefile"}
        (refusal,) = got(tmp_path, {**TEXT, "pattern": "*.zip", **more}, AB)
        assert "broken or cut off" in refusal.error.what

    def test_a_cut_gzip_is_refused_and_a_whole_one_is_read(self, tmp_path: Path) -> None:
        whole = gzip.compress(b"a,b\n1,2\n" * 100)
        (tmp_path / "1.csv").write_bytes(whole[:-12])
        (tmp_path / "2.csv").write_bytes(whole)
        refusal, delivery = got(tmp_path, TEXT, AB)
        assert "cut off" in refusal.error.what
        assert len(rows(delivery)) == 199

    def test_a_workbook_that_unpacks_too_far_is_refused(self, tmp_path: Path) -> None:
        box = io.BytesIO()
        with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("xl/worksheets/sheet1.xml", b" " * (80 << 20))
        (tmp_path / "企业名录_1.xlsx").write_bytes(box.getvalue())
        (refusal,) = got(tmp_path, SHEET, FIRM)
        assert "unpacks to more" in refusal.error.what


class TestGroups:
    def test_many_files_are_one_delivery_and_a_bad_one_is_refused_by_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("x,y\n1,2\n3\n", encoding="utf-8")
        (tmp_path / "b.csv").write_bytes("名\n柯\n".encode("gbk"))
        (tmp_path / "c.csv").write_bytes("名\n柯\n".encode("gbk"))
        source = {
            "pattern": "*.csv", "format": "csv_rows", "group": True, "rules": [{"pattern": "b.csv", "encoding": "gbk"}],
        }  # fmt: skip
        columns = {n: {"source": f"@{n}", "type": "text"} for n in ("file", "row", "cells", "count")}
        refusal, delivery = got(tmp_path, source, columns)
        assert refusal.name == "c.csv"
        assert [(r["file"], r["row"], r["cells"], bool(r["_fault"])) for r in rows(delivery)] == [
            ("a.csv", "1", '["x", "y"]', False), ("a.csv", "2", '["1", "2"]', False), ("a.csv", "3", '["3"]', True),
            ("b.csv", "1", '["名"]', False), ("b.csv", "2", '["柯"]', False),
        ]  # fmt: skip
        seen = Since(seen=frozenset({refusal.sha256, delivery.sha256}))
        assert got(tmp_path, source, columns, seen) == []


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(files.SourceError, match="drop folder does not exist"):
        got(tmp_path / "gone", TEXT, AB)


def test_a_constant_and_the_file_name_can_be_columns(tmp_path: Path) -> None:
    (tmp_path / "2026Q3.csv").write_text("a\n1\n", encoding="utf-8")
    columns = {
        "a": {"source": "a", "type": "text"},
        "period": {"source": "@stem", "type": "text"},
        "day": {"source": "=2026-09-30", "type": "date"},
    }
    (delivery,) = got(tmp_path, TEXT, columns)
    assert [(r["a"], r["period"], r["day"]) for r in rows(delivery)] == [("1", "2026Q3", "2026-09-30")]


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "x.csv").symlink_to(tmp_path / "secret.csv")
    assert got(drop, TEXT, AB) == []


def test_of_a_growing_group_only_the_new_file_is_read_again(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    source = {**TEXT, "group": True}
    (first,) = got(tmp_path, source, AB, load="incremental")
    assert len(rows(first)) == 2
    since = Since(stamps=frozenset(first.detail["file_stamps"]), seen=frozenset(first.detail["file_sha256"]))
    assert got(tmp_path, source, AB, since, load="incremental") == []
    (tmp_path / "c.csv").write_text("a,b\n3,4\n", encoding="utf-8")
    (second,) = got(tmp_path, source, AB, since, load="incremental")
    assert (len(rows(second)), second.detail["files"]) == (1, 1)
    (tmp_path / "b.csv").write_text("a,b\n1,2\n5,6\n", encoding="utf-8")
    (third,) = got(tmp_path, source, AB, since, load="incremental")
    assert len(rows(third)) == 3, "a file that was written again is read again"


def test_a_group_that_did_not_change_is_not_opened_and_one_with_a_bad_file_is(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    source = {**TEXT, "group": True}
    (delivery,) = got(tmp_path, source, AB)
    since = Since(stamps=frozenset({delivery.detail["stamp"]}))
    assert got(tmp_path, source, AB, since) == []
    (tmp_path / "c.csv").write_text("a,b\n3,4\n", encoding="utf-8")
    assert len(rows(got(tmp_path, source, AB, since)[0])) == 3
    (tmp_path / "d.csv").write_text("x\n1\n", encoding="utf-8")
    _, delivery = got(tmp_path, source, AB, since)
    assert "stamp" not in delivery.detail
