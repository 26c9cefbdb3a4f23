"""Prints what ``explain`` found, in Chinese or English. Formats only; every number comes from ``explain``."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.tree import Tree

from pipelines.explain import hazard, identity, rows
from pipelines.explain.arithmetic import Row, text
from pipelines.explain.chains import disagreements

_WORDS = {
    "release": ("发布版", "release"), "method": ("方法", "method"), "score": ("总分", "score"), "grade": ("等级", "grade"),
    "rank": ("排名", "rank"), "in_cohort": ("组内", "in cohort"), "coverage": ("数据覆盖率", "coverage"),
    "base": ("基础分", "base"), "bonus": ("加分", "bonus"), "deduction": ("扣分", "deduction"), "veto": ("否决", "veto"),
    "none": ("无", "none"), "dimensions": ("维度", "Dimensions"), "indicators": ("指标（按失分排列）", "Indicators, dearest first"),
    "code": ("代码", "code"), "name": ("名称", "name"), "weight": ("权重", "weight"), "value": ("指标值", "value"),
    "goalposts": ("起评→满分", "floor→target"), "points": ("得分", "score"), "lost": ("失分", "lost"), "status": ("状态", "status"),
    "evidence": ("证据", "evidence"), "rows": ("行", "rows"), "shown": ("显示", "shown"), "of": ("共", "of"),
    "steps": ("重新计算", "Worked out again"), "step": ("步骤", "step"), "formula": ("算式", "formula"), "effect": ("后果", "effect"),
    "recomputed": ("重算", "recomputed"), "published": ("公布", "published"),
    "agree": ("重算 = 公布 ✓", "recomputed = published ✓"), "differ": ("重算 ≠ 公布 ✗", "recomputed ≠ published ✗"),
    "entity": ("对象", "entity"), "numerator": ("分子", "numerator"), "denominator": ("分母", "denominator"),
    "at": ("时间", "time"), "file": ("文件", "file"), "sheet": ("表/页", "sheet/page"), "row": ("行号", "row"),
    "batch": ("批次", "batch"), "source": ("来源", "source"), "pulled": ("接入时间", "pulled"), "sent": ("原值", "as sent"),
    "next": ("下一步", "next"), "not_due": ("项指标尚未到期（来源未接入）", "indicators are not due yet (source not connected)"),
    "items": ("条目（按失分排列）", "Items, dearest first"), "max": ("满分", "maximum"), "multiplier": ("系数", "multiplier"),
    "earned": ("得分", "earned"), "reason": ("原因", "reason"), "rules": ("持证规则", "Certification rules"),
    "required": ("应有", "required"), "valid": ("有效", "valid"), "gap": ("缺口", "gap"), "fix": ("最省办法", "cheapest fix"),
    "people": ("人员（已脱敏）", "People, masked"), "person": ("人员", "person"), "cert": ("证件", "certificate"),
    "ends": ("到期", "ends"), "counts": ("计入", "counts"), "basis": ("依据", "basis"), "requirement": ("要求", "requirement"),
    "missing_rule": ("缺数规则", "missing rule"), "rule_status": ("规则状态", "rule status"),
    "pilot": ("试行取值，非官方规定", "pilot value, not official"), "sum": ("小样本", "small number"), "staff": ("从业人数", "staff"),
    "no_evidence": ("没有证据行", "no evidence rows"), "verdict": ("入口判定", "door"), "of_people": ("", ""),
}  # fmt: skip
_STATUS = {
    "observed": ("已观测", "observed"), "not_applicable": ("不适用", "not applicable"), "excused": ("已豁免", "excused"),
    "not_reported": ("未报送", "not reported"), "unreadable": ("不可读", "unreadable"), "not_due": ("未到期", "not due"),
    "met": ("满足", "met"), "short": ("缺口", "short"), "rated": ("已评定", "rated"), "not_rated": ("数据不足", "not rated"),
    "valid": ("有效", "valid"), "expiring": ("将到期", "expiring"), "review_overdue": ("逾期未复审", "review overdue"),
    "expired": ("已过期", "expired"), "revoked": ("已注销", "revoked"), "mismatch": ("人证不符", "mismatch"),
    "unverifiable": ("无法核实", "unverifiable"), "not_counted": ("不计入", "not counted"), "none": ("无证", "none"),
    "batch_missing": ("批次已不在本机", "the batch is not on this machine"), "row_missing": ("批次中没有该行", "no such row in the batch"),
    "batch_changed": ("批次内容与发布时不同", "the batch is not the one that was frozen"),
    "unreadable_ref": ("引用无法读取", "the reference cannot be read"), "accepted": ("接收", "accepted"),
    "rejected": ("拒绝", "rejected"), "duplicate": ("重复", "duplicate"),
}  # fmt: skip
_STATUS_STYLE = {"observed": "", "met": "green", "short": "red", "not_reported": "red", "unreadable": "red"}


class _Writer:
    def __init__(self, console: Console, lang: str) -> None:
        self.out = console
        self.zh = lang == "zh"

    def word(self, key: str) -> str:
        return _WORDS[key][0 if self.zh else 1]

    def status(self, key: str | None) -> str:
        found = _STATUS.get(key or "")
        return (found[0 if self.zh else 1] if found else key) or "–"

    def pick(self, row: Row, stem: str) -> str:
        return escape(
            text(row.get(f"{stem}_{'zh' if self.zh else 'en'}") or row.get(f"{stem}_zh") or row.get(f"{stem}_en"))
        )

    def table(self, title: str | None, *columns: tuple[str, str], wrap: str | None = None) -> Table:
        made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False,
                     padding=(0, 2, 0, 0), header_style="dim")  # fmt: skip
        for name, side in columns:
            made.add_column(self.word(name), justify=side, no_wrap=name != wrap, overflow="fold")  # type: ignore[arg-type]
        return made

    def head(self, found: Row, title: str) -> None:
        self.out.print()
        self.out.print(f"[bold]{title}[/bold]")
        self.out.print(
            f"[dim]{found['period']} · {self.word('release')} {found['release']} · {self.word('method')} "
            f"{found['method_version']} · {found['code_version']}[/dim]"
        )

    def vetoes(self, found: Row) -> None:
        for v in found["vetoes"]:
            effect = v.get("effect_zh" if self.zh else "effect_en") or v.get("cap_grade") or ""
            self.out.print(
                f"[yellow]{self.word('veto')} {v['code']}[/yellow]  {self.pick(v, 'name')}  [dim]{escape(str(effect))}[/dim]"
            )

    def adjustments(self, found: Row) -> None:
        for a in found["adjustments"]:
            word = self.word("bonus" if a["kind"] == "bonus" else "deduction")
            points = f"{a['event_count']} × {text(abs(a['points_each']))} ≤ {text(a['points_max'])}"
            self.out.print(f"{word} {a['code']}  {self.pick(a, 'name')}  [dim]{points}[/dim]")

    def checks(self, found: Row, in_full: bool) -> None:
        wrong = disagreements(found)
        shown = found["checks"] if in_full else wrong
        if shown:
            made = self.table(self.word("steps"), ("step", "left"), ("formula", "left"), ("recomputed", "right"),
                              ("published", "right"), wrap="formula")  # fmt: skip
            made.add_column("")
            for c in shown:
                made.add_row(c["zh" if self.zh else "en"], escape(c["formula"]), text(c["recomputed"]), text(c["published"]),
                             "[green]✓[/green]" if c["agrees"] else "[bold red]✗[/bold red]")  # fmt: skip
            self.out.print()
            self.out.print(made)
        n = len(found["checks"])
        self.out.print()
        if wrong:
            self.out.print(f"[bold red]{self.word('differ')}[/bold red]  {len(wrong)} / {n}")
        else:
            self.out.print(f"[bold green]{self.word('agree')}[/bold green]  {n} / {n}")

    def next(self, *commands: str) -> None:
        self.out.print(f"[dim]{self.word('next')}: {' · '.join(escape(c) for c in commands)}[/dim]")

    def pilot(self, status: str | None) -> str:
        known = status or ""
        return f"{escape(known)} ({self.word('pilot')})" if "pilot" in known or "unverified" in known else escape(known)

    def evidence(self, found: Row) -> None:
        self.out.print()
        total, rows = found["evidence_total"], found["evidence"]
        head = f"[bold]{self.word('evidence')}[/bold]"
        if not total:
            self.out.print(f"{head}  {self.word('no_evidence')}")
            return
        self.out.print(f"{head}  {self.word('of')} {total} {self.word('rows')}, {self.word('shown')} {len(rows)}")
        for e in rows:
            number = text(e["numerator"]) + ("" if e["denominator"] is None else f" / {text(e['denominator'])}")
            tree = Tree(f"{escape(text(e['entity_type']))} [bold]{escape(text(e['entity_id']))}[/bold]  "
                        f"{self.word('numerator')}/{self.word('denominator')} {number}  [dim]{text(e['occurred_at'])}[/dim]",
                        guide_style="dim")  # fmt: skip
            self.place(tree, e.get("landing"), e["landing_ref"])
            self.out.print(Padding(tree, (0, 0, 0, 2)))

    def place(self, tree: Tree, landing: Row | None, ref: str | None) -> None:
        if landing is None:
            tree.add(f"[dim]{escape(text(ref))}[/dim]")
            return
        node = tree.add(f"[cyan]{escape(landing['landing_ref'])}[/cyan]")
        if landing["state"] == "unreadable":
            node.add(f"[red]{self.status('unreadable_ref')}[/red]")
            return
        if landing["state"] != "found":
            node.add(f"[red]{self.status(landing['state'])}[/red]")
        if landing.get("source_name"):
            node.add(
                f"{self.word('batch')} {landing['batch']}  {self.word('source')} {escape(text(landing['source_kind']))} "
                f"{escape(text(landing['source_name']))}  [dim]sha256 {text(landing['source_sha256'])[:16]}…  "
                f"{self.word('pulled')} {text(landing['pulled_at'])}[/dim]"
            )
        node.add(f"{self.word('file')} {escape(landing['file'])}  {self.word('sheet')} {escape(text(landing['part']))}  "
                 f"{self.word('row')} [bold]{landing['row']}[/bold]")  # fmt: skip
        sent = [
            f"[dim]{escape(v['zh'] if self.zh else v['en'])}[/dim] {escape(text(v['sent']))}"
            for v in landing["values"]
            if v["sent"] not in (None, "")
        ]
        if sent:
            node.add(f"{self.word('sent')}: " + "  ".join(sent))


def _town(w: _Writer, found: Row) -> None:
    s = found["score"]
    w.head(found, f"{s['town_name_zh']} {escape(s['town_name_en'])}  {s['town_id']}")
    grade = s["grade"] or w.status("not_rated")
    cohort = w.pick(s, "cohort_name")
    w.out.print(
        f"\n[bold]{w.word('score')} {s['final_score']}[/bold]   {w.word('grade')} [bold]{grade}[/bold]   "
        f"{w.word('rank')} {text(s['rank_overall'])}   {w.word('in_cohort')} {text(s['rank_cohort'])}/{s['cohort_size']} "
        f"{cohort}   {w.word('coverage')} {100 * s['coverage_share']:.0f}%"
    )
    w.out.print(
        f"= {w.word('base')} {s['base_score']} + {w.word('bonus')} {s['bonus_points']} − {w.word('deduction')} {s['deduction_points']}"
    )
    w.adjustments(found)
    w.vetoes(found)
    tree = Tree(f"[bold]{w.word('dimensions')}[/bold]", guide_style="dim")
    branches: dict[str, Tree] = {}
    for n in sorted(found["dimensions"], key=lambda n: (n["node_level"], n["node_code"])):
        if n["score"] is None or not n["weight_share"]:
            continue
        lost = n["weight_share"] * (100 - n["score"])
        line = (f"{n['node_code']} {w.pick(n, 'node_name')}  {w.word('weight')} {100 * n['weight_share']:.1f}%  "
                f"[bold]{n['published_score']}[/bold]  {w.word('lost')} {lost:.2f}")  # fmt: skip
        if n["node_level"] == 1:
            branches[n["node_code"]] = tree.add(line)
        else:
            branches.get(n["parent_code"] or "", tree).add(line)
    w.out.print()
    w.out.print(tree)
    made = w.table(w.word("indicators"), ("code", "left"), ("name", "left"), ("weight", "right"), ("value", "right"),
                   ("goalposts", "right"), ("points", "right"), ("lost", "right"), ("status", "left"), ("evidence", "right"), wrap="name")  # fmt: skip
    for c in found["indicators"]:
        style = _STATUS_STYLE.get(c["cell_status"], "dim")
        share = "–" if c["weight_share"] is None else f"{100 * c['weight_share']:.2f}%"
        lost = "–" if c["points_lost"] is None else f"{c['points_lost']:.2f}"
        value = "–" if c["value"] is None else f"{text(round(c['value'], 2))} {escape(c['unit'] or '')}"
        made.add_row(
            c["indicator_code"], w.pick(c, "name"), share, value, f"{c['floor_text']}→{c['target_text']}",
            text(c["published_score"]), lost, f"[{style}]{w.status(c['cell_status'])}[/{style}]" if style else w.status(c["cell_status"]),
            text(c["evidence_count"]),
        )  # fmt: skip
    w.out.print()
    w.out.print(made)
    if found["not_due"]:
        w.out.print(f"[dim]{found['not_due']} {w.word('not_due')}[/dim]")
    w.checks(found, in_full=False)
    first = found["indicators"][0]["indicator_code"] if found["indicators"] else "C301"
    name = s["town_name_zh"]
    w.next(f"anlan explain {name} {first}", f"anlan explain station {name}")


def _facts(w: _Writer, pairs: list[tuple[str, Any]]) -> None:
    w.out.print("   ".join(f"[dim]{w.word(k)}[/dim] {v}" for k, v in pairs if v not in (None, "", "–")))


def _cell(w: _Writer, found: Row) -> None:
    c, s = found["indicator"], found["score"]
    w.head(found, f"{c['indicator_code']} {w.pick(c, 'name')}  @  {s['town_name_zh']} {escape(s['town_name_en'])}")
    value = "–" if c["value"] is None else f"{text(c['value'])} {escape(c['unit'] or '')}"
    w.out.print(
        f"\n[bold]{w.word('points')} {text(c['published_score'])}[/bold]   {w.word('value')} {value}   "
        f"{w.word('goalposts')} {c['floor_text']}→{c['target_text']}   {w.word('lost')} {text(c['points_lost'])}"
    )
    _facts(w, [
        ("status", w.status(c["cell_status"])), ("weight", "–" if c["weight_share"] is None else f"{100 * c['weight_share']:.4f}%"),
        ("missing_rule", c["missing_rule"]), ("rule_status", w.pilot(c["rule_status"])),
        ("formula", escape(text(found["rule"].get("formula")))), ("basis", escape(text(found["rule"].get("goalpost_basis")))),
    ])  # fmt: skip
    w.checks(found, in_full=True)
    w.evidence(found)
    w.next(
        f"anlan explain {s['town_name_zh']}", f"anlan explain {c['indicator_code']}@{s['town_id']} --limit 50 --json"
    )


def _enterprise(w: _Writer, found: Row) -> None:
    r = found["rating"]
    if r is None:
        e = found["identity"]["enterprise"]
        w.head(found, f"{escape(e['firm_name'] or e['enterprise_id'])}  {e['uscc'] or ''}")
        w.out.print("不在评级范围" if w.zh else "no rated unit")
    else:
        _rating(w, found, r)
    if "identity" in found:
        identity.render(found["identity"], "zh" if w.zh else "en", w.out)
    rows.render_thing(found["rows"], "zh" if w.zh else "en", w.out)
    if found["items"]:
        w.next(f"anlan explain enterprise {r['uscc']} {found['items'][0]['item_code']}")


def _rating(w: _Writer, found: Row, r: Row) -> None:
    w.head(found, f"{escape(r['firm_name'])}  {r['uscc']}")
    w.out.print(
        f"\n[bold]{w.word('grade')} {r['grade'] or ('未评' if w.zh else 'not rated')}[/bold]   {w.word('score')} {text(r['final_score'])}   "
        f"{w.word('coverage')} {100 * r['coverage_share']:.0f}%   {w.pick(r, 'industry')}   {w.pick(r, 'town_name')}   "
        f"{w.word('staff')} {text(r['staff_count'])}"
    )
    w.out.print(f"= {w.word('base')} {text(r['base_score'])} + {w.word('bonus')} {text(r['bonus_points'])}")
    w.vetoes(found)
    made = w.table(w.word("items"), ("code", "left"), ("name", "left"), ("max", "right"), ("multiplier", "right"),
                   ("earned", "right"), ("lost", "right"), ("status", "left"), ("evidence", "right"), wrap="name")  # fmt: skip
    for i in found["items"]:
        made.add_row(i["item_code"], w.pick(i, "name"), text(i["max_points"]), text(i["multiplier"]), text(i["earned_points"]),
                     text(i["lost_points"]), w.status(i["item_status"]), text(i["evidence_count"]))  # fmt: skip
    w.out.print()
    w.out.print(made)
    for i in (i for i in found["items"] if i["reason_code"]):
        w.out.print(f"  [yellow]{i['item_code']} {escape(i['reason_code'])}[/yellow]  {w.pick(i, 'reason')}")
    w.checks(found, in_full=False)


def _item(w: _Writer, found: Row) -> None:
    i, r = found["item"], found["rating"]
    if i is None:
        _adjustment(w, found)
        return
    w.head(found, f"{i['item_code']} {w.pick(i, 'name')}  @  {escape(r['firm_name'])} {r['uscc']}")
    w.out.print(f"\n[bold]{w.word('earned')} {text(i['earned_points'])}[/bold] / {text(i['max_points'])}   {w.word('lost')} "
                f"{text(i['lost_points'])}   {w.word('multiplier')} {text(i['multiplier'])}   {w.status(i['item_status'])}")  # fmt: skip
    if i["reason_code"]:
        w.out.print(f"[yellow]{i['reason_code']}[/yellow]  {w.pick(i, 'reason')}")
    _facts(w, [("formula", escape(text(found["rule"].get("rule")))), ("basis", escape(text(found["rule"].get("basis")))),
               ("rule_status", w.pilot(i["rule_status"]))])  # fmt: skip
    w.checks(found, in_full=True)
    w.evidence(found)
    w.next(f"anlan explain enterprise {r['uscc']}")


def _adjustment(w: _Writer, found: Row) -> None:
    """Print a veto or bonus in force: what it does and the rows that show it."""
    rule, r = found["rule"], found["rating"]
    w.head(found, f"{rule['item_code']} {w.pick(rule, 'name')}  @  {escape(r['firm_name'])} {r['uscc']}")
    _facts(w, [("formula", escape(text(rule.get("rule")))), ("effect", escape(text(rule.get("grade_effect")))),
               ("basis", escape(text(rule.get("basis")))), ("rule_status", w.pilot(rule["rule_status"]))])  # fmt: skip
    w.evidence(found)
    w.next(f"anlan explain enterprise {r['uscc']}")


def _station(w: _Writer, found: Row) -> None:
    name = found["town"].get("town_name_zh", found["unit_id"])
    w.head(found, f"{name} {escape(found['town'].get('town_name_en', ''))}  {w.word('rules')}")
    made = w.table(None, ("code", "left"), ("requirement", "left"), ("required", "right"), ("valid", "right"), ("gap", "right"),
                   ("status", "left"), ("fix", "left"), ("rule_status", "left"), wrap="requirement")  # fmt: skip
    for g in found["gaps"]:
        style = _STATUS_STYLE.get(g["gap_status"], "dim") or "default"
        made.add_row(g["rule_id"], w.pick(g, "requirement"), text(g["required_count"]), text(g["valid_count"]), text(g["gap_count"]),
                     f"[{style}]{w.status(g['gap_status'])}[/{style}]", w.pick(g, "cheapest_fix"), escape(text(g["rule_status"])))  # fmt: skip
    w.out.print()
    w.out.print(made)
    w.checks(found, in_full=False)
    short = next((g["rule_id"] for g in found["gaps"] if g["gap_status"] == "short"), found["gaps"][0]["rule_id"])
    w.next(f"anlan explain station {name} {short}")


def _rule(w: _Writer, found: Row) -> None:
    g = found["gap"]
    name = found["town"].get("town_name_zh") or g["unit_name_zh"] or found["unit_id"]
    w.head(
        found, f"{g['rule_id']} {w.pick(g, 'requirement')}  @  {name} {escape(found['town'].get('town_name_en', ''))}"
    )
    w.out.print(f"\n[bold]{w.word('gap')} {text(g['gap_count'])}[/bold]   {w.word('required')} {text(g['required_count'])}   "
                f"{w.word('valid')} {text(g['valid_count'])}   {w.status(g['gap_status'])}   {escape(g['reason_code'] or '')}")  # fmt: skip
    _facts(
        w,
        [
            ("fix", w.pick(g, "cheapest_fix")),
            ("basis", escape(text(g["basis"]))),
            ("rule_status", w.pilot(g["rule_status"])),
        ],
    )
    if found["people"]:
        made = w.table(w.word("people"), ("person", "left"), ("cert", "left"), ("status", "left"), ("counts", "center"),
                       ("ends", "left"), ("fix", "left"), wrap="fix")  # fmt: skip
        for p in found["people"]:
            made.add_row(escape(text(p["person_name_mask"])), escape(text(p["cert_no_mask"])), w.status(p["cert_status"]),
                         text(bool(p["counts"])), text(p["valid_to_date"]), w.pick(p, "fix"))  # fmt: skip
        w.out.print()
        w.out.print(made)
    w.checks(found, in_full=True)
    w.evidence(found)
    w.next(f"anlan explain {'station' if found['town'] else 'enterprise'} {name}")


def _row(w: _Writer, found: Row) -> None:
    w.head(found, escape(found["ref"]))
    tree = Tree(f"{w.word('verdict')} {w.status(found['landing'].get('verdict'))}", guide_style="dim")
    w.place(tree, found["landing"], found["ref"])
    w.out.print(tree)
    rows.render_row(found, "zh" if w.zh else "en", w.out)


def _thing(w: _Writer, found: Row) -> None:
    w.head(found, f"{found['core_model']}  {escape(found['core_id'])}")
    if found.get("loop"):
        hazard.render(found["loop"], "zh" if w.zh else "en", w.out)
    rows.render_thing(found, "zh" if w.zh else "en", w.out)
    if found["landed"]:
        w.next(f"anlan explain row '{found['landed'][0]['landing_ref']}'")


_PARTS = {
    "town": _town, "cell": _cell, "enterprise": _enterprise, "item": _item, "station": _station, "rule": _rule, "row": _row, "thing": _thing,
}  # fmt: skip


def render(found: Row, lang: str = "zh", console: Console | None = None) -> None:
    """Print the chain ``found``; 110 columns where the output is no terminal."""
    out = console or Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    _PARTS[found["kind"]](_Writer(out, lang), found)
