"""How far the ranks of towns and departments can be trusted: cells of the method in; draws, Sobol indices and second opinions out.

Called by the Python models of ``dbt_project/models/indicators/rank``. Ranks, intervals, grades and words follow in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.analysis.scoring import opinions, sobol, uncertainty
from pipelines.analysis.scoring.moved import Movable, Spread, ranks_of, shown
from pipelines.analysis.scoring.spec import Node, Spec

_WHO = [("system", pa.string()), ("district_code", pa.string()), ("unit_id", pa.string()), ("period", pa.string())]
DRAWS = pa.schema([*_WHO, ("draw_number", pa.int32()), ("is_geometric", pa.bool_()), ("base", pa.decimal128(18, 9))])
DRIVERS = pa.schema(
    [*_WHO, ("factor_kind", pa.string()), ("node_code", pa.string()), ("first_share", pa.decimal128(9, 6)),
     ("total_share", pa.decimal128(9, 6)), ("run_count", pa.int32())]
)  # fmt: skip
OPINIONS = pa.schema(
    [("district_code", pa.string()), ("period", pa.string()), ("opinion_code", pa.string()), ("item_kind", pa.string()),
     ("item_id", pa.string()), ("value", pa.decimal128(18, 9))]
)  # fmt: skip
BANDS = ("band_zero_low", "band_full_low", "band_full_high", "band_zero_high")
PLACES = 2  # published scores decide who is ahead (METHOD 7)


@dataclass(frozen=True)
class Quarter:
    """One system in one quarter: its rated units in order, ready for runs, and who is ranked among whom."""

    who: tuple[str, str, str]
    unit: list[str]
    group: np.ndarray
    adjustment: np.ndarray
    model: Movable

    def columns(self, each: int) -> dict[str, Any]:
        """Return system, district, unit and period of ``each`` rows per unit."""
        system, district, period = self.who
        n = len(self.unit) * each
        return {
            "system": [system] * n, "district_code": [district] * n, "unit_id": np.repeat(np.array(self.unit, object), each), "period": [period] * n,
        }  # fmt: skip

    def ranks(self, scores: np.ndarray) -> np.ndarray:
        """Return the ranks of runs x units, each unit among its like, by the scores as they would be published."""
        final = shown(np.clip(scores + self.adjustment, 0, 100), PLACES)
        found = np.empty(final.shape, dtype=np.int32)
        for g in np.unique(self.group):
            found[:, self.group == g] = ranks_of(final[:, self.group == g])
        return found


def draws(cells: pa.Table, units: pa.Table, parameters: pa.Table) -> pa.Table:
    """Return the base score of every rated unit in every draw, in the form of :data:`DRAWS`."""
    made = [DRAWS.empty_table()]
    for q, scores, geometric in drawn(cells, units, parameters):
        count = len(scores)
        found = {
            **q.columns(count),
            "draw_number": np.tile(np.arange(1, count + 1), len(q.unit)),
            "is_geometric": np.tile(geometric, len(q.unit)),
            "base": scores.T.ravel(),
        }
        made.append(_table(DRAWS, found))
    return pa.concat_tables(made)


def drawn(cells: pa.Table, units: pa.Table, parameters: pa.Table) -> Iterator[tuple[Quarter, np.ndarray, np.ndarray]]:
    """Yield each system's quarter, its base scores, draws x units, and which of the draws have geometric means."""
    numbers = _numbers(parameters)
    for q in _quarters(cells, units, numbers):
        yield q, *uncertainty.drawn(q.model, int(numbers["rank_draw_count"]), int(numbers["rank_draw_seed"]))


def drivers(cells: pa.Table, units: pa.Table, parameters: pa.Table) -> pa.Table:
    """Return the Sobol indices of every rated unit's rank, in the form of :data:`DRIVERS`."""
    numbers = _numbers(parameters)
    base = int(numbers["rank_driver_base"])
    made = [DRIVERS.empty_table()]
    for q in _quarters(cells, units, numbers):
        factors, first, total = sobol.ranked(q.model, base, q.ranks)
        found = {
            **q.columns(len(factors)),
            "factor_kind": [f.kind for f in factors] * len(q.unit),
            "node_code": [f.code for f in factors] * len(q.unit),
            "first_share": first.T.ravel(),
            "total_share": total.T.ravel(),
            "run_count": [base * (len(factors) + 2)] * len(q.unit) * len(factors),
        }
        made.append(_table(DRIVERS, found))
    return pa.concat_tables(made)


def second_opinions(cells: pa.Table, units: pa.Table, parameters: pa.Table) -> pa.Table:
    """Return what each second opinion prefers among the rated towns, and how it weighs, in the form of :data:`OPINIONS`."""
    made = [OPINIONS.empty_table()]
    for q in _quarters(cells, units, _numbers(parameters)):
        system, district, period = q.who
        if system != "town":
            continue
        spec = q.model.spec
        official = spec.global_weights[spec.leaves]
        scores = opinions.filled(q.model.fixed, official)
        codes = [spec.nodes[i].code for i in spec.leaves]
        found: list[tuple[str, str, list[str], np.ndarray]] = []
        for opinion in opinions.OPINIONS:
            preference, weight = opinions.said(scores, official, opinion)
            found.append(("unit", opinion, q.unit, preference))
            if opinion in opinions.WEIGHTS:
                found.append(("indicator", opinion, codes, weight))
        for kind, opinion, items, values in found:
            same = {"district_code": district, "period": period, "opinion_code": opinion, "item_kind": kind}
            made.append(
                _table(OPINIONS, {k: [v] * len(items) for k, v in same.items()} | {"item_id": items, "value": values})
            )
    return pa.concat_tables(made)


def _numbers(parameters: pa.Table) -> dict[str, float]:
    return {r["parameter_code"]: float(r["value"]) for r in parameters.select(["parameter_code", "value"]).to_pylist()}


def _table(schema: pa.Schema, columns: dict[str, Any]) -> pa.Table:
    made = []
    for f in schema:
        if pa.types.is_decimal(f.type):
            made.append(pa.array(np.round(columns[f.name], f.type.scale)).cast(f.type, safe=False))
        else:
            made.append(pa.array(columns[f.name], f.type))
    return pa.table(made, schema=schema)


def _quarters(cells: pa.Table, units: pa.Table, numbers: dict[str, float]) -> Iterator[Quarter]:
    spread = Spread(
        numbers["rank_weight_share"], numbers["rank_goalpost_share"], numbers["rank_geometric_share"], numbers["rank_geometric_least"]
    )  # fmt: skip
    of: dict[tuple[str, str, str], list[int]] = {}
    for i, who in enumerate(zip(*_columns(cells, "system", "district_code", "period"), strict=True)):
        of.setdefault(who, []).append(i)
    unit_of, code_of, score_of, value_of = _columns(cells, "unit_id", "indicator_code", "score", "value")
    rated: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in sorted(units.to_pylist(), key=lambda r: r["unit_id"]):
        rated.setdefault((row["system"], row["district_code"], row["period"]), []).append(row)
    for who in sorted(rated):
        unit = [r["unit_id"] for r in rated[who]]
        # the rule of an indicator stands in each of its cells
        spec = _spec(cells.take(pa.array({code_of[i]: i for i in of[who]}.values())).to_pylist())
        place = {spec.nodes[i].code: j for j, i in enumerate(spec.leaves)}
        row_of = {u: i for i, u in enumerate(unit)}
        values, fixed = (np.full((len(unit), len(place)), np.nan) for _ in range(2))
        for c in of[who]:
            if (i := row_of.get(unit_of[c])) is not None:
                j = place[code_of[c]]
                fixed[i, j] = float(score_of[c])
                values[i, j] = np.nan if value_of[c] is None else float(value_of[c])
        yield Quarter(
            who, unit, np.array([r["rank_group"] for r in rated[who]]), np.array([float(r["adjustment"]) for r in rated[who]]),
            Movable(spec, values, fixed, spread),
        )  # fmt: skip


def _columns(table: pa.Table, *names: str) -> list[list[Any]]:
    return [table.column(n).to_pylist() for n in names]


def _spec(cells: list[dict[str, Any]]) -> Spec:
    """Return the tree of what is weighed for anybody, root first, in the order of the codes; weights as shares of their parent."""
    leaves = {c["indicator_code"]: c for c in cells}
    nodes = {}
    for code in sorted(leaves):
        c = leaves[code]
        nodes[0, c["l1_code"]] = Node(c["l1_code"], "", float(c["weight_l1"]))
        above = c["l1_code"]
        if c["l2_code"] is not None:
            nodes[1, c["l2_code"]] = Node(c["l2_code"], above, float(c["weight_l2"]))
            above = c["l2_code"]
        bounds = BANDS if c["direction"] == "band" else ("floor_value", "target_value")
        nodes[2, code] = Node(
            code, above, float(c["weight_l3"]), "band" if c["direction"] == "band" else "+", tuple(float(c[b]) for b in bounds)
        )  # fmt: skip
    total: dict[str, float] = {}
    for n in nodes.values():
        total[n.parent] = total.get(n.parent, 0.0) + n.weight
    shared = [replace(nodes[k], weight=nodes[k].weight / total[nodes[k].parent]) for k in sorted(nodes)]
    return Spec((Node("", None, 1.0), *shared))
