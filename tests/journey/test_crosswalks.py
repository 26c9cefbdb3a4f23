"""What departments write in other words is read, and what no list knows waits for review: against what was planted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines import release
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def db(evaluated: Settings):
    with duckdb.connect(str(evaluated.warehouse_file), read_only=True) as con:
        yield con


def planted(departments: Path, kind: str) -> str:
    return f"(select * from read_parquet('{departments}/simulator/truth/*.parquet') where kind = '{kind}')"


def test_coverage_is_what_the_planted_unknown_words_leave(db, departments: Path):
    unknown = planted(departments, "#18 word that no list knows")
    short = db.execute(
        f"""
        with planted as (select silo, count(*) as n from {unknown} group by silo)
        select c.silo, sum(c.row_count - c.known_row_count) as unread, max(coalesce(p.n, 0)) as planted
        from marts.crosswalk_coverage as c left join planted as p on c.silo = p.silo
        where c.list_code <> 'division'
        group by c.silo having sum(c.row_count - c.known_row_count) > max(coalesce(p.n, 0))
        """
    ).fetchall()
    assert short == [], "a list does not know words that departments rightly use"
    unread = "select sum(row_count - known_row_count) from marts.crosswalk_coverage where list_code <> 'division'"
    assert db.execute(unread).fetchone()[0] > 0


def test_divisions_that_are_not_read_are_those_for_review(db):
    """Per department, rows and addresses without an answer are cases of the review list, one each."""
    unread = db.execute(
        "select silo, row_count - known_row_count from marts.crosswalk_coverage where list_code = 'division' "
        "and row_count > known_row_count order by silo"
    ).fetchall()
    cases = db.execute(
        "select silo, count(*) from core.fct_unresolved_divisions where mention_code in ('columns', 'address') "
        "and verdict in ('review', 'town_only') group by silo order by silo"
    ).fetchall()
    assert unread == cases
    assert len(unread) > 3


def test_every_planted_unknown_word_waits_for_review(db, departments: Path):
    unknown = planted(departments, "#18 word that no list knows")
    # a word may be corrected by a later delivery or come in a refused row; the word itself stands in review
    missing = db.execute(
        f"""
        select distinct p.silo, replace(replace(p.dirty_value, '（', '('), '）', ')') as word from {unknown} as p
        except select silo, word from core.fct_unknown_words
        """
    ).fetchall()
    said = db.execute(f"select count(distinct (silo, dirty_value)) from {unknown}").fetchone()[0]
    assert said > 0
    assert len(missing) <= said * 0.25, missing


def test_unknown_words_name_their_rows(db):
    rows = db.execute("select silo, table_name, landing_ref, row_count from core.fct_unknown_words").fetchall()
    assert rows
    for silo, table, ref, count in rows:
        assert ref.startswith(f"{silo}/{table}/")
        assert count > 0


def test_the_release_holds_the_coverage(evaluated: Settings):
    with release.open_release(evaluated) as found:
        rows = found.rows("select * from crosswalk_coverage")
    assert {r["silo"] for r in rows} >= {"enforcement", "emergency", "fire", "firms", "governance", "water", "police"}
    assert all(r["list_name_zh"] and r["list_name_en"] for r in rows)
    assert all(0 < r["coverage_share"] <= 1 for r in rows)
