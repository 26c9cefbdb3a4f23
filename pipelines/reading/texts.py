"""Words: folding, names of firms, crosswalk words, villages (#4, #5, #13, #18). Works on distinct values."""

from __future__ import annotations

import re
import unicodedata

from pipelines.reading import reference

_HIDDEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


def fold(text: str) -> str:
    """Return ``text`` in NFKC, without hidden characters and blanks at its ends."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).strip()


def firm_key(name: str) -> str:
    """Return the normal form under which a firm's name is compared (#13): it names the firm, it is not its name.

    Brackets, blanks and 有限责任公司 / 有限公司 do not make another firm; a branch does.
    """
    text = re.sub(r"\s", "", fold(name)).upper()
    return text.replace("有限责任公司", "有限公司").replace("股份公司", "股份有限公司")


def word(text: str, listed: str) -> tuple[str | None, str | None]:
    """Return the meaning of a word by its crosswalk list, and how it was read; unknown words go to review (#18)."""
    known = reference.words(listed)
    if text in known:
        meaning, is_first = known[text]
        return meaning, None if is_first else "other_word"
    close = re.sub(r"\s", "", fold(text))
    if close in known:
        return known[close][0], "other_word"
    return None, "unknown_word"


def village(text: str) -> tuple[str | None, str | None]:
    """Return the division code of a village and how its name was read; what is gone or unknown goes to review (#4)."""
    plain = re.sub(r"\s", "", fold(text))
    known = reference.villages()
    if plain in known.official:
        return known.official[plain], None
    if plain in known.gone:
        return None, "village_gone"
    if plain not in known.forms:
        return None, "unknown_village"
    code, form = known.forms[plain]
    return code, "village_typo" if form == "typo" else "village_form"
