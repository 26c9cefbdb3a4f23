"""Pieces of HTML the pages are put together from. Every value from the data passes through ``esc``."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from urllib.parse import urlencode

import streamlit as st

from dashboards import i18n

#: Where each town's tile stands: (half-columns from the left, rows from the top). Schematic, not a boundary.
TILES = {
    "330603007000": (4, 1),
    "330603005000": (6, 1),
    "330603011000": (8, 1),
    "330603010000": (1, 2),
    "330603009000": (3, 2),
    "330603003000": (5, 2),
    "330603001000": (7, 2),
    "330603114000": (2, 3),
    "330603004000": (4, 3),
    "330603002000": (6, 3),
    "330603006000": (8, 3),
    "330603111000": (5, 4),
    "330603008000": (7, 4),
    "330603105000": (8, 5),
    "330603109000": (7, 6),
    "330603107000": (9, 6),
}


def esc(value: object) -> str:
    """Return ``value`` safe inside HTML text and attributes; None is a dash."""
    return i18n.DASH if value is None else html.escape(str(value), quote=True)


def not_law(t: Callable[[str], str], status: str | None) -> str:
    """Return the tag of a rule that is not official: a pilot value, or one that no source confirms."""
    if "pilot" in (status or ""):
        return f' <span class="tag">{esc(t("pilot_short"))}</span>'
    if "unverified" in (status or ""):
        return f' <span class="tag">{esc(t("unverified_short"))}</span>'
    return ""


def marked(one: str, other: str) -> tuple[str, str]:
    """Return both texts as markup, what the other lacks in ``<mark>``."""
    if one == other or not one or not other:
        return esc(one), esc(other)
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left.append(esc(one[a:b]) if tag == "equal" else f"<mark>{esc(one[a:b])}</mark>" if b > a else "")
        right.append(esc(other[c:d]) if tag == "equal" else f"<mark>{esc(other[c:d])}</mark>" if d > c else "")
    return "".join(left), "".join(right)


def draw(markup: str) -> None:
    """Put a piece of the page on the screen."""
    st.html(f'<div class="an">{markup}</div>')


def link(href: str, label: str, css: str = "", extra: str = "") -> str:
    """Return a link inside the pages. ``label`` is markup, ``href`` is plain."""
    return f'<a class="go {css}" href="{esc(href)}"{extra}>{label}</a>'


def chip(lang: str, grade: str | None, css: str = "") -> str:
    """Return the grade as a coloured letter, or the words for not rated."""
    if grade is None:
        return f'<span class="chip none {css}">{esc(i18n.text(lang, "grade.none"))}</span>'
    return f'<span class="chip {esc(grade)} {css}">{esc(grade)}</span>'


def grade_key(lang: str, bounds: str = "") -> str:
    """Return the legend of the four grades; ``bounds`` is a sentence beside it."""
    colours = {"A": "--gA", "B": "--gB", "C": "--gC", "D": "--gD"}
    parts = [f'<span><i style="background:var({c})"></i>{g}</span>' for g, c in colours.items()]
    parts.append(f'<span><i style="border:1px dashed #9aa6ad"></i>{esc(i18n.text(lang, "grade.none"))}</span>')
    return f'<div class="an-key">{"".join(parts)}{f"<span>{esc(bounds)}</span>" if bounds else ""}</div>'


def figure(label: str, value: str, unit: str = "", change: str = "") -> str:
    """Return one headline figure: label, big number, unit, and a line on its change."""
    small = f"<small>{esc(unit)}</small>" if unit else ""
    below = f'<div class="c">{esc(change)}</div>' if change else ""
    return f'<div class="an-fig"><div class="l">{esc(label)}</div><div class="v">{esc(value)}{small}</div>{below}</div>'


def bar(share: float | None, css: str = "") -> str:
    """Return a bar filled to ``share`` (0 to 1)."""
    width = 0.0 if share is None else max(0.0, min(1.0, float(share))) * 100
    return f'<div class="bar"><i class="{css}" style="width:{width:.2f}%"></i></div>'


def bullet(share: float | None, low: str, high: str) -> str:
    """Return a bullet from floor to target with the value's mark; ``share`` is the score over 100."""
    mark = "" if share is None else f'<u style="left:calc({max(0, min(1, float(share))) * 100:.2f}% - 1px)"></u>'
    width = 0.0 if share is None else max(0.0, min(1.0, float(share))) * 100
    return (
        f'<div class="bullet"><div class="bar"><i style="width:{width:.2f}%"></i>{mark}</div>'
        f'<div class="ends"><span>{esc(low)}</span><span>{esc(high)}</span></div></div>'
    )


def span(worst: object, median: object, best: object) -> str:
    """Return a line from 0 to 100 with what lies between the worst and the best drawn, and a mark at the median."""
    low, middle, high = (float(str(x)) for x in (worst, median, best))
    return (
        f'<div class="bullet"><div class="bar"><i style="left:{low:.2f}%;width:{max(high - low, 0.6):.2f}%"></i>'
        f'<u style="left:calc({middle:.2f}% - 1px)"></u></div></div>'
    )


def table(heads: Iterable[tuple[str, str]], rows: Iterable[str], css: str = "cards") -> str:
    """Return a table. ``heads`` are (words, css class); ``rows`` are ready ``<tr>`` markup."""
    top = "".join(f'<th class="{c}">{esc(h)}</th>' for h, c in heads)
    return f'<table class="{css}"><thead><tr>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def cell(markup: str, label: str = "", css: str = "") -> str:
    """Return one cell; ``label`` is what stands before it when the table folds into cards on a phone."""
    tag = f' data-l="{esc(label)}"' if label else ""
    return f'<td class="{css}"{tag}><div>{markup}</div></td>' if label else f'<td class="{css}"{tag}>{markup}</td>'


def pager(lang: str, total: int, size: int, page: int, href) -> str:
    """Return the line below a table: which rows are shown of how many, and links to the neighbours."""
    if total == 0:
        return ""
    first, last = (page - 1) * size + 1, min(page * size, total)
    parts = [
        f"<span>{esc(i18n.text(lang, 'rows_shown', first=f'{first:,}', last=f'{last:,}', total=f'{total:,}'))}</span>"
    ]
    if page > 1:
        parts.append(link(href(page - 1), esc(i18n.text(lang, "page_before"))))
    if last < total:
        parts.append(link(href(page + 1), esc(i18n.text(lang, "page_next"))))
    return f'<div class="an-pager">{"".join(parts)}</div>'


def place(reference: str | None) -> tuple[str, str, str]:
    """Split a landing_ref into (silo/table/batch, file, place in the file)."""
    head, _, tail = str(reference or "").partition("#")
    file, _, spot = tail.rpartition("!")
    return head, file or tail, spot if file else ""


def source_line(lang: str, reference: str | None) -> str:
    """Return a landing_ref in words: file, sheet or page and row, then the batch in small print."""
    head, file, spot = place(reference)
    part, _, row = spot.rpartition(":")
    if not file:  # a figure of the register or of a method table, not a landed row
        return esc(head or i18n.DASH)
    if not spot:
        words = file
    elif part:
        words = i18n.text(lang, "ref_words", file=file, part=part, row=row)
    else:
        words = i18n.text(lang, "ref_line", file=file, row=row)
    return f'{esc(words)}<span class="sub">{esc(head)}</span>'


def url(path: str, parameters: dict[str, object]) -> str:
    """Return a link relative to the page's folder; empty values are left out."""
    kept = {k: v for k, v in parameters.items() if v not in (None, "", False)}
    return f"{path or './'}{'?' + urlencode(kept) if kept else ''}"
