"""The largest distance as a part of the objective, against every alignment there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.compactness import largest_distance_km
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-6)
UNHURRIED = SolveOptions(time_limit_s=600, relative_gap=1e-6)
"""For searches that end by themselves, in seconds on an idle machine: no share of it is short."""


def least_of_all(problem: Problem, criteria: Criteria) -> float:
    every = itertools.product(range(problem.n_territories), repeat=problem.n_units)
    alignments = (Alignment(np.array(of)) for of in every)
    held = (a for a in alignments if not violations(problem, a, criteria))
    return min(objective(problem, a, criteria) for a in held)


@pytest.mark.parametrize("contiguous", [False, True])
@pytest.mark.parametrize("worth", [0.2, 5.0])
@pytest.mark.parametrize("workload", ["8653/3111", "2869/5697", "9111/1191"])
def test_the_plan_is_the_best_of_all_alignments(
    workload: str, worth: float, contiguous: bool
) -> None:
    """Blended with the mean distance, proven, and the same from a warm start."""
    problem = grid_problem(workload, homes="A..B/....")
    criteria = Criteria(
        {"workload": Band.within(0.3)},
        contiguous=contiguous,
        compactness={"distance": 1.0, "largest_distance": worth},
    )
    plan = solve(problem, criteria, OPTIONS)
    assert plan.objective == pytest.approx(least_of_all(problem, criteria))
    assert plan.bound == pytest.approx(plan.objective)
    again = solve(problem, criteria, OPTIONS, start=plan)
    assert again.objective == pytest.approx(plan.objective)


@pytest.mark.parametrize(("workload", "band"), [("297/914", 0.1), ("595/952", 0.05)])
def test_a_limit_that_whole_units_cannot_keep_is_no_clash(workload: str, band: float) -> None:
    """Shares of units could keep it, whole ones cannot: the plan lies beyond, and is proven."""
    problem = grid_problem(workload, homes="A.B/...")
    criteria = Criteria(
        {"workload": Band.within(band)}, compactness={"distance": 1.0, "largest_distance": 3.0}
    )
    plan = solve(problem, criteria, UNHURRIED)
    assert plan.objective == pytest.approx(least_of_all(problem, criteria))
    assert plan.bound == pytest.approx(plan.objective, rel=2e-4)


def test_a_high_worth_shortens_the_farthest_at_the_cost_of_the_mean() -> None:
    """A light unit beyond the other home is served from there once distance counts alone."""
    problem = grid_problem("911111/111119", homes="A...B./......", n_territories=2)
    bands = {"workload": Band.within(0.4)}
    mean = solve(problem, Criteria(bands), OPTIONS)
    far = solve(problem, Criteria(bands, compactness={"largest_distance": 1.0}), OPTIONS)
    reached = [
        largest_distance_km(problem, plan.alignment, plan.criteria).max() for plan in (mean, far)
    ]
    assert far.objective == pytest.approx(reached[1])
    assert reached[1] <= reached[0]


def test_free_centers_get_an_honest_bound() -> None:
    """Nothing is proven of them: the bound is 0 at least and never above the plan."""
    problem = grid_problem("1234/4321/1111")
    criteria = Criteria(
        {"workload": Band.within(0.3)},
        centers="free",
        compactness={"distance": 1.0, "largest_distance": 1.0},
    )
    plan = solve(problem, criteria, SolveOptions(time_limit_s=3))
    assert violations(problem, plan.alignment, criteria) == []
    assert 0 <= plan.bound <= plan.objective
