"""Numbers as a reader sees them."""

from __future__ import annotations

import math

import pytest

from territory_planner.reporting.numbers import (
    decimals_for,
    percent,
    quantity,
    signed,
    signed_percent,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (quantity(1234567.4), "1,234,567"),
        (quantity(-0.04, 1), "0.0"),
        (quantity(-3.25, 2), "−3.25"),
        (quantity(1354.5), "1,355"),
        (quantity(0.145, 2), "0.15"),
        (quantity(math.nan), "–"),
        (quantity(None), "–"),
        (signed(12.0), "+12"),
        (signed(0.04, 1), "0.0"),
        (signed(-12.0), "−12"),
        (percent(0.125), "12.5%"),
        (signed_percent(-0.1, 0), "−10%"),
        (signed_percent(math.inf), "–"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    """Thousands are separated, a minus is a minus, and what is missing is a dash."""
    assert text == expected


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([1234.5, 2345.6], 0), ([12.5, 13.5], 1), ([0.125, 0.5], 3), ([1, 2], 0), ([], 0)],
)
def test_decimals_for(values: list[float], decimals: int) -> None:
    """A column shows three digits of a typical value, and whole numbers whole."""
    assert decimals_for(values) == decimals
