"""Guesses from a sample, and what a comparison says: renamed, missing, unreadable, repeated, masked."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.connectors.base import Sample
from pipelines.contract import Contract, parse
from pipelines.errors import UsageError
from pipelines.silo_tools import compare, formats, guess, skeleton


def agreed(columns: dict[str, Any], **table: Any) -> Contract:
    raw = skeleton.contract_of(skeleton.Wish("s", table="t"))
    spec = {"source": {"pattern": "*.csv"}, "load": "snapshot", "key": [], **table}
    named = {n: {"source": n, "zh": n, "en": n, **c} for n, c in columns.items()}
    return parse({**raw, "tables": {"t": {**spec, "columns": named}}}, "test")


def seen(rows: list[dict[str, Any]], **more: Any) -> Sample:
    return Sample(list(rows[0]), None, rows, more.pop("row_count", len(rows)), **more)


def said(contract: Contract, sample: Sample, before: list[int] | None = None) -> dict[str, compare.Finding]:
    return {f.claim: f for f in compare.compare(contract, contract.tables["t"], sample, before or [])}


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("编号", ["A01", "A02"], "code"), ("编号", ["001", "002"], "code"), ("数量", ["1", "23"], "integer"),
        ("流量", ["1.50", "23.125"], "decimal(9,3)"), ("日期", ["2026-07-01", "2026/7/2"], "date"),
        ("日期", ["2026年7月1日", None], "date"), ("时间", ["2026-07-01 08:00:00"], "datetime"),
        ("是否重点", ["是", "否"], "boolean"), ("ts", ["1782864000000"], "epoch_ms"), ("名称", ["甲厂", "乙 厂"], "text"),
        ("姓名", ["张三"], "person_name"), ("联系电话", ["13800138000"], "phone"), ("人数", ["约200人", "3"], "headcount"),
        ("次数", ["44382", "44383"], "integer"), ("空", [None, ""], "text"),
        ("开放日期", ["2019-05-01", "2001.10.1", "2006年9月28日", "2021-02-30"], "date"),
        ("面积(亩)", ["1200亩", "5150", "3.1km²"], "area(亩)"), ("罚款金额（万元）", ["3.5", "2万元"], "money(万元)"),
        ("面积", ["大", "小"], "text"),
    ],
)  # fmt: skip
def test_types_are_guessed_by_what_reads(header: str, values: list[str | None], kind: str) -> None:
    assert guess.type_of(agreed({"a": {"type": "text"}}), header, values) == kind


def test_names_are_the_house_words_and_never_twice() -> None:
    assert guess.name_of("镇街", set())[0] == "town_name"
    assert guess.name_of("镇街", {"town_name"})[0] != "town_name"
    assert guess.name_of("alarmNoOld", set())[0] == "alarm_no_old"
    assert guess.name_of("奇怪的列", set())[0] == "qi_guai_de_lie"
    assert guess.name_of("2026", set())[0] == "c_2026"
    assert [guess.name_of(w, set())[0] for w in ("at", "Order", "batch", "memo_text")] == [
        "at_value", "order_value", "batch_value", "memo",
    ]  # fmt: skip
    assert guess.name_of("！！", set())[0]


def test_the_key_is_full_and_unique_or_none() -> None:
    columns = {"a": {"source": "a", "type": "text"}, "b": {"source": "b", "type": "code"}}
    assert guess.key_of(columns, seen([{"a": "x", "b": "1"}, {"a": "y", "b": "2"}])) == ["b"]
    assert guess.key_of(columns, seen([{"a": "x", "b": "1"}, {"a": "y", "b": "1"}])) == ["a"]
    assert guess.key_of(columns, seen([{"a": "x", "b": "1"}, {"a": "x", "b": None}])) == []
    # a number that is sent twice is still the number: the door says so
    numbers = {"d": {"source": "地址", "type": "text"}, "n": {"source": "公园编号", "type": "code"}}
    rows = [{"地址": str(i), "公园编号": n} for i, n in enumerate(["P1", "P2", "P3", "P4", "P4"])]
    assert guess.key_of(numbers, seen(rows)) == ["n"]


def test_a_renamed_column_is_missing_with_its_closest_name() -> None:
    contract = agreed({"a": {"type": "code", "source": "企业编号"}, "b": {"type": "text", "source": "企业名称"}})
    found = said(contract, seen([{"企业编号": "1", "单位企业名称": "x", "备注": ""}]))
    assert "是否改名为“单位企业名称”" in found["column_missing"].zh
    assert "renamed to “单位企业名称”" in found["column_missing"].en
    assert found["column_missing"].severity == "error"
    assert found["column_extra"].severity == "note"


def test_what_differs_only_in_width_and_blanks_is_no_difference() -> None:
    contract = agreed({"a": {"type": "code", "source": "企业 编号（新）"}})
    assert said(contract, seen([{"企业编号(新)": "1"}])) == {}


def test_values_that_do_not_read_are_counted_with_examples_and_people_masked() -> None:
    contract = agreed({"n": {"type": "integer", "required": True}, "phone": {"type": "phone"}})
    found = compare.compare(
        contract,
        contract.tables["t"],
        seen([{"n": "12a", "phone": "1380013800"}, {"n": "3", "phone": "13800138000"}]),
        [],
    )
    texts = " ".join(f.zh + f.en for f in found)
    assert "1/2 个样例读不成整数，例如 12a" in texts
    assert [f.severity for f in found if f.column == "n"] == ["error"]
    few = compare.compare(
        contract,
        contract.tables["t"],
        seen([{"n": str(n), "phone": ""} for n in range(19)] + [{"n": "x", "phone": ""}]),
        [],
    )
    assert [f.severity for f in few if f.column == "n"] == ["note"], "one bad cell of twenty is the door's business"
    assert "138001" not in texts


def test_a_mandatory_column_that_is_empty_and_a_key_that_repeats_are_errors() -> None:
    contract = agreed({"a": {"type": "code", "required": True}, "b": {"type": "text", "required": True}}, key=["a"])
    found = said(contract, seen([{"a": "1", "b": "x"}, {"a": "1", "b": ""}]))
    assert "key_unique" not in said(contract, seen([{"a": "1", "b": "x"}, {"a": "1", "b": "x"}])), (
        "a copy is no conflict"
    )
    assert found["key_unique"].severity == found["required"].severity == "error"
    assert "1/2" in found["required"].zh


def test_volume_is_compared_with_what_came_before() -> None:
    contract = agreed({"a": {"type": "text"}})
    assert "volume" in said(contract, seen([{"a": "x"}], row_count=10), [1000, 1100, 900])
    assert "volume" not in said(contract, seen([{"a": "x"}], row_count=1000), [1000, 1100, 900])
    assert "volume" not in said(contract, seen([{"a": "x"}], row_count=10), [])


def test_a_layer_in_another_system_is_an_error() -> None:
    contract = agreed({"a": {"type": "text"}})
    assert said(contract, seen([{"a": "x"}], notes=["crs: EPSG:4326"])) == {}
    assert "EPSG:4549" in said(contract, seen([{"a": "x"}], notes=["crs: EPSG:4549"]))["crs"].zh


def test_nothing_to_look_at_is_a_note_and_no_error() -> None:
    assert [f.severity for f in said(agreed({"a": {"type": "text"}}), Sample([])).values()] == ["note"]


def test_a_pattern_takes_the_period_out_of_a_name() -> None:
    names = {"企业名录_2026Q3.xlsx": "企业名录_*.xlsx", "日报_20260715.zip": "日报_*.zip", "月报202607.csv": "月报*.csv",
             "2026年第三季度名单.docx": "*名单.docx", "名单.csv": "名单.csv"}  # fmt: skip
    assert {n: formats.pattern_of(n) for n in names} == names


def test_encoding_delimiter_and_members_are_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("编号\t名称\n1\t柯\n".encode("gbk"))
    assert formats.source_of(tmp_path / "a.csv") == {
        "pattern": "a.csv", "format": "csv", "encoding": "gb18030", "delimiter": "\t",
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "日报_20260701.zip", "w") as z:
        z.writestr("用水_20260701.csv", "编号,名称\n1,柯\n")
    found = formats.source_of(tmp_path / "日报_20260701.zip")
    assert (found["pattern"], found["members"], found["encoding"]) == ("日报_*.zip", "用水_*.csv", "utf-8")


def test_what_is_written_parses_and_keeps_nothing_of_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(skeleton, "generate", lambda root, silo: [])
    rows = [{"编号": f"K{n}", "姓名": "某某某", "电话": "13800138000", "数量": str(n)} for n in range(3)]
    wish = skeleton.Wish("new_silo", "files", "XF", sample=seen(rows))
    written = skeleton.write(wish, tmp_path)
    texts = {p.name: p.read_text(encoding="utf-8") for p in written}
    assert "某某某" not in "".join(texts.values())
    assert "13800138000" not in "".join(texts.values())
    assert "person_name" in texts["contract.yaml"]
    assert "newest_accepted('new_silo__records'" in texts["stg_new_silo__records.sql"]
    assert len(list(csv.reader(texts["records.csv"].splitlines()))) == 6
    with pytest.raises(UsageError, match="exists already"):
        skeleton.write(wish, tmp_path)
