"""Why some tests are not run."""

from __future__ import annotations

import pytest

REASON = "NOT RUN with Salesforce's library, which npm has to fetch: make test-npm"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests with npm where they are not asked for, with the reason in the summary."""
    if "npm" not in str(config.getoption("markexpr")):
        for item in items:
            if item.get_closest_marker("npm") and "library" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=REASON))
