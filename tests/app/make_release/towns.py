"""Towns: cells, dimensions, scores and the overview of the district."""

from __future__ import annotations

import random
from decimal import Decimal as D
from pathlib import Path

from tests.app.make_release.circle import seat
from tests.app.make_release.facts import COHORTS, DISTRICT, DUE, L1_EN, METHOD, PERIODS, SPAN, TOWNS, moment, q

# what records add to it and take from it is the same, so that its score stays that of its cells
ADJUSTED = "330603011000"


def _event(code: str, town_id: str, period: str) -> dict:
    return {
        "district_code": DISTRICT, "indicator_code": code, "unit_id": town_id, "period": period, "entity_type": "event",
        "entity_id": f"{code}-{period}", "numerator": q(1, 6), "denominator": q(0, 6), "occurred_at": None,
        "landing_ref": "emergency/events/000001-9f3c2ab1#events:1", "unit_type": "town", "system": "town",
    }  # fmt: skip


def _grade(score: D | None) -> str | None:
    return None if score is None else "A" if score >= 90 else "B" if score >= 80 else "C" if score >= 60 else "D"


def _indicators() -> list[dict]:
    names = (
        "code l1 l1_zh l2 l2_zh name_zh name_en unit direction floor target "
        "weight_l1 weight_l2 weight_l3 missing_rule status"
    ).split()
    text = (Path(__file__).parent / "indicators.txt").read_text(encoding="utf-8")
    rows = [dict(zip(names, line.split("|"), strict=True)) for line in text.splitlines()]
    l1 = {r["l1"]: 0.0 for r in rows if r["code"] in DUE}
    for r in rows:
        r["w"] = float(r["weight_l1"]) * float(r["weight_l2"]) * float(r["weight_l3"])
        if r["code"] in DUE:
            l1[r["l1"]] += r["w"]
    total = sum(l1.values())
    for r in rows:
        r["share"] = r["w"] / total if r["code"] in DUE else None
    return rows


def _rank(scores: list[D | None]) -> list[int | None]:
    return [None if s is None else 1 + sum(1 for o in scores if o is not None and o > s) for s in scores]


def _median(values: list) -> D:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def town_tables(rng: random.Random, t: dict) -> None:
    """Add the cells, dimensions and scores of every town and quarter, with their evidence."""
    indicators = _indicators()
    skill = {town[0]: rng.uniform(58, 93) for town in TOWNS}
    skill["330603011000"] = 95
    cells: dict[tuple, dict] = {}
    for period in PERIODS:
        for town in TOWNS:
            for r in indicators:
                cell = {"score": None, "status": "not_due", "num": None, "den": None, "raw": None}
                if r["code"] in DUE:
                    score = max(0.0, min(100.0, rng.gauss(skill[town[0]], 18)))
                    before = cells.get((PERIODS[0], town[0], r["code"]))
                    if period == PERIODS[1] and before and before["score"] is not None:
                        score = max(0.0, min(100.0, before["score"] + rng.gauss(1.2, 9)))
                    status = "observed"
                    if r["code"] == "C302" and rng.random() < 0.3:
                        status = "not_applicable"
                    if town[0] == "330603107000" and r["l1"] in "DE" and period == PERIODS[1]:
                        status = "not_reported" if r["code"] != "E104" else "unreadable"
                    if town[0] == "330603109000" and r["code"] in ("B101", "B102", "B201", "B202", "B204", "C202"):
                        status = "not_reported"
                    lo, hi = (float(x.split("..")[0]) for x in (r["floor"], r["target"]))
                    raw = lo + (hi - lo) * score / 100
                    if r["code"] == "B201":
                        raw = float(round(raw))
                        score = 100 * raw / 3
                    den = rng.choice([3, 4, 7, 12, 24, 60, 180])
                    cell = {
                        "score": score if status == "observed" else None if status == "not_applicable" else 0.0,
                        "status": status,
                        "num": raw * den / 100,
                        "den": den,
                        "raw": raw if status == "observed" else None,
                    }
                cells[period, town[0], r["code"]] = cell
    base: dict[tuple, D] = {}
    for period in PERIODS:
        for town in TOWNS:
            live = [r for r in indicators if r["share"] and cells[period, town[0], r["code"]]["score"] is not None]
            spare = 1 - sum(r["share"] for r in live)
            share = {r["code"]: r["share"] + spare * r["share"] / (1 - spare) for r in live}
            observed = sum(share[r["code"]] for r in live if cells[period, town[0], r["code"]]["status"] == "observed")
            lost_all = 0.0
            for r in indicators:
                cell, before = cells[period, town[0], r["code"]], cells.get((PERIODS[0], town[0], r["code"]))
                weight = share.get(r["code"], 0.0)
                lost = weight * (100 - cell["score"]) if cell["score"] is not None else 0.0
                lost_all += lost
                changed = period == PERIODS[1] and cell["status"] != "not_due"
                t["town_indicator_scores"].append(
                    {
                        "district_code": DISTRICT,
                        "town_id": town[0],
                        "period": period,
                        "indicator_code": r["code"],
                        "l1_code": r["l1"],
                        "l2_code": r["l2"],
                        "name_zh": r["name_zh"],
                        "name_en": r["name_en"],
                        "unit": r["unit"],
                        "direction": r["direction"],
                        "aggregation": "median" if "中位" in r["name_zh"] else "ratio",
                        "cell_status": cell["status"],
                        "missing_rule": r["missing_rule"],
                        "is_shrunk": bool(cell["den"] and cell["den"] < 10),
                        "numerator": q(cell["num"], 6),
                        "denominator": q(cell["den"], 6),
                        "sample_count": cell["den"],
                        "raw_value": q(cell["raw"], 6),
                        "value": q(cell["raw"], 6),
                        "district_value": q(cell["raw"], 6),
                        "floor_text": r["floor"],
                        "target_text": r["target"],
                        "score": q(cell["score"], 6),
                        "published_score": q(cell["score"]),
                        "weight_share": q(weight, 9),
                        "points_lost": q(lost, 6),
                        "evidence_count": cell["den"] or 0,
                        "rule_status": r["status"],
                        "previous_value": q(before["raw"], 6) if changed else None,
                        "previous_score": q(before["score"], 6) if changed else None,
                    }
                )
                if cell["status"] == "observed":
                    for n in range(int(cell["den"])):
                        t["indicator_evidence"].append(
                            {
                                "district_code": DISTRICT,
                                "indicator_code": r["code"],
                                "unit_id": town[0],
                                "period": period,
                                "entity_type": "hazard" if r["l1"] == "C" else "person",
                                "entity_id": f"H{rng.randrange(16**10):010x}",
                                "numerator": q(float(n % 4 != 0), 6),
                                "denominator": q(1.0, 6),
                                "occurred_at": moment(rng, period),
                                "landing_ref": f"enforcement/hazards/000001-9f3c2ab1#隐患清单_{period}.xlsx!隐患清单:{n + 4}",
                                "unit_type": "town",
                                "system": "town",
                            }
                        )
            if town[0] == ADJUSTED:
                t["indicator_evidence"] += [_event(code, town[0], period) for code in ("P02", "N02")]
            score = q(100 - lost_all)
            base[period, town[0]] = score
            codes = sorted({r["l1"] for r in indicators}) + sorted({r["l2"] for r in indicators})
            for code in codes:
                inside = [r for r in live if code in (r["l1"], r["l2"])]
                weight = sum(share[r["code"]] for r in inside)
                node = next(r for r in indicators if code in (r["l1"], r["l2"]))
                value = (
                    sum(share[r["code"]] * cells[period, town[0], r["code"]]["score"] for r in inside) / weight
                    if weight
                    else None
                )
                first = len(code) == 1
                t["town_dimension_scores"].append(
                    {
                        "district_code": DISTRICT,
                        "town_id": town[0],
                        "period": period,
                        "node_code": code,
                        "parent_code": None if first else code[0],
                        "node_level": 1 if first else 2,
                        "node_name_zh": node["l1_zh"] if first else node["l2_zh"],
                        "node_name_en": L1_EN[code] if first else f"{L1_EN[code[0]]} {code[1]}",
                        "weight_share": q(weight, 9),
                        "score": q(value, 6),
                        "published_score": q(value),
                    }
                )
            t["_quarter"].append((period, town, score, observed))
    for period in PERIODS:
        rows = [x for x in t["_quarter"] if x[0] == period]
        finals = [None if x[3] < 0.7 else x[2] for x in rows]
        ranks = _rank(finals)
        earlier = [None if x[3] < 0.7 else x[2] for x in t["_quarter"] if x[0] == PERIODS[0]]
        before = _rank(earlier)
        for i, (_, town, score, observed) in enumerate(rows):
            cohort = [j for j, x in enumerate(rows) if x[1][3] == town[3]]
            rated = finals[i] is not None
            prior = earlier[i] if period == PERIODS[1] else None
            veto = "V05" if i not in (10, 0) else ""
            grade = _grade(finals[i])
            if veto and grade == "A":
                grade = "B"
            t["town_quarter_scores"].append(
                {
                    "district_code": DISTRICT,
                    "town_id": town[0],
                    "period": period,
                    "method_version": METHOD,
                    "town_name_zh": town[1],
                    "town_name_en": town[2],
                    "cohort_code": town[3],
                    "cohort_name_zh": COHORTS[town[3]][0],
                    "cohort_name_en": COHORTS[town[3]][1],
                    "score_status": "rated" if rated else "not_rated",
                    "grade": grade,
                    "veto_codes": veto,
                    "base_score": score,
                    "bonus_points": q(0.5 if town[0] == ADJUSTED else 0),
                    "deduction_points": q(0.5 if town[0] == ADJUSTED else 0),
                    "final_score": score,
                    "lower_score": q(float(score) - 2.5 * (1 - observed) * 10),
                    "upper_score": q(min(100.0, float(score) + 100 * (1 - observed))),
                    "previous_score": prior,
                    "score_change": score - prior if prior is not None and rated else None,
                    "coverage_share": q(observed, 4),
                    "rank_overall": ranks[i],
                    "rank_cohort": _rank([finals[j] for j in cohort])[cohort.index(i)] if rated else None,
                    "cohort_size": len(cohort),
                    "previous_rank": before[i] if period == PERIODS[1] else None,
                    "due_count": 18,
                    "observed_count": round(18 * observed),
                }
            )
    t["dim_towns"] += [
        {
            "district_code": DISTRICT,
            "town_id": x[0],
            "town_name_zh": x[1],
            "town_name_en": x[2],
            "cohort_code": x[3],
            "seat_lon": seat(i)[0],
            "seat_lat": seat(i)[1],
        }
        for i, x in enumerate(TOWNS)
    ]
    for code, kind, zh, en in (
        ("P02", "bonus", "跨镇支援或随“国家队”作战", "Cross-town or national-team support"),
        ("N02", "penalty", "督办件逾期", "Supervised item overdue"),
    ):
        t["method_town_indicators"].append(
            {
                **SPAN,
                "kind": kind,
                "indicator_code": code,
                "name_zh": zh,
                "name_en": en,
                "rule_status": "pilot",
                "is_due": True,
            }
        )
    for r in indicators:
        t["method_town_indicators"].append(
            {
                **SPAN,
                "kind": "indicator",
                "indicator_code": r["code"],
                "l1_code": r["l1"],
                "l2_code": r["l2"],
                "name_zh": r["name_zh"],
                "name_en": r["name_en"],
                "unit": r["unit"],
                "direction": r["direction"],
                "floor_text": r["floor"],
                "target_text": r["target"],
                "weight_global": q(r["w"], 9),
                "missing_rule": r["missing_rule"],
                "rule_status": r["status"],
                "is_due": r["code"] in DUE,
            }
        )


def overview(t: dict) -> None:
    """Add the one row of the district per quarter."""
    for period in PERIODS:
        towns = [r for r in t["town_quarter_scores"] if r["period"] == period]
        rated = [r for r in towns if r["score_status"] == "rated"]
        firms = [r for r in t["enterprise_quarter_ratings"] if r["period"] == period]
        count = {g: sum(1 for r in firms if r["grade"] == g) for g in ("A", "B", "C", "D", None)}
        short = sum(
            1
            for r in t["certification_gaps"]
            if r["period"] == period and r["rule_id"] == "ST-02" and r["gap_status"] == "short"
        )
        now = {
            "towns_rated": len(rated),
            "towns_not_rated": 16 - len(rated),
            "mean_score": q(sum(r["final_score"] for r in rated) / len(rated)),
            "best_town_id": max(rated, key=lambda r: r["final_score"])["town_id"],
            "worst_town_id": min(rated, key=lambda r: r["final_score"])["town_id"],
            "hazards_found": 7078 if period == PERIODS[1] else 6820,
            "hazards_closed_on_time_share": q(0.9132 if period == PERIODS[1] else 0.8987, 4),
            "major_hazards_open": 9 if period == PERIODS[1] else 12,
            "stations_short_law_cert": short,
            "enterprises_rated": len(firms) - count[None],
            "grade_a": count["A"],
            "grade_b": count["B"],
            "grade_c": count["C"],
            "grade_d": count["D"],
            "grade_none": count[None],
            "incidents": 838 if period == PERIODS[1] else 790,
            "median_arrival_minutes": q(13.4 if period == PERIODS[1] else 14.1),
        }
        past = t["district_overview"][-1] if t["district_overview"] else {}
        t["district_overview"].append(
            {
                "district_code": DISTRICT,
                "period": period,
                **now,
                "previous_mean_score": past.get("mean_score"),
                "previous_hazards_found": past.get("hazards_found"),
                "previous_major_hazards_open": past.get("major_hazards_open"),
                "previous_incidents": past.get("incidents"),
                "previous_hazards_closed_on_time_share": past.get("hazards_closed_on_time_share"),
                "previous_stations_short_law_cert": past.get("stations_short_law_cert"),
                "previous_median_arrival_minutes": past.get("median_arrival_minutes"),
            }
        )
