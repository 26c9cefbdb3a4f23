"""The Fellegi–Sunter model: what each level of likeness is worth, learnt without labels.

A pair is of one of a few classes, each with its own chance of every level in every column:

* **same**: two records of one thing. ``m`` of a column, held by priors: what a small file cannot tell stays where
  experience puts it, and a file full of near things cannot teach that true pairs differ.
* **moved**: the same, but what tells where somebody is (address, phone, place, codes of it) is as by chance.
* **chance**: two things that have nothing to do with each other. ``u`` of a column, counted.
* **near**: things that share something and not everything: a household, a town, a building. In each column they agree as
  the same thing would (share ``r``) or as by chance (1 - ``r``). Without this class, who shares an address, a family name
  and a phone would look like one person, for the columns would be taken as independent proofs.

All is found by expectation maximisation over the patterns of a weighted sample of *all* pairs, so no blocking rule bends it.
The weight of a column is log2(m/u) given the columns before it (the rarest agreement first); an equal value weighs by how
rare it is. The weights add up to the log odds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np

from pipelines.analysis.linkage import levels
from pipelines.analysis.linkage.spec import Spec

ROUNDS = 80
RARITIES = 16
_PRIOR_PAIRS = 30.0  # what the priors of m are worth, in pairs …
_PRIOR_SHARE = 0.5  # … and at least this share of the pairs seen
_MOST_TIMES, _MOST_SHARE = 2.0, 0.05  # so often as the priors say, and so large a share, may true pairs be only alike
_LEAST = 15.0  # pairs below which a class of near things is chance
_LOW = 0.2  # near things agree by chance in a column in which they agree less; then such as these agree still:
_TWINS, _NAMESAKES = 0.003, 0.001  # in a date; in anything else, and no more than three times as by chance
_WHO = ("name", "date", "name_hashes", "id_hashes")


@dataclass
class Patterns:
    """Distinct rows of levels (patterns x columns, -1 missing), and how many pairs each stands for.

    ``rarity``: the class of how many records share the equal value (0 for one or two, 1 up to four, 2 up to eight …).
    """

    grid: np.ndarray
    weight: np.ndarray
    seen: np.ndarray
    rarity: np.ndarray | None = None


@dataclass
class Model:
    """What was learnt.

    ``m``, ``u`` by column and level; ``near`` (classes x columns) and ``moved`` (columns) shares of agreeing as the same;
    shares of all pairs: ``share`` same (of them ``moves`` moved), ``nears``; ``order`` of columns. ``strangers`` (columns x
    rarity): among pairs with an equal value that so many share, the share of unlike things. ``filled``: per column, how many
    records have a value.
    """

    spec: Spec
    m: list[np.ndarray]
    u: list[np.ndarray]
    near: np.ndarray
    nears: np.ndarray
    moved: np.ndarray
    moves: float
    share: float
    rows: int
    order: list[int]
    strangers: np.ndarray
    filled: list[int] = field(default_factory=list)

    @property
    def prior(self) -> float:
        """The weight of the odds that two random records are the same thing."""
        return float(np.log2(self.share / (1 - self.share)))

    def _like(self, column: int, level: np.ndarray, agreeing: float) -> np.ndarray:
        """Return the chance of each level in a column of a class that agrees as the same with share ``agreeing``."""
        table = agreeing * self.m[column] + (1 - agreeing) * self.u[column]
        return np.where(level >= 0, table[np.maximum(level, 0)], 1.0)

    def parts(self, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return m and u of each column for each pattern, given the columns before it (patterns x columns), 1 where missing."""
        m, u = np.ones(grid.shape), np.ones(grid.shape)
        like = np.repeat([[1 - self.moves, self.moves]], len(grid), axis=0)
        rest = np.array([max(1e-12, 1 - self.share - self.nears.sum()), *self.nears])
        unlike = np.repeat([rest / rest.sum()], len(grid), axis=0)
        for c in self.order:
            level = grid[:, c]
            same = np.stack([self._like(c, level, 1.0), self._like(c, level, self.moved[c])], axis=1)
            apart = np.stack([self._like(c, level, r) for r in (0.0, *self.near[:, c])], axis=1)
            like, unlike = like * same, unlike * apart
            m[:, c], u[:, c] = like.sum(axis=1), unlike.sum(axis=1)
            like, unlike = like / m[:, [c]], unlike / u[:, [c]]
        return m, u

    def follows(self, u: np.ndarray) -> np.ndarray:
        """Return, for the u of patterns whose value is equal, the share of equals that follow from what else agrees (0–1)."""
        alone = np.array([x[-1] for x in self.u])
        return np.clip((u - alone) / (1 - alone), 0.0, 1.0)

    def as_dict(self) -> dict:
        """Return the model as plain values with its version, for model.json."""
        names = list(self.spec.columns)
        columns = {
            name: {"kind": kind, "levels": _table(levels.words(kind), self.m[c], self.u[c])}
            for c, (name, kind) in enumerate(self.spec.columns.items())
        }
        shares = [dict(zip(names, (round(float(x), 4) for x in r), strict=True)) for r in self.near]
        plain = {
            "spec": self.spec.as_dict(), "columns": columns, "share": float(f"{self.share:.6g}"), "records": self.rows,
            "order": [names[c] for c in self.order],
            "moved": {"share": float(f"{self.moves:.6g}"), "agrees": dict(zip(names, (round(float(x), 4) for x in self.moved), strict=True))},
            "strangers": {n: [float(f"{x:.4g}") for x in r] for n, r in zip(names, self.strangers, strict=True)},
            "near": [{"share": float(f"{n:.6g}"), "agrees": r} for n, r in zip(self.nears, shares, strict=True)],
        }  # fmt: skip
        digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]
        return {"model_version": f"l{digest}", **plain}

    def dump(self) -> str:
        """Return all parameters in full, for :meth:`read`."""
        return json.dumps(
            {
                "m": [x.tolist() for x in self.m], "u": [x.tolist() for x in self.u], "near": self.near.tolist(),
                "nears": self.nears.tolist(), "moved": self.moved.tolist(), "moves": self.moves, "share": self.share,
                "rows": self.rows, "order": self.order, "strangers": self.strangers.tolist(), "filled": self.filled,
            }
        )  # fmt: skip

    @classmethod
    def read(cls, spec: Spec, text: str) -> Model:
        """Return the model that :meth:`dump` wrote."""
        at = json.loads(text)
        return cls(
            spec, [np.array(x) for x in at["m"]], [np.array(x) for x in at["u"]],
            np.array(at["near"], float).reshape(len(at["nears"]), len(at["m"])), np.array(at["nears"], float), np.array(at["moved"]),
            at["moves"], at["share"], at["rows"], at["order"], np.array(at["strangers"]), at["filled"],
        )  # fmt: skip


def _table(words: list[str], m: np.ndarray, u: np.ndarray) -> list[dict]:
    return [
        {"word": w, "m": float(f"{a:.6g}"), "u": float(f"{b:.6g}"), "weight": round(float(np.log2(a / b)), 3)}
        for w, a, b in zip(words, m, u, strict=True)
    ]


def train(spec: Spec, rows: int, drawn: int, chance: Patterns, alike: list[Patterns], equal: list[float]) -> Model:
    """Return the model of ``rows`` records learnt from ``drawn`` of them.

    ``chance``: pairs met by chance; ``alike``: per column, pairs met by chance among those that are equal in it; ``equal``:
    per column the chance that two records are equal, counted on all.
    """
    kinds = list(spec.columns.values())
    prior_m = [np.array(levels.priors(k)) for k in kinds]
    total = max(1.0, drawn * (drawn - 1) / 2)
    met = [_met(chance, c, len(p), equal[c], total) for c, p in enumerate(prior_m)]
    u = [_shares(x) for x in met]
    order = sorted(range(len(kinds)), key=lambda c: (u[c][-1], c))
    whole = _whole(chance, alike, order, [len(p) - 1 for p in prior_m], total)
    near = _seeds(whole, order, prior_m, u)
    who = _who(spec, u, rows)
    moved = np.array([1.0 if c in who else 0.1 for c in range(len(kinds))])
    moves = 0.05 if 0 < len(who) < len(kinds) else 0.0
    made = Model(
        spec, [p.copy() for p in prior_m], u, near, np.full(len(near), 1e-4), moved, moves,
        min(0.2, max(1.0, 0.1 * drawn) / total), rows, order, np.ones((len(kinds), RARITIES)),
    )  # fmt: skip
    made.u = [_ordered(m, x) for m, x in zip(made.m, made.u, strict=True)]
    for turn in range(ROUNDS):
        before = _flat(made)
        _round(made, whole, met, prior_m, total)
        if turn >= 5:
            _cull(made, total)
        after = _flat(made)
        if turn >= 10 and len(after) == len(before) and np.abs(after - before).max() < 1e-3:
            break
    made.strangers = np.stack([_strangers(made, d, c) for c, d in enumerate(alike)])
    return made


def _strangers(made: Model, alike: Patterns, column: int) -> np.ndarray:
    """Return, by rarity, the share of unlike things among pairs equal in a column: twenty Whites are not one, two Zapfs may be."""
    m, u = made.parts(alike.grid)
    odds = made.prior + (np.log2(m) - np.log2(u)).sum(axis=1)
    unlike = 1 - 1 / (1 + np.exp2(-np.clip(odds, -60, 60)))
    found = np.bincount(alike.rarity, weights=unlike * alike.seen, minlength=RARITIES)
    all_seen = np.bincount(alike.rarity, weights=alike.seen, minlength=RARITIES)
    usual = (found.sum() + 1) / (all_seen.sum() + 1)
    share = (found + 2 * usual) / (all_seen + 2)
    return np.maximum.accumulate(share)  # the more share a value, the more of them are strangers


def _whole(chance: Patterns, alike: list[Patterns], order: list[int], top: list[int], total: float) -> Patterns:
    """Return all pairs as a weighted sample: those equal in the rarest column by its own sample, and so on; the rest by chance."""
    grids, weights, seen = [], [], []
    used = np.zeros(len(chance.grid), bool)
    for i, c in enumerate(order):
        d = alike[c]
        fresh = np.ones(len(d.grid), bool)
        for b in order[:i]:
            fresh &= d.grid[:, b] != top[b]
        grids.append(d.grid[fresh])
        weights.append(d.weight[fresh])
        seen.append(d.seen[fresh])
        used |= chance.grid[:, c] == top[c]
    rest = max(1.0, total - sum(float(w.sum()) for w in weights))
    grids.append(chance.grid[~used])
    kept = chance.weight[~used]
    weights.append(kept * (rest / max(1.0, float(kept.sum()))))
    seen.append(chance.seen[~used])
    return Patterns(np.concatenate(grids), np.concatenate(weights), np.concatenate(seen))


def _seeds(whole: Patterns, order: list[int], m: list[np.ndarray], u: list[np.ndarray]) -> np.ndarray:
    """Return a first guess of near things per column: how pairs that are equal in it and differ in two others agree."""
    apart = (whole.grid == 0).sum(axis=1) >= 2
    found = []
    for p in order:
        at = apart & (whole.grid[:, p] == len(m[p]) - 1)
        if not at.any():
            continue
        row = np.zeros(len(m))
        for c in range(len(m)):
            tally = _tally(whole.grid[at, c], whole.weight[at], len(m[c]))
            equal = tally[-1] / max(1e-9, tally.sum())
            row[c] = np.clip((equal - u[c][-1]) / (m[c][-1] - u[c][-1]), 0.0, 1.0)
        row[p] = 1.0
        found.append(row)
    return np.array(found).reshape(len(found), len(m))


def _round(made: Model, whole: Patterns, met: list[np.ndarray], prior_m: list[np.ndarray], total: float) -> None:
    """Do one round: how likely each pattern is of each class, then the parameters from that."""
    grid, weight = whole.grid, whole.weight
    agreeing = np.vstack([np.zeros(len(made.m)), np.ones(len(made.m)), made.moved, made.near])
    shares = np.array([
        max(1e-12, 1 - made.share - made.nears.sum()), made.share * (1 - made.moves), made.share * made.moves, *made.nears,
    ])  # fmt: skip
    like = np.repeat([shares], len(grid), axis=0)
    for c in range(len(made.m)):
        like *= np.stack([made._like(c, grid[:, c], r) for r in agreeing[:, c]], axis=1)
    like *= (weight / np.maximum(like.sum(axis=1), 1e-300))[:, None]
    sums = like.sum(axis=0)
    made.share = float(np.clip((sums[1] + sums[2]) / total, min(0.5, 0.2 / total), 0.5))
    made.moves = float(sums[2] / max(1e-12, sums[1] + sums[2])) if made.moves else 0.0
    made.nears = sums[3:] / total
    moved, near = made.moved.copy(), made.near.copy()
    who = _who(made.spec, made.u, made.rows)
    for c, start in enumerate(prior_m):
        level = grid[:, c]
        there = level >= 0
        at = level[there]
        share = [
            r * made.m[c][at] / np.maximum(r * made.m[c][at] + (1 - r) * made.u[c][at], 1e-300) for r in agreeing[2:, c]
        ]
        mass = like[there]
        for k, s in enumerate(share):
            seen = float(mass[:, 2 + k].sum())
            value = float((mass[:, 2 + k] * s).sum()) / max(1e-9, seen)
            if k:
                near[k - 1, c] = value
            elif c not in who:
                moved[c] = (value * seen + 0.1 * _PRIOR_PAIRS) / (seen + _PRIOR_PAIRS)
        tally = np.bincount(at, weights=mass[:, 1] + mass[:, 2] * share[0], minlength=len(start))
        worth = max(_PRIOR_PAIRS, _PRIOR_SHARE * tally.sum())
        made.m[c] = _held((tally + worth * start) / (tally.sum() + worth), start)
        made.u[c] = _ordered(made.m[c], _shares(np.maximum(met[c] - tally, 0.0)))
    made.moved, made.near = moved, near


def _cull(made: Model, total: float) -> None:
    """Drop classes of near things that are too few, or that are the same things in disguise.

    Near things must be as by chance in half the columns that tell who somebody is, or in two columns where no column does;
    else records of one thing with slips, or with another number on another list, would pass for near things.
    """
    who = _who(made.spec, made.u, made.rows)
    rare = [c for c in (who or range(len(made.m))) if made.u[c][-1] < 0.1]
    low = made.near[:, rare] < _LOW
    kinds = list(made.spec.columns.values())
    still = np.array([_TWINS if kinds[c] == "date" else min(_NAMESAKES, 3 * made.u[c][-1]) for c in rare])
    made.near[:, rare] = np.where(low, still, made.near[:, rare])
    free = low.sum(axis=1)
    keep = (2 * free >= len(rare) if who else free >= 2) & (made.nears * total >= _LEAST)
    for i, row in enumerate(made.near):
        twins = [k for k in range(i) if keep[k] and np.abs(made.near[k] - row).max() < 0.03]
        if keep[i] and twins:
            made.nears[twins[0]] += made.nears[i]
            keep[i] = False
    if not keep.all():
        made.near, made.nears = made.near[keep], made.nears[keep]


def _who(spec: Spec, u: list[np.ndarray], rows: int) -> list[int]:
    """Return the columns that tell who somebody is: names, dates, and codes and hashes that hardly two records share."""
    kinds = spec.columns.values()
    return [c for c, k in enumerate(kinds) if k in _WHO or (k in {"code", "hash"} and u[c][-1] * rows < 10)]


def _flat(made: Model) -> np.ndarray:
    return np.concatenate([*made.m, made.near.ravel(), [np.log(made.share)]])


def _tally(level: np.ndarray, count: np.ndarray, many: int) -> np.ndarray:
    at = level >= 0
    return np.bincount(level[at], weights=count[at], minlength=many).astype(float)


def _met(chance: Patterns, column: int, many: int, equal: float, total: float) -> np.ndarray:
    """Return how many of all pairs are in each level of a column; of equal ones the exact number is known."""
    found = _tally(chance.grid[:, column], chance.weight, many)
    known = float(found.sum()) * total / max(1.0, float(chance.weight.sum()))
    one = total / max(1, len(chance.weight))  # a level that no pair showed is rare, not impossible
    other = found[:-1] + min(one, 1.0) / many
    return np.append(other / max(1e-9, other.sum()) * (1 - equal), max(equal, 1e-12)) * max(known, 1.0)


def _shares(found: np.ndarray) -> np.ndarray:
    """Return the share of each level, none of them zero."""
    return (found + 1 / len(found)) / (found.sum() + 1)


def _ordered(m: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Raise ``u`` where a lesser likeness would weigh more than a greater one, as chance can have it in a small file."""
    most = np.minimum.accumulate((m / u)[::-1])[::-1]
    return m / most


def _held(m: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Keep the shares of true pairs that differ or are only alike near experience: else near things would teach them.

    A household differs in the given name, the plans of two villages are alike in theirs.
    """
    most = np.concatenate([[1.5 * start[0]], np.maximum(_MOST_TIMES * start[1:-1], _MOST_SHARE)])
    low = np.minimum(m[:-1], most)
    return np.append(low, 1 - low.sum())
