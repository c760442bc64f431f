"""A project and its scenarios as what is to be planned, and plans taken for today's alignment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territory_planner.config import read_settings
from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import CloseTerritory, RemoveAccounts
from territory_planner.errors import InputError
from territory_planner.intake import read_problem
from territory_planner.scenarios.adopt import adopted
from territory_planner.scenarios.cases import Case, read_cases
from territory_planner.scenarios.edits import applied
from territory_planner.store.plan_file import load_plan, save_plan
from tests.intake.projects import ACCOUNTS, PLAN, REPS, write_project
from tests.worlds import grid_problem

FAMILIES = "\n".join(
    line + extra
    for line, extra in zip(
        ACCOUNTS.splitlines(), [",family", ",F", ",F", ",", ",", ",", ","], strict=True
    )
)
SCENARIOS = """
[[scenario]]
name = "kept"
parent = "loose"
criteria = { keep_together = true, max_distance_km = 900 }
edits = [{ set_share = "T2", share = 0.25 }]

[[scenario]]
name = "loose"
bands = { workload = 0.3 }
criteria = { short_borders = 0 }
edits = [{ remove_accounts = "A6" }]
"""


def cases(folder: Path) -> dict[str, Case]:
    """Return the cases of a project."""
    settings = read_settings(folder)
    return read_cases(settings, settings.scenarios, load_plan)


def planned(problem: Problem, of: str) -> Plan:
    """Return a plan of a problem, a letter a unit."""
    alignment = Alignment(np.array(["ABC".index(c) for c in of]))
    k, q = problem.n_territories, problem.n_measures
    return Plan(
        problem, Criteria(), SolveOptions(), alignment, 1.0, 0.0, "time limit", np.zeros((k, q))
    )


def test_a_project_without_scenarios_is_itself(tmp_path: Path) -> None:
    """The base alone, as it is read."""
    folder = write_project(tmp_path)
    settings = read_settings(folder)
    assert cases(folder) == {
        "base": Case(read_problem(folder), settings.criteria(), settings.solve_options())
    }


def test_effort_is_inherited(tmp_path: Path) -> None:
    """Each scenario's own over its parent's, over the project's; criteria that differ beside it."""
    text = (
        '[[scenario]]\nname = "c"\nparent = "b"\nsolve = { seed = 4 }\n'
        '[[scenario]]\nname = "b"\nparent = "a"\ncriteria = { keep_together = true }\n'
        '[[scenario]]\nname = "a"\nsolve = { time_limit_s = 9, seed = 3 }\n'
        "[solve]\ntime_limit_s = 5\nworkers = 2\n"
    )
    found = cases(write_project(tmp_path, FAMILIES, plan=PLAN + text))
    assert {name: case.options for name, case in found.items()} == {
        "base": SolveOptions(5, workers=2),
        "a": SolveOptions(9, seed=3, workers=2),
        "b": SolveOptions(9, seed=3, workers=2),
        "c": SolveOptions(9, seed=4, workers=2),
    }


def test_criteria_that_reach_into_files_are_read_again(tmp_path: Path) -> None:
    """Families are kept together in that scenario alone, with the edits of its parents."""
    found = cases(write_project(tmp_path, FAMILIES, plan=PLAN + SCENARIOS))
    assert (found["base"].problem.group == NONE).all()
    assert (found["loose"].problem.group == NONE).all()
    assert found["kept"].problem.group.tolist() == [0, 0, NONE, NONE, NONE, NONE]
    assert found["kept"].problem.n_accounts == found["loose"].problem.n_accounts == 5
    assert found["kept"].problem.territories[1].share == 0.25
    kept, loose = found["kept"].criteria, found["loose"].criteria
    assert (loose.short_borders, loose.bands["workload"].upper) == (0, 0.3)
    assert kept == replace(loose, max_distance_km=900.0)


def test_new_accounts_are_read_under_the_scenario_s_criteria(tmp_path: Path) -> None:
    """Skills count where the scenario, or one that it starts from, uses them."""
    text = (
        '[[scenario]]\nname = "plain"\nedits = [{ add_accounts = "new.csv" }]\n'
        '[[scenario]]\nname = "skilled"\nparent = "plain"\ncriteria = { use_skills = true }\n'
        '[[scenario]]\nname = "child"\nparent = "skilled"\nedits = [{ add_accounts = '
        '{ id = "N2", latitude = 50.1, longitude = 8.0, workload = 3, skills = "wood" } }]\n'
    )
    reps = "\n".join(
        line + extra
        for line, extra in zip(
            REPS.splitlines(), [",skills", ",wood", ",wood", ",wood"], strict=True
        )
    )
    new = "id,latitude,longitude,hours,skills\nN1,50.1,8.1,5,wood\n"
    found = cases(write_project(tmp_path, reps=reps, plan=PLAN + text, new_csv=new))
    for name, classes in (("plain", [0]), ("skilled", [1]), ("child", [1, 1])):
        assert found[name].problem.skill_class[6:].tolist() == classes, name


def test_faults_of_tables_and_of_edits_are_told_together(tmp_path: Path) -> None:
    """Those of every scenario, in one error."""
    text = (
        '[[scenario]]\nname = "a"\nedits = [{ add_accounts = "no.csv" }]\n'
        '[[scenario]]\nname = "b"\nedits = [{ add_accounts = "noo.csv" }]\n'
        '[[scenario]]\nname = "c"\nedits = [{ close_territory = "T9" }]\n'
    )
    with pytest.raises(InputError) as caught:
        cases(write_project(tmp_path, plan=PLAN + text))
    for told in ("no.csv", "noo.csv", "rep 'T9'"):
        assert told in str(caught.value)


def test_a_saved_plan_is_the_start_and_today(tmp_path: Path) -> None:
    """Where it is adopted; a child has both from its parent."""
    folder = write_project(tmp_path)
    plan = planned(read_problem(folder), "CCBBAA")
    save_plan(plan, folder / "old.plan")
    text = (
        '[[scenario]]\nname = "a"\nstart = "old.plan"\n'
        '[[scenario]]\nname = "b"\nstart = "old.plan"\nadopt = true\n'
        '[[scenario]]\nname = "c"\nparent = "b"\nedits = [{ close_territory = "T3" }]\n'
    )
    found = cases(write_project(tmp_path, plan=PLAN + text))
    assert found["a"].start == found["b"].start == found["c"].start == plan
    assert found["a"].problem == plan.problem
    assert found["b"].problem.accounts.current.tolist() == [2, 2, 1, 1, 0, 0]
    assert found["c"].problem.accounts.current.tolist() == [NONE, NONE, 1, 1, 0, 0]


def test_all_faults_of_all_scenarios_are_told(tmp_path: Path) -> None:
    """A plan file that is not there, and edits that cannot be made, in one error."""
    text = (
        '[[scenario]]\nname = "a"\nstart = "no.plan"\nedits = [{ close_territory = "T9" }]\n'
        '[[scenario]]\nname = "b"\nparent = "a"\nedits = [{ set_share = "T8", share = 1 }]\n'
        '[[scenario]]\nname = "c"\nparent = "a"\ncriteria = { centers = "free" }\n'
    )
    with pytest.raises(InputError) as caught:
        cases(write_project(tmp_path, plan=PLAN + text))
    message = str(caught.value)
    for told in ("no.plan: ", "rep 'T9'", "rep 'T8'"):
        assert told in message
    assert message.count("'T9'") == 1


def test_adopted_matches_by_id() -> None:
    """Accounts the plan does not know keep their rep; territories that are gone serve nobody."""
    problem = grid_problem("1234", current="AABB", n_territories=3)
    plan = planned(applied(RemoveAccounts("A1"), problem), "CABA")
    assert adopted(problem, plan).accounts.current.tolist() == [2, 0, 1, 0]
    fewer = applied(CloseTerritory("T3"), problem)
    assert adopted(fewer, plan).accounts.current.tolist() == [NONE, 0, 1, 0]
    assert adopted(adopted(problem, plan), plan) == adopted(problem, plan)
