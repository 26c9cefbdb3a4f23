"""Writing a new silo: contract, suites, staging model with its YAML, a fixture. Dbt sources and the docs page follow.

Everything is written together or not at all, and nothing that exists is overwritten.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipelines.connectors.base import Sample
from pipelines.contract import Contract, parse
from pipelines.errors import UsageError
from pipelines.silo_tools import guess

ROOT = Path(__file__).resolve().parents[2]
_PERSONAL = {"id_number", "phone", "person_name", "cert_no", "home_address", "health", "account"}
_WORDS = {
    "files": {"source": {"pattern": "名单_*.csv", "format": "csv", "encoding": "utf-8"}},
    "sftp": {"source": {"pattern": "名单_*.csv", "format": "csv", "encoding": "utf-8"}},
    "s3": {"source": {"pattern": "名单_*.csv", "format": "csv", "encoding": "utf-8"}},
    "mqtt": {"source": {"topic": "silo/records/+"}},
    "http_json": {"source": "/api/v1/records"},
    "soap": {"source": "GetRecords"},
    "postgres": {"source": "records"},
    "mariadb": {"source": "records"},
    "dump": {"source": {"pattern": "*.sql", "view": "V_RECORDS", "encoding": "gbk"}},
}


@dataclass
class Wish:
    """What is to be written."""

    silo: str
    protocol: str = "files"
    department: str = "XX"
    table: str = "records"
    zh: str = ""
    en: str = ""
    source: Any = None
    silo_words: dict[str, Any] = field(default_factory=dict)
    sample: Sample | None = None


def contract_of(wish: Wish) -> dict[str, Any]:
    """Return the contract as a mapping; columns and key come from the sample, or one column stands for all."""
    label = wish.en or wish.silo.replace("_", " ").capitalize()
    name = {"zh": wish.zh or f"待定名称（{wish.silo}）", "en": label}
    draft: dict[str, Any] = {
        "silo": wish.silo, "profile": "demo", "contract_version": 1, "department": wish.department, "name": name,
        "owner": {"zh": "填写单位全称与联系人", "en": "Name the office and the person to call"},
        "purpose": {"zh": "填写用途", "en": "Say what the data are for"},
        "protocol": wish.protocol, "cadence": "monthly", "grace_days": 10, "time_zone": "Asia/Shanghai",
        "crs": "WGS-84", "code_scheme": "LOCAL",
        "licence": {"zh": "政务数据共享协议（内部使用）", "en": "Government data-sharing agreement, internal use"},
        "oddities": [], **wish.silo_words,
    }  # fmt: skip
    table: dict[str, Any] = {
        "name": {"zh": name["zh"], "en": name["en"]}, "features": [],
        "source": wish.source if wish.source is not None else _WORDS[wish.protocol]["source"], "load": "snapshot",
    }  # fmt: skip
    columns = {"record_no": {"source": "编号", "type": "code", "required": True, "zh": "编号", "en": "Number"}}
    key = ["record_no"]
    if wish.sample is not None and wish.sample.columns:
        base = parse(draft | {"tables": {wish.table: {**table, "key": key, "columns": columns}}}, wish.silo)
        columns = guess.columns_of(base, wish.sample)
        key = guess.key_of(columns, wish.sample)
        for name_ in key:
            columns[name_]["required"] = True
    table["key"] = key
    if day := guess.day_of(columns):
        table["period_column"] = day
    return draft | {"tables": {wish.table: {**table, "columns": columns}}}


_NOTES = {
    "silo": "the folder's name; one word everywhere",
    "contract_version": "one more with every change that was agreed with the owner",
    "department": "the department's two letters",
    "cadence": "hourly, daily, weekly, monthly, quarterly, yearly, once or as_it_happens; a table may say its own",
    "grace_days": "days after the period's end until a delivery is late",
    "crs": "WGS-84, CGCS2000, GCJ-02 or BD-09: what the owner's places are in",
    "protocol": "docs/protocols.md says what source: and the connections file need",
}
_TABLE_NOTES = {
    "features": "numbers of the features this table serves (features_seed.csv), such as F041",
    "load": "snapshot (what is now), incremental (watermark: column) or changes",
    "key": "the columns that name a row; empty: the whole row",
    "period_column": "the day a row speaks of",
}


def contract_text(raw: dict[str, Any]) -> str:
    """Return the contract as YAML with a word beside what is to be decided; types are guesses until a person agrees."""
    out = [
        "# Written by `anlan silo new` from a sample: read every line, correct the guesses, agree them with the owner."
    ]
    for k, v in raw.items():
        if k == "tables":
            continue
        out.append(f"{k}: {_flow(v)}" + (f"  # {_NOTES[k]}" if k in _NOTES else ""))
    out.append("tables:")
    for table, spec in raw["tables"].items():
        out.append(f"  {table}:")
        for k, v in spec.items():
            if k == "columns":
                continue
            out.append(f"    {k}: {_flow(v)}" + (f"  # {_TABLE_NOTES[k]}" if k in _TABLE_NOTES else ""))
        out.append("    columns:")
        out += [f"      {name}: {_flow(c)}" for name, c in spec["columns"].items()]
    return "\n".join(out) + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=100_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def suite_text(contract: Contract, table: str) -> str:
    """Return a door suite with one rule that a person can copy: the first number may not be negative."""
    t = contract.tables[table]
    rules = []
    for c in t.columns.values():
        if c.type == "integer" or c.type.startswith("decimal"):
            rules.append(
                {
                    "type": "expect_column_values_to_be_between", "kwargs": {"column": c.name, "min_value": 0},
                    "severity": "warning",
                    "meta": {
                        "rule": f"{contract.silo}.{c.name}.not_negative", "scope": "row",
                        "reason_zh": f"“{c.zh}”为负数", "reason_en": f"“{c.en}” is negative",
                        "advice_zh": "核对数值", "advice_en": "check the value",
                    },
                }
            )  # fmt: skip
            break
    suite = {"name": f"landing.{contract.silo}.{table}", "expectations": rules, "meta": {}}
    return json.dumps(suite, ensure_ascii=False, indent=2) + "\n"


def staging_text(contract: Contract, table: str) -> str:
    """Return the staging model: newest accepted row per key, people as hash and mask only."""
    t = contract.tables[table]
    lines = ["district_code"]
    for c in t.columns.values():
        if c.type in _PERSONAL:
            lines += [f"{c.name} as {c.name}_hash", f"{c.name}_mask"] if c.type != "person_name" else [f"{c.name}_mask"]
        elif c.type.startswith("decimal"):
            lines.append(f"cast({c.name} as {c.type.replace(',', ', ')}) as {c.name}")
        else:
            lines.append(c.name)
    key = list(t.key) or ["_row_hash"]
    grain = "key" if t.key else "row"
    body = ",\n    ".join([*lines, "landing_ref"])
    call = f"newest_accepted('{contract.silo}__{table}', {key!r})"
    return (
        f"-- One row per {grain} of {t.en}: the newest accepted version.\n"
        f"with rows_in as ({{{{ {call} }}}})\n\nselect\n    {body}\nfrom rows_in\n"
    )


def models_text(contract: Contract, table: str) -> str:
    """Return the YAML of the staging model: grain and what must be there."""
    t = contract.tables[table]
    model = f"stg_{contract.silo}__{table}"
    shown = [f"{k}_hash" if t.columns[k].is_personal else k for k in t.key]
    key = ["district_code", *shown] if shown else ["landing_ref"]
    required = [c.name for c in t.columns.values() if c.required and not c.is_personal]
    filled = [name for name in dict.fromkeys(["landing_ref", *required]) if name not in key]
    spec: dict[str, Any] = {
        "name": model,
        "description": f"One row per {'key' if t.key else 'row'} of {t.en}, newest accepted version",
        "data_tests": [{"grain": {"name": f"{model}__grain", "arguments": {"columns": key, "filled": filled}}}],
    }
    return yaml.safe_dump({"version": 2, "models": [spec]}, allow_unicode=True, sort_keys=False, width=120)


_INVENTED = {
    "integer": lambda n: str(10 * n), "date": lambda n: f"2026-07-{n:02d}", "datetime": lambda n: f"2026-07-{n:02d} 08:30:00",
    "epoch_ms": lambda n: str(1_782_864_000_000 + n * 86_400_000), "boolean": lambda n: "是" if n % 2 else "否",
    "code": lambda n: f"A{n:04d}", "headcount": lambda n: str(n), "quantity": lambda n: str(n),
    "gb28181": lambda n: f"3306030000131{n:07d}",
}  # fmt: skip


def fixture_text(contract: Contract, table: str) -> str:
    """Return five invented rows to test with, as CSV by the source's own names; nothing of a sample is kept."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    columns = [c for c in contract.tables[table].columns.values() if not c.is_personal and c.type != "uscc"]
    write([c.source for c in columns])
    for n in range(1, 6):
        write([_invented(c.type, n) for c in columns])
    return out.getvalue()


def _invented(kind: str, n: int) -> str:
    if kind.startswith("decimal"):
        places = int(kind.rstrip(")").split(",")[1])
        return f"{n + 0.5:.{places}f}"
    return _INVENTED.get(kind, lambda n: f"示例{n}")(n)


def write(wish: Wish, root: Path = ROOT) -> list[Path]:
    """Write a silo's files and return them.

    Raises:
        UsageError: a name that is none, or a silo that exists.

    """
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", wish.silo) or not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", wish.table):
        raise UsageError(
            f"silo {wish.silo!r}, table {wish.table!r}",
            "are no names",
            do="use small letters and _, such as fire_stations",
        )
    if wish.protocol not in _WORDS:
        raise UsageError(f"protocol {wish.protocol!r}", "is not known", do=f"name one of {', '.join(sorted(_WORDS))}")
    if not re.fullmatch(r"[A-Z]{2}", wish.department):
        raise UsageError(f"department {wish.department!r}", "is no code of two letters", do="write it as XF")
    raw = contract_of(wish)
    contract = parse(raw, wish.silo)
    silo, table = wish.silo, wish.table
    staging = root / "dbt_project" / "models" / "staging" / silo
    files = {
        root / "pipelines" / "silos" / silo / "contract.yaml": contract_text(raw),
        root / "expectations" / "landing" / silo / f"{table}.json": suite_text(contract, table),
        staging / f"stg_{silo}__{table}.sql": staging_text(contract, table),
        staging / f"_{silo}__models.yml": models_text(contract, table),
        root / "tests" / "fixtures" / silo / f"{table}.csv": fixture_text(contract, table),
    }
    there = [str(p.relative_to(root)) for p in files if p.exists()]
    if there:
        raise UsageError(
            f"silo {silo}", "exists already", seen=", ".join(there), do="choose another name, or edit these files"
        )
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [*files, *generate(root, silo)]


def generate(root: Path, silo: str) -> list[Path]:
    """Write what follows from contracts (dbt sources, docs pages), in processes that see the new contract."""
    for words in (["dbt_project/make_sources.py"], ["-m", "pipelines.cli", "docs"]):
        subprocess.run([sys.executable, *words], cwd=root, check=True, capture_output=True)
    return [root / "dbt_project" / "models" / "staging" / silo / "_sources.yml", root / "docs" / "silos" / f"{silo}.md"]
