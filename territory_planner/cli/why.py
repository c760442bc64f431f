"""`why`: why an account is where it is, as sentences or as values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from territory_planner.cli.stored import add_keeping, keeping_of, kept_text, kept_values
from territory_planner.cli.verb import Verb, add_json, add_plan, add_time_limit, as_json, effort
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.errors import Fault, InputError
from territory_planner.reporting.tables import limit_in_words
from territory_planner.reporting.why import why_in_words
from territory_planner.scenarios.compare import aligned
from territory_planner.scenarios.why import Why


def why_values(plan: Plan, found: Why) -> dict[str, Any]:
    """Return what is known about an account as plain values."""
    problem = plan.problem
    ids = [t.id for t in problem.territories]

    def name(k: int) -> str | None:
        return None if k == NONE else ids[k]

    return {
        "account": str(problem.accounts.ids[found.account]),
        "territory": name(found.territory),
        "today": name(found.today),
        "objective_km": plan.objective,
        "kept_objective_km": None if found.kept is None else found.kept.objective,
        "kept_bound_km": None if found.kept is None else found.kept.bound,
        "clash": found.clash or None,
        "other_accounts": found.others,
        "balance": [
            {
                "territory": ids[one.territory],
                "measure": problem.measures[one.measure].name,
                "planned": one.planned,
                "kept": one.kept,
            }
            for one in found.balance
        ],
        "next_best": name(found.next_best),
        "next_best_km": None if found.next_best == NONE else found.next_best_km,
        "binding": [
            {
                "limit": limit_in_words(plan, price)[0],
                "territory": name(price.territory),
                "saved_km": price.saved_km,
            }
            for price in found.binding
        ],
    }


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument("account", metavar="ACCOUNT", nargs="?", help="its id")
    verb.add_argument(
        "--moves", action="store_true", help="the dominant reason of every account that moves"
    )
    verb.add_argument("--csv", metavar="FILE", type=Path, help="with --moves: list them there")
    add_time_limit(verb, "instead of the plan's")
    add_keeping(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.store.plan_file import load_plan
    from territory_planner.workflow.why import explain_account

    if (arguments.account is None) != arguments.moves:
        message = "give the id of one account, or --moves for all that move."
        raise InputError([Fault("why", message)])
    if arguments.csv is not None and not arguments.moves:
        raise InputError([Fault("--csv", "there is a list with --moves only. Give both.")])
    made = load_plan(arguments.plan)
    if arguments.moves:
        return _moves(made, arguments)
    keeping = keeping_of(arguments)

    def tell(found: Why) -> None:
        sys.stderr.write(f"{why_in_words(made, found)}\n\nThis is not in the store:\n")

    options = effort(made.options, arguments)
    found = explain_account(made, arguments.account, keeping, options, tell)
    if arguments.json:
        return as_json(why_values(made, found.why) | kept_values(found.run, keeping))
    told = why_in_words(made, found.why)
    return f"{told}\n\n{kept_text(found.run, keeping)}" if found.was_planned else told


def _moves(plan: Plan, arguments: Namespace) -> str:
    from territory_planner.exporting.moves import write_moves
    from territory_planner.scenarios.dominant import moves

    found = moves(plan)
    if arguments.csv is not None:
        write_moves(plan, found, arguments.csv)
    if arguments.json:
        return as_json({"moves": len(found.accounts), "reasons": found.counts})
    rows = [(kind, f"{count:,}") for kind, count in found.counts.items()]
    lines = aligned([("dominant reason", "accounts that move"), *rows])
    if not rows:
        lines = ["No account moves."]
    return "\n".join([*lines, *([f"\nmoves  {arguments.csv}"] if arguments.csv else [])])


VERB = Verb(
    "why",
    "say why an account is where a plan puts it and what keeping it would cost, or why all move",
    _options,
    _run,
)
