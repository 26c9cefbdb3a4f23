"""Events and their way through the levels, patrols of grids, hazards that grids found."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.governance.house import House

PLATFORMS = {
    "矛盾纠纷": "综治工作", "安全隐患": "综合执法", "消防隐患": "综合执法", "环境卫生": "综合执法", "违法建设": "综合执法", "市场秩序": "市场监管",
    "民生求助": "便民服务", "自然灾害": "综治工作",
}  # fmt: skip
CHAIN = (("网格", "上报"), ("村社", "受理"), ("镇街", "交办"), ("镇街", "处置"), ("网格", "反馈"), ("镇街", "办结"))
DONE_WORDS = {"办结": ("完成", "已闭环", "核销", "已办结"), "办理中": ("处置中",)}
GRADES = {"general": "一般", "serious": "较大", "major": "重大"}
GRADE_WORDS = {"一般": ("普通", "Ⅳ级", "蓝", "一般隐患"), "较大": ("中等", "Ⅲ级"), "重大": ("重大隐患", "Ⅰ级")}
STATUS_WORDS = {"已销号": ("办结", "完成", "已闭环", "核销"), "整改中": ("待整改",)}


def write(h: House) -> None:
    """Write the tables of this part."""
    _events(h)
    _patrols(h)
    _hazards(h)


def _events(h: House) -> None:
    rng, w, g = h.rng("events"), h.world, h.world.grids
    i = w.incidents
    pushed = np.flatnonzero(np.isin(i["kind"], ["火灾", "抢险救援"]))
    n_p = len(pushed)
    n = n_p + w.n(1700) * len(w.quarters)
    q = np.concatenate([i["quarter"][pushed], rng.integers(0, len(w.quarters), n - n_p)])
    town = np.concatenate(
        [i["town"][pushed], rng.choice(16, n - n_p, p=w.towns["population"] / w.towns["population"].sum())]
    )
    at = np.concatenate([i["alarm"][pushed] + minutes(rng, n_p, 5, 90), when(w, rng, q[n_p:])])
    grid = h.grid_in(rng, town)
    good = h.good("response", town, q)
    kind = np.concatenate(
        [np.where(i["kind"][pushed] == "火灾", "消防隐患", "自然灾害"), pick(rng, list(PLATFORMS), n - n_p, (3, 3, 2, 3, 1, 2, 4, 0.5))]
    ).astype(object)  # fmt: skip
    tied = np.zeros(n, bool)
    tied[:n_p] = rng.random(n_p) < 0.2 + 0.7 * good[:n_p]
    emergency = np.full(n, None, dtype=object)
    emergency[:n_p] = numbered("SJ", n_p, 9)
    taken = at + minutes(rng, n, 3, 200)
    due = at + np.timedelta64(5, "D")
    late = rng.random(n) > 0.72 + 0.26 * good
    done = taken + np.where(late, minutes(rng, n, 7300, 14000), minutes(rng, n, 60, 6500))
    updated = np.where(done < h.end, done, taken) + np.timedelta64(300, "s")
    order = np.argsort(at, kind="stable")
    number = np.empty(n, dtype=object)
    number[order] = numbered("ZL", n, 10)
    s = h.desk.add(
        "GetShiJian",
        {
            "event_no": number[order],
            "platform_word": np.array([PLATFORMS[k] for k in kind[order]], dtype=object),
            "category_word": kind[order],
            "title": np.array([f"{v}{k}" for v, k in zip(g["name"][grid[order]], kind[order], strict=True)], dtype=object),
            **h.town(town[order]),
            "village_code": w.villages["code12"][g["village"][grid[order]]],
            "grid_code": h.grids[grid[order]],
            "channel_word": np.where(
                tied, "应急平台推送", pick(rng, ("网格上报", "群众上报", "12345热线", "智能感知"), n, (6, 2, 2, 0.5))
            ).astype(object)[order],
            "emergency_event_no": keep(emergency, tied)[order],
            "reported_at": at[order],
            "accepted_at": taken[order],
            "due_at": due[order],
            "done_at": keep(done, done < h.end)[order],
            "status_word": np.where(done < h.end, "办结", "办理中").astype(object)[order],
            "updated_at": updated[order],
        },
        dates="accepted_at due_at done_at", text="title", towns=True, known=updated[order],
    )  # fmt: skip
    s.words("sjzt", h.rates, DONE_WORDS)
    row = np.flatnonzero(order < n_p)
    h.truth.link(s.table, row, "incident", i["no"][pushed][order[row]])
    # the chain of levels, kept for the period and the quarter before
    recent = np.flatnonzero((q >= len(w.quarters) - 2) & (done < h.end))
    e, step = (x.ravel() for x in np.meshgrid(recent, np.arange(len(CHAIN)), indexing="ij"))
    part = np.array([0.0, 0.05, 0.12, 0.2, 0.85, 0.95])
    start = at[e] + ((done - at)[e].astype(int) * part[step]).astype("timedelta64[s]")
    stop = at[e] + ((done - at)[e].astype(int) * np.append(part[1:], 1.0)[step]).astype("timedelta64[s]")
    order = np.argsort(start, kind="stable")
    e, step = e[order], step[order]
    n = len(e)
    by = {"网格": "网格员", "村社": "村社干部", "镇街": "镇街综合信息指挥室"}
    h.desk.add(
        "GetShiJianHuanJie",
        {
            "step_no": numbered("LZ", n, 9),
            "event_no": number[e],
            "level_word": np.array([CHAIN[k][0] for k in step], dtype=object),
            "step_word": np.array([CHAIN[k][1] for k in step], dtype=object),
            "handled_by_name": np.array([by[CHAIN[k][0]] for k in step], dtype=object),
            "handed_at": start[order],
            "done_at": stop[order],
        },
        dates="done_at",
        empty="handled_by_name",
        known=start[order],
        names={"step_no": "lzbh", "done_at": "wcsj"},
    )


def _patrols(h: House) -> None:
    """Patrols of the period and the quarter before: most grids several times, some never."""
    rng, w, g = h.rng("patrols"), h.world, h.world.grids
    parts = []
    for q in range(max(0, len(w.quarters) - 2), len(w.quarters)):
        good = h.good("enforcement", g["town"], q)
        walked = rng.random(len(g["code"])) < 0.58 + 0.40 * good
        count = np.where(walked, 1 + rng.poisson(2.6 * w.scale if w.scale < 1 else 2.6, len(walked)), 0)
        grid = np.repeat(np.arange(len(count)), count)
        parts.append((grid, np.full(len(grid), q)))
    grid, q = (np.concatenate(x) for x in zip(*parts, strict=True))
    n = len(grid)
    start = when(w, rng, q)
    end = start + minutes(rng, n, 12, 120)
    sent = end + minutes(rng, n, 1, 400)
    smart = rng.random(n) < 0.02 + 0.12 * h.good("device", g["town"][grid])
    track = np.where(smart, 0, rng.poisson(60, n))
    valid = (rng.random(n) < 0.94) & (smart | (track > 20))
    order = np.argsort(sent, kind="stable")
    h.desk.add(
        "GetXunCha",
        {
            "patrol_no": numbered("WX", n, 9),
            "grid_code": h.grids[grid[order]],
            "worker_no": keep(h.workers[grid], ~smart)[order],
            "mode_word": np.where(smart, pick(rng, ("AI视频", "物联感知", "无人机"), n, (5, 3, 1)), "人巡").astype(object)[order],
            "sector_word": pick(rng, ("生产安全", "消防", "防汛", "地质灾害", "森林防火", "燃气", "出租房"), n),
            "started_at": start[order],
            "ended_at": end[order],
            "track_points_count": track[order],
            "found_count": rng.poisson(0.4, n),
            "is_valid": valid[order],
            "uploaded_at": sent[order],
        },
        dates="ended_at", empty="is_valid", known=sent[order],
    )  # fmt: skip


def _hazards(h: House) -> None:
    rng, w, f, g = h.rng("hazards"), h.world, h.world.firms, h.world.grids
    seen, world = w.sightings("governance"), w.hazards
    n_s = len(seen["at"])
    n = n_s + w.n(420) * len(w.quarters)
    q = rng.integers(0, len(w.quarters), n - n_s)
    firm = np.concatenate([world["firm"][seen["hazard"]], rng.integers(0, len(f["no"]), n - n_s)])
    at = np.concatenate([seen["at"], when(w, rng, q)])
    say = ("楼道堆放杂物", "电动车飞线充电", "灭火器压力不足", "消防通道被占用", "出租房未装烟感", "配电箱门未关")
    text = np.concatenate([seen["text"], pick(rng, say, n - n_s)])
    near = rng.normal(0, 0.0006, (2, n - n_s))
    lon = np.concatenate([seen["lon"], f["lon"][firm[n_s:]] + near[0]])
    lat = np.concatenate([seen["lat"], f["lat"][firm[n_s:]] + near[1]])
    grade = np.concatenate([world["grade"][seen["hazard"]], pick(rng, ("general", "serious"), n - n_s, (97, 3))])
    order = np.argsort(at, kind="stable")
    firm, at, text, lon, lat, grade = (x[order] for x in (firm, at, text, lon, lat, grade))
    town = f["town"][firm]
    grid = h.grid_in(rng, town)
    limit = days(rng, n, 3, 16)
    good = h.good("hazard", town)
    took = (limit.astype(int) * 86400 * np.where(rng.random(n) < 0.72 + 0.25 * good, rng.uniform(0.1, 0.95, n), rng.uniform(1.1, 2.2, n)))  # fmt: skip
    closed = at + took.astype(int).astype("timedelta64[s]")
    done = closed < h.end
    updated = np.where(done, closed, np.minimum(at + np.timedelta64(86400, "s"), h.end)) + np.timedelta64(60, "s")
    number = numbered("WG", n, 9)
    s = h.desk.add(
        "GetYinHuan",
        {
            "hazard_no": number,
            "grid_code": h.grids[grid],
            **h.town(town),
            "firm_name": np.array([x.replace("有限公司", "") for x in f["name"][firm]], dtype=object),
            "place": np.array([f"{x}内" for x in g["name"][grid]], dtype=object),
            "hazard_text": text,
            "grade_word": np.array([GRADES[x] for x in grade], dtype=object),
            "found_by_word": pick(rng, ("人巡", "AI视频", "物联感知", "无人机", "群众举报"), n, (14, 1, 1, 0.3, 1.5)),
            "lon": lon,
            "lat": lat,
            "found_at": at,
            "deadline_date": at.astype("datetime64[D]") + limit,
            "status_word": np.where(done, "已销号", "整改中").astype(object),
            "updated_at": updated,
        },
        dates="found_at! deadline_date", text="firm_name place hazard_text", empty="place", points=True, towns=True, names={"status_word": "yhzt"},
        known=updated,
    )  # fmt: skip
    s.words("yhdj", h.rates, GRADE_WORDS)
    s.words("yhzt", h.rates, STATUS_WORDS)
    same = np.concatenate([world["no"][seen["hazard"]], np.full(n - n_s, None)])[order]
    h.truth.link(s.table, np.arange(n), "hazard", same)
    h.truth.link(s.table, np.arange(n), "firm", f["no"][firm])
    steps = ("发现", "确认", "管控", "整改", "复查", "核销")
    part = np.array([0, 0.05, 0.12, 0.75, 0.9, 1.0])
    e, k = (x.ravel() for x in np.meshgrid(np.arange(n), np.arange(len(steps)), indexing="ij"))
    happened = at[e] + (took[e] * part[k]).astype(int).astype("timedelta64[s]")
    entered = happened + minutes(rng, len(e), 1, 300)
    there = np.flatnonzero(happened < h.end)
    order = there[np.argsort(entered[there], kind="stable")]
    other = h.workers[h.grid_in(rng, town)]
    h.desk.add(
        "GetYinHuanHuanJie",
        {
            "step_no": numbered("LC", len(order), 9),
            "hazard_no": number[e[order]],
            "step_word": np.array(steps, dtype=object)[k[order]],
            "handler_no": np.where(np.isin(k, (0, 3)), h.workers[grid][e], other[e])[order],
            "occurred_at": happened[order],
            "recorded_at": entered[order],
        },
        dates="occurred_at!",
        empty="handler_no",
        known=entered[order],
        names={"step_no": "lcbh"},
    )
