"""How alike two values are: the comparison levels of each kind, best first, as SQL conditions.

A condition reads ``{c}_<feature>_l`` and ``{c}_<feature>_r``. Above all levels stands "equal" (the normal forms are the
same), below all "different". Levels are numbered as Splink numbers them: different 0, equal the highest, missing -1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One grade of likeness: the word that ``why`` shows, its condition, and the share of true pairs expected in it."""

    word: str
    sql: str
    prior: float


def _sides(feature: str) -> tuple[str, str]:
    return f"{{c}}_{feature}_l", f"{{c}}_{feature}_r"


def _one(feature: str, least: int) -> str:
    """One character inserted, left out, changed, or two neighbours swapped, in values of ``least`` characters and more.

    One such slip leaves the first or the last part whole; that is asked first, being cheap.
    """
    a, b = _sides(feature)
    part = f"cast(least(length({a}), length({b})) / 2 - 1 as integer)"
    return (
        f"(abs(length({a}) - length({b})) <= 1 and least(length({a}), length({b})) >= {least} "
        f"and (left({a}, {part}) = left({b}, {part}) or right({a}, {part}) = right({b}, {part})) "
        f"and (levenshtein({a}, {b}) <= 1 "
        f"or (length({a}) = length({b}) and levenshtein({a}, {b}) = 2 and damerau_levenshtein({a}, {b}) = 1)))"
    )


def _jw(feature: str, least: float) -> str:
    a, b = _sides(feature)
    return f"jaro_winkler_similarity({a}, {b}) >= {least}"


def _inside(feature: str, least: int) -> str:
    a, b = _sides(feature)
    return f"least(length({a}), length({b})) >= {least} and (contains({a}, {b}) or contains({b}, {a}))"


def _far(feature: str, least: float) -> str:
    """Letters show that no Jaro–Winkler of ``least`` and no containment is possible: most pairs end here.

    Jaro of at least j needs m common signs with m/a + m/b >= 3j - 1; letters of one text that the other lacks are not common.
    """
    a, b = _sides(feature)
    need = 3 * (least - 0.4) / 0.6 - 1
    x, y = _sides("x")
    most = f"length({a}) + length({b}) - {2 * need:.4f} * length({a}) * length({b}) / (length({a}) + length({b}))"
    return f"(bit_count(xor({x}, {y})) > {most} and ({x} & {y}) <> {x} and ({x} & {y}) <> {y})"


_PARTS = "(cast({c}_y_l = {c}_y_r as integer) + cast({c}_m_l = {c}_m_r as integer) + cast({c}_d_l = {c}_d_r as integer)) >= 2"
_METRES = (
    "111195 * sqrt(pow({c}_y_l - {c}_y_r, 2) + pow(({c}_x_l - {c}_x_r) * cos(radians(({c}_y_l + {c}_y_r) / 2)), 2))"
)

_EITHER = "{c}_f3_l = {c}_f3_r or {c}_f4_l = {c}_f4_r"
# The feature that is the same in equal values, where that is not the normal form.
_EQUAL = {"name_hashes": "f1", "id_hashes": "f1"}

LEVELS: dict[str, tuple[Level, ...]] = {
    "name": (
        Level("swapped", "{swap}", 0.01),
        Level("sounds equal", "{c}_p_l = {c}_p_r", 0.01),
        Level("one letter off", f"{_one('p', 4)} or {_jw('p', 0.94)}", 0.08),
        Level(
            "similar",
            f"{_jw('p', 0.86)} or ({_inside('v', 2)}) or "
            "(least(length({c}_p_l), length({c}_p_r)) = 1 and left({c}_p_l, 1) = left({c}_p_r, 1))",
            0.03,
        ),
    ),
    "date": (
        Level("day and month swapped", "{c}_y_l = {c}_y_r and {c}_m_l = {c}_d_r and {c}_d_l = {c}_m_r", 0.01),
        Level("one digit off", f"(({_PARTS}) or length({{c}}_v_l) <> 8 or length({{c}}_v_r) <> 8) and {_one('v', 6)}", 0.06),
        Level("two parts equal", _PARTS, 0.03),
        Level("year equal", "{c}_y_l = {c}_y_r", 0.01),
    ),
    "code": (
        Level("one sign off", _one("v", 4), 0.06),
        Level(
            "similar",
            "(least(length({c}_v_l), length({c}_v_r)) >= 7 "
            "and (left({c}_v_l, 2) = left({c}_v_r, 2) or right({c}_v_l, 2) = right({c}_v_r, 2)) "
            f"and levenshtein({{c}}_v_l, {{c}}_v_r) <= 2) or ({_inside('v', 6)})",
            0.02,
        ),
    ),
    "phone": (
        Level("last places equal", "length({c}_v_l) >= 7 and right({c}_v_l, 7) = right({c}_v_r, 7)", 0.04),
        Level("one digit off", _one("v", 7), 0.06),
    ),
    "address": (
        Level("one letter off", f"{{c}}_n_l = {{c}}_n_r and {_one('v', 5)}", 0.08),
        Level(
            "similar, numbers equal",
            f"{{c}}_n_l = {{c}}_n_r and ({_jw('w', 0.88)} or ({_inside('w', 3)}))",
            0.05,
        ),
        Level("words equal", f"({{c}}_w_l = {{c}}_w_r and {{c}}_w_l <> '') or {_one('v', 5)}", 0.05),
        Level("similar", f"{_jw('w', 0.88)} or ({_inside('w', 3)})", 0.04),
    ),
    "free": (
        Level("one letter off", f"{_one('v', 4)} or {_jw('v', 0.95)}", 0.08),
        Level(
            "similar",
            f"{_jw('v', 0.88)} or ({_inside('v', 3)}) or "
            "(least(length({c}_v_l), length({c}_v_r)) = 1 and regexp_matches({c}_v_l || {c}_v_r, '^[a-z ]+$') "
            "and left({c}_v_l, 1) = left({c}_v_r, 1))",
            0.04,
        ),
    ),
    "hash": (),
    "name_hashes": (
        Level("sounds equal", "{c}_f2_l = {c}_f2_r", 0.02),
        Level("one character lost", f"({_EITHER}) and ({{c}}_f1_l is null or {{c}}_f1_r is null)", 0.02),
        Level("one character off", _EITHER, 0.01),
        Level("given name equal", "{c}_f5_l = {c}_f5_r", 0.01),
        Level("surname equal", "{c}_f6_l = {c}_f6_r", 0.01),
    ),
    "id_hashes": (
        Level("equal but for the check place", "{c}_f2_l = {c}_f2_r", 0.03),
        Level("birth date equal", "{c}_f3_l = {c}_f3_r", 0.04),
        Level("birth year equal", "{c}_f4_l = {c}_f4_r", 0.01),
    ),
    "point": (
        Level("within 60 m", f"{_METRES} <= 60", 0.5),
        Level("within 300 m", f"{_METRES} <= 300", 0.1),
        Level("within 2 km", f"{_METRES} <= 2000", 0.05),
    ),
}  # fmt: skip
# What is asked before all levels: is it plain that the values differ?
_PLAIN = {
    "date": "{c}_y_l <> {c}_y_r and ({c}_m_l <> {c}_m_r or {c}_d_l <> {c}_d_r) and length({c}_v_l) = 8 and length({c}_v_r) = 8",
    "name": f"{_far('p', 0.86)} and length({{c}}_p_l) > 1 and length({{c}}_p_r) > 1 and not {{swap}}",
    "address": f"{_far('w', 0.88)} and length({{c}}_w_l) > 3 and length({{c}}_w_r) > 3",
    "free": f"{_far('v', 0.88)} and length({{c}}_v_l) > 3 and length({{c}}_v_r) > 3",
}  # fmt: skip
# The share of true pairs expected to be equal, before the data speak.
PRIOR_EQUAL = {
    "name": 0.75, "date": 0.85, "code": 0.85, "phone": 0.7, "address": 0.65, "free": 0.75, "hash": 0.95, "point": 0.2,
    "name_hashes": 0.9, "id_hashes": 0.9,
}  # fmt: skip


def equal(kind: str) -> str:
    """Return the feature that two equal values have in common."""
    return _EQUAL.get(kind, "v")


def words(kind: str) -> list[str]:
    """Return the words of all levels by their number: different, …, equal."""
    return ["different", *(level.word for level in reversed(LEVELS[kind])), "equal"]


def priors(kind: str) -> list[float]:
    """Return the share of true pairs expected in each level by its number; they sum to 1."""
    middle = [level.prior for level in reversed(LEVELS[kind])]
    return [1 - PRIOR_EQUAL[kind] - sum(middle), *middle, PRIOR_EQUAL[kind]]


def cases(columns: Mapping[str, str], short: Mapping[str, str]) -> list[str]:
    """Return, per column, the SQL of the level number of a pair."""
    people = [short[c] for c, kind in columns.items() if kind == "name"]
    return [_case(kind, short[c], [o for o in people if o != short[c]]) for c, kind in columns.items()]


def _swapped(a: str, o: str) -> str:
    """Values of two name columns stand in each other's place; one must be the same, the other may be alike or missing."""

    def crossed(side: str) -> str:
        one, two = (f"{a}_p_l", f"{o}_p_r"), (f"{a}_p_r", f"{o}_p_l")
        first, second = (one, two) if side == "l" else (two, one)
        return (
            f"({first[0]} = {first[1]} and length({first[0]}) > 1 and ({second[0]} is null or {second[1]} is null "
            f"or {second[0]} = {second[1]} or jaro_winkler_similarity({second[0]}, {second[1]}) >= 0.86))"
        )

    return f"{crossed('l')} or {crossed('r')}"


def _case(kind: str, name: str, others: list[str]) -> str:
    """Return the SQL of one column; ``others`` are the other name columns, in which a swapped value would stand."""
    swap = " or ".join([f"{name}_t_l = {name}_t_r", *(_swapped(name, o) for o in others)])

    def ready(sql: str) -> str:
        return sql.replace("{swap}", f"coalesce({swap}, false)").replace("{c}", name)

    top = len(LEVELS[kind]) + 1
    whens = [
        f"when {name}_v_l is null or {name}_v_r is null then -1",
        f"when {name}_{equal(kind)}_l = {name}_{equal(kind)}_r then {top}",
        *([f"when {ready(_PLAIN[kind])} then 0"] if kind in _PLAIN else []),
        *(f"when {ready(level.sql)} then {top - i}" for i, level in enumerate(LEVELS[kind], 1)),
    ]
    return f"cast(case {' '.join(whens)} else 0 end as tinyint)"
