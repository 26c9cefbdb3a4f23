"""Each protocol misbehaves in each of its ways: one clear error, other silos unaffected, nothing half landed, a re-run heals."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipelines import index, landing, pulling, run
from pipelines.contract import load
from pipelines.settings import Settings
from simulator import services
from tests.conftest import simulator

# one small table each; a page of them is spoiled, or the whole table
TABLES = {"emergency": "posts", "governance": "villages", "weather": "stations"}
SERVICES = {"emergency": "mariadb", "governance": "soap", "weather": "api"}


@pytest.fixture(scope="module")
def small() -> Iterator[Path]:
    """Three departments at a very small scale; not below pytest's folder, which another pytest would close to MariaDB."""
    home = Path(tempfile.mkdtemp(prefix="anlan-faults-"))
    home.chmod(0o755)
    simulator(home, "up", "--scale", "0.05", "--silos", ",".join([*TABLES, "civil"]))
    yield home
    simulator(home, "down")
    shutil.rmtree(home)


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    """A fresh home whose connections file may be changed."""
    connections = yaml.safe_load((small / "connections.yaml").read_text(encoding="utf-8"))
    connections["identity_key_file"] = str(small / connections["identity_key_file"])
    for silo in ("governance", "weather"):
        mine = connections["silos"][silo]
        mine.get("http_json", mine).update(attempts=2, wait_s=0.01, max_body_mb=8)
    path = tmp_path / "connections.yaml"
    path.write_text(yaml.safe_dump(connections, allow_unicode=True), encoding="utf-8")
    return Settings.load(home=tmp_path / "home", connections=path)


def pull(settings: Settings) -> run.Outcome:
    """Pull the three tables."""
    held = landing.lock(settings)
    try:
        wanted = {f"{silo}/{table}" for silo, table in TABLES.items()}
        return run.Outcome(settings, "", pulls=pulling.pull(settings, [load(s) for s in TABLES], tables=wanted))
    finally:
        held.release()


def rows(settings: Settings) -> dict[str, int]:
    """Return the landed rows of each silo's table; the proof must hold."""
    proof = index.reconcile(settings, [load(s) for s in TABLES])
    assert proof.ok, proof.faults
    return {t["silo"]: t["landed"] for t in proof.tables if TABLES[t["silo"]] == t["table"]}


def one_clear_error_and_then_it_heals(settings: Settings, silo: str, words: str, mend: object) -> str:
    """Pull with the fault on, then without it."""
    outcome = pull(settings)
    [error] = outcome.errors
    assert error.where.startswith(f"{silo}.{TABLES[silo]} at ")
    assert all(error.as_dict().values())
    assert words in f"{error.what} {error.seen}"
    landed = rows(settings)
    assert landed[silo] == 0, "nothing half landed"
    assert all(landed[other] for other in TABLES if other != silo), "other silos are unaffected"
    assert not list(settings.landing.glob("_tmp/*"))
    mend()
    assert not pull(settings).errors
    assert rows(settings)[silo] > 0
    assert not any(r.batches for r in pull(settings).pulls), "a third pull brings nothing"
    return str(error)


SERVED = [
    ("governance", "half_page", "rows do not add up"),
    ("governance", "page_missing", "page missing"),
    ("governance", "page_twice", "page came twice"),
    ("governance", "bad_login", "access refused"),
    ("governance", "server_fault", "fault"),
    ("governance", "entity_bomb", "document type"),
    ("governance", "outside_entity", "document type"),
    ("governance", "renamed_column", "lost or renamed"),
    ("governance", "wrong_encoding", "not in the encoding"),
    ("governance", "no_answer", "the answer is empty"),
    ("weather", "total_wrong", "rows do not add up"),
    ("weather", "bad_token", "access refused"),
    ("weather", "error_forever", "error inside HTTP 200"),
    ("weather", "not_json", "HTML came"),
    ("weather", "gzip_bomb", "larger than an answer may be"),
    ("weather", "renamed_column", "lost or renamed"),
    ("weather", "no_answer", "the answer is empty"),
]


@pytest.mark.parametrize(("silo", "fault", "words"), SERVED)
def test_a_service_that_misbehaves_stops_its_table_only(
    settings: Settings, small: Path, silo: str, fault: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "page" in fault:
        # the villages fit one page: take them in several
        monkeypatch.setitem(load(silo).table(TABLES[silo]).raw, "page_size", 100)
    service = services.make(SERVICES[silo], small / "simulator")
    service.fault(silo, fault)
    try:
        one_clear_error_and_then_it_heals(settings, silo, words, lambda: service.fault(silo, None))
    finally:
        service.fault(silo, None)


@pytest.mark.parametrize("fault", ["extra_column", "clock_skew"])
@pytest.mark.parametrize("silo", ["governance", "weather"])
def test_what_loses_nothing_is_a_finding_of_the_batch(settings: Settings, small: Path, silo: str, fault: str) -> None:
    service = services.make(SERVICES[silo], small / "simulator")
    service.fault(silo, fault)
    try:
        outcome = pull(settings)
    finally:
        service.fault(silo, None)
    assert not outcome.errors
    [batch] = next(r.batches for r in outcome.pulls if r.silo == silo)
    claim = {"extra_column": "no_unknown_columns", "clock_skew": "clock_agrees"}[fault]
    [found] = [c for c in batch["checks"] if c["rule"] == f"{silo}.{TABLES[silo]}.{claim}"]
    assert (found["failed"], found["severity"]) == (1, "warning")


@pytest.mark.parametrize("silo", sorted(TABLES))
def test_a_refused_connection_stops_its_silo_only(settings: Settings, silo: str) -> None:
    path, good = settings.connections_file, settings.connections_file.read_text(encoding="utf-8")
    told = yaml.safe_load(good)
    mine = told["silos"][silo].get("http_json", told["silos"][silo])
    head, _, tail = mine["url"].rpartition(":")
    mine["url"] = f"{head}:9/{tail.partition('/')[2]}"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    one_clear_error_and_then_it_heals(
        settings, silo, "cannot be reached", lambda: path.write_text(good, encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("spoil", "mend", "words"),
    [
        ("alter table {t} change {c} {c}_new {k}", "alter table {t} change {c}_new {c} {k}", "lost or renamed"),
        ("rename table {t} to {t}_old", "rename table {t}_old to {t}", "does not exist"),
        (
            "create or replace user emergency_reader@'127.0.0.1' identified by 'another word'",
            "create or replace user emergency_reader@'127.0.0.1' identified by '{p}';"
            "grant select, show view on emergency.* to emergency_reader@'127.0.0.1'",
            "refused the login",
        ),
    ],
)
def test_a_database_that_changed_stops_its_table_only(
    settings: Settings, small: Path, spoil: str, mend: str, words: str
) -> None:
    server = services.make("mariadb", small / "simulator")
    contract = load("emergency")
    table = contract.table(TABLES["emergency"])
    column = list(table.columns.values())[-1].source
    kind = server.owner(
        f"select column_type from information_schema.columns where table_name = '{table.source}' and column_name = '{column}'"
    )[0][0]
    kind = kind.decode() if isinstance(kind, bytes) else kind
    url = settings.connection("emergency", "mariadb")["url"]
    words_of = {"t": table.source, "c": column, "k": kind, "p": url.split("//")[1].split("@")[0].partition(":")[2]}
    server.owner(spoil.format(**words_of), "emergency")
    try:
        text = one_clear_error_and_then_it_heals(
            settings, "emergency", words, lambda: server.owner(mend.format(**words_of), "emergency")
        )
    finally:
        server.load(["emergency"])
    assert words_of["p"] not in text


def test_half_a_dump_is_refused_by_name_and_the_whole_one_heals(
    settings: Settings, small: Path, tmp_path: Path
) -> None:
    [source] = (small / "simulator" / "folder" / "civil").glob("*.sql")
    whole = source.read_text(encoding="utf-8")
    drop = tmp_path / "civil"
    drop.mkdir()
    told = yaml.safe_load(settings.connections_file.read_text(encoding="utf-8"))
    told["silos"]["civil"] = {"path": str(drop)}
    settings.connections_file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    contract = load("civil")
    table = next(iter(contract.tables.values()))
    view = table.source["view"]

    def taken(text: str) -> pulling.TableResult:
        (drop / source.name).write_text(text, encoding="utf-8")
        held = landing.lock(settings)
        try:
            [result] = pulling.pull(settings, [contract], tables={table.id})
        finally:
            held.release()
        assert index.reconcile(settings, [contract]).ok
        return result

    last = whole.rindex(f"{view} (")
    for spoiled, words in (
        (whole[: last + 400].rpartition("'")[0], "middle of a statement"),
        (whole.replace(f"-- {view}: ", f"-- {view}: 9"), "not as many as it says"),
        (whole.replace(view, "V_RENAMED"), f"holds no view {view}"),
        (whole.replace("ORG_NAME", "ORG_TITLE"), "lost or renamed"),
    ):
        result = taken(spoiled)
        assert not result.batches, "nothing half landed"
        [refusal] = result.refusals
        assert words in f"{refusal['reason']['what']} {refusal['reason']['seen']}"
        assert refusal["source"]["name"] == source.name
    [batch] = taken(whole).batches
    assert batch["landed"] == batch["source_row_count"] > 0
    assert not taken(whole).batches
