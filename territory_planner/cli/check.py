"""`check`: what is understood from a project's files, or every fault."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from territory_planner.cli.verb import Verb, add_json, add_project, as_json


def _options(verb: ArgumentParser) -> None:
    add_project(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.intake import check

    found = check(arguments.project)
    return as_json(asdict(found)) if arguments.json else str(found)


VERB = Verb(
    "check", "read a project's files and say what was understood, or every fault", _options, _run
)
