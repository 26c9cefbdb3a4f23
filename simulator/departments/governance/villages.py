"""What villages assess, plan, install and tell; what citizens report and answer."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.governance.house import House


def write(h: House) -> None:
    """Write the tables of this part."""
    _villages(h)
    _voices(h)


def _villages(h: House) -> None:
    rng, w, v = h.rng("villages"), h.world, h.world.villages
    good = h.good("response", v["town"])
    n = len(v["town"])
    at = np.repeat(np.arange(n), 2)
    m = len(at)
    day = w.end - days(rng, m, 3, 400)
    closed = rng.random(m) < 0.5 + 0.4 * good[at]
    h.desk.add(
        "GetFengXian",
        {
            "assessment_no": numbered("CP", m, 6),
            "village_code": v["code12"][at],
            **h.town(v["town"][at]),
            "risk_name": pick(rng, ("出租房火灾", "电动车充电", "低洼积水", "小作坊用电", "山塘溺水", "道路塌方"), m),
            "colour_word": pick(rng, ("红", "橙", "黄", "蓝"), m, (0.5, 2, 10, 12)),
            "assessed_date": day,
            "next_due_date": day + np.timedelta64(180, "D"),
            "is_closed": closed,
            "verified_by_other": closed & (rng.random(m) < 0.6 + 0.35 * good[at]),
        },
        dates="assessed_date!", empty="is_closed verified_by_other", towns=True,
    )  # fmt: skip
    some = np.flatnonzero(rng.random(n) < 0.72 + 0.27 * good)
    m = len(some)
    brief = rng.random(m) < 0.6 + 0.38 * good[some]
    s = h.desk.add(
        "GetCunSheYuAn",
        {
            "plan_no": numbered("CA", m, 5),
            "village_code": v["code12"][some],
            **h.town(v["town"][some]),
            "plan_name": np.array([f"{x}应急处置卡" for x in v["name"][some]], dtype=object),
            "page_count": np.where(brief, rng.integers(1, 3, m), rng.integers(8, 40, m)),
            "named_person_count": np.where(brief, rng.integers(5, 15, m), rng.integers(0, 5, m)),
            "has_duties": brief | (rng.random(m) < 0.4),
            "has_flow": brief | (rng.random(m) < 0.3),
            "approved_date": w.end - days(rng, m, 20, 1400),
        },
        dates="approved_date!", text="plan_name", empty="page_count", towns=True,
    )  # fmt: skip
    h.truth.link(s.table, np.arange(m), "plan", v["code12"][some])
    kinds = ("烟感", "视频监控", "应急广播", "水位监测", "可燃气体")
    at, kind = (x.ravel() for x in np.meshgrid(np.arange(n), np.arange(len(kinds)), indexing="ij"))
    m = len(at)
    need = rng.integers(1, 12, m)
    device = h.good("device", v["town"][at])
    have = np.floor(need * np.clip(rng.normal(0.35 + 0.6 * device, 0.15), 0, 1.2)).astype(int)
    h.desk.add(
        "GetSheShi",
        {
            "place_no": numbered("SS", m, 6),
            "village_code": v["code12"][at],
            **h.town(v["town"][at]),
            "device_type_word": np.array(kinds, dtype=object)[kind],
            "required_count": need,
            "installed_count": have,
            "online_count": np.floor(have * np.clip(rng.normal(0.75 + 0.24 * device, 0.1), 0, 1)).astype(int),
            "counted_date": np.full(m, w.end - np.timedelta64(1, "D")),
        },
        towns=True,
    )
    m = 900
    town = rng.integers(0, 16, m)
    h.desk.add(
        "GetXuanChuan",
        {
            "record_no": numbered("XJ", m, 6),
            **h.town(town),
            "village_code": v["code12"][w.grids["village"][h.grid_in(rng, town)]],
            "form_word": pick(rng, ("讲座", "入户宣传", "宣传栏", "应急广播", "微信群"), m),
            "audience_word": pick(rng, ("村居民", "老年人", "外来务工人员", "学生"), m),
            "audience_count": rng.integers(10, 500, m),
            "held_date": w.end - days(rng, m, 1, 360),
        },
        dates="held_date!", empty="audience_word", towns=True,
    )  # fmt: skip


def _voices(h: House) -> None:
    rng, w, f = h.rng("voices"), h.world, h.world.firms
    n = w.n(260) * len(w.quarters)
    firm = rng.integers(0, len(f["no"]), n)
    at = np.sort(when(w, rng, rng.integers(0, len(w.quarters), n)))
    answered = rng.random(n) < 0.80 + 0.19 * h.good("response", f["town"][firm])
    back = at + minutes(rng, n, 300, 9000)
    true = rng.random(n) < 0.55
    about = pick(rng, ("安全生产", "消防", "自然灾害", "出租房", "职工举报"), n, (4, 4, 0.5, 2, 1))
    s = h.desk.add(
        "GetJuBao",
        {
            "report_no": numbered("JB", n, 7),
            "channel_word": pick(rng, ("12345热线", "浙里办", "微信", "来信来访", "网格员"), n, (5, 2, 2, 0.5, 2)),
            "subject_word": about,
            **h.town(f["town"][firm]),
            "firm_name": keep(f["name"][firm], np.isin(about, ["安全生产", "职工举报"])),
            "reported_at": at,
            "answered_at": keep(back, answered & (back < h.end)),
            "is_verified": keep(true, answered),
            "reward_yuan": keep(rng.integers(1, 30, n) * 100, answered & true & (rng.random(n) < 0.2)),
        },
        dates="answered_at", text="firm_name", towns=True, names={"channel_word": "qd", "reported_at": "jbsj"},
    )  # fmt: skip
    h.truth.link(s.table, np.arange(n), "firm", keep(f["no"][firm], np.isin(about, ["安全生产", "职工举报"])))
    waves = w.quarters[-2:]
    town, wave = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(len(waves)), indexing="ij"))
    n = len(town)
    good = h.good("response", town)
    h.desk.add(
        "GetDiaoCha",
        {
            "survey_no": numbered("DC", n, 5),
            **h.town(town),
            "wave_name": np.array([x[0] for x in waves], dtype=object)[wave],
            "sample_count": rng.integers(180, 420, n),
            "safety_pct": np.clip(rng.normal(82 + 15 * good, 2), 0, 100),
            "awareness_pct": np.clip(rng.normal(60 + 32 * good, 3), 0, 100),
            "surveyed_date": np.array([x[2] for x in waves])[wave] - days(rng, n, 5, 20),
        },
        dates="surveyed_date!", towns=True, repeat=False,
    )  # fmt: skip
