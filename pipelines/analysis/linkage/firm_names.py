"""What a firm's name is made of: region, core (the firm's own word and its trade), legal form, branch.

By the rules for naming firms a full name stands once in a district. Brackets, blanks and forms of 有限公司 were made one
by the normal form (``firm_name_key``) already; here the parts are told apart, so that a short or former name finds its
firm and a branch is not taken for its head office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

FORMS = "股份有限公司|有限公司|有限合伙|合伙企业|普通合伙|集团|厂|店|经营部|工作室|商行|部|社|馆"
_FORM = re.compile(f"({FORMS})$")
_BRANCH = re.compile(r"(?<=.)((?:第?[一二三四五六七八九十0-9]{1,3})?(?:分公司|分店|分厂|分部|营业部|办事处))$")
_PLACES = ("浙江省", "浙江", "绍兴市", "绍兴县", "绍兴", "柯桥区", "柯桥")
HEAD = "head"


@dataclass(frozen=True)
class Name:
    """The parts of one name. ``core`` is what is left without region and form, with the branch's mark where it is one."""

    key: str
    region: str
    core: str
    form: str
    branch: str

    @property
    def short(self) -> str:
        """The name as people shorten it: without its legal form."""
        return self.region + self.core

    @property
    def is_full(self) -> bool:
        """True where the name ends in a legal form, as a registered name must."""
        return bool(self.form)


class Names:
    """Splits names and remembers them; ``towns`` are names of towns that stand before a firm's own word."""

    def __init__(self, towns: Iterable[str]) -> None:
        short = {re.sub("(街道|镇|乡)$", "", t) for t in towns if t}
        words = sorted({*_PLACES, *(s for s in short if len(s) > 1)}, key=lambda w: (-len(w), w))
        self._region = re.compile("^(?:原)?((?:" + "|".join(map(re.escape, words)) + ")*)")
        self._known: dict[str, Name] = {}

    def split(self, key: str) -> Name:
        """Return the parts of a name in its normal form."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._split(key)
        return found

    def _split(self, key: str) -> Name:
        branch = _BRANCH.search(key)
        body = key[: branch.start()] if branch else key
        form = _FORM.search(body)
        rest = body[: form.start()] if form else body
        head = self._region.match(rest)
        region = head.group(1) if head else ""
        core = rest[head.end() :] if head else rest
        if len(core) < 2:  # nothing is left of it: the place is the firm's own word
            region, core = "", rest
        mark = branch.group(1) if branch else ""
        return Name(key, region, core + mark, form.group(1) if form else "", mark or HEAD)

    def agree(self, one: str, other: str) -> bool:
        """Tell whether two names may be one firm's where a code says so already: the same own word, any region or form."""
        if one == other:
            return True
        a, b = self.split(one), self.split(other)
        return a.branch == b.branch and a.core[:2] == b.core[:2]
