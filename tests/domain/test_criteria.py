"""Wishes that make no sense are refused with their value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption


@pytest.mark.parametrize(
    ("lower", "upper", "told"),
    [(0.1, 0.2, r"\[0\.1, 0\.2\]"), (-0.2, -0.1, r"\[-0\.2, -0\.1\]"), (0.1, -0.1, r"\[0\.1, -0")],
)
def test_a_band_must_hold_its_target(lower: float, upper: float, told: str) -> None:
    """Limits that both lie on one side of the target, or are swapped, are refused."""
    with pytest.raises(ValueError, match=f"a band must hold its target: {told}"):
        Band(lower, upper)


def test_a_band_may_touch_its_target() -> None:
    """A limit may be the target itself."""
    band = Band(0.0, 0.0)
    assert (band.lower, band.upper) == (0.0, 0.0)


def test_a_band_without_its_target_is_refused_when_it_is_no_number() -> None:
    """NaN is no limit."""
    with pytest.raises(ValueError, match="a band must hold its target"):
        Band(float("nan"), 0.1)


def test_the_weight_of_a_band_must_not_be_negative() -> None:
    """Being off target cannot be rewarded."""
    with pytest.raises(ValueError, match=r"a band's weight must not be negative: -0\.5"):
        Band(weight=-0.5)


def test_a_symmetric_band_lies_on_both_sides() -> None:
    """`within` puts the share below and above the target, and keeps the weight."""
    assert Band.within(0.25, 3.0) == Band(-0.25, 0.25, 3.0)


def test_a_symmetric_band_of_a_negative_share_is_refused() -> None:
    """A negative share would swap the limits."""
    with pytest.raises(ValueError, match=r"a band must hold its target: \[0\.1, -0\.1\]"):
        Band.within(-0.1)


@pytest.mark.parametrize("budget", [-0.01, 1.01, float("nan")])
def test_a_disruption_budget_is_a_share(budget: float) -> None:
    """A budget below 0, above 1 or without a value is refused."""
    with pytest.raises(ValueError, match=f"a disruption budget is a share, 0–1: {budget}"):
        Disruption("workload", budget)


@pytest.mark.parametrize("budget", [None, 0, 0.0, 1.0])
def test_a_disruption_budget_may_be_none_or_all(budget: float | None) -> None:
    """Nothing, all and no limit are budgets."""
    assert Disruption("workload", budget).budget == budget


def test_a_disruption_cost_must_not_be_negative() -> None:
    """Changing hands cannot be rewarded."""
    with pytest.raises(ValueError, match=r"a disruption cost must not be negative: -1"):
        Disruption("workload", cost=-1)


@pytest.mark.parametrize("limit", [0.0, -5.0])
def test_the_largest_distance_must_be_positive(limit: float) -> None:
    """A limit of nothing, or less, is refused."""
    with pytest.raises(ValueError, match=f"max_distance_km must be positive: {limit}"):
        Criteria(max_distance_km=limit)


def test_the_worth_of_short_borders_must_not_be_negative() -> None:
    """Ragged borders cannot be rewarded."""
    with pytest.raises(ValueError, match=r"short_borders must not be negative: -0\.1"):
        Criteria(short_borders=-0.1)


def test_a_measure_has_one_disruption_entry() -> None:
    """Two limits in one measure are refused, with the names."""
    twice = (Disruption("workload", 0.1), Disruption("workload", 0.2))
    with pytest.raises(ValueError, match=r"one disruption entry per measure, got \['workload', 'w"):
        Criteria(disruption=twice)


@pytest.mark.parametrize(
    ("wish", "name"), [(Band(), "upper"), (Disruption("workload"), "cost"), (Criteria(), "centers")]
)
def test_wishes_cannot_be_set(wish: Any, name: str) -> None:
    """A wish is changed by making a new value."""
    with pytest.raises(FrozenInstanceError, match=name):
        setattr(wish, name, 1.0)
