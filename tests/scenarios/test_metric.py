"""How one row of a comparison reads."""

from __future__ import annotations

import numpy as np

from territory_planner.scenarios.compare import Metric


def test_values_that_look_alike_are_not_better() -> None:
    """Values that read alike are not marked as better."""
    metric = Metric("worst deviation", "share", (abs(0.9 - 1), abs(1.1 - 1)), "lower")
    assert metric.best == frozenset()


def test_infinity_is_shown() -> None:
    """Infinity has its sign."""
    assert Metric("worst", "share", (np.inf, 0.0), "lower").shown(0) == "∞"
