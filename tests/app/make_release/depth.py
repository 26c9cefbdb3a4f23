"""The pretended depth of capability: gaps between towns."""

from __future__ import annotations

from tests.app.make_release.facts import DISTRICT, PERIODS, TOWNS, q

MARTS = ("indicator_gaps",)
NAMES = {town[0]: (town[1], town[2]) for town in TOWNS}


def depth_tables(t: dict) -> None:
    """Add the marts of the page on capability depth."""
    _gaps(t)


def _gaps(t: dict) -> None:
    cells = [
        (r["period"], r["indicator_code"], r, r["published_score"], r["cell_status"] == "observed")
        for r in t["town_indicator_scores"]
    ]
    whole = {"l1_code": None, "name_zh": "总分", "name_en": "Whole score", "unit": "分"}
    cells += [
        (r["period"], "TOTAL", whole | {"town_id": r["town_id"]}, r["final_score"], r["score_status"] == "rated")
        for r in t["town_quarter_scores"]
    ]
    last: dict[str, dict] = {}
    for period in PERIODS:
        for code in dict.fromkeys(c[1] for c in cells):
            mine = [c for c in cells if c[:2] == (period, code)]
            seen = sorted((c[3], c[2]["town_id"]) for c in mine if c[4])
            before = last.get(code, {})
            gap = seen[-1][0] - seen[0][0] if len(seen) > 1 else None
            change = gap - before["score_gap"] if gap is not None and before.get("score_gap") is not None else None
            ends = seen if gap else []
            last[code] = {
                "district_code": DISTRICT, "period": period, "indicator_code": code,
                **{k: mine[0][2][k] for k in ("l1_code", "name_zh", "name_en", "unit")}, "unit_en": mine[0][2]["unit"],
                "gap_status": "compared" if gap else "level" if gap == 0 else "too_few" if seen else "not_due",
                "trend_code": "unknown" if change is None else "widening" if change > 0 else "closing" if change < 0 else "same",
                "best_town_id": (ends and ends[-1][1]) or None, "worst_town_id": (ends and ends[0][1]) or None,
                **{f"{end}_town_name_{lang}": (ends and NAMES[ends[at][1]][i]) or None
                   for end, at in (("best", -1), ("worst", 0)) for i, lang in enumerate(("zh", "en"))},
                "previous_worst_town_id": before.get("worst_town_id"), "town_count": len(TOWNS), "compared_count": len(seen),
                "unknown_count": len(TOWNS) - len(seen), "best_score": seen[-1][0] if seen else None,
                "median_score": seen[len(seen) // 2][0] if seen else None, "worst_score": seen[0][0] if seen else None,
                "score_gap": gap, "previous_score_gap": before.get("score_gap"), "gap_change": change,
                "best_value": q(90, 6) if ends else None, "median_value": q(80, 6) if seen else None,
                "worst_value": q(60, 6) if ends else None}  # fmt: skip
            t["indicator_gaps"].append(last[code])
