"""Does the score tell what happens next? And do the indicators measure what they should? Arrays in, findings out.

Units are compared with each other inside a quarter, so that a bad year for all proves nothing. Quarters of one unit hang together: chance
is judged by exchanging whole units, and intervals by drawing whole units. Where several outcomes are asked, each has to pass for
all of them (Holm). Sources: AUC as Mann and Whitney; influence of an indicator as its squared correlation with the total (Paruolo, Saisana and Saltelli 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

LEVEL = 0.05
EXCHANGES, DRAWS = 999, 1000
FEWEST_UNITS, FEWEST_EVENTS = 8, 5
TWINS = 0.9  # indicators that correlate more say the same
FLAT_SHARE, FLAT_SPREAD = 0.9, 1.0  # nine of ten units alike, or a spread below a point: it tells nobody apart
OFF_WEIGHT = 2.0  # an influence so many times the weight, or so many times less


@dataclass(frozen=True)
class Foresight:
    """What the score of a quarter says of an outcome ``lead`` quarters later.

    ``verdict``: none_yet (no two quarters so far apart), too_few (units or events), no_evidence, predicts, wrong_way. ``correlation``: mean
    Spearman of risk (the score turned round) and outcome; ``auc``: that a unit with the event had the lower score; each with its interval.
    ``baseline``: the same correlation for the outcome's own last value, and ``gain`` by how much the score is better.
    ``deciles``: mean outcome from the lowest scores to the highest. ``p``: of chance alone, after Holm.
    """

    outcome: str
    verdict: str
    pairs: int = 0
    events: int = 0
    correlation: float | None = None
    correlation_interval: tuple[float, float] | None = None
    auc: float | None = None
    auc_interval: tuple[float, float] | None = None
    baseline: float | None = None
    gain: float | None = None
    gain_interval: tuple[float, float] | None = None
    p: float | None = None
    deciles: tuple[float, ...] = ()


def foresight(score: np.ndarray, outcomes: dict[str, np.ndarray], lead: int, seed: int = 0) -> list[Foresight]:
    """Return one finding per outcome. ``score`` and each outcome: units x quarters, NaN where not known; more of an outcome is worse."""
    found = [_one(name, score, outcome, lead, seed) for name, outcome in outcomes.items()]
    asked = sorted((f for f in found if f.p is not None), key=lambda f: f.p)
    worst = 0.0
    for i, f in enumerate(asked):
        worst = max(worst, min(1.0, f.p * (len(asked) - i)))
        verdict = "no_evidence" if worst > LEVEL else "predicts" if f.correlation > 0 else "wrong_way"
        found[found.index(f)] = Foresight(**{**vars(f), "p": worst, "verdict": verdict})
    return found


def _one(name: str, score: np.ndarray, outcome: np.ndarray, lead: int, seed: int) -> Foresight:
    then, last = outcome[:, lead:], outcome[:, : outcome.shape[1] - lead]
    now = score[:, : score.shape[1] - lead]
    known = ~(np.isnan(now) | np.isnan(then))
    pairs, events = int(known.sum()), int((then[known] > 0).sum())
    if not pairs:
        return Foresight(name, "none_yet")
    if (
        known.any(axis=1).sum() < FEWEST_UNITS
        or min(events, pairs - events if then[known].max() <= 1 else events) < FEWEST_EVENTS
    ):
        return Foresight(name, "too_few", pairs, events)
    risk, bad, own = _ranks(-now, known), _ranks(then, known), _ranks(np.where(np.isnan(last), 0.0, last), known)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(score), np.full(len(score), 1 / len(score)), size=DRAWS).astype(float)
    whole = np.ones((1, len(score)))
    r, base = _correlation(risk, bad, whole)[0], _correlation(own, bad, whole)[0]
    drawn, drawn_base = _correlation(risk, bad, weights), _correlation(own, bad, weights)
    happened = known & (then > _middle(then, known))
    return Foresight(
        name, "", pairs, events, float(r), _interval(drawn), float(_auc(-now, happened, known, whole)[0]), _interval(_auc(-now, happened, known, weights)),
        float(base), float(r - base), _interval(drawn - drawn_base), _chance(risk, bad, rng), _deciles(now, then, known),
    )  # fmt: skip


def _middle(outcome: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return, per quarter, above what an outcome counts as bad for the AUC: nought, or the median where most units have some."""
    columns = [np.median(outcome[k, j]) if (k := known[:, j]).any() else 0.0 for j in range(outcome.shape[1])]
    return np.array(columns)[None, :]


def _ranks(x: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return ranks inside each quarter, centred and of length one, 0 where not known."""
    found = np.zeros(x.shape)
    for j in range(x.shape[1]):
        at = known[:, j]
        if at.sum() > 1:
            r = rankdata(x[at, j])
            found[at, j] = r - r.mean()
    return found


def _correlation(one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the correlation of ranks, pooled over quarters, for each row of unit weights."""
    both, a, b = ((x * y).sum(axis=1) for x, y in ((one, other), (one, one), (other, other)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num((weights @ both) / np.sqrt((weights @ a) * (weights @ b)))


def _auc(risk: np.ndarray, happened: np.ndarray, known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return how often a unit with the event had the higher risk than one without, of one quarter; ties count half."""
    won, all_ = np.zeros(len(weights)), np.zeros(len(weights))
    for j in range(risk.shape[1]):
        yes, no = np.flatnonzero(known[:, j] & happened[:, j]), np.flatnonzero(known[:, j] & ~happened[:, j])
        if len(yes) and len(no):
            higher = np.sign(risk[yes, j][:, None] - risk[no, j][None, :]) / 2 + 0.5
            won += np.einsum("dy,yn,dn->d", weights[:, yes], higher, weights[:, no])
            all_ += weights[:, yes].sum(axis=1) * weights[:, no].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(all_ > 0, won / all_, 0.5)


def _chance(risk: np.ndarray, bad: np.ndarray, rng: np.random.Generator) -> float:
    """Return how often units exchanged at random correlate as strongly, either way."""
    table = risk @ bad.T  # what unit u's scores would make of unit v's outcomes
    n = len(table)
    at = np.arange(n)
    chance = np.array([table[rng.permutation(n), at].sum() for _ in range(EXCHANGES)])
    return float((1 + np.sum(np.abs(chance) >= abs(np.trace(table)) - 1e-9)) / (EXCHANGES + 1))


def _interval(drawn: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(drawn, [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)])
    return float(low), float(high)


def _deciles(score: np.ndarray, outcome: np.ndarray, known: np.ndarray) -> tuple[float, ...]:
    """Return the mean outcome of equal parts of the units by score, lowest first: ten, or as many as have two units each."""
    parts = min(10, max(1, int(known.sum(axis=0).max()) // 2))
    sums, counts = np.zeros(parts), np.zeros(parts)
    for j in range(score.shape[1]):
        at = np.flatnonzero(known[:, j])
        if len(at):
            place = np.minimum((rankdata(score[at, j], "ordinal") - 1) * parts // len(at), parts - 1).astype(int)
            np.add.at(sums, place, outcome[at, j])
            np.add.at(counts, place, 1)
    return tuple(float(v) for v in sums / np.maximum(counts, 1))


@dataclass(frozen=True)
class Measure:
    """How an index measures. ``twins``: pairs that correlate beyond :data:`TWINS`; ``flat``: indicators that tell nobody apart.

    ``alpha``: Cronbach's per dimension, None below two indicators that differ; ``influence``: code -> (weight, influence), shares of the whole.
    """

    twins: tuple[tuple[str, str, float], ...]
    flat: tuple[str, ...]
    alpha: dict[str, float | None]
    influence: dict[str, tuple[float, float]]

    @property
    def off_weight(self) -> list[str]:
        """Codes whose influence is far from their weight, the farthest first."""
        off = {c: max(w, i) / max(min(w, i), 1e-9) for c, (w, i) in self.influence.items() if max(w, i) > 0.01}
        return sorted((c for c, times in off.items() if times > OFF_WEIGHT), key=lambda c: (-off[c], c))


def measure(
    codes: Sequence[str], groups: Sequence[str], scores: np.ndarray, weights: np.ndarray, total: np.ndarray
) -> Measure:
    """Return how the indicators measure. ``scores``: rows (unit x quarter) x indicators, NaN where none; ``weights`` of the indicators."""
    seen = ~np.isnan(scores)
    spread = np.array([scores[s, j].std() if (s := seen[:, j]).sum() > 1 else 0.0 for j in range(len(codes))])
    most = np.array(
        [
            np.unique(np.round(scores[s, j], 6), return_counts=True)[1].max() / s.sum()
            if (s := seen[:, j]).any()
            else 1.0
            for j in range(len(codes))
        ]
    )
    flat = tuple(
        c
        for c, sp, m, s in zip(codes, spread, most, seen.T, strict=True)
        if s.any() and (sp < FLAT_SPREAD or m >= FLAT_SHARE)
    )
    twins = []
    for i in range(len(codes)):
        for j in range(i):
            both = seen[:, i] & seen[:, j]
            if both.sum() >= FEWEST_UNITS and scores[both, i].std() > 0 and scores[both, j].std() > 0:
                r = float(np.corrcoef(scores[both, i], scores[both, j])[0, 1])
                if abs(r) > TWINS:
                    twins.append((codes[j], codes[i], r))
    alpha = {g: _alpha(scores[:, [j for j, x in enumerate(groups) if x == g]]) for g in dict.fromkeys(groups)}
    pull = np.array([_squared(scores[:, j], total) for j in range(len(codes))])
    shares = pull / pull.sum() if pull.sum() > 0 else pull
    parts = weights / weights.sum() if weights.sum() > 0 else weights
    influence = {c: (float(w), float(p)) for c, w, p in zip(codes, parts, shares, strict=True)}
    return Measure(tuple(sorted(twins, key=lambda t: (-abs(t[2]), t))), flat, alpha, influence)


def _squared(x: np.ndarray, total: np.ndarray) -> float:
    at = ~(np.isnan(x) | np.isnan(total))
    if at.sum() < 3 or x[at].std() == 0 or total[at].std() == 0:
        return 0.0
    return float(np.corrcoef(x[at], total[at])[0, 1] ** 2)


def _alpha(items: np.ndarray) -> float | None:
    """Return Cronbach's alpha of the rows that have every item; items that never differ say nothing and are left out."""
    items = (
        items[:, [j for j in range(items.shape[1]) if np.nanstd(items[:, j]) > 0 and not np.isnan(items[:, j]).all()]]
        if items.size
        else items
    )
    whole = items[~np.isnan(items).any(axis=1)]
    k = whole.shape[1] if whole.ndim == 2 else 0
    if k < 2 or len(whole) < 3 or whole.sum(axis=1).var(ddof=1) == 0:
        return None
    return float(k / (k - 1) * (1 - whole.var(axis=0, ddof=1).sum() / whole.sum(axis=1).var(ddof=1)))
