"""USGS gauge answers: JSON of nested series becomes one row per value; RDB tables go the common way.

What a value is called and what it means is in the contract; here only the nesting is taken apart. An answer
without series is empty, not wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipelines.connectors import files
from pipelines.connectors.base import Delivery, Refusal, Since, Slice
from pipelines.connectors.files.containers import unpacked
from pipelines.connectors.files.folder import find
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield one delivery or refusal per file not in ``since.seen``, in the order of their names.

    Raises:
        SourceError: the folder does not exist.

    """
    if table.source.get("format") != "usgs_json":
        yield from files.deliveries(contract, table, connection, since)
        return
    for found in find(table, connection["path"], table.source):
        try:
            digest = found.digest()
            if digest is None or digest in since.seen:
                continue
            data, _ = unpacked(found)
            series, rows = _answer(data, f"{table.id} {found.name}")
        except AnlanError as e:
            yield Refusal(found.name, found.sha256, e)
            continue
        columns = {c.name: pa.array([r[c.source] for r in rows], pa.string()) for c in table.columns.values()}
        numbers = pa.array(range(1, len(rows) + 1), pa.int64())
        yield Delivery(
            kind="file",
            name=found.name,
            slices=iter([Slice(found.name, "", numbers, pa.table(columns))]),
            detail={"bytes": found.size, "series": series, "is_empty": not rows},
            sha256=digest,
            source_rows=len(rows),
        )


def _answer(data: bytes, where: str) -> tuple[int, list[dict[str, str | None]]]:
    """Return how many series the answer names and one mapping per value, in the file's order.

    Numbers stay the text they were. A series without values is named and gives no row.

    Raises:
        SourceError: no JSON, or not the shape of a WaterML answer.

    """
    try:
        rows: list[dict[str, str | None]] = []
        series = json.loads(data, parse_float=str, parse_int=str)["value"]["timeSeries"]
        for s in series:
            site, variable = s["sourceInfo"], s["variable"]
            options = (variable.get("options") or {}).get("option") or [{}]
            for block in s["values"]:
                told: Counter[str] = Counter()
                for v in block["value"]:
                    told[v["dateTime"]] += 1
                    rows.append(
                        {
                            "series": s["name"],
                            "site": site["siteCode"][0]["value"],
                            "agency": site["siteCode"][0].get("agencyCode"),
                            "site_name": site["siteName"],
                            "parameter": variable["variableCode"][0]["value"],
                            "parameter_name": variable.get("variableName"),
                            "statistic": options[0].get("optionCode"),
                            "unit": (variable.get("unit") or {}).get("unitCode"),
                            "method": block["method"][0].get("methodID"),
                            "no_data": variable.get("noDataValue"),
                            "time": v["dateTime"],
                            "nth": str(told[v["dateTime"]]),
                            "value": v["value"],
                            "qualifiers": ",".join(v.get("qualifiers") or ()),
                        }
                    )
        return len(series), rows
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as e:
        raise SourceError(
            where,
            "the file is no answer of the gauge service",
            seen=f"{type(e).__name__}: {e}"[:200],
            do="ask for the answer again; it may be cut off, or an error page",
        ) from e
