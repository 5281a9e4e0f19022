"""One small town for all tests here, which only read it."""

import pytest

from tests.support.town import Town, settle


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return settle(tmp_path_factory.mktemp("town"))
