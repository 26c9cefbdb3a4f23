"""Reading never guesses, and the short way reads every value as the careful way does."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from pipelines import landed, reading
from pipelines.contract import Column, load
from pipelines.reading import names

CONTRACT = load("enforcement")
KEY = b"test"


def read(kind: str, *texts: str | None, **more) -> list:
    """Return what the landed column holds for each text."""
    return columns(kind, *texts, **more)["c"]


def columns(kind: str, *texts: str | None, **more) -> dict[str, list]:
    column = Column("c", "c", kind, **more)
    with duckdb.connect() as db:
        db.execute("set TimeZone = 'UTC'")
        values = pa.array(texts, pa.string())
        made = reading.prepare(db, [column], CONTRACT, {"c": values}, KEY)["c"]
        raw = pa.table({"c": values, **made.added})
        found = {n: a.to_pylist() for n, a in made.arrays.items()}
        for name, sql in {**made.sql, "given": made.given}.items():
            found[name] = [r for (r,) in db.execute(f"select {sql} from raw").fetchall()]
        assert len(raw) == len(texts)
    return found


def test_eight_date_forms_and_serials_say_the_same_day() -> None:
    forms = [
        "2021-07-05",
        "2021.7.5",
        "2021/7/5",
        "2021年7月5日",
        "20210705",
        "44382",
        "２０２１-０７-０５",
        " 2021-07-05\t",
    ]
    assert read("date", *forms) == [date(2021, 7, 5)] * len(forms)


@pytest.mark.parametrize("text", ["7/5/21", "2021-02-30", "5/7/2021", "看不清", "1899-01-01x", "99999999"])
def test_what_has_two_meanings_or_none_is_not_read_as_a_date(text: str) -> None:
    found = columns("date", text)
    assert (found["c"], found["given"]) == ([None], [True])
    assert found["c_read_how"][0] in {"ambiguous_date", "impossible_date", "unread"}


def test_a_contract_may_name_the_form_of_its_dates() -> None:
    assert read("date", "7/5/21", formats=("%m/%d/%y",)) == [date(2021, 7, 5)]


def test_times_are_utc_and_local_time_is_the_contracts() -> None:
    found = read(
        "datetime", "2026-07-01 08:00:00", "2026年7月1日 08时00分", "2026-07-01T00:00:00Z", "2026-07-01 08:00:00+08:00"
    )
    assert found == [datetime(2026, 7, 1)] * 4


def test_a_repeated_hour_of_summer_time_is_told_by_its_offset() -> None:
    found = read("datetime", "2018-11-04T01:30:00-04:00", "2018-11-04T01:30:00-05:00", time_zone="America/New_York")
    assert found == [datetime(2018, 11, 4, 5, 30), datetime(2018, 11, 4, 6, 30)]


def test_epoch_milliseconds_are_utc() -> None:
    assert read("epoch_ms", "1751299200000", "1751299200", "x") == [datetime(2025, 6, 30, 16), None, None]


def test_numbers_take_commas_and_brackets_but_no_underscores_and_no_nan() -> None:
    found = [
        float(v) if v is not None else None
        for v in read("decimal(12,2)", "1,234.50", "(12.3)", "１２.５", "1_000", "NaN", "inf", "约3")
    ]
    assert found == [1234.5, -12.3, 12.5, None, None, None, None]
    bare = columns("decimal(7,3)", "5.", ".5", "约5.", ".")
    assert [float(v) if v is not None else None for v in bare["c"]] == [5, 0.5, None, None]
    with duckdb.connect() as db:  # and with care as without
        careful = reading._read_with_care(db, Column("c", "c", "decimal(7,3)"), CONTRACT, pa.array(["5.", ".5", "."]))
    assert [float(v) if v is not None else None for v in careful.column("c").to_pylist()] == [5, 0.5, None]


def test_hours_and_minutes_are_minutes_and_say_their_text_again() -> None:
    """2.30 of SL 323 is 2 h 30 min, never two and a third of an hour."""
    texts = ["2.30", "0.10", "10.05", "2.3", "1", "2.75", "02.30", "-9999", None]
    assert read("duration_h_min", *texts) == [150, 10, 605, 150, 60, None, 150, None, None]
    column = Column("c", "c", "duration_h_min")
    with duckdb.connect() as db:
        minutes, raw = pa.array([150, 10, 605, 150, 60, None], pa.int32()), pa.array(texts[:6], pa.string())
        other = landed.differing(db, column, CONTRACT, raw, minutes).to_pylist()
    assert other == [None, None, None, "2.3", "1", "2.75"]


def test_a_rain_day_lands_with_the_instant_it_begins_at() -> None:
    found = columns("rain_day", "2026-07-01", options={"day_from_hours": -4})
    assert found["c"] == [date(2026, 7, 1)]
    assert found["c_from_at"] == [datetime(2026, 6, 30, 12)], "20:00 of the day before in Beijing"
    assert columns("rain_day", "2026-07-01")["c_from_at"] == [datetime(2026, 7, 1, 0)], "08:00, the hydrologist's"


def test_an_integer_is_whole() -> None:
    assert read("integer", "12", "12.0", "12.7", "-3", "1,000") == [12, 12, None, -3, 1000]


def test_head_counts_say_how_they_were_read() -> None:
    found = columns("headcount", "200", "约200人", "100-200", "许多")
    assert found["c"] == [200, 200, 150, None]
    assert found["c_read_how"] == [None, "approximate", "range_midpoint", "unread"]


@pytest.mark.parametrize("token", ["无", "—", "暂无", "N/A", "/", "", "　", " - "])
def test_empty_words_are_nothing_given(token: str) -> None:
    for kind in ("text", "date", "decimal(5,1)", "integer", "id_number", "phone"):
        assert columns(kind, token, "x")["given"][0] is False, kind


def test_none_is_an_answer_where_the_question_is_yes_or_no() -> None:
    assert read("boolean", "无", "有", "是", "否", "Y", "也许") == [False, True, True, False, True, None]


def test_full_width_and_hidden_characters_are_folded_and_the_raw_text_stays() -> None:
    assert read("code", "ＫＱ００１", "KQ\u200b002", "\ufeffKQ003 ", "KQ004") == ["KQ001", "KQ002", "KQ003", "KQ004"]


def test_credit_codes_are_read_only_with_a_right_check_place() -> None:
    assert read("uscc", "91110000600037341L", "91110000600037341l", "911100006000373410", "9111000060003734IL") == [
        "91110000600037341L",
        "91110000600037341L",
        None,
        None,
    ]


def test_device_codes_are_twenty_digits() -> None:
    assert read("gb28181", "33060300001310000001", "3.30603E+19", "330603") == ["33060300001310000001", None, None]


def test_identity_numbers_agree_with_the_standard_library_of_numbers() -> None:
    assert reading.id_number("360426199101010071") == "360426199101010071"
    assert reading.id_number("360426910101007") == "360426199101010071"
    assert reading.id_number("36042619910101007X") is None
    assert reading.id_number("360426199102300075") is None
    for n in range(200):
        body = f"330621{1984 + n % 25}{1 + n % 12:02d}{1 + n % 28:02d}{n:03d}"
        full = body + ric.calc_check_digit(body + "0")
        assert reading.id_number(full) == full
        assert ric.is_valid(full)


def test_uscc_agrees_with_the_standard_library_of_numbers() -> None:
    codes = [f"91330603{n:09d}" for n in range(100000000, 100000200)]
    full = [c + uscc.calc_check_digit(c) for c in codes]
    assert read("uscc", *full) == full


def test_personal_values_leave_as_hash_and_mask() -> None:
    found = columns("id_number", "360426199101010071", "360426910101007", "36042619910101007X")
    assert found["c"][0] == found["c"][1] != "360426199101010071"
    assert len(found["c"][0]) == 32
    assert found["c"][2] is None
    assert found["c_mask"][0] == "360426********0071"
    assert found["c_birth_date"] == [date(1991, 1, 1), date(1991, 1, 1), None]
    assert columns("phone", "+86 138-1234-5678", "13812345678/0575-1234567")["c_mask"] == ["138****5678"] * 2
    assert columns("person_name", "王 芳", "欧阳修")["c_mask"] == ["王*", "欧**"]
    assert reading.keyed_hash("a", b"1") != reading.keyed_hash("a", b"2")


def test_names_of_one_sound_share_the_hash_of_the_sound_and_no_other() -> None:
    found = columns("person_name", "王晓丽", "王小莉", "王 晓丽", "黄小莉")
    assert found["c_pinyin"][0] == found["c_pinyin"][1] == found["c_pinyin"][2] != found["c_pinyin"][3]
    assert found["c_surname"][0] == found["c_surname"][1] != found["c_surname"][3]
    assert found["c_given"][1] == found["c_given"][3] != found["c_given"][0]
    assert found["c"][0] == found["c"][2] != found["c"][1]


def test_a_name_that_lost_a_character_keeps_what_is_left_of_it() -> None:
    found = columns("person_name", "王晓丽", "王晓?", "王\ue5e5丽", "？晓丽", "王??", "王?", "王丽")
    assert found["c"][1:6] == [None] * 5
    assert found["c_rare_last"][:2] == [found["c_rare_last"][0]] * 2
    assert found["c_rare_middle"][2] == found["c_rare_middle"][0]
    assert found["c_given"][3] == found["c_given"][0]
    assert [found[f"c_{f}"][4] for f in names.FORMS] == [None] * 5, "two lost characters leave nothing to compare by"
    assert found["c_rare_last"][5] == found["c_rare_last"][6] != found["c_rare_last"][0], "the length is part of it"
    assert found["c_pinyin"][1:6] == [None] * 5, "a sound is of a whole name"


def test_double_surnames_and_surnames_with_their_own_reading() -> None:
    assert names.parts("欧阳娜") == ("欧阳", "娜")
    assert names.parts("欧阳") == ("欧", "阳")
    assert names.parts("ZHANG SAN") == ("ZHANG", "SAN")
    assert names.pinyin("单雄信") == "shan xiongxin"
    assert names.pinyin("尉迟恭") == "yuchi gong"


def test_a_wrong_check_place_keeps_the_seventeen_before_it_and_no_identity() -> None:
    found = columns("id_number", "360426199101010071", "36042619910101007X", "36042619910101007", "360426910101007")
    assert len(set(found["c_stem"])) == 1
    assert found["c"][1:3] == [None, None]
    assert found["c_stated_birth_date"] == [None, date(1991, 1, 1), date(1991, 1, 1), None]
    ruined = columns("id_number", "360426199101010000", "3.60426E+17", "36042619911301007X")
    assert ruined["c_stem"] == [None] * 3
    assert ruined["c_stated_birth_date"] == [date(1991, 1, 1), None, None]


def test_the_hash_of_a_form_is_never_the_hash_of_a_whole_value() -> None:
    found = columns("person_name", "王丽", "丽")
    assert found["c_given"][0] is not None
    assert not found["c"][1].startswith(found["c_given"][0])
    assert {len(found[f"c_{f}"][0]) for f in ("pinyin", "surname", "given", "rare_last")} == {16}


TEXTS = st.one_of(
    st.text(alphabet="0123456789-./: Te+,()年月日_０１\u200b\u3000无约", max_size=20),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(str),
    st.datetimes(datetime(1985, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.isoformat(" ", "seconds")),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9999, max_value=9999).map(str),
    st.integers(-(10**14), 10**14).map(str),
    st.builds("{}.{:02d}".format, st.integers(0, 99999), st.integers(0, 75)),
)


@pytest.mark.parametrize("kind", ["text", "integer", "decimal(7,3)", "date", "datetime", "epoch_ms", "duration_h_min"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=30))
def test_the_short_way_reads_what_the_careful_way_reads(kind: str, texts: list[str | None]) -> None:
    column = Column("c", "c", kind)
    both = columns(kind, *texts)
    with duckdb.connect() as db:
        db.execute("set TimeZone = 'UTC'")
        table = reading._read_with_care(db, column, CONTRACT, pa.array(texts, pa.string()))
    assert both["c"] == table.column("c").to_pylist()
    assert [bool(g) for g in both["given"]] == [bool(g) for g in table.column("c__given").to_pylist()]
