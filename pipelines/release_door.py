"""The door a release goes out by: Great Expectations over the files about to be frozen.

A rule lives in ``expectations/release/<mart>.json``: one suite per mart, native JSON, severities included.
``meta.frame`` of a suite is the SQL that makes the frame it judges, over the frozen tables; big marts
are counted there by one pass, so that Great Expectations sees aggregates. ``meta.key`` names the columns
by which a bad row is quoted. Bounds that belong to the method arrive as arguments (BOUNDS).
Nothing here scores or repairs.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.errors import AnlanError
from pipelines.settings import ROOT

SUITES = ROOT / "expectations" / "release"
# METHOD 4, 6, 7: coverage a unit needs for a rank, the cap of adjustments, and half a published last place
# on each side of a sum of 70 rounded parts.
BOUNDS: dict[str, Any] = {
    "town_coverage_floor": 0.70,
    "enterprise_coverage_floor": 0.60,
    "adjustment_cap": 5,
    "sum_tolerance": 0.01,
    "weight_tolerance": 0.000001,
}
SEVERITIES = ("critical", "warning", "info")
_SHOWN = 5


@dataclass(frozen=True)
class Check:
    """What one rule said. ``checked`` and ``failed`` count rows of the suite's frame; ``seen`` quotes keys."""

    mart: str
    rule: str
    severity: str
    checked: int
    failed: int
    is_failed: bool
    seen: str
    reason_zh: str
    reason_en: str
    advice_zh: str
    advice_en: str

    def as_dict(self) -> dict[str, Any]:
        """Return the check as one row of ``inputs/release_checks.parquet``."""
        return {name: getattr(self, name) for name in _COLUMNS}


_COLUMNS = {
    "mart": pa.string(),
    "rule": pa.string(),
    "severity": pa.string(),
    "checked": pa.int64(),
    "failed": pa.int64(),
    "is_failed": pa.bool_(),
    "seen": pa.string(),
    "reason_zh": pa.string(),
    "reason_en": pa.string(),
    "advice_zh": pa.string(),
    "advice_en": pa.string(),
}


@cache
def _great_expectations() -> Any:
    """Import Great Expectations once (seconds), offline and silent."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    return gx


def warm_up() -> None:
    """Start the slow import beside other work; whoever needs it later waits for the rest of it."""
    threading.Thread(target=_great_expectations, name="gx-import", daemon=True).start()


def suites(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the suites by mart, as read.

    Raises:
        AnlanError: a suite cannot be read, or a rule lacks its words; all faults at once.

    """
    found: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for path in sorted((folder or SUITES).glob("*.json")):
        try:
            suite = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as e:
            faults.append(f"{path.name}: {e}")
            continue
        for position, expectation in enumerate(suite.get("expectations", [])):
            meta = expectation.get("meta") or {}
            words = ("rule", "reason_zh", "reason_en", "advice_zh", "advice_en")
            if lacking := [w for w in words if not meta.get(w)]:
                faults.append(f"{path.name}[{position}]: no {', '.join(lacking)}")
            if expectation.get("severity") not in SEVERITIES:
                faults.append(f"{path.name}[{position}]: severity is none of {', '.join(SEVERITIES)}")
        found[path.stem] = suite
    if faults:
        raise AnlanError("expectations/release", "suites are not complete", seen="; ".join(faults), do="mend the files")
    if not found:
        raise AnlanError("expectations/release", "no suite found", seen=str(folder or SUITES), do="restore the folder")
    return found


def check_folder(
    folder: Path,
    period: str,
    previous_period: str,
    bounds: dict[str, Any] | None = None,
    suites_folder: Path | None = None,
    marts: Iterable[str] | None = None,
) -> list[Check]:
    """Judge the Parquet files of ``folder`` (``tables/``, ``inputs/``) by every suite; return one Check per rule.

    ``marts`` narrows it to some suites. A rule that raises is a failed rule, never a pass. Raises AnlanError when a suite itself is unfit.
    """
    given = BOUNDS | (bounds or {})
    with closing(duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})) as con:
        for part, prefix in (("tables", ""), ("inputs", "input_")):
            for path in sorted((folder / part).glob("*.parquet")):
                file = str(path).replace("'", "''")
                con.execute(f"create view {prefix}{path.stem} as from read_parquet('{file}')")
        con.execute(f"set variable period = '{period}'")
        con.execute(f"set variable previous_period = '{previous_period}'")
        chosen = {m: s for m, s in suites(suites_folder).items() if marts is None or m in set(marts)}
        source = _pandas_source()
        return [c for mart, suite in chosen.items() for c in _judge(con, source, mart, suite, given)]


def _pandas_source() -> Any:
    library = _great_expectations()
    # some of its modules turn their own log on when imported; what the door has to say is in its results
    for name in [n for n in logging.root.manager.loggerDict if n.startswith("great_expectations")]:
        logging.getLogger(name).setLevel(logging.ERROR)
    context = library.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_pandas("release")


def _judge(
    con: duckdb.DuckDBPyConnection, source: Any, mart: str, suite: dict[str, Any], bounds: dict[str, Any]
) -> list[Check]:
    meta = suite.get("meta") or {}
    try:
        frame = con.sql(meta.get("frame") or f"from {mart}").to_arrow_table().to_pandas()
    except duckdb.Error as e:
        seen = str(e).splitlines()[0]
        return [_check(mart, x, 0, 0, True, f"the frame cannot be made: {seen}") for x in suite["expectations"]]
    batch = (
        source.add_dataframe_asset(mart).add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    )
    result = batch.validate(
        _great_expectations().ExpectationSuite(name=suite["name"], expectations=suite["expectations"]),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [c for c in meta.get("key", []) if c in frame.columns],
            "include_unexpected_rows": False,
        },
        expectation_parameters=bounds,
    )
    by_rule = {r.expectation_config.meta["rule"]: r for r in result.results}
    found = []
    for expectation in suite["expectations"]:
        r = by_rule.get(expectation["meta"]["rule"])
        if r is None or any(e.get("exception_info", e).get("raised_exception") for e in _exceptions(r)):
            message = "it was not run" if r is None else _message(r)
            found.append(_check(mart, expectation, len(frame), 0, True, message))
            continue
        detail = r.result or {}
        failed = int(detail.get("unexpected_count") or 0)
        checked = int(detail.get("element_count") or len(frame))
        seen = "" if r.success else _seen(detail, failed)
        found.append(_check(mart, expectation, checked, failed if failed or r.success else 1, not r.success, seen))
    return found


def _exceptions(result: Any) -> Iterable[dict[str, Any]]:
    info = result.exception_info or {}
    return [info] if "raised_exception" in info else [v for v in info.values() if isinstance(v, dict)]


def _message(result: Any) -> str:
    for info in _exceptions(result):
        if text := info.get("exception_message"):
            return f"the rule could not be run: {str(text).splitlines()[0]}"
    return "the rule could not be run"


def _seen(detail: dict[str, Any], failed: int) -> str:
    rows = detail.get("unexpected_index_list") or []
    if rows:
        shown = ["; ".join(f"{k}={v}" for k, v in row.items()) for row in rows[:_SHOWN] if isinstance(row, dict)]
        more = f" … and {failed - _SHOWN} more" if failed > _SHOWN else ""
        return f"{failed} rows: " + " | ".join(shown) + more
    if "observed_value" in detail:
        return f"observed {detail['observed_value']}"
    return f"{failed} rows, e.g. {detail.get('partial_unexpected_list', [])[:_SHOWN]}"


def _check(mart: str, expectation: dict[str, Any], checked: int, failed: int, is_failed: bool, seen: str) -> Check:
    meta = expectation["meta"]
    return Check(
        mart, meta["rule"], expectation["severity"], checked, failed, is_failed, seen,
        meta["reason_zh"], meta["reason_en"], meta["advice_zh"], meta["advice_en"],
    )  # fmt: skip


def as_table(checks: list[Check]) -> pa.Table:
    """Return the checks as the table a release keeps, ordered by mart and rule."""
    ordered = sorted(checks, key=lambda c: (c.mart, c.rule))
    return pa.Table.from_pylist([c.as_dict() for c in ordered], schema=pa.schema(list(_COLUMNS.items())))


def raise_if_refused(checks: list[Check], period: str) -> None:
    """Stop the release when a critical rule failed; names every such rule, the rows and what to do."""
    refused = [c for c in checks if c.is_failed and c.severity == "critical"]
    if not refused:
        return
    raise AnlanError(
        f"release {period}",
        f"the release door refused {', '.join(sorted({c.mart for c in refused}))}; nothing was released",
        seen=" // ".join(f"{c.rule} ({c.reason_en}): {c.seen}" for c in refused),
        do=" // ".join(dict.fromkeys(c.advice_en for c in refused)),
    )
