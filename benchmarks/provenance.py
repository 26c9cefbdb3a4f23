"""How large the index from core rows to landed rows is, beside the landed rows themselves.

Manifests, quarantine and checks of landing are left out of the comparison, which makes the share larger, not smaller.
"""

from __future__ import annotations

import pyarrow.parquet as pq

from pipelines import release
from pipelines.explain.rows import INDEX
from pipelines.settings import Settings


def measure(settings: Settings) -> dict[str, float]:
    """Return ``rows`` and ``bytes`` of the newest release's index, ``landed_bytes`` of all rows.parquet, and their ``share``."""
    file = release.find(settings) / "tables" / f"{INDEX}.parquet"
    landed = sum(p.stat().st_size for p in settings.landing.glob("*/*/*/*/rows.parquet"))
    size = file.stat().st_size
    return {
        "rows": pq.ParquetFile(file).metadata.num_rows,
        "bytes": size,
        "landed_bytes": landed,
        "share": size / landed,
    }
