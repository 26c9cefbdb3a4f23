"""Linkage on a whole district: every record has its firm, no firm two codes, a decision changes what it names and undo restores it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import index, landing, periods, warehouse
from pipelines.analysis.linkage import registry, step
from pipelines.connectors.base import Delivery, Slice
from pipelines.contract import all_contracts, load
from pipelines.review import decisions, words
from pipelines.settings import Settings

DAY = date(2026, 9, 30)
LINKER = [x for x in registry.LINKERS if x.entity_type == "enterprise"]


@pytest.fixture
def apart(evaluated: Settings, tmp_path: Path) -> Settings:
    """A home of its own with the district's warehouse, to link again without touching it."""
    settings = Settings.load(home=tmp_path)
    settings.warehouse.mkdir(parents=True)
    settings.warehouse_file.symlink_to(evaluated.warehouse_file)
    return settings


def clusters(settings: Settings) -> dict[str, str]:
    links = pq.read_table(settings.linkage / "enterprise" / "links.parquet")
    return dict(zip(links["record_id"].to_pylist(), links["cluster_id"].to_pylist(), strict=True))


def test_every_record_has_one_firm_and_no_firm_two_codes(evaluated: Settings) -> None:
    with duckdb.connect(str(evaluated.warehouse_file), read_only=True) as con:
        counts = con.execute(
            "select (select count(*) from core.fct_enterprise_records), (select count(*) from core.map_enterprise_records), "
            "(select count(distinct enterprise_id) from core.map_enterprise_records), (select count(*) from core.dim_enterprises), "
            "(select count(*) from core.dim_enterprises where is_rated_unit and not is_on_register)"
        ).fetchone()
        assert counts[0] == counts[1] > 5000
        assert counts[2] == counts[3]
        assert counts[4] == 0
        two = con.execute(
            "select enterprise_id from core.map_enterprise_records join core.fct_enterprise_records using (district_code, record_id) "
            "where uscc is distinct from landlord_uscc group by 1 having count(distinct uscc) > 1"
        ).fetchall()
        assert two == []
        kinds = dict(con.execute("select subject_kind, count(*) from core.dim_enterprises group by 1").fetchall())
        assert {"company", "branch", "sole_trader"} <= set(kinds)
        heads = con.execute(
            "select count(*) from core.dim_enterprises as b join core.dim_enterprises as h on b.parent_enterprise_id = h.enterprise_id "
            "where b.subject_kind = 'branch' and h.subject_kind <> 'branch'"
        ).fetchone()
        assert heads[0] > 0


def test_a_release_says_by_which_model_and_decisions_it_was_made(evaluated: Settings) -> None:
    manifest = json.loads((evaluated.releases / "2026Q3-r1" / "manifest.json").read_text(encoding="utf-8"))
    said = manifest["linkage"]["enterprise"]
    assert said == step.versions(evaluated)["enterprise"]
    assert said["model_version"] == json.loads((evaluated.linkage / "enterprise" / "model.json").read_text(encoding="utf-8"))["model_version"]  # fmt: skip


def test_every_word_of_a_case_is_said_in_both_languages(evaluated: Settings) -> None:
    folder = evaluated.releases / "2026Q3-r1" / "tables"
    found = pq.read_table(folder / "review_cases.parquet").to_pylist()
    claims = pq.read_table(folder / "attribute_conflicts.parquet").to_pylist()
    assert len(found) > 20
    shown = [
        (r[f"{side}_silo"], r[f"{side}_table"], json.loads(r[f"{side}_shown"]))
        for r in found
        for side in ("left", "right")
    ]
    why = [w for r in found for w in json.loads(r["why"] or "[]")]
    asked = {("table", f"{silo}.{table}") for silo, table, _ in shown} | {
        ("field", f) for _, _, said in shown for f in said
    }
    asked |= {("field", w["column"]) for w in why} | {("level", w["level"]) for w in why}
    asked |= {(words.CODED[f], v) for _, _, said in shown for f, v in said.items() if f in words.CODED}
    asked |= {("field", c["attribute_code"]) for c in claims} | {
        ("measure", c["difference_unit"]) for c in claims if c["difference_unit"]
    }
    records = (
        pq.read_table(folder / "enterprise_records.parquet", columns=["record_kind"]).column(0).unique().to_pylist()
    )
    asked |= {("record", kind) for kind in records}
    assert sorted(a for a in asked if not words.has(*a)) == []


def test_linking_again_gives_the_same_bytes_and_a_decision_changes_what_it_names(
    evaluated: Settings, apart: Settings
) -> None:
    step.run(apart, DAY, LINKER)
    files = ("links", "pairs", "stopped")
    for name in files:
        path = f"enterprise/{name}.parquet"
        assert (apart.linkage / path).read_bytes() == (evaluated.linkage / path).read_bytes(), name
    before = clusters(apart)
    # a mention known by its full name alone, and the register's line it was joined to
    links = pq.read_table(apart.linkage / "enterprise" / "links.parquet").to_pylist()
    mention = next(r for r in links if r["record_id"].startswith("governance:") and r["reason"].startswith("全称"))
    line = next(
        r["record_id"] for r in links if r["cluster_id"] == mention["cluster_id"] and r["record_id"].startswith("enforcement:enterprises:")
    )  # fmt: skip
    pair = {"entity_type": "enterprise", "one": mention["record_id"], "other": line, "who": "陈工", "source": "cli"}
    decisions.append(apart, [decisions.make(**pair, verdict="different", why="另一家")])
    assert not step.run(apart, DAY, LINKER)[0].skipped
    after = clusters(apart)
    moved = {r for r in before if before[r] != after[r]}
    assert mention["record_id"] in moved
    assert {before[r] for r in moved} == {mention["cluster_id"]}, "only what was joined by it"
    assert line not in moved
    decisions.append(apart, [decisions.make(**pair, verdict="undo", why="看错了")])
    step.run(apart, DAY, LINKER)
    for name in files:
        path = f"enterprise/{name}.parquet"
        assert (apart.linkage / path).read_bytes() == (evaluated.linkage / path).read_bytes(), name


TOWNS = {"柯桥街道": "330603001", "安昌街道": "330603007"}


def told(settings: Settings, town: str, updated: str) -> None:
    """Land one line of the firms' register as its department sends it."""
    contract = load("firms")
    table = contract.table("enterprises")
    said = {
        "enterprise_no": "QY000001", "enterprise_name": "绍兴柯桥鼎鑫纺织有限公司", "uscc": "91330621MA8321622X", "industry_word": "织造",
        "town_name": town, "town_code": TOWNS[town], "status_word": "在营", "updated_at": updated,
    }  # fmt: skip
    rows = pa.table({c: pa.array([said.get(c)], pa.string()) for c in table.columns})
    piece = Slice("firms.enterprises", "query", pa.array([1], pa.int64()), rows)
    assert landing.land(settings, contract, table, Delivery("api", updated, iter([piece])))


def states(settings: Settings, sql: str) -> list[tuple]:
    """Build registers by date from what landed and ask for them."""
    said = json.dumps(warehouse.variables(settings, periods.with_previous("2026Q3")))

    def dbt(*chosen: str) -> None:
        result = warehouse.invoke(
            settings, ["build", "--vars", said, "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", *chosen]
        )  # fmt: skip
        assert result.success, [r.message for r in result.result if str(r.status) != "success"]

    dbt("--select", "+fct_enterprise_records", "method_link_thresholds")
    step.run(settings, DAY, LINKER)
    dbt("--select", "+dim_enterprise_states", "--exclude", "+fct_enterprise_records")
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_correction_that_comes_late_goes_in_at_its_own_day_and_not_before_it_came(tmp_path: Path) -> None:
    settings = Settings.load(home=tmp_path)
    told(settings, "安昌街道", "2026-06-01 08:00:00")
    moment = datetime.now(UTC).replace(tzinfo=None)
    told(settings, "柯桥街道", "2026-08-01 08:00:00")
    # the letter of July comes last: the firm had been in 柯桥 since, and a word of June was right till then
    told(settings, "柯桥街道", "2026-07-01 08:00:00")
    index.rebuild(settings, all_contracts("demo"))
    asked = (
        "select town_id, valid_from_date, valid_to_date, known_to_at is null from core.dim_enterprise_states "
        "order by known_from_at, valid_to_date"
    )
    anchang, keqiao, ever = "330603007000", "330603001000", date(9999, 12, 31)
    found = states(settings, asked)
    assert found[0] == (anchang, None, ever, False), "as we knew it first"
    assert [r[:3] for r in found if r[3]] == [
        (anchang, None, date(2026, 6, 30)),
        (keqiao, date(2026, 7, 1), date(2026, 7, 31)),
        (keqiao, date(2026, 8, 1), ever),
    ]
    then = settings.as_known_on(moment)
    assert states(then, asked) == [(anchang, None, ever, True)], "rebuilt as it was known, it is as it was"
