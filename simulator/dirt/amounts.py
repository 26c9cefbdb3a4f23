"""Kinds that spoil numbers: readings (8), heights and volumes (9), money, area, head-counts (16), stock (23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulator.dirt import forms
from simulator.dirt.base import Base
from simulator.dirt.rates import DirtRates


class Amounts(Base):
    """Spoilers of numbers. Clean cells are text such as ``12.5``."""

    def sentinels(self, column: str, rates: DirtRates, values: Sequence[str] = ("-9999.0", "999.9")) -> None:
        """Put numbers that mean "no reading" (#8)."""
        self.cells(column, rates.sentinel, "#8 sentinel", lambda v, r: forms.pick(values, r), "repaired")

    def spikes(self, column: str, rates: DirtRates, factor: float = 10.0) -> None:
        """Let single readings jump (#8): the number reads well, only its neighbours show that it is wrong."""
        places = 1 + max(0, str(self.table.columns[column][0]).rfind("."))
        digits = len(str(self.table.columns[column][0])) - places if places > 1 else 0
        self.cells(
            column,
            rates.spike,
            "#8 spike",
            lambda v, r: f"{(float(str(v)) + 1.0) * factor:.{digits}f}",
            "flagged",
        )

    def tenths(self, column: str, rates: DirtRates, station: np.ndarray) -> None:
        """Let some stations send tenths of a millimetre as millimetres (#8): all their readings, ten times too much."""
        stations = np.unique(station)
        chosen = stations[self.rng.random(len(stations)) < rates.tenth_unit]
        rows = np.flatnonzero(np.isin(station, chosen) & self._free(column))
        for row in rows:
            clean = self.table.columns[column][row]
            if clean is None or float(str(clean)) == 0:
                continue
            dirty = f"{float(str(clean)) * 10:.1f}"
            self.truth.add(self.table, row, column, "#8 tenths of a millimetre", clean, dirty, "flagged")
            self._put(int(row), column, dirty)

    def stuck(self, column: str, rates: DirtRates, station: np.ndarray, hours: int = 30) -> None:
        """Let some stations repeat one reading for ``hours`` rows (#8); rows of a station follow in time."""
        for code in np.unique(station):
            rows = np.flatnonzero(station == code)
            if self.rng.random() >= rates.stuck_station or len(rows) < hours + 2:
                continue
            at = int(self.rng.integers(1, len(rows) - hours))
            self._free(column)
            for row in rows[at + 1 : at + hours]:
                clean = self.table.columns[column][row]
                dirty = self.table.columns[column][rows[at]]
                self.truth.add(self.table, row, column, "#8 stuck value", clean, dirty, "flagged")
                self._put(int(row), column, dirty)

    def wusong(self, columns: Sequence[str], datum: str, rows: np.ndarray, offset: float = 1.81) -> None:
        """Send the heights of ``rows`` above the 吴淞 zero and say so in ``datum`` (#9). The offset is a pilot value."""
        for column in columns:
            for row in np.flatnonzero(rows & self._free(column)):
                clean = self.table.columns[column][row]
                if clean is None:
                    continue
                dirty = f"{float(str(clean)) + offset:.3f}"
                self.truth.add(self.table, row, column, "#9 height above the Wusong zero", clean, dirty, "repaired")
                self._put(int(row), column, dirty)
        self.table.columns[datum][rows] = "吴淞"

    def volumes(self, column: str, rates: DirtRates) -> None:
        """Send volumes in 万m³ where millions of cubic metres are agreed (#9): a hundred times too much."""
        self.cells(
            column,
            rates.volume_unit,
            "#9 volume in 10,000 m³ instead of 1,000,000 m³",
            lambda v, r: f"{float(str(v)) * 100:.3f}",
            "flagged",
        )

    def headcounts(self, column: str, rates: DirtRates) -> None:
        """Write head-counts as people say them (#16)."""
        self.cells(column, rates.headcount_word, "#16 head-count in words", forms.headcount_word, "repaired")

    def money(self, column: str, rates: DirtRates, unit: str = "万元", outliers: bool = True) -> None:
        """Write amounts with commas, brackets, units, or in yuan where ``unit`` is agreed (#16)."""
        self.cells(column, rates.thousands_comma, "#16 thousands comma or bracket", forms.comma, "repaired")
        self.cells(
            column, rates.money_word, "#16 money with its unit", lambda v, r: forms.money_word(v, unit, r), "repaired"
        )
        if outliers:
            self.cells(
                column,
                rates.money_factor,
                "#16 money ten thousand times too much",
                forms.money_factor,
                "flagged",
                where=self._large(column),
            )

    def _large(self, column: str) -> np.ndarray:
        """Return the cells above the column's median: small amounts times 10,000 may still be true."""
        numbers = np.array([_number(v) for v in self.table.columns[column]])
        known = numbers[~np.isnan(numbers)]
        return numbers > (np.median(known) if len(known) else 0)

    def areas(self, column: str, rates: DirtRates) -> None:
        """Write areas of square metres with their unit or in 亩 (#16)."""
        self.cells(column, rates.area_word, "#16 area with its unit", forms.area_word, "repaired")

    def stock(
        self,
        quantity: str,
        rates: DirtRates,
        unit: str | None = None,
        name: str | None = None,
        units: Mapping[str, tuple[str, int]] | None = None,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Let stores count in boxes, go below nothing, and name things otherwise (#23).

        ``units``: article to (its pack, how many are in one), as the factor table has it. ``names``: clean
        name to its other names.
        """
        if unit and units and name:
            for row in self._draw(rates.stock_unit, quantity, unit):
                larger, factor = units.get(str(self.table.columns[name][row]), ("", 0))
                count = _number(self.table.columns[quantity][row])
                if not factor or count % factor:
                    continue
                clean, dirty = str(self.table.columns[quantity][row]), str(int(count // factor))
                self.truth.add(self.table, int(row), quantity, "#23 counted in boxes", clean, dirty, "flagged")
                self._put(int(row), quantity, dirty)
                self._put(int(row), unit, larger)
        self.cells(quantity, rates.stock_negative, "#23 stock below nothing", lambda v, r: f"-{v}", "flagged")
        if name and names:
            self.cells(
                name,
                rates.stock_name,
                "#23 other name of a thing",
                lambda v, r: forms.pick(names[str(v)], r) if names.get(str(v)) else v,
                "repaired",
            )


def _number(value: object) -> float:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return float("nan")
