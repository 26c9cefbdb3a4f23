"""Opens a published number down to the file, sheet and line it came from, and works it out again.

Reads one release, and landing only for the last step. What is worked out again here is compared with what
was published, and a difference is an error: this package checks the method's results, it decides nothing.
``explain`` returns plain data for pages and papers, ``screen`` prints it, ``main`` is the command.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.errors import AnlanError
from pipelines.explain import chains, hazard, rows
from pipelines.explain.arithmetic import Row, text
from pipelines.explain.chains import as_json, disagreements
from pipelines.explain.sources import newest_of_key, open_landing
from pipelines.explain.targets import Target, period_of, resolve
from pipelines.release import Release, open_release
from pipelines.settings import Settings

__all__ = ["Row", "Target", "as_json", "disagreements", "explain", "main", "open_landing", "resolve"]


def explain(
    settings: Settings, release: Release, words: Sequence[str], period: str | None = None, limit: int = 5
) -> Row:
    """Return the chain of what ``words`` name, as plain data. Raises UsageError for what does not exist."""
    target = resolve(release, words)
    when = period_of(release, period)
    if target.kind == "town":
        return chains.town(settings, release, target.unit_id, when)
    if target.kind == "enterprise":
        return chains.enterprise(settings, release, target.unit_id, when, limit)
    if target.kind in ("row", "thing"):
        return chains.head(release, target, when) | _of_rows(settings, release, target, limit)
    if target.kind == "station":
        return chains.station(settings, release, target.unit_id, when)
    deep = {"cell": chains.cell, "item": chains.item, "rule": chains.rule}[target.kind]
    return deep(settings, release, target.unit_id, str(target.code), when, limit)


def _of_rows(settings: Settings, release: Release, target: Target, limit: int) -> Row:
    if target.kind == "row":
        return rows.row(
            release, target.unit_id, lambda refs: open_landing(settings, release, refs),
            lambda ref: newest_of_key(settings, release, ref),
        )  # fmt: skip
    found = rows.thing(release, str(target.code), target.unit_id, limit)
    is_hazard = found["core_model"] in ("fct_hazard_lives", "fct_hazards")
    return found | ({"loop": hazard.life(release, found["core_id"])} if is_hazard else {})


def main(
    settings: Settings,
    what: Sequence[str],
    release: str | None = None,
    period: str | None = None,
    limit: int = 5,
    lang: str = "zh",
    as_json: bool = False,
) -> Row:
    """Print the chain of ``what`` and return it.

    Raises:
        UsageError: unknown release, unit, code or quarter (exit code 2).
        AnlanError: a number worked out again is not the published one.

    """
    from pipelines.explain import screen

    with open_release(settings, release) as opened:
        found = explain(settings, opened, what, period, limit)
    if as_json:
        print(chains.as_json(found))
    else:
        screen.render(found, lang)
    if wrong := disagreements(found):
        raise AnlanError(
            f"release {found['release']}", "a published number does not follow from its evidence",
            seen="; ".join(f"{c['en']}: recomputed {text(c['recomputed'])}, published {text(c['published'])}" for c in wrong),
            do=f"run 'anlan verify {found['release']}'; if it is whole, report it: the method and the release disagree",
        )  # fmt: skip
    return found
