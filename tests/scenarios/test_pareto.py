"""Dominance and the knee."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.scenarios.pareto import knee, normalised, undominated

OUTCOMES = st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=12)


@given(OUTCOMES)
def test_undominated_is_what_the_definition_says(rows: list[tuple[int, int, int]]) -> None:
    """One of each distinct outcome that no other betters stays, and nothing else."""
    values = np.array(rows, dtype=np.float64)
    kept = [tuple(row) for row in values[undominated(values)].astype(int).tolist()]
    wanted = {
        row
        for row in rows
        if not any(other != row and all(o <= r for o, r in zip(other, row, strict=True))
                   for other in rows)
    }  # fmt: skip
    assert len(kept) == len(wanted)
    assert set(kept) == wanted


def test_undominated_takes_sums_in_another_order_for_the_same() -> None:
    """Of two outcomes that differ in the last digit the earlier one stays."""
    values = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    assert undominated(values).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([[0, 10], [1, 2], [10, 0]], 1),
        ([[0, 10], [5, 5], [10, 0]], None),
        ([[0, 10], [8, 8], [10, 0]], None),
        ([[0, 10], [10, 0]], None),
        ([[0, 1000], [1, 800], [2, 100], [10, 0]], 2),
    ],
)
def test_knee(values: list[list[int]], wanted: int | None) -> None:
    """It lies farthest below the line between the ends, whatever the units; else there is none."""
    assert knee(np.array(values, dtype=np.float64)) == wanted


def test_normalised_without_a_range() -> None:
    """What is the same for all is 0."""
    assert normalised(np.array([[1.0, 5.0], [3.0, 5.0]])).tolist() == [[0, 0], [1, 0]]
