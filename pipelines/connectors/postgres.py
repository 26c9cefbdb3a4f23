"""PostgreSQL to Arrow: one table, one read-only snapshot, every column as its written text.

What a department's database says is cast to text by the server itself, so a numeric keeps its written
form and a timestamp keeps its wall clock. Typing, judging and hashing are landing's business.

A table's ``source`` is its name, ``schema.table`` where it is not in ``public``. The connections file gives ``url``
(``postgresql://user:password@host:port/database``) and optionally ``connect_timeout_s``,
``statement_timeout_s``, ``max_field_chars``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyarrow as pa

from pipelines.connectors.base import Delivery, Refusal, Sample, Since
from pipelines.connectors.relational import (
    CONNECT_SECONDS,
    STATEMENT_SECONDS,
    Database,
    Dialect,
    SourceColumn,
    server_clock,
    without_password,
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
    """Yield the one delivery of ``table``, see ``Database.delivery``.

    Raises ``SourceError`` when the server, the login, the table, a column or the stream fails.
    """
    yield Postgres(contract, table, connection).delivery(since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Open a connection and return what the table shows: columns, types, some rows, the server's count."""
    return Postgres(contract, table, connection).sample()


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


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Postgres(Database):
    """A connection of ADBC: one snapshot with its own clock and catalogue, rows as the driver's Arrow batches."""

    kind = "postgres"
    dialect = Dialect(quote=_quote, as_text=_text, bound=_bound)

    def address(self) -> str:
        """Return ``host:port/database``."""
        parts = urlsplit(self.connection.get("url") or "")
        host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "local socket")
        return f"{host}:{parts.port or 5432}{parts.path}"

    def opened(self) -> Any:
        """Return an open connection in autocommit mode: transactions are begun by hand."""
        import adbc_driver_postgresql.dbapi as postgres

        url = self.connection.get("url") or ""
        if not url.startswith(("postgresql://", "postgres://")):
            raise SourceError(
                self.where,
                "the connection has no PostgreSQL address",
                f"url starts with {url.split(':', 1)[0]!r}" if url else "no url",
                "write url: postgresql://user:password@host:port/database into the connections file",
            )
        return postgres.connect(_with_timeouts(url, self.connection), autocommit=True)

    def session(self) -> tuple[datetime, float]:
        """Set the forms of values, time zone and limit, begin the snapshot, and return the server's clock."""
        seconds = self.connection.get("statement_timeout_s", STATEMENT_SECONDS)
        with closing(self.link.cursor()) as cursor:
            for setting in (
                *SESSION,
                f"set timezone = {_literal(self.contract.time_zone)}",
                f"set statement_timeout = {_literal(f'{int(seconds * 1000)}ms')}",
            ):
                cursor.execute(setting)
            cursor.execute("begin transaction isolation level repeatable read read only")
        return server_clock(self.rows("select extract(epoch from clock_timestamp())::text")[0][0])

    def columns(self) -> list[SourceColumn]:
        """Return the columns and whether our login may read them.

        From pg_catalog: information_schema hides what the login may not read, which would make a missing
        permission look like a missing column.
        """
        schema, name = _names(self.table.source)
        found = self.rows(
            "select a.attname::text, format_type(a.atttypid, a.atttypmod)::text,"
            " has_schema_privilege(c.relnamespace, 'usage')"
            " and has_column_privilege(c.oid, a.attnum, 'select')"
            " from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid"
            " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            f" where n.nspname = {_literal(schema)} and c.relname = {_literal(name)}"
            " and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped"
            " order by a.attnum"
        )
        return [SourceColumn(str(name), str(kind), bool(readable)) for name, kind, readable in found]

    def relation(self) -> str:
        """Return the quoted name with its schema."""
        return ".".join(_quote(part) for part in _names(self.table.source))

    def rows(self, sql: str) -> Any:
        """Return the rows of a query whose answer is small."""
        with closing(self.link.cursor()) as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def batches(self, sql: str) -> Iterator[list[pa.Array]]:
        """Stream a query as the driver fetches it."""
        with closing(self.link.cursor()) as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                if batch.num_rows:
                    yield [column.cast(pa.string()) for column in batch.columns]

    def close(self) -> None:
        """Close without a second error: a lost connection cannot be closed politely."""
        try:
            self.link.close()
        except Exception:
            return

    def failure(self, error: Exception, what: str) -> SourceError:
        """Return the one clear error for what the driver reported, without the password."""
        text = without_password(str(error), self.connection)
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
        return SourceError(self.where, what, text[:400], do)
