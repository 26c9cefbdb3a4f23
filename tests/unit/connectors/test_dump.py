"""Dumps of Oracle views: every row with its line, texts and times as they were meant, a bad file refused by name."""

from __future__ import annotations

import gzip
import resource
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.connectors import dump
from pipelines.connectors.base import Refusal, Since
from pipelines.connectors.dump.values import when
from pipelines.errors import SourceError

COLUMNS = {"no": "ORG_NO code required", "name": "ORG_NAME text", "day": "REG_DATE date", "n": "MEMBERS integer"}
HEAD = "Insert into V_ORG (ORG_NO,ORG_NAME,REG_DATE,MEMBERS) values ("
GOOD = f"""REM INSERTING into V_ORG
SET DEFINE OFF;
{HEAD}'A1','柯桥''红十字会;',to_date('2026-07-01 00:00:00','YYYY-MM-DD HH24:MI:SS'),12);
{HEAD}'A2','',null,.5);
{HEAD}'A3','第一行
第二行 -- 不是注释; Insert into V_ORG',to_date('01-7月 -26','DD-MON-RR'),NULL);
{HEAD}'A4','a'||CHR(10)||'b',TIMESTAMP '2026-07-01 08:00:00',-3);

-- V_ORG: 4 rows
COMMIT;
"""


class Folder:
    """A drop folder and a contract for it; ``pull`` gives (delivery or refusal, rows) of each file."""

    def __init__(self, path: Path, agree: Any) -> None:
        self.path, self.agree = path, agree

    def write(self, text: str, name: str = "MZ_202607.sql", encoding: str = "utf-8") -> Path:
        path = self.path / name
        path.write_bytes(text.encode(encoding))
        return path

    def asked(self, columns: dict[str, str] = COLUMNS, **source: Any) -> Any:
        source = {"pattern": "MZ_*", "view": "V_ORG", **source}
        return self.agree("civil", "orgs", columns, source=source, key=["no"])

    def pull(self, columns: dict[str, str] = COLUMNS, since: Since | None = None, **source: Any) -> Any:
        agreed, table = self.asked(columns, **source)
        for found in dump.deliveries(agreed, table, {"path": str(self.path)}, since or Since()):
            if isinstance(found, Refusal):
                yield found, []
                continue
            rows = []
            for part in found.slices:
                faults = part.faults.to_pylist() if part.faults else [None] * len(part.rows)
                for number, row, fault in zip(part.numbers.to_pylist(), part.rows.to_pylist(), faults, strict=True):
                    rows.append((number, *row.values(), *([fault] if fault else [])))
            yield found, rows

    def one(self, text: str | None = None, **words: Any) -> Any:
        if text is not None:
            self.write(text)
        [(delivery, rows)] = list(self.pull(**words))
        return delivery, rows

    def refused(self, text: str | None = None, **words: Any) -> SourceError:
        """Return the error of a file that must be refused: at once, or while it is read."""
        try:
            found, rows = self.one(text, **words)
        except SourceError as error:
            return error
        assert isinstance(found, Refusal), rows
        return found.error


@pytest.fixture
def drop(tmp_path: Path, agree: Any) -> Folder:
    """An empty drop folder."""
    return Folder(tmp_path, agree)


def test_rows_come_with_their_lines_and_values_as_they_were_meant(drop: Folder) -> None:
    delivery, rows = drop.one(GOOD)
    assert rows == [
        (3, "A1", "柯桥'红十字会;", "2026-07-01 00:00:00", "12"),
        (4, "A2", None, None, ".5"),
        (5, "A3", "第一行\n第二行 -- 不是注释; Insert into V_ORG", "2026-07-01", None),
        (7, "A4", "a\nb", "2026-07-01 08:00:00", "-3"),
    ]
    assert (delivery.kind, delivery.name, delivery.source_rows) == ("file", "MZ_202607.sql", 4)
    assert [c["failed"] for c in delivery.checks] == [0]


def test_a_file_that_was_landed_is_not_read_again(drop: Folder) -> None:
    delivery, _ = drop.one(GOOD)
    assert list(drop.pull(since=Since(seen=frozenset({delivery.sha256})))) == []
    assert list(drop.pull(since=Since(stamps=frozenset({delivery.detail["stamp"]})))) == []


def test_a_back_fill_takes_the_files_of_its_month_again(drop: Folder) -> None:
    drop.write(GOOD, "MZ_202606.sql")
    drop.write(GOOD, "MZ_202607.sql")
    july = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    delivery, _ = next(drop.pull())
    again = list(drop.pull(since=Since(seen=frozenset({delivery.sha256}), window=july)))
    assert [found.name for found, _ in again] == ["MZ_202607.sql"]


@pytest.mark.parametrize("packing", ["gbk", "gzip", "zip"])
def test_code_page_and_packing(drop: Folder, packing: str) -> None:
    expected = drop.one(GOOD)[1]
    path = drop.path / "MZ_202607.sql"
    content = path.read_bytes()
    if packing == "gbk":
        path.write_bytes(GOOD.encode("gbk"))
    elif packing == "gzip":
        (drop.path / "MZ_202607.sql.gz").write_bytes(gzip.compress(content))
        path.unlink()
    else:
        with zipfile.ZipFile(drop.path / "MZ_202607.zip", "w") as archive:
            archive.writestr("out/views.sql", content)
            archive.writestr("readme.txt", "not a dump")
        path.unlink()
    delivery, rows = drop.one(encoding="gbk" if packing == "gbk" else "utf-8")
    assert rows == expected
    assert delivery.source_rows == 4


def test_other_views_of_the_same_file_are_passed_over(drop: Folder) -> None:
    other = "REM INSERTING into V_TEAM\nInsert into V_TEAM (T,X) values ('it''s; V_ORG',1);\n-- V_TEAM: 1 rows\n"
    delivery, rows = drop.one(other + "create table MZ.V_ORG (ORG_NO varchar2(9));\n" + GOOD + other)
    assert [row[1] for row in rows] == ["A1", "A2", "A3", "A4"]
    assert delivery.source_rows == 4


def test_schema_quotes_lower_case_and_several_rows_in_one_statement(drop: Folder) -> None:
    columns = '("ORG_NO", org_name, REG_DATE, MEMBERS)'
    text = f"""insert into "MZ"."V_ORG" {columns}
      values ('B1', q'[it's]', DATE '2026-01-02', 1), ('B2', N'乙', null, 2);
    insert all
      into v_org {columns} values ('B3', unistr('\\67ef\\6865'), to_timestamp('2026-01-02 03:04:05.600','YYYY-MM-DD HH24:MI:SS.FF3'), 3)
      into v_org {columns} values ('B4', to_clob('长')||to_clob('文'), null, to_number('4'))
      into v_org {columns} values ('B5', chr(49324)||chr(32)||'x', null, 5)
    select 1 from dual;
    """
    _, rows = drop.one(text)
    assert [row[1:] for row in rows] == [
        ("B1", "it's", "2026-01-02", "1"),
        ("B2", "乙", None, "2"),
        ("B3", "柯桥", "2026-01-02 03:04:05.600", "3"),
        ("B4", "长文", None, "4"),
        ("B5", (49324).to_bytes(2, "big").decode("gb18030") + " x", None, "5"),
    ]


def test_another_order_of_columns_in_the_middle_is_matched_by_name(drop: Folder) -> None:
    text = GOOD.replace(
        "-- V_ORG: 4 rows", "Insert into V_ORG (MEMBERS,ORG_NO,REG_DATE,ORG_NAME) values (7,'A5',null,'x');"
    )
    _, rows = drop.one(text)
    assert rows[-1][1:] == ("A5", "x", None, "7")


def test_an_extra_column_is_a_warning_and_a_lost_one_refuses_the_file(drop: Folder) -> None:
    delivery, _ = drop.one(GOOD.replace("MEMBERS)", "MEMBERS,BZ)").replace("12);", "12,'x');").replace("5);", "5,1);")
                           .replace("NULL);", "NULL,1);").replace("-3);", "-3,1);"))  # fmt: skip
    assert (delivery.checks[0]["failed"], delivery.checks[0]["seen"]) == (1, "BZ")
    error = drop.refused(GOOD.replace("MEMBERS", "MEMBER_COUNT"))
    assert "lost or renamed columns: MEMBERS" in error.what
    assert "MEMBER_COUNT" in error.seen


def test_what_cannot_be_known_from_the_text_is_a_fault_of_its_row_only(drop: Folder) -> None:
    _, rows = drop.one(GOOD.replace("'A2','',null,.5", "'A2',user||'x',sysdate,.5").replace("NULL);", "NULL,9);"))
    assert rows[1] == (4, "A2", None, None, ".5", "value 2 cannot be read: user")
    assert rows[2][-1] == "5 values for 4 columns"
    assert rows[3][1] == "A4"


def test_inserts_without_column_names_need_their_order_in_the_contract(drop: Folder) -> None:
    text = "insert into V_ORG values ('C1','x',null,1);\n"
    assert "name no columns" in drop.refused(text).what
    agreed, table = drop.asked()
    table.source["columns"] = ["ORG_NO", "ORG_NAME", "REG_DATE", "MEMBERS"]
    [delivery] = dump.deliveries(agreed, table, {"path": str(drop.path)}, Since())
    assert next(delivery.slices).rows["no"].to_pylist() == ["C1"]


def test_an_empty_view_and_a_missing_view_are_not_the_same(drop: Folder) -> None:
    delivery, rows = drop.one("REM INSERTING into V_ORG\nSET DEFINE OFF;\n")
    assert (rows, delivery.source_rows) == ([], None)
    assert "holds no view V_ORG" in drop.refused("REM INSERTING into V_TEAM\nSET DEFINE OFF;\n").what


@pytest.mark.parametrize(
    "remark",
    ["-- V_ORG: 9 rows", "-- 共9行", "9 rows selected.", "已选择 9 行。", "REM V_ORG 行数：9", "prompt count: 9"],
)
def test_a_count_that_is_not_the_number_of_rows_refuses_the_file(drop: Folder, remark: str) -> None:
    error = drop.refused(GOOD.replace("-- V_ORG: 4 rows", remark))
    assert "not as many as it says" in error.what
    assert error.seen == "9 rows by its own count, 4 in the file"
    drop.one(GOOD)


def test_half_a_dump_is_refused_and_a_whole_one_heals(drop: Folder) -> None:
    for cut in (GOOD.index("红十字"), GOOD.index("'YYYY"), GOOD.index("第二行")):
        assert "ends in the middle of a statement" in drop.refused(GOOD[:cut]).what
    assert len(drop.one(GOOD)[1]) == 4


def test_a_row_behind_something_unreadable_is_never_swallowed(drop: Folder) -> None:
    error = drop.refused(GOOD.replace("SET DEFINE OFF;\n", "SET DEFINE OFF;\nsomething without an end\n"))
    assert error.what == "a statement cannot be read"
    assert "line 3" in error.seen


def test_bytes_of_another_encoding_refuse_the_file(drop: Folder) -> None:
    drop.write(GOOD, encoding="gbk")
    error = drop.refused()
    assert error.what == "the file is not in utf-8"


def test_a_packed_file_that_is_cut_off_or_a_bomb(drop: Folder) -> None:
    path = drop.path / "MZ_1.sql.gz"
    path.write_bytes(gzip.compress(GOOD.encode() * 100)[:-20])
    assert "broken or cut off" in drop.refused().what
    with gzip.open(path, "wb", compresslevel=9) as f:
        f.write(GOOD.encode())
        for _ in range(200):
            f.write(b"\n" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "more than is safe" in drop.refused().what
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "kilobytes"
    path.unlink()
    with zipfile.ZipFile(drop.path / "MZ_1.zip", "w") as archive:
        archive.writestr("../../outside.sql", GOOD)
    assert "points outside" in drop.refused().what


def test_a_line_without_end_is_refused_without_being_held(drop: Folder) -> None:
    path = drop.path / "MZ_1.sql"
    with path.open("wb") as f:
        f.write(f"{HEAD}'A1','".encode())
        for _ in range(200):
            f.write(b"x" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "longer than one may be" in drop.refused().what
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kilobytes"


def test_statements_that_cross_every_edge_of_a_piece_are_whole(drop: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = drop.one(GOOD)[1]
    for size in (1, 2, 3, 7, 50):
        monkeypatch.setattr("pipelines.connectors.dump.stream.PIECE", size)
        assert drop.one(GOOD)[1] == expected, size


def test_a_large_dump_streams_in_slices(drop: Folder) -> None:
    path = drop.path / "MZ_1.sql"
    with path.open("w", encoding="utf-8") as f:
        f.write("REM INSERTING into V_ORG\n")
        for i in range(60_000):
            f.write(f"{HEAD}'N{i}','{'名' * 100}',to_date('2026-07-01','YYYY-MM-DD'),{i});\n")
    agreed, table = drop.asked()
    [delivery] = dump.deliveries(agreed, table, {"path": str(drop.path)}, Since())
    sizes = [len(part.rows) for part in delivery.slices]
    assert sizes == [20_000] * 3


def test_forms_of_oracle_times() -> None:
    assert when("2026-07-01 08:00:00", "YYYY-MM-DD HH24:MI:SS") == "2026-07-01 08:00:00"
    assert when("01-JUL-26 08.05.00 PM", "DD-MON-RR HH.MI.SS AM") == "2026-07-01 20:05:00"
    assert when("01-7月 -99", "DD-MON-RR") == "1999-07-01"
    assert when("01-7月 -26 08.05.00.120000000 上午", "DD-MON-RR HH.MI.SSXFF AM") == "2026-07-01 08:05:00.12"
    assert when("20260701", "YYYYMMDD") == "2026-07-01"
    assert when("2026/7/1 8:05", "YYYY/MM/DD HH24:MI") == "2026-07-01 08:05:00"
    assert when("31/12/2026", "DD/MM/YYYY") == "2026-12-31"
    assert when("31/02/2026", "DD/MM/YYYY") == "31/02/2026", "what is no date stays as it was written"
    assert when("2026-W27", "IYYY-IW") == "2026-W27"


def test_a_sample_shows_columns_and_rows_of_the_newest_file(drop: Folder) -> None:
    drop.write(GOOD, "MZ_202606.sql")
    drop.write(GOOD.replace("'A1'", "'Z1'"), "MZ_202607.sql")
    agreed, table = drop.asked()
    sample = dump.check(agreed, table, {"path": str(drop.path)})
    assert sample.columns == ["ORG_NO", "ORG_NAME", "REG_DATE", "MEMBERS"]
    assert [row["ORG_NO"] for row in sample.rows] == ["Z1", "A2", "A3", "A4"]
    agreed, table = drop.asked(view="V_GONE")
    assert "no row of V_GONE" in dump.check(agreed, table, {"path": str(drop.path)}).notes[0]


def test_a_folder_that_does_not_exist(drop: Folder, tmp_path: Path) -> None:
    drop.path = tmp_path / "gone"
    with pytest.raises(SourceError, match="drop folder does not exist"):
        list(drop.pull())
