"""Few moves: the cheapest assignment without a map by enumeration, and joined on the map."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.solving import apart as apart_module
from territory_planner.solving import candidates
from territory_planner.solving.apart import apart, counts_for_nothing
from territory_planner.solving.few_moves import few_moves, moves_alone_cost
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from tests.worlds import grid_problem

CRITERIA = Criteria(
    {"workload": Band.within(0.2, weight=0.0)},
    contiguous=True,
    compactness={},
    disruption=(Disruption("workload", cost=1.0),),
)


def search() -> Search:
    return Search(SolveOptions(time_limit_s=30, relative_gap=1.0))


def small_world(seed: int) -> tuple[Problem, Model, np.ndarray]:
    """Return two rows of five units of two or three territories, some of them empty."""
    rng = np.random.default_rng(seed)
    k = 2 + seed % 2
    digits = rng.choice(list("0012345"), size=10)
    today = rng.integers(0, k, size=10)
    letters = ["ABC"[t] for t in today]
    problem = grid_problem(
        "/".join("".join(row) for row in digits.reshape(2, 5)),
        current="".join(letters[:5]) + "/" + "".join(letters[5:]),
        n_territories=k,
    )
    return problem, build_model(problem, CRITERIA, problem.home), today.astype(np.int32)


def fewest(model: Model, whole: bool) -> float:
    """Return the least cost of all assignments inside the bands, on the map or without it."""
    best = np.inf
    for each in product(range(model.n_territories), repeat=model.n_atoms):
        of = np.array(each, dtype=np.int32)
        if model.violation(of) <= 1e-9 and (not whole or model.is_whole(of)):
            best = min(best, model.value(of))
    return best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("most", [0, 3, 2500])
def test_bound_and_the_cheapest_by_enumeration(
    monkeypatch: pytest.MonkeyPatch, seed: int, most: int
) -> None:
    """The bound holds however few candidates are open; with all of them it is the least cost."""
    monkeypatch.setattr(apart_module, "OPEN", most)
    _, model, _ = small_world(seed)
    assert moves_alone_cost(model)
    found = apart(model, relax(model, search())[1], search())
    least = fewest(model, whole=False)
    assert found.bound <= least * (1 + 1e-9) + 1e-12
    if np.isfinite(found.best.value):
        of = found.with_part(found.best.of)
        assert ((of == NONE) <= counts_for_nothing(model)).all()
        of = np.where(of == NONE, model.territory[model.start[:-1]], of).astype(np.int32)
        assert model.violation(of) <= 1e-9
        assert model.value(of) >= found.bound * (1 - 1e-9)
    if most == 2500 and np.isfinite(least):
        assert found.bound == pytest.approx(least)
        assert model.value(of) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_joined_is_a_plan_and_its_bound_holds(seed: int) -> None:
    problem, model, today = small_world(seed)
    best, bound = few_moves(
        problem, model, problem.home, relax(model, search())[1], today, search()
    )
    assert bound <= fewest(model, whole=True) * (1 + 1e-9) + 1e-12
    if np.isfinite(best.value):
        assert model.is_whole(best.of)
        assert model.violation(best.of) <= 1e-9
        assert best.value == pytest.approx(model.value(best.of))


def test_the_nearest_of_what_costs_the_same_is_moved() -> None:
    """Each unit of the last territory would do; the one beside the first is joined to it."""
    problem = grid_problem(
        "11101111/00000000", current="AAAABBBB/AAAABBBB", homes="A......B/........"
    )
    criteria = replace(CRITERIA, bands={"workload": Band.within(0.15, weight=0.0)})
    problem = replace(problem, target=np.array([[4.0], [3.0]]))
    model = build_model(problem, criteria, problem.home)
    start = np.tile(np.repeat(np.array([0, 1], dtype=np.int32), 4), 2)
    best, bound = few_moves(
        problem, model, problem.home, relax(model, search())[1], start, search()
    )
    assert np.flatnonzero(best.of[:8] != start[:8]).tolist() == [4]
    assert best.value == bound == pytest.approx(1 / 7)
    assert model.is_whole(best.of)


def test_it_is_told_whether_moves_alone_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where distances cost, being off target or nothing, nor where not all pairs are listed."""
    problem, model, _ = small_world(0)
    distances = replace(CRITERIA, compactness={"distance": 1.0})
    assert not moves_alone_cost(build_model(problem, distances, problem.home))
    assert not moves_alone_cost(replace(model, slope=np.ones_like(model.slope)))
    assert not moves_alone_cost(replace(model, cost=np.zeros_like(model.cost)))
    dear_at_home = model.cost + (model.row_of_candidate == 0)
    assert not moves_alone_cost(replace(model, cost=dear_at_home))
    # What has no choice costs the same in every plan.
    asked = (model.row_of_candidate != 0) | (model.territory == 0)
    assert moves_alone_cost(replace(model, cost=dear_at_home).restricted(asked))
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    barely = build_model(problem, CRITERIA, problem.home)
    assert barely.elsewhere is not None
    assert not moves_alone_cost(barely)
