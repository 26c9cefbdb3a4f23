"""The ``anlan`` command. Thin: it reads arguments, calls the rooms, prints what they return."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pipelines import periods
from pipelines.cli_ahp import ahp
from pipelines.cli_backtest import backtest
from pipelines.cli_circle import circle
from pipelines.cli_link import link
from pipelines.cli_review import app as review_app
from pipelines.cli_score import score
from pipelines.cli_vault import app as vault_app
from pipelines.cli_whatif import next_grade, whatif
from pipelines.errors import AnlanError, UsageError
from pipelines.quarantine.commands import app as quarantine_app
from pipelines.settings import Settings
from pipelines.silo_tools.commands import app as silo_app

app = typer.Typer(
    name="anlan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Anlan 安澜: from the departments' records to a fair, explainable quarterly evaluation.",
)  # fmt: skip

app.add_typer(quarantine_app, name="quarantine")
app.add_typer(silo_app, name="silo")
app.add_typer(vault_app, name="vault")
app.add_typer(review_app, name="review")
app.command()(score)
app.command()(circle)
app.command()(ahp)
app.command("link")(link)
app.command()(whatif)
app.command()(backtest)
app.command("next-grade")(next_grade)

Profile = Annotated[str, typer.Option(help="demo: the pretended district; real: public files")]
Lang = Annotated[str, typer.Option(help="zh or en; default from the locale")]


AsKnownOn = Annotated[
    str,
    typer.Option(
        "--as-known-on",
        metavar="DATE",
        help="build from what had been recorded by the end of that day; nothing is pulled",
    ),
]


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise UsageError(f"{option} {text}", "is not a day", do="write it as 2026-10-31") from e


def _days(first: str, last: str) -> tuple[date, date] | None:
    if bool(first) != bool(last):
        raise UsageError("anlan pull", "a back-fill needs its first and its last day", do="give --from and --to")
    if not first:
        return None
    days = _day(first, "--from"), _day(last, "--to")
    if days[0] > days[1]:
        raise UsageError("anlan pull", "the last day is before the first", seen=f"{first} to {last}", do="change them")
    return days


def _known_on(text: str) -> datetime | None:
    """Return the last instant of the day, or the instant itself, by the district's clock, as UTC without a zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as e:
        raise UsageError(
            f"--as-known-on {text}",
            "is neither a day nor an instant",
            do="write it as 2026-10-31 or 2026-10-31T18:00:00",
        ) from e
    if len(text) == len("2026-10-31"):
        moment = datetime.combine(moment, time.max)
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return local.astimezone(UTC).replace(tzinfo=None)


def _lang(given: str = "") -> str:
    chosen = given or os.environ.get("ANLAN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh" if chosen.lower().startswith("zh") else "en"


@app.command()
def run(
    period: Annotated[str, typer.Option(help="the quarter to evaluate")] = periods.DEFAULT,
    profile: Profile = "demo",
    from_: Annotated[str, typer.Option("--from", help="folder of the real files, with --profile real")] = "",
    as_known_on: AsKnownOn = "",
    lang: Lang = "",
) -> None:
    """Pull all silos, check, build, score the quarter and freeze a release."""
    from pipelines import run as work
    from pipelines import screen

    periods.parse(period)
    if profile == "real" and not from_:
        raise UsageError("anlan run --profile real", "needs the folder of the files", do="add --from FOLDER")
    settings = Settings.load(profile, from_folder=from_ or None)
    with screen.Progress(_lang(lang)) as progress:
        outcome = work.evaluate(settings, period, progress=progress, known_on=_known_on(as_known_on))
        if profile == "demo":
            from pipelines import observe

            observe.report_later(settings, outcome)
    screen.finish(outcome, _lang(lang))
    if outcome.errors or (outcome.proof and not outcome.proof.ok):
        raise typer.Exit(1)


@app.command()
def pull(
    silos: Annotated[list[str] | None, typer.Argument(help="silos to pull; none means all")] = None,
    profile: Profile = "demo",
    from_: Annotated[str, typer.Option("--from", help="first day to pull again; with --profile real the folder")] = "",
    to: Annotated[str, typer.Option("--to", help="last day to pull again")] = "",
    lang: Lang = "",
) -> None:
    """Pull and check what is new, or all of some past days again, without scoring."""
    from pipelines import index, landing, pulling, screen
    from pipelines import run as work

    settings = Settings.load(profile, from_folder=from_ or None if profile == "real" else None)
    days = _days(from_, to) if profile != "real" else None
    contracts = work.chosen(profile, silos)
    with landing.lock(settings), screen.Progress(_lang(lang)) as progress:
        results = pulling.pull(settings, contracts, progress, days=days)
        index.rebuild(settings, work.all_contracts(profile))
    outcome = work.Outcome(settings, "", pulls=results)
    screen.problems(outcome, _lang(lang))
    if outcome.errors:
        raise typer.Exit(1)


@app.command()
def reconcile(
    profile: Profile = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: Lang = "",
) -> None:
    """Prove landed = accepted + rejected + duplicate, per silo, table and batch."""
    from pipelines import index, screen
    from pipelines.contract import all_contracts

    settings = Settings.load(profile)
    proof = index.reconcile(settings, all_contracts(profile))
    if as_json:
        typer.echo(index.as_json(proof))
    else:
        screen.conservation(proof, _lang(lang), by_table=True)
    if not proof.ok:
        raise typer.Exit(1)


@app.command()
def release(
    period: Annotated[str, typer.Argument(help="the quarter, e.g. 2026Q3")],
    as_known_on: AsKnownOn = "",
    lang: Lang = "",
) -> None:
    """Freeze what has landed into a release of the quarter; a new revision only where something changed."""
    from pipelines import run as work
    from pipelines import screen

    settings = Settings.load()
    with screen.Progress(_lang(lang)) as progress:
        outcome = work.evaluate(settings, period, progress=progress, pull=False, known_on=_known_on(as_known_on))
    screen.released(outcome, _lang(lang))


@app.command()
def verify(
    name: Annotated[str, typer.Argument(metavar="RELEASE", help="e.g. 2026Q3-r1")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: Lang = "",
) -> None:
    """Hash a release again and name every file that is not as it was frozen."""
    from pipelines import release as releases
    from pipelines import screen

    report = releases.verify(Settings.load(), name)
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        screen.verified(report, _lang(lang))
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            help="马鞍街道 [C301] | C301@CODE | enterprise ID [E503] | station 马鞍街道 ST-02 | division CODE-OR-NAME-OR-POINT"
            " | row REFERENCE | person ID | hazard ID | device ID | station ID | team ID | store ID | plan ID"
        ),
    ],
    release_name: Annotated[str, typer.Option("--release", help="default: the current one")] = "",
    period: Annotated[str, typer.Option(help="a quarter inside the release")] = "",
    limit: Annotated[int, typer.Option(help="evidence rows shown")] = 5,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="of a division only: the day of the fact")] = "",
    scheme: Annotated[str, typer.Option(help="division: NBS, MCA (amap), LOCAL or PRE2013; whose code it is")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: Lang = "",
) -> None:
    """Open a score, a firm or a person down to the landed rows it came from, a landed row to all it became, or a division."""
    from pipelines import explain as explaining

    if what[0] == "division":
        from pipelines.explain import division

        day = _day(on, "--on") if on else None
        division.main(what[1:], scheme or None, day, _lang(lang), as_json)
        return
    if on or scheme:
        raise UsageError(
            f"explain {what[0]}", f"{'--on' if on else '--scheme'} is answered for divisions only", on or scheme,
            "leave it out: names of a firm are shown with their days; its state on a day stands in core.dim_enterprise_states"
            " of the warehouse, not in a release",
        )  # fmt: skip
    explaining.main(
        Settings.load(),
        what,
        release=release_name or None,
        period=period or None,
        limit=limit,
        lang=_lang(lang),
        as_json=as_json,
    )


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="RELEASE", help="default: the current one")] = "",
    lang: Annotated[str, typer.Option(help="zh, en or both")] = "both",
) -> None:
    """Write the release as one workbook (xlsx)."""
    from pipelines.exports import workbook

    path = workbook.export(Settings.load(), name or None, lang)
    typer.echo(str(path))


@app.command()
def quality(
    silos: Annotated[list[str] | None, typer.Argument(help="whose pages; all when left out")] = None,
    release_name: Annotated[str, typer.Option("--release", help="default: the current one")] = "",
    lang: Annotated[str, typer.Option(help="zh, en or both")] = "both",
) -> None:
    """Write a department's quality page, one HTML file that can be sent."""
    from pipelines.exports import quality_page

    langs = ("zh", "en") if lang == "both" else (lang,)
    for path in quality_page.export(Settings.load(), release_name or None, silos or [], langs):
        typer.echo(str(path))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port of the dashboards")] = 8501,
    dagster_port: Annotated[int, typer.Option(help="port of Dagster")] = 3000,
) -> None:
    """Open the dashboards and the Dagster UI together."""
    from pipelines import serve as serving

    serving.serve(Settings.load(), host=host, port=port, dagster_port=dagster_port)


@app.command()
def docs(check: Annotated[bool, typer.Option(help="only say whether they are up to date")] = False) -> None:
    """Write the docs pages that are made from contracts, seeds and tests."""
    from pipelines import docs as pages

    stale = pages.write(check=check)
    if check and stale:
        raise AnlanError("docs", "are not up to date", ", ".join(stale), "run anlan docs")


def _calm() -> None:
    """Keep the libraries' own log lines off the terminal; what matters is said by our own words."""
    import logging
    import warnings

    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])
    warnings.filterwarnings("ignore")
    for name in ("great_expectations", "py.warnings", "httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)


def main() -> Any:
    """Run the command; an error is one short message, never a traceback. Exit 2 for a wrong call, 1 for a fault."""
    _calm()
    try:
        # outside its standalone mode click hands the code of an Exit back instead of raising it
        code = app(standalone_mode=False)
    except AnlanError as e:
        _say(e)
        sys.exit(e.exit_code)
    except typer.Exit as e:
        sys.exit(e.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
    except Exception as e:
        if type(e).__module__.startswith(("click", "typer")) and hasattr(e, "format_message"):
            sys.stderr.write(f"{e.format_message()}\n")
            sys.exit(getattr(e, "exit_code", 2))
        if type(e).__name__ == "Abort":
            sys.exit(130)
        if os.environ.get("ANLAN_DEBUG"):
            raise
        _say(
            AnlanError(
                "anlan",
                "stopped by a fault nobody foresaw",
                f"{type(e).__name__}: {e}"[:400],
                "run again with ANLAN_DEBUG=1 and report it",
            )
        )
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _say(e: AnlanError) -> None:
    sys.stderr.write(f"✗ {e.where}: {e.what}\n")
    if e.seen:
        sys.stderr.write(f"  seen 看到: {e.seen}\n")
    if e.do:
        sys.stderr.write(f"  do   怎么办: {e.do}\n")


if __name__ == "__main__":
    main()
