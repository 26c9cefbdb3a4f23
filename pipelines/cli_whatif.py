"""``anlan whatif`` and ``anlan next-grade``: a release tried on, never written to. Thin, as ``cli``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.errors import UsageError
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from pipelines.analysis.whatif import Outcome, Trial
    from pipelines.analysis.whatif_steps import Plan

ReleaseName = Annotated[str, typer.Option("--release", help="a release or a quarter; default the newest")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
ReadIn = Annotated[str, typer.Option(help="zh or en; default from the locale")]
_WORDS = {
    "zh": {
        "now": "现在", "then": "试算", "score": "得分", "grade": "等级", "rank": "名次", "gap": "差距", "none": "不评定",
        "reached": "到 {grade} 级差 {need} 分，最省的做法约 {cost} 千元（试行单价），预计 {score} 分{proven}：",
        "capped": "{vetoes} 限制了等级，本季做什么都到不了 {grade} 级。得分要够 {grade} 级，最省约 {cost} 千元{proven}：",
        "out_of_reach": "定了价的措施全部做完也到不了 {grade} 级（差 {need} 分）", "best": "已是最高等级", "proven": "，求解器证明没有更省的",
        "report": "报送数据", "lifts": "解除 {veto}", "points": "+{points} 分", "cost": "{cost} 千元",
    },
    "en": {
        "now": "now", "then": "tried", "score": "score", "grade": "grade", "rank": "rank", "gap": "gap", "none": "not rated",
        "reached": "{need} points to grade {grade}; the cheapest way costs about {cost} thousand yuan (pilot prices) and makes {score}{proven}:",
        "capped": "{vetoes} caps the grade: nothing done now reaches {grade}. For the score of {grade} the cheapest is about {cost} thousand yuan{proven}:",
        "out_of_reach": "all priced actions together do not reach {grade} ({need} points missing)", "best": "the best grade already", "proven": "; the solver proved that nothing cheaper does",
        "report": "send the data", "lifts": "lifts {veto}", "points": "+{points} points", "cost": "{cost} thousand yuan",
    },
}  # fmt: skip


@contextmanager
def _asked(name: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Give the connection of a release and its quarter."""
    from pipelines import release

    with release.open_release(Settings.load(), name or None) as opened:
        yield opened.connection, opened.period


def _lang(given: str) -> str:
    chosen = given or os.environ.get("ANLAN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh" if chosen.lower().startswith("zh") else "en"


def _town(trial: Trial, said: str) -> str:
    """Return the code of a town named by code, Chinese or English name."""
    towns = trial.ask("select town_id, town_name_zh, town_name_en from dim_towns order by town_id")
    for row in towns:
        if said in (
            row["town_id"],
            row["town_name_zh"],
            row["town_name_zh"].removesuffix("街道").removesuffix("镇"),
            row["town_name_en"],
        ):
            return row["town_id"]
    raise UsageError(
        f"--town {said}", "is no town of the release", do=f"name one of {', '.join(r['town_name_zh'] for r in towns)}"
    )


def whatif(
    town: Annotated[str, typer.Option(help="the town whose score is tried, by name or code")],
    change: Annotated[
        list[str], typer.Option("--set", help="a change, may be repeated: C301=95, weight.B2=0.4, cert.P12=valid …")
    ],
    release: ReleaseName = "",
    as_json: AsJson = False,
    lang: ReadIn = "",
) -> None:
    """Say what a town's score, rank and grade would be with something changed. The release stays as it is."""
    from pipelines.analysis.whatif import open_trial
    from pipelines.analysis.whatif_changes import parse

    with _asked(release) as (connection, period):
        trial = open_trial(connection, period)
        who = _town(trial, town)
        made = trial.run([parse(c, who) for c in change], with_ranges=True)
        pair = {"now": _told(trial, trial.base, who), "then": _told(trial, made, who)}
        if as_json:
            typer.echo(
                json.dumps(
                    {"period": period, "town_id": who, "changes": change, **pair}, ensure_ascii=False, default=str
                )
            )
            return
        words = _WORDS[_lang(lang)]
        for name, told in pair.items():
            gap = f"{told['gap']} → {told['next_grade']}" if told["gap"] is not None else "—"
            typer.echo(
                f"{words[name]}: {words['score']} {told['score']}  {words['grade']} {told['grade'] or words['none']}  "
                f"{words['rank']} {told['rank'] or '—'}{_range(told['rank_range'])}  {words['gap']} {gap}  {told['vetoes']}".rstrip()
            )


def _range(ends: tuple[int, int] | None) -> str:
    return f" ({ends[0]}–{ends[1]})" if ends else ""


def _told(trial: Trial, made: Outcome, town: str) -> dict[str, Any]:
    row, gap = made.scores[town], made.gap(town)
    return {
        "score": row["final_score"], "grade": row["grade"], "rank": row["rank_overall"], "rank_range": made.ranges.get(town), "vetoes": row["veto_codes"],
        "coverage": row["coverage_share"], "next_grade": gap[0] if gap else None, "gap": gap[1] if gap else None,
    }  # fmt: skip


def next_grade(
    town: Annotated[str, typer.Option(help="a town, by name or code")] = "",
    firm: Annotated[str, typer.Option(help="a firm, by its code")] = "",
    grade: Annotated[str, typer.Option(help="the grade aimed at; default the next better one")] = "",
    release: ReleaseName = "",
    as_json: AsJson = False,
    lang: ReadIn = "",
) -> None:
    """Say the cheapest way of a town, or of a firm, to its next grade: actions in order, cost, and what stands in the way."""
    from pipelines.analysis import whatif_firms, whatif_steps
    from pipelines.analysis.whatif import open_trial

    if bool(town) == bool(firm):
        raise UsageError(
            "anlan next-grade", "is asked of one town or one firm", do="add --town 柯桥街道 or --firm CODE"
        )
    with _asked(release) as (connection, period):
        if firm:
            plan = whatif_firms.before_next_quarter(connection, period, firm, grade)
        else:
            trial = open_trial(connection, period)
            plan = whatif_steps.next_grade(trial, _town(trial, town), grade)
    if as_json:
        typer.echo(json.dumps(vars(plan) | {"steps": [vars(s) for s in plan.steps]}, ensure_ascii=False, default=str))
        return
    typer.echo("\n".join(_lines(plan, _lang(lang))))


def _lines(plan: Plan, lang: str) -> list[str]:
    words = _WORDS[lang]
    lines = [
        words[plan.status].format(
            grade=plan.grade, need=plan.need, cost=_short(plan.cost), score=plan.score, vetoes=", ".join(plan.in_the_way),
            proven=words["proven"] if plan.is_proven else "",
        )
    ]  # fmt: skip
    for i, s in enumerate(plan.steps, 1):
        action = s.action_zh if lang == "zh" else s.action_en
        pieces = [words["report"] if s.kind == "report" else action, f"× {s.times}" if s.times > 1 else ""]
        pieces += [words["points"].format(points=_short(s.points)), words["cost"].format(cost=_short(s.cost))]
        pieces += [words["lifts"].format(veto=s.lifts)] if s.lifts else []
        lines.append(f"{i:>3}. {s.code}  " + "  ".join(p for p in pieces if p))
    return lines


def _short(number: Any) -> str:
    said = f"{number:.2f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
