"""A PostgreSQL table arrives whole, as written, with the source's own count; every fault has its words."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from pipelines.connectors import postgres
from pipelines.connectors.base import Since
from pipelines.errors import SourceError

ALL = Since()
COLUMNS = {
    "incident_no": "incident_no text required",
    "level": "lvl decimal(7,3)",
    "alarm_at": "alarm_at datetime",
    "is_true": "is_true boolean",
    "note": "note text",
}
INCIDENTS = """
drop table if exists incident cascade;
create table incident (incident_no text, lvl numeric(9,3), alarm_at timestamp, is_true boolean, note text);
insert into incident values
  ('B2', 12.700, '2026-07-01 08:00:00', true, 'ｶﾞス 漏れ, "火"'),
  ('A1', -9999, '2026-07-01 07:59:59.123', null, null),
  ('C3', 0.10, '2026-07-01 16:00:00', false, ''),
  ('D4', null, null, null, 'no time');
grant select on incident to reader;
"""
MANY = """
drop table if exists incident cascade;
create table incident as
select 'N' || n as incident_no, n::numeric as lvl, now()::timestamp as alarm_at, true as is_true,
       repeat('x', 300) as note
from generate_series(1, 200000) n;
grant select on incident to reader;
"""


@pytest.fixture
def incidents(database: Any) -> Any:
    """Four rows, in no order."""
    database.owner(INCIDENTS)
    return database


def pull(database: Any, columns: dict[str, str] = COLUMNS, since: Since = ALL, **changes: Any) -> Any:
    """Return (delivery, rows as one Arrow table, numbers)."""
    connection = {"url": changes.pop("url", database.url()), "connect_timeout_s": 2}
    connection |= changes.pop("connection", {})
    source, key = changes.pop("source", "public.incident"), changes.pop("key", ["incident_no"])
    agreed, table = database.agree("police", "incidents", columns, source=source, key=key, **changes)
    [delivery] = list(postgres.deliveries(agreed, table, connection, since))
    slices = list(delivery.slices)
    numbers = [number for part in slices for number in part.numbers.to_pylist()]
    rows = pa.concat_tables(part.rows for part in slices) if slices else None
    return delivery, rows, numbers


def refused(database: Any, **changes: Any) -> SourceError:
    """Return the error of a pull that must fail; the password is never in it."""
    with pytest.raises(SourceError) as caught:
        pull(database, **changes)
    assert database.password not in str(caught.value)
    assert database.password_in_url not in str(caught.value)
    assert caught.value.where.startswith("police.incidents")
    assert all(caught.value.as_dict().values())
    return caught.value


def test_every_value_keeps_its_written_form(incidents: Any) -> None:
    delivery, rows, numbers = pull(incidents)
    assert delivery.source_rows == 4
    assert numbers == [1, 2, 3, 4]
    assert rows.schema == pa.schema([(name, pa.string()) for name in COLUMNS])
    assert rows.to_pylist() == [
        {
            "incident_no": "A1",
            "level": "-9999.000",
            "alarm_at": "2026-07-01 07:59:59.123",
            "is_true": None,
            "note": None,
        },
        {
            "incident_no": "B2",
            "level": "12.700",
            "alarm_at": "2026-07-01 08:00:00",
            "is_true": "true",
            "note": 'ｶﾞス 漏れ, "火"',
        },
        {
            "incident_no": "C3",
            "level": "0.100",
            "alarm_at": "2026-07-01 16:00:00",
            "is_true": "false",
            "note": "",
        },
        {"incident_no": "D4", "level": None, "alarm_at": None, "is_true": None, "note": "no time"},
    ]


def test_the_watermark_is_read_in_the_silos_own_time(incidents: Any) -> None:
    since = Since(watermark=datetime(2026, 7, 1, 0, 0, 0, tzinfo=UTC))  # 08:00 in Shanghai
    delivery, rows, _ = pull(incidents, since=since, load="incremental", watermark="alarm_at")
    assert rows["incident_no"].to_pylist() == ["C3", "D4"]  # a row without a time can only be found this way
    assert delivery.source_rows == 2
    _, rows, _ = pull(incidents, since=since, load="incremental", watermark="alarm_at", overlap_minutes=1)
    assert rows["incident_no"].to_pylist() == ["A1", "B2", "C3", "D4"]


def test_a_naive_watermark_is_utc_and_an_aware_column_is_compared_as_an_instant(incidents: Any) -> None:
    incidents.owner("alter table incident alter alarm_at type timestamptz using alarm_at at time zone 'Asia/Shanghai'")
    since = Since(datetime(2026, 7, 1, 0, 0, 0))
    _, rows, _ = pull(incidents, since=since, load="incremental", watermark="alarm_at")
    assert rows["alarm_at"].to_pylist() == ["2026-07-01 16:00:00+08", None]


def test_no_new_rows_is_an_empty_delivery_and_not_an_error(incidents: Any) -> None:
    incidents.owner("delete from incident where alarm_at is null")
    delivery, rows, numbers = pull(
        incidents, since=Since(datetime(2027, 1, 1)), load="incremental", watermark="alarm_at"
    )
    assert (delivery.source_rows, rows, numbers) == (0, None, [])


def test_count_and_rows_come_from_one_snapshot(incidents: Any) -> None:
    agreed, table = incidents.agree("police", "incidents", COLUMNS, source="public.incident", key=["incident_no"])
    stream = postgres.deliveries(agreed, table, {"url": incidents.url()}, Since())
    delivery = next(stream)
    incidents.owner("insert into incident values ('E5', 1, now(), true, 'later')")
    assert sum(len(part.rows) for part in delivery.slices) == delivery.source_rows == 4


def test_a_pull_can_never_write(incidents: Any) -> None:
    incidents.owner("""
        create or replace function sly(n text) returns text language sql volatile security definer
        as $$ insert into incident(incident_no) values ('sly') returning n $$;
        create or replace view trap as
        select sly(incident_no) as incident_no, lvl, alarm_at, is_true, note from incident;
        grant select on trap to reader;
    """)
    assert "read-only transaction" in refused(incidents, source="public.trap").seen
    assert incidents.owner("select count(*) from incident").strip() == "4"


def test_an_abandoned_stream_gives_its_connection_back(database: Any) -> None:
    database.owner(MANY)
    agreed, table = database.agree("police", "incidents", COLUMNS, source="public.incident", key=["incident_no"])
    delivery = next(postgres.deliveries(agreed, table, {"url": database.url()}, Since()))
    first = next(delivery.slices)
    assert len(first.rows) < 200000, "rows must come in slices, not all at once"
    delivery.slices.close()
    for _ in range(50):
        left = database.owner("select count(*) from pg_stat_activity where application_name = 'anlan'")
        if left.strip() == "0":
            return
    raise AssertionError("the connection stayed open")


def test_an_extra_column_is_a_warning_with_its_name(incidents: Any) -> None:
    incidents.owner("alter table incident add new_flag int")
    delivery, _, _ = pull(incidents)
    check = delivery.checks[0]
    assert check["rule"] == "police.incidents.no_unknown_columns"
    assert (check["severity"], check["failed"], check["seen"]) == ("warning", 1, "new_flag")


def test_a_renamed_column_names_what_was_expected_and_what_is_there(incidents: Any) -> None:
    incidents.owner("alter table incident rename lvl to lvl_new")
    error = refused(incidents)
    assert "lvl" in error.what
    assert "expected incident_no, lvl, alarm_at" in error.seen
    assert "lvl_new" in error.seen


def test_a_missing_table(incidents: Any) -> None:
    assert "public.gone does not exist" in refused(incidents, source="public.gone").what


def test_permission_denied_is_not_taken_for_a_missing_table(incidents: Any) -> None:
    incidents.owner("revoke select on incident from reader")
    error = refused(incidents)
    assert "permission denied" in error.what
    assert "grant select" in error.do


def test_a_wrong_password(incidents: Any) -> None:
    error = refused(incidents, url=incidents.url(password="wrong-secret"))
    assert "refused the login" in error.what
    assert "wrong-secret" not in str(error)


def test_an_unknown_database(incidents: Any) -> None:
    assert "no such database" in refused(incidents, url=incidents.url(database="nowhere")).what


def test_the_server_is_down(database: Any) -> None:
    error = refused(database, url="postgresql://reader:x@127.0.0.1:1/postgres")
    assert "cannot be reached" in error.what
    assert "127.0.0.1:1/postgres" in error.where


def test_no_address_at_all(database: Any) -> None:
    assert "no PostgreSQL address" in refused(database, url="").what


def test_a_slow_answer_is_cut_off(incidents: Any) -> None:
    incidents.owner(
        "create or replace view slow as select i.* from incident i, lateral pg_sleep(3) s(v)"
        " where s.v is not null or i.note <> ''; grant select on slow to reader"
    )
    error = refused(incidents, source="public.slow", connection={"statement_timeout_s": 0.3})
    assert "did not answer in time" in error.what


def test_a_value_that_cannot_be_cast_stops_with_the_servers_words(incidents: Any) -> None:
    incidents.owner(
        "create or replace view broken as select incident_no, lvl, alarm_at, is_true,"
        " (1 / (length(incident_no) - 2))::text as note from incident;"
        " grant select on broken to reader"
    )
    error = refused(incidents, source="public.broken")
    assert "division by zero" in error.seen


def test_a_connection_lost_in_mid_stream_is_an_error_and_not_an_end(database: Any) -> None:
    database.owner(MANY)
    agreed, table = database.agree("police", "incidents", COLUMNS, source="public.incident", key=["incident_no"])
    delivery = next(postgres.deliveries(agreed, table, {"url": database.url()}, Since()))
    stream = delivery.slices
    next(stream)
    kill = threading.Thread(
        target=lambda: database.owner(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'anlan'"
        )
    )
    kill.start()
    kill.join()
    with pytest.raises(SourceError) as caught:
        list(stream)
    assert "connection was lost" in caught.value.what
    assert "nothing of this pull was landed" in caught.value.do


def test_overlap_of_the_table_beats_that_of_the_contract(incidents: Any) -> None:
    since = Since(watermark=datetime(2026, 7, 1, 8, tzinfo=UTC))  # the last row's own time
    words = {"load": "incremental", "watermark": "alarm_at", "overlap_minutes": 5}
    _, rows, _ = pull(incidents, since=since, **words, overlap_of_table=600)
    assert rows.num_rows == 4
    _, rows, _ = pull(incidents, since=since, **words)
    assert rows["incident_no"].to_pylist() == ["C3", "D4"]


def test_a_back_fill_reads_exactly_its_window(incidents: Any) -> None:
    window = datetime(2026, 7, 1, 0, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC)  # 08:00 to 16:00 in Shanghai
    since = Since(watermark=datetime(2027, 1, 1), window=window)
    delivery, rows, _ = pull(incidents, since=since, load="incremental", watermark="alarm_at")
    assert rows["incident_no"].to_pylist() == ["B2"], "the end and rows without a time are left out"
    assert delivery.detail["window"] == [edge.isoformat() for edge in window]
    delivery, rows, _ = pull(incidents, since=since)
    assert rows.num_rows == 4, "a snapshot is always whole"
    assert "window" not in delivery.detail


def test_a_watermark_ahead_of_the_servers_clock_hides_nothing(incidents: Any) -> None:
    incidents.owner(
        "insert into incident values ('Z9', 1, now() at time zone 'Asia/Shanghai' - interval '1 minute', true, '')"
    )
    since = Since(watermark=datetime(2999, 1, 1, tzinfo=UTC))
    delivery, rows, _ = pull(incidents, since=since, load="incremental", watermark="alarm_at", overlap_minutes=10)
    assert rows["incident_no"].to_pylist() == ["D4", "Z9"]
    assert [c["failed"] for c in delivery.checks if c["rule"].endswith("clock_agrees")] == [0]


def test_a_retyped_column_is_a_warning_that_names_its_type(incidents: Any) -> None:
    incidents.owner("alter table incident alter lvl type timestamp using now()")
    delivery, _, _ = pull(incidents)
    [check] = [c for c in delivery.checks if c["rule"].endswith("no_retyped_columns")]
    assert (check["failed"], check["seen"]) == (1, "lvl is timestamp without time zone")


def test_an_endless_value_is_refused_without_being_read(incidents: Any) -> None:
    incidents.owner("update incident set note = repeat('长', 3000000) where incident_no = 'C3'")
    error = refused(incidents)
    assert "note is longer than a value may be" in error.what
    _, rows, _ = pull(incidents, connection={"max_field_chars": 5_000_000})
    assert len(rows["note"][2].as_py()) == 3_000_000


def test_a_sample_shows_columns_types_rows_and_the_count(incidents: Any) -> None:
    agreed, table = incidents.agree("police", "incidents", COLUMNS, source="public.incident")
    sample = postgres.check(agreed, table, {"url": incidents.url()})
    assert sample.columns == ["incident_no", "lvl", "alarm_at", "is_true", "note"]
    assert sample.types["lvl"] == "numeric(9,3)"
    assert sample.row_count == len(sample.rows) == 4
    assert sample.rows[0]["lvl"] == "12.700"
    assert sample.notes == []
    agreed, table = incidents.agree("police", "incidents", COLUMNS, source="public.gone")
    assert "no such table" in postgres.check(agreed, table, {"url": incidents.url()}).notes[0]


def test_a_servers_clock_that_is_wrong_is_told(incidents: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = time.time
    monkeypatch.setattr("pipelines.connectors.relational.time.time", lambda: ours() - 3600)
    delivery, _, _ = pull(incidents)
    [check] = [c for c in delivery.checks if c["rule"].endswith("clock_agrees")]
    assert check["failed"] == 1
    assert "+3600 s" in check["seen"] or "+3599 s" in check["seen"]


def test_another_order_of_columns_changes_nothing(incidents: Any) -> None:
    before = pull(incidents)[1]
    incidents.owner(
        "create or replace view turned as select note, is_true, alarm_at, lvl, incident_no from incident;"
        " grant select on turned to reader"
    )
    assert pull(incidents, source="public.turned")[1] == before
