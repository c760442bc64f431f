"""Odd worlds, every engine: a plan that holds, or an honest word why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, seed=4)
LOOSE = {"workload": Band(-1.0, 2.0), "potential": Band(-1.0, 3.0)}
ENGINES: dict[str, Criteria] = {
    "homes": Criteria(LOOSE),
    "homes, contiguous": Criteria(LOOSE, contiguous=True),
    "free": Criteria(LOOSE, centers="free"),
    "free, contiguous": Criteria(LOOSE, centers="free", contiguous=True),
    "unit": Criteria(LOOSE, centers="unit"),
    "unit, contiguous": Criteria(LOOSE, centers="unit", contiguous=True),
    "inertia": Criteria(LOOSE, centers="unit", contiguous=True, compactness={"inertia": 1.0}),
    "diameter": Criteria(LOOSE, centers="free", contiguous=True, compactness={"diameter": 1.0}),
    "cut edges": Criteria(LOOSE, centers="free", contiguous=True, compactness={"cut_edges": 1.0}),
    "nothing": Criteria(LOOSE, compactness={}),
}


def world() -> Problem:
    """Return a grid of 12 units and 3 territories, targets even."""
    return grid_problem("123456/654321", potential="111111/999999", n_territories=3)


def with_activity(problem: Problem, activity: object) -> Problem:
    accounts = replace(problem.accounts, activity=np.asarray(activity, dtype=float))
    total = accounts.activity.sum(axis=0)
    target = np.tile(total / problem.n_territories, (problem.n_territories, 1))
    return replace(problem, accounts=accounts, target=target)


def all_at_one_point(problem: Problem) -> Problem:
    xy = np.zeros_like(problem.units.xy)
    return replace(
        problem,
        units=replace(problem.units, xy=xy),
        accounts=replace(problem.accounts, xy=xy),
        territories=tuple(replace(t, home=(0.0, 0.0)) for t in problem.territories),
    )


def duplicated_points(problem: Problem) -> Problem:
    xy = problem.units.xy[np.arange(12) // 2 * 2]
    return replace(
        problem,
        units=replace(problem.units, xy=xy),
        accounts=replace(problem.accounts, xy=xy),
    )


def disconnected(problem: Problem) -> Problem:
    column = np.arange(12) % 6
    left = column[problem.contiguity] < 2
    return replace(problem, contiguity=problem.contiguity[left[:, 0] == left[:, 1]])


def share_of_zero(problem: Problem) -> Problem:
    target = problem.target * np.array([[0.0], [1.5], [1.5]])
    return replace(problem, target=target)


WORLDS: dict[str, Callable[[], Problem]] = {
    "as it is": world,
    "no activity at all": lambda: with_activity(world(), np.zeros((12, 2))),
    "a measure that is all zero": lambda: with_activity(
        world(), world().accounts.activity * [1.0, 0.0]
    ),
    "all units at one point": lambda: all_at_one_point(world()),
    "duplicated points": lambda: duplicated_points(world()),
    "a graph in two parts": lambda: disconnected(world()),
    "one territory": lambda: grid_problem("1234/4321", potential="1111/2222", n_territories=1),
    "as many territories as units": lambda: with_activity(
        grid_problem("11/11", potential="11/11", homes="AB/CD", n_territories=4), np.ones((4, 2))
    ),
    "amounts of 10^12": lambda: with_activity(world(), world().accounts.activity * 1e12),
    "amounts of 10^-6": lambda: with_activity(world(), world().accounts.activity * 1e-6),
    "a territory with no share": lambda: share_of_zero(world()),
}


def held(plan: Plan) -> None:
    assert violations(plan.problem, plan.alignment, plan.criteria) == []
    value = objective(plan.problem, plan.alignment, plan.criteria)
    assert plan.objective == pytest.approx(value, abs=1e-12)
    assert 0 <= plan.bound <= plan.objective


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_plan_that_holds(engine: str, name: str) -> None:
    """In each of these worlds a plan exists, and every engine finds one."""
    held(solve(WORLDS[name](), ENGINES[engine], OPTIONS))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_unit_heavier_than_a_territory_is_named(engine: str) -> None:
    """No engine searches for what cannot be: the unit and the limit are named."""
    activity = world().accounts.activity.copy()
    activity[5, 0] = 1000.0
    criteria = replace(ENGINES[engine], bands={"workload": Band.within(0.1)})
    with pytest.raises(InfeasibleError, match="unit U5 carries 1,000"):
        solve(with_activity(world(), activity), criteria, OPTIONS)


@pytest.mark.parametrize("engine", ENGINES)
def test_locks_and_forbidden_pairs_bind_every_engine(engine: str) -> None:
    """The last territory gets the first unit by a lock, and never the second."""
    lock = np.full(12, NONE)
    lock[0] = 2
    problem = replace(world(), locked=lock, forbidden=np.array([[1, 2]]))
    held(solve(problem, ENGINES[engine], OPTIONS))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_second_is_enough_for_a_plan(engine: str) -> None:
    """Cut to a moment, the search still gives a plan of a small problem."""
    held(solve(world(), ENGINES[engine], replace(OPTIONS, time_limit_s=1.0)))
