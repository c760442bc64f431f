"""`init`: a small sample project that runs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from territory_planner.cli.verb import Verb


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("folder", metavar="DIR", type=Path)


def _run(arguments: Namespace) -> str:
    from territory_planner.workflow.sample import start_project

    folder = start_project(arguments.folder)
    return f"A sample project is in {folder}. Plan it with: territory-planner plan {folder}"


VERB = Verb("init", "copy a small sample project that runs into a new folder", _options, _run)
