"""Scenarios beside each other: as a table for people, and as values for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from territory_planner.domain.plan import Plan
from territory_planner.errors import TerritoryPlannerError
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.evaluation.proof import proof
from territory_planner.scenarios.compare import aligned
from territory_planner.workflow import Planned

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
