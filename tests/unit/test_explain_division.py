"""What the terminal says of a division, in both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from pipelines import cli
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


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["120.49,30.115"], ("resolved", "330603003000 华舍街道", "the nearest seat of a town", "1.00")),
        (["120.48，30.08"], ("for review", "0.47", "330603001000 柯桥街道, 1,547 m", "330603002000 柯岩街道, 2,927 m")),
        (["120.585388", "30.149260"], ("too near the border", "0.98", "330603011000 马鞍街道, 97 m")),
        (["122.9,30.5"], ("or the sea", "the outline of the district", "The point lies outside the district")),
    ],
)
def test_a_point_has_a_town_two_candidates_or_lies_outside(capsys, words, parts):
    text = said(capsys, *words)
    for part in parts:
        assert part in text


def test_a_point_that_is_none_or_is_asked_with_a_scheme_is_refused():
    with pytest.raises(UsageError, match="no place on earth"):
        division.main(["999,10"], None, None, "en")
    with pytest.raises(UsageError, match="no scheme and no day"):
        division.main(["120.48,30.08"], "NBS", None, "en")


@pytest.mark.parametrize("scheme", ["amap", "MCA/Amap", "mca", "高德"])
def test_a_scheme_is_known_by_its_other_names_in_any_case(capsys, scheme):
    assert "330603010000 杨汛桥街道" in said(capsys, "330603011", scheme=scheme)


def test_nothing_asked_is_a_wrong_call():
    with pytest.raises(UsageError, match="needs a code"):
        division.main([], None, None, "en")


@pytest.mark.parametrize(("option", "text"), [("--on", "2026-06-30"), ("--scheme", "MCA")])
def test_a_day_or_a_scheme_is_not_passed_over_where_it_has_no_meaning(option: str, text: str) -> None:
    said = CliRunner().invoke(cli.app, ["explain", "enterprise", "E1", option, text])
    assert said.exception is not None
    assert f"{option} is answered for divisions only" in str(said.exception)
