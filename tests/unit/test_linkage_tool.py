"""``anlan link``: files in, files out; what cannot be linked is refused by name, and then nothing is written."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from typer.testing import CliRunner

from benchmarks import tested
from benchmarks.linked import Found
from pipelines.analysis.linkage import KINDS, paths, tool
from pipelines.analysis.linkage.spec import load_spec
from pipelines.cli import app
from pipelines.errors import AnlanError
from pipelines.settings import ROOT
from tests.unit.test_linkage_engine import people

REAL = Path(os.environ.get("ANLAN_REAL") or ROOT.parent / "shared" / "real") / "linkage_febrl" / "dataset1.csv"
COLUMNS = {"given": "name", "family": "name", "born": "date", "street": "address", "phone": "phone"}
SPEC = {"id": "id", "columns": COLUMNS}
A, B = "91330600MA4932530B", "91330621MA8321622X"  # good codes by GB 32100


def put(path: Path, rows: list[dict]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def linked(tmp_path: Path, rows: list[dict], spec: dict | str = SPEC) -> Path:
    plan = tmp_path / "spec.yaml"
    plan.write_text(spec if isinstance(spec, str) else yaml.safe_dump(spec, allow_unicode=True), "utf-8")
    tool.run([put(tmp_path / "records.csv", rows)], plan, tmp_path / "out")
    return tmp_path / "out"


def test_every_record_has_a_cluster_and_every_pair_says_why(tmp_path: Path):
    rows = people()
    out = linked(tmp_path, rows)
    clusters = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    assert list(read(out / "pairs.csv")[0]) == ["left", "right", "probability", "why"]
    assert clusters.keys() == {r["id"] for r in rows}
    for pair in read(out / "pairs.csv"):
        assert clusters[pair["left"]] == clusters[pair["right"]]
        assert 0 < float(pair["probability"]) <= 1
        assert any(c in pair["why"] for c in COLUMNS)


def test_all_pairs_of_a_cluster_are_listed_also_those_by_way_of_others(tmp_path: Path):
    rows = [r | {"card": ""} for r in people(30)]
    chain = [
        ("a", "zoe", "1390001", "7"),
        ("b", "otto", "1390001", "8"),
        ("c", "ute", "1390002", "8"),
        ("d", "max", "1390002", "9"),
    ]
    rows += [{"id": i, "given": g, "family": g * 2, "phone": p, "card": c} for i, g, p, c in chain]
    out = linked(tmp_path, rows, SPEC | {"keys": ["phone", "card"]})
    told = {(r["left"], r["right"]): (r["probability"], r["why"]) for r in read(out / "pairs.csv")}
    of = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    assert set(told) == {(a, b) for a, b in combinations(sorted(of), 2) if of[a] == of[b]}
    assert list(told) == sorted(told)
    assert told["a", "c"] == ("1.000000", "by way of b")
    assert told["a", "d"][1] in {"by way of b and c", "by way of b", "by way of c"}


def test_a_pair_by_way_of_others_is_as_probable_as_the_weakest_pair_between():
    columns = {
        "left": ["a", "a", "b", "c"],
        "right": ["b", "c", "c", "d"],
        "probability": ["0.990000", "0.930000", "0.980000", "0.950000"],
    }
    pairs = pa.table(columns | {"why": ["x"] * 4})
    links = pa.table({"id": list("abcdef"), "cluster": list("aaaaee")})
    found = {(r["left"], r["right"]): (r["probability"], r["why"]) for r in paths.completed(pairs, links).to_pylist()}
    assert found["a", "d"] == ("0.950000", "by way of c")
    assert found["b", "d"] == ("0.950000", "by way of c")
    assert len(found) == 6


def test_the_spec_of_the_page_is_a_spec(tmp_path: Path):
    page = (ROOT / "docs" / "linkage.md").read_text(encoding="utf-8")
    spec = page.split("```yaml\n")[1].split("```")[0]
    draw = {
        "name": "Anna Weber",
        "born": "1990-01-31",
        "phone": "13900001111",
        "address": "7 long road",
        "card": "1",
        "card_17": "",
    }
    others = [
        draw | {"id": f"p{i}", "name": f"{r['given']} {r['family']}", "card": f"{i + 2}"}
        for i, r in enumerate(people())
    ]
    out = linked(tmp_path, [draw | {"id": "a"}, draw | {"id": "b"}, *others], spec)
    assert {r["cluster"] for r in read(out / "clusters.csv") if r["id"] in {"a", "b"}} == {"a"}
    for kind in KINDS:
        assert f"`{kind}`" in page


def test_files_given_apart_are_linked_together(tmp_path: Path):
    rows = people()
    one, two = put(tmp_path / "1.csv", rows[:90]), put(tmp_path / "2.csv", rows[90:])
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(SPEC), "utf-8")
    tool.run([two, one], tmp_path / "spec.yaml", tmp_path / "apart")
    out = linked(tmp_path, rows)
    for name in ("clusters.csv", "pairs.csv"):
        assert (tmp_path / "apart" / name).read_bytes() == (out / name).read_bytes()


def test_a_cluster_past_fifty_is_stopped_and_shown(tmp_path: Path):
    rows = [r | {"card": ""} for r in people()]
    rows += [
        {"id": f"s{i:02}", "given": "zoe", "family": "quint", "phone": f"1390{i:07}", "card": "7"} for i in range(51)
    ]
    rows += [
        {"id": f"t{i:02}", "given": "ute", "family": "quast", "phone": f"1391{i:07}", "card": "8"} for i in range(50)
    ]
    out = linked(tmp_path, rows, SPEC | {"keys": [["card"]]})
    of = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    stopped = read(out / "stopped.csv")
    assert {r["id"] for r in stopped} == {f"s{i:02}" for i in range(51)}
    assert {r["members"] for r in stopped} == {"51"}
    assert all(of[i] == i for i in of if i.startswith("s"))
    assert {of[i] for i in of if i.startswith("t")} == {"t00"}
    assert max(Counter(of.values()).values()) <= 50


def test_two_good_codes_never_meet_whatever_else_says_so(tmp_path: Path):
    rows = [r | {"uscc": "", "card": ""} for r in people()]
    firm = {
        "given": "zoe",
        "family": "quint",
        "born": "1990-01-31",
        "street": "7 long road",
        "phone": "13900001111",
        "card": "7",
    }
    rows += [firm | {"id": f"f{i}", "uscc": code} for i, code in enumerate([A, B, "", A, B])]
    spec = {"id": "id", "columns": COLUMNS | {"uscc": "code"}, "keys": [["card"], ["uscc"]], "exclusive": ["uscc"]}
    of = {r["id"]: r["cluster"] for r in read(linked(tmp_path, rows, spec) / "clusters.csv")}
    assert of["f0"] == of["f3"] == "f0"
    assert of["f1"] == of["f4"] == "f1"
    assert of["f2"] in {"f0", "f1"}


FIRM = {"name": "绍兴安澜化工有限公司", "addr": "越城区袍江路8号", "phone": "13900001111"}
# good by GB 11643
PERSON = ("33060219900101001X", "330602199001010028")


def firms(*codes: str) -> list[dict]:
    """Return one firm under each of ``codes``, among twenty others."""
    rows = [
        {"id": f"o{i}", "code": "", "name": f"{r['given']} {r['family']} {i}", "addr": r["street"], "phone": r["phone"]}
        for i, r in enumerate(people(20))
    ]
    return rows + [FIRM | {"id": f"f{i}", "code": code} for i, code in enumerate(codes)]


@pytest.mark.parametrize(
    ("good", "keys", "compared"),
    [
        ((A, B), [], True), ((A, B), [["code"]], True), ((A, B), ["code", "phone"], True),
        ((A, B), ["phone", ["code", "name"]], False), (PERSON, ["code", "phone"], True),
    ],
)  # fmt: skip
def test_two_good_codes_never_meet_though_nobody_called_them_exclusive(
    tmp_path: Path, good: tuple, keys: list, compared: bool
):
    kinds = {"name": "name", "addr": "address", "phone": "phone"} | ({"code": "code"} if compared else {})
    rows = firms(good[0], good[1], good[0], good[1].lower(), "")
    out = linked(tmp_path, rows, {"id": "id", "columns": kinds, "keys": keys})
    of = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    assert of["f0"] == of["f2"] == "f0"
    assert of["f1"] == of["f3"] == "f1"
    assert of["f4"] in {"f0", "f1"}


def test_other_long_numbers_keep_nobody_apart(tmp_path: Path):
    rows = firms(A, B, A[:-1] + "0", "202601010000000001", "202601010000000002")
    kinds = {"name": "name", "addr": "address", "phone": "phone"}
    spec = {"id": "id", "columns": kinds, "keys": ["phone", ["code", "name"]]}
    of = {r["id"]: r["cluster"] for r in read(linked(tmp_path, rows, spec) / "clusters.csv")}
    assert of["f0"] != of["f1"]
    assert {of["f2"], of["f3"], of["f4"]} <= {"f0", "f1"}


def cards(twice: int, others: int) -> list[dict]:
    """Return records with an 18-place number that is no credit code, ``twice`` of them two times."""
    rows = [
        {"id": f"{i:02}a", "name": f"{r['given']} {r['family']}", "card": f"33060220260101{i * 547:04}", "phone": r["phone"]}
        for i, r in enumerate([r for r in people() if r["id"].endswith("a")][: twice + others])
    ]  # fmt: skip
    return rows + [r | {"id": r["id"][:2] + "b"} for r in rows[:twice]]


@pytest.mark.parametrize(
    ("twice", "others", "kinds", "joined"),
    [
        (1, 15, {"name": "name", "card": "code"}, True), (3, 20, {"card": "code"}, True), (14, 0, {"card": "code"}, True),
        (1, 15, {"name": "name", "phone": "phone"}, False), (1, 15, {"phone": "phone"}, False),
    ],
)  # fmt: skip
def test_equal_records_are_found_where_few_are_twice(
    tmp_path: Path, twice: int, others: int, kinds: dict, joined: bool
):
    out = linked(tmp_path, cards(twice, others), {"id": "id", "columns": kinds})
    pairs = {(r["left"], r["right"]) for r in read(out / "pairs.csv")}
    shown = pairs if joined else pairs | {(r["left"], r["right"]) for r in read(out / "review.csv")}
    assert shown == {(f"{i:02}a", f"{i:02}b") for i in range(twice)}


def test_kin_at_one_home_are_shown_and_not_joined(tmp_path: Path):
    rows = [r | {"name": f"{r['given']} {r['family']}", "card": ""} for r in people()]
    homes = {
        "ab": ("胡斌文", "胡斌伟", "1995-03-19", "13905751234", "袍江路8号"), "cd": ("李辉涛", "李涛辉", "1968-11-02", "13867508891", "柯北大道77号"),
        "ef": ("孙桂兰", "孙桂蓝", "1987-07-23", "15157544460", "鉴湖街道4幢"), "gh": ("周国强", "周国斌", "1976-01-30", "18806752917", "城南村102号"),
    }  # fmt: skip
    for who, (one, other, born, phone, street) in homes.items():
        rows += [
            {"id": i, "name": name, "born": born, "phone": phone, "street": street, "card": ""}
            for i, name in zip(who, (one, other), strict=True)
        ]
    for row in rows[-2:]:
        row["card"] = "330602202601010547"
    kinds = {"name": "name", "born": "date", "street": "address", "phone": "phone", "card": "code"}
    out = linked(tmp_path, rows, {"id": "id", "columns": kinds})
    of = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    assert [of[i] for i in "abcdefgh"] == list("abcdeegg")
    assert {("a", "b"), ("c", "d")} <= {(r["left"], r["right"]) for r in read(out / "review.csv")}


@pytest.mark.parametrize("word", ["no", "on", "y", "yes", "1", "010", "1.50", "2026-01-01"])
def test_a_column_is_called_what_the_header_calls_it_whatever_yaml_makes_of_it(tmp_path: Path, word: str):
    text = f"id: {word}\ncolumns: {{n: name, off: code}}\nkeys: [[off]]\nexclusive: off\nthreshold: 0.9\n"
    (tmp_path / "spec.yaml").write_text(text, "utf-8")
    found = load_spec(tmp_path / "spec.yaml")
    assert (found.id, found.columns, found.keys, found.exclusive, found.threshold) == (
        word, {"n": "name", "off": "code"}, (("off",),), ("off",), 0.9,
    )  # fmt: skip


def test_a_phone_that_is_no_number_joins_nobody(tmp_path: Path):
    rows = people(20)
    strangers = [
        ("zoe", "quint", "0"),
        ("otto", "amsel", "0"),
        ("ute", "olbers", "00"),
        ("ingo", "birk", "00"),
        ("lea", "fink", "111"),
        ("max", "dachs", "111"),
    ]
    rows += [{"id": f"x{i}", "given": g, "family": f, "phone": p} for i, (g, f, p) in enumerate(strangers)]
    out = linked(tmp_path, rows, SPEC | {"keys": ["phone"]})
    of = {r["id"]: r["cluster"] for r in read(out / "clusters.csv")}
    assert all(of[f"x{i}"] == f"x{i}" for i in range(6))


def test_a_file_of_gb18030_is_read_and_a_broken_one_of_utf8_is_not(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: 编号, columns: {名称: name}, keys: [名称]}", "utf-8")
    text = "编号,名称\n1,绍兴安澜化工有限公司\n2,绍兴安澜化工有限公司\n3,柯桥印染厂\n"
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / "records.csv").write_bytes(text.encode(encoding))
        tool.run([tmp_path / "records.csv"], tmp_path / "spec.yaml", tmp_path / encoding)
    assert (tmp_path / "gb18030" / "pairs.csv").read_bytes() == (tmp_path / "utf-8" / "pairs.csv").read_bytes()
    assert len(read(tmp_path / "gb18030" / "pairs.csv")) == 1
    broken = text.encode("utf-8").replace("柯".encode(), b"\xe6\x9f\xd0\xd0")
    (tmp_path / "records.csv").write_bytes(broken)
    with pytest.raises(AnlanError, match="is not UTF-8"):
        tool.run([tmp_path / "records.csv"], tmp_path / "spec.yaml", tmp_path / "out")


def test_a_credit_code_with_a_wrong_check_place_keeps_nobody_apart(tmp_path: Path):
    rows = [r | {"uscc": ""} for r in people()]
    firm = {"given": "zoe", "family": "quint", "born": "1990-01-31", "street": "7 long road", "phone": "13900001111"}
    codes = [A, A, A, A, A[:-1] + "0", B, B, B, B]
    rows += [firm | {"id": f"f{i}", "uscc": code} for i, code in enumerate(codes)]
    rows[-4:] = [
        r | {"given": "ute", "family": "olbers", "phone": "13911112222", "street": "8 other way"} for r in rows[-4:]
    ]
    spec = {"id": "id", "columns": COLUMNS | {"uscc": "code"}, "keys": [["uscc"]], "exclusive": ["uscc"]}
    of = {r["id"]: r["cluster"] for r in read(linked(tmp_path, rows, spec) / "clusters.csv")}
    assert {of[f"f{i}"] for i in range(5)} == {"f0"}
    assert {of[f"f{i}"] for i in range(5, 9)} == {"f5"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("id: [a", "is not YAML"), ("- id", "is not a list of settings"), ("", "is not a list of settings"),
        ({"columns": COLUMNS}, "names no id column"), ({"id": "id"}, "columns is no list"), ({"id": "id", "columns": {}}, "names no columns"),
        (SPEC | {"colour": 1}, "unknown settings"), ({"id": "id", "columns": {"given": "nom"}}, "kind that does not exist"),
        ({"id": "id", "columns": COLUMNS | {"shoe": "code"}}, "lacks columns"), (SPEC | {"keys": [["shoe"]]}, "lacks columns"),
        (SPEC | {"keys": {"a": 1}}, "keys is no list of columns"), (SPEC | {"keys": [[]]}, "keys holds an empty list"),
        (SPEC | {"exclusive": ["given"]}, "exclusive columns must be"), (SPEC | {"needed": ["shoe"]}, "needed names a column"),
        (SPEC | {"threshold": 1.5}, "threshold is no probability"), (SPEC | {"threshold": "high"}, "threshold is no probability"),
        (SPEC | {"max_cluster": 1}, "max_cluster is no whole number"), ({"id": "given", "columns": COLUMNS}, "also compared"),
        ({"id": "key", "columns": COLUMNS}, "has no id column"),
    ],
)  # fmt: skip
def test_a_bad_spec_is_refused_and_nothing_written(tmp_path: Path, spec: dict | str, said: str):
    with pytest.raises(AnlanError, match=said):
        linked(tmp_path, people(), spec)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"), (b"id,given\n", "holds no records"), (b"id,given\na,x\na,y\n", "repeats an id"), (b"id,given\n,x\n", "without an id"),
        (b"id,given\na,x,1\n", "another width"), (b"id,given,given\na,x,y\n", "names a column twice"), (b"id,given\na,\xff\n", "is not UTF-8"),
        ("id,given\n".encode("utf-16"), "is not UTF-8"),
    ],
)  # fmt: skip
def test_bad_records_are_refused_and_nothing_written(tmp_path: Path, raw: bytes, said: str):
    (tmp_path / "records.csv").write_bytes(raw)
    (tmp_path / "spec.yaml").write_text("{id: id, columns: {given: name}}", "utf-8")
    with pytest.raises(AnlanError, match=said):
        tool.run([tmp_path / "records.csv"], tmp_path / "spec.yaml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_not_there_is_named(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: id, columns: {given: name}}", "utf-8")
    with pytest.raises(AnlanError, match="cannot be read"):
        tool.run([tmp_path / "none.csv"], tmp_path / "spec.yaml", tmp_path / "out")
    with pytest.raises(AnlanError, match="cannot be read"):
        tool.run([put(tmp_path / "a.csv", people())], tmp_path / "none.yaml", tmp_path / "out")


@pytest.mark.skipif(not REAL.is_file(), reason=f"the real file is not there: {REAL.name} (ANLAN_REAL)")
def test_febrl_is_linked_without_labels(tmp_path: Path, record_property: Callable):
    kinds = {
        "given_name": "name", "surname": "name", "street_number": "free", "address_1": "address", "address_2": "address",
        "suburb": "free", "postcode": "code", "state": "free", "date_of_birth": "date", "soc_sec_id": "code",
    }  # fmt: skip
    plan = tmp_path / "spec.yaml"
    plan.write_text(yaml.safe_dump({"id": "rec_id", "columns": kinds}), "utf-8")
    told = CliRunner().invoke(app, ["link", "--data", str(REAL), "--spec", str(plan), "--out", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    of = {r["id"]: r["cluster"] for r in read(tmp_path / "out" / "clusters.csv")}
    sizes = Counter((cluster, i.split("-")[1]) for i, cluster in of.items())
    found = sum(n * (n - 1) // 2 for n in Counter(of.values()).values())
    true = sum(n * (n - 1) // 2 for n in Counter(i.split("-")[1] for i in of).values())
    right = sum(n * (n - 1) // 2 for n in sizes.values())
    assert true == 500
    assert 2 * right / (found + true) >= 0.99
    pairs = Found(right, found - right, true - right)
    record_property(tested.NAME, tested.line("Febrl 1", "公开文件 public file", len(of), pairs, "F1 ≥ 0.99"))
