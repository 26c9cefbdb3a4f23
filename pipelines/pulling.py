"""Pulling: what is new of every table of every silo, two silos at a time; a fault ends its table and nothing else.

Where a row comes from is the connectors' matter, what becomes of a delivery :mod:`pipelines.landing`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from importlib import import_module
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines import anchors, landing, store
from pipelines.connectors.base import Delivery, Refusal, Waiting
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError
from pipelines.settings import Settings

Progress = Callable[[dict[str, Any]], None]

# silos pulled at the same time: a pull waits for servers and for the disk as long as it computes
AT_ONCE = 2


@dataclass
class TableResult:
    """What one pull brought for one table."""

    silo: str
    table: str
    batches: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    error: AnlanError | None = None
    seconds: float = 0.0

    def total(self, what: str) -> int:
        """Sum ``landed``, ``accepted``, ``rejected``, ``duplicate`` or ``withdrawn`` over the new batches."""
        return sum(int(b[what]) for b in self.batches)


def connector(contract: Contract, table: Table) -> Callable[..., Iterator[Delivery | Refusal | Waiting]]:
    """Return the ``deliveries`` function of the table's protocol, or of the silo's own ``extract.py``."""
    if table.protocol == "extract":
        return import_module(f"pipelines.silos.{contract.silo}.extract").deliveries
    return import_module(f"pipelines.connectors.{table.protocol}").deliveries


def pull_table(
    settings: Settings,
    contract: Contract,
    table: Table,
    connection: dict[str, Any],
    progress: Progress | None = None,
    db: duckdb.DuckDBPyConnection | None = None,
    window: tuple[datetime, datetime] | None = None,
) -> TableResult:
    """Pull what is new of one table, or the ``window`` of a back-fill.

    A fault ends this table, is kept in the result, and stops nothing else.
    """
    started, result = time.perf_counter(), TableResult(table.silo, table.name)
    own = landing.database(settings) if db is None else None
    try:
        store.genesis(settings, contract, table)
        for item in connector(contract, table)(contract, table, connection, store.since(settings, table, window)):
            if isinstance(item, Waiting):
                result.waiting.append(item)
                continue
            if isinstance(item, Refusal):
                result.refusals.append(landing.refuse(settings, contract, table, item))
                continue
            try:
                made = landing.land(settings, contract, table, item, db or own, backfill=window is not None)
            except SourceError as e:
                if item.kind != "file":
                    raise
                # a large file is read slice by slice: what is wrong far inside refuses the file, not the folder
                refusal = Refusal(item.name, item.sha256, e)
                result.refusals.append(landing.refuse(settings, contract, table, refusal))
                continue
            if made:
                result.batches.append(made)
            if item.after_commit is not None:
                item.after_commit()
    except AnlanError as e:
        result.error = e
    except Exception as e:  # a fault of ours must not take the other silos with it
        result.error = AnlanError(
            table.id, "stopped by a fault nobody foresaw", f"{type(e).__name__}: {e}"[:300], "report it"
        )
        result.error.__cause__ = e
    finally:
        if own is not None:
            own.close()
    result.seconds = time.perf_counter() - started
    if progress:
        progress({"stage": "pull", "silo": table.silo, "table": table.name, "result": result})
    return result


def within(contract: Contract, days: tuple[date, date]) -> tuple[datetime, datetime]:
    """Return the instants between which the days lie, the last day included, by the silo's own clock."""
    zone = ZoneInfo(contract.time_zone)
    first, last = days
    return datetime.combine(first, clock.min, zone), datetime.combine(last + timedelta(days=1), clock.min, zone)


def pull(
    settings: Settings,
    contracts: list[Contract],
    progress: Progress | None = None,
    tables: set[str] | None = None,
    days: tuple[date, date] | None = None,
) -> list[TableResult]:
    """Pull all tables of ``contracts`` (or those named ``silo/table``). Hold the lock.

    ``AT_ONCE`` silos are pulled at the same time, the tables of one silo one after the other; those whose places anchor
    the points of others come first. The results come in the order of the contracts, whoever was ready when.

    ``days``: first and last day of a back-fill, as the silo's clocks say it.
    """
    store.clean(settings)
    told = _in_turn(progress) if progress else None

    def one(contract: Contract) -> list[TableResult]:
        return _pull_silo(settings, contract, told, tables, within(contract, days) if days else None)

    results: list[TableResult] = []
    with store.staging(settings):
        for together in anchors.first(contracts):
            with ThreadPoolExecutor(AT_ONCE) as pool:
                # the silo with most tables starts first, so that nobody waits for it alone in the end
                work = {c.silo: pool.submit(one, c) for c in sorted(together, key=lambda c: -len(c.tables))}
                try:
                    results += [r for c in together for r in work[c.silo].result()]
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
    store.clean(settings)
    return results


def _in_turn(progress: Progress) -> Progress:
    """Return ``progress`` such that two silos never speak at the same time."""
    lock = Lock()

    def tell(what: dict[str, Any]) -> None:
        with lock:
            progress(what)

    return tell


def _pull_silo(
    settings: Settings,
    contract: Contract,
    progress: Progress | None,
    tables: set[str] | None,
    window: tuple[datetime, datetime] | None,
) -> list[TableResult]:
    results = []
    with landing.database(settings) as db:
        for table in contract.tables.values():
            if tables is not None and table.id not in tables:
                continue
            try:
                connection = settings.connection(contract.silo, table.protocol)
            except AnlanError as e:
                store.genesis(settings, contract, table)
                results.append(TableResult(contract.silo, table.name, error=e))
                continue
            results.append(pull_table(settings, contract, table, connection, progress, db, window))
    return results
