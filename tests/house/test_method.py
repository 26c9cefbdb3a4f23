"""The method and its models: every rule that is due is one file, in the union, with a test; and the other way round."""

from __future__ import annotations

import csv
import re

import pytest

from pipelines import docs_rules, docs_words
from pipelines.docs_examples import examples_of
from tests.house.conftest import PROJECT, ROOT

# system -> (seed, code column, how the model of a code begins, union model)
SYSTEMS = {
    "town": ("method_town_indicators", "indicator_code", lambda c: f"{c.lower()}_", "town_indicator_evidence"),
    "certification": (
        "method_cert_rules",
        "rule_id",
        lambda c: f"{c.lower().replace('-', '_')}_",
        "certification_rule_evidence",
    ),
    "department": (
        "method_department_indicators",
        "indicator_code",
        lambda c: f"{c.lower()}_",
        "department_indicator_evidence",
    ),
    "enterprise": ("method_enterprise_items", "item_code", lambda c: f"{c.lower()}_", "enterprise_item_evidence"),
}


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def due(system: str) -> list[str]:
    """Return the due codes of a system that are judged from evidence rows of their own."""
    name, code, *_ = SYSTEMS[system]
    rows = [r for r in seed(name) if r["is_due"] == "true"]
    if system == "enterprise":  # that too little is known of a firm is said by its coverage, not by rows
        rows = [r for r in rows if r["item_code"] != "EV10"]
    return [r[code] for r in rows]


def folder(project, system: str) -> set[str]:
    return {n for n, m in project.in_room("indicators").items() if m["fqn"][2] == system}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_due_rule_is_exactly_one_model(project, system):
    begins = SYSTEMS[system][2]
    found = {c: [n for n in folder(project, system) if n.startswith(begins(c))] for c in due(system)}
    assert {c: n for c, n in found.items() if len(n) != 1} == {}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_rule_file_is_due(project, system):
    begins = [SYSTEMS[system][2](c) for c in due(system)]
    files = {
        n
        for n in folder(project, system)
        if re.match(r"([a-z]\d{3}|(st|fd|en|so|ex)_\d{2}|v\d{2}|e[vp]\d{2}|d[a-d]\d{2}|d[vp]\d)_", n)
    }
    assert [n for n in files if not any(n.startswith(b) for b in begins)] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_union_reads_every_rule_file_and_nothing_else(project, system):
    begins = tuple(SYSTEMS[system][2](c) for c in due(system))
    files = {n for n in folder(project, system) if n.startswith(begins)}
    assert project.reads(SYSTEMS[system][3]) == files


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_rule_file_has_a_unit_test(project, system):
    begins = tuple(SYSTEMS[system][2](c) for c in due(system))
    files = {n for n in folder(project, system) if n.startswith(begins)}
    assert sorted(files - project.unit_tested) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_rule_file_emits_its_own_code(project, system):
    """A file copied from its neighbour and left with the neighbour's code would score the neighbour twice."""
    begins = SYSTEMS[system][2]
    wrong = []
    for code in due(system):
        for name in (n for n in folder(project, system) if n.startswith(begins(code))):
            written = set(
                re.findall(
                    r"'([A-Z]\d{3}|(?:ST|FD|EN|SO|EX)-\d{2}|[VPN]\d{2}|E[VP]\d{2}|D[A-D]\d{2}|D[VP]\d)'",
                    project.models[name]["raw_code"],
                )
            )
            if code not in written:
                wrong.append(f"{name}: {sorted(written)}")
    assert wrong == []


def test_all_of_the_rule_book_of_firms_is_due(project):
    rows = seed("method_enterprise_items")
    count = {k: sum(r["kind"] == k for r in rows) for k in ("item", "veto", "bonus")}
    assert count == {"item": 34, "veto": 10, "bonus": 3}
    assert [r["item_code"] for r in rows if r["is_due"] != "true"] == []
    assert "EV10" in project.models["enterprise_rating_grades"]["raw_code"]


def test_head_count_rules_of_firms_are_evidence_of_e103(project):
    rows = [r["rule_id"] for r in seed("method_cert_rules") if r["calc_kind"] == "safety_headcount"]
    tested = " ".join(str(t["expect"]) for t in project.unit_tests if t["model"] == "e103_safety_staff")
    assert rows
    assert [r for r in rows if r not in tested] == []


def test_every_due_certification_rule_names_its_tables_and_its_fix(project):
    """What a rule is answered from, what silence means and how the rest of a gap is mended are rows of the method."""
    named = {r["rule_id"] for r in seed("method_cert_rule_tables")}
    due_rules = [r for r in seed("method_cert_rules") if r["is_due"] == "true"]
    assert len(due_rules) >= 47
    assert {r["rule_id"] for r in due_rules} == named
    wanted = ("counted_zh", "counted_en", "rest_fix_code", "rest_fix_zh", "rest_fix_en", "missing_zh", "missing_en")
    assert [(r["rule_id"], c) for r in due_rules for c in wanted if not r[c]] == []
    half = [r["rule_id"] for r in due_rules if len({bool(r[f"condition_fix_{c}"]) for c in ("code", "zh", "en")}) > 1]
    assert half == []


def test_every_rule_says_where_it_stands():
    """A number this project chose is marked as such; an empty status would read as law."""
    words = {"seed", "sourced", "sourced-analogue", "statutory", "pilot", "unverified"}
    for name, code, *_ in SYSTEMS.values():
        for row in seed(name):
            parts = re.split(r"[+;]\s*", row["rule_status"])
            assert parts[0] in words, (row[code], row["rule_status"])


def test_seventy_indicators_of_which_eighteen_are_due():
    rows = [r for r in seed("method_town_indicators") if r["kind"] == "indicator"]
    assert len(rows) == len({r["indicator_code"] for r in rows}) == 70
    # the first eighteen, by name: an indicator that fell out of the seed would otherwise raise every other weight
    named = "B101 B102 B201 B202 B204 C202 C204 C301 C302 C303 C305 D101 D102 D203 E103 E104 H101 H201".split()
    assert set(named) <= {r["indicator_code"] for r in rows if r["is_due"] == "true"}


def test_every_seed_column_is_described(project):
    found = [n for n, s in project.seeds.items() if n.startswith("method_") and not s["description"]]
    assert found == []


def test_every_crosswalk_says_when_it_holds():
    """A word, a level or a code means something from a day to a day: last year's file is read by last year's list."""
    undated = []
    for path in sorted((ROOT / "dbt_project" / "seeds").glob("ref_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as f:
            columns = set(next(csv.reader(f)))
        dated = ({"effective_from", "effective_to"}, {"valid_from_date"}, {"from_year", "to_year"})
        if not any(d <= columns for d in dated):
            undated.append(path.stem)
    # what is made from contracts or from the feature list has the dates of the code itself
    assert (
        sorted(set(undated) - {"ref_landing_tables", "ref_features", "ref_departments", "ref_towns", "ref_word_lists"})
        == []
    )


def test_every_attribute_that_may_stand_says_whose_value_does():
    model = (PROJECT / "models" / "core" / "fct_attribute_values.sql").read_text(encoding="utf-8")
    stated, entity = set(), ""
    for line in model.splitlines():
        entity = (re.search(r"^    '(\w+)': \[$|stated_values\('(\w+)'", line) or [""])[0] or entity
        if found := re.match(r"\s+\('(\w+)', ", line):
            stated.add((re.findall(r"'(\w+)'", entity)[0], found[1]))
    # an attribute without a row of the method would vanish from the core, silently
    assert stated == {(r["entity_type"], r["attribute_code"]) for r in seed("method_survivorship")}


def test_each_row_of_the_hazard_rules_is_used_or_says_why_not(project):
    rules, uses = seed("method_hazard_sla"), seed("method_hazard_rule_uses")
    assert len(rules) == 47
    assert [r["rule_number"] for r in rules] == [u["rule_number"] for u in uses]
    assert [u["rule_number"] for u in uses if u["used_by"] and u["used_by"] not in project.models] == []
    assert [u["rule_number"] for u in uses if not (u["use_zh"] and u["use_en"])] == []
    assert [u["rule_number"] for u in uses if not u["used_by"] and "not used" not in u["use_en"]] == []


def test_the_calendar_is_what_the_library_says():
    """The seed is made by a command; a day changed by hand belongs into method_calendar_overrides."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_calendar", PROJECT / "make_calendar.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert (PROJECT / "seeds" / "ref_calendar_days.csv").read_text(encoding="utf-8") == made.text()


def test_integrity_tests_are_nine_files_that_no_score_reads(project):
    tests = [r["model_name"] for r in seed("method_integrity_tests")]
    assert len(tests) == 9
    assert folder(project, "integrity") == {*tests, "integrity_evidence"}
    assert project.reads("integrity_evidence") == set(tests)
    assert sorted(set(tests) - project.unit_tested) == []
    readers = {n for n, m in project.models.items() if {*tests, "integrity_evidence"} & project.reads(n)}
    assert readers == {"integrity_evidence", "audit_cases"}


def facts_of(page: str) -> dict[str, str]:
    """Return the rows of a page's first table by their Chinese heads."""
    table = page.split("## 算例")[0]
    return {head.split()[0]: said for head, said in re.findall(r"^\| (\S.*?) \| (.*) \|$", table, flags=re.M)}


@pytest.mark.parametrize("system", docs_rules.SYSTEMS, ids=lambda s: s.key)
def test_every_code_has_a_whole_page(system):
    """Definition in both languages, formula, floor and target, missing rule, sources, basis and standing, an example."""
    pages, found = docs_rules.pages(), []
    for row in docs_rules.seed_rows(system.seed):
        code = row[system.code]
        page = pages[docs_rules.PAGES / system.key / f"{code}.md"]
        facts = facts_of(page)
        wanted = ["定义", "公式（失去的分值）" if row.get("kind") == "item" else "公式", "缺数规则", "依据", "性质"]
        wanted += ["起评值", "权重"] if row.get("kind") == "indicator" else []
        wanted += ["来源表", "规则文件"] if docs_rules.is_due(row) else ["启用"]
        found += [f"{code}: {w}" for w in wanted if facts.get(w, "``") == "``"]
        if not re.search(r"[一-鿿].* · .*[a-z]", facts["定义"]):
            found.append(f"{code}: the definition stands in one language")
        if docs_rules.is_due(row) and "### `" not in page:
            found.append(f"{code}: no example")
    assert found == []


@pytest.mark.parametrize("system", docs_rules.SYSTEMS, ids=lambda s: s.key)
def test_no_page_shows_a_choice_as_law(system):
    """A floor, a weight or a cap that this project chose stands beside the word that it did, also where the duty is in law."""
    pages, found = docs_rules.pages(), []
    for row in docs_rules.seed_rows(system.seed):
        said = facts_of(pages[docs_rules.PAGES / system.key / f"{row[system.code]}.md"])["性质"]
        chosen = {"pilot", "unverified", "seed"} & set(re.split(r"[+;]\s*", row["rule_status"]))
        if (chosen or row["rule_status"] == "statutory") and "非法定" not in said:
            found.append(f"{row[system.code]}: {said}")
    assert found == []


def test_an_example_without_rows_of_a_seed_reads_the_method():
    """dbt takes the seed itself there; “no rows” would be an example that does not come out."""
    given = "\n".join(examples_of("a101_six_haves")).split("`method_parameters`")[1]
    assert given.split("`dim_periods`")[0].strip().startswith("方法表原样")


def test_what_rules_rest_on_is_translated_once_and_for_what_stands_there():
    """A reason that changed in a seed fails its page until its Chinese is written anew; the old one must go then."""
    said = {r.get("goalpost_basis") or r.get("basis") for n, *_ in SYSTEMS.values() for r in seed(n)}
    for name in (
        "method_hazard_sla",
        "method_department_scope",
        "method_recommendation_indicators",
        "method_congress_measures",
        "method_integrity_tests",
    ):
        said |= {r["basis"] for r in seed(name)}
    assert sorted(set(docs_words.basis_words()) - said) == []
    with pytest.raises(KeyError, match="no Chinese for"):
        docs_words.basis("a reason nobody has translated")
