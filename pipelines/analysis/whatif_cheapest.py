"""The cheapest set of steps that makes enough points: an exact optimum by SciPy's HiGHS (ADR 37). Numbers in, numbers out.

A step may be taken several times, each time for the same money; its points rise evenly, from a start that may lie below nought
(a value below its floor earns nothing at first) up to a most. Some steps only make coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

_GAP = 2e-6  # HiGHS stops once its bound is within a millionth; costs are written in tenths


@dataclass(frozen=True)
class Choice:
    """One kind of step. Taken x times (0 to ``most``) it makes ``min(cap, start + each * x)`` points, at x = 0 none.

    ``start`` is 0 or less; ``cover``: the share of weight that taking it makes known; ``least``: how often it must be taken.
    """

    name: str
    cost: float
    each: float
    cap: float
    most: int
    start: float = 0.0
    cover: float = 0.0
    least: int = 0

    def points(self, times: int) -> float:
        """Return what ``times`` of it make."""
        return 0.0 if not times else max(0.0, min(self.cap, self.start + self.each * times))


@dataclass(frozen=True)
class Cheapest:
    """``times``: how often each choice is taken, in their order; ``cost`` the sum; ``is_proven``: no cheaper set exists."""

    times: tuple[int, ...]
    cost: float
    points: float
    is_proven: bool


def cheapest(choices: Sequence[Choice], points: float, cover: float = 0.0) -> Cheapest | None:
    """Return the cheapest way to at least ``points`` and ``cover``; None where even everything does not suffice.

    Four columns for each choice: how often (whole), whether at all, whether its points count (0 or 1), and its points.
    """
    n = len(choices)
    least = np.array([c.least for c in choices], float)
    if points <= 0 and cover <= 0 and not least.any():
        return Cheapest((0,) * n, 0.0, 0.0, is_proven=True)
    if not n or np.any(least > [c.most for c in choices]):
        return None
    each, start, cap, most = (
        np.array([getattr(c, k) for c in choices], float) for k in ("each", "start", "cap", "most")
    )
    eye, none = np.eye(n), np.zeros((n, n))
    rules = [
        LinearConstraint(np.hstack([eye, -eye, none, none]), 0.0, np.inf),
        LinearConstraint(np.hstack([-np.diag(each), none, -np.diag(start), eye]), -np.inf, 0.0),
        LinearConstraint(np.hstack([none, none, -np.diag(cap), eye]), -np.inf, 0.0),
        LinearConstraint(np.hstack([np.zeros(3 * n), np.ones(n)]), points, np.inf),
        LinearConstraint(np.hstack([np.zeros(n), [c.cover for c in choices], np.zeros(2 * n)]), cover, np.inf),
    ]
    found = milp(
        np.hstack([[c.cost for c in choices], np.zeros(3 * n)]),
        constraints=rules,
        bounds=Bounds(np.hstack([least, np.zeros(3 * n)]), np.hstack([most, np.ones(2 * n), cap])),
        integrality=np.hstack([np.ones(3 * n), np.zeros(n)]),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    times = tuple(round(v) for v in found.x[:n])
    made = sum(c.points(t) for c, t in zip(choices, times, strict=True))
    cost = sum(c.cost * t for c, t in zip(choices, times, strict=True))
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else -np.inf
    return Cheapest(times, cost, made, bool(found.status == 0 and cost <= bound + _GAP))
