"""Personal values: what leaves the door is a keyed hash and a mask (#14, #20, #26). Works on distinct values.

The raw text goes to the vault, nowhere else. A hash joins equal values of one identity key; a mask may be shown.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date

from pipelines.reading import codes
from pipelines.reading.texts import fold

_BAND = re.compile(r"^(\d{1,3})\s*[-~至]\s*(\d{1,3})\s*(?:周?岁)?$|^(\d{1,3})\s*周?岁?\s*(?:以上|及以上|\+)$")
_SEVERAL = re.compile(r"[、,，;；/]|\s和\s")


@dataclass(frozen=True)
class Person:
    """What one personal text becomes: the value to hash, its mask, how it was read, and what else may be landed."""

    value: str | None
    mask: str | None
    how: str | None = None
    born: date | None = None
    identity: str | None = None


def keyed_hash(value: str, key: bytes) -> str:
    """Return the keyed hash by which a personal value is known outside the vault (HMAC-SHA-256, 32 hex places)."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]


def phone(text: str | None) -> str | None:
    """Return the first number in ``text`` without country code and separators, else None."""
    first = re.split(r"[/;、,]", fold(text or ""))[0]
    digits = re.sub(r"^(\+?0{0,2}86)(?=1\d{10}$)", "", re.sub(r"[^\d+]", "", first))
    return digits if re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}", digits) else None


def name_key(text: str) -> str:
    """Return a person's name without blanks between Chinese characters, other blanks as one."""
    plain = re.sub(r"\s+", " ", fold(text))
    return re.sub(r"(?<=[\u2e80-\U0003ffff]) | (?=[\u2e80-\U0003ffff])", "", plain).upper()


def lost(text: str) -> bool:
    """Tell whether a character of a name was lost: a question mark, a replacement, or a private-use place (#14)."""
    return any(c in "?？\ufffd□" or "\ue000" <= c <= "\uf8ff" for c in text)


def mask(text: str | None, kind: str) -> str | None:
    """Return ``text`` as it may be shown: a surname, or the ends of a number; of health nothing, of a home the town."""
    value = fold(text or "")
    if not value:
        return None
    if kind == "person_name":
        plain = value.replace(" ", "")
        return plain[0] + "*" * max(1, len(plain) - 1)
    if kind == "id_number":
        return value[:6] + "*" * max(0, len(value) - 10) + value[-4:] if len(value) >= 12 else "*" * len(value)
    if kind == "home_address":
        town = re.match(r"^(?:浙江省)?(?:绍兴市)?(?:柯桥区|绍兴县|越城区)?[\u4e00-\u9fff]{1,4}?(?:街道|镇|乡)", value)
        return f"{town.group(0)}***" if town else "***"
    if kind == "health":
        return "***"
    if kind == "cert_no":
        return value[:4] + "****" + value[-3:] if len(value) >= 9 else "*" * len(value)
    return value[:3] + "****" + value[-4:] if len(value) >= 9 else "*" * len(value)


def read(text: str, kind: str) -> Person:
    """Return what the personal text of type ``kind`` becomes; ``value`` None where it cannot be trusted."""
    plain = fold(text)
    if kind == "id_number":
        code = codes.id_number(text)
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14])) if code else None
        how = codes.how_id_number(plain, code) or ("cleaned" if code and plain != text else None)
        return Person(code, mask(code or text, kind), how, born)
    if kind == "phone":
        number = phone(text)
        is_list = bool(re.search(r"[/;、,]", plain))
        how = (
            None if number == text else "several_values" if is_list else "phone_form" if number != plain else "cleaned"
        )
        return Person(number, mask(number or text, kind), how if number else "unread")
    if kind == "person_name":
        if lost(text):
            return Person(None, mask(text, kind), "lost_character")
        if _SEVERAL.search(plain):
            return Person(None, mask(_SEVERAL.split(plain)[0], kind), "several_values")
        name = name_key(text)
        return Person(name, mask(name, kind), None if name == text else "name_space" if name != plain else "cleaned")
    if kind == "cert_no":
        number = re.sub(r"\s", "", plain).upper()
        how = None if number == text else "code_form" if number != plain else "cleaned"
        return Person(number, mask(number, kind), how, identity=codes.identity_in(number))
    value = re.sub(r"\s+", " ", plain)
    return Person(value, mask(value, kind), None if value == text else "cleaned")


def age_band(text: str) -> tuple[int, int | None] | None:
    """Return the ages a band names, ``70-79岁`` or ``80岁以上`` (open above), or None where it is no band (#26)."""
    found = _BAND.match(fold(text))
    if not found:
        return None
    if found.group(3):
        return int(found.group(3)), None
    low, high = int(found.group(1)), int(found.group(2))
    return (low, high) if low <= high <= 130 else None
