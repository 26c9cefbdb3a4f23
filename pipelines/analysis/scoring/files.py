"""``values.csv`` in; ``scores.csv`` and ``.parquet``, ``points_lost.csv``, ``rank_intervals.csv``, ``summary.json`` out."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.analysis.scoring import prepare, words
from pipelines.analysis.scoring.engine import Scores
from pipelines.analysis.scoring.spec import Spec
from pipelines.errors import AnlanError

KEYS = ("unit_id", "period", "group")
SHOWN = 20  # faults named in one message


@dataclass
class Values:
    """Values as arrays: ``values`` N x leaves, NaN missing; ``unit``, ``period``, ``group`` N as text."""

    values: np.ndarray
    unit: np.ndarray
    period: np.ndarray
    group: np.ndarray
    unused: list[str]


def lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return header and (line number, cells) of a CSV file in UTF-8, with or without BOM; blank lines are left out.

    Raises:
        AnlanError: no such file, not UTF-8, no header, a column twice, a line with too many or too few cells.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise AnlanError(str(path), "cannot be read", e.strerror or str(e), "give the path of a CSV file") from e
    except UnicodeDecodeError as e:
        raise AnlanError(path.name, "is not UTF-8", f"byte {e.start}", "save it as CSV UTF-8") from e
    reader = csv.reader(text.splitlines(keepends=True))
    header = [h.strip() for h in next(reader, [])]
    if not any(header):
        raise AnlanError(path.name, "has no header", "an empty file", "begin with unit_id and one column per indicator")
    if twice := sorted({h for h in header if header.count(h) > 1}):
        raise AnlanError(path.name, "has a column twice", ", ".join(twice), "keep one of each")
    rows, faults = [], []
    for cells in reader:
        if not any(c.strip() for c in cells):
            continue
        if len(cells) != len(header):
            faults.append(f"line {reader.line_num}: {len(cells)} cells, the header has {len(header)}")
        rows.append((reader.line_num, cells))
    if faults:
        raise AnlanError(path.name, f"{len(faults)} fault(s): " + "; ".join(faults[:SHOWN]), "", "correct the lines")
    return header, rows


def read_values(path: Path, spec: Spec) -> Values:
    """Return the values of ``path`` for the leaves of ``spec``; columns the tree does not know are named as unused.

    Raises:
        AnlanError: every fault at once: a missing column, text or infinity in a value, a unit twice in a period.

    """
    header, rows = lines(path)
    codes = [spec.nodes[i].code for i in spec.leaves]
    lacking = [c for c in ["unit_id", *codes] if c not in header]
    if lacking:
        raise AnlanError(
            path.name, f"lacks {', '.join(lacking)}", f"columns {', '.join(header)}", "one column per indicator, blank = missing"
        )  # fmt: skip
    if not rows:
        raise AnlanError(path.name, "has no rows", "a header only", "give one row per unit")
    at = {h: i for i, h in enumerate(header)}
    keys = {k: [r[at[k]].strip() if k in at else "" for _, r in rows] for k in KEYS}
    faults = [f"line {n}: unit_id is blank" for (n, _), u in zip(rows, keys["unit_id"], strict=True) if not u]
    seen: dict[tuple[str, str], int] = {}
    for (n, _), u, p in zip(rows, keys["unit_id"], keys["period"], strict=True):
        if u and (u, p) in seen:
            faults.append(f"line {n}: unit {u}{f' in {p}' if p else ''} stands twice, first in line {seen[u, p]}")
        seen.setdefault((u, p), n)
    values = np.full((len(rows), len(codes)), np.nan)
    for j, code in enumerate(codes):
        for i, (n, cells) in enumerate(rows):
            text = cells[at[code]].strip()
            if not text:
                continue
            number = words.number(text)
            if math.isfinite(number):
                values[i, j] = number
            else:
                faults.append(f"line {n}, {code}: {text[:40]!r} is no finite number")
    if faults:
        raise AnlanError(
            path.name, f"{len(faults)} fault(s): " + "; ".join(faults[:SHOWN]), "", "correct them, or leave a cell blank where nothing is known"
        )  # fmt: skip
    unused = [h for h in header if h not in {*KEYS, *codes}]
    return Values(values, *(np.array(keys[k], dtype=str) for k in KEYS), unused)


def table_of(made: Scores) -> pa.Table:
    """Return one row per unit x period x node, in the order of the values and of the tree."""
    n, m = made.scores.shape
    codes = np.array([x.code for x in made.spec.nodes], dtype=object)
    blank = np.full((n, m), "", dtype=object)
    blank[:, 0] = made.grades
    rated = made.ranks > 0
    status = np.where(np.isnan(made.scores), "no_score", np.where(rated, "rated", "not_rated")).astype(object)
    status[:, 0] = np.where(rated[:, 0] & ~made.official, "unofficial", status[:, 0])
    kind = pa.decimal128(28, made.spec.places)
    return pa.table(
        {
            "unit_id": pa.array(np.repeat(made.unit.astype(str), m)),
            "period": pa.array(np.repeat(made.period.astype(str), m)),
            "code": pa.array(np.tile(codes, n)),
            "score": pa.array(made.scores.ravel(), from_pandas=True),
            "published": pa.array(made.published.ravel().tolist(), kind),
            "rank": pa.array(made.ranks.ravel(), pa.int64(), mask=~rated.ravel()),
            "coverage": pa.array(made.coverage.ravel(), from_pandas=True),
            "grade": pa.array(blank.ravel().tolist(), pa.string()),
            "status": pa.array(status.ravel().tolist(), pa.string()),
        }
    )


def lost_of(made: Scores) -> pa.Table:
    """Return one row per unit x period x indicator: its weight in the whole, its score and the points it cost."""
    at = made.spec.leaves
    n, k = made.points_lost.shape
    return pa.table(
        {
            "unit_id": pa.array(np.repeat(made.unit.astype(str), k)),
            "period": pa.array(np.repeat(made.period.astype(str), k)),
            "code": pa.array(np.tile([made.spec.nodes[i].code for i in at], n)),
            "weight": pa.array(made.weights[:, at].ravel()),
            "score": pa.array(made.scores[:, at].ravel(), from_pandas=True),
            "points_lost": pa.array(made.points_lost.ravel()),
        }
    )


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV: floats in full (they read back the same), nothing quoted without need."""
    cells = [
        [None if v is None else repr(v) if isinstance(v, float) else str(v) for v in column.to_pylist()]
        for column in table.columns
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        into = csv.writer(file, lineterminator="\n")
        into.writerow(table.column_names)
        into.writerows(zip(*cells, strict=True))


def write(out: Path, made: Scores, more: dict[str, pa.Table], about: dict[str, object]) -> None:
    """Write all results, and ``more`` tables by the names of their files, into ``out`` (made if need be).

    The same input gives the same bytes.

    Raises:
        AnlanError: ``out`` is no folder that can be made.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise AnlanError(str(out), "is no folder that can be made", e.strerror or str(e), "give another --out") from e
    long = table_of(made)
    write_csv(long, out / "scores.csv")
    pq.write_table(long, out / "scores.parquet", compression="zstd")
    write_csv(lost_of(made), out / "points_lost.csv")
    for name, table in more.items():
        write_csv(table, out / name)
    root = [v for v in made.published[:, 0].tolist() if v is not None]
    summary = {
        **about,
        "units": len(set(made.unit.tolist())),
        "periods": [p for p in prepare.in_order(made.period.astype(str).tolist()) if p],
        "indicators": len(made.spec.leaves),
        "nodes": len(made.spec.nodes),
        "cells_missing": int((~made.observed).sum()),
        "rated": len(root),
        "not_rated": [
            {"unit_id": str(u), "period": str(p), "coverage": None if np.isnan(c) else round(float(c), 9)}
            for u, p, c, v in zip(made.unit, made.period, made.coverage[:, 0], made.published[:, 0], strict=True)
            if v is None
        ],
        "unofficial": [str(u) for u, ok in zip(made.unit, made.official, strict=True) if not ok],
        "grades": {g: made.grades.tolist().count(g) for g, _ in made.spec.grades},
        "points_lost_add_up": made.is_additive,
        "published_mean": str((sum(root, Decimal(0)) / len(root)).quantize(Decimal("0.01"))) if root else None,
        "treated": made.treated,
        "adjustments_expired": made.expired,
    }
    (out / "summary.json").write_text(
        json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
