"""Which records name the same enterprise: by code, number and name where these are sure, by likeness for the rest.

Records that say the same of a firm are compared once (a *mention*). Of each mention is worked out which code is its own:

* a code that is the landlord's by the row's own words is no code of the tenant;
* a code whose other records bear quite another name, is contested: the record stands alone and people are asked;
* a code with one wrong sign is mended where exactly one known code is one sign away and bears this very name.

Then the engine joins: by code, mended code, old registration number and name, a silo's own number, tenancy and name, a
full name that only one firm bears; and by likeness of name, town, address, place and phone where none of these speaks.
Two good codes never meet in one cluster, and a branch never meets its head office.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import Any

import pyarrow as pa

from pipelines.analysis.linkage import tables
from pipelines.analysis.linkage.firm_codes import Known, Mention, collect, full_name, old_number, own_codes
from pipelines.analysis.linkage.firm_names import Names
from pipelines.analysis.linkage.registry import Decisions, Linked, Thresholds

ENTITY = "enterprise"
KEYS = {
    "uscc": "信用代码一致 · same credit code",
    "uscc_mended": "代码一处笔误，名称一致 · a code with one wrong sign, the name agrees",
    "old_number": "原注册号一致 · same registration number of before 2015",
    "silo_number": "同一部门的同一编号 · the same number in one silo",
    "tenancy": "同一出租方的同名承租单位 · same tenant of the same landlord",
    "full_name": "全称唯一 · a full name that only one firm bears",
}
_COLUMNS = {
    "name": "free", "region": "code", "town": "hash", "address": "address", "place": "point", "phone": "hash",
}  # fmt: skip
CONTESTED = "code of another firm"


def run(records: pa.Table, decisions: Decisions, thresholds: Thresholds, previous: Any = None) -> Linked:
    """Link the records of ``fct_enterprise_records``; see :mod:`registry` for the form of arguments and result."""
    if records.num_rows == 0:
        return Linked(tables.LINKS.empty_table(), tables.PAIRS.empty_table(), {"model_version": "none"})
    mentions, names = collect(records)
    known = own_codes(mentions, names)
    keyed = _keys(mentions, names, known)
    return _link(mentions, keyed, decisions, thresholds)


def _keys(mentions: list[Mention], names: Names, known: Known) -> list[dict[str, str | None]]:
    """Return, per mention, the columns that the engine compares."""
    code_of = {m.number: m.code for m in mentions if m.number and m.code and "register" in m.kinds}
    marks: dict[str, str] = {
        code: max(sorted({names.split(n).branch for n in those}), key=lambda b: sum(names.split(n).branch == b for n in those))
        for code, those in known.names.items()
    }  # fmt: skip
    rows = []
    for m in mentions:
        name = names.split(m.name) if m.name else None
        landlord = m.landlord or code_of.get(m.landlord_number or "")
        # whoever has a number of a silo's register is known by it; a former name hangs on such a number
        by_number = code_of.get(m.number or "")
        branch = marks.get(m.code) if m.code else None
        rows.append(
            {
                "id": m.id,
                "uscc": m.code if m.status != "mended" else None,
                "uscc_mended": m.code,
                "old_number": old_number(m, known, names),
                "silo_number": m.number,
                "tenancy": f"{landlord}|{m.name}" if landlord and m.name else None,
                "full_name": m.code or by_number or full_name(m, known, names),
                "name": name.core if name else None,
                "region": name.region or None if name else None,
                "town": m.town,
                "address": m.address,
                "place": m.place,
                "phone": m.phone,
                "own_code": m.code,
                "branch": branch or (name.branch if name else None),
            }
        )
    return rows


def _spec(thresholds: Thresholds) -> Any:
    from pipelines.analysis.linkage import Spec

    keys = (("uscc",), ("uscc_mended",), ("old_number",), ("silo_number",), ("tenancy",), ("full_name",))
    return Spec(
        id="id", columns=_COLUMNS, keys=keys, exclusive=("own_code", "branch"), needed=("name",), entity_type=ENTITY,
        threshold=float(thresholds["match"]), review=float(thresholds["review"]), max_cluster=int(thresholds["max_cluster"]),
    )  # fmt: skip


def _link(
    mentions: list[Mention], rows: list[dict[str, str | None]], decisions: Decisions, thresholds: Thresholds
) -> Linked:
    """Give the mentions that are not contested to the engine and write down what it found, record by record."""
    from pipelines.analysis.linkage import link

    spec = _spec(thresholds)
    first = {r: m.id for m in mentions for r in m.records}
    said = {tuple(sorted((first[a], first[b]))): v for (a, b), v in decisions.items() if a in first and b in first and first[a] != first[b]}  # fmt: skip
    inside = [r for m, r in zip(mentions, rows, strict=True) if m.status != "contested"]
    kinds = {c: [r[c] for r in inside] for c in rows[0]}
    found = link(pa.table({c: pa.array(v, pa.string()) for c, v in kinds.items()}), spec, said)
    version = found.model["model_version"]
    links = {r["record_id"]: r for r in found.links.to_pylist()}
    ids = _enterprise_ids(mentions, links)
    shared = _shared(inside, ids)
    by_id = {r["id"]: r for r in inside}
    out: dict[str, list] = {c: [] for c in ("record_id", "cluster_id", "how", "probability", "reason", "model_version")}
    for m in mentions:
        own = links.get(m.id)
        how, probability, reason = _how(m, own, by_id.get(m.id), shared, ids[m.id])
        for r in m.records:
            for c, v in zip(out, (r, ids[m.id], how, probability, reason, version), strict=True):
                out[c].append(v)
    pairs = pa.concat_tables([_pairs(found.pairs, ids), _contested_pairs(mentions, said, version)])
    stopped = found.stopped.set_column(
        found.stopped.column_names.index("cluster_id"), "cluster_id",
        pa.array([ids[c] for c in found.stopped.column("cluster_id").to_pylist()], pa.string()),
    )  # fmt: skip
    own = {r: m.code for m in mentions if m.code for r in m.records}
    codes = pa.table({"record_id": pa.array(own.keys(), pa.string()), "code": pa.array(own.values(), pa.string())})
    return Linked(pa.table(out), pairs, found.model | {"keys": KEYS}, stopped, codes)


def _shared(rows: list[dict[str, str | None]], ids: dict[str, str]) -> set[tuple[str, str, str]]:
    """Return (key, value, enterprise) where two mentions of one enterprise share the value of a key."""
    seen: set[tuple[str, str, str]] = set()
    twice: set[tuple[str, str, str]] = set()
    for r in rows:
        for key in KEYS:
            if r[key]:
                at = (key, r[key], ids[r["id"]])
                (twice if at in seen else seen).add(at)
    return twice


def _how(
    m: Mention,
    own: dict[str, Any] | None,
    row: dict[str, str | None] | None,
    shared: set[tuple[str, str, str]],
    enterprise: str,
) -> tuple[str, float, str]:
    """Return how a mention got its enterprise, how sure that is, and why in words: the first key it shares, else as scored."""
    if own is None or row is None:
        return "review", 1.0, f"代码另属他名 · {CONTESTED}: {', '.join(m.against)}"
    key = next((k for k in KEYS if row[k] and (k, row[k], enterprise) in shared), None)
    if key and own["how"] == "key":
        return "key", 1.0, KEYS[key]
    if m.code and own["how"] in ("alone", "key"):
        return "key", 1.0, "只有本条使用此代码 · the only record with its code"
    if len(m.records) > 1 and own["how"] == "alone":
        return "alone", 1.0, "几条写法相同，别无相似 · several records that say the same, no other is like them"
    return own["how"], float(own["probability"]), own["reason"]


def _enterprise_ids(mentions: list[Mention], links: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the enterprise of each mention: ``E`` and the code of its cluster, else ``E-`` and a hash of its smallest record.

    Where a cluster was stopped, several hold one code: the one with most records keeps it.
    """
    clusters: dict[str, list[Mention]] = defaultdict(list)
    for m in mentions:
        clusters[links[m.id]["cluster_id"] if m.id in links else f"alone {m.id}"].append(m)
    held: dict[str, tuple[int, str]] = {}
    code_of: dict[str, str] = {}
    for cluster, those in sorted(clusters.items()):
        code = next((m.code for m in those if m.code), None)
        if code:
            code_of[cluster] = code
            held[code] = min(held.get(code, (0, "")), (-sum(len(m.records) for m in those), cluster))
    found = {}
    for cluster, those in clusters.items():
        code = code_of.get(cluster)
        smallest = min(m.records[0] for m in those)
        plain = f"E-{hashlib.md5(smallest.encode(), usedforsecurity=False).hexdigest()[:12]}"
        for m in those:
            found[m.id] = f"E{code}" if code and held[code][1] == cluster else plain
    return found


_PAIR = [f.name for f in tables.PAIRS if f.name not in {"district_code", "entity_type"}]


def _pairs(found: pa.Table, ids: dict[str, str]) -> pa.Table:
    """Return the pairs that keys did not settle, or that people spoke about, in the house's types and words.

    Two enterprises are one question, however many of their records are alike: the likest pair asks it. Within one
    enterprise nothing is asked.
    """
    shaped = tables.shaped("pairs", found, "", ENTITY).to_pylist()
    best: dict[tuple[str, str], tuple[Any, str, str]] = {}
    for p in shaped:
        if p["band"] == "review" and p["decision"] is None:
            sides = tuple(sorted((ids[p["left_id"]], ids[p["right_id"]])))
            best[sides] = min(best.get(sides, (0, "", "")), (-p["probability"], p["left_id"], p["right_id"]))
    asked = {(left, right) for (a, b), (_, left, right) in best.items() if a != b}
    kept = [
        p
        for p in shaped
        if p["decision"] is not None
        or (p["left_id"], p["right_id"]) in asked
        or (p["band"] == "match" and not p["rule"].startswith("key "))
    ]
    return pa.Table.from_pylist(kept, tables.PAIRS).select(_PAIR)


def _contested_pairs(mentions: list[Mention], said: Decisions, version: str) -> pa.Table:
    """Return, for people to look at, each contested record beside the record that best stands for each of its codes."""
    best: dict[str, Mention] = {}
    for m in mentions:
        if m.code and (m.code not in best or ("register" in m.kinds) > ("register" in best[m.code].kinds)):
            best[m.code] = m
    rows = []
    for m in mentions:
        if m.status != "contested":
            continue
        for code in m.against:
            other = best.get(code)
            if other is None:
                continue
            left, right = sorted((m.id, other.id))
            why = [
                {"column": "uscc", "level": "equal" if code == m.uscc else "different", "weight": None, "left_same": code == m.uscc},
                {"column": "name", "level": "different" if code == m.uscc else "equal", "weight": None, "left_same": code != m.uscc},
            ]  # fmt: skip
            rows.append(
                {
                    "left_id": left, "right_id": right, "probability": None, "match_weight": None, "band": "review",
                    "rule": CONTESTED, "why": json.dumps(why, ensure_ascii=False), "decision": said.get((left, right)),
                    "model_version": version,
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, pa.schema([tables.PAIRS.field(c) for c in _PAIR]))
