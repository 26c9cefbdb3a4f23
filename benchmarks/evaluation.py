"""A quarter evaluated by dbt in this process, against the same SQL run by hand in DuckDB: CPU seconds, in turns, best of three.

dbt is warm: it has evaluated the quarter once in this process. It makes every view and table and runs every data test. By hand
the same statements run in the same order on a copy of the same file, opened with the same options; what dbt asks the catalogue and
its transactions are left out there, for a hand needs neither. Seeds stay as they are. Models in Python are no SQL: both sides leave
them out and read what they made before.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.landing_cpu import cpu
from pipelines import parsed, periods, warehouse
from pipelines.settings import Settings

WORK = ("create or replace ", "select count(*) as failures")


def _statement(sql: str) -> str:
    """Return ``sql`` without the comment dbt puts before it."""
    return sql.partition("*/")[2].lstrip() if sql.lstrip().startswith("/*") else sql.lstrip()


def _work(sql: str) -> bool:
    lines = [x.strip() for x in _statement(sql).lower().splitlines()]
    return " ".join(x for x in lines if x and not x.startswith("--"))[:80].startswith(WORK)


def _evaluation(settings: Settings) -> Callable[[], Any]:
    told = json.dumps(warehouse.variables(settings, periods.with_previous(periods.DEFAULT)))
    in_python = [p.stem for p in (parsed.PROJECT / "models").rglob("*.py")]
    asked = [
        "build", "--vars", told, "--indirect-selection", "cautious", "--no-write-json", "--exclude-resource-type", "unit_test",
        "--exclude-resource-type", "seed", "--exclude", *in_python,
    ]  # fmt: skip
    return lambda: warehouse.invoke(settings, asked)


def statements(evaluate: Callable[[], Any]) -> list[str]:
    """Return the statements that do the work of an evaluation by dbt, in order; whatever else it asks is left out."""
    from dbt.adapters.duckdb.environments import local

    said: list[str] = []
    plain = local.DuckDBCursorWrapper.execute

    def heard(self: Any, sql: str, bindings: Any = None) -> Any:
        said.append(sql)
        return plain(self, sql, bindings)

    local.DuckDBCursorWrapper.execute = heard
    try:
        result = evaluate()
    finally:
        local.DuckDBCursorWrapper.execute = plain
    if not result.success:
        raise SystemExit("dbt could not evaluate the quarter")
    done = [x for x in said if _work(x)]
    steps = sum(r.node.resource_type != "operation" for r in result.result)
    if len(done) != steps:
        raise SystemExit(f"dbt did {steps} steps by {len(done)} statements: this module knows them no more")
    return done


def by_hand(settings: Settings, statements: list[str]) -> float:
    """Return the CPU seconds of ``statements`` on a copy of the warehouse file, until it is closed again."""
    target = yaml.safe_load((parsed.PROJECT / "profiles.yml").read_text(encoding="utf-8"))["anlan"]["outputs"]["duckdb"]
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(settings.warehouse_file, Path(folder) / settings.warehouse_file.name)

        def run() -> None:
            with duckdb.connect(copy, config=target["config_options"]) as db:
                for name, value in target["settings"].items():
                    db.execute(f"set {name} = '{value}'")
                for sql in statements:
                    db.execute(sql).fetchall()

        return cpu(run)[0]


def measure(settings: Settings) -> tuple[str, float, float, str, str]:
    """Return ``(what, ratio, bound, unit, more)`` for the table of ``make bench``."""
    evaluate = _evaluation(settings)
    work = statements(evaluate)
    turns = [(cpu(evaluate)[0], by_hand(settings, work)) for _ in range(3)]
    ours, bare = (min(side) for side in zip(*turns, strict=True))
    more = f"{ours:.1f} s CPU against {bare:.1f} by hand, {len(work):,} statements"
    return "a quarter evaluated by dbt against its SQL by hand", ours / bare, 1.3, "×", more


if __name__ == "__main__":
    print(*measure(Settings.load()), sep="  |  ")
