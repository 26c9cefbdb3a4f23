"""How the nine integrity tests see planted cheats, and how often they ask about people who did nothing.

    python -m benchmarks.integrity [--scale 0.4] [--write]

Two pretended districts of one seed are evaluated: with cheats and all other dirt, and with neither. What the tests
open is compared with what was planted. A false alarm is a case without a cheat; its rate is taken over all that the test
looked at. In the clean district every case is one. Intervals are Wilson's. ``--write`` puts the section into docs/quality.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import sections
from benchmarks.linked import wilson
from pipelines import run
from pipelines.settings import ROOT, Settings

PAGE = ROOT / "docs" / "quality.md"
PERIOD, LAST_PERIODS = "2026Q3", ("2026Q2", "2026Q3")
_EVENTS = "(select 'V:enforcement:' || key as id, kind from cheats union all select 'V:enforcement:' || key, kind from defects)"
_OF_EVENTS = (
    f"select distinct {{entity}} from {_EVENTS} c join core.fct_hazard_life_events e on e.hazard_event_id = c.id"
    " join core.dim_periods p on e.occurred_at >= p.start_at and e.occurred_at < p.end_before_at where c.kind like '{kind}%'"
)
_RECORD, _NUMBER = "e.record_id", "split_part(e.record_id, ':', 3)"
# test: what was planted, as its cases name it; and how many things it looks at
JUDGED = {
    "I1": (
        _OF_EVENTS.format(entity=_RECORD, kind="quick_close"),
        "select count(distinct record_id) from core.fct_hazard_life_events join core.dim_periods on occurred_at >= start_at and occurred_at < end_before_at where event_state = 'CLOSED'",
    ),
    "I2": ("select key from cheats where kind = 'quarter_rush'", "select count(*) from core.dim_towns, core.dim_periods"),
    "I3": (
        _OF_EVENTS.format(entity=_NUMBER, kind="#19 same photo"),
        "select count(*) from core.fct_hazard_events join core.dim_periods on occurred_at >= start_at and occurred_at < end_before_at where event_state = 'RECTIFIED'",
    ),
    "I4": (
        _OF_EVENTS.format(entity=_NUMBER, kind="#19 closed by the finder"),
        "select count(*) from core.fct_hazard_events join core.dim_periods on occurred_at >= start_at and occurred_at < end_before_at where event_state = 'CLOSED'",
    ),
    "I5": ("select key || ':' || period from cheats, core.dim_periods where kind = 'heaped_arrivals'", "select count(*) from core.dim_towns, core.dim_periods"),
    "I6": (
        "select substr(key, 1, 13) || substr(key, 14, 4) || '-' || substr(key, 18, 2) || '-01' from cheats where kind = 'copied_month'",
        "select count(*) from core.fct_town_workloads",
    ),
    "I7": (
        "select 'N' || key from cheats where kind = 'two_places'",
        "select count(*) from core.fct_inspections join core.dim_periods on inspected_at >= start_at and inspected_at < end_before_at",
    ),
    "I8": (
        "select 'N' || key from cheats where kind = 'copied_findings'",
        "select count(*) from (select inspection_no from core.fct_hazards group by inspection_no having count(*) >= 3)",
    ),
    "I9": (
        "select 'enforcement:hazards:' || key from cheats where kind = 'far_point'",
        "select count(*) from core.fct_hazard_records where silo = 'enforcement' and lon is not null",
    ),
}  # fmt: skip
# a case names more than the thing: the officer of a visit, or the quarter of a town
_CASE = {"I7": "split_part(entity_id, ':', 1)", "I2": "entity_id || ':' || period", "I5": "entity_id || ':' || period"}
# the tests judge two quarters; the number of a visit or hazard says its quarter
_SEEN = {"I2": "split_part(thing, ':', 2)", "I7": "substr(thing, 4, 6)", "I8": "substr(thing, 4, 6)", "I9": "substr(split_part(thing, ':', 3), 3, 6)"}  # fmt: skip


@dataclass
class Figures:
    """What one test did in one district."""

    planted: int
    seen: int
    cases: int
    looked_at: int

    @property
    def false(self) -> int:
        """Cases without a cheat."""
        return self.cases - self.seen


def evaluated(home: Path, scale: float, dirt: float) -> Settings:
    """Make a pretended district with its departments and evaluate a quarter of it."""
    command = [sys.executable, "-m", "simulator", "up", "--scale", str(scale), "--dirt", str(dirt), "--home", str(home)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    try:
        settings = Settings.load(home=home / "house", connections=home / "connections.yaml")
        outcome = run.evaluate(settings, PERIOD)
        if outcome.errors:
            raise RuntimeError("; ".join(map(str, outcome.errors)))
    finally:
        subprocess.run([*command[:3], "down", "--home", str(home)], cwd=ROOT, check=True, capture_output=True)
    return settings


def figures(warehouse: Path, truth: Path) -> dict[str, Figures]:
    """Compare the audit cases of a warehouse with the truth beside its data."""
    with duckdb.connect(str(warehouse), read_only=True) as db:
        db.execute(f"create temp view cheats as from read_parquet('{truth}/cheats/*.parquet')")
        db.execute(
            f"create temp view defects as select key, kind from read_parquet('{truth}/enforcement.parquet') where kind like '#19%'"
        )
        made = {}
        for code, (planted, looked_at) in JUDGED.items():
            seen_in = f" where {_SEEN[code]} in {LAST_PERIODS}" if code in _SEEN else ""
            db.execute(
                f"create or replace temp table planted as select distinct thing from ({planted}) as p(thing){seen_in}"
            )
            case = _CASE.get(code, "entity_id")
            opened = f"select distinct {case} as thing from marts.audit_cases where test_code = '{code}'"
            numbers = (
                "select count(*) from planted", f"select count(*) from planted where thing in ({opened})", f"select count(*) from ({opened})", looked_at,
            )  # fmt: skip
            made[code] = Figures(*((db.sql(n).fetchall() or [(0,)])[0][0] for n in numbers))
    return made


def _share(part: int, whole: int, places: int) -> str:
    """Return a share in percent with its 95 % interval; a dash where nothing was looked at."""
    if whole == 0:
        return "–"
    low, high = (100 * x for x in wilson(part, whole))
    return f"{100 * part / whole:.{places}f} % ({max(low, 0):.{places}f}–{high:.{places}f})"


def section(names: dict[str, tuple[str, str]], planted: dict[str, Figures], clean: dict[str, Figures], scale: float) -> str:  # fmt: skip
    """Return the section: a line per test."""
    lines = [
        "## 真实性检验 · Integrity tests",
        "",
        f"两个同种子的模拟区（规模 scale {scale}，2026Q2—Q3）：一个有作弊与各类脏数据，一个都没有。误报：没有作弊却立案；误报率按被看的对象计，括号内为 95% Wilson 区间。",
        "Two pretended districts of one seed: one with cheats and all other dirt, one with neither. A false alarm is a case without a cheat; its",
        "rate is taken over what the test looked at, with 95 % Wilson intervals. Closing by the finder happens in the clean district too: nobody",
        "wrote it wrongly, and the test asks all the same.",
        "",
        "| 检验 test | 名称 name | 植入 planted | 看见 seen | 看见率 share seen | 立案 cases | 误报 false | 误报率 false-alarm rate | 干净区看 looked at, clean | 干净区立案 cases, clean | 干净区误报率 false-alarm rate, clean |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for code, p in planted.items():
        c = clean[code]
        zh, en = names[code]
        lines.append(
            f"| {code} | {zh} · {en} | {p.planted} | {p.seen} | {_share(p.seen, p.planted, 1)} | {p.cases} | {p.false}"
            f" | {_share(p.false, max(p.looked_at - p.planted, p.false), 2)} | {c.looked_at} | {c.cases} | {_share(c.cases, c.looked_at, 2)} |"
        )
    return sections.marked("integrity", "integrity", [*lines, ""])


def main() -> None:
    """Measure and print; with ``--write`` keep the section."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--scale", type=float, default=0.4)
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    found, names = [], {}
    for dirt in (1.0, 0.0):
        with tempfile.TemporaryDirectory(prefix="anlan-integrity-") as folder:
            home = Path(folder)
            home.chmod(0o755)
            settings = evaluated(home, asked.scale, dirt)
            found.append(figures(settings.warehouse_file, home / "simulator" / "truth"))
            with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
                names = {
                    c: (zh, en)
                    for c, zh, en in db.sql(
                        "select test_code, name_zh, name_en from method.method_integrity_tests"
                    ).fetchall()
                }
    text = section(names, *found, asked.scale)
    print(text)
    if asked.write:
        PAGE.write_text(sections.replaced(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
