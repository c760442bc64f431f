"""`compare`: today and plans side by side."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from territory_planner.cli.scorecard import comparison_values
from territory_planner.cli.verb import Verb, add_json, as_json
from territory_planner.errors import Fault, InputError


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("plans", metavar="PLAN", nargs="+", type=Path)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.scenarios.compare import compare
    from territory_planner.store.plan_file import load_plan

    plans = [load_plan(path) for path in arguments.plans]
    try:
        comparison = compare(plans, _names(arguments.plans))
    except ValueError as error:
        files = ", ".join(map(str, arguments.plans))
        raise InputError([Fault(files, f"{error}. Compare plans of one project.")]) from error
    return as_json(comparison_values(comparison)) if arguments.json else str(comparison)


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a short name for each plan file, the whole path where short names agree."""
    stems = [path.stem for path in paths]
    return [s if stems.count(s) == 1 else str(p) for s, p in zip(stems, paths, strict=True)]


VERB = Verb("compare", "put today and one plan or more side by side", _options, _run)
