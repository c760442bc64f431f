"""Programs that place heavy atoms: their bound is never above the best plan, and near it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.solving import heavy_program
from territory_planner.solving.heavy import weight_of
from territory_planner.solving.heavy_program import by_program
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from tests.solving.worlds import random_problem

UNITS, TERRITORIES = 9, 3
LOOSE = Criteria({"workload": Band.within(0.25), "potential": Band.within(0.3)})
ASKED = {
    "bands": LOOSE,
    "wish": replace(LOOSE, bands={"workload": Band(-0.3, 0.3, weight=200.0)}),
    "budget": replace(LOOSE, disruption=(Disruption("workload", 0.4, 50.0),)),
}


def heavy_tailed(seed: int, n_units: int = UNITS, n_territories: int = TERRITORIES) -> Problem:
    """Return a random world in which a few units are heavier than a band is wide."""
    problem = random_problem(n_units, n_territories, seed)
    activity = problem.accounts.activity**2.0
    for _ in range(20):
        activity = np.minimum(activity, 0.8 * activity.sum(axis=0) / n_territories)
    target = np.tile(activity.sum(axis=0) / n_territories, (n_territories, 1))
    return replace(problem, accounts=replace(problem.accounts, activity=activity), target=target)


def least_of_all(model: Model) -> float:
    """Return the value of the best of all assignments, infinity where none holds the limits."""
    best = np.inf
    for of in product(range(model.n_territories), repeat=model.n_atoms):
        each: IntArray = np.array(of, dtype=np.int32)
        if model.violation(each) <= 1e-9:
            best = min(best, model.value(each))
    return best


@pytest.mark.parametrize("columns", [1, 3, 3000])
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_below_the_best_of_all(
    seed: int, asked: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bound <= optimum <= plan, however small the first box is."""
    monkeypatch.setattr(heavy_program, "COLUMNS", (columns, columns))
    problem = heavy_tailed(seed)
    model = build_model(problem, ASKED[asked], problem.home)
    search = Search(SolveOptions(60, seed=1, workers=1))
    model, relaxation = relax(model, search)
    if relaxation.excess > 1e-7:
        assert not np.isfinite(least_of_all(model))
        return
    assert (weight_of(model) >= 1).any()
    known = Outcome(np.zeros(model.n_atoms, dtype=np.int32), np.inf)
    plan, bound, _ = by_program(model, relaxation, known, search, np.random.default_rng(1))
    least = least_of_all(model)
    assert relaxation.bound <= bound <= least * (1 + 1e-9)
    assert least <= plan.value * (1 + 1e-9)


def test_heavy_atoms_close_most_of_the_gap() -> None:
    """On 300 heavy-tailed units the program closes nearly all that the relaxation left."""
    problem = heavy_tailed(3, 300, 8)
    bands = Criteria({"workload": Band.within(0.05), "potential": Band.within(0.05)})
    model = build_model(problem, bands, problem.home)
    search = Search(SolveOptions(20, seed=1, workers=1))
    model, relaxation = relax(model, search)
    known = Outcome(np.zeros(model.n_atoms, dtype=np.int32), np.inf)
    plan, bound, _ = by_program(model, relaxation, known, search, np.random.default_rng(1))
    assert relaxation.bound <= bound <= plan.value <= 1.01 * bound
