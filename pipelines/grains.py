"""What a failed test of a model's grain found, in words: how many keys stand twice, which column lacks how many values or has others.

The test is ``dbt_project/tests/generic/grain.sql``; counts only, never a value, for a value may be of a person.
"""

from __future__ import annotations

import duckdb

KINDS = {"_missing": "without {}", "_unknown": "with a word of its own in {}"}


def told(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return what the failing rows of ``sql``, a compiled test of a grain, say; empty where there are none."""
    columns = connection.sql(sql).columns
    sums = {c: end for c in columns for end in KINDS if c.endswith(end)}
    keys = [c for c in columns if c not in (*sums, "row_count")]
    counted = {"of a key that stands more than once": "sum(case when row_count > 1 then row_count else 0 end)"}
    counted |= {f"without {k}": f"sum(case when {k} is null then row_count else 0 end)" for k in keys}
    counted |= {KINDS[end].format(c.removesuffix(end)): f"sum({c})" for c, end in sums.items()}
    numbers = connection.sql(f"select {', '.join(counted.values())} from ({sql}) as failing").fetchall()[0]
    return ", ".join(f"{n:.0f} rows {what}" for what, n in zip(counted, numbers, strict=True) if n)
