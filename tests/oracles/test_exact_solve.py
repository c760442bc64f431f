"""On problems small enough to try everything, solve finds the optimum or proves there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError
from territory_planner.solving import solve
from tests.oracles.brute_force import best_value
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-7)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Problem, Criteria]:
    """Draw a grid of at most 8 units with every kind of criterion, some in force."""
    width = draw(st.integers(2, 4))
    n = 2 * width
    k = draw(st.integers(1, 3 if n <= 6 else 2))

    def text(letters: str) -> str:
        row = st.text(alphabet=letters, min_size=width, max_size=width)
        return "/".join((draw(row), draw(row)))

    problem = grid_problem(
        text("0123459"),
        current=text("." + "ABC"[:k]),
        potential=text("0123459"),
        n_territories=k,
    )
    unit, territory = st.integers(0, n - 1), st.integers(0, k - 1)
    locked, group = np.full(n, NONE), np.full(n, NONE)
    for i, j in draw(st.dictionaries(unit, territory, max_size=2)).items():
        locked[i] = j
    together = draw(st.sets(unit, min_size=0, max_size=2))
    if len(together) == 2:
        group[list(together)] = 0
    pairs = sorted(draw(st.sets(st.tuples(unit, territory), max_size=2)))
    forbidden = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    problem = replace(problem, locked=locked, group=group, forbidden=forbidden)
    band = st.sampled_from([0.05, 0.2, 0.5, 1.0])
    weight = st.sampled_from([0.0, 0.0, 2.0])
    bands = {"workload": Band.within(draw(band), draw(weight))}
    if draw(st.booleans()):
        bands["potential"] = Band.within(draw(band))
    budget = draw(st.sampled_from([None, 0.2, 0.6]))
    cost = draw(st.sampled_from([0.0, 3.0]))
    return problem, Criteria(
        bands=bands,
        compactness_measure=draw(st.sampled_from(["workload", "potential"])),
        contiguous=draw(st.booleans()),
        disruption=(Disruption("potential", budget, cost),),
        max_distance_km=draw(st.sampled_from([None, 2.1])),
    )


@settings(max_examples=120, deadline=None)
@given(cases())
def test_solve_agrees_with_trying_everything(case: tuple[Problem, Criteria]) -> None:
    """Bound and plan meet at the optimum, and infeasible means that nothing works."""
    problem, criteria = case
    best = best_value(problem, criteria)
    if best is None:
        with pytest.raises(InfeasibleError, match="No alignment satisfies these criteria together"):
            solve(problem, criteria, OPTIONS)
        return
    plan = solve(problem, criteria, OPTIONS)
    assert plan.bound <= best + 1e-6
    assert plan.objective == pytest.approx(best, rel=1e-5, abs=1e-6)
