"""How far ranks can be trusted: intervals one place to both sides, and what they hang on."""

from __future__ import annotations

from tests.app.make_release.facts import DISTRICT, q


def trust_tables(t: dict) -> None:
    """Add intervals and drivers of all towns and departments that have a score."""
    for system, unit, rank in (("town", "town_id", "rank_overall"), ("department", "department", "rank_in_group")):
        scores = t[f"{system}_quarter_scores"]
        for row in scores:
            key = {"district_code": DISTRICT, unit: row[unit], "period": row["period"]}
            here = row[rank]
            like = [
                r[unit]
                for r in scores
                if r["period"] == row["period"] and r[rank] and here and abs(r[rank] - here) == 1
            ]
            t[f"{system}_rank_intervals"].append({
                **key, "rank_overall" if system == "town" else "rank_in_group": here,
                "decided_zh": here and f"第{here}名，九成演算在第{max(1, here - 1)}至{here + 1}名。",
                "decided_en": here and f"Rank {here}, between {max(1, here - 1)} and {here + 1} in nine of ten draws.",
                "alike_ids": here and ",".join(like), "rank_best": here and max(1, here - 1), "rank_middle": here,
                "rank_worst": here and here + 1, "rank_missing_zero": here and here + 2, "rank_missing_full": here,
                "grade_kept_share": here and q(0.5), "grade_kept_arithmetic_share": here and q(0.9),
                "alike_group": here and 1 + here // 5, "alike_group_size": here and 5, "draw_count": here and 1000, "draw_seed": 330603,
            })  # fmt: skip
            drivers = (
                ("weights", "C", "风险隐患治理", "Risks and hazards"),
                ("mean", "", None, None),
                ("goalposts", "E", "响应", "Response"),
            )
            if here:
                t[f"{system}_rank_drivers"] += [
                    {
                        **key, "factor_kind": kind, "node_code": code, "node_name_zh": zh, "node_name_en": en, "driver_rank": n,
                        "first_share": q(0.2 / n), "total_share": q(0.6 / n), "run_count": 5376,
                    }
                    for n, (kind, code, zh, en) in enumerate(drivers, 1)
                ]  # fmt: skip
    for row in t["town_quarter_scores"]:
        if row["rank_overall"]:
            t["town_second_opinions"].append({
                "district_code": DISTRICT, "opinion_code": "entropy", "town_id": row["town_id"], "period": row["period"],
                "preference": row["final_score"], "opinion_rank": row["rank_overall"] + (row["rank_overall"] == 3), "rank_overall": row["rank_overall"],
                "places_gained": -(row["rank_overall"] == 3)})  # fmt: skip
    t["second_opinions"] += [
        {
            "district_code": DISTRICT, "opinion_code": "entropy", "period": p, "kendall_tau": q(0.95), "town_count": 14, "same_rank_count": 13,
            "most_places": 1,
        }
        for p in ("2026Q2", "2026Q3")
    ]  # fmt: skip
