"""Rules about a whole batch: made from the contract, judged on a few facts, named ``<silo>.<table>.<claim>``.

A fact is a number (rows, rows dated after the pull, columns nobody knows, times the usual volume). A rule is a Great
Expectations expectation on one fact, so that both engines judge the same rule: here one SQL pass over the one row of
facts, there a frame of one row. A fact nobody could establish is null and judges nothing: it makes no check.

A broken ``critical`` rule refuses every row of that batch, of that silo and period only. Nothing reads the clock:
the time of the pull and the day are arguments.
"""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import Any

from pipelines import door
from pipelines.connectors.base import Delivery
from pipelines.contract import CADENCE_DAYS, Contract, Table
from pipelines.door import Rule
from pipelines.reading import ident

VOLUME_PERIODS = 8
VOLUME_LEAST = 3

_ASK_COLUMNS = ("与数据提供方核对表结构", "check the table's columns with its owner")
_ASK_ROWS = ("请核对是否缺报或重报", "check whether something is missing or sent twice")


# kinds of delivery that bring refused rows a second time: an owner's repair, a decision to let in
AGAIN = frozenset({"repair", "release"})


def _rule(
    table: Table, claim: str, severity: str, reason: tuple[str, str], advice: tuple[str, str], low: float | None = None,
    high: float | None = None,
) -> Rule:  # fmt: skip
    kwargs = {"column": claim, "min_value": low, "max_value": high}
    return Rule(
        f"{table.silo}.{table.name}.{claim}", "expect_column_values_to_be_between", None, "batch", severity, kwargs,
        reason[0], reason[1], advice[0], advice[1],
    )  # fmt: skip


def rules(contract: Contract, table: Table) -> list[Rule]:
    """Return the batch rules of ``table``: the generic ones, its connector's claims, then its suite's."""
    v = table.volume
    found = [
        _rule(table, "no_unknown_columns", "warning",
              ("来源多出契约之外的列", "the source sends columns the contract does not name"), _ASK_COLUMNS, high=0),
        _rule(table, "all_columns_sent", "warning",
              ("契约内的非必填列整批未报", "an optional column of the contract is missing everywhere"), _ASK_COLUMNS, high=0),
        _rule(table, "columns_in_order", "warning",
              ("列的次序与上一批不同", "the columns come in another order than last time"), _ASK_COLUMNS, high=0),
        _rule(table, "types_as_before", "warning",
              ("来源的列类型与上一批不同", "the source changed the type of a column"), _ASK_COLUMNS, high=0),
        _rule(table, "not_empty", "critical" if table.complete else "warning",
              ("整批为空，而此前有数据", "the answer is empty where there was data before"), _ASK_ROWS, low=1),
        _rule(table, "volume_as_usual", v.severity,
              (f"行数不在近八期中位数的 {v.low:g} 至 {v.high:g} 倍之间",
               f"the number of rows is outside {v.low:g} to {v.high:g} times the median of the last eight"),
              _ASK_ROWS, low=v.low, high=v.high),
        _rule(table, "not_after_pull", "warning",
              ("有记录的时间晚于采集时刻", "rows are dated after they were pulled"),
              ("请校准设备或系统时钟", "set the clock of the device or system"), high=0),
    ]  # fmt: skip
    found.append(_rule(
        table, "no_people_in_free_text", "warning",
        ("备注等文字栏里写有手机号或身份证号，已脱敏入库，原文入保险库",
         "a phone or identity number stands in free text; it landed masked, the text as sent lies in the vault"),
        ("请把号码移到专门的栏位，或在契约里把该列标为个人信息",
         "move the number to a column of its own, or mark this column as personal in the contract"), high=0,
    ))  # fmt: skip
    found += _connectors(table)
    if table.complete:
        found.append(_rule(
            table, "withdrawals_known", "warning",
            ("有行的主键读不出，本批不判定撤销", "rows without a readable key: nothing is taken as withdrawn from this batch"),
            ("请补正主键后重报", "correct the keys and send the table again"), high=0,
        ))  # fmt: skip
    if isinstance(table.source, dict) and table.source.get("total_columns"):
        found.append(_rule(
            table, "total_row_equals_sum", "critical",
            ("合计行与各行之和不符，整批拒收", "the total row is not the sum of the rows; the whole batch is refused"),
            ("核对是否缺行或改数，更正后整表重报", "look for missing or changed rows and send the whole table again"), high=0,
        ))  # fmt: skip
    if isinstance(table.source, dict) and table.source.get("daily_from"):
        found.append(_rule(
            table, "no_day_missing", "warning", ("首末日之间有缺日", "a day is missing between the first and the last"),
            ("请补报缺日", "send the missing days"), high=0,
        ))  # fmt: skip
    return [*found, *(r for r in door.suite_rules(table) if r.scope == "batch")]


def _connectors(table: Table) -> list[Rule]:
    """Return the claims that only the connector of the table's protocol can test."""
    found = []
    if table.protocol in {"files", "sftp", "s3"}:
        found.append(_rule(
            table, "no_external_links", "warning",
            ("工作簿引用了外部文件，取的是上次保存的值", "the workbook takes values from other files, as they were last saved"),
            ("请把引用粘贴为数值后重报", "paste the links as values and send the file again"), high=0,
        ))  # fmt: skip
    if table.protocol == "mqtt":
        found.append(_rule(
            table, "session_kept", "warning",
            ("消息服务器已忘记我方会话，其间的消息可能丢失", "the broker had forgotten our session; messages in between may be lost"),
            ("请延长会话保留时间，并补报其间的数据", "keep sessions longer, and send the data of that time again"), high=0,
        ))  # fmt: skip
    if table.protocol in {"http_json", "soap", "postgres", "mariadb", "sftp", "s3", "mqtt"}:
        found.append(_rule(
            table, "clock_agrees", "warning",
            ("来源服务器的时钟与我方相差五分钟以上", "the source's clock is more than five minutes from ours"),
            ("请校准服务器时间", "set the server's clock right"), high=0,
        ))  # fmt: skip
    if table.protocol in {"postgres", "mariadb"}:
        found.append(_rule(
            table, "no_retyped_columns", "warning",
            ("来源列的数据类型与契约不符", "a column has another type at the source than was agreed"), _ASK_COLUMNS, high=0,
        ))  # fmt: skip
    return found


def freshness(table: Table) -> Rule:
    """Return the rule that something came within cadence and grace."""
    return _rule(
        table, "fresh", "warning", ("已过应报日期仍未更新", "nothing came within cadence and grace"),
        ("请催报", "remind the owner"), high=0,
    )  # fmt: skip


def fresh(contract: Contract, table: Table, done: list[dict[str, Any]], today: date) -> dict[str, Any] | None:
    """Return the check of freshness as of ``today``; None where no day is due, or nothing ever came.

    A table is due one cadence and its grace after the last day it spoke of, or after its last batch where it
    speaks of no days. What speaks of later days only is not known on that day. The mart ``silo_freshness`` says the
    same of the last day of every period (tests/journey/test_dagster.py holds them side by side).
    """
    step = CADENCE_DAYS[table.cadence]
    days = [
        min(date.fromisoformat(m["period_last"] or m["pulled_at"][:10]), today)
        for m in done
        if m["status"] == "landed" and m["landed"] and (m["period_first"] or "") <= today.isoformat()
    ]
    if step is None or not days:
        return None
    due = max(days) + timedelta(days=step + contract.grace_days)
    late = max((today - due).days, 0)
    rule = freshness(table)
    return {"rule": rule.name, "scope": "batch", "severity": rule.severity, "column": None, "checked": 1,
            "failed": int(late > 0), "seen": f"due {due.isoformat()}, {late} days late" if late else ""}  # fmt: skip


def verdict(contract: Contract, table: Table, done: list[dict[str, Any]], today: date) -> dict[str, Any]:
    """Return the check of freshness for a page or a check: ``rule``, ``passed``, ``severity`` and ``seen`` by words."""
    said, rule = fresh(contract, table, done, today), freshness(table)
    seen = {"as_of": today.isoformat(), "cadence": table.cadence, "grace_days": contract.grace_days}
    seen["seen"] = said["seen"] if said else "no day is due, or nothing ever came"
    return {"rule": rule.name, "passed": not (said and said["failed"]), "severity": rule.severity, "seen": seen}


def facts(
    contract: Contract,
    table: Table,
    delivery: Delivery,
    before: list[dict[str, Any]],
    *,
    rows: int,
    fresh: int,
    days: tuple[Any, Any],
    rows_ahead: int,
    rows_dated: int,
    hidden: dict[str, int],
    keys_unreadable: int,
) -> dict[str, tuple[float | None, int, str]]:
    """Return fact → (value or None, how many were looked at, what was seen).

    ``before``: manifests of the landed batches, oldest first. ``fresh``: rows that are no duplicates. ``days``: first
    and last day of the rows. ``rows_ahead`` of ``rows_dated`` rows lie after the pull. ``hidden``: rows by column in
    which a number of a person was masked.
    """
    found: dict[str, tuple[float | None, int, str]] = {}
    found["not_empty"] = (rows if any(m["landed"] for m in before) else None, 1, f"{rows} rows")
    found["not_after_pull"] = (rows_ahead if rows_dated else None, rows_dated, f"{rows_ahead} of {rows_dated} rows")
    found["no_people_in_free_text"] = (
        sum(hidden.values()), rows, ", ".join(f"{c}: {n} rows" for c, n in hidden.items()),
    )  # fmt: skip
    found["withdrawals_known"] = (keys_unreadable, rows, f"{keys_unreadable} rows")
    if delivery.kind in AGAIN:
        return found  # rows that come a second time say nothing about how many are usual, nor about the source's form
    before = [m for m in before if m["source"]["kind"] not in AGAIN]
    found["volume_as_usual"] = _volume(table, delivery, before, rows, fresh, days)
    found |= _drift(table, delivery, before)
    for check in delivery.checks:
        claim = str(check["rule"]).rpartition(".")[2]
        found[claim] = (int(check["failed"]), int(check["checked"]), str(check.get("seen") or ""))
    return found


def _volume(
    table: Table, delivery: Delivery, before: list[dict[str, Any]], rows: int, fresh: int, days: tuple[Any, Any]
) -> tuple[float | None, int, str]:
    """Return how many times the usual volume this is: rows of a snapshot or file, new rows a day of a stream."""
    is_stream = table.load != "snapshot" and delivery.sha256 is None

    def measure(landed: int, new: int, first: Any, last: Any) -> float | None:
        if not is_stream:
            return float(landed)
        return new / ((last - first).days + 1) if isinstance(first, date) and isinstance(last, date) else None

    past = []
    for m in before:
        ends = [date.fromisoformat(m[k]) if m[k] else None for k in ("period_first", "period_last")]
        value = measure(m["landed"], m["landed"] - m["duplicate"], *ends) if m["landed"] else None
        if value:
            past.append(value)
    past = past[-VOLUME_PERIODS:]
    mine = measure(rows, fresh, *days) if rows else None
    if mine is None or len(past) < VOLUME_LEAST:
        return None, len(past), ""
    usual = median(past)
    return round(mine / usual, 4), len(past), f"{mine:g} rows{' a day' if is_stream else ''}, usually {usual:g}"


def _drift(table: Table, delivery: Delivery, before: list[dict[str, Any]]) -> dict[str, tuple[float | None, int, str]]:
    """Compare the source's own columns, order and types with the contract and with the batch before."""
    found: dict[str, tuple[float | None, int, str]] = {}
    said, types = delivery.detail.get("columns"), delivery.detail.get("source_types")
    last = next((m["source"]["detail"] for m in reversed(before) if m["source"]["kind"] == delivery.kind), {})
    if isinstance(said, list):
        known = {c.source for c in table.columns.values()}
        extra = [c for c in said if c not in known]
        found["no_unknown_columns"] = (len(extra), len(said), ", ".join(map(str, extra))[:300])
        asked = [c.source for c in table.columns.values() if not c.source.startswith(("@", "="))]
        gone = [c for c in asked if c and c not in said]
        found["all_columns_sent"] = (len(gone), len(asked), ", ".join(gone)[:300])
        earlier = last.get("columns")
        if isinstance(earlier, list):
            both = [c for c in said if c in earlier]
            moved = [a for a, b in zip(both, [c for c in earlier if c in said], strict=False) if a != b]
            found["columns_in_order"] = (len(moved), len(both), ", ".join(map(str, moved))[:300])
    if isinstance(types, dict) and isinstance(last.get("source_types"), dict):
        other = [c for c, t in types.items() if last["source_types"].get(c, t) != t]
        seen = ", ".join(f"{c}: {last['source_types'][c]} → {types[c]}" for c in other)
        found["types_as_before"] = (len(other), len(types), seen[:300])
    return found


def judge(
    db: Any, contract: Contract, table: Table, said: dict[str, tuple[float | None, int, str]], delivery: Delivery
) -> list[dict[str, Any]]:
    """Judge the facts by one SQL pass; return one check per batch rule that had something to judge."""
    found = rules(contract, table)
    names = {str(r.kwargs.get("column")) for r in found}
    # a claim that a connector makes and no rule knows is still reported, by its own severity
    extra = [c for c in delivery.checks if str(c["rule"]).rpartition(".")[2] not in names]
    known = [r for r in found if said.get(str(r.kwargs.get("column")), (None,))[0] is not None]
    broken: tuple[Any, ...] = ()
    if known:
        broken = db.execute(f"select {', '.join(map(door.broken, known))} from ({row(said)})").fetchall()[0]
    checks = []
    for r, is_broken in zip(known, broken, strict=True):
        value, checked, seen = said[str(r.kwargs["column"])]
        # a rule against zero counts what breaks it, any other says only that it is broken
        counts = r.kwargs.get("max_value") == 0
        failed = (int(value or 0) if counts else 1) if is_broken else 0
        checks.append({"rule": r.name, "scope": "batch", "severity": r.severity, "column": None, "checked": checked,
                       "failed": failed, "seen": seen if failed else ""})  # fmt: skip
    return [*checks, *({"column": None} | c for c in extra)]


def row(said: dict[str, tuple[float | None, int, str]]) -> str:
    """Return the SQL of the one row of facts."""
    return "select " + ", ".join(
        f"cast({'null' if value is None else value} as decimal(38,6)) as {ident(name)}"
        for name, (value, *_) in said.items()
    )
