"""The cheapest way to the next grade, as towns, firms and what-ifs show it: a sentence and the steps in order."""

from __future__ import annotations

from dashboards import i18n, parts, shell, trial


def money(cost: object) -> str:
    """Write thousands of yuan."""
    return i18n.short(cost, 1)


def sentence(ctx: shell.Context, plan: trial.Plan) -> str:
    """Say what is missing, what it costs and what stands in the way."""
    vetoes = ", ".join(f"{v} {ctx.known('veto', v)}" for v in plan.in_the_way)
    said = {
        "reached": lambda: ctx.t(
            "steps_reached",
            grade=plan.grade,
            need=i18n.number(plan.need),
            cost=money(plan.cost),
            score=i18n.number(plan.score),
        ),
        "capped": lambda: ctx.t("steps_capped", grade=plan.grade, vetoes=vetoes, cost=money(plan.cost)),
        "out_of_reach": lambda: ctx.t("steps_out_of_reach", grade=plan.grade, need=i18n.number(plan.need)),
        "best": lambda: ctx.t("steps_best"),
    }[plan.status]()
    if plan.status == "reached" and not plan.need and any(s.kind == "report" for s in plan.steps):
        said = ctx.t("steps_unrated", grade=plan.grade, cost=money(plan.cost))
    proven = f" {ctx.t('steps_proven')}" if plan.is_proven and plan.steps else ""
    css = "an-say" if plan.status in ("capped", "out_of_reach") else "an-say calm"
    return f'<div class="{css}">{parts.esc(said + proven)}</div>'


def table(ctx: shell.Context, plan: trial.Plan, names: dict[str, str], most: int = 0) -> str:
    """Return the steps, first things first; ``most`` 0 shows all."""
    t, esc = ctx.t, parts.esc
    if not plan.steps:
        return ""
    heads = ((t("steps_action"), ""), (t("steps_times"), "num"), (t("steps_points"), "num"), (t("steps_cost"), "num"))
    shown = plan.steps[:most] if most else plan.steps
    lines = []
    for s in shown:
        action = (
            t("steps_report", name=names.get(s.code, s.code))
            if s.kind == "report"
            else s.action_zh
            if ctx.lang == "zh"
            else s.action_en
        )
        lifts = f' <span class="tag on">{esc(t("steps_lifts", veto=s.lifts))}</span>' if s.lifts else ""
        sub = f'<span class="sub">{esc(s.code)} {esc(names.get(s.code, ""))}</span>'
        lines.append(
            "<tr>"
            + parts.cell(f"{esc(action)}{lifts}{sub}", css="head")
            + parts.cell(esc(f"× {s.times}"), t("steps_times"), "num")
            + parts.cell(
                esc(t("steps_unknown") if s.kind == "report" else i18n.signed(s.points)), t("steps_points"), "num"
            )
            + parts.cell(esc(money(s.cost)), t("steps_cost"), "num")
            + "</tr>"
        )
    left = len(plan.steps) - len(shown)
    more = f'<p class="note">{esc(t("steps_more", n=left))}</p>' if left else ""
    return parts.table(heads, lines, "cards") + more
