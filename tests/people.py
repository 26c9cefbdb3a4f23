"""Looking for people: what the departments hold about them, and where it turns up, in any usual form.

Numbers are looked for as sent and in the forms people write them in: with blanks or hyphens, full-width, behind +86,
identity numbers of 15 places. Names, homes and words of health are looked for as whole cells, names and homes inside
longer texts too. Values are never quoted: a finding names the place, how many, and of which kind.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines import vault
from pipelines.contract import Contract
from pipelines.settings import ROOT, Settings

ID = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
OLD_ID = re.compile(r"[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
PHONE = re.compile(r"1[3-9][0-9]{9}")
NAME = re.compile("[\u4e00-\u9fff]{3,4}")
KINDS = {
    "id_number": "identity number", "phone": "phone", "person_name": "full name", "home_address": "home", "health": "health",
}  # fmt: skip
NUMBERS, TEXTS = ("identity number", "phone"), ("full name", "home", "health")
SHORT_HOME = 9

# a run of digits; nothing of a hash, whose letters stand at its ends
_RUN = re.compile(r"(?<![0-9a-f])[0-9]{11,}[Xx]?(?![0-9a-f])")
# the same with blanks, hyphens or dots between groups of digits
_SPACED = re.compile(
    r"(?<![0-9a-zA-Z.])(?:\+?86[ \-]?)?[0-9]{2,7}(?:[ \-.\u00b7\u2010-\u2015][0-9]{1,8}){1,6}[Xx]?(?![0-9a-zA-Z])"
)
_COUNTRY = ("", "86", "0086")
_BETWEEN = re.compile(r"[^0-9Xx]")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000\u200b](?=[\u4e00-\u9fff])")
_HAN_RUN = re.compile("[\u4e00-\u9fff]{3,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENTITY = re.compile(r"&#?\w{2,6};")
_QUOTED = re.compile(r"%[eE][3-9]%")
_READABLE = re.compile(rb"(?:[\t\n\x20-\x7e]|[\xe2-\xef][\x80-\xbf]{2}){6,}")
_UNUSUAL = re.compile("[\uff00-\uffef\u3000]")


class Planted(dict[str, set[str]]):
    """What is looked for: kind to the texts of that kind, as the departments hold them. Complete before the first search."""

    def __missing__(self, kind: str) -> set[str]:
        return self.setdefault(kind, set())

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Every form of digits by which a number is known, and its kind."""
        found = dict.fromkeys(self["phone"], "phone")
        for i in self["identity number"]:
            found[i] = "identity number"
            if len(i) == 18:
                found[i[:6] + i[8:17]] = "identity number"
        return found

    @cached_property
    def words(self) -> dict[str, str]:
        """Names, homes and words of health without blanks, and their kind."""
        return {"".join(v.split()): k for k in TEXTS for v in self[k]}

    @cached_property
    def grams(self) -> np.ndarray:
        """The first three signs of every name as one number each, sorted."""
        return np.unique(_grams("\n".join(v[:3] for v in self["full name"]))[::4])

    def names_in(self, text: str) -> set[str]:
        """Return the names that stand anywhere in ``text``, by one pass over its signs."""
        if text.isascii() or not self["full name"]:
            return set()
        close = "\n".join(_HAN_RUN.findall(_HAN_GAP.sub("", text)))
        found = _grams(close)
        near = np.searchsorted(self.grams, found).clip(max=len(self.grams) - 1)
        at = np.flatnonzero(self.grams[near] == found).tolist()
        hits = [(i, n) for i in at for n in (3, 4) if close[i : i + n] in self["full name"]]
        return {close[i : i + n] for i, n in hits if not _across(close, i, i + n)}

    @cached_property
    def long_homes(self) -> dict[str, list[str]]:
        """Homes that say enough to be looked for inside other texts, by their first three signs."""
        found: dict[str, list[str]] = defaultdict(list)
        for home in sorted(v for v in {"".join(h.split()) for h in self["home"]} if len(v) >= SHORT_HOME):
            found[home[:3]].append(home)
        return dict(found)

    @cached_property
    def home_starts(self) -> re.Pattern[str]:
        """How a home begins; a second one may begin inside the first."""
        return re.compile(f"(?=({'|'.join(map(re.escape, sorted(self.long_homes))) or '(?!)'}))")

    def homes_in(self, text: str) -> set[str]:
        """Return the homes that stand anywhere in ``text``, by one pass over its signs."""
        if text.isascii() or not self.long_homes:
            return set()
        close = "".join(text.split())
        starts = ((m.start(), m[1]) for m in self.home_starts.finditer(close))
        return {h for at, start in starts for h in self.long_homes[start] if close.startswith(h, at)}

    @cached_property
    def coded(self) -> dict[str, list[bytes]]:
        """Some twenty names and as many homes as bytes, by coding; a file in such a coding speaks of more than one person."""
        some = [w for k in ("full name", "home") for w in sorted(self[k])[:: max(1, len(self[k]) // 20)]]
        return {coding: [w.encode(coding) for w in some] for coding in ("gb18030", "utf-16-le")}


@cache
def _places() -> frozenset[str]:
    """Return the names of towns and villages, with and without what kind of place they are."""
    with (ROOT / "dbt_project" / "seeds" / "ref_divisions.csv").open(encoding="utf-8", newline="") as f:
        names = {r["name_zh"] for r in csv.DictReader(f)}
    return frozenset(names | {re.sub("(村民委员会|居民委员会|村委会|居委会|社区|街道|镇|村)$", "", n) for n in names})


def _across(text: str, start: int, end: int) -> bool:
    """Return whether a place's name goes over an edge of ``text[start:end]``: a database file has names end to end, and 白洋 beside 兰亭村 is nobody."""
    edges = ((i, j) for i in range(max(0, start - 8), end) for j in range(i + 2, i + 10))
    return any(text[i:j] in _places() for i, j in edges if (start < i < end < j) or (i < start < j < end))


def _grams(text: str) -> np.ndarray:
    points = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), np.uint32).astype(np.int64)
    return (points[:-2] << 42) | (points[1:-1] << 21) | points[2:] if len(points) > 2 else np.zeros(0, np.int64)


def planted(contracts: list[Contract], tables: dict[str, list[pa.Table]]) -> dict[str, Planted]:
    """Return by silo what its department holds about people.

    ``tables``: what each silo serves, by ``silo/column source`` names as they are. A name, home or word of health
    counts only where no column that is not personal says the same: 王小村 may be a village too.
    """
    found: dict[str, Planted] = {}
    plain: set[str] = set()
    for contract in contracts:
        personal = {c.source: c.type for t in contract.tables.values() for c in t.columns.values() if c.is_personal}
        # a department may use one name for a person's home and for a shelter's address: then it counts as plain
        open_ = {c.source for t in contract.tables.values() for c in t.columns.values() if not c.is_personal}
        personal = {source: kind for source, kind in personal.items() if source not in open_}
        mine = found[contract.silo] = Planted()
        for table in tables.get(contract.silo, []):
            for name in table.column_names:
                column = table.column(name)
                if pa.types.is_primitive(column.type):  # numbers, flags and days are no texts
                    continue
                values = {v for v in column.unique().to_pylist() if v is not None and v.strip()}
                kind = personal.get(name)
                if kind is None:
                    plain |= values
                elif kind in {"id_number", "cert_no"}:
                    mine["identity number"] |= {m.upper() for v in values for m in ID.findall(v)}
                    mine["identity number"] |= {v for v in values if OLD_ID.fullmatch(v)}
                elif kind == "phone":
                    mine["phone"] |= {v for v in values if PHONE.fullmatch(v)}
                elif kind == "person_name":
                    mine["full name"] |= {v for v in values if NAME.fullmatch(v)}
                elif kind in {"home_address", "health"}:
                    mine[KINDS[kind]] |= {v for v in values if len(v) > 1}
    inside = "\n".join(plain)
    told = {"".join(v.split()) for v in plain}
    starts = {re.escape("".join(h.split())[:4]) for mine in found.values() for h in mine["home"]}
    near = re.compile("|".join(sorted(starts)) or "(?!)")
    close = "\n".join(v for v in told if not v.isascii() and near.search(v))
    # of all at once: the text is long, and each search goes through the whole of it
    said = Planted({"full name": {v for mine in found.values() for v in mine["full name"]}}).names_in(inside)
    for mine in found.values():
        mine["full name"] -= said
        mine["health"] = {v for v in mine["health"] if "".join(v.split()) not in told}
        # a workshop may stand at a home's number: 路3号 is in 路3号2幢
        mine["home"] = {v for v in mine["home"] if "".join(v.split()) not in told and "".join(v.split()) not in close}
    return found


def together(found: dict[str, Planted]) -> Planted:
    """Return what all silos hold, by kind."""
    every = Planted()
    for mine in found.values():
        for kind, values in mine.items():
            every[kind] |= values
    return every


def seen(text: str, people: Planted) -> dict[str, set[str]]:
    """Return the planted texts that stand in ``text`` in any usual form, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    if not text.isascii() and _UNUSUAL.search(text):
        text = unicodedata.normalize("NFKC", text)
    runs = {r.upper() for r in _RUN.findall(text)}
    runs |= {_BETWEEN.sub("", r).upper() for r in _SPACED.findall(text)}
    known = people.numbers
    for run in runs:
        for size in (11, 15, 18):
            for start in range(len(run) - size + 1):
                kind = known.get(run[start : start + size])
                # a phone stands alone or behind its country code; a phone inside a longer number is chance
                if kind == "identity number" or (kind and run[:start] in _COUNTRY and start + size == len(run)):
                    found[kind].add(run[start : start + size])
    found["full name"] = people.names_in(text)
    found["home"] |= people.homes_in(text)
    return {k: v for k, v in found.items() if v}


def _said(place: str, found: dict[str, set[str]]) -> list[str]:
    return [f"{place}: {len(v)} x {kind}" for kind, v in sorted(found.items()) if v]


def texts(table: pa.Table) -> Iterator[tuple[str, set[str]]]:
    """Yield each column that can hold a number or a word, with its distinct values as text; days and flags cannot."""
    for field_ in table.schema:
        kind = field_.type
        if pa.types.is_temporal(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
            continue
        column = table.column(field_.name).combine_chunks()
        if pa.types.is_nested(kind):
            values = {str(v) for v in column.to_pylist() if v is not None}
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            large = column.filter(pc.greater(column.cast(pa.float64(), safe=False), 1e9)) if len(column) else column
            values = {str(int(v)) for v in large.unique().to_pylist() if v is not None}
        else:
            values = {v if isinstance(v, str) else str(v) for v in column.unique().to_pylist() if v is not None}
        yield field_.name, values


def leaks(place: str, table: pa.Table, people: Planted) -> list[str]:
    """Return the columns of ``table`` that hold a planted number, name, home or word of health; never the value."""
    found = []
    for name, values in texts(table):
        hit = defaultdict(set, seen("\n".join(values), people))
        for word in {"".join(v.split()) for v in values if len(v) < 80} & people.words.keys():
            hit[people.words[word]].add(word)
        found += _said(f"{place}.{name}", hit)
    return found


def leaks_in_text(place: str, text: str, people: Planted) -> list[str]:
    """Return which kinds of a planted text stand in running text: a page, a log, a mail."""
    forms = [text]
    if _ENTITY.search(text):
        forms.append(html.unescape(text))
    if "\\u" in text:
        forms.append(_ESCAPED.sub(lambda m: chr(int(m[1], 16)), text))
    if _QUOTED.search(text):
        forms.append(unquote(text))
    hit: dict[str, set[str]] = defaultdict(set)
    for form in forms:
        for kind, values in seen(form, people).items():
            hit[kind] |= values
    return _said(place, hit)


def leaks_in_bytes(place: str, content: bytes, people: Planted) -> list[str]:
    """Return which kinds of a planted text stand in a file's bytes, also inside gzip and zip (xlsx, docx)."""
    if content[:2] == b"\x1f\x8b":
        return leaks_in_bytes(f"{place}!", gzip.decompress(content), people)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as z:
            return [x for n in z.namelist() for x in leaks_in_bytes(f"{place}!{n}", z.read(n), people)]
    if content[:4] == b"PAR1":
        return leaks(place, pq.read_table(io.BytesIO(content)), people)
    plain = b"\n".join(_READABLE.findall(content)) if b"\0" in content[:8192] else content
    found = leaks_in_text(place, plain.decode("utf-8", errors="replace"), people)
    for coding, some in people.coded.items():
        hit = sum(w in content for w in some)
        found += [f"{place}: {hit} x text as {coding}"] if hit else []
    return found


def leaks_below(folder: Path, people: Planted, beside: Iterable[str] = ()) -> list[str]:
    """Search every file below ``folder``, but not those of the first-level folders named ``beside``."""
    found, left = [], set(beside)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        place = path.relative_to(folder)
        if place.parts[0] not in left:
            found += leaks_in_bytes(str(place), path.read_bytes(), people)
    return found


def leaks_in_database(path: Path, people: Planted) -> tuple[list[str], int]:
    """Search every table and view of a DuckDB file; return what was found and how many were looked at."""
    import duckdb

    found, looked = [], 0
    with duckdb.connect(str(path), read_only=True) as db:
        named = db.execute(
            "select table_schema, table_name from information_schema.tables where table_schema <> 'information_schema' order by all"
        ).fetchall()
        for schema, name in named:
            found += leaks(f"{schema}.{name}", db.sql(f'from "{schema}"."{name}"').to_arrow_table(), people)
            looked += 1
    return found, looked


def in_vault(settings: Settings, silo: str) -> Planted:
    """Return what a silo's sealed batches hold, opened with a reason."""
    from pipelines.contract import load

    found = Planted()
    for head in vault.batches(settings, silo):
        rows = vault.open_rows(settings, silo, head["table"], head["batch"], who="测试", reason="查找植入的个人信息")
        types = load(silo).tables[head["table"]].columns
        for name in rows.column_names[1:]:
            values = set(rows.column(name).to_pylist()) - {None}
            if types[name].type in {"id_number", "cert_no"}:
                found["identity number"] |= {m.upper() for v in values for m in ID.findall(v)}
                found["identity number"] |= {v for v in values if OLD_ID.fullmatch(v)}
            else:
                found[KINDS.get(types[name].type, types[name].type)] |= values
    return found
