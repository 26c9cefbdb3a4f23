"""How one value is written wrongly: pure functions of a clean value and a random stream."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np

NULL_TOKENS = ("无", "/", "—", "--", "N/A", "null", "暂无", "待补充", "不详")
FULL_WIDTH = {**{ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ()"}}
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# characters of given names and others that sound the same, tones aside
HOMOPHONES = {
    "伟": "玮炜", "芳": "方", "娜": "那", "敏": "闵", "静": "婧靖", "丽": "莉力", "强": "蔷", "磊": "蕾", "军": "君均", "勇": "永",
    "艳": "燕", "杰": "洁捷", "娟": "涓", "涛": "韬", "明": "铭鸣", "超": "朝", "霞": "侠", "刚": "钢", "英": "莹瑛", "华": "桦",
    "慧": "惠", "建": "健", "国": "帼", "文": "雯", "斌": "彬", "兰": "岚", "波": "博", "辉": "晖", "宇": "雨", "浩": "昊", "佳": "嘉",
    "欣": "新", "婷": "亭", "梅": "玫", "琴": "勤", "燕": "艳", "红": "宏", "霖": "林", "志": "智", "鹏": "朋", "飞": "菲", "翔": "祥",
    "凯": "恺", "峰": "锋", "琳": "林", "莹": "英", "健": "建", "康": "慷", "根": "艮", "荣": "蓉", "成": "诚", "香": "湘",
}  # fmt: skip
USCC_LOOKALIKES = {"0": "O", "1": "I", "2": "Z", "5": "S"}


def pick(options: Sequence[str], rng: np.random.Generator) -> str:
    """Return one of ``options``."""
    return options[int(rng.integers(len(options)))]


def other(value: object, options: Sequence[str], rng: np.random.Generator) -> str:
    """Return one of ``options`` that is not ``value``."""
    return pick([o for o in options if o != value], rng)


def hidden(text: str, rng: np.random.Generator, encodable: str | None = None) -> str:
    """Put full-width letters, a zero-width space or stray blanks (#5); ``encodable`` keeps to a code page."""
    kind = int(rng.integers(4))
    if kind == 0:
        wide = text.translate(FULL_WIDTH)
        if wide != text:
            return wide
    if kind == 1 and encodable is None and len(text) > 1:
        at = int(rng.integers(1, len(text)))
        return text[:at] + "\u200b" + text[at:]
    return ("\u3000" + text, text + "\t", " " + text + " ")[int(rng.integers(3))]


def date_form(value: object, rng: np.random.Generator) -> str:
    """Write ``YYYY-MM-DD`` or ``YYYY-MM-DD HH:MM:SS`` in another hand; seconds are dropped only when 0."""
    text = str(value)
    y, m, d, clock = text[:4], int(text[5:7]), int(text[8:10]), text[11:]
    if not clock:
        forms = (f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02d}{d:02d}", f"{y}-{m}-{d}")
        return forms[int(rng.integers(len(forms)))]
    short = clock[:5] if clock[6:] in ("", "00") else clock
    forms = (f"{y}/{m}/{d} {short}", f"{y}.{m}.{d} {short}", f"{y}年{m}月{d}日 {short}")
    if short != clock:
        forms += (f"{y}年{m}月{d}日{int(clock[:2])}时{int(clock[3:5])}分",)
    return forms[int(rng.integers(len(forms)))]


def short_date(value: object, rng: np.random.Generator) -> str:
    """Write month, day and two digits of the year: no reader can know which is the month."""
    text = str(value)
    return f"{int(text[5:7])}/{int(text[8:10])}/{text[2:4]}{text[10:16]}"


def excel_serial(value: object, rng: np.random.Generator) -> str:
    """Write a date as days since 1899-12-30, a time as the fraction of the day."""
    text = str(value)
    days = (date.fromisoformat(text[:10]) - date(1899, 12, 30)).days
    if len(text) <= 10:
        return str(days)
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19] or 0)
    return f"{days + seconds / 86400:.9f}"


def impossible_date(value: object, rng: np.random.Generator) -> str:
    """Write a day that does not exist."""
    text = str(value)
    return f"{text[:4]}-02-30" + text[10:]


def id_form(value: object, rng: np.random.Generator) -> str:
    """Write an identity number with 15 digits (births of 19xx), a small x or spaces."""
    text = str(value)
    kind = int(rng.integers(3))
    if kind == 0 and text[6:8] == "19":
        return text[:6] + text[8:17]
    if kind == 1 and text.endswith("X"):
        return text[:-1] + "x"
    return f"{text[:6]} {text[6:14]} {text[14:]}"


def id_wrong(value: object, rng: np.random.Generator) -> str:
    """Write a wrong check place, or leave the X away."""
    text = str(value)
    if text.endswith("X") and rng.random() < 0.5:
        return text[:-1]
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def id_second(value: object, rng: np.random.Generator) -> str:
    """Write another good identity number of the same birth date, as some people were given two (#14)."""
    text = str(value)
    division = pick(("330621", "330603", "330602"), rng)
    stem = f"{division}{text[6:14]}{int(rng.integers(1, 999)):03d}"
    if stem.endswith("00") or stem == text[:17]:
        stem = stem[:-1] + "7"
    return stem + "10X98765432"[sum(int(a) * b for a, b in zip(stem, ID_WEIGHTS, strict=True)) % 11]


def name_homophone(value: object, rng: np.random.Generator) -> str:
    """Write the last character of a name as another that sounds the same, where one is listed (#14)."""
    text = str(value)
    other_ones = HOMOPHONES.get(text[-1], "")
    return text[:-1] + pick(other_ones, rng) if other_ones else text


def phone_form(value: object, rng: np.random.Generator) -> str:
    """Write a mobile number with country code, blanks, dashes, or a second number behind it."""
    text = str(value)
    return (
        f"+86{text}",
        f"+86 {text}",
        f"86-{text}",
        f"{text[:3]} {text[3:7]} {text[7:]}",
        f"{text[:3]}-{text[3:7]}-{text[7:]}",
        f"{text}/0575-8412{int(rng.integers(1000, 9999))}",
    )[int(rng.integers(6))]


def name_space(value: object, rng: np.random.Generator) -> str:
    """Write a blank between surname and given name."""
    text = str(value)
    return text[0] + pick((" ", "\u3000"), rng) + text[1:]


def name_rare(value: object, rng: np.random.Generator) -> str:
    """Lose a rare character: a question mark, or a place of the private use area."""
    text = str(value)
    return text[:-1] + pick(("?", "\ue5e5", "？"), rng)


def uscc_wrong(value: object, rng: np.random.Generator) -> str:
    """Mistype one character so that the check fails: a letter the alphabet lacks, or a wrong last one."""
    text = str(value)
    at = int(rng.integers(8, 16))
    if rng.random() < 0.5 and text[at] in USCC_LOOKALIKES:
        return text[:at] + USCC_LOOKALIKES[text[at]] + text[at + 1 :]
    return text[:-1] + ("A" if text[-1] != "A" else "B")


def uscc_form(value: object, rng: np.random.Generator) -> str:
    """Write a good code in small letters, in two parts or in full width."""
    text = str(value)
    return (text.lower(), f"{text[:8]} {text[8:]}", text.translate(FULL_WIDTH))[int(rng.integers(3))]


def old_number(uscc: str) -> str:
    """Return the registration number a firm had before 2015: division and nine digits, one per firm."""
    return f"{uscc[2:8]}{10**8 + zlib.crc32(uscc.encode()) % (9 * 10**8)}"


def uscc_old_number(value: object, rng: np.random.Generator) -> str:
    """Write the firm's registration number of before 2015 in place of its code."""
    rng.integers(10**8, 10**9)  # the draw stays: what comes after it in the stream must not move
    return old_number(str(value))


def firm_name(value: object, rng: np.random.Generator) -> str:
    """Write a firm's name in another hand: other brackets, other tail, blanks inside. The firm stays the same."""
    text = str(value)
    forms = [f"{text[:2]} {text[2:]}", text.replace("有限公司", "有限责任公司")]
    if "（" in text or "(" in text:
        forms += [text.translate({0xFF08: "(", 0xFF09: ")"}), text.translate({0x28: "（", 0x29: "）"})]
    return pick([f for f in forms if f != text], rng)


def headcount_word(value: object, rng: np.random.Generator) -> str:
    """Write a head-count as people say it: about, a range, with the measure word."""
    n = int(str(value))
    if rng.random() < 0.5:
        return f"约{n}人"
    half = max(1, n // 4)
    return f"{n - half}-{n + half}" if n - half > 0 else f"{n}人"


def comma(value: object, rng: np.random.Generator) -> str:
    """Write a number with thousands commas, a negative one in brackets."""
    text = str(value)
    bare = text.lstrip("-")
    whole, _, rest = bare.partition(".")
    grouped = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return f"({grouped})" if text.startswith("-") else grouped


MONEY = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
AREA = {"㎡": 1.0, "平方米": 1.0, "亩": 10_000 / 15, "km²": 1_000_000.0}


def money_word(value: object, unit: str, rng: np.random.Generator) -> str:
    """Write an amount of ``unit`` with its unit, or in another unit where nothing is lost."""
    yuan = round(float(str(value)) * MONEY[unit], 2)
    options = [f"{value}{unit}"]
    if abs(yuan) < 1e15:
        options.append(f"{yuan:.2f}".rstrip("0").rstrip(".") + "元")
        wan = f"{yuan / 10_000:.6f}".rstrip("0").rstrip(".")
        options.append(f"{wan}万元")
    return pick(options, rng)


def money_factor(value: object, rng: np.random.Generator) -> str:
    """Write an amount in the wrong unit without saying so: ten thousand times too much."""
    return f"{round(float(str(value)) * 10_000, 2):.2f}"


def area_word(value: object, rng: np.random.Generator) -> str:
    """Write an area of square metres with its unit, or in 亩 where it stays exact to the cent."""
    square = float(str(value))
    mu = square / AREA["亩"]
    options = [f"{value}㎡", f"{value}平方米"]
    if round(round(mu, 4) * AREA["亩"], 2) == round(square, 2):
        options.append(f"{mu:.4f}亩")
    return pick(options, rng)


VILLAGE_TAILS = ("社区居委会", "村委会", "居委会", "社区", "村")


def village_form(value: object, rng: np.random.Generator) -> str:
    """Write a village or community with another tail: 社区, 居委会, 社区居委会; 村, 村委会, 村村委会."""
    text = str(value)
    if text.endswith(("居委会", "社区")):
        stem = text.removesuffix("居委会").removesuffix("社区")
        forms = [f"{stem}{t}" for t in ("居委会", "社区", "社区居委会")]
    else:
        stem = text.removesuffix("村委会").removesuffix("村")
        forms = [f"{stem}{t}" for t in ("村委会", "村", "村村委会")]
    return pick([f for f in forms if f != text], rng)


def village_typo(value: object, rng: np.random.Generator) -> str:
    """Write the wrong sign that stood in real lists: 社区民委会."""
    text = str(value)
    stem = text
    for tail in VILLAGE_TAILS:
        if text.endswith(tail):
            stem = text.removesuffix(tail)
            break
    return f"{stem}社区民委会" if text.endswith(("居委会", "社区")) else f"{stem}村民委会"


# the name of a place that is gone and, in 钱清街道, another form of 东江社区居委会 of today: by itself it goes to review
TWO_VILLAGES = ("东江居委会",)
GONE_VILLAGES = ("阮三居委会", "阮四居委会", "大寺居委会", "先锋居委会")
FOREIGN_TOWNS = ("孙端街道", "陶堰街道", "富盛镇")


def ruined_number(value: object, rng: np.random.Generator) -> str:
    """Write a long code as a spreadsheet leaves it: 3.30603E+19, or its last places zero."""
    text = str(value)
    zeros = 5 if len(text) == 20 else 3
    return f"{float(text[:17] + '0' * (len(text) - 17)):.5E}" if rng.random() < 0.7 else text[:-zeros] + "0" * zeros


def age_band(value: object, rng: np.random.Generator) -> str:
    """Write a birth year or date as a band of age: 80岁以上, 70-79岁."""
    born = int(str(value)[:4])
    age = 2026 - born
    return "80岁以上" if age >= 80 else f"{age // 10 * 10}-{age // 10 * 10 + 9}岁"
