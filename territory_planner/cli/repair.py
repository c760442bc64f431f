"""`repair`: what becomes of manual edits, as sentences or as values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path
from typing import Any

from territory_planner.cli.stored import add_keeping, keeping_of, kept_text, kept_values
from territory_planner.cli.verb import Verb, add_json, add_plan, add_time_limit, as_json, effort
from territory_planner.reporting.repair import repair_in_words
from territory_planner.scenarios.repair import Repaired


def repair_values(found: Repaired) -> dict[str, Any]:
    """Return what was kept and what else had to move as plain values."""
    problem, of = found.plan.problem, found.plan.alignment.of_accounts(found.plan.problem)
    ids = problem.accounts.ids
    return {
        "edited": [str(ids[a]) for a in found.edited],
        "moved": {str(ids[a]): problem.territories[of[a]].id for a in found.moved},
        "moved_share": found.stage.moved,
        "moved_share_bound": found.stage.bound,
        "is_proven": found.is_proven,
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
    add_keeping(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.intake.moves import read_moves
    from territory_planner.scenarios.repair import wrong_edits
    from territory_planner.store.plan_file import load_plan
    from territory_planner.store.request import Repairing
    from territory_planner.workflow.repair import repair_plan

    plan = load_plan(arguments.plan)
    wrong = partial(wrong_edits, plan.problem)
    moves = read_moves(arguments.move, arguments.moves, wrong)
    request = Repairing(moves, arguments.measure)
    out = arguments.out or arguments.plan.with_name("repaired.plan")
    keeping, options = keeping_of(arguments), effort(plan.options, arguments)

    def tell(told: str) -> None:
        sys.stderr.write(f"{told}\n")

    made = repair_plan(plan, request, out, keeping, options, tell)
    if arguments.json:
        values = repair_values(made.repaired) | {"plan": str(made.plan_file)}
        return as_json(values | kept_values(made.run, keeping))
    shown = kept_text(made.run, keeping)
    return f"{repair_in_words(made.repaired)}\n\nplan   {made.plan_file}\n{shown}"


VERB = Verb(
    "repair",
    "keep manual edits of a plan, and hold every band with few other moves",
    _options,
    _run,
)
