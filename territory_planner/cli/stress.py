"""`stress`: whether a plan lasts, as sentences or as values."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import numpy as np

from territory_planner.cli.verb import Verb, add_json, add_plan, as_json, whole
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.reporting.stress import stress_in_words
from territory_planner.scenarios.stress import Stress


def stress_values(plan: Plan, found: Stress) -> dict[str, Any]:
    """Return what the draws do to every territory as plain values."""
    ids = [t.id for t in plan.problem.territories]
    names = list(plan.criteria.bands)
    return {
        "draws": found.draws,
        "expected_out": found.expected_out,
        "out_of_band": np.bincount(found.out).tolist(),
        "inside": {
            id_: None if np.isnan(chance) else float(chance)
            for id_, chance in zip(ids, found.inside, strict=True)
        },
        "weakest": [ids[k] for k in found.weakest],
        "repair": dict(zip(names, found.repair.mean(axis=0).tolist(), strict=True)),
    }


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument(
        "--leavers", metavar="N", type=whole, help="in each draw; with --manager, all of the team"
    )
    verb.add_argument("--manager", metavar="NAME", default="", help="whose reps leave, alone")
    verb.add_argument(
        "--demand", metavar="SHARE", type=float, default=0.2, help="noise of an account: 0.2"
    )
    verb.add_argument(
        "--losses", metavar="SHARE", type=float, default=0.0, help="chance to lose an account"
    )
    verb.add_argument(
        "--segment", metavar="COLUMN", default="", help="of the accounts, kept by the plan"
    )
    verb.add_argument(
        "--segment-demand", metavar="SHARE", type=float,
        help="with --segment, noise that all accounts of one segment share: 0.1",
    )  # fmt: skip
    verb.add_argument("--draws", metavar="N", type=whole, default=500, help="how many: 500")
    verb.add_argument("--seed", metavar="N", type=whole, default=1, help="of the draws: 1")
    verb.add_argument("--html", metavar="FILE", type=Path, help="write a page with charts as well")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.reporting.stress import write_stress
    from territory_planner.scenarios.stress import stress
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    try:
        found = stress(
            made, arguments.leavers if arguments.manager else arguments.leavers or 0,
            arguments.demand, arguments.losses, arguments.draws, arguments.seed,
            manager=arguments.manager, segment=arguments.segment,
            segment_demand=arguments.segment_demand,
        )  # fmt: skip
    except ValueError as error:
        told = str(error)
        raise InputError([Fault("stress", told if told[-1] in ".?" else f"{told}.")]) from error
    page = None if arguments.html is None else write_stress(made, found, arguments.html)
    if arguments.json:
        return as_json(stress_values(made, found) | ({"page": str(page)} if page else {}))
    return "\n".join([stress_in_words(made, found), *([f"\npage    {page}"] if page else [])])


VERB = Verb(
    "stress",
    "draw leavers, demand and losses, and say how long a plan's bands last",
    _options,
    _run,
)
