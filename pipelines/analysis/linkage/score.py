"""Weigh compared pairs by the model. Patterns of levels are weighed once; how rare an equal value is, pair by pair."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import sample
from pipelines.analysis.linkage.model import RARITIES, Model
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

_MARKED = "(select (l, r) from keyed union all select (l, r) from said)"
_DRAWN = 2.0  # what is rare in a small file need not be rare: so many records more, as equal as any two by chance
# No value is rarer than one record in twenty times the file. A name that two records share, others bear whom we do not see:
# a name alone joins nobody.
_LEAST = {"name": 2.0, "name_hashes": 2.0}
_LEAST_ELSE = 0.05


def floor(spec: Spec) -> float:
    """Return the weight below which a pair is let go: far below review, for a day's increment moves the model a little."""
    return float(np.log2(spec.review / (1 - spec.review))) - 12 if spec.review < 1 else 8.0


def _least(kind: str) -> float:
    return _LEAST.get(kind, _LEAST_ELSE)


def patterns(con: duckdb.DuckDBPyConnection, spec: Spec, trained: Model, source: str) -> tuple[np.ndarray, pa.Table]:
    """Return the patterns of ``source`` and the table that weighs them.

    Columns: ``pat``; ``base``, the weight without equal values; ``most``, the largest weight a pair of it can have; per column
    ``w<i>``, the weight of a level that is not equal, and ``m<i>``, ``s<i>`` of an equal one: it weighs
    log2(m / (s + (1 - s) f)), f how rare the value is, s the share of equals that follow from what else agrees.
    """
    pat = con.execute(f"select distinct pat from {source} order by pat").fetchnumpy()["pat"]
    levels = sample.grid(pat, len(spec.columns))
    m, u = trained.parts(levels)
    follows = trained.follows(u)
    base = np.full(len(pat), trained.prior)
    most = np.zeros(len(pat))
    table: dict[str, object] = {"pat": pat}
    for i, kind in enumerate(spec.columns.values()):
        equal = levels[:, i] == len(trained.m[i]) - 1
        weight = np.log2(m[:, i] / u[:, i]).round(6)
        if kind != "point":
            s = follows[:, i].round(9)
            table[f"m{i}"] = pa.array(m[:, i].round(9), mask=~equal)
            table[f"s{i}"] = pa.array(s, mask=~equal)
            most += np.where(equal, np.log2(m[:, i] / (s + (1 - s) * _least(kind) / max(1, trained.rows))), 0.0)
        else:
            equal = np.zeros(len(pat), bool)
        base += np.where(equal, 0.0, weight)
        table[f"w{i}"] = pa.array(weight, mask=equal | (levels[:, i] < 0))
    table |= {"base": base.round(6), "most": (base + most).round(6)}
    return base, pa.table(table)


def score(con: duckdb.DuckDBPyConnection, spec: Spec, trained: Model, source: str) -> None:
    """Make ``scored`` from the compared pairs of ``source``: ``weight``, ``probability`` and each column's weight w<i>.

    Only pairs at or above :func:`floor`, joined by a key, or spoken of by people are kept.
    """
    short = names(spec)
    _, weighed = patterns(con, spec, trained, source)
    con.register("weighed", weighed)
    least = floor(spec)
    parts, joins, sums = [], [], ["base"]
    for i, (column, kind) in enumerate(spec.columns.items()):
        if kind == "point":
            parts.append(f"w{i}")
            continue
        c = short[column]
        shares = "[" + ", ".join(repr(round(float(x), 9)) for x in trained.strangers[i]) + "]"
        con.execute(
            f"create or replace temp table tf_{c} as select code, (greatest((n - 1) * "
            f"{shares}[least({RARITIES}, cast(floor(log2(n - 0.5)) as integer) + 1)], {_least(kind)}) + {_DRAWN * trained.u[i][-1]:.9f}) "
            f"/ (total + {_DRAWN}) as f from many_{c}, (select count({c}) as total from rec)"
        )
        joins.append(f"left join tf_{c} t{i} on m{i} is not null and t{i}.code = a.{c}")
        parts.append(f"coalesce(round(log2(m{i} / (s{i} + (1 - s{i}) * t{i}.f)), 6), w{i}) as w{i}")
        sums.append(f"case when m{i} is not null then w{i} else 0 end")
    w = ", ".join(f"w{i}" for i in range(len(spec.columns)))
    codes = ", ".join(short[c] for c in spec.columns)
    con.execute(
        f"create or replace temp table scored as select *, round(1 / (1 + pow(2, -greatest(least(weight, 80), -80))), 6) as probability "
        f"from (select l, r, rule, mask, pat, {w}, round({' + '.join(sums)}, 6) as weight from "
        f"(select p.*, base, {', '.join(parts)}, {', '.join(f'm{i}' for i, k in enumerate(spec.columns.values()) if k != 'point')} "
        f"from {source} p join weighed using (pat) join (select rid, {codes} from rec) a on a.rid = p.l {' '.join(joins)} "
        f"where most >= {least} or (p.l, p.r) in {_MARKED})) where weight >= {least} or (l, r) in {_MARKED}"
    )
    con.unregister("weighed")
    for c in short.values():
        con.execute(f"drop table if exists tf_{c}")
