"""Landing, batch after batch: what is again, changed, gone or back; raw text to the letter; flat slices; batch rules."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from pipelines import door_batch, index, judge, landed, landing, pulling, spool, store
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Contract, parse
from pipelines.errors import AnlanError, SourceError
from pipelines.reading import ident
from pipelines.settings import Settings

COLUMNS: dict[str, Any] = {
    "id": {"type": "code", "required": True},
    "name": {"type": "text"},
    "n": {"type": "integer"},
    "at": {"type": "datetime"},
}


def contract(**table: Any) -> Contract:
    columns = {
        name: {"source": name, "zh": name, "en": name} | spec for name, spec in table.pop("columns", COLUMNS).items()
    }
    raw = {
        "silo": "test", "profile": "demo", "contract_version": 1, "department": "XX", "name": {"zh": "试", "en": "Test"},
        "owner": {"zh": "试", "en": "test"}, "protocol": "postgres", "cadence": "daily", "grace_days": 3,
        "time_zone": "Asia/Shanghai", "crs": "WGS84", "licence": {"zh": "", "en": ""},
        "tables": {"t": {"source": "t", "load": "snapshot", "key": ["id"], "columns": columns} | table},
    }  # fmt: skip
    return parse(raw, "a test")


def test_a_height_must_say_its_datum() -> None:
    height = {"type": "decimal(7,3)", "zh": "水位 m", "en": "Level, m"}
    key = {"id": {"type": "code"}}
    assert (
        contract(columns=key | {"z": height | {"datum": "station"}}).tables["t"].columns["z"].options["datum"]
        == "station"
    )
    with pytest.raises(AnlanError, match="a height must say its datum"):
        contract(columns=key | {"z": height})
    with pytest.raises(AnlanError, match="datum '1956' is none of"):
        contract(columns=key | {"z": height | {"datum": "1956"}})
    assert contract(columns=key | {"z": height | {"zh": "水位变化 m"}}), "a difference of two heights has no datum"


def row(id: str, name: str = "甲", n: str = "1", at: str = "2026-07-01 08:00:00") -> dict[str, str | None]:
    return {"id": id, "name": name, "n": n, "at": at}


class Home:
    """A landing folder of one table."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        self.settings, self.contract, self.table = settings, contract, contract.table("t")
        landing.genesis(settings, contract, self.table)

    def land(self, *rows: dict[str, str | None], **more: Any) -> dict[str, Any] | None:
        size, backfill = more.pop("size", len(rows) or 1), more.pop("backfill", False)
        slices = [self.slice(rows[i : i + size], i) for i in range(0, len(rows), size)]
        delivery = Delivery("postgres", "t", iter(slices), **more)
        return landing.land(self.settings, self.contract, self.table, delivery, backfill=backfill)

    def slice(self, rows: Any, before: int) -> Slice:
        content = pa.table({c: pa.array([r.get(c) for r in rows], pa.string()) for c in self.table.columns})
        return Slice("t", "query", pa.array(range(before + 1, before + 1 + len(rows)), pa.int64()), content)

    def rows(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        return pq.read_table(
            landing.batch_folder(self.settings, self.table, batch["batch"]) / "rows.parquet"
        ).to_pylist()

    def verdicts(self, batch: dict[str, Any] | None) -> list[str]:
        assert batch is not None
        return [r["_verdict"] for r in self.rows(batch)]

    def reconciles(self) -> bool:
        return index.reconcile(self.settings, [self.contract]).ok


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    return Settings.load(home=tmp_path)


def failed(batch: dict[str, Any] | None) -> dict[str, int]:
    assert batch is not None
    return {c["rule"].rpartition(".")[2]: c["failed"] for c in batch["checks"] if c["failed"]}


def test_what_is_read_of_a_large_slice_lies_beside_its_own_row(settings: Settings) -> None:
    # more rows than DuckDB hands to one thread, also of those that must be read with care
    n = 200_000
    home = Home(settings, contract())
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    numbers = [str(i).translate(wide) if i % 4 else str(i) for i in range(n)]
    texts = {"id": [f"K{i}" for i in range(n)], "name": [f"甲{i}" for i in range(n)], "n": numbers, "at": [None] * n}
    rows = pa.table({c: pa.array(v, pa.string()) for c, v in texts.items()})
    delivery = Delivery("postgres", "t", iter([Slice("t", "query", pa.array(range(1, n + 1), pa.int64()), rows)]))
    made = landing.land(settings, home.contract, home.table, delivery)
    assert made is not None
    file = landing.batch_folder(settings, home.table, made["batch"]) / "rows.parquet"
    apart = duckdb.sql(
        "select count(*), count(*) filter (where n <> cast(id[2:] as bigint) or n <> cast(name[2:] as bigint) or n <> _row - 1), "
        f"count(*) filter (where coalesce(n_read_how = 'cleaned', false) <> (n % 4 <> 0)), count(distinct _row_hash) from '{file}'"
    ).fetchall()
    assert apart == [(n, 0, 0, n)]


# ------------------------------------------------------------------------------------------- raw text

TEXTS = {
    "text": st.text(max_size=8),
    "code": st.text("AB1 　０\u200b", max_size=6),
    "integer": st.one_of(st.integers(-(10**6), 10**6).map(str), st.text("0123456789-,１ ", max_size=7)),
    "decimal(7,3)": st.one_of(
        st.decimals(-999, 999, places=3).map(str),
        st.text("0123456789.-", max_size=8),
        st.sampled_from(["-0.000", "00.100"]),
    ),
    "date": st.one_of(
        st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
        st.sampled_from(["2026/7/1", "20260701", "2026-02-30", "2026年7月1日", "0000-00-00", "2026-0a-01"]),
    ),
    "datetime": st.one_of(
        st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.strftime("%Y-%m-%d %H:%M:%S")),
        st.datetimes(datetime(1986, 1, 1), datetime(1993, 1, 1)).map(lambda d: d.isoformat()),
        st.sampled_from(["2026-07-01 10:00", "2026-07-01 10:0a:00", "2026-13-01 00:00:00", "无"]),
    ),
    "epoch_ms": st.one_of(st.integers(10**11, 2 * 10**12).map(str), st.sampled_from(["0123456789012", "17828712"])),
    "boolean": st.sampled_from(["是", "否", "true", "false", "0", "不知"]),
    "uscc": st.sampled_from(["91110000600037341L", "91110000600037341l", "9111"]),
}


@pytest.mark.parametrize("kind", TEXTS)
@how(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_was_sent_is_kept_to_the_letter_and_only_where_it_says_more(
    kind: str, data: Any, tmp_path_factory
) -> None:
    sent = data.draw(st.lists(st.one_of(st.none(), TEXTS[kind]), min_size=1, max_size=40))
    made = contract(key=[], columns={"c": {"type": kind}})
    table, db = made.table("t"), landing.database()
    door = judge.Judge(Settings.load(home=tmp_path_factory.getbasetemp()), made, table, db, datetime.now(UTC))
    piece = Slice("f", "", pa.array(range(len(sent)), pa.int64()), pa.table({"c": pa.array(sent, pa.string())}))
    rows = door.judge(next(landing.slices(iter([piece]), table))).rows
    column = table.columns["c"]
    db.register("rows", rows)
    told = db.execute(
        f"select {landed.as_sent(column, made)}, c_text, {landed.usual_text(column, made)} from rows"
    ).fetchall()
    assert [t[0] for t in told] == sent
    assert not [t for t in told if t[1] is not None and t[1] == t[2]], "raw text that says nothing more was kept"


def test_the_hash_of_a_row_is_the_number_it_always_was() -> None:
    """Rows of earlier batches are known by it: another number would make every row a new version."""
    found = duckdb.sql(
        "select hash('甲', '2026-07-01 08:00:00', null, '12.500'), hash(1::bigint, 2.5::decimal(7,3))"
    ).fetchall()
    assert found == [HASHES], f"DuckDB {duckdb.__version__} hashes otherwise: give landed.HASH_SCHEME a new name"


HASHES = (13573954975707943516, 18065824048454084444)


# ------------------------------------------------------------------------------------------- versions


def test_a_row_again_is_a_duplicate_and_a_changed_one_a_new_version(settings: Settings) -> None:
    home = Home(settings, contract())
    assert home.verdicts(home.land(row("A"), row("B"))) == ["accepted", "accepted"]
    second = home.land(row("A"), row("B", "乙"), row("C"))
    assert home.verdicts(second) == ["duplicate", "accepted", "accepted"]
    first_ref = f"test/t/{store.landed_batches(settings, home.table)[0]['batch']}#t!query:1"
    assert home.rows(second)[0]["_duplicate_of"] == first_ref
    assert home.land(row("A"), row("B", "乙"), row("C")) is None
    assert home.reconciles()


def test_a_snapshot_that_turns_back_is_a_new_version_an_event_is_not(settings: Settings, tmp_path) -> None:
    for load, expected in (("snapshot", ["accepted"]), ("incremental", None)):
        home = Home(Settings.load(home=tmp_path / load), contract(load=load))
        home.land(row("A", "开"))
        home.land(row("A", "关"))
        again = home.land(row("A", "开"))
        assert (again and home.verdicts(again)) == expected


def test_a_month_sent_again_changes_nothing(settings: Settings) -> None:
    home = Home(settings, contract(load="incremental", watermark="at", repeated_key="newest"))
    month = [row(f"K{i}", at=f"2026-07-{1 + i % 28:02d} 08:00:00") for i in range(200)]
    home.land(*month)
    home.land(row("K5", "更正", at="2026-07-06 08:00:00"), row("Z", at="2026-08-02 08:00:00"))
    before = len(store.manifests(settings, home.table))
    assert home.land(*month, backfill=True) is None
    assert home.land(*month, row("K5", "更正", at="2026-07-06 08:00:00")) is None
    assert len(store.manifests(settings, home.table)) == before
    assert home.reconciles()


def test_a_register_that_did_not_change_is_not_judged_again(settings: Settings, monkeypatch) -> None:
    home = Home(settings, contract())
    rows = [row(f"A{i}") for i in range(5)]
    assert home.land(*rows, size=2) is not None
    judged: list[int] = []
    real = judge.Judge.judge
    monkeypatch.setattr(judge.Judge, "judge", lambda self, frame: judged.append(frame.num_rows) or real(self, frame))
    assert home.land(*rows, size=5) is None
    assert judged == [], "the same text, however it was cut into pages"
    changed = home.land(*rows[:-1], row("A4", name="乙"))
    assert changed is not None
    assert sum(judged) == 5
    assert home.verdicts(changed) == ["duplicate"] * 4 + ["accepted"]
    assert home.land(*rows[:-1], row("A4", name="乙")) is None
    assert sum(judged) == 5
    # more rows than may wait are judged while they come, and are known all the same
    monkeypatch.setattr(landing, "HELD_ROWS", 3)
    assert home.land(*rows[:-1], row("A4", name="乙"), size=2) is None
    assert sum(judged) == 10
    with pytest.raises(SourceError, match="counts other rows"):
        home.land(*rows[:-1], row("A4", name="乙"), source_rows=6)


def test_a_refused_row_that_comes_again_unchanged_is_nothing_new(settings: Settings) -> None:
    home = Home(settings, contract(load="incremental", watermark="at"))
    bad = row("", at="2026-07-01 09:00:00")
    first = home.land(row("A"), bad)
    assert home.verdicts(first) == ["accepted", "rejected"]
    assert home.land(row("A"), bad) is None
    second = home.land(row("A"), bad | {"name": "乙"})
    assert home.verdicts(second) == ["duplicate", "rejected"], "another text is another row"
    third = home.land(row("A"), bad, row("B"))
    assert home.verdicts(third) == ["duplicate", "rejected", "accepted"], "beside something new it is counted again"
    assert home.reconciles()


def test_keys_and_duplicates_are_seen_across_slices_and_from_the_disk(settings: Settings, monkeypatch) -> None:
    rows = [row(f"K{i}") for i in range(50)] + [row("K3"), row("K4", "乙"), row("K60")]
    whole = Home(settings, contract()).land(*rows)
    monkeypatch.setattr(landing, "SLICE_ROWS", 7)
    monkeypatch.setattr(spool, "HELD_BYTES", 0)
    home = Home(Settings.load(home=settings.home / "sliced"), contract())
    sliced = home.land(*rows, size=3)
    assert home.verdicts(sliced)[50:] == ["duplicate", "rejected", "accepted"]
    assert failed(sliced) == {"key_unique": 1}
    assert home.rows(sliced)[50]["_duplicate_of"].endswith("#t!query:4")
    assert sliced is not None
    assert whole is not None
    same = ("landed", "accepted", "rejected", "duplicate", "content_sha256", "first_key", "last_key")
    assert {k: sliced[k] for k in same} == {k: whole[k] for k in same}
    assert home.reconciles()
    assert list((home.settings.landing / "_tmp").iterdir()) == []


def test_a_key_that_left_a_complete_snapshot_gets_a_tombstone_and_may_come_back(settings: Settings) -> None:
    home = Home(settings, contract(complete=True))
    home.land(row("A"), row("B"))
    gone = home.land(row("A"))
    assert home.verdicts(gone) == ["duplicate", "withdrawn"]
    assert gone is not None
    assert (gone["landed"], gone["withdrawn"]) == (1, 1)
    assert home.rows(gone)[1]["id"] == "B"
    back = home.land(row("A"), row("B"))
    assert home.verdicts(back) == ["duplicate", "accepted"]
    assert home.land(row("A"), row("B")) is None
    again = home.land(row("B"))
    assert home.verdicts(again) == ["duplicate", "withdrawn"]
    assert home.reconciles()


def test_a_count_of_tombstones_that_is_not_in_the_file_does_not_reconcile(settings: Settings) -> None:
    home = Home(settings, contract(complete=True))
    home.land(row("A"), row("B"))
    gone = home.land(row("A"))
    assert gone is not None
    path = landing.batch_folder(settings, home.table, gone["batch"]) / "rows.parquet"
    path.chmod(0o600)
    pq.write_table(pq.read_table(path).slice(0, 1), path)
    assert not home.reconciles()


def test_only_what_a_snapshot_speaks_of_is_withdrawn(settings: Settings) -> None:
    columns = COLUMNS | {"town": {"type": "code"}}
    home = Home(settings, contract(columns=columns, complete_by=["town"]))
    home.land(row("A") | {"town": "1"}, row("B") | {"town": "1"}, row("C") | {"town": "2"})
    gone = home.land(row("A") | {"town": "1"})
    assert [(r["id"], r["town"]) for r in home.rows(gone) if r["_verdict"] == "withdrawn"] == [("B", "1")]  # type: ignore[arg-type]


def test_a_row_without_a_readable_key_lets_nothing_be_withdrawn(settings: Settings) -> None:
    home = Home(settings, contract(complete=True))
    home.land(row("A"), row("B"))
    batch = home.land(row("A"), row("—"))
    assert home.verdicts(batch) == ["duplicate", "rejected"]
    assert failed(batch)["withdrawals_known"] == 1


def test_events_of_change_update_and_delete(settings: Settings) -> None:
    columns = COLUMNS | {"op": {"type": "code", "required": True}, "name": {"type": "text", "required": True}}
    words = {"op": "op", "insert": ["I"], "update": ["U"], "delete": ["D"]}
    home = Home(settings, contract(columns=columns, load="changes", changes=words, valid_column="at"))
    first = row("A", at="2026-07-01 08:00:00") | {"op": "I"}
    second = row("A", "乙", at="2026-07-02 08:00:00") | {"op": "U"}
    last = {"id": "A", "op": "D", "at": "2026-07-03 08:00:00"}
    batch = home.land(second, last, first)
    assert batch is not None
    assert home.verdicts(batch) == ["accepted"] * 3
    assert [r["_op"] for r in home.rows(batch)] == [None, "delete", None]
    assert home.rows(batch)[0]["_valid_at"] == datetime(2026, 7, 2)
    assert home.land(first) is None
    # an event that deletes names its key; any other must say all
    assert failed(home.land({"id": None, "op": "D"}, {"id": "B", "op": "I"})) == {"required": 1}


# ------------------------------------------------------------------------------------------- the whole batch


def test_an_empty_answer_does_not_withdraw_a_whole_table(settings: Settings) -> None:
    home = Home(settings, contract(complete=True))
    assert home.land() is None
    home.land(row("A"))
    empty = home.land()
    assert empty is not None
    assert failed(empty) == {"not_empty": 1}
    assert empty["withdrawn"] == 0
    assert home.land() is None
    assert home.verdicts(home.land(row("A"), row("B"))) == ["duplicate", "accepted"]


def test_a_critical_rule_known_at_the_end_refuses_every_row(settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(landing, "SLICE_ROWS", 2)
    home = Home(settings, contract(complete=True, source={"total_columns": ["n"]}))
    home.land(row("A"), row("B"), row("C"))
    check = {"rule": "test.t.total_row_equals_sum", "scope": "batch", "severity": "critical", "checked": 1, "failed": 1}
    batch = home.land(row("A"), row("D"), row("D"), checks=[check])
    assert home.verdicts(batch) == ["rejected"] * 3
    assert failed(batch) == {"total_row_equals_sum": 1}
    assert home.reconciles()


def test_volume_is_held_against_the_last_eight(settings: Settings) -> None:
    home = Home(settings, contract())
    for day in range(3):
        assert "volume_as_usual" not in failed(home.land(*[row(f"{day}K{i}") for i in range(100)]))
    assert failed(home.land(*[row(f"L{i}") for i in range(24)])) == {"volume_as_usual": 1}
    assert failed(home.land(*[row(f"M{i}") for i in range(401)])) == {"volume_as_usual": 1}
    assert failed(home.land(*[row(f"N{i}") for i in range(60)])) == {}


def test_a_clock_that_runs_ahead_warns_and_does_not_carry_the_watermark_away(settings: Settings) -> None:
    home = Home(settings, contract(load="incremental", watermark="at"))
    batch = home.land(row("A"), row("B", at="2026-07-02 08:00:00"), row("C", at="2099-01-01 00:00:00"))
    assert failed(batch) == {"not_after_pull": 1}
    assert batch is not None
    assert batch["watermark_to"] == "2026-07-02T00:00:00"


def test_columns_that_moved_changed_type_or_are_new_are_named(settings: Settings) -> None:
    home = Home(settings, contract())
    home.land(row("A"), detail={"columns": ["id", "name", "n", "at"], "source_types": {"n": "int4"}})
    moved = {"columns": ["name", "id", "at", "more"], "source_types": {"n": "text"}}
    found = failed(home.land(row("B"), detail=moved))
    assert found == {"columns_in_order": 2, "types_as_before": 1, "no_unknown_columns": 1, "all_columns_sent": 1}


def test_fresh_means_within_cadence_and_grace_on_the_day_that_is_asked() -> None:
    made = contract(period_column="at")
    came = {"status": "landed", "landed": 3, "period_first": "2026-06-01", "period_last": "2026-07-01"}
    done = [{**came, "pulled_at": "2026-07-02T00:00:00+00:00"}]
    on_time = door_batch.fresh(made, made.table("t"), done, date(2026, 7, 5))
    late = door_batch.fresh(made, made.table("t"), done, date(2026, 7, 6))
    assert on_time is not None
    assert late is not None
    assert (on_time["failed"], late["failed"]) == (0, 1)
    assert "due 2026-07-05" in late["seen"]
    ahead = [*done, {**done[0], "period_first": "2026-07-07", "period_last": "2026-07-31"}]
    assert door_batch.fresh(made, made.table("t"), ahead, date(2026, 7, 6)) == late, "not known on that day"
    assert door_batch.fresh(made, made.table("t"), ahead, date(2026, 7, 7))["failed"] == 0
    register = [{**done[0], "period_first": None, "period_last": None}]
    assert door_batch.fresh(made, made.table("t"), register, date(2026, 7, 6))["failed"] == 0
    assert door_batch.fresh(made, made.table("t"), register, date(2026, 7, 7))["failed"] == 1
    assert door_batch.fresh(made, made.table("t"), [], date(2026, 7, 6)) is None
    rare = contract(period_column="at", cadence="as_it_happens")
    assert door_batch.fresh(rare, rare.table("t"), done, date(2027, 7, 6)) is None
    assert door_batch.verdict(rare, rare.table("t"), done, date(2027, 7, 6))["passed"]
    with pytest.raises(AnlanError, match="cadence 'now and then'"):
        contract(cadence="now and then")


def test_nothing_is_acknowledged_before_it_is_committed(settings: Settings, monkeypatch) -> None:
    home, told = Home(settings, contract()), []

    def found(*_: Any) -> Any:
        yield Delivery(
            "postgres", "t", iter([home.slice([row("A")], 0)]),
            after_commit=lambda: told.append(len(store.landed_batches(settings, home.table))),
        )  # fmt: skip

    monkeypatch.setattr(pulling, "connector", lambda *_: found)
    pulling.pull_table(settings, home.contract, home.table, {})
    pulling.pull_table(settings, home.contract, home.table, {})
    assert told == [1, 1]


def test_the_files_of_a_landed_group_are_known_by_their_stamps_and_digests(settings: Settings) -> None:
    home = Home(settings, contract(load="incremental"))
    detail = {"stamp": "whole", "file_stamps": ["one", "two"], "file_sha256": ["1" * 64, "2" * 64]}
    home.land(row("A"), detail=detail, sha256="9" * 64)
    since = store.since(settings, home.table)
    assert since.stamps == {"whole", "one", "two"}
    assert since.seen == {"1" * 64, "2" * 64, "9" * 64}


def test_what_was_recorded_later_is_not_known_yet(settings: Settings) -> None:
    home = Home(settings, contract())
    home.land(row("A"))
    moment = store.recorded(store.landed_batches(settings, home.table)[-1])
    home.land(row("A", "乙"))
    assert len(store.known(settings, home.table)) == 3
    assert len(store.known(settings.as_known_on(moment), home.table)) == 2
    assert len(store.known(settings.as_known_on(moment - timedelta(seconds=1)), home.table)) == 1


def test_manifests_are_read_once_and_their_copy_says_the_same(settings: Settings, monkeypatch) -> None:
    home = Home(settings, contract())
    home.land(row("A"))
    store.keep_copy(settings, home.table)
    kept = store.manifests(settings, home.table)
    store._KNOWN.clear()
    monkeypatch.setattr(store, "MANIFEST", "not-there.json")
    assert store.manifests(settings, home.table) == kept
    assert store.manifests(settings, home.table) is store.manifests(settings, home.table)


def test_a_contract_that_gained_a_column_is_readable_before_anything_new_lands(settings: Settings) -> None:
    Home(settings, contract()).land(row("A"))
    wider = Home(settings, contract(columns=COLUMNS | {"more": {"type": "text"}}))
    files = str(store.table_folder(settings, wider.table) / "*" / "rows.parquet")
    assert duckdb.sql(f"select id, more from read_parquet('{files}', union_by_name=true)").fetchall() == [("A", None)]
    assert wider.reconciles()


def test_batches_of_an_older_form_are_named_not_mixed(settings: Settings) -> None:
    home = Home(settings, contract())
    made = home.land(row("A"))
    assert made is not None
    path = landing.batch_folder(settings, home.table, made["batch"]) / store.MANIFEST
    path.chmod(0o600)
    path.write_text(json.dumps({k: v for k, v in made.items() if k != "format"}), encoding="utf-8")
    store._KNOWN.clear()
    with pytest.raises(Exception, match="another form"):
        store.manifests(settings, home.table)


def test_a_point_of_a_table_is_asked_by_its_own_columns() -> None:
    made = contract()
    assert landed.reference("test", "t").startswith("concat('test/t/', batch")
    assert landed.as_sent(made.table("t").columns["name"], made).startswith(f"coalesce({ident('name_text')}")
