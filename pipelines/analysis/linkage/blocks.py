"""Which pairs are worth a comparison: blocking rules chosen from the kinds of the columns, none without a bound.

A rule is an expression over a record; records with one value of it form a block, and the pairs of a block are
candidates. A block over the bound is passed over by its rule: what so many records share says little, and other
rules hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import duckdb

from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

BOUND = 60
# whole: a likeness strong enough with one other; part: what survives a typing error
_WHOLE = {
    "name": ["{c}_v"], "date": ["{c}_v"], "code": ["{c}_v"], "phone": ["right({c}_v, 7)"], "address": ["{c}_v"],
    "name_hashes": ["{c}_f1", "{c}_f2", "{c}_f3", "{c}_f4"], "id_hashes": ["{c}_f1", "{c}_f2", "{c}_f3"],
    "free": ["{c}_v"], "hash": ["{c}_v"], "point": ["cast(round({c}_x * 500) as integer) || ' ' || cast(round({c}_y * 500) as integer)"],
}  # fmt: skip
_PART = {
    "name": ["{c}_s", "substr({c}_p, 1, 3)", "right({c}_p, 3)"],
    "date": ["substr({c}_v, 1, 6)", "substr({c}_v, 5, 4)", "substr({c}_v, 1, 4) || substr({c}_v, 7, 2)"],
    "code": ["substr({c}_v, 1, cast(length({c}_v) / 2 as integer))", "right({c}_v, cast(length({c}_v) / 2 as integer))"],
    "phone": ["right({c}_v, 4)"],
    "address": ["substr({c}_w, 1, 4)", "nullif({c}_n, '') || substr({c}_w, 1, 2)"],
    "free": ["substr({c}_v, 1, 4)", "right({c}_v, 4)"],
    "hash": [], "name_hashes": ["{c}_f6"], "id_hashes": ["{c}_f4"], "point": ["cast(round({c}_x * 100) as integer) || ' ' || cast(round({c}_y * 100) as integer)"],
}  # fmt: skip
_RANK = {
    "hash": 0,
    "id_hashes": 0,
    "name_hashes": 4,
    "code": 1,
    "phone": 2,
    "date": 3,
    "name": 4,
    "address": 5,
    "point": 6,
    "free": 7,
}


@dataclass(frozen=True)
class Rule:
    """One blocking rule: what it is called and the SQL of its value."""

    word: str
    sql: str


def rules(spec: Spec, rows: int) -> list[Rule]:
    """Return the blocking rules for the columns of ``spec`` and a file of ``rows`` records, the surest first."""
    short = names(spec)
    columns = sorted(spec.columns, key=lambda c: _RANK[spec.columns[c]])
    whole = [(c, s.format(c=short[c])) for c in columns for s in _WHOLE[spec.columns[c]]]
    part = [(c, s.format(c=short[c])) for c in columns for s in _PART[spec.columns[c]]]
    found = [Rule(c, sql) for c, sql in whole]
    both = list(combinations(whole, 2)) + [(w, p) for w in whole for p in part if w[0] != p[0]]
    both += [(p, q) for p, q in combinations(part, 2) if p[0] != q[0]]
    many = len(both) if rows <= 20_000 else 12
    found += [Rule(f"{a} + {b}", f"{x} || '|' || {y}") for (a, x), (b, y) in both[:many]]
    return found


def candidates(con: duckdb.DuckDBPyConnection, spec: Spec, rows: int, skip: str) -> list[Rule]:
    """Make the table ``cand`` (l, r, rule) of candidate pairs, each once with its surest rule; return the rules.

    ``skip`` is an SQL condition over ``a`` and ``b`` under which a pair needs no comparison.
    """
    chosen = rules(spec, rows)
    carried = [names(spec)[c] for c in spec.exclusive]
    con.execute("create temp table hits (pair bigint, rule smallint)")
    for i, rule in enumerate(chosen):
        con.execute(
            f"create or replace temp table block as select rid, grp{''.join(f', {c}' for c in carried)}, hash({rule.sql}) as k from rec where ({rule.sql}) is not null "
            f"qualify count(*) over (partition by hash({rule.sql})) between 2 and {BOUND}"
        )
        con.execute(
            f"insert into hits select cast(a.rid as bigint) * 4294967296 + b.rid, {i} from block a join block b "
            f"on a.k = b.k and a.rid < b.rid where not ({skip})"
        )
    con.execute("drop table if exists block")
    con.execute(
        "create table cand as select cast(pair // 4294967296 as integer) as l, cast(pair % 4294967296 as integer) as r, "
        "min(rule) as rule from hits group by pair order by pair"
    )
    con.execute("drop table hits")
    return chosen
