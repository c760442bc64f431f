"""Territories of odd accounts, cut out before the others are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner import Band, Criteria, SolveOptions, solve
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.violations import violations
from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.carve import carved
from territory_planner.solving.land import measured_land
from territory_planner.solving.locate import located
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.start import located_start
from tests.solving.worlds import random_problem

CRITERIA = Criteria(
    {"workload": Band.within(0.1), "potential": Band.within(0.1)},
    contiguous=True,
    centers="free",
)


def odd_world(seed: int) -> Problem:
    """Return 1,500 accounts, one with 55% of a territory's potential and hardly any workload."""
    problem = random_problem(1500, 15, seed)
    activity = problem.accounts.activity.copy()
    activity[7] = 0.01, 0.55 * activity[:, 1].sum() / 15
    target = np.tile(activity.sum(axis=0) / 15, (15, 1))
    accounts = replace(problem.accounts, activity=activity)
    return replace(problem, accounts=accounts, target=target)


@pytest.mark.parametrize("seed", range(2))
def test_the_territory_of_an_odd_account_is_whole_and_in_its_bands(seed: int) -> None:
    """So is all the rest in one piece, and nothing of it may leave."""
    problem = odd_world(seed)
    search, rng = Search(SolveOptions(60)), np.random.default_rng(seed)
    place = located(problem, CRITERIA, search, rng)[0]
    model = build_model(problem, CRITERIA, place.center, 0)
    movable = np.ones(15, dtype=np.bool_)
    land = measured_land(model, problem, CRITERIA, place.center, movable)
    held, start = carved(model, land, located_start(model, land, place), search, rng)
    k = start.of[7]
    assert held.held[7]
    assert (start.of[held.held] == k).all()
    total = model.activity[held.held].sum(axis=0)
    assert (model.lower[k] <= total).all()
    assert (total <= model.upper[k]).all()
    assert model.is_whole(start.of)
    assert not np.isin(np.flatnonzero(held.held), held.free).any()


def test_a_plan_with_an_odd_account() -> None:
    """Every territory is inside its bands and in one piece."""
    problem = odd_world(3)
    plan = solve(problem, CRITERIA, SolveOptions(30, seed=1))
    assert violations(problem, plan.alignment, CRITERIA) == []


def test_nothing_is_cut_out_where_no_account_is_odd() -> None:
    """Land and start are what they were."""
    problem = random_problem(300, 4)
    search, rng = Search(SolveOptions(10)), np.random.default_rng(1)
    place = located(problem, CRITERIA, search, rng)[0]
    model = build_model(problem, CRITERIA, place.center, NEAREST)
    land = measured_land(model, problem, CRITERIA, place.center, np.ones(4, dtype=np.bool_))
    start = located_start(model, land, place)
    assert carved(model, land, start, search, rng) == (land, start)
