"""On worlds small enough to try everything, the frontier is the exact set of best outcomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.errors import InfeasibleError
from territory_planner.scenarios.frontier import Axis, Level, Tradeoff, criteria_at, measured
from territory_planner.scenarios.frontier_search import frontier
from territory_planner.scenarios.lanes import LOOSEST, TIGHTEST
from territory_planner.scenarios.pareto import undominated
from tests.oracles.brute_force import best_value, every_valid
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=60, relative_gap=1e-9)


@pytest.mark.parametrize(
    "axes", [("travel", "disruption"), ("balance", "travel"), ("balance", "disruption")]
)
@settings(max_examples=5, deadline=None)
@given(
    workload=st.text(alphabet="1247", min_size=6, max_size=6),
    current=st.text(alphabet="AB", min_size=6, max_size=6),
)
def test_two_criteria(axes: tuple[Axis, ...], workload: str, current: str) -> None:
    """Every outcome that trying everything finds best is found, and no other."""
    problem = grid_problem(
        f"{workload[:3]}/{workload[3:]}", current=f"{current[:3]}/{current[3:]}", n_territories=2
    )
    criteria = Criteria(bands={"workload": Band.within(0.5)})
    tradeoff = Tradeoff(axes, "workload", points=40)
    scale = LOOSEST if "balance" in axes else 1.0
    loosest = criteria_at(criteria, tradeoff, Level(scale))
    all_values = np.array(
        [
            [measured(problem, alignment, criteria, "workload")[axis] for axis in axes]
            for alignment, _ in every_valid(problem, loosest)
        ]
    )
    wanted = all_values[undominated(all_values)]
    found = frontier(problem, criteria, tradeoff, OPTIONS)
    values = np.array([[p.values[axis] for axis in axes] for p in found.best])
    if "balance" in axes:
        # Below the tightest band that is asked for, nothing is looked for.
        wanted, values = (rows[rows[:, 0] > TIGHTEST] for rows in (wanted, values))
    assert len(values) == len(wanted)
    assert np.allclose(_sorted(values), _sorted(wanted), atol=1e-6)


@settings(max_examples=8, deadline=None)
@given(
    workload=st.text(alphabet="1247", min_size=6, max_size=6),
    potential=st.text(alphabet="0139", min_size=6, max_size=6),
    current=st.text(alphabet="AB", min_size=6, max_size=6),
)
def test_bounds_hold(workload: str, potential: str, current: str) -> None:
    """No plan for a point's level is better than its bound, wherever that was proven."""
    problem = grid_problem(
        f"{workload[:3]}/{workload[3:]}",
        potential=f"{potential[:3]}/{potential[3:]}",
        current=f"{current[:3]}/{current[3:]}",
        n_territories=2,
    )
    criteria = Criteria(
        bands={"workload": Band.within(0.6)},
        disruption=(Disruption("workload"), Disruption("potential", 0.7)),
    )
    try:
        found = frontier(problem, criteria, Tradeoff(points=8), OPTIONS)
    except InfeasibleError:
        return
    for point in found.points:
        level = replace(point.level, is_fewest=False)
        best = best_value(problem, criteria_at(criteria, found.tradeoff, level))
        if point.plan is not None:
            assert best is not None
            assert point.plan.bound <= best + 1e-6
            assert point.plan.objective >= best - 1e-6
        elif point.is_proven:
            assert best is None


def _sorted(rows: FloatArray) -> FloatArray:
    return rows[np.lexsort(rows.T)]
