"""PostgreSQL to Arrow: one table, one read-only snapshot, every column as its written text.

What a department's database says is cast to text by the server itself, so a numeric keeps its written
form and a timestamp keeps its wall clock. Typing, judging and hashing are landing's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines.connectors.base import Delivery, Refusal, Since, Slice
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
# ADBC hands over a batch when it holds about this many bytes: enough to be fast, small enough to stay flat
BATCH_BYTES = 8 * 1024 * 1024
# Text of a value must not depend on how this server happens to be configured
SESSION = (
    "set datestyle = 'ISO, YMD'",
    "set intervalstyle = 'iso_8601'",
    "set extra_float_digits = 1",
    "set bytea_output = 'hex'",
)


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: all rows (snapshot) or those after the watermark (incremental).

    ``connection``: ``url`` (``postgresql://user:password@host:port/database``) and optionally
    ``connect_timeout_s``, ``statement_timeout_s``. Count and rows are read in one REPEATABLE READ READ
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


def _prepare(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since, database: Any, where: str
) -> Delivery:
    """Open the snapshot, compare columns with the contract, count, and return the delivery to stream."""
    seconds = connection.get("statement_timeout_s", STATEMENT_SECONDS)
    with closing(database.cursor()) as cursor:
        try:
            for setting in (
                *SESSION,
                f"set timezone = {_literal(contract.time_zone)}",
                f"set statement_timeout = {_literal(f'{int(seconds * 1000)}ms')}",
            ):
                cursor.execute(setting)
            cursor.execute("begin transaction isolation level repeatable read read only")
            seen = _columns(cursor, table.source)
        except Exception as error:
            raise _failure(error, where, connection, "reading the catalogue failed") from None
        checks = _compare(contract, table, seen, where)

        types = {name: kind for name, kind, _ in seen}
        condition = _condition(contract, table, since, types)
        relation = _relation(table.source)
        try:
            cursor.execute(f"select count(*) from {relation}{condition}")
            count = int(cursor.fetchone()[0])
        except Exception as error:
            raise _failure(error, where, connection, f"counting {table.source} failed") from None

    query = _query(table, relation, condition)
    return Delivery(
        kind="postgres",
        name=table.source,
        slices=_stream(database, table, query, count, where, connection),
        detail={
            "server": _address(connection),
            "query": query,
            "load": table.load,
            "source_types": {c.name: types[c.source] for c in table.columns.values()},
        },
        source_rows=count,
        checks=checks,
    )


def _stream(
    database: Any, table: Table, query: str, count: int, where: str, connection: dict[str, Any]
) -> Iterator[Slice]:
    """Stream the query as slices; the connection ends with the stream, finished or abandoned."""
    schema = pa.schema([(name, pa.string()) for name in table.columns])
    done = 0
    try:
        with closing(database.cursor()) as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            for batch in reader:
                if not batch.num_rows:
                    continue
                columns = [column.cast(pa.string()) for column in batch.columns]
                rows = pa.Table.from_arrays(columns, schema=schema)
                numbers = pa.array(range(done + 1, done + 1 + len(rows)), pa.int64())
                done += len(rows)
                yield Slice(file=table.source, part="query", numbers=numbers, rows=rows)
    except Exception as error:
        raise _failure(error, where, connection, f"the stream broke after {done} of {count} rows") from None
    finally:
        _close(database)
    if done != count:
        raise SourceError(
            where,
            "the stream ended with another number of rows than the source counted",
            f"{done} rows received, {count} counted in the same snapshot",
            "run `anlan pull` again; if it repeats, ask the owner about triggers or views behind this table",
        )


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


def _columns(cursor: Any, source: str) -> list[tuple[str, str, bool]]:
    """Return (name, type, may be read) of each column of ``source``; empty when there is no such table.

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
    return [(str(name), str(kind), bool(readable)) for name, kind, readable in cursor.fetchall()]


def _compare(contract: Contract, table: Table, seen: list[tuple[str, str, bool]], where: str) -> list[dict[str, Any]]:
    """Raise when the table cannot give what the contract names; return the check on extra columns."""
    if not seen:
        raise SourceError(
            where,
            f"the table {table.source} does not exist",
            "the database has no table or view of that name",
            f"ask the owner whether it was renamed; its name is in silos/{contract.silo}/contract.yaml",
        )
    expected = [column.source for column in table.columns.values()]
    names = {name for name, _, _ in seen}
    missing = [name for name in expected if name not in names]
    extra = [name for name, _, _ in seen if name not in expected]
    if missing:
        raise SourceError(
            where,
            f"{table.source} has lost or renamed columns: {', '.join(missing)}",
            f"expected {', '.join(expected)}; seen {', '.join(name for name, _, _ in seen)}",
            "ask the owner what changed, then change the contract and raise contract_version",
        )
    closed = [name for name, _, readable in seen if name in expected and not readable]
    if closed:
        raise SourceError(
            where,
            f"permission denied on {table.source}",
            f"the login may not read {', '.join(closed)}",
            f"ask the owner to grant select on {table.source} to this login",
        )
    return [
        {
            "rule": f"{contract.silo}.{table.name}.no_unknown_columns",
            "scope": "batch",
            "severity": "warning",
            "checked": len(seen),
            "failed": len(extra),
            "seen": ", ".join(extra),
        }
    ]


def _condition(contract: Contract, table: Table, since: Since, types: dict[str, str]) -> str:
    """Return the where clause of an incremental pull, or '' for all rows.

    The instant is written into the query: ADBC streams by COPY only when nothing is bound, and it is
    made here from a datetime, never from text. A watermark column of a type that has no order in time
    gives all rows; landing then marks the known ones as duplicates.
    """
    instant = since.instant(table.raw.get("overlap_minutes", contract.overlap_minutes))
    if table.load != "incremental" or not table.watermark or instant is None:
        return ""
    column = table.columns[table.watermark]
    local = instant.astimezone(ZoneInfo(column.time_zone or contract.time_zone)).replace(tzinfo=None)
    kind, name = types[column.source], _quote(column.source)
    if column.type == "epoch_ms":
        bound = str((instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    elif kind.startswith("timestamp") and kind.endswith("with time zone"):
        bound = f"timestamptz {_literal(instant.isoformat(sep=' '))}"
    elif kind.startswith("timestamp"):
        bound = f"timestamp {_literal(local.isoformat(sep=' '))}"
    elif kind == "date":
        bound = f"date {_literal(local.date().isoformat())}"
    else:
        return ""
    return f" where {name} > {bound} or {name} is null"


def _query(table: Table, relation: str, condition: str) -> str:
    """Return the select: contract columns as text, in key order, ties broken by the rest of the row."""
    fields = ", ".join(
        f"cast({_quote(column.source)} as text) as {_quote(column.name)}" for column in table.columns.values()
    )
    order = [f"t.{_quote(table.columns[name].source)}" for name in table.key]
    ties = [str(place) for place, name in enumerate(table.columns, 1) if name not in table.key]
    return f"select {fields} from {relation} t{condition} order by {', '.join(order + ties)}"


def _names(source: str) -> tuple[str, str]:
    schema, _, name = source.rpartition(".")
    return schema or "public", name


def _relation(source: str) -> str:
    return ".".join(_quote(part) for part in _names(source))


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
