"""The owner's workbook: a department's own refused rows with reason and suggestion, to mend and send back.

One sheet per table, Chinese and English side by side. The first column names the row and must stay; every other column
is a column of the contract under the owner's own heading, as text, as it was sent; personal columns are masks unless
the vault was opened for the workbook. Cells a rule refused are marked. The same module reads the workbook back; what
it finds wrong with the form is said sheet by sheet and row by row.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError
from pipelines.quarantine.refs import parse

REF = "编号 Reference"
REASON = "问题 Problem"
ADVICE = "建议 Suggestion"
_FIXED = (REF, REASON, ADVICE)
_META = "anlan"
_HEAD = 3  # rows above the data: title, headings, meanings
_CREATED = dt.datetime(2026, 1, 1)


@dataclass
class RefusedRow:
    """One refused row as its owner sees it: raw text per column, and one finding per broken rule."""

    ref: str
    texts: dict[str, str | None]
    findings: list[dict[str, str]] = field(default_factory=list)

    def reason(self) -> str:
        """Return what is wrong, one line per rule, in both languages."""
        return "\n".join(f"{f['reason_zh']} · {f['reason_en']}" for f in self.findings)

    def advice(self) -> str:
        """Return what to do, each advice once; a suggested value comes first."""
        said = [f["suggestion"] for f in self.findings if f.get("suggestion")]
        said += [f"{f['advice_zh']} · {f['advice_en']}" for f in self.findings]
        return "\n".join(dict.fromkeys(said))


@dataclass
class Sent:
    """A row as it came back: its reference, where it stands in the workbook, and its texts."""

    ref: str
    sheet: str
    row: int
    texts: dict[str, str | None]


def sheet_name(table: Table, taken: set[str]) -> str:
    """Return a sheet name of at most 31 characters that no other sheet has."""
    plain = "".join(c for c in table.zh if c not in "[]:*?/\\")[:24] or table.name[:24]
    name, n = plain, 2
    while name in taken:
        name, n = f"{plain}{n}", n + 1
    taken.add(name)
    return name


def write(path: Path, contract: Contract, rows: dict[str, list[RefusedRow]], masked: bool) -> int:
    """Write the workbook of one silo; ``rows`` by table name, their personal texts ``masked`` or as sent.

    Return how many rows it holds.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": f"{contract.zh} 待整改数据", "created": _CREATED})
    font = {"font_name": "Noto Sans CJK SC", "font_size": 10, "valign": "top"}
    form = {
        "title": book.add_format(font | {"font_size": 14, "bold": True}),
        "said": book.add_format(font | {"text_wrap": True}),
        "head": book.add_format(font | {"bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#C5CED8", "text_wrap": True}),
        "mean": book.add_format(font | {"font_color": "#5A6775", "font_size": 9, "text_wrap": True, "border": 1, "border_color": "#C5CED8"}),
        "ref": book.add_format(font | {"font_color": "#8A94A0", "font_size": 8, "text_wrap": True}),
        "why": book.add_format(font | {"text_wrap": True, "bg_color": "#FBF6EC"}),
        "cell": book.add_format(font | {"num_format": "@", "locked": False, "border": 1, "border_color": "#E1E6EB"}),
        "bad": book.add_format(font | {"num_format": "@", "locked": False, "border": 1, "border_color": "#C0504D", "bg_color": "#FBE9E7"}),
    }  # fmt: skip
    taken = {"说明 Read me", _META}
    sheets: dict[str, str] = {}
    total = sum(map(len, rows.values()))
    _cover(book, form, contract, rows, total, masked)
    for name, found in rows.items():
        if found:
            table = contract.tables[name]
            sheet = sheet_name(table, taken)
            sheets[sheet] = name
            _sheet(book, form, table, sheet, found)
    hidden = book.add_worksheet(_META)
    hidden.hide()
    hidden.write_string(0, 0, json.dumps({"silo": contract.silo, "sheets": sheets}, ensure_ascii=False))
    book.close()
    return total


_COVER = 70  # columns of the first page, which is printed on paper too


def _cover(
    book: Any, form: dict[str, Any], contract: Contract, rows: dict[str, list[RefusedRow]], total: int, masked: bool
) -> None:
    personal = any(
        c.is_personal for name, found in rows.items() if found for c in contract.tables[name].columns.values()
    )
    page = book.add_worksheet("说明 Read me")
    page.hide_gridlines(2)
    page.set_column(0, 0, _COVER)
    lines = [
        (f"{contract.zh} · {contract.en}: 待整改数据 Rows to mend", "title"),
        (f"{contract.raw['owner']['zh']} · {contract.raw['owner']['en']}", "said"),
        (f"共 {total} 行，{sum(1 for r in rows.values() if r)} 张表。{total} rows in {sum(1 for r in rows.values() if r)} tables.", "said"),
        ("", "said"),
        ("一、每张工作表是一张表中被拒收的行；红底单元格是未通过检查的内容。\n1. Each sheet holds the refused rows of one table; a red cell did not pass a check.", "said"),
        ("二、请直接在原单元格更正；“编号”列请勿改动、请勿增删列。无需更正的行可整行删除。\n2. Correct the cells in place; leave the first column and the columns as they are. Rows you do not mend may be deleted.", "said"),
        ("三、存盘后原样发回。更正后的行作为新批次入库，原来的行保留备查。\n3. Save and send the workbook back. What you mended lands as a new batch; the rows as first sent are kept.", "said"),
        ("四、确属正确而被误拒的，请在回函中说明，由数据人员放行并记录理由。\n4. A row that is right as it stands can be released by the data team, with your reason on record.", "said"),
    ]  # fmt: skip
    if personal and masked:
        lines.append(
            (
                "五、个人信息只显示掩码。未改动的掩码单元格按原报送值处理；需要更正的，请填写完整内容。\n5. Personal values are masked. A masked cell left as it is keeps the value you sent; to correct it, type the whole value.",
                "said",
            )
        )
    elif personal:
        lines.append(
            (
                "五、本工作簿含个人信息原文，仅限本部门整改使用，开启已记录，整改后请删除。\n5. This workbook shows personal values as you sent them: for your department's corrections only. The access is on record; delete the file afterwards.",
                "said",
            )
        )
    for i, (text, kind) in enumerate(lines):
        page.write_string(i, 0, text, form[kind])
        lines_of_text = sum(1 + _width(part) // (_COVER + 15) for part in text.split("\n"))
        page.set_row(i, 24 if kind == "title" else 15 * lines_of_text + (12 if "\n" in text else 4))
    line = len(lines) + 1
    for name, found in rows.items():
        if found:
            table = contract.tables[name]
            page.write_string(line, 0, f"{table.zh} · {table.en}: {len(found)} 行 rows", form["said"])
            line += 1
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """Return how many columns a text takes: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _sheet(book: Any, form: dict[str, Any], table: Table, name: str, found: list[RefusedRow]) -> None:
    page = book.add_worksheet(name)
    columns = list(table.columns.values())
    page.write_string(0, 0, f"{table.zh} · {table.en}", form["title"])
    page.set_row(0, 24)
    heads = [*_FIXED, *(c.source for c in columns)]
    means = [
        "请勿改动 leave as is", "为何拒收 why it was refused", "如何更正 what to do",
        *(f"{c.zh}{'（必填）' if c.required else ''}\n{c.en}" for c in columns),
    ]  # fmt: skip
    for i, (head, mean) in enumerate(zip(heads, means, strict=True)):
        page.write_string(1, i, head, form["head"])
        page.write_string(2, i, mean, form["mean"])
    page.set_row(1, 20)
    page.set_row(2, 44)
    for r, row in enumerate(found, _HEAD):
        page.write_string(r, 0, row.ref, form["ref"])
        page.write_string(r, 1, row.reason(), form["why"])
        page.write_string(r, 2, row.advice(), form["why"])
        broken = {n.strip() for f in row.findings for n in f["column_name"].split(",")}
        for i, c in enumerate(columns, len(_FIXED)):
            page.write_string(r, i, row.texts.get(c.name) or "", form["bad" if c.name in broken else "cell"])
        lines = max(row.reason().count("\n"), row.advice().count("\n")) + 1
        page.set_row(r, max(44, 30 * lines))
    page.set_column(0, 0, 22)
    page.set_column(1, 2, 40)
    for i, c in enumerate(columns, len(_FIXED)):
        longest = max((_width(row.texts.get(c.name) or "") for row in found), default=0)
        page.set_column(i, i, min(52, max(12, _width(c.source) + 2, longest + 2)))
    page.freeze_panes(_HEAD, 1)
    page.protect(
        "", {"format_columns": True, "format_rows": True, "delete_rows": True, "sort": True, "autofilter": True}
    )
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1, 2)


def read(path: Path, contract: Contract) -> dict[str, list[Sent]]:
    """Return the rows of a workbook that came back, by table name.

    Raises:
        AnlanError: with every fault of the workbook's form at once: another silo's book, a missing sheet or column, a
            reference that is unknown in form or stands twice.

    """
    import fastexcel

    where = f"workbook {path.name}"
    try:
        book = fastexcel.read_excel(str(path))
        meta = json.loads(str(_cells(book, _META)[0][0]))
    except Exception as e:
        raise AnlanError(
            where, "is no workbook that Anlan wrote", seen=str(e).splitlines()[0][:160] if str(e) else type(e).__name__,
            do="use the file of 'anlan quarantine export'; keep its sheets",
        ) from e  # fmt: skip
    if meta["silo"] != contract.silo:
        raise AnlanError(
            where, f"belongs to silo {meta['silo']}", seen=f"asked to repair {contract.silo}", do="name that silo"
        )
    faults: list[str] = []
    found: dict[str, list[Sent]] = {}
    for sheet, name in meta["sheets"].items():
        if sheet not in book.sheet_names:
            continue  # an owner who had nothing to mend in a table may take its sheet away
        table = contract.table(name)
        found[name] = _read_sheet(_cells(book, sheet), sheet, table, faults)
    seen: dict[str, str] = {}
    for name, rows in found.items():
        for row in rows:
            place = f"{row.sheet} row {row.row}"
            ref = parse(row.ref)
            if (ref.silo, ref.table) != (contract.silo, name):
                faults.append(f"{place}: its reference belongs to {ref.silo}/{ref.table}")
            if row.ref in seen:
                faults.append(f"{place}: the same reference stands at {seen[row.ref]}")
            seen[row.ref] = place
    if faults:
        raise AnlanError(
            where, f"{len(faults)} faults in its form; nothing was landed", seen="; ".join(faults[:20]),
            do="mend them in the workbook and send it again",
        )  # fmt: skip
    return found


def _cells(book: Any, sheet: str) -> list[list[str | None]]:
    """Return the cells of a sheet as text, from its first row and column."""
    frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_arrow()
    return [list(row) for row in zip(*(c.to_pylist() for c in frame.columns), strict=True)] if frame.num_columns else []


def _read_sheet(cells: list[list[str | None]], sheet: str, table: Table, faults: list[str]) -> list[Sent]:
    heads = [str(h or "").strip() for h in (cells[1] if len(cells) > 1 else [])]
    wanted = {c.source: c.name for c in table.columns.values()}
    lacking = [h for h in (REF, *wanted) if h not in heads]
    if lacking:
        faults.append(f"{sheet}: no column {', '.join(lacking)}")
        return []
    at = {heads.index(source): name for source, name in wanted.items()}
    rows = []
    for number, line in enumerate(cells[_HEAD:], _HEAD + 1):
        if not any((v or "").strip() for v in line):
            continue
        ref = (line[heads.index(REF)] or "").strip()
        try:
            parse(ref)
        except AnlanError:
            faults.append(f"{sheet} row {number}: {ref[:60]!r} is no reference")
            continue
        rows.append(Sent(ref, sheet, number, {name: line[i] or None for i, name in at.items()}))
    return rows
