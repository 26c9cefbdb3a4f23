"""The quality page of one department: one self-contained HTML file from one release, to be sent to the department.

It shows the data-barrier index part by part, every table to the row, every rule that refused something with advice and an
example (masked where personal), and the points of towns and firms that waited for its tables. It asks no other host for
anything, fits a phone and prints on A4.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from pipelines import release as releases
from pipelines.errors import UsageError
from pipelines.settings import Settings

WORDS = "crosswalk_coverage"
FEEDS = "feed_reference_systems"
PLACES = "place_findings"
_TEMPLATE = Path(__file__).with_suffix(".html.j2")
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("数据质量单", "Data quality"),
    "brand": ("安澜 · 基层应急能力季度评价", "Anlan · quarterly emergency-capability evaluation"),
    "release": ("发布版本", "release"), "method": ("方法", "method"),
    "index_title": ("数据壁垒指数", "Data-barrier index"),
    "index_note": (
        "指数由本季实际发生的事算出：表到了没有、是否按时、接口是否应答、必填是否填写、主键是否唯一、数值是否有效、与其他部门是否一致、坐标是否合格、问题是否及时整改。100 表示没有壁垒。起评值、目标值和权重均为试行，非法定。",
        "Worked out from what happened in the quarter: whether tables came, in time, whether interfaces answered, mandatory cells were filled, keys stood once, values were valid, silos agreed, points were sound and faults were mended. 100 means no barrier. Floors, targets and weights are pilot values, not law.",
    ),
    "indicator": ("指标", "Indicator"), "value": ("指标值", "Value"), "goal": ("起评→目标", "Floor → target"),
    "score": ("得分", "Score"), "lost": ("失分", "Points lost"),
    "tables_title": ("逐表守恒", "Every table, to the row"),
    "tables_note": ("落地 = 接收 + 拒收 + 重复，逐行可查。", "landed = accepted + rejected + duplicate, row by row."),
    "accepted": ("接收", "Accepted"), "rejected": ("拒收", "Rejected"), "duplicate": ("重复", "Duplicate"),
    "table": ("数据表", "Table"), "landed": ("落地", "Landed"), "newest": ("数据到", "Newest"), "late": ("迟报", "late"),
    "due": ("应到", "Due"), "fresh": ("及时", "in time"), "days_late": ("迟 {n} 天", "{n} days late"), "never_came": ("未到", "never came"),
    "no_due": ("随时报送", "as it happens"),
    "due_note": (
        "“应到”是按契约频率和宽限推算的下一报送日；及时与否以本季最后一天为准。",
        "“Due” is the next day to send by the contract's cadence and grace; in time or late is judged on the last day of the quarter.",
    ),
    "rules_title": ("未通过的检查", "Checks that failed"),
    "rules_note": (
        "拒收的行已进入隔离区，可向数据组索取“待整改数据”工作簿，更正后发回。个人信息只显示掩码。",
        "Refused rows wait in quarantine: ask the data team for the workbook, correct it and send it back. Personal values are masked.",
    ),
    "rules_none": ("本季没有未通过的检查。", "No check failed this quarter."),
    "rule": ("问题", "Problem"), "advice": ("怎么办", "What to do"), "example": ("示例", "Example"),
    "checked": ("检查", "Checked"), "failed": ("未通过", "Failed"), "remark": ("提示，行已接收", "remark, rows accepted"),
    "signals_title": ("跨行才看得出的问题", "What shows only across rows"),
    "signals_note": (
        "单看一行没有错，几行放在一起才看得出。只作标记，数值不改；标注“试行”的规则由本项目选定，非法定。",
        "Each row looks right by itself; several together do not. They are marked and no value is changed. Rules marked pilot are choices of this project, not law.",
    ),
    "signals_none": ("没有跨行才看得出的问题。", "Nothing shows across rows."),
    "signal": ("现象", "What"), "signal_rule": ("判断规则", "Rule"), "rows_quarter": ("本季行数", "Rows, this quarter"), "rows_all": ("全部行数", "Rows, all"),
    "pilot": ("试行", "pilot"), "unverified": ("待核实", "unverified"), "sourced": ("有依据", "sourced"),
    "words_title": ("用词对照", "Words read by our lists"),
    "words_note": (
        "等级、状态、行业、单位等用词按带生效日期的对照表读取。未识别的词不猜，请告知含义，或改用表内用词。多数对照为试行。",
        "Grades, statuses, industries, units and the like are read by dated lists. An unknown word is never guessed: tell us what it means, or use a listed one. Most lists are pilot.",
    ),
    "list": ("词表", "List"), "cells": ("用词行数", "Cells"), "read": ("读懂", "Read"), "unknown": ("未识别的词", "Unknown words"),
    "crs_title": ("点位坐标系", "Coordinate systems of points"),
    "crs_note": (
        "以他表已知位置为参照检验各表坐标系，全部换算为 WGS-84，原值保留。与声明不符或混用的，请在导出时统一坐标系并告知数据组。",
        "Points are tested against places that another list knows; all is converted to WGS-84 and what was sent is kept. Where the system is not the declared one, or two are mixed, please export in one system and tell the data team.",
    ),
    "crs_declared": ("声明", "Declared"), "crs_detected": ("读出", "Read as"), "crs_verdict": ("结论", "Verdict"),
    "crs_apart": ("距参照点（米）：原值 → 换算后", "Metres from anchors, as sent → as landed"), "crs_read": ("读出比例", "Read"),
    "proven": ("已证实", "proven"), "mixed": ("混用两种坐标系", "two systems in one table"),
    "contradicted": ("与声明不符，已按实际换算", "not the declared one; converted from the real one"),
    "anchors_differ": ("与参照点不符，无法证实", "does not lie at its anchors, nothing proven"),
    "declared_only": ("参照点不足，按声明读取", "too few anchors, read as declared"), "no_points": ("无可读坐标", "no point could be read"),
    "places_title": ("地点待核对", "Places to look into"),
    "places_note": (
        "区划、点位说不准或有矛盾的，以及路网中不合理之处。不猜，请按办法核对；每类举一例。",
        "Divisions and points that cannot be told or contradict themselves, and faults of the road graph. Nothing is guessed: please look into them, one example of each.",
    ),
    "places_said": ("所写与可能所指", "What was said, and what it may mean"), "cases": ("项数", "Cases"),
    "withheld_title": ("因缺表而得不到的分", "Points withheld for missing tables"),
    "withheld_note": (
        "下列表未到或读不出，有关镇街、企业相应指标按 0 分计。", "These tables did not come or could not be read; the towns and firms concerned score 0 there.",
    ),
    "withheld_none": ("没有镇街或企业因本部门缺表而失分。", "No town or firm lost points for lack of this department's tables."),
    "units": ("涉及单位", "Units"), "points": ("分值合计", "Points"),
    "not_delivered": ("未到", "did not come"), "unreadable": ("读不出", "unreadable"),
    "observed": ("已核实", "observed"), "not_applicable": ("不适用", "not applicable"), "not_reported": ("未报送", "not reported"),
    "not_due": ("未启用", "not due"), "not_rated": ("未评", "not rated"),
    "rank": ("已评部门中第 {n} 位", "rank {n} among rated departments"),
    "tables_came": ("到表", "Tables that came"), "of": ("共 {n} 张", "of {n}"),
    "rows_accepted": ("接收率", "Rows accepted"), "rows_of": ("落地 {n} 行", "of {n} landed"),
    "open_rows": ("待整改行", "Rows to mend"), "mended": ("已整改 {n} 行", "{n} mended"),
    "footer": (
        "本页由一个已冻结的发布版本生成，内容可逐数打开到文件和行。标注“试行”的数值由本项目选定，不是法定值。",
        "Made from one frozen release; every number opens down to file and row. Values marked pilot are choices of this project, not law.",
    ),
}  # fmt: skip


def _number(value: Any, places: int = 0) -> str:
    if value is None:
        return "—"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,.{places}f}"


def render(release: releases.Release, silo: str, lang: str) -> str:
    """Return the page of ``silo`` in ``lang`` (zh or en) as HTML text.

    Raises:
        UsageError: when the release knows no such silo.

    """
    import jinja2

    at = 0 if lang == "zh" else 1
    t = {k: v[at] for k, v in _WORDS.items()}
    period = release.period
    found = release.rows("select * from department_data_barriers where silo = ? and period = ?", [silo, period])
    if not found:
        known = ", ".join(
            r["silo"] for r in release.rows("select distinct silo from department_data_barriers order by 1")
        )
        raise UsageError(f"silo {silo!r}", f"is not in release {release.name}", seen=known, do="name one of them")
    head = found[0]
    tables = release.rows("select * from silo_conservation where silo = ? order by table_name", [silo])
    landed, accepted = (sum(int(r[k]) for r in tables) for k in ("landed", "accepted"))
    rated = head["index_status"] == "rated"
    figures = [
        {"label": t["index_title"], "value": _number(head["index_score"], 1) if rated else t["not_rated"], "unit": "/ 100" if rated else "",
         "note": t["rank"].format(n=head["rank_overall"]) if rated else ""},
        {"label": t["tables_came"], "value": _number(head["delivered_count"]), "unit": "", "note": t["of"].format(n=head["table_count"])},
        {"label": t["rows_accepted"], "value": _number(100 * accepted / landed, 2) if landed else "—", "unit": "%" if landed else "", "note": t["rows_of"].format(n=_number(landed))},
        {"label": t["open_rows"], "value": _number(head["open_count"]), "unit": "", "note": t["mended"].format(n=_number(head["mended_count"]))},
    ]  # fmt: skip
    due = _freshness(release, silo, period)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        lang=lang, t=t, name=head[f"department_name_{lang}"], body=head[f"body_name_{lang}"], period=period,
        release=release.name, method=release.manifest["method_version"], figures=figures,
        indicators=_indicators(release, head["department"], period, lang, t), tables=[_table(r, lang, due.get(r["table_name"]), t) for r in tables],
        rules=_rules(release, silo, lang), signals=_signals(release, silo, period, lang, t), words=_read_words(release, silo, lang),
        feeds=_feeds(release, silo, period, lang, t), places=_places(release, silo, lang),
        withheld=_withheld(release, silo, period, lang, t),
    )  # fmt: skip


def _indicators(
    release: releases.Release, department: str, period: str, lang: str, t: dict[str, str]
) -> list[dict[str, Any]]:
    rows = release.rows(
        "select * from department_indicator_scores where department = ? and period = ? and l1_code = 'DA' order by indicator_code",
        [department, period],
    )
    # of the index: what these indicators weigh in the department's whole score is less
    weight = sum(r["weight_share"] for r in rows)
    return [
        {
            "code": r["indicator_code"], "name": r[f"name_{lang}"],
            "parts": f"{_number(r['numerator'])} / {_number(r['denominator'])}" if r["denominator"] else "",
            "value": f"{_number(r['value'], 2)} %" if r["value"] is not None else "—",
            "goal": f"{_number(r['floor_value'], 1)} → {_number(r['target_value'], 1)}",
            "score": float(r["published_score"]) if r["score"] is not None else None,
            "score_text": _number(r["published_score"], 2), "status": t[r["cell_status"]],
            "lost": _number(r["points_lost"] / weight, 2) if r["score"] is not None and weight else "",
        }
        for r in rows
    ]  # fmt: skip


def _freshness(release: releases.Release, silo: str, period: str) -> dict[str, dict[str, Any]]:
    if "silo_freshness" not in release.tables:
        return {}  # a release from before it
    rows = release.rows("select * from silo_freshness where silo = ? and period = ?", [silo, period])
    return {r["table_name"]: r for r in rows}


def _due(found: dict[str, Any] | None, t: dict[str, str]) -> tuple[str, str]:
    """Return the day a table is due again and, in words, whether that was kept."""
    if found is None:
        return "", ""
    said = {"fresh": t["fresh"], "never_came": t["never_came"], "not_due": t["no_due"]}
    return str(found["due_date"] or ""), said.get(
        found["freshness_status"], t["days_late"].format(n=found["late_days"])
    )


def _table(r: dict[str, Any], lang: str, found: dict[str, Any] | None, t: dict[str, str]) -> dict[str, Any]:
    due, verdict = _due(found, t)
    landed = int(r["landed"] or 0)
    parts = (("acc", r["accepted"]), ("rej", r["rejected"]), ("dup", r["duplicate"]))
    return {
        "name": r[f"table_name_{lang}"], "id": f"{r['silo']}/{r['table_name']}", "landed": _number(landed),
        "stack": [(kind, round(100 * int(n) / landed, 3)) for kind, n in parts if n] if landed else [],
        "accepted": _number(r["accepted"]), "rejected": _number(r["rejected"]), "duplicate": _number(r["duplicate"]),
        "has_rejected": bool(r["rejected"]), "newest": str(r["newest_period_date"] or ""), "is_late": bool(r["is_late"]),
        "due": due, "verdict": verdict, "is_stale": found is not None and found["freshness_status"] in {"late", "never_came"},
    }  # fmt: skip


def _read_words(release: releases.Release, silo: str, lang: str) -> list[dict[str, Any]]:
    """Return the department's lists of words, the least read first; none where the release is older than the lists."""
    if WORDS not in release.tables:
        return []
    found = release.rows(f"select * from {WORDS} where silo = ? order by coverage_share, list_code", [silo])
    return [
        {
            "name": r[f"list_name_{lang}"], "standard": r["standard"], "cells": _number(r["row_count"]),
            "read": f"{_number(100 * r['coverage_share'], 2)} %", "unknown": r["unknown_words"] or "",
        }
        for r in found
    ]  # fmt: skip


def _feeds(release: releases.Release, silo: str, period: str, lang: str, t: dict[str, str]) -> list[dict[str, Any]]:
    """Return the department's tables with points: declared and detected reference system; none in a release from before it."""
    if FEEDS not in release.tables:
        return []
    found = release.rows(
        f"select * from {FEEDS} where silo = ? and period = ? order by table_name, point_name", [silo, period]
    )
    return [
        {
            "table": r[f"table_name_{lang}"], "id": f"{r['silo']}/{r['table_name']}" + ("" if r["point_name"] == "point" else f" {r['point_name']}"),
            "declared": r["declared_crs"], "detected": r["detected_crs"] or "—", "verdict": t[r["verdict"]],
            "is_bad": r["verdict"] not in {"proven", "declared_only"} and bool(r["given_count"]),
            "apart": f"{_number(r['sent_offset_m'], 1)} → {_number(r['landed_offset_m'], 1)}" if r["anchor_count"] else "—",
            "read": f"{_number(100 * r['read_share'], 2)} %" if r["read_share"] is not None else "—",
        }
        for r in found
    ]  # fmt: skip


def _places(release: releases.Release, silo: str, lang: str) -> list[dict[str, Any]]:
    """Return what is to be looked into about places, by table and reason with one example; none in a release from before it."""
    if PLACES not in release.tables:
        return []
    found = release.rows(
        f"""
        select table_name, finding_code, count(*) as n, any_value(reason_{lang}) as reason, any_value(advice_{lang}) as advice,
            min_by(said_text, finding_id) as said, min_by(candidate_text, finding_id) as candidates, min_by(landing_ref, finding_id) as ref
        from {PLACES} where silo = ? group by table_name, finding_code order by n desc, table_name, finding_code
        """,
        [silo],
    )
    return [
        r
        | {
            "n": _number(r["n"]),
            "said": r["said"] or "—",
            "candidates": (r["candidates"] or "").replace("|", "、"),
            "ref": r["ref"] or "",
        }
        for r in found
    ]


def _rules(release: releases.Release, silo: str, lang: str) -> list[dict[str, Any]]:
    rows = release.rows(
        """
        with said as (
            select table_name, rule, min(reason_zh) as reason_zh, min(reason_en) as reason_en, min(advice_zh) as advice_zh,
                min(advice_en) as advice_en, min(raw_value) filter (where raw_value <> '') as example
            from quarantine_rows where silo = ? group by all
        )
        select c.table_name, max(k.table_name_zh) as table_zh, max(k.table_name_en) as table_en, c.rule, c.severity,
            sum(c.checked)::bigint as checked, sum(c.failed)::bigint as failed, min(s.reason_zh) as reason_zh,
            min(s.reason_en) as reason_en, min(s.advice_zh) as advice_zh, min(s.advice_en) as advice_en, min(s.example) as example
        from door_checks c
        left join said s on c.table_name = s.table_name and c.rule = s.rule
        left join silo_conservation k on k.silo = c.silo and k.table_name = c.table_name
        where c.silo = ? group by c.table_name, c.rule, c.severity having sum(c.failed) > 0
        order by c.severity = 'critical' desc, failed desc, c.table_name, c.rule
        """,
        [silo, silo],
    )
    return [
        {
            "rule": r["rule"], "table": r[f"table_{lang}"] or r["table_name"], "reason": r[f"reason_{lang}"] or r["rule"],
            "advice": r[f"advice_{lang}"] or "", "example": (r["example"] or "")[:80], "checked": _number(r["checked"]),
            "failed": _number(r["failed"]), "is_remark": r["severity"] != "critical",
        }
        for r in rows
    ]  # fmt: skip


def _signals(release: releases.Release, silo: str, period: str, lang: str, t: dict[str, str]) -> list[dict[str, Any]]:
    if "silo_row_signals" not in release.tables:
        return []  # a release from before the marks
    rows = release.rows(
        """
        select s.table_name, max(k.table_name_zh) as table_zh, max(k.table_name_en) as table_en, s.signal_code,
            max(s.name_zh) as name_zh, max(s.name_en) as name_en, max(s.rule_zh) as rule_zh, max(s.rule_en) as rule_en,
            max(s.rule_status) as rule_status, max(s.dirt_number) as dirt_number, sum(s.row_count)::bigint as row_count,
            coalesce(sum(s.row_count) filter (where s.seen_quarter = ?), 0)::bigint as quarter_count,
            arg_max(s.sample_ref, s.seen_quarter = ?) as sample_ref
        from silo_row_signals s
        left join silo_conservation k on k.silo = s.silo and k.table_name = s.table_name
        where s.silo = ? group by s.table_name, s.signal_code order by dirt_number, s.signal_code, s.table_name
        """,
        [period, period, silo],
    )
    return [
        {
            "name": r[f"name_{lang}"], "rule": r[f"rule_{lang}"], "status": t.get(r["rule_status"], r["rule_status"]),
            "table": r[f"table_{lang}"] or r["table_name"], "sample": r["sample_ref"], "quarter": _number(r["quarter_count"]),
            "all": _number(r["row_count"]),
        }
        for r in rows
    ]  # fmt: skip


def _withheld(release: releases.Release, silo: str, period: str, lang: str, t: dict[str, str]) -> list[dict[str, Any]]:
    rows = release.rows(
        """
        select w.table_name, max(k.table_name_zh) as table_zh, max(k.table_name_en) as table_en, w.indicator_code,
            w.delivery_status, count(distinct w.unit_id) as units, sum(w.withheld_points) as points
        from withheld_points w
        left join silo_conservation k on k.silo = w.silo and k.table_name = w.table_name
        where w.silo = ? and w.period = ? group by all order by points desc, w.table_name, w.indicator_code
        """,
        [silo, period],
    )
    return [
        {
            "table": r[f"table_{lang}"] or r["table_name"], "indicator": r["indicator_code"], "status": t[r["delivery_status"]],
            "units": _number(r["units"]), "points": _number(r["points"], 2),
        }
        for r in rows
    ]  # fmt: skip


def export(settings: Settings, name: str | None, silos: list[str], langs: tuple[str, ...] = ("zh", "en")) -> list[Path]:
    """Write the pages of ``silos`` (all of the release when empty) below ``exports/<release>/quality``; return the paths."""
    with releases.open_release(settings, name) as release:
        known = [r["silo"] for r in release.rows("select distinct silo from department_data_barriers order by 1")]
        folder = settings.exports / release.name / "quality"
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for silo in silos or known:
            for lang in langs:
                path = folder / f"{silo}.{lang}.html"
                path.write_text(render(release, silo, lang), encoding="utf-8")
                paths.append(path)
        return paths
