"""`frontier`: plans to choose from, as a table or as values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import Any, cast

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.verb import (
    Verb,
    add_json,
    add_out,
    add_project,
    add_seed,
    add_time_limit,
    as_json,
    effort,
    whole,
)
from territory_planner.workflow.frontier import Weighed

TIME_LIMIT_S = 600.0


def frontier_text(made: Weighed) -> str:
    """Return the plans in words, and where the files are."""
    from territory_planner.reporting.frontier_page import frontier_in_words

    return f"{frontier_in_words(made.frontier)}\n\npage   {made.page}\ntable  {made.table}"


def frontier_values(made: Weighed) -> dict[str, Any]:
    """Return every point as plain values."""
    from territory_planner.exporting.frontier_table import point_values

    frontier = made.frontier
    return {
        "criteria": list(frontier.tradeoff.axes),
        "measure": frontier.tradeoff.measure,
        "at_most": frontier.at_most,
        "fewest_moves_bound": frontier.fewest_bound,
        "points": point_values(frontier, made.links),
        "seconds": frontier.seconds,
        "files": {"page": str(made.page), "table": str(made.table)},
    }


def _options(verb: ArgumentParser) -> None:
    add_project(verb)
    verb.add_argument(
        "--criteria",
        metavar="A,B",
        default="balance,travel,disruption",
        help="two or three of balance, travel and disruption: all three",
    )
    verb.add_argument("--measure", metavar="NAME", help="what changes hands is counted in it")
    verb.add_argument("--points", metavar="N", type=whole, default=16, help="plans: 16")
    verb.add_argument(
        "--at-most", metavar="SHARE", type=float, help="of the measure, for the best within it"
    )
    verb.add_argument(
        "--robust", action="store_true", help="how many territories leave their bands, too"
    )
    add_out(verb, "out/frontier")
    add_time_limit(verb, "of all plans: 600")
    add_seed(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.config import read_settings
    from territory_planner.scenarios.frontier import Axis, Tradeoff
    from territory_planner.workflow.frontier import plan_frontier

    settings = read_settings(arguments.project)
    axes = tuple(part.strip() for part in arguments.criteria.split(",") if part.strip())
    tradeoff = Tradeoff(
        axes=cast("tuple[Axis, ...]", axes),
        measure=arguments.measure,
        points=arguments.points,
        at_most=arguments.at_most,
        is_robust=arguments.robust,
    )
    all_plans = replace(settings.solve_options(), time_limit_s=TIME_LIMIT_S)
    options = effort(all_plans, arguments)
    with ProgressBar(options.time_limit_s, sys.stderr) as progress:
        made = plan_frontier(settings, tradeoff, arguments.out, options, progress, progress.tell)
    return as_json(frontier_values(made)) if arguments.json else frontier_text(made)


VERB = Verb(
    "frontier",
    "weigh balance, travel and disruption: plans to choose from, in one page",
    _options,
    _run,
)
