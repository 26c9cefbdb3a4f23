"""Codes with check digits, names and coordinate shifts, for whole columns at once.

Draws nothing itself: every function takes its generator. Reads no other simulator module.
"""

from __future__ import annotations

import numpy as np

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = np.array(list("10X98765432"))
_USCC_CHARS = np.array(list(USCC_ALPHABET))

SURNAMES = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严赖覃洪武莫孔俞章傅鲁茅"
)
GIVEN = list(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建国文斌玉兰波辉宇晨浩然佳欣雨婷梅琴海燕红霖志鹏飞翔凯峰琳雪莹健康林永祥水根阿土金法关荣仁良炳泉苗祖成小春秋月菊香云龙虎彪宝贵福寿"
)


def uscc(
    rng: np.random.Generator,
    n: int,
    prefixes: list[str],
    shares: list[float],
    old: np.ndarray,
    category: np.ndarray,
    authority: int = 9,
) -> np.ndarray:
    """Return ``n`` different unified social credit codes of GB 32100 with right check characters.

    ``prefixes``/``shares``: registration divisions and how often; ``old`` (n, bool): firms of before
    2015 have eight digits in the organisation code, younger ones begin with MA; ``category`` (n, str):
    1 company, 2 sole trader; ``authority``: 9 market supervision, 5 civil affairs (category 1 association,
    2 private non-profit, 3 foundation), 1 establishment office. The organisation code carries its own check of GB 11714 too.
    """
    serial = (int(rng.integers(10**7)) + np.arange(n, dtype=np.int64) * 7368787) % 10**8
    digits = (serial[:, None] // 10 ** np.arange(7, -1, -1)) % 10
    young = ~np.asarray(old)
    digits[young, 0] = USCC_ALPHABET.index("M")
    digits[young, 1] = USCC_ALPHABET.index("A")
    # GB 11714 counts letters from A = 10 over the full alphabet, GB 32100 over its own
    organisation = digits.copy()
    organisation[young, 0], organisation[young, 1] = 22, 10
    check = 11 - (organisation @ _ORG_WEIGHTS) % 11
    check = np.where(check == 11, 0, check)
    check_value = np.where(check == 10, USCC_ALPHABET.index("X"), check)
    division = rng.choice(len(prefixes), n, p=shares)
    division_digits = np.array([[int(c) for c in p] for p in prefixes])[division]
    body = np.column_stack(
        [np.full(n, authority), np.asarray(category).astype(int), division_digits, digits, check_value]
    )
    last = (31 - (body @ _USCC_WEIGHTS) % 31) % 31
    chars = _USCC_CHARS[np.column_stack([body, last])]
    codes = np.array(["".join(row) for row in chars], dtype=object)
    if len(set(codes)) != n:
        raise ValueError(f"uscc: {n - len(set(codes))} of {n} codes are not different; draw from a wider range")
    return codes


def id_numbers(rng: np.random.Generator, birth: np.ndarray, prefixes: list[str], shares: list[float]) -> np.ndarray:
    """Return different identity numbers of GB 11643 for ``birth`` (datetime64[D]), right check digits.

    None ends in three zeros, which is what a spreadsheet leaves of a ruined one.
    """
    n = len(birth)
    division = np.array(prefixes, dtype=object)[rng.choice(len(prefixes), n, p=shares)]
    day = np.char.replace(np.datetime_as_string(birth.astype("datetime64[D]")), "-", "")
    order = rng.integers(1, 999, n)
    seen: set[str] = set()
    out = np.empty(n, dtype=object)
    for i in range(n):
        stem = division[i] + day[i]
        number = int(order[i])
        while f"{stem}{number:03d}" in seen or number % 100 == 0:
            number = number % 998 + 1
        seen.add(f"{stem}{number:03d}")
        out[i] = f"{stem}{number:03d}"
    matrix = np.array([list(s) for s in out]).astype(int) if n else np.zeros((0, 17), int)
    check = _ID_CHECK[(matrix @ _ID_WEIGHTS) % 11]
    # three zeros at the end are what a spreadsheet leaves of a number: no true one ends so
    for i in np.flatnonzero([a.endswith("00") and b == "0" for a, b in zip(out, check, strict=True)]):
        taken = out[i]
        number = int(taken[14:])
        while taken in seen or taken[14:].endswith("00"):
            number = number % 998 + 1
            taken = f"{taken[:14]}{number:03d}"
        seen.add(taken)
        out[i], check[i] = taken, _ID_CHECK[(np.array(list(taken)).astype(int) @ _ID_WEIGHTS) % 11]
    return np.array([a + b for a, b in zip(out, check, strict=True)], dtype=object)


def phones(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return ``n`` mobile numbers of eleven digits."""
    head = np.array(["134", "135", "136", "137", "138", "139", "150", "158", "159", "180", "188", "189"])
    tail = rng.integers(10**7, 10**8, n)
    return np.array([a + str(b) for a, b in zip(head[rng.integers(0, len(head), n)], tail, strict=True)], dtype=object)


def names(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return ``n`` Chinese personal names; the frequent surnames come more often."""
    weight = 1 / (np.arange(len(SURNAMES)) + 4.0)
    surname = rng.choice(len(SURNAMES), n, p=weight / weight.sum())
    first, second = rng.integers(0, len(GIVEN), (2, n))
    double = rng.random(n) < 0.72
    return np.array(
        [
            SURNAMES[s] + GIVEN[a] + (GIVEN[b] if d else "")
            for s, a, b, d in zip(surname, first, second, double, strict=True)
        ],
        dtype=object,
    )


def gb28181(serial: np.ndarray, kind: str = "132", division: str = "33060300") -> np.ndarray:
    """Return 20-digit device codes of GB/T 28181: centre 8, industry 2, type 3, network 1, serial 6.

    No code ends in three zeros, which is what a spreadsheet leaves of a ruined one.
    """
    serial = 100001 + np.asarray(serial) + np.asarray(serial) // 900 * 100
    serial = np.where(serial % 1000 == 0, serial + 500_000, serial)
    return np.array([f"{division}01{kind}0{s:06d}" for s in serial], dtype=object)


def to_gcj02(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift WGS-84 degrees to GCJ-02 (at Keqiao about +400 m east, -280 m north)."""
    x, y = lon - 105.0, lat - 35.0
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    d_lat += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    d_lon += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    a, ee = 6378245.0, 0.00669342162296594323
    rad = lat / 180.0 * np.pi
    magic = 1 - ee * np.sin(rad) ** 2
    d_lat = d_lat * 180.0 / ((a * (1 - ee)) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = d_lon * 180.0 / (a / np.sqrt(magic) * np.cos(rad) * np.pi)
    return lon + d_lon, lat + d_lat


def to_bd09(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift WGS-84 degrees to BD-09, as Baidu's maps give them (at Keqiao about 1,100 m away)."""
    x, y = to_gcj02(lon, lat)
    z = np.sqrt(x * x + y * y) + 0.00002 * np.sin(y * np.pi * 3000.0 / 180.0)
    theta = np.arctan2(y, x) + 0.000003 * np.cos(x * np.pi * 3000.0 / 180.0)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006
