"""The workbook says what the release says, to the last place, in bytes that do not change."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from decimal import Decimal as D
from pathlib import Path

import openpyxl
import pytest

from pipelines import release, release_door
from pipelines.errors import AnlanError, UsageError
from pipelines.exports import headers, workbook
from pipelines.settings import Settings
from tests.unit.make_warehouse import build

# openpyxl does not know the data bars of newer Excel; they are drawn, not read
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported.*:UserWarning")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(build(tmp_path_factory.mktemp("workbook")).home)
    with pytest.MonkeyPatch.context() as m:
        m.setattr(release_door, "check_folder", lambda *a, **k: [])
        release.freeze(made, "2026Q3")
    return made


@pytest.fixture(scope="module")
def path(settings: Settings) -> Path:
    return workbook.export(settings, "2026Q3-r1")


def _sheet(path: Path, title: str) -> list[dict[str, object]]:
    rows = list(openpyxl.load_workbook(path)[title].iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], r, strict=True)) for r in rows[1:]]


def test_it_lies_beside_the_releases_never_inside(settings: Settings, path: Path) -> None:
    assert path == settings.exports / "2026Q3-r1" / "anlan_2026Q3-r1.xlsx"
    assert release.verify(settings, "2026Q3-r1").ok


def test_sheets_have_chinese_and_english_titles(path: Path) -> None:
    assert openpyxl.load_workbook(path).sheetnames == [
        "总览 Overview", "镇街得分 Town scores", "维度 Dimensions", "指标 Indicators", "持证缺口 Certification gaps",
        "缺口人员 People", "企业评级 Enterprises", "企业扣分 Lost points", "数据守恒 Conservation", "方法 Method",
        "来源 Provenance", "文件 Files",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "sql", "columns"),
    [
        ("镇街得分 Town scores", "from town_quarter_scores where period = '2026Q3' order by rank_overall, town_id",
         ("final_score", "base_score", "rank_overall", "score_change", "coverage_share", "lower_score", "grade")),
        ("指标 Indicators", "from town_indicator_scores where period = '2026Q3' and cell_status <> 'not_due' order by town_id, indicator_code",
         ("indicator_code", "value", "published_score", "weight_share", "points_lost", "numerator", "evidence_count")),
        ("持证缺口 Certification gaps", "from certification_gaps where period = '2026Q3' order by rule_id, town_id",
         ("rule_id", "required_count", "valid_count", "gap_count")),
        ("企业评级 Enterprises", "from enterprise_quarter_ratings where period = '2026Q3' order by grade, final_score desc, enterprise_id",
         ("uscc", "firm_name", "final_score", "grade", "staff_count")),
        ("企业扣分 Lost points", "from enterprise_item_scores where period = '2026Q3' and lost_points > 0 order by enterprise_id, item_code",
         ("item_code", "lost_points", "earned_points", "multiplier", "reason_code")),
        ("数据守恒 Conservation", "from silo_conservation order by silo, table_name", ("landed", "accepted", "rejected", "duplicate")),
    ],
)  # fmt: skip
def test_every_number_is_the_release_s_own(
    settings: Settings, path: Path, title: str, sql: str, columns: tuple[str, ...]
) -> None:
    sent, shown = release.open_release(settings).rows(sql), _sheet(path, title)
    assert len(shown) == len(sent) > 0
    for one, other in zip(sent, shown, strict=True):
        for column in columns:
            value, cell = one[column], other[headers.heading(column, "both")]
            if isinstance(value, D):
                assert D(str(cell)) == value, (title, column)
            else:
                assert cell == value, (title, column)


def test_text_that_looks_like_a_formula_stays_text(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["企业评级 Enterprises"]
    cell = next(c for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value.startswith("=绍兴"))
    assert cell.value == "=绍兴丰泰化纤有限公司"
    with zipfile.ZipFile(path) as z:
        assert not any(b"<f>" in z.read(n) for n in z.namelist() if n.startswith("xl/worksheets/"))


def test_the_same_release_gives_the_same_bytes(settings: Settings, path: Path) -> None:
    before = path.read_bytes()
    assert workbook.export(settings, "2026Q3-r1").read_bytes() == before


def test_the_cover_carries_release_method_and_hashes(settings: Settings, path: Path) -> None:
    text = " ".join(
        str(c) for row in openpyxl.load_workbook(path)["总览 Overview"].values for c in row if c is not None
    )
    manifest = release.open_release(settings).manifest
    for wanted in (
        "2026Q3-r1",
        "m2026a",
        manifest["content_sha256"],
        manifest["code_version"],
        "不是官方规定",
        "not official",
    ):
        assert wanted in text


def test_each_sheet_can_be_filtered_and_printed(path: Path) -> None:
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize(("lang", "title"), [("zh", "镇街得分"), ("en", "Town scores")])
def test_one_language_shows_its_own_half(settings: Settings, lang: str, title: str) -> None:
    rows = _sheet(workbook.export(settings, None, lang), title)
    assert rows[0][headers.heading("town_name_" + lang, lang)]
    assert headers.heading("town_name_" + ("en" if lang == "zh" else "zh"), lang) not in rows[0]


def test_wrong_calls_and_damaged_releases_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        workbook.export(settings, "2026Q3-r9")
    with pytest.raises(UsageError):
        workbook.export(settings, None, "fr")
    shutil.copytree(settings.releases, tmp_path / "releases")
    table = tmp_path / "releases" / "2026Q3-r1" / "tables" / "town_quarter_scores.parquet"
    table.chmod(0o644)
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(AnlanError, match="town_quarter_scores"):
        workbook.export(Settings(tmp_path), "2026Q3-r1")
    assert not (tmp_path / "exports").exists()


def test_libreoffice_opens_it_cleanly(path: Path, tmp_path: Path) -> None:
    """Read the town sheet back through LibreOffice itself: the numbers survive another office program."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is missing: install it with 'make setup' as root, or apt-get install libreoffice-calc"
    done = subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2", "--outdir", str(tmp_path), str(path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("*.csv")
    lines = made.read_text(encoding="utf-8").splitlines()
    assert any("马鞍街道" in line and "71.54" in line for line in lines)
    assert not any(word in made.read_text(encoding="utf-8") for word in ("#NAME?", "#VALUE!", "Err:"))


def test_an_unlisted_column_has_no_heading() -> None:
    with pytest.raises(KeyError):
        headers.heading("nobody_wrote_this", "both")
