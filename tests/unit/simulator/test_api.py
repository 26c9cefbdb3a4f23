"""The tower API answers as its contract's oddities say."""

import json

import pytest
from starlette.testclient import TestClient

from simulator.services.api.towers import make_app

CLIENT = {"client_id": "a", "client_secret": "b"}


@pytest.fixture(scope="session")
def folder(district):
    (district / "api" / "towers" / "client.json").write_text(json.dumps(CLIENT))
    return district / "api" / "towers"


def connect(folder, **options):
    client = TestClient(make_app(folder, **{"rate": 1000, **options}))
    reply = client.post("/oauth/token", data={"grant_type": "client_credentials", **CLIENT}).json()
    client.headers["Authorization"] = f"Bearer {reply['access_token']}"
    return client


@pytest.fixture
def client(folder):
    (folder / "fault").unlink(missing_ok=True)
    yield connect(folder)
    (folder / "fault").unlink(missing_ok=True)


def every(client, resource, size, **more):
    rows, page = [], 1
    while True:
        body = client.get(f"/api/v1/{resource}", params={"page": page, "size": size, **more}).json()
        if body["code"] == 50001:
            continue
        if not body["data"]:
            return rows, body["total"]
        rows, page = rows + body["data"], page + 1


def test_pages_together_hold_exactly_the_total(client):
    for resource, size in (("sites", 4), ("devices", 50), ("heartbeats", 3000), ("alarms", 100)):
        rows, total = every(client, resource, size)
        assert len(rows) == total > 0


def test_since_gives_only_newer_rows(client):
    rows, total = every(client, "alarms", 500)
    middle = rows[total // 2]["updatedMs"]
    newer, _ = every(client, "alarms", 500, since_ms=middle)
    assert newer == [r for r in rows if r["updatedMs"] > middle]


def test_a_first_call_of_page_two_says_busy_inside_http_200(client):
    first = client.get("/api/v1/heartbeats", params={"page": 2, "size": 100})
    again = client.get("/api/v1/heartbeats", params={"page": 2, "size": 100})
    assert (first.status_code, first.json()["code"]) == (200, 50001)
    assert again.json()["code"] == 0


def test_too_large_a_page_is_refused_in_the_body(client):
    assert client.get("/api/v1/sites", params={"size": 5001}).json()["code"] == 40001


def test_too_many_calls_are_told_to_wait(folder):
    client = connect(folder, rate=3)
    replies = [client.get("/api/v1/sites", params={"size": 1}) for _ in range(12)]
    late = [r for r in replies if r.status_code == 429]
    assert late
    assert late[0].headers["Retry-After"] == "1"


def test_wrong_secret_and_dead_token_are_401(folder):
    client = connect(folder, token_seconds=0)
    assert client.get("/api/v1/sites").json()["code"] == 40101
    assert client.post("/oauth/token", json={**CLIENT, "client_secret": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (
            "page_missing",
            lambda c: (
                c.get("/api/v1/heartbeats?page=2&size=100").json()["code"] == 50001
                and c.get("/api/v1/heartbeats?page=2&size=100").json()["data"] == []
            ),
        ),
        (
            "total_wrong",
            lambda c: (
                c.get("/api/v1/heartbeats?page=1&size=100").json()["total"] == every(c, "heartbeats", 20000)[1]
                and every(c, "heartbeats", 20000)[1] == len(every(c, "heartbeats", 20000)[0]) + 7
            ),
        ),
        ("error_forever", lambda c: {c.get("/api/v1/heartbeats").json()["code"] for _ in range(3)} == {50001}),
        ("bad_token", lambda c: c.get("/api/v1/sites").status_code == 401),
        ("not_json", lambda c: c.get("/api/v1/sites").headers["content-type"].startswith("text/html")),
    ],
)
def test_faults_show_on_demand(client, folder, fault, seen):
    (folder / "fault").write_text(fault)
    assert seen(client)
