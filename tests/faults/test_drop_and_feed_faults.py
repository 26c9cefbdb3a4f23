"""Bad days of an SFTP drop, a bucket and a feed: one clear error, the other silos land, nothing half, a re-run heals."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import yaml

from pipelines import index, landing, pulling
from pipelines.contract import Contract, parse
from pipelines.settings import Settings
from simulator.services import make

GOOD = "编号,名称,数量\nA1,柯,1\nA2,桥,2\n"


def agreed(silo: str, protocol: str, source: Any, columns: dict[str, tuple[str, str]]) -> Contract:
    named = {n: {"source": s, "type": t, "required": True, "zh": n, "en": n} for n, (s, t) in columns.items()}
    name = {"zh": silo, "en": silo}
    raw = {
        "silo": silo, "profile": "demo", "contract_version": 1, "department": "XF", "name": name, "owner": name,
        "protocol": protocol, "cadence": "daily", "grace_days": 1, "time_zone": "Asia/Shanghai", "crs": "WGS-84",
        "licence": name,
        "tables": {"t": {"source": source, "load": "incremental", "key": [next(iter(columns))], "columns": named}},
    }  # fmt: skip
    return parse(raw, silo)


FILE = {"no": ("编号", "code"), "name": ("名称", "text"), "n": ("数量", "integer")}
ALARM = {"no": ("alarmNo", "code"), "at": ("raisedAt", "datetime")}


class Silos:
    """Three silos, one per protocol, each with its server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.servers = {name: make(name, home / "simulator") for name in ("sftp", "s3", "mqtt")}
        for silo, name in (("drop", "sftp"), ("bucket", "s3"), ("feed", "mqtt")):
            (home / "simulator" / name / silo).mkdir(parents=True)
        self.files = home / "simulator" / "sftp" / "drop"
        self.say_file = home / "simulator" / "mqtt" / "feed" / "messages.jsonl"
        self.say_file.write_text(json.dumps({"topic": "feed/alarm", "payload": self.alarm(0)}) + "\n", encoding="utf-8")
        for server in self.servers.values():
            server.start()
        csv = {"pattern": "*.csv", "format": "csv", "encoding": "utf-8"}
        self.contracts = {
            "drop": agreed("drop", "sftp", csv, FILE), "bucket": agreed("bucket", "s3", csv, FILE),
            "feed": agreed("feed", "mqtt", {"topic": "feed/alarm", "time": "raisedAt"}, ALARM),
        }  # fmt: skip

    @staticmethod
    def alarm(n: int) -> dict[str, str]:
        return {"alarmNo": f"A{n}", "raisedAt": f"2026-07-01 08:{n % 60:02d}:00"}

    def fresh(self, home: Path) -> Settings:
        for old in self.files.iterdir():
            old.unlink()
        self.servers["sftp"].fault("drop", None)
        # the feed says everything anew: whoever starts fresh has heard nothing
        self.servers["mqtt"].state.update(mqtt_heard={})
        for silo, name in (("drop", "sftp"), ("bucket", "s3"), ("feed", "mqtt")):
            self.servers[name].load([silo])
        self.put("a.csv", GOOD.encode())
        self.put_object("a.csv", GOOD.encode())
        home.mkdir()
        self.connections = {
            s: self.servers[n].connection(s) for s, n in (("drop", "sftp"), ("bucket", "s3"), ("feed", "mqtt"))
        }
        self.connections["feed"]["idle_seconds"] = 0.4
        self.settings = Settings.load(home=home)
        self.connect()
        return self.settings

    def connect(self, silo: str = "", **changed: Any) -> None:
        silos = {s: {**c, **(changed if s == silo else {}), "timeout": 4} for s, c in self.connections.items()}
        self.settings.connections_file.write_text(
            yaml.safe_dump({"silos": silos}, allow_unicode=True), encoding="utf-8"
        )

    def put(self, name: str, data: bytes) -> None:
        (self.files / name).write_bytes(data)
        os.utime(self.files / name, (time.time() - 3600 - len(data),) * 2)

    def put_object(self, name: str, data: bytes) -> None:
        with self.servers["s3"].owner().open_output_stream(f"bucket/{name}", compression=None) as out:
            out.write(data)

    def pull(self) -> dict[str, pulling.TableResult]:
        held = landing.lock(self.settings)
        try:
            return {r.silo: r for r in pulling.pull(self.settings, list(self.contracts.values()))}
        finally:
            held.release()

    def landed(self, silo: str) -> tuple[int, int, int]:
        proof = index.reconcile(self.settings, [self.contracts[silo]])
        assert proof.ok, proof.faults
        (t,) = proof.tables
        return t["landed"], t["rejected"], t["duplicate"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silos]:
    home = tmp_path_factory.mktemp("drops")
    home.chmod(0o755)
    silos = Silos(home)
    yield silos
    for server in silos.servers.values():
        server.stop()


@pytest.fixture
def silos(running: Silos, tmp_path: Path) -> Silos:
    running.fresh(tmp_path / "home")
    return running


def bomb() -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.csv", b"0" * (100 << 20))
    return box.getvalue()


def other_key(s: Silos) -> dict[str, str]:
    return {"host_key": asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()}


UNREACHABLE: dict[str, tuple[str, Callable[[Silos], dict[str, Any]], str]] = {
    "sftp_refused": ("drop", lambda s: {"port": 9}, "does not answer"),
    "sftp_other_host_key": ("drop", other_key, "another host key"),
    "sftp_wrong_password": ("drop", lambda s: {"password": "wrong"}, "refuses the login"),
    "sftp_folder_gone": ("drop", lambda s: {"folder": "/gone"}, "not on the server"),
    "s3_refused": ("bucket", lambda s: {"endpoint": "http://127.0.0.1:9"}, "does not answer"),
    "s3_wrong_secret": ("bucket", lambda s: {"secret_key": "wrong"}, "refuses our keys"),
    "s3_bucket_missing": ("bucket", lambda s: {"bucket": "gone", **s.servers["s3"]._login("")}, "not in the store"),
    "mqtt_refused": ("feed", lambda s: {"port": 9}, "does not answer"),
    "mqtt_wrong_password": ("feed", lambda s: {"password": "wrong"}, "refuses the login"),
}


@pytest.mark.parametrize("case", UNREACHABLE)
def test_a_silo_that_cannot_be_reached_stops_only_itself_and_heals(silos: Silos, case: str) -> None:
    silo, change, words = UNREACHABLE[case]
    silos.connect(silo, **change(silos))
    results = silos.pull()
    error = results[silo].error
    assert error is not None
    assert words in error.what
    assert error.do
    assert "wrong" not in str(error)
    assert {s: r.error for s, r in results.items() if s != silo} == {s: None for s in silos.contracts if s != silo}
    assert silos.landed(silo) == (0, 0, 0)
    silos.connect()
    assert silos.pull()[silo].error is None
    assert silos.landed(silo)[0] == (1 if silo == "feed" else 2)
    again = silos.pull()
    assert [b for r in again.values() for b in r.batches] == [], "a second pull brings nothing"


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "column_renamed": (GOOD.replace("名称", "单位").encode(), "missing: 名称"),
    "column_lost": (b"\xe7\xbc\x96\xe5\x8f\xb7\nA1\n", "missing"),
    "empty_file": (b"", "no header"),
    "wrong_encoding": (GOOD.encode("gbk"), "not written in utf-8"),
    "line_without_end": (b"x" * (18 << 20), "does not end"),
    "a_zip_under_this_name": (bomb(), "not written in utf-8"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_by_name_and_a_good_one_heals(silos: Silos, case: str) -> None:
    data, words = BAD_FILES[case]
    silos.put("b.csv", data)
    result = silos.pull()["drop"]
    assert result.error is None
    (refusal,) = result.refusals
    assert refusal["source"]["name"] == "b.csv"
    assert words in refusal["reason"]["what"]
    assert silos.landed("drop") == (2, 0, 0)
    silos.put("b.csv", GOOD.replace("A1", "B1").replace("A2", "B2").encode())
    assert silos.pull()["drop"].refusals == []
    assert silos.landed("drop") == (4, 0, 0)


def test_changed_order_and_an_extra_column_land_and_a_changed_type_refuses_its_rows(silos: Silos) -> None:
    silos.put("b.csv", "备注,数量,名称,编号\nx,7,区,B1\ny,七,县,B2\n".encode())
    result = silos.pull()["drop"]
    assert result.error is None
    assert result.refusals == []
    assert silos.landed("drop") == (4, 1, 0)
    checks = {c["rule"]: c["failed"] for b in result.batches if b["source"]["name"] == "b.csv" for c in b["checks"]}
    assert checks["drop.t.no_unknown_columns"] == 1
    assert checks["drop.n.reads"] == 1


def test_no_file_is_nothing_and_an_empty_table_is_a_batch_without_rows(silos: Silos) -> None:
    (silos.files / "a.csv").unlink()
    result = silos.pull()["drop"]
    assert (result.error, result.batches, result.refusals) == (None, [], [])
    silos.put("empty.csv", GOOD.splitlines()[0].encode() + b"\n")
    (batch,) = silos.pull()["drop"].batches
    assert batch["landed"] == 0


@pytest.mark.parametrize(
    ("fault", "kind"), [("growing", "waiting"), ("cut", "error"), ("gone", "error"), ("expired", "error")]
)
def test_a_file_on_its_way_lands_whole_or_not_at_all(silos: Silos, fault: str, kind: str) -> None:
    silos.put("a.csv", (GOOD + "".join(f"C{n},某,{n}\n" for n in range(5000))).encode())
    silos.servers["sftp"].fault("drop", fault)
    result = silos.pull()["drop"]
    assert bool(result.error) == (kind == "error")
    assert [w.name for w in result.waiting] == (["a.csv"] if kind == "waiting" else [])
    assert result.batches == []
    assert silos.landed("drop") == (0, 0, 0)
    silos.servers["sftp"].fault("drop", None)
    assert silos.pull()["drop"].error is None
    assert silos.landed("drop") == (5002, 0, 0)


def test_messages_twice_and_out_of_order_are_duplicates_and_nothing_is_lost(silos: Silos) -> None:
    said = [silos.alarm(n) for n in (5, 3, 4, 3, 5, 1)]
    silos.servers["mqtt"].say([{"topic": "feed/alarm", "payload": p} for p in said])
    result = silos.pull()["feed"]
    assert result.error is None
    assert silos.landed("feed") == (7, 0, 2)
    silos.servers["mqtt"].say([{"topic": "feed/alarm", "payload": p} for p in said])
    silos.pull()
    assert silos.landed("feed") == (13, 0, 8)


def test_a_broken_message_is_a_refused_row_and_the_others_land(silos: Silos) -> None:
    silos.servers["mqtt"].say(
        [{"topic": "feed/alarm", "payload": p} for p in (silos.alarm(1), '{"alarmNo": "A2', "[]")]
    )
    assert silos.pull()["feed"].error is None
    assert silos.landed("feed") == (3, 1, 0)


def test_a_broker_that_dies_in_the_middle_of_a_drain_loses_nothing(silos: Silos) -> None:
    broker = silos.servers["mqtt"]
    broker.say([{"topic": "feed/alarm", "payload": silos.alarm(n)} for n in range(1, 3001)])
    broker.stop()
    broker.start()  # it has written down what it keeps
    silos.connections["feed"] = {**broker.connection("feed"), "idle_seconds": 0.4}
    silos.connect()
    home = silos.settings.home
    code = (
        "import sys, time; from pathlib import Path; from pipelines.connectors.mqtt.spool import Spool\n"
        "add = Spool.add\n"
        "def slow(self, *w):\n    add(self, *w); time.sleep(0.001)\n"
        "Spool.add = slow\n"
        "from tests.faults.test_drop_and_feed_faults import agreed, ALARM\n"
        "from pipelines import landing, pulling; from pipelines.settings import Settings\n"
        "s = Settings.load(home=sys.argv[1]); held = landing.lock(s)\n"
        "(r,) = pulling.pull(s, [agreed('feed', 'mqtt', 'feed/alarm', ALARM)])\n"
        "print(r.error)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    worker = subprocess.Popen([sys.executable, "-c", code, str(home)], env=env, stdout=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not list(home.glob("spool/feed/mqtt/*.part")) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.5)
    os.kill(broker.state.read()["mqtt_pid"], signal.SIGKILL)
    out, _ = worker.communicate(timeout=120)
    assert "MQTT: the broker" in out
    broker.start()
    silos.connections["feed"] = {**broker.connection("feed"), "idle_seconds": 0.4}
    silos.connect()
    assert silos.pull()["feed"].error is None
    landed, rejected, duplicate = silos.landed("feed")
    # what it had not written down as acknowledged comes again and is a duplicate
    assert (landed - duplicate, rejected) == (3001, 0)


def test_a_month_pulled_again_changes_nothing_and_a_feed_comes_from_the_archive(silos: Silos) -> None:
    silos.put("b_202607.csv", GOOD.replace("A1", "B1").replace("A2", "B2").encode())
    silos.put("c_202608.csv", GOOD.replace("A1", "C1").replace("A2", "C2").encode())
    silos.servers["mqtt"].say([{"topic": "feed/alarm", "payload": silos.alarm(n)} for n in (1, 2)])
    silos.pull()
    before = {s: silos.landed(s) for s in silos.contracts}
    held = landing.lock(silos.settings)
    try:
        july = (date(2026, 7, 1), date(2026, 7, 31))
        results = {r.silo: r for r in pulling.pull(silos.settings, list(silos.contracts.values()), days=july)}
        assert {s: r.error for s, r in results.items()} == dict.fromkeys(silos.contracts)
        accepted = {s: v[0] - v[1] - v[2] for s, v in before.items()}
        after = {s: silos.landed(s) for s in silos.contracts}
        assert {s: v[0] - v[1] - v[2] for s, v in after.items()} == accepted
        names = {b["source"]["name"] for b in results["drop"].batches}
        assert "c_202608.csv" not in names
        old = (date(2020, 1, 1), date(2020, 1, 31))
        results = {r.silo: r for r in pulling.pull(silos.settings, list(silos.contracts.values()), days=old)}
        assert "cannot be read again" in results["feed"].error.what
    finally:
        held.release()
