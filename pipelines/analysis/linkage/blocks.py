"""Which pairs are worth a comparison: blocking rules chosen from the kinds of the columns, none without a bound.

A rule names one or two features of a record; records that agree in them form a block, and the pairs of a block are
candidates. A block over the bound is passed over by its rule: what so many records share says little, and other rules hold
them. Rules hang on the kinds of the columns and the size of the file only, so a day's increment meets the same ones, and
which pairs are candidates is a property of the set of records.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import combinations

import duckdb

from pipelines.analysis.linkage.records import kept_apart, names
from pipelines.analysis.linkage.spec import Spec

SMALL = 20_000
MOST_RULES = 62  # so many have a bit of their own in a mask
_RARE = 0.002  # two records are equal by chance at most so often
# A feature is what two records may agree in: whole is the value, part survives a slip in the rest of it.
_WHOLE = {
    "hash": ("{c}_v",), "code": ("{c}_v",), "phone": ("right({c}_v, 7)",), "date": ("{c}_v",), "name": ("{c}_p",),
    "address": ("{c}_v",), "free": ("{c}_v",),
    "point": ("nullif(cast(round({c}_x * 500) * 1000000 + round({c}_y * 500) as bigint), 0)",),
    "name_hashes": ("{c}_f1", "{c}_f2", "{c}_f3", "{c}_f4"), "id_hashes": ("{c}_f1", "{c}_f2", "{c}_f3"),
}  # fmt: skip
_PARTS = {
    "hash": (), "name_hashes": ("{c}_f6",), "id_hashes": ("{c}_f4",),
    "code": ("left({c}_v, cast(length({c}_v) / 2 as integer))", "right({c}_v, cast(length({c}_v) / 2 as integer))"),
    "phone": ("right({c}_v, 4)", "left({c}_v, 7)"),
    "date": (
        "{c}_y * 100 + {c}_m", "{c}_m * 100 + {c}_d", "{c}_y * 100 + {c}_d",
        "{c}_y * 10000 + least({c}_m, {c}_d) * 100 + greatest({c}_m, {c}_d)",
    ),
    "name": ("{c}_s", "left({c}_p, 3)", "right({c}_p, 3)"),
    "address": ("nullif({c}_w, '')", "nullif({c}_n, '') || left({c}_w, 1)", "left({c}_w, 5)", "nullif(right({c}_w, 5), '')"),
    "free": ("left({c}_v, 4)", "right({c}_v, 4)"),
    "point": ("nullif(cast(round({c}_x * 100) * 1000000 + round({c}_y * 100) as bigint), 0)",),
}  # fmt: skip
_RANK = {
    "hash": 0, "id_hashes": 0, "code": 1, "phone": 2, "date": 3, "name": 4, "name_hashes": 4, "address": 5, "point": 6, "free": 7,
}  # fmt: skip
_TELLS = {"hash", "phone", "date", "name", "name_hashes", "id_hashes"}  # kinds that tell who or which


@dataclass(frozen=True)
class Rule:
    """One blocking rule: what it is called, the SQL of what must agree, and the largest block it looks into."""

    word: str
    sql: tuple[str, ...]
    bound: int


def rules(spec: Spec, rows: int, equal: list[float]) -> list[Rule]:
    """Return the blocking rules for the columns of ``spec`` and a file of ``rows`` records, the surest first.

    A small file affords every combination of two features of two columns. In a large one, columns in which many records are
    equal by chance (``equal``, per column) are of little use, and what survives slips is asked of the surest columns only.
    """
    kind, short = spec.columns, names(spec)
    columns = sorted(kind, key=lambda c: (_RANK[kind[c]], c))
    whole = [(c, w.format(c=short[c])) for c in columns for w in _WHOLE[kind[c]]]
    parts = [(c, p.format(c=short[c])) for c in columns for p in _PARTS[kind[c]]]
    people = [short[c] for c in columns if kind[c] == "name"]
    anyway = [f"{f}({', '.join(f'{c}_p' for c in people)})" for f in ("least", "greatest")] if len(people) > 1 else []
    if rows <= SMALL:
        found = [Rule(c, (sql,), 200) for c, sql in whole]
        found += [Rule(f"{a} + {b}", (x, y), 100) for (a, x), (b, y) in combinations(whole, 2) if a != b]
        found += [Rule("names in any order", tuple(anyway), 100)] if anyway else []
        found += [Rule(f"{a} + part of {b}", (x, y), 100) for a, x in whole for b, y in parts if a != b]
        return found + [
            Rule(f"parts of {a} and {b}", (x, y), 100) for (a, x), (b, y) in combinations(parts, 2) if a != b
        ]
    chance = dict(zip(kind, equal, strict=True))
    rare = {c for c in columns if chance[c] <= _RARE}
    found = [Rule(c, (sql,), 60 if kind[c] in {"hash", "phone", "id_hashes"} else 12) for c, sql in whole if c in rare]
    for (a, x), (b, y) in combinations(whole, 2):
        if a != b and {a, b} & rare and max(chance[a], chance[b]) <= 10 * _RARE:
            found.append(Rule(f"{a} + {b}", (x, y), 40 if {kind[a], kind[b]} & _TELLS else 12))
    found += [Rule("names in any order", tuple(anyway), 40)] if anyway else []
    for (a, x), (b, y) in combinations(parts, 2):
        pair = {kind[a], kind[b]}
        sound = [v.endswith("_s") for v in (x, y)]
        if a == b or ("name" in pair and not any(sound)):
            continue
        if pair == {"name"}:
            found += [Rule(f"sound of {a} and {b}", (x, y), 12)] if all(sound) else []
        elif pair == {"date", "name"}:
            # day and month in any order with every name, other parts of a date with rare ones
            found += [Rule(f"parts of {a} and {b}", (x, y), 20)] if "greatest" in x + y or {a, b} <= rare else []
        elif pair == {"date", "code"}:
            found += [Rule(f"parts of {a} and {b}", (x, y), 20)] if "greatest" in x + y and {a, b} <= rare else []
        elif pair == {"phone", "name"} and {a, b} <= rare:
            found.append(Rule(f"parts of {a} and {b}", (x, y), 20))
        elif pair == {"address", "name"} and {a, b} <= rare:
            found.append(Rule(f"parts of {a} and {b}", (x, y), 12))
    return found


def _named(chosen: list[Rule]) -> dict[str, str]:
    """Return SQL of a feature -> its column; the name is made of the text, so that it is the same for every choice of rules."""
    sql = dict.fromkeys(s for rule in chosen for s in rule.sql)
    return {s: f"f{hashlib.sha256(s.encode()).hexdigest()[:8]}" for s in sql}


def features(con: duckdb.DuckDBPyConnection, spec: Spec, chosen: list[Rule], source: str, target: str) -> None:
    """Make ``target`` (rid, o, what keys and exclusive columns hold, and every feature of the rules as a hash) from records."""
    made = "".join(f", case when ({s}) is not null then hash({s}) end as {f}" for s, f in _named(chosen).items())
    con.execute(f"create or replace temp table {target} as select rid, o{_carried(spec)}{made} from {source}")


def columns(spec: Spec, chosen: list[Rule]) -> str:
    """Return the columns of a table of features that ``chosen`` ask."""
    return f"rid, o{_carried(spec)}, {', '.join(_named(chosen).values())}"


def key(rule: Rule, named: dict[str, str]) -> tuple[str, str]:
    """Return the SQL of the value of a rule over the features, and of the condition that it has one."""
    columns = [named[s] for s in rule.sql]
    full = " and ".join(f"{c} is not null" for c in columns)
    return (columns[0] if len(columns) == 1 else f"hash({', '.join(columns)})"), full


def apart(spec: Spec) -> str:
    """Return the SQL under which a pair of ``a`` and ``b`` needs no comparison: a key joins it, or two codes forbid it."""
    short = names(spec)
    keyed = [" and ".join(f"a.{short[c]} = b.{short[c]}" for c in k) for k in spec.keys]
    found = [*(f"({k})" for k in keyed), *(f"a.{c} <> b.{c}" for c in kept_apart(spec).values())]
    return f"coalesce({' or '.join(f'coalesce({f}, false)' for f in found)}, false)" if found else "false"


def loose(spec: Spec) -> str:
    """Return the SQL under which a record needs a comparison with others at all.

    Of two records with a good exclusive value that is a key by itself, one value joins them and two keep them apart.
    """
    settled = [kept_apart(spec)[c] for c in spec.exclusive if (c,) in spec.keys]
    return f"{settled[0]} is null" if settled else "true"


def _carried(spec: Spec) -> str:
    short = names(spec)
    return "".join(
        f", {c}" for c in dict.fromkeys((*kept_apart(spec).values(), *(short[k] for key_ in spec.keys for k in key_)))
    )


def _collect(con: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Make ``target`` (l, r, rule, mask) from single hits: the surest rule of a pair, and all its rules as bits."""
    con.execute(
        f"create or replace temp table {target} as select l, r, cast(min(rule) as smallint) as rule, "
        f"bit_or(cast(1 as bigint) << least(rule, {MOST_RULES})) as mask from {source} group by l, r"
    )
    con.execute(f"drop table {source}")


def candidates(con: duckdb.DuckDBPyConnection, spec: Spec, chosen: list[Rule], among: str = "true") -> None:
    """Make ``cand`` (l, r, rule, mask) from ``feat``: all candidate pairs, each once, with a record for which ``among`` holds."""
    named = _named(chosen)
    skip, carried = apart(spec), _carried(spec)
    free = f"{loose(spec)} and {among}"
    con.execute("create or replace temp table hits (l integer, r integer, rule integer)")
    for i, rule in enumerate(chosen):
        k, full = key(rule, named)
        held = f"(select rid, o{carried}, {free} as loose, {k} as k from feat where {full})"
        if free != "true and true":
            held += f" semi join (select {k} as k from feat where {full} and {free}) using (k)"
        con.execute(f"create or replace temp table block as select * from {held}")
        con.execute(
            f"insert into hits with many as (select k from block group by k having count(*) between 2 and {rule.bound}), "
            "a as (select * from block semi join many using (k) where loose), b as (select * from block semi join many using (k)) "
            f"select case when a.o < b.o then a.rid else b.rid end, case when a.o < b.o then b.rid else a.rid end, {i} "
            f"from a join b on a.k = b.k and (a.o < b.o or not b.loose) where not ({skip})"
        )
    con.execute("drop table if exists block")
    _collect(con, "hits", "cand")


def changed(con: duckdb.DuckDBPyConnection, spec: Spec, chosen: list[Rule]) -> None:
    """Make ``cand`` and ``lost``: what pairs gain and lose, now that records came and went.

    ``kept.feat`` has the features of all records before, ``feat_fresh`` of those that came, ``gone`` the numbers of those that
    went. ``cand``: pairs with a fresh record, and pairs of blocks that have come under the bound. ``lost``: pairs of records that
    stayed whose block has grown over the bound of the rule. A block that no fresh and no gone record touches stays as it is.
    """
    named = _named(chosen)
    skip, carried = apart(spec), _carried(spec)
    con.execute("create or replace temp table feat_gone as select f.* from kept.feat f semi join gone using (rid)")
    came, stayed = [], ["select * from moved"]
    for i, rule in enumerate(chosen):
        k, full = key(rule, named)
        came += [
            f"select {i} as rule, {side} as side, rid, o{carried}, {k} as k from {source} where {full}"
            for side, source in ((1, "feat_fresh"), (2, "feat_gone"))
        ]
        stayed.append(
            f"select {i}, 0, rid, o{carried}, k from (select rid, o{carried}, {k} as k from kept.feat where {full}) "
            f"semi join (select k from moved where rule = {i}) using (k) anti join gone using (rid)"
        )
    con.execute(f"create or replace temp table moved as {' union all '.join(came)}")
    con.execute(f"create or replace temp table block as {' union all '.join(stayed)}")
    bounds = "[" + ", ".join(str(rule.bound) for rule in chosen) + "][rule + 1]"
    con.execute(
        f"create or replace temp table sized as select rule, k, count(*) filter (where side <> 1) <= {bounds} as was_open, "
        f"count(*) filter (where side <> 2) <= {bounds} as is_open from block group by rule, k"
    )
    con.execute(
        "create or replace temp table hits as with here as (select block.*, side = 1 or not was_open as asks from block "
        "join sized using (rule, k) where is_open and side <> 2) select case when a.o < b.o then a.rid else b.rid end as l, "
        "case when a.o < b.o then b.rid else a.rid end as r, a.rule as rule from here a join here b on a.rule = b.rule and a.k = b.k "
        f"where a.asks and (a.o < b.o or not b.asks) and not ({skip})"
    )
    con.execute(
        "create or replace temp table losses as select a.rid as l, b.rid as r, a.rule as rule from "
        "(select rule, k from sized where was_open and not is_open) join block a using (rule, k) "
        "join block b on a.rule = b.rule and a.k = b.k and a.o < b.o where a.side = 0 and b.side = 0"
    )
    con.execute("drop table moved; drop table block; drop table sized; drop table feat_gone")
    _collect(con, "hits", "cand")
    _collect(con, "losses", "lost")
