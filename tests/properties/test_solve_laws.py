"""Laws of solving: what every plan of every small world obeys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.properties.drawn_cases import Case, cases
from tests.properties.drawn_worlds import in_other_order

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-7)
NUMERICS = 1e-6


@settings(max_examples=25, deadline=None)
@given(cases())
def test_a_plan_is_found_wherever_there_is_one(case: Case) -> None:
    """It holds every criterion, is no worse than one that is known, and is proven the best."""
    plan = solve(case.problem, case.criteria, OPTIONS)
    assert violations(case.problem, plan.alignment, case.criteria) == []
    assert plan.objective == objective(case.problem, plan.alignment, case.criteria)
    known = objective(case.problem, case.known, case.criteria)
    assert 0 <= plan.bound <= plan.objective <= known * (1 + NUMERICS) + NUMERICS
    if not any(band.weight for band in case.criteria.bands.values()):
        assert plan.gap <= 10 * NUMERICS


@settings(max_examples=8, deadline=None)
@given(cases(centers="free"))
def test_a_plan_with_free_centers_holds_its_criteria(case: Case) -> None:
    """Its value is measured from its own centers; a bound is never above it."""
    plan = solve(case.problem, case.criteria, OPTIONS)
    assert violations(case.problem, plan.alignment, case.criteria) == []
    assert plan.objective == objective(case.problem, plan.alignment, case.criteria)
    assert 0 <= plan.bound <= plan.objective


@settings(max_examples=10, deadline=None)
@given(cases(), st.data())
def test_loosening_a_criterion_never_makes_the_optimum_worse(
    case: Case, data: st.DataObject
) -> None:
    """A wider band, a larger budget, no contiguity or no limit: the same plan is still allowed."""
    tight = solve(case.problem, case.criteria, OPTIONS)
    loose = solve(case.problem, data.draw(st.sampled_from(_loosened(case.criteria))), OPTIONS)
    assert loose.bound <= tight.objective * (1 + NUMERICS) + NUMERICS
    assert loose.objective <= tight.objective * (1 + NUMERICS) + NUMERICS


def _loosened(criteria: Criteria) -> list[Criteria]:
    """Return the criteria with each one in turn loosened or left out."""
    ((name, band),), (limit,) = criteria.bands.items(), criteria.disruption
    wider = replace(band, lower=-1.0, upper=band.upper * 1.3 + 0.1)
    more = None if limit.budget is None else min(1.0, limit.budget + 0.2)
    return [
        replace(criteria, bands={name: wider}),
        replace(criteria, bands={}) if not band.weight else replace(criteria, bands={name: wider}),
        replace(criteria, disruption=(replace(limit, budget=more),)),
        replace(criteria, contiguous=False),
        replace(criteria, max_distance_km=None),
    ]


@settings(max_examples=8, deadline=None)
@given(cases(), st.data())
def test_the_optimum_knows_no_names_and_no_order(case: Case, data: st.DataObject) -> None:
    """Renamed and reordered, a world has an optimum of the same value."""
    problem = case.problem
    sizes = (problem.n_units, problem.n_accounts, problem.n_territories)
    orders = [data.draw(st.permutations(range(size))) for size in sizes]
    here = solve(problem, case.criteria, OPTIONS)
    there = solve(in_other_order(problem, *orders), case.criteria, OPTIONS)
    assert there.objective == pytest.approx(here.objective, rel=NUMERICS, abs=NUMERICS)


@settings(max_examples=6, deadline=None)
@given(cases() | cases(centers="free"), st.integers(0, 2**40))
def test_the_same_seed_gives_the_same_plan(case: Case, seed: int) -> None:
    """Bit for bit, with one worker: value, bound, prices and alignment."""
    options = replace(OPTIONS, seed=seed, workers=1)
    one, other = (solve(case.problem, case.criteria, options) for _ in range(2))
    assert one.fingerprint == other.fingerprint


@settings(max_examples=8, deadline=None)
@given(cases())
def test_locking_every_unit_leaves_no_choice(case: Case) -> None:
    """The plan is the alignment it was locked to, with its value proven."""
    problem = replace(case.problem, locked=case.known.territory_of)
    plan = solve(problem, case.criteria, OPTIONS)
    assert plan.alignment == case.known
    assert plan.bound == pytest.approx(objective(problem, case.known, case.criteria))
