"""The servers really start, answer, refuse writers, and stop; a stale pid does not fool anybody."""

import os

import adbc_driver_postgresql.dbapi as postgres
import httpx
import pytest
import yaml

from simulator import running
from simulator.generate import Asked
from simulator.services.base import ServerError, State, alive


def test_a_pid_that_another_process_uses_now_is_not_ours():
    assert alive(os.getpid(), None)
    assert not alive(os.getpid(), 1.0)
    assert not alive(None, None)


FIRST = ["enforcement", "police", "towers", "water"]


def test_departments_start_answer_and_stop(tmp_path):
    home, said = tmp_path / "home", []
    folder = home / "simulator"
    try:
        running.up(home, Asked(scale=0.02), FIRST, say=said.append)
        silos = yaml.safe_load((home / "connections.yaml").read_text(encoding="utf-8"))["silos"]
        assert sorted(silos) == FIRST
        assert (home / silos["enforcement"]["path"]).is_dir()
        for silo, table in (("police", "camera"), ("water", "st_pptn_r")):
            with postgres.connect(silos[silo]["url"]) as connection, connection.cursor() as cursor:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] > 50
                with pytest.raises(postgres.Error, match="read-only"):
                    cursor.execute(f"delete from {table}")
        with pytest.raises(postgres.Error, match="password authentication failed"):
            postgres.connect(silos["police"]["url"].replace("police_reader:", "police_reader:x"))
        client = {"client_id": silos["towers"]["client_id"], "client_secret": silos["towers"]["client_secret"]}
        assert httpx.post(silos["towers"]["url"] + "/oauth/token", data=client).json()["code"] == 0
        assert httpx.get(silos["towers"]["url"].replace("towers", "nobody") + "/oauth/token").status_code == 404
        assert not any("already up" in line for line in said)
        running.up(home, Asked(scale=0.02), FIRST, say=said.append)
        assert any("already up" in line for line in said)
        assert running.status(folder)
        state = State(folder / "state.json")
        ours = state.read()
        state.update(api_started=1.0)
        assert not running.status(folder)
        state.update(api_started=ours["api_started"])
    finally:
        running.down(folder)
    assert not running.status(folder)


def test_only_what_changed_is_made_and_only_needed_servers_run(tmp_path):
    home = tmp_path / "home"
    folder = home / "simulator"
    try:
        running.up(home, Asked(scale=0.02), ["enforcement"])
        assert State(folder / "state.json").read()["services"] == ["folder"]
        made = (folder / "served" / "enforcement" / "enterprises_2026Q3.parquet").stat().st_mtime_ns
        running.up(home, Asked(scale=0.02), ["enforcement", "towers"])
        assert (folder / "served" / "enforcement" / "enterprises_2026Q3.parquet").stat().st_mtime_ns == made
        assert State(folder / "state.json").read()["services"] == ["api", "folder"]
        running.up(home, Asked(scale=0.02), ["enforcement"])
        assert not (folder / "served" / "towers").exists()
        assert not alive(State(folder / "state.json").read()["api_pid"], None)
    finally:
        running.down(folder)


def test_a_fault_nobody_knows_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ServerError, match=r"towers: no fault flood; there are bad_token"):
        running.set_fault(tmp_path, "towers", "flood")
