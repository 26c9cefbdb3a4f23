"""The servers really start, answer, refuse writers, and stop; a stale pid does not fool anybody."""

import os

import adbc_driver_postgresql.dbapi as postgres
import httpx
import pytest
import yaml

from simulator import cli
from simulator.servers import State, alive


def test_a_pid_that_another_process_uses_now_is_not_ours():
    assert alive(os.getpid(), None)
    assert not alive(os.getpid(), 1.0)
    assert not alive(None, None)


def test_departments_start_answer_and_stop(tmp_path, capsys):
    home = tmp_path / "home"
    try:
        assert cli.up(home, scale=0.02) == 0
        silos = yaml.safe_load((home / "connections.yaml").read_text(encoding="utf-8"))["silos"]
        assert (home / silos["enforcement"]["path"]).is_dir()
        for silo, table in (("police", "camera"), ("water", "st_pptn_r")):
            with postgres.connect(silos[silo]["url"]) as connection, connection.cursor() as cursor:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] > 50
                with pytest.raises(postgres.Error, match="read-only"):
                    cursor.execute(f"delete from {table}")
        with pytest.raises(postgres.Error, match="password authentication failed"):
            postgres.connect(silos["police"]["url"].replace("police_reader:", "police_reader:x"))
        assert httpx.get(silos["towers"]["url"] + "/health").status_code == 200
        capsys.readouterr()
        assert cli.up(home, scale=0.02) == 0
        assert "already up" in capsys.readouterr().out
        assert cli.status(home / "simulator") == 0
        state = State(home / "simulator" / "state.json")
        ours = state.read()
        state.update(api_started=1.0)
        assert cli.status(home / "simulator") == 1
        state.update(api_started=ours["api_started"])
    finally:
        cli.down(home / "simulator")
    assert cli.status(home / "simulator") == 1
