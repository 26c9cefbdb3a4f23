"""The quarantine gets emptied: handed out, mended, sent back, let in, left out; nothing landed is ever changed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml

from pipelines import index, pulling, store, vault
from pipelines.contract import load
from pipelines.errors import AnlanError, UsageError
from pipelines.quarantine import actions, book, decisions, refs
from pipelines.quarantine.suggestions import credit_codes, dates
from pipelines.settings import Settings

DAY = date(2026, 11, 25)


@pytest.fixture
def settings(departments: Path, tmp_path: Path) -> Settings:
    """A home in which the enforcement brigade's files have landed; its drop folder may be changed."""
    connections = yaml.safe_load((departments / "connections.yaml").read_text(encoding="utf-8"))
    drop = tmp_path / "drop"
    shutil.copytree(departments / connections["silos"]["enforcement"]["path"], drop)
    connections["silos"] = {"enforcement": {"path": str(drop)}}
    connections["identity_key_file"] = str(departments / connections["identity_key_file"])
    path = tmp_path / "connections.yaml"
    path.write_text(yaml.safe_dump(connections, allow_unicode=True), encoding="utf-8")
    made = Settings.load(home=tmp_path / "home", connections=path)
    pull(made)
    return made


def pull(settings: Settings) -> None:
    names = {"enforcement/enterprises", "enforcement/safety_officers", "enforcement/inspections"}
    for r in pulling.pull(settings, [load("enforcement")], tables=names):
        assert r.error is None, r.error


def bytes_of(settings: Settings) -> dict[str, bytes]:
    return {str(p.relative_to(settings.landing)): p.read_bytes() for p in settings.landing.glob("*/*/*/batch=*/*")}


def waiting(settings: Settings, table: str) -> list:
    found = actions.issues(settings, [load("enforcement")])
    return [i for i in found if i.table == table and i.state_on(DAY) == "open"]


def mend(path: Path, sheet: str, column: str, values: dict[str, str]) -> None:
    """Write ``values`` by reference into a column of a workbook, as its owner would."""
    opened = openpyxl.load_workbook(path)
    page = opened[sheet]
    heads = [c.value for c in page[2]]
    at, ref = heads.index(column) + 1, heads.index(book.REF) + 1
    for line in range(4, page.max_row + 1):
        named = page.cell(line, ref).value
        if named in values:
            page.cell(line, at).value = values[named]
    opened.save(path)


def test_an_owner_mends_rows_in_a_workbook_and_they_land_tied_to_the_old_ones(
    settings: Settings, tmp_path: Path
) -> None:
    before = bytes_of(settings)
    open_rows = waiting(settings, "inspections")
    assert open_rows
    path, total = actions.export(settings, "enforcement", DAY, out=tmp_path / "owner.xlsx")
    assert total == len([i for i in actions.issues(settings, [load("enforcement")]) if i.state_on(DAY) == "open"])
    mended = {i.landing_ref: "2026-07-15 10:00:00" for i in open_rows[:-1]}
    mend(path, "执法检查", "检查时间", mended)
    done = actions.repair(settings, path, "enforcement", "数据组 王", "退回更正")
    assert done.counts["accepted"] == len(mended)
    after = actions.issues(settings, [load("enforcement")])
    states = {i.landing_ref: i for i in after}
    assert {states[r].state for r in mended} == {"repaired"}
    assert states[open_rows[-1].landing_ref].state == "open"
    for old in mended:
        new = refs.parse(str(states[old].mended_ref))
        rows = pq.read_table(
            store.batch_folder(settings, load("enforcement").table("inspections"), new.batch) / "rows.parquet"
        ).to_pylist()
        row = next(r for r in rows if (r["_file"], r["_part"], r["_row"]) == (new.file, new.part, new.row))
        assert row["_verdict"] == "accepted"
        assert str(row["inspected_at"]) == "2026-07-15 02:00:00", "read like any landed time, Beijing to UTC"
    now = bytes_of(settings)
    assert {k: now[k] for k in before} == before, "nothing that had landed was changed"
    proof = index.reconcile(settings, [load("enforcement")])
    assert proof.ok, proof.faults
    index.rebuild(settings, [load("enforcement")])
    issues = pq.read_table(settings.landing / "_index" / "issues.parquet").to_pylist()
    assert {r["landing_ref"] for r in issues if r["issue_state"] == "repaired"} == set(mended)
    now = bytes_of(settings)
    # the same workbook once more changes nothing
    again = actions.repair(settings, path, "enforcement", "数据组 王", "退回更正")
    assert again.counts == done.counts
    assert bytes_of(settings) == now
    assert len(decisions.load(settings)) == 1


def test_a_repair_that_is_wrong_again_stays_open_and_its_next_attempt_counts(
    settings: Settings, tmp_path: Path
) -> None:
    row = waiting(settings, "inspections")[0]
    for text, state in (("2026-02-30", "open"), ("2026-07-20 09:00:00", "repaired")):
        path, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / f"{text[:10]}.xlsx")
        latest = next(
            i for i in actions.issues(settings, [load("enforcement")]) if i.landing_ref == row.landing_ref
        ).latest_ref
        mend(path, "执法检查", "检查时间", {latest: text})
        actions.repair(settings, path, "enforcement", "王", "更正")
        found = [i for i in actions.issues(settings, [load("enforcement")]) if i.landing_ref == row.landing_ref]
        assert [i.state for i in found] == [state]
    assert found[0].attempts == 2
    assert index.reconcile(settings, [load("enforcement")]).ok


def test_a_repair_withdraws_nothing_from_a_complete_table(settings: Settings, tmp_path: Path) -> None:
    table = load("enforcement").table("enterprises")
    row = waiting(settings, "enterprises")[0]
    path, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / "owner.xlsx")
    mend(path, "企业名录", "统一社会信用代码", {row.latest_ref: "91110000600037341L"})
    actions.repair(settings, path, "enforcement", "王", "更正")
    assert sum(m["withdrawn"] for m in store.manifests(settings, table)) == 0


OFFICERS, NUMBER, NAME = "安全管理人员", "身份证号", "姓名"


def cells(path: Path, sheet: str, column: str) -> dict[str, str]:
    """Return what a column of a workbook says, by reference."""
    page = openpyxl.load_workbook(path)[sheet]
    heads = [c.value for c in page[2]]
    at, ref = heads.index(column) + 1, heads.index(book.REF) + 1
    return {page.cell(n, ref).value: str(page.cell(n, at).value or "") for n in range(4, page.max_row + 1)}


def test_a_workbook_shows_masks_unless_the_vault_is_opened_for_a_named_reader(
    settings: Settings, tmp_path: Path
) -> None:
    rows = waiting(settings, "safety_officers")
    assert rows
    for half in ({"who": "数据组 王"}, {"reason": "退回更正"}):
        with pytest.raises(UsageError, match="--who and --reason together"):
            actions.export(settings, "enforcement", DAY, **half, out=tmp_path / "half.xlsx")
    before = vault.log_lines(settings)
    masked, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / "masked.xlsx")
    assert vault.log_lines(settings) == before, "nothing was opened"
    hidden = cells(masked, OFFICERS, NUMBER)
    assert all("*" in x for x in hidden.values() if x)
    path, _ = actions.export(settings, "enforcement", DAY, "数据组 王", "退回更正", tmp_path / "owner.xlsx")
    shown = cells(path, OFFICERS, NUMBER)
    assert shown.keys() == hidden.keys()
    assert any(len(x.strip()) >= 15 and "*" not in x for x in shown.values()), "the owner sees what was refused"
    log = (settings.vault / vault.LOG).read_text(encoding="utf-8")
    assert "数据组 王" in log
    assert "退回更正" in log
    assert not [x for x in shown.values() if len(x) >= 15 and x in log], "the log names rows, never values"
    assert "掩码" in str([c.value for row in openpyxl.load_workbook(masked)["说明 Read me"] for c in row])


def test_a_masked_workbook_comes_back_and_what_was_left_keeps_its_raw_value(settings: Settings, tmp_path: Path) -> None:
    first, second, *_ = waiting(settings, "safety_officers")
    path, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / "masked.xlsx")
    assert "*" in cells(path, OFFICERS, NAME)[first.landing_ref]
    mend(path, OFFICERS, NUMBER, {first.latest_ref: "11010519491231002X", second.latest_ref: "3306********31"})
    before = bytes_of(settings)
    with pytest.raises(UsageError, match="still masked") as caught:
        actions.repair(settings, path, "enforcement", "王", "更正")
    assert NUMBER in caught.value.seen
    assert bytes_of(settings) == before
    path, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / "again.xlsx")
    mend(path, OFFICERS, NUMBER, {first.latest_ref: "11010519491231002X"})
    done = actions.repair(settings, path, "enforcement", "王", "更正")
    assert sum(done.counts.values()) == 1, "rows whose masks were left alone are not changed"
    table = load("enforcement").table("safety_officers")
    new = refs.parse(done.batches[0] + "#" + path.name + "!" + OFFICERS + ":4")
    sealed = vault.open_rows(settings, "enforcement", "safety_officers", new.batch, who="王", reason="核对").to_pylist()
    old = actions.texts(settings, load("enforcement"), table, [refs.parse(first.landing_ref)], "王", "核对")
    (said,) = old.values()
    (now,) = sealed
    assert now["id_number"] == "11010519491231002X"
    assert {k: now[k] for k in now if k not in {"landing_ref", "id_number"}} == {
        k: said[k] for k in now if k in said and k != "id_number"
    }


def test_a_row_is_let_in_as_it_stands_with_who_and_why(settings: Settings) -> None:
    row = next(i for i in waiting(settings, "inspections") if i.rules == ("enforcement.inspected_at.reads",))
    with pytest.raises(UsageError, match="--why"):
        actions.release(settings, [row], "王", " ")
    done = actions.release(settings, [row], "王", "检查日期以纸质记录为准")
    assert done.counts["accepted"] == 1
    said = next(i for i in actions.issues(settings, [load("enforcement")]) if i.landing_ref == row.landing_ref)
    assert (said.state, said.decision.who, said.decision.why) == ("released", "王", "检查日期以纸质记录为准")
    with pytest.raises(UsageError, match="released already"):
        actions.release(settings, [said], "王", "再来")
    assert index.reconcile(settings, [load("enforcement")]).ok


def test_a_row_without_a_mandatory_cell_can_only_be_repaired(settings: Settings, tmp_path: Path) -> None:
    drop = Path(yaml.safe_load(settings.connections_file.read_text(encoding="utf-8"))["silos"]["enforcement"]["path"])
    source = next(drop.glob("执法检查_*.csv"))
    head, *lines = source.read_bytes().decode("gbk").splitlines()
    cells = lines[0].split(",")
    cells[0], cells[head.split(",").index("企业编号")] = "JC-NEW-1", "待补充"
    (drop / "执法检查_2026Q9.csv").write_bytes(f"{head}\r\n{','.join(cells)}\r\n".encode("gbk"))
    pull(settings)
    row = next(i for i in waiting(settings, "inspections") if "enforcement.firm_no.required" in i.rules)
    with pytest.raises(UsageError, match="cannot be let in"):
        actions.release(settings, [row], "王", "急")
    assert decisions.load(settings) == []


def test_a_waiver_has_who_why_and_until_and_ends(settings: Settings) -> None:
    row = waiting(settings, "enterprises")[0]
    with pytest.raises(UsageError, match="--until"):
        decisions.record(settings, "waive", row.silo, row.table, {row.landing_ref: None}, who="王", why="停业")
    actions.waive(settings, [row], "王", "企业已停业，待注销", date(2026, 12, 31))
    said = next(i for i in actions.issues(settings, [load("enforcement")]) if i.landing_ref == row.landing_ref)
    assert said.state_on(date(2026, 12, 31)) == "waived"
    assert said.state_on(date(2027, 1, 1)) == "open"


def test_what_its_owner_sends_again_rightly_is_mended_without_us(settings: Settings) -> None:
    drop = Path(yaml.safe_load(settings.connections_file.read_text(encoding="utf-8"))["silos"]["enforcement"]["path"])
    row = next(i for i in waiting(settings, "inspections") if i.rules == ("enforcement.inspected_at.reads",))
    place = refs.parse(row.landing_ref)
    lines = (drop / place.file).read_bytes().decode("gbk").splitlines()
    cells = lines[place.row - 1].split(",")
    cells[lines[0].split(",").index("检查时间")] = "2026-08-01 09:30:00"
    (drop / "执法检查_2026Q8.csv").write_bytes(f"{lines[0]}\r\n{','.join(cells)}\r\n".encode("gbk"))
    pull(settings)
    said = next(i for i in actions.issues(settings, [load("enforcement")]) if i.landing_ref == row.landing_ref)
    assert said.state == "sent_again"
    assert "执法检查_2026Q8.csv" in str(said.mended_ref)


def test_a_workbook_of_another_silo_or_with_a_broken_form_lands_nothing(settings: Settings, tmp_path: Path) -> None:
    path, _ = actions.export(settings, "enforcement", DAY, out=tmp_path / "owner.xlsx")
    before = bytes_of(settings)
    opened = openpyxl.load_workbook(path)
    opened["执法检查"].cell(2, 5).value = "别的列"
    opened["企业名录"].cell(4, 1).value = "改坏的编号"
    opened.save(tmp_path / "broken.xlsx")
    with pytest.raises(AnlanError) as caught:
        actions.repair(settings, tmp_path / "broken.xlsx", "enforcement", "王", "更正")
    assert "2 faults" in caught.value.what
    assert "执法检查: no column" in caught.value.seen
    assert "企业名录 row 4" in caught.value.seen
    with pytest.raises(AnlanError, match="belongs to silo enforcement"):
        actions.repair(settings, path, "police", "王", "更正")
    with pytest.raises(UsageError, match="no row that was changed"):
        actions.repair(settings, path, "enforcement", "王", "更正")
    (tmp_path / "no.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(AnlanError, match="no workbook that Anlan wrote"):
        actions.repair(settings, tmp_path / "no.xlsx", "enforcement", "王", "更正")
    assert bytes_of(settings) == before
    assert decisions.load(settings) == []


def test_suggestions_name_what_may_be_meant_and_nothing_else() -> None:
    assert dates("7/5/26") == ["2026-07-05", "2026-05-07"]
    assert dates("31/5/2026") == ["2026-05-31"]
    assert dates("看不清") == []
    assert dates("11/25/25 13:38") == ["2025-11-25 13:38"]
    assert credit_codes("9111OO00600037341L") == [], "two slips are no longer one usual slip"
    assert credit_codes("9111O000600037341L") == ["91110000600037341L"]
    assert credit_codes("91110000600037342L") == []
