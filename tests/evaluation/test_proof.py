"""A plan's proof in numbers that stay true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.proof import at_most_percent, proof
from tests.reporting.plans import small_plan


def plan_with(objective: float, bound: float) -> Plan:
    return replace(small_plan(), objective=objective, bound=bound)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.012, "1.20%"),
        (0.0193004, "1.94%"),
        (0.1, "10.00%"),
        (0.1001, "10.1%"),
        (0.0001, "0.01%"),
        (1e-7, "0.01%"),
        (0.5, "50.0%"),
    ],
)
def test_at_most_percent(share: float, expected: str) -> None:
    """A share within which a plan is proven is rounded up."""
    assert at_most_percent(share) == expected


def test_proof_rounding() -> None:
    """The gap is rounded up and the bound down, so that both stay true."""
    told = proof(plan_with(108.2486, 106.15932))
    assert (told.objective, told.bound, told.gap) == ("108.25 km", "106.15 km", "1.94%")
    assert told.sentence == "This plan is proven to be within 1.94% of the best possible."


def test_proof_best() -> None:
    """A bound that meets the objective proves the plan best."""
    assert proof(plan_with(100.0, 100.0)).sentence == "This plan is proven to be the best possible."
    assert proof(plan_with(0.0, 0.0)).is_best


def test_proof_unknown() -> None:
    """Without a bound nothing is claimed."""
    told = proof(plan_with(100.0, 0.0))
    assert (told.bound, told.gap, told.is_best) == ("", "", False)
    assert "not known" in told.sentence
