"""Where the gap of a plan lies, and what comes of drawing that part anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import OpenTerritory, Scenario
from territory_planner.evaluation.violations import violations
from territory_planner.scenarios.edits import apply
from territory_planner.solving import nearby, redraw, solve
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import drawn_anew, drawn_nearer, losses, regrets
from territory_planner.solving.reduced import lower_bound
from territory_planner.solving.relax import relax
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.25)}, contiguous=True)
OPTIONS = SolveOptions(time_limit_s=60, seed=1, workers=1)
SIDE = 12


def world() -> Problem:
    """Return a square of units with a rep in each of its nine squares."""
    rng = np.random.default_rng(2)
    rows = [["."] * SIDE for _ in range(SIDE)]
    for k, letter in enumerate("ABCDEFGHI"):
        rows[2 + 4 * (k // 3)][1 + 4 * (k % 3)] = letter
    activity = "/".join("".join(str(a) for a in rng.integers(1, 4, SIDE)) for _ in range(SIDE))
    homes = "/".join("".join(row) for row in rows)
    return grid_problem(activity, homes=homes, n_territories=9)


def model_of(problem: Problem, criteria: Criteria = CRITERIA) -> Model:
    return build_model(problem, criteria, problem.home, NEAREST)


def stripes() -> IntArray:
    """Return an assignment in long strips: whole, inside every band, and far from the homes."""
    across = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    across[1::2] = across[1::2, ::-1]
    of: IntArray = (across.ravel() * 9 // (SIDE * SIDE)).astype(np.int32)
    return of


@pytest.mark.parametrize("weight", [0.0, 3.0, 40.0])
def test_losses_add_up_to_the_gap(weight: float) -> None:
    """Objective less bound, at any prices; and no territory's is negative."""
    criteria = Criteria({"workload": Band.within(0.25, weight=weight)}, contiguous=True)
    model, relaxation = relax(model_of(world(), criteria), Search(OPTIONS))
    of = stripes()
    assert model.violation(of) <= FEASIBLE
    some = np.random.default_rng(5).normal(0, 2, relaxation.price.shape)
    for prices in (relaxation, replace(relaxation, price=some)):
        lost = losses(model, prices, of, regrets(model, prices))
        bound = lower_bound(model, prices.price, prices.toll)
        assert lost.sum() == pytest.approx(model.value(of) - bound)
        assert lost.min() >= -1e-9


def test_only_those_near_what_is_drawn_anew_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """All others hold what they held, and what was held together still is."""
    monkeypatch.setattr(redraw, "RINGS", 0)
    problem = world()
    model, relaxation = relax(model_of(problem), Search(OPTIONS))
    of, among = stripes(), np.isin(np.arange(9), [2, 3, 4])
    search, rng = Search(OPTIONS), np.random.default_rng(1)
    drawn = drawn_anew(model, problem.home, relaxation, of, among, search, rng)
    assert (drawn[~among[of]] == of[~among[of]]).all()
    assert among[drawn[among[of]]].all()
    assert model.is_whole(drawn)
    assert search.steps == []


def test_a_plan_far_from_its_bound_comes_nearer() -> None:
    """Strips become squares round the homes; what is good enough is left alone."""
    problem = world()
    model, relaxation = relax(model_of(problem), Search(OPTIONS))
    of, rng = stripes(), np.random.default_rng(1)
    nearer = drawn_nearer(model, problem.home, relaxation, of, Search(OPTIONS), rng)
    assert model.value(nearer) < 0.7 * model.value(of)
    assert model.violation(nearer) <= FEASIBLE
    assert model.is_whole(nearer)
    same = drawn_nearer(model, problem.home, relaxation, of, Search(OPTIONS), rng, np.inf)
    assert (same == of).all()


def test_what_costs_nothing_and_fits_nowhere_is_given_up() -> None:
    """Nothing is gained by drawing anew: it ends long before the time limit does."""
    problem = world()
    model, relaxation = relax(model_of(problem), Search(OPTIONS))
    held = model.totals(stripes())
    tight = replace(model, cost=np.zeros_like(model.cost), lower=2 * held, upper=3 * held)
    search, rng = Search(OPTIONS), np.random.default_rng(1)
    drawn = drawn_nearer(tight, problem.home, relaxation, stripes(), search, rng)
    assert tight.violation(drawn) > FEASIBLE
    assert not search.is_over()


def test_a_hire_gets_land_round_the_new_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round it the map is drawn anew, and not everywhere."""
    problem = world()
    base = solve(problem, CRITERIA, OPTIONS)
    hire = OpenTerritory("new", "hire", 0.0, 0.0)
    hired, wishes = apply(problem, CRITERIA, Scenario("hire", (hire,)))
    corner = problem.home[0] + [1000.0, 0.0]
    *others, new = hired.territories
    hired = replace(
        hired,
        territories=(*others, replace(new, home=(float(corner[0]), float(corner[1])))),
        target=np.full((10, 1), problem.target.sum() / 10),
    )
    parts = []

    def noted(*given: Any) -> IntArray:
        parts.append(given[4])
        return drawn_anew(*given)

    monkeypatch.setattr(nearby, "drawn_anew", noted)
    plan = solve(hired, wishes, OPTIONS, start=base)
    assert violations(hired, plan.alignment, wishes) == []
    assert parts
    assert parts[0][9]
    assert parts[0][0]
    assert not parts[0].all()
    assert (plan.alignment.territory_of == 9).any()
