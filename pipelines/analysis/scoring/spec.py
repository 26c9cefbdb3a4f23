"""The spec of an index: read, checked as a whole, every fault named before anything is computed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipelines.analysis.scoring import words
from pipelines.errors import AnlanError

NORMALISE = (
    "goalposts", "minmax", "zscore", "rank", "borda", "percentile_rank", "distance_to_max", "distance_to_target",
    "fraction_of_max", "distance_to_unit",
)  # fmt: skip
TREAT = ("none", "winsorise", "log")
IMPUTE = ("none", "mean", "median", "group_mean", "carry_forward")
AGGREGATE = ("arithmetic", "geometric", "harmonic", "power", "median", "copeland")
MISSING = ("zero", "skip", "not_applicable")
METHODS = {"normalise": NORMALISE, "treat": TREAT, "impute": IMPUTE}
SECTIONS = ("tree", "normalise", "treat", "impute", "aggregate", "min_coverage", "publish")
_LEAF_KEYS = {"code", "parent", "weight", "direction", "floor", "target", "missing"}


@dataclass(frozen=True)
class Node:
    """One node of the tree.

    ``weight`` is its share inside its parent (sums to 1 there), ``bounds`` a leaf's goalposts: (floor, target), or
    (a, b, c, d) for a band that earns nothing below a and above d and everything from b to c.
    """

    code: str
    parent: str | None
    weight: float
    direction: str = "+"
    bounds: tuple[float, ...] = ()
    missing: str = "zero"


@dataclass(frozen=True)
class Spec:
    """A checked spec. ``nodes`` stand root first, parents before children, in the order of the file."""

    nodes: tuple[Node, ...]
    method: str = "goalposts"
    low: float = 0.0
    high: float = 100.0
    has_range: bool = False
    scope: str = "all"
    unit: str = ""
    treat: str = "none"
    treat_limits: dict[str, float] = field(default_factory=dict)
    impute: str = "none"
    aggregate: str = "arithmetic"
    power: float = 1.0
    node_aggregate: dict[str, tuple[str, float]] = field(default_factory=dict)
    min_coverage: float = 0.7
    places: int = 2
    grades: tuple[tuple[str, float], ...] = ()

    @cached_property
    def children(self) -> dict[str, list[int]]:
        """The numbers of each node's children, in the order of the file."""
        found: dict[str, list[int]] = {}
        for i, n in enumerate(self.nodes):
            if n.parent is not None:
                found.setdefault(n.parent, []).append(i)
        return found

    @cached_property
    def leaves(self) -> list[int]:
        """The numbers of the nodes without children: the indicators."""
        return [i for i, n in enumerate(self.nodes) if n.code not in self.children]

    @cached_property
    def global_weights(self) -> np.ndarray:
        """Each node's weight in the whole: the product of the shares up to the root."""
        at = {n.code: i for i, n in enumerate(self.nodes)}
        found = np.ones(len(self.nodes))
        for i, n in enumerate(self.nodes):
            if n.parent is not None:
                found[i] = n.weight * found[at[n.parent]]
        return found

    @cached_property
    def span(self) -> tuple[float, float] | None:
        """The two ends that scores of leaves are measured by; None where the method has a scale of its own."""
        if self.method in {"zscore", "rank", "borda"}:
            return None
        return (self.low, self.high) if self.has_range or self.method in {"goalposts", "minmax"} else (0.0, 1.0)

    @cached_property
    def paired(self) -> set[str]:
        """The nodes whose score comes of pairs won, their own or those below them: it is no share of any range."""
        found: set[str] = set()
        for node in reversed(self.nodes):
            kids = self.children.get(node.code, [])
            if kids and (self.rule(node.code)[0] == "copeland" or any(self.nodes[k].code in found for k in kids)):
                found.add(node.code)
        return found

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """The range that the root cannot leave; None where it can, or has no range."""
        within = {"goalposts", "minmax", "percentile_rank", "distance_to_max"}
        return self.span if self.method in within and self.nodes[0].code not in self.paired else None

    def rule(self, code: str) -> tuple[str, float]:
        """Return how a node's children are put together: the method and the power (used by ``power`` only)."""
        return self.node_aggregate.get(code, (self.aggregate, self.power))


def parse(raw: dict[str, Any] | str | Path) -> Spec:
    """Return the checked spec of a mapping, or of a YAML file.

    Raises:
        AnlanError: with all faults at once, each with its node or section and what to do.

    """
    where = "spec"
    faults: list[str] = []
    if isinstance(raw, str | Path):
        where = f"spec {Path(raw).name}"
        try:
            raw, faults = words.load(Path(raw).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
            raise AnlanError(
                where, "cannot be read as YAML", " ".join(str(e).split())[:200],
                "correct the file; a method with settings is written {winsorise: {max: 5}}",
            ) from e  # fmt: skip
    if not isinstance(raw, dict):
        raise AnlanError(where, "is no mapping", type(raw).__name__, "begin with tree:")
    if unknown := sorted(set(raw) - set(SECTIONS)):
        faults.append(f"{', '.join(map(str, unknown))}: no such section; sections are {', '.join(SECTIONS)}")
    method, spec = _sections(raw, faults)
    nodes = _tree(raw.get("tree"), method, faults)
    for code in spec["node_aggregate"]:
        if nodes and code not in {n.parent for n in nodes}:
            faults.append(f"aggregate.nodes.{code}: no node with children has this code")
    if faults:
        raise AnlanError(
            where,
            f"{len(faults)} fault(s): " + "; ".join(faults[:20]),
            "",
            "correct them; nothing was computed",
        )
    return Spec(nodes=tuple(nodes), method=method, **spec)


def _number(value: object, what: str, faults: list[str]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        faults.append(f"{what}: {value!r} is no number")
        return math.nan
    if isinstance(value, str) and not math.isfinite(words.number(value)):
        faults.append(f"{what}: {value!r} is no number")
        return math.nan
    try:
        found = words.number(value) if isinstance(value, str) else float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        faults.append(f"{what}: {value!r} is not finite")
    return found


def _choice(value: object, among: tuple[str, ...], what: str, faults: list[str]) -> str:
    if value not in among:
        faults.append(f"{what}: {value!r} is none of {', '.join(among)}")
        return among[0]
    return str(value)


def _section(raw: dict[str, Any], name: str, keys: set[str], faults: list[str]) -> dict[str, Any]:
    given = raw.get(name) or {}
    if name in METHODS:
        given = words.method(given, METHODS[name], name, faults)
    if not isinstance(given, dict):
        faults.append(f"{name}: {given!r} is no mapping")
        return {}
    if unknown := sorted(set(map(str, given)) - keys):
        faults.append(f"{name}: unknown {', '.join(unknown)}; known are {', '.join(sorted(keys))}")
    return given


def _sections(raw: dict[str, Any], faults: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the method of normalising and everything of a spec but its tree."""
    made: dict[str, Any] = {}
    norm = _section(raw, "normalise", {"method", "range", "scope", "unit"}, faults)
    method = _choice(norm.get("method", "goalposts"), NORMALISE, "normalise.method", faults)
    made["scope"] = _choice(norm.get("scope", "all"), ("all", "period"), "normalise.scope", faults)
    made["unit"] = str(norm.get("unit", ""))
    if method == "distance_to_unit" and not made["unit"]:
        faults.append("normalise: distance_to_unit needs unit: the unit_id that is compared with")
    if "range" in norm:
        bounds = norm["range"]
        if not isinstance(bounds, list) or len(bounds) != 2:
            faults.append(f"normalise.range: {bounds!r} is no pair [low, high]")
        else:
            made["low"], made["high"] = (_number(b, "normalise.range", faults) for b in bounds)
            made["has_range"] = True
            if made["low"] >= made["high"]:
                faults.append(f"normalise.range: {made['low']} is not below {made['high']}")
    treat = _section(raw, "treat", {"method", "max", "skew", "kurtosis"}, faults)
    made["treat"] = _choice(treat.get("method", "none"), TREAT, "treat.method", faults)
    limits = {"max": 5, "skew": 2, "kurtosis": 3.5} if made["treat"] == "winsorise" else {}
    made["treat_limits"] = limits | {
        k: _number(treat[k], f"treat.{k}", faults) for k in ("max", "skew", "kurtosis") if k in treat
    }
    most, skew = made["treat_limits"].get("max", 0), made["treat_limits"].get("skew", 0)
    if most < 0 or most % 1:
        faults.append(f"treat.max: {most:g} is no whole number of values from 0")
    if skew < 0:
        faults.append(f"treat.skew: {skew:g} is below 0; it bounds the skewness either way")
    if made["treat"] == "log" and method == "goalposts":
        faults.append("treat: log with goalposts; floor and target are in the unit of the value, choose another method")
    made["impute"] = _choice(
        _section(raw, "impute", {"method"}, faults).get("method", "none"), IMPUTE, "impute.method", faults
    )
    made["node_aggregate"] = {}
    agg = raw.get("aggregate") or {}
    if not isinstance(agg, dict) or not set(agg) & {"default", "nodes"}:
        agg = {"default": agg} if agg else {}
    if "power" in agg and agg.get("default", "power") == "power":
        agg = {k: v for k, v in agg.items() if k != "power"} | {"default": {"power": agg["power"]}}
    agg = _section({"aggregate": agg}, "aggregate", {"default", "nodes"}, faults)
    made["aggregate"], made["power"] = _rule(agg.get("default", "arithmetic"), "aggregate.default", faults)
    nodes = agg.get("nodes") or {}
    if isinstance(nodes, dict):
        for code, rule in nodes.items():
            made["node_aggregate"][str(code)] = _rule(rule, f"aggregate.nodes.{code}", faults)
    else:
        faults.append(f"aggregate.nodes: {nodes!r} is no mapping of codes")
    made["min_coverage"] = _number(raw.get("min_coverage", 0.7), "min_coverage", faults)
    if not 0 <= made["min_coverage"] <= 1:
        faults.append(f"min_coverage: {made['min_coverage']} is not between 0 and 1")
    publish = _section(raw, "publish", {"places", "grades"}, faults)
    places = publish.get("places", 2)
    if not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= 9:
        faults.append(f"publish.places: {places!r} is no whole number from 0 to 9")
        places = 2
    grades = publish.get("grades") or {}
    if not isinstance(grades, dict):
        faults.append(f"publish.grades: {grades!r} is no mapping of grade to lowest score")
        grades = {}
    lowest = [(str(g), _number(v, f"publish.grades.{g}", faults)) for g, v in grades.items()]
    made["places"], made["grades"] = places, tuple(sorted(lowest, key=lambda g: -g[1]))
    return method, made


def _rule(raw: object, what: str, faults: list[str]) -> tuple[str, float]:
    """Return (method, power) of ``geometric``, ``{power: 0.5}``, ``{method: power, power: 0.5}`` or ``{method: {power: 0.5}}``."""
    means = tuple(m for m in AGGREGATE if m != "power")
    given = words.method(raw, means, what, faults) or {"method": "arithmetic"}
    if unknown := sorted(set(map(str, given)) - {"method", "power"}):
        faults.append(f"{what}: {raw!r} is none of {', '.join(AGGREGATE)}: unknown {', '.join(unknown)}")
        return "arithmetic", 1.0
    if "power" not in given and given["method"] == "power":
        faults.append(f"{what}: power needs its number, as {{power: 0.5}}")
        return "power", 1.0
    chosen = _choice(given.get("method", "power"), AGGREGATE, what, faults)
    if "power" in given and chosen != "power":
        faults.append(f"{what}: power belongs to the method power, not to {chosen}")
    return chosen, _number(given["power"], f"{what}.power", faults) if "power" in given else 1.0


def _tree(raw: object, method: str, faults: list[str]) -> list[Node]:
    """Return the nodes root first, with shares for weights; faults are added."""
    if not isinstance(raw, list) or not raw or not all(isinstance(n, dict) for n in raw):
        faults.append("tree: give a list of nodes, such as - {code: INDEX}")
        return []
    before = len(faults)
    rows: list[dict[str, Any]] = []
    for i, n in enumerate(raw):
        if n.get("code") in (None, ""):
            faults.append(f"tree, node {i + 1}: has no code")
            continue
        if odd := [k for k in ("code", "parent") if isinstance(n.get(k), bool | list | dict)]:
            faults.append(f"tree, node {i + 1}: {odd[0]} {n[odd[0]]!r} is no text; quote it")
            continue
        if unknown := sorted(set(n) - _LEAF_KEYS):
            faults.append(f"tree, {n['code']}: unknown {', '.join(map(str, unknown))}")
        parent = n.get("parent")
        rows.append({**n, "code": str(n["code"]), "parent": None if parent in (None, "") else str(parent)})
    codes = {n["code"] for n in rows}
    for code, times in Counter(n["code"] for n in rows).items():
        if times > 1:
            faults.append(f"tree, {code}: stands {times} times; a node has one parent")
    for n in rows:
        if n["parent"] is not None and n["parent"] not in codes:
            faults.append(f"tree, {n['code']}: orphan, its parent {n['parent']} is not in the tree")
    roots = [n["code"] for n in rows if n["parent"] is None]
    if len(roots) != 1:
        faults.append(f"tree: needs one root (a node without parent), has {len(roots)}: {', '.join(roots) or 'none'}")
    parent_of = {n["code"]: n["parent"] for n in rows}
    for code in sorted(codes):
        seen, at = [code], parent_of[code]
        while at is not None and at in parent_of and at not in seen:
            seen.append(at)
            at = parent_of[at]
        if at == code:
            faults.append(f"tree: cycle {' → '.join([*seen, code])}")
    parents = {n["parent"] for n in rows if n["parent"] is not None}
    made: dict[str, Node] = {}
    for n in rows:
        weight = 1.0 if n["parent"] is None else _number(n.get("weight", 1), f"tree, {n['code']}, weight", faults)
        if weight < 0:
            faults.append(f"tree, {n['code']}: weight {weight} is below 0")
        if n["code"] in parents:
            if extra := sorted({"direction", "floor", "target", "missing"} & set(n)):
                faults.append(f"tree, {n['code']}: {', '.join(extra)} belong to leaves, but this node has children")
            made.setdefault(n["code"], Node(n["code"], n["parent"], weight))
        else:
            made.setdefault(n["code"], _leaf(n, weight, method, faults))
    for parent in sorted(parents & codes):
        total = math.fsum(n.weight for n in made.values() if n.parent == parent)
        if total <= 0:
            faults.append(f"tree, {parent}: the weights of its children sum to {total:g}; give one of them more than 0")
    if len(faults) > before:
        return []
    totals = {p: math.fsum(n.weight for n in made.values() if n.parent == p) for p in parents}
    ordered: list[Node] = []
    todo = [roots[0]]
    while todo:
        node = made[todo.pop(0)]
        share = node.weight / totals[node.parent] if node.parent else 1.0
        ordered.append(Node(node.code, node.parent, share, node.direction, node.bounds, node.missing))
        todo += [n.code for n in made.values() if n.parent == node.code]
    return ordered


def _leaf(n: dict[str, Any], weight: float, method: str, faults: list[str]) -> Node:
    what = f"tree, {n['code']}"
    direction = {"1": "+", "-1": "-", "up": "+", "down": "-"}.get(
        str(n.get("direction", "+")), str(n.get("direction", "+"))
    )
    direction = _choice(direction, ("+", "-", "band"), f"{what}, direction", faults)
    missing = _choice(n.get("missing", "zero"), MISSING, f"{what}, missing", faults)
    bounds = tuple(
        b for key in ("floor", "target") for b in _bound(n.get(key), f"{what}, {key}", direction == "band", faults)
    )
    if direction == "band":
        if method != "goalposts":
            faults.append(f"{what}: a band has goalposts only, not {method}")
        if len(bounds) == 4:
            a, d, b, c = bounds
            bounds = (a, b, c, d)
            if not a <= b <= c <= d or a == d or (a == b and c == d and b == c):
                faults.append(f"{what}: a band rises from {a:g} to {b:g} and falls from {c:g} to {d:g}; sort them")
        elif method == "goalposts":
            faults.append(f"{what}: a band needs floor: [lowest, highest] and target: [from, to]")
    elif method in {"goalposts", "distance_to_target"}:
        need = ("floor", "target") if method == "goalposts" else ("target",)
        if lacking := [k for k in need if n.get(k) is None]:
            faults.append(f"{what}: {method} needs {' and '.join(lacking)}")
        elif method == "goalposts" and len(bounds) == 2 and all(map(math.isfinite, bounds)):
            floor, target = bounds
            if not math.isfinite(target - floor):
                faults.append(f"{what}: floor {floor:g} and target {target:g} are too far apart; choose a larger unit")
            elif floor == target:
                faults.append(f"{what}: floor and target are both {floor:g}; nothing can be told apart")
            elif (floor < target) != (direction == "+"):
                faults.append(
                    f"{what}: direction {direction} with floor {floor:g} and target {target:g}; the floor earns nothing, "
                    f"so it must be {'below' if direction == '+' else 'above'} the target"
                )
        elif method == "distance_to_target":
            bounds = bounds[-1:]
    return Node(n["code"], n["parent"], weight, direction, bounds, missing)


def _bound(value: object, what: str, pair: bool, faults: list[str]) -> list[float]:
    if value is None:
        return []
    if isinstance(value, str) and ".." in value:
        value = value.split("..")
    if isinstance(value, list) != pair or (pair and len(value) != 2):
        faults.append(f"{what}: {value!r} is no {'pair' if pair else 'number'}")
        return []
    return [_number(v, what, faults) for v in (value if pair else [value])]
