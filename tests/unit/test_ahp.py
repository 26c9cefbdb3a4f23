"""Weights from judgements, against printed examples; matrices that contradict themselves are refused."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from pipelines import cli, docs_ahp
from pipelines.analysis import ahp, ahp_files
from pipelines.docs_rules import seed_rows
from pipelines.errors import AnlanError

PILOT = [
    [1, 0.5, 0.5, 1, 0.5, 2, 2, 2, 3], [2, 1, 1, 2, 1, 2, 2, 2, 5], [2, 1, 1, 2, 1, 3, 3, 3, 6],
    [1, 0.5, 0.5, 1, 0.5, 2, 2, 2, 3], [2, 1, 1, 2, 1, 2, 2, 2, 5], [0.5, 0.5, 0.3333, 0.5, 0.5, 1, 1, 1, 2],
    [0.5, 0.5, 0.3333, 0.5, 0.5, 1, 1, 1, 2], [0.5, 0.5, 0.3333, 0.5, 0.5, 1, 1, 1, 2],
    [0.3333, 0.2, 0.1667, 0.3333, 0.2, 0.5, 0.5, 0.5, 1],
]  # fmt: skip
# the weights of the nine dimensions, as the method's table has them
PILOT_WEIGHTS = [0.1101, 0.1716, 0.1978, 0.1101, 0.1716, 0.0682, 0.0682, 0.0682, 0.0342]


def test_the_nine_dimensions_give_the_weights_of_the_method() -> None:
    made = ahp.weights(np.array(PILOT), list("ABCDEFGHI"))
    assert made.weights == pytest.approx(PILOT_WEIGHTS, abs=5e-5)
    assert (made.lambda_max, made.consistency_index, made.consistency_ratio) == pytest.approx(
        (9.1025, 0.0128, 0.0088), abs=6e-5
    )


def test_a_consistent_matrix_gives_back_its_weights_exactly() -> None:
    w = np.array([0.5, 0.3, 0.15, 0.05])
    made = ahp.weights(w[:, None] / w[None, :])
    assert made.weights == pytest.approx(w)
    assert made.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_an_inconsistent_matrix_is_refused_with_its_worst_triad() -> None:
    a = np.array([[1, 3, 1 / 5, 1], [1 / 3, 1, 3, 1], [5, 1 / 3, 1, 1], [1, 1, 1, 1]])
    with pytest.raises(AnlanError, match="CR") as caught:
        ahp.weights(a, ["a", "b", "c", "d"])
    assert "a:b = 3, a:c = 0.2, b:c = 3" in caught.value.seen


@pytest.mark.parametrize(
    ("a", "says"),
    [
        ([[1, 2], [2, 1]], "a:b = 2, but b:a = 2"), ([[1, -2], [-0.5, 1]], "a:b = -2"), ([[2, 2], [0.5, 1]], "a:a = 2"),
        ([[1, 2, 3], [0.5, 1, 2]], "shape"), ([[1, np.nan], [1, 1]], "a:b = nan"),
    ],
)  # fmt: skip
def test_what_is_no_matrix_of_judgements_is_refused(a: list[list[float]], says: str) -> None:
    with pytest.raises(AnlanError) as caught:
        ahp.weights(np.array(a), ["a", "b"])
    assert says in str(caught.value)


@pytest.mark.parametrize("a", [[[1, "two"], ["half", 1]], [[1, 2], [0.5]], "a"])
def test_text_in_an_array_is_refused_in_words(a: object) -> None:
    with pytest.raises(AnlanError, match=r"holds no numbers|not square"):
        ahp.weights(a)


def test_a_pair_is_named_with_its_rows() -> None:
    with pytest.raises(AnlanError, match=r"row 1, a:b = 2, but b:a = 2 \(row 2\)"):
        ahp.weights([[1, 2], [2, 1]], ["a", "b"])
    with pytest.raises(AnlanError, match=r"no number above 0.*row 2, b:a = 0"):
        ahp.weights([[1, 2], [0, 1]], ["a", "b"])


def test_fifteen_codes_have_a_random_index_and_sixteen_are_refused() -> None:
    made = ahp.weights(np.ones((15, 15)))
    assert (made.random_index, made.consistency_ratio) == (1.59, pytest.approx(0, abs=1e-9))
    with pytest.raises(AnlanError, match=r"too many codes.*at most 15"):
        ahp.weights(np.ones((16, 16)))


# contradicts itself as far as three judgements can
BAD = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])


def test_a_group_is_the_geometric_mean_and_its_own_consistency_decides() -> None:
    one, two = np.array([[1, 2], [0.5, 1]]), np.array([[1, 8], [0.125, 1]])
    assert ahp.group([one, two]).weights == pytest.approx([0.8, 0.2])
    # two who contradict themselves the opposite way agree with nobody and, joined, with themselves
    assert ahp.group([BAD, BAD.T]).consistency_ratio == pytest.approx(0, abs=1e-9)
    assert ahp.measure(BAD).consistency_ratio > 1
    with pytest.raises(AnlanError, match=r"CR .* is not below.*worst triad 1:2 ="):
        ahp.group([np.ones((3, 3)), BAD])
    with pytest.raises(AnlanError, match="another size"):
        ahp.group([np.ones((3, 3)), one])
    with pytest.raises(AnlanError, match=r"of judge 2.*not reciprocal"):
        ahp.group([one, [[1, 2], [2, 1]]])


def test_the_weights_in_use_are_those_of_the_judgements_rounded() -> None:
    codes, matrices = docs_ahp.judgements()
    made = dict(zip(codes, ahp.group(matrices, codes).weights.tolist(), strict=True))
    used = {(r["l1_code"], r["weight_l1"]) for r in seed_rows("method_town_indicators") if r["weight_l1"]}
    assert used == {(c, f"{w:.4f}") for c, w in made.items()}
    assert {r["rule_status"] for r in seed_rows("method_ahp_judgements")} == {"pilot"}


# ---- the command


def sheet(*rows: str) -> str:
    return "\n".join(rows) + "\n"


GOOD = sheet(",a,b,c", "a,1,2,4", "b,1/2,1,2", "c,1/4,1/2,1")


@pytest.fixture
def anlan(tmp_path: Path):
    def called(*texts: str):
        paths = [tmp_path / f"judge{i}.csv" for i in range(1, len(texts) + 1)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        args = ["ahp", *(a for p in paths for a in ("--matrix", str(p))), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(cli.app, args), tmp_path / "out"

    return called


def test_the_command_writes_weights_and_their_consistency(anlan) -> None:
    said, out = anlan(GOOD, sheet(",c,b,a", "c,1,1/2,1/4", "b,2,1,1/2", "a,4,2,1"))
    assert said.exit_code == 0, said.output
    assert "CR 0.0000" in said.output
    with (out / "weights.csv").open(encoding="utf-8", newline="") as f:
        rows = {r["code"]: float(r["weight"]) for r in csv.DictReader(f)}
    assert rows == pytest.approx({"a": 4 / 7, "b": 2 / 7, "c": 1 / 7})
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["lambda_max"], summary["random_index"]) == (pytest.approx(3), 0.58)
    assert [j["file"] for j in summary["judges"]] == ["judge1.csv", "judge2.csv"]


def test_one_judge_who_contradicts_herself_is_a_warning_where_the_group_holds(anlan) -> None:
    said, out = anlan(GOOD, GOOD, GOOD, GOOD, sheet(",a,b,c", "a,1,3,2", "b,1/3,1,2", "c,1/2,1/2,1"))
    assert said.exit_code == 0, said.output
    assert re.search(r"warning: judge5.csv alone has CR 0\.\d+, not below 0.1; worst triad a, b, c", said.output)
    assert (out / "weights.csv").is_file()


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([GOOD.replace("c,1/4", "c,1/3")], r"judge1.csv: is not reciprocal.*line 2, a:c = 4, but c:a = 0.333333 \(line 4\)"),
        ([GOOD.replace("a,1,2,4", "a,1,2,1/9").replace("c,1/4", "c,9")], "inconsistent, CR .*worst triad a:b = 2, a:c = 0.1111, b:c = 2"),
        ([GOOD.replace("1/4", "x")], "line 4, a: 'x' is no judgement"), ([GOOD.replace("1/4", "1/0")], "line 4, a: '1/0'"),
        ([GOOD.replace("1/4", "")], "line 4, a: '' is no judgement"),
        ([GOOD.replace("1/4", "0")], "no number above 0.*line 4, c:a = 0"), ([GOOD.replace("1/4", "-4")], "line 4, c:a = -4"),
        ([GOOD.replace("1/4", "1e999")], "line 4, c:a = inf"), ([GOOD.replace("1/4", "nan")], "line 4, c:a = nan"),
        ([GOOD.replace("\nc,", "\nd,")], "line 4: d is no column; column c has no line"),
        ([GOOD.replace("\nc,", "\na,")], "line 4: a stands twice"), ([GOOD.replace(",b,c", ",b,b")], "line 1: b stands twice"),
        ([""], "is no matrix of judgements"), ([GOOD, GOOD.replace("c", "d")], "judge2.csv: compares other codes.*unknown d; missing c"),
    ],
)  # fmt: skip
def test_the_command_refuses_and_writes_nothing(anlan, texts: list[str], says: str) -> None:
    said, out = anlan(*texts)
    assert isinstance(said.exception, AnlanError)
    assert said.exception.exit_code == 1
    assert re.search(says, str(said.exception))
    assert not out.exists()


def test_a_matrix_is_read_with_fractions_and_what_follows_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(",a,b,weight\na,1,3,0.75\nb,1/3,1,0.25\nlambda_max,2,CI,0\n", encoding="utf-8")
    codes, made = ahp_files.read(tmp_path / "m.csv")
    assert codes == ["a", "b"]
    assert made.tolist() == [[1, 3], [1 / 3, 1]]
    (tmp_path / "n.csv").write_text(",a,b\na,1,x\nb,1,1\n", encoding="utf-8")
    with pytest.raises(AnlanError, match="line 2, b: 'x'"):
        ahp_files.read(tmp_path / "n.csv")
