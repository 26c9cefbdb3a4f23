"""One small district for all tests of the simulator."""

import pytest

from simulator.generate import Asked, generate


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulator")
    generate(folder, Asked(scale=0.03))
    return folder
