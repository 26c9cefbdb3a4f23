"""Who an enterprise is: its names, codes and sources, what stands of it and what lost, and why records are one thing.

Reads one release; decides nothing. ``identity`` gives plain data, ``render`` prints it in Chinese or English.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.errors import UsageError
from pipelines.release import Release
from pipelines.review import words

Row = dict[str, Any]
NEEDED = ("enterprises", "enterprise_names", "enterprise_records", "attribute_conflicts", "review_cases")
# what stands, and the beginning of the columns that say which silo's row won
ATTRIBUTES = {
    "firm_name": "firm_name", "uscc": "", "town_id": "town", "industry_code": "industry", "enterprise_status": "status",
    "legal_form_word": "", "address": "address",
}  # fmt: skip
SHOWN = 12

_WORDS = {
    "names": ("名称沿革", "Names"), "name": ("名称", "name"), "from": ("自", "from"), "to": ("至", "to"), "kind": ("类别", "kind"),
    "seen": ("最近出现", "last seen"), "records": ("记录", "records"), "silos": ("来源", "silos"),
    "stands": ("采信的取值", "What stands"), "attribute": ("属性", "attribute"), "value": ("取值", "value"), "won": ("采信来源", "silo that won"),
    "row": ("来源行", "row"), "sources": ("由哪些记录合成", "Made from these records"), "table": ("来源表", "table"), "how": ("依据", "by"),
    "count": ("条", "rows"), "sure": ("可信度", "probability"), "reason": ("理由", "reason"), "example": ("示例", "example"),
    "conflicts": ("取值冲突", "Conflicts"), "lost": ("未采信", "lost"), "difference": ("差异", "by how much"), "charged": ("计入", "charged to"),
    "nobody": ("未裁定，不计入", "nobody: not ruled on"), "none": ("无", "none"), "pairs": ("待复核或已判定的成对记录", "Pairs reviewed or waiting"),
    "left": ("左", "left"), "right": ("右", "right"), "decision": ("判定", "verdict"), "waiting": ("待判定", "waits"),
    "kin": ("关联主体", "Kin"), "parent": ("上级", "head office"), "landlord": ("房东", "landlord"), "branches": ("分支机构", "branches"),
    "tenants": ("承租户", "tenants"), "more": ("另有", "more"), "codes": ("代码", "Codes"), "not_rated": ("不在评级范围", "no rated unit"),
}  # fmt: skip
_NAME_KINDS = {
    "standing": ("现用", "standing"), "former": ("曾用", "former"), "short": ("简称", "short"), "as_written": ("他处写法", "as written elsewhere"),
}  # fmt: skip
_OPEN = date(9999, 12, 31)
_HOW = {
    "key": ("代码或名称一致", "an equal key"), "probability": ("概率", "likelihood"), "review": ("人工判定", "a person's verdict"),
    "alone": ("单独一条", "alone"),
}  # fmt: skip


def holds(release: Release) -> bool:
    """Tell whether a release was made with linkage."""
    return set(NEEDED) <= set(release.tables)


def find(release: Release, unit: str) -> str:
    """Return the enterprise that an id, a credit code or a name (of today or before) means.

    Raises:
        UsageError: none or several.

    """
    asks: tuple[str, ...] = (
        "select distinct enterprise_id, firm_name from enterprises where upper(enterprise_id) = upper($1) or upper(uscc) = upper($1)",
        "select distinct enterprise_id, firm_name from enterprise_names where firm_name = $1",
        "select distinct enterprise_id, firm_name from enterprise_names where contains(firm_name, $1)",
    )
    if not holds(release):
        asks = tuple(
            f"select distinct enterprise_id, firm_name from enterprise_quarter_ratings where {where}"
            for where in (
                "upper(enterprise_id) = upper($1) or upper(uscc) = upper($1) or firm_name = $1",
                "contains(firm_name, $1)",
            )
        )
    found: list[Row] = []
    for sql in asks:
        found = release.rows(f"{sql} order by all", [unit])
        if found:
            break
    ids = {f["enterprise_id"] for f in found}
    if len(ids) == 1:
        return ids.pop()
    shown = "; ".join(f"{f['enterprise_id']} {f['firm_name']}" for f in found[:8])
    raise UsageError(
        f"enterprise {unit!r}", f"means {len(ids)} firms" if ids else "is not known",
        seen=shown + (" …" if len(found) > 8 else "") if shown else "no firm of that id, credit code or name",
        do="give the full name, the credit code or the id",
    )  # fmt: skip


def identity(release: Release, enterprise_id: str) -> Row:
    """Return what is known of who an enterprise is, as plain data.

    Raises:
        UsageError: no such enterprise in the release.

    """
    me = release.rows("select * from enterprises where enterprise_id = ?", [enterprise_id])
    if not me:
        raise UsageError(f"enterprise {enterprise_id!r}", "is not known", do="give its id, credit code or name")
    e = me[0]
    sources = release.rows(
        "select silo, table_name, record_kind, how, count(*) as record_count, min(probability) as lowest, max(seen_date) as last_seen,"
        " min_by(reason, record_id) as reason, min_by(record_id, record_id) as record_id, min_by(landing_ref, record_id) as landing_ref"
        " from enterprise_records where enterprise_id = ? group by all order by count(*) desc, silo, table_name, how",
        [enterprise_id],
    )
    codes = release.rows(
        "select coalesce(uscc, uscc_text) as code, uscc is not null as is_valid, count(*) as record_count, count(distinct silo) as silo_count"
        " from enterprise_records where enterprise_id = ? and coalesce(uscc, uscc_text) is not null group by all order by 3 desc, 1",
        [enterprise_id],
    )
    pairs = release.rows(
        "select * from review_cases where entity_type = 'enterprise' and ? in (left_entity_id, right_entity_id)"
        " order by probability desc, left_id, right_id", [enterprise_id],
    )  # fmt: skip
    return {
        "enterprise": e,
        "names": release.rows(
            "select * from enterprise_names where enterprise_id = ? order by valid_to_date nulls first, last_seen_date desc, firm_name",
            [enterprise_id],
        ),
        "codes": codes,
        "stands": [
            {"attribute": a, "value": e[a], "silo": e.get(f"{of}_silo"), "landing_ref": e.get(f"{of}_ref")}
            for a, of in ATTRIBUTES.items()
            if e.get(a) is not None
        ],
        "sources": sources,
        "conflicts": conflicts(release, "enterprise", enterprise_id),
        "pairs": [p | {"reasons": json.loads(p["why"] or "[]")} for p in pairs],
        "branches": release.rows(
            "select enterprise_id, firm_name from enterprises where parent_enterprise_id = ? order by all", [enterprise_id]
        ),
        "tenants": release.rows(
            "select enterprise_id, firm_name from enterprises where landlord_enterprise_id = ? order by all", [enterprise_id]
        ),
    }  # fmt: skip


def conflicts(release: Release, entity_type: str, entity_id: str) -> list[Row]:
    """Return what silos say against what stands of a thing; nothing for a release from before conflicts were kept."""
    if "attribute_conflicts" not in release.tables:
        return []
    return release.rows(
        "select * from attribute_conflicts where entity_type = ? and entity_id = ? order by attribute_code, loser_silo",
        [entity_type, entity_id],
    )


class _Screen:
    def __init__(self, out: Console, lang: str) -> None:
        self.out, self.at = out, 0 if lang == "zh" else 1

    def word(self, key: str) -> str:
        return _WORDS[key][self.at]

    def table(self, title: str, *heads: str) -> Table:
        made = Table(box=None, pad_edge=False, title=self.word(title), title_justify="left", title_style="bold")
        for h in heads:
            made.add_column(self.word(h), overflow="fold")
        return made

    def put(self, made: Table, left_out: int = 0) -> None:
        self.out.print()
        if made.row_count:
            self.out.print(made)
        else:
            self.out.print(f"[bold]{made.title}[/bold]  {self.word('none')}")
        if left_out > 0:
            self.out.print(f"  … {self.word('more')} {left_out}")


def _said(value: Any) -> str:
    return "" if value is None else escape(str(value))


def _reason(r: Row, lang: str) -> str:
    """Return one reason of a pair; what a key joins was not weighed."""
    weight = "" if r["weight"] is None else f" ({float(r['weight']):+.1f})"
    return f"{words.word(lang, 'field', r['column'])} {words.word(lang, 'level', r['level'])}{weight}"


def render_conflicts(found: list[Row], lang: str, console: Console) -> None:
    """Print what stands against what lost: both rows, why, by how much, and whom it is charged to."""
    s = _Screen(console, lang)
    made = s.table("conflicts", "attribute", "value", "lost", "difference", "charged", "reason", "row")
    for c in found[:SHOWN]:
        unit = words.word(lang, "measure", c["difference_unit"] or "")
        by = "" if c["difference"] is None else f"{c['difference']} {unit}"
        made.add_row(
            words.word(lang, "field", c["attribute_code"]),
            *(f"{_said(c[f'{x}_value'])} ({words.word(lang, 'silo', c[f'{x}_silo'])})" for x in ("winner", "loser")),
            by, _said(words.word(lang, "silo", c["charged_silo"] or "")) or s.word("nobody"), _said(c["reason_zh" if lang == "zh" else "reason_en"]),
            f"{_said(c['winner_ref'])}\n{_said(c['loser_ref'])}",
        )  # fmt: skip
    s.put(made, len(found) - SHOWN)


def render(found: Row, lang: str, console: Console) -> None:
    """Print the identity of an enterprise below whatever was printed of it before."""
    s = _Screen(console, lang)
    e = found["enterprise"]
    names = s.table("names", "name", "kind", "from", "to", "seen", "records", "silos")
    for n in found["names"][:SHOWN]:
        names.add_row(
            _said(n["firm_name"]), _NAME_KINDS.get(n["name_kind"], (n["name_kind"],) * 2)[s.at], _said(n["valid_from_date"]),
            "" if n["valid_to_date"] == _OPEN else _said(n["valid_to_date"]),
            _said(n["last_seen_date"]), str(n["record_count"]), str(n["silo_count"]),
        )  # fmt: skip
    s.put(names, len(found["names"]) - SHOWN)
    codes = "  ".join(
        f"{_said(c['code'])}{'' if c['is_valid'] else ' ✗'} ({c['record_count']})" for c in found["codes"][:SHOWN]
    )
    s.out.print(f"\n[bold]{s.word('codes')}[/bold]  {codes or s.word('none')}")
    stands = s.table("stands", "attribute", "value", "won", "row")
    for a in found["stands"]:
        stands.add_row(
            words.word(lang, "field", a["attribute"]),
            _said(a["value"]),
            _said(words.word(lang, "silo", a["silo"] or "")),
            _said(a["landing_ref"]),
        )
    s.put(stands)
    sources = s.table("sources", "table", "how", "count", "sure", "reason", "example")
    for r in found["sources"][:SHOWN]:
        sources.add_row(
            f"{words.word(lang, 'silo', r['silo'])} · {words.table(lang, r['silo'], r['table_name'])} ({words.word(lang, 'record', r['record_kind'])})",
            _HOW.get(r["how"], (r["how"],) * 2)[s.at],
            str(r["record_count"]), "" if r["lowest"] is None else f"{r['lowest']:.3f}", _said(r["reason"]), _said(r["landing_ref"]),
        )  # fmt: skip
    s.put(sources, len(found["sources"]) - SHOWN)
    render_conflicts(found["conflicts"], lang, console)
    pairs = s.table("pairs", "left", "right", "sure", "decision", "reason")
    for p in found["pairs"][:SHOWN]:
        why = "; ".join(_reason(r, lang) for r in p["reasons"][:4])
        pairs.add_row(
            f"{_said(p['left_label'])}\n{_said(p['left_id'])}", f"{_said(p['right_label'])}\n{_said(p['right_id'])}",
            f"{p['probability']:.3f}", _said(p["decision"]) or s.word("waiting"), escape(why),
        )  # fmt: skip
    s.put(pairs, len(found["pairs"]) - SHOWN)
    kin = [(k, e.get(f"{k}_enterprise_id")) for k in ("parent", "landlord") if e.get(f"{k}_enterprise_id")]
    kin += [(k, ", ".join(f"{x['enterprise_id']} {x['firm_name'] or ''}" for x in found[k][:8])) for k in ("branches", "tenants") if found[k]]  # fmt: skip
    if kin:
        s.out.print()
    for key, said in kin:
        s.out.print(f"[bold]{s.word(key)}[/bold]  {escape(str(said))}")
