"""From raw text to what is compared: one normal form per value and a few features of it.

Everything is SQL over the distinct values of a column, but for the sounds of Han characters. Every kind has the
feature ``v``, the normal form, null where nothing was said. Normal forms serve comparison only and are never shown.

===========  ======================================================================================
kind         features beside ``v``
===========  ======================================================================================
name         ``p`` its core in Latin letters (Han by pinyin) without blanks, ``t`` the words of that in one order, ``s``
             how it sounds. The core of a firm's name is without place and legal form.
date         ``y``, ``m``, ``d`` as numbers; ``v`` is yyyymmdd, 00 for a month or day that was not said
code         none
phone        ``r`` its last seven digits; ``v`` is the digits without country code
address      ``n`` the numbers in it, ``w`` the words
free         none
hash         none
point        ``x``, ``y`` degrees
name_hashes  ``f1`` … of a person's name, by blanks, ``-`` for none: whole, sound, last and middle unknown, given, surname
id_hashes    ``f1`` … of an identity number: whole, 17 places, birth date, birth year
===========  ======================================================================================

For the first look there are numbers: ``x`` the set of bytes of ``p``, ``w`` or ``v`` as bits, ``f`` its first four bytes, ``z``
its length, ``q`` its hash; ``k`` the hash of ``t``; ``a`` and ``b`` of the first and last part of a phone.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# What people write when they have nothing to write (docs/quality.md, kind 15).
_NOTHING = (
    "", "无", "/", "//", "-", "--", "---", "—", "——", "n/a", "na", "null", "none", "nan", "nil", "unknown", "?", ".", "..",
    "暂无", "待补充", "不详", "未知", "同上", "空", "\\n", "*", "**", "***",
)  # fmt: skip
_WRITTEN = "'[\\x{4e00}-\\x{9fff}0-9]+'"  # nothing but Han characters and digits
_WIDE = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0‘’“”´`–−·•—"
_NARROW = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  ''\"\"''--  -"
_HIDDEN = r"[\x00-\x1f\x7f\x{200b}-\x{200f}\x{2060}\x{feff}]"
_HAN = r"\x{2e80}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{3ffff}"
_STREET = {
    "street": "st", "str": "st", "road": "rd", "avenue": "av", "ave": "av", "place": "pl", "drive": "dr", "lane": "ln",
    "court": "ct", "crescent": "cr", "cres": "cr", "boulevard": "bd", "blvd": "bd", "highway": "hwy", "terrace": "tce",
    "square": "sq", "parade": "pde", "circuit": "cct", "close": "cl", "apartment": "apt", "building": "bldg",
    "mount": "mt", "saint": "st",
}  # fmt: skip
_LEGAL = {"limited": "ltd", "company": "co", "corporation": "corp", "incorporated": "inc"}
_PLACES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 "
    "青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 柯桥 越城 上虞 诸暨 嵊州 新昌"
).split()
_FORMS = (
    "股份有限公司 有限公司 有限合伙 合伙企业 集团公司 集团 公司 分公司 经营部 个体工商户 商行 工厂 厂 店 部"
).split()
_MONTHS = {m: f"{i:02}" for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

FEATURES: dict[str, tuple[str, ...]] = {
    "name": ("v", "p", "t", "s", "x", "f", "q", "k", "z"), "date": ("v", "y", "m", "d", "z"), "code": ("v", "x"),
    "phone": ("v", "r", "a", "b", "z"), "address": ("v", "n", "w", "x", "f", "q", "z"), "free": ("v", "x", "f", "z"), "hash": ("v",), "point": ("v", "x", "y"),
    "name_hashes": ("v", "f1", "f2", "f3", "f4", "f5", "f6"), "id_hashes": ("v", "f1", "f2", "f3", "f4"),
}  # fmt: skip
# which feature the bits are of
BITS = {"name": "p", "address": "w", "free": "v", "code": "v"}


def text(value: str) -> str:
    """Return ``value`` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def folded(raw: str) -> str:
    """Return the SQL of ``raw`` in half width, without hidden characters, accents and doubled blanks, in lower case."""
    plain = f"translate(cast({raw} as varchar), {text(_WIDE)}, {text(_NARROW)})"
    plain = f"regexp_replace({plain}, '{_HIDDEN}', '', 'g')"
    return f"trim(regexp_replace(lower(strip_accents({plain})), '\\s+', ' ', 'g'))"


def _replaced(sql: str, words: dict[str, str]) -> str:
    """Return the SQL of ``sql``, one blank between words, with whole words replaced."""
    sql = f"' ' || replace({sql}, ' ', '  ') || ' '"
    for old, new in words.items():
        sql = f"replace({sql}, ' {old} ', ' {new} ')"
    return f"trim(regexp_replace({sql}, ' +', ' ', 'g'))"


def _date() -> list[str]:
    """Return the steps to yyyymmdd; what is no date keeps its digits, so that equal texts stay equal."""
    months = "y"
    for month, number in _MONTHS.items():
        months = f"regexp_replace({months}, '\\b{month}[a-z]*', ' m{number} ')"
    parts = "regexp_extract_all(y, 'm?[0-9]+')"
    a, b, c = "y[1]", "y[2]", "y[3]"

    def two(part: str) -> str:
        return f"lpad(replace({part}, 'm', ''), 2, '0')"

    # 7/13/90 is m/d/y; a pair that could be either is read as d/m/y on both sides
    day_first = f"case when {b} like 'm%' then true when {a} like 'm%' then false else {two(b)} <= '12' end"
    whole = "array_to_string(y, '')"
    return [
        f"case when regexp_matches(y, '[a-z]') then {months} else y end",
        parts,
        f"case when len(y) >= 3 and length({a}) = 4 and length({b}) <= 3 and length({c}) <= 2 "
        f"then {a} || {two(b)} || {two(c)} "
        f"when len(y) >= 3 and length({c}) = 4 and length({a}) <= 3 and length({b}) <= 3 "
        f"then {c} || case when {day_first} then {two(b)} || {two(a)} else {two(a)} || {two(b)} end "
        f"when len(y) = 2 and length({a}) = 4 and length({b}) <= 3 then {a} || {two(b)} || '00' "
        f"when len(y) = 2 and length({b}) = 4 and length({a}) <= 3 then {b} || {two(a)} || '00' "
        f"when len(y) = 1 and length({a}) = 4 then {a} || '0000' "
        f"when len(y) = 1 and length({a}) = 6 then {a} || '00' "
        f"when len(y) = 1 and length({a}) = 14 then substr({a}, 1, 8) "
        f"else nullif({whole}, '') end",
    ]


def _sound(p: str) -> str:
    """Return the SQL of the first letter and up to five groups of like consonants behind it."""
    rest = f"translate(substr({p}, 2), 'bfpvcgjkqsxzdtlmnraeiouyhw', '111122222222334556')"
    for digit in "123456":
        rest = f"replace(replace({rest}, '{digit * 3}', '{digit}'), '{digit * 2}', '{digit}')"
    return f"nullif(translate(substr({p}, 1, 1), 'kqzjxvy', 'ccsgsfi') || substr({rest}, 1, 5), '')"


def ready(kind: str) -> tuple[str, str] | None:
    """Return the SQL under which ``raw`` needs none of the steps, and of its normal form then; most values are such."""
    said = f"raw not in ({', '.join(map(text, _NOTHING))})"
    return {
        "code": ("regexp_full_match(raw, '[0-9][0-9A-Za-z]*')", _real("lower(raw)", kind)),
        "phone": ("regexp_full_match(raw, '(?:1|0[1-79])[0-9-]+')", _real("replace(raw, '-', '')", kind)),
        "date": (
            "regexp_full_match(raw, '[0-9]{4}-[0-9]{2}-[0-9]{2}') and raw not in ('1900-01-01', '1900-01-00', '0000-00-00')",
            "replace(raw, '-', '')",
        ),
        "name": (f"regexp_full_match(raw, {_WRITTEN}) and {said}", _firm("raw")),
        "address": (f"regexp_full_match(raw, {_WRITTEN}) and {said}", "raw"),
        "free": (f"regexp_full_match(raw, {_WRITTEN}) and {said}", "raw"),
    }.get(kind)


def _firm(y: str) -> str:
    return f"replace(replace({y}, '有限责任公司', '有限公司'), '股份公司', '股份有限公司')"


def _real(y: str, kind: str) -> str:
    """Return the SQL of ``y``; a code or phone that repeats one sign says nothing: 11111111, 000000; nor do 0 and a phone of two digits.

    A code of up to four places that repeats another digit than 0 may be a number.
    """
    nothing = f"length({y}) <= 2 or " if kind == "phone" else f"replace({y}, '0', '') = '' or length({y}) >= 5 and "
    return f"case when {nothing}replace({y}, substr({y}, 1, 1), '') = '' then null else {y} end"


def steps(kind: str) -> list[str]:
    """Return the SQL steps from raw text to the normal form, each reading the one before as ``y``."""
    said = f"case when y not in ({', '.join(map(text, _NOTHING))}) then y end"
    first = [folded("y"), said]
    if kind == "hash" or kind.endswith("_hashes"):
        return first
    if kind == "point":
        return [*first, "nullif(trim(regexp_replace(y, '[^-0-9.]+', ' ', 'g')), '')"]
    if kind == "date":
        return [
            *first, *_date(),
            "case when y not in ('19000101', '19000100', '00000000', '11111111', '99999999') then y end",
        ]  # fmt: skip
    if kind == "phone":
        digits = "regexp_replace(split_part(split_part(split_part(y, '/', 1), ';', 1), ',', 1), '[^0-9]', '', 'g')"
        return [*first, digits, "regexp_replace(y, '^0{0,2}86(1[0-9]{10})$', '\\1')", _real("y", kind)]
    if kind == "code":
        plain = "regexp_replace(regexp_replace(y, '^([0-9]+)\\.0+$', '\\1'), '[^\\p{L}\\p{N}]', '', 'g')"
        return [*first, plain, _real("y", kind)]
    words = [
        "coalesce(nullif(trim(regexp_replace(y, '[^\\p{L}\\p{N}]+', ' ', 'g')), ''), y)",
        # no blanks beside Han
        f"case when regexp_matches(y, '[{_HAN}]') then "
        f"regexp_replace(regexp_replace(y, '([{_HAN}]) ', '\\1', 'g'), ' ([{_HAN}])', '\\1', 'g') else y end",
    ]
    if kind == "name":
        words += [_firm("y"), _replaced("y", _LEGAL)]
    elif kind == "address":
        words.append(_replaced("y", _STREET))
    return [*first, *words, "nullif(y, '')"]


def core(v: str) -> str:
    """Return the SQL of a name without place and legal form, where enough of it is left to tell it from others.

    A name of fewer than six Han characters is a person's, or all there is.
    """
    places = f"^(?:(?:{'|'.join(_PLACES)})[省市区县]?|[^a-z0-9 ]{{1,3}}[省市区县])+"
    han = f"regexp_replace(regexp_replace({v}, '{places}', ''), '(?:{'|'.join(_FORMS)})+$', '')"
    plain = f"trim(regexp_replace({v}, '\\b(?:the|ltd|co|corp|inc|llc|plc|gmbh|pty)\\b', '', 'g'))"
    plain = f"regexp_replace({plain}, ' +', ' ', 'g')"
    return (
        f"case when regexp_matches({v}, '[{_HAN}]') then "
        f"case when length({v}) >= 6 and length({han}) >= 2 then {han} else {v} end "
        f"when contains({v}, ' ') and length({plain}) >= 3 then {plain} else {v} end"
    )


def features(kind: str) -> dict[str, str]:
    """Return the SQL of each feature of ``kind``, reading ``v`` (and ``latin`` for names)."""
    if kind == "name":
        p = "replace(latin, ' ', '')"
        return {
            "v": "v", "p": p, "s": _sound(p),
            "t": (t := "array_to_string(list_sort(string_split(latin, ' ')), '')"),
            "q": f"hash({p})", "k": f"hash({t})", "z": f"cast(strlen({p}) as integer)",
        }  # fmt: skip
    if kind.endswith("_hashes"):
        return {"v": "v"} | {f: f"nullif(split_part(v, ' ', {f[1:]}), '-')" for f in FEATURES[kind][1:]}
    if kind == "address":
        plain = "regexp_replace(v, '^(?:[^0-9a-z ]{2,3}省)?(?:[^0-9a-z ]{2,3}市)?(?:[^0-9a-z ]{1,3}[区县])?(.{2,})$', '\\1')"
        words = f"trim(regexp_replace(regexp_replace({plain}, '[0-9]+', ' ', 'g'), ' +', ' ', 'g'))"
        return {
            "v": "v", "n": "array_to_string(regexp_extract_all(v, '[0-9]+'), ' ')", "w": words,
            "q": f"hash({words})", "z": f"cast(strlen({words}) as integer)",
        }  # fmt: skip
    if kind == "date":
        return {
            "v": "v", "y": "try_cast(substr(v, 1, 4) as integer)", "m": "try_cast(substr(v, 5, 2) as integer)",
            "d": "try_cast(substr(v, 7, 2) as integer)", "z": "cast(length(v) as integer)",
        }  # fmt: skip
    if kind == "point":
        return {
            "v": "v",
            "x": "try_cast(split_part(trim(v), ' ', 1) as double)",
            "y": "try_cast(split_part(trim(v), ' ', 2) as double)",
        }
    if kind == "phone":
        # a slip leaves the first or the last part whole
        part = "cast(length(v) / 2 - 1 as integer)"
        return {
            "v": "v", "r": "case when length(v) >= 7 then hash(right(v, 7)) end", "a": f"hash(left(v, {part}))",
            "b": f"hash(right(v, {part}))", "z": "cast(length(v) as integer)",
        }  # fmt: skip
    return {"v": "v", "z": "cast(strlen(v) as integer)"} if kind == "free" else {"v": "v"}


_SYLLABLES: dict[int, str] = {}


def latin(values: pa.Array) -> pa.Array:
    """Return each name in Latin letters: Han characters by their syllable without tone, one word each.

    Characters of one sound, traditional and simplified forms mostly, become equal, and 王芳 equals Wang Fang. The
    reading is the most usual one of the single character; a first character is not read as a surname in particular,
    for the same reading stands on both sides.
    """
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    other = pc.fill_null(pc.invert(pc.string_is_ascii(values)), False)
    return pc.replace_with_mask(values, other, _spelt(values.filter(other))) if len(values) else values


def _spelt(values: pa.Array) -> pa.Array:
    """Return names that hold more than ASCII in Latin letters; those of Han characters alone, nearly all, in columns."""
    import numpy as np
    from pypinyin import lazy_pinyin

    texts = values.to_pylist()
    letters = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    if not len(letters):
        return values
    met = np.flatnonzero(np.bincount(letters))
    place = np.zeros(met[-1] + 1, np.int32)
    place[met] = np.arange(len(met))
    at = place[letters]
    for c in (chr(x) for x in met.tolist() if x not in _SYLLABLES and x >= 0x2E80):
        said = lazy_pinyin(c, errors="ignore")
        _SYLLABLES[ord(c)] = f" {said[0].replace('ü', 'v')} " if said else f" {c} "
    syllables = pa.array([_SYLLABLES.get(x, "").strip() for x in met.tolist()], pa.string())
    ends = np.cumsum(pc.utf8_length(values).to_numpy())
    words = pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), syllables.take(pa.array(at)))
    mixed = np.logical_or.reduceat(np.array([x == "" for x in syllables.to_pylist()])[at], np.append(0, ends[:-1]))
    by_letter = [" ".join(texts[i].translate(_SYLLABLES).split()) for i in np.flatnonzero(mixed).tolist()]
    return pc.replace_with_mask(pc.binary_join(words, " "), pa.array(mixed), pa.array(by_letter, pa.string()))


def bits(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the set of bytes of each text as bits of a number, and its first four bytes as a number.

    Two texts that differ in many bits cannot be alike, which one operation on numbers shows. Letters and digits have a bit
    of their own; of a Han character the second and third byte count, the first being nearly always one of six.
    """
    import numpy as np

    if len(values) == 0:
        return pa.array([], pa.int64()), pa.array([], pa.int64())
    values = pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
    table = np.zeros(256, np.int64)
    for i, c in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789"):
        table[c] = 1 << i
    for c in range(128, 192):
        table[c] = 1 << (c & 63) % 63
    _, offsets, data = values.buffers()
    at = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    text_bytes = np.frombuffer(data, np.uint8)[: at[-1]] if data is not None else np.zeros(0, np.uint8)
    found = np.bitwise_or.reduceat(np.append(table[text_bytes], 0), at[:-1])
    found = np.where(at[:-1] == at[1:], 0, found)
    padded, sizes = np.append(text_bytes, np.zeros(4, np.uint8)), np.diff(at)
    first = sum(np.where(i < sizes, padded[at[:-1] + i], 0).astype(np.int64) << (24 - 8 * i) for i in range(4))
    return pa.array(found, pa.int64()), pa.array(first, pa.int64())
