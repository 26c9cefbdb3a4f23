"""Known places by which a feed's points are tested: where another list has them, in WGS-84.

A contract names an anchor with ``{table: enforcement/enterprises, key: uscc, lon: lon, lat: lat, by: place_code}``:
the landed table that knows the places, and the column of its own rows that names one. Only what has landed before
counts; without it a feed is read as its contract says.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.contract import Contract
from pipelines.errors import AnlanError
from pipelines.reading import ident, quoted
from pipelines.settings import Settings


def first(contracts: list[Contract]) -> list[list[Contract]]:
    """Return the contracts as they are pulled: those whose tables anchor the points of others, then all others."""
    asked = {
        str(point["anchor"]["table"]).split("/")[0]
        for c in contracts
        for t in c.tables.values()
        for point in t.points.values()
        if point.get("anchor")
    }
    return [[c for c in contracts if c.silo in asked], [c for c in contracts if c.silo not in asked]]


def positions(settings: Settings, spec: dict[str, Any]) -> pa.Table | None:
    """Return ``key``, ``lon``, ``lat`` of the places an anchor names; None where that table has not landed.

    A key that lies at two places more than a few metres apart is left out: it anchors nothing.
    """
    silo, _, table = str(spec.get("table", "")).partition("/")
    if not table or not spec.get("key") or not spec.get("by"):
        raise AnlanError("an anchor of points", "is not complete", str(spec), "name table, key and by in the contract")
    folder = settings.landing / silo / table / f"district_code={settings.district_code}"
    files = []
    for manifest in sorted(folder.glob("batch=*/manifest.json")):
        found = json.loads(manifest.read_text(encoding="utf-8"))
        if found["status"] == "landed" and found["accepted"]:
            files.append((found["sequence"], str(manifest.parent / "rows.parquet")))
    if not files:
        return None
    newest = tuple(path for _, path in sorted(files)[-2:])
    return _read(newest, str(spec["key"]), str(spec.get("lon", "lon")), str(spec.get("lat", "lat")))


@lru_cache(maxsize=16)
def _read(files: tuple[str, ...], key: str, lon: str, lat: str) -> pa.Table:
    listed = ", ".join(quoted(f) for f in files)
    with duckdb.connect() as db:
        return db.sql(
            f"select key, cast(avg(x) as double) as lon, cast(avg(y) as double) as lat from ("
            f"select upper({ident(key)}) as key, cast({ident(lon)} as double) as x, cast({ident(lat)} as double) as y "
            f"from read_parquet([{listed}], union_by_name=true) where _verdict = 'accepted' and {ident(key)} is not null "
            f"and {ident(lon)} between 100 and 140 and {ident(lat)} between 20 and 50) "
            "group by key having max(x) - min(x) < 0.0003 and max(y) - min(y) < 0.0003"
        ).to_arrow_table()
