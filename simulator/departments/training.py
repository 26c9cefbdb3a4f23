"""What the cloud-training platform holds: courses, plans, learners, learning, exams, certificates, public education.

Times are UTC, some as epoch milliseconds. Learners are the people of stations and firms that everybody knows,
registered by their units, so that one person may be there twice.
"""

from __future__ import annotations

import numpy as np

from simulator.departments._book import DAY, NAT, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, months
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, time_text
from simulator.world import World

SERVICES = {"*": "api"}
API = {
    "auth": "token",
    "paging": "cursor",
    "page": 5000,
    "per_second": 40,
    "resources": {name: {"since": "updatedMs"} for name in ("enrolments", "learning_records", "exam_results")},
}
BEIJING = np.timedelta64(8, "h")
# name, category, audience, hours
COURSES = (
    ("应急管理站新录人员岗前培训", "岗前培训", "站所人员", 24),
    ("行政执法业务年度培训", "年度再培训", "站所人员", 20),
    ("应急救援技能轮训", "轮训", "站所人员", 16),
    ("防汛防台实务", "专题", "站所人员", 8),
    ("森林火灾扑救安全", "专题", "站所人员", 6),
    ("主要负责人安全培训（初训）", "岗前培训", "企业负责人", 32),
    ("主要负责人再培训", "年度再培训", "企业负责人", 12),
    ("安全管理人员培训（初训）", "岗前培训", "企业负责人", 32),
    ("安全管理人员再培训", "年度再培训", "企业负责人", 12),
    ("高危行业负责人再培训", "年度再培训", "企业负责人", 16),
    ("新员工三级安全教育", "岗前培训", "企业员工", 24),
    ("有限空间作业专题", "专题", "企业员工", 8),
    ("印染企业危化品管理", "专题", "企业员工", 6),
    ("粉尘涉爆企业安全", "专题", "企业员工", 6),
    ("居民避险与自救互救", "公众教育", "公众", 2),
    ("家庭消防安全", "公众教育", "公众", 1),
)
MAJORS = ("安全工程", "消防工程", "法学", "行政管理", "水利工程", "计算机", "会计")


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every table of the platform."""
    book = Ledger("training", world, rates, truth)
    _courses(book)
    _plans(book)
    who = _learners(book)
    asked = _enrolments(book, who)
    _records(book, asked, _programmes(book, who))
    _exams(book, asked)
    _certificates(book, who)
    _public(book)
    return book.tables


def epoch(at: np.ndarray) -> np.ndarray:
    """Return Beijing times as epoch milliseconds, None where there is none."""
    out = (at.astype("datetime64[ms]") - BEIJING).astype(np.int64).astype(object)
    out[np.isnat(at)] = None
    return out


def _courses(book: Ledger) -> None:
    n = len(COURSES)
    rng = book.rng("courses")
    book.add(
        "courses",
        {
            "courseId": numbered("KC", n, 3),
            "courseName": np.array([c[0] for c in COURSES], dtype=object),
            "category": np.array([c[1] for c in COURSES], dtype=object),
            "audience": np.array([c[2] for c in COURSES], dtype=object),
            "hours": np.array([f"{c[3]:.1f}" for c in COURSES], dtype=object),
            "passScore": np.full(n, "60", dtype=object),
            "online": np.array([c[3] < 24 for c in COURSES]),
            "publishedMs": epoch((book.world.end - days(rng, n, 300, 900)).astype("datetime64[s]")),
        },
        text="courseName",
        repeat=False,
    )


def _plans(book: Ledger) -> None:
    world, rng = book.world, book.rng("plans")
    year = int(world.period[:4])
    first = np.datetime64(f"{year}-01-01")
    kinds = (("岗前", "应急管理站", 24, None), ("轮训", "应急管理站", 16, 36), ("日常", "应急管理站", 40, None), ("日常", "企业", 12, None))  # fmt: skip
    rows = [(t, *k) for t in range(16) for k in kinds]
    n = len(rows)
    town = np.array([r[0] for r in rows])
    book.add(
        "training_plans",
        {
            "planId": numbered(f"PX{year}", n, 3),
            "planName": np.array([f"{world.towns['name'][r[0]]}{year}年{r[2]}{r[1]}培训" for r in rows], dtype=object),
            "kind": np.array([r[1] for r in rows], dtype=object),
            "unitKind": np.array([r[2] for r in rows], dtype=object),
            "town": world.towns["name"][town],
            "year": np.full(n, year),
            "planned": np.where(
                np.array([r[2] == "企业" for r in rows]), rng.integers(60, 400, n), rng.integers(3, 18, n)
            ),
            "requiredHours": np.array([str(r[3]) for r in rows], dtype=object),
            "rotationMonths": np.array([None if r[4] is None else str(r[4]) for r in rows], dtype=object),
            "startsOn": np.full(n, first),
            "endsOn": np.full(n, first + 364 * DAY),
        },
        text="planName",
        empty="rotationMonths",
        towns=(None, "town"),
        repeat=False,
    )


def _learners(book: Ledger) -> dict[str, np.ndarray]:
    """Write the learners; return who they are: ``no``, ``kind``, ``firm``, ``town``, ``good``, ``hired`` and the officer's row."""
    world, rng, f = book.world, book.rng("learners"), book.world.firms
    station = [p for p in world.stations.roster if p["left"] is None]
    officer = world.firm_people[0]
    taken = np.flatnonzero((f["status"][officer["firm"]] != "注销") & (rng.random(len(officer["firm"])) < 0.85))
    workers = world.pool("firm workers", world.n(2400), 37, 9)
    m, k, w = len(station), len(taken), len(workers["name"])
    weight = np.where(f["key"], 6.0, 0.5) * np.sqrt(f["staff"])
    place = rng.choice(len(f["no"]), w, p=weight / weight.sum())
    kind = np.array(["应急管理站"] * m + ["企业"] * (k + w), dtype=object)
    firm = np.concatenate([np.full(m, -1), officer["firm"][taken], place])
    town = np.concatenate([[p["town"] for p in station], f["town"][firm[m:]]]).astype(int)
    name = np.concatenate([[p["name"] for p in station], officer["name"][taken], workers["name"]])
    identity = np.concatenate([[p["id"] for p in station], officer["id"][taken], workers["id"]])
    phone = np.concatenate([[p["phone"] for p in station], officer["phone"][taken], workers["phone"]])
    post = np.concatenate([[p["post"] for p in station], officer["role"][taken], np.full(w, "员工", dtype=object)])
    hired = np.concatenate(
        [
            np.array([p["hired"] for p in station], "datetime64[D]"),
            officer["appointed"][taken],
            world.end - days(rng, w, 20, 2500),
        ]
    )
    good = np.where(firm >= 0, f["quality"][firm], world.quality["staff"][town, -1])
    n = m + k + w
    # one in thirty is registered a second time, by another unit's hand
    again = np.flatnonzero(rng.random(n) < 0.033)
    row = np.concatenate([np.arange(n), again])
    employment = np.array([p["employment"] for p in station] + [None] * (k + w), dtype=object)
    code = np.where(firm >= 0, f["uscc"][firm], None)
    unit = np.where(
        firm >= 0, f["name"][firm], np.array([f"{world.towns['name'][t]}应急管理站" for t in town], dtype=object)
    )
    major = np.where(kind == "应急管理站", pick(rng, MAJORS, n, (2, 2, 3, 5, 1, 2, 4)), None)
    number = numbered("XY", len(row))

    def first(s: Spoiler) -> None:
        twin = np.arange(n, len(row))
        s.note_many(twin, "learnerId", "#14 one person registered twice", number[again], number[twin])
        # a registration that is refused is none
        s.hold("idNumber", again)
        s.hold("idNumber", twin)

    book.add(
        "learners",
        {
            "learnerId": number,
            "personName": name[row],
            "idNumber": identity[row],
            "phone": phone[row],
            "unitKind": kind[row],
            "unitName": unit[row],
            "uscc": code[row],
            "town": world.towns["name"][town[row]],
            "post": post[row],
            "employment": employment[row],
            "hiredOn": hired[row],
            "major": major[row],
            "registeredMs": epoch(
                (hired[row] + days(rng, len(row), 1, 25)).astype("datetime64[s]") + minutes(rng, len(row), 0, 1200)
            ),
        },
        first=first,
        ids="idNumber!",
        phones="phone",
        people="personName",
        credit="uscc",
        dates="hiredOn",
        text="unitName",
        empty="major phone",
        towns=(None, "town"),
        links={"person": identity[row], "firm": np.where(firm >= 0, f["no"][firm], None)[row]},
    )
    return {
        "no": number[:n], "kind": kind, "firm": firm, "town": town, "good": good, "hired": hired,
        "post": post, "name": name, "id": identity, "unit": unit, "uscc": code,
        "officer": np.concatenate([np.full(m, -1), taken, np.full(w, -1)]),
    }  # fmt: skip


def _course_of(rng: np.random.Generator, kind: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Return a course for each enrolment by whose it is."""
    of_station, of_head, of_worker = np.array([0, 1, 2, 3, 4]), np.array([5, 6, 7, 8, 9]), np.array([10, 11, 12, 13])
    draw = rng.integers(0, 10**6, len(kind))
    head = np.isin(post, ["主要负责人", "专职安全员", "兼职安全员"])
    return np.where(kind == "应急管理站", of_station[draw % 5], np.where(head, of_head[draw % 5], of_worker[draw % 4]))


def _enrolments(book: Ledger, who: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    world, rng = book.world, book.rng("enrolments")
    station = who["kind"] == "应急管理站"
    n = world.n(9500)
    weight = np.where(station, 6.0, 1.0)
    learner = rng.choice(len(who["no"]), n, p=weight / weight.sum())
    course = _course_of(rng, who["kind"][learner], who["post"][learner])
    asked = world.moments(rng, n, world.before, world.end - 3 * DAY)
    due = asked + days(rng, n, 20, 60).astype("timedelta64[s]")
    good = who["good"][learner]
    on_time = rng.random(n) < 0.42 + 0.55 * good
    took = (rng.uniform(0.1, 0.95, n) * (due - asked).astype(int)).astype(int).astype("timedelta64[s]")
    done = np.where(on_time, asked + took, due + days(rng, n, 1, 40).astype("timedelta64[s]"))
    never = ~on_time & (rng.random(n) < 0.6)
    end = world.end.astype("datetime64[s]")
    done = np.where(never | (done >= end), NAT, done)
    status = np.where(
        ~np.isnat(done), "已完成", np.where(due < end, "已过期", np.where(rng.random(n) < 0.5, "学习中", "未开始"))
    )
    updated = np.where(
        np.isnat(done), np.minimum(asked + minutes(rng, n, 30, 40000), end - 60), done + minutes(rng, n, 1, 30)
    )
    order = np.argsort(updated, kind="stable")
    number = numbered("BM", n, 7)
    course_id = np.array([f"KC{c + 1:03d}" for c in course], dtype=object)
    year = int(world.period[:4])
    offset = np.where(station[learner], np.where(course == 0, 0, np.where(course == 2, 1, 2)), 3)
    plan = np.array(
        [f"PX{year}{t * 4 + k + 1:03d}" for t, k in zip(who["town"][learner], offset, strict=True)], dtype=object
    )
    columns = {
        "enrolmentId": number,
        "learnerId": who["no"][learner],
        "courseId": course_id,
        "planId": plan,
        "assignedMs": epoch(asked),
        "dueMs": epoch(due),
        "completedMs": epoch(done),
        "status": status.astype(object),
        "updatedMs": epoch(updated),
    }
    book.add(
        "enrolments",
        {c: v[order] for c, v in columns.items()},
        known=updated[order],
        text="status",
        empty="planId",
        links={"person": who["id"][learner][order]},
    )
    return {"no": number, "learner": who["no"][learner], "course": course, "asked": asked, "done": done, "good": good, "id": who["id"][learner]}  # fmt: skip


def _programmes(book: Ledger, who: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return sittings of the courses stations owe and the platform keeps for years: inductions and rotations, without enrolment."""
    world, rng = book.world, book.rng("programmes")
    people = np.flatnonzero(who["kind"] == "应急管理站")
    good, hired, end = who["good"][people], who["hired"][people], world.end
    age = (end - hired).astype(int)
    # rotated once in the three years before the quarters that enrolments tell of, or as long as they have been here
    long_ago = (rng.uniform(0.02, 0.98, len(people)) * np.minimum(age, 1090)).astype(int)
    rotated = np.flatnonzero((age > 200) & (rng.random(len(people)) < 0.72 + 0.34 * good))
    inducted = np.flatnonzero((age < 365) & (age > 31) & (rng.random(len(people)) < 0.45 + 0.55 * good))
    late = rng.random(len(inducted)) < 0.12
    after = np.where(late, days(rng, len(inducted), 33, 60), days(rng, len(inducted), 2, 24)).astype("timedelta64[D]")
    who_of = np.concatenate([rotated, inducted])
    first = np.concatenate([end - long_ago[rotated].astype("timedelta64[D]"), hired[inducted] + after])
    course = np.concatenate([np.full(len(rotated), 2), np.full(len(inducted), 0)])
    times = np.where(course == 2, 2, 3)
    row = np.repeat(np.arange(len(who_of)), times)
    nth = np.concatenate([np.arange(t) for t in times])
    day = first[row] + nth.astype("timedelta64[D]")
    keep_ = day < end - DAY
    row, day = row[keep_], day[keep_]
    start = day.astype("datetime64[s]") + minutes(rng, len(row), 8 * 60 + 30, 9 * 60 + 30)
    person = people[who_of[row]]
    return {
        "learner": who["no"][person], "course": course[row], "start": start, "each": np.full(len(row), 8.0),
        "good": who["good"][person], "id": who["id"][person],
    }  # fmt: skip


def _records(book: Ledger, asked: dict[str, np.ndarray], owed: dict[str, np.ndarray]) -> None:
    """Write 30,000 sittings: people learn in the evening and at night, so many UTC days differ from Beijing's."""
    world, rng = book.world, book.rng("records")
    hours = np.array([c[3] for c in COURSES], float)[asked["course"]]
    end = world.end.astype("datetime64[s]")
    finished = ~np.isnat(asked["done"])
    sittings = np.where(finished, np.maximum(2, np.ceil(hours / 4)), rng.integers(0, 3, len(hours))).astype(int)
    row = np.repeat(np.arange(len(hours)), sittings)
    n = len(row)
    until = np.where(finished, asked["done"], end - np.timedelta64(3, "h"))[row]
    room = np.maximum((until - asked["asked"][row]).astype(int) - 3 * 3600, 3600)
    start = asked["asked"][row] + (rng.random(n) * room).astype(int).astype("timedelta64[s]")
    night = rng.random(n) < 0.35
    day = start.astype("datetime64[D]").astype("datetime64[s]")
    start = np.where(night, day + minutes(rng, n, 5, 8 * 60 - 5), start)
    start = np.clip(start, asked["asked"][row], end - np.timedelta64(4, "h"))
    each = np.clip(hours[row] / np.maximum(sittings[row], 1), 0.25, 8) * np.where(finished[row], 1.0, 0.6)
    stop = start + (each * 3600 * rng.uniform(1.0, 1.2, n)).astype(int).astype("timedelta64[s]")
    score = np.clip(rng.normal(70 + 22 * asked["good"][row], 9), 20, 100)
    checked, mode = rng.random(n) < 0.93, pick(rng, ("线上", "线下"), n, (0.85, 0.15))
    m = len(owed["start"])
    learner = np.concatenate([asked["learner"][row], owed["learner"]])
    course = np.concatenate([asked["course"][row], owed["course"]])
    enrolment = np.concatenate([asked["no"][row], np.full(m, None, dtype=object)])
    person = np.concatenate([asked["id"][row], owed["id"]])
    start, each = np.concatenate([start, owed["start"]]), np.concatenate([each, owed["each"]])
    stop = np.concatenate([stop, owed["start"] + (owed["each"] * 3600).astype(int).astype("timedelta64[s]")])
    score = np.concatenate([score, np.clip(rng.normal(70 + 22 * owed["good"], 9), 20, 100)])
    checked, mode = (
        np.concatenate([checked, np.ones(m, bool)]),
        np.concatenate([mode, np.full(m, "线下", dtype=object)]),
    )
    n += m
    updated = stop + minutes(rng, n, 1, 15)
    order = np.argsort(updated, kind="stable")

    def utc(at: np.ndarray) -> np.ndarray:
        return np.array([f"{t.replace(' ', 'T')}Z" for t in time_text(at - BEIJING)], dtype=object)

    columns = {
        "recordId": numbered("XX", n, 8),
        "learnerId": learner,
        "courseId": np.array([f"KC{c + 1:03d}" for c in course], dtype=object),
        "enrolmentId": enrolment,
        "startedUtc": utc(start),
        "endedUtc": utc(stop),
        "hours": np.round(each, 2),
        "score": np.array([f"{s:.1f}" for s in score], dtype=object),
        "faceChecked": checked,
        "mode": mode,
        "updatedMs": epoch(updated),
    }
    book.add(
        "learning_records",
        {c: v[order] for c, v in columns.items()},
        first=lambda s: s.utc_feed("startedUtc", start[order]),
        known=updated[order],
        text="mode",
        empty="score enrolmentId",
        links={"person": person[order]},
    )


def _exams(book: Ledger, asked: dict[str, np.ndarray]) -> None:
    rng = book.rng("exams")
    row = np.flatnonzero(~np.isnat(asked["done"]) & (asked["course"] != 3))
    fail = rng.random(len(row)) < 0.22 * (1.2 - asked["good"][row])
    row, attempt = np.concatenate([row, row[fail]]), np.concatenate([np.where(fail, 2, 1), np.ones(fail.sum(), int)])
    failed = np.concatenate([np.zeros(len(fail), bool), np.ones(fail.sum(), bool)])
    n = len(row)
    score = np.where(failed, rng.integers(25, 60, n), rng.integers(60, 101, n))
    at = asked["done"][row] - np.where(failed, minutes(rng, n, 120, 900), minutes(rng, n, 2, 60))
    updated = at + minutes(rng, n, 1, 10)
    order = np.argsort(updated, kind="stable")
    columns = {
        "examId": numbered("KS", n, 7),
        "learnerId": asked["learner"][row],
        "courseId": np.array([f"KC{c + 1:03d}" for c in asked["course"][row]], dtype=object),
        "attempt": attempt,
        "takenMs": epoch(at),
        "score": np.array([f"{s}.0" for s in score], dtype=object),
        "passScore": np.full(n, "60", dtype=object),
        "passed": score >= 60,
        "updatedMs": epoch(updated),
    }
    book.add(
        "exam_results",
        {c: v[order] for c, v in columns.items()},
        known=updated[order],
        empty="passScore",
        links={"person": asked["id"][row][order]},
    )


def _certificates(book: Ledger, who: dict[str, np.ndarray]) -> None:
    """Write the certificates of firms' heads and safety officers: the same papers that the brigade and the firms list."""
    world, rng = book.world, book.rng("certificates")
    officer = world.firm_people[0]
    row = np.flatnonzero(who["officer"] >= 0)
    row = row[np.array([officer["cert"][x] is not None for x in who["officer"][row]], bool)]
    of = who["officer"][row]
    n = len(row)
    issued = officer["issued"][of]
    again = (world.end - issued).astype(int) > 365
    reviewed = np.minimum(issued + days(rng, n, 330, 420), world.end - DAY)
    head = officer["role"][of] == "主要负责人"
    book.add(
        "manager_certificates",
        {
            "certificateId": numbered("ZS", n),
            "learnerId": who["no"][row],
            "personName": who["name"][row],
            "idNumber": who["id"][row],
            "unitName": who["unit"][row],
            "uscc": who["uscc"][row],
            "role": officer["role"][of],
            "certNo": officer["cert"][of],
            "hours": np.array(
                [f"{h}.0" for h in np.where(head, rng.integers(28, 50, n), rng.integers(24, 50, n))], dtype=object
            ),
            "issuedOn": issued,
            "validTo": officer["to"][of],
            "reviewedOn": keep(reviewed, again & (rng.random(n) < 0.5 + 0.48 * who["good"][row])),
        },
        first=lambda s: s.certificates("validTo", book.rates),
        ids="idNumber!",
        people="personName",
        credit="uscc",
        dates="issuedOn! validTo reviewedOn",
        text="unitName",
        empty="learnerId hours",
        links={"person": who["id"][row], "firm": world.firms["no"][who["firm"][row]]},
    )


def _public(book: Ledger) -> None:
    """Write tests of what people know, handbooks and media."""
    world, rng = book.world, book.rng("public")
    v = world.villages
    firsts = np.array(months(world.before, world.end), "datetime64[D]")
    n = world.n(700)
    village = rng.integers(0, len(v["town"]), n)
    tested = rng.integers(15, 160, n)
    good = world.quality["response"][v["town"][village], -1]
    book.add(
        "skill_tests",
        {
            "testId": numbered("CS", n, 5),
            "town": world.towns["name"][v["town"][village]],
            "villageCode": v["code12"][village],
            "audience": pick(rng, ("企业员工", "村社居民", "学生", "外来务工"), n, (3, 4, 2, 2)),
            "topic": pick(rng, ("心肺复苏", "火场逃生", "台风避险", "触电自救", "溺水救护"), n),
            "testedMs": epoch(world.moments(rng, n, world.before, world.end)),
            "tested": tested,
            "passed": rng.binomial(tested, np.clip(0.40 + 0.5 * good, 0, 1)),
        },
        empty="topic villageCode",
        text="topic",
        towns=(None, "town"),
    )
    m = 40
    kind = pick(rng, ("手册", "视频", "图文", "直播"), m, (3, 4, 6, 1))
    subject = pick(rng, ("家庭防火", "台风避险", "有限空间", "用电安全", "急救常识"), m)
    material = numbered("CL", m, 4)
    book.add(
        "publicity_materials",
        {
            "materialId": material,
            "kind": kind,
            "title": np.array(
                [f"{s}{k}第{i % 5 + 1}期" for i, (s, k) in enumerate(zip(subject, kind, strict=True))], dtype=object
            ),
            "publishedMs": epoch(
                (firsts[rng.integers(0, len(firsts), m)] + days(rng, m, 0, 27)).astype("datetime64[s]")
                + minutes(rng, m, 480, 1200)
            ),
            "reads": np.exp(rng.normal(7.5, 1.2, m)).astype(int),
        },
        text="title",
        empty="reads",
        repeat=False,
    )
    books = material[kind == "手册"] if (kind == "手册").any() else material[:1]
    k = world.n(900)
    town = rng.integers(0, 16, k)
    book.add(
        "handbook_distributions",
        {
            "distributionId": numbered("FF", k, 5),
            "materialId": books[rng.integers(0, len(books), k)],
            "town": world.towns["name"][town],
            "venue": pick(rng, ("工厂", "农村", "学校", "社区"), k),
            "distributedMs": epoch(world.moments(rng, k, world.before, world.end)),
            "copies": (20 + np.exp(rng.normal(4.2, 0.7, k)) * (0.6 + world.quality["response"][town, -1])).astype(int),
        },
        empty="venue",
        text="venue",
        towns=(None, "town"),
    )
