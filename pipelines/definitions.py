"""What ``dagster dev`` loads. Assembles assets, jobs, schedules and the sensor; holds no logic."""

from __future__ import annotations

import os

os.environ.setdefault("DO_NOT_TRACK", "1")

import dagster as dg

from pipelines import assets, schedules

defs = dg.Definitions(
    assets=assets.all_assets(),
    jobs=schedules.JOBS,
    schedules=schedules.SCHEDULES,
    sensors=schedules.SENSORS,
    executor=dg.in_process_executor,
)
