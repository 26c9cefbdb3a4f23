"""What a person's name can be compared by when it was typed or sent differently (#14): sound, parts, what a loss leaves.

Only texts come out; :mod:`pipelines.reading.persons` hashes them before they land. Sources: DOMAIN §5 no. 14; the
readings of surnames are those of the Xinhua dictionary.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

FORMS = ("pinyin", "surname", "given", "rare_last", "rare_middle")
_DOUBLE = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 宇文 长孙 端木 百里 南宫 轩辕 闻人 赫连 澹台 公冶 宗政 濮阳 淳于 "
    "单于 太叔 申屠 钟离 鲜于 闾丘 司空 万俟 独孤 西门 东郭 呼延 拓跋 第五 左丘 梁丘 谷梁 百里 东门 南门".split()
)
# characters that sound differently as a surname
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao", "区": "ou", "查": "zha", "盖": "ge", "任": "ren",
    "华": "hua", "尉迟": "yuchi", "万俟": "moqi", "种": "chong", "缪": "miao", "翟": "zhai", "折": "she", "黑": "he",
    "覃": "qin", "乐": "yue", "员": "yun", "召": "shao", "洗": "xian", "逄": "pang", "晁": "chao", "褚": "chu",
}  # fmt: skip
_UNKNOWN = "?"


def parts(name: str) -> tuple[str, str]:
    """Return surname and given name of a Chinese name; of another name the first word and the rest."""
    if " " in name:
        first, _, rest = name.partition(" ")
        return first, rest
    cut = 2 if len(name) > 2 and name[:2] in _DOUBLE else 1
    return name[:cut], name[cut:]


def pinyin(name: str) -> str:
    """Return the sound of a name without tones: ``王小丽`` is ``wang xiaoli``."""
    surname, given = parts(name)
    return f"{_SURNAMES.get(surname) or _sound(surname)} {_sound(given)}".lower()


@lru_cache(maxsize=16_384)
def _sound(part: str) -> str:
    # its dictionaries take longer to load than most commands to run, and few of them read a name
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(part, style=Style.NORMAL))


def forms(name: str, lost: Callable[[str], bool] | None = None) -> dict[str, str]:
    """Return the texts of :data:`FORMS` that ``name`` has; where ``lost`` tells a lost character, only what is left.

    ``rare_last`` is a name whose last character is not known, ``rare_middle`` one whose second of three is not: a whole
    name has both, a name that lost a character has the one that fits. Nobody's name is guessed from them.
    """
    gone = [i for i, c in enumerate(name) if lost(c)] if lost else []
    if lost and len(gone) != 1:
        return {}
    surname, given = parts(name)
    last, middle = name[:-1] + _UNKNOWN, f"{name[0]}{_UNKNOWN}{name[2]}" if len(name) == 3 else ""
    if not gone:
        whole = {"pinyin": pinyin(name), "surname": surname, "given": given, "rare_last": last, "rare_middle": middle}
        return {k: v for k, v in whole.items() if v} if len(name) > 1 else {}
    at = gone[0]
    if at < len(surname):
        return {"given": given} if given else {}
    if at == len(name) - 1:
        return {"surname": surname, "rare_last": last}
    return {"surname": surname, "rare_middle": middle} if middle and at == 1 else {"surname": surname}
