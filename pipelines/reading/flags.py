"""Every word that ``<column>_read_how`` may hold: what it means, and of which kind of dirt it is a sign.

The one table of these words. ``docs/quality.md`` is printed from it; a reading that puts a word not listed here
fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """One word: its kind in the defect list, whether a value was read, and what it says."""

    kind: int
    is_read: bool
    zh: str
    en: str


FLAGS = {
    "cleaned": Flag(5, True, "去掉隐藏字符、首尾空白，全角转半角", "hidden characters, outer blanks or full-width forms taken away"),
    "null_word": Flag(15, False, "写的是“无”一类的词，按未填处理", "a word that means nothing was given"),
    "unread": Flag(0, False, "读不出", "cannot be read"),
    "date_form": Flag(6, True, "日期换了写法", "a date in another form"),
    "excel_serial": Flag(6, True, "电子表格的日期序号", "a date as a spreadsheet's serial number"),
    "ambiguous_date": Flag(6, False, "日月分不清，不猜", "day and month cannot be told apart; not guessed"),
    "impossible_date": Flag(6, False, "没有这一天", "a day that does not exist"),
    "sentinel": Flag(8, False, "约定的缺测值", "a number that means no reading"),
    "number_form": Flag(16, True, "数字带千分位、括号或空格", "a number with commas, brackets or blanks"),
    "approximate": Flag(16, True, "约数", "about"),
    "range_midpoint": Flag(16, True, "区间，取中间值", "a range; its middle is taken"),
    "unit_word": Flag(16, True, "数后带单位，与约定单位相同", "the agreed unit written behind the number"),
    "unit_converted": Flag(16, True, "按所写单位换算", "converted from the unit that was written"),
    "factor_suspect": Flag(16, True, "比同列其他数大约一万倍，疑单位有误", "about ten thousand times the others: the unit may be wrong"),
    "swapped": Flag(10, True, "经纬度写反，已对调", "longitude and latitude swapped, put right"),
    "gcj02": Flag(10, True, "参照点证明是 GCJ-02，已换算", "anchors prove GCJ-02; converted"),
    "bd09": Flag(10, True, "参照点证明是 BD-09，已换算", "anchors prove BD-09; converted"),
    "wgs84": Flag(10, True, "参照点证明是 WGS-84，与契约不同", "anchors prove WGS-84, other than the contract says"),
    "degrees_minutes": Flag(10, True, "度分写成小数，参照点已证实", "degrees and minutes written as a decimal; an anchor proves it"),
    "zero_point": Flag(10, False, "坐标为 0,0", "the point is 0,0"),
    "outside": Flag(10, False, "在区界之外", "outside the district"),
    "system_unknown": Flag(10, False, "一批数据里坐标系混用，本行无参照点", "two systems in one feed and no anchor for this row"),
    "spreadsheet_code": Flag(11, False, "长编码被电子表格改坏", "a long code ruined by a spreadsheet"),
    "code_form": Flag(12, True, "编码大小写或空格不规范", "a code in small letters or with blanks"),
    "wrong_check": Flag(12, False, "校验位不符", "the check place does not hold"),
    "code_candidate": Flag(12, False, "校验位不符，仅一处形近字改动可成立，待核实", "one look-alike sign would make it good; not used before it is confirmed"),
    "old_number": Flag(12, False, "十五位旧注册号", "a registration number of 15 digits"),
    "firm_form": Flag(13, True, "企业名称换了写法", "a firm's name in another form"),
    "upgraded_15": Flag(14, True, "十五位身份证号升为十八位", "an identity number of 15 places made 18"),
    "phone_form": Flag(14, True, "电话带国家码或分隔符", "a phone with country code or separators"),
    "several_values": Flag(26, False, "一格多值", "several values in one cell"),
    "name_space": Flag(14, True, "姓名中有空格", "a blank inside a name"),
    "lost_character": Flag(14, False, "姓名中有字符丢失", "a character of the name was lost"),
    "other_word": Flag(18, True, "同义词，按词表归一", "another word of the same meaning, by the list"),
    "unknown_word": Flag(18, False, "词表中没有，待复核", "a word no list knows; for review"),
    "village_form": Flag(4, True, "村社名称换了写法", "a village's name in another form"),
    "village_typo": Flag(4, True, "村社名称有错字", "a typing error in a village's name"),
    "village_gone": Flag(4, False, "村社已撤并", "a village that is gone"),
    "unknown_village": Flag(4, False, "查无此村社，待复核", "no such village; for review"),
    "code_name_conflict": Flag(1, False, "镇街代码与名称不是同一个镇街", "town code and town name are two towns"),
    "old_code": Flag(2, True, "旧镇代码配新街道名", "the old code of a town beside its new name"),
    "other_scheme": Flag(1, True, "代码属于另一套编码", "the code belongs to another scheme"),
    "foreign_town": Flag(3, False, "不是本区的镇街", "a town of another district"),
    "unknown_town": Flag(4, False, "查无此镇街，待复核", "no such town; for review"),
    "other_identity": Flag(20, True, "证号内含的身份证号不是本人", "the number holds another person's identity"),
    "age_band": Flag(26, False, "只给年龄段", "a band of age instead of a birth date"),
    "not_hours_minutes": Flag(9, False, "不是“时.分”写法", "no duration written as hours.minutes"),
}  # fmt: skip
