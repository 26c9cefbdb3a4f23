"""Files from an SFTP server and a bucket: the same formats, fetched once, whole, from the server we know."""

from __future__ import annotations

import gzip
import itertools
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from pipelines.connectors import s3, sftp
from pipelines.connectors.base import Delivery, Refusal, Since, Waiting
from pipelines.errors import SourceError
from tests.unit.connectors.test_files import FIRM, SHEET, firms, made, rows

SILO = "health"
CSV = {"pattern": "**/*.csv", "format": "csv", "encoding": "gbk"}
AB = {"a": {"source": "甲", "type": "text"}, "b": {"source": "乙", "type": "text"}}


_NUMBERS = itertools.count()


class Drop:
    """A silo's files on one of the two servers; ``put`` as its owner, ``got`` as we do."""

    def __init__(self, server: Any, protocol: Any, silo: str) -> None:
        self.server, self.protocol, self.silo = server, protocol, silo
        self.folder = server.folder / silo
        self.folder.mkdir(parents=True, exist_ok=True)
        server.load([silo])
        self.connection = dict(server.connection(silo))

    def put(self, name: str, data: bytes, age: float = 3600) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (time.time() - age,) * 2)
        if self.protocol is s3:
            with self.server.owner().open_output_stream(f"{self.silo}/{name}", compression=None) as out:
                out.write(data)

    def got(
        self, source: dict[str, Any], columns: dict[str, Any], since: Since | None = None, **changed: Any
    ) -> list[Any]:
        contract, table = made(source, columns)
        return list(self.protocol.deliveries(contract, table, {**self.connection, **changed}, since or Since()))

    def fails(self, source: dict[str, Any] = CSV, columns: dict[str, Any] = AB, **changed: Any) -> SourceError:
        with pytest.raises(SourceError) as e:
            self.got(source, columns, **changed)
        assert e.value.do
        secret = self.connection.get("password") or self.connection["secret_key"]
        assert secret not in str(e.value)
        return e.value


@pytest.fixture
def drop(services: Callable[[str], Any], request: pytest.FixtureRequest) -> Iterator[Drop]:
    """A fresh silo on the server the test asks for."""
    name = request.param
    server = services(name)
    silo = f"{name}-{next(_NUMBERS)}"
    yield Drop(server, {"sftp": sftp, "s3": s3}[name], silo)
    if name == "sftp":
        server.fault(silo, None)


both = pytest.mark.parametrize("drop", ["sftp", "s3"], indirect=True)
on_sftp = pytest.mark.parametrize("drop", ["sftp"], indirect=True)
on_s3 = pytest.mark.parametrize("drop", ["s3"], indirect=True)
GOOD = "甲,乙\n柯,1\n桥,2\n".encode("gbk")


@both
def test_files_of_any_format_come_with_their_hash_and_the_spool_is_empty_again(drop: Drop, tmp_path: Path) -> None:
    drop.put("2026/表_2026Q3.csv", GOOD)
    drop.put("企业名录_1.xlsx", firms(tmp_path / "x.xlsx", 400).read_bytes())
    spool = tmp_path / "spool"
    (text,) = drop.got(CSV, AB, spool=str(spool))
    assert [(r["_row"], r["a"], r["b"]) for r in rows(text)] == [(2, "柯", "1"), (3, "桥", "2")]
    assert len(text.sha256) == 64
    (book,) = drop.got(SHEET, FIRM, spool=str(spool))
    assert len(rows(book)) == 3
    assert list(spool.iterdir()) == []


@both
def test_a_packed_file_is_unpacked_once(drop: Drop) -> None:
    drop.put("a.csv.gz", gzip.compress(GOOD))
    (delivery,) = drop.got({**CSV, "pattern": "*.csv.gz"}, AB)
    assert len(rows(delivery)) == 2
    assert delivery.detail["packed"] == "gzip"


@both
def test_a_file_known_by_name_size_and_time_is_not_fetched_again(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.csv", GOOD)
    (first,) = drop.got(CSV, AB)
    since = Since(stamps=frozenset({first.detail["stamp"]}))
    place = {sftp: sftp.Sftp, s3: s3.Bucket}[drop.protocol]
    fetched = []
    whole = place.copy
    monkeypatch.setattr(place, "copy", lambda self, name, target: (fetched.append(name), whole(self, name, target)))
    assert drop.got(CSV, AB, since) == []
    assert fetched == []
    drop.put("a.csv", GOOD + "区,3\n".encode("gbk"), age=10)
    (second,) = drop.got(CSV, AB, since)
    assert fetched == ["a.csv"]
    assert len(rows(second)) == 3
    again = Since(seen=frozenset({second.sha256}))
    assert drop.got(CSV, AB, again) == [], "the same bytes under a new time change nothing"


@both
def test_a_working_name_waits_and_a_bad_file_is_refused_by_its_name_alone(drop: Drop) -> None:
    drop.put("a.csv", GOOD)
    drop.put("b.csv", "甲,丙\n1,2\n".encode("gbk"))
    drop.put("c.csv.part", GOOD)
    drop.put("d.csv.filepart", GOOD)
    drop.put("e.csv", b"")
    found = drop.got(CSV, AB)
    kinds = {f.name: type(f) for f in found}
    assert kinds == {
        "a.csv": Delivery,
        "b.csv": Refusal,
        "c.csv.part": Waiting,
        "d.csv.filepart": Waiting,
        "e.csv": Refusal,
    }
    refusal = next(f for f in found if f.name == "b.csv")
    assert "乙" in refusal.error.what
    assert "丙" in refusal.error.seen


@both
def test_nothing_to_fetch_is_nothing_and_no_error(drop: Drop) -> None:
    drop.put("readme.txt", b"x")
    assert drop.got(CSV, AB) == []


@both
def test_a_window_takes_the_files_whose_period_lies_in_it_whatever_was_seen(drop: Drop) -> None:
    for quarter in ("2026Q1", "2026Q2", "2026Q3"):
        drop.put(f"表_{quarter}.csv", GOOD + quarter.encode() + b",9\n")
    every = drop.got(CSV, AB)
    seen = Since(
        seen=frozenset(d.sha256 for d in every), stamps=frozenset(d.detail["stamp"] for d in every),
        window=(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)),
    )  # fmt: skip
    assert [d.name for d in drop.got(CSV, AB, seen)] == ["表_2026Q2.csv"]


@both
def test_a_server_that_does_not_run_says_so_in_one_sentence(drop: Drop) -> None:
    dead = {"port": 9} if drop.protocol is sftp else {"endpoint": "http://127.0.0.1:9"}
    error = drop.fails(**dead, timeout=3)
    assert "does not answer" in error.what


@both
def test_wrong_keys_are_refused_and_named_as_what_they_are(drop: Drop) -> None:
    drop.put("a.csv", GOOD)
    wrong = {"password": "wrong"} if drop.protocol is sftp else {"secret_key": "wrong"}
    error = drop.fails(**wrong)
    assert "refuses" in error.what
    assert "expired" in error.do
    assert len(drop.got(CSV, AB)) == 1


@both
def test_a_missing_folder_or_bucket_is_an_error_and_not_an_empty_answer(drop: Drop) -> None:
    owner = drop.server._login("") if drop.protocol is s3 else {}
    gone = {"folder": "/gone"} if drop.protocol is sftp else {"bucket": f"{drop.silo}-gone", **owner}
    error = drop.fails(**gone)
    assert "not" in error.what
    assert "gone" in error.seen


@both
def test_an_incomplete_connection_names_what_it_lacks(drop: Drop) -> None:
    lacks = "host_key" if drop.protocol is sftp else "bucket"
    assert lacks in drop.fails(**{lacks: ""}).what


@both
def test_a_sample_shows_the_newest_file_by_its_own_names(drop: Drop) -> None:
    drop.put("表_2026Q2.csv", GOOD)
    drop.put("表_2026Q3.csv", "甲,丙\n柯,1\n".encode("gbk"))
    contract, table = made(CSV, AB)
    sample = drop.protocol.check(contract, table, drop.connection)
    assert sample.columns == ["甲", "丙"]
    assert sample.rows == [{"甲": "柯", "丙": "1"}]
    assert sample.row_count == 1


@on_sftp
def test_another_host_key_stops_before_the_password_is_sent(drop: Drop) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    error = drop.fails(host_key=other)
    assert "another host key" in error.what
    assert error.seen.count("SHA256:") == 2
    assert "telephone" in error.do


@on_sftp
def test_a_key_opens_the_door_and_an_expired_one_does_not(drop: Drop, tmp_path: Path) -> None:
    import json

    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "key").write_bytes(key.export_private_key())
    logins = drop.server.own / "logins.json"
    known = json.loads(logins.read_text(encoding="utf-8"))
    known[drop.silo]["key"] = key.export_public_key().decode()
    logins.write_text(json.dumps(known), encoding="utf-8")
    drop.put("a.csv", GOOD)
    assert len(drop.got(CSV, AB, password="", key_file=str(tmp_path / "key"))) == 1
    drop.server.fault(drop.silo, "expired")
    assert "refuses the login" in drop.fails(password="", key_file=str(tmp_path / "key")).what
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    assert "our own key" in drop.fails(password="", key_file=str(tmp_path / "key")).what


@on_sftp
def test_a_file_that_grows_between_two_looks_waits(drop: Drop) -> None:
    drop.put("a.csv", GOOD)
    drop.server.fault(drop.silo, "growing")
    (waiting,) = drop.got(CSV, AB)
    assert isinstance(waiting, Waiting)
    drop.server.fault(drop.silo, None)
    assert len(rows(drop.got(CSV, AB)[0])) == 2


@on_sftp
@pytest.mark.parametrize("fault", ["cut", "gone"])
def test_half_a_file_lands_nothing_and_the_next_run_heals(drop: Drop, fault: str) -> None:
    drop.put("a.csv", GOOD * 1000)
    drop.server.fault(drop.silo, fault)
    error = drop.fails()
    assert "a.csv" in error.where
    drop.server.fault(drop.silo, None)
    assert len(drop.got(CSV, AB)) == 1


@on_sftp
def test_a_clock_that_runs_ahead_is_noted(drop: Drop) -> None:
    drop.put("a.csv", GOOD, age=-7200)
    (delivery,) = drop.got(CSV, AB)
    (found,) = [c for c in delivery.checks if c["rule"] == "s.t.clock_agrees"]
    assert found["failed"] == 1
    assert "ahead of ours" in found["seen"]
    drop.put("a.csv", GOOD, age=60)
    (delivery,) = drop.got(CSV, AB)
    assert [c["failed"] for c in delivery.checks if c["rule"] == "s.t.clock_agrees"] == [0]


@on_sftp
def test_a_link_does_not_lead_out_of_the_folder(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (drop.folder / "x.csv").symlink_to(tmp_path / "secret.csv")
    assert drop.got(CSV, AB) == []


@on_s3
def test_a_prefix_is_a_folder_and_other_buckets_stay_shut(drop: Drop) -> None:
    drop.put("2026/q3/a.csv", GOOD)
    drop.put("b.csv", GOOD)
    assert [d.name for d in drop.got(CSV, AB, prefix="2026")] == ["q3/a.csv"]
    other = Drop(drop.server, s3, f"s3-{next(_NUMBERS)}")
    other.put("a.csv", GOOD)
    error = drop.fails(bucket=other.silo)
    assert "does not let us read" in error.what
