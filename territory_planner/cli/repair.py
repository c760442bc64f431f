"""`repair`: what becomes of manual edits, as sentences or as values."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from territory_planner.cli.verb import Verb, add_json, add_plan, add_time_limit, as_json, effort
from territory_planner.reporting.repair import repair_in_words
from territory_planner.scenarios.repair import Repaired


def repair_values(found: Repaired, file: Path) -> dict[str, Any]:
    """Return what was kept and what else had to move as plain values."""
    problem, of = found.plan.problem, found.plan.alignment.of_accounts(found.plan.problem)
    ids = problem.accounts.ids
    return {
        "plan": str(file),
        "edited": [str(ids[a]) for a in found.edited],
        "moved": {str(ids[a]): problem.territories[of[a]].id for a in found.moved},
        "moved_share": found.stage.moved,
        "moved_share_bound": found.stage.bound,
        "broken": list(found.broken),
        "objective_km": found.plan.objective,
    }


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument(
        "--move", metavar="ACCOUNT=TERRITORY", action="append", default=[], help="an edit"
    )
    verb.add_argument(
        "--moves", metavar="FILE", type=Path, help="a table with the columns account and territory"
    )
    verb.add_argument("--measure", metavar="NAME", help="what moves is counted in it")
    verb.add_argument(
        "--out", metavar="FILE", type=Path, help="default: repaired.plan beside the plan"
    )
    add_time_limit(verb, "instead of the plan's")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.intake.moves import read_moves
    from territory_planner.scenarios.repair import repair
    from territory_planner.store.plan_file import load_plan, save_plan

    moves = read_moves(arguments.move, arguments.moves)
    made = load_plan(arguments.plan)
    found = repair(made, moves, arguments.measure, effort(made.options, arguments))
    file = save_plan(found.plan, arguments.out or arguments.plan.with_name("repaired.plan"))
    if arguments.json:
        return as_json(repair_values(found, file))
    return f"{repair_in_words(found)}\n\nplan  {file}"


VERB = Verb(
    "repair",
    "keep manual edits of a plan, and hold every band with few other moves",
    _options,
    _run,
)
