"""Families that new accounts join or make: as if they had stood in the accounts' table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from territory_planner.config import read_settings
from territory_planner.domain.column import Column
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import AddAccounts, Lock
from territory_planner.errors import InfeasibleError
from territory_planner.intake import read_problem
from territory_planner.scenarios.cases import read_cases
from territory_planner.scenarios.edits import EditError, applied
from territory_planner.solving import solve
from territory_planner.store.plan_file import load_plan
from tests.intake import test_areas
from tests.intake.projects import PLAN, write_project
from tests.worlds import grid_problem

TOGETHER = "[criteria]\nkeep_together = true\n"
HEAD = "id,name,family,latitude,longitude,hours\n"
ADDING = '[[scenario]]\nname = "more"\nedits = [{ add_accounts = "new.csv" }]\n'
PLACES = {"SW": (49.5, 8.5), "SE": (49.5, 9.5), "NW": (50.5, 8.5), "NE": (50.5, 9.5)}


def rows_of(text: str) -> list[str]:
    """Return rows of a table from "id,family,area" after one another."""
    rows = []
    for i, row in enumerate(text.split()):
        id_, family, area = row.split(",")
        y, x = PLACES[area]
        rows.append(f"{id_},{id_.lower()}-name,{family},{y + 0.01 * i},{x + 0.01 * i},1")
    return rows


def homes(problem: Problem) -> dict[str, Any]:
    """Return by account its unit, whether it stands apart, and who is kept together with it."""
    accounts, units = problem.accounts, problem.units
    group = problem.group[accounts.unit]
    return {
        str(id_): (
            str(units.ids[unit]),
            bool(units.named[unit]),
            sorted(accounts.ids[group == g].tolist()) if g != NONE else [],
        )
        for id_, unit, g in zip(accounts.ids, accounts.unit, group, strict=True)
    }


def more(folder: Path, plan: str) -> Problem:
    """Return the problem with the new accounts of a project."""
    settings = read_settings(folder)
    found = read_cases(settings, settings.scenarios, load_plan)
    assert "family" not in read_problem(write_project(folder, plan=plan)).accounts.columns
    return found["more"].problem


TABLES = [
    # A family there is, a single account, and the name of a family.
    ("A1,,SW A2,A1,SW A3,,SE A4,F,NE", "N1,A1,SW N2,A3,SE N3,F,NE N4,f,SE"),
    # By a parent's name, and by a parent who is new; new ones among themselves.
    ("A1,,SW A2,P,NW A3,,SE A4,P,NE", "P,,SW N1,a3-name,NW N2,G,NE N3,G,NE N4,H,SE"),
    # One area holds all of a family, until one comes who is elsewhere.
    ("A1,F,SW A2,F,SW A3,,SW A4,,NE", "N1,F,NE N2,X,SE N3,X,SE N4,Y,SW N5,Y,SE"),
    # Two families become one.
    ("A1,F,SW A2,F,NW A3,G,SE A4,G,NE", "F,G,SW"),
]


def drawn(seed: int) -> tuple[str, str]:
    """Return accounts there are and new ones, whose parents and families are drawn."""
    rng = np.random.default_rng(seed)
    ids = [f"A{i}" for i in range(14)]
    said = rng.choice([*ids, "F", "G", "a3-name", *[""] * 12], 14)
    areas = rng.choice(list(PLACES), 14)
    rows = [f"{i},{f},{a}" for i, f, a in zip(ids, said, areas, strict=True)]
    return " ".join(rows[:9]), " ".join(rows[9:])


@pytest.mark.parametrize("kind", ["account", "area"])
@pytest.mark.parametrize(("old", "new"), [*TABLES, *(drawn(seed) for seed in range(12))])
def test_families_are_those_of_one_table(tmp_path: Path, kind: str, old: str, new: str) -> None:
    """Units, who leaves an area, and groups are what they are where all stand in the table."""
    plan = (PLAN if kind == "account" else test_areas.AREA) + TOGETHER
    rows = {"old": rows_of(old), "new": rows_of(f"{old} {new}")[len(old.split()) :]}
    whole, part = tmp_path / "whole", tmp_path / "part"
    table = HEAD + "\n".join([*rows["old"], *rows["new"], ""])
    one = read_problem(test_areas.project(whole, table, plan))
    test_areas.project(part, HEAD + "\n".join([*rows["old"], ""]), plan + ADDING)
    (part / "new.csv").write_text(HEAD + "\n".join([*rows["new"], ""]), encoding="utf-8")
    assert homes(more(part, plan)) == homes(one)


def test_families_are_joined_where_they_are_kept_together(tmp_path: Path) -> None:
    """In the scenario whose criteria say so, and by nobody whose edit says no."""
    old = HEAD + "\n".join([*rows_of("A1,F,SW A2,F,SE A3,,NE"), ""])
    record = '{ id = "N1", latitude = 50.1, longitude = 8.1, workload = 2, family = "F" }'
    text = (
        f'[[scenario]]\nname = "loose"\nedits = [{{ add_accounts = {record} }}]\n'
        '[[scenario]]\nname = "kept"\nparent = "loose"\ncriteria = { keep_together = true }\n'
        '[[scenario]]\nname = "apart"\ncriteria = { keep_together = true }\n'
        f"edits = [{{ add_accounts = {record}, keep_together = false }}]\n"
    )
    settings = read_settings(write_project(tmp_path, old, plan=PLAN + text))
    found = read_cases(settings, settings.scenarios, load_plan)
    groups = {name: case.problem.group.tolist() for name, case in found.items()}
    assert groups == {
        "base": [NONE] * 3,
        "loose": [NONE] * 4,
        "kept": [0, 0, NONE, 0],
        "apart": [0, 0, NONE, NONE],
    }


def test_a_table_without_families(tmp_path: Path) -> None:
    """New accounts have theirs among themselves, and parents among those there are."""
    old = "id,latitude,longitude,hours\nA1,50,8,1\nA2,50.1,8,1\n"
    new = HEAD + "\n".join([*rows_of("N1,A2,SW N2,X,SE N3,X,NE"), ""])
    settings = read_settings(write_project(tmp_path, old, plan=PLAN + TOGETHER + ADDING))
    (tmp_path / "new.csv").write_text(new, encoding="utf-8")
    found = read_cases(settings, settings.scenarios, load_plan)
    assert found["more"].problem.group.tolist() == [NONE, 0, 0, 1, 1]


def world(**columns: Column) -> Problem:
    """Return four accounts, the first two of them kept together."""
    problem = grid_problem("1234", current="AABB")
    group = np.array([0, 0, NONE, NONE], dtype=np.int32)
    return replace(problem, group=group, accounts=replace(problem.accounts, columns=columns))


NEW: dict[str, str | float | bool] = {
    "id": "N1",
    "workload": 1,
    "latitude": 0.0,
    "longitude": 0.001,
    "family": "F",
}


def test_in_python_families_must_be_known() -> None:
    """The column that is kept tells them; without it an account with a family is refused."""
    told = world(family=Column.of(["F", "F", "", "G"]))
    assert applied(AddAccounts(accounts=(NEW,)), told).group.tolist() == [0, 0, NONE, NONE, 0]
    other = {**NEW, "family": "G"}
    assert applied(AddAccounts(accounts=(other,)), told).group.tolist() == [0, 0, NONE, 1, 1]
    with pytest.raises(EditError, match=r"Name 'family' in \[data\] keep .* keep_together = false"):
        applied(AddAccounts(accounts=(NEW,)), world())
    left = applied(AddAccounts(accounts=(NEW,), keep_together=False), world())
    assert left.group.tolist() == [0, 0, NONE, NONE, NONE]
    none = {**NEW, "family": ""}
    assert applied(AddAccounts(accounts=(none,)), world()).group.tolist() == [0, 0, *[NONE] * 3]


def test_two_edits_make_one_family() -> None:
    """What the first one adds is known to the second."""
    told = world(family=Column.of(["F", "F", "", ""]))
    first = applied(AddAccounts(accounts=({**NEW, "family": "new"},)), told)
    second = applied(AddAccounts(accounts=({**NEW, "id": "N2", "family": "N1"},)), first)
    assert first.group.tolist() == [0, 0, NONE, NONE, NONE]
    assert second.group.tolist() == [0, 0, NONE, NONE, 1, 1]


def test_who_leaves_an_area_keeps_its_locks(tmp_path: Path) -> None:
    """And what is forbidden there; an account that is called like an area cannot leave."""
    plan = test_areas.AREA + TOGETHER + ADDING
    rows, new = rows_of("A1,F,SW A2,F,SW A3,,SW"), rows_of("N1,F,NE")
    folder = test_areas.project(tmp_path, HEAD + "\n".join([*rows, ""]), plan)
    (folder / "new.csv").write_text(HEAD + "\n".join([*new, ""]), encoding="utf-8")
    settings = read_settings(folder)
    locked = applied(Lock("A3", "T2"), read_problem(settings))
    locked = replace(locked, forbidden=np.array([[0, 2], [1, 0]]))
    record = {**NEW, "latitude": 50.5, "longitude": 9.5}
    left = applied(AddAccounts(accounts=(record,)), locked)
    assert left.units.ids.tolist()[4:] == ["A1", "A2", "N1"]
    assert left.locked.tolist() == [1, NONE, NONE, NONE, 1, 1, NONE]
    assert left.forbidden.tolist() == [[0, 2], [1, 0], [4, 2], [5, 2]]
    assert left.group.tolist() == [NONE] * 4 + [0, 0, 0]
    same = replace(locked, accounts=replace(locked.accounts, ids=np.array(["A1", "NE", "A3"])))
    with pytest.raises(EditError, match="'NE' is to leave the area with the family"):
        applied(AddAccounts(accounts=(record,)), same)


def test_families_that_cannot_be_one_are_told() -> None:
    """A new parent makes one family of two accounts that are locked to different territories."""
    told = world(family=Column.of(["", "", "N1", "N1"]))
    told = applied(Lock("A3", "T2"), applied(Lock("A2", "T1"), told))
    one = applied(AddAccounts(accounts=({**NEW, "family": ""},)), told)
    assert one.group.tolist() == [0, 0, 1, 1, 1]
    with pytest.raises(InfeasibleError, match="U2 and U3 are kept together"):
        solve(one, Criteria())
