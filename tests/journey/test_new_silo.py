"""A silo is added live by its owner's sample alone: skeleton, check, pull, door, staging, reconcile; no Python is written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

from pipelines.settings import ROOT
from simulator.services import make

HEADER = "站点编号,站点名称,镇街,队员人数,建成日期,联系电话"
STATIONS = [
    f"S{n:03d},{t}站,{t},{n + 5},2020-0{n + 1}-01,1380013800{n}"
    for n, t in enumerate(("柯桥街道", "马鞍街道", "钱清街道"))
]
BAD = "S009,兰亭站,兰亭街道,五六个,2021-01-01,13800138009"


class House:
    """A copy of the project that may be changed, with a home of its own."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self.silos: dict[str, Any] = {}

    def connect(self, silo: str, connection: dict[str, Any]) -> None:
        self.silos[silo] = connection
        path = self.home / "connections.yaml"
        path.write_text(yaml.safe_dump({"silos": self.silos}, allow_unicode=True), encoding="utf-8")

    def run(self, *words: str, code: int = 0) -> str:
        return self.python("-m", "pipelines.cli", *words, code=code)

    def python(self, *words: str, code: int = 0) -> str:
        env = {**os.environ, "ANLAN_HOME": str(self.home), "ANLAN_LANG": "en", "PYTHONPATH": str(self.root)}
        env.pop("ANLAN_CONNECTIONS", None)
        done = subprocess.run(
            [sys.executable, *words], cwd=self.root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The tracked rooms of the project, copied."""
    top = tmp_path_factory.mktemp("house")
    top.chmod(0o755)
    for room in ("pipelines", "dbt_project", "expectations", "docs", "simulator"):
        leave = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(ROOT / room, top / "root" / room, ignore=leave)
    for page in ("pyproject.toml", "GLOSSARY.md", "README.md"):
        shutil.copy(ROOT / page, top / "root" / page)
    (top / "home").mkdir()
    return House(top / "root", top / "home")


def lands(house: House, silo: str, landed: int, rejected: int) -> None:
    """From check to reconcile: the contract fits, rows land, bad ones are refused, staging has the rest."""
    assert "as the contract says" in house.run("silo", "check", silo)
    house.run("pull", silo)
    proof = json.loads(house.run("reconcile", "--json"))
    (table,) = [t for t in proof["tables"] if t["silo"] == silo]
    assert (table["landed"], table["rejected"]) == (landed, rejected)
    model = f"stg_{silo}__records"
    code = (
        "import json, sys, duckdb\n"
        "from pipelines import warehouse\nfrom pipelines.settings import Settings\nfrom pipelines import periods\n"
        "s = Settings.load()\n"
        "v = json.dumps(warehouse.variables(s, periods.with_previous('2026Q3')))\n"
        "r = warehouse.invoke(s, ['build', '--select', sys.argv[1], '--vars', v])\n"
        "assert r.success, [x.message for x in r.result]\n"
        "db = duckdb.connect(str(s.warehouse_file))\n"
        "name = db.execute('select table_schema from information_schema.tables where table_name = ?', [sys.argv[1]]).fetchone()[0]\n"
        "print(db.execute(f'select count(*) from \"{name}\".{sys.argv[1]}').fetchone()[0], 'rows', len(r.result), 'nodes')\n"
    )
    assert f"{landed - rejected} rows" in house.python("-c", code, model)
    page = (house.root / "docs" / "silos" / f"{silo}.md").read_text(encoding="utf-8")
    assert f"`{silo}/records`" in page
    assert not list((house.root / "pipelines" / "silos" / silo).glob("*.py"))


def contract(house: House, silo: str) -> dict[str, Any]:
    path = house.root / "pipelines" / "silos" / silo / "contract.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_a_workbook_in_a_drop_folder(house: House, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    book = xlsxwriter.Workbook(str(drop / "消防站_2026Q3.xlsx"))
    sheet = book.add_worksheet("站点")
    sheet.merge_range(0, 0, 0, 5, "柯桥区消防站名录")
    for c, text in enumerate(HEADER.split(",")):
        sheet.write(1, c, text)
    for r, line in enumerate(STATIONS, 2):
        for c, text in enumerate(line.split(",")):
            sheet.write_string(r, c, text)
    book.close()
    house.connect("stations_a", {"path": str(drop)})
    said = house.run("silo", "new", "stations_a", "--department", "XF", "--from", str(drop / "消防站_2026Q3.xlsx"),
                     "--zh", "消防站", "--en", "Fire stations")  # fmt: skip
    assert "6 columns from a sample" in said
    table = contract(house, "stations_a")["tables"]["records"]
    assert table["source"] == {"pattern": "消防站_*.xlsx", "format": "xlsx", "sheet": "站点", "skip_rows": 1}
    kinds = {c["source"]: c["type"] for c in table["columns"].values()}
    assert kinds["站点编号"] == "code"
    assert kinds["队员人数"] in {"integer", "headcount"}
    assert kinds["建成日期"] == "date"
    assert kinds["联系电话"] == "phone"
    assert len(table["key"]) == 1
    lands(house, "stations_a", 3, 0)
    everything = "".join(
        p.read_text(encoding="utf-8")
        for p in house.root.rglob("*stations_a*/**/*")
        if p.is_file() and p.suffix != ".pyc"
    )
    assert "13800138001" not in everything, "nothing of a sample is written down"
    assert "exists already" in house.run("silo", "new", "stations_a", code=2)


def test_a_csv_on_an_sftp_server_with_a_bad_row(house: House, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    server = make("sftp", tmp_path)
    server.start()
    try:
        (tmp_path / "sftp" / "stations_b").mkdir()
        drop = tmp_path / "sftp" / "stations_b" / "站点_202607.csv"
        drop.write_bytes("\n".join([HEADER, *STATIONS]).encode("gbk"))
        server.load(["stations_b"])
        house.connect("stations_b", server.connection("stations_b"))
        source = "{pattern: '站点_*.csv', format: csv, encoding: gbk}"
        house.run("silo", "new", "stations_b", "--protocol", "sftp", "--department", "XF", "--from", "connection",
                  "--source", source)  # fmt: skip
        spec = contract(house, "stations_b")
        people = next(n for n, c in spec["tables"]["records"]["columns"].items() if c["source"] == "队员人数")
        path = house.root / "pipelines" / "silos" / "stations_b" / "contract.yaml"
        path.write_text(  # agreed with the owner: this number must be there
            path.read_text(encoding="utf-8").replace(f"{people}: {{", f"{people}: {{required: true, "), encoding="utf-8"
        )
        lands(house, "stations_b", 3, 0)
        drop.write_bytes("\n".join([HEADER, *STATIONS, BAD]).encode("gbk"))
        said = house.run("silo", "check", "stations_b", code=1)
        assert "1 of 4 samples of “队员人数” do not read" in said
        house.run("pull", "stations_b")
        proof = json.loads(house.run("reconcile", "--json"))
        (table,) = [t for t in proof["tables"] if t["silo"] == "stations_b"]
        assert (table["landed"], table["rejected"]) == (7, 1)

        drop.write_bytes("\n".join([HEADER.replace("站点名称", "站名"), *STATIONS]).encode("gbk"))
        told = json.loads(house.run("silo", "check", "stations_b", "--json", code=1))
        missing = next(f for f in told["findings"] if f["claim"] == "column_missing")
        assert "是否改名为“站名”" in missing["zh"]
        server.fault("stations_b", "expired")
        told = json.loads(house.run("silo", "check", "stations_b", "--json", code=1))
        assert [f["claim"] for f in told["findings"]] == ["reachable"]
        assert "refuses the login" in told["findings"][0]["en"]
    finally:
        server.stop()


def test_a_message_feed(house: House, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    server = make("mqtt", tmp_path)
    folder = tmp_path / "mqtt" / "stations_c"
    folder.mkdir(parents=True)
    lines = [
        {"topic": "stations/alarm", "payload": {"alarmNo": f"A{n}", "raisedAt": f"2026-07-0{n} 08:00:00", "level": n}}
        for n in range(1, 6)
    ]
    (folder / "messages.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    server.start()
    try:
        server.load(["stations_c"])
        house.connect("stations_c", server.connection("stations_c"))
        house.run("silo", "new", "stations_c", "--protocol", "mqtt", "--department", "XF", "--from", "connection",
                  "--source", "stations/alarm")  # fmt: skip
        table = contract(house, "stations_c")["tables"]["records"]
        assert {c["source"]: c["type"] for c in table["columns"].values()} == {
            "alarmNo": "code", "raisedAt": "datetime", "level": "integer",
        }  # fmt: skip
        lands(house, "stations_c", 5, 0)
    finally:
        server.stop()


def test_wrong_names_and_unknown_things_are_said(house: House) -> None:
    assert "no names" in house.run("silo", "new", "Bad-Name", code=2)
    assert "is not known" in house.run("silo", "new", "good_name", "--protocol", "fax", code=2)
    assert "two letters" in house.run("silo", "new", "good_name", "--department", "fire", code=2)
    assert "neither a file" in house.run("silo", "new", "good_name", "--from", "nowhere.csv", code=2)
    assert "is not known" in house.run("silo", "check", "nobody", code=2)
