"""PostgreSQL to Arrow: one table, one read-only snapshot, every column as its written text.

What a department's database says is cast to text by the server itself, so a numeric keeps its written
form and a timestamp keeps its wall clock. Typing, judging and hashing are landing's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import pyarrow as pa

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Refusal, Sample, Since, Slice, clock_check
from pipelines.connectors.relational import (
    CONNECT_SECONDS,
    STATEMENT_SECONDS,
    Dialect,
    SourceColumn,
    compare,
    condition,
    limit_of,
    numbered,
    query,
    server_clock,
    span,
)
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

# ADBC hands over a batch when it holds about this many bytes: enough to be fast, small enough to stay flat
BATCH_BYTES = 8 * 1024 * 1024
# Text of a value must not depend on how this server happens to be configured
SESSION = (
    "set datestyle = 'ISO, YMD'",
    "set intervalstyle = 'iso_8601'",
    "set extra_float_digits = 1",
    "set bytea_output = 'hex'",
)
_LONG = {"text", "character varying", "json", "jsonb", "xml", "bytea"}


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: all rows (snapshot) or those after the watermark (incremental).

    ``connection``: ``url`` (``postgresql://user:password@host:port/database``) and optionally
    ``connect_timeout_s``, ``statement_timeout_s``, ``max_field_chars``. Count and rows are read in one REPEATABLE READ READ
    ONLY transaction, so ``source_rows`` is the source's own count of exactly these rows. Rows come in
    key order; ``numbers`` is the position in the query, from 1. Rows without a watermark are always
    read: they could never be found again otherwise.

    Raises ``SourceError`` when the server, the login, the table, a column or the stream fails.
    """
    from adbc_driver_manager import dbapi as manager  # noqa: F401  (fails here, not mid-pull, when absent)

    where = f"{contract.silo}.{table.name} at {_address(connection)}"
    database = _connect(connection, where)
    try:
        delivery = _prepare(contract, table, connection, since, database, where)
    except BaseException:
        database.close()
        raise
    yield delivery


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Open a connection and return what the table shows: columns, types, some rows, the server's count."""
    where = f"{contract.silo}.{table.name} at {_address(connection)}"
    database = _connect(connection, where)
    try:
        with closing(database.cursor()) as cursor:
            try:
                skew = _session(contract, connection, cursor)[1]
                seen = [c for c in _columns(cursor, table.source) if c.readable]
                if not seen:
                    return Sample(columns=[], notes=[f"{table.source}: no such table, or nothing of it may be read"])
                relation = _relation(table.source)
                fields = ", ".join(f"{_text(_quote(c.name), c.type, 200)} as {_quote(c.name)}" for c in seen)
                cursor.execute(f"select {fields} from {relation} limit {SAMPLE_ROWS}")
                rows = cursor.fetchall()
                cursor.execute(f"select count(*) from {relation}")
                count = int(cursor.fetchone()[0])
            except Exception as error:
                raise _failure(error, where, connection, "the sample could not be read") from None
    finally:
        _close(database)
    names = [c.name for c in seen]
    clock = clock_check("", skew)
    return Sample(
        columns=names,
        types={c.name: c.type for c in seen},
        rows=[dict(zip(names, row, strict=True)) for row in rows],
        row_count=count,
        notes=[clock["seen"]] if clock and clock["failed"] else [],
    )


def _session(contract: Contract, connection: dict[str, Any], cursor: Any) -> tuple[datetime, float]:
    """Make the session say values in one way, begin the snapshot, and return the server's clock."""
    seconds = connection.get("statement_timeout_s", STATEMENT_SECONDS)
    for setting in (
        *SESSION,
        f"set timezone = {_literal(contract.time_zone)}",
        f"set statement_timeout = {_literal(f'{int(seconds * 1000)}ms')}",
    ):
        cursor.execute(setting)
    cursor.execute("begin transaction isolation level repeatable read read only")
    cursor.execute("select extract(epoch from clock_timestamp())::text")
    return server_clock(cursor.fetchone()[0])


def _prepare(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since, database: Any, where: str
) -> Delivery:
    """Open the snapshot, compare columns with the contract, count, and return the delivery to stream."""
    with closing(database.cursor()) as cursor:
        try:
            now, skew = _session(contract, connection, cursor)
            seen = _columns(cursor, table.source)
        except Exception as error:
            raise _failure(error, where, connection, "reading the catalogue failed") from None
        checks = compare(contract, table, seen, where)
        clock = clock_check(f"{contract.silo}.{table.name}", skew)
        types = {column.name: column.type for column in seen}
        clause = condition(contract, span(contract, table, since, now), types, DIALECT)
        relation = _relation(table.source)
        try:
            cursor.execute(f"select count(*) from {relation}{clause}")
            count = int(cursor.fetchone()[0])
        except Exception as error:
            raise _failure(error, where, connection, f"counting {table.source} failed") from None

    limit = limit_of(connection)
    sql = query(table, relation, clause, types, DIALECT, limit)
    return Delivery(
        kind="postgres",
        name=table.source,
        slices=_stream(database, table, sql, count, limit, where, connection),
        detail={
            "server": _address(connection),
            "query": sql,
            "load": table.load,
            "source_types": {c.name: types[c.source] for c in table.columns.values()},
            **({"window": [edge.isoformat() for edge in since.window]} if since.window and clause else {}),
        },
        source_rows=count,
        checks=[*checks, *([clock] if clock else [])],
    )


def _stream(
    database: Any, table: Table, sql: str, count: int, limit: int, where: str, connection: dict[str, Any]
) -> Iterator[Slice]:
    """Stream the query as slices; the connection ends with the stream, finished or abandoned."""
    done = 0

    def batches() -> Iterator[list[pa.Array]]:
        nonlocal done
        with closing(database.cursor()) as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                if batch.num_rows:
                    done += batch.num_rows
                    yield [column.cast(pa.string()) for column in batch.columns]

    try:
        yield from numbered(table, batches(), count, limit, where)
    except SourceError:
        raise
    except Exception as error:
        raise _failure(error, where, connection, f"the stream broke after {done} of {count} rows") from None
    finally:
        _close(database)


def _connect(connection: dict[str, Any], where: str) -> Any:
    """Return an open connection in autocommit mode (transactions are begun by hand), or raise."""
    import adbc_driver_postgresql.dbapi as postgres

    url = connection.get("url") or ""
    if not url.startswith(("postgresql://", "postgres://")):
        raise SourceError(
            where,
            "the connection has no PostgreSQL address",
            f"url starts with {url.split(':', 1)[0]!r}" if url else "no url",
            "write url: postgresql://user:password@host:port/database into the connections file",
        )
    try:
        return postgres.connect(_with_timeouts(url, connection), autocommit=True)
    except Exception as error:
        raise _failure(error, where, connection, "no connection to the database") from None


def _with_timeouts(url: str, connection: dict[str, Any]) -> str:
    """Return ``url`` with connect timeout, keep-alives and our name, unless it states its own."""
    parts = urlsplit(url)
    options = {
        "connect_timeout": str(connection.get("connect_timeout_s", CONNECT_SECONDS)),
        "application_name": "anlan",
        # a pulled cable is noticed within a minute, not after the system's two hours
        "keepalives_idle": "20",
        "keepalives_interval": "10",
        "keepalives_count": "4",
        **dict(parse_qsl(parts.query)),
    }
    return urlunsplit(parts._replace(query=urlencode(options)))


def _columns(cursor: Any, source: str) -> list[SourceColumn]:
    """Return the columns of ``source``; empty when there is no such table.

    From pg_catalog: information_schema hides what the login may not read, which would make a missing
    permission look like a missing column.
    """
    cursor.execute(
        "select a.attname::text, format_type(a.atttypid, a.atttypmod)::text,"
        " has_schema_privilege(c.relnamespace, 'usage')"
        " and has_column_privilege(c.oid, a.attnum, 'select')"
        " from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid"
        " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        f" where n.nspname = {_literal(_names(source)[0])} and c.relname = {_literal(_names(source)[1])}"
        " and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped"
        " order by a.attnum"
    )
    return [SourceColumn(str(name), str(kind), bool(readable)) for name, kind, readable in cursor.fetchall()]


def _text(expression: str, kind: str, limit: int) -> str:
    """Return a value as text; only types without a length of their own can be too long."""
    plain = f"cast({expression} as text)"
    return f"left({plain}, {limit + 1})" if kind in _LONG else plain


def _bound(kind: str, utc: datetime, local: datetime) -> str | None:
    if kind.startswith("timestamp"):
        if kind.endswith("with time zone"):
            return f"timestamptz {_literal(utc.isoformat(sep=' '))}"
        return f"timestamp {_literal(local.isoformat(sep=' '))}"
    return f"date {_literal(local.date().isoformat())}" if kind == "date" else None


def _names(source: str) -> tuple[str, str]:
    schema, _, name = source.rpartition(".")
    return schema or "public", name


def _relation(source: str) -> str:
    return ".".join(_quote(part) for part in _names(source))


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


DIALECT = Dialect(quote=_quote, as_text=_text, bound=_bound)


def _address(connection: dict[str, Any]) -> str:
    """Return ``host:port/database``: all that may be said of a connection."""
    parts = urlsplit(connection.get("url") or "")
    host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "local socket")
    return f"{host}:{parts.port or 5432}{parts.path}"


def _close(database: Any) -> None:
    """Close without a second error: a lost connection cannot be closed politely."""
    try:
        database.close()
    except Exception:
        return


def _failure(error: Exception, where: str, connection: dict[str, Any], what: str) -> SourceError:
    """Return the one clear error for what the driver reported, without the password."""
    text = " ".join(str(error).split())
    password = urlsplit(connection.get("url") or "").password
    for secret in filter(None, {password, unquote(password or "")}):
        text = text.replace(secret, "***")
    state = getattr(error, "sqlstate", None) or ""
    low = text.lower()
    if "authentication failed" in low or state.startswith("28"):
        what, do = "the database refused the login", "check user and password in the connections file"
    elif "does not exist" in low and "database" in low and state != "42P01":
        what, do = "there is no such database", "check the database name in the connections file"
    elif state == "42501" or "permission denied" in low:
        what, do = "permission denied", "ask the owner to grant select on this table to this login"
    elif state == "57014" or "statement timeout" in low:
        what = f"{what}: the database did not answer in time"
        do = "try at a quieter hour, or raise statement_timeout_s in the connections file"
    elif any(
        mark in low
        for mark in (
            "connection refused",
            "could not translate",
            "timeout expired",
            "no route to host",
            "unreachable",
            "name resolution",
        )
    ):
        what, do = "the database server cannot be reached", "check that it runs and the network path is open"
    elif state.startswith("57P0") or any(
        mark in low
        for mark in (
            "closed the connection",
            "connection reset",
            "terminating connection",
            "no connection to the server",
            "could not receive data",
            "ssl syscall",
        )
    ):
        what = f"the connection was lost: {what}"
        do = "run `anlan pull` again; nothing of this pull was landed"
    else:
        do = "run `anlan pull` again; if it repeats, send this message to the owner"
    return SourceError(where, what, text[:400], do)
