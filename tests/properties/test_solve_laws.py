"""Laws of solving: what every plan of every small world obeys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from territory_planner.domain.criteria import Compactness, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import given as given_centers
from territory_planner.solving import solve
from tests.oracles.brute_force import every_valid
from tests.properties.drawn_cases import Case, cases, is_no_worse, standing
from tests.properties.drawn_worlds import in_other_order

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-7)
NUMERICS = 1e-6
PROVEN = 1e-5
PROVEN_FARTHEST = 2e-4
"""Gaps at the most: limits on the largest distance are halved down to a ten-thousandth."""


def _standing(plan: Plan) -> list[float]:
    return standing(plan.problem, plan.alignment, plan.criteria, plan.objective)


def _claimed(plan: Plan) -> list[float]:
    """Return what no plan can be below: the bound, after what the stages before it reached."""
    return [*(stage.moved for stage in plan.stages), plan.bound]


def _assert_sound(plan: Plan, case: Case) -> list[float]:
    """Assert that the plan holds its criteria, is worth what it says, and claims nothing false.

    Returns where the known plan stands.
    """
    assert violations(plan.problem, plan.alignment, case.criteria) == []
    assert plan.objective == objective(plan.problem, plan.alignment, case.criteria)
    assert 0 <= plan.bound <= plan.objective
    assert all(0 <= stage.bound <= stage.moved for stage in plan.stages)
    value = objective(case.problem, case.known, case.criteria)
    known = standing(case.problem, case.known, case.criteria, value)
    assert all(stage.bound <= known[0] + NUMERICS for stage in plan.stages[:1])
    assert is_no_worse(_claimed(plan), known, NUMERICS)
    return known


@settings(max_examples=40, deadline=None)
@given(cases(number=True))
def test_a_plan_is_found_wherever_there_is_one(case: Case) -> None:
    """It holds every criterion, is no worse than one that is known, and is proven the best."""
    plan = solve(case.problem, case.criteria, OPTIONS)
    known = _assert_sound(plan, case)
    assert is_no_worse(_standing(plan), known, NUMERICS)
    wanted, k = case.criteria.n_territories, case.problem.n_territories
    is_weighed = any(band.weight for band in case.criteria.bands.values())
    if not is_weighed and wanted in (None, (k, k)):
        event("proven the best")
        is_farthest = "largest_distance" in case.criteria.compactness
        assert plan.gap <= (PROVEN_FARTHEST if is_farthest else PROVEN)


@settings(max_examples=15, deadline=None)
@given(cases(centers="free", number=True))
def test_a_plan_with_free_centers_holds_its_criteria(case: Case) -> None:
    """Its value is measured from its own centers; a bound is never above it."""
    _assert_sound(solve(case.problem, case.criteria, OPTIONS), case)


@settings(max_examples=25, deadline=None)
@given(cases(most_units=6))
def test_bound_and_plan_enclose_the_best_of_all_alignments(case: Case) -> None:
    """All criteria at once, tried on every alignment; what moves least goes first in its order."""
    _assert_best(case)


@settings(max_examples=40, deadline=None)
@given(cases(most_units=6))
def test_off_the_map_the_search_alone_finds_the_best_of_all_alignments(case: Case) -> None:
    """Where no exact model follows it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(given_centers, "is_small", lambda _: False)
        _assert_best(replace(case, criteria=replace(case.criteria, contiguous=False)))


def _assert_best(case: Case) -> None:
    """Assert that the plan is the best of all alignments, and claims nothing above any of them."""
    problem, criteria = case.problem, case.criteria
    plan = solve(problem, criteria, OPTIONS)
    _assert_sound(plan, case)
    every = [
        standing(problem, alignment, criteria, value)
        for alignment, value in every_valid(problem, criteria)
    ]
    here = _standing(plan)
    assert all(is_no_worse(here, there, NUMERICS) for there in every)
    assert any(is_no_worse(there, here, NUMERICS) for there in every)
    assert all(is_no_worse(_claimed(plan), there, NUMERICS) for there in every)


@settings(max_examples=15, deadline=None)
@given(cases() | cases(centers="free"), st.sampled_from(["distance", "diameter", "cut_edges"]))
def test_a_search_from_a_known_plan_ends_no_worse(case: Case, kind: Compactness) -> None:
    """By every engine, on the map and off it, without the exact model and without a guide."""
    criteria = replace(
        case.criteria,
        compactness={"distance": 1.0, kind: 0.5},
        short_borders=0.0,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(given_centers, "is_small", lambda _: False)
        plan = solve(case.problem, criteria, replace(OPTIONS, time_limit_s=1), start=case.known)
    known = _assert_sound(plan, replace(case, criteria=criteria))
    assert is_no_worse(_standing(plan), known, 10 * NUMERICS)


@settings(max_examples=25, deadline=None)
@given(cases(), st.data())
def test_loosening_a_criterion_never_makes_the_optimum_worse(
    case: Case, data: st.DataObject
) -> None:
    """A wider band, a larger budget, no limit, one rule less: the same plan is still allowed."""
    tight = solve(case.problem, case.criteria, OPTIONS)
    problem, criteria = data.draw(st.sampled_from(list(_loosened(case))))
    loose = solve(problem, criteria, OPTIONS)
    assert is_no_worse(_standing(loose), _standing(tight), NUMERICS)
    assert is_no_worse(_claimed(loose), _standing(tight), NUMERICS)


def _loosened(case: Case) -> Iterator[tuple[Problem, Criteria]]:
    """Yield problem and criteria with each rule and each criterion loosened or left out in turn."""
    problem, criteria, k = case.problem, case.criteria, case.problem.n_territories
    for name, band in criteria.bands.items():
        wider = replace(band, lower=-1.0, upper=band.upper * 1.3 + 0.1)
        rest = {other: kept for other, kept in criteria.bands.items() if other != name}
        yield problem, replace(criteria, bands={**criteria.bands, name: wider})
        yield problem, replace(criteria, bands=rest)
    for d, limit in enumerate(criteria.disruption):
        more = None if limit.budget is None else min(1.0, limit.budget + 0.2)
        for looser in (replace(limit, budget=more), replace(limit, per_territory=None)):
            entries = (*criteria.disruption[:d], looser, *criteria.disruption[d + 1 :])
            yield problem, replace(criteria, disruption=entries)
    yield problem, replace(criteria, contiguous=False)
    yield problem, replace(criteria, max_distance_km=None)
    yield problem, replace(criteria, n_territories=(k, k + 1))
    nobody = np.full(problem.n_units, NONE)
    yield replace(problem, locked=nobody), criteria
    yield replace(problem, group=nobody), criteria
    yield replace(problem, forbidden=problem.forbidden[:0]), criteria
    yield replace(problem, skill_class=np.zeros(problem.n_units, dtype=np.int32)), criteria


@settings(max_examples=12, deadline=None)
@given(cases(), st.data())
def test_the_optimum_knows_no_names_and_no_order(case: Case, data: st.DataObject) -> None:
    """Renamed and reordered, a world has an optimum of the same value."""
    problem = case.problem
    sizes = (problem.n_units, problem.n_accounts, problem.n_territories)
    orders = [data.draw(st.permutations(range(size))) for size in sizes]
    here = solve(problem, case.criteria, OPTIONS)
    there = solve(in_other_order(problem, *orders), case.criteria, OPTIONS)
    assert there.objective == pytest.approx(here.objective, rel=NUMERICS, abs=NUMERICS)


@settings(max_examples=8, deadline=None)
@given(cases(number=True) | cases(centers="free", number=True), st.integers(0, 2**40))
def test_the_same_seed_gives_the_same_plan(case: Case, seed: int) -> None:
    """Bit for bit, with one worker: value, bound, prices and alignment."""
    options = replace(OPTIONS, seed=seed, workers=1)
    one, other = (solve(case.problem, case.criteria, options) for _ in range(2))
    assert one.fingerprint == other.fingerprint


@settings(max_examples=12, deadline=None)
@given(cases())
def test_locking_every_unit_leaves_no_choice(case: Case) -> None:
    """The plan is the alignment it was locked to, with its value proven."""
    problem = replace(case.problem, locked=case.known.territory_of)
    plan = solve(problem, case.criteria, OPTIONS)
    assert plan.alignment == case.known
    assert plan.bound == pytest.approx(objective(problem, case.known, case.criteria))
