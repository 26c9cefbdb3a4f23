"""The life of a hazard with its clocks: what ``anlan explain hazard`` prints above the rows it was made from. Formats only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.release import Release

Row = dict[str, Any]
_WORDS = {
    "life": ("隐患一生", "Life of the hazard"), "state": ("状态", "state"), "grade": ("级别", "grade"), "repeats": ("复发自", "repeats"),
    "clocks": ("各环节时限", "Clocks"), "stage": ("环节", "stage"), "status": ("状态", "status"), "limit": ("时限（小时）", "limit, hours"),
    "from": ("起", "from"), "due": ("限", "due"), "done": ("办结", "done"), "working": ("工作时", "working"),
    "escalations": ("升级", "Escalations"), "at": ("时间", "time"), "whom": ("报谁", "to whom"), "what": ("事项", "what"),
    "refused": ("不作证据的步骤", "Steps that prove nothing"), "word": ("环节用词", "word"), "why": ("原因", "why"), "round": ("轮", "round"),
    "not_logged": ("没有流转记录，不计时", "nobody logs it step by step: no clocks"),
}  # fmt: skip
_OF_HAZARD = {
    "clocks": ("hazard_clocks", "stage_number, round_number"),
    "escalations": ("hazard_escalations", "escalated_at, escalation_code"),
    "refused": ("hazard_refused_events", "occurred_at, hazard_event_id"),
}


def life(release: Release, hazard_id: str) -> Row | None:
    """Return where a hazard's life stands with its clocks, escalations and refused steps; None before there were any."""
    if "hazard_loops" not in release.tables:
        return None
    found = release.rows("select * from hazard_loops where hazard_id = ?", [hazard_id])
    if not found:
        return None
    return found[0] | {
        key: release.rows(f"select * from {table} where hazard_id = ? order by {order}", [hazard_id])
        for key, (table, order) in _OF_HAZARD.items()
    }


def render(found: Row, lang: str, out: Console) -> None:
    """Print a life: state, clocks, escalations, refused steps; times are those of Beijing."""
    tongue = "zh" if lang == "zh" else "en"

    def word(key: str) -> str:
        return _WORDS[key][lang != "zh"]

    out.print(
        f"\n[bold]{word('life')}[/bold]  {word('state')} {found[f'state_name_{tongue}']}  {word('grade')} {found['grade_code'] or '–'}"
        + (f"  {word('repeats')} {found['repeats_hazard_id']}" if found["repeats_hazard_id"] else "")
        + f"  [dim]{escape(found['hazard_text'] or '')}[/dim]"
    )
    if not found["is_logged"]:
        out.print(word("not_logged"))

    def table(title: str, *heads: str) -> Table:
        made = Table(
            box=None, pad_edge=False, title=word(title), title_justify="left", title_style="bold", header_style="dim"
        )
        for h in heads:
            made.add_column(word(h), overflow="fold")
        return made

    clocks = table("clocks", "stage", "round", "status", "limit", "from", "due", "done")
    for c in found["clocks"]:
        hours = f"{c['limit_hours']:f}".rstrip("0").rstrip(".")
        clocks.add_row(
            c[f"stage_name_{tongue}"], str(c["round_number"]), c[f"status_name_{tongue}"],
            f"{hours} {word('working')}" if c["clock_kind"] == "working" else hours, *(_local(c[x]) for x in ("started_at", "due_at", "done_at")),
        )  # fmt: skip
    raised = table("escalations", "at", "stage", "whom", "what")
    for e in found["escalations"]:
        raised.add_row(
            _local(e["escalated_at"]), e["stage_code"], e[f"to_whom_{tongue}"], f"{e[f'action_{tongue}']} ({e['escalation_code']})"
        )  # fmt: skip
    refused = table("refused", "at", "word", "why")
    for r in found["refused"]:
        refused.add_row(_local(r["occurred_at"]), escape(r["state_word"] or "–"), r[f"reason_{tongue}"])
    for made in (clocks, raised, refused):
        if made.row_count:
            out.print()
            out.print(made)


def _local(at: dt.datetime | None) -> str:
    return "–" if at is None else f"{at + dt.timedelta(hours=8):%Y-%m-%d %H:%M}"
