"""How alike two values are: the comparison levels of each kind, best first, as SQL conditions.

A condition reads ``{c}_<feature>_l`` and ``{c}_<feature>_r``; ``{c}_l`` is the code of what equal values have in common. Above all levels stands "equal" (the normal forms are the
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


def _far(least: float) -> str:
    """Bytes show that no Jaro–Winkler of ``least``, no slip of one byte and no containment is possible: most pairs end here.

    Jaro of at least j needs m common bytes with m/a + m/b >= 3j - 1; bytes of one text that the other lacks are not common.
    How large j must be hangs on how many of the first four bytes are the same. A slip changes two bits at most.
    """
    (a, b), (x, y), (f, g) = _sides("z"), _sides("x"), _sides("f")
    needs = [3 * (least - 0.1 * same) / (1 - 0.1 * same) - 1 for same in range(5)]
    begun = " ".join(
        f"when {f} >> {8 * (4 - i)} = {g} >> {8 * (4 - i)} then {2 * needs[i]:.4f}e0" for i in (4, 3, 2, 1)
    )
    most = f"{a} + {b} - (case {begun} else {2 * needs[0]:.4f}e0 end) * ({a} * {b}) / ({a} + {b})"
    return f"{_unlike(2)} and bit_count(xor({x}, {y})) > {most}"


def _unlike(most: int) -> str:
    """More bytes than ``most`` stand in one text only, and neither holds all bytes of the other."""
    x, y = _sides("x")
    return f"bit_count(xor({x}, {y})) > {most} and ({x} & {y}) <> {x} and ({x} & {y}) <> {y}"


def _digit(a: str, b: str) -> str:
    """Two numbers of two digits differ by one digit, or stand the other way round."""
    return f"({a} // 10 = {b} // 10 or {a} % 10 = {b} % 10 or ({a} // 10 = {b} % 10 and {a} % 10 = {b} // 10))"


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
_Y, _M, _D = ((f"{{c}}_{part}_l", f"{{c}}_{part}_r") for part in "ymd")
_YEARS = (
    f"({_Y[0]} // 100 = {_Y[1]} // 100 and {_digit(f'{_Y[0]} % 100', f'{_Y[1]} % 100')} "
    f"or {_Y[0]} % 100 = {_Y[1]} % 100 and {_digit(f'({_Y[0]} // 100)', f'({_Y[1]} // 100)')} "
    f"or {_Y[0]} // 1000 = {_Y[1]} // 1000 and {_Y[0]} % 10 = {_Y[1]} % 10 "
    f"and {_Y[0]} // 100 % 10 = {_Y[1]} // 10 % 10 and {_Y[0]} // 10 % 10 = {_Y[1]} // 100 % 10)"
)
OPEN = 8  # beside the highest level possible: it is not known yet
# The first look at a kind: conditions on numbers, and the level that follows; the first that holds. What costs much is left open.
_LOOKS: dict[str, tuple[tuple[str, int], ...]] = {
    "name": (
        ("{c}_k_l = {c}_k_r", 4),
        ("{crossed}", OPEN + 4),
        ("{c}_q_l = {c}_q_r", 3),
        (f"{_far(0.86)} and least({{c}}_z_l, {{c}}_z_r) > 1", 0),
        ("true", OPEN + 2),
    ),
    "date": (
        ("{c}_z_l <> 8 or {c}_z_r <> 8", OPEN + 4),
        ("{c}_y_l <> {c}_y_r and ({c}_m_l <> {c}_m_r or {c}_d_l <> {c}_d_r)", 0),
        ("{c}_m_l = {c}_d_r and {c}_d_l = {c}_m_r and {c}_y_l = {c}_y_r", 4),
        ("{c}_m_l <> {c}_m_r and {c}_d_l <> {c}_d_r", 1),
        (f"case when {{c}}_y_l <> {{c}}_y_r then {_YEARS} when {{c}}_m_l <> {{c}}_m_r then {_digit(*_M)} else {_digit(*_D)} end", 3),
        ("true", 2),
    ),
    "code": ((_unlike(4), 0), ("true", OPEN + 2)),
    "phone": (
        ("{c}_r_l = {c}_r_r", 2),
        ("abs({c}_z_l - {c}_z_r) > 1 or ({c}_z_l = {c}_z_r and {c}_a_l <> {c}_a_r and {c}_b_l <> {c}_b_r)", 0),
        ("true", OPEN + 1),
    ),
    "address": (
        (f"{_far(0.88)} and least({{c}}_z_l, {{c}}_z_r) > 3", 0),
        ("{c}_n_l = {c}_n_r", OPEN + 4),
        ("{c}_q_l = {c}_q_r and {c}_z_l > 0", 2),
        ("true", OPEN + 2),
    ),
    "free": ((f"{_far(0.88)} and least({{c}}_z_l, {{c}}_z_r) > 1", 0), ("true", OPEN + 2)),
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


def looks(columns: Mapping[str, str], short: Mapping[str, str]) -> list[str]:
    """Return, per column, the SQL of a first look: the level number plus one, or OPEN and the highest that can be, plus one."""
    found = []
    for c, kind in columns.items():
        name = short[c]
        said = f"{name}_v" if kind in _EQUAL else name
        asked = _LOOKS.get(kind, _numbered(kind))
        whens = " ".join(f"when {_ready(sql, columns, short, c)} then {level + 1}" for sql, level in asked)
        top = len(LEVELS[kind]) + 2
        found.append(
            f"case when {said}_l is null or {said}_r is null then 0 when {name}_l = {name}_r then {top} {whens} else 1 end"
        )
    return found


def later(columns: Mapping[str, str], short: Mapping[str, str]) -> dict[int, str]:
    """Return, per number of a column that a first look may leave open, the SQL of its level number plus one.

    Addresses come last: they cost most, and by then fewer pairs are left.
    """
    found = {}
    for i, (c, kind) in sorted(enumerate(columns.items()), key=lambda x: x[1][1] == "address"):
        if kind in _LOOKS:
            whens = " ".join(
                f"when {_ready(sql, columns, short, c)} then {level + 1}" for sql, level in _numbered(kind)
            )
            found[i] = f"case {whens} else 1 end"
    return found


def _numbered(kind: str) -> tuple[tuple[str, int], ...]:
    """Return the conditions of the levels between equal and different with their numbers, the best first."""
    return tuple((level.sql, len(LEVELS[kind]) - i) for i, level in enumerate(LEVELS[kind]))


def _ready(sql: str, columns: Mapping[str, str], short: Mapping[str, str], column: str) -> str:
    """Return a condition about the values of a column."""
    name = short[column]
    others = [short[c] for c, kind in columns.items() if kind == "name" and c != column]
    swap = " or ".join([f"{name}_t_l = {name}_t_r", *(_swapped(name, o) for o in others)])
    crossed = " or ".join(f"{name}_q_l = {o}_q_r or {name}_q_r = {o}_q_l" for o in others) or "false"
    return sql.replace("{swap}", swap).replace("{crossed}", crossed).replace("{c}", name)


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
