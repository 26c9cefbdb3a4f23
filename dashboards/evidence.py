"""The rows a number is made of: entity, numbers, date, and the file and line each came from, a page at a time."""

from __future__ import annotations

from collections.abc import Callable

from dashboards import i18n, parts, shell
from dashboards.queries import of_towns


def panel(
    ctx: shell.Context, top: str, unit_id: str, code: str, status: str, shown: Callable[[dict], str] | None = None
) -> str:
    """Return the evidence of one unit and indicator below its title ``top``; ``status`` is said where there is none.

    ``shown`` writes an entity's id, for pages that link it. The page number is ``ep`` in the URL.
    """
    t, esc = ctx.t, parts.esc
    page = ctx.page_number("ep")
    found, total = of_towns.evidence(ctx.release, ctx.period, unit_id, code, page)
    if not total:
        return top + f"<p>{esc(t('evidence_none', status=ctx.known('status', status)))}</p>"
    heads = (
        (t("entity"), ""),
        (t("numerator"), "num"),
        (t("denominator"), "num"),
        (t("when"), ""),
        (t("came_from"), ""),
    )
    entity = shown or (lambda e: esc(e["entity_id"]))
    lines = [
        '<tr class="evidence-row">'
        + parts.cell(f'{esc(ctx.known("entity", e["entity_type"]))}<span class="sub">{entity(e)}</span>', css="head")
        + parts.cell(esc(i18n.short(e["numerator"])), t("numerator"), "num")
        + parts.cell(esc(i18n.short(e["denominator"])), t("denominator"), "num")
        + parts.cell(esc(i18n.moment(ctx.lang, e["occurred_at"])), t("when"), "nowrap")
        + parts.cell(parts.source_line(ctx.lang, e["landing_ref"]), t("came_from"), "ref")
        + "</tr>"
        for e in found
    ]
    return (
        top
        + parts.table(heads, lines)
        + parts.pager(ctx.lang, total, of_towns.EVIDENCE_PAGE, page, lambda p: ctx.here(ep=p if p > 1 else None))
    )
