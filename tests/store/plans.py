"""Plans drawn by hand for the tests of plan files and of the store."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage, Step
from tests.worlds import grid_problem


def small_plan() -> Plan:
    problem = grid_problem("1234/5678", current="AABB/A.BB", potential="1111/2222")
    return Plan(
        problem=problem,
        criteria=Criteria(
            {"workload": Band(-0.2, 0.1)}, disruption=(Disruption("potential", 0.3),)
        ),
        options=SolveOptions(),
        alignment=Alignment(np.array([0, 0, 1, 1, 0, 0, 1, 1])),
        objective=1.5,
        bound=1.25,
        stopped="time limit",
        prices=np.array([[0.0, 1.0], [2.0, 0.5]]),
        tolls=np.array([0.25]),
        losses=np.array([[0.0, 0.5]]),
        seconds=3.0,
        stages=(Stage("workload", 0.2, 0.1),),
        trace=(Step(0.1, "relax", float("inf"), 1.0), Step(3.0, "improve", 1.5, 1.25)),
        versions={"numpy": "2.4"},
    )


def large_plan(n: int) -> Plan:
    """Return a plan that takes a while to be written."""
    plan = small_plan()
    problem = grid_problem("1" * n, current="A" * n, potential="1" * n)
    of = np.arange(n) % 2
    return replace(plan, problem=problem, alignment=replace(plan.alignment, territory_of=of))
