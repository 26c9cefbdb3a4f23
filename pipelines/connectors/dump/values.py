"""What a SQL value says: texts, numbers, null, times by their form; whole columns at once, or one expression by hand."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

# possessive: a text without its end costs one pass and not many
TEXT = r"'[^']*+(?:''[^']*+)*+'"
SIMPLE = rf"(?:{TEXT}|[-+]?+[\d.]++(?:[eE][-+]?+\d++)?+|[nN][uU][lL][lL]|[tT][oO]_(?:[dD][aA][tT][eE]|[tT][iI][mM][eE][sS][tT][aA][mM][pP])\s*+\(\s*+'[^']*+'\s*+,\s*+'[^']*+'\s*+\))"
_TIME = re.compile(r"to_(?:date|timestamp)\s*\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)", re.I)
_AS_WRITTEN = re.compile(r"yyyy-mm-dd(?:[ t]hh24:mi(?::ss(?:x?\.?ff\d?)?)?)?", re.I)
_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_PARTS = (
    ("yyyy", r"(?P<year>\d{4})"), ("rrrr", r"(?P<year>\d{4})"), ("yy", r"(?P<short>\d{2})"), ("rr", r"(?P<short>\d{2})"),
    ("month", r"(?P<month_word>[A-Za-z]+|\d{1,2}月)\s*"), ("mon", r"(?P<month_word>[A-Za-z]{3}|\d{1,2}月)\s*"), ("mm", r"(?P<month>\d{1,2})"),
    ("dd", r"(?P<day>\d{1,2})"), ("hh24", r"(?P<hour>\d{1,2})"), ("hh12", r"(?P<half>\d{1,2})"), ("hh", r"(?P<half>\d{1,2})"),
    ("mi", r"(?P<minute>\d{1,2})"), ("ssxff", r"(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?"), ("ss", r"(?P<second>\d{1,2})"),
    ("ff", r"(?P<part>\d{1,9})"), ("am", r"(?P<noon>[AaPp]\.?[Mm]\.?|上午|下午)"), ("pm", r"(?P<noon>[AaPp]\.?[Mm]\.?|上午|下午)"),
    ("a.m.", r"(?P<noon>[AaPp]\.?[Mm]\.?|上午|下午)"), ("p.m.", r"(?P<noon>[AaPp]\.?[Mm]\.?|上午|下午)"),
)  # fmt: skip


def column(tokens: list[str]) -> pa.Array:
    """Return the values of a column of SQL tokens (texts, numbers, null, TO_DATE, TO_TIMESTAMP) as texts."""
    raw = pa.array(tokens, pa.string())
    quoted = pc.starts_with(raw, "'")
    if not pc.all(quoted).as_py():
        if pc.any(pc.starts_with(raw, "t", ignore_case=False)).as_py() or pc.any(pc.starts_with(raw, "T")).as_py():
            raw = pa.array([_time(t) if t[0] in "tT" else t for t in tokens], pa.string())
            quoted = pc.starts_with(raw, "'")
        raw = pc.if_else(pc.match_substring_regex(raw, "^(?i:null)$"), pa.scalar(None, pa.string()), raw)
    inner = pc.utf8_slice_codeunits(raw, 1, -1)
    if pc.any(pc.match_substring(inner, "''")).as_py():
        inner = pc.replace_substring(inner, "''", "'")
    inner = pc.if_else(pc.equal(inner, ""), pa.scalar(None, pa.string()), inner)
    return pc.if_else(quoted, inner, raw)


def token(value: str | None) -> str:
    """Return a value as the token it would have been written as."""
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    return token(when(found.group(1), found.group(2)) if found else text)


@cache
def _form(form: str) -> re.Pattern[str] | None:
    """Return the pattern of a TO_DATE form; None when it holds something we do not know."""
    pattern, at, low = "", 0, form.lower()
    while at < len(low):
        if low[at] == '"':
            end = low.find('"', at + 1)
            pattern, at = pattern + re.escape(form[at + 1 : end]), end + 1
            continue
        for word, part in sorted(_PARTS, key=lambda p: -len(p[0])):
            if low.startswith(word, at):
                pattern, at = pattern + part, at + len(word)
                at += (low[at : at + 1].isdigit() and word == "ff") or (word == "ssxff" and low[at : at + 1].isdigit())
                break
        else:
            if low[at].isalnum():
                return None
            pattern, at = pattern + (r"\s*" if low[at].isspace() else r"\W?"), at + 1
    try:
        return re.compile(pattern)
    except re.error:
        return None


@cache
def _form_is_ours(form: str) -> bool:
    return bool(_AS_WRITTEN.fullmatch(form))


def when(text: str, form: str) -> str | None:
    """Return the time in ``text`` as ``YYYY-MM-DD HH:MM:SS``; the text itself where the form is not known or does not fit."""
    if _form_is_ours(form):
        return text or None
    pattern = _form(form)
    found = pattern.fullmatch(text.strip()) if pattern else None
    if not found:
        return text or None
    g = found.groupdict()
    year = int(g.get("year") or 0)
    if g.get("short"):
        short = int(g["short"])
        year = (2000 if short < 50 else 1900) + short
    word = (g.get("month_word") or "").strip().lower()
    month = int(g.get("month") or 0) or (int(word[:-1]) if word.endswith("月") else _MONTHS.get(word[:3], 0))
    hour = int(g.get("hour") or 0)
    if g.get("half"):
        afternoon = (g.get("noon") or "").lower().startswith(("p", "下"))
        hour = int(g["half"]) % 12 + 12 * afternoon
    try:
        at = datetime(year, month, int(g.get("day") or 1), hour, int(g.get("minute") or 0), int(g.get("second") or 0))
    except ValueError:
        return text
    part = (g.get("part") or "").rstrip("0")
    timed = any(g.get(n) for n in ("hour", "half", "minute", "second"))
    return at.strftime("%Y-%m-%d %H:%M:%S" if timed else "%Y-%m-%d") + (f".{part}" if part else "")


class Unreadable(Exception):
    """An expression whose value cannot be known from the text alone."""


_Q = {"[": "]", "(": ")", "{": "}", "<": ">"}
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?")
_NAME = re.compile(r"[A-Za-z_][\w$#.]*")
_SPACE = re.compile(r"(?:\s++|--[^\n]*+(?:\n|$)|/\*.*?\*/)*+", re.S)
_STRING = re.compile(TEXT)


def skip(text: str, at: int) -> int:
    """Return where the next thing begins after spaces and comments."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def expression(text: str, at: int) -> tuple[str | None, int]:
    """Return the value of the expression at ``at`` and where it ends: texts joined by ``||``, functions, numbers, null.

    Raises:
        Unreadable: it is something whose value is not in the text.
        IndexError: the text ends before it does.

    """
    value, at = _term(text, skip(text, at))
    while text.startswith("||", skip(text, at)):
        more, at = _term(text, skip(text, skip(text, at) + 2))
        value = (value or "") + (more or "") or None
    return value, at


def _term(text: str, at: int) -> tuple[str | None, int]:
    char = text[at]
    if char == "'":
        return _string(text, at)
    if char in "nN" and text[at + 1] == "'":
        return _string(text, at + 1)
    if (char in "qQ" and text[at + 1] == "'") or text[at : at + 3].lower() == "nq'":
        start = at + (2 if char in "qQ" else 3)
        end = text.index(_Q.get(text[start], text[start]) + "'", start + 1) if _has_end(text, start) else len(text)
        return text[start + 1 : end] or None, _past(text, end + 1)
    number = _NUMBER.match(text, at)
    if number:
        return number.group(), _past(text, number.end() - 1)
    if char == "(":
        value, at = expression(text, at + 1)
        return value, _expect(text, at, ")")
    name = _NAME.match(text, at)
    if not name:
        raise Unreadable(text[at : at + 20])
    return _named(text, name.group().lower(), name.end())


def _has_end(text: str, start: int) -> bool:
    if text.find(_Q.get(text[start], text[start]) + "'", start + 1) < 0:
        raise IndexError("a quoted text without end")
    return True


def _past(text: str, last: int) -> int:
    """Return the place after ``last``; the end of what we have is not the end of the value."""
    if last + 1 >= len(text):
        raise IndexError("the text ends")
    return last + 1


def _string(text: str, at: int) -> tuple[str | None, int]:
    found = _STRING.match(text, at)
    if not found or found.end() >= len(text):
        raise IndexError("a text without end")
    return found.group()[1:-1].replace("''", "'") or None, found.end()


def _expect(text: str, at: int, what: str) -> int:
    at = skip(text, at)
    if text[at] != what:
        raise Unreadable(text[at : at + 20])
    return at + 1


def _named(text: str, name: str, at: int) -> tuple[str | None, int]:
    if name == "null":
        return None, at
    if name in ("date", "timestamp"):
        at = skip(text, at)
        if text[at] == "'":
            return _string(text, at)
        raise Unreadable(name)
    at = skip(text, at)
    if text[at] != "(":
        raise Unreadable(name)
    values: list[str | None] = []
    at = skip(text, at + 1)
    while text[at] != ")":
        value, at = expression(text, at)
        values.append(value)
        at = skip(text, at)
        if text[at] == ",":
            at += 1
        elif text[at] != ")":
            raise Unreadable(text[at : at + 20])
        at = skip(text, at)
    return _call(name, values), at + 1


def _call(name: str, values: list[str | None]) -> str | None:
    first = values[0] if values else None
    if name in ("to_date", "to_timestamp", "to_timestamp_tz") and first is not None:
        return when(first, values[1] or "") if len(values) > 1 else first
    if name in ("chr", "nchr") and first is not None:
        code = int(first)
        # CHR gives bytes of the database's code page: two of them are one Chinese character
        return chr(code) if code < 128 or name == "nchr" else code.to_bytes(2, "big").decode("gb18030")
    if name in ("to_char", "to_number", "to_clob", "to_nclob", "to_nchar", "trim", "hextoraw", "rawtohex") and values:
        return first
    if name == "unistr" and first is not None:
        return re.sub(r"\\([0-9A-Fa-f]{4})", lambda m: chr(int(m.group(1), 16)), first)
    if name in ("empty_clob", "empty_blob") or (first is None and name.startswith("to_")):
        return None
    raise Unreadable(f"{name}(…)")
