"""The quality page: one file, nothing from outside, the numbers of the release, both languages."""

from __future__ import annotations

import re

import pytest

from pipelines import release, release_door
from pipelines.errors import UsageError
from pipelines.exports import quality_page
from pipelines.settings import Settings
from tests.unit.make_warehouse import build


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = build(tmp_path_factory.mktemp("quality")).home
    with pytest.MonkeyPatch.context() as m:
        m.setattr(release_door, "check_folder", lambda *a, **k: [])
        release.freeze(Settings(home), "2026Q3")
    return Settings(home)


@pytest.fixture(scope="module")
def pages(settings: Settings) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in quality_page.export(settings, None, [])}


def test_one_page_per_department_and_language(pages: dict[str, str]) -> None:
    assert set(pages) == {"enforcement.zh.html", "enforcement.en.html"}


def test_the_page_asks_nothing_of_any_host(pages: dict[str, str]) -> None:
    for text in pages.values():
        assert re.findall(r"https?://|//[a-z]|<script|<link|<img|url\(|@import", text) == []


def test_the_page_says_what_the_release_says(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        row = re.search(r"DA01.*?</tr>", text, flags=re.S)
        assert row, name
        assert "75.00 %" in row.group(0)
        # the score, and what it costs of the index: data sharing is 0.4 of the department's whole score
        assert row.group(0).count("50.00") == 2
        assert "enforcement.town_name.known" in text
        assert "孙端镇" in text, "the example of what was refused"
        marks = re.search(r"(迟到的重报|Sent again later).*?</tr>", text, flags=re.S)
        assert marks, name
        assert re.findall(r">(\d+)</td>", marks.group(0)) == ["3", "7"], "this quarter, and all with those of no day"
    assert "因缺表而得不到的分" in pages["enforcement.zh.html"]
    assert "Points withheld" in pages["enforcement.en.html"]


def test_the_page_says_when_a_table_is_due_and_whether_it_was_kept(pages: dict[str, str]) -> None:
    row = re.search(r"enforcement/hazards.*?</tr>", pages["enforcement.en.html"], flags=re.S)
    assert row
    assert "2026-12-31" in row.group(0)
    assert "in time" in row.group(0)
    assert "应到" in pages["enforcement.zh.html"]


def test_the_page_states_declared_and_detected_reference_system(pages: dict[str, str]) -> None:
    for lang, said in (("zh", "与声明不符"), ("en", "not the declared one")):
        row = re.search(
            r"<th>(声明|Declared)</th>.*?enforcement/hazards(.*?)</tr>", pages[f"enforcement.{lang}.html"], flags=re.S
        )
        assert row
        assert {w for w in ("WGS-84", "GCJ-02", said, "498.8 → 0.1", "97.50 %") if w not in row.group(2)} == set()


def test_the_page_lists_places_to_look_into(pages: dict[str, str]) -> None:
    for lang, reason in (("zh", "代码与名称所指不同"), ("en", "code and name mean different places")):
        row = re.search(rf"{reason}.*?</tr>", pages[f"enforcement.{lang}.html"], flags=re.S)
        assert row
        assert "330603010000 杨汛桥街道" in row.group(0)


def test_a_chinese_page_holds_no_english_heading(pages: dict[str, str]) -> None:
    heads = re.findall(r"<(?:h1|h2|th)[^>]*>([^<]+)<", pages["enforcement.zh.html"])
    assert [h for h in heads if re.search("[A-Za-z]{3}", h)] == []


def test_hostile_text_stays_text(settings: Settings, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with release.open_release(settings) as opened:
        real = opened.rows

        def spoilt(sql: str, parameters=()):  # type: ignore[no-untyped-def]
            rows = real(sql, parameters)
            return [r | {"example": "<script>alert(1)</script>"} if "example" in r else r for r in rows]

        monkeypatch.setattr(opened, "rows", spoilt)
        text = quality_page.render(opened, "enforcement", "en")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_an_unknown_silo_is_a_wrong_call(settings: Settings) -> None:
    with pytest.raises(UsageError, match="enforcement"):
        quality_page.export(settings, None, ["nobody"])
