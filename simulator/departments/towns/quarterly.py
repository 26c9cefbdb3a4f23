"""The quarterly book: people, pay, insurance, posts, duties, rewards, village squads, shelters, facilities, plans."""

from __future__ import annotations

import numpy as np

from simulator.departments import _grassroots as g
from simulator.departments.towns.monthly import UNITS, in_office
from simulator.departments.towns.reports import Reports
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import date_text, to_text

EDUCATION = ("高中及以下", "大专", "本科", "研究生")
MAJORS = ("安全工程", "化学工程", "行政管理", "土木工程", "纺织工程", "会计", "消防工程", "计算机应用")
ITEMS = (("基本工资", 13500), ("岗位津贴", 2400), ("值班补贴", 1200), ("高温补贴", 900), ("绩效奖金", 4200))
INSURERS = ("人保财险绍兴分公司", "太保产险绍兴中心支公司", "国寿财险绍兴中心支公司")
KINDS = ("人身意外伤害保险", "工伤保险", "雇主责任险")
SCHEMES = ("评优评先", "专项奖金", "职级晋升", "技能竞赛", "隐患举报奖励")
DUTIES = (
    ("站长", "组织编制年度监管计划并督促落实", "《浙江省安全生产条例》第二十三条"),
    ("站长", "牵头处置先期突发事件并按时限报告", "《突发事件应对管理办法》"),
    ("执法岗", "对生产经营单位开展日常监督检查", "《浙江省安全生产条例》第二十六条"),
    ("执法岗", "对一般隐患下达整改通知并复查", "《安全生产法》第六十五条"),
    ("执法岗", "问题线索移交区级部门并跟踪办结", "《浙江省安全生产条例》第二十七条"),
    ("救援岗", "组织人员转移与避灾安置", "《浙江省防汛防台抗旱条例》"),
    ("救援岗", "应急物资入库、盘点与调用", "《应急物资储备管理制度》"),
    ("内勤", "值班值守与信息报送", "《应急值班工作制度》"),
    ("内勤", "隐患台账与三张清单管理", "《隐患闭环管理办法》"),
    ("主任", "统筹应急管理办公室工作并协调各部门", "《街道（镇）职责清单》"),
    ("干事", "应急预案修订与演练组织", "《突发事件应急预案管理办法》"),
    ("干事", "宣传教育进企业、进村社、进学校、进家庭", "《安全生产宣传教育工作要求》"),
)
# position in PLANS to the event of the bureau's list
PLAN_EVENTS = {2: "20301", 4: "10301", 5: "20101", 6: "10601", 7: "10401"}
PLANS = ("综合", "防汛防台", "火灾", "工矿事故", "地质灾害", "危化品", "森林火灾", "低温雨雪")


def fill(r: Reports) -> None:
    """Add the tables of the two quarters."""
    for period, first, last in r.quarters:
        _staff(r, period, last)
        _pay(r, period, first, last)
        _insurance(r, period, last)
        _posts(r, period, last)
        _duties(r, period, last)
        _rewards(r, period, first, last)
        _squads(r, period, last)
        _shelters(r, period, last)
        _facilities(r, period, last)
        _plans(r, period, last)


def _person(r: Reports, at: np.ndarray, period: str) -> dict[str, np.ndarray]:
    return {
        "填报季度": g.column([period] * len(at)),
        **r.own(r.staff.town[at]),
        "人员编号": r.staff_no[at],
        "姓名": r.staff.name[at],
    }


def _staff(r: Reports, period: str, last: np.datetime64) -> None:
    rng, s, office = r.world.rng("towns staff"), r.staff, in_office(r)
    n = len(s)
    study = g.choose(rng, EDUCATION, n, [0.34, 0.36, 0.27, 0.03])
    major = g.choose(rng, MAJORS, n, [0.12, 0.06, 0.24, 0.10, 0.14, 0.16, 0.04, 0.14])
    score = np.clip(58 + 30 * r.world.quality["staff"][s.town, -1] + rng.normal(0, 9, n), 20, 100)
    untested = rng.random(n) < 0.12
    r.world.streams.pop("towns staff")
    listed = np.flatnonzero(s.hired < last)
    at = np.concatenate([listed, listed[office[listed]]])
    unit = np.repeat([0, 1], [len(listed), len(at) - len(listed)])
    gone = s.left[at] < last
    post = np.where(unit == 0, s.post[at], np.where(s.post[at] == "站长", "主任", "干事"))
    columns = {
        "填报季度": g.column([period] * len(at)),
        **r.own(s.town[at]),
        "人员编号": r.staff_no[at],
        "机构": np.array(UNITS, dtype=object)[unit],
        "姓名": s.name[at],
        "身份证号": s.id[at],
        "手机": s.phone[at],
        "岗位": post.astype(object),
        "用工性质": s.employment[at],
        "学历": study[at],
        "专业": g.hide(major[at], study[at] == EDUCATION[0]),
        "应急知识测试成绩": g.hide(to_text(score[at], ".1f"), untested[at]),
        "入职日期": date_text(s.hired[at]),
        "离职日期": g.hide(date_text(s.left[at]), ~gone),
        "离职原因": g.hide(
            g.choose(r.world.fresh("towns leaving"), ("考录其他单位", "合同到期", "个人原因"), len(at)), ~gone
        ),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        left = d.table.columns["离职日期"]
        for row in np.flatnonzero([v is not None for v in left]):
            if d.rng.random() < rates.headcount_difference:
                d.note(int(row), "离职日期", "#21 moved out but still listed", left[row], None)
                left[row] = None
        d.ids("身份证号", rates)
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], names=["姓名"], phones=["手机"], dates=["入职日期"],
                 empty=["专业"])  # fmt: skip

    key = ("填报季度", "人员编号", "机构")
    r.add("station_staff", key, s.town[at], period, last, columns, spoil, ("person", s.id[at]))


def _pay(r: Reports, period: str, first: np.datetime64, last: np.datetime64) -> None:
    rng, s = r.world.rng(f"towns pay {period}"), r.staff
    here = np.flatnonzero((s.hired < first) & (np.isnat(s.left) | (s.left >= last)))
    full = s.employment[here] != "兼职"
    hot = period.endswith(("Q2", "Q3"))
    who, item = [], []
    for person, is_full in zip(here, full, strict=True):
        for k in range(5) if is_full else (2,):
            if k != 3 or hot:
                who.append(person)
                item.append(k)
    at, item = np.array(who), np.array(item)
    due = np.array([i[1] for i in ITEMS])[item] * rng.uniform(0.8, 1.25, len(at))
    good = r.world.quality["staff"][s.town[at], -1]
    paid = np.where(rng.random(len(at)) < 0.55 + 0.45 * good, due, due * rng.choice([0.0, 0.5, 0.8], len(at)))
    late = rng.random(len(at)) > 0.6 + 0.4 * good
    owed = np.full(len(at), last - 1)
    when = owed + np.where(late, rng.integers(15, 80, len(at)), rng.integers(-20, 3, len(at))).astype("timedelta64[D]")
    columns = {
        **_person(r, at, period),
        "待遇项目": np.array([i[0] for i in ITEMS], dtype=object)[item],
        "应发（元）": to_text(due, ".2f"),
        "实发（元）": to_text(paid, ".2f"),
        "应发日期": date_text(owed),
        "实发日期": g.hide(date_text(when), paid == 0),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], names=["姓名"], dates=["实发日期"])
        d.cells(
            "实发（元）", rates.thousands_comma, "#16 thousands comma", lambda v, _: f"{float(str(v)):,.2f}", "repaired"
        )

    key = ("填报季度", "人员编号", "待遇项目")
    r.add("pay_items", key, s.town[at], period, last, columns, spoil, ("person", s.id[at]))


def _insurance(r: Reports, period: str, last: np.datetime64) -> None:
    rng, s = r.world.fresh("towns insurance"), r.staff
    n = len(s)
    covered = rng.random(n) < 0.50 + 0.5 * r.world.quality["staff"][s.town, -1]
    start = r.world.end - rng.integers(40, 420, n).astype("timedelta64[D]")
    kind, insurer, sum_ = (
        g.choose(rng, KINDS, n, [0.75, 0.15, 0.10]),
        g.choose(rng, INSURERS, n),
        rng.choice([20, 50, 80, 100], n),
    )
    at = np.flatnonzero(covered & (start < last) & (s.hired < last))
    columns = {
        **_person(r, at, period),
        "保单号": g.column(f"PA330603{i:08d}" for i in at + 26_000_001),
        "险种": kind[at],
        "承保公司": insurer[at],
        "保额（万元）": g.column(sum_[at]),
        "起保日期": date_text(start[at]),
        "到期日期": date_text(start[at] + np.timedelta64(364, "D")),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], names=["姓名"], required_dates=["起保日期"], dates=["到期日期"],
                 empty=["承保公司"])  # fmt: skip

    r.add("insurance_policies", ("保单号",), s.town[at], period, last, columns, spoil, ("person", s.id[at]))


def _posts(r: Reports, period: str, last: np.datetime64) -> None:
    rng, s, office = r.world.fresh("towns posts"), r.staff, in_office(r)
    n = len(s)
    signed = r.world.end - rng.integers(20, 700, n).astype("timedelta64[D]")
    never = rng.random(n) > 0.55 + 0.45 * r.world.quality["staff"][s.town, -1]
    here = np.flatnonzero((s.employment != "兼职") & (s.hired < last) & (np.isnat(s.left) | (s.left >= last)))
    at = np.concatenate([here, here[office[here]], np.arange(16)])
    # the last sixteen are approved posts that nobody holds
    vacant = np.arange(len(at)) >= len(at) - 16
    town = np.where(vacant, at, s.town[np.where(vacant, 0, at)])
    unit = np.repeat([0, 1, 0], [len(here), len(at) - len(here) - 16, 16])
    order = np.argsort(town, kind="stable")
    at, vacant, town, unit = at[order], vacant[order], town[order], unit[order]
    safe = np.where(vacant, 0, at)
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    post = np.where(
        vacant, "执法岗", np.where(unit == 0, s.post[safe], np.where(s.post[safe] == "站长", "主任", "干事"))
    )
    unsigned = vacant | never[safe] | (signed[safe] >= last)
    columns = {
        "填报季度": g.column([period] * len(at)),
        **r.own(town),
        "岗位编号": g.column(f"GW{r.code[t]}-{i:02d}" for t, i in zip(town, number, strict=True)),
        "机构": np.array(UNITS, dtype=object)[unit],
        "岗位": post.astype(object),
        "核定编制岗": np.where(vacant | (s.employment[safe] == "在编"), "是", "否").astype(object),
        "在岗人员编号": g.hide(r.staff_no[safe], vacant),
        "责任清单签订日期": g.hide(date_text(signed[safe]), unsigned),
        "责任清单复核日期": np.full(len(at), None, dtype=object),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], dates=["责任清单签订日期"])

    r.add("posts", ("填报季度", "岗位编号"), town, period, last, columns, spoil)


def _duties(r: Reports, period: str, last: np.datetime64) -> None:
    rng = r.world.fresh("towns duties")
    keep = rng.random((16, len(DUTIES))) < 0.6 + 0.4 * r.world.quality["response"][:, -1:]
    keep[:, 0] = True
    town, duty = np.nonzero(keep)
    published = r.world.end - rng.integers(200, 1200, len(town)).astype("timedelta64[D]")
    columns = {
        "填报季度": g.column([period] * len(town)),
        **r.own(town),
        "清单编号": g.column(f"ZR{r.code[t]}-{k + 1:02d}" for t, k in zip(town, duty, strict=True)),
        "清单类别": g.column("权力清单" if DUTIES[k][0] == "执法岗" else "责任清单" for k in duty),
        "责任岗位": g.column(DUTIES[k][0] for k in duty),
        "职责事项": g.column(DUTIES[k][1] for k in duty),
        "依据": g.column(DUTIES[k][2] for k in duty),
        "公布日期": date_text(published),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街", "职责事项"], dates=["公布日期"], empty=["依据"])

    r.add("responsibility_items", ("清单编号",), town, period, last, columns, spoil)


def _rewards(r: Reports, period: str, first: np.datetime64, last: np.datetime64) -> None:
    rng, s = r.world.rng(f"towns rewards {period}"), r.staff
    here = np.flatnonzero((s.hired < first) & np.isnat(s.left))
    share = 0.04 + 0.16 * r.world.quality["staff"][s.town[here], -1]
    got = rng.random(len(here)) < share
    # every town rewards somebody in a quarter
    got[np.unique(s.town[here], return_index=True)[1]] = True
    at = here[got]
    n = len(at)
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(s.town[at], minlength=16)])
    base = int(period[2:4]) * 100 + int(period[5]) * 20
    columns = {
        "填报季度": g.column([period] * n),
        **r.own(s.town[at]),
        "奖励编号": g.column(f"JL{r.code[t]}-{base + i:04d}" for t, i in zip(s.town[at], number, strict=True)),
        "人员编号": r.staff_no[at],
        "姓名": s.name[at],
        "激励方式": g.choose(rng, SCHEMES, n),
        "奖励级别": g.choose(rng, ("镇级", "区级", "市级", "省级"), n, [0.6, 0.3, 0.08, 0.02]),
        "事由": g.choose(rng, ("防汛防台表现突出", "隐患排查成效明显", "技能比武获奖", "年度考核优秀"), n),
        "奖金（元）": g.column(f"{x:.2f}" for x in rng.choice([0, 500, 1000, 2000, 5000], n)),
        "授予日期": date_text(g.days(rng, n, first, last)),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(
            d,
            r.world,
            rates,
            code="镇街代码",
            texts=["镇街"],
            names=["姓名"],
            required_dates=["授予日期"],
            empty=["事由"],
        )

    r.add("rewards", ("奖励编号",), s.town[at], period, last, columns, spoil, ("person", s.id[at]))


def _squads(r: Reports, period: str, last: np.datetime64) -> None:
    rng, teams, known = r.world.fresh("towns squads"), r.world.teams, r.world.team_members
    verified = r.world.end - rng.integers(3, 400, len(teams["id"])).astype("timedelta64[D]")
    kit = rng.integers(10, 120, len(teams["id"]))
    row = np.flatnonzero(np.isin(teams["kind"], ["village", "station"]) & (teams["founded"] < last))
    row = row[np.argsort(teams["town"][row], kind="stable")]
    town, in_village = teams["town"][row], teams["kind"][row] == "village"
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    count = {o: np.bincount(known["team"][known["origin"] == o], minlength=len(teams["id"]))[row]
             for o in ("民兵", "物业保安", "治安", "医务")}  # fmt: skip
    size = np.bincount(known["team"], minlength=len(teams["id"]))[row]
    village = np.where(in_village, r.world.villages["name"][teams["village"][row]], None)
    columns = {
        "填报季度": g.column([period] * len(row)),
        **r.own(town),
        "队伍编号": g.column(f"CD{r.code[t]}-{i:02d}" for t, i in zip(town, number, strict=True)),
        "村社": village.astype(object),
        "层级": np.where(in_village, "村级", "镇级").astype(object),
        "队长": teams["leader_name"][row],
        "队长电话": teams["leader_phone"][row],
        "队员总数": g.column(size),
        "其中民兵": g.column(count["民兵"]),
        "其中保安员": g.column(count["物业保安"]),
        "其中基层警务": g.column(count["治安"]),
        "其中医务": g.column(count["医务"]),
        "承担任务": g.column("、".join(("先期处置", "自救互救", "疏散转移", "医疗急救")[: 2 + k % 3]) for k in row),
        "装备件数": g.column(kit[row]),
        "呼叫树核验日期": date_text(np.minimum(verified[row], last - 1)),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], names=["队长"], phones=["队长电话"], village="村社",
                 dates=["呼叫树核验日期"], counts=["队员总数", "装备件数"])  # fmt: skip

    key = ("填报季度", "队伍编号")
    # the leader of a station's squad is not on the squad's list of members
    lead = np.where(in_village, known["id"][np.searchsorted(known["team"], row)], teams["leader_id"][row])
    r.add("village_squads", key, town, period, last, columns, spoil, ("team", teams["id"][row]), {"person": lead})


def _shelters(r: Reports, period: str, last: np.datetime64) -> None:
    rng, x = r.world.fresh("towns shelters"), r.world.shelters
    row = np.argsort(x["town"], kind="stable")
    town = x["town"][row]
    n = len(row)
    keeper = r.world.pool("shelter keepers", n, 50, 8)
    usable = (
        x["capacity"][row] * np.clip(rng.normal(0.6 + 0.4 * r.world.quality["response"][town, -1], 0.1), 0.1, 1)
    ).astype(int)
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    kind = {"district": "应急避难场所", "town": "镇级避灾中心", "village": "村级避灾点"}
    seen = r.world.end - rng.integers(5, 380, n).astype("timedelta64[D]")
    village = np.where(x["village"][row] >= 0, r.world.villages["name"][x["village"][row]], None)
    columns = {
        "填报季度": g.column([period] * n),
        **r.own(town),
        "场所编号": g.column(f"BZ{r.code[t]}-{i:02d}" for t, i in zip(town, number, strict=True)),
        "场所名称": x["name"][row].copy(),
        "村社": village.astype(object),
        "类别": g.column(kind[k] for k in x["level"][row]),
        "核定容量（人）": g.column(x["capacity"][row]),
        "可用容量（人）": g.column(usable),
        "建筑面积": g.column(f"{a:.1f}" for a in x["area"][row]),
        "经度": to_text(x["lon"][row], ".6f"),
        "纬度": to_text(x["lat"][row], ".6f"),
        "管理员": keeper["name"].astype(object),
        "管理员电话": keeper["phone"].astype(object),
        "最近检查日期": date_text(np.minimum(seen, last - 1)),
        "是否启用": np.where(rng.random(n) < 0.93, "是", "否").astype(object),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        d.points("经度", "纬度", rates, mixed=True)
        d.areas("建筑面积", rates)
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街", "场所名称"], names=["管理员"], phones=["管理员电话"],
                 village="村社", dates=["最近检查日期"], counts=["核定容量（人）"])  # fmt: skip

    r.add(
        "shelters",
        ("场所编号",),
        town,
        period,
        last,
        columns,
        spoil,
        ("shelter", x["id"][row]),
        {"person": keeper["id"]},
    )


def _facilities(r: Reports, period: str, last: np.datetime64) -> None:
    rng, f = r.world.fresh("towns facilities"), g.facilities(r.world)
    row = np.argsort(f["town"], kind="stable")
    town = f["town"][row]
    n = len(row)
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    broken = rng.random(n) > 0.72 + 0.27 * r.world.quality["response"][town, -1]
    seen = np.minimum(r.world.end - rng.integers(5, 420, n).astype("timedelta64[D]"), last - 1)
    columns = {
        "填报季度": g.column([period] * n),
        **r.own(town),
        "设施编号": g.column(f"SS{r.code[t]}-{i:03d}" for t, i in zip(town, number, strict=True)),
        "设施类别": f["kind"][row],
        "村社": r.world.villages["name"][f["village"][row]].copy(),
        "位置": f["place"][row].copy(),
        "经度": to_text(f["lon"][row], ".6f"),
        "纬度": to_text(f["lat"][row], ".6f"),
        "完好情况": np.where(broken, np.where(rng.random(n) < 0.7, "损坏", "停用"), "完好").astype(object),
        "最近检查日期": date_text(seen),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        d.points("经度", "纬度", rates, mixed=True)
        g.common(
            d, r.world, rates, code="镇街代码", texts=["镇街"], village="村社", dates=["最近检查日期"], empty=["位置"]
        )

    r.add("infrastructure", ("设施编号",), town, period, last, columns, spoil, ("facility", f["id"][row]))


def required_plans(r: Reports) -> tuple[np.ndarray, np.ndarray]:
    """Return town and kind (position in ``PLANS``) of the plans that exist; which risks a town has decides."""
    terrain = r.world.towns["terrain"]
    need = np.ones((16, len(PLANS)), bool)
    need[:, 4] = np.isin(terrain, ["hill", "mountain"])
    need[:, 6] = np.isin(terrain, ["hill", "mountain"])
    need[:, 5] = np.bincount(r.world.firms["town"][r.world.firms["industry"] == "chemical"], minlength=16) > 0
    made = r.world.fresh("towns plans made").random(need.shape) < 0.7 + 0.3 * r.world.quality["response"][:, -1:]
    made[:, :2] = True
    return np.nonzero(need & made)


def _plans(r: Reports, period: str, last: np.datetime64) -> None:
    rng = r.world.fresh("towns plans")
    town, kind = required_plans(r)
    n = len(town)
    approved = r.world.end - rng.integers(40, 1500, n).astype("timedelta64[D]")
    approved = np.where(approved >= last, approved - np.timedelta64(200, "D"), approved)
    pages = rng.integers(6, 60, n)
    columns = {
        "填报季度": g.column([period] * n),
        **r.own(town),
        "预案编号": g.column(f"YA{r.code[t]}-{k + 1:02d}" for t, k in zip(town, kind, strict=True)),
        "预案名称": g.column(
            f"{r.world.towns['name'][t]}{'突发事件总体' if k == 0 else PLANS[k]}应急预案"
            for t, k in zip(town, kind, strict=True)
        ),
        "灾种": g.column(PLANS[k] for k in kind),
        "对应风险点": g.choose(rng, ("山塘水库下游", "沿河低洼区", "印染集聚区", "三合一场所", "切坡建房点"), n),
        "版本": g.column(f"V{a}" for a in rng.integers(1, 5, n)),
        "批准日期": date_text(approved),
        "有效期至": date_text(approved + np.timedelta64(1095, "D")),
        "上级预案编号": g.hide(g.column(f"KQ-YA-{k + 1:02d}" for k in kind), rng.random(n) < 0.15),
        "页数": g.column(pages),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(
            d, r.world, rates, code="镇街代码", texts=["镇街", "预案名称"], dates=["批准日期"], empty=["对应风险点"]
        )

    plan = columns["预案编号"].copy()
    for k, event in PLAN_EVENTS.items():
        plan[kind == k] = r.world.towns["code12"][town[kind == k]] + ":" + event
    r.add("town_plans", ("填报季度", "预案编号"), town, period, last, columns, spoil, ("plan", plan))
