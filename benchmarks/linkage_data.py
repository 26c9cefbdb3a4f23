"""Pretended records to link, harder than the real ones: the truth is known, so right and wrong can be counted.

``western`` and ``chinese`` persons live in households (one family name, address and often phone), share names with
strangers and have up to ``most`` records with slips; ``firms`` have branches, namesakes in other towns and tenants at one
address. ``entity`` names the thing a record is of; a linkage never sees it. All is fixed by the seed.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤单仇解查"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉萍红建国文丹云飞凤春梅林海燕鹏雪峰婷波鑫宇辉斌佳浩晨欣怡子轩梓涵雨泽诗琪俊睿思嘉瑞志永光荣金龙德生福祥兴根水土木火良才富贵义仁礼智信忠孝义清源远航凯旋乐康宁安乾坤"
_ALIKE = {"伟": "炜", "芳": "方", "敏": "闽", "静": "婧", "丽": "莉", "军": "君", "勇": "永", "艳": "燕", "娟": "涓", "明": "铭", "华": "骅", "红": "虹",
          "建": "健", "云": "芸", "峰": "锋", "婷": "亭", "辉": "晖", "佳": "嘉", "欣": "馨", "怡": "宜", "张": "章", "陈": "程", "沈": "申", "徐": "许"}  # fmt: skip
_OLD = str.maketrans(
    "张刘陈杨黄赵吴马罗郑谢许邓冯韩卢钟谭陆贾韦邹阎龙贺顾龚邵万钱严军丽国华红飞凤云兰东",
    "張劉陳楊黃趙吳馬羅鄭謝許鄧馮韓盧鐘譚陸賈韋鄒閻龍賀顧龔邵萬錢嚴軍麗國華紅飛鳳雲蘭東",
)
_TOWNS = "柯桥街道 柯岩街道 华舍街道 湖塘街道 安昌街道 马鞍街道 齐贤街道 钱清街道 杨汛桥街道 兰亭街道 福全街道 平水镇 漓渚镇 夏履镇 王坛镇 稽东镇".split()
_TRADES = "纺织 印染 化纤 针纺 服饰 机械 塑料 五金 建材 化工 食品 物流 电子 家具 包装 环保 贸易 建设 农业 科技".split()
_MARKS = "恒 盛 华 天 金 永 新 鑫 隆 瑞 祥 兴 达 宏 远 越 富 强 联 丰 泰 源 美 佳 宝 龙 飞 海 东 南 明 光 大 通 顺 德 正 中 信 诚".split()
_FIRST = "james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin amanda brian melissa george deborah edward stephanie ronald rebecca timothy laura jason helen jeffrey sharon ryan cynthia jacob kathleen gary amy nicholas shirley eric angela jonathan anna stephen ruth larry brenda justin pamela scott nicole brandon katherine benjamin samantha samuel christine gregory catherine frank virginia alexander debra raymond rachel patrick janet jack emma dennis carolyn jerry maria".split()
_SYLLABLES = "ba ber bo bran bur cal car ches clar con dan del der do dun el fair far fen gar glen gra hal ham har hol hud in jar ken kil kin lan lar len lin lo mal mar mel mor nor oak or pal pen pre ral ram ros ruth sal san sher sing stan stra tal ten thor tre tur van wal war wel win wood yar".split()
_ENDS = "by den field ford ham ley ling man mond more ner ridge sen shaw son stead ton ville ward well worth".split()
_STREETS = "street road avenue place court drive crescent lane".split()
_STATES = "nsw vic qld wa sa tas act nt".split()
_KEYS = {"a": "qws", "e": "wrd", "i": "uok", "o": "ipl", "n": "bm", "s": "adw", "t": "ryg", "r": "etf", "l": "kop", "c": "xvd", "m": "n", "1": "2", "2": "13", "3": "24", "0": "9", "9": "08", "8": "79", "5": "46", "6": "57", "4": "35", "7": "68"}  # fmt: skip

WESTERN = {
    "given_name": "name", "surname": "name", "street_number": "free", "address_1": "address", "suburb": "free", "postcode": "code",
    "state": "free", "date_of_birth": "date", "phone": "phone",
}  # fmt: skip
_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHINESE = {"name": "name", "birth": "date", "phone": "phone", "address": "address", "unit": "name"}
FIRMS = {"name": "name", "uscc": "code", "address": "address", "phone": "phone", "legal_person": "name"}


def slip(text: str, draw: random.Random) -> str:
    """Return ``text`` with one typing error: a neighbouring key, a sign more, a sign less, or two swapped."""
    if len(text) < 2:
        return text
    at, kind = draw.randrange(len(text)), draw.random()
    if kind < 0.4:
        return (
            text[:at]
            + draw.choice(_KEYS.get(text[at], "aeiou" if text[at].isalpha() else "0123456789"))
            + text[at + 1 :]
        )
    if kind < 0.6:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + text[at] + text[at:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.choice((1, 2, 2)))) + draw.choice(_ENDS)


def _skewed(values: list[str], draw: random.Random) -> str:
    """Return one of ``values``, the first much oftener than the last."""
    return values[int(len(values) * draw.random() ** 2.2)]


def _shuffled(rows: list[dict], draw: random.Random) -> pa.Table:
    draw.shuffle(rows)
    for i, row in enumerate(rows):
        row["id"] = f"r{i:07d}"
    return pa.Table.from_pylist(rows)


def western(records: int, seed: int = 1, dirt: float = 1.0, most: int = 4) -> pa.Table:
    """Return about ``records`` rows of western persons. ``dirt`` scales the rate of slips, ``most`` the records of one."""
    draw = random.Random(seed)
    size = max(60, records)
    families = [_word(draw) for _ in range(min(40_000, 200 + size // 12))]
    streets = [f"{_word(draw)} {draw.choice(_STREETS)}" for _ in range(min(30_000, 150 + size // 15))]
    places = [
        (_word(draw), f"{draw.randint(1000, 9999)}", _skewed(_STATES, draw)) for _ in range(min(3_000, 60 + size // 60))
    ]
    rows: list[dict] = []
    person = 0
    while len(rows) < records:
        family, street, place = _skewed(families, draw), draw.choice(streets), draw.choice(places)
        number, phone = str(int(200 * draw.random() ** 2) + 1), f"0{draw.randint(200000000, 899999999)}"
        for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
            person += 1
            born = date(1930, 1, 1) + timedelta(days=draw.randrange(29_000))
            first = {
                "entity": f"w{person}", "given_name": _skewed(_FIRST, draw) if draw.random() < 0.8 else _word(draw)[:7], "surname": family,
                "street_number": number, "address_1": street, "suburb": place[0], "postcode": place[1], "state": place[2],
                "date_of_birth": f"{born:%Y%m%d}", "phone": phone if draw.random() < 0.6 else f"04{draw.randint(10000000, 99999999)}",
            }  # fmt: skip
            rows.append(first)
            for _ in range(draw.choice((0, 0, 0, 1, 1, 2, most - 1))):
                rows.append(_western_slips(dict(first), draw, dirt, streets, places))
    return _shuffled(rows[:records], draw)


def _western_slips(row: dict, draw: random.Random, dirt: float, streets: list[str], places: list[tuple]) -> dict:
    if draw.random() < 0.08 * dirt:
        row["given_name"], row["surname"] = row["surname"], row["given_name"]
    if draw.random() < 0.06 * dirt:
        row["given_name"] = row["given_name"][0]
    if draw.random() < 0.10 * dirt:  # moved
        place = draw.choice(places)
        row |= {
            "address_1": draw.choice(streets),
            "street_number": str(draw.randint(1, 200)),
            "suburb": place[0],
            "postcode": place[1],
            "state": place[2],
        }
    if draw.random() < 0.15 * dirt:
        row["phone"] = f"04{draw.randint(10000000, 99999999)}"
    if draw.random() < 0.05 * dirt:
        d = row["date_of_birth"]
        row["date_of_birth"] = d[:4] + d[6:] + d[4:6]
    for column, rate in (
        ("given_name", 0.2),
        ("surname", 0.2),
        ("street_number", 0.08),
        ("address_1", 0.2),
        ("suburb", 0.15),
        ("postcode", 0.1),
        ("date_of_birth", 0.12),
        ("phone", 0.08),
    ):
        while draw.random() < rate * dirt * 0.8:
            row[column] = slip(row[column], draw)
        if draw.random() < 0.05 * dirt:
            row[column] = None
    return row


def people(records: int, seed: int = 1, dirt: float = 1.0, most: int = 4) -> pa.Table:
    """Return the persons of :func:`chinese` with their identity numbers, which an eighth of the records lack."""
    return chinese(records, seed, dirt, most, cards=0.875)


def card(born: date, number: int) -> str:
    """Return the identity number with a right check place of the ``number``th person of a day (GB 11643)."""
    body = f"330621{born:%Y%m%d}{number % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, _CARD_WEIGHTS, strict=True)) % 11]


def chinese(records: int, seed: int = 1, dirt: float = 1.0, most: int = 4, cards: float = 0.0) -> pa.Table:
    """Return about ``records`` rows of persons of a Chinese district; ``cards`` of the records show an identity number."""
    draw, shown = random.Random(seed), random.Random(-seed)
    days: dict[date, int] = {}
    size = max(60, records)
    villages = ["".join(draw.choice(_MARKS) for _ in range(2)) + "村" for _ in range(min(340, 20 + size // 50))]
    units = [_firm_name(draw) for _ in range(min(60_000, 20 + size // 12))]
    rows: list[dict] = []
    person = 0
    while len(rows) < records:
        family, town, village = _skewed(list(_SURNAMES), draw), draw.choice(_TOWNS), draw.choice(villages)
        address = f"浙江省绍兴市柯桥区{town}{village}{draw.randint(1, 400)}号"
        phone = f"1{draw.choice('3578')}{draw.randint(100000000, 999999999)}"
        for _ in range(draw.choice((1, 1, 2, 2, 3))):
            person += 1
            born = date(1940, 1, 1) + timedelta(days=draw.randrange(25_000))
            given = "".join(_skewed(list(_GIVEN), draw) for _ in range(draw.choice((1, 2, 2, 2))))
            first = {
                "entity": f"c{person}", "name": family + given, "birth": f"{born:%Y-%m-%d}",
                "phone": phone if draw.random() < 0.3 else f"1{draw.choice('3578')}{draw.randint(100000000, 999999999)}",
                "address": address, "unit": draw.choice(units) if draw.random() < 0.8 else None,
            }  # fmt: skip
            own = [first]
            for _ in range(draw.choice((0, 0, 0, 1, 1, 2, most - 1))):
                own.append(_chinese_slips(dict(first), draw, dirt, units, villages))
            if cards:
                days[born] = days.get(born, -1) + 1
                for row in own:
                    row["card"] = card(born, days[born]) if shown.random() < cards else None
            rows += own
    return _shuffled(rows[:records], draw)


def _chinese_slips(row: dict, draw: random.Random, dirt: float, units: list[str], villages: list[str]) -> dict:
    name, birth = row["name"], row["birth"]
    kind = draw.random()
    if kind < 0.10 * dirt:
        at = draw.randrange(len(name))
        name = name[:at] + _ALIKE.get(name[at], name[at]) + name[at + 1 :]
    elif kind < 0.13 * dirt:
        at = draw.randrange(1, len(name))
        name = name[:at] + draw.choice(_GIVEN) + name[at + 1 :]
    elif kind < 0.18 * dirt:
        name = name.translate(_OLD)
    elif kind < 0.21 * dirt:
        name = " ".join(name)
    row["name"] = name
    kind = draw.random()
    if kind < 0.05 * dirt:
        birth = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"
    elif kind < 0.12 * dirt:
        birth = slip(birth.replace("-", ""), draw)
    elif kind < 0.18 * dirt:
        birth = birth[: draw.choice((4, 7))]
    elif kind < 0.4:
        y, m, d = birth.split("-")
        birth = draw.choice((f"{y}.{int(m)}.{int(d)}", f"{y}年{int(m)}月{int(d)}日", f"{y}/{m}/{d}", y + m + d))
    row["birth"] = birth
    if draw.random() < 0.2 * dirt:
        row["phone"] = f"1{draw.choice('3578')}{draw.randint(100000000, 999999999)}"
    elif draw.random() < 0.08 * dirt:
        row["phone"] = slip(row["phone"], draw)
    elif draw.random() < 0.1:
        row["phone"] = "+86 " + row["phone"]
    kind = draw.random()
    if kind < 0.2 * dirt:
        row["address"] = row["address"].replace("浙江省绍兴市", draw.choice(("", "绍兴市", "浙江绍兴")))
    elif kind < 0.3 * dirt:
        row["address"] = f"绍兴市柯桥区{draw.choice(_TOWNS)}{draw.choice(villages)}{draw.randint(1, 400)}号"
    elif kind < 0.38 * dirt:
        row["address"] = slip(row["address"], draw)
    if row["unit"] and draw.random() < 0.2 * dirt:
        row["unit"] = draw.choice(
            (
                row["unit"].replace("有限公司", ""),
                row["unit"].replace("绍兴", ""),
                slip(row["unit"], draw),
                draw.choice(units),
            )
        )
    for column, rate in (("birth", 0.08), ("phone", 0.12), ("address", 0.12), ("unit", 0.25)):
        if draw.random() < rate * dirt:
            row[column] = None
    return row


def _firm_name(draw: random.Random) -> str:
    place = draw.choice(("绍兴", "绍兴柯桥", "绍兴市柯桥区", "浙江", "绍兴县", "绍兴"))
    return (
        place
        + "".join(draw.choice(_MARKS) for _ in range(draw.choice((2, 2, 3))))
        + draw.choice(_TRADES)
        + draw.choice(("有限公司", "有限公司", "有限责任公司", "厂"))
    )


def uscc(number: int) -> str:
    """Return the credit code with a right check place of a firm's running number (GB 32100)."""
    signs, weights = "0123456789ABCDEFGHJKLMNPQRTUWXY", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = f"91330621{number % 1_000_000_000:09d}"
    total = sum(w * signs.index(c) for w, c in zip(weights, body, strict=True))
    return body + signs[(31 - total % 31) % 31]


def firms(records: int, seed: int = 1, dirt: float = 1.0, most: int = 4) -> pa.Table:
    """Return about ``records`` rows of firms: half carry the credit code, some a wrong one."""
    draw = random.Random(seed)
    rows: list[dict] = []
    firm = 0
    while len(rows) < records:
        site = f"绍兴市柯桥区{draw.choice(_TOWNS)}{draw.choice(_MARKS)}{draw.choice(_MARKS)}路{draw.randint(1, 900)}号"
        for tenant in range(draw.choice((1, 1, 1, 1, 3))):
            firm += 1
            first = {
                "entity": f"f{firm}", "name": _firm_name(draw), "uscc": uscc(draw.randrange(10**9)),
                "address": site + (f"{tenant + 1}幢" if tenant else ""), "phone": f"0575-8{draw.randint(1000000, 9999999)}",
                "legal_person": _skewed(list(_SURNAMES), draw) + draw.choice(_GIVEN) + draw.choice(("", draw.choice(_GIVEN))),
            }  # fmt: skip
            rows.append(first)
            for _ in range(draw.choice((0, 1, 2, 3, most))):
                rows.append(_firm_slips(dict(first), draw, dirt))
    return _shuffled(rows[:records], draw)


def _firm_slips(row: dict, draw: random.Random, dirt: float) -> dict:
    kind = draw.random()
    if kind < 0.35 * dirt:
        row["uscc"] = None
    elif kind < 0.39 * dirt:
        row["uscc"] = slip(row["uscc"], draw)
    kind = draw.random()
    if kind < 0.1 * dirt:
        row["name"] = row["name"].replace("有限公司", "有限责任公司")
    elif kind < 0.18 * dirt:
        row["name"] = row["name"].replace("绍兴", "绍兴县", 1)
    elif kind < 0.24 * dirt:
        row["name"] = slip(row["name"], draw)
    elif kind < 0.28 * dirt:
        row["name"] = row["name"].replace("有限公司", "").replace("绍兴", "")
    if draw.random() < 0.2 * dirt:
        row["address"] = row["address"].replace("绍兴市柯桥区", draw.choice(("绍兴县", "柯桥区", "浙江省绍兴市柯桥区")))
    elif draw.random() < 0.1 * dirt:
        row["address"] = (
            f"绍兴市柯桥区{draw.choice(_TOWNS)}{draw.choice(_MARKS)}{draw.choice(_MARKS)}路{draw.randint(1, 900)}号"
        )
    for column, rate in (("address", 0.1), ("phone", 0.3), ("legal_person", 0.2)):
        if draw.random() < rate * dirt:
            row[column] = None
    return row
