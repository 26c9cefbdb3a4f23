"""SQL that DuckDB and Spark read alike, that never reads the clock, and whose every case ends (STACK 9, STYLE 3)."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from tests.house.conftest import PROJECT

MODELS = sorted((PROJECT / "models").rglob("*.sql"))
MACROS = sorted((PROJECT / "macros").glob("*.sql"))
DATA_TESTS = sorted((PROJECT / "tests").rglob("*.sql"))

# What one engine alone understands; the macros of engines.sql say each of these once, for both.
DIALECT = {
    r"//": "whole-number division: use floor of a decimal",
    r"\barg_(max|min)\s*\(": "use max_by, min_by",
    r"\bhash\s*\(": "use the macro digest",
    r"\b(string_agg|listagg|group_concat)\s*\(": "use the macro join_text",
    r"::": "use cast",
    r'"': "a quoted name is a text on Spark",
    r"\bread_(parquet|csv|json)\w*\s*\(": "files come in through sources",
    r"\b(try_)?strptime\s*\(": "landing has read the dates",
    r"\b(date_?diff|datesub|date_sub|epoch|epoch_ms)\s*\(": "use the macros days_between, seconds_between",
    r"\bto_(days|months|years)\s*\(": "use the macros add_days, add_months",
    r"\bvarchar\b": "string",
    r"\b(hugeint|ubigint|uinteger)\b": "bigint",
    r"\b(ifnull|nvl)\s*\(": "coalesce",
    r"\blog\s*\(": "log10 or ln",
    r"\b(dayofweek|isodow|dow)\b": "the engines count the days of the week differently",
    r"\bsplit\s*\(": "split_part",
    r"\b(at time zone|timestamptz)\b": "landed instants are UTC; use local_date",
    r"\\d": "[0-9]",
}
CLOCK = (
    r"\b(now|today|current_(date|time|timestamp|localtimestamp)|localtimestamp|get_current_timestamp|sysdate|getdate)\b"
)
CLOCK_JINJA = r"run_started_at|modules\.datetime|invocation_id"
UNJUDGED = r"\bcast\([^()]*\bas (double|float|real)\)"


def bare(text: str) -> str:
    """Return SQL without comments, Jinja and texts in quotes, line by line as it was."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))  # noqa: E731
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", blank, text, flags=re.S)
    text = re.sub(r"--[^\n]*|/\*.*?\*/", blank, text, flags=re.S)
    return re.sub(r"'(?:[^']|'')*'", lambda m: "'" + " " * (len(m.group(0)) - 2) + "'", text)


def where(path: Path, text: str, pattern: str) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)}:{text.count(chr(10), 0, m.start()) + 1} {m.group(0)}"
        for m in re.finditer(pattern, text, flags=re.I)
    ]


@pytest.mark.parametrize("pattern", DIALECT)
def test_no_form_that_one_engine_alone_understands(pattern):
    files = [p for p in [*MODELS, *MACROS] if p.name != "engines.sql"]
    assert len(files) > 90
    keep_quotes = pattern == r"\\d"
    found = []
    for p in files:
        raw = p.read_text(encoding="utf-8")
        text = re.sub(r"--[^\n]*|\{#.*?#\}", "", raw, flags=re.S) if keep_quotes else bare(raw)
        found += where(p, text, pattern)
    assert found == [], DIALECT[pattern]


def test_nothing_reads_the_clock():
    """A period scored again in ten years gives the same answer."""
    found = []
    for p in [*MODELS, *MACROS, *DATA_TESTS]:
        raw = p.read_text(encoding="utf-8")
        found += where(p, bare(raw), CLOCK)
        found += where(p, re.sub(r"\{#.*?#\}", "", raw, flags=re.S), CLOCK_JINJA)
    assert found == []


def cases_without_else(text: str) -> list[int]:
    """Return the lines of every ``case`` that does not say what happens otherwise."""
    opened: list[list[int]] = []
    found = []
    for m in re.finditer(r"\b(case|else|end)\b", text, flags=re.I):
        word = m.group(1).lower()
        if word == "case":
            opened.append([text.count("\n", 0, m.start()) + 1, 0])
        elif word == "else" and opened:
            opened[-1][1] = 1
        elif word == "end" and opened:
            line, has_else = opened.pop()
            if not has_else:
                found.append(line)
    return found + [line for line, _ in opened]


def test_every_case_has_an_else():
    found = [
        f"{p.relative_to(PROJECT)}:{line}"
        for p in [*MODELS, *MACROS]
        for line in cases_without_else(bare(p.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_every_divisor_is_guarded():
    """0/0 and x/0 would sort above every number and count as met."""
    guarded = r"^\s*(nullif\s*\(|[0-9]+(\.[0-9]+)?\b|pi\(\))"
    found = []
    for p in [*MODELS, *(m for m in MACROS if m.name != "engines.sql")]:
        text = bare(p.read_text(encoding="utf-8"))
        for m in re.finditer(r"/(?![/*])", text):
            if not re.match(guarded, text[m.end() :], flags=re.I):
                line = text.count("\n", 0, m.start()) + 1
                found.append(f"{p.relative_to(PROJECT)}:{line} {text.splitlines()[line - 1].strip()}")
    assert found == [], "divide through the macro ratio, or by nullif(x, 0)"


def test_judged_numbers_are_never_doubles():
    """Inside a model a logarithm may be a double; what a mart publishes and what an indicator emits may not."""
    ends = [p for p in MODELS if p.parent.name == "marts" or ("indicators" in p.parts and p.name[:4] != "int_")]
    assert len(ends) > 40
    assert [x for p in ends for x in where(p, bare(p.read_text(encoding="utf-8")), UNJUDGED)] == []


def test_sql_is_lower_case_and_ends_with_a_line():
    words = r"\b(SELECT|FROM|WHERE|JOIN|CASE|WHEN|THEN|ELSE|END|WITH|GROUP BY|ORDER BY|UNION|AND|OR|NOT|NULL|CAST)\b"
    found = []
    for p in [*MODELS, *MACROS, *DATA_TESTS]:
        raw = p.read_text(encoding="utf-8")
        found += [f"{p.name}: {m}" for m in re.findall(words, bare(raw))]
        if not raw.endswith("\n") or raw.endswith("\n\n"):
            found.append(f"{p.name}: one newline at the end")
        if "\t" in raw or re.search(r"[ ]+$", raw, flags=re.M):
            found.append(f"{p.name}: tabs or blanks at the end of a line")
    assert found == []


def test_lint_knows_every_macro_that_models_call():
    """An unknown macro makes the rest of its file unreadable for sqlfluff, which then checks nothing there."""
    lint = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    lint.read(PROJECT / ".sqlfluff", encoding="utf-8")
    stubs = set(lint["sqlfluff:templater:jinja:macros"])
    ignored = set((PROJECT / ".sqlfluffignore").read_text(encoding="utf-8").split())
    ours = {n for p in MACROS for n in re.findall(r"{%-?\s*macro\s+(\w+)\(", p.read_text(encoding="utf-8"))}
    called: dict[str, str] = {}
    for path in MODELS:
        if str(path.relative_to(PROJECT)) in ignored:
            continue
        jinja = " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", path.read_text(encoding="utf-8"), flags=re.S))
        called.update({name: path.name for name in re.findall(r"(?<![\w.'])(\w+)\(", jinja) if name in ours})
    assert {name: model for name, model in called.items() if name not in stubs} == {}, "add a stub to .sqlfluff"
