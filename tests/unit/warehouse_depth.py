"""The marts of capability depth in the small warehouse: worked from the towns' rows that stand there already."""

from __future__ import annotations

from decimal import Decimal as D
from statistics import median
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def depth_tables(t: Rows, names: dict[str, tuple[str, str]]) -> None:
    """Add the marts of capability depth. ``names``: town → Chinese and English name."""
    _gaps(t, names)


def _gaps(t: Rows, names: dict[str, tuple[str, str]]) -> None:
    seen: dict[tuple[str, str], list[tuple[D, D, str]]] = {}
    facts: dict[str, tuple] = {"TOTAL": (None, "总分", "Whole score", "分")}
    for r in t["town_indicator_scores"]:
        facts[r["indicator_code"]] = (r["l1_code"], r["name_zh"], r["name_en"], r["unit"])
        mine = seen.setdefault((r["period"], r["indicator_code"]), [])
        if r["cell_status"] == "observed":
            mine.append((r["published_score"], r["value"], r["town_id"]))
    for r in t["town_quarter_scores"]:
        seen.setdefault((r["period"], "TOTAL"), []).append((r["final_score"], r["final_score"], r["town_id"]))
    before: dict[str, dict[str, Any]] = {}
    for (period, code), towns in sorted(seen.items()):
        l1, zh, en, unit = facts[code]
        low, high = (min(towns), max(towns)) if towns else (None, None)
        level = bool(towns) and low[0] == high[0]
        last = before.get(code)
        gap = high[0] - low[0] if towns else None
        change = gap - last["score_gap"] if last and towns and last["score_gap"] is not None else None
        best, worst = (None, None) if level or not towns else (high, low)
        before[code] = {
            "district_code": "330603", "period": period, "indicator_code": code, "l1_code": l1, "name_zh": zh, "name_en": en,
            "unit": unit, "unit_en": unit, "gap_status": "not_due" if not towns else "level" if level else "compared",
            "trend_code": "unknown" if change is None else "widening" if change > 0 else "closing" if change < 0 else "same",
            **{f"{end}_town_{part}": x and (x[2], *names[x[2]])[i] for end, x in (("best", best), ("worst", worst))
               for i, part in enumerate(("id", "name_zh", "name_en"))},
            "previous_worst_town_id": last and worst and last["worst_town_id"], "town_count": len(names),
            "compared_count": len(towns), "unknown_count": 0, "best_score": high and high[0], "worst_score": low and low[0],
            "median_score": median(x[0] for x in towns) if towns else None, "score_gap": gap,
            "previous_score_gap": last and last["score_gap"], "gap_change": change, "best_value": best and best[1],
            "median_value": median(x[1] for x in towns) if towns else None, "worst_value": worst and worst[1]}  # fmt: skip
        t["indicator_gaps"].append(before[code])
