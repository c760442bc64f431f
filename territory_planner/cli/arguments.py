"""The parser of the command line: only what `plan.toml` cannot say."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from territory_planner.cli.verb import Verb

EXIT_CODES = (
    "Exit codes: 0 done, 1 no plan exists or none was found in time, 2 wrong input, "
    "3 a CRM took not all of it."
)


def parser(verbs: Sequence[Verb]) -> ArgumentParser:
    """Return the parser of the command line."""
    top = ArgumentParser(
        prog="territory-planner",
        description="Balanced, compact sales territories with a proven gap.",
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=_version())
    described = top.add_subparsers(title="verbs", required=True, metavar="VERB")
    for verb in verbs:
        added = described.add_parser(
            verb.name, help=verb.told, description=verb.told, epilog=EXIT_CODES
        )
        added.set_defaults(run=verb.run)
        verb.options(added)
    return top


def _version() -> str:
    try:
        return f"territory-planner {version('territory-planner')}"
    except PackageNotFoundError:
        return "territory-planner, not installed"
