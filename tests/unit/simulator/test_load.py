"""Readings by the million: as many as asked for, the same for the same seed, in chunks of bounded size."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from simulator import cli, load
from simulator.world import World

ROWS = 60_000


@pytest.fixture(scope="module")
def rows():
    return pa.concat_tables(load.readings(World(), ROWS, 0.01))


def test_as_many_as_asked_for_and_no_station_says_two_things_of_one_moment(rows):
    assert rows.num_rows == ROWS
    keys = pc.binary_join_element_wise(rows["stcd"], rows["tm"], "|")
    assert len(pc.unique(keys)) == ROWS
    assert set(pc.unique(pc.utf8_length(rows["stcd"])).to_pylist()) == {8}


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(rows):
    again = pa.concat_tables(load.readings(World(), ROWS, 0.01))
    other = pa.concat_tables(load.readings(World(seed=1), ROWS, 0.01))
    assert again.equals(rows)
    assert not other["drp"].equals(rows["drp"])


def test_a_longer_run_begins_like_a_shorter_one(rows):
    longer = pa.concat_tables(load.readings(World(), ROWS * 2, 0.01))
    assert longer.slice(0, ROWS).combine_chunks().equals(rows.combine_chunks())


def test_sentinels_come_as_often_as_asked(rows):
    bad = pc.sum(pc.is_in(rows["drp"], pa.array(["-9999.0", "999.9"]))).as_py()
    assert 0.006 < bad / ROWS < 0.014


def test_no_chunk_is_larger_than_the_bound(monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 30_000)
    sizes = [c.num_rows for c in load.readings(World(), 100_000)]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 30_000


@pytest.mark.parametrize("form", load.FORMS)
def test_the_command_writes_files_that_hold_the_rows(tmp_path, capsys, form):
    assert cli.main(["readings", "--rows", "20000", "--form", form, "--out", str(tmp_path)]) == 0
    read = pq.read_table if form == "parquet" else pacsv.read_csv
    assert sum(read(p).num_rows for p in tmp_path.glob(f"*.{form}")) == 20_000
    assert "20,000 readings" in capsys.readouterr().out


def test_a_world_above_scale_1_has_more_gauges_and_their_stations():
    from simulator.departments.water import stations

    world = World(scale=2.5)
    made, kind, _town = stations.make(world)
    assert (kind == 7).sum() == load.gauges(world) == 30
    assert set(load.codes(1, 30)) <= set(made.columns["stcd"])
    assert load.gauges(World(scale=1)) == 0
