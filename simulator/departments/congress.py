"""What the people's congress and the supervision office hand over: tables in Word files, and workbooks.

Beijing time, towns by name. Reports, recommendations and supervised items are tables between paragraphs of prose.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator import files, papers
from simulator.departments import _grassroots as g
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World

SERVICES = {"*": "folder"}
_WORDS = {
    "author": "柯桥区督查室",
    "footnote": "注：本表由区督查室汇总。",
    "numbers": ("样本数", "安全感（%）", "知晓率（%）", "幸福感（%）", "分值", "指标值", "得分", "更正分值"),
}
FORMS = {
    "satisfaction_surveys": g.form(
        "满意度调查", "调查结果", 4, 8, ("调查", "结果"), total=True, summed=("样本数",), **_WORDS
    ),
    "accountability_records": g.form("问责记录", "问责", 4, 10, ("对象", "问责"), **_WORDS),
    "exemption_cases": g.form("容错免责", "容错", 4, 9, ("对象", "认定"), **_WORDS),
    "duty_items": g.form("权责清单", "权责清单", 4, 9, ("清单", "职责"), **_WORDS),
    "assessment_indicators": g.form("考核指标", "指标", 3, 7, ("指标", "计分"), **_WORDS),
    "assessment_values": g.form("考核得分", "得分", 3, 8, ("对象", "得分"), **_WORDS),
    "appeals": g.form("考核申诉", "申诉", 4, 10, ("申诉", "裁定"), **_WORDS),
}
# file name, caption of the table in it, merged columns, prose above
PAPERS = {
    "supervision_reports": (
        "调研督查报告",
        "报告目录",
        (),
        "根据年度监督工作计划，现将印发的调研、检查与督查报告列目如下。",
    ),
    "recommendations": (
        "建议办理",
        "建议办理情况表",
        ("责任单位",),
        "各责任单位应按期办理建议，并向区人大常委会报告办理情况。",
    ),
    "supervised_items": ("督办件", "督办件台账", (), "对通报指出的问题实行清单式督办，逾期未办结的予以再次通报。"),
}
REPORTS = (
    ("专题调研", "关于基层应急管理体系建设的专题调研报告", "区人大社会建设委员会"),
    ("执法检查", "关于检查安全生产法实施情况的报告", "区人大常委会"),
    ("视察", "关于防汛防台工作视察情况的报告", "区人大社会建设委员会"),
    ("督查通报", "关于镇街应急管理工作督查情况的通报", "区委区政府督查室"),
    ("审议意见", "关于消防工作专项报告的审议意见", "区人大常委会"),
)
ADVICE = (
    ("体制机制", "理顺专职消防队与应急管理站的指挥关系，建立联动出警机制"),
    ("队伍建设", "落实应急管理站人员编制，保持专职人员相对稳定"),
    ("队伍建设", "提高执法证持有率，开展轮训与岗前培训"),
    ("隐患治理", "对重大隐患实行挂牌督办，闭环销号"),
    ("数字赋能", "推动智慧应急平台与基层治理四平台贯通，打破数据壁垒"),
    ("数字赋能", "补齐烟感、监控等感知设备"),
    ("预案演练", "村社预案简单明了，明确人员、职责、流程"),
    ("物资保障", "统筹镇街应急物资储备，完善调用机制"),
    ("督查考核", "建立科学的评价指标体系，定期评估镇街和部门应急能力"),
    ("容错激励", "完善权力和责任清单，健全容错免责与激励机制"),
    ("均衡发展", "加大对山区镇的投入，缩小镇街之间应急能力差距"),
)
ORGS = (
    "区应急管理局",
    "区消防救援大队",
    "区公安分局",
    "区水利局",
    "区综合执法局",
    "区大数据局",
    "区卫健局",
    "区财政局",
    "区自然资源分局",
)
FINDINGS = (
    "应急管理站人员空编",
    "值班值守不到位",
    "隐患整改逾期",
    "预案未及时修订",
    "避灾场所管理不善",
    "感知设备长期离线",
    "责任清单未签订",
)
STATUS = {
    "已办结": ("办结", "完成", "已完成", "已闭环"),
    "办理中": ("正在办理", "推进中"),
    "未启动": ("尚未启动",),
}
INDICATORS = (
    ("机构队伍", "镇街", 15), ("隐患治理", "镇街", 20), ("应急处置", "镇街", 20), ("物资避灾", "镇街", 10), ("预案演练", "镇街", 15),
    ("宣传教育", "镇街", 10), ("数字应用", "镇街", 10), ("数据共享", "部门", 40), ("响应协同", "部门", 30), ("行业监管", "部门", 30),
)  # fmt: skip
ASPECT = ("staff", "hazard", "response", "response", "response", "staff", "device")


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return reports, recommendations and items, surveys, accountability, duties, assessments and appeals."""
    reports = _reports(world)
    tables: list[Table] = []
    for q, (period, first, last) in enumerate(world.quarters):
        tables.append(_report_table(world, rates, truth, reports, q, period))
        tables.append(_items(world, rates, truth, q, period, first, last))
        tables.append(_values(world, rates, truth, q, period, last))
    for period, _first, last in world.quarters[-2:]:
        tables.append(_recommendations(world, rates, truth, reports, period, last))
    tables += [
        _survey(world, rates, truth, 0),
        _survey(world, rates, truth, world.span - 1),
        *_accountability(world, rates, truth),
        _duties(world, rates, truth),
        _indicators(world, rates, truth),
        _appeals(world, rates, truth),
    ]
    return tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write Word files and workbooks."""
    files.write(out, [t for t in tables if t.name in FORMS], FORMS)
    for table in tables:
        if table.name in PAPERS:
            stem, caption, merged, prose = PAPERS[table.name]
            sheet = papers.Sheet(table, caption, merged)
            papers.word_file(
                out / f"{stem}_{table.version}.docx", f"柯桥区{stem}（{table.version}）", (prose,), [sheet]
            )


def _reports(world: World) -> dict[str, np.ndarray]:
    """Return the reports of all quarters: two to four each."""
    rng = world.fresh("congress reports")
    parts: dict[str, list] = {k: [] for k in ("quarter", "kind", "issued", "count", "no")}
    for q, (period, first, last) in enumerate(world.quarters):
        n = int(rng.integers(2, 5))
        parts["quarter"] += [q] * n
        parts["kind"] += list(rng.choice(len(REPORTS), n, replace=False))
        parts["issued"] += list(np.sort(g.days(rng, n, first, last)))
        parts["count"] += list(rng.integers(3, 7, n))
        parts["no"] += [f"RDBG{period[:4]}-{int(period[5]) * 100 + i:03d}" for i in range(1, n + 1)]
    out = {k: np.array(v) for k, v in parts.items()}
    out["due"] = out["issued"] + np.timedelta64(180, "D")
    late = np.where(
        rng.random(len(out["no"])) < 0.7, rng.integers(-30, 0, len(out["no"])), rng.integers(3, 60, len(out["no"]))
    )
    out["reported"] = out["due"] + late.astype("timedelta64[D]")
    return out


def _report_table(world: World, rates: DirtRates, truth: Truth, r: dict, q: int, period: str) -> Table:
    at = np.flatnonzero(r["quarter"] == q)
    table = Table("congress", "supervision_reports", ("报告编号",), {
        "报告编号": g.column(r["no"][at]),
        "标题": g.column(REPORTS[k][1] for k in r["kind"][at]),
        "类别": g.column(REPORTS[k][0] for k in r["kind"][at]),
        "印发单位": g.column(REPORTS[k][2] for k in r["kind"][at]),
        "对象单位": g.column("各镇（街道）、区应急管理局、区消防救援大队" for _ in at),
        "印发日期": date_text(r["issued"][at]),
        "进展报告期限": date_text(r["due"][at]),
        "进展报告日期": g.hide(date_text(r["reported"][at]), r["reported"][at] >= world.end),
        "建议条数": g.column(r["count"][at]),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["标题", "印发单位"], required_dates=["印发日期"], dates=["进展报告期限"])
    return table


def _recommendations(world: World, rates: DirtRates, truth: Truth, r: dict, period: str, last: np.datetime64) -> Table:
    """Return all recommendations as they stand at the end of a quarter."""
    rng = world.fresh("congress recommendations")
    report = np.repeat(np.arange(len(r["no"])), r["count"])
    n = len(report)
    topic, org = rng.integers(0, len(ADVICE), n), rng.integers(0, len(ORGS), n)
    due = r["due"][report] - rng.integers(0, 60, n).astype("timedelta64[D]")
    done = due + np.where(rng.random(n) < 0.75, rng.integers(-70, 1, n), rng.integers(5, 150, n)).astype(
        "timedelta64[D]"
    )
    verdict = g.choose(rng, ("满意", "基本满意", "不满意"), n, [0.6, 0.33, 0.07])
    number = np.concatenate([np.arange(c) for c in r["count"]])
    year = [str(x)[:4] for x in r["issued"][report]]
    at = np.flatnonzero(r["issued"][report] < last)
    # the serial goes on through the year, whatever report it belongs to
    serial = np.array(
        [
            100 * (int(r["no"][x][9]) - 1) + 10 * (int(r["no"][x][11]) - 1) + k + 1
            for x, k in zip(report, number, strict=True)
        ]
    )
    open_ = done[at] >= last
    idle = open_ & (r["issued"][report[at]] > last - np.timedelta64(30, "D"))
    columns = {
        "建议编号": g.column(f"RDJY{year[i]}-{serial[i]:03d}" for i in at),
        "报告编号": g.column(r["no"][report[at]]),
        "主题": g.column(ADVICE[k][0] for k in topic[at]),
        "建议内容": g.column(ADVICE[k][1] for k in topic[at]),
        "责任单位": g.column(ORGS[k] for k in org[at]),
        "配合单位": g.column(
            "、".join(x for x in (ORGS[(k + 1) % 9], ORGS[(k + 4) % 9])[: 1 + k % 2]) for k in org[at]
        ),
        "办理期限": date_text(due[at]),
        "办理状态": np.where(idle, "未启动", np.where(open_, "办理中", "已办结")).astype(object),
        "办结日期": g.hide(date_text(done[at]), open_),
        "答复日期": g.hide(
            date_text(done[at] + np.timedelta64(6, "D")), open_ | (done[at] + np.timedelta64(6, "D") >= last)
        ),
        "代表评价": g.hide(verdict[at], open_),
    }
    # listed by organisation, so that its name is written once for all its rows
    order = np.lexsort((columns["建议编号"].astype(str), org[at]))
    table = Table(
        "congress", "recommendations", ("建议编号",), {c: v[order] for c, v in columns.items()}, version=period
    )
    d = g.spoil(table, world, truth)
    d.words("办理状态", rates, STATUS)
    g.common(
        d,
        world,
        rates,
        texts=["建议内容"],
        required_dates=["办理期限"],
        dates=["办结日期", "答复日期"],
        empty=["配合单位"],
    )
    return table


def _items(
    world: World, rates: DirtRates, truth: Truth, q: int, period: str, first: np.datetime64, last: np.datetime64
) -> Table:
    rng = world.rng(f"congress items {period}")
    poor = 1.15 - world.quality["response"][:, q]
    town = rng.choice(16, 34, p=poor / poor.sum())
    org = rng.integers(0, len(ORGS), 12)
    n = 46
    is_town = np.arange(n) < 34
    name = np.where(is_town, world.towns["name"][np.resize(town, n)], np.array(ORGS, dtype=object)[np.resize(org, n)])
    finding = rng.integers(0, len(FINDINGS), n)
    assigned = np.sort(g.days(rng, n, first, last - 5))
    due = assigned + rng.choice([10, 15, 30], n).astype("timedelta64[D]")
    good = np.where(is_town, world.quality["response"][np.resize(town, n), q], 0.7)
    done = due + np.where(rng.random(n) < 0.55 + 0.4 * good, rng.integers(-8, 1, n), rng.integers(2, 60, n)).astype(
        "timedelta64[D]"
    )
    signed = np.minimum(assigned + rng.choice([0, 1, 2, 4], n, p=[0.5, 0.3, 0.15, 0.05]).astype("timedelta64[D]"), due)
    done = np.maximum(done, signed)
    open_ = done >= last + 10
    table = Table("congress", "supervised_items", ("督办编号",), {
        "督办编号": g.column(f"DB{period[:4]}-{int(period[5]) * 1000 + i:04d}" for i in range(1, n + 1)),
        "交办单位": g.choose(rng, ("区委区政府督查室", "区安委办", "区防指办"), n),
        "对象类别": np.where(is_town, "镇街", "部门").astype(object),
        "承办单位": name.astype(object),
        "协办单位": g.hide(g.column(ORGS[k] for k in rng.integers(0, len(ORGS), n)), rng.random(n) < 0.6),
        "问题代码": g.column(f"WT{k + 1:02d}" for k in finding),
        "督办事项": g.column(FINDINGS[k] for k in finding),
        "交办日期": date_text(assigned),
        "签收日期": date_text(signed),
        "办结期限": date_text(due),
        "办结日期": g.hide(date_text(done), open_),
        "流转层数": g.column(rng.choice([1, 2, 3, 4], n, p=[0.45, 0.35, 0.15, 0.05])),
        "是否重复通报": np.where(rng.random(n) < 0.08, "是", "否").astype(object),
        "状态": np.where(open_, "办理中", "已办结").astype(object),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    d.words("状态", rates, STATUS)
    g.common(
        d,
        world,
        rates,
        texts=["承办单位", "督办事项"],
        required_dates=["交办日期"],
        dates=["签收日期"],
        empty=["协办单位"],
    )
    return table


def _survey(world: World, rates: DirtRates, truth: Truth, q: int) -> Table:
    period, _first, last = world.quarters[q]
    rng = world.rng(f"congress survey {period}")
    good = world.quality["response"][:, q]
    percent = {
        "安全感（%）": 90 + 8 * good, "知晓率（%）": 52 + 42 * good, "幸福感（%）": 88 + 8 * good,
    }  # fmt: skip
    table = Table("congress", "satisfaction_surveys", ("镇街", "调查批次"), {
        "调查批次": g.column([f"{period[:4]}-{period[5]}"] * 16),
        "镇街": world.towns["name"].copy(),
        "调查日期": date_text(g.days(rng, 16, last - 40, last - 5)),
        "调查方式": g.choose(rng, ("电话", "入户", "网络"), 16, [0.6, 0.25, 0.15]),
        "样本数": g.column(200 + (world.towns["population"] / 400).astype(int)),
        **{c: to_text(np.clip(v + rng.normal(0, 1.5, 16), 0, 99.5), ".1f") for c, v in percent.items()},
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["镇街"], required_dates=["调查日期"], counts=["样本数"], empty=["幸福感（%）"])
    return table


def _accountability(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, Table]:
    """Return accountability records and exemption cases; some records were exempted."""
    rng, first = world.rng("congress accountability"), world.quarters[0][1]
    n, m = 26, 14
    poor = 1.1 - world.quality["hazard"][:, -1]
    town = rng.choice(16, n + m, p=poor / poor.sum())
    people = world.people("congress accountable", n + m, 43, 7)
    happened = g.days(rng, n + m, first, world.end - 90)
    decided = happened + rng.integers(10, 85, n + m).astype("timedelta64[D]")
    year = [str(x)[:4] for x in decided]
    tied = np.arange(n) < 5
    case = g.column(f"RC{world.period[:4]}-{i:03d}" for i in range(1, m + 1))
    word = world.towns["name"][town]
    records = Table("congress", "accountability_records", ("问责编号",), {
        "问责编号": g.column(f"WZ{y}-{i:03d}" for i, y in enumerate(year[:n], 1)),
        "镇街": word[:n].copy(),
        "单位": g.column(f"{x}应急管理站" for x in word[:n]),
        "姓名": people["name"][:n].astype(object),
        "职务": g.choose(rng, ("站长", "分管领导", "执法岗", "村社书记"), n),
        "事由": g.choose(rng, FINDINGS, n),
        "发生日期": date_text(happened[:n]),
        "决定日期": date_text(decided[:n]),
        "问责方式": g.choose(rng, ("约谈", "通报批评", "诫勉谈话", "党纪处分", "政务处分"), n, [0.45, 0.3, 0.15, 0.05, 0.05]),
        "关联容错案号": g.hide(np.resize(case, n), ~tied),
    }, version=world.period)  # fmt: skip
    people["name"][n : n + 5] = people["name"][:5]
    applied = decided[n:] - np.timedelta64(5, "D")
    open_ = rng.random(m) < 0.2
    word = np.concatenate([word[:5], word[n + 5 :]])
    cases = Table("congress", "exemption_cases", ("容错案号",), {
        "容错案号": case,
        "镇街": word.copy(),
        "单位": g.column(f"{x}应急管理站" for x in word),
        "姓名": people["name"][n:].astype(object),
        "事项": g.choose(rng, ("抢险中紧急征用设备未先办手续", "提前转移群众造成费用支出", "先行停产排险", "应急采购未经比价"), m),
        "适用条款": g.choose(rng, ("容错免责实施办法第五条", "容错免责实施办法第七条"), m),
        "申请日期": date_text(applied),
        "认定日期": g.hide(date_text(applied + np.timedelta64(30, "D")), open_),
        "认定结论": np.where(open_, "办理中", g.choose(rng, ("免责", "从轻", "减轻", "不予容错"), m, [0.5, 0.2, 0.15, 0.15])).astype(object),
    }, version=world.period)  # fmt: skip
    d = g.spoil(records, world, truth)
    g.common(d, world, rates, texts=["单位", "镇街"], names=["姓名"], required_dates=["决定日期"])
    d = g.spoil(cases, world, truth)
    g.common(d, world, rates, texts=["单位", "镇街"], names=["姓名"], required_dates=["申请日期"], empty=["适用条款"])
    return records, cases


def _duties(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng = world.rng("congress duties")
    posts = ("主要负责人", "分管负责人", "应急管理站站长", "值班员")
    duties = (
        "组织应急预案编制与演练",
        "落实值班值守和信息报告",
        "组织隐患排查与整改",
        "统筹应急物资与避灾场所",
        "组织群众转移与救助",
    )
    orgs = [*((x, "镇街") for x in world.towns["name"]), *((x, "部门") for x in ORGS)]
    rows = [(o, u, posts[(i + j) % 4], duties[j]) for i, (o, u) in enumerate(orgs) for j in range(5)]
    n = len(rows)
    published = world.end - rng.integers(400, 1300, n).astype("timedelta64[D]")
    table = Table("congress", "duty_items", ("清单编号",), {
        "清单编号": g.column(f"QZ{i:04d}" for i in range(1, n + 1)),
        "清单类别": g.choose(rng, ("权力清单", "责任清单", "负面清单"), n, [0.2, 0.75, 0.05]),
        "单位类别": g.column(x[1] for x in rows),
        "单位": g.column(x[0] for x in rows),
        "岗位": g.column(x[2] for x in rows),
        "职责事项": g.column(x[3] for x in rows),
        "依据": g.choose(rng, ("《突发事件应对法》", "《浙江省安全生产条例》", "《突发事件应急预案管理办法》"), n),
        "公布日期": date_text(published),
        "修订日期": g.hide(date_text(published + rng.integers(30, 390, n).astype("timedelta64[D]")), rng.random(n) < 0.6),
    }, version=world.period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["单位", "职责事项"], empty=["依据"])
    return table


def _indicators(world: World, rates: DirtRates, truth: Truth) -> Table:
    years = sorted({p[:4] for p, _, _ in world.quarters})
    rows = [(y, i) for y in years for i in range(len(INDICATORS))]
    table = Table("congress", "assessment_indicators", ("考核年度", "指标编号"), {
        "考核年度": g.column(y for y, _ in rows),
        "指标编号": g.column(f"KH{i + 1:02d}" for _, i in rows),
        "指标名称": g.column(INDICATORS[i][0] for _, i in rows),
        "考核对象": g.column(INDICATORS[i][1] for _, i in rows),
        "分值": g.column(INDICATORS[i][2] for _, i in rows),
        "计分办法": g.column(f"按完成率计分，满分{INDICATORS[i][2]}分" for _, i in rows),
        "版本": g.column(f"{y}版" for y, _ in rows),
    }, version=world.period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["指标名称"])
    return table


def _values(world: World, rates: DirtRates, truth: Truth, q: int, period: str, last: np.datetime64) -> Table:
    rng = world.rng(f"congress values {period}")
    rows = [(t, True, i) for t in range(16) for i in range(7)] + [(o, False, i) for o in range(9) for i in range(7, 10)]
    share = np.array([world.quality[ASPECT[i]][u, q] if is_town else 0.75 for u, is_town, i in rows])
    share = np.clip(0.45 + 0.5 * share + rng.normal(0, 0.05, len(rows)), 0, 1)
    table = Table("congress", "assessment_values", ("考核季度", "考核对象", "指标编号"), {
        "考核季度": g.column([period] * len(rows)),
        "考核对象类别": g.column("镇街" if is_town else "部门" for _, is_town, _ in rows),
        "考核对象": g.column(world.towns["name"][u] if is_town else ORGS[u] for u, is_town, _ in rows),
        "指标编号": g.column(f"KH{i + 1:02d}" for _, _, i in rows),
        "指标值": to_text(share * 100, ".2f"),
        "得分": g.column(f"{INDICATORS[i][2] * s:.2f}" for (_, _, i), s in zip(rows, share, strict=True)),
        "版本": g.column([f"{period[:4]}版"] * len(rows)),
        "数据冻结时间": time_text(np.full(len(rows), last.astype("datetime64[s]") + np.timedelta64(9 * 24 + 18, "h"))),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["考核对象"], dates=["数据冻结时间"])
    return table


def _appeals(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng, n = world.rng("congress appeals"), 18
    quarter = rng.integers(0, max(1, world.span - 1), n)
    filed = np.array([world.quarters[k][2] for k in quarter]) + rng.integers(12, 19, n).astype("timedelta64[D]")
    open_ = rng.random(n) < 0.15
    decision = np.where(open_, "办理中", g.choose(rng, ("采纳", "部分采纳", "维持"), n, [0.3, 0.2, 0.5])).astype(object)
    table = Table("congress", "appeals", ("申诉编号",), {
        "申诉编号": g.column(f"SS{world.period[:4]}-{i:03d}" for i in range(1, n + 1)),
        "考核季度": g.column(world.quarters[k][0] for k in quarter),
        "申诉单位": g.choose(rng, world.towns["name"], n),
        "指标编号": g.column(f"KH{k + 1:02d}" for k in rng.integers(0, 7, n)),
        "申诉理由": g.choose(rng, ("数据未及时同步", "隐患归属有误", "人员调动未计入", "设备离线属供电原因"), n),
        "提出日期": date_text(filed),
        "裁定日期": g.hide(date_text(filed + rng.integers(3, 15, n).astype("timedelta64[D]")), open_),
        "裁定人单位": g.hide(g.choose(rng, ("区督查室", "区考核办"), n), open_),
        "裁定结果": decision,
        "更正分值": g.hide(to_text(rng.uniform(5, 15, n), ".2f"), ~np.isin(decision, ["采纳", "部分采纳"])),
    }, version=world.period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["申诉单位"], required_dates=["提出日期"])
    return table
