"""The cheapest way of a town to its next grade: which actions, how often, what they cost, and what stands in the way.

An action of ``method_improvement_costs`` moves an indicator's numerator (or its median) by a step. What steps are worth follows
from the release's own numbers; the plan found is scored once more by the method's SQL before it is shown. An indicator without
evidence can only be reported: what it will say nobody knows, so it counts as known and earns nothing. A veto that an action
can lift is lifted; any other stands in the way, is named, and the plan is what would suffice without it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.analysis.whatif import Outcome, Trial
from pipelines.analysis.whatif_changes import Change
from pipelines.analysis.whatif_cheapest import Choice, cheapest
from pipelines.errors import AnlanError

HALF = Decimal("0.005")  # a score is published half up at two places
_CLOSER = 2e-5  # seventy cells, each rounded at six places
_TRIES = 5


@dataclass(frozen=True)
class Step:
    """One line of a plan. ``amount``: what changes in the indicator's own unit; ``points``: what the total gains, at least."""

    code: str
    kind: str
    times: int
    amount: Decimal
    cost: Decimal
    points: Decimal
    lifts: str
    action_zh: str
    action_en: str


@dataclass(frozen=True)
class Plan:
    """What it takes. ``status``: reached, capped (a veto stands in the way), out_of_reach, or best (there is no better grade).

    ``grade``: the one aimed at; ``need``: points that are missing; ``in_the_way``: vetoes that no action lifts; ``score``: what
    the plan makes, where it was scored again; ``is_proven``: the solver proved that nothing cheaper suffices.
    """

    status: str
    grade: str = ""
    need: Decimal = Decimal(0)
    steps: tuple[Step, ...] = ()
    cost: Decimal = Decimal(0)
    in_the_way: tuple[str, ...] = ()
    is_proven: bool = False
    score: Decimal | None = None

    @property
    def points(self) -> Decimal:
        """The points of all steps."""
        return sum((s.points for s in self.steps), Decimal(0))


@dataclass(frozen=True)
class Action:
    """What a town can do about one indicator: as a choice, as its row of costs and rules, and from where it starts."""

    choice: Choice
    kind: str
    row: dict[str, Any]
    cell: dict[str, Any]
    amount: Decimal  # of one step, with its sign
    room: Decimal  # how far the numerator or value may go


def next_grade(trial: Trial, town: str, grade: str = "") -> Plan:
    """Return the cheapest way of ``town`` to ``grade``, by default to the one above its own.

    Raises:
        AnlanError: the release carries no costs.

    """
    now = trial.base.scores[town]
    order = {g: i for i, (g, _) in enumerate(trial.base.grades)}
    lowest = dict(trial.base.grades)
    is_rated = now["score_status"] == "rated"
    held = order[now["grade"]] if is_rated else len(order)
    wanted = order[grade] if grade else held - 1
    if not is_rated and not grade:  # being rated at all is the next grade: the one its score is good for
        wanted = next(i for i, (_, low) in enumerate(trial.base.grades) if now["final_score"] >= low)
    if wanted < 0 or (is_rated and wanted >= held):
        return Plan("best", now["grade"])
    target = trial.base.grades[wanted][0]
    able = actions(trial, town)
    vetoes = _vetoes(trial, town, order, wanted)
    lifts = {a.row["lifts_veto"]: a for a in able if a.row["lifts_veto"]}
    blocked = tuple(v for v in vetoes if v not in lifts)
    least = {lifts[v].choice.name: _certificates_wanted(trial, lifts[v]) for v in vetoes if v in lifts}
    base = Decimal(100) - sum(c["points_lost"] for (t, _), c in trial.base.cells.items() if t == town)
    need = lowest[target] - HALF - base - now["bonus_points"] + now["deduction_points"]
    known = sum(
        c["weight_share"] for (t, _), c in trial.base.cells.items() if t == town and c["cell_status"] == "observed"
    )
    cover = max(0.0, float(trial.parameter("coverage_minimum") - known))
    missing = max(Decimal(0), lowest[target] - now["final_score"])
    choices = [_at_least(a.choice, least.get(a.choice.name, 0)) for a in able]
    closer = 0.0
    for _ in range(_TRIES):
        found = cheapest(choices, float(need) + closer, cover)
        if found is None:
            return Plan("out_of_reach", target, missing, in_the_way=blocked)
        taken = [(a, n) for a, n in zip(able, found.times, strict=True) if n]
        made = trial.run([c for a, n in taken for c in changes(trial, town, a, n)]).scores[town]
        if made["final_score"] >= lowest[target]:
            break
        closer += _CLOSER
    steps = tuple(
        sorted(
            (_step(a, n) for a, n in taken),
            key=lambda s: (not s.lifts, s.kind != "report", -s.points / max(s.cost, HALF), s.code),
        )
    )
    # nothing cheaper even for a hair less: the rounding of cells cannot hide a better way
    less = cheapest(choices, float(need) - _CLOSER, cover) if closer or need > 0 else found
    proven = (
        found.is_proven and less is not None and less.is_proven and math.isclose(less.cost, found.cost, abs_tol=1e-9)
    )
    return Plan(
        "capped" if blocked else "reached",
        target,
        missing,
        steps,
        sum((s.cost for s in steps), Decimal(0)),
        blocked,
        proven,
        made["final_score"],
    )


def _vetoes(trial: Trial, town: str, order: dict[str, int], wanted: int) -> list[str]:
    """Return the vetoes in force that forbid the wanted grade."""
    codes = [c for c in (trial.base.scores[town]["veto_codes"] or "").split(",") if c]
    if not codes:
        return []
    rows = trial.ask(
        """select rules.indicator_code as code, case when seen.denominator > 0 then coalesce(rules.cap_grade_grave, rules.cap_grade) else rules.cap_grade end as cap
        from method_town_indicators as rules left join int_town_values as seen
            on seen.indicator_code = rules.indicator_code and seen.town_id = ? and seen.period = ?
        where rules.kind = 'veto' and rules.indicator_code in (select unnest(?)) order by 1""",
        [town, trial.period, codes],
    )
    return [r["code"] for r in rows if order[r["cap"]] > wanted]


def _certificates_wanted(trial: Trial, action: Action) -> int:
    """Return how many more the action must bring so that the veto, which asks for a least number, is lifted."""
    return max(1, math.ceil((trial.parameter("law_cert_required") - (action.cell["numerator"] or 0)) / action.amount))


def _at_least(choice: Choice, least: int) -> Choice:
    return (
        choice
        if not least
        else Choice(
            choice.name,
            choice.cost,
            choice.each,
            choice.cap,
            max(choice.most, least),
            choice.start,
            choice.cover,
            least,
        )
    )


def actions(trial: Trial, town: str) -> list[Action]:
    """Return what the town could do: one action per indicator that is priced and not yet full."""
    if not trial.ask("select 1 as one from information_schema.tables where table_name = 'method_improvement_costs'"):
        raise AnlanError(
            "next grade", "the release carries no costs of actions", "", "freeze the quarter again: anlan run"
        )
    found = trial.ask(
        """select costs.*, rules.* exclude (indicator_code, rule_status), wide.numerator as district_numerator, wide.denominator as district_denominator
        from method_improvement_costs as costs
        inner join method_town_indicators as rules on costs.indicator_code = rules.indicator_code and rules.kind = 'indicator' and rules.is_due
        left join (
            select indicator_code, sum(numerator) as numerator, sum(denominator) as denominator from int_town_values where period = ? group by all
        ) as wide on costs.indicator_code = wide.indicator_code
        where costs.system = 'town' and costs.method_version = ? and rules.method_version = costs.method_version order by costs.indicator_code""",
        [trial.period, trial.method_version],
    )
    able = []
    for row in found:
        cell = trial.base.cells[town, row["indicator_code"]]
        if cell["cell_status"] in ("not_reported", "unreadable"):
            cost = row["report_cost_thousand"]
            choice = Choice(row["indicator_code"], float(cost), 0.0, 0.0, 1, cover=float(cell["weight_share"]))
            able.append(Action(choice, "report", row, cell, Decimal(1), Decimal(1)))
        elif (
            cell["cell_status"] == "observed"
            and row["cost_thousand"] is not None
            and (made := _raise(row, cell, trial.parameter("small_number_prior")))
        ):
            able.append(made)
    return able


def _raise(row: dict[str, Any], cell: dict[str, Any], prior: Decimal) -> Action | None:
    """Return the action that raises an observed indicator, or None where nothing is left to gain."""
    value, numerator, denominator = cell["value"], cell["numerator"], cell["denominator"]
    if row["direction"] == "band":
        up = value < row["band_full_low"]
        zero, full = (
            (row["band_zero_low"], row["band_full_low"]) if up else (row["band_zero_high"], row["band_full_high"])
        )
        if row["band_full_low"] <= value <= row["band_full_high"]:
            return None
    else:
        zero, full = row["floor_value"], row["target_value"]
        up = full > zero
        if (value >= full) if up else (value <= full):
            return None
    size = row["step_size"] if up else -row["step_size"]
    per_unit = Decimal(1)  # what one more in the numerator adds to the value
    if row["aggregation"] == "ratio":
        per_unit = row["value_scale"] / denominator
        if cell["is_shrunk"]:
            per_unit = row["value_scale"] * (1 + prior / row["district_denominator"]) / (denominator + prior)
    room = abs(full - value) / per_unit
    if row["aggregation"] == "ratio" and not up:
        room = min(room, numerator)
    elif row["aggregation"] == "ratio" and (
        row["value_cap"] is not None or (row["unit"] == "%" and row["value_scale"] == 100)
    ):
        room = min(room, denominator - numerator)
    if room <= 0:
        return None
    steepness = 100 * cell["weight_share"] / abs(full - zero)  # points of the total per unit of value
    start = min(Decimal(0), steepness * ((value - zero) if up else (zero - value)))
    each = steepness * abs(size) * per_unit
    cap = start + steepness * room * per_unit
    if cap <= 0:
        return None
    most = math.ceil(room / abs(size))
    choice = Choice(row["indicator_code"], float(row["cost_thousand"]), float(each), float(cap), most, float(start))
    return Action(choice, "raise", row, cell, size, room)


def _amount(action: Action, times: int) -> Decimal:
    """Return how far ``times`` steps go: the last one no farther than there is room, whole where things are counted."""
    far = min(abs(action.amount) * times, _whole(action))
    return far if action.amount > 0 else -far


def _whole(action: Action) -> Decimal:
    by_value = action.row["aggregation"] in ("median", "km_median")
    return action.room if by_value else Decimal(math.ceil(action.room))


def changes(trial: Trial, town: str, action: Action, times: int) -> Sequence[Change]:
    """Return what taking an action so many times changes."""
    code = action.choice.name
    if action.kind == "report":
        worst = action.row["band_zero_low"] if action.row["direction"] == "band" else action.row["floor_value"]
        return [Change("value", code, town=town, number=worst)]
    amount = _amount(action, times)
    if action.row["aggregation"] in ("median", "km_median"):
        return [Change("value", code, town=town, number=action.cell["value"] + amount)]
    made = [Change("numerator", code, town=town, number=amount, is_added=True)]
    if veto := action.row["lifts_veto"]:
        seen = trial.ask(
            "select coalesce(max(value), 0) as value from int_town_values where indicator_code = ? and town_id = ? and period = ?",
            [veto, town, trial.period],
        )[0]["value"]
        made.append(Change("numerator", veto, town=town, number=max(seen, (action.cell["numerator"] or 0) + amount)))
    return made


def _step(action: Action, times: int) -> Step:
    row = action.row
    cost = (row["report_cost_thousand"] if action.kind == "report" else row["cost_thousand"]) * times
    points = Decimal(str(action.choice.points(times))).quantize(Decimal("0.000001"))
    lifts = row["lifts_veto"] or ""
    return Step(
        action.choice.name,
        action.kind,
        times,
        _amount(action, times),
        cost,
        points,
        lifts if action.choice.least or lifts else "",
        row["action_zh"],
        row["action_en"],
    )


def plans(trial: Trial) -> dict[str, Plan]:
    """Return the plan of every town."""
    return {town: next_grade(trial, town) for town in trial.base.scores}


def scored_again(trial: Trial, town: str, plan: Plan) -> Outcome:
    """Return the quarter with a plan's steps taken, by the method's SQL."""
    taken = {s.code: s.times for s in plan.steps}
    return trial.run(
        [
            c
            for a in actions(trial, town)
            if a.choice.name in taken
            for c in changes(trial, town, a, taken[a.choice.name])
        ]
    )
