"""The objective of a plan, measured without knowing the solver, in km.

weighted mean distance and squared distance, largest distance, largest diameter and number of cut
edges, each times what one of it is worth
+ what each territory costs
+ sum over disruption prices: cost × share of the measure that moves
+ sum over band weights: weight × mean over territories of |relative deviation|
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.balance import relative_deviation
from territory_planner.evaluation.compactness import (
    diameter_km,
    largest_distance_km,
    mean_pair_cost,
)
from territory_planner.evaluation.contiguity import cut_edges
from territory_planner.evaluation.disruption import disruption


def objective(problem: Problem, alignment: Alignment, criteria: Criteria) -> float:
    """Return the objective of an alignment in km: the smaller, the better."""
    value = mean_pair_cost(problem, alignment, criteria)
    value += criteria.territory_cost * problem.n_territories
    if worth := criteria.worth("largest_distance"):
        value += worth * float(largest_distance_km(problem, alignment, criteria).max(initial=0.0))
    if worth := criteria.worth("diameter"):
        value += worth * float(diameter_km(problem, alignment).max())
    if worth := criteria.worth("cut_edges"):
        value += worth * cut_edges(problem, alignment)
    if any(price.cost for price in criteria.disruption):
        share = disruption(problem, alignment)
        value += sum(
            price.cost * float(share[problem.measure_index(price.measure)])
            for price in criteria.disruption
        )
    if any(band.weight for band in criteria.bands.values()):
        deviation = np.abs(relative_deviation(problem, alignment)).mean(axis=0)
        value += sum(
            band.weight * float(deviation[problem.measure_index(name)])
            for name, band in criteria.bands.items()
            if band.weight
        )
    return value
