"""`why`: why an account is where it is, as sentences or as values."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, effort, seconds
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import Fault, InputError
from territory_planner.reporting.numbers import signed_percent
from territory_planner.reporting.tables import limit_in_words, rep_name
from territory_planner.scenarios.compare import aligned
from territory_planner.scenarios.why import Why

SHOWN_KM = 5e-5
"""What a tenth of a metre rounds from."""


def why_text(plan: Plan, found: Why) -> str:
    """Return where the account is, what keeping it would cost, what comes next, and what binds."""
    problem, accounts = plan.problem, plan.problem.accounts
    today = _place(problem, found.today) if found.today != NONE else "nobody"
    lines = [
        f"{accounts.ids[found.account]} {accounts.names[found.account]}".rstrip(),
        f"today    {today}",
        f"planned  {_place(problem, found.territory)}",
        "",
        _kept(plan, found),
    ]
    for one in found.balance:
        head = f"{problem.territories[one.territory].id} {problem.measures[one.measure].name}"
        then = "" if one.kept is None else f" → {signed_percent(one.kept)}"
        lines.append(f"  {head}: {signed_percent(one.planned)} from target{then}")
    if found.next_best != NONE:
        lines += [
            "",
            f"Next best: {_place(problem, found.next_best)}, {found.next_best_km * 1000:+,.1f} m "
            "of mean distance at the plan's prices, with all else as it is.",
        ]
    if found.binding:
        limits = [
            f"{limit_in_words(plan, price)[0]}"
            + (f" of {problem.territories[price.territory].id}" if price.territory != NONE else "")
            for price in found.binding
        ]
        lines += ["", f"What binds, the dearest first: {'; '.join(limits)}."]
    return "\n".join(lines)


def _kept(plan: Plan, found: Why) -> str:
    if found.today == NONE:
        return "Nobody serves it today: there is no rep it could stay with."
    rep = plan.problem.territories[found.today].id
    if found.today == found.territory:
        return f"It stays with {rep}, which serves it today."
    if found.kept is None:
        return f"It cannot stay with {rep}. {found.clash}"
    cost = found.kept.objective - plan.objective
    if cost < 0:
        return (
            f"Staying with {rep} would cost nothing: the search with that lock even found a plan "
            f"{-cost * 1000:,.1f} m of mean distance shorter. Plan again with more time."
        )
    return (
        f"Staying with {rep} would cost {cost * 1000:,.1f} m of mean distance "
        f"({plan.objective:,.2f} → {found.kept.objective:,.2f} km{_proven(plan, found.kept)}), and "
        f"{found.others:,} other account{'s' if found.others != 1 else ''} would lie elsewhere."
    )


def _proven(plan: Plan, kept: Plan) -> str:
    """Return how far below the cost may be, in words: both searches end with a gap."""
    least = max(kept.bound - plan.objective, 0.0)
    cost = kept.objective - plan.objective
    if cost - least <= SHOWN_KM:
        return ""
    return f"; at least {least * 1000:,.1f} m is proven"


def why_values(plan: Plan, found: Why) -> dict[str, Any]:
    """Return the same as plain values."""
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


def _place(problem: Problem, k: int) -> str:
    territory = problem.territories[k]
    name = "" if territory.name == territory.id else f" {territory.name}"
    return f"{territory.id}{name} ({rep_name(problem, k)})"


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument("account", metavar="ACCOUNT", nargs="?", help="its id")
    verb.add_argument(
        "--moves", action="store_true", help="the dominant reason of every account that moves"
    )
    verb.add_argument("--csv", metavar="FILE", type=Path, help="with --moves: list them there")
    verb.add_argument("--time-limit", metavar="S", type=seconds, help="instead of the plan's")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.scenarios.why import why
    from territory_planner.store.plan_file import load_plan

    if (arguments.account is None) != arguments.moves:
        message = "give the id of one account, or --moves for all that move."
        raise InputError([Fault("why", message)])
    if arguments.csv is not None and not arguments.moves:
        raise InputError([Fault("--csv", "there is a list with --moves only. Give both.")])
    made = load_plan(arguments.plan)
    if arguments.moves:
        return _moves(made, arguments)
    found = why(made, arguments.account, effort(made.options, arguments))
    return as_json(why_values(made, found)) if arguments.json else why_text(made, found)


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
