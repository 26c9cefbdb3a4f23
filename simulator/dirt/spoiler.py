"""The spoiler of one table: which cells a kind takes, and the truth it leaves beside them.

What is the same for every kind stands here; the kinds themselves are in ``texts``, ``amounts``, ``places`` and
``records``. How one value is written wrongly is a function of ``forms``.
"""

from __future__ import annotations

from simulator.dirt.amounts import Amounts
from simulator.dirt.places import Places
from simulator.dirt.records import Records
from simulator.dirt.texts import Texts


class Spoiler(Texts, Amounts, Places, Records):
    """Spoils one table with its own random stream; one method per kind, named after what it spoils."""
