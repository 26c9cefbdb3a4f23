"""The Word files: one-page plans of villages, and who does what in a town's plans."""

from __future__ import annotations

import numpy as np

from simulator.departments import _grassroots as g
from simulator.departments.towns.quarterly import PLANS, required_plans
from simulator.departments.towns.reports import Reports
from simulator.dirt import DirtRates, Spoiler

CAPTIONS = {"village_plans": "村社一页纸预案", "plan_tasks": "预案任务分解"}
STEPS = (
    ("监测预警", "核实预警信息并叫应到村社"),
    ("信息报告", "三十分钟内电话报告、一小时内书面报告"),
    ("先期处置", "集结力量到场控制险情"),
    ("人员转移", "按名册转移受威胁群众"),
    ("现场管控", "设置警戒并疏导交通"),
    ("医疗救护", "现场急救与转运"),
    ("后勤保障", "调拨物资、照明与餐饮"),
    ("善后恢复", "核查损失并恢复秩序"),
)
POSTS = ("站长", "执法岗", "救援岗", "内勤", "分管领导", "村社书记")


def fill(r: Reports) -> None:
    """Add the plans as they stand at the period's end."""
    _village_plans(r)
    _tasks(r)


def _village_plans(r: Reports) -> None:
    rng, v, heads = r.world.rng("towns village plans"), r.world.villages, r.world.village_heads
    good = r.world.quality["response"][v["town"], -1]
    row = np.flatnonzero(rng.random(len(good)) < 0.70 + 0.3 * good)
    row = row[np.argsort(v["town"][row], kind="stable")]
    town, good = v["town"][row], good[row]
    n = len(row)
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    yes = [np.where(rng.random(n) < 0.6 + 0.4 * good, "是", "否").astype(object) for _ in range(2)]
    columns = {
        "预案编号": g.column(f"CY{r.code[t]}-{i:02d}" for t, i in zip(town, number, strict=True)),
        **r.own(town),
        "村社": v["name"][row].copy(),
        "页数": g.column(np.where(rng.random(n) < 0.4 + 0.55 * good, 1, rng.integers(2, 18, n))),
        "负责人": heads["name"][row].astype(object),
        "负责人电话": heads["phone"][row].astype(object),
        "明确人员数": g.column(rng.integers(0, 16, n)),
        "职责明确": yes[0],
        "流程明确": yes[1],
        "上级预案编号": g.hide(g.column(f"YA{r.code[t]}-01" for t in town), rng.random(n) < 0.2),
        "修订日期": g.hide(g.before(rng, n, r.world.end, 20, 1600), rng.random(n) < 0.04),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(
            d,
            r.world,
            rates,
            code="镇街代码",
            village="村社",
            names=["负责人"],
            phones=["负责人电话"],
            dates=["修订日期"],
        )
        d.number_as_text("页数", rates)

    link, who = ("village", v["code12"][row]), heads["id"][row]
    r.add(
        "village_plans",
        ("预案编号",),
        town,
        r.world.period,
        r.world.end,
        columns,
        spoil,
        link,
        {"person": who, "plan": link[1]},
    )


def _tasks(r: Reports) -> None:
    rng, s = r.world.rng("towns plan tasks"), r.staff
    town, kind = required_plans(r)
    few = np.flatnonzero(np.isin(kind, [1, 2, 4]))
    plan = np.repeat(few, len(STEPS) * 2)
    step = np.tile(np.repeat(np.arange(len(STEPS)), 2), len(few))
    town, kind = town[plan], kind[plan]
    n = len(plan)
    order = np.argsort(town, kind="stable")
    town, kind, step = town[order], kind[order], step[order]
    number = np.concatenate([np.arange(1, c + 1) for c in np.bincount(town, minlength=16)])
    pick = rng.integers(0, 10**6, n)
    by_town = [np.flatnonzero((s.town == t) & np.isnat(s.left)) for t in range(16)]
    who = np.array([by_town[t][p % len(by_town[t])] for t, p in zip(town, pick, strict=True)])
    leader = rng.random(n) < 0.3
    others = r.world.people("towns plan leaders", n, 46, 6)
    nobody = rng.random(n) > 0.65 + 0.34 * r.world.quality["response"][town, -1]
    columns = {
        "任务编号": g.column(f"RW{r.code[t]}-{i:03d}" for t, i in zip(town, number, strict=True)),
        **r.own(town),
        "预案编号": g.column(f"YA{r.code[t]}-{k + 1:02d}" for t, k in zip(town, kind, strict=True)),
        "环节序号": g.column(step + 1),
        "环节": g.column(STEPS[k][0] for k in step),
        "任务": g.column(f"{PLANS[k]}：{STEPS[x][1]}" for k, x in zip(kind, step, strict=True)),
        "责任岗位": np.where(leader, g.choose(rng, POSTS[4:], n), s.post[who]).astype(object),
        "责任人": g.hide(np.where(leader, others["name"], s.name[who]).astype(object), nobody),
        "责任人电话": g.hide(np.where(leader, others["phone"], s.phone[who]).astype(object), nobody),
        "电话核验日期": g.hide(g.before(rng, n, r.world.end, 3, 500), nobody | (rng.random(n) < 0.1)),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", names=["责任人"], phones=["责任人电话"], dates=["电话核验日期"])

    person = g.hide(np.where(leader, others["id"], s.id[who]).astype(object), nobody)
    r.add("plan_tasks", ("任务编号",), town, r.world.period, r.world.end, columns, spoil, ("person", person))
