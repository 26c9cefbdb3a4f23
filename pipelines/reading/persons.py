"""Personal values: what leaves the door is a keyed hash and a mask (#14, #20, #26). Works on distinct values.

The raw text goes to the vault, nowhere else. A hash joins equal values of one identity key; a mask may be shown.
What two records of one person may still share when the value itself was spoiled (the sound of a name, the places of
a number before its check place) is landed as hashes of its own: :data:`FORMS`, docs/adr/0022.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date

from pipelines.reading import codes, names
from pipelines.reading.texts import fold

_BAND = re.compile(r"^(\d{1,3})\s*[-~至]\s*(\d{1,3})\s*(?:周?岁)?$|^(\d{1,3})\s*周?岁?\s*(?:以上|及以上|\+)$")
_SEVERAL = re.compile(r"[、,，;；/]|\s和\s")
# what is landed beside the hash of a whole value, as shorter hashes: enough to compare by, see docs/adr/0022
FORMS = {"person_name": names.FORMS, "id_number": ("stem",)}
FORM_PLACES = 16


@dataclass(frozen=True)
class Person:
    """What one personal text becomes: the value to hash, its mask, how it was read, and what else may be landed.

    ``forms``: further texts to hash, by the names of :data:`FORMS`. ``stated_birth``: the date in the places of an
    identity number that cannot be trusted; it is good for comparing only.
    """

    value: str | None
    mask: str | None
    how: str | None = None
    born: date | None = None
    identity: str | None = None
    forms: dict[str, str] = field(default_factory=dict)
    stated_birth: date | None = None


def keyed_hash(value: str, key: bytes) -> str:
    """Return the keyed hash by which a personal value is known outside the vault (HMAC-SHA-256, 32 hex places)."""
    return hmac.digest(key, value.encode(), "sha256")[:16].hex()


def form_hash(form: str, value: str, key: bytes) -> str:
    """Return the keyed hash of a form of a personal value: 16 hex places, apart from the hashes of whole values."""
    return keyed_hash(f"{form}|{value}", key)[:FORM_PLACES]


def hashed(text: str, kind: str, key: bytes) -> list[str]:
    """Return every keyed hash that lands of a personal text of type ``kind``, always in the same order."""
    found = read(text, kind)
    return [
        *(keyed_hash(v, key) for v in (found.value, found.identity) if v),
        *(form_hash(f, v, key) for f, v in found.forms.items()),
    ]


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
        stem, stated = codes.id_stem(plain)
        forms = {"stem": code[:17] if code else stem} if code or stem else {}
        return Person(code, mask(code or text, kind), how, born, forms=forms, stated_birth=None if code else stated)
    if kind == "phone":
        number = phone(text)
        is_list = bool(re.search(r"[/;、,]", plain))
        how = (
            None if number == text else "several_values" if is_list else "phone_form" if number != plain else "cleaned"
        )
        return Person(number, mask(number or text, kind), how if number else "unread")
    if kind == "person_name":
        if lost(text):
            return Person(None, mask(text, kind), "lost_character", forms=names.forms(name_key(text), lost))
        if _SEVERAL.search(plain):
            return Person(None, mask(_SEVERAL.split(plain)[0], kind), "several_values")
        name = name_key(text)
        how = None if name == text else "name_space" if name != plain else "cleaned"
        return Person(name, mask(name, kind), how, forms=names.forms(name))
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
