"""Kinds that are about rows and what they say together: 8 (sent again), 17, 19, 20, 21, 22, 23, 25, 26."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.dirt import forms
from simulator.dirt.base import Base
from simulator.dirt.rates import DirtRates


def half_year_before(today: str) -> str:
    """Return the first day that is not more than six months before the day before ``today``."""
    last = np.datetime64(today) - np.timedelta64(1, "D")
    month = last.astype("datetime64[M]")
    day = int((last - month.astype("datetime64[D]")).astype(int))
    back = month - np.timedelta64(6, "M")
    longest = int(((back + 1).astype("datetime64[D]") - back.astype("datetime64[D]")).astype(int)) - 1
    return str(back.astype("datetime64[D]") + np.timedelta64(min(day, longest), "D"))


class Records(Base):
    """Spoilers of whole records. Times are ``YYYY-MM-DD HH:MM:SS`` text, dates ``YYYY-MM-DD``."""

    def closed_before_found(self, found: str, closed: str, rates: DirtRates) -> None:
        """Close some before they were found (#19)."""
        for row in self._draw(rates.close_before_discover, found, closed):
            clean = str(self.table.columns[closed][row])
            start = np.datetime64(str(self.table.columns[found][row]).replace(" ", "T"))
            early = start - np.timedelta64(int(self.rng.integers(1, 72)), "h")
            dirty = str(early).replace("T", " ")[: len(clean)]
            self.truth.add(self.table, int(row), closed, "#19 close before discover", clean, dirty, "flagged")
            self._put(int(row), closed, dirty)

    def closed_at_midnight(self, closed: str, rates: DirtRates, last_days: Sequence[str]) -> None:
        """Close some at 23:59 of the last day of their quarter (#19). ``last_days``: their ISO dates."""
        days = sorted(last_days)
        for row in self._draw(rates.batch_close, closed):
            clean = str(self.table.columns[closed][row])
            day = next((d for d in days if d >= clean[:10]), None)
            if day is None:
                continue
            dirty = f"{day} 23:59:{int(self.rng.integers(60)):02d}"
            self.truth.add(self.table, int(row), closed, "#19 batch close at 23:59", clean, dirty, "flagged")
            self._put(int(row), closed, dirty)

    def same_photos(self, before: str, after: str, rates: DirtRates) -> None:
        """Show the same photo before and after (#19)."""
        self._copy(before, after, rates.same_photo, "#19 same photo before and after")

    def same_people(self, rectifier: str, reviewer: str, rates: DirtRates) -> None:
        """Let the one who mended also review (#19)."""
        self._copy(rectifier, reviewer, rates.same_person, "#19 reviewer is the rectifier")

    def _copy(self, source: str, target: str, rate: float, kind: str) -> None:
        for row in self._draw(rate, source, target):
            clean, dirty = self.table.columns[target][row], self.table.columns[source][row]
            if clean != dirty:
                self.truth.add(self.table, int(row), target, kind, clean, dirty, "flagged")
                self._put(int(row), target, dirty)

    def deadlines_moved(self, deadline: str, changed: str, rates: DirtRates) -> None:
        """Note a deadline changed after it had passed (#19): ``changed`` says when it was changed."""
        for row in self._draw(rates.deadline_moved, deadline):
            limit = np.datetime64(str(self.table.columns[deadline][row])[:10])
            old = self.table.columns[changed][row]
            late = limit + np.timedelta64(int(self.rng.integers(1, 20)), "D")
            dirty = f"{late} 10:00:00"
            self.truth.add(self.table, int(row), changed, "#19 deadline moved after it passed", old, dirty, "flagged")
            self._free(changed)
            self._put(int(row), changed, dirty)

    def certificates(
        self, valid_to: str, rates: DirtRates, number: str | None = None, status: str | None = None, today: str = ""
    ) -> None:
        """Leave valid_to away, call an expired one valid, give a number that holds another person's (#20).

        ``number``: the certificate number, ``T`` and an identity number. ``today``: the day "expired" is judged by.
        """
        for row in self._draw(rates.certificate_gap * 0.5, valid_to):
            clean = self.table.columns[valid_to][row]
            self.truth.add(self.table, int(row), valid_to, "#20 certificate without valid_to", clean, None, "flagged")
            self._put(int(row), valid_to, None)
        if status and today:
            ends = np.array([str(v or "9999")[:10] for v in self.table.columns[valid_to]])
            for row in self._draw(rates.certificate_gap, status, where=(ends < today) & self._free(valid_to)):
                clean = self.table.columns[status][row]
                if clean != "有效":
                    self.truth.add(
                        self.table, int(row), status, "#20 expired but called valid", clean, "有效", "flagged"
                    )
                    self._put(int(row), status, "有效")
        if number:
            values = self.table.columns[number]
            known = [str(v) for v in values if v is not None]
            for row in self._draw(rates.certificate_gap / 6, number):
                clean, dirty = str(values[row]), forms.pick(known, self.rng)
                if dirty != clean:
                    kind = "#20 certificate number of another person"
                    self.truth.add(self.table, int(row), number, kind, clean, dirty, "flagged")
                    self._put(int(row), number, dirty)

    def silent_devices(self, points: str, device: np.ndarray, rates: DirtRates) -> None:
        """Let some devices send heartbeats and no data (#22)."""
        devices = np.unique(device)
        silent = devices[self.rng.random(len(devices)) < rates.silent_device]
        for row in np.flatnonzero(np.isin(device, silent)):
            self.truth.add(
                self.table,
                int(row),
                points,
                "#22 online but silent device",
                self.table.columns[points][row],
                "0",
                "flagged",
            )
            self.table.columns[points][row] = "0" if self.table.columns[points].dtype == object else 0

    def expired_stock(self, expires: str, rates: DirtRates, before: str) -> None:
        """Keep goods whose date has passed (#23); ``before``: the day after which they are counted.

        Goods that the world itself let expire are noted too: what is counted though expired is one kind, however it came.
        """
        # the day written on goods is still a good day
        last = str(np.datetime64(before) - np.timedelta64(1, "D"))
        meant = self._meant(expires)
        for row in np.flatnonzero(np.array([(v or "9999-12-31")[:10] for v in meant]) < last):
            said = self.table.columns[expires][row]
            self.truth.add(self.table, int(row), expires, "#23 expired goods counted", meant[row], said, "flagged")
            self.hold(expires, [row])
        for row in self._draw(rates.stock_expired, expires):
            clean = str(self.table.columns[expires][row])
            days = int(self.rng.integers(10, 700))
            dirty = str(np.datetime64(before) - np.timedelta64(days, "D"))
            if clean >= before:
                self.truth.add(self.table, int(row), expires, "#23 expired goods counted", clean, dirty, "flagged")
                self._put(int(row), expires, dirty)

    def categories(self, code: str, rates: DirtRates, wrong: Sequence[str]) -> None:
        """Give a civil team the credit code of a firm, or of another kind of body (#25)."""
        self.cells(
            code,
            rates.category_mixed,
            "#25 credit code of another kind of body",
            lambda v, r: forms.other(v, wrong, r),
            "flagged",
        )

    def names_only(self, code: str, rates: DirtRates) -> None:
        """Leave a body's code away, so that only its name is known (#25)."""
        for row in self._draw(rates.name_only, code):
            clean = self.table.columns[code][row]
            self.truth.add(self.table, int(row), code, "#25 known by name only", clean, None, "flagged")
            self._put(int(row), code, None)

    def stale(self, verified: str, rates: DirtRates, today: str) -> None:
        """Leave entries about people in need unverified for more than six months (#26).

        ``today``: the day after the last of the list. Entries the world itself left unverified so long are noted too.
        """
        meant, limit = self._meant(verified), half_year_before(today)
        for row in np.flatnonzero(np.array([(v or "9999-12-31")[:10] for v in meant]) < limit):
            said = self.table.columns[verified][row]
            self.truth.add(
                self.table, int(row), verified, "#26 not verified for six months", meant[row], said, "flagged"
            )
            self.hold(verified, [row])
        for row in self._draw(rates.stale_person, verified):
            clean = str(self.table.columns[verified][row])
            dirty = str(np.datetime64(today) - np.timedelta64(int(self.rng.integers(190, 700)), "D"))
            self.truth.add(self.table, int(row), verified, "#26 not verified for six months", clean, dirty, "flagged")
            self._put(int(row), verified, dirty + clean[10:])

    def several_helpers(self, helper: str, rates: DirtRates, names: Sequence[str]) -> None:
        """Name several helpers in one cell (#26)."""
        self.cells(
            helper,
            rates.several_helpers,
            "#26 several helpers in one cell",
            lambda v, r: f"{v}、{forms.other(v, names, r)}",
            "flagged",
        )

    def twins(self, rates: DirtRates, where: np.ndarray | None = None) -> np.ndarray:
        """Return the rows (#17) that another department reports too; the caller writes them and links both."""
        return self._draw(rates.twin_hazard, where=where)
