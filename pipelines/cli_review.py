"""``anlan review …``: the pairs that wait for a person, decided on the desk, in a workbook or here. Thin, as ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Pairs that linkage could not settle, values that conflict: list, decide, export, import, undo.",
)

Who = Annotated[str, typer.Option(help="who decides: the name that stands in the log")]
Why = Annotated[str, typer.Option(help="the reason; it stands beside the verdict for ever")]
Kind = Annotated[
    str, typer.Option("--entity", help="enterprise, person, hazard …, or conflict; all pairs of records when left out")
]
Group = Annotated[
    str, typer.Option(help="of conflicts only those of one group, as the list names it: town|enforcement|firms")
]
Name = Annotated[str, typer.Option("--release", help="default: the current one")]
Profile = Annotated[str, typer.Option(help="demo or real")]


def _cases(settings: Settings, release: str = "", kind: str = "") -> list[Any]:
    """Return the cases of a release as they stand now: of one kind, or all pairs of records.

    Raises:
        UsageError: there is no such kind.

    """
    from pipelines.errors import UsageError
    from pipelines.review import cases, decisions

    if kind and kind not in SHEETS:
        raise UsageError("review", f"there are no cases of kind {kind!r}", do=f"name one of {', '.join(SHEETS)}")
    said = decisions.read(settings)
    if kind == decisions.CONFLICT:
        return cases.of_conflicts(_rows(settings, release, "attribute_conflicts"), said)
    return cases.of((r for r in _rows(settings, release, "review_cases") if kind in ("", r["entity_type"])), said)


def _waiting(found: list[Any], group: str, everything: bool) -> list[Any]:
    """Return those that wait for a person, or all, of one group or of all.

    Raises:
        UsageError: there is no such group.

    """
    from pipelines.errors import UsageError
    from pipelines.review import cases

    known = [g.key for g in cases.groups(found)]
    if group and group not in known:
        raise UsageError(
            "review", f"there is no group {group!r}", seen="; ".join(known) or "no conflicts: groups are theirs, --entity conflict",
            do="name one of them",
        )  # fmt: skip
    return [c for c in found if group in ("", c.group) and (everything or c.state in ("open", "unsure", "disputed"))]


def _rows(settings: Settings, release: str, table: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    from pipelines.errors import AnlanError
    from pipelines.release import open_release

    opened = open_release(settings, release or None)
    path = opened.path / "tables" / f"{table}.parquet"
    if not path.is_file():
        raise AnlanError(
            f"release {opened.name}", "holds no review cases", "made before linkage", "make a new one: anlan release"
        )
    return pq.read_table(path, partitioning=None).to_pylist()


@app.command("list")
def list_(
    entity: Kind = "",
    group: Group = "",
    everything: Annotated[bool, typer.Option("--all", help="settled ones too")] = False,
    limit: Annotated[int, typer.Option(help="rows shown")] = 20,
    release: Name = "",
    profile: Profile = "demo",
) -> None:
    """List the pairs that wait for a person, hardest first, and how far the queue is; of conflicts their groups too."""
    from rich.console import Console
    from rich.table import Table

    from pipelines.review import cases

    found = _cases(Settings.load(profile), release, entity)
    shown = _waiting(found, group, everything)
    _print_groups(cases.groups(found))
    table = Table(box=None, pad_edge=False)
    for head in ("kind", "left", "right", "probability", "state", "why"):
        table.add_column(head, overflow="fold")
    for c in shown[:limit]:
        why = ", ".join(f"{column} {level}" for column, level, _ in c.reasons[:3])
        table.add_row(
            c.entity_type, f"{c.left.label}\n{c.left.record_id}", f"{c.right.label}\n{c.right.record_id}",
            "" if c.probability is None else f"{c.probability:.3f}", c.state, why,
        )  # fmt: skip
    Console().print(table)
    _print_stopped(Settings.load(profile), release, entity)
    for c in found:
        if c.refused:
            typer.echo(
                f"called the same and not joined, two good codes or another verdict forbid it: {c.left.record_id} and {c.right.record_id}"
            )
    done = cases.progress(found)
    typer.echo(f"{len(shown)} wait, {done.settled} of {done.total} settled, {done.disputed} disputed")
    for who, n in done.by_person.items():
        typer.echo(f"  {who}: {n}")
    if done.both:
        typer.echo(
            f"  {done.agreed} of {done.both} second looks agree"
            + (f", kappa {done.kappa:.2f}" if done.kappa is not None else "")
        )


def _print_groups(groups: list[Any]) -> None:
    """Print the groups of conflicts: how many wait, and whom people found right; nothing where there are none."""
    from rich.console import Console
    from rich.table import Table

    if not groups:
        return
    table = Table(box=None, pad_edge=False)
    for head in ("group", "wait", "of", "found right", "ruled"):
        table.add_column(head, overflow="fold")
    for g in groups:
        said = [f"{silo} {n}" for silo, n in sorted(g.right.items())] + ([f"both {g.both}"] if g.both else [])
        table.add_row(g.key, f"{g.waiting:,}", f"{g.total:,}", ", ".join(said), f"{g.ruled:,}")
    Console().print(table)
    typer.echo("")


def _print_stopped(settings: Settings, release: str, kind: str) -> None:
    """Print the clusters that grew too large and were not merged; nothing for a release from before they were kept."""
    from pipelines.release import open_release

    with open_release(settings, release or None) as opened:
        if "stopped_records" not in opened.tables:
            return
        found = opened.rows(
            "select entity_type, cluster_id, max(member_count) as n from stopped_records where ? in ('', entity_type) group by all order by n desc, 1, 2",
            [kind],
        )
    for c in found:
        typer.echo(f"{c['n']:,} records of {c['entity_type']} that would be one ({c['cluster_id']}): not merged")


@app.command("decide")
def decide(
    entity: Annotated[str, typer.Argument(help="enterprise, person, hazard …, or conflict")],
    left: Annotated[str, typer.Argument(help="a record id, or of a conflict a claim")],
    right: Annotated[str, typer.Argument(help="another one")],
    verdict: Annotated[
        str, typer.Argument(help="same or different, of a conflict left, right or both; unsure or undo")
    ],
    who: Who,
    why: Why,
    profile: Profile = "demo",
) -> None:
    """Say of two records whether they are one thing, or of two conflicting claims which is right.

    Any pair of known records may be decided, not only waiting ones; of claims those that conflict in the current release.
    """
    from pipelines.errors import UsageError
    from pipelines.review import decisions, known

    settings = Settings.load(profile)
    made = decisions.make(entity, left, right, verdict, who=who, why=why, source="cli")
    if entity == decisions.CONFLICT:
        pairs = {c.pair for c in _cases(settings, kind=entity)}
        if (made.left_id, made.right_id) not in pairs:
            raise UsageError(
                "review", "these two claims do not conflict in the current release", f"{left} and {right}",
                "anlan review list --entity conflict shows those that do",
            )  # fmt: skip
        decisions.append(settings, [made])
    else:
        decisions.append(settings, [made], known.record_ids(settings))
    typer.echo(f"written: {made.left_id} and {made.right_id} {made.verdict}; what follows comes with the next run")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="the workbook to write (xlsx)")],
    entity: Kind = "",
    group: Group = "",
    everything: Annotated[bool, typer.Option("--all", help="settled ones too")] = False,
    release: Name = "",
    profile: Profile = "demo",
) -> None:
    """Write the pairs that wait to a workbook, with a verdict to choose and a reason to write."""
    from pipelines.review import book

    found = _cases(Settings.load(profile), release, entity)
    written = book.write(file, _waiting(found, group, everything), SHEETS, "待复核 Review")
    typer.echo(f"{written} cases → {file}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="the workbook that came back")],
    who: Who,
    release: Name = "",
    profile: Profile = "demo",
) -> None:
    """Read the verdicts of a workbook into the log: all or, where one cannot stand, none."""
    from pipelines.review import book, decisions

    settings = Settings.load(profile)
    known = {c.key: c for kind in ("", decisions.CONFLICT) for c in _cases(settings, release, kind)}
    answers = book.read(file, known)
    made = [
        decisions.make(known[a.key].entity_type, *known[a.key].pair, a.verdict, who=who, why=a.why, source="workbook")
        for a in answers
    ]
    decisions.append(settings, made)
    typer.echo(f"{len(made)} verdicts of {who} written; what follows comes with the next run")


@app.command("log")
def log(profile: Profile = "demo") -> None:
    """Print who decided what, when and why, oldest first."""
    from pipelines.review import decisions

    for d in decisions.read(Settings.load(profile)):
        typer.echo(f"{d.at}  {d.who}  {d.entity_type}  {d.verdict}  {d.left_id}  {d.right_id}  {d.why}  ({d.source})")


@app.command("reviewer")
def reviewer(
    name: Annotated[str, typer.Argument(help="the name that stands in the log; none lists them")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="take the right away")] = False,
    profile: Profile = "demo",
) -> None:
    """Let a person decide on the review desk (asks for a passphrase), list who may, or take the right away."""
    from pipelines.review import reviewers

    settings = Settings.load(profile)
    if not name:
        for r in reviewers.everyone(settings):
            typer.echo(f"{r.name}  {', '.join(r.roles)}")
    elif remove:
        reviewers.remove(settings, name)
        typer.echo(f"{name} may decide no more; what was decided stays")
    else:
        reviewers.add(settings, name, typer.prompt("passphrase", hide_input=True, confirmation_prompt=True))
        typer.echo(f"{name} may decide")


SHEETS = {
    "enterprise": "企业 Firms", "person": "人员 Persons", "hazard": "隐患 Hazards", "device": "设备 Devices",
    "station": "站所 Stations", "team": "队伍 Teams", "store": "仓库 Stores", "plan": "预案 Plans", "conflict": "取值分歧 Values",
}  # fmt: skip
