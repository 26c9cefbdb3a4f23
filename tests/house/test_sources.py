"""What a contract says of its files and feeds is understood by their connectors: a misspelt word would be passed over."""

from __future__ import annotations

import pytest

from pipelines.connectors import files
from pipelines.contract import all_contracts

KNOWN = set(
    "pattern exclude rules format encoding delimiter quote comment pad ragged skip_rows header_rows rows_after_header "
    "sheet total_label total_label_column total_columns archive members member daily_from group group_name heading table "
    "tables layer crs".split()
)
FILES = [(c, t) for c in all_contracts() for t in c.tables.values() if t.protocol in {"files", "sftp", "s3"}]
FEEDS = [(c, t) for c in all_contracts() for t in c.tables.values() if t.protocol == "mqtt"]


@pytest.mark.parametrize(("contract", "table"), FILES, ids=[t.id for _, t in FILES])
def test_every_word_of_a_source_of_files_is_known(contract, table):
    assert isinstance(table.source, dict), "files need a mapping with a pattern"
    assert set(table.source) - KNOWN == set()
    assert table.source.get("pattern")
    assert table.source.get("format", "auto") in {*files._READERS, "auto"}
    for rule in table.source.get("rules", ()):
        assert set(rule) - KNOWN == set()


@pytest.mark.parametrize(("contract", "table"), FILES, ids=[t.id for _, t in FILES])
def test_totals_and_days_name_columns_of_the_contract(contract, table):
    named = [
        *table.source.get("total_columns", ()),
        table.source.get("total_label_column"),
        table.source.get("daily_from"),
    ]
    assert [n for n in named if n and n not in table.columns] == []


@pytest.mark.parametrize(("contract", "table"), FEEDS, ids=[t.id for _, t in FEEDS])
def test_a_feed_names_its_topic(contract, table):
    words = set(table.source) if isinstance(table.source, dict) else {"topic"}
    assert "topic" in words
    assert words <= {"topic", "rows", "time"}


def test_there_are_files_and_feeds_to_judge():
    assert len(FILES) > 20
    assert FEEDS
