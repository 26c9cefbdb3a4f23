"""The scores of towns in the small warehouse: evidence, cells, levels, totals and ranks, each following from the one before by METHOD."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from typing import Any

from tests.unit.warehouse_world import DISTRICT, INDICATORS, METHOD, NODES, PERIODS, TOWNS, Rows, goal, land, q, ranks

Cells = dict[tuple[str, str], dict[str, Any]]


def town_scores(t: Rows, landed: list[list[Any]], period: str, nudge: int) -> None:
    """Add the evidence and scores of every town of ``period``. ``nudge`` closes that many late hazards in time."""
    cells = _cells(t, landed, period, nudge)
    bases = _levels(t, period, cells)
    _totals(t, period, cells, bases)


def _evidence(code: str, i: int, p: int, nudge: int) -> list[tuple[D, D]]:
    """Return numerator and denominator of what is seen of rule ``code`` in town number ``i`` and quarter number ``p``."""
    if code == "C202":
        return [(D(int(n % 7 != i)), D(1)) for n in range(6 if i == 3 else 28)]
    if code == "C204":
        return [(D((n + i) % 4), D(1)) for n in range(12)]
    if code == "C301":
        late = 3 + i - (nudge if i == 0 and p == 1 else 0)
        return [(D(int(n >= late)), D(1)) for n in range(40)]
    if code == "P03" and TOWNS[i][0] == "330603011000":
        return [(D(1), D(0)) for _ in range(2)]
    if code == "E103" and i != 1:
        return [(D(9 + (n * 7 + i * 3 + p) % 17) + D("0.5"), D(1)) for n in range(11 + i)]
    return []


def _cells(t: Rows, landed: list[list[Any]], period: str, nudge: int) -> Cells:
    """Add the evidence, and return what follows from it by town and rule: status, value and score."""
    p = PERIODS.index(period)
    day = dt.datetime(2026, 4 + 3 * p, 3, 8, 30)
    cells: Cells = {}
    for i, town in enumerate(TOWNS):
        for code in (*(ind[0] for ind in INDICATORS), "P03"):
            evidence = _evidence(code, i, p, nudge)
            for n, (num, den) in enumerate(evidence):
                entity = f"{code}-{period}-{i}{n:03d}"
                ref = land(
                    landed, "enforcement", "hazards", f"隐患清单_{period}.csv",
                    {"hazard_no": entity, "town_name": town[1], "hazard_text": f"疏散通道堵塞 {n}", "grade_word": "一般"},
                )  # fmt: skip
                t["indicator_evidence"].append({
                    "district_code": DISTRICT, "indicator_code": code, "unit_id": town[0], "period": period,
                    "entity_type": "hazard", "entity_id": entity, "numerator": num, "denominator": den,
                    "occurred_at": day + dt.timedelta(hours=n), "landing_ref": ref, "unit_type": "town",
                    "system": "town"})  # fmt: skip
            cells[town[0], code] = {"evidence": evidence}
    for ind in INDICATORS:
        code, aggregation = ind[0], ind[7]
        every = [e for town in TOWNS for e in cells[town[0], code]["evidence"]]
        district = _value(code, aggregation, every)
        for town in TOWNS:
            cell = cells[town[0], code]
            evidence = cell["evidence"]
            raw = _value(code, aggregation, evidence)
            value, shrunk = raw, False
            n = sum((e[1] for e in evidence), D(0))
            if aggregation == "ratio" and code != "C204" and evidence and n < 10:
                k = sum((e[0] for e in evidence), D(0))
                value, shrunk = q(100 * (k + 5 * district / 100) / (n + 5), 6), True
            cell |= {
                "status": "not_due" if ind[10] is None else "observed" if evidence else "not_applicable",
                "raw": raw, "value": value, "shrunk": shrunk, "n": n, "district": district,
                "score": q(goal(value, ind[8], ind[9]), 6) if evidence else None,
            }  # fmt: skip
    return cells


def _levels(t: Rows, period: str, cells: Cells) -> list[D]:
    """Add the indicators and dimensions of every town, and return its score before what is added or deducted."""
    bases: list[D] = []
    for town in TOWNS:
        live = [x for x in INDICATORS if cells[town[0], x[0]]["status"] == "observed"]
        total = sum(D(x[10]) for x in live)
        nodes: dict[str, list[tuple[D, D]]] = {}
        lost_all = D(0)
        for ind in INDICATORS:
            cell = cells[town[0], ind[0]]
            weight = q(D(ind[10]) / total, 9) if ind in live else None if ind[10] is None else D(0)
            lost = q(weight * (100 - cell["score"]), 6) if cell["score"] is not None else D(0)
            lost_all += lost
            if ind in live:
                for node in ind[1:3]:
                    nodes.setdefault(node, []).append((weight, cell["score"]))
            due = cell["status"] != "not_due"
            t["town_indicator_scores"].append({
                "district_code": DISTRICT, "town_id": town[0], "period": period, "indicator_code": ind[0],
                "l1_code": ind[1], "l2_code": ind[2], "name_zh": ind[3], "name_en": ind[4], "unit": ind[5],
                "direction": ind[6], "aggregation": ind[7], "cell_status": cell["status"], "missing_rule": ind[11],
                "is_shrunk": cell["shrunk"],
                "numerator": sum((e[0] for e in cell["evidence"]), D(0)) if cell["evidence"] else None,
                "denominator": cell["n"] if cell["evidence"] else None,
                "sample_count": int(cell["n"]) if due else None, "raw_value": cell["raw"], "value": cell["value"],
                "district_value": cell["district"], "floor_text": ind[8], "target_text": ind[9],
                "score": cell["score"], "published_score": q(cell["score"]), "weight_share": weight,
                "points_lost": lost if due else None, "evidence_count": len(cell["evidence"]),
                "rule_status": ind[12]})  # fmt: skip
        for node, parts in nodes.items():
            weight = sum(w for w, _ in parts)
            score = q(sum(w * s for w, s in parts) / weight, 6)
            t["town_dimension_scores"].append({
                "district_code": DISTRICT, "town_id": town[0], "period": period, "node_code": node,
                "parent_code": None if len(node) == 1 else node[0], "node_level": len(node),
                "node_name_zh": NODES[node][0], "node_name_en": NODES[node][1], "weight_share": weight,
                "score": score, "published_score": q(score)})  # fmt: skip
        bases.append(q(100 - lost_all))
    return bases


def _totals(t: Rows, period: str, cells: Cells, bases: list[D]) -> None:
    """Add the score, grade and rank of every town."""
    finals: list[D | None] = [
        min(b + (1 if town[0] == "330603011000" else 0), D(100)) for b, town in zip(bases, TOWNS, strict=True)
    ]
    places = ranks(finals)
    for i, town in enumerate(TOWNS):
        peers = [j for j, x in enumerate(TOWNS) if x[3] == town[3]]
        before = next(
            (r for r in t["town_quarter_scores"] if r["town_id"] == town[0] and r["period"] == PERIODS[0]), None
        )
        letter = "A" if finals[i] >= 90 else "B" if finals[i] >= 80 else "C" if finals[i] >= 60 else "D"
        observed = sum(cells[town[0], x[0]]["status"] == "observed" for x in INDICATORS)
        t["town_quarter_scores"].append({
            "district_code": DISTRICT, "town_id": town[0], "period": period, "method_version": METHOD,
            "town_name_zh": town[1], "town_name_en": town[2], "cohort_code": town[3], "cohort_name_zh": town[4],
            "cohort_name_en": town[5], "score_status": "rated", "grade": "B" if letter == "A" else letter,
            "veto_codes": "V05", "base_score": bases[i],
            "bonus_points": D(1) if town[0] == "330603011000" else D(0), "deduction_points": D(0),
            "final_score": finals[i], "lower_score": finals[i], "upper_score": finals[i],
            "previous_score": before["final_score"] if before else None,
            "score_change": finals[i] - before["final_score"] if before else None, "coverage_share": D(1),
            "rank_overall": places[i], "rank_cohort": ranks([finals[j] for j in peers])[peers.index(i)],
            "cohort_size": len(peers), "previous_rank": before["rank_overall"] if before else None,
            "due_count": 4, "observed_count": observed})  # fmt: skip
        trust(t, "town", {"district_code": DISTRICT, "town_id": town[0], "period": period}, {"rank_overall": places[i]})


def _value(code: str, aggregation: str, evidence: list[tuple[D, D]]) -> D | None:
    if not evidence:
        return None
    if aggregation == "median":
        ordered = sorted(n for n, _ in evidence)
        half = len(ordered) // 2
        return q(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2, 6)
    scale = 1 if code == "C204" else 100
    return q(scale * sum(n for n, _ in evidence) / sum(d for _, d in evidence), 6)


def overview(t: Rows, period: str, rated: list[dict[str, Any]]) -> None:
    """Add what the first page says of the district; the firms of ``period`` must be there."""
    grades = [r["grade"] for r in t["enterprise_quarter_ratings"] if r["period"] == period]
    t["district_overview"].append({
        "district_code": DISTRICT, "period": period, "towns_rated": 4, "towns_not_rated": 0,
        "mean_score": q(sum(r["final_score"] for r in rated) / 4),
        "best_town_id": max(rated, key=lambda r: r["final_score"])["town_id"],
        "worst_town_id": min(rated, key=lambda r: r["final_score"])["town_id"], "hazards_found": 160,
        "hazards_closed_on_time_share": D("0.9"), "major_hazards_open": 1, "stations_short_law_cert": 3,
        "enterprises_rated": sum(g is not None for g in grades),
        **{f"grade_{g.lower()}": grades.count(g) for g in "ABCD"}, "grade_none": grades.count(None),
        "incidents": 50, "median_arrival_minutes": D("16.5")})  # fmt: skip


def opinions(t: Rows, period: str, rated: list[dict]) -> None:
    """Add a second opinion that says what the score says."""
    said = {"district_code": DISTRICT, "opinion_code": "entropy", "period": period}
    for r in rated:
        t["town_second_opinions"].append({
            **said, "town_id": r["town_id"], "preference": r["final_score"], "opinion_rank": r["rank_overall"], "rank_overall": r["rank_overall"],
            "places_gained": 0})  # fmt: skip
    t["second_opinions"].append(
        {**said, "kendall_tau": D(1), "town_count": len(rated), "same_rank_count": len(rated), "most_places": 0}
    )
    t["second_opinion_weights"] += [
        {**said, "indicator_code": c, "l1_code": c[0], "weight_share": D("0.5"), "official_share": D("0.3")}
        for c in ("C301", "E104")
    ]


def trust(t: Rows, system: str, key: dict, published: dict) -> None:
    """Add how far a rank can be trusted: not at all doubted, and what it hangs on."""
    rank = list(published.values())[-1]
    shares = {f"top_{k}_share": D(rank <= k) for k in (1, 3, 5)} | {f"grade_{g}_share": D(g == "c") for g in "abcd"}
    t[f"{system}_rank_intervals"].append({
        **key, **published, "decided_zh": f"第{rank}名。", "decided_en": f"Rank {rank}.", "alike_ids": "", "rank_best": rank,
        "rank_middle": rank, "rank_worst": rank, "rank_missing_zero": rank, "rank_missing_full": rank, "score_low": D(40),
        "score_high": D(90), **shares, "grade_kept_share": D(1), "grade_kept_arithmetic_share": D(1), "alike_group": 1,
        "alike_group_size": 1, "draw_count": 1000, "draw_seed": 1})  # fmt: skip
    for n, (kind, code) in enumerate((("weights", "C"), ("mean", "")), 1):
        t[f"{system}_rank_drivers"].append({
            **key, "factor_kind": kind, "node_code": code, "node_name_zh": "风险" if code else None, "node_name_en": "Risks" if code else None,
            "driver_rank": n, "first_share": D(0), "total_share": D(1) / n, "run_count": 64})  # fmt: skip
