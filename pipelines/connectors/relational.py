"""What all SQL databases have in common for us: comparing the catalogue, bounding the pull, counting the stream.

One table is read in one read-only snapshot, every column cast to text by the server itself. What a
database calls its types, how it quotes and what its faults mean belongs to the connector of that database:
a ``Database`` with its ``Dialect``.
"""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Sample, Since, Slice, clock_check
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Column, Contract, Table

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
MAX_FIELD_CHARS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAMILIES = (
    ("time", re.compile(r"^(date|time|year|interval)")),
    ("number", re.compile(r"^(big|small|tiny|medium)?int|^(integer|numeric|decimal|real|double|float|money|bit|serial)")),
    ("truth", re.compile(r"^bool")),
    ("text", re.compile(r"char|text|json|xml|uuid|enum|^set|clob|name")),
)  # fmt: skip
_FITS = {
    "date": {"time", "text"},
    "datetime": {"time", "text"},
    "epoch_ms": {"number", "text"},
    "integer": {"number", "text", "truth"},
    "decimal": {"number", "text"},
}


@dataclass(frozen=True)
class SourceColumn:
    """A column as the database's catalogue has it; ``readable``: our login may select it."""

    name: str
    type: str
    readable: bool = True


@dataclass(frozen=True)
class Dialect:
    """How one database writes what every query needs.

    ``quote(name)``; ``as_text(expression, type, limit)``: the value as text, long ones cut one character
    beyond ``limit``; ``bound(type, utc, local)``: a literal of that type for an instant, None where the
    type has no order in time.
    """

    quote: Callable[[str], str]
    as_text: Callable[[str, str, int], str]
    bound: Callable[[str, datetime, datetime], str | None]


class Database(ABC):
    """An open connection from which one table is read; ``link`` is the driver's own.

    A connector names its ``kind`` and ``dialect`` and says how its database is opened, asked, streamed and closed.

    Raises ``SourceError`` when the server, the login, the table, a column or the stream fails.
    """

    kind: ClassVar[str]
    dialect: ClassVar[Dialect]

    def __init__(self, contract: Contract, table: Table, connection: dict[str, Any]) -> None:
        self.contract, self.table, self.connection = contract, table, connection
        self.head = f"{contract.silo}.{table.name}"
        self.where = f"{self.head} at {self.address()}"
        try:
            self.link = self.opened()
        except (SourceError, ImportError):
            raise
        except Exception as error:
            raise self.failure(error, "no connection to the database") from None

    @abstractmethod
    def address(self) -> str:
        """Return ``host:port/database``: all that may be said of a connection."""

    @abstractmethod
    def opened(self) -> Any:
        """Return the driver's open connection."""

    @abstractmethod
    def session(self) -> tuple[datetime, float]:
        """Make the session say values in one way, begin the snapshot, and return the server's clock."""

    @abstractmethod
    def columns(self) -> list[SourceColumn]:
        """Return the columns of the table as the catalogue shows them; empty when there is no such table."""

    @abstractmethod
    def relation(self) -> str:
        """Return the table's name as a query writes it."""

    @abstractmethod
    def rows(self, sql: str) -> Any:
        """Return the rows of a query whose answer is small."""

    @abstractmethod
    def batches(self, sql: str) -> Iterator[list[pa.Array]]:
        """Stream a query in constant memory: text arrays of equal length, one per column."""

    @abstractmethod
    def close(self) -> None:
        """End the connection without a second error: a lost one cannot be closed politely."""

    @abstractmethod
    def failure(self, error: Exception, what: str) -> SourceError:
        """Return the one clear error for what the driver reported, without the password."""

    def hidden(self, seen: list[SourceColumn]) -> list[SourceColumn]:
        """Return the columns of the contract that are there and that the catalogue does not show to our login."""
        return []

    def delivery(self, since: Since) -> Delivery:
        """Return the table's delivery: all rows (snapshot), those after the watermark, or those of a back-fill.

        Count and rows are read in one REPEATABLE READ, READ ONLY transaction, so ``source_rows`` is the source's
        own count of exactly these rows. Rows come in key order; ``numbers`` is the position in the query, from 1.
        Rows without a watermark are always read: they could never be found again otherwise.
        """
        try:
            return self._prepared(since)
        except BaseException:
            self.close()
            raise

    def sample(self) -> Sample:
        """Return what the table shows: columns, types, some rows, the server's count; the connection ends."""
        source, relation, quote = self.table.source, self.relation(), self.dialect.quote
        try:
            skew = self.session()[1]
            seen = [column for column in self.columns() if column.readable]
            if not seen:
                return Sample(columns=[], notes=[f"{source}: no such table, or nothing of it may be read"])
            fields = ", ".join(f"{self.dialect.as_text(quote(c.name), c.type, 200)} as {quote(c.name)}" for c in seen)
            rows = self.rows(f"select {fields} from {relation} limit {SAMPLE_ROWS}")
            count = int(self.rows(f"select count(*) from {relation}")[0][0])
        except SourceError:
            raise
        except Exception as error:
            raise self.failure(error, "the sample could not be read") from None
        finally:
            self.close()
        names = [column.name for column in seen]
        clock = clock_check("", skew)
        return Sample(
            columns=names,
            types={column.name: column.type for column in seen},
            rows=[dict(zip(names, row, strict=True)) for row in rows],
            row_count=count,
            notes=[clock["seen"]] if clock and clock["failed"] else [],
        )

    def _prepared(self, since: Since) -> Delivery:
        """Open the snapshot, compare columns with the contract, count, and return the delivery to stream."""
        contract, table = self.contract, self.table
        try:
            now, skew = self.session()
            seen = self.columns()
            seen = [*seen, *self.hidden(seen)]
        except SourceError:
            raise
        except Exception as error:
            raise self.failure(error, "reading the catalogue failed") from None
        checks = compare(contract, table, seen, self.where)
        clock = clock_check(self.head, skew)
        types = {column.name: column.type for column in seen}
        clause = condition(contract, span(contract, table, since, now), types, self.dialect)
        relation = self.relation()
        try:
            count = int(self.rows(f"select count(*) from {relation}{clause}")[0][0])
        except Exception as error:
            raise self.failure(error, f"counting {table.source} failed") from None
        limit = limit_of(self.connection)
        sql = query(table, relation, clause, types, self.dialect, limit)
        return Delivery(
            kind=self.kind,
            name=table.source,
            slices=self._stream(sql, count, limit),
            detail={
                "server": self.address(),
                "query": sql,
                "load": table.load,
                "source_types": {c.name: types[c.source] for c in table.columns.values()},
                **({"window": [edge.isoformat() for edge in since.window]} if since.window and clause else {}),
            },
            source_rows=count,
            checks=[*checks, *([clock] if clock else [])],
        )

    def _stream(self, sql: str, count: int, limit: int) -> Iterator[Slice]:
        """Stream the query as slices; the connection ends with the stream, finished or abandoned."""
        done = 0

        def batches() -> Iterator[list[pa.Array]]:
            nonlocal done
            for columns in self.batches(sql):
                done += len(columns[0])
                yield columns

        try:
            yield from numbered(self.table, batches(), count, limit, self.where)
        except SourceError:
            raise
        except Exception as error:
            raise self.failure(error, f"the stream broke after {done} of {count} rows") from None
        finally:
            self.close()


def without_password(text: str, connection: dict[str, Any]) -> str:
    """Return what a driver said on one line, with the password of the connection's ``url`` blotted out."""
    text = " ".join(text.split())
    password = urlsplit(str(connection.get("url") or "")).password
    for secret in filter(None, {password, unquote(password or "")}):
        text = text.replace(secret, "***")
    return text


def compare(contract: Contract, table: Table, seen: list[SourceColumn], where: str) -> list[dict[str, Any]]:
    """Raise when the table cannot give what the contract names; return the checks on extra and retyped columns."""
    if not seen:
        raise SourceError(
            where,
            f"the table {table.source} does not exist",
            "the database has no table or view of that name",
            f"ask the owner whether it was renamed; its name is in silos/{contract.silo}/contract.yaml",
        )
    expected = [column.source for column in table.columns.values()]
    types = {column.name: column.type for column in seen}
    missing = [name for name in expected if name not in types]
    extra = [column.name for column in seen if column.name not in expected]
    if missing:
        raise SourceError(
            where,
            f"{table.source} has lost or renamed columns: {', '.join(missing)}",
            f"expected {', '.join(expected)}; seen {', '.join(types)}",
            "ask the owner what changed, then change the contract and raise contract_version",
        )
    closed = [column.name for column in seen if column.name in expected and not column.readable]
    if closed:
        raise denied(table, where, ", ".join(closed))
    retyped = [
        f"{column.source} is {types[column.source]}"
        for column in table.columns.values()
        if not _fits(column, types[column.source])
    ]
    head = f"{contract.silo}.{table.name}"
    warning = {"scope": "batch", "severity": "warning"}
    return [
        {"rule": f"{head}.no_unknown_columns", **warning, "checked": len(seen), "failed": len(extra), "seen": ", ".join(extra)},
        {"rule": f"{head}.no_retyped_columns", **warning, "checked": len(expected), "failed": len(retyped), "seen": ", ".join(retyped)},
    ]  # fmt: skip


def denied(table: Table, where: str, names: str) -> SourceError:
    """Return the error of a login that may not read ``names``."""
    return SourceError(
        where,
        f"permission denied on {table.source}",
        f"the login may not read {names}",
        f"ask the owner to grant select on {table.source} to this login",
    )


def _fits(column: Column, kind: str) -> bool:
    """Say whether a source type can hold what was agreed; ``source_type`` in the contract is taken at its word."""
    agreed = column.options.get("source_type")
    if agreed:
        return kind.lower() == str(agreed).lower()
    allowed = _FITS.get(column.type.split("(")[0])
    family = next((name for name, form in _FAMILIES if form.search(kind.lower())), None)
    return allowed is None or family is None or family in allowed


@dataclass(frozen=True)
class Span:
    """The time a pull is bounded to by ``column``; ``high`` None is open, and then rows without a time are read too."""

    column: Column
    low: datetime
    high: datetime | None = None


def span(contract: Contract, table: Table, since: Since, now: datetime) -> Span | None:
    """Return the bounds of this pull: the window of a back-fill, or from the watermark on; None is everything.

    ``now`` is the server's own time: its watermarks were stamped by that clock.
    """
    if table.load == "snapshot":
        return None
    mark = table.watermark or (table.period_column if since.window else None)
    if not mark:
        return None
    if since.window:
        return Span(table.columns[mark], *since.window)
    instant = since.instant(table.raw.get("overlap_minutes", contract.overlap_minutes), now)
    return Span(table.columns[mark], instant) if instant else None


def condition(contract: Contract, bounds: Span | None, types: dict[str, str], dialect: Dialect) -> str:
    """Return the where clause of a pull, or '' for all rows.

    Instants are written into the query from datetimes, never from text. A column whose type has no order in
    time gives all rows; landing then marks the known ones as duplicates. Rows without a watermark are
    always read, except in a back-fill: they could never be found again otherwise.
    """
    if bounds is None:
        return ""
    name = dialect.quote(bounds.column.source)
    zone = ZoneInfo(bounds.column.time_zone or contract.time_zone)

    def literal(instant: datetime) -> str | None:
        if bounds.column.type == "epoch_ms":
            return str((instant - _EPOCH) // timedelta(milliseconds=1))
        local = instant.astimezone(zone).replace(tzinfo=None)
        return dialect.bound(types[bounds.column.source].lower(), instant.astimezone(UTC), local)

    low = literal(bounds.low)
    if low is None:
        return ""
    if bounds.high is None:
        return f" where {name} > {low} or {name} is null"
    return f" where {name} >= {low} and {name} < {literal(bounds.high)}"


def query(table: Table, relation: str, where: str, types: dict[str, str], dialect: Dialect, limit: int) -> str:
    """Return the select: contract columns as text, in key order, ties broken by the rest of the row."""
    fields = ", ".join(
        f"{dialect.as_text(f't.{dialect.quote(c.source)}', types[c.source].lower(), limit)} as {dialect.quote(c.name)}"
        for c in table.columns.values()
    )
    order = [f"t.{dialect.quote(table.columns[name].source)}" for name in table.key]
    ties = [str(place) for place, name in enumerate(table.columns, 1) if name not in table.key]
    return f"select {fields} from {relation} t{where} order by {', '.join(order + ties)}"


def numbered(table: Table, batches: Iterable[list[pa.Array]], count: int, limit: int, where: str) -> Iterator[Slice]:
    """Yield slices of the streamed columns, each row with its number in the query from 1; count them at the end.

    Raises:
        SourceError: a value is longer than ``limit``, or fewer or more rows came than were counted.

    """
    schema = pa.schema([(name, pa.string()) for name in table.columns])
    done = 0
    for columns in batches:
        rows = pa.Table.from_arrays(columns, schema=schema)
        for name, values in zip(table.columns, columns, strict=True):
            if (pc.max(pc.binary_length(values)).as_py() or 0) > limit and pc.max(
                pc.utf8_length(values)
            ).as_py() > limit:
                raise SourceError(
                    where,
                    f"a value of {table.columns[name].source} is longer than a value may be",
                    f"more than {limit:,} characters in one of the rows {done + 1} to {done + len(rows)} of the query",
                    "ask the owner what it holds, or raise max_field_chars in the connections file",
                )
        numbers = pa.array(range(done + 1, done + 1 + len(rows)), pa.int64())
        done += len(rows)
        yield Slice(file=table.source, part="query", numbers=numbers, rows=rows)
    if done != count:
        raise SourceError(
            where,
            "the stream ended with another number of rows than the source counted",
            f"{done} rows received, {count} counted in the same snapshot",
            "run `anlan pull` again; if it repeats, ask the owner about triggers, views or tables without transactions",
        )


def server_clock(epoch: Any) -> tuple[datetime, float]:
    """Return the server's time and its distance from ours in seconds, from its epoch seconds."""
    told = float(epoch)
    return datetime.fromtimestamp(told, UTC), told - time.time()


def limit_of(connection: dict[str, Any]) -> int:
    """Return how many characters one value may have."""
    return int(connection.get("max_field_chars", MAX_FIELD_CHARS))
