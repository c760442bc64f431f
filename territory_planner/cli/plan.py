"""`plan`: the plan a project or one of its scenarios asks for."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.scorecard import plan_text, plan_values
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


def _options(verb: ArgumentParser) -> None:
    add_project(verb)
    verb.add_argument("--scenario", metavar="NAME", help="a [[scenario]] of plan.toml instead")
    add_out(verb)
    add_time_limit(verb, "instead of time_limit_s")
    verb.add_argument(
        "--start", metavar="PLAN", type=Path, help="begin at a saved plan, of this project or alike"
    )
    add_seed(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.config import read_settings
    from territory_planner.store.plan_file import load_plan
    from territory_planner.workflow.plans import plan_project

    settings = insisted(read_settings(arguments.project), arguments)
    name = arguments.scenario
    start = None if arguments.start is None else load_plan(arguments.start)
    limit = (settings if name is None else settings.under(name)).solve.time_limit_s
    with ProgressBar(limit, sys.stderr) as progress:
        made = plan_project(settings, arguments.out, None, progress, progress.tell, start, name)
    written: dict[str, object] = {"plan": made.plan_file, "map": made.map, "report": made.report}
    if arguments.json:
        files = {name: str(path) for name, path in written.items()}
        return as_json(plan_values(made.plan) | {"run": made.run, "files": files})
    if made.run is not None:
        written["run"] = made.run
    shown = "\n".join(f"{name:<7} {path}" for name, path in written.items())
    return f"{plan_text(made.plan, settings.project.name)}\n\n{shown}"


VERB = Verb(
    "plan", "make the plan a project asks for; write plan file, map and report", _options, _run
)
