"""What a firm should do before the next quarter: the items it can win back, what they cost, the cheapest way to the next grade.

An item is won back whole, at its price per lost point. An item without data can only be told: it counts as known and earns
nothing. A veto that is priced is lifted; any other stands in the way until it has run out.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.analysis.whatif_cheapest import Choice, cheapest
from pipelines.analysis.whatif_steps import HALF, Plan, Step
from pipelines.errors import AnlanError, UsageError

COVERAGE = Decimal("0.6")  # more than 40 % of the weight without data is not rated (METHOD, EV10)
_CLOSER = 1e-3  # the mart rounds each item at four places


def before_next_quarter(release: duckdb.DuckDBPyConnection, period: str, enterprise: str, grade: str = "") -> Plan:
    """Return the cheapest way of a firm to ``grade``, by default to the one above its own.

    ``release``: a connection on which the tables of a release can be asked by name.

    Raises:
        UsageError: the release does not rate the firm in this quarter.
        AnlanError: the release carries no costs.

    """
    rating = _rows(
        release, "select * from enterprise_quarter_ratings where period = ? and enterprise_id = ?", [period, enterprise]
    )
    if not rating:
        raise UsageError(f"firm {enterprise}", "is not rated in the release", do="take its code from the page of firms")
    if not _rows(
        release, "select 1 as one from information_schema.tables where table_name = 'method_improvement_costs'", []
    ):
        raise AnlanError(
            "next grade", "the release carries no costs of actions", "", "freeze the quarter again: anlan run"
        )
    return _plan(release, rating[0], grade)


def _plan(release: duckdb.DuckDBPyConnection, rating: dict[str, Any], grade: str) -> Plan:
    grades = _rows(
        release,
        "select grade, lower_score from method_grades where system = 'enterprise' and method_version = ? order by grade_order",
        [rating["method_version"]],
    )
    order = {g["grade"]: i for i, g in enumerate(grades)}
    items = _rows(
        release,
        """select items.*, costs.cost_thousand, costs.report_cost_thousand, costs.action_zh, costs.action_en
        from enterprise_item_scores as items
        left join method_improvement_costs as costs on items.item_code = costs.indicator_code and costs.system = 'enterprise'
        where items.period = ? and items.enterprise_id = ? and items.item_status <> 'not_applicable' order by items.item_code""",
        [rating["period"], rating["enterprise_id"]],
    )
    whole = sum((i["max_points"] * i["multiplier"] for i in items), Decimal(0))
    if not whole:
        return Plan("out_of_reach")
    base = 100 * sum((i["earned_points"] * i["multiplier"] for i in items), Decimal(0)) / whole
    known = (
        sum((i["max_points"] * i["multiplier"] for i in items if i["item_status"] == "observed"), Decimal(0)) / whole
    )
    score = base + rating["bonus_points"]
    held = (
        order[rating["grade"]]
        if rating["grade"]
        else next(i for i, g in enumerate(grades) if score >= g["lower_score"]) + 1
    )
    wanted = order[grade] if grade else held - 1
    if wanted < 0 or wanted >= held:
        return Plan("best", rating["grade"])
    target, lowest = grades[wanted]["grade"], grades[wanted]["lower_score"]
    choices, steps = _choices(items, whole)
    blocked = _vetoes(release, rating, order, wanted, choices, steps)
    need, cover = lowest - HALF - score, max(Decimal(0), COVERAGE - known)
    missing = max(Decimal(0), lowest - score).quantize(Decimal("0.01"))
    found = cheapest(choices, float(need) + _CLOSER, float(cover))
    if found is None:
        return Plan("out_of_reach", target, missing, in_the_way=blocked)
    less = cheapest(choices, float(need) - _CLOSER, float(cover))
    proven = (
        found.is_proven and less is not None and less.is_proven and math.isclose(less.cost, found.cost, abs_tol=1e-9)
    )
    taken = [s for s, n in zip(steps, found.times, strict=True) if n]
    taken.sort(key=lambda s: (not s.lifts, s.kind != "report", -s.points / max(s.cost, HALF), s.code))
    made = (score + sum((s.points for s in taken), Decimal(0))).quantize(Decimal("0.01"))
    return Plan(
        "capped" if blocked else "reached",
        target,
        missing,
        tuple(taken),
        sum((s.cost for s in taken), Decimal(0)),
        blocked,
        proven,
        made,
    )


def _choices(items: list[dict[str, Any]], whole: Decimal) -> tuple[list[Choice], list[Step]]:
    """Return what can be chosen and how each would be told, side by side."""
    choices, steps = [], []
    for i in items:
        words = {"lifts": "", "action_zh": i["action_zh"], "action_en": i["action_en"]}
        if i["item_status"] != "observed" and i["report_cost_thousand"] is not None:
            share, cost = i["max_points"] * i["multiplier"] / whole, i["report_cost_thousand"]
            choices.append(Choice(i["item_code"], float(cost), 0.0, 0.0, 1, cover=float(share)))
            steps.append(Step(i["item_code"], "report", 1, Decimal(0), cost, Decimal(0), **words))
        elif i["item_status"] == "observed" and i["lost_points"] > 0 and i["cost_thousand"] is not None:
            points = (100 * i["lost_points"] * i["multiplier"] / whole).quantize(Decimal("0.000001"))
            cost = (i["cost_thousand"] * i["lost_points"]).quantize(Decimal("0.01"))
            choices.append(Choice(i["item_code"], float(cost), float(points), float(points), 1))
            steps.append(Step(i["item_code"], "raise", 1, i["lost_points"], cost, points, **words))
    return choices, steps


def _vetoes(
    release: duckdb.DuckDBPyConnection, rating: dict[str, Any], order: dict[str, int], wanted: int, choices: list[Choice], steps: list[Step]
) -> tuple[str, ...]:  # fmt: skip
    """Add what lifts a veto that forbids the wanted grade; return those that nothing lifts. EV10 is want of data, no veto."""
    blocked = []
    for code in (c for c in (rating["veto_codes"] or "").split(",") if c and c != "EV10"):
        caps = _rows(release, "select max(cap_grade) as cap from method_enterprise_items where item_code = ?", [code])
        if order.get(caps[0]["cap"], 0) <= wanted:
            continue
        costs = _rows(
            release,
            "select * from method_improvement_costs where system = 'enterprise' and indicator_code = ? and cost_thousand is not null",
            [code],
        )
        if not costs:
            blocked.append(code)
            continue
        choices.append(Choice(code, float(costs[0]["cost_thousand"]), 0.0, 0.0, 1, least=1))
        steps.append(
            Step(
                code,
                "lift",
                1,
                Decimal(1),
                costs[0]["cost_thousand"],
                Decimal(0),
                code,
                costs[0]["action_zh"],
                costs[0]["action_en"],
            )
        )
    return tuple(blocked)


def _rows(release: duckdb.DuckDBPyConnection, sql: str, numbers: list[Any]) -> list[dict[str, Any]]:
    with release.cursor() as cursor:
        found = cursor.execute(sql, numbers)
        names = [c[0] for c in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
