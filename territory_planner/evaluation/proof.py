"""How good a plan is proven to be, in numbers that stay true when they are rounded."""

from __future__ import annotations

from dataclasses import dataclass

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.rounding import down, half_up, up

UNIT = "km"
DECIMALS = 2

PROVEN = 1e-9
"""A gap below this is none: sums of floats in another order."""


@dataclass(frozen=True)
class Proof:
    """A plan's proof as texts, the same wherever it is told.

    Parameters
    ----------
    objective
        "108.25 km".
    bound
        What no plan that keeps the criteria can be below, rounded down; "" where none is known.
    gap
        The share within which the plan is the best possible, rounded up; "" where none is known.
    is_best
        Whether the plan is proven to be the best possible.
    """

    objective: str
    bound: str
    gap: str
    is_best: bool

    @property
    def sentence(self) -> str:
        """How far the plan may be from the best possible one."""
        if self.is_best:
            return "This plan is proven to be the best possible."
        if not self.gap:
            return "How far this plan is from the best possible one is not known."
        return f"This plan is proven to be within {self.gap} of the best possible."


def proof(plan: Plan) -> Proof:
    """Return how good a plan is proven to be."""
    objective = f"{half_up(plan.objective, DECIMALS):,} {UNIT}"
    if plan.bound <= 0 < plan.objective:
        return Proof(objective, bound="", gap="", is_best=False)
    return Proof(
        objective,
        bound=f"{down(plan.bound, DECIMALS):,} {UNIT}",
        gap=at_most_percent(plan.gap),
        is_best=plan.gap <= PROVEN,
    )


def at_most_percent(share: float) -> str:
    """Return a share as percent rounded up, so that "within" stays true."""
    # What a float adds to 1.2% is no reason to call it 1.21%.
    return f"{up(share * 100 - PROVEN, 2 if share <= 0.1 else 1)}%"
