"""The queue as a workbook: one sheet per kind of thing, two lines per case, a verdict to choose and a reason to write.

What comes back is read whole before anything is decided: a sheet that is gone, renamed or new, other headings, an unknown
case, a verdict that is none, a case that stands twice or a verdict without a reason are all named by sheet and row, and then
nothing is written.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError
from pipelines.review import words as catalogue
from pipelines.review.cases import Case, Side

VERDICTS = {
    "同一": "same", "不同": "different", "左侧正确": "left", "右侧正确": "right", "两者皆可": "both", "说不准": "unsure",
}  # fmt: skip
HEADS = ("编号 Case", "侧 Side", "来源 From", "名称 Name", "内容 What it says", "概率 Probability", "依据 Why", "判定 Verdict", "理由 Reason")  # fmt: skip
_META = "anlan"
_EMPTY = "说明 Read me"
_TOP = 2  # rows above the cases: title and headings
_CREATED = dt.datetime(2026, 1, 1)


@dataclass(frozen=True)
class Answer:
    """What a workbook says of a case, and where it says so."""

    key: str
    verdict: str
    why: str
    place: str


def choices(case: Case) -> dict[str, str]:
    """Return the verdicts a person may write for a case: the workbook's word to the log's."""
    return {word: verdict for word, verdict in VERDICTS.items() if verdict in case.choices}


def words(case: Case) -> str:
    """Return the reasons of a case as short text in both languages: column, level and weight, dearest first."""
    return "\n".join(
        f"{catalogue.both('field', c)}: {catalogue.both('level', level)} ({w:+.1f})" for c, level, w in case.reasons
    )


def _said(name: str, text: str) -> str:
    """Return a field and its value in both languages."""
    family = catalogue.CODED.get(name)
    return f"{catalogue.both('field', name)}: {catalogue.both(family, text) if family else text}"


def _source(record: Side) -> str:
    """Return where a side is from: the department, and its table or of a claim the attribute."""
    places = [
        (catalogue.word(lang, "silo", record.silo), catalogue.table(lang, record.silo, record.table))
        for lang in ("zh", "en")
    ]
    return "\n".join(" · ".join(p) for p in places)


def write(path: Path, cases: Iterable[Case], names: dict[str, str], title: str) -> int:
    """Write ``cases`` to a workbook and return how many; ``names``: kind of thing to the name of its sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": _CREATED})
    font = {"font_name": "Noto Sans CJK SC", "font_size": 10, "valign": "top", "text_wrap": True}
    form = {
        "title": book.add_format({**font, "font_size": 14, "bold": True, "text_wrap": False}),
        "head": book.add_format(font | {"bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#C5CED8"}),
        "cell": book.add_format(font | {"border": 1, "border_color": "#E1E6EB"}),
        "small": book.add_format(font | {"font_color": "#8A94A0", "font_size": 8}),
        "say": book.add_format(
            font | {"num_format": "@", "locked": False, "bg_color": "#FBF6EC", "border": 1, "border_color": "#D9C9A3"}
        ),
    }
    by_kind: dict[str, list[Case]] = {}
    for c in cases:
        by_kind.setdefault(c.entity_type, []).append(c)
    sheets = {}
    for kind, mine in sorted(by_kind.items()):
        name = names.get(kind, kind)[:31]
        sheets[name] = kind
        _sheet(book, form, name, f"{title} · {name}", mine)
    if not by_kind:
        book.add_worksheet(_EMPTY).write_string(0, 0, "没有待复核的记录。Nothing waits for review.", form["title"])
    hidden = book.add_worksheet(_META)
    hidden.hide()
    hidden.write_string(0, 0, json.dumps({"review": sheets}, ensure_ascii=False))
    book.close()
    return sum(map(len, by_kind.values()))


def _sheet(book: Any, form: dict[str, Any], name: str, title: str, cases: list[Case]) -> None:
    page = book.add_worksheet(name)
    page.write_string(0, 0, title, form["title"])
    page.set_row(0, 24)
    for i, head in enumerate(HEADS):
        page.write_string(1, i, head, form["head"])
    row = _TOP
    for case in cases:
        alike = {f for f, _, _, same in case.lines() if same}
        for side, record in (("左 left", case.left), ("右 right", case.right)):
            said = "\n".join(f"{'=' if f in alike else '≠'} {_said(f, v)}" for f, v in record.fields.items())
            page.write_string(row, 0, case.key, form["small"])
            page.write_string(row, 1, side, form["cell"])
            page.write_string(row, 2, _source(record), form["cell"])
            page.write_string(row, 3, record.label, form["cell"])
            page.write_string(row, 4, said, form["cell"])
            page.set_row(row, max(32, 14 * (said.count("\n") + 1)))
            if side.startswith("左"):
                page.write_string(row, 5, "" if case.probability is None else f"{case.probability:.3f}", form["cell"])
                page.write_string(row, 6, words(case), form["cell"])
                page.write_string(row, 7, "", form["say"])
                page.write_string(row, 8, "", form["say"])
                page.data_validation(row, 7, row, 7, {"validate": "list", "source": list(choices(case))})
            row += 1
    for i, width in enumerate((18, 9, 22, 26, 46, 12, 46, 14, 30)):
        page.set_column(i, i, width)
    page.freeze_panes(_TOP, 0)
    page.protect("", {"format_columns": True, "format_rows": True, "sort": False, "autofilter": True})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)


def read(path: Path, known: dict[str, Case]) -> list[Answer]:
    """Return the verdicts of a workbook that came back; a line without a verdict is left out.

    Raises:
        UsageError: no such workbook, or every fault at once, by sheet and row.

    """
    import fastexcel

    where = f"workbook {path.name}"
    try:
        book = fastexcel.read_excel(str(path))
        sheets = json.loads(str(_cells(book, _META)[0][0]))["review"]
    except Exception as e:
        raise UsageError(
            where, "is no workbook of 'anlan review export'", str(e).splitlines()[0][:160] if str(e) else type(e).__name__,
            "send back the file that was exported, with its sheets",
        ) from e  # fmt: skip
    faults = [f"sheet {s!r} of the export is gone" for s in sheets if s not in book.sheet_names]
    faults += [
        f"sheet {s!r} is none of the export's" for s in book.sheet_names if s not in sheets and s not in (_META, _EMPTY)
    ]
    found: dict[str, Answer] = {}
    for sheet in (s for s in sheets if s in book.sheet_names):
        lines = _cells(book, sheet)
        heads = [(c or "").strip() for c in (lines[_TOP - 1] if len(lines) >= _TOP else [])]
        if tuple(heads[: len(HEADS)]) != HEADS:
            faults.append(f"{sheet} row {_TOP}: the headings are not those of the export")
            continue
        for number, cells in enumerate(lines[_TOP:], _TOP + 1):
            texts = [(c or "").strip() for c in cells] + [""] * len(HEADS)
            key, verdict, why = texts[0], texts[7], texts[8]
            if not verdict and not why:
                continue
            place = f"{sheet} row {number}"
            may = choices(known[key]) if key in known else {}
            meant = may.get(verdict, verdict if verdict in may.values() else "")
            if key not in known:
                faults.append(f"{place}: no case {key[:80]!r} in this release")
            elif not meant:
                faults.append(f"{place}: verdict {verdict[:20]!r} is none of {', '.join(may)}")
            elif not why:
                faults.append(f"{place}: a verdict without a reason")
            elif key in found:
                faults.append(f"{place}: the case has a verdict already, at {found[key].place}")
            else:
                found[key] = Answer(key, meant, why, place)
    if faults:
        raise UsageError(
            where, f"{len(faults)} faults; nothing was written", "; ".join(faults[:12]), "mend them and import again"
        )
    return list(found.values())


def _cells(book: Any, sheet: str) -> list[list[str | None]]:
    frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_arrow()
    return [list(row) for row in zip(*(c.to_pylist() for c in frame.columns), strict=True)] if frame.num_columns else []
