"""Lexicographic order: bands, then disruption, then compactness, against every alignment."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-6)
WORLD = grid_problem("9111/1311", current="AAAB/AAAA", homes="A..B/....", potential="5141/2912")
CRITERIA = Criteria(
    {"workload": Band.within(0.25)},
    disruption=(Disruption("potential"), Disruption("workload")),
    order="lexicographic",
)


@pytest.mark.parametrize("contiguous", [False, True])
def test_each_stage_is_the_best_of_all_alignments(contiguous: bool) -> None:
    """Potential moves least, then workload, and of what is left the most compact is taken."""
    criteria = replace(CRITERIA, contiguous=contiguous)
    every = (Alignment(np.array(of)) for of in itertools.product(range(2), repeat=8))
    held = [a for a in every if not violations(WORLD, a, criteria)]
    order = [
        (
            round(float(disruption(WORLD, a)[1]), 9),
            round(float(disruption(WORLD, a)[0]), 9),
            objective(WORLD, a, criteria),
        )
        for a in held
    ]
    potential, workload, km = min(order)
    plan = solve(WORLD, criteria, OPTIONS)
    assert plan.criteria == criteria
    assert [stage.measure for stage in plan.stages] == ["potential", "workload"]
    assert [stage.moved for stage in plan.stages] == pytest.approx([potential, workload])
    assert [stage.bound for stage in plan.stages] == pytest.approx([potential, workload], abs=1e-5)
    assert plan.objective == pytest.approx(km)
    assert plan.bound == pytest.approx(km)


def test_free_centers_do_not_hide_how_little_must_move() -> None:
    """Where centers stand does not matter to what moves: its bound is proven all the same."""
    plan = solve(WORLD, replace(CRITERIA, centers="free"), OPTIONS)
    homes = solve(WORLD, CRITERIA, OPTIONS)
    assert plan.stages[0].bound == pytest.approx(homes.stages[0].bound)
    assert plan.stages[0].moved == pytest.approx(homes.stages[0].moved)


def test_no_time_leaves_what_was_reached() -> None:
    """The plan holds the criteria and claims no bound that was not proven."""
    plan = solve(WORLD, CRITERIA, replace(OPTIONS, time_limit_s=0.3))
    assert violations(WORLD, plan.alignment, CRITERIA) == []
    assert 0 <= plan.bound <= plan.objective + 1e-9


def test_an_order_without_disruption_is_refused() -> None:
    """There is nothing to put before compactness."""
    with pytest.raises(ValueError, match="needs a disruption entry"):
        Criteria({"workload": Band.within(0.25)}, order="lexicographic")
