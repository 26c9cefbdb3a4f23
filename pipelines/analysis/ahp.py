"""Weights from judgements: the analytic hierarchy process (Saaty 1980), for one judge or a group (METHOD 3).

A matrix says how many times as important the row is as the column. Weights are the principal eigenvector; a matrix that
contradicts itself (consistency ratio at or above 0.1) is refused with the three judgements that fit together worst. A group's
judgements are joined by their geometric mean, and the joined matrix decides. Files are read in ``ahp_files``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from pipelines.errors import AnlanError

# random index by order, as printed in Saaty 1980, chapter 1; 1.45 of order 9 as in the pilot's matrix. There is none beyond 15.
RANDOM_INDEX = {
    1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49, 11: 1.51, 12: 1.48, 13: 1.56, 14: 1.57, 15: 1.59,
}  # fmt: skip
LIMIT = 0.1
# judgements are written with a few decimals: 0.3333 beside 3 is one third
RECIPROCAL = 2e-3
_QUOTED = 10


@dataclass(frozen=True)
class Weights:
    """``weights`` sum to 1, in the order of ``codes``; ``triad`` are the three codes whose judgements fit worst."""

    codes: tuple[str, ...]
    weights: np.ndarray
    lambda_max: float
    consistency_index: float
    random_index: float
    consistency_ratio: float
    triad: tuple[str, str, str] | None


def weights(matrix: Any, codes: Sequence[str] | None = None, limit: float = LIMIT) -> Weights:
    """Return the weights of an n x n matrix of judgements, 1 to 15 codes.

    Raises:
        AnlanError: no numbers, not square, not positive, not reciprocal (the pair is named), or inconsistent (the triad is named).

    """
    made = measure(matrix, codes)
    if made.consistency_ratio >= limit:
        a, names = _numbers(matrix), made.codes
        at = [names.index(c) for c in made.triad or ()]
        says = ", ".join(f"{names[i]}:{names[j]} = {a[i, j]:.4g}" for i, j in combinations(at, 2))
        raise AnlanError(
            "AHP matrix", f"is inconsistent, CR {made.consistency_ratio:.4f} is not below {limit:g}", f"worst triad {says}",
            "ask for these three judgements again",
        )  # fmt: skip
    return made


def measure(matrix: Any, codes: Sequence[str] | None = None) -> Weights:
    """Return the weights of a matrix and how consistent it is, whatever that is.

    Raises:
        AnlanError: as :func:`weights`, but for an inconsistent matrix.

    """
    a = _checked(matrix, codes)
    names = tuple(codes or [str(i + 1) for i in range(len(a))])
    values, vectors = np.linalg.eig(_reciprocal(a))
    top = int(np.argmax(values.real))
    vector = np.abs(vectors[:, top].real)
    n = len(a)
    highest = max(float(values[top].real), float(n))
    index = (highest - n) / (n - 1) if n > 1 else 0.0
    expected = RANDOM_INDEX[n]
    ratio = index / expected if expected else 0.0
    return Weights(names, vector / vector.sum(), highest, index, expected, ratio, worst_triad(a, names))


def group(matrices: Sequence[Any], codes: Sequence[str] | None = None, limit: float = LIMIT) -> Weights:
    """Return the weights of several judges: those of the geometric mean of their judgements, cell by cell.

    The consistency of the mean decides (METHOD 3). How consistent a judge is says :func:`measure`.

    Raises:
        AnlanError: no matrix, different sizes, one that holds no judgements (which judge is named), or a mean that is refused.

    """
    if not matrices:
        raise AnlanError("AHP", "has no matrix", "", "give at least one")
    read = []
    for number, matrix in enumerate(matrices, 1):
        try:
            read.append(_reciprocal(_checked(matrix, codes)))
        except AnlanError as e:
            raise AnlanError(f"{e.where} of judge {number}", e.what, e.seen, e.do) from e
        if read[-1].shape != read[0].shape:
            raise AnlanError(
                f"AHP matrix of judge {number}", "is of another size than the first", f"{read[-1].shape}", "compare the same codes"
            )  # fmt: skip
    return weights(np.exp(np.mean(np.log(read), axis=0)), codes, limit)


def worst_triad(a: np.ndarray, names: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Return the three codes i, j, k whose a_ij · a_jk is farthest from a_ik, as a ratio; None below three codes."""
    worst, found = -1.0, None
    for i, j, k in combinations(range(len(a)), 3):
        off = abs(np.log(a[i, j] * a[j, k] / a[i, k]))
        if off > worst:
            worst, found = float(off), (names[i], names[j], names[k])
    return found


def check(a: np.ndarray, names: Sequence[str], lines: Sequence[int] | None = None, where: str = "AHP matrix") -> None:
    """Refuse what is no matrix of judgements; ``lines`` are those of a file, where the rows stand in one.

    Raises:
        AnlanError: not square, too many codes, a judgement that is no number above 0, or one that its opposite contradicts.

    """
    if a.ndim != 2 or a.shape[0] != a.shape[1] or len(names) != len(a) or not len(a):
        raise AnlanError(where, "is not square", f"shape {a.shape}, {len(names)} codes", "one row and column per code")
    if len(a) not in RANDOM_INDEX:
        raise AnlanError(
            where, "has too many codes", str(len(a)), f"compare at most {max(RANDOM_INDEX)} at once; use a deeper tree"
        )
    row = [f"line {n}" for n in lines] if lines else [f"row {n}" for n in range(1, len(a) + 1)]
    low = [(i, j) for i, j in np.ndindex(a.shape) if not (np.isfinite(a[i, j]) and a[i, j] > 0)]
    if low:
        said = [f"{row[i]}, {names[i]}:{names[j]} = {a[i, j]:g}" for i, j in low]
        raise AnlanError(
            where,
            "holds judgements that are no number above 0",
            _some(said),
            "say how many times as important the row is",
        )
    said = [f"{row[i]}, {c}:{c} = {a[i, i]:g}" for i, c in enumerate(names) if a[i, i] != 1]
    for i, j in combinations(range(len(a)), 2):
        if abs(a[i, j] * a[j, i] - 1) > RECIPROCAL:
            said.append(
                f"{row[i]}, {names[i]}:{names[j]} = {a[i, j]:g}, but {names[j]}:{names[i]} = {a[j, i]:g} ({row[j]})"
            )
    if said:
        raise AnlanError(
            where, "is not reciprocal", _some(said), "a judgement and its opposite multiply to 1, the diagonal is 1"
        )


def _some(faults: list[str]) -> str:
    return "; ".join(faults[:_QUOTED]) + (f"; and {len(faults) - _QUOTED} more" if len(faults) > _QUOTED else "")


def _numbers(matrix: Any) -> np.ndarray:
    try:
        return np.asarray(matrix, dtype=float)
    except (TypeError, ValueError) as e:
        raise AnlanError("AHP matrix", "holds no numbers", str(e), "give rows of numbers, as many as columns") from e


def _checked(matrix: Any, codes: Sequence[str] | None) -> np.ndarray:
    a = _numbers(matrix)
    check(a, codes or [str(i + 1) for i in range(len(a))])
    return a


def _reciprocal(a: np.ndarray) -> np.ndarray:
    """Return the matrix with exact reciprocals: of a judgement and its opposite, the one of at least 1 was meant."""
    out = a.copy()
    for i, j in combinations(range(len(a)), 2):
        if a[i, j] >= a[j, i]:
            out[j, i] = 1 / a[i, j]
        else:
            out[i, j] = 1 / a[j, i]
    return out
