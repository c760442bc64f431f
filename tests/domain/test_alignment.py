"""An alignment is changed by making another, and can be looked at account by account."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment, accounts_as_units, today_by_unit
from territory_planner.domain.problem import NONE, Problem
from tests.worlds import grid_problem


def areas() -> Problem:
    """Return three areas; the first holds two accounts of different reps, the last none."""
    problem = grid_problem("123", current="ABA")
    accounts = replace(
        problem.accounts,
        unit=np.array([0, 0, 1]),
        xy=np.array([[0.0, 0.0], [0.0, 3000.0], [1000.0, 0.0]]),
    )
    return replace(
        problem,
        accounts=accounts,
        locked=np.array([0, NONE, NONE]),
        forbidden=np.array([[1, 1]]),
        group=np.array([NONE, 0, 0]),
        skill_class=np.array([1, 0, 1]),
        required_skills=(frozenset(), frozenset({"lab"})),
    )


def test_an_alignment_cannot_be_written() -> None:
    """Its array is read-only, and the array it was made from stays its own."""
    mine = np.array([0, 1])
    alignment = Alignment(mine)
    mine[0] = 1
    assert alignment.territory_of.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        alignment.territory_of[0] = 1


def test_moving_units_makes_another_alignment() -> None:
    """The units named lie in their new territories, all others where they were."""
    before = Alignment(np.array([0, 0, 1, 1]))
    after = before.moved({1: 1, 3: 0})
    assert after.territory_of.tolist() == [0, 1, 1, 0]
    assert before.territory_of.tolist() == [0, 0, 1, 1]


def test_moving_nothing_is_the_identity() -> None:
    """No moves, the same alignment."""
    alignment = Alignment(np.array([0, 1]))
    assert alignment.moved({}) == alignment


def test_alignments_are_equal_by_content() -> None:
    """Equality and hash follow the territories, whatever integer type they came in."""
    one, other = Alignment(np.array([0, 1])), Alignment(np.array([0, 1], dtype=np.int8))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Alignment(np.array([1, 0]))


def test_accounts_lie_where_their_unit_lies() -> None:
    """Each account has its unit's territory."""
    assert Alignment(np.array([1, 0, 0])).of_accounts(areas()).tolist() == [1, 1, 0]


def test_each_account_becomes_a_unit() -> None:
    """The units are the accounts, at their own places, one account each."""
    problem = accounts_as_units(areas())
    assert problem.units.ids.tolist() == ["A0", "A1", "A2"]
    assert problem.units.xy.tolist() == [[0, 0], [0, 3000], [1000, 0]]
    assert problem.accounts.unit.tolist() == [0, 1, 2]
    assert problem.activity.tolist() == [[1], [2], [3]]


def test_today_is_exact_account_by_account() -> None:
    """Two accounts of one area keep their own reps: today's alignment moves none of them."""
    problem = accounts_as_units(areas())
    today = Alignment(areas().accounts.current)
    assert today.of_accounts(problem).tolist() == [0, 1, 0]


def test_what_speaks_of_areas_is_left_out() -> None:
    """No contiguity, locks, forbidden pairs or groups; every unit is outside contiguity."""
    problem = accounts_as_units(areas())
    assert problem.contiguity.shape == (0, 2)
    assert problem.forbidden.shape == (0, 2)
    assert (problem.locked == NONE).all()
    assert (problem.group == NONE).all()
    assert problem.units.named.all()


def test_accounts_require_what_their_area_requires() -> None:
    """An account's skills are those of the unit it was in."""
    assert accounts_as_units(areas()).skill_class.tolist() == [1, 1, 0]


def test_the_facts_about_territories_stay() -> None:
    """Measures, territories and targets are those of the problem."""
    before, after = areas(), accounts_as_units(areas())
    assert after.measures == before.measures
    assert after.territories == before.territories
    assert np.array_equal(after.target, before.target)


def test_today_by_unit_majority() -> None:
    """Today an area belongs to most of its accounts; an empty one follows the nearest."""
    problem = grid_problem("111111", current="AABBB.", n_territories=2)
    unit = np.array([0, 0, 0, 1, 1, 4])
    problem = replace(problem, accounts=replace(problem.accounts, unit=unit))
    assert today_by_unit(problem).territory_of.tolist() == [0, 1, 1, 1, 1, 1]


def test_today_by_unit_nobody() -> None:
    """Where nobody serves anybody, no area belongs to anybody."""
    problem = grid_problem("111", n_territories=2)
    assert today_by_unit(problem).territory_of.tolist() == [NONE] * 3
