"""``anlan silo``: write a new silo's files, and try a silo's connection against its contract."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from pipelines.errors import UsageError
from pipelines.settings import Settings

app = typer.Typer(help="Add a silo without Python, and compare a silo with its contract.", no_args_is_help=True)


def _lang(given: str) -> str:
    chosen = given or os.environ.get("ANLAN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh" if chosen.lower().startswith("zh") else "en"


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="the silo's name: small letters, such as fire_stations")],
    protocol: Annotated[
        str, typer.Option(help="files, sftp, s3, mqtt, http_json, soap, postgres, mariadb or dump")
    ] = "",
    department: Annotated[str, typer.Option(help="the department's two letters")] = "XX",
    table: Annotated[str, typer.Option(help="the name of its first table")] = "records",
    from_: Annotated[
        str,
        typer.Option("--from", help="a sample: a file, or 'connection' for the silo's entry of the connections file"),
    ] = "",
    source: Annotated[str, typer.Option(help="source: of the table, as YAML, where it cannot be guessed")] = "",
    head: Annotated[
        str,
        typer.Option(help="words for the whole silo, as YAML, such as {api: {auth: {kind: token}}, cadence: daily}"),
    ] = "",
    zh: Annotated[str, typer.Option(help="the silo's Chinese name")] = "",
    en: Annotated[str, typer.Option(help="the silo's English name")] = "",
) -> None:
    """Write contract, suite, staging model, its YAML, docs page and fixture of a new silo; no Python is needed."""
    from pipelines.silo_tools import skeleton

    given, words = (_yaml(text, option) for text, option in ((source, "--source"), (head, "--head")))
    wish = skeleton.Wish(name, protocol or "files", department, table, zh, en, given, words or {})
    if from_:
        _fill(wish, from_)
    for path in skeleton.write(wish):
        typer.echo(str(path.relative_to(skeleton.ROOT)))
    found = (
        f"{len(wish.sample.columns)} columns from a sample" if wish.sample else "no sample: one column to begin with"
    )
    typer.echo(f"{found}; now read the contract, then: anlan silo check {name}")


def _yaml(text: str, option: str) -> Any:
    """Return what an option says in YAML; None where it is left out."""
    try:
        return yaml.safe_load(text) if text else None
    except yaml.YAMLError as e:
        raise UsageError(
            option, "is no YAML", seen=str(e).splitlines()[0], do="quote it for the shell, as in '{a: b}'"
        ) from e


def _fill(wish: Any, given: str) -> None:
    """Take a sample into the wish: from a file of this machine, or through the silo's connection."""
    from pipelines.contract import parse
    from pipelines.silo_tools import compare, formats, skeleton

    path = Path(given)
    if given == "connection":
        connection = Settings.load().connection(wish.silo, wish.protocol)
    elif path.is_file():
        connection = {"path": str(path.resolve().parent)}
        if wish.source is None:
            wish.source = formats.source_of(path)
    else:
        raise UsageError(f"--from {given}", "is neither a file nor the word connection", do="name a file")
    asked = dict(wish.source) if isinstance(wish.source, dict) else wish.source
    if path.is_file() and isinstance(asked, dict):
        asked["pattern"] = path.name
    bare = skeleton.Wish(
        wish.silo, wish.protocol, wish.department, wish.table, source=asked, silo_words=wish.silo_words
    )
    draft = skeleton.contract_of(bare)
    if path.is_file() and given != "connection":
        draft["protocol"] = "files"
    contract = parse(draft, wish.silo)
    wish.sample = compare.sample_of(contract, contract.tables[wish.table], connection)


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="the silo")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    profile: Annotated[str, typer.Option(help="demo or real")] = "demo",
    from_: Annotated[str, typer.Option("--from", help="folder of the real files")] = "",
    lang: Annotated[str, typer.Option(help="zh or en; default from the locale")] = "",
) -> None:
    """Try the real connection and a sample; say what differs from the contract. Exit 1 where rows would be refused."""
    from pipelines.contract import load
    from pipelines.silo_tools import compare

    contract = load(name)
    findings, samples = compare.check(Settings.load(profile, from_folder=from_ or None), contract)
    errors = [f for f in findings if f.severity == "error"]
    if as_json:
        body = {
            "silo": name, "ok": not errors, "findings": [f.as_dict() for f in findings],
            "samples": {t: {"columns": s.columns, "rows": s.row_count, "notes": s.notes} for t, s in samples.items()},
        }  # fmt: skip
        typer.echo(json.dumps(body, ensure_ascii=False, indent=1))
    else:
        _print(contract, findings, samples, _lang(lang))
    if errors:
        raise typer.Exit(1)


def _print(contract: Any, findings: list[Any], samples: dict[str, Any], lang: str) -> None:
    zh = lang == "zh"
    for table in contract.tables.values():
        here = [f for f in findings if f.table == table.name]
        sample = samples.get(table.name)
        rows = "" if sample is None or sample.row_count is None else f"  {sample.row_count:,} {'行' if zh else 'rows'}"
        mark = "✗" if any(f.severity == "error" for f in here) else "✓"
        typer.echo(f"{mark} {table.zh if zh else table.en} ({table.name}){rows}")
        for note in sample.notes if sample else []:
            typer.echo(f"    {note}")
        for f in here:
            typer.echo(f"  {'✗' if f.severity == 'error' else '·'} {f.zh if zh else f.en}")
    wrong = sum(f.severity == "error" for f in findings)
    if zh:
        typer.echo(f"与契约不符 {wrong} 处" if wrong else "与契约相符")
    else:
        typer.echo(f"{wrong} thing(s) differ from the contract" if wrong else "as the contract says")
