"""How well dirt is seen and mended: the departments' truth against what landed.

    python -m benchmarks.quality [--scale 0.2] [--factor 1] [--silo police …] [--write]

Makes the departments' tables, lands them as they are served through reading and door, and joins each spoiled cell
with its landed row in DuckDB. ``--write`` writes docs/quality.md. Nothing here is used by the pipelines.

Per kind of dirt and silo: *planted* cells; *seen*, those that carry a sign (a word in ``_read_how``, a finding at
the door, a refusal, a duplicate); *precision* of that kind's signs; *right*, the share of mended values that equal
the clean value read the same way; *open*, cells that are not mended because a word says that nobody can (a point in a
feed of two systems without an anchor); *guessed*, values accepted where nobody can know them (must be 0).
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import quality_signals as signals
from benchmarks import sections
from benchmarks.quality_signals import Figure, Planted
from pipelines import contract as contracts
from pipelines import landing, reading, store
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Column, Contract, Table
from pipelines.errors import AnlanError
from pipelines.reading import free, points
from pipelines.reading.flags import FLAGS
from pipelines.settings import ROOT, Settings
from simulator import departments
from simulator.dirt import DirtRates
from simulator.tables import Table as Served
from simulator.truth import Truth
from simulator.world import World

# a look at single cells, for whoever works on the readings; never in what is written
LOUD = bool(os.environ.get("LOUD"))
PAGE = ROOT / "docs" / "quality.md"
CELLS = pa.schema(
    [("silo", pa.string()), ("tab", pa.string()), ("src", pa.string()), ("version", pa.int64()), ("r", pa.int64()), ("k", pa.string())]
    + [(n, pa.string()) for n in ("raw", "value", "how", "verdict", "finding", "ref")]
)  # fmt: skip
# kinds in which nobody can know the value: a value accepted here is a guess
UNKNOWABLE = re.compile(
    r"day and month|impossible|ruined|wrong check|lost character|point 0,0|wrong character|before 2015|gone|no list knows|age band|several helpers"
)


@dataclass(frozen=True)
class Row:
    """The figures of one kind in one silo."""

    silo: str
    kind: str
    expected: str
    planted: int
    seen: int
    right: int
    mended: int
    guessed: int
    open: int = 0


def landing_table(contract: Contract, served: Served) -> Table | None:
    """Return the contract's table that lands what a department calls ``served.name``."""
    if served.name in contract.tables:
        return contract.tables[served.name]
    for table in contract.tables.values():
        source = table.source if isinstance(table.source, str) else str((table.source or {}).get("table", ""))
        if re.split(r"[./:]", source)[-1] == served.name:
            return table
    have = set(served.columns)
    fits = [t for t in contract.tables.values() if {c.source for c in t.columns.values()} <= have]
    return fits[0] if len(fits) == 1 else None


def texts(values: np.ndarray) -> pa.Array:
    """Return a served column as a connector would send it: as text."""
    if values.dtype == object:
        return pa.array([None if v is None else str(v) for v in values.tolist()], pa.string())
    if values.dtype.kind == "M":
        stamps = pc.strftime(pa.array(values.astype("datetime64[s]")), format="%Y-%m-%d %H:%M:%S")
        return pc.cast(stamps, pa.string())
    return pc.cast(pa.array(values), pa.string())


def frame_of(table: Table, served: Served) -> pa.Table:
    """Return the rows of a served table under the contract's landed names."""
    n = len(served)
    return pa.table(
        {
            c.name: texts(served.columns[c.source]) if c.source in served.columns else pa.nulls(n, pa.string())
            for c in table.columns.values()
        }
    )


def land(
    settings: Settings,
    contract: Contract,
    table: Table,
    served: Served,
    version: int,
    judging: duckdb.DuckDBPyConnection | None = None,
) -> pa.Table | None:
    """Land one served table and return its rows with ``_finding``, the columns the door remarked on, and ``_ref``.

    ``_ref`` names the landed row that stands for it: of a row that came before, the first one. ``judging``: the database
    in memory to judge in, one of its own unless given.
    """
    frame = frame_of(table, served)
    numbers = pa.array(np.arange(1, len(served) + 1), pa.int64())
    delivery = Delivery("file", f"{served.name}-{version}", iter([Slice("t", "", numbers, frame)]), sha256=f"{version}")
    store.genesis(settings, contract, table)
    made = landing.land(settings, contract, table, delivery, judging)
    if made is None:
        return None
    folder = store.batch_folder(settings, table, made["batch"])
    rows = pq.read_table(folder / "rows.parquet", partitioning=None)
    found = pq.read_table(folder / "quarantine.parquet", partitioning=None)
    by_ref: dict[str, list[str]] = {}
    for ref, rule, column in zip(
        *(found.column(c).to_pylist() for c in ("landing_ref", "rule", "column_name")), strict=True
    ):
        by_ref.setdefault(ref, []).append(f"{column}:{rule}")
    head = f"{table.silo}/{table.name}/{made['batch']}#t!:"
    remarks = [";".join(by_ref.get(f"{head}{n}", [])) or None for n in rows.column("_row").to_pylist()]
    refs = pc.binary_join_element_wise(head, pc.cast(rows.column("_row"), pa.string()), "")
    refs = pc.coalesce(rows.column("_duplicate_of"), refs)
    rows = rows.append_column("_finding", pa.array(remarks, pa.string())).append_column("_ref", refs)
    return rows.filter(pc.is_valid(rows.column("_row")))


def groups_of(table: Table, column: str) -> list[str]:
    """Return the points and towns a landed column is part of."""
    found = [n for n, s in table.points.items() if column in (s["lon"], s["lat"])]
    return found + [n for n, s in table.towns.items() if column in (s.get("code"), s["name"])]


def cells(table: Table, served: Served, rows: pa.Table, version: int, sources: set[str]) -> pa.Table:
    """Return one row per landed cell of the columns the truth speaks of; source "" is the row itself."""
    order = pc.sort_indices(rows.column("_row"))
    rows = rows.take(order)
    n = len(served)
    keys = pa.array([served.key_of(i) for i in range(n)], pa.string())
    out = []
    for source in sorted(sources):
        column = next((c for c in table.columns.values() if c.source == source), None)
        if source and (column is None or source not in served.columns):
            continue
        raw: Any = pa.nulls(n, pa.string())
        value, how = raw, raw
        if column is not None:
            raw = texts(served.columns[source])
            value = pc.replace_substring_regex(pc.cast(rows.column(column.name), pa.string()), r"[.]0{6}$", "")
            hows = [rows.column(f"{column.name}_read_how")] if f"{column.name}_read_how" in rows.column_names else []
            for g in groups_of(table, column.name):
                hows.insert(0, rows.column(f"{g}_read_how"))
                if f"{g}_lon" in rows.column_names:
                    value = pc.binary_join_element_wise(
                        pc.cast(rows.column(f"{g}_lon"), pa.string()),
                        pc.cast(rows.column(f"{g}_lat"), pa.string()),
                        ",",
                    )
                    raw = pc.binary_join_element_wise(
                        *(texts(served.columns[table.columns[table.points[g][c]].source]) for c in ("lon", "lat")),
                        ",",
                    )
            if hows:
                how = pc.coalesce(*hows)
            if f"{column.name}_code" in rows.column_names:
                value = rows.column(f"{column.name}_code")
            elif f"{column.name}_key" in rows.column_names:
                value = rows.column(f"{column.name}_key")
        out.append(
            pa.table(
                [
                    pa.repeat(table.silo, n),
                    pa.repeat(served.name, n),
                    pa.repeat(source, n),
                    pa.array(np.full(n, version)),
                    pa.array(np.arange(n)),
                    keys,
                    raw,
                    value,
                    how,
                    rows.column("_verdict"),
                    _remarks(rows, column),
                    pc.cast(rows.column("_ref"), pa.string()),
                ],
                schema=CELLS,
            )
        )
    return pa.concat_tables(out)


def _remarks(rows: pa.Table, column: Column | None) -> pa.Array:
    """Return the door's remarks on a column; on the whole row where no column is named."""
    found = rows.column("_finding").to_pylist()
    if column is None:
        return pa.array(found, pa.string())
    mine = [
        ";".join(p for p in (f or "").split(";") if column.name in p.split(":")[0].split(" ") or column.name in p)
        or None
        for f in found
    ]
    return pa.array(mine, pa.string())


def clean_values(
    db: duckdb.DuckDBPyConnection, contract: Contract, column: Column, clean: list[str], key: bytes
) -> dict[str, str]:
    """Return what each clean text is read to, as text."""
    values = pa.array(clean, pa.string())
    hidden = free.hide(values) if column.type in free.TYPES else None
    values = hidden[0] if hidden else values
    made = reading.prepare(db, [column], contract, {column.name: values}, key)[column.name]
    extra = next((f"{column.name}_{s}" for s in ("code", "key") if f"{column.name}_{s}" in made.arrays), column.name)
    if extra in made.arrays:
        read = pc.cast(made.arrays[extra], pa.string()).to_pylist()
    else:
        db.register("clean", pa.table({column.name: values, **made.added}))
        read = [r for (r,) in db.execute(f"select cast({made.sql[column.name]} as varchar) from clean").fetchall()]
        db.unregister("clean")
    return dict(zip(clean, read, strict=True))


def near(clean: str, value: str | None) -> bool:
    """Tell whether a landed point lies within two metres of the clean one, both ``lon,lat`` in WGS-84."""
    try:
        a, b = (np.array([float(x) for x in t.split(",")]) for t in (clean, value or ""))
    except ValueError:
        return False
    return bool(points.metres(a[0], a[1], b[0], b[1]) < 2.0)


def measure_silo(
    silo: str, world: World, rates: DirtRates, settings: Settings
) -> tuple[list[Row], list[tuple[str, int, int]], list[Planted]]:
    """Make, land and judge one department: the figures per kind, (word, signs, true signs), what rows together must show."""
    contract, truth = contracts.load(silo), Truth()
    served = departments.load(silo).build(world, rates, truth)
    db = landing.database()
    facts = (
        pa.table(dict(zip(Truth.COLUMNS, map(list, zip(*truth.rows, strict=True)), strict=True)))
        if truth.rows
        else None
    )
    if facts is None:
        return [], [], []
    facts = facts.rename_columns(["silo", "tab", "k", "src", "kind", "clean", "dirty", "expected"])
    # a person's number in a free text lands masked, spoiled or not
    if hidden := free.hide(facts.column("dirty").combine_chunks()):
        tables = {s.name: t for s in served if (t := landing_table(contract, s))}
        types = {(n, c.source): c.type for n, t in tables.items() for c in t.columns.values()}
        where = zip(facts.column("tab").to_pylist(), facts.column("src").to_pylist(), strict=True)
        is_free = pa.array([types.get(w) in free.TYPES for w in where])
        landed = pc.if_else(is_free, hidden[0], facts.column("dirty").combine_chunks())
        facts = facts.set_column(facts.column_names.index("dirty"), "dirty", landed)
    db.register("facts", facts)
    db.execute("create temp table truth as select distinct * from facts")
    for table in contract.tables.values():
        for column in (c for c in table.columns.values() if c.type == "boolean"):
            # 无 is an answer to a question of yes or no
            db.execute("delete from truth where src = ? and kind like '#15%' and dirty = '无'", [column.source])
    spoken = {}
    for tab, src in db.execute("select distinct tab, src from truth").fetchall():
        spoken.setdefault(tab, set()).add(src)
    db.register("cells_empty", CELLS.empty_table())
    db.execute("create temp table cells as select * from cells_empty")
    signs: dict[str, list[int]] = {}
    known: dict[str, tuple[Table, Served]] = {}
    judging = landing.database(settings)
    for version, part in enumerate(served):
        table = landing_table(contract, part)
        if table is None:
            continue
        rows = land(settings, contract, table, part, version, judging)
        if rows is None:
            continue
        known[part.name] = (table, part)
        every = {c.source for c in table.columns.values()}
        part_cells = cells(table, part, rows, version, (spoken.get(part.name, set()) | every | {""}))
        db.register("part", part_cells)
        db.execute("insert into cells select * from part")
        db.unregister("part")
    judging.close()
    same_point = " and ".join(
        f"abs(try_cast(split_part(c.raw, ',', {n}) as double) - try_cast(split_part(t.dirty, ',', {n}) as double)) < 0.000001"
        for n in (1, 2)
    )
    # one dirty cell, one landed cell: the key, and where copies or versions repeat it, the same text
    db.execute(
        "create temp table joined as select t.*, c.raw, c.value, c.how, c.verdict, c.finding, c.ref, c.version, c.r, "
        "w.finding as row_finding from truth as t join cells as c using (silo, tab, src, k) "
        "left join cells as w on w.silo = c.silo and w.tab = c.tab and w.src = '' and w.version = c.version and w.r = c.r "
        f"where t.src = '' or t.dirty is null or c.raw is not distinct from t.dirty or (t.kind like '#10%' and {same_point})"
    )
    db.execute(
        "create temp table one as select * from joined qualify row_number() over (partition by tab, k, src, kind, clean, dirty "
        "order by case when expected = 'duplicate' then verdict <> 'duplicate' else verdict = 'duplicate' end, version, r) = 1"
    )
    # signs that two columns carry together count once
    db.register(
        "joint", pa.table({"w": [w for w, f in FLAGS.items() if f.kind in {1, 2, 3, 10} or w == "unknown_town"]})
    )
    # a point without an anchor is unknown where a feed holds two systems, spoiled or not
    db.execute("create temp table mixed as select distinct tab from truth where kind like '#10 % point among %'")
    found = _judge(db, contract, known, settings.identity_key())
    for word, total, true in db.execute(
        "select how, count(*), count(*) filter (where true_sign) from (select c.how, c.tab, c.version, c.r, c.raw, "
        "bool_or(exists (select 1 from truth as t where t.tab = c.tab and t.k = c.k and t.clean is distinct from t.dirty "
        "and (t.src = c.src or c.how in (select w from joint)))) or (c.how = 'system_unknown' "
        "and c.tab in (select tab from mixed)) as true_sign from cells as c where c.how is not null "
        "group by c.how, c.tab, c.version, c.r, case when c.how in (select w from joint) then '' else c.raw end, c.raw "
        "qualify row_number() over (partition by c.how, c.tab, c.version, c.r, "
        "case when c.how in (select w from joint) then '' else c.raw end order by true_sign desc) = 1) group by 1"
    ).fetchall():
        signs[word] = [total, true]
    if LOUD:
        unseen = "not seen or (expected in ('repaired', 'kept') and not is_right and verdict <> 'rejected')"
        print(
            db.sql(
                "select tab, src, kind, count(*) as n, any_value(clean) as clean, any_value(dirty) as dirty, "
                f"any_value(value) as value, any_value(how) as how from judged_cells where {unseen} group by all order by kind"
            ).df()
        )
        print(
            db.sql(
                "select c.tab, c.src, c.how, count(*) as n, any_value(c.raw) as raw from cells as c where c.how is not null "
                "and not exists (select 1 from truth as t where t.tab = c.tab and t.k = c.k and t.clean is distinct from "
                "t.dirty and (t.src = c.src or c.how in (select w from joint))) group by all order by c.how"
            ).df()
        )
    planted = _planted(db)
    db.close()
    return found, [(w, a, b) for w, (a, b) in sorted(signs.items())], planted


def _planted(db: duckdb.DuckDBPyConnection) -> list[Planted]:
    """Return the planted defects that a signal looks for, each with the landed row that carries it and its copies."""
    rows = db.execute(
        "select o.silo, o.kind, o.ref, list(distinct j.ref), o.verdict = 'rejected', any_value(o.clean) from one as o join joined as j "
        "on j.tab = o.tab and j.src = o.src and j.k = o.k and j.kind = o.kind and j.clean is not distinct from o.clean "
        "and j.dirty is not distinct from o.dirty group by o.silo, o.kind, o.ref, o.verdict, o.tab, o.src, o.k"
    ).fetchall()
    return [
        Planted(s, k, ref, tuple(refs), bool(no), clean)
        for s, k, ref, refs, no, clean in rows
        if signals.of_kind(s, k) or signals.mended_by(k)
    ]


def _judge(
    db: duckdb.DuckDBPyConnection, contract: Contract, known: dict[str, tuple[Table, Served]], key: bytes
) -> list[Row]:
    """Return the figures of every kind from the joined cells."""
    right: list[tuple[str, str, str | None, str | None]] = []
    for tab, (table, _) in known.items():
        for column in table.columns.values():
            clean = [
                c for (c,) in db.execute(
                    "select distinct clean from one where tab = ? and src = ? and expected in ('repaired', 'kept') and clean is not null "
                    "and kind not like '#10%' and kind not like '#7%'", [tab, column.source],
                ).fetchall()
            ]  # fmt: skip
            if clean:
                right += [(tab, column.source, c, v) for c, v in clean_values(db, contract, column, clean, key).items()]
    db.register("right_empty", pa.table({"tab": [r[0] for r in right], "src": [r[1] for r in right], "clean": [r[2] for r in right], "want": [r[3] for r in right]}) if right else pa.table({n: pa.array([], pa.string()) for n in ("tab", "src", "clean", "want")}))  # fmt: skip
    db.create_function(
        "near", lambda a, b: near(a or "", b), ["VARCHAR", "VARCHAR"], "BOOLEAN", null_handling="special"
    )
    db.execute(
        "create temp table judged_cells as select o.*, "
        "coalesce(expected = 'kept' or how is not null or verdict in ('rejected', 'duplicate') or finding is not null "
        "or (expected = 'flagged' and row_finding is not null), false) as seen, "
        "case when kind like '#10%' then near(o.clean, value) "
        "when kind like '#7%' then try_cast(value as timestamp) = try_cast(o.clean as timestamp) - interval 8 hour "
        "when kind like '#15%' or kind like '#8 sentinel%' then value is null "
        "when kind like '#16%' and try_cast(value as double) is not null "
        "then abs(try_cast(value as double) - try_cast(w.want as double)) <= 0.05 "
        "else value is not distinct from w.want end as is_right "
        "from one as o left join right_empty as w on w.tab = o.tab and w.src = o.src and w.clean = o.clean"
    )
    pattern = UNKNOWABLE.pattern
    left_open = "(expected = 'repaired' and value is null and coalesce(how = 'system_unknown', false))"
    rows = db.execute(
        "select silo, kind, expected, count(*), count(*) filter (where seen or ((kind like '#7%' or kind like '% feed') and is_right)), "
        "count(*) filter (where expected in ('repaired', 'kept') and is_right and verdict <> 'rejected'), "
        f"count(*) filter (where expected in ('repaired', 'kept') and verdict <> 'rejected' and not {left_open}), "
        f"count(*) filter (where regexp_matches(kind, '{pattern}') and value is not null and value <> '' and verdict = 'accepted' "
        f"and expected <> 'repaired' and how is distinct from 'spreadsheet_code'), count(*) filter (where {left_open}) "
        "from judged_cells group by all order by 1, 2, 3"
    ).fetchall()
    return [Row(*r) for r in rows]


def missed(rows: list[Row], signs: list[tuple[str, str, int, int]]) -> list[str]:
    """Return what is below the bar, in words: 0.99 of what was planted seen, 0.995 of what was mended right, no guess.

    A handful of cells may hide one miss; kinds that only several rows together show are dbt's (:data:`LATER`).
    """
    found = [
        f"{r.silo} {r.kind}: {r.seen} of {r.planted} seen, {r.right} of {r.mended} right, {r.guessed} guessed"
        for r in rows
        if not later(r.silo, r.kind) and (r.seen < 0.99 * r.planted or r.right < 0.995 * r.mended or r.guessed)
    ]
    return found + [f"{s} {w}: {t} of {n} signs true" for s, w, n, t in signs if t < 0.99 * n]


# kinds that no single row shows: they are judged where several rows meet
LATER = {
    r"^#14 (second identity|name in another)": "linkage of persons",
    r"^#17 ": "linkage of hazards",
    r"^#26 moved or died and no list says so": "no list says it: nobody can know",
}


def later(silo: str, kind: str) -> str | None:
    """Return where a kind of ``silo`` is judged that no single row shows, or None."""
    if codes := signals.of_kind(silo, kind):
        return f"`{codes[0]}`"
    return next((where for pattern, where in LATER.items() if re.search(pattern, kind)), None)


@dataclass
class Measured:
    """All figures of one measuring."""

    rows: list[Row] = field(default_factory=list)
    signs: list[tuple[str, str, int, int]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    mended: list[signals.Mended] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def measure(silos: list[str], scale: float, factor: float, home: Path, seed: int = World.seed) -> Measured:
    """Measure all ``silos`` one after the other in ``home``; a silo that cannot be made or landed is said and left out."""
    made, planted = Measured(), []
    settings = Settings(home)
    # the register of firms anchors the points of others: it lands first
    for silo in sorted(silos, key=lambda s: (s != "enforcement", s)):
        try:
            rows, words, rest = measure_silo(silo, World(seed=seed, scale=scale), DirtRates().scaled(factor), settings)
        except AnlanError as e:
            made.faults.append(f"{silo}: {e}")
            continue
        made.rows += rows
        made.signs += [(silo, *w) for w in words]
        planted += rest
    signals.build(settings)
    made.figures = signals.compare(planted, signals.marks(settings))
    made.mended = signals.mended(planted, settings)
    return made


HOMES = """\
| # | 现象 · what | 在哪里判 · where it is judged | 怎样读 · how it is read |
|---|---|---|---|
| 1 | 一码两镇 · one code, two towns | 门 `town_read_how`；归属在 dbt `map_division_codes` | 代码须带编码方案与日期，与名称核对；不改 · by scheme and date, against the name; never corrected |
| 2 | 旧镇代码配新街道名 · old code, new name | 门 `old_code` | 按名称归属，代码留存 · the name decides, the code is kept |
| 3 | 330621、绍兴县 · the former county | 原样保留；外区镇街 `foreign_town` | 合法，不“修正” · legitimate, kept as it stands |
| 4 | 村社名称 · village names | 类型 `village`：`ref_divisions`、`ref_village_history` | 归一到代码；撤并的、查无的待复核 · to its code; gone or unknown to review |
| 5 | 全角、隐藏字符 · full width, hidden | 所有列 · every column | 去除后再读，原文保留 · taken away, raw text kept |
| 6 | 日期写法 · forms of dates | 类型 `date`、`datetime`、`birth_date` | 八种写法与序号；日月不分、无此日不猜 · eight forms and serials; never guessed |
| 7 | 时区 · time zones | 契约 `time_zone`、`epoch_ms`；错用时区：信号 `clock_shifted` | 按来源声明换成 UTC；差八小时的只标记 · by the feed's declaration to UTC; eight hours off is marked |
| 8 | 雨量水位 · readings | 缺测值 `sentinel`；类型 `rain_day`；信号 `stuck_value`、`spike`、`tenth_unit`、`day_total_short`、`resent_value` | 缺测为空；重报留两个值；日界写明，不同日界不比 · no value; a second value is a second version; days of one boundary only |
| 9 | 高程、库容、时.分 · heights, volumes, h.min | 类型 `duration_h_min`；契约 `datum`；信号 `other_datum`、`unknown_datum`、`volume_unit` | 2.30 是 150 分钟；高程留原基面，无有依据的常数不换算 · 2.30 is 150 minutes; a height keeps its datum without a constant that has a source |
| 10 | 坐标系 · coordinates | 契约 `points` 与参照点 | 参照点证明才换算；原值保留 · converted where anchors prove it |
| 11 | 被电子表格改坏的长码 · ruined codes | 类型 `gb28181`、`id_number`、`uscc` | 不可复原，退回 · cannot be restored: back to the owner |
| 12 | 统一社会信用代码 · credit codes | 类型 `uscc`；`map_uscc_candidates` | 只差一位且名册上名称相同的才可用 · one place apart and the very name in a register, else not used |
| 13 | 企业名称 · names of firms | 类型 `firm_name`（`_key`）；`fct_firm_signals` | 归一形式用于比对，名称不改；曾用名、租户、分公司只标记 · a normal form to compare by; former names, tenants, branches are marked |
| 14 | 人员 · people | 类型 `id_number`、`phone`、`person_name`；`fct_person_signals` | 15 升 18 位、姓名空格；缺字不用 · upgraded, blanks; a lost character is not used |
| 15 | “无”一类的词 · empty words | 每列词表；是否类的“无”是答案 | 视为未填 · nothing given |
| 16 | 金额、面积、人数 · amounts | 类型 `money(单位)`、`area(单位)`、`headcount`、`quantity` | 按所写单位换算；疑差万倍只标记 · by the unit written; a factor of 10,000 is marked only |
| 17 | 同一隐患多头上报 · one hazard, several reports | 关联 `hazard`，见文末 · linkage, at the end | 保留全部编号 · all numbers kept |
| 18 | 状态、等级用词 · words | 类型 `word` 与 `ref_words` | 词表归一；未知待复核 · by the list; unknown to review |
| 19 | 流转次序 · order of events | 门（成对日期、成对照片）；`fct_event_signals` | 只标记 · marked only |
| 20 | 证件 · certificates | 类型 `cert_no`、应填列；状态 `fct_certificates`；`fct_certificate_signals` | 证号须含本人号码 · the number must hold the holder's own |
| 21 | 人数不一 · head-counts | `fct_station_head_counts`、`fct_staffing_signals` | 社保 > 人事 > 花名册 > 自报 · by precedence |
| 22 | 设备 · devices | dbt `fct_alarms`、`fct_device_days`；信号 `online_silent`、`alarm_storm`、`unmarked_test_alarm`、`replaced_same_number` | 心跳对数据；十分钟内去重 · heartbeat against data; ten minutes |
| 23 | 物资 · stores | 门（负数、代码）；`fct_stock_items`、`fct_stock_signals` | 按品名换算包装；单位不明留空；负数、过期、一物多库标记 · packs by the article; an unknown unit stays open; the rest is marked |
| 24 | 文件 · files | `connectors/files`：先认格式再读 | 合计须等于各行之和 · the total must be the sum |
| 25 | 社会组织 · bodies | 门：51/52/53 与类型相符；`fct_body_signals` | 不符退回或标记 · refused or marked |
| 26 | 脆弱人群 · people in need | 类型 `birth_date`、`person_name`；`fct_people_in_need`、`fct_person_signals` | 年龄段保留上下限 · a band keeps its ends |
"""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "–"


def page(made: Measured, scale: float, factor: float) -> str:
    """Return docs/quality.md."""
    rows, signs = made.rows, made.signs
    out = [
        "# 脏数据：看见多少、改对多少 · Dirty data: how much is seen, how much is mended right",
        "",
        "<!-- made by `make quality` (benchmarks/quality.py); do not edit -->",
        "",
        "模拟部门按已知比例弄脏数据并留下“真值”；下表把真值与入库结果逐格对照。原文始终留存（个人信息在保险库），读法记在 `_read_how`。",
        "The pretended departments spoil their data at known rates and keep the truth; the tables compare it with what landed,",
        "cell by cell. Raw text is always kept (of people: in the vault); `_read_how` says how each value was read.",
        "",
        f"规模 scale {scale}, 比例倍数 factor {factor}. 要求 bars: 看见 seen ≥ 0.99, 标记准确 precision ≥ 0.99, 改对 right ≥ 0.995, 猜测 guessed 0.",
        "",
        "## 二十六类 · The 26 kinds",
        "",
        HOMES,
        "## 按类与来源 · By kind and silo",
        "",
        "| 类 kind | 来源 silo | 应当 expected | 放入 planted | 看见 seen | 改对 right | 待定 open | 猜测 guessed |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for r in sorted(rows, key=lambda r: (int((re.findall(r"^#(\d+)", r.kind) or [99])[0]), r.kind, r.silo)):
        across = signals.seen_of(made.figures, r.silo, r.kind)
        where = later(r.silo, r.kind) if r.seen < 0.99 * r.planted and not across else None
        seen = where or (_share(across.seen, across.planted) if across else _share(r.seen, r.planted))
        out.append(
            f"| {r.kind} | {r.silo} | {r.expected} | {r.planted} | {seen} | {_share(r.right, r.mended)} | {r.open} | {r.guessed} |"
        )
    out += signals.section(made.figures) + signals.mended_section(made.mended)
    out += ["", "## 读法用词 · Words of `_read_how`", "", "| 词 word | # | 读到值 read | 含义 meaning | 标记 signs | 其中属实 true |", "|---|---|---|---|---:|---:|"]  # fmt: skip
    for word, flag in FLAGS.items():
        n = sum(x[2] for x in signs if x[1] == word)
        true = sum(x[3] for x in signs if x[1] == word)
        out.append(
            f"| `{word}` | {flag.kind or '–'} | {'是 yes' if flag.is_read else '否 no'} | {flag.zh} · {flag.en} | {n} | {_share(true, n)} |"
        )
    return "\n".join(out) + "\n"


def main() -> None:
    """Measure and print; with ``--write`` keep the page."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--scale", type=float, default=0.2)
    ask.add_argument("--factor", type=float, default=1.0)
    ask.add_argument("--seed", type=int, default=World.seed)
    ask.add_argument("--silo", nargs="*", default=[])
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    silos = asked.silo or departments.names()
    with tempfile.TemporaryDirectory(prefix="anlan-quality-") as home:
        made = measure(silos, asked.scale, asked.factor, Path(home), asked.seed)
    for r in made.rows:
        print(
            f"{r.silo:12} {r.kind:55} {r.expected:9} planted {r.planted:6} seen {r.seen:6} right {r.right}/{r.mended} open {r.open} guessed {r.guessed}"
        )
    for silo, word, total, true in made.signs:
        print(f"  {silo:12} {word:20} kind {FLAGS[word].kind:2} signs {total:6} true {true:6}")
    for f in made.figures:
        print(f"  {f.signal:20} {f.silo:12} {f.kind:45} planted {f.planted:6} seen {f.seen:6} marked {f.marked:6} true {f.true:6}")  # fmt: skip
    for m in made.mended:
        print(f"  {m.model:20} {m.silo:12} {m.kind:45} planted {m.planted:6} mended {m.mended:6} right {m.right:6} guessed {m.guessed}")  # fmt: skip
    print(*made.faults, *missed(made.rows, made.signs), *signals.missed(made.figures), *signals.missed_mendings(made.mended), sep="\n")  # fmt: skip
    if asked.write:
        old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        PAGE.write_text(sections.kept(old, page(made, asked.scale, asked.factor)), encoding="utf-8")


if __name__ == "__main__":
    main()
