"""Edits: what each makes of a problem, and laws that all of them keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.column import Column
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import (
    EDITS,
    AddAccounts,
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
    SplitTerritory,
)
from territory_planner.domain.territory import Measure
from territory_planner.errors import InputError
from territory_planner.geography.projection import to_lonlat
from territory_planner.scenarios.edits import applied, apply
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.1)}, disruption=(Disruption("workload", 0.5),))


def world() -> Problem:
    """Return six accounts of three reps, one of them locked, one pair forbidden, two columns."""
    problem = grid_problem("123456", current="AABBC.", homes="A.B..C", n_territories=3)
    locked = np.array([NONE, NONE, NONE, NONE, 2, NONE], dtype=np.int32)
    columns = {
        "Industry": Column.of(["Health care", "Steel", "Steel", "Health care", "Wood", ""]),
        "segment": Column.of(["small", "small", "large", "large", "large", "small"]),
    }
    return replace(
        problem,
        locked=locked,
        forbidden=np.array([[0, 2]], dtype=np.int32),
        accounts=replace(problem.accounts, columns=columns),
    )


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


NEW = AddAccounts(accounts=({"id": "N1", "workload": 5, "latitude": 0.0, "longitude": 0.001},))
DISJOINT: list[tuple[Edit, Edit]] = [
    (SetShare("T1", 0.5), MoveHome("T2", 0.001, 0.002)),
    (Lock("A0", "T1"), Forbid("A3", "T3")),
    (AssignRep("T1", "R9", "Nine"), Scale("workload", 0.12, "T2")),
    (OpenTerritory("T4"), SetShare("T2", 2.0)),
    (RemoveAccounts("A1"), Release("A4")),
    (
        RemoveAccounts(where={"industry": "Wood"}),
        Scale("workload", 0.5, where={"segment": "small"}),
    ),
    (Lock(("A1", "A2"), "T1"), Forbid((), "T2", {"segment": "small"})),
    (SplitTerritory("T1", "T4"), MoveHome("T2", 0.001, 0.002)),
    (RemoveAccounts("A5"), SplitTerritory("T3", "T4", 0.25)),
    (NEW, RemoveAccounts("A1")),
    (NEW, SetShare("T1", 0.5)),
    (NEW, Scale("workload", 0.5, where={"industry": "Steel"})),
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
    assert made(SetShare("Territory 2", 0.5)) == made(SetShare("T2", 0.5))
    told = refused(OpenTerritory("T4", "Territory 2"), CloseTerritory("Territory 2"))
    assert "'Territory 2' is the name of 'T2' and 'T4'" in told
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
        ([Lock("A4", "T1")], "is locked to 'T3' already, by a rule, another edit"),
        ([Release("A0")], "'A0' is not locked"),
        ([OpenTerritory("T2")], "there is a territory 'T2' already"),
        ([SplitTerritory("T1", "T2")], "there is a territory 'T2' already"),
        ([SplitTerritory("T1", "T4", 1.0)], "more than 0 and less than 1"),
        ([SplitTerritory("T9", "T4")], "there is no territory or rep 'T9'"),
        ([SplitTerritory("T1", "T4", longitude=3.0)], "only one of latitude and longitude"),
        ([AssignRep("T1", rep="Rep 4")], "there is no rep 'Rep 4'. Did you mean 'Rep 3'?"),
        ([MergeTerritories("T1", "Rep 5")], "there is no territory or rep 'Rep 5'. Did you mean"),
        ([Scale("workload", 0.1, where={"industri": "Steel"})], "Did you mean 'Industry'?"),
        (
            [Scale("workload", 0.1, where={"industry": "Healthcare"})],
            "no account has industry = 'Healthcare'. Did you mean 'Health care'?",
        ),
        (
            [Scale("workload", 0.1, where={"industry": "Wood", "segment": "small"})],
            "no account has industry = 'Wood' and segment = 'small'",
        ),
        ([RemoveAccounts()], "it names no account"),
        ([RemoveAccounts(("A0", "A7"))], "there is no account 'A7'"),
        ([RemoveAccounts(where={"segment": ("small", "large")})], "no account would be left"),
        ([RemoveAccounts("A0", {"segment": "large"})], "none of these accounts has"),
        ([Release(where={"segment": "small"})], "none of these accounts is locked"),
        ([Lock((), "T1", {"industry": "Wood"})], "is locked to 'T3' already"),
        ([AddAccounts()], "there is no account to add"),
        ([AddAccounts("new.csv")], "the table 'new.csv' has not been read"),
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


def test_one_edit_tells_all_its_faults() -> None:
    """A wrong measure, column and territory are three sentences of one error."""
    message = refused(Scale("work", 0.1, "T9", {"trade": "x"}), Lock(("X", "Y"), "T9"))
    for told in ("'work' is not", "column 'trade'", "rep 'T9'", "account 'X'", "account 'Y'"):
        assert told in message
    assert message.startswith("plan.toml: 6 problems found.")


def test_growth_of_some_accounts() -> None:
    """Those with one of the values, whatever its capitals, and all filters together."""
    activity = made(Scale("workload", 1.0, where={"industry": ("health care", "Wood")}))
    assert activity.accounts.activity[:, 0].tolist() == [2, 2, 3, 8, 10, 6]
    both = made(Scale("workload", 1.0, "T1", {"industry": "Health care", "segment": "small"}))
    assert both.accounts.activity[:, 0].tolist() == [2, 2, 3, 4, 5, 6]
    assert both.target[:, 0] == pytest.approx([22 / 3] * 3)


def test_accounts_without_a_value_are_told() -> None:
    """By "", alone or beside values; where none is without one, the values are told."""
    alone = made(Scale("workload", 1.0, where={"industry": ""}))
    assert alone.accounts.activity[:, 0].tolist() == [1, 2, 3, 4, 5, 12]
    listed = made(Scale("workload", 1.0, where={"industry": ("", "WOOD")}))
    assert listed.accounts.activity[:, 0].tolist() == [1, 2, 3, 4, 10, 12]
    assert made(RemoveAccounts((), {"industry": ""})) == made(RemoveAccounts("A5"))
    assert made(Lock((), "T2", {"industry": ""})) == made(Lock("A5", "T2"))
    told = refused(Scale("workload", 1.0, where={"segment": ("small", "")}))
    assert "no account has segment = blank. There are: large, small." in told
    told = refused(Scale("workload", 1.0, where={"industry": ("Wood", ""), "segment": "tiny"}))
    assert "no account has segment = 'tiny'" in told
    told = refused(RemoveAccounts("A0", {"industry": ("Wood", "")}))
    assert "none of these accounts has industry = 'Wood' or blank." in told


def test_several_accounts_are_named_at_once() -> None:
    """By a list or by their columns: locked, forbidden, released, lost; columns go along."""
    assert made(Lock(("A0", "A1"), "T1")) == made(Lock("A0", "T1"), Lock("A1", "T1"))
    assert made(Forbid((), "T1", {"segment": "large"})).forbidden.tolist() == [
        [0, 2], [2, 0], [3, 0], [4, 0],
    ]  # fmt: skip
    assert (made(Release(where={"segment": "large"})).locked == NONE).all()
    fewer = made(RemoveAccounts(where={"industry": "Steel"})).accounts
    assert fewer.ids.tolist() == ["A0", "A3", "A4", "A5"]
    column = fewer.columns["Industry"]
    assert column.values[column.code].tolist() == ["Health care", "Health care", "Wood", ""]
    assert "Steel" not in column.values


def test_a_split_territory_is_two_of_its_target() -> None:
    """Accounts and locks of today stay with the old one; others' targets are what they were."""
    problem = made(SplitTerritory("T3", "T4", 0.25, "New", rep_id="R4"))
    assert problem.target[:, 0] == pytest.approx([7, 7, 5.25, 1.75])
    assert problem.accounts.current.tolist() == world().accounts.current.tolist()
    assert problem.locked.tolist() == world().locked.tolist()
    new = problem.territories[3]
    assert (new.id, new.name, new.rep_id, new.home) == ("T4", "New", "R4", None)
    assert made(SplitTerritory("Rep 3", "T4")).territories[3].is_vacant


def test_a_rep_who_is_known_is_assigned_by_name() -> None:
    """Whoever holds a territory brings id, name and e-mail along; two of a name are told."""
    taken = made(AssignRep("T1", rep="Rep 2")).territories[0]
    assert (taken.rep_id, taken.rep, taken.email) == ("R2", "Rep 2", "rep2@example.com")
    assert made(AssignRep("T1", rep="R2")) == made(AssignRep("T1", "R2"))
    twice = refused(AssignRep("T2", "R9", "Rep 1"), AssignRep("T3", rep="Rep 1"))
    assert "'Rep 1' is the name of 'R1' and 'R9'. Give rep_id." in twice


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("R1", "Rep 2"), "rep_id 'R1' is Rep 1, rep 'Rep 2' is R2. Name one of them."),
        (("R1", "R2"), "rep_id 'R1' is Rep 1, rep 'R2' is R2. Name one of them."),
        (
            ("R1", "Nine"),
            "is not known. Name one of them. Whoever is new needs a rep_id",
        ),
        (("R1", "", "REP2@example.com"), "rep_id 'R1' is Rep 1, email 'REP2@example.com' is R2."),
        (("", "Rep 1", "rep2@example.com"), "rep 'Rep 1' is R1, email 'rep2@example.com' is R2."),
        (("R9", "Nine", "rep2@example.com"), "rep_id 'R9' is new, email 'rep2@example.com' is R2."),
        (("", "", "x@y.z"), "email 'x@y.z' is no known rep's. Add rep_id or rep"),
    ],
)
def test_a_rep_who_is_two_people_is_refused(said: tuple[str, ...], told: str) -> None:
    """Whatever edit names them; an e-mail alone must be a known rep's."""
    rep_id, rep, email = (*said, "")[:3]
    assert told in refused(AssignRep("T3", rep_id, rep, email))
    assert told in refused(OpenTerritory("T4", rep_id=rep_id, rep=rep, email=email))
    assert told in refused(SplitTerritory("T1", "T4", rep_id=rep_id, rep=rep, email=email))


def test_a_rep_is_known_by_all_that_is_right() -> None:
    """Id, name and e-mail in any number; whoever is new may be a namesake."""
    one = made(AssignRep("T3", "R1"))
    assert made(AssignRep("T3", "R1", "Rep 1", "rep1@example.com")) == one
    assert made(AssignRep("T3", "R1", "R1")) == one
    assert made(AssignRep("T3", email="Rep1@example.com")).territories[2].rep_id == "R1"
    new = made(AssignRep("T3", "R9", "Rep 1", "nine@example.com")).territories[2]
    assert (new.rep_id, new.rep, new.email) == ("R9", "Rep 1", "nine@example.com")
    moved = made(AssignRep("T3", "R1", email="new@example.com")).territories[2]
    assert (moved.rep_id, moved.rep, moved.email) == ("R1", "Rep 1", "new@example.com")


def test_criteria_that_differ() -> None:
    """Any of them; one that is none, or cannot be, is told."""
    wish = {"centers": "free", "max_distance_km": 300.0}
    _, criteria = apply(world(), CRITERIA, Scenario("far", criteria=wish))
    assert criteria == replace(CRITERIA, centers="free", max_distance_km=300.0)
    with pytest.raises(InputError, match=r"'center' is none\. Did you mean 'centers'"):
        apply(world(), CRITERIA, Scenario("far", criteria={"center": "free"}))
    with pytest.raises(InputError, match="must be positive"):
        apply(world(), CRITERIA, Scenario("far", criteria={"max_distance_km": -1.0}))
    with pytest.raises(InputError, match="is decided where files are read"):
        apply(world(), CRITERIA, Scenario("far", criteria={"use_skills": True}))


def test_edits_have_their_names_in_files() -> None:
    """Class names in snake_case."""
    assert EDITS["open_territory"] is OpenTerritory
    assert EDITS["set_share"] is SetShare
