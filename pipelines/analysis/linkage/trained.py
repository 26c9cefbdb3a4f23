"""What a run learns and later runs hold to: kinds of columns, weights, how often values occur, which blocking rules pay.

It is learnt once and kept with its version. The records of a day do not move it: a pair weighs today what it weighed
yesterday, and a value it does not know counts as rare. It is learnt anew only where somebody asks for it, where spec or code
changed, or where a good part of the records was not there when it was learnt.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis.linkage import blocks, model, sample, score
from pipelines.analysis.linkage.blocks import Rule
from pipelines.analysis.linkage.compare import compare
from pipelines.analysis.linkage.model import Model
from pipelines.analysis.linkage.records import names
from pipelines.analysis.linkage.spec import Spec

_FOCUS = 5_000  # rules are tried on the pairs of so many records that need a comparison
_WORTH = 8_000  # a rule must bring one likely pair that no better rule brings among so many


@dataclass
class Trained:
    """What was learnt. ``values``: per short column name a table (code, n) of values that three records and more had."""

    spec: Spec
    model: Model
    rules: list[Rule]
    values: dict[str, pa.Table]

    def as_dict(self) -> dict[str, Any]:
        """Return the model as plain values with its version, for model.json."""
        plain = self.model.as_dict()
        plain.pop("model_version")
        plain["rules"] = [r.word for r in self.rules]
        plain["values"] = {c: _digest(t) for c, t in self.values.items()}
        digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]
        return {"model_version": f"l{digest}", **plain}

    def dump(self) -> dict[str, str]:
        """Return all but ``values`` as texts, for :meth:`read`."""
        return {
            "columns": json.dumps(list(self.spec.columns.items()), ensure_ascii=False),
            "exclusive": json.dumps(self.spec.exclusive, ensure_ascii=False),
            "credit": json.dumps(self.spec.credit, ensure_ascii=False),
            "model": self.model.dump(),
            "rules": json.dumps([asdict(r) for r in self.rules], ensure_ascii=False),
        }

    @classmethod
    def read(cls, spec: Spec, marks: dict[str, str], values: dict[str, pa.Table]) -> Trained:
        """Return what :meth:`dump` wrote of ``spec``."""
        codes = {name: tuple(json.loads(marks[name])) for name in ("exclusive", "credit")}
        whole = replace(spec, columns=dict(json.loads(marks["columns"])), **codes)
        rules = [Rule(r["word"], tuple(r["sql"]), r["bound"]) for r in json.loads(marks["rules"])]
        return cls(whole, Model.read(whole, marks["model"]), rules, values)


def _digest(table: pa.Table) -> str:
    """Return a hash of a table of values, whatever its order."""
    order = np.argsort(table["code"].to_numpy())
    parts = [np.ascontiguousarray(table[c].to_numpy()[order]).tobytes() for c in ("code", "n")]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def learn(con: duckdb.DuckDBPyConnection, spec: Spec, rows: int) -> Trained:
    """Learn from the records ``rec``; leaves ``feat`` (see :mod:`blocks`) and the values as tables ``kept.many_<column>``."""
    drawn, chance, alike, equal, filled = sample.draw(con, spec, rows)
    made = model.train(spec, rows, drawn, chance, alike, equal)
    made.filled = filled
    values = {}
    for c in (names(spec)[x] for x in spec.columns):
        con.execute(f"create table kept.many_{c} as select * from many_{c} where n > 2; drop table many_{c}")
        values[c] = con.sql(f"select * from kept.many_{c}").to_arrow_table()
    rules = blocks.rules(spec, rows, equal)
    blocks.features(con, spec, rules, "rec", "feat")
    return Trained(spec, made, _paying(con, spec, made, rules, rows), values)


def _paying(con: duckdb.DuckDBPyConnection, spec: Spec, made: Model, rules: list[Rule], rows: int) -> list[Rule]:
    """Return the rules that bring likely pairs in some proportion to their candidates, in the order they had."""
    if rows <= blocks.SMALL:
        return rules
    (loose,) = con.execute(f"select count(*) from feat where {blocks.loose(spec)}").fetchone()
    every = max(1, loose // _FOCUS)
    con.execute("create or replace temp table said (l integer, r integer, verdict varchar)")
    blocks.candidates(con, spec, rules, f"o % {every} = 0")
    compare(con, spec, "cand", "seen", "rule, mask", hopeful=score.hopeful(spec, made))
    score.score(con, spec, made, "seen")
    found = con.execute(
        f"select mask, coalesce(probability, 0) >= {spec.review} as good, count(*) as n from cand left join scored using (l, r, mask) "
        "group by all order by all"
    ).fetchnumpy()
    con.execute("drop table cand; drop table seen; drop table scored")
    has = (found["mask"][:, None] >> np.arange(min(len(rules), blocks.MOST_RULES)) & 1).astype(bool)
    taken = chosen(has, np.asarray(found["good"], bool), found["n"].astype(np.int64))
    return [rules[i] for i in [*taken, *range(blocks.MOST_RULES, len(rules))]]


def chosen(has: np.ndarray, good: np.ndarray, count: np.ndarray) -> list[int]:
    """Return which rules pay.

    ``has`` (kinds of pairs x rules): which rules bring a pair; ``good``: is it a likely one; ``count``: how many there are. The rule
    that brings most for its candidates is taken first; then those go whose likely pairs the others all bring too.
    """
    taken: list[int] = []
    left = np.ones(len(has), bool)
    while len(taken) < has.shape[1]:
        fresh = has & left[:, None]
        brings = ((fresh & good[:, None]).T @ count + 0.5) / np.maximum(1, fresh.T @ count)
        brings[taken] = -1.0
        best = int(np.argmax(brings))
        if brings[best] < 1 / _WORTH:
            break
        taken.append(best)
        left &= ~has[:, best]
    likely, many = has[good], count[good]
    for i in reversed(taken.copy()):
        others = [j for j in taken if j != i]
        if others and not many[likely[:, i] & ~likely[:, others].any(axis=1)].any():
            taken = others
    return sorted(taken)
