"""Every code, name and date of the division history: right, or for review, never wrong.

What is right is worked out a second way, straight from the CSV rows in plain Python: no model of dbt is read for it.
"""

from __future__ import annotations

import csv
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cache

import pytest

from pipelines.analysis import divisions
from pipelines.analysis.divisions import Ask, Resolution, resolve, resolve_many
from pipelines.errors import UsageError
from pipelines.reading.register import Register
from pipelines.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"
FOREVER = date(9999, 12, 31)
DAY = timedelta(days=1)
SETTLED = {"resolved", "outside"}


@cache
def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def spans() -> list[tuple[str, str, str, date, date, str]]:
    """Return scheme, code, name, first day, last day, lineage of every row of towns and of the county."""
    found = []
    for r in seed("ref_division_codes"):
        if r["successor_kind"] == "outside":
            continue
        lineage = r["town_id"] or r["successor_code"] + "000000"
        days = date.fromisoformat(r["valid_from_date"]), date.fromisoformat(r["valid_to_date"])
        found.append((r["scheme_code"], r["division_code"], r["name_zh"], *days, lineage))
    return found


CODES = spans()
OWN = [s for s in CODES if s[0] in {"NBS", "PRE2013"}]


def meanings(scheme: str, code: str, day: date) -> set[str]:
    """Return the lineages a code of a scheme means on a day; the district's own lists go on using national codes."""
    if scheme == "LOCAL":
        return {s[5] for s in CODES if s[0] in {"NBS", "LOCAL"} and s[1] == code and s[3] <= day}
    return {s[5] for s in CODES if s[0] == scheme and s[1] == code and s[3] <= day <= s[4]}


def coded(lineage: str, day: date) -> set[str]:
    """Return the national codes of a lineage on a day: two in the month of a change, none before the first record."""
    return {s[1].ljust(12, "0") for s in OWN if s[5] == lineage and s[3] <= day <= s[4]}


def days() -> list[date]:
    """Return the days around every change on record, and some far from any."""
    edges = {e for s in CODES for e in s[3:5] if e != FOREVER}
    found = {d for e in edges for d in (e - DAY, e, e + DAY)}
    return sorted(
        found | {date(1990, 1, 1), date(2016, 5, 1), date(2019, 10, 15), date(2021, 7, 25), date(2026, 9, 30)}
    )


def judge(asks: list[tuple[Ask, set[str] | None, set[str]]]) -> Counter:
    """Count verdicts; an answer outside ``then`` or ``today`` is wrong. None: whatever it was then, today must be right."""
    found: Counter = Counter()
    for (ask, then, today), r in zip(asks, resolve_many(a for a, _, _ in asks), strict=True):
        if r.verdict not in SETTLED:
            found["review"] += 1
            assert r.division_code_then is None, ask
            assert r.division_code_today is None, ask
            assert r.why, ask
            continue
        right = (then is None or r.division_code_then in then) and (
            r.division_code_today in today or r.today == "review"
        )
        found["right" if right else "wrong"] += 1
        assert right, (ask, r, then, today)
    return found


def test_every_code_of_towns_and_the_county_on_every_day_in_every_scheme():
    asks, sure = [], 0
    for code in sorted({s[1] for s in CODES}):
        for form in {code, code.ljust(12, "0")}:
            for scheme in ("NBS", "MCA", "LOCAL", "PRE2013"):
                for day in days():
                    means = meanings(scheme, code, day)
                    assert len(means) < 2
                    lineage = next(iter(means), "")
                    sure += bool(lineage and coded(lineage, day))
                    asks.append((Ask(code=form, scheme=scheme, on=day), coded(lineage, day), {lineage}))
    found = judge(asks)
    assert found["wrong"] == 0
    # all that the rows make certain is answered, and nothing else is
    assert found["right"] == sure
    assert found["review"] == len(asks) - sure


def test_a_code_without_its_scheme_is_an_answer_only_where_all_schemes_agree():
    asks = [Ask(code=c, on=d) for c in sorted({s[1] for s in CODES}) for d in days()]
    for ask, r in zip(asks, resolve_many(asks), strict=True):
        every = {
            m for s in ("NBS", "MCA", "LOCAL", "PRE2013") for m in meanings(s, ask.code, ask.on) if coded(m, ask.on)
        }
        assert (r.verdict == "resolved") == (len(every) == 1), (ask, r)
        if len(every) == 1:
            assert r.division_code_today in every
        if len(every) > 1:
            assert r.why == "no_scheme"
            assert {c.code for c in r.candidates} == every


def test_the_seven_codes_that_mean_two_towns():
    """DOMAIN section 5, kind 1."""
    pairs = {"104": ("马鞍", "平水"), "106": ("安昌", "王坛"), "108": ("兰亭", "稽东"), "110": ("杨汛桥", "漓渚")}
    for tail, (local, mca) in pairs.items():
        assert resolve("330603" + tail, "LOCAL").name_today.startswith(local)
        assert resolve("330603" + tail, "MCA").name_today.startswith(mca)
        assert resolve("330603" + tail).why == "no_scheme"
    assert [resolve("330603010", s).name_today for s in ("NBS", "MCA")] == ["杨汛桥街道", "马鞍街道"]
    assert [resolve("330603011", s).name_today for s in ("NBS", "MCA")] == ["马鞍街道", "杨汛桥街道"]
    assert [resolve("330603111", s).name_today for s in ("NBS", "MCA")] == ["漓渚镇", "夏履镇"]


def test_every_name_of_towns_and_the_county_on_every_day():
    names = {(s[2], s[5]) for s in CODES}
    heads = ("", "柯桥区", "绍兴县", "浙江省绍兴市柯桥区", "绍兴市 绍兴县")
    asks = []
    for name, lineage in sorted(names):
        for day in days():
            then = coded(lineage, day)
            for text in [name] if lineage[6:] == "000000" else [h + name for h in heads]:
                asks.append((Ask(text=text, on=day), then, {lineage}))
            if lineage[6:] != "000000":
                asks.append((Ask(text=f"{name}政府路12号", on=day), then, {lineage}))
    found = judge(asks)
    assert found["wrong"] == 0
    assert found["right"] == sum(bool(then) for _, then, _ in asks)


def test_towns_of_the_former_county_that_went_elsewhere_are_never_ours():
    gone = [r["name_zh"] for r in seed("ref_division_codes") if r["successor_kind"] == "outside"]
    assert gone == ["孙端镇", "陶堰镇", "富盛镇"]
    for name in gone:
        for text in (name, name.replace("镇", "街道"), f"绍兴县{name}", name[:2]):
            r = resolve(text, on=date(2026, 1, 1))
            assert (r.verdict, r.why, r.division_code_today, r.town_code_today) == (
                "outside",
                "foreign_town",
                "330602000000",
                None,
            )


# ---- villages: 341 of today and 64 changes, by the list in force on a day


@cache
def lists() -> dict[date, dict[str, str]]:
    """Return the national list of each year: the first day it holds, and its villages by code."""
    now = {r["division_code"]: r["name_zh"] for r in seed("ref_divisions") if r["level_code"] == "village"}
    years = sorted((int(r["release_year"]) for r in seed("ref_division_releases")), reverse=True)
    first = {int(r["release_year"]): date.fromisoformat(r["valid_from_date"]) for r in seed("ref_division_releases")}
    found = {}
    for year in years:
        found[first[year]] = dict(now)
        for c in seed("ref_village_history"):
            if int(c["to_year"]) == year:
                if c["change_code"] == "added":
                    now.pop(c["division_code"])
                else:
                    now[c["division_code"]] = c["old_name_zh"]
    return dict(sorted(found.items()))


def listed(day: date) -> dict[str, str]:
    """Return the villages by code that the list in force on a day holds; none before the first list."""
    return max(((d, v) for d, v in lists().items() if d <= day), default=(day, {}))[1]


VILLAGE_DAYS = [
    date(2009, 1, 1), date(2019, 12, 30), date(2019, 12, 31), date(2020, 6, 30), date(2020, 12, 30), date(2020, 12, 31),
    date(2021, 12, 30), date(2021, 12, 31), date(2022, 12, 31), date(2026, 9, 30),
]  # fmt: skip
TODAY = {r["division_code"]: r["name_zh"] for r in seed("ref_divisions")}


def test_the_lists_are_as_long_as_they_were():
    """DOMAIN section 4: 343, 339, 340, 341, 341 villages."""
    assert [len(v) for v in lists().values()] == [343, 339, 340, 341, 341]
    assert len(seed("ref_village_history")) == 64


def everyone() -> dict[str, set[str]]:
    """Return every village code that ever stood in a list, with all its names."""
    found: dict[str, set[str]] = defaultdict(set)
    for villages in lists().values():
        for code, name in villages.items():
            found[code].add(name)
    return found


def test_every_village_code_on_every_day():
    asks = []
    for code in everyone():
        for day in VILLAGE_DAYS:
            asks.append((Ask(code=code, scheme="NBS", on=day), {code}, {code} & TODAY.keys()))
    found = judge(asks)
    assert found["wrong"] == 0
    assert found["right"] == sum(a.code in listed(a.on) for a, _, _ in asks)


def test_every_village_name_on_every_day_alone_and_behind_its_town():
    asks, must = [], set()
    for code, names in everyone().items():
        town = TODAY[code[:9] + "000"]
        for name in names:
            for day in VILLAGE_DAYS:
                there = {code} if code in listed(day) else set()
                # alone it may mean another village of that day: then only the review is right
                asks.append((Ask(text=name, on=day), there, there & TODAY.keys()))
                if there:
                    must.add(len(asks))
                asks.append((Ask(text=f"柯桥区{town}{name}第2网格", on=day), there, there & TODAY.keys()))
    found = judge(asks)
    assert found["wrong"] == 0
    answers = resolve_many(a for i, (a, _, _) in enumerate(asks) if i in must)
    assert [r.ask.text for r in answers if r.verdict != "resolved"] == []


def test_all_64_changes_before_and_after():
    changes = [c | {"town": TODAY[c["division_code"][:9] + "000"]} for c in seed("ref_village_history")]
    asks: dict[tuple[str, str, str], Ask] = {}
    for c in changes:
        changed = date(int(c["to_year"]), 12, 31)
        for when, day in (("before", changed - DAY), ("after", changed)):
            asks[c["division_code"], when, "code"] = Ask(code=c["division_code"], scheme="NBS", on=day)
            for which in ("old_name_zh", "new_name_zh"):
                asks[c["division_code"], when, which] = Ask(text=c["town"] + c[which], on=day)
    said = dict(zip(asks, resolve_many(asks.values()), strict=True))
    for c in changes:
        code, old, new = c["division_code"], c["old_name_zh"], c["new_name_zh"]
        before, after = said[code, "before", "code"], said[code, "after", "code"]
        if c["change_code"] == "renamed":
            assert (before.name_then, before.name_today, before.today) == (old, new, "current")
            assert (after.name_then, after.division_code_today) == (new, code)
            # either name is understood on either day, and means what stood there
            for which in ("old_name_zh", "new_name_zh"):
                assert said[code, "before", which].name_then == old
                assert said[code, "after", which].name_then == new
        elif c["change_code"] == "added":
            assert (before.verdict, before.why) == ("review", "before_first_record")
            assert (after.verdict, after.name_then) == ("resolved", new)
        else:
            assert (before.verdict, before.name_then, before.today) == ("resolved", old, "review")
            assert (before.division_code_today, before.why) == (None, "gone_since")
            # the town keeps the facts
            assert before.town_code_today == code[:9] + "000"
            assert (after.verdict, after.why) == ("review", "gone")
            newer = {
                x["division_code"] for x in changes if x["change_code"] == "added" and x["to_year"] == c["to_year"]
            }
            assert {x.code for x in after.candidates} == {x for x in newer if x[:9] == code[:9]}


def test_every_written_form_means_its_village_or_nothing():
    """Stem x tail, typing errors included, inside the town and alone, on the newest list."""
    tails = {
        k: [r["tail"] for r in seed("ref_division_name_forms") if r["kind_code"] == k] for k in ("community", "village")
    }
    newest = listed(VILLAGE_DAYS[-1])
    asks = []
    for code, name in newest.items():
        kind = "village" if name.endswith("村委会") else "community"
        tail = max((t for t in tails[kind] if name.endswith(t)), key=len)
        for other in tails[kind]:
            text = name.removesuffix(tail) + other
            asks.append((Ask(text=text), {code}, {code}))
            asks.append((Ask(text=TODAY[code[:9] + "000"] + text), {code}, {code}))
    found = judge(asks)
    assert found["wrong"] == 0
    assert found["right"] > 0.99 * len(asks)


def test_a_name_that_two_villages_bear_is_for_review_and_its_town_settles_it():
    alone = resolve("东江居委会", on=date(2020, 3, 1))
    assert (alone.verdict, alone.why) == ("review", "name_ambiguous")
    assert {c.code for c in alone.candidates} == {"330603002023", "330603009008"}
    assert resolve("柯岩街道东江居委会", on=date(2020, 3, 1)).division_code_then == "330603002023"
    assert resolve("钱清街道东江居委会", on=date(2020, 3, 1)).division_code_then == "330603009008"
    assert resolve("柯岩街道东江居委会", on=date(2026, 3, 1)).verdict == "town_only"


def test_nothing_is_found_in_the_middle_of_a_text():
    assert resolve("上谢桥村").verdict == "review"
    assert resolve("绍兴马鞍街道印染有限公司").verdict == "review"
    assert resolve("柯岩街道柯岩大道村口路3号").verdict in {"town_only", "resolved"}
    assert resolve("柯岩街道柯岩大道村口路3号").level == "village"


@pytest.mark.parametrize(
    ("text", "scheme", "on", "why"),
    [
        ("330603999", "NBS", None, "code_unknown"),
        ("330603001999", "NBS", None, "code_unknown"),
        ("3306", None, None, "code_unknown"),
        ("外星镇", None, None, "name_unknown"),
        ("马鞍街道", None, date(1999, 1, 1), "before_first_record"),
        ("330603011", "NBS", date(2012, 1, 1), "before_first_record"),
        ("330603104", "NBS", date(2026, 1, 1), "code_of_another_date"),
        ("330603114", "MCA", date(2026, 1, 1), "code_of_another_scheme"),
        ("柯桥", None, None, "name_ambiguous"),
        ("安昌", None, None, "name_ambiguous"),
        ("马鞍街道外星村", None, None, "name_unknown"),
    ],
)
def test_bad_input_says_why_and_guesses_nothing(text: str, scheme: str | None, on: date | None, why: str):
    r = resolve(text, scheme, on)
    assert (r.verdict in {"review", "town_only"}, r.why) == (True, why)
    assert (r.division_code_then, r.division_code_today) == (None, None)
    assert r.confidence < 1
    assert why in divisions.reasons()


def test_a_wrong_call_is_refused():
    with pytest.raises(UsageError, match="nothing was asked"):
        resolve("  ")
    with pytest.raises(UsageError, match="is not known"):
        resolve("330603011", "GCJ-02")


def test_full_width_and_hidden_signs_are_no_other_division():
    for text in ("３３０６０３０１１", "330603011​", " 330603011 "):
        assert resolve(text, "NBS").division_code_today == "330603011000"
    assert resolve("马鞍　街道").division_code_today == "330603011000"


def test_a_grid_code_means_its_village():
    r = resolve("330603001008003", "NBS")
    assert isinstance(r, Resolution)
    assert (r.level, r.division_code_today) == ("village", "330603001008")


def test_history_codes_and_successors_of_a_town():
    assert [(s["name_zh"], s["division_code"]) for s in divisions.history("330603011000")] == [
        ("马鞍镇", "330603104000"), ("马鞍街道", "330603011000"),
    ]  # fmt: skip
    assert {(c["scheme_code"], c["division_code"]) for c in divisions.codes("330603011000")} == {
        ("NBS", "330603104"), ("NBS", "330603011"), ("MCA", "330603010"), ("LOCAL", "330603104"), ("LOCAL", "330603011"),
    }  # fmt: skip
    assert [s["verdict"] for s in divisions.successors("330603011000")] == ["certain"]


def test_a_merge_a_split_and_a_chain_by_decision():
    """The models are run over other seeds: what reviewers decide is followed, what does not add up is not."""
    from pipelines.reading.register import Register

    own = Register()
    own.need("ref_village_successors")
    own.db.execute("delete from ref_village_successors").fetchall()
    rows = [
        ("330603002017", "330603002042", "merged", "1.0", "decided"),
        ("330603002026", "330603002017", "merged", "1.0", "decided"),  # a chain through one that is gone itself
        ("330603002023", "330603002042", "split", "0.4", "decided"),
        ("330603002023", "330603002043", "split", "0.6", "decided"),
        ("330603002024", "330603002042", "split", "0.4", "decided"),  # the rest is not decided
        ("330603002025", "330603002042", "merged", "1.0", "proposed"),
    ]
    for a, b, kind, share, status in rows:
        own.db.execute(
            "insert into ref_village_successors values (?, ?, ?, ?, date '2020-12-31', date '9999-12-31', ?, 'test')",
            [a, b, kind, share, status],
        ).fetchall()
    found: dict[str, list[dict]] = defaultdict(list)
    for r in own.query(
        "from {{ ref('map_division_successors') }} where ended_code = 'gone' order by today_id"
    ).to_pylist():
        found[r["division_id"][-3:]].append(r)
    told = {k: [(r["verdict"], r["today_id"] and r["today_id"][-3:], float(r["share"] or 0), r["step_count"]) for r in v] for k, v in found.items()}  # fmt: skip
    assert told["017"] == [("certain", "042", 1.0, 1)]
    assert told["026"] == [("certain", "042", 1.0, 2)]
    assert told["023"] == [("shared", "042", 0.4, 1), ("shared", "043", 0.6, 1)]
    assert told["024"] == [("review", None, 0.4, 1)]
    assert told["025"][0][:2] == ("review", None)
    assert "330603002042" in found["025"][0]["candidate_text"]


def test_the_register_answers_several_silos_at_the_same_time():
    """Silos are pulled side by side: whoever asks while another's question still makes the tables must wait for them."""
    made, together = Register(), threading.Barrier(4)

    def ask(_: int) -> int:
        together.wait()
        return made.query("from {{ ref('map_division_codes') }}").num_rows

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
