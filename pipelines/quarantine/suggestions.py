"""What a refused value may have been, said to its owner as a question. Nothing here is ever landed by itself."""

from __future__ import annotations

import re
from datetime import date

from pipelines.contract import Contract, Table

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# what fingers and eyes take for one another; the credit code knows none of I O S V Z
_LIKE = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}


def _check_place(body: str) -> str:
    return _USCC[(31 - sum(w * _USCC.index(c) for w, c in zip(_WEIGHTS, body, strict=True)) % 31) % 31]


def credit_codes(text: str) -> list[str]:
    """Return the credit codes that ``text`` may stand for by one usual slip: a letter the code does not know (GB 32100)."""
    code = re.sub(r"\s", "", text).upper()
    if len(code) != 18:
        return []
    mended = "".join(_LIKE.get(c, c) for c in code)
    if any(c not in _USCC for c in mended) or sum(a != b for a, b in zip(code, mended, strict=True)) > 1:
        return []
    return [mended] if _check_place(mended[:17]) == mended[17] else []


def dates(text: str) -> list[str]:
    """Return the days that a short date such as 7/5/26 may mean, day first and month first; a time stays behind it."""
    found = re.fullmatch(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})(\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*", text)
    if not found:
        return []
    a, b, y = (int(x) for x in found.groups()[:3])
    clock = f" {found.group(4).strip()}" if found.group(4) else ""
    year = y + 2000 if y < 100 else y
    days = []
    for month, day in ((a, b), (b, a)):
        try:
            days.append(date(year, month, day).isoformat() + clock)
        except ValueError:
            continue
    return list(dict.fromkeys(days))


def suggest(contract: Contract, table: Table, finding: dict[str, str], texts: dict[str, str | None]) -> str:
    """Return a short bilingual suggestion for one finding, or an empty text where nothing can be said honestly."""
    column = table.columns.get(finding["column_name"])
    text = texts.get(finding["column_name"]) or ""
    if column is None or not text:
        return ""
    if column.type in {"date", "datetime"} and (days := dates(text)):
        return f"是否为 {' 或 '.join(days)}？ Is it {' or '.join(days)}?"
    if column.type == "uscc" and (codes := credit_codes(text)):
        return f"是否为 {codes[0]}？ Is it {codes[0]}?"
    if column.type in {"gb28181", "id_number"} and re.fullmatch(
        r"\d(\.\d+)?[eE]\+?\d+|\d{12,17}0{3,}\d?", text.strip()
    ):
        return "尾数已被表格软件改写，请从原系统以文本格式导出。 A spreadsheet has overwritten the last digits; export the column as text."
    return ""
