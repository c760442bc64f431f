"""Warm starts: a plan that is known is found again at least, in every engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.solving.test_adversarial import ENGINES, world

OPTIONS = SolveOptions(time_limit_s=4, seed=4)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_worse_comes_of_a_known_plan(engine: str) -> None:
    """From the plan itself, and from its alignment, under another seed."""
    plan = solve(world(), ENGINES[engine], OPTIONS)
    for start in (plan, plan.alignment):
        again = solve(world(), ENGINES[engine], replace(OPTIONS, seed=9), start=start)
        assert again.objective <= plan.objective * (1 + 1e-9)
        assert violations(again.problem, again.alignment, again.criteria) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plan_of_other_units_and_territories_will_do(engine: str) -> None:
    """Two units are new, and one territory has another id: the rest is known."""
    plan = solve(world(), ENGINES[engine], OPTIONS)
    problem = world()
    ids = problem.units.ids.astype("U8").copy()
    ids[[2, 9]] = ["new 1", "new 2"]
    first, *others = problem.territories
    problem = replace(
        problem,
        units=replace(problem.units, ids=ids),
        territories=(replace(first, id="other"), *others),
    )
    again = solve(problem, ENGINES[engine], OPTIONS, start=plan)
    assert violations(problem, again.alignment, ENGINES[engine]) == []


def test_an_alignment_of_another_problem_is_refused() -> None:
    """The sentence says what was given and what would do."""
    with pytest.raises(ValueError, match="speaks of 3 units, the problem has 12"):
        solve(world(), Criteria(), OPTIONS, start=Alignment(np.zeros(3, dtype=np.int32)))
