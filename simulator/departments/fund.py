"""What the charity fund keeps: accounts, donations, grants, what came of them, the safety net of rescuers.

Monthly workbooks in a bucket; accounts and outcomes are still old ``.xls`` books. Teams are known by name only, the
fund has no number of anybody else's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator import files, papers
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, commas, month_code, months
from simulator.dirt import DirtRates, Truth
from simulator.files import Form
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "s3"}
_COMMON = {"title": "柯桥区“应急·救援”慈善公益基金{stem}（{version}）", "footnote": "注:金额单位以表头为准，退款以负数或括号列示。", "author": "基金管委会"}  # fmt: skip
FORMS = {
    "fund_accounts": Form("账户月报", "xls", summed=("期初余额（元）", "本月收入（元）", "本月支出（元）", "期末余额（元）"), total=True, **_COMMON),
    "donations": Form("捐赠明细", summed=("金额（元）",), total=True, **_COMMON),
    "grants": Form("资助明细", dates=("批准日期", "拨付日期"), **_COMMON),
    "grant_outcomes": Form("资助成效", "xls", **_COMMON),
    "rescuer_covers": Form("人员保障", dates=("起始日期", "终止日期"), **_COMMON),
}  # fmt: skip
ACCOUNTS = (("JZ01", "综合账户"), ("JZ02", "装备专项"), ("JZ03", "伤残抚恤专项"))
MEASURES = ("持证队员数", "装备完好件数", "年演练次数", "出动次数", "测评等级")


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the workbooks of six months, oldest first."""
    book = Ledger("fund", world, rates, truth)
    given, granted = _donations(book), _grants(book)
    _accounts(book, given, granted)
    _outcomes(book, granted)
    _covers(book)
    return book.tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the bucket's objects: workbooks of one sheet, new ones and old ones."""
    for table in tables:
        form = FORMS[table.name]
        path = out / f"{form.stem}_{table.version}.{form.form}"
        (papers.old_book_of if form.form == "xls" else files.book_of)(path, [(table, form)])


def _months(book: Ledger) -> list[np.datetime64]:
    return months(book.world.before, book.world.end)


def _version(first: np.datetime64) -> str:
    return str(first.astype("datetime64[M]"))


def _within(rng: np.random.Generator, n: int, first: np.datetime64) -> np.ndarray:
    return np.sort(first + days(rng, n, 0, 28))


def _donations(book: Ledger) -> dict[str, np.ndarray]:
    """Write the donations; return month, account and amount of each."""
    world, rng, f = book.world, book.rng("donations"), book.world.firms
    people = world.pool("donors", world.n(600), 48, 12)
    all_of: dict[str, list] = {"month": [], "account": [], "amount": []}
    at = 0
    for first in _months(book):
        n = world.n(90)
        kind = pick(rng, ("企业", "个人", "社会组织", "机关单位"), n, (4, 5, 1, 0.5))
        firm = rng.choice(len(f["no"]), n, p=f["revenue"] / f["revenue"].sum())
        person = (at + np.arange(n)) % len(people["name"])
        org = np.where(kind == "企业", f["name"][firm], np.where(kind == "社会组织", "柯桥区慈善总会", "柯桥区直属机关工会")).astype(object)  # fmt: skip
        amount = np.round(np.where(kind == "企业", np.exp(rng.normal(9.6, 1.0, n)), np.exp(rng.normal(6.2, 0.9, n))), 2)
        amount = np.where(rng.random(n) < 0.01, -np.round(amount / 10, 2), amount)
        account = pick(rng, [a for a, _ in ACCOUNTS], n, (6, 2, 1))
        code = month_code(first)

        book.add(
            "donations",
            {
                "捐赠编号": numbered(f"JZ{code}", n, 4),
                "账户编号": account,
                "捐赠日期": _within(rng, n, first),
                "捐赠方类型": kind,
                "捐赠单位": keep(org, kind != "个人"),
                "捐赠人": keep(people["name"][person], kind == "个人"),
                "金额（元）": amount,
                "是否定向": rng.random(n) < 0.3,
                "用途": pick(rng, ("不限", "装备购置", "伤残救助", "培训演练"), n, (6, 2, 1, 2)),
                "票据号": np.array([f"ZJ{x:08d}" for x in rng.integers(10**7, 10**8, n)], dtype=object),
            },
            first=commas(book.rates, ("金额（元）",), amount > 0),
            people="捐赠人",
            dates="捐赠日期!",
            text="捐赠单位 用途",
            empty="票据号 用途",
            version=_version(first),
            links={"firm": keep(f["no"][firm], kind == "企业")},
            repeat=False,
        )
        at += n
        all_of["month"].append(np.full(n, code, dtype=object))
        all_of["account"].append(account)
        all_of["amount"].append(amount)
    return {k: np.concatenate(v) for k, v in all_of.items()}


def _grants(book: Ledger) -> dict[str, np.ndarray]:
    """Write the grants to civil teams and to people; return what outcomes and accounts need."""
    world, rng, t = book.world, book.rng("grants"), book.world.teams
    civil = np.flatnonzero(t["kind"] == "civil")
    m = world.team_members
    rescuer = np.flatnonzero(np.isin(t["kind"][m["team"]], ["civil", "station", "volunteer"]))
    parts: dict[str, list] = {k: [] for k in ("no", "team", "amount", "month", "account", "day", "reason")}
    for first in _months(book):
        n = world.n(26)
        to_team = rng.random(n) < 0.6
        team = civil[rng.integers(0, len(civil), n)]
        person = rescuer[rng.integers(0, len(rescuer), n)]
        team = np.where(to_team, team, m["team"][person])
        reason = np.where(
            to_team,
            pick(rng, ("装备购置", "技能培训", "演练补助"), n, (5, 3, 3)),
            pick(rng, ("伤残抚恤", "医疗救助", "见义勇为奖励"), n, (2, 3, 1)),
        ).astype(object)
        amount = np.round(np.exp(rng.normal(np.where(to_team, 9.8, 8.7), 0.6)), 2)
        day, code = _within(rng, n, first), month_code(first)
        account = np.where(reason == "装备购置", "JZ02", np.where(to_team, "JZ01", "JZ03")).astype(object)
        number = numbered(f"ZZ{code}", n, 3)
        name = t["name"][team]
        book.add(
            "grants",
            {
                "资助编号": number,
                "账户编号": account,
                "批准日期": day,
                "受助方类型": np.where(to_team, "队伍", "个人").astype(object),
                "受助队伍": name,
                "受助人": keep(m["name"][person], ~to_team),
                "受助人身份证号": keep(m["id"][person], ~to_team),
                "镇街": world.towns["name"][t["town"][team]],
                "资助事由": reason,
                "金额（元）": amount,
                "拨付日期": keep(day + days(rng, n, 2, 25), rng.random(n) < 0.9),
            },
            money={"金额（元）": "元"},
            ids="受助人身份证号",
            people="受助人",
            dates="批准日期! 拨付日期",
            text="受助队伍",
            towns=(None, "镇街"),
            version=_version(first),
            links={"team": t["id"][team], "person": keep(m["id"][person], ~to_team)},
            repeat=False,
        )
        for k, v in (("no", number), ("team", np.where(to_team, team, -1)), ("amount", amount), ("month", np.full(n, code, dtype=object)), ("account", account), ("day", day), ("reason", reason)):  # fmt: skip
            parts[k].append(v)
    return {k: np.concatenate(v) for k, v in parts.items()}


def _accounts(book: Ledger, given: dict[str, np.ndarray], granted: dict[str, np.ndarray]) -> None:
    """Write the balances: what came in and went out is what the two lists say, so the books balance."""
    balance = {a: float(x) for (a, _), x in zip(ACCOUNTS, (3_200_000, 900_000, 600_000), strict=True)}
    for first in _months(book):
        code = month_code(first)
        rows = []
        for a, name in ACCOUNTS:
            came = round(float(given["amount"][(given["month"] == code) & (given["account"] == a)].sum()), 2)
            went = round(float(granted["amount"][(granted["month"] == code) & (granted["account"] == a)].sum()), 2)
            opening = balance[a]
            balance[a] = round(opening + came - went, 2)
            rows.append((a, name, code, opening, max(came, 0.0), went + max(-came, 0.0), balance[a]))
        columns = (
            "账户编号",
            "账户名称",
            "月份",
            "期初余额（元）",
            "本月收入（元）",
            "本月支出（元）",
            "期末余额（元）",
        )
        book.add(
            "fund_accounts",
            {c: np.array([r[i] for r in rows], dtype=object if i < 3 else float) for i, c in enumerate(columns)},
            first=commas(book.rates, columns[3:]),
            text="账户名称",
            version=_version(first),
            repeat=False,
        )


def _outcomes(book: Ledger, granted: dict[str, np.ndarray]) -> None:
    """Write what grants to teams changed: a team that got more is a little more able afterwards (F117)."""
    world, rng, t = book.world, book.rng("outcomes"), book.world.teams
    row = np.flatnonzero((granted["team"] >= 0) & (rng.random(len(granted["no"])) < 0.75))
    n = len(row)
    measure = np.where(
        granted["reason"][row] == "装备购置",
        "装备完好件数",
        np.where(granted["reason"][row] == "演练补助", "年演练次数", pick(rng, MEASURES[:1] + MEASURES[3:4], n)),
    ).astype(object)
    before = np.where(measure == "装备完好件数", rng.integers(20, 120, n), rng.integers(1, 12, n)).astype(float)
    gain = before * rng.uniform(0.0, 0.4, n) * np.log10(granted["amount"][row]) / 4
    book.add(
        "grant_outcomes",
        {
            "成效编号": numbered("CX", n, 5),
            "资助编号": granted["no"][row],
            "核查日期": np.minimum(granted["day"][row] + days(rng, n, 30, 80), world.end - DAY),
            "能力指标": measure,
            "资助前": before,
            "资助后": np.round(before + gain),
            "已使用金额（元）": np.round(granted["amount"][row] * rng.uniform(0.5, 1.0, n), 2),
            "备注": keep(pick(rng, ("资料齐全", "发票待补", "现场核查"), n), rng.random(n) < 0.5),
        },
        money={"已使用金额（元）": "元"},
        dates="核查日期!",
        text="备注",
        empty="备注",
        version=_version(_months(book)[-1]),
        links={"team": t["id"][granted["team"][row]]},
        repeat=False,
    )


def _covers(book: Ledger) -> None:
    world, rng, t, m = book.world, book.rng("covers"), book.world.teams, book.world.team_members
    row = np.flatnonzero(
        (t["kind"][m["team"]] == "civil") & (rng.random(len(m["team"])) < np.where(t["insured"][m["team"]], 0.95, 0.25))
    )
    n = len(row)
    start = world.end - days(rng, n, 3, 430)
    book.add(
        "rescuer_covers",
        {
            "保障编号": numbered("BZ", n, 5),
            "姓名": m["name"][row],
            "身份证号": m["id"][row],
            "所属队伍": t["name"][m["team"][row]],
            "保障类别": pick(rng, ("意外伤害保险", "大病互助", "抚恤基金"), n, (8, 1, 1)),
            "保障额度（万元）": rng.choice([20.0, 50.0, 80.0], n),
            "起始日期": start,
            "终止日期": start + 365 * DAY,
        },
        money={"保障额度（万元）": "万元"},
        ids="身份证号!",
        people="姓名",
        dates="起始日期! 终止日期!",
        text="所属队伍",
        version=_version(_months(book)[-1]),
        links={"person": m["id"][row], "team": t["id"][m["team"][row]]},
        repeat=False,
    )
