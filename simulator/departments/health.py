"""What the health bureau puts on its SFTP server: vulnerable people, helpers, first-aiders, hospitals, turnouts.

Workbooks by month. The bureau tells bands of age and no birth dates, has people on its list who moved or died, and
names several helpers for one person. Its numbers of people are its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator import codes, files
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, month_code, months
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.files import Form
from simulator.tables import Table
from simulator.world import World
from simulator.world.residents import still_listed

SERVICES = {"*": "sftp"}
_COMMON = {
    "title": "柯桥区卫生健康局{stem}（{version}）",
    "footnote": "注:本表含敏感个人信息，专岗专用。",
    "author": "柯桥区卫生健康局",
}
FORMS = {
    "vulnerable_people": Form("脆弱人群", dates=("核实日期", "状态变更日期"), **_COMMON),
    "vulnerable_helpers": Form("帮扶人", dates=("落实日期", "终止日期"), **_COMMON),
    "first_aid_holders": Form("救护员", dates=("发证日期", "有效期至"), **_COMMON),
    "medical_institutions": Form("医疗机构", summed=("床位数", "救护车数"), total=True, numbers=("床位数", "救护车数", "经度", "纬度"), **_COMMON),
    "medical_resources": Form("医疗资源", **_COMMON),
    "squad_health_workers": Form("队伍医务人员", dates=("入队日期", "离队日期"), **_COMMON),
    "medical_dispatches": Form("医疗出动", **_COMMON),
}  # fmt: skip
BANDS = ((7, "0-6岁"), (18, "7-17岁"), (60, "18-59岁"), (70, "60-69岁"), (80, "70-79岁"))
RELATIONS = {"子女": "亲属", "配偶": "亲属", "父母": "监护人", "兄弟姐妹": "亲属", "其他亲属": "亲属"}
THINGS = (
    ("救护车", "辆", 1),
    ("呼吸机", "台", 3),
    ("除颤仪", "台", 2),
    ("急救药品包", "套", 12),
    ("担架", "副", 6),
    ("血浆", "袋", 30),
)


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the workbooks: lists of people for the two newest months, turnouts and resources month by month."""
    book = Ledger("health", world, rates, truth)
    firsts = months(world.start, world.end)
    for first in firsts[-2:]:
        listed = _people(book, first)
        _helpers(book, listed, first)
    newest = str(firsts[-1].astype("datetime64[M]"))
    _first_aiders(book, newest)
    hospitals = _hospitals(book, newest)
    _squads(book, hospitals, newest)
    for first in firsts:
        _resources(book, hospitals, first)
        _dispatches(book, hospitals, first)
    return book.tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the workbooks of the drop."""
    files.write(out, tables, FORMS)


def _people(book: Ledger, first: np.datetime64) -> np.ndarray:
    """Write who is listed in a month; return their rows in the world. A newer list lacks some and has others."""
    world, v = book.world, book.world.vulnerable
    rng = book.rng(f"people {first}")
    version = str(first.astype("datetime64[M]"))
    newest = first == months(world.start, world.end)[-1]
    rows = np.flatnonzero(
        v["in_health"] & (world.fresh("health listed").random(len(v["no"])) < (1.0 if newest else 0.985))
    )
    n, end = len(rows), (first.astype("datetime64[M]") + 1).astype("datetime64[D]")
    age = (end - v["birth"][rows]).astype(int) / 365.25
    band = np.array([next((word for low, word in BANDS if a < low), "80岁以上") for a in age], dtype=object)
    gone = ~np.isnat(v["gone"][rows]) & (v["gone"][rows] < end)
    # a third of those who are gone are still on the list as if nothing had happened
    told = gone & v["told_health"][rows]
    # who was not verified for long is so in every month's list
    stale = world.fresh("health stale")
    is_stale, old = stale.random(len(v["no"])) < book.rates.stale_person, stale.integers(225, 700, len(v["no"]))
    verified = np.where(is_stale, world.end - old.astype("timedelta64[D]"), v["verified"])[rows]
    status = np.where(told, v["gone_why"][rows], "在册").astype(object)
    number = np.array([f"WJ{330603:06d}{r + 1:06d}" for r in rows], dtype=object)

    def notes(s: Spoiler) -> None:
        silent = np.flatnonzero(gone & ~told)
        for at in silent:
            s.note(int(at), "状态", still_listed(v["told_civil"][rows[at]]), v["gone_why"][rows[at]], status[at])
        s.stale("核实日期", replace(book.rates, stale_person=0.0), str(end))

    book.add(
        "vulnerable_people",
        {
            "人员编号": number,
            "姓名": v["name"][rows],
            "身份证号": keep(v["id"][rows], rng.random(n) < 0.8),
            "年龄段": band,
            "人群类别": v["kind"][rows],
            "行动能力": pick(rng, ("自理", "需协助", "不能行走"), n, (5, 4, 2)),
            "镇街": world.towns["name"][v["town"][rows]],
            "村社代码": world.villages["code12"][v["village"][rows]],
            "村社": world.villages["name"][v["village"][rows]],
            "住址": v["address"][rows],
            "联系电话": v["phone"][rows],
            "是否同意共享": v["consent"][rows],
            "核实日期": np.minimum(verified, end - DAY),
            "状态": status,
            "状态变更日期": keep(v["gone"][rows], told),
        },
        first=notes,
        ids="身份证号",
        phones="联系电话",
        people="姓名",
        dates="核实日期 状态变更日期",
        text="镇街",
        empty="村社代码 住址",
        towns=(None, "镇街"),
        version=version,
        links={"vulnerable": v["no"][rows], "person": v["id"][rows]},
    )
    return rows


def _helpers(book: Ledger, rows: np.ndarray, first: np.datetime64) -> None:
    world, v = book.world, book.world.vulnerable
    rng = world.fresh("health helpers")
    draw, second = rng.random(len(v["no"])), rng.random(len(v["no"]))
    good = world.quality["response"][v["town"], -1]
    have = rows[draw[rows] < 0.62 + 0.36 * good[rows]]
    more = have[second[have] < 0.35]
    row = np.concatenate([have, more])
    n = len(row)
    by_family = np.arange(n) >= len(have)
    number = np.array([f"BF{r + 1:06d}{'B' if b else 'A'}" for r, b in zip(row, by_family, strict=True)], dtype=object)
    relation = np.where(
        by_family, [RELATIONS[t] for t in v["guardian_tie"][row]], pick(book.rng(f"helper tie {first}"), ("村社干部", "邻居", "志愿者", "医务人员"), n, (6, 2, 2, 1))
    ).astype(object)  # fmt: skip
    day = np.random.Generator(np.random.PCG64(7)).integers(20, 700, len(v["no"]))[row]
    names = list(v["helper_name"][row])
    book.add(
        "vulnerable_helpers",
        {
            "帮扶编号": number,
            "人员编号": np.array([f"WJ{330603:06d}{r + 1:06d}" for r in row], dtype=object),
            "帮扶人姓名": np.where(by_family, v["guardian_name"][row], v["helper_name"][row]).astype(object),
            "帮扶人电话": np.where(by_family, v["guardian_phone"][row], v["helper_phone"][row]).astype(object),
            "关系": relation,
            "顺位": np.where(by_family, "备选", "第一").astype(object),
            "落实日期": first - day.astype("timedelta64[D]"),
            "终止日期": np.full(n, np.datetime64("NaT"), "datetime64[D]"),
        },
        first=lambda s: s.several_helpers("帮扶人姓名", book.rates, names),
        phones="帮扶人电话",
        dates="落实日期",
        text="关系",
        empty="关系 帮扶人电话",
        version=str(first.astype("datetime64[M]")),
        links={"vulnerable": v["no"][row], "person": np.where(by_family, v["guardian_id"][row], v["helper_id"][row])},
    )


def _first_aiders(book: Ledger, version: str) -> None:
    """Write who may give first aid: station staff with that paper, team members, and residents."""
    world, rng = book.world, book.rng("first aid")
    held = [c for c in world.stations.certificates if c["kind"] == "红十字救护员"]
    m, t = world.team_members, world.teams
    some = np.flatnonzero(rng.random(len(m["team"])) < 0.22)
    crowd = world.pool("first aiders", world.n(3600), 38, 11)
    k, s, c = len(held), len(some), len(crowd["name"])
    town = np.concatenate([[x["town"] for x in held], t["town"][m["team"][some]], rng.choice(16, c, p=world.towns["population"] / world.towns["population"].sum())]).astype(int)  # fmt: skip
    n = k + s + c
    issued = np.concatenate(
        [np.array([x["issued"] for x in held], "datetime64[D]"), world.end - days(rng, s + c, 20, 1300)]
    )
    unit = np.concatenate(
        [np.array([f"{world.towns['name'][x['town']]}应急管理站" for x in held], dtype=object), t["name"][m["team"][some]], pick(rng, ("学校", "企业", "社区", "物业公司", "志愿者协会"), c)]
    )  # fmt: skip
    name = np.concatenate([[x["name"] for x in held], m["name"][some], crowd["name"]])
    identity = np.concatenate([[x["id"] for x in held], m["id"][some], crowd["id"]])
    book.add(
        "first_aid_holders",
        {
            "证书编号": numbered("HS", n, 7),
            "姓名": name,
            "身份证号": identity,
            "镇街": world.towns["name"][town],
            "单位": unit,
            "证书类别": pick(rng, ("红十字救护员", "应急救护员", "救护师资"), n, (7, 3, 0.3)),
            "发证日期": issued,
            "有效期至": issued + 1095 * DAY,
        },
        first=lambda sp: sp.certificates("有效期至", book.rates),
        ids="身份证号!",
        people="姓名",
        dates="发证日期! 有效期至",
        text="单位",
        empty="单位",
        towns=(None, "镇街"),
        version=version,
        links={"person": identity},
    )


def _hospitals(book: Ledger, version: str) -> dict[str, np.ndarray]:
    """Write the hospitals; return number, town and beds of each."""
    world, rng = book.world, book.rng("hospitals")
    level = np.array(
        ["三级医院"] * 2 + ["二级医院"] * 4 + ["社区卫生服务中心"] * 16 + ["卫生服务站"] * 40, dtype=object
    )
    n = len(level)
    town = np.concatenate([[0, 10], [0, 6, 8, 11], np.arange(16), rng.integers(0, 16, 40)])
    lon, lat = world.scatter(rng, town, 0.25)
    beds = np.select([level == "三级医院", level == "二级医院", level == "社区卫生服务中心"], [1100, 380, 45], 4)
    beds = (beds * rng.uniform(0.7, 1.3, n)).astype(int)
    cars = np.select([level == "三级医院", level == "二级医院", level == "社区卫生服务中心"], [8, 4, 1], 0)
    number = numbered("YL", n, 4)
    word = {
        "三级医院": "人民医院",
        "二级医院": "中心医院",
        "社区卫生服务中心": "社区卫生服务中心",
        "卫生服务站": "卫生服务站",
    }
    book.add(
        "medical_institutions",
        {
            "机构编号": number,
            "机构名称": np.array([f"柯桥区{world.towns['name'][t][:2]}{word[x]}{i if x == '卫生服务站' else ''}" for i, (t, x) in enumerate(zip(town, level, strict=True))], dtype=object),
            "统一社会信用代码": codes.uscc(rng, n, ["330603"], [1.0], np.zeros(n, bool), np.full(n, 2), 1),
            "机构级别": level,
            "镇街": world.towns["name"][town],
            "地址": np.array([f"绍兴市柯桥区{world.towns['name'][t]}健康路{h}号" for t, h in zip(town, rng.integers(1, 300, n), strict=True)], dtype=object),
            "经度": lon,
            "纬度": lat,
            "床位数": beds,
            "重症床位数": np.where(level == "三级医院", beds // 25, np.where(level == "二级医院", beds // 40, 0)),
            "救护车数": cars,
            "24小时急诊": level != "卫生服务站",
        },
        credit="统一社会信用代码",
        text="机构名称 地址",
        empty="地址",
        points=("经度", "纬度"),
        towns=(None, "镇街"),
        version=version,
        repeat=False,
    )  # fmt: skip
    return {"no": number, "town": town, "beds": beds, "cars": cars}


def _squads(book: Ledger, hospitals: dict[str, np.ndarray], version: str) -> None:
    world, rng, m, t = book.world, book.rng("squads"), book.world.team_members, book.world.teams
    row = np.flatnonzero((m["origin"] == "医务") & np.isin(t["kind"][m["team"]], ["village", "volunteer", "station"]))
    n, team = len(row), m["team"][row]
    village = t["village"][team]
    near = np.array([rng.choice(np.flatnonzero(hospitals["town"] == x)) for x in t["town"][team]], int)
    book.add(
        "squad_health_workers",
        {
            "记录号": numbered("YW", n, 5),
            "姓名": m["name"][row],
            "身份证号": m["id"][row],
            "手机": m["phone"][row],
            "队伍层级": np.where(village >= 0, "村社", "镇街").astype(object),
            "镇街": world.towns["name"][t["town"][team]],
            "村社代码": keep(world.villages["code12"][village], village >= 0),
            "所在机构编号": hospitals["no"][near],
            "技能": pick(rng, ("全科", "护理", "急诊", "外科", "心理"), n, (5, 5, 2, 2, 1)),
            "入队日期": m["joined"][row],
            "离队日期": keep(world.end - days(rng, n, 2, 25), rng.random(n) < 0.03),
        },
        ids="身份证号!",
        phones="手机",
        people="姓名",
        dates="入队日期",
        text="技能",
        empty="技能 手机",
        towns=(None, "镇街"),
        version=version,
        links={"person": m["id"][row], "team": t["id"][team]},
    )


def _resources(book: Ledger, hospitals: dict[str, np.ndarray], first: np.datetime64) -> None:
    rng = book.rng(f"resources {first}")
    rows = [
        (i, k)
        for i in range(len(hospitals["no"]))
        for k in range(len(THINGS))
        if hospitals["beds"][i] > 20 or k in (2, 3, 4)
    ]
    place, thing = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    n = len(rows)
    size = np.maximum(1, np.sqrt(hospitals["beds"][place]) / 6)
    quantity = np.maximum(1, np.round(np.array([THINGS[k][2] for k in thing]) * size)).astype(int)
    quantity = np.where(thing == 0, np.maximum(1, hospitals["cars"][place]), quantity)
    book.add(
        "medical_resources",
        {
            "资源编号": numbered("ZY", n, 4),
            "机构编号": hospitals["no"][place],
            "月份": np.full(n, month_code(first), dtype=object),
            "资源类别": np.array([THINGS[k][0] for k in thing], dtype=object),
            "数量": quantity,
            "单位": np.array([THINGS[k][1] for k in thing], dtype=object),
            "可用数量": rng.binomial(quantity, 0.93),
            "检查日期": first + days(rng, n, 0, 28),
        },
        key=1,
        dates="检查日期",
        text="资源类别",
        empty="单位",
        version=str(first.astype("datetime64[M]")),
        repeat=False,
    )


def _dispatches(book: Ledger, hospitals: dict[str, np.ndarray], first: np.datetime64) -> None:
    """Write the ambulances' part in the incidents that everybody knows: a third of rescues, fires and crashes."""
    world, rng, h = book.world, book.rng(f"dispatches {first}"), book.world.incidents
    last = (first.astype("datetime64[M]") + 1).astype("datetime64[s]")
    fit = (
        np.isin(h["kind"], ["火灾", "抢险救援", "交通事故", "社会救助"])
        & (h["alarm"] >= first.astype("datetime64[s]"))
        & (h["alarm"] < last)
    )
    row = np.flatnonzero(fit)
    row = row[rng.random(len(row)) < 0.34]
    n, town = len(row), h["town"][row]
    near = np.array([rng.choice(np.flatnonzero((hospitals["town"] == t) & (hospitals["cars"] > 0))) for t in town], int)
    called = h["alarm"][row] + minutes(rng, n, 0, 4) + np.timedelta64(20, "s")
    departed = called + minutes(rng, n, 1, 6)
    drive = np.where(np.isin(world.towns["terrain"][town], ["hill", "mountain"]), 17, 9) * rng.lognormal(0, 0.35, n)
    arrived = departed + (drive * 60).astype(int).astype("timedelta64[s]")
    came = rng.random(n) < 0.97
    number = numbered(f"CD{month_code(first)}", n, 4)
    order = np.argsort(called, kind="stable")
    columns = {
        "出动编号": number,
        "事件编号": h["no"][row],
        "机构编号": hospitals["no"][near],
        "镇街": world.towns["name"][town],
        "接报时间": called,
        "出车时间": departed,
        "到场时间": keep(arrived, came),
        "结束时间": keep(arrived + minutes(rng, n, 12, 90), came),
        "预案要求分钟": np.where(np.isin(world.towns["terrain"][town], ["hill", "mountain"]), 25, 15),
        "救治人数": rng.poisson(0.8, n),
    }
    columns = {c: v[order] for c, v in columns.items()}
    columns["出动编号"] = number
    book.add(
        "medical_dispatches",
        columns,
        dates="接报时间! 到场时间",
        text="镇街",
        empty="事件编号 救治人数",
        towns=(None, "镇街"),
        version=str(first.astype("datetime64[M]")),
        links={"incident": h["no"][row][order]},
    )
