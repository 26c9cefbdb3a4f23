"""Certification rules of all scopes, worked out a second time with pandas from the landed rows.

Nothing here reads a rule of the warehouse: numbers and words are written down again from the rule book (cert_rules ST-14, ST-19,
FD-01 to FD-03, EN-13 to EN-17, EN-20, SO-01, SO-02, EX-01). What the mart says must come out, for every unit.
"""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from pipelines.settings import ROOT, Settings
from tests.journey.test_enterprise_and_certification import END, HIGH_RISK, House

CROWDED = {"商场", "影院", "宾馆", "游乐场", "市场", "人员密集场所"}


@pytest.fixture(scope="module")
def house(evaluated: Settings) -> House:
    return House(evaluated)


def told(house: House, rule: str) -> dict[str, tuple[int, int, int, str]]:
    """Return (required, valid, gap, status) of each unit that the rule binds."""
    found = house.mart(
        "select unit_id, required_count, valid_count, gap_count, gap_status from marts.certification_gaps"
        f" where rule_id = '{rule}' and period = '2026Q3'"
    )
    return {row[0]: tuple(row[1:]) for row in found.itertuples(index=False)}


def compare(house: House, rule: str, expected: dict[str, tuple[int, int, int]], *, least: int) -> None:
    """Compare what is told of judged units with what was worked out; both ways of being judged must be there."""
    said = {unit: row[:3] for unit, row in told(house, rule).items() if row[3] in ("met", "short")}
    wrong = {
        unit: (said.get(unit), expected.get(unit))
        for unit in said.keys() | expected.keys()
        if said.get(unit) != expected.get(unit)
    }
    assert wrong == {}, f"{rule}: {len(wrong)} of {len(said)}, such as {next(iter(wrong.items()))}"
    assert len(said) >= least, rule


@pytest.fixture(scope="module")
def firms(house: House) -> pd.DataFrame:
    """Rated firms: on the brigade's register with a good credit code and not cancelled, by enterprise."""
    rows = house.landed("enforcement", "enterprises", ["firm_no"])
    rows = rows[rows["uscc"].notna()].sort_values(["batch", "firm_no"]).drop_duplicates("uscc", keep="last")
    rows = rows[rows["enterprise_status"] != "注销"].copy()
    rows["is_high"] = rows["industry_word"].isin(HIGH_RISK) | rows["is_major_hazard_source"].eq(True)
    return rows.set_index("E" + rows["uscc"])


@pytest.fixture(scope="module")
def enterprise_of(house: House, firms: pd.DataFrame) -> dict[str, str]:
    """Return whose report a number of the firms' platform is. Whom linkage takes the firms for is told elsewhere (test_linkage)."""
    found = house.mart("select silo_number, enterprise_id from core.map_enterprise_numbers where silo = 'firms'")
    return {n: e for n, e in found.itertuples(index=False) if e in firms.index}


def test_every_village_has_two_information_officers_with_a_phone(house: House) -> None:
    rows = house.landed("emergency", "village_duty_holders", ["holder_no"])
    rows = rows[rows["phone"].notna() & ~(rows["verified_date"].map(pd.Timestamp) > END)]
    named = {post: set(rows[rows["role_word"] == post]["village_code"]) for post in ("灾害信息员A岗", "灾害信息员B岗")}
    both = named["灾害信息员A岗"] & named["灾害信息员B岗"]
    with (ROOT / "dbt_project" / "seeds" / "ref_divisions.csv").open(encoding="utf-8", newline="") as f:
        villages = pd.DataFrame([r for r in csv.DictReader(f) if r["level_code"] == "village"])
    villages["met"] = villages["division_code"].isin(both)
    towns = villages.groupby("parent_code")["met"].agg(["size", "sum"])
    expected = {t: (int(r["size"]), int(r["sum"]), int(r["size"] - r["sum"])) for t, r in towns.iterrows()}
    compare(house, "ST-14", expected, least=16)


def test_full_time_staff_are_not_diverted(house: House) -> None:
    rows = house.landed("towns", "timesheets", ["staff_no", "work_word", "report_month"])
    rows = rows[rows["report_month"].isin(["202607", "202608", "202609"])]
    names = house.mart("select town_id, town_name_zh from core.dim_towns").set_index("town_name_zh")["town_id"]
    rows = rows.assign(town=rows["town_name"].map(names), hours=rows["work_hours"].astype(float))
    rows = rows[rows["town"].notna() & (rows["hours"] > 0)]
    gone = rows[~rows["is_diverted"].eq(False)].groupby("town")["hours"].sum()
    share = (gone / rows.groupby("town")["hours"].sum()).fillna(0)
    said = told(house, "ST-19")
    checked = {t: s for t, s in share.items() if abs(s - 0.15) > 1e-6}
    assert len(checked) >= 15
    for town, s in checked.items():
        assert said[town] == ((1, 1, 0, "met") if s < 0.15 else (1, 0, 1, "short")), (town, s)
    assert len({row[3] for row in said.values()}) > 1, "it discriminates"


def test_crews_and_sites_of_town_fire_teams(house: House) -> None:
    teams = house.landed("fire", "teams", ["team_no"])
    crew = house.landed("fire", "crew_members", ["member_no"])
    crew = crew[~(crew["joined_date"].map(pd.Timestamp) > END) & ~(crew["left_date"].map(pd.Timestamp) <= END)]
    heads = crew["team_no"].value_counts().to_dict()
    for rule, kind, need, area, least in (
        ("FD-01", "一级乡镇专职队", 15, 1000, 1), ("FD-02", "二级乡镇专职队", 10, 700, 4), ("FD-03", "乡镇志愿队", 8, 350, 4),
    ):  # fmt: skip
        expected = {}
        for t in teams[
            (teams["team_kind_word"] == kind) & ~(teams["founded_date"].map(pd.Timestamp) > END)
        ].itertuples():
            small = not (pd.notna(t.site_area_m2) and float(t.site_area_m2) >= area)
            have = heads.get(t.team_no, 0)
            expected[t.team_no] = (need, have, max(need - have, int(small), 0))
        compare(house, rule, expected, least=least)


def test_training_of_workers_as_reported(house: House, firms: pd.DataFrame, enterprise_of: dict[str, str]) -> None:
    rows = house.landed("firms", "worker_trainings", ["enterprise_no", "quarter_code"])
    rows = rows[rows["quarter_code"] == "2026Q3"].assign(unit=lambda r: r["enterprise_no"].map(enterprise_of))
    rows = rows[rows["unit"].notna()].fillna({c: 0 for c in rows.columns if c.endswith("_count")})
    high = rows["unit"].map(firms["is_high"])

    def gaps(part: pd.DataFrame, *pairs: tuple[str, str]) -> dict[str, tuple[int, int, int]]:
        need = sum(part[a].astype(float) for a, _ in pairs).groupby(part["unit"]).sum().astype(int)
        have = sum(part[b].astype(float) for _, b in pairs).groupby(part["unit"]).sum().astype(int)
        return {u: (n, have[u], max(n - have[u], 0)) for u, n in need.items() if n > 0}

    new, everybody = ("new_worker_count", "new_worker_met_count"), ("worker_count", "worker_met_count")
    compare(house, "EN-13", gaps(rows[~high.astype(bool)], new), least=500)
    compare(house, "EN-14", gaps(rows[high.astype(bool)], new, everybody), least=60)
    compare(house, "EN-15", gaps(rows, ("retrain_due_count", "retrained_count")), least=300)


def test_training_files_are_signed_and_kept(house: House, enterprise_of: dict[str, str]) -> None:
    rows = house.landed("firms", "training_files", ["file_no"])
    day = rows["trained_date"].map(pd.Timestamp)
    rows = rows[(day <= END) & (day > END - pd.DateOffset(months=36)) & (rows["attendee_count"].fillna(0) > 0)]
    rows = rows.assign(unit=rows["enterprise_no"].map(enterprise_of))
    rows["good"] = rows["is_kept"].eq(True) & (rows["signed_count"].fillna(-1) >= rows["attendee_count"])
    files = rows.groupby("unit")["good"].agg(["size", "sum"])
    expected = {u: (int(r["size"]), int(r["sum"]), int(r["size"] - r["sum"])) for u, r in files.iterrows()}
    compare(house, "EN-16", expected, least=500)


def test_special_operators_hold_what_they_must(house: House, firms: pd.DataFrame) -> None:
    """Where every operator's number, dates and review are in order the firm is met, else short by those that are not."""
    rows = house.landed("enforcement", "special_operators", ["record_no"])
    unit = firms.reset_index(names="unit").set_index("firm_no")["unit"]
    rows = rows.assign(unit=rows["firm_no"].map(unit))
    good: dict[str, dict[str, bool]] = {}
    for row in rows[rows["unit"].notna()].itertuples():
        issued, until, reviewed = (pd.Timestamp(v) for v in (row.issued_date, row.valid_to_date, row.reviewed_date))
        if issued > END:
            continue
        until = until if pd.notna(until) else issued + pd.DateOffset(months=72) if pd.notna(issued) else until
        last = max([d for d in (issued, reviewed) if pd.notna(d) and d <= END], default=pd.NaT)
        own = isinstance(row.cert_no_identity, str) and row.cert_no_identity == row.id_number
        fine = own and pd.notna(until) and until >= END and pd.notna(last) and last + pd.DateOffset(months=36) >= END
        who = row.id_number if isinstance(row.id_number, str) else row.record_no
        held = good.setdefault(row.unit, {})
        held[who] = bool(fine) or held.get(who, False)
    said = {u: r for u, r in told(house, "EN-17").items() if r[3] in ("met", "short")}
    assert said.keys() == good.keys()
    assert len(said) > 300
    # linkage may take two lines of a firm for one person, or one for two: the count of persons is told in its own tests
    same = {u for u, held in good.items() if said[u][0] == len(held)}
    assert len(same) > 0.97 * len(said)
    wrong = {u: (said[u], good[u]) for u in same if said[u][1] != sum(good[u].values())}
    assert wrong == {}


def test_crowded_and_high_risk_firms_have_rescue_staff(
    house: House, firms: pd.DataFrame, enterprise_of: dict[str, str]
) -> None:
    rows = house.landed("firms", "emergency_staff", ["enterprise_no"])
    rows = rows.assign(unit=rows["enterprise_no"].map(enterprise_of)).sort_values("enterprise_no")
    expected = {}
    for row in rows[rows["unit"].notna()].drop_duplicates("unit").itertuples():
        firm = firms.loc[row.unit]
        if not (firm["is_high"] or firm["industry_word"] in CROWDED):
            continue
        small = pd.notna(firm["staff_count"]) and firm["staff_count"] < 100
        met = row.kind_word in ("专职队伍", "兼职队伍") or (
            row.kind_word == "指定兼职人员" and pd.notna(row.agreement_no) and small
        )
        expected[row.unit] = (1, int(met), int(not met))
    compare(house, "EN-20", expected, least=80)


def test_civil_teams_are_registered_and_graded(house: House) -> None:
    teams = house.landed("civil", "rescue_teams", ["team_no"])
    teams = teams[~(teams["founded_date"].map(pd.Timestamp) > END)]
    bodies = house.landed("civil", "social_organisations", ["org_no"])
    sector = bodies["competent_unit_name"].fillna("民政").map(lambda n: "民政" not in n)
    proper = bodies[
        (bodies["status_word"] == "正常") & sector & bodies["category_word"].isin(["社会团体", "民办非企业单位"])
    ]
    fine = set(teams[teams["is_registered"].eq(True) & teams["org_no"].isin(proper["org_no"])]["team_no"])
    compare(house, "SO-01", {t: (1, int(t in fine), int(t not in fine)) for t in teams["team_no"]}, least=15)
    grades = house.landed("civil", "team_grades", ["grade_no"])
    until = grades["valid_to_date"].map(pd.Timestamp)
    here = (grades["graded_date"].map(pd.Timestamp) <= END) & (until.isna() | (until >= END))
    graded = set(grades[here]["team_no"])
    compare(house, "SO-02", {t: (1, int(t in graded), int(t not in graded)) for t in teams["team_no"]}, least=15)


def test_experts_cover_eight_fields(house: House) -> None:
    rows = house.landed("emergency", "experts", ["expert_no"])
    senior = rows["title_word"].isin(["高级", "正高级", "注册安全工程师"]) & ~(
        rows["appointed_date"].map(pd.Timestamp) > END
    )
    fields = rows[senior & (rows["term_ends_date"].map(pd.Timestamp) >= END)]["field_word"].nunique()
    assert told(house, "EX-01") == {"330603": (8, fields, max(0, 8 - fields), "met" if fields >= 8 else "short")}


def test_no_rule_passes_everybody_or_nobody(house: House) -> None:
    """A rule that all units meet, or none, says nothing."""
    found = house.mart(
        "select rule_id, count(*) as judged, avg(case when gap_status = 'met' then 1 else 0 end) as met"
        " from marts.certification_gaps where period = '2026Q3' and gap_status in ('met', 'short') group by rule_id"
    ).set_index("rule_id")
    one_sided = found[(found["judged"] >= 8) & ((found["met"] == 0) | (found["met"] == 1))]
    assert one_sided.empty, one_sided
