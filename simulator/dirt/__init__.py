"""How departments spoil their data: one rate and one spoiler per kind, and the truth beside it.

The kinds carry the numbers of the defect list in README.md. A cell is spoiled at most once, so that the
truth file can name the clean value. Only tests read the truth.
"""

from simulator.dirt.forms import (
    FULL_WIDTH,
    NULL_TOKENS,
    date_form,
    excel_serial,
    headcount_word,
    id_form,
    uscc_form,
    uscc_wrong,
)
from simulator.dirt.rates import DirtRates
from simulator.dirt.spoiler import Spoiler
from simulator.truth import Truth

__all__ = [
    "FULL_WIDTH", "NULL_TOKENS", "DirtRates", "Spoiler", "Truth", "date_form", "excel_serial", "headcount_word",
    "id_form", "uscc_form", "uscc_wrong",
]  # fmt: skip
