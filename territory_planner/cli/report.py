"""`report`: the report of a plan, one file that opens offline."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from territory_planner.cli.verb import Verb, add_plan


def _options(verb: ArgumentParser) -> None:
    add_plan(verb)
    verb.add_argument(
        "--out", metavar="FILE", type=Path, help="default: report.html beside the plan"
    )
    verb.add_argument("--title", help="its heading")


def _run(arguments: Namespace) -> str:
    from territory_planner.reporting import write_report
    from territory_planner.store.plan_file import load_plan

    made = load_plan(arguments.plan)
    path = arguments.out or arguments.plan.with_name("report.html")
    title = {} if arguments.title is None else {"title": arguments.title}
    return f"report  {write_report(made, path, **title)}"


VERB = Verb("report", "write the report of a plan, one file that opens offline", _options, _run)
