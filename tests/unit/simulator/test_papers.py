"""Papers of offices: what is written can be read back, and equal tables give equal bytes."""

from __future__ import annotations

import json
import zipfile

import docx
import fastexcel
import numpy as np
import pyogrio
import pytest
import shapely

from simulator import papers
from simulator.files import Form
from simulator.tables import Table


def table(**columns) -> Table:
    return Table("x", "y", ("BH",), {c: np.array(v, dtype=object) for c, v in columns.items()}, version="2026Q3")


LIST = table(BH=["A1", "A2", "A3"], XZ=["柯桥街道", "柯桥街道", "平水镇"], N=["1", None, "约20"])
FORM = Form("表", groups=(("甲", 2), ("乙", 1)), summed=("N",), total=True, numbers=("N",))


def test_an_old_workbook_has_headers_rows_and_a_total(tmp_path):
    papers.old_book_of(tmp_path / "a.xls", [(LIST, FORM)])
    rows = fastexcel.read_excel(str(tmp_path / "a.xls")).load_sheet("表", header_row=None).to_arrow().to_pylist()
    cells = [list(r.values()) for r in rows]
    assert cells[2:6] == [
        ["BH", "XZ", "N"],
        ["A1", "柯桥街道", "1"],
        ["A2", "柯桥街道", None],
        ["A3", "平水镇", "约20"],
    ]
    assert cells[6] == ["合计", None, "21"]


def test_a_merged_column_of_a_word_table_shows_its_value_once(tmp_path):
    papers.word_file(tmp_path / "a.docx", "标题", ("段落 <一> & 二",), [papers.Sheet(LIST, "表一", ("XZ",))])
    paper = docx.Document(str(tmp_path / "a.docx"))
    assert [p.text for p in paper.paragraphs][:3] == ["标题", "段落 <一> & 二", "表一"]
    grid = paper.tables[0]
    assert [[c.text for c in r.cells] for r in grid.rows][1:3] == [["A1", "柯桥街道", "1"], ["A2", "柯桥街道", ""]]
    assert grid.cell(1, 1)._tc is grid.cell(2, 1)._tc
    assert grid.cell(3, 1)._tc is not grid.cell(2, 1)._tc


def test_a_layer_keeps_its_attributes_in_gbk_and_its_places(tmp_path):
    shapes = shapely.points([[120.5, 30.1], [120.51, 30.1], [120.62, 29.9]])
    papers.shapefile_zip(tmp_path / "a.zip", LIST, shapes, "Point")
    with zipfile.ZipFile(tmp_path / "a.zip") as z:
        assert "柯桥街道".encode("gbk") in z.read("a.dbf")
        assert {i.date_time for i in z.infolist()} == {papers.ZIP_TIME}
    meta, found = pyogrio.read_arrow(f"/vsizip/{tmp_path}/a.zip")
    assert found.column("XZ").to_pylist() == list(LIST.columns["XZ"])
    assert meta["crs"] == "EPSG:4490"
    papers.geojson(tmp_path / "a.geojson", LIST, shapes)
    features = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["geometry"]["coordinates"] for f in features] == [[120.5, 30.1], [120.51, 30.1], [120.62, 29.9]]


@pytest.mark.parametrize("ending", ["xls", "docx", "zip", "geojson"])
def test_equal_tables_give_equal_bytes(ending, tmp_path):
    shapes = shapely.points([[120.5, 30.1]] * 3)
    made = []
    for name in ("a", "b"):
        path = tmp_path / name / f"layer.{ending}"
        path.parent.mkdir()
        {
            "xls": lambda p: papers.old_book_of(p, [(LIST, FORM)]),
            "docx": lambda p: papers.word_file(p, "标题", (), [papers.Sheet(LIST, "表一")]),
            "zip": lambda p: papers.shapefile_zip(p, LIST, shapes, "Point"),
            "geojson": lambda p: papers.geojson(p, LIST, shapes),
        }[ending](path)
        made.append(path.read_bytes())
    assert made[0] == made[1]
