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
from pipelines.analysis.linkage import step
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
    "code_of_another_firm": r": #12 credit code of another firm",
    "tenant_under_landlord": r": #13 tenant",
    "cancelled_still_listed": r": #13 cancelled",
    "customer_former_name": r": #13 customer",
    "branch_of_head_office": r": #13 branch",
    "sole_trader": r": #13 sole trader",
    "person_on_several_rosters": r": #14 one person on several",
    "person_registered_twice": r": #14 one person registered twice",
    "close_before_discover": r": #19 close before",
    "batch_close_2359": r": #19 batch close",
    "same_photo": r"^enforcement: #19 same photo",
    "reviewer_is_rectifier": r": #19 reviewer",
    "closer_is_finder": r": #19 closed by the finder",
    "deadline_moved_late": r": #19 deadline moved",
    "expired_called_valid": r": #20 expired but called valid",
    "certificate_of_another": r": #20 certificate with another person",
    "part_time_as_full_time": r": #21 part-time",
    "left_still_listed": r": #21 moved out",
    "expired_still_counted": r": #23 expired",
    "counted_in_packs": r": #23 counted in boxes",
    "same_goods_several_stores": r": #23 the same goods",
    "body_code_of_other_kind": r"^emergency: #25 credit code of another kind",
    "body_known_by_name": r": #25 known by name only",
    "gone_still_listed": r": #26 moved or died but still listed",
    "unverified_half_year": r": #26 not verified",
}
# which planted kinds a model mends from what several rows show: the kind, and its values by landed row
MENDINGS: dict[str, tuple[str, str]] = {
    "map_uscc_candidates": (
        r"^#12 USCC with a wrong character",
        "select silo, landing_ref, confirmed_uscc from core.map_uscc_candidates where confirmed_uscc is not null",
    ),
    "fct_stock_items": (
        r"^#23 counted in boxes",
        "select silo, landing_ref, cast(cast(base_quantity as bigint) as varchar) from core.fct_stock_items "
        "where unit_form = 'pack' and base_quantity is not null",
    ),
}
SEEN, PRECISE, RIGHT = 0.99, 0.99, 0.995


@dataclass(frozen=True)
class Planted:
    """One planted defect and the landed rows that carry it; ``ref`` is the one that counts, empty where none landed."""

    silo: str
    kind: str
    ref: str
    refs: tuple[str, ...] = ()
    rejected: bool = False
    clean: str | None = None


@dataclass(frozen=True)
class Mended:
    """What a model makes of one kind in one silo: values it gives, those equal to the clean one, those nothing asks for."""

    model: str
    silo: str
    kind: str
    planted: int
    mended: int
    right: int
    guessed: int


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


def mended_by(kind: str) -> str | None:
    """Return the model that mends ``kind`` from what several rows show, or None."""
    return next((m for m, (pattern, _) in MENDINGS.items() if re.search(pattern, kind)), None)


def build(settings: Settings) -> None:
    """Let dbt make ``fct_row_signals`` from what landed; tables that did not come are there and empty.

    Raises:
        AnlanError: when a model or a test of the selection failed.

    """
    index.rebuild(settings, contracts.all_contracts())
    with_vars = ["--vars", json.dumps(warehouse.variables(settings, periods.with_previous(periods.DEFAULT)))]
    # devices are known across silos by linkage: its records first, then the step, then the marks
    for n, wanted in enumerate((["+tag:linkage_input"], ["+fct_row_signals", *(f"+{m}" for m in MENDINGS)])):
        if n:
            step.run(settings, periods.parse(periods.DEFAULT).end)
        result = warehouse.invoke(
            settings, ["build", "--select", *wanted, *with_vars, "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"],
        )  # fmt: skip
        broken = [f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) in {"error", "fail"}]
        if broken:
            raise AssertionError("; ".join(broken)[:2000])


def marks(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (signal, silo, landing_ref) of every mark in the warehouse."""
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        return db.execute("select signal_code, silo, landing_ref from core.fct_row_signals").fetchall()


def mended(planted: list[Planted], settings: Settings) -> list[Mended]:
    """Return what the models of :data:`MENDINGS` made of the planted values they should mend, by silo."""
    out = []
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        for model, (pattern, query) in MENDINGS.items():
            values = {(silo, ref): value for silo, ref, value in db.execute(query).fetchall()}
            mine = [p for p in planted if re.search(pattern, p.kind)]
            asked = {(p.silo, r) for p in mine for r in p.refs or (p.ref,)}
            for silo, kind in sorted({(p.silo, p.kind) for p in mine}):
                rows = [p for p in mine if (p.silo, p.kind) == (silo, kind)]
                given = [
                    (p.clean, next((values[(silo, r)] for r in p.refs if (silo, r) in values), None)) for p in rows
                ]
                made = [(clean, value) for clean, value in given if value is not None]
                right = sum(clean == value for clean, value in made)
                guessed = sum(s == silo and (s, r) not in asked for s, r in values)
                out.append(Mended(model, silo, kind, len(rows), len(made), right, guessed))
    return out


def missed_mendings(found: list[Mended]) -> list[str]:
    """Return, in words, where fewer than 0.995 of the values that were given are right, or one was given unasked."""
    return [
        f"{m.model} {m.silo} {m.kind}: {m.right} of {m.mended} right, {m.guessed} guessed"
        for m in found
        if m.right < RIGHT * m.mended or m.guessed
    ]


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


def mended_section(found: list[Mended]) -> list[str]:
    """Return the lines of the page about what models mend from several rows."""
    out = [
        "",
        "## 跨行改正 · Mended by what several rows show",
        "",
        "只有别处的记录能证实时才改；证实不了的留空待核。代码须有名册以同一名称证实，且只差一位。",
        "A value is given only where another record confirms it; what nothing confirms stays open. A code needs a register that",
        "has the very name under it, one place apart.",
        "",
        "| 模型 model | 来源 silo | 类 kind | 放入 planted | 改正 mended | 改对 right | 猜测 guessed |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for m in found:
        right = f"{m.right / m.mended:.4f}" if m.mended else "–"
        out.append(f"| `{m.model}` | {m.silo} | {m.kind} | {m.planted} | {m.mended} | {right} | {m.guessed} |")
    return out
