"""Matching: the same id is the same territory, others by what they share, and it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.scenarios.compare import compare
from territory_planner.scenarios.matching import Matching, matched
from tests.scenarios.sides import drawn, named, side_by_side
from tests.worlds import grid_problem

ROW = grid_problem("111111", current="AAABBB")


def match(*plans: Plan) -> Matching:
    return matched(side_by_side(*plans).sides)


def test_equal_ids_are_the_same_territory() -> None:
    """Nothing needs to be said, whatever they hold."""
    found = match(drawn(ROW, "AAABBB"), drawn(ROW, "BBBAAA"))
    assert [joint.tolist() for joint in found.joint] == [[0, 1], [0, 1]]
    assert found.told() == ()


def test_other_ids_are_matched_by_the_accounts_they_share() -> None:
    """The pairs share the most together, and the share is told."""
    other = named(ROW, ["X", "Y"])
    found = match(drawn(ROW, "AABBBB"), drawn(other, "BBBBAA"))
    assert found.joint[1].tolist() == [1, 0]
    assert found.told() == (
        "X of b is matched with T2 of a: 100% of its accounts.",
        "Y of b is matched with T1 of a: 50% of its accounts.",
    )


def test_the_pairs_together_share_the_most() -> None:
    """X shares most with T1, but T1 with Y and T2 with X share more in all."""
    other = named(grid_problem("1" * 10), ["X", "Y"])
    found = match(drawn(grid_problem("1" * 10), "AAAAAAABBB"), drawn(other, "AAABBBBAAA"))
    assert found.joint[1].tolist() == [1, 0]


def test_a_territory_that_shares_little_stands_alone() -> None:
    """One account of eight is no match: both ids are listed."""
    row = grid_problem("1" * 16, n_territories=2)
    other = named(row, ["T1", "X"])
    found = match(drawn(row, "A" * 8 + "B" * 8), drawn(other, "A" * 7 + "B" + "B" * 0 + "A" * 8))
    assert found.ids == ("T1", "T2", "X")
    assert found.own(1).tolist() == [0, -1, 1]


def test_what_only_later_plans_have_is_the_same_by_id() -> None:
    """A hire in two scenarios is one territory."""
    more = grid_problem("111111", n_territories=3)
    found = match(drawn(ROW, "AAABBB"), drawn(more, "AACCBB"), drawn(more, "AAACCB"))
    assert found.ids == ("T1", "T2", "T3")
    assert found.joint[1].tolist() == found.joint[2].tolist() == [0, 1, 2]


def test_plans_of_other_accounts_are_compared_over_those_in_both() -> None:
    """How many only one has is said; the order of the accounts does not matter."""
    accounts = ROW.accounts
    kept = np.array([5, 4, 3, 2, 1])
    fewer = replace(ROW, accounts=accounts.only(kept))
    comparison = compare([drawn(ROW, "AAABBB"), drawn(fewer, "AAABBB")], ["a", "b"], today=False)
    assert comparison.notes == (
        "5 accounts are in both a and b; only a has 1 more, only b 0. Each is measured over its "
        "own; what differs is told of those in both.",
    )
    assert comparison.scorecards[1].accounts.tolist() == [2, 3]
