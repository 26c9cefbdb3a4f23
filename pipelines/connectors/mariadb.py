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

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Refusal, Sample, Since, Slice, clock_check
from pipelines.connectors.relational import (
    CONNECT_SECONDS,
    STATEMENT_SECONDS,
    Dialect,
    SourceColumn,
    compare,
    condition,
    denied,
    limit_of,
    numbered,
    query,
    server_clock,
    span,
)
from pipelines.errors import SourceError

if TYPE_CHECKING:
    import pymysql

    from pipelines.contract import Contract, Table

ROWS_PER_SLICE = 20_000
_BINARY = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_GEOMETRY = ("geometry", "point", "linestring", "polygon", "multi", "geometrycollection")
_LONG = ("text", "mediumtext", "longtext", "json", "varchar")
_NO_TABLE, _NO_COLUMN, _TABLE_DENIED, _COLUMN_DENIED = 1146, 1054, 1142, 1143


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield the one delivery of ``table``: all rows (snapshot), those after the watermark, or those of a back-fill.

    Count and rows are read in one REPEATABLE READ, READ ONLY transaction with a consistent snapshot, so
    ``source_rows`` is the source's own count of exactly these rows. Rows come in key order; ``numbers`` is
    the position in the query, from 1. Rows without a watermark are always read: they could never be found
    again otherwise.

    Raises ``SourceError`` when the server, the login, the table, a column or the stream fails.
    """
    where = f"{contract.silo}.{table.name} at {_address(connection)}"
    database = _connect(connection, where)
    try:
        delivery = _prepare(contract, table, connection, since, database, where)
    except BaseException:
        _close(database)
        raise
    yield delivery


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Open a connection and return what the table shows: columns, types, some rows, the server's count."""
    where = f"{contract.silo}.{table.name} at {_address(connection)}"
    database = _connect(connection, where)
    try:
        skew = _session(contract, connection, database)[1]
        seen = _columns(database, table.source)
        if not seen:
            return Sample(columns=[], notes=[f"{table.source}: no such table, or nothing of it may be read"])
        fields = ", ".join(f"{_text(_quote(c.name), c.type, 200)} as {_quote(c.name)}" for c in seen)
        relation = _relation(table.source)
        rows = _rows(database, f"select {fields} from {relation} limit {SAMPLE_ROWS}")
        count = int(_rows(database, f"select count(*) from {relation}")[0][0])
    except SourceError:
        raise
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


def _prepare(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since, database: pymysql.Connection, where: str
) -> Delivery:
    """Open the snapshot, compare columns with the contract, count, and return the delivery to stream."""
    try:
        now, skew = _session(contract, connection, database)
        seen = _columns(database, table.source)
        seen = _unreadable(database, table, seen, where)
    except SourceError:
        raise
    except Exception as error:
        raise _failure(error, where, connection, "reading the catalogue failed") from None
    checks = compare(contract, table, seen, where)
    clock = clock_check(f"{contract.silo}.{table.name}", skew)
    types = {column.name: column.type for column in seen}
    clause = condition(contract, span(contract, table, since, now), types, DIALECT)
    relation = _relation(table.source)
    try:
        count = int(_rows(database, f"select count(*) from {relation}{clause}")[0][0])
    except Exception as error:
        raise _failure(error, where, connection, f"counting {table.source} failed") from None
    limit = limit_of(connection)
    sql = query(table, relation, clause, types, DIALECT, limit)
    return Delivery(
        kind="mariadb",
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
    database: pymysql.Connection, table: Table, sql: str, count: int, limit: int, where: str, connection: dict[str, Any]
) -> Iterator[Slice]:
    """Stream the query as slices; the connection ends with the stream, finished or abandoned."""
    from pymysql.cursors import SSCursor

    done = 0
    # held here: a cursor that ends before its connection reads the rest of the rows
    cursor = database.cursor(SSCursor)

    def batches() -> Iterator[list[pa.Array]]:
        nonlocal done
        cursor.execute(sql)
        while rows := cursor.fetchmany(ROWS_PER_SLICE):
            done += len(rows)
            yield [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]

    try:
        yield from numbered(table, batches(), count, limit, where)
    except SourceError:
        raise
    except Exception as error:
        raise _failure(error, where, connection, f"the stream broke after {done} of {count} rows") from None
    finally:
        _close(database)


def _connect(connection: dict[str, Any], where: str) -> pymysql.Connection:
    """Return an open connection, or raise."""
    import pymysql

    url = str(connection.get("url") or "")
    parts = urlsplit(url)
    if parts.scheme not in ("mysql", "mariadb") or not parts.hostname or not parts.path.strip("/"):
        raise SourceError(
            where,
            "the connection has no MariaDB address",
            f"url starts with {url.split(':', 1)[0]!r}" if url else "no url",
            "write url: mysql://user:password@host:port/database into the connections file",
        )
    seconds = float(connection.get("statement_timeout_s", STATEMENT_SECONDS))
    try:
        return pymysql.connect(
            host=parts.hostname,
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            # the driver would write it in latin-1, which knows no 密
            password=unquote(parts.password or "").encode(),
            database=unquote(parts.path.strip("/")),
            charset="utf8mb4",
            connect_timeout=int(connection.get("connect_timeout_s", CONNECT_SECONDS)),
            # a pulled cable is noticed; the server's own limit speaks first
            read_timeout=seconds + 30,
            write_timeout=60,
            local_infile=False,
            program_name="anlan",
            **_tls(connection, parts.hostname),
        )
    except Exception as error:
        raise _failure(error, where, connection, "no connection to the database") from None


def _tls(connection: dict[str, Any], host: str) -> dict[str, Any]:
    """Return how to encrypt: proven where the authority is named, else if the server can; not inside this machine."""
    if connection.get("ssl_ca"):
        # the driver would encrypt and prove nothing if it were only given the file
        return {"ssl_ca": str(connection["ssl_ca"]), "ssl_verify_cert": True, "ssl_verify_identity": True}
    # loading the authorities' certificates takes longer than a small pull
    return {"ssl_disabled": True} if host in ("127.0.0.1", "localhost", "::1") else {}


def _session(contract: Contract, connection: dict[str, Any], database: pymysql.Connection) -> tuple[datetime, float]:
    """Make the session say values in one way, begin the snapshot, and return the server's clock."""
    seconds = float(connection.get("statement_timeout_s", STATEMENT_SECONDS))
    zone = ZoneInfo(contract.time_zone)
    clock = server_clock(_rows(database, "select unix_timestamp(now(6))")[0][0])
    with database.cursor() as cursor:
        # names of zones are known only to servers whose owner loaded them; offsets to all
        offset = clock[0].astimezone(zone).utcoffset() or timedelta(0)
        minutes = int(offset.total_seconds() // 60)
        sign = "-" if minutes < 0 else "+"
        cursor.execute(f"set session time_zone = '{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}'")
        cursor.execute("set session net_write_timeout = 600")
        _limit(cursor, seconds)
        cursor.execute("set session transaction isolation level repeatable read")
        cursor.execute("start transaction with consistent snapshot, read only")
    return clock


def _limit(cursor: Any, seconds: float) -> None:
    """Bound the time of a statement; MySQL has another word for it than MariaDB."""
    import pymysql

    try:
        cursor.execute(f"set session max_statement_time = {seconds}")
    except pymysql.err.OperationalError:
        cursor.execute(f"set session max_execution_time = {int(seconds * 1000)}")


def _columns(database: pymysql.Connection, source: str) -> list[SourceColumn]:
    """Return the columns of ``source`` that our login may see."""
    schema, name = _names(source)
    with database.cursor() as cursor:
        cursor.execute(
            "select column_name, column_type from information_schema.columns"
            " where table_schema = coalesce(%s, database()) and table_name = %s order by ordinal_position",
            (schema, name),
        )
        return [SourceColumn(str(column), _plain(kind)) for column, kind in cursor.fetchall()]


def _plain(kind: Any) -> str:
    return kind.decode() if isinstance(kind, bytes) else str(kind)


def _unreadable(database: pymysql.Connection, table: Table, seen: list[SourceColumn], where: str) -> list[SourceColumn]:
    """Add the columns that are there and may not be read; the catalogue hides them, the server's refusal does not.

    Raises:
        SourceError: nothing of the table may be read.

    """
    import pymysql

    names = {column.name for column in seen}
    hidden = []
    for column in table.columns.values() if seen else [None]:
        if column and column.source in names:
            continue
        try:
            _rows(database, f"select {_quote(column.source) if column else 1} from {_relation(table.source)} limit 0")
        except pymysql.err.MySQLError as error:
            code = error.args[0] if error.args else None
            if code == _COLUMN_DENIED and column:
                hidden.append(SourceColumn(column.source, "unknown", readable=False))
            elif code in (_TABLE_DENIED, _COLUMN_DENIED) and not column:
                raise denied(table, where, str(table.source)) from None
            elif code not in (_NO_TABLE, _NO_COLUMN):
                raise
    return [*seen, *hidden]


def _rows(database: pymysql.Connection, sql: str) -> Any:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


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


def _relation(source: str) -> str:
    return ".".join(_quote(part) for part in _names(source) if part)


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


DIALECT = Dialect(quote=_quote, as_text=_text, bound=_bound)


def _address(connection: dict[str, Any]) -> str:
    """Return ``host:port/database``: all that may be said of a connection."""
    parts = urlsplit(str(connection.get("url") or ""))
    return f"{parts.hostname or 'nowhere'}:{parts.port or 3306}{parts.path}"


def _close(database: pymysql.Connection) -> None:
    """Drop the connection without reading what an abandoned stream still holds, and without a second error."""
    result = database._result
    if result is not None:
        result.unbuffered_active = False
        result.connection = None
    try:
        database._force_close()
    except Exception:
        return


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


def _failure(error: Exception, where: str, connection: dict[str, Any], what: str) -> SourceError:
    """Return the one clear error for what the driver reported, without the password."""
    text = " ".join(str(error.args[1] if len(error.args) > 1 else error).split())
    password = urlsplit(str(connection.get("url") or "")).password
    for secret in filter(None, {password, unquote(password or "")}):
        text = text.replace(secret, "***")
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if "CERTIFICATE_VERIFY_FAILED" in text:
        what = "the server's certificate is not one we can trust"
        do = "ask the owner for their authority's certificate and name it as ssl_ca in the connections file"
    elif connection.get("ssl_ca") and isinstance(error, FileNotFoundError):
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
    return SourceError(where, what, f"{text[:400]} ({code})" if code else text[:400], do)
