"""Corners of the evaluation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.disruption import gains_and_losses
from territory_planner.evaluation.violations import violations
from tests.evaluation.drawings import drawn
from tests.worlds import grid_problem


def test_a_unit_without_a_territory_splits_no_group() -> None:
    """A unit without a territory splits no group."""
    problem = replace(grid_problem("1111"), group=np.array([0, 0, NONE, NONE]))
    assert violations(problem, drawn(".ABB"), Criteria()) == ["unit U0 has no territory"]


def test_a_lost_account_is_nobodys_gain() -> None:
    """An account that is lost is nobody's gain."""
    problem = grid_problem("1111", current="AABB")
    assert gains_and_losses(problem, drawn(".ABB"))[0].sum() == 0


def test_a_problem_without_measures() -> None:
    """A problem without measures can be checked."""
    problem = grid_problem("11")
    problem = replace(
        problem,
        measures=(),
        target=np.empty((2, 0)),
        accounts=replace(problem.accounts, activity=np.empty((2, 0))),
    )
    assert violations(problem, drawn("AB"), Criteria()) == []


def test_numbers_that_differ_are_told_apart() -> None:
    """A distance just over its limit reads so."""
    problem = grid_problem("1111", homes="A..B")
    told = violations(problem, drawn("AAAB"), Criteria(max_distance_km=1.99))
    assert told == ["unit U2 lies 2.00 km from the center of T1, over 1.99 km"]
