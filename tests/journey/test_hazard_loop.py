"""Clocks of the hazard loop, worked out a second way: from landed rows, in plain Python, one life at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks import integrity
from pipelines.release import Release, open_release
from pipelines.settings import Settings

HOUR = dt.timedelta(hours=1)
# of the domain note 3e, written here by hand: hours to confirm, control, correct; working hours to review and close
LIMITS = {
    "G1": (24, 0, 24, 72, 24),
    "G2": (24, 24, 360, 72, 48),
    "G3": (12, 8, 720, 48, 48),
    "G4": (4, 2, 1440, 72, 72),
}
# days of 2025 and 2026 on which China did not keep Monday to Friday, as announced
OFF = (("2025-10-01", 8), ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3), ("2026-09-25", 3), ("2026-10-01", 7))  # fmt: skip
MADE_UP = ("2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")  # fmt: skip
HOLIDAYS = {dt.date.fromisoformat(d) + dt.timedelta(days=i) for d, n in OFF for i in range(n)}
STEPS = {"发现": "found", "确认": "confirm", "管控": "control", "整改": "rectify", "复查": "review", "核销": "close"}


def works(day: dt.date) -> bool:
    return str(day) in MADE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def office_end(start: dt.datetime, hours: int) -> dt.datetime:
    """Return when so many office hours from ``start`` (UTC) are over, walking the local day minute by minute of its spans."""
    at, left = start + 8 * HOUR, hours * 3600
    while True:
        for begin, end in ((dt.time(8, 30), dt.time(12)), (dt.time(13, 30), dt.time(18))):
            low, high = dt.datetime.combine(at.date(), begin), dt.datetime.combine(at.date(), end)
            low = max(low, at)
            if works(at.date()) and low < high:
                room = (high - low).total_seconds()
                if left <= room:
                    return low + dt.timedelta(seconds=left) - 8 * HOUR
                left -= room
        at = dt.datetime.combine(at.date() + dt.timedelta(days=1), dt.time())


def rows_of(settings: Settings, silo: str, table: str) -> list[dict]:
    """Return the accepted rows of a landed table, the newest batch last."""
    files = sorted((settings.landing / silo / table).rglob("batch=*/rows.parquet"), key=lambda p: p.parent.name)
    return [r for f in files for r in pq.read_table(f, partitioning=None).to_pylist() if r["_verdict"] == "accepted"]


@pytest.fixture(scope="module")
def release(evaluated: Settings) -> Release:
    return open_release(evaluated)


@pytest.fixture(scope="module")
def lives(evaluated: Settings, release: Release) -> dict[str, dict]:
    """Return hazards of the brigade alone whose log has each step at most once and in order: number → list row and times."""
    alone = {
        r["hazard_id"]
        for r in release.rows(
            "select hazard_id from hazard_loops where silos = 'enforcement' and refused_count = 0 and rework_count = 0"
        )
    }
    listed = {r["hazard_no"]: r for r in rows_of(evaluated, "enforcement", "hazards")}
    steps: dict[str, dict[str, dict]] = defaultdict(dict)
    for e in rows_of(evaluated, "enforcement", "hazard_events"):
        steps[e["hazard_no"]][e["event_no"]] = e
    found = {}
    for number, events in steps.items():
        said = Counter(e["state_word"] for e in events.values())
        if "H" + number in alone and number in listed and set(said) <= set(STEPS) and max(said.values()) == 1:
            found[number] = {
                "list": listed[number],
                **{STEPS[e["state_word"]]: e["occurred_at"] for e in events.values()},
            }
    return found


def test_clocks_are_what_the_landed_steps_say(release: Release, lives: dict[str, dict]):
    clocks = {
        (r["hazard_id"], r["stage_code"]): r
        for r in release.rows("select * from hazard_clocks where stage_code <> 'assign'")
    }
    wrong, seen = [], Counter()
    for number, life in sorted(lives.items()):
        grade = clocks["H" + number, "confirm"]["grade_code"]
        confirm, control, rectify, review, close = LIMITS[grade]
        # the list says when it was found; a step of finding may be earlier
        first = min(t for t in (life["list"]["found_at"], life.get("found"), life.get("confirm")) if t)
        expected = {"confirm": (first, first + confirm * HOUR)}
        if "confirm" in life:
            expected["control"] = (life["confirm"], life["confirm"] + control * HOUR)
        if "control" in life:
            due = life["control"] + rectify * HOUR
            if life["list"]["deadline_date"]:
                order = dt.datetime.combine(life["list"]["deadline_date"] + dt.timedelta(days=1), dt.time()) - 8 * HOUR
                due = min(due, order)
            expected["rectify"] = (life["control"], due)
        if "rectify" in life:
            expected["review"] = (life["rectify"], office_end(life["rectify"], review))
        if "review" in life:
            expected["close"] = (life["review"], office_end(life["review"], close))
        for stage, (start, due) in expected.items():
            clock = clocks.get(("H" + number, stage))
            if clock is None or (clock["started_at"], clock["due_at"], clock["done_at"]) != (
                start,
                due,
                life.get(stage),
            ):
                wrong.append((number, stage, start, due, life.get(stage), clock))
            seen[stage, bool(life.get(stage)) and life[stage] <= due] += 1
    assert wrong == [], wrong[:3]
    assert min(seen[s, ok] for s in ("confirm", "control", "rectify") for ok in (True, False)) > 10
    assert seen["review", True] > 100
    assert seen["close", True] > 100


def test_a_transferred_hazard_stands_still_only_when_its_referral_was_accepted(evaluated: Settings, release: Release):
    moved = {
        r["hazard_id"] for r in release.rows("select hazard_id from hazard_loops where state_code = 'TRANSFERRED'")
    }
    paused = {
        r["hazard_id"]
        for r in release.rows("select hazard_id from hazard_clocks where clock_status = 'paused' or paused_hours > 0")
    }
    referred = {
        "H" + r["hazard_no"]
        for r in rows_of(evaluated, "emergency", "referrals")
        if r["hazard_no"] and r["accepted_at"]
    }
    assert moved
    assert paused <= referred
    assert moved - referred, "some transfers have no referral, and their clocks go on"


def test_escalations_say_whom_and_why_and_refused_steps_say_the_reason(release: Release):
    told = release.rows("select * from hazard_escalations")
    assert {e["escalation_code"] for e in told} >= {"G2-80", "G2-DUE", "G2-7D", "G3-50", "G4-LIST"}
    assert all(e["to_whom_zh"] and e["action_en"] for e in told)
    late = {(e["hazard_id"], e["stage_code"], e["round_number"]) for e in told if e["escalation_code"] == "G2-DUE"}
    clocks = release.rows("select * from hazard_clocks where grade_code = 'G2' and clock_status in ('late', 'overdue')")
    assert {(c["hazard_id"], c["stage_code"], c["round_number"]) for c in clocks} == late
    refused = Counter(r["event_status"] for r in release.rows("select event_status from hazard_refused_events"))
    assert refused["illegal_jump"] > 0
    assert refused["falling_time"] > 0


def test_the_lists_that_fail_are_those_that_c306_counts(release: Release):
    """Whoever fails C306 stands on one list fewer than three; a list may be missing before the deadline came."""
    failing = {
        r["entity_id"]
        for r in release.rows(
            "select entity_id from indicator_evidence where indicator_code = 'C306' and numerator = 0"
        )
    }
    absent = {r["hazard_no"] for r in release.rows("select hazard_no from hazard_list_checks where not is_listed")}
    assert failing
    assert failing <= absent


def test_planted_cheats_are_seen_and_few_others_are_asked(evaluated: Settings, departments: Path):
    """Bars: nine of ten planted cheats have a case; of what a test looked at, one in a hundred at most is asked about for nothing."""
    made = integrity.figures(evaluated.warehouse_file, departments / "simulator" / "truth")
    assert sum(f.planted > 0 for f in made.values()) >= 8, "little was planted: nothing would be proven"
    assert made["I5"].planted, "no town heaps its arrivals: I5 would not be proven"
    assert {c: (f.seen, f.planted) for c, f in made.items() if f.seen < 0.9 * f.planted} == {}
    assert {c: (f.false, f.looked_at) for c, f in made.items() if f.false > 0.01 * f.looked_at} == {}
