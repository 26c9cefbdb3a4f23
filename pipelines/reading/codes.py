"""Codes with check places: credit codes, device codes, identity numbers, certificate numbers (#11, #12, #14, #20, #25).

Sources: GB 32100, GB 11714, GB 11643, GB/T 28181 as cited in docs/quality.md.
"""

from __future__ import annotations

import re
from datetime import date

from pipelines.reading.sql import SCIENTIFIC, matches

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# letters that no credit code has, and the digit a hand meant by them
LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}


def uscc(text: str) -> str:
    """Return the SQL of the credit code in ``text`` where its alphabet and check place hold (GB 32100)."""
    code = f"upper(replace({text}, ' ', ''))"
    total = " + ".join(
        f"{w} * (strpos('{USCC_ALPHABET}', substr({code}, {i}, 1)) - 1)" for i, w in enumerate(USCC_WEIGHTS, 1)
    )
    return (
        f"case when regexp_full_match({code}, '[0-9A-HJ-NPQRTUWXY]{{18}}') and "
        f"substr('{USCC_ALPHABET}', cast((31 - ({total}) % 31) % 31 as integer) + 1, 1) = substr({code}, 18, 1) "
        f"then {code} end"
    )


def identity(text: str) -> str:
    """Return the SQL of the 18-place identity number in ``text`` where its date and check place hold (GB 11643)."""
    code = f"upper(replace({text}, ' ', ''))"
    total = " + ".join(f"{w} * try_cast(substr({code}, {i}, 1) as integer)" for i, w in enumerate(ID_WEIGHTS, 1))
    return (
        f"case when regexp_full_match({code}, '[1-9][0-9]{{16}}[0-9X]') and not ends_with({code}, '000') "
        f"and try_strptime(substr({code}, 7, 8), '%Y%m%d') between '1900-01-01' and '2100-12-31' "
        f"and substr('10X98765432', ({total}) % 11 + 1, 1) = substr({code}, 18, 1) then {code} end"
    )


def checked(text: str) -> str:
    """Return the SQL that tells whether ``text`` is a credit code or an identity number whose check place holds."""
    return f"({uscc(text)} is not null or {identity(text)} is not null)"


def how_uscc(text: str) -> tuple[str, str]:
    """Return how a credit code was read, and why it was not."""
    code = f"replace({text}, ' ', '')"
    return (
        f"case when {text} <> upper({code}) then 'code_form' end",
        f"case when {matches(code, '[0-9]{15}')} then 'old_number' "
        f"when {matches(code, SCIENTIFIC)} then 'spreadsheet_code' "
        f"when {matches(f'upper({code})', '[0-9A-Z]{18}')} then 'wrong_check' else 'unread' end",
    )


def gb28181(text: str) -> str:
    """Return the SQL of the 20-digit device code in ``text`` (GB/T 28181)."""
    return f"case when {matches(text, '[0-9]{20}')} then {text} end"


def how_gb28181(text: str) -> tuple[str, str]:
    """Return how a device code was read, and why it was not: a spreadsheet leaves 3.3E+19 or zeros at the end."""
    return (
        f"case when ends_with({text}, '000') then 'spreadsheet_code' end",
        f"case when {matches(text, SCIENTIFIC)} then 'spreadsheet_code' else 'unread' end",
    )


def is_uscc(code: str) -> bool:
    """Tell whether ``code`` is a credit code with a right check place (GB 32100)."""
    if len(code) != 18 or any(c not in USCC_ALPHABET for c in code):
        return False
    total = sum(w * USCC_ALPHABET.index(c) for w, c in zip(USCC_WEIGHTS, code, strict=False))
    return USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def is_organisation(code: str) -> bool:
    """Tell whether nine places are an organisation code with a right check place (GB 11714)."""
    values = [int(c, 36) for c in code[:8]]
    check = 11 - sum(w * v for w, v in zip(ORGANISATION_WEIGHTS, values, strict=True)) % 11
    return code[8] == {10: "X", 11: "0"}.get(check, str(check))


def uscc_candidate(text: str) -> str | None:
    """Return the one good code that differs from ``text`` by one look-alike sign, or None where there is none or more.

    A code counts only where its organisation code holds too (GB 11714). It is a proposal for the owner: nothing
    uses it before a register of names confirms it (:func:`confirmed`).
    """
    code = re.sub(r"\s", "", text).upper()
    if len(code) != 18 or is_uscc(code):
        return None
    found = set()
    for at, sign in enumerate(code):
        tried = code[:at] + LOOKALIKES.get(sign, sign) + code[at + 1 :]
        if is_uscc(tried) and is_organisation(tried[8:17]):
            found.add(tried)
    return found.pop() if len(found) == 1 else None


def confirmed(candidate: str | None, name_key: str | None, register: dict[str, str] | None) -> str | None:
    """Return ``candidate`` where ``register`` (code to name key) knows it under the very name, else None."""
    if candidate is None or not name_key or not register:
        return None
    return candidate if register.get(candidate) == name_key else None


def id_number(text: str | None) -> str | None:
    """Return the 18-place identity number in ``text`` if its date and check place hold (GB 11643), else None.

    A 15-place number of before 1999 is upgraded: 19 goes before the year and the check place is added. A number
    that ends in three zeros is what a spreadsheet leaves of one, and is not read.
    """
    from pipelines.reading.texts import fold

    code = fold(text or "").replace(" ", "").upper()
    if re.fullmatch(r"\d{15}", code):
        code = code[:6] + "19" + code[6:]
        code += "10X98765432"[sum(w * int(d) for w, d in zip(ID_WEIGHTS, code, strict=False)) % 11]
    elif code.endswith("000"):
        return None
    if not re.fullmatch(r"\d{17}[\dX]", code):
        return None
    if "10X98765432"[sum(w * int(d) for w, d in zip(ID_WEIGHTS, code, strict=False)) % 11] != code[17]:
        return None
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None
    return code if 1900 <= born.year <= 2100 else None


def how_id_number(folded: str, read: str | None) -> str | None:
    """Return how an identity number was read, or why it was not."""
    code = folded.replace(" ", "")
    if read is not None:
        if len(code) == 15:
            return "upgraded_15"
        return "code_form" if code != folded or code != code.upper() else None
    if re.fullmatch(SCIENTIFIC, code) or (len(code) == 18 and code.endswith("000")):
        return "spreadsheet_code"
    return "wrong_check" if len(code) in {17, 18} else "unread"


def id_stem(folded: str) -> tuple[str | None, date | None]:
    """Return the 17 places before the check place of an identity number, right or wrong, and the date they hold.

    A number without its last place has 17. What a spreadsheet made zeros of has no stem, but still its date. Both are
    for comparing: a mistyped place makes another stem, never somebody else's identity.
    """
    code = folded.replace(" ", "").upper()
    if not re.fullmatch(r"\d{17}[0-9A-Z]?", code):
        return None, None
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None, None
    ruined = len(code) == 18 and code.endswith("000")
    return (None if ruined else code[:17]), (born if 1900 <= born.year <= 2100 else None)


def identity_in(number: str) -> str | None:
    """Return the identity number that a certificate number contains, such as T and 18 places, or None (#20)."""
    found = re.search(r"(?<!\d)(\d{17}[\dXx])(?!\d)", re.sub(r"\s", "", number))
    return found.group(1).upper() if found else None
