"""A known plan: when what it is mended to will not do."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import build_model
from territory_planner.solving.nearby import FAR, is_far
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from territory_planner.solving.warm import Known
from tests.worlds import grid_problem


@pytest.mark.parametrize(
    ("start", "above", "expected"),
    [
        ("BBBBAAAA", 2 * FAR, True),
        ("BBBBAAAA", FAR / 2, False),
        ("BBBBAAAA", np.inf, False),
        ("AAAABBBB", 2 * FAR, False),
    ],
)
def test_a_much_smaller_budget_asks_for_another_map(
    start: str, above: float, expected: bool
) -> None:
    """Where the known plan moves far more than it, and what it was mended to is far off."""
    problem = grid_problem("11111111", current="AAAABBBB", homes="A......B")
    criteria = Criteria(
        {"workload": Band.within(0.3)},
        contiguous=True,
        disruption=(Disruption("workload", budget=0.2),),
    )
    model = build_model(problem, criteria, problem.home)
    _, relaxation = relax(model, Search(SolveOptions(time_limit_s=20)))
    of = np.array(["AB".index(letter) for letter in start], dtype=np.int32)
    known = Known(of, np.zeros((2, 1)), np.zeros(1), ratio=1.1)
    value = (1 + above) * known.ratio * relaxation.bound
    assert is_far(model, Outcome(of, value), of, known, relaxation) == expected
