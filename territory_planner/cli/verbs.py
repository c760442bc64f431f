"""What each verb does: call the library, and return the text for standard output."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.scenarios import scenario_table, scenario_values
from territory_planner.cli.scorecard import comparison_values, plan_text, plan_values
from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.domain.plan import SolveOptions


def init(arguments: Namespace) -> str:
    """Copy the sample project."""
    from territory_planner.workflow import start_project

    folder = start_project(arguments.folder)
    return f"A sample project is in {folder}. Plan it with: territory-planner plan {folder}"


def check(arguments: Namespace) -> str:
    """Say what was understood from a project's files."""
    from territory_planner.intake import check as checked

    found = checked(arguments.project)
    return _json(asdict(found)) if arguments.json else str(found)


def plan(arguments: Namespace) -> str:
    """Make the plan a project asks for."""
    from territory_planner.config import read_settings
    from territory_planner.store.plan_file import load_plan
    from territory_planner.workflow import plan_project

    settings = read_settings(arguments.project)
    start = None if arguments.start is None else load_plan(arguments.start)
    options = _effort(settings.solve_options(), arguments)
    with ProgressBar(options.time_limit_s, sys.stderr) as progress:
        made = plan_project(
            settings, arguments.out, options, progress, progress.tell, start, arguments.scenario
        )
    written = {"plan": made.plan_file, "map": made.map, "report": made.report}
    if arguments.json:
        return _json(plan_values(made.plan) | {"files": _texts(written)})
    shown = "\n".join(f"{name:<7} {path}" for name, path in written.items())
    return f"{plan_text(made.plan, settings.project.name)}\n\n{shown}"


def scenarios(arguments: Namespace) -> str:
    """Plan a project and all its scenarios."""
    from territory_planner.config import read_settings
    from territory_planner.workflow import plan_scenarios

    settings = read_settings(arguments.project)
    if not settings.scenarios:
        message = (
            "there is no scenario. Add [[scenario]] with a name and edits, such as "
            'edits = [{ close_territory = "T07" }].'
        )
        raise InputError([Fault(str(settings.path), message)])
    options = _effort(settings.solve_options(), arguments)
    with ProgressBar(options.time_limit_s, sys.stderr) as progress:
        made = plan_scenarios(settings, arguments.out, options, progress, progress.tell)
    return _json(scenario_values(made)) if arguments.json else scenario_table(made)


def _effort(options: SolveOptions, arguments: Namespace) -> SolveOptions:
    """Return an effort, or what the command line says instead."""
    if arguments.time_limit is not None:
        options = replace(options, time_limit_s=arguments.time_limit)
    if getattr(arguments, "seed", None) is not None:
        options = replace(options, seed=arguments.seed)
    return options


def compare(arguments: Namespace) -> str:
    """Put today and plans side by side."""
    from territory_planner.scenarios.compare import compare as compared
    from territory_planner.store.plan_file import load_plan

    plans = [load_plan(path) for path in arguments.plans]
    try:
        comparison = compared(plans, _names(arguments.plans))
    except ValueError as error:
        files = ", ".join(map(str, arguments.plans))
        raise InputError([Fault(files, f"{error}. Compare plans of one project.")]) from error
    return _json(comparison_values(comparison)) if arguments.json else str(comparison)


def why(arguments: Namespace) -> str:
    """Say why an account is where a plan puts it."""
    from territory_planner.cli.why import why_text, why_values
    from territory_planner.scenarios.why import why as asked
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    options = _effort(made.options, arguments)
    found = asked(made, arguments.account, options)
    return _json(why_values(made, found)) if arguments.json else why_text(made, found)


def repair(arguments: Namespace) -> str:
    """Keep manual edits of a plan, and hold every band again."""
    from territory_planner.cli.repair import repair_text, repair_values
    from territory_planner.intake.moves import read_moves
    from territory_planner.scenarios.repair import repair as repaired
    from territory_planner.store.plan_file import load_plan, save_plan

    moves = read_moves(arguments.move, arguments.moves)
    made = load_plan(arguments.plan)
    options = _effort(made.options, arguments)
    found = repaired(made, moves, arguments.measure, options)
    file = save_plan(found.plan, arguments.out or arguments.plan.with_name("repaired.plan"))
    if arguments.json:
        return _json(repair_values(found, file))
    return repair_text(found, found.stage.measure, file)


def stress(arguments: Namespace) -> str:
    """Say how long a plan's bands last."""
    from territory_planner.cli.stress import stress_text, stress_values
    from territory_planner.scenarios.stress import stress as stressed
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    try:
        found = stressed(
            made, arguments.leavers, arguments.demand, arguments.losses, arguments.draws,
            arguments.seed,
        )  # fmt: skip
    except ValueError as error:
        raise InputError([Fault("stress", f"{error}.")]) from error
    return _json(stress_values(made, found)) if arguments.json else stress_text(made, found)


def report(arguments: Namespace) -> str:
    """Write the report of a plan."""
    from territory_planner.reporting import write_report
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    path = arguments.out or arguments.plan.with_name("report.html")
    title = {} if arguments.title is None else {"title": arguments.title}
    return f"report  {write_report(made, path, **title)}"


def export(arguments: Namespace) -> str:
    """Write a plan's files for people and CRMs."""
    from territory_planner.exporting.plan_files import export_assignments
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    files = export_assignments(made, arguments.folder, arguments.effective_date)
    manifest = json.loads(files[-1].read_text(encoding="utf-8"))
    if arguments.json:
        return _json(manifest | {"folder": str(arguments.folder)})
    count = manifest["counts"]
    lists = sum(path.parent.name == "handover" for path in files)
    return (
        f"{count['accounts']:,} accounts: {count['unchanged']:,} unchanged, "
        f"{count['reassign']:,} go to another territory, {count['assign']:,} are served "
        f"for the first time\n"
        f"{count['territories']:,} territories, hand-over lists of {lists:,} reps\n"
        f"folder  {arguments.folder}"
    )


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a short name for each plan file, the whole path where short names agree."""
    stems = [path.stem for path in paths]
    return [s if stems.count(s) == 1 else str(p) for s, p in zip(stems, paths, strict=True)]


def _texts(paths: dict[str, Path]) -> dict[str, str]:
    return {name: str(path) for name, path in paths.items()}


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)


VERBS = {
    "init": init,
    "check": check,
    "plan": plan,
    "scenarios": scenarios,
    "compare": compare,
    "why": why,
    "repair": repair,
    "stress": stress,
    "report": report,
    "export": export,
}
