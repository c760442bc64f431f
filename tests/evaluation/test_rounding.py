"""Rounding as a reader does it."""

from __future__ import annotations

import pytest

from territory_planner.evaluation.rounding import down, half_up, up


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "1"),
        (1354.5, 0, "1,355"),
        (-2.5, 0, "-3"),
        (0.145, 2, "0.15"),
        (1e22, 1, "10,000,000,000,000,000,000,000.0"),
    ],
)
def test_half_up(value: float, decimals: int, text: str) -> None:
    """Halves go away from zero, as the number reads."""
    assert f"{half_up(value, decimals):,}" == text


def test_up_and_down() -> None:
    """A proof is rounded to the side on which it stays true."""
    assert [f"{up(1.231, 2)}", f"{down(1.239, 2)}", f"{up(1.23, 2)}"] == ["1.24", "1.23", "1.23"]
