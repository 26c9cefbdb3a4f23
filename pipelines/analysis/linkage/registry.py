"""Which things are linked across silos, from which record model and by which function.

A linker is one line here; its function lies in a module of its own and is imported when it runs. ``make_sources.py``
writes a dbt source per line, the step runs them in this order, Dagster shows ``linkage/<entity>``.

The record model is a core model with the tag ``linkage_input``, one row per record of the thing in any silo, with the
columns ``COMMON`` beside its attributes. The function takes ``(records, decisions, thresholds, previous)``:

* ``records``: the record model as an Arrow table, ordered by ``record_id``;
* ``decisions``: ``{(left_id, right_id): "same" | "different" | "disputed"}``, left before right;
* ``thresholds``: the numbers of ``method_link_thresholds`` in force, by parameter code;
* ``previous``: the :class:`Linked` of the last run, or None;

and returns a :class:`Linked` (or anything with the same fields) whose tables have the columns of ``tables``;
``district_code`` and ``entity_type`` may be left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from typing import Any

import pyarrow as pa

# What every record model carries: who and where it is, the day of the fact, and what a reviewer is shown.
# label: a short (masked) name; shown: JSON object text of the (masked) fields, made by the macro fields_shown.
COMMON = (
    "district_code",
    "record_id",
    "entity_type",
    "silo",
    "table_name",
    "landing_ref",
    "seen_date",
    "label",
    "shown",
)

Decisions = dict[tuple[str, str], str]
Thresholds = dict[str, Decimal]


@dataclass
class Linked:
    """What a linker found: tables ``links``, ``pairs``, ``stopped`` and ``codes``, and the model as JSON takes it.

    ``model`` has ``model_version`` (a hash of specification and parameters) and whatever makes it repeatable.
    """

    links: pa.Table
    pairs: pa.Table
    model: dict[str, Any]
    stopped: pa.Table | None = field(default=None)
    codes: pa.Table | None = field(default=None)


@dataclass(frozen=True)
class Linker:
    """One kind of thing: its record model in core, and ``module:function`` that links it."""

    entity_type: str
    records: str
    function: str

    def load(self) -> Callable[..., Any]:
        """Return the function."""
        module, _, name = self.function.partition(":")
        return getattr(import_module(module), name)


_HERE = "pipelines.analysis.linkage"
LINKERS: tuple[Linker, ...] = (
    Linker("enterprise", "fct_enterprise_records", f"{_HERE}.enterprises:run"),
    Linker("hazard", "fct_hazard_records", f"{_HERE}.hazards:link"),
    Linker("person", "fct_person_records", f"{_HERE}.persons:run"),
    Linker("team", "fct_team_records", f"{_HERE}.things:teams"),
    Linker("device", "fct_device_records", f"{_HERE}.things:devices"),
    Linker("store", "fct_store_records", f"{_HERE}.things:stores"),
    Linker("plan", "fct_plan_records", f"{_HERE}.things:plans"),
    Linker("station", "fct_station_records", f"{_HERE}.things:stations"),
)


@dataclass(frozen=True)
class Analysis:
    """Another thing that SQL does badly, worked out in the same place: core models in, tables of its own out.

    ``reads``: core models with the tag ``linkage_input``. ``function``: ``module:function`` that takes
    ``(tables by model, parameters of the method by code)`` and returns the tables named in ``tables``. ``rests_on``: other
    analyses whose code it calls.
    """

    name: str
    reads: tuple[str, ...]
    function: str
    tables: dict[str, str]
    rests_on: tuple[str, ...] = ()

    def load(self) -> Callable[..., Any]:
        """Return the function."""
        module, _, name = self.function.partition(":")
        return getattr(import_module(module), name)


ANALYSES: tuple[Analysis, ...] = (
    Analysis(
        "roads", ("fct_road_segments", "dim_facilities"), "pipelines.analysis.roads_step:run",
        {
            "nodes": "One row per node of the road graph",
            "edges": "One row per directed edge of the road graph",
            "findings": "One row per edge or node that would spoil travel times x finding",
            "snaps": "One row per facility and the node where it joins the road graph",
        },
    ),
    Analysis(
        "circle", ("fct_road_segments", "fct_road_speeds", "fct_able_teams", "fct_circle_points", "fct_supply_points"),
        "pipelines.analysis.circle_step:run",
        {
            "arrivals": "One row per period x scenario x kind of event x point: who comes first, and when",
            "reach": "One row per judged case x team x point that it reaches in time",
            "sites": "One row per judged case x candidate site, best first",
            "site_points": "One row per judged case x candidate site x point that nobody reaches in time and a station there would",
            "moves": "One row per judged case x team: what it alone reaches, and where it would stand better",
            "isochrones": "One row per scenario x judged kind of event x minutes: the land reached, as GeoJSON",
            "supply": "One row per period x scenario x store x town whose seat it reaches within the farthest band: seconds",
            "faults": "One row per reason why no times were worked out",
        },
        rests_on=("roads",),
    ),
)  # fmt: skip
