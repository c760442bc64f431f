"""Free centers that begin at given points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner import Band, Criteria, SolveOptions, solve
from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Territory
from territory_planner.evaluation.compactness import centers, mean_distance_km
from territory_planner.evaluation.violations import violations
from tests.solving.worlds import random_problem


def towns(homes: list[tuple[float, float]]) -> Problem:
    """Return 400 accounts round four towns 300 km apart, and reps who live where they are told."""
    problem = random_problem(400, 4)
    rng = np.random.default_rng(3)
    corner = np.array([(0, 0), (3e5, 0), (0, 3e5), (3e5, 3e5)])[np.arange(400) % 4]
    xy = corner + rng.normal(scale=2e4, size=(400, 2))
    territories = tuple(Territory(f"T{k}", f"T{k}", home=home) for k, home in enumerate(homes))
    return replace(
        problem,
        territories=territories,
        units=replace(problem.units, xy=xy),
        accounts=replace(problem.accounts, xy=xy),
        contiguity=np.empty((0, 2), dtype=np.int32),
    )


@pytest.mark.parametrize("contiguous", [False, True])
def test_each_territory_lies_where_its_seed_is(contiguous: bool) -> None:
    """Reps who live some way out of a town each get theirs, and distances are to its middle."""
    homes = [(2e5, 3e5), (1e5, 1e5), (1e4, 2e5), (2e5, 1e4)]
    problem = towns(homes)
    if contiguous:
        edges = np.array([(i, i + 4) for i in range(396)] + [(0, 1), (1, 3), (3, 2)])
        problem = replace(problem, contiguity=edges.astype(np.int32))
    criteria = Criteria({"workload": Band.within(0.2)}, centers="seed", contiguous=contiguous)
    plan = solve(problem, criteria, SolveOptions(10))
    assert violations(problem, plan.alignment, criteria) == []
    middle = centers(problem, plan.alignment, criteria)
    far = np.hypot(*(middle[:, None] - np.array(homes)).transpose(2, 0, 1))
    assert (np.argmin(far, axis=1) == np.arange(4)).all()
    free = replace(criteria, centers="free")
    assert plan.objective == pytest.approx(mean_distance_km(problem, plan.alignment, free))
    assert plan.objective < 40
