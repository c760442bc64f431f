"""The dominant reason of every move: by rule, from facts and prices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Lock, Scenario
from territory_planner.evaluation.compactness import centers
from territory_planner.evaluation.prices import reduced_costs
from territory_planner.exporting.moves import write_moves
from territory_planner.scenarios.dominant import KINDS, moves
from territory_planner.scenarios.edits import apply
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=5, relative_gap=1e-6)


def planned(problem: Problem, criteria: Criteria) -> Plan:
    return solve(problem, criteria, OPTIONS)


def kinds(plan: Plan) -> dict[str, str]:
    found = moves(plan)
    ids = plan.problem.accounts.ids[found.accounts]
    return dict(zip(ids.tolist(), found.kind.tolist(), strict=True))


def test_a_nearer_center_is_travel() -> None:
    """Without bands that bind, distance alone decides."""
    problem = grid_problem("111111", current="BAABBB", homes="A....B", n_territories=2)
    assert kinds(planned(problem, Criteria({"workload": Band.within(5.0)}))) == {"A0": "travel"}


def test_a_full_giver_is_named() -> None:
    """What the nearer rep has too much of goes to the other, and the price says so."""
    problem = grid_problem("11111111", current="AAAAAAAA", homes="A......B", n_territories=2)
    far = replace(problem.territories[1], home=(20e3, 0.0))
    problem = replace(problem, territories=(problem.territories[0], far))
    found = moves(planned(problem, Criteria({"workload": Band.within(0.3)})))
    assert len(found.accounts) == 3
    assert set(found.kind) <= {"balance of the giver", "balance of the taker"}


def test_what_leaves_no_choice_comes_first() -> None:
    """A lock to another territory, and an account that nobody serves."""
    problem = grid_problem("111111", current="AAA.BB", homes="A....B", n_territories=2)
    locked, criteria = apply(
        problem, Criteria({"workload": Band.within(1.0)}), Scenario("x", (Lock("A0", "T2"),))
    )
    found = kinds(planned(locked, criteria))
    assert found["A0"] == "a lock or a rule"
    assert found["A3"] == "nobody serves it today"


@pytest.mark.parametrize("seed", range(6))
def test_the_parts_are_the_difference_of_reduced_costs(seed: int) -> None:
    """They add up to what the independent formula says, without budgets."""
    rng = np.random.default_rng(seed)
    problem = grid_problem(
        "/".join("".join(rng.choice(list("123456"), 6)) for _ in range(3)),
        current="/".join("".join(rng.choice(list("AB"), 6)) for _ in range(3)),
        homes="A...../....../.....B",
        n_territories=2,
    )
    plan = planned(problem, Criteria({"workload": Band.within(0.2)}, contiguous=True))
    found = moves(plan)
    unit = problem.accounts.unit[found.accounts]
    cost = reduced_costs(plan, unit, centers(problem, plan.alignment, plan.criteria))
    rows = np.arange(len(unit))
    before = problem.accounts.current[found.accounts]
    now = plan.alignment.territory_of[unit]
    gain = cost[rows, before] - cost[rows, now]
    assert found.travel + found.giver + found.taker == pytest.approx(gain, abs=1e-9)
    assert set(found.kind) <= set(KINDS)
    assert sum(found.counts.values()) == len(found.accounts)


def test_the_list_has_a_row_for_each_move(tmp_path: Path) -> None:
    """With its parts as numbers."""
    problem = grid_problem("111111", current="BAABBB", homes="A....B", n_territories=2)
    plan = planned(problem, Criteria({"workload": Band.within(5.0)}))
    assert write_moves(plan, moves(plan), tmp_path / "moves.csv") == 1
    head, row = (tmp_path / "moves.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("account_id,account_name,previous_territory_id,territory_id,dominant")
    assert row.startswith("A0,")
    assert ",T2,T1,travel," in row


def test_a_plan_that_moves_nothing_has_no_moves() -> None:
    """And nothing fails over it."""
    problem = grid_problem("1111", current="AABB", homes="A..B", n_territories=2)
    found = moves(planned(problem, Criteria({"workload": Band.within(0.5)})))
    assert len(found.accounts) == 0
    assert found.counts == {}
