"""Numbers: commas and brackets, head-counts in words, money, areas, quantities, durations (#8, #9, #16, #23)."""

from __future__ import annotations

import re

from pipelines.contract import Column
from pipelines.errors import AnlanError
from pipelines.reading import reference
from pipelines.reading.sql import matches, quoted

PLAIN = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
# places landed by the unit a column is agreed in; what one unit is in another stands in ref_unit_factors
MONEY = {"元": 2, "万元": 6, "亿元": 10}
AREA = {"㎡": 2, "亩": 4, "公顷": 6, "km²": 6}
_UNIT = re.compile(r"^(?:money|area)\((.+)\)$")


def unit_of(column: Column) -> str:
    """Return the unit a column of money or area is agreed in.

    Raises:
        AnlanError: when the type names no unit, or one that is not known.

    """
    found = _UNIT.match(column.type)
    known = MONEY if column.type.startswith("money") else AREA
    if not found or found.group(1) not in known:
        raise AnlanError(f"column {column.name}", f"has type {column.type}", do=f"name a unit: {', '.join(known)}")
    return found.group(1)


def places(column: Column) -> int:
    """Return the decimal places in which money or area is landed: nothing a yuan or a square metre holds is lost."""
    return (MONEY if column.type.startswith("money") else AREA)[unit_of(column)]


def bare(text: str) -> str:
    """Return the text without thousands commas and blanks, a bracketed amount as a negative one."""
    gone = f"replace(replace({text}, ',', ''), ' ', '')"
    return f"regexp_replace({gone}, '^[(]([0-9.]+)[)]$', '-\\1')"


def number(text: str, kind: str) -> str:
    """Return the number in ``text`` as the SQL type ``kind``; underscores, NaN and infinity are no numbers."""
    signed = bare(text)
    return f"case when {matches(signed, PLAIN)} then try_cast({signed} as {kind}) end"


def how_number(text: str) -> str:
    """Return how a number was written: with commas, brackets or blanks inside."""
    return f"case when not {matches(text, PLAIN)} then 'number_form' end"


def measured(column: Column, text: str) -> tuple[str, str]:
    """Return the amount of money or area in the column's own unit, and how it was read."""
    unit, kind = unit_of(column), f"decimal(28,{places(column)})"
    factors = reference.factors("money" if column.type.startswith("money") else "area")
    top, bottom = factors[unit]
    ratios = {word: (size[0] * bottom, size[1] * top) for word, size in factors.items()}
    if column.type.startswith("money"):
        text = f"regexp_replace(replace({text}, '人民币', ''), '^[¥￥]', '')"
    words = "|".join(re.escape(w) for w in sorted(ratios, key=len, reverse=True))
    amount = number(text, kind)
    cases = [f"when {matches(bare(text), PLAIN)} then {amount}"]
    for word, (top, bottom) in sorted(ratios.items(), key=lambda r: -len(r[0])):
        stem = f"left({text}, length({text}) - {len(word)})"
        exact = f"cast({number(stem, 'decimal(24,8)')} as decimal(38,10))"
        cases.append(
            f"when ends_with({text}, {quoted(word)}) then "
            f"cast(round(cast({exact} as double) * {top} / {bottom}, {places(column)}) as {kind})"
        )
    how = (
        f"case when {matches(text, PLAIN)} then null when {matches(bare(text), PLAIN)} then 'number_form' "
        f"when regexp_matches({text}, {quoted('(' + words + ')$')}) then "
        f"case when {matches(f'replace({text}, {quoted(unit)}, {quoted(chr(39) * 0)})', PLAIN)} then 'unit_word' "
        "else 'unit_converted' end end"
    )
    return f"case {' '.join(cases)} end", how


def headcount(text: str) -> tuple[str, str]:
    """Return the head-count in ``text`` and how it was read: about, or the middle of a range."""
    plain = f"regexp_replace(replace({text}, ',', ''), '[人名]$', '')"
    exact = f"regexp_full_match({plain}, '[0-9]{{1,7}}')"
    about = f"regexp_full_match({plain}, '(约|大约|近|~)[0-9]{{1,7}}')"
    between = f"regexp_full_match({plain}, '[0-9]{{1,7}}[-~至][0-9]{{1,7}}')"
    digits = f"try_cast(regexp_extract({plain}, '[0-9]+') as integer)"
    upper = f"try_cast(regexp_extract({plain}, '[0-9]+$') as integer)"
    return (
        f"case when {exact} or {about} then {digits} "
        f"when {between} and {digits} <= {upper} then cast(({digits} + {upper}) // 2 as integer) end",
        f"case when {about} then 'approximate' when {between} then 'range_midpoint' "
        f"when not {matches(text, '[0-9]{1,7}')} then 'number_form' end",
    )


def quantity(text: str) -> tuple[str, str, str]:
    """Return the number of things, the measure word beside it, and how it was read: ``20箱``, ``约20``."""
    about = f"regexp_replace({text}, '^(约|大约|近)', '')"
    stem = f"regexp_extract({about}, '^(.*?)([^0-9.,() +-]*)$', 1)"
    word = f"nullif(regexp_extract({about}, '^(.*?)([^0-9.,() +-]*)$', 2), '')"
    how = (
        f"case when {matches(text, PLAIN)} then null when {about} <> {text} then 'approximate' "
        f"when {word} is not null then 'unit_word' else 'number_form' end"
    )
    return number(stem, "decimal(18,3)"), word, how


def minutes(text: str) -> str:
    """Return the minutes of an SL 323 duration ``h.mm``: 2.30 is 150, 0.10 is 10; 2.75 is no such duration (#9).

    A number that lost its last zero, 2.3, is 2.30.
    """
    hours = f"try_cast(regexp_extract({text}, '^([0-9]{{1,4}})', 1) as integer)"
    part = (
        f"try_cast(rpad(coalesce(nullif(regexp_extract({text}, '[.]([0-9]{{1,2}})$', 1), ''), '0'), 2, '0') as integer)"
    )
    return f"case when {matches(text, '[0-9]{1,4}([.][0-9]{1,2})?')} and {part} < 60 then {hours} * 60 + {part} end"
