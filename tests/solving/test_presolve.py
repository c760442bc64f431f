"""Clashes that are plain from the data are told so that a reader can see them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.errors import InfeasibleError
from territory_planner.solving import solve
from tests.worlds import grid_problem


def test_rounding_hides_no_clash() -> None:
    """A limit and a distance that are nearly equal are told with digits that differ."""
    with pytest.raises(InfeasibleError, match=r"than 2\.9 km from its center") as caught:
        solve(grid_problem("1111", n_territories=1), Criteria(max_distance_km=2.9))
    assert "U3 is 3.0 km from the next" in str(caught.value)


def test_heavy_family_is_named() -> None:
    """A family that no territory can hold is told by its members."""
    problem = replace(grid_problem("9991"), group=np.array([0, 0, 0, -1], np.int32))
    with pytest.raises(InfeasibleError, match="the family of U0, U1, U2, kept together, carries"):
        solve(problem, Criteria({"workload": Band.within(0.1)}))
