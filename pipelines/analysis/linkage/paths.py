"""Pairs that stand in one cluster by way of other records only. Which records are in one cluster is decided elsewhere."""

from __future__ import annotations

from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

MOST = 50  # a larger cluster has too many pairs to tell


def completed(pairs: pa.Table, links: pa.Table) -> pa.Table:
    """Return ``pairs`` (left, right, probability, why) with all other pairs of the clusters of ``links`` (id, cluster), in order.

    A pair that was not joined itself is as probable as the weakest pair on the surest way between the two; ``why`` names the
    records of that weakest pair. Clusters over :data:`MOST` records keep the pairs they have.
    """
    counts = pc.value_counts(links["cluster"])
    many = counts.field("counts")
    small = counts.field("values").filter(pc.and_(pc.greater(many, 2), pc.less_equal(many, MOST)))
    links = links.filter(pc.is_in(links["cluster"], small))
    of = dict(zip(links["id"].to_pylist(), links["cluster"].to_pylist(), strict=True))
    inside = pairs.filter(pc.is_in(pairs["left"], links["id"]))
    edges: dict[str, list[tuple[float, str, str]]] = {c: [] for c in small.to_pylist()}
    for pair in inside.select(["left", "right", "probability"]).to_pylist():
        edges[of[pair["left"]]].append((-float(pair["probability"]), pair["left"], pair["right"]))
    size = dict(zip(counts.field("values").to_pylist(), many.to_pylist(), strict=True))
    rows = [row for c, e in edges.items() if 2 * len(e) < size[c] * (size[c] - 1) for row in _missing(e)]
    if not rows:
        return pairs
    added = pa.Table.from_pylist(rows, schema=pairs.schema)
    return pa.concat_tables([pairs, added]).sort_by([("left", "ascending"), ("right", "ascending")])


def _missing(edges: list[tuple[float, str, str]]) -> list[dict[str, str]]:
    """Return the pairs that ``edges`` (-probability, left, right) tie together only by way of others: the surest are tied first."""
    known = {(left, right) for _, left, right in edges}
    group = {i: [i] for edge in edges for i in edge[1:]}
    found = []
    for sure, left, right in sorted(edges):
        ours, theirs = group[left], group[right]
        if ours is theirs:
            continue
        for a, b in product(ours, theirs):
            pair = min(a, b), max(a, b)
            if pair not in known:
                way = [x for x in (left, right) if x not in pair]
                found.append({
                    "left": pair[0], "right": pair[1], "probability": f"{-sure:.6f}", "why": f"by way of {' and '.join(way)}",
                })  # fmt: skip
        ours += theirs
        for i in theirs:
            group[i] = ours
    return found
