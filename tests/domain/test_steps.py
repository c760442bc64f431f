"""Steps that numbers go by."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.steps import common_step, in_steps


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([1, 2, 3], 1.0),
        ([4, 6, 0, 10], 2.0),
        ([0.75, 1.5, 2.0], 0.25),
        ([0.1, 0.2, 0.3 - 1e-17], 0.1),
        ([1 / 7, 3 / 14], 1 / 14),
        ([1.0, np.pi], 0.0),
        ([0.0, 0.0], 0.0),
        ([], 0.0),
    ],
)
def test_largest_step(values: list[float], step: float) -> None:
    assert common_step(np.array(values, dtype=np.float64)) == pytest.approx(step)


def test_what_is_off_by_a_little_adds_up() -> None:
    """What rounding leaves of a few numbers is none; of ten thousand such numbers it counts."""
    off = np.array([1.0, 1.0 + 5e-8])
    assert common_step(off) == 1.0
    assert common_step(np.repeat(off, 10_000)) != 1.0


def test_a_bound_is_rounded_up_to_a_step() -> None:
    """One that lies above a step by rounding means that step."""
    assert in_steps(0.26, 0.25) == 0.5
    assert in_steps(0.25 + 1e-12, 0.25) == 0.25
    assert in_steps(0.26, 0.0) == 0.26
