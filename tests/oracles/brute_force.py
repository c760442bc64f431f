"""The best plan of a tiny problem by trying every alignment: slow, plain, and surely right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations


def best_value(problem: Problem, criteria: Criteria) -> float | None:
    """Return the least objective of any alignment that breaks nothing; None when all do."""
    best = None
    for labels in product(range(problem.n_territories), repeat=problem.n_units):
        alignment = Alignment(np.array(labels, dtype=np.int32))
        value = objective(problem, alignment, criteria)
        if (best is None or value < best) and not violations(problem, alignment, criteria):
            best = value
    return best


def every_valid(problem: Problem, criteria: Criteria) -> Iterator[tuple[Alignment, float]]:
    """Yield every alignment that breaks nothing, with its objective."""
    for labels in product(range(problem.n_territories), repeat=problem.n_units):
        alignment = Alignment(np.array(labels, dtype=np.int32))
        if not violations(problem, alignment, criteria):
            yield alignment, objective(problem, alignment, criteria)
