"""What all ways of writing tables down share: numbers, words, spans, a department's own stream, dirt of people and firms.

Small helpers for modules of ``departments``; nothing here draws from a stream that it was not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table
from simulator.world import World

NAT = np.datetime64("NaT")
DAY = np.timedelta64(1, "D")
Words = Iterable[tuple[str, bool]]


def numbered(prefix: str, n: int, width: int = 6, first: int = 1) -> np.ndarray:
    """Return ``n`` running numbers such as ``SJ000001``."""
    return np.array([f"{prefix}{i:0{width}d}" for i in range(first, first + n)], dtype=object)


def pick(rng: np.random.Generator, words: Sequence, n: int, p: Sequence[float] | None = None) -> np.ndarray:
    """Return ``n`` of ``words``; ``p`` are weights and need not sum to one."""
    share = None if p is None else np.array(p, float) / np.sum(p)
    return np.array(list(words), dtype=object)[rng.choice(len(words), n, p=share)]


def keep(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return ``values`` where ``where`` holds, elsewhere nothing."""
    values = np.asarray(values)
    if values.dtype.kind == "M":
        return np.where(where, values, NAT)
    return np.where(where, values.astype(object), None)


def days(rng: np.random.Generator, n: int, low: int, high: int) -> np.ndarray:
    """Return ``n`` spans of ``low`` to ``high`` - 1 whole days."""
    return rng.integers(low, high, n).astype("timedelta64[D]")


def listed(words: str) -> list[tuple[str, bool]]:
    """Return the column names in ``words`` and whether each is mandatory, which a ``!`` after it says."""
    return [(w.rstrip("!"), w.endswith("!")) for w in words.split()]


class Book:
    """Where a department writes its tables; remembers them in order."""

    def __init__(self, silo: str, world: World, rates: DirtRates, truth: Truth) -> None:
        self.silo, self.world, self.rates, self.truth = silo, world, rates, truth
        self.tables: list[Table] = []

    def rng(self, kind: str) -> np.random.Generator:
        """Return the department's own stream of ``kind``."""
        return self.world.rng(f"{self.silo} {kind}")

    def spoil_usual(self, s: Spoiler, *, ids: Words, credit: Words, phones: Words, people: Words, dates: Words) -> None:
        """Spoil what nearly every table has; pairs of a column and whether it is mandatory."""
        for c, must in ids:
            s.ids(c, self.rates, required=must)
        for c, must in credit:
            s.credit_codes(c, self.rates, required=must)
        for c, _ in phones:
            s.phones(c, self.rates)
        for c, _ in people:
            s.names(c, self.rates)
        for c, must in dates:
            s.dates(c, self.rates, required=must)
