"""How well records of firms are linked across the silos, against the departments' truth.

    python -m benchmarks.quality_firms [--scale 0.2] [--seeds 330603 11 12 13] [--factors 1 2] [--write]

Each seed is a district of its own: tables made, landed and built up to ``fct_enterprise_records``, then linked. The rules
were made on the first seed; the others only report. Pairs of records are compared with the truth, all of them and, apart,
the hard ones: pairs of which one side at least gives no good credit code. Intervals are Wilson's. ``--write`` puts the
section into docs/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import districts, linked, sections
from benchmarks.districts import TUNED
from pipelines.analysis.linkage import registry, step
from pipelines.settings import Settings

OTHERS = (11, 12, 13)
PRECISION, RECALL = 0.999, 0.99
LINKER = next(x for x in registry.LINKERS if x.entity_type == "enterprise")


@dataclass(frozen=True)
class Measured:
    """What was found in one district: all pairs of records, and those of which one side gives no good code."""

    seed: int
    factor: float
    records: int
    firms: int
    contested: int
    review: int
    two_codes: int
    seconds: float
    all_pairs: linked.Found
    hard: linked.Found


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
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        db.register("links", links)
        codes = (
            "select links.*, case when uscc is distinct from landlord_uscc then uscc end as code "
            f"from links join core.{LINKER.records} using (record_id)"
        )
        coded = db.sql(f"select record_id, cluster_id from ({codes}) where code is not null").to_arrow_table()
        two = f"select count(*) from (select cluster_id from ({codes}) group by 1 having count(distinct code) > 1)"
        two_codes = int(db.execute(two).fetchall()[0][0])
    every, easy = linked.pairs(truth, links, "firm"), linked.pairs(truth, coded, "firm")
    hard = linked.Found(every.right - easy.right, every.wrong - easy.wrong, every.missed - easy.missed)
    return Measured(
        seed, factor, links.num_rows, len(links["cluster_id"].unique()), _contested(links), bands.count("review"), two_codes,
        seconds, every, hard,
    )  # fmt: skip


def _contested(links: pa.Table) -> int:
    return links["how"].to_pylist().count("review")


def _said(found: linked.Found, what: str) -> str:
    return districts.said(found, what, 5)


def section(rows: list[Measured], scale: float) -> str:
    """Return the section of docs/quality.md."""
    out = [
        "## 企业：跨部门归并 · Firms: one across silos",
        "",
        f"规模 scale {scale:g}。记录对逐对与真值比较，括号内为 95% Wilson 区间；规则在种子 {TUNED} 上制定，其余种子只报告；×2 为脏数据加倍。",
        f"要求：准确 ≥ {PRECISION}，召回 ≥ {RECALL}，一个主体绝无两个有效代码。“难对”指至少一侧没有可用的信用代码。",
        f"Pairs of records against the truth, 95 % Wilson intervals. Rules were made on seed {TUNED}, the others only report; ×2 is twice the",
        f"dirt. Bars: precision ≥ {PRECISION}, recall ≥ {RECALL}, never two good codes in one enterprise. A hard pair has a side without a good",
        "credit code. Contested records give a code that is another firm's by all other records; they stand alone and people are asked.",
        "",
        "| 种子 seed | 脏 dirt | 记录 records | 主体 enterprises | 真对 true pairs | 准确 precision | 召回 recall | 并错 wrong | 漏并 missed | 两码 two codes | 存疑 contested | 待复核 review |",
        "|---|---|---:|---:|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    ordered = districts.in_order(rows)
    for r in ordered:
        f = r.all_pairs
        out.append(
            f"| {r.seed} | ×{r.factor:g} | {r.records} | {r.firms} | {f.right + f.missed} | {_said(f, 'precision')} | {_said(f, 'recall')} | "
            f"{f.wrong} | {f.missed} | {r.two_codes} | {r.contested} | {r.review} |"
        )
    out += [
        "",
        "难对 · hard pairs:",
        "",
        "| 种子 seed | 脏 dirt | 真对 true pairs | 准确 precision | 召回 recall | 并错 wrong | 漏并 missed |",
        "|---|---|---:|---|---|---:|---:|",
    ]
    for r in ordered:
        f = r.hard
        out.append(
            f"| {r.seed} | ×{r.factor:g} | {f.right + f.missed} | {_said(f, 'precision')} | {_said(f, 'recall')} | {f.wrong} | {f.missed} |"
        )
    return sections.marked("firms", "quality_firms", out)


def missed(rows: list[Measured]) -> list[str]:
    """Return what is below the bar, in words."""
    found = [
        fault
        for r in rows
        for fault in districts.below(f"seed {r.seed} ×{r.factor:g}", r.all_pairs, (PRECISION, RECALL), 5)
    ]
    return found + [f"seed {r.seed} ×{r.factor:g}: {r.two_codes} enterprises of two codes" for r in rows if r.two_codes]


def _line(r: Measured) -> str:
    return (
        f"seed {r.seed} x{r.factor:g} records {r.records} enterprises {r.firms} precision {_said(r.all_pairs, 'precision')} "
        f"recall {_said(r.all_pairs, 'recall')} hard recall {_said(r.hard, 'recall')} wrong {r.all_pairs.wrong} "
        f"contested {r.contested} review {r.review} two codes {r.two_codes} linked in {r.seconds:.1f} s"
    )


def main() -> None:
    """Measure and print; with ``--write`` keep the section."""
    districts.main(__doc__ or "", 0.2, OTHERS, lambda *asked: [measure(*asked)], _line, missed, section)


if __name__ == "__main__":
    main()
