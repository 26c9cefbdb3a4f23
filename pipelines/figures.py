"""Figures of a contract: named counts and sums over what has landed, for comparison with an owner's own.

A contract's table may carry ``figures:``, a mapping of name to SQL: either one aggregate over all landed rows,
or a whole ``select`` over ``rows`` (all landed rows) or ``accepted`` (the accepted ones). Columns are those of
``rows.parquet``. Nothing is judged here.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError
from pipelines.reading import quoted


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it: dates as ISO text, decimals as numbers, keys as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(_plain(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _of_table(table: Table, landing_dir: Path) -> dict[str, Any]:
    named: dict[str, str] = table.raw.get("figures") or {}
    files = sorted((landing_dir / table.silo / table.name).glob("*/*/rows.parquet"))
    if not named or not files:
        return {}
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"}) as db:
        db.execute("set TimeZone = 'UTC'; set autoinstall_known_extensions = false")
        listed = ", ".join(quoted(str(f)) for f in files)
        db.execute(
            f"create view rows as select * from read_parquet([{listed}], union_by_name=true, hive_partitioning=false)"
        )
        db.execute("create view accepted as select * from rows where _verdict = 'accepted'")
        found = {}
        for name, sql in named.items():
            whole = sql if sql.lstrip().lower().startswith(("select", "with")) else f"select {sql} from rows"
            try:
                row = db.execute(whole).fetchone()
            except duckdb.Error as e:
                raise AnlanError(
                    f"contract {table.id}",
                    f"figure {name!r} cannot be computed",
                    str(e).splitlines()[0],
                    "mend the contract",
                ) from e
            found[name] = _plain(row[0]) if row else None
        return found


def figures(contract: Contract, landing_dir: str | Path) -> dict[str, Any]:
    """Return ``{"<table>.<figure>": value}`` for every figure of ``contract`` over its landed batches.

    ``landing_dir`` is the profile's landing folder. A table without batches or figures gives nothing.

    Raises:
        AnlanError: a figure's SQL does not run; names it.

    """
    return {
        f"{table.name}.{name}": value
        for table in contract.tables.values()
        for name, value in _of_table(table, Path(landing_dir)).items()
    }
