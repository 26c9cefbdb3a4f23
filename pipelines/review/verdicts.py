"""What people say of conflicting values, as a table that dbt reads: the log is Python's to work out, what follows is dbt's."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.review import decisions
from pipelines.settings import Settings

SCHEMA = pa.schema([(name, pa.string()) for name in ("district_code", "left_id", "right_id", "verdict")])


def write(settings: Settings) -> int:
    """Leave ``linkage/conflict/verdicts.parquet`` and return its rows; it is there even where it holds none.

    One row per two claims that were decided: ``verdict`` is left, right or both, or unsure or disputed where nothing
    follows yet. Decisions are those made by ``settings.known_on`` where it is set.
    """
    found = decisions.effective(decisions.read(settings), decisions.CONFLICT)
    rows = [
        {"district_code": settings.district_code, "left_id": left, "right_id": right, "verdict": holds.verdict}
        for (left, right), holds in found.items()
    ]
    folder = settings.linkage / "conflict"
    folder.mkdir(parents=True, exist_ok=True)
    tmp = folder / ".verdicts.tmp"
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), tmp, compression="zstd")
    tmp.rename(folder / "verdicts.parquet")
    return len(rows)
