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
        Whether the plan is proven to be the best possible, of those that move no more where
        disruption comes first.
    stages
        In lexicographic order, a sentence for each share that was made small before.
    """

    objective: str
    bound: str
    gap: str
    is_best: bool
    stages: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How far the plan may be from the best possible one."""
        if self.is_best:
            return f"This plan is proven to be the best possible{self._among}."
        if not self.gap:
            return "How far this plan is from the best possible one is not known."
        return f"This plan is proven to be within {self.gap} of the best possible{self._among}."

    @property
    def _among(self) -> str:
        return ", of those that move no more" if self.stages else ""


def proof(plan: Plan) -> Proof:
    """Return how good a plan is proven to be."""
    objective = f"{half_up(plan.objective, DECIMALS):,} {UNIT}"
    if not is_bounded(plan.objective, plan.bound):
        return Proof(objective, bound="", gap="", is_best=False, stages=_stages(plan))
    return Proof(
        objective,
        bound=f"{down(plan.bound, DECIMALS):,} {UNIT}",
        gap=at_most_percent(plan.gap),
        is_best=plan.gap <= PROVEN,
        stages=_stages(plan),
    )


def is_bounded(objective: float, bound: float) -> bool:
    """Return whether anything is proven: a bound of 0 km holds of every plan."""
    return bound > 0 or objective <= 0


def _stages(plan: Plan) -> tuple[str, ...]:
    return tuple(
        f"{at_most_percent(stage.moved)} of {stage.measure} changes hands; no plan inside the "
        f"bands moves less than {at_least_percent(stage.bound)}."
        for stage in plan.stages
    )


def at_most_percent(share: float) -> str:
    """Return a share as percent rounded up, so that "within" stays true."""
    # What a float adds to 1.2% is no reason to call it 1.21%.
    return f"{up(max(share * 100 - PROVEN, 0.0), 2 if share <= 0.1 else 1)}%"


def at_least_percent(share: float) -> str:
    """Return a share as percent rounded down, so that "no less than" stays true."""
    return f"{down(share * 100 + PROVEN, 2 if share <= 0.1 else 1)}%"
