"""``anlan vault …``: who may look at raw text about people, and how keys are changed. Thin, as ``cli``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pipelines.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Raw text about people: sealed, opened only with a name and a reason.")

Who = Annotated[str, typer.Option(help="who asks: a person's name, written into the access log")]
Reason = Annotated[str, typer.Option(help="why: written into the access log")]
Profile = Annotated[str, typer.Option(help="demo or real")]


@app.command("list")
def list_batches(
    silo: Annotated[str, typer.Argument(help="one silo; none means all")] = "", profile: Profile = "demo"
) -> None:
    """List the sealed batches; no key is needed and nobody is shown."""
    from pipelines import vault

    for head in vault.batches(Settings.load(profile), silo or None):
        typer.echo(
            f"{head['silo']}/{head['table']}/{head['batch']}  {head['rows']:,} rows  key {head['key_id']}  {', '.join(head['columns'])}"
        )


@app.command("open")
def open_batch(
    batch: Annotated[str, typer.Argument(metavar="SILO/TABLE/BATCH")],
    who: Who,
    reason: Reason,
    ref: Annotated[list[str] | None, typer.Option(help="landing references; none means the whole batch")] = None,
    profile: Profile = "demo",
) -> None:
    """Print raw text of a batch as JSON lines. The access log is written first."""
    from pipelines import vault
    from pipelines.errors import UsageError

    parts = batch.split("/")
    if len(parts) != 3:
        raise UsageError(f"batch {batch!r}", "is not SILO/TABLE/BATCH", do="see 'anlan vault list'")
    for row in vault.open_rows(Settings.load(profile), *parts, who=who, reason=reason, refs=ref or None).to_pylist():
        typer.echo(json.dumps(row, ensure_ascii=False))


@app.command()
def log(profile: Profile = "demo") -> None:
    """Print who opened what, when and why."""
    from pipelines import vault

    for line in vault.log_lines(Settings.load(profile)):
        refs = line["refs"] if isinstance(line["refs"], str) else f"{len(line['refs'])} rows"
        what = "/".join(filter(None, (line.get("silo"), line.get("table"), line.get("batch"))))
        typer.echo(f"{line['at']}  {line['who']}  {line['what']}  {what}  {refs}  {line['reason']}")


@app.command()
def check(profile: Profile = "demo") -> None:
    """Open every sealed file to its end and compare the access log line by line; exit 1 where something was changed."""
    from pipelines import vault

    faults = vault.check(Settings.load(profile))
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"{len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@app.command()
def rotate(
    who: Who,
    reason: Reason,
    forget: Annotated[bool, typer.Option(help="remove old keys that no file needs")] = False,
    profile: Profile = "demo",
) -> None:
    """Make a new vault key and wrap the data keys of all sealed files with it."""
    from pipelines import vault

    settings = Settings.load(profile)
    done = vault.rotate(settings, who=who, reason=reason)
    typer.echo(f"key {done['key_id']}: {done['files']} files wrapped anew")
    if forget:
        typer.echo(f"forgotten: {', '.join(vault.forget(settings, who=who, reason=reason)) or 'none'}")


@app.command()
def rehash(
    who: Who,
    reason: Reason,
    new_key: Annotated[bool, typer.Option(help="make a new identity key first")] = False,
    profile: Profile = "demo",
) -> None:
    """Tie the hashes of old identity keys to those of the newest, read from the vault."""
    from pipelines import identity, landing
    from pipelines.contract import all_contracts

    settings = Settings.load(profile)
    with landing.lock(settings):
        if new_key:
            typer.echo(f"identity key {identity.new_key(settings, who=who, reason=reason)}")
        done = identity.rehash(settings, all_contracts(profile), who=who, reason=reason)
    typer.echo(f"key {done['key_id']}: {done['hashes']:,} hashes of {done['batches']} batches tied")
