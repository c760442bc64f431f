"""Every objective, with every kind of center, against every alignment of eight units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.solving import solve
from tests.oracles.brute_force import best_value
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=2, relative_gap=1e-7)
WORLD = replace(
    grid_problem("2453/3542", potential="5141/2912", current="AAAB/BBAB", homes="A..B/...."),
    forbidden=np.array([[3, 0]], dtype=np.int32),
)
BLENDS: list[dict[str, float]] = [
    {"distance": 1.0},
    {"inertia": 1.0},
    {"largest_distance": 1.0},
    {"diameter": 1.0},
    {"cut_edges": 1.0},
    {"distance": 1.0, "diameter": 0.5, "cut_edges": 0.1},
    {"inertia": 0.5, "largest_distance": 0.3},
]


@pytest.mark.parametrize("contiguous", [False, True])
@pytest.mark.parametrize("centers", ["home", "free", "seed", "unit"])
@pytest.mark.parametrize("compactness", BLENDS, ids="+".join)
def test_the_plan_is_between_bound_and_optimum_or_the_optimum(
    compactness: dict[str, float], centers: str, contiguous: bool
) -> None:
    """With a band, a budget, a limit on each territory's loss, a cost of each, a forbidden pair."""
    criteria = Criteria(
        {"workload": Band(-0.3, 0.3, 0.1)},
        centers=centers,  # type: ignore[arg-type]
        contiguous=contiguous,
        disruption=(Disruption("potential", 0.6, 0.2, per_territory=0.7),),
        compactness=compactness,  # type: ignore[arg-type]
        territory_cost=0.25,
    )
    best = best_value(WORLD, criteria)
    assert best is not None
    plan = solve(WORLD, criteria, OPTIONS)
    assert plan.bound <= best * (1 + 1e-9)
    if centers == "home":
        assert plan.objective == pytest.approx(best, rel=1e-6)
        assert plan.trace[-1].best == pytest.approx(best, rel=1e-6)
    else:
        # Centers that move with their territories are searched for, not proven.
        assert plan.objective >= best * (1 - 1e-9)
