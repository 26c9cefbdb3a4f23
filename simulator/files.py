"""Writes the enforcement brigade's drop folder: workbooks and CSV files, equal bytes for equal tables."""

from __future__ import annotations

import io
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import xlsxwriter

from simulator.tables import Table

CREATED = datetime(2026, 1, 1)
# file name, format or encoding, sheet, title, groups of columns (group name, how many), total label column, summed columns
FORMS = {
    "enterprises": (
        "企业名录",
        "xlsx",
        "企业名录",
        [("企业信息", 7), ("经营信息", 3), ("地址信息", 5)],
        ["从业人数"],
        True,
    ),
    "inspection_plan": ("检查计划", "xlsx", "检查计划", [("计划对象", 3), ("计划安排", 2)], ["计划次数"], True),
    "inspections": ("执法检查", "gbk", None, [], [], False),
    "hazards": ("隐患清单", "utf-8-sig", None, [], [], False),
    "hazard_events": ("隐患流转", "utf-8-sig", None, [], [], False),
    "cases": ("处罚案件", "xlsx", "案件", [("案件信息", 5), ("处罚信息", 4)], ["罚款（万元）"], True),
    "officer_certificates": ("站员证件", "xlsx", "证件", [("人员信息", 3), ("证件信息", 7)], [], False),
    "station_rosters": ("站所花名册", "xlsx", "花名册", [("站所", 3), ("人员信息", 3), ("任职信息", 5)], [], True),
    "safety_officers": ("安全管理人员", "gbk", None, [], [], False),
    "special_operators": ("特种作业人员", "gbk", None, [], [], False),
}
HIDDEN = {"enterprises": ("经度", "纬度")}
NUMBERS = {"从业人数", "上年营业收入（万元）", "特种作业人数", "经度", "纬度", "计划次数", "罚款（万元）", "序号"}
DATES = {
    "计划检查日期",
    "立案日期",
    "决定日期",
    "移送公安日期",
    "发证日期",
    "有效期至",
    "最近复审",
    "注销日期",
    "入职日期",
    "离职日期",
}
FOOTNOTE = "注:本表由各镇（街道）应急管理站填报，数据截至季末。"


def write(folder: Path, tables: dict[str, list[tuple[str, Table]]]) -> list[Path]:
    """Write every (period, table) of ``tables`` into ``folder`` and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, versions in tables.items():
        stem, form, sheet, groups, summed, total = FORMS[name]
        for period, table in versions:
            path = folder / f"{stem}_{period}.{'xlsx' if form == 'xlsx' else 'csv'}"
            if form == "xlsx":
                _workbook(path, table, sheet, f"柯桥区{stem}（{period[:4]}年第{period[5]}季度）", groups, summed, total)
            else:
                path.write_bytes(csv_bytes(table.arrow(), form))
            paths.append(path)
    return paths


def csv_bytes(table: pa.Table, encoding: str) -> bytes:
    """Return ``table`` as CSV with one header row and CRLF, empty where a cell is null."""
    buffer = io.BytesIO()
    head = ",".join(table.column_names) + "\n"
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    return (head + buffer.getvalue().decode("utf-8")).replace("\n", "\r\n").encode(encoding)


def read_number(cell: object) -> Decimal:
    """Read a cell as its writer meant it for the total: words count what they say, a range its middle."""
    text = "" if cell is None else str(cell).replace(",", "").replace("人", "").replace("约", "").strip()
    spread = re.fullmatch(r"(\d+)-(\d+)", text)
    if spread:
        return (Decimal(spread[1]) + Decimal(spread[2])) / 2
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else Decimal(0)


def _workbook(
    path: Path, table: Table, sheet: str, title: str, groups: list[tuple[str, int]], summed: list[str], total: bool
) -> None:
    columns = list(table.columns)
    if sum(n for _, n in groups) != len(columns):
        raise ValueError(
            f"{path.name}: the groups cover {sum(n for _, n in groups)} columns, the table has {len(columns)}"
        )
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": CREATED, "author": "柯桥区应急执法大队"})
    head = book.add_format({"bold": True, "align": "center", "border": 1, "bg_color": "#DDEBF7"})
    bold = book.add_format({"bold": True, "align": "center"})
    page = book.add_worksheet(sheet)
    for i, column in enumerate(columns):
        hidden = {"hidden": True} if column in HIDDEN.get(table.name, ()) else {}
        page.set_column(i, i, 14, None, hidden)
    page.merge_range(0, 0, 0, len(columns) - 1, title, bold)
    at = 0
    for group, width in groups:
        page.merge_range(1, at, 1, at + width - 1, group, head)
        at += width
    for i, column in enumerate(columns):
        page.write_string(2, i, column, head)
    number = [c in NUMBERS for c in columns]
    dates = [c in DATES for c in columns]
    row = 3
    for values in zip(*table.columns.values(), strict=True):
        for i, value in enumerate(values):
            if value is None:
                continue
            # numbers and Excel serials are number cells, all else is text as typed
            if number[i] and _plain(value):
                page.write_number(row, i, float(value))
            elif dates[i] and len(value) == 5 and value.isdigit():
                page.write_number(row, i, int(value))
            else:
                page.write_string(row, i, value)
        row += 1
    if total:
        page.write_string(row, 0, "合计", bold)
        for column in summed:
            page.write_number(
                row, columns.index(column), float(sum(map(read_number, table.columns[column]), Decimal(0)))
            )
        page.write_string(row + 1, 0, FOOTNOTE)
    book.close()


def _plain(value: str) -> bool:
    return value.replace(".", "", 1).isdigit() and value.isascii()
