"""A new identity key: earlier hashes stay joinable through the vault, and landed files stay as they were."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import identity, landing, store, vault
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import load
from pipelines.errors import AnlanError
from pipelines.settings import Settings

WHO = {"who": "王核查", "reason": "换密钥"}
CONTRACT = load("police")
TABLE = CONTRACT.tables["auxiliary_staff"]


def land(settings: Settings, number: str, staff: str) -> dict:
    row = dict.fromkeys(TABLE.columns) | {
        "staff_no": staff, "person_name": "王芳", "id_number": number, "phone": "13800001111",
        "town_code": "330603001", "town_name": "柯桥街道",
    }  # fmt: skip
    frame = pa.table({c: pa.array([v], pa.string()) for c, v in row.items()})
    store.genesis(settings, CONTRACT, TABLE)
    made = landing.land(
        settings, CONTRACT, TABLE, Delivery("file", staff, iter([Slice("f", "", pa.array([1]), frame)]), sha256=staff)
    )
    assert made
    return made


def rows(settings: Settings, batch: dict) -> pa.Table:
    return pq.read_table(store.batch_folder(settings, TABLE, batch["batch"]) / "rows.parquet", partitioning=None)


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    for name in ("ANLAN_VAULT", "ANLAN_VAULT_KEY", "ANLAN_VAULT_KEY_FILE", "ANLAN_IDENTITY_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Settings(tmp_path)


def test_one_person_under_two_keys_is_one_person_after_a_rehash(settings):
    before = land(settings, "360426199101010071", "A1")
    old_file = rows(settings, before)
    newest = identity.new_key(settings, **WHO)
    after = land(settings, "360426199101010071", "A2")
    assert (before["identity_key"], after["identity_key"]) == (before["identity_key"], newest)
    was, now = old_file.column("id_number")[0].as_py(), rows(settings, after).column("id_number")[0].as_py()
    assert was != now
    assert not identity.has_old_hashes(settings)
    done = identity.rehash(settings, [CONTRACT], **WHO)
    assert (done["batches"], done["key_id"]) == (1, newest)
    tied = dict(duckdb.sql(f"select old_hash, new_hash from '{identity.hashes_file(settings)}'").fetchall())
    assert tied[was] == now
    forms = [c for c in old_file.column_names if c.startswith("person_name_") and c != "person_name_mask"]
    forms = [c for c in [*forms, "id_number_stem"] if old_file.column(c)[0].as_py() and not c.endswith("_read_how")]
    assert len(forms) == 5, "sound, surname, given name, last character unknown, seventeen places"
    for c in forms:
        assert tied[old_file.column(c)[0].as_py()] == rows(settings, after).column(c)[0].as_py(), c
    assert rows(settings, before).equals(old_file), "what landed is never changed"


def test_the_raw_text_of_people_is_in_the_vault_and_not_in_landing(settings):
    made = land(settings, "360426199101010071", "A1")
    for path in settings.landing.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"360426199101010071" not in content, path.name
            assert b"13800001111" not in content, path.name
            assert "王芳".encode() not in content, path.name
    table = rows(settings, made)
    assert not any("360426199101010071" in str(v) for c in table.columns for v in c.to_pylist())
    opened = vault.open_rows(settings, "police", "auxiliary_staff", made["batch"], **WHO)
    assert opened.select(["id_number", "phone", "person_name"]).to_pylist() == [
        {"id_number": "360426199101010071", "phone": "13800001111", "person_name": "王芳"}
    ]
    ref = opened.column("landing_ref")[0].as_py()
    assert ref == f"police/auxiliary_staff/{made['batch']}#f!:1"


def test_a_rehash_is_written_into_the_access_log(settings):
    land(settings, "360426199101010071", "A1")
    identity.new_key(settings, **WHO)
    identity.rehash(settings, [CONTRACT], **WHO)
    assert [x["what"] for x in vault.log_lines(settings)] == ["new identity key", "open"]


def test_a_lost_key_is_said_and_nothing_is_tied(settings):
    land(settings, "360426199101010071", "A1")
    settings.identity_key_file().write_text("ab" * 32)
    with pytest.raises(AnlanError, match="identity key that is not here"):
        identity.rehash(settings, [CONTRACT], **WHO)
    assert not identity.has_old_hashes(settings)
