"""Territories that grow from roots: each in one piece, at little cost, without a cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.exact import exact
from territory_planner.solving.fewest import activity_moved, mended_by_program
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.rooted import rooted
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.3)}, contiguous=True)
QUARTERS = "AAABBB/AAABBB/AAABBB/CCCDDD/CCCDDD/CCCDDD"
WITHIN = np.array(["ABCD".index(c) for c in QUARTERS.replace("/", "")], dtype=np.int32)


def search() -> Search:
    return Search(SolveOptions(time_limit_s=60, seed=1, workers=1), None)


def world(seed: int) -> Problem:
    """Return four quarters of nine units each, with a rep in the middle of each."""
    activity = np.random.default_rng(seed).integers(0, 4, (6, 6))
    homes = "....../.A..B./....../....../.C..D./......"
    rows = "/".join("".join(str(a) for a in row) for row in activity)
    return grid_problem(rows, homes=homes, current=QUARTERS, n_territories=4)


def broken(model: Model, seed: int) -> IntArray:
    """Return the quarters with a unit of each in the one after it."""
    of = WITHIN.copy()
    of[[14, 16]] = [1, 0]
    of[np.random.default_rng(seed).integers(0, 36)] = seed % 4
    return of


def test_what_grows_from_roots_is_whole_and_never_cheaper_than_the_best() -> None:
    """Inside its limits and in one piece each; mostly there is one, and often it is the best."""
    found, best = 0, 0
    for seed in range(12):
        model = build_model(world(seed), CRITERIA, world(seed).home)
        moved = activity_moved(model, broken(model, seed))
        there = rooted(moved, WITHIN, search())
        if there is None:
            continue
        assert model.violation(there) <= FEASIBLE
        assert model.is_whole(there)
        least = exact(moved, Outcome(WITHIN, np.inf), search(), inwards=True).outcome.value
        assert least <= moved.value(there) + 1e-9
        found, best = found + 1, best + (moved.value(there) <= 1.02 * least + 1e-9)
    assert found >= 8
    assert best >= found / 2


def test_an_order_that_is_a_plan_is_found_by_itself() -> None:
    """Every territory that is whole grows from its root: what is found costs no more."""
    plans = 0
    for seed in range(12):
        model = build_model(world(seed), CRITERIA, world(seed).home)
        moved = activity_moved(model, broken(model, seed))
        plan = exact(moved, Outcome(WITHIN, np.inf), search(), inwards=True).outcome
        if np.isfinite(plan.value):
            there = rooted(moved, plan.of, search())
            assert there is not None
            assert moved.value(there) == pytest.approx(plan.value, rel=0.02, abs=1e-6)
            plans += 1
    assert plans >= 8


def test_units_of_a_group_each_have_a_way() -> None:
    """A group in both upper corners is joined to its territory at both, not only at one."""
    problem = world(3)
    group = np.arange(36, dtype=np.int32)
    group[5] = group[0]
    criteria = Criteria({"workload": Band.within(0.9)}, contiguous=True)
    model = build_model(replace(problem, group=group), criteria, problem.home)
    of = np.delete(WITHIN, 5)
    assert not model.is_whole(of)
    order = of.copy()
    order[:5] = 0
    assert model.is_whole(order)
    found = rooted(activity_moved(model, of), order, search())
    assert found is not None
    assert model.is_whole(found)
    assert model.violation(found) <= FEASIBLE


def test_a_strip_that_was_cut_is_joined_again() -> None:
    """A unit that somebody gave to a far territory is reached by the cheapest way."""
    problem = world(5)
    of = WITHIN.copy()
    of[13] = 3
    locked = np.full(36, -1, dtype=np.int32)
    locked[13] = 3
    problem = replace(problem, locked=locked)
    criteria = Criteria({"workload": Band.within(0.9)}, contiguous=True)
    model = build_model(problem, criteria, problem.home)
    assert not model.is_whole(of)
    mended = mended_by_program(activity_moved(model, of), of, WITHIN, search())
    assert np.isfinite(mended.value)
    assert mended.of[13] == 3
    assert model.is_whole(mended.of)
