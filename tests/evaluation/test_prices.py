"""What limits cost, by a plan's prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.compactness import centers
from territory_planner.evaluation.prices import price_list, reduced_costs
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=30, relative_gap=1e-7)
FREE = Criteria({"workload": Band(-1.0, 9.0)})


def solved(problem: Problem, criteria: Criteria = FREE) -> Plan:
    return solve(problem, criteria, OPTIONS)


def locked(problem: Problem, unit: int, territory: int) -> Problem:
    lock = np.full(problem.n_units, NONE)
    lock[unit] = territory
    return replace(problem, locked=lock)


def test_a_lock_costs_what_releasing_it_saves() -> None:
    """Where no other limit binds, the price is the difference of the two optima."""
    problem = grid_problem("11111", homes="A...B")
    plan = solved(locked(problem, 4, 0))
    (price,) = price_list(plan)
    assert (price.kind, price.territory, price.index) == ("lock", 0, 4)
    assert price.saved_km == pytest.approx(plan.objective - solved(problem).objective)


def test_a_lock_where_the_unit_would_go_anyway_costs_nothing() -> None:
    """A lock that changes nothing has no price."""
    assert price_list(solved(locked(grid_problem("11111", homes="A...B"), 0, 0))) == ()


def test_a_lock_whose_unit_may_go_nowhere_else_costs_nothing() -> None:
    """A forbidden pair is no way out of a lock."""
    problem = locked(grid_problem("11111", homes="A...B"), 4, 0)
    assert price_list(solved(replace(problem, forbidden=np.array([[4, 1]])))) == ()


def test_capacity_is_priced_where_it_binds() -> None:
    """Six units wanted by A, three allowed: A's upper limit or B's lower one has a price."""
    problem = grid_problem("111111", homes="A....B")
    crowded = replace(problem, units=replace(problem.units, xy=problem.units.xy * [[0.1, 1.0]]))
    plan = solved(crowded, Criteria({"workload": Band.within(0.05)}))
    first = price_list(plan)[0]
    assert first.kind == "capacity"
    assert np.sign(first.step) == np.sign(plan.prices[first.territory, first.index])


def test_a_budget_that_binds_is_priced() -> None:
    """All units are at the wrong rep today; a budget lets some go home, and a toll says so."""
    problem = grid_problem("111111", homes="A....B", current="BBBAAA")
    plan = solved(problem, Criteria(disruption=(Disruption("workload", 0.5),)))
    (price,) = price_list(plan)
    assert (price.kind, price.index) == ("budget", 0)
    assert price.saved_km == pytest.approx(0.01 * plan.tolls[0])


def test_what_a_territory_may_lose_is_priced_where_it_binds() -> None:
    """B holds what A would serve better, and may lose a sixth of it."""
    problem = grid_problem("111111", homes="A....B", current="BBBBBB")
    wish = Disruption("workload", per_territory=0.17)
    plan = solved(problem, Criteria(disruption=(wish,)))
    (price,) = price_list(plan)
    assert (price.kind, price.territory, price.index) == ("loss", 1, 0)
    assert price.saved_km == pytest.approx(0.01 * plan.losses[0, 1])
    # The lock of a unit that B would rather lose costs what is left after the limit's own price.
    held = solved(locked(problem, 0, 1), Criteria(disruption=(wish,)))
    assert {p.kind for p in price_list(held)} == {"loss", "lock"}


def test_the_dearest_stand_first() -> None:
    """The list is cut to the dearest and falls."""
    problem = grid_problem("111111", homes="A....B")
    lock = np.array([1, 1, 1, NONE, NONE, 0])
    prices = price_list(solved(replace(problem, locked=lock)), most=3)
    assert [price.index for price in prices] == [0, 5, 1]


def test_a_unit_without_a_lock_may_not_be_where_its_skill_is_missing() -> None:
    """The last territory is no exception: only a lock overrules a missing skill."""
    problem = grid_problem("11", homes="AB")
    first, second = problem.territories
    skilled = replace(first, skills=frozenset({"health care"}))
    problem = replace(
        problem,
        territories=(skilled, second),
        skill_class=np.array([0, 1]),
        required_skills=(frozenset(), frozenset({"health care"})),
    )
    plan = solved(problem)
    center = centers(problem, plan.alignment, plan.criteria)
    costs = reduced_costs(plan, np.array([0, 1]), center)
    assert np.isfinite(costs).tolist() == [[True, True], [True, False]]
