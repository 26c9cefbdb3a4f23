"""What linkage saw last: which records a decision may be about, and which good number of its own a record has."""

from __future__ import annotations

import pyarrow.parquet as pq

from pipelines.errors import AnlanError
from pipelines.settings import Settings

#: What the numbers are called where two of them gainsay a verdict; a person's is a hash and is never shown.
CODES = {"enterprise": "credit codes", "person": "identity numbers"}
SHOWN = ("enterprise",)


def record_ids(settings: Settings) -> dict[str, set[str]]:
    """Return the record ids per kind of thing, from the tables that linkage left.

    Raises:
        AnlanError: linkage has not run yet.

    """
    found = {}
    for path in sorted(settings.linkage.glob("*/links.parquet")):
        found[path.parent.name] = set(pq.read_table(path, columns=["record_id"]).column(0).to_pylist())
    if not found:
        raise AnlanError("linkage", "has not run yet", do="run 'anlan run' first")
    return found


def codes(settings: Settings, entity_type: str) -> dict[str, str]:
    """Return record to the one good number that is its own, of a kind; nothing where linkage has not run or the kind has none."""
    path = settings.linkage / entity_type / "codes.parquet"
    if not path.is_file():
        return {}
    table = pq.read_table(path, columns=["record_id", "code"])
    return dict(zip(*(c.to_pylist() for c in table.columns), strict=True))
