"""One bad row per door rule: exactly that rule fails, and Great Expectations says the same of every rule."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import door, door_batch, door_gx, landing
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import Column, Contract, Table, all_contracts
from pipelines.reading import reference
from pipelines.settings import Settings
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
    "quantity": "10",
    "duration_h_min": "1.00",
    "rain_day": "2026-07-01",
    "birth_date": "1990-01-01",
    "village": "管墅社区居委会",
    "firm_name": "绍兴恒达印染有限公司",
    "cert_no": "T360426199101010071",
    "home_address": "柯桥街道1号",
    "health": "透析",
    "account": "6222000000001",
}
OTHER_BY_TYPE = GOOD_BY_TYPE | {
    "text": "乙",
    "code": "B2",
    "integer": "11",
    "date": "2026-07-02",
    "datetime": "2026-07-01 11:00:00",
    "boolean": "否",
    "person_name": "李四",
    "village": "港越社区居委会",
    "firm_name": "绍兴永兴印染有限公司",
    "home_address": "柯桥街道2号",
    "health": "孕产",
}
EARLIER = {"date": "2026-06-30", "datetime": "2026-06-30 10:00:00", "epoch_ms": "1782784800000", "integer": "9"}


def good_value(column: Column, rules: list[door.Rule], n: int = 0) -> str:
    """A text that breaks no rule of its column; another one for another ``n`` where the column has room."""
    mine = {r.kind: r.kwargs for r in rules if r.kwargs.get("column") == column.name}
    if listed := mine.get("expect_column_values_to_be_in_set"):
        return str(listed["value_set"][n % len(listed["value_set"])])
    form = mine.get("expect_column_values_to_match_regex")
    if form and column.type == "uscc":
        return credit_code(n, forms.text_of(form["regex"], 1)[:2])
    if form and column.type not in {"uscc", "id_number", "phone", "gb28181"}:
        return forms.text_of(form["regex"], n + 1)
    bounds = mine.get("expect_column_values_to_be_between")
    if bounds:
        low, high = bounds.get("min_value"), bounds.get("max_value")
        middle = (low + high) / 2 if low is not None and high is not None else (low if low is not None else high)
        # two columns that must not cross share one value, far from every end
        value = 10 if low is not None and low <= 10 <= (high or 10) else middle
        if column.type in {"integer", "headcount"}:
            room = int(high) - int(low) + 1 if low is not None and high is not None else 10**6
            return str(int(low or 0) + (int(value) - int(low or 0) + n) % room)
        return f"{value:.2f}" if value != 10 else "10"
    if any(r.kwargs.get("column_A") == column.name and is_day_boundary(r) for r in rules):
        return "2026-06-30 20:00:00"  # where the good rain day of the weather office begins
    if column.type == "word":
        return list(reference.words(str(column.options["list"])))[n]
    return distinct(column, n) if n else GOOD_BY_TYPE.get(column.type, "10")


def is_day_boundary(rule: door.Rule) -> bool:
    return rule.kind.endswith("to_be_equal") and str(rule.kwargs["column_B"]).endswith("_from_at")


def distinct(column: Column, n: int) -> str:
    """The n-th good text of a column's type."""
    day = date(2024, 1, 1) + timedelta(days=n)
    made = {
        "gb28181": lambda: f"3306030000131{n:07d}",
        "uscc": lambda: credit_code(n),
        "id_number": lambda: identity_number(n),
        "phone": lambda: f"138{n:08d}",
        "person_name": lambda: "王" + "".join("甲乙丙丁戊己庚辛壬癸"[int(c)] for c in str(n)),
        "date": day.isoformat,
        "datetime": lambda: f"{day.isoformat()} 10:00:00",
        "epoch_ms": lambda: str(1_600_000_000_000 + n * 60_000),
        "boolean": lambda: "是" if n % 2 else "否",
        "code": lambda: f"K{n}",
        "text": lambda: f"甲{n}",
        "village": lambda: list(reference.villages().official)[n],
        "firm_name": lambda: f"绍兴恒达{n}厂",
        "cert_no": lambda: f"T{identity_number(n)}",
        "home_address": lambda: f"柯桥街道{n}号",
        "health": lambda: f"透析{n}",
        "birth_date": day.isoformat,
        "rain_day": day.isoformat,
    }
    return made.get(column.type, lambda: str(n))()


def identity_number(n: int) -> str:
    """An invented identity number with its check place (GB 11643)."""
    head = f"36042619910101{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(w * int(c) for w, c in zip(weights, head, strict=True)) % 11]


def credit_code(n: int, kind: str = "91") -> str:
    """An invented credit code with its check place (GB 32100)."""
    places = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    head = f"{kind}330621MA{n:07d}"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(w * places.index(c) for w, c in zip(weights, head, strict=True))
    return head + places[(31 - total % 31) % 31]


def keyed(table: Table, rules: list[door.Rule], row: dict[str, str | None], n: int) -> dict[str, str | None]:
    """Give the row a key of its own: by names and codes where the key has any, else by numbers and times."""
    names = [
        k for k in table.key if table.columns[k].type not in {"date", "rain_day", "datetime", "epoch_ms", "boolean"}
    ]
    free = [k for k in names if not any(r.kind.endswith("be_in_set") and r.kwargs.get("column") == k for r in rules)]
    return row | {k: good_value(table.columns[k], rules, n) for k in free or table.key}


def bad_rows(table: Table, rule: door.Rule, good: dict[str, str | None]) -> list[dict[str, str | None]]:
    """Candidates that break ``rule``; the caller keeps the one that breaks nothing else."""
    row = dict(good)
    if rule.kind == "required":
        return [row | {str(rule.column): "待补充"}]
    if rule.kind in {"reads", "known"}:
        return [row | {str(rule.column): "看不清"}]
    k = rule.kwargs
    if rule.kind == "expect_column_values_to_be_between":
        ends = [(k.get("min_value"), -1), (k.get("max_value"), 1)]
        return [row | {k["column"]: f"{v + step}"} for v, step in ends if v is not None]
    if rule.kind == "expect_column_values_to_not_be_null":
        return [row | {k["column"]: None}]
    if rule.kind == "expect_column_pair_values_to_be_equal":
        if is_day_boundary(rule):
            return [row | {k["column_A"]: "2026-06-30 19:00:00"}]
        # the identity inside a certificate number: another person's
        return [row | {k["column_A"].removesuffix("_identity"): "T330603199001010014"}]
    if rule.kind == "expect_select_column_values_to_be_unique_within_record":
        first, *others = k["column_list"]
        return [row | {c: row[first]} for c in others]
    if rule.kind in {"expect_column_values_to_be_in_set", "expect_column_values_to_match_regex"}:
        found = [row | {k["column"]: "从未约定"}]
        if table.columns[k["column"]].type == "uscc":  # a good code, but not of this kind of body
            found += [row | {k["column"]: credit_code(7, kind)} for kind in ("91", "12", "52", "A1", "Y1")]
        return found
    if rule.kind == "expect_column_pair_values_a_to_be_greater_than_b":
        kind = table.columns[k["column_A"]].type
        lower = EARLIER.get(kind, "9")
        after = {c.name for c in table.columns.values() if c.type == kind and not c.required} - {
            k["column_A"],
            k["column_B"],
        }
        higher = OTHER_BY_TYPE.get(kind, "11")
        return [
            row | {k["column_A"]: lower},
            row | {k["column_A"]: lower} | dict.fromkeys(after),
            row | {k["column_B"]: higher},
        ]
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


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("ANLAN_IDENTITY_KEY_FILE", raising=False)
    return Settings.load(home=tmp_path)


def everything_wrong(table: Table, rules: list[door.Rule]) -> list[tuple[str, dict[str, str | None], str | None]]:
    """Rows with the rule each is made to break ('' for none) and the fault of its shape."""
    good = {c.name: good_value(c, rules) for c in table.columns.values()}
    for rule in rules:
        # columns that must not say the same
        for i, c in enumerate(rule.kwargs.get("column_list") or []):
            good[c] = good_value(table.columns[c], rules, 5 * i)
    made: list[tuple[str, dict[str, str | None], str | None]] = []

    def own(row: dict[str, str | None]) -> dict[str, str | None]:
        return keyed(table, rules, row, 11 + len(made))

    made.append(("", own(good), None))
    made.append(("", own(good), None))
    for rule in rules:
        if rule.kind == "shape":
            made.append((rule.name, own(good), "3 cells under 9 headers"))
        elif rule.kind == "key":
            for changed in (c for c in table.columns.values() if c.name not in table.key):
                others = [OTHER_BY_TYPE.get(changed.type, "11")]
                values = {r.kind: r.kwargs for r in rules if r.kwargs.get("column") == changed.name}
                if values or changed.type in {"uscc", "id_number", "phone", "gb28181"}:
                    others = [good_value(changed, rules, 1)]
                if changed.type.startswith(("decimal", "integer", "money", "area")):
                    others += ["9", "11"]  # of columns in an order one may go down, another up
                for other in others:
                    first = own(good)
                    made += [("", first, None), (rule.name, first | {changed.name: other}, None)]
        else:
            broken = set(door.columns_of(rule)) & set(table.key)
            for row in bad_rows(table, rule, good):
                made.append((rule.name, own(row) | {k: row[k] for k in broken}, None))
    return made


@pytest.mark.parametrize(("contract", "table"), CASES, ids=[t.id for _, t in CASES])
def test_each_rule_refuses_its_own_bad_row_and_nothing_else_and_both_engines_agree(
    contract: Contract, table: Table, settings: Settings
) -> None:
    rules = [r for r in door.rules(contract, table) if r.scope == "row"]
    severity = {r.name: r.severity for r in rules}
    made = everything_wrong(table, rules)
    rows, faults = [row for _, row, _ in made], [fault for *_, fault in made]
    landed = landing.land(settings, contract, table, deliver(table, rows, faults))
    assert landed is not None
    folder = landing.batch_folder(settings, table, landed["batch"])
    found: dict[int, set[str]] = {}
    for finding in pq.read_table(folder / "quarantine.parquet").to_pylist():
        assert finding["reason_zh"]
        assert finding["reason_en"]
        assert finding["severity"] == severity[finding["rule"]]
        found.setdefault(int(finding["landing_ref"].rpartition(":")[2]) - 1, set()).add(finding["rule"])
    verdicts = pq.read_table(folder / "rows.parquet").column("_verdict").to_pylist()

    # a good row is accepted; of the candidates for each rule one breaks that rule and no other
    assert {verdicts[i] for i, (rule, *_) in enumerate(made) if not rule} == {"accepted"}, found
    alone = {rule for i, (rule, *_) in enumerate(made) if rule and found.get(i) == {rule}}
    assert alone == set(severity), {made[i][0]: found.get(i) for i in range(len(made)) if made[i][0] not in alone}
    for i, verdict in enumerate(verdicts):
        is_refused = any(severity[r] == "critical" for r in found.get(i, ()))
        assert (verdict == "rejected") == is_refused
    told = {c["rule"]: c["failed"] for c in landed["checks"] if c["scope"] == "row"}
    assert told == {r: sum(r in f for f in found.values()) for r in severity}

    # the same rows through Great Expectations
    seen = door_gx.validate(table, rules, as_frame(folder, table, rows, faults))
    assert seen == {r: {i for i, f in found.items() if r in f} for r in severity}


def test_batch_rules_break_on_their_own_fact_only_and_both_engines_agree() -> None:
    """A verdict follows from the expectation alone, so rules that say the same of many tables are judged once."""
    distinct: dict[str, tuple[Contract, Table, list[door.Rule]]] = {}
    for contract, table in CASES:
        of_batch = door_batch.rules(contract, table)
        said = repr([(r.kind, r.kwargs) for r in of_batch])
        distinct.setdefault(said, (contract, table, of_batch))
    assert 3 < len(distinct) < len(CASES)
    for _, table, of_batch in distinct.values():
        batches = facts_out_of_bounds(of_batch)
        with landing.database() as db:
            told = " union all ".join(f"({door_batch.row(b)}, {n} as _n)" for n, b in enumerate(batches))
            asked = ", ".join(door.broken(r) for r in of_batch)
            verdict = db.execute(f"select {asked} from ({told}) order by _n").fetchall()
        by_sql = {r.name: {i for i, v in enumerate(verdict) if v[n]} for n, r in enumerate(of_batch)}
        assert by_sql == {r.name: {n + 1} for n, r in enumerate(of_batch)}
        facts = pd.DataFrame([{name: value for name, (value, *_) in b.items()} for b in batches], dtype=float)
        assert door_gx.validate(table, of_batch, pd.DataFrame({"_fault": [None]}), facts) == by_sql


def facts_out_of_bounds(rules: list[door.Rule]) -> list[dict[str, tuple[float | None, int, str]]]:
    """Facts of a batch in which all is well, then one per rule that breaks it, then one nobody could establish."""
    good: dict[str, tuple[float | None, int, str]] = {}
    bad: dict[str, float] = {}
    for r in rules:
        low, high = r.kwargs.get("min_value"), r.kwargs.get("max_value")
        good[r.kwargs["column"]] = (low if low is not None else high, 1, "")
        bad[r.kwargs["column"]] = high + 1 if high is not None else low - 1
    unknown: dict[str, tuple[float | None, int, str]] = dict.fromkeys(good, (None, 0, ""))
    return [good, *({**good, name: (value, 1, "")} for name, value in bad.items()), unknown]


def as_frame(folder: Path, table: Table, rows: list[dict[str, str | None]], faults: list[str | None]) -> pd.DataFrame:
    """The landed rows as Great Expectations gets them: what was read, with all raw text beside it."""
    landed = pq.read_table(folder / "rows.parquet")
    texts = {f"{c}_text": pa.array([r.get(c) for r in rows], pa.string()) for c in table.columns}
    read = landed.select([n for n in landed.column_names if n not in texts or n in table.columns])
    for name, content in texts.items():
        if name not in table.columns:
            read = read.append_column(name, content)
    return read.append_column("_fault", pa.array(faults, pa.string())).to_pandas()
