"""The smoothed dual against finite differences, and its bound against a linear program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import lower_bound, size_of, worth_of
from territory_planner.solving.relax import relax
from territory_planner.solving.smooth import SmoothDual
from tests.worlds import grid_problem

CRITERIA = Criteria(
    {"workload": Band(-0.1, 0.15, 2.0), "potential": Band.within(0.2)},
    disruption=(Disruption("workload", 0.6), Disruption("potential", per_territory=0.9)),
)


def world(seed: int) -> Problem:
    """Return 40 units and 4 territories with homes in the corners, drawn at random."""
    rng = np.random.default_rng(seed)

    def rows(letters: str) -> str:
        return "/".join("".join(rng.choice(list(letters), 10)) for _ in range(4))

    homes = "A........B/........../........../C........D"
    return grid_problem(
        rows("12345"), potential=rows("2468"), current=rows("ABCD"), homes=homes, n_territories=4
    )


def optimum(model: Model, is_whole: bool) -> float:
    """Return the least objective of the model by HiGHS, of whole atoms or of shares."""
    n, k, b = model.n_atoms, *model.target.shape
    m = len(model.cost)
    row, of = model.row_of_candidate, model.territory
    one = np.zeros((n, m))
    one[row, np.arange(m)] = 1.0
    totals = np.zeros((k * b, m))
    for q in range(b):
        totals[of * b + q, np.arange(m)] = model.activity[row, q]
    off = np.eye(k * b)
    cost = np.concatenate([model.cost, model.slope.ravel()])
    wide = [
        LinearConstraint(np.hstack([one, np.zeros((n, k * b))]), 1, 1),
        LinearConstraint(np.hstack([totals, 0 * off]), model.lower.ravel(), model.upper.ravel()),
        LinearConstraint(np.hstack([totals, -off]), -np.inf, model.target.ravel()),
        LinearConstraint(np.hstack([totals, off]), model.target.ravel(), np.inf),
        LinearConstraint(
            np.hstack([model.moved.T, np.zeros((len(model.budget), k * b))]), -np.inf, model.budget
        ),
    ]
    whole = np.concatenate([np.full(m, float(is_whole)), np.zeros(k * b)])
    upper = np.concatenate([np.ones(m), np.full(k * b, np.inf)])
    found = milp(
        cost, integrality=whole, bounds=(0, upper), constraints=wide, options={"mip_rel_gap": 1e-7}
    )
    assert found.status == 0, found.message
    return float(found.fun)


@pytest.mark.parametrize("heat", [0.1, 0.003])
def test_slope_and_curvature_are_those_of_the_value(heat: float) -> None:
    """Central differences of the value and of the slope, at a random point."""
    problem = world(1)
    model = build_model(problem, CRITERIA, problem.home)
    worth, scale = worth_of(model), model.target.mean(axis=0)
    dual = SmoothDual(model, scale, heat * worth * size_of(model), heat * worth / 4, 1)
    rng = np.random.default_rng(2)
    size = model.target.size + len(model.budget)
    point = rng.normal(0, 0.05 * worth, size)
    point[model.target.size :] = np.abs(point[model.target.size :])
    _, slope, lower = dual(point, True)
    bend = np.tril(lower) + np.tril(lower, -1).T
    step = 1e-5 * worth
    for i in range(size):
        ahead, behind = point.copy(), point.copy()
        ahead[i] += step
        behind[i] -= step
        up, down = dual(ahead, False), dual(behind, False)
        assert slope[i] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-3, abs=1e-6)
        change = (up[1] - down[1]) / (2 * step)
        assert -bend[i] == pytest.approx(change, rel=1e-2, abs=1e-3 * np.abs(bend).max())


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_the_linear_program_and_below_the_best_plan(seed: int) -> None:
    """The relaxation reaches HiGHS' value; the plan is HiGHS' best, within what is proven."""
    problem = world(seed)
    model = build_model(problem, CRITERIA, problem.home)
    _, relaxation = relax(model, Search(SolveOptions(20)))
    program, best = optimum(model, False), optimum(model, True)
    assert relaxation.bound <= program * (1 + 1e-7)
    assert relaxation.bound == pytest.approx(program, rel=2e-3)
    assert lower_bound(model, relaxation.price, relaxation.toll) <= program * (1 + 1e-7)
    plan = solve(problem, CRITERIA, SolveOptions(15, relative_gap=1e-6, seed=seed))
    assert violations(problem, plan.alignment, CRITERIA) == []
    assert plan.bound <= best * (1 + 1e-6)
    assert best * (1 - 1e-6) <= plan.objective <= best * 1.005


@pytest.mark.parametrize("seed", range(2))
def test_pairs_that_are_not_listed_count_all_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one candidate an atom listed at first, bound and plan are those of the full list."""
    from territory_planner.solving import candidates, given

    problem = world(seed)
    criteria = replace(CRITERIA, disruption=(Disruption("workload", 0.6),))
    full = optimum(build_model(problem, criteria, problem.home), True)
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    monkeypatch.setattr(given, "FEW", 2)
    short = build_model(problem, criteria, problem.home, nearest=2)
    assert short.elsewhere is not None
    assert len(short.cost) < 4 * problem.n_units
    plan = solve(problem, criteria, SolveOptions(15, relative_gap=1e-6))
    assert violations(problem, plan.alignment, criteria) == []
    assert plan.bound <= full * (1 + 1e-6)
    assert plan.bound >= 0.95 * full
    assert full * (1 - 1e-6) <= plan.objective <= 1.02 * full
