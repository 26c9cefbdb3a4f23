"""What the terminal says of a division, in both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipelines.errors import UsageError
from pipelines.explain import division


def said(
    capsys: pytest.CaptureFixture[str], *words: str, lang: str = "en", on: date | None = None, scheme: str | None = None
) -> str:
    division.main(list(words), scheme, on, lang)
    return capsys.readouterr().out


def test_a_former_town_shows_its_codes_history_and_successor(capsys):
    text = said(capsys, "马鞍镇", on=date(2016, 1, 1))
    for part in (
        "330603104000 马鞍镇",
        "330603011000 马鞍街道 (Ma'an)",
        "What it became",
        "MCA     330603010",
        "2019-10-01",
    ):
        assert part in text
    zh = said(capsys, "马鞍镇", on=date(2016, 1, 1), lang="zh")
    for part in ("已确定", "沿革", "去向", "改制或改代码"):
        assert part in zh


def test_a_code_of_two_towns_asks_for_its_scheme(capsys):
    text = said(capsys, "330603104")
    assert "for review" in text
    assert "Give the scheme" in text
    assert {"330603011000 马鞍街道", "330603105000 平水镇"} <= {
        line.strip().removeprefix("candidates  ") for line in text.splitlines()
    }


def test_a_village_that_is_gone_shows_its_town_and_candidates(capsys):
    text = said(capsys, "330603002017", on=date(2020, 3, 1))
    assert "gone, the successor is not decided" in text
    assert "330603002000 柯岩街道 (Keyan)" in text
    assert "330603002042 阮社社区居委会" in text
    assert "2020-12-30" in text


def test_json_holds_the_same(capsys):
    division.main(["马鞍街道"], None, None, "en", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["division_code_today"] == "330603011000"
    assert len(found["history"]) == 2
    assert len(found["codes"]) == 5


def test_nothing_asked_is_a_wrong_call():
    with pytest.raises(UsageError, match="needs a code"):
        division.main([], None, None, "en")
