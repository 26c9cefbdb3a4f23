"""How a town's tables are laid out, cut by town and time, and spoiled as carefully as the town writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from simulator.departments import _grassroots as g
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table
from simulator.world import World

NUMBERS = (
    "核定编制", "在编人数", "专职人数", "兼职人数", "50岁以上人数", "本月新进", "本月离开", "参加意外险人数", "工时", "监管企业数",
    "重点企业数", "检查次数", "发现隐患数", "整改销号数", "处置事件数", "值班人天", "会议次数", "上报材料数", "联合会商次数",
    "应答用时（秒）", "需求字段数", "收到字段数", "交换失败次数", "质量评价", "流转层数", "应急知识测试成绩", "应发（元）", "实发（元）", "保额（万元）", "奖金（元）", "队员总数", "其中民兵",
    "其中保安员", "其中基层警务", "其中医务", "装备件数", "核定容量（人）", "可用容量（人）", "经度", "纬度", "页数",
)  # fmt: skip
_WORDS = {
    "numbers": NUMBERS,
    "author": "镇街应急管理站",
    "title": "应急管理报表（{version}）",
    "footnote": "注：本表由镇（街道）应急管理站填报。",
}
FORMS = {
    "staff_counts": g.form(
        "人员", "人员", 4, 13, ("填报单位", "人数"), total=True, summed=("专职人数", "兼职人数"), **_WORDS
    ),
    "timesheets": g.form("工时", "工时", 3, 8, ("填报单位", "工时"), total=True, summed=("工时",), **_WORDS),
    "workloads": g.form("工作量", "工作量", 3, 13, ("填报单位", "工作量"), **_WORDS),
    "duty_checks": g.form("值班抽查", "值班抽查", 3, 11, ("抽查", "应答"), **_WORDS),
    "collaboration_tickets": g.form("协同工单", "协同工单", 3, 14, ("工单", "办理"), **_WORDS),
    "data_requests": g.form("数据共享", "数据共享", 4, 12, ("需求", "反馈"), **_WORDS),
    "station_staff": g.form("花名册", "花名册", 5, 16, ("填报单位", "人员"), total=True, **_WORDS),
    "pay_items": g.form(
        "待遇", "待遇", 5, 10, ("人员", "发放"), total=True, summed=("应发（元）", "实发（元）"), **_WORDS
    ),
    "insurance_policies": g.form("保险", "保险", 5, 11, ("人员", "保单"), **_WORDS),
    "posts": g.form("岗位", "岗位", 3, 10, ("填报单位", "岗位"), **_WORDS),
    "responsibility_items": g.form("责任清单", "责任清单", 3, 9, ("填报单位", "清单"), **_WORDS),
    "rewards": g.form("奖励", "奖励", 3, 11, ("填报单位", "奖励"), total=True, summed=("奖金（元）",), **_WORDS),
    "village_squads": g.form(
        "村社队伍", "村社队伍", 5, 16, ("队伍", "力量"), total=True, summed=("队员总数",), **_WORDS
    ),
    "shelters": g.form(
        "避灾场所", "避灾场所", 7, 16, ("场所", "情况"), total=True, summed=("核定容量（人）",), **_WORDS
    ),
    "infrastructure": g.form("应急设施", "应急设施", 5, 11, ("设施", "情况"), **_WORDS),
    "town_plans": g.form("预案目录", "预案目录", 4, 12, ("填报单位", "预案"), **_WORDS),
}


@dataclass
class Reports:
    """The tables so far. ``months``: the period's months as (``202607``, first day, day after the last)."""

    world: World
    rates: DirtRates
    truth: Truth
    tables: list[Table] = field(default_factory=list)
    months: list[tuple[str, np.datetime64, np.datetime64]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name the months of the period and the people of the stations."""
        for i in range(3):
            first = self.world.start.astype("datetime64[M]") + i
            days = (first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]"))
            self.months.append((str(first).replace("-", ""), *days))
        self.code = g.short_codes(self.world)
        self.staff = g.staff(self.world)
        count = np.zeros(16, int)
        numbers = []
        for town in self.staff.town:
            count[town] += 1
            numbers.append(f"ZY{self.code[town]}-{count[town]:02d}")
        self.staff_no = g.column(numbers)

    @property
    def quarters(self) -> list[tuple[str, np.datetime64, np.datetime64]]:
        """The two quarters that are reported."""
        return self.world.quarters[-2:]

    def own(self, town: np.ndarray) -> dict[str, np.ndarray]:
        """Return the columns every table has: town code and name."""
        towns = self.world.towns
        return {"镇街代码": towns["nbs9"][town].copy(), "镇街": towns["name"][town].copy()}

    def add(
        self,
        name: str,
        key: tuple[str, ...],
        town: np.ndarray,
        when: str,
        handed_over: np.datetime64,
        columns: dict[str, np.ndarray],
        spoil: Callable[[Spoiler, DirtRates, np.ndarray], None],
        link: tuple[str, np.ndarray] | None = None,
        more: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        """Cut a table of all towns by town; spoil each part by the town's own care.

        ``spoil`` gets the spoiler, the town's rates and the part's rows in ``columns``; ``link`` is an entity type
        and the id of each row, ``more`` what else each row names.
        """
        for t in range(16):
            rows = np.flatnonzero(town == t)
            part = {c: v[rows].astype(object) for c, v in columns.items()}
            table = Table("towns", name, key, part, version=f"{self.world.towns['name'][t]}_{when}")
            spoiler = g.spoil(table, self.world, self.truth)
            if link is not None:
                self.truth.link(table, np.arange(len(rows)), link[0], link[1][rows])
            for kind, ids in (more or {}).items():
                self.truth.link(table, np.arange(len(rows)), kind, ids[rows])
            spoil(spoiler, self.rates.scaled(2.0 - 1.7 * float(self.world.quality["staff"][t, -1])), rows)
            # a town's book is in some days after the month
            table.known = np.full(len(table), handed_over.astype("datetime64[s]") + np.timedelta64(3 + t % 5, "D"))
            self.tables.append(table)
