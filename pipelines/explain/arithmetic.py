"""The method worked out again from evidence rows: values, scores, and comparisons with what was published.

Decides nothing: a difference between the two is an error of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
# half a unit of the sixth place on each side: the warehouse keeps six places of every step
STEP = Decimal("0.000002")
# the share between goalposts has six places, the score is a hundred of it
SHARE = Decimal("0.00006")


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """Return ``value`` rounded to ``places``, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def compare(zh: str, en: str, formula: str, recomputed: Any, published: Any, tolerance: Decimal = Decimal(0)) -> Row:
    """Return one comparison. Decimals agree within ``tolerance``, everything else exactly."""
    agrees = recomputed == published
    if not agrees and isinstance(recomputed, Decimal) and isinstance(published, Decimal):
        agrees = abs(recomputed - published) <= tolerance
    return {"zh": zh, "en": en, "formula": formula, "recomputed": recomputed, "published": published, "agrees": agrees}


def total(values: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of what is there; of nothing it is 0."""
    return sum((v for v in values if v is not None), Decimal(0))


def text(value: Any) -> str:
    """Return a value as people write it: decimals without idle zeros, dates in ISO form, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Decimal):
        plain = f"{half_up(value, 9) if value.as_tuple().exponent < -9 else value:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def goalpost_score(value: Decimal, floor_text: str, target_text: str) -> tuple[Decimal, str]:
    """Return METHOD 2's score of ``value`` (0 to 100) and the formula with its numbers.

    ``floor_text``/``target_text``: one number each, or ``a..d`` and ``b..c`` for a band.
    """
    hundred = Decimal(100)
    if ".." in floor_text:
        low, high = (Decimal(x) for x in floor_text.split(".."))
        inner, outer = (Decimal(x) for x in target_text.split(".."))
        if value < inner:
            share, step = (value - low) / (inner - low), f"({text(value)}−{low})/({inner}−{low})"
        elif value > outer:
            share, step = (high - value) / (high - outer), f"({high}−{text(value)})/({high}−{outer})"
        else:
            share, step = Decimal(1), f"{inner} ≤ {text(value)} ≤ {outer}"
            return hundred, f"{step} → 100"
    else:
        floor, target = Decimal(floor_text), Decimal(target_text)
        share = (value - floor) / (target - floor)
        step = f"({text(value)}−{text(floor)})/({text(target)}−{text(floor)})"
    return hundred * min(max(share, Decimal(0)), Decimal(1)), f"100·clip({step}, 0, 1)"


def _median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _km_median(evidence: list[Row], floor: Decimal | None) -> Decimal:
    """Kaplan-Meier median: numerator = time watched, denominator 1 = an end seen, 0 = still open (censored).

    Never reached: the longest watch, and no less than the floor; open cases must not look quick.
    """
    left, open_share = len(evidence), Decimal(1)
    for time in sorted({e["numerator"] for e in evidence}):
        here = [e for e in evidence if e["numerator"] == time]
        open_share *= 1 - Decimal(sum(1 for e in here if e["denominator"])) / Decimal(left)
        if open_share <= Decimal("0.500000001"):
            return time
        left -= len(here)
    longest = max(e["numerator"] for e in evidence)
    return longest if floor is None else max(longest, floor)


def indicator_value(
    evidence: list[Row], aggregation: str, scale: Decimal, is_capped: bool = False, floor: Decimal | None = None
) -> tuple[Decimal | None, str]:
    """Return the indicator's value by METHOD 1 from its evidence rows, unrounded, and the formula with its numbers.

    Rows without a numerator are seen, not counted. ``is_capped``: a numerator above the denominator counts
    as the denominator (staff above the need).
    """
    counted = [e for e in evidence if e["numerator"] is not None]
    top, bottom = total(e["numerator"] for e in counted), total(e["denominator"] for e in evidence)
    factor = "" if scale == 1 else f"{text(scale)}·"
    if aggregation == "sum":
        return top, f"Σ {len(counted)} = {text(top)}"
    if aggregation in ("median", "km_median"):
        if not counted:
            return None, "–"
        if aggregation == "median":
            return _median([e["numerator"] for e in counted]), f"median of {len(counted)}"
        still_open = sum(1 for e in counted if not e["denominator"])
        return _km_median(counted, floor), f"Kaplan–Meier median of {len(counted)}, {still_open} open"
    if bottom == 0:
        return None, f"{factor}{text(top)}/0"
    if is_capped and top > bottom:
        return scale, f"{factor}min({text(top)}, {text(bottom)})/{text(bottom)}"
    return scale * top / bottom, f"{factor}{text(top)}/{text(bottom)}"
