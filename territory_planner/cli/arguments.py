"""The verbs and their options: only what `plan.toml` cannot say."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Verb = Callable[[Namespace], str]

EXIT_CODES = "Exit codes: 0 done, 1 no plan exists or none was found in time, 2 wrong input."


def parser(verbs: Mapping[str, Verb]) -> ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    verbs
        Name to the function that does it.
    """
    top = ArgumentParser(
        prog="territory-planner",
        description="Balanced, compact sales territories with a proven gap.",
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=_version())
    described = top.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, told: str) -> ArgumentParser:
        added = described.add_parser(name, help=told, description=told, epilog=EXIT_CODES)
        added.set_defaults(verb=verbs[name])
        return added

    init = verb("init", "copy a small sample project that runs into a new folder")
    init.add_argument("folder", metavar="DIR", type=Path)

    check = verb("check", "read a project's files and say what was understood, or every fault")
    _add_project(check)
    _add_json(check)

    plan = verb("plan", "make the plan a project asks for; write plan file, map and report")
    _add_project(plan)
    plan.add_argument("--out", metavar="DIR", type=Path, help="default: out beside plan.toml")
    plan.add_argument("--time-limit", metavar="S", type=_seconds, help="instead of time_limit_s")
    plan.add_argument(
        "--start", metavar="PLAN", type=Path, help="begin at a saved plan, of this project or alike"
    )
    plan.add_argument("--seed", metavar="N", type=_whole, help="instead of seed")
    _add_json(plan)

    plan.add_argument("--scenario", metavar="NAME", help="a [[scenario]] of plan.toml instead")

    scenarios = verb(
        "scenarios", "plan a project and all its scenarios, each begun at its parent's plan"
    )
    _add_project(scenarios)
    scenarios.add_argument("--out", metavar="DIR", type=Path, help="default: out beside plan.toml")
    scenarios.add_argument("--time-limit", metavar="S", type=_seconds, help="of each plan")
    scenarios.add_argument("--seed", metavar="N", type=_whole, help="instead of seed")
    _add_json(scenarios)

    compare = verb("compare", "put today and one plan or more side by side")
    compare.add_argument("plans", metavar="PLAN", nargs="+", type=Path)
    _add_json(compare)

    why = verb("why", "say why an account is where a plan puts it, and what keeping it would cost")
    _add_plan(why)
    why.add_argument("account", metavar="ACCOUNT", help="its id")
    why.add_argument("--time-limit", metavar="S", type=_seconds, help="instead of the plan's")
    _add_json(why)

    repair = verb("repair", "keep manual edits of a plan, and hold every band with few other moves")
    _add_plan(repair)
    repair.add_argument(
        "--move", metavar="ACCOUNT=TERRITORY", action="append", default=[], help="an edit"
    )
    repair.add_argument(
        "--moves", metavar="FILE", type=Path, help="a table with the columns account and territory"
    )
    repair.add_argument("--measure", metavar="NAME", help="what moves is counted in it")
    repair.add_argument(
        "--out", metavar="FILE", type=Path, help="default: repaired.plan beside the plan"
    )
    repair.add_argument("--time-limit", metavar="S", type=_seconds, help="instead of the plan's")
    _add_json(repair)

    stress = verb("stress", "draw leavers, demand and losses, and say how long a plan's bands last")
    _add_plan(stress)
    stress.add_argument("--leavers", metavar="N", type=_whole, default=0, help="in each draw")
    stress.add_argument(
        "--demand", metavar="SHARE", type=float, default=0.2, help="noise of an account: 0.2"
    )
    stress.add_argument(
        "--losses", metavar="SHARE", type=float, default=0.0, help="chance to lose an account"
    )
    stress.add_argument("--draws", metavar="N", type=_whole, default=500)
    stress.add_argument("--seed", metavar="N", type=_whole, default=1)
    _add_json(stress)

    report = verb("report", "write the report of a plan, one file that opens offline")
    _add_plan(report)
    report.add_argument(
        "--out", metavar="FILE", type=Path, help="default: report.html beside the plan"
    )
    report.add_argument("--title", help="its heading")

    export = verb("export", "write a plan's assignments, territories and hand-over lists")
    _add_plan(export)
    export.add_argument("folder", metavar="DIR", type=Path)
    export.add_argument(
        "--effective-date", metavar="YYYY-MM-DD", type=_day, help="the day the plan begins"
    )
    _add_json(export)
    return top


def _add_project(verb: ArgumentParser) -> None:
    verb.add_argument("project", metavar="PROJECT", type=Path, help="plan.toml or its folder")


def _add_plan(verb: ArgumentParser) -> None:
    verb.add_argument("plan", metavar="PLAN", type=Path, help="a file that plan wrote")


def _add_json(verb: ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="print JSON instead of text")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is not a day; write it as year-month-day: 2027-01-31"
        ) from None


def _version() -> str:
    try:
        return f"territory-planner {version('territory-planner')}"
    except PackageNotFoundError:
        return "territory-planner, not installed"
