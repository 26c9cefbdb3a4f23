"""Why a pair was joined: one weight per column, as a short sentence and as the JSON of a waterfall, made in SQL."""

from __future__ import annotations

import json

from pipelines.analysis.linkage import levels
from pipelines.analysis.linkage.normalise import text
from pipelines.analysis.linkage.spec import Spec


def sentence(spec: Spec) -> str:
    """Return the SQL of ``surname equal (+4.1); birth one digit off (+2.3)``: reads pat and w<i>, strongest first."""
    parts = []
    for i, (column, kind) in enumerate(spec.columns.items()):
        words = "[" + ", ".join(text(f"{column} {w}") for w in levels.words(kind)) + "]"
        parts.append(
            f"case when level{i}(pat) >= 0 then {{'a': -w{i}, 'i': {i}, 's': {words}[level{i}(pat) + 1] || ' (' || printf('%+.1f', cast(w{i} as double)) || ')'}} end"
        )
    listed = f"list_sort(list_filter([{', '.join(parts)}], lambda x: x is not null))"
    return f"array_to_string(list_transform({listed}, lambda x: x.s), '; ')"


def waterfall(spec: Spec) -> str:
    """Return the SQL of the JSON list ``[{"column", "level", "weight", "left_same"}]`` in the order of the spec."""
    parts = []
    for i, (column, kind) in enumerate(spec.columns.items()):
        words = levels.words(kind)
        heads = [
            f'{{"column": {json.dumps(column, ensure_ascii=False)}, "level": "{w}", "left_same": {str(w == "equal").lower()}, "weight": '
            for w in words
        ]
        listed = "[" + ", ".join(text(h) for h in heads) + "]"
        parts.append(
            f"case when level{i}(pat) >= 0 then {listed}[level{i}(pat) + 1] || printf('%.3f', cast(w{i} as double)) || '}}' end"
        )
    return f"'[' || concat_ws(', ', {', '.join(parts)}) || ']'"


def keyed(key: tuple[str, ...]) -> str:
    """Return the JSON list of a pair that ``key`` joins: nothing was weighed."""
    return json.dumps(
        [{"column": c, "level": "equal", "left_same": True, "weight": None} for c in key], ensure_ascii=False
    )
