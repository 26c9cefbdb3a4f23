"""Weights from judgements: the analytic hierarchy process (Saaty 1980), for one judge or a group (METHOD 3).

A matrix says how many times as important the row is as the column. Weights are the principal eigenvector; a matrix that
contradicts itself (consistency ratio at or above 0.1) is refused with the three judgements that fit together worst.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np

from pipelines.errors import AnlanError

# random index by order, as printed in Saaty 1980; 1.45 of order 9 as in the pilot's matrix
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
LIMIT = 0.1
# judgements are written with a few decimals: 0.3333 beside 3 is one third
RECIPROCAL = 2e-3


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


def weights(matrix: np.ndarray, codes: list[str] | None = None, limit: float = LIMIT) -> Weights:
    """Return the weights of an n x n matrix of judgements, 1 to 10 codes.

    Raises:
        AnlanError: not square, not positive, not reciprocal (the pair is named), or inconsistent (the triad is named).

    """
    a = np.asarray(matrix, dtype=float)
    names = tuple(codes or [str(i + 1) for i in range(len(a))])
    _check(a, names)
    values, vectors = np.linalg.eig(_reciprocal(a))
    top = int(np.argmax(values.real))
    vector = np.abs(vectors[:, top].real)
    n = len(a)
    highest = max(float(values[top].real), float(n))
    index = (highest - n) / (n - 1) if n > 1 else 0.0
    expected = RANDOM_INDEX[n]
    ratio = index / expected if expected else 0.0
    worst = worst_triad(a, names)
    made = Weights(names, vector / vector.sum(), highest, index, expected, ratio, worst)
    if ratio >= limit:
        at = [names.index(c) for c in worst] if worst else []
        says = ", ".join(f"{names[i]}:{names[j]} = {a[i, j]:.4g}" for i, j in combinations(at, 2))
        raise AnlanError(
            "AHP matrix", f"is inconsistent, CR {ratio:.4f} is not below {limit:g}", f"worst triad {says}",
            "ask for these three judgements again",
        )  # fmt: skip
    return made


def group(matrices: list[np.ndarray], codes: list[str] | None = None, limit: float = LIMIT) -> Weights:
    """Return the weights of several judges: each matrix must hold by itself, then cell by cell their geometric mean.

    Raises:
        AnlanError: no matrix, different sizes, or one that is refused; which judge is named.

    """
    if not matrices:
        raise AnlanError("AHP", "has no matrix", "", "give at least one")
    for number, matrix in enumerate(matrices, 1):
        if np.shape(matrix) != np.shape(matrices[0]):
            raise AnlanError(
                f"AHP matrix {number}", "is of another size than the first", f"{np.shape(matrix)}", "compare the same codes"
            )  # fmt: skip
        try:
            weights(matrix, codes, limit)
        except AnlanError as e:
            raise AnlanError(f"{e.where} of judge {number}", e.what, e.seen, e.do) from e
    mean = np.exp(np.mean([np.log(_reciprocal(np.asarray(m, dtype=float))) for m in matrices], axis=0))
    return weights(mean, codes, limit)


def worst_triad(a: np.ndarray, names: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Return the three codes i, j, k whose a_ij · a_jk is farthest from a_ik, as a ratio; None below three codes."""
    worst, found = -1.0, None
    for i, j, k in combinations(range(len(a)), 3):
        off = abs(np.log(a[i, j] * a[j, k] / a[i, k]))
        if off > worst:
            worst, found = float(off), (names[i], names[j], names[k])
    return found


def _check(a: np.ndarray, names: tuple[str, ...]) -> None:
    if a.ndim != 2 or a.shape[0] != a.shape[1] or len(names) != len(a):
        raise AnlanError("AHP matrix", "is not square", f"shape {a.shape}, {len(names)} codes", "one row and column per code")  # fmt: skip
    if len(a) not in RANDOM_INDEX:
        raise AnlanError(
            "AHP matrix", "has too many codes", str(len(a)), "compare at most ten at once; use a deeper tree"
        )
    faults = []
    for i, j in combinations(range(len(a)), 2):
        one, other = a[i, j], a[j, i]
        if not (np.isfinite(one) and np.isfinite(other) and one > 0 and other > 0):
            faults.append(f"{names[i]}:{names[j]} = {one:g}, {names[j]}:{names[i]} = {other:g}")
        elif abs(one * other - 1) > RECIPROCAL:
            faults.append(f"{names[i]}:{names[j]} = {one:g}, but {names[j]}:{names[i]} = {other:g}")
    faults += [f"{c}:{c} = {a[i, i]:g}" for i, c in enumerate(names) if a[i, i] != 1]
    if faults:
        raise AnlanError(
            "AHP matrix", "is not reciprocal", "; ".join(faults[:10]), "a judgement and its opposite multiply to 1, the diagonal is 1"
        )  # fmt: skip


def _reciprocal(a: np.ndarray) -> np.ndarray:
    """Return the matrix with exact reciprocals: of a judgement and its opposite, the one of at least 1 was meant."""
    out = a.copy()
    for i, j in combinations(range(len(a)), 2):
        if a[i, j] >= a[j, i]:
            out[j, i] = 1 / a[i, j]
        else:
            out[i, j] = 1 / a[j, i]
    return out


def read(path: Path) -> tuple[list[str], np.ndarray]:
    """Return codes and matrix of a CSV file: a corner cell, the codes, then a code and its judgements per line.

    A judgement is a number or a fraction (1/3). Columns and lines beyond the codes' (weight, lambda_max) are left out.

    Raises:
        AnlanError: a file that is no such matrix, with the line.

    """
    try:
        rows = [r for r in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) if r]
    except (OSError, UnicodeDecodeError) as e:
        raise AnlanError(str(path), "cannot be read", str(e)[:200], "give a CSV file in UTF-8") from e
    heads = [c.strip() for c in rows[0][1:]] if rows else []
    given = {r[0].strip(): (n, r[1:]) for n, r in enumerate(rows[1:], 2)}
    codes = [c for c in heads if c in given]
    if len(codes) < 2:
        raise AnlanError(path.name, "is no matrix of judgements", ", ".join(heads[:5]), "first line and first column name the same codes")  # fmt: skip
    made, faults = np.ones((len(codes), len(codes))), []
    for i, code in enumerate(codes):
        n, cells = given[code]
        for j, other in enumerate(codes):
            text = cells[heads.index(other)].strip() if heads.index(other) < len(cells) else ""
            try:
                made[i, j] = float(Fraction(text))
            except (ValueError, ZeroDivisionError):
                faults.append(f"line {n}, {other}: {text!r} is no judgement")
    if faults:
        raise AnlanError(
            path.name, f"{len(faults)} fault(s): " + "; ".join(faults[:20]), "", "write a number or a fraction"
        )
    return codes, made
