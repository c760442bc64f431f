"""The number of territories, chosen in a range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from territory_planner.solving.number import with_number
from tests.oracles.brute_force import every_valid
from tests.properties.drawn_cases import is_no_worse, standing
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=12, relative_gap=1e-6)
FREE = Criteria(
    {"workload": Band.within(0.01)}, centers="unit", n_territories=(1, 4), territory_cost=0.3
)


def greenfield(workload: str = "111111/111111") -> Problem:
    problem = grid_problem(workload, n_territories=1)
    return replace(problem, territories=(replace(problem.territories[0], home=None),))


@pytest.mark.parametrize("cost", [0.0, 0.3, 3.0])
def test_the_best_number_is_chosen(cost: float) -> None:
    """The same as solving each number by itself; the dearer a territory, the fewer."""
    criteria = replace(FREE, territory_cost=cost)
    plan = solve(greenfield(), criteria, OPTIONS)
    alone = []
    for number in range(1, 5):
        given = replace(criteria, n_territories=None)
        alone.append(solve(with_number(greenfield(), number), given, OPTIONS).objective)
    assert plan.objective == pytest.approx(min(alone))
    assert plan.problem.n_territories == int(np.argmin(alone)) + 1
    assert plan.objective == pytest.approx(objective(plan.problem, plan.alignment, criteria))
    assert violations(plan.problem, plan.alignment, criteria) == []
    assert 0 <= plan.bound <= min(alone) + 1e-9


def test_a_number_without_a_plan_is_passed_over() -> None:
    """Three heavy units make three territories, not two or four."""
    problem = greenfield("909/090")
    plan = solve(problem, replace(FREE, n_territories=(2, 4)), OPTIONS)
    assert plan.problem.n_territories == 3
    with pytest.raises(InfeasibleError):
        solve(problem, replace(FREE, n_territories=(4, 5)), OPTIONS)


def test_new_territories_share_the_targets() -> None:
    """Totals of targets stay; the new are vacant, serve all skills and have ids of their own."""
    problem = replace(
        grid_problem("1234/4321", n_territories=2),
        required_skills=(frozenset(), frozenset({"lab"})),
    )
    more = with_number(problem, 4)
    assert more.target.sum(axis=0) == pytest.approx(problem.target.sum(axis=0))
    assert [t.is_vacant for t in more.territories] == [False, False, True, True]
    assert all(t.skills == {"lab"} for t in more.territories[2:])
    assert len({t.id for t in with_number(more, 5).territories}) == 5


def test_territories_in_use_are_not_closed() -> None:
    """The error says how many must stay."""
    with pytest.raises(InfeasibleError, match="2 territories have a home"):
        with_number(grid_problem("1234/4321", n_territories=2), 1)
    more = with_number(grid_problem("1234/4321", n_territories=2), 4)
    assert with_number(more, 2).n_territories == 2


ORDERED = Criteria(
    {"workload": Band.within(0.3)},
    centers="unit",
    disruption=(Disruption("workload"),),
    order="lexicographic",
)


def test_what_moves_goes_before_the_objective_between_numbers_too() -> None:
    """One territory moves nothing, and is taken though more would be more compact."""
    problem = grid_problem("1111/1111", current="AAAA/AAAA", n_territories=1)
    problem = replace(problem, territories=(replace(problem.territories[0], home=None),))
    plan = solve(problem, replace(ORDERED, n_territories=(1, 4)), OPTIONS)
    assert plan.problem.n_territories == 1
    assert [(stage.moved, stage.bound) for stage in plan.stages] == [(0.0, 0.0)]
    alone = solve(problem, ORDERED, OPTIONS)
    assert plan.objective == pytest.approx(alone.objective)
    # Of other numbers it is proven that they must move something: they do not lower the bound.
    assert plan.bound == pytest.approx(alone.bound)


def test_numbers_that_move_the_same_are_told_apart_by_the_objective() -> None:
    """Where nobody serves anybody today, nothing moves whatever the number."""
    problem = greenfield("1111/1111")
    plan = solve(problem, replace(ORDERED, n_territories=(1, 4)), OPTIONS)
    alone = [solve(with_number(problem, number), ORDERED, OPTIONS) for number in range(1, 5)]
    assert plan.objective == pytest.approx(min(one.objective for one in alone))
    assert 0 <= plan.bound <= plan.objective


def test_a_bound_is_of_the_plans_that_move_no_more_in_every_number() -> None:
    """Against every alignment with two or three territories: homes stand still, all is proven."""
    problem = grid_problem("91213", current="AABBB", homes="A...B", potential="51412")
    criteria = Criteria(
        {"workload": Band.within(0.5)},
        disruption=(Disruption("potential"), Disruption("workload")),
        order="lexicographic",
        n_territories=(2, 3),
    )
    plan = solve(problem, criteria, OPTIONS)
    every: list[list[float]] = []
    for number in (2, 3):
        case = with_number(problem, number)
        every += [
            standing(case, alignment, criteria, value)
            for alignment, value in every_valid(case, replace(criteria, n_territories=None))
        ]
    claimed = [*(stage.bound for stage in plan.stages), plan.bound]
    reached = standing(plan.problem, plan.alignment, criteria, plan.objective)
    assert all(is_no_worse(claimed, there, 1e-6) for there in every)
    assert all(is_no_worse(reached, there, 1e-6) for there in every)
