"""A scenario made: the problem and the criteria that its edits make of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Edit, Scenario
from territory_planner.errors import Fault, InputError
from territory_planner.scenarios import account_edits, new_accounts, territory_edits
from territory_planner.scenarios.edit import EditError, account_index, applied

__all__ = ["OF_FILES", "EditError", "account_index", "applied", "apply"]

KINDS = account_edits, new_accounts, territory_edits
"""Where edits are registered: imported for that."""

OF_FILES = "keep_together", "use_skills"
"""Settings of `[criteria]` that say how files are read, and are facts afterwards."""


def made(problem: Problem, edits: Mapping[str, Edit]) -> tuple[Problem, dict[str, tuple[str, ...]]]:
    """Return the problem with the edits made that can be, and what is wrong with each other.

    Parameters
    ----------
    edits
        By what each is called.
    """
    wrong = {}
    for called, edit in edits.items():
        try:
            problem = applied(edit, problem)
        except EditError as error:
            wrong[called] = tuple(str(sentence) for sentence in error.args)
    return problem, wrong


def faults_of(wrong: Mapping[str, Sequence[str]], file: str) -> list[Fault]:
    """Return what is wrong with edits as faults of where they are written."""
    return [Fault(file, f"{called}: {one}") for called, told in wrong.items() for one in told]


def apply(
    problem: Problem, criteria: Criteria, scenario: Scenario, file: str = "plan.toml"
) -> tuple[Problem, Criteria]:
    """Return the problem and the criteria that a scenario makes of others.

    Parameters
    ----------
    file
        Where the scenario is written, for the error.

    Raises
    ------
    InputError
        With every edit that cannot be made: unknown ids, with the nearest there are, and
        contradictions.
    """
    called = f"[[scenario]] '{scenario.name}' edit"
    edits = {f"{called} {number}": edit for number, edit in enumerate(scenario.edits, start=1)}
    problem, wrong = made(problem, edits)
    faults = faults_of(wrong, file)
    names = [measure.name for measure in problem.measures]
    known = [f.name for f in fields(Criteria)]
    for name in scenario.criteria:
        where = f"[[scenario]] '{scenario.name}' criteria"
        if name in OF_FILES:
            told = f"'{name}' is decided where files are read. Write it in plan.toml."
            faults.append(Fault(file, f"{where}: {told}"))
        elif name not in known:
            faults.append(Fault(file, f"{where}: '{name}' is none. {did_you_mean(name, known)}"))
    for name in [*scenario.bands, *scenario.budgets]:
        if name not in names:
            told = f"'{name}' is not a measure. {did_you_mean(name, names)}"
            faults.append(Fault(file, f"[[scenario]] '{scenario.name}': {told}"))
    if faults:
        raise InputError(faults)
    entries = {entry.measure: entry for entry in criteria.disruption}
    for name, budget in scenario.budgets.items():
        entries[name] = replace(entries.get(name, Disruption(name)), budget=budget)
    bands = {**criteria.bands, **scenario.bands}
    differ: dict[str, Any] = {**scenario.criteria}
    try:
        changed = replace(criteria, bands=bands, disruption=tuple(entries.values()), **differ)
    except ValueError as error:
        message = f"[[scenario]] '{scenario.name}' criteria: {error}. Correct it."
        raise InputError([Fault(file, message)]) from error
    return problem, changed
