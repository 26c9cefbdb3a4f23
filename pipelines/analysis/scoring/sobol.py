"""What a rank hangs on: Sobol indices of first and of total order, by the sampling and the estimators of SALib.

``design`` gives the rows that ``SALib.sample.sobol.sample(…, calc_second_order=False, scramble=False)`` gives, ``indices`` what
``SALib.analyze.sobol.analyze`` makes of the outputs (Saltelli 2010 for the first order, Jansen 1999 for the total). Inputs may stand in
groups that are moved together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.stats import qmc

from pipelines.analysis.scoring.engine import Scores
from pipelines.analysis.scoring.moved import Movable, ranks_of
from pipelines.analysis.scoring.spec import Spec
from pipelines.analysis.scoring.uncertainty import adjusted, movable
from pipelines.errors import AnlanError


@dataclass(frozen=True)
class Factor:
    """Inputs that are moved together: ``kind`` weights, goalposts or mean; ``code`` the node below the root that they belong to."""

    kind: str
    code: str
    columns: tuple[int, ...]


def factors(spec: Spec) -> list[Factor]:
    """Return the factors of an index: per child of the root the weights in it and the goalposts in it, then the kind of mean.

    Weights and goalposts are those of the child and of all below it. Goalposts are there only where the spec has some to move.
    """
    of = {0: -1}
    kids = spec.children[spec.nodes[0].code]
    for top in kids:
        of[top] = top
    for i, node in enumerate(spec.nodes):
        for k in spec.children.get(node.code, []):
            of.setdefault(k, of[i])
    m, n = len(spec.nodes), len(spec.leaves)
    found = [Factor("weights", spec.nodes[t].code, tuple(i for i in range(m) if of[i] == t)) for t in kids]
    for top in kids if spec.method == "goalposts" else []:
        at = [j for j, i in enumerate(spec.leaves) if of[i] == top]
        found.append(Factor("goalposts", spec.nodes[top].code, tuple([m + j for j in at] + [m + n + j for j in at])))
    return [*found, Factor("mean", "", (m + 2 * n,))]


def design(base: int, width: int, groups: list[tuple[int, ...]], skip: int = 0) -> np.ndarray:
    """Return runs x ``width`` between 0 and 1: per row of the base sample A, then A with each group out of B, then B.

    ``base`` is a power of 2, for which alone the Sobol sequence is even; ``skip``: rows of the sequence left out at its beginning.
    """
    if base < 1 or base & (base - 1):
        raise AnlanError("Sobol sampling", "needs a base sample that is a power of 2", str(base), "give 256, say")
    sequence = qmc.Sobol(2 * width, scramble=False)
    if skip:
        sequence.fast_forward(skip)
    both = sequence.random(base)
    runs = np.repeat(both[:, None, :width], len(groups) + 2, axis=1)
    for g, columns in enumerate(groups):
        runs[:, g + 1, list(columns)] = both[:, width + np.array(columns)]
    runs[:, -1] = both[:, width:]
    return runs.reshape(-1, width)


def indices(outputs: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices, both groups x outputs, of ``outputs`` (runs of ``design`` x outputs).

    An output that never varies hangs on nothing: all its indices are 0.
    """
    y = outputs.reshape(-1, groups + 2, outputs.shape[1])
    middle, spread = outputs.mean(axis=0), outputs.std(axis=0)
    y = (y - middle) / np.where(spread > 0, spread, 1.0)
    a, crossed, b = y[:, 0], y[:, 1:-1], y[:, -1]
    variance = np.concatenate([a, b]).var(axis=0)
    still = (spread == 0) | (variance == 0)
    variance = np.where(still, 1.0, variance)
    first = (b[:, None] * (crossed - a[:, None])).mean(axis=0) / variance
    total = 0.5 * ((a[:, None] - crossed) ** 2).mean(axis=0) / variance
    return np.where(still, 0.0, first), np.where(still, 0.0, total)


def ranked(model: Movable, base: int, settle: object) -> tuple[list[Factor], np.ndarray, np.ndarray]:
    """Return the factors of an index and the indices of its units' ranks, factors x units.

    ``settle`` makes of the scores of runs (runs x units) the ranks that are judged.
    """
    found = factors(model.spec)
    # the first row of the sequence is all noughts, every goalpost at its lowest end: it says nothing of the middle
    runs = design(base, model.width, [f.columns for f in found], skip=base)
    ranks = np.concatenate(
        [settle(model.scores(runs[i : i + model.at_once])) for i in range(0, len(runs), model.at_once)]  # type: ignore[operator]
    )
    return found, *indices(ranks.astype(float), len(found))


def rank_drivers(made: Scores, values: np.ndarray, base: int = 256) -> pa.Table:
    """Return one row per rated unit x period x factor: how much of the variation of its rank hangs on it.

    ``first`` alone, ``total`` with all it acts together with; the largest total first. Runs: ``base`` x (factors + 2).
    """
    model = movable(made, values)
    rows: dict[str, list] = {n: [] for n in ("unit_id", "period", "kind", "code", "first", "total")}
    for p in dict.fromkeys(made.period.tolist()):
        at = np.flatnonzero((made.period == p) & (made.ranks[:, 0] > 0))
        if not len(at):
            continue
        found, first, total = ranked(model, base, lambda s, at=at: ranks_of(adjusted(made, s)[:, at]))
        for u, i in enumerate(at):
            for f in sorted(range(len(found)), key=lambda f: (-total[f, u], f)):
                for name, cell in zip(
                    rows, (made.unit[i], p, found[f].kind, found[f].code, first[f, u], total[f, u]), strict=True
                ):
                    rows[name].append(cell)
    return pa.table(rows)
