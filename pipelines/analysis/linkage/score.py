"""Weigh compared pairs by the model. Patterns of levels are weighed once; how rare an equal value is, pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import sample
from pipelines.analysis.linkage.levels import words
from pipelines.analysis.linkage.model import RARITIES, Model
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

_MARKED = "(select (l, r) from said)"
_DRAWN = 2.0  # what is rare in a small file need not be rare: so many records more, as equal as any two by chance
# No value is rarer than one record in twenty times the file. A name that two records share, others bear whom we do not see:
# a name alone joins nobody.
_LEAST = {"name": 2.0, "name_hashes": 2.0}
_LEAST_ELSE = 0.05
# Equal in all columns: a code of so many places joins; so many places of other numbers show; few records have the value.
_LONG, _PLACES, _FEW = 15, {"code": 8, "phone": 7, "date": 8}, 10
_SURE = 30.0
_PERSON = r"[\x{4e00}-\x{9fff}]{1,4}"  # names of persons in Han characters


def floor(spec: Spec) -> float:
    """Return the weight below which a pair is let go: far below review, for a day's increment moves the model a little."""
    return float(np.log2(spec.review / (1 - spec.review))) - 12 if spec.review < 1 else 8.0


def probability(weight: str) -> str:
    """Return the SQL of the probability that a weight means."""
    return f"round(1 / (1 + pow(2, -greatest(least({weight}, 80), -80))), 6)"


def _least(kind: str) -> float:
    return _LEAST.get(kind, _LEAST_ELSE)


@dataclass
class _Weighed:
    """Patterns (n x columns of levels) weighed; see :func:`_weigh`."""

    base: np.ndarray
    most: np.ndarray
    equal: np.ndarray
    weight: np.ndarray
    m: np.ndarray
    s: np.ndarray
    whole: np.ndarray


def _weigh(spec: Spec, trained: Model, levels: np.ndarray) -> _Weighed:
    """Weigh patterns: ``base`` without equal values, ``most``: the largest weight a pair of it can have.

    ``weight`` per column is of a level that is not equal. An equal value weighs log2(m / (s + (1 - s) f)), f how rare the value
    is, s the share of equals that follow from what else agrees.
    """
    m, u = trained.parts(levels)
    follows = trained.follows(u)
    top = np.array([len(x) - 1 for x in trained.m])
    kinds = list(spec.columns.values())
    equal = (levels == top) & np.array([k != "point" for k in kinds])
    least = np.array([_least(k) for k in kinds]) / max(1, trained.rows)
    weight = np.log2(m / u).round(6)
    m, s = m.round(9), follows.round(9)
    base = trained.prior + np.where(equal, 0.0, weight).sum(axis=1)
    most = base + np.where(equal, np.log2(m / (s + (1 - s) * least)), 0.0).sum(axis=1)
    same = (levels == top).sum(axis=1)
    whole = ((levels == top) | (levels < 0)).all(axis=1) & (2 * same >= len(top)) & spec.guarded
    most = np.where(whole, np.maximum(most, _SURE), most)
    return _Weighed(base.round(6), most.round(6), equal, weight, m, s, whole)


def _doubtless(spec: Spec) -> list[str]:
    """Return the SQL of the least weights of a pair whose columns are all equal, or half of them and the others empty.

    A file with few records of one thing cannot teach what an equal number is worth. A rare long code joins such a pair, a rare
    number or date shows it to a person.
    """
    short = names(spec)

    def rare(i: int, kind: str, places: int) -> list[str]:
        c = short[list(spec.columns)[i]]
        return (
            [f"m{i} is not null and coalesce(t{i}.n, 2) <= {_FEW} and length({c}_v) >= {places}"]
            if kind in _PLACES
            else []
        )

    kinds = list(enumerate(spec.columns.values()))
    joins = [x for i, k in kinds if k == "code" for x in rare(i, k, _LONG)]
    shows = [x for i, k in kinds if k != "date" or len(kinds) > 1 for x in rare(i, k, _PLACES.get(k, 0))]
    found = []
    if joins:
        found.append(
            f"case when whole and ({' or '.join(joins)}) then {min(_SURE, _odds(spec.threshold) + 0.5):.6f} end"
        )
    if shows and spec.review < spec.threshold:
        found.append(
            f"case when whole and ({' or '.join(shows)}) then {_odds((spec.review + spec.threshold) / 2):.6f} end"
        )
    return found


def _kin(spec: Spec) -> str:
    """Return the SQL under which a pair may be kin at one home, empty where no column could say so.

    Twins and brothers have a character of their names in common, and a father's may stand the other way round in his son's; a
    slip of the pen is mostly of like sound. A long code or a firm's name that is equal speaks against it.
    """
    short, levels_of = names(spec), {k: words(k) for k in ("name", "phone", "address")}
    level = {c: f"(((pat >> {3 * i}) & 7) - 1)" for i, c in enumerate(spec.columns)}
    people, homes, same = [], [], ["false"]
    for i, (c, kind) in enumerate(spec.columns.items()):
        a, b = f"{short[c]}_v", f"{short[c]}_v_r"
        if kind == "name":
            same.append(f"(m{i} is not null and length({a}) > 4)")
            alike, turned = levels_of[kind].index("one letter off"), levels_of[kind].index("swapped")
            people.append(
                f"regexp_full_match({a}, '{_PERSON}') and regexp_full_match({b}, '{_PERSON}') and "
                f"({level[c]} between 1 and {alike} or ({level[c]} = {turned} and {short[c]}_p <> {short[c]}_p_r and left({a}, 1) = left({b}, 1)))"
            )
        elif kind in {"phone", "address"}:
            homes.append(f"{level[c]} > 0")
        elif kind == "code":
            same.append(f"(m{i} is not null and length({a}) >= {_PLACES[kind]})")
    return (
        f"({' or '.join(people)}) and ({' or '.join(homes)}) and not ({' or '.join(same)})" if people and homes else ""
    )


def _odds(probability: float) -> float:
    """Return a probability as a weight."""
    return float(np.log2(probability / (1 - probability))) if probability < 1 else _SURE


def hopeful(spec: Spec, trained: Model) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the function that says which patterns with open columns can still weigh :func:`floor` or be needed.

    The odds are, in each column, a quotient of two linear functions of m/u, so they are largest at the lowest or the highest
    level that is possible: of each open column these two are tried. Where too many are open, hope is free.
    """
    least = floor(spec)
    most = max(2, min(4, 9 - len(spec.columns)))
    needed = [i for i, c in enumerate(spec.columns) if c in spec.needed]

    told: dict[tuple[int, int], bool] = {}

    def worth(pat: np.ndarray, still: np.ndarray) -> np.ndarray:
        asked = list(zip(pat.tolist(), still.tolist(), strict=True))
        new = np.array([i for i, x in enumerate(asked) if x not in told], int)
        told.update(zip((asked[i] for i in new), best(pat[new], still[new]).tolist(), strict=True))
        return np.array([told[x] for x in asked], bool)

    def best(pat: np.ndarray, still: np.ndarray) -> np.ndarray:
        levels = sample.grid(pat, len(spec.columns))
        found = np.full(len(pat), -np.inf)
        places, tried = [np.zeros(0, int)], [levels[:0]]
        for mask in np.unique(still):
            at = np.flatnonzero(still == mask)
            opened = [i for i in range(len(spec.columns)) if mask >> i & 1]
            if len(opened) > most:
                found[at] = np.inf
                continue
            for lowest in product((False, True), repeat=len(opened)):
                one = levels[at]
                one[:, [i for i, low in zip(opened, lowest, strict=True) if low]] = 0
                places.append(at)
                tried.append(one)
        np.maximum.at(found, np.concatenate(places), _weigh(spec, trained, np.concatenate(tried)).most)
        return (found >= least) & (levels[:, needed] > 0).all(axis=1)

    return worth


def patterns(con: duckdb.DuckDBPyConnection, spec: Spec, trained: Model, source: str) -> pa.Table:
    """Return the table that weighs the patterns of ``source``: ``pat``, ``base``, ``most``; per column ``w<i>``, ``m<i>``, ``s<i>``.

    The first is null where a value is equal (or missing), the other two where it is not.
    """
    pat = con.execute(f"select distinct pat from {source} order by pat").fetchnumpy()["pat"]
    levels = sample.grid(pat, len(spec.columns))
    found = _weigh(spec, trained, levels)
    table: dict[str, object] = {"pat": pat, "base": found.base, "most": found.most, "whole": found.whole}
    for i, kind in enumerate(spec.columns.values()):
        equal = found.equal[:, i]
        if kind != "point":
            table[f"m{i}"] = pa.array(found.m[:, i], mask=~equal)
            table[f"s{i}"] = pa.array(found.s[:, i], mask=~equal)
        table[f"w{i}"] = pa.array(found.weight[:, i], mask=equal | (levels[:, i] < 0))
    return pa.table(table)


def score(con: duckdb.DuckDBPyConnection, spec: Spec, trained: Model, source: str, among: str = "rec") -> None:
    """Make ``scored`` from the compared pairs of ``source``: ``weight``, ``probability`` and each column's weight w<i>.

    Only pairs at or above :func:`floor`, or spoken of by people are kept.
    """
    short = names(spec)
    weighed = patterns(con, spec, trained, source)
    con.register("weighed", weighed)
    least = floor(spec)
    parts, joins, sums = [], [], ["base"]
    for i, (column, kind) in enumerate(spec.columns.items()):
        if kind == "point":
            parts.append(f"w{i}")
            continue
        c = short[column]
        shares = "[" + ", ".join(repr(round(float(x), 9)) for x in trained.strangers[i]) + "]"
        f = (
            f"(greatest((n - 1) * {shares}[least({RARITIES}, cast(floor(log2(n - 0.5)) as integer) + 1)], {_least(kind)}) "
            f"+ {_DRAWN * trained.u[i][-1]:.9f}) / {trained.filled[i] + _DRAWN}"
        )
        con.execute(f"create or replace temp table tf_{c} as select code, n, {f} as f from kept.many_{c}")
        joins.append(f"left join tf_{c} t{i} on m{i} is not null and t{i}.code = a.{c}")
        # a value that is not known, or was two records' only, counts as two records'
        rare = f"(select {f} from (select 2 as n))"
        parts.append(f"coalesce(round(log2(m{i} / (s{i} + (1 - s{i}) * coalesce(t{i}.f, {rare}))), 6), w{i}) as w{i}")
        sums.append(f"case when m{i} is not null then w{i} else 0 end")
    w = ", ".join(f"w{i}" for i in range(len(spec.columns)))
    codes = ", ".join(short[c] for c in spec.columns)
    total = f"round({' + '.join(sums)}, 6)"
    if spec.guarded:
        # what was looked at need not hold the texts themselves
        held = {c: f"{short[c]}_v" for c, k in spec.columns.items() if k == "name" or k in _PLACES}
        sounds = [f"{short[c]}_p" for c, k in spec.columns.items() if k == "name"]
        among, codes = "rec", ", ".join([codes, *held.values(), *sounds])
        if low := _doubtless(spec):
            parts.append(f"greatest({', '.join(low)}) as low")
            total = f"greatest({total}, low)"
        if kin := _kin(spec):
            people = ", ".join(f"{x} as {x}_r" for x in (*sounds, *(s.removesuffix("_p") + "_v" for s in sounds)))
            joins.append(f"join (select rid, {people} from rec) b on b.rid = p.r")
            parts.append(f"coalesce({kin}, false) as kin")
            shown = (spec.review + spec.threshold) / 2 if spec.review < spec.threshold else spec.review * 0.99
            total = f"case when kin then least({total}, {_odds(shown):.6f}) else {total} end"
    con.execute(
        f"create or replace temp table scored as select *, {probability('weight')} as probability "
        f"from (select l, r, rule, mask, pat, {w}, {total} as weight from "
        f"(select p.*, base, {', '.join(parts)}, {', '.join(f'm{i}' for i, k in enumerate(spec.columns.values()) if k != 'point')} "
        f"from {source} p join weighed using (pat) join (select rid, {codes} from {among}) a on a.rid = p.l {' '.join(joins)} "
        f"where most >= {least} or (p.l, p.r) in {_MARKED})) where weight >= {least} or (l, r) in {_MARKED}"
    )
    con.unregister("weighed")
    for c in short.values():
        con.execute(f"drop table if exists tf_{c}")
