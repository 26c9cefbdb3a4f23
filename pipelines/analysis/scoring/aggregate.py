"""From scores of children to the score of their parent. All work on arrays whose last axis is the children."""

from __future__ import annotations

import numpy as np

from pipelines.errors import AnlanError

TIE = 1e-12
ALIKE = 1e-9
PAIRS = 1_000_000  # pairs of units compared at once: bounds memory, changes nothing


def combine(scores: np.ndarray, weights: np.ndarray, method: str, power: float = 1.0, code: str = "") -> np.ndarray:
    """Return the mean of ``scores`` by ``weights``, both … x children; NaN where no child is left.

    A NaN leaves the mean and its weight goes to the rest. A score of 0 makes a geometric or harmonic mean 0.

    Raises:
        AnlanError: a negative score under a mean that has no meaning there.

    """
    here = ~np.isnan(scores)
    w = np.where(here, weights, 0.0)
    total = w.sum(axis=-1)
    x = np.where(here, scores, 1.0)
    if method in {"geometric", "harmonic", "power"} and method != "median" and (x < 0).any():
        raise AnlanError(
            f"node {code}",
            f"a {method} mean of a negative score has no meaning",
            f"lowest score {x.min():g}",
            "normalise to a range that begins at 0 or above, or aggregate by arithmetic",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = w / np.where(total > 0, total, np.nan)[..., None]
        if method == "arithmetic":
            found = (share * x).sum(axis=-1)
        elif method == "geometric" or (method == "power" and power == 0):
            found = np.exp(np.where(share > 0, share * np.log(x), 0.0).sum(axis=-1))
        elif method == "harmonic":
            found = 1 / np.where(share > 0, share / x, 0.0).sum(axis=-1)
        elif method == "power":
            found = np.where(share > 0, share * x**power, 0.0).sum(axis=-1) ** (1 / power)
        else:
            found = _median(np.where(here, scores, np.inf), share)
    return np.where(total > 0, found, np.nan)


def _median(x: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the weighted median: where half the weight is reached; exactly at half, the mean of both neighbours."""
    order = np.argsort(x, axis=-1, kind="stable")
    x, share = np.take_along_axis(x, order, -1), np.take_along_axis(share, order, -1)
    # a child without weight has no say, not even as a neighbour
    x = np.where(share > 0, x, np.nan)
    reached = np.cumsum(share, axis=-1)
    lower = np.where(reached >= 0.5 - TIE, x, np.nan)
    upper = np.where(reached > 0.5 + TIE, x, np.nan)
    with np.errstate(all="ignore"):
        low, up = np.fmin.reduce(lower, axis=-1), np.fmin.reduce(upper, axis=-1)
    return (low + np.where(np.isnan(up), low, up)) / 2


def copeland(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return Copeland scores, … x units, of … x units x children: pairwise wins minus losses, by the weight of children won.

    Scores alike on nine decimals are a tie (METHOD 7), whichever way their last bits fell. A tie in a child gives half its weight to both; a child that either lacks has no say in that pair (COINr's
    ``a_copeland``). ``weights`` … x children, one row per run. Some rows of pairs at a time: memory does not grow with their square.
    """
    units = scores.shape[-2]
    found = np.empty(scores.shape[:-1])
    at_once = max(1, PAIRS // max(1, found.size))
    for first in range(0, units, at_once):
        mine = scores[..., first : first + at_once, None, :]
        won = np.zeros(np.broadcast_shapes(mine.shape, scores[..., None, :, :].shape)[:-1])
        said = np.zeros(won.shape)
        for j in range(scores.shape[-1]):
            x, y, w = mine[..., j], scores[..., None, :, j], weights[..., None, None, j]
            with np.errstate(invalid="ignore"):
                more = x - y
                won += (0.5 * w) * (1.0 * (more > ALIKE) + (more >= -ALIKE))
            said += w * ~(np.isnan(x) | np.isnan(y))
        with np.errstate(divide="ignore", invalid="ignore"):
            ahead = np.where(said > 0, won / said, 0.5) - 0.5
        found[..., first : first + at_once] = np.sign(np.where(np.abs(ahead) < TIE, 0.0, ahead)).sum(axis=-1)
    return np.where(np.isnan(scores).all(axis=-1), np.nan, found)
