"""How well reports of one hazard are found to be one, against the departments' truth.

    python -m benchmarks.quality_hazards [--scale 0.3] [--seeds 330603 101 202 303] [--factors 1 2] [--write]

Each seed is a district of its own: tables made, landed and built up to ``fct_hazard_records``, then linked. The weights of
the method were counted on the first seed; the others only report. Pairs of records are compared with the truth; a report
that no other department knows is a thing of its own, so that joining it to anything counts as wrong. Intervals are Wilson's.
``--write`` puts the section into docs/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import districts, linked, sections
from benchmarks.districts import TUNED, said
from pipelines.analysis.linkage import registry, step
from pipelines.settings import Settings

OTHERS = (101, 202, 303)
PRECISION, RECALL = 0.98, 0.95
LINKER = next(x for x in registry.LINKERS if x.entity_type == "hazard")


@dataclass(frozen=True)
class Measured:
    """What was found in one district: all pairs, and per department those of its reports with the enforcement list."""

    seed: int
    factor: float
    reports: int
    hazards: int
    review: int
    seconds: float
    all_pairs: linked.Found
    by_silo: dict[str, linked.Found] = field(default_factory=dict)


def measure(home: Path, seed: int, scale: float, factor: float) -> Measured:
    """Make and link one district below ``home`` and compare it with its truth."""
    settings = linked.make(home, [LINKER.records], seed=seed, scale=scale, factor=factor)
    done = step.run(settings, date(2026, 9, 30), [LINKER], force=True)[0]
    return compare(settings, home / "truth.parquet", seed, factor, done.seconds)


def compare(settings: Settings, truth: Path, seed: int, factor: float, seconds: float) -> Measured:
    """Compare what linkage left below ``settings`` with the truth."""
    folder = settings.linkage / LINKER.entity_type
    links = pq.read_table(folder / "links.parquet")
    bands = pq.read_table(folder / "pairs.parquet", columns=["band"])["band"].to_pylist()
    known = _truth(truth, links)
    by_silo = {
        silo: linked.pairs(known, _of(links, "enforcement", silo), LINKER.entity_type)
        for silo in ("governance", "fire", "firms", "emergency")
    }
    return Measured(
        seed, factor, links.num_rows, len(links["cluster_id"].unique()), bands.count("review"), seconds,
        linked.pairs(known, links, LINKER.entity_type), by_silo,
    )  # fmt: skip


def _truth(path: Path, links: pa.Table) -> pa.Table:
    """Return the thing of every record: the world's hazard, or itself where no other department knows it."""
    with duckdb.connect() as db:
        db.register("links", links)
        db.register("truth", pq.read_table(path))
        return db.sql(
            "select links.record_id, 'hazard' as entity_type, coalesce(max(truth.entity_id), 'own ' || links.record_id) as entity_id "
            "from links left join truth on truth.record_id = links.record_id and truth.entity_type = 'hazard' group by links.record_id"
        ).to_arrow_table()


def _of(links: pa.Table, *silos: str) -> pa.Table:
    keep = [r.split(":")[0] in silos for r in links["record_id"].to_pylist()]
    return links.filter(pa.array(keep, pa.bool_()))


def section(rows: list[Measured], scale: float) -> str:
    """Return the section of docs/quality.md."""
    out = [
        "## 同一隐患多头上报 · One hazard, several reports",
        "",
        f"规模 scale {scale:g}。记录对逐对与真值比较，括号内为 95% Wilson 区间；权重在种子 {TUNED} 上统计，其余种子只报告；×2 为脏数据加倍。",
        f"要求：准确 ≥ {PRECISION}，召回 ≥ {RECALL}。没有被其他部门看见的上报自成一件，误并即算错。入门时被退回的行不在其中。",
        f"Pairs of reports against the truth, 95 % Wilson intervals. Weights were counted on seed {TUNED}, the others only report; ×2 is",
        f"twice the dirt. Bars: precision ≥ {PRECISION}, recall ≥ {RECALL}. A report nobody else knows is a thing of its own: joining it",
        "is wrong. Rows refused at the door are not in it.",
        "",
        "| 种子 seed | 脏 dirt | 上报 reports | 隐患 hazards | 准确 precision | 召回 recall | 并错 wrong | 漏并 missed | 待复核 review |",
        "|---|---|---:|---:|---|---|---:|---:|---:|",
    ]
    for r in districts.in_order(rows):
        f = r.all_pairs
        out.append(
            f"| {r.seed} | ×{r.factor:g} | {r.reports} | {r.hazards} | {said(f, 'precision')} | {said(f, 'recall')} | {f.wrong} | "
            f"{f.missed} | {r.review} |"
        )
    out += [
        "",
        "与执法清单之间 · with the enforcement list:",
        "",
        "| 种子 seed | 脏 dirt | 部门 silo | 真对 true pairs | 准确 precision | 召回 recall |",
        "|---|---|---|---:|---|---|",
    ]
    for r in districts.in_order(rows):
        for silo, f in r.by_silo.items():
            out.append(
                f"| {r.seed} | ×{r.factor:g} | {silo} | {f.right + f.missed} | {said(f, 'precision')} | {said(f, 'recall')} |"
            )
    return sections.marked("hazards", "quality_hazards", out)


def missed(rows: list[Measured]) -> list[str]:
    """Return what is below the bar, in words."""
    return [
        fault
        for r in rows
        for fault in districts.below(f"seed {r.seed} ×{r.factor:g}", r.all_pairs, (PRECISION, RECALL))
    ]


def _line(r: Measured) -> str:
    return (
        f"seed {r.seed} x{r.factor:g} reports {r.reports} hazards {r.hazards} precision {said(r.all_pairs, 'precision')} "
        f"recall {said(r.all_pairs, 'recall')} review {r.review} linked in {r.seconds:.1f} s"
    )


def main() -> None:
    """Measure and print; with ``--write`` keep the section."""
    districts.main(__doc__ or "", 0.3, OTHERS, lambda *asked: [measure(*asked)], _line, missed, section)


if __name__ == "__main__":
    main()
