"""SQL words that every reading uses: quoting, folding, the empty words of a column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipelines.contract import Column

# full-width letters, digits and blanks are dirt; full-width punctuation is how Chinese is written
_WIDE = [c for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum()]
_MARKS = [c for c in range(0xFF01, 0xFF5F) if not chr(c - 0xFEE0).isalnum()]
FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
HALF = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  "
FULL_MARKS = "".join(map(chr, _MARKS))
HALF_MARKS = "".join(chr(c - 0xFEE0) for c in _MARKS)
HIDDEN = "[\\x00-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]"

NULL_TOKENS = ("", "/", "—", "-", "--", "N/A", "n/a", "null", "NULL", "None", "无", "暂无", "待补充", "不详", "同上")
DATE_NULL_TOKENS = (*NULL_TOKENS, "1900-01-01", "1900-01-00", "1900/1/0", "11111111", "0")
CODE_NULL_TOKENS = (*NULL_TOKENS, "11111111")
BOOLEAN_NULL_TOKENS = tuple(t for t in NULL_TOKENS if t != "无")
# what gauges and their databases write for "no reading"; a contract adds others, such as 999.9
NUMBER_NULL_TOKENS = (*NULL_TOKENS, "-9999", "-9999.0", "-9999.00", "-9999.000")
SCIENTIFIC = "[0-9]([.][0-9]+)?[eE][+]?[0-9]+"


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def ident(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def tokens(column: Column) -> tuple[str, ...]:
    """Return the texts that mean "nothing" in this column; a contract may replace the list (#15)."""
    if column.null_tokens is not None:
        return ("", *column.null_tokens)
    if column.type in {"date", "datetime", "rain_day", "birth_date"}:
        return DATE_NULL_TOKENS
    if column.type in {"uscc", "phone", "id_number", "cert_no"}:
        return CODE_NULL_TOKENS
    if column.type.startswith("decimal"):
        return NUMBER_NULL_TOKENS
    return BOOLEAN_NULL_TOKENS if column.type == "boolean" else NULL_TOKENS


def tidied(text: str) -> str:
    """Return the text without hidden characters and blanks at its ends, full-width forms folded (#5)."""
    return f"trim(translate(regexp_replace({text}, {quoted(HIDDEN)}, '', 'g'), {quoted(FULL)}, {quoted(HALF)}))"


def cleaned(column: Column) -> str:
    """Return the tidied text, or NULL where it is one of the column's empty words."""
    listed = ", ".join(quoted(t) for t in dict.fromkeys(tokens(column)))
    tidy = tidied(ident(column.name))
    return f"case when {tidy} in ({listed}) then null else {tidy} end"


def matches(text: str, pattern: str) -> str:
    """Return whether the whole ``text`` fits ``pattern``."""
    return f"regexp_full_match({text}, {quoted(pattern)})"


def placed(rows: pa.Table) -> pa.Table:
    """Return ``rows`` with ``_place``, their own order as numbers: for a statement whose answer is laid beside them.

    DuckDB hands the rows of a large Arrow table out to threads and may answer in another order, whatever
    ``preserve_insertion_order`` says. So such a statement selects ``_place`` too, and :func:`in_place` reads it.
    """
    return rows.append_column("_place", pa.array(np.arange(rows.num_rows)))


def in_place(found: pa.Table) -> pa.Table:
    """Return what was found of :func:`placed` rows in the order of those rows, without ``_place``."""
    place = found.column("_place").to_numpy()
    found = found.drop_columns(["_place"])
    return found if np.all(place[1:] > place[:-1]) else found.take(pa.array(np.argsort(place)))
