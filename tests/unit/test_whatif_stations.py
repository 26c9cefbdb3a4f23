"""Stations moved and opened in a what-if: the places they reach in time are counted, those they leave are not, and nothing else moves."""

from __future__ import annotations

import pytest

from pipelines.analysis import whatif
from pipelines.analysis.whatif_changes import parse
from pipelines.errors import AnlanError, UsageError
from tests import quarter
from tests.circle_quarter import EAST, NORTH, NOW, WEST, counted, released

EASTWARDS = f"move.XF-1={EAST},{NORTH}"


@pytest.fixture(scope="module")
def given() -> quarter.Quarter:
    return counted(quarter.believable())


@pytest.fixture(scope="module")
def trial(given) -> whatif.Trial:
    return whatif.open_trial(released(given), NOW)


def told(made: whatif.Outcome) -> tuple[dict, dict]:
    return made.scores, made.cells


def scored(given: quarter.Quarter) -> tuple[dict, dict]:
    return told(whatif.open_trial(quarter.as_release(given.scored()), NOW).base)


def test_a_station_that_moves_is_scored_as_if_it_had_stood_there(trial, given):
    """Of rescues the squad still reaches the west; at fires there is nobody else."""
    made = trial.run([parse(EASTWARDS, "town0")])
    assert told(made) == scored(counted(given, ("g0", "g1", "g2"), ("f2",)))
    assert made.scores["town2"]["final_score"] > trial.base.scores["town2"]["final_score"]
    assert made.cells["town0", "E102"]["numerator"] == 0 < trial.base.cells["town0", "E102"]["numerator"]
    assert trial.run([]).cells == trial.base.cells, "a trial leaves nothing behind"


def test_a_station_that_moves_to_where_it_stands_changes_nothing(trial):
    assert trial.run([parse(f"move.XF-1={WEST},{NORTH}", "town0")]).scores == trial.base.scores


def test_stations_that_move_together_are_seen_together(trial, given):
    """Both gone to the east, nobody reaches the west; the middle is 8 minutes away from either end."""
    both = [parse(EASTWARDS, "town0"), parse(f"move.ZJ-2={EAST},{NORTH}", "town0")]
    assert told(trial.run(both)) == scored(counted(given, ("g1", "g2"), ("f2",)))
    back = [*both, parse(f"site.rescue={WEST},{NORTH}", "town0")]
    assert told(trial.run(back)) == scored(counted(given, ("g0", "g1", "g2"), ("f2",)))


def test_a_row_that_was_set_stays_as_it_was_said_where_a_move_leaves_it_alone(trial, given):
    """The middle is reached before and after; whoever says that it is not keeps their word. The west is lost by the move."""
    made = trial.run([parse("E101.row.g1=0", "town1"), parse(EASTWARDS, "town0")])
    assert told(made) == scored(counted(given, ("g0", "g2"), ("f2",)))


def test_a_station_may_open_at_any_place_in_the_district(trial, given):
    made = trial.run([parse(f"site.fire={EAST},{NORTH}", "town2")])
    assert told(made) == scored(counted(given, ("g0", "g1"), ("f0", "f2")))


def test_a_candidate_site_reaches_those_whom_a_moved_station_leaves(given):
    con = released(given)
    con.execute(
        f"create table candidate_sites as select '{NOW}' as period, 'usual' as scenario_code, 'rescue' as event_code, 1 as site_rank, "
        f"'g2' as place_ids, {EAST} as lon, {NORTH} as lat"
    )
    trial = whatif.open_trial(con, NOW)
    alone = trial.run([parse("site.rescue-1=open", "town0")])
    assert told(alone) == scored(counted(given, ("g0", "g1", "g2"), ("f0",)))
    gone = [parse(f"move.{s}={WEST},{NORTH + 0.001}", "town0") for s in ("XF-1", "ZJ-2")]
    assert trial.run([*gone, parse("site.rescue-1=open", "town0")]).scores == alone.scores


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("move.XF-7=120.55,30.0", "names no station"),
        ("move.XF-9=120.55,30.0", "station of another district"),
        ("move.XF-1=121.55,30.0", "off every road of the district"),
        ("move.XF-1=30.0,120.55", "longitude comes first"),
        ("move.XF-1=120.55", "no place that can be read"),
        ("move.XF-1=open", "no place that can be read"),
        ("move.XF-1=NaN,30.0", "no place that can be read"),
        ("move=120.55,30.0", "number that cannot be read"),
        ("site.rescue=121.55,30.0", "off every road of the district"),
        ("site.flood=120.55,30.0", "names no kind of event"),
    ],
)
def test_what_cannot_be_moved_is_refused_with_what_to_do(trial, said, why):
    with pytest.raises(UsageError, match=why) as refused:
        trial.run([parse(said, "town0")])
    assert refused.value.do


def test_a_release_whose_circle_does_not_come_out_the_same_cannot_be_tried(given):
    con = released(given)
    con.execute("update rescue_roads set speed_kmh = 60")
    with pytest.raises(AnlanError, match="worked out again, is not what the release says") as refused:
        whatif.open_trial(con, NOW).run([parse(EASTWARDS, "town0")])
    assert refused.value.do
    con.execute(f"delete from rescue_roads where period = '{NOW}'")
    with pytest.raises(AnlanError, match="no roads of the quarter"):
        whatif.open_trial(con, NOW).run([parse(EASTWARDS, "town0")])


def test_a_release_without_roads_moves_nothing(given):
    con = released(given)
    con.execute("drop table rescue_roads")
    with pytest.raises(AnlanError, match="no roads to move a station on"):
        whatif.open_trial(con, NOW).run([parse(EASTWARDS, "town0")])


def test_moves_are_said_as_they_are_written():
    for said in (EASTWARDS, "site.fire=120.5,30"):
        assert parse(said, "t").said == said
    assert parse("move.XF-1=120.5, 30", "t").said == "move.XF-1=120.5,30"
