"""Names, grain and contracts: a reader must be able to guess them, and each must be said once."""

from __future__ import annotations

import re

import pytest

from pipelines import door
from pipelines.contract import all_contracts
from pipelines.reading import empty_fields
from tests.house.conftest import PROJECT, ROOT

SHAPES = {
    "staging": r"stg_[a-z]+(_[a-z]+)*__[a-z]+(_[a-z0-9]+)*",
    "core": r"(dim|fct|map)_[a-z]+(_[a-z0-9]+)*",
    "indicators": r"int_[a-z_]+|[a-i]\d{3}_[a-z0-9_]+|e\d{3}_[a-z0-9_]+|(st|fd|en|so|ex)_\d{2}_[a-z0-9_]+|[vpn]\d{2}_[a-z0-9_]+|e[vp]\d{2}_[a-z0-9_]+|d[a-d]\d{2}_[a-z0-9_]+|d[vp]\d_[a-z0-9_]+|i\d_[a-z0-9_]+"
    r"|integrity_evidence|(town|enterprise|certification|department)_[a-z]+_[a-z]+|enterprise_vetoes",
    "marts": r"[a-z]+(_[a-z]+)*s|indicator_evidence|certification_gap_people|silo_conservation|crosswalk_coverage|town_supply_cover|plan_cover|district_overview",
}
CASES = [(c, t) for c in all_contracts() for t in c.tables.values()]
DEMO = [(c, t) for c, t in CASES if c.profile == "demo"]


@pytest.mark.parametrize("room", SHAPES)
def test_models_are_named_by_the_form_of_their_room(project, room):
    assert [n for n in project.in_room(room) if not re.fullmatch(SHAPES[room], n)] == []


def test_seeds_are_method_or_reference(project):
    assert [n for n in project.seeds if not re.fullmatch(r"(method|ref)_[a-z_]+", n)] == []


def test_every_model_and_seed_states_its_grain(project):
    found = [n for n, m in (project.models | project.seeds).items() if not m["description"].startswith("One row per ")]
    assert found == []


def test_every_model_file_opens_with_its_grain(project):
    """The YAML is read by tools; whoever opens the file reads its first lines."""
    found = []
    for name, model in project.models.items():
        head = [line for line in model["raw_code"].splitlines() if line.strip()][:4]
        if not any(re.search(r'(--|""").*\b[Oo]ne row per\b', line) for line in head):
            found.append(name)
    assert found == []


# Lists of rows as they came: a row may stand there twice, and its landing_ref says which is which.
LISTS = {"indicator_evidence", "quarantine_rows"}


def test_every_mart_has_an_enforced_contract_and_a_grain_test(project):
    grain = {t["attached_node"] for t in project.tests if (t.get("test_metadata") or {}).get("name") == "grain"}
    found = [
        n
        for n, m in project.in_room("marts").items()
        if not m["config"]["contract"]["enforced"] or (m["unique_id"] not in grain and n not in LISTS)
    ]
    assert found == []


def test_every_mart_column_says_type_and_meaning(project):
    found = [
        f"{n}.{c}"
        for n, m in project.in_room("marts").items()
        for c, spec in m["columns"].items()
        if not (spec["data_type"] and spec["description"])
    ]
    assert found == []


def test_marts_begin_with_the_district(project):
    assert [n for n, m in project.in_room("marts").items() if next(iter(m["columns"])) != "district_code"] == []


# What belongs to the language of towns and to the calendar, not to one district's rows.
WITHOUT_DISTRICT = {"map_division_codes", "map_division_names", "map_town_names", "map_village_names"}


def test_core_tables_carry_the_district(project):
    found = {
        n
        for n, m in project.in_room("core").items()
        if "district_code" not in re.sub(r"--[^\n]*", "", m["raw_code"]) and "select *" not in m["raw_code"]
    }
    assert found - WITHOUT_DISTRICT == set()


def test_dbt_tests_are_named_model_and_claim(project):
    found = []
    for test in project.tests:
        on = (test.get("attached_node") or "").split(".")[-1]
        named = re.fullmatch(r"([a-z0-9_]+?)__[a-z0-9_]+", test["name"])
        subjects = [on] if on else [*project.models, *project.seeds]
        if not named or not any(test["name"].startswith(f"{n}__") for n in subjects):
            found.append(test["name"])
    assert found == []


def test_dbt_unit_tests_are_named_by_model_or_code(project):
    found = []
    for test in project.unit_tests:
        code = re.match(r"(i\d|[a-z]\d{2,3}|st_\d{2}|d[a-d]\d{2}|d[vp]\d)_", test["model"])
        starts = [f"{test['model']}__"] + ([f"{code.group(1)}__"] if code else [])
        if not any(test["name"].startswith(s) for s in starts):
            found.append(f"{test['name']} on {test['model']}")
    assert found == []


@pytest.mark.parametrize(("contract", "table"), CASES, ids=[t.id for _, t in CASES])
def test_door_rules_have_one_name_and_four_sentences(contract, table):
    rules = door.rules(contract, table)
    names = [r.name for r in rules]
    assert sorted(names) == sorted(set(names)), "a rule name is used twice"
    heads = {*table.columns, table.name}
    assert [n for n in names if not re.fullmatch(r"[a-z_]+\.[a-z0-9_]+\.[a-z0-9_]+", n)] == []
    assert [n for n in names if n.split(".")[0] != table.silo] == []
    assert [n for n in names if n.split(".")[1] not in heads] == [], "neither a column nor the table"
    lacking = [
        f"{r.name}.{w}"
        for r in rules
        for w in ("reason_zh", "reason_en", "advice_zh", "advice_en")
        if not getattr(r, w)
    ]
    assert lacking == []
    mixed = [
        r.name for r in rules if not re.search("[\u4e00-\u9fff]", r.reason_zh) or not re.search("[A-Za-z]", r.reason_en)
    ]
    assert mixed == [], "the Chinese sentence has no Chinese in it, or the English one no English"


def test_suites_belong_to_a_contract_table():
    known = {t.id for _, t in CASES}
    found = {f"{p.parent.name}/{p.stem}" for p in (ROOT / "expectations" / "landing").glob("*/*.json")}
    assert found - known == set()


def test_release_suites_are_the_marts(project):
    found = {p.stem for p in (ROOT / "expectations" / "release").glob("*.json")}
    assert found == set(project.in_room("marts"))


@pytest.mark.parametrize(("contract", "table"), DEMO, ids=[t.id for _, t in DEMO])
def test_a_contract_table_is_known_in_every_room(project, contract, table):
    source = next((s for s in project.sources.values() if s["name"] == f"{table.silo}__{table.name}"), None)
    assert source, "no dbt source: run dbt_project/make_sources.py"
    assert project.readers[source["unique_id"]], "no staging model reads it"
    page = (ROOT / "docs" / "silos" / f"{table.silo}.md").read_text(encoding="utf-8")
    assert f"`{table.id}`" in page, "the docs page of the silo does not name it"


@pytest.mark.parametrize(("contract", "table"), CASES, ids=[t.id for _, t in CASES])
def test_landed_columns_are_the_contract_columns(contract, table):
    from pipelines.landed import schema as landed_schema

    landed = landed_schema(table).names
    personal = {f"{c.name}_text" for c in table.columns.values() if c.is_personal}
    assert personal & set(landed) == set(), "raw text of people lies in the vault only"
    assert [c for c in table.columns if f"{c}_text" not in {*landed, *personal}] == []
    assert len(landed) == len(set(landed)), "two columns would land under one name"
    assert [f.name for c in table.columns.values() for f in empty_fields(c) if f.name not in {*landed, *personal}] == []
    assert [c for c in table.columns if not re.fullmatch(r"[a-z][a-z0-9_]*", c)] == []


@pytest.mark.parametrize(("contract", "table"), DEMO, ids=[t.id for _, t in DEMO])
def test_staging_reads_only_columns_that_land(project, contract, table):
    """A column that staging names and the contract does not would fail only when data come."""
    from pipelines.landed import schema as landed_schema

    source = next(s for s in project.sources.values() if s["name"] == f"{table.silo}__{table.name}")
    assert set(source["columns"]) == set(table.columns)
    landed = {*landed_schema(table).names, "district_code", "batch"}
    for reader in project.readers[source["unique_id"]]:
        text = re.sub(r"--[^\n]*|'[^']*'", "", project.models[reader]["raw_code"])
        named = set(re.findall(r"\b([a-z][a-z0-9_]*_text)\b", text))
        made = set(re.findall(r"\bas ([a-z][a-z0-9_]*_text)\b", text))
        assert named - made - landed == set(), reader


def test_sources_are_what_the_contracts_say():
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_sources", PROJECT / "make_sources.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    stale = [p.name for p, text in made.render(ROOT).items() if p.read_text(encoding="utf-8") != text]
    assert stale == [], "run python dbt_project/make_sources.py"


def test_glossary_words_are_in_use(project):
    """The glossary names columns and codes that exist: a word outlives what it describes too easily."""
    used = " ".join(
        p.read_text(encoding="utf-8")
        for folder in ("dbt_project/models", "dbt_project/macros", "dbt_project/seeds", "pipelines")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in {".sql", ".yml", ".yaml", ".csv", ".py"} and "target" not in p.parts
    )
    words = set(re.findall(r"[a-z][a-z0-9_]*", used))
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    named = {w for cells in rows for w in re.findall(r"`([a-z][a-z_]*[a-z])`", cells[3])}
    assert len(named) > 40
    assert sorted(named - words) == []
