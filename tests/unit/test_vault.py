"""Raw text about people is sealed, opens only with a reason, and every change to a sealed file shows."""

from __future__ import annotations

import json
import stat

import pyarrow as pa
import pytest

from pipelines import vault
from pipelines.errors import AnlanError, UsageError
from pipelines.sealed import key_id
from pipelines.settings import Settings

BATCH = "000001-abcd1234"
WHO = {"who": "王核查", "reason": "核对一条拒收"}


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    for name in ("ANLAN_VAULT", "ANLAN_VAULT_KEY", "ANLAN_VAULT_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Settings(tmp_path)


def rows(first: int = 1, count: int = 3) -> pa.Table:
    at = list(range(first, first + count))
    return pa.table(
        {
            "_file": ["花名册.xlsx"] * count,
            "_part": ["1"] * count,
            "_row": at,
            "phone": pa.array([f"PLAINTEXT{n:04d}" for n in at], pa.string()),
            "home_address": pa.array([None] * count, pa.string()),
        }
    )


def sealed(settings: Settings, batch: str = BATCH) -> dict:
    found = vault.seal(settings, "police", "auxiliary_staff", batch, rows())
    assert found
    return found


def test_what_is_sealed_opens_again_with_its_landing_reference(settings):
    sealed(settings)
    found = vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO)
    assert found.column("landing_ref").to_pylist() == [
        f"police/auxiliary_staff/{BATCH}#花名册.xlsx!1:{n}" for n in (1, 2, 3)
    ]
    assert found.column("phone").to_pylist() == ["PLAINTEXT0001", "PLAINTEXT0002", "PLAINTEXT0003"]


def test_only_the_rows_asked_for_come_out(settings):
    sealed(settings)
    ref = f"police/auxiliary_staff/{BATCH}#花名册.xlsx!1:2"
    found = vault.open_rows(settings, "police", "auxiliary_staff", BATCH, refs=[ref], **WHO)
    assert found.column("phone").to_pylist() == ["PLAINTEXT0002"]
    assert vault.log_lines(settings)[-1]["refs"] == [ref]


def test_no_file_of_the_vault_shows_the_text_and_all_belong_to_their_owner_alone(settings):
    sealed(settings)
    vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO)
    files = [p for p in settings.vault.rglob("*") if p.is_file()]
    assert len(files) >= 2
    for path in files:
        assert b"PLAINTEXT" not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.suffix == ".lock"
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o700 for p in settings.vault.rglob("*") if p.is_dir())


def test_a_batch_sealed_in_slices_opens_as_one(settings):
    with vault.Sealer(settings, "police", "auxiliary_staff") as sealer:
        for first in (1, 4, 7):
            sealer.add(rows(first))
        manifest = sealer.commit(BATCH)
    assert manifest["rows"] == 9
    assert vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO).num_rows == 9


def test_leaving_without_a_commit_keeps_nothing(settings):
    with vault.Sealer(settings, "police", "auxiliary_staff") as sealer:
        sealer.add(rows())
    assert [p for p in settings.vault.rglob("*") if p.is_file()] == []


def test_rows_without_personal_text_are_not_sealed(settings):
    empty = rows().set_column(3, "phone", pa.nulls(3, pa.string()))
    assert vault.seal(settings, "police", "auxiliary_staff", BATCH, empty) is None


@pytest.mark.parametrize(("who", "reason"), [("", "因为"), ("某人", " ")])
def test_nobody_opens_the_vault_without_a_name_and_a_reason(settings, who, reason):
    sealed(settings)
    with pytest.raises(UsageError):
        vault.open_rows(settings, "police", "auxiliary_staff", BATCH, who=who, reason=reason)


def test_every_opening_stands_in_the_log_before_anything_is_opened(settings):
    sealed(settings)
    path = vault.sealed_path(settings, "police", "auxiliary_staff", BATCH)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(AnlanError, match=r"cut off|changed"):
        vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO)
    assert [(x["who"], x["what"]) for x in vault.log_lines(settings)] == [("王核查", "open")]


def test_a_line_taken_out_of_the_log_shows(settings):
    sealed(settings)
    for _ in range(3):
        vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO)
    assert vault.log_faults(settings) == []
    path = settings.vault / vault.LOG
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    assert vault.log_faults(settings) == [2]


def test_a_changed_bit_and_a_file_moved_to_another_batch_do_not_open(settings):
    sealed(settings)
    path = vault.sealed_path(settings, "police", "auxiliary_staff", BATCH)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    assert len(vault.check(settings)) == 1
    path.write_bytes(whole.replace(b"abcd1234", b"abcd9999"))
    assert len(vault.check(settings)) == 1
    path.write_bytes(whole)
    assert vault.check(settings) == []


def test_a_new_vault_key_opens_all_files_and_the_old_one_can_be_forgotten(settings):
    old = sealed(settings)["key_id"]
    done = vault.rotate(settings, who="王核查", reason="换密钥")
    assert done["files"] == 1
    assert done["key_id"] != old
    assert {h["key_id"] for h in vault.batches(settings)} == {done["key_id"]}
    assert vault.forget(settings, who="王核查", reason="换密钥") == [old]
    assert len(vault.keys(settings)) == 1
    assert vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO).num_rows == 3


def test_messages_on_their_way_get_the_new_key_and_keep_the_old_one_while_they_need_it(settings):
    from pipelines.connectors.mqtt.spool import Spool

    spool = Spool(settings.spool / "weather" / "mqtt", "weather", settings.vault_key_lines)
    spool.add("rain", b"1", False)
    spool.close()
    spool.add("rain", b"2", False)
    spool.flush()  # a drain that was killed here
    old = next(iter(vault.keys(settings)))
    assert vault.rotate(settings, who="王核查", reason="换密钥")["files"] == 1
    assert vault.check(settings) == []
    assert vault.forget(settings, who="王核查", reason="换密钥") == []
    again = Spool(settings.spool / "weather" / "mqtt", "weather", settings.vault_key_lines)
    again.recover()
    assert [m.payload for s in again.segments() for m in s.messages()] == [b"1", b"2"]
    assert vault.forget(settings, who="王核查", reason="换密钥") == [old]
    assert [m.payload for s in again.segments() for m in s.messages()] == [b"1", b"2"]
    (first, _) = again.segments()
    whole = first.path.read_bytes()
    first.path.write_bytes(whole[:-60] + bytes([whole[-60] ^ 1]) + whole[-59:])
    assert len(vault.check(settings)) == 1


def test_a_file_whose_key_is_not_here_says_so(settings):
    sealed(settings)
    settings.write_vault_keys(["00" * 32])
    with pytest.raises(AnlanError, match="key that is not here"):
        vault.open_rows(settings, "police", "auxiliary_staff", BATCH, **WHO)


def test_the_key_may_come_from_the_environment(settings, monkeypatch):
    monkeypatch.setenv("ANLAN_VAULT_KEY", "11" * 32)
    assert sealed(settings)["key_id"] == key_id(bytes.fromhex("11" * 32))
    with pytest.raises(UsageError):
        vault.rotate(settings, who="王核查", reason="换密钥")


def test_the_header_names_the_batch_and_no_key(settings):
    sealed(settings)
    text = json.dumps(vault.batches(settings))
    assert BATCH in text
    assert "wrapped" not in text
