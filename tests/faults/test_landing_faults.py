"""Kills, outages, spoiled files and a full disk: one clear error each, nothing half landed, a re-run heals."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from pipelines import index, landing, pulling, run
from pipelines.contract import all_contracts, load
from pipelines.errors import BusyError
from pipelines.settings import ROOT, Settings
from tests.conftest import simulator

ANLAN = [sys.executable, "-m", "pipelines.cli"]
PULL_ORDER = ["enforcement", "police", "towers", "water"]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[Path]:
    """Departments of their own at a very small scale: these tests spoil things."""
    home = tmp_path_factory.mktemp("spoiled")
    home.chmod(0o755)
    simulator(home, "up", "--scale", "0.05")
    yield home
    simulator(home, "down")


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    """A fresh home whose connections file may be changed."""
    connections = yaml.safe_load((small / "connections.yaml").read_text(encoding="utf-8"))
    for name, silo in connections["silos"].items():
        if "path" in silo:
            drop = tmp_path / "drop" / name
            shutil.copytree(small / silo["path"], drop)
            silo["path"] = str(drop)
    connections["identity_key_file"] = str(small / connections["identity_key_file"])
    path = tmp_path / "connections.yaml"
    path.write_text(yaml.safe_dump(connections, allow_unicode=True), encoding="utf-8")
    return Settings.load(home=tmp_path / "home", connections=path)


def connect(settings: Settings, silo: str, **changed: str) -> None:
    path = settings.connections_file
    connections = yaml.safe_load(path.read_text(encoding="utf-8"))
    connections["silos"][silo] |= changed
    path.write_text(yaml.safe_dump(connections, allow_unicode=True), encoding="utf-8")


def pull(settings: Settings, *silos: str) -> run.Outcome:
    contracts = [load(s) for s in silos or PULL_ORDER]
    held = landing.lock(settings)
    try:
        return run.Outcome(settings, "", pulls=pulling.pull(settings, contracts))
    finally:
        held.release()


def totals(settings: Settings) -> dict[str, tuple[int, int, int, int]]:
    proof = index.reconcile(settings, all_contracts("demo"))
    assert proof.ok, proof.faults
    return {
        f"{t['silo']}/{t['table']}": (t["landed"], t["accepted"], t["rejected"], t["duplicate"]) for t in proof.tables
    }


def answers_four_questions(outcome: run.Outcome, silo: str, words: str) -> None:
    found = [e for e in outcome.errors if e.where.startswith(silo)]
    assert len(found) == 1, [str(e) for e in outcome.errors]
    assert words in f"{found[0].what} {found[0].seen}".lower()
    assert found[0].do


def test_killed_nine_times_while_landing_nothing_is_lost_and_nothing_doubled(
    settings: Settings, tmp_path: Path
) -> None:
    whole = Settings.load(home=tmp_path / "whole", connections=settings.connections_file)
    assert not pull(whole).errors
    expected = totals(whole)
    env = os.environ | {"ANLAN_HOME": str(settings.home), "ANLAN_CONNECTIONS": str(settings.connections_file)}
    pick, killed = random.Random(7), 0
    for _ in range(9):
        child = subprocess.Popen(
            [*ANLAN, "pull", *PULL_ORDER], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(pick.uniform(0.8, 4.0))
        killed += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        for batch in settings.landing.glob("*/*/*/batch=*"):
            manifest = json.loads((batch / "manifest.json").read_text(encoding="utf-8"))
            for name, sha in manifest["files"].items():
                assert landing.sha256_file(batch / name) == sha
    assert killed
    assert not pull(settings).errors
    assert totals(settings) == expected
    assert not (settings.landing / "_tmp").exists()
    again = pull(settings)
    assert not any(r.batches for r in again.pulls)


def test_a_server_that_is_down_stops_its_own_silo_only_and_a_re_run_heals(settings: Settings) -> None:
    good = settings.connection("police")["url"]
    connect(settings, "police", url=good.replace(good.rsplit("@", 1)[1], "127.0.0.1:9/police"))
    outcome = pull(settings)
    answers_four_questions(outcome, "police", "")
    assert {r.silo for r in outcome.pulls if r.batches} == {"enforcement", "towers", "water"}
    assert totals(settings)["police/incidents"] == (0, 0, 0, 0)
    connect(settings, "police", url=good)
    assert not pull(settings, "police").errors
    assert totals(settings)["police/incidents"][0] > 0


def test_a_wrong_password_is_named_and_never_shown(settings: Settings) -> None:
    good = settings.connection("water")["url"]
    user = good.split("//")[1].split(":")[0]
    connect(settings, "water", url=f"postgresql://{user}:not-the-word@{good.rsplit('@', 1)[1]}")
    outcome = pull(settings, "water")
    answers_four_questions(outcome, "water", "password")
    assert "not-the-word" not in str(outcome.errors[0])


@pytest.mark.parametrize(
    ("fault", "words"), [("error_forever", "200"), ("page_missing", "page"), ("bad_token", "token")]
)
def test_an_api_that_misbehaves_lands_nothing_and_heals(
    settings: Settings, small: Path, fault: str, words: str
) -> None:
    simulator(small, "fault", "towers", fault)
    try:
        outcome = pull(settings, "towers")
        assert outcome.errors
        assert any(words in f"{e.what} {e.seen}".lower() for e in outcome.errors), [str(e) for e in outcome.errors]
        failed = {r.table for r in outcome.pulls if r.error}
        assert all(totals(settings)[f"towers/{t}"] == (0, 0, 0, 0) for t in failed)
    finally:
        simulator(small, "fault", "towers", "none")
    assert not pull(settings, "towers").errors
    assert all(totals(settings)[f"towers/{t}"][0] > 0 for t in load("towers").tables)


def test_spoiled_files_are_refused_by_name_and_the_rest_lands(settings: Settings) -> None:
    drop = Path(settings.connection("enforcement")["path"])
    workbook = next(drop.glob("处罚案件_*.xlsx"))
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[: len(whole) // 2])
    text = sorted(drop.glob("隐患清单_*.csv"))[0]
    before = text.read_bytes()
    text.write_bytes(before.replace("隐患等级".encode(), "风险级别".encode(), 1))
    coded = sorted(drop.glob("执法检查_*.csv"))[0]
    gbk = coded.read_bytes()
    coded.write_bytes(gbk + b"\xff\xfe\xff")
    outcome = pull(settings, "enforcement")
    assert not outcome.errors
    refused = {m["source"]["name"]: m["reason"] for m in outcome.refusals}
    assert set(refused) == {workbook.name, text.name, coded.name}
    assert all(r["what"] and r["seen"] and r["do"] for r in refused.values())
    assert "隐患等级" in str(refused[text.name])
    proof = {t["table"]: t for t in index.reconcile(settings, [load("enforcement")]).tables}
    assert proof["cases"]["unreadable_files"] == proof["hazards"]["unreadable_files"] == 1
    assert proof["hazards"]["landed"] > 0
    workbook.write_bytes(whole)
    text.write_bytes(before)
    coded.write_bytes(gbk)
    healed = pull(settings, "enforcement")
    assert not healed.refusals
    proof = {t["table"]: t for t in index.reconcile(settings, [load("enforcement")]).tables}
    assert not any(t["unreadable_files"] for t in proof.values())
    assert proof["cases"]["landed"] > 0


def test_a_full_disk_keeps_nothing_of_the_batch(settings: Settings) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        outcome = pull(settings, "water")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert outcome.errors
    assert "could not be written" in outcome.errors[0].what
    assert "room" in outcome.errors[0].do
    assert totals(settings)["water/st_river_r"] == (0, 0, 0, 0)
    assert not pull(settings, "water").errors
    assert totals(settings)["water/st_river_r"][0] > 0


def test_a_second_run_at_the_same_time_is_told_so(settings: Settings) -> None:
    held = landing.lock(settings)
    try:
        with pytest.raises(BusyError, match="another run"):
            landing.lock(settings)
        env = os.environ | {"ANLAN_HOME": str(settings.home)}
        second = subprocess.run([*ANLAN, "pull"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "another run" in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        held.release()


def anlan(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"ANLAN_HOME": str(settings.home), "ANLAN_CONNECTIONS": str(settings.connections_file)}
    return subprocess.run([*ANLAN, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_fails_where_something_failed(settings: Settings) -> None:
    good = settings.connection("police")["url"]
    connect(settings, "police", url=good.replace(good.rsplit("@", 1)[1], "127.0.0.1:9/police"))
    assert anlan(settings, "pull", "police").returncode == 1
    connect(settings, "police", url=good)
    assert anlan(settings, "pull", "police").returncode == 0
    proof = anlan(settings, "reconcile", "--json")
    assert proof.returncode == 0
    assert json.loads(proof.stdout)["ok"] is True
    rows = next((settings.landing / "police" / "incidents").glob("*/batch=000001-*/rows.parquet"))
    table = pq.read_table(rows)
    rows.chmod(0o600)
    pq.write_table(table.slice(1), rows)
    proof = anlan(settings, "reconcile", "--json")
    assert proof.returncode == 1
    assert json.loads(proof.stdout)["ok"] is False
    assert "police/incidents" in anlan(settings, "reconcile").stdout


def test_a_flipped_byte_is_found_and_the_file_named(evaluated: Settings, tmp_path: Path) -> None:
    home = Settings.load(home=tmp_path / "home")
    shutil.copytree(evaluated.releases, home.releases)
    assert anlan(home, "verify", "2026Q3-r1").returncode == 0
    path = home.releases / "2026Q3-r1" / "tables" / "town_quarter_scores.parquet"
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = anlan(home, "verify", "2026Q3-r1")
    assert found.returncode == 1
    assert "town_quarter_scores.parquet" in found.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--period", "2026Q5"],
        ["run", "--period", "third quarter"],
        ["pull", "nosuch"],
        ["pull", "police_seattle"],
        ["verify", "2026Q3-r9"],
        ["release", "1999Q1"],
        ["explain", "nowhere"],
        ["run", "--profile", "real"],
        ["run", "--profile", "other"],
        ["nosuchcommand"],
        ["export", "2026Q3-r9"],
    ],
)
def test_a_wrong_call_is_a_short_message_and_exit_code_2(evaluated: Settings, arguments: list[str]) -> None:
    env = os.environ | {"ANLAN_HOME": str(evaluated.home), "ANLAN_CONNECTIONS": str(evaluated.connections_file)}
    done = subprocess.run([*ANLAN, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert 0 < len(done.stderr.strip().splitlines()) <= 6
