"""What is broken in one place is mended there: exactly with few moves, or drawn anew round it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.solving.excerpt import excerpt
from territory_planner.solving.fewest import activity_moved, mended_by_program
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.region import region
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.25)}, contiguous=True)
ROW = "ABCDEFGH"


def world(width: int = 4) -> tuple[Problem, Model, np.ndarray]:
    """Return eight reps on a line with ``width`` units each, and where they lie."""
    letters = "".join(letter * width for letter in ROW)
    homes = "".join(letter + "." * (width - 1) for letter in ROW)
    problem = grid_problem("1" * len(letters), current=letters, homes=homes, n_territories=8)
    model = build_model(problem, CRITERIA, problem.home)
    return problem, model, np.repeat(np.arange(8), width).astype(np.int32)


def search() -> Search:
    return Search(SolveOptions(time_limit_s=20), None)


def test_what_is_whole_and_inside_has_no_region() -> None:
    """Nothing is broken."""
    _, model, of = world()
    assert region(model, of) is None


def test_a_region_is_as_large_as_it_must_be() -> None:
    """Half of one territory's units are its neighbour's: three can share again, the rest stay."""
    _, model, of = world()
    of[:2] = 1
    among = region(model, of)
    assert among is not None
    assert among.tolist() == [True, True, True, False, False, False, False, False]


def test_two_places_that_are_broken_are_two_regions() -> None:
    """What is too much at one end is no room for what is too little at the other."""
    _, model, of = world(8)
    of[:4], of[-4:] = 1, 6
    among = region(model, of)
    assert among is not None
    assert among.tolist() == [True, True, True, False, False, True, True, True]


def test_a_torn_territory_is_broken() -> None:
    """Its totals are inside its band, and yet it is in two pieces."""
    _, model, of = world()
    of[3], of[4] = 1, 0
    among = region(model, of)
    assert among is not None
    assert among[[0, 1]].all()
    assert not among[4:].any()


@pytest.mark.parametrize("seed", range(8))
def test_no_fewer_moves_would_do(seed: int) -> None:
    """As little activity moves as in the best of all assignments of the region's units."""
    rng = np.random.default_rng(seed)
    activity = "".join(str(a) for a in rng.integers(1, 4, 24))
    letters = "".join(letter * 3 for letter in ROW)
    problem = grid_problem(
        activity, homes="".join(f"{x}.." for x in ROW), current=letters, n_territories=8
    )
    criteria = Criteria({"workload": Band.within(0.45)}, contiguous=True)
    model = build_model(problem, criteria, problem.home)
    of = np.repeat(np.arange(8), 3).astype(np.int32)
    of[3] = 0
    among = region(model, of)
    if among is None:
        return
    moved = activity_moved(model, of)
    found = mended_by_program(moved, of, of, search())
    units = np.flatnonzero(among[of])
    best = np.inf
    for every in product(np.flatnonzero(among), repeat=len(units)) if len(units) <= 9 else ():
        other = of.copy()
        other[units] = every
        if model.violation(other) <= 1e-9 and model.is_whole(other):
            best = min(best, moved.value(other))
    if len(units) <= 9:
        assert found.value == pytest.approx(best) or (np.isinf(best) and np.isinf(found.value))
    if np.isfinite(found.value):
        assert model.violation(found.of) <= 1e-9
        assert model.is_whole(found.of)
        assert (found.of == of)[~among[of]].all()


def test_an_excerpt_is_the_model_with_all_else_held() -> None:
    """Its totals, its pieces and its values are those of the whole."""
    _, model, of = world()
    among = np.isin(np.arange(8), [2, 3])
    part = excerpt(model, of, among, np.ones(len(model.territory), dtype=np.bool_))
    other = part.of.copy()
    other[3] = 1 - other[3]
    whole = part.put_back(of, other)
    assert (whole != of).sum() == 1
    assert part.model.totals(other) == pytest.approx(model.totals(whole)[2:4])
    assert part.model.is_whole(other) == model.is_whole(whole)
    cost = model.cost[model.position(whole)][np.isin(of, [2, 3])].sum()
    assert part.model.value(other) == pytest.approx(cost)


def test_a_part_says_nothing_of_the_whole() -> None:
    """Its bound and its values are not told to the search."""
    _, model, of = world()
    whole = of.copy()
    of[:2] = 1
    told = search()
    assert np.isfinite(mended_by_program(activity_moved(model, of), of, whole, told).value)
    assert told.steps == []
