"""How departments spoil their data: one rate and one spoiler per kind, and the truth beside it.

The kinds carry the numbers of the defect list in README.md. A cell is spoiled at most once, so that the
truth file can name the clean value. Only tests read the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.tables import Table
from simulator.truth import Truth

NULL_TOKENS = ("无", "/", "—", "--", "N/A", "null", "暂无", "待补充", "不详")
FULL_WIDTH = {**{ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ()"}}


@dataclass(frozen=True)
class DirtRates:
    """Share of eligible cells or rows that a kind spoils (0-1). A rate of 0 switches the kind off."""

    local_code: float = 0.8
    code_name_conflict: float = 0.003
    foreign_town: float = 0.0005
    county_prefix: float = 0.4
    hidden_character: float = 0.03
    date_form: float = 0.08
    ambiguous_date: float = 0.003
    impossible_date: float = 0.0015
    excel_serial: float = 0.015
    sentinel: float = 0.004
    resent_row: float = 0.004
    stuck_station: float = 0.03
    swapped_point: float = 0.01
    ruined_code: float = 0.018
    uscc_wrong: float = 0.008
    uscc_form: float = 0.012
    id_wrong: float = 0.006
    id_form: float = 0.02
    phone_form: float = 0.06
    null_token: float = 0.03
    headcount_word: float = 0.04
    thousands_comma: float = 0.05
    status_word: float = 0.10
    close_before_discover: float = 0.003
    batch_close: float = 0.03
    same_photo: float = 0.02
    certificate_gap: float = 0.09
    headcount_difference: float = 0.12
    silent_device: float = 0.04
    test_alarm: float = 0.12
    duplicate_row: float = 0.004

    @classmethod
    def clean(cls) -> DirtRates:
        """Return rates with every kind off."""
        return cls(**dict.fromkeys(cls.__dataclass_fields__, 0.0))


class Spoiler:
    """Spoils one table with its own random stream."""

    def __init__(self, table: Table, truth: Truth, rng: np.random.Generator) -> None:
        self.table, self.truth, self.rng = table, truth, rng
        self.touched: dict[str, np.ndarray] = {}

    def cells(
        self,
        column: str,
        rate: float,
        kind: str,
        spoil: Callable[[object, np.random.Generator], object],
        expected: str,
        where: np.ndarray | None = None,
    ) -> int:
        """Spoil a share of the filled cells of ``column`` and return how many.

        ``spoil`` gets the clean value and returns the dirty one; equal values are not counted.
        """
        values = self.table.columns[column]
        draw = self.rng.random(len(values)) < rate
        used = self.touched.setdefault(column, np.zeros(len(values), bool))
        chosen = draw & ~used
        if where is not None:
            chosen &= where
        count = 0
        for row in np.flatnonzero(chosen):
            clean = values[row]
            if clean is None:
                continue
            dirty = spoil(clean, self.rng)
            if dirty == clean:
                continue
            self.truth.add(self.table, row, column, kind, clean, dirty, expected)
            values[row] = dirty
            used[row] = True
            count += 1
        return count

    def note(self, row: int, column: str, kind: str, clean: object, dirty: object, expected: str = "flagged") -> None:
        """Note a defect that the world itself already holds."""
        self.truth.add(self.table, row, column, kind, clean, dirty, expected)

    def repeat_rows(self, rate: float) -> int:
        """Send a share of rows twice, the copies at the end; return how many."""
        again = np.flatnonzero(self.rng.random(len(self.table)) < rate)
        for row in again:
            self.truth.add(self.table, row, "", "exact_duplicate", None, None, "duplicate")
        self.table.append_copies(again)
        self.touched = {c: np.concatenate([m, np.ones(len(again), bool)]) for c, m in self.touched.items()}
        return len(again)

    # the usual spoilers, by column

    def text(self, column: str, rates: DirtRates, encodable: str | None = None) -> None:
        """Put full-width letters, hidden characters, stray spaces (#5)."""
        self.cells(
            column,
            rates.hidden_character,
            "#5 hidden or full-width character",
            lambda v, r: _hide(str(v), r, encodable),
            "repaired",
        )

    def empty(self, column: str, rates: DirtRates, factor: float = 1.0) -> None:
        """Put a word that means nothing was given (#15)."""
        self.cells(
            column,
            rates.null_token * factor,
            "#15 null token",
            lambda v, r: NULL_TOKENS[int(r.integers(len(NULL_TOKENS)))],
            "repaired",
        )

    def dates(self, column: str, rates: DirtRates, required: bool = False) -> None:
        """Write other date forms, Excel serials, dates that do not exist (#6). Clean cells are ``YYYY-MM-DD…`` text."""
        self.cells(column, rates.date_form, "#6 date form", date_form, "repaired")
        self.cells(
            column,
            rates.ambiguous_date,
            "#6 day and month not told apart",
            _short_date,
            "rejected" if required else "flagged",
        )
        self.cells(column, rates.excel_serial, "#6 Excel serial", excel_serial, "repaired")
        self.cells(
            column, rates.impossible_date, "#6 impossible date", _impossible, "rejected" if required else "flagged"
        )

    def ids(self, column: str, rates: DirtRates) -> None:
        """Spoil identity numbers: forms that can be repaired and wrong check digits (#14)."""
        self.cells(column, rates.id_form, "#14 identity number form", id_form, "repaired")
        self.cells(column, rates.id_wrong, "#14 identity number wrong check digit", _id_wrong, "rejected")

    def phones(self, column: str, rates: DirtRates) -> None:
        """Write phones with country code, spaces or dashes (#14)."""
        self.cells(column, rates.phone_form, "#14 phone form", _phone_form, "repaired")

    def points(self, lon: str, lat: str, rates: DirtRates) -> None:
        """Swap longitude and latitude (#10)."""
        x, y = self.table.columns[lon], self.table.columns[lat]
        for row in np.flatnonzero(self.rng.random(len(x)) < rates.swapped_point):
            if x[row] is None or y[row] is None:
                continue
            self.truth.add(
                self.table,
                row,
                lon,
                "#10 swapped longitude and latitude",
                f"{x[row]},{y[row]}",
                f"{y[row]},{x[row]}",
                "flagged",
            )
            x[row], y[row] = y[row], x[row]

    def towns(self, code: str | None, name: str, rates: DirtRates, names: list[str], codes: list[str]) -> None:
        """Let town code and name disagree (the name is right), name towns of another district (#1, #3)."""
        if code is not None:
            self.cells(
                code,
                rates.code_name_conflict,
                "#1 town code of another town",
                lambda v, r: _other(v, codes, r),
                "flagged",
            )
        self.cells(
            name,
            rates.foreign_town,
            "#3 town of another district",
            lambda v, r: ("孙端街道", "陶堰街道", "富盛镇")[int(r.integers(3))],
            "flagged",
        )


def _other(value: object, options: list[str], rng: np.random.Generator) -> str:
    rest = [o for o in options if o != value]
    return rest[int(rng.integers(len(rest)))]


def _hide(text: str, rng: np.random.Generator, encodable: str | None) -> str:
    kind = int(rng.integers(4))
    if kind == 0:
        wide = text.translate(FULL_WIDTH)
        if wide != text:
            return wide
    if kind == 1 and encodable is None and len(text) > 1:
        at = int(rng.integers(1, len(text)))
        return text[:at] + "\u200b" + text[at:]
    return ("\u3000" + text, text + "\t", " " + text + " ")[int(rng.integers(3))]


def date_form(value: object, rng: np.random.Generator) -> str:
    """Write ``YYYY-MM-DD`` or ``YYYY-MM-DD HH:MM:SS`` in another hand; seconds are dropped only when 0."""
    text = str(value)
    y, m, d, clock = text[:4], int(text[5:7]), int(text[8:10]), text[11:]
    if not clock:
        forms = (f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02d}{d:02d}", f"{y}-{m}-{d}")
        return forms[int(rng.integers(len(forms)))]
    short = clock[:5] if clock[6:] in ("", "00") else clock
    forms = (f"{y}/{m}/{d} {short}", f"{y}.{m}.{d} {short}", f"{y}年{m}月{d}日 {short}")
    if short != clock:
        forms += (f"{y}年{m}月{d}日{int(clock[:2])}时{int(clock[3:5])}分",)
    return forms[int(rng.integers(len(forms)))]


def _short_date(value: object, rng: np.random.Generator) -> str:
    """Write month, day and two digits of the year: no reader can know which is the month."""
    text = str(value)
    return f"{int(text[5:7])}/{int(text[8:10])}/{text[2:4]}{text[10:16]}"


def excel_serial(value: object, rng: np.random.Generator) -> str:
    """Write a date as days since 1899-12-30, a time as the fraction of the day."""
    text = str(value)
    days = (date.fromisoformat(text[:10]) - date(1899, 12, 30)).days
    if len(text) <= 10:
        return str(days)
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19] or 0)
    return f"{days + seconds / 86400:.9f}"


def _impossible(value: object, rng: np.random.Generator) -> str:
    text = str(value)
    return (f"{text[:4]}-02-30", "1900-01-00")[int(rng.integers(2))] + text[10:]


def id_form(value: object, rng: np.random.Generator) -> str:
    """Write an identity number with 15 digits (births of 19xx), a small x or spaces."""
    text = str(value)
    kind = int(rng.integers(3))
    if kind == 0 and text[6:8] == "19":
        return text[:6] + text[8:17]
    if kind == 1 and text.endswith("X"):
        return text[:-1] + "x"
    return f"{text[:6]} {text[6:14]} {text[14:]}"


def _id_wrong(value: object, rng: np.random.Generator) -> str:
    text = str(value)
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def _phone_form(value: object, rng: np.random.Generator) -> str:
    text = str(value)
    return (
        f"+86{text}",
        f"+86 {text}",
        f"86-{text}",
        f"{text[:3]} {text[3:7]} {text[7:]}",
        f"{text[:3]}-{text[3:7]}-{text[7:]}",
    )[int(rng.integers(5))]


def uscc_wrong(value: object, rng: np.random.Generator) -> str:
    """Mistype one character so that the check fails: a letter the alphabet lacks, or a wrong last one."""
    text = str(value)
    swap = {"0": "O", "1": "I", "2": "Z", "5": "S"}
    at = int(rng.integers(8, 16))
    if rng.random() < 0.5 and text[at] in swap:
        return text[:at] + swap[text[at]] + text[at + 1 :]
    return text[:-1] + ("A" if text[-1] != "A" else "B")


def uscc_form(value: object, rng: np.random.Generator) -> str:
    """Write a good code in small letters, in two parts or in full width."""
    text = str(value)
    return (text.lower(), f"{text[:8]} {text[8:]}", text.translate(FULL_WIDTH))[int(rng.integers(3))]


def headcount_word(value: object, rng: np.random.Generator) -> str:
    """Write a head-count as people say it: about, a range, with the measure word."""
    n = int(str(value))
    if rng.random() < 0.5:
        return f"约{n}人"
    half = max(1, n // 4)
    return f"{n - half}-{n + half}" if n - half > 0 else f"{n}人"
