"""A person's number inside free text is masked at the door, the text as sent is in the vault, and the door says so."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import index, landing, vault
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import parse
from pipelines.reading import free
from pipelines.reading.codes import id_number
from pipelines.settings import Settings
from tests import people

PHONE = "13812345678"
BODY = "33062119800101123"
IDENTITY = next(BODY + c for c in "0123456789X" if id_number(BODY + c))
WRONG = BODY + ("1" if IDENTITY[-1] == "0" else "0")
FULL_WIDTH = PHONE.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"联系人电话{PHONE}，已到岗", "联系人电话138****5678，已到岗"),
        ("138-1234-5678", "138****5678"),
        ("来电138 1234 5678", "来电138****5678"),
        (f"+86 {PHONE}", "+86 138****5678"),
        (FULL_WIDTH, "138****5678"),
        (f"证号{IDENTITY}王某", f"证号330621********{IDENTITY[-4:]}王某"),
        (f"{PHONE}、{PHONE[:-1]}9", "138****5678、138****5679"),
    ],
)
def test_a_number_is_masked_and_the_words_around_it_stay(text: str, shown: str) -> None:
    assert free.masked(text) == shown
    found = free.hide(pa.array(["无事", text, None]))
    assert found is not None
    assert (found[0].to_pylist(), found[1].to_pylist()) == (["无事", shown, None], [None, text, None])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A13812345678",
        f"9{PHONE}",
        WRONG,
        "2026-07-01 08:00:00",
        "91330621MA2D8T1X6P",
        "0575-85625000",
        "330621000012345",
    ],
)
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert free.masked(text) == text
    assert free.hide(pa.array([text, None])) is None


def test_a_slice_of_a_longer_column_is_looked_at_alone() -> None:
    whole = pa.array([PHONE, "甲", PHONE])
    assert free.hide(whole.slice(1, 1)) is None
    found = free.hide(whole.slice(1, 2))
    assert found is not None
    assert found[0].to_pylist() == ["甲", "138****5678"]


COLUMNS: dict[str, dict[str, Any]] = {"id": {"type": "code"}, "note": {"type": "text"}, "more": {"type": "text"}}


def land(
    settings: Settings, columns: dict[str, dict[str, Any]], *slices: list[dict[str, str | None]], profile: str = "demo"
) -> Any:
    raw = {
        "silo": "test", "profile": profile, "contract_version": 1, "department": "XX", "name": {"zh": "试", "en": "Test"},
        "owner": {"zh": "试", "en": "test"}, "protocol": "postgres", "cadence": "daily", "grace_days": 3,
        "time_zone": "Asia/Shanghai", "crs": "WGS84", "licence": {"zh": "", "en": ""},
        "tables": {"t": {"source": "t", "load": "snapshot", "key": ["id"], "columns": {
            n: {"source": n, "zh": n, "en": n} | s for n, s in columns.items()}}},
    }  # fmt: skip
    contract = parse(raw, "a test")
    table, at, parts = contract.tables["t"], 1, []
    landing.genesis(settings, contract, table)
    for rows in slices:
        frame = pa.table({c: pa.array([r.get(c) for r in rows], pa.string()) for c in columns})
        parts.append(Slice("t", "query", pa.array(range(at, at + len(rows)), pa.int64()), frame))
        at += len(rows)
    batch = landing.land(settings, contract, table, Delivery("postgres", "t", iter(parts)))
    assert batch is not None
    assert index.reconcile(settings, [contract]).ok
    return batch, landing.batch_folder(settings, table, batch["batch"]) / "rows.parquet"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    return Settings.load(home=tmp_path)


def said(batch: dict[str, Any]) -> tuple[int, str]:
    check = next(c for c in batch["checks"] if c["rule"] == "test.t.no_people_in_free_text")
    assert check["severity"] == "warning"
    return check["failed"], check["seen"]


def test_it_lands_masked_the_vault_has_it_as_sent_and_the_door_says_where(settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(landing, "SLICE_ROWS", 2)
    first = [{"id": "A", "note": f"找{PHONE}", "more": "甲"}, {"id": "B", "note": "无", "more": None}]
    second = [{"id": "C", "note": "无", "more": f"{IDENTITY}来访"}, {"id": "D", "note": None, "more": None}]
    batch, path = land(settings, COLUMNS, first, second)
    rows = {r["id"]: r for r in pq.read_table(path).to_pylist()}
    assert (rows["A"]["note"], rows["A"]["note_text"]) == ("找138****5678", None)
    assert rows["C"]["more"] == f"330621********{IDENTITY[-4:]}来访"
    assert batch["accepted"] == 4
    assert said(batch) == (2, "note: 1 rows, more: 1 rows")
    opened = vault.open_rows(settings, "test", "t", batch["batch"], who="王核查", reason="查一条日志").to_pylist()
    assert sorted((r["landing_ref"][-1], r.get("note"), r.get("more")) for r in opened) == [
        ("1", f"找{PHONE}", None), ("3", None, f"{IDENTITY}来访"),
    ]  # fmt: skip
    planted = people.Planted({"phone": {PHONE}, "identity number": {IDENTITY}})
    assert people.leaks_below(settings.landing, planted) == []
    assert people.leaks_below(settings.vault, planted) == []


def test_beside_marked_columns_both_lie_in_the_vault(settings: Settings) -> None:
    columns = COLUMNS | {"phone": {"type": "phone"}}
    batch, path = land(
        settings, columns, [{"id": "A", "note": f"找{PHONE}", "phone": PHONE}, {"id": "B", "phone": PHONE}]
    )
    assert pq.read_table(path).column("note").to_pylist() == ["找138****5678", None]
    opened = vault.open_rows(settings, "test", "t", batch["batch"], who="王核查", reason="查一条日志").to_pylist()
    assert [(r["phone"], r["note"]) for r in opened] == [(PHONE, f"找{PHONE}"), (PHONE, None)]


def test_without_any_number_there_is_nothing_in_the_vault_and_nothing_to_say(settings: Settings) -> None:
    batch, _ = land(settings, COLUMNS, [{"id": "A", "note": "无", "more": "甲"}])
    assert batch["vault"] is None
    assert said(batch) == (0, "")


def test_public_files_hold_nobody_of_the_district(settings: Settings) -> None:
    batch, path = land(settings, COLUMNS, [{"id": "A", "note": PHONE}], profile="real")
    assert pq.read_table(path).column("note").to_pylist() == [PHONE]
    assert batch["vault"] is None
