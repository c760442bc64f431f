"""Edits: what each makes of a problem, and laws that all of them keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import (
    EDITS,
    AssignRep,
    CloseTerritory,
    Edit,
    Forbid,
    Lock,
    MergeTerritories,
    MoveHome,
    OpenTerritory,
    Release,
    RemoveAccounts,
    Scale,
    Scenario,
    SetShare,
)
from territory_planner.domain.territory import Measure
from territory_planner.errors import InputError
from territory_planner.geography.projection import to_lonlat
from territory_planner.scenarios.edits import applied, apply
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.1)}, disruption=(Disruption("workload", 0.5),))


def world() -> Problem:
    """Return six accounts of three reps, one of them locked, one pair forbidden."""
    problem = grid_problem("123456", current="AABBC.", homes="A.B..C", n_territories=3)
    locked = np.array([NONE, NONE, NONE, NONE, 2, NONE], dtype=np.int32)
    return replace(problem, locked=locked, forbidden=np.array([[0, 2]], dtype=np.int32))


def made(*edits: Edit) -> Problem:
    """Return the world after some edits."""
    return apply(world(), CRITERIA, Scenario("what if", edits))[0]


def refused(*edits: Edit) -> str:
    """Return the message that edits are refused with."""
    with pytest.raises(InputError) as caught:
        made(*edits)
    return str(caught.value)


def test_the_empty_scenario_is_the_identity() -> None:
    """Problem and criteria are what they were."""
    assert apply(world(), CRITERIA, Scenario("nothing")) == (world(), CRITERIA)


DISJOINT: list[tuple[Edit, Edit]] = [
    (SetShare("T1", 0.5), MoveHome("T2", 0.001, 0.002)),
    (Lock("A0", "T1"), Forbid("A3", "T3")),
    (AssignRep("T1", "R9", "Nine"), Scale("workload", 0.12, "T2")),
    (OpenTerritory("T4"), SetShare("T2", 2.0)),
    (RemoveAccounts("A1"), Release("A4")),
]


@pytest.mark.parametrize(("one", "other"), DISJOINT)
def test_disjoint_edits_commute(one: Edit, other: Edit) -> None:
    """In either order they make the same problem."""
    assert made(one, other) == made(other, one)


def test_a_hire_takes_a_fair_part() -> None:
    """Targets of all fall to a quarter of the total; the home is where it was said to be."""
    problem = made(OpenTerritory("T4", "New", 0.01, 0.02, rep_id="R4"))
    assert problem.target[:, 0] == pytest.approx([21 / 4] * 4)
    new = problem.territories[3]
    assert not new.is_vacant
    assert to_lonlat(problem.crs, np.array([new.home]))[0] == pytest.approx([0.02, 0.01])
    assert made(OpenTerritory("T4")).territories[3].is_vacant


def test_a_part_timer_takes_half() -> None:
    """Targets go with shares, or are equal where the measure says so."""
    assert made(SetShare("T1", 0.5)).target[:, 0] == pytest.approx([21 / 5, 42 / 5, 42 / 5])
    equal = replace(world(), measures=(Measure("workload", "h/yr", "equal"),))
    assert applied(SetShare("T1", 0.5), equal).target[:, 0] == pytest.approx([7, 7, 7])


def test_a_leaver_leaves_accounts_that_nobody_serves() -> None:
    """Those of the territories after it keep their reps; rules about it are gone."""
    problem = made(CloseTerritory("T2"))
    assert [t.id for t in problem.territories] == ["T1", "T3"]
    assert problem.accounts.current.tolist() == [0, 0, NONE, NONE, 1, NONE]
    assert problem.locked.tolist() == [NONE, NONE, NONE, NONE, 1, NONE]
    assert problem.forbidden.tolist() == [[0, 1]]
    assert problem.target[:, 0] == pytest.approx([10.5, 10.5])


def test_merged_territories_are_one_of_today() -> None:
    """Accounts and locks of the one are the other's."""
    problem = made(MergeTerritories("T3", "T1"))
    assert problem.accounts.current.tolist() == [0, 0, 1, 1, 0, NONE]
    assert problem.locked.tolist() == [NONE, NONE, NONE, NONE, 0, NONE]


def test_growth_is_of_the_accounts_of_one_territory_or_of_all() -> None:
    """And targets grow with it."""
    problem = made(Scale("workload", 1.0, "T2"))
    assert problem.accounts.activity[:, 0].tolist() == [1, 2, 6, 8, 5, 6]
    assert problem.target[:, 0] == pytest.approx([28 / 3] * 3)
    assert made(Scale("workload", -0.5)).accounts.activity.sum() == pytest.approx(10.5)


def test_an_account_that_is_lost_leaves_its_place() -> None:
    """The map stays whole; targets are of what is left."""
    problem = made(RemoveAccounts("A5"))
    assert problem.n_accounts == 5
    assert problem.n_units == 6
    assert problem.activity[5, 0] == 0
    assert problem.target[:, 0] == pytest.approx([5, 5, 5])


def test_a_rep_is_named_in_words() -> None:
    """By id or name, where that is one alone; two of them are told."""
    assert made(SetShare("Rep 2", 0.5)) == made(SetShare("T2", 0.5)) == made(SetShare("R2", 0.5))
    told = refused(AssignRep("T1", "R2", "Rep 2"), SetShare("R2", 2.0))
    assert "'R2' is the rep of 'T1' and 'T2'" in told


def test_wishes_that_differ() -> None:
    """A wider band, and a budget where there was none."""
    scenario = Scenario("loose", (), None, {"workload": Band.within(0.2)}, {"workload": 0.1})
    problem, criteria = apply(world(), Criteria(), scenario)
    assert problem == world()
    assert criteria.bands["workload"].upper == 0.2
    assert criteria.disruption == (Disruption("workload", 0.1),)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([CloseTerritory("T22")], "there is no territory or rep 'T22'. Did you mean 'T2'?"),
        ([CloseTerritory("T3")], "'U4' is locked to it. Release it first."),
        ([Lock("A7", "T1")], "there is no account 'A7'; nearest is"),
        ([Lock("A0", "T3")], "where it is forbidden"),
        ([Forbid("A4", "T3")], "to which it is locked"),
        ([Lock("A4", "T1")], "is locked to 'T3' already. Release it first"),
        ([Release("A0")], "'A0' is not locked"),
        ([OpenTerritory("T2")], "there is a territory 'T2' already"),
        ([OpenTerritory("T4", latitude=3.0)], "only one of latitude and longitude"),
        ([MoveHome("T1", 99.0, 0.0)], "is no place"),
        ([SetShare("T1", 0.0)], "must be more than 0"),
        ([Scale("work", 0.1)], "'work' is not a measure. Did you mean 'workload'?"),
        ([Scale("workload", -1.0)], "would leave nothing"),
        ([MergeTerritories("T1", "T1")], "cannot be merged with itself"),
        ([CloseTerritory("T1"), CloseTerritory("T1")], "edit 2: there is no territory"),
    ],
)
def test_what_cannot_be_is_a_sentence(edits: list[Edit], told: str) -> None:
    """With the scenario, the number of the edit, and what to do."""
    message = refused(*edits)
    assert told in message
    assert "[[scenario]] 'what if' edit" in message


def test_all_faults_are_told_at_once() -> None:
    """One message for every edit that cannot be made."""
    message = refused(CloseTerritory("X"), Lock("Y", "T1"), SetShare("T1", 2.0))
    assert "edit 1" in message
    assert "edit 2" in message
    assert "edit 3" not in message


def test_edits_have_their_names_in_files() -> None:
    """Class names in snake_case."""
    assert EDITS["open_territory"] is OpenTerritory
    assert EDITS["set_share"] is SetShare
