"""``anlan quarantine``: see, hand out, mend, let in or leave out what the door refused."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.errors import UsageError
from pipelines.settings import Settings

app = typer.Typer(help="Refused rows: list, show, export to their owner, repair, release, waive.", no_args_is_help=True)
Who = Annotated[str, typer.Option(help="who decides or reads")]
Why = Annotated[str, typer.Option(help="the reason; it stands beside the row for ever")]
Profile = Annotated[str, typer.Option(help="demo or real")]


def _contracts(settings: Settings, silo: str = "") -> list[Any]:
    from pipelines.contract import all_contracts, load

    return [load(silo)] if silo else all_contracts(settings.profile)


def _day(text: str) -> date:
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise UsageError(f"day {text!r}", "is no date", do="write it as 2026-12-31") from e


@app.command("list")
def list_(
    silo: Annotated[str, typer.Argument(help="one silo; all when left out")] = "",
    profile: Profile = "demo",
    as_of: Annotated[str, typer.Option(help="the day waivers are judged on; today when left out")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Count refused rows by table, rule and what became of them."""
    from rich.console import Console
    from rich.table import Table as Screen

    from pipelines.quarantine import actions

    settings, day = Settings.load(profile), _day(as_of)
    lines: dict[tuple[str, str, str], Counter[str]] = {}
    oldest: dict[tuple[str, str, str], date] = {}
    for i in actions.issues(settings, _contracts(settings, silo)):
        for rule in i.rules:
            at = (i.silo, i.table, rule)
            lines.setdefault(at, Counter())[i.state_on(day)] += 1
            if i.state_on(day) == "open":
                oldest[at] = min(oldest.get(at, date.max), i.found_at.date())
    if as_json:
        rows = [
            {
                "silo": s,
                "table": t,
                "rule": r,
                **dict(c),
                "oldest_open": str(oldest[s, t, r]) if (s, t, r) in oldest else None,
            }
            for (s, t, r), c in lines.items()
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    screen = Screen(
        box=None, title="隔离区 Quarantine" if lines else "隔离区为空 nothing is in quarantine", title_justify="left"
    )
    for name, side in (
        ("表 table", "left"), ("规则 rule", "left"), ("待改 open", "right"), ("最早 oldest", "left"), ("已改 repaired", "right"),
        ("已重报 sent again", "right"), ("放行 released", "right"), ("豁免 waived", "right"),
    ):  # fmt: skip
        screen.add_column(name, justify=side, no_wrap=name in {"表 table", "规则 rule"}, overflow="fold")  # type: ignore[arg-type]
    for (s, t, r), c in lines.items():
        counts = [f"{c[k]:,}" if c[k] else "" for k in ("repaired", "sent_again", "released", "waived")]
        screen.add_row(f"{s}/{t}", r, f"{c['open']:,}" if c["open"] else "", str(oldest.get((s, t, r), "")), *counts)
    Console(width=150).print(screen)


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="a reference, or silo/table")],
    rule: Annotated[str, typer.Option(help="only rows that broke this rule")] = "",
    limit: Annotated[int, typer.Option(help="rows shown")] = 10,
    profile: Profile = "demo",
    as_of: Annotated[str, typer.Option(help="the day waivers are judged on")] = "",
) -> None:
    """Show refused rows: what was seen (personal values masked), why it was refused, what to do, what became of it."""
    from pipelines.contract import load
    from pipelines.quarantine import actions, refs

    settings, day = Settings.load(profile), _day(as_of)
    silo = refs.parse(what).silo if "#" in what else what.split("/")[0]
    chosen = actions.choose(actions.issues(settings, _contracts(settings, silo)), [what], rule)
    contract = load(silo)
    for i in chosen[:limit]:
        ref = refs.parse(i.latest_ref)
        table = contract.table(i.table)
        typer.echo(f"{i.landing_ref}")
        words = {
            "open": "待改 open",
            "repaired": "已改 repaired",
            "sent_again": "已重报 sent again",
            "released": "放行 released",
            "waived": "豁免 waived",
        }
        extra = f" · {i.decision.who}: {i.decision.why}" if i.decision else ""
        until = f" · 至 until {i.decision.until}" if i.decision and i.decision.until else ""
        typer.echo(f"  {words[i.state_on(day)]}{extra}{until}" + (f" → {i.mended_ref}" if i.mended_ref else ""))
        for f in actions.findings(settings, table, [ref]).get(str(ref), []):
            typer.echo(f"  {f['rule']}  [{f['raw_value']}]")
            typer.echo(f"    {f['reason_zh']} · {f['reason_en']}")
            typer.echo(f"    {f['advice_zh']} · {f['advice_en']}")
    if len(chosen) > limit:
        typer.echo(f"… {len(chosen) - limit:,} 行未显示 more rows; --limit")


@app.command()
def export(
    silo: Annotated[str, typer.Argument(help="whose rows")],
    who: Annotated[str, typer.Option(help="who will read personal values as sent; masked when left out")] = "",
    reason: Annotated[str, typer.Option(help="why the vault is opened for it; logged")] = "",
    out: Annotated[Path | None, typer.Option(help="file to write")] = None,
    as_of: Annotated[str, typer.Option(help="the day waivers are judged on")] = "",
    profile: Profile = "demo",
) -> None:
    """Write the workbook that a department mends and sends back; personal values are masked without --who and --reason."""
    from pipelines.quarantine import actions

    path, rows = actions.export(Settings.load(profile), silo, _day(as_of), who, reason, out)
    typer.echo(f"{path}: {rows:,} 行 rows")


def _say(outcome: Any, settings: Settings) -> None:
    from pipelines.quarantine import actions

    for batch in outcome.batches:
        typer.echo(f"landed {batch}")
    typer.echo(", ".join(f"{n:,} {k}" for k, n in outcome.counts.items()))
    for text in outcome.left[:20]:
        typer.echo(f"  {text}")
    actions.refresh(settings, _contracts(settings))


@app.command()
def repair(
    workbook: Annotated[Path, typer.Argument(help="the workbook that came back", exists=True, dir_okay=False)],
    silo: Annotated[str, typer.Option(help="whose workbook it is")],
    who: Who = "",
    why: Why = "owner's repair workbook",
    profile: Profile = "demo",
) -> None:
    """Land what an owner mended, as a new batch tied to the old rows."""
    from pipelines import landing
    from pipelines.quarantine import actions

    settings = Settings.load(profile)
    held = landing.lock(settings)
    try:
        _say(actions.repair(settings, workbook, silo, who, why), settings)
    finally:
        held.release()


@app.command()
def release(
    what: Annotated[list[str], typer.Argument(help="references, or silo/table with --rule")],
    who: Who = "",
    why: Why = "",
    rule: Annotated[str, typer.Option(help="only rows that broke this rule")] = "",
    profile: Profile = "demo",
) -> None:
    """Let refused rows in as they stand; the rules they broke become remarks."""
    from pipelines import landing
    from pipelines.quarantine import actions

    settings = Settings.load(profile)
    held = landing.lock(settings)
    try:
        found = actions.issues(settings, _contracts(settings))
        _say(actions.release(settings, actions.choose(found, what, rule, _day("")), who, why), settings)
    finally:
        held.release()


@app.command()
def waive(
    what: Annotated[list[str], typer.Argument(help="references, or silo/table with --rule")],
    until: Annotated[str, typer.Option(help="last day, such as 2026-12-31")] = "",
    who: Who = "",
    why: Why = "",
    rule: Annotated[str, typer.Option(help="only rows that broke this rule")] = "",
    profile: Profile = "demo",
) -> None:
    """Leave refused rows out on purpose until a day."""
    from pipelines import landing
    from pipelines.quarantine import actions

    if not until:
        raise UsageError("quarantine waive", "--until must be given", do="name the last day, such as 2026-12-31")
    settings = Settings.load(profile)
    held = landing.lock(settings)
    try:
        found = actions.issues(settings, _contracts(settings))
        _say(actions.waive(settings, actions.choose(found, what, rule, _day("")), who, why, _day(until)), settings)
    finally:
        held.release()
