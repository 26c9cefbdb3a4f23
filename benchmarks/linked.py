"""A pretended district landed and built up to some models, with the truth of which rows are one thing: for linkage.

Makes the departments' tables of one seed and dirt rate in this process, lands those that the asked models read, and
calls dbt for the models and what they need. No server is started. ``pairs`` compares clusters with the truth.
Nothing here is used by the pipelines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.quality import landing_table, texts
from pipelines import contract as contracts
from pipelines import landing, store, warehouse
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Table
from pipelines.periods import with_previous
from pipelines.reading import keyed_hash, persons
from pipelines.settings import Settings
from simulator import departments
from simulator.dirt import DirtRates
from simulator.tables import Table as Served
from simulator.truth import Truth
from simulator.world import World

TRUTH = pa.schema([(n, pa.string()) for n in ("record_id", "entity_type", "entity_id")])


@dataclass(frozen=True)
class Found:
    """Pairs of records by what is said of them and what is true. Intervals are Wilson's, 95 %."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the pairs that were joined which are one thing; 1 where none was joined."""
        return self.right / ((self.right + self.wrong) or 1) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs that are one thing which were joined."""
        return self.right / ((self.right + self.missed) or 1)

    def interval(self, what: str) -> tuple[float, float]:
        """Return the 95 % interval of ``precision`` or ``recall``."""
        return wilson(self.right, self.right + (self.wrong if what == "precision" else self.missed))


def wilson(part: int, whole: int, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's interval of a share; from 0 to 1 where nothing was counted."""
    if whole == 0:
        return 0.0, 1.0
    share, square = part / whole, z * z / whole
    middle, half = share + square / 2, z * sqrt(share * (1 - share) / whole + square / (4 * whole))
    return (middle - half) / (1 + square), (middle + half) / (1 + square)


def _frame(table: Table, served: Served) -> pa.Table:
    n = len(served)
    return pa.table(
        {
            c.name: texts(served.columns[c.source]) if c.source in served.columns else pa.nulls(n, pa.string())
            for c in table.columns.values()
        }
    )


def sources_of(settings: Settings, models: Iterable[str]) -> set[str]:
    """Return the landed tables, ``silo/table``, that ``models`` read, however far down."""
    manifest = warehouse.manifest(settings)
    asked = [n for n, m in manifest["nodes"].items() if m["name"] in set(models) and m["resource_type"] == "model"]
    found, seen = set(), set()
    while asked:
        node = asked.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.startswith("source."):
            source = manifest["sources"][node]
            if source["source_name"] == "landing":
                found.add(source["name"].replace("__", "/", 1))
        else:
            asked += manifest["nodes"][node]["depends_on"].get("nodes", []) if node in manifest["nodes"] else []
    return found


def make(
    home: Path,
    models: list[str],
    *,
    seed: int = 330603,
    scale: float = 0.1,
    factor: float = 1.0,
    period: str = "2026Q3",
) -> Settings:
    """Land a district of ``seed`` below ``home``, build ``models`` and keep the truth in ``home/truth.parquet``."""
    settings = Settings(home)
    wanted = sources_of(settings, models)
    world, rates = World(seed=seed, period=period, scale=scale), DirtRates().scaled(factor)
    truth: list[tuple[str, str, str]] = []
    db = landing.database(settings)
    # the register of firms anchors the points of others: it lands first
    for silo in sorted({t.split("/")[0] for t in wanted}, key=lambda s: (s != "enforcement", s)):
        contract, told = contracts.load(silo), Truth()
        for table in contract.tables.values():
            store.genesis(settings, contract, table)
        named: dict[str, Table] = {}
        for version, part in enumerate(departments.load(silo).build(world.view(), rates, told)):
            table = landing_table(contract, part)
            if table is None or table.id not in wanted:
                continue
            named[part.name] = table
            numbers = pa.array(range(1, len(part) + 1), pa.int64())
            part_slice = Slice("t", "", numbers, _frame(table, part))
            landing.land(
                settings, contract, table, Delivery("file", f"{part.name}-{version}", iter([part_slice]), sha256=f"{version}"), db
            )  # fmt: skip
        truth += _record_truth(told, named, settings.identity_key())
    db.close()
    columns = list(zip(*sorted(set(truth)), strict=True)) or [(), (), ()]
    pq.write_table(pa.table([pa.array(c, pa.string()) for c in columns], schema=TRUTH), home / "truth.parquet")
    build(settings, ["method_link_thresholds", *(f"+{m}" for m in models)], period)
    return settings


def build(settings: Settings, select: list[str], period: str = "2026Q3") -> None:
    """Call dbt for the models of ``select``, without tests."""
    periods = with_previous(period)
    arguments = ["build", "--vars", json.dumps(warehouse.variables(settings, periods)), "--select", *select]
    result = warehouse.invoke(settings, [*arguments, "--exclude-resource-type", "test", "unit_test"])
    broken = [f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) not in {"success", "pass"}]
    if broken:
        raise SystemExit("\n".join(broken[:5]))


def _record_truth(told: Truth, named: dict[str, Table], key: bytes) -> list[tuple[str, str, str]]:
    """Return the truth by the ids of our records: ``silo:table:key``, personal parts of a key hashed as landed."""
    found = []
    for served, rows, kind, ids in told.links:
        table = named.get(served.name)
        if table is None:
            continue
        sources = {c.source: c for c in table.columns.values()}
        order = [served.key.index(table.columns[k].source) for k in table.key if table.columns[k].source in served.key]
        parts = [sources[s] for s in served.key if s in sources]
        for row, entity in zip(rows.tolist(), ids.tolist(), strict=True):
            if entity in (None, ""):
                continue
            texts_ = served.key_of(row).split("|")
            if len(texts_) == len(parts):
                texts_ = [
                    keyed_hash(persons.read(t, c.type).value or "", key) if c.is_personal else t
                    for t, c in zip(texts_, parts, strict=True)
                ]
                texts_ = [texts_[i] for i in order] if len(order) == len(texts_) else texts_
            found.append((f"{table.silo}:{table.name}:{'/'.join(texts_)}", kind, str(entity)))
    return found


def pairs(truth: Path | pa.Table, links: pa.Table, kind: str, between: bool = False) -> Found:
    """Compare clusters with the truth of ``kind``, pair by pair. ``links``: ``record_id`` and ``cluster_id``.

    ``between``: only pairs of records of two silos.

    A record that nobody knows the truth of is left out, and so is a record of the truth that never became one.
    """
    with duckdb.connect() as db:
        db.register("truth", pq.read_table(truth) if isinstance(truth, Path) else truth)
        db.register("links", links)
        row = db.execute(
            """
            with known as (
                select distinct links.record_id, split_part(links.record_id, ':', 1) as silo, links.cluster_id, truth.entity_id
                from links inner join truth on truth.record_id = links.record_id and truth.entity_type = $kind
            ),
            cells as (select cluster_id, entity_id, silo, count(*) as n from known group by all),
            -- all pairs of a group, less those of one silo where only pairs between silos count
            both_say as (select sum(n) as n, sum(n * n) as own from cells group by cluster_id, entity_id),
            we_say as (select sum(n) as n, sum(n * n) as own from (select cluster_id, silo, sum(n) as n from cells group by all) group by cluster_id),
            they_say as (select sum(n) as n, sum(n * n) as own from (select entity_id, silo, sum(n) as n from cells group by all) group by entity_id)
            select * from (select coalesce(sum(n * n - case when $between then own else n end) // 2, 0) from both_say),
                (select coalesce(sum(n * n - case when $between then own else n end) // 2, 0) from we_say),
                (select coalesce(sum(n * n - case when $between then own else n end) // 2, 0) from they_say)
            """,
            {"kind": kind, "between": between},
        ).fetchone()
    right, said, true = (int(x) for x in row)
    return Found(right, said - right, true - right)
