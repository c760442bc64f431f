"""`Verb`: one word of the command line, and the options that several verbs share.

A verb is a module with a `VERB`, listed in `verbs.py`; nothing else has to know it.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from territory_planner.config import Settings
    from territory_planner.domain.plan import SolveOptions


@dataclass(frozen=True)
class Verb:
    """A word of the command line.

    Parameters
    ----------
    name
        The word.
    told
        What it does, in a line.
    options
        Adds its arguments to its parser.
    run
        Calls the library and returns the text for standard output.
    """

    name: str
    told: str
    options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], str]


def add_project(verb: ArgumentParser) -> None:
    """Add the project that a verb reads."""
    verb.add_argument("project", metavar="PROJECT", type=Path, help="plan.toml or its folder")


def add_plan(verb: ArgumentParser) -> None:
    """Add the plan file that a verb reads."""
    verb.add_argument("plan", metavar="PLAN", type=Path, help="a file that plan wrote")


def add_out(verb: ArgumentParser, default: str = "out beside plan.toml") -> None:
    """Add the folder that a recipe's files go to."""
    verb.add_argument("--out", metavar="DIR", type=Path, help=f"default: {default}")


def add_time_limit(verb: ArgumentParser, told: str) -> None:
    """Add the seconds that may be spent, and on what."""
    verb.add_argument("--time-limit", metavar="S", type=seconds, help=told)


def add_seed(verb: ArgumentParser) -> None:
    """Add the seed of the search."""
    verb.add_argument("--seed", metavar="N", type=whole, help="instead of seed")


def add_json(verb: ArgumentParser) -> None:
    """Add the choice of JSON for standard output."""
    verb.add_argument("--json", action="store_true", help="print JSON instead of text")


def as_json(values: dict[str, Any]) -> str:
    """Return values as the JSON that `--json` prints."""
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)


def effort(options: SolveOptions, arguments: Namespace) -> SolveOptions:
    """Return an effort, or what `--time-limit` and `--seed` say instead."""
    return replace(options, **_effort(arguments))


def insisted(settings: Settings, arguments: Namespace) -> Settings:
    """Return the settings, with what `--time-limit` and `--seed` say in every scenario as well."""
    return settings.insisting(**_effort(arguments))


def _effort(arguments: Namespace) -> dict[str, Any]:
    said = {
        "time_limit_s": arguments.time_limit,
        "seed": getattr(arguments, "seed", None),
    }
    return {name: value for name, value in said.items() if value is not None}


def seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return number


def whole(text: str) -> int:
    """Read a whole number, 0 or more."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def positive(text: str) -> int:
    """Read a whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    return int(text)


def day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is not a day; write it as year-month-day: 2027-01-31"
        ) from None
