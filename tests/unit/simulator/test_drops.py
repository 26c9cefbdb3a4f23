"""The servers of files and messages: each silo sees its own and may only read; they start fast and stop."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import asyncssh
import pytest
from pyarrow import fs

from simulator.services import make


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def test_sftp_shows_a_silo_its_own_files_and_lets_nobody_write(home: Path) -> None:
    for silo in ("health", "utilities"):
        (home / "sftp" / silo).mkdir(parents=True)
        (home / "sftp" / silo / f"{silo}.csv").write_text("a\n1\n", encoding="utf-8")
    server = make("sftp", home)
    server.start()
    try:
        server.load(["health", "utilities"])
        at = server.connection("health")

        async def look(password: str) -> tuple[list[str], bytes]:
            known = asyncssh.import_known_hosts(f"[127.0.0.1]:{at['port']} {at['host_key']}\n")
            async with (
                asyncssh.connect(
                    at["host"], at["port"], username=at["username"], password=password, known_hosts=known,
                    client_keys=None, config=None, agent_path=None,
                ) as line,
                line.start_sftp_client() as sftp,
            ):  # fmt: skip
                names = sorted(n for n in await sftp.listdir("/") if n not in (".", ".."))
                with pytest.raises(asyncssh.SFTPPermissionDenied):
                    await sftp.remove("/health.csv")
                with pytest.raises(asyncssh.SFTPPermissionDenied):
                    await sftp.open("/new.csv", "wb")
                async with sftp.open("/health.csv", "rb") as f:
                    return names, await f.read()

        assert asyncio.run(look(at["password"])) == (["health.csv"], b"a\n1\n")
        with pytest.raises(asyncssh.PermissionDenied):
            asyncio.run(look("wrong"))
        server.fault("health", "expired")
        with pytest.raises(asyncssh.PermissionDenied):
            asyncio.run(look(at["password"]))
    finally:
        server.stop()
    assert not server.running()


def test_s3_keeps_a_bucket_per_silo_and_the_reader_out_of_the_others(home: Path) -> None:
    for silo in ("fund", "traffic"):
        (home / "s3" / silo / "2026").mkdir(parents=True)
        (home / "s3" / silo / "2026" / "一季度.csv").write_text("a\n1\n", encoding="utf-8")
    server = make("s3", home)
    server.start()
    try:
        server.load(["fund", "traffic"])
        at = server.connection("fund")
        reader = fs.S3FileSystem(
            access_key=at["access_key"], secret_key=at["secret_key"], endpoint_override=at["endpoint"].split("//")[1],
            scheme="http", region="us-east-1",
        )  # fmt: skip
        found = reader.get_file_info(fs.FileSelector("fund", recursive=True))
        assert [i.path for i in found if i.is_file] == ["fund/2026/一季度.csv"]
        with pytest.raises(OSError, match=r"ACCESS_DENIED|AccessDenied|403"):
            reader.open_input_stream("traffic/2026/一季度.csv").read()
        with (
            pytest.raises(OSError, match=r"ACCESS_DENIED|AccessDenied|403"),
            reader.open_output_stream("fund/x") as out,
        ):
            out.write(b"x")
    finally:
        server.stop()


def test_mqtt_keeps_what_was_said_while_the_reader_was_away(home: Path) -> None:
    import paho.mqtt.client as paho

    (home / "mqtt" / "fire").mkdir(parents=True)
    lines = [{"topic": f"fire/alarm/{n % 3}", "payload": {"n": n}, "at": ""} for n in range(500)]
    (home / "mqtt" / "fire" / "messages.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    server = make("mqtt", home)
    server.start()
    try:
        server.load(["fire"])
        at, got = server.connection("fire"), []
        reader = paho.Client(paho.CallbackAPIVersion.VERSION2, at["client_id"], clean_session=False)
        reader.username_pw_set(at["username"], at["password"])
        reader.on_message = lambda _c, _u, m: got.append(json.loads(m.payload)["n"])
        reader.connect(at["host"], at["port"])
        reader.loop_start()
        until = time.monotonic() + 10
        while len(got) < 500 and time.monotonic() < until:
            time.sleep(0.02)
        reader.disconnect()
        reader.loop_stop()
        assert got == list(range(500))
    finally:
        server.stop()
