"""One release as one workbook: what an officer opens, filters, prints and sends on.

Reads the release and nothing else; decides nothing. Every number is the release's own. The same release
gives the same bytes: fixed order, fixed dates, no clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.errors import AnlanError, UsageError
from pipelines.exports.headers import COLUMNS, heading, word
from pipelines.periods import parse as parse_period
from pipelines.release import Release, open_release, verify_folder
from pipelines.settings import Settings

LANGUAGES = ("zh", "en", "both")
# on every office machine; LibreOffice replaces it by its own CJK sans
FONT = "Microsoft YaHei"
INK, PAPER, LINE, SOFT = "#17324D", "#F3F6F9", "#D5DEE7", "#5B7083"
GRADES = {
    "A": ("#1B7F5C", "#DDF2E9"),
    "B": ("#1D5E9E", "#DDEAF7"),
    "C": ("#9A6400", "#FBEFD5"),
    "D": ("#A8322A", "#F9E0DD"),
}
_NUMBERS = {
    "integer": "#,##0", "rank": "0", "score": "0.00", "share": "0%", "share2": "0.00%", "number": "#,##0.##", "change": "+0.00;−0.00;0.00",
    "date": "yyyy-mm-dd", "gap": "0;−0;–",
}  # fmt: skip
_PILOT = (
    "标有 pilot、unverified 的取值为试行值，不是官方规定；演示区县的部门数据为模拟数据。企业评级在负责人签字前仅为建议。",
    "Values marked pilot or unverified are not official; the demo district's records are simulated. "
    "A firm's rating is a suggestion until a person signs it.",
)
# names short enough to stand in one column, Chinese first
_PAIRS = frozenset({"town_name", "cohort_name", "node_name", "industry", "element"})
_NUMBER_OF_ROWS = 1_048_570  # a sheet's limit, less title and header


class _Book:
    def __init__(self, book: xlsxwriter.Workbook, release: Release, lang: str) -> None:
        self.book, self.release, self.lang = book, release, lang
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.titles: list[tuple[str, str, int]] = []

    def style(self, **given: Any) -> Any:
        key = tuple(sorted(given.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "font_color": "#1F2933"}
            self.formats[key] = self.book.add_format(base | given)
        return self.formats[key]

    def say(self, zh: str, en: str, mark: str = " ") -> str:
        return zh if self.lang == "zh" else en if self.lang == "en" else f"{zh}{mark}{en}"

    def cell(self, kind: str, shade: bool = False, **more: Any) -> Any:
        given: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
        if shade:
            given["bg_color"] = "#FAFBFC"
        if kind in _NUMBERS:
            given |= {"num_format": _NUMBERS[kind], "align": "center" if kind in ("date", "rank") else "right"}
        elif kind in ("grade", "flag"):
            given |= {"align": "center", "bold": kind == "grade"}
        elif kind == "wrap":
            given |= {"text_wrap": True, "indent": 1}
        elif kind in ("text", "word"):
            given["indent"] = 1
        elif kind == "hash":
            given |= {"font_name": "Consolas", "font_size": 8, "font_color": SOFT}
        return self.style(**(given | more))

    def sheet(self, zh: str, en: str, note: str = "") -> Any:
        title = f"{zh} {en}" if self.lang == "both" else zh if self.lang == "zh" else en
        made = self.book.add_worksheet(title)
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)
        made.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        made.fit_to_pages(1, 0)
        made.set_header(f'&L&"{FONT}"&9 {self.say("安澜", "Anlan")} · {title}&R&"{FONT}"&9 {self.release.name}')
        made.set_footer(f'&L&"{FONT}"&8 {self.release.manifest["content_sha256"][:32]}&R&"{FONT}"&8 &P / &N')
        made.set_row(0, 28)
        made.write_string(0, 0, self.say(zh, en), self.style(font_size=16, bold=True, font_color=INK))
        made.write_string(1, 0, note, self.style(font_size=9, font_color=SOFT))
        return made

    def table(
        self, zh: str, en: str, columns: list[str], rows: list[dict[str, Any]], keep: int = 2,
        note: str = "", bars: str | None = None,
    ) -> None:  # fmt: skip
        """Write one sheet: title, note, header with filter, rows; the first ``keep`` columns stay in view."""
        columns = [c for c in columns if self._wanted(c)]
        if self.lang == "both":
            rows = [
                row | {c: self.say(row[c], row[f"{c[:-3]}_en"]) for c in columns if c[:-3] in _PAIRS} for row in rows
            ]
        m = self.release.manifest
        base = f"{m['release']} · {m['period']} · {m['method_version']} · {len(rows):,} {self.say('行', 'rows')}"
        made = self.sheet(zh, en, f"{base}    {note}" if note else base)
        if len(rows) > _NUMBER_OF_ROWS:
            raise AnlanError(
                f"workbook of {m['release']}", f"sheet {en} has more rows than a sheet can hold",
                seen=f"{len(rows):,} rows", do="read the release's Parquet files instead",
            )  # fmt: skip
        head = self.style(
            bold=True,
            font_color="#FFFFFF",
            bg_color=INK,
            text_wrap=True,
            align="center",
            border=1,
            border_color="#0F2436",
        )
        made.set_row(2, 46 if self.lang == "both" else 32)
        for x, column in enumerate(columns):
            pair = COLUMNS[f"{column[:-3]}_en"][2] if self.lang == "both" and column[:-3] in _PAIRS else 0
            words = 8 if self.lang == "both" and COLUMNS[column][3] == "word" else 0
            made.set_column(x, x, COLUMNS[column][2] + 1 + pair * 0.7 + words)
            made.write_string(2, x, heading(column, self.lang), head)
        writers = [self._writer(made, x, column) for x, column in enumerate(columns)]
        wrapped = [c for c in columns if COLUMNS[c][3] == "wrap"]
        for y, row in enumerate(rows):
            shade = bool(y % 2)
            if (lines := max((_lines(row[c], COLUMNS[c][2]) for c in wrapped), default=1)) > 1:
                made.set_row(y + 3, 14.5 * lines)
            for write, column in zip(writers, columns, strict=True):
                write(y + 3, row[column], shade)
        made.freeze_panes(3, keep)
        made.autofilter(2, 0, max(2 + len(rows), 3), len(columns) - 1)
        made.repeat_rows(2)
        made.print_area(0, 0, max(2 + len(rows), 3), len(columns) - 1)
        if bars and rows and bars in columns:
            x = columns.index(bars)
            made.conditional_format(3, x, 2 + len(rows), x, {
                "type": "data_bar", "bar_color": "#9CC3E6", "bar_solid": True, "data_bar_2010": True,
                "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 100, "bar_border_color": "#9CC3E6",
            })  # fmt: skip
        self.titles.append((zh, en, len(rows)))

    def _wanted(self, column: str) -> bool:
        """In one language a pair of columns shows only its own half; in both, short names share one column."""
        if self.lang == "both":
            return not (column.endswith("_en") and column[:-3] in _PAIRS)
        other = {"zh": "_en", "en": "_zh"}.get(self.lang)
        twin = column[:-3] + ("_zh" if other == "_en" else "_en")
        return not (other and column.endswith(other) and twin in COLUMNS)

    def _writer(self, sheet: Any, x: int, column: str) -> Callable[[int, Any, bool], None]:
        kind = COLUMNS[column][3]
        plain = {s: self.cell(kind, s) for s in (False, True)}
        text = {s: self.cell("text" if kind in _NUMBERS else kind, s) for s in (False, True)}

        def write(y: int, value: Any, shade: bool) -> None:
            if value is None or value == "":
                if kind == "grade":
                    none = self.say("未评", "n/a")
                    sheet.write_string(y, x, none, self.cell(kind, shade, bold=False, font_color=SOFT))
                else:
                    sheet.write_blank(y, x, None, plain[shade])
            elif kind == "grade":
                ink, fill = GRADES.get(value, (INK, PAPER))
                sheet.write_string(y, x, value, self.cell(kind, font_color=ink, bg_color=fill))
            elif isinstance(value, bool):
                sheet.write_string(
                    y, x, self.say("是", "yes", "/") if value else self.say("否", "no", "/"), plain[shade]
                )
            elif isinstance(value, int | float | Decimal):
                fmt = plain[shade]
                if kind == "gap" and value > 0:
                    fmt = self.cell(kind, bold=True, font_color="#A8322A", bg_color="#F9E0DD")
                elif kind == "change" and value:
                    fmt = self.cell(kind, shade, font_color="#1B7F5C" if value > 0 else "#A8322A")
                sheet.write_number(y, x, float(value) if isinstance(value, Decimal) else value, fmt)
            elif isinstance(value, datetime | date):
                sheet.write_datetime(y, x, value, plain[shade])
            elif kind == "word":
                sheet.write_string(y, x, word(value, self.lang) or "", plain[shade])
            else:
                sheet.write_string(y, x, str(value), text[shade])

        return write


def _lines(value: Any, width: float) -> int:
    """Return the lines a text takes in a column ``width`` characters wide; a Chinese character is two wide."""
    if not isinstance(value, str):
        return 1
    wide = sum(2 if c > "\u2e80" else 1 for c in value)
    # words break early: a fifth of the line may stay empty
    return max(1, -int(-wide * (1.2 if wide > width else 1) // width))


def export(settings: Settings, release: str | None = None, lang: str = "both") -> Path:
    """Write release ``release`` (None: the current one) as a workbook and return its path.

    The file is ``exports/<release>/anlan_<release>.xlsx`` (``…_zh.xlsx`` or ``…_en.xlsx`` in one language),
    written beside and moved into place, never into the frozen folder.

    Raises:
        UsageError: unknown release or language (exit code 2).
        AnlanError: the release is damaged, or the file cannot be written.

    """
    if lang not in LANGUAGES:
        raise UsageError(f"language {lang!r}", "is not known", do=f"name one of {', '.join(LANGUAGES)}")
    with open_release(settings, release) as opened:
        report = verify_folder(opened.path)
        if not report.ok:
            raise AnlanError(
                f"release {opened.name}", "is not as it was frozen and is not exported",
                seen=", ".join(f"{f['path']} ({f['fault']})" for f in report.faults), do="freeze the quarter again",
            )  # fmt: skip
        folder = settings.exports / opened.name
        target = folder / f"anlan_{opened.name}{'' if lang == 'both' else '_' + lang}.xlsx"
        temp = folder / f".tmp-{os.getpid()}.xlsx"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(temp, opened, lang, report.manifest_sha256)
            os.replace(temp, target)
        except (OSError, xlsxwriter.exceptions.XlsxFileError) as e:
            raise AnlanError(
                f"workbook {target.name}", "could not be written", seen=str(e),
                do="make room, close the file where it is open, and export again",
            ) from e  # fmt: skip
        finally:
            temp.unlink(missing_ok=True)
    return target


def _write(path: Path, release: Release, lang: str, manifest_sha256: str) -> None:
    # dates come from the quarter: the file of a release is the same whenever it is made
    created = datetime.combine(parse_period(release.period).end, datetime.min.time())
    book = xlsxwriter.Workbook(str(path), {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False,
        "default_date_format": "yyyy-mm-dd",
    })  # fmt: skip
    book.set_properties({
        "title": f"安澜 Anlan {release.name}", "author": "Anlan 安澜", "company": "", "created": created,
        "comments": f"content_sha256 {release.manifest['content_sha256']}",
    })  # fmt: skip
    book.set_size(2400, 1400)
    made = _Book(book, release, lang)
    cover = made.sheet("总览", "Overview")
    _tables(made)
    _cover(made, cover, manifest_sha256)
    cover.activate()
    book.close()


def _tables(made: _Book) -> None:
    release = made.release
    now = [release.period]
    town = "t.town_name_zh, t.town_name_en"
    pilot = made.say("pilot = 试行取值", "pilot = not official", " / ")
    made.table(
        "镇街得分", "Town scores",
        "rank_overall town_id town_name_zh town_name_en grade final_score previous_score score_change previous_rank "
        "cohort_name_zh cohort_name_en rank_cohort cohort_size coverage_share base_score bonus_points deduction_points "
        "lower_score upper_score veto_codes score_status due_count observed_count".split(),
        release.rows("select * from town_quarter_scores where period = ? order by rank_overall nulls last, town_id", now),
        keep=3, bars="final_score",
    )  # fmt: skip
    made.table(
        "维度", "Dimensions",
        "town_name_zh town_name_en node_code node_name_zh node_name_en node_level weight_share published_score".split(),
        release.rows(
            f"select {town}, d.* from town_dimension_scores d join dim_towns t on t.town_id = d.town_id"
            " where period = ? and d.weight_share > 0 order by d.town_id, node_code", now,
        ),
        bars="published_score",
    )  # fmt: skip
    made.table(
        "指标", "Indicators",
        "town_name_zh town_name_en indicator_code name_zh name_en cell_status value unit floor_text target_text published_score "
        "weight_share points_lost numerator denominator sample_count is_shrunk evidence_count previous_value rule_status".split(),
        release.rows(
            f"select {town}, i.* from town_indicator_scores i join dim_towns t on t.town_id = i.town_id"
            " where period = ? and cell_status <> 'not_due' order by i.town_id, indicator_code", now,
        ),
        note=pilot, bars="published_score",
    )  # fmt: skip
    made.table(
        "持证缺口", "Certification gaps",
        "unit_name_zh unit_name_en town_name_zh town_name_en rule_id post_zh requirement_zh requirement_en gap_status severity "
        "counted_zh counted_en required_count valid_count gap_count held_count next_date cheapest_fix_zh cheapest_fix_en reason_code rule_status basis".split(),
        release.rows(
            f"select {town}, g.* from certification_gaps g left join dim_towns t on t.town_id = g.town_id"
            # of thousands of firms those that are short
            " where period = ? and (g.scope <> 'enterprise' or g.gap_status = 'short') order by rule_id, g.town_id, g.unit_id", now,
        ),
        note=pilot,
    )  # fmt: skip
    made.table(
        "缺口人员", "People",
        "unit_name_zh unit_name_en rule_id person_name_mask post_zh cert_type cert_no_mask cert_status counts valid_to_date "
        "next_date fix_zh fix_en landing_ref".split(),
        release.rows(
            "select g.unit_name_zh, g.unit_name_en, p.* from certification_gap_people p join certification_gaps g"
            " on g.unit_id = p.unit_id and g.rule_id = p.rule_id and g.period = p.period"
            " where p.period = ? and (p.scope <> 'enterprise' or not p.counts)"
            " order by p.scope, p.unit_id, p.rule_id, counts, person_id", now,
        ),
        keep=3, note=made.say("姓名、证号已脱敏", "names and numbers are masked", " / "),
    )  # fmt: skip
    made.table(
        "企业评级", "Enterprises",
        "uscc firm_name grade final_score previous_grade previous_score town_name_zh town_name_en industry_zh industry_en is_key "
        "staff_count coverage_share base_score bonus_points veto_codes points_lost_top_reason rating_status".split(),
        release.rows(
            "select * from enterprise_quarter_ratings where period = ?"
            " order by grade nulls last, final_score desc nulls last, enterprise_id", now,
        ),
        bars="final_score",
    )  # fmt: skip
    made.table(
        "企业扣分", "Lost points",
        "uscc firm_name item_code name_zh name_en item_status max_points multiplier earned_points lost_points reason_code reason_zh "
        "reason_en silo evidence_count rule_status".split(),
        release.rows(
            "select r.uscc, r.firm_name, i.* from enterprise_item_scores i join enterprise_quarter_ratings r"
            " on r.enterprise_id = i.enterprise_id and r.period = i.period"
            " where i.period = ? and i.lost_points > 0 order by i.enterprise_id, i.item_code", now,
        ),
    )  # fmt: skip
    conservation = release.rows("select * from silo_conservation order by silo, table_name")
    for row in conservation:
        row.setdefault("table_name_en", row["table_name"])
    made.table(
        "数据守恒", "Conservation",
        "silo table_name table_name_zh table_name_en department landed accepted rejected duplicate is_conserved unreadable_files "
        "batches newest_period_date due_date is_late".split(),
        conservation, note=made.say("落地 = 接收 + 拒绝 + 重复", "landed = accepted + rejected + duplicate", " / "),
    )  # fmt: skip
    made.table(
        "方法", "Method",
        "system kind code name_zh name_en rule floor_text target_text points is_due rule_status basis".split(),
        _method(release), keep=3, note=pilot,
    )  # fmt: skip
    made.table(
        "来源", "Provenance",
        "silo table_name batch source_kind source_name landed accepted rejected duplicate source_sha256 rows_sha256".split(),
        release.rows("select * from input_batches where landed > 0 or unreadable_files > 0 order by silo, table_name, batch"),
        keep=3,
    )  # fmt: skip
    made.table("文件", "Files", "path rows bytes sha256".split(), release.manifest["files"], keep=1)


def _method(release: Release) -> list[dict[str, Any]]:
    """Return all rules as rows of one shape, whatever their system calls the parts."""
    columns = "system kind code name_zh name_en rule floor_text target_text points is_due rule_status basis".split()
    parts = (
        ("town", "method_town_indicators", "kind, indicator_code", {
            "code": "indicator_code", "rule": "formula", "points": "weight_global", "basis": "goalpost_basis"}),
        ("station", "method_cert_rules", "rule_id", {
            "code": "rule_id", "name_zh": "requirement_zh", "name_en": "requirement_en", "rule": "required_qty", "points": "required_min"}),
        ("enterprise", "method_enterprise_items", "kind, item_code", {"code": "item_code", "points": "max_points"}),
    )  # fmt: skip
    found = []
    for system, table, order, names in parts:
        for row in release.rows(f"select * from {table} order by {order}"):
            found.append(
                {c: row.get(names.get(c, c)) for c in columns}
                | {"system": system, "kind": row.get("kind") or "certification"}
            )
    return found


def _cover(made: _Book, sheet: Any, manifest_sha256: str) -> None:
    release, m, say = made.release, made.release.manifest, made.say
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 5, 13)
    sheet.set_column(6, 6, 3)
    sheet.set_column(7, 7, 44)
    sheet.set_column(8, 9, 13)
    sheet.set_row(0, 40)
    period = parse_period(m["period"])
    sheet.write_string(0, 0, say("安澜 · 应急能力季度评估", "Anlan · Quarterly emergency capability", "  "),
                       made.style(font_size=20, bold=True, font_color=INK))  # fmt: skip
    sheet.write_string(1, 0, f"{m['period']}  {period.start.isoformat()} – {period.end.isoformat()}   ·   {m['release']}",
                       made.style(font_size=11, font_color=SOFT))  # fmt: skip
    head = made.style(bold=True, font_color="#FFFFFF", bg_color=INK, align="center", text_wrap=True)
    left = made.style(bold=True, font_color="#FFFFFF", bg_color=INK)
    title = made.style(bold=True, font_size=12, font_color=INK, bottom=2, bottom_color=INK)
    label, value = made.cell("text"), made.cell("text", align="right")

    y = 3
    for x in range(6):
        sheet.write_blank(y, x, None, title)
    sheet.write_string(y, 0, say("镇街排名", "Ranking of towns"), title)
    for x, (zh, en) in enumerate(
        (
            ("名次", "Rank"),
            ("镇街", "Town"),
            ("总分", "Score"),
            ("等级", "Grade"),
            ("变化", "Change"),
            ("覆盖率", "Coverage"),
        )
    ):
        sheet.write_string(y + 1, x, say(zh, en), left if x == 1 else head)
    towns = release.rows(
        "select * from town_quarter_scores where period = ? order by rank_overall nulls last, town_id", [release.period]
    )
    for n, t in enumerate(towns):
        row = y + 2 + n
        sheet.set_row(row, 18)
        if t["rank_overall"] is None:
            sheet.write_string(row, 0, "–", made.cell("text", align="center"))
        else:
            sheet.write_number(row, 0, t["rank_overall"], made.cell("rank"))
        sheet.write_string(row, 1, say(t["town_name_zh"], t["town_name_en"]), made.cell("text", bold=True))
        if t["final_score"] is None:
            sheet.write_blank(row, 2, None, made.cell("score"))
        else:
            sheet.write_number(row, 2, float(t["final_score"]), made.cell("score"))
        ink, fill = GRADES.get(t["grade"], (SOFT, "#FFFFFF"))
        sheet.write_string(row, 3, t["grade"] or say("未评", "n/a"), made.cell("grade", font_color=ink, bg_color=fill))
        change = t["score_change"]
        if change is None:
            sheet.write_blank(row, 4, None, made.cell("change"))
        else:
            colour = "#1B7F5C" if change > 0 else "#A8322A" if change < 0 else SOFT
            sheet.write_number(row, 4, float(change), made.cell("change", font_color=colour))
        sheet.write_number(row, 5, float(t["coverage_share"]), made.cell("share"))
    if towns:
        sheet.conditional_format(y + 2, 2, y + 1 + len(towns), 2, {
            "type": "data_bar", "bar_color": "#9CC3E6", "bar_solid": True, "data_bar_2010": True, "min_type": "num",
            "min_value": 0, "max_type": "num", "max_value": 100, "bar_border_color": "#9CC3E6",
        })  # fmt: skip

    for x in range(7, 10):
        sheet.write_blank(y, x, None, title)
    sheet.write_string(y, 7, say("要点", "Headline figures"), title)
    for x, text in ((7, say("项目", "Figure")), (8, m["period"]), (9, m["previous_period"])):
        sheet.write_string(y + 1, x, text, left if x == 7 else head)
    line = y + 2
    overview = {r["period"]: r for r in release.rows("select * from district_overview")}
    for column, zh, en, kind in _FIGURES:
        sheet.write_string(line, 7, say(zh, en), label)
        for x, quarter in ((8, m["period"]), (9, m["previous_period"])):
            found = overview.get(quarter, {}).get(column)
            if found is None:
                sheet.write_string(line, x, "–", value)
            else:
                sheet.write_number(line, x, float(found) if isinstance(found, Decimal) else found, made.cell(kind))
        line += 1
    line = max(line, y + 2 + len(towns)) + 1
    for x in range(10):
        sheet.write_blank(line, x, None, title)
    sheet.write_string(line, 0, say("本文件", "This file"), title)
    facts = (
        ("发布版", "Release", m["release"]), ("方法版本", "Method version", m["method_version"]),
        ("代码版本", "Code version", m["code_version"]), ("内容 SHA-256", "Content SHA-256", m["content_sha256"]),
        ("清单 SHA-256", "Manifest SHA-256", manifest_sha256),
        ("出口检查", "Release door", f"{m['checks']['rules']} {say('条规则', 'rules')}, {m['checks']['failed_critical']} {say('项关键失败', 'critical failures')}, "
         f"{m['checks']['failed_other']} {say('项提醒', 'warnings')}"),
    )  # fmt: skip
    for zh, en, found in facts:
        line += 1
        sheet.write_string(line, 0, say(zh, en), label)
        for x in range(1, 10):
            sheet.write_blank(line, x, None, label)
        sheet.write_string(line, 2, found, made.cell("text"))
    line += 2
    for x in range(10):
        sheet.write_blank(line, x, None, title)
    sheet.write_string(line, 0, say("目录", "Contents"), title)
    for zh, en, count in made.titles:
        line += 1
        name = f"{zh} {en}" if made.lang == "both" else zh if made.lang == "zh" else en
        sheet.write_url(line, 0, f"internal:'{name}'!A1", made.style(font_color="#1D5E9E", underline=1), name)
        sheet.write_string(line, 2, f"{count:,} {say('行', 'rows')}", made.style(font_color=SOFT))
    line += 2
    note = made.style(
        font_size=9,
        font_color="#7A4B00",
        bg_color="#FDF4E1",
        text_wrap=True,
        valign="top",
        border=1,
        border_color="#F0DDB4",
    )
    sheet.merge_range(line, 0, line, 9, say(*_PILOT, "\n"), note)
    sheet.set_row(line, 46)
    sheet.print_area(0, 0, line, 9)
    sheet.fit_to_pages(1, 1)


_FIGURES = (
    ("mean_score", "镇街平均分", "Mean score of towns", "score"),
    ("towns_rated", "已评定镇街", "Towns rated", "integer"),
    ("towns_not_rated", "数据不足镇街", "Towns not rated", "integer"),
    ("stations_short_law_cert", "执法证不足的站所", "Stations short of certificates", "integer"),
    ("hazards_found", "发现隐患", "Hazards found", "integer"),
    ("hazards_closed_on_time_share", "按期整改率", "Closed on time", "share2"),
    ("major_hazards_open", "未销号重大隐患", "Major hazards open", "integer"),
    ("incidents", "警情", "Incidents", "integer"),
    ("median_arrival_minutes", "首队到场中位时长（分）", "Median arrival, minutes", "score"),
    ("enterprises_rated", "已评级企业", "Enterprises rated", "integer"),
    ("grade_a", "A 级企业", "Grade A", "integer"),
    ("grade_b", "B 级企业", "Grade B", "integer"),
    ("grade_c", "C 级企业", "Grade C", "integer"),
    ("grade_d", "D 级企业", "Grade D", "integer"),
    ("grade_none", "未评企业", "Not rated", "integer"),
)
