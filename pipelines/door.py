"""The landing door: what a batch must be to come in.

Rules have two homes and no third: what the contract promises (required, readable, key, shape), and the
Great Expectations suites in ``expectations/landing/<silo>/<table>.json`` (plain JSON, native severities).
Both become :class:`Rule`. One SQL pass over the batch judges all of them (docs/adr/0003); the same suite
runs in Great Expectations with the same verdicts, which ``tests/refused`` proves rule by rule.

A ``critical`` row rule refuses the row. A ``warning`` leaves the row in and the finding beside it. A
``critical`` batch rule refuses every row of the batch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipelines.contract import Column, Contract, Table
from pipelines.errors import AnlanError
from pipelines.reading import ident, quoted
from pipelines.settings import ROOT

SUITES = ROOT / "expectations" / "landing"

_ADVICE = {
    "required": ("请补填后重报", "fill it in and send the row again"),
    "reads": ("请按约定格式更正后重报", "correct the form and send the row again"),
    "key": ("同一主键只留一行，请核对", "keep one row per key; check which one is right"),
    "shape": ("请检查该行的分隔符与引号", "check the separators and quotes of that row"),
}


@dataclass(frozen=True)
class Rule:
    """One rule of the door: a name, what it judges, and what it says in both languages.

    ``kind`` is ``required``, ``reads``, ``key``, ``shape``, or a Great Expectations expectation type.
    ``kwargs`` are that expectation's own arguments.
    """

    name: str
    kind: str
    column: str | None
    scope: str = "row"
    severity: str = "critical"
    kwargs: dict[str, Any] = field(default_factory=dict, hash=False)
    reason_zh: str = ""
    reason_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""


_FORMS = {
    "integer": ("整数", "a whole number"),
    "date": ("日期", "a date"),
    "datetime": ("时间", "a time"),
    "epoch_ms": ("毫秒时间戳", "a time in milliseconds"),
    "boolean": ("是或否", "yes or no"),
    "gb28181": ("20 位设备编码（GB/T 28181）", "a device code of 20 digits (GB/T 28181)"),
    "uscc": ("统一社会信用代码（GB 32100，含校验位）", "a credit code with a right check place (GB 32100)"),
    "id_number": ("身份证号（GB 11643，含校验位）", "an identity number with a right check place (GB 11643)"),
    "phone": ("电话号码", "a phone number"),
    "headcount": ("人数", "a head-count"),
    "day_fraction_seconds": ("时长", "a duration"),
}


def _label(column: Column) -> str:
    """Return the English name of a column without its explanation."""
    return re.split(r"[,(:]", column.en)[0].strip()


def contract_rules(contract: Contract, table: Table) -> list[Rule]:
    """Return the rules that the contract itself promises, in column order."""
    found = [
        Rule(
            f"{table.silo}.{table.name}.record_shape", "shape", None,
            reason_zh="该行的列数与表头不符", reason_en="the row does not fit the header",
            advice_zh=_ADVICE["shape"][0], advice_en=_ADVICE["shape"][1],
        )
    ]  # fmt: skip
    for c in table.columns.values():
        if c.required:
            found.append(
                Rule(
                    f"{table.silo}.{c.name}.required", "required", c.name,
                    reason_zh=f"“{c.zh}”为必填，未填", reason_en=f"“{_label(c)}” is mandatory and empty",
                    advice_zh=_ADVICE["required"][0], advice_en=_ADVICE["required"][1],
                )
            )  # fmt: skip
        if c.type not in {"text", "code", "person_name"}:
            zh, en = _FORMS.get(c.type, ("数值", "a number"))
            found.append(
                Rule(
                    f"{table.silo}.{c.name}.reads", "reads", c.name,
                    severity="critical" if c.required else "warning",
                    reason_zh=f"“{c.zh}”读不出：不是{zh}", reason_en=f"“{_label(c)}” cannot be read as {en}",
                    advice_zh=_ADVICE["reads"][0], advice_en=_ADVICE["reads"][1],
                )
            )  # fmt: skip
    if table.key and table.raw.get("repeated_key") != "newest":
        found.append(
            Rule(
                f"{table.silo}.{table.name}.key_unique", "key", table.key[0],
                reason_zh="同一批内主键重复而内容不同", reason_en="the same key twice in one batch with different content",
                advice_zh=_ADVICE["key"][0], advice_en=_ADVICE["key"][1],
            )
        )  # fmt: skip
    return found


@cache
def suite(silo: str, table: str) -> dict[str, Any] | None:
    """Return the JSON suite of a landing table, or None where the contract says it all."""
    path = SUITES / silo / f"{table}.json"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as f:
        return json.load(f)


def suite_rules(table: Table) -> list[Rule]:
    """Return the suite's expectations as rules.

    Raises:
        AnlanError: naming every expectation without a rule name or with a type the SQL pass does not know.

    """
    raw = suite(table.silo, table.name) or {"expectations": []}
    found, faults = [], []
    for e in raw["expectations"]:
        meta, kwargs = e.get("meta") or {}, dict(e.get("kwargs") or {})
        name = str(meta.get("rule", ""))
        if not name.startswith(f"{table.silo}."):
            faults.append(f"{e.get('type')}: meta.rule {name!r} is not <silo>.<column>.<claim>")
        if e.get("type") not in _SQL and meta.get("scope", "row") == "row":
            faults.append(f"{name}: {e.get('type')} has no SQL form")
        found.append(
            Rule(
                name, e["type"], kwargs.get("column") or kwargs.get("column_A"), meta.get("scope", "row"),
                e.get("severity", "critical"), kwargs,
                meta.get("reason_zh", ""), meta.get("reason_en", ""), meta.get("advice_zh", ""), meta.get("advice_en", ""),
            )
        )  # fmt: skip
    if faults:
        raise AnlanError(f"expectations/landing/{table.id}.json", "cannot be used", "; ".join(faults), "mend the suite")
    return found


def batch_rules(contract: Contract, table: Table) -> list[Rule]:
    """Return the claims about a whole batch that only its connector can test, by the names it reports them under."""
    head = f"{table.silo}.{table.name}"
    advice = ("与数据提供方核对表结构", "check the table's columns with its owner")
    found = [
        Rule(
            f"{head}.no_unknown_columns", "connector", None, "batch", "warning",
            reason_zh="来源多出契约之外的列", reason_en="the source sends columns the contract does not name",
            advice_zh=advice[0], advice_en=advice[1],
        )
    ]  # fmt: skip
    if table.protocol in {"http_json", "soap"}:
        found.append(
            Rule(
                f"{head}.all_columns_sent", "connector", None, "batch", "warning",
                reason_zh="契约内的非必填列整批未报", reason_en="an optional column of the contract is missing everywhere",
                advice_zh=advice[0], advice_en=advice[1],
            )
        )  # fmt: skip
    if table.protocol in {"files", "sftp", "s3"}:
        found.append(
            Rule(
                f"{head}.no_external_links", "connector", None, "batch", "warning",
                reason_zh="工作簿引用了外部文件，取的是上次保存的值", reason_en="the workbook takes values from other files, as they were last saved",
                advice_zh="请把引用粘贴为数值后重报", advice_en="paste the links as values and send the file again",
            )
        )  # fmt: skip
    if table.protocol == "mqtt":
        found.append(
            Rule(
                f"{head}.session_kept", "connector", None, "batch", "warning",
                reason_zh="消息服务器已忘记我方会话，其间的消息可能丢失", reason_en="the broker had forgotten our session; messages in between may be lost",
                advice_zh="请延长会话保留时间，并补报其间的数据", advice_en="keep sessions longer, and send the data of that time again",
            )
        )  # fmt: skip
    if table.protocol in {"http_json", "soap", "postgres", "mariadb", "sftp", "s3", "mqtt"}:
        found.append(
            Rule(
                f"{head}.clock_agrees", "connector", None, "batch", "warning",
                reason_zh="来源服务器的时钟与我方相差五分钟以上", reason_en="the source's clock is more than five minutes from ours",
                advice_zh="请校准服务器时间", advice_en="set the server's clock right",
            )
        )  # fmt: skip
    if table.protocol in {"postgres", "mariadb"}:
        found.append(
            Rule(
                f"{head}.no_retyped_columns", "connector", None, "batch", "warning",
                reason_zh="来源列的数据类型与契约不符", reason_en="a column has another type at the source than was agreed",
                advice_zh=advice[0], advice_en=advice[1],
            )
        )  # fmt: skip
    if isinstance(table.source, dict) and table.source.get("total_columns"):
        found.append(
            Rule(
                f"{head}.total_row_equals_sum", "connector", None, "batch", "critical",
                reason_zh="合计行与各行之和不符，整批拒收", reason_en="the total row is not the sum of the rows; the whole batch is refused",
                advice_zh="核对是否缺行或改数，更正后整表重报", advice_en="look for missing or changed rows and send the whole table again",
            )
        )  # fmt: skip
    return found


def rules(contract: Contract, table: Table) -> list[Rule]:
    """Return every rule of the door of ``table``: the contract's, the connector's, then the suite's."""
    return [*contract_rules(contract, table), *batch_rules(contract, table), *suite_rules(table)]


def _literal(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def _between(k: dict[str, Any]) -> str:
    c, parts = ident(k["column"]), []
    if k.get("min_value") is not None:
        parts.append(f"{c} {'<=' if k.get('strict_min') else '<'} {_literal(k['min_value'])}")
    if k.get("max_value") is not None:
        parts.append(f"{c} {'>=' if k.get('strict_max') else '>'} {_literal(k['max_value'])}")
    return "(" + " or ".join(parts) + ")"


def _lengths(k: dict[str, Any]) -> str:
    c = f"length({ident(k['column'])})"
    low, high = k.get("value", k.get("min_value")), k.get("value", k.get("max_value"))
    return (
        "("
        + " or ".join(
            p for p in (f"{c} < {low}" if low is not None else "", f"{c} > {high}" if high is not None else "") if p
        )
        + ")"
    )


def _listed(k: dict[str, Any]) -> str:
    return ", ".join(_literal(v) for v in k["value_set"])


# Each returns an expression that is true for a row that breaks the rule; NULL counts as kept, as in Great Expectations.
_SQL = {
    "expect_column_values_to_not_be_null": lambda k: f"{ident(k['column'])} is null",
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_match_regex": lambda k: f"not regexp_matches({ident(k['column'])}, {quoted(k['regex'])})",
    "expect_column_values_to_not_match_regex": lambda k: f"regexp_matches({ident(k['column'])}, {quoted(k['regex'])})",
    "expect_column_values_to_be_in_set": lambda k: f"{ident(k['column'])} not in ({_listed(k)})",
    "expect_column_values_to_not_be_in_set": lambda k: f"{ident(k['column'])} in ({_listed(k)})",
    "expect_column_value_lengths_to_equal": _lengths,
    "expect_column_value_lengths_to_be_between": _lengths,
    "expect_column_pair_values_a_to_be_greater_than_b": lambda k: (
        f"{ident(k['column_A'])} {'<' if k.get('or_equal') else '<='} {ident(k['column_B'])}"
    ),
    "expect_column_pair_values_to_be_equal": lambda k: f"{ident(k['column_A'])} <> {ident(k['column_B'])}",
}


def broken(rule: Rule) -> str:
    """Return the SQL expression that is true for a row that breaks ``rule``; never NULL.

    It runs on a relation with the read values under their landed names and, per column, ``_given_<column>``:
    whether the raw text says anything at all.
    """
    if rule.kind == "shape":
        return "(_fault is not null)"
    if rule.kind == "key":
        return "false"  # looked at in the second step, where rows that repeat a key are known
    if rule.kind == "required":
        return f"(not {ident(f'_given_{rule.column}')})"
    if rule.kind == "reads":
        return f"({ident(str(rule.column))} is null and {ident(f'_given_{rule.column}')})"
    return f"coalesce({_SQL[rule.kind](rule.kwargs)}, false)"


def columns_of(rule: Rule) -> list[str]:
    """Return the landed columns that ``rule`` looks at."""
    named = [str(v) for k, v in rule.kwargs.items() if k in {"column", "column_A", "column_B"}]
    return named or ([rule.column] if rule.column else [])
