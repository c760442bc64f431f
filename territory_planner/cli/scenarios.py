"""`scenarios`: a project and all its what-ifs, as a table or as values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.verb import (
    Verb,
    add_json,
    add_out,
    add_project,
    add_seed,
    add_time_limit,
    as_json,
    insisted,
)
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError, TerritoryPlannerError
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.evaluation.proof import proof
from territory_planner.scenarios.compare import aligned
from territory_planner.workflow.plans import Planned

Made = Mapping[str, Planned | TerritoryPlannerError]
HEADS = ("scenario", "territories", "objective, km", "gap", "accounts that move", "seconds")


def scenario_values(made: Made) -> dict[str, Any]:
    """Return every scenario's outcome as plain values."""
    return {"scenarios": [_values(name, one) for name, one in made.items()]}


def _values(name: str, one: Planned | TerritoryPlannerError) -> dict[str, Any]:
    if isinstance(one, TerritoryPlannerError):
        return {"name": name, "plan": None, "why": str(one)}
    plan = one.plan
    return {
        "name": name,
        "plan": str(one.plan_file),
        "report": str(one.report),
        "run": one.run,
        "territories": plan.problem.n_territories,
        "objective_km": plan.objective,
        "bound_km": plan.bound,
        "gap": plan.gap,
        "moved_accounts": _moved(plan),
        "seconds": plan.seconds,
    }


def _moved(plan: Plan) -> int:
    return int(moved_accounts(plan.problem, plan.alignment).sum())


def scenario_table(made: Made) -> str:
    """Return one line for each scenario, and why there is no plan where there is none."""
    rows, told = [HEADS], []
    for name, one in made.items():
        if isinstance(one, TerritoryPlannerError):
            rows.append((name, "no plan", "", "", "", ""))
            told.append(f"\n{name}: {one}")
            continue
        plan = one.plan
        rows.append(
            (
                name,
                f"{plan.problem.n_territories:,}",
                f"{plan.objective:,.2f}",
                proof(plan).gap or "not known",
                f"{_moved(plan):,}",
                f"{plan.seconds:.1f}",
            )
        )
    places = [f"{name}: {one.report}" for name, one in made.items() if isinstance(one, Planned)]
    return "\n".join([*aligned(rows), *told, "", *places])


def _options(verb: ArgumentParser) -> None:
    add_project(verb)
    add_out(verb)
    add_time_limit(verb, "of each plan")
    add_seed(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.config import read_settings
    from territory_planner.workflow.plans import plan_scenarios

    settings = insisted(read_settings(arguments.project), arguments)
    if not settings.scenarios:
        message = (
            "there is no scenario. Add [[scenario]] with a name and edits, such as "
            'edits = [{ close_territory = "T07" }].'
        )
        raise InputError([Fault(str(settings.path), message)])
    efforts = (settings, *(settings.under(scenario.name) for scenario in settings.scenarios))
    longest = max(each.solve.time_limit_s for each in efforts)
    with ProgressBar(longest, sys.stderr) as progress:
        made = plan_scenarios(settings, arguments.out, None, progress, progress.tell)
    return as_json(scenario_values(made)) if arguments.json else scenario_table(made)


VERB = Verb(
    "scenarios",
    "plan a project and all its scenarios, each begun at its parent's plan",
    _options,
    _run,
)
