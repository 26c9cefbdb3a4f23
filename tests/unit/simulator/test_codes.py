"""Codes of pretended firms, people and devices pass the checks of their standards."""

import numpy as np
import pytest
from stdnum.cn import ric, uscc

from simulator import codes


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_uscc_passes_an_independent_check_and_none_repeats(rng):
    n = 400
    old = rng.random(n) < 0.5
    made = codes.uscc(rng, n, ["330621", "330603"], [0.4, 0.6], old, np.where(old, 2, 1))
    assert all(uscc.is_valid(c) for c in made)
    assert len(set(made)) == n


def test_uscc_of_the_standard_has_the_check_character_we_compute():
    body = [codes.USCC_ALPHABET.index(c) for c in "91110000600037341"]
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    assert codes.USCC_ALPHABET[(31 - sum(a * b for a, b in zip(body, weights, strict=True)) % 31) % 31] == "L"


def test_identity_numbers_pass_an_independent_check_and_none_repeats(rng):
    birth = np.datetime64("1975-01-01") + rng.integers(0, 900, 2000).astype("timedelta64[D]")
    made = codes.id_numbers(rng, birth, ["330621", "330603"], [0.4, 0.6])
    # the library also wants the county to be as old as the person, which real numbers do not keep to
    assert all(ric.calc_check_digit(c) == c[-1] for c in made)
    assert len(set(made)) == 2000
    assert 0.33 < np.mean([c.startswith("330621") for c in made]) < 0.47


def test_device_codes_have_20_digits_and_never_look_ruined():
    made = codes.gb28181(np.arange(6000))
    assert len(set(made)) == 6000
    assert all(len(c) == 20 and c.isdigit() and not c.endswith("000") for c in made)


def test_gcj02_moves_keqiao_by_about_half_a_kilometre():
    lon, lat = codes.to_gcj02(np.array([120.495]), np.array([30.085]))
    east, north = (lon[0] - 120.495) * 96.4e3, (lat[0] - 30.085) * 110.9e3
    assert 380 < east < 430
    assert -300 < north < -255
