"""What several columns of a row say together: points, towns; and what a column says as a whole: money (#1-#3, #10, #16).

A contract's table names them: ``points: {place: {lon: lon, lat: lat, crs: GCJ-02, anchor: {...}}}`` lands
``place_lon``, ``place_lat`` (WGS-84) and ``place_read_how``; ``towns: {town: {code: town_code, name: town_name}}``
lands ``town_read_how``. Which town a row finally belongs to is decided in dbt (``map_division_codes``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contract import Contract, Table
from pipelines.reading import points, reference
from pipelines.reading.sql import NULL_TOKENS, in_place, placed, tidied
from pipelines.reading.texts import fold

Anchors = Callable[[dict[str, Any]], "pa.Table | None"]
_FACTOR, _MANY = 3_000.0, 30


def group_fields(table: Table) -> list[pa.Field]:
    """Return the landed fields of a table's points and towns."""
    found = []
    for name in table.points:
        found += [pa.field(f"{name}_{c}", pa.decimal128(10, 6)) for c in ("lon", "lat")]
        found.append(pa.field(f"{name}_read_how", pa.string()))
    found += [pa.field(f"{name}_read_how", pa.string()) for name in table.towns]
    return found


def groups(
    db: Any,
    contract: Contract,
    table: Table,
    frame: pa.Table,
    landed: dict[str, pa.Array],
    anchors: Anchors | None = None,
) -> dict[str, pa.Array]:
    """Read what columns say together; returns landed columns, some in place of those of ``landed``.

    ``frame``: the raw text by landed column name. ``anchors``: gives the known positions a contract's ``anchor``
    asks for, as columns ``key``, ``lon``, ``lat``.
    """
    found: dict[str, pa.Array] = {}
    for name, spec in table.points.items():
        found |= _point(db, contract, name, spec, frame, anchors)
    for name, spec in table.towns.items():
        found[f"{name}_read_how"] = _town(contract, spec, frame)
    for column in table.columns.values():
        if column.type.startswith("money"):
            found |= _factors(db, column.name, frame, landed[f"{column.name}_read_how"])
    return found


def _floats(db: Any, values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return numbers, NaN where a text is none."""
    db.register("several", placed(pa.table({"v": values})))
    try:
        read = db.sql(f"select try_cast({tidied('v')} as double) as v, _place from several").to_arrow_table()
    finally:
        db.unregister("several")
    numbers = in_place(read).column("v").to_numpy()
    return np.where(np.isinf(numbers), np.nan, numbers)


def _point(
    db: Any, contract: Contract, name: str, spec: dict[str, Any], frame: pa.Table, anchors: Anchors | None
) -> dict[str, pa.Array]:
    lon, lat = (_floats(db, frame.column(spec[c])) for c in ("lon", "lat"))
    at_lon = at_lat = None
    known = anchors(spec["anchor"]) if anchors and spec.get("anchor") else None
    if known is not None and known.num_rows:
        asked = pc.utf8_upper(pc.utf8_trim_whitespace(pc.cast(frame.column(spec["anchor"]["by"]), pa.string())))
        place = pc.index_in(asked, value_set=known.column("key").combine_chunks())
        at_lon, at_lat = (
            known.column(c).combine_chunks().take(place.combine_chunks() if isinstance(place, pa.ChunkedArray) else place)
            .to_numpy(zero_copy_only=False).astype(float)
            for c in ("lon", "lat")
        )  # fmt: skip
    is_ours = bool(spec.get("in_district", contract.profile == "demo"))
    read = points.locate(lon, lat, str(spec.get("crs", contract.crs)), at_lon, at_lat, is_ours)
    kind = pa.decimal128(10, 6)
    out: dict[str, pa.Array] = {}
    for c, numbers in (("lon", read.lon), ("lat", read.lat)):
        rounded = pa.array(np.round(numbers, 6), pa.float64(), mask=np.isnan(numbers) | (np.abs(numbers) > 999))
        out[f"{name}_{c}"] = pc.cast(rounded, kind, safe=False)
    out[f"{name}_read_how"] = pa.array(read.how.tolist(), pa.string())
    return out


def _town(contract: Contract, spec: dict[str, Any], frame: pa.Table) -> pa.Array:
    scheme = str(spec.get("scheme", contract.code_scheme or "NBS"))
    blank = pa.scalar("")
    parts = [
        pc.fill_null(frame.column(spec[c]), blank) if spec.get(c) else pa.repeat(blank, frame.num_rows)
        for c in ("code", "name")
    ]
    joined = pc.binary_join_element_wise(*parts, "\x1f")
    coded = (joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined).dictionary_encode()
    words = [town_word(*pair.split("\x1f"), scheme) for pair in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def town_word(code: str, name: str, scheme: str) -> str | None:
    """Return what is odd about a town's code and name together, or None; neither is corrected here.

    ``scheme``: the code list of the silo (NBS, MCA, LOCAL). The same nine digits name other towns in another list
    and at another date, so a code is judged by its list, and against the name.
    """
    known = reference.towns()
    code = "" if fold(code) in NULL_TOKENS else fold(code)[:9]
    name = "" if fold(name) in NULL_TOKENS else reference.town_key(fold(name))
    if name in known.foreign:
        return "foreign_town"
    town = known.names.get(name)
    if not name or not code:
        return "unknown_town" if name and town is None else None
    if town is None:
        return "unknown_town"
    if known.current.get(("NBS", code)) == town:
        return None
    if known.current.get((scheme, code)) == town:
        return "old_code" if scheme == "LOCAL" else "other_scheme"
    if town in known.codes.get(("NBS", code), set()) | known.codes.get(("LOCAL", code), set()):
        return "old_code"
    return "code_name_conflict"


def _factors(db: Any, name: str, frame: pa.Table, how: pa.Array) -> dict[str, pa.Array]:
    """Mark amounts about ten thousand times the column's own: the unit may be wrong. The value stays as sent."""
    numbers = _floats(db, frame.column(name))
    positive = numbers[numbers > 0]
    if len(positive) < _MANY:
        return {}
    suspect = np.nan_to_num(numbers) >= _FACTOR * float(np.median(positive))
    if not suspect.any():
        return {}
    return {f"{name}_read_how": pc.if_else(pa.array(suspect), pa.scalar("factor_suspect"), how)}
