"""Owners correct, withdraw and send again; days pass; a script says when."""

import json

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from simulator import edits, play, running
from simulator.generate import Asked, generate
from simulator.services.base import ServerError
from simulator.tables import Table

SMALL = {"scale": 0.02, "quarters": 2}


def table(version=""):
    columns = {"k": np.array(list("abcdef"), dtype=object), "v": np.array(list("111222"), dtype=object)}
    return Table("s", "t", ("k",), columns, version=version).freeze_keys()


def edit(**words):
    return {"silo": "s", "table": "t", **words}


def test_a_withdrawn_row_is_gone_and_the_same_edit_takes_the_same_row():
    one, two = (edits.apply([table()], [edit(do="withdraw", rows=2)])[0] for _ in range(2))
    assert len(one) == 4
    assert one.columns["k"].tolist() == two.columns["k"].tolist()


def test_a_correction_changes_the_chosen_rows_only_and_says_when():
    done = edits.apply([table()], [edit(do="correct", where={"v": "2"}, set={"v": "9"})])[0]
    assert done.columns["v"].tolist() == list("111999")
    touched = edits.apply([table()], [edit(do="correct", rows=1, set={"v": "9"}, touch={"k": "z"})])[0]
    assert touched.columns["k"].tolist().count("z") == 1


def test_a_file_sent_again_lies_beside_the_first_and_a_table_repeats_its_rows():
    first, again = edits.apply([table("2026Q2")], [edit(do="resend", version="2026Q2")])
    assert (first.version, again.version, len(again)) == ("2026Q2", "2026Q2_重报", 6)
    whole = edits.apply([table()], [edit(do="resend", where={"k": "a"})])[0]
    assert whole.columns["k"].tolist() == list("abcdefa")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"do": "burn"}, "correct, withdraw, resend"),
        ({"do": "correct"}, "needs set"),
        ({"do": "withdraw", "rowss": 1}, "rowss"),
        ({"do": "withdraw", "version": "2020Q1"}, "there are t"),
        ({"do": "correct", "set": {"nobody": "1"}}, "no column nobody"),
    ],
)
def test_an_edit_that_cannot_be_done_says_what_can(words, said):
    with pytest.raises(edits.EditError, match=said):
        edits.apply([table()], [edit(**words)])


def served(folder, silo, name):
    return pq.read_table(folder / "served" / silo / f"{name}.parquet")


def test_a_later_day_has_all_rows_of_an_earlier_one_and_more(tmp_path):
    generate(tmp_path / "a", Asked(**SMALL, as_of="2026-08-10"), ["police"])
    generate(tmp_path / "b", Asked(**SMALL, as_of="2026-08-25"), ["police"])
    early, late = (served(tmp_path / d, "police", "incident") for d in "ab")
    assert 0 < early.num_rows < late.num_rows
    assert set(early["incident_no"].to_pylist()) <= set(late["incident_no"].to_pylist())
    assert pc.max(early["updated_at"]).as_py() < "2026-08-10"


def test_a_held_department_stays_behind_and_only_changed_ones_are_made_again(tmp_path):
    asked = Asked(**SMALL, as_of="2026-08-10")
    generate(tmp_path, asked, ["police", "enforcement"])
    held = Asked(**SMALL, as_of="2026-08-25", held=(("police", "2026-08-10"),))
    assert generate(tmp_path, held, ["police", "enforcement"])["fresh"] == ["enforcement"]
    words = json.dumps({"silo": "police", "table": "camera", "do": "withdraw", "rows": 3})
    before = served(tmp_path, "police", "camera").num_rows
    edited = Asked(**SMALL, as_of="2026-08-25", held=held.held, edits=(words,))
    assert generate(tmp_path, edited, ["police", "enforcement"])["fresh"] == ["police"]
    assert served(tmp_path, "police", "camera").num_rows == before - 3


SCRIPT = """
scenes:
  quarter closes:
    - advance: 40
  late and corrected:
    - hold: enforcement
    - advance: 5
    - edit: {silo: enforcement, table: enterprises, do: correct, rows: 2, set: {状态: 停产}}
    - release: enforcement
"""


def test_a_script_lets_days_pass_and_deliveries_come(tmp_path):
    home, folder = tmp_path, tmp_path / "simulator"
    script = tmp_path / "script.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    said = []
    running.up(home, Asked(**SMALL, as_of="2026-08-25"), ["enforcement"], say=said.append)
    drop = folder / "folder" / "enforcement"
    assert not list(drop.glob("*_2026Q3.*"))
    play.play(home, script, ["quarter closes"], say=said.append)
    assert list(drop.glob("隐患清单_2026Q3.csv"))
    stopped = pc.sum(pc.equal(served(folder, "enforcement", "enterprises_2026Q3")["状态"], "停产")).as_py()
    play.play(home, script, ["late and corrected"], say=said.append)
    after = pc.sum(pc.equal(served(folder, "enforcement", "enterprises_2026Q3")["状态"], "停产")).as_py()
    assert after > stopped
    asked, silos = running.remembered(folder)
    assert (asked.as_of, asked.held, silos) == ("2026-10-09", (), ["enforcement"])
    with pytest.raises(ServerError, match="no scene dawn; there are quarter closes"):
        play.play(home, script, ["dawn"])


def test_a_world_shown_to_its_end_has_no_day_left(tmp_path):
    running.up(tmp_path, Asked(**SMALL), ["enforcement"], say=lambda text: None)
    with pytest.raises(ServerError, match="no day is left"):
        play.advance(tmp_path, 1)
