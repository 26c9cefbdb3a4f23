"""A release is whole or absent, the same from the same inputs, and no byte of it can change unseen."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from pipelines import release, release_door
from pipelines.errors import AnlanError, BusyError, UsageError
from pipelines.release import files, freezing
from pipelines.settings import Settings
from tests.unit.make_warehouse import build
from tests.unit.warehouse_shape import DDL

ROOT = Path(__file__).resolve().parents[2]
# the door has its own tests in tests/refused; it is slow to import and decides nothing about bytes
FREEZE = """
import sys
from pathlib import Path
from pipelines import release, release_door
from pipelines.settings import Settings
release_door.check_folder = lambda *a, **k: []
{before}
print(release.freeze(Settings(Path(sys.argv[1])), "2026Q3").release)
"""


@pytest.fixture(autouse=True)
def _open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_door, "check_folder", lambda *a, **k: [])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("small")).home


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    shutil.copytree(small, tmp_path / "home")
    return Settings(tmp_path / "home")


def _bytes(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def _run(home: Path, before: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FREEZE.format(before=before), str(home)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **env}, check=False, timeout=60,
    )  # fmt: skip


def test_a_release_holds_every_mart_and_its_manifest_lists_every_file(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    assert (made.release, made.is_new) == ("2026Q3-r1", True)
    listed = {f["path"] for f in json.loads((made.path / "manifest.json").read_text())["files"]}
    assert listed == {p for p in _bytes(made.path) if not p.startswith("manifest")}
    assert {f"tables/{m}.parquet" for m in (*release.MARTS, *release.REFERENCES)} <= listed
    assert json.loads((settings.releases / "current.json").read_text()) == {"release": "2026Q3-r1"}


def test_frozen_rows_equal_the_warehouse_and_keep_their_decimals(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        for mart in DDL:
            con.execute(
                "use " + ("method" if mart.startswith("method_") else "core" if mart.startswith("dim_") else "marts")
            )
            kept = [c for c in con.sql(f"from {mart}").columns if c not in release.CLOCK_COLUMNS]
            frozen = str(made.path / "tables" / f"{mart}.parquet")
            columns = ", ".join(kept)
            for one, other in ((mart, f"'{frozen}'"), (f"'{frozen}'", mart)):
                assert not con.execute(
                    f"select {columns} from {one} except all select {columns} from {other}"
                ).fetchall()
            assert [f.name for f in pq.read_schema(frozen)] == kept
        kind = con.execute(
            f"select typeof(final_score) from '{made.path}/tables/town_quarter_scores.parquet'"
        ).fetchone()
    assert kind == ("DECIMAL(7,2)",)


def test_nothing_in_a_release_comes_from_the_clock(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    names = {c for p in made.path.rglob("*.parquet") for c in pq.read_schema(p).names}
    assert not names & release.CLOCK_COLUMNS


def test_freezing_twice_makes_no_second_revision(settings: Settings) -> None:
    release.freeze(settings, "2026Q3")
    again = release.freeze(settings, "2026Q3")
    assert (again.release, again.is_new) == ("2026Q3-r1", False)
    assert "no new revision" in again.note_en
    assert release.names(settings) == ["2026Q3-r1"]


def test_another_process_and_another_row_order_give_identical_bytes(settings: Settings, tmp_path: Path) -> None:
    here = release.freeze(settings, "2026Q3")
    there = build(tmp_path / "there", reverse=True).home
    shutil.copytree(settings.landing, there / "landing", dirs_exist_ok=True)
    done = _run(there, PYTHONHASHSEED="77", TZ="Asia/Shanghai")
    assert done.stdout.strip() == "2026Q3-r1", done.stderr
    assert _bytes(there / "releases" / "2026Q3-r1") == _bytes(here.path)


def test_parquet_bytes_do_not_depend_on_how_rows_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROW_GROUP", 100)
    table = pa.table({"a": list(range(250)), "b": [f"字{i % 7}" for i in range(250)]})
    pieces = pa.Table.from_batches(table.to_batches(max_chunksize=33))
    one = files.write(table, tmp_path / "one.parquet", tmp_path)
    two = files.write(pieces, tmp_path / "two.parquet", tmp_path)
    assert one["sha256"] == two["sha256"]
    assert one["rows"] == 250
    assert pq.ParquetFile(tmp_path / "two.parquet").num_row_groups == 3


def test_a_changed_number_makes_a_new_revision_and_leaves_the_old_one(settings: Settings, tmp_path: Path) -> None:
    first = release.freeze(settings, "2026Q3")
    before = _bytes(first.path)
    shutil.copy(build(tmp_path / "other", nudge=2).warehouse, settings.warehouse_file)
    second = release.freeze(settings, "2026Q3")
    assert (second.release, second.is_new) == ("2026Q3-r2", True)
    assert _bytes(first.path) == before
    assert json.loads((settings.releases / "current.json").read_text()) == {"release": "2026Q3-r2"}


def test_a_revision_says_what_it_changes(settings: Settings, tmp_path: Path) -> None:
    first = release.freeze(settings, "2026Q3")
    assert first.changes is None
    shutil.copy(build(tmp_path / "other", nudge=2).warehouse, settings.warehouse_file)
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(
            "update marts.department_quarter_scores set bonus_points = 2, final_score = 52, lower_score = 52, upper_score = 52"
        )
    second = release.freeze(settings, "2026Q3")
    with (
        release.open_release(settings, second.release) as after,
        release.open_release(settings, first.release) as before,
    ):
        said = after.rows(
            "select unit_id, before_text, after_text from input_changes where subject = 'town_score' order by 1"
        )
        scores = [
            {
                r["town_id"]: str(r["final_score"])
                for r in x.rows("select * from town_quarter_scores where period = '2026Q3'")
            }
            for x in (before, after)
        ]
        bodies = after.rows(
            "select unit_id, before_text, after_text from input_changes where subject = 'department_score'"
        )
    moved = {t: (scores[0][t], scores[1][t]) for t in scores[0] if scores[0][t] != scores[1][t]}
    assert moved
    assert {r["unit_id"]: (r["before_text"], r["after_text"]) for r in said} == moved
    assert bodies == [{"unit_id": "ZF", "before_text": "51.00", "after_text": "52.00"}]
    assert after.manifest["changes"]["since"] == "2026Q3-r1"
    assert after.manifest["changes"]["counts"]["town_score"] == len(moved)
    for old, new in moved.values():
        assert f"{old}→{new}" in second.changes["note_zh"]
    assert release.verify(settings, second.release).ok


def test_a_damaged_newest_revision_is_not_taken_for_the_same(settings: Settings) -> None:
    first = release.freeze(settings, "2026Q3")
    _flip(first.path / "tables" / "town_quarter_scores.parquet")
    second = release.freeze(settings, "2026Q3")
    assert second.release == "2026Q3-r2"
    assert "town_quarter_scores" in second.note_en


def test_an_older_quarter_frozen_later_does_not_become_current(settings: Settings) -> None:
    release.freeze(settings, "2026Q3")
    assert release.freeze(settings, "2026Q2").release == "2026Q2-r1"
    assert json.loads((settings.releases / "current.json").read_text()) == {"release": "2026Q3-r1"}
    assert release.find(settings, "2026Q2").name == "2026Q2-r1"


def test_frozen_files_are_read_only(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    assert {stat.S_IMODE(p.stat().st_mode) for p in made.path.rglob("*") if p.is_file()} == {0o444}


def _flip(path: Path, at: int | None = None) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 0x01
    path.chmod(0o644)
    path.write_bytes(content)


def test_one_flipped_byte_is_found_in_every_file_and_the_file_is_named(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    assert release.verify(settings, "2026Q3-r1").ok
    for path in sorted(p for p in made.path.rglob("*") if p.is_file()):
        kept = path.read_bytes()
        for at in (0, len(kept) // 3, len(kept) - 1):
            _flip(path, at)
            report = release.verify(settings, "2026Q3-r1")
            named, own = [f["path"] for f in report.faults], path.relative_to(made.path).as_posix()
            # a byte flipped inside a hash of the manifest names the manifest, and the file whose hash it was
            assert own in named, (path.name, at)
            assert named == [own] or own == files.MANIFEST, (path.name, at)
            path.write_bytes(kept)
    assert release.verify(settings, "2026Q3-r1").ok


def test_any_flipped_byte_of_manifest_and_seal_is_found(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    for name in ("manifest.json", "manifest.sha256"):
        path = made.path / name
        kept = path.read_bytes()
        for at in range(0, len(kept), 1 if name.endswith("sha256") else 11):
            _flip(path, at)
            assert name in [f["path"] for f in release.verify_folder(made.path).faults], (name, at)
        path.write_bytes(kept)


def test_missing_extra_and_renamed_files_are_named(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    tables = made.path / "tables"
    (tables / "town_quarter_scores.parquet").rename(tables / "scores.parquet")
    (tables / "door_checks.parquet").unlink()
    (made.path / "note.txt").write_text("x", encoding="utf-8")
    faults = {f["path"]: f["fault"] for f in release.verify(settings, "2026Q3").faults}
    assert faults == {
        "tables/town_quarter_scores.parquet": "renamed",
        "tables/door_checks.parquet": "missing",
        "note.txt": "extra",
    }


def test_a_renamed_release_says_what_it_was(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    made.path.rename(settings.releases / "2026Q3-r9")
    assert [f["fault"] for f in release.verify(settings, "2026Q3-r9").faults] == ["renamed"]


def test_sha256sum_reads_the_seal(settings: Settings) -> None:
    made = release.freeze(settings, "2026Q3")
    done = subprocess.run(
        ["sha256sum", "-c", "manifest.sha256"], cwd=made.path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_release_is_a_wrong_call_that_lists_what_exists(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no release yet"):
        release.verify(settings, "2026Q3-r1")
    release.freeze(settings, "2026Q3")
    with pytest.raises(UsageError, match="2026Q3-r1") as caught:
        release.verify(settings, "2026Q3-r7")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("period", ["2031Q1", "2026Q5", "last"])
def test_a_period_that_is_not_there_is_a_wrong_call(settings: Settings, period: str) -> None:
    with pytest.raises(UsageError) as caught:
        release.freeze(settings, period)
    assert caught.value.exit_code == 2
    assert release.names(settings) == []


def test_every_missing_mart_is_named_at_once(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("drop table marts.door_checks; drop table method.method_grades")
    with pytest.raises(AnlanError, match="missing: door_checks, method_grades"):
        release.freeze(settings, "2026Q3")
    assert release.names(settings) == []


def test_without_warehouse_or_batch_index_the_error_says_what_to_do(settings: Settings) -> None:
    (settings.landing / "_index" / "batches.parquet").unlink()
    with pytest.raises(AnlanError, match="Do: pull and build first: anlan run"):
        release.freeze(settings, "2026Q3")
    settings.warehouse_file.unlink()
    with pytest.raises(AnlanError, match="has not been built"):
        release.freeze(settings, "2026Q3")
    assert [p.name for p in settings.releases.iterdir() if p.name != ".lock"] == []


def test_a_refusing_door_releases_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = release_door.Check("town_quarter_scores", "town_quarter_scores.grade.known", "critical", 16, 1, True,
                             "1 rows: town_id=330603001000", "等级", "the grade is not A to D", "修正", "mend the model")  # fmt: skip
    monkeypatch.setattr(release_door, "check_folder", lambda *a, **k: [bad])
    with pytest.raises(AnlanError) as caught:
        release.freeze(settings, "2026Q3")
    for word in ("town_quarter_scores.grade.known", "330603001000", "mend the model", "nothing was released"):
        assert word in str(caught.value)
    assert [p.name for p in settings.releases.iterdir() if p.name != ".lock"] == []


def test_a_full_disk_leaves_nothing_and_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(freezing, "sync", full)
    with pytest.raises(AnlanError, match="No space left"):
        release.freeze(settings, "2026Q3")
    assert [p.name for p in settings.releases.iterdir() if p.name != ".lock"] == []


def test_two_at_the_same_time_give_one_clear_error(settings: Settings) -> None:
    settings.releases.mkdir(parents=True)
    with FileLock(settings.releases / ".lock"), pytest.raises(BusyError, match="another run is freezing"):
        release.freeze(settings, "2026Q3")


KILL = "import os, signal; from pipelines.release import freezing; kill = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.mark.parametrize(
    ("where", "exists"),
    [
        ("freezing._batches = kill", False),
        ("freezing.seal_of = kill", False),
        ("freezing.sync = kill", False),
        ("freezing.os.rename = kill", False),
        ("freezing._point = kill", True),
    ],
)
def test_a_kill_leaves_a_whole_release_or_none_and_the_next_run_heals(
    settings: Settings, where: str, exists: bool
) -> None:
    done = _run(settings.home, KILL + where)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert release.names(settings) == (["2026Q3-r1"] if exists else [])
    if exists:
        assert release.verify(settings, "2026Q3-r1").ok
    healed = release.freeze(settings, "2026Q3")
    assert (healed.release, healed.is_new) == ("2026Q3-r1", not exists)
    assert sorted(p.name for p in settings.releases.iterdir() if p.name != ".lock") == ["2026Q3-r1", "current.json"]
    assert release.verify(settings, "2026Q3-r1").ok


def test_the_code_version_sees_sources_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "dbt_project" / "target").mkdir(parents=True)
    (tmp_path / "pipelines" / "a.py").write_text("x = 1\n", encoding="utf-8")
    first = release.code_version(tmp_path)
    (tmp_path / "dbt_project" / "target" / "run.sql").write_text("select 1", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    assert release.code_version(tmp_path) == first
    (tmp_path / "pipelines" / "a.py").write_text("x = 2\n", encoding="utf-8")
    assert release.code_version(tmp_path) != first


def test_an_open_release_answers_queries_with_decimals(settings: Settings) -> None:
    release.freeze(settings, "2026Q3")
    with release.open_release(settings) as opened:
        row = opened.rows("select final_score from town_quarter_scores where town_id = ? and period = ?",
                          ["330603011000", opened.period])[0]  # fmt: skip
        assert "input_batches" in opened.tables
    assert type(row["final_score"]).__name__ == "Decimal"
