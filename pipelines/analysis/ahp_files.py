"""Judgements of the analytic hierarchy process as CSV files: one matrix per judge in, weights and their consistency out."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.analysis import ahp
from pipelines.errors import AnlanError

# what a worked sheet holds beside the judgements: a column of weights, and a line that begins with lambda_max
_BESIDE = "weight"
_BELOW = "lambda_max"
_QUOTED = 20


@dataclass(frozen=True)
class Outcome:
    """``joined``: weights of the judges together; ``judges``: name of the file and how consistent each judge is alone."""

    joined: ahp.Weights
    judges: tuple[tuple[str, ahp.Weights], ...]

    def summary(self) -> dict[str, Any]:
        """Return what stands beside the weights, unrounded."""
        w = self.joined
        return {
            "codes": len(w.codes), "lambda_max": w.lambda_max, "consistency_index": w.consistency_index, "random_index": w.random_index,
            "consistency_ratio": w.consistency_ratio, "limit": ahp.LIMIT, "worst_triad": list(w.triad or ()),
            "judges": [{"file": name, "consistency_ratio": one.consistency_ratio} for name, one in self.judges],
        }  # fmt: skip


def run(paths: Sequence[Path], out: Path | None = None) -> Outcome:
    """Return the weights of one judge or a group; with ``out``, write ``weights.csv`` (code, weight) and ``summary.json`` there.

    Raises:
        AnlanError: a file that is no matrix, other codes than in the first file, or judgements that contradict each other; nothing is written then.

    """
    if not paths:
        raise AnlanError("AHP", "has no matrix", "", "give at least one")
    files = [read(p) for p in paths]
    codes = files[0][0]
    for path, (other, _) in zip(paths, files, strict=True):
        if set(other) != set(codes):
            raise AnlanError(
                path.name, f"compares other codes than {paths[0].name}", _differ(other, codes), "let all judges compare the same codes"
            )  # fmt: skip
    matrices = [m[np.ix_(at, at)] for own, m in files for at in [[own.index(c) for c in codes]]]
    alone = tuple((p.name, ahp.measure(m, codes)) for p, m in zip(paths, matrices, strict=True))
    made = Outcome(ahp.group(matrices, codes), alone)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        with (out / "weights.csv").open("w", encoding="utf-8", newline="") as f:
            rows = zip(codes, made.joined.weights.tolist(), strict=True)
            csv.writer(f, lineterminator="\n").writerows([("code", "weight"), *rows])
        (out / "summary.json").write_text(
            json.dumps(made.summary(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return made


def read(path: Path) -> tuple[list[str], np.ndarray]:
    """Return codes and matrix of a CSV file: a corner cell, the codes, then a code and its judgements per line, in any order.

    A judgement is a number or a fraction (1/3). A column ``weight`` and a line ``lambda_max`` are left out.

    Raises:
        AnlanError: a file that is no such matrix, with the line and the codes.

    """
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise AnlanError(str(path), "cannot be read", str(e)[:200], "give a CSV file in UTF-8") from e
    full = [(n, [c.strip() for c in r]) for n, r in enumerate(rows, 1) if any(c.strip() for c in r)]
    head = full[0][1] if full else []
    at = [(i, c) for i, c in enumerate(head) if i and c and c != _BESIDE]
    lines = [(n, r) for n, r in full[1:] if r[0] != _BELOW]
    codes, given = [c for _, c in at], [r[0] for _, r in lines]
    faults = [f"line {full[0][0]}: {c} stands twice" for i, c in enumerate(codes) if c in codes[:i]]
    faults += [f"line {n}: {r[0]} stands twice" for i, (n, r) in enumerate(lines) if r[0] in given[:i]]
    faults += [f"line {n}: {r[0] or 'no code'} is no column" for n, r in lines if r[0] not in codes]
    faults += [f"column {c} has no line" for c in codes if c not in given]
    if len(codes) < 2 or faults:
        seen = _some(faults) or f"{len(codes)} codes in the first line"
        raise AnlanError(path.name, "is no matrix of judgements", seen, "first line and first column name the same codes, each once")  # fmt: skip
    order = {r[0]: (n, r) for n, r in lines}
    made = np.ones((len(codes), len(codes)))
    for i, code in enumerate(codes):
        n, cells = order[code]
        for j, (column, other) in enumerate(at):
            text = cells[column] if column < len(cells) else ""
            try:
                made[i, j] = _judgement(text)
            except (ValueError, ZeroDivisionError):
                faults.append(f"line {n}, {other}: {text!r} is no judgement")
    if faults:
        raise AnlanError(path.name, f"{len(faults)} fault(s)", _some(faults), "write a number or a fraction")
    ahp.check(made, codes, [order[c][0] for c in codes], path.name)
    return codes, made


def _judgement(text: str) -> float:
    above, stroke, below = text.partition("/")
    return float(above) / float(below) if stroke else float(above)


def _some(faults: list[str]) -> str:
    return "; ".join(faults[:_QUOTED])


def _differ(one: list[str], other: list[str]) -> str:
    unknown, missing = [c for c in one if c not in other], [c for c in other if c not in one]
    said = [f"unknown {', '.join(unknown)}" if unknown else "", f"missing {', '.join(missing)}" if missing else ""]
    return "; ".join(s for s in said if s)
