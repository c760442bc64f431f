"""Accounts that are added: as units among neighbours, or in areas; all their faults at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from territory_planner.domain.column import Column
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import AddAccounts, RemoveAccounts, Scale
from territory_planner.geography.adjacency import gabriel_graph, piece_labels, sorted_edges
from territory_planner.geography.projection import to_lonlat
from territory_planner.scenarios.edits import EditError, applied
from tests.worlds import grid_problem


def adding(*records: Any) -> AddAccounts:
    """Return the edit that adds some records."""
    return AddAccounts(accounts=records)


def near(problem: Problem, x_m: float, y_m: float) -> dict[str, float]:
    """Return a place in metres as a record says it."""
    longitude, latitude = to_lonlat(problem.crs, np.array([[x_m, y_m]]))[0]
    return {"longitude": float(longitude), "latitude": float(latitude)}


def in_areas() -> Problem:
    """Return four areas of a kilometre, side by side, with one account each."""
    problem = grid_problem("1234", current="AABB")
    boxes = shapely.box(problem.units.xy[:, 0] - 500, -500.0, problem.units.xy[:, 0] + 500, 500.0)
    degrees = shapely.transform(boxes, lambda xy: to_lonlat(problem.crs, xy))
    shapes = tuple(shapely.to_wkb(degrees).tolist())
    columns = {"industry": Column.of(["steel", "steel", "wood", "wood"])}
    return replace(
        problem,
        units=replace(problem.units, shapes=shapes),
        accounts=replace(problem.accounts, columns=columns),
    )


def test_a_new_account_is_a_new_unit() -> None:
    """Where accounts are units: free, and with its part in all targets."""
    problem = grid_problem("1234", current="AABB")
    record = {"id": "N1", "name": "New", "workload": 10, "current": "Rep 2"}
    more = applied(adding(record | near(problem, 1500, 500)), problem)
    assert more.units.ids.tolist() == ["U0", "U1", "U2", "U3", "N1"]
    assert more.accounts.xy[4] == pytest.approx([1500, 500])
    assert more.accounts.names[4] == "New"
    assert more.accounts.current.tolist() == [0, 0, 1, 1, 1]
    assert more.target[:, 0].tolist() == [10, 10]
    assert (more.locked[4], more.group[4], more.skill_class[4]) == (NONE, NONE, 0)


def test_neighbours_that_are_known_stay() -> None:
    """On a grid, whose edges are not the Gabriel graph's alone, new edges are of new units."""
    problem = grid_problem("11/11")
    problem = replace(problem, contiguity=problem.contiguity[:-1])
    added = applied(adding({"id": "N1", "workload": 1} | near(problem, 500, -500)), problem)
    kept = {tuple(e) for e in problem.contiguity.tolist()}
    edges = {tuple(e) for e in added.contiguity.tolist()}
    assert edges - kept == {(0, 4), (1, 4), (2, 4), (3, 4)}
    assert kept < edges


def test_neighbours_that_are_drawn_are_drawn_again() -> None:
    """The Gabriel graph of all units, and the bridges there were."""
    rng = np.random.default_rng(1)
    problem = grid_problem("111111")
    xy = rng.random((6, 2)) * 9000
    bridge = next(
        (i, j)
        for i in range(6)
        for j in range(i + 1, 6)
        if (i, j) not in {tuple(e) for e in gabriel_graph(xy).tolist()}
    )
    problem = replace(
        problem,
        units=replace(problem.units, xy=xy),
        contiguity=sorted_edges(np.vstack([gabriel_graph(xy), [bridge]])),
    )
    added = applied(adding({"id": "N1", "workload": 1} | near(problem, 4500, 4500)), problem)
    wanted = {tuple(e) for e in gabriel_graph(added.units.xy).tolist()} | {bridge}
    assert {tuple(e) for e in added.contiguity.tolist()} == wanted
    assert not piece_labels(7, added.contiguity).any()


def test_a_new_account_goes_to_its_area() -> None:
    """By place or by name; one that is named stands apart; the kept columns go along."""
    problem = in_areas()
    records = (
        {"id": "N1", "workload": 1, "industry": "zinc"} | near(problem, 2100, 100),
        {"id": "N2", "workload": 1, "area": "U1"},
        {"id": "N3", "workload": 1, "named": True} | near(problem, 100_000, 0),
        {"id": "N4", "workload": 1} | near(problem, -5000, 0),
    )
    more = applied(adding(*records), problem)
    assert more.units.ids[more.accounts.unit[4:]].tolist() == ["U2", "U1", "N3", "U0"]
    assert more.accounts.placed_by[4:].tolist() == ["coordinates", "area"] + ["coordinates"] * 2
    assert more.units.named.tolist() == [False] * 4 + [True]
    assert more.units.shapes[4] == b""
    column = more.accounts.columns["industry"]
    assert column.values[column.code].tolist()[3:] == ["wood", "zinc", "", "", ""]
    grown = applied(Scale("workload", 1.0, where={"industry": "zinc"}), more)
    assert grown.accounts.activity[4:, 0].tolist() == [2, 1, 1, 1]


def test_what_is_added_and_lost_is_as_before() -> None:
    """In areas, the problem is the one there was."""
    problem = in_areas()
    record = {"id": "N1", "workload": 5, "area": "U1", "industry": "zinc"}
    more = applied(adding(record), problem)
    assert more != problem
    assert applied(RemoveAccounts("N1"), more) == problem


def test_places_are_looked_up() -> None:
    """A postal code, else a city, in the country that is given."""
    problem = replace(grid_problem("12"), crs="EPSG:3857")
    records = (
        {"id": "N1", "workload": 1, "postal_code": 80221, "country": "US"},
        {"id": "N2", "workload": 1, "city": "Pueblo", "state": "CO", "country": "US"},
    )
    more = applied(adding(*records), problem)
    lonlat = to_lonlat(problem.crs, more.accounts.xy[2:])
    assert lonlat == pytest.approx(np.array([[-105.0, 39.84], [-104.61, 38.26]]), abs=0.05)
    assert more.accounts.placed_by[2:].tolist() == ["postal code", "city"]


def test_skills_come_along() -> None:
    """As a class of their own; skills that no rep has are told."""
    problem = grid_problem("12")
    able = [replace(t, skills=frozenset({"health care"})) for t in problem.territories]
    problem = replace(problem, territories=tuple(able))
    record = {"id": "N1", "workload": 1, "skills": "Health care"} | near(problem, 0, 0)
    more = applied(adding(record), problem)
    assert more.required_skills == (frozenset(), frozenset({"health care"}))
    assert more.skill_class.tolist() == [0, 0, 1]
    with pytest.raises(EditError, match="no rep has the skills 'wood'"):
        applied(adding(record | {"skills": "wood"}), problem)


def test_every_fault_is_told() -> None:
    """Ids, places, areas, reps, measures and names that are not there, in one error."""
    records = (
        {"id": "A0", "workload": 1, "area": "U9"},
        {"id": "N1", "workload": -1, "latitude": 99.0, "longitude": 0.0},
        {"id": "N1", "latitude": 0.0, "longitude": 0.0, "industri": "wood"},
        {"id": "", "workload": "x", "current": "T9", "latitude": 50.0, "longitude": 50.0},
    )
    with pytest.raises(EditError) as caught:
        applied(adding(*records), in_areas())
    message = str(caught.value)
    for told in (
        "'A0' is an account already",
        "'A0' is in area 'U9', which is not there; nearest is 'U3'",
        "'A0' is without a place",
        "'N1' is at no place",
        "'N1' is there more than once",
        "'N1' is without workload",
        "'N1', '' are wrong in workload",
        "1 of 4 new accounts have no id",
        "there is no territory or rep 'T9'",
        "a new account has no 'industri'. Did you mean 'industry'?",
        "'' is in no area, nor within 10 km of one",
    ):
        assert told in message
