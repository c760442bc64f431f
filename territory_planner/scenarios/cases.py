"""`read_cases`: problem, criteria, effort and start of a project and of its scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from territory_planner.config import Settings
from territory_planner.config.scenarios import BASE
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Scenario
from territory_planner.errors import Fault, InputError
from territory_planner.intake import read_problem
from territory_planner.intake.new_accounts import read_new_accounts
from territory_planner.scenarios.adopt import adopted
from territory_planner.scenarios.edits import OF_FILES, apply

LoadPlan = Callable[[Path], Plan]
READ_AGAIN = (*OF_FILES, "contiguous", "centers")
"""Criteria that reach into how files are read, or that their reading checks."""


@dataclass(frozen=True)
class Case:
    """What is to be planned.

    Parameters
    ----------
    problem, criteria
        With all edits in them.
    options
        The effort.
    start
        The saved plan that the search begins at, None to begin at the parent's.
    """

    problem: Problem
    criteria: Criteria
    options: SolveOptions
    start: Plan | None = None


def read_cases(
    settings: Settings, scenarios: Sequence[Scenario], load: LoadPlan
) -> dict[str, Case]:
    """Return the project, as "base", and some of its scenarios, by their names.

    Parameters
    ----------
    scenarios
        Those of the settings that are wanted, the parents of each among them.
    load
        Reads a plan file.

    Raises
    ------
    InputError
        When files cannot be used; or with every edit of every scenario that cannot be made.
    """
    base = Case(read_problem(settings), settings.criteria(), settings.solve_options())
    cases = {BASE: base}
    faults, spoilt = list[Fault](), set[str]()
    waiting = list(scenarios)
    while waiting:
        scenario = next(s for s in waiting if (s.parent or BASE) in cases)
        waiting.remove(scenario)
        parent = scenario.parent or BASE
        try:
            under = settings.under(scenario.name)
            case = cases[parent]
            line: tuple[Scenario, ...] = (scenario,)
            if parent not in spoilt and any(key in scenario.criteria for key in READ_AGAIN):
                case = replace(base, problem=read_problem(under))
                line = settings.lineage(scenario.name)
            for each in read_new_accounts(under, line):
                case = _made(case, each, settings, load)
        except InputError as error:
            # What it would have been is unknown: what starts from it is looked at as if unedited.
            faults += error.faults
            case = cases[parent]
            spoilt.add(scenario.name)
        cases[scenario.name] = replace(case, options=under.solve_options())
    if faults:
        raise InputError(faults)
    return cases


def _made(case: Case, scenario: Scenario, settings: Settings, load: LoadPlan) -> Case:
    faults, start, problem = list[Fault](), case.start, case.problem
    if scenario.start:
        try:
            start = load(settings.file(scenario.start))
        except InputError as error:
            faults += error.faults
        else:
            problem = adopted(problem, start) if scenario.adopt else problem
    # Files have been read under those criteria already.
    given = {key: value for key, value in scenario.criteria.items() if key not in OF_FILES}
    try:
        problem, criteria = apply(
            problem, case.criteria, replace(scenario, criteria=given), str(settings.path)
        )
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    return replace(case, problem=problem, criteria=criteria, start=start)
