"""Kinds that spoil how a word, a date or a code is written: 4, 5, 6, 11, 12, 13, 14, 15, 18, 26."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulator.dirt import forms
from simulator.dirt.base import Base
from simulator.dirt.rates import DirtRates


class Texts(Base):
    """Spoilers of words, dates and codes."""

    def text(self, column: str, rates: DirtRates, encodable: str | None = None) -> None:
        """Put full-width letters, hidden characters, stray spaces (#5)."""
        self.cells(
            column,
            rates.hidden_character,
            "#5 hidden or full-width character",
            lambda v, r: forms.hidden(str(v), r, encodable),
            "repaired",
        )

    def empty(self, column: str, rates: DirtRates, factor: float = 1.0, words: Sequence[str] = ()) -> None:
        """Put a word that means nothing was given (#15); ``words`` where 无 would be an answer."""
        listed = tuple(words) or forms.NULL_TOKENS
        self.cells(column, rates.null_token * factor, "#15 null token", lambda v, r: forms.pick(listed, r), "repaired")

    def dates(self, column: str, rates: DirtRates, required: bool = False) -> None:
        """Write other date forms, Excel serials, dates that do not exist (#6). Clean cells are ``YYYY-MM-DD…`` text."""
        unread = "rejected" if required else "flagged"
        self.cells(column, rates.date_form, "#6 date form", forms.date_form, "repaired")
        self.cells(column, rates.ambiguous_date, "#6 day and month not told apart", forms.short_date, unread)
        self.cells(column, rates.excel_serial, "#6 Excel serial", forms.excel_serial, "repaired")
        self.cells(column, rates.impossible_date, "#6 impossible date", forms.impossible_date, unread)

    def villages(self, column: str, rates: DirtRates, where: np.ndarray | None = None) -> None:
        """Write village and community names with other tails, a typing error, or of one that is gone (#4).

        ``where``: which cells name a village, where others name a town or a department.
        """
        self.cells(
            column,
            rates.village_form,
            "#4 village name in another form",
            forms.village_form,
            lambda form: "flagged" if form in forms.TWO_VILLAGES else "repaired",
            where,
        )
        self.cells(
            column, rates.village_typo, "#4 village name with a typing error", forms.village_typo, "repaired", where
        )
        self.cells(
            column,
            rates.village_gone,
            "#4 village that is gone",
            lambda v, r: forms.pick(forms.GONE_VILLAGES, r),
            "flagged",
            where,
        )

    def ruined_codes(self, column: str, rates: DirtRates, required: bool = True) -> None:
        """Save 20-digit device codes or 18-digit identity numbers with a spreadsheet (#11)."""
        self.cells(
            column,
            rates.ruined_code,
            "#11 code ruined by a spreadsheet",
            forms.ruined_number,
            "rejected" if required else "flagged",
        )

    def credit_codes(self, column: str, rates: DirtRates, codes: Sequence[str] = (), required: bool = True) -> None:
        """Mistype credit codes, write them in another form, give an old number or another firm's code (#12).

        ``codes``: the codes of all firms; without them no cell gets another firm's code. A code of another firm
        is a good code: only a register that knows names can tell, so it is expected to be flagged later.
        """
        wrong = "rejected" if required else "flagged"
        self.cells(column, rates.uscc_wrong, "#12 USCC with a wrong character", forms.uscc_wrong, wrong)
        self.cells(column, rates.uscc_form, "#12 USCC in another form", forms.uscc_form, "repaired")
        self.cells(
            column, rates.uscc_old_number, "#12 registration number of before 2015", forms.uscc_old_number, wrong
        )
        if len(codes) > 1:
            self.cells(
                column,
                rates.uscc_other_firm,
                "#12 credit code of another firm",
                lambda v, r: forms.other(v, codes, r),
                "flagged",
            )

    def firm_names(self, column: str, rates: DirtRates) -> None:
        """Write firm names with other brackets and tails (#13): the normal form is the same."""
        self.cells(column, rates.firm_name_form, "#13 firm name in another form", forms.firm_name, "repaired")

    def ids(self, column: str, rates: DirtRates, required: bool = True) -> None:
        """Spoil identity numbers (#14): forms that can be repaired, wrong check digits, a second good number."""
        self.cells(column, rates.id_form, "#14 identity number form", forms.id_form, "repaired")
        self.cells(
            column,
            rates.id_wrong,
            "#14 identity number wrong check digit",
            forms.id_wrong,
            "rejected" if required else "flagged",
        )
        with self.aside():
            self.cells(column, rates.id_second, "#14 second identity number of one person", forms.id_second, "flagged")

    def phones(self, column: str, rates: DirtRates) -> None:
        """Write phones with country code, spaces, dashes or a second number (#14)."""
        self.cells(column, rates.phone_form, "#14 phone form", forms.phone_form, "repaired")

    def names(self, column: str, rates: DirtRates) -> None:
        """Write people's names with a blank, a rare character lost, or another character of the same sound (#14)."""
        self.cells(column, rates.name_space, "#14 name with a space", forms.name_space, "repaired")
        self.cells(column, rates.name_rare, "#14 name with a lost character", forms.name_rare, "flagged")
        with self.aside():
            self.cells(
                column,
                rates.name_homophone,
                "#14 name in another character of its sound",
                forms.name_homophone,
                "flagged",
            )

    def words(
        self, column: str, rates: DirtRates, variants: Mapping[str, Sequence[str]], required: bool = False
    ) -> None:
        """Write status, grade or kind in other words of the same meaning, or in a word nobody listed (#18).

        ``variants``: clean word to the words the crosswalk knows for the same meaning.
        """
        self.cells(
            column,
            rates.status_word,
            "#18 other word of the same meaning",
            lambda v, r: forms.pick(variants[str(v)], r) if variants.get(str(v)) else v,
            "repaired",
        )
        self.cells(
            column,
            rates.unknown_word,
            "#18 word that no list knows",
            lambda v, r: forms.pick(("见附件", "处理中（待定）", "其它情况", "已阅"), r),
            "flagged",
        )

    def age_bands(self, column: str, rates: DirtRates) -> None:
        """Write a band of age where a birth date is asked for (#26)."""
        self.cells(column, rates.age_band, "#26 age band instead of a birth date", forms.age_band, "flagged")

    def number_as_text(self, column: str, rates: DirtRates) -> None:
        """Write some numbers of a list as text with an apostrophe's blank (#2): 6 and "6"."""
        self.cells(column, rates.number_as_text, "#2 number written as text", lambda v, r: f"{v} ", "repaired")

    def utc_feed(self, column: str, beijing: np.ndarray) -> None:
        """Note the rows of a UTC feed whose Beijing date is another one (#7). ``beijing``: datetime64[s] wall time.

        The cells themselves already hold UTC text or epoch milliseconds.
        """
        hour = (beijing.astype("datetime64[s]") - beijing.astype("datetime64[D]")).astype(int) // 3600
        rows = np.flatnonzero((hour < 8) & ~np.isnat(beijing))
        values = self.table.columns[column]
        texts = np.datetime_as_string(beijing[rows].astype("datetime64[s]"))
        self.note_many(
            rows, column, "#7 UTC feed whose date flips", [t.replace("T", " ") for t in texts], values[rows], "repaired"
        )
