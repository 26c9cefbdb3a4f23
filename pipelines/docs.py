"""Docs pages made from what the project runs on, so that no page has to be kept by hand.

One page per silo from its contract and its door suites; which table lands which feature
(:mod:`pipelines.docs_features`); the pages of the method come from seeds and unit tests
(:mod:`pipelines.docs_method`). A page is never edited; ``tests/house`` fails where a page is not what this module would write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines import docs_ahp, docs_congress, docs_features, docs_hazards, docs_method, docs_signals, door, door_batch
from pipelines.contract import Column, Contract, Table, all_contracts
from pipelines.settings import ROOT

SILO_PAGES = ROOT / "docs" / "silos"
FEATURES = ROOT / "docs" / "features.md"
# stands in every page that is made here, and in no page that people write
MADE = "<!-- made by `anlan docs`"
_LOADS = {"snapshot": ("整表", "whole table"), "incremental": ("增量", "what is new")}
_CADENCES = {
    "hourly": "每小时",
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季",
    "yearly": "每年",
    "once": "一次",
    "as_it_happens": "随时",
}
_PROTOCOLS = {
    "postgres": ("PostgreSQL 只读账号", "PostgreSQL, read-only login"),
    "mariadb": ("MariaDB 只读账号", "MariaDB, read-only login"),
    "http_json": ("HTTP JSON 接口", "HTTP JSON API"),
    "soap": ("SOAP 接口（XML）", "SOAP service (XML)"),
    "dump": ("Oracle 视图导出文件", "dump files of Oracle views"),
    "files": ("文件投放目录", "drop folder of files"),
    "sftp": ("SFTP 服务器上的文件", "files on an SFTP server"),
    "s3": ("对象存储桶中的文件（S3）", "files in a bucket (S3)"),
    "mqtt": ("消息订阅（MQTT）", "message feed (MQTT)"),
    "extract": ("文件,由本部门 extract.py 读取", "files, read by the silo's own extract.py"),
}


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _pair(value: dict[str, str]) -> str:
    return f"{value['zh']} · {value['en']}"


def _about(column: Column) -> str:
    """Return what a height or a rain day must say beside its type."""
    if "datum" in column.options:
        return f" · 基面 datum: {column.options['datum']}"
    if column.type == "rain_day":
        hour = float(column.options.get("day_from_hours", 8)) % 24
        return f" · 日界 day boundary: {hour:02.0f}:00"
    return ""


def _table(contract: Contract, table: Table) -> list[str]:
    load = _LOADS[table.load]
    lines = [
        f"### {table.zh} · {table.en} (`{table.id}`)",
        "",
        f"主键 key: {', '.join(f'`{k}`' for k in table.key) or '整行 · the whole row'} · "
        f"装载 load: {load[0]} · {load[1]}"
        + (f" · 水位 watermark: `{table.watermark}`" if table.watermark else "")
        + (
            f" · 频率 cadence: {_CADENCES[table.cadence]} · {table.cadence.replace('_', ' ')}"
            if table.cadence != contract.cadence
            else ""
        ),
        "",
        "| 列 column | 来源字段 source | 类型 type | 必填 required | 含义 meaning |",
        "|---|---|---|---|---|",
    ]
    for c in table.columns.values():
        must = "是 · yes" if c.required else ""
        kind = c.type + (" · 个人信息 personal" if c.is_personal else "") + _about(c)
        lines.append(f"| `{c.name}` | {_cell(c.source)} | {kind} | {must} | {_cell(c.zh)} · {_cell(c.en)} |")
    lines += ["", "| 门规则 door rule | 级别 severity | 说明 reason |", "|---|---|---|"]
    for r in [*door.rules(contract, table), door_batch.freshness(table)]:
        lines.append(f"| `{r.name}` | {r.severity} | {_cell(r.reason_zh)} · {_cell(r.reason_en)} |")
    return [*lines, ""]


def silo_page(contract: Contract) -> str:
    """Return the Markdown page of one silo, Chinese and English side by side."""
    raw = contract.raw
    protocol = _PROTOCOLS.get(contract.protocol, (contract.protocol, contract.protocol))
    lines = [
        f"# {contract.zh} · {contract.en}",
        "",
        "<!-- made by `anlan docs` from contract.yaml and expectations/; do not edit -->",
        "",
        "| | |",
        "|---|---|",
        f"| 部门 department | {contract.department} |",
        f"| 责任单位 owner | {_pair(raw['owner'])} |",
        f"| 用途 purpose | {_pair(raw['purpose'])} |" if "purpose" in raw else "",
        f"| 协议 protocol | {protocol[0]} · {protocol[1]} |",
        f"| 频率 cadence | {_CADENCES[contract.cadence]} · {contract.cadence} |",
        f"| 宽限 grace | {contract.grace_days} 天 · days |",
        f"| 时区 time zone | {contract.time_zone} |",
        f"| 坐标系 CRS | {contract.crs} |",
        f"| 许可 licence | {_pair(raw['licence'])} |",
        f"| 契约版本 contract version | {contract.contract_version} |",
        "",
    ]
    if raw.get("oddities"):
        lines += ["## 已知情况 · Known oddities", "", *(f"- {_pair(o)}" for o in raw["oddities"]), ""]
    lines += ["## 数据表 · Tables", ""]
    for table in contract.tables.values():
        lines += _table(contract, table)
    return "\n".join(x for i, x in enumerate(lines) if x or (i and lines[i - 1])).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Return every generated page as path → text."""
    contracts = all_contracts()
    made = {SILO_PAGES / f"{c.silo}.md": silo_page(c) for c in contracts}
    index = [
        "# 数据来源 · Silos",
        "",
        "<!-- made by `anlan docs`; do not edit -->",
        "",
        "| 数据来源 silo | 名称 name | 配置 profile | 协议 protocol | 表 tables |",
        "|---|---|---|---|---|",
        *(
            f"| [`{c.silo}`]({c.silo}.md) | {c.zh} · {c.en} | {c.profile} | {c.protocol} | {len(c.tables)} |"
            for c in contracts
        ),
    ]
    made |= {SILO_PAGES / "README.md": "\n".join(index) + "\n", FEATURES: docs_features.page(contracts)}
    return (
        made
        | {
            docs_signals.PAGE: docs_signals.page(),
            docs_congress.PAGE: docs_congress.page(),
            docs_ahp.PAGE: docs_ahp.page(),
        }
        | docs_method.pages()
        | docs_hazards.pages()
    )


def write(check: bool = False) -> list[str]:
    """Write the pages that changed, remove those nobody makes any more, and return their names; ``check`` only tells."""
    stale = []
    wanted = pages()
    # a rule that is gone leaves no page behind; beside the made pages lie some that people write
    for folder in {p.parent for p in wanted} - {FEATURES.parent}:
        for path in folder.glob("*.md"):
            if path not in wanted and MADE in path.read_text(encoding="utf-8"):
                stale.append(str(path.relative_to(ROOT)))
                if not check:
                    path.unlink()
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return stale
