"""What the pages read of firms: their ratings and items."""

from __future__ import annotations

from dashboards.queries import Release, one, rows, select

FIRM_PAGE = 50


def firms(
    release: Release,
    period: str,
    *,
    town: str = "",
    industry: str = "",
    grade: str = "",
    key: str = "",
    text: str = "",
    page: int = 1,
) -> tuple[list[dict], int]:
    """Return one page of firms that pass the filters, worst score first, and how many pass.

    ``grade`` is A to D or ``none``; ``key`` is ``1`` for key firms; ``text`` is looked for in name and code.
    """
    where, parameters = ["period = ?"], [period]
    for column, value in (("town_id", town), ("industry_code", industry)):
        if value:
            where.append(f"{column} = ?")
            parameters.append(value)
    if grade:
        where.append("grade is null" if grade == "none" else "grade = ?")
        parameters += [] if grade == "none" else [grade]
    if key:
        where.append("is_key")
    if text:
        where.append("(contains(lower(firm_name), lower(?)) or contains(lower(uscc), lower(?)))")
        parameters += [text, text]
    clause = " and ".join(where)
    total = rows(release, f"select count(*) as n from enterprise_quarter_ratings where {clause}", *parameters)[0]["n"]
    found = rows(
        release,
        f"select * from enterprise_quarter_ratings where {clause} order by grade desc nulls last, "
        f"final_score nulls last, enterprise_id limit {FIRM_PAGE} "
        f"offset {FIRM_PAGE * max(page - 1, 0)}",
        *parameters,
    )
    return found, total


def grade_counts(release: Release, period: str) -> list[dict]:
    """Return the number of firms per industry and grade (``none`` = not rated)."""
    return rows(
        release,
        """
        select industry_code, any_value(industry_zh) as industry_zh, any_value(industry_en) as industry_en,
               coalesce(grade, 'none') as grade, count(*) as firms
        from enterprise_quarter_ratings where period = ? group by industry_code, coalesce(grade, 'none')
        order by industry_code, grade""",
        period,
    )


def firm(release: Release, period: str, enterprise_id: str) -> dict | None:
    """Return the rating of one firm, or None when the release does not hold it."""
    return one(release, "enterprise_quarter_ratings", period=period, enterprise_id=enterprise_id)


def firm_items(release: Release, period: str, enterprise_id: str) -> list[dict]:
    """Return the items of one firm in item order."""
    return select(release, "enterprise_item_scores", "item_code", period=period, enterprise_id=enterprise_id)
