"""What the page of capability depth reads, and the small drawings only it has. Decides nothing."""

from __future__ import annotations

from dashboards.queries import Release, rows


def gaps(release: Release, period: str) -> list[dict]:
    """Return the whole score first, then the indicators, widest gap first; those without a gap last."""
    return rows(
        release,
        "select * from indicator_gaps where period = ? "
        "order by indicator_code <> 'TOTAL', score_gap desc nulls last, gap_change desc nulls last, indicator_code",
        period,
    )


def span(worst: object, median: object, best: object) -> str:
    """Return a line from 0 to 100 with what lies between the worst and the best drawn, and a mark at the median."""
    low, middle, high = (float(str(x)) for x in (worst, median, best))
    return (
        f'<div class="bullet"><div class="bar"><i style="left:{low:.2f}%;width:{max(high - low, 0.6):.2f}%"></i>'
        f'<u style="left:calc({middle:.2f}% - 1px)"></u></div></div>'
    )
