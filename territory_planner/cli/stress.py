"""`stress`: whether a plan lasts, as sentences or as values."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

import numpy as np

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, whole
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.tables import rep_name
from territory_planner.scenarios.stress import Stress


def stress_text(plan: Plan, found: Stress) -> str:
    """Return how many territories leave their bands, the weakest, and what must be repaired."""
    problem = plan.problem
    names = list(plan.criteria.bands)
    repair = ", ".join(
        f"{percent(float(share))} of {name}"
        for name, share in zip(names, found.repair.mean(axis=0), strict=True)
    )
    late = ", ".join(
        f"{percent(float(share))} of {name}"
        for name, share in zip(names, np.quantile(found.repair, 0.95, axis=0), strict=True)
    )
    lines = [
        f"{found.draws:,} draws over {problem.n_territories:,} territories",
        f"out of a band: {quantity(found.expected_out, 1)} territories on average, "
        f"{quantity(float(np.quantile(found.out, 0.95)))} or fewer in 95% of the draws",
        f"must at least change hands: {repair} on average; in 95% of the draws no more than {late}",
        "",
        "Weakest",
    ]
    for k in found.weakest.tolist():
        territory = problem.territories[k]
        inside = percent(float(found.inside[k]))
        lines.append(f"  {territory.id} {rep_name(problem, k)}: in its bands in {inside}")
    return "\n".join(lines)


def stress_values(plan: Plan, found: Stress) -> dict[str, Any]:
    """Return the same as plain values, of every territory."""
    ids = [t.id for t in plan.problem.territories]
    names = list(plan.criteria.bands)
    return {
        "draws": found.draws,
        "expected_out": found.expected_out,
        "inside": dict(zip(ids, found.inside.tolist(), strict=True)),
        "weakest": [ids[k] for k in found.weakest],
        "repair": dict(zip(names, found.repair.mean(axis=0).tolist(), strict=True)),
    }


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument("--leavers", metavar="N", type=whole, default=0, help="in each draw")
    verb.add_argument(
        "--demand", metavar="SHARE", type=float, default=0.2, help="noise of an account: 0.2"
    )
    verb.add_argument(
        "--losses", metavar="SHARE", type=float, default=0.0, help="chance to lose an account"
    )
    verb.add_argument("--draws", metavar="N", type=whole, default=500)
    verb.add_argument("--seed", metavar="N", type=whole, default=1)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.scenarios.stress import stress
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    try:
        found = stress(
            made, arguments.leavers, arguments.demand, arguments.losses, arguments.draws,
            arguments.seed,
        )  # fmt: skip
    except ValueError as error:
        raise InputError([Fault("stress", f"{error}.")]) from error
    return as_json(stress_values(made, found)) if arguments.json else stress_text(made, found)


VERB = Verb(
    "stress",
    "draw leavers, demand and losses, and say how long a plan's bands last",
    _options,
    _run,
)
