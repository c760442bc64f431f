"""A browser that the tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.reporting.browser import found_programs, opened_browser

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of this module."""
    browser, driver = found_programs()
    if browser is None or driver is None:
        pytest.skip(
            "pages are not looked at: there is no chromium and chromedriver on this machine"
        )
    with opened_browser(browser, driver, tmp_path_factory.mktemp("profile")) as opened:
        yield opened
