"""The parts of the search off the map, against every assignment of a few atoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.plan import SolveOptions
from territory_planner.evaluation.compactness import mean_distance_km
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import heavy_program
from territory_planner.solving.dual import climb
from territory_planner.solving.heavy import SPLIT, Settled, settled, weight_of
from territory_planner.solving.improve import Outcome
from territory_planner.solving.locate import located
from territory_planner.solving.model import Model
from territory_planner.solving.places import among_places
from territory_planner.solving.progress import Search
from territory_planner.solving.refine import refine
from territory_planner.solving.relax import relax
from tests.oracles.brute_force import best_value
from tests.solving.tiny import every, only, tiny_model, tiny_problem

NUMERICS = 1e-9


def search() -> Search:
    return Search(SolveOptions(20, relative_gap=1e-6))


def settled_first(model: Model, by_program: bool = False) -> Settled:
    """Return the settled model from the prices of the ascent, or of the linear program."""
    prices = relax(model, search())[1] if by_program else climb(model, search())
    return settled(model, prices, search())


def refined(model: Model, start: IntArray, seed: int) -> Outcome:
    now = settled_first(model)
    return refine(model, now.relaxation, start, search(), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(16))
def test_refining_ends_inside_all_limits_or_says_that_it_did_not(seed: int) -> None:
    """A finite value is that of an assignment which holds all; no value is below the optimum."""
    model = tiny_model(seed, 8, 2 + seed % 2)
    everything = every(model)
    start = everything.of[np.random.default_rng(seed).integers(len(everything.of))]
    outcome = refined(model, start.astype(np.int32), seed)
    assert np.isfinite(outcome.value) == everything.is_held.any()
    if np.isfinite(outcome.value):
        here = only(model, outcome.of)
        assert here.is_held.all()
        assert outcome.value == pytest.approx(here.value[0], rel=NUMERICS)
        assert outcome.value == pytest.approx(model.value(outcome.of), rel=NUMERICS)
        assert outcome.value >= everything.optimum * (1 - NUMERICS)


@pytest.mark.parametrize("seed", range(4))
def test_refining_never_makes_a_start_worse(seed: int) -> None:
    """From each of the best and the worst assignments that hold all limits."""
    model = tiny_model(seed)
    everything = every(model)
    held = np.flatnonzero(everything.is_held)
    order = held[np.argsort(everything.value[held])]
    for start in (order[0], order[-1]):
        outcome = refined(model, everything.of[start].astype(np.int32), seed)
        assert outcome.value <= everything.value[start] * (1 + NUMERICS)


def test_refining_finds_the_optimum_nearly_always() -> None:
    """Where every candidate is among the ties, in nine models of ten that have a plan."""
    found = []
    for seed in range(20):
        model = tiny_model(seed, 8, 2 + seed % 2)
        best = every(model).optimum
        if np.isfinite(best):
            now = settled_first(model)
            outcome = refined(model, now.choice(np.random.default_rng(seed)), seed)
            found.append(outcome.value <= best * (1 + NUMERICS))
    assert len(found) >= 10
    assert np.mean(found) >= 0.9


@pytest.mark.parametrize("by_program", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_a_settled_model_is_part_of_the_whole_and_bounded(seed: int, by_program: bool) -> None:
    """Its candidates are some of the whole one's, and its bound is below all that they make."""
    model = tiny_model(seed, 8, 2 + seed % 2)
    now = settled_first(model, by_program)
    row, whole = now.model.row_of_candidate, model.row_of_candidate
    listed = dict(zip(zip(whole, model.territory, strict=True), model.cost, strict=True))
    for pair, cost in zip(zip(row, now.model.territory, strict=True), now.model.cost, strict=True):
        assert listed[pair] == cost
    assert set(row.tolist()) == set(range(model.n_atoms))
    assert now.relaxation.bound <= every(now.model).optimum * (1 + NUMERICS)
    share = now.shares()
    assert (share >= 0).all()
    assert np.bincount(row, share) == pytest.approx(np.ones(model.n_atoms))
    drawn = now.choice(np.random.default_rng(seed))
    assert (now.model.position(drawn) >= 0).all()
    torn = [a for a in range(model.n_atoms) if share[row == a].max() < SPLIT]
    assert sorted(now.split().tolist()) == torn
    assert (np.diff(weight_of(model)[now.split()]) <= 0).all()


@pytest.mark.parametrize("nodes", [1, 3, 2000])
@pytest.mark.parametrize("seed", [*range(9), 10, 14, 36])
def test_programs_enclose_the_optimum(
    seed: int, nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the worst plan there is, cut short or not: bound, optimum and plan in this order."""
    monkeypatch.setattr(heavy_program, "NODES", nodes)
    model = tiny_model(seed, 8, 2 + seed % 2)
    everything = every(model)
    held = np.flatnonzero(everything.is_held)
    worst = held[np.argmax(everything.value[held])]
    known = Outcome(everything.of[worst].astype(np.int32), float(everything.value[worst]))
    relaxation = climb(model, search())
    rng = np.random.default_rng(seed)
    best, bound, _ = heavy_program.by_program(model, relaxation, known, search(), rng)
    assert relaxation.bound <= bound <= everything.optimum * (1 + NUMERICS)
    assert everything.optimum * (1 - NUMERICS) <= best.value <= known.value
    here = only(model, best.of)
    assert here.is_held.all()
    assert best.value == pytest.approx(here.value[0], rel=NUMERICS)


@pytest.mark.parametrize("seed", range(10))
def test_free_centers_end_at_the_best_points_of_what_holds_all_limits(seed: int) -> None:
    """The value is the evaluation's, none below the best; none at all where nothing holds."""
    problem, criteria = tiny_problem(seed, 8, 2)
    criteria = replace(criteria, centers="free")
    rng = np.random.default_rng(seed)
    places = located(problem, criteria, search(), rng)
    outcome = among_places(problem, criteria, places, search(), rng)
    best = best_value(problem, criteria)
    assert (outcome is None) == (best is None)
    if outcome is None or best is None:
        return
    alignment = Alignment(outcome.of)
    assert violations(problem, alignment, criteria) == []
    assert outcome.value == objective(problem, alignment, criteria)
    assert outcome.value >= best * (1 - 1e-6)
    assert outcome.center is not None
    far = problem.distance_km(problem.units.xy, outcome.center[outcome.of])
    mean = np.average(far, weights=problem.activity[:, 0])
    assert mean == pytest.approx(mean_distance_km(problem, alignment, criteria), rel=1e-3)
