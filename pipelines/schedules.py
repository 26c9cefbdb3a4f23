"""When things run: the daily pull, the quarterly evaluation, and the drop folder's sensor."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines import assets, periods
from pipelines.contract import all_contracts
from pipelines.errors import AnlanError
from pipelines.settings import Settings

_TABLES = [t for c in all_contracts("demo") for t in c.tables.values()]
_DAILY = dg.AssetSelection.assets(*(assets.landing_key(t) for t in _TABLES if t.partition == "day"))
_QUARTERLY = dg.AssetSelection.assets(*(assets.landing_key(t) for t in _TABLES if t.partition != "day"))
_MADE = dg.AssetSelection.all() - dg.AssetSelection.key_prefixes(["landing"])

pull_readings = dg.define_asset_job("pull_readings", _DAILY, partitions_def=assets.DAYS)
pull_registers = dg.define_asset_job("pull_registers", _QUARTERLY, partitions_def=assets.QUARTERS)
evaluate_quarter = dg.define_asset_job("evaluate_quarter", _MADE, partitions_def=assets.QUARTERS)
index_landing = dg.define_asset_job("index_landing", dg.AssetSelection.assets(*assets.INDEX.values()))


@dg.schedule(job=pull_readings, cron_schedule="0 6 * * *", execution_timezone=assets.LOCAL)
def daily_readings(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Every morning at six: yesterday's readings."""
    day = context.scheduled_execution_time.astimezone(ZoneInfo(assets.LOCAL)).date() - timedelta(days=1)
    return dg.RunRequest(partition_key=day.isoformat())


@dg.schedule(job=pull_registers, cron_schedule="30 6 * * *", execution_timezone=assets.LOCAL)
def daily_registers(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Every morning after the readings: registers and events of the running quarter."""
    return dg.RunRequest(partition_key=assets.quarter_of(context.scheduled_execution_time))


@dg.schedule(job=evaluate_quarter, cron_schedule="0 7 15 1,4,7,10 *", execution_timezone=assets.LOCAL)
def quarterly_evaluation(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """On the fifteenth after a quarter's end, when the slowest silo's grace has passed: the quarter before."""
    running = periods.parse(assets.quarter_of(context.scheduled_execution_time))
    return dg.RunRequest(partition_key=running.previous().code)


def _changed(folder: Path, seen: dict[str, str]) -> dict[str, str]:
    now = {p.name: f"{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in sorted(folder.iterdir()) if p.is_file()}
    return {name: mark for name, mark in now.items() if seen.get(name) != mark}


@dg.sensor(
    target=pull_registers,
    minimum_interval_seconds=60,
    description="New or changed files in the enforcement drop folder",
)
def drop_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for the tables whose files are new or changed, in the quarter their names say, else the running one."""
    try:
        connection = Settings.load().connection("enforcement")
        seen = json.loads(context.cursor or "{}")
        changed = _changed(Path(connection["path"]), seen)
    except (AnlanError, OSError) as e:
        yield dg.SkipReason(str(e))
        return
    if not changed:
        yield dg.SkipReason("nothing new in the drop folder")
        return
    wanted: dict[str, set[dg.AssetKey]] = {}
    for name in changed:
        named = re.search(r"\d{4}Q[1-4]", name)
        quarter = named.group() if named else assets.quarter_of(datetime.now(UTC))
        for t in _TABLES:
            if t.silo == "enforcement" and Path(name).match(t.source["pattern"]):
                wanted.setdefault(quarter, set()).add(assets.landing_key(t))
    for quarter, keys in sorted(wanted.items()):
        mark = "-".join(sorted(changed.values()))
        yield dg.RunRequest(
            run_key=f"{quarter}-{hashlib.sha256(mark.encode()).hexdigest()[:12]}",
            partition_key=quarter,
            asset_selection=sorted(keys),
        )
    context.update_cursor(json.dumps(seen | changed))


JOBS = [pull_readings, pull_registers, evaluate_quarter, index_landing]
SCHEDULES = [daily_readings, daily_registers, quarterly_evaluation]
SENSORS = [drop_folder]
