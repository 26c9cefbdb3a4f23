"""What the terminal says about a division: names, codes, history and successors, in Chinese or English. Formats only."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.analysis import divisions
from pipelines.analysis.divisions import Resolution
from pipelines.errors import UsageError

_WORDS = {
    "resolved": ("已确定", "resolved"), "town_only": ("镇街已确定，村社待复核", "the town is certain, the village is for review"),
    "outside": ("属于其他区", "in another district"), "review": ("待复核", "for review"), "none": ("未提供", "nothing given"),
    "then": ("当日", "on that day"), "today": ("现在", "today"), "town": ("现属镇街", "town today"), "why": ("原因", "why"),
    "do": ("怎么办", "do"), "candidates": ("候选", "candidates"), "history": ("沿革", "History"), "codes": ("代码", "Codes"),
    "successors": ("去向", "What it became"), "from": ("自", "from"), "to": ("至", "to"), "name": ("名称", "name"),
    "code": ("代码", "code"), "scheme": ("方案", "scheme"), "began": ("开始", "began"), "ended": ("结束", "ended"),
    "now": ("至今", "today"), "on": ("日期", "on"), "newest": ("最新", "the newest list"), "how": ("依据", "by"),
    "confidence": ("可信度", "confidence"), "gone_today": ("已撤并，承接村社未定", "gone, the successor is not decided"),
    "first_record": ("首次在册", "first record"), "added": ("新设", "added"), "renamed": ("更名", "renamed"),
    "converted": ("改制或改代码", "converted"), "current": ("存续", "exists"), "gone": ("撤并", "gone"),
    "certain": ("确定", "certain"), "shared": ("拆分", "split"), "approximate": ("日期为约数", "dates are approximate"),
    "code_only": ("代码", "its code"), "name_only": ("名称", "its name"), "agree": ("代码与名称", "code and name"),
    "nearest_seat": ("最近的镇街驻地", "the nearest seat of a town"), "by_outline": ("区界", "the outline of the district"),
    "not_here": ("不在本区（外区或海上）", "outside the district: another one, or the sea"),
    "code_in_all_schemes": ("代码（各方案一致）", "its code, the same in all schemes"), "moved": ("划出", "moved away"),
}  # fmt: skip
_DEGREES = r"([+-]?\d{1,3}(?:\.\d+)?)"
_POINT = re.compile(rf"\s*{_DEGREES}\s*[,;、\s]\s*{_DEGREES}\s*")


def main(words: list[str], scheme: str | None, on: date | None, lang: str, as_json: bool = False) -> Resolution:
    """Print what a code, a name or an address means on a day, or where a point lies, and the history of what it means.

    Raises:
        UsageError: nothing was asked, the scheme is not known, or a point was asked with a scheme or a day.

    """
    if not words:
        raise UsageError(
            "anlan explain division", "needs a code, a name, an address or a point", do="anlan explain division 马鞍镇"
        )
    point = _POINT.fullmatch(unicodedata.normalize("NFKC", " ".join(words)))
    if point and (scheme or on):
        raise UsageError(f"point {point[0].strip()}", "has no scheme and no day", do="leave --scheme and --on out")
    if point:
        found = divisions.resolve_point(*(Decimal(d) for d in point.groups()))
    else:
        found = divisions.resolve("".join(words), scheme, on)
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=1, default=str))
    else:
        _Screen(lang).tell(found)
    return found


def _plain(found: Resolution) -> dict[str, Any]:
    known = found.division_code_today or (found.candidates[0].code if len(found.candidates) == 1 else None)
    past = found.division_code_then if found.today == "review" else known
    return asdict(found) | {
        "history": divisions.history(past) if past else [],
        "codes": divisions.codes(past) if past else [],
        "successors": divisions.successors(past) if past else [],
    }


class _Screen:
    def __init__(self, lang: str) -> None:
        self.at = 0 if lang == "zh" else 1
        self.out = Console(highlight=False, markup=False, width=160)

    def word(self, key: str | None) -> str:
        return _WORDS[key][self.at] if key in _WORDS else (key or "")

    def tell(self, found: Resolution) -> None:
        ask = found.ask
        day = str(ask.on) if ask.on else self.word("newest")
        head = " · ".join(filter(None, (ask.text or ask.code, ask.scheme, f"{self.word('on')} {day}")))
        self.out.print(f"{head}  →  {self.word('not_here' if found.how == 'by_outline' else found.verdict)}")
        if found.verdict in ("resolved", "outside") and found.how in _WORDS:
            self._line("how", self.word(found.how))
        if found.division_code_then:
            self._line("then", f"{found.division_code_then} {self._named(found.division_code_then, found.name_then)}")
        if found.division_code_today:
            self._line(
                "today", f"{found.division_code_today} {self._named(found.division_code_today, found.name_today)}"
            )
        elif found.today == "review":
            self._line("today", self.word("gone_today"))
        if found.town_code_today and found.level == "village":
            self._line("town", f"{found.town_code_today} {self._named(found.town_code_today, None)}")
        self._line("confidence", f"{found.confidence:.2f}")
        if found.why:
            said, lang = divisions.reasons()[found.why], ("zh", "en")[self.at]
            self._line("why", said[f"reason_{lang}"])
            self._line("do", said[f"advice_{lang}"])
        for c in found.candidates:
            self._line("candidates", f"{c.code} {c.name}" + (f", {c.metres:,.0f} m" if c.metres is not None else ""))
        plain = _plain(found)
        self._history(plain["history"])
        self._codes(plain["codes"])
        self._successors(plain["successors"])

    def _line(self, key: str, text: str) -> None:
        self.out.print(f"  {self.word(key)}  {text}")

    def _named(self, code: str, name: str | None) -> str:
        spans = divisions.history(code) or [{}]
        zh, en = name or spans[-1].get("name_zh") or "", spans[-1].get("name_en") or ""
        return f"{zh} ({en})" if self.at and en else zh

    def _days(self, row: dict[str, Any]) -> tuple[str, str]:
        last = row["valid_to_date"]
        return str(row["valid_from_date"]), self.word("now") if last.year == 9999 else str(last)

    def _table(self, title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        if not rows:
            return
        table = Table(title=self.word(title), title_justify="left", box=None, pad_edge=False)
        for h in heads:
            table.add_column(self.word(h), no_wrap=True)
        for r in rows:
            table.add_row(*r)
        self.out.print()
        self.out.print(table)

    def _history(self, spans: list[dict[str, Any]]) -> None:
        rows = [
            (*self._days(s), s["name_zh"], s["division_code"], self.word(s["begun_code"]), self.word(s["ended_code"]),
             self.word("approximate") if s["is_date_approximate"] else "")
            for s in spans
        ]  # fmt: skip
        self._table("history", ("from", "to", "name", "code", "began", "ended", ""), rows)

    def _codes(self, codes: list[dict[str, Any]]) -> None:
        rows = [(c["scheme_code"], c["division_code"], *self._days(c)) for c in codes]
        self._table("codes", ("scheme", "code", "from", "to"), rows)

    def _successors(self, steps: list[dict[str, Any]]) -> None:
        rows = [
            (s["name_zh"], self.word(s["ended_code"]), " ".join(filter(None, (s["today_id"], s["today_name_zh"]))),
             self.word(s["verdict"]), (s["candidate_text"] or "").replace("|", ", "))
            for s in steps
        ]  # fmt: skip
        self._table("successors", ("name", "ended", "today", "", "candidates"), rows)
