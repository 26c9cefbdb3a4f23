"""Dagster shows what there is: assets by room, a check per rule, what a run did; and it boots from the root."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines import assets, door, door_batch, landing, pulling, release, release_door, run
from pipelines.contract import all_contracts, load
from pipelines.release import judged
from pipelines.settings import ROOT, Settings

PATIENCE = 400  # seconds until a server that does not answer is given up; two cores may be busy with other tests


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url: str, child: subprocess.Popen) -> bytes:
    """Return what the server that ``child`` starts says, once it says anything."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except OSError:
            assert child.poll() is None, f"ended with {child.returncode}: {child.stdout.read() if child.stdout else ''}"
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


@pytest.fixture(scope="module")
def definitions(evaluated: Settings):
    """The definitions as Dagster loads them, over the evaluated home."""
    before = {k: os.environ.get(k) for k in ("ANLAN_HOME", "ANLAN_CONNECTIONS")}
    os.environ |= {"ANLAN_HOME": str(evaluated.home), "ANLAN_CONNECTIONS": str(evaluated.connections_file)}
    from pipelines.definitions import defs

    yield defs
    for k, v in before.items():
        os.environ.pop(k, None) if v is None else os.environ.__setitem__(k, v)


def test_every_table_model_and_release_is_an_asset_in_its_room(definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.get_repository_def().asset_graph
    keys = {k.to_user_string() for k in graph.get_all_asset_keys()}
    for contract in all_contracts("demo"):
        assert {f"landing/{t.id}" for t in contract.tables.values()} <= keys
    assert {
        "core/dim_enterprises",
        "marts/town_quarter_scores",
        "method/method_town_indicators",
        "release/quarter",
        "linkage/enterprise",
        "linkage/conflict",
    } <= keys
    rooms = {k.split("/")[0] for k in keys}
    assert rooms == {"landing", "method", "staging", "core", "indicators", "marts", "release", "linkage"}


def test_linkage_stands_between_two_core_assets(definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    linked = graph.get(dg.AssetKey(["linkage", "enterprise"]))
    assert dg.AssetKey(["core", "fct_enterprise_records"]) in linked.parent_keys
    assert dg.AssetKey(["core", "map_enterprise_records"]) in linked.child_keys


def test_there_is_one_check_per_rule_by_the_rules_own_name(definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    names: dict[str, set[str]] = {}
    for c in graph.asset_check_keys:
        names.setdefault(c.asset_key.to_user_string(), set()).add(c.name)
    for contract in all_contracts("demo"):
        for table in contract.tables.values():
            rules = {r.name for r in door.rules(contract, table)}
            assert names[f"landing/{table.id}"] == rules | {f"{table.silo}.{table.name}.fresh"}
    assert "town_quarter_scores__grain" in names["marts/town_quarter_scores"]
    suites = release_door.suites().values()
    assert names["release/quarter"] == {x["meta"]["rule"] for s in suites for x in s["expectations"]} | {judged.INDEX}


def test_readings_are_kept_by_day_and_the_rest_by_quarter(definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    kinds = {k.to_user_string(): graph.get(k).partitions_def for k in graph.get_all_asset_keys()}
    assert isinstance(kinds["landing/water/st_pptn_r"], dg.DailyPartitionsDefinition)
    assert isinstance(kinds["landing/towers/heartbeats"], dg.DailyPartitionsDefinition)
    for key in ("landing/enforcement/hazards", "marts/town_quarter_scores", "release/quarter"):
        assert "2026Q3" in kinds[key].get_partition_keys()


def test_an_asset_lands_its_table_and_says_what_the_door_said(definitions, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path))
    from pipelines import assets

    contract = load("police")
    asset = assets._landing_asset(contract, contract.table("incidents"))
    done = dg.materialize([asset], partition_key="2026Q3", instance=dg.DagsterInstance.ephemeral())
    assert done.success
    manifest = landing.manifests(Settings.load(home=tmp_path), contract.table("incidents"))[-1]
    said = done.asset_materializations_for_node(asset.op.name)[0].metadata
    assert said["landed"].value == manifest["landed"] > 0
    assert said["accepted"].value == manifest["accepted"]
    evaluations = {e.check_name: e for e in done.get_asset_check_evaluations()}
    rules = {r.name for r in door.rules(contract, contract.table("incidents"))}
    assert set(evaluations) == rules | {"police.incidents.fresh"}
    assert evaluations["police.incidents.fresh"].passed
    assert evaluations["police.incidents.fresh"].metadata["as_of"].value == "2026-09-30"
    for c in manifest["checks"]:
        assert evaluations[c["rule"]].passed is (c["failed"] == 0)


def test_freshness_is_judged_on_the_day_that_is_asked_for(definitions, evaluated: Settings) -> None:
    from pipelines import assets

    contract = load("police")
    table = contract.table("incidents")
    name, passed, severity, seen = assets.fresh(evaluated, contract, table, assets._last_day("2026Q3"))
    assert (name, passed, severity, seen["as_of"]) == ("police.incidents.fresh", True, "warning", "2026-09-30")
    _, passed, _, seen = assets.fresh(evaluated, contract, table, assets._last_day("2026-12-31"))
    assert not passed
    assert "days late" in seen["seen"]


def test_the_warehouse_and_dagster_say_the_same_of_freshness(evaluated: Settings) -> None:
    with duckdb.connect(str(evaluated.warehouse_file), read_only=True) as db:
        rows = db.execute(
            "select silo, table_name, as_of_date, rule, freshness_status from marts.silo_freshness"
        ).fetchall()
    assert len(rows) == 2 * sum(len(c.tables) for c in all_contracts("demo"))
    for silo, name, day, rule, status in rows:
        contract = load(silo)
        found = landing.manifests(evaluated, contract.table(name))
        said = door_batch.fresh(contract, contract.table(name), found, day)
        assert (said is None) == (status in {"never_came", "not_due"}), rule
        assert rule == door_batch.freshness(contract.table(name)).name
        if said:
            assert bool(said["failed"]) == (status == "late"), rule


def test_a_silo_that_is_down_fails_its_asset_with_the_four_answers(definitions, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text("silos: {water: {url: 'postgresql://a:b@127.0.0.1:9/hydrology'}}\n", encoding="utf-8")
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path))
    monkeypatch.setenv("ANLAN_CONNECTIONS", str(path))
    from pipelines import assets

    contract = load("water")
    asset = assets._landing_asset(contract, contract.table("st_rvfcch_b"))
    assert asset.op.retry_policy.backoff == dg.Backoff.EXPONENTIAL
    monkeypatch.setattr(asset.op, "_retry_policy", None)
    done = dg.materialize(
        [asset], partition_key="2026Q3", instance=dg.DagsterInstance.ephemeral(), raise_on_error=False
    )
    assert not done.success
    failure = str(done.failure_data_for_node(asset.op.name).error)
    assert "water" in failure
    assert "Do:" in failure


def test_a_run_of_the_command_is_told_to_dagster(definitions, evaluated: Settings, tmp_path: Path) -> None:
    from pipelines import observe

    pulls = []
    for contract in all_contracts("demo"):
        for table in contract.tables.values():
            batches = [m for m in landing.manifests(evaluated, table) if m["status"] == "landed"]
            pulls.append(pulling.TableResult(table.silo, table.name, batches=batches))
    said = observe.note(run.Outcome(evaluated, "2026Q3", pulls=pulls))
    home = Settings.load(home=tmp_path)
    told = observe.report(home, json.loads(json.dumps(said, default=str)))
    with dg.DagsterInstance.from_config(str(observe.dagster_home(home))) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["landing", "police", "incidents"]))
        landed = event.asset_materialization.metadata["landed"].value
        expected = sum(m["landed"] for r in pulls if (r.silo, r.table) == ("police", "incidents") for m in r.batches)
        assert landed == expected > 0
        assert told > 24
        checks = instance.event_log_storage.get_asset_check_summary_records(
            [dg.AssetCheckKey(dg.AssetKey(["landing", "police", "incidents"]), "police.incidents.fresh")]
        )
        assert [r.last_check_execution_record.status.value for r in checks.values()] == ["SUCCEEDED"]
    assert observe.note(run.Outcome(evaluated, "2026Q3")) is None


def test_a_release_is_told_with_the_doors_rules_and_the_index_of_every_department(
    definitions, evaluated: Settings, tmp_path: Path
) -> None:
    from pipelines import observe

    with release.open_release(evaluated) as opened:
        frozen = release.ReleaseResult(opened.name, opened.path, True, 1, 1, 1, "ab")
        rows = opened.rows(
            "select department, index_score from department_data_barriers where period = ?", [opened.period]
        )
    said = observe.note(run.Outcome(evaluated, "2026Q3", release=frozen))
    home = Settings.load(home=tmp_path)
    observe.report(home, json.loads(json.dumps(said, default=str)))
    with dg.DagsterInstance.from_config(str(observe.dagster_home(home))) as instance:
        asked = [dg.AssetCheckKey(assets.RELEASE, n) for n in (judged.INDEX, "town_quarter_scores.grade.known")]
        held = instance.event_log_storage.get_asset_check_summary_records(asked)
        records = {k.name: r.last_check_execution_record for k, r in held.items()}
    assert records["town_quarter_scores.grade.known"].status.value == "SUCCEEDED"
    shown = records[judged.INDEX].event.dagster_event.event_specific_data.metadata["departments"].value
    assert len(rows) == 19
    assert {r["department"] for r in rows if f"| {r['department']} " not in shown} == set()


def test_the_sensor_asks_for_new_files_once(definitions, evaluated: Settings, tmp_path: Path, monkeypatch) -> None:
    from pipelines import schedules

    drop = tmp_path / "drop"
    drop.mkdir()
    (tmp_path / "connections.yaml").write_text("silos: {enforcement: {path: drop}}\n", encoding="utf-8")
    monkeypatch.setenv("ANLAN_CONNECTIONS", str(tmp_path / "connections.yaml"))
    (drop / "处罚案件_2026Q2.xlsx").write_bytes(b"x")
    context = dg.build_sensor_context(cursor=None, definitions=definitions)
    asked = schedules.drop_folder.evaluate_tick(context)
    assert [(r.partition_key, r.asset_selection) for r in asked.run_requests] == [
        ("2026Q2", [dg.AssetKey(["landing", "enforcement", "cases"])])
    ]
    again = schedules.drop_folder.evaluate_tick(dg.build_sensor_context(cursor=asked.cursor, definitions=definitions))
    assert not again.run_requests


def stop(child: subprocess.Popen) -> None:
    os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def test_dagster_dev_boots_from_the_root(evaluated: Settings, tmp_path: Path) -> None:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"}
    env |= {"ANLAN_HOME": str(evaluated.home), "ANLAN_CONNECTIONS": str(evaluated.connections_file)}
    log = (tmp_path / "log").open("wb")
    child = subprocess.Popen(
        [str(Path(sys.executable).parent / "dagster"), "dev", "-p", str(port)],
        cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        get(f"http://127.0.0.1:{port}/server_info", child)
        query = json.dumps(
            {"query": "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"}
        )
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", query.encode(), {"Content-Type": "application/json"}
        )
        end = time.monotonic() + PATIENCE
        nodes: list[dict] = []
        while not nodes and time.monotonic() < end:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                nodes = json.load(answer)["data"]["repositoriesOrError"].get("nodes", [])
            time.sleep(0.5)
        assert nodes[0]["location"]["name"] == "anlan"
    finally:
        stop(child)
        log.close()


def test_serve_opens_pages_and_dagster_together_and_stops_both(evaluated: Settings) -> None:
    pages, ui = free_port(), free_port()
    env = os.environ | {"ANLAN_HOME": str(evaluated.home), "ANLAN_CONNECTIONS": str(evaluated.connections_file)}
    child = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(pages), "--dagster-port", str(ui)],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert get(f"http://127.0.0.1:{pages}/_stcore/health", child) == b"ok"
        assert b"dagster" in get(f"http://127.0.0.1:{ui}/server_info", child)
        taken = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(pages)],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert taken.returncode == 2
        assert "is taken" in taken.stderr
    finally:
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=180)
    assert "http://127.0.0.1" in said
    for port in (pages, ui):
        with socket.socket() as s:
            assert s.connect_ex(("127.0.0.1", port)) != 0
    shutil.rmtree(evaluated.home / "logs", ignore_errors=True)
