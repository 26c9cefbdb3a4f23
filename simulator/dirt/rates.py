"""How often each kind of defect comes: one field per rate, numbered as in the defect list of README.md."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class DirtRates:
    """Share of eligible cells or rows that a kind spoils (0-1). A rate of 0 switches the kind off."""

    # 1 one code, two towns; 2 old code beside new name; 3 the former county; 4 village names
    local_code: float = 0.8
    code_name_conflict: float = 0.003
    number_as_text: float = 0.05
    foreign_town: float = 0.0005
    county_prefix: float = 0.4
    village_form: float = 0.15
    village_typo: float = 0.01
    village_gone: float = 0.01
    # 5 characters; 6 dates; 7 time zones
    hidden_character: float = 0.03
    date_form: float = 0.08
    ambiguous_date: float = 0.003
    impossible_date: float = 0.0015
    excel_serial: float = 0.015
    # 8 readings; 9 heights, volumes, durations
    sentinel: float = 0.004
    resent_row: float = 0.004
    stuck_station: float = 0.03
    spike: float = 0.0005
    tenth_unit: float = 0.02
    wusong_basin: float = 0.2
    volume_unit: float = 0.01
    # 10 points; 11 ruined codes
    swapped_point: float = 0.01
    gcj_point: float = 0.04
    bd09_point: float = 0.01
    degree_minute_point: float = 0.005
    zero_point: float = 0.005
    outside_point: float = 0.002
    ruined_code: float = 0.018
    # 12 credit codes; 13 firm names
    uscc_wrong: float = 0.008
    uscc_form: float = 0.012
    uscc_old_number: float = 0.006
    uscc_other_firm: float = 0.002
    firm_name_form: float = 0.06
    # 14 people; 15 empty words
    id_wrong: float = 0.006
    id_form: float = 0.02
    phone_form: float = 0.06
    phone_in_text: float = 0.04
    name_space: float = 0.03
    name_rare: float = 0.002
    name_homophone: float = 0.002
    id_second: float = 0.0005
    null_token: float = 0.03
    # 16 amounts
    headcount_word: float = 0.04
    thousands_comma: float = 0.05
    money_word: float = 0.05
    money_factor: float = 0.004
    area_word: float = 0.05
    # 17 the same hazard again; 18 words; 19 order of events
    twin_hazard: float = 0.18
    status_word: float = 0.10
    unknown_word: float = 0.004
    close_before_discover: float = 0.003
    batch_close: float = 0.03
    same_photo: float = 0.02
    same_person: float = 0.01
    deadline_moved: float = 0.01
    # cheats: what makes a record look better than things were; every value of it can be read
    quick_close: float = 0.002
    quarter_rush: float = 0.05
    two_places: float = 0.004
    copied_findings: float = 0.01
    far_point: float = 0.003
    heaped_arrivals: float = 0.2
    copied_month: float = 0.08
    # 20 certificates; 21 head-counts; 22 devices
    certificate_gap: float = 0.09
    headcount_difference: float = 0.12
    silent_device: float = 0.04
    alarm_storm: float = 0.002
    test_alarm: float = 0.12
    replaced_device: float = 0.01
    # 23 stores; 25 names without codes; 26 people in need
    stock_unit: float = 0.08
    stock_negative: float = 0.01
    stock_expired: float = 0.08
    stock_name: float = 0.08
    stock_shared: float = 0.06
    category_mixed: float = 0.10
    name_only: float = 0.10
    age_band: float = 0.08
    stale_person: float = 0.05
    several_helpers: float = 0.05
    # any: the same row again
    duplicate_row: float = 0.004

    @classmethod
    def clean(cls) -> DirtRates:
        """Return rates with every kind off."""
        return cls(**dict.fromkeys(cls.__dataclass_fields__, 0.0))

    def scaled(self, factor: float) -> DirtRates:
        """Return all rates times ``factor``, none above 1."""
        return DirtRates(**{f.name: min(1.0, getattr(self, f.name) * factor) for f in fields(self)})
