"""The page of the hazard loop, made from its seeds and the dbt unit tests of its models; nothing here judges."""

from __future__ import annotations

from pathlib import Path

from pipelines import docs_words as words
from pipelines.docs_examples import examples_of, table_lines
from pipelines.docs_rules import MADE, PAGES, seed_rows

PAGE = PAGES / "hazards.md"
_MODELS = (
    "dim_work_days", "fct_hazard_clocks", "fct_hazard_escalations", "hazard_loops", "hazard_stage_quarters", "hazard_refused_events",
    "hazard_list_checks", "major_hazard_earlies", "case_clocks",
)  # fmt: skip
_HEAD = """\
# 隐患闭环 · The hazard loop

{made}

发现 → 确认 → 管控 → 整改 → 核销。各部门的流转记录只增不改，合成一条隐患的一生（`fct_hazard_life_events`）；不合法的步骤和倒退的时间不作证据，
但保留并列出原因（`hazard_refused_events`）。每个环节有时限（`fct_hazard_clocks`）：

* **自然时与工作时**：复查、核销按工作时，每个工作日 8 小时（8:30—12:00、13:30—18:00，试行）；其余按自然时。工作日历是一张表（`dim_work_days`）：
  周一至周五，节假日和调休取自 `ref_calendar_days`（由程序库 chinesecalendar 生成：`python dbt_project/make_calendar.py`），本区另有决定的写入
  `method_calendar_overrides`。尚未公布的年份没有行，落在其中的时限状态为“日历未公布”，不猜。
* **限期**：整改单上的期限早于规则的，以整改单为准；规则是上限。返工后的整改时限减半。
* **延期**：只限 G2，到期前，一次，至多一半；其他的不作数，并写明原因。
* **中止**：只有移交且被受理期间；没有人收回的，时限停着，没有终点。
* **未记**：责任落实没有记录而整改已经完成的环节。只有消防、告警、工单上报、没有流转记录的隐患不计时。

Discovery, confirmation, control, correction, closing. Departments' logs are only ever added to and make one life; illegal jumps and
falling times prove nothing and are kept with the reason. Each stage has a clock:

* **Calendar and office hours**: review and closing run in office hours, eight a working day (08:30-12:00, 13:30-18:00, pilot); the rest
  by the calendar. The calendar is a table: Monday to Friday, holidays and made-up days from `ref_calendar_days` (made from the
  library chinesecalendar by `python dbt_project/make_calendar.py`), and what the district decided otherwise in
  `method_calendar_overrides`. A year that is not announced has no rows: a clock that would end in it says `calendar_unknown`.
* **Orders**: the deadline of the order holds where it is earlier; the rule is the most there is. A rework has half the limit.
* **Extension**: G2 only, before the end, once, by half at most; any other is void, and says why.
* **Pause**: only while transferred and accepted. Where nobody brings it back the clock stands and has no end.
* **Not told**: a duty assigned without a record though the correction was done. Hazards that only the fire brigade, an alert or a ticket
  reported have no log and no clocks.

C301, C302, V03 and DD01 judge the closing against the order's deadline, as before; C303 the days; C305 repeats; C306 the three lists at the deadline.
The clocks judge each stage. None of these values moved.

Marts: `hazard_loops` (one row per hazard), `hazard_clocks`, `hazard_stage_quarters` (town, department, stage), `hazard_escalations`,
`hazard_refused_events`, `hazard_list_checks`, `major_hazard_earlies` (四早), `case_clocks` (行刑衔接). On a page: 隐患闭环. In a terminal:
`anlan explain hazard <id>`.
"""
_INTEGRITY = """\
# 真实性检验 · Integrity tests

{made}

九项检验看几行合在一起才看得出的事（方法第 9 条）。每项是一个 SQL 文件，逐行写出所见、限度和原始行；`audit_cases` 里一件事一个核查事项，
`audit_test_quarters` 按镇街计数。核查事项请人去看，不改任何得分，也不说明谁有过错。植入的作弊看见多少、干净区误报多少：[实测](../quality.md)。

Nine tests look at what only several rows show (METHOD 9). Each is one SQL file that emits what was seen, the limit and the landed row; a thing
has one case in `audit_cases`, towns are counted in `audit_test_quarters`. A case asks somebody to look; it changes no score and says
nothing of guilt. No indicator reads these models. How many planted cheats are seen, and how often a district that did nothing is
asked: [as measured](../quality.md).

"""


def page() -> str:
    """Return docs/method/hazards.md."""
    uses = {r["rule_number"]: r for r in seed_rows("method_hazard_rule_uses")}
    # the rows write a stage as 整改 rectify
    stages = {"": "各环节 · each"} | {
        w[-1]: " · ".join(w) for r in seed_rows("method_hazard_sla") if len(w := r["stage"].split()) == 2
    }
    lines = [_HEAD.format(made=MADE)]
    lines += ["## 47 行规则各用在哪里 · What uses each of the 47 rows", ""]
    lines += table_lines(
        ("行 row", "级别 grade", "环节 stage", "状态 from → to", "时限（小时） hours", "计时 clock", "用于 used by", "说明 how, or why not",
         "依据 basis", "性质 standing"),
        [
            (
                r["rule_number"], words.GRADES.get(r["grade_text"], r["grade_text"]), r["stage"], f"{r['from_state']} → {r['to_state']}" if r["to_state"] else "",
                r["sla_hours"], words.CLOCKS[r["clock"]], f"`{uses[r['rule_number']]['used_by']}`" if uses[r["rule_number"]]["used_by"] else "未用 · not used",
                f"{uses[r['rule_number']]['use_zh']} · {uses[r['rule_number']]['use_en']}", words.basis(r["basis"]), words.status(r["rule_status"]),
            )
            for r in seed_rows("method_hazard_sla")
        ],
    )  # fmt: skip
    lines += ["", "## 升级 · Escalations", ""]
    lines += table_lines(
        ("代码 code", "级别 grade", "环节 stage", "时限占比 share", "逾期小时 hours late", "报谁 to whom", "做什么 action", "性质 standing"),
        [
            (
                r["escalation_code"], r["grade_code"], stages[r["stage_code"]], r["limit_share"], r["after_due_hours"],
                f"{r['to_whom_zh']} · {r['to_whom_en']}", f"{r['action_zh']} · {r['action_en']}", words.status(r["rule_status"]),
            )
            for r in seed_rows("method_hazard_escalations")
        ],
    )  # fmt: skip
    lines += ["", "## 合法步骤 · Legal steps", ""]
    lines += table_lines(
        ("原状态 from", "步骤 step", "新状态 to", "依据 basis"),
        [(r["from_state"] or "–", r["event_state"], r["to_state"], words.STEP_BASIS[r["basis"]]) for r in seed_rows("method_hazard_transitions")],
    )  # fmt: skip
    lines += ["", *examples_of(*_MODELS)]
    return "\n".join(lines).rstrip() + "\n"


def integrity_page() -> str:
    """Return docs/method/integrity.md."""
    lines = [_INTEGRITY.format(made=MADE)]
    lines += table_lines(
        ("检验 test", "名称 name", "规则 rule", "文件 file", "依据 basis", "性质 standing"),
        [
            (
                r["test_code"], f"{r['name_zh']} · {r['name_en']}", f"{r['rule_zh']} · {r['rule_en']}",
                f"[`{r['model_name']}`](../../dbt_project/models/indicators/integrity/{r['model_name']}.sql)", words.basis(r["basis"]),
                words.status(r["rule_status"]),
            )
            for r in seed_rows("method_integrity_tests")
        ],
    )  # fmt: skip
    lines += ["", *examples_of(*(r["model_name"] for r in seed_rows("method_integrity_tests")))]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Return the pages as path → text."""
    return {PAGE: page(), PAGES / "integrity.md": integrity_page()}
