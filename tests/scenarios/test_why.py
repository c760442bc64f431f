"""Why an account is where it is: the counterfactual, solved and not guessed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.cli.why import why_values
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Lock
from territory_planner.errors import InputError
from territory_planner.evaluation.violations import violations
from territory_planner.reporting.why import why_in_words
from territory_planner.scenarios.edits import applied
from territory_planner.scenarios.why import why
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-7)
CRITERIA = Criteria({"workload": Band.within(0.4)}, disruption=(Disruption("workload", 0.9),))


def world() -> Problem:
    """Return eight accounts between two reps, most of them at the wrong one today."""
    return grid_problem("11211211", current="BBBAAAA.", homes="A......B")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the best plan of the world."""
    return solve(world(), CRITERIA, OPTIONS)


@pytest.mark.parametrize("account", ["A0", "A1", "A2", "A5", "A6"])
def test_the_counterfactual_is_the_plan_with_that_lock(plan: Plan, account: str) -> None:
    """Its objective is what solving anew with the lock gives, and it keeps every criterion."""
    found = why(plan, account)
    assert found.today != found.territory
    assert found.kept is not None
    today = plan.problem.territories[found.today].id
    anew = solve(applied(Lock(account, today), plan.problem), CRITERIA, OPTIONS)
    assert found.kept.objective == pytest.approx(anew.objective, rel=1e-6)
    assert found.kept.objective >= plan.objective * (1 - 1e-9)
    assert violations(found.kept.problem, found.kept.alignment, CRITERIA) == []
    text = why_in_words(plan, found)
    assert f"Staying with {today} would cost" in text
    assert (f"`repair PLAN --move {account}={today}`" in text) == (found.others > 0)
    assert why_values(plan, found)["kept_objective_km"] == found.kept.objective


def test_other_accounts_that_would_move_are_counted(plan: Plan) -> None:
    """All but the one that was asked about."""
    found = why(plan, "A0")
    assert found.kept is not None
    now, then = plan.alignment.territory_of, found.kept.alignment.territory_of
    assert found.others == (now[1:] != then[1:]).sum()
    measured = {(b.territory, b.measure) for b in found.balance}
    assert measured == {(0, 0), (1, 0)}


def test_the_next_best_is_the_other_rep(plan: Plan) -> None:
    """Of two; where it is forbidden, there is none."""
    found = why(plan, "A3")
    assert found.next_best == 1 - found.territory
    assert found.next_best_km > 0
    barred = replace(world(), forbidden=np.array([[0, 1]]))
    assert why(solve(barred, CRITERIA, OPTIONS), "A0").next_best == NONE


def test_an_account_that_stays_costs_nothing(plan: Plan) -> None:
    """It is told that it stays, without another plan."""
    found = why(plan, "A3")
    assert found.kept is plan
    assert "It stays with T1" in why_in_words(plan, found)


def test_an_account_that_nobody_serves_has_no_rep_to_stay_with(plan: Plan) -> None:
    """That is told."""
    assert "Nobody serves it today" in why_in_words(plan, why(plan, "A7"))


def test_a_rep_who_may_not_have_it_is_told() -> None:
    """A forbidden pair, and criteria that clash with the lock."""
    barred = replace(world(), forbidden=np.array([[0, 1]]))
    plan = solve(barred, CRITERIA, OPTIONS)
    found = why(plan, "A0")
    assert found.kept is None
    assert "where it is forbidden" in why_in_words(plan, found)
    full = grid_problem("55511", current="BBBAA", homes="A...B")
    held = replace(full, locked=np.array([NONE, 1, 1, NONE, NONE]))
    plan = solve(held, CRITERIA, OPTIONS)
    found = why(plan, "A0")
    assert found.kept is None
    assert "It cannot stay with T2" in why_in_words(plan, found)
    assert why_values(plan, found)["clash"] == found.clash


def test_an_unknown_account_is_told_with_the_nearest(plan: Plan) -> None:
    """In a sentence."""
    with pytest.raises(InputError, match=r"there is no account 'A77'; nearest is 'A7'"):
        why(plan, "A77")
