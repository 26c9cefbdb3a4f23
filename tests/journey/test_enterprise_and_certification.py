"""Certification gaps and enterprise ratings, worked out a second time with pandas from the landed rows.

Nothing here reads a rule of the warehouse: thresholds, windows and points are written down again from the rule book
(cert_rules ST-01, ST-02, ST-06, EN-02 to EN-09; enterprise items; METHOD). What the marts say must come out.

The fixture ``evaluated`` (tests/conftest.py) gives the settings of a home in which 2026Q3 has been run.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.settings import Settings

END = pd.Timestamp("2026-09-30")
START_AT, END_BEFORE_AT = pd.Timestamp("2026-06-30 16:00"), pd.Timestamp("2026-09-30 16:00")
YEAR_AT = pd.Timestamp("2025-09-30 16:00")
HIGH_RISK = {"化工", "金属冶炼", "铸造", "建筑施工", "运输"}
WET = {"印染", "染整", "化工"}
IN_QUOTA, AUXILIARY = "在编", "辅助"


class House:
    """The landed rows and the marts of one evaluated home."""

    def __init__(self, settings: Settings) -> None:
        self.landing = settings.landing
        self.warehouse = settings.warehouse_file

    def landed(self, silo: str, table: str, key: list[str]) -> pd.DataFrame:
        """Return the accepted rows of a table, the newest per key."""
        parts = [
            pd.read_parquet(path, partitioning=None).assign(batch=path.parent.name)
            for path in sorted(Path(self.landing, silo, table).glob("*/*/rows.parquet"))
        ]
        rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
        rows = rows[rows["_verdict"] == "accepted"].sort_values(["batch", "_row"], kind="stable")
        return rows.drop_duplicates(key, keep="last").reset_index(drop=True)

    def mart(self, query: str) -> pd.DataFrame:
        """Return the answer of the built warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).df()


@pytest.fixture(scope="module")
def house(evaluated: Settings) -> House:
    return House(evaluated)


@pytest.fixture(scope="module")
def firms(house: House) -> pd.DataFrame:
    """Firms that are rated: on the register with a valid credit code and not cancelled."""
    rows = house.landed("enforcement", "enterprises", ["firm_no"])
    rows = rows[rows["uscc"].notna()].sort_values(["batch", "firm_no"]).drop_duplicates("uscc", keep="last")
    rows = rows[rows["enterprise_status"] != "注销"].copy()
    rows["enterprise_id"] = "E" + rows["uscc"]
    rows["is_high"] = rows["industry_word"].isin(HIGH_RISK) | rows["is_major_hazard_source"].eq(True)
    return rows.set_index("firm_no", drop=False)


@pytest.fixture(scope="module")
def staff(house: House) -> pd.DataFrame:
    """People on a station's list at period end, each once, at the unit with the newest social-insurance month."""
    rows = house.landed("enforcement", "station_rosters", ["roster_no"])
    here = ~(rows["hired_date"].map(pd.Timestamp) > END) & ~(rows["left_date"].map(pd.Timestamp) <= END)
    rows = rows[here].copy()
    rows["month"] = rows["insured_month"].fillna("").str.replace(r"\D", "", regex=True)
    rows["hired"] = rows["hired_date"].map(pd.Timestamp).fillna(pd.Timestamp("1900-01-01"))
    rows["claim"] = rows["employment_word"].map({"兼职": 1, AUXILIARY: 2, IN_QUOTA: 3}).fillna(0)
    rows = rows.sort_values(["month", "hired", "claim", "roster_no"], ascending=[False, False, True, True])
    return rows.drop_duplicates("id_number", keep="first")


def holders(house: House, kind: str, months: int | None = None) -> set[str]:
    """Identities that hold a certificate of ``kind`` that counts on the last day of the period."""
    rows = house.landed("enforcement", "officer_certificates", ["cert_type_word", "cert_no"])
    listed = house.landed("enforcement", "station_rosters", ["roster_no"])
    names = listed.groupby("id_number")["person_name"].agg(set)
    found = set()
    for row in rows[rows["cert_type_word"] == kind].itertuples():
        issued, until = pd.Timestamp(row.issued_date), pd.Timestamp(row.valid_to_date)
        if pd.isna(until) and months and pd.notna(issued):
            until = issued + pd.DateOffset(months=months)
        revoked = pd.Timestamp(row.revoked_date)
        own_name = row.id_number in names.index and row.person_name in names[row.id_number]
        if pd.isna(until) or until < END or issued > END or revoked <= END or not own_name:
            continue
        found.add(row.id_number)
    return found


def gaps(house: House, rule: str) -> dict[str, tuple[int, int, int, str]]:
    found = house.mart(
        f"""select towns.town_name_zh, required_count, valid_count, gap_count, gap_status
        from marts.certification_gaps join core.dim_towns as towns using (town_id)
        where rule_id = '{rule}' and period = '2026Q3'"""
    )
    return {row[0]: tuple(row[1:]) for row in found.itertuples(index=False)}


def by_town(rows: pd.DataFrame) -> dict[str, int]:
    return rows.groupby("town_name")["id_number"].nunique().to_dict()


def test_two_valid_law_certificates_per_station(house: House, staff: pd.DataFrame) -> None:
    police = house.landed("police", "auxiliary_staff", ["staff_no"])
    serving = police[~(police["hired_date"].map(pd.Timestamp) > END) & ~(police["left_date"].map(pd.Timestamp) <= END)]
    officers = staff[
        (staff["employment_word"] == IN_QUOTA) & ~staff["id_number"].isin(set(serving["id_number"].dropna()))
    ]
    valid = by_town(officers[officers["id_number"].isin(holders(house, "行政执法证"))])
    said = gaps(house, "ST-02")
    assert len(said) == 16
    for town, (required, counted, gap, status) in said.items():
        expected = valid.get(town, 0)
        assert (required, counted, gap) == (2, expected, max(0, 2 - expected)), town
        assert status == ("met" if expected >= 2 else "short"), town
    assert sum(status == "short" for *_, status in said.values()) > 8, (
        "the seed fact: most stations have fewer than two"
    )


def test_every_station_has_a_trained_head(house: House, staff: pd.DataFrame) -> None:
    heads = staff[(staff["post_word"] == "站长") & staff["employment_word"].isin([IN_QUOTA, AUXILIARY])]
    trained = by_town(heads[heads["id_number"].isin(holders(house, "任职培训合格", months=12))])
    for town, (required, counted, gap, _) in gaps(house, "ST-01").items():
        assert (required, counted, gap) == (1, trained.get(town, 0), max(0, 1 - trained.get(town, 0))), town


def test_every_auxiliary_has_passed_the_exam(house: House, staff: pd.DataFrame) -> None:
    auxiliaries = staff[staff["employment_word"] == AUXILIARY]
    needed = by_town(auxiliaries)
    passed = by_town(auxiliaries[auxiliaries["id_number"].isin(holders(house, "辅助人员考试合格"))])
    for town, (required, counted, gap, status) in gaps(house, "ST-06").items():
        if status == "not_applicable":
            assert needed.get(town, 0) == 0, town
            continue
        expected = (needed.get(town, 0), passed.get(town, 0), needed.get(town, 0) - passed.get(town, 0))
        assert (required, counted, gap) == expected, town


def test_first_aid_covers_half_of_the_staff(house: House, staff: pd.DataFrame) -> None:
    size = by_town(staff)
    trained = by_town(staff[staff["id_number"].isin(holders(house, "红十字救护员", months=36))])
    for town, (required, counted, gap, _) in gaps(house, "ST-13").items():
        need = math.ceil(size[town] / 2)
        assert (required, counted, gap) == (need, trained.get(town, 0), max(0, need - trained.get(town, 0))), town


def items(house: House, code: str) -> dict[str, tuple[str, float]]:
    """Return status and lost points of an item, by enterprise."""
    found = house.mart(
        f"""select enterprise_id, item_status, cast(lost_points as double) as lost
        from marts.enterprise_item_scores where item_code = '{code}' and period = '2026Q3'"""
    )
    return {row[0]: tuple(row[1:]) for row in found.itertuples(index=False)}


def required_officers(high: bool, chemical: bool, staff_count: int) -> list[tuple[int, str]]:
    """Return (number, who counts) of each head-count rule that binds: art. 11 of the Zhejiang regulation, and 186号."""
    if high:
        if staff_count >= 300:
            need = [(math.ceil(Decimal(staff_count) / 100), "full_time")]
        else:
            need = [(3 if staff_count >= 100 else 2 if staff_count >= 50 else 1, "full_time")]
    elif staff_count >= 300:
        need = [(2, "full_time")]
    elif staff_count >= 100:  # in Zhejiang 100 exactly is already in
        need = [(1, "full_time")]
    else:
        need = [(1, "any")]
    if chemical:
        need.append((max(1, math.ceil(Decimal(staff_count) * 2 / 100)), "certified"))
    return need


def test_safety_officers_by_risk_and_staff(house: House, firms: pd.DataFrame) -> None:
    rows = house.landed("enforcement", "safety_officers", ["record_no"])
    rows = rows[~(rows["appointed_date"].map(pd.Timestamp) > END)].copy()
    until = rows["valid_to_date"].map(pd.Timestamp)
    issued = rows["issued_date"].map(pd.Timestamp)
    until = until.where(until.notna(), issued.map(lambda d: d + pd.DateOffset(months=36) if pd.notna(d) else pd.NaT))
    rows["certified"] = rows["cert_no"].notna() & (until >= END) & ~(issued > END)
    rows["enterprise_id"] = rows["firm_no"].map(firms["enterprise_id"])
    listed = set(rows["enterprise_id"].dropna())
    counts = {
        "any": rows[rows["role_word"].isin(["专职安全员", "兼职安全员"])],
        "full_time": rows[rows["role_word"] == "专职安全员"],
        "certified": rows[(rows["role_word"] == "专职安全员") & rows["certified"]],
    }
    counts = {kind: part.groupby("enterprise_id")["id_number"].nunique().to_dict() for kind, part in counts.items()}
    said, checked = items(house, "E103"), 0
    assert len(said) == len(firms)
    for firm in firms.itertuples():
        status, lost = said[firm.enterprise_id]
        if firm.enterprise_id not in listed or pd.isna(firm.staff_count):
            assert (status, lost) == ("not_reported", 5), firm.firm_no
            continue
        need = required_officers(firm.is_high, firm.industry_word == "化工", int(firm.staff_count))
        short = any(counts[who].get(firm.enterprise_id, 0) < number for number, who in need)
        assert (status, lost) == ("observed", 5 if short else 0), (firm.firm_no, need)
        checked += 1
    assert checked > 1000


def test_special_operators(house: House, firms: pd.DataFrame) -> None:
    rows = house.landed("enforcement", "special_operators", ["record_no"])
    rows["enterprise_id"] = rows["firm_no"].map(firms["enterprise_id"])
    rows = rows[rows["enterprise_id"].notna()]
    void: dict[str, list[str]] = {}
    for row in rows.itertuples():
        issued, until, reviewed = (pd.Timestamp(v) for v in (row.issued_date, row.valid_to_date, row.reviewed_date))
        if issued > END:
            continue
        if pd.isna(until) and pd.notna(issued):
            until = issued + pd.DateOffset(months=72)
        last = (
            max(reviewed, issued) if reviewed <= END and pd.notna(issued) else reviewed if reviewed <= END else issued
        )
        number = row.cert_no if isinstance(row.cert_no, str) else ""
        # the door keeps the keyed hash of the identity number inside the certificate number: it must be the holder's own
        own = isinstance(row.cert_no_identity, str) and row.cert_no_identity == row.id_number
        if not number and pd.isna(until):
            state = "void"
        elif not number or not own or pd.isna(until):
            state = "unproven"
        elif until < END:
            state = "void"
        elif pd.isna(last):
            state = "unproven"
        else:
            overdue = last + pd.DateOffset(months=36) < END
            # a review made early brings its next date before the end: not valid, and no proof of a void certificate
            state = "valid" if not overdue else "unproven" if reviewed <= END else "void"
        void.setdefault(row.enterprise_id, []).append(state)
    said = items(house, "E303")
    for enterprise, states in void.items():
        bad = sum(state != "valid" for state in states)
        assert said[enterprise] == ("observed", min(5, 2.5 * bad)), enterprise
    grades = house.mart(
        "select enterprise_id, veto_codes, grade from marts.enterprise_quarter_ratings where period = '2026Q3'"
    ).set_index("enterprise_id")
    vetoed = {enterprise for enterprise, states in void.items() if "void" in states}
    assert vetoed, "the pretended district has uncertified operators"
    assert all("EV05" in grades.loc[enterprise, "veto_codes"] for enterprise in vetoed)
    clean = {enterprise for enterprise, states in void.items() if set(states) == {"valid"}}
    found = house.mart("select distinct enterprise_id from core.fct_hazards where clause_code = 'SP-04'")
    clean -= set(found["enterprise_id"].dropna())
    assert not any("EV05" in grades.loc[enterprise, "veto_codes"] for enterprise in clean)
    assert not set(grades.loc[sorted(vetoed), "grade"].dropna()) & {"A", "B"}


def test_general_hazards_closed_on_time(house: House, firms: pd.DataFrame) -> None:
    hazards = house.mart(
        """select enterprise_id, is_major, found_at, deadline_at, closed_at from core.fct_hazards
        where enterprise_id is not null"""
    )
    inspections = house.landed("enforcement", "inspections", ["inspection_no"])
    when = inspections["inspected_at"]
    seen = set(inspections[(when >= YEAR_AT) & (when < END_BEFORE_AT)]["firm_no"].map(firms["enterprise_id"]).dropna())
    known = hazards[(hazards["found_at"] >= YEAR_AT) & (hazards["found_at"] < END_BEFORE_AT)]
    due = known[~known["is_major"] & (known["deadline_at"] > START_AT) & (known["deadline_at"] <= END_BEFORE_AT)]
    rate = (due["closed_at"] < due["deadline_at"]).groupby(due["enterprise_id"]).mean()
    said = items(house, "E503")
    anybody = seen | set(known["enterprise_id"])
    late = (1 - rate).to_dict()
    for enterprise, (status, lost) in said.items():
        if enterprise not in anybody:
            assert (status, lost) == ("not_reported", 6), enterprise
        else:
            assert status == "observed", enterprise
            assert lost == pytest.approx(6 * late.get(enterprise, 0.0), abs=6e-5), enterprise


POINTS = {
    "E101": 4, "E102": 3, "E103": 5, "E104": 5, "E105": 2, "E201": 3, "E202": 4, "E203": 3, "E301": 4, "E302": 4, "E303": 5,
    "E304": 2, "E401": 4, "E402": 3, "E403": 3, "E404": 3, "E405": 3, "E406": 2, "E501": 4, "E502": 4, "E503": 6, "E504": 4,
    "E505": 3, "E506": 3, "E507": 4, "E601": 3, "E602": 3, "E603": 3, "E604": 1, "E701": 3, "E702": 4, "E801": 3, "E802": 2,
    "E803": 1,
}  # fmt: skip
# the rule book's brackets on revenue, 万元: up to, per cent; no end is the last
BRACKETS = {
    "机械制造": [(1000, 2.35), (10_000, 1.25), (100_000, 0.25), (500_000, 0.1), (math.inf, 0.05)],
    "冶金": [(1000, 3.0), (10_000, 1.5), (100_000, 0.5), (500_000, 0.2), (1_000_000, 0.1), (math.inf, 0.05)],
    "危险品生产与储存": [(1000, 4.5), (10_000, 2.25), (100_000, 0.55), (math.inf, 0.2)],
    "普通货运": [(math.inf, 1.0)],
    "房屋建筑": [(math.inf, 3.0)],
    "印染(内部基准)": [(10_000, 0.6), (math.inf, 0.2)],
    "一般工贸(内部基准)": [(10_000, 0.4), (math.inf, 0.1)],
}
SECTORS = {
    "machinery": "机械制造", "metal_smelt": "冶金", "chemical": "危险品生产与储存", "transport": "普通货运", "construction": "房屋建筑",
    "dyeing": "印染(内部基准)",
}  # fmt: skip


@pytest.fixture(scope="module")
def platform(house: House, firms: pd.DataFrame) -> pd.Series:
    """Rated firms by their number on the platform: one credit code, once on either side, and a name nobody else had. No linkage."""
    rows = house.landed("firms", "enterprises", ["enterprise_no"])
    rows = rows[rows["uscc"].notna() & ~rows["uscc"].duplicated(keep=False)]
    names = firms.set_index("uscc")["firm_name"]
    former = set(house.landed("firms", "name_changes", ["enterprise_no", "change_no"])["old_name"])
    named = rows[(rows["uscc"].map(names) == rows["enterprise_name"]) & ~rows["enterprise_name"].isin(former)]
    found = ("E" + named["uscc"]).set_axis(named["enterprise_no"])
    assert len(found) > 1000
    return found


def by_firm(house: House, platform: pd.Series, table: str, key: list[str]) -> pd.DataFrame:
    """Return what firms said in a table of the platform, with our id of those that are found without linkage."""
    rows = house.landed("firms", table, key)
    return rows.assign(enterprise_id=rows["enterprise_no"].map(platform)).dropna(subset=["enterprise_id"])


def due_of(word: str, revenue: float) -> float:
    """Return what is due on a revenue, step by step."""
    owed, low = 0.0, 0.0
    for high, rate in BRACKETS[word]:
        owed += max(0.0, min(revenue, high) - low) * rate / 100
        low = high
    return owed


def test_safety_spending_by_the_brackets(house: House, platform: pd.Series) -> None:
    """Spent against due over 2024, 2025 and three quarters of 2026; half the points where only a benchmark stands."""
    industry = house.mart(
        "select enterprise_id, industry_code from marts.enterprise_quarter_ratings where period = '2026Q3'"
    )
    sector = industry.set_index("enterprise_id")["industry_code"].map(lambda c: SECTORS.get(c, "一般工贸(内部基准)"))
    said, checked, losing = items(house, "E104"), 0, 0
    rows = by_firm(house, platform, "safety_funds", ["enterprise_no", "fund_year"])
    for enterprise, mine in list(rows.groupby("enterprise_id"))[:600]:
        if set(mine["fund_year"]) != {2024, 2025, 2026} or set(mine["sector_word"]) != {sector[enterprise]}:
            continue
        amounts = mine[["revenue_wan", "used_wan"]].astype(float)
        # a sum in yuan among sums in ten thousands stands far from the middle one
        amounts = amounts.where(~(amounts > 500 * amounts.median()), amounts / 10_000)
        if amounts["revenue_wan"].isna().any():
            continue
        part = mine["fund_year"].eq(2026).map({True: 0.75, False: 1.0})
        due = sum(due_of(sector[enterprise], r) * p for r, p in zip(amounts["revenue_wan"], part, strict=True))
        share = min(1.0, amounts["used_wan"].fillna(0).sum() / due)
        full = 2.5 if "内部基准" in sector[enterprise] else 5.0
        expected = full if share < 0.5 else full * (1 - share)
        assert said[enterprise][0] == "observed", enterprise
        assert said[enterprise][1] == pytest.approx(expected, abs=2e-3), enterprise
        checked, losing = checked + 1, losing + (expected > 0)
    assert checked > 300
    assert 0 < losing < checked


def test_self_inspections_by_weeks_and_months(house: House, firms: pd.DataFrame, platform: pd.Series) -> None:
    rows = by_firm(house, platform, "self_inspections", ["inspection_no"])
    day = rows["inspected_date"].map(pd.Timestamp)
    rows, day = rows[(day >= "2026-07-01") & (day <= END)], day[(day >= "2026-07-01") & (day <= END)]
    weeks = ((day - pd.Timestamp("2026-07-01")).dt.days // 7).clip(upper=12).groupby(rows["enterprise_id"]).nunique()
    months = day.dt.month.groupby(rows["enterprise_id"]).nunique()
    said, key = items(house, "E502"), firms.set_index("enterprise_id")["is_key"].fillna(False)
    for enterprise in platform:
        done, due = (weeks, 13) if key[enterprise] else (months, 3)
        expected = 4 * (1 - done.get(enterprise, 0) / due)
        assert said[enterprise] == ("observed", pytest.approx(expected, abs=1e-4)), enterprise


def test_monthly_reports_and_drills(house: House, platform: pd.Series) -> None:
    rows = by_firm(house, platform, "monthly_reports", ["enterprise_no", "report_month"])
    closing = {"202607": "2026-08-11", "202608": "2026-09-11", "202609": "2026-10-11"}
    rows = rows[rows["report_month"].isin(closing)]
    # the tenth ends at midnight in Beijing, 16:00 by the instants that landed
    late = rows["submitted_at"] >= rows["report_month"].map(lambda m: pd.Timestamp(closing[m]) - pd.Timedelta(hours=8))
    good = (~late & rows["is_declared_true"].eq(True)).groupby(rows["enterprise_id"]).sum()
    said = items(house, "E802")
    for enterprise in platform:
        assert said[enterprise] == ("observed", pytest.approx(0.5 * (3 - good.get(enterprise, 0)))), enterprise
    drills = by_firm(house, platform, "drills", ["drill_no"])
    day = drills["drilled_date"].map(pd.Timestamp)
    drills, day = drills[(day > "2025-09-30") & (day <= END)], day[(day > "2025-09-30") & (day <= END)]
    first, second = (set(drills[there]["enterprise_id"]) for there in (day <= "2026-03-30", day > "2026-03-30"))
    ratings = house.mart(
        "select enterprise_id, industry_code from marts.enterprise_quarter_ratings where period = '2026Q3'"
    )
    high = house.mart("select enterprise_id from core.dim_enterprises where is_high_risk")["enterprise_id"]
    twice = set(high) | set(ratings[ratings["industry_code"] == "crowded"]["enterprise_id"])
    said = items(house, "E602")
    for enterprise in platform:
        held = (enterprise in first) + (enterprise in second)
        expected = 3 * (1 - held / 2) if enterprise in twice else 3 * (held == 0)
        assert said[enterprise] == ("observed", pytest.approx(expected)), enterprise


def test_lists_of_dishonesty_and_first_grade_certificates(
    house: House, firms: pd.DataFrame, platform: pd.Series
) -> None:
    black = house.landed("enforcement", "blacklist", ["list_no"])
    shame = house.landed("emergency", "dishonest_firms", ["record_no"])
    spans = [(r.uscc, r.listed_date, r.until_date) for r in black.itertuples()]
    spans += [(r.uscc, r.listed_date, pd.Timestamp(r.removed_date) - pd.Timedelta(days=1)) for r in shame.itertuples()]
    listed = {
        f"E{code}"
        for code, since, until in spans
        if isinstance(code, str) and pd.Timestamp(since) <= END and not pd.Timestamp(until) < END
    } & set(firms["enterprise_id"])
    assert listed
    ratings = house.mart("select * from marts.enterprise_quarter_ratings where period = '2026Q3'").set_index(
        "enterprise_id"
    )
    for enterprise in listed:
        assert "EV09" in ratings.loc[enterprise, "veto_codes"], enterprise
        assert ratings.loc[enterprise, "grade"] == "D" or ratings.loc[enterprise, "rating_status"] == "not_rated"
    rows = by_firm(house, platform, "standardisations", ["certificate_no"])
    until = rows["valid_to_date"].map(pd.Timestamp)
    until = until.where(until.notna(), rows["issued_date"].map(pd.Timestamp) + pd.DateOffset(months=36))
    rows = rows[(rows["issued_date"].map(pd.Timestamp) <= END) & (until >= END)]
    best = set(rows[rows["level_word"] == "一级"]["enterprise_id"])
    assert best == {e for e in platform if "EP01" in ratings.loc[e, "bonus_codes"]}
    held = rows.groupby("enterprise_id")["level_word"].agg(set)
    said = items(house, "E202")
    for enterprise in platform:
        levels = held.get(enterprise, set())
        lost = 0 if "一级" in levels else 0.5 if "二级" in levels else 1 if "三级" in levels else 4
        assert said[enterprise] == ("observed", lost), enterprise


def test_scores_grades_and_not_rated(house: House, firms: pd.DataFrame) -> None:
    """The grade follows from the items by the formula of METHOD; multipliers are written down here for six industries."""
    raised = {
        "dyeing": {"E4": "1.2", "E5": "1.1"},
        "weaving": {"E4": "1.1"},
        "chemfibre": {"E5": "1.1"},
        "chemical": {"E3": "1.1", "E5": "1.2"},
        "construction": {"E4": "1.2"},
        "other": {},
    }
    points = dict(POINTS)
    rows = house.mart(
        """select enterprise_id, item_code, item_status, earned_points
        from marts.enterprise_item_scores where period = '2026Q3'"""
    )
    ratings = house.mart("select * from marts.enterprise_quarter_ratings where period = '2026Q3'")
    assert set(ratings["enterprise_id"]) == set(firms["enterprise_id"])
    by_firm = dict(list(rows.groupby("enterprise_id")))
    cents, checked = Decimal("0.01"), 0
    for row in ratings[ratings["industry_code"].isin(list(raised))].itertuples():
        earned = applicable = observed = Decimal(0)
        for item in by_firm[row.enterprise_id].itertuples():
            if item.item_status == "not_applicable":
                continue
            factor = Decimal(raised[row.industry_code].get(item.item_code[:2], "1"))
            half = item.item_code == "E104" and row.industry_code not in ("chemical", "construction")
            weight = points[item.item_code] * factor / (2 if half else 1)
            applicable += weight
            earned += Decimal(str(item.earned_points)) * factor
            observed += weight if item.item_status == "observed" else 0
        if observed / applicable < Decimal("0.6"):
            assert row.rating_status == "not_rated", row.enterprise_id
            assert pd.isna(row.grade), row.enterprise_id
            assert "EV10" in row.veto_codes, row.enterprise_id
            continue
        score = (100 * earned / applicable).quantize(cents, ROUND_HALF_UP)
        assert abs(Decimal(str(row.base_score)) - score) <= cents, row.enterprise_id
        bonuses = set(filter(None, row.bonus_codes.split(",")))
        assert bool(bonuses) == (row.bonus_points > 0), row.enterprise_id
        final = float(row.final_score)
        assert final == pytest.approx(min(100, float(row.base_score) + float(row.bonus_points)), abs=0.011)
        grade = "A" if final >= 90 else "B" if final >= 75 else "C" if final >= 60 else "D"
        vetoes = set(filter(None, row.veto_codes.split(",")))
        cap = "D" if vetoes - {"EV02", "EV05"} else "C" if vetoes else "A"
        assert row.grade == max(grade, cap), row.enterprise_id
        checked += 1
    assert checked > 1000
