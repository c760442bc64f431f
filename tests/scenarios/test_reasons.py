"""Reasons: each is a fact about the account, and none is given where none is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.units import Units
from territory_planner.scenarios.reasons import NO_SINGLE_REASON, reasons
from tests.exporting.plans import plan_of
from tests.worlds import grid_problem

FREE = Criteria()


def test_an_account_that_stays_needs_no_reason() -> None:
    """Blank where nothing changes."""
    plan = plan_of(grid_problem("11", current="AB"), "AB")
    assert reasons(plan).tolist() == ["", ""]


def test_an_account_that_nobody_serves() -> None:
    """Somebody has to."""
    plan = plan_of(grid_problem("11", current="A."), "AB")
    assert reasons(plan)[1] == "nobody serves it today"


def test_a_lock_is_the_whole_reason() -> None:
    """A locked account goes where it is locked to, near or not."""
    problem = replace(grid_problem("1111", current="AABB"), locked=np.array([-1, -1, 0, -1]))
    assert reasons(plan_of(problem, "AAAB"))[2] == "locked to T1"


def test_a_forbidden_pair_is_the_whole_reason() -> None:
    """An account leaves a territory that it may not belong to."""
    problem = replace(grid_problem("1111", current="AABB"), forbidden=np.array([[1, 0]]))
    assert reasons(plan_of(problem, "ABBB"))[1] == "may not belong to T1"


def test_a_missing_skill_is_named() -> None:
    """An account leaves a rep who cannot serve it."""
    problem = grid_problem("11", current="AA")
    first, second = problem.territories
    problem = replace(
        problem,
        territories=(first, replace(second, skills=frozenset({"health care"}))),
        skill_class=np.array([0, 1]),
        required_skills=(frozenset(), frozenset({"health care"})),
    )
    assert reasons(plan_of(problem, "AB"))[1] == "T1 lacks health care"


def test_a_distance_over_the_limit_is_told_with_both_numbers() -> None:
    """An account leaves a rep who lives too far away."""
    problem = grid_problem("1111", current="AAAA", spacing_m=10_000)
    plan = plan_of(problem, "AAAB", Criteria(max_distance_km=25))
    assert reasons(plan)[3] == "30 km from T1, over the limit of 25 km"


def test_a_split_family_is_kept_together() -> None:
    """An account follows the rest of its family when several reps serve it today."""
    problem = replace(grid_problem("1111", current="AABB"), group=np.array([0, -1, -1, 0]))
    assert reasons(plan_of(problem, "AABA"))[3] == "its account family is kept together"


def test_a_family_that_moves_whole_is_no_reason() -> None:
    """Being kept together explains nothing when the family is together today."""
    problem = replace(grid_problem("1111", current="AABB"), group=np.array([0, 0, -1, -1]))
    assert reasons(plan_of(problem, "BBBB", FREE)).tolist()[:2] == [NO_SINGLE_REASON] * 2


def test_a_giver_over_its_band_is_told_with_its_deviation() -> None:
    """Three of four hours are 50% over half of them."""
    plan = plan_of(grid_problem("1111", current="AAAB"), "AABB")
    assert reasons(plan)[2].startswith("T1 is over its workload band today (+50%)")


def test_a_taker_under_its_band_is_told_when_the_giver_is_not_over() -> None:
    """A giver without surplus gives to one in need."""
    criteria = Criteria({"workload": Band(-0.1, 0.6)})
    plan = plan_of(grid_problem("1111", current="AAAB"), "AABB", criteria)
    assert reasons(plan)[2].startswith("T2 is under its workload band today (-50%)")


def test_a_nearer_rep_is_told_with_both_distances() -> None:
    """Distances are those of the account to the two homes."""
    problem = grid_problem("1111", current="AAAB", spacing_m=10_000)
    assert reasons(plan_of(problem, "AABB", FREE))[2] == "10 km to T2 instead of 20 km to T1"


def test_facts_stand_side_by_side() -> None:
    """Balance and distance may both speak for a move."""
    problem = grid_problem("1111", current="AAAB", spacing_m=10_000)
    assert reasons(plan_of(problem, "AABB"))[2] == (
        "T1 is over its workload band today (+50%); 10 km to T2 instead of 20 km to T1"
    )


def test_a_farther_rep_is_no_reason() -> None:
    """What speaks against a move is not given as a reason for it."""
    problem = grid_problem("1111", current="AABB", spacing_m=10_000)
    assert reasons(plan_of(problem, "ABBB", FREE))[1] == NO_SINGLE_REASON


def test_an_account_follows_its_area() -> None:
    """An account whose area is mostly another territory's goes with the area."""
    problem = grid_problem("111", current="BBA", spacing_m=100)
    units = Units(ids=np.array(["80202"]), xy=np.zeros((1, 2)), named=np.zeros(1, dtype=np.bool_))
    problem = replace(
        problem,
        units=units,
        accounts=replace(problem.accounts, unit=np.zeros(3, dtype=np.int32)),
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=np.array([-1]),
        group=np.array([-1]),
        skill_class=np.array([0]),
    )
    told = reasons(plan_of(problem, "B", FREE))[2]
    assert told == "2 of 3 accounts of its area are T2's today"
