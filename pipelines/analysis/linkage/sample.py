"""A weighted sample of all pairs, from which the model learns: pairs met by chance, and pairs equal in one column.

The sample hangs on the ids of the records and the seed, never on their order.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage.compare import compare, compared
from pipelines.analysis.linkage.model import RARITIES, Patterns
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

RECORDS = 120_000  # the model learns from at most so many records
CHANCE = 150_000  # pairs met by chance
EQUAL = 30_000  # pairs per column that are equal in it
_GRAIN = 64  # what a pair stands for is counted in 64ths, so that sums do not hang on their order


def draw(
    con: duckdb.DuckDBPyConnection, spec: Spec, rows: int
) -> tuple[int, Patterns, list[Patterns], list[float], list[int]]:
    """Return how many records were drawn, the patterns of pairs met by chance and, per column, of pairs equal in it.

    The last items are, per column, the chance that two records with a value are equal, and how many have one. Leaves
    ``many_<column>`` (code, n): how many records have a value, where two have it.
    """
    halvings = 0
    while rows / 2**halvings > RECORDS:
        halvings += 1
    short = names(spec)
    con.execute(
        f"create or replace temp table picked as select o, id, {compared(spec)} from rec where o % {2**halvings} = 0"
    )
    codes = ", ".join(short[c] for c in spec.columns)
    found = con.execute(f"select rid, {codes} from picked order by o, id").fetchnumpy()
    rid = found["rid"]
    drawn = [(0, *_chance(len(rid)))]
    for i, c in enumerate(spec.columns):
        code = found[short[c]]
        there = ~np.ma.getmaskarray(code)
        drawn.append((i + 1, *_equal(np.ma.getdata(code), there)))
    met = {
        "l": np.concatenate([rid[d[1]] for d in drawn]),
        "r": np.concatenate([rid[d[2]] for d in drawn]),
        "part": np.concatenate([np.full(len(d[1]), d[0], np.int16) for d in drawn]),
        "worth": np.concatenate([np.round(d[3] * _GRAIN).astype(np.int64) for d in drawn]),
    }
    con.register("drawn", pa.table(met))
    con.execute("create or replace temp table asked as select distinct l, r from drawn")
    compare(con, spec, "asked", "levelled", among="picked")
    con.execute("create or replace temp table met as select drawn.*, pat from drawn join levelled using (l, r)")
    con.unregister("drawn")
    made = [_patterns(con, "met where part = 0", len(spec.columns))]
    equal, full = [], []
    for i, c in enumerate(spec.columns):
        many = f"many_{short[c]}"
        con.execute(
            f"create or replace temp table {many} as select {short[c]} as code, count(*) as n from rec where {short[c]} is not null group by all having count(*) > 1"
        )
        rarity = f"least({RARITIES - 1}, cast(floor(log2(n - 0.5)) as integer)) as rarity"
        joined = f"(select met.*, {rarity} from met join (select rid, {short[c]} from picked) on rid = l join {many} on code = {short[c]} where part = {i + 1})"
        made.append(_patterns(con, joined, len(spec.columns), "rarity"))
        (same,) = con.execute(f"select coalesce(sum(n * (n - 1)), 0) from {many}").fetchone()
        (filled,) = con.execute(f"select count({short[c]}) from rec").fetchone()
        full.append(int(filled))
        equal.append(float(same) / max(1.0, float(filled) * (float(filled) - 1)))
    con.execute("drop table met; drop table picked; drop table asked; drop table levelled")
    return len(rid), made[0], made[1:], equal, full


def grid(pattern: np.ndarray, columns: int) -> np.ndarray:
    """Return the levels (patterns x columns, -1 missing) of patterns written as whole numbers."""
    return np.stack([(pattern >> (3 * i)) & 7 for i in range(columns)], axis=1).astype(np.int16) - 1


def _patterns(con: duckdb.DuckDBPyConnection, source: str, columns: int, rarity: str = "0") -> Patterns:
    """Return the patterns of levels among compared pairs and how many pairs each stands for, in one order."""
    found = con.execute(
        f"select pat, {rarity} as rarity, cast(sum(worth) as double) as w, cast(count(*) as double) as n "
        f"from {source} group by all order by all"
    ).fetchnumpy()
    at = grid(found["pat"], columns)
    return Patterns(at, found["w"] / _GRAIN, found["n"], found["rarity"].astype(np.int64))


def _chance(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of positions in a shuffled line and what each stands for: all pairs, or neighbours at few distances."""
    if count * (count - 1) // 2 <= CHANCE:
        left, right = np.triu_indices(count, 1)
    else:
        steps = -(-CHANCE // count)
        at = np.arange(min(count, CHANCE // steps))
        left = np.tile(at, steps)
        right = (left + np.repeat(np.arange(1, steps + 1), len(at))) % count
    return left, right, np.full(len(left), count * (count - 1) / 2 / max(1, len(left)))


def _equal(code: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of positions with one code and how many pairs of that code each stands for."""
    order = np.flatnonzero(there)
    order = order[np.argsort(code[order], kind="stable")]
    in_order = code[order]
    starts = np.flatnonzero(np.r_[True, in_order[1:] != in_order[:-1]]) if len(order) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(order)])
    size, start = np.repeat(sizes, sizes), np.repeat(starts, sizes)
    place = np.arange(len(order)) - start
    many = int((size > 1).sum())
    steps, every = max(1, min(30, EQUAL // max(1, many))), max(1, many // EQUAL)
    lefts, rights, worths = [], [], []
    # in a group of n each distance below n/2 gives n pairs; n/2 itself, where n is even, half of them
    possible = np.minimum(size - 1, 2 * steps) * size / 2.0
    for step in range(1, steps + 1):
        fits = (2 * step < size) | ((2 * step == size) & (place < step))
        fits &= order % every == 0
        at = np.flatnonzero(fits)
        lefts.append(order[at])
        rights.append(order[start[at] + (place[at] + step) % size[at]])
        worths.append(size[at] * (size[at] - 1) / 2.0 / possible[at] * every)
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(worths)
