"""Free centers off the map: prices, ties and best points in turn.

With centers held still the problem is the one of given centers, and prices decide nearly all of
it; with an assignment held still each center goes to its territory's best point. A placement comes
with prices at which its cells are balanced in every measure, so that the prices of the model are
near; few rounds are enough, since the placement has alternated the two already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.compactness import centers
from territory_planner.evaluation.objective import objective
from territory_planner.solving.dual import Relaxation, climb
from territory_planner.solving.heavy import settled
from territory_planner.solving.improve import Outcome
from territory_planner.solving.locate import Located
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.refine import refine

TEMPERATURES = (2e-3, 5e-4, 1e-4)
"""Of the prices at each place: those of its cells are near, so that only cold ones are needed."""

PLACES = 4
UNITS_OF_PLACES = 40_000
"""Placements that are followed to a plan, the best first, and the units of all together."""

ROUNDS = 4
"""Of prices, ties and best points at one place."""

WORTH_IT = 2e-4
"""Improvement by a round, as a share of the objective, below which no other is run."""

KICKS = 60
"""Of the last search among ties, at the best centers."""


@dataclass(frozen=True, eq=False)
class _At:
    """An assignment, the centers it was made for, and where its own best points lie.

    Parameters
    ----------
    model, prices
        Of the centers it was made for.
    outcome
        Its value is the objective with each center at its best point.
    points
        ``(n_territories, 2)`` in metres: those best points.
    """

    model: Model
    prices: Relaxation
    outcome: Outcome
    points: FloatArray


def among_places(
    problem: Problem,
    criteria: Criteria,
    places: list[Located],
    search: Search,
    rng: np.random.Generator,
) -> Outcome | None:
    """Return the best assignment found from some placements; None when none held every limit.

    Parameters
    ----------
    places
        The best first, with prices in every measure.
    """
    best: _At | None = None
    followed = int(np.clip(UNITS_OF_PLACES // max(problem.n_units, 1), 1, PLACES))
    for place in places[:followed]:
        found = _followed(problem, criteria, place, search, rng)
        if found is not None and (best is None or found.outcome.value < best.outcome.value):
            best = found
            search.improved(best.outcome.value, "places")
        if search.is_over():
            break
    if best is None:
        return None
    if not search.is_over():
        last = _round(problem, criteria, best.points, best.prices, search, rng, KICKS)
        if last is not None and last.outcome.value < best.outcome.value:
            best = last
            search.improved(best.outcome.value, "exchanges")
    return best.outcome


def _followed(
    problem: Problem,
    criteria: Criteria,
    place: Located,
    search: Search,
    rng: np.random.Generator,
) -> _At | None:
    """Return the best of some rounds from one placement."""
    best = _round(problem, criteria, place.center, _prices(place, criteria), search, rng, 0)
    for _ in range(1, ROUNDS):
        if best is None or search.is_over():
            break
        now = _round(problem, criteria, best.points, best.prices, search, rng, 0)
        if now is None or now.outcome.value >= best.outcome.value:
            break
        gain = 1 - now.outcome.value / best.outcome.value
        best = now
        if gain < WORTH_IT:
            break
    return best


def _prices(place: Located, criteria: Criteria) -> Relaxation:
    budgets = sum(price.budget is not None for price in criteria.disruption)
    return Relaxation(place.price, np.zeros(budgets), 0.0)


def _round(
    problem: Problem,
    criteria: Criteria,
    center: FloatArray,
    prices: Relaxation,
    search: Search,
    rng: np.random.Generator,
    kicks: int,
) -> _At | None:
    """Return the assignment that prices and ties make for some centers, with its best points."""
    # Pairs that are not listed are too far to be looked at: there is no bound to be kept.
    model = replace(build_model(problem, criteria, center), elsewhere=None)
    silent = search.silent()
    now = settled(model, climb(model, silent, prices, TEMPERATURES), silent)
    found = refine(model, now.relaxation, now.choice(), silent, rng, kicks)
    if not np.isfinite(found.value):
        return None
    alignment = Alignment(found.of[model.atom_of])
    points = centers(problem, alignment, criteria)
    points = np.where(np.isnan(points), center, points)
    value = objective(problem, alignment, criteria)
    return _At(model, now.relaxation, Outcome(found.of, value, center=points), points)
