"""Second opinion on distances: shapely measures, plain loops add up, a search finds centers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.compactness import (
    centers,
    distance_km,
    largest_distance_km,
    mean_distance_km,
    moment_of_inertia,
    unit_weight,
    weighted_distance_km,
)
from tests.properties.drawn_worlds import alignments, worlds
from tests.worlds import grid_problem


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([None, "workload", "potential"]))
def test_distances_are_those_of_plain_loops(data: st.DataObject, measure: str | None) -> None:
    """Unit by unit, to the home of its territory, weighted by the measure that is asked for."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem, least=NONE))
    wishes = Criteria(compactness_measure=measure)
    column = 1 if measure == "potential" else 0
    loads = [0.0] * problem.n_units
    for a in range(problem.n_accounts):
        loads[problem.accounts.unit[a]] += float(problem.accounts.activity[a, column])
    some = [load for load in loads if load > 0]
    least = sum(some) / len(some) / 100 if some else 1.0
    weights = [load if load > 0 else least for load in loads]
    sums = np.zeros((4, problem.n_territories))
    found = distance_km(problem, alignment, wishes)
    for i, k in enumerate(alignment.territory_of):
        if k == NONE:
            assert np.isnan(found[i])
            continue
        home = problem.territories[k].home
        km = shapely.Point(problem.units.xy[i]).distance(shapely.Point(home)) / 1000
        assert found[i] == pytest.approx(km)
        sums[:3, k] += weights[i], weights[i] * km, weights[i] * km * km
        sums[3, k] = max(sums[3, k], km)
    weight, first, second, largest = sums
    each = [f / w if w else 0.0 for f, w in zip(first, weight, strict=True)]
    mean = first.sum() / weight.sum() if weight.any() else 0.0
    assert mean_distance_km(problem, alignment, wishes) == pytest.approx(mean)
    assert weighted_distance_km(problem, alignment, wishes) == pytest.approx(each)
    assert moment_of_inertia(problem, alignment, wishes) == pytest.approx(second)
    assert largest_distance_km(problem, alignment, wishes) == pytest.approx(largest)


@settings(max_examples=30, deadline=None)
@given(
    st.text(alphabet="0012349", min_size=8, max_size=8),
    st.sampled_from([1000.0, 50_000.0]),
)
def test_no_point_is_nearer_than_the_free_center(workload: str, spacing_m: float) -> None:
    """A search from the center, and every unit's own place, find nothing a thousandth better."""
    problem = grid_problem(f"{workload[:4]}/{workload[4:]}", n_territories=1, spacing_m=spacing_m)
    alignment, wishes = Alignment(np.zeros(8, dtype=np.int32)), Criteria(centers="free")
    weight, xy = unit_weight(problem, wishes), problem.units.xy

    def total(point: FloatArray) -> float:
        return float(weight @ np.hypot(*(xy - point).T))

    center = centers(problem, alignment, wishes)[0]
    searched = minimize(total, center, method="Nelder-Mead", options={"xatol": 0.01})
    best = min([float(searched.fun), *(total(place) for place in xy)])
    assert total(center) <= best * 1.001
