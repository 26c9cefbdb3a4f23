"""What the parts of the four platforms share: the desk, element names, grids and workers by number."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import numbered
from simulator.departments._desk import Desk
from simulator.dirt import DirtRates, Truth
from simulator.world import World

BEAT = ("updated_at", "handed_at", "uploaded_at", "recorded_at")
NAMES = {
    "village_code": "csdm", "village_name": "csmc", "town_code": "xzdm", "town_name": "xzmc", "station_name": "yjz",
    "duty_holder_name": "aqfzr", "duty_holder_phone": "aqfzrdh", "household_count": "hs", "resident_count": "rks",
    "party_service_count": "dqfwds", "grid_code": "wgbm", "grid_name": "wgmc", "grid_kind_word": "wglx", "firm_count": "qys",
    "worker_no": "wgyh", "lon": "jd", "lat": "wd", "created_date": "hdrq", "person_name": "xm", "id_number": "sfzh",
    "phone": "sjh", "worker_kind_word": "wgylx", "hired_date": "rzrq", "left_date": "lzrq", "is_disaster_reporter": "zhxxy",
    "point_no": "fwdbh", "point_name": "fwdmc", "services_text": "fwnr", "opened_date": "kfrq", "user_no": "yhbh",
    "user_level_word": "yhcj", "is_single_sign_on": "dddl", "issued_date": "ktrq", "last_login_at": "zjdl",
    "event_no": "sjbh", "platform_word": "sspt", "category_word": "sjlb", "title": "sjbt", "channel_word": "sjly",
    "emergency_event_no": "yjsjh", "reported_at": "sbsj", "accepted_at": "slsj", "due_at": "xbsj", "done_at": "bjsj",
    "status_word": "sjzt", "updated_at": "gxsj", "level_word": "cj", "step_word": "hj", "handled_by_name": "cbdw",
    "handed_at": "lzsj", "patrol_no": "xcbh", "mode_word": "xcfs", "sector_word": "xcly", "started_at": "kssj",
    "ended_at": "jssj", "track_points_count": "gjds", "found_count": "fxs", "is_valid": "sfyx", "uploaded_at": "scsj",
    "hazard_no": "yhbh", "firm_name": "qymc", "place": "dz", "hazard_text": "yhms", "grade_word": "yhdj",
    "found_by_word": "fxfs", "found_at": "fxsj", "deadline_date": "zgqx", "handler_no": "cbrh", "occurred_at": "fssj",
    "recorded_at": "lrsj", "assessment_no": "pgbh", "risk_name": "fxmc", "colour_word": "fxdj", "assessed_date": "pgrq",
    "next_due_date": "xcpg", "is_closed": "sfxh", "verified_by_other": "trfh", "person_no": "ryh", "person_kind_word": "rylb",
    "home_address": "zz", "guardian_name": "jhr", "helper_name": "bfr", "helper_phone": "bfrdh", "has_consent": "sfty",
    "verified_date": "hcrq", "volunteer_no": "zyzh", "role_word": "js", "skill_word": "jn", "registered_date": "zcrq",
    "last_active_date": "zjhd", "hours_count": "fwsc", "is_first_aid_certified": "jhz", "task_no": "fwbh", "task_word": "fwlx",
    "served_date": "fwrq", "team_no": "dwbh", "team_name": "dwmc", "team_kind_word": "dwlx", "member_count": "rs",
    "has_kit": "sfzb", "drilled_date": "ylrq", "formed_date": "zjrq", "member_no": "cyh", "origin_word": "ly",
    "joined_date": "rdrq", "plan_no": "yabh", "plan_name": "yamc", "page_count": "ys", "named_person_count": "mqrs",
    "has_duties": "sfzz", "has_flow": "sflc", "approved_date": "fbrq", "place_no": "ssbh", "device_type_word": "sblx",
    "required_count": "yps", "installed_count": "azs", "online_count": "zxs", "counted_date": "tjrq", "record_no": "xcjl",
    "form_word": "xs", "audience_word": "dx", "audience_count": "rs", "held_date": "jbrq", "report_no": "jbbh",
    "subject_word": "lx", "answered_at": "dfsj", "is_verified": "sfss", "reward_yuan": "jlje", "survey_no": "dcbh",
    "wave_name": "pc", "sample_count": "ybs", "safety_pct": "aqg", "awareness_pct": "zxl", "surveyed_date": "dcrq",
}  # fmt: skip


class House:
    """The desk, the world and what tables refer to each other by."""

    def __init__(self, world: World, rates: DirtRates, truth: Truth) -> None:
        self.world, self.rates, self.truth = world, rates, truth
        self.desk = Desk("governance", world, rates, truth, NAMES, BEAT, world.towns["code12"], mixed_points=True)
        g = world.grids
        self.grids = np.array([f"WG{c}" for c in g["code"]], dtype=object)
        self.workers = numbered("WY", len(g["code"]), 6)
        self.of_town = [np.flatnonzero(g["town"] == t) for t in range(16)]
        self.end = world.end.astype("datetime64[s]")

    def rng(self, kind: str) -> np.random.Generator:
        """Return the house's own stream of ``kind``."""
        return self.desk.rng(kind)

    def town(self, town: np.ndarray) -> dict[str, np.ndarray]:
        """Return the two columns that name a town; -1 means none."""
        town = np.asarray(town)
        names, codes = self.world.towns["name"], self.world.towns["code12"]
        return {
            "town_code": np.where(town >= 0, codes[town], None),
            "town_name": np.where(town >= 0, names[town], None),
        }

    def good(self, aspect: str, town: np.ndarray, quarter: np.ndarray | int = -1) -> np.ndarray:
        """Return the latent quality of each row's town."""
        return self.world.quality[aspect][town, quarter]

    def grid_in(self, rng: np.random.Generator, town: np.ndarray) -> np.ndarray:
        """Return a grid (position) in each row's town."""
        draw = rng.integers(0, 10**6, len(town))
        return np.array([self.of_town[t][d % len(self.of_town[t])] for t, d in zip(town, draw, strict=True)], int)
