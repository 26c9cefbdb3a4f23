"""What the pages read of ranks: how far they can be trusted, what they hang on, and what other methods would say."""

from __future__ import annotations

from dashboards.queries import Release, has, rows, select


def rank_intervals(release: Release, period: str, system: str = "town") -> dict[str, dict]:
    """Return by unit how far its rank can be trusted, in rank order; nothing where a release does not say."""
    if not has(release, f"{system}_rank_intervals"):
        return {}
    unit, rank = ("town_id", "rank_overall") if system == "town" else ("department", "rank_in_group")
    found = select(release, f"{system}_rank_intervals", f"{rank} nulls last, {unit}", period=period)
    return {r[unit]: r for r in found}


def rank_drivers(release: Release, period: str, town_id: str, most: int = 6) -> list[dict]:
    """Return what the rank of a town hangs on most; nothing where a release does not say."""
    if not has(release, "town_rank_drivers"):
        return []
    return rows(
        release,
        "select * from town_rank_drivers where period = ? and town_id = ? and driver_rank <= ? and total_share > 0 order by driver_rank",
        period,
        town_id,
        most,
    )


def second_opinions(release: Release, period: str) -> list[dict]:
    """Return the second opinions with their agreement and the town each moves most; nothing where a release has none."""
    if not has(release, "second_opinions"):
        return []
    return rows(
        release,
        """
        select s.*, max_by(t.town_id, abs(t.places_gained) * 1000 - t.rank_overall) as town_id,
               max_by(t.rank_overall, abs(t.places_gained) * 1000 - t.rank_overall) as rank_overall,
               max_by(t.opinion_rank, abs(t.places_gained) * 1000 - t.rank_overall) as opinion_rank
        from second_opinions s
        join town_second_opinions t using (district_code, opinion_code, period)
        where s.period = ? group by all order by s.kendall_tau desc nulls last, s.opinion_code""",
        period,
    )
