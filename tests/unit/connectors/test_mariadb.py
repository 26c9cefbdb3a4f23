"""A MariaDB table arrives whole, as written, with the source's own count; every fault has its words."""

from __future__ import annotations

import gc
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.connectors import mariadb
from pipelines.connectors.base import Since
from pipelines.errors import SourceError
from simulator.services.base import State
from simulator.services.mariadb import Server

PASSWORD = "p@ss/绝密 7"
PASSWORD_IN_URL = "p%40ss%2F%E7%BB%9D%E5%AF%86%207"
COLUMNS = {
    "hazard_no": "hazard_no text required",
    "loss": "loss decimal(9,3)",
    "found_at": "found_at datetime",
    "due_date": "due_date date",
    "is_major": "is_major boolean",
    "flags": "flags integer",
    "note": "note text",
}
HAZARDS = """
drop table if exists hazard;
create table hazard (
  hazard_no varchar(20) primary key, loss decimal(9,3), found_at datetime(3), due_date date, is_major tinyint(1),
  flags bit(6), note longtext
) engine = innodb default charset = utf8mb4;
insert into hazard values
  ('B2', 12.700, '2026-07-01 08:00:00', '0000-00-00', 1, b'101', 'ｶﾞス 漏れ, "火" 😀'),
  ('A1', -9999, '2026-07-01 07:59:59.123', null, null, null, null),
  ('C3', 0.10, '2026-07-01 16:00:00', '2026-02-03', 0, b'0', ''),
  ('D4', null, null, '2026-07-00', 0, b'111111', 'no time');
"""
MANY_ROWS = 200_000
MANY = f"""
drop table if exists hazard;
create table hazard engine = innodb as
select cast(concat('N', seq) as char(20)) as hazard_no, seq as loss, now() as found_at, curdate() as due_date,
       1 as is_major, 1 as flags, repeat('x', 300) as note from seq_1_to_{MANY_ROWS};
"""


def sent_by(server: Server) -> int:
    """Bytes the server has sent to all its clients since it started."""
    return int(server.owner("show global status like 'Bytes_sent'")[0][1])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A real server with one database and a login that may only read."""
    # not below pytest's own folder: a second pytest closes that to every other user, and the server is one
    home = Path(tempfile.mkdtemp(prefix="anlan-mariadb-"))
    home.chmod(0o755)
    made = Server(home / "mariadb", State(home / "state.json"), home / "logs")
    made.start()
    made.owner(
        "create database yj character set utf8mb4;"
        f"create user reader@'127.0.0.1' identified by '{PASSWORD}'; grant select on yj.* to reader@'127.0.0.1'"
    )
    yield made
    made.stop()
    shutil.rmtree(home)


@pytest.fixture
def hazards(server: Server) -> Server:
    """Four rows, in no order."""
    server.owner(HAZARDS, "yj")
    return server


def url(server: Server, user: str = "reader", password: str = PASSWORD_IN_URL, database: str = "yj") -> str:
    return f"mysql://{user}:{password}@127.0.0.1:{server.state.read()['mariadb_port']}/{database}"


def asked(agree: Any, **changes: Any) -> Any:
    words = {"source": "hazard", "key": ["hazard_no"], **changes}
    return agree("emergency", "hazards", words.pop("columns", COLUMNS), **words)


def pull(server: Server, agree: Any, since: Since | None = None, **changes: Any) -> Any:
    """Return (delivery, rows as one Arrow table)."""
    connection = {"url": changes.pop("url", url(server)), "connect_timeout_s": 2, **changes.pop("connection", {})}
    agreed, table = asked(agree, **changes)
    [delivery] = list(mariadb.deliveries(agreed, table, connection, since or Since()))
    slices = list(delivery.slices)
    numbers = [number for part in slices for number in part.numbers.to_pylist()]
    assert numbers == list(range(1, len(numbers) + 1))
    return delivery, pa.concat_tables(part.rows for part in slices) if slices else None


def refused(server: Server, agree: Any, **changes: Any) -> SourceError:
    """Return the error of a pull that must fail; the password is never in it."""
    with pytest.raises(SourceError) as caught:
        pull(server, agree, **changes)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD_IN_URL not in str(caught.value)
    assert caught.value.where.startswith("emergency.hazards")
    assert all(caught.value.as_dict().values())
    return caught.value


def test_every_value_keeps_its_written_form(hazards: Server, agree: Any) -> None:
    delivery, rows = pull(hazards, agree)
    assert delivery.source_rows == 4
    assert rows.schema == pa.schema([(name, pa.string()) for name in COLUMNS])
    assert [list(row.values()) for row in rows.to_pylist()] == [
        ["A1", "-9999.000", "2026-07-01 07:59:59.123", None, None, None, None],
        ["B2", "12.700", "2026-07-01 08:00:00.000", "0000-00-00", "1", "5", 'ｶﾞス 漏れ, "火" 😀'],
        ["C3", "0.100", "2026-07-01 16:00:00.000", "2026-02-03", "0", "0", ""],
        ["D4", None, None, "2026-07-00", "0", "63", "no time"],
    ]


def test_bytes_points_and_words_of_a_list_are_text_too(server: Server, agree: Any) -> None:
    server.owner(
        "drop table if exists odd; create table odd (k int, b blob, v varbinary(9), p point, e enum('甲','乙'), y year, f float);"
        "insert into odd values (1, x'00ff', x'0a', st_geomfromtext('POINT(120.5 30.25)'), '乙', 2026, 0.1)",
        "yj",
    )
    columns = {c: f"{c} text" for c in "kbvpeyf"}
    _, rows = pull(server, agree, source="odd", key=["k"], columns=columns)
    assert list(rows.to_pylist()[0].values()) == ["1", "\\x00ff", "\\x0a", "POINT(120.5 30.25)", "乙", "2026", "0.1"]


def test_the_watermark_is_read_in_the_silos_own_time(hazards: Server, agree: Any) -> None:
    since = Since(watermark=datetime(2026, 7, 1, 0, 0, 0, tzinfo=UTC))  # 08:00 in Shanghai
    words = {"load": "incremental", "watermark": "found_at"}
    delivery, rows = pull(hazards, agree, since, **words)
    assert rows["hazard_no"].to_pylist() == ["C3", "D4"]  # a row without a time can only be found this way
    assert delivery.source_rows == 2
    _, rows = pull(hazards, agree, since, **words, overlap_minutes=1)
    assert rows["hazard_no"].to_pylist() == ["A1", "B2", "C3", "D4"]


def test_a_timestamp_column_is_compared_as_an_instant_whatever_the_servers_zone(hazards: Server, agree: Any) -> None:
    hazards.owner("set time_zone = '+08:00'; alter table hazard modify found_at timestamp null", "yj")
    since = Since(datetime(2026, 7, 1))
    _, rows = pull(hazards, agree, since, load="incremental", watermark="found_at", time_zone="UTC")
    assert rows["found_at"].to_pylist() == ["2026-07-01 08:00:00", None]


def test_a_back_fill_reads_exactly_its_window(hazards: Server, agree: Any) -> None:
    window = datetime(2026, 7, 1, 0, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC)
    since = Since(watermark=datetime(2027, 1, 1), window=window)
    delivery, rows = pull(hazards, agree, since, load="incremental", watermark="found_at")
    assert rows["hazard_no"].to_pylist() == ["B2"]
    assert delivery.detail["window"] == [edge.isoformat() for edge in window]


def test_no_new_rows_is_an_empty_delivery_and_not_an_error(hazards: Server, agree: Any) -> None:
    hazards.owner("delete from hazard where found_at is null", "yj")
    late = Since(datetime(2026, 7, 30))
    delivery, rows = pull(hazards, agree, late, load="incremental", watermark="found_at")
    assert (delivery.source_rows, rows) == (0, None)


def test_count_and_rows_come_from_one_snapshot(hazards: Server, agree: Any) -> None:
    agreed, table = asked(agree)
    stream = mariadb.deliveries(agreed, table, {"url": url(hazards)}, Since())
    delivery = next(stream)
    hazards.owner("insert into hazard values ('E5', 1, now(), curdate(), 1, 1, 'later')", "yj")
    assert sum(len(part.rows) for part in delivery.slices) == delivery.source_rows == 4


def test_a_pull_can_never_write(hazards: Server, agree: Any) -> None:
    hazards.owner(
        "drop function if exists sly; create function sly(n text) returns text modifies sql data"
        " begin insert into hazard(hazard_no) values ('sly'); return n; end;"
        "create or replace view trap as select sly(hazard_no) as hazard_no, loss, found_at, due_date, is_major, flags, note"
        " from hazard",
        "yj",
    )
    error = refused(hazards, agree, source="trap")
    assert "READ ONLY" in error.seen or "updating" in error.seen or "execute" in error.seen.lower()
    assert hazards.owner("select count(*) from hazard", "yj")[0][0] == 4


def test_rows_stream_in_constant_memory_and_an_abandoned_stream_gives_its_connection_back(
    server: Server, agree: Any
) -> None:
    server.owner(MANY, "yj")
    before = sent_by(server)
    agreed, table = asked(agree)
    delivery = next(mariadb.deliveries(agreed, table, {"url": url(server)}, Since()))
    first = next(delivery.slices)
    assert len(first.rows) == mariadb.ROWS_PER_SLICE
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _, _part in zip(range(6), delivery.slices, strict=False):
        pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 60_000, "kilobytes"
    delivery.slices.close()
    gc.collect()
    for _ in range(50):
        if not server.owner("select id from information_schema.processlist where user = 'reader'"):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the connection stayed open")
    assert sent_by(server) - before < MANY_ROWS * 300, "the rest of the rows is not read"


def test_an_extra_column_is_a_warning_with_its_name(hazards: Server, agree: Any) -> None:
    hazards.owner("alter table hazard add new_flag int first", "yj")
    delivery, rows = pull(hazards, agree)
    check = delivery.checks[0]
    assert (check["rule"], check["failed"], check["seen"]) == ("emergency.hazards.no_unknown_columns", 1, "new_flag")
    assert rows["hazard_no"][0].as_py() == "A1", "another order of columns changes nothing"


def test_a_renamed_column_names_what_was_expected_and_what_is_there(hazards: Server, agree: Any) -> None:
    hazards.owner("alter table hazard change loss loss_wan decimal(9,3)", "yj")
    error = refused(hazards, agree)
    assert "loss" in error.what
    assert "loss_wan" in error.seen
    hazards.owner(HAZARDS, "yj")
    assert pull(hazards, agree)[0].source_rows == 4


def test_a_retyped_column_is_a_warning_that_names_its_type(hazards: Server, agree: Any) -> None:
    hazards.owner("update hazard set loss = 1; alter table hazard modify loss datetime", "yj")
    delivery, _ = pull(hazards, agree)
    [check] = [c for c in delivery.checks if c["rule"].endswith("no_retyped_columns")]
    assert (check["failed"], check["seen"]) == (1, "loss is datetime")


def test_a_missing_table(hazards: Server, agree: Any) -> None:
    assert "gone does not exist" in refused(hazards, agree, source="gone").what


def test_permission_denied_is_not_taken_for_a_missing_table_or_column(hazards: Server, agree: Any) -> None:
    hazards.owner(
        "create or replace user narrow@'127.0.0.1' identified by 'n';"
        "grant select (hazard_no, note) on yj.hazard to narrow@'127.0.0.1'; drop table if exists mysql.secret;"
        "create table mysql.secret (hazard_no int)"
    )
    error = refused(hazards, agree, url=url(hazards, "narrow", "n"))
    assert "permission denied" in error.what
    assert "loss" in error.seen
    assert "grant select" in error.do
    error = refused(hazards, agree, source="mysql.secret")
    assert "permission denied" in error.what


def test_a_wrong_password(hazards: Server, agree: Any) -> None:
    error = refused(hazards, agree, url=url(hazards, password="wrong-secret"))
    assert "refused the login" in error.what
    assert "wrong-secret" not in str(error)


def test_a_password_that_has_expired(hazards: Server, agree: Any) -> None:
    hazards.owner(
        "create or replace user old@'127.0.0.1' identified by 'o' password expire; grant select on yj.* to old@'127.0.0.1'"
    )
    assert "expired" in refused(hazards, agree, url=url(hazards, "old", "o")).what


def test_an_unknown_database(hazards: Server, agree: Any) -> None:
    hazards.owner("grant select on *.* to reader@'127.0.0.1'")
    try:
        assert "no such database" in refused(hazards, agree, url=url(hazards, database="nowhere")).what
    finally:
        hazards.owner("revoke select on *.* from reader@'127.0.0.1'")
    assert "permission denied" in refused(hazards, agree, url=url(hazards, database="nowhere")).what


def test_the_server_is_down_and_no_address_at_all(server: Server, agree: Any) -> None:
    error = refused(server, agree, url="mysql://reader:x@127.0.0.1:1/yj")
    assert "cannot be reached" in error.what
    assert "127.0.0.1:1/yj" in error.where
    assert "no MariaDB address" in refused(server, agree, url="").what


def test_an_authority_that_is_named_must_be_proven(hazards: Server, agree: Any, tmp_path: Path) -> None:
    error = refused(hazards, agree, connection={"ssl_ca": str(tmp_path / "gone.pem")})
    assert "certificate authority cannot be used" in error.what
    words = mariadb._tls({"ssl_ca": "house.pem"}, "127.0.0.1")
    assert words == {"ssl_ca": "house.pem", "ssl_verify_cert": True, "ssl_verify_identity": True}


def test_a_slow_answer_is_cut_off(hazards: Server, agree: Any) -> None:
    hazards.owner("create or replace view slow as select * from hazard where sleep(2) = 0", "yj")
    error = refused(hazards, agree, source="slow", connection={"statement_timeout_s": 0.3})
    assert "did not answer in time" in error.what


def test_a_connection_lost_in_mid_stream_is_an_error_and_not_an_end(server: Server, agree: Any) -> None:
    server.owner(MANY, "yj")
    agreed, table = asked(agree)
    delivery = next(mariadb.deliveries(agreed, table, {"url": url(server)}, Since()))
    next(delivery.slices)
    [(pid,)] = server.owner("select id from information_schema.processlist where user = 'reader'")
    server.owner(f"kill {pid}")
    with pytest.raises(SourceError) as caught:
        list(delivery.slices)
    assert "connection was lost" in caught.value.what
    assert "nothing of this pull was landed" in caught.value.do


def test_an_endless_value_is_refused_without_being_read(hazards: Server, agree: Any) -> None:
    hazards.owner("set global max_allowed_packet = 268435456")
    hazards.owner("update hazard set note = repeat('x', 200 * 1024 * 1024) where hazard_no = 'C3'", "yj")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "note is longer than a value may be" in refused(hazards, agree).what
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 60_000, "kilobytes"


def test_a_servers_clock_that_is_wrong_is_told(hazards: Server, agree: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed, table = asked(agree)
    assert mariadb.check(agreed, table, {"url": url(hazards)}).notes == []
    ours = time.time
    monkeypatch.setattr("pipelines.connectors.relational.time.time", lambda: ours() - 3600)
    delivery, _ = pull(hazards, agree)
    [check] = [c for c in delivery.checks if c["rule"].endswith("clock_agrees")]
    assert check["failed"] == 1
    assert "3600 s" in check["seen"] or "3599 s" in check["seen"]
    assert mariadb.check(agreed, table, {"url": url(hazards)}).notes


def test_a_sample_shows_columns_types_rows_and_the_count(hazards: Server, agree: Any) -> None:
    agreed, table = asked(agree)
    sample = mariadb.check(agreed, table, {"url": url(hazards)})
    assert sample.columns == [spec.split()[0] for spec in COLUMNS.values()]
    assert sample.types["loss"] == "decimal(9,3)"
    assert sample.row_count == len(sample.rows) == 4
    agreed, table = asked(agree, source="gone")
    assert "no such table" in mariadb.check(agreed, table, {"url": url(hazards)}).notes[0]


def test_published_tables_are_loaded_with_their_nulls_quotes_and_lines(server: Server, agree: Any) -> None:
    folder = server.folder / "emergency"
    folder.mkdir(exist_ok=True)
    (folder / "schema.sql").write_text("create table hazard (hazard_no varchar(20), loss decimal(9,3), note text);")
    (folder / "hazard.csv").write_text('A1,1.500,"say ""乙"", then\nnext, line \\ end"\nB2,,\n', encoding="utf-8")
    (folder / "database.json").write_text('{"name": "emergency", "columns": {"hazard": ["hazard_no", "loss", "note"]}}')
    server.load(["emergency"])
    columns = {c: f"{c} text" for c in ("hazard_no", "loss", "note")}
    agreed, table = asked(agree, columns=columns)
    [delivery] = mariadb.deliveries(agreed, table, server.connection("emergency"), Since())
    assert [list(r.values()) for part in delivery.slices for r in part.rows.to_pylist()] == [
        ["A1", "1.500", 'say "乙", then\nnext, line \\ end'],
        ["B2", None, None],
    ]
