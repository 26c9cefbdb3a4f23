"""Which records a decision may be about: those that linkage saw last."""

from __future__ import annotations

import pyarrow.parquet as pq

from pipelines.errors import AnlanError
from pipelines.settings import Settings


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
