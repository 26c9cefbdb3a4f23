"""One bad row per door rule: exactly that rule fails, and Great Expectations says the same of every rule."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import door, door_gx, landing
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Column, Contract, Table, all_contracts
from pipelines.judge import Judge, bit_of
from pipelines.settings import Settings
from pipelines.versions import Versions
from tests import forms

CASES = [(c, t) for c in all_contracts("demo") for t in c.tables.values()]

GOOD_BY_TYPE = {
    "text": "甲",
    "code": "A1",
    "integer": "10",
    "date": "2026-07-01",
    "datetime": "2026-07-01 10:00:00",
    "epoch_ms": "1782871200000",
    "boolean": "是",
    "gb28181": "33060300001310000001",
    "uscc": "91110000600037341L",
    "id_number": "360426199101010071",
    "phone": "13812345678",
    "person_name": "王芳",
    "headcount": "200",
}
OTHER_BY_TYPE = GOOD_BY_TYPE | {
    "text": "乙",
    "code": "B2",
    "integer": "11",
    "date": "2026-07-02",
    "datetime": "2026-07-01 11:00:00",
    "boolean": "否",
    "person_name": "李四",
}
EARLIER = {"date": "2026-06-30", "datetime": "2026-06-30 10:00:00", "epoch_ms": "1782784800000", "integer": "9"}


def good_value(column: Column, rules: list[door.Rule]) -> str:
    for r in rules:
        if r.kwargs.get("column") != column.name:
            continue
        if r.kind == "expect_column_values_to_be_in_set":
            return str(r.kwargs["value_set"][0])
        if r.kind == "expect_column_values_to_match_regex":
            return forms.text_of(r.kwargs["regex"], 1)
        if r.kind == "expect_column_values_to_be_between":
            low, high = r.kwargs.get("min_value"), r.kwargs.get("max_value")
            middle = (low + high) / 2 if low is not None and high is not None else (low if low is not None else high)
            # two columns that must not cross share one value, far from every end
            if low is not None and low <= 10 <= (high or 10):
                return "10"
            return f"{int(middle)}" if column.type in {"integer", "headcount"} else f"{middle:.2f}"
    return GOOD_BY_TYPE.get(column.type, "10")


def bad_rows(table: Table, rule: door.Rule, good: dict[str, str | None]) -> list[dict[str, str | None]]:
    """Candidates that break ``rule``; the caller keeps the one that breaks nothing else."""
    row = dict(good)
    if rule.kind == "required":
        return [row | {str(rule.column): "待补充"}]
    if rule.kind == "reads":
        return [row | {str(rule.column): "看不清"}]
    k = rule.kwargs
    if rule.kind == "expect_column_values_to_be_between":
        ends = [(k.get("min_value"), -1), (k.get("max_value"), 1)]
        return [row | {k["column"]: f"{v + step}"} for v, step in ends if v is not None]
    if rule.kind in {"expect_column_values_to_be_in_set", "expect_column_values_to_match_regex"}:
        return [row | {k["column"]: "从未约定"}]
    if rule.kind == "expect_column_pair_values_a_to_be_greater_than_b":
        kind = table.columns[k["column_A"]].type
        lower = EARLIER.get(kind, "9")
        after = {c.name for c in table.columns.values() if c.type == kind and not c.required} - {
            k["column_A"],
            k["column_B"],
        }
        return [row | {k["column_A"]: lower}, row | {k["column_A"]: lower} | dict.fromkeys(after)]
    raise AssertionError(f"no bad row for {rule.kind}")


def deliver(table: Table, rows: list[dict[str, str | None]], faults: list[str | None] | None = None) -> Delivery:
    content = pa.table({c: pa.array([r.get(c) for r in rows], pa.string()) for c in table.columns})
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    return Delivery(
        "file",
        "test",
        iter([Slice("test", "", numbers, content, pa.array(faults, pa.string()) if faults else None)]),
        sha256="0",
    )


def credit_code(n: int) -> str:
    """An invented credit code with its check place (GB 32100)."""
    places = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    head = f"91330621MA{n:07d}"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(w * places.index(c) for w, c in zip(weights, head, strict=True))
    return head + places[(31 - total % 31) % 31]


def identity_number(n: int) -> str:
    """An invented identity number with its check place (GB 11643)."""
    head = f"36042619910101{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(w * int(c) for w, c in zip(weights, head, strict=True)) % 11]


def keyed(table: Table, row: dict[str, str | None], n: int) -> dict[str, str | None]:
    """Give the row a key of its own, in the form its column wants."""
    fresh = dict(row)
    judged = {str(r.kwargs.get("column")): r for r in door.suite_rules(table)}
    for name in table.key:
        column, rule = table.columns[name], judged.get(name)
        if column.type == "gb28181":
            fresh[name] = f"3306030000131{n:07d}"
        elif column.type == "uscc":
            fresh[name] = credit_code(n)
        elif column.type == "id_number":
            fresh[name] = identity_number(n)
        elif column.type == "phone":
            fresh[name] = f"138{n:08d}"
        elif column.type == "person_name":
            fresh[name] = "王" + "一二三四五六七八九十"[n % 10] + "甲乙丙丁戊己庚辛壬癸"[n // 10 % 10]
        elif rule is not None and rule.kind == "expect_column_values_to_match_regex":
            fresh[name] = forms.text_of(rule.kwargs["regex"], n)
        elif column.type in {"code", "text"} and rule is None:
            fresh[name] = f"K{n}"
    return fresh


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    return Settings.load(home=tmp_path)


def failed(manifest: dict) -> dict[str, int]:
    return {c["rule"]: c["failed"] for c in manifest["checks"] if c["failed"]}


@pytest.mark.parametrize(("contract", "table"), CASES, ids=[t.id for _, t in CASES])
def test_each_rule_refuses_its_own_bad_row_and_nothing_else(
    contract: Contract, table: Table, settings: Settings
) -> None:
    rules = [r for r in door.rules(contract, table) if r.scope == "row"]
    good = {c.name: good_value(c, rules) for c in table.columns.values()}
    clean = landing.land(settings, contract, table, deliver(table, [keyed(table, good, 1), keyed(table, good, 2)]))
    assert clean is not None
    assert (clean["accepted"], clean["rejected"]) == (2, 0), failed(clean)

    everything: list[dict[str, str | None]] = [keyed(table, good, 3)]
    for n, rule in enumerate(rules, 10):
        if rule.kind == "shape":
            m = landing.land(
                settings, contract, table, deliver(table, [keyed(table, good, n)], ["3 cells under 9 headers"])
            )
        elif rule.kind == "key":
            first = keyed(table, good, n)
            for changed in (c for c in table.columns.values() if c.name not in table.key):
                again = first | {changed.name: OTHER_BY_TYPE.get(changed.type, "11")}
                m = landing.land(settings, contract, table, deliver(table, [first, again]))
                if set(failed(m)) == {rule.name}:
                    break
            everything += [first, again]
        else:
            tried = []
            for row in bad_rows(table, rule, keyed(table, good, n)):
                m = landing.land(settings, contract, table, deliver(table, [row]))
                tried.append(failed(m))
                if set(tried[-1]) == {rule.name}:
                    everything.append(row)
                    break
            else:
                raise AssertionError(f"{rule.name}: {tried}")
        assert m is not None
        assert failed(m) == {rule.name: 1}
        assert m["rejected"] == (1 if rule.severity == "critical" else 0)
        refused = pq.read_table(
            landing.table_folder(settings, table) / f"batch={m['batch']}" / "quarantine.parquet"
        ).to_pylist()
        assert [(r["rule"], r["severity"]) for r in refused] == [(rule.name, rule.severity)]
        assert refused[0]["reason_zh"]
        assert refused[0]["reason_en"]

    # the same rows, once more all together, through both engines
    db = landing.database()
    judged = Judge(settings, contract, table, db, datetime.now(UTC)).judge(
        next(landing.slices(deliver(table, everything).slices, table))
    )
    versions = Versions(settings, contract, table, db)
    versions.add(judged)
    conflict = set(versions.compare([], None).conflict.tolist())
    sql = {r.name: conflict if r.kind == "key" else set() for r in rules}
    for i, r in enumerate(rules):
        word, bit = bit_of(i)
        if f"_bad_{word}" in judged.rows.column_names:
            bad = judged.rows.column(f"_bad_{word}").to_numpy()
            sql[r.name] |= {int(n) for n in np.flatnonzero(bad & np.int64(bit))}
    texts = pa.table({f"{c}_text": pa.array([r.get(c) for r in everything], pa.string()) for c in table.columns})
    kept = [n for n in judged.rows.column_names if not n.endswith("_text") and not n.startswith(("_bad_", "_fault"))]
    frame = judged.rows.select(kept)
    for name in texts.column_names:
        frame = frame.append_column(name, texts.column(name))
    faults = pa.nulls(len(everything), pa.string())
    seen = door_gx.validate(table, rules, frame.append_column("_fault", faults).to_pandas())
    assert seen == sql
    assert sum(map(len, sql.values())) >= len(rules) - 1
