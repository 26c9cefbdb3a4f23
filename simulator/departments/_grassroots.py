"""What departments close to towns and villages share: town numbers, columns of text, days, the people of the stations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.files import Form
from simulator.tables import Table, date_text
from simulator.world import World
from simulator.world.places import keep_inside


def column(values: Iterable[object]) -> np.ndarray:
    """Return values as a column of text or None."""
    return np.array([None if v is None else str(v) for v in values], dtype=object)


def choose(rng: np.random.Generator, words: Iterable[str], n: int, p: Iterable[float] | None = None) -> np.ndarray:
    """Return ``n`` of ``words``, with the shares ``p`` where given."""
    listed = np.array(list(words), dtype=object)
    return listed[rng.choice(len(listed), n, p=None if p is None else list(p))]


def hide(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return ``values`` with None where ``where`` holds."""
    out = values.copy()
    out[where] = None
    return out


def short_codes(world: World) -> np.ndarray:
    """Return the last three digits of each town's code, as towns number their own papers."""
    return np.array([c[6:9] for c in world.towns["nbs9"]], dtype=object)


def days(rng: np.random.Generator, n: int, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Return ``n`` days in [first, last)."""
    span = max(1, int((last - first).astype(int)))
    return first.astype("datetime64[D]") + rng.integers(0, span, n).astype("timedelta64[D]")


def before(rng: np.random.Generator, n: int, day: np.datetime64, least: int, most: int) -> np.ndarray:
    """Return ``n`` dates as text, between ``least`` and ``most`` days before ``day``."""
    return date_text(day - rng.integers(least, most, n).astype("timedelta64[D]"))


@dataclass
class Staff:
    """The people of the stations, ordered as on the stations' own roster."""

    town: np.ndarray
    name: np.ndarray
    id: np.ndarray
    phone: np.ndarray
    post: np.ndarray
    employment: np.ndarray
    hired: np.ndarray
    left: np.ndarray

    def __len__(self) -> int:
        return len(self.town)


def staff(world: World) -> Staff:
    """Return the people of the sixteen stations, town by town, those who left included."""
    people = sorted(world.stations.roster, key=lambda p: p["town"])
    hired, left = ([p[k] for p in people] for k in ("hired", "left"))
    return Staff(
        np.array([p["town"] for p in people]),
        *(column(p[k] for p in people) for k in ("name", "id", "phone", "post", "employment")),
        np.array(hired, "datetime64[D]"),
        np.array([np.datetime64("NaT") if d is None else d for d in left], "datetime64[D]"),
    )


def form(stem: str, sheet: str, head: int, width: int, words: tuple[str, str], **more: object) -> Form:
    """Return a form with two merged headers over ``head`` and ``width - head`` columns."""
    return Form(stem, sheet=sheet, groups=((words[0], head), (words[1], width - head)), **more)


def spoil(table: Table, world: World, truth: Truth) -> Spoiler:
    """Remember the clean keys of ``table`` and return its spoiler, which has a stream of its own."""
    return Spoiler(table.freeze_keys(), truth, world.rng(f"dirt {table.silo} {table.name} {table.version}"))


def common(
    s: Spoiler,
    world: World,
    rates: DirtRates,
    *,
    texts: Iterable[str] = (),
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    dates: Iterable[str] = (),
    required_dates: Iterable[str] = (),
    empty: Iterable[str] = (),
    village: str | None = None,
    code: str | None = None,
    counts: Iterable[str] = (),
) -> None:
    """Spoil the usual columns: characters, names, phones, dates, empty words, villages, town codes, head-counts."""
    if code:
        old = {n: o for n, o in zip(world.towns["nbs9"], world.towns["local_code9"], strict=True) if n != o}
        s.old_town_codes(code, rates, old)
    if village:
        s.villages(village, rates)
    for method, columns in ((s.names, names), (s.phones, phones), (s.headcounts, counts)):
        _each(method, columns, rates)
    for c in dates:
        s.dates(c, rates)
    for c in required_dates:
        s.dates(c, rates, required=True)
    for c in empty:
        s.empty(c, rates, words=("/", "—", "暂无", "待补充", "不详"))
    _each(s.text, texts, rates)


def _each(method: Callable[[str, DirtRates], None], columns: Iterable[str], rates: DirtRates) -> None:
    for c in columns:
        method(c, rates)


def facilities(world: World) -> dict[str, np.ndarray]:
    """Return hydrants, landing places and other facilities of emergency use, which towns and planners both list.

    ``id``, ``kind``, ``town``, ``village`` (position), ``place``, ``lon``, ``lat``, ``built`` (day).
    """
    rng, v = world.fresh("facilities"), world.villages
    kinds = ("市政消火栓", "取水码头", "直升机起降点", "应急通道", "应急广播", "备用电源")
    count = 14 + (world.towns["population"] / 9000).astype(int)
    town = np.repeat(np.arange(16), count)
    n = len(town)
    kind = choose(rng, kinds, n, [0.52, 0.10, 0.03, 0.10, 0.15, 0.10])
    village = np.array([rng.choice(np.flatnonzero(v["town"] == t)) for t in town])
    lon, lat = v["lon"][village] + rng.normal(0, 0.003, n), v["lat"][village] + rng.normal(0, 0.003, n)
    lon, lat = keep_inside(world, lon, lat, town)
    return {
        "id": column(f"SS{i:05d}" for i in range(1, n + 1)),
        "kind": kind,
        "town": town,
        "village": village,
        "place": column(f"{v['name'][x]}{k}{i % 7 + 1}号" for i, (x, k) in enumerate(zip(village, kind, strict=True))),
        "lon": lon,
        "lat": lat,
        "built": world.end - rng.integers(200, 5000, n).astype("timedelta64[D]"),
    }
