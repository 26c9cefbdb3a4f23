"""The Fellegi–Sunter model: what each level of likeness is worth, learnt without labels.

``u`` (how often unlike things show a level) is counted on random pairs. ``m`` (how often like things do) and the share
of true pairs are found by expectation maximisation over the patterns of all candidate pairs, held by priors: what
a small file cannot tell stays where experience puts it. Weights are log2(m/u); an equal value weighs by how rare it is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from pipelines.analysis.linkage import levels
from pipelines.analysis.linkage.spec import Spec

# How many pairs the priors are worth.
_PRIOR_M = 30.0
_PRIOR_U = 1.0
ROUNDS = 100


@dataclass
class Model:
    """Parameters of a trained model; arrays by level number, one per column of the spec in its order."""

    spec: Spec
    m: list[np.ndarray]
    u: list[np.ndarray]
    share: float
    rows: int

    @property
    def weights(self) -> list[np.ndarray]:
        """log2(m/u) of each level of each column."""
        return [np.log2(m / u) for m, u in zip(self.m, self.u, strict=True)]

    @property
    def prior(self) -> float:
        """The weight of the odds that two random records are the same thing."""
        return float(np.log2(self.share / (1 - self.share)))

    def as_dict(self) -> dict:
        """Return the model as plain values with its version, for model.json."""
        columns = {
            name: {
                "kind": kind,
                "levels": [
                    {
                        "word": w,
                        "m": round(float(m), 9),
                        "u": float(f"{u:.6g}"),
                        "weight": round(float(np.log2(m / u)), 3),
                    }
                    for w, m, u in zip(levels.words(kind), self.m[i], self.u[i], strict=True)
                ],
            }
            for i, (name, kind) in enumerate(self.spec.columns.items())
        }
        plain = {
            "spec": self.spec.as_dict(),
            "columns": columns,
            "share": float(f"{self.share:.6g}"),
            "records": self.rows,
        }
        return {"version": "l" + hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12], **plain}


def train(spec: Spec, rows: int, random: tuple[np.ndarray, np.ndarray], seen: tuple[np.ndarray, np.ndarray]) -> Model:
    """Return the model for patterns of random pairs and of candidate pairs.

    Each side is (levels per pattern: patterns x columns, -1 missing; number of pairs per pattern).
    """
    kinds = list(spec.columns.values())
    total = rows * (rows - 1) / 2
    prior_m = [np.array(levels.priors(k)) for k in kinds]
    m = [p.copy() for p in prior_m]
    drawn = [_tally(random[0][:, i], random[1], len(p)) for i, p in enumerate(prior_m)]
    scale = max(1.0, total / max(1.0, float(random[1].sum())))
    u = [_smoothed(d) for d in drawn]
    share = min(0.5, max(1.0, 0.05 * rows) / max(1.0, total))
    grid, count = seen
    for _ in range(ROUNDS):
        before = np.concatenate([*m, [np.log(share)]])
        odds = np.full(len(count), np.log2(share / (1 - share)))
        for i in range(len(kinds)):
            w = np.log2(m[i] / u[i])
            odds += np.where(grid[:, i] >= 0, w[np.maximum(grid[:, i], 0)], 0.0)
        p = 1 / (1 + np.exp2(-np.clip(odds, -60, 60)))
        same = p * count
        for i in range(len(kinds)):
            found = _tally(grid[:, i], same, len(m[i]))
            m[i] = (found + _PRIOR_M * prior_m[i]) / (found.sum() + _PRIOR_M)
            u[i] = _smoothed(np.maximum(drawn[i] - found / scale, 0.0))
            u[i] = _ordered(m[i], u[i])
        share = min(0.5, max(0.5, float(same.sum())) / max(1.0, total))
        if np.abs(np.concatenate([*m, [np.log(share)]]) - before).max() < 1e-5:
            break
    return Model(spec, m, u, share, rows)


def _tally(level: np.ndarray, count: np.ndarray, many: int) -> np.ndarray:
    at = level >= 0
    return np.bincount(level[at], weights=count[at], minlength=many).astype(float)


def _smoothed(found: np.ndarray) -> np.ndarray:
    """Shares with a little mass everywhere: a level that no random pair showed is rare, not impossible."""
    return (found + _PRIOR_U / len(found)) / (found.sum() + _PRIOR_U)


def _ordered(m: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Raise ``u`` where a lesser likeness would weigh more than a greater one, as chance can have it in a small file."""
    most = np.minimum.accumulate((m / u)[::-1])[::-1]
    return m / most
