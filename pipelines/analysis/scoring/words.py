"""What people write: numbers in full or half width, a method with its settings, codes that YAML would read as something else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

# ！ to ～, the full-width twins of the printable ASCII signs: what a Chinese keyboard gives
_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}

_BASE_8_OR_60 = re.compile(r"[-+]?(0[0-9]|[0-9]+:)")


def number(text: str) -> float:
    """Return the number that ``text`` says, NaN where it says none; full-width ０１２．５ are read, 1_000 and other digits are not."""
    plain = text.strip().translate(_HALF)
    if "_" in plain or not plain.isascii():
        return math.nan
    try:
        return float(plain)
    except ValueError:
        return math.nan


def load(text: str) -> tuple[Any, list[str]]:
    """Return what YAML makes of ``text``, and a fault for each code and number of which it makes another (ON, 010, 1:30)."""
    faults = []
    for what, is_code, node in _plain(yaml.compose(text, yaml.SafeLoader)):
        if not isinstance(node, yaml.ScalarNode) or node.style is not None or not node.value:
            continue
        read = yaml.safe_load(node.value)
        if (read is not None and str(read) != node.value) if is_code else _BASE_8_OR_60.match(node.value):
            faults.append(f'{what}: YAML reads {node.value} as {read}; quote it: "{node.value}"')
    return yaml.safe_load(text), faults


def _plain(root: yaml.Node | None) -> Iterator[tuple[str, bool, yaml.Node]]:
    """Yield what a spec says of its tree, of aggregate.nodes, of grades and of a unit, and whether it is a code."""

    def pairs(node: object) -> list[tuple[str, yaml.Node, yaml.Node]]:
        return [(str(k.value), k, v) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []

    for section, _, value in pairs(root):
        if section == "tree" and isinstance(value, yaml.SequenceNode):
            for i, row in enumerate(value.value, 1):
                yield from ((f"tree, node {i}, {k}", k in {"code", "parent"}, v) for k, _, v in pairs(row))
        for key, _, inner in pairs(value):
            if (section, key) in {("aggregate", "nodes"), ("publish", "grades")}:
                yield from ((f"{section}.{key}", True, k) for _, k, _ in pairs(inner))
            if (section, key) == ("normalise", "unit"):
                yield f"{section}.{key}", True, inner


def method(raw: object, among: tuple[str, ...], what: str, faults: list[str]) -> dict[str, Any]:
    """Return a method and its settings as one flat mapping, of whichever form it was written in.

    ``log``, ``{log: {skew: 2}}``, ``{method: log, skew: 2}``, ``{method: {log: {skew: 2}}}``, ``{method: log, log: {skew: 2}}`` and the
    quoted ``"log {skew: 2}"`` are the same. Settings are checked by whoever knows them.
    """
    if isinstance(raw, str) and "{" in raw:
        name, brace, rest = raw.partition("{")
        try:
            settings = yaml.safe_load(brace + rest)
        except yaml.YAMLError:
            settings = None
        if not isinstance(settings, dict):
            faults.append(f"{what}: {raw!r} is no method with settings, as {{{among[-1]}: {{…}}}}")
            return {}
        raw = {name.strip(): settings} if name.strip() else settings
    if isinstance(raw, str):
        return {"method": raw}
    if not isinstance(raw, dict):
        faults.append(f"{what}: {raw!r} is no mapping")
        return {}
    flat: dict[str, Any] = {}
    named = [k for k in raw if k in among]
    for key, value in raw.items():
        inner = {key: value}
        if key == "method":
            inner = method(value, among, what, faults)
        elif key in named:
            settings = {} if value is None else value
            if not isinstance(settings, dict):
                faults.append(f"{what}.{key}: {value!r} is no mapping of settings")
                settings = {}
            inner = {"method": key, **settings}
        for k, v in inner.items():
            if k in flat and flat[k] != v:
                faults.append(f"{what}.{k}: stands twice, as {flat[k]!r} and as {v!r}")
            flat.setdefault(k, v)
    return flat
