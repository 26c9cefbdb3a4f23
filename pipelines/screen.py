"""What the terminal shows: progress while a run works, and the one screen at its end. Formats, never decides."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

import duckdb
from rich.console import Console
from rich.table import Table

from pipelines.index import Reconciliation
from pipelines.run import Outcome

_WORDS = {
    "pull": ("拉取", "pull"), "index": ("索引", "index"), "reconcile": ("对账", "reconcile"), "build": ("建仓评分", "build"),
    "release": ("冻结发布", "release"), "observe": ("登记", "record"), "figures": ("核数", "figures"),
    "landed": ("入库", "landed"), "accepted": ("接收", "accepted"), "rejected": ("拒收", "rejected"),
    "duplicate": ("重复", "duplicate"), "unreadable": ("读不出的文件", "unreadable files"), "silo": ("部门", "silo"),
    "table": ("表", "table"), "came": ("数据守恒：入库 = 接收 + 拒收 + 重复", "What came in: landed = accepted + rejected + duplicate"),
    "towns": ("16 个镇街", "The 16 towns"), "town": ("镇街", "town"), "score": ("得分", "score"), "grade": ("等级", "grade"),
    "rank": ("名次", "rank"), "coverage": ("覆盖率", "coverage"), "change": ("较上季", "change"),
    "certs": ("有效执法证", "valid law certs"), "short": ("持证不足的站", "Stations short of law-enforcement certificates (fewer than 2)"),
    "firms": ("企业评级", "Enterprises by grade"), "lies": ("发布在", "Release"), "next": ("下一步", "Next"),
    "new": ("新", "new"), "same": ("与上一版相同，未新增版本", "nothing changed, no new revision"),
    "refused": ("未读入的文件", "Files refused"), "failed": ("出错的部门", "Silos that failed"), "do": ("怎么办", "do"),
    "seen": ("看到", "seen"), "not_rated": ("未评", "not rated"), "total": ("合计", "total"),
    "ok": ("守恒成立", "the sums hold"), "broken": ("守恒不成立", "the sums do not hold"), "took": ("用时", "took"),
    "waiting": ("等待中的文件", "Files that wait"),
    "nothing": ("无新数据", "nothing new"), "figure": ("核对数", "figure"), "value": ("值", "value"),
}  # fmt: skip


def word(key: str, lang: str) -> str:
    """Return one word of the screen in ``lang``."""
    return _WORDS[key][0 if lang == "zh" else 1]


class Progress:
    """Lines on stderr while a run works: elapsed seconds, stage, what was done. One line per table or stage."""

    def __init__(self, lang: str) -> None:
        self.lang, self.started = lang, time.perf_counter()
        self.console = Console(stderr=True, highlight=False)
        self.live = self.console.is_terminal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")

    def _line(self, text: str, last: bool = True) -> None:
        elapsed = f"{time.perf_counter() - self.started:6.1f}s"
        if self.live and not last:
            sys.stderr.write(f"\r\x1b[K{elapsed}  {text}")
            sys.stderr.flush()
        elif last:
            sys.stderr.write(("\r\x1b[K" if self.live else "") + f"{elapsed}  {text}\n")
            sys.stderr.flush()

    def __call__(self, event: dict[str, Any]) -> None:
        """Show one event of :func:`pipelines.run.evaluate`."""
        stage = word(event["stage"], self.lang)
        if "result" in event:
            r = event["result"]
            name = f"{r.silo}/{r.table}"
            if r.error is not None:
                self._line(f"{stage}  {name:34} ✗ {r.error.what}")
            elif r.batches:
                parts = "  ".join(
                    f"{word(k, self.lang)} {r.total(k):>8,}" for k in ("landed", "accepted", "rejected", "duplicate")
                )
                more = f"  {word('refused', self.lang)} {len(r.refusals)}" if r.refusals else ""
                self._line(f"{stage}  {name:34} {parts}{more}")
            elif r.refusals:
                self._line(f"{stage}  {name:34} ✗ {word('refused', self.lang)} {len(r.refusals)}")
            else:
                self._line(f"{stage}  {name:34} {word('nothing', self.lang)}")
        elif "node" in event:
            self._line(f"{stage}  {event['done']:>4}  {event['node']}", last=False)
        elif event.get("state") == "end":
            done = event.get("done")
            text = ""
            if event["stage"] == "build":
                text = (
                    word("nothing", self.lang)
                    if done.skipped
                    else f"{done.count('model')} models, {done.count('seed')} seeds, {done.count('test')} tests"
                )
            elif event["stage"] == "release":
                text = done.release
            self._line(f"{stage}  {text}" if text else stage, last=True)
        elif event.get("state") == "start":
            self._line(stage + " …", last=False)


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else 110)


def _table(title: str, *columns: tuple[str, str]) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, side in columns:
        made.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    return made


def conservation(proof: Reconciliation, lang: str, by_table: bool = False) -> None:
    """Print the proof per silo, or per table."""
    out = _console()
    made = _table(
        word("came", lang), (word("silo", lang), "left"), *([(word("table", lang), "left")] if by_table else []),
        *((word(k, lang), "right") for k in ("landed", "accepted", "rejected", "duplicate", "unreadable")),
    )  # fmt: skip
    names = ("landed", "accepted", "rejected", "duplicate", "unreadable_files")
    groups: dict[tuple[str, ...], list[int]] = {}
    for t in proof.tables:
        key = (t["silo"], t["table"]) if by_table else (t["silo"],)
        sums = groups.setdefault(key, [0] * 5)
        for i, n in enumerate(names):
            sums[i] += t[n]
    for key, sums in groups.items():
        made.add_row(*key, *(f"{v:,}" for v in sums))
    total = [sum(s[i] for s in groups.values()) for i in range(5)]
    made.add_row(word("total", lang), *([""] if by_table else []), *(f"{v:,}" for v in total), style="bold")
    out.print(made)
    out.print(f"{'✓' if proof.ok else '✗'} {word('ok' if proof.ok else 'broken', lang)}")
    for fault in proof.faults:
        out.print(f"  ✗ {fault}")


def problems(outcome: Outcome, lang: str) -> None:
    """Print refused files and failed silos, each with what was seen and what to do."""
    out = _console()
    if outcome.refusals:
        out.print(f"[bold]{word('refused', lang)}[/bold]")
        for m in outcome.refusals:
            r = m["reason"]
            out.print(f"  ✗ {m['silo']}/{m['table']}  {m['source']['name']}: {r['what']}", markup=False)
            out.print(f"    {word('seen', lang)}: {r['seen']}\n    {word('do', lang)}: {r['do']}", markup=False)
    waiting = [(r, w) for r in outcome.pulls for w in r.waiting]
    if waiting:
        out.print(f"[bold]{word('waiting', lang)}[/bold]")
        for r, w in waiting:
            out.print(f"  … {r.silo}/{r.table}  {w.name}: {w.zh if lang == 'zh' else w.en}", markup=False)
    if outcome.errors:
        out.print(f"[bold]{word('failed', lang)}[/bold]")
        for e in outcome.errors:
            out.print(
                f"  ✗ {e.where}: {e.what}\n    {word('seen', lang)}: {e.seen}\n    {word('do', lang)}: {e.do}",
                markup=False,
            )


def _rows(outcome: Outcome, table: str, sql: str) -> list[tuple[Any, ...]]:
    path = str(outcome.release.path / "tables" / f"{table}.parquet").replace("'", "''")
    return duckdb.sql(sql.format(t=f"read_parquet('{path}')", period=outcome.period)).fetchall()


def _towns(outcome: Outcome, lang: str) -> Table:
    name = "town_name_zh" if lang == "zh" else "town_name_en"
    certs = {
        town: (valid, required)
        for town, valid, required in _rows(
            outcome,
            "certification_gaps",
            "select town_id, valid_count, required_count from {t} where period = '{period}' and rule_id = 'ST-02'",
        )
    }
    made = _table(
        f"{word('towns', lang)}  {outcome.period}", (word("rank", lang), "right"), (word("town", lang), "left"),
        (word("score", lang), "right"), (word("grade", lang), "center"), (word("change", lang), "right"),
        (word("coverage", lang), "right"), (word("certs", lang), "right"),
    )  # fmt: skip
    found = _rows(
        outcome, "town_quarter_scores",
        f"select town_id, rank_overall, {name}, final_score, grade, score_change, coverage_share from {{t}} "
        "where period = '{period}' order by rank_overall nulls last, town_id",
    )  # fmt: skip
    for town, rank, label, score, grade, change, coverage in found:
        valid, required = certs.get(town, (None, None))
        mark = "" if valid is None else f"{valid}/{required}" + (" !" if valid < required else "  ")
        made.add_row(
            "–" if rank is None else str(rank), label, f"{score:.2f}", grade or word("not_rated", lang),
            "" if change is None else f"{change:+.2f}", f"{100 * coverage:.0f}%", mark,
        )  # fmt: skip
    return made


def finish(outcome: Outcome, lang: str) -> None:
    """Print the end screen of a run: what came in, the towns, the gaps, the firms, the release, what next."""
    out = _console()
    out.print()
    if outcome.proof:
        conservation(outcome.proof, lang, by_table=outcome.settings.profile == "real")
    if outcome.figures:
        made = _table(
            word("figure", lang),
            (word("silo", lang), "left"),
            (word("figure", lang), "left"),
            (word("value", lang), "left"),
        )
        for silo, values in outcome.figures.items():
            for name, value in values.items():
                text = str(value)
                made.add_row(silo, name, text if len(text) <= 60 else text[:57] + "…")
        out.print(made)
    if outcome.release:
        out.print()
        out.print(_towns(outcome, lang))
        out.print()
        short = _rows(
            outcome, "certification_gaps",
            "select count(*) filter (where gap_status = 'short'), count(*) from {t} where period = '{period}' and rule_id = 'ST-02'",
        )[0]  # fmt: skip
        out.print(f"[bold]{word('short', lang)}[/bold]  {short[0]} / {short[1]}")
        grades = _rows(
            outcome, "enterprise_quarter_ratings",
            "select grade, count(*) from {t} where period = '{period}' group by all order by grade nulls last",
        )  # fmt: skip
        text = "   ".join(f"{g or word('not_rated', lang)} {n:,}" for g, n in grades)
        out.print(f"[bold]{word('firms', lang)}[/bold]  {text}")
    problems(outcome, lang)
    if outcome.release:
        released(outcome, lang)
        out.print(
            f"[bold]{word('next', lang)}[/bold]  make serve · anlan explain {'马鞍街道' if lang == 'zh' else 'Maan'} · anlan export · anlan verify {outcome.release.release}",
            markup=True,
        )
    out.print(f"{word('took', lang)} " + " · ".join(f"{word(k, lang)} {v:.1f}s" for k, v in outcome.seconds.items()))


def released(outcome: Outcome, lang: str) -> None:
    """Print where the release lies and whether it is new."""
    r = outcome.release
    state = word("new" if r.is_new else "same", lang)
    _console().print(f"\n[bold]{word('lies', lang)}[/bold]  {r.release} ({state})  {r.path}", soft_wrap=True)
    if r.changes:
        _console().print(r.changes[f"note_{lang}"], markup=False, soft_wrap=True)


def verified(report: Any, lang: str) -> None:
    """Print the outcome of ``verify``: every bad file by name."""
    out = _console()
    if report.ok:
        out.print(
            f"✓ {report.release}: {report.files} files, {report.bytes:,} bytes, SHA-256 {report.manifest_sha256}",
            soft_wrap=True,
        )
        return
    out.print(f"✗ {report.release}: {len(report.faults)} of {report.files} files are not as frozen")
    for f in report.faults:
        out.print(f"  ✗ {f['path']}: {f[lang]}", markup=False, soft_wrap=True)
