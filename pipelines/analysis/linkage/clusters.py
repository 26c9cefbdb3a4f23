"""From joined pairs to clusters: connected components that keep what must stay apart, apart.

Most components need nothing more. One that holds two different exclusive values, a pair people called different, or
too many records is built again edge by edge, the surest first, and every edge that would break a constraint is left
out: the component is cut at its weakest edges. Nothing depends on the order of records or edges.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

# Above every probability: what keys and people say.
KEY, SAID = 1_000.0, 2_000.0
# A pair below the one makes its cluster be looked at pair by pair; no pair says more than the other.
DOUBT, MOST = -4.0, 12.0


@dataclass
class Edges:
    """Joined pairs: ``left`` < ``right`` are record numbers, ``weight`` says how sure (KEY and SAID above all)."""

    left: np.ndarray
    right: np.ndarray
    weight: np.ndarray


@dataclass
class Clusters:
    """``label`` is the smallest record number of each record's cluster; ``cut`` marks edges left out.

    ``component`` is the smallest record number of its connected component, before anything was cut.
    ``stopped`` holds, for each record of a component that grew too large, that component's smallest record number and
    its size. ``refused`` are edges said by people that a constraint forbids.
    """

    label: np.ndarray
    cut: np.ndarray
    stopped: dict[int, tuple[int, int]] = field(default_factory=dict)
    refused: list[tuple[int, int]] = field(default_factory=list)
    component: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return, for each of ``count`` records, the smallest record number of its connected component."""
    label = np.arange(count)
    while len(left):
        # the larger of two labels, itself a record, takes the smaller one; then each takes the label of its label
        low, high = np.minimum(label[left], label[right]), np.maximum(label[left], label[right])
        open_ = low != high
        left, right = left[open_], right[open_]
        np.minimum.at(label, high[open_], low[open_])
        while not np.array_equal(label, further := label[label]):
            label = further
    return label


def build(
    count: int, edges: Edges, exclusive: list[np.ndarray], apart: np.ndarray, largest: int, doubts: Edges | None = None
) -> Clusters:
    """Return the clusters of ``count`` records.

    ``exclusive``: per exclusive column a value number per record, -1 for none or none that is valid. ``apart``: pairs
    (n x 2) that people called different. ``largest``: a cluster over this size is stopped; what keys alone join of it
    stays together where that is small enough. ``doubts``: pairs that were compared and not joined.
    """
    doubts = Edges(*np.zeros((2, 0), np.int64), np.zeros(0)) if doubts is None else doubts
    label = components(count, edges.left, edges.right)
    cut = np.zeros(len(edges.left), bool)
    broken = _broken(label, exclusive, apart)
    sizes = np.bincount(label, minlength=count)
    inner = np.flatnonzero((label[doubts.left] == label[doubts.right]) & (doubts.weight < DOUBT))
    broken[label[doubts.left[inner]]] = True
    suspect = broken | (sizes > largest)
    found = Clusters(label, cut, component=label.copy())
    if not suspect.any():
        return found
    inside = np.flatnonzero(suspect[label[edges.left]])
    order = inside[np.lexsort((edges.right[inside], edges.left[inside], -edges.weight[inside]))]
    within = np.flatnonzero(suspect[label[doubts.left]] & (label[doubts.left] == label[doubts.right]))
    against = Edges(doubts.left[within], doubts.right[within], doubts.weight[within])
    _rebuild(found, edges, order, np.flatnonzero(suspect[label]), exclusive, apart, against)
    sizes = np.bincount(found.label, minlength=count)
    large = sizes > largest
    if large.any():
        _stop(found, edges, large, sizes, largest)
    return found


def _broken(label: np.ndarray, exclusive: list[np.ndarray], apart: np.ndarray) -> np.ndarray:
    """Return, by label, whether a component holds two exclusive values or a pair called different."""
    broken = np.zeros(len(label), bool)
    for value in exclusive:
        has = value >= 0
        low, high = np.full(len(label), np.iinfo(np.int64).max), np.full(len(label), -1, np.int64)
        np.minimum.at(low, label[has], value[has])
        np.maximum.at(high, label[has], value[has])
        broken |= (high >= 0) & (low != high)
    if len(apart):
        both = label[apart[:, 0]] == label[apart[:, 1]]
        broken[label[apart[both, 0]]] = True
    return broken


def _rebuild(
    found: Clusters, edges: Edges, order: np.ndarray, members: np.ndarray, exclusive: list[np.ndarray], apart: np.ndarray,
    against: Edges,
) -> None:  # fmt: skip
    """Join again, the surest edge first, leaving out each edge that would break a constraint or that all pairs gainsay."""
    parent = {int(i): int(i) for i in members}
    values = {int(i): tuple(int(v[i]) for v in exclusive) for i in members}
    foes: dict[int, set[int]] = {int(i): set() for i in members}
    for a, b in apart:
        if int(a) in foes and int(b) in foes:
            foes[int(a)].add(int(b))
            foes[int(b)].add(int(a))
    # what all compared pairs between two clusters say together; a pair says no more than MOST
    sums: dict[int, dict[int, float]] = {i: {} for i in parent}
    both = (edges.left[order], edges.right[order], edges.weight[order]), (against.left, against.right, against.weight)
    for left, right, weight in both:
        for a, b, w in zip(left.tolist(), right.tolist(), weight.tolist(), strict=True):
            said = w if w >= KEY else max(-MOST, min(MOST, w))
            sums[a][b] = sums[a].get(b, 0.0) + said
            sums[b][a] = sums[b].get(a, 0.0) + said

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for at in order.tolist():
        a, b = int(edges.left[at]), int(edges.right[at])
        x, y = root(a), root(b)
        if x == y:
            continue
        clash = any(p >= 0 and q >= 0 and p != q for p, q in zip(values[x], values[y], strict=True))
        if clash or y in foes[x] or sums[x].get(y, 0.0) <= 0:
            found.cut[at] = True
            if edges.weight[at] >= SAID:
                found.refused.append((a, b))
            continue
        low, high = min(x, y), max(x, y)
        parent[high] = low
        values[low] = tuple(max(p, q) for p, q in zip(values[x], values[y], strict=True))
        moved = foes.pop(high)
        foes[low] |= moved
        for foe in moved:
            foes[foe].discard(high)
            foes[foe].add(low)
        for other, said in sums.pop(high).items():
            if other != low:
                sums[low][other] = sums[low].get(other, 0.0) + said
                sums[other][low] = sums[low][other]
            sums[other].pop(high, None)
    for i in members:
        found.label[i] = root(int(i))


def _stop(found: Clusters, edges: Edges, large: np.ndarray, sizes: np.ndarray, largest: int) -> None:
    """Take clusters over the largest size apart again, down to what keys join."""
    count = len(found.label)
    members = np.flatnonzero(large[found.label])
    for i in members:
        found.stopped[int(i)] = (int(found.label[i]), int(sizes[found.label[i]]))
    inside = large[found.label[edges.left]] & ~found.cut
    sure = inside & (edges.weight >= KEY)
    by_key = components(count, edges.left[sure], edges.right[sure])
    too = np.bincount(by_key, minlength=count) > largest
    found.label[members] = np.where(too[by_key[members]], members, by_key[members])
    found.cut |= inside & (found.label[edges.left] != found.label[edges.right])
