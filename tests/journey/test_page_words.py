"""Every code that pages put into words has its words in both languages: on all codes of an evaluated district."""

from __future__ import annotations

import duckdb
import pytest

from dashboards import i18n
from pipelines.settings import Settings

# family of words: where its codes stand
SHOWN = {
    "entity": ["marts.indicator_evidence.entity_type", "marts.review_cases.entity_type", "method.method_grades.system"],
    "unit": ["method.method_town_indicators.unit"],
    "unit_type": ["marts.withheld_points.unit_type"],
    "reason": ["marts.enterprise_quarter_ratings.points_lost_top_reason"],
    "status": [
        "marts.town_indicator_scores.cell_status", "marts.department_indicator_scores.cell_status", "marts.enterprise_item_scores.item_status",
    ],
    "rule_status": [
        "method.method_town_indicators.rule_status", "method.method_department_indicators.rule_status",
        "method.method_enterprise_items.rule_status", "method.method_cert_rules.rule_status",
    ],
    "missing": ["method.method_town_indicators.missing_rule"],
    "cert": ["marts.certification_gap_people.cert_status"],
    "gap": ["marts.certification_gaps.gap_status"],
    "scope": ["marts.certification_gaps.scope"],
    "cadence": ["marts.silo_freshness.cadence"],
    "silo": ["marts.silo_freshness.silo"],
    "delivery": ["marts.withheld_points.delivery_status"],
    "opinion": ["marts.second_opinions.opinion_code"],
    "department_group": ["marts.department_quarter_scores.group_code"],
}  # fmt: skip


@pytest.mark.parametrize("family", SHOWN)
def test_every_code_that_is_shown_has_words(small_home: Settings, family: str) -> None:
    codes = set()
    with duckdb.connect(str(small_home.warehouse_file), read_only=True) as con:
        for place in SHOWN[family]:
            table, _, column = place.rpartition(".")
            codes |= {code for (code,) in con.execute(f"select distinct {column} from {table}").fetchall() if code}
    assert codes, "nothing was looked at"
    known = i18n.catalogue()
    assert sorted(code for code in codes if f"{family}.{code}" not in known) == []
