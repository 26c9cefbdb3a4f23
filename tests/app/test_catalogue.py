"""The catalogue is complete in both languages, every key is used and every key used is there."""

from __future__ import annotations

import datetime as dt
import re
import string
from decimal import Decimal
from pathlib import Path

import pytest

from dashboards import i18n

HERE = Path(i18n.__file__).resolve().parents[1]
SOURCES = [p for p in HERE.rglob("*.py") if p.name not in ("shots.py", "warm.py")]
USED = set()
for source in SOURCES:
    USED |= set(
        re.findall(
            r"""(?:\bt|\btext|\bwords|i18n\.text)\(\s*(?:lang,\s*|"[a-z]{2}",\s*)?["']([a-z0-9_.]+)["']""",
            source.read_text(encoding="utf-8"),
        )
    )
USED |= {f"method_step{n}" for n in range(1, 7)}
USED |= {"try_valid", "try_void"}
USED |= {"accepted", "rejected", "duplicate"}


def test_every_key_has_both_languages():
    for key, entry in i18n.catalogue().items():
        assert set(entry) == set(i18n.LANGUAGES), key
        assert all(isinstance(v, str) and v for v in entry.values()), key


def test_every_key_used_is_in_the_catalogue():
    missing = {k for k in USED if k not in i18n.catalogue() and not k.endswith(".") and k not in i18n.LANGUAGES}
    assert not missing


def test_every_key_in_the_catalogue_is_used():
    idle = {k for k in i18n.catalogue() if k not in USED and k.split(".")[0] not in i18n.FAMILIES}
    assert not idle


def test_both_languages_take_the_same_values():
    for key, entry in i18n.catalogue().items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(entry[x]) if f} for x in i18n.LANGUAGES]
        assert fields[0] == fields[1], key


def test_english_has_no_chinese_signs():
    for key, entry in i18n.catalogue().items():
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", entry["en"]), key


def test_glossary_words_are_bilingual():
    text = (HERE.parent / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 60
    assert all(cell.strip() for row in rows for cell in row[:3])


@pytest.mark.parametrize(
    ("value", "said"), [(Decimal("59.995"), "60.00"), (None, "—"), (Decimal("1234.5"), "1,234.50")]
)
def test_scores_are_written_half_up_with_two_places(value, said):
    assert i18n.number(value) == said


def test_changes_carry_their_sign():
    assert [i18n.signed(Decimal(x)) for x in ("1.2", "-0.35", "0", "-0.001")] == ["+1.20", "−0.35", "0.00", "0.00"]


def test_dates_and_periods_follow_the_language():
    day = dt.date(2026, 9, 30)
    assert (i18n.date("zh", day), i18n.date("en", day)) == ("2026年9月30日", "30 Sep 2026")
    assert (i18n.period("zh", "2026Q3"), i18n.period("en", "2026Q3"), i18n.period("en", "x")) == (
        "2026年第三季度",
        "Q3 2026",
        "x",
    )


def test_moments_are_shown_in_china_time():
    assert i18n.moment("en", dt.datetime(2026, 9, 30, 16, 5)) == "1 Oct 2026 00:05"
