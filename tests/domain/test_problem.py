"""A problem is immutable, refuses arrays that do not fit, and is known by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

from territory_planner.domain.column import Column
from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units
from tests.worlds import grid_problem

ACCOUNT_ARRAYS = ("ids", "names", "unit", "xy", "activity", "current", "placed_by")
PROBLEM_ARRAYS = ("target", "contiguity", "locked", "forbidden", "group", "skill_class")


def world() -> Problem:
    """Return four units with a measure more than they need."""
    return grid_problem("1234", current="AAB.", potential="5555")


@pytest.mark.parametrize("name", ACCOUNT_ARRAYS)
def test_the_arrays_of_accounts_are_read_only(name: str) -> None:
    """No array of the accounts can be written."""
    with pytest.raises(ValueError, match="read-only"):
        getattr(world().accounts, name)[0] = 0


@pytest.mark.parametrize("name", ["ids", "xy", "named"])
def test_the_arrays_of_units_are_read_only(name: str) -> None:
    """No array of the units can be written."""
    with pytest.raises(ValueError, match="read-only"):
        getattr(world().units, name)[0] = 0


@pytest.mark.parametrize("name", [*PROBLEM_ARRAYS, "activity", "home", "allowed"])
def test_the_arrays_of_a_problem_are_read_only(name: str) -> None:
    """No array of a problem can be written, given or computed."""
    problem = replace(world(), forbidden=np.array([[0, 1]]))
    with pytest.raises(ValueError, match="read-only"):
        getattr(problem, name)[0] = 0


@pytest.mark.parametrize("owner", ["problem", "units", "accounts", "territory", "measure"])
def test_fields_cannot_be_set(owner: str) -> None:
    """A fact is changed by making a new value."""
    problem = world()
    nouns = {
        "problem": problem,
        "units": problem.units,
        "accounts": problem.accounts,
        "territory": problem.territories[0],
        "measure": problem.measures[0],
    }
    noun: Any = nouns[owner]
    name = fields(noun)[0].name
    with pytest.raises(FrozenInstanceError, match=name):
        setattr(noun, name, None)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("names", np.array(["a"]), r"names has shape \(1,\), expected \(4,\)"),
        ("unit", np.zeros(3), r"unit has shape \(3,\), expected \(4,\)"),
        ("xy", np.zeros((4, 3)), r"xy has shape \(4, 3\), expected \(4, 2\)"),
        ("activity", np.zeros(4), r"activity has shape \(4,\), expected \(4, None\)"),
        ("activity", np.zeros((3, 2)), r"activity has shape \(3, 2\), expected \(4, None\)"),
        ("current", np.zeros((4, 1)), r"current has shape \(4, 1\), expected \(4,\)"),
        ("placed_by", np.array(["city"] * 5), r"placed_by has shape \(5,\), expected \(4,\)"),
    ],
)
def test_accounts_refuse_wrong_shapes(name: str, array: Any, message: str) -> None:
    """The error names the array, its shape and the shape that fits."""
    with pytest.raises(ValueError, match=message):
        replace(world().accounts, **{name: array})


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("xy", np.zeros((2, 4)), r"xy has shape \(2, 4\), expected \(4, 2\)"),
        ("named", np.zeros(5, dtype=bool), r"named has shape \(5,\), expected \(4,\)"),
        ("shapes", (b"", b""), "shapes: 2 outlines for 4 units"),
    ],
)
def test_units_refuse_wrong_shapes(name: str, array: Any, message: str) -> None:
    """The error names the array, its shape and the shape that fits."""
    with pytest.raises(ValueError, match=message):
        replace(world().units, **{name: array})


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("target", np.ones((2, 1)), r"target has shape \(2, 1\), expected \(2, 2\)"),
        ("target", np.ones((3, 2)), r"target has shape \(3, 2\), expected \(2, 2\)"),
        ("contiguity", np.zeros(6), r"contiguity has shape \(6,\), expected \(None, 2\)"),
        ("locked", np.zeros(5), r"locked has shape \(5,\), expected \(4,\)"),
        ("forbidden", np.zeros((1, 3)), r"forbidden has shape \(1, 3\), expected \(None, 2\)"),
        ("group", np.zeros(3), r"group has shape \(3,\), expected \(4,\)"),
        ("skill_class", np.zeros(3), r"skill_class has shape \(3,\), expected \(4,\)"),
    ],
)
def test_a_problem_refuses_wrong_shapes(name: str, array: Any, message: str) -> None:
    """The error names the array, its shape and the shape that fits."""
    with pytest.raises(ValueError, match=message):
        replace(world(), **{name: array})


def test_a_problem_refuses_activity_of_other_measures() -> None:
    """Accounts must have a column for each measure."""
    problem = world()
    with pytest.raises(ValueError, match=r"accounts\.activity has 1 columns for 2 measures"):
        replace(problem, accounts=replace(problem.accounts, activity=np.ones((4, 1))))


def test_the_activity_of_a_unit_is_the_sum_over_its_accounts() -> None:
    """Accounts add up in their unit, and a unit without accounts has none."""
    problem = world()
    problem = replace(problem, accounts=replace(problem.accounts, unit=np.array([0, 2, 0, 2])))
    assert problem.activity.tolist() == [[4, 10], [0, 0], [6, 10], [0, 0]]


def test_sizes() -> None:
    """A problem counts its units, accounts, territories and measures."""
    problem = grid_problem("1111", n_territories=3, potential="1111")
    first = Accounts(
        **{name: getattr(problem.accounts, name)[:2] for name in ACCOUNT_ARRAYS},
    )
    problem = replace(problem, accounts=first)
    sizes = (problem.n_units, problem.n_accounts, problem.n_territories, problem.n_measures)
    assert sizes == (4, 2, 3, 2)


def test_homes_are_rows_and_a_missing_one_is_nan() -> None:
    """A territory without a home has a row of NaN."""
    problem = world()
    nowhere = replace(problem.territories[1], home=None)
    problem = replace(problem, territories=(problem.territories[0], nowhere))
    assert np.array_equal(problem.home, [[0.0, 0.0], [np.nan, np.nan]], equal_nan=True)


def test_a_rep_may_serve_what_its_skills_cover() -> None:
    """A class is allowed where the rep has all of its skills; no skills are allowed everywhere."""
    problem = world()
    skilled = replace(problem.territories[1], skills=frozenset({"lab", "cold chain", "surgery"}))
    problem = replace(
        problem,
        territories=(replace(problem.territories[0], skills=frozenset({"lab"})), skilled),
        required_skills=(frozenset(), frozenset({"lab"}), frozenset({"lab", "surgery"})),
    )
    assert problem.allowed.tolist() == [[True, True], [True, True], [False, True]]


def test_a_territory_without_a_rep_is_vacant() -> None:
    """It is the rep's id that counts, not a name."""
    assert Territory("T1", "North", rep="somebody").is_vacant
    assert not Territory("T1", "North", rep_id="R1").is_vacant


def test_a_measure_is_found_by_its_name() -> None:
    """The index is the position among the measures."""
    assert world().measure_index("potential") == 1


def test_an_unknown_measure_is_told_with_those_there_are() -> None:
    """The error names what was asked for and what there is."""
    message = "no measure is called 'revenue'; there are: workload, potential"
    with pytest.raises(KeyError, match=message):
        world().measure_index("revenue")


def test_problems_built_alike_are_equal() -> None:
    """Equality and hash follow the content, not the object."""
    assert world() == world()
    assert hash(world()) == hash(world())


def test_a_problem_is_not_its_fingerprint() -> None:
    """A problem equals no value of another type."""
    assert world() != world().fingerprint


PROBLEM_CHANGES: dict[str, Callable[[Problem], Any]] = {
    "measures": lambda p: (Measure("workload", "min/yr"), p.measures[1]),
    "territories": lambda p: p.territories[::-1],
    "units": lambda p: replace(p.units, named=np.array([True, False, False, False])),
    "accounts": lambda p: replace(p.accounts, current=np.array([0, 0, 0, 0])),
    "target": lambda p: p.target + 1,
    "contiguity": lambda p: p.contiguity[:-1],
    "locked": lambda p: np.array([-1, -1, -1, 0]),
    "forbidden": lambda p: np.array([[0, 1]]),
    "group": lambda p: np.array([0, 0, -1, -1]),
    "skill_class": lambda p: np.array([0, 0, 0, 1]),
    "required_skills": lambda p: (frozenset(), frozenset({"lab"})),
    "distance_step_m": lambda p: 1.0,
    "crs": lambda p: "EPSG:32633",
    "notes": lambda p: ("One account was left out.",),
    "backdrop": lambda p: {"States": b"line"},
}
ACCOUNT_CHANGES: dict[str, Callable[[Problem], Any]] = {
    "ids": lambda p: np.array(["A0", "A1", "A2", "B3"]),
    "names": lambda p: p.accounts.names[::-1],
    "unit": lambda p: np.array([0, 0, 2, 3]),
    "xy": lambda p: p.accounts.xy + np.array([0.0, 1e-6]),
    "activity": lambda p: p.accounts.activity[:, ::-1],
    "current": lambda p: np.array([0, 0, 1, 1]),
    "placed_by": lambda p: np.full(4, "city"),
    "columns": lambda p: {"industry": Column.of(["steel", "steel", "", "wood"])},
}
UNIT_CHANGES: dict[str, Callable[[Problem], Any]] = {
    "ids": lambda p: p.units.ids[::-1],
    "xy": lambda p: p.units.xy[::-1],
    "named": lambda p: ~p.units.named,
    "shapes": lambda p: (b"", b"", b"", b"x"),
}
TERRITORY_CHANGES: dict[str, Any] = {
    "id": "T9",
    "name": "South",
    "home": None,
    "share": 0.5,
    "rep_id": "R9",
    "rep": "Another",
    "email": None,
    "manager": "Boss",
    "skills": frozenset({"lab"}),
}


@pytest.mark.parametrize("name", [f.name for f in fields(Problem)])
def test_every_fact_counts_in_the_fingerprint(name: str) -> None:
    """A problem that differs in one field is another problem."""
    problem = world()
    assert replace(problem, **{name: PROBLEM_CHANGES[name](problem)}) != problem


@pytest.mark.parametrize("name", [f.name for f in fields(Accounts)])
def test_every_fact_of_accounts_counts_in_the_fingerprint(name: str) -> None:
    """A problem that differs in one field of its accounts is another problem."""
    problem = world()
    accounts = replace(problem.accounts, **{name: ACCOUNT_CHANGES[name](problem)})
    assert replace(problem, accounts=accounts) != problem


@pytest.mark.parametrize("name", [f.name for f in fields(Units)])
def test_every_fact_of_units_counts_in_the_fingerprint(name: str) -> None:
    """A problem that differs in one field of its units is another problem."""
    problem = world()
    units = replace(problem.units, **{name: UNIT_CHANGES[name](problem)})
    assert replace(problem, units=units) != problem


@pytest.mark.parametrize("name", [f.name for f in fields(Territory)])
def test_every_fact_of_a_territory_counts_in_the_fingerprint(name: str) -> None:
    """A problem that differs in one field of one territory is another problem."""
    problem = world()
    changed = replace(problem.territories[1], **{name: TERRITORY_CHANGES[name]})
    assert replace(problem, territories=(problem.territories[0], changed)) != problem


def test_the_type_of_the_numbers_given_does_not_count() -> None:
    """Whole numbers in another type, and narrower texts, make the same problem."""
    problem = world()
    again = replace(
        problem,
        locked=problem.locked.astype(np.int64),
        group=problem.group.astype(np.float64),
        units=replace(problem.units, ids=problem.units.ids.astype("U40")),
        target=np.asfortranarray(problem.target),
    )
    assert again == problem
