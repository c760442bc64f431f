"""Manual edits kept, and every criterion restored with the fewest moves."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions, Stage
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError, InputError
from territory_planner.evaluation.violations import violations
from territory_planner.reporting.repair import repair_in_words
from territory_planner.scenarios.repair import repair, that_can_move
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=10, relative_gap=1e-7)
CRITERIA = Criteria({"workload": Band.within(0.15)}, contiguous=True)


def world() -> Problem:
    """Return nine accounts on a line, three to each of three reps."""
    return grid_problem("234323432", current="AAABBBCCC", homes="A...B...C", n_territories=3)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the best plan of the world."""
    return solve(world(), CRITERIA, OPTIONS)


def fewest(plan: Plan, unit: int, territory: int) -> float:
    """Return the least workload that must move beside an edit, over all alignments."""
    problem, was = plan.problem, plan.alignment.territory_of
    best = np.inf
    for every in product(range(3), repeat=9):
        of = np.array(every)
        if of[unit] != territory:
            continue
        moved = of != was
        moved[unit] = False
        share = problem.activity[moved, 0].sum() / problem.activity[:, 0].sum()
        if share < best and not violations(problem, Alignment(of), CRITERIA):
            best = share
    return float(best)


@pytest.mark.parametrize(("account", "territory"), [("A2", "T2"), ("A3", "T1"), ("A6", "T2")])
def test_an_edit_is_kept_with_the_fewest_further_moves(
    plan: Plan, account: str, territory: str
) -> None:
    """As few as any alignment needs, proven; every band and one piece each."""
    unit, k = int(account[1]), int(territory[1]) - 1
    least = fewest(plan, unit, k)
    if not np.isfinite(least):
        with pytest.raises(InfeasibleError):
            repair(plan, {account: territory})
        return
    found = repair(plan, {account: territory})
    assert found.plan.alignment.territory_of[unit] == k
    assert violations(found.plan.problem, found.plan.alignment, CRITERIA) == []
    assert found.stage.moved == pytest.approx(least)
    assert found.stage.bound == pytest.approx(least, abs=1e-6)
    assert found.is_proven
    assert unit not in found.moved
    assert found.broken == ()
    assert found.plan.bound <= found.plan.objective


@pytest.mark.parametrize(("account", "territory"), [("A2", "T2"), ("A6", "T2")])
@pytest.mark.parametrize("each", [1.0, 2.0])
def test_on_a_large_map_what_is_proven_is_a_whole_number_of_steps(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, account: str, territory: str, each: float
) -> None:
    """Digits add up to whole numbers; a bound between two of them is the next one."""
    monkeypatch.setattr(sys.modules[repair.__module__], "SMALL", 0)
    problem = plan.problem
    accounts = replace(problem.accounts, activity=problem.accounts.activity * each)
    scaled = replace(
        plan, problem=replace(problem, accounts=accounts, target=problem.target * each)
    )
    found = repair(scaled, {account: territory})
    least = fewest(scaled, int(account[1]), int(territory[1]) - 1)
    assert found.stage.bound <= least + 1e-9
    assert found.stage.moved >= least - 1e-9
    steps = found.stage.bound * problem.activity[:, 0].sum()
    assert steps == pytest.approx(round(steps))
    assert not found.is_proven or found.stage.moved == pytest.approx(least)


def test_one_account_of_a_million_is_no_rounding(plan: Plan) -> None:
    """What moves and its bound may differ by a share of themselves alone."""
    of = plan.problem.territories[plan.alignment.territory_of[4]].id
    found = repair(plan, {"A4": of})
    assert found.is_proven
    for moved, bound, is_proven in ((2e-6, 1e-6, False), (1e-6, 0.0, False), (2e-6, 2e-6, True)):
        told = replace(found, stage=Stage("workload", moved, bound))
        assert told.is_proven == is_proven


def test_what_lies_deep_in_another_territory_is_joined_through_empty_areas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No other account with anything to do moves, and none need."""
    monkeypatch.setattr(sys.modules[repair.__module__], "SMALL", 0)
    problem = grid_problem(
        "2222222222/2222222222/0000000000",
        current="AAAAABBBBB/AAAAABBBBB/AAAAABBBBB",
        homes="..A....B../........../..........",
    )
    of = Alignment((np.arange(30) % 10) // 5)
    plan = replace(solve(problem, CRITERIA, OPTIONS, start=of), alignment=of)
    found = repair(plan, {"A17": "T1"})
    assert found.plan.alignment.territory_of[17] == 0
    assert violations(found.plan.problem, found.plan.alignment, CRITERIA) == []
    assert found.stage.moved == 0.0
    assert found.is_proven


@pytest.mark.parametrize(
    ("digits", "each", "bound", "least"),
    [
        ("222222", 1.0, 0.10, 1 / 6),
        ("222222", 1.0, 1 / 6 + 1e-12, 1 / 6),
        ("246246", 1.0, 0.25, 3 / 12),
        ("246246", 1.0, 0.26, 4 / 12),
        ("246246", 0.3, 0.26, 4 / 12),
        ("235235", 0.25, 0.26, 6 / 20),
        ("000000", 1.0, 0.0, 0.0),
    ],
)
def test_counts_move_in_whole_steps(digits: str, each: float, bound: float, least: float) -> None:
    problem = grid_problem(digits)
    accounts = replace(problem.accounts, activity=problem.accounts.activity * each)
    found = that_can_move(replace(problem, accounts=accounts), "workload", bound)
    assert found == pytest.approx(least)


def test_what_is_proven_is_told_as_it_is_and_what_is_not_so_that_it_stays_true(plan: Plan) -> None:
    """Rounded to nearest where no repair moves less, else the share up and its bound down."""
    found = repair(plan, {"A3": "T1"})
    assert "of workload; it is proven that no repair moves less" in repair_in_words(found)
    near = replace(found, stage=Stage("workload", 0.009233, 0.009233))
    assert "0.92% of workload" in repair_in_words(near)
    few = replace(found, stage=Stage("workload", 0.00002, 0.00002))
    assert "0.0020% of workload" in repair_in_words(few)
    open_still = replace(found, stage=Stage("workload", 0.009233, 0.007277))
    told = repair_in_words(open_still)
    assert "0.93% of workload; no repair moves less than 0.72%" in told


def test_an_edit_that_is_the_plan_already_moves_nothing(plan: Plan) -> None:
    """Neither by hand nor beside."""
    of = plan.problem.territories[plan.alignment.territory_of[4]].id
    found = repair(plan, {"A4": of})
    assert found.edited == ()
    assert found.moved == ()
    assert found.plan.alignment == plan.alignment


def test_edits_that_clash_with_the_bands_are_named(plan: Plan) -> None:
    """All of two territories in one is over its band, whatever else moves."""
    with pytest.raises(InfeasibleError) as caught:
        repair(plan, {f"A{i}": "T1" for i in range(6)})
    assert "T1" in str(caught.value)


def test_edits_that_cannot_be_made_are_told_together(plan: Plan) -> None:
    """Unknown accounts and territories in one message."""
    with pytest.raises(InputError) as caught:
        repair(plan, {"A99": "T1", "A1": "T9"})
    assert "- A99=T1: there is no account 'A99'" in str(caught.value)
    assert "- A1=T9: there is no territory or rep 'T9'" in str(caught.value)
    with pytest.raises(InputError, match="'work' is not a measure"):
        repair(plan, {"A1": "T1"}, "work")


def test_accounts_of_one_unit_go_together(plan: Plan) -> None:
    """Two of them sent apart are refused."""
    problem = plan.problem
    unit = problem.accounts.unit.copy()
    unit[1] = 0
    together = replace(
        plan, problem=replace(problem, accounts=replace(problem.accounts, unit=unit))
    )
    with pytest.raises(InputError, match="move what lies in one unit together"):
        repair(together, {"A0": "T1", "A1": "T2"})
