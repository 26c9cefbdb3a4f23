r"""MariaDB (and MySQL) to Arrow: one table, one read-only snapshot, every column as its written text.

The server casts every column to text, so a decimal keeps its written form, a datetime its wall clock and a
zero date its zeros (``0000-00-00`` is landed as such; the door says what it means). ``bit`` comes as its
number, binary columns as ``\x`` and hexadecimal, geometry as well-known text. Rows are streamed from a
server-side cursor in constant memory (docs/adr/0012).

A table's ``source`` is its name, ``database.table`` where it is not in the connection's database. The
connections file gives ``url`` (``mysql://user:password@host:port/database``) and optionally ``ssl_ca``,
``connect_timeout_s``, ``statement_timeout_s``, ``max_field_chars``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines.connectors.base import Delivery, Refusal, Sample, Since
from pipelines.connectors.relational import (
    CONNECT_SECONDS,
    STATEMENT_SECONDS,
    Database,
    Dialect,
    SourceColumn,
    denied,
    server_clock,
    without_password,
)
from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table

ROWS_PER_SLICE = 20_000
_BINARY = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_GEOMETRY = ("geometry", "point", "linestring", "polygon", "multi", "geometrycollection")
_LONG = ("text", "mediumtext", "longtext", "json", "varchar")
_NO_TABLE, _NO_COLUMN, _TABLE_DENIED, _COLUMN_DENIED = 1146, 1054, 1142, 1143
_FAULTS: dict[int, tuple[str, str]] = {
    1045: ("the database refused the login", "check user and password in the connections file"),
    1698: ("the database refused the login", "check user and password in the connections file"),
    1820: ("the password has expired", "ask the owner for a new password; it is in the connections file"),
    1862: ("the password has expired", "ask the owner for a new password; it is in the connections file"),
    4151: ("the login is locked", "ask the owner to open it again"),
    1044: ("permission denied on the database", "ask the owner to grant select on this table to this login"),
    1049: ("there is no such database", "check the database name in the connections file"),
    1142: ("permission denied", "ask the owner to grant select on this table to this login"),
    1143: ("permission denied", "ask the owner to grant select on these columns to this login"),
    2003: ("the database server cannot be reached", "check that it runs and the network path is open"),
}
_SLOW = {1969, 3024, 1205}
_LOST = {2006, 2013, 1927, 1317, 1053, 1152, 1158, 1159, 1160, 1161}


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``, see ``Database.delivery``.

    Raises ``SourceError`` when the server, the login, the table, a column or the stream fails.
    """
    yield MariaDB(contract, table, connection).delivery(since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Open a connection and return what the table shows: columns, types, some rows, the server's count."""
    return MariaDB(contract, table, connection).sample()


def _tls(connection: dict[str, Any], host: str) -> dict[str, Any]:
    """Return how to encrypt: proven where the authority is named, else if the server can; not inside this machine."""
    if connection.get("ssl_ca"):
        # the driver would encrypt and prove nothing if it were only given the file
        return {"ssl_ca": str(connection["ssl_ca"]), "ssl_verify_cert": True, "ssl_verify_identity": True}
    # loading the authorities' certificates takes longer than a small pull
    return {"ssl_disabled": True} if host in ("127.0.0.1", "localhost", "::1") else {}


def _limit(cursor: Any, seconds: float) -> None:
    """Bound the time of a statement; MySQL has another word for it than MariaDB."""
    import pymysql

    try:
        cursor.execute(f"set session max_statement_time = {seconds}")
    except pymysql.err.OperationalError:
        cursor.execute(f"set session max_execution_time = {int(seconds * 1000)}")


def _plain(kind: Any) -> str:
    return kind.decode() if isinstance(kind, bytes) else str(kind)


def _text(expression: str, kind: str, limit: int) -> str:
    """Return a value as text; types that can be long are cut one character beyond the limit by the server."""
    kind = kind.lower()
    word = kind.split("(")[0].split()[0]
    if word == "bit":
        return f"cast({expression} + 0 as char)"
    if word in _BINARY:
        return f"concat('\\\\x', lower(hex(left({expression}, {limit // 2 + 1}))))"
    if word.startswith(_GEOMETRY):
        return f"left(st_astext({expression}), {limit + 1})"
    if word in _LONG:
        return f"left(convert({expression} using utf8mb4), {limit + 1})"
    return f"convert(cast({expression} as char) using utf8mb4)"


def _bound(kind: str, utc: datetime, local: datetime) -> str | None:
    if kind.startswith(("datetime", "timestamp")):
        return f"timestamp '{local.isoformat(sep=' ')}'"
    return f"date '{local.date().isoformat()}'" if kind == "date" else None


def _names(source: str) -> tuple[str | None, str]:
    schema, _, name = source.rpartition(".")
    return schema or None, name


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


class MariaDB(Database):
    """A connection of PyMySQL: one snapshot with its own clock and catalogue, rows from a server-side cursor."""

    kind = "mariadb"
    dialect = Dialect(quote=_quote, as_text=_text, bound=_bound)

    def address(self) -> str:
        """Return ``host:port/database``."""
        parts = urlsplit(str(self.connection.get("url") or ""))
        return f"{parts.hostname or 'nowhere'}:{parts.port or 3306}{parts.path}"

    def opened(self) -> Any:
        """Return an open connection."""
        import pymysql

        url = str(self.connection.get("url") or "")
        parts = urlsplit(url)
        if parts.scheme not in ("mysql", "mariadb") or not parts.hostname or not parts.path.strip("/"):
            raise SourceError(
                self.where,
                "the connection has no MariaDB address",
                f"url starts with {url.split(':', 1)[0]!r}" if url else "no url",
                "write url: mysql://user:password@host:port/database into the connections file",
            )
        return pymysql.connect(
            host=parts.hostname,
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            # the driver would write it in latin-1, which knows no 密
            password=unquote(parts.password or "").encode(),
            database=unquote(parts.path.strip("/")),
            charset="utf8mb4",
            connect_timeout=int(self.connection.get("connect_timeout_s", CONNECT_SECONDS)),
            # a pulled cable is noticed; the server's own limit speaks first
            read_timeout=self._seconds() + 30,
            write_timeout=60,
            local_infile=False,
            program_name="anlan",
            **_tls(self.connection, parts.hostname),
        )

    def _seconds(self) -> float:
        return float(self.connection.get("statement_timeout_s", STATEMENT_SECONDS))

    def session(self) -> tuple[datetime, float]:
        """Set time zone and limits, begin the snapshot, and return the server's clock."""
        zone = ZoneInfo(self.contract.time_zone)
        clock = server_clock(self.rows("select unix_timestamp(now(6))")[0][0])
        with self.link.cursor() as cursor:
            # names of zones are known only to servers whose owner loaded them; offsets to all
            offset = clock[0].astimezone(zone).utcoffset() or timedelta(0)
            minutes = int(offset.total_seconds() // 60)
            sign = "-" if minutes < 0 else "+"
            cursor.execute(f"set session time_zone = '{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}'")
            cursor.execute("set session net_write_timeout = 600")
            _limit(cursor, self._seconds())
            cursor.execute("set session transaction isolation level repeatable read")
            cursor.execute("start transaction with consistent snapshot, read only")
        return clock

    def columns(self) -> list[SourceColumn]:
        """Return the columns that our login may see."""
        schema, name = _names(self.table.source)
        with self.link.cursor() as cursor:
            cursor.execute(
                "select column_name, column_type from information_schema.columns"
                " where table_schema = coalesce(%s, database()) and table_name = %s order by ordinal_position",
                (schema, name),
            )
            return [SourceColumn(str(column), _plain(kind)) for column, kind in cursor.fetchall()]

    def hidden(self, seen: list[SourceColumn]) -> list[SourceColumn]:
        """Return the columns that are there and may not be read; the catalogue hides them, the server's refusal does not.

        Raises:
            SourceError: nothing of the table may be read.

        """
        import pymysql

        names = {column.name for column in seen}
        hidden = []
        for column in self.table.columns.values() if seen else [None]:
            if column and column.source in names:
                continue
            try:
                self.rows(f"select {_quote(column.source) if column else 1} from {self.relation()} limit 0")
            except pymysql.err.MySQLError as error:
                code = error.args[0] if error.args else None
                if code == _COLUMN_DENIED and column:
                    hidden.append(SourceColumn(column.source, "unknown", readable=False))
                elif code in (_TABLE_DENIED, _COLUMN_DENIED) and not column:
                    raise denied(self.table, self.where, str(self.table.source)) from None
                elif code not in (_NO_TABLE, _NO_COLUMN):
                    raise
        return hidden

    def relation(self) -> str:
        """Return the quoted name, with its database where the contract names one."""
        return ".".join(_quote(part) for part in _names(self.table.source) if part)

    def rows(self, sql: str) -> Any:
        """Return the rows of a query whose answer is small."""
        with self.link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def batches(self, sql: str) -> Iterator[list[pa.Array]]:
        """Stream a query from a server-side cursor."""
        from pymysql.cursors import SSCursor

        # held by us: a cursor that ends before its connection reads the rest of the rows
        cursor = self.cursor = self.link.cursor(SSCursor)
        cursor.execute(sql)
        while rows := cursor.fetchmany(ROWS_PER_SLICE):
            yield [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]

    def close(self) -> None:
        """Drop the connection without reading what an abandoned stream still holds, and without a second error."""
        result = self.link._result
        if result is not None:
            result.unbuffered_active = False
            result.connection = None
        try:
            self.link._force_close()
        except Exception:
            return

    def failure(self, error: Exception, what: str) -> SourceError:
        """Return the one clear error for what the driver reported, without the password."""
        text = without_password(str(error.args[1] if len(error.args) > 1 else error), self.connection)
        code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        if "CERTIFICATE_VERIFY_FAILED" in text:
            what = "the server's certificate is not one we can trust"
            do = "ask the owner for their authority's certificate and name it as ssl_ca in the connections file"
        elif self.connection.get("ssl_ca") and isinstance(error, FileNotFoundError):
            what, do = "the file of the certificate authority cannot be used", "check ssl_ca in the connections file"
        elif code in _FAULTS:
            what, do = _FAULTS[code]
        elif code in _SLOW or "timed out" in text.lower():
            what = f"{what}: the database did not answer in time"
            do = "try at a quieter hour, or raise statement_timeout_s in the connections file"
        elif code in _LOST or (code == 0 and isinstance(error, OSError)):
            what = f"the connection was lost: {what}"
            do = "run `anlan pull` again; nothing of this pull was landed"
        else:
            do = "run `anlan pull` again; if it repeats, send this message to the owner"
        return SourceError(self.where, what, f"{text[:400]} ({code})" if code else text[:400], do)
