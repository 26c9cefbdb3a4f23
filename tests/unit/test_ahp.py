"""Weights from judgements, against printed examples; matrices that contradict themselves are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.analysis import ahp
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


def test_a_group_is_the_geometric_mean_and_one_bad_judge_is_named() -> None:
    one, two = np.array([[1, 2], [0.5, 1]]), np.array([[1, 8], [0.125, 1]])
    assert ahp.group([one, two]).weights == pytest.approx([0.8, 0.2])
    bad = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    with pytest.raises(AnlanError, match="of judge 2"):
        ahp.group([np.ones((3, 3)), bad])
    with pytest.raises(AnlanError, match="another size"):
        ahp.group([np.ones((3, 3)), one])


def test_a_matrix_is_read_with_fractions_and_what_follows_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(",a,b,weight\na,1,3,0.75\nb,1/3,1,0.25\nlambda_max,2,CI,0\n", encoding="utf-8")
    codes, made = ahp.read(tmp_path / "m.csv")
    assert codes == ["a", "b"]
    assert made.tolist() == [[1, 3], [1 / 3, 1]]
    (tmp_path / "n.csv").write_text(",a,b\na,1,x\nb,1,1\n", encoding="utf-8")
    with pytest.raises(AnlanError, match="line 2, b: 'x'"):
        ahp.read(tmp_path / "n.csv")
