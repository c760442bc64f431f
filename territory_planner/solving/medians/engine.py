"""Centers at units, territories all alike: annealing with medoids."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.found import Found
from territory_planner.solving.free import with_free_centers
from territory_planner.solving.improve import Outcome
from territory_planner.solving.medians.hunt import Hunt
from territory_planner.solving.medians.model import median_model
from territory_planner.solving.medians.starts import starts
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search

CHAINS = 48
"""Of all annealing, for each worker."""


def with_unit_centers(
    problem: Problem, criteria: Criteria, search: Search, rng: np.random.Generator
) -> Found:
    """Return the best plan found whose centers are units, and a bound on all of them.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    model = median_model(problem, criteria)
    begun = starts(problem, criteria, model, search, rng)
    if not begun:
        return with_free_centers(problem, criteria, search, rng)
    hunt = Hunt(model, begun, search, rng)
    while hunt.chains < CHAINS * search.options.workers and not search.is_over():
        hunt.run()
    if not np.isfinite(hunt.value) and not search.is_over():
        return with_free_centers(problem, criteria, search, rng)
    sparse = build_model(problem, criteria, problem.units.xy[model.centers(hunt.best)], False)
    prices = Relaxation(
        np.zeros_like(sparse.target), np.zeros(len(sparse.budget)), 0.0, np.zeros(0)
    )
    return Found(sparse, prices, Outcome(hunt.best, hunt.value), 0.0)
