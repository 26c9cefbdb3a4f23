"""What is pretended of the district: its towns, industries, items, rules, tables and departments."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal as D

DISTRICT = "330603"
PERIODS = ("2026Q2", "2026Q3")
METHOD = "m2026a"
SPAN = {"method_version": METHOD, "effective_from": dt.date(2026, 1, 1), "effective_to": dt.date(9999, 12, 31)}
TOWNS = (
    ("330603001000", "柯桥街道", "Keqiao", "plain"),
    ("330603002000", "柯岩街道", "Keyan", "plain"),
    ("330603003000", "华舍街道", "Huashe", "plain"),
    ("330603004000", "湖塘街道", "Hutang", "hill"),
    ("330603005000", "齐贤街道", "Qixian", "plain"),
    ("330603006000", "福全街道", "Fuquan", "plain"),
    ("330603007000", "安昌街道", "Anchang", "plain"),
    ("330603008000", "兰亭街道", "Lanting", "hill"),
    ("330603009000", "钱清街道", "Qianqing", "plain"),
    ("330603010000", "杨汛桥街道", "Yangxunqiao", "plain"),
    ("330603011000", "马鞍街道", "Ma'an", "coast"),
    ("330603105000", "平水镇", "Pingshui", "hill"),
    ("330603107000", "王坛镇", "Wangtan", "hill"),
    ("330603109000", "稽东镇", "Jidong", "hill"),
    ("330603111000", "漓渚镇", "Lizhu", "hill"),
    ("330603114000", "夏履镇", "Xialü", "hill"),
)
COHORTS = {
    "plain": ("平原城区", "Plain and urban"),
    "coast": ("沿海产业", "Coastal industry"),
    "hill": ("山区半山区", "Hills and mountains"),
}
WORD_LISTS = (("hazard_grade", "隐患等级", "Hazard grade"), ("hazard_status", "隐患状态", "Hazard status"))
DUE = "B101 B102 B201 B202 B204 C202 C204 C301 C302 C303 C305 D101 D102 D203 E103 E104 H101 H201".split()
L1_EN = {
    "A": "Organisation",
    "B": "People",
    "C": "Risk and hazards",
    "D": "Monitoring",
    "E": "Response",
    "F": "Supplies",
    "G": "Plans and drills",
    "H": "Enforcement and firms",
    "I": "Social forces",
}
INDUSTRIES = (
    ("dyeing", "印染", "Dyeing"),
    ("weaving", "织造、经编、绣花", "Weaving"),
    ("chemfibre", "化纤", "Chemical fibre"),
    ("chemical", "化工、危化", "Chemicals"),
    ("machinery", "机械、纺机", "Machinery"),
    ("crowded", "人员密集场所", "Crowded venues"),
    ("other", "其他", "Other"),
)
ITEMS = (
    (
        "E103",
        "1目标职责",
        "Duties",
        "安全管理机构与人员配备",
        "Safety department and staff",
        5,
        "SAFETY_MGR_SHORT",
        "专职安全管理人员少 1 名",
        "One safety officer short",
    ),
    (
        "E303",
        "3教育培训",
        "Training",
        "特种作业持证有效率",
        "Valid special-operation certificates",
        5,
        "SPECIAL_OP_VOID",
        "2 名特种作业人员证件过期",
        "Two special operators hold expired certificates",
    ),
    (
        "E402",
        "4现场管理",
        "Site",
        "有限空间（污水池）门禁与台账",
        "Confined-space register and access control",
        3,
        "CONFINED_SPACE",
        "1 处有限空间无警示标识",
        "One confined space has no warning sign",
    ),
    (
        "E403",
        "4现场管理",
        "Site",
        "危化品暂存量与标签",
        "Hazchem day stock and labels",
        3,
        "HAZCHEM_STORE",
        "危化品超量暂存 1 次",
        "Hazardous chemicals above one day's stock, once",
    ),
    (
        "E404",
        "4现场管理",
        "Site",
        "疏散通道、三合一、宿舍分离",
        "Exits clear, no dwelling in workshop",
        3,
        "EXIT_BLOCKED",
        "疏散通道堵塞 1 处",
        "One blocked exit",
    ),
    (
        "E405",
        "4现场管理",
        "Site",
        "感知设备安装与在线",
        "Devices installed and online",
        3,
        "SENSOR_OFF",
        "应装 8 台，在线 6 台",
        "8 devices required, 6 online",
    ),
    (
        "E503",
        "5双重预防",
        "Prevention",
        "一般隐患按期整改率",
        "General hazards closed on time",
        6,
        "RECTIFY_LATE",
        "到期 9 条，按期整改 7 条",
        "9 hazards due, 7 closed on time",
    ),
    (
        "E504",
        "5双重预防",
        "Prevention",
        "重大隐患治理方案与报告",
        "Major hazard plan and report",
        4,
        "MAJOR_NO_PLAN",
        "重大隐患 7 日内未报治理方案",
        "No plan within seven days for a major hazard",
    ),
    (
        "E505",
        "5双重预防",
        "Prevention",
        "隐患复发",
        "Recurrence",
        3,
        "REPEAT",
        "180 日内同类隐患复发 1 次",
        "One hazard recurred within 180 days",
    ),
    (
        "E801",
        "8持续改进",
        "Improvement",
        "行政处罚与逾期不改",
        "Penalties and refusal to correct",
        3,
        "PENALTY",
        "本季行政处罚 1 次",
        "One administrative penalty this quarter",
    ),
)
RULES = (
    (
        "ST-01",
        "站长",
        "配1名专职站长并完成任职培训",
        "one full-time head with appointment training",
        "任职培训合格",
        "major",
        "NO_HEAD",
        "pilot",
    ),
    (
        "ST-02",
        "执法岗",
        "每站在编有效执法证不少于2人",
        "at least 2 valid in-quota enforcement certificates",
        "行政执法证",
        "critical",
        "LAW_CERT_LT2",
        "sourced",
    ),
    (
        "ST-03",
        "执法岗",
        "建议执法证人数",
        "recommended certificates by load",
        "行政执法证",
        "minor",
        "LAW_CERT_LOAD",
        "pilot",
    ),
    ("ST-04", "专职", "专职人数按负荷核定", "full-time headcount by load", "", "major", "FT_SHORT", "pilot"),
    ("ST-05", "兼职", "兼职人数", "part-time headcount", "", "minor", "PT_SHORT", "pilot"),
    (
        "ST-06",
        "辅助人员",
        "辅助人员不得单独执法，须经培训考试",
        "auxiliaries may only assist, exam needed",
        "辅助人员考试合格",
        "major",
        "AUX_ACTING_ALONE",
        "sourced",
    ),
)
FIXES = {
    "none": ("无需处理", "Nothing to do"),
    "renew": ("换证", "Renew the certificate"),
    "review": ("补办复审", "Do the overdue review"),
    "train": ("参加培训考证", "Train and certify present staff"),
    "recruit": ("增配人员", "Recruit"),
}
SILO_TABLES = (
    ("police", "cameras", "视频监控点", "Cameras", "GA", 5200),
    ("police", "incidents", "警情", "Incidents", "GA", 840),
    ("police", "auxiliary_staff", "辅助人员", "Auxiliary staff", "GA", 210),
    ("water", "st_stbprp_b", "测站基本属性表", "Stations", "SL", 160),
    ("water", "st_pptn_r", "降水量表", "Rainfall", "SL", 130000),
    ("towers", "devices", "感知设备", "Devices", "TT", 3400),
    ("towers", "heartbeats", "设备心跳（日）", "Heartbeats per day", "TT", 98000),
    ("enforcement", "enterprises", "企业名录", "Enterprises", "ZF", 420),
    ("enforcement", "hazards", "隐患清单", "Hazards", "ZF", 7100),
    ("enforcement", "station_rosters", "应急管理站花名册", "Station rosters", "ZF", 230),
)
# per table with points: verdict on its reference system, metres from the anchors as sent
FEEDS = {
    "cameras": {"declared_only": None},
    "devices": {"proven": 498.8},
    "enterprises": {"contradicted": 511.5},
    "st_stbprp_b": {"no_points": None},
}


def q(value: float | D | None, places: int = 2) -> D | None:
    """Return ``value`` as a decimal with ``places`` places, half up."""
    from decimal import ROUND_HALF_UP

    return None if value is None else D(str(value)).quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def moment(rng: random.Random, period: str) -> dt.datetime:
    """Return an instant within a quarter."""
    start = dt.datetime(2026, 7, 1) if period == PERIODS[1] else dt.datetime(2026, 4, 1)
    return start + dt.timedelta(minutes=rng.randrange(91 * 1440))


DEPARTMENTS = (
    ("GA", "police", "公安", "Police", True),
    ("SL", "water", "水利", "Water", True),
    ("TT", "towers", "铁塔", "Towers", False),
    ("ZF", "enforcement", "执法", "Enforcement", True),
    ("RD", "congress", "人大/督查", "Congress", True),
)
DATA_INDICATORS = (
    ("DA01", "目录挂接率", "Catalogue hooked", 50, 100),
    ("DA02", "更新及时率", "Delivered on time", 80, 99),
    ("DA03", "接口可用率", "Interface availability", 95, 99.9),
    ("DA06", "有效性", "Validity", 90, 99.5),
    ("DA09", "问题数据整改及时率", "Data issues fixed on time", 60, 98),
)
