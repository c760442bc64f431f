"""Centers at units: the bound is at most the optimum, which is what solve finds and proves."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions, Step
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from territory_planner.solving.medians.model import is_median_problem, median_model
from tests.solving.worlds import random_problem

QUICK = SolveOptions(time_limit_s=60, seed=3)
TWO = {"workload": Band.within(0.2), "potential": Band.within(0.25)}
WISHES: dict[str, Criteria] = {
    "distance": Criteria(TWO, centers="unit"),
    "distance, contiguous": Criteria(TWO, centers="unit", contiguous=True),
    "inertia, contiguous": Criteria(
        TWO, centers="unit", contiguous=True, compactness={"inertia": 0.01}
    ),
    "capacity": Criteria({"workload": Band(-1.0, 0.1)}, centers="unit"),
    "no band": Criteria(centers="unit", contiguous=True),
}


def optimum(problem: Problem, criteria: Criteria) -> float:
    """Return the least objective of all alignments, by looking at each."""
    best = np.inf
    for of in product(range(problem.n_territories), repeat=problem.n_units - 1):
        # Territories are alike: the first unit may as well lie in the first.
        alignment = Alignment(np.array([0, *of]))
        if not violations(problem, alignment, criteria):
            best = min(best, objective(problem, alignment, criteria))
    return best


@pytest.mark.parametrize("wishes", WISHES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_optimum_is_found_and_proven(wishes: str, seed: int) -> None:
    """Nine units and three territories, against brute force."""
    problem, criteria = random_problem(9, 3, seed), WISHES[wishes]
    assert is_median_problem(problem, criteria)
    least = optimum(problem, criteria)
    if np.isinf(least):
        with pytest.raises(InfeasibleError):
            solve(problem, criteria, QUICK)
        return
    plan = solve(problem, criteria, QUICK)
    assert violations(problem, plan.alignment, criteria) == []
    assert plan.objective == pytest.approx(least)
    assert plan.bound <= least * (1 + 1e-9)
    assert plan.status == "optimal"


def test_a_larger_plan_holds_and_has_a_bound() -> None:
    """A hundred units: inside the bands, in one piece, with a gap of a few percent at most."""
    problem = random_problem(100, 5)
    criteria = Criteria({"workload": Band.within(0.1)}, centers="unit", contiguous=True)
    plan = solve(problem, criteria, SolveOptions(15, seed=2))
    assert violations(problem, plan.alignment, criteria) == []
    assert plan.gap < 0.05


def test_one_seed_makes_one_plan() -> None:
    """The same seed and one worker: the same alignment and bound."""
    problem, criteria = random_problem(30, 3), WISHES["distance, contiguous"]
    one, other = (solve(problem, criteria, QUICK) for _ in range(2))
    assert (one.alignment.territory_of == other.alignment.territory_of).all()
    assert one.bound == other.bound


def test_a_callback_ends_the_search() -> None:
    """Stopped at its first plan, the search returns one long before its limit."""
    problem = random_problem(300, 10)
    steps: list[Step] = []

    def stop(step: Step) -> bool:
        steps.append(step)
        return bool(np.isfinite(step.best))

    plan = solve(problem, WISHES["distance"], SolveOptions(300, seed=1), stop)
    assert plan.stopped == "stopped"
    assert plan.seconds < 60


def test_a_time_limit_is_kept() -> None:
    """A search that could go on for long ends with its limit."""
    problem = random_problem(400, 10)
    plan = solve(problem, WISHES["distance, contiguous"], SolveOptions(4, seed=1))
    assert violations(problem, plan.alignment, plan.criteria) == []
    assert plan.seconds < 8


@pytest.mark.parametrize("rule", ["lock", "group", "forbidden", "limit", "shares", "deviation"])
def test_what_tells_territories_apart_is_left_to_the_other_engine(rule: str) -> None:
    """Locks, groups and the like are honoured, though not here."""
    problem, criteria = random_problem(40, 3), WISHES["distance"]
    none = np.full(problem.n_units, NONE)
    if rule == "lock":
        problem = replace(problem, locked=np.where(np.arange(40) == 7, 2, none))
    elif rule == "group":
        problem = replace(problem, group=np.where(np.arange(40) % 20 == 0, 0, none))
    elif rule == "forbidden":
        problem = replace(problem, forbidden=np.array([[0, 1]]))
    elif rule == "limit":
        criteria = replace(criteria, max_distance_km=2000.0)
    elif rule == "shares":
        problem = replace(problem, target=problem.target * np.array([[0.8], [1.0], [1.2]]))
    else:
        bands = {"workload": Band.within(0.2, weight=10.0)}
        criteria = Criteria(bands, centers="unit")
    assert not is_median_problem(problem, criteria)
    plan = solve(problem, criteria, SolveOptions(20, seed=1))
    assert violations(problem, plan.alignment, criteria) == []


def test_the_model_values_a_plan_as_the_evaluation_does() -> None:
    """The cost of a random assignment, told twice."""
    problem, criteria = random_problem(60, 4), WISHES["inertia, contiguous"]
    of = np.random.default_rng(1).integers(0, 4, 60).astype(np.int32)
    value = objective(problem, Alignment(of), criteria)
    assert median_model(problem, criteria).value(of) == pytest.approx(value)


def test_bands_that_no_whole_units_fit_are_proven_impossible() -> None:
    """Ten equal units cannot be shared by three territories within five percent."""
    problem = random_problem(10, 3)
    accounts = replace(problem.accounts, activity=np.ones((10, 2)))
    problem = replace(problem, accounts=accounts, target=np.full((3, 2), 10 / 3))
    criteria = Criteria({"workload": Band.within(0.05)}, centers="unit")
    with pytest.raises(InfeasibleError, match="workload"):
        solve(problem, criteria, QUICK)
