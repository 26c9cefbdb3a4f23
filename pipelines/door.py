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

# how far a clock may run ahead of ours before a row counts as dated after its pull
CLOCK_TOLERANCE_MINUTES = 24 * 60
SUITES = ROOT / "expectations" / "landing"

# types whose text is kept whatever it says
_ALWAYS_READ = {"text", "code", "person_name", "cert_no", "home_address", "health", "account", "firm_name"}
_ADVICE = {
    "known": ("改用词表中的词，或登记新词", "use a listed word, or register the new one"),
    "required": ("请补填后重报", "fill it in and send the row again"),
    "reads": ("请按约定格式更正后重报", "correct the form and send the row again"),
    "key": ("同一主键只留一行，请核对", "keep one row per key; check which one is right"),
    "shape": ("请检查该行的分隔符与引号", "check the separators and quotes of that row"),
}


@dataclass(frozen=True)
class Rule:
    """One rule of the door: a name, what it judges, and what it says in both languages.

    ``kind`` is ``required``, ``reads``, ``known`` (a word of a list), ``key``, ``shape``, or a Great Expectations expectation type.
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
        elif c.options.get("wanted"):
            found.append(
                Rule(
                    f"{table.silo}.{c.name}.given", "required", c.name, severity="warning",
                    reason_zh=f"“{c.zh}”未填", reason_en=f"“{_label(c)}” is empty",
                    advice_zh=_ADVICE["required"][0], advice_en=_ADVICE["required"][1],
                )
            )  # fmt: skip
        if c.type in {"word", "village"} and not c.options.get("open"):
            found.append(
                Rule(
                    f"{table.silo}.{c.name}.known", "known", c.name, severity="warning",
                    reason_zh=f"“{c.zh}”不在词表内，待复核", reason_en=f"“{_label(c)}” is in no list; for review",
                    advice_zh=_ADVICE["known"][0], advice_en=_ADVICE["known"][1],
                )
            )  # fmt: skip
        elif c.type not in _ALWAYS_READ | {"word", "village"}:
            zh, en = _FORMS.get(c.type, ("数值", "a number"))
            found.append(
                Rule(
                    f"{table.silo}.{c.name}.reads", "reads", c.name,
                    severity="critical" if c.required else "warning",
                    reason_zh=f"“{c.zh}”读不出：不是{zh}", reason_en=f"“{_label(c)}” cannot be read as {en}",
                    advice_zh=_ADVICE["reads"][0], advice_en=_ADVICE["reads"][1],
                )
            )  # fmt: skip
    if has_key_rule(table):
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
                name, e["type"], next(iter(_named(kwargs)), None), meta.get("scope", "row"),
                e.get("severity", "critical"), kwargs,
                meta.get("reason_zh", ""), meta.get("reason_en", ""), meta.get("advice_zh", ""), meta.get("advice_en", ""),
            )
        )  # fmt: skip
    if faults:
        raise AnlanError(f"expectations/landing/{table.id}.json", "cannot be used", "; ".join(faults), "mend the suite")
    return found


def has_key_rule(table: Table) -> bool:
    """Return whether one delivery may hold a key only once."""
    return bool(table.key) and table.raw.get("repeated_key") != "newest" and table.load != "changes"


def rules(contract: Contract, table: Table) -> list[Rule]:
    """Return every rule of the door of ``table``: the contract's, those of the whole batch, then the suite's."""
    from pipelines import door_batch  # it is built on the rules of this module

    rows = [r for r in suite_rules(table) if r.scope == "row"]
    return [*contract_rules(contract, table), *door_batch.rules(contract, table), *rows]


def _named(kwargs: dict[str, Any]) -> list[str]:
    """Return the columns an expectation names, the one it is about first: of a list that is the last."""
    listed = [str(c) for c in kwargs.get("column_list") or []]
    return [str(kwargs[k]) for k in ("column", "column_A", "column_B") if kwargs.get(k)] + listed[::-1]


def _repeated(k: dict[str, Any]) -> str:
    """Return whether two columns of a list say the same."""
    names = [ident(c) for c in k["column_list"]]
    return "(" + " or ".join(f"{a} = {b}" for i, a in enumerate(names) for b in names[i + 1 :]) + ")"


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
    "expect_select_column_values_to_be_unique_within_record": _repeated,
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
    if rule.kind == "known":
        return f"({ident(f'{rule.column}_code')} is null and {ident(f'_given_{rule.column}')})"
    if rule.kind == "reads":
        return f"({ident(str(rule.column))} is null and {ident(f'_given_{rule.column}')})"
    return f"coalesce({_SQL[rule.kind](rule.kwargs)}, false)"


def columns_of(rule: Rule) -> list[str]:
    """Return the landed columns that ``rule`` looks at."""
    return _named(rule.kwargs) or ([rule.column] if rule.column else [])
