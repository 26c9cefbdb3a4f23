"""Firms, training, fund, health, civil affairs and utilities over their real protocols: API, bucket, SFTP, dump."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import contract, index, pulling
from pipelines.settings import Settings
from tests.conftest import simulator

SILOS = ("civil", "firms", "fund", "health", "training", "utilities")


@pytest.fixture(scope="module")
def society(tmp_path_factory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("society")
    home.chmod(0o755)
    simulator(home, "up", "--scale", "0.03", "--silos", ",".join(SILOS))
    yield home
    simulator(home, "down")


@pytest.fixture(scope="module")
def settings(society: Path, tmp_path_factory) -> Settings:
    return Settings.load(home=tmp_path_factory.mktemp("landed"), connections=society / "connections.yaml")


@pytest.fixture(scope="module")
def first(settings: Settings) -> list[pulling.TableResult]:
    return pulling.pull(settings, [contract.load(s) for s in SILOS], None)


def test_everything_arrives_and_the_sums_hold(settings, first):
    assert [str(r.error) for r in first if r.error] == []
    assert [r.refusals for r in first if r.refusals] == []
    silent = {f"{r.silo}.{r.table}" for r in first if not r.total("landed")}
    assert silent <= {"firms.major_hazard_sources"}, "a district this small may have no major hazard source"
    contracts = [contract.load(s) for s in SILOS]
    index.rebuild(settings, contracts)
    assert index.reconcile(settings, contracts).ok


def test_a_second_pull_finds_nothing_new(settings, first):
    again = pulling.pull(settings, [contract.load(s) for s in SILOS], None)
    assert [str(r.error) for r in again if r.error] == []
    assert {f"{r.silo}.{r.table}": r.total("accepted") for r in again if r.total("accepted")} == {}


def test_raw_text_of_people_is_not_in_landing(settings, first, society):
    """Names, numbers and homes of the pretended people in need are in no landed file."""
    import pyarrow.parquet as pq

    held = pq.read_table(next((society / "simulator" / "served" / "health").glob("vulnerable_people_*.parquet")))
    secrets = {v for c in ("身份证号", "住址", "联系电话") for v in held.column(c).to_pylist() if v and len(v) > 9}
    assert len(secrets) > 100
    texts = set()
    for path in settings.landing.glob("*/vulnerable_*/*/*/rows.parquet"):
        table = pq.read_table(path)
        for name in table.column_names:
            texts |= {str(v) for v in table.column(name).to_pylist() if v is not None}
    assert len(texts) > 500
    assert not secrets & texts
