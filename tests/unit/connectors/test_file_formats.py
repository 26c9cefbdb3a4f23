"""Documents, layers, large text and hostile containers: every row with its number, or one clear refusal."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from pipelines.connectors import files
from pipelines.connectors.base import Delivery, Refusal, Since
from pipelines.connectors.files import blocks, containers
from pipelines.errors import SourceError
from tests.unit.connectors.test_files import AB, TEXT, check, got, made, rows

TEAM = {
    "team": {"source": "队伍", "type": "text"},
    "people": {"source": "人数", "type": "headcount"},
    "phone_a": {"source": "联系方式/值班", "type": "text"},
}
PLAN = {"pattern": "*.docx", "format": "docx", "header_rows": 2, "total_label": "合计", "total_columns": ["people"]}


def plan(path: Path, tables: int = 1, total: str = "50") -> Path:
    """Write a plan: a heading, two header rows with merged cells, a merged data cell, a total row."""
    d = docx.Document()
    d.add_heading("柯桥区防汛预案", 1)
    d.add_paragraph("本预案自印发之日起施行。")
    other = d.add_table(rows=2, cols=2)
    for c, text in zip(other.rows[0].cells, ("版本", "日期"), strict=True):
        c.text = text
    for n in range(tables):
        d.add_heading(f"应急队伍 {n + 1}", 2)
        t = d.add_table(rows=6, cols=4)
        cells = [
            ["队伍", "人数", "联系方式", None], [None, None, "值班", "备用"], ["消防一队", "20", "1", "2"],
            [None, "约10人", "3", "4"], ["民兵分队", "20", "5\n6", "7"], ["合计", total, "", ""],
        ]  # fmt: skip
        t.cell(0, 0).merge(t.cell(1, 0))
        t.cell(0, 1).merge(t.cell(1, 1))
        t.cell(0, 2).merge(t.cell(0, 3))
        t.cell(2, 0).merge(t.cell(3, 0))
        for r, row in enumerate(cells):
            for c, text in enumerate(row):
                if text is not None:
                    t.cell(r, c).text = text
    d.save(str(path))
    return path


class TestDocuments:
    def test_a_table_with_merged_headers_and_cells_and_a_total(self, tmp_path: Path) -> None:
        plan(tmp_path / "a.docx")
        (delivery,) = got(tmp_path, PLAN, TEAM)
        assert [(r["_row"], r["team"], r["people"], r["phone_a"]) for r in rows(delivery)] == [
            (3, "消防一队", "20", "1"), (4, "消防一队", "约10人", "3"), (5, "民兵分队", "20", "5\n6"),
        ]  # fmt: skip
        assert rows(got(tmp_path, PLAN, TEAM)[0])[0]["_part"] == "table 2"
        assert [n["kind"] for n in delivery.non_data_rows] == ["header", "header", "total"]
        assert check(delivery, "total_row_equals_sum")["failed"] == 0
        assert check(delivery, "no_unknown_columns")["seen"] == "联系方式/备用"
        assert delivery.detail["heading"] == "应急队伍 1"

    def test_a_total_that_is_not_the_sum_fails(self, tmp_path: Path) -> None:
        plan(tmp_path / "a.docx", total="99")
        assert check(got(tmp_path, PLAN, TEAM)[0], "total_row_equals_sum")["failed"] == 1

    def test_several_tables_need_a_heading_a_place_or_the_word_all(self, tmp_path: Path) -> None:
        plan(tmp_path / "a.docx", tables=2)
        (refusal,) = got(tmp_path, PLAN, TEAM)
        assert "several tables" in refusal.error.what
        assert "应急队伍 2" in refusal.error.seen
        for words, parts in (({"heading": "队伍 2"}, {"table 3"}), ({"table": 2}, {"table 2"}),
                             ({"tables": "all"}, {"table 2", "table 3"})):  # fmt: skip
            (delivery,) = got(tmp_path, {**PLAN, **words}, TEAM)
            assert {r["_part"] for r in rows(delivery)} == parts

    def test_a_document_without_the_table_names_what_it_has(self, tmp_path: Path) -> None:
        plan(tmp_path / "a.docx", tables=0)
        (refusal,) = got(tmp_path, PLAN, TEAM)
        assert "no table with the promised columns" in refusal.error.what
        assert "版本 | 日期" in refusal.error.seen

    def test_deletions_are_gone_and_insertions_are_read(self, tmp_path: Path) -> None:
        path = plan(tmp_path / "a.docx")
        with zipfile.ZipFile(path) as z:
            parts = {n: z.read(n) for n in z.namelist()}
        xml = parts["word/document.xml"].decode()
        run = "<w:r><w:t>民兵分队</w:t></w:r>"
        assert run in xml
        changed = '<w:del w:id="1"><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>新民兵</w:t></w:r></w:ins>'
        parts["word/document.xml"] = xml.replace(run, changed).encode()
        with zipfile.ZipFile(path, "w") as z:
            for name, data in parts.items():
                z.writestr(name, data)
        assert rows(got(tmp_path, PLAN, TEAM)[0])[2]["team"] == "新民兵"

    def test_broken_empty_old_and_locked_documents_are_refused(self, tmp_path: Path) -> None:
        whole = plan(tmp_path / "5.docx").read_bytes()
        (tmp_path / "1.docx").write_bytes(whole[: len(whole) // 2])
        (tmp_path / "2.docx").write_bytes(b"")
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
        (tmp_path / "3.docx").write_bytes(ole)
        (tmp_path / "4.docx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
        with zipfile.ZipFile(tmp_path / "6.docx", "w") as z:
            z.writestr("word/document.xml", "<w:document>")
        found = {f.name: f for f in got(tmp_path, PLAN, TEAM)}
        assert "no readable document" in found["1.docx"].error.what
        assert "empty" in found["2.docx"].error.what
        assert "old .doc" in found["3.docx"].error.what
        assert "password" in found["4.docx"].error.what
        assert isinstance(found["5.docx"], Delivery)
        assert "no readable document" in found["6.docx"].error.what


PLACE = {
    "name": {"source": "名称", "type": "text"},
    "depth": {"source": "埋深", "type": "decimal(6,2)"},
    "wkt": {"source": "@wkt", "type": "text"},
    "lon": {"source": "@lon", "type": "decimal(10,6)"},
    "kind": {"source": "@geometry_type", "type": "text"},
}


def collection(*features: Any, crs: str | None = None) -> str:
    head = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **head, "features": features}, ensure_ascii=False)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


class TestGeoJson:
    SOURCE = {"pattern": "*.geojson", "format": "geojson"}

    def test_properties_and_geometry_come_as_they_were_written(self, tmp_path: Path) -> None:
        text = collection(
            feature({"type": "Point", "coordinates": [120.48, 30.08]}, 名称="甲", 埋深=1.5, 其他=True),
            feature({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}, 名称="乙"),
            feature(None, 名称="丙"),
            feature({"type": "Point", "coordinates": ["x"]}, 名称="丁"),
        ).replace("1.5", "1.50")
        (tmp_path / "a.geojson").write_text(text, encoding="utf-8-sig")
        (delivery,) = got(tmp_path, self.SOURCE, PLACE)
        found = rows(delivery)
        assert [(r["_row"], r["name"], r["depth"], r["lon"], r["kind"]) for r in found] == [
            (1, "甲", "1.50", "120.48", "POINT"), (2, "乙", None, None, "MULTIPOLYGON"), (3, "丙", None, None, None),
            (4, "丁", None, None, None),
        ]  # fmt: skip
        assert shapely.from_wkt(found[0]["wkt"]).x == 120.48
        assert shapely.from_wkt(found[1]["wkt"]).area == 0.5
        assert [bool(r["_fault"]) for r in found] == [False, False, False, True]
        assert check(delivery, "no_unknown_columns")["seen"] == "其他"
        assert delivery.detail["crs"] == "OGC:CRS84"

    @pytest.mark.parametrize(
        "geometry",
        ["POINT (1 2)", "LINESTRING (0 0, 1 1)", "POLYGON ((0 0, 1 0, 1 1, 0 0))", "MULTIPOINT (1 2, 3 4)",
         "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"],
    )  # fmt: skip
    def test_every_kind_of_geometry_reads_back_the_same(self, tmp_path: Path, geometry: str) -> None:
        shape = shapely.from_wkt(geometry)
        (tmp_path / "a.geojson").write_text(
            collection(feature(json.loads(shapely.to_geojson(shape)), 名称="甲", 埋深=1))
        )
        (row,) = rows(got(tmp_path, self.SOURCE, PLACE)[0])
        assert row["_fault"] is None
        assert shapely.equals_exact(shapely.from_wkt(row["wkt"]), shape)

    def test_another_reference_system_than_promised_is_refused(self, tmp_path: Path) -> None:
        point = feature({"type": "Point", "coordinates": [120.48, 30.08]}, 名称="甲", 埋深=1)
        (tmp_path / "a.geojson").write_text(collection(point, crs="urn:ogc:def:crs:EPSG::4490"), encoding="utf-8")
        source = {**self.SOURCE, "crs": "EPSG:4490"}
        assert len(rows(got(tmp_path, source, PLACE)[0])) == 1
        (refusal,) = got(tmp_path, {**source, "crs": "EPSG:4326"}, PLACE)
        assert "another reference system" in refusal.error.what
        assert "4490" in refusal.error.seen

    def test_cut_deep_and_other_json_is_refused(self, tmp_path: Path) -> None:
        good = collection(feature(None, 名称="甲", 埋深=1))
        (tmp_path / "1.geojson").write_text(good[:-5], encoding="utf-8")
        (tmp_path / "2.geojson").write_text("[" * 200_000, encoding="utf-8")
        (tmp_path / "3.geojson").write_text('{"type": "Topology"}', encoding="utf-8")
        (tmp_path / "4.geojson").write_bytes(good.encode("gbk"))
        what = [f.error.what for f in got(tmp_path, self.SOURCE, PLACE)]
        assert "no complete GeoJSON" in what[0]
        assert "nested deeper" in what[1]
        assert "no GeoJSON layer" in what[2]
        assert "not written in UTF-8" in what[3]


def layer(folder: Path, encoding: str = "GBK", crs: str | None = "EPSG:4490", name: str = "管线") -> list[Path]:
    """Write a shapefile of two points and return its parts."""
    folder.mkdir(parents=True, exist_ok=True)
    points = np.array([shapely.Point(120.48, 30.08).wkb, shapely.Point(120.5, 30.1).wkb], dtype=object)
    fields = [np.array(["甲路给水", "乙路排水"], dtype=object), np.array([1.5, 2.25])]
    pyogrio.raw.write(
        folder / f"{name}.shp", points, fields, np.array(["名称", "埋深"]), geometry_type="Point", crs=crs,
        encoding=encoding,
    )  # fmt: skip
    return sorted(folder.glob(f"{name}.*"))


def zipped(path: Path, parts: list[Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for p in parts:
            z.write(p, f"图层/{p.name}")
    return path


class TestShapefiles:
    SOURCE = {"pattern": "*.zip", "format": "shapefile"}

    @pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
    def test_a_zipped_layer_gives_text_numbers_and_places(self, tmp_path: Path, encoding: str) -> None:
        zipped(tmp_path / "a.zip", layer(tmp_path / "parts", encoding))
        (delivery,) = got(tmp_path, self.SOURCE, PLACE)
        assert [(r["_row"], r["name"], r["depth"], r["wkt"]) for r in rows(delivery)] == [
            (1, "甲路给水", "1.5", "POINT (120.48 30.08)"), (2, "乙路排水", "2.25", "POINT (120.5 30.1)"),
        ]  # fmt: skip
        assert delivery.detail["crs"] == "EPSG:4490"
        assert "China" in delivery.detail["prj"]

    def test_without_a_cpg_the_contract_names_the_encoding(self, tmp_path: Path) -> None:
        parts = [p for p in layer(tmp_path / "parts") if p.suffix != ".cpg"]
        zipped(tmp_path / "a.zip", parts)
        (delivery,) = got(tmp_path, {**self.SOURCE, "encoding": "gbk"}, PLACE)
        assert rows(delivery)[0]["name"] == "甲路给水"
        (refusal,) = got(tmp_path, self.SOURCE, PLACE)
        assert isinstance(refusal, Refusal), "GBK text must not pass as UTF-8"

    def test_the_parts_side_by_side_are_one_file(self, tmp_path: Path) -> None:
        layer(tmp_path)
        source = {"pattern": "*.shp", "format": "shapefile"}
        (delivery,) = got(tmp_path, source, PLACE)
        assert rows(delivery)[1]["name"] == "乙路排水"
        assert ".dbf" in delivery.detail["stamp"]
        (tmp_path / "管线.dbf").unlink()
        (refusal,) = got(tmp_path, source, PLACE)
        assert ".dbf is missing" in refusal.error.what

    def test_incomplete_several_damaged_and_foreign_layers_are_refused(self, tmp_path: Path) -> None:
        parts = layer(tmp_path / "parts")
        zipped(tmp_path / "1.zip", [p for p in parts if p.suffix != ".shx"])
        zipped(tmp_path / "2.zip", parts + layer(tmp_path / "more", name="另一层"))
        zipped(tmp_path / "3.zip", layer(tmp_path / "other", crs="EPSG:4326"))
        (tmp_path / "parts" / "管线.shp").write_bytes(b"nothing")
        zipped(tmp_path / "4.zip", parts)
        source = {**self.SOURCE, "crs": "EPSG:4490"}
        what = [f.error.what for f in got(tmp_path, source, PLACE)]
        assert ".shx is missing" in what[0]
        assert "several shapefiles" in what[1]
        assert "another reference system" in what[2]
        assert "damaged" in what[3]
        named = got(tmp_path, {**source, "pattern": "2.zip", "layer": "另一层"}, PLACE)
        assert len(rows(named[0])) == 2


DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def with_part(path: Path, part: str, change: Any) -> None:
    """Rewrite one part of an office file."""
    with zipfile.ZipFile(path) as z:
        held = {n: z.read(n) for n in z.namelist()}
    held[part] = change(held.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in held.items():
            z.writestr(name, data)


class TestHostileContainers:
    ZIP = {**TEXT, "pattern": "*.zip", "members": "*.csv"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_in_a_workbook_or_document_are_refused_unread(self, tmp_path: Path, encoding: str) -> None:
        book = openpyxl.Workbook()
        book.active.append(["a", "b"])
        book.save(tmp_path / "a.xlsx")
        with_part(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", lambda _: (DTD + "<x>&b;</x>").encode(encoding))
        plan(tmp_path / "b.docx")
        with_part(tmp_path / "b.docx", "word/document.xml", lambda _: (DTD + "<x>&b;</x>").encode(encoding))
        (first,) = got(tmp_path, {"pattern": "*.xlsx", "format": "xlsx"}, AB)
        (second,) = got(tmp_path, PLAN, TEAM)
        assert "XML entities" in first.error.what
        assert "XML entities" in second.error.what

    def test_links_to_other_files_are_noted_and_never_followed(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["a", "b"])
        book.active.append([1, 2])
        book.save(tmp_path / "a.xlsx")
        link = b'<Relationships><Relationship Id="rId1" Target="file:///C:/others/secret.xlsx" TargetMode="External"/></Relationships>'
        with_part(tmp_path / "a.xlsx", "xl/externalLinks/_rels/externalLink1.xml.rels", lambda _: link)
        (delivery,) = got(tmp_path, {"pattern": "*.xlsx", "format": "xlsx"}, AB)
        assert check(delivery, "no_external_links")["seen"] == "1 other file(s): secret.xlsx"
        assert [(r["a"], r["b"]) for r in rows(delivery)] == [("1", "2")]

    def test_an_archive_in_an_archive_a_locked_one_and_an_empty_one_are_refused(self, tmp_path: Path) -> None:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as z:
            z.writestr("x.csv", "a,b\n1,2\n")
        with zipfile.ZipFile(tmp_path / "1.zip", "w") as z:
            z.writestr("x.csv", inner.getvalue())
        with zipfile.ZipFile(tmp_path / "2.zip", "w") as z:
            z.writestr("x.csv", "a,b\n1,2\n")
        locked = bytearray((tmp_path / "2.zip").read_bytes())
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            locked[locked.index(mark) + at] |= 1
        (tmp_path / "2.zip").write_bytes(bytes(locked))
        with zipfile.ZipFile(tmp_path / "3.zip", "w") as z:
            z.writestr("readme.txt", "x")
        what = [f.error.what for f in got(tmp_path, self.ZIP, AB)]
        assert "holds another archive" in what[0]
        assert "password" in what[1]
        assert "no member the contract asks for" in what[2]

    @pytest.mark.parametrize("name", ["/etc/x.csv", "..\\x.csv", "C:\\x.csv", "a/../../x.csv"])
    def test_names_that_lead_outside_are_refused(self, tmp_path: Path, name: str) -> None:
        with zipfile.ZipFile(tmp_path / "1.zip", "w") as z:
            z.writestr(name, "a,b\n")
        (refusal,) = got(tmp_path, self.ZIP, AB)
        assert "outside the archive" in refusal.error.what

    def test_a_member_larger_than_it_says_is_refused(self, tmp_path: Path) -> None:
        data = b"a,b\n" + b"1,2\n" * 50_000
        with zipfile.ZipFile(tmp_path / "1.zip", "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("x.csv", data)
        raw = bytearray((tmp_path / "1.zip").read_bytes())
        for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            raw[raw.index(mark) + at : raw.index(mark) + at + 4] = (400).to_bytes(4, "little")
        (tmp_path / "1.zip").write_bytes(bytes(raw))
        (refusal,) = got(tmp_path, self.ZIP, AB)
        assert "broken" in refusal.error.what

    def test_a_gzip_bomb_is_refused_while_it_is_read(self, tmp_path: Path) -> None:
        with gzip.open(tmp_path / "a.csv.gz", "wb", 9) as f:
            f.write(b"a,b\n")
            for _ in range(200):
                f.write(b"1,2\n" * (1 << 18))
        (refusal,) = got(tmp_path, {**TEXT, "pattern": "*.gz"}, AB)
        assert "unpacks to more" in refusal.error.what

    def test_chinese_member_names_are_read_in_their_own_encoding(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "1.zip", "w") as z:
            info = zipfile.ZipInfo("用水_2026-07-01.csv".encode("gbk").decode("cp437"))
            z.writestr(info, "a,b\n1,2\n")
        raw = (tmp_path / "1.zip").read_bytes()
        name = info.filename.encode()
        gbk = "用水_2026-07-01.csv".encode("gbk")
        assert name in raw
        with zipfile.ZipFile(tmp_path / "1.zip", "w") as z:
            z.writestr(_Plain(gbk), "a,b\n1,2\n")
        (delivery,) = got(tmp_path, {**self.ZIP, "members": "用水_*.csv"}, AB)
        assert rows(delivery)[0]["_part"] == "用水_2026-07-01.csv"


class _Plain(zipfile.ZipInfo):
    """A member whose name is written in bytes of our choice, without the flag of UTF-8."""

    def __init__(self, name: bytes) -> None:
        super().__init__(name.decode("cp437"))
        self._own = name

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self._own, self.flag_bits & ~0x800


class TestLargeText:
    def test_blocks_give_the_same_rows_and_numbers_as_the_whole(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = "a,b\r\n" + "".join(
            f'{n},"x\r\ny{n}"\r\n' if n % 7 == 0 else f"{n}\r\n" if n % 11 == 0 else f"{n},柯{n}\r\n"
            for n in range(2000)
        )
        for name, encoding in (("u.csv", "utf-8-sig"), ("g.csv", "gb18030")):
            (tmp_path / name).write_bytes(text.encode(encoding))
        whole = [rows(got(tmp_path, {**TEXT, "pattern": p, "encoding": e}, AB)[0]) for p, e in
                 (("u.csv", "utf-8"), ("g.csv", "gb18030"))]  # fmt: skip
        assert whole[0] == whole[1]
        assert len(whole[0]) == 2000
        assert sum(r["_fault"] is not None for r in whole[0]) == sum(n % 7 != 0 and n % 11 == 0 for n in range(2000))
        for size in (64, 257, 4096):
            monkeypatch.setattr(blocks, "BLOCK", size)
            assert rows(got(tmp_path, {**TEXT, "pattern": "u.csv", "encoding": "utf-8"}, AB)[0]) == whole[0]
            assert rows(got(tmp_path, {**TEXT, "pattern": "g.csv", "encoding": "gb18030"}, AB)[0]) == whole[0]

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    def test_every_line_end_ends_a_block(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
        monkeypatch.setattr(blocks, "BLOCK", 50)
        (tmp_path / "x.csv").write_bytes(end.join(["a,b", *(f"{n},{n}" for n in range(100))]).encode())
        found = rows(got(tmp_path, TEXT, AB)[0])
        assert [(r["_row"], r["a"]) for r in found] == [(n + 2, str(n)) for n in range(100)]

    def test_a_wrong_byte_far_inside_is_named_by_its_place_in_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(blocks, "BLOCK", 64)
        good = "a,b\n" + "1,柯桥\n" * 100
        for name, data, encoding in (
            ("u.csv", good.encode() + b"2,\xbf\xc2\n", "utf-8"),
            ("g.csv", good.encode("gbk") + b"2,\xff\xff\n", "gbk"),
        ):
            (tmp_path / name).write_bytes(data)
            (refusal,) = got(tmp_path, {**TEXT, "pattern": name, "encoding": encoding}, AB)
            assert f"byte {len(data) - 3} (line 102)" in refusal.error.seen

    def test_a_large_file_is_handed_on_slice_by_slice_and_says_its_fault_when_it_comes_to_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(containers, "EAGER", 100)
        monkeypatch.setattr(blocks, "BLOCK", 64)
        (tmp_path / "x.csv").write_bytes(b"a,b,c\n" + b"1,2,3\n" * 100 + b"4,\xbf\xc2,5\n")
        (delivery,) = got(tmp_path, TEXT, AB)
        taken: list[int] = []
        with pytest.raises(SourceError, match="not written in utf-8"):
            taken.extend(len(part.rows) for part in delivery.slices)
        assert sum(taken) > 80
        (tmp_path / "x.csv").write_bytes(b"a,b,c\n" + b"1,2,3\n" * 100)
        (delivery,) = got(tmp_path, TEXT, AB)
        assert len(rows(delivery)) == 100
        assert check(delivery, "no_unknown_columns")["checked"] == 1

    def test_a_line_of_200_megabytes_is_refused_in_small_memory(self, tmp_path: Path) -> None:
        with (tmp_path / "x.csv").open("wb") as f:
            f.write(b"a,b\n1,")
            for _ in range(200):
                f.write(b"x" * (1 << 20))
        code = (
            "import resource, sys; from pathlib import Path\n"
            "from tests.unit.connectors.test_files import AB, TEXT, got\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "(delivery,) = got(Path(sys.argv[1]), TEXT, AB)\n"
            "what = 'nothing'\n"
            "try: list(delivery.slices)\n"
            "except Exception as e: what = e.what\n"
            "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "print((after - before) // 1024, what)\n"
        )
        env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, env=env
        )
        assert done.returncode == 0, done.stderr
        grown, _, what = done.stdout.partition(" ")
        assert "a line of the file does not end" in what
        assert int(grown) < 120, f"grew by {grown} MB"


class TestWindows:
    def test_the_period_in_a_name_chooses_files_and_else_the_period_column_chooses_rows(self, tmp_path: Path) -> None:
        for name in ("表_2026Q2.csv", "表_2026年第三季度.csv", "表_202610.csv", "表.csv"):
            (tmp_path / name).write_text("a,b\n2026-08-01,x\n2026/5/2,y\n,z\n", encoding="utf-8")
        contract, table = made(TEXT, {"a": {"source": "a", "type": "date"}, "b": {"source": "b", "type": "text"}})
        object.__setattr__(table, "period_column", "a")
        window = (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
        since = Since(seen=frozenset({"x"}), window=window)
        found = list(files.deliveries(contract, table, {"path": str(tmp_path)}, since))
        assert {d.name: [r["b"] for r in rows(d)] for d in found} == {
            "表.csv": ["x", "z"], "表_2026年第三季度.csv": ["x", "y", "z"],
        }  # fmt: skip
        assert [d.sha256 is None for d in found] == [True, False]

    @pytest.mark.parametrize(
        ("name", "first", "after"),
        [("x_2026Q3.csv", "2026-07-01", "2026-10-01"), ("2026年第四季度", "2026-10-01", "2027-01-01"),
         ("日报_20260715.zip", "2026-07-15", "2026-07-16"), ("日报_2026-07-15.zip", "2026-07-15", "2026-07-16"),
         ("月报_202612.csv", "2026-12-01", "2027-01-01"), ("2026年7月.xlsx", "2026-07-01", "2026-08-01"),
         ("2026-07.csv", "2026-07-01", "2026-08-01"), ("年报2026.xlsx", "2026-01-01", "2027-01-01")],
    )  # fmt: skip
    def test_periods_in_names(self, name: str, first: str, after: str) -> None:
        span = files.places.period_in(name)
        assert span is not None
        assert (span[0].isoformat(), span[1].isoformat()) == (first, after)

    def test_a_name_without_a_period_tells_none(self) -> None:
        assert files.places.period_in("企业名录_终版2.xlsx") is None
