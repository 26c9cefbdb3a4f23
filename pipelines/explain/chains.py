"""From a published number down to its evidence: the chains of towns, firms and stations, each step worked out again.

What is worked out again is compared with what was published; a difference is an error.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.errors import UsageError
from pipelines.explain import identity
from pipelines.explain.arithmetic import (
    SHARE,
    STEP,
    Row,
    compare,
    goalpost_score,
    half_up,
    indicator_value,
    text,
    total,
)
from pipelines.explain.rows import landed_rows
from pipelines.explain.sources import evidence_of, with_landing
from pipelines.explain.targets import Target, one_row
from pipelines.release import Release
from pipelines.settings import Settings

_GRADES = "ABCD"
# METHOD 1: ratios with fewer than 10 cases borrow 5 from the district; the release's own table comes first
_SMALL_NUMBER, _PRIOR = Decimal(10), Decimal(5)


def head(release: Release, target: Target, period: str) -> Row:
    """Return what every chain begins with: what was asked, of which release, and no checks yet."""
    m = release.manifest
    return {
        "kind": target.kind, "unit_id": target.unit_id, "code": target.code, "release": release.name, "period": period,
        "method_version": m["method_version"], "code_version": m["code_version"], "checks": [],
    }  # fmt: skip


def _grade_of(release: Release, system: str, score: Decimal) -> str | None:
    grades = release.rows("select * from method_grades where system = ?", [system])
    bound = next((c for c in ("lower_score", "min_score") if grades and c in grades[0]), None)
    if bound is None:
        return None
    fitting = [g for g in grades if g[bound] <= score]
    return max(fitting, key=lambda g: g[bound])["grade"] if fitting else None


def _caps(release: Release, table: str, code_column: str, codes: str) -> list[Row]:
    """Return the vetoes named in ``codes`` with their names and the best grade they leave."""
    wanted = [c.strip() for c in (codes or "").split(",") if c.strip()]
    rows = release.rows(f"select * from {table} where kind = 'veto'") if wanted else []
    by_code = {r[code_column]: r for r in rows}
    found = []
    for code in wanted:
        row = by_code.get(code, {})
        found.append({
            "code": code, "name_zh": row.get("name_zh"), "name_en": row.get("name_en"), "cap_grade": row.get("cap_grade"),
            "cap_grade_grave": row.get("cap_grade_grave"),
            "effect_zh": row.get("effect_zh") or row.get("grade_effect") or row.get("effect"),
            "effect_en": row.get("effect_en") or row.get("grade_effect") or row.get("effect"),
        })  # fmt: skip
    return found


def _adjustments(release: Release, unit_id: str, period: str) -> list[Row]:
    """Return the bonuses and deductions that records show of a town: rule, events, points each and ceiling; signed decisions are not here."""
    return release.rows(
        "select rules.indicator_code as code, rules.kind, rules.name_zh, rules.name_en, rules.points_each, rules.points_max,"
        " count(*) as event_count from indicator_evidence as seen"
        " inner join method_town_indicators as rules on seen.indicator_code = rules.indicator_code"
        " where seen.unit_id = ? and seen.period = ? and seen.system = 'town' and rules.kind in ('bonus', 'penalty')"
        " group by all order by code",
        [unit_id, period],
    )


def _is_grave(release: Release, code: str, unit_id: str, period: str) -> bool:
    """Return whether an event of a veto is grave: its evidence has a denominator, and its cap is the lower of the two."""
    return bool(
        release.rows(
            "select 1 from indicator_evidence where indicator_code = ? and unit_id = ? and period = ? and denominator > 0 limit 1",
            [code, unit_id, period],
        )
    )


def _capped(grade: str | None, vetoes: list[Row]) -> str | None:
    if grade is None or any(v["cap_grade"] not in (*_GRADES, None, "") for v in vetoes):
        return None
    return max([grade, *(v["cap_grade"] for v in vetoes if v["cap_grade"])])


def town(settings: Settings, release: Release, unit_id: str, period: str) -> Row:
    """Return a town's chain: total → adjustments, vetoes → dimensions → indicators, each worked out again."""
    found = head(release, Target("town", unit_id), period)
    keys = {"town_id": unit_id, "period": period}
    score = one_row(release, "town_quarter_scores", keys, f"town {unit_id}", "town_id")
    nodes = release.rows(
        "select * from town_dimension_scores where town_id = ? and period = ? order by node_code", [unit_id, period]
    )
    cells = release.rows(
        "select * from town_indicator_scores where town_id = ? and period = ? and cell_status <> 'not_due'"
        " order by points_lost desc nulls last, indicator_code",
        [unit_id, period],
    )
    not_due = release.rows(
        "select count(*) as n from town_indicator_scores where town_id = ? and period = ? and cell_status = 'not_due'",
        [unit_id, period],
    )[0]["n"]
    vetoes = _caps(release, "method_town_indicators", "indicator_code", score["veto_codes"])
    for veto in vetoes:
        if veto["cap_grade_grave"] and _is_grave(release, veto["code"], unit_id, period):
            veto["cap_grade"] = veto["cap_grade_grave"]
    checks = found["checks"]
    lost = total(c["points_lost"] for c in cells)
    checks.append(compare("基础分 = 100 − Σ失分", "base = 100 − Σ points lost", f"100 − {text(lost)}",
                           half_up(100 - lost), score["base_score"]))  # fmt: skip
    weighted = total(c["weight_share"] * c["score"] for c in cells if c["score"] is not None and c["weight_share"])
    weights = total(c["weight_share"] for c in cells if c["score"] is not None)
    if weights:
        checks.append(compare("基础分 = Σ权重×得分", "base = Σ weight × score", f"{text(half_up(weighted, 6))}",
                               half_up(weighted), score["base_score"], Decimal("0.01")))  # fmt: skip
    observed = total(c["weight_share"] for c in cells if c["cell_status"] == "observed")
    checks.append(compare("覆盖率 = Σ已观测权重", "coverage = Σ weight observed", text(observed), half_up(observed, 4),
                           score["coverage_share"], Decimal("0.0001")))  # fmt: skip
    for node in nodes:
        if node["score"] is None:
            continue
        level = "l1_code" if node["node_level"] == 1 else "l2_code"
        inside = [c for c in cells if c[level] == node["node_code"] and c["score"] is not None and c["weight_share"]]
        weight = total(c["weight_share"] for c in inside)
        if weight:
            made = half_up(total(c["weight_share"] * c["score"] for c in inside) / weight, 6)
            checks.append(compare(f"{node['node_code']} = Σ权重×得分/Σ权重", f"{node['node_code']} = Σ weight × score / Σ weight",
                                   f"{len(inside)}", made, node["score"], STEP * 10))  # fmt: skip
    final = min(max(score["base_score"] + score["bonus_points"] - score["deduction_points"], Decimal(0)), Decimal(100))
    checks.append(compare("总分 = 基础分+加分−扣分", "final = base + bonus − deduction",
                           f"{text(score['base_score'])} + {text(score['bonus_points'])} − {text(score['deduction_points'])}",
                           final, score["final_score"]))  # fmt: skip
    if score["score_status"] == "rated":
        letter = _grade_of(release, "town", score["final_score"])
        capped = _capped(letter, vetoes)
        if capped is not None:
            caps = " ".join(f"{v['code']}≤{v['cap_grade']}" for v in vetoes if v["cap_grade"])
            checks.append(compare("等级", "grade", f"{letter}" + (f", {caps}" if caps else ""), capped, score["grade"]))
        better = release.rows(
            "select count(*) as n from town_quarter_scores where period = ? and score_status = 'rated' and final_score > ?",
            [period, score["final_score"]],
        )[0]["n"]
        checks.append(compare("排名 = 1 + 分数更高的镇街数", "rank = 1 + towns with a higher score", f"1 + {better}",
                               1 + better, score["rank_overall"]))  # fmt: skip
    found |= {"score": score, "vetoes": vetoes, "dimensions": nodes, "indicators": cells, "not_due": not_due}
    found["adjustments"] = _adjustments(release, unit_id, period)
    return found


def _town_rule(release: Release, code: str) -> Row:
    rows = release.rows("select * from method_town_indicators where indicator_code = ?", [code])
    return rows[0] if rows else {}


def _parameter(release: Release, code: str, otherwise: Decimal) -> Decimal:
    if "method_parameters" not in release.tables:
        return otherwise
    rows = release.rows("select value from method_parameters where parameter_code = ?", [code])
    return Decimal(str(rows[0]["value"])) if rows else otherwise


def cell(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one indicator of a town: evidence → value → score → points lost, and the files behind it."""
    found = head(release, Target("cell", unit_id, code), period)
    row = one_row(release, "town_indicator_scores", {"town_id": unit_id, "period": period, "indicator_code": code},
               f"indicator {code} of town {unit_id}", "indicator_code")  # fmt: skip
    rule = _town_rule(release, code)
    score = one_row(
        release, "town_quarter_scores", {"town_id": unit_id, "period": period}, f"town {unit_id}", "town_id"
    )
    evidence = evidence_of(release, "town", code, unit_id, period)
    checks = found["checks"]
    checks.append(compare("证据条数", "evidence rows", f"{len(evidence)}", len(evidence), row["evidence_count"]))
    if row["cell_status"] == "observed":
        checks += _value_checks(release, row, rule, evidence)
    if row["score"] is not None:
        checks.append(compare("公布分", "published score", f"{text(row['score'])} → 2", half_up(row["score"]),
                               row["published_score"]))  # fmt: skip
        if row["weight_share"] is not None:
            lost = half_up(row["weight_share"] * (100 - row["score"]), 6)
            checks.append(compare("失分 = 权重×(100−得分)", "points lost = weight × (100 − score)",
                                   f"{text(row['weight_share'])} × (100 − {text(row['score'])})", lost,
                                   row["points_lost"], STEP))  # fmt: skip
    found |= {
        "score": score, "indicator": row, "rule": rule, "evidence_total": len(evidence),
        "evidence": with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def _value_checks(release: Release, row: Row, rule: Row, evidence: list[Row]) -> list[Row]:
    """Return the steps from evidence to score of an observed cell; unrounded numbers are carried from step to step."""
    checks: list[Row] = []
    scale = Decimal(str(rule.get("value_scale") or (100 if row["aggregation"] == "ratio" else 1)))
    is_capped = rule.get("value_cap") is not None
    floor = None if ".." in (row["floor_text"] or "") else Decimal(row["floor_text"])
    if row["numerator"] is not None:
        top = total(e["numerator"] for e in evidence)
        checks.append(compare("分子 Σ", "Σ numerator", f"Σ {len(evidence)}", top, row["numerator"], STEP))
    if row["denominator"] is not None:
        bottom = total(e["denominator"] for e in evidence)
        checks.append(compare("分母 Σ", "Σ denominator", f"Σ {len(evidence)}", bottom, row["denominator"], STEP))
    value, formula = indicator_value(evidence, row["aggregation"], scale, is_capped, floor)
    if value is not None or row["raw_value"] is not None:
        shown = None if value is None else half_up(value, 6)
        checks.append(compare("指标值", "value", formula, shown, row["raw_value"], STEP))
    if row["is_shrunk"]:
        value, formula = _shrunk(release, row, scale, is_capped)
        checks.append(compare("小样本修正值", "small-number value", formula, half_up(value, 6), row["value"], STEP))
    if value is not None and row["score"] is not None:
        made, formula = goalpost_score(value, row["floor_text"], row["target_text"])
        checks.append(compare("得分", "score", formula, half_up(made, 6), row["score"], SHARE))
    return checks


def _shrunk(release: Release, row: Row, scale: Decimal, is_capped: bool) -> tuple[Decimal, str]:
    """Return METHOD 1's value of a small ratio, (k + 5·p0)/(n + 5), p0 made of every town's own sums."""
    k, n = row["numerator"], row["denominator"]
    lent = _parameter(release, "small_number_prior", _PRIOR)
    limit = _parameter(release, "small_number_n", _SMALL_NUMBER)
    top = "least(numerator, denominator)" if is_capped else "numerator"
    district = release.rows(
        f"select sum({top}) as top, sum(denominator) as bottom from town_indicator_scores"
        " where indicator_code = ? and period = ?",
        [row["indicator_code"], row["period"]],
    )[0]
    rate = district["top"] / district["bottom"]
    k = min(k, n) if is_capped else k
    formula = (
        f"{text(scale)}·({text(k)} + {text(lent)}×{text(district['top'])}/{text(district['bottom'])})"
        f"/({text(n)} + {text(lent)}), n < {text(limit)}"
    )
    return scale * (k + lent * rate) / (n + lent), formula


def enterprise(settings: Settings, release: Release, unit_id: str, period: str, limit: int = 5) -> Row:
    """Return a firm's chain: rating → bonus, vetoes → items with reasons, worked out again; and who the firm is.

    A firm that is no rated unit has ``rating`` None and its identity only. ``rows``: the landed rows it was made from.
    """
    found = head(release, Target("enterprise", unit_id), period)
    found["rows"] = landed_rows(release, "dim_enterprises", unit_id, limit)
    if identity.holds(release):
        found["identity"] = identity.identity(release, unit_id)
        if not release.rows(
            "select 1 from enterprise_quarter_ratings where enterprise_id = ? and period = ?", [unit_id, period]
        ):
            return found | {"rating": None, "vetoes": [], "items": []}
    rating = one_row(release, "enterprise_quarter_ratings", {"enterprise_id": unit_id, "period": period},
                  f"enterprise {unit_id}", "enterprise_id")  # fmt: skip
    items = release.rows(
        "select * from enterprise_item_scores where enterprise_id = ? and period = ? and item_status <> 'not_due'"
        " order by lost_points * multiplier desc nulls last, item_code",
        [unit_id, period],
    )
    vetoes = _caps(release, "method_enterprise_items", "item_code", rating["veto_codes"])
    due = [i for i in items if i["item_status"] != "not_applicable"]
    earned = total(i["earned_points"] * i["multiplier"] for i in due)
    most = total(i["max_points"] * i["multiplier"] for i in due)
    checks = found["checks"]
    if most and rating["base_score"] is not None:
        checks.append(compare("基础分 = 100·Σ得分×系数/Σ满分×系数", "base = 100·Σ earned × multiplier / Σ maximum × multiplier",
                               f"100·{text(earned)}/{text(most)}", half_up(100 * earned / most), rating["base_score"],
                               Decimal("0.01")))  # fmt: skip
    if rating["final_score"] is not None:
        final = min(max(rating["base_score"] + rating["bonus_points"], Decimal(0)), Decimal(100))
        checks.append(compare("总分 = 基础分+加分", "final = base + bonus",
                               f"{text(rating['base_score'])} + {text(rating['bonus_points'])}", final, rating["final_score"]))  # fmt: skip
    if rating["rating_status"] == "rated":
        letter = _grade_of(release, "enterprise", rating["final_score"])
        capped = _capped(letter, vetoes)
        if capped is not None:
            caps = " ".join(f"{v['code']}≤{v['cap_grade']}" for v in vetoes if v["cap_grade"])
            checks.append(
                compare("等级", "grade", f"{letter}" + (f", {caps}" if caps else ""), capped, rating["grade"])
            )
    for i in items:
        if i["item_status"] == "not_applicable":
            continue
        checks.append(compare(f"{i['item_code']} 满分−得分", f"{i['item_code']} maximum − earned",
                               f"{text(i['max_points'])} − {text(i['earned_points'])}", i["max_points"] - i["earned_points"],
                               i["lost_points"], Decimal("0.0001")))  # fmt: skip
    found |= {"rating": rating, "vetoes": vetoes, "items": items}
    return found


def item(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one item of a firm, or a veto or bonus in force (``item`` None), with its evidence rows and the files behind them."""
    found = head(release, Target("item", unit_id, code), period)
    rating = one_row(release, "enterprise_quarter_ratings", {"enterprise_id": unit_id, "period": period},
                  f"enterprise {unit_id}", "enterprise_id")  # fmt: skip
    rules = release.rows("select * from method_enterprise_items where item_code = ?", [code])
    evidence = evidence_of(release, "enterprise", code, unit_id, period)
    checks = found["checks"]
    in_force = f"{rating['veto_codes'] or ''},{rating.get('bonus_codes') or ''}".split(",")
    if code in in_force and rules and rules[0]["kind"] != "item":
        return found | {
            "rating": rating, "item": None, "rule": rules[0], "evidence_total": len(evidence),
            "evidence": with_landing(settings, release, evidence, limit),
        }  # fmt: skip
    row = one_row(release, "enterprise_item_scores", {"enterprise_id": unit_id, "period": period, "item_code": code},
               f"item {code} of enterprise {unit_id}", "item_code")  # fmt: skip
    # an internal benchmark stands in no law: its basis is not that of the item
    if rules and row["name_zh"] == rules[0].get("benchmark_name_zh"):
        rules = [rules[0] | {"basis": "内部基准，非法定 · an internal benchmark, not law"}]
    checks.append(compare("证据条数", "evidence rows", f"{len(evidence)}", len(evidence), row["evidence_count"]))
    if evidence and row["numerator"] is not None:
        checks.append(compare("分子 Σ", "Σ numerator", f"{len(evidence)}", total(e["numerator"] for e in evidence),
                               row["numerator"], STEP))  # fmt: skip
    if evidence and row["denominator"] is not None:
        checks.append(compare("分母 Σ", "Σ denominator", f"{len(evidence)}", total(e["denominator"] for e in evidence),
                               row["denominator"], STEP))  # fmt: skip
    if row["item_status"] == "observed" and rules and rules[0].get("calc_kind"):
        checks += _lost_check(row, rules[0], evidence)
    if row["item_status"] not in ("not_applicable", "not_due"):
        checks.append(compare("失分 = 满分−得分", "lost = maximum − earned",
                               f"{text(row['max_points'])} − {text(row['earned_points'])}",
                               row["max_points"] - row["earned_points"], row["lost_points"], Decimal("0.0001")))  # fmt: skip
    found |= {
        "rating": rating, "item": row, "rule": rules[0] if rules else {}, "evidence_total": len(evidence),
        "evidence": with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def _lost_check(row: Row, rule: Row, evidence: list[Row]) -> list[Row]:
    """Return the points an item loses by its calc_kind: share_met, per_fault or any_fault."""
    most = row["max_points"]
    top, bottom = total(e["numerator"] for e in evidence), total(e["denominator"] for e in evidence)
    kind = rule["calc_kind"]
    if kind == "share_met":
        share = min(top / bottom, Decimal(1)) if bottom else Decimal(1)
        floor = rule.get("full_loss_below")
        made, formula = most * (1 - share), f"{text(most)}·(1 − {text(top)}/{text(bottom)})"
        if floor is not None and half_up(share, 6) < Decimal(str(floor)):
            made, formula = most, f"{text(top)}/{text(bottom)} < {text(floor)} → {text(most)}"
    elif kind == "per_fault":
        each = Decimal(str(rule["points_each"]))
        made, formula = min(most, each * top), f"min({text(most)}, {text(each)}×{text(top)})"
    elif kind == "any_fault":
        made, formula = most if top > 0 else Decimal(0), f"{text(top)} > 0 → {text(most)}"
    else:
        return []
    return [compare("失分", "points lost", formula, half_up(made, 4), row["lost_points"], Decimal("0.0001"))]


def station(settings: Settings, release: Release, unit_id: str, period: str) -> Row:
    """Return all certification rules of a station, each gap worked out again."""
    found = head(release, Target("station", unit_id), period)
    gaps = release.rows(
        "select * from certification_gaps where unit_id = ? and period = ? order by rule_id", [unit_id, period]
    )
    if not gaps:
        raise UsageError(f"station {unit_id}", f"has no certification rows in {period}", do="name another quarter")
    unmet = {
        r["indicator_code"]: r["unmet"]
        for r in release.rows(
            "select indicator_code, count(*) as unmet from indicator_evidence where system = 'certification'"
            " and unit_id = ? and period = ? and entity_type = 'requirement' and numerator = 0 group by all",
            [unit_id, period],
        )
    }
    for g in gaps:
        found["checks"] += _gap_check(g, unmet.get(g["rule_id"], 0), f"{g['rule_id']} ")
    town_row = release.rows("select * from dim_towns where town_id = ?", [unit_id])
    found |= {"town": town_row[0] if town_row else {}, "gaps": gaps}
    return found


def _gap_check(gap: Row, unmet: int, label: str = "") -> list[Row]:
    """Compare a judged gap with required minus valid, or the conditions beside the head-count that are not met."""
    if gap["gap_status"] not in ("met", "short"):
        return []
    required, valid = gap["required_count"] or 0, gap["valid_count"] or 0
    formula = f"{required} − {valid}" + (f", ≥ {unmet}" if unmet else "")
    return [compare(f"{label}缺口 = 应有−有效", f"{label}gap = required − valid", formula,
                     max(required - valid, unmet, 0), gap["gap_count"])]  # fmt: skip


def rule(settings: Settings, release: Release, unit_id: str, code: str, period: str, limit: int = 5) -> Row:
    """Return one certification rule of a station: people (masked), evidence and the files behind them."""
    found = head(release, Target("rule", unit_id, code), period)
    gap = one_row(release, "certification_gaps", {"unit_id": unit_id, "period": period, "rule_id": code},
               f"rule {code} of station {unit_id}", "rule_id")  # fmt: skip
    people = release.rows(
        "select * from certification_gap_people where unit_id = ? and period = ? and rule_id = ?"
        " order by counts, next_date nulls last, person_id", [unit_id, period, code],
    )  # fmt: skip
    evidence = evidence_of(release, "certification", code, unit_id, period)
    rules = release.rows("select * from method_cert_rules where rule_id = ?", [code])
    checks = found["checks"]
    if people and gap["valid_count"] is not None and gap["counted_en"] == "people":
        counted = len({p["person_id"] for p in people if p["counts"]})
        checks.append(compare("有效 = 名单中计入的人数", "valid = listed people who count", f"{counted}", counted,
                               gap["valid_count"]))  # fmt: skip
    persons = [e for e in evidence if e["entity_type"] == "person"]
    if persons and gap["valid_count"] is not None and gap["counted_en"] == "people":
        made = int(total(e["numerator"] for e in persons))
        checks.append(compare("有效 = Σ证据分子", "valid = Σ numerator of evidence", f"Σ {len(persons)}", made,
                               gap["valid_count"]))  # fmt: skip
    checks += _gap_check(gap, sum(1 for e in evidence if e["entity_type"] == "requirement" and not e["numerator"]))
    town_row = release.rows("select * from dim_towns where town_id = ?", [unit_id])
    found |= {
        "town": town_row[0] if town_row else {}, "gap": gap, "people": people, "rule": rules[0] if rules else {},
        "evidence_total": len(evidence), "evidence": with_landing(settings, release, evidence, limit),
    }  # fmt: skip
    return found


def disagreements(found: Row) -> list[Row]:
    """Return the checks whose recomputed number is not the published one."""
    return [c for c in found["checks"] if not c["agrees"]]


def as_json(found: Row) -> str:
    """Return the chain as JSON; decimals as text so that no place is lost."""
    return json.dumps(found | {"agrees": not disagreements(found)}, ensure_ascii=False, indent=1, default=_json)


def _json(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
