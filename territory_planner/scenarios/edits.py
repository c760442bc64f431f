"""A scenario made: the problem and the criteria that its edits make of others."""

from __future__ import annotations

from dataclasses import replace

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Scenario
from territory_planner.errors import Fault, InputError
from territory_planner.scenarios import account_edits, territory_edits
from territory_planner.scenarios.edit import EditError, account_index, applied

__all__ = ["EditError", "account_index", "applied", "apply"]

KINDS = account_edits, territory_edits
"""Where edits are registered: imported for that."""


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
    faults = []
    for number, edit in enumerate(scenario.edits, start=1):
        try:
            problem = applied(edit, problem)
        except EditError as error:
            where = f"[[scenario]] '{scenario.name}' edit {number}"
            faults.append(Fault(file, f"{where}: {error}"))
    names = [measure.name for measure in problem.measures]
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
    return problem, replace(criteria, bands=bands, disruption=tuple(entries.values()))
