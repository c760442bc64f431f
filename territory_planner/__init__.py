"""Balanced, compact sales territories from accounts and reps, with a proven gap.

Everything a script needs is here; each name is loaded when it is first used, so that importing the
package takes a moment only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from territory_planner.config import read_settings
    from territory_planner.crm.connect import connect
    from territory_planner.crm.export import export_for
    from territory_planner.crm.pull import pull
    from territory_planner.crm.records import read_records
    from territory_planner.domain.alignment import Alignment
    from territory_planner.domain.criteria import Band, Criteria, Disruption
    from territory_planner.domain.plan import Plan, SolveOptions
    from territory_planner.domain.problem import Problem
    from territory_planner.domain.scenario import (
        AddAccounts,
        AssignRep,
        CloseTerritory,
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
    from territory_planner.domain.sweep import Parameter, Sweep
    from territory_planner.errors import (
        InfeasibleError,
        InputError,
        NoPlanFoundError,
        TerritoryPlannerError,
    )
    from territory_planner.evaluation.scorecard import evaluate
    from territory_planner.exporting.comparison import export_comparison
    from territory_planner.exporting.plan_files import export_assignments
    from territory_planner.intake import check, read_problem
    from territory_planner.reporting import draw_map, write_comparison, write_report
    from territory_planner.reporting.frontier_page import frontier_in_words, write_frontier
    from territory_planner.reporting.heat_map import write_heat_map
    from territory_planner.reporting.repair import repair_in_words
    from territory_planner.reporting.stress import stress_in_words, write_stress
    from territory_planner.reporting.why import why_in_words
    from territory_planner.salesops.route import route
    from territory_planner.scenarios.adopt import adopted
    from territory_planner.scenarios.compare import compare
    from territory_planner.scenarios.differences import differences
    from territory_planner.scenarios.drift import Held, drift
    from territory_planner.scenarios.edits import apply
    from territory_planner.scenarios.frontier import Tradeoff
    from territory_planner.scenarios.frontier_search import frontier
    from territory_planner.scenarios.repair import repair
    from territory_planner.scenarios.stress import stress
    from territory_planner.scenarios.why import why
    from territory_planner.solving import solve
    from territory_planner.store.plan_file import load_plan, save_plan
    from territory_planner.store.records import Asked
    from territory_planner.store.replay import replay
    from territory_planner.store.request import Repairing
    from territory_planner.store.runs import Store
    from territory_planner.workflow.keeping import keeping
    from territory_planner.workflow.repair import repair_plan
    from territory_planner.workflow.sample import start_project
    from territory_planner.workflow.sweep import sweep_project
    from territory_planner.workflow.why import explain_account

__all__ = [
    "AddAccounts",
    "Alignment",
    "Asked",
    "AssignRep",
    "Band",
    "CloseTerritory",
    "Criteria",
    "Disruption",
    "Forbid",
    "Held",
    "InfeasibleError",
    "InputError",
    "Lock",
    "MergeTerritories",
    "MoveHome",
    "NoPlanFoundError",
    "OpenTerritory",
    "Parameter",
    "Plan",
    "Problem",
    "Release",
    "RemoveAccounts",
    "Repairing",
    "Scale",
    "Scenario",
    "SetShare",
    "SolveOptions",
    "SplitTerritory",
    "Store",
    "Sweep",
    "TerritoryPlannerError",
    "Tradeoff",
    "adopted",
    "apply",
    "check",
    "compare",
    "connect",
    "differences",
    "draw_map",
    "drift",
    "evaluate",
    "explain_account",
    "export_assignments",
    "export_comparison",
    "export_for",
    "frontier",
    "frontier_in_words",
    "keeping",
    "load_plan",
    "pull",
    "read_problem",
    "read_records",
    "read_settings",
    "repair",
    "repair_in_words",
    "repair_plan",
    "replay",
    "route",
    "save_plan",
    "solve",
    "start_project",
    "stress",
    "stress_in_words",
    "sweep_project",
    "why",
    "why_in_words",
    "write_comparison",
    "write_frontier",
    "write_heat_map",
    "write_report",
    "write_stress",
]

_HOMES = {
    "AddAccounts": "domain.scenario",
    "Alignment": "domain.alignment",
    "Asked": "store.records",
    "AssignRep": "domain.scenario",
    "Band": "domain.criteria",
    "CloseTerritory": "domain.scenario",
    "Criteria": "domain.criteria",
    "Disruption": "domain.criteria",
    "Forbid": "domain.scenario",
    "Held": "scenarios.drift",
    "InfeasibleError": "errors",
    "InputError": "errors",
    "Lock": "domain.scenario",
    "MergeTerritories": "domain.scenario",
    "MoveHome": "domain.scenario",
    "NoPlanFoundError": "errors",
    "OpenTerritory": "domain.scenario",
    "Parameter": "domain.sweep",
    "Plan": "domain.plan",
    "Problem": "domain.problem",
    "Release": "domain.scenario",
    "RemoveAccounts": "domain.scenario",
    "Repairing": "store.request",
    "Scale": "domain.scenario",
    "Scenario": "domain.scenario",
    "SetShare": "domain.scenario",
    "SolveOptions": "domain.plan",
    "SplitTerritory": "domain.scenario",
    "Store": "store.runs",
    "Sweep": "domain.sweep",
    "TerritoryPlannerError": "errors",
    "Tradeoff": "scenarios.frontier",
    "adopted": "scenarios.adopt",
    "apply": "scenarios.edits",
    "check": "intake",
    "compare": "scenarios.compare",
    "connect": "crm.connect",
    "differences": "scenarios.differences",
    "draw_map": "reporting",
    "drift": "scenarios.drift",
    "evaluate": "evaluation.scorecard",
    "explain_account": "workflow.why",
    "export_assignments": "exporting.plan_files",
    "export_comparison": "exporting.comparison",
    "export_for": "crm.export",
    "frontier": "scenarios.frontier_search",
    "frontier_in_words": "reporting.frontier_page",
    "keeping": "workflow.keeping",
    "load_plan": "store.plan_file",
    "pull": "crm.pull",
    "read_problem": "intake",
    "read_records": "crm.records",
    "read_settings": "config",
    "repair": "scenarios.repair",
    "repair_in_words": "reporting.repair",
    "repair_plan": "workflow.repair",
    "replay": "store.replay",
    "route": "salesops.route",
    "save_plan": "store.plan_file",
    "solve": "solving",
    "start_project": "workflow.sample",
    "stress": "scenarios.stress",
    "stress_in_words": "reporting.stress",
    "sweep_project": "workflow.sweep",
    "why": "scenarios.why",
    "why_in_words": "reporting.why",
    "write_comparison": "reporting",
    "write_frontier": "reporting.frontier_page",
    "write_heat_map": "reporting.heat_map",
    "write_report": "reporting",
    "write_stress": "reporting.stress",
}


if not TYPE_CHECKING:
    # Seen by a type checker, this would make every misspelt name a valid one.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
