"""How alike two values are: the comparison levels of each kind, best first, as SQL conditions.

A condition reads ``{c}_<feature>_l`` and ``{c}_<feature>_r``, so Splink can run the same levels. Above all levels
stands "equal" (the normal forms are the same), below all "different". Levels are numbered as Splink numbers them:
different 0, equal the highest, missing -1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One grade of likeness: the word that ``why`` shows, its condition, and the share of true pairs expected in it."""

    word: str
    sql: str
    prior: float


# One character inserted, left out, changed, or two neighbours swapped.
_ONE = (
    "(abs(length({a}) - length({b})) <= 1 and (levenshtein({a}, {b}) <= 1 "
    "or (length({a}) = length({b}) and levenshtein({a}, {b}) = 2 and damerau_levenshtein({a}, {b}) = 1)))"
)


def one(feature: str, least: int) -> str:
    """Return the condition "one character off" on a feature, for values of ``least`` characters and more."""
    a, b = f"{{c}}_{feature}_l", f"{{c}}_{feature}_r"
    return f"least(length({a}), length({b})) >= {least} and {_ONE.format(a=a, b=b)}"


def _jw(feature: str, least: float) -> str:
    return f"jaro_winkler_similarity({{c}}_{feature}_l, {{c}}_{feature}_r) >= {least}"


def _inside(feature: str, least: int) -> str:
    a, b = f"{{c}}_{feature}_l", f"{{c}}_{feature}_r"
    return f"least(length({a}), length({b})) >= {least} and (contains({a}, {b}) or contains({b}, {a}))"


_SAME_PARTS = (
    "(cast(substr({c}_v_l, 1, 4) = substr({c}_v_r, 1, 4) as integer) + "
    "cast(substr({c}_v_l, 5, 2) = substr({c}_v_r, 5, 2) as integer) + "
    "cast(substr({c}_v_l, 7, 2) = substr({c}_v_r, 7, 2) as integer)) >= 2"
)
_METRES = (
    "111195 * sqrt(pow({c}_y_l - {c}_y_r, 2) + pow(({c}_x_l - {c}_x_r) * cos(radians(({c}_y_l + {c}_y_r) / 2)), 2))"
)

_EITHER = "{c}_f3_l = {c}_f3_r or {c}_f4_l = {c}_f4_r"
# When two values are equal, where that is not "the normal forms are the same".
_EQUAL = {"name_hashes": "{c}_f1_l = {c}_f1_r", "id_hashes": "{c}_f1_l = {c}_f1_r"}

LEVELS: dict[str, tuple[Level, ...]] = {
    "name": (
        Level("swapped", "{swap}", 0.01),
        Level("sounds equal", "{c}_p_l = {c}_p_r", 0.01),
        Level("one letter off", f"({one('p', 4)}) or ({_jw('p', 0.94)})", 0.08),
        Level(
            "similar",
            f"({_jw('p', 0.86)}) or ({_inside('v', 2)}) or "
            "(least(length({c}_p_l), length({c}_p_r)) = 1 and substr({c}_p_l, 1, 1) = substr({c}_p_r, 1, 1))",
            0.03,
        ),
    ),
    "date": (
        Level(
            "day and month swapped",
            "substr({c}_v_l, 1, 4) = substr({c}_v_r, 1, 4) and substr({c}_v_l, 5, 2) = substr({c}_v_r, 7, 2) "
            "and substr({c}_v_l, 7, 2) = substr({c}_v_r, 5, 2)",
            0.01,
        ),
        Level("one digit off", one("v", 6), 0.06),
        Level("two parts equal", _SAME_PARTS, 0.03),
        Level("year equal", "substr({c}_v_l, 1, 4) = substr({c}_v_r, 1, 4)", 0.01),
    ),
    "code": (
        Level("one sign off", one("v", 4), 0.06),
        Level(
            "similar",
            f"(least(length({{c}}_v_l), length({{c}}_v_r)) >= 7 and levenshtein({{c}}_v_l, {{c}}_v_r) <= 2) "
            f"or ({_inside('v', 6)})",
            0.02,
        ),
    ),
    "phone": (
        Level("last places equal", "length({c}_v_l) >= 7 and right({c}_v_l, 7) = right({c}_v_r, 7)", 0.04),
        Level("one digit off", one("v", 7), 0.06),
    ),
    "address": (
        Level("one letter off", f"({one('v', 5)}) and {{c}}_n_l = {{c}}_n_r", 0.08),
        Level(
            "similar, numbers equal",
            f"{{c}}_n_l = {{c}}_n_r and (({_jw('w', 0.88)}) or ({_inside('w', 3)}))",
            0.05,
        ),
        Level("words equal", f"({{c}}_w_l = {{c}}_w_r and {{c}}_w_l <> '') or ({one('v', 5)})", 0.05),
        Level("similar", f"({_jw('v', 0.88)}) or ({_inside('w', 3)})", 0.04),
    ),
    "free": (
        Level("one letter off", f"({one('v', 4)}) or ({_jw('v', 0.95)})", 0.08),
        Level("similar", f"({_jw('v', 0.88)}) or ({_inside('v', 3)})", 0.04),
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
# The share of true pairs expected to be equal, before the data speak.
PRIOR_EQUAL = {
    "name": 0.75,
    "date": 0.85,
    "code": 0.85,
    "phone": 0.7,
    "address": 0.65,
    "free": 0.75,
    "hash": 0.95,
    "point": 0.2,
    "name_hashes": 0.9,
    "id_hashes": 0.9,
}


def words(kind: str) -> list[str]:
    """Return the words of all levels by their number: different, …, equal."""
    return ["different", *(level.word for level in reversed(LEVELS[kind])), "equal"]


def priors(kind: str) -> list[float]:
    """Return the share of true pairs expected in each level by its number; they sum to 1."""
    middle = [level.prior for level in reversed(LEVELS[kind])]
    return [1 - PRIOR_EQUAL[kind] - sum(middle), *middle, PRIOR_EQUAL[kind]]


def conditions(kind: str, name: str, others: list[str]) -> list[str]:
    """Return the condition of each level between different and equal, best first, for the column known as ``name``.

    ``others`` are the other name columns: a value that stands in one of them on the other side is swapped.
    """
    swap = ["{c}_t_l = {c}_t_r"]
    swap += [f"{{c}}_v_l = {o}_v_r or {{c}}_v_r = {o}_v_l" for o in others]
    return [level.sql.replace("{swap}", f"({' or '.join(swap)})").replace("{c}", name) for level in LEVELS[kind]]


def case(kind: str, name: str, others: list[str]) -> str:
    """Return the SQL of the level number of a pair in one column."""
    found = conditions(kind, name, others)
    top = len(found) + 1
    whens = [
        f"when {name}_v_l is null or {name}_v_r is null then -1",
        f"when {_EQUAL.get(kind, '{c}_v_l = {c}_v_r').replace('{c}', name)} then {top}",
        *(f"when {sql} then {top - i}" for i, sql in enumerate(found, 1)),
    ]
    return f"cast(case {' '.join(whens)} else 0 end as tinyint)"
