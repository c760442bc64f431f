"""What needs no search: no plan is worse than the start or today's alignment."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Compactness, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=3)
STAYS = (Disruption("workload", 0.0),)


def test_today_is_kept_where_nothing_may_move() -> None:
    """Also with a territory that is empty today, among so many units that none is exact."""
    letters = "/".join(["A" * 15 + "B" * 15] * 30)
    problem = grid_problem("/".join(["1" * 30] * 30), current=letters, n_territories=3)
    criteria = Criteria({"workload": Band(-1, 1)}, contiguous=True, disruption=STAYS)
    plan = solve(problem, criteria, OPTIONS)
    assert plan.alignment.territory_of.tolist() == problem.accounts.current.tolist()


@pytest.mark.parametrize("kind", ["distance", "diameter", "cut_edges", "largest_distance"])
@pytest.mark.parametrize("centers", ["home", "free", "unit"])
def test_no_engine_ends_worse_than_today(kind: Compactness, centers: str) -> None:
    """Two of three territories are empty today, and only a unit without activity may move."""
    problem = grid_problem("110", current="AAA", n_territories=3)
    criteria = Criteria(
        {"workload": Band(-1, 2)},
        centers=centers,  # type: ignore[arg-type]
        contiguous=True,
        disruption=STAYS,
        compactness={kind: 1.0},
        territory_cost=0.5,
    )
    plan = solve(problem, criteria, OPTIONS)
    assert violations(problem, plan.alignment, criteria) == []
    assert plan.objective <= objective(problem, Alignment(np.zeros(3, dtype=np.int32)), criteria)


@pytest.mark.parametrize("centers", ["free", "unit"])
def test_a_start_with_an_empty_territory_is_no_worse_begun_from(centers: str) -> None:
    """Where a territory without units has no center to begin at."""
    problem = grid_problem("100000", current="AAAAAA", n_territories=3)
    criteria = Criteria(
        {"workload": Band(-1, 2)},
        centers=centers,  # type: ignore[arg-type]
        contiguous=True,
        disruption=STAYS,
    )
    start = Alignment(np.array([0, 1, 1, 1, 1, 1]))
    plan = solve(problem, criteria, OPTIONS, start=start)
    assert plan.objective <= objective(problem, start, criteria)
