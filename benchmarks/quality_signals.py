"""What only several rows show: the marks of ``fct_row_signals`` against the departments' truth, by landed row.

:mod:`benchmarks.quality` lands every silo and hands over, per planted defect of such a kind, the landed row that carries
it; here dbt builds ``+fct_row_signals`` on that landing and both are compared. Per signal, silo and kind: *planted* rows;
*seen*, those the signal marks; *marked*, all rows of the silo the signal marks; *true*, those of them that were planted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import duckdb

from pipelines import contract as contracts
from pipelines import index, periods, warehouse
from pipelines.settings import Settings

# which planted kinds a signal must see, per code of ref_signals: a pattern of "silo: kind", the kind as the truth writes it
KINDS: dict[str, str] = {
    "resent_value": r": #8 re-sent row",
    "stuck_value": r": #8 stuck value",
    "spike": r": #8 spike",
    "tenth_unit": r": #8 tenths",
    "day_total_short": r": #8 day total",
    "other_datum": r": #9 (heights|flood mark)",
    "volume_unit": r": #9 volume",
    "online_silent": r": #22 online but silent",
    "alarm_storm": r": #22 alarm storm",
    "unmarked_test_alarm": r": #22 test alarm",
    "replaced_same_number": r": #22 replaced device",
}
SEEN, PRECISE = 0.99, 0.99


@dataclass(frozen=True)
class Planted:
    """One planted defect and the landed rows that carry it; ``ref`` is the one that counts, empty where none landed."""

    silo: str
    kind: str
    ref: str
    refs: tuple[str, ...] = ()
    rejected: bool = False


@dataclass(frozen=True)
class Figure:
    """The figures of one signal in one silo for one kind; ``marked`` and ``true`` are those of signal and silo."""

    signal: str
    silo: str
    kind: str
    planted: int
    seen: int
    marked: int
    true: int


def of_kind(silo: str, kind: str) -> list[str]:
    """Return the codes of the signals that must see ``kind`` of ``silo``."""
    return [code for code, pattern in KINDS.items() if re.search(pattern, f"{silo}: {kind}")]


def build(settings: Settings) -> None:
    """Let dbt make ``fct_row_signals`` from what landed; tables that did not come are there and empty.

    Raises:
        AnlanError: when a model or a test of the selection failed.

    """
    index.rebuild(settings, contracts.all_contracts())
    with_vars = ["--vars", json.dumps(warehouse.variables(settings, periods.with_previous(periods.DEFAULT)))]
    result = warehouse.invoke(
        settings, ["build", "--select", "+fct_row_signals", *with_vars, "--exclude-resource-type", "unit_test"]
    )
    broken = [f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) in {"error", "fail"}]
    if broken:
        raise AssertionError("; ".join(broken)[:2000])


def marks(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (signal, silo, landing_ref) of every mark in the warehouse."""
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        return db.execute("select signal_code, silo, landing_ref from core.fct_row_signals").fetchall()


def compare(planted: list[Planted], found: list[tuple[str, str, str]]) -> list[Figure]:
    """Return the figures per signal, silo and kind; a signal that marks where nothing was planted has a row too."""
    marked: dict[tuple[str, str], set[str]] = {}
    for signal, silo, ref in found:
        marked.setdefault((signal, silo), set()).add(ref)
    truth: dict[tuple[str, str], set[str]] = {}
    rows: dict[tuple[str, str, str], list[Planted]] = {}
    for p in planted:
        for signal in of_kind(p.silo, p.kind):
            truth.setdefault((signal, p.silo), set()).update(p.refs or (p.ref,))
            rows.setdefault((signal, p.silo, p.kind), []).append(p)
    for signal, silo in marked:
        if not any(k[:2] == (signal, silo) for k in rows):
            rows[(signal, silo, "–")] = []
    out = []
    for (signal, silo, kind), mine in sorted(rows.items()):
        have = marked.get((signal, silo), set())
        seen = sum(p.rejected or p.ref in have or any(r in have for r in p.refs) for p in mine)
        true = len(have & truth.get((signal, silo), set()))
        out.append(Figure(signal, silo, kind, len(mine), seen, len(have), true))
    return out


def missed(figures: list[Figure]) -> list[str]:
    """Return, in words, where fewer than 0.99 of what was planted is seen or fewer than 0.99 of the marks are true."""
    low = [f"{f.signal} {f.silo} {f.kind}: {f.seen} of {f.planted} seen" for f in figures if f.seen < SEEN * f.planted]
    wrong = {(f.signal, f.silo, f.marked, f.true) for f in figures if f.true < PRECISE * f.marked}
    return low + [f"{signal} {silo}: {true} of {marked} marks true" for signal, silo, marked, true in sorted(wrong)]


def seen_of(figures: list[Figure], silo: str, kind: str) -> Figure | None:
    """Return the figures of the signal that sees most of ``kind`` in ``silo``, or None where no signal looks for it."""
    mine = [f for f in figures if (f.silo, f.kind) == (silo, kind)]
    return max(mine, key=lambda f: f.seen, default=None)


def section(figures: list[Figure]) -> list[str]:
    """Return the lines of the page about marks across rows."""
    out = [
        "",
        "## 跨行信号 · What shows only across rows",
        "",
        "几行放在一起才看得出的问题由 dbt `fct_row_signals` 标记，数值不改；规则见 [docs/method/signals.md](method/signals.md)。",
        "Marks of `fct_row_signals`; no value is changed. Precision: marked rows that were planted / all marked rows of the silo.",
        "",
        "| 信号 signal | 来源 silo | 类 kind | 放入 planted | 看见 seen | 标记 marked | 准确 precision |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for f in figures:
        seen = f"{f.seen / f.planted:.4f}" if f.planted else "–"
        exact = f"{f.true / f.marked:.4f}" if f.marked else "–"
        out.append(f"| `{f.signal}` | {f.silo} | {f.kind} | {f.planted} | {seen} | {f.marked} | {exact} |")
    return out
