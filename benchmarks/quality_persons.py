"""How well persons, teams, devices, stores, plans and stations are linked, against the departments' truth.

    python -m benchmarks.quality_persons [--scale 0.1] [--seeds 330603 7 11 13] [--write]

Each seed is a district of its own. The first is the one the specifications were made on; the others are reported
beside it, and the first again with dirt at twice its rate. Pairs of records are counted: joined and one thing,
joined and not, one thing and not joined; intervals are Wilson's. ``between silos`` leaves out pairs of one silo,
which its own numbers often decide. ``--write`` puts the section into docs/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import districts, linked, sections
from benchmarks.districts import TUNED, said
from pipelines.analysis.linkage import registry, step
from pipelines.settings import Settings

KINDS = ("person", "team", "device", "store", "plan", "station")
# the bars of the method for pairs of records: precision, recall
BARS = {"person": (0.998, 0.97)}
OTHERS = (7, 11, 13)
NAMES = {
    "person": "人员 persons", "team": "队伍 teams", "device": "设备 devices", "store": "仓库 stores", "plan": "预案 plans", "station": "站所 stations",
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What was found of one kind of thing in one district."""

    kind: str
    seed: int
    factor: float
    records: int
    clusters: int
    review: int
    stopped: int
    all_pairs: linked.Found
    between: linked.Found


def measure(home: Path, seed: int, scale: float, factor: float) -> list[Measured]:
    """Make, land, build and link one district below ``home`` and compare it with its truth."""
    linkers = [x for x in registry.LINKERS if x.entity_type in KINDS]
    settings = linked.make(home, [x.records for x in linkers], seed=seed, scale=scale, factor=factor)
    step.run(settings, date(2026, 9, 30), linkers)
    return [compare(settings, x.entity_type, seed, factor) for x in linkers]


def compare(settings: Settings, kind: str, seed: int, factor: float) -> Measured:
    """Compare what linkage of a kind left below ``settings`` with the truth that :func:`linked.make` kept."""
    folder = settings.linkage / kind
    links = pq.read_table(folder / "links.parquet")
    pairs = pq.read_table(folder / "pairs.parquet", columns=["band", "decision"])
    truth = _truth(settings.home / "truth.parquet", kind)
    return Measured(
        kind, seed, factor, links.num_rows, len(links.column("cluster_id").unique()), pairs["band"].to_pylist().count("review"),
        pq.read_metadata(folder / "stopped.parquet").num_rows, linked.pairs(truth, links, kind), linked.pairs(truth, links, kind, between=True),
    )  # fmt: skip


def _truth(path: Path, kind: str) -> pa.Table:
    """Return the truth of a kind; a fire station is known as its team, an emergency station as its town."""
    table = pq.read_table(path)
    if kind != "station":
        return table
    with duckdb.connect() as db:
        db.register("truth", table)
        return db.sql(
            "select record_id, 'station' as entity_type, entity_id from truth where entity_type in ('team', 'town') "
            "and (entity_type = 'town' or record_id not like 'emergency:stations:%')"
        ).to_arrow_table()


def section(rows: list[Measured], scale: float) -> str:
    """Return the section of docs/quality.md."""
    out = [
        "## 人员与各类对象的关联 · Linkage of persons and things",
        "",
        f"规模 scale {scale}。记录对逐对与真值比较；括号内为 95% Wilson 区间。种子 {TUNED} 用于设定，其余只用于报告；“×2” 为脏数据加倍。",
        f"Pairs of records against the truth, 95 % Wilson intervals. Seed {TUNED} served to set the rules, the others only to report;",
        "×2 is dirt at twice its rate. Bars: persons precision ≥ 0.998, recall ≥ 0.97; the others have none yet.",
        "",
        "| 对象 kind | 种子 seed | 脏 dirt | 记录 records | 组 clusters | 准确 precision | 召回 recall | 跨来源召回 recall between silos | 待复核 review |",
        "|---|---|---|---:|---:|---|---|---|---:|",
    ]
    for r in sorted(districts.in_order(rows), key=lambda r: KINDS.index(r.kind)):
        out.append(
            f"| {NAMES[r.kind]} | {r.seed} | ×{r.factor:g} | {r.records} | {r.clusters} | {said(r.all_pairs, 'precision')} | "
            f"{said(r.all_pairs, 'recall')} | {said(r.between, 'recall')} | {r.review} |"
        )
    return sections.marked("persons and things", "quality_persons", out)


def missed(rows: list[Measured]) -> list[str]:
    """Return what is below its bar, in words."""
    return [
        fault
        for r in rows
        for fault in districts.below(f"{r.kind} seed {r.seed} ×{r.factor:g}", r.all_pairs, BARS.get(r.kind, (0.0, 0.0)))
    ]


def _line(r: Measured) -> str:
    return (
        f"{r.kind:8} seed {r.seed} x{r.factor:g} records {r.records} clusters {r.clusters} right {r.all_pairs.right} "
        f"wrong {r.all_pairs.wrong} missed {r.all_pairs.missed} precision {said(r.all_pairs, 'precision')} "
        f"recall {said(r.all_pairs, 'recall')} between silos {said(r.between, 'recall')} review {r.review} stopped {r.stopped}"
    )


def main() -> None:
    """Measure and print; with ``--write`` keep the section."""
    districts.main(__doc__ or "", 0.1, OTHERS, measure, _line, missed, section)


if __name__ == "__main__":
    main()
